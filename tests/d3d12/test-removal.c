/*
 * What goes wrong for good, each in a child process: shaders that never end, no memory left. And
 * shaders that are broken, which only fail.
 */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIMEOUT 40 /* s; the device gives a command list 10 */

/* Runs this program's case of that name in a process of its own, for at most TIMEOUT. */
static void
in_child(const char *name)
{
   int status;
   pid_t child = fork();

   assert_true(child >= 0);
   if (child == 0) {
      alarm(TIMEOUT);
      execl("/proc/self/exe", "test-removal", name, NULL);
      _exit(127);
   }
   assert_int_equal(waitpid(child, &status, 0), child);
   if (WIFSIGNALED(status))
      fail_msg("%s was ended by signal %d", name, WTERMSIG(status));
   assert_int_equal(WEXITSTATUS(status), 0);
}

static ID3D12RootSignature *
create_root(struct harness *h)
{
   D3D12_ROOT_PARAMETER1 parameter = scene_root_view(D3D12_ROOT_PARAMETER_TYPE_UAV, 0);
   D3D12_ROOT_SIGNATURE_DESC1 desc = {.NumParameters = 1, .pParameters = &parameter};

   return harness_create_root_signature(h, &desc);
}

static void
hang(void **state)
{
   struct harness *h = *state;
   ID3D12RootSignature *root = create_root(h);
   ID3D12PipelineState *pipeline = scene_create_compute(h, root, "endless.cs");
   ID3D12Resource *buffer = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, 256);
   ID3D12CommandList *lists[] = {(ID3D12CommandList *)h->list};
   struct timespec start, end;

   ID3D12GraphicsCommandList_SetComputeRootSignature(h->list, root);
   ID3D12GraphicsCommandList_SetPipelineState(h->list, pipeline);
   ID3D12GraphicsCommandList_SetComputeRootUnorderedAccessView(
      h->list, 0, ID3D12Resource_GetGPUVirtualAddress(buffer));
   ID3D12GraphicsCommandList_Dispatch(h->list, 4, 1, 1);
   assert_true(ID3D12GraphicsCommandList_Close(h->list) == S_OK);
   clock_gettime(CLOCK_MONOTONIC, &start);
   ID3D12CommandQueue_ExecuteCommandLists(h->queue, 1, lists);
   ID3D12CommandQueue_Signal(h->queue, h->fence, 1);
   assert_true(ID3D12Device8_GetDeviceRemovedReason(h->device) == S_OK);
   /* No event: the call returns when the fence completes, or the device is removed. */
   ID3D12Fence_SetEventOnCompletion(h->fence, 1, NULL);
   clock_gettime(CLOCK_MONOTONIC, &end);
   assert_true(end.tv_sec - start.tv_sec < 30);
   assert_true(ID3D12Device8_GetDeviceRemovedReason(h->device) == DXGI_ERROR_DEVICE_HUNG);
   assert_true(ID3D12Fence_GetCompletedValue(h->fence) == UINT64_MAX);

   /* What comes after fails, and returns. */
   ID3D12Resource *other = NULL;
   D3D12_HEAP_PROPERTIES properties = {.Type = D3D12_HEAP_TYPE_UPLOAD};
   D3D12_RESOURCE_DESC desc = harness_buffer_desc(65536);
   HRESULT result = ID3D12Device8_CreateCommittedResource(
      h->device, &properties, 0, &desc, D3D12_RESOURCE_STATE_GENERIC_READ, NULL,
      &IID_ID3D12Resource, (void **)&other);
   assert_true(result == DXGI_ERROR_DEVICE_REMOVED || (result == S_OK && other));
   ID3D12CommandQueue_ExecuteCommandLists(h->queue, 1, lists);
   ID3D12CommandQueue_Signal(h->queue, h->fence, 2);
   ID3D12Fence_SetEventOnCompletion(h->fence, 2, NULL);
   RELEASE(other);
   RELEASE(buffer);
   RELEASE(pipeline);
   RELEASE(root);
}

static void
endless_shaders_remove_the_device(void **state)
{
   in_child("hang");
}

static void
exhaust(void **state)
{
   struct harness *h = *state;
   struct rlimit limit = {1ull << 30, 1ull << 30};
   D3D12_HEAP_TYPE types[] = {D3D12_HEAP_TYPE_DEFAULT, D3D12_HEAP_TYPE_UPLOAD};
   ID3D12Resource *resources[16] = {0};
   HRESULT result = S_OK;

   assert_true(setrlimit(RLIMIT_AS, &limit) == 0);
   for (unsigned t = 0; t < 2; t++) {
      D3D12_HEAP_PROPERTIES properties = {.Type = types[t]};
      D3D12_RESOURCE_DESC desc = harness_buffer_desc(200 << 20);
      D3D12_RESOURCE_STATES in = t ? D3D12_RESOURCE_STATE_GENERIC_READ : D3D12_RESOURCE_STATE_COMMON;
      UINT n = 0;
      for (; n < 16; n++) {
         result = ID3D12Device8_CreateCommittedResource(h->device, &properties, 0, &desc, in, NULL,
                                                        &IID_ID3D12Resource,
                                                        (void **)&resources[n]);
         if (FAILED(result))
            break;
      }
      assert_true(result == E_OUTOFMEMORY && n < 6 && !resources[n]);
      for (UINT i = 0; i < n; i++)
         RELEASE(resources[i]);
   }

   /* Textures, heaps, descriptor heaps; and a shared one, whose memory is a file. */
   D3D12_HEAP_PROPERTIES properties = {.Type = D3D12_HEAP_TYPE_DEFAULT};
   D3D12_RESOURCE_DESC desc = harness_texture_desc(16384, 16384, DXGI_FORMAT_R32G32B32A32_FLOAT, 0);
   ID3D12Heap *heap;
   ID3D12DescriptorHeap *descriptors;
   for (unsigned shared = 0; shared < 2; shared++)
      assert_true(ID3D12Device8_CreateCommittedResource(
               h->device, &properties, shared ? D3D12_HEAP_FLAG_SHARED : D3D12_HEAP_FLAG_NONE, &desc,
               D3D12_RESOURCE_STATE_COMMON, NULL, &IID_ID3D12Resource,
               (void **)&resources[0]) == E_OUTOFMEMORY);
   D3D12_HEAP_DESC heap_desc = {.SizeInBytes = 2ull << 30, .Properties = properties};
   assert_true(ID3D12Device8_CreateHeap(h->device, &heap_desc, &IID_ID3D12Heap, (void **)&heap) ==
         E_OUTOFMEMORY);
   D3D12_DESCRIPTOR_HEAP_DESC descriptor_desc = {.Type = D3D12_DESCRIPTOR_HEAP_TYPE_CBV_SRV_UAV,
                                                 .NumDescriptors = 20000000};
   assert_true(ID3D12Device8_CreateDescriptorHeap(h->device, &descriptor_desc,
                                            &IID_ID3D12DescriptorHeap,
                                            (void **)&descriptors) == E_OUTOFMEMORY);

   /* The device still works. */
   assert_true(ID3D12Device8_GetDeviceRemovedReason(h->device) == S_OK);
   ID3D12Resource *buffer = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, 4096);
   uint32_t data[1024], back[1024];
   for (UINT i = 0; i < 1024; i++)
      data[i] = i * 3;
   harness_upload_buffer(h, buffer, data, sizeof(data));
   harness_read_buffer(h, buffer, back, sizeof(back));
   assert_true(memcmp(data, back, sizeof(data)) == 0);
   RELEASE(buffer);
}

static void
no_memory_is_an_error(void **state)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
   skip(); /* its shadow alone is beyond any limit */
#endif
   in_child("exhaust");
}

/* Cut short, with flipped bits, of the wrong stage, empty. Most must be refused; none may do harm. */
static void
broken(void **state)
{
   struct harness *h = *state;
   ID3D12RootSignature *root = create_root(h);
   D3D12_SHADER_BYTECODE good = harness_shader("endless.cs");
   uint8_t *copy = malloc(good.BytecodeLength);
   uint64_t seed = 11;
   unsigned refused = 0;

   assert_true(copy);
   for (unsigned i = 0; i < 400; i++) {
      D3D12_COMPUTE_PIPELINE_STATE_DESC desc = {.pRootSignature = root,
                                                .CS = {copy, good.BytecodeLength}};
      ID3D12PipelineState *pipeline = NULL;
      memcpy(copy, good.pShaderBytecode, good.BytecodeLength);
      if (i < 100)
         desc.CS.BytecodeLength = good.BytecodeLength * i / 100;
      else
         for (unsigned k = 0; k < 1 + i / 100; k++)
            copy[scene_random(&seed) % good.BytecodeLength] ^= 1u << scene_random(&seed) % 8;
      HRESULT result = ID3D12Device8_CreateComputePipelineState(
         h->device, &desc, &IID_ID3D12PipelineState, (void **)&pipeline);
      assert_true(result == S_OK || result == E_INVALIDARG);
      assert_true((result == S_OK) == (pipeline != NULL));
      assert_true(i >= 100 || result == E_INVALIDARG);
      refused += result != S_OK;
      RELEASE(pipeline);
   }
   assert_true(refused > 200);
   D3D12_COMPUTE_PIPELINE_STATE_DESC desc = {.pRootSignature = root, .CS = harness_shader("color.ps")};
   void *pipeline;
   assert_true(ID3D12Device8_CreateComputePipelineState(h->device, &desc, &IID_ID3D12PipelineState,
                                                  &pipeline) == E_INVALIDARG);
   desc.CS = (D3D12_SHADER_BYTECODE){NULL, 0};
   assert_true(ID3D12Device8_CreateComputePipelineState(h->device, &desc, &IID_ID3D12PipelineState,
                                                  &pipeline) == E_INVALIDARG);
   free(copy);
   RELEASE(root);
}

static void
broken_shaders_are_refused(void **state)
{
   in_child("broken");
}

#define CASE(body) cmocka_unit_test_setup_teardown(body, harness_setup, harness_teardown)

int
main(int argc, char **argv)
{
   const struct CMUnitTest cases[] = {CASE(hang), CASE(exhaust), CASE(broken)};
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(endless_shaders_remove_the_device),
      cmocka_unit_test(no_memory_is_an_error),
      cmocka_unit_test(broken_shaders_are_refused),
   };

   if (argc > 1) {
      cmocka_set_test_filter(argv[1]);
      return cmocka_run_group_tests(cases, NULL, NULL);
   }
   return cmocka_run_group_tests(tests, NULL, NULL);
}
