/*
 * Elementary functions on vectors, as straight-line code without calls. The polynomials are minimax
 * fits; each comment gives the error of the ideal polynomial, before rounding.
 */
#include "jit/format_code.h"
#include "util/bits.h"

#include <math.h>

/* c[0] + c[1] x + c[2] x² … */
static LLVMValueRef
polynomial(struct jit_build *build, LLVMValueRef x, const float *c, uint32_t count)
{
   LLVMValueRef sum = jit_splat_f32(build, c[count - 1]);
   for (uint32_t i = count - 1; i-- > 0;)
      sum = jit_fma(build, sum, x, jit_splat_f32(build, c[i]));
   return sum;
}

static LLVMValueRef
as_int(struct jit_build *build, LLVMValueRef value)
{
   return jit_bitcast(build, value, build->vi32);
}

static LLVMValueRef
as_float(struct jit_build *build, LLVMValueRef value)
{
   return jit_bitcast(build, value, build->vf32);
}

static LLVMValueRef
compare(struct jit_build *build, LLVMRealPredicate predicate, LLVMValueRef a, float b)
{
   return LLVMBuildFCmp(build->builder, predicate, a, jit_splat_f32(build, b), "");
}

static LLVMValueRef
choose(struct jit_build *build, LLVMValueRef condition, LLVMValueRef yes, LLVMValueRef no)
{
   return LLVMBuildSelect(build->builder, condition, yes, no, "");
}

/* Adding 1.5 × 2^23 leaves the nearest integer in a float's low bits, for values below 2^22. */
#define ROUND_MAGIC 12582912.0f

LLVMValueRef
jit_log2(struct jit_build *build, LLVMValueRef value)
{
   /* log2(1 + f) / f for f in [√½ - 1, √2 - 1]; relative error 2.6e-8 */
   static const float c[] = { 1.4426950036526216f,  -0.7213473468070407f, 0.48091064292651386f,
                              -0.3607036826008446f, 0.2879162483697456f,  -0.2389448249822585f,
                              0.21571560772593848f, -0.207269727417984f,  0.12583699360170675f };
   LLVMBuilderRef b = build->builder;

   /* value = 2^exponent × (1 + f) */
   LLVMValueRef bits = as_int(build, value);
   LLVMValueRef above = LLVMBuildSub(b, bits, jit_splat_i32(build, 0x3f3504f3), "");
   LLVMValueRef exponent = LLVMBuildAShr(b, above, jit_splat_i32(build, 23), "");
   LLVMValueRef shifted = LLVMBuildShl(b, exponent, jit_splat_i32(build, 23), "");
   LLVMValueRef f = LLVMBuildFSub(b, as_float(build, LLVMBuildSub(b, bits, shifted, "")),
                                  jit_splat_f32(build, 1), "");
   LLVMValueRef whole = LLVMBuildSIToFP(b, exponent, build->vf32, "");
   LLVMValueRef result = jit_fma(build, f, polynomial(build, f, c, ARRAY_LENGTH(c)), whole);

   /* Denormals count as zero (D3D11.3 3.1.3.1). Infinity and NaN stay what they are. */
   LLVMValueRef finite = compare(build, LLVMRealOLT, value, INFINITY);
   result = choose(build, finite, result, value);
   LLVMValueRef negative = compare(build, LLVMRealOLT, value, 0);
   result = choose(build, negative, jit_splat_f32(build, NAN), result);
   LLVMValueRef magnitude = LLVMBuildAnd(b, bits, jit_splat_i32(build, 0x7fffffff), "");
   LLVMValueRef zero =
      LLVMBuildICmp(b, LLVMIntULT, magnitude, jit_splat_i32(build, 0x00800000), "");
   return choose(build, zero, jit_splat_f32(build, -INFINITY), result);
}

LLVMValueRef
jit_exp2(struct jit_build *build, LLVMValueRef value)
{
   /* 2^f for f in [-½, ½]; relative error 2.6e-9 */
   static const float c[] = { 1.0f,
                              0.693147214967885f,
                              0.24022652782876178f,
                              0.05550310551206981f,
                              0.009617692976143188f,
                              0.0013406643847480061f,
                              0.0001559467701510541f };
   LLVMBuilderRef b = build->builder;

   LLVMValueRef magic = jit_splat_f32(build, ROUND_MAGIC);
   LLVMValueRef biased = LLVMBuildFAdd(b, value, magic, "");
   LLVMValueRef f = LLVMBuildFSub(b, value, LLVMBuildFSub(b, biased, magic, ""), "");
   LLVMValueRef power = polynomial(build, f, c, ARRAY_LENGTH(c));
   LLVMValueRef exponent = LLVMBuildShl(b, as_int(build, biased), jit_splat_i32(build, 23), "");
   LLVMValueRef result = as_float(build, LLVMBuildAdd(b, as_int(build, power), exponent, ""));

   result = choose(build, compare(build, LLVMRealOLT, value, 128), result,
                   jit_splat_f32(build, INFINITY));
   result =
      choose(build, compare(build, LLVMRealOLT, value, -126), jit_splat_f32(build, 0), result);
   return choose(build, LLVMBuildFCmp(b, LLVMRealUNO, value, value, ""), value, result);
}

/*
 * sin(value - half_turns × π), its sign flipped for odd half_turns: value / π rounded to an integer or,
 * with offset ½ for the cosine, to an integer and a half.
 */
static LLVMValueRef
sine(struct jit_build *build, LLVMValueRef value, float offset)
{
   /* (sin(r) - r) / r³ in r² for r in [0, π/2]; absolute error of the sine 4.6e-9 */
   static const float c[] = { -0.16666657096531692f, 0.008333017292203006f,
                              -0.00019806615245721972f, 2.600054860032714e-06f };
   /* π in three parts, the first two short enough that their products are exact */
   static const float pi[] = { 3.140625f, 9.67502593994140625e-4f, 1.509957990978376432e-7f };
   LLVMBuilderRef b = build->builder;

   LLVMValueRef magic = jit_splat_f32(build, ROUND_MAGIC);
   LLVMValueRef turns =
      jit_fma(build, value, jit_splat_f32(build, (float)M_1_PI), jit_splat_f32(build, -offset));
   LLVMValueRef biased = LLVMBuildFAdd(b, turns, magic, "");
   LLVMValueRef half_turns = LLVMBuildFSub(b, biased, magic, "");
   half_turns = LLVMBuildFAdd(b, half_turns, jit_splat_f32(build, offset), "");

   LLVMValueRef r = value;
   for (uint32_t i = 0; i < ARRAY_LENGTH(pi); i++)
      r = jit_fma(build, half_turns, jit_splat_f32(build, -pi[i]), r);

   LLVMValueRef r2 = LLVMBuildFMul(b, r, r, "");
   LLVMValueRef r3 = LLVMBuildFMul(b, r2, r, "");
   LLVMValueRef result = jit_fma(build, polynomial(build, r2, c, ARRAY_LENGTH(c)), r3, r);

   /* Where the argument is too large to reduce: 0, and NaN for infinity and NaN. */
   LLVMValueRef reduced = compare(build, LLVMRealOLT, r2, 3);
   result = choose(build, reduced, result, LLVMBuildFMul(b, r, jit_splat_f32(build, 0), ""));

   LLVMValueRef sign = LLVMBuildShl(b, as_int(build, biased), jit_splat_i32(build, 31), "");
   if (offset != 0)
      sign = LLVMBuildXor(b, sign, jit_splat_i32(build, 0x80000000), "");
   return as_float(build, LLVMBuildXor(b, as_int(build, result), sign, ""));
}

LLVMValueRef
jit_sin(struct jit_build *build, LLVMValueRef value)
{
   return sine(build, value, 0);
}

LLVMValueRef
jit_cos(struct jit_build *build, LLVMValueRef value)
{
   /* cos(r + (n + ½)π) = -sin(r) × (-1)^n */
   return sine(build, value, 0.5f);
}

/* D3D11.3 3.2.3.7 allows an error of half a step of the 8-bit encoding. */
LLVMValueRef
jit_srgb_to_linear(struct jit_build *build, LLVMValueRef value)
{
   /* Error 5e-5, measured on the encoded side */
   static const float c[] = { 0.0009168914116676841f, 0.032746053009366824f, 0.5193821826431129f,
                              0.6671599860713836f,    -0.307376834474346f,   0.08728206909175362f };
   LLVMValueRef low = LLVMBuildFMul(build->builder, value, jit_splat_f32(build, 1 / 12.92f), "");
   LLVMValueRef high = polynomial(build, value, c, ARRAY_LENGTH(c));
   /* Exactly 1 at the end: the fit lies above it there. */
   high = jit_fmin(build, high, jit_splat_f32(build, 1));
   return choose(build, compare(build, LLVMRealOLE, value, 0.04045f), low, high);
}

/* D3D11.3 3.2.3.8 allows 0.6 steps of the 8-bit encoding, 0.5 of which go to rounding. */
LLVMValueRef
jit_linear_to_srgb(struct jit_build *build, LLVMValueRef value)
{
   /* In √value; error 1.5e-4 */
   static const float c[] = { -0.04223195113241904f, 1.5752709062146386f, -1.8994767648384003f,
                              3.8984425956498487f,   -5.003170684119191f, 3.4186890661450167f,
                              -0.947672162318395f };
   LLVMValueRef root =
      jit_intrinsic(build, "llvm.sqrt", (LLVMTypeRef[]){ build->vf32 }, 1, &value, 1);
   LLVMValueRef low = LLVMBuildFMul(build->builder, value, jit_splat_f32(build, 12.92f), "");
   LLVMValueRef high = polynomial(build, root, c, ARRAY_LENGTH(c));
   return choose(build, compare(build, LLVMRealOLE, value, 0.0031308f), low, high);
}

/* ---- 16-bit floats ---- */

/*
 * The F16C instruction. LLVM 15 must not see a plain extension of halves: it moves minimum and maximum in
 * front of it, and then has no instruction for them.
 */
static LLVMValueRef
convert_from_half(struct jit_build *build, LLVMValueRef bits)
{
   if (build->lanes == 8) {
      LLVMValueRef half = jit_bitcast(build, bits, build->vf16);
      LLVMValueRef value = LLVMBuildFPExt(build->builder, half, build->vf32, "");
      return jit_intrinsic(build, "llvm.arithmetic.fence", (LLVMTypeRef[]){ build->vf32 }, 1,
                           &value, 1);
   }
   LLVMValueRef current_rounding = jit_const_i32(build, 4);
   LLVMValueRef args[] = { bits, LLVMConstNull(build->vf32), LLVMConstAllOnes(build->i16),
                           current_rounding };
   return jit_intrinsic(build, "llvm.x86.avx512.mask.vcvtph2ps.512", NULL, 0, args, 4);
}

LLVMValueRef
jit_half_to_float(struct jit_build *build, LLVMValueRef bits)
{
   LLVMBuilderRef b = build->builder;
   if (jit_target_get()->has_f16c)
      return convert_from_half(build, LLVMBuildTrunc(b, bits, build->vi16, ""));

   /* Exponent and fraction move to their place, and the exponent's bias grows from 15 to 127. */
   LLVMValueRef sign = LLVMBuildAnd(b, bits, jit_splat_i32(build, 0x8000), "");
   sign = LLVMBuildShl(b, sign, jit_splat_i32(build, 16), "");
   LLVMValueRef magnitude = LLVMBuildAnd(b, bits, jit_splat_i32(build, 0x7fff), "");
   LLVMValueRef moved = LLVMBuildShl(b, magnitude, jit_splat_i32(build, 13), "");
   LLVMValueRef normal = LLVMBuildAdd(b, moved, jit_splat_i32(build, 112u << 23), "");
   LLVMValueRef special = LLVMBuildAdd(b, moved, jit_splat_i32(build, 224u << 23), "");
   LLVMValueRef denormal = as_int(
      build, LLVMBuildFSub(
                b, as_float(build, LLVMBuildAdd(b, moved, jit_splat_i32(build, 113u << 23), "")),
                jit_splat_f32(build, 0x1p-14f), ""));

   LLVMValueRef is_special =
      LLVMBuildICmp(b, LLVMIntUGE, magnitude, jit_splat_i32(build, 0x7c00), "");
   LLVMValueRef is_denormal =
      LLVMBuildICmp(b, LLVMIntULT, magnitude, jit_splat_i32(build, 0x0400), "");
   LLVMValueRef result = choose(build, is_special, special, normal);
   result = choose(build, is_denormal, denormal, result);
   return as_float(build, LLVMBuildOr(b, result, sign, ""));
}

/* The F16C instruction, told to round to zero. */
static LLVMValueRef
convert_to_half(struct jit_build *build, LLVMValueRef value)
{
   LLVMValueRef to_zero = jit_const_i32(build, 3);
   if (build->lanes == 8) {
      LLVMValueRef args[] = { value, to_zero };
      return jit_intrinsic(build, "llvm.x86.vcvtps2ph.256", NULL, 0, args, 2);
   }
   LLVMValueRef args[] = { value, to_zero, LLVMConstNull(build->vi16),
                           LLVMConstAllOnes(build->i16) };
   return jit_intrinsic(build, "llvm.x86.avx512.mask.vcvtps2ph.512", NULL, 0, args, 4);
}

/* Rounds to zero (D3D11.3 3.2.2). */
LLVMValueRef
jit_float_to_half(struct jit_build *build, LLVMValueRef value)
{
   LLVMBuilderRef b = build->builder;
   if (jit_target_get()->has_f16c)
      return LLVMBuildZExt(b, convert_to_half(build, value), build->vi32, "");

   LLVMValueRef bits = as_int(build, value);
   LLVMValueRef magnitude = LLVMBuildAnd(b, bits, jit_splat_i32(build, 0x7fffffff), "");
   LLVMValueRef normal = LLVMBuildSub(b, LLVMBuildLShr(b, magnitude, jit_splat_i32(build, 13), ""),
                                      jit_splat_i32(build, 112u << 10), "");
   LLVMValueRef is_denormal =
      LLVMBuildICmp(b, LLVMIntULT, magnitude, jit_splat_i32(build, 0x38800000), "");
   LLVMValueRef small = choose(build, is_denormal, magnitude, jit_splat_i32(build, 0));
   LLVMValueRef steps = LLVMBuildFMul(b, as_float(build, small), jit_splat_f32(build, 0x1p24f), "");
   LLVMValueRef denormal = LLVMBuildFPToSI(b, steps, build->vi32, "");

   LLVMValueRef too_large =
      LLVMBuildICmp(b, LLVMIntUGE, magnitude, jit_splat_i32(build, 0x47800000), "");
   LLVMValueRef is_infinite =
      LLVMBuildICmp(b, LLVMIntEQ, magnitude, jit_splat_i32(build, 0x7f800000), "");
   LLVMValueRef is_nan =
      LLVMBuildICmp(b, LLVMIntUGT, magnitude, jit_splat_i32(build, 0x7f800000), "");
   LLVMValueRef result = choose(build, is_denormal, denormal, normal);
   result = choose(build, too_large, jit_splat_i32(build, 0x7bff), result);
   result = choose(build, is_infinite, jit_splat_i32(build, 0x7c00), result);
   result = choose(build, is_nan, jit_splat_i32(build, 0x7e00), result);
   LLVMValueRef sign = LLVMBuildLShr(b, bits, jit_splat_i32(build, 16), "");
   sign = LLVMBuildAnd(b, sign, jit_splat_i32(build, 0x8000), "");
   return LLVMBuildOr(b, result, sign, "");
}
