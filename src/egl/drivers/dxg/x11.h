/*
 * The platforms X11 and XCB: the connection, its visuals, windows and pixmaps. src/x11 does the
 * work.
 */
#ifndef EGL_DXG_X11_H
#define EGL_DXG_X11_H

#include "egl/drivers/dxg/config.h"
#include "egl/drivers/dxg/screen.h"
#include "egl/main/driver.h"
#include "x11/presenter.h"

struct x11_display {
   struct dxg_screen *screen;
   void *xlib; /* the program's Display *, of the platform X11; or NULL */
   xcb_connection_t *xcb;
   bool owned; /* the connection is ours */
   struct x11_connection *connection;
   struct dxg_visual *visuals; /* of windows; ended by fourcc 0 */
};

/* Is there an X server? `native`: a Display * or xcb_connection_t *, or NULL for $DISPLAY. */
bool dxg_x11_probe(enum egl_platform platform, void *native, const EGLAttrib *attributes);

/* NULL: there is no server, or it cannot be used. */
struct x11_display *dxg_x11_init(const struct egl_display_base *display, struct dxg_screen *screen);
void dxg_x11_finish(struct x11_display *x11);

/* What the program told X is on its way: it may have no other flush than a swap. */
void dxg_x11_flush(const struct x11_display *x11);

/* egl_driver; natives are XIDs */
struct egl_surface *dxg_create_x11_surface(struct egl_display *display, struct egl_config *config,
                                           void *native, const struct egl_surface_desc *desc);
int dxg_x11_match_pixmap(struct egl_display *display, const struct egl_config *config,
                         void *native);
bool dxg_x11_copy_buffers(struct egl_context *context, struct egl_surface *surface, void *native);

#endif
