/* Render target and depth-stencil views. */
#include "api/view_range.h"
#include "util/bits.h"
#include "util/debug.h"

struct part {
   D3D12_RESOURCE_DIMENSION dimension;
   bool multisampled;
   uint32_t level;
   uint32_t first_layer, num_layers;
};

static bool
init_part(struct target_view *view, const struct resource *resource, DXGI_FORMAT format,
          uint32_t cap, struct part part)
{
   const struct image *image = &resource->image;

   format = view_format(resource, format);
   if (!(format_info(format)->caps & cap) || part.dimension != resource->desc.Dimension ||
       part.multisampled != (image->samples > 1) || part.level >= image->num_levels)
      return false;

   const struct image_level *level = &image->plane[0].level[part.level];
   uint32_t layers =
      part.dimension == D3D12_RESOURCE_DIMENSION_TEXTURE3D ? level->depth : image->layers;
   if (!view_range(part.first_layer, &part.num_layers, layers))
      return false;

   view->image = image;
   view->resource = (void *)resource;
   view->format = format;
   view->level = part.level;
   view->first_layer = part.first_layer;
   view->num_layers = part.num_layers;
   view->width = level->width;
   view->height = level->height;
   view->samples = image->samples;
   return true;
}

/* All of level 0. */
static struct part
default_part(const struct resource *resource)
{
   return (struct part){
      .dimension = resource->desc.Dimension,
      .multisampled = resource->image.samples > 1,
      .num_layers = VIEW_ALL,
   };
}

static bool
rtv_part(const D3D12_RENDER_TARGET_VIEW_DESC *desc, struct part *part)
{
   switch (desc->ViewDimension) {
   case D3D12_RTV_DIMENSION_TEXTURE1D:
      *part =
         (struct part){ D3D12_RESOURCE_DIMENSION_TEXTURE1D, false, desc->Texture1D.MipSlice, 0, 1 };
      return true;
   case D3D12_RTV_DIMENSION_TEXTURE1DARRAY:
      *part =
         (struct part){ D3D12_RESOURCE_DIMENSION_TEXTURE1D, false, desc->Texture1DArray.MipSlice,
                        desc->Texture1DArray.FirstArraySlice, desc->Texture1DArray.ArraySize };
      return true;
   case D3D12_RTV_DIMENSION_TEXTURE2D:
      *part =
         (struct part){ D3D12_RESOURCE_DIMENSION_TEXTURE2D, false, desc->Texture2D.MipSlice, 0, 1 };
      return desc->Texture2D.PlaneSlice == 0;
   case D3D12_RTV_DIMENSION_TEXTURE2DARRAY:
      *part =
         (struct part){ D3D12_RESOURCE_DIMENSION_TEXTURE2D, false, desc->Texture2DArray.MipSlice,
                        desc->Texture2DArray.FirstArraySlice, desc->Texture2DArray.ArraySize };
      return desc->Texture2DArray.PlaneSlice == 0;
   case D3D12_RTV_DIMENSION_TEXTURE2DMS:
      *part = (struct part){ D3D12_RESOURCE_DIMENSION_TEXTURE2D, true, 0, 0, 1 };
      return true;
   case D3D12_RTV_DIMENSION_TEXTURE2DMSARRAY:
      *part =
         (struct part){ D3D12_RESOURCE_DIMENSION_TEXTURE2D, true, 0,
                        desc->Texture2DMSArray.FirstArraySlice, desc->Texture2DMSArray.ArraySize };
      return true;
   case D3D12_RTV_DIMENSION_TEXTURE3D:
      *part = (struct part){ D3D12_RESOURCE_DIMENSION_TEXTURE3D, false, desc->Texture3D.MipSlice,
                             desc->Texture3D.FirstWSlice, desc->Texture3D.WSize };
      return true;
   default: /* buffers are no render targets here */
      return false;
   }
}

static bool
dsv_part(const D3D12_DEPTH_STENCIL_VIEW_DESC *desc, struct part *part)
{
   switch (desc->ViewDimension) {
   case D3D12_DSV_DIMENSION_TEXTURE1D:
      *part =
         (struct part){ D3D12_RESOURCE_DIMENSION_TEXTURE1D, false, desc->Texture1D.MipSlice, 0, 1 };
      return true;
   case D3D12_DSV_DIMENSION_TEXTURE1DARRAY:
      *part =
         (struct part){ D3D12_RESOURCE_DIMENSION_TEXTURE1D, false, desc->Texture1DArray.MipSlice,
                        desc->Texture1DArray.FirstArraySlice, desc->Texture1DArray.ArraySize };
      return true;
   case D3D12_DSV_DIMENSION_TEXTURE2D:
      *part =
         (struct part){ D3D12_RESOURCE_DIMENSION_TEXTURE2D, false, desc->Texture2D.MipSlice, 0, 1 };
      return true;
   case D3D12_DSV_DIMENSION_TEXTURE2DARRAY:
      *part =
         (struct part){ D3D12_RESOURCE_DIMENSION_TEXTURE2D, false, desc->Texture2DArray.MipSlice,
                        desc->Texture2DArray.FirstArraySlice, desc->Texture2DArray.ArraySize };
      return true;
   case D3D12_DSV_DIMENSION_TEXTURE2DMS:
      *part = (struct part){ D3D12_RESOURCE_DIMENSION_TEXTURE2D, true, 0, 0, 1 };
      return true;
   case D3D12_DSV_DIMENSION_TEXTURE2DMSARRAY:
      *part =
         (struct part){ D3D12_RESOURCE_DIMENSION_TEXTURE2D, true, 0,
                        desc->Texture2DMSArray.FirstArraySlice, desc->Texture2DMSArray.ArraySize };
      return true;
   default:
      return false;
   }
}

static void
init_null(struct target_view *view, DXGI_FORMAT format)
{
   *view = (struct target_view){ .format = format, .samples = 1, .num_layers = 1 };
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
view_init_rtv(struct target_view *view, const struct resource *resource,
              const D3D12_RENDER_TARGET_VIEW_DESC *desc)
{
   DXGI_FORMAT format = desc ? desc->Format : DXGI_FORMAT_UNKNOWN;
   uint32_t dimension = desc ? desc->ViewDimension : D3D12_RTV_DIMENSION_UNKNOWN;
   struct part part = { 0 };

   init_null(view, format);
   if (!resource && desc)
      return true;
   bool valid = resource && (resource->desc.Flags & D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET);
   if (valid && desc)
      valid = rtv_part(desc, &part);
   else if (valid)
      part = default_part(resource);
   if (!valid || !init_part(view, resource, format, FORMAT_CAP_RENDER, part))
      return refuse("CreateRenderTargetView", resource, dimension, format);
   return true;
}

bool
view_init_dsv(struct target_view *view, const struct resource *resource,
              const D3D12_DEPTH_STENCIL_VIEW_DESC *desc)
{
   DXGI_FORMAT format = desc ? desc->Format : DXGI_FORMAT_UNKNOWN;
   uint32_t dimension = desc ? desc->ViewDimension : D3D12_DSV_DIMENSION_UNKNOWN;
   struct part part = { 0 };

   init_null(view, format);
   if (!resource && desc)
      return true;
   bool valid = resource && (resource->desc.Flags & D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL);
   if (valid && desc)
      valid = dsv_part(desc, &part);
   else if (valid)
      part = default_part(resource);
   if (!valid || !init_part(view, resource, format, FORMAT_CAP_DEPTH, part))
      return refuse("CreateDepthStencilView", resource, dimension, format);
   if (desc)
      view->flags = desc->Flags;
   return true;
}
