/* BC1 to BC5: two end values a block and a small index for each texel. */
#include "layout/bc.h"
#include "util/bits.h"

#include <string.h>

/* The colour half of BC1, BC2 and BC3 (19.5.6). Only BC1 has the mode with transparent black. */
static void
decode_color(const uint8_t *block, bool has_transparent, uint32_t texel, float rgba[4])
{
   uint16_t color[2];
   uint32_t indices;
   memcpy(color, block, 4);
   memcpy(&indices, block + 4, 4);
   uint32_t index = indices >> 2 * texel & 3;
   bool four_colors = !has_transparent || color[0] > color[1];

   rgba[3] = 1;
   if (index == 3 && !four_colors) {
      memset(rgba, 0, 4 * sizeof(float));
      return;
   }

   static const float weights[2][4] = { { 0, 1, 1 / 2.0f, 0 }, { 0, 1, 1 / 3.0f, 2 / 3.0f } };
   static const uint8_t shift[3] = { 11, 5, 0 }, max[3] = { 31, 63, 31 };
   float weight = weights[four_colors][index];
   for (uint32_t c = 0; c < 3; c++) {
      /* Promotion by repeating the top bits (19.5.3) */
      float end[2];
      for (uint32_t i = 0; i < 2; i++) {
         uint32_t bits = color[i] >> shift[c] & max[c];
         end[i] = max[c] == 31 ? bits << 3 | bits >> 2 : bits << 2 | bits >> 4;
      }
      rgba[c] = (end[0] * (1 - weight) + end[1] * weight) / 255.0f;
   }
}

/* BC4, each half of BC5, and the alpha of BC3 (19.5.9, 19.5.10). */
static float
decode_value(const uint8_t *block, bool is_signed, uint32_t texel)
{
   uint64_t bits;
   memcpy(&bits, block, 8);
   uint32_t index = bits >> (16 + 3 * texel) & 7;

   int raw[2] = { block[0], block[1] };
   float end[2];
   for (uint32_t i = 0; i < 2; i++) {
      if (is_signed) {
         raw[i] = (int8_t)raw[i];
         end[i] = MAX2(raw[i], -127) / 127.0f;
      } else {
         end[i] = raw[i] / 255.0f;
      }
   }

   if (index < 2)
      return end[index];
   if (raw[0] > raw[1])
      return (end[0] * (8 - index) + end[1] * (index - 1)) / 7.0f;
   if (index < 6)
      return (end[0] * (6 - index) + end[1] * (index - 1)) / 5.0f;
   if (index == 6)
      return is_signed ? -1.0f : 0.0f;
   return 1.0f;
}

void
bc_decode(const struct format_info *info, const void *data, uint32_t x, uint32_t y, float rgba[4])
{
   const uint8_t *block = data;
   uint32_t texel = y * 4 + x;
   bool is_signed = info->channel[0].type == FORMAT_SNORM;

   switch (info->encoding) {
   case FORMAT_BC1:
      decode_color(block, true, texel, rgba);
      break;
   case FORMAT_BC2:
      decode_color(block + 8, false, texel, rgba);
      rgba[3] = (block[texel / 2] >> 4 * (texel % 2) & 15) / 15.0f;
      break;
   case FORMAT_BC3:
      decode_color(block + 8, false, texel, rgba);
      rgba[3] = decode_value(block, false, texel);
      break;
   case FORMAT_BC4:
      rgba[0] = decode_value(block, is_signed, texel);
      break;
   case FORMAT_BC5:
      rgba[0] = decode_value(block, is_signed, texel);
      rgba[1] = decode_value(block + 8, is_signed, texel);
      break;
   case FORMAT_BC6H:
      bc6h_decode(block, info->format == DXGI_FORMAT_BC6H_SF16, x, y, rgba);
      break;
   case FORMAT_BC7:
      bc7_decode(block, x, y, rgba);
      break;
   }
}
