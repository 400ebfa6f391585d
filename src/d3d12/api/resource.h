#ifndef API_RESOURCE_H
#define API_RESOURCE_H

#include "api/objects.h"

extern const struct object_class resource_class;

HRESULT resource_create_committed(struct device *device, const D3D12_HEAP_PROPERTIES *properties,
                                  D3D12_HEAP_FLAGS flags, const D3D12_RESOURCE_DESC *desc,
                                  const D3D12_CLEAR_VALUE *clear, REFIID riid, void **out);
HRESULT resource_create_placed(struct device *device, ID3D12Heap *heap, UINT64 offset,
                               const D3D12_RESOURCE_DESC *desc, const D3D12_CLEAR_VALUE *clear,
                               REFIID riid, void **out);

#endif
