/* Shader resource, unordered access and constant buffer views. */
#include "api/resource_desc.h"
#include "api/view_range.h"
#include "layout/uniform_tiles.h"
#include "util/bits.h"
#include "util/debug.h"

#include <string.h>

#define IDENTITY_SWIZZLE                                                                           \
   {                                                                                               \
      0, 1, 2, 3                                                                                   \
   }

DXGI_FORMAT
view_format(const struct resource *resource, DXGI_FORMAT format)
{
   const struct format_info *info = format_info(format);
   DXGI_FORMAT own = resource->desc.Format;

   if (format == DXGI_FORMAT_UNKNOWN)
      return own;
   /* Within a family: from typeless, and between typed formats (OPTIONS3,
    * CastingFullyTypedFormatSupported). */
   if (info->block_bytes == 0 || info->typeless != format_info(own)->typeless)
      return DXGI_FORMAT_UNKNOWN;
   return format;
}

static bool
is_typeless(DXGI_FORMAT format)
{
   const struct format_info *info = format_info(format);

   return info->typeless == format && !(info->channel[0].type | info->channel[1].type |
                                        info->channel[2].type | info->channel[3].type);
}

/* The part of a texture that a view shows, whatever its kind. */
struct part {
   enum descriptor_dim dim;
   uint32_t first_level, num_levels;
   uint32_t first_layer, num_layers;
   float min_lod; /* ResourceMinLODClamp */
};

static bool
part_dim_matches(const struct resource *resource, enum descriptor_dim dim)
{
   bool multisampled = resource->image.samples > 1;

   switch (dim) {
   case DESCRIPTOR_1D:
   case DESCRIPTOR_1D_ARRAY:
      return resource->desc.Dimension == D3D12_RESOURCE_DIMENSION_TEXTURE1D;
   case DESCRIPTOR_2DMS:
   case DESCRIPTOR_2DMS_ARRAY:
      return resource->desc.Dimension == D3D12_RESOURCE_DIMENSION_TEXTURE2D && multisampled;
   case DESCRIPTOR_3D:
      return resource->desc.Dimension == D3D12_RESOURCE_DIMENSION_TEXTURE3D;
   default:
      return resource->desc.Dimension == D3D12_RESOURCE_DIMENSION_TEXTURE2D && !multisampled;
   }
}

/* A null view: the shader sees its dimension and format, and size 0. */
static void
init_null(struct descriptor *view, enum descriptor_kind kind, enum descriptor_dim dim,
          DXGI_FORMAT format)
{
   *view = (struct descriptor){
      .kind = kind,
      .dim = dim,
      .format = format ? format : DXGI_FORMAT_R32_FLOAT,
      .samples = 1,
      .swizzle = IDENTITY_SWIZZLE,
   };
}

/* UAVs may show texels of 32 bits as one number, to edit them in place (D3D11.3 5.3.9.5). */
static bool
is_edited_in_place(const struct resource *resource, DXGI_FORMAT format)
{
   if (format_info(format)->typeless != DXGI_FORMAT_R32_TYPELESS)
      return false;
   switch (resource->desc.Format) {
   case DXGI_FORMAT_R10G10B10A2_TYPELESS:
   case DXGI_FORMAT_R8G8B8A8_TYPELESS:
   case DXGI_FORMAT_B8G8R8A8_TYPELESS:
   case DXGI_FORMAT_B8G8R8X8_TYPELESS:
   case DXGI_FORMAT_R16G16_TYPELESS:
      return true;
   default:
      return false;
   }
}

static bool
init_texture(struct descriptor *view, const struct resource *resource, DXGI_FORMAT format,
             struct part part)
{
   const struct image *image = &resource->image;

   if (view->kind != DESCRIPTOR_UAV || !is_edited_in_place(resource, format))
      format = view_format(resource, format);
   if (format == DXGI_FORMAT_UNKNOWN || is_typeless(format) ||
       !part_dim_matches(resource, part.dim) ||
       !view_range(part.first_level, &part.num_levels, image->num_levels) ||
       !view_range(part.first_layer, &part.num_layers, image->layers))
      return false;
   if (format_is_compressed(format) != format_is_compressed(image->format))
      return false;

   uint32_t plane_index = image->num_planes > 1 ? format_plane(format) : 0;
   const struct image_plane *plane = &image->plane[plane_index];
   const struct image_level *level = &plane->level[part.first_level];

   view->base = image->data + plane->offset + part.first_layer * plane->layer_stride;
   view->size = image->size;
   view->levels = level;
   view->layer_stride = plane->layer_stride;
   view->sample_stride = plane->sample_stride;
   view->width = level->width;
   view->height = level->height;
   view->depth = level->depth;
   view->layers = part.num_layers;
   view->stride = plane->block_bytes;
   /* The clamp counts levels of the resource (D3D11.3 5.8.3), the descriptor levels of the view. */
   view->min_lod = MAX2(part.min_lod - part.first_level, 0.0f);
   view->format = format;
   view->num_levels = part.num_levels;
   view->samples = image->samples;
   return true;
}

struct buffer_part {
   uint64_t first;
   uint32_t count, stride; /* stride: of structures */
   bool raw;
};

static bool
init_buffer(struct descriptor *view, const struct resource *resource, DXGI_FORMAT format,
            const struct buffer_part *part)
{
   uint32_t bytes;

   if (!resource_is_buffer(resource))
      return false;
   if (part->raw) {
      if (format != DXGI_FORMAT_R32_TYPELESS || part->stride)
         return false;
      bytes = 4;
      view->dim = DESCRIPTOR_RAW_BUFFER;
   } else if (format == DXGI_FORMAT_UNKNOWN) {
      if (part->stride == 0 || part->stride % 4 != 0 ||
          part->stride > D3D12_REQ_MULTI_ELEMENT_STRUCTURE_SIZE_IN_BYTES)
         return false;
      bytes = part->stride;
      view->dim = DESCRIPTOR_STRUCTURED_BUFFER;
   } else {
      if (!(format_info(format)->caps & FORMAT_CAP_BUFFER) || part->stride)
         return false;
      bytes = format_info(format)->block_bytes;
      view->dim = DESCRIPTOR_TYPED_BUFFER;
   }

   /* A view may end in the middle of the last dword; memory comes in whole pages. What lies beyond the
    * buffer is cut off. */
   uint64_t end = align_up(resource->desc.Width, 4);
   if (part->first > end / bytes)
      return false;
   uint64_t offset = part->first * bytes;
   uint64_t count = MIN2(part->count, (end - offset) / bytes);

   view->base = resource->data + offset;
   view->size = count * bytes;
   view->width = count;
   view->height = 1;
   view->depth = 1;
   view->layers = 1;
   view->stride = bytes;
   view->format = format;
   view->num_levels = 1;
   view->samples = 1;
   return true;
}

static void
set_swizzle(struct descriptor *view, UINT mapping)
{
   for (uint32_t i = 0; i < 4; i++) {
      uint32_t source = D3D12_DECODE_SHADER_4_COMPONENT_MAPPING(i, mapping);
      view->swizzle[i] = MIN2(source, D3D12_SHADER_COMPONENT_MAPPING_FORCE_VALUE_1);
   }
}

/* The view of everything. */
static D3D12_SHADER_RESOURCE_VIEW_DESC
default_srv(const struct resource *resource)
{
   D3D12_SHADER_RESOURCE_VIEW_DESC desc = {
      .Format = resource->desc.Format,
      .Shader4ComponentMapping = D3D12_DEFAULT_SHADER_4_COMPONENT_MAPPING,
   };
   bool array = resource->image.layers > 1;

   switch (resource->desc.Dimension) {
   case D3D12_RESOURCE_DIMENSION_TEXTURE1D:
      desc.ViewDimension =
         array ? D3D12_SRV_DIMENSION_TEXTURE1DARRAY : D3D12_SRV_DIMENSION_TEXTURE1D;
      desc.Texture1DArray.ArraySize = VIEW_ALL;
      break;
   case D3D12_RESOURCE_DIMENSION_TEXTURE3D:
      desc.ViewDimension = D3D12_SRV_DIMENSION_TEXTURE3D;
      break;
   case D3D12_RESOURCE_DIMENSION_TEXTURE2D:
      if (resource->image.samples > 1) {
         desc.ViewDimension =
            array ? D3D12_SRV_DIMENSION_TEXTURE2DMSARRAY : D3D12_SRV_DIMENSION_TEXTURE2DMS;
         desc.Texture2DMSArray.ArraySize = VIEW_ALL;
         return desc;
      }
      desc.ViewDimension =
         array ? D3D12_SRV_DIMENSION_TEXTURE2DARRAY : D3D12_SRV_DIMENSION_TEXTURE2D;
      desc.Texture2DArray.ArraySize = VIEW_ALL;
      break;
   default: /* a buffer has no default: its element is unknown */
      return desc;
   }
   desc.Texture2D.MipLevels = VIEW_ALL; /* the same member in all of them */
   return desc;
}

static bool
srv_part(const D3D12_SHADER_RESOURCE_VIEW_DESC *desc, struct part *part)
{
   switch (desc->ViewDimension) {
   case D3D12_SRV_DIMENSION_TEXTURE1D:
      *part = (struct part){ DESCRIPTOR_1D,
                             desc->Texture1D.MostDetailedMip,
                             desc->Texture1D.MipLevels,
                             0,
                             1,
                             desc->Texture1D.ResourceMinLODClamp };
      return true;
   case D3D12_SRV_DIMENSION_TEXTURE1DARRAY:
      *part = (struct part){ DESCRIPTOR_1D_ARRAY,
                             desc->Texture1DArray.MostDetailedMip,
                             desc->Texture1DArray.MipLevels,
                             desc->Texture1DArray.FirstArraySlice,
                             desc->Texture1DArray.ArraySize,
                             desc->Texture1DArray.ResourceMinLODClamp };
      return true;
   case D3D12_SRV_DIMENSION_TEXTURE2D:
      *part = (struct part){ DESCRIPTOR_2D,
                             desc->Texture2D.MostDetailedMip,
                             desc->Texture2D.MipLevels,
                             0,
                             1,
                             desc->Texture2D.ResourceMinLODClamp };
      return true;
   case D3D12_SRV_DIMENSION_TEXTURE2DARRAY:
      *part = (struct part){ DESCRIPTOR_2D_ARRAY,
                             desc->Texture2DArray.MostDetailedMip,
                             desc->Texture2DArray.MipLevels,
                             desc->Texture2DArray.FirstArraySlice,
                             desc->Texture2DArray.ArraySize,
                             desc->Texture2DArray.ResourceMinLODClamp };
      return true;
   case D3D12_SRV_DIMENSION_TEXTURE2DMS:
      *part = (struct part){ DESCRIPTOR_2DMS, 0, 1, 0, 1, 0 };
      return true;
   case D3D12_SRV_DIMENSION_TEXTURE2DMSARRAY:
      *part = (struct part){ DESCRIPTOR_2DMS_ARRAY,
                             0,
                             1,
                             desc->Texture2DMSArray.FirstArraySlice,
                             desc->Texture2DMSArray.ArraySize,
                             0 };
      return true;
   case D3D12_SRV_DIMENSION_TEXTURE3D:
      *part = (struct part){ DESCRIPTOR_3D,
                             desc->Texture3D.MostDetailedMip,
                             desc->Texture3D.MipLevels,
                             0,
                             1,
                             desc->Texture3D.ResourceMinLODClamp };
      return true;
   case D3D12_SRV_DIMENSION_TEXTURECUBE:
      *part = (struct part){ DESCRIPTOR_CUBE,
                             desc->TextureCube.MostDetailedMip,
                             desc->TextureCube.MipLevels,
                             0,
                             6,
                             desc->TextureCube.ResourceMinLODClamp };
      return true;
   case D3D12_SRV_DIMENSION_TEXTURECUBEARRAY:
      *part = (struct part){ DESCRIPTOR_CUBE_ARRAY,
                             desc->TextureCubeArray.MostDetailedMip,
                             desc->TextureCubeArray.MipLevels,
                             desc->TextureCubeArray.First2DArrayFace,
                             desc->TextureCubeArray.NumCubes,
                             desc->TextureCubeArray.ResourceMinLODClamp };
      if (part->num_layers > IMAGE_MAX_SIZE)
         return false;
      part->num_layers *= 6;
      return true;
   default:
      return false;
   }
}

static enum descriptor_dim
null_buffer_dim(bool raw, uint32_t stride)
{
   return raw      ? DESCRIPTOR_RAW_BUFFER
          : stride ? DESCRIPTOR_STRUCTURED_BUFFER
                   : DESCRIPTOR_TYPED_BUFFER;
}

static bool
refuse(const char *call, const struct resource *resource, uint32_t dimension, DXGI_FORMAT format)
{
   debug_printf(DEBUG_INFO,
                "%s: the view (dimension %u, format %u) doesn't fit the resource "
                "(format %u); made a null view",
                call, dimension, format, resource ? resource->desc.Format : 0);
   return false;
}

bool
view_init_srv(struct descriptor *view, const struct resource *resource,
              const D3D12_SHADER_RESOURCE_VIEW_DESC *desc)
{
   static const char call[] = "CreateShaderResourceView";
   D3D12_SHADER_RESOURCE_VIEW_DESC fallback;
   struct part part;

   if (!desc) {
      if (!resource) {
         init_null(view, DESCRIPTOR_SRV, DESCRIPTOR_2D, DXGI_FORMAT_UNKNOWN);
         return refuse(call, NULL, 0, 0);
      }
      fallback = default_srv(resource);
      desc = &fallback;
   }

   if (desc->ViewDimension == D3D12_SRV_DIMENSION_BUFFER) {
      struct buffer_part buffer = {
         .first = desc->Buffer.FirstElement,
         .count = desc->Buffer.NumElements,
         .stride = desc->Buffer.StructureByteStride,
         .raw = desc->Buffer.Flags & D3D12_BUFFER_SRV_FLAG_RAW,
      };
      init_null(view, DESCRIPTOR_SRV, null_buffer_dim(buffer.raw, buffer.stride), desc->Format);
      set_swizzle(view, desc->Shader4ComponentMapping);
      if (resource && !init_buffer(view, resource, desc->Format, &buffer))
         return refuse(call, resource, desc->ViewDimension, desc->Format);
      return true;
   }

   if (!srv_part(desc, &part)) {
      init_null(view, DESCRIPTOR_SRV, DESCRIPTOR_2D, desc->Format);
      return refuse(call, resource, desc->ViewDimension, desc->Format);
   }
   init_null(view, DESCRIPTOR_SRV, part.dim, desc->Format);
   set_swizzle(view, desc->Shader4ComponentMapping);
   if (resource && ((resource->desc.Flags & D3D12_RESOURCE_FLAG_DENY_SHADER_RESOURCE) ||
                    !init_texture(view, resource, desc->Format, part)))
      return refuse(call, resource, desc->ViewDimension, desc->Format);
   return true;
}

static D3D12_UNORDERED_ACCESS_VIEW_DESC
default_uav(const struct resource *resource)
{
   D3D12_UNORDERED_ACCESS_VIEW_DESC desc = { .Format = resource->desc.Format };
   bool array = resource->image.layers > 1;

   switch (resource->desc.Dimension) {
   case D3D12_RESOURCE_DIMENSION_TEXTURE1D:
      desc.ViewDimension =
         array ? D3D12_UAV_DIMENSION_TEXTURE1DARRAY : D3D12_UAV_DIMENSION_TEXTURE1D;
      desc.Texture1DArray.ArraySize = VIEW_ALL;
      break;
   case D3D12_RESOURCE_DIMENSION_TEXTURE2D:
      desc.ViewDimension =
         array ? D3D12_UAV_DIMENSION_TEXTURE2DARRAY : D3D12_UAV_DIMENSION_TEXTURE2D;
      desc.Texture2DArray.ArraySize = VIEW_ALL;
      break;
   case D3D12_RESOURCE_DIMENSION_TEXTURE3D:
      desc.ViewDimension = D3D12_UAV_DIMENSION_TEXTURE3D;
      desc.Texture3D.WSize = VIEW_ALL;
      break;
   default:
      break;
   }
   return desc;
}

static bool
uav_part(const D3D12_UNORDERED_ACCESS_VIEW_DESC *desc, struct part *part)
{
   switch (desc->ViewDimension) {
   case D3D12_UAV_DIMENSION_TEXTURE1D:
      *part = (struct part){ DESCRIPTOR_1D, desc->Texture1D.MipSlice, 1, 0, 1, 0 };
      return true;
   case D3D12_UAV_DIMENSION_TEXTURE1DARRAY:
      *part = (struct part){ DESCRIPTOR_1D_ARRAY,
                             desc->Texture1DArray.MipSlice,
                             1,
                             desc->Texture1DArray.FirstArraySlice,
                             desc->Texture1DArray.ArraySize,
                             0 };
      return true;
   case D3D12_UAV_DIMENSION_TEXTURE2D:
      *part = (struct part){ DESCRIPTOR_2D, desc->Texture2D.MipSlice, 1, 0, 1, 0 };
      return true;
   case D3D12_UAV_DIMENSION_TEXTURE2DARRAY:
      *part = (struct part){ DESCRIPTOR_2D_ARRAY,
                             desc->Texture2DArray.MipSlice,
                             1,
                             desc->Texture2DArray.FirstArraySlice,
                             desc->Texture2DArray.ArraySize,
                             0 };
      return true;
   case D3D12_UAV_DIMENSION_TEXTURE3D:
      *part = (struct part){ DESCRIPTOR_3D, desc->Texture3D.MipSlice, 1, 0, 1, 0 };
      return true;
   default:
      return false;
   }
}

/* A 3D view's slices are a part of its level's. */
static bool
set_slices(struct descriptor *view, uint32_t first, uint32_t count)
{
   if (!view_range(first, &count, view->depth))
      return false;
   view->first_slice = first;
   view->num_slices = count;
   return true;
}

static bool
set_counter(struct descriptor *view, const struct resource *counter, uint64_t offset)
{
   if (view->dim != DESCRIPTOR_STRUCTURED_BUFFER || !resource_is_buffer(counter) ||
       offset % D3D12_UAV_COUNTER_PLACEMENT_ALIGNMENT != 0 || counter->desc.Width < 4 ||
       offset > counter->desc.Width - 4)
      return false;
   view->counter = counter->data + offset;
   return true;
}

bool
view_init_uav(struct descriptor *view, const struct resource *resource,
              const struct resource *counter, const D3D12_UNORDERED_ACCESS_VIEW_DESC *desc)
{
   static const char call[] = "CreateUnorderedAccessView";
   D3D12_UNORDERED_ACCESS_VIEW_DESC fallback;
   struct part part;

   if (!desc) {
      if (!resource) {
         init_null(view, DESCRIPTOR_UAV, DESCRIPTOR_2D, DXGI_FORMAT_UNKNOWN);
         return refuse(call, NULL, 0, 0);
      }
      fallback = default_uav(resource);
      desc = &fallback;
   }
   bool allowed = resource && (resource->desc.Flags & D3D12_RESOURCE_FLAG_ALLOW_UNORDERED_ACCESS);

   if (desc->ViewDimension == D3D12_UAV_DIMENSION_BUFFER) {
      struct buffer_part buffer = {
         .first = desc->Buffer.FirstElement,
         .count = desc->Buffer.NumElements,
         .stride = desc->Buffer.StructureByteStride,
         .raw = desc->Buffer.Flags & D3D12_BUFFER_UAV_FLAG_RAW,
      };
      init_null(view, DESCRIPTOR_UAV, null_buffer_dim(buffer.raw, buffer.stride), desc->Format);
      if (!resource)
         return true;
      bool valid = allowed && init_buffer(view, resource, desc->Format, &buffer);
      if (valid && counter)
         valid = set_counter(view, counter, desc->Buffer.CounterOffsetInBytes);
      if (!valid) {
         init_null(view, DESCRIPTOR_UAV, view->dim, desc->Format);
         return refuse(call, resource, desc->ViewDimension, desc->Format);
      }
      return true;
   }

   if (!uav_part(desc, &part)) {
      init_null(view, DESCRIPTOR_UAV, DESCRIPTOR_2D, desc->Format);
      return refuse(call, resource, desc->ViewDimension, desc->Format);
   }
   init_null(view, DESCRIPTOR_UAV, part.dim, desc->Format);
   if (!resource)
      return true;
   bool valid = allowed && init_texture(view, resource, desc->Format, part);
   if (valid && part.dim == DESCRIPTOR_3D)
      valid = set_slices(view, desc->Texture3D.FirstWSlice, desc->Texture3D.WSize);
   if (!valid || !(format_info(view->format)->caps & FORMAT_CAP_UAV)) {
      init_null(view, DESCRIPTOR_UAV, part.dim, desc->Format);
      return refuse(call, resource, desc->ViewDimension, desc->Format);
   }
   uniform_tiles_forbid(&resource->image);
   return true;
}

bool
view_init_cbv(struct descriptor *view, const D3D12_CONSTANT_BUFFER_VIEW_DESC *desc)
{
   *view = (struct descriptor){
      .kind = DESCRIPTOR_CBV,
      .dim = DESCRIPTOR_RAW_BUFFER,
      .samples = 1,
      .swizzle = IDENTITY_SWIZZLE,
   };
   if (!desc || desc->BufferLocation == 0)
      return true;
   if (desc->BufferLocation % D3D12_CONSTANT_BUFFER_DATA_PLACEMENT_ALIGNMENT != 0 ||
       desc->SizeInBytes % D3D12_CONSTANT_BUFFER_DATA_PLACEMENT_ALIGNMENT != 0) {
      debug_printf(DEBUG_INFO, "CreateConstantBufferView: misaligned; made a null view");
      return false;
   }
   view->base = (uint8_t *)(uintptr_t)desc->BufferLocation;
   view->size = desc->SizeInBytes;
   view->width = desc->SizeInBytes / 4;
   return true;
}
