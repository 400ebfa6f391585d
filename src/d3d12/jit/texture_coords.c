/* From texture coordinates to texels and weights (D3D11.3 7.18.5 to 7.18.9). */
#include "jit/expr.h"
#include "jit/texture_code.h"

static LLVMValueRef
splat_size(struct texture_code *code, LLVMValueRef size)
{
   return jit_splat(code->build, size);
}

static LLVMValueRef
scalar_float(struct texture_code *code, LLVMValueRef value)
{
   return LLVMBuildSIToFP(code->build->builder, value, code->build->f32, "");
}

/* Size in steps of fixed point, as a vf32. */
static LLVMValueRef
size_in_steps(struct texture_code *code, LLVMValueRef size)
{
   struct jit_build *build = code->build;
   LLVMValueRef steps = fmul(build, scalar_float(code, size), jit_const_f32(build, COORDINATE_ONE));
   return jit_splat(build, steps);
}

LLVMValueRef
texture_fixed(struct texture_code *code, LLVMValueRef u, LLVMValueRef size, bool linear)
{
   struct jit_build *build = code->build;
   LLVMValueRef bias = jit_splat_f32(build, linear ? COORDINATE_ONE / 2 + 0.5f : 0.5f);
   return to_int(build, jit_fma(build, u, size_in_steps(code, size), bias));
}

static LLVMValueRef
whole_texels(struct texture_code *code, LLVMValueRef fixed)
{
   return ilshr_const(code->build, fixed, COORDINATE_BITS);
}

static LLVMValueRef
fraction(struct texture_code *code, LLVMValueRef fixed)
{
   return iand_const(code->build, fixed, COORDINATE_ONE - 1);
}

static LLVMValueRef
add_offset(struct texture_code *code, LLVMValueRef u, LLVMValueRef offset, LLVMValueRef size)
{
   struct jit_build *build = code->build;
   LLVMValueRef texel = fdiv(build, jit_const_f32(build, 1), scalar_float(code, size));
   return jit_fma(build, to_float(build, offset), jit_splat(build, texel), u);
}

/* Brings u into [0, 1], where all modes but the border's are simple. NaN becomes 0. `flipped`: the
 * coordinate now runs the other way; NULL if it never does. */
static LLVMValueRef
reduce(struct texture_code *code, LLVMValueRef u, uint32_t mode, LLVMValueRef *flipped)
{
   struct jit_build *build = code->build;
   LLVMValueRef one = jit_splat_f32(build, 1);

   *flipped = NULL;
   switch (mode) {
   case D3D12_TEXTURE_ADDRESS_MODE_WRAP:
      u = fsub(build, u, floor_vector(build, u));
      return fmax_or_second(build, u, jit_splat_f32(build, 0));
   case D3D12_TEXTURE_ADDRESS_MODE_MIRROR: {
      LLVMValueRef half = fmul_const(build, u, 0.5f);
      LLVMValueRef pair = fsub(build, half, floor_vector(build, half));
      LLVMValueRef from_middle = fsub(build, fadd(build, pair, pair), one);
      *flipped = fcmp(build, LLVMRealOGE, from_middle, jit_splat_f32(build, 0));
      u = fsub(build, one, fabs_vector(build, from_middle));
      return fclamp_const(build, u, 0, 1);
   }
   case D3D12_TEXTURE_ADDRESS_MODE_MIRROR_ONCE:
      *flipped = fcmp(build, LLVMRealOLT, u, jit_splat_f32(build, 0));
      return fclamp_const(build, fabs_vector(build, u), 0, 1);
   default:
      return fclamp_const(build, u, 0, 1);
   }
}

/* The border's mode keeps one texel and a neighbour outside of the level. */
static struct texture_axis
border_axis(struct texture_code *code, LLVMValueRef u, LLVMValueRef size, bool linear)
{
   struct jit_build *build = code->build;
   LLVMValueRef zero = jit_splat_f32(build, 0);
   LLVMValueRef ordered = fcmp(build, LLVMRealORD, u, u);
   u = choose(build, ordered, u, zero);

   /* Two texels up, so that coordinates are not negative. */
   float bias = 2 * COORDINATE_ONE + 0.5f - (linear ? COORDINATE_ONE / 2 : 0);
   LLVMValueRef steps = size_in_steps(code, size);
   LLVMValueRef place = jit_fma(build, u, steps, jit_splat_f32(build, bias));
   LLVMValueRef end = fadd_const(build, steps, 3 * COORDINATE_ONE);
   LLVMValueRef fixed = to_int(build, fclamp(build, place, zero, end));

   struct texture_axis axis = { .weight = fraction(code, fixed) };
   LLVMValueRef first = whole_texels(code, fixed);
   for (uint32_t i = 0; i < (linear ? 2 : 1); i++) {
      axis.index[i] = isub(build, first, jit_splat_i32(build, 2 - i));
      axis.inside[i] = icmp(build, LLVMIntULT, axis.index[i], splat_size(code, size));
   }
   return axis;
}

struct texture_axis
texture_axis(struct texture_code *code, LLVMValueRef u, LLVMValueRef offset, LLVMValueRef size,
             uint32_t mode, bool linear, bool ordered)
{
   struct jit_build *build = code->build;

   if (offset)
      u = add_offset(code, u, offset, size);
   if (mode == D3D12_TEXTURE_ADDRESS_MODE_BORDER)
      return border_axis(code, u, size, linear);

   LLVMValueRef flipped;
   u = reduce(code, u, mode, &flipped);
   LLVMValueRef fixed = texture_fixed(code, u, size, linear);
   LLVMValueRef count = splat_size(code, size);
   LLVMValueRef one = jit_splat_i32(build, 1);
   LLVMValueRef last = isub(build, count, one);
   struct texture_axis axis = { .weight = fraction(code, fixed) };

   /* For linear filters this is the second texel, in [0, size]; the first may be -1. */
   LLVMValueRef place = whole_texels(code, fixed);
   LLVMValueRef before = isub(build, place, one);
   if (mode == D3D12_TEXTURE_ADDRESS_MODE_WRAP) {
      /* What is negative or would become it is large when unsigned. */
      axis.index[1] = umin(build, place, isub(build, place, count));
      axis.index[0] = umin(build, before, iadd(build, before, count));
   } else {
      axis.index[1] = umin(build, place, last);
      axis.index[0] = smax(build, before, jit_splat_i32(build, 0));
   }
   if (!linear)
      axis.index[0] = axis.index[1];
   if (ordered && flipped) {
      LLVMValueRef low = choose(build, flipped, axis.index[1], axis.index[0]);
      axis.index[1] = choose(build, flipped, axis.index[0], axis.index[1]);
      axis.index[0] = low;
   }
   return axis;
}

LLVMValueRef
texture_layer(struct texture_code *code, LLVMValueRef value, LLVMValueRef count)
{
   struct jit_build *build = code->build;
   LLVMValueRef last =
      jit_splat(build, scalar_float(code, isub(build, count, jit_const_i32(build, 1))));
   value = fclamp(build, value, jit_splat_f32(build, 0), last);
   /* At 2^23 a float's last bit counts ones, and the addition rounds to the nearest even one. */
   return iand_const(build, as_int(build, fadd_const(build, value, 0x1p23f)), 0x7fffff);
}

struct texture_coords
texture_coords(struct texture_code *code)
{
   struct jit_build *build = code->build;
   const struct texture_dim *dim = code->dim;
   struct texture_coords coords = { { NULL }, { NULL }, NULL };
   LLVMValueRef v[3];

   for (uint32_t i = 0; i < dim->coords; i++)
      v[i] = ARGS_FIELD(code, vf32, coord, i);
   for (uint32_t i = 0; code->key.offsets && i < dim->offsets; i++)
      coords.offset[i] = ARGS_FIELD(code, vi32, offset, i);
   if (dim->array) {
      LLVMValueRef count = VIEW_FIELD(code, i32, layers);
      if (dim->cube)
         count = LLVMBuildUDiv(build->builder, count, jit_const_i32(build, 6), "");
      coords.layer = texture_layer(code, ARGS_FIELD(code, vf32, coord, dim->coords), count);
   }
   if (!dim->cube) {
      for (uint32_t i = 0; i < dim->coords; i++)
         coords.u[i] = v[i];
      return coords;
   }

   LLVMValueRef face;
   texture_cube_project(code, v, &face, coords.u);
   if (coords.layer)
      face = iadd(build, face, imul(build, coords.layer, jit_splat_i32(build, 6)));
   coords.layer = face;
   return coords;
}
