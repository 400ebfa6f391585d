/*
 * Textures drawn in their own size: by a shader that only shows them (struct shader_blit), to a target whose
 * texels are laid out alike, each texel to one pixel. Compositors do little else. The texels are copied, without
 * the pixel function, and the target holds the same as if that had run.
 */
#ifndef RASTER_BLIT_H
#define RASTER_BLIT_H

#include "jit/pipeline.h"

struct raster_draw;
struct raster_shape;
struct target_view;

/* A draw's texture, if its shapes may be blits. */
struct raster_blit {
   const uint8_t *texels; /* NULL: they may not */
   uint32_t row_pitch;
   uint32_t width, height;
   uint32_t keep, set; /* bits of a texel that are taken over, and that are 1 */
};

struct raster_blit raster_blit_prepare(const struct raster_draw *draw,
                                       const struct target_view *target);

/* Copies the texels of covered blocks, single-sampled, of a shape that has any. False: it must be shaded. */
bool raster_blit_shape(const struct raster_shape *shape, const struct coverage *blocks,
                       uint32_t count, struct pixel_counters *counters);

#endif
