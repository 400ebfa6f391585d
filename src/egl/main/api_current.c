/* EGL 1.5, 3.7.3, 3.7.4, 3.8, 3.11: what is current on a thread, and waiting for it. */
#include "egl/main/current.h"
#include "egl/main/display.h"
#include "egl/main/driver.h"
#include "egl/main/object.h"
#include "egl/main/thread.h"

static bool
make_current(EGLDisplay dpy, EGLSurface draw_handle, EGLSurface read_handle, EGLContext handle)
{
   SCOPED_DISPLAY display = egl_display_begin("eglMakeCurrent", dpy);
   SCOPED(context) context = NULL;
   SCOPED(surface) draw = NULL;
   SCOPED(surface) read = NULL;

   if (!display)
      return false;
   if (draw_handle != EGL_NO_SURFACE && !(draw = egl_get_surface(display, draw_handle)))
      return false;
   if (read_handle != EGL_NO_SURFACE && !(read = egl_get_surface(display, read_handle)))
      return false;
   if (handle == EGL_NO_CONTEXT)
      return egl_error(EGL_BAD_MATCH, "there are surfaces, but no context");
   context = egl_get_context(display, handle);
   if (!context)
      return false;
   if (!draw != !read)
      return egl_error(EGL_BAD_MATCH, "there is one surface; it needs both or none");
   if (!draw && !display->base.extensions.surfaceless)
      return egl_error(EGL_BAD_MATCH, "the display needs surfaces for a context");
   return egl_current_bind(context, draw, read);
}

EGLBoolean EGLAPIENTRY
eglMakeCurrent(EGLDisplay dpy, EGLSurface draw, EGLSurface read, EGLContext context)
{
   if (draw != EGL_NO_SURFACE || read != EGL_NO_SURFACE || context != EGL_NO_CONTEXT)
      return make_current(dpy, draw, read, context);

   /* This works on a display that is not initialized as well. */
   egl_thread_begin(__func__);
   if (!egl_display_lookup(dpy))
      return egl_error(EGL_BAD_DISPLAY, "%p is not a display", dpy);
   return egl_current_release();
}

EGLBoolean EGLAPIENTRY
eglReleaseThread(void)
{
   struct egl_thread *thread = egl_thread_begin(__func__);
   bool ok = egl_current_release();
   thread->api = EGL_OPENGL_ES_API;
   thread->label = NULL;
   return ok;
}

EGLBoolean EGLAPIENTRY
eglBindAPI(EGLenum api)
{
   struct egl_thread *thread = egl_thread_begin(__func__);
   if (api != EGL_OPENGL_API && api != EGL_OPENGL_ES_API)
      return egl_error(EGL_BAD_PARAMETER, "0x%x is not an API that is supported", api);
   thread->api = api;
   return EGL_TRUE;
}

EGLenum EGLAPIENTRY
eglQueryAPI(void)
{
   return egl_thread_begin(__func__)->api;
}

/* A context that was destroyed lives on while it is current, but its handle does not. */
EGLContext EGLAPIENTRY
eglGetCurrentContext(void)
{
   struct egl_context *context = egl_thread_begin(__func__)->context;
   return context && egl_object_is_linked(&context->base) ? context : EGL_NO_CONTEXT;
}

EGLDisplay EGLAPIENTRY
eglGetCurrentDisplay(void)
{
   struct egl_context *context = egl_thread_begin(__func__)->context;
   return context ? context->base.display : EGL_NO_DISPLAY;
}

EGLSurface EGLAPIENTRY
eglGetCurrentSurface(EGLint readdraw)
{
   struct egl_context *context = egl_thread_begin(__func__)->context;
   if (readdraw != EGL_DRAW && readdraw != EGL_READ) {
      egl_error(EGL_BAD_PARAMETER, "0x%x is neither EGL_DRAW nor EGL_READ", readdraw);
      return EGL_NO_SURFACE;
   }
   if (!context)
      return EGL_NO_SURFACE;
   struct egl_surface *surface = readdraw == EGL_DRAW ? context->draw : context->read;
   return surface && egl_object_is_linked(&surface->base) ? surface : EGL_NO_SURFACE;
}

static bool
check_current_surface(const struct egl_context *context)
{
   if (context->draw && context->draw->lost)
      return egl_error(EGL_BAD_CURRENT_SURFACE, "the surface's window is gone");
   return true;
}

static bool
wait_client(const char *function)
{
   struct egl_context *context = egl_thread_begin(function)->context;
   if (!context)
      return true;
   return check_current_surface(context) && egl_driver.wait_client(context);
}

EGLBoolean EGLAPIENTRY
eglWaitClient(void)
{
   return wait_client(__func__);
}

EGLBoolean EGLAPIENTRY
eglWaitGL(void)
{
   return wait_client(__func__);
}

EGLBoolean EGLAPIENTRY
eglWaitNative(EGLint engine)
{
   struct egl_context *context = egl_thread_begin(__func__)->context;
   if (!context)
      return EGL_TRUE;
   if (engine != EGL_CORE_NATIVE_ENGINE)
      return egl_error(EGL_BAD_PARAMETER, "there is no engine 0x%x", engine);
   if (!check_current_surface(context))
      return EGL_FALSE;
   return !egl_driver.wait_native || egl_driver.wait_native(context, context->draw);
}

EGLint EGLAPIENTRY
eglGetError(void)
{
   struct egl_thread *thread = egl_thread_get();
   EGLint error = thread->error;
   thread->error = EGL_SUCCESS;
   return error;
}
