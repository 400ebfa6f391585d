/* ExecuteIndirect (DirectX-Specs: IndirectDrawing.md): argument structures turned into commands. */
#include "exec/player.h"

#include "util/bits.h"

#include <string.h>

/* Applies one argument; gives the bytes that it takes in the buffer. */
static uint32_t
apply(struct exec_player *player, const D3D12_INDIRECT_ARGUMENT_DESC *arg, const uint8_t *bytes)
{
   uint32_t bind_point = player->pipeline.compute ? EXEC_COMPUTE : EXEC_GRAPHICS;

   switch (arg->Type) {
   case D3D12_INDIRECT_ARGUMENT_TYPE_DRAW: {
      D3D12_DRAW_ARGUMENTS draw;
      memcpy(&draw, bytes, sizeof(draw));
      exec_draw(player,
                &(struct exec_draw){ .count = draw.VertexCountPerInstance,
                                     .instance_count = draw.InstanceCount,
                                     .start = draw.StartVertexLocation,
                                     .start_instance = draw.StartInstanceLocation },
                false);
      return sizeof(draw);
   }
   case D3D12_INDIRECT_ARGUMENT_TYPE_DRAW_INDEXED: {
      D3D12_DRAW_INDEXED_ARGUMENTS draw;
      memcpy(&draw, bytes, sizeof(draw));
      exec_draw(player,
                &(struct exec_draw){ .count = draw.IndexCountPerInstance,
                                     .instance_count = draw.InstanceCount,
                                     .start = draw.StartIndexLocation,
                                     .start_instance = draw.StartInstanceLocation,
                                     .base_vertex = draw.BaseVertexLocation },
                true);
      return sizeof(draw);
   }
   case D3D12_INDIRECT_ARGUMENT_TYPE_DISPATCH: {
      D3D12_DISPATCH_ARGUMENTS dispatch;
      memcpy(&dispatch, bytes, sizeof(dispatch));
      const uint32_t groups[3] = { dispatch.ThreadGroupCountX, dispatch.ThreadGroupCountY,
                                   dispatch.ThreadGroupCountZ };
      exec_dispatch(player, groups);
      return sizeof(dispatch);
   }
   case D3D12_INDIRECT_ARGUMENT_TYPE_VERTEX_BUFFER_VIEW: {
      D3D12_VERTEX_BUFFER_VIEW view;
      memcpy(&view, bytes, sizeof(view));
      const struct vertex_buffer buffer = {
         .base = (const uint8_t *)(uintptr_t)view.BufferLocation,
         .size = view.SizeInBytes,
         .stride = view.StrideInBytes,
      };
      exec_set_vertex_buffer(player, arg->VertexBuffer.Slot, &buffer);
      return sizeof(view);
   }
   case D3D12_INDIRECT_ARGUMENT_TYPE_INDEX_BUFFER_VIEW: {
      D3D12_INDEX_BUFFER_VIEW view;
      memcpy(&view, bytes, sizeof(view));
      const struct exec_index_buffer buffer = {
         .base = (const uint8_t *)(uintptr_t)view.BufferLocation,
         .size = view.SizeInBytes,
         .index_size = view.Format == DXGI_FORMAT_R16_UINT ? 2 : 4,
      };
      exec_set_index_buffer(player, &buffer);
      return sizeof(view);
   }
   case D3D12_INDIRECT_ARGUMENT_TYPE_CONSTANT: {
      uint32_t values[ROOT_MAX_DWORDS];
      uint32_t count = MIN2(arg->Constant.Num32BitValuesToSet, ROOT_MAX_DWORDS);
      memcpy(values, bytes, count * sizeof(uint32_t));
      exec_set_root_constants(player, bind_point, arg->Constant.RootParameterIndex,
                              arg->Constant.DestOffsetIn32BitValues, count, values);
      return count * sizeof(uint32_t);
   }
   case D3D12_INDIRECT_ARGUMENT_TYPE_CONSTANT_BUFFER_VIEW:
   case D3D12_INDIRECT_ARGUMENT_TYPE_SHADER_RESOURCE_VIEW:
   case D3D12_INDIRECT_ARGUMENT_TYPE_UNORDERED_ACCESS_VIEW: {
      /* The three unions of the description begin with the root parameter's index. */
      uint64_t address;
      memcpy(&address, bytes, sizeof(address));
      exec_set_root_argument(player, bind_point, arg->ConstantBufferView.RootParameterIndex,
                             address);
      return sizeof(address);
   }
   default:
      return 0;
   }
}

void
exec_indirect(struct exec_player *player, const struct exec_indirect *indirect)
{
   uint32_t count = indirect->max_count;
   if (indirect->count)
      count = MIN2(count, *indirect->count);
   /* The last structure may end before its stride does, but not beyond the buffer. */
   for (uint32_t i = 0; i < count; i++) {
      uint64_t offset = (uint64_t)i * indirect->stride;
      if (offset + indirect->bytes > indirect->buffer_size)
         break;
      const uint8_t *bytes = indirect->buffer + offset;
      for (uint32_t a = 0; a < indirect->num_arguments; a++)
         bytes += apply(player, &indirect->arguments[a], bytes);
   }
}
