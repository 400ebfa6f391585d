#include "info.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define COBJMACROS
#define CINTERFACE
#include <wsl/winadapter.h>

#include <directx/d3d12.h>

/*
 * DXCore's header is C++ alone. These are its interfaces as C sees them, as far as they are called
 * here: after IUnknown's three methods, each in the order of the header.
 */
struct dxcore_adapter;
struct dxcore_adapter_list;
struct dxcore_factory;

struct dxcore_adapter_vtable {
   HRESULT (*query_interface)(struct dxcore_adapter *, REFIID, void **);
   ULONG (*add_ref)(struct dxcore_adapter *);
   ULONG (*release)(struct dxcore_adapter *);
   bool (*is_valid)(struct dxcore_adapter *);
   bool (*is_attribute_supported)(struct dxcore_adapter *, REFGUID);
   bool (*is_property_supported)(struct dxcore_adapter *, uint32_t);
   HRESULT (*get_property)(struct dxcore_adapter *, uint32_t, size_t, void *);
   HRESULT (*get_property_size)(struct dxcore_adapter *, uint32_t, size_t *);
};

struct dxcore_adapter {
   const struct dxcore_adapter_vtable *methods;
};

struct dxcore_adapter_list_vtable {
   HRESULT (*query_interface)(struct dxcore_adapter_list *, REFIID, void **);
   ULONG (*add_ref)(struct dxcore_adapter_list *);
   ULONG (*release)(struct dxcore_adapter_list *);
   HRESULT (*get_adapter)(struct dxcore_adapter_list *, uint32_t, REFIID, void **);
   uint32_t (*get_adapter_count)(struct dxcore_adapter_list *);
};

struct dxcore_adapter_list {
   const struct dxcore_adapter_list_vtable *methods;
};

struct dxcore_factory_vtable {
   HRESULT (*query_interface)(struct dxcore_factory *, REFIID, void **);
   ULONG (*add_ref)(struct dxcore_factory *);
   ULONG (*release)(struct dxcore_factory *);
   HRESULT (*create_adapter_list)(struct dxcore_factory *, uint32_t, const GUID *, REFIID, void **);
};

struct dxcore_factory {
   const struct dxcore_factory_vtable *methods;
};

enum { PROPERTY_DRIVER_VERSION = 1, PROPERTY_DRIVER_DESCRIPTION = 2, PROPERTY_SHARED_MEMORY = 9 };

static const GUID iid_factory = {
   0x78ee5945, 0xc36e, 0x4b13, { 0xa6, 0x69, 0x00, 0x5d, 0xd1, 0x1c, 0x0f, 0x06 }
};
static const GUID iid_adapter_list = {
   0x526c7776, 0x40e9, 0x459b, { 0xb7, 0x11, 0xf3, 0x2a, 0xd7, 0x6d, 0xfc, 0x28 }
};
static const GUID iid_adapter = {
   0xf0db4c7f, 0xfe5a, 0x42a2, { 0xbd, 0x62, 0xf2, 0xa6, 0xcf, 0x6f, 0xc8, 0x3e }
};
static const GUID iid_device = {
   0x189819f1, 0x1db6, 0x4b57, { 0xbe, 0x54, 0x18, 0x21, 0x33, 0x9b, 0x85, 0xf7 }
};
static const GUID attribute_d3d12_graphics = {
   0x0c9ece4d, 0x2f6e, 0x4f01, { 0x8c, 0x96, 0xe8, 0x9e, 0x33, 0x1b, 0x47, 0xb1 }
};

typedef HRESULT (*create_factory_function)(REFIID, void **);

/* A library stays loaded: the objects that it made are in use until the end. */
static void *
library_function(const char *library, const char *name)
{
   void *handle = dlopen(library, RTLD_NOW);
   if (!handle) {
      info_print(library, "missing: %s", dlerror());
      return NULL;
   }
   void *function = dlsym(handle, name);
   if (!function) {
      info_print(library, "has no %s", name);
      return NULL;
   }
   Dl_info where;
   if (dladdr(function, &where))
      info_print(library, "%s", where.dli_fname);
   return function;
}

static void
print_adapter(struct dxcore_adapter *adapter, uint32_t index, uint32_t count)
{
   char description[256] = "(no description)";
   uint64_t version = 0, memory = 0;
   size_t size = 0;

   if (SUCCEEDED(
          adapter->methods->get_property_size(adapter, PROPERTY_DRIVER_DESCRIPTION, &size)) &&
       size < sizeof(description))
      adapter->methods->get_property(adapter, PROPERTY_DRIVER_DESCRIPTION, size, description);
   info_print("adapter", "%s (%" PRIu32 " of %" PRIu32 ")", description, index + 1, count);
   if (SUCCEEDED(adapter->methods->get_property(adapter, PROPERTY_DRIVER_VERSION, sizeof(version),
                                                &version)))
      info_print("driver", "%u.%u.%u.%u", (unsigned)(version >> 48),
                 (unsigned)(version >> 32 & 0xffff), (unsigned)(version >> 16 & 0xffff),
                 (unsigned)(version & 0xffff));
   if (SUCCEEDED(
          adapter->methods->get_property(adapter, PROPERTY_SHARED_MEMORY, sizeof(memory), &memory)))
      info_print("memory", "%" PRIu64 " MiB", memory >> 20);
}

static void
print_feature_level(ID3D12Device *device)
{
   static const D3D_FEATURE_LEVEL levels[] = {
      D3D_FEATURE_LEVEL_11_0, D3D_FEATURE_LEVEL_11_1, D3D_FEATURE_LEVEL_12_0,
      D3D_FEATURE_LEVEL_12_1, D3D_FEATURE_LEVEL_12_2,
   };
   D3D12_FEATURE_DATA_FEATURE_LEVELS data = {
      .NumFeatureLevels = sizeof(levels) / sizeof(levels[0]),
      .pFeatureLevelsRequested = levels,
   };

   if (SUCCEEDED(ID3D12Device_CheckFeatureSupport(device, D3D12_FEATURE_FEATURE_LEVELS, &data,
                                                  sizeof(data))))
      info_print("feature level", "%d_%d", data.MaxSupportedFeatureLevel >> 12,
                 data.MaxSupportedFeatureLevel >> 8 & 0xf);
}

static void
print_shader_model(ID3D12Device *device)
{
   /* A runtime refuses what it has never heard of, and lowers what it knows: ask downwards. */
   for (int model = D3D_SHADER_MODEL_6_7; model >= D3D_SHADER_MODEL_5_1; model--) {
      D3D12_FEATURE_DATA_SHADER_MODEL data = { .HighestShaderModel = (D3D_SHADER_MODEL)model };
      if (FAILED(ID3D12Device_CheckFeatureSupport(device, D3D12_FEATURE_SHADER_MODEL, &data,
                                                  sizeof(data))))
         continue;
      info_print("shader model", "%d.%d", data.HighestShaderModel >> 4,
                 data.HighestShaderModel & 0xf);
      return;
   }
}

static void
print_vector_width(ID3D12Device *device)
{
   D3D12_FEATURE_DATA_D3D12_OPTIONS1 options = { 0 };

   if (FAILED(ID3D12Device_CheckFeatureSupport(device, D3D12_FEATURE_D3D12_OPTIONS1, &options,
                                               sizeof(options))))
      return;
   if (options.WaveLaneCountMin == options.WaveLaneCountMax)
      info_print("vector width", "%u lanes", options.WaveLaneCountMin);
   else
      info_print("vector width", "%u to %u lanes", options.WaveLaneCountMin,
                 options.WaveLaneCountMax);
}

static bool
print_device(PFN_D3D12_CREATE_DEVICE create, struct dxcore_adapter *adapter)
{
   ID3D12Device *device = NULL;
   const HRESULT result =
      create((IUnknown *)adapter, D3D_FEATURE_LEVEL_11_0, &iid_device, (void **)&device);
   if (FAILED(result)) {
      info_print("device", "D3D12CreateDevice failed with 0x%08x", (unsigned)result);
      return false;
   }
   print_feature_level(device);
   print_shader_model(device);
   print_vector_width(device);
   ID3D12Device_Release(device);
   return true;
}

static bool
print_adapters(struct dxcore_adapter_list *list, PFN_D3D12_CREATE_DEVICE create)
{
   const uint32_t count = list->methods->get_adapter_count(list);
   bool usable = false;

   if (count == 0)
      info_print("adapter", "none that does D3D12 graphics");
   for (uint32_t i = 0; i < count; i++) {
      struct dxcore_adapter *adapter = NULL;
      if (FAILED(list->methods->get_adapter(list, i, &iid_adapter, (void **)&adapter)))
         continue;
      print_adapter(adapter, i, count);
      usable |= print_device(create, adapter);
      adapter->methods->release(adapter);
   }
   return usable;
}

bool
info_device(void)
{
   printf("Device\n");
   create_factory_function create_factory =
      (create_factory_function)library_function("libdxcore.so", "DXCoreCreateAdapterFactory");
   PFN_D3D12_CREATE_DEVICE create_device =
      (PFN_D3D12_CREATE_DEVICE)library_function("libd3d12.so", "D3D12CreateDevice");
   if (!create_factory || !create_device) {
      printf(
         "\n  Mesa's d3d12 driver loads both by name. './dxg build' makes ours and './dxg exec'\n"
         "  puts them in LD_LIBRARY_PATH; on WSL Microsoft's are in /usr/lib/wsl/lib.\n\n");
      return false;
   }

   struct dxcore_factory *factory = NULL;
   if (FAILED(create_factory(&iid_factory, (void **)&factory))) {
      info_print("adapter", "DXCoreCreateAdapterFactory failed");
      return false;
   }
   struct dxcore_adapter_list *list = NULL;
   bool usable = false;
   if (SUCCEEDED(factory->methods->create_adapter_list(factory, 1, &attribute_d3d12_graphics,
                                                       &iid_adapter_list, (void **)&list))) {
      usable = print_adapters(list, create_device);
      list->methods->release(list);
   } else {
      info_print("adapter", "the list of adapters cannot be had");
   }
   factory->methods->release(factory);
   return usable;
}
