#include "layout/uniform_tiles.h"

#include <string.h>

static size_t
num_tiles(const struct image *image)
{
   return (size_t)div_round_up(image->width, UNIFORM_TILE) *
          div_round_up(image->height, UNIFORM_TILE);
}

uint64_t
uniform_tiles_size(const struct image *image)
{
   if (image->dimension != D3D12_RESOURCE_DIMENSION_TEXTURE2D || image->num_levels != 1 ||
       image->layers != 1 || image->num_planes != 1)
      return 0;
   return sizeof(struct uniform_tiles) + num_tiles(image);
}

void
uniform_tiles_forbid(const struct image *image)
{
   if (image->uniform)
      __atomic_store_n(&image->uniform->forbidden, 1, __ATOMIC_RELAXED);
}

void
uniform_tiles_forget(const struct image *image)
{
   if (image && image->uniform)
      memset(image->uniform->holds, 0, num_tiles(image));
}

bool
uniform_tiles_begin_clear(const struct image *image, const uint8_t *texel, const D3D12_RECT *rect)
{
   struct uniform_tiles *tiles = image->uniform;
   const uint32_t bytes = image->plane[0].block_bytes;

   if (!tiles || __atomic_load_n(&tiles->forbidden, __ATOMIC_RELAXED))
      return false;
   if (memcmp(tiles->value, texel, bytes) == 0)
      return true;
   if (rect->left > 0 || rect->top > 0 || rect->right < (LONG)image->width ||
       rect->bottom < (LONG)image->height)
      return false;
   uniform_tiles_forget(image);
   memcpy(tiles->value, texel, bytes);
   return true;
}
