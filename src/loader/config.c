/*
 * The driver's configs as plain data.
 */
#include "loader/dri.h"

#include <drm_fourcc.h>

#include <stdlib.h>

/* The formats of window buffers by the place and size of their channels. */
static const struct {
   uint32_t fourcc;
   uint8_t red_size, green_size, blue_size, alpha_size;
   uint8_t red_shift;
   bool is_float;
} formats[] = {
   { DRM_FORMAT_ARGB8888, 8, 8, 8, 8, 16, false },
   { DRM_FORMAT_XRGB8888, 8, 8, 8, 0, 16, false },
   { DRM_FORMAT_ABGR8888, 8, 8, 8, 8, 0, false },
   { DRM_FORMAT_XBGR8888, 8, 8, 8, 0, 0, false },
   { DRM_FORMAT_RGB565, 5, 6, 5, 0, 11, false },
   { DRM_FORMAT_ARGB2101010, 10, 10, 10, 2, 20, false },
   { DRM_FORMAT_XRGB2101010, 10, 10, 10, 0, 20, false },
   { DRM_FORMAT_ABGR2101010, 10, 10, 10, 2, 0, false },
   { DRM_FORMAT_XBGR2101010, 10, 10, 10, 0, 0, false },
   { DRM_FORMAT_ABGR16161616F, 16, 16, 16, 16, 0, true },
   { DRM_FORMAT_XBGR16161616F, 16, 16, 16, 0, 0, true },
};

static unsigned
attribute(const struct loader_screen *screen, const __DRIconfig *config, unsigned name)
{
   unsigned value = 0;

   screen->core->getConfigAttrib(config, name, &value);
   return value;
}

static uint32_t
find_fourcc(const struct loader_config *config, unsigned red_shift)
{
   for (unsigned i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
      if (formats[i].red_size == config->red_size && formats[i].green_size == config->green_size &&
          formats[i].blue_size == config->blue_size &&
          formats[i].alpha_size == config->alpha_size && formats[i].red_shift == red_shift &&
          formats[i].is_float == config->float_components)
         return formats[i].fourcc;
   }
   return 0;
}

static void
fill_config(struct loader_config *config, const struct loader_screen *screen,
            const __DRIconfig *dri)
{
   *config = (struct loader_config){
      .handle = dri,
      .red_size = attribute(screen, dri, __DRI_ATTRIB_RED_SIZE),
      .green_size = attribute(screen, dri, __DRI_ATTRIB_GREEN_SIZE),
      .blue_size = attribute(screen, dri, __DRI_ATTRIB_BLUE_SIZE),
      .alpha_size = attribute(screen, dri, __DRI_ATTRIB_ALPHA_SIZE),
      .depth_size = attribute(screen, dri, __DRI_ATTRIB_DEPTH_SIZE),
      .stencil_size = attribute(screen, dri, __DRI_ATTRIB_STENCIL_SIZE),
      .accum_red_size = attribute(screen, dri, __DRI_ATTRIB_ACCUM_RED_SIZE),
      .accum_green_size = attribute(screen, dri, __DRI_ATTRIB_ACCUM_GREEN_SIZE),
      .accum_blue_size = attribute(screen, dri, __DRI_ATTRIB_ACCUM_BLUE_SIZE),
      .accum_alpha_size = attribute(screen, dri, __DRI_ATTRIB_ACCUM_ALPHA_SIZE),
      .samples = attribute(screen, dri, __DRI_ATTRIB_SAMPLES),
      .float_components = attribute(screen, dri, __DRI_ATTRIB_FLOAT_MODE),
      .double_buffer = attribute(screen, dri, __DRI_ATTRIB_DOUBLE_BUFFER),
      .stereo = attribute(screen, dri, __DRI_ATTRIB_STEREO),
      .srgb_capable = attribute(screen, dri, __DRI_ATTRIB_FRAMEBUFFER_SRGB_CAPABLE),
      .slow = attribute(screen, dri, __DRI_ATTRIB_CONFIG_CAVEAT) & __DRI_ATTRIB_SLOW_BIT,
   };
   config->fourcc = find_fourcc(config, attribute(screen, dri, __DRI_ATTRIB_RED_SHIFT));
}

bool
loader_configs_init(struct loader_screen *screen, const __DRIconfig *const *list)
{
   unsigned count = 0;

   while (list[count])
      count++;
   screen->configs = calloc(count, sizeof(*screen->configs));
   if (!screen->configs)
      return false;
   for (unsigned i = 0; i < count; i++) {
      struct loader_config *config = &screen->configs[screen->config_count];

      fill_config(config, screen, list[i]);
      if (config->fourcc)
         screen->config_count++;
   }
   return true;
}
