/* Patches: hull shader, tessellator, domain shader, and what may come behind them. */
#include "scene.h"

#include <math.h>
#include <string.h>

#define SIZE 64
#define PATCH4 D3D_PRIMITIVE_TOPOLOGY_4_CONTROL_POINT_PATCHLIST
#define PATCH3 D3D_PRIMITIVE_TOPOLOGY_3_CONTROL_POINT_PATCHLIST

static ID3D12RootSignature *root;
static struct harness_target target;
static const float black[4];

static int
setup(void **state)
{
   D3D12_ROOT_SIGNATURE_DESC1 desc = {
      .Flags = D3D12_ROOT_SIGNATURE_FLAG_ALLOW_INPUT_ASSEMBLER_INPUT_LAYOUT |
               D3D12_ROOT_SIGNATURE_FLAG_ALLOW_STREAM_OUTPUT,
   };

   harness_setup(state);
   struct harness *h = *state;
   root = harness_create_root_signature(h, &desc);
   harness_target_init(h, &target, SIZE, SIZE, DXGI_FORMAT_R32G32B32A32_FLOAT, DXGI_FORMAT_UNKNOWN,
                       1);
   return 0;
}

static int
teardown(void **state)
{
   harness_target_finish(&target);
   RELEASE(root);
   return harness_teardown(state);
}

/* Draws add up, so that a pixel drawn twice is seen. */
static D3D12_GRAPHICS_PIPELINE_STATE_DESC
describe(const char *hs, const char *ds)
{
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc =
      harness_pipeline_desc(root, &target, "position-color.vs", "color.ps");

   desc.HS = harness_shader(hs);
   desc.DS = harness_shader(ds);
   desc.PrimitiveTopologyType = D3D12_PRIMITIVE_TOPOLOGY_TYPE_PATCH;
   desc.BlendState.RenderTarget[0].BlendEnable = TRUE;
   desc.BlendState.RenderTarget[0].DestBlend = D3D12_BLEND_ONE;
   desc.BlendState.RenderTarget[0].DestBlendAlpha = D3D12_BLEND_ONE;
   return desc;
}

/* A patch over a rectangle of clip space. */
static void
quad_patch(struct scene_vertex v[4], float x0, float y0, float x1, float y1, const float edges[4],
           const float insides[4])
{
   for (unsigned i = 0; i < 4; i++)
      v[i] = (struct scene_vertex){ { i & 1 ? x1 : x0, i & 2 ? y1 : y0, 0.5f, 1 }, { 0 } };
   memcpy(v[0].color, edges, sizeof(v[0].color));
   memcpy(v[1].color, insides, sizeof(v[1].color));
}

static void
begin(struct harness *h)
{
   harness_target_begin(h, &target, black);
   ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
}

static const float *
texel(const struct harness_image *image, UINT x, UINT y)
{
   return (const float *)(image->data + y * image->row_pitch + x * 16);
}

/* Two quads side by side, with all kinds of factors: no pixel is left out or drawn twice. */
static void
quads_fill_their_area(void **state)
{
   static const float factors[][8] = {
      { 1, 1, 1, 1, 1, 1 },    { 2, 2, 2, 2, 2, 2 },   { 3, 5, 4, 7, 6, 2 },
      { 1, 9, 2, 1, 1, 1 },    { 13, 1, 8, 2, 3, 11 }, { 64, 64, 64, 64, 64, 64 },
      { 64, 1, 17, 1, 1, 40 },
   };
   struct harness *h = *state;
   struct harness_image image;
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = describe("quad.hs", "quad.ds");
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);

   for (unsigned f = 0; f < sizeof(factors) / sizeof(factors[0]); f++) {
      const float *e = factors[f];
      const float other[4] = { e[2], e[3], e[0], e[1] }; /* the shared edge has the same */
      struct scene_vertex vertices[8];
      quad_patch(vertices, -1, 1, 0, -1, e, e + 4);
      quad_patch(vertices + 4, 0, 1, 1, -1, other, e + 4);
      begin(h);
      scene_draw(h, pipeline, PATCH4, vertices, 8);
      harness_target_end(h, &target, NULL);
      harness_read_texture(h, target.color, 0, &image);
      for (UINT p = 0; p < SIZE * SIZE; p++) {
         UINT x = p % SIZE, y = p / SIZE, patch = x / (SIZE / 2);
         const float *got = texel(&image, x, y);
         float u = (x % (SIZE / 2) + 0.5f) / (SIZE / 2), v = (y + 0.5f) / SIZE;
         if (got[3] != 1 || fabsf(got[0] - u) > 1e-4f || fabsf(got[1] - v) > 1e-4f ||
             got[2] != 2 * patch)
            fail_msg("factors %u, pixel %u %u: %g %g %g %g", f, x, y, got[0], got[1], got[2],
                     got[3]);
      }
      harness_image_finish(&image);
   }
   RELEASE(pipeline);
}

/* More patches than fill whole groups of lanes, one beside the other. */
static void
control_points_see_each_other(void **state)
{
   enum { PATCHES = 32 };
   struct harness *h = *state;
   struct harness_image image;
   struct scene_vertex vertices[PATCHES * 4];
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = describe("opposite.hs", "quad.ds");
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);

   for (unsigned i = 0; i < PATCHES; i++) {
      const float x = 2.0f * i / PATCHES - 1;
      quad_patch(vertices + 4 * i, x, 1, x + 2.0f / PATCHES, -1, black, black);
   }
   begin(h);
   scene_draw(h, pipeline, PATCH4, vertices, PATCHES * 4);
   harness_target_end(h, &target, NULL);
   harness_read_texture(h, target.color, 0, &image);
   for (UINT p = 0; p < SIZE * SIZE; p++) {
      UINT x = p % SIZE, y = p / SIZE, width = SIZE / PATCHES, patch = x / width;
      const float *got = texel(&image, x, y);
      float u = 1 - (x % width + 0.5f) / width, v = 1 - (y + 0.5f) / SIZE;
      if (got[3] != 1 || fabsf(got[0] - u) > 1e-2f || fabsf(got[1] - v) > 1e-2f ||
          got[2] != 2 * patch + 2)
         fail_msg("pixel %u %u: %g %g %g %g", x, y, got[0], got[1], got[2], got[3]);
   }
   harness_image_finish(&image);
   RELEASE(pipeline);
}

/* The target as two triangles, with their corners clockwise. */
static void
triangle_patches(struct scene_vertex v[6], const float edges[4], float inside)
{
   static const float xy[6][2] = {
      { -1, 1 }, { 1, 1 }, { -1, -1 }, { 1, -1 }, { -1, -1 }, { 1, 1 }
   };

   for (unsigned i = 0; i < 6; i++)
      v[i] = (struct scene_vertex){ { xy[i][0], xy[i][1], 0.5f, 1 }, { inside } };
   /* The edge between the two is opposite the first corner of both: U == 0. */
   memcpy(v[0].color, edges, sizeof(v[0].color));
   memcpy(v[3].color, edges, sizeof(v[3].color));
}

static void
triangles_have_a_direction(void **state)
{
   static const float factors[][5] = {
      { 1, 1, 1, 0, 1 },
      { 3, 3, 3, 0, 3 },
      { 2.5f, 1.1f, 7.3f, 0, 4.9f },
      { 63, 1, 22, 0, 17 },
   };
   struct harness *h = *state;
   struct harness_image image;

   for (unsigned i = 0; i < 16; i++) {
      D3D12_CULL_MODE cull = i & 1 ? D3D12_CULL_MODE_BACK : D3D12_CULL_MODE_FRONT;
      bool front_counter = i & 2;
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = describe("triangle.hs", "triangle.ds");
      desc.RasterizerState.CullMode = cull;
      desc.RasterizerState.FrontCounterClockwise = front_counter;
      ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
      struct scene_vertex vertices[6];
      float wanted = (cull == D3D12_CULL_MODE_BACK) != front_counter;

      triangle_patches(vertices, factors[i / 4], factors[i / 4][4]);
      begin(h);
      scene_draw(h, pipeline, PATCH3, vertices, 6);
      harness_target_end(h, &target, NULL);
      harness_read_texture(h, target.color, 0, &image);
      for (UINT p = 0; p < SIZE * SIZE; p++) {
         const float *got = texel(&image, p % SIZE, p / SIZE);
         if (got[3] != wanted)
            fail_msg("case %u, pixel %u %u: drawn %g times", i, p % SIZE, p / SIZE, got[3]);
      }
      harness_image_finish(&image);
      RELEASE(pipeline);
   }
}

static void
isolines_are_rows(void **state)
{
   static const float factors[4] = { 7.5f, 3 }; /* eight lines */
   struct harness *h = *state;
   struct harness_image image;
   struct scene_vertex vertices[4];
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = describe("isoline.hs", "isoline.ds");
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
   const float half = 1.0f / SIZE;

   quad_patch(vertices, -1, 1 - half, 1, -1 - half, factors, black);
   begin(h);
   scene_draw(h, pipeline, PATCH4, vertices, 4);
   harness_target_end(h, &target, NULL);
   harness_read_texture(h, target.color, 0, &image);
   for (UINT p = 0; p < SIZE * SIZE; p++) {
      UINT x = p % SIZE, y = p / SIZE;
      float wanted = y % (SIZE / 8) == 0;
      if (texel(&image, x, y)[3] != wanted)
         fail_msg("pixel %u %u: drawn %g times", x, y, texel(&image, x, y)[3]);
   }
   harness_image_finish(&image);
   RELEASE(pipeline);
}

static D3D12_QUERY_DATA_PIPELINE_STATISTICS
count(struct harness *h, ID3D12PipelineState *pipeline, const struct scene_vertex *vertices,
      UINT num, UINT instances)
{
   D3D12_QUERY_HEAP_DESC heap_desc = { D3D12_QUERY_HEAP_TYPE_PIPELINE_STATISTICS, 1, 0 };
   ID3D12Resource *results = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, 256);
   D3D12_QUERY_DATA_PIPELINE_STATISTICS got;
   ID3D12QueryHeap *heap;

   assert_ok(
      ID3D12Device8_CreateQueryHeap(h->device, &heap_desc, &IID_ID3D12QueryHeap, (void **)&heap));
   begin(h);
   ID3D12GraphicsCommandList_BeginQuery(h->list, heap, D3D12_QUERY_TYPE_PIPELINE_STATISTICS, 0);
   scene_set(h, pipeline, PATCH4, vertices, num);
   ID3D12GraphicsCommandList_DrawInstanced(h->list, num, instances, 0, 0);
   ID3D12GraphicsCommandList_EndQuery(h->list, heap, D3D12_QUERY_TYPE_PIPELINE_STATISTICS, 0);
   ID3D12GraphicsCommandList_ResolveQueryData(h->list, heap, D3D12_QUERY_TYPE_PIPELINE_STATISTICS,
                                              0, 1, results, 0);
   harness_target_end(h, &target, NULL);
   harness_read_buffer(h, results, &got, sizeof(got));
   RELEASE(results);
   RELEASE(heap);
   return got;
}

static void
statistics_count_patches(void **state)
{
   static const float one[4] = { 1, 1, 1, 1 }, three[4] = { 3, 3, 3, 3 };
   static const float bad[4] = { 3, NAN, 3, 3 }, zero[4] = { 3, 3, 0, 3 };
   struct harness *h = *state;
   struct scene_vertex vertices[18];
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = describe("quad.hs", "quad.ds");
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);

   quad_patch(vertices, -1, 1, 0, 0, one, one);
   quad_patch(vertices + 4, 0, 1, 1, 0, three, three);
   quad_patch(vertices + 8, 0, 1, 1, 0, bad, three); /* these two are culled */
   quad_patch(vertices + 12, 0, 1, 1, 0, zero, three);
   memset(vertices + 16, 0, 2 * sizeof(*vertices)); /* an incomplete patch is none */
   D3D12_QUERY_DATA_PIPELINE_STATISTICS got = count(h, pipeline, vertices, 18, 20);
   assert_int_equal(got.IAVertices, 18 * 20);
   assert_int_equal(got.IAPrimitives, 4 * 20);
   assert_int_equal(got.HSInvocations, 4 * 20);
   assert_int_equal(got.DSInvocations, (4 + 16) * 20);
   assert_int_equal(got.CInvocations, (2 + 18) * 20);
   assert_int_equal(got.GSInvocations, 0);
   RELEASE(pipeline);
}

static void
geometry_shaders_follow(void **state)
{
   static const float three[4] = { 3, 3, 3, 3 };
   struct harness *h = *state;
   struct scene_vertex vertices[4];
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = describe("points.hs", "quad.ds");

   desc.GS = harness_shader("quads.gs");
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
   quad_patch(vertices, -1, 1, 0, 0, three, three);
   D3D12_QUERY_DATA_PIPELINE_STATISTICS got = count(h, pipeline, vertices, 4, 1);
   /* Even fractions: 3 is 4 segments, 25 points; ten of them have u > 0.5. Two instances. */
   assert_int_equal(got.DSInvocations, 25);
   assert_int_equal(got.GSInvocations, 50);
   assert_int_equal(got.GSPrimitives, 10 * 2 * 2);
   RELEASE(pipeline);
}

static void
points_are_streamed_out(void **state)
{
   static const D3D12_SO_DECLARATION_ENTRY entries[] = {
      { 0, "SV_Position", 0, 0, 2, 0 },
      { 0, "TEXCOORD", 0, 0, 2, 0 },
   };
   static const UINT stride = 16;
   static const float two[4] = { 2, 2, 2, 2 };
   struct harness *h = *state;
   struct scene_vertex vertices[4];
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = describe("points.hs", "quad.ds");
   float got[16][4];
   unsigned seen = 0;

   desc.StreamOutput = (D3D12_STREAM_OUTPUT_DESC){ entries, 2, &stride, 1, 0 };
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
   ID3D12Resource *buffer = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, sizeof(got) + 8);
   D3D12_GPU_VIRTUAL_ADDRESS address = ID3D12Resource_GetGPUVirtualAddress(buffer);
   D3D12_STREAM_OUTPUT_BUFFER_VIEW view = { address, sizeof(got), address + sizeof(got) };

   memset(got, 0, sizeof(got));
   harness_upload_buffer(h, buffer, got, sizeof(got));
   quad_patch(vertices, 10, 20, 12, 24, two, two);
   begin(h);
   harness_barrier(h, buffer, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_STREAM_OUT);
   ID3D12GraphicsCommandList_SOSetTargets(h->list, 0, 1, &view);
   scene_draw(h, pipeline, PATCH4, vertices, 4);
   harness_barrier(h, buffer, D3D12_RESOURCE_STATE_STREAM_OUT, D3D12_RESOURCE_STATE_COMMON);
   harness_target_end(h, &target, NULL);
   harness_read_buffer(h, buffer, got, sizeof(got));
   for (unsigned i = 0; i < 9; i++) {
      float u = got[i][2], v = got[i][3];
      assert_true(got[i][0] == 10 + 2 * u && got[i][1] == 20 + 4 * v);
      seen |= 1u << (unsigned)(2 * u + 6 * v);
   }
   assert_int_equal(seen, 0x1ff);
   assert_true(got[9][0] == 0);
   RELEASE(buffer);
   RELEASE(pipeline);
}

static void
indirect_draws_take_patches(void **state)
{
   static const float two[4] = { 2, 2, 2, 2 };
   static const D3D12_DRAW_INDEXED_ARGUMENTS draws[2] = { { 4, 1, 4, 0, 0 }, { 4, 1, 0, 4, 0 } };
   static const uint16_t indices[8] = { 0, 1, 2, 3, 0, 1, 2, 3 };
   struct harness *h = *state;
   struct scene_vertex vertices[8];
   struct harness_image image;
   D3D12_INDIRECT_ARGUMENT_DESC argument = { .Type = D3D12_INDIRECT_ARGUMENT_TYPE_DRAW_INDEXED };
   D3D12_COMMAND_SIGNATURE_DESC signature_desc = { .ByteStride = sizeof(draws[0]),
                                                   .NumArgumentDescs = 1,
                                                   .pArgumentDescs = &argument };
   ID3D12CommandSignature *signature;
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = describe("quad.hs", "quad.ds");
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
   ID3D12Resource *arguments = harness_create_data(h, draws, sizeof(draws));
   ID3D12Resource *index_buffer = harness_create_data(h, indices, sizeof(indices));
   D3D12_INDEX_BUFFER_VIEW view = { ID3D12Resource_GetGPUVirtualAddress(index_buffer),
                                    sizeof(indices), DXGI_FORMAT_R16_UINT };

   assert_ok(ID3D12Device8_CreateCommandSignature(
      h->device, &signature_desc, NULL, &IID_ID3D12CommandSignature, (void **)&signature));
   quad_patch(vertices, -1, 1, 0, -1, two, two);
   quad_patch(vertices + 4, 0, 1, 1, -1, two, two);
   begin(h);
   scene_set(h, pipeline, PATCH4, vertices, 8);
   ID3D12GraphicsCommandList_IASetIndexBuffer(h->list, &view);
   ID3D12GraphicsCommandList_ExecuteIndirect(h->list, signature, 2, arguments, 0, NULL, 0);
   harness_target_end(h, &target, NULL);
   harness_read_texture(h, target.color, 0, &image);
   for (UINT p = 0; p < SIZE * SIZE; p++)
      assert_true(texel(&image, p % SIZE, p / SIZE)[3] == 1);
   harness_image_finish(&image);
   RELEASE(index_buffer);
   RELEASE(arguments);
   RELEASE(signature);
   RELEASE(pipeline);
}

static void
what_does_not_fit_is_refused(void **state)
{
   static const float two[4] = { 2, 2, 2, 2 };
   struct harness *h = *state;
   struct harness_image image;
   struct scene_vertex vertices[4];
   ID3D12PipelineState *pipeline;

   for (unsigned i = 0; i < 6; i++) {
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = describe("quad.hs", "quad.ds");
      pipeline = scene_create_pipeline(h, &desc);
      RELEASE(pipeline);
      if (i == 0)
         desc.DS = (D3D12_SHADER_BYTECODE){ 0 };
      else if (i == 1)
         desc.HS = (D3D12_SHADER_BYTECODE){ 0 };
      else if (i == 2)
         desc.HS = desc.DS;
      else if (i == 3)
         desc.DS = harness_shader("isoline.ds"); /* another domain */
      else if (i == 4)
         desc.PrimitiveTopologyType = D3D12_PRIMITIVE_TOPOLOGY_TYPE_TRIANGLE;
      else
         desc.GS = harness_shader("quads.gs"); /* takes points */
      assert_int_equal(ID3D12Device8_CreateGraphicsPipelineState(
                          h->device, &desc, &IID_ID3D12PipelineState, (void **)&pipeline),
                       E_INVALIDARG);
   }

   /* Draws of other topologies, and patches without their shaders, draw nothing. */
   quad_patch(vertices, -1, 1, 1, -1, two, two);
   for (unsigned i = 0; i < 2; i++) {
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = describe("quad.hs", "quad.ds");
      if (i == 1) {
         desc.HS = desc.DS = (D3D12_SHADER_BYTECODE){ 0 };
         desc.PrimitiveTopologyType = D3D12_PRIMITIVE_TOPOLOGY_TYPE_TRIANGLE;
      }
      pipeline = scene_create_pipeline(h, &desc);
      begin(h);
      scene_draw(h, pipeline, i ? PATCH4 : D3D_PRIMITIVE_TOPOLOGY_TRIANGLESTRIP, vertices, 4);
      harness_target_end(h, &target, NULL);
      harness_read_texture(h, target.color, 0, &image);
      for (UINT p = 0; p < SIZE * SIZE; p++)
         assert_true(texel(&image, p % SIZE, p / SIZE)[3] == 0);
      harness_image_finish(&image);
      RELEASE(pipeline);
   }
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(quads_fill_their_area, setup, teardown),
      cmocka_unit_test_setup_teardown(control_points_see_each_other, setup, teardown),
      cmocka_unit_test_setup_teardown(triangles_have_a_direction, setup, teardown),
      cmocka_unit_test_setup_teardown(isolines_are_rows, setup, teardown),
      cmocka_unit_test_setup_teardown(statistics_count_patches, setup, teardown),
      cmocka_unit_test_setup_teardown(geometry_shaders_follow, setup, teardown),
      cmocka_unit_test_setup_teardown(points_are_streamed_out, setup, teardown),
      cmocka_unit_test_setup_teardown(indirect_draws_take_patches, setup, teardown),
      cmocka_unit_test_setup_teardown(what_does_not_fit_is_refused, setup, teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
