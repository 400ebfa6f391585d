/*
 * OML_sync_control and SGI_video_sync: counters of frames of the monitor (MSC) and of swaps (SBC).
 *
 * The drawable's lock is not held while waiting: another thread may be about to do what is waited
 * for.
 */
#include "glx/current.h"
#include "glx/functions.h"
#include "glx/refresh_rate.h"
#include "glx/screen.h"
#include "glx/swap.h"
#include "x11/presenter.h"

#include <GL/glxext.h>

/* Without a display to name it: what is current. NULL: nothing. */
static struct x11_drawable *
current_window(void)
{
   const struct glx_context *context = glx_current();

   return context && context->draw ? context->draw->x11 : NULL;
}

static void
give(const struct x11_sync_values *values, int64_t *ust, int64_t *msc, int64_t *sbc)
{
   *ust = (int64_t)values->ust;
   *msc = (int64_t)values->msc;
   *sbc = (int64_t)values->sbc;
}

/* "If divisor > 0 and remainder >= divisor", or a value is negative, there is no such frame. */
static bool
names_a_frame(int64_t target_msc, int64_t divisor, int64_t remainder)
{
   return target_msc >= 0 && divisor >= 0 && remainder >= 0 &&
          (divisor == 0 || remainder < divisor);
}

/* --- OML_sync_control ---------------------------------------------------------------------- */

Bool
glx_get_sync_values(Display *dpy, GLXDrawable xid, int64_t *ust, int64_t *msc, int64_t *sbc)
{
   struct glx_drawable *drawable = glx_drawable_find(dpy, xid);
   struct x11_sync_values values;
   bool ok = drawable && drawable->x11 && x11_drawable_sync_values(drawable->x11, &values);

   if (ok)
      give(&values, ust, msc, sbc);
   glx_drawable_release(drawable);
   return ok;
}

Bool
glx_get_msc_rate(Display *dpy, GLXDrawable xid, int32_t *numerator, int32_t *denominator)
{
   struct glx_drawable *drawable = glx_drawable_find(dpy, xid);
   bool ok = drawable && drawable->screen;

   if (ok)
      glx_refresh_rate(drawable->screen, numerator, denominator);

   glx_drawable_release(drawable);
   return ok;
}

int64_t
glx_swap_buffers_msc(Display *dpy, GLXDrawable xid, int64_t target_msc, int64_t divisor,
                     int64_t remainder)
{
   struct glx_drawable *drawable;
   int64_t sbc;

   if (!names_a_frame(target_msc, divisor, remainder))
      return -1;
   drawable = glx_drawable_find(dpy, xid);
   if (!drawable)
      return -1;
   const struct x11_present_desc desc = {
      .interval = 1, /* when no frame is named, the next */
      .target_msc = (uint64_t)target_msc,
      .divisor = (uint64_t)divisor,
      .remainder = (uint64_t)remainder,
   };
   XFlush(dpy);
   sbc = glx_swap_present(drawable, &desc);
   glx_drawable_release(drawable);
   return sbc;
}

Bool
glx_wait_for_msc(Display *dpy, GLXDrawable xid, int64_t target_msc, int64_t divisor,
                 int64_t remainder, int64_t *ust, int64_t *msc, int64_t *sbc)
{
   struct glx_drawable *drawable;
   struct x11_sync_values values;
   bool ok;

   if (!names_a_frame(target_msc, divisor, remainder))
      return False;
   drawable = glx_drawable_find(dpy, xid);
   ok = drawable && drawable->x11 &&
        x11_drawable_wait_for_msc(drawable->x11, (uint64_t)target_msc, (uint64_t)divisor,
                                  (uint64_t)remainder, &values);
   if (ok)
      give(&values, ust, msc, sbc);
   glx_drawable_release(drawable);
   return ok;
}

Bool
glx_wait_for_sbc(Display *dpy, GLXDrawable xid, int64_t target_sbc, int64_t *ust, int64_t *msc,
                 int64_t *sbc)
{
   struct glx_drawable *drawable;
   struct x11_sync_values values;
   bool ok;

   if (target_sbc < 0)
      return False;
   drawable = glx_drawable_find(dpy, xid);
   ok = drawable && drawable->x11 &&
        x11_drawable_wait_for_sbc(drawable->x11, (uint64_t)target_sbc, &values);
   if (ok)
      give(&values, ust, msc, sbc);
   glx_drawable_release(drawable);
   return ok;
}

/* --- SGI_video_sync ------------------------------------------------------------------------ */

int
glx_get_video_sync(unsigned *count)
{
   struct x11_drawable *window = current_window();
   struct x11_sync_values values;

   if (!window || !x11_drawable_sync_values(window, &values))
      return GLX_BAD_CONTEXT;
   *count = (unsigned)values.msc;
   return Success;
}

int
glx_wait_video_sync(int divisor, int remainder, unsigned *count)
{
   struct x11_drawable *window = current_window();
   struct x11_sync_values values;

   if (divisor <= 0 || remainder < 0)
      return GLX_BAD_VALUE;
   if (!window || !x11_drawable_wait_for_msc(window, 0, (uint64_t)divisor,
                                             (uint64_t)(remainder % divisor), &values))
      return GLX_BAD_CONTEXT;
   *count = (unsigned)values.msc;
   return Success;
}
