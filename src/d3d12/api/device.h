/* The methods of ID3D12Device that have a file of their own. */
#ifndef API_DEVICE_H
#define API_DEVICE_H

#include "api/objects.h"

typedef ID3D12Device8 device_iface;

/* The process's device: made by the first call, shared by the next ones. */
HRESULT device_create(REFIID riid, void **out);

/* features.c */
HRESULT device_CheckFeatureSupport(device_iface *iface, D3D12_FEATURE feature, void *data,
                                   UINT size);
extern const D3D_FEATURE_LEVEL device_feature_level;

/* allocation_info.c */
D3D12_RESOURCE_ALLOCATION_INFO
device_GetResourceAllocationInfo(device_iface *iface, UINT mask, UINT count,
                                 const D3D12_RESOURCE_DESC *descs);
D3D12_RESOURCE_ALLOCATION_INFO
device_GetResourceAllocationInfo1(device_iface *iface, UINT mask, UINT count,
                                  const D3D12_RESOURCE_DESC *descs,
                                  D3D12_RESOURCE_ALLOCATION_INFO1 *infos);
D3D12_RESOURCE_ALLOCATION_INFO
device_GetResourceAllocationInfo2(device_iface *iface, UINT mask, UINT count,
                                  const D3D12_RESOURCE_DESC1 *descs,
                                  D3D12_RESOURCE_ALLOCATION_INFO1 *infos);
D3D12_HEAP_PROPERTIES device_GetCustomHeapProperties(device_iface *iface, UINT mask,
                                                     D3D12_HEAP_TYPE type);
void device_GetResourceTiling(device_iface *iface, ID3D12Resource *resource, UINT *num_tiles,
                              D3D12_PACKED_MIP_INFO *packed, D3D12_TILE_SHAPE *shape,
                              UINT *num_tilings, UINT first, D3D12_SUBRESOURCE_TILING *tilings);

/* footprints.c */
void device_GetCopyableFootprints(device_iface *iface, const D3D12_RESOURCE_DESC *desc, UINT first,
                                  UINT count, UINT64 base,
                                  D3D12_PLACED_SUBRESOURCE_FOOTPRINT *layouts, UINT *num_rows,
                                  UINT64 *row_sizes, UINT64 *total);
void device_GetCopyableFootprints1(device_iface *iface, const D3D12_RESOURCE_DESC1 *desc,
                                   UINT first, UINT count, UINT64 base,
                                   D3D12_PLACED_SUBRESOURCE_FOOTPRINT *layouts, UINT *num_rows,
                                   UINT64 *row_sizes, UINT64 *total);

/* descriptor_heap.c */
UINT device_GetDescriptorHandleIncrementSize(device_iface *iface, D3D12_DESCRIPTOR_HEAP_TYPE type);
void device_CopyDescriptors(device_iface *iface, UINT num_dst,
                            const D3D12_CPU_DESCRIPTOR_HANDLE *dst, const UINT *dst_sizes,
                            UINT num_src, const D3D12_CPU_DESCRIPTOR_HANDLE *src,
                            const UINT *src_sizes, D3D12_DESCRIPTOR_HEAP_TYPE type);
void device_CopyDescriptorsSimple(device_iface *iface, UINT count, D3D12_CPU_DESCRIPTOR_HANDLE dst,
                                  D3D12_CPU_DESCRIPTOR_HANDLE src, D3D12_DESCRIPTOR_HEAP_TYPE type);

/* share_handle.c */
HRESULT device_CreateSharedHandle(device_iface *iface, ID3D12DeviceChild *object,
                                  const SECURITY_ATTRIBUTES *attributes, DWORD access, LPCWSTR name,
                                  HANDLE *handle);
HRESULT device_OpenSharedHandle(device_iface *iface, HANDLE handle, REFIID riid, void **out);
HRESULT device_OpenSharedHandleByName(device_iface *iface, LPCWSTR name, DWORD access,
                                      HANDLE *handle);

/* residency.c */
HRESULT device_MakeResident(device_iface *iface, UINT count, ID3D12Pageable *const *objects);
HRESULT device_Evict(device_iface *iface, UINT count, ID3D12Pageable *const *objects);
HRESULT device_EnqueueMakeResident(device_iface *iface, D3D12_RESIDENCY_FLAGS flags, UINT count,
                                   ID3D12Pageable *const *objects, ID3D12Fence *fence,
                                   UINT64 value);
HRESULT device_SetResidencyPriority(device_iface *iface, UINT count, ID3D12Pageable *const *objects,
                                    const D3D12_RESIDENCY_PRIORITY *priorities);

/* multiple_fences.c */
HRESULT device_SetEventOnMultipleFenceCompletion(device_iface *iface, ID3D12Fence *const *fences,
                                                 const UINT64 *values, UINT count,
                                                 D3D12_MULTIPLE_FENCE_WAIT_FLAGS flags,
                                                 HANDLE event);

/* pipeline_stream.c */
HRESULT device_CreatePipelineState(device_iface *iface,
                                   const D3D12_PIPELINE_STATE_STREAM_DESC *desc, REFIID riid,
                                   void **out);

#endif
