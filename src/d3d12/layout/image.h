/*
 * Where the texels of a texture lie in memory. One layout for all: rows of texels (or of blocks),
 * top to bottom.
 *
 *   address = data + plane[p].offset + layer * plane[p].layer_stride
 *                  + sample * plane[p].sample_stride      (samples are whole planes of their own)
 *                  + plane[p].level[m].offset + z * slice_pitch + y * row_pitch + x * bytes
 *
 * The storage of each level that can be a render target or depth buffer is padded to a multiple of
 * IMAGE_PAD_X × IMAGE_PAD_Y texels, so machine code may load and store whole groups of pixels; other
 * textures have 16 spare bytes at their end, so a 16-byte load of the last texel stays inside.
 *
 * A texture whose D3D12 layout is row-major begins at data, and its rows are as far apart as in a
 * copyable footprint: who shares the memory knows where its texels are.
 */
#ifndef LAYOUT_IMAGE_H
#define LAYOUT_IMAGE_H

#include "layout/format.h"

#define IMAGE_MAX_LEVELS 15
#define IMAGE_MAX_PLANES 2
#define IMAGE_MAX_SIZE 16384 /* texels, D3D12_REQ_TEXTURE2D_U_OR_V_DIMENSION */
#define IMAGE_PAD_X 16
#define IMAGE_PAD_Y 8

struct image_level {
   uint64_t offset;                 /* bytes, from the start of the layer (3D: of the resource) */
   uint32_t row_pitch, slice_pitch; /* bytes; compressed: of a row of blocks */
   uint32_t width, height, depth;   /* texels */
   uint32_t unused;
};

struct image_plane {
   uint64_t offset;
   uint64_t layer_stride;
   uint64_t sample_stride;
   uint32_t block_bytes;
   struct image_level level[IMAGE_MAX_LEVELS];
};

struct image {
   D3D12_RESOURCE_DIMENSION dimension;
   DXGI_FORMAT format;
   uint32_t width, height, depth; /* texels of level 0; height and depth are 1 where they don't apply */
   uint32_t layers, num_levels, samples, num_planes;
   struct image_plane plane[IMAGE_MAX_PLANES];
   uint64_t size; /* bytes */
   uint8_t *data; /* set by the resource that owns the memory */
   bool
      is_shared; /* with other processes: whoever reads it, it is not our caches that will have it */
   /* Nobody sees its texels but by commands, and by what other processes do once a shared fence is signalled. */
   bool may_be_late;
   struct fast_clear *fast_clear; /* the resource's (layout/fast_clear.h); NULL: none */
   uint64_t uniform_offset;       /* of what is known of its tiles, from data; 0: nothing is */
   struct uniform_tiles *uniform; /* there (layout/uniform_tiles.h); NULL: nothing is known */
};

/* From a valid D3D12_RESOURCE_DESC of a texture (MipLevels resolved if 0). False: too large. */
bool image_init(struct image *image, const D3D12_RESOURCE_DESC *desc);

/* The first byte of a subresource's slice z; sample: 0 for single-sampled. */
static inline uint8_t *
image_slice(const struct image *image, uint32_t plane, uint32_t level, uint32_t layer,
            uint32_t sample, uint32_t z)
{
   const struct image_plane *p = &image->plane[plane];
   return image->data + p->offset + layer * p->layer_stride + sample * p->sample_stride +
          p->level[level].offset + (uint64_t)z * p->level[level].slice_pitch;
}

/* Subresource index ↔ (level, layer, plane): D3D12CalcSubresource. */
static inline void
image_subresource(const struct image *image, uint32_t index, uint32_t *level, uint32_t *layer,
                  uint32_t *plane)
{
   *level = index % image->num_levels;
   *layer = index / image->num_levels % image->layers;
   *plane = index / (image->num_levels * image->layers);
}

#endif
