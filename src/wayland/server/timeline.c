/* dxg_timeline_v1: fences of clients. */
#include "wayland/server/objects.h"

#include <stdlib.h>
#include <unistd.h>

static void
handle_destroy(struct wl_client *client, struct wl_resource *resource)
{
   wl_resource_destroy(resource);
}

static const struct dxg_timeline_v1_interface implementation = {
   .destroy = handle_destroy,
};

void
server_timeline_unref(struct server_timeline *timeline)
{
   if (--timeline->references)
      return;
   wl_list_remove(&timeline->link);
   timeline->client->num_timelines--;
   dxg_timeline_finish(&timeline->timeline);
   free(timeline);
}

void
server_timeline_detach(struct server_timeline *timeline)
{
   if (!timeline->resource)
      return;
   wl_resource_set_user_data(timeline->resource, NULL);
   timeline->resource = NULL;
   server_timeline_unref(timeline);
}

static void
on_resource_destroy(struct wl_resource *resource)
{
   struct server_timeline *timeline = wl_resource_get_user_data(resource);

   if (timeline)
      server_timeline_detach(timeline);
}

/* NULL: the error was posted. */
static struct server_timeline *
open_timeline(struct server_client *client, struct wl_resource *dxg, int handle)
{
   if (client->num_timelines >= MAX_TIMELINES) {
      close(handle);
      wl_resource_post_error(dxg, DXG_V1_ERROR_TOO_MANY, "more than %d timelines", MAX_TIMELINES);
      return NULL;
   }
   struct server_timeline *timeline = calloc(1, sizeof(*timeline));
   if (!timeline) {
      close(handle);
      wl_resource_post_no_memory(dxg);
      return NULL;
   }
   if (!dxg_timeline_open(&timeline->timeline, client->server->device, handle)) {
      free(timeline);
      wl_resource_post_error(dxg, DXG_V1_ERROR_INVALID_TIMELINE, "the handle is no shared fence");
      return NULL;
   }
   timeline->client = client;
   timeline->references = 1;
   wl_list_insert(&client->timelines, &timeline->link);
   client->num_timelines++;
   return timeline;
}

void
server_timeline_create(struct wl_client *wl_client, struct wl_resource *dxg, uint32_t id,
                       int32_t handle)
{
   struct server_client *client = wl_resource_get_user_data(dxg);
   struct server_timeline *timeline = NULL;

   if (client) {
      timeline = open_timeline(client, dxg, handle);
      if (!timeline)
         return;
   } else {
      close(handle);
   }
   struct wl_resource *resource =
      wl_resource_create(wl_client, &dxg_timeline_v1_interface, wl_resource_get_version(dxg), id);
   if (!resource) {
      if (timeline)
         server_timeline_unref(timeline);
      wl_client_post_no_memory(wl_client);
      return;
   }
   wl_resource_set_implementation(resource, &implementation, timeline, on_resource_destroy);
   if (timeline)
      timeline->resource = resource;
}
