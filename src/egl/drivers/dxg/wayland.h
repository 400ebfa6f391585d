/*
 * The platform Wayland, as a client: the connection, and windows.
 *
 * Two ways to the compositor: as handles, by src/wayland/client; or, if it does not speak dxg_v1 or is
 * on another adapter, one copy a frame into wl_shm memory.
 */
#ifndef EGL_DXG_WAYLAND_H
#define EGL_DXG_WAYLAND_H

#include "egl/drivers/dxg/screen.h"
#include "egl/main/driver.h"
#include "wayland/client/client.h"

#include <wayland-client.h>

struct wayland_display {
   struct dxg_screen *screen;
   struct wl_display *connection;
   bool owned; /* the connection is ours */
   struct wl_event_queue *queue;
   struct wl_display *wrapper; /* of the connection, on the queue */
   struct wl_registry *registry;
   struct wl_shm *shm;
   struct dxg_client *client; /* NULL: frames are copied */
   struct dxg_relay *relay;   /* wayland_pass_on.c's; NULL: not used yet */
   bool shm_formats[2];       /* ARGB8888, XRGB8888 */
   uint32_t formats[16];      /* of windows; ended by 0 */
};

/* `native`: a struct wl_display *, or NULL for $WAYLAND_DISPLAY. NULL: no compositor there. */
struct wayland_display *dxg_wayland_init(void *native, struct dxg_screen *screen);
void dxg_wayland_finish(struct wayland_display *wayland);
const uint32_t *dxg_wayland_formats(const struct wayland_display *wayland);

/* Dispatches one batch of events of the queue, waiting for it until `timeout_ms` have passed (-1: for
 * ever). False: the connection is dead. */
bool dxg_wayland_dispatch(struct wayland_display *wayland, struct wl_event_queue *queue,
                          int timeout_ms);

/* Can images of our own clients' buffers become buffers of this connection? NULL: no. */
bool dxg_wayland_passes_on(const struct wayland_display *wayland);
/* egl_driver.create_wayland_buffer: EGL_WL_create_wayland_buffer_from_image. */
void *dxg_create_wayland_buffer(struct egl_display *display, struct egl_image *image);

/* egl_driver.create_window_surface; `native` is a struct wl_egl_window *. */
struct egl_surface *dxg_create_wayland_surface(struct egl_display *display,
                                               struct egl_config *config, void *native,
                                               const struct egl_surface_desc *desc);

#endif
