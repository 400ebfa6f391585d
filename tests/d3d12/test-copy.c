/* Copies between textures and buffers: boxes, levels, layers, slices, compressed blocks. */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

static D3D12_TEXTURE_COPY_LOCATION
subresource(ID3D12Resource *texture, UINT index)
{
   return (D3D12_TEXTURE_COPY_LOCATION){.pResource = texture,
                                        .Type = D3D12_TEXTURE_COPY_TYPE_SUBRESOURCE_INDEX,
                                        .SubresourceIndex = index};
}

static ID3D12Resource *
create_texture(struct harness *h, D3D12_RESOURCE_DIMENSION dimension, UINT width, UINT height,
               UINT depth, UINT levels, DXGI_FORMAT format)
{
   D3D12_RESOURCE_DESC desc = harness_texture_desc(width, height, format, D3D12_RESOURCE_FLAG_NONE);

   desc.Dimension = dimension;
   desc.DepthOrArraySize = depth;
   desc.MipLevels = levels;
   return harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc);
}

/* Texel values that say where they come from. */
static void
fill(uint32_t *texels, UINT count, uint32_t base)
{
   for (UINT i = 0; i < count; i++)
      texels[i] = base + i;
}

static void
boxes_between_subresources(void **state)
{
   struct harness *h = *state;
   ID3D12Resource *from =
      create_texture(h, D3D12_RESOURCE_DIMENSION_TEXTURE2D, 16, 16, 3, 2, DXGI_FORMAT_R8G8B8A8_UINT);
   ID3D12Resource *to =
      create_texture(h, D3D12_RESOURCE_DIMENSION_TEXTURE2D, 32, 32, 2, 3, DXGI_FORMAT_R32_UINT);
   uint32_t source[6][256], zeros[32 * 32] = {0};
   struct harness_image image;

   for (UINT i = 0; i < 6; i++) {
      fill(source[i], 256, i << 16);
      harness_upload_texture(h, from, i, source[i], (i & 1 ? 8 : 16) * 4);
   }
   for (UINT i = 0; i < 6; i++)
      harness_upload_texture(h, to, i, zeros, (32 >> i % 3) * 4);
   /* Layer 2, level 0 (3, 4) … (12, 9) → layer 1, level 1 (5, 2); the formats' family is not one, but
    * both have 32 bits: D3D12 copies between R32_UINT and any of 32 bits. */
   D3D12_TEXTURE_COPY_LOCATION src = subresource(from, 4), dst = subresource(to, 4);
   D3D12_BOX box = {3, 4, 0, 12, 9, 1};
   harness_barrier(h, from, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_COPY_SOURCE);
   harness_barrier(h, to, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_COPY_DEST);
   ID3D12GraphicsCommandList_CopyTextureRegion(h->list, &dst, 5, 2, 0, &src, &box);
   harness_barrier(h, from, D3D12_RESOURCE_STATE_COPY_SOURCE, D3D12_RESOURCE_STATE_COMMON);
   harness_barrier(h, to, D3D12_RESOURCE_STATE_COPY_DEST, D3D12_RESOURCE_STATE_COMMON);
   harness_submit(h);
   for (UINT i = 0; i < 6; i++) {
      harness_read_texture(h, to, i, &image);
      for (UINT p = 0; p < image.width * image.height; p++) {
         UINT x = p % image.width, y = p / image.width;
         bool inside = i == 4 && x >= 5 && x < 14 && y >= 2 && y < 7;
         uint32_t wanted = inside ? source[4][(y + 2) * 16 + x - 2] : 0;
         if (harness_texel32(&image, x, y) != wanted)
            fail_msg("subresource %u, (%u, %u): expected %#x, got %#x", i, x, y, wanted,
                     harness_texel32(&image, x, y));
      }
      harness_image_finish(&image);
   }
   RELEASE(from);
   RELEASE(to);
}

static void
slices_of_volumes(void **state)
{
   struct harness *h = *state;
   ID3D12Resource *volume =
      create_texture(h, D3D12_RESOURCE_DIMENSION_TEXTURE3D, 8, 8, 8, 1, DXGI_FORMAT_R32_UINT);
   ID3D12Resource *copy =
      create_texture(h, D3D12_RESOURCE_DIMENSION_TEXTURE3D, 8, 8, 8, 1, DXGI_FORMAT_R32_UINT);
   uint32_t texels[512], zeros[512] = {0};
   struct harness_image image;

   fill(texels, 512, 1000);
   harness_upload_texture(h, volume, 0, texels, 32);
   harness_upload_texture(h, copy, 0, zeros, 32);
   D3D12_TEXTURE_COPY_LOCATION src = subresource(volume, 0), dst = subresource(copy, 0);
   D3D12_BOX box = {1, 2, 3, 4, 6, 8};
   harness_barrier(h, volume, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_COPY_SOURCE);
   harness_barrier(h, copy, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_COPY_DEST);
   ID3D12GraphicsCommandList_CopyTextureRegion(h->list, &dst, 4, 0, 2, &src, &box);
   harness_barrier(h, volume, D3D12_RESOURCE_STATE_COPY_SOURCE, D3D12_RESOURCE_STATE_COMMON);
   harness_barrier(h, copy, D3D12_RESOURCE_STATE_COPY_DEST, D3D12_RESOURCE_STATE_COMMON);
   harness_submit(h);
   harness_read_texture(h, copy, 0, &image);
   for (UINT i = 0; i < 512; i++) {
      UINT x = i % 8, y = i / 8 % 8, z = i / 64;
      bool inside = x >= 4 && x < 7 && y < 4 && z >= 2 && z < 7;
      uint32_t wanted = inside ? texels[(z + 1) * 64 + (y + 2) * 8 + x - 3] : 0;
      uint32_t got;
      memcpy(&got, image.data + z * image.slice_pitch + y * image.row_pitch + x * 4, 4);
      if (got != wanted)
         fail_msg("(%u, %u, %u): expected %u, got %u", x, y, z, wanted, got);
   }
   harness_image_finish(&image);
   RELEASE(volume);
   RELEASE(copy);
}

/* 8 × 8 texels of BC1 are 2 × 2 blocks; boxes are in texels. */
static void
blocks_of_compressed_textures(void **state)
{
   struct harness *h = *state;
   ID3D12Resource *from =
      create_texture(h, D3D12_RESOURCE_DIMENSION_TEXTURE2D, 16, 16, 1, 1, DXGI_FORMAT_BC1_UNORM);
   ID3D12Resource *to =
      create_texture(h, D3D12_RESOURCE_DIMENSION_TEXTURE2D, 16, 16, 1, 1, DXGI_FORMAT_BC1_UNORM);
   uint64_t blocks[16], zeros[16] = {0};
   struct harness_image image;

   for (UINT i = 0; i < 16; i++)
      blocks[i] = 0x0102030405060700ull + i;
   harness_upload_texture(h, from, 0, blocks, 32);
   harness_upload_texture(h, to, 0, zeros, 32);
   D3D12_TEXTURE_COPY_LOCATION src = subresource(from, 0), dst = subresource(to, 0);
   D3D12_BOX box = {4, 8, 0, 12, 16, 1};
   harness_barrier(h, from, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_COPY_SOURCE);
   harness_barrier(h, to, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_COPY_DEST);
   ID3D12GraphicsCommandList_CopyTextureRegion(h->list, &dst, 8, 0, 0, &src, &box);
   harness_barrier(h, from, D3D12_RESOURCE_STATE_COPY_SOURCE, D3D12_RESOURCE_STATE_COMMON);
   harness_barrier(h, to, D3D12_RESOURCE_STATE_COPY_DEST, D3D12_RESOURCE_STATE_COMMON);
   harness_submit(h);
   harness_read_texture(h, to, 0, &image);
   for (UINT i = 0; i < 16; i++) {
      UINT x = i % 4, y = i / 4;
      uint64_t wanted = x >= 2 && y < 2 ? blocks[(y + 2) * 4 + x - 1] : 0, got;
      memcpy(&got, image.data + y * image.row_pitch + x * 8, 8);
      if (got != wanted)
         fail_msg("block (%u, %u): expected %#llx, got %#llx", x, y, (unsigned long long)wanted,
                  (unsigned long long)got);
   }
   harness_image_finish(&image);
   RELEASE(from);
   RELEASE(to);
}

/* CopyResource copies all there is; CopyBufferRegion what it is told, also inside one buffer. */
static void
whole_resources_and_buffers(void **state)
{
   struct harness *h = *state;
   ID3D12Resource *from =
      create_texture(h, D3D12_RESOURCE_DIMENSION_TEXTURE2D, 20, 12, 2, 2, DXGI_FORMAT_R32_UINT);
   ID3D12Resource *to =
      create_texture(h, D3D12_RESOURCE_DIMENSION_TEXTURE2D, 20, 12, 2, 2, DXGI_FORMAT_R32_UINT);
   uint32_t texels[4][240], bytes[64], got[64];
   struct harness_image image;

   for (UINT i = 0; i < 4; i++) {
      fill(texels[i], 240, i * 1000);
      harness_upload_texture(h, from, i, texels[i], (20 >> i % 2) * 4);
   }
   harness_barrier(h, from, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_COPY_SOURCE);
   harness_barrier(h, to, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_COPY_DEST);
   ID3D12GraphicsCommandList_CopyResource(h->list, to, from);
   harness_barrier(h, from, D3D12_RESOURCE_STATE_COPY_SOURCE, D3D12_RESOURCE_STATE_COMMON);
   harness_barrier(h, to, D3D12_RESOURCE_STATE_COPY_DEST, D3D12_RESOURCE_STATE_COMMON);
   harness_submit(h);
   for (UINT i = 0; i < 4; i++) {
      harness_read_texture(h, to, i, &image);
      for (UINT p = 0; p < image.width * image.height; p++)
         assert_int_equal(harness_texel32(&image, p % image.width, p / image.width), texels[i][p]);
      harness_image_finish(&image);
   }
   RELEASE(from);
   RELEASE(to);

   fill(bytes, 64, 7);
   ID3D12Resource *buffer = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, 256);
   harness_upload_buffer(h, buffer, bytes, 256);
   ID3D12GraphicsCommandList_CopyBufferRegion(h->list, buffer, 128, buffer, 3, 61);
   harness_submit(h);
   harness_read_buffer(h, buffer, got, 256);
   memcpy((uint8_t *)bytes + 128, (uint8_t *)bytes + 3, 61);
   assert_memory_equal(bytes, got, 256);
   RELEASE(buffer);
}

/* Copies that leave their resources change nothing, and do no harm. */
static void
copies_out_of_bounds(void **state)
{
   struct harness *h = *state;
   ID3D12Resource *a =
      create_texture(h, D3D12_RESOURCE_DIMENSION_TEXTURE2D, 8, 8, 1, 1, DXGI_FORMAT_R32_UINT);
   ID3D12Resource *buffer = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, 256);
   D3D12_TEXTURE_COPY_LOCATION src = subresource(a, 0), dst = subresource(a, 0), wrong = subresource(a, 9);
   D3D12_BOX boxes[] = {{0, 0, 0, 9, 1, 1}, {7, 0, 0, 3, 8, 1}, {0, 0, 1, 1, 1, 2}, {0, 0, 0, UINT32_MAX, 8, 1}};

   for (unsigned i = 0; i < 6; i++) {
      ID3D12CommandList *lists[] = {(ID3D12CommandList *)h->list};
      if (i < 4)
         ID3D12GraphicsCommandList_CopyTextureRegion(h->list, &dst, 4, 4, 0, &src, &boxes[i]);
      else if (i == 4)
         ID3D12GraphicsCommandList_CopyTextureRegion(h->list, &dst, 0, 0, 0, &wrong, NULL);
      else
         ID3D12GraphicsCommandList_CopyBufferRegion(h->list, buffer, 200, buffer, 0, UINT64_MAX - 100);
      if (ID3D12GraphicsCommandList_Close(h->list) == S_OK) {
         ID3D12CommandQueue_ExecuteCommandLists(h->queue, 1, lists);
         assert_ok(ID3D12CommandQueue_Signal(h->queue, h->fence, ++h->fence_value));
         harness_wait(h->fence, h->fence_value);
      }
      assert_ok(ID3D12Device8_GetDeviceRemovedReason(h->device));
      assert_ok(ID3D12CommandAllocator_Reset(h->allocator));
      assert_ok(ID3D12GraphicsCommandList_Reset(h->list, h->allocator, NULL));
   }
   RELEASE(a);
   RELEASE(buffer);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(boxes_between_subresources, harness_setup, harness_teardown),
      cmocka_unit_test_setup_teardown(slices_of_volumes, harness_setup, harness_teardown),
      cmocka_unit_test_setup_teardown(blocks_of_compressed_textures, harness_setup, harness_teardown),
      cmocka_unit_test_setup_teardown(whole_resources_and_buffers, harness_setup, harness_teardown),
      cmocka_unit_test_setup_teardown(copies_out_of_bounds, harness_setup, harness_teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
