#include <float.h>
#include <math.h>

#include "raster/setup.h"

/* D3D11.3 15.10 */
static float
depth_bias(const struct draw_state *draw, const struct raster_corner corner[3], double z_dx,
           double z_dy)
{
   float bias = draw->bias_constant;

   if (draw->bias_float) {
      float z = fmaxf(fmaxf(fabsf(corner[0].z), fabsf(corner[1].z)), fabsf(corner[2].z));
      int exponent = 0;
      if (z > 0 && z <= FLT_MAX)
         frexpf(z, &exponent); /* z = m * 2^exponent, 0.5 <= m < 1 */
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

void
raster_setup_triangle(struct raster_front *front, const struct vertex *const v[3],
                      const struct raster_origin *origin, uint32_t edges)
{
   const struct draw_state *draw = front->draw;
   struct raster_corner c[3];
   bool valid = true;

   for (uint32_t i = 0; i < 3; i++)
      valid &= raster_snap(raster_screen(draw, v[i], origin->viewport), &c[i]);
   if (!valid)
      return;

   int32_t dx1 = c[1].x - c[0].x, dy1 = c[1].y - c[0].y;
   int32_t dx2 = c[2].x - c[0].x, dy2 = c[2].y - c[0].y;
   int64_t area = (int64_t)dx1 * dy2 - (int64_t)dx2 * dy1; /* twice; > 0: clockwise */

   /* Culling comes after snapping; no area faces back (D3D11.3 15.11) */
   if (area == 0 ? draw->cull_degenerate
                 : area > 0 ? draw->cull_clockwise : draw->cull_counter_clockwise)
      return;
   bool is_front = area != 0 && (area > 0) != draw->front_counter_clockwise;

   /* Planes, per pixel; in double, for long thin triangles. */
   double scale = area ? RASTER_SUBPIXEL / (double)area : 0;
   double b1_dx = dy2 * scale, b1_dy = -dx2 * scale;
   double b2_dx = -dy1 * scale, b2_dy = dx1 * scale;
   double dz1 = (double)c[1].z - c[0].z, dz2 = (double)c[2].z - c[0].z;
   double z_dx = b1_dx * dz1 + b2_dx * dz2;
   double z_dy = b1_dy * dz1 + b2_dy * dz2;
   float bias = draw->bias ? depth_bias(draw, c, z_dx, z_dy) : 0;

   if (draw->wireframe) {
      setup_wireframe(front, v, origin, edges, bias, is_front);
      return;
   }
   if (area == 0)
      return;

   struct raster_shape *shape = raster_shape_begin(front);
   if (!shape)
      return;
   if (!raster_shape_bounds(shape, draw, origin, MIN2(MIN2(c[0].x, c[1].x), c[2].x),
                            MIN2(MIN2(c[0].y, c[1].y), c[2].y),
                            MAX2(MAX2(c[0].x, c[1].x), c[2].x),
                            MAX2(MAX2(c[0].y, c[1].y), c[2].y))) {
      raster_memory_shrink(&front->memory, shape, 0);
      return;
   }

   struct primitive *prim = &shape->prim;
   int32_t x = c[0].x, y = c[0].y;
   double b1 = 0, b2 = 0, z = c[0].z;

   /* Planes start at a corner, or where that is far away, on the target near to it: their values
    * there are exact, and what floats lose grows with the distance. Not near the shape's bounds,
    * which the scissor changes: depth must not depend on it. */
   if ((uint32_t)x > (uint32_t)draw->target_width * RASTER_SUBPIXEL ||
       (uint32_t)y > (uint32_t)draw->target_height * RASTER_SUBPIXEL) {
      x = CLAMP(x, 0, draw->target_width * RASTER_SUBPIXEL);
      y = CLAMP(y, 0, draw->target_height * RASTER_SUBPIXEL);
      double px = (x - c[0].x) * (1.0 / RASTER_SUBPIXEL);
      double py = (y - c[0].y) * (1.0 / RASTER_SUBPIXEL);
      b1 = b1_dx * px + b1_dy * py;
      b2 = b2_dx * px + b2_dy * py;
      z += z_dx * px + z_dy * py;
   }
   prim->x0 = x * (1.0f / RASTER_SUBPIXEL);
   prim->y0 = y * (1.0f / RASTER_SUBPIXEL);
   prim->b1_0 = (float)b1;
   prim->b1_dx = (float)b1_dx;
   prim->b1_dy = (float)b1_dy;
   prim->b2_0 = (float)b2;
   prim->b2_dx = (float)b2_dx;
   prim->b2_dy = (float)b2_dy;
   prim->z0 = draw->bias ? (float)(z + bias) : (float)z;
   prim->z_dx = (float)z_dx;
   prim->z_dy = (float)z_dy;
   for (uint32_t i = 0; i < 3; i++) {
      prim->w[i] = v[i]->screen[3];
      prim->v[i] = v[i];
   }
   prim->front = is_front;
   prim->shape |= 3;
   raster_shape_origin(shape, draw, origin);

   uint32_t second = area > 0 ? 1 : 2, third = 3 - second;
   raster_edge(&shape->edges, 0, c[0].x, c[0].y, c[second].x, c[second].y);
   raster_edge(&shape->edges, 1, c[second].x, c[second].y, c[third].x, c[third].y);
   raster_edge(&shape->edges, 2, c[third].x, c[third].y, c[0].x, c[0].y);
   shape->edges.a[3] = shape->edges.b[3] = 0;
   shape->edges.c[3] = 0;
   raster_bin(front, shape);
}
