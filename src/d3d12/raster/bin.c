/* Shapes → batches, sorted by tile. */
#include "raster/pass.h"

#include <string.h>

/* A shape with more tiles in its bounds is kept once, and each tile looks whether it is there. */
#define MAX_TILES 16

static void
grow(struct raster_rect *rect, int32_t x0, int32_t y0, int32_t x1, int32_t y1)
{
   rect->x0 = MIN2(rect->x0, x0);
   rect->y0 = MIN2(rect->y0, y0);
   rect->x1 = MAX2(rect->x1, x1);
   rect->y1 = MAX2(rect->y1, y1);
}

static void
batch_begin(struct raster_front *front)
{
   const struct raster_rect none = { INT32_MAX, INT32_MAX, 0, 0 };

   front->num_shapes = 0;
   front->num_entries = 0;
   front->num_large = 0;
   front->tiles = none;
   front->large_tiles = none;
}

/* A counting sort of the entries by tile. False: no memory. */
static bool
sort_entries(struct raster_front *front, struct raster_batch *batch)
{
   const struct raster_rect tiles = front->tiles;
   uint32_t width = (uint32_t)(tiles.x1 - tiles.x0);
   uint32_t num_tiles = width * (uint32_t)(tiles.y1 - tiles.y0);
   uint32_t num = front->num_entries;

   batch->offsets = raster_memory_alloc(&front->memory, (num_tiles + 1) * sizeof(uint32_t));
   batch->entries = raster_memory_alloc(&front->memory, num * sizeof(*batch->entries));
   if (!batch->offsets || !batch->entries)
      return false;
   batch->tiles = tiles;

   /* offsets[i + 1] counts tile i, then becomes where its next entry goes, which ends as its end. */
   uint32_t *offsets = batch->offsets;
   memset(offsets, 0, (num_tiles + 1) * sizeof(*offsets));
   for (uint32_t i = 0; i < num; i++) {
      const struct raster_entry *entry = &front->entries[i];
      offsets[(uint32_t)(entry->y - tiles.y0) * width + (uint32_t)(entry->x - tiles.x0) + 1]++;
   }
   uint32_t sum = 0;
   for (uint32_t i = 1; i <= num_tiles; i++) {
      uint32_t n = offsets[i];
      offsets[i] = sum;
      sum += n;
   }
   for (uint32_t i = 0; i < num; i++) {
      const struct raster_entry *entry = &front->entries[i];
      uint32_t tile = (uint32_t)(entry->y - tiles.y0) * width + (uint32_t)(entry->x - tiles.x0);
      batch->entries[offsets[tile + 1]++] = entry->shape;
   }
   return true;
}

static void
batch_end(struct raster_front *front)
{
   if (front->num_shapes == 0)
      return;
   struct raster_batch *batch = raster_memory_alloc(&front->memory, sizeof(*batch));
   if (batch) {
      *batch = (struct raster_batch){ 0 };
      if (front->num_entries && !sort_entries(front, batch))
         batch = NULL;
   }
   if (batch && front->num_large) {
      size_t size = front->num_large * sizeof(*batch->large);
      batch->large = raster_memory_alloc(&front->memory, size);
      if (batch->large) {
         memcpy(batch->large, front->large, size);
         batch->num_large = front->num_large;
         batch->large_tiles = front->large_tiles;
      }
   }
   if (batch) {
      *front->batch_tail = batch;
      front->batch_tail = &batch->next;
   }
   batch_begin(front);
}

/* Whether the edges leave any of tile (x, y). Bounds are not looked at. */
static bool
touches(const struct raster_shape *shape, int32_t x, int32_t y)
{
   const int64_t size = RASTER_TILE * RASTER_SUBPIXEL;

   for (uint32_t i = 0; i < 4; i++) {
      int32_t a = shape->edges.a[i], b = shape->edges.b[i];
      int64_t left = x * size, top = y * size;
      int64_t best =
         shape->edges.c[i] + a * (a > 0 ? left + size : left) + b * (b > 0 ? top + size : top);
      if (best < 0)
         return false;
   }
   return true;
}

void
raster_bin_begin(struct raster_front *front, struct raster_batch **tail)
{
   front->batch_tail = tail;
   batch_begin(front);
}

void
raster_bin(struct raster_front *front, struct raster_shape *shape)
{
   int32_t x0 = shape->x0 / RASTER_TILE, x1 = (shape->x1 - 1) / RASTER_TILE + 1;
   int32_t y0 = shape->y0 / RASTER_TILE, y1 = (shape->y1 - 1) / RASTER_TILE + 1;
   int32_t num = (x1 - x0) * (y1 - y0);

   if (front->num_entries + MAX_TILES > RASTER_BATCH_ENTRIES ||
       front->num_large == RASTER_BATCH_LARGE)
      batch_end(front);
   shape->prim.order = front->num_shapes++;

   if (num > MAX_TILES) {
      front->large[front->num_large++] = shape;
      grow(&front->large_tiles, x0, y0, x1, y1);
      return;
   }
   bool polygon = shape->prim.shape >= 3 && num > 1;
   for (int32_t y = y0; y < y1; y++) {
      for (int32_t x = x0; x < x1; x++) {
         if (polygon && !touches(shape, x, y))
            continue;
         front->entries[front->num_entries++] =
            (struct raster_entry){ (uint16_t)x, (uint16_t)y, shape };
      }
   }
   grow(&front->tiles, x0, y0, x1, y1);
}

void
raster_bin_end(struct raster_front *front)
{
   batch_end(front);
   *front->batch_tail = NULL;
}
