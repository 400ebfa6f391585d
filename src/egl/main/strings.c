#include "egl/main/strings.h"

#include "egl/main/display.h"
#include "egl/main/driver.h"
#include "util/bits.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define ALWAYS SIZE_MAX
#define WITH(flag) offsetof(struct egl_display_extensions, flag)

static const struct {
   const char *name;
   size_t flag; /* where it is in struct egl_display_extensions */
} known[] = {
   { "EGL_ANDROID_blob_cache", WITH(blob_cache) },
   { "EGL_EXT_buffer_age", WITH(buffer_age) },
   { "EGL_EXT_create_context_robustness", WITH(robustness) },
   { "EGL_EXT_pixel_format_float", WITH(float_pixels) },
   { "EGL_EXT_present_opaque", WITH(present_opaque) },
   { "EGL_EXT_swap_buffers_with_damage", WITH(swap_with_damage) },
   { "EGL_IMG_context_priority", WITH(context_priority) },
   { "EGL_KHR_config_attribs", ALWAYS },
   { "EGL_KHR_context_flush_control", ALWAYS },
   { "EGL_KHR_create_context", ALWAYS },
   { "EGL_KHR_create_context_no_error", WITH(no_error) },
   { "EGL_KHR_fence_sync", WITH(fence_sync) },
   { "EGL_KHR_get_all_proc_addresses", ALWAYS },
   { "EGL_KHR_gl_colorspace", WITH(gl_colorspace) },
   { "EGL_KHR_gl_renderbuffer_image", WITH(image_gl) },
   { "EGL_KHR_gl_texture_2D_image", WITH(image_gl) },
   { "EGL_KHR_gl_texture_3D_image", WITH(image_gl) },
   { "EGL_KHR_gl_texture_cubemap_image", WITH(image_gl) },
   { "EGL_KHR_image_base", WITH(image_base) },
   { "EGL_KHR_no_config_context", WITH(no_config) },
   { "EGL_KHR_partial_update", WITH(partial_update) },
   { "EGL_KHR_reusable_sync", WITH(reusable_sync) },
   { "EGL_KHR_surfaceless_context", WITH(surfaceless) },
   { "EGL_KHR_swap_buffers_with_damage", WITH(swap_with_damage) },
   { "EGL_KHR_wait_sync", WITH(wait_sync) },
   { "EGL_MESA_configless_context", WITH(no_config) },
   { "EGL_MESA_query_driver", WITH(query_driver) },
   { "EGL_WL_bind_wayland_display", WITH(bind_wayland_display) },
   { "EGL_WL_create_wayland_buffer_from_image", WITH(create_wayland_buffer) },
};

static void
limit_to_entries(struct egl_display_extensions *e)
{
   const struct egl_driver *driver = &egl_driver;
   e->image_base &= driver->create_image && driver->destroy_image;
   e->image_gl &= e->image_base;
   e->fence_sync &=
      driver->create_fence_sync && driver->destroy_fence_sync && driver->client_wait_sync;
   e->wait_sync &= e->fence_sync && driver->wait_sync;
   e->buffer_age &= driver->buffer_age != NULL;
   e->partial_update &= driver->buffer_age && driver->set_damage_region;
   e->bind_wayland_display &= driver->bind_wayland_display && driver->unbind_wayland_display &&
                              driver->query_wayland_buffer;
   e->create_wayland_buffer &= e->image_base && driver->create_wayland_buffer;
   e->query_driver &= driver->driver_name && driver->driver_config;
   e->blob_cache &= driver->set_blob_cache != NULL;
}

/* EGL 1.5 took these extensions in (its appendix G.6); without one of them it would be a lie. */
static bool
is_egl_1_5(const struct egl_display_extensions *e)
{
   return e->fence_sync && e->wait_sync && e->image_base && e->image_gl && e->gl_colorspace &&
          e->surfaceless;
}

void
egl_strings_init(struct egl_display *display)
{
   limit_to_entries(&display->base.extensions);
   display->minor_version = is_egl_1_5(&display->base.extensions) ? 5 : 4;

   const bool *flags = (const bool *)&display->base.extensions;
   size_t used = 0;
   display->extensions[0] = '\0';
   for (size_t i = 0; i < ARRAY_LENGTH(known); i++) {
      if (known[i].flag == ALWAYS || flags[known[i].flag])
         used += snprintf(display->extensions + used, sizeof(display->extensions) - used, "%s ",
                          known[i].name);
   }

   EGLint es = EGL_OPENGL_ES_BIT | EGL_OPENGL_ES2_BIT | EGL_OPENGL_ES3_BIT;
   snprintf(display->client_apis, sizeof(display->client_apis), "%s%s",
            display->base.api_mask & EGL_OPENGL_BIT ? "OpenGL " : "",
            display->base.api_mask & es ? "OpenGL_ES " : "");
}

const char *
egl_client_extensions(void)
{
   return "EGL_EXT_client_extensions EGL_EXT_device_base EGL_EXT_device_enumeration "
          "EGL_EXT_device_query EGL_EXT_platform_base EGL_KHR_client_get_all_proc_addresses "
          "EGL_KHR_debug";
}

const char *
egl_platform_extensions(void)
{
   return "EGL_EXT_platform_device EGL_EXT_platform_wayland EGL_KHR_platform_wayland "
          "EGL_EXT_platform_x11 EGL_KHR_platform_x11 EGL_EXT_platform_xcb "
          "EGL_MESA_platform_surfaceless";
}
