/* Binding dxg_v1. */
#include "wayland/client/objects.h"

#include <stdlib.h>
#include <string.h>

/* ---- Events of dxg_v1 ------------------------------------------------------------------------- */

static void
on_adapter(void *data, struct dxg_v1 *dxg, uint32_t luid_hi, uint32_t luid_lo, const char *name)
{
   struct dxg_client *client = data;

   client->luid = (uint64_t)luid_hi << 32 | luid_lo;
}

static void
on_format(void *data, struct dxg_v1 *dxg, uint32_t format)
{
   struct dxg_client *client = data;
   unsigned count;
   const uint32_t *formats = dxg_formats(&count);

   for (unsigned i = 0; i < count; i++) {
      if (formats[i] == format)
         client->formats |= 1u << i;
   }
}

static void
on_done(void *data, struct dxg_v1 *dxg)
{
   struct dxg_client *client = data;

   client->done = true;
}

static const struct dxg_v1_listener listener = {
   .adapter = on_adapter,
   .format = on_format,
   .done = on_done,
};

/* ---- The registry ----------------------------------------------------------------------------- */

static void
on_global(void *data, struct wl_registry *registry, uint32_t name, const char *interface,
          uint32_t version)
{
   struct dxg_client *client = data;

   if (client->dxg || strcmp(interface, dxg_v1_interface.name) != 0)
      return;
   client->dxg = wl_registry_bind(registry, name, &dxg_v1_interface, 1);
   if (client->dxg)
      dxg_v1_add_listener(client->dxg, &listener, client);
}

static void
on_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
   /* Without its global the compositor's half still answers. */
}

static const struct wl_registry_listener registry_listener = {
   .global = on_global,
   .global_remove = on_global_remove,
};

static bool
get_global(struct dxg_client *client, struct wl_display *display)
{
   struct wl_display *wrapper = wl_proxy_create_wrapper(display);

   if (!wrapper)
      return false;
   wl_proxy_set_queue((struct wl_proxy *)wrapper, client->queue);
   struct wl_registry *registry = wl_display_get_registry(wrapper);
   wl_proxy_wrapper_destroy(wrapper);
   if (!registry)
      return false;
   wl_registry_add_listener(registry, &registry_listener, client);
   /* One for the globals, one for what ours has to say. */
   const bool ok = wl_display_roundtrip_queue(display, client->queue) >= 0 &&
                   (!client->dxg || wl_display_roundtrip_queue(display, client->queue) >= 0);
   wl_registry_destroy(registry);
   return ok;
}

/* NULL: all is well. */
static const char *
connect_global(struct dxg_client *client, struct wl_display *display, struct dxg_device *device)
{
   client->queue = wl_display_create_queue(display);
   if (!client->queue)
      return "out of memory";
   if (!get_global(client, display))
      return "the connection to the compositor is dead";
   if (!client->dxg)
      return "the compositor has no dxg_v1";
   if (!client->done)
      return "the compositor's dxg_v1 says nothing";
   if (client->luid != device->luid)
      return "the compositor works on another adapter";
   return NULL;
}

struct dxg_client *
dxg_client_create(struct wl_display *display, struct dxg_device *device, const char **why)
{
   struct dxg_client *client = calloc(1, sizeof(*client));

   *why = client ? connect_global(client, display, device) : "out of memory";
   if (!*why)
      return client;
   dxg_client_destroy(client);
   return NULL;
}

void
dxg_client_destroy(struct dxg_client *client)
{
   if (!client)
      return;
   if (client->dxg)
      dxg_v1_destroy(client->dxg);
   if (client->queue)
      wl_event_queue_destroy(client->queue);
   free(client);
}

bool
dxg_client_has_format(const struct dxg_client *client, uint32_t fourcc)
{
   unsigned count;
   const uint32_t *formats = dxg_formats(&count);

   for (unsigned i = 0; i < count; i++) {
      if (formats[i] == fourcc)
         return client->formats & 1u << i;
   }
   return false;
}
