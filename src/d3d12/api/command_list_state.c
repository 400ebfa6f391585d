/* Pipeline state and the fixed-function state around it. */
#include "api/command_list.h"

#include "util/bits.h"

#include <string.h>

void
command_list_set_pipeline(struct command_list *list, ID3D12PipelineState *iface)
{
   const struct pipeline_state *state = (const struct pipeline_state *)iface;
   if (!state) {
      command_list_refuse(list, "SetPipelineState: NULL");
      return;
   }
   *RECORD(list, EXEC_SET_PIPELINE, struct exec_pipeline) = (struct exec_pipeline){
      .graphics = state->graphics,
      .compute = state->compute,
      .stream_output = state->stream_output,
      .rasterizer = state->rasterizer,
      .strip_cut = state->strip_cut,
   };
}

void
list_SetPipelineState(list_iface *iface, ID3D12PipelineState *pipeline)
{
   command_list_set_pipeline(list_from(iface), pipeline);
}

void
list_IASetPrimitiveTopology(list_iface *iface, D3D12_PRIMITIVE_TOPOLOGY topology)
{
   *RECORD(list_from(iface), EXEC_SET_TOPOLOGY, D3D12_PRIMITIVE_TOPOLOGY) = topology;
}

void
list_RSSetViewports(list_iface *iface, UINT count, const D3D12_VIEWPORT *viewports)
{
   struct command_list *list = list_from(iface);
   if (count > JIT_MAX_VIEWPORTS || (count && !viewports)) {
      command_list_refuse(list, "RSSetViewports: too many");
      return;
   }
   struct exec_viewports *set = RECORD(list, EXEC_SET_VIEWPORTS, struct exec_viewports);
   set->count = count;
   for (UINT i = 0; i < count; i++)
      set->viewports[i] = (struct raster_viewport){
         .x = viewports[i].TopLeftX,
         .y = viewports[i].TopLeftY,
         .width = viewports[i].Width,
         .height = viewports[i].Height,
         .min_depth = viewports[i].MinDepth,
         .max_depth = viewports[i].MaxDepth,
      };
}

void
list_RSSetScissorRects(list_iface *iface, UINT count, const D3D12_RECT *rects)
{
   struct command_list *list = list_from(iface);
   if (count > JIT_MAX_VIEWPORTS || (count && !rects)) {
      command_list_refuse(list, "RSSetScissorRects: too many");
      return;
   }
   struct exec_scissors *set = RECORD(list, EXEC_SET_SCISSORS, struct exec_scissors);
   set->count = count;
   if (count)
      memcpy(set->rects, rects, count * sizeof(*rects));
}

void
list_OMSetBlendFactor(list_iface *iface, const FLOAT factor[4])
{
   static const FLOAT ones[4] = { 1, 1, 1, 1 };
   void *payload = exec_stream_add(&list_from(iface)->stream, EXEC_SET_BLEND_FACTOR, sizeof(ones));
   memcpy(payload, factor ? factor : ones, sizeof(ones));
}

void
list_OMSetStencilRef(list_iface *iface, UINT ref)
{
   uint32_t *refs =
      exec_stream_add(&list_from(iface)->stream, EXEC_SET_STENCIL_REF, 2 * sizeof(uint32_t));
   refs[0] = refs[1] = ref;
}

void
list_OMSetRenderTargets(list_iface *iface, UINT count, const D3D12_CPU_DESCRIPTOR_HANDLE *views,
                        BOOL is_range, const D3D12_CPU_DESCRIPTOR_HANDLE *depth)
{
   struct command_list *list = list_from(iface);
   if (count > JIT_MAX_TARGETS || (count && !views)) {
      command_list_refuse(list, "OMSetRenderTargets: too many");
      return;
   }
   struct raster_targets *set = RECORD(list, EXEC_SET_TARGETS, struct raster_targets);
   set->num_colors = count;
   for (UINT i = 0; i < count; i++) {
      uintptr_t handle =
         is_range ? views[0].ptr + i * sizeof(struct target_view) : views[i].ptr;
      if (handle)
         set->colors[i] = *(const struct target_view *)handle;
   }
   if (depth && depth->ptr)
      set->depth = *(const struct target_view *)depth->ptr;
   list->dirty_pass = true;
}

void
list_IASetIndexBuffer(list_iface *iface, const D3D12_INDEX_BUFFER_VIEW *view)
{
   struct command_list *list = list_from(iface);
   if (view && view->Format != DXGI_FORMAT_R16_UINT && view->Format != DXGI_FORMAT_R32_UINT &&
       view->BufferLocation) {
      command_list_refuse(list, "IASetIndexBuffer: format");
      return;
   }
   struct exec_index_buffer *set = RECORD(list, EXEC_SET_INDEX_BUFFER, struct exec_index_buffer);
   if (view) {
      set->base = (const uint8_t *)(uintptr_t)view->BufferLocation;
      set->size = view->SizeInBytes;
      set->index_size = view->Format == DXGI_FORMAT_R16_UINT ? 2 : 4;
   }
}

void
list_IASetVertexBuffers(list_iface *iface, UINT start, UINT count,
                        const D3D12_VERTEX_BUFFER_VIEW *views)
{
   struct command_list *list = list_from(iface);
   if (start > JIT_MAX_VERTEX_BUFFERS || count > JIT_MAX_VERTEX_BUFFERS - start) {
      command_list_refuse(list, "IASetVertexBuffers: slot out of range");
      return;
   }
   struct exec_vertex_buffers *set =
      exec_stream_add(&list->stream, EXEC_SET_VERTEX_BUFFERS,
                      sizeof(*set) + count * sizeof(struct vertex_buffer));
   set->start = start;
   set->count = count;
   for (UINT i = 0; views && i < count; i++)
      set->buffers[i] = (struct vertex_buffer){
         .base = (const uint8_t *)(uintptr_t)views[i].BufferLocation,
         .size = views[i].BufferLocation ? views[i].SizeInBytes : 0,
         .stride = views[i].StrideInBytes,
      };
}

void
list_SOSetTargets(list_iface *iface, UINT start, UINT count,
                  const D3D12_STREAM_OUTPUT_BUFFER_VIEW *views)
{
   struct command_list *list = list_from(iface);
   if (start > 4 || count > 4 - start) {
      command_list_refuse(list, "SOSetTargets: slot out of range");
      return;
   }
   struct exec_stream_targets *set =
      RECORD(list, EXEC_SET_STREAM_TARGETS, struct exec_stream_targets);
   set->start = start;
   set->count = count;
   for (UINT i = 0; views && i < count; i++)
      set->targets[i] = (struct raster_stream_target){
         .base = (uint8_t *)(uintptr_t)views[i].BufferLocation,
         .size = views[i].SizeInBytes,
         .filled = (uint64_t *)(uintptr_t)views[i].BufferFilledSizeLocation,
      };
}
