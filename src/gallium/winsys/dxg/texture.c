#include "gallium/winsys/dxg/texture.h"

#include "util/bits.h"
#include "util/debug.h"

#include <drm_fourcc.h>
#include <unistd.h>

/* Three tables, one index. */
static const uint32_t fourccs[] = {
   DRM_FORMAT_XRGB8888,    DRM_FORMAT_ARGB8888,      DRM_FORMAT_XBGR8888,
   DRM_FORMAT_ABGR8888,    DRM_FORMAT_RGB565,        DRM_FORMAT_XBGR2101010,
   DRM_FORMAT_ABGR2101010, DRM_FORMAT_XBGR16161616F, DRM_FORMAT_ABGR16161616F,
};
static const DXGI_FORMAT dxgi_formats[ARRAY_LENGTH(fourccs)] = {
   DXGI_FORMAT_B8G8R8X8_UNORM,    DXGI_FORMAT_B8G8R8A8_UNORM,     DXGI_FORMAT_R8G8B8A8_UNORM,
   DXGI_FORMAT_R8G8B8A8_UNORM,    DXGI_FORMAT_B5G6R5_UNORM,       DXGI_FORMAT_R10G10B10A2_UNORM,
   DXGI_FORMAT_R10G10B10A2_UNORM, DXGI_FORMAT_R16G16B16A16_FLOAT, DXGI_FORMAT_R16G16B16A16_FLOAT,
};
static const uint8_t sizes[ARRAY_LENGTH(fourccs)] = { 4, 4, 4, 4, 2, 4, 4, 8, 8 };

const uint32_t *
dxg_formats(unsigned *count)
{
   *count = ARRAY_LENGTH(fourccs);
   return fourccs;
}

static int
find_format(uint32_t fourcc)
{
   for (size_t i = 0; i < ARRAY_LENGTH(fourccs); i++) {
      if (fourccs[i] == fourcc)
         return i;
   }
   return -1;
}

DXGI_FORMAT
dxg_format_to_dxgi(uint32_t fourcc)
{
   const int i = find_format(fourcc);

   return i >= 0 ? dxgi_formats[i] : DXGI_FORMAT_UNKNOWN;
}

unsigned
dxg_format_size(uint32_t fourcc)
{
   const int i = find_format(fourcc);

   return i >= 0 ? sizes[i] : 0;
}

bool
dxg_format_is_supported(const struct dxg_device *device, uint32_t fourcc)
{
   const D3D12_FORMAT_SUPPORT1 needed = D3D12_FORMAT_SUPPORT1_TEXTURE2D |
                                        D3D12_FORMAT_SUPPORT1_SHADER_SAMPLE |
                                        D3D12_FORMAT_SUPPORT1_RENDER_TARGET;
   D3D12_FEATURE_DATA_FORMAT_SUPPORT support = { .Format = dxg_format_to_dxgi(fourcc) };

   return support.Format != DXGI_FORMAT_UNKNOWN &&
          SUCCEEDED(ID3D12Device_CheckFeatureSupport(device->device, D3D12_FEATURE_FORMAT_SUPPORT,
                                                     &support, sizeof(support))) &&
          (support.Support1 & needed) == needed;
}

static HRESULT
create(struct dxg_device *device, uint32_t width, uint32_t height, DXGI_FORMAT format,
       D3D12_RESOURCE_FLAGS flags, ID3D12Resource **resource)
{
   const D3D12_HEAP_PROPERTIES heap = { .Type = D3D12_HEAP_TYPE_DEFAULT };
   const D3D12_RESOURCE_DESC desc = {
      .Dimension = D3D12_RESOURCE_DIMENSION_TEXTURE2D,
      .Width = width,
      .Height = height,
      .DepthOrArraySize = 1,
      .MipLevels = 1,
      .Format = format,
      .SampleDesc.Count = 1,
      .Flags = flags,
   };

   return ID3D12Device_CreateCommittedResource(device->device, &heap, device->shown, &desc,
                                               D3D12_RESOURCE_STATE_COMMON, NULL,
                                               &IID_ID3D12Resource, (void **)resource);
}

bool
dxg_texture_init(struct dxg_texture *texture, struct dxg_device *device, uint32_t width,
                 uint32_t height, uint32_t fourcc)
{
   const D3D12_RESOURCE_FLAGS target = D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET;
   const DXGI_FORMAT format = dxg_format_to_dxgi(fourcc);
   HANDLE handle;

   *texture = (struct dxg_texture){
      .handle = -1,
      .width = width,
      .height = height,
      .fourcc = fourcc,
   };
   if (format == DXGI_FORMAT_UNKNOWN || width == 0 || height == 0)
      return false;
   /* With simultaneous access no queue has to bring the texture into a state that another queue, in
    * another process, could rely on. */
   HRESULT hr = create(device, width, height, format,
                       target | D3D12_RESOURCE_FLAG_ALLOW_SIMULTANEOUS_ACCESS, &texture->resource);
   if (FAILED(hr))
      hr = create(device, width, height, format, target, &texture->resource);
   if (SUCCEEDED(hr)) {
      hr = ID3D12Device_CreateSharedHandle(device->device, (ID3D12DeviceChild *)texture->resource,
                                           NULL, GENERIC_ALL, NULL, &handle);
      if (SUCCEEDED(hr)) {
         texture->handle = (int)(intptr_t)handle;
         return true;
      }
      ID3D12Resource_Release(texture->resource);
   }
   texture->resource = NULL;
   debug_printf(DEBUG_INFO, "no shared texture of %ux%u, %.4s: %08x", width, height,
                (const char *)&fourcc, (unsigned)hr);
   return false;
}

/* What another process says of its texture may be anything. */
static bool
is_as_said(ID3D12Resource *resource, const struct dxg_texture *texture)
{
   const D3D12_RESOURCE_DESC desc = ID3D12Resource_GetDesc(resource);

   return desc.Dimension == D3D12_RESOURCE_DIMENSION_TEXTURE2D && desc.Width == texture->width &&
          desc.Height == texture->height && desc.DepthOrArraySize == 1 && desc.MipLevels == 1 &&
          desc.SampleDesc.Count == 1 && desc.Format == dxg_format_to_dxgi(texture->fourcc) &&
          !(desc.Flags & D3D12_RESOURCE_FLAG_DENY_SHADER_RESOURCE);
}

bool
dxg_texture_open(struct dxg_texture *texture, struct dxg_device *device, int handle, uint32_t width,
                 uint32_t height, uint32_t fourcc)
{
   *texture = (struct dxg_texture){
      .handle = dxg_handle_avoid_zero(handle),
      .width = width,
      .height = height,
      .fourcc = fourcc,
   };
   if (texture->handle < 0)
      return false;
   if (dxg_format_to_dxgi(fourcc) != DXGI_FORMAT_UNKNOWN &&
       SUCCEEDED(ID3D12Device_OpenSharedHandle(device->device, (HANDLE)(intptr_t)texture->handle,
                                               &IID_ID3D12Resource, (void **)&texture->resource)) &&
       is_as_said(texture->resource, texture))
      return true;
   dxg_texture_finish(texture);
   return false;
}

void
dxg_texture_finish(struct dxg_texture *texture)
{
   if (texture->resource)
      ID3D12Resource_Release(texture->resource);
   if (texture->handle >= 0)
      close(texture->handle);
   texture->resource = NULL;
   texture->handle = -1;
}
