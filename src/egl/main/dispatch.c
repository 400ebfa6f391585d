#include "egl/main/dispatch.h"

#include "util/bits.h"

#include <stdatomic.h>
#include <string.h>

/* KIND(return type, its value on failure, name, parameters, arguments): the
 * first argument is what the vendor is found by, a display or a device. */
#define FUNCTIONS(DISPLAY, DEVICE)                                                                 \
   DISPLAY(EGLBoolean, EGL_FALSE, eglBindWaylandDisplayWL, (EGLDisplay a, struct wl_display * b),  \
           (a, b))                                                                                 \
   DISPLAY(EGLint, EGL_FALSE, eglClientWaitSyncKHR,                                                \
           (EGLDisplay a, EGLSyncKHR b, EGLint c, EGLTimeKHR d), (a, b, c, d))                     \
   DISPLAY(EGLImageKHR, EGL_NO_IMAGE_KHR, eglCreateImageKHR,                                       \
           (EGLDisplay a, EGLContext b, EGLenum c, EGLClientBuffer d, const EGLint *e),            \
           (a, b, c, d, e))                                                                        \
   DISPLAY(EGLSyncKHR, EGL_NO_SYNC_KHR, eglCreateSyncKHR,                                          \
           (EGLDisplay a, EGLenum b, const EGLint *c), (a, b, c))                                  \
   DISPLAY(struct wl_buffer *, NULL, eglCreateWaylandBufferFromImageWL,                            \
           (EGLDisplay a, EGLImageKHR b), (a, b))                                                  \
   DISPLAY(EGLBoolean, EGL_FALSE, eglDestroyImageKHR, (EGLDisplay a, EGLImageKHR b), (a, b))       \
   DISPLAY(EGLBoolean, EGL_FALSE, eglDestroySyncKHR, (EGLDisplay a, EGLSyncKHR b), (a, b))         \
   DISPLAY(char *, NULL, eglGetDisplayDriverConfig, (EGLDisplay a), (a))                           \
   DISPLAY(const char *, NULL, eglGetDisplayDriverName, (EGLDisplay a), (a))                       \
   DISPLAY(EGLBoolean, EGL_FALSE, eglGetSyncAttribKHR,                                             \
           (EGLDisplay a, EGLSyncKHR b, EGLint c, EGLint * d), (a, b, c, d))                       \
   DEVICE(EGLBoolean, EGL_FALSE, eglQueryDeviceAttribEXT,                                          \
          (EGLDeviceEXT a, EGLint b, EGLAttrib * c), (a, b, c))                                    \
   DEVICE(const char *, NULL, eglQueryDeviceStringEXT, (EGLDeviceEXT a, EGLint b), (a, b))         \
   DISPLAY(EGLBoolean, EGL_FALSE, eglQueryDisplayAttribEXT,                                        \
           (EGLDisplay a, EGLint b, EGLAttrib * c), (a, b, c))                                     \
   DISPLAY(EGLBoolean, EGL_FALSE, eglQueryDisplayAttribKHR,                                        \
           (EGLDisplay a, EGLint b, EGLAttrib * c), (a, b, c))                                     \
   DISPLAY(EGLBoolean, EGL_FALSE, eglQueryWaylandBufferWL,                                         \
           (EGLDisplay a, struct wl_resource * b, EGLint c, EGLint * d), (a, b, c, d))             \
   DISPLAY(void, , eglSetBlobCacheFuncsANDROID,                                                    \
           (EGLDisplay a, EGLSetBlobFuncANDROID b, EGLGetBlobFuncANDROID c), (a, b, c))            \
   DISPLAY(EGLBoolean, EGL_FALSE, eglSetDamageRegionKHR,                                           \
           (EGLDisplay a, EGLSurface b, EGLint * c, EGLint d), (a, b, c, d))                       \
   DISPLAY(EGLBoolean, EGL_FALSE, eglSignalSyncKHR, (EGLDisplay a, EGLSyncKHR b, EGLenum c),       \
           (a, b, c))                                                                              \
   DISPLAY(EGLBoolean, EGL_FALSE, eglSwapBuffersWithDamageEXT,                                     \
           (EGLDisplay a, EGLSurface b, const EGLint *c, EGLint d), (a, b, c, d))                  \
   DISPLAY(EGLBoolean, EGL_FALSE, eglSwapBuffersWithDamageKHR,                                     \
           (EGLDisplay a, EGLSurface b, const EGLint *c, EGLint d), (a, b, c, d))                  \
   DISPLAY(EGLBoolean, EGL_FALSE, eglUnbindWaylandDisplayWL,                                       \
           (EGLDisplay a, struct wl_display * b), (a, b))                                          \
   DISPLAY(EGLint, EGL_FALSE, eglWaitSyncKHR, (EGLDisplay a, EGLSyncKHR b, EGLint c), (a, b, c))

#define INDEX(type, failure, name, parameters, arguments) INDEX_##name,
enum { FUNCTIONS(INDEX, INDEX) N_FUNCTIONS };

static const __EGLapiExports *glvnd;
static atomic_int indices[N_FUNCTIONS];

typedef void (*function)(void);

static function
fetch(__EGLvendorInfo *vendor, int function_index, EGLint error)
{
   function found = NULL;
   if (vendor)
      found = (function)glvnd->fetchDispatchEntry(vendor, atomic_load(&indices[function_index]));
   if (!found) {
      glvnd->setEGLError(error);
      return NULL;
   }
   return glvnd->setLastVendor(vendor) ? found : NULL;
}

static function
fetch_by_display(EGLDisplay display, int function_index)
{
   glvnd->threadInit();
   return fetch(glvnd->getVendorFromDisplay(display), function_index, EGL_BAD_DISPLAY);
}

static function
fetch_by_device(EGLDeviceEXT device, int function_index)
{
   glvnd->threadInit();
   return fetch(glvnd->getVendorFromDevice(device), function_index, EGL_BAD_DEVICE_EXT);
}

#define STUB(type, failure, name, parameters, arguments, fetch_vendors)                            \
   static type EGLAPIENTRY stub_##name parameters                                                  \
   {                                                                                               \
      __typeof__(&name) call = (__typeof__(&name))fetch_vendors(a, INDEX_##name);                  \
      if (!call)                                                                                   \
         return failure;                                                                           \
      return call arguments;                                                                       \
   }
#define DISPLAY_STUB(type, failure, name, parameters, arguments)                                   \
   STUB(type, failure, name, parameters, arguments, fetch_by_display)
#define DEVICE_STUB(type, failure, name, parameters, arguments)                                    \
   STUB(type, failure, name, parameters, arguments, fetch_by_device)
FUNCTIONS(DISPLAY_STUB, DEVICE_STUB)

#define ENTRY(type, failure, name, parameters, arguments) { #name, (function)stub_##name },
static const struct {
   const char *name;
   function stub;
} stubs[N_FUNCTIONS] = { FUNCTIONS(ENTRY, ENTRY) };

static int
find(const char *name)
{
   int i = 0;
   while (i < N_FUNCTIONS && strcmp(stubs[i].name, name))
      i++;
   return i;
}

void
egl_dispatch_init(const __EGLapiExports *exports)
{
   glvnd = exports;
   for (int i = 0; i < N_FUNCTIONS; i++)
      atomic_store(&indices[i], -1);
}

void *
egl_dispatch_address(const char *name)
{
   int i = find(name);
   return i < N_FUNCTIONS ? (void *)stubs[i].stub : NULL;
}

void
egl_dispatch_set_index(const char *name, int index)
{
   int i = find(name);
   if (i < N_FUNCTIONS)
      atomic_store(&indices[i], index);
}
