/*
 * What a DXGI format is: block size, channels, how a channel is encoded, and what our device can do
 * with it (D3D11.3 19.1). A constant table: any thread.
 */
#ifndef LAYOUT_FORMAT_H
#define LAYOUT_FORMAT_H

#include "util/d3d12.h"

#include <stdbool.h>
#include <stdint.h>

enum format_encoding {
   FORMAT_PLAIN,       /* channels are bit fields of a little-endian texel, see format_channel */
   FORMAT_R11G11B10F,  /* unsigned small floats */
   FORMAT_R9G9B9E5,    /* shared exponent */
   FORMAT_SUBSAMPLED,  /* R8G8_B8G8, G8R8_G8B8: two texels a block */
   FORMAT_BC1,
   FORMAT_BC2,
   FORMAT_BC3,
   FORMAT_BC4,
   FORMAT_BC5,
   FORMAT_BC6H,
   FORMAT_BC7,
};

enum format_type {
   FORMAT_VOID, /* no such channel: reads as 0, or 1 for alpha */
   FORMAT_UNORM,
   FORMAT_SNORM,
   FORMAT_UINT,
   FORMAT_SINT,
   FORMAT_FLOAT,
};

struct format_channel {
   uint8_t type; /* format_type */
   uint8_t shift, bits;
};

/* What the device supports, as far as it depends on the format alone. */
enum format_cap {
   FORMAT_CAP_TEXTURE = 1 << 0, /* 1D, 2D, 3D, cube */
   FORMAT_CAP_FILTER = 1 << 1,
   FORMAT_CAP_RENDER = 1 << 2,
   FORMAT_CAP_BLEND = 1 << 3,
   FORMAT_CAP_DEPTH = 1 << 4,
   FORMAT_CAP_VERTEX = 1 << 5,
   FORMAT_CAP_INDEX = 1 << 6,
   FORMAT_CAP_BUFFER = 1 << 7, /* typed buffer SRV */
   FORMAT_CAP_UAV = 1 << 8,    /* typed UAV load and store */
   FORMAT_CAP_ATOMIC = 1 << 9, /* typed UAV atomics (R32_UINT, R32_SINT) */
   FORMAT_CAP_MSAA = 1 << 10,
   FORMAT_CAP_LOGIC_OP = 1 << 11,
   FORMAT_CAP_COMPARE = 1 << 12, /* sample_c */
   FORMAT_CAP_DISPLAY = 1 << 13,
};

struct format_info {
   DXGI_FORMAT format;
   const char *name;
   uint8_t encoding;    /* format_encoding */
   uint8_t block_bytes; /* bytes of a block in its plane; 0: no such format */
   uint8_t block_width, block_height;
   bool srgb;           /* colour channels are sRGB-encoded, alpha is not */
   uint8_t planes;      /* 1, or 2 for depth-stencil formats: plane 0 depth, plane 1 stencil, 1 byte */
   struct format_channel channel[4]; /* R, G, B, A after the swizzle (BGRA has R at shift 16) */
   DXGI_FORMAT typeless; /* the family: views may cast between formats that share it */
   uint16_t caps;
};

/* Never NULL: an unknown format gives an entry whose block_bytes is 0. */
const struct format_info *format_info(DXGI_FORMAT format);

/* Depth-stencil resources are stored planar: plane 0 is D16, D24 in the low 24 bits of a dword, or
 * a 32-bit float; plane 1 is one byte of stencil. These give the plane that a view format reads:
 * R24_UNORM_X8 → plane 0, X24_TYPELESS_G8 → plane 1 and so on. */
uint32_t format_plane(DXGI_FORMAT view_format);
/* Bytes of a block of the given plane of a resource format, and the format that copies see there
 * (GetCopyableFootprints: R32_TYPELESS or R16_TYPELESS for depth, R8_TYPELESS for stencil). */
uint32_t format_plane_bytes(DXGI_FORMAT resource_format, uint32_t plane);
DXGI_FORMAT format_plane_copy_format(DXGI_FORMAT resource_format, uint32_t plane);

static inline bool
format_is_depth(DXGI_FORMAT format)
{
   return format_info(format)->caps & FORMAT_CAP_DEPTH;
}

static inline bool
format_is_compressed(DXGI_FORMAT format)
{
   return format_info(format)->encoding >= FORMAT_BC1;
}

/*
 * One texel, on the CPU, without machine code: for clears, border colours, block decompression and as
 * the reference that tests hold the generated code against. `block` points to the block, (x, y) is the
 * texel inside it. Float formats: values as float; UINT, SINT: bits as uint32_t / int32_t. sRGB is
 * decoded and encoded. Missing channels read as 0, 0, 0, 1 (1.0 or integer 1).
 */
union format_texel {
   float f[4];
   uint32_t u[4];
   int32_t i[4];
};
void format_unpack(DXGI_FORMAT format, const void *block, uint32_t x, uint32_t y,
                   union format_texel *texel);
/* Not for compressed formats. Conversion rules: D3D11.3 3.2.3. */
void format_pack(DXGI_FORMAT format, const union format_texel *texel, void *block);

/* 16-bit floats. To half: rounds to zero (D3D11.3 3.2.2). */
float format_half_to_float(uint16_t half);
uint16_t format_float_to_half(float value);

#endif
