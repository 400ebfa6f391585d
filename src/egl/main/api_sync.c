/* EGL 1.5, 3.8; EGL_KHR_fence_sync, EGL_KHR_reusable_sync, EGL_KHR_wait_sync. */
#include "egl/main/attribs.h"
#include "egl/main/display.h"
#include "egl/main/driver.h"
#include "egl/main/error.h"
#include "egl/main/object.h"
#include "egl/main/reusable_sync.h"

static struct egl_sync *
create_fence(struct egl_display *display)
{
   struct egl_context *context = egl_current_context();
   if (!context || context->base.display != display) {
      egl_error(EGL_BAD_MATCH, "no context of the display is current");
      return NULL;
   }
   return egl_driver.create_fence_sync(context);
}

static struct egl_sync *
create_reusable(struct egl_display *display)
{
   struct egl_sync *sync = reusable_sync_create(display);
   if (!sync)
      egl_error(EGL_BAD_ALLOC, "no memory for a sync");
   return sync;
}

static EGLSync
create(struct egl_display *display, EGLenum type, struct attribs attribs, EGLint bad_type)
{
   EGLAttrib name, value;

   if (!display)
      return EGL_NO_SYNC;
   bool fence = type == EGL_SYNC_FENCE && display->base.extensions.fence_sync;
   bool reusable = type == EGL_SYNC_REUSABLE_KHR && display->base.extensions.reusable_sync;
   if (!fence && !reusable) {
      egl_error(bad_type, "0x%x is not a type of sync that is supported", type);
      return EGL_NO_SYNC;
   }
   if (attribs_next(&attribs, &name, &value)) {
      egl_error(EGL_BAD_ATTRIBUTE, "syncs of this type have no attribute 0x%lx", (long)name);
      return EGL_NO_SYNC;
   }
   struct egl_sync *sync = fence ? create_fence(display) : create_reusable(display);
   return sync && egl_object_link(&sync->base) ? sync : EGL_NO_SYNC;
}

EGLSync EGLAPIENTRY
eglCreateSync(EGLDisplay dpy, EGLenum type, const EGLAttrib *attrib_list)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return create(display, type, attribs_from_wide(attrib_list), EGL_BAD_PARAMETER);
}

EGLSyncKHR EGLAPIENTRY
eglCreateSyncKHR(EGLDisplay dpy, EGLenum type, const EGLint *attrib_list)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return create(display, type, attribs_from_ints(attrib_list), EGL_BAD_ATTRIBUTE);
}

static bool
destroy(struct egl_display *display, EGLSync handle)
{
   SCOPED(sync) sync = egl_get_sync(display, handle);
   if (!sync)
      return false;
   return egl_object_unlink(&sync->base) ||
          egl_error(EGL_BAD_PARAMETER, "another thread destroyed it first");
}

EGLBoolean EGLAPIENTRY
eglDestroySync(EGLDisplay dpy, EGLSync sync)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return destroy(display, sync);
}

EGLBoolean EGLAPIENTRY
eglDestroySyncKHR(EGLDisplay dpy, EGLSyncKHR sync)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return destroy(display, sync);
}

/* A fence, once reached, stays so. */
static bool
wait_fence(struct egl_sync *sync, struct egl_context *context, EGLTime timeout)
{
   if (atomic_load(&sync->status) == EGL_SIGNALED)
      return true;
   if (!egl_driver.client_wait_sync(sync, context, timeout))
      return false;
   atomic_store(&sync->status, EGL_SIGNALED);
   return true;
}

static bool
flush(struct egl_context *context)
{
   return !egl_driver.flush || egl_driver.flush(context);
}

static EGLint
client_wait(struct egl_display *display, EGLSync handle, EGLint flags, EGLTime timeout)
{
   SCOPED(sync) sync = egl_get_sync(display, handle);
   struct egl_context *context = egl_current_context();

   if (!sync)
      return EGL_FALSE;
   if (!(flags & EGL_SYNC_FLUSH_COMMANDS_BIT) || (context && context->base.display != display))
      context = NULL;
   bool reached;
   if (sync->type == EGL_SYNC_FENCE) {
      reached = wait_fence(sync, context, timeout);
   } else {
      if (context && atomic_load(&sync->status) != EGL_SIGNALED && !flush(context))
         return EGL_FALSE;
      reached = reusable_sync_wait(sync, timeout);
   }
   return reached ? EGL_CONDITION_SATISFIED : EGL_TIMEOUT_EXPIRED;
}

EGLint EGLAPIENTRY
eglClientWaitSync(EGLDisplay dpy, EGLSync sync, EGLint flags, EGLTime timeout)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return client_wait(display, sync, flags, timeout);
}

EGLint EGLAPIENTRY
eglClientWaitSyncKHR(EGLDisplay dpy, EGLSyncKHR sync, EGLint flags, EGLTimeKHR timeout)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return client_wait(display, sync, flags, timeout);
}

static bool
server_wait(struct egl_display *display, EGLSync handle, EGLint flags)
{
   SCOPED(sync) sync = egl_get_sync(display, handle);
   struct egl_context *context = egl_current_context();

   if (!sync)
      return false;
   if (!display->base.extensions.wait_sync)
      return egl_error_unsupported("EGL_KHR_wait_sync");
   if (!context || context->base.display != display)
      return egl_error(EGL_BAD_MATCH, "no context of the display is current");
   if (flags != 0)
      return egl_error(EGL_BAD_PARAMETER, "there are no flags 0x%x", flags);
   if (sync->type != EGL_SYNC_FENCE)
      return egl_error(EGL_BAD_MATCH, "a server can only wait for fences");
   return egl_driver.wait_sync(context, sync);
}

EGLBoolean EGLAPIENTRY
eglWaitSync(EGLDisplay dpy, EGLSync sync, EGLint flags)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return server_wait(display, sync, flags);
}

EGLint EGLAPIENTRY
eglWaitSyncKHR(EGLDisplay dpy, EGLSyncKHR sync, EGLint flags)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return server_wait(display, sync, flags);
}

EGLBoolean EGLAPIENTRY
eglSignalSyncKHR(EGLDisplay dpy, EGLSyncKHR handle, EGLenum mode)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   SCOPED(sync) sync = egl_get_sync(display, handle);
   if (!sync)
      return EGL_FALSE;
   if (sync->type != EGL_SYNC_REUSABLE_KHR)
      return egl_error(EGL_BAD_MATCH, "only reusable syncs can be signaled");
   if (mode != EGL_SIGNALED && mode != EGL_UNSIGNALED)
      return egl_error(EGL_BAD_PARAMETER, "0x%x is not a mode", mode);
   reusable_sync_set(sync, mode);
   return EGL_TRUE;
}

static bool
get_attribute(struct egl_display *display, EGLSync handle, EGLint attribute, EGLAttrib *value)
{
   SCOPED(sync) sync = egl_get_sync(display, handle);
   if (!sync)
      return false;

   switch (attribute) {
   case EGL_SYNC_TYPE:
      *value = sync->type;
      return true;
   case EGL_SYNC_STATUS:
      if (sync->type == EGL_SYNC_FENCE)
         wait_fence(sync, NULL, 0);
      *value = atomic_load(&sync->status);
      return true;
   case EGL_SYNC_CONDITION:
      if (sync->type != EGL_SYNC_FENCE)
         break;
      *value = sync->condition;
      return true;
   }
   return egl_error(EGL_BAD_ATTRIBUTE, "syncs of this type have no attribute 0x%x", attribute);
}

EGLBoolean EGLAPIENTRY
eglGetSyncAttrib(EGLDisplay dpy, EGLSync sync, EGLint attribute, EGLAttrib *value)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   if (display && !value)
      return egl_error(EGL_BAD_PARAMETER, "value is NULL");
   return get_attribute(display, sync, attribute, value);
}

EGLBoolean EGLAPIENTRY
eglGetSyncAttribKHR(EGLDisplay dpy, EGLSyncKHR sync, EGLint attribute, EGLint *value)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   EGLAttrib wide;
   if (display && !value)
      return egl_error(EGL_BAD_PARAMETER, "value is NULL");
   if (!get_attribute(display, sync, attribute, &wide))
      return EGL_FALSE;
   *value = wide;
   return EGL_TRUE;
}
