#include "egl/drivers/dxg/wayland.h"

#include "util/debug.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

static void
shm_format(void *data, struct wl_shm *shm, uint32_t format)
{
   struct wayland_display *wayland = data;

   if (format == WL_SHM_FORMAT_ARGB8888)
      wayland->shm_formats[0] = true;
   else if (format == WL_SHM_FORMAT_XRGB8888)
      wayland->shm_formats[1] = true;
}

static const struct wl_shm_listener shm_listener = {
   .format = shm_format,
};

static void
registry_global(void *data, struct wl_registry *registry, uint32_t name, const char *interface,
                uint32_t version)
{
   struct wayland_display *wayland = data;

   if (strcmp(interface, wl_shm_interface.name) == 0 && !wayland->shm) {
      wayland->shm = wl_registry_bind(registry, name, &wl_shm_interface, 1);
      if (wayland->shm)
         wl_shm_add_listener(wayland->shm, &shm_listener, wayland);
   }
}

static void
registry_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener registry_listener = {
   .global = registry_global,
   .global_remove = registry_global_remove,
};

/* The formats that windows can have, on the way that was found. */
static void
find_formats(struct wayland_display *wayland)
{
   static const uint32_t shm_formats[] = { DRM_FORMAT_ARGB8888, DRM_FORMAT_XRGB8888 };
   unsigned count = 0, all_count;
   const uint32_t *all = dxg_formats(&all_count);

   if (!wayland->client) {
      for (unsigned i = 0; i < 2; i++) {
         if (wayland->shm_formats[i])
            wayland->formats[count++] = shm_formats[i];
      }
      return;
   }
   for (unsigned i = 0; i < all_count && count < 15; i++) {
      if (dxg_client_has_format(wayland->client, all[i]))
         wayland->formats[count++] = all[i];
   }
}

struct wayland_display *
dxg_wayland_init(void *native, struct dxg_screen *screen)
{
   struct wayland_display *wayland = calloc(1, sizeof(*wayland));
   const char *why;

   if (!wayland)
      return NULL;
   wayland->screen = screen;
   wayland->owned = !native;
   wayland->connection = native ? native : wl_display_connect(NULL);
   if (!wayland->connection)
      goto fail;
   wayland->queue = wl_display_create_queue(wayland->connection);
   wayland->wrapper = wl_proxy_create_wrapper(wayland->connection);
   if (!wayland->queue || !wayland->wrapper)
      goto fail;
   wl_proxy_set_queue((struct wl_proxy *)wayland->wrapper, wayland->queue);
   wayland->registry = wl_display_get_registry(wayland->wrapper);
   if (!wayland->registry)
      goto fail;
   wl_registry_add_listener(wayland->registry, &registry_listener, wayland);
   /* The globals, then the formats. */
   if (wl_display_roundtrip_queue(wayland->connection, wayland->queue) < 0 ||
       wl_display_roundtrip_queue(wayland->connection, wayland->queue) < 0)
      goto fail;
   if (screen->info->image_import)
      wayland->client = dxg_client_create(wayland->connection, &screen->device, &why);
   else
      why = "this Mesa's driver imports no images";
   if (!wayland->client && !wayland->shm)
      goto fail;
   if (!wayland->client)
      debug_printf(DEBUG_INFO | DEBUG_PERF, "frames are copied into wl_shm: %s", why);
   find_formats(wayland);
   return wayland;

fail:
   dxg_wayland_finish(wayland);
   return NULL;
}

void
dxg_wayland_finish(struct wayland_display *wayland)
{
   if (!wayland)
      return;
   dxg_relay_destroy(wayland->relay);
   dxg_client_destroy(wayland->client);
   if (wayland->shm)
      wl_shm_destroy(wayland->shm);
   if (wayland->registry)
      wl_registry_destroy(wayland->registry);
   if (wayland->wrapper)
      wl_proxy_wrapper_destroy(wayland->wrapper);
   if (wayland->queue)
      wl_event_queue_destroy(wayland->queue);
   if (wayland->owned && wayland->connection)
      wl_display_disconnect(wayland->connection);
   free(wayland);
}

const uint32_t *
dxg_wayland_formats(const struct wayland_display *wayland)
{
   return wayland->formats;
}

bool
dxg_wayland_dispatch(struct wayland_display *wayland, struct wl_event_queue *queue, int timeout_ms)
{
   struct pollfd pollfd = { .fd = wl_display_get_fd(wayland->connection), .events = POLLIN };
   int ready;

   if (wl_display_prepare_read_queue(wayland->connection, queue) != 0)
      return wl_display_dispatch_queue_pending(wayland->connection, queue) >= 0;
   /* A full socket is no error: the compositor reads it, or dies and poll tells. */
   if (wl_display_flush(wayland->connection) < 0 && errno == EAGAIN)
      pollfd.events |= POLLOUT;
   do {
      ready = poll(&pollfd, 1, timeout_ms);
   } while (ready < 0 && errno == EINTR);
   if (ready <= 0 || !(pollfd.revents & (POLLIN | POLLERR | POLLHUP))) {
      wl_display_cancel_read(wayland->connection);
      return ready >= 0;
   }
   return wl_display_read_events(wayland->connection) >= 0 &&
          wl_display_dispatch_queue_pending(wayland->connection, queue) >= 0;
}
