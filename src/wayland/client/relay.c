/* Textures of others, handed on. */
#include "wayland/client/objects.h"

#include "gallium/winsys/dxg/guard.h"

#include <pthread.h>
#include <stdlib.h>

struct dxg_relay {
   struct dxg_client *client;
   struct dxg_device *device;
   struct dxg_timeline drawn, released;
   struct dxg_guard guard; /* of `released` */
   struct dxg_client_timelines *timelines;
   pthread_mutex_t lock;
   struct wl_list passed; /* passed.link */
};

/* A buffer whose first release is not heard of yet. */
struct passed {
   struct dxg_relay *relay;
   struct wl_list link;
   struct dxg_buffer_sync_v1 *sync;
};

static void
forget(struct passed *passed)
{
   wl_list_remove(&passed->link);
   dxg_buffer_sync_v1_destroy(passed->sync);
   free(passed);
}

static void
on_release_point(void *data, struct dxg_buffer_sync_v1 *sync, uint32_t point_hi, uint32_t point_lo)
{
   struct passed *passed = data;
   struct dxg_relay *relay = passed->relay;

   /* The wl_buffer.release behind this event makes our caller release its client's buffer. That client
    * will wait for our queue, and this makes our queue wait for the other compositor's. */
   const uint64_t point = (uint64_t)point_hi << 32 | point_lo;
   pthread_mutex_lock(&relay->lock);
   if (dxg_timeline_queue_wait(&relay->released, relay->device, point))
      dxg_guard_watch(&relay->guard, point);
   forget(passed);
   pthread_mutex_unlock(&relay->lock);
}

static const struct dxg_buffer_sync_v1_listener sync_listener = {
   .release_point = on_release_point,
};

struct dxg_relay *
dxg_relay_create(struct dxg_client *client, struct dxg_device *device)
{
   struct dxg_relay *relay = calloc(1, sizeof(*relay));

   if (!relay)
      return NULL;
   relay->client = client;
   relay->device = device;
   if (!dxg_timeline_init(&relay->drawn, device))
      goto fail;
   if (!dxg_timeline_init(&relay->released, device))
      goto fail_drawn;
   relay->timelines = dxg_client_timelines_create_from(client, &relay->drawn, &relay->released);
   if (!relay->timelines)
      goto fail_released;
   dxg_guard_init(&relay->guard, &relay->released, DXG_RELEASE_PATIENCE_MS);
   pthread_mutex_init(&relay->lock, NULL);
   wl_list_init(&relay->passed);
   return relay;

fail_released:
   dxg_timeline_finish(&relay->released);
fail_drawn:
   dxg_timeline_finish(&relay->drawn);
fail:
   free(relay);
   return NULL;
}

void
dxg_relay_destroy(struct dxg_relay *relay)
{
   struct passed *passed, *next;

   if (!relay)
      return;
   wl_list_for_each_safe (passed, next, &relay->passed, link)
      forget(passed);
   dxg_guard_finish(&relay->guard);
   /* Our queue shall not wait for one that nobody listens to any more. */
   dxg_timeline_signal_now(&relay->released, UINT64_MAX);
   dxg_client_timelines_destroy(relay->timelines);
   dxg_timeline_finish(&relay->released);
   dxg_timeline_finish(&relay->drawn);
   pthread_mutex_destroy(&relay->lock);
   free(relay);
}

static struct wl_buffer *
create_buffer(struct dxg_relay *relay, struct passed *passed, const struct dxg_texture *texture)
{
   struct dxg_v1 *wrapper = wl_proxy_create_wrapper(relay->client->dxg);
   struct wl_buffer *wl_buffer;

   if (!wrapper)
      return NULL;
   wl_proxy_set_queue((struct wl_proxy *)wrapper, NULL);
   wl_buffer =
      dxg_v1_create_buffer(wrapper, relay->timelines->drawn, relay->timelines->released,
                           texture->handle, texture->width, texture->height, texture->fourcc);
   if (wl_buffer)
      passed->sync = dxg_v1_get_buffer_sync(wrapper, wl_buffer);
   wl_proxy_wrapper_destroy(wrapper);
   if (wl_buffer && !passed->sync) {
      wl_buffer_destroy(wl_buffer);
      wl_buffer = NULL;
   }
   return wl_buffer;
}

struct wl_buffer *
dxg_relay_pass_on(struct dxg_relay *relay, const struct dxg_texture *texture)
{
   struct passed *passed = calloc(1, sizeof(*passed));
   struct wl_buffer *wl_buffer = NULL;
   uint64_t point;

   if (!passed)
      return NULL;
   passed->relay = relay;
   pthread_mutex_lock(&relay->lock);
   point = dxg_timeline_signal(&relay->drawn, relay->device);
   if (point)
      wl_buffer = create_buffer(relay, passed, texture);
   if (wl_buffer) {
      dxg_buffer_sync_v1_add_listener(passed->sync, &sync_listener, passed);
      dxg_buffer_sync_v1_set_acquire_point(passed->sync, point >> 32, (uint32_t)point);
      wl_list_insert(&relay->passed, &passed->link);
   } else {
      free(passed);
   }
   pthread_mutex_unlock(&relay->lock);
   return wl_buffer;
}
