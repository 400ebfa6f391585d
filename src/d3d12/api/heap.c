#include "api/heap.h"

#include "api/memory.h"
#include "api/vtable.h"
#include "util/debug.h"

#include <stdlib.h>
#include <string.h>

#define KNOWN_FLAGS                                                                                \
   (D3D12_HEAP_FLAG_SHARED | D3D12_HEAP_FLAG_SHARED_CROSS_ADAPTER |                                \
    D3D12_HEAP_FLAG_ALLOW_DISPLAY | D3D12_HEAP_FLAG_DENY_BUFFERS |                                 \
    D3D12_HEAP_FLAG_DENY_RT_DS_TEXTURES | D3D12_HEAP_FLAG_DENY_NON_RT_DS_TEXTURES |                \
    D3D12_HEAP_FLAG_ALLOW_SHADER_ATOMICS | D3D12_HEAP_FLAG_CREATE_NOT_RESIDENT |                   \
    D3D12_HEAP_FLAG_CREATE_NOT_ZEROED)
#define DENY_FLAGS                                                                                 \
   (D3D12_HEAP_FLAG_DENY_BUFFERS | D3D12_HEAP_FLAG_DENY_RT_DS_TEXTURES |                           \
    D3D12_HEAP_FLAG_DENY_NON_RT_DS_TEXTURES)

const char *
heap_properties_check(const D3D12_HEAP_PROPERTIES *properties, D3D12_HEAP_PROPERTIES *checked)
{
   *checked = *properties;
   if (properties->CreationNodeMask > 1 || properties->VisibleNodeMask > 1)
      return "there is one node";
   checked->CreationNodeMask = 1;
   checked->VisibleNodeMask = 1;

   switch (properties->Type) {
   case D3D12_HEAP_TYPE_DEFAULT:
   case D3D12_HEAP_TYPE_UPLOAD:
   case D3D12_HEAP_TYPE_READBACK:
      if (properties->CPUPageProperty != D3D12_CPU_PAGE_PROPERTY_UNKNOWN ||
          properties->MemoryPoolPreference != D3D12_MEMORY_POOL_UNKNOWN)
         return "page property and pool are for custom heaps";
      return NULL;
   case D3D12_HEAP_TYPE_CUSTOM:
      if (properties->CPUPageProperty < D3D12_CPU_PAGE_PROPERTY_NOT_AVAILABLE ||
          properties->CPUPageProperty > D3D12_CPU_PAGE_PROPERTY_WRITE_BACK)
         return "a custom heap needs a page property";
      /* Unified memory has one pool, L0. */
      if (properties->MemoryPoolPreference != D3D12_MEMORY_POOL_L0)
         return "a custom heap's pool is L0 here";
      return NULL;
   default:
      return "no such heap type";
   }
}

const char *
heap_flags_check(D3D12_HEAP_FLAGS flags)
{
   if (flags & ~KNOWN_FLAGS)
      return "a heap flag that we don't support";
   if ((flags & D3D12_HEAP_FLAG_SHARED_CROSS_ADAPTER) && !(flags & D3D12_HEAP_FLAG_SHARED))
      return "a heap for other adapters that isn't shared";
   if ((flags & DENY_FLAGS) == DENY_FLAGS)
      return "a heap for nothing";
   return NULL;
}

bool
heap_properties_mappable(const D3D12_HEAP_PROPERTIES *properties)
{
   switch (properties->Type) {
   case D3D12_HEAP_TYPE_UPLOAD:
   case D3D12_HEAP_TYPE_READBACK:
      return true;
   case D3D12_HEAP_TYPE_CUSTOM:
      return properties->CPUPageProperty != D3D12_CPU_PAGE_PROPERTY_NOT_AVAILABLE;
   default:
      return false;
   }
}

static void
heap_destroy(struct object *object)
{
   struct heap *heap = (struct heap *)object;

   share_memory_finish(&heap->memory);
   free(heap);
}

static D3D12_HEAP_DESC
heap_GetDesc(ID3D12Heap1 *iface)
{
   return ((struct heap *)iface)->desc;
}

static HRESULT
heap_GetProtectedResourceSession(ID3D12Heap1 *iface, REFIID riid, void **session)
{
   if (session)
      *session = NULL;
   return DXGI_ERROR_NOT_FOUND;
}

static const ID3D12Heap1Vtbl vtbl = {
   DEVICE_CHILD_METHODS,
   .GetDesc = heap_GetDesc,
   .GetProtectedResourceSession = heap_GetProtectedResourceSession,
};

static const IID *const iids[] = {
   &IID_ID3D12Heap1,
   &IID_ID3D12Heap,
   &IID_ID3D12Pageable,
   &IID_ID3D12DeviceChild,
   &IID_ID3D12Object,
   &IID_IUnknown,
   NULL,
};

const struct object_class heap_class = { "heap", iids, heap_destroy };

static const char *
desc_check(const D3D12_HEAP_DESC *desc, D3D12_HEAP_DESC *checked)
{
   *checked = *desc;
   const char *why = heap_properties_check(&desc->Properties, &checked->Properties);

   if (!why)
      why = heap_flags_check(desc->Flags);
   if (!why && desc->SizeInBytes == 0)
      why = "an empty heap";
   if (desc->Alignment == 0)
      checked->Alignment = D3D12_DEFAULT_RESOURCE_PLACEMENT_ALIGNMENT;
   else if (!why && desc->Alignment != D3D12_DEFAULT_RESOURCE_PLACEMENT_ALIGNMENT &&
            desc->Alignment != D3D12_DEFAULT_MSAA_RESOURCE_PLACEMENT_ALIGNMENT)
      why = "a heap's alignment is 64 KiB or 4 MiB";
   return why;
}

HRESULT
heap_create(struct device *device, const D3D12_HEAP_DESC *desc, REFIID riid, void **out)
{
   D3D12_HEAP_DESC checked;

   if (out)
      *out = NULL;
   const char *why = desc ? desc_check(desc, &checked) : "no description";
   if (why) {
      debug_printf(DEBUG_INFO, "CreateHeap: %s", why);
      return E_INVALIDARG;
   }

   struct heap *heap = calloc(1, sizeof(*heap));
   if (!heap)
      return E_OUTOFMEMORY;
   HRESULT hr =
      api_memory_init(&heap->memory, checked.SizeInBytes, checked.Flags & D3D12_HEAP_FLAG_SHARED,
                      SHARE_HEAP, &checked, sizeof(checked));
   if (FAILED(hr)) {
      free(heap);
      return hr;
   }
   heap->desc = checked;
   object_init(&heap->object, &heap_class, &vtbl, device);
   return object_return(&heap->object, riid, out);
}

HRESULT
heap_open(struct device *device, int fd, REFIID riid, void **out)
{
   struct heap *heap = calloc(1, sizeof(*heap));
   if (!heap)
      return E_OUTOFMEMORY;
   HRESULT hr = hresult_from_errno(share_memory_open(&heap->memory, fd));
   if (FAILED(hr)) {
      free(heap);
      return hr;
   }

   /* The description came from another process. */
   D3D12_HEAP_DESC desc;
   bool valid = heap->memory.kind == SHARE_HEAP && heap->memory.meta_size == sizeof(desc);
   if (valid) {
      memcpy(&desc, heap->memory.meta, sizeof(desc));
      valid = !desc_check(&desc, &heap->desc) && desc.SizeInBytes <= heap->memory.size;
   }
   if (!valid) {
      share_memory_finish(&heap->memory);
      free(heap);
      return E_INVALIDARG;
   }
   object_init(&heap->object, &heap_class, &vtbl, device);
   return object_return(&heap->object, riid, out);
}
