/* This library as libglvnd sees it: a vendor of EGL. */
#include "egl/main/dispatch.h"
#include "egl/main/driver.h"
#include "egl/main/platform.h"
#include "egl/main/strings.h"
#include "egl/main/thread.h"

#include <glvnd/libeglabi.h>

#include <stddef.h>

static EGLDisplay
get_platform_display(EGLenum platform, void *native, const EGLAttrib *attributes)
{
   enum egl_platform known;

   /* libglvnd means eglGetDisplay(EGL_DEFAULT_DISPLAY) by it. */
   if (platform == EGL_NONE)
      return eglGetDisplay(EGL_DEFAULT_DISPLAY);
   /* Another vendor may know it: nothing to tell EGL_KHR_debug about. */
   if (!egl_platform_from_enum(platform, &known)) {
      egl_thread_begin("eglGetPlatformDisplay")->error = EGL_BAD_PARAMETER;
      return EGL_NO_DISPLAY;
   }
   return eglGetPlatformDisplay(platform, native, attributes);
}

static EGLBoolean
supports_api(EGLenum api)
{
   return api == EGL_OPENGL_API || api == EGL_OPENGL_ES_API;
}

static const char *
vendor_string(int name)
{
   return name == __EGL_VENDOR_STRING_PLATFORM_EXTENSIONS ? egl_platform_extensions() : NULL;
}

static void *
proc_address(const char *name)
{
   return (void *)eglGetProcAddress(name);
}

EGLBoolean __attribute__((visibility("default")))
__egl_Main(uint32_t version, const __EGLapiExports *exports, __EGLvendorInfo *vendor,
           __EGLapiImports *imports)
{
   if (EGL_VENDOR_ABI_GET_MAJOR_VERSION(version) != EGL_VENDOR_ABI_MAJOR_VERSION)
      return EGL_FALSE;

   egl_dispatch_init(exports);
   imports->getPlatformDisplay = get_platform_display;
   imports->getSupportsAPI = supports_api;
   imports->getVendorString = vendor_string;
   imports->getProcAddress = proc_address;
   imports->getDispatchAddress = egl_dispatch_address;
   imports->setDispatchIndex = egl_dispatch_set_index;
   /* The table of an older libglvnd ends before this one. */
   if (EGL_VENDOR_ABI_GET_MINOR_VERSION(version) >= 1)
      imports->findNativeDisplayPlatform = egl_platform_of_native;
   return EGL_TRUE;
}
