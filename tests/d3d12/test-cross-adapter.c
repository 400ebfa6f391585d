/*
 * Row-major textures for other adapters: linear memory that whoever has the handle can map, with
 * the pitch of a copyable footprint.
 */
#include "harness.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define WIDTH 100
#define HEIGHT 30
#define LINEAR_HEAP (D3D12_HEAP_FLAG_SHARED | D3D12_HEAP_FLAG_SHARED_CROSS_ADAPTER)

static D3D12_RESOURCE_DESC
linear_desc(DXGI_FORMAT format)
{
   D3D12_RESOURCE_DESC desc = harness_texture_desc(WIDTH, HEIGHT, format,
                                                   D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET |
                                                      D3D12_RESOURCE_FLAG_ALLOW_CROSS_ADAPTER);

   desc.Layout = D3D12_TEXTURE_LAYOUT_ROW_MAJOR;
   return desc;
}

static HRESULT
create(struct harness *h, D3D12_HEAP_FLAGS flags, const D3D12_RESOURCE_DESC *desc,
       ID3D12Resource **texture)
{
   const D3D12_HEAP_PROPERTIES properties = { .Type = D3D12_HEAP_TYPE_DEFAULT };

   *texture = NULL;
   return ID3D12Device8_CreateCommittedResource(h->device, &properties, flags, desc, 0, NULL,
                                                &IID_ID3D12Resource, (void **)texture);
}

static UINT
pitch_of(struct harness *h, const D3D12_RESOURCE_DESC *desc)
{
   D3D12_PLACED_SUBRESOURCE_FOOTPRINT footprint;

   ID3D12Device8_GetCopyableFootprints(h->device, desc, 0, 1, 0, &footprint, NULL, NULL, NULL);
   return footprint.Footprint.RowPitch;
}

static uint8_t *
map_handle(struct harness *h, ID3D12Resource *texture, size_t size, int *fd)
{
   HANDLE handle;

   assert_ok(ID3D12Device8_CreateSharedHandle(h->device, (ID3D12DeviceChild *)texture, NULL,
                                              GENERIC_ALL, NULL, &handle));
   *fd = (int)(intptr_t)handle;
   uint8_t *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
   assert_ptr_not_equal(memory, MAP_FAILED);
   return memory;
}

static void
the_device_reports_them(void **state)
{
   struct harness *h = *state;
   D3D12_FEATURE_DATA_D3D12_OPTIONS options;

   assert_ok(ID3D12Device8_CheckFeatureSupport(h->device, D3D12_FEATURE_D3D12_OPTIONS, &options,
                                               sizeof(options)));
   assert_true(options.CrossAdapterRowMajorTextureSupported);
}

static void
texels_are_where_the_footprint_says(void **state)
{
   static const struct {
      DXGI_FORMAT format;
      UINT bytes;
   } formats[] = {
      { DXGI_FORMAT_B8G8R8A8_UNORM, 4 },
      { DXGI_FORMAT_B5G6R5_UNORM, 2 },
      { DXGI_FORMAT_R16G16B16A16_FLOAT, 8 },
   };
   struct harness *h = *state;

   for (unsigned i = 0; i < 3; i++) {
      const D3D12_RESOURCE_DESC desc = linear_desc(formats[i].format);
      const UINT row = WIDTH * formats[i].bytes, pitch = pitch_of(h, &desc);
      uint8_t texels[HEIGHT * WIDTH * 8];
      struct harness_image image;
      ID3D12Resource *texture;
      int fd;

      for (UINT b = 0; b < row * HEIGHT; b++)
         texels[b] = b * 31 + b / row;
      assert_int_equal(pitch % D3D12_TEXTURE_DATA_PITCH_ALIGNMENT, 0);
      assert_ok(create(h, LINEAR_HEAP, &desc, &texture));
      uint8_t *memory = map_handle(h, texture, pitch * HEIGHT, &fd);
      harness_upload_texture(h, texture, 0, texels, row);
      for (UINT y = 0; y < HEIGHT; y++)
         assert_memory_equal(memory + y * pitch, texels + y * row, row);

      /* The other way, through another resource on the same memory. */
      memory[5 * pitch + 7] ^= 0xff;
      texels[5 * row + 7] ^= 0xff;
      RELEASE(texture);
      assert_ok(ID3D12Device8_OpenSharedHandle(h->device, (HANDLE)(intptr_t)fd, &IID_ID3D12Resource,
                                               (void **)&texture));
      assert_int_equal(ID3D12Resource_GetDesc(texture).Layout, D3D12_TEXTURE_LAYOUT_ROW_MAJOR);
      harness_read_texture(h, texture, 0, &image);
      for (UINT y = 0; y < HEIGHT; y++)
         assert_memory_equal(image.data + y * image.row_pitch, texels + y * row, row);
      harness_image_finish(&image);
      munmap(memory, pitch * HEIGHT);
      close(fd);
      RELEASE(texture);
   }
}

static void
they_can_be_drawn_into(void **state)
{
   static const float color[4] = { 1, 0.5f, 0.25f, 1 };
   struct harness *h = *state;
   const D3D12_RESOURCE_DESC desc = linear_desc(DXGI_FORMAT_B8G8R8A8_UNORM);
   const UINT pitch = pitch_of(h, &desc);
   ID3D12DescriptorHeap *heap = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_RTV, 1, false);
   D3D12_CPU_DESCRIPTOR_HANDLE rtv = harness_cpu_handle(h, heap, 0);
   ID3D12Resource *texture;
   int fd;

   assert_ok(create(h, LINEAR_HEAP, &desc, &texture));
   uint8_t *memory = map_handle(h, texture, pitch * HEIGHT, &fd);
   ID3D12Device8_CreateRenderTargetView(h->device, texture, NULL, rtv);
   harness_barrier(h, texture, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_RENDER_TARGET);
   ID3D12GraphicsCommandList_ClearRenderTargetView(h->list, rtv, color, 0, NULL);
   harness_barrier(h, texture, D3D12_RESOURCE_STATE_RENDER_TARGET, D3D12_RESOURCE_STATE_COMMON);
   harness_submit(h);
   for (UINT y = 0; y < HEIGHT; y++) {
      for (UINT x = 0; x < WIDTH; x++)
         assert_int_equal(*(const uint32_t *)(memory + y * pitch + x * 4), 0xffff8040);
   }
   munmap(memory, pitch * HEIGHT);
   close(fd);
   RELEASE(texture);
   RELEASE(heap);
}

static void
what_adapters_cannot_share_is_refused(void **state)
{
   struct harness *h = *state;
   const D3D12_RESOURCE_DESC good = linear_desc(DXGI_FORMAT_B8G8R8A8_UNORM);
   D3D12_RESOURCE_DESC desc;
   ID3D12Resource *texture;

   assert_int_equal(create(h, D3D12_HEAP_FLAG_NONE, &good, &texture), E_INVALIDARG);
   assert_int_equal(create(h, D3D12_HEAP_FLAG_SHARED, &good, &texture), E_INVALIDARG);
   assert_int_equal(create(h, D3D12_HEAP_FLAG_SHARED_CROSS_ADAPTER, &good, &texture), E_INVALIDARG);
#define REFUSED(change)                                                                            \
   desc = good;                                                                                    \
   change;                                                                                         \
   assert_int_equal(create(h, LINEAR_HEAP, &desc, &texture), E_INVALIDARG)
   REFUSED(desc.MipLevels = 2);
   REFUSED(desc.MipLevels = 0);
   REFUSED(desc.DepthOrArraySize = 2);
   REFUSED((desc.Dimension = D3D12_RESOURCE_DIMENSION_TEXTURE1D, desc.Height = 1));
   REFUSED(desc.Dimension = D3D12_RESOURCE_DIMENSION_TEXTURE3D);
   REFUSED(desc.SampleDesc.Count = 4);
   REFUSED(desc.Layout = D3D12_TEXTURE_LAYOUT_UNKNOWN);
   REFUSED(desc.Flags &= ~D3D12_RESOURCE_FLAG_ALLOW_CROSS_ADAPTER);
   REFUSED(
      (desc.Flags = D3D12_RESOURCE_FLAG_ALLOW_CROSS_ADAPTER, desc.Format = DXGI_FORMAT_BC1_UNORM));
   REFUSED((desc.Flags =
               D3D12_RESOURCE_FLAG_ALLOW_CROSS_ADAPTER | D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL,
            desc.Format = DXGI_FORMAT_D32_FLOAT));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_device_reports_them),
      cmocka_unit_test(texels_are_where_the_footprint_says),
      cmocka_unit_test(they_can_be_drawn_into),
      cmocka_unit_test(what_adapters_cannot_share_is_refused),
   };

   return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
