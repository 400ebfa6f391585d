/*
 * A client that promises frames and never draws them: its acquire points are not reached, ever. Speaks
 * dxg_v1 without EGL, with a device of its own.
 *
 * lying-client PERIOD_MS: a promise every so often, until it is killed. 0: only one.
 */
#include "gpu.h"
#include "wayland/client/client.h"

#include <drm_fourcc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIDE 64
#define NUM_BUFFERS 4

struct liar {
   struct wl_display *display;
   struct wl_compositor *compositor;
   struct gpu gpu;
   struct dxg_swapchain timelines; /* of the swapchain, only these are used */
   struct dxg_texture textures[NUM_BUFFERS];
   struct dxg_client_buffer *buffers[NUM_BUFFERS];
};

static void
handle_global(void *data, struct wl_registry *registry, uint32_t name, const char *interface,
              uint32_t version)
{
   struct liar *liar = data;

   if (strcmp(interface, wl_compositor_interface.name) == 0)
      liar->compositor = wl_registry_bind(registry, name, &wl_compositor_interface, 4);
}

static void
handle_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener registry_listener = {
   .global = handle_global,
   .global_remove = handle_global_remove,
};

static void
handle_release(void *data, uint64_t point)
{
}

static void
fail(const char *what)
{
   fprintf(stderr, "lying-client: %s\n", what);
   exit(1);
}

static void
init(struct liar *liar)
{
   const char *why;

   *liar = (struct liar){ .display = wl_display_connect(NULL) };
   if (!liar->display)
      fail("no compositor");
   wl_registry_add_listener(wl_display_get_registry(liar->display), &registry_listener, liar);
   if (wl_display_roundtrip(liar->display) < 0 || !liar->compositor)
      fail("no wl_compositor");
   gpu_init(&liar->gpu);
   struct dxg_client *client = dxg_client_create(liar->display, &liar->gpu.device, &why);
   if (!client)
      fail(why);
   if (!dxg_swapchain_init(&liar->timelines, &liar->gpu.device, NULL, NULL, SIDE, SIDE,
                           DRM_FORMAT_XRGB8888))
      fail("no timelines");
   struct dxg_client_timelines *timelines = dxg_client_timelines_create(client, &liar->timelines);
   for (unsigned i = 0; i < NUM_BUFFERS; i++) {
      if (!timelines ||
          !dxg_texture_init(&liar->textures[i], &liar->gpu.device, SIDE, SIDE, DRM_FORMAT_XRGB8888))
         fail("no texture");
      liar->buffers[i] = dxg_client_buffer_create(client, timelines, &liar->textures[i], NULL,
                                                  handle_release, NULL);
      if (!liar->buffers[i])
         fail("no buffer");
   }
}

int
main(int argc, char **argv)
{
   struct liar liar;
   const int period_ms = argc > 1 ? atoi(argv[1]) : 0;
   uint64_t point = 0;

   init(&liar);
   struct wl_surface *surface = wl_compositor_create_surface(liar.compositor);
   struct pollfd connection = { .fd = wl_display_get_fd(liar.display), .events = POLLIN };
   do {
      struct dxg_client_buffer *buffer = liar.buffers[point % NUM_BUFFERS];
      dxg_client_buffer_set_acquire_point(buffer, ++point);
      wl_surface_attach(surface, buffer->wl_buffer, 0, 0);
      wl_surface_damage(surface, 0, 0, SIDE, SIDE);
      wl_surface_commit(surface);
      if (wl_display_flush(liar.display) < 0)
         return 1;
      if (poll(&connection, 1, period_ms ? period_ms : -1) > 0 &&
          wl_display_dispatch(liar.display) < 0)
         return 1;
   } while (period_ms);
   while (wl_display_dispatch(liar.display) >= 0) {
   }
   return 0;
}
