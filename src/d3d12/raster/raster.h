/*
 * Draws → pixels. Draws to the same targets are collected in a *pass*: vertices are shaded, primitives
 * clipped, set up and binned into 64×64 tiles as draws come; the tiles are shaded when the pass ends,
 * each tile by one worker, in the order of the draws.
 *
 * One raster per queue, used by the queue's thread only.
 */
#ifndef RASTER_RASTER_H
#define RASTER_RASTER_H

#include "jit/pipeline.h"
#include "layout/sample_positions.h"
#include "raster/stream_output.h"
#include "raster/workers.h"

#define RASTER_TILE 64

struct raster;

struct raster *raster_create(struct workers *workers);
void raster_destroy(struct raster *raster);

struct raster_viewport {
   float x, y, width, height, min_depth, max_depth;
};

/* Where counters of a query go while it is active (begin to end). Summed at raster_flush. */
struct raster_counters {
   uint64_t samples_passed;
   uint64_t ia_vertices, ia_primitives, vs_invocations, gs_invocations, gs_primitives;
   uint64_t hs_invocations, ds_invocations; /* patches, points */
   uint64_t c_invocations, c_primitives, ps_invocations, cs_invocations;
   uint64_t so_written[4], so_needed[4]; /* stream output, per stream: primitives */
};

/* Where stream output goes: one buffer slot. */
struct raster_stream_target {
   uint8_t *base;
   uint64_t size;     /* bytes */
   uint64_t *filled;  /* bytes written so far; advanced */
};

/*
 * Everything that one draw needs. What it points to must stay valid and unchanged until the next
 * raster_flush (the queue keeps it in the pass's arena: raster_alloc).
 */
struct raster_draw {
   const struct jit_graphics *pipeline;
   const struct shader_bindings *vs_bindings, *hs_bindings, *ds_bindings, *gs_bindings,
      *ps_bindings;
   /* Fixed-function state of the pipeline that machine code does not hold. */
   D3D12_RASTERIZER_DESC rasterizer;
   D3D12_PRIMITIVE_TOPOLOGY topology;
   D3D12_INDEX_BUFFER_STRIP_CUT_VALUE strip_cut;
   struct vertex_buffer vertex_buffers[JIT_MAX_VERTEX_BUFFERS];
   uint32_t num_viewports;
   struct raster_viewport viewports[JIT_MAX_VIEWPORTS];
   D3D12_RECT scissors[JIT_MAX_VIEWPORTS]; /* as many as viewports; D3D12 scissors are always on */
   float blend_factor[4];
   uint32_t stencil_ref[2];
   uint32_t num_positions; /* of `positions`; 0, or not the targets' sample count: the standard ones */
   struct sample_position positions[SAMPLE_MAX];
   /* Indices: NULL for a non-indexed draw. */
   const uint8_t *indices;  /* at StartIndexLocation 0 */
   uint64_t index_bytes;    /* in the buffer; indices beyond read as 0 */
   uint32_t index_size;     /* 2 or 4 */
   /* As in DrawInstanced / DrawIndexedInstanced. */
   uint32_t count, instance_count, start, start_instance;
   int32_t base_vertex;
   /* Queries that are active; NULL: none. Added to, with relaxed atomics or at flush. */
   struct raster_counters *counters;
   /* Stream output, NULL without. Four targets; what they point to is advanced when the draw returns. */
   const struct raster_stream_output *stream_output;
   const struct raster_stream_target *stream_targets;
};

/* The targets of a pass. Views are copied. Dimensions: of the smallest target, or, with none, of the
 * scissor and viewport (up to 16384). */
struct raster_targets {
   uint32_t num_colors;
   struct target_view colors[JIT_MAX_TARGETS]; /* image NULL: none */
   struct target_view depth;                   /* image NULL: none */
};

/* Ends the pass in progress if the targets differ. */
void raster_set_targets(struct raster *raster, const struct raster_targets *targets);
/*
 * Fills a rectangle of one plane of a view (0: colour or depth, 1: stencil) with a texel, after the draws
 * so far and before those that follow. The view has an image. rect: texels of the view's level; NULL for
 * all of it. What the view points to must stay as it is until the next raster_flush.
 */
void raster_clear(struct raster *raster, const struct target_view *view, uint32_t plane,
                  const uint8_t *texel, const D3D12_RECT *rect);
/* Brings an image to memory that may have fast clears pending; NULL is no image. */
void raster_eliminate_fast_clear(struct raster *raster, const struct image *image);
/* Bins; may end the pass by itself when that grows beyond its memory, which frees nothing that
 * raster_alloc gave. */
void raster_draw(struct raster *raster, const struct raster_draw *draw);
/* Shades all tiles of the pass; on return all pixels but those of fast clears are in memory and all counters
 * are final. */
void raster_flush(struct raster *raster);
/*
 * Shades the vertices of all draws so far, and says whether there is a pass, and it may stay open from here on,
 * whatever becomes of what the draws were given: all that is left to do is to write what is known already to
 * targets that may be late (image.may_be_late). Pipelines and targets must last until the flush.
 */
bool raster_defer(struct raster *raster);
/* Counts the flushes: who keeps pointers from raster_alloc from one draw to the next compares. */
uint64_t raster_generation(const struct raster *raster);
/* Memory that lives until the next raster_flush; NULL when there is none (the draw is then dropped).
 * 64-byte aligned. */
void *raster_alloc(struct raster *raster, size_t size);
size_t raster_allocated(const struct raster *raster); /* bytes, since the last raster_flush */

#endif
