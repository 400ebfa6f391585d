/*
 * Memory that any compositor can read: for frames that cannot go as handles.
 */
#ifndef EGL_DXG_WAYLAND_SHM_H
#define EGL_DXG_WAYLAND_SHM_H

#include <stddef.h>
#include <stdint.h>

#include <wayland-client.h>

struct shm_buffer {
   struct wl_buffer *wl_buffer;
   void *memory;
   size_t size, stride;
};

/* NULL: no memory. `fourcc` is DRM_FORMAT_ARGB8888 or XRGB8888. The buffer's events come on `queue`. */
struct shm_buffer *shm_buffer_create(struct wl_shm *shm, struct wl_event_queue *queue,
                                     uint32_t width, uint32_t height, uint32_t fourcc);
void shm_buffer_destroy(struct shm_buffer *buffer);

#endif
