#include "glx/server_configs.h"

#include <GL/glxext.h>
#include <drm_fourcc.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/glx.h>

/* The largest side of a texture that all our devices have. */
#define MAX_PBUFFER_SIDE 16384

/* The bits of red in a pixel. 0: not known, or the format has more than 32 bits. */
static uint32_t
red_mask(uint32_t fourcc)
{
   switch (fourcc) {
   case DRM_FORMAT_ARGB8888:
   case DRM_FORMAT_XRGB8888:
      return 0xff0000;
   case DRM_FORMAT_ABGR8888:
   case DRM_FORMAT_XBGR8888:
      return 0xff;
   case DRM_FORMAT_RGB565:
      return 0xf800;
   case DRM_FORMAT_ARGB2101010:
   case DRM_FORMAT_XRGB2101010:
      return 0x3ff00000;
   case DRM_FORMAT_ABGR2101010:
   case DRM_FORMAT_XBGR2101010:
      return 0x3ff;
   default:
      return 0;
   }
}

/* 0: no such visual. */
static uint32_t
visual_red_mask(struct glx_display *display, int screen, int visual)
{
   xcb_screen_iterator_t screens = xcb_setup_roots_iterator(xcb_get_setup(display->xcb));

   while (screen-- > 0)
      xcb_screen_next(&screens);
   for (xcb_depth_iterator_t depths = xcb_screen_allowed_depths_iterator(screens.data); depths.rem;
        xcb_depth_next(&depths)) {
      const xcb_visualtype_t *visuals = xcb_depth_visuals(depths.data);

      for (int i = 0; i < depths.data->visuals_len; i++) {
         if (visuals[i].visual_id == (uint32_t)visual)
            return visuals[i].red_mask;
      }
   }
   return 0;
}

/* `mask`: where a pixel that X sees has its red; 0: X sees none. */
static bool
fits(const struct glx_config *config, const struct loader_config *loader, uint32_t mask)
{
   const int *values = config->values;
   bool is_float = values[CONFIG_RENDER_TYPE] & GLX_RGBA_FLOAT_BIT_ARB;

   /* What differs most comes first: hundreds are compared with hundreds. */
   return loader->samples == values[CONFIG_SAMPLES] &&
          loader->depth_size == values[CONFIG_DEPTH_SIZE] &&
          loader->alpha_size == values[CONFIG_ALPHA_SIZE] &&
          loader->red_size == values[CONFIG_RED_SIZE] &&
          loader->green_size == values[CONFIG_GREEN_SIZE] &&
          loader->blue_size == values[CONFIG_BLUE_SIZE] &&
          loader->stencil_size == values[CONFIG_STENCIL_SIZE] &&
          loader->accum_red_size == values[CONFIG_ACCUM_RED_SIZE] &&
          loader->accum_green_size == values[CONFIG_ACCUM_GREEN_SIZE] &&
          loader->accum_blue_size == values[CONFIG_ACCUM_BLUE_SIZE] &&
          loader->accum_alpha_size == values[CONFIG_ACCUM_ALPHA_SIZE] &&
          loader->double_buffer == (values[CONFIG_DOUBLEBUFFER] != 0) &&
          loader->stereo == (values[CONFIG_STEREO] != 0) &&
          loader->srgb_capable == (values[CONFIG_SRGB_CAPABLE] == True) &&
          loader->float_components == is_float && values[CONFIG_LEVEL] == 0 &&
          (!mask || red_mask(loader->fourcc) == mask);
}

static const struct loader_config *
find_loader_config(const struct glx_config *config, struct loader_screen *loader, uint32_t mask)
{
   unsigned count;
   const struct loader_config *list = loader_screen_configs(loader, &count);

   for (unsigned i = 0; i < count; i++) {
      if (fits(config, &list[i], mask))
         return &list[i];
   }
   return NULL;
}

/* What does not depend on the server, since pixmaps and pbuffers are drawn and bound on our side.
 */
static void
set_own_values(struct glx_config *config)
{
   int *values = config->values;
   bool has_pixmaps = values[CONFIG_DRAWABLE_TYPE] & GLX_PIXMAP_BIT;

   values[CONFIG_MAX_PBUFFER_WIDTH] = MAX_PBUFFER_SIDE;
   values[CONFIG_MAX_PBUFFER_HEIGHT] = MAX_PBUFFER_SIDE;
   values[CONFIG_MAX_PBUFFER_PIXELS] = MAX_PBUFFER_SIDE * MAX_PBUFFER_SIDE;
   values[CONFIG_OPTIMAL_PBUFFER_WIDTH] = 0;
   values[CONFIG_OPTIMAL_PBUFFER_HEIGHT] = 0;
   values[CONFIG_AUX_BUFFERS] = 0;
   values[CONFIG_SAMPLE_BUFFERS] = values[CONFIG_SAMPLES] > 0;
   values[CONFIG_BIND_TO_TEXTURE_RGB] = has_pixmaps;
   values[CONFIG_BIND_TO_TEXTURE_RGBA] = has_pixmaps && values[CONFIG_ALPHA_SIZE] > 0;
   values[CONFIG_BIND_TO_MIPMAP_TEXTURE] = False;
   values[CONFIG_BIND_TO_TEXTURE_TARGETS] =
      has_pixmaps ? GLX_TEXTURE_2D_BIT_EXT | GLX_TEXTURE_RECTANGLE_BIT_EXT : 0;
   values[CONFIG_Y_INVERTED] = True; /* X's first row is at the top */
   values[CONFIG_SWAP_METHOD] = GLX_SWAP_UNDEFINED_OML;
}

/* The properties of one config, `first` those of the list's first, all in pairs of name and value.
 * Servers give them in the same order each time: `known` is what the first one's names mean. */
static void
parse(struct glx_config *config, int screen, const uint32_t *properties, const uint32_t *first,
      const enum glx_config_attribute *known, unsigned count)
{
   memset(config, 0, sizeof(*config)); /* padding, too: lists are compared by memory */
   config->screen = screen;
   config->values[CONFIG_TRANSPARENT_TYPE] = GLX_NONE;
   for (unsigned i = 0; i < count; i++) {
      uint32_t name = properties[2 * i];
      enum glx_config_attribute attribute =
         name == first[2 * i] ? known[i] : glx_config_attribute_find((int)name);

      if (attribute < CONFIG_ATTRIBUTE_COUNT)
         config->values[attribute] = (int)properties[2 * i + 1];
   }
}

static struct glx_config_list *
convert(struct glx_display *display, int screen, struct loader_screen *loader,
        const xcb_glx_get_fb_configs_reply_t *reply)
{
   const uint32_t *first = xcb_glx_get_fb_configs_property_list(reply);
   unsigned pairs = reply->num_properties;
   enum glx_config_attribute *known;
   struct glx_config_list *list;

   if (!reply->num_FB_configs || (uint64_t)reply->num_FB_configs * pairs * 2 >
                                    (uint64_t)xcb_glx_get_fb_configs_property_list_length(reply))
      return NULL;
   list = calloc(1, sizeof(*list) + reply->num_FB_configs * sizeof(list->configs[0]));
   known = calloc(pairs, sizeof(*known));
   if (!list || !known) {
      free(list);
      free(known);
      return NULL;
   }
   for (unsigned i = 0; i < pairs; i++)
      known[i] = glx_config_attribute_find((int)first[2 * i]);
   for (unsigned i = 0; i < reply->num_FB_configs; i++) {
      struct glx_config *config = &list->configs[list->count];
      uint32_t mask;

      parse(config, screen, first + 2 * i * pairs, first, known, pairs);
      mask = visual_red_mask(display, screen, config->values[CONFIG_VISUAL_ID]);
      config->loader = find_loader_config(config, loader, mask);
      if (config->loader) {
         set_own_values(config);
         list->count++;
      }
   }
   free(known);
   return list;
}

const struct glx_config_list *
glx_server_configs(struct glx_display *display, int screen, struct loader_screen *loader)
{
   xcb_glx_get_fb_configs_reply_t *reply = xcb_glx_get_fb_configs_reply(
      display->xcb, xcb_glx_get_fb_configs(display->xcb, (uint32_t)screen), NULL);
   struct glx_config_list *list = reply ? convert(display, screen, loader, reply) : NULL;

   free(reply);
   if (list && list->count == 0) {
      free(list);
      list = NULL;
   }
   return list ? glx_config_list_intern(list) : NULL;
}
