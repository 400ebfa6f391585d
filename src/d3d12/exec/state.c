/* The state that a command list sets; root arguments and buffers also come from ExecuteIndirect. */
#include "exec/player.h"

#include <string.h>

/*
 * What root arguments that were never set, or set to nothing, point to: null descriptors for tables,
 * zeros for root views (a constant buffer has 64 KiB at most). D3D12 leaves such reads undefined; this
 * way they do no harm.
 */
static _Alignas(64) uint8_t nothing[64 * 1024];

/* What a new command list starts from (D3D12: "Graphics pipeline state inheritance"). */
void
exec_state_reset(struct exec_player *player)
{
   player->pipeline = (struct exec_pipeline){ 0 };
   for (uint32_t i = 0; i < EXEC_NUM_BIND_POINTS; i++) {
      struct exec_binding *binding = &player->bindings[i];
      binding->layout = NULL;
      binding->static_samplers = NULL;
      memset(&binding->args, 0, sizeof(binding->args));
      for (uint32_t p = 0; p < ROOT_MAX_DWORDS; p++)
         binding->args.param[p] = (uintptr_t)nothing;
      binding->dirty = true;
   }
   player->heaps = (struct exec_heaps){ 0 };
   player->draw = (struct raster_draw){
      .blend_factor = { 1, 1, 1, 1 },
   };
   player->index_buffer = (struct exec_index_buffer){ 0 };
   memset(player->stream_targets, 0, sizeof(player->stream_targets));
   player->targets = (struct raster_targets){ 0 };
   player->targets_dirty = true;
   player->predicated = false;
   player->stages_dirty = true;
}

void
exec_set_root_constants(struct exec_player *player, uint32_t bind_point, uint32_t index,
                        uint32_t offset, uint32_t count, const uint32_t *values)
{
   struct exec_binding *binding = &player->bindings[bind_point];
   if (!binding->layout || index >= binding->layout->desc.NumParameters)
      return;
   const D3D12_ROOT_PARAMETER1 *param = &binding->layout->desc.pParameters[index];
   if (param->ParameterType != D3D12_ROOT_PARAMETER_TYPE_32BIT_CONSTANTS ||
       offset > param->Constants.Num32BitValues ||
       count > param->Constants.Num32BitValues - offset)
      return;
   memcpy(&binding->args.constants[binding->layout->constant_offset[index] + offset], values,
          count * sizeof(*values));
   binding->dirty = true;
}

void
exec_set_root_argument(struct exec_player *player, uint32_t bind_point, uint32_t index,
                       uint64_t value)
{
   struct exec_binding *binding = &player->bindings[bind_point];
   if (!value)
      value = (uintptr_t)nothing;
   if (index >= ROOT_MAX_DWORDS || binding->args.param[index] == value)
      return;
   binding->args.param[index] = value;
   binding->dirty = true;
}

void
exec_set_vertex_buffer(struct exec_player *player, uint32_t slot,
                       const struct vertex_buffer *buffer)
{
   if (slot < JIT_MAX_VERTEX_BUFFERS)
      player->draw.vertex_buffers[slot] = *buffer;
}

void
exec_set_index_buffer(struct exec_player *player, const struct exec_index_buffer *buffer)
{
   player->index_buffer = *buffer;
}
