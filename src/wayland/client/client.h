/*
 * The client half of protocol/dxg-v1.xml.
 *
 * Objects belong to the event queue that they were created with, and events arrive when its owner
 * dispatches that queue. Not thread-safe: one thread at a time for one object.
 */
#ifndef DXG_WAYLAND_CLIENT_H
#define DXG_WAYLAND_CLIENT_H

#include "gallium/winsys/dxg/swapchain.h"

#include <wayland-client.h>

struct dxg_client;

/*
 * Binds the compositor's dxg_v1, with round trips on a queue of its own. NULL: it has none, or works on
 * another adapter, or the connection is dead; *why then says which (static). The display and the device
 * must outlive it.
 */
struct dxg_client *dxg_client_create(struct wl_display *display, struct dxg_device *device,
                                     const char **why);
void dxg_client_destroy(struct dxg_client *client);
bool dxg_client_has_format(const struct dxg_client *client, uint32_t fourcc);

/* The protocol's two timelines of a swapchain. */
struct dxg_client_timelines;
struct dxg_client_timelines *dxg_client_timelines_create(struct dxg_client *client,
                                                         const struct dxg_swapchain *swapchain);
void dxg_client_timelines_destroy(struct dxg_client_timelines *timelines);

/* A buffer of the swapchain as a wl_buffer. */
struct dxg_client_buffer {
   struct wl_buffer *wl_buffer; /* attach this */
   struct dxg_buffer_sync_v1 *sync;
   void (*on_release)(void *data, uint64_t point);
   void *data;
   uint64_t release_point;
};

/* `on_release` is called when the compositor released the buffer, with the point that our queue must
 * wait for. Events are dispatched on `queue`. NULL: out of memory. */
struct dxg_client_buffer *dxg_client_buffer_create(struct dxg_client *client,
                                                   struct dxg_client_timelines *timelines,
                                                   const struct dxg_texture *texture,
                                                   struct wl_event_queue *queue,
                                                   void (*on_release)(void *data, uint64_t point),
                                                   void *data);
void dxg_client_buffer_destroy(struct dxg_client_buffer *buffer);
/* Tells the compositor when the next commit's content is complete. Before wl_surface.commit. 0, which
 * dxg_swapchain_present says when the device is gone, is told to nobody. */
void dxg_client_buffer_set_acquire_point(struct dxg_client_buffer *buffer, uint64_t point);

/*
 * A compositor that is a client itself hands its clients' textures on. Thread-safe, but for destroy.
 */
struct dxg_relay;
struct dxg_relay *dxg_relay_create(struct dxg_client *client, struct dxg_device *device);
void dxg_relay_destroy(struct dxg_relay *relay);

/* The texture as a wl_buffer of the caller's own, without listeners, on the default queue. For its first
 * use our queue's work is in order with the other compositor's: what it is told to do now comes before
 * that one's reading, and what it is told to do after the buffer's release comes after. NULL: out of
 * memory, or the device is gone. */
struct wl_buffer *dxg_relay_pass_on(struct dxg_relay *relay, const struct dxg_texture *texture);

#endif
