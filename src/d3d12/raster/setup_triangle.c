#include <float.h>
#include <math.h>

#include "raster/setup.h"

/* D3D11.3 15.10 */
static float
depth_bias(const struct draw_state *draw, __m128 z, double z_dx, double z_dy)
{
   float bias = draw->bias_constant;

   if (draw->bias_float) {
      float depth[4], max = 0;
      int exponent = 0;
      _mm_storeu_ps(depth, z);
      for (uint32_t i = 0; i < 3; i++)
         max = fmaxf(max, fabsf(depth[i]));
      if (max > 0 && max <= FLT_MAX)
         frexpf(max, &exponent); /* max = m * 2^exponent, 0.5 <= m < 1 */
      bias *= ldexpf(1.0f, exponent - 1 - (int)draw->bias_mantissa);
   }
   if (draw->bias_slope != 0)
      bias += draw->bias_slope * (float)fmax(fabs(z_dx), fabs(z_dy));
   if (draw->bias_clamp > 0)
      bias = fminf(draw->bias_clamp, bias);
   else if (draw->bias_clamp < 0)
      bias = fmaxf(draw->bias_clamp, bias);
   return bias;
}

static void
setup_wireframe(struct raster_front *front, const struct vertex *const v[3],
                const struct raster_origin *origin, uint32_t edges, float bias, bool is_front)
{
   struct raster_origin kept = *origin;

   if (!kept.flat && !raster_origin_keep(front, v, &kept))
      return;
   for (uint32_t i = 0; i < 3; i++) {
      if (edges & (1u << i))
         raster_setup_edge(front, v[i], v[(i + 1) % 3], &kept, bias, is_front);
   }
}

/* A number for each corner, in lanes 0 to 2, or for the edge from there to the next; lane 3 is as 0. */
struct corners {
   __m128i x, y;   /* subpixels */
   __m128 z, w;    /* depth, 1/w */
   __m128i a, b;   /* of edges as corners come, not as they turn: y - next y, next x - x */
   __m128i bounds; /* least x, y, greatest x, y */
};

/* False: a corner has no place. */
static inline bool
load_corners(struct corners *c, const struct draw_state *draw, const struct vertex *const v[3],
             uint32_t viewport)
{
   const __m128 scale = _mm_set1_ps(RASTER_SUBPIXEL);
   const __m128i limit = _mm_set1_epi32(RASTER_GUARD * RASTER_SUBPIXEL);
   const __m128i low = _mm_sub_epi32(_mm_setzero_si128(), limit);
   __m128 s0 = raster_screen(draw, v[0], viewport);
   __m128 s1 = raster_screen(draw, v[1], viewport);
   __m128 s2 = raster_screen(draw, v[2], viewport);
   /* Rounds to nearest even (D3D11.3 15.16); NaN and what is out of range become the least number. */
   __m128i p0 = _mm_cvtps_epi32(_mm_mul_ps(s0, scale));
   __m128i p1 = _mm_cvtps_epi32(_mm_mul_ps(s1, scale));
   __m128i p2 = _mm_cvtps_epi32(_mm_mul_ps(s2, scale));
   __m128i min = _mm_min_epi32(_mm_min_epi32(p0, p1), p2);
   __m128i max = _mm_max_epi32(_mm_max_epi32(p0, p1), p2);
   __m128i beyond = _mm_or_si128(_mm_cmpgt_epi32(max, limit), _mm_cmpgt_epi32(low, min));

   if (__builtin_expect(_mm_movemask_ps(_mm_castsi128_ps(beyond)) & 3, 0)) {
      __m128i invalid = _mm_cmpeq_epi32(min, _mm_set1_epi32(INT32_MIN));
      if (_mm_movemask_ps(_mm_castsi128_ps(invalid)) & 3)
         return false;
      /* A little, by the clipper's rounding: see raster_snap. */
      p0 = _mm_max_epi32(_mm_min_epi32(p0, limit), low);
      p1 = _mm_max_epi32(_mm_min_epi32(p1, limit), low);
      p2 = _mm_max_epi32(_mm_min_epi32(p2, limit), low);
      min = _mm_max_epi32(_mm_min_epi32(min, limit), low);
      max = _mm_max_epi32(_mm_min_epi32(max, limit), low);
   }
   c->bounds = _mm_unpacklo_epi64(min, max);

   __m128i p01 = _mm_unpacklo_epi32(p0, p1), p20 = _mm_unpacklo_epi32(p2, p0);
   c->x = _mm_unpacklo_epi64(p01, p20);
   c->y = _mm_unpackhi_epi64(p01, p20);
   __m128 s01 = _mm_unpackhi_ps(s0, s1), s20 = _mm_unpackhi_ps(s2, s0);
   c->z = _mm_movelh_ps(s01, s20);
   c->w = _mm_movehl_ps(s20, s01);
   if (_mm_movemask_ps(_mm_cmpunord_ps(c->z, c->z)))
      return false; /* D3D11.3 15.16.1 */

   const int next = _MM_SHUFFLE(3, 0, 2, 1);
   c->a = _mm_sub_epi32(c->y, _mm_shuffle_epi32(c->y, next));
   c->b = _mm_sub_epi32(_mm_shuffle_epi32(c->x, next), c->x);
   return true;
}

/* Twice the area; positive: clockwise. */
static inline int64_t
corners_area(const struct corners *c)
{
   /* b0 * a2, and b2 * a0 */
   __m128i p = _mm_mul_epi32(c->b, _mm_shuffle_epi32(c->a, _MM_SHUFFLE(3, 0, 3, 2)));
   return _mm_cvtsi128_si64(p) - _mm_extract_epi64(p, 1);
}

/* The edges, turned clockwise. */
static inline void
store_edges(struct raster_edges *edges, const struct corners *c, bool clockwise)
{
   const __m128i zero = _mm_setzero_si128();
   const __m128i real = _mm_setr_epi32(-1, -1, -1, 0);
   __m128i flip = _mm_set1_epi32(clockwise ? 0 : -1);
   __m128i a = _mm_sub_epi32(_mm_xor_si128(c->a, flip), flip);
   __m128i b = _mm_sub_epi32(_mm_xor_si128(c->b, flip), flip);
   /* A left edge goes up, a top edge goes right (D3D11.3 3.4.2.1). */
   __m128i top_left = _mm_or_si128(
      _mm_cmpgt_epi32(a, zero), _mm_and_si128(_mm_cmpeq_epi32(a, zero), _mm_cmpgt_epi32(b, zero)));
   __m128i less = _mm_andnot_si128(top_left, real); /* -1 where an edge is outside */
   /* a * x + b * y, of edges 0 and 2, and of 1 and 3 */
   __m128i even = _mm_add_epi64(_mm_mul_epi32(a, c->x), _mm_mul_epi32(b, c->y));
   __m128i odd = _mm_add_epi64(_mm_mul_epi32(_mm_srli_epi64(a, 32), _mm_srli_epi64(c->x, 32)),
                               _mm_mul_epi32(_mm_srli_epi64(b, 32), _mm_srli_epi64(c->y, 32)));

   _mm_store_si128((__m128i *)edges->a, a);
   _mm_store_si128((__m128i *)edges->b, b);
   _mm_store_si128((__m128i *)edges->c,
                   _mm_sub_epi64(_mm_cvtepi32_epi64(less), _mm_unpacklo_epi64(even, odd)));
   _mm_store_si128((__m128i *)edges->c + 1,
                   _mm_sub_epi64(_mm_cvtepi32_epi64(_mm_unpackhi_epi64(less, less)),
                                 _mm_unpackhi_epi64(even, odd)));
}

/* Derivatives per pixel: of b1 and b2 in lanes 0 and 1, and of depth. In double, for long thin
 * triangles. */
struct planes {
   __m128d dx, dy;
   double z_dx, z_dy;
};

static inline struct planes
make_planes(const struct corners *c, int64_t area)
{
   const int last_first = _MM_SHUFFLE(3, 3, 0, 2);
   __m128d scale = _mm_set1_pd(area ? RASTER_SUBPIXEL / (double)area : 0);
   __m128d dx = _mm_mul_pd(_mm_cvtepi32_pd(_mm_shuffle_epi32(c->a, last_first)), scale);
   __m128d dy = _mm_mul_pd(_mm_cvtepi32_pd(_mm_shuffle_epi32(c->b, last_first)), scale);
   __m128d z0 = _mm_cvtps_pd(_mm_shuffle_ps(c->z, c->z, _MM_SHUFFLE(0, 0, 0, 0)));
   __m128d dz = _mm_sub_pd(_mm_cvtps_pd(_mm_shuffle_ps(c->z, c->z, _MM_SHUFFLE(2, 1, 2, 1))), z0);
   __m128d z = _mm_hadd_pd(_mm_mul_pd(dx, dz), _mm_mul_pd(dy, dz));

   return (struct planes){ dx, dy, _mm_cvtsd_f64(z), _mm_cvtsd_f64(_mm_unpackhi_pd(z, z)) };
}

/* Planes start at a corner, or where that is far away, on the target near to it: their values there are
 * exact, and what floats lose grows with the distance. Not near the shape's bounds, which the scissor
 * changes: depth must not depend on it. */
static inline void
store_planes(struct primitive *prim, const struct draw_state *draw, const struct corners *c,
             const struct planes *planes, double bias)
{
   const int32_t x0 = _mm_cvtsi128_si32(c->x), y0 = _mm_cvtsi128_si32(c->y);
   int32_t x = x0, y = y0;
   double z = _mm_cvtss_f32(c->z) + bias;
   __m128d b = _mm_setzero_pd();

   if ((uint32_t)x > (uint32_t)draw->target_width * RASTER_SUBPIXEL ||
       (uint32_t)y > (uint32_t)draw->target_height * RASTER_SUBPIXEL) {
      x = CLAMP(x, 0, draw->target_width * RASTER_SUBPIXEL);
      y = CLAMP(y, 0, draw->target_height * RASTER_SUBPIXEL);
      double px = (x - x0) * (1.0 / RASTER_SUBPIXEL), py = (y - y0) * (1.0 / RASTER_SUBPIXEL);
      b = _mm_add_pd(_mm_mul_pd(planes->dx, _mm_set1_pd(px)),
                     _mm_mul_pd(planes->dy, _mm_set1_pd(py)));
      z += planes->z_dx * px + planes->z_dy * py;
   }
   prim->x0 = (float)x * (1.0f / RASTER_SUBPIXEL);
   prim->y0 = (float)y * (1.0f / RASTER_SUBPIXEL);
   prim->b1_0 = (float)_mm_cvtsd_f64(b);
   prim->b1_dx = (float)_mm_cvtsd_f64(planes->dx);
   prim->b1_dy = (float)_mm_cvtsd_f64(planes->dy);
   prim->b2_0 = (float)_mm_cvtsd_f64(_mm_unpackhi_pd(b, b));
   prim->b2_dx = (float)_mm_cvtsd_f64(_mm_unpackhi_pd(planes->dx, planes->dx));
   prim->b2_dy = (float)_mm_cvtsd_f64(_mm_unpackhi_pd(planes->dy, planes->dy));
   prim->z0 = (float)z;
   prim->z_dx = (float)planes->z_dx;
   prim->z_dy = (float)planes->z_dy;
}

void
raster_setup_triangle(struct raster_front *front, const struct vertex *const v[3],
                      const struct raster_origin *origin, uint32_t edges)
{
   const struct draw_state *draw = front->draw;
   struct corners c;

   if (!load_corners(&c, draw, v, origin->viewport))
      return;

   /* Culling comes after snapping; no area faces back (D3D11.3 15.11) */
   int64_t area = corners_area(&c);
   if (area == 0  ? draw->cull_degenerate
       : area > 0 ? draw->cull_clockwise
                  : draw->cull_counter_clockwise)
      return;
   bool is_front = area != 0 && (area > 0) != draw->front_counter_clockwise;

   if (draw->wireframe) {
      struct planes planes = make_planes(&c, area);
      float bias = draw->bias ? depth_bias(draw, c.z, planes.z_dx, planes.z_dy) : 0;
      setup_wireframe(front, v, origin, edges, bias, is_front);
      return;
   }

   struct raster_shape *shape = raster_shape_begin(front);
   if (!shape)
      return;
   if (!raster_shape_bounds(shape, draw, origin, c.bounds)) {
      raster_memory_shrink(&front->memory, shape, 0);
      return;
   }

   struct primitive *prim = &shape->prim;
   struct planes planes = make_planes(&c, area);
   store_planes(prim, draw, &c, &planes,
                draw->bias ? depth_bias(draw, c.z, planes.z_dx, planes.z_dy) : 0);
   _mm_storel_pi((__m64 *)prim->w, c.w);
   prim->w[2] = _mm_cvtss_f32(_mm_movehl_ps(c.w, c.w));
   for (uint32_t i = 0; i < 3; i++)
      prim->v[i] = v[i];
   prim->front = is_front;
   prim->shape |= 3;
   raster_shape_origin(shape, draw, origin);
   store_edges(&shape->edges, &c, area > 0);
   raster_bin(front, shape);
}
