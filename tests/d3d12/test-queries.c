/* Queries: occlusion, statistics, timestamps; and predication, which reads what they gave. */
#include "scene.h"

#include <string.h>
#include <time.h>

#define SIZE 64

static ID3D12RootSignature *root;
static struct harness_target target;
static ID3D12PipelineState *pipeline;
static const float black[4], white[4] = {1, 1, 1, 1};

static int
setup(void **state)
{
   harness_setup(state);
   struct harness *h = *state;
   root = harness_create_root_signature(h, NULL);
   harness_target_init(h, &target, SIZE, SIZE, DXGI_FORMAT_R8G8B8A8_UNORM, DXGI_FORMAT_D32_FLOAT, 1);
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc =
      harness_pipeline_desc(root, &target, "position-color.vs", "color.ps");
   desc.DepthStencilState.DepthEnable = TRUE;
   desc.DepthStencilState.DepthWriteMask = D3D12_DEPTH_WRITE_MASK_ALL;
   desc.DepthStencilState.DepthFunc = D3D12_COMPARISON_FUNC_LESS;
   pipeline = scene_create_pipeline(h, &desc);
   return 0;
}

static int
teardown(void **state)
{
   RELEASE(pipeline);
   harness_target_finish(&target);
   RELEASE(root);
   return harness_teardown(state);
}

static ID3D12QueryHeap *
create_queries(struct harness *h, D3D12_QUERY_HEAP_TYPE type, UINT count)
{
   D3D12_QUERY_HEAP_DESC desc = {type, count, 0};
   ID3D12QueryHeap *heap;

   assert_ok(ID3D12Device8_CreateQueryHeap(h->device, &desc, &IID_ID3D12QueryHeap, (void **)&heap));
   return heap;
}

static void
begin(struct harness *h)
{
   harness_target_begin(h, &target, black);
   ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
}

static void
draw(struct harness *h, float z, LONG width, LONG height)
{
   D3D12_RECT scissor = {0, 0, width, height};

   ID3D12GraphicsCommandList_RSSetScissorRects(h->list, 1, &scissor);
   scene_draw_quad(h, pipeline, z, white);
}

static void
occlusion_counts_samples(void **state)
{
   struct harness *h = *state;
   ID3D12QueryHeap *heap = create_queries(h, D3D12_QUERY_HEAP_TYPE_OCCLUSION, 5);
   ID3D12Resource *results = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, 64);
   uint64_t got[5];
   static const uint64_t wanted[5] = {10 * 7 + 20 * 20 - 10 * 7, 20 * 20 - 10 * 7, 0, 1, 0};

   begin(h);
   ID3D12GraphicsCommandList_BeginQuery(h->list, heap, D3D12_QUERY_TYPE_OCCLUSION, 0);
   draw(h, 0.25f, 10, 7);
   /* Another query inside; 70 pixels are behind. */
   ID3D12GraphicsCommandList_BeginQuery(h->list, heap, D3D12_QUERY_TYPE_OCCLUSION, 1);
   ID3D12GraphicsCommandList_BeginQuery(h->list, heap, D3D12_QUERY_TYPE_BINARY_OCCLUSION, 3);
   draw(h, 0.5f, 20, 20);
   ID3D12GraphicsCommandList_EndQuery(h->list, heap, D3D12_QUERY_TYPE_OCCLUSION, 0);
   ID3D12GraphicsCommandList_EndQuery(h->list, heap, D3D12_QUERY_TYPE_BINARY_OCCLUSION, 3);
   ID3D12GraphicsCommandList_EndQuery(h->list, heap, D3D12_QUERY_TYPE_OCCLUSION, 1);
   ID3D12GraphicsCommandList_BeginQuery(h->list, heap, D3D12_QUERY_TYPE_OCCLUSION, 2);
   ID3D12GraphicsCommandList_BeginQuery(h->list, heap, D3D12_QUERY_TYPE_BINARY_OCCLUSION, 4);
   draw(h, 0.75f, 20, 20);
   ID3D12GraphicsCommandList_EndQuery(h->list, heap, D3D12_QUERY_TYPE_BINARY_OCCLUSION, 4);
   ID3D12GraphicsCommandList_EndQuery(h->list, heap, D3D12_QUERY_TYPE_OCCLUSION, 2);
   ID3D12GraphicsCommandList_ResolveQueryData(h->list, heap, D3D12_QUERY_TYPE_OCCLUSION, 0, 3,
                                              results, 0);
   ID3D12GraphicsCommandList_ResolveQueryData(h->list, heap, D3D12_QUERY_TYPE_BINARY_OCCLUSION, 3,
                                              2, results, 24);
   harness_target_end(h, &target, NULL);
   harness_read_buffer(h, results, got, sizeof(got));
   for (unsigned i = 0; i < 5; i++)
      if (got[i] != wanted[i])
         fail_msg("query %u: expected %llu, got %llu", i, (unsigned long long)wanted[i],
                  (unsigned long long)got[i]);
   RELEASE(results);
   RELEASE(heap);
}

static void
statistics_count_stages(void **state)
{
   struct harness *h = *state;
   ID3D12QueryHeap *heap = create_queries(h, D3D12_QUERY_HEAP_TYPE_PIPELINE_STATISTICS, 1);
   ID3D12Resource *results = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, 256);
   D3D12_QUERY_DATA_PIPELINE_STATISTICS got;

   begin(h);
   ID3D12GraphicsCommandList_BeginQuery(h->list, heap, D3D12_QUERY_TYPE_PIPELINE_STATISTICS, 0);
   draw(h, 0.5f, 16, 16);
   draw(h, 0.4f, 8, 8);
   ID3D12GraphicsCommandList_EndQuery(h->list, heap, D3D12_QUERY_TYPE_PIPELINE_STATISTICS, 0);
   ID3D12GraphicsCommandList_ResolveQueryData(
      h->list, heap, D3D12_QUERY_TYPE_PIPELINE_STATISTICS, 0, 1, results, 0);
   harness_target_end(h, &target, NULL);
   harness_read_buffer(h, results, &got, sizeof(got));
   assert_int_equal(got.IAVertices, 12);
   assert_int_equal(got.IAPrimitives, 4);
   assert_in_range(got.VSInvocations, 8, 12);
   assert_int_equal(got.GSInvocations, 0);
   assert_int_equal(got.CInvocations, 4);
   assert_in_range(got.CPrimitives, 4, 8);
   /* Helper lanes may be counted. */
   assert_in_range(got.PSInvocations, 320, 600);
   assert_int_equal(got.CSInvocations, 0);
   RELEASE(results);
   RELEASE(heap);
}

static void
timestamps_rise(void **state)
{
   enum { COUNT = 32 };
   struct harness *h = *state;
   ID3D12QueryHeap *heap = create_queries(h, D3D12_QUERY_HEAP_TYPE_TIMESTAMP, COUNT);
   ID3D12Resource *results = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, COUNT * 8);
   uint64_t got[COUNT], frequency, gpu, cpu;

   assert_ok(ID3D12CommandQueue_GetTimestampFrequency(h->queue, &frequency));
   assert_true(frequency >= 1000000);
   assert_ok(ID3D12CommandQueue_GetClockCalibration(h->queue, &gpu, &cpu));
   begin(h);
   for (UINT i = 0; i < COUNT; i++) {
      ID3D12GraphicsCommandList_EndQuery(h->list, heap, D3D12_QUERY_TYPE_TIMESTAMP, i);
      draw(h, 0.5f - i / 100.0f, SIZE, SIZE);
   }
   ID3D12GraphicsCommandList_ResolveQueryData(h->list, heap, D3D12_QUERY_TYPE_TIMESTAMP, 0, COUNT,
                                              results, 0);
   harness_target_end(h, &target, NULL);
   harness_read_buffer(h, results, got, sizeof(got));
   assert_true(got[0] >= gpu);
   for (UINT i = 1; i < COUNT; i++)
      if (got[i] < got[i - 1])
         fail_msg("timestamp %u is before the one before it", i);
   /* All of it took less than a minute. */
   assert_true(got[COUNT - 1] - gpu < 60 * frequency);
   RELEASE(results);
   RELEASE(heap);
}

static void
predication_skips(void **state)
{
   struct harness *h = *state;
   static const uint64_t values[2] = {0, 1ull << 40};
   ID3D12Resource *buffer = harness_create_data(h, values, sizeof(values));
   struct harness_image image;

   for (unsigned i = 0; i < 6; i++) {
      D3D12_PREDICATION_OP op =
         i & 2 ? D3D12_PREDICATION_OP_NOT_EQUAL_ZERO : D3D12_PREDICATION_OP_EQUAL_ZERO;
      bool holds = (values[i & 1] == 0) == (op == D3D12_PREDICATION_OP_EQUAL_ZERO);
      bool off = i >= 4;
      begin(h);
      ID3D12GraphicsCommandList_SetPredication(h->list, buffer, (i & 1) * 8, op);
      if (off)
         ID3D12GraphicsCommandList_SetPredication(h->list, NULL, 0, op);
      draw(h, 0.5f, SIZE, SIZE);
      ID3D12GraphicsCommandList_SetPredication(h->list, NULL, 0, op);
      harness_target_end(h, &target, NULL);
      harness_read_texture(h, target.color, 0, &image);
      uint32_t wanted = off || !holds ? UINT32_MAX : 0;
      if (harness_texel32(&image, 3, 3) != wanted)
         fail_msg("case %u: expected %#x, got %#x", i, wanted, harness_texel32(&image, 3, 3));
      harness_image_finish(&image);
   }
   RELEASE(buffer);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(occlusion_counts_samples, setup, teardown),
      cmocka_unit_test_setup_teardown(statistics_count_stages, setup, teardown),
      cmocka_unit_test_setup_teardown(timestamps_rise, setup, teardown),
      cmocka_unit_test_setup_teardown(predication_skips, setup, teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
