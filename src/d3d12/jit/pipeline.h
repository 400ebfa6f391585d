/*
 * Pipelines: the machine code of all stages for one pipeline state. Immutable after creation, may be
 * used by many threads.
 */
#ifndef JIT_PIPELINE_H
#define JIT_PIPELINE_H

#include "dxil/module.h"
#include "dxil/root_signature.h"
#include "jit/abi.h"
#include "jit/link.h"
#include "jit/translate.h"

/* A compiled stage. */
struct jit_shader {
   struct jit_code *code;
   struct shader_info info;
};

struct jit_graphics_desc {
   const struct dxil_module *vs, *ps, *gs; /* ps, gs may be NULL */
   const struct dxil_module *hs, *ds;      /* both or neither */
   const struct root_signature *root;
   /* As given to CreateGraphicsPipelineState; pointers in it are valid during creation only. The
    * shader bytecode members are not read. */
   const D3D12_GRAPHICS_PIPELINE_STATE_DESC *state;
};

/* What the tessellator needs of a hull shader. */
struct jit_tessellation {
   uint32_t domain, partitioning, primitive; /* D3D_TESSELLATOR_… */
   uint32_t input_points, output_points;
   /* Where factors are in the patch constants; what the shader does not write is at JIT_NO_REGISTER. */
   struct jit_component edge[4], inside[2];
};
#define JIT_NO_REGISTER 0xff

/* Made when the process was about to exit (jit/exit.h), it has no `pixel`, and draws nothing. */
struct jit_graphics {
   struct jit_shader vs, hs, ds, gs, ps; /* ps.code is always there: without a pixel shader it still
                                    tests and writes depth; those of other shaders that the pipeline
                                    does not have are NULL */
   vertex_fn vertex;
   hull_fn hull;
   domain_fn domain;
   geometry_fn geometry;
   pixel_fn pixel;
   uint32_t vs_registers;     /* output registers of the vertex shader (pitch of its vertices) */
   uint32_t hs_registers, patch_registers, ds_registers; /* of hull and domain shader likewise */
   struct jit_tessellation tess;
   uint32_t raster_registers; /* of the last stage before the rasteriser */
   uint32_t vertex_buffer_mask; /* input slots read */
   uint32_t num_clip, num_cull;   /* distances that the last stage writes */
   /* Register and component of each clip distance in the raster-stage output, for the clipper. */
   struct jit_component clip_distance[8];
   /* Registers that the pixel shader reads, and those that are interpolated without perspective:
    * the clipper interpolates these in screen space. A bit per register. */
   uint32_t ps_inputs, ps_noperspective;
   bool sample_rate;           /* the pixel shader runs per sample */
   bool early_depth;           /* tests come before shading */
   bool ps_has_side_effects;   /* UAV writes: blocks may not be skipped */
   /* A draw writes to its targets only, and once its vertices are shaded reads nothing else: the pixel shader
    * sees its inputs and root constants, and no stage sees textures. */
   bool is_self_contained;
   uint32_t samples;           /* that decide coverage: ForcedSampleCount, or the targets' */
   /* What the pixel shader does, if nothing is done to it on the way to the target; reg and col are of the
    * raster-stage output. */
   struct shader_blit blit;
   uint32_t gs_input_vertices, gs_max_vertices, gs_instances, gs_topology;
};

/* HRESULTs: E_INVALIDARG (with a message on stderr under DXG_DEBUG=info), E_OUTOFMEMORY. */
HRESULT jit_graphics_create(const struct jit_graphics_desc *desc, struct jit_graphics **out);
void jit_graphics_destroy(struct jit_graphics *pipeline);

struct jit_compute {
   struct jit_shader cs;
   compute_fn run; /* NULL: as a jit_graphics without `pixel` */
};
HRESULT jit_compute_create(const struct dxil_module *cs, const struct root_signature *root,
                           struct jit_compute **out);
void jit_compute_destroy(struct jit_compute *pipeline);

/* What a texture site of a shader reads; the sampler is NULL if the operation has none. */
const struct descriptor *jit_site_view(const struct texture_site *site,
                                       const struct shader_bindings *bindings);
const struct sampler *jit_site_sampler(const struct texture_site *site,
                                       const struct shader_bindings *bindings);

/*
 * Finds the texture routines for a draw or dispatch: fills `fns` (shader->info.num_sites of them) from
 * the descriptors that the root arguments reach. Called on the queue's thread.
 */
void jit_shader_bind(const struct jit_shader *shader, const struct shader_bindings *bindings,
                     texture_fn *fns);

#endif
