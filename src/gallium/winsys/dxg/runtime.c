#include "gallium/winsys/dxg/runtime.h"

#include "util/bits.h"
#include "util/debug.h"
#include "util/dxcore.h"

#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WSL_DIRECTORY "/usr/lib/wsl/lib"
#define MESA_ADAPTER_VARIABLE "MESA_D3D12_DEFAULT_ADAPTER_NAME"

/* Where our own device is, seen from what we are linked into. */
static const char *const own_directories[] = {
   "dxg",             /* installed: a private directory beside the vendor library */
   "../d3d12",        /* build tree: src/egl, src/glx */
   "../../src/d3d12", /* build tree: tests */
   "../src/d3d12",    /* build tree: tools */
};

/* What happened in all tries, for `why`. */
static char failures[1024];

static struct dxg_runtime chosen;
static bool is_chosen;

static void __attribute__((format(printf, 2, 3)))
fail(const char *directory, const char *format, ...)
{
   char text[512];
   va_list args;

   va_start(args, format);
   vsnprintf(text, sizeof(text), format, args);
   va_end(args);
   debug_printf(DEBUG_INFO, "no D3D12 in %s: %s", directory, text);
   const size_t used = strlen(failures);
   snprintf(failures + used, sizeof(failures) - used, "%s%s: %s", used ? "; " : "", directory,
            text);
}

/* ---- Adapters --------------------------------------------------------------------------------- */

/* The caller frees it. */
static char *
adapter_name(struct dxcore_adapter *adapter)
{
   size_t size = 0;

   if (FAILED(adapter->vtbl->GetPropertySize(adapter, DXCORE_DRIVER_DESCRIPTION, &size)) ||
       size == 0)
      return NULL;
   char *name = calloc(1, size + 1);
   if (name && FAILED(adapter->vtbl->GetProperty(adapter, DXCORE_DRIVER_DESCRIPTION, size, name))) {
      free(name);
      return NULL;
   }
   return name;
}

/* Of the adapters with this part in their names the first, or NULL. */
static struct dxcore_adapter *
find_named(struct dxcore_list *list, const char *part)
{
   for (uint32_t i = 0; i < list->vtbl->GetAdapterCount(list); i++) {
      void *out;
      if (FAILED(list->vtbl->GetAdapter(list, i, &dxcore_iid_adapter, &out)))
         continue;
      struct dxcore_adapter *adapter = out;
      char *name = adapter_name(adapter);
      const bool found = name && strcasestr(name, part);
      free(name);
      if (found)
         return adapter;
      adapter->vtbl->Release(adapter);
   }
   return NULL;
}

/* What Mesa takes when no name tells it otherwise: the first that is integrated, else the first. */
static struct dxcore_adapter *
find_default(struct dxcore_list *list)
{
   void *out;

   for (uint32_t i = 0; i < list->vtbl->GetAdapterCount(list); i++) {
      if (FAILED(list->vtbl->GetAdapter(list, i, &dxcore_iid_adapter, &out)))
         continue;
      struct dxcore_adapter *adapter = out;
      bool integrated = false;
      if (SUCCEEDED(adapter->vtbl->GetProperty(adapter, DXCORE_IS_INTEGRATED, sizeof(integrated),
                                               &integrated)) &&
          integrated)
         return adapter;
      adapter->vtbl->Release(adapter);
   }
   return SUCCEEDED(list->vtbl->GetAdapter(list, 0, &dxcore_iid_adapter, &out)) ? out : NULL;
}

/*
 * The adapter that Mesa will choose, which must have `wanted` (or NULL) in its name. *force: if it is
 * told that name.
 */
static struct dxcore_adapter *
find_adapter(struct dxcore_list *list, const char *wanted, bool *force)
{
   const char *mesa = getenv(MESA_ADAPTER_VARIABLE);
   struct dxcore_adapter *adapter = NULL;

   *force = !mesa && wanted;
   if (mesa)
      adapter = find_named(list, mesa);
   else if (wanted)
      adapter = find_named(list, wanted);
   if (!adapter && !*force)
      adapter = find_default(list);
   if (!adapter || !wanted)
      return adapter;

   char *name = adapter_name(adapter);
   if (name && *force) {
      /* The whole name may be a part of an earlier one. */
      adapter->vtbl->Release(adapter);
      adapter = find_named(list, name);
   }
   const bool matches = name && strcasestr(name, wanted);
   free(name);
   if (adapter && !matches) {
      adapter->vtbl->Release(adapter);
      adapter = NULL;
   }
   return adapter;
}

static bool
describe(struct dxg_runtime *runtime, struct dxcore_adapter *adapter)
{
   struct dxcore_hardware_id id = { 0 };
   LUID luid;

   if (FAILED(adapter->vtbl->GetProperty(adapter, DXCORE_INSTANCE_LUID, sizeof(luid), &luid)))
      return false;
   if (SUCCEEDED(adapter->vtbl->GetProperty(adapter, DXCORE_HARDWARE_ID, sizeof(id), &id))) {
      runtime->vendor_id = id.vendor;
      runtime->device_id = id.device;
   }
   runtime->adapter_luid = (uint64_t)(uint32_t)luid.HighPart << 32 | luid.LowPart;
   runtime->adapter_name = adapter_name(adapter);
   return runtime->adapter_name;
}

static bool
choose_adapter(struct dxg_runtime *runtime, struct dxcore_list *list, const char *directory,
               const char *wanted)
{
   bool force;

   if (list->vtbl->GetAdapterCount(list) == 0) {
      fail(directory, "there is no adapter with D3D12 graphics");
      return false;
   }
   struct dxcore_adapter *adapter = find_adapter(list, wanted, &force);
   if (!adapter) {
      fail(directory, "no adapter that Mesa would choose has \"%s\" in its name",
           wanted ? wanted : "");
      return false;
   }
   const bool ok = describe(runtime, adapter);
   adapter->vtbl->Release(adapter);
   if (!ok) {
      fail(directory, "the adapter does not say what it is");
      return false;
   }
   /* Mesa chooses for itself and knows only this variable. It stays set: Mesa reads it whenever a screen
    * is made, on any thread, and a program that this one starts shall get the same adapter. */
   if (force)
      setenv(MESA_ADAPTER_VARIABLE, runtime->adapter_name, 0);
   return true;
}

static bool
list_adapters(struct dxg_runtime *runtime, const char *directory, const char *wanted)
{
   HRESULT (*create_factory)(REFIID riid, void **out) =
      dlsym(runtime->dxcore, "DXCoreCreateAdapterFactory");
   void *out;

   if (!create_factory) {
      fail(directory, "libdxcore.so has no DXCoreCreateAdapterFactory");
      return false;
   }
   HRESULT hr = create_factory(&dxcore_iid_factory, &out);
   if (FAILED(hr)) {
      fail(directory, "DXCoreCreateAdapterFactory fails: %08x", (unsigned)hr);
      return false;
   }
   struct dxcore_factory *factory = out;
   hr = factory->vtbl->CreateAdapterList(factory, 1, &dxcore_attribute_d3d12_graphics,
                                         &dxcore_iid_list, &out);
   factory->vtbl->Release(factory);
   if (FAILED(hr)) {
      fail(directory, "CreateAdapterList fails: %08x", (unsigned)hr);
      return false;
   }
   struct dxcore_list *list = out;
   const bool ok = choose_adapter(runtime, list, directory, wanted);
   list->vtbl->Release(list);
   return ok;
}

/* ---- Libraries -------------------------------------------------------------------------------- */

static void *
load(const char *directory, const char *path)
{
   void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

   if (!library)
      fail(directory, "%s", dlerror());
   return library;
}

/* libd3d12.so may need libdxcore.so, which comes first for that reason. Both are loaded by path; who
 * asks for the bare names later gets these, since the SONAMEs are the same. */
static bool
open_libraries(struct dxg_runtime *runtime, const char *directory)
{
   if (asprintf(&runtime->dxcore_path, "%s/libdxcore.so", directory) < 0)
      runtime->dxcore_path = NULL;
   if (asprintf(&runtime->d3d12_path, "%s/libd3d12.so", directory) < 0)
      runtime->d3d12_path = NULL;
   if (!runtime->dxcore_path || !runtime->d3d12_path) {
      fail(directory, "out of memory");
      return false;
   }
   runtime->dxcore = load(directory, runtime->dxcore_path);
   if (!runtime->dxcore)
      return false;
   runtime->d3d12 = load(directory, runtime->d3d12_path);
   if (!runtime->d3d12)
      return false;
   if (!dlsym(runtime->d3d12, "D3D12CreateDevice")) {
      fail(directory, "libd3d12.so has no D3D12CreateDevice");
      return false;
   }
   return true;
}

static bool
try_directory(enum dxg_runtime_kind kind, const char *directory, const char *wanted)
{
   struct dxg_runtime runtime = { .kind = kind };

   if (open_libraries(&runtime, directory) && list_adapters(&runtime, directory, wanted)) {
      chosen = runtime;
      return true;
   }
   /* A library that stayed loaded would answer to its SONAME instead of the next we try. */
   if (runtime.d3d12)
      dlclose(runtime.d3d12);
   if (runtime.dxcore)
      dlclose(runtime.dxcore);
   free(runtime.adapter_name);
   free(runtime.d3d12_path);
   free(runtime.dxcore_path);
   return false;
}

/* The directory of the library or program that this function is linked into. */
static bool
find_own_directory(char directory[static PATH_MAX])
{
   struct link_map *map;
   Dl_info info;

   /* Not info.dli_fname, which for a program is what its caller called it. */
   if (!dladdr1((void *)find_own_directory, &info, (void **)&map, RTLD_DL_LINKMAP) ||
       !realpath(map->l_name[0] ? map->l_name : "/proc/self/exe", directory))
      return false;
   char *slash = strrchr(directory, '/');
   *slash = '\0';
   return true;
}

static bool
has_libraries(const char *directory)
{
   char path[PATH_MAX + sizeof("/libdxcore.so")];

   snprintf(path, sizeof(path), "%s/libdxcore.so", directory);
   char *real = realpath(path, NULL);
   free(real);
   return real;
}

static bool
try_own(const char *wanted)
{
   char here[PATH_MAX];

   if (!find_own_directory(here)) {
      fail("our own directory", "it is unknown");
      return false;
   }
   for (size_t i = 0; i < ARRAY_LENGTH(own_directories); i++) {
      char path[PATH_MAX + 32], real[PATH_MAX];
      snprintf(path, sizeof(path), "%s/%s", here, own_directories[i]);
      if (realpath(path, real) && has_libraries(real))
         return try_directory(DXG_RUNTIME_CPU, real, wanted);
   }
   fail(here, "our own libd3d12.so and libdxcore.so are not there");
   return false;
}

static void
choose(void)
{
   const char *wanted = getenv("DXG_ADAPTER");
   const char *directory = getenv("DXG_RUNTIME_DIR");
   const bool cpu = wanted && !strcasecmp(wanted, "cpu");

   if (cpu || (wanted && !*wanted))
      wanted = NULL;
   if (!directory || !*directory)
      directory = WSL_DIRECTORY;

   if (!cpu && (getenv("DXG_RUNTIME_DIR") || has_libraries(directory)))
      is_chosen = try_directory(DXG_RUNTIME_WSL, directory, wanted);
   if (!is_chosen)
      is_chosen = try_own(wanted);
   if (is_chosen)
      debug_printf(DEBUG_INFO, "adapter \"%s\" by %s", chosen.adapter_name, chosen.d3d12_path);
}

const struct dxg_runtime *
dxg_runtime_get(const char **why)
{
   static pthread_once_t once = PTHREAD_ONCE_INIT;

   pthread_once(&once, choose);
   if (is_chosen)
      return &chosen;
   *why = failures;
   return NULL;
}
