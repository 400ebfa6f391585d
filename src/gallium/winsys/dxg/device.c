#include "gallium/winsys/dxg/device.h"

#include "gallium/winsys/dxg/runtime.h"
#include "gallium/winsys/dxg/texture.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <unistd.h>

/* Asks, and tries. */
static void
find_displayable_textures(struct dxg_device *device)
{
   D3D12_FEATURE_DATA_DISPLAYABLE displayable;
   struct dxg_texture texture;

   if (FAILED(ID3D12Device_CheckFeatureSupport(device->device, D3D12_FEATURE_DISPLAYABLE,
                                               &displayable, sizeof(displayable))) ||
       !displayable.DisplayableTexture)
      return;
   device->shown |= D3D12_HEAP_FLAG_ALLOW_DISPLAY;
   if (dxg_texture_init(&texture, device, 16, 16, DRM_FORMAT_ARGB8888))
      dxg_texture_finish(&texture);
   else
      device->shown = D3D12_HEAP_FLAG_SHARED;
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
   find_displayable_textures(device);
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
