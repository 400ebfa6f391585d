#include "layout/fast_clear.h"
#include "layout/sample_positions.h"
#include "layout/uniform_tiles.h"
#include "raster/coverage.h"
#include "raster/pass.h"

/* Coverage of all blocks of a tile, with the most samples. */
#define BLOCKS_SIZE (RASTER_TILE_BLOCKS * (sizeof(struct coverage) + SAMPLE_MAX * sizeof(uint64_t)))

/* The counters of the draws that are active in this tile so far: added up here, and handed on when
 * another set follows. */
struct tally {
   struct raster_counters *to;
   struct pixel_counters counters;
};

static void
tally_flush(struct tally *tally)
{
   if (tally->to) {
      __atomic_fetch_add(&tally->to->samples_passed, tally->counters.samples_passed,
                         __ATOMIC_RELAXED);
      __atomic_fetch_add(&tally->to->ps_invocations, tally->counters.invocations, __ATOMIC_RELAXED);
   }
   tally->counters = (struct pixel_counters){ 0 };
}

/* Gives all samples of a pixel the coverage of one, in place. */
static void
spread_to_samples(struct coverage *blocks, uint32_t count, uint32_t samples)
{
   while (count--) {
      const struct coverage *from = coverage_at(blocks, count, 1);
      struct coverage *to = (struct coverage *)((uint8_t *)blocks + count * coverage_size(samples));
      const struct coverage place = *from;
      uint64_t mask = from->mask[0];

      *to = place;
      for (uint32_t s = 0; s < samples; s++)
         to->mask[s] = mask;
   }
}

/* A function that does nothing but prefetch is taken for one without effect, unless it is inlined. */
#define INLINE static inline __attribute__((always_inline))

/* In a tile each row lies in another page, so the CPU doesn't foresee what comes next. */
INLINE void
prefetch_block(const struct raster *raster, uint32_t layer, const struct coverage *block)
{
   for (uint32_t p = 0; p < raster->num_planes; p++) {
      const struct pixel_target *target = &raster->planes[p].target;
      const uint8_t *row = target->base + layer * target->layer_stride +
                           (size_t)block->y * target->row_pitch +
                           block->x * raster->planes[p].texel_bytes;
      for (uint32_t y = 0; y < 8; y++, row += target->row_pitch)
         __builtin_prefetch(row, 1);
   }
}

/* What an earlier pass wrote to the tile has left the caches, or is farther away than in the first. */
INLINE void
prefetch_blocks(const struct raster *raster, const struct raster_shape *shape,
                const struct coverage *blocks, uint32_t count)
{
   for (uint32_t i = 0; i < count; i++)
      prefetch_block(raster, shape->prim.layer, coverage_at(blocks, i, shape->draw->samples));
}

/* Before the first shape of a pass that is in the tile. */
static void
begin_tile(const struct raster *raster, const struct raster_shape *shape, uint32_t x, uint32_t y,
           const struct coverage *blocks, uint32_t count)
{
   if (raster->num_clears == 0)
      prefetch_blocks(raster, shape, blocks, count);
   if (raster->fast_depth && fast_clear_is_pending(raster->fast_depth, x, y))
      fast_clear_write_tile(raster->fast_depth, x, y);
   for (uint32_t i = 0; i < raster->num_uniform; i++)
      *uniform_tile(raster->uniform[i], x, y) = 0;
}

/* `begun`: an earlier shape is in the tile; becomes true if this one is. */
static void
shade_shape(const struct raster *raster, const struct raster_shape *shape, uint32_t x, uint32_t y,
            bool *begun, struct coverage *blocks, struct tally *tally)
{
   const struct draw_state *draw = shape->draw;
   uint32_t count;

   if (shape->prim.shape == RASTER_SHAPE_LINE)
      count = raster_coverage_line(shape, x, y, draw->samples, blocks);
   else if (shape->prim.shape & RASTER_SHAPE_CENTRES) {
      count = raster->coverage->polygon(shape, x, y, 1, blocks);
      spread_to_samples(blocks, count, draw->samples);
   } else
      count = raster->coverage->polygon(shape, x, y, draw->samples, blocks);
   if (count == 0)
      return;
   if (!*begun)
      begin_tile(raster, shape, x, y, blocks, count);
   *begun = true;
   if (draw->counters != tally->to) {
      tally_flush(tally);
      tally->to = draw->counters;
   }
   if (draw->blit.texels && raster_blit_shape(shape, blocks, count, &tally->counters))
      return;
   draw->pipeline->pixel(&draw->pixel, &shape->prim, blocks, count, &tally->counters);
}

static bool
contains(const struct raster_rect *rect, uint32_t x, uint32_t y)
{
   return (int32_t)x >= rect->x0 && (int32_t)x < rect->x1 && (int32_t)y >= rect->y0 &&
          (int32_t)y < rect->y1;
}

void
raster_shade_tile(struct raster *raster, uint32_t x, uint32_t y)
{
   _Alignas(64) uint8_t room[BLOCKS_SIZE];
   struct coverage *blocks = (struct coverage *)room;
   struct tally tally = { 0 };
   bool begun = false;

   raster_clear_tile(raster, x, y);
   for (uint32_t i = 0; i < raster->num_batches; i++) {
      const struct raster_batch_ref *ref = &raster->batches[i];
      if (x < ref->x0 || x >= ref->x1 || y < ref->y0 || y >= ref->y1)
         continue;

      const struct raster_batch *batch = ref->batch;
      uint32_t entry = 0, end = 0, large = 0, num_large = 0;
      if (contains(&batch->tiles, x, y)) {
         uint32_t tile =
            (y - (uint32_t)batch->tiles.y0) * (uint32_t)(batch->tiles.x1 - batch->tiles.x0) + x -
            (uint32_t)batch->tiles.x0;
         entry = batch->offsets[tile];
         end = batch->offsets[tile + 1];
      }
      if (contains(&batch->large_tiles, x, y))
         num_large = batch->num_large;

      /* Two lists, each in order. */
      while (entry < end || large < num_large) {
         const struct raster_shape *shape;
         if (large == num_large ||
             (entry < end && batch->entries[entry]->prim.order < batch->large[large]->prim.order))
            shape = batch->entries[entry++];
         else
            shape = batch->large[large++];
         shade_shape(raster, shape, x, y, &begun, blocks, &tally);
      }
   }
   tally_flush(&tally);
}
