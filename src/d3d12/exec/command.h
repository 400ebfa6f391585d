/*
 * Recorded commands: what a command list writes into its allocator's memory, and a queue plays.
 *
 * A stream is a chain of chunks; a command is a header and its payload, 16-byte aligned. Payloads hold
 * plain pointers into resources, pipelines and descriptor heaps; as D3D12 demands, the application
 * keeps these alive until the queue is done. CPU descriptors (render targets, depth) are copied in
 * when recorded, shader-visible ones are read when played.
 */
#ifndef EXEC_COMMAND_H
#define EXEC_COMMAND_H

#include "exec/transfer.h"
#include "jit/pipeline.h"
#include "raster/raster.h"

enum exec_op {
   EXEC_END,  /* of the stream */
   EXEC_LINK, /* goes on in the next chunk */
   EXEC_DRAW,
   EXEC_DRAW_INDEXED,
   EXEC_DISPATCH,
   EXEC_EXECUTE_INDIRECT,
   EXEC_COPY_BUFFER,
   EXEC_COPY_TEXTURE,
   EXEC_RESOLVE,
   EXEC_CLEAR_COLOR,
   EXEC_CLEAR_DEPTH_STENCIL,
   EXEC_CLEAR_UAV,
   EXEC_SET_PIPELINE,
   EXEC_SET_ROOT_SIGNATURE,
   EXEC_SET_ROOT_ARGUMENT,
   EXEC_SET_ROOT_CONSTANTS,
   EXEC_SET_HEAPS,
   EXEC_SET_TOPOLOGY,
   EXEC_SET_INDEX_BUFFER,
   EXEC_SET_VERTEX_BUFFERS,
   EXEC_SET_STREAM_TARGETS,
   EXEC_SET_VIEWPORTS,
   EXEC_SET_SCISSORS,
   EXEC_SET_BLEND_FACTOR,
   EXEC_SET_STENCIL_REF,
   EXEC_SET_TARGETS,
   EXEC_SET_SAMPLE_POSITIONS,
   EXEC_SET_PREDICATION,
   EXEC_BARRIER,
   EXEC_ELIMINATE_FAST_CLEAR, /* const struct image * */
   EXEC_FORGET_UNIFORM_TILES, /* const struct image * */
   EXEC_BEGIN_QUERY,
   EXEC_END_QUERY,
   EXEC_RESOLVE_QUERIES,
   EXEC_WRITE_IMMEDIATE,
   EXEC_BUNDLE,
   EXEC_RESET, /* a new command list begins: all state is the default */
};

struct exec_barrier {
   bool of_buffers; /* and of nothing else */
};

struct exec_command {
   uint32_t op;
   uint32_t size; /* of header and payload, a multiple of 16 */
   uint64_t link; /* LINK: address of the command to go on with */
   uint8_t payload[];
};

struct exec_draw {
   uint32_t count, instance_count, start, start_instance;
   int32_t base_vertex;
};

struct exec_dispatch {
   uint32_t groups[3];
};

struct exec_copy_buffer {
   uint8_t *dst;
   const uint8_t *src;
   uint64_t size;
};

struct exec_copy_texture {
   struct exec_copy_side dst, src;
   uint32_t dst_x, dst_y, dst_z;
   struct exec_box box;
};

struct exec_resolve_command {
   const struct image *dst, *src;
   uint32_t dst_subresource, src_subresource, dst_x, dst_y;
   struct exec_box box;
   DXGI_FORMAT format;
   D3D12_RESOLVE_MODE mode;
};

/* Clears: `num_rects` D3D12_RECTs follow, clipped to the view and not empty; none: all of the view. */
struct exec_clear_color_command {
   struct target_view view;
   float color[4];
   uint32_t num_rects;
   D3D12_RECT rects[];
};

struct exec_clear_depth_stencil_command {
   struct target_view view;
   D3D12_CLEAR_FLAGS flags;
   float depth;
   uint8_t stencil;
   uint32_t num_rects;
   D3D12_RECT rects[];
};

struct exec_clear_uav_command {
   struct descriptor view;
   bool is_float;
   union {
      uint32_t u[4];
      float f[4];
   } value;
   uint32_t num_rects;
   D3D12_RECT rects[];
};

struct exec_pipeline {
   const struct jit_graphics *graphics; /* one of the two is set */
   const struct jit_compute *compute;
   const struct raster_stream_output *stream_output; /* NULL: none */
   D3D12_RASTERIZER_DESC rasterizer;
   D3D12_INDEX_BUFFER_STRIP_CUT_VALUE strip_cut;
};

enum exec_bind_point {
   EXEC_GRAPHICS,
   EXEC_COMPUTE,
   EXEC_NUM_BIND_POINTS,
};

struct exec_root_signature {
   uint32_t bind_point;
   const struct root_signature *layout;
   const struct sampler *static_samplers;
};

struct exec_root_argument {
   uint32_t bind_point, index;
   uint64_t value; /* GPU handle of a table, or GPU virtual address */
};

struct exec_root_constants {
   uint32_t bind_point, index, offset, count; /* dwords */
   uint32_t values[];
};

struct exec_heaps {
   const struct descriptor *views;
   const struct sampler *samplers;
};

struct exec_index_buffer {
   const uint8_t *base;
   uint32_t size, index_size;
};

struct exec_vertex_buffers {
   uint32_t start, count;
   struct vertex_buffer buffers[];
};

struct exec_stream_targets {
   uint32_t start, count;
   struct raster_stream_target targets[4];
};

struct exec_viewports {
   uint32_t count;
   struct raster_viewport viewports[JIT_MAX_VIEWPORTS];
};

struct exec_scissors {
   uint32_t count;
   D3D12_RECT rects[JIT_MAX_VIEWPORTS];
};

struct exec_sample_positions {
   uint32_t count; /* 0: the standard ones */
   struct sample_position positions[SAMPLE_MAX];
};

struct exec_predication {
   const uint64_t *value; /* NULL: off */
   bool skip_if_zero;
};

/* A query of a heap. */
struct exec_query {
   D3D12_QUERY_TYPE type;
   struct raster_counters *counters;
   uint64_t *timestamp;
};

struct exec_resolve_queries {
   D3D12_QUERY_TYPE type;
   const struct raster_counters *counters;
   const uint64_t *timestamps;
   uint32_t count;
   uint8_t *dst;
};

struct exec_write_immediate {
   uint32_t *dst;
   uint32_t value;
};

struct exec_indirect {
   uint32_t stride, bytes; /* of one structure: pitch, and what its arguments take */
   uint32_t num_arguments;
   const D3D12_INDIRECT_ARGUMENT_DESC *arguments; /* of the command signature */
   uint32_t max_count;
   const uint8_t *buffer;
   uint64_t buffer_size;      /* bytes from `buffer` to the resource's end */
   const uint32_t *count;     /* NULL: max_count */
};

/* ---- Streams ---- */

struct exec_chunk;

/* The memory behind the streams of one allocator. */
struct exec_pool {
   struct exec_chunk *first, *current;
};

void exec_pool_init(struct exec_pool *pool);
void exec_pool_finish(struct exec_pool *pool);
void exec_pool_reset(struct exec_pool *pool); /* forgets all streams, keeps the memory */

struct exec_stream {
   struct exec_pool *pool;
   const struct exec_command *first; /* NULL: nothing recorded */
   bool failed;                      /* out of memory: Close reports it */
};

void exec_stream_begin(struct exec_stream *stream, struct exec_pool *pool);
/* The payload of a new command, zeroed and 16-byte aligned; never NULL: when there is no memory the stream is marked
 * failed and a scratch area is given (payloads up to EXEC_MAX_PAYLOAD). */
#define EXEC_MAX_PAYLOAD 16384
void *exec_stream_add(struct exec_stream *stream, enum exec_op op, size_t payload_size);
void exec_stream_end(struct exec_stream *stream);

#endif
