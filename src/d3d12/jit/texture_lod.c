/* The level of detail (D3D11.3 7.18.11). */
#include "jit/expr.h"
#include "jit/format_code.h"
#include "jit/texture_code.h"
#include "util/bits.h"

/*
 * Of a number that is not negative. Good to 2e-5, where eight bits of fraction are asked for; exact for
 * powers of two. Zero lies below all levels, infinity and NaN (of either sign) above.
 */
static LLVMValueRef
rough_log2(struct jit_build *build, LLVMValueRef value)
{
   /* log2(1 + f) / f */
   static const float c[] = { 1.4419656108507226f, -0.7096627628542258f, 0.4175956077444209f,
                              -0.19626943038297892f, 0.04638527668199538f };
   LLVMValueRef bits = as_int(build, value);
   LLVMValueRef biased = ilshr_const(build, bits, 23);
   LLVMValueRef exponent = to_float(build, isub(build, biased, jit_splat_i32(build, 127)));
   LLVMValueRef mantissa =
      ior(build, iand_const(build, bits, 0x7fffff), jit_splat_i32(build, 0x3f800000));
   LLVMValueRef f = fadd_const(build, as_float(build, mantissa), -1);

   LLVMValueRef sum = jit_splat_f32(build, c[ARRAY_LENGTH(c) - 1]);
   for (uint32_t i = ARRAY_LENGTH(c) - 1; i-- > 0;)
      sum = jit_fma(build, sum, f, jit_splat_f32(build, c[i]));
   return jit_fma(build, sum, f, exponent);
}

/* log2(√value). Who asks for the level of detail itself gets all of it. */
static LLVMValueRef
log2_of_root(struct texture_code *code, LLVMValueRef value)
{
   struct jit_build *build = code->build;
   LLVMValueRef log2 =
      code->key.op == TEXTURE_LOD ? jit_log2(build, value) : rough_log2(build, value);
   return fmul_const(build, log2, 0.5f);
}

/* Lane `corner` of each quad, in all its lanes. Lanes of a quad: (0,0), (1,0), (0,1), (1,1). */
static LLVMValueRef
quad_corner(struct jit_build *build, LLVMValueRef value, uint32_t corner)
{
   LLVMValueRef indices[JIT_MAX_LANES];
   for (uint32_t i = 0; i < build->lanes; i++)
      indices[i] = jit_const_i32(build, (i & ~3u) + corner);
   return LLVMBuildShuffleVector(build->builder, value, value,
                                 LLVMConstVector(indices, build->lanes), "");
}

/* Derivatives of the coordinates: d[0] along x, d[1] along y of the target. */
static void
gradients(struct texture_code *code, LLVMValueRef d[2][3])
{
   struct jit_build *build = code->build;
   for (uint32_t i = 0; i < code->dim->coords; i++) {
      if (texture_op_has_gradients(code->key.op)) {
         d[0][i] = ARGS_FIELD(code, vf32, ddx, i);
         d[1][i] = ARGS_FIELD(code, vf32, ddy, i);
         continue;
      }
      LLVMValueRef u = ARGS_FIELD(code, vf32, coord, i);
      LLVMValueRef corner = quad_corner(build, u, 0);
      d[0][i] = fsub(build, quad_corner(build, u, 1), corner);
      d[1][i] = fsub(build, quad_corner(build, u, 2), corner);
   }
}

static LLVMValueRef
level_size(struct texture_code *code, uint32_t axis)
{
   struct jit_build *build = code->build;
   LLVMValueRef size = axis == 0   ? VIEW_FIELD(code, i32, width)
                       : axis == 1 ? VIEW_FIELD(code, i32, height)
                                   : VIEW_FIELD(code, i32, depth);
   size = LLVMBuildSIToFP(build->builder, size, build->f32, "");
   /* A cube's face has the coordinates -1 to 1. */
   if (code->dim->cube)
      size = fmul(build, size, jit_const_f32(build, 0.5f));
   return jit_splat(build, size);
}

static void
anisotropic(struct texture_code *code, LLVMValueRef d[2][3], LLVMValueRef texels[2][3],
            const LLVMValueRef length2[2], struct texture_lod *lod)
{
   struct jit_build *build = code->build;
   LLVMValueRef one = jit_splat_f32(build, 1);
   LLVMValueRef limit =
      jit_load(build, build->i8, code->sampler, offsetof(struct sampler, anisotropy), 1);
   limit = LLVMBuildZExt(build->builder, limit, build->i32, "");
   LLVMValueRef max_taps = jit_splat(build, limit);
   LLVMValueRef max_ratio = to_float(build, max_taps);

   LLVMValueRef is_x = fcmp(build, LLVMRealOGT, length2[0], length2[1]);
   LLVMValueRef major2 = choose(build, is_x, length2[0], length2[1]);
   LLVMValueRef determinant =
      fabs_vector(build, fsub(build, fmul(build, texels[0][0], texels[1][1]),
                              fmul(build, texels[0][1], texels[1][0])));
   LLVMValueRef ratio = fdiv(build, major2, determinant);
   /* Infinite where the footprint is a line, and not a number where it is a point: clamped. */
   LLVMValueRef in_range = fcmp(build, LLVMRealOLE, ratio, max_ratio);
   ratio = choose(build, in_range, ratio, max_ratio);
   LLVMValueRef clamped_minor2 = fdiv(build, major2, fmul(build, max_ratio, max_ratio));
   LLVMValueRef minor2 = fdiv(build, fmul(build, determinant, determinant), major2);
   minor2 = choose(build, in_range, minor2, clamped_minor2);

   LLVMValueRef minor =
      jit_intrinsic(build, "llvm.sqrt", (LLVMTypeRef[]){ build->vf32 }, 1, &minor2, 1);
   LLVMValueRef magnified = fmax_or_second(build, fmul(build, ratio, minor), one);
   ratio = choose(build, fcmp(build, LLVMRealOLT, minor2, one), magnified, ratio);
   lod->unclamped = log2_of_root(code, minor2);

   /* The next whole number, but a ratio a little above one is still one tap. */
   LLVMValueRef taps = to_int(build, fadd_const(build, ratio, 1 - 1.0f / 256));
   taps = smax(build, taps, jit_splat_i32(build, 1));
   lod->num_taps = smin(build, taps, max_taps);
   LLVMValueRef share = fdiv(build, one, to_float(build, lod->num_taps));
   for (uint32_t i = 0; i < 2; i++)
      lod->step[i] = fmul(build, share, choose(build, is_x, d[0][i], d[1][i]));
}

static void
implicit_lod(struct texture_code *code, struct texture_lod *lod)
{
   struct jit_build *build = code->build;
   LLVMValueRef d[2][3], texels[2][3], length2[2];
   uint32_t num_axes = code->dim->cube ? 2 : code->dim->coords;

   gradients(code, d);
   if (code->dim->cube) {
      LLVMValueRef v[3];
      for (uint32_t i = 0; i < 3; i++)
         v[i] = ARGS_FIELD(code, vf32, coord, i);
      for (uint32_t k = 0; k < 2; k++) {
         LLVMValueRef on_face[2];
         texture_cube_gradient(code, v, d[k], on_face);
         d[k][0] = on_face[0];
         d[k][1] = on_face[1];
      }
   }

   for (uint32_t k = 0; k < 2; k++) {
      for (uint32_t i = 0; i < num_axes; i++) {
         LLVMValueRef t = fmul(build, d[k][i], level_size(code, i));
         texels[k][i] = t;
         length2[k] = i ? jit_fma(build, t, t, length2[k]) : fmul(build, t, t);
      }
   }
   if (code->key.anisotropic) {
      anisotropic(code, d, texels, length2, lod);
      return;
   }
   LLVMValueRef longest2 = fmax_or_second(build, length2[0], length2[1]);
   lod->unclamped = log2_of_root(code, longest2);
}

void
texture_lod(struct texture_code *code, struct texture_lod *lod)
{
   struct jit_build *build = code->build;
   enum texture_op op = code->key.op;
   bool has_gradients = texture_op_has_gradients(op);
   *lod = (struct texture_lod){ NULL, NULL, NULL, { NULL } };

   if (texture_op_is_implicit(op) || has_gradients)
      implicit_lod(code, lod);
   else
      lod->unclamped = ARGS_FIELD(code, vf32, lod, 0);
   LLVMValueRef bias = jit_splat(build, SAMPLER_FIELD(code, f32, lod_bias));
   lod->unclamped = fadd(build, lod->unclamped, bias);
   if (op == TEXTURE_SAMPLE || op == TEXTURE_SAMPLE_CMP)
      lod->unclamped = fadd(build, lod->unclamped, ARGS_FIELD(code, vf32, lod, 0));

   LLVMValueRef max = jit_splat(build, SAMPLER_FIELD(code, f32, max_lod));
   LLVMValueRef min = jit_splat(build, SAMPLER_FIELD(code, f32, min_lod));
   LLVMValueRef view_min = jit_splat(build, VIEW_FIELD(code, f32, min_lod));
   lod->clamped = fmin_or_second(build, lod->unclamped, max);
   lod->clamped = fmax_or_second(build, lod->clamped, min);
   lod->clamped = fmax_or_second(build, lod->clamped, view_min);
   /* Zero stands for no clamp, and does none that matters: there is no level below 0. */
   if (op != TEXTURE_LOD && (texture_op_is_implicit(op) || has_gradients))
      lod->clamped = fmax_or_second(build, ARGS_FIELD(code, vf32, lod_clamp, 0), lod->clamped);
}
