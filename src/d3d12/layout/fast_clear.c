#include "layout/fast_clear.h"

#include "util/bits.h"

#include <stdlib.h>
#include <string.h>

struct fast_clear *
fast_clear_create(const struct image *image)
{
   if (image->dimension != D3D12_RESOURCE_DIMENSION_TEXTURE2D || image->num_levels != 1 ||
       image->layers != 1)
      return NULL;
   const uint32_t tiles_x = div_round_up(image->width, FAST_CLEAR_TILE);
   const uint32_t tiles_y = div_round_up(image->height, FAST_CLEAR_TILE);
   struct fast_clear *clear = calloc(1, sizeof(*clear) + (size_t)tiles_x * tiles_y);
   if (!clear)
      return NULL;
   clear->tiles_x = tiles_x;
   clear->tiles_y = tiles_y;
   return clear;
}

static void
write_plane(const struct image *image, uint32_t plane, uint32_t tile_x, uint32_t tile_y)
{
   const struct fill_surface surface = fill_surface_of(image, plane, 0, 0, 1);
   const LONG x = (LONG)tile_x * FAST_CLEAR_TILE, y = (LONG)tile_y * FAST_CLEAR_TILE;
   const D3D12_RECT rect = { x, y, MIN2(x + FAST_CLEAR_TILE, (LONG)image->width),
                             MIN2(y + FAST_CLEAR_TILE, (LONG)image->height) };

   fill_rect(&surface, &rect, &image->fast_clear->value[plane]);
}

void
fast_clear_write_tile(const struct image *image, uint32_t tile_x, uint32_t tile_y)
{
   uint8_t *pending = &image->fast_clear->pending[tile_y * image->fast_clear->tiles_x + tile_x];

   for (uint32_t plane = 0; plane < image->num_planes; plane++) {
      if (*pending & 1u << plane)
         write_plane(image, plane, tile_x, tile_y);
   }
   *pending = 0;
}

/* Tiles; half-open. */
struct tile_rect {
   uint32_t x0, y0, x1, y1;
};

static void
write_pending(const struct image *image, uint32_t plane, const struct tile_rect *tiles)
{
   struct fast_clear *clear = image->fast_clear;

   for (uint32_t y = tiles->y0; y < tiles->y1; y++) {
      for (uint32_t x = tiles->x0; x < tiles->x1; x++) {
         uint8_t *pending = &clear->pending[y * clear->tiles_x + x];
         if (*pending & 1u << plane)
            write_plane(image, plane, x, y);
         *pending &= ~(1u << plane);
      }
   }
}

static bool
is_whole_tiles(const struct image *image, const D3D12_RECT *rect)
{
   return rect->left % FAST_CLEAR_TILE == 0 && rect->top % FAST_CLEAR_TILE == 0 &&
          (rect->right % FAST_CLEAR_TILE == 0 || rect->right == (LONG)image->width) &&
          (rect->bottom % FAST_CLEAR_TILE == 0 || rect->bottom == (LONG)image->height);
}

bool
fast_clear_set(const struct image *image, uint32_t plane, const uint8_t *texel,
               const D3D12_RECT *rect)
{
   struct fast_clear *clear = image->fast_clear;
   const struct tile_rect all = { 0, 0, clear->tiles_x, clear->tiles_y };
   const struct tile_rect tiles = {
      (uint32_t)rect->left / FAST_CLEAR_TILE,
      (uint32_t)rect->top / FAST_CLEAR_TILE,
      div_round_up((uint32_t)rect->right, FAST_CLEAR_TILE),
      div_round_up((uint32_t)rect->bottom, FAST_CLEAR_TILE),
   };
   const bool whole = is_whole_tiles(image, rect);
   struct fill_pattern value;

   if (!whole) {
      write_pending(image, plane, &tiles);
      return false;
   }
   fill_pattern_init(&value, texel, image->plane[plane].block_bytes);
   if (memcmp(&value.bytes, &clear->value[plane].bytes, sizeof(value.bytes))) {
      /* The tiles that keep their value lose its name. */
      const bool covers_all =
         tiles.x0 == 0 && tiles.y0 == 0 && tiles.x1 == all.x1 && tiles.y1 == all.y1;
      if (!covers_all)
         write_pending(image, plane, &all);
      clear->value[plane] = value;
   }
   for (uint32_t y = tiles.y0; y < tiles.y1; y++) {
      for (uint32_t x = tiles.x0; x < tiles.x1; x++)
         clear->pending[y * clear->tiles_x + x] |= 1u << plane;
   }
   return true;
}
