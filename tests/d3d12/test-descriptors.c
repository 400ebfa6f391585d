/*
 * How shaders reach resources: tables, root constants and root descriptors, null descriptors, static
 * samplers; and what lies out of bounds, which reads as zero. memory.cs says what it writes where.
 */
#include "scene.h"

#include <string.h>

#define THREADS 24 /* of memory.cs */
#define DWORDS 24  /* of a thread */

struct fixture {
   ID3D12RootSignature *root;
   ID3D12PipelineState *pipeline;
   ID3D12Resource *constants, *structures, *texture, *raw, *out;
   ID3D12DescriptorHeap *heap;
};

static struct fixture f;
static const uint32_t root_values[6] = {11, 12, 13, 14, 15, 16};

static int
setup(void **state)
{
   /* b0, t0 t1, u0 in one table, not in the order of registers. */
   static const D3D12_DESCRIPTOR_RANGE1 ranges[3] = {
      {D3D12_DESCRIPTOR_RANGE_TYPE_SRV, 2, 0, 0, D3D12_DESCRIPTOR_RANGE_FLAG_DESCRIPTORS_VOLATILE, 1},
      {D3D12_DESCRIPTOR_RANGE_TYPE_CBV, 1, 0, 0, D3D12_DESCRIPTOR_RANGE_FLAG_DESCRIPTORS_VOLATILE, 0},
      {D3D12_DESCRIPTOR_RANGE_TYPE_UAV, 1, 0, 0, D3D12_DESCRIPTOR_RANGE_FLAG_DESCRIPTORS_VOLATILE, 3},
   };
   D3D12_ROOT_PARAMETER1 parameters[4] = {
      scene_root_constants(1, 6),
      {.ParameterType = D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE, .DescriptorTable = {3, ranges}},
      scene_root_view(D3D12_ROOT_PARAMETER_TYPE_CBV, 2),
      scene_root_view(D3D12_ROOT_PARAMETER_TYPE_UAV, 1),
   };
   D3D12_ROOT_SIGNATURE_DESC1 desc = {.NumParameters = 4, .pParameters = parameters};
   uint32_t values[256];

   harness_setup(state);
   struct harness *h = *state;
   f.root = harness_create_root_signature(h, &desc);
   f.pipeline = scene_create_compute(h, f.root, "memory.cs");
   for (unsigned i = 0; i < 256; i++)
      values[i] = 5000 + i;
   f.constants = harness_create_data(h, values, sizeof(values));
   f.structures = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, sizeof(values));
   harness_upload_buffer(h, f.structures, values, sizeof(values));
   D3D12_RESOURCE_DESC texture =
      harness_texture_desc(40, 20, DXGI_FORMAT_R8G8B8A8_UNORM, D3D12_RESOURCE_FLAG_NONE);
   texture.DepthOrArraySize = 7;
   texture.MipLevels = 4;
   f.texture = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &texture);
   f.raw = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, 1024);
   f.out = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, THREADS * DWORDS * 4);
   /* The table starts behind other descriptors. */
   f.heap = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_CBV_SRV_UAV, 10, true);
   return 0;
}

static int
teardown(void **state)
{
   RELEASE(f.heap);
   RELEASE(f.out);
   RELEASE(f.raw);
   RELEASE(f.texture);
   RELEASE(f.structures);
   RELEASE(f.constants);
   RELEASE(f.pipeline);
   RELEASE(f.root);
   return harness_teardown(state);
}

static void
create_views(struct harness *h, bool null)
{
   D3D12_CONSTANT_BUFFER_VIEW_DESC cbv = {
      null ? 0 : ID3D12Resource_GetGPUVirtualAddress(f.constants), null ? 0 : 256};
   D3D12_SHADER_RESOURCE_VIEW_DESC structures = {
      .ViewDimension = D3D12_SRV_DIMENSION_BUFFER,
      .Shader4ComponentMapping = D3D12_DEFAULT_SHADER_4_COMPONENT_MAPPING,
      .Buffer = {.FirstElement = 2, .NumElements = 5, .StructureByteStride = 12},
   };
   D3D12_SHADER_RESOURCE_VIEW_DESC texture = {
      .Format = DXGI_FORMAT_R8G8B8A8_UNORM,
      .ViewDimension = D3D12_SRV_DIMENSION_TEXTURE2DARRAY,
      .Shader4ComponentMapping = D3D12_DEFAULT_SHADER_4_COMPONENT_MAPPING,
      .Texture2DArray = {.MostDetailedMip = 1, .MipLevels = 2, .FirstArraySlice = 2, .ArraySize = 3},
   };
   D3D12_UNORDERED_ACCESS_VIEW_DESC raw = {
      .Format = DXGI_FORMAT_R32_TYPELESS,
      .ViewDimension = D3D12_UAV_DIMENSION_BUFFER,
      .Buffer = {.FirstElement = 4, .NumElements = 100, .Flags = D3D12_BUFFER_UAV_FLAG_RAW},
   };

   ID3D12Device8_CreateConstantBufferView(h->device, &cbv, harness_cpu_handle(h, f.heap, 3));
   ID3D12Device8_CreateShaderResourceView(h->device, null ? NULL : f.structures, &structures,
                                          harness_cpu_handle(h, f.heap, 4));
   ID3D12Device8_CreateShaderResourceView(h->device, null ? NULL : f.texture, &texture,
                                          harness_cpu_handle(h, f.heap, 5));
   ID3D12Device8_CreateUnorderedAccessView(h->device, null ? NULL : f.raw, NULL, &raw,
                                           harness_cpu_handle(h, f.heap, 6));
}

static void
run(struct harness *h, uint32_t got[THREADS][DWORDS])
{
   ID3D12GraphicsCommandList_SetDescriptorHeaps(h->list, 1, &f.heap);
   ID3D12GraphicsCommandList_SetComputeRootSignature(h->list, f.root);
   ID3D12GraphicsCommandList_SetPipelineState(h->list, f.pipeline);
   ID3D12GraphicsCommandList_SetComputeRoot32BitConstants(h->list, 0, 6, root_values, 0);
   ID3D12GraphicsCommandList_SetComputeRootDescriptorTable(h->list, 1, harness_gpu_handle(h, f.heap, 3));
   ID3D12GraphicsCommandList_SetComputeRootConstantBufferView(
      h->list, 2, ID3D12Resource_GetGPUVirtualAddress(f.constants) + 512);
   ID3D12GraphicsCommandList_SetComputeRootUnorderedAccessView(
      h->list, 3, ID3D12Resource_GetGPUVirtualAddress(f.out));
   ID3D12GraphicsCommandList_Dispatch(h->list, 1, 1, 1);
   harness_submit(h);
   harness_read_buffer(h, f.out, got, THREADS * DWORDS * 4);
}

#define EXPECT(dword, value)                                                                       \
   do {                                                                                            \
      if (got[t][dword] != (uint32_t)(value))                                                      \
         fail_msg("thread %u, dword %d: expected %u, got %u", t, dword, (uint32_t)(value),         \
                  got[t][dword]);                                                                  \
   } while (0)

static void
views_and_their_bounds(void **state)
{
   struct harness *h = *state;
   uint32_t got[THREADS][DWORDS];

   create_views(h, false);
   run(h, got);
   for (unsigned t = 0; t < THREADS; t++) {
      EXPECT(6, t < 16 ? 5000 + t * 4 + 1 : 0);
      EXPECT(7, 5015);
      EXPECT(8, 5016);
      EXPECT(9, 16);
      EXPECT(10, 0);
      EXPECT(11, t == 0 ? 11 : t == 1 ? 15 : 0);
      if (t < 16)
         EXPECT(12, 5000 + 128 + t * 4);
      EXPECT(13, 0);
      EXPECT(14, t < 5 ? 5000 + (2 + t) * 3 + 2 : 0);
      EXPECT(15, 5000 + (2 + 2) * 3 + 1);
      EXPECT(16, 0);
      EXPECT(17, 5);
      EXPECT(18, 400);
      EXPECT(19, 10); /* level 1 of the view is level 2 of the texture */
      EXPECT(20, 3);
      EXPECT(21, 2);
   }
}

static void
null_descriptors_read_zero(void **state)
{
   struct harness *h = *state;
   uint32_t got[THREADS][DWORDS];

   create_views(h, true);
   run(h, got);
   for (unsigned t = 0; t < THREADS; t++) {
      static const int zeros[] = {6, 7, 8, 13, 14, 15, 16, 17, 18, 19, 20};
      for (unsigned i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++)
         EXPECT(zeros[i], 0);
      EXPECT(9, 16);
   }
}

/* Descriptors are read when the list is executed, root arguments when it is recorded. */
static void
arguments_are_versioned(void **state)
{
   enum { ROUNDS = 6 };
   struct harness *h = *state;
   D3D12_ROOT_PARAMETER1 parameters[2] = {scene_root_constants(0, 4),
                                          scene_root_view(D3D12_ROOT_PARAMETER_TYPE_UAV, 0)};
   D3D12_ROOT_SIGNATURE_DESC1 desc = {.NumParameters = 2, .pParameters = parameters};
   ID3D12RootSignature *root = harness_create_root_signature(h, &desc);
   ID3D12PipelineState *pipeline = scene_create_compute(h, root, "stamp.cs");
   ID3D12Resource *buffer = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, ROUNDS * 256);
   static uint32_t got[ROUNDS * 64];

   harness_upload_buffer(h, buffer, got, sizeof(got));
   ID3D12GraphicsCommandList_SetComputeRootSignature(h->list, root);
   ID3D12GraphicsCommandList_SetPipelineState(h->list, pipeline);
   for (unsigned i = 0; i < ROUNDS; i++) {
      ID3D12GraphicsCommandList_SetComputeRoot32BitConstant(h->list, 0, i * i + 1, 0);
      ID3D12GraphicsCommandList_SetComputeRootUnorderedAccessView(
         h->list, 1, ID3D12Resource_GetGPUVirtualAddress(buffer) + i * 256);
      ID3D12GraphicsCommandList_Dispatch(h->list, 1, 1, 1);
   }
   harness_submit(h);
   harness_read_buffer(h, buffer, got, sizeof(got));
   for (unsigned i = 0; i < ROUNDS * 64; i++)
      assert_int_equal(got[i], (i / 64) * (i / 64) + 1);
   RELEASE(buffer);
   RELEASE(pipeline);
   RELEASE(root);
}

/* texture.ps with a static sampler: beyond the edge is its border, white. */
static void
static_samplers(void **state)
{
   struct harness *h = *state;
   static const D3D12_DESCRIPTOR_RANGE1 range = {D3D12_DESCRIPTOR_RANGE_TYPE_SRV, 1};
   D3D12_ROOT_PARAMETER1 parameters[2] = {scene_root_table(&range), scene_root_constants(0, 4)};
   D3D12_STATIC_SAMPLER_DESC sampler = {
      .Filter = D3D12_FILTER_MIN_MAG_MIP_POINT,
      .AddressU = D3D12_TEXTURE_ADDRESS_MODE_BORDER,
      .AddressV = D3D12_TEXTURE_ADDRESS_MODE_BORDER,
      .AddressW = D3D12_TEXTURE_ADDRESS_MODE_BORDER,
      .BorderColor = D3D12_STATIC_BORDER_COLOR_OPAQUE_WHITE,
      .MaxLOD = D3D12_FLOAT32_MAX,
   };
   D3D12_ROOT_SIGNATURE_DESC1 desc = {
      .NumParameters = 2,
      .pParameters = parameters,
      .NumStaticSamplers = 1,
      .pStaticSamplers = &sampler,
      .Flags = D3D12_ROOT_SIGNATURE_FLAG_ALLOW_INPUT_ASSEMBLER_INPUT_LAYOUT,
   };
   ID3D12RootSignature *root = harness_create_root_signature(h, &desc);
   struct harness_target target;
   struct harness_image image;
   static const uint32_t texels[4] = {0xff0000ff, 0xff00ff00, 0xffff0000, 0xff00ffff};
   static const float black[4], factor[4] = {1, 1, 1, 1};
   D3D12_RESOURCE_DESC texture_desc =
      harness_texture_desc(2, 2, DXGI_FORMAT_R8G8B8A8_UNORM, D3D12_RESOURCE_FLAG_NONE);
   ID3D12Resource *texture = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &texture_desc);
   struct scene_vertex vertices[SCENE_QUAD_VERTICES];

   harness_upload_texture(h, texture, 0, texels, 8);
   ID3D12Device8_CreateShaderResourceView(h->device, texture, NULL, harness_cpu_handle(h, f.heap, 0));
   harness_target_init(h, &target, 8, 8, DXGI_FORMAT_R8G8B8A8_UNORM, DXGI_FORMAT_UNKNOWN, 1);
   D3D12_GRAPHICS_PIPELINE_STATE_DESC pipeline_desc =
      harness_pipeline_desc(root, &target, "position-color.vs", "texture.ps");
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &pipeline_desc);
   scene_quad(vertices, 0.5f, black);
   for (unsigned i = 0; i < SCENE_QUAD_VERTICES; i++) {
      /* -1/2 … 3/2 over the target: the texture is its inner quarter. */
      vertices[i].color[0] = vertices[i].position[0] + 0.5f;
      vertices[i].color[1] = 0.5f - vertices[i].position[1];
   }
   harness_target_begin(h, &target, black);
   ID3D12GraphicsCommandList_SetDescriptorHeaps(h->list, 1, &f.heap);
   ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
   ID3D12GraphicsCommandList_SetGraphicsRootDescriptorTable(h->list, 0, harness_gpu_handle(h, f.heap, 0));
   ID3D12GraphicsCommandList_SetGraphicsRoot32BitConstants(h->list, 1, 4, factor, 0);
   scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST, vertices, SCENE_QUAD_VERTICES);
   harness_target_end(h, &target, NULL);
   harness_read_texture(h, target.color, 0, &image);
   for (UINT y = 0; y < 8; y++) {
      for (UINT x = 0; x < 8; x++) {
         bool inside = x >= 2 && x < 6 && y >= 2 && y < 6;
         uint32_t wanted = inside ? texels[(y - 2) / 2 * 2 + (x - 2) / 2] : UINT32_MAX;
         if (harness_texel32(&image, x, y) != wanted)
            fail_msg("(%u, %u): expected %#x, got %#x", x, y, wanted, harness_texel32(&image, x, y));
      }
   }
   harness_image_finish(&image);
   harness_target_finish(&target);
   RELEASE(texture);
   RELEASE(pipeline);
   RELEASE(root);
}

/* Typeless texels of 32 bits, seen as one number (D3D11.3 5.3.9.5); other resources refuse that. */
static void
texels_are_edited_in_place(void **state)
{
   static const DXGI_FORMAT formats[] = { DXGI_FORMAT_R8G8B8A8_TYPELESS, DXGI_FORMAT_R16G16_TYPELESS,
                                          DXGI_FORMAT_R10G10B10A2_TYPELESS,
                                          DXGI_FORMAT_R8G8B8A8_UNORM };
   static const UINT color[4] = { 0x12345678 };
   struct harness *h = *state;
   struct harness_image image;

   for (unsigned i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
      D3D12_RESOURCE_DESC desc =
         harness_texture_desc(8, 8, formats[i], D3D12_RESOURCE_FLAG_ALLOW_UNORDERED_ACCESS);
      D3D12_UNORDERED_ACCESS_VIEW_DESC view = { .Format = DXGI_FORMAT_R32_UINT,
                                                .ViewDimension = D3D12_UAV_DIMENSION_TEXTURE2D };
      ID3D12Resource *texture = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc);
      ID3D12DescriptorHeap *heaps[2];

      for (unsigned v = 0; v < 2; v++) {
         heaps[v] =
            harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_CBV_SRV_UAV, 1, v == 1);
         ID3D12Device8_CreateUnorderedAccessView(h->device, texture, NULL, &view,
                                                 harness_cpu_handle(h, heaps[v], 0));
      }
      harness_barrier(h, texture, D3D12_RESOURCE_STATE_COMMON,
                      D3D12_RESOURCE_STATE_UNORDERED_ACCESS);
      ID3D12GraphicsCommandList_SetDescriptorHeaps(h->list, 1, &heaps[1]);
      ID3D12GraphicsCommandList_ClearUnorderedAccessViewUint(
         h->list, harness_gpu_handle(h, heaps[1], 0), harness_cpu_handle(h, heaps[0], 0), texture,
         color, 0, NULL);
      harness_barrier(h, texture, D3D12_RESOURCE_STATE_UNORDERED_ACCESS,
                      D3D12_RESOURCE_STATE_COMMON);
      harness_read_texture(h, texture, 0, &image);
      assert_int_equal(harness_texel32(&image, 7, 7), i < 3 ? color[0] : 0);
      harness_image_finish(&image);
      for (unsigned v = 0; v < 2; v++)
         RELEASE(heaps[v]);
      RELEASE(texture);
   }
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(views_and_their_bounds, setup, teardown),
      cmocka_unit_test_setup_teardown(null_descriptors_read_zero, setup, teardown),
      cmocka_unit_test_setup_teardown(arguments_are_versioned, setup, teardown),
      cmocka_unit_test_setup_teardown(static_samplers, setup, teardown),
      cmocka_unit_test_setup_teardown(texels_are_edited_in_place, setup, teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
