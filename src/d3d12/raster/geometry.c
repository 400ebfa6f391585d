/* The geometry shader between assembly and rasteriser. */
#include "raster/pass.h"

#include <stdlib.h>
#include <string.h>

static uint8_t *
take(uint8_t **next, size_t size)
{
   uint8_t *result = *next;
   *next += align_up(size, 16);
   return result;
}

/* Points `outputs` to room for what a group's instances emit. False: no memory. */
static bool
outputs_init(struct raster_front *front, struct geometry_output *outputs, uint32_t count)
{
   const struct jit_graphics *pipeline = front->draw->pipeline;
   size_t max = MAX2(pipeline->gs_max_vertices, 1);
   size_t vertices = max * vertex_size(pipeline->raster_registers);
   size_t size = count * (vertices + align_up(max * sizeof(uint16_t), 16) + align_up(max, 16));

   if (size > front->gs_scratch_size) {
      free(front->gs_scratch);
      front->gs_scratch = aligned_alloc(64, align_up(size, 64));
      front->gs_scratch_size = front->gs_scratch ? size : 0;
      if (!front->gs_scratch)
         return false;
   }
   uint8_t *next = front->gs_scratch;
   for (uint32_t i = 0; i < count; i++) {
      outputs[i] = (struct geometry_output){
         .vertices = (struct vertex *)take(&next, vertices),
         .cuts = (uint16_t *)take(&next, max * sizeof(uint16_t)),
         .streams = take(&next, max),
      };
      memset(outputs[i].streams, 0, max);
   }
   return true;
}

static void
emit_strip(struct raster_front *front, const uint8_t *vertices, size_t pitch, uint32_t count,
           uint32_t id)
{
   uint32_t topology = front->draw->pipeline->gs_topology;
#define VERTEX(i) ((const struct vertex *)(vertices + (i)*pitch))
   if (topology == D3D_PRIMITIVE_TOPOLOGY_POINTLIST) {
      for (uint32_t i = 0; i < count; i++)
         raster_emit_point(front, VERTEX(i), id);
      front->counts.gs_primitives += count;
   } else if (topology == D3D_PRIMITIVE_TOPOLOGY_LINESTRIP) {
      for (uint32_t i = 0; i + 1 < count; i++)
         raster_emit_line(front, VERTEX(i), VERTEX(i + 1), id);
      front->counts.gs_primitives += count > 1 ? count - 1 : 0;
   } else {
      for (uint32_t i = 0; i + 2 < count; i++)
         raster_emit_triangle(front, VERTEX(i), VERTEX(i + 1 + (i & 1)), VERTEX(i + 2 - (i & 1)),
                              id);
      front->counts.gs_primitives += count > 2 ? count - 2 : 0;
   }
#undef VERTEX
}

/* What one invocation emitted. Shaders with several streams emit points; one stream at most goes to the
 * rasteriser, the others to buffers alone. */
static void
emit_output(struct raster_front *front, const struct geometry_output *output, uint32_t id)
{
   const struct jit_graphics *pipeline = front->draw->pipeline;
   size_t pitch = vertex_size(pipeline->raster_registers);
   uint32_t count = MIN2(output->num_vertices, pipeline->gs_max_vertices);
   uint32_t drawn =
      front->draw->rasterized_stream == RASTER_STREAM_NONE ? 0 : front->draw->rasterized_stream;
   uint32_t begin = 0, kept = 0;

   if (count == 0)
      return;
   uint8_t *vertices = raster_memory_alloc(&front->memory, count * pitch);
   if (!vertices)
      return;

   for (uint32_t i = 0, cut = 0; i <= count; i++) {
      bool end = i == count;
      for (; cut < output->num_cuts && output->cuts[cut] <= i; cut++)
         end = true;
      if (end) {
         emit_strip(front, vertices + begin * pitch, pitch, kept - begin, id);
         begin = kept;
      }
      if (i == count)
         break;
      const struct vertex *v =
         (const struct vertex *)((const uint8_t *)output->vertices + i * pitch);
      uint32_t stream = output->streams[i];
      if (stream == drawn)
         memcpy(vertices + kept++ * pitch, v, pitch);
      else if (front->draw->stream_output && stream < RASTER_STREAMS)
         raster_stream_out(front, stream, &v, 1);
   }
}

void
raster_geometry_run(struct raster_front *front)
{
   const struct draw_state *draw = front->draw;
   uint32_t count = front->num_inputs;
   uint32_t instances = MAX2(draw->pipeline->gs_instances, 1);

   if (count == 0)
      return;
   front->num_inputs = 0;
   /* At most 32 instances (D3D11.3 13.2.1) */
   instances = MIN2(instances, 32);
   struct geometry_output outputs[32 * JIT_MAX_LANES];
   if (!outputs_init(front, outputs, instances * front->group))
      return;

   for (uint32_t i = 0; i < instances; i++)
      draw->pipeline->geometry(&draw->geometry, front->inputs, front->input_ids, count, i,
                               outputs + i * front->group);
   front->counts.gs_invocations += (uint64_t)count * instances;

   for (uint32_t p = 0; p < count; p++) {
      for (uint32_t i = 0; i < instances; i++)
         emit_output(front, &outputs[i * front->group + p], front->input_ids[p]);
   }
}

void
raster_geometry_add(struct raster_front *front, const struct vertex *const *vertices, uint32_t id)
{
   uint32_t n = front->draw->pipeline->gs_input_vertices;

   memcpy(&front->inputs[front->num_inputs * n], vertices, n * sizeof(*vertices));
   front->input_ids[front->num_inputs++] = id;
   if (front->num_inputs == front->group)
      raster_geometry_run(front);
}
