/* BC1 to BC5: a texel from its block, in each lane (D3D11.3 19.5.6 to 19.5.12). */
#include "jit/expr.h"
#include "jit/format_code.h"
#include "jit/texture_code.h"

bool
texture_bc_supported(const struct format_info *info)
{
   return info->encoding >= FORMAT_BC1 && info->encoding <= FORMAT_BC5;
}

/* A colour's channel of 5 or 6 bits, promoted to 8 by repeating the top bits (19.5.3). vf32, 0 to 255. */
static LLVMValueRef
promote(struct jit_build *build, LLVMValueRef colors, uint32_t shift, uint32_t bits)
{
   LLVMValueRef field = iand_const(build, ilshr_const(build, colors, shift), (1u << bits) - 1);
   LLVMValueRef high = ishl_const(build, field, 8 - bits);
   return to_float(build, ior(build, high, ilshr_const(build, field, 2 * bits - 8)));
}

/* Both ends of a colour block and an index for each texel; `texel` counts from the top left. */
static void
unpack_color(struct texture_code *code, LLVMValueRef colors, LLVMValueRef indices,
             LLVMValueRef texel, LLVMValueRef rgba[4])
{
   static const uint8_t shift[3] = { 11, 5, 0 }, bits[3] = { 5, 6, 5 };
   struct jit_build *build = code->build;
   LLVMValueRef index = iand_const(build, ilshr(build, indices, ishl_const(build, texel, 1)), 3);
   LLVMValueRef is_derived = icmp(build, LLVMIntUGE, index, jit_splat_i32(build, 2));
   LLVMValueRef is_last = icmp(build, LLVMIntEQ, index, jit_splat_i32(build, 3));

   /* The weight of the second end: 0, 1, 1/3, 2/3, or in the three-colour mode 0, 1, 1/2. */
   LLVMValueRef third =
      choose(build, is_last, jit_splat_f32(build, 2 / 3.0f), jit_splat_f32(build, 1 / 3.0f));
   LLVMValueRef transparent = NULL;
   if (code->key.format == DXGI_FORMAT_BC1_UNORM ||
       code->key.format == DXGI_FORMAT_BC1_UNORM_SRGB) {
      LLVMValueRef first = iand_const(build, colors, 0xffff);
      LLVMValueRef three = icmp(build, LLVMIntULE, first, ilshr_const(build, colors, 16));
      third = choose(build, three, jit_splat_f32(build, 0.5f), third);
      transparent = iand(build, three, is_last);
   }
   LLVMValueRef weight = choose(build, is_derived, third, to_float(build, index));

   for (uint32_t c = 0; c < 3; c++) {
      LLVMValueRef first = promote(build, colors, shift[c], bits[c]);
      LLVMValueRef second = promote(build, colors, shift[c] + 16, bits[c]);
      LLVMValueRef value = jit_fma(build, fsub(build, second, first), weight, first);
      value = fmul_const(build, value, 1 / 255.0f);
      if (code->info->srgb)
         value = jit_srgb_to_linear(build, value);
      if (transparent)
         value = choose(build, transparent, jit_splat_f32(build, 0), value);
      rgba[c] = value;
   }
   rgba[3] = jit_splat_f32(build, 1);
   if (transparent)
      rgba[3] = choose(build, transparent, jit_splat_f32(build, 0), rgba[3]);
}

/* Two values of 8 bits and 16 indices of three bits, in two dwords. */
static LLVMValueRef
unpack_value(struct texture_code *code, const LLVMValueRef raw[2], LLVMValueRef texel)
{
   struct jit_build *build = code->build;
   bool is_signed = code->info->channel[0].type == FORMAT_SNORM;
   LLVMValueRef end[2], value[2];
   for (uint32_t i = 0; i < 2; i++) {
      end[i] = ishl_const(build, raw[0], 24 - 8 * i);
      end[i] = is_signed ? iashr(build, end[i], jit_splat_i32(build, 24))
                         : ilshr_const(build, end[i], 24);
      value[i] = fmul_const(build, to_float(build, end[i]), is_signed ? 1 / 127.0f : 1 / 255.0f);
      if (is_signed)
         value[i] = fmax_or_second(build, value[i], jit_splat_f32(build, -1));
   }

   /* The indices begin at bit 16. An index may lie across both dwords. */
   LLVMTypeRef wide = build->vi64;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef three = jit_splat_i32(build, 3);
   LLVMValueRef low = LLVMBuildZExt(b, raw[0], wide, ""), high = LLVMBuildZExt(b, raw[1], wide, "");
   LLVMValueRef half = jit_splat(build, LLVMConstInt(build->i64, 32, false));
   LLVMValueRef bits = ior(build, low, ishl(build, high, half));
   LLVMValueRef shift = iadd_const(build, imul(build, texel, three), 16);
   bits = ilshr(build, bits, LLVMBuildZExt(b, shift, wide, ""));
   LLVMValueRef index = iand_const(build, LLVMBuildTrunc(b, bits, build->vi32, ""), 7);

   /* Index i ≥ 2 is (i - 1) steps of seven from the first end, or of five, and then two constants. */
   LLVMValueRef eight = icmp(build, LLVMIntSGT, end[0], end[1]);
   LLVMValueRef step =
      choose(build, eight, jit_splat_f32(build, 1 / 7.0f), jit_splat_f32(build, 1 / 5.0f));
   LLVMValueRef weight = fmul(build, fadd_const(build, to_float(build, index), -1), step);
   LLVMValueRef derived = jit_fma(build, fsub(build, value[1], value[0]), weight, value[0]);
   LLVMValueRef is_low = icmp(build, LLVMIntEQ, index, jit_splat_i32(build, 6));
   LLVMValueRef constant =
      choose(build, is_low, jit_splat_f32(build, is_signed ? -1 : 0), jit_splat_f32(build, 1));
   LLVMValueRef is_constant = iand(build, LLVMBuildNot(b, eight, ""),
                                   icmp(build, LLVMIntUGE, index, jit_splat_i32(build, 6)));
   LLVMValueRef result = choose(build, is_constant, constant, derived);
   result = choose(build, icmp(build, LLVMIntEQ, index, jit_splat_i32(build, 1)), value[1], result);
   return choose(build, icmp(build, LLVMIntEQ, index, jit_splat_i32(build, 0)), value[0], result);
}

/* BC2's: four bits each, in two dwords. */
static LLVMValueRef
unpack_explicit(struct texture_code *code, const LLVMValueRef raw[2], LLVMValueRef texel)
{
   struct jit_build *build = code->build;
   LLVMValueRef is_high = icmp(build, LLVMIntUGE, texel, jit_splat_i32(build, 8));
   LLVMValueRef dword = choose(build, is_high, raw[1], raw[0]);
   LLVMValueRef shift = ishl_const(build, iand_const(build, texel, 7), 2);
   LLVMValueRef field = iand_const(build, ilshr(build, dword, shift), 15);
   return fmul_const(build, to_float(build, field), 1 / 15.0f);
}

void
texture_bc_unpack(struct texture_code *code, const LLVMValueRef *raw, LLVMValueRef x,
                  LLVMValueRef y, LLVMValueRef rgba[4])
{
   struct jit_build *build = code->build;
   LLVMValueRef texel =
      ior(build, iand_const(build, x, 3), ishl_const(build, iand_const(build, y, 3), 2));

   switch (code->info->encoding) {
   case FORMAT_BC1:
      unpack_color(code, raw[0], raw[1], texel, rgba);
      break;
   case FORMAT_BC2:
      unpack_color(code, raw[2], raw[3], texel, rgba);
      rgba[3] = unpack_explicit(code, raw, texel);
      break;
   case FORMAT_BC3:
      unpack_color(code, raw[2], raw[3], texel, rgba);
      rgba[3] = unpack_value(code, raw, texel);
      break;
   default:
      rgba[0] = unpack_value(code, raw, texel);
      rgba[1] = code->info->encoding == FORMAT_BC5 ? unpack_value(code, raw + 2, texel)
                                                   : jit_splat_f32(build, 0);
      rgba[2] = jit_splat_f32(build, 0);
      rgba[3] = jit_splat_f32(build, 1);
      break;
   }
}
