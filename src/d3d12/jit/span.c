#include "jit/span.h"

#include "jit/abi.h"

#define MAX_DWORDS 4

void
jit_surface_init(struct jit_surface *surface, struct jit_build *build, LLVMValueRef target,
                 LLVMValueRef layer, uint32_t bytes)
{
   LLVMBuilderRef b = build->builder;
   LLVMValueRef base = jit_load(build, build->ptr, target, offsetof(struct pixel_target, base), 8);
   LLVMValueRef pitch =
      jit_load(build, build->i32, target, offsetof(struct pixel_target, row_pitch), 4);
   LLVMValueRef layer_stride =
      jit_load(build, build->i64, target, offsetof(struct pixel_target, layer_stride), 8);

   surface->present = LLVMBuildICmp(b, LLVMIntNE, base, LLVMConstNull(build->ptr), "");
   surface->base = jit_ptr_add_value(
      build, base, LLVMBuildMul(b, LLVMBuildZExt(b, layer, build->i64, ""), layer_stride, ""));
   surface->pitch = LLVMBuildZExt(b, pitch, build->i64, "");
   surface->sample_stride =
      jit_load(build, build->i64, target, offsetof(struct pixel_target, sample_stride), 8);
   surface->bytes = bytes;
}

LLVMValueRef
jit_surface_pixel(const struct jit_surface *surface, struct jit_build *build, LLVMValueRef x,
                  LLVMValueRef y, LLVMValueRef sample)
{
   LLVMBuilderRef b = build->builder;
   LLVMValueRef bytes = LLVMConstInt(build->i64, surface->bytes, false);
   LLVMValueRef row = LLVMBuildMul(b, LLVMBuildZExt(b, y, build->i64, ""), surface->pitch, "");
   LLVMValueRef column = LLVMBuildMul(b, LLVMBuildZExt(b, x, build->i64, ""), bytes, "");
   LLVMValueRef plane =
      LLVMBuildMul(b, LLVMBuildZExt(b, sample, build->i64, ""), surface->sample_stride, "");

   return jit_ptr_add_value(build, surface->base,
                            LLVMBuildAdd(b, LLVMBuildAdd(b, row, column, ""), plane, ""));
}

static LLVMValueRef
shuffle(struct jit_build *build, LLVMValueRef a, LLVMValueRef b, const uint32_t *indices,
        uint32_t count)
{
   LLVMValueRef mask[JIT_MAX_LANES * MAX_DWORDS];

   for (uint32_t i = 0; i < count; i++)
      mask[i] = jit_const_i32(build, indices[i]);
   return LLVMBuildShuffleVector(build->builder, a, b, LLVMConstVector(mask, count), "");
}

static LLVMTypeRef
element_type(struct jit_build *build, uint32_t bytes)
{
   return bytes == 1 ? build->i8 : bytes == 2 ? build->i16 : build->i32;
}

/*
 * Pixels up to 4 bytes move between the orders in pairs, the upper or lower half of a quad: the
 * same permutation, of half as many elements of twice the size.
 */
static void
load_small(struct jit_build *build, uint32_t bytes, LLVMValueRef upper, LLVMValueRef lower,
           LLVMValueRef *raw)
{
   LLVMTypeRef pair = bytes == 1 ? build->i16 : bytes == 2 ? build->i32 : build->i64;
   uint32_t pairs = build->lanes / 4; /* in a span */
   LLVMValueRef rows[2];
   uint32_t indices[JIT_MAX_LANES / 2] = { 0 };

   rows[0] = jit_load(build, LLVMVectorType(pair, pairs), upper, 0, bytes);
   rows[1] = jit_load(build, LLVMVectorType(pair, pairs), lower, 0, bytes);
   for (uint32_t i = 0; i < pairs * 2; i++)
      indices[i] = i / 2 + (i % 2 ? pairs : 0);

   LLVMValueRef quads = shuffle(build, rows[0], rows[1], indices, pairs * 2);
   quads = jit_bitcast(build, quads, LLVMVectorType(element_type(build, bytes), build->lanes));
   raw[0] = bytes < 4 ? LLVMBuildZExt(build->builder, quads, build->vi32, "") : quads;
}

static void
store_small(struct jit_build *build, uint32_t bytes, LLVMValueRef raw, LLVMValueRef upper,
            LLVMValueRef lower)
{
   LLVMTypeRef pair = bytes == 1 ? build->i16 : bytes == 2 ? build->i32 : build->i64;
   uint32_t pairs = build->lanes / 4;
   uint32_t indices[JIT_MAX_LANES / 4] = { 0 };
   LLVMValueRef quads = raw;

   if (bytes < 4)
      quads = LLVMBuildTrunc(build->builder, quads,
                             LLVMVectorType(element_type(build, bytes), build->lanes), "");
   quads = jit_bitcast(build, quads, LLVMVectorType(pair, pairs * 2));
   for (uint32_t row = 0; row < 2; row++) {
      for (uint32_t i = 0; i < pairs; i++)
         indices[i] = i * 2 + row;
      jit_store(build, shuffle(build, quads, LLVMGetUndef(LLVMTypeOf(quads)), indices, pairs),
                row ? lower : upper, 0, bytes);
   }
}

void
jit_span_load(struct jit_build *build, uint32_t bytes, LLVMValueRef upper, LLVMValueRef pitch,
              LLVMValueRef *raw)
{
   LLVMValueRef lower = jit_ptr_add_value(build, upper, pitch);
   uint32_t dwords = jit_span_dwords(bytes);
   uint32_t half = build->lanes / 2;

   if (bytes <= 4) {
      load_small(build, bytes, upper, lower, raw);
      return;
   }

   LLVMTypeRef type = LLVMVectorType(build->i32, half * dwords);
   LLVMValueRef rows[2] = { jit_load(build, type, upper, 0, 4),
                            jit_load(build, type, lower, 0, 4) };
   uint32_t indices[JIT_MAX_LANES];
   for (uint32_t d = 0; d < dwords; d++) {
      for (uint32_t lane = 0; lane < build->lanes; lane++)
         indices[lane] = (jit_lane_y(lane) * half + jit_lane_x(lane)) * dwords + d;
      raw[d] = shuffle(build, rows[0], rows[1], indices, build->lanes);
   }
}

void
jit_span_store(struct jit_build *build, uint32_t bytes, const LLVMValueRef *raw, LLVMValueRef upper,
               LLVMValueRef pitch)
{
   LLVMValueRef lower = jit_ptr_add_value(build, upper, pitch);
   uint32_t dwords = jit_span_dwords(bytes);
   uint32_t half = build->lanes / 2, lanes = build->lanes;
   uint32_t indices[JIT_MAX_LANES * MAX_DWORDS];

   if (bytes <= 4) {
      store_small(build, bytes, raw[0], upper, lower);
      return;
   }

   for (uint32_t row = 0; row < 2; row++) {
      LLVMValueRef pairs[2]; /* dwords 0 and 1, 2 and 3, of the row's pixels, interleaved */

      for (uint32_t i = 0; i < half; i++) {
         uint32_t lane = i / 2 * 4 + i % 2 + row * 2;

         indices[i * 2] = lane;
         indices[i * 2 + 1] = lanes + lane;
      }
      for (uint32_t d = 0; d < dwords; d += 2)
         pairs[d / 2] = shuffle(build, raw[d], raw[d + 1], indices, lanes);
      if (dwords == 4) {
         for (uint32_t i = 0; i < half; i++) {
            indices[i * 4] = i * 2;
            indices[i * 4 + 1] = i * 2 + 1;
            indices[i * 4 + 2] = lanes + i * 2;
            indices[i * 4 + 3] = lanes + i * 2 + 1;
         }
         pairs[0] = shuffle(build, pairs[0], pairs[1], indices, half * 4);
      }
      jit_store(build, pairs[0], row ? lower : upper, 0, 4);
   }
}
