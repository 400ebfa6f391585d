/*
 * A client's side, for the tests: a connection, windows by wayland-egl, and drawing in them. A frame's
 * every pixel is its number: R + 256 G + 65536 B.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GLES3/gl3.h>
#include <stdbool.h>
#include <stdint.h>
#include <wayland-client.h>
#include <wayland-egl.h>

struct connection {
   struct wl_display *display;
   struct wl_registry *registry;
   struct wl_compositor *compositor;
   struct wl_subcompositor *subcompositor; /* NULL: the compositor has none */
   EGLDisplay egl;
   EGLConfig config; /* RGB888, no alpha */
};

/* To $WAYLAND_DISPLAY. False: said why on stderr. */
bool connection_init(struct connection *connection);
/* eglTerminate, and disconnects. Windows may be alive, but must be of no use any more. */
void connection_finish(struct connection *connection);

struct window {
   struct connection *connection;
   struct wl_surface *wl_surface;
   struct wl_egl_window *native;
   EGLSurface surface;
   EGLContext context;
};

/* With a context of its own, current nowhere. */
bool window_init(struct window *window, struct connection *connection, int width, int height);
/* Current on this thread or nowhere. */
void window_finish(struct window *window);
bool window_make_current(struct window *window);

struct painter {
   GLuint fill, gradient, load;
   GLint fill_color, gradient_blue, load_loops;
};

/* In the current context. */
bool painter_init(struct painter *painter);
void painter_fill(const struct painter *painter, uint32_t number);
/* Pixel x, y, counted from the top left, is x, y, number, each modulo 256. */
void painter_gradient(const struct painter *painter, uint32_t number, int height);
/* Covers everything with noise, slowly. */
void painter_load(const struct painter *painter, int loops);
/* How many loops take the GPU so many milliseconds, for what is current now. */
int painter_calibrate(const struct painter *painter, double ms);

double now_ms(void);

#endif
