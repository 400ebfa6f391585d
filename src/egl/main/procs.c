#include "egl/main/procs.h"

#include "egl/main/driver.h"
#include "egl/main/thread.h"
#include "util/bits.h"

#include <stdlib.h>
#include <string.h>

typedef void (*proc)(void);

#define PROC(name)                                                                                 \
   {                                                                                               \
#name, (proc)name                                                                            \
   }

/* Sorted. */
static const struct entry {
   const char *name;
   proc function;
} entries[] = {
   PROC(eglBindAPI),
   PROC(eglBindTexImage),
   PROC(eglBindWaylandDisplayWL),
   PROC(eglChooseConfig),
   PROC(eglClientWaitSync),
   PROC(eglClientWaitSyncKHR),
   PROC(eglCopyBuffers),
   PROC(eglCreateContext),
   PROC(eglCreateImage),
   PROC(eglCreateImageKHR),
   PROC(eglCreatePbufferFromClientBuffer),
   PROC(eglCreatePbufferSurface),
   PROC(eglCreatePixmapSurface),
   PROC(eglCreatePlatformPixmapSurface),
   PROC(eglCreatePlatformPixmapSurfaceEXT),
   PROC(eglCreatePlatformWindowSurface),
   PROC(eglCreatePlatformWindowSurfaceEXT),
   PROC(eglCreateSync),
   PROC(eglCreateSyncKHR),
   PROC(eglCreateWaylandBufferFromImageWL),
   PROC(eglCreateWindowSurface),
   PROC(eglDebugMessageControlKHR),
   PROC(eglDestroyContext),
   PROC(eglDestroyImage),
   PROC(eglDestroyImageKHR),
   PROC(eglDestroySurface),
   PROC(eglDestroySync),
   PROC(eglDestroySyncKHR),
   PROC(eglGetConfigAttrib),
   PROC(eglGetConfigs),
   PROC(eglGetCurrentContext),
   PROC(eglGetCurrentDisplay),
   PROC(eglGetCurrentSurface),
   PROC(eglGetDisplay),
   PROC(eglGetDisplayDriverConfig),
   PROC(eglGetDisplayDriverName),
   PROC(eglGetError),
   PROC(eglGetPlatformDisplay),
   PROC(eglGetPlatformDisplayEXT),
   PROC(eglGetProcAddress),
   PROC(eglGetSyncAttrib),
   PROC(eglGetSyncAttribKHR),
   PROC(eglInitialize),
   PROC(eglLabelObjectKHR),
   PROC(eglMakeCurrent),
   PROC(eglQueryAPI),
   PROC(eglQueryContext),
   PROC(eglQueryDebugKHR),
   PROC(eglQueryDeviceAttribEXT),
   PROC(eglQueryDeviceStringEXT),
   PROC(eglQueryDevicesEXT),
   PROC(eglQueryDisplayAttribEXT),
   PROC(eglQueryDisplayAttribKHR),
   PROC(eglQueryString),
   PROC(eglQuerySurface),
   PROC(eglQueryWaylandBufferWL),
   PROC(eglReleaseTexImage),
   PROC(eglReleaseThread),
   PROC(eglSetBlobCacheFuncsANDROID),
   PROC(eglSetDamageRegionKHR),
   PROC(eglSignalSyncKHR),
   PROC(eglSurfaceAttrib),
   PROC(eglSwapBuffers),
   PROC(eglSwapBuffersWithDamageEXT),
   PROC(eglSwapBuffersWithDamageKHR),
   PROC(eglSwapInterval),
   PROC(eglTerminate),
   PROC(eglUnbindWaylandDisplayWL),
   PROC(eglWaitClient),
   PROC(eglWaitGL),
   PROC(eglWaitNative),
   PROC(eglWaitSync),
   PROC(eglWaitSyncKHR),
};

static int
compare(const void *name, const void *entry)
{
   return strcmp(name, ((const struct entry *)entry)->name);
}

proc
egl_proc_lookup(const char *name)
{
   const struct entry *entry =
      bsearch(name, entries, ARRAY_LENGTH(entries), sizeof(entries[0]), compare);
   return entry ? entry->function : NULL;
}

__eglMustCastToProperFunctionPointerType EGLAPIENTRY
eglGetProcAddress(const char *name)
{
   egl_thread_begin(__func__);
   if (!name)
      return NULL;
   proc function = egl_proc_lookup(name);
   return function ? function : egl_driver.get_proc_address(name);
}
