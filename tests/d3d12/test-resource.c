/* Resources and heaps: what is created and refused, where subresources lie, how bytes get in and out. */
#include "harness.h"

#include <stdlib.h>
#include <string.h>

#define TYPED_TARGET (D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET)

static HRESULT
try_create(struct harness *h, D3D12_HEAP_TYPE type, const D3D12_RESOURCE_DESC *desc)
{
   D3D12_HEAP_PROPERTIES properties = { .Type = type };
   ID3D12Resource *resource = NULL;
   HRESULT hr = ID3D12Device8_CreateCommittedResource(h->device, &properties, D3D12_HEAP_FLAG_NONE,
                                                      desc, D3D12_RESOURCE_STATE_COMMON, NULL,
                                                      &IID_ID3D12Resource, (void **)&resource);

   assert_true(SUCCEEDED(hr) == (resource != NULL));
   RELEASE(resource);
   return hr;
}

static void
all_dimensions_are_created(void **state)
{
   struct harness *h = *state;
   const D3D12_RESOURCE_DESC descs[] = {
      { .Dimension = D3D12_RESOURCE_DIMENSION_TEXTURE1D,
        .Width = 100,
        .Height = 1,
        .DepthOrArraySize = 5,
        .MipLevels = 0,
        .Format = DXGI_FORMAT_R16_FLOAT,
        .SampleDesc = { 1, 0 } },
      { .Dimension = D3D12_RESOURCE_DIMENSION_TEXTURE2D,
        .Width = 300,
        .Height = 200,
        .DepthOrArraySize = 6,
        .MipLevels = 3,
        .Format = DXGI_FORMAT_BC1_UNORM,
        .SampleDesc = { 1, 0 } },
      { .Dimension = D3D12_RESOURCE_DIMENSION_TEXTURE2D,
        .Width = 37,
        .Height = 11,
        .DepthOrArraySize = 2,
        .MipLevels = 1,
        .Format = DXGI_FORMAT_R8G8B8A8_UNORM,
        .SampleDesc = { 8, 0 },
        .Flags = D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET },
      { .Dimension = D3D12_RESOURCE_DIMENSION_TEXTURE2D,
        .Width = 64,
        .Height = 64,
        .DepthOrArraySize = 1,
        .MipLevels = 1,
        .Format = DXGI_FORMAT_R24G8_TYPELESS,
        .SampleDesc = { 4, 0 },
        .Flags = D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL },
      { .Dimension = D3D12_RESOURCE_DIMENSION_TEXTURE3D,
        .Width = 33,
        .Height = 17,
        .DepthOrArraySize = 9,
        .MipLevels = 0,
        .Format = DXGI_FORMAT_R32G32B32A32_FLOAT,
        .SampleDesc = { 1, 0 },
        .Flags = D3D12_RESOURCE_FLAG_ALLOW_UNORDERED_ACCESS },
   };

   for (size_t i = 0; i < sizeof(descs) / sizeof(descs[0]); i++) {
      ID3D12Resource *texture = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &descs[i]);
      D3D12_RESOURCE_DESC got = ID3D12Resource_GetDesc(texture);
      assert_int_equal(got.Width, descs[i].Width);
      assert_int_equal(got.Format, descs[i].Format);
      assert_int_not_equal(got.MipLevels, 0);
      assert_int_equal(ID3D12Resource_GetGPUVirtualAddress(texture), 0);
      D3D12_RESOURCE_ALLOCATION_INFO info =
         ID3D12Device8_GetResourceAllocationInfo(h->device, 0, 1, &descs[i]);
      assert_int_equal(info.SizeInBytes % info.Alignment, 0);
      RELEASE(texture);
   }
}

static void
mip_chains_are_counted(void **state)
{
   struct harness *h = *state;
   D3D12_RESOURCE_DESC desc =
      harness_texture_desc(256, 16, DXGI_FORMAT_R8_UNORM, D3D12_RESOURCE_FLAG_NONE);

   desc.MipLevels = 0;
   ID3D12Resource *texture = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc);
   assert_int_equal(ID3D12Resource_GetDesc(texture).MipLevels, 9);
   RELEASE(texture);
   desc.MipLevels = 10;
   assert_int_equal(try_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc), E_INVALIDARG);
}

static void
bad_descriptions_are_refused(void **state)
{
   struct harness *h = *state;
   D3D12_RESOURCE_DESC good =
      harness_texture_desc(64, 64, DXGI_FORMAT_R8G8B8A8_UNORM, TYPED_TARGET);
   D3D12_RESOURCE_DESC desc;

   assert_ok(try_create(h, D3D12_HEAP_TYPE_DEFAULT, &good));
#define REFUSED(change)                                                                            \
   desc = good;                                                                                    \
   change;                                                                                         \
   assert_int_equal(try_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc), E_INVALIDARG)
   REFUSED(desc.Dimension = 0);
   REFUSED(desc.Dimension = 9);
   REFUSED(desc.Width = 0);
   REFUSED(desc.Width = 16385);
   REFUSED(desc.Width = UINT64_MAX);
   REFUSED(desc.Height = 0);
   REFUSED(desc.DepthOrArraySize = 0);
   REFUSED(desc.DepthOrArraySize = 2049);
   REFUSED(desc.Format = DXGI_FORMAT_UNKNOWN);
   REFUSED(desc.Format = 12345);
   REFUSED(desc.Format = DXGI_FORMAT_R32G32B32_FLOAT);
   REFUSED(desc.Format = DXGI_FORMAT_D32_FLOAT);
   REFUSED(desc.SampleDesc.Count = 0);
   REFUSED(desc.SampleDesc.Count = 3);
   REFUSED(desc.SampleDesc.Quality = 1);
   REFUSED((desc.SampleDesc.Count = 4, desc.MipLevels = 2));
   REFUSED((desc.SampleDesc.Count = 4, desc.Flags = 0));
   REFUSED(desc.Layout = D3D12_TEXTURE_LAYOUT_ROW_MAJOR);
   REFUSED(desc.Layout = D3D12_TEXTURE_LAYOUT_64KB_STANDARD_SWIZZLE);
   REFUSED(desc.Flags |= D3D12_RESOURCE_FLAG_ALLOW_CROSS_ADAPTER);
   REFUSED(desc.Alignment = 12345);
   REFUSED(desc.Alignment = D3D12_SMALL_RESOURCE_PLACEMENT_ALIGNMENT);
   REFUSED(desc.Flags = 0x8000);
   REFUSED(desc.Flags = D3D12_RESOURCE_FLAG_DENY_SHADER_RESOURCE);
   REFUSED(desc.Flags |= D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL);

   good = harness_buffer_desc(1000);
   assert_ok(try_create(h, D3D12_HEAP_TYPE_DEFAULT, &good));
   REFUSED(desc.Width = 0);
   REFUSED(desc.Height = 2);
   REFUSED(desc.Format = DXGI_FORMAT_R8_UNORM);
   REFUSED(desc.Layout = D3D12_TEXTURE_LAYOUT_UNKNOWN);
   REFUSED(desc.Flags = D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET);

   /* More than there is. */
   desc = harness_buffer_desc(1ull << 50);
   assert_int_equal(try_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc), E_OUTOFMEMORY);
   desc = harness_texture_desc(16384, 16384, DXGI_FORMAT_R32G32B32A32_FLOAT, 0);
   desc.DepthOrArraySize = 2048;
   assert_int_equal(try_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc), E_OUTOFMEMORY);

   /* Textures are not for upload and readback heaps. */
   good = harness_texture_desc(64, 64, DXGI_FORMAT_R8G8B8A8_UNORM, 0);
   assert_int_equal(try_create(h, D3D12_HEAP_TYPE_UPLOAD, &good), E_INVALIDARG);
   assert_int_equal(try_create(h, 99, &good), E_INVALIDARG);
}

static void
buffers_are_mapped(void **state)
{
   struct harness *h = *state;
   ID3D12Resource *upload = harness_create_buffer(h, D3D12_HEAP_TYPE_UPLOAD, 1000);
   ID3D12Resource *hidden = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, 1000);
   D3D12_RANGE range = { 100, 200 };
   void *first, *second, *out = h;

   assert_ok(ID3D12Resource_Map(upload, 0, NULL, &first));
   assert_ok(ID3D12Resource_Map(upload, 0, &range, &second));
   assert_ptr_equal(first, second); /* a range is a hint: the pointer is the resource's start */
   ID3D12Resource_Unmap(upload, 0, &range);
   ID3D12Resource_Unmap(upload, 0, NULL);
   assert_int_equal(ID3D12Resource_Map(upload, 1, NULL, &out), E_INVALIDARG);
   assert_null(out);
   assert_int_equal(ID3D12Resource_Map(hidden, 0, NULL, &out), E_INVALIDARG);
   assert_int_not_equal(ID3D12Resource_GetGPUVirtualAddress(hidden), 0);
   assert_int_equal(ID3D12Resource_GetGPUVirtualAddress(hidden) % 256, 0);
   RELEASE(upload);
   RELEASE(hidden);
}

struct expected {
   UINT64 offset;
   DXGI_FORMAT format;
   UINT width, height, depth, pitch, rows;
   UINT64 row_size;
};

static void
check_footprints(struct harness *h, const D3D12_RESOURCE_DESC *desc, UINT first, UINT count,
                 UINT64 base, const struct expected *expected, UINT64 expected_total)
{
   D3D12_PLACED_SUBRESOURCE_FOOTPRINT layouts[8];
   UINT rows[8];
   UINT64 sizes[8], total;

   ID3D12Device8_GetCopyableFootprints(h->device, desc, first, count, base, layouts, rows, sizes,
                                       &total);
   for (UINT i = 0; i < count; i++) {
      assert_int_equal(layouts[i].Offset, expected[i].offset);
      assert_int_equal(layouts[i].Footprint.Format, expected[i].format);
      assert_int_equal(layouts[i].Footprint.Width, expected[i].width);
      assert_int_equal(layouts[i].Footprint.Height, expected[i].height);
      assert_int_equal(layouts[i].Footprint.Depth, expected[i].depth);
      assert_int_equal(layouts[i].Footprint.RowPitch, expected[i].pitch);
      assert_int_equal(rows[i], expected[i].rows);
      assert_int_equal(sizes[i], expected[i].row_size);
   }
   assert_int_equal(total, expected_total);
}

/* The numbers that D3D12's definition gives: pitches of 256 bytes, offsets of 512. */
static void
footprints_are_those_of_d3d12(void **state)
{
   struct harness *h = *state;
   D3D12_RESOURCE_DESC desc = harness_texture_desc(100, 30, DXGI_FORMAT_R8G8B8A8_UNORM, 0);
   UINT64 total;

   desc.MipLevels = 3;
   check_footprints(h, &desc, 0, 3, 4096,
                    (struct expected[]){
                       { 4096, DXGI_FORMAT_R8G8B8A8_UNORM, 100, 30, 1, 512, 30, 400 },
                       { 4096 + 15360, DXGI_FORMAT_R8G8B8A8_UNORM, 50, 15, 1, 256, 15, 200 },
                       { 4096 + 19456, DXGI_FORMAT_R8G8B8A8_UNORM, 25, 7, 1, 256, 7, 100 },
                    },
                    19456 + 6 * 256 + 100);

   desc = harness_texture_desc(20, 12, DXGI_FORMAT_BC3_UNORM, 0);
   desc.MipLevels = 4;
   check_footprints(h, &desc, 0, 4, 0,
                    (struct expected[]){
                       { 0, DXGI_FORMAT_BC3_UNORM, 20, 12, 1, 256, 3, 80 },
                       { 1024, DXGI_FORMAT_BC3_UNORM, 12, 8, 1, 256, 2, 48 },
                       { 1536, DXGI_FORMAT_BC3_UNORM, 8, 4, 1, 256, 1, 32 },
                       { 2048, DXGI_FORMAT_BC3_UNORM, 4, 4, 1, 256, 1, 16 },
                    },
                    2048 + 16);

   /* Depth and stencil are planes; each is copied on its own. */
   desc = harness_texture_desc(40, 10, DXGI_FORMAT_D24_UNORM_S8_UINT,
                               D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL);
   check_footprints(h, &desc, 0, 2, 0,
                    (struct expected[]){
                       { 0, DXGI_FORMAT_R32_TYPELESS, 40, 10, 1, 256, 10, 160 },
                       { 2560, DXGI_FORMAT_R8_TYPELESS, 40, 10, 1, 256, 10, 40 },
                    },
                    2560 + 9 * 256 + 40);

   desc = harness_texture_desc(10, 4, DXGI_FORMAT_R32_FLOAT, 0);
   desc.Dimension = D3D12_RESOURCE_DIMENSION_TEXTURE3D;
   desc.DepthOrArraySize = 5;
   check_footprints(h, &desc, 0, 1, 0,
                    (struct expected[]){ { 0, DXGI_FORMAT_R32_FLOAT, 10, 4, 5, 256, 4, 40 } },
                    19 * 256 + 40);

   desc = harness_buffer_desc(1000);
   check_footprints(h, &desc, 0, 1, 0,
                    (struct expected[]){ { 0, DXGI_FORMAT_UNKNOWN, 1000, 1, 1, 1024, 1, 1000 } },
                    1000);

   /* No such subresource. */
   ID3D12Device8_GetCopyableFootprints(h->device, &desc, 0, 2, 0, NULL, NULL, NULL, &total);
   assert_int_equal(total, UINT64_MAX);
   ID3D12Device8_GetCopyableFootprints(h->device, NULL, 0, 1, 0, NULL, NULL, NULL, &total);
   assert_int_equal(total, UINT64_MAX);
}

static void
allocation_info_adds_up(void **state)
{
   struct harness *h = *state;
   D3D12_RESOURCE_DESC descs[] = {
      harness_buffer_desc(100),
      harness_texture_desc(16, 16, DXGI_FORMAT_R8G8B8A8_UNORM, 0),
      harness_texture_desc(64, 64, DXGI_FORMAT_R8G8B8A8_UNORM, TYPED_TARGET),
   };
   D3D12_RESOURCE_ALLOCATION_INFO1 infos[3];

   descs[1].Alignment = D3D12_SMALL_RESOURCE_PLACEMENT_ALIGNMENT;
   descs[2].SampleDesc.Count = 4;
   D3D12_RESOURCE_ALLOCATION_INFO total =
      ID3D12Device8_GetResourceAllocationInfo1(h->device, 0, 3, descs, infos);
   assert_int_equal(infos[0].Offset, 0);
   assert_int_equal(infos[0].SizeInBytes, 65536);
   assert_int_equal(infos[1].Alignment, 4096);
   assert_int_equal(infos[1].Offset, 65536);
   assert_int_equal(infos[2].Alignment, 4 << 20);
   assert_int_equal(infos[2].Offset, 4 << 20);
   assert_int_equal(total.Alignment, 4 << 20);
   assert_int_equal(total.SizeInBytes, 8 << 20);

   descs[0].Width = 0;
   total = ID3D12Device8_GetResourceAllocationInfo(h->device, 0, 3, descs);
   assert_int_equal(total.SizeInBytes, UINT64_MAX);
}

static void
resources_are_placed_in_heaps(void **state)
{
   struct harness *h = *state;
   D3D12_HEAP_DESC heap_desc = { .SizeInBytes = 1 << 20,
                                 .Properties = { .Type = D3D12_HEAP_TYPE_UPLOAD } };
   D3D12_RESOURCE_DESC desc = harness_buffer_desc(65536);
   ID3D12Resource *first, *second;
   ID3D12Heap *heap;
   uint8_t *a, *b;

#define CREATE_HEAP()                                                                              \
   ID3D12Device8_CreateHeap(h->device, &heap_desc, &IID_ID3D12Heap, (void **)&heap)
#define PLACE(offset, out)                                                                         \
   ID3D12Device8_CreatePlacedResource(h->device, heap, offset, &desc,                              \
                                      D3D12_RESOURCE_STATE_GENERIC_READ, NULL,                     \
                                      &IID_ID3D12Resource, (void **)(out))
   assert_ok(CREATE_HEAP());
   assert_ok(PLACE(65536, &first));
   assert_ok(PLACE(65536, &second));
   assert_ok(ID3D12Resource_Map(first, 0, NULL, (void **)&a));
   assert_ok(ID3D12Resource_Map(second, 0, NULL, (void **)&b));
   a[77] = 42;
   assert_int_equal(b[77], 42); /* the same memory */
   RELEASE(heap);               /* the resources keep it */
   a[78] = 43;
   assert_int_equal(b[78], 43);
   RELEASE(first);
   RELEASE(second);

   assert_ok(CREATE_HEAP());
   assert_int_equal(PLACE(100, &first), E_INVALIDARG);
   assert_int_equal(PLACE(1 << 20, &first), E_INVALIDARG);
   assert_int_equal(PLACE(UINT64_MAX - 65535, &first), E_INVALIDARG);
   desc.Width = (1 << 20) + 1;
   assert_int_equal(PLACE(0, &first), E_INVALIDARG);
   RELEASE(heap);

   heap_desc.SizeInBytes = 0;
   assert_int_equal(CREATE_HEAP(), E_INVALIDARG);
   heap_desc.SizeInBytes = 1ull << 50;
   assert_int_equal(CREATE_HEAP(), E_OUTOFMEMORY);
   heap_desc.SizeInBytes = 1 << 20;
   heap_desc.Flags = D3D12_HEAP_FLAG_ALLOW_ONLY_RT_DS_TEXTURES;
   assert_ok(CREATE_HEAP());
   desc.Width = 65536;
   assert_int_equal(PLACE(0, &first), E_INVALIDARG);
   RELEASE(heap);
}

/* A texture in a custom heap that the CPU sees, as unified memory has them. */
static void
subresources_are_written_and_read(void **state)
{
   struct harness *h = *state;
   D3D12_HEAP_PROPERTIES properties =
      ID3D12Device8_GetCustomHeapProperties(h->device, 0, D3D12_HEAP_TYPE_UPLOAD);
   D3D12_RESOURCE_DESC desc = harness_texture_desc(16, 8, DXGI_FORMAT_R32_UINT, 0);
   D3D12_BOX box = { 4, 2, 0, 12, 6, 1 }, outside = { 0, 0, 0, 17, 8, 1 };
   uint32_t in[4][8], all[8][16];
   ID3D12Resource *texture;

   desc.MipLevels = 2;
   assert_ok(ID3D12Device8_CreateCommittedResource(h->device, &properties, 0, &desc, 0, NULL,
                                                   &IID_ID3D12Resource, (void **)&texture));
   assert_ok(ID3D12Resource_Map(texture, 0, NULL, NULL));
   for (unsigned i = 0; i < 32; i++)
      in[i / 8][i % 8] = i + 1;
   assert_ok(ID3D12Resource_WriteToSubresource(texture, 0, &box, in, sizeof(in[0]), sizeof(in)));
   assert_ok(
      ID3D12Resource_ReadFromSubresource(texture, all, sizeof(all[0]), sizeof(all), 0, NULL));
   for (unsigned y = 0; y < 8; y++) {
      for (unsigned x = 0; x < 16; x++) {
         bool inside = x >= 4 && x < 12 && y >= 2 && y < 6;
         assert_int_equal(all[y][x], inside ? in[y - 2][x - 4] : 0);
      }
   }
   ID3D12Resource_Unmap(texture, 0, NULL);
   assert_int_equal(ID3D12Resource_WriteToSubresource(texture, 0, &outside, in, 64, 64),
                    E_INVALIDARG);
   assert_int_equal(ID3D12Resource_WriteToSubresource(texture, 2, NULL, in, 64, 64), E_INVALIDARG);
   assert_int_equal(ID3D12Resource_WriteToSubresource(texture, 0, NULL, NULL, 64, 64),
                    E_INVALIDARG);
   RELEASE(texture);
}

static void
copies_go_through_the_queue(void **state)
{
   struct harness *h = *state;
   D3D12_RESOURCE_DESC desc =
      harness_texture_desc(50, 20, DXGI_FORMAT_R8G8B8A8_UNORM, TYPED_TARGET);
   ID3D12Resource *buffer = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, 4096);
   uint32_t data[1024], back[1024];
   struct harness_image image;

   for (unsigned i = 0; i < 1024; i++)
      data[i] = i * 2654435761u;
   harness_upload_buffer(h, buffer, data, sizeof(data));
   harness_read_buffer(h, buffer, back, sizeof(back));
   assert_memory_equal(data, back, sizeof(data));
   RELEASE(buffer);

   desc.MipLevels = 2;
   desc.DepthOrArraySize = 2;
   ID3D12Resource *texture = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc);
   for (UINT subresource = 0; subresource < 4; subresource++) {
      UINT width = subresource % 2 ? 25 : 50, height = subresource % 2 ? 10 : 20;
      harness_upload_texture(h, texture, subresource, data + subresource, width * 4);
      harness_read_texture(h, texture, subresource, &image);
      assert_int_equal(image.width, width);
      for (UINT y = 0; y < height; y++) {
         for (UINT x = 0; x < width; x++)
            assert_int_equal(harness_texel32(&image, x, y), data[subresource + y * width + x]);
      }
      harness_image_finish(&image);
   }
   RELEASE(texture);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_dimensions_are_created),
      cmocka_unit_test(mip_chains_are_counted),
      cmocka_unit_test(bad_descriptions_are_refused),
      cmocka_unit_test(buffers_are_mapped),
      cmocka_unit_test(footprints_are_those_of_d3d12),
      cmocka_unit_test(allocation_info_adds_up),
      cmocka_unit_test(resources_are_placed_in_heaps),
      cmocka_unit_test(subresources_are_written_and_read),
      cmocka_unit_test(copies_go_through_the_queue),
   };

   return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
