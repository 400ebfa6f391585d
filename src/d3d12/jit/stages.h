/*
 * The stages of a graphics pipeline, as functions that emit them. For each: a plain structure of
 * all that its code depends on (zeroed before it is filled, so it can be hashed as bytes), and the
 * emitter, which fails with a message when the shader asks for what we do not have.
 */
#ifndef JIT_STAGES_H
#define JIT_STAGES_H

#include "jit/link.h"
#include "jit/pipeline.h"

#define JIT_UNLINKED 0xff /* no such output: reads as zero */

/* ---- Vertex ---- */

struct jit_vertex_input {
   uint32_t format; /* DXGI_FORMAT; unknown: the register is not fetched */
   uint32_t slot;
   uint32_t offset; /* resolved: never D3D12_APPEND_ALIGNED_ELEMENT */
   uint32_t per_instance, step_rate;
};

/* System values are made by the stage, all else comes from vertex buffers. */
static inline bool
jit_vertex_input_is_generated(const struct dxil_signature_element *element)
{
   return element->kind == DXIL_SEM_VERTEX_ID || element->kind == DXIL_SEM_INSTANCE_ID;
}

struct jit_vertex_state {
   uint64_t shader[2], root;
   struct jit_vertex_input input[JIT_MAX_REGISTERS]; /* by register of the shader's input */
   uint32_t depth_clip;
   uint32_t feeds_raster; /* writes the vertices' headers */
};

bool jit_vertex_emit(struct jit_build *build, const struct dxil_module *vs,
                     const struct root_signature *root, const struct jit_vertex_state *state,
                     struct shader_info *info, char message[static 128]);

/* ---- Geometry ---- */

struct jit_geometry_state {
   uint64_t shader[2], root;
   uint8_t input[JIT_MAX_REGISTERS][4][2]; /* register, column of the previous stage's output */
   uint32_t input_registers; /* of the previous stage's output: pitch of its vertices */
   uint32_t depth_clip;
};

#define JIT_MAX_GEOMETRY_VERTICES 1024 /* 1024 components (D3D11.3 22.3.5) */

/* Vertices of an input primitive (D3D_PRIMITIVE); 0: not one that a geometry shader takes. */
uint32_t jit_geometry_input_vertices(const struct dxil_module *gs);

bool jit_geometry_emit(struct jit_build *build, const struct dxil_module *gs,
                       const struct root_signature *root, const struct jit_geometry_state *state,
                       struct shader_info *info, char message[static 128]);

/* ---- Hull and domain ---- */

struct jit_hull_state {
   uint64_t shader[2], root;
   uint8_t input[JIT_MAX_REGISTERS][4][2]; /* register, column of the vertex shader's output */
};

struct jit_domain_state {
   uint64_t shader[2], root;
   /* Register, column of the hull shader's control points and patch constants. */
   uint8_t input[JIT_MAX_REGISTERS][4][2];
   uint8_t patch[JIT_MAX_PATCH_REGISTERS][4][2];
   uint32_t num_points, point_registers; /* control points that there are, and their registers */
   uint32_t depth_clip;
   uint32_t feeds_raster;
};

bool jit_hull_emit(struct jit_build *build, const struct dxil_module *hs,
                   const struct root_signature *root, const struct jit_hull_state *state,
                   struct shader_info *info, char message[static 128]);
bool jit_domain_emit(struct jit_build *build, const struct dxil_module *ds,
                     const struct root_signature *root, const struct jit_domain_state *state,
                     struct shader_info *info, char message[static 128]);

/* ---- Pixel ---- */

struct jit_blend_target {
   uint32_t format;      /* DXGI_FORMAT; unknown: nothing is written */
   uint8_t write_mask;   /* of the channels that the format has */
   uint8_t blend;        /* else the factors and ops are zero */
   uint8_t src, dst, op; /* D3D12_BLEND, D3D12_BLEND_OP */
   uint8_t src_alpha, dst_alpha, op_alpha;
   uint8_t logic;    /* else logic_op is zero */
   uint8_t logic_op; /* D3D12_LOGIC_OP */
};

struct jit_stencil_face {
   uint8_t fail, depth_fail, pass, func; /* D3D12_STENCIL_OP, D3D12_COMPARISON_FUNC */
};

struct jit_depth_state {
   uint32_t format; /* of the depth plane; unknown: neither test */
   uint8_t test, write, func;
   uint8_t stencil, read_mask, write_mask;
   struct jit_stencil_face face[2]; /* front, back */
};

/* When the depth and stencil tests happen. */
enum jit_test_order {
   JIT_TEST_LATE,        /* after the shader */
   JIT_TEST_LATE_REJECT, /* after it; and before it, a depth test that writes nothing */
   JIT_TEST_EARLY,       /* before the shader, which has no say */
};

struct jit_pixel_state {
   uint64_t shader[2], root;
   struct jit_blend_target target[JIT_MAX_TARGETS];
   struct jit_depth_state depth;
   uint8_t input[JIT_MAX_REGISTERS][4][2]; /* register, column of the raster stage's output */
   uint32_t samples, sample_mask; /* of the rasteriser: those that coverage is about */
   uint32_t target_samples, target_mask; /* of the targets: the same samples, unless they are forced */
   uint32_t alpha_to_coverage;
   uint32_t smooth_lines; /* the primitives are lines, alpha-antialiased */
   uint32_t sample_rate;
   uint32_t order; /* jit_test_order */
};

/* The rasteriser has other samples than the targets (D3D11.3 3.5.6). There is no depth buffer, then. */
static inline bool
jit_pixel_is_forced(const struct jit_pixel_state *state)
{
   return state->samples != state->target_samples;
}

/* ps may be NULL: coverage, tests and depth only. */
bool jit_pixel_emit(struct jit_build *build, const struct dxil_module *ps,
                    const struct root_signature *root, const struct jit_pixel_state *state,
                    struct shader_info *info, char message[static 128]);

#define JIT_VERTEX_SYMBOL "vertex"
#define JIT_GEOMETRY_SYMBOL "geometry"
#define JIT_HULL_SYMBOL "hull"
#define JIT_DOMAIN_SYMBOL "domain"
#define JIT_PIXEL_SYMBOL "pixel"

/* Starts the stage's function: parameters of the given types, pointers noalias; the builder is
 * left at its entry. */
LLVMValueRef jit_stage_function(struct jit_build *build, const char *symbol,
                                LLVMTypeRef *parameters, unsigned count);

/* for (first = 0; first < count; first += step): begin leaves the builder in the body, end behind the
 * loop. `first`, `count`: i32; step: elements of a group, no more than lanes; `mask`: the lanes that
 * have one. */
struct jit_group_loop {
   LLVMValueRef first, mask;
   LLVMValueRef count;
   uint32_t step;
   LLVMBasicBlockRef entry, body, done;
};
void jit_group_loop_begin(struct jit_build *build, struct jit_group_loop *loop, LLVMValueRef count,
                          uint32_t step);
void jit_group_loop_end(struct jit_build *build, struct jit_group_loop *loop);

#endif
