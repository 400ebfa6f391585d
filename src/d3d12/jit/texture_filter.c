/* One footprint on one level: point or linear, of one, two or three axes or on a cube's face. */
#include "jit/expr.h"
#include "jit/texture_code.h"

/* ---- Mixing ---- */

void
texture_mix(struct texture_code *code, LLVMValueRef a[4], LLVMValueRef b[4], LLVMValueRef weight)
{
   struct jit_build *build = code->build;
   for (uint32_t c = 0; c < 4; c++) {
      if (code->key.reduction == 1)
         a[c] = jit_fmin(build, a[c], b[c]);
      else if (code->key.reduction == 2)
         a[c] = jit_fmax(build, a[c], b[c]);
      else
         a[c] = jit_fma(build, fsub(build, b[c], a[c]), weight, a[c]);
   }
}

static LLVMValueRef
float_weight(struct texture_code *code, LLVMValueRef fixed)
{
   struct jit_build *build = code->build;
   return fmul_const(build, to_float(build, fixed), 1.0f / COORDINATE_ONE);
}

/* ---- Four channels of 8 bits, two by two ---- */

static bool
is_unorm8x4(const struct texture_code *code)
{
   switch (code->key.format) {
   case DXGI_FORMAT_R8G8B8A8_UNORM:
   case DXGI_FORMAT_B8G8R8A8_UNORM:
   case DXGI_FORMAT_B8G8R8X8_UNORM:
      return true;
   default:
      return false;
   }
}

/* The high halves of the products of 16-bit numbers. */
static LLVMValueRef
multiply_high(struct jit_build *build, LLVMValueRef a, LLVMValueRef b)
{
   LLVMBuilderRef builder = build->builder;
   LLVMTypeRef narrow = LLVMVectorType(build->i16, 2 * build->lanes);
   LLVMTypeRef wide = LLVMVectorType(build->i32, 2 * build->lanes);
   LLVMValueRef half[64];
   for (uint32_t i = 0; i < 2 * build->lanes; i++)
      half[i] = jit_const_i32(build, 16);

   a = LLVMBuildZExt(builder, a, wide, "");
   b = LLVMBuildZExt(builder, b, wide, "");
   LLVMValueRef product = imul(build, a, b);
   product = ilshr(build, product, LLVMConstVector(half, 2 * build->lanes));
   return LLVMBuildTrunc(builder, product, narrow, "");
}

/* a + (b - a) × weight with 16-bit numbers; weight in 1/65536. Exact where a and b are equal. */
static LLVMValueRef
mix_pairs(struct jit_build *build, LLVMValueRef a, LLVMValueRef b, LLVMValueRef weight)
{
   LLVMValueRef less = isub(build, a, multiply_high(build, a, weight));
   return iadd(build, less, multiply_high(build, b, weight));
}

/*
 * Texels of four 8-bit channels are mixed as 8.8 fixed point, two channels to a dword: red and blue in
 * one vector, green and alpha in another. Weights have 16 bits, errors stay below 3/65536.
 */
static void
mix_unorm8x4(struct texture_code *code, LLVMValueRef raw[2][2], const LLVMValueRef weight[2],
             LLVMValueRef rgba[4])
{
   struct jit_build *build = code->build;
   LLVMTypeRef pairs = LLVMVectorType(build->i16, 2 * build->lanes);
   LLVMValueRef w[2], mixed[2];

   for (uint32_t a = 0; a < 2; a++) {
      LLVMValueRef low = ishl_const(build, weight[a], 16 - COORDINATE_BITS);
      w[a] = jit_bitcast(build, ior(build, low, ishl_const(build, low, 16)), pairs);
   }
   for (uint32_t odd = 0; odd < 2; odd++) {
      LLVMValueRef texel[4];
      for (uint32_t k = 0; k < 4; k++) {
         texel[k] = odd ? raw[k >> 1][k & 1] : ishl_const(build, raw[k >> 1][k & 1], 8);
         texel[k] = jit_bitcast(build, iand_const(build, texel[k], 0xff00ff00), pairs);
      }
      LLVMValueRef top = mix_pairs(build, texel[0], texel[1], w[0]);
      LLVMValueRef bottom = mix_pairs(build, texel[2], texel[3], w[0]);
      mixed[odd] = as_int(build, mix_pairs(build, top, bottom, w[1]));
   }

   for (uint32_t c = 0; c < 4; c++) {
      const struct format_channel *channel = &code->info->channel[c];
      if (channel->type == FORMAT_VOID) {
         rgba[c] = jit_splat_f32(build, c == 3);
         continue;
      }
      LLVMValueRef pair = mixed[channel->shift / 8 % 2];
      LLVMValueRef value =
         channel->shift >= 16 ? ilshr_const(build, pair, 16) : iand_const(build, pair, 0xffff);
      rgba[c] = fmul_const(build, to_float(build, value), 1 / 65280.0f);
   }
}

/* ---- Footprints ---- */

struct footprint {
   struct texture_axis axis[3];
   struct texture_level level;
   uint32_t num_axes;
   LLVMValueRef mask;
};

/* Is the texel with these sides of the axes inside? NULL: always. */
static LLVMValueRef
tap_inside(struct texture_code *code, const struct footprint *footprint, uint32_t tap)
{
   LLVMValueRef inside = NULL;
   for (uint32_t a = 0; a < footprint->num_axes; a++) {
      LLVMValueRef here = footprint->axis[a].inside[tap >> a & 1];
      if (here)
         inside = inside ? iand(code->build, inside, here) : here;
   }
   return inside;
}

static void
fetch_tap(struct texture_code *code, const struct footprint *footprint, uint32_t tap,
          LLVMValueRef rgba[4])
{
   LLVMValueRef at[3] = { NULL };
   for (uint32_t a = 0; a < footprint->num_axes; a++)
      at[a] = footprint->axis[a].index[tap >> a & 1];
   texture_fetch(code, &footprint->level, at[0], at[1], at[2], tap_inside(code, footprint, tap),
                 footprint->mask, rgba);
   texture_tap_value(code, rgba);
}

/* The same for the one texel of a point filter. */
static void
fetch_quads(struct texture_code *code, const struct footprint *footprint, LLVMValueRef rgba[4])
{
   const struct texture_axis *axis = footprint->axis;
   LLVMValueRef raw = texture_fetch_span(code, &footprint->level, axis[0].index[0],
                                         axis[1].index[0], footprint->mask);
   texture_unpack(code, &raw, NULL, NULL, rgba);
   texture_tap_value(code, rgba);
}

/* All texels of a linear footprint, without border: raw[row][0] and [1] are neighbours. */
static void
gather_rows(struct texture_code *code, const struct footprint *footprint, LLVMValueRef (*raw)[2])
{
   const struct texture_axis *axis = footprint->axis;
   uint32_t num_rows = 1u << (footprint->num_axes - 1);
   LLVMValueRef rows[4][2];
   for (uint32_t i = 0; i < num_rows; i++) {
      rows[i][0] = footprint->num_axes > 1 ? axis[1].index[i & 1] : NULL;
      rows[i][1] = footprint->num_axes > 2 ? axis[2].index[i >> 1] : NULL;
   }
   texture_gather_pairs(code, &footprint->level, axis[0].index, rows, num_rows, footprint->mask,
                        raw);
}

static bool
has_border(const struct footprint *footprint)
{
   for (uint32_t a = 0; a < footprint->num_axes; a++) {
      if (footprint->axis[a].inside[0])
         return true;
   }
   return false;
}

static void
filter_unorm8x4(struct texture_code *code, const struct footprint *footprint, LLVMValueRef rgba[4])
{
   LLVMValueRef raw[2][2];
   LLVMValueRef weight[2] = { footprint->axis[0].weight, footprint->axis[1].weight };
   gather_rows(code, footprint, raw);
   mix_unorm8x4(code, raw, weight, rgba);
}

static void
fetch_taps(struct texture_code *code, const struct footprint *footprint, LLVMValueRef (*taps)[4])
{
   uint32_t num_taps = 1u << footprint->num_axes;
   if (!texture_has_pairs(code) || has_border(footprint)) {
      for (uint32_t k = 0; k < num_taps; k++)
         fetch_tap(code, footprint, k, taps[k]);
      return;
   }
   LLVMValueRef raw[4][2];
   gather_rows(code, footprint, raw);
   for (uint32_t k = 0; k < num_taps; k++) {
      texture_unpack(code, &raw[k >> 1][k & 1], NULL, NULL, taps[k]);
      texture_tap_value(code, taps[k]);
   }
}

/* Texels without weight don't take part in a minimum or maximum (5.9.4.5.6): the first stands for the
 * second. */
static void
drop_weightless(struct texture_code *code, struct texture_axis *axis)
{
   struct jit_build *build = code->build;
   LLVMValueRef zero = jit_splat_i32(build, 0);
   LLVMValueRef weightless = icmp(build, LLVMIntEQ, axis->weight, zero);
   axis->index[1] = choose(build, weightless, axis->index[0], axis->index[1]);
   if (axis->inside[0])
      axis->inside[1] = choose(build, weightless, axis->inside[0], axis->inside[1]);
}

static void
filter_linear(struct texture_code *code, struct footprint *footprint, LLVMValueRef rgba[4])
{
   LLVMValueRef taps[8][4];
   if (code->key.reduction) {
      for (uint32_t a = 0; a < footprint->num_axes; a++)
         drop_weightless(code, &footprint->axis[a]);
   }
   fetch_taps(code, footprint, taps);
   for (uint32_t a = 0; a < footprint->num_axes; a++) {
      LLVMValueRef weight = float_weight(code, footprint->axis[a].weight);
      for (uint32_t k = 0; k < 1u << (footprint->num_axes - a - 1); k++) {
         texture_mix(code, taps[2 * k], taps[2 * k + 1], weight);
         for (uint32_t c = 0; c < 4; c++)
            taps[k][c] = taps[2 * k][c];
      }
   }
   for (uint32_t c = 0; c < 4; c++)
      rgba[c] = taps[0][c];
}

static void
filter_cube(struct texture_code *code, const struct texture_coords *coords, LLVMValueRef level,
            LLVMValueRef layer, LLVMValueRef mask, LLVMValueRef rgba[4])
{
   struct jit_build *build = code->build;
   LLVMValueRef texels[4][4], weight[2];
   texture_cube_quad(code, coords, level, layer, mask, texels, weight);

   for (uint32_t row = 0; row < 4; row += 2) {
      if (code->key.reduction) {
         LLVMValueRef none = fcmp(build, LLVMRealOEQ, weight[0], jit_splat_f32(build, 0));
         for (uint32_t c = 0; c < 4; c++)
            texels[row + 1][c] = choose(build, none, texels[row][c], texels[row + 1][c]);
      }
      texture_mix(code, texels[row], texels[row + 1], weight[0]);
   }
   for (uint32_t c = 0; c < 4; c++) {
      LLVMValueRef none = fcmp(build, LLVMRealOEQ, weight[1], jit_splat_f32(build, 0));
      if (code->key.reduction)
         texels[2][c] = choose(build, none, texels[0][c], texels[2][c]);
   }
   texture_mix(code, texels[0], texels[2], weight[1]);
   for (uint32_t c = 0; c < 4; c++)
      rgba[c] = texels[0][c];
}

void
texture_filter(struct texture_code *code, const struct texture_coords *coords, LLVMValueRef level,
               LLVMValueRef layer, bool linear, LLVMValueRef mask, LLVMValueRef rgba[4])
{
   linear = linear && !code->integer;
   if (code->dim->cube && linear) {
      filter_cube(code, coords, level, layer, mask, rgba);
      return;
   }

   struct footprint footprint = {
      .level = texture_level(code, level, layer),
      .num_axes = code->dim->cube ? 2 : code->dim->coords,
      .mask = mask,
   };
   for (uint32_t a = 0; a < footprint.num_axes; a++) {
      uint32_t mode =
         code->dim->cube ? D3D12_TEXTURE_ADDRESS_MODE_CLAMP : texture_key_address(code->key, a);
      footprint.axis[a] = texture_axis(code, coords->u[a], coords->offset[a],
                                       footprint.level.size[a], mode, linear, false);
   }

   const bool quads = code->key.op == TEXTURE_SAMPLE && footprint.num_axes == 2;
   if (quads)
      texture_prefetch(code, &footprint.level, footprint.axis[0].index[0],
                       footprint.axis[1].index[0]);

   if (!linear) {
      if (quads && code->info->block_bytes == 4 && !has_border(&footprint))
         fetch_quads(code, &footprint, rgba);
      else
         fetch_tap(code, &footprint, 0, rgba);
      return;
   }
   bool packed = is_unorm8x4(code) && footprint.num_axes == 2 && !code->compares &&
                 !code->key.reduction && !has_border(&footprint);
   if (packed)
      filter_unorm8x4(code, &footprint, rgba);
   else
      filter_linear(code, &footprint, rgba);
}
