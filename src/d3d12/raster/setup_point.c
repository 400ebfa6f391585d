#include "raster/setup.h"

/* A point is a square, one pixel wide, around its position (D3D11.3 3.4.6). */
void
raster_setup_point(struct raster_front *front, const struct vertex *v,
                   const struct raster_origin *origin)
{
   const struct draw_state *draw = front->draw;
   const int32_t half = RASTER_SUBPIXEL / 2;
   struct raster_corner c;

   if (!raster_snap(raster_screen(draw, v, origin->viewport), &c))
      return;
   struct raster_shape *shape = raster_shape_begin(front);
   if (!shape)
      return;
   int32_t x0 = c.x - half, y0 = c.y - half, x1 = c.x + half, y1 = c.y + half;
   if (!raster_shape_bounds(shape, draw, origin, _mm_setr_epi32(x0, y0, x1, y1))) {
      raster_memory_shrink(&front->memory, shape, 0);
      return;
   }

   uint32_t cut = shape->prim.shape;
   shape->prim = (struct primitive){
      .x0 = c.x * (1.0f / RASTER_SUBPIXEL),
      .y0 = c.y * (1.0f / RASTER_SUBPIXEL),
      .z0 = c.z,
      .w = { v->screen[3], v->screen[3], v->screen[3] },
      .v = { v, v, v },
      .front = 1,
      /* With one sample a pixel, the bounds are all that there is to know. */
      .shape = draw->spread ? 4 | cut : RASTER_SHAPE_RECT,
   };
   raster_shape_origin(shape, draw, origin);
   raster_edge(&shape->edges, 0, x0, y0, x1, y0);
   raster_edge(&shape->edges, 1, x1, y0, x1, y1);
   raster_edge(&shape->edges, 2, x1, y1, x0, y1);
   raster_edge(&shape->edges, 3, x0, y1, x0, y0);
   raster_bin(front, shape);
}
