/*
 * The driver's entries, and displays of all platforms.
 */
#include "egl/drivers/dxg/compositor.h"
#include "egl/drivers/dxg/config.h"
#include "egl/drivers/dxg/context.h"
#include "egl/drivers/dxg/display.h"
#include "egl/drivers/dxg/image.h"
#include "egl/drivers/dxg/surface.h"
#include "egl/drivers/dxg/sync.h"
#include "egl/drivers/dxg/wayland.h"
#include "egl/drivers/dxg/x11.h"
#include "wayland/server/server.h"

#include <stdlib.h>
#include <string.h>

static struct egl_device device;

static struct egl_device *
devices(unsigned *count)
{
   const struct dxg_screen *screen = dxg_screen_get();

   if (!screen) {
      *count = 0;
      return NULL;
   }
   device.name = screen->info->renderer;
   device.vendor = screen->info->vendor;
   device.extensions = screen->runtime->kind == DXG_RUNTIME_CPU
                          ? "EGL_EXT_device_query_name EGL_MESA_device_software"
                          : "EGL_EXT_device_query_name";
   *count = 1;
   return &device;
}

static bool
probe(enum egl_platform platform, void *native, const EGLAttrib *attributes)
{
   switch (platform) {
   case EGL_PLATFORM_IS_WAYLAND:
   case EGL_PLATFORM_IS_SURFACELESS:
      return dxg_screen_get();
   case EGL_PLATFORM_IS_DEVICE:
      return native == &device && dxg_screen_get();
   case EGL_PLATFORM_IS_X11:
   case EGL_PLATFORM_IS_XCB:
      return dxg_x11_probe(platform, native, attributes) && dxg_screen_get();
   }
   return false;
}

static EGLint
api_mask(const struct loader_screen_info *info)
{
   return (info->gl_compat.major || info->gl_core.major ? EGL_OPENGL_BIT : 0) |
          (info->gles1.major ? EGL_OPENGL_ES_BIT : 0) |
          (info->gles2.major ? EGL_OPENGL_ES2_BIT : 0) |
          (info->gles2.major >= 3 ? EGL_OPENGL_ES3_BIT : 0);
}

static bool
is_x11(enum egl_platform platform)
{
   return platform == EGL_PLATFORM_IS_X11 || platform == EGL_PLATFORM_IS_XCB;
}

static void
fill_extensions(struct egl_display_extensions *extensions, const struct dxg_screen *screen,
                enum egl_platform platform)
{
   const bool has_windows = platform == EGL_PLATFORM_IS_WAYLAND || is_x11(platform);

   *extensions = (struct egl_display_extensions){
      .context_priority = screen->info->context_priority,
      .robustness = screen->info->robustness,
      .no_error = true,
      .no_config = true,
      .surfaceless = true,
      .float_pixels = true,
      .gl_colorspace = true,
      .image_base = true,
      .image_gl = true,
      .fence_sync = true,
      .wait_sync = true,
      .reusable_sync = true,
      .query_driver = true,
      .blob_cache = true,
      .bind_wayland_display = screen->info->image_import,
      .create_wayland_buffer =
         platform == EGL_PLATFORM_IS_WAYLAND && screen->info->image_import,
      .buffer_age = has_windows,
      .swap_with_damage = has_windows,
      .partial_update = has_windows,
      .present_opaque = platform == EGL_PLATFORM_IS_WAYLAND,
   };
}

static void
terminate(struct egl_display *display)
{
   struct dxg_display *dxg = dxg_display(display);

   if (!dxg)
      return;
   dxg_server_destroy(dxg->server);
   dxg_wayland_finish(dxg->wayland);
   dxg_x11_finish(dxg->x11);
   dxg_configs_finish(display);
   free(dxg);
   egl_display_base(display)->driver_data = NULL;
}

static bool
initialize(struct egl_display *display)
{
   static const uint32_t no_windows[] = { 0 };
   struct egl_display_base *base = egl_display_base(display);
   struct dxg_display *dxg = calloc(1, sizeof(*dxg));
   const uint32_t *window_formats = no_windows;
   unsigned count;

   if (!dxg)
      return egl_error(EGL_BAD_ALLOC, "out of memory");
   base->driver_data = dxg;
   dxg->screen = dxg_screen_get();
   if (!dxg->screen) {
      terminate(display);
      return egl_error(EGL_NOT_INITIALIZED, "no device");
   }
   base->api_mask = api_mask(dxg->screen->info);
   base->device = devices(&count);
   fill_extensions(&base->extensions, dxg->screen, base->platform);
   if (base->platform == EGL_PLATFORM_IS_WAYLAND) {
      dxg->wayland = dxg_wayland_init(base->native, dxg->screen);
      if (!dxg->wayland) {
         terminate(display);
         return egl_error(EGL_NOT_INITIALIZED, "no Wayland compositor");
      }
      window_formats = dxg_wayland_formats(dxg->wayland);
   }
   if (is_x11(base->platform)) {
      dxg->x11 = dxg_x11_init(base, dxg->screen);
      if (!dxg->x11) {
         terminate(display);
         return egl_error(EGL_NOT_INITIALIZED, "no X server");
      }
   }
   if (!(dxg->x11 ? dxg_configs_add_x11(display, dxg->screen->loader, dxg->x11->visuals)
                  : dxg_configs_add(display, dxg->screen->loader, window_formats))) {
      terminate(display);
      return false;
   }
   return true;
}

static struct egl_surface *
create_window_surface(struct egl_display *display, struct egl_config *config, void *native,
                      const struct egl_surface_desc *desc)
{
   if (dxg_display(display)->wayland)
      return dxg_create_wayland_surface(display, config, native, desc);
   if (dxg_display(display)->x11)
      return dxg_create_x11_surface(display, config, native, desc);
   egl_error(EGL_BAD_NATIVE_WINDOW, "this platform has no windows");
   return NULL;
}

static struct egl_surface *
create_pixmap_surface(struct egl_display *display, struct egl_config *config, void *native,
                      const struct egl_surface_desc *desc)
{
   if (dxg_display(display)->x11)
      return dxg_create_x11_surface(display, config, native, desc);
   egl_error(EGL_BAD_NATIVE_PIXMAP, "this platform has no pixmaps");
   return NULL;
}

static int
match_pixmap(struct egl_display *display, const struct egl_config *config, void *native)
{
   return dxg_display(display)->x11 ? dxg_x11_match_pixmap(display, config, native) : -1;
}

static bool
copy_buffers(struct egl_context *context, struct egl_surface *surface, void *pixmap)
{
   if (dxg_display(context->base.display)->x11)
      return dxg_x11_copy_buffers(context, surface, pixmap);
   return egl_error(EGL_BAD_NATIVE_PIXMAP, "this platform has no pixmaps");
}

static const char *
driver_name(struct egl_display *display)
{
   return dxg_display(display)->screen->info->driver;
}

static char *
driver_config(struct egl_display *display)
{
   return strdup("<?xml version=\"1.0\" standalone=\"yes\"?><driinfo></driinfo>");
}

static void
set_blob_cache(struct egl_display *display, EGLSetBlobFuncANDROID set, EGLGetBlobFuncANDROID get)
{
   loader_screen_set_blob_cache(dxg_display(display)->screen->loader, set, get);
}

const struct egl_driver egl_driver = {
   .probe = probe,
   .initialize = initialize,
   .terminate = terminate,
   .devices = devices,
   .create_context = dxg_create_context,
   .destroy_context = dxg_destroy_context,
   .make_current = dxg_make_current,
   .match_pixmap = match_pixmap,
   .create_window_surface = create_window_surface,
   .create_pixmap_surface = create_pixmap_surface,
   .create_pbuffer_surface = dxg_create_pbuffer_surface,
   .destroy_surface = dxg_destroy_surface,
   .swap_buffers = dxg_swap_buffers,
   .copy_buffers = copy_buffers,
   .swap_interval = dxg_swap_interval,
   .surface_size = dxg_surface_size,
   .buffer_age = dxg_buffer_age,
   .set_damage_region = dxg_set_damage_region,
   .bind_tex_image = dxg_bind_tex_image,
   .release_tex_image = dxg_release_tex_image,
   .wait_client = dxg_wait_client,
   .wait_native = dxg_wait_native,
   .create_image = dxg_create_image,
   .destroy_image = dxg_destroy_image,
   .create_fence_sync = dxg_create_fence_sync,
   .destroy_fence_sync = dxg_destroy_fence_sync,
   .client_wait_sync = dxg_client_wait_sync,
   .wait_sync = dxg_wait_sync,
   .bind_wayland_display = dxg_bind_wayland_display,
   .unbind_wayland_display = dxg_unbind_wayland_display,
   .query_wayland_buffer = dxg_query_wayland_buffer,
   .create_wayland_buffer = dxg_create_wayland_buffer,
   .driver_name = driver_name,
   .driver_config = driver_config,
   .set_blob_cache = set_blob_cache,
   .get_proc_address = loader_get_proc_address,
};
