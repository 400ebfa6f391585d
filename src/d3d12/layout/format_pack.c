#include "layout/bc.h"
#include "layout/format.h"
#include "util/bits.h"

#include <math.h>
#include <string.h>

/* ---- Small floats: five bits of exponent, `mantissa` bits of fraction (D3D11.3 3.1.5, 3.1.6) ---- */

static float
unpack_small_float(uint32_t bits, uint32_t mantissa)
{
   uint32_t exponent = bits >> mantissa & 31;
   uint32_t fraction = bits & ((1u << mantissa) - 1);

   if (exponent == 31)
      return fraction ? NAN : INFINITY;
   if (exponent == 0)
      return ldexpf((float)fraction, -14 - (int)mantissa);
   return ldexpf((float)(fraction | 1u << mantissa), (int)exponent - 15 - (int)mantissa);
}

/* Rounds to zero, so a finite value never becomes infinite (D3D11.3 3.2.2). The sign is ignored. */
static uint32_t
pack_small_float(float value, uint32_t mantissa)
{
   uint32_t bits;
   memcpy(&bits, &value, sizeof(bits));
   bits &= 0x7fffffff;

   if (bits > 0x7f800000)
      return 31u << mantissa | 1u << (mantissa - 1);
   if (bits == 0x7f800000)
      return 31u << mantissa;

   int exponent = (int)(bits >> 23) - 127 + 15;
   uint32_t fraction = bits & 0x7fffff;
   if (exponent >= 31)
      return (31u << mantissa) - 1;
   if (exponent > 0)
      return (uint32_t)exponent << mantissa | fraction >> (23 - mantissa);
   uint32_t shift = 24 - mantissa - exponent;
   return shift < 25 ? (fraction | 0x800000) >> shift : 0;
}

float
format_half_to_float(uint16_t half)
{
   float value = unpack_small_float(half & 0x7fff, 10);
   return half & 0x8000 ? -value : value;
}

uint16_t
format_float_to_half(float value)
{
   return pack_small_float(value, 10) | (signbit(value) ? 0x8000 : 0);
}

/* The formats without a sign: what is below zero becomes zero, NaN stays NaN. */
static uint32_t
pack_unsigned_float(float value, uint32_t mantissa)
{
   return value < 0 ? 0 : pack_small_float(value, mantissa);
}

/* ---- sRGB (D3D11.3 3.2.3.7, 3.2.3.8) ---- */

static double
srgb_to_linear(double value)
{
   return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static double
linear_to_srgb(double value)
{
   return value <= 0.0031308 ? value * 12.92 : 1.055 * pow(value, 1 / 2.4) - 0.055;
}

/* ---- One channel ---- */

static uint32_t
channel_max(const struct format_channel *channel)
{
   return channel->bits == 32 ? UINT32_MAX : (1u << channel->bits) - 1;
}

static int32_t
sign_extend(uint32_t value, uint32_t bits)
{
   return (int32_t)(value << (32 - bits)) >> (32 - bits);
}

static uint32_t
unpack_channel(const struct format_channel *channel, uint32_t bits, bool srgb)
{
   union {
      float f;
      uint32_t u;
   } out;

   switch (channel->type) {
   case FORMAT_UNORM: {
      double value = bits / (double)channel_max(channel);
      out.f = srgb ? srgb_to_linear(value) : value;
      return out.u;
   }
   case FORMAT_SNORM: {
      double value = sign_extend(bits, channel->bits) / (double)(channel_max(channel) >> 1);
      out.f = MAX2(value, -1.0);
      return out.u;
   }
   case FORMAT_SINT:
      return sign_extend(bits, channel->bits);
   case FORMAT_FLOAT:
      if (channel->bits == 32)
         return bits;
      out.f = format_half_to_float(bits);
      return out.u;
   default:
      return bits;
   }
}

static uint32_t
pack_channel(const struct format_channel *channel, uint32_t bits, bool srgb)
{
   union {
      uint32_t u;
      int32_t i;
      float f;
   } in = { .u = bits };
   uint32_t max = channel_max(channel);

   switch (channel->type) {
   case FORMAT_UNORM: {
      double value = in.f > 0 ? MIN2(in.f, 1.0f) : 0; /* NaN becomes 0 */
      if (srgb)
         value = linear_to_srgb(value);
      return (uint32_t)(value * max + 0.5);
   }
   case FORMAT_SNORM: {
      double value = isnan(in.f) ? 0 : CLAMP(in.f, -1.0f, 1.0f);
      return (uint32_t)(int32_t)lround(value * (max >> 1)) & max;
   }
   case FORMAT_UINT:
      return MIN2(in.u, max);
   case FORMAT_SINT: {
      int32_t top = max >> 1;
      return (uint32_t)CLAMP(in.i, -top - 1, top) & max;
   }
   case FORMAT_FLOAT:
      return channel->bits == 32 ? in.u : format_float_to_half(in.f);
   default:
      return 0;
   }
}

/* ---- Texels ---- */

static void
unpack_plain(const struct format_info *info, const void *block, union format_texel *texel)
{
   uint32_t dwords[4] = { 0 };
   memcpy(dwords, block, info->block_bytes);
   for (uint32_t c = 0; c < 4; c++) {
      const struct format_channel *channel = &info->channel[c];
      if (channel->type == FORMAT_VOID)
         continue;
      uint32_t bits = dwords[channel->shift / 32] >> channel->shift % 32 & channel_max(channel);
      texel->u[c] = unpack_channel(channel, bits, info->srgb && c < 3);
   }
}

static void
unpack_r9g9b9e5(uint32_t bits, union format_texel *texel)
{
   int exponent = (int)(bits >> 27) - 15 - 9;
   for (uint32_t c = 0; c < 3; c++)
      texel->f[c] = ldexpf((float)(bits >> 9 * c & 0x1ff), exponent);
}

/* Reads of both texels share R and B (D3D11.3 19.4). */
static void
unpack_subsampled(DXGI_FORMAT format, const uint8_t *block, uint32_t x, union format_texel *texel)
{
   uint32_t green = format == DXGI_FORMAT_R8G8_B8G8_UNORM ? 1 : 0;
   uint32_t red = 1 - green;
   texel->f[0] = block[red] / 255.0f;
   texel->f[1] = block[green + 2 * (x & 1)] / 255.0f;
   texel->f[2] = block[red + 2] / 255.0f;
}

static void
unpack_compressed(const struct format_info *info, const void *block, uint32_t x, uint32_t y,
                  union format_texel *texel)
{
   bc_decode(info, block, x, y, texel->f);
   if (info->srgb) {
      for (uint32_t c = 0; c < 3; c++)
         texel->f[c] = srgb_to_linear(texel->f[c]);
   }
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

void
format_unpack(DXGI_FORMAT format, const void *block, uint32_t x, uint32_t y,
              union format_texel *texel)
{
   const struct format_info *info = format_info(format);
   uint32_t bits;

   memset(texel, 0, sizeof(*texel));
   if (is_integer(info))
      texel->u[3] = 1;
   else
      texel->f[3] = 1;

   switch (info->encoding) {
   case FORMAT_PLAIN:
      unpack_plain(info, block, texel);
      break;
   case FORMAT_R11G11B10F:
      memcpy(&bits, block, sizeof(bits));
      texel->f[0] = unpack_small_float(bits & 0x7ff, 6);
      texel->f[1] = unpack_small_float(bits >> 11 & 0x7ff, 6);
      texel->f[2] = unpack_small_float(bits >> 22, 5);
      break;
   case FORMAT_R9G9B9E5:
      memcpy(&bits, block, sizeof(bits));
      unpack_r9g9b9e5(bits, texel);
      break;
   case FORMAT_SUBSAMPLED:
      unpack_subsampled(format, block, x, texel);
      break;
   default:
      unpack_compressed(info, block, x, y, texel);
      break;
   }
}

/* D3D11.3 19.3.2.2 */
static uint32_t
pack_r9g9b9e5(const union format_texel *texel)
{
   float value[3], largest = 0;
   for (uint32_t c = 0; c < 3; c++) {
      value[c] = texel->f[c] > 0 ? MIN2(texel->f[c], 65408.0f) : 0;
      largest = MAX2(largest, value[c]);
   }

   int exponent;
   frexpf(largest, &exponent); /* largest < 2^exponent */
   exponent = largest == 0 ? -15 : MAX2(exponent, -15);
   if (rintf(ldexpf(largest, 9 - exponent)) > 511)
      exponent++;

   uint32_t bits = (uint32_t)(exponent + 15) << 27;
   for (uint32_t c = 0; c < 3; c++)
      bits |= (uint32_t)rintf(ldexpf(value[c], 9 - exponent)) << 9 * c;
   return bits;
}

static void
pack_plain(const struct format_info *info, const union format_texel *texel, void *block)
{
   uint32_t dwords[4] = { 0 };
   for (uint32_t c = 0; c < 4; c++) {
      const struct format_channel *channel = &info->channel[c];
      if (channel->type == FORMAT_VOID)
         continue;
      uint32_t bits = pack_channel(channel, texel->u[c], info->srgb && c < 3);
      dwords[channel->shift / 32] |= bits << channel->shift % 32;
   }
   memcpy(block, dwords, info->block_bytes);
}

void
format_pack(DXGI_FORMAT format, const union format_texel *texel, void *block)
{
   const struct format_info *info = format_info(format);
   uint32_t bits;

   switch (info->encoding) {
   case FORMAT_PLAIN:
      pack_plain(info, texel, block);
      break;
   case FORMAT_R11G11B10F:
      bits = pack_unsigned_float(texel->f[0], 6) | pack_unsigned_float(texel->f[1], 6) << 11 |
             pack_unsigned_float(texel->f[2], 5) << 22;
      memcpy(block, &bits, sizeof(bits));
      break;
   case FORMAT_R9G9B9E5:
      bits = pack_r9g9b9e5(texel);
      memcpy(block, &bits, sizeof(bits));
      break;
   default: /* a block is more than this texel */
      break;
   }
}
