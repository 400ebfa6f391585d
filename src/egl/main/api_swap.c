/*
 * EGL 1.5, 3.10: posting the colour buffer. EGL_{EXT,KHR}_swap_buffers_with_damage,
 * EGL_KHR_partial_update.
 */
#include "egl/main/current.h"
#include "egl/main/display.h"
#include "egl/main/driver.h"
#include "egl/main/error.h"
#include "egl/main/object.h"
#include "egl/main/thread.h"
#include "util/bits.h"

EGLBoolean EGLAPIENTRY
eglSwapInterval(EGLDisplay dpy, EGLint interval)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   struct egl_context *context = egl_current_context();
   if (!display)
      return EGL_FALSE;
   if (!context || context->base.display != display)
      return egl_error(EGL_BAD_CONTEXT, "no context of the display is current");
   struct egl_surface *surface = context->draw;
   if (!surface)
      return egl_error(EGL_BAD_SURFACE, "the current context has no surface");

   interval =
      CLAMP(interval, surface->config->min_swap_interval, surface->config->max_swap_interval);
   if (surface->desc.type == EGL_SURFACE_WINDOW && surface->swap_interval != interval) {
      surface->swap_interval = interval;
      if (egl_driver.swap_interval)
         egl_driver.swap_interval(surface, interval);
   }
   return EGL_TRUE;
}

static bool
swap(struct egl_surface *surface, const EGLint *rects, EGLint n_rects)
{
   if (egl_current_draw() != surface)
      return egl_error(EGL_BAD_SURFACE, "the surface is not current to draw to");
   /* Swapping has no effect on what is not shown or has one buffer. */
   if (surface->desc.type != EGL_SURFACE_WINDOW)
      return true;
   if (surface->lost)
      return egl_error(EGL_BAD_NATIVE_WINDOW, "the surface's window is gone");
   if (!egl_driver.swap_buffers(egl_current_context(), surface, rects, n_rects))
      return false;
   surface->damage_set = surface->age_queried = false;
   return true;
}

EGLBoolean EGLAPIENTRY
eglSwapBuffers(EGLDisplay dpy, EGLSurface handle)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   SCOPED(surface) surface = egl_get_surface(display, handle);
   return surface && swap(surface, NULL, 0);
}

static bool
swap_with_damage(struct egl_display *display, struct egl_surface *surface, const EGLint *rects,
                 EGLint n_rects)
{
   if (!surface)
      return false;
   if (!display->base.extensions.swap_with_damage)
      return egl_error_unsupported("EGL_KHR_swap_buffers_with_damage");
   if (n_rects < 0 || (n_rects > 0 && !rects))
      return egl_error(EGL_BAD_PARAMETER, "%d rectangles at %p", n_rects, (const void *)rects);
   return swap(surface, n_rects > 0 ? rects : NULL, n_rects);
}

EGLBoolean EGLAPIENTRY
eglSwapBuffersWithDamageKHR(EGLDisplay dpy, EGLSurface handle, const EGLint *rects, EGLint n_rects)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   SCOPED(surface) surface = egl_get_surface(display, handle);
   return swap_with_damage(display, surface, rects, n_rects);
}

EGLBoolean EGLAPIENTRY
eglSwapBuffersWithDamageEXT(EGLDisplay dpy, EGLSurface handle, const EGLint *rects, EGLint n_rects)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   SCOPED(surface) surface = egl_get_surface(display, handle);
   return swap_with_damage(display, surface, rects, n_rects);
}

/* One dimension of a rectangle, cut off at the surface's edges. */
static void
clamp_span(EGLint *start, EGLint *length, EGLint limit)
{
   int64_t end = (int64_t)*start + MAX2(*length, 0);
   *start = CLAMP(*start, 0, limit);
   *length = CLAMP(end, *start, limit) - *start;
}

static bool
set_damage(struct egl_surface *surface, EGLint *rects, EGLint n_rects)
{
   EGLint width = 0, height = 0;
   egl_driver.surface_size(surface, &width, &height);
   for (EGLint i = 0; i < n_rects; i++) {
      clamp_span(&rects[4 * i], &rects[4 * i + 2], width);
      clamp_span(&rects[4 * i + 1], &rects[4 * i + 3], height);
   }
   return egl_driver.set_damage_region(surface, rects, n_rects);
}

EGLBoolean EGLAPIENTRY
eglSetDamageRegionKHR(EGLDisplay dpy, EGLSurface handle, EGLint *rects, EGLint n_rects)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   SCOPED(surface) surface = egl_get_surface(display, handle);
   if (!surface)
      return EGL_FALSE;
   if (!display->base.extensions.partial_update)
      return egl_error_unsupported("EGL_KHR_partial_update");
   if (egl_current_draw() != surface || surface->desc.type != EGL_SURFACE_WINDOW ||
       surface->swap_behavior != EGL_BUFFER_DESTROYED)
      return egl_error(EGL_BAD_MATCH, "it is for a window that is current to draw to, and whose "
                                      "buffer is not preserved");
   if (surface->damage_set || !surface->age_queried)
      return egl_error(EGL_BAD_ACCESS, "it comes once a frame, after asking for the buffer's age");
   if (n_rects < 0 || (n_rects > 0 && !rects))
      return egl_error(EGL_BAD_PARAMETER, "%d rectangles at %p", n_rects, (void *)rects);
   surface->damage_set = set_damage(surface, rects, n_rects);
   return surface->damage_set;
}

EGLBoolean EGLAPIENTRY
eglCopyBuffers(EGLDisplay dpy, EGLSurface handle, EGLNativePixmapType target)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   SCOPED(surface) surface = egl_get_surface(display, handle);
   if (!surface)
      return EGL_FALSE;
   if (!egl_driver.copy_buffers)
      return egl_error(EGL_BAD_NATIVE_PIXMAP, "this platform has no pixmaps");
   if (egl_current_draw() != surface)
      return egl_error(EGL_BAD_SURFACE, "the surface is not current to draw to");
   return egl_driver.copy_buffers(egl_current_context(), surface, (void *)target);
}
