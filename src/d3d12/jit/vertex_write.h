/*
 * What machine code calls at the end of the stages before the rasteriser: a group's output registers
 * become vertices. It is the same for all shaders, and a call for a whole group costs next to nothing,
 * so that it is C that is there, rather than code that each shader would have to wait for.
 */
#ifndef JIT_VERTEX_WRITE_H
#define JIT_VERTEX_WRITE_H

#include "jit/abi.h"

/* For the instruction set of jit_target_get. */
const struct vertex_writer *jit_vertex_writer(void);

/* Compiled from one source, for each instruction set. */
extern const struct vertex_writer jit_vertex_writer_sse2, jit_vertex_writer_avx2,
   jit_vertex_writer_avx512;

#endif
