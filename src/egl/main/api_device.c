/* EGL_EXT_device_base, _device_enumeration, _device_query, _device_query_name. */
#include "egl/main/device.h"
#include "egl/main/display.h"
#include "egl/main/driver.h"
#include "egl/main/thread.h"
#include "util/bits.h"

#include <string.h>

static struct egl_device *
devices(EGLint *count)
{
   unsigned n = 0;
   struct egl_device *list = egl_driver.devices ? egl_driver.devices(&n) : NULL;
   *count = list ? n : 0;
   return list;
}

struct egl_device *
egl_device_lookup(const void *handle)
{
   EGLint count;
   struct egl_device *list = devices(&count);
   for (EGLint i = 0; i < count; i++) {
      if (&list[i] == handle)
         return &list[i];
   }
   return NULL;
}

struct egl_device *
egl_device_default(void)
{
   EGLint count;
   struct egl_device *list = devices(&count);
   return count > 0 ? list : NULL;
}

EGLBoolean EGLAPIENTRY
eglQueryDevicesEXT(EGLint max_devices, EGLDeviceEXT *out, EGLint *num_devices)
{
   EGLint count;

   egl_thread_begin(__func__);
   if (!num_devices || (out && max_devices <= 0))
      return egl_error(EGL_BAD_PARAMETER, "there is no room for an answer");
   struct egl_device *list = devices(&count);
   if (out) {
      count = MIN2(count, max_devices);
      for (EGLint i = 0; i < count; i++)
         out[i] = &list[i];
   }
   *num_devices = count;
   return EGL_TRUE;
}

EGLBoolean EGLAPIENTRY
eglQueryDeviceAttribEXT(EGLDeviceEXT handle, EGLint attribute, EGLAttrib *value)
{
   egl_thread_begin(__func__);
   if (!egl_device_lookup(handle))
      return egl_error(EGL_BAD_DEVICE_EXT, "%p is not a device", handle);
   return egl_error(EGL_BAD_ATTRIBUTE, "devices have no attribute 0x%x", attribute);
}

const char *EGLAPIENTRY
eglQueryDeviceStringEXT(EGLDeviceEXT handle, EGLint name)
{
   egl_thread_begin(__func__);
   const struct egl_device *device = egl_device_lookup(handle);
   if (!device) {
      egl_error(EGL_BAD_DEVICE_EXT, "%p is not a device", handle);
      return NULL;
   }
   bool has_names = strstr(device->extensions, "EGL_EXT_device_query_name");
   if (name == EGL_EXTENSIONS)
      return device->extensions;
   if (name == EGL_VENDOR && has_names)
      return device->vendor;
   if (name == EGL_RENDERER_EXT && has_names)
      return device->name;
   egl_error(EGL_BAD_PARAMETER, "devices have no string 0x%x", name);
   return NULL;
}

static bool
query_display(struct egl_display *display, EGLint attribute, EGLAttrib *value)
{
   if (!display)
      return false;
   if (!value)
      return egl_error(EGL_BAD_PARAMETER, "value is NULL");
   if (attribute != EGL_DEVICE_EXT || !display->base.device)
      return egl_error(EGL_BAD_ATTRIBUTE, "the display has no attribute 0x%x", attribute);
   *value = (EGLAttrib)display->base.device;
   return true;
}

EGLBoolean EGLAPIENTRY
eglQueryDisplayAttribEXT(EGLDisplay dpy, EGLint attribute, EGLAttrib *value)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return query_display(display, attribute, value);
}

EGLBoolean EGLAPIENTRY
eglQueryDisplayAttribKHR(EGLDisplay dpy, EGLint attribute, EGLAttrib *value)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return query_display(display, attribute, value);
}
