/*
 * Texels filled with one value: what clears come down to. Nothing here knows of threads; two that fill
 * different rectangles of a surface don't meet.
 */
#ifndef LAYOUT_FILL_H
#define LAYOUT_FILL_H

#include "layout/image.h"

/* A multiple of every texel's size: 1, 2, 4, 8, 12 and 16 bytes. */
#define FILL_PATTERN_BYTES 192

struct fill_pattern {
   _Alignas(64) uint8_t bytes[FILL_PATTERN_BYTES];
   bool short_period; /* it repeats with each cache line, not only as a whole */
};

void fill_pattern_init(struct fill_pattern *pattern, const uint8_t *texel, uint32_t texel_bytes);

/* Rows of texels, in some layers, of each the samples. */
struct fill_surface {
   uint8_t *base; /* texel (0, 0) of the first layer and sample */
   uint32_t texel_bytes;
   uint32_t width, height;
   uint32_t layers, samples;
   uint64_t row_pitch, layer_stride, sample_stride;
   /* Past the caches: right for what doesn't fit them, which would only be read into them to be overwritten,
    * and push out what is in use. */
   bool streaming;
};

/* A plane of one level of an image: `layers` of them from the first (3D: slices), all samples. */
struct fill_surface fill_surface_of(const struct image *image, uint32_t plane, uint32_t level,
                                    uint32_t first_layer, uint32_t layers);

/* The rectangle lies in the surface. Where it takes whole rows, so may what is between them: padding. */
void fill_rect(const struct fill_surface *surface, const D3D12_RECT *rect,
               const struct fill_pattern *pattern);

#endif
