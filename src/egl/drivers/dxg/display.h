/*
 * A display of ours: the process's screen, and what its platform adds.
 */
#ifndef EGL_DXG_DISPLAY_H
#define EGL_DXG_DISPLAY_H

#include "egl/drivers/dxg/screen.h"
#include "egl/main/driver.h"

/* The largest side of a texture (D3D12_REQ_TEXTURE2D_U_OR_V_DIMENSION). */
#define DXG_MAX_SIDE 16384

struct config;
struct wayland_display;
struct dxg_server;
struct x11_display;

struct dxg_display {
   struct dxg_screen *screen;
   struct config *configs;          /* config.c's */
   struct wayland_display *wayland; /* of the platform Wayland: as a client */
   struct x11_display *x11;         /* of the platforms X11 and XCB */
   struct dxg_server *server;       /* of a compositor that bound its wl_display, or NULL */
   void *server_wl_display;         /* the struct wl_display * that it bound */
   unsigned frames_imported;        /* from clients; for DXG_DEBUG=perf */
};

static inline struct dxg_display *
dxg_display(struct egl_display *display)
{
   return egl_display_base(display)->driver_data;
}

#endif
