#include "glx/swap.h"

#include "glx/current.h"
#include "glx/errors.h"
#include "glx/functions.h"
#include "glx/helper.h"
#include "glx/screen.h"

#include <GL/glxext.h>
#include <stdlib.h>

/* Hands over what this thread drew there. */
static void
flush(struct glx_drawable *drawable)
{
   const struct glx_context *current = glx_current();

   if (current && current->draw == drawable)
      loader_drawable_flush_for_swap(current->loader, drawable->loader);
}

/* With the drawable's lock held. */
static int64_t
present(struct glx_drawable *drawable, struct loader_context *context,
        const struct x11_present_desc *desc)
{
   struct loader_buffers buffers;

   if (!drawable->x11)
      return -1;
   /* A pbuffer has no front buffer before somebody asks for it; now there is something to be in it.
    */
   if (drawable->kind == GLX_KIND_PBUFFER)
      x11_drawable_get_buffers(drawable->x11, LOADER_BACK | LOADER_FRONT, &buffers);
   return x11_drawable_present(drawable->x11, context, desc);
}

int64_t
glx_swap_present(struct glx_drawable *drawable, const struct x11_present_desc *desc)
{
   const struct glx_context *current = glx_current();
   struct loader_context *context;
   int64_t sbc = -1;

   /* "If drawable was not created with respect to a double-buffered config, no operation." But it
    * is the end of a frame. */
   if (!drawable->config->values[CONFIG_DOUBLEBUFFER]) {
      if (current && current->draw == drawable)
         loader_context_flush(current->loader);
      return 0;
   }
   flush(drawable);
   context = glx_helper_begin();
   pthread_mutex_lock(&drawable->lock);
   if (context)
      sbc = present(drawable, context, desc);
   pthread_mutex_unlock(&drawable->lock);
   glx_helper_end(context);
   loader_drawable_invalidate(drawable->loader);
   return sbc;
}

void
glx_swap_buffers(Display *dpy, GLXDrawable xid)
{
   struct glx_drawable *drawable = glx_drawable_need(dpy, xid, XCB_GLX_SWAP_BUFFERS);
   struct x11_present_desc desc = { .interval = 0 };
   bool is_lost;

   if (!drawable)
      return;
   /* What the program told X before has happened when the frame is shown. */
   XFlush(dpy);
   desc.interval = abs(drawable->interval);
   desc.tear = drawable->interval < 0;
   is_lost =
      glx_swap_present(drawable, &desc) < 0 && drawable->x11 && x11_drawable_is_lost(drawable->x11);
   glx_drawable_release(drawable);
   /* Nothing is shown either when the device is gone; but that is no X error. */
   if (is_lost)
      glx_error(dpy, XCB_GLX_BAD_CURRENT_WINDOW, xid, XCB_GLX_SWAP_BUFFERS);
}

/* --- MESA_copy_sub_buffer ------------------------------------------------------------------ */

void
glx_copy_sub_buffer(Display *dpy, GLXDrawable xid, int x, int y, int width, int height)
{
   struct glx_drawable *drawable = glx_drawable_need(dpy, xid, XCB_GLX_VENDOR_PRIVATE);
   struct loader_context *context;

   if (!drawable)
      return;
   if (drawable->config->values[CONFIG_DOUBLEBUFFER] && width > 0 && height > 0) {
      flush(drawable);
      context = glx_helper_begin();
      pthread_mutex_lock(&drawable->lock);
      if (context && drawable->x11)
         x11_drawable_copy_sub_buffer(drawable->x11, context, x, y, width, height);
      pthread_mutex_unlock(&drawable->lock);
      glx_helper_end(context);
   }
   glx_drawable_release(drawable);
}

/* --- EXT_swap_control, MESA_swap_control, SGI_swap_control --------------------------------- */

void
glx_swap_interval_ext(Display *dpy, GLXDrawable xid, int interval)
{
   struct glx_drawable *drawable = glx_drawable_need(dpy, xid, XCB_GLX_VENDOR_PRIVATE);
   bool is_known;

   if (!drawable)
      return;
   /* Negative ones are EXT_swap_control_tear's. */
   is_known = interval >= 0 || (drawable->screen && drawable->screen->has_present);
   if (is_known)
      drawable->interval = interval;
   glx_drawable_release(drawable);
   if (!is_known)
      glx_core_error(dpy, BadValue, xid, XCB_GLX_VENDOR_PRIVATE);
}

int
glx_swap_interval_mesa(unsigned interval)
{
   const struct glx_context *current = glx_current();

   if (!current || !current->draw)
      return GLX_BAD_CONTEXT;
   if ((int)interval < 0)
      return GLX_BAD_VALUE;
   current->draw->interval = (int)interval;
   return Success;
}

int
glx_get_swap_interval(void)
{
   const struct glx_context *current = glx_current();

   return current && current->draw ? current->draw->interval : 0;
}

int
glx_swap_interval_sgi(int interval)
{
   return interval > 0 || !glx_current() ? glx_swap_interval_mesa((unsigned)interval)
                                         : GLX_BAD_VALUE;
}
