/*
 * A device of one queue may be late: a private fence is reached, and pixels that nobody can see are not there yet,
 * so that the draws of many lists make one pass. What a program does then, its pixels are as if they had been there.
 */
#include "scene.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define WIDTH 320
#define HEIGHT 200
#define ROUNDS 50

struct fixture {
   ID3D12Resource *texture;
   ID3D12DescriptorHeap *heap;
   D3D12_CPU_DESCRIPTOR_HANDLE rtv;
   ID3D12RootSignature *root;
   ID3D12PipelineState *pipeline;
   uint8_t *memory; /* of the texture, as its handle is mapped; NULL: it is private */
   int fd;
   UINT pitch;
};

static ID3D12PipelineState *
create_pipeline(struct harness *h, struct fixture *f, bool add)
{
   const struct harness_target target = { .samples = 1, .format = DXGI_FORMAT_R8G8B8A8_UNORM };
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc =
      harness_pipeline_desc(f->root, &target, "position-color.vs", "color.ps");

   desc.BlendState.RenderTarget[0].BlendEnable = add;
   desc.BlendState.RenderTarget[0].DestBlend = D3D12_BLEND_ONE;
   return scene_create_pipeline(h, &desc);
}

static void
map_handle(struct harness *h, struct fixture *f, const D3D12_RESOURCE_DESC *desc)
{
   D3D12_PLACED_SUBRESOURCE_FOOTPRINT footprint;
   HANDLE handle;

   ID3D12Device8_GetCopyableFootprints(h->device, desc, 0, 1, 0, &footprint, NULL, NULL, NULL);
   f->pitch = footprint.Footprint.RowPitch;
   assert_ok(ID3D12Device8_CreateSharedHandle(h->device, (ID3D12DeviceChild *)f->texture, NULL,
                                              GENERIC_ALL, NULL, &handle));
   f->fd = (int)(intptr_t)handle;
   f->memory = mmap(NULL, f->pitch * HEIGHT, PROT_READ, MAP_SHARED, f->fd, 0);
   assert_ptr_not_equal(f->memory, MAP_FAILED);
}

/* A target, ready to be drawn to. Other adapters share it if there are heap flags. */
static void
fixture_init(struct harness *h, struct fixture *f, D3D12_RESOURCE_FLAGS flags,
             D3D12_HEAP_FLAGS heap_flags)
{
   const D3D12_HEAP_PROPERTIES heap = { .Type = D3D12_HEAP_TYPE_DEFAULT };
   D3D12_RESOURCE_DESC desc = harness_texture_desc(WIDTH, HEIGHT, DXGI_FORMAT_R8G8B8A8_UNORM,
                                                   D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET | flags);

   memset(f, 0, sizeof(*f));
   if (heap_flags) {
      desc.Flags |= D3D12_RESOURCE_FLAG_ALLOW_CROSS_ADAPTER;
      desc.Layout = D3D12_TEXTURE_LAYOUT_ROW_MAJOR;
   }
   assert_ok(ID3D12Device8_CreateCommittedResource(h->device, &heap, heap_flags, &desc,
                                                   D3D12_RESOURCE_STATE_RENDER_TARGET, NULL,
                                                   &IID_ID3D12Resource, (void **)&f->texture));
   if (heap_flags)
      map_handle(h, f, &desc);
   f->heap = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_RTV, 1, false);
   f->rtv = harness_cpu_handle(h, f->heap, 0);
   ID3D12Device8_CreateRenderTargetView(h->device, f->texture, NULL, f->rtv);
   f->root = harness_create_root_signature(h, NULL);
   f->pipeline = create_pipeline(h, f, false);
}

static void
fixture_finish(struct fixture *f)
{
   if (f->memory) {
      munmap(f->memory, f->pitch * HEIGHT);
      close(f->fd);
   }
   RELEASE(f->pipeline);
   RELEASE(f->root);
   RELEASE(f->heap);
   RELEASE(f->texture);
}

static void
set_target(struct harness *h, struct fixture *f, ID3D12PipelineState *pipeline,
           ID3D12Resource *vertices)
{
   const D3D12_VIEWPORT viewport = { 0, 0, WIDTH, HEIGHT, 0, 1 };
   const D3D12_RECT scissor = { 0, 0, WIDTH, HEIGHT };
   const D3D12_VERTEX_BUFFER_VIEW view = { ID3D12Resource_GetGPUVirtualAddress(vertices),
                                           SCENE_QUAD_VERTICES * sizeof(struct scene_vertex),
                                           sizeof(struct scene_vertex) };

   ID3D12GraphicsCommandList_OMSetRenderTargets(h->list, 1, &f->rtv, false, NULL);
   ID3D12GraphicsCommandList_RSSetViewports(h->list, 1, &viewport);
   ID3D12GraphicsCommandList_RSSetScissorRects(h->list, 1, &scissor);
   ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, f->root);
   ID3D12GraphicsCommandList_SetPipelineState(h->list, pipeline);
   ID3D12GraphicsCommandList_IASetPrimitiveTopology(h->list, D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST);
   ID3D12GraphicsCommandList_IASetVertexBuffers(h->list, 0, 1, &view);
}

/* A quad over all of the target. */
static void
record_quad(struct harness *h, struct fixture *f, ID3D12PipelineState *pipeline, unsigned value)
{
   const float color[4] = { value / 255.0f, 0, 0, 1 };
   struct scene_vertex vertices[SCENE_QUAD_VERTICES];

   scene_quad(vertices, 0.5f, color);
   ID3D12Resource *buffer = harness_create_data(h, vertices, sizeof(vertices));
   set_target(h, f, pipeline, buffer);
   ID3D12GraphicsCommandList_DrawInstanced(h->list, SCENE_QUAD_VERTICES, 1, 0, 0);
   harness_keep(h, buffer);
}

/* The same, with the device's private fence behind it. */
static void
draw_quad(struct harness *h, struct fixture *f, ID3D12PipelineState *pipeline, unsigned value)
{
   record_quad(h, f, pipeline, value);
   harness_submit(h);
}

static void
assert_all(const uint8_t *texels, UINT pitch, uint32_t wanted)
{
   for (UINT y = 0; y < HEIGHT; y++) {
      for (UINT x = 0; x < WIDTH; x++) {
         uint32_t got = *(const uint32_t *)(texels + y * pitch + x * 4);

         if (got != wanted)
            fail_msg("(%u, %u): expected %#x, got %#x", x, y, wanted, got);
      }
   }
}

static void
assert_texture(struct harness *h, struct fixture *f, uint32_t wanted)
{
   struct harness_image image;

   harness_barrier(h, f->texture, D3D12_RESOURCE_STATE_RENDER_TARGET, D3D12_RESOURCE_STATE_COMMON);
   harness_read_texture(h, f->texture, 0, &image);
   assert_all(image.data, image.row_pitch, wanted);
   harness_image_finish(&image);
   harness_barrier(h, f->texture, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_RENDER_TARGET);
}

/* As a driver does that reads indices back before each draw: vertices change as soon as the fence says that they
 * may, buffers are copied, and each draw adds to those before. */
static void
draws_of_many_lists_add_up(void **state)
{
   struct harness *h = *state;
   static const float black[4] = { 0, 0, 0, 0 };
   struct scene_vertex quad[SCENE_QUAD_VERTICES];
   const D3D12_RANGE range = { 0, sizeof(quad) };
   struct fixture f;
   void *vertices, *copied;
   unsigned sum = 0;

   fixture_init(h, &f, D3D12_RESOURCE_FLAG_NONE, D3D12_HEAP_FLAG_NONE);
   ID3D12PipelineState *add = create_pipeline(h, &f, true);
   ID3D12Resource *upload = harness_create_buffer(h, D3D12_HEAP_TYPE_UPLOAD, sizeof(quad));
   ID3D12Resource *buffer = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, sizeof(quad));
   ID3D12Resource *readback = harness_create_buffer(h, D3D12_HEAP_TYPE_READBACK, sizeof(quad));
   assert_ok(ID3D12Resource_Map(upload, 0, NULL, &vertices));
   assert_ok(ID3D12Resource_Map(readback, 0, &range, &copied));
   ID3D12GraphicsCommandList_ClearRenderTargetView(h->list, f.rtv, black, 0, NULL);
   for (unsigned i = 0; i < ROUNDS; i++) {
      const float color[4] = { (i % 7) / 255.0f, 1 / 255.0f, 0, 1 };

      scene_quad(quad, 0.5f, color);
      memcpy(vertices, quad, sizeof(quad));
      ID3D12GraphicsCommandList_CopyBufferRegion(h->list, buffer, 0, upload, 0, sizeof(quad));
      harness_barrier(h, buffer, D3D12_RESOURCE_STATE_COPY_DEST,
                      D3D12_RESOURCE_STATE_VERTEX_AND_CONSTANT_BUFFER);
      set_target(h, &f, add, buffer);
      ID3D12GraphicsCommandList_DrawInstanced(h->list, SCENE_QUAD_VERTICES, 1, 0, 0);
      harness_barrier(h, buffer, D3D12_RESOURCE_STATE_VERTEX_AND_CONSTANT_BUFFER,
                      D3D12_RESOURCE_STATE_COPY_SOURCE);
      ID3D12GraphicsCommandList_CopyBufferRegion(h->list, readback, 0, buffer, 0, sizeof(quad));
      harness_submit(h);
      assert_memory_equal(copied, quad, sizeof(quad));
      memset(copied, 0, sizeof(quad));
      memset(vertices, 0xff, sizeof(quad));
      sum += i % 7;
   }
   assert_texture(h, &f, 0xff000000 | ROUNDS << 8 | sum);
   RELEASE(readback);
   RELEASE(buffer);
   RELEASE(upload);
   RELEASE(add);
   fixture_finish(&f);
}

static void
barriers_show_pixels(void **state)
{
   struct harness *h = *state;
   struct fixture f;

   fixture_init(h, &f, D3D12_RESOURCE_FLAG_NONE, D3D12_HEAP_FLAG_NONE);
   for (unsigned i = 0; i < ROUNDS; i++) {
      record_quad(h, &f, f.pipeline, i);
      assert_texture(h, &f, 0xff000000 | i);
   }
   fixture_finish(&f);
}

/* A pipeline, or the target itself, goes as soon as the fence allows. */
static void
what_is_released_is_done_with(void **state)
{
   struct harness *h = *state;

   for (unsigned i = 0; i < ROUNDS; i++) {
      struct fixture f;

      fixture_init(h, &f, D3D12_RESOURCE_FLAG_NONE, D3D12_HEAP_FLAG_NONE);
      draw_quad(h, &f, f.pipeline, i);
      if (i % 2) {
         RELEASE(f.pipeline);
         assert_texture(h, &f, 0xff000000 | i);
      } else {
         RELEASE(f.texture);
      }
      fixture_finish(&f);
   }
}

/* Who maps the handle of a shared texture may have waited for any fence; who shows it, for a shared one. */
static void
shared_memory_has_pixels(void **state)
{
   const D3D12_HEAP_FLAGS shared = D3D12_HEAP_FLAG_SHARED | D3D12_HEAP_FLAG_SHARED_CROSS_ADAPTER;
   struct harness *h = *state;
   struct fixture f;
   ID3D12Fence *fence;

   assert_ok(ID3D12Device8_CreateFence(h->device, 0, D3D12_FENCE_FLAG_SHARED, &IID_ID3D12Fence,
                                       (void **)&fence));
   fixture_init(h, &f, D3D12_RESOURCE_FLAG_NONE, shared);
   for (unsigned i = 0; i < ROUNDS; i++) {
      draw_quad(h, &f, f.pipeline, i);
      assert_all(f.memory, f.pitch, 0xff000000 | i);
   }
   fixture_finish(&f);
   fixture_init(h, &f, D3D12_RESOURCE_FLAG_NONE, shared | D3D12_HEAP_FLAG_ALLOW_DISPLAY);
   for (unsigned i = 0; i < ROUNDS; i++) {
      draw_quad(h, &f, f.pipeline, i);
      assert_ok(ID3D12CommandQueue_Signal(h->queue, fence, i + 1));
      harness_wait(fence, i + 1);
      assert_all(f.memory, f.pitch, 0xff000000 | i);
   }
   fixture_finish(&f);
   RELEASE(fence);
}

/* The texture as a queue copies it that has waited for the private fence, or heard of it. */
static void
read_on(struct harness *h, struct fixture *f, ID3D12CommandQueue *queue, unsigned value)
{
   const D3D12_RESOURCE_DESC desc = ID3D12Resource_GetDesc(f->texture);
   D3D12_TEXTURE_COPY_LOCATION to = { .Type = D3D12_TEXTURE_COPY_TYPE_PLACED_FOOTPRINT };
   const D3D12_TEXTURE_COPY_LOCATION from = { .pResource = f->texture };
   ID3D12CommandAllocator *allocator;
   ID3D12GraphicsCommandList *list;
   ID3D12Fence *fence;
   UINT64 size;
   void *data;

   ID3D12Device8_GetCopyableFootprints(h->device, &desc, 0, 1, 0, &to.PlacedFootprint, NULL, NULL,
                                       &size);
   to.pResource = harness_create_buffer(h, D3D12_HEAP_TYPE_READBACK, size);
   assert_ok(ID3D12Device8_CreateFence(h->device, 0, D3D12_FENCE_FLAG_NONE, &IID_ID3D12Fence,
                                       (void **)&fence));
   assert_ok(ID3D12Device8_CreateCommandAllocator(
      h->device, D3D12_COMMAND_LIST_TYPE_DIRECT, &IID_ID3D12CommandAllocator, (void **)&allocator));
   assert_ok(ID3D12Device8_CreateCommandList(h->device, 0, D3D12_COMMAND_LIST_TYPE_DIRECT,
                                             allocator, NULL, &IID_ID3D12GraphicsCommandList,
                                             (void **)&list));
   ID3D12GraphicsCommandList_CopyTextureRegion(list, &to, 0, 0, 0, &from, NULL);
   assert_ok(ID3D12GraphicsCommandList_Close(list));
   ID3D12CommandQueue_ExecuteCommandLists(queue, 1, (ID3D12CommandList **)&list);
   assert_ok(ID3D12CommandQueue_Signal(queue, fence, 1));
   harness_wait(fence, 1);
   assert_ok(ID3D12Resource_Map(to.pResource, 0, NULL, &data));
   assert_all(data, to.PlacedFootprint.Footprint.RowPitch, 0xff000000 | value);
   RELEASE(list);
   RELEASE(allocator);
   RELEASE(fence);
   RELEASE(to.pResource);
}

/* Without a barrier: a target for simultaneous access decays to the common state between executions. */
static void
the_next_execution_sees_pixels(void **state)
{
   struct harness *h = *state;
   struct fixture f;

   fixture_init(h, &f, D3D12_RESOURCE_FLAG_ALLOW_SIMULTANEOUS_ACCESS, D3D12_HEAP_FLAG_NONE);
   for (unsigned i = 0; i < ROUNDS; i++) {
      draw_quad(h, &f, f.pipeline, i);
      read_on(h, &f, h->queue, i);
   }
   fixture_finish(&f);
}

static void
another_queue_sees_pixels(void **state)
{
   const D3D12_COMMAND_QUEUE_DESC desc = { .Type = D3D12_COMMAND_LIST_TYPE_DIRECT };
   struct harness *h = *state;
   struct fixture f;

   fixture_init(h, &f, D3D12_RESOURCE_FLAG_ALLOW_SIMULTANEOUS_ACCESS, D3D12_HEAP_FLAG_NONE);
   for (unsigned i = 0; i < ROUNDS; i++) {
      ID3D12CommandQueue *queue;

      draw_quad(h, &f, f.pipeline, i);
      assert_ok(ID3D12Device8_CreateCommandQueue(h->device, &desc, &IID_ID3D12CommandQueue,
                                                 (void **)&queue));
      read_on(h, &f, queue, i);
      draw_quad(h, &f, f.pipeline, i + 100);
      assert_ok(ID3D12CommandQueue_Wait(queue, h->fence, h->fence_value));
      read_on(h, &f, queue, i + 100);
      RELEASE(queue);
   }
   fixture_finish(&f);
}

struct helper {
   pthread_t thread;
   struct harness *h;
   bool makes_queues; /* or textures */
   atomic_bool stop;
};

static void *
make_and_release(void *data)
{
   struct helper *helper = data;
   const D3D12_COMMAND_QUEUE_DESC queue_desc = { .Type = D3D12_COMMAND_LIST_TYPE_DIRECT };
   const D3D12_HEAP_PROPERTIES heap = { .Type = D3D12_HEAP_TYPE_DEFAULT };
   const D3D12_RESOURCE_DESC desc = harness_texture_desc(16, 16, DXGI_FORMAT_R8G8B8A8_UNORM,
                                                         D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET);

   while (!atomic_load(&helper->stop)) {
      IUnknown *made = NULL;

      if (helper->makes_queues)
         ID3D12Device8_CreateCommandQueue(helper->h->device, &queue_desc, &IID_ID3D12CommandQueue,
                                          (void **)&made);
      else
         ID3D12Device8_CreateCommittedResource(helper->h->device, &heap, D3D12_HEAP_FLAG_NONE,
                                               &desc, D3D12_RESOURCE_STATE_COMMON, NULL,
                                               &IID_ID3D12Resource, (void **)&made);
      RELEASE(made);
      if (helper->makes_queues)
         usleep(300);
   }
   return NULL;
}

/* Other threads make and release what has to be looked after. */
static void
threads_do_not_wait_for_each_other(void **state)
{
   struct harness *h = *state;
   struct helper helpers[3] = { { .makes_queues = true } };
   struct fixture f;

   fixture_init(h, &f, D3D12_RESOURCE_FLAG_NONE, D3D12_HEAP_FLAG_NONE);
   for (unsigned i = 0; i < 3; i++) {
      helpers[i].h = h;
      assert_int_equal(pthread_create(&helpers[i].thread, NULL, make_and_release, &helpers[i]), 0);
   }
   for (unsigned i = 0; i < 20 * ROUNDS; i++)
      draw_quad(h, &f, f.pipeline, i % 256);
   assert_texture(h, &f, 0xff000000 | (20 * ROUNDS - 1) % 256);
   for (unsigned i = 0; i < 3; i++) {
      atomic_store(&helpers[i].stop, true);
      pthread_join(helpers[i].thread, NULL);
   }
   fixture_finish(&f);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(draws_of_many_lists_add_up, harness_setup, harness_teardown),
      cmocka_unit_test_setup_teardown(barriers_show_pixels, harness_setup, harness_teardown),
      cmocka_unit_test_setup_teardown(what_is_released_is_done_with, harness_setup,
                                      harness_teardown),
      cmocka_unit_test_setup_teardown(the_next_execution_sees_pixels, harness_setup,
                                      harness_teardown),
      cmocka_unit_test_setup_teardown(shared_memory_has_pixels, harness_setup, harness_teardown),
      cmocka_unit_test_setup_teardown(another_queue_sees_pixels, harness_setup, harness_teardown),
      cmocka_unit_test_setup_teardown(threads_do_not_wait_for_each_other, harness_setup,
                                      harness_teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
