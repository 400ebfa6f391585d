/*
 * Short names for LLVM's instructions, for code that is all arithmetic: a prefix i or f for the type,
 * then the operation. Operands may be scalars or vectors, but of one type.
 */
#ifndef JIT_EXPR_H
#define JIT_EXPR_H

#include "jit/engine.h"

#define EXPR_BINARY(name, Build)                                                                   \
   static inline LLVMValueRef name(struct jit_build *build, LLVMValueRef a, LLVMValueRef b)        \
   {                                                                                               \
      return LLVMBuild##Build(build->builder, a, b, "");                                           \
   }

EXPR_BINARY(iadd, Add)
EXPR_BINARY(isub, Sub)
EXPR_BINARY(imul, Mul)
EXPR_BINARY(iand, And)
EXPR_BINARY(ior, Or)
EXPR_BINARY(ixor, Xor)
EXPR_BINARY(ishl, Shl)
EXPR_BINARY(ilshr, LShr)
EXPR_BINARY(iashr, AShr)
EXPR_BINARY(fadd, FAdd)
EXPR_BINARY(fsub, FSub)
EXPR_BINARY(fmul, FMul)
EXPR_BINARY(fdiv, FDiv)

#undef EXPR_BINARY

static inline LLVMValueRef
icmp(struct jit_build *build, LLVMIntPredicate predicate, LLVMValueRef a, LLVMValueRef b)
{
   return LLVMBuildICmp(build->builder, predicate, a, b, "");
}

static inline LLVMValueRef
fcmp(struct jit_build *build, LLVMRealPredicate predicate, LLVMValueRef a, LLVMValueRef b)
{
   return LLVMBuildFCmp(build->builder, predicate, a, b, "");
}

static inline LLVMValueRef
choose(struct jit_build *build, LLVMValueRef condition, LLVMValueRef yes, LLVMValueRef no)
{
   return LLVMBuildSelect(build->builder, condition, yes, no, "");
}

/* The second operand where one is NaN, as x86 has it: one instruction. */
static inline LLVMValueRef
fmin_or_second(struct jit_build *build, LLVMValueRef a, LLVMValueRef b)
{
   return choose(build, fcmp(build, LLVMRealOLT, a, b), a, b);
}

static inline LLVMValueRef
fmax_or_second(struct jit_build *build, LLVMValueRef a, LLVMValueRef b)
{
   return choose(build, fcmp(build, LLVMRealOGT, a, b), a, b);
}

/* NaN becomes `low`. */
static inline LLVMValueRef
fclamp(struct jit_build *build, LLVMValueRef value, LLVMValueRef low, LLVMValueRef high)
{
   return fmin_or_second(build, fmax_or_second(build, value, low), high);
}

static inline LLVMValueRef
umin(struct jit_build *build, LLVMValueRef a, LLVMValueRef b)
{
   return choose(build, icmp(build, LLVMIntULT, a, b), a, b);
}

static inline LLVMValueRef
smin(struct jit_build *build, LLVMValueRef a, LLVMValueRef b)
{
   return choose(build, icmp(build, LLVMIntSLT, a, b), a, b);
}

static inline LLVMValueRef
smax(struct jit_build *build, LLVMValueRef a, LLVMValueRef b)
{
   return choose(build, icmp(build, LLVMIntSGT, a, b), a, b);
}

/* ---- With constants, on vi32 and vf32 ---- */

static inline LLVMValueRef
iadd_const(struct jit_build *build, LLVMValueRef a, uint32_t b)
{
   return b ? iadd(build, a, jit_splat_i32(build, b)) : a;
}

static inline LLVMValueRef
iand_const(struct jit_build *build, LLVMValueRef a, uint32_t b)
{
   return iand(build, a, jit_splat_i32(build, b));
}

static inline LLVMValueRef
ishl_const(struct jit_build *build, LLVMValueRef a, uint32_t b)
{
   return b ? ishl(build, a, jit_splat_i32(build, b)) : a;
}

static inline LLVMValueRef
ilshr_const(struct jit_build *build, LLVMValueRef a, uint32_t b)
{
   return b ? ilshr(build, a, jit_splat_i32(build, b)) : a;
}

static inline LLVMValueRef
fmul_const(struct jit_build *build, LLVMValueRef a, float b)
{
   return fmul(build, a, jit_splat_f32(build, b));
}

static inline LLVMValueRef
fadd_const(struct jit_build *build, LLVMValueRef a, float b)
{
   return fadd(build, a, jit_splat_f32(build, b));
}

static inline LLVMValueRef
fclamp_const(struct jit_build *build, LLVMValueRef value, float low, float high)
{
   return fclamp(build, value, jit_splat_f32(build, low), jit_splat_f32(build, high));
}

/* ---- Conversions of vectors ---- */

static inline LLVMValueRef
to_float(struct jit_build *build, LLVMValueRef value)
{
   return LLVMBuildSIToFP(build->builder, value, build->vf32, "");
}

/* Rounds to zero. */
static inline LLVMValueRef
to_int(struct jit_build *build, LLVMValueRef value)
{
   return LLVMBuildFPToSI(build->builder, value, build->vi32, "");
}

static inline LLVMValueRef
as_float(struct jit_build *build, LLVMValueRef value)
{
   return jit_bitcast(build, value, build->vf32);
}

static inline LLVMValueRef
as_int(struct jit_build *build, LLVMValueRef value)
{
   return jit_bitcast(build, value, build->vi32);
}

static inline LLVMValueRef
fabs_vector(struct jit_build *build, LLVMValueRef value)
{
   return as_float(build, iand_const(build, as_int(build, value), 0x7fffffff));
}

static inline LLVMValueRef
floor_vector(struct jit_build *build, LLVMValueRef value)
{
   if (jit_target_get()->vector_bits >= 256)
      return jit_intrinsic(build, "llvm.floor", (LLVMTypeRef[]){ build->vf32 }, 1, &value, 1);
   /* Without SSE4.1 that would be a call. Floats from 2^23 up have no fraction. */
   LLVMValueRef truncated = to_float(build, to_int(build, value));
   LLVMValueRef above = fcmp(build, LLVMRealOGT, truncated, value);
   LLVMValueRef one = jit_splat_f32(build, 1), zero = jit_splat_f32(build, 0);
   LLVMValueRef floor = fsub(build, truncated, choose(build, above, one, zero));
   LLVMValueRef small =
      fcmp(build, LLVMRealOLT, fabs_vector(build, value), jit_splat_f32(build, 0x1p23f));
   return choose(build, small, floor, value);
}

#endif
