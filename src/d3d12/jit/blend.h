/*
 * The output merger's colour half: blending, logic operations, write masks, and the way into the
 * render target (D3D11.3 17.1 to 17.7, 17.15).
 */
#ifndef JIT_BLEND_H
#define JIT_BLEND_H

#include "jit/span.h"
#include "jit/stages.h"

struct jit_blender {
   struct jit_build *build;
   const struct jit_blend_target *state;
   struct jit_surface surface;
   LLVMValueRef factor[4]; /* vf32: the blend factor, in the target's range */
};

/* Does the equation read SV_Target1 (17.6)? */
bool jit_blend_is_dual_source(const struct jit_blend_target *state);

/* Where the builder is: the code before the loops. index: of the target. */
void jit_blender_init(struct jit_blender *blender, struct jit_build *build,
                      const struct jit_blend_target *state, uint32_t index, LLVMValueRef ctx,
                      LLVMValueRef layer);

/* Writes the lanes of `mask` of the group at pixel (x, y). Colours are vi32, 32-bit patterns of
 * what the shader wrote; `second` is NULL unless dual source. */
void jit_blend(const struct jit_blender *blender, LLVMValueRef x, LLVMValueRef y,
               LLVMValueRef sample, const LLVMValueRef color[4], const LLVMValueRef *second,
               LLVMValueRef mask);

#endif
