/*
 * Shaded vertices → primitives, in the order of corners of D3D11.3 8.10: the leading vertex of a
 * primitive comes first, also in strips. From there to the clipper or to setup.
 */
#include "raster/pass.h"

/* Outside in all vertices: nothing is visible. */
#define REJECT                                                                                     \
   (VERTEX_OUT_X_NEG | VERTEX_OUT_X_POS | VERTEX_OUT_Y_NEG | VERTEX_OUT_Y_POS | VERTEX_OUT_NEAR |  \
    VERTEX_OUT_FAR | 0xff00ff00u)

bool
raster_origin_init(const struct draw_state *draw, const struct vertex *provoking, uint32_t id,
                   struct raster_origin *origin)
{
   /* What no viewport or layer can have means the first (D3D11.3 15.8.1, 15.15). */
   uint32_t viewport = provoking->viewport < JIT_MAX_VIEWPORTS ? provoking->viewport : 0;
   uint32_t layer = provoking->layer < draw->num_layers ? provoking->layer : 0;

   *origin = (struct raster_origin){ NULL, id, viewport, layer };
   return viewport < draw->num_viewports;
}

/* False: the primitive is not drawn. What comes here is of the stream that is, or of stream 0. */
static bool
stream_out(struct raster_front *front, const struct vertex *const *vertices, uint32_t count)
{
   bool drawn = front->draw->rasterized_stream != RASTER_STREAM_NONE;

   raster_stream_out(front, drawn ? front->draw->rasterized_stream : 0, vertices, count);
   return drawn;
}

bool
raster_origin_keep(struct raster_front *front, const struct vertex *const v[3],
                   struct raster_origin *origin)
{
   const struct vertex **flat = raster_memory_alloc(&front->memory, 3 * sizeof(*flat));

   if (!flat)
      return false;
   for (uint32_t i = 0; i < 3; i++)
      flat[i] = v[i];
   origin->flat = flat;
   return true;
}

void
raster_emit_point(struct raster_front *front, const struct vertex *v, uint32_t id)
{
   struct raster_origin origin;

   if (front->draw->stream_output && !stream_out(front, &v, 1))
      return;
   front->counts.c_invocations++;
   if (v->clip_mask & (REJECT | VERTEX_NEEDS_CLIP))
      return;
   front->counts.c_primitives++;
   if (raster_origin_init(front->draw, v, id, &origin))
      raster_setup_point(front, v, &origin);
}

void
raster_emit_line(struct raster_front *front, const struct vertex *v0, const struct vertex *v1,
                 uint32_t id)
{
   struct raster_origin origin;

   if (front->draw->stream_output && !stream_out(front, (const struct vertex *[]){ v0, v1 }, 2))
      return;
   front->counts.c_invocations++;
   if (v0->clip_mask & v1->clip_mask & REJECT)
      return;
   if ((v0->clip_mask | v1->clip_mask) & VERTEX_NEEDS_CLIP) {
      raster_clip_line(front, v0, v1, id);
      return;
   }
   front->counts.c_primitives++;
   if (raster_origin_init(front->draw, v0, id, &origin))
      raster_setup_line(front, v0, v1, &origin);
}

void
raster_emit_triangle(struct raster_front *front, const struct vertex *v0, const struct vertex *v1,
                     const struct vertex *v2, uint32_t id)
{
   struct raster_origin origin;

   if (front->draw->stream_output && !stream_out(front, (const struct vertex *[]){ v0, v1, v2 }, 3))
      return;
   front->counts.c_invocations++;
   if (v0->clip_mask & v1->clip_mask & v2->clip_mask & REJECT)
      return;
   if ((v0->clip_mask | v1->clip_mask | v2->clip_mask) & VERTEX_NEEDS_CLIP) {
      raster_clip_triangle(front, v0, v1, v2, id);
      return;
   }
   front->counts.c_primitives++;
   if (raster_origin_init(front->draw, v0, id, &origin))
      raster_setup_triangle(front, (const struct vertex *[]){ v0, v1, v2 }, &origin, 7);
}

static inline const struct vertex *
vertex_at(const struct raster_front *front, uint32_t place)
{
   return (const struct vertex *)((const uint8_t *)front->vertices +
                                  front->slots[place] * front->pitch);
}

/* A run of `count` vertices from `first`, with no cut inside. */
struct run {
   uint32_t first, count;
   bool continues_before, continues_after;
};

/*
 * Where the vertices of primitive i of a run are; with adjacency the order is that of the list
 * topologies. Returns their number.
 *
 * In a strip with adjacency, corner k of the strip is vertex 2k, and vertex 2k + 1 is beyond the outer
 * edge that ends at the corner after it. The other two neighbours of a triangle are the strip's
 * triangles before and after it; at the strip's ends, vertices of their own.
 */
static uint32_t
corners_of(const struct raster_topology *topology, const struct run *run, uint32_t i,
           uint32_t primitives, uint32_t place[6])
{
   uint32_t base = run->first + i * topology->step;
   uint32_t n = topology->vertices;

   if (topology->strip && topology->corners == 3) {
      uint32_t step = topology->step;
      bool odd = (i - run->continues_before) & 1;
      uint32_t second = base + (odd ? 2 * step : step);
      uint32_t third = base + (odd ? step : 2 * step);
      if (!topology->adjacency) {
         place[0] = base;
         place[1] = second;
         place[2] = third;
         return 3;
      }
      uint32_t before = i == 0 ? base + 1 : base - 2;
      uint32_t after = i + 1 == primitives ? base + 5 : base + 6;
      uint32_t outer = base + 3;
      place[0] = base;
      place[1] = odd ? outer : before;
      place[2] = second;
      place[3] = after;
      place[4] = third;
      place[5] = odd ? before : outer;
      return 6;
   }
   for (uint32_t k = 0; k < n; k++)
      place[k] = base + k;
   return n;
}

static void
assemble_for_geometry(struct raster_front *front, const struct raster_topology *topology,
                      const struct run *run, uint32_t begin, uint32_t end, uint32_t primitives,
                      uint32_t id)
{
   for (uint32_t i = begin; i < end; i++) {
      const struct vertex *vertices[6];
      uint32_t place[6];
      uint32_t n = corners_of(topology, run, i, primitives, place);
      for (uint32_t k = 0; k < n; k++)
         vertices[k] = vertex_at(front, place[k]);
      raster_geometry_add(front, vertices, id++);
   }
}

static void
assemble_patches(struct raster_front *front, const struct raster_topology *topology,
                 const struct run *run, uint32_t primitives, uint32_t id)
{
   uint32_t n = topology->vertices;

   for (uint32_t i = 0; i < primitives; i++) {
      const struct vertex *points[JIT_MAX_CONTROL_POINTS];
      for (uint32_t k = 0; k < n; k++)
         points[k] = vertex_at(front, run->first + i * n + k);
      raster_patches_add(front, points, n, id++);
   }
}

/* Without a geometry shader nobody sees adjacent vertices. */
static void
assemble_for_raster(struct raster_front *front, const struct raster_topology *topology,
                    const struct run *run, uint32_t begin, uint32_t end, uint32_t id)
{
   uint32_t first = run->first, step = topology->step;

   if (topology->corners == 1) {
      for (uint32_t i = begin; i < end; i++)
         raster_emit_point(front, vertex_at(front, first + i), id++);
   } else if (topology->corners == 2) {
      first += topology->adjacency;
      for (uint32_t i = begin; i < end; i++)
         raster_emit_line(front, vertex_at(front, first + i * step),
                          vertex_at(front, first + i * step + 1), id++);
   } else {
      uint32_t next = topology->adjacency ? 2 : 1;
      for (uint32_t i = begin; i < end; i++) {
         uint32_t base = first + i * step;
         bool odd = topology->strip && ((i - run->continues_before) & 1);
         raster_emit_triangle(front, vertex_at(front, base),
                              vertex_at(front, base + (odd ? 2 * next : next)),
                              vertex_at(front, base + (odd ? next : 2 * next)), id++);
      }
   }
}

/* Returns the number of primitives. */
static uint32_t
assemble_run(struct raster_front *front, const struct raster_topology *topology,
             const struct run *run, uint32_t id)
{
   uint32_t primitives = raster_topology_primitives(topology, run->count);
   uint32_t begin = run->continues_before;
   uint32_t end = primitives - run->continues_after;

   if (begin >= end)
      return 0;
   if (topology->patch)
      assemble_patches(front, topology, run, primitives, id);
   else if (front->draw->pipeline->geometry)
      assemble_for_geometry(front, topology, run, begin, end, primitives, id);
   else
      assemble_for_raster(front, topology, run, begin, end, id);
   return end - begin;
}

void
raster_assemble(struct raster_front *front, const struct raster_piece *piece)
{
   struct raster_topology topology = raster_topology(front->draw->topology);
   uint32_t id = piece->primitive_id;

   if (!front->has_cuts || piece->continues_before || piece->continues_after) {
      struct run run = { 0, front->num_vertices, piece->continues_before, piece->continues_after };
      assemble_run(front, &topology, &run, id);
   } else {
      uint32_t begin = 0;
      while (begin < front->num_vertices) {
         uint32_t end = begin;
         while (end < front->num_vertices && front->slots[end] != RASTER_CUT)
            end++;
         struct run run = { begin, end - begin, false, false };
         id += assemble_run(front, &topology, &run, id);
         begin = end + 1;
      }
   }
   if (topology.patch)
      raster_patches_run(front);
   if (front->draw->pipeline->geometry)
      raster_geometry_run(front);
}
