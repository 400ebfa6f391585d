/*
 * DXCore's interfaces as C sees them: dxcore_interface.h is for C++ only. The order of the methods is
 * the ABI.
 */
#ifndef UTIL_DXCORE_H
#define UTIL_DXCORE_H

#include "util/d3d12.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dxcore_property {
   DXCORE_INSTANCE_LUID = 0,
   DXCORE_DRIVER_VERSION = 1,
   DXCORE_DRIVER_DESCRIPTION = 2,
   DXCORE_HARDWARE_ID = 3,
   DXCORE_DEDICATED_ADAPTER_MEMORY = 7,
   DXCORE_DEDICATED_SYSTEM_MEMORY = 8,
   DXCORE_SHARED_SYSTEM_MEMORY = 9,
   DXCORE_ACG_COMPATIBLE = 10,
   DXCORE_IS_HARDWARE = 11,
   DXCORE_IS_INTEGRATED = 12,
   DXCORE_IS_DETACHABLE = 13,
   DXCORE_HARDWARE_ID_PARTS = 14,
};

enum dxcore_state {
   DXCORE_IS_DRIVER_UPDATE_IN_PROGRESS = 0,
   DXCORE_ADAPTER_MEMORY_BUDGET = 1,
};

enum dxcore_segment_group {
   DXCORE_LOCAL = 0,
   DXCORE_NON_LOCAL = 1,
};

struct dxcore_hardware_id {
   uint32_t vendor, device, subsystem, revision;
};

struct dxcore_hardware_id_parts {
   uint32_t vendor, device, subsystem, subvendor, revision;
};

struct dxcore_node_segment_group {
   uint32_t node, segment_group;
};

struct dxcore_memory_budget {
   uint64_t budget, current_usage, available_for_reservation, current_reservation;
};

typedef void (*dxcore_notification_fn)(uint32_t type, IUnknown *object, void *context);

struct dxcore_adapter;
struct dxcore_list;
struct dxcore_factory;

struct dxcore_adapter_vtbl {
   HRESULT (*QueryInterface)(struct dxcore_adapter *self, REFIID riid, void **out);
   ULONG (*AddRef)(struct dxcore_adapter *self);
   ULONG (*Release)(struct dxcore_adapter *self);
   bool (*IsValid)(struct dxcore_adapter *self);
   bool (*IsAttributeSupported)(struct dxcore_adapter *self, REFGUID attribute);
   bool (*IsPropertySupported)(struct dxcore_adapter *self, uint32_t property);
   HRESULT (*GetProperty)(struct dxcore_adapter *self, uint32_t property, size_t size, void *data);
   HRESULT (*GetPropertySize)(struct dxcore_adapter *self, uint32_t property, size_t *size);
   bool (*IsQueryStateSupported)(struct dxcore_adapter *self, uint32_t state);
   HRESULT (*QueryState)
   (struct dxcore_adapter *self, uint32_t state, size_t input_size, const void *input, size_t size,
    void *data);
   bool (*IsSetStateSupported)(struct dxcore_adapter *self, uint32_t state);
   HRESULT (*SetState)
   (struct dxcore_adapter *self, uint32_t state, size_t details_size, const void *details,
    size_t size, const void *data);
   HRESULT (*GetFactory)(struct dxcore_adapter *self, REFIID riid, void **factory);
};

struct dxcore_list_vtbl {
   HRESULT (*QueryInterface)(struct dxcore_list *self, REFIID riid, void **out);
   ULONG (*AddRef)(struct dxcore_list *self);
   ULONG (*Release)(struct dxcore_list *self);
   HRESULT (*GetAdapter)(struct dxcore_list *self, uint32_t index, REFIID riid, void **adapter);
   uint32_t (*GetAdapterCount)(struct dxcore_list *self);
   bool (*IsStale)(struct dxcore_list *self);
   HRESULT (*GetFactory)(struct dxcore_list *self, REFIID riid, void **factory);
   HRESULT (*Sort)(struct dxcore_list *self, uint32_t count, const uint32_t *preferences);
   bool (*IsAdapterPreferenceSupported)(struct dxcore_list *self, uint32_t preference);
};

struct dxcore_factory_vtbl {
   HRESULT (*QueryInterface)(struct dxcore_factory *self, REFIID riid, void **out);
   ULONG (*AddRef)(struct dxcore_factory *self);
   ULONG (*Release)(struct dxcore_factory *self);
   HRESULT (*CreateAdapterList)
   (struct dxcore_factory *self, uint32_t count, const GUID *attributes, REFIID riid, void **list);
   HRESULT (*GetAdapterByLuid)
   (struct dxcore_factory *self, const LUID *luid, REFIID riid, void **adapter);
   bool (*IsNotificationTypeSupported)(struct dxcore_factory *self, uint32_t type);
   HRESULT (*RegisterEventNotification)
   (struct dxcore_factory *self, IUnknown *object, uint32_t type, dxcore_notification_fn fn,
    void *context, uint32_t *cookie);
   HRESULT (*UnregisterEventNotification)(struct dxcore_factory *self, uint32_t cookie);
};

/* An interface pointer, as its callers see it. */
struct dxcore_adapter {
   const struct dxcore_adapter_vtbl *vtbl;
};
struct dxcore_list {
   const struct dxcore_list_vtbl *vtbl;
};
struct dxcore_factory {
   const struct dxcore_factory_vtbl *vtbl;
};

extern const GUID dxcore_iid_factory, dxcore_iid_list, dxcore_iid_adapter;
extern const GUID dxcore_attribute_d3d12_graphics, dxcore_attribute_d3d12_core_compute;

#endif
