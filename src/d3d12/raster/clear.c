/*
 * Clears are part of the pass. What is to be filled is noted, and done tile by tile, by the worker that
 * shades the tile right after: so the draws find the tile in the cache. Where nothing is drawn whole
 * rows are filled.
 */
#include "raster/pass.h"

#include "layout/fast_clear.h"
#include "util/bits.h"

/* Below this, waking a thread costs more than it saves. */
#define MIN_PARALLEL_BYTES (256u << 10)

static bool
contains(const D3D12_RECT *outer, const D3D12_RECT *inner)
{
   return outer->left <= inner->left && outer->top <= inner->top && outer->right >= inner->right &&
          outer->bottom >= inner->bottom;
}

static bool
is_same_surface(const struct fill_surface *a, const struct fill_surface *b)
{
   return a->base == b->base && a->row_pitch == b->row_pitch && a->layers == b->layers &&
          a->samples == b->samples;
}

/* Earlier clears that nobody will see. */
static void
drop_covered(struct raster *raster, const struct fill_surface *surface, const D3D12_RECT *rect)
{
   uint32_t kept = 0;

   for (uint32_t i = 0; i < raster->num_clears; i++) {
      const struct raster_clear *clear = &raster->clears[i];
      if (!is_same_surface(&clear->surface, surface) || !contains(rect, &clear->rect))
         raster->clears[kept++] = *clear;
   }
   raster->num_clears = kept;
}

void
raster_clear(struct raster *raster, const struct target_view *view, uint32_t plane,
             const uint8_t *texel, const D3D12_RECT *wanted)
{
   const struct image *image = view->image;
   const struct fill_surface surface =
      fill_surface_of(image, plane, view->level, view->first_layer, view->num_layers);
   D3D12_RECT rect = { 0, 0, (LONG)surface.width, (LONG)surface.height };

   if (wanted) {
      rect.left = MAX2(wanted->left, 0);
      rect.top = MAX2(wanted->top, 0);
      rect.right = MIN2(wanted->right, rect.right);
      rect.bottom = MIN2(wanted->bottom, rect.bottom);
   }
   if (rect.left >= rect.right || rect.top >= rect.bottom)
      return;
   raster_end_draws(raster);
   drop_covered(raster, &surface, &rect);
   if (image->fast_clear && fast_clear_set(image, plane, texel, &rect))
      return;
   if (raster->num_clears == RASTER_CLEARS)
      raster_run_tiles(raster);
   struct raster_clear *clear = &raster->clears[raster->num_clears++];
   clear->surface = surface;
   clear->rect = rect;
   fill_pattern_init(&clear->pattern, texel, surface.texel_bytes);
}

static D3D12_RECT
intersection(const D3D12_RECT *a, const D3D12_RECT *b)
{
   return (D3D12_RECT){ MAX2(a->left, b->left), MAX2(a->top, b->top), MIN2(a->right, b->right),
                        MIN2(a->bottom, b->bottom) };
}

static void
clear_part(const struct raster_clear *clear, const D3D12_RECT *part)
{
   const D3D12_RECT rect = intersection(&clear->rect, part);

   if (rect.left < rect.right && rect.top < rect.bottom)
      fill_rect(&clear->surface, &rect, &clear->pattern);
}

void
raster_clear_tile(const struct raster *raster, uint32_t x, uint32_t y)
{
   const D3D12_RECT tile = { (LONG)(x * RASTER_TILE), (LONG)(y * RASTER_TILE),
                             (LONG)((x + 1) * RASTER_TILE), (LONG)((y + 1) * RASTER_TILE) };

   for (uint32_t i = 0; i < raster->num_clears; i++)
      clear_part(&raster->clears[i], &tile);
}

void
raster_clear_row(const struct raster *raster, uint32_t y)
{
   const struct raster_rect *tiles = &raster->tiles;
   const LONG top = (LONG)(y * RASTER_TILE), bottom = top + RASTER_TILE;
   D3D12_RECT parts[2] = { { 0, top, INT32_MAX, bottom } }; /* the whole row, or left and right */
   uint32_t num_parts = 1;

   if ((int32_t)y >= tiles->y0 && (int32_t)y < tiles->y1) {
      parts[0].right = tiles->x0 * RASTER_TILE;
      parts[1] = (D3D12_RECT){ tiles->x1 * RASTER_TILE, top, INT32_MAX, bottom };
      num_parts = 2;
   }
   for (uint32_t i = 0; i < raster->num_clears; i++) {
      for (uint32_t k = 0; k < num_parts; k++)
         clear_part(&raster->clears[i], &parts[k]);
   }
}

uint32_t
raster_clear_rows(const struct raster *raster)
{
   LONG bottom = 0;

   for (uint32_t i = 0; i < raster->num_clears; i++)
      bottom = MAX2(bottom, raster->clears[i].rect.bottom);
   return div_round_up((uint32_t)bottom, RASTER_TILE);
}

bool
raster_clears_are_small(const struct raster *raster)
{
   uint64_t bytes = 0;

   for (uint32_t i = 0; i < raster->num_clears; i++) {
      const struct raster_clear *clear = &raster->clears[i];
      const D3D12_RECT *rect = &clear->rect;
      bytes += (uint64_t)(rect->right - rect->left) * (uint64_t)(rect->bottom - rect->top) *
               clear->surface.texel_bytes * clear->surface.layers * clear->surface.samples;
   }
   return bytes < MIN_PARALLEL_BYTES;
}

/* ---- Fast clears ---- */

static void
eliminate_row(void *data, uint32_t y, uint32_t worker)
{
   const struct image *image = data;

   for (uint32_t x = 0; x < image->fast_clear->tiles_x; x++) {
      if (fast_clear_is_pending(image, x, y))
         fast_clear_write_tile(image, x, y);
   }
}

void
raster_eliminate_fast_clear(struct raster *raster, const struct image *image)
{
   if (image && image->fast_clear)
      workers_run(raster->workers, eliminate_row, (void *)image, image->fast_clear->tiles_y);
}
