#include "jit/vertex_output.h"

#include "util/bits.h"

uint32_t
jit_signature_distances(const struct dxil_signature *signature, enum dxil_semantic_kind kind,
                        struct jit_component distances[8])
{
   uint32_t count = 0;

   for (uint32_t i = 0; i < signature->count; i++) {
      const struct dxil_signature_element *element = &signature->elements[i];

      if (element->kind != kind || element->start_row == DXIL_NONE)
         continue;
      for (uint32_t row = 0; row < element->rows; row++)
         for (uint32_t col = 0; col < element->cols && count < 8; col++)
            distances[count++] = (struct jit_component){
               .reg = element->start_row + row,
               .col = element->start_col + col,
            };
   }
   return count;
}

static LLVMValueRef
shuffle(struct jit_build *build, LLVMValueRef a, LLVMValueRef b, const uint32_t *indices,
        uint32_t count)
{
   LLVMValueRef mask[JIT_MAX_LANES];

   for (uint32_t i = 0; i < count; i++)
      mask[i] = jit_const_i32(build, indices[i]);
   return LLVMBuildShuffleVector(build->builder, a, b, LLVMConstVector(mask, count), "");
}

/* Interleaves a and b by units of `unit` elements inside each 128-bit chunk: the low or the high
 * half, as the unpack instructions do. */
static LLVMValueRef
interleave(struct jit_build *build, LLVMValueRef a, LLVMValueRef b, uint32_t unit, bool high)
{
   uint32_t indices[JIT_MAX_LANES];

   for (uint32_t i = 0; i < build->lanes; i++) {
      uint32_t chunk = i & ~3u, within = i & 3;
      uint32_t from_b = within / unit % 2;
      uint32_t element = within / (2 * unit) * unit + within % unit + (high ? 2 : 0);

      indices[i] = chunk + element + (from_b ? build->lanes : 0);
   }
   return shuffle(build, a, b, indices, build->lanes);
}

/* A 4×lanes transposition: lane i's four values go to ptr + i * pitch, 16 bytes each. */
static void
store_transposed(struct jit_build *build, const LLVMValueRef column[4], LLVMValueRef ptr,
                 uint64_t offset, uint64_t pitch)
{
   LLVMValueRef rows[4]; /* rows[i % 4] holds lane i in its chunk i / 4 */

   for (uint32_t half = 0; half < 2; half++) {
      LLVMValueRef ab = interleave(build, column[0], column[1], 1, half);
      LLVMValueRef cd = interleave(build, column[2], column[3], 1, half);

      rows[half * 2] = interleave(build, ab, cd, 2, false);
      rows[half * 2 + 1] = interleave(build, ab, cd, 2, true);
   }
   for (uint32_t lane = 0; lane < build->lanes; lane++) {
      uint32_t chunk = lane & ~3u;
      uint32_t indices[4] = { chunk, chunk + 1, chunk + 2, chunk + 3 };
      LLVMValueRef row = rows[lane % 4];

      jit_store(build, shuffle(build, row, LLVMGetUndef(LLVMTypeOf(row)), indices, 4), ptr,
                lane * pitch + offset, 16);
   }
}

/* `bit` in each lane where the comparison holds. Unordered: a NaN is outside. */
static LLVMValueRef
outside(struct jit_build *build, LLVMValueRef mask, LLVMValueRef a, LLVMValueRef b, uint32_t bit)
{
   LLVMValueRef out = LLVMBuildFCmp(build->builder, LLVMRealULT, a, b, "");
   LLVMValueRef bits = LLVMBuildSelect(build->builder, out, jit_splat_i32(build, bit),
                                       LLVMConstNull(build->vi32), "");

   return LLVMBuildOr(build->builder, mask, bits, "");
}

static LLVMValueRef
load_splat(struct jit_build *build, LLVMValueRef ptr, uint64_t offset)
{
   return jit_splat(build, jit_load(build, build->f32, ptr, offset, 4));
}

static LLVMValueRef
as_float(struct jit_build *build, LLVMValueRef value)
{
   return jit_bitcast(build, value, build->vf32);
}

static LLVMValueRef
clip_mask(struct jit_build *build, const struct dxil_signature *signature,
          LLVMValueRef (*values)[4], LLVMValueRef ctx, const LLVMValueRef position[4],
          bool depth_clip)
{
   LLVMBuilderRef b = build->builder;
   LLVMValueRef zero = LLVMConstNull(build->vf32);
   LLVMValueRef mask = LLVMConstNull(build->vi32);
   LLVMValueRef w = position[3];
   struct jit_component distances[8];
   uint32_t count;

   for (uint32_t axis = 0; axis < 2; axis++) {
      LLVMValueRef guard = LLVMBuildFMul(
         b, w, load_splat(build, ctx, offsetof(struct vertex_ctx, guard) + axis * 4), "");
      LLVMValueRef p = position[axis];

      mask = outside(build, mask, p, LLVMBuildFNeg(b, w, ""), VERTEX_OUT_X_NEG << axis * 2);
      mask = outside(build, mask, w, p, VERTEX_OUT_X_POS << axis * 2);
      mask =
         outside(build, mask, p, LLVMBuildFNeg(b, guard, ""), VERTEX_OUT_GUARD_X_NEG << axis * 2);
      mask = outside(build, mask, guard, p, VERTEX_OUT_GUARD_X_POS << axis * 2);
   }
   if (depth_clip) {
      mask = outside(build, mask, position[2], zero, VERTEX_OUT_NEAR);
      mask = outside(build, mask, w, position[2], VERTEX_OUT_FAR);
   }

   /* w is usable if 0 < w < infinity. */
   LLVMValueRef usable = LLVMBuildAnd(
      b, LLVMBuildFCmp(b, LLVMRealOGT, w, zero, ""),
      LLVMBuildFCmp(b, LLVMRealOLT, w, jit_splat_f32(build, __builtin_inff()), ""), "");
   mask = LLVMBuildOr(b, mask,
                      LLVMBuildSelect(b, usable, LLVMConstNull(build->vi32),
                                      jit_splat_i32(build, VERTEX_OUT_W), ""),
                      "");

   count = jit_signature_distances(signature, DXIL_SEM_CLIP_DISTANCE, distances);
   for (uint32_t i = 0; i < count; i++)
      mask = outside(build, mask, as_float(build, values[distances[i].reg][distances[i].col]), zero,
                     VERTEX_OUT_CLIP(i));
   count = jit_signature_distances(signature, DXIL_SEM_CULL_DISTANCE, distances);
   for (uint32_t i = 0; i < count; i++)
      mask = outside(build, mask, as_float(build, values[distances[i].reg][distances[i].col]), zero,
                     VERTEX_OUT_CULL(i));
   return mask;
}

static LLVMValueRef
system_value(struct jit_build *build, const struct dxil_signature *signature,
             LLVMValueRef (*values)[4], enum dxil_semantic_kind kind)
{
   const struct dxil_signature_element *element = jit_signature_kind(signature, kind);

   if (!element || element->start_row == DXIL_NONE)
      return LLVMConstNull(build->vi32);
   return values[element->start_row][element->start_col];
}

static void
store_header(struct jit_build *build, const struct dxil_signature *signature,
             LLVMValueRef (*values)[4], LLVMValueRef ctx, LLVMValueRef out, uint64_t pitch,
             bool depth_clip)
{
   LLVMBuilderRef b = build->builder;
   const struct dxil_signature_element *element = jit_signature_kind(signature, DXIL_SEM_POSITION);
   LLVMValueRef position[4], screen[4], header[4];

   for (uint32_t i = 0; i < 4; i++)
      position[i] = element && element->start_row != DXIL_NONE
                       ? as_float(build, values[element->start_row][i])
                       : LLVMConstNull(build->vf32);

   LLVMValueRef rcp_w = LLVMBuildFDiv(b, jit_splat_f32(build, 1.0f), position[3], "");
   for (uint32_t i = 0; i < 3; i++) {
      LLVMValueRef scale =
         load_splat(build, ctx, offsetof(struct vertex_ctx, scale) + i * sizeof(float));
      LLVMValueRef translate =
         load_splat(build, ctx, offsetof(struct vertex_ctx, translate) + i * sizeof(float));

      screen[i] = jit_fma(build, LLVMBuildFMul(b, position[i], rcp_w, ""), scale, translate);
   }
   screen[3] = rcp_w;

   header[0] = clip_mask(build, signature, values, ctx, position, depth_clip);
   header[1] = system_value(build, signature, values, DXIL_SEM_RENDER_TARGET_ARRAY_INDEX);
   header[2] = system_value(build, signature, values, DXIL_SEM_VIEWPORT_ARRAY_INDEX);
   header[3] = LLVMConstNull(build->vi32);

   store_transposed(build, position, out, offsetof(struct vertex, clip), pitch);
   store_transposed(build, screen, out, offsetof(struct vertex, screen), pitch);
   store_transposed(build, header, out, offsetof(struct vertex, clip_mask), pitch);
}

void
jit_vertex_output(const struct jit_registers *registers, LLVMValueRef ctx, LLVMValueRef out,
                  bool header, bool depth_clip)
{
   struct jit_build *build = registers->build;
   const struct dxil_signature *signature = registers->signature;
   LLVMValueRef values[JIT_MAX_PATCH_REGISTERS][4];
   uint64_t pitch = vertex_size(signature->num_registers);

   for (uint32_t reg = 0; reg < signature->num_registers; reg++)
      for (uint32_t col = 0; col < 4; col++)
         values[reg][col] = LLVMConstNull(build->vi32);
   for (uint32_t i = 0; i < signature->count; i++) {
      const struct dxil_signature_element *element = &signature->elements[i];

      if (element->start_row == DXIL_NONE)
         continue;
      for (uint32_t row = 0; row < element->rows; row++)
         for (uint32_t col = 0; col < element->cols; col++)
            values[element->start_row + row][element->start_col + col] =
               jit_registers_get(registers, element, row, col);
   }

   if (header)
      store_header(build, signature, values, ctx, out, pitch, depth_clip);
   for (uint32_t reg = 0; reg < signature->num_registers; reg++)
      store_transposed(build, values[reg], out, offsetof(struct vertex, reg) + reg * 16, pitch);
}
