/*
 * A draw → pieces: parts of its sequence of vertices, small enough for one chunk, that are assembled
 * independently. Strips are cut at an even number of triangles, so that winding does not change, and
 * the vertices at the seam are shaded twice.
 */
#include "raster/pass.h"

struct cutter {
   struct raster *raster;
   const struct draw_state *draw;
   struct raster_topology topology;
   uint32_t size;  /* primitives of a piece */
   uint64_t total; /* primitives so far */
   uint32_t primitive_id;
   /* The piece that takes runs which are shorter than a piece. */
   uint32_t first, primitives;
};

/* About the primitives of a patch. */
#define PATCH_COST 32

/* A geometry shader may emit many vertices a primitive. */
static uint32_t
piece_size(const struct draw_state *draw)
{
   const struct jit_graphics *pipeline = draw->pipeline;
   if (pipeline->hull)
      return RASTER_CHUNK / PATCH_COST;
   if (!pipeline->geometry)
      return RASTER_CHUNK;

   uint64_t bytes = (uint64_t)MAX2(pipeline->gs_instances, 1) * MAX2(pipeline->gs_max_vertices, 1) *
                    vertex_size(pipeline->raster_registers);
   return (uint32_t)CLAMP((512 << 10) / bytes, 2 * JIT_MAX_LANES, RASTER_CHUNK) & ~1u;
}

static void
add(struct cutter *cutter, uint32_t first, uint32_t count, uint32_t instance, uint32_t instances,
    uint32_t primitives, bool before, bool after)
{
   struct raster_piece piece = {
      .draw = cutter->draw,
      .first = first,
      .count = count,
      .first_instance = instance,
      .num_instances = instances,
      .primitive_id = cutter->primitive_id,
      .continues_before = before,
      .continues_after = after,
   };
   if (primitives)
      raster_add_piece(cutter->raster, &piece,
                       cutter->topology.patch ? primitives * PATCH_COST : primitives);
   cutter->primitive_id += primitives / instances;
   cutter->total += primitives;
}

/* A run of vertices without a cut. */
static void
cut_run(struct cutter *cutter, uint32_t first, uint32_t count, uint32_t instance)
{
   const struct raster_topology *topology = &cutter->topology;
   uint32_t primitives = raster_topology_primitives(topology, count);
   bool neighbours = topology->strip && topology->adjacency && topology->corners == 3;

   for (uint64_t i = 0; i < primitives && !raster_is_killed(cutter->draw); i += cutter->size) {
      uint32_t n = (uint32_t)MIN2(cutter->size, primitives - i);
      uint32_t begin = first + (uint32_t)i * topology->step;
      uint32_t length = (n - 1) * topology->step + topology->vertices;
      bool before = neighbours && i > 0;
      bool after = neighbours && i + n < primitives;

      /* The last triangle of a strip takes its last vertex, also if one more dangles. */
      add(cutter, begin - 2 * before, length + 2 * before + 2 * after, instance, 1, n, before,
          after);
   }
}

static void
close_piece(struct cutter *cutter, uint32_t end, uint32_t instance)
{
   add(cutter, cutter->first, end - cutter->first, instance, 1, cutter->primitives, false, false);
   cutter->first = end;
   cutter->primitives = 0;
}

/* The cut value takes effect in all topologies (D3D11.3 8.12). */
static void
cut_at_indices(struct cutter *cutter, uint32_t count, uint32_t instance)
{
   const struct draw_state *draw = cutter->draw;
   uint32_t begin = 0, end = 0;

   cutter->first = 0;
   cutter->primitives = 0;
   for (; begin < count && end < count && !raster_is_killed(draw); begin = end + 1) {
      end = begin;
      while (end < count && raster_index(draw, (uint64_t)draw->start + end) != draw->cut_value)
         end++;

      uint32_t primitives = raster_topology_primitives(&cutter->topology, end - begin);
      bool too_long = end - cutter->first >= RASTER_PIECE_VERTICES; /* and the cut */
      if (cutter->primitives + primitives > cutter->size || too_long)
         close_piece(cutter, begin, instance);
      if (primitives > cutter->size) {
         cut_run(cutter, begin, end - begin, instance);
         cutter->first = end;
      } else {
         cutter->primitives += primitives;
      }
   }
   close_piece(cutter, count, instance);
}

uint64_t
raster_cut_draw(struct raster *raster, const struct draw_state *draw, uint32_t count,
                uint32_t instance_count)
{
   struct cutter cutter = {
      .raster = raster,
      .draw = draw,
      .topology = raster_topology(draw->topology),
      .size = piece_size(draw),
   };

   if (draw->has_cuts) {
      for (uint32_t i = 0; i < instance_count && !raster_is_killed(draw); i++) {
         cutter.primitive_id = 0;
         cut_at_indices(&cutter, count, i);
      }
      return cutter.total;
   }

   uint32_t primitives = raster_topology_primitives(&cutter.topology, count);
   if (primitives == 0)
      return 0;
   if (primitives > cutter.size / 2) {
      for (uint32_t i = 0; i < instance_count && !raster_is_killed(draw); i++) {
         cutter.primitive_id = 0;
         cut_run(&cutter, 0, count, i);
      }
      return cutter.total;
   }
   uint32_t step = cutter.size / primitives;
   for (uint64_t i = 0; i < instance_count && !raster_is_killed(draw); i += step) {
      uint32_t n = (uint32_t)MIN2(step, instance_count - i);
      cutter.primitive_id = 0;
      add(&cutter, 0, count, (uint32_t)i, n, n * primitives, false, false);
   }
   return cutter.total;
}
