/* wl_buffers on textures of clients, and their dxg_buffer_sync_v1. */
#include "wayland/server/objects.h"

#include <stdlib.h>
#include <unistd.h>

static void
handle_destroy(struct wl_client *client, struct wl_resource *resource)
{
   wl_resource_destroy(resource);
}

static const struct wl_buffer_interface implementation = {
   .destroy = handle_destroy,
};

struct server_buffer *
server_buffer_from_resource(struct dxg_server *server, struct wl_resource *resource)
{
   if (!wl_resource_instance_of(resource, &wl_buffer_interface, &implementation))
      return NULL;
   struct server_buffer *buffer = wl_resource_get_user_data(resource);
   return buffer && buffer->client->server == server ? buffer : NULL;
}

struct dxg_server_buffer *
dxg_server_buffer_from_resource(struct dxg_server *server, struct wl_resource *resource)
{
   struct server_buffer *buffer = server_buffer_from_resource(server, resource);

   return buffer ? &buffer->base : NULL;
}

/* ---- Points ----------------------------------------------------------------------------------- */

static void
sync_handle_set_acquire_point(struct wl_client *client, struct wl_resource *resource,
                              uint32_t point_hi, uint32_t point_lo)
{
   struct server_buffer *buffer = wl_resource_get_user_data(resource);

   if (buffer && !acquire_set_point(buffer, (uint64_t)point_hi << 32 | point_lo))
      wl_resource_post_error(resource, DXG_BUFFER_SYNC_V1_ERROR_INVALID_POINT,
                             "the acquire point is not after the last");
}

static const struct dxg_buffer_sync_v1_interface sync_implementation = {
   .destroy = handle_destroy,
   .set_acquire_point = sync_handle_set_acquire_point,
};

static void
on_sync_destroy(struct wl_resource *resource)
{
   struct server_buffer *buffer = wl_resource_get_user_data(resource);

   if (buffer)
      buffer->sync = NULL;
}

void
server_buffer_get_sync(struct wl_client *wl_client, struct wl_resource *dxg, uint32_t id,
                       struct wl_resource *wl_buffer)
{
   struct server_client *client = wl_resource_get_user_data(dxg);
   struct server_buffer *buffer = NULL;

   if (client) {
      buffer = server_buffer_from_resource(client->server, wl_buffer);
      if (!buffer || buffer->sync) {
         wl_resource_post_error(dxg, DXG_V1_ERROR_INVALID_BUFFER, "%s",
                                buffer ? "the buffer has its dxg_buffer_sync_v1"
                                       : "the buffer is not of dxg_v1");
         return;
      }
   }
   struct wl_resource *resource = wl_resource_create(wl_client, &dxg_buffer_sync_v1_interface,
                                                     wl_resource_get_version(dxg), id);
   if (!resource) {
      wl_client_post_no_memory(wl_client);
      return;
   }
   wl_resource_set_implementation(resource, &sync_implementation, buffer, on_sync_destroy);
   if (buffer)
      buffer->sync = resource;
}

void
server_buffer_release(struct server_buffer *buffer)
{
   struct dxg_server *server = buffer->client->server;
   uint64_t point = 0;

   /* A compositor releases when it has told GL of its last read. GL must tell the queue before the
    * point is behind it. */
   if (acquire_set_held(buffer, false) && buffer->sync) {
      server->callbacks->flush(server->data);
      point = dxg_timeline_signal(&buffer->release->timeline, server->device);
   }
   if (buffer->sync)
      dxg_buffer_sync_v1_send_release_point(buffer->sync, point >> 32, (uint32_t)point);
}

/* ---- Life ------------------------------------------------------------------------------------- */

void
server_buffer_destroy(struct server_buffer *buffer)
{
   struct server_client *client = buffer->client;

   acquire_remove_buffer(buffer);
   if (buffer->base.attached)
      client->server->callbacks->detach(client->server->data, buffer->base.attached);
   if (buffer->resource)
      wl_resource_set_user_data(buffer->resource, NULL);
   if (buffer->sync)
      wl_resource_set_user_data(buffer->sync, NULL);
   dxg_texture_finish(&buffer->base.texture);
   server_timeline_unref(buffer->acquire);
   server_timeline_unref(buffer->release);
   client->num_buffers--;
   free(buffer);
}

bool
server_buffers_collect(struct server_client *client)
{
   struct server_buffer *buffer, *next;
   bool lingering = false;

   wl_list_for_each_safe (buffer, next, &client->buffers, link) {
      if (buffer->resource)
         continue;
      if (acquire_is_awaited(buffer))
         lingering = true;
      else
         server_buffer_destroy(buffer);
   }
   return lingering;
}

/* The client may destroy what was released, and what is shown shall not change by that (wl_buffer.destroy).
 * So a buffer that the compositor's queue is still to read lingers until the queue need not wait. */
static void
on_resource_destroy(struct wl_resource *resource)
{
   struct server_buffer *buffer = wl_resource_get_user_data(resource);

   if (!buffer)
      return;
   if (!acquire_is_awaited(buffer)) {
      server_buffer_destroy(buffer);
      return;
   }
   buffer->resource = NULL;
   if (buffer->sync)
      wl_resource_set_user_data(buffer->sync, NULL);
   buffer->sync = NULL;
   server_collect_soon(buffer->client->server);
}

struct request {
   struct server_timeline *acquire, *release; /* NULL: another's */
   int handle;
   int32_t width, height;
   uint32_t format;
};

/* Posts the error of what can be seen without opening the handle. */
static bool
check(const struct server_client *client, struct wl_resource *dxg, const struct request *request)
{
   if (client->num_buffers >= MAX_BUFFERS) {
      wl_resource_post_error(dxg, DXG_V1_ERROR_TOO_MANY, "more than %d buffers", MAX_BUFFERS);
      return false;
   }
   if (request->width < 1 || request->width > MAX_SIZE || request->height < 1 ||
       request->height > MAX_SIZE) {
      wl_resource_post_error(dxg, DXG_V1_ERROR_INVALID_SIZE, "%d×%d", request->width,
                             request->height);
      return false;
   }
   if (!dxg_format_is_supported(client->server->device, request->format)) {
      wl_resource_post_error(dxg, DXG_V1_ERROR_INVALID_FORMAT, "format %08x", request->format);
      return false;
   }
   if (!request->acquire || !request->release || request->acquire == request->release ||
       request->acquire->client != client || request->release->client != client) {
      wl_resource_post_error(dxg, DXG_V1_ERROR_INVALID_TIMELINE,
                             "a buffer needs two timelines of its client");
      return false;
   }
   return true;
}

/* NULL: the error was posted. Takes the handle. */
static struct server_buffer *
open_buffer(struct server_client *client, struct wl_resource *dxg, const struct request *request)
{
   if (!check(client, dxg, request)) {
      close(request->handle);
      return NULL;
   }
   struct server_buffer *buffer = calloc(1, sizeof(*buffer));
   if (!buffer) {
      close(request->handle);
      wl_resource_post_no_memory(dxg);
      return NULL;
   }
   if (!dxg_texture_open(&buffer->base.texture, client->server->device, request->handle,
                         request->width, request->height, request->format)) {
      free(buffer);
      wl_resource_post_error(dxg, DXG_V1_ERROR_INVALID_HANDLE,
                             "the handle is no texture of %d×%d and format %08x", request->width,
                             request->height, request->format);
      return NULL;
   }
   buffer->client = client;
   buffer->acquire = request->acquire;
   buffer->acquire->references++;
   buffer->release = request->release;
   buffer->release->references++;
   client->num_buffers++;
   acquire_add_buffer(buffer);
   return buffer;
}

void
server_buffer_create(struct wl_client *wl_client, struct wl_resource *dxg, uint32_t id,
                     struct wl_resource *acquire, struct wl_resource *release, int32_t handle,
                     int32_t width, int32_t height, uint32_t format)
{
   struct server_client *client = wl_resource_get_user_data(dxg);
   struct server_buffer *buffer = NULL;

   if (client) {
      const struct request request = {
         .acquire = wl_resource_get_user_data(acquire),
         .release = wl_resource_get_user_data(release),
         .handle = handle,
         .width = width,
         .height = height,
         .format = format,
      };
      server_buffers_collect(client);
      buffer = open_buffer(client, dxg, &request);
      if (!buffer)
         return;
   } else {
      close(handle);
   }
   struct wl_resource *resource = wl_resource_create(wl_client, &wl_buffer_interface, 1, id);
   if (!resource) {
      if (buffer)
         server_buffer_destroy(buffer);
      wl_client_post_no_memory(wl_client);
      return;
   }
   wl_resource_set_implementation(resource, &implementation, buffer, on_resource_destroy);
   if (buffer)
      buffer->resource = resource;
}
