/*
 * DXIL → LLVM IR for a group of invocations.
 *
 * A value that differs between lanes becomes a vector of `lanes` elements, one that provably does not
 * stays scalar. Control flow that diverges is linearised under execution masks; branches remain where
 * the group agrees. What depends on the stage is asked of the stage, through jit_stage.
 */
#ifndef JIT_TRANSLATE_H
#define JIT_TRANSLATE_H

#include "dxil/module.h"
#include "dxil/root_signature.h"
#include "jit/abi.h"
#include "jit/engine.h"

/* One place in the shader that samples, loads or stores through a typed view: which routine it calls
 * is found when a draw is played (jit_shader_bind), if the descriptor's place is known by then. */
struct texture_site {
   enum texture_op op;
   uint8_t view_param;      /* root parameter (a table) */
   uint8_t sampler_param;   /* a table; TEXTURE_SITE_STATIC: static sampler; _NONE: op has none */
   uint32_t view_offset;    /* descriptors from the table's start */
   uint32_t sampler_offset; /* or index into static samplers */
};
#define TEXTURE_SITE_NONE 0xff
#define TEXTURE_SITE_STATIC 0xfe

#define JIT_MAX_SITES 256 /* the sites beyond look their routine up as they run */

/*
 * A pixel shader that only shows a texture: each component of its one output is that of a texel, or 1, and may
 * be multiplied by a number from a constant buffer: opacity, or a tint. Where there is none, and the texture is
 * drawn in its own size, as compositors do, there is nothing to compute (raster/blit.h).
 */
struct shader_blit {
   bool valid;
   uint8_t site;
   uint8_t reg[2], col[2];   /* of the texture coordinates in the shader's input */
   uint8_t source[4];        /* of each component: the texel's, or SHADER_BLIT_ONE */
   uint8_t scaled;           /* components that are multiplied, a bit each */
   uint8_t scale_param;      /* the buffer: root parameter (a table), and */
   uint32_t scale_view;      /* descriptors from its start */
   uint32_t scale_offset[4]; /* bytes into it */
};
#define SHADER_BLIT_ONE D3D12_SHADER_COMPONENT_MAPPING_FORCE_VALUE_1

/* What is known of a shader once it is translated; stored in the cache beside its code. */
struct shader_info {
   uint32_t num_sites;
   struct texture_site sites[JIT_MAX_SITES];
   uint32_t shared_size;   /* compute: bytes of groupshared memory */
   uint32_t scratch_size;  /* compute: bytes of coroutine frames */
   uint32_t group_threads; /* compute: invocations in a thread group */
   bool writes_memory;     /* UAV stores or atomics */
   bool uses_textures;     /* typed views, buffers too */
   bool uses_buffers;      /* constant, raw and structured buffers; root constants are none */
   struct shader_blit blit;
};

/*
 * How a stage answers the operations that are its own. Each gets `data` first. Values are vectors
 * (vf32 or vi32, by the element's type: integer elements as vi32; 1-bit ones as vi32 0 or 1), masks
 * are vi1. NULL members are for operations that the stage does not have.
 */
struct jit_stage {
   void *data;
   /* loadInput: one component of one row; row is an i32, scalar or vector (dynamic index);
    * vertex: the vertex axis of geometry, hull, domain inputs (i32, scalar or vector), else NULL. */
   LLVMValueRef (*load_input)(void *data, const struct dxil_signature_element *element,
                              LLVMValueRef row, uint32_t col, LLVMValueRef vertex);
   /* storeOutput: lanes in mask only. */
   void (*store_output)(void *data, const struct dxil_signature_element *element, LLVMValueRef row,
                        uint32_t col, LLVMValueRef value, LLVMValueRef mask);
   /* Hull, patch constant function: loadOutputControlPoint, of the output signature. */
   LLVMValueRef (*load_control_point)(void *data, const struct dxil_signature_element *element,
                                      LLVMValueRef row, uint32_t col, LLVMValueRef vertex);
   /* Hull, domain: elements of the patch constant signature. */
   LLVMValueRef (*load_patch)(void *data, const struct dxil_signature_element *element,
                              LLVMValueRef row, uint32_t col);
   void (*store_patch)(void *data, const struct dxil_signature_element *element, LLVMValueRef row,
                       uint32_t col, LLVMValueRef value, LLVMValueRef mask);
   LLVMValueRef (*control_point_id)(void *data);               /* hull: vi32 */
   LLVMValueRef (*domain_location)(void *data, uint32_t axis); /* domain: vf32; axis 0–2 */
   /* Pixel: evalCentroid; evalSampleIndex (index set); evalSnapped (offsets set, 1/16 pixels). */
   LLVMValueRef (*eval_centroid)(void *data, const struct dxil_signature_element *element,
                                 LLVMValueRef row, uint32_t col);
   LLVMValueRef (*eval_sample)(void *data, const struct dxil_signature_element *element,
                               LLVMValueRef row, uint32_t col, LLVMValueRef index);
   LLVMValueRef (*eval_snapped)(void *data, const struct dxil_signature_element *element,
                                LLVMValueRef row, uint32_t col, LLVMValueRef x, LLVMValueRef y);
   LLVMValueRef (*attribute_at_vertex)(void *data, const struct dxil_signature_element *element,
                                       LLVMValueRef row, uint32_t col, uint32_t vertex);
   /* Pixel: these lanes become helpers; the stage keeps its own live mask. */
   void (*discard)(void *data, LLVMValueRef mask);
   LLVMValueRef (*is_helper)(void *data);    /* vi1 */
   LLVMValueRef (*sample_index)(void *data); /* vi32 */
   LLVMValueRef (*coverage)(void *data);     /* vi32 */
   LLVMValueRef (*primitive_id)(void *data); /* i32 or vi32 */
   /* Render target sample position, xy in pixels from the centre; index vi32 or i32 */
   void (*sample_position)(void *data, LLVMValueRef index, LLVMValueRef xy[2]);
   LLVMValueRef (*sample_count)(void *data); /* i32 */
   /* Geometry. */
   void (*emit)(void *data, uint32_t stream, LLVMValueRef mask);
   void (*cut)(void *data, uint32_t stream, LLVMValueRef mask);
   LLVMValueRef (*instance_id)(void *data); /* gsInstanceID */
   /* Compute: axis 0–2. i32 or vi32. */
   LLVMValueRef (*thread_id)(void *data, uint32_t axis);
   LLVMValueRef (*group_id)(void *data, uint32_t axis);
   LLVMValueRef (*thread_id_in_group)(void *data, uint32_t axis);
   LLVMValueRef (*flat_thread_id)(void *data);
   /* Compute: a barrier that all invocations of the thread group reach. */
   void (*group_barrier)(void *data);
};

struct jit_translate_desc {
   const struct dxil_module *module;
   const struct dxil_function *function; /* NULL: the module's entry point */
   const struct root_signature *root;
   D3D12_SHADER_VISIBILITY visibility;
   const struct jit_stage *stage;
   LLVMValueRef bindings; /* ptr to struct shader_bindings */
   LLVMValueRef shared;   /* compute: ptr to groupshared memory */
   LLVMValueRef mask;     /* vi1: the lanes that run at entry, helpers included */
   /* Lanes whose side effects count (stores, atomics): asked at each such place; NULL: all that run.
    * For pixel shaders: not helpers. */
   LLVMValueRef (*write_mask)(void *data);
};

/*
 * Emits the shader's body at the builder's position and leaves the builder behind it. The sites and
 * sizes are added to `info`, which is zero before the first function of a shader. False, with a message:
 * the shader uses what we do not have (the caller fails the pipeline), or asks for a resource that the
 * root signature does not bind.
 */
bool jit_translate(struct jit_build *build, const struct jit_translate_desc *desc,
                   struct shader_info *info, char message[static 128]);

#endif
