/* Compute: thread groups handed to the workers. */
#include "exec/player.h"

#include "jit/texture.h"
#include "util/bits.h"

#include <stdlib.h>
#include <string.h>

struct dispatch {
   const struct jit_compute *compute;
   struct compute_ctx ctx;
   const uint32_t *kill;
   uint8_t *memory; /* per worker: groupshared, then scratch */
   size_t memory_stride;
   uint32_t batch;  /* thread groups in an item */
   uint64_t total;
};

static void
run_batch(void *data, uint32_t item, uint32_t worker)
{
   const struct dispatch *dispatch = data;
   uint8_t *shared = dispatch->memory + worker * dispatch->memory_stride;
   uint8_t *scratch = shared + align_up(dispatch->compute->cs.info.shared_size, 64);
   const uint32_t *groups = dispatch->ctx.num_groups;
   uint64_t first = (uint64_t)item * dispatch->batch;
   uint64_t last = MIN2(first + dispatch->batch, dispatch->total);

   for (uint64_t i = first; i < last; i++) {
      if (__atomic_load_n(dispatch->kill, __ATOMIC_RELAXED))
         return;
      uint32_t x = i % groups[0];
      uint32_t y = i / groups[0] % groups[1];
      uint32_t z = i / groups[0] / groups[1];
      dispatch->compute->run(&dispatch->ctx, x, y, z, shared, scratch);
   }
}

/* Memory for all workers; kept from one dispatch to the next. */
static bool
reserve_memory(struct exec_player *player, size_t size)
{
   if (player->compute_memory_size >= size)
      return true;
   free(player->compute_memory);
   player->compute_memory = aligned_alloc(64, align_up(size, 64));
   player->compute_memory_size = player->compute_memory ? size : 0;
   return player->compute_memory != NULL;
}

void
exec_dispatch(struct exec_player *player, const uint32_t groups[3])
{
   const struct jit_compute *compute = player->pipeline.compute;
   struct exec_binding *binding = &player->bindings[EXEC_COMPUTE];
   uint64_t total = (uint64_t)groups[0] * groups[1] * groups[2];
   if (!compute || !compute->run || !binding->layout || !total)
      return;

   const struct shader_info *info = &compute->cs.info;
   struct dispatch dispatch = {
      .compute = compute,
      .ctx.num_groups = { groups[0], groups[1], groups[2] },
      .kill = player->kill,
      .total = total,
      .memory_stride = align_up(info->shared_size, 64) + align_up(info->scratch_size, 64) + 64,
   };
   uint32_t workers = workers_count(player->workers);
   texture_fn *textures = malloc((info->num_sites + 1) * sizeof(*textures));
   if (!textures || !reserve_memory(player, workers * dispatch.memory_stride)) {
      free(textures);
      return;
   }
   dispatch.memory = player->compute_memory;

   struct shader_bindings bindings = {
      .root = &binding->args,
      .view_heap = player->heaps.views,
      .sampler_heap = player->heaps.samplers,
      .static_samplers = binding->static_samplers,
      .lookup = jit_texture_lookup,
      .textures = textures,
      .kill = player->kill,
   };
   jit_shader_bind(&compute->cs, &bindings, textures);
   dispatch.ctx.bindings = &bindings;

   /* About eight items a worker: enough to level the load, few enough to cost nothing. */
   uint64_t batch = MAX2(total / (workers * 8u), 1);
   dispatch.batch = MIN2(batch, 1u << 20);
   workers_run(player->workers, run_batch, &dispatch,
               (total + dispatch.batch - 1) / dispatch.batch);
   free(textures);

   struct raster_counters *counters = exec_queries_segment(&player->queries);
   if (counters)
      counters->cs_invocations += total * compute->cs.info.group_threads;
}
