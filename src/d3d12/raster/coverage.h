/*
 * Which pixels of a tile a shape covers.
 *
 * Everything is exact: an edge's value at a sample is E0 + 256 * k, where E0 belongs to the tile and
 * k = a * x + b * y to the pixel; it is >= 0 if and only if floor(E0 / 256) + k >= 0, and for an edge
 * that crosses the tile these numbers fit in 32 bits.
 */
#ifndef RASTER_COVERAGE_H
#define RASTER_COVERAGE_H

#include "raster/pass.h"

/* Blocks of a tile. */
#define RASTER_TILE_BLOCKS (RASTER_TILE / 8 * RASTER_TILE / 8)

struct raster_coverage {
   /* Fills in the covered blocks of tile (x, y) at the pitch of coverage_size(samples), and returns
    * their number. For polygons and rectangles; `blocks` has room for all blocks of a tile. Of a
    * shape that RASTER_SHAPE_CENTRES marks, samples is 1. */
   uint32_t (*polygon)(const struct raster_shape *shape, uint32_t tile_x, uint32_t tile_y,
                       uint32_t samples, struct coverage *blocks);
};

/* For the best instruction set of this CPU, or the one that DXG_ISA names. */
const struct raster_coverage *raster_coverage_get(void);

/* The same for aliased lines. All samples of a pixel are covered. */
uint32_t raster_coverage_line(const struct raster_shape *shape, uint32_t tile_x, uint32_t tile_y,
                              uint32_t samples, struct coverage *blocks);

/* Compiled from one source, for each instruction set. */
extern const struct raster_coverage raster_coverage_sse41, raster_coverage_avx2,
   raster_coverage_avx512;

/* The pixels of block (x, y) of a tile that lie in a rectangle, given in pixels of the tile. */
static inline uint64_t
raster_block_rect(const struct raster_rect *rect, uint32_t x, uint32_t y)
{
   int32_t x0 = MAX2(rect->x0 - (int32_t)x * 8, 0), x1 = MIN2(rect->x1 - (int32_t)x * 8, 8);
   int32_t y0 = MAX2(rect->y0 - (int32_t)y * 8, 0), y1 = MIN2(rect->y1 - (int32_t)y * 8, 8);

   if (x0 >= x1 || y0 >= y1)
      return 0;
   uint64_t row = (0xffu >> (8 - x1)) & (0xffu << x0);
   uint64_t rows = ~0ull >> (64 - 8 * (y1 - y0)) << (8 * y0);
   return row * 0x0101010101010101ull & rows;
}

#endif
