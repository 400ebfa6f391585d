#include "x11/copy.h"

static bool
create_buffer(struct x11_copy *copy, struct dxg_device *device, enum x11_copy_direction direction,
              uint64_t size)
{
   const bool reads = direction == X11_FROM_TEXTURE;
   const D3D12_HEAP_PROPERTIES heap = {
      .Type = reads ? D3D12_HEAP_TYPE_READBACK : D3D12_HEAP_TYPE_UPLOAD,
   };
   const D3D12_RESOURCE_DESC desc = {
      .Dimension = D3D12_RESOURCE_DIMENSION_BUFFER,
      .Width = size,
      .Height = 1,
      .DepthOrArraySize = 1,
      .MipLevels = 1,
      .SampleDesc.Count = 1,
      .Layout = D3D12_TEXTURE_LAYOUT_ROW_MAJOR,
   };

   return SUCCEEDED(ID3D12Device_CreateCommittedResource(
             device->device, &heap, D3D12_HEAP_FLAG_NONE, &desc,
             reads ? D3D12_RESOURCE_STATE_COPY_DEST : D3D12_RESOURCE_STATE_GENERIC_READ, NULL,
             &IID_ID3D12Resource, (void **)&copy->buffer)) &&
          SUCCEEDED(ID3D12Resource_Map(copy->buffer, 0, NULL, (void **)&copy->pixels));
}

static bool
create_list(struct x11_copy *copy, struct dxg_device *device)
{
   const D3D12_COMMAND_LIST_TYPE type = D3D12_COMMAND_LIST_TYPE_DIRECT;

   return SUCCEEDED(ID3D12Device_CreateCommandAllocator(
             device->device, type, &IID_ID3D12CommandAllocator, (void **)&copy->allocator)) &&
          SUCCEEDED(ID3D12Device_CreateCommandList(device->device, 0, type, copy->allocator, NULL,
                                                   &IID_ID3D12GraphicsCommandList,
                                                   (void **)&copy->list));
}

static bool
record_copy(struct x11_copy *copy, struct dxg_device *device, ID3D12Resource *texture,
            enum x11_copy_direction direction)
{
   const D3D12_RESOURCE_DESC desc = ID3D12Resource_GetDesc(texture);
   D3D12_PLACED_SUBRESOURCE_FOOTPRINT footprint;
   UINT64 size;

   ID3D12Device_GetCopyableFootprints(device->device, &desc, 0, 1, 0, &footprint, NULL, NULL,
                                      &size);
   copy->pitch = footprint.Footprint.RowPitch;
   if (size == UINT64_MAX || !create_buffer(copy, device, direction, size))
      return false;

   const D3D12_TEXTURE_COPY_LOCATION in_texture = {
      .pResource = texture,
      .Type = D3D12_TEXTURE_COPY_TYPE_SUBRESOURCE_INDEX,
   };
   const D3D12_TEXTURE_COPY_LOCATION in_buffer = {
      .pResource = copy->buffer,
      .Type = D3D12_TEXTURE_COPY_TYPE_PLACED_FOOTPRINT,
      .PlacedFootprint = footprint,
   };
   if (direction == X11_FROM_TEXTURE)
      ID3D12GraphicsCommandList_CopyTextureRegion(copy->list, &in_buffer, 0, 0, 0, &in_texture,
                                                  NULL);
   else
      ID3D12GraphicsCommandList_CopyTextureRegion(copy->list, &in_texture, 0, 0, 0, &in_buffer,
                                                  NULL);
   return true;
}

static bool
record(struct x11_copy *copy, struct dxg_device *device, ID3D12Resource *texture,
       enum x11_copy_direction direction)
{
   const D3D12_RESOURCE_BARRIER written = {
      .Type = D3D12_RESOURCE_BARRIER_TYPE_ALIASING,
      .Aliasing.pResourceAfter = texture,
   };

   if (direction != X11_IN_TEXTURE)
      return record_copy(copy, device, texture, direction);
   ID3D12GraphicsCommandList_ResourceBarrier(copy->list, 1, &written);
   return true;
}

bool
x11_copy_init(struct x11_copy *copy, struct dxg_device *device, ID3D12Resource *texture,
              enum x11_copy_direction direction)
{
   *copy = (struct x11_copy){ 0 };
   if (create_list(copy, device) && record(copy, device, texture, direction) &&
       SUCCEEDED(ID3D12GraphicsCommandList_Close(copy->list)))
      return true;
   x11_copy_finish(copy);
   return false;
}

void
x11_copy_finish(struct x11_copy *copy)
{
   if (copy->list)
      ID3D12GraphicsCommandList_Release(copy->list);
   if (copy->allocator)
      ID3D12CommandAllocator_Release(copy->allocator);
   if (copy->buffer)
      ID3D12Resource_Release(copy->buffer);
   *copy = (struct x11_copy){ 0 };
}

void
x11_copy_submit(struct x11_copy *copy, struct dxg_device *device)
{
   ID3D12CommandList *list = (ID3D12CommandList *)copy->list;

   ID3D12CommandQueue_ExecuteCommandLists(device->queue, 1, &list);
}
