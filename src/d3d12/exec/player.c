#include "exec/player.h"

#include "layout/uniform_tiles.h"
#include "util/bits.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

bool
exec_player_init(struct exec_player *player, struct workers *workers, uint32_t *kill,
                 atomic_ulong *progress)
{
   *player = (struct exec_player){
      .workers = workers,
      .kill = kill,
      .progress = progress,
      .raster = raster_create(workers),
   };
   exec_queries_init(&player->queries);
   if (!player->raster || !player->queries.capacity) {
      exec_player_finish(player);
      return false;
   }
   exec_state_reset(player);
   return true;
}

void
exec_player_finish(struct exec_player *player)
{
   raster_destroy(player->raster);
   exec_queries_finish(&player->queries);
   free(player->compute_memory);
}

void
exec_player_flush(struct exec_player *player)
{
   raster_flush(player->raster);
   exec_queries_settle(&player->queries);
   player->deferred = false;
}

bool
exec_player_defer(struct exec_player *player)
{
   player->deferred = raster_defer(player->raster);
   return player->deferred;
}

/* Is a command's effect the same while the pass of an earlier execution is open? */
static bool
joins_pass(const struct exec_player *player, enum exec_op op)
{
   switch (op) {
   case EXEC_DRAW:
   case EXEC_DRAW_INDEXED:
      return player->pipeline.graphics && player->pipeline.graphics->is_self_contained;
   case EXEC_COPY_BUFFER: /* pixels are in no buffer, and vertices are shaded */
   case EXEC_CLEAR_COLOR:
   case EXEC_CLEAR_DEPTH_STENCIL:
   case EXEC_BARRIER:
   case EXEC_BUNDLE:
   case EXEC_RESET:
      return true;
   default:
      return op >= EXEC_SET_PIPELINE && op <= EXEC_SET_SAMPLE_POSITIONS;
   }
}

static void
begin_query(struct exec_player *player, const struct exec_query *query)
{
   if (!exec_queries_begin(&player->queries, query)) {
      exec_player_flush(player);
      exec_queries_begin(&player->queries, query);
   }
}

static void
end_query(struct exec_player *player, const struct exec_query *query)
{
   if (query->type == D3D12_QUERY_TYPE_TIMESTAMP) {
      exec_player_flush(player);
      struct timespec now;
      clock_gettime(CLOCK_MONOTONIC, &now);
      *query->timestamp = now.tv_sec * 1000000000ull + now.tv_nsec;
      return;
   }
   if (!exec_queries_end(&player->queries, query)) {
      exec_player_flush(player);
      exec_queries_end(&player->queries, query);
   }
}

static void
set_predication(struct exec_player *player, const struct exec_predication *predication)
{
   player->predicated = false;
   if (predication->value) {
      exec_player_flush(player);
      player->predicated = (*predication->value == 0) == predication->skip_if_zero;
   }
}

static void
clear_color(struct exec_player *player, const struct exec_clear_color_command *clear)
{
   if (!clear->num_rects)
      exec_clear_color(player->raster, &clear->view, clear->color, NULL);
   for (uint32_t i = 0; i < clear->num_rects; i++)
      exec_clear_color(player->raster, &clear->view, clear->color, &clear->rects[i]);
}

static void
clear_depth_stencil(struct exec_player *player,
                    const struct exec_clear_depth_stencil_command *clear)
{
   if (!clear->num_rects)
      exec_clear_depth_stencil(player->raster, &clear->view, clear->flags, clear->depth,
                               clear->stencil, NULL);
   for (uint32_t i = 0; i < clear->num_rects; i++)
      exec_clear_depth_stencil(player->raster, &clear->view, clear->flags, clear->depth,
                               clear->stencil, &clear->rects[i]);
}

static void
clear_uav_rect(const struct exec_clear_uav_command *clear, const D3D12_RECT *rect)
{
   if (clear->is_float)
      exec_clear_uav_float(&clear->view, clear->value.f, rect);
   else
      exec_clear_uav_uint(&clear->view, clear->value.u, rect);
}

static void
clear_uav(struct exec_player *player, const struct exec_clear_uav_command *clear)
{
   exec_player_flush(player);
   if (!clear->num_rects)
      clear_uav_rect(clear, NULL);
   for (uint32_t i = 0; i < clear->num_rects; i++)
      clear_uav_rect(clear, &clear->rects[i]);
}

/* Before a copy or resolve: memory shall hold what is only noted of the images, and what is noted of dst won't
 * be true. NULL: a buffer. */
static void
begin_transfer(struct exec_player *player, const struct image *dst, const struct image *src)
{
   raster_eliminate_fast_clear(player->raster, dst);
   raster_eliminate_fast_clear(player->raster, src);
   uniform_tiles_forget(dst);
}

static void
resolve(struct exec_player *player, const struct exec_resolve_command *r)
{
   exec_player_flush(player);
   begin_transfer(player, r->dst, r->src);
   exec_resolve(player->workers, r->dst, r->dst_subresource, r->dst_x, r->dst_y, r->src,
                r->src_subresource, &r->box, r->format, r->mode);
}

/* What SetPredication can suppress (D3D12 programming guide, "Predication"). */
static bool
is_predicated(enum exec_op op)
{
   return op >= EXEC_DRAW && op <= EXEC_CLEAR_UAV;
}

/* Plays one command that is neither END nor LINK. */
static void
play_command(struct exec_player *player, enum exec_op op, const void *payload)
{
   if (player->deferred && !joins_pass(player, op))
      exec_player_flush(player);
   switch (op) {
   case EXEC_DRAW:
   case EXEC_DRAW_INDEXED:
      exec_draw(player, payload, op == EXEC_DRAW_INDEXED);
      break;
   case EXEC_DISPATCH:
      exec_dispatch(player, ((const struct exec_dispatch *)payload)->groups);
      break;
   case EXEC_EXECUTE_INDIRECT:
      exec_indirect(player, payload);
      break;
   case EXEC_COPY_BUFFER: {
      const struct exec_copy_buffer *copy = payload;
      exec_copy_buffer(player->workers, copy->dst, copy->src, copy->size);
      break;
   }
   case EXEC_COPY_TEXTURE: {
      const struct exec_copy_texture *copy = payload;
      begin_transfer(player, copy->dst.image, copy->src.image);
      exec_copy_texture(player->workers, &copy->dst, copy->dst_x, copy->dst_y, copy->dst_z,
                        &copy->src, &copy->box);
      break;
   }
   case EXEC_RESOLVE:
      resolve(player, payload);
      break;
   case EXEC_CLEAR_COLOR:
      clear_color(player, payload);
      break;
   case EXEC_CLEAR_DEPTH_STENCIL:
      clear_depth_stencil(player, payload);
      break;
   case EXEC_CLEAR_UAV:
      clear_uav(player, payload);
      break;
   case EXEC_SET_PIPELINE:
      player->pipeline = *(const struct exec_pipeline *)payload;
      player->stages_dirty = true;
      break;
   case EXEC_SET_ROOT_SIGNATURE: {
      const struct exec_root_signature *root = payload;
      struct exec_binding *binding = &player->bindings[root->bind_point];
      binding->layout = root->layout;
      binding->static_samplers = root->static_samplers;
      binding->dirty = true;
      break;
   }
   case EXEC_SET_ROOT_ARGUMENT: {
      const struct exec_root_argument *arg = payload;
      exec_set_root_argument(player, arg->bind_point, arg->index, arg->value);
      break;
   }
   case EXEC_SET_ROOT_CONSTANTS: {
      const struct exec_root_constants *c = payload;
      exec_set_root_constants(player, c->bind_point, c->index, c->offset, c->count, c->values);
      break;
   }
   case EXEC_SET_HEAPS:
      player->heaps = *(const struct exec_heaps *)payload;
      player->stages_dirty = true;
      break;
   case EXEC_SET_TOPOLOGY:
      player->draw.topology = *(const D3D12_PRIMITIVE_TOPOLOGY *)payload;
      break;
   case EXEC_SET_INDEX_BUFFER:
      exec_set_index_buffer(player, payload);
      break;
   case EXEC_SET_VERTEX_BUFFERS: {
      const struct exec_vertex_buffers *set = payload;
      for (uint32_t i = 0; i < set->count; i++)
         exec_set_vertex_buffer(player, set->start + i, &set->buffers[i]);
      break;
   }
   case EXEC_SET_STREAM_TARGETS: {
      const struct exec_stream_targets *set = payload;
      memcpy(&player->stream_targets[set->start], set->targets,
             set->count * sizeof(set->targets[0]));
      break;
   }
   case EXEC_SET_VIEWPORTS: {
      const struct exec_viewports *set = payload;
      player->draw.num_viewports = set->count;
      memcpy(player->draw.viewports, set->viewports, sizeof(set->viewports));
      break;
   }
   case EXEC_SET_SCISSORS: {
      const struct exec_scissors *set = payload;
      memcpy(player->draw.scissors, set->rects, sizeof(set->rects));
      break;
   }
   case EXEC_SET_BLEND_FACTOR:
      memcpy(player->draw.blend_factor, payload, sizeof(player->draw.blend_factor));
      break;
   case EXEC_SET_STENCIL_REF:
      memcpy(player->draw.stencil_ref, payload, sizeof(player->draw.stencil_ref));
      break;
   case EXEC_SET_TARGETS:
      player->targets = *(const struct raster_targets *)payload;
      player->targets_dirty = true;
      break;
   case EXEC_SET_SAMPLE_POSITIONS: {
      const struct exec_sample_positions *set = payload;
      player->draw.num_positions = set->count;
      memcpy(player->draw.positions, set->positions, sizeof(set->positions));
      break;
   }
   case EXEC_SET_PREDICATION:
      set_predication(player, payload);
      break;
   case EXEC_BARRIER: {
      const struct exec_barrier *barrier = payload;
      if (!barrier->of_buffers || !raster_defer(player->raster))
         exec_player_flush(player);
      break;
   }
   case EXEC_ELIMINATE_FAST_CLEAR:
      raster_eliminate_fast_clear(player->raster, *(const struct image *const *)payload);
      break;
   case EXEC_FORGET_UNIFORM_TILES:
      uniform_tiles_forget(*(const struct image *const *)payload);
      break;
   case EXEC_BEGIN_QUERY:
      begin_query(player, payload);
      break;
   case EXEC_END_QUERY:
      end_query(player, payload);
      break;
   case EXEC_RESOLVE_QUERIES:
      exec_player_flush(player);
      exec_queries_write(payload);
      break;
   case EXEC_WRITE_IMMEDIATE: {
      const struct exec_write_immediate *write = payload;
      exec_player_flush(player);
      *write->dst = write->value;
      break;
   }
   case EXEC_BUNDLE:
      exec_player_play(player, *(const struct exec_command *const *)payload);
      break;
   case EXEC_RESET:
      exec_state_reset(player);
      break;
   case EXEC_END:
   case EXEC_LINK:
      break;
   }
}

void
exec_player_play(struct exec_player *player, const struct exec_command *command)
{
   /* A bundle inherits the state of the list that calls it, so its own RESET is skipped. */
   bool is_bundle = player->playing;
   player->playing = true;
   while (command->op != EXEC_END && !__atomic_load_n(player->kill, __ATOMIC_RELAXED)) {
      if (command->op == EXEC_LINK) {
         command = (const struct exec_command *)(uintptr_t)command->link;
         continue;
      }
      bool skip = (player->predicated && is_predicated(command->op)) ||
                  (is_bundle && command->op == EXEC_RESET);
      if (!skip)
         play_command(player, command->op, command->payload);
      atomic_fetch_add_explicit(player->progress, 1, memory_order_relaxed);
      command = (const struct exec_command *)((const uint8_t *)command + command->size);
   }
   player->playing = is_bundle;
}
