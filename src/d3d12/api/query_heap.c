#include "api/objects.h"

#include <stdlib.h>

#define MAX_QUERIES (1u << 20)

static void
destroy(struct object *object)
{
   struct query_heap *heap = (struct query_heap *)object;
   free(heap->counters);
   free(heap->timestamps);
   free(heap);
}

static const IID *const iids[] = {
   &IID_IUnknown,       &IID_ID3D12Object,    &IID_ID3D12DeviceChild,
   &IID_ID3D12Pageable, &IID_ID3D12QueryHeap, NULL,
};

static const struct object_class query_heap_class = {
   .name = "ID3D12QueryHeap",
   .iids = iids,
   .destroy = destroy,
};

static const ID3D12QueryHeapVtbl vtbl = {
   .QueryInterface = (void *)object_QueryInterface,
   .AddRef = (void *)object_AddRef,
   .Release = (void *)object_Release,
   .GetPrivateData = (void *)object_GetPrivateData,
   .SetPrivateData = (void *)object_SetPrivateData,
   .SetPrivateDataInterface = (void *)object_SetPrivateDataInterface,
   .SetName = (void *)object_SetName,
   .GetDevice = (void *)object_GetDevice,
};

HRESULT
query_heap_create(struct device *device, const D3D12_QUERY_HEAP_DESC *desc, REFIID riid,
                  void **out)
{
   if (!desc || !desc->Count || desc->Count > MAX_QUERIES ||
       desc->Type > D3D12_QUERY_HEAP_TYPE_SO_STATISTICS)
      return E_INVALIDARG;
   struct query_heap *heap = calloc(1, sizeof(*heap));
   if (!heap)
      return E_OUTOFMEMORY;
   object_init(&heap->object, &query_heap_class, &vtbl, device);
   heap->desc = *desc;
   heap->counters = calloc(desc->Count, sizeof(*heap->counters));
   heap->timestamps = calloc(desc->Count, sizeof(*heap->timestamps));
   if (!heap->counters || !heap->timestamps) {
      object_Release(heap);
      return E_OUTOFMEMORY;
   }
   return object_return(&heap->object, riid, out);
}
