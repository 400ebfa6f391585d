/*
 * Inputs that come as vertices of the stage before: geometry, hull and domain shaders.
 */
#ifndef JIT_STAGE_INPUT_H
#define JIT_STAGE_INPUT_H

#include "jit/stages.h"

/*
 * A component of an element, as vf32 or vi32 by its type. vertex: the struct vertex, vptr, or ptr if all
 * lanes have the same. `row` is as in struct jit_stage. What has no link, or no such row, is zero.
 */
LLVMValueRef jit_stage_input(struct jit_build *build, const uint8_t (*links)[4][2],
                             const struct dxil_signature_element *element, LLVMValueRef row,
                             uint32_t col, LLVMValueRef vertex);

/* An i32 or vi32 as a vi32. */
LLVMValueRef jit_to_vector(struct jit_build *build, LLVMValueRef value);

#endif
