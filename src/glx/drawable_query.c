/*
 * Questions about drawables, and the events that they send. What is ours we know; of the rest the
 * server is asked, and says what is wrong.
 */
#include "glx/current.h"
#include "glx/drawable.h"
#include "glx/errors.h"
#include "glx/functions.h"
#include "glx/screen.h"
#include "x11/presenter.h"

#include <GL/glxext.h>
#include <X11/Xlib-xcb.h>
#include <limits.h>
#include <stdlib.h>

static int
query_server(Display *dpy, XID xid, int attribute, unsigned *value)
{
   const struct glx_display *display = glx_display_get(dpy);
   xcb_glx_get_drawable_attributes_reply_t *reply;
   xcb_generic_error_t *error = NULL;
   const uint32_t *list;
   int found = 0;

   if (!display)
      return 0;
   reply = xcb_glx_get_drawable_attributes_reply(
      display->xcb, xcb_glx_get_drawable_attributes(display->xcb, (uint32_t)xid), &error);
   if (error)
      glx_forward_error(dpy, error);
   if (!reply)
      return 0;
   list = xcb_glx_get_drawable_attributes_attribs(reply);
   for (int i = 0; i + 1 < xcb_glx_get_drawable_attributes_attribs_length(reply); i += 2) {
      if (list[i] == (uint32_t)attribute) {
         *value = list[i + 1];
         found = 1;
         break;
      }
   }
   free(reply);
   return found;
}

/* Behind what the program told the server; of a window that is gone, the last size that it had. */
static void
query_size(Display *dpy, struct glx_drawable *drawable, uint32_t *width, uint32_t *height)
{
   xcb_connection_t *xcb = XGetXCBConnection(dpy);
   xcb_get_geometry_reply_t *reply;

   *width = drawable->width;
   *height = drawable->height;
   if (drawable->kind == GLX_KIND_PBUFFER)
      return;
   reply =
      xcb_get_geometry_reply(xcb, xcb_get_geometry(xcb, (xcb_drawable_t)drawable->x_xid), NULL);
   if (reply) {
      *width = reply->width;
      *height = reply->height;
      free(reply);
   } else if (drawable->x11) {
      x11_drawable_size(drawable->x11, width, height);
   }
}

static unsigned
type_bit(const struct glx_drawable *drawable)
{
   return drawable->kind == GLX_KIND_PIXMAP    ? GLX_PIXMAP_BIT
          : drawable->kind == GLX_KIND_PBUFFER ? GLX_PBUFFER_BIT
                                               : GLX_WINDOW_BIT;
}

static unsigned
buffer_age(struct glx_drawable *drawable)
{
   unsigned age;

   pthread_mutex_lock(&drawable->lock);
   age = drawable->x11 ? x11_drawable_buffer_age(drawable->x11) : 0;
   pthread_mutex_unlock(&drawable->lock);
   return age;
}

/* False: no such attribute, or not of this kind. */
static bool
query(Display *dpy, struct glx_drawable *drawable, int attribute, unsigned *value)
{
   bool is_pbuffer = drawable->kind == GLX_KIND_PBUFFER;
   uint32_t width, height;

   switch (attribute) {
   case GLX_WIDTH:
      query_size(dpy, drawable, value, &height);
      return true;
   case GLX_HEIGHT:
      query_size(dpy, drawable, &width, value);
      return true;
   case GLX_FBCONFIG_ID:
      *value = (unsigned)drawable->config->values[CONFIG_FBCONFIG_ID];
      return true;
   case GLX_SCREEN:
      *value = (unsigned)drawable->config->screen;
      return true;
   case GLX_DRAWABLE_TYPE:
      *value = type_bit(drawable);
      return true;
   case GLX_EVENT_MASK:
      *value = drawable->event_mask;
      return true;
   case GLX_LARGEST_PBUFFER:
      *value = drawable->largest;
      return is_pbuffer;
   case GLX_PRESERVED_CONTENTS:
      *value = drawable->preserved;
      return is_pbuffer;
   case GLX_SWAP_INTERVAL_EXT:
      *value = (unsigned)abs(drawable->interval);
      return true;
   case GLX_MAX_SWAP_INTERVAL_EXT:
      *value = INT_MAX;
      return true;
   case GLX_LATE_SWAPS_TEAR_EXT:
      *value = drawable->screen && drawable->screen->has_present;
      return true;
   case GLX_TEXTURE_TARGET_EXT:
      *value = (unsigned)drawable->texture_target;
      return drawable->texture_target != 0;
   case GLX_TEXTURE_FORMAT_EXT:
      *value = (unsigned)drawable->texture_format;
      return drawable->texture_format != 0;
   case GLX_MIPMAP_TEXTURE_EXT:
      *value = False;
      return true;
   case GLX_Y_INVERTED_EXT:
      *value = True;
      return true;
   default:
      return false;
   }
}

static int
get_attribute(Display *dpy, XID xid, int attribute, unsigned *value)
{
   const struct glx_context *context = glx_current();
   struct glx_drawable *drawable;
   bool found;

   drawable = xid ? glx_drawable_find(dpy, xid) : NULL;
   if (attribute == GLX_BACK_BUFFER_AGE_EXT) {
      /* "If <draw> is not bound to the calling thread's current context a GLXBadDrawable error is
       * generated." */
      if (drawable && context && (context->draw == drawable || context->read == drawable))
         *value = buffer_age(drawable);
      else
         glx_error(dpy, XCB_GLX_BAD_DRAWABLE, xid, XCB_GLX_GET_DRAWABLE_ATTRIBUTES);
      glx_drawable_release(drawable);
      return drawable != NULL;
   }
   if (!drawable)
      return query_server(dpy, xid, attribute, value);
   found = query(dpy, drawable, attribute, value);
   glx_drawable_release(drawable);
   return found;
}

void
glx_query_drawable(Display *dpy, GLXDrawable drawable, int attribute, unsigned *value)
{
   get_attribute(dpy, drawable, attribute, value);
}

int
glx_query_glx_pbuffer(Display *dpy, GLXPbuffer pbuffer, int attribute, unsigned *value)
{
   return get_attribute(dpy, pbuffer, attribute, value);
}

void
glx_select_event(Display *dpy, GLXDrawable xid, unsigned long mask)
{
   const struct glx_display *display = glx_display_get(dpy);
   struct glx_drawable *drawable = glx_drawable_find(dpy, xid);
   const uint32_t list[] = { GLX_EVENT_MASK, (uint32_t)mask };

   if (drawable)
      drawable->event_mask = (unsigned)mask;
   glx_drawable_release(drawable);
   if (display)
      xcb_glx_change_drawable_attributes(display->xcb, (uint32_t)xid, 1, list);
}

void
glx_get_selected_event(Display *dpy, GLXDrawable drawable, unsigned long *mask)
{
   unsigned value;

   if (get_attribute(dpy, drawable, GLX_EVENT_MASK, &value))
      *mask = value;
}
