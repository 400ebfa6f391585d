#include <math.h>

#include "raster/setup.h"

#define QUAD_WIDTH 1.4 /* D3D11.3 3.4.5 */
#define SMOOTH_WIDTH 1.0 /* 3.4.4 */

/* The bounds of an aliased line: the pixels whose diamonds it may touch. */
static bool
line_bounds(struct raster_shape *shape, const struct draw_state *draw,
            const struct raster_origin *origin, const struct raster_corner c[2])
{
   const struct raster_rect *clip = &draw->clip[origin->viewport];
   int32_t x0 = (MIN2(c[0].x, c[1].x) - 1) >> RASTER_SUBPIXEL_BITS;
   int32_t y0 = (MIN2(c[0].y, c[1].y) - 1) >> RASTER_SUBPIXEL_BITS;
   int32_t x1 = (MAX2(c[0].x, c[1].x) >> RASTER_SUBPIXEL_BITS) + 1;
   int32_t y1 = (MAX2(c[0].y, c[1].y) >> RASTER_SUBPIXEL_BITS) + 1;

   x0 = MAX2(x0, clip->x0);
   y0 = MAX2(y0, clip->y0);
   x1 = MIN2(x1, clip->x1);
   y1 = MIN2(y1, clip->y1);
   if (x0 >= x1 || y0 >= y1)
      return false;
   shape->x0 = x0;
   shape->y0 = y0;
   shape->x1 = x1;
   shape->y1 = y1;
   return true;
}

/* The rectangle around the line (D3D11.3 3.4.5); around a smooth one, the rectangle where pixels have
 * their centres that it covers some of (3.4.4). False: it has no area on the target. */
static bool
line_quad(struct raster_shape *shape, const struct draw_state *draw,
          const struct raster_origin *origin, const struct raster_corner c[2])
{
   double dx = c[1].x - c[0].x, dy = c[1].y - c[0].y, length = sqrt(dx * dx + dy * dy);
   double half = 0.5 * RASTER_SUBPIXEL * QUAD_WIDTH, more = 0;

   dx /= length;
   dy /= length;
   if (draw->line_mode == RASTER_LINE_SMOOTH) {
      more = 0.5 * RASTER_SUBPIXEL * (fabs(dx) + fabs(dy)); /* a pixel's reach from its centre */
      half = 0.5 * RASTER_SUBPIXEL * SMOOTH_WIDTH + more;
   }
   /* Turned by 90°, so that the corners below go clockwise; corners are snapped after the expansion
    * (D3D11.3 3.4.1). */
   int32_t nx = (int32_t)lrint(dy * half), ny = (int32_t)lrint(-dx * half);
   int32_t ex = (int32_t)lrint(dx * more), ey = (int32_t)lrint(dy * more);
   int32_t x[4] = { c[0].x - ex + nx, c[1].x + ex + nx, c[1].x + ex - nx, c[0].x - ex - nx };
   int32_t y[4] = { c[0].y - ey + ny, c[1].y + ey + ny, c[1].y + ey - ny, c[0].y - ey - ny };
   int32_t x0 = x[0], y0 = y[0], x1 = x[0], y1 = y[0];

   for (uint32_t i = 0; i < 4; i++) {
      x0 = MIN2(x0, x[i]);
      y0 = MIN2(y0, y[i]);
      x1 = MAX2(x1, x[i]);
      y1 = MAX2(y1, y[i]);
      raster_edge(&shape->edges, i, x[i], y[i], x[(i + 1) % 4], y[(i + 1) % 4]);
   }
   return raster_shape_bounds(shape, draw, origin, _mm_setr_epi32(x0, y0, x1, y1));
}

void
raster_setup_edge(struct raster_front *front, const struct vertex *v0, const struct vertex *v1,
                  const struct raster_origin *origin, float bias, bool is_front)
{
   const struct draw_state *draw = front->draw;
   struct raster_corner c[2];

   if (!raster_snap(raster_screen(draw, v0, origin->viewport), &c[0]) ||
       !raster_snap(raster_screen(draw, v1, origin->viewport), &c[1]))
      return;
   if (c[0].x == c[1].x && c[0].y == c[1].y)
      return; /* leaves no diamond, has no area */

   struct raster_shape *shape = raster_shape_begin(front);
   if (!shape)
      return;
   bool visible;
   uint32_t kind = RASTER_SHAPE_LINE;
   if (draw->line_mode == RASTER_LINE_ALIASED) {
      visible = line_bounds(shape, draw, origin, c);
      shape->line.x0 = c[0].x;
      shape->line.y0 = c[0].y;
      shape->line.x1 = c[1].x;
      shape->line.y1 = c[1].y;
   } else {
      visible = line_quad(shape, draw, origin, c);
      kind = 4 | shape->prim.shape;
      if (draw->line_mode == RASTER_LINE_SMOOTH)
         kind |= RASTER_SHAPE_CENTRES;
   }
   if (!visible) {
      raster_memory_shrink(&front->memory, shape, 0);
      return;
   }

   /* b1 runs from 0 to 1 along the line and is constant across it (D3D11.3 15.14.1). */
   double dx = (c[1].x - c[0].x) * (1.0 / RASTER_SUBPIXEL);
   double dy = (c[1].y - c[0].y) * (1.0 / RASTER_SUBPIXEL);
   double scale = 1 / (dx * dx + dy * dy);
   double dz = (double)c[1].z - c[0].z;

   shape->prim = (struct primitive){
      .x0 = c[0].x * (1.0f / RASTER_SUBPIXEL),
      .y0 = c[0].y * (1.0f / RASTER_SUBPIXEL),
      .b1_dx = (float)(dx * scale),
      .b1_dy = (float)(dy * scale),
      .z0 = c[0].z + bias,
      .z_dx = (float)(dx * scale * dz),
      .z_dy = (float)(dy * scale * dz),
      .w = { v0->screen[3], v1->screen[3], v0->screen[3] },
      .v = { v0, v1, v0 },
      .front = is_front,
      .shape = kind,
   };
   raster_shape_origin(shape, draw, origin);
   raster_bin(front, shape);
}

void
raster_setup_line(struct raster_front *front, const struct vertex *v0, const struct vertex *v1,
                  const struct raster_origin *origin)
{
   raster_setup_edge(front, v0, v1, origin, 0, true);
}
