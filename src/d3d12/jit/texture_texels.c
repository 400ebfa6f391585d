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
   LLVMValueRef levels =
      jit_load(build, build->ptr, code->view, offsetof(struct descriptor, levels), sizeof(void *));
   LLVMValueRef size = LLVMConstInt(build->i64, sizeof(struct image_level), false);
   LLVMValueRef place = imul(build, LLVMBuildZExt(b, level, build->i64, ""), size);
   LLVMValueRef info = jit_ptr_add_value(build, levels, place);

#define LEVEL_FIELD(type, field)                                                                   \
   jit_load(build, build->type, info, offsetof(struct image_level, field), sizeof(uint32_t))
   struct texture_level result = {
      .row_pitch = LEVEL_FIELD(i32, row_pitch),
      .slice_pitch = LEVEL_FIELD(i32, slice_pitch),
      .size = { LEVEL_FIELD(i32, width), LEVEL_FIELD(i32, height), LEVEL_FIELD(i32, depth) },
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

void
texture_unpack(struct texture_code *code, const LLVMValueRef *raw, LLVMValueRef x, LLVMValueRef y,
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
   texture_unpack(code, raw, x, y, rgba);
}

/* Counted in dwords they reach all of a slice, which is smaller than 4 GiB (layout/image.c); slices of texels
 * of one or two bytes are smaller than 2 GiB at IMAGE_MAX_SIZE. */
LLVMValueRef
texture_slice_offset(struct texture_code *code, const struct texture_level *level, LLVMValueRef x,
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

/* Volumes may be larger than 32 bits can tell. */
static LLVMValueRef
volume_ptrs(struct texture_code *code, const struct texture_level *level, LLVMValueRef x,
            LLVMValueRef y, LLVMValueRef z)
{
   struct jit_build *build = code->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef pitch = LLVMBuildZExt(b, level->slice_pitch, build->i64, "");
   LLVMValueRef in_slice =
      LLVMBuildSExt(b, texture_slice_offset(code, level, x, y), build->vi64, "");
   if (code->info->block_bytes >= 4)
      in_slice = ishl(build, in_slice, jit_splat(build, LLVMConstInt(build->i64, 2, false)));
   LLVMValueRef offset = imul(build, LLVMBuildZExt(b, z, build->vi64, ""), jit_splat(build, pitch));
   offset = iadd(build, offset, in_slice);
   return LLVMBuildGEP2(b, build->i8, level->base, &offset, 1, "");
}

static LLVMValueRef
texel_ptrs(struct texture_code *code, const struct texture_level *level, LLVMValueRef x,
           LLVMValueRef y, LLVMValueRef z)
{
   struct jit_build *build = code->build;
   if (z)
      return volume_ptrs(code, level, x, y, z);
   LLVMTypeRef unit = code->info->block_bytes < 4 ? build->i8 : build->i32;
   LLVMValueRef offset = texture_slice_offset(code, level, x, y);
   return LLVMBuildGEP2(build->builder, unit, level->base, &offset, 1, "");
}

/* ---- Two texels by one access ---- */

bool
texture_has_pairs(const struct texture_code *code)
{
   const struct format_info *info = code->info;
   uint32_t mode = code->dim->cube ? 0 : texture_key_address(code->key, 0);
   return info->block_width == 1 && mode != D3D12_TEXTURE_ADDRESS_MODE_BORDER &&
          (info->block_bytes == 1 || info->block_bytes == 2 || info->block_bytes == 4);
}

/* The texel at `ptrs` and what follows it in memory: there are spare bytes behind every image. */
static void
gather_pair(struct texture_code *code, LLVMValueRef ptrs, LLVMValueRef mask, LLVMValueRef raw[2])
{
   struct jit_build *build = code->build;
   LLVMBuilderRef b = build->builder;
   uint32_t bytes = code->info->block_bytes;

   if (bytes < 4) {
      LLVMValueRef both = jit_gather(build, build->vi32, ptrs, mask, 1);
      uint32_t ones = bytes == 1 ? 0xff : 0xffff;
      raw[0] = iand_const(build, both, ones);
      raw[1] = iand_const(build, ilshr_const(build, both, 8 * bytes), ones);
      return;
   }
   LLVMTypeRef dwords = LLVMVectorType(build->i32, 2 * build->lanes);
   LLVMValueRef both = jit_bitcast(build, jit_gather(build, build->vi64, ptrs, mask, 4), dwords);
   for (uint32_t side = 0; side < 2; side++) {
      LLVMValueRef lanes[JIT_MAX_LANES];
      for (uint32_t i = 0; i < build->lanes; i++)
         lanes[i] = jit_const_i32(build, 2 * i + side);
      raw[side] = LLVMBuildShuffleVector(b, both, LLVMGetPoison(dwords),
                                         LLVMConstVector(lanes, build->lanes), "");
   }
}

static LLVMValueRef
gather_single(struct texture_code *code, LLVMValueRef ptrs, LLVMValueRef mask)
{
   LLVMValueRef raw;
   jit_format_gather(code->build, code->key.format, ptrs, mask, &raw);
   return raw;
}

void
texture_gather_pairs(struct texture_code *code, const struct texture_level *level,
                     const LLVMValueRef x[2], const LLVMValueRef (*rows)[2], uint32_t num_rows,
                     LLVMValueRef mask, LLVMValueRef (*raw)[2])
{
   struct jit_build *build = code->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef same = icmp(build, LLVMIntEQ, x[0], x[1]);

   for (uint32_t i = 0; i < num_rows; i++) {
      LLVMValueRef ptrs = texel_ptrs(code, level, x[0], rows[i][0], rows[i][1]);
      gather_pair(code, ptrs, mask, raw[i]);
      raw[i][1] = choose(build, same, raw[i][0], raw[i][1]);
   }
   if (code->dim->cube || texture_key_address(code->key, 0) != D3D12_TEXTURE_ADDRESS_MODE_WRAP)
      return;

   /* From the right edge to the left one. */
   LLVMValueRef wraps = iand(build, mask, icmp(build, LLVMIntULT, x[1], x[0]));
   LLVMBasicBlockRef blocks[2] = { LLVMGetInsertBlock(b), jit_block(build, "wrap") };
   LLVMBasicBlockRef done = jit_block(build, "pairs");
   LLVMBuildCondBr(b, jit_any(build, wraps), blocks[1], done);
   jit_position(build, blocks[1]);
   LLVMValueRef right[4];
   for (uint32_t i = 0; i < num_rows; i++) {
      LLVMValueRef ptrs = texel_ptrs(code, level, x[1], rows[i][0], rows[i][1]);
      right[i] = choose(build, wraps, gather_single(code, ptrs, wraps), raw[i][1]);
   }
   LLVMBuildBr(b, done);
   blocks[1] = LLVMGetInsertBlock(b);

   jit_position(build, done);
   for (uint32_t i = 0; i < num_rows; i++) {
      LLVMValueRef values[2] = { raw[i][1], right[i] };
      raw[i][1] = LLVMBuildPhi(b, build->vi32, "");
      LLVMAddIncoming(raw[i][1], values, blocks, 2);
   }
}

/* ---- The border ---- */

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
   if (texture_has_pairs(code) && code->info->block_bytes < 4) {
      /* Reading on is cheaper than not to leave the texel's dword. */
      LLVMValueRef raw[2];
      gather_pair(code, texel_ptrs(code, level, x, y, z), mask, raw);
      texture_unpack(code, raw, x, y, rgba);
   } else {
      texture_fetch_at(code, texel_ptrs(code, level, x, y, z), x, y, mask, rgba);
   }

   for (uint32_t c = 0; inside && c < 4; c++) {
      LLVMValueRef border = border_channel(code, c);
      if (border)
         rgba[c] = choose(build, inside, rgba[c], jit_splat(build, border));
   }
}

/* ---- Swizzle and comparison ---- */

/* A comparison's result, too, is what the view makes of it: it is in all channels (22.4.19), but the view
 * may have 0 or 1 in their place, as Mesa's does for the alpha of a luminance depth texture. */
void
texture_swizzle(struct texture_code *code, LLVMValueRef rgba[4])
{
   struct jit_build *build = code->build;
   LLVMValueRef in[4] = { rgba[0], rgba[1], rgba[2], rgba[3] };
   for (uint32_t c = 0; c < 4; c++) {
      uint32_t source = texture_key_swizzle(code->key, c);
      if (source < 4)
         rgba[c] = in[source];
      else if (code->integer && !code->compares)
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
   LLVMValueRef in[4] = { code->reference, zero, zero, zero }, raw[4], out[4];
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
