#include "egl/drivers/dxg/config.h"

#include "egl/drivers/dxg/display.h"
#include "gallium/winsys/dxg/texture.h"

#include <stdlib.h>

/* In frames of the monitor; any limit will do. */
#define MAX_X11_INTERVAL 1000

/* What egl_config.driver_data points at. */
struct config {
   uint32_t fourcc;
   const struct loader_config *variants[2][2]; /* [double-buffered][sRGB] */
};

static bool
is_same(const struct loader_config *a, const struct loader_config *b)
{
   return a->fourcc == b->fourcc && a->depth_size == b->depth_size &&
          a->stencil_size == b->stencil_size && a->samples == b->samples;
}

static bool
contains(const uint32_t *formats, uint32_t fourcc)
{
   for (; *formats; formats++) {
      if (*formats == fourcc)
         return true;
   }
   return false;
}

static void
fill_config(struct egl_config *config, const struct config *variants, EGLint api_mask,
            bool has_windows)
{
   const struct loader_config *linear = variants->variants[1][0] ? variants->variants[1][0]
                                                                 : variants->variants[0][0];
   EGLint surfaces = 0;

   if (variants->variants[0][0])
      surfaces |= EGL_PBUFFER_BIT;
   if (variants->variants[1][0] && has_windows)
      surfaces |= EGL_WINDOW_BIT;
   else if (variants->variants[0][0])
      surfaces |= EGL_SWAP_BEHAVIOR_PRESERVED_BIT; /* as pbuffers always are, and windows never */
   *config = (struct egl_config){
      .buffer_size = linear->red_size + linear->green_size + linear->blue_size + linear->alpha_size,
      .red_size = linear->red_size,
      .green_size = linear->green_size,
      .blue_size = linear->blue_size,
      .alpha_size = linear->alpha_size,
      .depth_size = linear->depth_size,
      .stencil_size = linear->stencil_size,
      .samples = linear->samples,
      .sample_buffers = linear->samples > 0,
      .component_type = linear->float_components ? EGL_COLOR_COMPONENT_TYPE_FLOAT_EXT
                                                 : EGL_COLOR_COMPONENT_TYPE_FIXED_EXT,
      .config_caveat = linear->slow ? EGL_SLOW_CONFIG : EGL_NONE,
      .conformant = api_mask,
      .renderable_type = api_mask,
      .surface_type = surfaces,
      .native_visual_id = (EGLint)variants->fourcc,
      .native_visual_type = EGL_NONE,
      .bind_to_texture_rgb = surfaces & EGL_PBUFFER_BIT ? EGL_TRUE : EGL_FALSE,
      .bind_to_texture_rgba =
         surfaces & EGL_PBUFFER_BIT && linear->alpha_size ? EGL_TRUE : EGL_FALSE,
      .min_swap_interval = 0,
      .max_swap_interval = 1,
      .max_pbuffer_width = DXG_MAX_SIDE,
      .max_pbuffer_height = DXG_MAX_SIDE,
      .max_pbuffer_pixels = DXG_MAX_SIDE * DXG_MAX_SIDE,
      .driver_data = variants,
   };
}

/* The screen's configs by EGL's idea of a config. NULL: no memory. Ends with fourcc 0. */
static struct config *
group(struct loader_screen *screen)
{
   unsigned count, groups = 0;
   const struct loader_config *list = loader_screen_configs(screen, &count);
   const struct loader_config **first = calloc(count, sizeof(*first));
   struct config *configs = calloc(count + 1, sizeof(*configs));

   if (!configs || !first)
      goto fail;
   for (unsigned i = 0; i < count; i++) {
      const struct loader_config *config = &list[i];
      unsigned index = 0;

      if (config->stereo || config->accum_red_size || !dxg_format_size(config->fourcc))
         continue;
      while (index < groups && !is_same(first[index], config))
         index++;
      if (index == groups) {
         configs[groups].fourcc = config->fourcc;
         first[groups++] = config;
      }
      if (!configs[index].variants[config->double_buffer][config->srgb_capable])
         configs[index].variants[config->double_buffer][config->srgb_capable] = config;
   }
   free(first);
   return configs;

fail:
   free(first);
   free(configs);
   return NULL;
}

static bool
init_configs(struct egl_display *display, struct loader_screen *screen)
{
   dxg_display(display)->configs = group(screen);
   return dxg_display(display)->configs || egl_error(EGL_BAD_ALLOC, "out of memory");
}

static bool
add(struct egl_display *display, const struct egl_config *config)
{
   return egl_display_add_config(display, config) || egl_error(EGL_BAD_ALLOC, "out of memory");
}

bool
dxg_configs_add(struct egl_display *display, struct loader_screen *screen,
                const uint32_t *window_formats)
{
   EGLint api_mask = egl_display_base(display)->api_mask;

   if (!init_configs(display, screen))
      return false;
   for (const struct config *variants = dxg_display(display)->configs; variants->fourcc;
        variants++) {
      struct egl_config config;

      fill_config(&config, variants, api_mask, contains(window_formats, variants->fourcc));
      if (!add(display, &config))
         return false;
   }
   return true;
}

static void
set_visual(struct egl_config *config, const struct config *variants,
           const struct dxg_visual *visual)
{
   config->native_visual_id = visual ? visual->visual_id : 0;
   config->native_visual_type = visual ? visual->visual_type : EGL_NONE;
   if (!visual)
      return;
   config->native_renderable = EGL_TRUE;
   config->max_swap_interval = MAX_X11_INTERVAL;
   if (variants->variants[0][0])
      config->surface_type |= EGL_PIXMAP_BIT;
}

bool
dxg_configs_add_x11(struct egl_display *display, struct loader_screen *screen,
                    const struct dxg_visual *visuals)
{
   EGLint api_mask = egl_display_base(display)->api_mask;

   if (!init_configs(display, screen))
      return false;
   for (const struct config *variants = dxg_display(display)->configs; variants->fourcc;
        variants++) {
      struct egl_config config;
      bool shown = false;

      for (const struct dxg_visual *visual = visuals; visual->fourcc; visual++) {
         if (visual->fourcc != variants->fourcc)
            continue;
         shown = true;
         fill_config(&config, variants, api_mask, true);
         set_visual(&config, variants, visual);
         if (!add(display, &config))
            return false;
      }
      if (shown)
         continue;
      fill_config(&config, variants, api_mask, false);
      set_visual(&config, variants, NULL);
      if (!add(display, &config))
         return false;
   }
   return true;
}

void
dxg_configs_finish(struct egl_display *display)
{
   free(dxg_display(display)->configs);
}

/* The config that a surface really has: where the compositor shall ignore alpha, it gets none. */
static const struct config *
surface_config(const struct egl_config *config, const struct egl_surface_desc *desc)
{
   const struct config *own = config->driver_data;
   const struct loader_config *a = own->variants[1][0], *b;

   if (desc->type != EGL_SURFACE_WINDOW || !desc->present_opaque || !a || !a->alpha_size)
      return own;
   for (const struct config *other = dxg_display(config->display)->configs; other->fourcc;
        other++) {
      b = other->variants[1][0];
      if (b && b->alpha_size == 0 && b->red_size == a->red_size &&
          b->float_components == a->float_components && b->depth_size == a->depth_size &&
          b->stencil_size == a->stencil_size && b->samples == a->samples)
         return other;
   }
   return own;
}

const struct loader_config *
dxg_config_for_surface(const struct egl_config *config, const struct egl_surface_desc *desc)
{
   return surface_config(config, desc)
      ->variants[desc->type == EGL_SURFACE_WINDOW][desc->colorspace == EGL_GL_COLORSPACE_SRGB];
}

uint32_t
dxg_config_surface_fourcc(const struct egl_config *config, const struct egl_surface_desc *desc)
{
   return surface_config(config, desc)->fourcc;
}

const struct loader_config *
dxg_config_for_context(const struct egl_config *config)
{
   const struct config *own = config->driver_data;

   return own->variants[1][0] ? own->variants[1][0] : own->variants[0][0];
}
