/* libdxcore.so: the list of adapters, which has one entry. */
#include "api/adapter.h"
#include "api/adapter_text.h"
#include "api/export.h"
#include "api/object.h"
#include "util/bits.h"
#include "util/clock.h"
#include "util/dxcore.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#define MEASURE_INTERVAL_MS 100

EXPORT HRESULT DXCoreCreateAdapterFactory(REFIID riid, void **out);

/* All three classes have nothing but their interface: there is one adapter, and it never changes. */
static void
destroy(struct object *object)
{
   free(object);
}

static HRESULT
create(const struct object_class *cls, const void *vtbl, REFIID riid, void **out)
{
   if (!out)
      return E_POINTER;
   *out = NULL;
   struct object *object = calloc(1, sizeof(*object));
   if (!object)
      return E_OUTOFMEMORY;
   object_init(object, cls, vtbl, NULL);
   return object_return(object, riid, out);
}

static HRESULT adapter_create(REFIID riid, void **out);

/* ---- IDXCoreAdapter ---- */

static uint64_t
machine_memory(void)
{
   struct sysinfo info;

   return sysinfo(&info) == 0 ? (uint64_t)info.totalram * info.mem_unit : 0;
}

/* Four 16-bit numbers, as Windows packs a driver's version. */
static uint64_t
driver_version(void)
{
   unsigned major = 0, minor = 0, patch = 0;

   sscanf(DXG_VERSION, "%u.%u.%u", &major, &minor, &patch);
   return (uint64_t)major << 48 | (uint64_t)minor << 32 | (uint64_t)patch << 16;
}

static bool
adapter_IsValid(struct dxcore_adapter *self)
{
   return true;
}

static bool
adapter_IsAttributeSupported(struct dxcore_adapter *self, REFGUID attribute)
{
   return memcmp(attribute, &dxcore_attribute_d3d12_graphics, sizeof(GUID)) == 0 ||
          memcmp(attribute, &dxcore_attribute_d3d12_core_compute, sizeof(GUID)) == 0;
}

static HRESULT
adapter_GetPropertySize(struct dxcore_adapter *self, uint32_t property, size_t *size)
{
   if (!size)
      return E_POINTER;
   switch (property) {
   case DXCORE_INSTANCE_LUID:
      *size = sizeof(LUID);
      return S_OK;
   case DXCORE_DRIVER_DESCRIPTION:
      *size = strlen(adapter_description()) + 1;
      return S_OK;
   case DXCORE_HARDWARE_ID:
      *size = sizeof(struct dxcore_hardware_id);
      return S_OK;
   case DXCORE_HARDWARE_ID_PARTS:
      *size = sizeof(struct dxcore_hardware_id_parts);
      return S_OK;
   case DXCORE_DRIVER_VERSION:
   case DXCORE_DEDICATED_ADAPTER_MEMORY:
   case DXCORE_DEDICATED_SYSTEM_MEMORY:
   case DXCORE_SHARED_SYSTEM_MEMORY:
      *size = sizeof(uint64_t);
      return S_OK;
   case DXCORE_ACG_COMPATIBLE:
   case DXCORE_IS_HARDWARE:
   case DXCORE_IS_INTEGRATED:
   case DXCORE_IS_DETACHABLE:
      *size = sizeof(bool);
      return S_OK;
   default:
      *size = 0;
      return DXGI_ERROR_UNSUPPORTED;
   }
}

static bool
adapter_IsPropertySupported(struct dxcore_adapter *self, uint32_t property)
{
   size_t size;

   return SUCCEEDED(adapter_GetPropertySize(self, property, &size));
}

static HRESULT
adapter_GetProperty(struct dxcore_adapter *self, uint32_t property, size_t room, void *data)
{
   union {
      LUID luid;
      struct dxcore_hardware_id id;
      struct dxcore_hardware_id_parts parts;
      uint64_t number;
      bool flag;
   } value = { 0 };
   size_t size;

   if (!data)
      return E_POINTER;
   HRESULT hr = adapter_GetPropertySize(self, property, &size);
   if (FAILED(hr))
      return hr;
   if (room < size)
      return E_INVALIDARG;

   switch (property) {
   case DXCORE_INSTANCE_LUID:
      value.luid = (LUID){ .LowPart = ADAPTER_LUID_LOW, .HighPart = ADAPTER_LUID_HIGH };
      break;
   case DXCORE_DRIVER_DESCRIPTION:
      memcpy(data, adapter_description(), size);
      return S_OK;
   case DXCORE_HARDWARE_ID:
      value.id = (struct dxcore_hardware_id){ ADAPTER_VENDOR_ID, ADAPTER_DEVICE_ID };
      break;
   case DXCORE_HARDWARE_ID_PARTS:
      value.parts = (struct dxcore_hardware_id_parts){ ADAPTER_VENDOR_ID, ADAPTER_DEVICE_ID };
      break;
   case DXCORE_DRIVER_VERSION:
      value.number = driver_version();
      break;
   case DXCORE_SHARED_SYSTEM_MEMORY: /* all of it: none is dedicated */
      value.number = machine_memory();
      break;
   case DXCORE_IS_INTEGRATED:
      value.flag = true;
      break;
   default: /* DXCORE_IS_HARDWARE among them: it is the CPU */
      break;
   }
   memcpy(data, &value, size);
   return S_OK;
}

static bool
adapter_IsQueryStateSupported(struct dxcore_adapter *self, uint32_t state)
{
   return state == DXCORE_IS_DRIVER_UPDATE_IN_PROGRESS || state == DXCORE_ADAPTER_MEMORY_BUDGET;
}

/* Bytes of this process that are in memory. */
static uint64_t
measure_resident_memory(void)
{
   unsigned long long size, resident = 0;
   FILE *file = fopen("/proc/self/statm", "re");

   if (!file)
      return 0;
   if (fscanf(file, "%llu %llu", &size, &resident) != 2)
      resident = 0;
   fclose(file);
   return resident * sysconf(_SC_PAGESIZE);
}

/* Drivers ask several times for each batch of commands; the answer may be a little old. */
static struct dxcore_memory_budget
local_memory(void)
{
   static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
   static struct dxcore_memory_budget measured;
   static int64_t measured_at;
   const int64_t ms = clock_ms();

   pthread_mutex_lock(&lock);
   if (!measured_at || ms - measured_at > MEASURE_INTERVAL_MS) {
      measured.budget = machine_memory();
      measured.current_usage = measure_resident_memory();
      measured_at = ms;
   }
   struct dxcore_memory_budget answer = measured;
   pthread_mutex_unlock(&lock);
   return answer;
}

static HRESULT
adapter_QueryState(struct dxcore_adapter *self, uint32_t state, size_t input_size,
                   const void *input, size_t size, void *data)
{
   if (!data)
      return E_POINTER;
   if (state == DXCORE_IS_DRIVER_UPDATE_IN_PROGRESS) {
      if (size < sizeof(bool))
         return E_INVALIDARG;
      *(bool *)data = false;
      return S_OK;
   }
   if (state != DXCORE_ADAPTER_MEMORY_BUDGET)
      return DXGI_ERROR_UNSUPPORTED;

   const struct dxcore_node_segment_group *where = input;
   struct dxcore_memory_budget budget = { 0 };
   if (!where || input_size != sizeof(*where) || size < sizeof(budget) || where->node != 0 ||
       where->segment_group > DXCORE_NON_LOCAL)
      return E_INVALIDARG;
   /* Unified memory is all local. */
   if (where->segment_group == DXCORE_LOCAL)
      budget = local_memory();
   memcpy(data, &budget, sizeof(budget));
   return S_OK;
}

static bool
adapter_IsSetStateSupported(struct dxcore_adapter *self, uint32_t state)
{
   return false;
}

static HRESULT
adapter_SetState(struct dxcore_adapter *self, uint32_t state, size_t details_size,
                 const void *details, size_t size, const void *data)
{
   return DXGI_ERROR_UNSUPPORTED;
}

static HRESULT
adapter_GetFactory(struct dxcore_adapter *self, REFIID riid, void **factory)
{
   return DXCoreCreateAdapterFactory(riid, factory);
}

static const struct dxcore_adapter_vtbl adapter_vtbl = {
   .QueryInterface = (void *)object_QueryInterface,
   .AddRef = (void *)object_AddRef,
   .Release = (void *)object_Release,
   .IsValid = adapter_IsValid,
   .IsAttributeSupported = adapter_IsAttributeSupported,
   .IsPropertySupported = adapter_IsPropertySupported,
   .GetProperty = adapter_GetProperty,
   .GetPropertySize = adapter_GetPropertySize,
   .IsQueryStateSupported = adapter_IsQueryStateSupported,
   .QueryState = adapter_QueryState,
   .IsSetStateSupported = adapter_IsSetStateSupported,
   .SetState = adapter_SetState,
   .GetFactory = adapter_GetFactory,
};

static const IID *const adapter_iids[] = { &dxcore_iid_adapter, &IID_IUnknown, NULL };
static const struct object_class adapter_class = { "adapter", adapter_iids, destroy };

static HRESULT
adapter_create(REFIID riid, void **out)
{
   return create(&adapter_class, &adapter_vtbl, riid, out);
}

/* ---- IDXCoreAdapterList ---- */

struct list {
   struct object object;
   uint32_t count; /* 1, or 0 when the adapter lacks what was asked for */
};

static HRESULT
list_GetAdapter(struct dxcore_list *self, uint32_t index, REFIID riid, void **adapter)
{
   if (adapter)
      *adapter = NULL;
   if (index >= ((struct list *)self)->count)
      return E_INVALIDARG;
   return adapter_create(riid, adapter);
}

static uint32_t
list_GetAdapterCount(struct dxcore_list *self)
{
   return ((struct list *)self)->count;
}

static bool
list_IsStale(struct dxcore_list *self)
{
   return false;
}

static HRESULT
list_GetFactory(struct dxcore_list *self, REFIID riid, void **factory)
{
   return DXCoreCreateAdapterFactory(riid, factory);
}

static bool
list_IsAdapterPreferenceSupported(struct dxcore_list *self, uint32_t preference)
{
   return preference <= 2; /* hardware, minimum power, high performance */
}

static HRESULT
list_Sort(struct dxcore_list *self, uint32_t count, const uint32_t *preferences)
{
   return count && preferences ? S_OK : E_INVALIDARG;
}

static const struct dxcore_list_vtbl list_vtbl = {
   .QueryInterface = (void *)object_QueryInterface,
   .AddRef = (void *)object_AddRef,
   .Release = (void *)object_Release,
   .GetAdapter = list_GetAdapter,
   .GetAdapterCount = list_GetAdapterCount,
   .IsStale = list_IsStale,
   .GetFactory = list_GetFactory,
   .Sort = list_Sort,
   .IsAdapterPreferenceSupported = list_IsAdapterPreferenceSupported,
};

static const IID *const list_iids[] = { &dxcore_iid_list, &IID_IUnknown, NULL };
static const struct object_class list_class = { "adapter list", list_iids, destroy };

/* ---- IDXCoreAdapterFactory ---- */

static HRESULT
factory_CreateAdapterList(struct dxcore_factory *self, uint32_t count, const GUID *attributes,
                          REFIID riid, void **out)
{
   if (!out)
      return E_POINTER;
   *out = NULL;
   if (count == 0 || !attributes)
      return E_INVALIDARG;
   struct list *list = calloc(1, sizeof(*list));
   if (!list)
      return E_OUTOFMEMORY;
   list->count = 1;
   for (uint32_t i = 0; i < count; i++) {
      if (!adapter_IsAttributeSupported(NULL, &attributes[i]))
         list->count = 0;
   }
   object_init(&list->object, &list_class, &list_vtbl, NULL);
   return object_return(&list->object, riid, out);
}

static HRESULT
factory_GetAdapterByLuid(struct dxcore_factory *self, const LUID *luid, REFIID riid, void **out)
{
   if (out)
      *out = NULL;
   if (luid->LowPart != ADAPTER_LUID_LOW || luid->HighPart != ADAPTER_LUID_HIGH)
      return E_INVALIDARG;
   return adapter_create(riid, out);
}

/* Nothing ever changes, so there is nothing to be notified of. */
static bool
factory_IsNotificationTypeSupported(struct dxcore_factory *self, uint32_t type)
{
   return false;
}

static HRESULT
factory_RegisterEventNotification(struct dxcore_factory *self, IUnknown *object, uint32_t type,
                                  dxcore_notification_fn fn, void *context, uint32_t *cookie)
{
   return DXGI_ERROR_UNSUPPORTED;
}

static HRESULT
factory_UnregisterEventNotification(struct dxcore_factory *self, uint32_t cookie)
{
   return E_INVALIDARG;
}

static const struct dxcore_factory_vtbl factory_vtbl = {
   .QueryInterface = (void *)object_QueryInterface,
   .AddRef = (void *)object_AddRef,
   .Release = (void *)object_Release,
   .CreateAdapterList = factory_CreateAdapterList,
   .GetAdapterByLuid = factory_GetAdapterByLuid,
   .IsNotificationTypeSupported = factory_IsNotificationTypeSupported,
   .RegisterEventNotification = factory_RegisterEventNotification,
   .UnregisterEventNotification = factory_UnregisterEventNotification,
};

static const IID *const factory_iids[] = { &dxcore_iid_factory, &IID_IUnknown, NULL };
static const struct object_class factory_class = { "adapter factory", factory_iids, destroy };

HRESULT
DXCoreCreateAdapterFactory(REFIID riid, void **out)
{
   return create(&factory_class, &factory_vtbl, riid, out);
}
