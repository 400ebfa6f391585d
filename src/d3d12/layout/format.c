#include "layout/format.h"

#include "util/bits.h"

/* clang-format off */
/* Channels of equal width, from the low bits up. */
#define CHANNEL(type, shift, bits) { FORMAT_##type, shift, bits }
#define NO_CHANNELS { CHANNEL(VOID, 0, 0) }
#define R(type, bits) { CHANNEL(type, 0, bits) }
#define RG(type, bits) { CHANNEL(type, 0, bits), CHANNEL(type, bits, bits) }
#define RGB(type, bits)                                                                            \
   { CHANNEL(type, 0, bits), CHANNEL(type, bits, bits), CHANNEL(type, 2 * (bits), bits) }
#define RGBA(type, bits)                                                                           \
   { CHANNEL(type, 0, bits), CHANNEL(type, bits, bits), CHANNEL(type, 2 * (bits), bits),           \
     CHANNEL(type, 3 * (bits), bits) }
#define BGRX(type, bits)                                                                           \
   { CHANNEL(type, 2 * (bits), bits), CHANNEL(type, bits, bits), CHANNEL(type, 0, bits) }
#define BGRA(type, bits)                                                                           \
   { CHANNEL(type, 2 * (bits), bits), CHANNEL(type, bits, bits), CHANNEL(type, 0, bits),           \
     CHANNEL(type, 3 * (bits), bits) }
#define RGB10A2(type)                                                                              \
   { CHANNEL(type, 0, 10), CHANNEL(type, 10, 10), CHANNEL(type, 20, 10), CHANNEL(type, 30, 2) }
#define STENCIL { CHANNEL(VOID, 0, 0), CHANNEL(UINT, 0, 8) }
/* clang-format on */

/* Sets of capabilities. */
#define TYPELESS (FORMAT_CAP_TEXTURE | FORMAT_CAP_MSAA)
#define SAMPLED (FORMAT_CAP_TEXTURE | FORMAT_CAP_FILTER)
#define TARGET (SAMPLED | FORMAT_CAP_RENDER | FORMAT_CAP_BLEND | FORMAT_CAP_MSAA)
#define FETCH (FORMAT_CAP_BUFFER | FORMAT_CAP_VERTEX)
#define COLOR (TARGET | FETCH | FORMAT_CAP_UAV)
#define INTEGER (FORMAT_CAP_TEXTURE | FORMAT_CAP_RENDER | FORMAT_CAP_MSAA | FETCH | FORMAT_CAP_UAV)
#define LOGIC (INTEGER | FORMAT_CAP_LOGIC_OP)
#define DEPTH (FORMAT_CAP_TEXTURE | FORMAT_CAP_DEPTH | FORMAT_CAP_MSAA)
#define COMPARE FORMAT_CAP_COMPARE
#define DISPLAY FORMAT_CAP_DISPLAY
#define INDEX FORMAT_CAP_INDEX
#define ATOMIC FORMAT_CAP_ATOMIC

/* A format whose blocks are single texels. */
#define TEXEL(name, encoding, bytes, srgb, planes, family, caps, ...)                              \
   [DXGI_FORMAT_##name] = {                                                                        \
      DXGI_FORMAT_##name,   #name, FORMAT_##encoding, bytes, 1, 1, srgb, planes, __VA_ARGS__,      \
      DXGI_FORMAT_##family, caps                                                                   \
   }
#define PLAIN(name, bytes, family, caps, ...)                                                      \
   TEXEL(name, PLAIN, bytes, false, 1, family, caps, __VA_ARGS__)
#define SRGB(name, bytes, family, caps, ...)                                                       \
   TEXEL(name, PLAIN, bytes, true, 1, family, caps, __VA_ARGS__)
#define PLANAR(name, bytes, family, caps, ...)                                                     \
   TEXEL(name, PLAIN, bytes, false, 2, family, caps, __VA_ARGS__)
/* A format of blocks; the channels tell types and presence, not places. */
#define BLOCK(name, encoding, bytes, width, height, srgb, family, caps, ...)                       \
   [DXGI_FORMAT_##name] = {                                                                        \
      DXGI_FORMAT_##name,   #name, FORMAT_##encoding, bytes, width, height, srgb, 1, __VA_ARGS__,  \
      DXGI_FORMAT_##family, caps                                                                   \
   }

/* Planar formats: the channels are those of the plane that a view reads; D formats: of depth. */
static const struct format_info formats[] = {
   PLAIN(R32G32B32A32_TYPELESS, 16, R32G32B32A32_TYPELESS, TYPELESS, NO_CHANNELS),
   PLAIN(R32G32B32A32_FLOAT, 16, R32G32B32A32_TYPELESS, COLOR, RGBA(FLOAT, 32)),
   PLAIN(R32G32B32A32_UINT, 16, R32G32B32A32_TYPELESS, LOGIC, RGBA(UINT, 32)),
   PLAIN(R32G32B32A32_SINT, 16, R32G32B32A32_TYPELESS, INTEGER, RGBA(SINT, 32)),

   PLAIN(R32G32B32_TYPELESS, 12, R32G32B32_TYPELESS, FORMAT_CAP_TEXTURE, NO_CHANNELS),
   PLAIN(R32G32B32_FLOAT, 12, R32G32B32_TYPELESS, SAMPLED | FETCH, RGB(FLOAT, 32)),
   PLAIN(R32G32B32_UINT, 12, R32G32B32_TYPELESS, FORMAT_CAP_TEXTURE | FETCH, RGB(UINT, 32)),
   PLAIN(R32G32B32_SINT, 12, R32G32B32_TYPELESS, FORMAT_CAP_TEXTURE | FETCH, RGB(SINT, 32)),

   PLAIN(R16G16B16A16_TYPELESS, 8, R16G16B16A16_TYPELESS, TYPELESS, NO_CHANNELS),
   PLAIN(R16G16B16A16_FLOAT, 8, R16G16B16A16_TYPELESS, COLOR | DISPLAY, RGBA(FLOAT, 16)),
   PLAIN(R16G16B16A16_UNORM, 8, R16G16B16A16_TYPELESS, COLOR, RGBA(UNORM, 16)),
   PLAIN(R16G16B16A16_UINT, 8, R16G16B16A16_TYPELESS, LOGIC, RGBA(UINT, 16)),
   PLAIN(R16G16B16A16_SNORM, 8, R16G16B16A16_TYPELESS, COLOR, RGBA(SNORM, 16)),
   PLAIN(R16G16B16A16_SINT, 8, R16G16B16A16_TYPELESS, INTEGER, RGBA(SINT, 16)),

   PLAIN(R32G32_TYPELESS, 8, R32G32_TYPELESS, TYPELESS, NO_CHANNELS),
   PLAIN(R32G32_FLOAT, 8, R32G32_TYPELESS, COLOR, RG(FLOAT, 32)),
   PLAIN(R32G32_UINT, 8, R32G32_TYPELESS, LOGIC, RG(UINT, 32)),
   PLAIN(R32G32_SINT, 8, R32G32_TYPELESS, INTEGER, RG(SINT, 32)),

   PLANAR(R32G8X24_TYPELESS, 4, R32G8X24_TYPELESS, TYPELESS, NO_CHANNELS),
   PLANAR(D32_FLOAT_S8X24_UINT, 4, R32G8X24_TYPELESS, DEPTH, R(FLOAT, 32)),
   PLANAR(R32_FLOAT_X8X24_TYPELESS, 4, R32G8X24_TYPELESS, SAMPLED | COMPARE | FORMAT_CAP_MSAA,
          R(FLOAT, 32)),
   PLANAR(X32_TYPELESS_G8X24_UINT, 1, R32G8X24_TYPELESS, FORMAT_CAP_TEXTURE | FORMAT_CAP_MSAA,
          STENCIL),

   PLAIN(R10G10B10A2_TYPELESS, 4, R10G10B10A2_TYPELESS, TYPELESS, NO_CHANNELS),
   PLAIN(R10G10B10A2_UNORM, 4, R10G10B10A2_TYPELESS, COLOR | DISPLAY, RGB10A2(UNORM)),
   PLAIN(R10G10B10A2_UINT, 4, R10G10B10A2_TYPELESS, LOGIC, RGB10A2(UINT)),

   TEXEL(R11G11B10_FLOAT, R11G11B10F, 4, false, 1, R11G11B10_FLOAT, COLOR,
         { { FORMAT_FLOAT, 0, 11 }, { FORMAT_FLOAT, 11, 11 }, { FORMAT_FLOAT, 22, 10 } }),

   PLAIN(R8G8B8A8_TYPELESS, 4, R8G8B8A8_TYPELESS, TYPELESS, NO_CHANNELS),
   PLAIN(R8G8B8A8_UNORM, 4, R8G8B8A8_TYPELESS, COLOR | DISPLAY, RGBA(UNORM, 8)),
   SRGB(R8G8B8A8_UNORM_SRGB, 4, R8G8B8A8_TYPELESS, TARGET | DISPLAY, RGBA(UNORM, 8)),
   PLAIN(R8G8B8A8_UINT, 4, R8G8B8A8_TYPELESS, LOGIC, RGBA(UINT, 8)),
   PLAIN(R8G8B8A8_SNORM, 4, R8G8B8A8_TYPELESS, COLOR, RGBA(SNORM, 8)),
   PLAIN(R8G8B8A8_SINT, 4, R8G8B8A8_TYPELESS, INTEGER, RGBA(SINT, 8)),

   PLAIN(R16G16_TYPELESS, 4, R16G16_TYPELESS, TYPELESS, NO_CHANNELS),
   PLAIN(R16G16_FLOAT, 4, R16G16_TYPELESS, COLOR, RG(FLOAT, 16)),
   PLAIN(R16G16_UNORM, 4, R16G16_TYPELESS, COLOR, RG(UNORM, 16)),
   PLAIN(R16G16_UINT, 4, R16G16_TYPELESS, LOGIC, RG(UINT, 16)),
   PLAIN(R16G16_SNORM, 4, R16G16_TYPELESS, COLOR, RG(SNORM, 16)),
   PLAIN(R16G16_SINT, 4, R16G16_TYPELESS, INTEGER, RG(SINT, 16)),

   PLAIN(R32_TYPELESS, 4, R32_TYPELESS, TYPELESS, NO_CHANNELS),
   PLAIN(D32_FLOAT, 4, R32_TYPELESS, DEPTH, R(FLOAT, 32)),
   PLAIN(R32_FLOAT, 4, R32_TYPELESS, COLOR | COMPARE, R(FLOAT, 32)),
   PLAIN(R32_UINT, 4, R32_TYPELESS, LOGIC | INDEX | ATOMIC, R(UINT, 32)),
   PLAIN(R32_SINT, 4, R32_TYPELESS, INTEGER | ATOMIC, R(SINT, 32)),

   PLANAR(R24G8_TYPELESS, 4, R24G8_TYPELESS, TYPELESS, NO_CHANNELS),
   PLANAR(D24_UNORM_S8_UINT, 4, R24G8_TYPELESS, DEPTH, R(UNORM, 24)),
   PLANAR(R24_UNORM_X8_TYPELESS, 4, R24G8_TYPELESS, SAMPLED | COMPARE | FORMAT_CAP_MSAA,
          R(UNORM, 24)),
   PLANAR(X24_TYPELESS_G8_UINT, 1, R24G8_TYPELESS, FORMAT_CAP_TEXTURE | FORMAT_CAP_MSAA, STENCIL),

   PLAIN(R8G8_TYPELESS, 2, R8G8_TYPELESS, TYPELESS, NO_CHANNELS),
   PLAIN(R8G8_UNORM, 2, R8G8_TYPELESS, COLOR, RG(UNORM, 8)),
   PLAIN(R8G8_UINT, 2, R8G8_TYPELESS, LOGIC, RG(UINT, 8)),
   PLAIN(R8G8_SNORM, 2, R8G8_TYPELESS, COLOR, RG(SNORM, 8)),
   PLAIN(R8G8_SINT, 2, R8G8_TYPELESS, INTEGER, RG(SINT, 8)),

   PLAIN(R16_TYPELESS, 2, R16_TYPELESS, TYPELESS, NO_CHANNELS),
   PLAIN(R16_FLOAT, 2, R16_TYPELESS, COLOR, R(FLOAT, 16)),
   PLAIN(D16_UNORM, 2, R16_TYPELESS, DEPTH, R(UNORM, 16)),
   PLAIN(R16_UNORM, 2, R16_TYPELESS, COLOR | COMPARE, R(UNORM, 16)),
   PLAIN(R16_UINT, 2, R16_TYPELESS, LOGIC | INDEX, R(UINT, 16)),
   PLAIN(R16_SNORM, 2, R16_TYPELESS, COLOR, R(SNORM, 16)),
   PLAIN(R16_SINT, 2, R16_TYPELESS, INTEGER, R(SINT, 16)),

   PLAIN(R8_TYPELESS, 1, R8_TYPELESS, TYPELESS, NO_CHANNELS),
   PLAIN(R8_UNORM, 1, R8_TYPELESS, COLOR, R(UNORM, 8)),
   PLAIN(R8_UINT, 1, R8_TYPELESS, LOGIC, R(UINT, 8)),
   PLAIN(R8_SNORM, 1, R8_TYPELESS, COLOR, R(SNORM, 8)),
   PLAIN(R8_SINT, 1, R8_TYPELESS, INTEGER, R(SINT, 8)),
   PLAIN(A8_UNORM, 1, A8_UNORM, TARGET | FORMAT_CAP_BUFFER | FORMAT_CAP_UAV,
         { { FORMAT_VOID, 0, 0 },
           { FORMAT_VOID, 0, 0 },
           { FORMAT_VOID, 0, 0 },
           { FORMAT_UNORM, 0, 8 } }),

   /* All or nothing of targets and UAVs (D3D12 Revised Support For R9G9B9E5 Format). */
   TEXEL(R9G9B9E5_SHAREDEXP, R9G9B9E5, 4, false, 1, R9G9B9E5_SHAREDEXP, TARGET | FORMAT_CAP_UAV,
         { { FORMAT_FLOAT, 0, 9 }, { FORMAT_FLOAT, 9, 9 }, { FORMAT_FLOAT, 18, 9 } }),
   BLOCK(R8G8_B8G8_UNORM, SUBSAMPLED, 4, 2, 1, false, R8G8_B8G8_UNORM, SAMPLED, RGB(UNORM, 8)),
   BLOCK(G8R8_G8B8_UNORM, SUBSAMPLED, 4, 2, 1, false, G8R8_G8B8_UNORM, SAMPLED, RGB(UNORM, 8)),

   BLOCK(BC1_TYPELESS, BC1, 8, 4, 4, false, BC1_TYPELESS, FORMAT_CAP_TEXTURE, NO_CHANNELS),
   BLOCK(BC1_UNORM, BC1, 8, 4, 4, false, BC1_TYPELESS, SAMPLED, RGBA(UNORM, 8)),
   BLOCK(BC1_UNORM_SRGB, BC1, 8, 4, 4, true, BC1_TYPELESS, SAMPLED, RGBA(UNORM, 8)),
   BLOCK(BC2_TYPELESS, BC2, 16, 4, 4, false, BC2_TYPELESS, FORMAT_CAP_TEXTURE, NO_CHANNELS),
   BLOCK(BC2_UNORM, BC2, 16, 4, 4, false, BC2_TYPELESS, SAMPLED, RGBA(UNORM, 8)),
   BLOCK(BC2_UNORM_SRGB, BC2, 16, 4, 4, true, BC2_TYPELESS, SAMPLED, RGBA(UNORM, 8)),
   BLOCK(BC3_TYPELESS, BC3, 16, 4, 4, false, BC3_TYPELESS, FORMAT_CAP_TEXTURE, NO_CHANNELS),
   BLOCK(BC3_UNORM, BC3, 16, 4, 4, false, BC3_TYPELESS, SAMPLED, RGBA(UNORM, 8)),
   BLOCK(BC3_UNORM_SRGB, BC3, 16, 4, 4, true, BC3_TYPELESS, SAMPLED, RGBA(UNORM, 8)),
   BLOCK(BC4_TYPELESS, BC4, 8, 4, 4, false, BC4_TYPELESS, FORMAT_CAP_TEXTURE, NO_CHANNELS),
   BLOCK(BC4_UNORM, BC4, 8, 4, 4, false, BC4_TYPELESS, SAMPLED, R(UNORM, 8)),
   BLOCK(BC4_SNORM, BC4, 8, 4, 4, false, BC4_TYPELESS, SAMPLED, R(SNORM, 8)),
   BLOCK(BC5_TYPELESS, BC5, 16, 4, 4, false, BC5_TYPELESS, FORMAT_CAP_TEXTURE, NO_CHANNELS),
   BLOCK(BC5_UNORM, BC5, 16, 4, 4, false, BC5_TYPELESS, SAMPLED, RG(UNORM, 8)),
   BLOCK(BC5_SNORM, BC5, 16, 4, 4, false, BC5_TYPELESS, SAMPLED, RG(SNORM, 8)),

   PLAIN(B5G6R5_UNORM, 2, B5G6R5_UNORM, COLOR,
         { { FORMAT_UNORM, 11, 5 }, { FORMAT_UNORM, 5, 6 }, { FORMAT_UNORM, 0, 5 } }),
   PLAIN(B5G5R5A1_UNORM, 2, B5G5R5A1_UNORM, COLOR,
         { { FORMAT_UNORM, 10, 5 },
           { FORMAT_UNORM, 5, 5 },
           { FORMAT_UNORM, 0, 5 },
           { FORMAT_UNORM, 15, 1 } }),
   PLAIN(B4G4R4A4_UNORM, 2, B4G4R4A4_UNORM, COLOR, BGRA(UNORM, 4)),

   PLAIN(B8G8R8A8_TYPELESS, 4, B8G8R8A8_TYPELESS, TYPELESS, NO_CHANNELS),
   PLAIN(B8G8R8A8_UNORM, 4, B8G8R8A8_TYPELESS, COLOR | DISPLAY, BGRA(UNORM, 8)),
   SRGB(B8G8R8A8_UNORM_SRGB, 4, B8G8R8A8_TYPELESS, TARGET | DISPLAY, BGRA(UNORM, 8)),
   PLAIN(B8G8R8X8_TYPELESS, 4, B8G8R8X8_TYPELESS, TYPELESS, NO_CHANNELS),
   PLAIN(B8G8R8X8_UNORM, 4, B8G8R8X8_TYPELESS, COLOR | DISPLAY, BGRX(UNORM, 8)),
   SRGB(B8G8R8X8_UNORM_SRGB, 4, B8G8R8X8_TYPELESS, TARGET | DISPLAY, BGRX(UNORM, 8)),

   BLOCK(BC6H_TYPELESS, BC6H, 16, 4, 4, false, BC6H_TYPELESS, FORMAT_CAP_TEXTURE, NO_CHANNELS),
   BLOCK(BC6H_UF16, BC6H, 16, 4, 4, false, BC6H_TYPELESS, SAMPLED, RGB(FLOAT, 16)),
   BLOCK(BC6H_SF16, BC6H, 16, 4, 4, false, BC6H_TYPELESS, SAMPLED, RGB(FLOAT, 16)),
   BLOCK(BC7_TYPELESS, BC7, 16, 4, 4, false, BC7_TYPELESS, FORMAT_CAP_TEXTURE, NO_CHANNELS),
   BLOCK(BC7_UNORM, BC7, 16, 4, 4, false, BC7_TYPELESS, SAMPLED, RGBA(UNORM, 8)),
   BLOCK(BC7_UNORM_SRGB, BC7, 16, 4, 4, true, BC7_TYPELESS, SAMPLED, RGBA(UNORM, 8)),
};

static const struct format_info unknown = { .name = "UNKNOWN",
                                            .block_width = 1,
                                            .block_height = 1 };

const struct format_info *
format_info(DXGI_FORMAT format)
{
   if ((uint32_t)format >= ARRAY_LENGTH(formats) || formats[format].block_bytes == 0)
      return &unknown;
   return &formats[format];
}

uint32_t
format_plane(DXGI_FORMAT view_format)
{
   return view_format == DXGI_FORMAT_X24_TYPELESS_G8_UINT ||
          view_format == DXGI_FORMAT_X32_TYPELESS_G8X24_UINT;
}

uint32_t
format_plane_bytes(DXGI_FORMAT resource_format, uint32_t plane)
{
   return plane == 0 ? format_info(resource_format)->block_bytes : 1;
}

DXGI_FORMAT
format_plane_copy_format(DXGI_FORMAT resource_format, uint32_t plane)
{
   const struct format_info *info = format_info(resource_format);
   if (info->planes == 2)
      return plane == 0 ? DXGI_FORMAT_R32_TYPELESS : DXGI_FORMAT_R8_TYPELESS;
   if (info->caps & FORMAT_CAP_DEPTH)
      return info->typeless;
   return resource_format;
}
