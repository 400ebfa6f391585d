/* Signals between lists that draw to the same target: a signal that is seen has all work behind it that was
 * submitted before. */
#include "scene.h"

#include <string.h>

#define SIZE 64
#define LISTS 48
#define ROUNDS 20

struct scene {
   ID3D12Resource *target; /* the CPU reads it without a queue */
   ID3D12DescriptorHeap *heap;
   D3D12_CPU_DESCRIPTOR_HANDLE rtv;
   ID3D12RootSignature *root;
   ID3D12PipelineState *pipeline;
   ID3D12Fence *fence;
   ID3D12CommandAllocator *allocators[LISTS];
   ID3D12GraphicsCommandList *lists[LISTS];
};

static void
scene_init(struct harness *h, struct scene *scene)
{
   const D3D12_HEAP_PROPERTIES properties = {
      .Type = D3D12_HEAP_TYPE_CUSTOM,
      .CPUPageProperty = D3D12_CPU_PAGE_PROPERTY_WRITE_BACK,
      .MemoryPoolPreference = D3D12_MEMORY_POOL_L0,
   };
   const D3D12_RESOURCE_DESC desc = harness_texture_desc(
      SIZE, SIZE, DXGI_FORMAT_R8G8B8A8_UNORM, D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET);
   const struct harness_target format = { .format = desc.Format, .samples = 1 };

   assert_ok(ID3D12Device8_CreateCommittedResource(
      h->device, &properties, D3D12_HEAP_FLAG_NONE, &desc, D3D12_RESOURCE_STATE_RENDER_TARGET, NULL,
      &IID_ID3D12Resource, (void **)&scene->target));
   assert_ok(ID3D12Resource_Map(scene->target, 0, NULL, NULL));
   scene->heap = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_RTV, 1, false);
   scene->rtv = harness_cpu_handle(h, scene->heap, 0);
   ID3D12Device8_CreateRenderTargetView(h->device, scene->target, NULL, scene->rtv);
   scene->root = harness_create_root_signature(h, NULL);
   D3D12_GRAPHICS_PIPELINE_STATE_DESC pipeline =
      harness_pipeline_desc(scene->root, &format, "position-color.vs", "color.ps");
   scene->pipeline = scene_create_pipeline(h, &pipeline);
   assert_ok(ID3D12Device8_CreateFence(h->device, 0, D3D12_FENCE_FLAG_NONE, &IID_ID3D12Fence,
                                       (void **)&scene->fence));
   for (UINT i = 0; i < LISTS; i++) {
      assert_ok(ID3D12Device8_CreateCommandAllocator(h->device, D3D12_COMMAND_LIST_TYPE_DIRECT,
                                                     &IID_ID3D12CommandAllocator,
                                                     (void **)&scene->allocators[i]));
      assert_ok(ID3D12Device8_CreateCommandList(
         h->device, 0, D3D12_COMMAND_LIST_TYPE_DIRECT, scene->allocators[i], NULL,
         &IID_ID3D12GraphicsCommandList, (void **)&scene->lists[i]));
      assert_ok(ID3D12GraphicsCommandList_Close(scene->lists[i]));
   }
}

static void
scene_finish(struct harness *h, struct scene *scene)
{
   harness_submit(h); /* lets go of what was kept */
   for (UINT i = 0; i < LISTS; i++) {
      RELEASE(scene->lists[i]);
      RELEASE(scene->allocators[i]);
   }
   RELEASE(scene->fence);
   RELEASE(scene->pipeline);
   RELEASE(scene->root);
   RELEASE(scene->heap);
   RELEASE(scene->target);
}

/* Row i of the target becomes white. No barrier: nothing but its signal says that it is done. To be executed
 * before harness_submit. */
static void
record(struct harness *h, struct scene *scene, UINT i)
{
   static const float white[4] = { 1, 1, 1, 1 };
   const D3D12_VIEWPORT viewport = { 0, 0, SIZE, SIZE, 0, 1 };
   const D3D12_RECT row = { 0, (LONG)i, SIZE, (LONG)i + 1 };
   ID3D12GraphicsCommandList *own = h->list;

   h->list = scene->lists[i];
   assert_ok(ID3D12CommandAllocator_Reset(scene->allocators[i]));
   assert_ok(ID3D12GraphicsCommandList_Reset(h->list, scene->allocators[i], NULL));
   ID3D12GraphicsCommandList_OMSetRenderTargets(h->list, 1, &scene->rtv, FALSE, NULL);
   ID3D12GraphicsCommandList_RSSetViewports(h->list, 1, &viewport);
   ID3D12GraphicsCommandList_RSSetScissorRects(h->list, 1, &row);
   ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, scene->root);
   scene_draw_quad(h, scene->pipeline, 0, white);
   assert_ok(ID3D12GraphicsCommandList_Close(h->list));
   h->list = own;
}

static void
clear(struct harness *h, const struct scene *scene)
{
   static const float black[4];

   ID3D12GraphicsCommandList_ClearRenderTargetView(h->list, scene->rtv, black, 0, NULL);
   harness_submit(h);
}

static void
a_signal_has_its_work_behind_it(void **state)
{
   struct harness *h = *state;
   struct scene scene;
   static uint32_t texels[SIZE][SIZE];
   uint32_t whole[SIZE];
   UINT64 value = 0;

   memset(whole, 0xff, sizeof(whole));
   scene_init(h, &scene);
   for (UINT round = 0; round < ROUNDS; round++) {
      const UINT64 first = value + 1;

      clear(h, &scene);
      for (UINT i = 0; i < LISTS; i++)
         record(h, &scene, i);
      for (UINT i = 0; i < LISTS; i++) {
         ID3D12CommandQueue_ExecuteCommandLists(h->queue, 1, (ID3D12CommandList **)&scene.lists[i]);
         assert_ok(ID3D12CommandQueue_Signal(h->queue, scene.fence, ++value));
      }
      /* Whatever is reached when we look, the rows before it are there. */
      while (ID3D12Fence_GetCompletedValue(scene.fence) < value) {
         const UINT64 reached = ID3D12Fence_GetCompletedValue(scene.fence);
         assert_ok(ID3D12Resource_ReadFromSubresource(scene.target, texels, sizeof(texels[0]),
                                                      sizeof(texels), 0, NULL));
         for (UINT64 i = first; i <= reached; i++)
            assert_memory_equal(texels[i - first], whole, sizeof(whole));
      }
      assert_ok(ID3D12Resource_ReadFromSubresource(scene.target, texels, sizeof(texels[0]),
                                                   sizeof(texels), 0, NULL));
      for (UINT i = 0; i < SIZE; i++)
         assert_int_equal(texels[i][SIZE / 2], i < LISTS ? 0xffffffff : 0);
   }
   scene_finish(h, &scene);
}

/* Somebody waits for a signal that others follow: the first, one in the middle. */
static void
events_come_in_time(void **state)
{
   struct harness *h = *state;
   struct scene scene;

   scene_init(h, &scene);
   for (UINT i = 0; i < LISTS; i++) {
      record(h, &scene, i);
      ID3D12CommandQueue_ExecuteCommandLists(h->queue, 1, (ID3D12CommandList **)&scene.lists[i]);
      assert_ok(ID3D12CommandQueue_Signal(h->queue, scene.fence, i + 1));
      if (i % 5 == 4)
         harness_wait(scene.fence, i - 3);
   }
   harness_wait(scene.fence, LISTS);
   scene_finish(h, &scene);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_signal_has_its_work_behind_it, harness_setup,
                                      harness_teardown),
      cmocka_unit_test_setup_teardown(events_come_in_time, harness_setup, harness_teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
