/*
 * Finding the distribution's driver and loading it.
 */
#include "loader/dri.h"
#include "loader/rebind.h"
#include "util/debug.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DRM_CAP_PRIME 0x5
#define DRM_PRIME_CAP_IMPORT 0x1

static struct {
   pthread_once_t once;
   const __DRIextension **extensions;
   void (*(*get_proc_address)(const char *name))(void);
   int (*drm_get_cap)(int fd, uint64_t capability, uint64_t *value); /* libdrm's */
   char why[512];
} driver = { .once = PTHREAD_ONCE_INIT };

/*
 * The DRI boundary imports images by descriptor only if the screen's descriptor is a DRM device that can.
 * Ours is none: a D3D12 driver has no DRM device. So where the driver asks libdrm, it asks this function
 * first, which knows the answer to that one question. Real DRM devices answer for themselves.
 */
static int
get_cap(int fd, uint64_t capability, uint64_t *value)
{
   int result = driver.drm_get_cap ? driver.drm_get_cap(fd, capability, value) : -1;

   if (result != 0 && capability == DRM_CAP_PRIME) {
      *value = DRM_PRIME_CAP_IMPORT;
      return 0;
   }
   return result;
}

/*
 * The d3d12 driver has races with the thread that it runs beside the program's (docs/mesa.md), so it shall do
 * without, unless the user says otherwise. As a variable of the process this would hold for other drivers and
 * for child processes, too, and be set while other threads may read variables.
 */
static char *
get_variable(const char *name)
{
   char *value = getenv(name);

   return !value && strcmp(name, "GALLIUM_THREAD") == 0 ? (char *)"0" : value;
}

static void
load(void)
{
   const __DRIextension **(*get_extensions)(void);
   void *library = dlopen(DRI_DRIVER_DIRECTORY "/kms_swrast_dri.so", RTLD_NOW | RTLD_LOCAL);
   void *glapi;

   if (!library) {
      snprintf(driver.why, sizeof(driver.why), "Mesa's driver cannot be loaded: %s", dlerror());
      return;
   }
   driver.drm_get_cap = (int (*)(int, uint64_t, uint64_t *))dlsym(library, "drmGetCap");
   /* Without it screens have no image import, and say so. */
   loader_rebind(library, "drmGetCap", (void (*)(void))get_cap);
   if (!loader_rebind(library, "getenv", (void (*)(void))get_variable))
      debug_printf(DEBUG_INFO,
                   "Mesa's driver reads no GALLIUM_THREAD, and may run a thread of its own");

   /* The driver's library holds many drivers. "kms_swrast" is the one that draws without a device of
    * its own into buffers that its caller has. */
   get_extensions = (const __DRIextension **(*)(void))
      dlsym(library, __DRI_DRIVER_GET_EXTENSIONS "_kms_swrast");
   glapi = dlopen("libglapi.so.0", RTLD_NOW | RTLD_LOCAL);
   if (glapi)
      driver.get_proc_address =
         (void (*(*)(const char *))(void))dlsym(glapi, "_glapi_get_proc_address");
   if (!get_extensions || !driver.get_proc_address) {
      snprintf(driver.why, sizeof(driver.why),
               "this Mesa has no DRI driver kms_swrast or no libglapi.so.0");
      return;
   }
   driver.extensions = get_extensions();
}

const __DRIextension **
loader_driver_extensions(const char **why)
{
   pthread_once(&driver.once, load);
   *why = driver.why;
   return driver.extensions;
}

void (*loader_driver_function(const char *name))(void)
{
   pthread_once(&driver.once, load);
   return driver.get_proc_address ? driver.get_proc_address(name) : NULL;
}

void (*loader_get_proc_address(const char *name))(void)
{
   void (*replacement)(void) = loader_replacement(name);

   return replacement ? replacement : loader_driver_function(name);
}

const void *
loader_find_extension(const __DRIextension *const *list, const char *name, int version)
{
   for (; *list; list++) {
      if (strcmp((*list)->name, name) == 0 && (*list)->version >= version)
         return *list;
   }
   return NULL;
}
