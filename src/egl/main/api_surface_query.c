/* EGL 1.5, 3.5.6 and 3.6: the attributes of a surface, and surfaces as textures. */
#include "egl/main/current.h"
#include "egl/main/display.h"
#include "egl/main/driver.h"
#include "egl/main/error.h"
#include "egl/main/object.h"

/* EGL_EXT_buffer_age, EGL_KHR_partial_update. */
static bool
query_age(struct egl_display *display, struct egl_surface *surface, EGLint *value)
{
   if (!display->base.extensions.buffer_age && !display->base.extensions.partial_update)
      return egl_error(EGL_BAD_ATTRIBUTE, "the display does not support buffer ages");
   if (egl_current_draw() != surface)
      return egl_error(EGL_BAD_SURFACE, "the surface is not current to draw to");
   EGLint age = surface->desc.type == EGL_SURFACE_WINDOW
                   ? egl_driver.buffer_age(egl_current_context(), surface)
                   : 0;
   if (age < 0)
      return false;
   surface->age_queried = true;
   *value = age;
   return true;
}

static void
query_size(struct egl_surface *surface, EGLint attribute, EGLint *value)
{
   EGLint width = surface->desc.width, height = surface->desc.height;
   egl_driver.surface_size(surface, &width, &height);
   *value = attribute == EGL_WIDTH ? width : height;
}

static bool
query(struct egl_display *display, struct egl_surface *surface, EGLint attribute, EGLint *value)
{
   const struct egl_surface_desc *desc = &surface->desc;
   bool pbuffer = desc->type == EGL_SURFACE_PBUFFER;

   switch (attribute) {
   case EGL_WIDTH:
   case EGL_HEIGHT:
      query_size(surface, attribute, value);
      return true;
   case EGL_CONFIG_ID:
      *value = surface->config->config_id;
      return true;
   case EGL_RENDER_BUFFER:
      *value = desc->render_buffer;
      return true;
   case EGL_SWAP_BEHAVIOR:
      *value = surface->swap_behavior;
      return true;
   case EGL_MULTISAMPLE_RESOLVE:
      *value = surface->multisample_resolve;
      return true;
   case EGL_HORIZONTAL_RESOLUTION:
   case EGL_VERTICAL_RESOLUTION:
   case EGL_PIXEL_ASPECT_RATIO:
      *value = EGL_UNKNOWN;
      return true;
   case EGL_VG_COLORSPACE:
      *value = desc->vg_colorspace;
      return true;
   case EGL_VG_ALPHA_FORMAT:
      *value = desc->vg_alpha_format;
      return true;

   /* "Querying [these] for a window or pixmap surface is not an error, but value is not modified."
    */
   case EGL_LARGEST_PBUFFER:
      *value = pbuffer ? desc->largest_pbuffer : *value;
      return true;
   case EGL_TEXTURE_FORMAT:
      *value = pbuffer ? desc->texture_format : *value;
      return true;
   case EGL_TEXTURE_TARGET:
      *value = pbuffer ? desc->texture_target : *value;
      return true;
   case EGL_MIPMAP_TEXTURE:
      *value = pbuffer ? desc->mipmap_texture : *value;
      return true;
   case EGL_MIPMAP_LEVEL:
      *value = pbuffer ? surface->mipmap_level : *value;
      return true;

   case EGL_BUFFER_AGE_EXT:
      return query_age(display, surface, value);
   case EGL_GL_COLORSPACE:
      if (!display->base.extensions.gl_colorspace)
         break;
      *value = desc->colorspace;
      return true;
   case EGL_PRESENT_OPAQUE_EXT:
      if (!display->base.extensions.present_opaque)
         break;
      *value = desc->present_opaque;
      return true;
   }
   return egl_error(EGL_BAD_ATTRIBUTE, "surfaces have no attribute 0x%x", attribute);
}

EGLBoolean EGLAPIENTRY
eglQuerySurface(EGLDisplay dpy, EGLSurface handle, EGLint attribute, EGLint *value)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   SCOPED(surface) surface = egl_get_surface(display, handle);
   if (!surface)
      return EGL_FALSE;
   if (!value)
      return egl_error(EGL_BAD_PARAMETER, "value is NULL");
   return query(display, surface, attribute, value);
}

/* `value` is one of two; the second needs a bit in the config's EGL_SURFACE_TYPE. */
static bool
set_with_bit(const struct egl_surface *surface, EGLint value, EGLint first, EGLint second,
             EGLint bit, EGLint *out)
{
   if (value != first && value != second)
      return egl_error(EGL_BAD_PARAMETER, "the attribute cannot be 0x%x", value);
   if (value == second && !(surface->config->surface_type & bit))
      return egl_error(EGL_BAD_MATCH, "the surface's config does not support 0x%x", value);
   *out = value;
   return true;
}

EGLBoolean EGLAPIENTRY
eglSurfaceAttrib(EGLDisplay dpy, EGLSurface handle, EGLint attribute, EGLint value)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   SCOPED(surface) surface = egl_get_surface(display, handle);
   if (!surface)
      return EGL_FALSE;

   const EGLint es = EGL_OPENGL_ES_BIT | EGL_OPENGL_ES2_BIT | EGL_OPENGL_ES3_BIT;
   switch (attribute) {
   case EGL_MIPMAP_LEVEL:
      if (!(surface->config->renderable_type & es))
         return egl_error(EGL_BAD_PARAMETER, "the surface's config does not support OpenGL ES");
      surface->mipmap_level = value;
      return EGL_TRUE;
   case EGL_MULTISAMPLE_RESOLVE:
      return set_with_bit(surface, value, EGL_MULTISAMPLE_RESOLVE_DEFAULT,
                          EGL_MULTISAMPLE_RESOLVE_BOX, EGL_MULTISAMPLE_RESOLVE_BOX_BIT,
                          &surface->multisample_resolve);
   case EGL_SWAP_BEHAVIOR:
      return set_with_bit(surface, value, EGL_BUFFER_DESTROYED, EGL_BUFFER_PRESERVED,
                          EGL_SWAP_BEHAVIOR_PRESERVED_BIT, &surface->swap_behavior);
   default:
      return egl_error(EGL_BAD_ATTRIBUTE, "surfaces have no attribute 0x%x to set", attribute);
   }
}

static bool
check_texture(const struct egl_surface *surface, EGLint buffer)
{
   if (surface->desc.type != EGL_SURFACE_PBUFFER)
      return egl_error(EGL_BAD_SURFACE, "only pbuffers can be textures");
   if (buffer != EGL_BACK_BUFFER)
      return egl_error(EGL_BAD_PARAMETER, "a pbuffer has no buffer 0x%x", buffer);
   if (surface->desc.texture_format == EGL_NO_TEXTURE)
      return egl_error(EGL_BAD_MATCH, "the pbuffer was not made to be a texture");
   return true;
}

EGLBoolean EGLAPIENTRY
eglBindTexImage(EGLDisplay dpy, EGLSurface handle, EGLint buffer)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   SCOPED(surface) surface = egl_get_surface(display, handle);
   struct egl_context *context = egl_current_context();

   if (!surface || !check_texture(surface, buffer))
      return EGL_FALSE;
   if (surface->bound_to_texture)
      return egl_error(EGL_BAD_ACCESS, "the pbuffer is bound to a texture already");
   if (!egl_driver.bind_tex_image)
      return egl_error_unsupported("pbuffers as textures");
   if (!context) /* "eglBindTexImage is ignored if there is no current rendering context." */
      return EGL_TRUE;
   if (context->base.display != display)
      return egl_error(EGL_BAD_MATCH, "the current context is of another display");
   surface->bound_to_texture = egl_driver.bind_tex_image(context, surface);
   return surface->bound_to_texture;
}

EGLBoolean EGLAPIENTRY
eglReleaseTexImage(EGLDisplay dpy, EGLSurface handle, EGLint buffer)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   SCOPED(surface) surface = egl_get_surface(display, handle);
   struct egl_context *context = egl_current_context();

   if (!surface || !check_texture(surface, buffer))
      return EGL_FALSE;
   if (!surface->bound_to_texture)
      return EGL_TRUE;
   if (context && context->base.display == display && egl_driver.release_tex_image &&
       !egl_driver.release_tex_image(context, surface))
      return EGL_FALSE;
   surface->bound_to_texture = false;
   return EGL_TRUE;
}
