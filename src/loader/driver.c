/*
 * Finding the distribution's driver and loading it.
 */
#include "loader/dri.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct {
   pthread_once_t once;
   const __DRIextension **extensions;
   void (*(*get_proc_address)(const char *name))(void);
   char why[512];
} driver = { .once = PTHREAD_ONCE_INIT };

/* The directory of the shared object that this code is in, without a slash at the end. */
static bool
own_directory(char *directory, size_t size)
{
   Dl_info info;

   if (!dladdr(&driver, &info) || !info.dli_fname)
      return false;
   const char *slash = strrchr(info.dli_fname, '/');
   int length = slash ? (int)(slash - info.dli_fname) : 1;
   return (size_t)snprintf(directory, size, "%.*s", length, slash ? info.dli_fname : ".") < size;
}

/* prime.c's library: installed in a directory of our own, or where the build left it. */
static void *
load_library(void)
{
   static const char *const places[] = { "dxg", "../loader", "../../src/loader" };
   int flags = RTLD_NOW | RTLD_LOCAL;
   char directory[256];

   /* A program that has libdrm itself has its drmGetCap before ours, unless the driver looks among
    * its own libraries first. */
   if (dlsym(RTLD_DEFAULT, "drmGetCap"))
      flags |= RTLD_DEEPBIND;

   if (!own_directory(directory, sizeof(directory))) {
      snprintf(driver.why, sizeof(driver.why), "our own directory is unknown");
      return NULL;
   }
   for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
      char path[320];
      void *library;

      snprintf(path, sizeof(path), "%s/%s/libdxg_prime.so", directory, places[i]);
      if (access(path, F_OK) < 0)
         continue;
      library = dlopen(path, flags);
      if (!library)
         snprintf(driver.why, sizeof(driver.why), "Mesa's driver cannot be loaded: %s", dlerror());
      return library;
   }
   snprintf(driver.why, sizeof(driver.why), "there is no libdxg_prime.so for %s", directory);
   return NULL;
}

static void
load(void)
{
   const __DRIextension **(*get_extensions)(void);
   void *library = load_library();
   void *glapi;

   if (!library)
      return;
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

void (*loader_get_proc_address(const char *name))(void)
{
   pthread_once(&driver.once, load);
   return driver.get_proc_address ? driver.get_proc_address(name) : NULL;
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
