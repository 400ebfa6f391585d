#include "api/resource_desc.h"

#include "util/bits.h"

#define SMALL_ALIGNMENT D3D12_SMALL_RESOURCE_PLACEMENT_ALIGNMENT
#define DEFAULT_ALIGNMENT D3D12_DEFAULT_RESOURCE_PLACEMENT_ALIGNMENT
#define MSAA_ALIGNMENT D3D12_DEFAULT_MSAA_RESOURCE_PLACEMENT_ALIGNMENT
#define LAST_FORMAT DXGI_FORMAT_B4G4R4A4_UNORM

#define TARGET_FLAGS                                                                               \
   (D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET | D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL)
#define KNOWN_FLAGS                                                                                \
   (TARGET_FLAGS | D3D12_RESOURCE_FLAG_ALLOW_UNORDERED_ACCESS |                                    \
    D3D12_RESOURCE_FLAG_DENY_SHADER_RESOURCE | D3D12_RESOURCE_FLAG_ALLOW_SIMULTANEOUS_ACCESS |     \
    D3D12_RESOURCE_FLAG_ALLOW_CROSS_ADAPTER)

/* A typeless resource may become anything in its family, a colour any colour in it (OPTIONS3,
 * CastingFullyTypedFormatSupported), a depth nothing else. */
uint32_t
resource_format_caps(DXGI_FORMAT format)
{
   const struct format_info *info = format_info(format);
   uint32_t caps = info->caps;

   if (info->caps & FORMAT_CAP_DEPTH)
      return caps;
   for (DXGI_FORMAT f = 1; f <= LAST_FORMAT; f++) {
      if (format_info(f)->block_bytes && format_info(f)->typeless == info->typeless)
         caps |= format_info(f)->caps;
   }
   return info->typeless == format ? caps : caps & ~FORMAT_CAP_DEPTH;
}

static const char *
check_buffer(const D3D12_RESOURCE_DESC *desc)
{
   if (desc->Alignment != 0 && desc->Alignment != DEFAULT_ALIGNMENT)
      return "a buffer's alignment is 64 KiB";
   if (desc->Width == 0)
      return "an empty buffer";
   if (desc->Height != 1 || desc->DepthOrArraySize != 1 || desc->MipLevels != 1)
      return "a buffer has height, depth and mip levels of 1";
   if (desc->Format != DXGI_FORMAT_UNKNOWN)
      return "a buffer has no format";
   if (desc->SampleDesc.Count != 1 || desc->SampleDesc.Quality != 0)
      return "a buffer has one sample";
   if (desc->Layout != D3D12_TEXTURE_LAYOUT_ROW_MAJOR)
      return "a buffer's layout is row-major";
   if (desc->Flags &
       ~(D3D12_RESOURCE_FLAG_ALLOW_UNORDERED_ACCESS | D3D12_RESOURCE_FLAG_ALLOW_CROSS_ADAPTER))
      return "a flag that buffers don't have";
   return NULL;
}

static const char *
check_size(const D3D12_RESOURCE_DESC *desc)
{
   uint32_t max_size, max_layers;

   if (desc->Width == 0 || desc->Height == 0 || desc->DepthOrArraySize == 0)
      return "an empty texture";
   switch (desc->Dimension) {
   case D3D12_RESOURCE_DIMENSION_TEXTURE1D:
      if (desc->Height != 1)
         return "a 1D texture has a height of 1";
      max_size = D3D12_REQ_TEXTURE1D_U_DIMENSION;
      max_layers = D3D12_REQ_TEXTURE1D_ARRAY_AXIS_DIMENSION;
      break;
   case D3D12_RESOURCE_DIMENSION_TEXTURE2D:
      max_size = D3D12_REQ_TEXTURE2D_U_OR_V_DIMENSION;
      max_layers = D3D12_REQ_TEXTURE2D_ARRAY_AXIS_DIMENSION;
      break;
   default:
      max_size = D3D12_REQ_TEXTURE3D_U_V_OR_W_DIMENSION;
      max_layers = D3D12_REQ_TEXTURE3D_U_V_OR_W_DIMENSION;
      break;
   }
   if (desc->Width > max_size || desc->Height > max_size || desc->DepthOrArraySize > max_layers)
      return "a texture that is too large";
   return NULL;
}

static uint32_t
full_chain(const D3D12_RESOURCE_DESC *desc)
{
   uint32_t size = MAX2((uint32_t)desc->Width, desc->Height);

   if (desc->Dimension == D3D12_RESOURCE_DIMENSION_TEXTURE3D)
      size = MAX2(size, desc->DepthOrArraySize);
   return 32 - __builtin_clz(size);
}

static const char *
check_samples(const D3D12_RESOURCE_DESC *desc, uint32_t caps)
{
   uint32_t count = desc->SampleDesc.Count;

   if (count != 1 && count != 2 && count != 4 && count != 8)
      return "no such sample count";
   if (desc->SampleDesc.Quality != 0 &&
       (count == 1 || desc->SampleDesc.Quality != DXGI_STANDARD_MULTISAMPLE_QUALITY_PATTERN))
      return "no such sample quality";
   if (count == 1)
      return NULL;
   if (desc->Dimension != D3D12_RESOURCE_DIMENSION_TEXTURE2D || desc->MipLevels != 1)
      return "only 2D textures of one level are multisampled";
   if (!(desc->Flags & TARGET_FLAGS) ||
       (desc->Flags & (D3D12_RESOURCE_FLAG_ALLOW_UNORDERED_ACCESS |
                       D3D12_RESOURCE_FLAG_ALLOW_SIMULTANEOUS_ACCESS)))
      return "flags that multisampled textures don't have";
   if (!(caps & FORMAT_CAP_MSAA))
      return "a format that can't be multisampled";
   return NULL;
}

static const char *
check_format(const D3D12_RESOURCE_DESC *desc, uint32_t caps)
{
   const struct format_info *info = format_info(desc->Format);

   if (info->block_bytes == 0 || !(caps & FORMAT_CAP_TEXTURE))
      return "a format that textures don't have";
   if (info->block_width > 1 && desc->Dimension == D3D12_RESOURCE_DIMENSION_TEXTURE1D)
      return "a 1D texture of blocks";
   if (format_is_depth(desc->Format) && desc->Dimension == D3D12_RESOURCE_DIMENSION_TEXTURE3D)
      return "a 3D texture of depths";
   /* Mesa 22.3.6 asks for staging copies of compressed textures as if it were to render to them, and does
    * not survive a refusal. It never makes a view, which would be refused. */
   if ((desc->Flags & D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET) && !(caps & FORMAT_CAP_RENDER) &&
       !format_is_compressed(desc->Format))
      return "a format that can't be a render target";
   if ((desc->Flags & D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL) && !(caps & FORMAT_CAP_DEPTH))
      return "a format that can't be a depth buffer";
   if ((desc->Flags & D3D12_RESOURCE_FLAG_ALLOW_UNORDERED_ACCESS) && !(caps & FORMAT_CAP_UAV))
      return "a format without unordered access";
   return NULL;
}

static const char *
check_flags(const D3D12_RESOURCE_DESC *desc)
{
   if (desc->Flags & ~KNOWN_FLAGS)
      return "a flag that we don't support";
   if (!(desc->Flags & D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL))
      return desc->Flags & D3D12_RESOURCE_FLAG_DENY_SHADER_RESOURCE
                ? "only depth buffers may deny shader access"
                : NULL;
   if (desc->Flags &
       (D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET | D3D12_RESOURCE_FLAG_ALLOW_UNORDERED_ACCESS |
        D3D12_RESOURCE_FLAG_ALLOW_SIMULTANEOUS_ACCESS))
      return "flags that depth buffers don't have";
   if (desc->Dimension == D3D12_RESOURCE_DIMENSION_TEXTURE3D)
      return "a 3D depth buffer";
   return NULL;
}

/* Row-major textures are for sharing between adapters (D3D12_RESOURCE_FLAG_ALLOW_CROSS_ADAPTER,
 * D3D12_TEXTURE_LAYOUT_ROW_MAJOR); the swizzled layouts are for tiled resources. */
static const char *
check_layout(const D3D12_RESOURCE_DESC *desc)
{
   const struct format_info *info = format_info(desc->Format);

   if (desc->Layout == D3D12_TEXTURE_LAYOUT_UNKNOWN)
      return desc->Flags & D3D12_RESOURCE_FLAG_ALLOW_CROSS_ADAPTER
                ? "a texture for other adapters that isn't row-major"
                : NULL;
   if (desc->Layout != D3D12_TEXTURE_LAYOUT_ROW_MAJOR)
      return "a layout that we don't support";
   if (!(desc->Flags & D3D12_RESOURCE_FLAG_ALLOW_CROSS_ADAPTER))
      return "a row-major texture that isn't for other adapters";
   if (desc->Dimension != D3D12_RESOURCE_DIMENSION_TEXTURE2D || desc->DepthOrArraySize != 1 ||
       desc->MipLevels != 1 || desc->SampleDesc.Count != 1)
      return "a row-major texture with more than one subresource";
   if (info->block_width != 1 || info->planes != 1 ||
       (info->block_bytes & (info->block_bytes - 1)) != 0 ||
       (desc->Flags & D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL))
      return "a format or use that row-major textures don't have";
   return NULL;
}

/* 4 KiB is for small textures that are no targets: their first level is up to 64 KiB
 * (D3D12_RESOURCE_DESC, "Alignment"). Multisampled textures may have 64 KiB whatever their size
 * (OPTIONS4, MSAA64KBAlignedTextureSupported). */
static const char *
check_alignment(D3D12_RESOURCE_DESC *desc)
{
   bool multisampled = desc->SampleDesc.Count > 1;
   const struct format_info *info = format_info(desc->Format);

   switch (desc->Alignment) {
   case 0:
      desc->Alignment = multisampled ? MSAA_ALIGNMENT : DEFAULT_ALIGNMENT;
      return NULL;
   case DEFAULT_ALIGNMENT:
      return NULL;
   case MSAA_ALIGNMENT:
      return multisampled ? NULL : "4 MiB alignment of a single-sampled texture";
   case SMALL_ALIGNMENT: {
      uint64_t bytes = (uint64_t)div_round_up(desc->Width, info->block_width) *
                       div_round_up(desc->Height, info->block_height) * info->block_bytes;
      if (desc->Dimension == D3D12_RESOURCE_DIMENSION_TEXTURE3D)
         bytes *= desc->DepthOrArraySize;
      if (multisampled || (desc->Flags & TARGET_FLAGS) || bytes > DEFAULT_ALIGNMENT)
         return "4 KiB alignment of a texture that isn't small";
      return NULL;
   }
   default:
      return "no such alignment";
   }
}

const char *
resource_desc_check(const D3D12_RESOURCE_DESC *desc, D3D12_RESOURCE_DESC *checked)
{
   const char *why;

   *checked = *desc;
   if (desc->Dimension == D3D12_RESOURCE_DIMENSION_BUFFER) {
      why = check_buffer(desc);
      checked->Alignment = DEFAULT_ALIGNMENT;
      return why;
   }
   if (desc->Dimension < D3D12_RESOURCE_DIMENSION_TEXTURE1D ||
       desc->Dimension > D3D12_RESOURCE_DIMENSION_TEXTURE3D)
      return "no such dimension";

   uint32_t caps = resource_format_caps(desc->Format);
   why = check_size(desc);
   if (!why)
      why = check_format(desc, caps);
   if (!why)
      why = check_flags(desc);
   if (!why)
      why = check_layout(desc);
   if (why)
      return why;

   uint32_t levels = full_chain(desc);
   if (desc->MipLevels > levels)
      return "more mip levels than there are";
   if (desc->MipLevels == 0)
      checked->MipLevels = levels;
   why = check_samples(checked, caps);
   if (!why)
      why = check_alignment(checked);
   if (why)
      return why;

   uint32_t layers =
      desc->Dimension == D3D12_RESOURCE_DIMENSION_TEXTURE3D ? 1 : desc->DepthOrArraySize;
   if (checked->MipLevels * layers > D3D12_REQ_SUBRESOURCES)
      return "too many subresources";
   return NULL;
}

bool
resource_desc_layout(const D3D12_RESOURCE_DESC *checked, struct image *image, uint64_t *size)
{
   if (checked->Dimension == D3D12_RESOURCE_DIMENSION_BUFFER) {
      *size = checked->Width;
      return true;
   }
   if (!image_init(image, checked))
      return false;
   *size = image->size;
   return true;
}
