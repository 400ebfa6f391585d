/* Formats: the table, packing and unpacking on the CPU, and the generated code against it. */
#include "jit/engine.h"
#include "jit/format_code.h"
#include "layout/bc.h"
#include "util/bits.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MAX_LANES 16
#define LAST_FORMAT DXGI_FORMAT_B4G4R4A4_UNORM

static uint32_t
random_bits(void)
{
   static uint32_t state = 0x12345678;
   state ^= state << 13;
   state ^= state >> 17;
   state ^= state << 5;
   return state;
}

static float
from_bits(uint32_t bits)
{
   float value;
   memcpy(&value, &bits, sizeof(value));
   return value;
}

/* Values that are likely to go wrong, and random ones. */
static float
random_float(void)
{
   static const float special[] = {
      0.0f,       -0.0f,      1.0f,     -1.0f,        0.5f,     INFINITY,   -INFINITY,  NAN,
      65504.0f,   65505.0f,   65536.0f, -65520.0f,    1e-7f,    6e-8f,      5.9e-8f,    3e-5f,
      6.1e-5f,    0.0031308f, 0.04045f, 254.5f / 255, 1e30f,    -1e30f,     2.0f,       0.25f,
      1.0000001f, 0.9999999f, 65024.0f, 64512.0f,     65408.0f, 1 / 255.0f, 1.5f / 255, 1e-40f,
   };
   uint32_t kind = random_bits() % 4;
   if (kind == 0)
      return special[random_bits() % ARRAY_LENGTH(special)];
   if (kind == 1)
      return from_bits(random_bits());
   return (random_bits() >> 8) / 16777216.0f * (kind == 2 ? 1 : 4) - (kind == 2 ? 0 : 2);
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

static bool
is_typed(const struct format_info *info)
{
   return info->block_bytes && !strstr(info->name, "_TYPELESS")
             ? true
             : info->format == DXGI_FORMAT_R24_UNORM_X8_TYPELESS ||
                  info->format == DXGI_FORMAT_X24_TYPELESS_G8_UINT ||
                  info->format == DXGI_FORMAT_R32_FLOAT_X8X24_TYPELESS ||
                  info->format == DXGI_FORMAT_X32_TYPELESS_G8X24_UINT;
}

/* ---- The table ---- */

static void
test_table(void **state)
{
   for (uint32_t f = 0; f <= 200; f++) {
      const struct format_info *info = format_info(f);
      assert_non_null(info);
      if (!info->block_bytes)
         continue;
      assert_int_equal(info->format, f);
      assert_true(info->planes == 1 || info->planes == 2);
      const struct format_info *family = format_info(info->typeless);
      assert_int_equal(family->typeless, info->typeless);
      if (format_plane(f) == 0)
         assert_int_equal(family->block_bytes, info->block_bytes);
      if (info->encoding == FORMAT_PLAIN) {
         for (uint32_t c = 0; c < 4; c++)
            assert_true(info->channel[c].shift + info->channel[c].bits <= info->block_bytes * 8);
      }
   }
   assert_int_equal(format_info(UINT32_MAX)->block_bytes, 0);
   assert_int_equal(format_info(DXGI_FORMAT_NV12)->block_bytes, 0);
   assert_int_equal(format_plane_bytes(DXGI_FORMAT_R24G8_TYPELESS, 0), 4);
   assert_int_equal(format_plane_bytes(DXGI_FORMAT_D32_FLOAT_S8X24_UINT, 1), 1);
   assert_int_equal(format_plane_copy_format(DXGI_FORMAT_D24_UNORM_S8_UINT, 0),
                    DXGI_FORMAT_R32_TYPELESS);
   assert_int_equal(format_plane_copy_format(DXGI_FORMAT_D24_UNORM_S8_UINT, 1),
                    DXGI_FORMAT_R8_TYPELESS);
   assert_int_equal(format_plane_copy_format(DXGI_FORMAT_D16_UNORM, 0), DXGI_FORMAT_R16_TYPELESS);
   assert_true(format_is_depth(DXGI_FORMAT_D16_UNORM));
   assert_false(format_is_depth(DXGI_FORMAT_R16_UNORM));
   assert_true(format_is_compressed(DXGI_FORMAT_BC7_UNORM));
}

/* ---- On the CPU ---- */

static void
check_texel(DXGI_FORMAT format, const void *block, const float expected[4])
{
   union format_texel texel;
   format_unpack(format, block, 0, 0, &texel);
   for (uint32_t c = 0; c < 4; c++) {
      if (!(fabsf(texel.f[c] - expected[c]) <= 1e-6f))
         fail_msg("%s channel %u: %g, expected %g", format_info(format)->name, c, texel.f[c],
                  expected[c]);
   }
}

static void
test_known_texels(void **state)
{
   check_texel(DXGI_FORMAT_R8G8B8A8_UNORM, "\xff\x00\x33\x80",
               (float[]){ 1, 0, 0.2f, 128 / 255.0f });
   check_texel(DXGI_FORMAT_B8G8R8A8_UNORM, "\xff\x00\x33\x80",
               (float[]){ 0.2f, 0, 1, 128 / 255.0f });
   check_texel(DXGI_FORMAT_B8G8R8X8_UNORM, "\xff\x00\x33\x80", (float[]){ 0.2f, 0, 1, 1 });
   check_texel(DXGI_FORMAT_R8G8B8A8_UNORM_SRGB, "\x80\xff\x00\x80",
               (float[]){ 0.2158605f, 1, 0, 128 / 255.0f });
   check_texel(DXGI_FORMAT_R8G8B8A8_SNORM, "\x80\x81\x7f\x00", (float[]){ -1, -1, 1, 0 });
   check_texel(DXGI_FORMAT_A8_UNORM, "\xff", (float[]){ 0, 0, 0, 1 });
   check_texel(DXGI_FORMAT_B5G6R5_UNORM, "\x1f\xf8", (float[]){ 1, 0, 1, 1 });
   check_texel(DXGI_FORMAT_B5G5R5A1_UNORM, "\x00\x7c", (float[]){ 1, 0, 0, 0 });
   check_texel(DXGI_FORMAT_B4G4R4A4_UNORM, "\x0f\xf0", (float[]){ 0, 0, 1, 1 });
   check_texel(DXGI_FORMAT_R16G16_FLOAT, "\x00\x3c\x00\xc0", (float[]){ 1, -2, 0, 1 });
   check_texel(DXGI_FORMAT_R10G10B10A2_UNORM, "\xff\x03\x00\xc0", (float[]){ 1, 0, 0, 1 });
   /* D3D11.3 19.3.2.1's example, 0x999320c8 */
   check_texel(DXGI_FORMAT_R9G9B9E5_SHAREDEXP, "\xc8\x20\x93\x99",
               (float[]){ 6.25f, 12.5f, 3.125f, 1 });
   /* 1.0 in 5.6 bits is 0x3c0, in 5.5 bits 0x1e0 */
   check_texel(DXGI_FORMAT_R11G11B10_FLOAT, "\xc0\x03\x1e\x78", (float[]){ 1, 1, 1, 1 });
   check_texel(DXGI_FORMAT_R24_UNORM_X8_TYPELESS, "\xff\xff\xff\x55", (float[]){ 1, 0, 0, 1 });
   check_texel(DXGI_FORMAT_R8G8_B8G8_UNORM, "\xff\x33\x00\x66", (float[]){ 1, 0.2f, 0, 1 });
   check_texel(DXGI_FORMAT_G8R8_G8B8_UNORM, "\x33\xff\x66\x00", (float[]){ 1, 0.2f, 0, 1 });

   union format_texel stencil;
   format_unpack(DXGI_FORMAT_X24_TYPELESS_G8_UINT, "\xab", 0, 0, &stencil);
   assert_int_equal(stencil.u[0], 0);
   assert_int_equal(stencil.u[1], 0xab);
   assert_int_equal(stencil.u[3], 1);
}

static void
check_pack(DXGI_FORMAT format, const union format_texel *texel, uint32_t expected)
{
   uint32_t block = 0;
   format_pack(format, texel, &block);
   assert_int_equal(block, expected);
}

static void
test_conversion_rules(void **state)
{
   union format_texel texel = { { 2, -1, NAN, 0.5f } };
   check_pack(DXGI_FORMAT_R8G8B8A8_UNORM, &texel, 0x800000ff);
   check_pack(DXGI_FORMAT_R8G8B8A8_SNORM, &texel, 0x4000817f);
   check_pack(DXGI_FORMAT_R11G11B10_FLOAT, &texel, 0x400 | 0x3f0u << 22);

   texel = (union format_texel){ .u = { 256, 255, UINT32_MAX, 0 } };
   check_pack(DXGI_FORMAT_R8G8B8A8_UINT, &texel, 0x00ffffff);
   texel = (union format_texel){ .i = { -129, 128, -1, 5 } };
   check_pack(DXGI_FORMAT_R8G8B8A8_SINT, &texel, 0x05ff7f80);

   /* Rounds to zero, and to the largest finite value (D3D11.3 3.2.2) */
   assert_int_equal(format_float_to_half(65535), 0x7bff);
   assert_int_equal(format_float_to_half(INFINITY), 0x7c00);
   assert_int_equal(format_float_to_half(-1e30f), 0xfbff);
   assert_int_equal(format_float_to_half(1 + 0x1.fp-11f), 0x3c00);
   assert_int_equal(format_float_to_half(-0.0f), 0x8000);
   assert_true(isnan(format_half_to_float(format_float_to_half(NAN))));

   /* A colour that needs the exponent of the next power of two once it is rounded */
   texel = (union format_texel){ .f = { 0.9995f, 0, 70000, 0 } };
   uint32_t bits;
   format_pack(DXGI_FORMAT_R9G9B9E5_SHAREDEXP, &texel, &bits);
   union format_texel back;
   format_unpack(DXGI_FORMAT_R9G9B9E5_SHAREDEXP, &bits, 0, 0, &back);
   assert_true(back.f[2] == 65408);
}

/* What was unpacked packs to the same bits: D3D11.3 19.1.2, data invertability. */
static void
test_round_trips(void **state)
{
   for (uint32_t f = 1; f <= LAST_FORMAT; f++) {
      const struct format_info *info = format_info(f);
      if (!is_typed(info) || info->encoding > FORMAT_R9G9B9E5)
         continue;
      uint32_t count = info->block_bytes <= 2 ? 1u << 8 * info->block_bytes : 20000;
      for (uint32_t i = 0; i < count; i++) {
         uint32_t block[4] = { i, 0, 0, 0 }, again[4] = { 0 };
         if (info->block_bytes > 2) {
            for (uint32_t d = 0; d < 4; d++)
               block[d] = random_bits();
         }
         union format_texel first, second;
         format_unpack(f, block, 0, 0, &first);
         format_pack(f, &first, again);
         format_unpack(f, again, 0, 0, &second);
         for (uint32_t c = 0; c < 4; c++) {
            bool both_nan = !is_integer(info) && isnan(first.f[c]) && isnan(second.f[c]);
            if (first.u[c] != second.u[c] && !both_nan)
               fail_msg("%s %08x: channel %u %g, then %g", info->name, block[0], c, first.f[c],
                        second.f[c]);
         }
      }
   }
}

/* ---- Block compression ---- */

static void
check_block(DXGI_FORMAT format, const void *block, uint32_t x, uint32_t y, const float expected[4])
{
   union format_texel texel;
   format_unpack(format, block, x, y, &texel);
   for (uint32_t c = 0; c < 4; c++) {
      if (!(fabsf(texel.f[c] - expected[c]) < 0.5f / 255))
         fail_msg("%s (%u, %u) channel %u: %g, expected %g", format_info(format)->name, x, y, c,
                  texel.f[c], expected[c]);
   }
}

static void
test_blocks(void **state)
{
   /* Red and blue; the texels of row 0 have indices 0, 1, 2, 3. */
   static const uint8_t four[8] = { 0x00, 0xf8, 0x1f, 0x00, 0xe4 };
   check_block(DXGI_FORMAT_BC1_UNORM, four, 0, 0, (float[]){ 1, 0, 0, 1 });
   check_block(DXGI_FORMAT_BC1_UNORM, four, 1, 0, (float[]){ 0, 0, 1, 1 });
   check_block(DXGI_FORMAT_BC1_UNORM, four, 2, 0, (float[]){ 2 / 3.0f, 0, 1 / 3.0f, 1 });
   check_block(DXGI_FORMAT_BC1_UNORM, four, 3, 0, (float[]){ 1 / 3.0f, 0, 2 / 3.0f, 1 });
   static const uint8_t three[8] = { 0x1f, 0x00, 0x00, 0xf8, 0xe4 };
   check_block(DXGI_FORMAT_BC1_UNORM, three, 2, 0, (float[]){ 0.5f, 0, 0.5f, 1 });
   check_block(DXGI_FORMAT_BC1_UNORM, three, 3, 0, (float[]){ 0, 0, 0, 0 });

   static const uint8_t bc2[16] = { 0xf0, 0, 0, 0, 0, 0, 0, 0, 0x1f, 0x00, 0x00, 0xf8, 0xe4 };
   check_block(DXGI_FORMAT_BC2_UNORM, bc2, 0, 0, (float[]){ 0, 0, 1, 0 });
   check_block(DXGI_FORMAT_BC2_UNORM, bc2, 1, 0, (float[]){ 1, 0, 0, 1 });
   check_block(DXGI_FORMAT_BC2_UNORM, bc2, 2, 0, (float[]){ 1 / 3.0f, 0, 2 / 3.0f, 0 });

   /* Indices 0, 1, 2, 7 in row 0 */
   static const uint8_t bc4[8] = { 255, 0, 0x88, 0x0e };
   check_block(DXGI_FORMAT_BC4_UNORM, bc4, 0, 0, (float[]){ 1, 0, 0, 1 });
   check_block(DXGI_FORMAT_BC4_UNORM, bc4, 1, 0, (float[]){ 0, 0, 0, 1 });
   check_block(DXGI_FORMAT_BC4_UNORM, bc4, 2, 0, (float[]){ 6 / 7.0f, 0, 0, 1 });
   check_block(DXGI_FORMAT_BC4_UNORM, bc4, 3, 0, (float[]){ 1 / 7.0f, 0, 0, 1 });
   static const uint8_t bc4s[8] = { 0x80, 127, 0x88, 0x0e };
   check_block(DXGI_FORMAT_BC4_SNORM, bc4s, 0, 0, (float[]){ -1, 0, 0, 1 });
   check_block(DXGI_FORMAT_BC4_SNORM, bc4s, 2, 0, (float[]){ -0.6f, 0, 0, 1 });
   check_block(DXGI_FORMAT_BC4_SNORM, bc4s, 3, 0, (float[]){ 1, 0, 0, 1 });

   /* BC7 mode 6: 7 + 1 bits a channel; both ends (254 | 1), index 0. Mode 5 with swapped red. */
   uint8_t mode6[16] = { 0x40 | 0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 };
   check_block(DXGI_FORMAT_BC7_UNORM, mode6, 3, 3, (float[]){ 1, 1, 1, 1 });
   static const uint8_t reserved[16] = { 0 };
   check_block(DXGI_FORMAT_BC7_UNORM, reserved, 0, 0, (float[]){ 0, 0, 0, 0 });
   static const uint8_t bc6_reserved[16] = { 0x13 };
   check_block(DXGI_FORMAT_BC6H_UF16, bc6_reserved, 0, 0, (float[]){ 0, 0, 0, 1 });
   /* Mode 3 (10 bits, one region): both ends at the top → 0xffff × 31 / 64 = 0x7bff */
   uint8_t top[16] = { 0xe3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 };
   union format_texel texel;
   format_unpack(DXGI_FORMAT_BC6H_UF16, top, 1, 2, &texel);
   assert_true(texel.f[0] == 65504 && texel.f[1] == 65504 && texel.f[2] == 65504);

   /* Any bits decode to something. */
   for (uint32_t i = 0; i < 20000; i++) {
      uint32_t block[4] = { random_bits(), random_bits(), random_bits(), random_bits() };
      for (uint32_t f = DXGI_FORMAT_BC1_UNORM; f <= DXGI_FORMAT_BC7_UNORM_SRGB; f++) {
         if (format_is_compressed(f))
            format_unpack(f, block, i & 3, i >> 2 & 3, &texel);
      }
   }
}

/* ---- Generated code ---- */

typedef void (*run_fn)(const void *in, void *out);

/* Begins `void run(ptr in, ptr out)`. */
static struct jit_build *
begin(uint64_t key, LLVMValueRef *in, LLVMValueRef *out)
{
   struct jit_build *build = jit_build_create((uint64_t[]){ key, 1 });
   assert_non_null(build);
   LLVMTypeRef args[] = { build->ptr, build->ptr };
   LLVMValueRef function =
      LLVMAddFunction(build->module, "run", LLVMFunctionType(build->void_type, args, 2, false));
   jit_position(build, LLVMAppendBasicBlockInContext(build->context, function, "entry"));
   *in = LLVMGetParam(function, 0);
   *out = LLVMGetParam(function, 1);
   return build;
}

static struct jit_code *
finish(struct jit_build *build)
{
   LLVMBuildRetVoid(build->builder);
   struct jit_code *code = jit_build_finish(build, "run");
   assert_non_null(code);
   return code;
}

static uint64_t next_key = 1;

/* in: `lanes` texels at a pitch of 16 bytes; out: four channels of MAX_LANES. */
static struct jit_code *
compile_unpack(DXGI_FORMAT format)
{
   LLVMValueRef in, out, raw[4], rgba[4];
   struct jit_build *build = begin(next_key++, &in, &out);
   LLVMValueRef offsets =
      LLVMBuildMul(build->builder, jit_lane_ids(build), jit_splat_i32(build, 16), "");
   offsets = LLVMBuildZExt(build->builder, offsets, build->vi64, "");
   LLVMValueRef ptrs = LLVMBuildGEP2(build->builder, build->i8, in, &offsets, 1, "");
   jit_format_gather(build, format, ptrs, LLVMConstAllOnes(build->vi1), raw);
   jit_format_unpack(build, format, raw, rgba);
   for (uint32_t c = 0; c < 4; c++)
      jit_store(build, rgba[c], out, c * MAX_LANES * 4, 4);
   return finish(build);
}

/* The inverse. */
static struct jit_code *
compile_pack(DXGI_FORMAT format)
{
   LLVMValueRef in, out, raw[4], rgba[4];
   struct jit_build *build = begin(next_key++, &in, &out);
   LLVMTypeRef type = is_integer(format_info(format)) ? build->vi32 : build->vf32;
   for (uint32_t c = 0; c < 4; c++)
      rgba[c] = jit_load(build, type, in, c * MAX_LANES * 4, 4);
   jit_format_pack(build, format, rgba, raw);
   LLVMValueRef offsets =
      LLVMBuildMul(build->builder, jit_lane_ids(build), jit_splat_i32(build, 16), "");
   offsets = LLVMBuildZExt(build->builder, offsets, build->vi64, "");
   LLVMValueRef ptrs = LLVMBuildGEP2(build->builder, build->i8, out, &offsets, 1, "");
   jit_format_scatter(build, format, raw, ptrs, LLVMConstAllOnes(build->vi1));
   return finish(build);
}

static bool
same_channel(const struct format_info *info, uint32_t c, const union format_texel *a,
             const union format_texel *b)
{
   if (is_integer(info))
      return a->u[c] == b->u[c];
   if (isnan(a->f[c]) && isnan(b->f[c]))
      return true;
   if (info->srgb && c < 3)
      return fabsf(a->f[c] - b->f[c]) < 2e-4f;
   return a->f[c] == b->f[c];
}

static void
test_generated_unpack(void **state)
{
   uint32_t lanes = jit_target_get()->lanes;
   for (uint32_t f = 1; f <= LAST_FORMAT; f++) {
      const struct format_info *info = format_info(f);
      if (!is_typed(info) || info->encoding > FORMAT_R9G9B9E5)
         continue;
      struct jit_code *code = compile_unpack(f);
      run_fn run = (run_fn)jit_code_entry(code);
      uint32_t rounds = info->block_bytes <= 2 ? (1u << 8 * info->block_bytes) / lanes : 500;
      for (uint32_t i = 0; i < rounds; i++) {
         uint32_t in[MAX_LANES][4], out[4][MAX_LANES];
         for (uint32_t lane = 0; lane < lanes; lane++) {
            for (uint32_t d = 0; d < 4; d++)
               in[lane][d] = random_bits();
            if (info->block_bytes <= 2)
               in[lane][0] = i * lanes + lane;
         }
         run(in, out);
         for (uint32_t lane = 0; lane < lanes; lane++) {
            union format_texel expected, got;
            format_unpack(f, in[lane], 0, 0, &expected);
            for (uint32_t c = 0; c < 4; c++) {
               got.u[c] = out[c][lane];
               if (!same_channel(info, c, &expected, &got))
                  fail_msg("%s %08x channel %u: %.9g (%x), expected %.9g (%x)", info->name,
                           in[lane][0], c, got.f[c], got.u[c], expected.f[c], expected.u[c]);
            }
         }
      }
      jit_code_release(code);
   }
}

/* Packed fields may differ by one where the value lies in the middle between two. */
static bool
same_packed(const struct format_info *info, const uint32_t *a, const uint32_t *b)
{
   for (uint32_t c = 0; c < 4; c++) {
      const struct format_channel *channel = &info->channel[c];
      if (channel->type == FORMAT_VOID)
         continue;
      uint32_t mask = channel->bits == 32 ? UINT32_MAX : (1u << channel->bits) - 1;
      uint32_t x = a[channel->shift / 32] >> channel->shift % 32 & mask;
      uint32_t y = b[channel->shift / 32] >> channel->shift % 32 & mask;
      uint32_t difference = (x > y ? x - y : y - x);
      bool normalized = channel->type == FORMAT_UNORM || channel->type == FORMAT_SNORM;
      uint32_t quiet = channel->type == FORMAT_FLOAT && channel->bits == 16 ? 0x1ff : 0;
      if (quiet && (x & 0x7c00) == 0x7c00 && (x & 0x3ff) && (y & 0x7c00) == 0x7c00 && (y & 0x3ff))
         continue; /* any NaN */
      if (difference > normalized)
         return false;
   }
   return true;
}

static bool
is_nan_r11g11b10(uint32_t bits)
{
   return (bits & 0x7c0) == 0x7c0 || (bits >> 11 & 0x7c0) == 0x7c0 || (bits >> 27) == 31;
}

static void
test_generated_pack(void **state)
{
   uint32_t lanes = jit_target_get()->lanes;
   for (uint32_t f = 1; f <= LAST_FORMAT; f++) {
      const struct format_info *info = format_info(f);
      if (!is_typed(info) || info->encoding > FORMAT_R9G9B9E5)
         continue;
      struct jit_code *code = compile_pack(f);
      run_fn run = (run_fn)jit_code_entry(code);
      uint32_t off = 0, total = 0;
      for (uint32_t i = 0; i < 1000; i++) {
         uint32_t in[4][MAX_LANES], out[MAX_LANES][4] = { 0 };
         for (uint32_t lane = 0; lane < lanes; lane++) {
            for (uint32_t c = 0; c < 4; c++) {
               float value = random_float();
               memcpy(&in[c][lane], &value, sizeof(value));
               if (is_integer(info))
                  in[c][lane] = random_bits() >> random_bits() % 32;
            }
         }
         run(in, out);
         for (uint32_t lane = 0; lane < lanes; lane++) {
            uint32_t expected[4] = { 0 };
            union format_texel texel;
            for (uint32_t c = 0; c < 4; c++)
               texel.u[c] = in[c][lane];
            format_pack(f, &texel, expected);
            total++;
            off += memcmp(expected, out[lane], info->block_bytes) != 0;
            if (info->encoding != FORMAT_PLAIN) {
               bool is_nan =
                  info->encoding == FORMAT_R11G11B10F && is_nan_r11g11b10(expected[0]);
               if (expected[0] != out[lane][0] && !is_nan)
                  fail_msg("%s: %08x, expected %08x", info->name, out[lane][0], expected[0]);
            } else if (!same_packed(info, expected, out[lane])) {
               fail_msg("%s of %g %g %g %g: %08x %08x, expected %08x %08x", info->name, texel.f[0],
                        texel.f[1], texel.f[2], texel.f[3], out[lane][0], out[lane][1], expected[0],
                        expected[1]);
            }
         }
      }
      /* In the middle means: rarely. NaNs are one in sixteen or so. */
      if (info->channel[0].type == FORMAT_UNORM)
         assert_true(off * 20 < total);
      jit_code_release(code);
   }
}

static void
test_generated_half(void **state)
{
   uint32_t lanes = jit_target_get()->lanes;
   LLVMValueRef in, out;
   struct jit_build *build = begin(next_key++, &in, &out);
   LLVMValueRef bits = jit_load(build, build->vi32, in, 0, 4);
   LLVMValueRef value = jit_half_to_float(build, bits);
   jit_store(build, value, out, 0, 4);
   jit_store(build, jit_float_to_half(build, value), out, MAX_LANES * 4, 4);
   struct jit_code *code = finish(build);
   run_fn run = (run_fn)jit_code_entry(code);

   for (uint32_t i = 0; i < 65536; i += lanes) {
      uint32_t input[MAX_LANES];
      struct {
         float value[MAX_LANES];
         uint32_t half[MAX_LANES];
      } output;
      for (uint32_t lane = 0; lane < lanes; lane++)
         input[lane] = i + lane;
      run(input, &output);
      for (uint32_t lane = 0; lane < lanes; lane++) {
         float expected = format_half_to_float(i + lane);
         if (isnan(expected)) {
            assert_true(isnan(output.value[lane]));
            assert_true((output.half[lane] & 0x7fff) > 0x7c00);
         } else {
            assert_true(output.value[lane] == expected);
            assert_int_equal(output.half[lane], i + lane);
         }
      }
   }
   jit_code_release(code);
}

/* ---- Maths ---- */

typedef LLVMValueRef (*builder_fn)(struct jit_build *build, LLVMValueRef value);

static struct jit_code *
compile_unary(builder_fn builder)
{
   LLVMValueRef in, out;
   struct jit_build *build = begin(next_key++, &in, &out);
   jit_store(build, builder(build, jit_load(build, build->vf32, in, 0, 4)), out, 0, 4);
   return finish(build);
}

/* The largest error over [low, high], absolute or relative to the result. */
static double
worst(builder_fn builder, double (*reference)(double), float low, float high, bool relative)
{
   uint32_t lanes = jit_target_get()->lanes;
   struct jit_code *code = compile_unary(builder);
   run_fn run = (run_fn)jit_code_entry(code);
   double worst = 0;
   for (uint32_t i = 0; i < 20000; i++) {
      float in[MAX_LANES], out[MAX_LANES];
      for (uint32_t lane = 0; lane < lanes; lane++)
         in[lane] = low + (high - low) * ((random_bits() >> 8) / 16777215.0f);
      run(in, out);
      for (uint32_t lane = 0; lane < lanes; lane++) {
         double expected = reference(in[lane]);
         double error = fabs(out[lane] - expected);
         if (relative)
            error /= fabs(expected);
         if (!(error <= worst))
            worst = error;
      }
   }
   jit_code_release(code);
   return worst;
}

static void
special(builder_fn builder, float in, float expected)
{
   struct jit_code *code = compile_unary(builder);
   float input[MAX_LANES], output[MAX_LANES];
   for (uint32_t lane = 0; lane < MAX_LANES; lane++)
      input[lane] = in;
   ((run_fn)jit_code_entry(code))(input, output);
   if (!(output[3] == expected || (isnan(output[3]) && isnan(expected))))
      fail_msg("of %g: %g, expected %g", in, output[3], expected);
   jit_code_release(code);
}

static double
srgb_decode(double c)
{
   return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double
srgb_encode(double c)
{
   return c <= 0.0031308 ? c * 12.92 : 1.055 * pow(c, 1 / 2.4) - 0.055;
}

static void
test_maths(void **state)
{
   const float turn = 6.2831853f;
   assert_true(worst(jit_log2, log2, 1e-30f, 1e30f, false) < 0x1p-17); /* result near 100 */
   assert_true(worst(jit_log2, log2, 0.5f, 2, false) < 0x1p-21);
   assert_true(worst(jit_log2, log2, 1.0001f, 1.01f, true) < 1e-6);
   assert_true(worst(jit_exp2, exp2, -125, 127, true) < 3e-7);
   assert_true(worst(jit_exp2, exp2, -2, 2, true) < 3e-7);
   assert_true(worst(jit_sin, sin, -turn, turn, false) < 3e-7);
   assert_true(worst(jit_cos, cos, -turn, turn, false) < 3e-7);
   assert_true(worst(jit_sin, sin, -50 * turn, 50 * turn, false) < 1e-6);
   assert_true(worst(jit_cos, cos, -50 * turn, 50 * turn, false) < 1e-6);
   assert_true(worst(jit_srgb_to_linear, srgb_decode, 0, 1, false) < 1.2e-4);
   assert_true(worst(jit_linear_to_srgb, srgb_encode, 0, 1, false) < 2e-4);

   special(jit_log2, 0, -INFINITY);
   special(jit_log2, -0.0f, -INFINITY);
   special(jit_log2, 1e-40f, -INFINITY);
   special(jit_log2, 1, 0);
   special(jit_log2, 8, 3);
   special(jit_log2, -1, NAN);
   special(jit_log2, INFINITY, INFINITY);
   special(jit_log2, -INFINITY, NAN);
   special(jit_log2, NAN, NAN);
   special(jit_exp2, 0, 1);
   special(jit_exp2, 10, 1024);
   special(jit_exp2, -126, 0x1p-126f);
   special(jit_exp2, -200, 0);
   special(jit_exp2, 128, INFINITY);
   special(jit_exp2, INFINITY, INFINITY);
   special(jit_exp2, -INFINITY, 0);
   special(jit_exp2, NAN, NAN);
   special(jit_sin, 0, 0);
   special(jit_cos, 0, 1);
   special(jit_sin, INFINITY, NAN);
   special(jit_cos, NAN, NAN);
   special(jit_sin, 1e30f, 0);
   special(jit_srgb_to_linear, 0, 0);
   special(jit_srgb_to_linear, 1, 1);
}

int
main(void)
{
   setenv("DXG_CACHE_SIZE", "0", 1);
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_table),
      cmocka_unit_test(test_known_texels),
      cmocka_unit_test(test_conversion_rules),
      cmocka_unit_test(test_round_trips),
      cmocka_unit_test(test_blocks),
      cmocka_unit_test(test_generated_unpack),
      cmocka_unit_test(test_generated_pack),
      cmocka_unit_test(test_generated_half),
      cmocka_unit_test(test_maths),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
