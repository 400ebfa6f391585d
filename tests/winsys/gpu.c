#include "gpu.h"

#include "gallium/winsys/dxg/runtime.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#define TIMEOUT_MS 20000
#define CHECK(condition)                                                                           \
   do {                                                                                            \
      if (!(condition)) {                                                                          \
         fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                           \
         abort();                                                                                  \
      }                                                                                            \
   } while (0)

static void
keep(struct gpu *gpu, void *object)
{
   CHECK(gpu->num_kept < GPU_MAX_KEPT);
   gpu->kept[gpu->num_kept++] = object;
}

void
gpu_init(struct gpu *gpu)
{
   const D3D12_COMMAND_QUEUE_DESC desc = { .Type = D3D12_COMMAND_LIST_TYPE_DIRECT };
   const char *why;
   const struct dxg_runtime *runtime = dxg_runtime_get(&why);
   HRESULT (*create_device)(IUnknown *, D3D_FEATURE_LEVEL, REFIID, void **);
   ID3D12Device *device;
   ID3D12CommandQueue *queue;

   if (!runtime)
      fprintf(stderr, "%s\n", why);
   CHECK(runtime);
   create_device = dlsym(runtime->d3d12, "D3D12CreateDevice");
   CHECK(
      SUCCEEDED(create_device(NULL, D3D_FEATURE_LEVEL_11_0, &IID_ID3D12Device, (void **)&device)));
   CHECK(SUCCEEDED(
      ID3D12Device_CreateCommandQueue(device, &desc, &IID_ID3D12CommandQueue, (void **)&queue)));
   *gpu = (struct gpu){ 0 };
   dxg_device_init(&gpu->device, device, queue);
   ID3D12CommandQueue_Release(queue);
   ID3D12Device_Release(device);
}

void
gpu_finish(struct gpu *gpu)
{
   CHECK(gpu_wait(gpu, TIMEOUT_MS));
   dxg_device_finish(&gpu->device);
}

bool
gpu_wait(struct gpu *gpu, int timeout_ms)
{
   struct dxg_timeline end;

   CHECK(dxg_timeline_init_private(&end, &gpu->device));
   CHECK(dxg_timeline_signal(&end, &gpu->device));
   const bool done = dxg_timeline_cpu_wait(&end, end.value, timeout_ms);
   if (done) {
      for (; gpu->num_kept; gpu->num_kept--)
         IUnknown_Release(gpu->kept[gpu->num_kept - 1]);
      dxg_timeline_finish(&end);
   } else {
      keep(gpu, end.fence);
   }
   return done;
}

static ID3D12GraphicsCommandList *
begin(struct gpu *gpu)
{
   ID3D12CommandAllocator *allocator;
   ID3D12GraphicsCommandList *list;

   CHECK(SUCCEEDED(
      ID3D12Device_CreateCommandAllocator(gpu->device.device, D3D12_COMMAND_LIST_TYPE_DIRECT,
                                          &IID_ID3D12CommandAllocator, (void **)&allocator)));
   CHECK(SUCCEEDED(ID3D12Device_CreateCommandList(gpu->device.device, 0,
                                                  D3D12_COMMAND_LIST_TYPE_DIRECT, allocator, NULL,
                                                  &IID_ID3D12GraphicsCommandList, (void **)&list)));
   keep(gpu, allocator);
   keep(gpu, list);
   return list;
}

static void
submit(struct gpu *gpu, ID3D12GraphicsCommandList *list)
{
   ID3D12CommandList *lists[] = { (ID3D12CommandList *)list };

   CHECK(SUCCEEDED(ID3D12GraphicsCommandList_Close(list)));
   ID3D12CommandQueue_ExecuteCommandLists(gpu->device.queue, 1, lists);
}

static void
transition(ID3D12GraphicsCommandList *list, ID3D12Resource *resource, D3D12_RESOURCE_STATES before,
           D3D12_RESOURCE_STATES after)
{
   const D3D12_RESOURCE_BARRIER barrier = {
      .Type = D3D12_RESOURCE_BARRIER_TYPE_TRANSITION,
      .Transition = { resource, D3D12_RESOURCE_BARRIER_ALL_SUBRESOURCES, before, after },
   };

   ID3D12GraphicsCommandList_ResourceBarrier(list, 1, &barrier);
}

void
gpu_fill(struct gpu *gpu, struct dxg_texture *texture, const float color[4])
{
   const D3D12_DESCRIPTOR_HEAP_DESC desc = {
      .Type = D3D12_DESCRIPTOR_HEAP_TYPE_RTV,
      .NumDescriptors = 1,
   };
   ID3D12GraphicsCommandList *list = begin(gpu);
   ID3D12DescriptorHeap *heap;

   CHECK(SUCCEEDED(ID3D12Device_CreateDescriptorHeap(gpu->device.device, &desc,
                                                     &IID_ID3D12DescriptorHeap, (void **)&heap)));
   keep(gpu, heap);
   const D3D12_CPU_DESCRIPTOR_HANDLE view =
      ID3D12DescriptorHeap_GetCPUDescriptorHandleForHeapStart(heap);
   ID3D12Device_CreateRenderTargetView(gpu->device.device, texture->resource, NULL, view);
   ID3D12Resource_AddRef(texture->resource);
   keep(gpu, texture->resource);

   transition(list, texture->resource, D3D12_RESOURCE_STATE_COMMON,
              D3D12_RESOURCE_STATE_RENDER_TARGET);
   ID3D12GraphicsCommandList_ClearRenderTargetView(list, view, color, 0, NULL);
   transition(list, texture->resource, D3D12_RESOURCE_STATE_RENDER_TARGET,
              D3D12_RESOURCE_STATE_COMMON);
   submit(gpu, list);
}

void
gpu_start_read(struct gpu *gpu, struct dxg_texture *texture, const volatile uint32_t **texel)
{
   const D3D12_HEAP_PROPERTIES heap = { .Type = D3D12_HEAP_TYPE_READBACK };
   const D3D12_RESOURCE_DESC texture_desc = ID3D12Resource_GetDesc(texture->resource);
   D3D12_RESOURCE_DESC desc = {
      .Dimension = D3D12_RESOURCE_DIMENSION_BUFFER,
      .Height = 1,
      .DepthOrArraySize = 1,
      .MipLevels = 1,
      .SampleDesc.Count = 1,
      .Layout = D3D12_TEXTURE_LAYOUT_ROW_MAJOR,
   };
   D3D12_TEXTURE_COPY_LOCATION from = {
      .pResource = texture->resource,
      .Type = D3D12_TEXTURE_COPY_TYPE_SUBRESOURCE_INDEX,
   };
   D3D12_TEXTURE_COPY_LOCATION to = { .Type = D3D12_TEXTURE_COPY_TYPE_PLACED_FOOTPRINT };
   ID3D12GraphicsCommandList *list = begin(gpu);
   uint8_t *data;

   ID3D12Device_GetCopyableFootprints(gpu->device.device, &texture_desc, 0, 1, 0,
                                      &to.PlacedFootprint, NULL, NULL, &desc.Width);
   CHECK(SUCCEEDED(ID3D12Device_CreateCommittedResource(
      gpu->device.device, &heap, D3D12_HEAP_FLAG_NONE, &desc, D3D12_RESOURCE_STATE_COPY_DEST, NULL,
      &IID_ID3D12Resource, (void **)&to.pResource)));
   keep(gpu, to.pResource);
   ID3D12Resource_AddRef(texture->resource);
   keep(gpu, texture->resource);
   CHECK(SUCCEEDED(ID3D12Resource_Map(to.pResource, 0, NULL, (void **)&data)));
   *texel = (const volatile uint32_t *)(data + texture->height / 2 *
                                                  to.PlacedFootprint.Footprint.RowPitch) +
            texture->width / 2;

   transition(list, texture->resource, D3D12_RESOURCE_STATE_COMMON,
              D3D12_RESOURCE_STATE_COPY_SOURCE);
   ID3D12GraphicsCommandList_CopyTextureRegion(list, &to, 0, 0, 0, &from, NULL);
   transition(list, texture->resource, D3D12_RESOURCE_STATE_COPY_SOURCE,
              D3D12_RESOURCE_STATE_COMMON);
   submit(gpu, list);
}

uint32_t
gpu_read(struct gpu *gpu, struct dxg_texture *texture)
{
   const volatile uint32_t *texel;
   struct dxg_timeline end;

   gpu_start_read(gpu, texture, &texel);
   CHECK(dxg_timeline_init_private(&end, &gpu->device));
   CHECK(dxg_timeline_signal(&end, &gpu->device));
   CHECK(dxg_timeline_cpu_wait(&end, end.value, TIMEOUT_MS));
   dxg_timeline_finish(&end);
   return *texel;
}
