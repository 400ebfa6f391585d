/*
 * Textures in their own size, as compositors draw them, with texture.ps: the device may copy them, where nothing
 * but the texture reaches the target. With a depth test that always passes it may not, and the picture is the
 * same.
 */
#include "scene.h"

#include <string.h>

#define WIDTH 200
#define HEIGHT 150

struct fixture {
   ID3D12DescriptorHeap *heap; /* t0, b0 */
   ID3D12RootSignature *root;
   ID3D12Resource *texture, *constants;
   struct harness_target target;
   uint32_t texels[HEIGHT][WIDTH];
};

static void
fixture_init(struct harness *h, struct fixture *f, DXGI_FORMAT texture, DXGI_FORMAT target,
             D3D12_FILTER filter)
{
   static const D3D12_DESCRIPTOR_RANGE1 ranges[2] = {
      { D3D12_DESCRIPTOR_RANGE_TYPE_SRV, 1 },
      { D3D12_DESCRIPTOR_RANGE_TYPE_CBV, 1, .OffsetInDescriptorsFromTableStart = 1 },
   };
   const D3D12_ROOT_PARAMETER1 table = {
      D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE,
      .DescriptorTable = { 2, ranges },
   };
   const D3D12_STATIC_SAMPLER_DESC sampler = {
      .Filter = filter,
      .AddressU = D3D12_TEXTURE_ADDRESS_MODE_CLAMP,
      .AddressV = D3D12_TEXTURE_ADDRESS_MODE_CLAMP,
      .AddressW = D3D12_TEXTURE_ADDRESS_MODE_CLAMP,
      .MaxLOD = D3D12_FLOAT32_MAX,
   };
   const D3D12_ROOT_SIGNATURE_DESC1 desc = {
      1, &table, 1, &sampler, D3D12_ROOT_SIGNATURE_FLAG_ALLOW_INPUT_ASSEMBLER_INPUT_LAYOUT
   };
   const D3D12_RESOURCE_DESC texture_desc =
      harness_texture_desc(WIDTH, HEIGHT, texture, D3D12_RESOURCE_FLAG_NONE);
   uint64_t seed = 1;

   for (unsigned y = 0; y < HEIGHT; y++) {
      for (unsigned x = 0; x < WIDTH; x++)
         f->texels[y][x] = scene_random(&seed);
   }
   f->root = harness_create_root_signature(h, &desc);
   f->texture = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &texture_desc);
   harness_upload_texture(h, f->texture, 0, f->texels, WIDTH * 4);
   f->heap = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_CBV_SRV_UAV, 2, true);
   ID3D12Device8_CreateShaderResourceView(h->device, f->texture, NULL,
                                          harness_cpu_handle(h, f->heap, 0));
   harness_target_init(h, &f->target, WIDTH, HEIGHT, target, DXGI_FORMAT_D32_FLOAT, 1);
}

static void
fixture_finish(struct fixture *f)
{
   harness_target_finish(&f->target);
   RELEASE(f->constants);
   RELEASE(f->texture);
   RELEASE(f->heap);
   RELEASE(f->root);
}

/* The texture, moved by so many texels, over all of the target. */
static void
draw(struct harness *h, struct fixture *f, bool depth_test, float dx, float dy, bool flip,
     const float factor[4], struct harness_image *image)
{
   static const float clear[4] = { 0.25f, 0.5f, 0.75f, 1 };
   const D3D12_CPU_DESCRIPTOR_HANDLE handle = harness_cpu_handle(h, f->heap, 1);
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc =
      harness_pipeline_desc(f->root, &f->target, "position-color.vs", "texture.ps");
   struct scene_vertex vertices[SCENE_QUAD_VERTICES];

   RELEASE(f->constants);
   f->constants = harness_create_data(h, factor, 256);
   const D3D12_CONSTANT_BUFFER_VIEW_DESC view = { ID3D12Resource_GetGPUVirtualAddress(f->constants),
                                                  256 };
   ID3D12Device8_CreateConstantBufferView(h->device, &view, handle);
   desc.DepthStencilState.DepthEnable = depth_test;
   desc.DepthStencilState.DepthFunc = D3D12_COMPARISON_FUNC_ALWAYS;
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
   scene_quad(vertices, 0.5f, clear);
   for (unsigned i = 0; i < SCENE_QUAD_VERTICES; i++) {
      float x = vertices[i].position[0], y = vertices[i].position[1] * (flip ? -1 : 1);

      vertices[i].color[0] = 0.5f + x / 2 + dx / WIDTH;
      vertices[i].color[1] = 0.5f - y / 2 + dy / HEIGHT;
   }
   harness_target_begin(h, &f->target, clear);
   ID3D12GraphicsCommandList_SetDescriptorHeaps(h->list, 1, &f->heap);
   ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, f->root);
   ID3D12GraphicsCommandList_SetGraphicsRootDescriptorTable(h->list, 0,
                                                            harness_gpu_handle(h, f->heap, 0));
   scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST, vertices, SCENE_QUAD_VERTICES);
   harness_target_end(h, &f->target, NULL);
   harness_read_texture(h, f->target.color, 0, image);
   RELEASE(pipeline);
}

static void
same_either_way(void **state)
{
   static const DXGI_FORMAT formats[] = {
      DXGI_FORMAT_R8G8B8A8_UNORM,      DXGI_FORMAT_B8G8R8A8_UNORM,    DXGI_FORMAT_B8G8R8X8_UNORM,
      DXGI_FORMAT_B8G8R8A8_UNORM_SRGB, DXGI_FORMAT_R10G10B10A2_UNORM, DXGI_FORMAT_R16G16_UNORM,
   };
   static const D3D12_FILTER filters[] = { D3D12_FILTER_MIN_MAG_MIP_POINT,
                                           D3D12_FILTER_MIN_MAG_MIP_LINEAR };
   static const struct {
      float dx, dy;
      bool flip;
      float scale;
   } cases[] = {
      { 0, 0, false, 1 },    { 0, 0, true, 1 },          { 17, -5, false, 1 },
      { 0.5f, 0, false, 1 }, { 0.25f, 0.75f, false, 1 }, { 0, 0, false, 0.5f },
      { -31, 40, true, 1 },
   };
   const unsigned num_formats = sizeof(formats) / sizeof(formats[0]);
   struct harness *h = *state;

   for (unsigned n = 0; n < num_formats * num_formats * 2; n++) {
      struct fixture f = { 0 };

      fixture_init(h, &f, formats[n / 2 % num_formats], formats[n / 2 / num_formats],
                   filters[n % 2]);
      for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
         float factor[64] = { cases[i].scale, cases[i].scale, cases[i].scale, cases[i].scale };
         struct harness_image images[2];

         for (unsigned way = 0; way < 2; way++)
            draw(h, &f, way, cases[i].dx, cases[i].dy, cases[i].flip, factor, &images[way]);
         for (unsigned y = 0; y < HEIGHT; y++) {
            for (unsigned x = 0; x < WIDTH; x++) {
               uint32_t got = harness_texel32(&images[0], x, y);
               uint32_t wanted = harness_texel32(&images[1], x, y);

               if (got != wanted)
                  fail_msg("formats %u to %u, case %u, (%u, %u): %#x, and %#x with a depth test",
                           formats[n / 2 % num_formats], formats[n / 2 / num_formats], i, x, y, got,
                           wanted);
            }
         }
         harness_image_finish(&images[0]);
         harness_image_finish(&images[1]);
      }
      fixture_finish(&f);
   }
}

/* And it is the texture. */
static void
texels_arrive(void **state)
{
   static const float one[64] = { 1, 1, 1, 1 };
   struct harness *h = *state;
   struct harness_image image;
   struct fixture f = { 0 };

   fixture_init(h, &f, DXGI_FORMAT_B8G8R8A8_UNORM, DXGI_FORMAT_B8G8R8A8_UNORM,
                D3D12_FILTER_MIN_MAG_MIP_LINEAR);
   for (unsigned flip = 0; flip < 2; flip++) {
      draw(h, &f, false, 0, 0, flip, one, &image);
      for (unsigned y = 0; y < HEIGHT; y++) {
         for (unsigned x = 0; x < WIDTH; x++)
            assert_int_equal(harness_texel32(&image, x, y), f.texels[flip ? HEIGHT - 1 - y : y][x]);
      }
      harness_image_finish(&image);
   }
   fixture_finish(&f);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(same_either_way, harness_setup, harness_teardown),
      cmocka_unit_test_setup_teardown(texels_arrive, harness_setup, harness_teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
