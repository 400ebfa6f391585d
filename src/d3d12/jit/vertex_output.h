/*
 * The end of every stage before the rasteriser: SoA output registers → struct vertex, one a lane.
 */
#ifndef JIT_VERTEX_OUTPUT_H
#define JIT_VERTEX_OUTPUT_H

#include "jit/registers.h"

/* The components of all elements of a kind, in the order in which clip and cull distances are
 * numbered: by element, row, column. At most 8; returns how many. */
uint32_t jit_signature_distances(const struct dxil_signature *signature,
                                 enum dxil_semantic_kind kind, struct jit_component distances[8]);

/*
 * Writes `lanes` struct vertex at `out` (16-byte aligned). `ctx` is the struct vertex_ctx whose
 * viewport and guard band apply. Without `header` only the registers are written: for a stage
 * whose vertices a geometry shader reads.
 */
void jit_vertex_output(const struct jit_registers *registers, LLVMValueRef ctx, LLVMValueRef out,
                       bool header, bool depth_clip);

#endif
