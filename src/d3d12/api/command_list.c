/* ID3D12GraphicsCommandList2: life, draws, dispatches, barriers, queries; the vtable of all. */
#include "api/command_list.h"

#include "util/bits.h"
#include "util/debug.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
command_list_refuse(struct command_list *list, const char *format, ...)
{
   list->invalid = true;
   if (!debug_enabled(DEBUG_INFO))
      return;
   char why[256];
   va_list args;
   va_start(args, format);
   vsnprintf(why, sizeof(why), format, args);
   va_end(args);
   debug_printf(DEBUG_INFO, "command list: %s", why);
}

static void
destroy(struct object *object)
{
   struct command_list *list = list_from(object);
   if (list->allocator) {
      if (list->allocator->recording == list)
         list->allocator->recording = NULL;
      object_unuse(&list->allocator->object);
   }
   free(list);
}

static const IID *const iids[] = {
   &IID_IUnknown,
   &IID_ID3D12Object,
   &IID_ID3D12DeviceChild,
   &IID_ID3D12CommandList,
   &IID_ID3D12GraphicsCommandList,
   &IID_ID3D12GraphicsCommandList1,
   &IID_ID3D12GraphicsCommandList2,
   NULL,
};

static const struct object_class command_list_class = {
   .name = "ID3D12GraphicsCommandList",
   .iids = iids,
   .destroy = destroy,
};

/* Begins recording into an allocator that has no other list open. */
static HRESULT
begin(struct command_list *list, struct command_allocator *allocator, ID3D12PipelineState *initial)
{
   if (!allocator || allocator->type != list->type || allocator->recording)
      return E_INVALIDARG;
   object_use(&allocator->object);
   if (list->allocator)
      object_unuse(&list->allocator->object);
   list->allocator = allocator;
   allocator->recording = list;
   exec_stream_begin(&list->stream, &allocator->pool);
   list->open = true;
   list->invalid = false;
   list->dirty_pass = true;
   memset(list->layouts, 0, sizeof(list->layouts));
   if (initial)
      command_list_set_pipeline(list, initial);
   return S_OK;
}

static D3D12_COMMAND_LIST_TYPE
list_GetType(list_iface *iface)
{
   return list_from(iface)->type;
}

static HRESULT
list_Close(list_iface *iface)
{
   struct command_list *list = list_from(iface);
   if (!list->open)
      return E_FAIL;
   exec_stream_end(&list->stream);
   list->open = false;
   list->allocator->recording = NULL;
   if (list->stream.failed)
      return E_OUTOFMEMORY;
   return list->invalid ? E_INVALIDARG : S_OK;
}

static HRESULT
list_Reset(list_iface *iface, ID3D12CommandAllocator *allocator, ID3D12PipelineState *initial)
{
   struct command_list *list = list_from(iface);
   if (list->open)
      return E_FAIL;
   return begin(list, (struct command_allocator *)allocator, initial);
}

static void
list_ClearState(list_iface *iface, ID3D12PipelineState *pipeline)
{
   struct command_list *list = list_from(iface);
   exec_stream_add(&list->stream, EXEC_RESET, 0);
   if (pipeline)
      command_list_set_pipeline(list, pipeline);
}

static void
list_DrawInstanced(list_iface *iface, UINT count, UINT instances, UINT start, UINT start_instance)
{
   struct command_list *list = list_from(iface);
   *RECORD(list, EXEC_DRAW, struct exec_draw) = (struct exec_draw){
      .count = count,
      .instance_count = instances,
      .start = start,
      .start_instance = start_instance,
   };
   list->dirty_pass = true;
}

static void
list_DrawIndexedInstanced(list_iface *iface, UINT count, UINT instances, UINT start,
                          INT base_vertex, UINT start_instance)
{
   struct command_list *list = list_from(iface);
   *RECORD(list, EXEC_DRAW_INDEXED, struct exec_draw) = (struct exec_draw){
      .count = count,
      .instance_count = instances,
      .start = start,
      .start_instance = start_instance,
      .base_vertex = base_vertex,
   };
   list->dirty_pass = true;
}

static void
list_Dispatch(list_iface *iface, UINT x, UINT y, UINT z)
{
   struct command_list *list = list_from(iface);
   *RECORD(list, EXEC_DISPATCH, struct exec_dispatch) = (struct exec_dispatch){ { x, y, z } };
}

/* Only draws and clears of targets are held back, in a pass, and so only what may follow these must wait.
 * Copies are done when they are played: a transition away from their states has no work to do. */
static bool
needs_flush(const D3D12_RESOURCE_BARRIER *barrier)
{
   if (barrier->Flags & D3D12_RESOURCE_BARRIER_FLAG_BEGIN_ONLY)
      return false;
   if (barrier->Type != D3D12_RESOURCE_BARRIER_TYPE_TRANSITION)
      return true;
   D3D12_RESOURCE_STATES before = barrier->Transition.StateBefore;
   return before != D3D12_RESOURCE_STATE_COPY_DEST && before != D3D12_RESOURCE_STATE_COPY_SOURCE &&
          before != (D3D12_RESOURCE_STATE_COPY_SOURCE | D3D12_RESOURCE_STATE_COPY_DEST);
}

static bool
is_of_buffer(const D3D12_RESOURCE_BARRIER *barrier)
{
   return barrier->Type == D3D12_RESOURCE_BARRIER_TYPE_TRANSITION &&
          barrier->Transition.pResource &&
          resource_is_buffer(resource_from(barrier->Transition.pResource));
}

/* Whatever reads a depth buffer otherwise than by depth tests comes after a transition. */
static void
eliminate_fast_clear(struct command_list *list, const D3D12_RESOURCE_BARRIER *barrier)
{
   if (barrier->Type != D3D12_RESOURCE_BARRIER_TYPE_TRANSITION ||
       barrier->Flags & D3D12_RESOURCE_BARRIER_FLAG_BEGIN_ONLY || !barrier->Transition.pResource ||
       !(barrier->Transition.StateBefore & D3D12_RESOURCE_STATE_DEPTH_WRITE))
      return;
   const struct image *image = &resource_from(barrier->Transition.pResource)->image;
   if (image->fast_clear)
      *RECORD(list, EXEC_ELIMINATE_FAST_CLEAR, const struct image *) = image;
}

/* What was in the memory was written, or is to be seen, through something else: another resource, or, of what
 * other adapters share, a mapping of its handle. */
static void
forget_uniform_tiles(struct command_list *list, const D3D12_RESOURCE_BARRIER *barrier)
{
   if (barrier->Type != D3D12_RESOURCE_BARRIER_TYPE_ALIASING || !barrier->Aliasing.pResourceAfter)
      return;
   const struct image *image = &resource_from(barrier->Aliasing.pResourceAfter)->image;
   if (image->uniform)
      *RECORD(list, EXEC_FORGET_UNIFORM_TILES, const struct image *) = image;
}

static void
list_ResourceBarrier(list_iface *iface, UINT count, const D3D12_RESOURCE_BARRIER *barriers)
{
   struct command_list *list = list_from(iface);
   bool flush = false, of_buffers = true;
   for (UINT i = 0; i < count; i++) {
      if (!needs_flush(&barriers[i]))
         continue;
      flush = true;
      of_buffers &= is_of_buffer(&barriers[i]);
   }
   if (flush && list->dirty_pass) {
      RECORD(list, EXEC_BARRIER, struct exec_barrier)->of_buffers = of_buffers;
      list->dirty_pass = of_buffers;
   }
   for (UINT i = 0; i < count; i++) {
      eliminate_fast_clear(list, &barriers[i]);
      forget_uniform_tiles(list, &barriers[i]);
   }
}

static void
list_ExecuteBundle(list_iface *iface, ID3D12GraphicsCommandList *bundle_iface)
{
   struct command_list *list = list_from(iface);
   struct command_list *bundle = list_from(bundle_iface);
   if (!bundle || bundle->type != D3D12_COMMAND_LIST_TYPE_BUNDLE || bundle->open ||
       bundle->stream.failed) {
      command_list_refuse(list, "ExecuteBundle needs a closed bundle");
      return;
   }
   *RECORD(list, EXEC_BUNDLE, const struct exec_command *) = bundle->stream.first;
   list->dirty_pass = true;
}

static void
list_DiscardResource(list_iface *iface, ID3D12Resource *resource,
                     const D3D12_DISCARD_REGION *region)
{
   /* Contents become undefined; keeping them is as good as any. */
}

static struct exec_query
query_of(ID3D12QueryHeap *heap_iface, D3D12_QUERY_TYPE type, UINT index)
{
   struct query_heap *heap = (struct query_heap *)heap_iface;
   return (struct exec_query){
      .type = type,
      .counters = &heap->counters[index],
      .timestamp = &heap->timestamps[index],
   };
}

static bool
check_query(struct command_list *list, ID3D12QueryHeap *heap, UINT index, UINT count)
{
   if (heap && count <= ((struct query_heap *)heap)->desc.Count &&
       index <= ((struct query_heap *)heap)->desc.Count - count)
      return true;
   command_list_refuse(list, "query index out of the heap");
   return false;
}

static void
list_BeginQuery(list_iface *iface, ID3D12QueryHeap *heap, D3D12_QUERY_TYPE type, UINT index)
{
   struct command_list *list = list_from(iface);
   if (type == D3D12_QUERY_TYPE_TIMESTAMP)
      command_list_refuse(list, "timestamps have no begin");
   else if (check_query(list, heap, index, 1))
      *RECORD(list, EXEC_BEGIN_QUERY, struct exec_query) = query_of(heap, type, index);
}

static void
list_EndQuery(list_iface *iface, ID3D12QueryHeap *heap, D3D12_QUERY_TYPE type, UINT index)
{
   struct command_list *list = list_from(iface);
   if (check_query(list, heap, index, 1))
      *RECORD(list, EXEC_END_QUERY, struct exec_query) = query_of(heap, type, index);
}

static size_t
query_result_size(D3D12_QUERY_TYPE type)
{
   switch (type) {
   case D3D12_QUERY_TYPE_PIPELINE_STATISTICS:
      return sizeof(D3D12_QUERY_DATA_PIPELINE_STATISTICS);
   case D3D12_QUERY_TYPE_SO_STATISTICS_STREAM0:
   case D3D12_QUERY_TYPE_SO_STATISTICS_STREAM1:
   case D3D12_QUERY_TYPE_SO_STATISTICS_STREAM2:
   case D3D12_QUERY_TYPE_SO_STATISTICS_STREAM3:
      return sizeof(D3D12_QUERY_DATA_SO_STATISTICS);
   default:
      return sizeof(uint64_t);
   }
}

static void
list_ResolveQueryData(list_iface *iface, ID3D12QueryHeap *heap, D3D12_QUERY_TYPE type, UINT start,
                      UINT count, ID3D12Resource *dst_iface, UINT64 offset)
{
   struct command_list *list = list_from(iface);
   struct resource *dst = resource_from(dst_iface);
   if (!check_query(list, heap, start, count))
      return;
   uint64_t bytes = count * query_result_size(type);
   if (!dst || !resource_is_buffer(dst) || bytes > dst->desc.Width ||
       offset > dst->desc.Width - bytes || offset % 8) {
      command_list_refuse(list, "ResolveQueryData beyond the buffer");
      return;
   }
   struct query_heap *queries = (struct query_heap *)heap;
   *RECORD(list, EXEC_RESOLVE_QUERIES, struct exec_resolve_queries) =
      (struct exec_resolve_queries){
         .type = type,
         .counters = &queries->counters[start],
         .timestamps = &queries->timestamps[start],
         .count = count,
         .dst = dst->data + offset,
      };
}

static void
list_SetPredication(list_iface *iface, ID3D12Resource *buffer_iface, UINT64 offset,
                    D3D12_PREDICATION_OP op)
{
   struct command_list *list = list_from(iface);
   struct resource *buffer = resource_from(buffer_iface);
   if (buffer && (!resource_is_buffer(buffer) || buffer->desc.Width < 8 ||
                  offset > buffer->desc.Width - 8 || offset % 8)) {
      command_list_refuse(list, "SetPredication beyond the buffer");
      return;
   }
   *RECORD(list, EXEC_SET_PREDICATION, struct exec_predication) = (struct exec_predication){
      .value = buffer ? (const uint64_t *)(buffer->data + offset) : NULL,
      .skip_if_zero = op == D3D12_PREDICATION_OP_EQUAL_ZERO,
   };
}

static void
list_Event(list_iface *iface, UINT metadata, const void *data, UINT size)
{
   /* Markers and events are for tools; there is none to tell. */
}

static void
list_EndEvent(list_iface *iface)
{
   /* See list_Event. */
}

static void
list_ExecuteIndirect(list_iface *iface, ID3D12CommandSignature *signature_iface, UINT max_count,
                     ID3D12Resource *args_iface, UINT64 args_offset, ID3D12Resource *count_iface,
                     UINT64 count_offset)
{
   struct command_list *list = list_from(iface);
   struct command_signature *signature = (struct command_signature *)signature_iface;
   struct resource *args = resource_from(args_iface);
   struct resource *count = resource_from(count_iface);
   if (!signature || !args || !resource_is_buffer(args) || args_offset > args->desc.Width ||
       args_offset % 4 ||
       (count && (!resource_is_buffer(count) || count->desc.Width < 4 || count_offset % 4 ||
                  count_offset > count->desc.Width - 4))) {
      command_list_refuse(list, "ExecuteIndirect beyond its buffers");
      return;
   }
   *RECORD(list, EXEC_EXECUTE_INDIRECT, struct exec_indirect) = (struct exec_indirect){
      .stride = signature->stride,
      .bytes = signature->bytes,
      .num_arguments = signature->num_arguments,
      .arguments = signature->arguments,
      .max_count = max_count,
      .buffer = args->data + args_offset,
      .buffer_size = args->desc.Width - args_offset,
      .count = count ? (const uint32_t *)(count->data + count_offset) : NULL,
   };
   list->dirty_pass = true;
}

static void
list_CopyTiles(list_iface *iface, ID3D12Resource *tiled,
               const D3D12_TILED_RESOURCE_COORDINATE *start, const D3D12_TILE_REGION_SIZE *size,
               ID3D12Resource *buffer, UINT64 offset, D3D12_TILE_COPY_FLAGS flags)
{
   command_list_refuse(list_from(iface), "CopyTiles: tiled resources are not supported");
}

static void
list_OMSetDepthBounds(list_iface *iface, FLOAT min, FLOAT max)
{
   /* The test is not supported (D3D12_OPTIONS2), so only its default is allowed. */
   if (min != 0 || max != 1)
      command_list_refuse(list_from(iface), "OMSetDepthBounds: not supported");
}

static void
list_SetSamplePositions(list_iface *iface, UINT samples, UINT pixels,
                        D3D12_SAMPLE_POSITION *positions)
{
   struct command_list *list = list_from(iface);
   /* Tier 1: one pattern, the same for all pixels (DirectX-Specs: ProgrammableSamplePositions.md). */
   if ((samples || pixels) && (pixels != 1 || !positions ||
                               (samples != 1 && samples != 2 && samples != 4 && samples != 8))) {
      command_list_refuse(list, "SetSamplePositions: %u samples, %u pixels", samples, pixels);
      return;
   }
   struct exec_sample_positions *set =
      RECORD(list, EXEC_SET_SAMPLE_POSITIONS, struct exec_sample_positions);
   set->count = samples;
   for (UINT i = 0; i < samples; i++)
      set->positions[i] = (struct sample_position){
         .x = CLAMP(positions[i].X, -8, 7),
         .y = CLAMP(positions[i].Y, -8, 7),
      };
}

static void
list_SetViewInstanceMask(list_iface *iface, UINT mask)
{
   /* View instancing is not supported: there is one view, and the mask has no effect on it. */
}

#define INHERIT(method) .method = (void *)object_##method
#define METHOD(method) .method = list_##method

static const ID3D12GraphicsCommandList2Vtbl vtbl = {
   INHERIT(QueryInterface),
   INHERIT(AddRef),
   INHERIT(Release),
   INHERIT(GetPrivateData),
   INHERIT(SetPrivateData),
   INHERIT(SetPrivateDataInterface),
   INHERIT(SetName),
   INHERIT(GetDevice),
   METHOD(GetType),
   METHOD(Close),
   METHOD(Reset),
   METHOD(ClearState),
   METHOD(DrawInstanced),
   METHOD(DrawIndexedInstanced),
   METHOD(Dispatch),
   METHOD(CopyBufferRegion),
   METHOD(CopyTextureRegion),
   METHOD(CopyResource),
   METHOD(CopyTiles),
   METHOD(ResolveSubresource),
   METHOD(IASetPrimitiveTopology),
   METHOD(RSSetViewports),
   METHOD(RSSetScissorRects),
   METHOD(OMSetBlendFactor),
   METHOD(OMSetStencilRef),
   METHOD(SetPipelineState),
   METHOD(ResourceBarrier),
   METHOD(ExecuteBundle),
   METHOD(SetDescriptorHeaps),
   METHOD(SetComputeRootSignature),
   METHOD(SetGraphicsRootSignature),
   METHOD(SetComputeRootDescriptorTable),
   METHOD(SetGraphicsRootDescriptorTable),
   METHOD(SetComputeRoot32BitConstant),
   METHOD(SetGraphicsRoot32BitConstant),
   METHOD(SetComputeRoot32BitConstants),
   METHOD(SetGraphicsRoot32BitConstants),
   .SetComputeRootConstantBufferView = list_SetComputeRootView,
   .SetGraphicsRootConstantBufferView = list_SetGraphicsRootView,
   .SetComputeRootShaderResourceView = list_SetComputeRootView,
   .SetGraphicsRootShaderResourceView = list_SetGraphicsRootView,
   .SetComputeRootUnorderedAccessView = list_SetComputeRootView,
   .SetGraphicsRootUnorderedAccessView = list_SetGraphicsRootView,
   METHOD(IASetIndexBuffer),
   METHOD(IASetVertexBuffers),
   METHOD(SOSetTargets),
   METHOD(OMSetRenderTargets),
   METHOD(ClearDepthStencilView),
   METHOD(ClearRenderTargetView),
   METHOD(ClearUnorderedAccessViewUint),
   METHOD(ClearUnorderedAccessViewFloat),
   METHOD(DiscardResource),
   METHOD(BeginQuery),
   METHOD(EndQuery),
   METHOD(ResolveQueryData),
   METHOD(SetPredication),
   .SetMarker = list_Event,
   .BeginEvent = list_Event,
   METHOD(EndEvent),
   METHOD(ExecuteIndirect),
   METHOD(AtomicCopyBufferUINT),
   METHOD(AtomicCopyBufferUINT64),
   METHOD(OMSetDepthBounds),
   METHOD(SetSamplePositions),
   METHOD(ResolveSubresourceRegion),
   METHOD(SetViewInstanceMask),
   METHOD(WriteBufferImmediate),
};

HRESULT
command_list_create(struct device *device, D3D12_COMMAND_LIST_TYPE type,
                    ID3D12CommandAllocator *allocator, ID3D12PipelineState *initial, REFIID riid,
                    void **out)
{
   if (type != D3D12_COMMAND_LIST_TYPE_DIRECT && type != D3D12_COMMAND_LIST_TYPE_BUNDLE &&
       type != D3D12_COMMAND_LIST_TYPE_COMPUTE && type != D3D12_COMMAND_LIST_TYPE_COPY)
      return E_INVALIDARG;
   struct command_list *list = calloc(1, sizeof(*list));
   if (!list)
      return E_OUTOFMEMORY;
   object_init(&list->object, &command_list_class, &vtbl, device);
   list->type = type;
   if (allocator) {
      HRESULT hr = begin(list, (struct command_allocator *)allocator, initial);
      if (FAILED(hr)) {
         object_Release(list);
         return hr;
      }
   }
   return object_return(&list->object, riid, out);
}
