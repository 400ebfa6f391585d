/* A swapchain's timelines and buffers, as the compositor knows them. */
#include "wayland/client/objects.h"

#include <stdlib.h>

struct dxg_client_timelines *
dxg_client_timelines_create(struct dxg_client *client, const struct dxg_swapchain *swapchain)
{
   return dxg_client_timelines_create_from(client, &swapchain->drawn, &swapchain->released);
}

struct dxg_client_timelines *
dxg_client_timelines_create_from(struct dxg_client *client, const struct dxg_timeline *drawn,
                                 const struct dxg_timeline *released)
{
   struct dxg_client_timelines *timelines = calloc(1, sizeof(*timelines));

   if (!timelines)
      return NULL;
   timelines->drawn = dxg_v1_create_timeline(client->dxg, drawn->handle);
   timelines->released = dxg_v1_create_timeline(client->dxg, released->handle);
   if (timelines->drawn && timelines->released)
      return timelines;
   dxg_client_timelines_destroy(timelines);
   return NULL;
}

void
dxg_client_timelines_destroy(struct dxg_client_timelines *timelines)
{
   if (!timelines)
      return;
   if (timelines->drawn)
      dxg_timeline_v1_destroy(timelines->drawn);
   if (timelines->released)
      dxg_timeline_v1_destroy(timelines->released);
   free(timelines);
}

static void
on_release_point(void *data, struct dxg_buffer_sync_v1 *sync, uint32_t point_hi, uint32_t point_lo)
{
   struct dxg_client_buffer *buffer = data;

   buffer->release_point = (uint64_t)point_hi << 32 | point_lo;
}

static const struct dxg_buffer_sync_v1_listener sync_listener = {
   .release_point = on_release_point,
};

static void
on_release(void *data, struct wl_buffer *wl_buffer)
{
   struct dxg_client_buffer *buffer = data;
   const uint64_t point = buffer->release_point;

   buffer->release_point = 0;
   buffer->on_release(buffer->data, point); /* may destroy the buffer */
}

static const struct wl_buffer_listener buffer_listener = {
   .release = on_release,
};

struct dxg_client_buffer *
dxg_client_buffer_create(struct dxg_client *client, struct dxg_client_timelines *timelines,
                         const struct dxg_texture *texture, struct wl_event_queue *queue,
                         void (*on_released)(void *data, uint64_t point), void *data)
{
   struct dxg_client_buffer *buffer = calloc(1, sizeof(*buffer));
   /* What is made by the wrapper is on its queue from the start, so that no event goes astray. */
   struct dxg_v1 *wrapper = wl_proxy_create_wrapper(client->dxg);

   if (buffer && wrapper) {
      wl_proxy_set_queue((struct wl_proxy *)wrapper, queue);
      buffer->wl_buffer =
         dxg_v1_create_buffer(wrapper, timelines->drawn, timelines->released, texture->handle,
                              texture->width, texture->height, texture->fourcc);
      if (buffer->wl_buffer)
         buffer->sync = dxg_v1_get_buffer_sync(wrapper, buffer->wl_buffer);
   }
   if (wrapper)
      wl_proxy_wrapper_destroy(wrapper);
   if (!buffer || !buffer->sync) {
      dxg_client_buffer_destroy(buffer);
      return NULL;
   }
   buffer->on_release = on_released;
   buffer->data = data;
   wl_buffer_add_listener(buffer->wl_buffer, &buffer_listener, buffer);
   dxg_buffer_sync_v1_add_listener(buffer->sync, &sync_listener, buffer);
   return buffer;
}

void
dxg_client_buffer_destroy(struct dxg_client_buffer *buffer)
{
   if (!buffer)
      return;
   if (buffer->sync)
      dxg_buffer_sync_v1_destroy(buffer->sync);
   if (buffer->wl_buffer)
      wl_buffer_destroy(buffer->wl_buffer);
   free(buffer);
}

void
dxg_client_buffer_set_acquire_point(struct dxg_client_buffer *buffer, uint64_t point)
{
   if (point)
      dxg_buffer_sync_v1_set_acquire_point(buffer->sync, point >> 32, (uint32_t)point);
}
