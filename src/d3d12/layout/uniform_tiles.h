/*
 * Uniform tiles. A render target knows which of its 64×64 tiles hold one value throughout: that of the last
 * clear, where nothing was written since. A clear to that value has nothing to do there, so the background of
 * a window costs no memory bandwidth frame by frame.
 *
 * The notes are kept in the texture's memory, behind its texels, since another process may write there, too.
 * All that writes texels must tell; but shaders can't: a texture of which there ever was an unordered access
 * view is never uniform. Who writes through a mapping of a cross-adapter texture's handle tells by an aliasing
 * barrier.
 *
 * Only textures that own their memory take part, with one level and one layer, that the CPU does not see.
 */
#ifndef LAYOUT_UNIFORM_TILES_H
#define LAYOUT_UNIFORM_TILES_H

#include "layout/image.h"
#include "util/bits.h"

#define UNIFORM_TILE 64

/* New memory is zeros: nothing is known. Another process may scribble over this; nothing that is found here says
 * where memory is written.
 * Written by the threads of queues: tiles by whoever fills or shades the tile, the rest between passes. */
struct uniform_tiles {
   uint8_t value[16]; /* a texel */
   uint8_t forbidden;
   uint8_t holds[]; /* row by row: 1, all texels of the tile are `value` */
};

/* What this needs of an image's memory; 0: it can't take part, whoever owns the memory. */
uint64_t uniform_tiles_size(const struct image *image);

/* Shaders may write to the texture from now on. For any thread. */
void uniform_tiles_forbid(const struct image *image);

/* Any texel may have been written. */
void uniform_tiles_forget(const struct image *image);

/* A clear of the rectangle begins, which is clipped to the image. True: what it fills is worth a note. */
bool uniform_tiles_begin_clear(const struct image *image, const uint8_t *texel,
                               const D3D12_RECT *rect);

static inline uint8_t *
uniform_tile(const struct image *image, uint32_t tile_x, uint32_t tile_y)
{
   return &image->uniform->holds[tile_y * div_round_up(image->width, UNIFORM_TILE) + tile_x];
}

#endif
