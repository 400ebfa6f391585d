/*
 * Routines for textures and typed buffers: one per (view format and dimension, sampler state,
 * operation), compiled when first met and kept for the life of the process (and on disk).
 * Thread-safe; a hit takes no lock.
 */
#ifndef JIT_TEXTURE_H
#define JIT_TEXTURE_H

#include "jit/abi.h"

texture_fn jit_texture_lookup(const struct descriptor *view, const struct sampler *sampler,
                              enum texture_op op);

/* The same, in plain C and one lane at a time: what the compiled routines are tested against, and what
 * formats that are not worth machine code use. */
texture_fn jit_texture_reference(enum texture_op op);

#endif
