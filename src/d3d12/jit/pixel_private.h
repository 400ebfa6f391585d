/*
 * What the parts of the pixel stage share while its function is written.
 */
#ifndef JIT_PIXEL_PRIVATE_H
#define JIT_PIXEL_PRIVATE_H

#include "jit/blend.h"
#include "jit/depth_stencil.h"
#include "jit/interpolate.h"
#include "jit/registers.h"
#include "jit/smooth_line.h"

/* Where in the pixel attributes are taken (D3D11.3 16.4). */
enum pixel_location {
   PIXEL_CENTER,
   PIXEL_CENTROID,
   PIXEL_SAMPLE,
   PIXEL_NUM_LOCATIONS,
};

struct pixel_stage {
   struct jit_build *build;
   const struct dxil_module *module; /* NULL: no pixel shader */
   const struct jit_pixel_state *state;
   LLVMValueRef ctx, primitive;

   /* Of the primitive, before the loops. */
   struct jit_interpolator interpolator;
   struct jit_smooth_line line; /* if there are such */
   struct jit_depth_stencil depth_stencil;
   struct jit_blender blender[JIT_MAX_TARGETS];
   LLVMValueRef sample_table; /* float[samples][2]: offsets from the centre, in struct pixel_ctx */

   /* Of the group. */
   LLVMValueRef x, y;      /* i32: its top-left pixel */
   LLVMValueRef center[2]; /* vf32: the pixels' centres */
   /* A mask a sample: what the primitive covers, and what of that is still to be written. */
   LLVMValueRef covered, passed;
   LLVMValueRef sample; /* i32: the one that is shaded; 0 when shading pixels */
   LLVMValueRef shaded; /* vi1: lanes that run the shader, helpers included */
   LLVMValueRef live;   /* vi1, on the stack: lanes that count: neither helpers nor discarded */
   LLVMValueRef extent[PIXEL_NUM_LOCATIONS][2]; /* vf32: positions in pixels */
   struct jit_position position[PIXEL_NUM_LOCATIONS];
   struct jit_registers outputs;

   LLVMValueRef samples_passed, invocations; /* i64, on the stack */
};

/* The position of sample `index` (i32, scalar or vector) from the pixel's centre, as vf32. */
void pixel_sample_offset(const struct pixel_stage *stage, LLVMValueRef index, LLVMValueRef xy[2]);
/* Masks on the stack ↔ vi1: bits, where the instruction set has mask registers, else vectors. */
LLVMValueRef pixel_load_mask(const struct pixel_stage *stage, LLVMValueRef array,
                             LLVMValueRef sample);
void pixel_store_mask(const struct pixel_stage *stage, LLVMValueRef array, LLVMValueRef sample,
                      LLVMValueRef mask);

/* The lanes that count, as vi1; data is the struct pixel_stage. */
LLVMValueRef pixel_live(void *data);

/* What the shader asks of the stage; `data` is the struct pixel_stage (pixel_inputs.c). */
void pixel_stage_operations(struct pixel_stage *stage, struct jit_stage *operations);

#endif
