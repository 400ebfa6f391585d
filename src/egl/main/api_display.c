/* EGL 1.5, 3.2, 3.3: displays. EGL_EXT_platform_base, EGL_MESA_query_driver,
 * EGL_ANDROID_blob_cache. */
#include "egl/main/attribs.h"
#include "egl/main/device.h"
#include "egl/main/display.h"
#include "egl/main/driver.h"
#include "egl/main/error.h"
#include "egl/main/platform.h"
#include "egl/main/strings.h"
#include "egl/main/thread.h"
#include "util/bits.h"

static EGLDisplay
find(EGLenum platform_enum, void *native, const EGLAttrib *attributes)
{
   enum egl_platform platform;
   if (!egl_platform_from_enum(platform_enum, &platform)) {
      egl_error(EGL_BAD_PARAMETER, "0x%x is not a platform that is supported", platform_enum);
      return EGL_NO_DISPLAY;
   }
   if (!egl_platform_check(platform, native, attributes))
      return EGL_NO_DISPLAY;
   return egl_display_find(platform, native, attributes);
}

EGLDisplay EGLAPIENTRY
eglGetPlatformDisplay(EGLenum platform, void *native, const EGLAttrib *attrib_list)
{
   egl_thread_begin(__func__);
   return find(platform, native, attrib_list);
}

EGLDisplay EGLAPIENTRY
eglGetPlatformDisplayEXT(EGLenum platform, void *native, const EGLint *attrib_list)
{
   EGLAttrib copy[33], name, value; /* no platform has as many */
   struct attribs attribs = attribs_from_ints(attrib_list);
   size_t count = 0;

   egl_thread_begin(__func__);
   while (attribs_next(&attribs, &name, &value)) {
      if (count + 2 >= ARRAY_LENGTH(copy)) {
         egl_error(EGL_BAD_ATTRIBUTE, "no platform has so many attributes");
         return EGL_NO_DISPLAY;
      }
      copy[count++] = name;
      copy[count++] = value;
   }
   copy[count] = EGL_NONE;
   return find(platform, native, attrib_list ? copy : NULL);
}

EGLDisplay EGLAPIENTRY
eglGetDisplay(EGLNativeDisplayType native_display)
{
   void *native = (void *)native_display;
   enum egl_platform platform;

   egl_thread_begin(__func__);
   EGLenum detected = egl_platform_of_native(native);
   if (detected != EGL_NONE)
      return find(detected, native, NULL);
   if (!egl_platform_default(&platform))
      return EGL_NO_DISPLAY;
   if (platform == EGL_PLATFORM_IS_DEVICE && !native) {
      native = egl_device_default();
      if (!native)
         return EGL_NO_DISPLAY;
   }
   if (!egl_platform_check(platform, native, NULL))
      return EGL_NO_DISPLAY;
   return egl_display_find(platform, native, NULL);
}

EGLBoolean EGLAPIENTRY
eglInitialize(EGLDisplay dpy, EGLint *major, EGLint *minor)
{
   struct egl_display *display = egl_display_lookup(dpy);

   egl_thread_begin(__func__);
   if (!display)
      return egl_error(EGL_BAD_DISPLAY, "%p is not a display", dpy);
   if (!egl_display_initialize(display))
      return EGL_FALSE;
   if (major)
      *major = 1;
   if (minor)
      *minor = display->minor_version;
   return EGL_TRUE;
}

EGLBoolean EGLAPIENTRY
eglTerminate(EGLDisplay dpy)
{
   struct egl_display *display = egl_display_lookup(dpy);

   egl_thread_begin(__func__);
   if (!display)
      return egl_error(EGL_BAD_DISPLAY, "%p is not a display", dpy);
   egl_display_terminate(display);
   return EGL_TRUE;
}

const char *EGLAPIENTRY
eglQueryString(EGLDisplay dpy, EGLint name)
{
   if (dpy == EGL_NO_DISPLAY && name == EGL_EXTENSIONS) {
      egl_thread_begin(__func__);
      return egl_client_extensions();
   }
   if (dpy == EGL_NO_DISPLAY && name == EGL_VERSION) {
      egl_thread_begin(__func__);
      return "1.5";
   }

   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   if (!display)
      return NULL;
   switch (name) {
   case EGL_CLIENT_APIS:
      return display->client_apis;
   case EGL_EXTENSIONS:
      return display->extensions;
   case EGL_VENDOR:
      return "mesa-dxg";
   case EGL_VERSION:
      return display->minor_version == 5 ? "1.5" : "1.4";
   default:
      egl_error(EGL_BAD_PARAMETER, "there is no string 0x%x", name);
      return NULL;
   }
}

const char *EGLAPIENTRY
eglGetDisplayDriverName(EGLDisplay dpy)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   if (!display)
      return NULL;
   if (!display->base.extensions.query_driver) {
      egl_error_unsupported("EGL_MESA_query_driver");
      return NULL;
   }
   return egl_driver.driver_name(display);
}

char *EGLAPIENTRY
eglGetDisplayDriverConfig(EGLDisplay dpy)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   if (!display)
      return NULL;
   if (!display->base.extensions.query_driver) {
      egl_error_unsupported("EGL_MESA_query_driver");
      return NULL;
   }
   return egl_driver.driver_config(display);
}

void EGLAPIENTRY
eglSetBlobCacheFuncsANDROID(EGLDisplay dpy, EGLSetBlobFuncANDROID set, EGLGetBlobFuncANDROID get)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   if (!display)
      return;
   if (!display->base.extensions.blob_cache) {
      egl_error_unsupported("EGL_ANDROID_blob_cache");
      return;
   }
   if (!set || !get) {
      egl_error(EGL_BAD_PARAMETER, "a cache needs both functions");
      return;
   }

   pthread_mutex_lock(&display->mutex);
   bool first = !display->blob_cache_set;
   display->blob_cache_set = true;
   pthread_mutex_unlock(&display->mutex);
   if (first)
      egl_driver.set_blob_cache(display, set, get);
   else
      egl_error(EGL_BAD_PARAMETER, "the display has a cache already");
}
