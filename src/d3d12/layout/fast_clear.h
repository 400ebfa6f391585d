/*
 * Fast clear. To clear a depth buffer is to note, for each of its 64×64 tiles, that all texels have the
 * clear value. A tile's memory is written only when something is drawn there, by the thread that shades
 * it, or when anything else may look at the texture: then the fast clear is eliminated. D3D12 tells when
 * that is: what wrote as a depth buffer must go through a barrier before it is read in another way.
 *
 * Only depth buffers that nobody else can see without a barrier take part: committed, not shared, not for
 * the CPU, of one level and layer.
 */
#ifndef LAYOUT_FAST_CLEAR_H
#define LAYOUT_FAST_CLEAR_H

#include "layout/fill.h"

#define FAST_CLEAR_TILE 64

/* Of one image, owned by its resource. Used by the queue's thread; tile by tile, by its workers. */
struct fast_clear {
   uint32_t tiles_x, tiles_y;
   struct fill_pattern value[IMAGE_MAX_PLANES];
   uint8_t
      pending[]; /* row by row: bit p, the tile of plane p has value[p], whatever memory says */
};

/* NULL: not for such an image, or no memory; clears then write at once. */
struct fast_clear *fast_clear_create(const struct image *image);

/* Clears a plane's rectangle, which is clipped to the image. False: it is not made of whole tiles, and has
 * to be filled by the caller; what was pending there is in memory. */
bool fast_clear_set(const struct image *image, uint32_t plane, const uint8_t *texel,
                    const D3D12_RECT *rect);

/* Brings a tile's planes to memory. */
void fast_clear_write_tile(const struct image *image, uint32_t tile_x, uint32_t tile_y);

static inline bool
fast_clear_is_pending(const struct image *image, uint32_t tile_x, uint32_t tile_y)
{
   const struct fast_clear *clear = image->fast_clear;
   return clear->pending[tile_y * clear->tiles_x + tile_x];
}

#endif
