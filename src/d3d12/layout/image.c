#include "layout/image.h"

#include "layout/uniform_tiles.h"
#include "util/bits.h"

#include <string.h>

#define LEVEL_ALIGNMENT 64 /* a cache line */
#define SPARE_BYTES 16     /* a 16-byte load of the last texel stays inside */
#define MAX_BYTES (1ull << 40)

/* Rows whose pitch is a multiple of this fall into the same few sets of the CPU's caches. */
#define CACHE_ALIAS_PITCH 2048

static uint32_t
minify(uint32_t size, uint32_t level)
{
   return MAX2(size >> level, 1u);
}

/* Sets the level's pitches and size. Its bytes, or 0 if it is too large. */
static uint64_t
level_init(struct image_level *level, const struct image *image, const struct format_info *info,
           uint32_t block_bytes, uint32_t index, bool padded, bool row_major)
{
   bool is_3d = image->dimension == D3D12_RESOURCE_DIMENSION_TEXTURE3D;

   level->width = minify(image->width, index);
   level->height = minify(image->height, index);
   level->depth = is_3d ? minify(image->depth, index) : 1;

   uint64_t columns = div_round_up(level->width, info->block_width);
   uint64_t rows = div_round_up(level->height, info->block_height);
   if (padded) {
      columns = align_up(columns, IMAGE_PAD_X);
      rows = align_up(rows, IMAGE_PAD_Y);
   }
   if (!row_major && rows > IMAGE_PAD_Y && columns * block_bytes % CACHE_ALIAS_PITCH == 0)
      columns += IMAGE_PAD_X;

   uint64_t row_pitch = columns * block_bytes;
   if (row_major)
      row_pitch = align_up(row_pitch, D3D12_TEXTURE_DATA_PITCH_ALIGNMENT);
   uint64_t slice_pitch = row_pitch * rows;
   if (slice_pitch > UINT32_MAX)
      return 0;
   level->row_pitch = row_pitch;
   level->slice_pitch = slice_pitch;
   return slice_pitch * level->depth;
}

static bool
plane_init(struct image *image, uint32_t index, const struct format_info *info, bool padded,
           bool row_major)
{
   struct image_plane *plane = &image->plane[index];
   uint64_t offset = 0;

   plane->offset = image->size;
   plane->block_bytes = format_plane_bytes(image->format, index);
   for (uint32_t i = 0; i < image->num_levels; i++) {
      uint64_t size =
         level_init(&plane->level[i], image, info, plane->block_bytes, i, padded, row_major);
      if (size == 0)
         return false;
      plane->level[i].offset = offset;
      offset = align_up(offset + size, LEVEL_ALIGNMENT);
   }

   plane->sample_stride = offset;
   plane->layer_stride = offset * image->samples;
   image->size += plane->layer_stride * image->layers;
   return image->size <= MAX_BYTES;
}

bool
image_init(struct image *image, const D3D12_RESOURCE_DESC *desc)
{
   const struct format_info *info = format_info(desc->Format);
   bool is_3d = desc->Dimension == D3D12_RESOURCE_DIMENSION_TEXTURE3D;
   bool is_1d = desc->Dimension == D3D12_RESOURCE_DIMENSION_TEXTURE1D;
   bool padded = desc->Flags & (D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET |
                                D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL);

   memset(image, 0, sizeof(*image));
   image->dimension = desc->Dimension;
   image->format = desc->Format;
   image->width = desc->Width;
   image->height = is_1d ? 1 : desc->Height;
   image->depth = is_3d ? desc->DepthOrArraySize : 1;
   image->layers = is_3d ? 1 : desc->DepthOrArraySize;
   image->samples = desc->SampleDesc.Count;
   image->num_planes = info->planes;

   uint32_t size = MAX2(image->width, MAX2(image->height, image->depth));
   uint32_t full_chain = 32 - __builtin_clz(size);
   image->num_levels = desc->MipLevels ? desc->MipLevels : full_chain;

   for (uint32_t i = 0; i < image->num_planes; i++) {
      if (!plane_init(image, i, info, padded, desc->Layout == D3D12_TEXTURE_LAYOUT_ROW_MAJOR))
         return false;
   }
   image->size += SPARE_BYTES;
   if (desc->Flags & D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET && uniform_tiles_size(image)) {
      image->uniform_offset = align_up(image->size, LEVEL_ALIGNMENT);
      image->size = image->uniform_offset + uniform_tiles_size(image);
   }
   return true;
}
