/* From state and a draw command to what the raster needs. */
#include "exec/player.h"

#include "jit/texture.h"
#include "jit/vertex_write.h"

#include <string.h>

/* Root arguments and bindings of a pass may take so much; then it is ended. */
#define ALLOCATED_LIMIT ((size_t)32 << 20)

/* Fills what one stage's code reads; the texture routines are looked up at once, so that the
 * shader calls them without a search. NULL: no memory. */
static const struct shader_bindings *
bind_stage(struct exec_player *player, const struct jit_shader *shader,
           const struct exec_binding *binding)
{
   struct shader_bindings *bindings = raster_alloc(player->raster, sizeof(*bindings));
   texture_fn *textures =
      raster_alloc(player->raster, (shader->info.num_sites + 1) * sizeof(*textures));
   if (!bindings || !textures)
      return NULL;
   *bindings = (struct shader_bindings){
      .root = binding->live,
      .view_heap = player->heaps.views,
      .sampler_heap = player->heaps.samplers,
      .static_samplers = binding->static_samplers,
      .lookup = jit_texture_lookup,
      .textures = textures,
      .writer = jit_vertex_writer(),
      .kill = player->kill,
   };
   jit_shader_bind(shader, bindings, textures);
   return bindings;
}

/* Root arguments and bindings of all stages, made again only when something changed. */
static bool
bind_stages(struct exec_player *player, const struct jit_graphics *graphics)
{
   struct exec_binding *binding = &player->bindings[EXEC_GRAPHICS];
   uint64_t generation = raster_generation(player->raster);
   if (generation == player->generation && !binding->dirty && !player->stages_dirty)
      return player->vs != NULL;

   player->vs = player->hs = player->ds = player->gs = player->ps = NULL;
   if (generation != player->generation || binding->dirty) {
      struct root_args *live = raster_alloc(player->raster, sizeof(*live));
      if (!live)
         return false;
      *live = binding->args;
      binding->live = live;
      binding->dirty = false;
   }
   player->generation = generation;
   player->stages_dirty = false;

   const struct shader_bindings *vs = bind_stage(player, &graphics->vs, binding);
   const struct shader_bindings *ps = bind_stage(player, &graphics->ps, binding);
   if (graphics->hull) {
      player->hs = bind_stage(player, &graphics->hs, binding);
      player->ds = bind_stage(player, &graphics->ds, binding);
      if (!player->hs || !player->ds)
         return false;
   }
   player->gs = graphics->geometry ? bind_stage(player, &graphics->gs, binding) : NULL;
   if (!vs || !ps || (graphics->geometry && !player->gs))
      return false;
   player->vs = vs;
   player->ps = ps;
   return true;
}

void
exec_draw(struct exec_player *player, const struct exec_draw *command, bool indexed)
{
   const struct jit_graphics *graphics = player->pipeline.graphics;
   if (!graphics || !graphics->pixel || !command->count || !command->instance_count ||
       !player->bindings[EXEC_GRAPHICS].layout)
      return;

   if (player->targets_dirty) {
      raster_set_targets(player->raster, &player->targets);
      player->targets_dirty = false;
   }
   if (!bind_stages(player, graphics))
      return;

   struct raster_draw *draw = &player->draw;
   draw->pipeline = graphics;
   draw->vs_bindings = player->vs;
   draw->hs_bindings = player->hs;
   draw->ds_bindings = player->ds;
   draw->gs_bindings = player->gs;
   draw->ps_bindings = player->ps;
   draw->rasterizer = player->pipeline.rasterizer;
   draw->strip_cut = player->pipeline.strip_cut;
   draw->indices = indexed ? player->index_buffer.base : NULL;
   draw->index_bytes = player->index_buffer.size;
   draw->index_size = player->index_buffer.index_size;
   draw->count = command->count;
   draw->instance_count = command->instance_count;
   draw->start = command->start;
   draw->start_instance = command->start_instance;
   draw->base_vertex = command->base_vertex;
   draw->counters = exec_queries_segment(&player->queries);
   draw->stream_output = player->pipeline.stream_output;
   draw->stream_targets = player->stream_targets;
   if (indexed && !draw->indices)
      return;
   raster_draw(player->raster, draw);

   if (raster_allocated(player->raster) > ALLOCATED_LIMIT)
      exec_player_flush(player);
}
