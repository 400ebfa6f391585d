#include "info.h"

#include "gallium/winsys/dxg/runtime.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wayland-client.h>

#include "dxg-v1-client-protocol.h"

struct compositor {
   struct dxg_v1 *dxg;
   uint64_t luid;
   char adapter[128];
};

static void
on_adapter(void *data, struct dxg_v1 *dxg, uint32_t luid_hi, uint32_t luid_lo, const char *name)
{
   struct compositor *compositor = data;

   compositor->luid = (uint64_t)luid_hi << 32 | luid_lo;
   strncpy(compositor->adapter, name, sizeof(compositor->adapter) - 1);
}

static void
on_format(void *data, struct dxg_v1 *dxg, uint32_t format)
{
}

static void
on_done(void *data, struct dxg_v1 *dxg)
{
}

static const struct dxg_v1_listener dxg_listener = {
   .adapter = on_adapter,
   .format = on_format,
   .done = on_done,
};

static void
on_global(void *data, struct wl_registry *registry, uint32_t name, const char *interface,
          uint32_t version)
{
   struct compositor *compositor = data;

   if (strcmp(interface, dxg_v1_interface.name) != 0 || compositor->dxg)
      return;
   compositor->dxg = wl_registry_bind(registry, name, &dxg_v1_interface, 1);
   dxg_v1_add_listener(compositor->dxg, &dxg_listener, compositor);
}

static void
on_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener registry_listener = {
   .global = on_global,
   .global_remove = on_global_remove,
};

static void
print_way(const struct compositor *compositor)
{
   const char *why;
   const struct dxg_runtime *runtime = dxg_runtime_get(&why);

   if (!compositor->dxg)
      info_print("frames", "are copied into wl_shm: the compositor has no dxg_v1");
   else if (!runtime)
      info_print("frames", "are not ours: %s", why);
   else if (compositor->luid != runtime->adapter_luid)
      info_print("frames", "are copied into wl_shm: the compositor is on \"%s\"",
                 compositor->adapter);
   else
      info_print("frames", "go as handles, nothing is copied");
}

void
info_wayland(void)
{
   struct compositor compositor = { .dxg = NULL };
   struct wl_display *display;
   struct wl_registry *registry;

   printf("\nWayland\n");
   if (!getenv("WAYLAND_DISPLAY")) {
      info_print("compositor", "none: WAYLAND_DISPLAY is not set");
      return;
   }
   display = wl_display_connect(NULL);
   if (!display) {
      info_print("compositor", "none at WAYLAND_DISPLAY=%s", getenv("WAYLAND_DISPLAY"));
      return;
   }
   registry = wl_display_get_registry(display);
   wl_registry_add_listener(registry, &registry_listener, &compositor);
   if (wl_display_roundtrip(display) < 0 || wl_display_roundtrip(display) < 0)
      info_print("compositor", "does not answer");
   else
      print_way(&compositor);
   if (compositor.dxg)
      dxg_v1_destroy(compositor.dxg);
   wl_registry_destroy(registry);
   wl_display_disconnect(display);
}
