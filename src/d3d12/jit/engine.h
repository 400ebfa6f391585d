/*
 * LLVM, reduced to what the compilers of this room need: a context to build IR in, and a way from a
 * finished module to callable code, through the disk cache.
 *
 * One jit_build is used by one thread; any number may be alive at once. Compiled code is position
 * independent, has constants but no variables of its own, calls nothing by name (all addresses come
 * in through its arguments; what LLVM makes calls of, memcpy or the mathematics that the CPU lacks,
 * is provided) and may be executed by any thread for as long as its jit_code lives.
 */
#ifndef JIT_ENGINE_H
#define JIT_ENGINE_H

#include <llvm-c/Core.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The instruction set in use, chosen once per process: the best of AVX-512, AVX2, SSE4.1, SSE2 that
 * the CPU has, or what DXG_ISA names (avx512, avx2, sse41, sse2) if the CPU has it. */
struct jit_target {
   const char *isa;  /* "avx512", "avx2", "sse41", "sse2" */
   const char *cpu, *features; /* LLVM's names */
   uint32_t lanes;   /* of a group: 16 or 8 */
   uint32_t vector_bits;
   bool has_fma, has_f16c;
};
const struct jit_target *jit_target_get(void);

/* A module under construction, and the types that everyone needs. */
struct jit_build {
   LLVMContextRef context;
   LLVMModuleRef module;
   LLVMBuilderRef builder;
   uint32_t lanes;
   LLVMTypeRef void_type, i1, i8, i16, i32, i64, f16, f32, f64, ptr; /* ptr: opaque, address space 0 */
   LLVMTypeRef vi1, vi8, vi16, vi32, vi64, vf16, vf32, vf64, vptr;   /* vectors of `lanes` of them */
   uint64_t key[2]; /* names this module in the cache */
   bool keeps_denormals; /* see jit/denormals.h; to be set before finish */
};

struct jit_code;

/*
 * Looks in memory and on disk for the code with this key; NULL if it must be built.
 * `symbol` is the name of the function wanted; a module has exactly one entry point.
 */
struct jit_code *jit_code_find(const uint64_t key[2], const char *symbol);

/* NULL when out of memory. */
struct jit_build *jit_build_create(const uint64_t key[2]);
/* Optimises, emits, stores in the cache, loads. Consumes the build, also on failure (NULL).
 * Functions with the attribute presplitcoroutine are split (llvm.coro.*). Globals, and all
 * functions but `symbol`, become internal. */
struct jit_code *jit_build_finish(struct jit_build *build, const char *symbol);
void jit_build_destroy(struct jit_build *build); /* abandons it */

void *jit_code_entry(const struct jit_code *code);
/* Extra bytes that travel with the code in the cache (sizes, counts): set before finish. */
void jit_build_set_info(struct jit_build *build, const void *info, size_t size);
const void *jit_code_info(const struct jit_code *code, size_t *size);

/* Codes are counted: find and finish give a reference. NULL is allowed. */
void jit_code_release(struct jit_code *code);

/* ---- Small builders, one LLVM idiom each; names follow what they compute. -------------------- */

LLVMValueRef jit_const_i32(struct jit_build *build, uint32_t value);
LLVMValueRef jit_const_f32(struct jit_build *build, float value);
/* A vector with the scalar (or constant) in each lane. */
LLVMValueRef jit_splat(struct jit_build *build, LLVMValueRef scalar);
LLVMValueRef jit_splat_i32(struct jit_build *build, uint32_t value);
LLVMValueRef jit_splat_f32(struct jit_build *build, float value);
/* Lane numbers 0, 1, 2 … */
LLVMValueRef jit_lane_ids(struct jit_build *build);
/* Is any lane of a vi1 set? (i1). As an i32 bit mask: lane 0 in bit 0. And back. */
LLVMValueRef jit_any(struct jit_build *build, LLVMValueRef mask);
LLVMValueRef jit_mask_bits(struct jit_build *build, LLVMValueRef mask);
LLVMValueRef jit_mask_from_bits(struct jit_build *build, LLVMValueRef bits);
/* base + byte offset (constant, or an i64 value) */
LLVMValueRef jit_ptr_add(struct jit_build *build, LLVMValueRef ptr, uint64_t offset);
LLVMValueRef jit_ptr_add_value(struct jit_build *build, LLVMValueRef ptr, LLVMValueRef offset);
/* Load or store of `type` at ptr + offset; align: bytes. */
LLVMValueRef jit_load(struct jit_build *build, LLVMTypeRef type, LLVMValueRef ptr, uint64_t offset,
                      uint32_t align);
LLVMValueRef jit_store(struct jit_build *build, LLVMValueRef value, LLVMValueRef ptr,
                       uint64_t offset, uint32_t align);
/* Lanes gathered from `ptrs` (vptr) where mask, else zero; and the scatter. */
LLVMValueRef jit_gather(struct jit_build *build, LLVMTypeRef vector_type, LLVMValueRef ptrs,
                        LLVMValueRef mask, uint32_t align);
void jit_scatter(struct jit_build *build, LLVMValueRef value, LLVMValueRef ptrs, LLVMValueRef mask,
                 uint32_t align);
/* An LLVM intrinsic by name, overloaded on `overloads`; e.g. "llvm.fma". */
LLVMValueRef jit_intrinsic(struct jit_build *build, const char *name, LLVMTypeRef *overloads,
                           unsigned num_overloads, LLVMValueRef *args, unsigned num_args);
LLVMValueRef jit_fma(struct jit_build *build, LLVMValueRef a, LLVMValueRef b, LLVMValueRef c);
LLVMValueRef jit_fmin(struct jit_build *build, LLVMValueRef a, LLVMValueRef b); /* IEEE minNum */
LLVMValueRef jit_fmax(struct jit_build *build, LLVMValueRef a, LLVMValueRef b);
LLVMValueRef jit_bitcast(struct jit_build *build, LLVMValueRef value, LLVMTypeRef type);
/* An alloca in the function's entry block, wherever the builder is. */
LLVMValueRef jit_alloca(struct jit_build *build, LLVMTypeRef type, uint32_t align, const char *name);
LLVMBasicBlockRef jit_block(struct jit_build *build, const char *name); /* appended to the function */
void jit_position(struct jit_build *build, LLVMBasicBlockRef block);

#endif
