/* EGL_KHR_debug. */
#include "egl/main/attribs.h"
#include "egl/main/display.h"
#include "egl/main/error.h"
#include "egl/main/object.h"
#include "egl/main/thread.h"

EGLint EGLAPIENTRY
eglDebugMessageControlKHR(EGLDEBUGPROCKHR callback, const EGLAttrib *attrib_list)
{
   static const struct debug_settings initial = { .enabled = { true, true } };
   struct attribs attribs = attribs_from_wide(attrib_list);
   struct debug_settings settings = egl_debug_settings();
   EGLAttrib name, value;

   egl_thread_begin(__func__);
   while (attribs_next(&attribs, &name, &value)) {
      int type = egl_debug_type_index(name);
      if (type < 0) {
         egl_error(EGL_BAD_ATTRIBUTE, "0x%lx is not a type of message", (long)name);
         return EGL_BAD_ATTRIBUTE;
      }
      settings.enabled[type] = value;
   }
   settings.callback = callback;
   egl_debug_set(callback ? &settings : &initial);
   return EGL_SUCCESS;
}

EGLBoolean EGLAPIENTRY
eglQueryDebugKHR(EGLint attribute, EGLAttrib *value)
{
   struct debug_settings settings = egl_debug_settings();
   int type = egl_debug_type_index(attribute);

   egl_thread_begin(__func__);
   if (!value)
      return egl_error(EGL_BAD_PARAMETER, "value is NULL");
   if (attribute == EGL_DEBUG_CALLBACK_KHR)
      *value = (EGLAttrib)settings.callback;
   else if (type >= 0)
      *value = settings.enabled[type];
   else
      return egl_error(EGL_BAD_ATTRIBUTE, "there is no attribute 0x%x", attribute);
   return EGL_TRUE;
}

static bool
object_type(EGLenum type, enum egl_object_type *out)
{
   switch (type) {
   case EGL_OBJECT_CONTEXT_KHR:
      *out = EGL_OBJECT_CONTEXT;
      return true;
   case EGL_OBJECT_SURFACE_KHR:
      *out = EGL_OBJECT_SURFACE;
      return true;
   case EGL_OBJECT_IMAGE_KHR:
      *out = EGL_OBJECT_IMAGE;
      return true;
   case EGL_OBJECT_SYNC_KHR:
      *out = EGL_OBJECT_SYNC;
      return true;
   default:
      return false;
   }
}

static EGLint
label_object(struct egl_display *display, enum egl_object_type type, EGLObjectKHR handle,
             EGLLabelKHR label)
{
   SCOPED(object) object = egl_object_lookup(display, handle, type);
   if (!object) {
      egl_error(EGL_BAD_PARAMETER, "%p is not an object of that type", handle);
      return EGL_BAD_PARAMETER;
   }
   pthread_mutex_lock(&display->mutex);
   object->label = label;
   pthread_mutex_unlock(&display->mutex);
   return EGL_SUCCESS;
}

EGLint EGLAPIENTRY
eglLabelObjectKHR(EGLDisplay dpy, EGLenum type, EGLObjectKHR handle, EGLLabelKHR label)
{
   struct egl_thread *thread = egl_thread_begin(__func__);
   enum egl_object_type known;

   if (type == EGL_OBJECT_THREAD_KHR) {
      thread->label = label;
      return EGL_SUCCESS;
   }
   struct egl_display *display = egl_display_lookup(dpy);
   if (!display) {
      egl_error(EGL_BAD_DISPLAY, "%p is not a display", dpy);
      return EGL_BAD_DISPLAY;
   }
   if (type == EGL_OBJECT_DISPLAY_KHR && handle == dpy) {
      pthread_mutex_lock(&display->mutex);
      display->label = label;
      pthread_mutex_unlock(&display->mutex);
      return EGL_SUCCESS;
   }
   if (!object_type(type, &known)) {
      egl_error(EGL_BAD_PARAMETER, "0x%x is not a type of object, or not this one's", type);
      return EGL_BAD_PARAMETER;
   }
   return label_object(display, known, handle, label);
}
