#include "raster/coverage.h"

#include <immintrin.h>

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

#define ROWS (LANES > 8 ? LANES / 8 : 1) /* of a vector */
#define INLINE inline __attribute__((always_inline))

typedef int32_t vec __attribute__((vector_size(LANES * 4)));
typedef int32_t vec4 __attribute__((vector_size(16))); /* one number an edge */

static INLINE uint64_t
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

/* An edge over an 8×8 grid: its value at grid point (0, 0) is added later. */
struct slope {
   vec first; /* at the first LANES points */
#if LANES == 4
   vec right; /* from there to the right half of the row */
#endif
   vec down; /* to the next vector's rows */
};

static INLINE struct slope
make_slope(int32_t a, int32_t b)
{
   struct slope slope;
#if LANES == 16
   const vec x = { 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7 };
   const vec y = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1 };
   slope.first = x * a + y * b;
#elif LANES == 8
   const vec x = { 0, 1, 2, 3, 4, 5, 6, 7 };
   slope.first = x * a;
#else
   const vec x = { 0, 1, 2, 3 };
   slope.first = x * a;
   slope.right = (vec){ 0 } + 4 * a;
#endif
   slope.down = (vec){ 0 } + ROWS * b;
   return slope;
}

/* The grid points that are inside of all n edges. n is a constant where this is inlined. */
static INLINE uint64_t
inside(const struct slope *slopes, vec4 origin, uint32_t n)
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
   return ~mask;
}

/* A polygon in a tile. An edge that the whole tile is inside of is all zeros. */
struct tile_polygon {
   vec4 a, b;
   /* Values at the point of pixel (0, 0) that blocks are judged from (its sample, or if it has several,
    * its upper left corner), and at its samples. */
   vec4 corner;
   vec4 origin[SAMPLE_MAX];
   struct slope slopes[4];
   uint32_t x, y;           /* of the tile, in pixels */
   struct raster_rect rect; /* bounds, in pixels of the tile */
   bool cut;                /* the bounds cut off some of the polygon */
   uint32_t samples;
   const struct sample_position *positions;
};

enum verdict {
   OUTSIDE,
   CROSSES,
   COVERS, /* the whole tile is inside of all edges */
};

/*
 * Evaluates the edges at (x, y) in subpixels, and judges the square from there to `reach` pixels right
 * and down. `origins`: values / 256 at `count` points given by their offsets.
 */
#if LANES > 4
static INLINE __m128i
low_halves(__m256i v)
{
   const __m256i even = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
   return _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(v, even));
}

static INLINE __m256i
times(__m128i a, int32_t b)
{
   return _mm256_mul_epi32(_mm256_cvtepi32_epi64(a), _mm256_set1_epi64x(b));
}

static INLINE enum verdict
evaluate(struct tile_polygon *tile, const struct raster_edges *edges, int32_t x, int32_t y,
         int32_t reach, uint32_t n, const struct sample_position *positions, uint32_t samples)
{
   const __m128i zero = _mm_setzero_si128();
   const int all = (1 << n) - 1;
   __m128i a = _mm_load_si128((const __m128i *)edges->a);
   __m128i b = _mm_load_si128((const __m128i *)edges->b);
   __m256i c = _mm256_load_si256((const __m256i *)edges->c);
   __m256i e = _mm256_add_epi64(c, _mm256_add_epi64(times(a, x), times(b, y)));
   __m128i rise = _mm_add_epi32(_mm_max_epi32(a, zero), _mm_max_epi32(b, zero));
   __m128i fall = _mm_add_epi32(_mm_min_epi32(a, zero), _mm_min_epi32(b, zero));
   __m256i best = _mm256_add_epi64(e, times(rise, reach * RASTER_SUBPIXEL));
   __m256i worst = _mm256_add_epi64(e, times(fall, reach * RASTER_SUBPIXEL));

   if (_mm256_movemask_pd(_mm256_castsi256_pd(best)) & all)
      return OUTSIDE;
   if (!(_mm256_movemask_pd(_mm256_castsi256_pd(worst)) & all))
      return COVERS;

   __m128i crosses = low_halves(_mm256_cmpgt_epi64(_mm256_setzero_si256(), worst));
   tile->a = (vec4)_mm_and_si128(a, crosses);
   tile->b = (vec4)_mm_and_si128(b, crosses);
   /* The low halves are the same as those of an arithmetic shift. */
   tile->corner =
      (vec4)_mm_and_si128(low_halves(_mm256_srli_epi64(e, RASTER_SUBPIXEL_BITS)), crosses);
   for (uint32_t s = 0; s < samples; s++) {
      const int32_t unit = RASTER_SUBPIXEL / SAMPLE_GRID, half = RASTER_SUBPIXEL / 2;
      __m256i at = _mm256_add_epi64(e, _mm256_add_epi64(times(a, half + positions[s].x * unit),
                                                        times(b, half + positions[s].y * unit)));
      tile->origin[s] =
         (vec4)_mm_and_si128(low_halves(_mm256_srli_epi64(at, RASTER_SUBPIXEL_BITS)), crosses);
   }
   return CROSSES;
}
#else
static INLINE enum verdict
evaluate(struct tile_polygon *tile, const struct raster_edges *edges, int32_t x, int32_t y,
         int32_t reach, uint32_t n, const struct sample_position *positions, uint32_t samples)
{
   enum verdict verdict = COVERS;

   tile->a = tile->b = tile->corner = (vec4){ 0 };
   for (uint32_t s = 0; s < samples; s++)
      tile->origin[s] = (vec4){ 0 };
   for (uint32_t i = 0; i < n; i++) {
      int64_t a = edges->a[i], b = edges->b[i];
      int64_t e = edges->c[i] + a * x + b * y;

      if (e + reach * RASTER_SUBPIXEL * (MAX2(a, 0) + MAX2(b, 0)) < 0)
         return OUTSIDE;
      if (e + reach * RASTER_SUBPIXEL * (MIN2(a, 0) + MIN2(b, 0)) >= 0)
         continue;
      verdict = CROSSES;
      tile->a[i] = (int32_t)a;
      tile->b[i] = (int32_t)b;
      tile->corner[i] = (int32_t)(e >> RASTER_SUBPIXEL_BITS);
      for (uint32_t s = 0; s < samples; s++) {
         const int32_t unit = RASTER_SUBPIXEL / SAMPLE_GRID, half = RASTER_SUBPIXEL / 2;
         int64_t at = e + a * (half + positions[s].x * unit) + b * (half + positions[s].y * unit);
         tile->origin[s][i] = (int32_t)(at >> RASTER_SUBPIXEL_BITS);
      }
   }
   return verdict;
}
#endif

static INLINE struct coverage *
next_block(struct coverage *block, uint32_t samples)
{
   return (struct coverage *)((uint8_t *)block + coverage_size(samples));
}

static INLINE void
put_place(const struct tile_polygon *tile, uint32_t x, uint32_t y, bool full, struct coverage *out)
{
   out->x = (uint16_t)(tile->x + x * 8);
   out->y = (uint16_t)(tile->y + y * 8);
   out->full = full;
}

/* Writes block (x, y) of the tile if it has a pixel of the bounds; all of these are covered. Returns
 * where the next block goes. */
static INLINE struct coverage *
put_full_block(const struct tile_polygon *tile, uint32_t x, uint32_t y, uint32_t samples,
               struct coverage *out)
{
   uint64_t mask = raster_block_rect(&tile->rect, x, y);

   if (!mask)
      return out;
   put_place(tile, x, y, mask == ~0ull, out);
   for (uint32_t s = 0; s < samples; s++)
      out->mask[s] = mask;
   return next_block(out, samples);
}

/* The same, where edges decide. */
static INLINE struct coverage *
put_block(const struct tile_polygon *tile, uint32_t x, uint32_t y, uint32_t n, uint32_t samples,
          struct coverage *out)
{
   uint64_t bounds = tile->cut ? raster_block_rect(&tile->rect, x, y) : ~0ull;
   vec4 step = (tile->a * (int32_t)x + tile->b * (int32_t)y) * 8;
   uint64_t any = 0, all = ~0ull;

   for (uint32_t s = 0; s < samples; s++) {
      uint64_t mask = inside(tile->slopes, tile->origin[s] + step, n) & bounds;
      out->mask[s] = mask;
      any |= mask;
      all &= mask;
   }
   if (!any)
      return out;
   put_place(tile, x, y, all == ~0ull, out);
   return next_block(out, samples);
}

/* All blocks at once: those that have a sample inside of all edges, perhaps, and those that have
 * nothing else, for certain. `reach`: from a block's corner to its farthest sample. */
static INLINE void
judge_blocks(const struct tile_polygon *tile, int32_t reach, uint32_t n, uint64_t *maybe,
             uint64_t *full)
{
   const vec4 zero = { 0 };
   vec4 rise = (tile->a & (tile->a > zero)) + (tile->b & (tile->b > zero));
   vec4 fall = tile->a + tile->b - rise;
   struct slope slopes[4];

   for (uint32_t k = 0; k < n; k++) {
      slopes[k].first = tile->slopes[k].first * 8;
#if LANES == 4
      slopes[k].right = tile->slopes[k].right * 8;
#endif
      slopes[k].down = tile->slopes[k].down * 8;
   }
   *maybe = inside(slopes, tile->corner + rise * reach, n);
   *full = inside(slopes, tile->corner + fall * reach, n);
}

static INLINE uint32_t
num_blocks(const struct coverage *blocks, const struct coverage *end, uint32_t samples)
{
   return (uint32_t)((size_t)((const uint8_t *)end - (const uint8_t *)blocks) /
                     coverage_size(samples));
}

/* n edges; `samples`, or if that is 0, tile->samples. Both are constants where this is inlined. */
static INLINE uint32_t
polygon_n(struct tile_polygon *tile, const struct raster_edges *edges, uint32_t n,
          uint32_t constant_samples, struct coverage *blocks)
{
   const uint32_t samples = constant_samples ? constant_samples : tile->samples;
   const bool multi = constant_samples != 1;
   const int32_t reach = multi ? 8 : 7;
   const int32_t centre = multi ? 0 : RASTER_SUBPIXEL / 2;
   struct coverage *out = blocks;
   uint32_t x0 = (uint32_t)tile->rect.x0 / 8, x1 = (uint32_t)(tile->rect.x1 + 7) / 8;
   uint32_t y0 = (uint32_t)tile->rect.y0 / 8, y1 = (uint32_t)(tile->rect.y1 + 7) / 8;

   switch (evaluate(tile, edges, (int32_t)tile->x * RASTER_SUBPIXEL + centre,
                    (int32_t)tile->y * RASTER_SUBPIXEL + centre, RASTER_TILE - 8 + reach, n,
                    tile->positions, multi ? samples : 0)) {
   case OUTSIDE:
      return 0;
   case COVERS:
      for (uint32_t y = y0; y < y1; y++) {
         for (uint32_t x = x0; x < x1; x++)
            out = put_full_block(tile, x, y, samples, out);
      }
      return num_blocks(blocks, out, samples);
   case CROSSES:
      break;
   }
   if (!multi)
      tile->origin[0] = tile->corner;
   for (uint32_t k = 0; k < n; k++)
      tile->slopes[k] = make_slope(tile->a[k], tile->b[k]);

   /* Few blocks: judging them costs as much as doing them. */
   if ((x1 - x0) * (y1 - y0) <= 4) {
      for (uint32_t y = y0; y < y1; y++) {
         for (uint32_t x = x0; x < x1; x++)
            out = put_block(tile, x, y, n, samples, out);
      }
      return num_blocks(blocks, out, samples);
   }

   const struct raster_rect range = { (int32_t)x0, (int32_t)y0, (int32_t)x1, (int32_t)y1 };
   uint64_t maybe, full;
   judge_blocks(tile, reach, n, &maybe, &full);
   for (maybe &= raster_block_rect(&range, 0, 0); maybe; maybe &= maybe - 1) {
      uint32_t i = (uint32_t)__builtin_ctzll(maybe);
      out = full >> i & 1 ? put_full_block(tile, i % 8, i / 8, samples, out)
                          : put_block(tile, i % 8, i / 8, n, samples, out);
   }
   return num_blocks(blocks, out, samples);
}

static uint32_t
rectangle(const struct tile_polygon *tile, struct coverage *blocks)
{
   struct coverage *out = blocks;

   for (int32_t y = tile->rect.y0 / 8; y * 8 < tile->rect.y1; y++) {
      for (int32_t x = tile->rect.x0 / 8; x * 8 < tile->rect.x1; x++)
         out = put_full_block(tile, (uint32_t)x, (uint32_t)y, tile->samples, out);
   }
   return num_blocks(blocks, out, tile->samples);
}

static uint32_t
polygon(const struct raster_shape *shape, uint32_t tile_x, uint32_t tile_y, uint32_t samples,
        struct coverage *blocks)
{
   const int32_t x = (int32_t)(tile_x * RASTER_TILE), y = (int32_t)(tile_y * RASTER_TILE);
   struct tile_polygon tile;

   tile.x = (uint32_t)x;
   tile.y = (uint32_t)y;
   tile.samples = samples;
   tile.positions = shape->draw->positions;
   tile.cut = shape->prim.shape & RASTER_SHAPE_CUT;
   tile.rect.x0 = MAX2(shape->x0 - x, 0);
   tile.rect.y0 = MAX2(shape->y0 - y, 0);
   tile.rect.x1 = MIN2(shape->x1 - x, RASTER_TILE);
   tile.rect.y1 = MIN2(shape->y1 - y, RASTER_TILE);
   if (tile.rect.x0 >= tile.rect.x1 || tile.rect.y0 >= tile.rect.y1)
      return 0;

   bool spread = shape->draw->spread && !(shape->prim.shape & RASTER_SHAPE_CENTRES);
   switch (shape->prim.shape & ~(RASTER_SHAPE_CUT | RASTER_SHAPE_CENTRES)) {
   case 3:
      return spread ? polygon_n(&tile, &shape->edges, 3, 0, blocks)
                    : polygon_n(&tile, &shape->edges, 3, 1, blocks);
   case 4:
      return spread ? polygon_n(&tile, &shape->edges, 4, 0, blocks)
                    : polygon_n(&tile, &shape->edges, 4, 1, blocks);
   default:
      return rectangle(&tile, blocks);
   }
}

const struct raster_coverage NAME = { polygon };
