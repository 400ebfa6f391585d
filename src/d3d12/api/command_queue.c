#include "api/command_list.h"

#include "exec/queue.h"
#include "jit/exit.h"
#include "util/debug.h"

#include <stdlib.h>

struct command_queue {
   struct object object;
   D3D12_COMMAND_QUEUE_DESC desc;
   struct exec_queue *queue;
};

static struct command_queue *
queue_from(ID3D12CommandQueue *iface)
{
   return (struct command_queue *)iface;
}

/* Entries hold uses on fences and allocators, never on the queue: it cannot end on its own thread,
 * which it joins. */
static void
destroy(struct object *object)
{
   struct command_queue *queue = (struct command_queue *)object;
   exec_queue_destroy(queue->queue);
   free(queue);
}

static const IID *const iids[] = {
   &IID_IUnknown,       &IID_ID3D12Object,       &IID_ID3D12DeviceChild,
   &IID_ID3D12Pageable, &IID_ID3D12CommandQueue, NULL,
};

static const struct object_class command_queue_class = {
   .name = "ID3D12CommandQueue",
   .iids = iids,
   .destroy = destroy,
};

static void
queue_UpdateTileMappings(ID3D12CommandQueue *iface, ID3D12Resource *resource, UINT num_regions,
                         const D3D12_TILED_RESOURCE_COORDINATE *starts,
                         const D3D12_TILE_REGION_SIZE *sizes, ID3D12Heap *heap, UINT num_ranges,
                         const D3D12_TILE_RANGE_FLAGS *flags, const UINT *offsets,
                         const UINT *counts, D3D12_TILE_MAPPING_FLAGS mapping_flags)
{
   debug_printf(DEBUG_INFO, "UpdateTileMappings: tiled resources are not supported");
}

static void
queue_CopyTileMappings(ID3D12CommandQueue *iface, ID3D12Resource *dst,
                       const D3D12_TILED_RESOURCE_COORDINATE *dst_start, ID3D12Resource *src,
                       const D3D12_TILED_RESOURCE_COORDINATE *src_start,
                       const D3D12_TILE_REGION_SIZE *size, D3D12_TILE_MAPPING_FLAGS flags)
{
   debug_printf(DEBUG_INFO, "CopyTileMappings: tiled resources are not supported");
}

static void
allocator_done(void *data)
{
   struct command_allocator *allocator = data;
   atomic_fetch_sub(&allocator->pending, 1);
   object_unuse(&allocator->object);
}

static void
queue_ExecuteCommandLists(ID3D12CommandQueue *iface, UINT count, ID3D12CommandList *const *lists)
{
   struct command_queue *queue = queue_from(iface);
   for (UINT i = 0; i < count; i++) {
      struct command_list *list = list_from(lists[i]);
      if (!list || list->open || list->invalid || list->stream.failed || !list->stream.first) {
         debug_printf(DEBUG_INFO, "ExecuteCommandLists: list %u is not closed or not valid", i);
         device_remove(queue->object.device, DXGI_ERROR_INVALID_CALL);
         return;
      }
      struct command_allocator *allocator = list->allocator;
      object_use(&allocator->object);
      atomic_fetch_add(&allocator->pending, 1);
      if (!exec_queue_play(queue->queue, list->stream.first, i == count - 1, allocator_done,
                           allocator)) {
         allocator_done(allocator);
         device_remove(queue->object.device, E_OUTOFMEMORY);
         return;
      }
   }
}

static void
queue_Event(ID3D12CommandQueue *iface, UINT metadata, const void *data, UINT size)
{
   /* Markers and events are for tools; there is none to tell. */
}

static void
queue_EndEvent(ID3D12CommandQueue *iface)
{
   /* See queue_Event. */
}

static void
fence_done(void *data)
{
   object_unuse(data);
}

static HRESULT
queue_Signal(ID3D12CommandQueue *iface, ID3D12Fence *fence_iface, UINT64 value)
{
   struct fence *fence = (struct fence *)fence_iface;
   if (!fence)
      return E_INVALIDARG;
   object_use(&fence->object);
   const bool settles = fence->flags & D3D12_FENCE_FLAG_SHARED;
   if (!exec_queue_signal(queue_from(iface)->queue, fence->share, value, settles, fence_done,
                          fence)) {
      object_unuse(&fence->object);
      return E_OUTOFMEMORY;
   }
   return S_OK;
}

static HRESULT
queue_Wait(ID3D12CommandQueue *iface, ID3D12Fence *fence_iface, UINT64 value)
{
   struct fence *fence = (struct fence *)fence_iface;
   if (!fence)
      return E_INVALIDARG;
   object_use(&fence->object);
   if (!exec_queue_wait(queue_from(iface)->queue, fence->share, value, fence_done, fence)) {
      object_unuse(&fence->object);
      return E_OUTOFMEMORY;
   }
   return S_OK;
}

static HRESULT
queue_GetTimestampFrequency(ID3D12CommandQueue *iface, UINT64 *frequency)
{
   if (!frequency)
      return E_INVALIDARG;
   *frequency = 1000000000;
   return S_OK;
}

static HRESULT
queue_GetClockCalibration(ID3D12CommandQueue *iface, UINT64 *gpu, UINT64 *cpu)
{
   if (!gpu || !cpu)
      return E_INVALIDARG;
   *gpu = *cpu = device_timestamp();
   return S_OK;
}

static D3D12_COMMAND_QUEUE_DESC
queue_GetDesc(ID3D12CommandQueue *iface)
{
   return queue_from(iface)->desc;
}

static const ID3D12CommandQueueVtbl vtbl = {
   .QueryInterface = (void *)object_QueryInterface,
   .AddRef = (void *)object_AddRef,
   .Release = (void *)object_Release,
   .GetPrivateData = (void *)object_GetPrivateData,
   .SetPrivateData = (void *)object_SetPrivateData,
   .SetPrivateDataInterface = (void *)object_SetPrivateDataInterface,
   .SetName = (void *)object_SetName,
   .GetDevice = (void *)object_GetDevice,
   .UpdateTileMappings = queue_UpdateTileMappings,
   .CopyTileMappings = queue_CopyTileMappings,
   .ExecuteCommandLists = queue_ExecuteCommandLists,
   .SetMarker = queue_Event,
   .BeginEvent = queue_Event,
   .EndEvent = queue_EndEvent,
   .Signal = queue_Signal,
   .Wait = queue_Wait,
   .GetTimestampFrequency = queue_GetTimestampFrequency,
   .GetClockCalibration = queue_GetClockCalibration,
   .GetDesc = queue_GetDesc,
};

static void
hung(void *data)
{
   debug_printf(DEBUG_INFO, "a command list made no progress: the device is removed");
   device_remove(data, DXGI_ERROR_DEVICE_HUNG);
}

HRESULT
command_queue_create(struct device *device, const D3D12_COMMAND_QUEUE_DESC *desc, REFIID riid,
                     void **out)
{
   if (!desc || (desc->Type != D3D12_COMMAND_LIST_TYPE_DIRECT &&
                 desc->Type != D3D12_COMMAND_LIST_TYPE_COMPUTE &&
                 desc->Type != D3D12_COMMAND_LIST_TYPE_COPY))
      return E_INVALIDARG;
   struct command_queue *queue = calloc(1, sizeof(*queue));
   if (!queue)
      return E_OUTOFMEMORY;
   object_init(&queue->object, &command_queue_class, &vtbl, device);
   queue->desc = *desc;
   jit_exit_watch();
   queue->queue = exec_queue_create(&(struct exec_queue_desc){
      .workers = device->workers,
      .kill = &device->kill,
      .playing = &device->playing,
      .late = &device->late,
      .timeout_ns = device->timeout_ns,
      .hung = hung,
      .data = device,
   });
   if (!queue->queue) {
      object_Release(queue);
      return E_OUTOFMEMORY;
   }
   return object_return(&queue->object, riid, out);
}
