/*
 * Drawables that the program did not make with GLX: X windows, which become drawables when they are
 * made current, and pbuffers of another connection of this process.
 *
 * Nobody tells when an X window goes. Each time one becomes a drawable, the others that are current
 * nowhere are checked, so at most as many are kept as there were windows at one time. While a
 * program switches between windows, theirs are kept with what was drawn.
 */
#include "glx/context.h"
#include "glx/drawable.h"
#include "glx/errors.h"
#include "glx/screen.h"
#include "x11/presenter.h"

#include <stdlib.h>
#include <string.h>

/* --- Windows that are gone ----------------------------------------------------------------- */

#define MAX_CHECKED 256

/* X windows that are current nowhere, each with a reference. */
static unsigned
idle_windows(struct glx_display *display, struct glx_drawable **list)
{
   unsigned count = 0;

   pthread_mutex_lock(&display->lock);
   for (unsigned i = 0; i < GLX_DRAWABLE_BUCKETS; i++) {
      for (struct glx_drawable *drawable = display->drawables[i]; drawable;
           drawable = drawable->next) {
         if (drawable->kind == GLX_KIND_X_WINDOW && count < MAX_CHECKED &&
             __atomic_load_n(&drawable->references, __ATOMIC_RELAXED) == 1)
            list[count++] = glx_drawable_reference(drawable);
      }
   }
   pthread_mutex_unlock(&display->lock);
   return count;
}

static bool
is_alive(xcb_connection_t *xcb, xcb_get_geometry_cookie_t cookie,
         const struct glx_drawable *drawable)
{
   xcb_get_geometry_reply_t *reply = xcb_get_geometry_reply(xcb, cookie, NULL);
   bool answered = reply != NULL;

   free(reply);
   /* What answers may be a new window by that name; but the events before its answer tell. */
   return answered && !x11_drawable_is_lost(drawable->x11);
}

static void
forget_lost_windows(Display *dpy, struct glx_display *display)
{
   struct glx_drawable *list[MAX_CHECKED];
   xcb_get_geometry_cookie_t cookies[MAX_CHECKED];
   unsigned count = idle_windows(display, list);

   for (unsigned i = 0; i < count; i++)
      cookies[i] = xcb_get_geometry(display->xcb, (xcb_drawable_t)list[i]->xid);
   for (unsigned i = 0; i < count; i++) {
      if (!is_alive(display->xcb, cookies[i], list[i]))
         glx_drawable_remove(dpy, list[i]->xid);
      glx_drawable_release(list[i]);
   }
}

/* --- Pbuffers of other connections --------------------------------------------------------- */

struct pbuffer_search {
   Display *dpy;
   XID xid;
};

/* XIDs are the same for all connections to a server. */
static void *
find_pbuffer(struct glx_display *display, void *data)
{
   const struct pbuffer_search *search = data;
   struct glx_drawable *drawable;

   if (strcmp(DisplayString(display->dpy), DisplayString(search->dpy)) != 0)
      return NULL;
   pthread_mutex_lock(&display->lock);
   for (drawable = display->drawables[search->xid % GLX_DRAWABLE_BUCKETS]; drawable;
        drawable = drawable->next) {
      if (drawable->xid == search->xid && drawable->kind == GLX_KIND_PBUFFER) {
         glx_drawable_reference(drawable);
         break;
      }
   }
   pthread_mutex_unlock(&display->lock);
   return drawable;
}

/* --- X windows ----------------------------------------------------------------------------- */

/* 0: this is no window. */
static VisualID
window_visual(struct glx_display *display, XID window)
{
   xcb_get_window_attributes_reply_t *reply = xcb_get_window_attributes_reply(
      display->xcb, xcb_get_window_attributes(display->xcb, (xcb_window_t)window), NULL);
   VisualID visual = reply ? reply->visual : 0;

   free(reply);
   return visual;
}

static struct glx_drawable *
adopt_window(Display *dpy, XID xid, VisualID visual, const struct glx_context *context, int request)
{
   struct glx_screen *screen = glx_screen_get(dpy, context->screen);
   struct glx_drawable_desc desc = {
      .kind = GLX_KIND_X_WINDOW,
      .xid = xid,
      .x_xid = xid,
   };
   struct glx_drawable *drawable = NULL;
   uint8_t error = BadMatch;

   if (screen) {
      desc.config =
         context->config ? context->config : glx_config_by_visual(screen->configs, visual);
      forget_lost_windows(dpy, screen->display);
      if (desc.config)
         drawable = glx_drawable_create(screen, &desc, &error);
   }
   if (!drawable)
      glx_core_error(dpy, error, xid, request);
   return drawable;
}

/* Is this still the window that it was? Asked only when it was current nowhere meanwhile. */
static bool
is_still_valid(struct glx_drawable *drawable)
{
   xcb_connection_t *xcb;

   if (drawable->kind != GLX_KIND_X_WINDOW ||
       __atomic_load_n(&drawable->references, __ATOMIC_RELAXED) > 2)
      return true;
   xcb = drawable->display->xcb;
   return is_alive(xcb, xcb_get_geometry(xcb, (xcb_drawable_t)drawable->xid), drawable);
}

struct glx_drawable *
glx_drawable_acquire(Display *dpy, XID xid, const struct glx_context *context, int request)
{
   struct glx_drawable *drawable = glx_drawable_find(dpy, xid);
   struct pbuffer_search search = { dpy, xid };
   struct glx_display *display = glx_display_get(dpy);
   VisualID visual;

   if (!display)
      return NULL;
   if (drawable && !is_still_valid(drawable)) {
      glx_drawable_remove(dpy, xid);
      glx_drawable_release(drawable);
      drawable = NULL;
   }
   if (!drawable)
      drawable = glx_display_find(find_pbuffer, &search);
   if (drawable && drawable->screen && drawable->screen->number != context->screen) {
      glx_drawable_release(drawable);
      glx_core_error(dpy, BadMatch, xid, request);
      return NULL;
   }
   if (drawable)
      return drawable;
   visual = window_visual(display, xid);
   if (visual)
      return adopt_window(dpy, xid, visual, context, request);
   glx_error(dpy, XCB_GLX_BAD_DRAWABLE, xid, request);
   return NULL;
}

struct glx_drawable *
glx_drawable_need(Display *dpy, XID xid, int request)
{
   struct glx_drawable *drawable = glx_drawable_find(dpy, xid);

   if (!drawable)
      glx_error(dpy, XCB_GLX_BAD_DRAWABLE, xid, request);
   return drawable;
}
