/* The global, its clients, and the way from wl_buffer.release to release points. */
#include "wayland/server/objects.h"

#include "util/debug.h"

#include <stdlib.h>

#define VERSION 1

/* How often buffers that linger are looked after: they are few, and not for long. */
#define COLLECT_MS 100

static void
handle_destroy(struct wl_client *client, struct wl_resource *resource)
{
   wl_resource_destroy(resource);
}

const struct dxg_v1_interface server_dxg_implementation = {
   .destroy = handle_destroy,
   .create_timeline = server_timeline_create,
   .create_buffer = server_buffer_create,
   .get_buffer_sync = server_buffer_get_sync,
};

/* ---- Clients ---------------------------------------------------------------------------------- */

static void
client_destroy(struct server_client *client)
{
   struct server_buffer *buffer, *next_buffer;
   struct server_timeline *timeline, *next_timeline;
   struct wl_resource *resource, *next_resource;

   wl_list_for_each_safe (buffer, next_buffer, &client->buffers, link)
      server_buffer_destroy(buffer);
   wl_list_for_each_safe (timeline, next_timeline, &client->timelines, link)
      server_timeline_detach(timeline);
   wl_resource_for_each_safe (resource, next_resource, &client->resources) {
      wl_resource_set_user_data(resource, NULL);
      wl_list_remove(wl_resource_get_link(resource));
      wl_list_init(wl_resource_get_link(resource));
   }
   wl_list_remove(&client->destroy.link);
   wl_list_remove(&client->link);
   free(client);
}

/* Comes before the client's resources are destroyed. */
static void
on_client_destroy(struct wl_listener *listener, void *data)
{
   struct server_client *client = wl_container_of(listener, client, destroy);

   client_destroy(client);
}

static struct server_client *
get_client(struct dxg_server *server, struct wl_client *wl_client)
{
   struct server_client *client;

   wl_list_for_each (client, &server->clients, link) {
      if (client->wl_client == wl_client)
         return client;
   }
   client = calloc(1, sizeof(*client));
   if (!client)
      return NULL;
   client->server = server;
   client->wl_client = wl_client;
   wl_list_init(&client->resources);
   wl_list_init(&client->timelines);
   wl_list_init(&client->buffers);
   client->destroy.notify = on_client_destroy;
   wl_client_add_destroy_listener(wl_client, &client->destroy);
   wl_list_insert(&server->clients, &client->link);
   return client;
}

void
server_collect_soon(struct dxg_server *server)
{
   if (server->collector)
      wl_event_source_timer_update(server->collector, COLLECT_MS);
}

static int
collect(void *data)
{
   struct dxg_server *server = data;
   struct server_client *client;
   bool lingering = false;

   wl_list_for_each (client, &server->clients, link)
      lingering |= server_buffers_collect(client);
   if (lingering)
      server_collect_soon(server);
   return 0;
}

/* ---- The global ------------------------------------------------------------------------------- */

static void
on_resource_destroy(struct wl_resource *resource)
{
   wl_list_remove(wl_resource_get_link(resource));
}

static void
bind(struct wl_client *wl_client, void *data, uint32_t version, uint32_t id)
{
   struct dxg_server *server = data;
   struct server_client *client = get_client(server, wl_client);
   struct wl_resource *resource =
      client ? wl_resource_create(wl_client, &dxg_v1_interface, version, id) : NULL;
   unsigned count;

   if (!resource) {
      wl_client_post_no_memory(wl_client);
      return;
   }
   wl_resource_set_implementation(resource, &server_dxg_implementation, client,
                                  on_resource_destroy);
   wl_list_insert(&client->resources, wl_resource_get_link(resource));

   dxg_v1_send_adapter(resource, server->device->luid >> 32, (uint32_t)server->device->luid,
                       server->device->name);
   const uint32_t *formats = dxg_formats(&count);
   for (unsigned i = 0; i < count; i++) {
      if (dxg_format_is_supported(server->device, formats[i]))
         dxg_v1_send_format(resource, formats[i]);
   }
   dxg_v1_send_done(resource);
}

/* Called before an event goes out: what is sent in here goes out before it. */
static void
on_message(void *data, enum wl_protocol_logger_type type,
           const struct wl_protocol_logger_message *message)
{
   if (type != WL_PROTOCOL_LOGGER_EVENT || message->message_opcode != WL_BUFFER_RELEASE)
      return;
   struct server_buffer *buffer = server_buffer_from_resource(data, message->resource);
   if (buffer)
      server_buffer_release(buffer);
}

static void
leave_display(struct dxg_server *server)
{
   if (!server->display)
      return;
   wl_list_remove(&server->display_destroy.link);
   if (server->logger)
      wl_protocol_logger_destroy(server->logger);
   if (server->collector)
      wl_event_source_remove(server->collector);
   server->collector = NULL;
   if (server->global)
      wl_global_destroy(server->global);
   server->display = NULL;
}

static void
on_display_destroy(struct wl_listener *listener, void *data)
{
   struct dxg_server *server = wl_container_of(listener, server, display_destroy);

   leave_display(server);
}

struct dxg_server *
dxg_server_create(struct wl_display *display, struct dxg_device *device,
                  const struct dxg_server_callbacks *callbacks, void *data)
{
   struct dxg_server *server = calloc(1, sizeof(*server));

   if (!server)
      return NULL;
   if (!acquirer_init(&server->acquirer, device)) {
      free(server);
      return NULL;
   }
   server->display = display;
   server->device = device;
   server->callbacks = callbacks;
   server->data = data;
   wl_list_init(&server->clients);
   server->display_destroy.notify = on_display_destroy;
   wl_display_add_destroy_listener(display, &server->display_destroy);
   server->logger = wl_display_add_protocol_logger(display, on_message, server);
   server->global = wl_global_create(display, &dxg_v1_interface, VERSION, server, bind);
   server->collector = wl_event_loop_add_timer(wl_display_get_event_loop(display), collect, server);
   if (!server->logger || !server->global || !server->collector) {
      dxg_server_destroy(server);
      return NULL;
   }
   return server;
}

void
dxg_server_destroy(struct dxg_server *server)
{
   struct server_client *client, *next;

   if (!server)
      return;
   wl_list_for_each_safe (client, next, &server->clients, link)
      client_destroy(client);
   leave_display(server);
   acquirer_finish(&server->acquirer);
   free(server);
}
