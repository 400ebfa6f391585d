/* Levels, texels and what becomes of a texel before it is filtered. */
#include "jit/expr.h"
#include "jit/format_code.h"
#include "jit/texture_code.h"
#include "util/bits.h"

LLVMValueRef
texture_view_byte(struct texture_code *code, size_t offset)
{
   struct jit_build *build = code->build;
   LLVMValueRef byte = jit_load(build, build->i8, code->view, offset, 1);
   return LLVMBuildZExt(build->builder, byte, build->i32, "");
}

struct texture_level
texture_level(struct texture_code *code, LLVMValueRef level, LLVMValueRef layer)
{
   struct jit_build *build = code->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef levels = jit_load(build, build->ptr, code->view,
                                  offsetof(struct descriptor, levels), sizeof(void *));
   LLVMValueRef size = LLVMConstInt(build->i64, sizeof(struct image_level), false);
   LLVMValueRef place = imul(build, LLVMBuildZExt(b, level, build->i64, ""), size);
   LLVMValueRef info = jit_ptr_add_value(build, levels, place);

#define LEVEL_FIELD(type, field)                                                                   \
   jit_load(build, build->type, info, offsetof(struct image_level, field), sizeof(uint32_t))
   struct texture_level result = {
      .row_pitch = LEVEL_FIELD(i32, row_pitch),
      .slice_pitch = LEVEL_FIELD(i32, slice_pitch),
      .size = {LEVEL_FIELD(i32, width), LEVEL_FIELD(i32, height), LEVEL_FIELD(i32, depth)},
   };
   LLVMValueRef offset = LEVEL_FIELD(i64, offset);
#undef LEVEL_FIELD

   if (layer) {
      LLVMValueRef stride = VIEW_FIELD(code, i64, layer_stride);
      offset = iadd(build, offset, imul(build, LLVMBuildZExt(b, layer, build->i64, ""), stride));
   }
   LLVMValueRef base =
      jit_load(build, build->ptr, code->view, offsetof(struct descriptor, base), sizeof(void *));
   result.base = jit_ptr_add_value(build, base, offset);
   return result;
}

static void
unpack(struct texture_code *code, const LLVMValueRef *raw, LLVMValueRef x, LLVMValueRef y,
       LLVMValueRef rgba[4])
{
   if (code->info->encoding >= FORMAT_BC1)
      texture_bc_unpack(code, raw, x, y, rgba);
   else
      jit_format_unpack(code->build, code->key.format, raw, rgba);
}

void
texture_fetch_at(struct texture_code *code, LLVMValueRef ptrs, LLVMValueRef x, LLVMValueRef y,
                 LLVMValueRef mask, LLVMValueRef rgba[4])
{
   LLVMValueRef raw[4];
   jit_format_gather(code->build, code->key.format, ptrs, mask, raw);
   unpack(code, raw, x, y, rgba);
}

/*
 * Offsets from a scalar base are gathered from best when they are signed 32-bit numbers. Counted in
 * dwords they reach all of a slice, which is smaller than 4 GiB (layout/image.c); slices of texels of
 * one or two bytes are smaller than 2 GiB at IMAGE_MAX_SIZE.
 */
static LLVMValueRef
slice_offset(struct texture_code *code, const struct texture_level *level, LLVMValueRef x,
             LLVMValueRef y)
{
   struct jit_build *build = code->build;
   uint32_t bytes = code->info->block_bytes;
   LLVMValueRef pitch = level->row_pitch;

   if (code->info->block_width > 1) {
      x = ilshr_const(build, x, 2);
      y = y ? ilshr_const(build, y, 2) : NULL;
   }
   if (bytes >= 4) {
      bytes /= 4;
      pitch = ilshr(build, pitch, jit_const_i32(build, 2));
   }
   LLVMValueRef offset = imul(build, x, jit_splat_i32(build, bytes));
   return y ? iadd(build, offset, imul(build, y, jit_splat(build, pitch))) : offset;
}

/* Texels of one or two bytes: the aligned dword that holds them. Levels begin at multiples of 64. */
static LLVMValueRef
gather_small(struct texture_code *code, const struct texture_level *level, LLVMValueRef offset,
             LLVMValueRef mask)
{
   struct jit_build *build = code->build;
   LLVMValueRef dword = ilshr_const(build, offset, 2);
   LLVMValueRef ptrs =
      LLVMBuildGEP2(build->builder, build->i32, level->base, &dword, 1, "");
   LLVMValueRef raw = jit_gather(build, build->vi32, ptrs, mask, 4);
   LLVMValueRef shift = ishl_const(build, iand_const(build, offset, 3), 3);
   uint32_t ones = code->info->block_bytes == 1 ? 0xff : 0xffff;
   return iand_const(build, ilshr(build, raw, shift), ones);
}

LLVMValueRef
texture_gather_dword(struct texture_code *code, const struct texture_level *level, LLVMValueRef x,
                     LLVMValueRef y, LLVMValueRef mask)
{
   struct jit_build *build = code->build;
   LLVMValueRef offset = slice_offset(code, level, x, y);
   if (code->info->block_bytes < 4)
      return gather_small(code, level, offset, mask);
   LLVMValueRef ptrs =
      LLVMBuildGEP2(build->builder, build->i32, level->base, &offset, 1, "");
   return jit_gather(build, build->vi32, ptrs, mask, 4);
}

/* Volumes may be larger than 32 bits can tell. */
static LLVMValueRef
volume_ptrs(struct texture_code *code, const struct texture_level *level, LLVMValueRef x,
            LLVMValueRef y, LLVMValueRef z)
{
   struct jit_build *build = code->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef pitch = LLVMBuildZExt(b, level->slice_pitch, build->i64, "");
   LLVMValueRef in_slice = LLVMBuildSExt(b, slice_offset(code, level, x, y), build->vi64, "");
   if (code->info->block_bytes >= 4)
      in_slice = ishl(build, in_slice, jit_splat(build, LLVMConstInt(build->i64, 2, false)));
   LLVMValueRef offset =
      imul(build, LLVMBuildZExt(b, z, build->vi64, ""), jit_splat(build, pitch));
   offset = iadd(build, offset, in_slice);
   return LLVMBuildGEP2(b, build->i8, level->base, &offset, 1, "");
}

/* The sampler's border colour, in the channels that the format has and clamped to what it can hold
 * (7.18.9.1); a scalar. NULL: the channel is not in the format. */
static LLVMValueRef
border_channel(struct texture_code *code, uint32_t c)
{
   struct jit_build *build = code->build;
   LLVMBuilderRef b = build->builder;
   size_t offset = offsetof(struct sampler, border) + c * sizeof(float);
   uint8_t type = code->info->channel[c].type;

   if (type == FORMAT_VOID)
      return NULL;
   if (code->integer && code->key.border_is_uint)
      return jit_load(build, build->i32, code->sampler, offset, 4);

   LLVMValueRef value = jit_load(build, build->f32, code->sampler, offset, 4);
   switch (type) {
   case FORMAT_UNORM:
      return fclamp(build, value, jit_const_f32(build, 0), jit_const_f32(build, 1));
   case FORMAT_SNORM:
      return fclamp(build, value, jit_const_f32(build, -1), jit_const_f32(build, 1));
   case FORMAT_UINT:
      value = fclamp(build, value, jit_const_f32(build, 0), jit_const_f32(build, 4294967040.0f));
      return LLVMBuildFPToUI(b, value, build->i32, "");
   case FORMAT_SINT:
      value = fclamp(build, value, jit_const_f32(build, -2147483648.0f),
                     jit_const_f32(build, 2147483520.0f));
      return LLVMBuildFPToSI(b, value, build->i32, "");
   default:
      return value;
   }
}

void
texture_fetch(struct texture_code *code, const struct texture_level *level, LLVMValueRef x,
              LLVMValueRef y, LLVMValueRef z, LLVMValueRef inside, LLVMValueRef mask,
              LLVMValueRef rgba[4])
{
   struct jit_build *build = code->build;
   if (inside)
      mask = iand(build, mask, inside);

   if (z) {
      texture_fetch_at(code, volume_ptrs(code, level, x, y, z), x, y, mask, rgba);
   } else if (code->info->block_bytes < 4) {
      LLVMValueRef raw = texture_gather_dword(code, level, x, y, mask);
      unpack(code, &raw, x, y, rgba);
   } else {
      LLVMValueRef offset = slice_offset(code, level, x, y);
      LLVMValueRef ptrs =
         LLVMBuildGEP2(build->builder, build->i32, level->base, &offset, 1, "");
      texture_fetch_at(code, ptrs, x, y, mask, rgba);
   }

   for (uint32_t c = 0; inside && c < 4; c++) {
      LLVMValueRef border = border_channel(code, c);
      if (border)
         rgba[c] = choose(build, inside, rgba[c], jit_splat(build, border));
   }
}

/* ---- Swizzle and comparison ---- */

void
texture_swizzle(struct texture_code *code, LLVMValueRef rgba[4])
{
   struct jit_build *build = code->build;
   LLVMValueRef in[4] = {rgba[0], rgba[1], rgba[2], rgba[3]};
   for (uint32_t c = 0; c < 4; c++) {
      uint32_t source = texture_key_swizzle(code->key, c);
      if (source < 4)
         rgba[c] = in[source];
      else if (code->integer)
         rgba[c] = jit_splat_i32(build, source == 5);
      else
         rgba[c] = jit_splat_f32(build, source == 5);
   }
}

void
texture_prepare_compare(struct texture_code *code)
{
   struct jit_build *build = code->build;
   code->reference = ARGS_FIELD(code, vf32, compare, 0);
   if (code->info->encoding != FORMAT_PLAIN || code->info->channel[0].type != FORMAT_UNORM)
      return;

   /* To the format's precision and back (22.4.19). */
   LLVMValueRef zero = jit_splat_f32(build, 0);
   LLVMValueRef in[4] = {code->reference, zero, zero, zero}, raw[4], out[4];
   jit_format_pack(build, code->key.format, in, raw);
   jit_format_unpack(build, code->key.format, raw, out);
   code->reference = out[0];
}

void
texture_tap_value(struct texture_code *code, LLVMValueRef rgba[4])
{
   static const LLVMRealPredicate predicates[] = {
      [D3D12_COMPARISON_FUNC_LESS] = LLVMRealOLT,
      [D3D12_COMPARISON_FUNC_EQUAL] = LLVMRealOEQ,
      [D3D12_COMPARISON_FUNC_LESS_EQUAL] = LLVMRealOLE,
      [D3D12_COMPARISON_FUNC_GREATER] = LLVMRealOGT,
      [D3D12_COMPARISON_FUNC_NOT_EQUAL] = LLVMRealUNE,
      [D3D12_COMPARISON_FUNC_GREATER_EQUAL] = LLVMRealOGE,
      [D3D12_COMPARISON_FUNC_ALWAYS] = LLVMRealPredicateTrue,
   };
   struct jit_build *build = code->build;
   uint32_t function = code->key.compare;

   if (!code->compares)
      return;
   LLVMRealPredicate predicate =
      function < ARRAY_LENGTH(predicates) ? predicates[function] : LLVMRealPredicateFalse;
   LLVMValueRef value = code->integer ? to_float(build, rgba[0]) : rgba[0];
   LLVMValueRef passes = fcmp(build, predicate, code->reference, value);
   rgba[0] = choose(build, passes, jit_splat_f32(build, 1), jit_splat_f32(build, 0));
   rgba[1] = rgba[2] = rgba[3] = rgba[0];
}
