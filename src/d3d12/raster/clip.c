/*
 * Clipping in homogeneous space (D3D11.3 15.4). Only primitives that need it come here: those behind
 * the eye, beyond the guard band, outside of the depth range or of a clip distance.
 */
#include <math.h>
#include <string.h>

#include "raster/pass.h"

/* Smallest w that is kept: 1/w must be finite. */
#define MIN_W 1e-20f
/* A triangle gains at most one corner a plane. */
#define MAX_CORNERS 24

/* In this order: what a near plane leaves is in front of the eye, as a rule. */
static const uint32_t planes[] = {
   VERTEX_OUT_NEAR,        VERTEX_OUT_FAR,         VERTEX_OUT_W,           VERTEX_OUT_GUARD_X_NEG,
   VERTEX_OUT_GUARD_X_POS, VERTEX_OUT_GUARD_Y_NEG, VERTEX_OUT_GUARD_Y_POS, VERTEX_OUT_CLIP(0),
   VERTEX_OUT_CLIP(1),     VERTEX_OUT_CLIP(2),     VERTEX_OUT_CLIP(3),     VERTEX_OUT_CLIP(4),
   VERTEX_OUT_CLIP(5),     VERTEX_OUT_CLIP(6),     VERTEX_OUT_CLIP(7),
};

/* >= 0 inside; linear in the vertex. */
static float
distance(const struct draw_state *draw, const struct vertex *v, uint32_t bit)
{
   const float *p = v->clip;
   const float *guard = draw->vertex.guard;

   switch (bit) {
   case VERTEX_OUT_W:
      return p[3] - MIN_W;
   case VERTEX_OUT_NEAR:
      return p[2];
   case VERTEX_OUT_FAR:
      return p[3] - p[2];
   case VERTEX_OUT_GUARD_X_NEG:
      return p[0] + guard[0] * p[3];
   case VERTEX_OUT_GUARD_X_POS:
      return guard[0] * p[3] - p[0];
   case VERTEX_OUT_GUARD_Y_NEG:
      return p[1] + guard[1] * p[3];
   case VERTEX_OUT_GUARD_Y_POS:
      return guard[1] * p[3] - p[1];
   default: {
      uint32_t i = (uint32_t)__builtin_ctz(bit) - 8;
      return v->reg[draw->pipeline->clip_distance[i].reg][draw->pipeline->clip_distance[i].col];
   }
   }
}

/* NaN in a position or clip distance: the primitive is discarded (D3D11.3 15.4, 15.4.1). So are
 * infinities, which have no point of intersection. */
static bool
is_finite(const struct draw_state *draw, const struct vertex *v)
{
   for (uint32_t i = 0; i < 4; i++) {
      if (!isfinite(v->clip[i]))
         return false;
   }
   for (uint32_t i = 0; i < draw->pipeline->num_clip; i++) {
      if (isnan(distance(draw, v, VERTEX_OUT_CLIP(i))))
         return false;
   }
   return true;
}

/* The vertex between `in` and `out` at t from `in`; t depends on the edge alone, not on the primitive
 * or its direction, so neighbours get the same vertex. */
static const struct vertex *
interpolate(struct raster_front *front, uint32_t plane, const struct vertex *in,
            const struct vertex *out, float t)
{
   const struct draw_state *draw = front->draw;
   uint32_t num = draw->pipeline->raster_registers;
   uint32_t noperspective = draw->pipeline->ps_noperspective;
   struct vertex *v = raster_memory_alloc(&front->memory, vertex_size(num));

   if (!v)
      return NULL;
   for (uint32_t i = 0; i < 4; i++)
      v->clip[i] = in->clip[i] + t * (out->clip[i] - in->clip[i]);
   /* Rounding must not take w where neither end is, nor to where there is no 1/w. */
   float min_w = plane == VERTEX_OUT_W ? MIN_W : fminf(in->clip[3], out->clip[3]);
   v->clip[3] = fmaxf(v->clip[3], min_w);

   /* The same place, as a fraction of the edge on the screen. */
   float s = t;
   if (in->clip[3] > 0 && out->clip[3] > 0)
      s = t * out->clip[3] / v->clip[3];
   for (uint32_t r = 0; r < num; r++) {
      float k = noperspective & (1u << r) ? s : t;
      for (uint32_t i = 0; i < 4; i++)
         v->reg[r][i] = in->reg[r][i] + k * (out->reg[r][i] - in->reg[r][i]);
   }

   float inv_w = 1 / v->clip[3];
   for (uint32_t i = 0; i < 3; i++)
      v->screen[i] = v->clip[i] * inv_w * draw->scale[0][i] + draw->translate[0][i];
   v->screen[3] = inv_w;
   v->clip_mask = 0;
   v->layer = in->layer;
   v->viewport = in->viewport;
   return v;
}

/* False: no memory, or not to be drawn. */
static bool
clipped_origin(struct raster_front *front, const struct vertex *v0, const struct vertex *v1,
               const struct vertex *v2, uint32_t id, struct raster_origin *origin)
{
   return raster_origin_init(front->draw, v0, id, origin) &&
          raster_origin_keep(front, (const struct vertex *[]){ v0, v1, v2 }, origin);
}

void
raster_clip_line(struct raster_front *front, const struct vertex *v0, const struct vertex *v1,
                 uint32_t id)
{
   const struct draw_state *draw = front->draw;
   const struct vertex *v[2] = { v0, v1 };
   uint32_t mask = v0->clip_mask | v1->clip_mask;
   struct raster_origin origin;

   if (!is_finite(draw, v0) || !is_finite(draw, v1))
      return;
   for (uint32_t i = 0; i < ARRAY_LENGTH(planes); i++) {
      if (!(mask & planes[i]))
         continue;
      float d0 = distance(draw, v[0], planes[i]), d1 = distance(draw, v[1], planes[i]);
      if (d0 < 0 && d1 < 0)
         return;
      if (d0 < 0)
         v[0] = interpolate(front, planes[i], v[1], v[0], d1 / (d1 - d0));
      else if (d1 < 0)
         v[1] = interpolate(front, planes[i], v[0], v[1], d0 / (d0 - d1));
      if (!v[0] || !v[1])
         return;
   }
   front->counts.c_primitives++;
   if (clipped_origin(front, v0, v1, v0, id, &origin))
      raster_setup_line(front, v[0], v[1], &origin);
}

/* Sutherland and Hodgman: `in` → `out`, by one plane. Returns the number of corners. */
static uint32_t
clip_polygon(struct raster_front *front, uint32_t plane, const struct raster_clip_vertex *in,
             uint32_t count, struct raster_clip_vertex *out)
{
   const struct draw_state *draw = front->draw;
   uint32_t n = 0;

   for (uint32_t i = 0; i < count; i++) {
      const struct raster_clip_vertex *a = &in[i], *b = &in[(i + 1) % count];
      float da = distance(draw, a->v, plane), db = distance(draw, b->v, plane);

      if (da >= 0)
         out[n++] = *a;
      if (da >= 0 && db < 0) {
         /* What follows is an edge along the plane. */
         out[n++] =
            (struct raster_clip_vertex){ interpolate(front, plane, a->v, b->v, da / (da - db)),
                                         false };
      } else if (da < 0 && db >= 0) {
         out[n++] =
            (struct raster_clip_vertex){ interpolate(front, plane, b->v, a->v, db / (db - da)),
                                         a->edge };
      } else {
         continue;
      }
      if (!out[n - 1].v)
         return 0;
   }
   return n;
}

void
raster_clip_triangle(struct raster_front *front, const struct vertex *v0, const struct vertex *v1,
                     const struct vertex *v2, uint32_t id)
{
   const struct draw_state *draw = front->draw;
   struct raster_clip_vertex corners[2][MAX_CORNERS] = {
      { { v0, true }, { v1, true }, { v2, true } },
   };
   uint32_t mask = v0->clip_mask | v1->clip_mask | v2->clip_mask;
   uint32_t count = 3, current = 0;
   struct raster_origin origin;

   if (!is_finite(draw, v0) || !is_finite(draw, v1) || !is_finite(draw, v2))
      return;
   for (uint32_t i = 0; i < ARRAY_LENGTH(planes); i++) {
      if (!(mask & planes[i]))
         continue;
      count = clip_polygon(front, planes[i], corners[current], count, corners[!current]);
      current = !current;
      if (count < 3)
         return;
   }
   if (!clipped_origin(front, v0, v1, v2, id, &origin))
      return;

   const struct raster_clip_vertex *c = corners[current];
   for (uint32_t i = 1; i + 1 < count; i++) {
      const struct vertex *v[3] = { c[0].v, c[i].v, c[i + 1].v };
      uint32_t edges =
         (i == 1 && c[0].edge) | c[i].edge << 1 | (i + 2 == count && c[i + 1].edge) << 2;
      raster_setup_triangle(front, v, &origin, edges);
   }
   front->counts.c_primitives += count - 2;
}
