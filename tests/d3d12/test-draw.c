/* Draws: from vertices in a buffer to texels in a target. */
#include "harness.h"

#include <string.h>

#define SIZE 64
#define RED 0xff0000ffu
#define GREEN 0xff00ff00u
#define BLUE 0xffff0000u

static const float black[4] = { 0, 0, 0, 1 };

struct vertex {
   float position[4], color[4];
};

static const D3D12_INPUT_ELEMENT_DESC elements[] = {
   { "TEXCOORD", 0, DXGI_FORMAT_R32G32B32A32_FLOAT, 0, 0,
     D3D12_INPUT_CLASSIFICATION_PER_VERTEX_DATA, 0 },
   { "TEXCOORD", 1, DXGI_FORMAT_R32G32B32A32_FLOAT, 0, 16,
     D3D12_INPUT_CLASSIFICATION_PER_VERTEX_DATA, 0 },
};

struct scene {
   struct harness_target target;
   ID3D12RootSignature *root;
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc;
   ID3D12PipelineState *pipeline;
};

static void
scene_init(struct harness *h, struct scene *scene, DXGI_FORMAT depth, UINT samples)
{
   harness_target_init(h, &scene->target, SIZE, SIZE, DXGI_FORMAT_R8G8B8A8_UNORM, depth, samples);
   scene->root = harness_create_root_signature(h, NULL);
   scene->desc =
      harness_pipeline_desc(scene->root, &scene->target, "position-color.vs", "color.ps");
   scene->desc.InputLayout = (D3D12_INPUT_LAYOUT_DESC){ elements, 2 };
   scene->pipeline = NULL;
}

static void
scene_finish(struct scene *scene)
{
   RELEASE(scene->pipeline);
   RELEASE(scene->root);
   harness_target_finish(&scene->target);
}

/* With the scene's description as it is now. */
static void
draw_buffer(struct harness *h, struct scene *scene, ID3D12Resource *buffer, UINT count)
{
   D3D12_VERTEX_BUFFER_VIEW view = { ID3D12Resource_GetGPUVirtualAddress(buffer),
                                     count * sizeof(struct vertex), sizeof(struct vertex) };

   RELEASE(scene->pipeline);
   assert_ok(ID3D12Device8_CreateGraphicsPipelineState(
      h->device, &scene->desc, &IID_ID3D12PipelineState, (void **)&scene->pipeline));
   ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, scene->root);
   ID3D12GraphicsCommandList_SetPipelineState(h->list, scene->pipeline);
   ID3D12GraphicsCommandList_IASetPrimitiveTopology(h->list, D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST);
   ID3D12GraphicsCommandList_IASetVertexBuffers(h->list, 0, 1, &view);
   ID3D12GraphicsCommandList_DrawInstanced(h->list, count, 1, 0, 0);
}

/* The buffer is kept until the list was executed. */
static ID3D12Resource *
draw(struct harness *h, struct scene *scene, const struct vertex *vertices, UINT count)
{
   ID3D12Resource *buffer = harness_create_data(h, vertices, count * sizeof(*vertices));

   draw_buffer(h, scene, buffer, count);
   return buffer;
}

/* A triangle over the left half's lower part: its long edge goes from (-1, 1) to (0, -1). */
static void
fill_triangle(struct vertex vertices[3], float z, float r, float g, float b)
{
   static const float xy[3][2] = { { -1, 1 }, { 0, -1 }, { -1, -1 } };

   for (int i = 0; i < 3; i++)
      vertices[i] = (struct vertex){ { xy[i][0], xy[i][1], z, 1 }, { r, g, b, 1 } };
}

static void
clears_fill_the_target(void **state)
{
   struct harness *h = *state;
   struct harness_target target;
   struct harness_image image;
   const float color[4] = { 0, 0, 1, 1 };

   harness_target_init(h, &target, 70, 33, DXGI_FORMAT_R8G8B8A8_UNORM, DXGI_FORMAT_D32_FLOAT, 1);
   harness_target_begin(h, &target, color);
   harness_target_end(h, &target, NULL);
   harness_read_texture(h, target.color, 0, &image);
   for (UINT y = 0; y < 33; y++) {
      for (UINT x = 0; x < 70; x++)
         assert_int_equal(harness_texel32(&image, x, y), BLUE);
   }
   harness_image_finish(&image);
   harness_read_texture(h, target.depth, 0, &image);
   assert_true(harness_texel_float(&image, 69, 32) == 1.0f);
   harness_image_finish(&image);
   harness_target_finish(&target);
}

static void
triangles_cover_what_they_should(void **state)
{
   struct harness *h = *state;
   struct scene scene;
   struct vertex vertices[3];
   struct harness_image image;

   scene_init(h, &scene, DXGI_FORMAT_UNKNOWN, 1);
   fill_triangle(vertices, 0, 0, 1, 0);
   harness_target_begin(h, &scene.target, black);
   ID3D12Resource *buffer = draw(h, &scene, vertices, 3);
   harness_target_end(h, &scene.target, NULL);
   harness_read_texture(h, scene.target.color, 0, &image);
   /* Left of the line x = y / 2, on which no pixel's centre lies. */
   for (UINT y = 0; y < SIZE; y++) {
      for (UINT x = 0; x < SIZE; x++) {
         bool inside = 2 * (x + 0.5f) < y + 0.5f;
         assert_int_equal(harness_texel32(&image, x, y), inside ? GREEN : 0xff000000);
      }
   }
   harness_image_finish(&image);
   RELEASE(buffer);
   scene_finish(&scene);
}

static void
nearer_triangles_hide_others(void **state)
{
   struct harness *h = *state;
   struct scene scene;
   struct vertex vertices[6];
   struct harness_image image;

   scene_init(h, &scene, DXGI_FORMAT_D24_UNORM_S8_UINT, 1);
   scene.desc.DepthStencilState.DepthEnable = TRUE;
   scene.desc.DepthStencilState.DepthWriteMask = D3D12_DEPTH_WRITE_MASK_ALL;
   scene.desc.DepthStencilState.DepthFunc = D3D12_COMPARISON_FUNC_LESS;
   fill_triangle(vertices, 0.25f, 1, 0, 0);
   fill_triangle(vertices + 3, 0.75f, 0, 1, 0); /* later, but behind */
   harness_target_begin(h, &scene.target, black);
   ID3D12Resource *buffer = draw(h, &scene, vertices, 6);
   harness_target_end(h, &scene.target, NULL);
   harness_read_texture(h, scene.target.color, 0, &image);
   assert_int_equal(harness_texel32(&image, 2, 60), RED);
   assert_int_equal(harness_texel32(&image, 60, 2), 0xff000000);
   harness_image_finish(&image);
   harness_read_texture(h, scene.target.depth, 0, &image);
   assert_int_equal(harness_texel32(&image, 2, 60) & 0xffffff, 0x400000);
   assert_int_equal(harness_texel32(&image, 60, 2) & 0xffffff, 0xffffff);
   harness_image_finish(&image);
   RELEASE(buffer);
   scene_finish(&scene);
}

/* "A full finish and flush of all GPU work at ExecuteCommandLists completion" (DirectX-Specs:
 * D3D12EnhancedBarriers.md): so a buffer that one execution reads may be written by the next without a
 * barrier. Both wait until the queue has both. */
static void
executions_end_before_the_next_begin(void **state)
{
   struct harness *h = *state;
   struct scene scene;
   struct vertex vertices[3];
   ID3D12CommandAllocator *allocator;
   ID3D12GraphicsCommandList *copy;
   ID3D12Fence *gate;
   struct harness_image image;

   scene_init(h, &scene, DXGI_FORMAT_UNKNOWN, 1);
   fill_triangle(vertices, 0, 1, 0, 0);
   ID3D12Resource *buffer =
      harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, sizeof(vertices));
   harness_upload_buffer(h, buffer, vertices, sizeof(vertices));
   fill_triangle(vertices, 0, 0, 1, 0);
   ID3D12Resource *green = harness_create_data(h, vertices, sizeof(vertices));

   assert_ok(ID3D12Device8_CreateCommandAllocator(h->device, D3D12_COMMAND_LIST_TYPE_DIRECT,
                                                  &IID_ID3D12CommandAllocator,
                                                  (void **)&allocator));
   assert_ok(ID3D12Device8_CreateCommandList(h->device, 0, D3D12_COMMAND_LIST_TYPE_DIRECT,
                                             allocator, NULL, &IID_ID3D12GraphicsCommandList,
                                             (void **)&copy));
   ID3D12GraphicsCommandList_CopyBufferRegion(copy, buffer, 0, green, 0, sizeof(vertices));
   assert_ok(ID3D12GraphicsCommandList_Close(copy));
   harness_target_begin(h, &scene.target, black);
   draw_buffer(h, &scene, buffer, 3);
   assert_ok(ID3D12GraphicsCommandList_Close(h->list));

   assert_ok(ID3D12Device8_CreateFence(h->device, 0, D3D12_FENCE_FLAG_NONE, &IID_ID3D12Fence,
                                       (void **)&gate));
   assert_ok(ID3D12CommandQueue_Wait(h->queue, gate, 1));
   ID3D12CommandQueue_ExecuteCommandLists(h->queue, 1, (ID3D12CommandList **)&h->list);
   ID3D12CommandQueue_ExecuteCommandLists(h->queue, 1, (ID3D12CommandList **)&copy);
   assert_ok(ID3D12CommandQueue_Signal(h->queue, h->fence, ++h->fence_value));
   assert_ok(ID3D12Fence_Signal(gate, 1));
   harness_wait(h->fence, h->fence_value);
   assert_ok(ID3D12CommandAllocator_Reset(h->allocator));
   assert_ok(ID3D12GraphicsCommandList_Reset(h->list, h->allocator, NULL));

   harness_target_end(h, &scene.target, NULL);
   harness_read_texture(h, scene.target.color, 0, &image);
   assert_int_equal(harness_texel32(&image, 2, SIZE - 2), RED);
   harness_image_finish(&image);
   RELEASE(gate);
   RELEASE(copy);
   RELEASE(allocator);
   RELEASE(green);
   RELEASE(buffer);
   scene_finish(&scene);
}

static void
samples_are_averaged(void **state)
{
   struct harness *h = *state;
   D3D12_RESOURCE_DESC desc = harness_texture_desc(SIZE, SIZE, DXGI_FORMAT_R8G8B8A8_UNORM,
                                                   D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET);
   ID3D12Resource *resolved = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc);
   struct scene scene;
   struct vertex vertices[3];
   struct harness_image image;
   UINT partial = 0;

   scene_init(h, &scene, DXGI_FORMAT_UNKNOWN, 4);
   scene.desc.RasterizerState.MultisampleEnable = TRUE;
   fill_triangle(vertices, 0, 0, 1, 0);
   harness_target_begin(h, &scene.target, black);
   ID3D12Resource *buffer = draw(h, &scene, vertices, 3);
   harness_target_end(h, &scene.target, resolved);
   harness_read_texture(h, resolved, 0, &image);
   for (UINT y = 0; y < SIZE; y++) {
      for (UINT x = 0; x < SIZE; x++) {
         UINT green = harness_texel32(&image, x, y) >> 8 & 0xff;
         if (green != 0 && green != 255) {
            assert_true(green == 64 || green == 128 || green == 191 || green == 127);
            partial++;
         }
      }
   }
   assert_true(partial >= SIZE / 2); /* along the edge */
   harness_image_finish(&image);
   RELEASE(buffer);
   RELEASE(resolved);
   scene_finish(&scene);
}

/* The same pipeline as a stream of pieces, with what is not said left out. */
static void
pipelines_come_as_streams(void **state)
{
   struct harness *h = *state;
   struct scene scene;
   ID3D12PipelineState *pipeline;

   scene_init(h, &scene, DXGI_FORMAT_UNKNOWN, 1);
#define PIECE(name, type, field)                                                                   \
   struct {                                                                                        \
      _Alignas(void *) D3D12_PIPELINE_STATE_SUBOBJECT_TYPE field##_type;                           \
      type field;                                                                                  \
   }
   struct {
      PIECE(ROOT_SIGNATURE, ID3D12RootSignature *, root);
      PIECE(VS, D3D12_SHADER_BYTECODE, vs);
      PIECE(PS, D3D12_SHADER_BYTECODE, ps);
      PIECE(INPUT_LAYOUT, D3D12_INPUT_LAYOUT_DESC, layout);
      PIECE(PRIMITIVE_TOPOLOGY, D3D12_PRIMITIVE_TOPOLOGY_TYPE, topology);
      PIECE(RENDER_TARGET_FORMATS, struct D3D12_RT_FORMAT_ARRAY, targets);
   } stream = {
      .root_type = D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_ROOT_SIGNATURE,
      .root = scene.root,
      .vs_type = D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_VS,
      .vs = scene.desc.VS,
      .ps_type = D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_PS,
      .ps = scene.desc.PS,
      .layout_type = D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_INPUT_LAYOUT,
      .layout = { elements, 2 },
      .topology_type = D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_PRIMITIVE_TOPOLOGY,
      .topology = D3D12_PRIMITIVE_TOPOLOGY_TYPE_TRIANGLE,
      .targets_type = D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_RENDER_TARGET_FORMATS,
      .targets = { { DXGI_FORMAT_R8G8B8A8_UNORM }, 1 },
   };
   D3D12_PIPELINE_STATE_STREAM_DESC desc = { sizeof(stream), &stream };
#define CREATE()                                                                                   \
   ID3D12Device8_CreatePipelineState(h->device, &desc, &IID_ID3D12PipelineState, (void **)&pipeline)

   assert_ok(CREATE());
   RELEASE(pipeline);
   desc.SizeInBytes -= 8;
   assert_int_equal(CREATE(), E_INVALIDARG);
   desc.SizeInBytes = sizeof(stream);
   stream.ps_type = D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_VS; /* twice */
   assert_int_equal(CREATE(), E_INVALIDARG);
   stream.ps_type = D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_MS;
   assert_int_equal(CREATE(), E_INVALIDARG);
   stream.ps_type = 12345;
   assert_int_equal(CREATE(), E_INVALIDARG);
   scene_finish(&scene);
}

static void
bad_pipelines_are_refused(void **state)
{
   struct harness *h = *state;
   struct scene scene;
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc;
   ID3D12PipelineState *pipeline;

   scene_init(h, &scene, DXGI_FORMAT_UNKNOWN, 1);
#define REFUSED(change)                                                                            \
   desc = scene.desc;                                                                              \
   change;                                                                                         \
   assert_true(FAILED(ID3D12Device8_CreateGraphicsPipelineState(                                   \
      h->device, &desc, &IID_ID3D12PipelineState, (void **)&pipeline)));                           \
   assert_null(pipeline)
   REFUSED(desc.VS.pShaderBytecode = NULL);
   REFUSED(desc.VS.BytecodeLength = 16);
   REFUSED(desc.VS = desc.PS);
   REFUSED(desc.pRootSignature = NULL); /* and the shader has none */
   REFUSED(desc.NumRenderTargets = 9);
   REFUSED(desc.RTVFormats[0] = DXGI_FORMAT_BC1_UNORM);
   REFUSED(desc.DSVFormat = DXGI_FORMAT_R8_UNORM);
   REFUSED(desc.SampleDesc.Count = 5);
   REFUSED(desc.PrimitiveTopologyType = 0);
   REFUSED(desc.InputLayout.pInputElementDescs = NULL);
   REFUSED(desc.InputLayout.NumElements = 1); /* one is missing */
   scene_finish(&scene);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(clears_fill_the_target),
      cmocka_unit_test(triangles_cover_what_they_should),
      cmocka_unit_test(nearer_triangles_hide_others),
      cmocka_unit_test(executions_end_before_the_next_begin),
      cmocka_unit_test(samples_are_averaged),
      cmocka_unit_test(pipelines_come_as_streams),
      cmocka_unit_test(bad_pipelines_are_refused),
   };

   return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
