#include "api/resource.h"

#include "api/heap.h"
#include "api/memory.h"
#include "api/resource_copy.h"
#include "api/resource_desc.h"
#include "api/vtable.h"
#include "layout/fast_clear.h"
#include "layout/uniform_tiles.h"
#include "util/bits.h"
#include "util/debug.h"

#include <stdlib.h>
#include <string.h>

#define TARGET_FLAGS                                                                               \
   (D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET | D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL)

/* What travels with a shared resource. */
struct shared_meta {
   D3D12_RESOURCE_DESC desc;
   D3D12_HEAP_PROPERTIES properties;
   D3D12_HEAP_FLAGS flags;
};

static void
resource_destroy(struct object *object)
{
   struct resource *resource = (struct resource *)object;

   if (resource->image.may_be_late)
      exec_late_settle(&object->device->late);
   if (resource->heap)
      object_unuse(&resource->heap->object);
   else
      share_memory_finish(&resource->memory);
   free(resource->image.fast_clear);
   free(resource);
}

static const D3D12_HEAP_PROPERTIES *
heap_properties(const struct resource *resource)
{
   return resource->heap ? &resource->heap->desc.Properties : &resource->heap_properties;
}

static uint32_t
num_subresources(const struct resource *resource)
{
   const struct image *image = &resource->image;

   return resource_is_buffer(resource) ? 1 : image->num_levels * image->layers * image->num_planes;
}

static HRESULT
resource_Map(ID3D12Resource2 *iface, UINT subresource, const D3D12_RANGE *range, void **data)
{
   struct resource *resource = resource_from(iface);

   if (data)
      *data = NULL;
   if (subresource >= num_subresources(resource) ||
       !heap_properties_mappable(heap_properties(resource))) {
      debug_printf(DEBUG_INFO, "Map: the CPU has no access to this resource");
      return E_INVALIDARG;
   }
   if (!data)
      return S_OK;
   /* A texture of unknown layout is mapped without a pointer, for {Write,Read}…Subresource. */
   if (!resource_is_buffer(resource)) {
      debug_printf(DEBUG_INFO, "Map: a pointer into a texture of unknown layout");
      return E_INVALIDARG;
   }
   *data = resource->data;
   return S_OK;
}

static void
resource_Unmap(ID3D12Resource2 *iface, UINT subresource, const D3D12_RANGE *range)
{
   /* Memory stays mapped and coherent. */
}

static D3D12_RESOURCE_DESC
resource_GetDesc(ID3D12Resource2 *iface)
{
   return resource_from(iface)->desc;
}

static D3D12_RESOURCE_DESC1
resource_GetDesc1(ID3D12Resource2 *iface)
{
   const D3D12_RESOURCE_DESC *desc = &resource_from(iface)->desc;

   return (D3D12_RESOURCE_DESC1){
      .Dimension = desc->Dimension,
      .Alignment = desc->Alignment,
      .Width = desc->Width,
      .Height = desc->Height,
      .DepthOrArraySize = desc->DepthOrArraySize,
      .MipLevels = desc->MipLevels,
      .Format = desc->Format,
      .SampleDesc = desc->SampleDesc,
      .Layout = desc->Layout,
      .Flags = desc->Flags,
   };
}

static D3D12_GPU_VIRTUAL_ADDRESS
resource_GetGPUVirtualAddress(ID3D12Resource2 *iface)
{
   struct resource *resource = resource_from(iface);

   return resource_is_buffer(resource) ? (uintptr_t)resource->data : 0;
}

static bool
is_copyable(const struct resource *resource, UINT subresource)
{
   return heap_properties_mappable(heap_properties(resource)) && !resource_is_buffer(resource) &&
          resource->image.samples == 1 && subresource < num_subresources(resource);
}

static HRESULT
resource_WriteToSubresource(ID3D12Resource2 *iface, UINT subresource, const D3D12_BOX *box,
                            const void *data, UINT row_pitch, UINT slice_pitch)
{
   struct resource *resource = resource_from(iface);

   if (!data || !is_copyable(resource, subresource))
      return E_INVALIDARG;
   return resource_copy(&resource->image, subresource, box, (void *)data, row_pitch, slice_pitch,
                        true)
             ? S_OK
             : E_INVALIDARG;
}

static HRESULT
resource_ReadFromSubresource(ID3D12Resource2 *iface, void *data, UINT row_pitch, UINT slice_pitch,
                             UINT subresource, const D3D12_BOX *box)
{
   struct resource *resource = resource_from(iface);

   if (!data || !is_copyable(resource, subresource))
      return E_INVALIDARG;
   return resource_copy(&resource->image, subresource, box, data, row_pitch, slice_pitch, false)
             ? S_OK
             : E_INVALIDARG;
}

static HRESULT
resource_GetHeapProperties(ID3D12Resource2 *iface, D3D12_HEAP_PROPERTIES *properties,
                           D3D12_HEAP_FLAGS *flags)
{
   struct resource *resource = resource_from(iface);

   if (properties)
      *properties = *heap_properties(resource);
   if (flags)
      *flags = resource->heap ? resource->heap->desc.Flags : resource->heap_flags;
   return S_OK;
}

static HRESULT
resource_GetProtectedResourceSession(ID3D12Resource2 *iface, REFIID riid, void **session)
{
   if (session)
      *session = NULL;
   return DXGI_ERROR_NOT_FOUND;
}

static const ID3D12Resource2Vtbl vtbl = {
   DEVICE_CHILD_METHODS,
   .Map = resource_Map,
   .Unmap = resource_Unmap,
   .GetDesc = resource_GetDesc,
   .GetGPUVirtualAddress = resource_GetGPUVirtualAddress,
   .WriteToSubresource = resource_WriteToSubresource,
   .ReadFromSubresource = resource_ReadFromSubresource,
   .GetHeapProperties = resource_GetHeapProperties,
   .GetProtectedResourceSession = resource_GetProtectedResourceSession,
   .GetDesc1 = resource_GetDesc1,
};

static const IID *const iids[] = {
   &IID_ID3D12Resource2,   &IID_ID3D12Resource1, &IID_ID3D12Resource, &IID_ID3D12Pageable,
   &IID_ID3D12DeviceChild, &IID_ID3D12Object,    &IID_IUnknown,       NULL,
};

const struct object_class resource_class = { "resource", iids, resource_destroy };

static HRESULT
refuse(const char *call, const char *why)
{
   debug_printf(DEBUG_INFO, "%s: %s", call, why);
   return E_INVALIDARG;
}

/* A resource whose description is checked and laid out, and which has no memory yet. */
static HRESULT
resource_new(const D3D12_RESOURCE_DESC *desc, struct resource **out, uint64_t *size)
{
   struct resource *resource = calloc(1, sizeof(*resource));
   if (!resource)
      return E_OUTOFMEMORY;

   const char *why = resource_desc_check(desc, &resource->desc);
   if (why) {
      debug_printf(DEBUG_INFO,
                   "resource: %s (format %u, %u×%u×%u, %u levels, %u samples, flags %x)", why,
                   desc->Format, (unsigned)desc->Width, desc->Height, desc->DepthOrArraySize,
                   desc->MipLevels, desc->SampleDesc.Count, desc->Flags);
      free(resource);
      return E_INVALIDARG;
   }
   if (!resource_desc_layout(&resource->desc, &resource->image, size)) {
      free(resource);
      return E_OUTOFMEMORY;
   }
   *out = resource;
   return S_OK;
}

static void
resource_set_memory(struct resource *resource, void *data)
{
   resource->data = data;
   resource->image.data = data;
}

/* For what owns its memory, so that nothing else is there. */
static void
find_uniform_tiles(struct resource *resource)
{
   struct image *image = &resource->image;

   if (image->uniform_offset && !heap_properties_mappable(&resource->heap_properties))
      image->uniform = (struct uniform_tiles *)(image->data + image->uniform_offset);
}

/* Likewise. Of a shared texture, only whoever shows it is known to wait for a shared fence. */
static void
find_lateness(struct resource *resource)
{
   struct image *image = &resource->image;

   image->may_be_late =
      !resource_is_buffer(resource) && !heap_properties_mappable(&resource->heap_properties) &&
      (!image->is_shared || (resource->heap_flags & D3D12_HEAP_FLAG_ALLOW_DISPLAY));
}

static const char *
cross_adapter_check(D3D12_HEAP_FLAGS heap, const D3D12_RESOURCE_DESC *desc)
{
   if ((desc->Flags & D3D12_RESOURCE_FLAG_ALLOW_CROSS_ADAPTER) &&
       !(heap & D3D12_HEAP_FLAG_SHARED_CROSS_ADAPTER))
      return "a resource for other adapters in a heap that isn't";
   return NULL;
}

/* The optimized clear value is a hint that we have no use for; a wrong one is still an error. */
static const char *
clear_check(const D3D12_RESOURCE_DESC *desc, const D3D12_CLEAR_VALUE *clear)
{
   if (clear && !(desc->Flags & TARGET_FLAGS))
      return "a clear value for what is no target";
   return NULL;
}

HRESULT
resource_create_committed(struct device *device, const D3D12_HEAP_PROPERTIES *properties,
                          D3D12_HEAP_FLAGS flags, const D3D12_RESOURCE_DESC *desc,
                          const D3D12_CLEAR_VALUE *clear, REFIID riid, void **out)
{
   static const char call[] = "CreateCommittedResource";
   D3D12_HEAP_PROPERTIES checked;

   if (out)
      *out = NULL;
   if (!properties || !desc)
      return refuse(call, "no description");
   const char *why = heap_properties_check(properties, &checked);
   if (!why)
      why = heap_flags_check(flags);
   if (!why)
      why = cross_adapter_check(flags, desc);
   if (!why)
      why = clear_check(desc, clear);
   if (!why && desc->Dimension != D3D12_RESOURCE_DIMENSION_BUFFER &&
       (checked.Type == D3D12_HEAP_TYPE_UPLOAD || checked.Type == D3D12_HEAP_TYPE_READBACK))
      why = "a texture in an upload or readback heap";
   if (why)
      return refuse(call, why);

   struct resource *resource;
   uint64_t size;
   HRESULT hr = resource_new(desc, &resource, &size);
   if (FAILED(hr))
      return hr;
   resource->heap_properties = checked;
   resource->heap_flags = flags;
   struct shared_meta meta = { .desc = resource->desc, .properties = checked, .flags = flags };
   hr = api_memory_init(&resource->memory, size, flags & D3D12_HEAP_FLAG_SHARED, SHARE_RESOURCE,
                        &meta, sizeof(meta));
   if (FAILED(hr)) {
      free(resource);
      return hr;
   }
   resource_set_memory(resource, resource->memory.data);
   resource->image.is_shared = flags & D3D12_HEAP_FLAG_SHARED;
   find_uniform_tiles(resource);
   find_lateness(resource);
   if ((desc->Flags & D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL) && !resource->image.is_shared &&
       !heap_properties_mappable(&checked))
      resource->image.fast_clear = fast_clear_create(&resource->image);
   object_init(&resource->object, &resource_class, &vtbl, device);
   return object_return(&resource->object, riid, out);
}

static const char *
placement_check(const struct heap *heap, uint64_t offset, const D3D12_RESOURCE_DESC *desc,
                uint64_t size)
{
   bool is_buffer = desc->Dimension == D3D12_RESOURCE_DIMENSION_BUFFER;
   D3D12_HEAP_FLAGS denied = is_buffer                    ? D3D12_HEAP_FLAG_DENY_BUFFERS
                             : desc->Flags & TARGET_FLAGS ? D3D12_HEAP_FLAG_DENY_RT_DS_TEXTURES
                                                          : D3D12_HEAP_FLAG_DENY_NON_RT_DS_TEXTURES;
   D3D12_HEAP_TYPE type = heap->desc.Properties.Type;

   if (heap->desc.Flags & denied)
      return "a kind of resource that the heap denies";
   if (!is_buffer && (type == D3D12_HEAP_TYPE_UPLOAD || type == D3D12_HEAP_TYPE_READBACK))
      return "a texture in an upload or readback heap";
   if (offset % desc->Alignment != 0)
      return "a misaligned offset";
   if (offset > heap->desc.SizeInBytes || size > heap->desc.SizeInBytes - offset)
      return "the resource doesn't fit into the heap";
   return NULL;
}

HRESULT
resource_create_placed(struct device *device, ID3D12Heap *iface, UINT64 offset,
                       const D3D12_RESOURCE_DESC *desc, const D3D12_CLEAR_VALUE *clear, REFIID riid,
                       void **out)
{
   static const char call[] = "CreatePlacedResource";
   struct heap *heap = (struct heap *)iface;
   struct resource *resource;
   uint64_t size;

   if (out)
      *out = NULL;
   if (!heap || !desc)
      return refuse(call, "no heap or description");
   HRESULT hr = resource_new(desc, &resource, &size);
   if (FAILED(hr))
      return hr;
   const char *why = placement_check(heap, offset, &resource->desc, size);
   if (!why)
      why = cross_adapter_check(heap->desc.Flags, desc);
   if (!why)
      why = clear_check(desc, clear);
   if (why) {
      free(resource);
      return refuse(call, why);
   }

   object_use(&heap->object);
   resource->heap = heap;
   resource->heap_offset = offset;
   resource_set_memory(resource, (uint8_t *)heap->memory.data + offset);
   object_init(&resource->object, &resource_class, &vtbl, device);
   return object_return(&resource->object, riid, out);
}

/* What another process says of its resource is checked as an application's words are. */
static HRESULT
shared_resource_new(const struct share_memory *memory, struct resource **out)
{
   struct shared_meta meta;
   uint64_t size;

   if (memory->kind != SHARE_RESOURCE || memory->meta_size != sizeof(meta))
      return E_INVALIDARG;
   memcpy(&meta, memory->meta, sizeof(meta));

   D3D12_HEAP_PROPERTIES checked;
   if (heap_properties_check(&meta.properties, &checked) || heap_flags_check(meta.flags))
      return E_INVALIDARG;
   HRESULT hr = resource_new(&meta.desc, out, &size);
   if (FAILED(hr))
      return hr;
   if (size > memory->size) {
      free(*out);
      return E_INVALIDARG;
   }
   (*out)->heap_properties = checked;
   (*out)->heap_flags = meta.flags;
   return S_OK;
}

HRESULT
resource_open(struct device *device, int fd, REFIID riid, void **out)
{
   struct share_memory memory;
   struct resource *resource;

   HRESULT hr = hresult_from_errno(share_memory_open(&memory, fd));
   if (FAILED(hr))
      return hr;
   hr = shared_resource_new(&memory, &resource);
   if (FAILED(hr)) {
      share_memory_finish(&memory);
      return refuse("OpenSharedHandle", "not a resource of ours");
   }
   resource->memory = memory;
   resource_set_memory(resource, memory.data);
   resource->image.is_shared = true;
   find_uniform_tiles(resource);
   find_lateness(resource);
   object_init(&resource->object, &resource_class, &vtbl, device);
   return object_return(&resource->object, riid, out);
}
