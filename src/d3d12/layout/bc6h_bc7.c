/*
 * BC6H and BC7 (D3D11.3 19.5.13, 19.5.14): up to three pairs of end colours a block, chosen by a
 * partition, and end values whose bits lie scattered in the block. The layouts come from tables;
 * results are exact to the bit, as the spec demands.
 */
#include "layout/bc.h"

#include <string.h>

/* ---- What both have in common ---- */

/* Bit i: the subset of texel i, with two subsets. */
static const uint16_t partitions2[64] = {
   0xcccc, 0x8888, 0xeeee, 0xecc8, 0xc880, 0xfeec, 0xfec8, 0xec80, 0xc800, 0xffec, 0xfe80,
   0xe800, 0xffe8, 0xff00, 0xfff0, 0xf000, 0xf710, 0x008e, 0x7100, 0x08ce, 0x008c, 0x7310,
   0x3100, 0x8cce, 0x088c, 0x3110, 0x6666, 0x366c, 0x17e8, 0x0ff0, 0x718e, 0x399c, 0xaaaa,
   0xf0f0, 0x5a5a, 0x33cc, 0x3c3c, 0x55aa, 0x9696, 0xa55a, 0x73ce, 0x13c8, 0x324c, 0x3bdc,
   0x6996, 0xc33c, 0x9966, 0x0660, 0x0272, 0x04e4, 0x4e40, 0x2720, 0xc936, 0x936c, 0x39c6,
   0x639c, 0x9336, 0x9cc6, 0x817e, 0xe718, 0xccf0, 0x0fcc, 0x7744, 0xee22,
};

/* Bits 2i and 2i + 1: the subset of texel i, with three subsets. */
static const uint32_t partitions3[64] = {
   0xaa685050, 0x6a5a5040, 0x5a5a4200, 0x5450a0a8, 0xa5a50000, 0xa0a05050, 0x5555a0a0, 0x5a5a5050,
   0xaa550000, 0xaa555500, 0xaaaa5500, 0x90909090, 0x94949494, 0xa4a4a4a4, 0xa9a59450, 0x2a0a4250,
   0xa5945040, 0x0a425054, 0xa5a5a500, 0x55a0a0a0, 0xa8a85454, 0x6a6a4040, 0xa4a45000, 0x1a1a0500,
   0x0050a4a4, 0xaaa59090, 0x14696914, 0x69691400, 0xa08585a0, 0xaa821414, 0x50a4a450, 0x6a5a0200,
   0xa9a58000, 0x5090a0a8, 0xa8a09050, 0x24242424, 0x00aa5500, 0x24924924, 0x24499224, 0x50a50a50,
   0x500aa550, 0xaaaa4444, 0x66660000, 0xa5a0a5a0, 0x50a050a0, 0x69286928, 0x44aaaa44, 0x66666600,
   0xaa444444, 0x54a854a8, 0x95809580, 0x96969600, 0xa85454a8, 0x80959580, 0xaa141414, 0x96960000,
   0xaaaa1414, 0xa05050a0, 0xa0a5a5a0, 0x96000000, 0x40804080, 0xa9a8a9a8, 0xaaaaaa44, 0x2a4a5254,
};

/* The texel of a subset other than the first whose index has one bit less; texel 0 is the first's. */
static const uint8_t anchors2[64] = {
   15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 2,  8, 2,  2, 8,
   8,  15, 2,  8,  2,  2,  8,  8,  2,  2,  15, 15, 6,  8,  2,  8,  15, 15, 2, 8,  2, 2,
   2,  15, 15, 6,  6,  2,  6,  8,  15, 15, 2,  2,  15, 15, 15, 15, 15, 2,  2, 15,
};
static const uint8_t anchors3[2][64] = {
   {
      3,  3,  15, 15, 8, 3,  15, 15, 8,  8,  6, 6,  6, 5,  3, 3,  3,  3,  8,  15, 3,  3,
      6,  10, 5,  8,  8, 6,  8,  5,  15, 15, 8, 15, 3, 5,  6, 10, 8,  15, 15, 3,  15, 5,
      15, 15, 15, 15, 3, 15, 5,  5,  5,  8,  5, 10, 5, 10, 8, 13, 15, 12, 3,  3,
   },
   {
      15, 8, 8, 3,  15, 15, 3,  8,  15, 15, 15, 15, 15, 15, 15, 8,  15, 8,  15, 3,  15, 8,
      15, 8, 3, 15, 6,  10, 15, 15, 10, 8,  15, 3,  15, 10, 10, 8,  9,  10, 6,  15, 8,  15,
      3,  6, 6, 8,  15, 3,  15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 3,  15, 15, 8,
   },
};

static const uint8_t weights2[4] = { 0, 21, 43, 64 };
static const uint8_t weights3[8] = { 0, 9, 18, 27, 37, 46, 55, 64 };
static const uint8_t weights4[16] = { 0, 4, 9, 13, 17, 21, 26, 30, 34, 38, 43, 47, 51, 55, 60, 64 };
static const uint8_t *const weights[5] = { NULL, NULL, weights2, weights3, weights4 };

/* A block as a stream of bits, low bit of the low byte first. */
struct bit_reader {
   uint64_t low, high;
   uint32_t position;
};

static void
reader_init(struct bit_reader *reader, const uint8_t *block)
{
   memcpy(&reader->low, block, 8);
   memcpy(&reader->high, block + 8, 8);
   reader->position = 0;
}

/* count: at most 16 */
static uint32_t
read_bits(struct bit_reader *reader, uint32_t count)
{
   uint32_t p = reader->position;
   uint64_t bits = p >= 64  ? reader->high >> (p - 64)
                   : p == 0 ? reader->low
                            : reader->low >> p | reader->high << (64 - p);
   reader->position += count;
   return bits & ((1u << count) - 1);
}

static uint32_t
texel_subset(uint32_t num_subsets, uint32_t partition, uint32_t texel)
{
   switch (num_subsets) {
   case 2:
      return partitions2[partition] >> texel & 1;
   case 3:
      return partitions3[partition] >> 2 * texel & 3;
   default:
      return 0;
   }
}

/* Reads the index of `texel` from the list of 16 at the reader's position, which moves behind it. */
static uint32_t
read_index(struct bit_reader *reader, uint32_t bits, uint32_t num_subsets, uint32_t partition,
           uint32_t texel)
{
   uint32_t anchor[2] = { 16, 16 }; /* none */
   if (num_subsets == 2) {
      anchor[0] = anchors2[partition];
   } else if (num_subsets == 3) {
      anchor[0] = anchors3[0][partition];
      anchor[1] = anchors3[1][partition];
   }

   uint32_t start = reader->position;
   uint32_t short_before = (texel > 0) + (anchor[0] < texel) + (anchor[1] < texel);
   bool is_short = texel == 0 || texel == anchor[0] || texel == anchor[1];
   reader->position = start + bits * texel - short_before;
   uint32_t index = read_bits(reader, bits - is_short);
   reader->position = start + bits * 16 - num_subsets;
   return index;
}

static int
interpolate(int end0, int end1, uint32_t weight)
{
   return (end0 * (64 - (int)weight) + end1 * (int)weight + 32) >> 6;
}

/* ---- BC6H ---- */

enum bc6h_value { R0, G0, B0, R1, G1, B1, R2, G2, B2, R3, G3, B3, BC6H_NUM_VALUES };

/* `count` bits of the block that become the bits from `first` up of an end value. */
struct bc6h_field {
   uint8_t value, first, count;
};

struct bc6h_mode {
   bool transformed; /* ends but the first are differences to it */
   uint8_t num_subsets, bits;
   uint8_t delta_bits[3];
   struct bc6h_field fields[24]; /* up to the first with count 0 */
};

/* By mode bits. Modes that are not here are reserved. */
/* clang-format off */
static const struct bc6h_mode bc6h_modes[32] = {
   [0] = { true, 2, 10, { 5, 5, 5 }, {
      { G2, 4, 1 }, { B2, 4, 1 }, { B3, 4, 1 }, { R0, 0, 10 }, { G0, 0, 10 }, { B0, 0, 10 },
      { R1, 0, 5 }, { G3, 4, 1 }, { G2, 0, 4 }, { G1, 0, 5 }, { B3, 0, 1 }, { G3, 0, 4 },
      { B1, 0, 5 }, { B3, 1, 1 }, { B2, 0, 4 }, { R2, 0, 5 }, { B3, 2, 1 }, { R3, 0, 5 },
      { B3, 3, 1 },
   } },
   [1] = { true, 2, 7, { 6, 6, 6 }, {
      { G2, 5, 1 }, { G3, 4, 1 }, { G3, 5, 1 }, { R0, 0, 7 }, { B3, 0, 1 }, { B3, 1, 1 },
      { B2, 4, 1 }, { G0, 0, 7 }, { B2, 5, 1 }, { B3, 2, 1 }, { G2, 4, 1 }, { B0, 0, 7 },
      { B3, 3, 1 }, { B3, 5, 1 }, { B3, 4, 1 }, { R1, 0, 6 }, { G2, 0, 4 }, { G1, 0, 6 },
      { G3, 0, 4 }, { B1, 0, 6 }, { B2, 0, 4 }, { R2, 0, 6 }, { R3, 0, 6 },
   } },
   [2] = { true, 2, 11, { 5, 4, 4 }, {
      { R0, 0, 10 }, { G0, 0, 10 }, { B0, 0, 10 }, { R1, 0, 5 }, { R0, 10, 1 }, { G2, 0, 4 },
      { G1, 0, 4 }, { G0, 10, 1 }, { B3, 0, 1 }, { G3, 0, 4 }, { B1, 0, 4 }, { B0, 10, 1 },
      { B3, 1, 1 }, { B2, 0, 4 }, { R2, 0, 5 }, { B3, 2, 1 }, { R3, 0, 5 }, { B3, 3, 1 },
   } },
   [3] = { false, 1, 10, { 10, 10, 10 }, {
      { R0, 0, 10 }, { G0, 0, 10 }, { B0, 0, 10 }, { R1, 0, 10 }, { G1, 0, 10 }, { B1, 0, 10 },
   } },
   [6] = { true, 2, 11, { 4, 5, 4 }, {
      { R0, 0, 10 }, { G0, 0, 10 }, { B0, 0, 10 }, { R1, 0, 4 }, { R0, 10, 1 }, { G3, 4, 1 },
      { G2, 0, 4 }, { G1, 0, 5 }, { G0, 10, 1 }, { G3, 0, 4 }, { B1, 0, 4 }, { B0, 10, 1 },
      { B3, 1, 1 }, { B2, 0, 4 }, { R2, 0, 4 }, { B3, 0, 1 }, { B3, 2, 1 }, { R3, 0, 4 },
      { G2, 4, 1 }, { B3, 3, 1 },
   } },
   [7] = { true, 1, 11, { 9, 9, 9 }, {
      { R0, 0, 10 }, { G0, 0, 10 }, { B0, 0, 10 }, { R1, 0, 9 }, { R0, 10, 1 }, { G1, 0, 9 },
      { G0, 10, 1 }, { B1, 0, 9 }, { B0, 10, 1 },
   } },
   [10] = { true, 2, 11, { 4, 4, 5 }, {
      { R0, 0, 10 }, { G0, 0, 10 }, { B0, 0, 10 }, { R1, 0, 4 }, { R0, 10, 1 }, { B2, 4, 1 },
      { G2, 0, 4 }, { G1, 0, 4 }, { G0, 10, 1 }, { B3, 0, 1 }, { G3, 0, 4 }, { B1, 0, 5 },
      { B0, 10, 1 }, { B2, 0, 4 }, { R2, 0, 4 }, { B3, 1, 1 }, { B3, 2, 1 }, { R3, 0, 4 },
      { B3, 4, 1 }, { B3, 3, 1 },
   } },
   [11] = { true, 1, 12, { 8, 8, 8 }, {
      { R0, 0, 10 }, { G0, 0, 10 }, { B0, 0, 10 }, { R1, 0, 8 }, { R0, 11, 1 }, { R0, 10, 1 },
      { G1, 0, 8 }, { G0, 11, 1 }, { G0, 10, 1 }, { B1, 0, 8 }, { B0, 11, 1 }, { B0, 10, 1 },
   } },
   [14] = { true, 2, 9, { 5, 5, 5 }, {
      { R0, 0, 9 }, { B2, 4, 1 }, { G0, 0, 9 }, { G2, 4, 1 }, { B0, 0, 9 }, { B3, 4, 1 },
      { R1, 0, 5 }, { G3, 4, 1 }, { G2, 0, 4 }, { G1, 0, 5 }, { B3, 0, 1 }, { G3, 0, 4 },
      { B1, 0, 5 }, { B3, 1, 1 }, { B2, 0, 4 }, { R2, 0, 5 }, { B3, 2, 1 }, { R3, 0, 5 },
      { B3, 3, 1 },
   } },
   [15] = { true, 1, 16, { 4, 4, 4 }, {
      { R0, 0, 10 }, { G0, 0, 10 }, { B0, 0, 10 }, { R1, 0, 4 }, { R0, 15, 1 }, { R0, 14, 1 },
      { R0, 13, 1 }, { R0, 12, 1 }, { R0, 11, 1 }, { R0, 10, 1 }, { G1, 0, 4 }, { G0, 15, 1 },
      { G0, 14, 1 }, { G0, 13, 1 }, { G0, 12, 1 }, { G0, 11, 1 }, { G0, 10, 1 }, { B1, 0, 4 },
      { B0, 15, 1 }, { B0, 14, 1 }, { B0, 13, 1 }, { B0, 12, 1 }, { B0, 11, 1 }, { B0, 10, 1 },
   } },
   [18] = { true, 2, 8, { 6, 5, 5 }, {
      { R0, 0, 8 }, { G3, 4, 1 }, { B2, 4, 1 }, { G0, 0, 8 }, { B3, 2, 1 }, { G2, 4, 1 },
      { B0, 0, 8 }, { B3, 3, 1 }, { B3, 4, 1 }, { R1, 0, 6 }, { G2, 0, 4 }, { G1, 0, 5 },
      { B3, 0, 1 }, { G3, 0, 4 }, { B1, 0, 5 }, { B3, 1, 1 }, { B2, 0, 4 }, { R2, 0, 6 },
      { R3, 0, 6 },
   } },
   [22] = { true, 2, 8, { 5, 6, 5 }, {
      { R0, 0, 8 }, { B3, 0, 1 }, { B2, 4, 1 }, { G0, 0, 8 }, { G2, 5, 1 }, { G2, 4, 1 },
      { B0, 0, 8 }, { G3, 5, 1 }, { B3, 4, 1 }, { R1, 0, 5 }, { G3, 4, 1 }, { G2, 0, 4 },
      { G1, 0, 6 }, { G3, 0, 4 }, { B1, 0, 5 }, { B3, 1, 1 }, { B2, 0, 4 }, { R2, 0, 5 },
      { B3, 2, 1 }, { R3, 0, 5 }, { B3, 3, 1 },
   } },
   [26] = { true, 2, 8, { 5, 5, 6 }, {
      { R0, 0, 8 }, { B3, 1, 1 }, { B2, 4, 1 }, { G0, 0, 8 }, { B2, 5, 1 }, { G2, 4, 1 },
      { B0, 0, 8 }, { B3, 5, 1 }, { B3, 4, 1 }, { R1, 0, 5 }, { G3, 4, 1 }, { G2, 0, 4 },
      { G1, 0, 5 }, { B3, 0, 1 }, { G3, 0, 4 }, { B1, 0, 6 }, { B2, 0, 4 }, { R2, 0, 5 },
      { B3, 2, 1 }, { R3, 0, 5 }, { B3, 3, 1 },
   } },
   [30] = { false, 2, 6, { 6, 6, 6 }, {
      { R0, 0, 6 }, { G3, 4, 1 }, { B3, 0, 1 }, { B3, 1, 1 }, { B2, 4, 1 }, { G0, 0, 6 },
      { G2, 5, 1 }, { B2, 5, 1 }, { B3, 2, 1 }, { G2, 4, 1 }, { B0, 0, 6 }, { G3, 5, 1 },
      { B3, 3, 1 }, { B3, 5, 1 }, { B3, 4, 1 }, { R1, 0, 6 }, { G2, 0, 4 }, { G1, 0, 6 },
      { G3, 0, 4 }, { B1, 0, 6 }, { B2, 0, 4 }, { R2, 0, 6 }, { R3, 0, 6 },
   } },
};
/* clang-format on */

static int
sign_extend(uint32_t value, uint32_t bits)
{
   return (int32_t)(value << (32 - bits)) >> (32 - bits);
}

static void
read_ends(struct bit_reader *reader, const struct bc6h_mode *mode, bool is_signed,
          int ends[BC6H_NUM_VALUES])
{
   uint32_t raw[BC6H_NUM_VALUES] = { 0 };
   for (const struct bc6h_field *field = mode->fields; field->count; field++)
      raw[field->value] |= read_bits(reader, field->count) << field->first;

   for (uint32_t i = 0; i < 6u * mode->num_subsets; i++) {
      uint32_t base = i % 3;
      bool is_delta = mode->transformed && i >= 3;
      uint32_t value = raw[i];
      if (is_delta)
         value = raw[base] + sign_extend(value, mode->delta_bits[base]);
      value &= (1u << mode->bits) - 1;
      ends[i] = is_signed ? sign_extend(value, mode->bits) : (int)value;
   }
}

/* 19.5.13.9 */
static int
unquantize(int value, uint32_t bits, bool is_signed)
{
   if (!is_signed) {
      if (bits >= 15 || value == 0)
         return value;
      if (value == (1 << bits) - 1)
         return 0xffff;
      return ((value << 16) + 0x8000) >> bits;
   }

   int magnitude = value < 0 ? -value : value;
   if (bits >= 16 || value == 0)
      return value;
   if (magnitude >= (1 << (bits - 1)) - 1)
      magnitude = 0x7fff;
   else
      magnitude = ((magnitude << 15) + 0x4000) >> (bits - 1);
   return value < 0 ? -magnitude : magnitude;
}

/* 19.5.13.10 */
static uint16_t
finish_unquantize(int value, bool is_signed)
{
   if (!is_signed)
      return value * 31 >> 6;
   return value < 0 ? 0x8000 | (-value * 31 >> 5) : value * 31 >> 5;
}

void
bc6h_decode(const uint8_t *block, bool is_signed, uint32_t x, uint32_t y, float rgb[3])
{
   struct bit_reader reader;
   reader_init(&reader, block);
   uint32_t mode_bits = read_bits(&reader, 2);
   if (mode_bits >= 2)
      mode_bits |= read_bits(&reader, 3) << 2;
   const struct bc6h_mode *mode = &bc6h_modes[mode_bits];
   if (mode->num_subsets == 0) {
      memset(rgb, 0, 3 * sizeof(float));
      return;
   }

   int ends[BC6H_NUM_VALUES];
   read_ends(&reader, mode, is_signed, ends);
   uint32_t partition = mode->num_subsets == 2 ? read_bits(&reader, 5) : 0;
   uint32_t texel = y * 4 + x;
   uint32_t index_bits = mode->num_subsets == 2 ? 3 : 4;
   uint32_t index = read_index(&reader, index_bits, mode->num_subsets, partition, texel);
   const int *pair = ends + 6 * texel_subset(mode->num_subsets, partition, texel);

   for (uint32_t c = 0; c < 3; c++) {
      int end0 = unquantize(pair[c], mode->bits, is_signed);
      int end1 = unquantize(pair[c + 3], mode->bits, is_signed);
      int value = interpolate(end0, end1, weights[index_bits][index]);
      rgb[c] = format_half_to_float(finish_unquantize(value, is_signed));
   }
}

/* ---- BC7 ---- */

struct bc7_mode {
   uint8_t num_subsets, partition_bits, rotation_bits, selector_bits;
   uint8_t color_bits, alpha_bits;
   uint8_t end_p_bits, shared_p_bits; /* a lowest bit for all channels of an end, of a subset */
   uint8_t index_bits, index2_bits;
};

static const struct bc7_mode bc7_modes[8] = {
   { 3, 4, 0, 0, 4, 0, 1, 0, 3, 0 }, { 2, 6, 0, 0, 6, 0, 0, 1, 3, 0 },
   { 3, 6, 0, 0, 5, 0, 0, 0, 2, 0 }, { 2, 6, 0, 0, 7, 0, 1, 0, 2, 0 },
   { 1, 0, 2, 1, 5, 6, 0, 0, 2, 3 }, { 1, 0, 2, 0, 7, 8, 0, 0, 2, 2 },
   { 1, 0, 0, 0, 7, 7, 1, 0, 4, 0 }, { 2, 6, 0, 0, 5, 5, 1, 0, 2, 0 },
};

/* The ends of all subsets: [2 * subset + end][channel], 8 bits each. */
static void
read_bc7_ends(struct bit_reader *reader, const struct bc7_mode *mode, uint32_t ends[6][4])
{
   uint32_t num_ends = 2 * mode->num_subsets;
   for (uint32_t c = 0; c < 4; c++) {
      uint32_t bits = c < 3 ? mode->color_bits : mode->alpha_bits;
      for (uint32_t i = 0; i < num_ends; i++)
         ends[i][c] = read_bits(reader, bits);
   }

   uint32_t p_bits = mode->end_p_bits + mode->shared_p_bits;
   for (uint32_t i = 0; p_bits && i < num_ends; i += 1 + mode->shared_p_bits) {
      uint32_t p = read_bits(reader, 1);
      for (uint32_t j = i; j <= i + mode->shared_p_bits; j++) {
         for (uint32_t c = 0; c < 4; c++)
            ends[j][c] = ends[j][c] << 1 | p;
      }
   }

   for (uint32_t i = 0; i < num_ends; i++) {
      for (uint32_t c = 0; c < 4; c++) {
         uint32_t bits = p_bits + (c < 3 ? mode->color_bits : mode->alpha_bits);
         ends[i][c] = ends[i][c] << (8 - bits) | ends[i][c] << (8 - bits) >> bits;
      }
      if (mode->alpha_bits == 0)
         ends[i][3] = 255;
   }
}

void
bc7_decode(const uint8_t *block, uint32_t x, uint32_t y, float rgba[4])
{
   if (block[0] == 0) {
      memset(rgba, 0, 4 * sizeof(float));
      return;
   }

   struct bit_reader reader;
   reader_init(&reader, block);
   uint32_t mode_number = __builtin_ctz(block[0]);
   const struct bc7_mode *mode = &bc7_modes[mode_number];
   reader.position = mode_number + 1;

   uint32_t partition = read_bits(&reader, mode->partition_bits);
   uint32_t rotation = read_bits(&reader, mode->rotation_bits);
   uint32_t selector = read_bits(&reader, mode->selector_bits);
   uint32_t ends[6][4];
   read_bc7_ends(&reader, mode, ends);

   uint32_t texel = y * 4 + x;
   uint32_t color_bits = mode->index_bits, alpha_bits = mode->index_bits;
   uint32_t color_index = read_index(&reader, color_bits, mode->num_subsets, partition, texel);
   uint32_t alpha_index = color_index;
   if (mode->index2_bits) {
      alpha_bits = mode->index2_bits;
      alpha_index = read_index(&reader, alpha_bits, 1, 0, texel);
   }
   if (selector) {
      uint32_t swap = color_bits;
      color_bits = alpha_bits;
      alpha_bits = swap;
      swap = color_index;
      color_index = alpha_index;
      alpha_index = swap;
   }

   uint32_t subset = texel_subset(mode->num_subsets, partition, texel);
   const uint32_t *end0 = ends[2 * subset], *end1 = ends[2 * subset + 1];
   for (uint32_t c = 0; c < 3; c++)
      rgba[c] = interpolate(end0[c], end1[c], weights[color_bits][color_index]) / 255.0f;
   rgba[3] = interpolate(end0[3], end1[3], weights[alpha_bits][alpha_index]) / 255.0f;

   if (rotation) {
      float alpha = rgba[3];
      rgba[3] = rgba[rotation - 1];
      rgba[rotation - 1] = alpha;
   }
}
