/*
 * The depth and stencil tests (D3D11.3 17.8 to 17.12).
 */
#ifndef JIT_DEPTH_STENCIL_H
#define JIT_DEPTH_STENCIL_H

#include "jit/span.h"
#include "jit/stages.h"

struct jit_depth_stencil {
   struct jit_build *build;
   const struct jit_depth_state *state;
   struct jit_surface depth, stencil;
   LLVMValueRef front;     /* i1 */
   LLVMValueRef reference; /* vi32, of the primitive's face */
   LLVMValueRef min, max;  /* vf32: the viewport's depth range */
};

/* Does the pipeline test at all? */
static inline bool
jit_depth_stencil_enabled(const struct jit_depth_state *state)
{
   return state->test || state->stencil;
}

/* Where the builder is: the code before the loops. */
void jit_depth_stencil_init(struct jit_depth_stencil *depth_stencil, struct jit_build *build,
                            const struct jit_depth_state *state, LLVMValueRef ctx,
                            LLVMValueRef primitive, LLVMValueRef layer);

/*
 * Tests the group at pixel (x, y) (i32) and updates both planes; returns the lanes of `mask` that
 * pass. depth: vf32, before the viewport's clamp. reference: the shader's stencil reference
 * (vi32), or NULL.
 */
LLVMValueRef jit_depth_stencil_test(const struct jit_depth_stencil *depth_stencil, LLVMValueRef x,
                                    LLVMValueRef y, LLVMValueRef sample, LLVMValueRef depth,
                                    LLVMValueRef reference, LLVMValueRef mask);
/* The depth test alone, without any write. */
LLVMValueRef jit_depth_stencil_peek(const struct jit_depth_stencil *depth_stencil, LLVMValueRef x,
                                    LLVMValueRef y, LLVMValueRef sample, LLVMValueRef depth,
                                    LLVMValueRef mask);

#endif
