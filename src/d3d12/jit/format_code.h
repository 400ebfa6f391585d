/*
 * Machine code for formats: raw texels ↔ channels (D3D11.3 3.2.3 conversion rules). Shared by vertex
 * fetch, sampling, image access, and the blend stage.
 */
#ifndef JIT_FORMAT_CODE_H
#define JIT_FORMAT_CODE_H

#include "jit/engine.h"
#include "layout/format.h"

/*
 * Texels in registers: block_bytes ≤ 4 take one vi32 (texel in the low bits, the rest zero), 8 two,
 * 12 three, 16 four, low dword first.
 *
 * Channels: rgba[4] as vf32 for float, UNORM, SNORM formats; as vi32 for integer formats. Missing ones
 * are 0 and, for alpha, 1. sRGB is decoded. Not for compressed formats.
 */
void jit_format_unpack(struct jit_build *build, DXGI_FORMAT format, const LLVMValueRef *raw,
                       LLVMValueRef rgba[4]);
/* The inverse; clamps, rounds and encodes. Channels that the format lacks are ignored. */
void jit_format_pack(struct jit_build *build, DXGI_FORMAT format, const LLVMValueRef rgba[4],
                     LLVMValueRef *raw);
/* Gathers the raw texels at `ptrs` where mask (else zero): fills ceil(block_bytes / 4) vectors. */
void jit_format_gather(struct jit_build *build, DXGI_FORMAT format, LLVMValueRef ptrs,
                       LLVMValueRef mask, LLVMValueRef *raw);
void jit_format_scatter(struct jit_build *build, DXGI_FORMAT format, const LLVMValueRef *raw,
                        LLVMValueRef ptrs, LLVMValueRef mask);

/* Maths on vf32, also used by the shader translator. */
LLVMValueRef jit_srgb_to_linear(struct jit_build *build, LLVMValueRef value);
LLVMValueRef jit_linear_to_srgb(struct jit_build *build, LLVMValueRef value);
LLVMValueRef jit_half_to_float(struct jit_build *build, LLVMValueRef bits); /* vi32 low 16 → vf32 */
LLVMValueRef jit_float_to_half(struct jit_build *build, LLVMValueRef value); /* vf32 → vi32 low 16 */
LLVMValueRef jit_log2(struct jit_build *build, LLVMValueRef value);
LLVMValueRef jit_exp2(struct jit_build *build, LLVMValueRef value);
LLVMValueRef jit_sin(struct jit_build *build, LLVMValueRef value);
LLVMValueRef jit_cos(struct jit_build *build, LLVMValueRef value);

#endif
