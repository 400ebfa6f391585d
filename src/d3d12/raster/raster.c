#include <stdlib.h>
#include <string.h>

#include "jit/engine.h"
#include "raster/coverage.h"
#include "raster/pass.h"
#include "util/debug.h"

/* The front end runs when it has so much to do, and a pass ends when it holds so much. */
#define PENDING_LIMIT ((size_t)24 << 20)
#define PASS_LIMIT ((size_t)64 << 20)
#define STATES_LIMIT ((size_t)16 << 20)
/* What a pass may hold that stays open behind the lists that it belongs to. */
#define DEFERRED_LIMIT ((size_t)16 << 20)
/* For each of the primitives that a patch is assumed to become. A few patches with large factors need
 * more; so much less than the limit may be pending when that turns out. */
#define PATCH_BYTES ((size_t)6 << 10)
/* What a piece costs beside its primitives, in primitives. */
#define PIECE_COST 16

static const struct raster_rect no_tiles = { INT32_MAX, INT32_MAX, 0, 0 };

static void
fronts_destroy(struct raster *raster)
{
   for (uint32_t i = 0; raster->fronts && i < raster->num_workers; i++) {
      if (!raster->fronts[i])
         continue;
      raster_memory_reset(&raster->fronts[i]->memory);
      free(raster->fronts[i]->gs_scratch);
      raster_patches_destroy(raster->fronts[i]->patches);
      free(raster->fronts[i]);
   }
   free(raster->fronts);
}

static bool
fronts_create(struct raster *raster)
{
   raster->fronts = calloc(raster->num_workers, sizeof(*raster->fronts));
   if (!raster->fronts)
      return false;
   for (uint32_t i = 0; i < raster->num_workers; i++) {
      raster->fronts[i] = calloc(1, sizeof(**raster->fronts));
      if (!raster->fronts[i])
         return false;
      raster->fronts[i]->group = jit_target_get()->lanes;
      raster_memory_init(&raster->fronts[i]->memory, &raster->pool);
   }
   return true;
}

struct raster *
raster_create(struct workers *workers)
{
   struct raster *raster = calloc(1, sizeof(*raster));
   if (!raster)
      return NULL;
   raster->workers = workers;
   raster->num_workers = workers_count(workers);
   raster_pool_init(&raster->pool);
   raster_memory_init(&raster->user, &raster->pool);
   raster_memory_init(&raster->states, &raster->pool);
   if (!fronts_create(raster)) {
      raster_destroy(raster);
      return NULL;
   }
   raster->coverage = raster_coverage_get();
   raster->tiles = no_tiles;
   raster_prepare_targets(raster);
   return raster;
}

void
raster_destroy(struct raster *raster)
{
   if (!raster)
      return;
   fronts_destroy(raster);
   raster_memory_reset(&raster->user);
   raster_memory_reset(&raster->states);
   raster_pool_finish(&raster->pool);
   free(raster->pieces);
   free(raster->chunks);
   free(raster->batches);
   free(raster);
}

void *
raster_alloc(struct raster *raster, size_t size)
{
   return raster_memory_alloc(&raster->user, size);
}

size_t
raster_allocated(const struct raster *raster)
{
   return raster->user.used;
}

/* Makes room for one more in a growing array. */
static bool
reserve(void **array, uint32_t num, uint32_t *max, size_t size)
{
   if (num < *max)
      return true;
   uint32_t wanted = MAX2(2 * *max, 64);
   void *grown = realloc(*array, wanted * size);
   if (!grown)
      return false;
   *array = grown;
   *max = wanted;
   return true;
}

static void
count_piece(struct raster_front *front)
{
   struct raster_counters *to = front->draw->counters;
   const struct raster_counts *counts = &front->counts;

   if (to) {
      __atomic_fetch_add(&to->vs_invocations, counts->vs_invocations, __ATOMIC_RELAXED);
      __atomic_fetch_add(&to->hs_invocations, counts->hs_invocations, __ATOMIC_RELAXED);
      __atomic_fetch_add(&to->ds_invocations, counts->ds_invocations, __ATOMIC_RELAXED);
      __atomic_fetch_add(&to->gs_invocations, counts->gs_invocations, __ATOMIC_RELAXED);
      __atomic_fetch_add(&to->gs_primitives, counts->gs_primitives, __ATOMIC_RELAXED);
      __atomic_fetch_add(&to->c_invocations, counts->c_invocations, __ATOMIC_RELAXED);
      __atomic_fetch_add(&to->c_primitives, counts->c_primitives, __ATOMIC_RELAXED);
      for (uint32_t i = 0; front->draw->stream_output && i < RASTER_STREAMS; i++) {
         __atomic_fetch_add(&to->so_written[i], counts->so_written[i], __ATOMIC_RELAXED);
         __atomic_fetch_add(&to->so_needed[i], counts->so_needed[i], __ATOMIC_RELAXED);
      }
   }
   front->counts = (struct raster_counts){ 0 };
}

static void
process_chunk(void *data, uint32_t item, uint32_t worker)
{
   struct raster *raster = data;
   struct raster_front *front = raster->fronts[worker];
   struct raster_chunk *chunk = &raster->chunks[item];

   raster_bin_begin(front, &chunk->batches);
   for (uint32_t i = 0; i < chunk->num_pieces; i++) {
      const struct raster_piece *piece = &raster->pieces[chunk->first_piece + i];
      if (raster_is_killed(piece->draw))
         continue;
      raster_decode_vertices(front, piece);
      for (uint32_t k = 0; k < piece->num_instances; k++) {
         if (raster_shade_vertices(front, piece->first_instance + k))
            raster_assemble(front, piece);
      }
      count_piece(front);
   }
   raster_bin_end(front);
}

/* Puts the batches of the chunks in order. */
static void
collect_batches(struct raster *raster)
{
   for (uint32_t i = 0; i < raster->num_chunks; i++) {
      for (struct raster_batch *b = raster->chunks[i].batches; b; b = b->next) {
         struct raster_rect r = b->num_large ? b->large_tiles : b->tiles;
         if (b->offsets && b->num_large) {
            r.x0 = MIN2(r.x0, b->tiles.x0);
            r.y0 = MIN2(r.y0, b->tiles.y0);
            r.x1 = MAX2(r.x1, b->tiles.x1);
            r.y1 = MAX2(r.y1, b->tiles.y1);
         }
         if (!reserve((void **)&raster->batches, raster->num_batches, &raster->max_batches,
                      sizeof(*raster->batches)))
            return;
         raster->batches[raster->num_batches++] =
            (struct raster_batch_ref){ (uint16_t)r.x0, (uint16_t)r.y0, (uint16_t)r.x1,
                                       (uint16_t)r.y1, b };
         raster->tiles.x0 = MIN2(raster->tiles.x0, r.x0);
         raster->tiles.y0 = MIN2(raster->tiles.y0, r.y0);
         raster->tiles.x1 = MAX2(raster->tiles.x1, r.x1);
         raster->tiles.y1 = MAX2(raster->tiles.y1, r.y1);
      }
   }
}

static void
run_front(struct raster *raster)
{
   workers_run(raster->workers, process_chunk, raster, raster->num_chunks);
   collect_batches(raster);
   raster->num_pieces = 0;
   raster->num_chunks = 0;
   raster->pending_bytes = 0;
}

/* First what is cleared only, a row of tiles an item, then the tiles that are drawn to. */
static void
run_item(void *data, uint32_t item, uint32_t worker)
{
   struct raster *raster = data;

   if (item < raster->cleared_rows) {
      raster_clear_row(raster, item);
      return;
   }
   item -= raster->cleared_rows;
   uint32_t width = (uint32_t)(raster->tiles.x1 - raster->tiles.x0);
   raster_shade_tile(raster, (uint32_t)raster->tiles.x0 + item % width,
                     (uint32_t)raster->tiles.y0 + item / width);
}

void
raster_run_tiles(struct raster *raster)
{
   const struct raster_rect *tiles = &raster->tiles;
   uint32_t num_tiles =
      raster->num_batches ? (uint32_t)((tiles->x1 - tiles->x0) * (tiles->y1 - tiles->y0)) : 0;

   raster->cleared_rows = raster_clear_begin(raster);
   if (num_tiles || !raster_clears_are_small(raster)) {
      workers_run(raster->workers, run_item, raster, raster->cleared_rows + num_tiles);
   } else {
      for (uint32_t y = 0; y < raster->cleared_rows; y++)
         raster_clear_row(raster, y);
   }
   for (uint32_t i = 0; i < raster->num_workers; i++)
      raster_memory_reset(&raster->fronts[i]->memory);
   raster->num_clears = 0;
   raster->num_batches = 0;
   raster->tiles = no_tiles;
}

static void
end_pass(struct raster *raster)
{
   run_front(raster);
   raster_run_tiles(raster);
}

void
raster_end_draws(struct raster *raster)
{
   if (raster->num_pieces || raster->num_batches)
      end_pass(raster);
}

static size_t
pass_bytes(const struct raster *raster)
{
   size_t sum = 0;
   for (uint32_t i = 0; i < raster->num_workers; i++)
      sum += raster->fronts[i]->memory.used;
   return sum;
}

void
raster_add_piece(struct raster *raster, const struct raster_piece *piece, uint32_t cost)
{
   const struct jit_graphics *pipeline = piece->draw->pipeline;

   if (!reserve((void **)&raster->pieces, raster->num_pieces, &raster->max_pieces,
                sizeof(*raster->pieces)))
      return;
   cost += PIECE_COST * piece->num_instances;
   if (raster->num_chunks == 0 || raster->chunk_cost + cost > RASTER_CHUNK + PIECE_COST) {
      if (!reserve((void **)&raster->chunks, raster->num_chunks, &raster->max_chunks,
                   sizeof(*raster->chunks)))
         return;
      raster->chunks[raster->num_chunks++] =
         (struct raster_chunk){ .first_piece = raster->num_pieces };
      raster->chunk_cost = 0;
   }
   raster->pieces[raster->num_pieces++] = *piece;
   raster->chunks[raster->num_chunks - 1].num_pieces++;
   raster->chunk_cost += cost;

   size_t vertices = (size_t)piece->count * piece->num_instances;
   size_t bytes = vertices * vertex_size(pipeline->vs_registers);
   if (pipeline->geometry)
      bytes += (size_t)cost * MAX2(pipeline->gs_instances, 1) * pipeline->gs_max_vertices *
               (vertex_size(pipeline->raster_registers) + sizeof(struct raster_shape));
   if (pipeline->hull)
      bytes += (size_t)cost * PATCH_BYTES;
   raster->pending_bytes += bytes + cost * sizeof(struct raster_shape);

   /* What is streamed out has an order: one piece at a time, which the caller processes. */
   if (raster->pending_bytes > PENDING_LIMIT || piece->draw->stream_output) {
      run_front(raster);
      if (pass_bytes(raster) > PASS_LIMIT)
         raster_run_tiles(raster);
   }
}

static bool
same_view(const struct target_view *a, const struct target_view *b)
{
   return a->image == b->image && a->resource == b->resource && a->format == b->format &&
          a->level == b->level && a->flags == b->flags && a->first_layer == b->first_layer &&
          a->num_layers == b->num_layers && a->width == b->width && a->height == b->height &&
          a->is_buffer == b->is_buffer && a->samples == b->samples;
}

void
raster_set_targets(struct raster *raster, const struct raster_targets *targets)
{
   uint32_t num = MIN2(targets->num_colors, JIT_MAX_TARGETS);
   bool same =
      num == raster->targets.num_colors && same_view(&targets->depth, &raster->targets.depth);

   for (uint32_t i = 0; same && i < num; i++)
      same = same_view(&targets->colors[i], &raster->targets.colors[i]);
   /* The same views may stand for other memory than before: textures come and go between passes, and a
    * new one may have the address of an old one. */
   if (!same)
      raster_end_draws(raster);
   raster->targets = *targets;
   raster->targets.num_colors = num;
   raster_prepare_targets(raster);
}

static bool
may_be_late(const struct target_view *view)
{
   return !view->image || view->image->may_be_late;
}

static bool
targets_may_be_late(const struct raster *raster)
{
   bool all = may_be_late(&raster->targets.depth);

   for (uint32_t i = 0; i < raster->targets.num_colors; i++)
      all &= may_be_late(&raster->targets.colors[i]);
   return all;
}

void
raster_draw(struct raster *raster, const struct raster_draw *draw)
{
   if (draw->count == 0 || draw->instance_count == 0)
      return;
   struct raster_topology topology = raster_topology(draw->topology);
   const struct jit_graphics *pipeline = draw->pipeline;
   bool fits = topology.patch == (pipeline->hull != NULL);
   if (pipeline->geometry && !topology.patch)
      fits &= topology.vertices == pipeline->gs_input_vertices;
   if (!topology.vertices || !fits) {
      debug_printf(DEBUG_INFO, "draw dropped: primitive topology %d", (int)draw->topology);
      return;
   }
   if (raster->states.used > STATES_LIMIT) {
      end_pass(raster);
      raster_memory_reset(&raster->states);
   }

   raster->is_held |= !pipeline->is_self_contained || draw->counters || draw->stream_output ||
                      !targets_may_be_late(raster);
   struct draw_state *state = raster_memory_alloc(&raster->states, sizeof(*state));
   if (!state || !raster_prepare_draw(raster, draw, state))
      return;
   /* Draws before this one may read what it overwrites. */
   if (state->stream_output)
      run_front(raster);
   uint64_t primitives = raster_cut_draw(raster, state, draw->count, draw->instance_count);
   if (draw->counters) {
      uint64_t vertices = (uint64_t)draw->count * draw->instance_count;
      __atomic_fetch_add(&draw->counters->ia_vertices, vertices, __ATOMIC_RELAXED);
      __atomic_fetch_add(&draw->counters->ia_primitives, primitives, __ATOMIC_RELAXED);
   }
}

bool
raster_defer(struct raster *raster)
{
   if (raster->is_held || (!raster->num_pieces && !raster->num_batches && !raster->num_clears))
      return false;
   if (raster->num_pieces)
      run_front(raster);
   return pass_bytes(raster) + raster->user.used + raster->states.used <= DEFERRED_LIMIT;
}

void
raster_flush(struct raster *raster)
{
   end_pass(raster);
   raster_memory_reset(&raster->user);
   raster_memory_reset(&raster->states);
   raster->generation++;
   raster->is_held = false;
}

uint64_t
raster_generation(const struct raster *raster)
{
   return raster->generation;
}
