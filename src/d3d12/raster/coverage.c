#include "raster/coverage.h"

#include <immintrin.h>

#include "layout/sample_positions.h"

#if defined(__AVX512DQ__)
#define LANES 16
#define NAME raster_coverage_avx512
#elif defined(__AVX2__)
#define LANES 8
#define NAME raster_coverage_avx2
#else
#define LANES 4
#define NAME raster_coverage_sse41
#endif

#define STEPS (64 / LANES)
#define ROWS (LANES > 8 ? LANES / 8 : 1) /* of a vector */

typedef int32_t vec __attribute__((vector_size(LANES * 4)));

static inline uint64_t
sign_bits(vec v)
{
#if LANES == 16
   return _mm512_movepi32_mask((__m512i)v);
#elif LANES == 8
   return (uint32_t)_mm256_movemask_ps((__m256)v);
#else
   return (uint32_t)_mm_movemask_ps((__m128)v);
#endif
}

static inline vec
broadcast(int32_t value)
{
   return (vec){ 0 } + value;
}

/* An edge over an 8×8 grid: its value at grid point (0, 0) is added later. */
struct slope {
   vec first; /* at the first LANES points */
#if LANES == 4
   vec right; /* from there to the right half of the row */
#endif
   vec down; /* to the next vector's rows */
};

static inline void
slope_init(struct slope *slope, int32_t a, int32_t b)
{
#if LANES == 16
   const vec x = { 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7 };
   const vec y = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1 };
   slope->first = x * a + y * b;
#elif LANES == 8
   const vec x = { 0, 1, 2, 3, 4, 5, 6, 7 };
   slope->first = x * a;
#else
   const vec x = { 0, 1, 2, 3 };
   slope->first = x * a;
   slope->right = broadcast(4 * a);
#endif
   slope->down = broadcast(ROWS * b);
}

/* The grid points that are outside of any of n edges. n is a constant where this is inlined. */
static inline __attribute__((always_inline)) uint64_t
outside_n(const struct slope *slopes, const int32_t *origin, uint32_t n)
{
   vec v[4];
   uint64_t mask = 0;

   for (uint32_t k = 0; k < n; k++)
      v[k] = slopes[k].first + origin[k];
   for (uint32_t i = 0; i < 8 / ROWS; i++) {
      vec any = v[0];
      for (uint32_t k = 1; k < n; k++)
         any |= v[k];
      mask |= sign_bits(any) << (i * ROWS * 8);
#if LANES == 4
      any = v[0] + slopes[0].right;
      for (uint32_t k = 1; k < n; k++)
         any |= v[k] + slopes[k].right;
      mask |= sign_bits(any) << (i * 8 + 4);
#endif
      for (uint32_t k = 0; k < n; k++)
         v[k] += slopes[k].down;
   }
   return mask;
}

static inline uint64_t
outside(const struct slope *slopes, const int32_t *origin, uint32_t n)
{
   switch (n) {
   case 1:
      return outside_n(slopes, origin, 1);
   case 2:
      return outside_n(slopes, origin, 2);
   case 3:
      return outside_n(slopes, origin, 3);
   default:
      return outside_n(slopes, origin, 4);
   }
}

/* A shape in a tile. Edges that the whole tile is inside of are left out. */
struct tile_shape {
   uint32_t num_edges;
   int32_t a[4], b[4];
   int32_t origin[SAMPLE_MAX][4]; /* at the sample of pixel (0, 0) of the tile, / 256 */
   int32_t corner[4]; /* where blocks are judged from: the sample, or with several the pixel's corner */
   int32_t span;      /* from there to the farthest sample of a block, in pixels */
   struct slope slopes[4];
   struct raster_rect rect; /* in pixels of the tile */
   uint32_t samples;
   uint32_t x, y; /* of the tile, in pixels */
};

/* False: nothing of the shape is in the tile. */
static inline bool
tile_shape_init(struct tile_shape *tile, const struct raster_shape *shape, uint32_t tile_x,
                uint32_t tile_y, uint32_t samples)
{
   const struct sample_position *positions = sample_positions(samples);
   uint32_t num = shape->prim.shape == RASTER_SHAPE_RECT ? 0 : shape->prim.shape;
   bool multi = samples > 1;
   int64_t x = (int64_t)tile_x * RASTER_TILE * RASTER_SUBPIXEL;
   int64_t y = (int64_t)tile_y * RASTER_TILE * RASTER_SUBPIXEL;
   int32_t centre = multi ? 0 : RASTER_SUBPIXEL / 2;
   uint32_t n = 0;

   tile->x = tile_x * RASTER_TILE;
   tile->y = tile_y * RASTER_TILE;
   tile->samples = samples;
   tile->span = multi ? 8 : 7;
   tile->rect = (struct raster_rect){
      MAX2((int32_t)shape->x0 - (int32_t)tile->x, 0),
      MAX2((int32_t)shape->y0 - (int32_t)tile->y, 0),
      MIN2((int32_t)shape->x1 - (int32_t)tile->x, RASTER_TILE),
      MIN2((int32_t)shape->y1 - (int32_t)tile->y, RASTER_TILE),
   };
   if (tile->rect.x0 >= tile->rect.x1 || tile->rect.y0 >= tile->rect.y1)
      return false;

   for (uint32_t i = 0; i < num; i++) {
      const struct raster_edge *edge = &shape->edges[i];
      int32_t a = edge->a, b = edge->b;
      int64_t e = edge->c + a * (x + centre) + b * (y + centre);
      int64_t corner = e >> RASTER_SUBPIXEL_BITS;
      int64_t span = RASTER_TILE - 8 + tile->span;

      if (corner + span * ((int64_t)MAX2(a, 0) + MAX2(b, 0)) < 0)
         return false;
      if (corner + span * ((int64_t)MIN2(a, 0) + MIN2(b, 0)) >= 0)
         continue;
      tile->a[n] = a;
      tile->b[n] = b;
      tile->corner[n] = (int32_t)corner;
      if (multi) {
         for (uint32_t s = 0; s < samples; s++) {
            const int32_t unit = RASTER_SUBPIXEL / SAMPLE_GRID, half = RASTER_SUBPIXEL / 2;
            int64_t at = e + (int64_t)a * (half + positions[s].x * unit) +
                         (int64_t)b * (half + positions[s].y * unit);
            tile->origin[s][n] = (int32_t)(at >> RASTER_SUBPIXEL_BITS);
         }
      } else {
         tile->origin[0][n] = (int32_t)corner;
      }
      slope_init(&tile->slopes[n], a, b);
      n++;
   }
   tile->num_edges = n;
   return true;
}

/* Writes block (x, y) of the tile if it has a covered pixel; returns where the next one goes. */
static inline struct coverage *
put_block(const struct tile_shape *tile, uint32_t x, uint32_t y, bool full, struct coverage *out)
{
   uint64_t inside = raster_block_rect(&tile->rect, x, y);
   uint64_t any = 0, all = ~0ull;
   int32_t origin[4];

   for (uint32_t s = 0; s < tile->samples; s++) {
      uint64_t mask = inside;
      if (!full) {
         for (uint32_t k = 0; k < tile->num_edges; k++)
            origin[k] = tile->origin[s][k] +
                        8 * (tile->a[k] * (int32_t)x + tile->b[k] * (int32_t)y);
         mask &= ~outside(tile->slopes, origin, tile->num_edges);
      }
      out->mask[s] = mask;
      any |= mask;
      all &= mask;
   }
   if (!any)
      return out;
   out->x = (uint16_t)(tile->x + x * 8);
   out->y = (uint16_t)(tile->y + y * 8);
   out->full = all == ~0ull;
   return (struct coverage *)((uint8_t *)out + coverage_size(tile->samples));
}

/* All blocks at once: those that have a sample inside of all edges, perhaps, and those that have
 * nothing else, for certain. */
static inline void
judge_blocks(const struct tile_shape *tile, uint64_t *maybe, uint64_t *full)
{
   struct slope slopes[4];
   int32_t best[4], worst[4];

   for (uint32_t k = 0; k < tile->num_edges; k++) {
      int32_t a = tile->a[k], b = tile->b[k];
      slopes[k].first = tile->slopes[k].first * 8;
#if LANES == 4
      slopes[k].right = tile->slopes[k].right * 8;
#endif
      slopes[k].down = tile->slopes[k].down * 8;
      best[k] = tile->corner[k] + tile->span * (MAX2(a, 0) + MAX2(b, 0));
      worst[k] = tile->corner[k] + tile->span * (MIN2(a, 0) + MIN2(b, 0));
   }
   *maybe = ~outside(slopes, best, tile->num_edges);
   *full = ~outside(slopes, worst, tile->num_edges);
}

static uint32_t
polygon(const struct raster_shape *shape, uint32_t tile_x, uint32_t tile_y, uint32_t samples,
        struct coverage *blocks)
{
   struct tile_shape tile;
   struct coverage *out = blocks;

   if (!tile_shape_init(&tile, shape, tile_x, tile_y, samples))
      return 0;

   struct raster_rect range = { tile.rect.x0 / 8, tile.rect.y0 / 8, (tile.rect.x1 + 7) / 8,
                                (tile.rect.y1 + 7) / 8 };
   uint32_t num = (uint32_t)((range.x1 - range.x0) * (range.y1 - range.y0));

   /* Few blocks: judging them costs as much as doing them. */
   if (tile.num_edges == 0 || num <= 4) {
      bool full = tile.num_edges == 0;
      for (int32_t y = range.y0; y < range.y1; y++) {
         for (int32_t x = range.x0; x < range.x1; x++)
            out = put_block(&tile, (uint32_t)x, (uint32_t)y, full, out);
      }
   } else {
      uint64_t maybe, full;
      judge_blocks(&tile, &maybe, &full);
      for (maybe &= raster_block_rect(&range, 0, 0); maybe; maybe &= maybe - 1) {
         uint32_t i = (uint32_t)__builtin_ctzll(maybe);
         out = put_block(&tile, i % 8, i / 8, full >> i & 1, out);
      }
   }
   return (uint32_t)(((uint8_t *)out - (uint8_t *)blocks) / coverage_size(samples));
}

const struct raster_coverage NAME = { polygon };
