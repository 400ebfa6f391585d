#include "harness.h"

#include "../x11/server.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_SECONDS 5.0

static struct server server;
static int last_error, error_base;

static int
remember_error(Display *dpy, XErrorEvent *error)
{
   last_error = error->error_code;
   return 0;
}

bool without_present;

int
start_server(void **state)
{
   /* Present's events are of the kind that this extension brings. */
   static const char *const switched_off[] = { "Generic Event Extension", NULL };
   int event_base;
   Display *dpy;

   XInitThreads();
   server_start(&server, 24, without_present ? switched_off : NULL);
   XSetErrorHandler(remember_error);
   dpy = XOpenDisplay(NULL);
   if (!dpy || !glXQueryExtension(dpy, &error_base, &event_base))
      return 1;
   XCloseDisplay(dpy);
   return 0;
}

int
stop_server(void **state)
{
   server_stop(&server);
   return 0;
}

Display *
open_display(void)
{
   Display *dpy = XOpenDisplay(NULL);

   assert_non_null(dpy);
   assert_string_equal(glXGetClientString(dpy, GLX_VENDOR), "mesa-dxg");
   last_error = Success;
   return dpy;
}

GLXFBConfig
choose_config(Display *dpy, const int *attributes)
{
   static const int standard[] = { GLX_DOUBLEBUFFER, True, GLX_RED_SIZE, 8, GLX_DEPTH_SIZE, 24,
                                   GLX_STENCIL_SIZE, 8,    None };
   int count;
   GLXFBConfig *list =
      glXChooseFBConfig(dpy, DefaultScreen(dpy), attributes ? attributes : standard, &count);
   GLXFBConfig config = NULL;

   assert_non_null(list);
   for (int i = 0; i < count && !config; i++) {
      XVisualInfo *visual = glXGetVisualFromFBConfig(dpy, list[i]);

      if (visual)
         config = list[i];
      XFree(visual);
   }
   XFree(list);
   assert_non_null(config);
   return config;
}

Window
create_window(Display *dpy, GLXFBConfig config, int width, int height)
{
   XVisualInfo *visual = glXGetVisualFromFBConfig(dpy, config);
   const Window root = DefaultRootWindow(dpy);
   XSetWindowAttributes attributes = { .event_mask = StructureNotifyMask };
   XEvent event;
   Window window;

   assert_non_null(visual);
   attributes.colormap = XCreateColormap(dpy, root, visual->visual, AllocNone);
   window = XCreateWindow(dpy, root, 0, 0, (unsigned)width, (unsigned)height, 0, visual->depth,
                          InputOutput, visual->visual, CWBorderPixel | CWColormap | CWEventMask,
                          &attributes);
   XFreeColormap(dpy, attributes.colormap);
   XFree(visual);
   XMapWindow(dpy, window);
   do {
      XWindowEvent(dpy, window, StructureNotifyMask, &event);
   } while (event.type != MapNotify);
   return window;
}

void *
find_function(const char *name)
{
   void *function = (void *)glXGetProcAddress((const GLubyte *)name);

   assert_non_null(function);
   return function;
}

/* --- X errors ------------------------------------------------------------------------------ */

static int
take_error(Display *dpy)
{
   int error;

   XSync(dpy, False);
   error = last_error;
   last_error = Success;
   return error;
}

void
expect_no_error(Display *dpy)
{
   assert_int_equal(take_error(dpy), Success);
}

void
expect_error(Display *dpy, int code)
{
   assert_int_equal(take_error(dpy), code);
}

void
expect_glx_error(Display *dpy, int code)
{
   assert_int_equal(take_error(dpy) - error_base, code);
}

/* --- Pictures ------------------------------------------------------------------------------ */

void
clear(unsigned color)
{
   glClearColor((float)(color >> 16 & 0xff) / 255, (float)(color >> 8 & 0xff) / 255,
                (float)(color & 0xff) / 255, 1);
   glClear(GL_COLOR_BUFFER_BIT);
}

unsigned
gl_pixel(int x, int y)
{
   GLubyte rgba[4];

   glReadPixels(x, y, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, rgba);
   return (unsigned)rgba[0] << 16 | (unsigned)rgba[1] << 8 | rgba[2];
}

unsigned
x_pixel(Display *dpy, Drawable drawable, int x, int y)
{
   XImage *image = XGetImage(dpy, drawable, x, y, 1, 1, AllPlanes, ZPixmap);
   unsigned long pixel;

   assert_non_null(image);
   pixel = XGetPixel(image, 0, 0);
   XDestroyImage(image);
   return pixel & 0xffffff;
}

void
expect_pixel(Display *dpy, Drawable drawable, int x, int y, unsigned color)
{
   const double end = now() + PATIENCE_SECONDS;

   while (x_pixel(dpy, drawable, x, y) != color && now() < end)
      usleep(5000);
   assert_int_equal(x_pixel(dpy, drawable, x, y), color);
}

double
now(void)
{
   struct timespec time;

   clock_gettime(CLOCK_MONOTONIC, &time);
   return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}
