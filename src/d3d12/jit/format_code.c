#include "jit/format_code.h"

#include "jit/expr.h"
#include "util/bits.h"

static LLVMValueRef
shift_left(struct jit_build *build, LLVMValueRef value, uint32_t count)
{
   return count ? LLVMBuildShl(build->builder, value, jit_splat_i32(build, count), "") : value;
}

static LLVMValueRef
shift_right(struct jit_build *build, LLVMValueRef value, uint32_t count)
{
   return count ? LLVMBuildLShr(build->builder, value, jit_splat_i32(build, count), "") : value;
}

static LLVMValueRef
and_mask(struct jit_build *build, LLVMValueRef value, uint32_t mask)
{
   return mask == UINT32_MAX ? value
                             : LLVMBuildAnd(build->builder, value, jit_splat_i32(build, mask), "");
}

static LLVMValueRef
or_into(struct jit_build *build, LLVMValueRef sum, LLVMValueRef value)
{
   return sum ? LLVMBuildOr(build->builder, sum, value, "") : value;
}

static uint32_t
field_mask(uint32_t bits)
{
   return bits == 32 ? UINT32_MAX : (1u << bits) - 1;
}

static bool
is_integer(const struct format_info *info)
{
   for (uint32_t c = 0; c < 4; c++) {
      if (info->channel[c].type != FORMAT_VOID)
         return info->channel[c].type == FORMAT_UINT || info->channel[c].type == FORMAT_SINT;
   }
   return false;
}

/* ---- Unpack ---- */

/*
 * steps / max, correctly rounded (D3D11.3 3.2.3.2). The reciprocal alone would miss by one unit in the
 * last place here and there; with the part of it that a float cannot hold, tests find no miss up to 16
 * bits.
 */
static LLVMValueRef
normalize(struct jit_build *build, LLVMValueRef field, uint32_t max)
{
   LLVMBuilderRef b = build->builder;
   LLVMValueRef steps = LLVMBuildSIToFP(b, field, build->vf32, "");
   if (max > UINT16_MAX || !jit_target_get()->has_fma)
      return LLVMBuildFDiv(b, steps, jit_splat_f32(build, max), "");

   float reciprocal = 1.0f / max;
   float rest = 1.0 / max - reciprocal;
   return jit_fma(build, steps, jit_splat_f32(build, reciprocal),
                  LLVMBuildFMul(b, steps, jit_splat_f32(build, rest), ""));
}

static LLVMValueRef
unpack_signed(struct jit_build *build, LLVMValueRef dword, uint32_t shift, uint32_t bits)
{
   LLVMValueRef top = shift_left(build, dword, 32 - shift - bits);
   return bits == 32 ? top
                     : LLVMBuildAShr(build->builder, top, jit_splat_i32(build, 32 - bits), "");
}

static LLVMValueRef
unpack_channel(struct jit_build *build, const struct format_channel *channel,
               const LLVMValueRef *raw, bool srgb)
{
   LLVMValueRef dword = raw[channel->shift / 32];
   uint32_t shift = channel->shift % 32, bits = channel->bits;
   LLVMValueRef field = shift_right(build, dword, shift);
   if (shift + bits < 32)
      field = and_mask(build, field, field_mask(bits));

   switch (channel->type) {
   case FORMAT_UNORM: {
      LLVMValueRef value = normalize(build, field, field_mask(bits));
      return srgb ? jit_srgb_to_linear(build, value) : value;
   }
   case FORMAT_SNORM: {
      LLVMValueRef steps = unpack_signed(build, dword, shift, bits);
      return fclamp_const(build, normalize(build, steps, field_mask(bits) >> 1), -1, 1);
   }
   case FORMAT_SINT:
      return unpack_signed(build, dword, shift, bits);
   case FORMAT_FLOAT:
      return bits == 32 ? as_float(build, dword) : jit_half_to_float(build, field);
   default:
      return field;
   }
}

/* Small unsigned floats are halves without a sign and with a shorter fraction. */
static LLVMValueRef
unpack_small_float(struct jit_build *build, LLVMValueRef dword, uint32_t shift, uint32_t bits)
{
   LLVMValueRef field = and_mask(build, shift_right(build, dword, shift), field_mask(bits));
   return jit_half_to_float(build, shift_left(build, field, 15 - bits));
}

static void
unpack_shared_exponent(struct jit_build *build, LLVMValueRef dword, LLVMValueRef rgba[4])
{
   LLVMValueRef exponent = LLVMBuildAdd(build->builder, shift_right(build, dword, 27),
                                        jit_splat_i32(build, 127 - 15 - 9), "");
   LLVMValueRef scale = as_float(build, shift_left(build, exponent, 23));
   for (uint32_t c = 0; c < 3; c++) {
      LLVMValueRef field = and_mask(build, shift_right(build, dword, 9 * c), 0x1ff);
      LLVMValueRef value = LLVMBuildSIToFP(build->builder, field, build->vf32, "");
      rgba[c] = LLVMBuildFMul(build->builder, value, scale, "");
   }
}

void
jit_format_unpack(struct jit_build *build, DXGI_FORMAT format, const LLVMValueRef *raw,
                  LLVMValueRef rgba[4])
{
   const struct format_info *info = format_info(format);
   bool integer = is_integer(info);

   for (uint32_t c = 0; c < 4; c++) {
      if (integer)
         rgba[c] = jit_splat_i32(build, c == 3);
      else
         rgba[c] = jit_splat_f32(build, c == 3);
   }

   switch (info->encoding) {
   case FORMAT_PLAIN:
      for (uint32_t c = 0; c < 4; c++) {
         if (info->channel[c].type != FORMAT_VOID)
            rgba[c] = unpack_channel(build, &info->channel[c], raw, info->srgb && c < 3);
      }
      break;
   case FORMAT_R11G11B10F:
      rgba[0] = unpack_small_float(build, raw[0], 0, 11);
      rgba[1] = unpack_small_float(build, raw[0], 11, 11);
      rgba[2] = unpack_small_float(build, raw[0], 22, 10);
      break;
   case FORMAT_R9G9B9E5:
      unpack_shared_exponent(build, raw[0], rgba);
      break;
   }
}

/* ---- Pack ---- */

static LLVMValueRef
pack_unorm(struct jit_build *build, LLVMValueRef value, uint32_t bits, bool srgb)
{
   LLVMBuilderRef b = build->builder;
   float max = field_mask(bits);

   value = fclamp_const(build, value, 0, 1);
   if (srgb)
      value = jit_linear_to_srgb(build, value);

   /* At 2^23 a float's last bit counts ones: adding it rounds to an integer in the low bits. */
   LLVMValueRef magic = jit_splat_f32(build, 0x1p23f);
   if (bits <= 16) {
      LLVMValueRef sum = jit_fma(build, value, jit_splat_f32(build, max), magic);
      return and_mask(build, as_int(build, sum), field_mask(bits));
   }

   LLVMValueRef steps = LLVMBuildFMul(b, value, jit_splat_f32(build, max), "");
   LLVMValueRef rounded = LLVMBuildFSub(b, LLVMBuildFAdd(b, steps, magic, ""), magic, "");
   LLVMValueRef is_small = LLVMBuildFCmp(b, LLVMRealOLT, steps, magic, "");
   steps = LLVMBuildSelect(b, is_small, rounded, steps, "");
   return LLVMBuildFPToSI(b, steps, build->vi32, "");
}

static LLVMValueRef
pack_snorm(struct jit_build *build, LLVMValueRef value, uint32_t bits)
{
   LLVMBuilderRef b = build->builder;
   float scale = field_mask(bits) >> 1;
   LLVMValueRef is_nan = LLVMBuildFCmp(b, LLVMRealUNO, value, value, "");

   value = LLVMBuildSelect(b, is_nan, jit_splat_f32(build, 0), value, "");
   value = fclamp_const(build, value, -1, 1);
   /* As above, with room for negative numbers. */
   LLVMValueRef sum =
      jit_fma(build, value, jit_splat_f32(build, scale), jit_splat_f32(build, 0x1.8p23f));
   return and_mask(build, as_int(build, sum), field_mask(bits));
}

static LLVMValueRef
pack_integer(struct jit_build *build, LLVMValueRef value, uint32_t bits, bool is_signed)
{
   LLVMBuilderRef b = build->builder;
   if (bits == 32)
      return value;

   uint32_t max = is_signed ? field_mask(bits) >> 1 : field_mask(bits);
   LLVMValueRef top = jit_splat_i32(build, max);
   LLVMValueRef inside = LLVMBuildICmp(b, is_signed ? LLVMIntSLT : LLVMIntULT, value, top, "");
   value = LLVMBuildSelect(b, inside, value, top, "");
   if (!is_signed)
      return value;
   LLVMValueRef bottom = jit_splat_i32(build, ~max);
   inside = LLVMBuildICmp(b, LLVMIntSGT, value, bottom, "");
   value = LLVMBuildSelect(b, inside, value, bottom, "");
   return and_mask(build, value, field_mask(bits));
}

static LLVMValueRef
pack_channel(struct jit_build *build, const struct format_channel *channel, LLVMValueRef value,
             bool srgb)
{
   switch (channel->type) {
   case FORMAT_UNORM:
      return pack_unorm(build, value, channel->bits, srgb);
   case FORMAT_SNORM:
      return pack_snorm(build, value, channel->bits);
   case FORMAT_FLOAT:
      return channel->bits == 32 ? as_int(build, value) : jit_float_to_half(build, value);
   default:
      return pack_integer(build, value, channel->bits, channel->type == FORMAT_SINT);
   }
}

/* Negative becomes zero, NaN stays NaN (D3D11.3 3.1.6). */
static LLVMValueRef
pack_small_float(struct jit_build *build, LLVMValueRef value, uint32_t bits)
{
   LLVMBuilderRef b = build->builder;
   LLVMValueRef zero = jit_splat_f32(build, 0);
   LLVMValueRef negative = LLVMBuildFCmp(b, LLVMRealOLT, value, zero, "");
   value = LLVMBuildSelect(b, negative, zero, value, "");
   LLVMValueRef half = and_mask(build, jit_float_to_half(build, value), 0x7fff);
   return shift_right(build, half, 15 - bits);
}

/*
 * The largest channel decides the exponent, once it is rounded to nine bits: half of the last bit
 * may carry into its exponent (D3D11.3 19.3.2.2). NaN becomes zero.
 */
static LLVMValueRef
pack_shared_exponent(struct jit_build *build, const LLVMValueRef rgba[4])
{
   LLVMBuilderRef b = build->builder;
   LLVMValueRef value[3], largest = NULL;
   for (uint32_t c = 0; c < 3; c++) {
      value[c] = fclamp_const(build, rgba[c], 0, 65408);
      largest = c ? jit_fmax(build, largest, value[c]) : value[0];
   }

   /* Exponents as a float has them; the least is written as 0, and is for channels below 2^-15. */
   LLVMValueRef least = jit_splat_i32(build, 127 - 16);
   LLVMValueRef half = jit_splat_i32(build, 1 << (23 - 9));
   LLVMValueRef exponent =
      shift_right(build, LLVMBuildAdd(b, as_int(build, largest), half, ""), 23);
   LLVMValueRef is_small = LLVMBuildICmp(b, LLVMIntSLT, exponent, least, "");
   exponent = LLVMBuildSelect(b, is_small, least, exponent, "");

   LLVMValueRef texel = shift_left(build, LLVMBuildSub(b, exponent, least, ""), 27);
   LLVMValueRef scale = LLVMBuildSub(b, jit_splat_i32(build, 127 + 8 + 127), exponent, "");
   scale = as_float(build, shift_left(build, scale, 23));
   for (uint32_t c = 0; c < 3; c++) {
      /* Rounds as pack_unorm does. */
      LLVMValueRef sum = jit_fma(build, value[c], scale, jit_splat_f32(build, 0x1p23f));
      LLVMValueRef field = and_mask(build, as_int(build, sum), 0x1ff);
      texel = or_into(build, texel, shift_left(build, field, 9 * c));
   }
   return texel;
}

void
jit_format_pack(struct jit_build *build, DXGI_FORMAT format, const LLVMValueRef rgba[4],
                LLVMValueRef *raw)
{
   const struct format_info *info = format_info(format);
   uint32_t num_dwords = div_round_up(info->block_bytes, 4);
   LLVMValueRef dwords[4] = { NULL };

   if (info->encoding == FORMAT_R11G11B10F) {
      for (uint32_t c = 0; c < 3; c++) {
         LLVMValueRef field = pack_small_float(build, rgba[c], c < 2 ? 11 : 10);
         dwords[0] = or_into(build, dwords[0], shift_left(build, field, 11 * c));
      }
   } else if (info->encoding == FORMAT_R9G9B9E5) {
      dwords[0] = pack_shared_exponent(build, rgba);
   } else if (info->encoding == FORMAT_PLAIN) {
      for (uint32_t c = 0; c < 4; c++) {
         const struct format_channel *channel = &info->channel[c];
         if (channel->type == FORMAT_VOID)
            continue;
         LLVMValueRef field = pack_channel(build, channel, rgba[c], info->srgb && c < 3);
         LLVMValueRef *dword = &dwords[channel->shift / 32];
         *dword = or_into(build, *dword, shift_left(build, field, channel->shift % 32));
      }
   }
   for (uint32_t i = 0; i < num_dwords; i++)
      raw[i] = dwords[i] ? dwords[i] : jit_splat_i32(build, 0);
}

/* ---- Memory ---- */

/* Bytes to which texels are aligned at least: a component, in buffers with any stride. */
static uint32_t
texel_alignment(const struct format_info *info)
{
   for (uint32_t c = 0; c < 4; c++) {
      const struct format_channel *channel = &info->channel[c];
      if (channel->type != FORMAT_VOID && (channel->bits == 8 || channel->bits == 16))
         return MIN2(channel->bits / 8u, info->block_bytes);
   }
   return MIN2(info->block_bytes, 4);
}

/*
 * Texels of one or two bytes: gathers are of dwords, so the one is taken that holds the texel and does
 * not leave its page. It starts up to three bytes below a byte, up to two below two bytes.
 */
static LLVMValueRef
gather_small(struct jit_build *build, uint32_t bytes, LLVMValueRef ptrs, LLVMValueRef mask)
{
   LLVMBuilderRef b = build->builder;
   LLVMValueRef address = LLVMBuildPtrToInt(b, ptrs, build->vi64, "");
   LLVMValueRef below = and_mask(build, LLVMBuildTrunc(b, address, build->vi32, ""), 3);
   if (bytes == 2) {
      LLVMValueRef two = jit_splat_i32(build, 2);
      LLVMValueRef is_less = LLVMBuildICmp(b, LLVMIntULT, below, two, "");
      below = LLVMBuildSelect(b, is_less, below, two, "");
   }
   LLVMValueRef back = LLVMBuildNeg(b, LLVMBuildZExt(b, below, build->vi64, ""), "");
   ptrs = LLVMBuildGEP2(b, build->i8, ptrs, &back, 1, "");

   LLVMValueRef dwords = jit_gather(build, build->vi32, ptrs, mask, 1);
   LLVMValueRef field = LLVMBuildLShr(b, dwords, shift_left(build, below, 3), "");
   return and_mask(build, field, field_mask(8 * bytes));
}

/* Two dwords in one access. */
static void
gather_pair(struct jit_build *build, LLVMValueRef ptrs, LLVMValueRef mask, uint32_t align,
            LLVMValueRef *raw)
{
   LLVMBuilderRef b = build->builder;
   LLVMValueRef pair = jit_gather(build, build->vi64, ptrs, mask, align);
   LLVMValueRef shift = jit_splat(build, LLVMConstInt(build->i64, 32, false));
   raw[0] = LLVMBuildTrunc(b, pair, build->vi32, "");
   raw[1] = LLVMBuildTrunc(b, LLVMBuildLShr(b, pair, shift, ""), build->vi32, "");
}

void
jit_format_gather(struct jit_build *build, DXGI_FORMAT format, LLVMValueRef ptrs, LLVMValueRef mask,
                  LLVMValueRef *raw)
{
   const struct format_info *info = format_info(format);
   uint32_t align = texel_alignment(info);

   if (info->block_bytes < 4) {
      raw[0] = gather_small(build, info->block_bytes, ptrs, mask);
      return;
   }
   uint32_t num_dwords = info->block_bytes / 4;
   for (uint32_t i = 0; i < num_dwords; i += 2) {
      LLVMValueRef place = i ? jit_ptr_add(build, ptrs, 4 * i) : ptrs;
      if (i + 1 < num_dwords)
         gather_pair(build, place, mask, align, &raw[i]);
      else
         raw[i] = jit_gather(build, build->vi32, place, mask, align);
   }
}

void
jit_format_scatter(struct jit_build *build, DXGI_FORMAT format, const LLVMValueRef *raw,
                   LLVMValueRef ptrs, LLVMValueRef mask)
{
   LLVMBuilderRef b = build->builder;
   const struct format_info *info = format_info(format);
   uint32_t align = texel_alignment(info);

   if (info->block_bytes < 4) {
      LLVMTypeRef type = info->block_bytes == 1 ? build->vi8 : build->vi16;
      jit_scatter(build, LLVMBuildTrunc(b, raw[0], type, ""), ptrs, mask, align);
      return;
   }
   uint32_t num_dwords = info->block_bytes / 4;
   for (uint32_t i = 0; i < num_dwords; i++) {
      LLVMValueRef place = i ? jit_ptr_add(build, ptrs, 4 * i) : ptrs;
      jit_scatter(build, raw[i], place, mask, align);
   }
}
