/*
 * Shared handles between processes. A child is forked before either side has a device, since a
 * process's threads don't survive a fork; handles go over a socket.
 */
#include "harness.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE 64
#define COLOR 0xff8040c0u

static int parent_socket, child_socket;
static pid_t child;

static void
send_fd(int to, int fd)
{
   union {
      char bytes[CMSG_SPACE(sizeof(int))];
      struct cmsghdr align;
   } control = { 0 };
   char byte = 0;
   struct iovec iovec = { &byte, 1 };
   struct msghdr message = { .msg_iov = &iovec,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes) };
   struct cmsghdr *header = CMSG_FIRSTHDR(&message);

   header->cmsg_level = SOL_SOCKET;
   header->cmsg_type = SCM_RIGHTS;
   header->cmsg_len = CMSG_LEN(sizeof(int));
   memcpy(CMSG_DATA(header), &fd, sizeof(fd));
   assert_int_equal(sendmsg(to, &message, 0), 1);
}

static int
receive_fd(int from)
{
   union {
      char bytes[CMSG_SPACE(sizeof(int))];
      struct cmsghdr align;
   } control;
   char byte;
   struct iovec iovec = { &byte, 1 };
   struct msghdr message = { .msg_iov = &iovec,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes) };
   int fd;

   assert_int_equal(recvmsg(from, &message, MSG_CMSG_CLOEXEC), 1);
   assert_non_null(CMSG_FIRSTHDR(&message));
   memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
   return fd;
}

static void *
open_handle(struct harness *h, int fd, REFIID riid)
{
   void *object;

   assert_ok(ID3D12Device8_OpenSharedHandle(h->device, (HANDLE)(intptr_t)fd, riid, &object));
   close(fd);
   return object;
}

static int
export_handle(struct harness *h, void *object)
{
   HANDLE handle;

   assert_ok(ID3D12Device8_CreateSharedHandle(h->device, object, NULL, GENERIC_ALL, NULL, &handle));
   assert_non_null(handle);
   return (int)(intptr_t)handle;
}

/* The client: fills the texture when the fence says 1, and says 2. */
static void
run_child(void)
{
   struct harness *h;
   void *state;
   uint32_t texels[SIZE * SIZE];

   alarm(20);
   harness_setup(&state);
   h = state;
   ID3D12Resource *texture = open_handle(h, receive_fd(child_socket), &IID_ID3D12Resource);
   ID3D12Fence *fence = open_handle(h, receive_fd(child_socket), &IID_ID3D12Fence);
   D3D12_RESOURCE_DESC desc = ID3D12Resource_GetDesc(texture);
   assert_int_equal(desc.Width, SIZE);
   assert_int_equal(desc.Format, DXGI_FORMAT_B8G8R8A8_UNORM);

   harness_wait(fence, 1);
   for (unsigned i = 0; i < SIZE * SIZE; i++)
      texels[i] = COLOR;
   harness_upload_texture(h, texture, 0, texels, SIZE * 4);
   assert_ok(ID3D12CommandQueue_Signal(h->queue, fence, 2));
   harness_wait(fence, 3); /* what it made stays until it was seen */
   RELEASE(fence);
   RELEASE(texture);
   harness_teardown(&state);
   _exit(0);
}

static ID3D12Resource *
create_shared_texture(struct harness *h, D3D12_HEAP_FLAGS flags)
{
   D3D12_RESOURCE_DESC desc = harness_texture_desc(
      SIZE, SIZE, DXGI_FORMAT_B8G8R8A8_UNORM,
      D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET | D3D12_RESOURCE_FLAG_ALLOW_SIMULTANEOUS_ACCESS);
   D3D12_HEAP_PROPERTIES properties = { .Type = D3D12_HEAP_TYPE_DEFAULT };
   ID3D12Resource *texture;

   assert_ok(ID3D12Device8_CreateCommittedResource(h->device, &properties, flags, &desc, 0, NULL,
                                                   &IID_ID3D12Resource, (void **)&texture));
   return texture;
}

static ID3D12Fence *
create_fence(struct harness *h, D3D12_FENCE_FLAGS flags)
{
   ID3D12Fence *fence;

   assert_ok(ID3D12Device8_CreateFence(h->device, 0, flags, &IID_ID3D12Fence, (void **)&fence));
   return fence;
}

static void
another_process_draws(void **state)
{
   struct harness *h = *state;
   ID3D12Resource *texture = create_shared_texture(h, D3D12_HEAP_FLAG_SHARED);
   ID3D12Fence *fence = create_fence(h, D3D12_FENCE_FLAG_SHARED);
   int handles[] = { export_handle(h, texture), export_handle(h, fence) };
   struct harness_image image;
   int status;

   send_fd(parent_socket, handles[0]);
   send_fd(parent_socket, handles[1]);
   close(handles[0]);
   close(handles[1]);
   assert_ok(ID3D12CommandQueue_Signal(h->queue, fence, 1));
   harness_wait(fence, 2); /* an event for what another process signals */
   harness_read_texture(h, texture, 0, &image);
   for (UINT i = 0; i < SIZE * SIZE; i++)
      assert_int_equal(harness_texel32(&image, i % SIZE, i / SIZE), COLOR);
   harness_image_finish(&image);

   assert_ok(ID3D12Fence_Signal(fence, 3));
   assert_int_equal(waitpid(child, &status, 0), child);
   assert_int_equal(status, 0);
   RELEASE(texture);
   RELEASE(fence);
}

static void
handles_outlive_their_objects(void **state)
{
   struct harness *h = *state;
   D3D12_HEAP_DESC heap_desc = { .SizeInBytes = 65536,
                                 .Properties = { .Type = D3D12_HEAP_TYPE_DEFAULT },
                                 .Flags = D3D12_HEAP_FLAG_SHARED };
   ID3D12Heap *heap;
   ID3D12Fence *fence = create_fence(h, D3D12_FENCE_FLAG_SHARED);
   int fd = export_handle(h, fence);

   assert_ok(ID3D12Fence_Signal(fence, 77));
   RELEASE(fence);
   fence = open_handle(h, fd, &IID_ID3D12Fence);
   assert_int_equal(ID3D12Fence_GetCompletedValue(fence), 77);
   RELEASE(fence);

   assert_ok(ID3D12Device8_CreateHeap(h->device, &heap_desc, &IID_ID3D12Heap, (void **)&heap));
   fd = export_handle(h, heap);
   RELEASE(heap);
   heap = open_handle(h, fd, &IID_ID3D12Heap);
   assert_int_equal(ID3D12Heap_GetDesc(heap).SizeInBytes, 65536);
   RELEASE(heap);
}

static void
only_what_is_shared_has_handles(void **state)
{
   struct harness *h = *state;
   ID3D12Resource *texture = create_shared_texture(h, D3D12_HEAP_FLAG_NONE);
   ID3D12Fence *fence = create_fence(h, D3D12_FENCE_FLAG_NONE);
   HANDLE handle = h;

#define EXPORT(object, name)                                                                       \
   ID3D12Device8_CreateSharedHandle(h->device, (ID3D12DeviceChild *)(object), NULL, GENERIC_ALL,   \
                                    name, &handle)
   assert_int_equal(EXPORT(texture, NULL), E_INVALIDARG);
   assert_null(handle);
   assert_int_equal(EXPORT(fence, NULL), E_INVALIDARG);
   assert_int_equal(EXPORT(h->queue, NULL), E_INVALIDARG);
   RELEASE(texture);
   texture = create_shared_texture(h, D3D12_HEAP_FLAG_SHARED);
   assert_true(FAILED(EXPORT(texture, L"a name")));
   RELEASE(texture);
   RELEASE(fence);
}

/* Files that are no handles of ours, or pretend to be. */
static void
strange_descriptors_are_refused(void **state)
{
   struct harness *h = *state;
   ID3D12Resource *texture = create_shared_texture(h, D3D12_HEAP_FLAG_SHARED);
   int good = export_handle(h, texture);
   int fds[] = { open("/dev/null", O_RDWR), open("/proc/self/exe", O_RDONLY),
                 memfd_create("empty", MFD_ALLOW_SEALING), 9999 };
   void *out;

   for (unsigned i = 0; i < 4; i++) {
      assert_true(FAILED(ID3D12Device8_OpenSharedHandle(h->device, (HANDLE)(intptr_t)fds[i],
                                                        &IID_ID3D12Resource, &out)));
      assert_null(out);
   }
   /* The right file, the wrong interface. */
   assert_int_equal(
      ID3D12Device8_OpenSharedHandle(h->device, (HANDLE)(intptr_t)good, &IID_ID3D12Fence, &out),
      E_NOINTERFACE);
   close(good);
   for (unsigned i = 0; i < 3; i++)
      close(fds[i]);
   RELEASE(texture);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(another_process_draws),
      cmocka_unit_test(handles_outlive_their_objects),
      cmocka_unit_test(only_what_is_shared_has_handles),
      cmocka_unit_test(strange_descriptors_are_refused),
   };
   int sockets[2];

   if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0)
      return 1;
   parent_socket = sockets[0];
   child_socket = sockets[1];
   child = fork();
   if (child == 0)
      run_child();
   if (child < 0)
      return 1;
   return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
