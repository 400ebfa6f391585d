/*
 * What the GLX tests share: an X server, windows, X errors that were expected, pictures as the
 * server has them.
 */
#ifndef TESTS_GLX_HARNESS_H
#define TESTS_GLX_HARNESS_H

#include <GL/gl.h>
#include <GL/glext.h>
#include <GL/glx.h>
#include <GL/glxext.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RED 0xff0000u
#define GREEN 0x00ff00u
#define BLUE 0x0000ffu
#define WHITE 0xffffffu

/* A server for all tests of a group (cmocka's group setup and teardown); without Present if the
 * program's argument says so. */
extern bool without_present;
int start_server(void **state);
int stop_server(void **state);

/* Fails if this is not ours that draws. */
Display *open_display(void);

/* The first config with these attributes, ended by None, that has a visual. NULL: a double-buffered
 * one for windows. */
GLXFBConfig choose_config(Display *dpy, const int *attributes);
/* With the config's visual, and shown. */
Window create_window(Display *dpy, GLXFBConfig config, int width, int height);

/* An extension's function; fails if there is none. */
void *find_function(const char *name);
#define FIND(type, name) ((type)find_function(name))

/* --- X errors ------------------------------------------------------------------------------ */

/* From now on an error fails the test when expect_error or expect_no_error is asked. */
void expect_no_error(Display *dpy);
/* The last error was this one of X. */
void expect_error(Display *dpy, int code);
/* The last error was this one of GLX: GLX_BAD_..., relative to its first. */
void expect_glx_error(Display *dpy, int code);

/* GLX's errors, which GL/glx.h does not name. */
enum {
   BAD_CONTEXT = 0,
   BAD_DRAWABLE = 2,
   BAD_PIXMAP = 3,
   BAD_CURRENT_WINDOW = 5,
   BAD_FB_CONFIG = 9,
   BAD_PBUFFER = 10,
   BAD_WINDOW = 12,
   BAD_PROFILE = 13,
};

/* --- Pictures ------------------------------------------------------------------------------ */

/* 0xRRGGBB */
void clear(unsigned color);
/* Of what GL draws into; from the lower left. */
unsigned gl_pixel(int x, int y);
/* Of an X drawable, from the upper left. */
unsigned x_pixel(Display *dpy, Drawable drawable, int x, int y);
/* Waits until it has that colour; fails after some seconds. */
void expect_pixel(Display *dpy, Drawable drawable, int x, int y, unsigned color);

double now(void); /* seconds */

#endif
