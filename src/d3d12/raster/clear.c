/*
 * Clears are part of the pass. What is to be filled is noted, and done tile by tile, by the worker that
 * shades the tile right after: so the draws find the tile in the cache. Where nothing is drawn whole
 * rows are filled.
 */
#include "raster/pass.h"

#include "layout/fast_clear.h"
#include "layout/uniform_tiles.h"
#include "util/bits.h"

/* Below this, waking a thread costs more than it saves. */
#define MIN_PARALLEL_BYTES (256u << 10)

_Static_assert(RASTER_TILE == UNIFORM_TILE, "a tile's texels are filled by one thread");

/* What takes turns in so much memory has left the caches when its turn comes. */
#define MIN_TURN_BYTES (4u << 20)

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

static uint64_t
clear_bytes(const struct raster_clear *clear)
{
   const D3D12_RECT *rect = &clear->rect;

   return (uint64_t)(rect->right - rect->left) * (uint64_t)(rect->bottom - rect->top) *
          clear->surface.texel_bytes * clear->surface.layers * clear->surface.samples;
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
   raster->is_held |= !image->may_be_late;
   drop_covered(raster, &surface, &rect);
   const bool is_noted = uniform_tiles_begin_clear(image, texel, &rect);
   if (image->fast_clear && fast_clear_set(image, plane, texel, &rect))
      return;
   if (raster->num_clears == RASTER_CLEARS)
      raster_run_tiles(raster);
   struct raster_clear *clear = &raster->clears[raster->num_clears++];
   clear->surface = surface;
   clear->rect = rect;
   clear->uniform = image->uniform ? image : NULL;
   clear->is_noted = is_noted;
   clear->takes_turns = image->is_shared && clear_bytes(clear) >= MIN_TURN_BYTES;
   fill_pattern_init(&clear->pattern, texel, surface.texel_bytes);
}

static D3D12_RECT
intersection(const D3D12_RECT *a, const D3D12_RECT *b)
{
   return (D3D12_RECT){ MAX2(a->left, b->left), MAX2(a->top, b->top), MIN2(a->right, b->right),
                        MIN2(a->bottom, b->bottom) };
}

static D3D12_RECT
tile_rect(LONG x0, LONG x1, LONG y)
{
   return (D3D12_RECT){ x0 * RASTER_TILE, y * RASTER_TILE, x1 * RASTER_TILE,
                        (y + 1) * RASTER_TILE };
}

/* Whether the rectangle takes all of the tile that is inside of the surface. */
static bool
takes_tile(const struct raster_clear *clear, LONG x, LONG y)
{
   const D3D12_RECT tile = tile_rect(x, x + 1, y);
   const D3D12_RECT surface = { 0, 0, (LONG)clear->surface.width, (LONG)clear->surface.height };
   const D3D12_RECT inside = intersection(&tile, &surface);

   return contains(&clear->rect, &inside);
}

/* Fills tiles x0 to x1 of row y, where the clear's rectangle has a part in each, and notes it. */
static void
fill_tiles(const struct raster_clear *clear, LONG x0, LONG x1, LONG y)
{
   const D3D12_RECT tiles = tile_rect(x0, x1, y);
   const D3D12_RECT rect = intersection(&clear->rect, &tiles);

   fill_rect(&clear->surface, &rect, &clear->pattern);
   for (LONG x = x0; clear->uniform && x < x1; x++)
      *uniform_tile(clear->uniform, (uint32_t)x, (uint32_t)y) =
         clear->is_noted && takes_tile(clear, x, y);
}

/* The same, but leaves out tiles that hold the value. */
static void
clear_tiles(const struct raster_clear *clear, LONG x0, LONG x1, LONG y)
{
   LONG first = x0; /* of those that are not filled yet */

   for (LONG x = x0; clear->is_noted && x < x1; x++) {
      if (!*uniform_tile(clear->uniform, (uint32_t)x, (uint32_t)y))
         continue;
      if (first < x)
         fill_tiles(clear, first, x, y);
      first = x + 1;
   }
   if (first < x1)
      fill_tiles(clear, first, x1, y);
}

/* What the clear has of tiles x0 to x1 of row y. */
static void
clear_part(const struct raster_clear *clear, LONG x0, LONG x1, LONG y)
{
   const LONG left = MAX2(x0, clear->rect.left / RASTER_TILE);
   const LONG right = MIN2(x1, (LONG)div_round_up((uint32_t)clear->rect.right, RASTER_TILE));

   if (left < right && y >= clear->rect.top / RASTER_TILE &&
       y < (LONG)div_round_up((uint32_t)clear->rect.bottom, RASTER_TILE))
      clear_tiles(clear, left, right, y);
}

void
raster_clear_tile(const struct raster *raster, uint32_t x, uint32_t y)
{
   for (uint32_t i = 0; i < raster->num_clears; i++)
      clear_part(&raster->clears[i], (LONG)x, (LONG)x + 1, (LONG)y);
}

void
raster_clear_row(const struct raster *raster, uint32_t y)
{
   const struct raster_rect *tiles = &raster->tiles;
   const bool has_tiles = (int32_t)y >= tiles->y0 && (int32_t)y < tiles->y1;

   for (uint32_t i = 0; i < raster->num_clears; i++) {
      const struct raster_clear *clear = &raster->clears[i];
      if (has_tiles) {
         clear_part(clear, 0, tiles->x0, (LONG)y);
         clear_part(clear, tiles->x1, RASTER_MAX_TILES, (LONG)y);
      } else {
         clear_part(clear, 0, RASTER_MAX_TILES, (LONG)y);
      }
   }
}

uint32_t
raster_clear_begin(struct raster *raster)
{
   LONG bottom = 0;

   for (uint32_t i = 0; i < raster->num_clears; i++) {
      struct raster_clear *clear = &raster->clears[i];
      bottom = MAX2(bottom, clear->rect.bottom);
      /* If the pass has draws, nobody wants soon what lies outside of them. If not, the draws follow. */
      clear->surface.streaming |= clear->takes_turns && raster->num_batches > 0;
   }
   return div_round_up((uint32_t)bottom, RASTER_TILE);
}

bool
raster_clears_are_small(const struct raster *raster)
{
   uint64_t bytes = 0;

   for (uint32_t i = 0; i < raster->num_clears; i++)
      bytes += clear_bytes(&raster->clears[i]);
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
