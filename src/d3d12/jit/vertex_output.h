/*
 * The end of every stage before the rasteriser: the output registers of a group are laid out in memory,
 * and C makes vertices of them (struct vertex_writer).
 */
#ifndef JIT_VERTEX_OUTPUT_H
#define JIT_VERTEX_OUTPUT_H

#include "jit/registers.h"

/* The components of all elements of a kind, in the order in which clip and cull distances are
 * numbered: by element, row, column. At most 8; returns how many. */
uint32_t jit_signature_distances(const struct dxil_signature *signature,
                                 enum dxil_semantic_kind kind, struct jit_component distances[8]);

struct jit_vertex_output {
   struct jit_build *build;
   const struct dxil_signature *signature;
   LLVMValueRef writer;    /* the struct vertex_writer of the bindings */
   LLVMValueRef ctx;       /* the struct vertex_ctx whose viewport and guard band apply */
   LLVMValueRef layout;    /* a constant */
   LLVMValueRef registers; /* on the stack */
};

/*
 * Where the builder is must dominate all uses. `layout` has header, depth_clip and max_vertices; the
 * rest of it is found here. `ctx` may be NULL where there are no headers.
 */
void jit_vertex_output_init(struct jit_vertex_output *output, struct jit_build *build,
                            const struct dxil_signature *signature, LLVMValueRef bindings,
                            LLVMValueRef ctx, struct vertex_layout layout);

/* Writes `lanes` vertices at `out`. */
void jit_vertex_output_write(const struct jit_vertex_output *output,
                             const struct jit_registers *registers, LLVMValueRef out);

/* The lanes of a mask (vi1) append theirs to their struct geometry_output; and end their strips. */
void jit_vertex_output_emit(const struct jit_vertex_output *output,
                            const struct jit_registers *registers, LLVMValueRef outputs,
                            LLVMValueRef mask, uint32_t stream);
void jit_vertex_output_cut(const struct jit_vertex_output *output, LLVMValueRef outputs,
                           LLVMValueRef mask);

#endif
