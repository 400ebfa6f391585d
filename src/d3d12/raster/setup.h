/* Arithmetic that the three setups share. */
#ifndef RASTER_SETUP_H
#define RASTER_SETUP_H

#include <immintrin.h>

#include "raster/pass.h"

/* A corner on the target. */
struct raster_corner {
   int32_t x, y; /* subpixels */
   float z;
};

/* x, y, z and 1/w in the primitive's viewport. */
static inline __m128
raster_screen(const struct draw_state *draw, const struct vertex *v, uint32_t viewport)
{
   if (__builtin_expect(viewport == 0, 1))
      return _mm_load_ps(v->screen);

   const float *scale = draw->scale[viewport], *translate = draw->translate[viewport];
   float inv_w = v->screen[3];
   return _mm_setr_ps(v->clip[0] * inv_w * scale[0] + translate[0],
                      v->clip[1] * inv_w * scale[1] + translate[1],
                      v->clip[2] * inv_w * scale[2] + translate[2], inv_w);
}

/* Rounds to nearest even (D3D11.3 15.16). False: NaN. Where the clipper made a vertex of numbers that
 * differ much, it may end a little beyond the guard band: it is put back. */
static inline bool
raster_snap(__m128 screen, struct raster_corner *corner)
{
   const __m128i limit = _mm_set1_epi32(RASTER_GUARD * RASTER_SUBPIXEL);
   const __m128i overflow = _mm_set1_epi32(INT32_MIN); /* of NaN, and of what is out of range */
   __m128i fixed = _mm_cvtps_epi32(_mm_mul_ps(screen, _mm_set1_ps(RASTER_SUBPIXEL)));
   int invalid = _mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(fixed, overflow))) & 3;
   int nan = _mm_movemask_ps(_mm_cmpunord_ps(screen, screen)) & 7; /* D3D11.3 15.16.1 */

   fixed = _mm_max_epi32(_mm_min_epi32(fixed, limit), _mm_sub_epi32(_mm_setzero_si128(), limit));
   corner->x = _mm_cvtsi128_si32(fixed);
   corner->y = _mm_extract_epi32(fixed, 1);
   corner->z = _mm_cvtss_f32(_mm_movehl_ps(screen, screen));
   return !(invalid | nan);
}

/* Clips bounds x0, y0, x1, y1 in subpixels to the primitive's rectangle and stores them; prim.shape is
 * RASTER_SHAPE_CUT if that made them smaller, else 0. Samples lie at the centres of pixels, or if they
 * are spread, anywhere in them. False: nothing is left. */
static inline bool
raster_shape_bounds(struct raster_shape *shape, const struct draw_state *draw,
                    const struct raster_origin *origin, __m128i bounds)
{
   const int32_t half = RASTER_SUBPIXEL / 2 - 1, whole = RASTER_SUBPIXEL - 1;
   __m128i clip = _mm_loadu_si128((const __m128i *)&draw->clip[origin->viewport]);
   /* A sample on the right or bottom end is on an edge that is neither top nor left. */
   __m128i round = draw->spread ? _mm_setr_epi32(0, 0, whole, whole) : _mm_set1_epi32(half);
   __m128i pixels = _mm_srai_epi32(_mm_add_epi32(bounds, round), RASTER_SUBPIXEL_BITS);
   __m128i clipped =
      _mm_blend_epi16(_mm_max_epi32(pixels, clip), _mm_min_epi32(pixels, clip), 0xf0);
   __m128i lasts = _mm_unpackhi_epi64(clipped, clipped);
   int some = _mm_movemask_ps(_mm_castsi128_ps(_mm_cmpgt_epi32(lasts, clipped)));
   int same = _mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(pixels, clipped)));

   shape->prim.shape = same == 15 ? 0 : RASTER_SHAPE_CUT;
   _mm_storel_epi64((__m128i *)&shape->x0, _mm_packus_epi32(clipped, clipped));
   return (some & 3) == 3;
}

static inline struct raster_shape *
raster_shape_begin(struct raster_front *front)
{
   return raster_memory_alloc(&front->memory, sizeof(struct raster_shape));
}

/* The last step of setup but for the edges. */
static inline void
raster_shape_origin(struct raster_shape *shape, const struct draw_state *draw,
                    const struct raster_origin *origin)
{
   /* Machine code takes a lone sample's depth at the centre. */
   if (draw->spread && draw->samples == 1)
      shape->prim.z0 += shape->prim.z_dx * draw->pixel.sample_offset[0][0] +
                        shape->prim.z_dy * draw->pixel.sample_offset[0][1];
   shape->draw = draw;
   shape->prim.flat = origin->flat ? origin->flat : shape->prim.v;
   shape->prim.layer = origin->layer;
   shape->prim.viewport = origin->viewport;
   shape->prim.primitive_id = origin->id;
}

/* Edge i, from (x0, y0) to (x1, y1), of a polygon that goes clockwise on the target. */
static inline void
raster_edge(struct raster_edges *edges, uint32_t i, int32_t x0, int32_t y0, int32_t x1, int32_t y1)
{
   int32_t a = y0 - y1, b = x1 - x0;
   /* A left edge goes up, a top edge goes right (D3D11.3 3.4.2.1). */
   bool top_left = a > 0 || (a == 0 && b > 0);

   edges->a[i] = a;
   edges->b[i] = b;
   edges->c[i] = -((int64_t)a * x0 + (int64_t)b * y0) - !top_left;
}

#endif
