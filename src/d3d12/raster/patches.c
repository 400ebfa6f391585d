/*
 * Patches: hull shader, tessellator, domain shader; then primitives go the way of all others. Patches of
 * a piece wait until there are enough for the hull shader to fill its lanes.
 */
#include "raster/pass.h"

#include <stdlib.h>
#include <string.h>

/* The registers of control points or patch constants; they have no headers. */
static const float *
component(const struct vertex *vertex, struct jit_component at)
{
   static const float zero = 0;
   return at.reg == JIT_NO_REGISTER ? &zero : &vertex->reg[at.reg][at.col];
}

/* Room for what the hull shader writes. False: no memory. */
static bool
reserve_points(struct raster_patches *patches, size_t size)
{
   if (size <= patches->points_size)
      return true;
   free(patches->points);
   patches->points = aligned_alloc(64, align_up(size, 64));
   patches->points_size = patches->points ? size : 0;
   return patches->points != NULL;
}

static void
emit_point(struct raster_front *front, const struct vertex *v, uint32_t id)
{
   if (front->draw->pipeline->geometry)
      raster_geometry_add(front, &v, id);
   else
      raster_emit_point(front, v, id);
}

static void
emit_line(struct raster_front *front, const struct vertex *const v[2], uint32_t id)
{
   if (front->draw->pipeline->geometry)
      raster_geometry_add(front, v, id);
   else
      raster_emit_line(front, v[0], v[1], id);
}

static void
emit_triangle(struct raster_front *front, const struct vertex *const v[3], uint32_t id)
{
   if (front->draw->pipeline->geometry)
      raster_geometry_add(front, v, id);
   else
      raster_emit_triangle(front, v[0], v[1], v[2], id);
}

static void
emit_primitives(struct raster_front *front, const struct tessellation *t, const uint8_t *vertices,
                size_t pitch, uint32_t id)
{
   bool lines = t->desc.primitive == D3D_TESSELLATOR_OUTPUT_LINE;
   const struct vertex *v[3];
#define VERTEX(i) ((const struct vertex *)(vertices + (i)*pitch))

   if (t->num_indices == 0) {
      for (uint32_t i = 0; i < t->num_points; i++)
         emit_point(front, VERTEX(i), id);
   } else if (lines) {
      for (uint32_t i = 0; i < t->num_indices; i += 2) {
         for (uint32_t k = 0; k < 2; k++)
            v[k] = VERTEX(t->indices[i + k]);
         emit_line(front, v, id);
      }
   } else {
      for (uint32_t i = 0; i < t->num_indices; i += 3) {
         for (uint32_t k = 0; k < 3; k++)
            v[k] = VERTEX(t->indices[i + k]);
         emit_triangle(front, v, id);
      }
   }
#undef VERTEX
}

/* A patch after the hull shader. */
static void
run_patch(struct raster_front *front, const struct vertex *points, const struct vertex *constants,
          uint32_t id)
{
   const struct draw_state *draw = front->draw;
   const struct jit_graphics *pipeline = draw->pipeline;
   const struct jit_tessellation *tess = &pipeline->tess;
   const struct tessellator_desc desc = { tess->domain, tess->partitioning, tess->primitive };
   struct tessellation *t = &front->patches->tessellation;
   size_t pitch = vertex_size(pipeline->ds_registers);
   float edge[4], inside[2];

   for (uint32_t i = 0; i < 4; i++)
      edge[i] = *component(constants, tess->edge[i]);
   for (uint32_t i = 0; i < 2; i++)
      inside[i] = *component(constants, tess->inside[i]);
   if (!tessellate(&desc, edge, inside, t))
      return;

   struct vertex *vertices =
      raster_memory_alloc(&front->memory, (t->num_points + JIT_MAX_LANES - 1) * pitch);
   if (!vertices)
      return;
   pipeline->domain(&draw->domain, points, constants, id, t->u, t->v, t->num_points, vertices);
   raster_memory_shrink(&front->memory, vertices, t->num_points * pitch);
   front->counts.ds_invocations += t->num_points;
   emit_primitives(front, t, (const uint8_t *)vertices, pitch, id);
}

void
raster_patches_run(struct raster_front *front)
{
   struct raster_patches *patches = front->patches;
   const struct jit_graphics *pipeline = front->draw->pipeline;

   if (!patches || patches->count == 0)
      return;
   uint32_t count = patches->count, per_patch = pipeline->tess.output_points;
   size_t point_pitch = vertex_size(pipeline->hs_registers);
   size_t constants_pitch = vertex_size(pipeline->patch_registers);
   size_t points_size = (count * per_patch + JIT_MAX_LANES - 1) * point_pitch;

   patches->count = 0;
   if (!reserve_points(patches, points_size + (count + JIT_MAX_LANES - 1) * constants_pitch))
      return;
   uint8_t *points = patches->points, *constants = points + points_size;
   pipeline->hull(front->draw->hull, patches->inputs, patches->ids, count, (struct vertex *)points,
                  (struct vertex *)constants);
   front->counts.hs_invocations += count;
   for (uint32_t i = 0; i < count && !raster_is_killed(front->draw); i++)
      run_patch(front, (const struct vertex *)(points + i * per_patch * point_pitch),
                (const struct vertex *)(constants + i * constants_pitch), patches->ids[i]);
}

void
raster_patches_add(struct raster_front *front, const struct vertex *const *points, uint32_t count,
                   uint32_t id)
{
   uint32_t n = front->draw->pipeline->tess.input_points;

   if (!front->patches)
      front->patches = calloc(1, sizeof(*front->patches));
   struct raster_patches *patches = front->patches;
   if (!patches)
      return;
   /* A shader that looks at no control point may declare more than the topology has. */
   for (uint32_t i = 0; i < n; i++)
      patches->inputs[patches->count * n + i] = points[MIN2(i, count - 1)];
   patches->ids[patches->count++] = id;
   if (patches->count == RASTER_PATCHES)
      raster_patches_run(front);
}

void
raster_patches_destroy(struct raster_patches *patches)
{
   if (!patches)
      return;
   free(patches->points);
   free(patches);
}
