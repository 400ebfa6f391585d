/* EGL 1.5, 3.5.1 - 3.5.4; EGL_KHR_gl_colorspace, EGL_EXT_present_opaque. */
#include "egl/main/surface_attribs.h"

#include "egl/main/display.h"
#include "util/bits.h"

static bool
bad_name(EGLAttrib name)
{
   return egl_error(EGL_BAD_ATTRIBUTE, "such surfaces have no attribute 0x%lx", (long)name);
}

static bool
bad_value(EGLAttrib name, EGLAttrib value)
{
   return egl_error(EGL_BAD_ATTRIBUTE, "surface attribute 0x%lx cannot be 0x%lx", (long)name,
                    (long)value);
}

static bool
set_enum(EGLAttrib name, EGLAttrib value, EGLint a, EGLint b, EGLint c, EGLint *out)
{
   *out = value;
   return value == a || value == b || value == c || bad_value(name, value);
}

static bool
set_size(EGLAttrib name, EGLAttrib value, EGLint *out)
{
   *out = value;
   return (value >= 0 && value <= INT32_MAX) ||
          egl_error(EGL_BAD_PARAMETER, "a pbuffer cannot have the size %ld", (long)value);
}

static bool
set_bool(EGLAttrib value, EGLint *out)
{
   *out = value != EGL_FALSE;
   return true;
}

static bool
set_common(const struct egl_display_extensions *extensions, EGLAttrib name, EGLAttrib value,
           struct egl_surface_desc *desc)
{
   switch (name) {
   case EGL_GL_COLORSPACE:
      return (extensions->gl_colorspace || bad_name(name)) &&
             set_enum(name, value, EGL_GL_COLORSPACE_LINEAR, EGL_GL_COLORSPACE_SRGB,
                      EGL_GL_COLORSPACE_LINEAR, &desc->colorspace);
   case EGL_VG_COLORSPACE:
      return set_enum(name, value, EGL_VG_COLORSPACE_sRGB, EGL_VG_COLORSPACE_LINEAR,
                      EGL_VG_COLORSPACE_sRGB, &desc->vg_colorspace);
   case EGL_VG_ALPHA_FORMAT:
      return set_enum(name, value, EGL_VG_ALPHA_FORMAT_NONPRE, EGL_VG_ALPHA_FORMAT_PRE,
                      EGL_VG_ALPHA_FORMAT_NONPRE, &desc->vg_alpha_format);
   default:
      return bad_name(name);
   }
}

static bool
set_window(const struct egl_display_extensions *extensions, EGLAttrib name, EGLAttrib value,
           struct egl_surface_desc *desc)
{
   switch (name) {
   case EGL_RENDER_BUFFER:
      return set_enum(name, value, EGL_BACK_BUFFER, EGL_SINGLE_BUFFER, EGL_BACK_BUFFER,
                      &desc->render_buffer);
   case EGL_PRESENT_OPAQUE_EXT:
      if (!extensions->present_opaque)
         return bad_name(name);
      if (value != EGL_TRUE && value != EGL_FALSE)
         return egl_error(EGL_BAD_PARAMETER, "opaque is true or false, not %ld", (long)value);
      desc->present_opaque = value;
      return true;
   default:
      return set_common(extensions, name, value, desc);
   }
}

static bool
set_pbuffer(const struct egl_display_extensions *extensions, EGLAttrib name, EGLAttrib value,
            struct egl_surface_desc *desc)
{
   switch (name) {
   case EGL_WIDTH:
      return set_size(name, value, &desc->width);
   case EGL_HEIGHT:
      return set_size(name, value, &desc->height);
   case EGL_LARGEST_PBUFFER:
      return set_bool(value, &desc->largest_pbuffer);
   case EGL_MIPMAP_TEXTURE:
      return set_bool(value, &desc->mipmap_texture);
   case EGL_TEXTURE_FORMAT:
      return set_enum(name, value, EGL_NO_TEXTURE, EGL_TEXTURE_RGB, EGL_TEXTURE_RGBA,
                      &desc->texture_format);
   case EGL_TEXTURE_TARGET:
      return set_enum(name, value, EGL_NO_TEXTURE, EGL_TEXTURE_2D, EGL_NO_TEXTURE,
                      &desc->texture_target);
   default:
      return set_common(extensions, name, value, desc);
   }
}

static bool
check_config(const struct egl_config *config, enum egl_surface_type type,
             const struct egl_surface_desc *desc)
{
   static const EGLint bits[] = {
      [EGL_SURFACE_WINDOW] = EGL_WINDOW_BIT,
      [EGL_SURFACE_PIXMAP] = EGL_PIXMAP_BIT,
      [EGL_SURFACE_PBUFFER] = EGL_PBUFFER_BIT,
   };
   if (!(config->surface_type & bits[type]))
      return egl_error(EGL_BAD_MATCH, "the config is not for such surfaces");
   if (desc->vg_colorspace == EGL_VG_COLORSPACE_LINEAR &&
       !(config->surface_type & EGL_VG_COLORSPACE_LINEAR_BIT))
      return egl_error(EGL_BAD_MATCH, "the config has no linear OpenVG colours");
   if (desc->vg_alpha_format == EGL_VG_ALPHA_FORMAT_PRE &&
       !(config->surface_type & EGL_VG_ALPHA_FORMAT_PRE_BIT))
      return egl_error(EGL_BAD_MATCH, "the config has no premultiplied OpenVG alpha");
   return true;
}

static bool
check_texture(const struct egl_config *config, const struct egl_surface_desc *desc)
{
   if ((desc->texture_format == EGL_NO_TEXTURE) != (desc->texture_target == EGL_NO_TEXTURE))
      return egl_error(EGL_BAD_MATCH, "texture format and target need each other");
   if ((desc->texture_format == EGL_TEXTURE_RGB && !config->bind_to_texture_rgb) ||
       (desc->texture_format == EGL_TEXTURE_RGBA && !config->bind_to_texture_rgba))
      return egl_error(EGL_BAD_MATCH, "the config cannot be bound to such a texture");
   return true;
}

static bool
limit_size(const struct egl_config *config, struct egl_surface_desc *desc)
{
   if (desc->largest_pbuffer) {
      desc->width = MIN2(desc->width, config->max_pbuffer_width);
      desc->height = MIN2(desc->height, config->max_pbuffer_height);
      if (desc->width && desc->height > config->max_pbuffer_pixels / desc->width)
         desc->height = config->max_pbuffer_pixels / desc->width;
   }
   if (desc->width > config->max_pbuffer_width || desc->height > config->max_pbuffer_height ||
       (int64_t)desc->width * desc->height > config->max_pbuffer_pixels)
      return egl_error(EGL_BAD_ALLOC, "a pbuffer cannot be as large as %d x %d", desc->width,
                       desc->height);
   return true;
}

bool
egl_surface_parse(const struct egl_config *config, enum egl_surface_type type,
                  struct attribs attribs, struct egl_surface_desc *desc)
{
   const struct egl_display_extensions *extensions = &config->display->base.extensions;
   EGLAttrib name, value;

   *desc = (struct egl_surface_desc){
      .type = type,
      .render_buffer = type == EGL_SURFACE_PIXMAP ? EGL_SINGLE_BUFFER : EGL_BACK_BUFFER,
      .colorspace = EGL_GL_COLORSPACE_LINEAR,
      .vg_colorspace = EGL_VG_COLORSPACE_sRGB,
      .vg_alpha_format = EGL_VG_ALPHA_FORMAT_NONPRE,
      .texture_format = EGL_NO_TEXTURE,
      .texture_target = EGL_NO_TEXTURE,
   };
   while (attribs_next(&attribs, &name, &value)) {
      bool ok = type == EGL_SURFACE_WINDOW    ? set_window(extensions, name, value, desc)
                : type == EGL_SURFACE_PBUFFER ? set_pbuffer(extensions, name, value, desc)
                                              : set_common(extensions, name, value, desc);
      if (!ok)
         return false;
   }
   return check_config(config, type, desc) && check_texture(config, desc) &&
          limit_size(config, desc);
}
