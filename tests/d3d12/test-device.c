/* The device itself: features, objects' lifetimes, private data, descriptors, fences. */
#include "harness.h"

#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <wchar.h>

static const GUID test_guid = { 1, 2, 3, { 4, 5, 6, 7, 8, 9, 10, 11 } };

static void
device_is_one_per_process(void **state)
{
   struct harness *h = *state;
   ID3D12Device *device, *parent;
   void *out = h;

   assert_ok(D3D12CreateDevice(NULL, D3D_FEATURE_LEVEL_11_1, &IID_ID3D12Device, (void **)&device));
   assert_ptr_equal(device, h->device);
   assert_ok(ID3D12CommandQueue_GetDevice(h->queue, &IID_ID3D12Device, (void **)&parent));
   assert_ptr_equal(parent, h->device);
   RELEASE(parent);
   RELEASE(device);

   assert_int_equal(D3D12CreateDevice(NULL, D3D_FEATURE_LEVEL_11_0, &IID_ID3D12Device, NULL),
                    S_FALSE);
   assert_int_equal(D3D12CreateDevice(NULL, D3D_FEATURE_LEVEL_12_1, &IID_ID3D12Device, &out),
                    DXGI_ERROR_UNSUPPORTED);
   assert_null(out);
   assert_int_equal(D3D12CreateDevice(NULL, 7, &IID_ID3D12Device, &out), E_INVALIDARG);
   assert_int_equal(D3D12CreateDevice(NULL, D3D_FEATURE_LEVEL_11_0, &IID_ID3D12Fence, &out),
                    E_NOINTERFACE);
   assert_int_equal(D3D12GetDebugInterface(&IID_ID3D12Object, &out), E_NOINTERFACE);
   assert_int_equal(ID3D12Device8_GetNodeCount(h->device), 1);
}

static void
objects_count_references(void **state)
{
   struct harness *h = *state;
   ID3D12Fence *fence, *again;
   void *out = h;

   assert_ok(ID3D12Device8_CreateFence(h->device, 0, D3D12_FENCE_FLAG_NONE, &IID_ID3D12Fence,
                                       (void **)&fence));
   assert_int_equal(ID3D12Fence_AddRef(fence), 2);
   assert_int_equal(ID3D12Fence_Release(fence), 1);
   assert_ok(ID3D12Fence_QueryInterface(fence, &IID_ID3D12Fence1, (void **)&again));
   assert_ptr_equal(again, fence);
   assert_int_equal(ID3D12Fence_Release(again), 1);
   assert_int_equal(ID3D12Fence_QueryInterface(fence, &IID_ID3D12Heap, &out), E_NOINTERFACE);
   assert_null(out);
   assert_int_equal(ID3D12Fence_QueryInterface(fence, &IID_IUnknown, NULL), E_POINTER);
   assert_int_equal(ID3D12Fence_Release(fence), 0);
}

static void
private_data_is_kept(void **state)
{
   struct harness *h = *state;
   ID3D12Device8 *device = h->device;
   ID3D12Fence *fence, *back = NULL;
   char data[8];
   UINT size = sizeof(data);

   assert_int_equal(ID3D12Device8_GetPrivateData(device, &test_guid, &size, data),
                    DXGI_ERROR_NOT_FOUND);
   assert_ok(ID3D12Device8_SetPrivateData(device, &test_guid, 6, "hello"));
   size = 0;
   assert_ok(ID3D12Device8_GetPrivateData(device, &test_guid, &size, NULL));
   assert_int_equal(size, 6);
   size = 3;
   assert_int_equal(ID3D12Device8_GetPrivateData(device, &test_guid, &size, data),
                    DXGI_ERROR_MORE_DATA);
   assert_int_equal(size, 6);
   size = sizeof(data);
   assert_ok(ID3D12Device8_GetPrivateData(device, &test_guid, &size, data));
   assert_string_equal(data, "hello");

   assert_ok(ID3D12Device8_CreateFence(device, 0, D3D12_FENCE_FLAG_NONE, &IID_ID3D12Fence,
                                       (void **)&fence));
   assert_ok(ID3D12Device8_SetPrivateDataInterface(device, &test_guid, (IUnknown *)fence));
   size = sizeof(back);
   assert_ok(ID3D12Device8_GetPrivateData(device, &test_guid, &size, &back));
   assert_ptr_equal(back, fence);
   assert_int_equal(ID3D12Fence_Release(fence), 2);
   assert_ok(ID3D12Device8_SetPrivateData(device, &test_guid, 0, NULL));
   assert_int_equal(ID3D12Fence_Release(back), 0);

   assert_ok(ID3D12Device8_SetName(device, L"the device"));
   wchar_t name[16];
   size = sizeof(name);
   assert_ok(ID3D12Device8_GetPrivateData(device, &WKPDID_D3DDebugObjectNameW, &size, name));
   assert_int_equal(wcscmp(name, L"the device"), 0);
   assert_int_equal(ID3D12Device8_GetPrivateData(device, NULL, &size, name), E_INVALIDARG);
}

static void
features_are_consistent(void **state)
{
   struct harness *h = *state;
   D3D_FEATURE_LEVEL levels[] = { D3D_FEATURE_LEVEL_11_0, D3D_FEATURE_LEVEL_11_1,
                                  D3D_FEATURE_LEVEL_12_1 };
   D3D12_FEATURE_DATA_FEATURE_LEVELS level = { .NumFeatureLevels = 3,
                                               .pFeatureLevelsRequested = levels };
   D3D12_FEATURE_DATA_SHADER_MODEL model = { D3D_SHADER_MODEL_6_0 };
   D3D12_FEATURE_DATA_ROOT_SIGNATURE root = { D3D_ROOT_SIGNATURE_VERSION_1_1 };
   D3D12_FEATURE_DATA_ARCHITECTURE architecture = { .NodeIndex = 0 };
   D3D12_FEATURE_DATA_D3D12_OPTIONS options;
   D3D12_FEATURE_DATA_D3D12_OPTIONS1 options1;

#define CHECK(name, data)                                                                          \
   ID3D12Device8_CheckFeatureSupport(h->device, D3D12_FEATURE_##name, &data, sizeof(data))
   assert_ok(CHECK(FEATURE_LEVELS, level));
   assert_int_equal(level.MaxSupportedFeatureLevel, D3D_FEATURE_LEVEL_11_1);
   assert_ok(CHECK(SHADER_MODEL, model));
   assert_int_equal(model.HighestShaderModel, D3D_SHADER_MODEL_6_0);
   assert_ok(CHECK(ROOT_SIGNATURE, root));
   assert_int_equal(root.HighestVersion, D3D_ROOT_SIGNATURE_VERSION_1_1);
   assert_ok(CHECK(ARCHITECTURE, architecture));
   assert_true(architecture.UMA && architecture.CacheCoherentUMA);
   architecture.NodeIndex = 1;
   assert_int_equal(CHECK(ARCHITECTURE, architecture), E_INVALIDARG);
   assert_ok(CHECK(D3D12_OPTIONS, options));
   assert_int_equal(options.ResourceBindingTier, D3D12_RESOURCE_BINDING_TIER_3);
   assert_int_equal(options.TiledResourcesTier, D3D12_TILED_RESOURCES_TIER_NOT_SUPPORTED);
   assert_ok(CHECK(D3D12_OPTIONS1, options1));
   assert_true(options1.WaveLaneCountMin == 8 || options1.WaveLaneCountMin == 16);

   /* A wrong size, no data, an unknown feature. */
   assert_int_equal(CHECK(D3D12_OPTIONS, options1), E_INVALIDARG);
   assert_int_equal(ID3D12Device8_CheckFeatureSupport(h->device, D3D12_FEATURE_D3D12_OPTIONS, NULL,
                                                      sizeof(options)),
                    E_INVALIDARG);
   assert_int_equal(ID3D12Device8_CheckFeatureSupport(h->device, 1000, &options, sizeof(options)),
                    E_INVALIDARG);
}

static void
formats_say_what_they_can(void **state)
{
   struct harness *h = *state;
   D3D12_FEATURE_DATA_FORMAT_SUPPORT support = { DXGI_FORMAT_R8G8B8A8_UNORM };
   D3D12_FEATURE_DATA_MULTISAMPLE_QUALITY_LEVELS samples = { DXGI_FORMAT_R8G8B8A8_UNORM, 4 };
   D3D12_FEATURE_DATA_FORMAT_INFO info = { DXGI_FORMAT_D24_UNORM_S8_UINT };

   assert_ok(CHECK(FORMAT_SUPPORT, support));
   UINT wanted = D3D12_FORMAT_SUPPORT1_TEXTURE2D | D3D12_FORMAT_SUPPORT1_RENDER_TARGET |
                 D3D12_FORMAT_SUPPORT1_BLENDABLE | D3D12_FORMAT_SUPPORT1_SHADER_SAMPLE |
                 D3D12_FORMAT_SUPPORT1_MULTISAMPLE_RENDERTARGET | D3D12_FORMAT_SUPPORT1_BUFFER;
   assert_int_equal(support.Support1 & wanted, wanted);
   assert_false(support.Support1 & D3D12_FORMAT_SUPPORT1_DEPTH_STENCIL);
   assert_true(support.Support2 & D3D12_FORMAT_SUPPORT2_UAV_TYPED_LOAD);

   support.Format = DXGI_FORMAT_D32_FLOAT;
   assert_ok(CHECK(FORMAT_SUPPORT, support));
   assert_true(support.Support1 & D3D12_FORMAT_SUPPORT1_DEPTH_STENCIL);
   assert_false(support.Support1 &
                (D3D12_FORMAT_SUPPORT1_RENDER_TARGET | D3D12_FORMAT_SUPPORT1_TEXTURE3D));

   /* All of this, or nothing (D3D12 Revised Support For R9G9B9E5 Format) */
   support.Format = DXGI_FORMAT_R9G9B9E5_SHAREDEXP;
   assert_ok(CHECK(FORMAT_SUPPORT, support));
   wanted = D3D12_FORMAT_SUPPORT1_RENDER_TARGET | D3D12_FORMAT_SUPPORT1_BLENDABLE |
            D3D12_FORMAT_SUPPORT1_MULTISAMPLE_RENDERTARGET |
            D3D12_FORMAT_SUPPORT1_MULTISAMPLE_LOAD |
            D3D12_FORMAT_SUPPORT1_TYPED_UNORDERED_ACCESS_VIEW;
   assert_int_equal(support.Support1 & wanted, wanted);
   wanted = D3D12_FORMAT_SUPPORT2_UAV_TYPED_LOAD | D3D12_FORMAT_SUPPORT2_UAV_TYPED_STORE;
   assert_int_equal(support.Support2 & wanted, wanted);

   support.Format = DXGI_FORMAT_NV12;
   assert_int_equal(CHECK(FORMAT_SUPPORT, support), E_FAIL);
   assert_int_equal(support.Support1, 0);

   assert_ok(CHECK(MULTISAMPLE_QUALITY_LEVELS, samples));
   assert_int_equal(samples.NumQualityLevels, 1);
   samples.SampleCount = 3;
   assert_ok(CHECK(MULTISAMPLE_QUALITY_LEVELS, samples));
   assert_int_equal(samples.NumQualityLevels, 0);
   assert_ok(CHECK(FORMAT_INFO, info));
   assert_int_equal(info.PlaneCount, 2);
}

static void
descriptor_heaps_are_checked(void **state)
{
   struct harness *h = *state;
   D3D12_DESCRIPTOR_HEAP_DESC desc = { .Type = D3D12_DESCRIPTOR_HEAP_TYPE_RTV,
                                       .NumDescriptors = 4,
                                       .Flags = D3D12_DESCRIPTOR_HEAP_FLAG_SHADER_VISIBLE };
   ID3D12DescriptorHeap *heap;

#define CREATE_HEAP()                                                                              \
   ID3D12Device8_CreateDescriptorHeap(h->device, &desc, &IID_ID3D12DescriptorHeap, (void **)&heap)
   assert_int_equal(CREATE_HEAP(), E_INVALIDARG);
   desc.Type = 17;
   desc.Flags = 0;
   assert_int_equal(CREATE_HEAP(), E_INVALIDARG);
   desc.Type = D3D12_DESCRIPTOR_HEAP_TYPE_SAMPLER;
   desc.Flags = D3D12_DESCRIPTOR_HEAP_FLAG_SHADER_VISIBLE;
   desc.NumDescriptors = 2049;
   assert_int_equal(CREATE_HEAP(), E_INVALIDARG);
   desc.NumDescriptors = 2048;
   assert_ok(CREATE_HEAP());
   RELEASE(heap);

   heap = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_CBV_SRV_UAV, 1000000, true);
   assert_int_equal(harness_cpu_handle(h, heap, 999999).ptr - harness_cpu_handle(h, heap, 0).ptr,
                    harness_gpu_handle(h, heap, 999999).ptr - harness_gpu_handle(h, heap, 0).ptr);
   D3D12_DESCRIPTOR_HEAP_DESC got = ID3D12DescriptorHeap_GetDesc(heap);
   assert_int_equal(got.NumDescriptors, 1000000);
   RELEASE(heap);
}

/* Descriptors are opaque, but equal views have equal descriptors, and copies are equal. */
static void
descriptors_are_copied_across_ranges(void **state)
{
   struct harness *h = *state;
   D3D12_DESCRIPTOR_HEAP_TYPE type = D3D12_DESCRIPTOR_HEAP_TYPE_CBV_SRV_UAV;
   UINT size = ID3D12Device8_GetDescriptorHandleIncrementSize(h->device, type);
   ID3D12DescriptorHeap *from = harness_create_heap(h, type, 6, false);
   ID3D12DescriptorHeap *to = harness_create_heap(h, type, 6, true);
   ID3D12Resource *buffer = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, 4096);

   for (UINT i = 0; i < 6; i++) {
      D3D12_CONSTANT_BUFFER_VIEW_DESC desc = {
         ID3D12Resource_GetGPUVirtualAddress(buffer) + i * 256, 256
      };
      ID3D12Device8_CreateConstantBufferView(h->device, &desc, harness_cpu_handle(h, from, i));
   }
   /* 0 1 2 3 | 4 5 → 3 4 | 0 1 2 5 */
   D3D12_CPU_DESCRIPTOR_HANDLE src[] = { harness_cpu_handle(h, from, 0),
                                         harness_cpu_handle(h, from, 4) };
   D3D12_CPU_DESCRIPTOR_HANDLE dst[] = { harness_cpu_handle(h, to, 3), harness_cpu_handle(h, to, 0),
                                         harness_cpu_handle(h, to, 5) };
   UINT src_sizes[] = { 4, 2 }, dst_sizes[] = { 2, 3, 1 };
   static const UINT places[] = { 3, 4, 0, 1, 2, 5 };
   ID3D12Device8_CopyDescriptors(h->device, 3, dst, dst_sizes, 2, src, src_sizes, type);
   for (UINT i = 0; i < 6; i++)
      assert_memory_equal((void *)harness_cpu_handle(h, to, places[i]).ptr,
                          (void *)harness_cpu_handle(h, from, i).ptr, size);

   ID3D12Device8_CopyDescriptorsSimple(h->device, 6, harness_cpu_handle(h, to, 0),
                                       harness_cpu_handle(h, from, 0), type);
   assert_memory_equal((void *)harness_cpu_handle(h, to, 0).ptr,
                       (void *)harness_cpu_handle(h, from, 0).ptr, 6 * size);
   RELEASE(buffer);
   RELEASE(from);
   RELEASE(to);
}

/* Views that don't fit their resource, or have none, must do no harm. */
static void
odd_views_are_harmless(void **state)
{
   struct harness *h = *state;
   D3D12_RESOURCE_DESC texture_desc =
      harness_texture_desc(16, 16, DXGI_FORMAT_R8G8B8A8_TYPELESS, D3D12_RESOURCE_FLAG_NONE);
   ID3D12Resource *texture = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &texture_desc);
   ID3D12DescriptorHeap *views =
      harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_CBV_SRV_UAV, 1, false);
   ID3D12DescriptorHeap *rtvs = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_RTV, 1, false);
   ID3D12DescriptorHeap *dsvs = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_DSV, 1, false);
   D3D12_CPU_DESCRIPTOR_HANDLE view = harness_cpu_handle(h, views, 0);

   for (int dimension = -1; dimension < 14; dimension++) {
      for (DXGI_FORMAT format = 0; format < 200; format += 7) {
         D3D12_SHADER_RESOURCE_VIEW_DESC srv;
         D3D12_UNORDERED_ACCESS_VIEW_DESC uav;
         D3D12_RENDER_TARGET_VIEW_DESC rtv;
         D3D12_DEPTH_STENCIL_VIEW_DESC dsv;
         memset(&srv, 0xff, sizeof(srv));
         memset(&uav, 0xff, sizeof(uav));
         memset(&rtv, 0xff, sizeof(rtv));
         memset(&dsv, 0xff, sizeof(dsv));
         srv.ViewDimension = dimension;
         uav.ViewDimension = dimension;
         rtv.ViewDimension = dimension;
         dsv.ViewDimension = dimension;
         srv.Format = uav.Format = rtv.Format = dsv.Format = format;
         for (int with = 0; with < 2; with++) {
            ID3D12Resource *resource = with ? texture : NULL;
            ID3D12Device8_CreateShaderResourceView(h->device, resource, &srv, view);
            ID3D12Device8_CreateUnorderedAccessView(h->device, resource, resource, &uav, view);
            ID3D12Device8_CreateRenderTargetView(h->device, resource, &rtv,
                                                 harness_cpu_handle(h, rtvs, 0));
            ID3D12Device8_CreateDepthStencilView(h->device, resource, &dsv,
                                                 harness_cpu_handle(h, dsvs, 0));
         }
      }
   }
   ID3D12Device8_CreateShaderResourceView(h->device, NULL, NULL, view);
   ID3D12Device8_CreateUnorderedAccessView(h->device, NULL, NULL, NULL, view);
   ID3D12Device8_CreateConstantBufferView(h->device, NULL, view);
   RELEASE(texture);
   RELEASE(views);
   RELEASE(rtvs);
   RELEASE(dsvs);
}

static bool
is_signalled(int event)
{
   struct pollfd pollfd = { .fd = event, .events = POLLIN };

   return poll(&pollfd, 1, 0) == 1;
}

static void *
signal_later(void *data)
{
   usleep(20000);
   ID3D12Fence_Signal((ID3D12Fence *)data, 3);
   return NULL;
}

static void
fences_signal_events(void **state)
{
   struct harness *h = *state;
   int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
   ID3D12Fence *fence;
   pthread_t thread;
   eventfd_t count;

   assert_ok(ID3D12Device8_CreateFence(h->device, 1, D3D12_FENCE_FLAG_NONE, &IID_ID3D12Fence,
                                       (void **)&fence));
   assert_int_equal(ID3D12Fence_GetCompletedValue(fence), 1);
   assert_ok(ID3D12Fence_SetEventOnCompletion(fence, 1, (HANDLE)(intptr_t)event));
   assert_true(is_signalled(event));
   assert_int_equal(eventfd_read(event, &count), 0);

   assert_ok(ID3D12Fence_SetEventOnCompletion(fence, 2, (HANDLE)(intptr_t)event));
   assert_false(is_signalled(event));
   assert_ok(ID3D12Fence_Signal(fence, 2));
   assert_true(is_signalled(event));
   assert_int_equal(ID3D12Fence_GetCompletedValue(fence), 2);

   /* Without an event the call blocks. */
   assert_int_equal(pthread_create(&thread, NULL, signal_later, fence), 0);
   assert_ok(ID3D12Fence_SetEventOnCompletion(fence, 3, NULL));
   assert_int_equal(ID3D12Fence_GetCompletedValue(fence), 3);
   pthread_join(thread, NULL);

   /* The queue signals, too. */
   assert_ok(ID3D12CommandQueue_Signal(h->queue, fence, 9));
   harness_wait(fence, 9);
   close(event);
   assert_true(FAILED(ID3D12Fence_SetEventOnCompletion(fence, 100, (HANDLE)(intptr_t)event)));
   RELEASE(fence);

   assert_int_equal(
      ID3D12Device8_CreateFence(h->device, 0, 0x1000, &IID_ID3D12Fence, (void **)&fence),
      E_INVALIDARG);
}

static void
several_fences_signal_one_event(void **state)
{
   struct harness *h = *state;
   ID3D12Fence *fences[2];
   UINT64 values[] = { 1, 1 };

   for (int i = 0; i < 2; i++)
      assert_ok(ID3D12Device8_CreateFence(h->device, 0, D3D12_FENCE_FLAG_NONE, &IID_ID3D12Fence,
                                          (void **)&fences[i]));
   int any = eventfd(0, EFD_CLOEXEC), all = eventfd(0, EFD_CLOEXEC);
   assert_ok(ID3D12Device8_SetEventOnMultipleFenceCompletion(
      h->device, fences, values, 2, D3D12_MULTIPLE_FENCE_WAIT_FLAG_ANY, (HANDLE)(intptr_t)any));
   assert_ok(ID3D12Device8_SetEventOnMultipleFenceCompletion(
      h->device, fences, values, 2, D3D12_MULTIPLE_FENCE_WAIT_FLAG_ALL, (HANDLE)(intptr_t)all));
   assert_false(is_signalled(any));

   assert_ok(ID3D12Fence_Signal(fences[1], 1));
   assert_true(is_signalled(any));
   usleep(10000);
   assert_false(is_signalled(all));
   assert_ok(ID3D12Fence_Signal(fences[0], 1));
   struct pollfd pollfd = { .fd = all, .events = POLLIN };
   assert_int_equal(poll(&pollfd, 1, 5000), 1);

   assert_ok(ID3D12Device8_SetEventOnMultipleFenceCompletion(
      h->device, fences, values, 2, D3D12_MULTIPLE_FENCE_WAIT_FLAG_ALL, NULL));
   assert_ok(ID3D12Device8_SetEventOnMultipleFenceCompletion(
      h->device, fences, values, 2, D3D12_MULTIPLE_FENCE_WAIT_FLAG_ANY, NULL));
   assert_int_equal(ID3D12Device8_SetEventOnMultipleFenceCompletion(
                       h->device, NULL, values, 2, D3D12_MULTIPLE_FENCE_WAIT_FLAG_ALL, NULL),
                    E_INVALIDARG);
   close(any);
   close(all);
   RELEASE(fences[0]);
   RELEASE(fences[1]);
}

static void
residency_is_a_formality(void **state)
{
   struct harness *h = *state;
   ID3D12Resource *buffer = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, 256);
   ID3D12Pageable *pageable = (ID3D12Pageable *)buffer;

   assert_ok(ID3D12Device8_Evict(h->device, 1, &pageable));
   assert_ok(ID3D12Device8_MakeResident(h->device, 1, &pageable));
   assert_ok(ID3D12Device8_EnqueueMakeResident(h->device, D3D12_RESIDENCY_FLAG_NONE, 1, &pageable,
                                               h->fence, ++h->fence_value));
   harness_wait(h->fence, h->fence_value);
   assert_int_equal(ID3D12Device8_MakeResident(h->device, 1, NULL), E_INVALIDARG);
   assert_int_equal(ID3D12Device8_EnqueueMakeResident(h->device, D3D12_RESIDENCY_FLAG_NONE, 1,
                                                      &pageable, NULL, 1),
                    E_INVALIDARG);
   RELEASE(buffer);
}

static void
root_signatures_go_there_and_back(void **state)
{
   struct harness *h = *state;
   D3D12_DESCRIPTOR_RANGE1 range = { .RangeType = D3D12_DESCRIPTOR_RANGE_TYPE_SRV,
                                     .NumDescriptors = 3,
                                     .BaseShaderRegister = 1 };
   D3D12_ROOT_PARAMETER1 params[] = {
      { .ParameterType = D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE,
        .DescriptorTable = { 1, &range } },
      { .ParameterType = D3D12_ROOT_PARAMETER_TYPE_CBV, .Descriptor = { .ShaderRegister = 2 } },
   };
   D3D12_VERSIONED_ROOT_SIGNATURE_DESC desc = {
      .Version = D3D_ROOT_SIGNATURE_VERSION_1_1,
      .Desc_1_1 = { .NumParameters = 2, .pParameters = params },
   };
   ID3D12VersionedRootSignatureDeserializer *deserializer;
   const D3D12_VERSIONED_ROOT_SIGNATURE_DESC *back;
   ID3D12RootSignature *root;
   ID3DBlob *blob, *error;

   assert_ok(D3D12SerializeVersionedRootSignature(&desc, &blob, &error));
   assert_null(error);
   void *data = ID3D10Blob_GetBufferPointer(blob);
   size_t size = ID3D10Blob_GetBufferSize(blob);
   assert_ok(D3D12CreateVersionedRootSignatureDeserializer(
      data, size, &IID_ID3D12VersionedRootSignatureDeserializer, (void **)&deserializer));
   assert_ok(ID3D12VersionedRootSignatureDeserializer_GetRootSignatureDescAtVersion(
      deserializer, D3D_ROOT_SIGNATURE_VERSION_1_0, &back));
   assert_int_equal(back->Desc_1_0.NumParameters, 2);
   assert_int_equal(
      back->Desc_1_0.pParameters[0].DescriptorTable.pDescriptorRanges[0].NumDescriptors, 3);
   assert_int_equal(back->Desc_1_0.pParameters[1].Descriptor.ShaderRegister, 2);
   RELEASE(deserializer);

   assert_ok(ID3D12Device8_CreateRootSignature(h->device, 0, data, size, &IID_ID3D12RootSignature,
                                               (void **)&root));
   RELEASE(root);
   assert_true(FAILED(ID3D12Device8_CreateRootSignature(h->device, 0, data, size / 2,
                                                        &IID_ID3D12RootSignature, (void **)&root)));
   assert_int_equal(ID3D12Device8_CreateRootSignature(h->device, 0, NULL, 0,
                                                      &IID_ID3D12RootSignature, (void **)&root),
                    E_INVALIDARG);
   RELEASE(blob);

   desc.Desc_1_1.NumParameters = 1000;
   assert_true(FAILED(D3D12SerializeVersionedRootSignature(&desc, &blob, &error)));
   assert_null(blob);
   RELEASE(error);
}

static void
null_arguments_are_refused(void **state)
{
   struct harness *h = *state;
   ID3D12Device8 *device = h->device;
   void *out = h;

   assert_int_equal(ID3D12Device8_CreateDescriptorHeap(device, NULL, &IID_IUnknown, &out),
                    E_INVALIDARG);
   assert_int_equal(ID3D12Device8_CreateHeap(device, NULL, &IID_IUnknown, &out), E_INVALIDARG);
   assert_int_equal(
      ID3D12Device8_CreateCommittedResource(device, NULL, 0, NULL, 0, NULL, &IID_IUnknown, &out),
      E_INVALIDARG);
   assert_int_equal(
      ID3D12Device8_CreatePlacedResource(device, NULL, 0, NULL, 0, NULL, &IID_IUnknown, &out),
      E_INVALIDARG);
   assert_int_equal(ID3D12Device8_CreateGraphicsPipelineState(device, NULL, &IID_IUnknown, &out),
                    E_INVALIDARG);
   assert_int_equal(ID3D12Device8_CreateComputePipelineState(device, NULL, &IID_IUnknown, &out),
                    E_INVALIDARG);
   assert_int_equal(ID3D12Device8_CreatePipelineState(device, NULL, &IID_IUnknown, &out),
                    E_INVALIDARG);
   assert_int_equal(ID3D12Device8_CreateSharedHandle(device, NULL, NULL, GENERIC_ALL, NULL, &out),
                    E_INVALIDARG);
   assert_int_equal(
      ID3D12Device8_OpenSharedHandle(device, (HANDLE)(intptr_t)-1, &IID_IUnknown, &out),
      E_INVALIDARG);
   assert_null(out);
   assert_int_equal(D3D12SerializeVersionedRootSignature(NULL, NULL, NULL), E_INVALIDARG);
}

/* The last test of the group: the device is gone afterwards. */
static void
removal_releases_who_waits(void **state)
{
   struct harness *h = *state;
   int event = eventfd(0, EFD_CLOEXEC);
   ID3D12Device *next;
   ID3D12Fence *fence;

   assert_ok(ID3D12Device8_CreateFence(h->device, 0, D3D12_FENCE_FLAG_NONE, &IID_ID3D12Fence,
                                       (void **)&fence));
   assert_ok(ID3D12Fence_SetEventOnCompletion(fence, 5, (HANDLE)(intptr_t)event));
   assert_ok(ID3D12Device8_GetDeviceRemovedReason(h->device));
   ID3D12Device8_RemoveDevice(h->device);
   assert_int_equal(ID3D12Device8_GetDeviceRemovedReason(h->device), DXGI_ERROR_DEVICE_REMOVED);
   assert_int_equal(ID3D12Fence_GetCompletedValue(fence), UINT64_MAX);
   assert_true(is_signalled(event));
   assert_ok(ID3D12Fence_SetEventOnCompletion(fence, 7, NULL));
   close(event);
   RELEASE(fence);

   /* A program that starts over gets a device that works. */
   assert_ok(D3D12CreateDevice(NULL, D3D_FEATURE_LEVEL_11_0, &IID_ID3D12Device, (void **)&next));
   assert_ptr_not_equal(next, h->device);
   assert_ok(ID3D12Device_GetDeviceRemovedReason(next));
   RELEASE(next);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(device_is_one_per_process),
      cmocka_unit_test(objects_count_references),
      cmocka_unit_test(private_data_is_kept),
      cmocka_unit_test(features_are_consistent),
      cmocka_unit_test(formats_say_what_they_can),
      cmocka_unit_test(descriptor_heaps_are_checked),
      cmocka_unit_test(descriptors_are_copied_across_ranges),
      cmocka_unit_test(odd_views_are_harmless),
      cmocka_unit_test(fences_signal_events),
      cmocka_unit_test(several_fences_signal_one_event),
      cmocka_unit_test(residency_is_a_formality),
      cmocka_unit_test(root_signatures_go_there_and_back),
      cmocka_unit_test(null_arguments_are_refused),
      cmocka_unit_test(removal_releases_who_waits),
   };

   return cmocka_run_group_tests(tests, harness_setup, harness_teardown);
}
