/*
 * EGL 1.5, 3.9; EGL_KHR_image_base, EGL_KHR_gl_*_image, EGL_WL_bind_wayland_display's images.
 */
#include "egl/main/attribs.h"
#include "egl/main/display.h"
#include "egl/main/driver.h"
#include "egl/main/error.h"
#include "egl/main/object.h"

static bool
is_gl_target(EGLenum target)
{
   switch (target) {
   case EGL_GL_TEXTURE_2D:
   case EGL_GL_TEXTURE_3D:
   case EGL_GL_TEXTURE_CUBE_MAP_POSITIVE_X:
   case EGL_GL_TEXTURE_CUBE_MAP_NEGATIVE_X:
   case EGL_GL_TEXTURE_CUBE_MAP_POSITIVE_Y:
   case EGL_GL_TEXTURE_CUBE_MAP_NEGATIVE_Y:
   case EGL_GL_TEXTURE_CUBE_MAP_POSITIVE_Z:
   case EGL_GL_TEXTURE_CUBE_MAP_NEGATIVE_Z:
   case EGL_GL_RENDERBUFFER:
      return true;
   default:
      return false;
   }
}

static bool
bad_name(EGLAttrib name)
{
   return egl_error(EGL_BAD_PARAMETER, "images of this target have no attribute 0x%lx", (long)name);
}

static bool
set(EGLAttrib name, EGLAttrib value, struct egl_image_desc *desc)
{
   bool gl = is_gl_target(desc->target);

   switch (name) {
   case EGL_IMAGE_PRESERVED:
      desc->preserved = value != EGL_FALSE;
      return true;
   case EGL_GL_TEXTURE_LEVEL:
      if (!gl)
         return bad_name(name);
      if (value < 0 || value > INT32_MAX)
         return egl_error(EGL_BAD_MATCH, "there is no level %ld", (long)value);
      desc->level = value;
      return true;
   case EGL_GL_TEXTURE_ZOFFSET:
      if (!gl)
         return bad_name(name);
      if (value < 0 || value > INT32_MAX)
         return egl_error(EGL_BAD_PARAMETER, "there is no layer %ld", (long)value);
      desc->zoffset = value;
      return true;
   case EGL_WAYLAND_PLANE_WL:
      if (desc->target != EGL_WAYLAND_BUFFER_WL)
         return bad_name(name);
      if (value < 0 || value > INT32_MAX)
         return egl_error(EGL_BAD_PARAMETER, "there is no plane %ld", (long)value);
      desc->wayland_plane = value;
      return true;
   default:
      return bad_name(name);
   }
}

static bool
check_target(const struct egl_display *display, const struct egl_context *context,
             const struct egl_image_desc *desc)
{
   const struct egl_display_extensions *extensions = &display->base.extensions;
   bool gl = is_gl_target(desc->target) && extensions->image_gl;
   bool wayland = desc->target == EGL_WAYLAND_BUFFER_WL && extensions->bind_wayland_display;

   if (!gl && !wayland)
      return egl_error(EGL_BAD_PARAMETER, "0x%x is not a target that is supported", desc->target);
   if (gl && !context)
      return egl_error(EGL_BAD_CONTEXT, "images of GL's objects need a context");
   if (!desc->buffer)
      return egl_error(EGL_BAD_PARAMETER, "there is no buffer");
   return true;
}

static EGLImage
create(struct egl_display *display, EGLContext context_handle, EGLenum target,
       EGLClientBuffer buffer, struct attribs attribs)
{
   SCOPED(context) context = NULL;
   struct egl_image_desc desc = { .target = target, .buffer = buffer };
   EGLAttrib name, value;

   if (!display)
      return EGL_NO_IMAGE;
   if (!display->base.extensions.image_base) {
      egl_error_unsupported("EGL_KHR_image_base");
      return EGL_NO_IMAGE;
   }
   if (context_handle != EGL_NO_CONTEXT && !(context = egl_get_context(display, context_handle)))
      return EGL_NO_IMAGE;
   if (!check_target(display, context, &desc))
      return EGL_NO_IMAGE;
   while (attribs_next(&attribs, &name, &value)) {
      if (!set(name, value, &desc))
         return EGL_NO_IMAGE;
   }

   struct egl_image *image = egl_driver.create_image(display, context, &desc);
   return image && egl_object_link(&image->base) ? image : EGL_NO_IMAGE;
}

EGLImage EGLAPIENTRY
eglCreateImage(EGLDisplay dpy, EGLContext context, EGLenum target, EGLClientBuffer buffer,
               const EGLAttrib *attrib_list)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return create(display, context, target, buffer, attribs_from_wide(attrib_list));
}

EGLImageKHR EGLAPIENTRY
eglCreateImageKHR(EGLDisplay dpy, EGLContext context, EGLenum target, EGLClientBuffer buffer,
                  const EGLint *attrib_list)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return create(display, context, target, buffer, attribs_from_ints(attrib_list));
}

static bool
destroy(struct egl_display *display, EGLImage handle)
{
   SCOPED(image) image = egl_get_image(display, handle);
   if (!image)
      return false;
   return egl_object_unlink(&image->base) ||
          egl_error(EGL_BAD_PARAMETER, "another thread destroyed it first");
}

EGLBoolean EGLAPIENTRY
eglDestroyImage(EGLDisplay dpy, EGLImage image)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return destroy(display, image);
}

EGLBoolean EGLAPIENTRY
eglDestroyImageKHR(EGLDisplay dpy, EGLImageKHR image)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return destroy(display, image);
}
