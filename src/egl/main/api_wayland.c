/* EGL_WL_bind_wayland_display, EGL_WL_create_wayland_buffer_from_image. */
#include "egl/main/display.h"
#include "egl/main/driver.h"
#include "egl/main/error.h"
#include "egl/main/object.h"

static bool
check(const struct egl_display *display, const void *argument)
{
   if (!display)
      return false;
   if (!display->base.extensions.bind_wayland_display)
      return egl_error_unsupported("EGL_WL_bind_wayland_display");
   if (!argument)
      return egl_error(EGL_BAD_PARAMETER, "an argument is NULL");
   return true;
}

EGLBoolean EGLAPIENTRY
eglBindWaylandDisplayWL(EGLDisplay dpy, struct wl_display *wl_display)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return check(display, wl_display) && egl_driver.bind_wayland_display(display, wl_display);
}

EGLBoolean EGLAPIENTRY
eglUnbindWaylandDisplayWL(EGLDisplay dpy, struct wl_display *wl_display)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return check(display, wl_display) && egl_driver.unbind_wayland_display(display, wl_display);
}

EGLBoolean EGLAPIENTRY
eglQueryWaylandBufferWL(EGLDisplay dpy, struct wl_resource *buffer, EGLint attribute, EGLint *value)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return check(display, buffer) && check(display, value) &&
          egl_driver.query_wayland_buffer(display, buffer, attribute, value);
}

struct wl_buffer *EGLAPIENTRY
eglCreateWaylandBufferFromImageWL(EGLDisplay dpy, EGLImageKHR handle)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   SCOPED(image) image = NULL;
   if (!display)
      return NULL;
   if (!display->base.extensions.create_wayland_buffer) {
      egl_error_unsupported("EGL_WL_create_wayland_buffer_from_image");
      return NULL;
   }
   image = egl_get_image(display, handle);
   return image ? egl_driver.create_wayland_buffer(display, image) : NULL;
}
