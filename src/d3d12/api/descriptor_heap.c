#include "api/device.h"
#include "api/vtable.h"
#include "util/bits.h"
#include "util/debug.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static size_t
increment(D3D12_DESCRIPTOR_HEAP_TYPE type)
{
   switch (type) {
   case D3D12_DESCRIPTOR_HEAP_TYPE_CBV_SRV_UAV:
      return sizeof(struct descriptor);
   case D3D12_DESCRIPTOR_HEAP_TYPE_SAMPLER:
      return sizeof(struct sampler);
   case D3D12_DESCRIPTOR_HEAP_TYPE_RTV:
   case D3D12_DESCRIPTOR_HEAP_TYPE_DSV:
      return sizeof(struct target_view);
   default:
      return 0;
   }
}

static size_t
heap_bytes(const D3D12_DESCRIPTOR_HEAP_DESC *desc)
{
   return MAX2(desc->NumDescriptors, 1u) * increment(desc->Type);
}

static void
descriptor_heap_destroy(struct object *object)
{
   struct descriptor_heap *heap = (struct descriptor_heap *)object;

   munmap(heap->data, heap_bytes(&heap->desc));
   free(heap);
}

static D3D12_DESCRIPTOR_HEAP_DESC
descriptor_heap_GetDesc(ID3D12DescriptorHeap *iface)
{
   return ((struct descriptor_heap *)iface)->desc;
}

static D3D12_CPU_DESCRIPTOR_HANDLE
descriptor_heap_GetCPUDescriptorHandleForHeapStart(ID3D12DescriptorHeap *iface)
{
   struct descriptor_heap *heap = (struct descriptor_heap *)iface;

   return (D3D12_CPU_DESCRIPTOR_HANDLE){ (uintptr_t)heap->data };
}

static D3D12_GPU_DESCRIPTOR_HANDLE
descriptor_heap_GetGPUDescriptorHandleForHeapStart(ID3D12DescriptorHeap *iface)
{
   struct descriptor_heap *heap = (struct descriptor_heap *)iface;
   bool visible = heap->desc.Flags & D3D12_DESCRIPTOR_HEAP_FLAG_SHADER_VISIBLE;

   return (D3D12_GPU_DESCRIPTOR_HANDLE){ visible ? (uintptr_t)heap->data : 0 };
}

static const ID3D12DescriptorHeapVtbl vtbl = {
   DEVICE_CHILD_METHODS,
   .GetDesc = descriptor_heap_GetDesc,
   .GetCPUDescriptorHandleForHeapStart = descriptor_heap_GetCPUDescriptorHandleForHeapStart,
   .GetGPUDescriptorHandleForHeapStart = descriptor_heap_GetGPUDescriptorHandleForHeapStart,
};

static const IID *const iids[] = {
   &IID_ID3D12DescriptorHeap, &IID_ID3D12Pageable, &IID_ID3D12DeviceChild,
   &IID_ID3D12Object,         &IID_IUnknown,       NULL,
};

static const struct object_class descriptor_heap_class = { "descriptor heap", iids,
                                                           descriptor_heap_destroy };

static const char *
desc_check(const D3D12_DESCRIPTOR_HEAP_DESC *desc)
{
   bool visible = desc->Flags & D3D12_DESCRIPTOR_HEAP_FLAG_SHADER_VISIBLE;

   if (increment(desc->Type) == 0)
      return "no such heap type";
   if (desc->Flags & ~D3D12_DESCRIPTOR_HEAP_FLAG_SHADER_VISIBLE)
      return "no such flag";
   if (desc->NodeMask > 1)
      return "there is one node";
   if (visible && (desc->Type == D3D12_DESCRIPTOR_HEAP_TYPE_RTV ||
                   desc->Type == D3D12_DESCRIPTOR_HEAP_TYPE_DSV))
      return "shaders see no render targets";
   if (visible && desc->Type == D3D12_DESCRIPTOR_HEAP_TYPE_SAMPLER &&
       desc->NumDescriptors > D3D12_MAX_SHADER_VISIBLE_SAMPLER_HEAP_SIZE)
      return "too many samplers";
   return NULL;
}

HRESULT
descriptor_heap_create(struct device *device, const D3D12_DESCRIPTOR_HEAP_DESC *desc, REFIID riid,
                       void **out)
{
   if (out)
      *out = NULL;
   const char *why = desc ? desc_check(desc) : "no description";
   if (why) {
      debug_printf(DEBUG_INFO, "CreateDescriptorHeap: %s", why);
      return E_INVALIDARG;
   }

   struct descriptor_heap *heap = calloc(1, sizeof(*heap));
   if (!heap)
      return E_OUTOFMEMORY;
   heap->desc = *desc;
   heap->pitch = increment(desc->Type);
   /* Zeroed, page by page as it is written: DESCRIPTOR_NONE everywhere. */
   heap->data = mmap(NULL, heap_bytes(desc), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
   if (heap->data == MAP_FAILED) {
      free(heap);
      return E_OUTOFMEMORY;
   }
   object_init(&heap->object, &descriptor_heap_class, &vtbl, device);
   return object_return(&heap->object, riid, out);
}

UINT
device_GetDescriptorHandleIncrementSize(device_iface *iface, D3D12_DESCRIPTOR_HEAP_TYPE type)
{
   return increment(type);
}

void
device_CopyDescriptorsSimple(device_iface *iface, UINT count, D3D12_CPU_DESCRIPTOR_HANDLE dst,
                             D3D12_CPU_DESCRIPTOR_HANDLE src, D3D12_DESCRIPTOR_HEAP_TYPE type)
{
   if (dst.ptr && src.ptr)
      memmove((void *)dst.ptr, (const void *)src.ptr, count * increment(type));
}

/* Ranges of one side may end inside ranges of the other. Without sizes, each range is one
 * descriptor. */
void
device_CopyDescriptors(device_iface *iface, UINT num_dst, const D3D12_CPU_DESCRIPTOR_HANDLE *dst,
                       const UINT *dst_sizes, UINT num_src, const D3D12_CPU_DESCRIPTOR_HANDLE *src,
                       const UINT *src_sizes, D3D12_DESCRIPTOR_HEAP_TYPE type)
{
   size_t pitch = increment(type);
   UINT d = 0, s = 0, d_done = 0, s_done = 0;

   if (!dst || !src)
      return;
   while (d < num_dst && s < num_src) {
      UINT d_left = (dst_sizes ? dst_sizes[d] : 1) - d_done;
      UINT s_left = (src_sizes ? src_sizes[s] : 1) - s_done;
      UINT count = MIN2(d_left, s_left);

      device_CopyDescriptorsSimple(
         iface, count, (D3D12_CPU_DESCRIPTOR_HANDLE){ dst[d].ptr + d_done * pitch },
         (D3D12_CPU_DESCRIPTOR_HANDLE){ src[s].ptr + s_done * pitch }, type);
      d_done += count;
      s_done += count;
      if (count == d_left) {
         d++;
         d_done = 0;
      }
      if (count == s_left) {
         s++;
         s_done = 0;
      }
   }
}
