#include "egl/main/platform.h"

#include "egl/main/attribs.h"
#include "egl/main/device.h"
#include "util/bits.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
   EGLenum value;
   const char *name; /* in EGL_PLATFORM */
   enum egl_platform platform;
} platforms[] = {
   { EGL_PLATFORM_WAYLAND_KHR, "wayland", EGL_PLATFORM_IS_WAYLAND },
   { EGL_PLATFORM_SURFACELESS_MESA, "surfaceless", EGL_PLATFORM_IS_SURFACELESS },
   { EGL_PLATFORM_DEVICE_EXT, "device", EGL_PLATFORM_IS_DEVICE },
   { EGL_PLATFORM_X11_KHR, "x11", EGL_PLATFORM_IS_X11 },
   { EGL_PLATFORM_XCB_EXT, "xcb", EGL_PLATFORM_IS_XCB },
};

bool
egl_platform_from_enum(EGLenum value, enum egl_platform *platform)
{
   for (size_t i = 0; i < ARRAY_LENGTH(platforms); i++) {
      if (platforms[i].value == value) {
         *platform = platforms[i].platform;
         return true;
      }
   }
   return false;
}

static bool
is_set(const char *variable)
{
   const char *value = getenv(variable);
   return value && *value;
}

bool
egl_platform_default(enum egl_platform *platform)
{
   if (is_set("EGL_PLATFORM")) {
      const char *name = getenv("EGL_PLATFORM");
      for (size_t i = 0; i < ARRAY_LENGTH(platforms); i++) {
         if (!strcmp(platforms[i].name, name)) {
            *platform = platforms[i].platform;
            return true;
         }
      }
      return false; /* Mesa may know it */
   }
   *platform = is_set("WAYLAND_DISPLAY") || is_set("WAYLAND_SOCKET") ? EGL_PLATFORM_IS_WAYLAND
               : is_set("DISPLAY")                                   ? EGL_PLATFORM_IS_X11
                                                                     : EGL_PLATFORM_IS_SURFACELESS;
   return true;
}

/* Reads a pointer through the kernel, which says EFAULT where we would crash. */
static bool
read_pointer(const void *from, void **out)
{
   int ends[2];
   if (pipe2(ends, O_CLOEXEC) < 0)
      return false;
   bool ok = write(ends[1], from, sizeof(*out)) == sizeof(*out) &&
             read(ends[0], out, sizeof(*out)) == sizeof(*out);
   close(ends[0]);
   close(ends[1]);
   return ok;
}

/* A wl_display starts with the address of wl_display_interface. There may be several, as programs
 * bring their own libwayland; so the symbol at that address is what we look at. */
EGLenum
egl_platform_of_native(void *native)
{
   void *first;
   Dl_info info;

   if (!native || (uintptr_t)native % sizeof(void *) || !read_pointer(native, &first))
      return EGL_NONE;
   if (!dladdr(first, &info) || !info.dli_sname || info.dli_saddr != first)
      return EGL_NONE;
   return strcmp(info.dli_sname, "wl_display_interface") ? EGL_NONE : EGL_PLATFORM_WAYLAND_KHR;
}

bool
egl_platform_check(enum egl_platform platform, const void *native, const EGLAttrib *attributes)
{
   struct attribs attribs = attribs_from_wide(attributes);
   EGLAttrib name, value;

   if (platform == EGL_PLATFORM_IS_SURFACELESS && native)
      return egl_error(EGL_BAD_PARAMETER, "surfaceless has no native displays");
   if (platform == EGL_PLATFORM_IS_DEVICE && !egl_device_lookup(native))
      return egl_error(EGL_BAD_PARAMETER, "%p is not a device", native);
   while (attribs_next(&attribs, &name, &value)) {
      bool screen = (platform == EGL_PLATFORM_IS_X11 && name == EGL_PLATFORM_X11_SCREEN_KHR) ||
                    (platform == EGL_PLATFORM_IS_XCB && name == EGL_PLATFORM_XCB_SCREEN_EXT);
      if (!screen)
         return egl_error(EGL_BAD_ATTRIBUTE, "the platform has no attribute 0x%lx", (long)name);
   }
   return true;
}
