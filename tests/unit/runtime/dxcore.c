/*
 * A libdxcore.so for test-runtime.c. STANDIN_ADAPTERS is a comma-separated list of the names of its
 * adapters, of which those that begin with "i" are integrated; STANDIN_FACTORY=fails makes it fail.
 */
#include "util/dxcore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ADAPTERS 4

struct adapter {
   struct dxcore_adapter base;
   uint32_t index;
   char name[64];
};

static struct adapter adapters[MAX_ADAPTERS];
static uint32_t num_adapters;

__attribute__((visibility("default"))) HRESULT DXCoreCreateAdapterFactory(REFIID riid, void **out);

static ULONG
count_reference(void *self)
{
   return 1;
}

static HRESULT
get_property_size(struct dxcore_adapter *self, uint32_t property, size_t *size)
{
   *size = strlen(((struct adapter *)self)->name) + 1;
   return property == DXCORE_DRIVER_DESCRIPTION ? S_OK : E_INVALIDARG;
}

static HRESULT
get_property(struct dxcore_adapter *self, uint32_t property, size_t size, void *data)
{
   struct adapter *adapter = (struct adapter *)self;

   switch (property) {
   case DXCORE_INSTANCE_LUID:
      *(LUID *)data = (LUID){ .LowPart = 100 + adapter->index, .HighPart = -1 };
      return S_OK;
   case DXCORE_DRIVER_DESCRIPTION:
      memcpy(data, adapter->name, size);
      return S_OK;
   case DXCORE_HARDWARE_ID:
      *(struct dxcore_hardware_id *)data = (struct dxcore_hardware_id){ 0x10de, adapter->index };
      return S_OK;
   case DXCORE_IS_INTEGRATED:
      *(bool *)data = adapter->name[0] == 'i';
      return S_OK;
   default:
      return E_INVALIDARG;
   }
}

static const struct dxcore_adapter_vtbl adapter_vtbl = {
   .AddRef = (void *)count_reference,
   .Release = (void *)count_reference,
   .GetPropertySize = get_property_size,
   .GetProperty = get_property,
};

static HRESULT
get_adapter(struct dxcore_list *self, uint32_t index, REFIID riid, void **out)
{
   if (index >= num_adapters)
      return E_INVALIDARG;
   *out = &adapters[index];
   return S_OK;
}

static uint32_t
get_adapter_count(struct dxcore_list *self)
{
   return num_adapters;
}

static const struct dxcore_list_vtbl list_vtbl = {
   .AddRef = (void *)count_reference,
   .Release = (void *)count_reference,
   .GetAdapter = get_adapter,
   .GetAdapterCount = get_adapter_count,
};

static struct dxcore_list list = { &list_vtbl };

static HRESULT
create_adapter_list(struct dxcore_factory *self, uint32_t count, const GUID *attributes,
                    REFIID riid, void **out)
{
   *out = &list;
   return S_OK;
}

static const struct dxcore_factory_vtbl factory_vtbl = {
   .AddRef = (void *)count_reference,
   .Release = (void *)count_reference,
   .CreateAdapterList = create_adapter_list,
};

static struct dxcore_factory factory = { &factory_vtbl };

HRESULT
DXCoreCreateAdapterFactory(REFIID riid, void **out)
{
   const char *fails = getenv("STANDIN_FACTORY");
   const char *names = getenv("STANDIN_ADAPTERS");

   if (fails)
      return E_OUTOFMEMORY;
   for (num_adapters = 0; names && *names && num_adapters < MAX_ADAPTERS; num_adapters++) {
      struct adapter *adapter = &adapters[num_adapters];
      const size_t length = strcspn(names, ",");
      adapter->base.vtbl = &adapter_vtbl;
      adapter->index = num_adapters;
      snprintf(adapter->name, sizeof(adapter->name), "%.*s", (int)length, names);
      names += length + (names[length] == ',');
   }
   *out = &factory;
   return S_OK;
}
