#include "api/command_list.h"

#include <stdlib.h>

static void
destroy(struct object *object)
{
   struct command_allocator *allocator = (struct command_allocator *)object;
   exec_pool_finish(&allocator->pool);
   free(allocator);
}

static const IID *const iids[] = {
   &IID_IUnknown,
   &IID_ID3D12Object,
   &IID_ID3D12DeviceChild,
   &IID_ID3D12Pageable,
   &IID_ID3D12CommandAllocator,
   NULL,
};

static const struct object_class command_allocator_class = {
   .name = "ID3D12CommandAllocator",
   .iids = iids,
   .destroy = destroy,
};

static HRESULT
allocator_Reset(ID3D12CommandAllocator *iface)
{
   struct command_allocator *allocator = (struct command_allocator *)iface;
   if (allocator->recording || atomic_load(&allocator->pending))
      return E_FAIL;
   exec_pool_reset(&allocator->pool);
   return S_OK;
}

static const ID3D12CommandAllocatorVtbl vtbl = {
   .QueryInterface = (void *)object_QueryInterface,
   .AddRef = (void *)object_AddRef,
   .Release = (void *)object_Release,
   .GetPrivateData = (void *)object_GetPrivateData,
   .SetPrivateData = (void *)object_SetPrivateData,
   .SetPrivateDataInterface = (void *)object_SetPrivateDataInterface,
   .SetName = (void *)object_SetName,
   .GetDevice = (void *)object_GetDevice,
   .Reset = allocator_Reset,
};

HRESULT
command_allocator_create(struct device *device, D3D12_COMMAND_LIST_TYPE type, REFIID riid,
                         void **out)
{
   if (type != D3D12_COMMAND_LIST_TYPE_DIRECT && type != D3D12_COMMAND_LIST_TYPE_BUNDLE &&
       type != D3D12_COMMAND_LIST_TYPE_COMPUTE && type != D3D12_COMMAND_LIST_TYPE_COPY)
      return E_INVALIDARG;
   struct command_allocator *allocator = calloc(1, sizeof(*allocator));
   if (!allocator)
      return E_OUTOFMEMORY;
   object_init(&allocator->object, &command_allocator_class, &vtbl, device);
   allocator->type = type;
   exec_pool_init(&allocator->pool);
   return object_return(&allocator->object, riid, out);
}
