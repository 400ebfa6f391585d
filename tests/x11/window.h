/*
 * A window with an EGL context, and its picture as the server has it.
 */
#ifndef TESTS_X11_WINDOW_H
#define TESTS_X11_WINDOW_H

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GLES2/gl2.h>
#include <X11/Xlib-xcb.h>
#include <stdint.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

struct window {
   Display *xlib; /* NULL on the platform XCB */
   xcb_connection_t *xcb;
   bool foreign; /* the display has another connection */
   EGLDisplay display;
   EGLConfig config;
   EGLContext context;
   EGLSurface surface;
   xcb_window_t xid;
   xcb_colormap_t colormap;
};

/* A connection, a display on it, and no window. Whatever fails fails the test; so does any X
 * error that reaches Xlib's handler. */
void window_connect(struct window *window, EGLenum platform);
/* A config with these EGL attributes, ended by EGL_NONE, and a window with its visual, shown; a
 * context that is current there. */
void window_create(struct window *window, int width, int height, const EGLint *attributes);
/* The two. NULL: a config for opaque windows. */
void window_open(struct window *window, EGLenum platform, int width, int height);
void window_destroy(struct window *window);
void window_disconnect(struct window *window);
void window_close(struct window *window);

/* 0xRRGGBB */
void window_clear(uint32_t color);
void window_clear_part(int x, int y, int width, int height, uint32_t color);

/* A pixel of a drawable, from the upper left: what another client sees. */
uint32_t window_pixel(xcb_drawable_t xid, int x, int y);
/* Waits until it has that colour; fails after some seconds. */
void window_expect(xcb_drawable_t xid, int x, int y, uint32_t color);

int64_t now_ms(void);

#endif
