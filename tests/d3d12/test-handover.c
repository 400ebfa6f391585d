/*
 * Two processes hand a texture back and forth, frame after frame. They take turns: one fills the
 * texture with the frame's number, the other looks whether all texels hold it. Only the queues wait for
 * each other, on both sides by one shared fence: frame F is drawn at 2 F + 1 and read at 2 F + 2.
 */
#include "handles.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define FRAMES 10000
#define SIZE 32
#define PITCH 256 /* of the rows that are read back */
#define SLOTS 16  /* frames that a process may be ahead of its queue */
#define TIMEOUT 120

/* What a frame needs until the queue is done with it. */
struct slot {
   ID3D12CommandAllocator *allocator;
   ID3D12GraphicsCommandList *list;
   ID3D12Resource *readback;
   uint32_t *texels;
   UINT64 frame;
   bool reads;
};

struct side {
   struct harness *h;
   ID3D12Resource *texture;
   ID3D12Fence *fence;
   ID3D12DescriptorHeap *heap;
   UINT parity; /* draws frames of this parity, reads the others */
   struct slot slots[SLOTS];
   UINT64 torn;
};

static void
side_init(struct side *side)
{
   struct harness *h = side->h;

   side->heap = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_RTV, 1, false);
   ID3D12Device8_CreateRenderTargetView(h->device, side->texture, NULL,
                                        harness_cpu_handle(h, side->heap, 0));
   for (UINT i = 0; i < SLOTS; i++) {
      struct slot *slot = &side->slots[i];
      assert_ok(ID3D12Device8_CreateCommandAllocator(h->device, D3D12_COMMAND_LIST_TYPE_DIRECT,
                                                     &IID_ID3D12CommandAllocator,
                                                     (void **)&slot->allocator));
      assert_ok(ID3D12Device8_CreateCommandList(h->device, 0, D3D12_COMMAND_LIST_TYPE_DIRECT,
                                                slot->allocator, NULL,
                                                &IID_ID3D12GraphicsCommandList,
                                                (void **)&slot->list));
      assert_ok(ID3D12GraphicsCommandList_Close(slot->list));
      slot->readback = harness_create_buffer(h, D3D12_HEAP_TYPE_READBACK, SIZE * PITCH);
      assert_ok(ID3D12Resource_Map(slot->readback, 0, NULL, (void **)&slot->texels));
   }
}

static void
side_finish(struct side *side)
{
   for (UINT i = 0; i < SLOTS; i++) {
      RELEASE(side->slots[i].readback);
      RELEASE(side->slots[i].list);
      RELEASE(side->slots[i].allocator);
   }
   RELEASE(side->heap);
   RELEASE(side->fence);
   RELEASE(side->texture);
}

static void
record_drawing(struct side *side, struct slot *slot, UINT64 frame)
{
   D3D12_CPU_DESCRIPTOR_HANDLE rtv = harness_cpu_handle(side->h, side->heap, 0);
   float color[4] = {frame}; /* a float holds it exactly */
   D3D12_RESOURCE_BARRIER barrier = {
      .Transition = {side->texture, 0, D3D12_RESOURCE_STATE_COMMON,
                     D3D12_RESOURCE_STATE_RENDER_TARGET},
   };

   ID3D12GraphicsCommandList_ResourceBarrier(slot->list, 1, &barrier);
   ID3D12GraphicsCommandList_ClearRenderTargetView(slot->list, rtv, color, 0, NULL);
   barrier.Transition.StateBefore = D3D12_RESOURCE_STATE_RENDER_TARGET;
   barrier.Transition.StateAfter = D3D12_RESOURCE_STATE_COMMON;
   ID3D12GraphicsCommandList_ResourceBarrier(slot->list, 1, &barrier);
}

static void
record_reading(struct side *side, struct slot *slot)
{
   D3D12_TEXTURE_COPY_LOCATION src = {.pResource = side->texture,
                                      .Type = D3D12_TEXTURE_COPY_TYPE_SUBRESOURCE_INDEX};
   D3D12_TEXTURE_COPY_LOCATION dst = {
      .pResource = slot->readback,
      .Type = D3D12_TEXTURE_COPY_TYPE_PLACED_FOOTPRINT,
      .PlacedFootprint.Footprint = {DXGI_FORMAT_R32_FLOAT, SIZE, SIZE, 1, PITCH},
   };

   ID3D12GraphicsCommandList_CopyTextureRegion(slot->list, &dst, 0, 0, 0, &src, NULL);
}

static void
check(struct side *side, struct slot *slot)
{
   for (UINT i = 0; i < SIZE * SIZE; i++) {
      float got = *(const float *)&slot->texels[i / SIZE * (PITCH / 4) + i % SIZE];
      if (got != slot->frame) {
         if (side->torn++ == 0)
            print_error("frame %llu: texel (%u, %u) is %g\n", (unsigned long long)slot->frame,
                        i % SIZE, i / SIZE, got);
         return;
      }
   }
}

/* Waits until the queue is done with what the slot held, and looks at it. */
static void
retire(struct side *side, struct slot *slot)
{
   harness_wait(side->fence, 2 * slot->frame + (slot->reads ? 2 : 1));
   if (slot->reads)
      check(side, slot);
}

static void
run(struct side *side)
{
   struct harness *h = side->h;

   side_init(side);
   for (UINT64 frame = 0; frame < FRAMES; frame++) {
      struct slot *slot = &side->slots[frame % SLOTS];
      ID3D12CommandList *lists[] = {(ID3D12CommandList *)slot->list};

      if (frame >= SLOTS)
         retire(side, slot);
      slot->frame = frame;
      slot->reads = frame % 2 != side->parity;
      assert_ok(ID3D12CommandAllocator_Reset(slot->allocator));
      assert_ok(ID3D12GraphicsCommandList_Reset(slot->list, slot->allocator, NULL));
      if (slot->reads)
         record_reading(side, slot);
      else
         record_drawing(side, slot, frame);
      assert_ok(ID3D12GraphicsCommandList_Close(slot->list));
      assert_ok(ID3D12CommandQueue_Wait(h->queue, side->fence, 2 * frame + slot->reads));
      ID3D12CommandQueue_ExecuteCommandLists(h->queue, 1, lists);
      assert_ok(ID3D12CommandQueue_Signal(h->queue, side->fence, 2 * frame + 1 + slot->reads));
   }
   for (UINT64 i = 0; i < SLOTS; i++)
      retire(side, &side->slots[(FRAMES + i) % SLOTS]);
   /* Also what the other side still reads. */
   harness_wait(side->fence, 2 * FRAMES);
   assert_ok(ID3D12Device8_GetDeviceRemovedReason(h->device));
   side_finish(side);
}

static int
child_main(int socket)
{
   void *state;
   struct side side = {.parity = 1};

   alarm(TIMEOUT);
   harness_setup(&state);
   side.h = state;
   side.texture = handle_open(side.h, handle_receive(socket), &IID_ID3D12Resource);
   side.fence = handle_open(side.h, handle_receive(socket), &IID_ID3D12Fence);
   run(&side);
   harness_teardown(&state);
   return side.torn != 0;
}

static int parent_socket;
static pid_t child;

static void
frames_are_not_torn(void **state)
{
   struct side side = {.h = *state};
   struct harness *h = side.h;
   D3D12_HEAP_PROPERTIES properties = {.Type = D3D12_HEAP_TYPE_DEFAULT};
   D3D12_RESOURCE_DESC desc = harness_texture_desc(
      SIZE, SIZE, DXGI_FORMAT_R32_FLOAT,
      D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET | D3D12_RESOURCE_FLAG_ALLOW_SIMULTANEOUS_ACCESS);
   int handle, status;

   assert_ok(ID3D12Device8_CreateCommittedResource(
      h->device, &properties, D3D12_HEAP_FLAG_SHARED, &desc, D3D12_RESOURCE_STATE_COMMON, NULL,
      &IID_ID3D12Resource, (void **)&side.texture));
   assert_ok(ID3D12Device8_CreateFence(h->device, 0, D3D12_FENCE_FLAG_SHARED, &IID_ID3D12Fence,
                                       (void **)&side.fence));
   handle = handle_export(h, side.texture);
   handle_send(parent_socket, handle);
   close(handle);
   handle = handle_export(h, side.fence);
   handle_send(parent_socket, handle);
   close(handle);
   run(&side);
   assert_int_equal(waitpid(child, &status, 0), child);
   assert_int_equal(side.torn, 0);
   assert_int_equal(status, 0);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(frames_are_not_torn, harness_setup, harness_teardown),
   };
   int sockets[2];

   if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0)
      return 1;
   parent_socket = sockets[0];
   child = fork();
   if (child == 0)
      _exit(child_main(sockets[1]));
   if (child < 0)
      return 1;
   alarm(TIMEOUT);
   return cmocka_run_group_tests(tests, NULL, NULL);
}
