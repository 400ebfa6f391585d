#include "egl/main/config.h"

bool
egl_config_attribute(const struct egl_config *config, EGLint attribute, EGLint *value)
{
   switch (attribute) {
   case EGL_BUFFER_SIZE:
      *value = config->buffer_size;
      return true;
   case EGL_RED_SIZE:
      *value = config->red_size;
      return true;
   case EGL_GREEN_SIZE:
      *value = config->green_size;
      return true;
   case EGL_BLUE_SIZE:
      *value = config->blue_size;
      return true;
   case EGL_ALPHA_SIZE:
      *value = config->alpha_size;
      return true;
   case EGL_DEPTH_SIZE:
      *value = config->depth_size;
      return true;
   case EGL_STENCIL_SIZE:
      *value = config->stencil_size;
      return true;
   case EGL_SAMPLES:
      *value = config->samples;
      return true;
   case EGL_SAMPLE_BUFFERS:
      *value = config->sample_buffers;
      return true;
   case EGL_COLOR_COMPONENT_TYPE_EXT:
      *value = config->component_type;
      return true;
   case EGL_CONFIG_CAVEAT:
      *value = config->config_caveat;
      return true;
   case EGL_CONFIG_ID:
      *value = config->config_id;
      return true;
   case EGL_CONFORMANT:
      *value = config->conformant;
      return true;
   case EGL_RENDERABLE_TYPE:
      *value = config->renderable_type;
      return true;
   case EGL_SURFACE_TYPE:
      *value = config->surface_type;
      return true;
   case EGL_NATIVE_RENDERABLE:
      *value = config->native_renderable;
      return true;
   case EGL_NATIVE_VISUAL_ID:
      *value = config->native_visual_id;
      return true;
   case EGL_NATIVE_VISUAL_TYPE:
      *value = config->native_visual_type;
      return true;
   case EGL_BIND_TO_TEXTURE_RGB:
      *value = config->bind_to_texture_rgb;
      return true;
   case EGL_BIND_TO_TEXTURE_RGBA:
      *value = config->bind_to_texture_rgba;
      return true;
   case EGL_MIN_SWAP_INTERVAL:
      *value = config->min_swap_interval;
      return true;
   case EGL_MAX_SWAP_INTERVAL:
      *value = config->max_swap_interval;
      return true;
   case EGL_MAX_PBUFFER_WIDTH:
      *value = config->max_pbuffer_width;
      return true;
   case EGL_MAX_PBUFFER_HEIGHT:
      *value = config->max_pbuffer_height;
      return true;
   case EGL_MAX_PBUFFER_PIXELS:
      *value = config->max_pbuffer_pixels;
      return true;

   /* The same for every config of ours: RGB, one layer, no transparent pixels, no OpenVG. */
   case EGL_COLOR_BUFFER_TYPE:
      *value = EGL_RGB_BUFFER;
      return true;
   case EGL_TRANSPARENT_TYPE:
      *value = EGL_NONE;
      return true;
   case EGL_LEVEL:
   case EGL_LUMINANCE_SIZE:
   case EGL_ALPHA_MASK_SIZE:
   case EGL_TRANSPARENT_RED_VALUE:
   case EGL_TRANSPARENT_GREEN_VALUE:
   case EGL_TRANSPARENT_BLUE_VALUE:
      *value = 0;
      return true;

   default:
      return false;
   }
}

EGLint
egl_context_api_bit(const struct egl_context_desc *desc)
{
   if (desc->api == EGL_OPENGL_API)
      return EGL_OPENGL_BIT;
   return desc->major == 1   ? EGL_OPENGL_ES_BIT
          : desc->major == 2 ? EGL_OPENGL_ES2_BIT
                             : EGL_OPENGL_ES3_BIT;
}

bool
egl_config_renders(const struct egl_config *config, const struct egl_context_desc *desc)
{
   return config->renderable_type & egl_context_api_bit(desc);
}

bool
egl_configs_compatible(const struct egl_config *a, const struct egl_config *b)
{
   return a == b || (a->display == b->display && a->component_type == b->component_type &&
                     a->red_size == b->red_size && a->green_size == b->green_size &&
                     a->blue_size == b->blue_size && a->alpha_size == b->alpha_size &&
                     a->depth_size == b->depth_size && a->stencil_size == b->stencil_size &&
                     a->samples == b->samples);
}
