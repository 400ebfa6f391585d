/*
 * The server half of protocol/dxg-v1.xml: lives in the compositor's EGL library, behind
 * EGL_WL_bind_wayland_display, in a compositor that knows nothing of it.
 *
 * Nothing that a client sends is trusted. Requests are handled on the thread that dispatches the
 * wl_display; the functions below may be called on the thread that renders, if that is another, but
 * not while the client's buffer is being destroyed.
 */
#ifndef DXG_WAYLAND_SERVER_H
#define DXG_WAYLAND_SERVER_H

#include "gallium/winsys/dxg/texture.h"
#include "gallium/winsys/dxg/timeline.h"

#include <wayland-server.h>

struct dxg_server;

struct dxg_server_callbacks {
   /* Hand what the compositor's context, current on this thread, was told so far to the queue: a
    * buffer is about to be released, and its reading must come before the release point. */
   void (*flush)(void *data);
   /* The buffer goes; destroy `attached`. */
   void (*detach)(void *data, void *attached);
};

/* Advertises dxg_v1. The display and the device outlive it. NULL: out of memory. */
struct dxg_server *dxg_server_create(struct wl_display *display, struct dxg_device *device,
                                     const struct dxg_server_callbacks *callbacks, void *data);
/* Also safe after the wl_display was destroyed. Buffers that live on become inert. */
void dxg_server_destroy(struct dxg_server *server);

struct dxg_server_buffer {
   struct dxg_texture texture;
   void *attached; /* the owner's: made when first needed, destroyed by `detach` */
};

/* The buffer behind a wl_buffer, or NULL if it is not one of ours. */
struct dxg_server_buffer *dxg_server_buffer_from_resource(struct dxg_server *server,
                                                          struct wl_resource *resource);

/*
 * The compositor is going to read the buffer: has its queue wait for the client's acquire point. The
 * queue waits for a fence of ours, never the client's own, so that it goes on in bounded time whatever
 * the client does. Waits on no CPU.
 */
void dxg_server_buffer_acquire(struct dxg_server_buffer *buffer);

#endif
