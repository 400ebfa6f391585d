/*
 * Denormals. D3D flushes those of 32-bit floats to zero in all arithmetic, but not in what only moves
 * data, and keeps those of doubles and halves (D3D11.3 3.1.3.2, 3.1.4, 3.1.5). The CPU does just that
 * when it is told to, but does it to doubles, too. So machine code is called with the CPU told to
 * (jit_denormals_flush in abi.h), and code that must keep some tells it otherwise while it runs; there, the
 * translator flushes floats by instructions of its own, if they are to be flushed. Halves are converted
 * right either way.
 */
#ifndef JIT_DENORMALS_H
#define JIT_DENORMALS_H

#include "jit/engine.h"

/* Puts a function of the same name around `symbol`, which has the CPU keep denormals. */
void jit_denormals_keep(struct jit_build *build, const char *symbol);

#endif
