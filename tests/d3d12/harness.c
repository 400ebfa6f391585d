#define INITGUID /* this file holds the GUIDs for all tests */
#include "harness.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define TIMEOUT_MS 10000

int
harness_setup(void **state)
{
   struct harness *h = calloc(1, sizeof(*h));
   D3D12_COMMAND_QUEUE_DESC desc = {.Type = D3D12_COMMAND_LIST_TYPE_DIRECT};

   assert_non_null(h);
   assert_ok(D3D12CreateDevice(NULL, D3D_FEATURE_LEVEL_11_0, &IID_ID3D12Device8,
                               (void **)&h->device));
   assert_ok(ID3D12Device8_CreateCommandQueue(h->device, &desc, &IID_ID3D12CommandQueue,
                                              (void **)&h->queue));
   assert_ok(ID3D12Device8_CreateCommandAllocator(h->device, D3D12_COMMAND_LIST_TYPE_DIRECT,
                                                  &IID_ID3D12CommandAllocator,
                                                  (void **)&h->allocator));
   assert_ok(ID3D12Device8_CreateCommandList(h->device, 0, D3D12_COMMAND_LIST_TYPE_DIRECT,
                                             h->allocator, NULL, &IID_ID3D12GraphicsCommandList,
                                             (void **)&h->list));
   assert_ok(ID3D12Device8_CreateFence(h->device, 0, D3D12_FENCE_FLAG_NONE, &IID_ID3D12Fence,
                                       (void **)&h->fence));
   *state = h;
   return 0;
}

int
harness_teardown(void **state)
{
   struct harness *h = *state;

   RELEASE(h->fence);
   RELEASE(h->list);
   RELEASE(h->allocator);
   RELEASE(h->queue);
   RELEASE(h->device);
   free(h);
   return 0;
}

void
harness_wait(ID3D12Fence *fence, UINT64 value)
{
   int event = eventfd(0, EFD_CLOEXEC);
   struct pollfd pollfd = {.fd = event, .events = POLLIN};

   assert_true(event >= 0);
   assert_ok(ID3D12Fence_SetEventOnCompletion(fence, value, (HANDLE)(intptr_t)event));
   if (poll(&pollfd, 1, TIMEOUT_MS) != 1)
      fail_msg("the fence did not reach %llu in time", (unsigned long long)value);
   close(event);
   /* Also for ThreadSanitizer, which does not follow an event through a duplicated descriptor. */
   assert_true(ID3D12Fence_GetCompletedValue(fence) >= value);
}

void
harness_submit(struct harness *h)
{
   ID3D12CommandList *lists[] = {(ID3D12CommandList *)h->list};

   assert_ok(ID3D12GraphicsCommandList_Close(h->list));
   ID3D12CommandQueue_ExecuteCommandLists(h->queue, 1, lists);
   assert_ok(ID3D12CommandQueue_Signal(h->queue, h->fence, ++h->fence_value));
   harness_wait(h->fence, h->fence_value);
   assert_ok(ID3D12Device8_GetDeviceRemovedReason(h->device));
   assert_ok(ID3D12CommandAllocator_Reset(h->allocator));
   assert_ok(ID3D12GraphicsCommandList_Reset(h->list, h->allocator, NULL));
   for (; h->num_kept; h->num_kept--)
      RELEASE(h->kept[h->num_kept - 1]);
}

void
harness_keep(struct harness *h, void *object)
{
   assert_true(h->num_kept < sizeof(h->kept) / sizeof(h->kept[0]));
   h->kept[h->num_kept++] = object;
}

D3D12_RESOURCE_DESC
harness_buffer_desc(UINT64 size)
{
   return (D3D12_RESOURCE_DESC){
      .Dimension = D3D12_RESOURCE_DIMENSION_BUFFER,
      .Width = size,
      .Height = 1,
      .DepthOrArraySize = 1,
      .MipLevels = 1,
      .SampleDesc = {1, 0},
      .Layout = D3D12_TEXTURE_LAYOUT_ROW_MAJOR,
   };
}

D3D12_RESOURCE_DESC
harness_texture_desc(UINT width, UINT height, DXGI_FORMAT format, D3D12_RESOURCE_FLAGS flags)
{
   return (D3D12_RESOURCE_DESC){
      .Dimension = D3D12_RESOURCE_DIMENSION_TEXTURE2D,
      .Width = width,
      .Height = height,
      .DepthOrArraySize = 1,
      .MipLevels = 1,
      .Format = format,
      .SampleDesc = {1, 0},
      .Flags = flags,
   };
}

ID3D12Resource *
harness_create(struct harness *h, D3D12_HEAP_TYPE type, const D3D12_RESOURCE_DESC *desc)
{
   D3D12_HEAP_PROPERTIES properties = {.Type = type};
   D3D12_RESOURCE_STATES state = type == D3D12_HEAP_TYPE_UPLOAD ? D3D12_RESOURCE_STATE_GENERIC_READ
                                 : type == D3D12_HEAP_TYPE_READBACK
                                    ? D3D12_RESOURCE_STATE_COPY_DEST
                                    : D3D12_RESOURCE_STATE_COMMON;
   ID3D12Resource *resource;

   assert_ok(ID3D12Device8_CreateCommittedResource(h->device, &properties, D3D12_HEAP_FLAG_NONE,
                                                   desc, state, NULL, &IID_ID3D12Resource,
                                                   (void **)&resource));
   return resource;
}

ID3D12Resource *
harness_create_buffer(struct harness *h, D3D12_HEAP_TYPE type, UINT64 size)
{
   D3D12_RESOURCE_DESC desc = harness_buffer_desc(size);

   if (type == D3D12_HEAP_TYPE_DEFAULT)
      desc.Flags = D3D12_RESOURCE_FLAG_ALLOW_UNORDERED_ACCESS;
   return harness_create(h, type, &desc);
}

ID3D12Resource *
harness_create_data(struct harness *h, const void *data, size_t size)
{
   ID3D12Resource *buffer = harness_create_buffer(h, D3D12_HEAP_TYPE_UPLOAD, size);
   D3D12_RANGE nothing = {0, 0};
   void *to;

   assert_ok(ID3D12Resource_Map(buffer, 0, &nothing, &to));
   memcpy(to, data, size);
   ID3D12Resource_Unmap(buffer, 0, NULL);
   return buffer;
}

void
harness_barrier(struct harness *h, ID3D12Resource *resource, D3D12_RESOURCE_STATES before,
                D3D12_RESOURCE_STATES after)
{
   D3D12_RESOURCE_BARRIER barrier = {
      .Type = D3D12_RESOURCE_BARRIER_TYPE_TRANSITION,
      .Transition = {resource, D3D12_RESOURCE_BARRIER_ALL_SUBRESOURCES, before, after},
   };

   if (before != after)
      ID3D12GraphicsCommandList_ResourceBarrier(h->list, 1, &barrier);
}

void
harness_upload_buffer(struct harness *h, ID3D12Resource *buffer, const void *data, size_t size)
{
   ID3D12Resource *upload = harness_create_data(h, data, size);

   harness_barrier(h, buffer, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_COPY_DEST);
   ID3D12GraphicsCommandList_CopyBufferRegion(h->list, buffer, 0, upload, 0, size);
   harness_barrier(h, buffer, D3D12_RESOURCE_STATE_COPY_DEST, D3D12_RESOURCE_STATE_COMMON);
   harness_submit(h);
   RELEASE(upload);
}

void
harness_upload_texture(struct harness *h, ID3D12Resource *texture, UINT subresource,
                       const void *data, UINT row_pitch)
{
   D3D12_RESOURCE_DESC desc = ID3D12Resource_GetDesc(texture);
   D3D12_PLACED_SUBRESOURCE_FOOTPRINT footprint;
   UINT64 row_size, total;
   UINT rows;
   uint8_t *to;

   ID3D12Device8_GetCopyableFootprints(h->device, &desc, subresource, 1, 0, &footprint, &rows,
                                       &row_size, &total);
   ID3D12Resource *upload = harness_create_buffer(h, D3D12_HEAP_TYPE_UPLOAD, total);
   assert_ok(ID3D12Resource_Map(upload, 0, NULL, (void **)&to));
   for (UINT y = 0; y < rows * footprint.Footprint.Depth; y++)
      memcpy(to + (size_t)y * footprint.Footprint.RowPitch,
             (const uint8_t *)data + (size_t)y * row_pitch, row_size);
   ID3D12Resource_Unmap(upload, 0, NULL);

   D3D12_TEXTURE_COPY_LOCATION dst = {
      .pResource = texture,
      .Type = D3D12_TEXTURE_COPY_TYPE_SUBRESOURCE_INDEX,
      .SubresourceIndex = subresource,
   };
   D3D12_TEXTURE_COPY_LOCATION src = {
      .pResource = upload,
      .Type = D3D12_TEXTURE_COPY_TYPE_PLACED_FOOTPRINT,
      .PlacedFootprint = footprint,
   };
   harness_barrier(h, texture, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_COPY_DEST);
   ID3D12GraphicsCommandList_CopyTextureRegion(h->list, &dst, 0, 0, 0, &src, NULL);
   harness_barrier(h, texture, D3D12_RESOURCE_STATE_COPY_DEST, D3D12_RESOURCE_STATE_COMMON);
   harness_submit(h);
   RELEASE(upload);
}

void
harness_read_texture(struct harness *h, ID3D12Resource *texture, UINT subresource,
                     struct harness_image *image)
{
   D3D12_RESOURCE_DESC desc = ID3D12Resource_GetDesc(texture);
   D3D12_PLACED_SUBRESOURCE_FOOTPRINT footprint;
   UINT64 total;
   UINT rows;
   void *from;

   ID3D12Device8_GetCopyableFootprints(h->device, &desc, subresource, 1, 0, &footprint, &rows, NULL,
                                       &total);
   ID3D12Resource *readback = harness_create_buffer(h, D3D12_HEAP_TYPE_READBACK, total);
   D3D12_TEXTURE_COPY_LOCATION src = {
      .pResource = texture,
      .Type = D3D12_TEXTURE_COPY_TYPE_SUBRESOURCE_INDEX,
      .SubresourceIndex = subresource,
   };
   D3D12_TEXTURE_COPY_LOCATION dst = {
      .pResource = readback,
      .Type = D3D12_TEXTURE_COPY_TYPE_PLACED_FOOTPRINT,
      .PlacedFootprint = footprint,
   };
   harness_barrier(h, texture, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_COPY_SOURCE);
   ID3D12GraphicsCommandList_CopyTextureRegion(h->list, &dst, 0, 0, 0, &src, NULL);
   harness_barrier(h, texture, D3D12_RESOURCE_STATE_COPY_SOURCE, D3D12_RESOURCE_STATE_COMMON);
   harness_submit(h);

   *image = (struct harness_image){
      .width = footprint.Footprint.Width,
      .height = footprint.Footprint.Height,
      .depth = footprint.Footprint.Depth,
      .row_pitch = footprint.Footprint.RowPitch,
      .slice_pitch = footprint.Footprint.RowPitch * rows,
      .data = malloc(total),
   };
   assert_non_null(image->data);
   assert_ok(ID3D12Resource_Map(readback, 0, NULL, &from));
   memcpy(image->data, from, total);
   ID3D12Resource_Unmap(readback, 0, NULL);
   RELEASE(readback);
}

void
harness_read_buffer(struct harness *h, ID3D12Resource *buffer, void *data, size_t size)
{
   ID3D12Resource *readback = harness_create_buffer(h, D3D12_HEAP_TYPE_READBACK, size);
   void *from;

   harness_barrier(h, buffer, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_COPY_SOURCE);
   ID3D12GraphicsCommandList_CopyBufferRegion(h->list, readback, 0, buffer, 0, size);
   harness_barrier(h, buffer, D3D12_RESOURCE_STATE_COPY_SOURCE, D3D12_RESOURCE_STATE_COMMON);
   harness_submit(h);
   assert_ok(ID3D12Resource_Map(readback, 0, NULL, &from));
   memcpy(data, from, size);
   ID3D12Resource_Unmap(readback, 0, NULL);
   RELEASE(readback);
}

void
harness_image_finish(struct harness_image *image)
{
   free(image->data);
   image->data = NULL;
}

ID3D12DescriptorHeap *
harness_create_heap(struct harness *h, D3D12_DESCRIPTOR_HEAP_TYPE type, UINT count, bool visible)
{
   D3D12_DESCRIPTOR_HEAP_DESC desc = {
      .Type = type,
      .NumDescriptors = count,
      .Flags = visible ? D3D12_DESCRIPTOR_HEAP_FLAG_SHADER_VISIBLE : D3D12_DESCRIPTOR_HEAP_FLAG_NONE,
   };
   ID3D12DescriptorHeap *heap;

   assert_ok(ID3D12Device8_CreateDescriptorHeap(h->device, &desc, &IID_ID3D12DescriptorHeap,
                                                (void **)&heap));
   return heap;
}

D3D12_CPU_DESCRIPTOR_HANDLE
harness_cpu_handle(struct harness *h, ID3D12DescriptorHeap *heap, UINT index)
{
   D3D12_DESCRIPTOR_HEAP_DESC desc = ID3D12DescriptorHeap_GetDesc(heap);
   D3D12_CPU_DESCRIPTOR_HANDLE handle =
      ID3D12DescriptorHeap_GetCPUDescriptorHandleForHeapStart(heap);

   handle.ptr += (SIZE_T)index *
                 ID3D12Device8_GetDescriptorHandleIncrementSize(h->device, desc.Type);
   return handle;
}

D3D12_GPU_DESCRIPTOR_HANDLE
harness_gpu_handle(struct harness *h, ID3D12DescriptorHeap *heap, UINT index)
{
   D3D12_DESCRIPTOR_HEAP_DESC desc = ID3D12DescriptorHeap_GetDesc(heap);
   D3D12_GPU_DESCRIPTOR_HANDLE handle =
      ID3D12DescriptorHeap_GetGPUDescriptorHandleForHeapStart(heap);

   handle.ptr += (UINT64)index *
                 ID3D12Device8_GetDescriptorHandleIncrementSize(h->device, desc.Type);
   return handle;
}

void
harness_target_init(struct harness *h, struct harness_target *target, UINT width, UINT height,
                    DXGI_FORMAT format, DXGI_FORMAT depth_format, UINT samples)
{
   D3D12_RESOURCE_DESC desc =
      harness_texture_desc(width, height, format, D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET);

   *target = (struct harness_target){
      .width = width,
      .height = height,
      .samples = samples,
      .format = format,
      .depth_format = depth_format,
   };
   desc.SampleDesc.Count = samples;
   target->color = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc);
   target->rtv_heap = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_RTV, 1, false);
   target->rtv = harness_cpu_handle(h, target->rtv_heap, 0);
   ID3D12Device8_CreateRenderTargetView(h->device, target->color, NULL, target->rtv);
   if (depth_format == DXGI_FORMAT_UNKNOWN)
      return;

   desc.Format = depth_format;
   desc.Flags = D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL;
   target->depth = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc);
   target->dsv_heap = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_DSV, 1, false);
   target->dsv = harness_cpu_handle(h, target->dsv_heap, 0);
   ID3D12Device8_CreateDepthStencilView(h->device, target->depth, NULL, target->dsv);
}

void
harness_target_finish(struct harness_target *target)
{
   RELEASE(target->color);
   RELEASE(target->depth);
   RELEASE(target->rtv_heap);
   RELEASE(target->dsv_heap);
}

void
harness_target_begin(struct harness *h, const struct harness_target *target, const float clear[4])
{
   D3D12_VIEWPORT viewport = {0, 0, target->width, target->height, 0, 1};
   D3D12_RECT scissor = {0, 0, target->width, target->height};

   harness_barrier(h, target->color, D3D12_RESOURCE_STATE_COMMON,
                   D3D12_RESOURCE_STATE_RENDER_TARGET);
   if (target->depth)
      harness_barrier(h, target->depth, D3D12_RESOURCE_STATE_COMMON,
                      D3D12_RESOURCE_STATE_DEPTH_WRITE);
   ID3D12GraphicsCommandList_OMSetRenderTargets(h->list, 1, &target->rtv, FALSE,
                                                target->depth ? &target->dsv : NULL);
   ID3D12GraphicsCommandList_ClearRenderTargetView(h->list, target->rtv, clear, 0, NULL);
   if (target->depth)
      ID3D12GraphicsCommandList_ClearDepthStencilView(
         h->list, target->dsv, D3D12_CLEAR_FLAG_DEPTH | D3D12_CLEAR_FLAG_STENCIL, 1, 0, 0, NULL);
   ID3D12GraphicsCommandList_RSSetViewports(h->list, 1, &viewport);
   ID3D12GraphicsCommandList_RSSetScissorRects(h->list, 1, &scissor);
}

void
harness_target_end(struct harness *h, const struct harness_target *target, ID3D12Resource *resolved)
{
   D3D12_RESOURCE_STATES state = D3D12_RESOURCE_STATE_RENDER_TARGET;

   if (resolved) {
      harness_barrier(h, target->color, state, D3D12_RESOURCE_STATE_RESOLVE_SOURCE);
      harness_barrier(h, resolved, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_RESOLVE_DEST);
      ID3D12GraphicsCommandList_ResolveSubresource(h->list, resolved, 0, target->color, 0,
                                                   target->format);
      harness_barrier(h, resolved, D3D12_RESOURCE_STATE_RESOLVE_DEST, D3D12_RESOURCE_STATE_COMMON);
      state = D3D12_RESOURCE_STATE_RESOLVE_SOURCE;
   }
   harness_barrier(h, target->color, state, D3D12_RESOURCE_STATE_COMMON);
   if (target->depth)
      harness_barrier(h, target->depth, D3D12_RESOURCE_STATE_DEPTH_WRITE,
                      D3D12_RESOURCE_STATE_COMMON);
   harness_submit(h);
}

static D3D12_SHADER_BYTECODE
read_shader(const char *name)
{
   char path[4096];

   snprintf(path, sizeof(path), "%s/%s.dxil", TEST_SHADERS_DIR, name);
   FILE *file = fopen(path, "rb");
   if (!file)
      fail_msg("%s: not found", path);
   assert_int_equal(fseek(file, 0, SEEK_END), 0);
   long size = ftell(file);
   assert_true(size > 0);
   rewind(file);
   void *data = malloc(size);
   assert_non_null(data);
   assert_int_equal(fread(data, 1, size, file), size);
   fclose(file);
   return (D3D12_SHADER_BYTECODE){data, size};
}

D3D12_SHADER_BYTECODE
harness_shader(const char *name)
{
   static struct {
      char *name;
      D3D12_SHADER_BYTECODE code;
   } shaders[64];
   unsigned i = 0;

   while (i < 64 && shaders[i].name && strcmp(shaders[i].name, name) != 0)
      i++;
   assert_true(i < 64);
   if (!shaders[i].name) {
      shaders[i].code = read_shader(name);
      shaders[i].name = strdup(name);
   }
   return shaders[i].code;
}

ID3D12RootSignature *
harness_create_root_signature(struct harness *h, const D3D12_ROOT_SIGNATURE_DESC1 *desc)
{
   D3D12_VERSIONED_ROOT_SIGNATURE_DESC versioned = {
      .Version = D3D_ROOT_SIGNATURE_VERSION_1_1,
      .Desc_1_1.Flags = D3D12_ROOT_SIGNATURE_FLAG_ALLOW_INPUT_ASSEMBLER_INPUT_LAYOUT,
   };
   ID3D12RootSignature *root;
   ID3DBlob *blob, *error;

   if (desc)
      versioned.Desc_1_1 = *desc;
   if (FAILED(D3D12SerializeVersionedRootSignature(&versioned, &blob, &error)))
      fail_msg("%s", error ? (char *)ID3D10Blob_GetBufferPointer(error) : "no message");
   assert_ok(ID3D12Device8_CreateRootSignature(h->device, 0, ID3D10Blob_GetBufferPointer(blob),
                                               ID3D10Blob_GetBufferSize(blob),
                                               &IID_ID3D12RootSignature, (void **)&root));
   RELEASE(blob);
   return root;
}

D3D12_GRAPHICS_PIPELINE_STATE_DESC
harness_pipeline_desc(ID3D12RootSignature *root, const struct harness_target *target,
                      const char *vs, const char *ps)
{
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = {
      .pRootSignature = root,
      .VS = harness_shader(vs),
      .SampleMask = UINT32_MAX,
      .RasterizerState = {.FillMode = D3D12_FILL_MODE_SOLID,
                          .CullMode = D3D12_CULL_MODE_NONE,
                          .DepthClipEnable = TRUE},
      .PrimitiveTopologyType = D3D12_PRIMITIVE_TOPOLOGY_TYPE_TRIANGLE,
      .NumRenderTargets = 1,
      .RTVFormats = {target->format},
      .DSVFormat = target->depth_format,
      .SampleDesc = {target->samples, 0},
   };

   if (ps)
      desc.PS = harness_shader(ps);
   for (unsigned i = 0; i < 8; i++) {
      desc.BlendState.RenderTarget[i] = (D3D12_RENDER_TARGET_BLEND_DESC){
         .SrcBlend = D3D12_BLEND_ONE,
         .DestBlend = D3D12_BLEND_ZERO,
         .BlendOp = D3D12_BLEND_OP_ADD,
         .SrcBlendAlpha = D3D12_BLEND_ONE,
         .DestBlendAlpha = D3D12_BLEND_ZERO,
         .BlendOpAlpha = D3D12_BLEND_OP_ADD,
         .RenderTargetWriteMask = D3D12_COLOR_WRITE_ENABLE_ALL,
      };
   }
   return desc;
}
