#include "gallium/winsys/dxg/device.h"

#include "gallium/winsys/dxg/runtime.h"

#include <fcntl.h>
#include <unistd.h>

/* Asks, and tries. */
static bool
has_displayable_textures(ID3D12Device *device)
{
   const D3D12_HEAP_PROPERTIES heap = { .Type = D3D12_HEAP_TYPE_DEFAULT };
   const D3D12_RESOURCE_DESC desc = {
      .Dimension = D3D12_RESOURCE_DIMENSION_TEXTURE2D,
      .Width = 16,
      .Height = 16,
      .DepthOrArraySize = 1,
      .MipLevels = 1,
      .Format = DXGI_FORMAT_B8G8R8A8_UNORM,
      .SampleDesc.Count = 1,
      .Flags = D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET,
   };
   D3D12_FEATURE_DATA_DISPLAYABLE displayable;
   ID3D12Resource *texture;

   if (FAILED(ID3D12Device_CheckFeatureSupport(device, D3D12_FEATURE_DISPLAYABLE, &displayable,
                                               sizeof(displayable))) ||
       !displayable.DisplayableTexture ||
       FAILED(ID3D12Device_CreateCommittedResource(
          device, &heap, D3D12_HEAP_FLAG_SHARED | D3D12_HEAP_FLAG_ALLOW_DISPLAY, &desc,
          D3D12_RESOURCE_STATE_COMMON, NULL, &IID_ID3D12Resource, (void **)&texture)))
      return false;
   ID3D12Resource_Release(texture);
   return true;
}

void
dxg_device_init(struct dxg_device *device, ID3D12Device *d3d12_device, ID3D12CommandQueue *queue)
{
   LUID luid = ID3D12Device_GetAdapterLuid(d3d12_device);
   const char *why;
   const struct dxg_runtime *runtime = dxg_runtime_get(&why);

   *device = (struct dxg_device){
      .device = d3d12_device,
      .queue = queue,
      .luid = (uint64_t)(uint32_t)luid.HighPart << 32 | luid.LowPart,
      .name = "unknown adapter",
      .shown = D3D12_HEAP_FLAG_SHARED,
   };
   if (has_displayable_textures(d3d12_device))
      device->shown |= D3D12_HEAP_FLAG_ALLOW_DISPLAY;
   ID3D12Device_AddRef(d3d12_device);
   ID3D12CommandQueue_AddRef(queue);
   if (runtime && runtime->adapter_luid == device->luid) {
      device->vendor_id = runtime->vendor_id;
      device->device_id = runtime->device_id;
      device->name = runtime->adapter_name;
   }
}

void
dxg_device_finish(struct dxg_device *device)
{
   ID3D12CommandQueue_Release(device->queue);
   ID3D12Device_Release(device->device);
}

bool
dxg_device_is_removed(const struct dxg_device *device)
{
   return FAILED(ID3D12Device_GetDeviceRemovedReason(device->device));
}

int
dxg_handle_avoid_zero(int handle)
{
   if (handle != 0)
      return handle;
   handle = fcntl(0, F_DUPFD_CLOEXEC, 1);
   close(0);
   return handle;
}
