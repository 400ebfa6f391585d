#include "glx/display.h"

#include "glx/context.h"
#include "glx/drawable.h"
#include "glx/events.h"
#include "glx/screen.h"

#include <X11/Xlib-xcb.h>
#include <X11/Xlibint.h>
#include <stdlib.h>
#include <xcb/glx.h>

/* Guards the list. Only pointers are followed while it is held. */
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct glx_display *displays;
/* Held while a display or a screen is made, which asks the server; taken before list_lock. */
static pthread_mutex_t create_lock = PTHREAD_MUTEX_INITIALIZER;

static struct glx_display *
find_display(Display *dpy)
{
   struct glx_display *display;

   pthread_mutex_lock(&list_lock);
   for (display = displays; display && display->dpy != dpy; display = display->next)
      ;
   pthread_mutex_unlock(&list_lock);
   return display;
}

static void
destroy_display(struct glx_display *display)
{
   for (unsigned i = 0; display->screens && i < display->screen_count; i++)
      glx_screen_destroy(display->screens[i]);
   free(display->screens);
   free(display->screen_tried);
   pthread_mutex_destroy(&display->lock);
   free(display);
}

/* XCloseDisplay calls this before it closes the connection. */
static int
close_display(Display *dpy, XExtCodes *codes)
{
   struct glx_display **link, *display;

   pthread_mutex_lock(&list_lock);
   for (link = &displays; *link && (*link)->dpy != dpy; link = &(*link)->next)
      ;
   display = *link;
   if (display)
      *link = display->next;
   pthread_mutex_unlock(&list_lock);
   if (!display)
      return 0;
   glx_contexts_close(display);
   glx_drawables_close(display);
   destroy_display(display);
   return 0;
}

/* GLX 1.3 has the FB configs and drawables that all here is built on. */
static bool
server_has_glx(xcb_connection_t *xcb)
{
   xcb_glx_query_version_reply_t *reply =
      xcb_glx_query_version_reply(xcb, xcb_glx_query_version(xcb, 1, 4), NULL);
   bool is_enough = reply && (reply->major_version > 1 || reply->minor_version >= 3);

   free(reply);
   return is_enough;
}

static struct glx_display *
create_display(Display *dpy)
{
   struct glx_display *display;
   XExtCodes *codes = XInitExtension(dpy, "GLX");

   if (!codes || !server_has_glx(XGetXCBConnection(dpy)))
      return NULL;
   display = calloc(1, sizeof(*display));
   if (!display)
      return NULL;
   display->dpy = dpy;
   display->xcb = XGetXCBConnection(dpy);
   display->codes = codes;
   display->screen_count = (unsigned)ScreenCount(dpy);
   display->screens = calloc(display->screen_count, sizeof(*display->screens));
   display->screen_tried = calloc(display->screen_count, sizeof(*display->screen_tried));
   pthread_mutex_init(&display->lock, NULL);
   if (!display->screens || !display->screen_tried) {
      destroy_display(display);
      return NULL;
   }
   XESetCloseDisplay(dpy, codes->extension, close_display);
   glx_events_init(display);
   return display;
}

struct glx_display *
glx_display_get(Display *dpy)
{
   struct glx_display *display;

   if (!dpy)
      return NULL;
   display = find_display(dpy);
   if (display)
      return display;
   pthread_mutex_lock(&create_lock);
   display = find_display(dpy);
   if (!display) {
      display = create_display(dpy);
      if (display) {
         pthread_mutex_lock(&list_lock);
         display->next = displays;
         displays = display;
         pthread_mutex_unlock(&list_lock);
      }
   }
   pthread_mutex_unlock(&create_lock);
   return display;
}

struct glx_screen *
glx_screen_get(Display *dpy, int number)
{
   struct glx_display *display = glx_display_get(dpy);
   struct glx_screen *screen;

   if (!display || number < 0 || (unsigned)number >= display->screen_count)
      return NULL;
   screen = __atomic_load_n(&display->screens[number], __ATOMIC_ACQUIRE);
   if (screen)
      return screen;
   pthread_mutex_lock(&create_lock);
   if (!display->screen_tried[number]) {
      __atomic_store_n(&display->screens[number], glx_screen_create(display, number),
                       __ATOMIC_RELEASE);
      display->screen_tried[number] = true;
   }
   screen = display->screens[number];
   pthread_mutex_unlock(&create_lock);
   return screen;
}

void *
glx_display_find(void *(*function)(struct glx_display *display, void *data), void *data)
{
   void *result = NULL;

   pthread_mutex_lock(&list_lock);
   for (struct glx_display *display = displays; display && !result; display = display->next)
      result = function(display, data);
   pthread_mutex_unlock(&list_lock);
   return result;
}
