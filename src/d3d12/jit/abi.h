/*
 * The data that machine code and C share. Generated code addresses these fields by offsetof, so a
 * change here is a change of the code cache's version (jit/cache.h).
 *
 * A shader runs for a *group* of invocations at once, one per SIMD lane: 16 with AVX-512, else 8.
 * JIT_MAX_LANES is the pitch of the arrays here, whatever the width in use.
 */
#ifndef JIT_ABI_H
#define JIT_ABI_H

#include "layout/descriptor.h"

#include <stddef.h>
#include <xmmintrin.h>

/* All machine code is called with the CPU told to flush denormals (jit/denormals.h): these bits of MXCSR
 * are set, FTZ and DAZ. What was before is returned, for _mm_setcsr. */
#define JIT_FLUSH_DENORMALS 0x8040u

static inline unsigned
jit_denormals_flush(void)
{
   unsigned before = _mm_getcsr();
   _mm_setcsr(before | JIT_FLUSH_DENORMALS);
   return before;
}

#define JIT_MAX_LANES 16
#define JIT_MAX_REGISTERS 32 /* of a stage's input or output signature */
#define JIT_MAX_PATCH_REGISTERS 40 /* of a patch constant signature */
#define JIT_MAX_TARGETS 8
#define JIT_MAX_VERTEX_BUFFERS 32
#define JIT_MAX_VIEWPORTS 16

/* Root arguments: one copy per draw or dispatch, immutable while machine code can read it. */
struct root_args {
   /* Per root parameter. Table: the address of its first struct descriptor or struct sampler. Root
    * CBV, SRV, UAV: GPU virtual address, which on this device is the CPU's. Constants: unused. */
   uint64_t param[64];
   uint32_t constants[64]; /* see root_signature.constant_offset */
};

/* ---- Textures: everything that depends on a view's format happens behind a call ------------- */

enum texture_op {
   TEXTURE_SAMPLE,       /* LOD from the quad's coordinates; lod = bias */
   TEXTURE_SAMPLE_LEVEL, /* lod = the level */
   TEXTURE_SAMPLE_GRAD,  /* ddx, ddy */
   TEXTURE_SAMPLE_CMP,       /* as SAMPLE, compare */
   TEXTURE_SAMPLE_CMP_LEVEL, /* as SAMPLE_LEVEL, compare (CmpLevelZero: lod 0) */
   TEXTURE_SAMPLE_CMP_GRAD,
   TEXTURE_GATHER,     /* component */
   TEXTURE_GATHER_CMP, /* component, compare */
   TEXTURE_LOD,        /* result[0] clamped, result[1] unclamped LOD (D3D11.3 22.3.6) */
   TEXTURE_LOAD,       /* typed SRV or UAV, texture or buffer: coord, offset are integers; lod: integer
                          level, or sample index of multisampled textures */
   TEXTURE_STORE,      /* typed UAV: coord integers, texel in result[] */
   TEXTURE_ADDRESS,    /* typed UAV: the address of each texel in address[], 0 if out of bounds; for
                          atomics */
   TEXTURE_NUM_OPS,

   /* Added to one of the above where texel offsets may not be zero. */
   TEXTURE_OFFSETS = 16,
};

/*
 * Arguments and results of one call for a group. Lives on the caller's stack, 64-byte aligned. Arrays
 * are by component, then by lane. Only the inputs that the operation and the view's dimension need
 * are set: 1D x; 2D x y; 3D and cube x y z; the array layer (for cubes the cube's index) is the
 * component after them; for multisampled views the sample index is in lod. A routine leaves the inputs
 * as they are: `offset` and `lod_clamp` are not set anew for each call.
 */
struct texture_args {
   union {
      float coord[4][JIT_MAX_LANES];
      int32_t icoord[4][JIT_MAX_LANES];
   };
   union {
      float lod[JIT_MAX_LANES];
      int32_t ilod[JIT_MAX_LANES];
   };
   float ddx[3][JIT_MAX_LANES];
   float ddy[3][JIT_MAX_LANES];
   float compare[JIT_MAX_LANES];
   float lod_clamp[JIT_MAX_LANES]; /* the shader's lower clamp of the LOD; 0: none */
   int32_t offset[3][JIT_MAX_LANES]; /* texels, added before addressing; always set, but looked at
                                        only with TEXTURE_OFFSETS */
   union {
      float result[4][JIT_MAX_LANES]; /* float formats; integers by bits */
      uint32_t uresult[4][JIT_MAX_LANES];
      uint64_t address[JIT_MAX_LANES];
   };
   uint32_t mask;      /* a bit per lane whose result is wanted (STORE: that writes). For implicit
                          LOD the coordinates of all four lanes of a quad must be set */
   uint32_t component; /* GATHER: 0–3 */
   uint32_t resident;  /* out: 1 */
};

typedef void (*texture_fn)(const struct descriptor *view, const struct sampler *sampler,
                           struct texture_args *args);

/*
 * Finds, or compiles, the routine for an operation, with or without TEXTURE_OFFSETS, on a view (and a
 * sampler, NULL for LOAD, STORE, ADDRESS). Never
 * fails: where there is no memory to compile, a slow routine in C answers. Lock-free once found.
 */
typedef texture_fn (*texture_lookup_fn)(const struct descriptor *view,
                                        const struct sampler *sampler, enum texture_op op);

/* What a stage's code reads besides its own inputs: one per stage and draw. */
struct shader_bindings {
   const struct root_args *root;
   const struct descriptor *view_heap; /* for createHandleFromHeap; may be NULL */
   const struct sampler *sampler_heap;
   const struct sampler *static_samplers; /* of the root signature, in its order */
   texture_lookup_fn lookup;
   const texture_fn *textures; /* one per texture site of the shader, see jit_shader_bind */
   const struct vertex_writer *writer; /* for the stages before the rasteriser */
   uint32_t *kill;     /* becomes nonzero when the device is removed: long loops look at it and leave */
   void *reserved;     /* not read by machine code: functions in C that stand in for it may use it */
};

/* ---- Vertex stage ----------------------------------------------------------------------------- */

/* Bits of vertex.clip_mask. */
#define VERTEX_OUT_X_NEG (1u << 0) /* x < -w: outside the view volume */
#define VERTEX_OUT_X_POS (1u << 1)
#define VERTEX_OUT_Y_NEG (1u << 2)
#define VERTEX_OUT_Y_POS (1u << 3)
#define VERTEX_OUT_NEAR (1u << 4)  /* z < 0; only with DepthClipEnable */
#define VERTEX_OUT_FAR (1u << 5)   /* z > w; only with DepthClipEnable */
#define VERTEX_OUT_CLIP(i) (1u << (8 + (i)))  /* clip distance i < 0, or NaN */
#define VERTEX_OUT_GUARD_X_NEG (1u << 16) /* x < -guard.x * w: must be clipped to fit fixed point */
#define VERTEX_OUT_GUARD_X_POS (1u << 17)
#define VERTEX_OUT_GUARD_Y_NEG (1u << 18)
#define VERTEX_OUT_GUARD_Y_POS (1u << 19)
#define VERTEX_OUT_W (1u << 20) /* w <= 0 or not finite: no screen position */
#define VERTEX_OUT_CULL(i) (1u << (24 + (i))) /* cull distance i < 0, or NaN */
/* Any of these set in a vertex of a primitive sends it to the clipper. */
#define VERTEX_NEEDS_CLIP (0x1f0000u | 0x00ff00u | VERTEX_OUT_NEAR | VERTEX_OUT_FAR)

/*
 * A vertex after the last stage before the rasteriser; `reg` holds the stage's output signature's
 * registers, as 32-bit patterns. Pitch: vertex_size(registers). 16-byte aligned.
 */
struct vertex {
   float clip[4];     /* SV_Position */
   float screen[4];   /* viewport 0: x, y in pixels, z in depth range, 1/w. Undefined if VERTEX_OUT_W */
   uint32_t clip_mask;
   uint32_t layer;    /* SV_RenderTargetArrayIndex, or 0 */
   uint32_t viewport; /* SV_ViewportArrayIndex, or 0; nonzero: the rasteriser redoes `screen` */
   uint32_t reserved;
   float reg[][4];
};

static inline size_t
vertex_size(uint32_t num_registers)
{
   return sizeof(struct vertex) + num_registers * 4 * sizeof(float);
}

struct vertex_buffer {
   const uint8_t *base;
   uint32_t size; /* bytes; a fetch beyond reads as zero (D3D11.3 8.4) */
   uint32_t stride;
};

/* Per draw. */
struct vertex_ctx {
   const struct shader_bindings *bindings;
   struct vertex_buffer buffers[JIT_MAX_VERTEX_BUFFERS];
   int32_t base_vertex;     /* added to the index for fetching, not to SV_VertexID */
   uint32_t start_instance; /* added for fetching per-instance data, not to SV_InstanceID */
   float scale[3], translate[3]; /* viewport 0: screen = clip / w * scale + translate */
   float guard[2];               /* see VERTEX_OUT_GUARD_… */
   uint32_t primitive_id;        /* unused by vertex shaders */
};

/*
 * Shades `count` vertices (any number; the code loops over groups). vertex_ids: SV_VertexID, that is
 * index buffer values, or 0, 1, 2 … with StartVertexLocation as base_vertex (D3D11.3 8.16). Writes
 * `count` struct vertex, tightly at vertex_size(num output registers). May write up to
 * JIT_MAX_LANES - 1 vertices of rubbish behind them.
 */
typedef void (*vertex_fn)(const struct vertex_ctx *ctx, const uint32_t *vertex_ids, uint32_t count,
                          uint32_t instance_id, struct vertex *out);

/* ---- Geometry stage ---------------------------------------------------------------------------- */

/* What a geometry shader emitted for one input primitive and instance. The caller sets the counts to 0,
 * and owns what the pointers lead to. */
struct geometry_output {
   uint32_t num_vertices;
   uint32_t num_cuts;   /* strips: vertex counts at which CutStream was called, in cuts[] */
   uint16_t *cuts;      /* room for max_vertices of them */
   uint8_t *streams;    /* stream of each vertex; NULL where the shader has only stream 0 */
   struct vertex *vertices; /* room for max_vertices, pitch vertex_size(output registers) */
};

struct geometry_ctx {
   const struct shader_bindings *bindings;
   const struct vertex_ctx *vertex; /* viewport and guard band for the output vertices */
};

/*
 * Runs the geometry shader once per lane for `count` (1 to lanes) input primitives.
 * inputs[i * vertices_per_primitive + v]: vertex v of primitive i, with the previous stage's outputs.
 */
typedef void (*geometry_fn)(const struct geometry_ctx *ctx, const struct vertex *const *inputs,
                            const uint32_t *primitive_ids, uint32_t count, uint32_t instance,
                            struct geometry_output *outputs);

/* ---- From registers to vertices: C that the code of these stages calls -------------------------- */

#define VERTEX_NO_COMPONENT 0xff /* reads as zero */

/* What the vertices of a stage look like; a constant of its code. Components are numbered
 * register * 4 + column. */
struct vertex_layout {
   uint32_t num_registers;
   uint16_t max_vertices; /* that a geometry shader may emit */
   uint8_t lanes;         /* of a group */
   uint8_t header;        /* 0: only `reg` is written, for another stage to read */
   uint8_t depth_clip;
   uint8_t position;      /* x; the others follow */
   uint8_t layer, viewport;
   uint8_t num_clip, num_cull;
   uint8_t clip[8], cull[8];
};

/*
 * `registers`: a vector of `lanes` for each component, 16-byte aligned. `ctx`: viewport and guard band;
 * not read without headers.
 */
struct vertex_writer {
   /* A group's vertices, one a lane, tightly at `out`. */
   void (*write)(const struct vertex_layout *layout, const struct vertex_ctx *ctx,
                 const uint32_t *registers, struct vertex *out);
   /* The lanes of `mask`, a bit a lane, each append theirs to outputs[lane]. */
   void (*emit)(const struct vertex_layout *layout, const struct vertex_ctx *ctx,
                const uint32_t *registers, struct geometry_output *outputs, uint32_t mask,
                uint32_t stream);
   /* They end their strips. */
   void (*cut)(struct geometry_output *outputs, uint32_t mask);
};

/* ---- Hull and domain stages ------------------------------------------------------------------------ */

#define JIT_MAX_CONTROL_POINTS 32

/*
 * Runs the hull shader for `count` patches: its control point phase, then its patch constant function.
 * inputs[i * input_points + p]: control point p of patch i, with the vertex shader's outputs. Writes
 * points[i * output_points + p] and constants[i], as struct vertex without their headers: registers of
 * the output signature, and of the patch constant signature. Whole groups of lanes are written, so
 * either array has room for JIT_MAX_LANES - 1 elements more.
 */
typedef void (*hull_fn)(const struct shader_bindings *bindings, const struct vertex *const *inputs,
                        const uint32_t *patch_ids, uint32_t count, struct vertex *points,
                        struct vertex *constants);

struct domain_ctx {
   const struct shader_bindings *bindings;
   const struct vertex_ctx *vertex; /* viewport and guard band for the output vertices */
};

/*
 * Runs the domain shader for `count` points of one patch. u, v: their place in the domain; the third
 * coordinate of triangles is 1 - u - v. Of u, v and `out` whole groups of lanes are read and written.
 */
typedef void (*domain_fn)(const struct domain_ctx *ctx, const struct vertex *points,
                          const struct vertex *constants, uint32_t patch_id, const float *u,
                          const float *v, uint32_t count, struct vertex *out);

/* ---- Pixel stage --------------------------------------------------------------------------------- */

/*
 * A primitive after setup. With (x, y) a sample's position in pixels (pixel centres at .5):
 *   b1 = b1_dx * (x - x0) + b1_dy * (y - y0) + b1_0, b2 likewise, b0 = 1 - b1 - b2   (screen-linear)
 *   depth = z0 + z_dx * (x - x0) + z_dy * (y - y0), bias included, before the viewport's clamp
 *   perspective: p1 = b1 * w[1] / (b0 * w[0] + b1 * w[1] + b2 * w[2]), p2 likewise; w = 1/w of vertices
 *   attribute = a[0] + p1 * (a[1] - a[0]) + p2 * (a[2] - a[0])
 * Lines have v[2] == v[0] and b2 = 0; points have v[0] == v[1] == v[2].
 */
struct primitive {
   float x0, y0;
   float b1_0, b1_dx, b1_dy;
   float b2_0, b2_dx, b2_dy;
   float z0, z_dx, z_dy;
   float w[3];
   const struct vertex *v[3]; /* linear and perspective attributes */
   const struct vertex *const *flat; /* three: the vertices before clipping, the provoking one first */
   uint32_t front;            /* 1: front-facing */
   uint32_t layer;            /* render target array index, within range */
   uint32_t viewport;
   uint32_t primitive_id;
   uint32_t shape, order;     /* the rasteriser's own, unused by machine code */
};

/*
 * Coverage of an 8×8 block of pixels. Bit y * 8 + x. Multisampled: mask[s] for each sample, so the
 * array's pitch is coverage_size(samples).
 */
struct coverage {
   uint16_t x, y; /* of its top-left pixel, in the render target; multiples of 8 */
   uint32_t full; /* 1: every bit of every mask is set */
   uint64_t mask[];
};

static inline size_t
coverage_size(uint32_t samples)
{
   return sizeof(struct coverage) + samples * sizeof(uint64_t);
}

static inline const struct coverage *
coverage_at(const struct coverage *blocks, uint32_t index, uint32_t samples)
{
   return (const struct coverage *)((const uint8_t *)blocks + index * coverage_size(samples));
}

/* A render target, or one plane of the depth buffer: the level that the view selects. */
struct pixel_target {
   uint8_t *base; /* first layer of the view, sample 0. NULL: null view, never read or written */
   uint32_t row_pitch;
   uint64_t layer_stride, sample_stride;
};

/* Per draw. */
struct pixel_ctx {
   const struct shader_bindings *bindings;
   struct pixel_target target[JIT_MAX_TARGETS];
   struct pixel_target depth, stencil;
   float blend_factor[4];
   uint32_t stencil_ref[2]; /* front, back */
   float depth_min[JIT_MAX_VIEWPORTS], depth_max[JIT_MAX_VIEWPORTS]; /* the viewport's clamp */
   uint32_t num_samples;
   uint32_t reserved;
   float sample_offset[16][2]; /* where samples lie, in pixels from the centre */
};

/* One per worker thread and query slot; summed when the query is read. */
struct pixel_counters {
   uint64_t samples_passed; /* occlusion */
   uint64_t invocations;    /* of the pixel shader, helper lanes not counted */
};

/*
 * Early tests, interpolation, the pixel shader, late tests, blend and write, for `count` blocks of one
 * primitive, in order.
 */
typedef void (*pixel_fn)(const struct pixel_ctx *ctx, const struct primitive *primitive,
                         const struct coverage *blocks, uint32_t count,
                         struct pixel_counters *counters);

/* ---- Compute stage --------------------------------------------------------------------------------- */

struct compute_ctx {
   const struct shader_bindings *bindings;
   uint32_t num_groups[3];
   uint32_t reserved;
};

/*
 * Runs one whole thread group. `shared`: groupshared memory, `scratch`: coroutine frames; both of the
 * size that the shader asks for, 64-byte aligned, one per worker, contents undefined.
 */
typedef void (*compute_fn)(const struct compute_ctx *ctx, uint32_t group_x, uint32_t group_y,
                           uint32_t group_z, void *shared, void *scratch);

#endif
