#include "api/device.h"

#include "api/adapter.h"
#include "api/fence.h"
#include "api/resource.h"
#include "api/resource_desc.h"
#include "api/vtable.h"
#include "util/debug.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* D3D12 has one device per adapter and process. */
static pthread_mutex_t current_lock = PTHREAD_MUTEX_INITIALIZER;
static struct device *current;

void
device_remove(struct device *device, HRESULT reason)
{
   HRESULT none = S_OK;

   /* Who learns of the removal may release everything at once, also the code that still runs. */
   __atomic_store_n(&device->kill, 1, __ATOMIC_SEQ_CST);
   while (atomic_load(&device->playing))
      nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);

   if (!atomic_compare_exchange_strong(&device->removed_reason, &none, reason))
      return;
   debug_printf(DEBUG_INFO, "device removed: %08x", (unsigned)reason);
   fence_release_all(device);
}

uint64_t
device_timestamp(void)
{
   struct timespec now;

   clock_gettime(CLOCK_MONOTONIC, &now);
   return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void
device_destroy(struct object *object)
{
   struct device *device = (struct device *)object;

   pthread_mutex_lock(&current_lock);
   if (current == device)
      current = NULL;
   pthread_mutex_unlock(&current_lock);
   workers_destroy(device->workers);
   exec_late_finish(&device->late);
   free(device);
}

static HRESULT
unsupported(const char *call)
{
   debug_printf(DEBUG_INFO, "%s is not supported", call);
   return E_NOTIMPL;
}

static HRESULT
refuse_out(const char *call, void **out)
{
   if (out)
      *out = NULL;
   return unsupported(call);
}

/* ---- ID3D12Device ---- */

static UINT
device_GetNodeCount(device_iface *iface)
{
   return 1;
}

static HRESULT
device_CreateCommandQueue(device_iface *iface, const D3D12_COMMAND_QUEUE_DESC *desc, REFIID riid,
                          void **out)
{
   return command_queue_create(device_from(iface), desc, riid, out);
}

static HRESULT
device_CreateCommandAllocator(device_iface *iface, D3D12_COMMAND_LIST_TYPE type, REFIID riid,
                              void **out)
{
   return command_allocator_create(device_from(iface), type, riid, out);
}

static HRESULT
device_CreateGraphicsPipelineState(device_iface *iface,
                                   const D3D12_GRAPHICS_PIPELINE_STATE_DESC *desc, REFIID riid,
                                   void **out)
{
   return pipeline_state_create_graphics(device_from(iface), desc, riid, out);
}

static HRESULT
device_CreateComputePipelineState(device_iface *iface,
                                  const D3D12_COMPUTE_PIPELINE_STATE_DESC *desc, REFIID riid,
                                  void **out)
{
   return pipeline_state_create_compute(device_from(iface), desc, riid, out);
}

static HRESULT
device_CreateCommandList(device_iface *iface, UINT node, D3D12_COMMAND_LIST_TYPE type,
                         ID3D12CommandAllocator *allocator, ID3D12PipelineState *initial,
                         REFIID riid, void **out)
{
   if (!allocator || node > 1) {
      if (out)
         *out = NULL;
      return E_INVALIDARG;
   }
   return command_list_create(device_from(iface), type, allocator, initial, riid, out);
}

static HRESULT
device_CreateDescriptorHeap(device_iface *iface, const D3D12_DESCRIPTOR_HEAP_DESC *desc,
                            REFIID riid, void **out)
{
   return descriptor_heap_create(device_from(iface), desc, riid, out);
}

static HRESULT
device_CreateRootSignature(device_iface *iface, UINT node, const void *blob, SIZE_T size,
                           REFIID riid, void **out)
{
   if (node > 1) {
      if (out)
         *out = NULL;
      return E_INVALIDARG;
   }
   return root_signature_object_create(device_from(iface), blob, size, riid, out);
}

static void
device_CreateConstantBufferView(device_iface *iface, const D3D12_CONSTANT_BUFFER_VIEW_DESC *desc,
                                D3D12_CPU_DESCRIPTOR_HANDLE handle)
{
   if (handle.ptr)
      view_init_cbv((struct descriptor *)handle.ptr, desc);
}

static void
device_CreateShaderResourceView(device_iface *iface, ID3D12Resource *resource,
                                const D3D12_SHADER_RESOURCE_VIEW_DESC *desc,
                                D3D12_CPU_DESCRIPTOR_HANDLE handle)
{
   if (handle.ptr)
      view_init_srv((struct descriptor *)handle.ptr, resource_from(resource), desc);
}

static void
device_CreateUnorderedAccessView(device_iface *iface, ID3D12Resource *resource,
                                 ID3D12Resource *counter,
                                 const D3D12_UNORDERED_ACCESS_VIEW_DESC *desc,
                                 D3D12_CPU_DESCRIPTOR_HANDLE handle)
{
   if (handle.ptr)
      view_init_uav((struct descriptor *)handle.ptr, resource_from(resource),
                    resource_from(counter), desc);
}

static void
device_CreateRenderTargetView(device_iface *iface, ID3D12Resource *resource,
                              const D3D12_RENDER_TARGET_VIEW_DESC *desc,
                              D3D12_CPU_DESCRIPTOR_HANDLE handle)
{
   if (handle.ptr)
      view_init_rtv((struct target_view *)handle.ptr, resource_from(resource), desc);
}

static void
device_CreateDepthStencilView(device_iface *iface, ID3D12Resource *resource,
                              const D3D12_DEPTH_STENCIL_VIEW_DESC *desc,
                              D3D12_CPU_DESCRIPTOR_HANDLE handle)
{
   if (handle.ptr)
      view_init_dsv((struct target_view *)handle.ptr, resource_from(resource), desc);
}

static void
device_CreateSampler(device_iface *iface, const D3D12_SAMPLER_DESC *desc,
                     D3D12_CPU_DESCRIPTOR_HANDLE handle)
{
   if (handle.ptr && desc)
      sampler_init((struct sampler *)handle.ptr, desc);
}

static HRESULT
device_CreateCommittedResource(device_iface *iface, const D3D12_HEAP_PROPERTIES *properties,
                               D3D12_HEAP_FLAGS flags, const D3D12_RESOURCE_DESC *desc,
                               D3D12_RESOURCE_STATES state, const D3D12_CLEAR_VALUE *clear,
                               REFIID riid, void **out)
{
   return resource_create_committed(device_from(iface), properties, flags, desc, clear, riid, out);
}

static HRESULT
device_CreateHeap(device_iface *iface, const D3D12_HEAP_DESC *desc, REFIID riid, void **out)
{
   return heap_create(device_from(iface), desc, riid, out);
}

static HRESULT
device_CreatePlacedResource(device_iface *iface, ID3D12Heap *heap, UINT64 offset,
                            const D3D12_RESOURCE_DESC *desc, D3D12_RESOURCE_STATES state,
                            const D3D12_CLEAR_VALUE *clear, REFIID riid, void **out)
{
   return resource_create_placed(device_from(iface), heap, offset, desc, clear, riid, out);
}

static HRESULT
device_CreateReservedResource(device_iface *iface, const D3D12_RESOURCE_DESC *desc,
                              D3D12_RESOURCE_STATES state, const D3D12_CLEAR_VALUE *clear,
                              REFIID riid, void **out)
{
   return refuse_out("CreateReservedResource", out);
}

static HRESULT
device_CreateFence(device_iface *iface, UINT64 initial, D3D12_FENCE_FLAGS flags, REFIID riid,
                   void **out)
{
   return fence_create(device_from(iface), initial, flags, riid, out);
}

static HRESULT
device_GetDeviceRemovedReason(device_iface *iface)
{
   return atomic_load(&device_from(iface)->removed_reason);
}

static HRESULT
device_CreateQueryHeap(device_iface *iface, const D3D12_QUERY_HEAP_DESC *desc, REFIID riid,
                       void **out)
{
   return query_heap_create(device_from(iface), desc, riid, out);
}

/* The CPU's clock is not ours to hold. */
static HRESULT
device_SetStablePowerState(device_iface *iface, BOOL enable)
{
   return unsupported("SetStablePowerState");
}

static HRESULT
device_CreateCommandSignature(device_iface *iface, const D3D12_COMMAND_SIGNATURE_DESC *desc,
                              ID3D12RootSignature *root, REFIID riid, void **out)
{
   return command_signature_create(device_from(iface), desc, root, riid, out);
}

static LUID
device_GetAdapterLuid(device_iface *iface)
{
   return device_from(iface)->luid;
}

/* ---- ID3D12Device1, 3 ---- */

/* D3D12_SHADER_CACHE_SUPPORT_LIBRARY is not reported: D3D12's answer is then this. */
static HRESULT
device_CreatePipelineLibrary(device_iface *iface, const void *blob, SIZE_T size, REFIID riid,
                             void **out)
{
   if (out)
      *out = NULL;
   unsupported("CreatePipelineLibrary");
   return DXGI_ERROR_UNSUPPORTED;
}

static HRESULT
device_OpenExistingHeapFromAddress(device_iface *iface, const void *address, REFIID riid,
                                   void **out)
{
   return refuse_out("OpenExistingHeapFromAddress", out);
}

static HRESULT
device_OpenExistingHeapFromFileMapping(device_iface *iface, HANDLE mapping, REFIID riid, void **out)
{
   return refuse_out("OpenExistingHeapFromFileMapping", out);
}

/* ---- ID3D12Device4 ---- */

static HRESULT
device_CreateCommandList1(device_iface *iface, UINT node, D3D12_COMMAND_LIST_TYPE type,
                          D3D12_COMMAND_LIST_FLAGS flags, REFIID riid, void **out)
{
   if (node > 1 || flags != D3D12_COMMAND_LIST_FLAG_NONE) {
      if (out)
         *out = NULL;
      return E_INVALIDARG;
   }
   return command_list_create(device_from(iface), type, NULL, NULL, riid, out);
}

static HRESULT
device_CreateProtectedResourceSession(device_iface *iface,
                                      const D3D12_PROTECTED_RESOURCE_SESSION_DESC *desc,
                                      REFIID riid, void **out)
{
   return refuse_out("CreateProtectedResourceSession", out);
}

static HRESULT
device_CreateCommittedResource1(device_iface *iface, const D3D12_HEAP_PROPERTIES *properties,
                                D3D12_HEAP_FLAGS flags, const D3D12_RESOURCE_DESC *desc,
                                D3D12_RESOURCE_STATES state, const D3D12_CLEAR_VALUE *clear,
                                ID3D12ProtectedResourceSession *session, REFIID riid, void **out)
{
   if (session)
      return refuse_out("a protected session", out);
   return resource_create_committed(device_from(iface), properties, flags, desc, clear, riid, out);
}

static HRESULT
device_CreateHeap1(device_iface *iface, const D3D12_HEAP_DESC *desc,
                   ID3D12ProtectedResourceSession *session, REFIID riid, void **out)
{
   if (session)
      return refuse_out("a protected session", out);
   return heap_create(device_from(iface), desc, riid, out);
}

static HRESULT
device_CreateReservedResource1(device_iface *iface, const D3D12_RESOURCE_DESC *desc,
                               D3D12_RESOURCE_STATES state, const D3D12_CLEAR_VALUE *clear,
                               ID3D12ProtectedResourceSession *session, REFIID riid, void **out)
{
   return refuse_out("CreateReservedResource1", out);
}

/* ---- ID3D12Device5, 6, 7 ---- */

static HRESULT
device_CreateLifetimeTracker(device_iface *iface, ID3D12LifetimeOwner *owner, REFIID riid,
                             void **out)
{
   return refuse_out("CreateLifetimeTracker", out);
}

static void
device_RemoveDevice(device_iface *iface)
{
   device_remove(device_from(iface), DXGI_ERROR_DEVICE_REMOVED);
}

static HRESULT
device_EnumerateMetaCommands(device_iface *iface, UINT *count, D3D12_META_COMMAND_DESC *descs)
{
   if (!count)
      return E_INVALIDARG;
   *count = 0;
   return S_OK;
}

static HRESULT
device_EnumerateMetaCommandParameters(device_iface *iface, REFGUID id,
                                      D3D12_META_COMMAND_PARAMETER_STAGE stage, UINT *total,
                                      UINT *count, D3D12_META_COMMAND_PARAMETER_DESC *descs)
{
   return E_INVALIDARG; /* there is no meta command that id could name */
}

static HRESULT
device_CreateMetaCommand(device_iface *iface, REFGUID id, UINT node, const void *data, SIZE_T size,
                         REFIID riid, void **out)
{
   return refuse_out("CreateMetaCommand", out);
}

static HRESULT
device_CreateStateObject(device_iface *iface, const D3D12_STATE_OBJECT_DESC *desc, REFIID riid,
                         void **out)
{
   return refuse_out("CreateStateObject", out);
}

static void
device_GetRaytracingAccelerationStructurePrebuildInfo(
   device_iface *iface, const D3D12_BUILD_RAYTRACING_ACCELERATION_STRUCTURE_INPUTS *desc,
   D3D12_RAYTRACING_ACCELERATION_STRUCTURE_PREBUILD_INFO *info)
{
   if (info)
      memset(info, 0, sizeof(*info));
}

static D3D12_DRIVER_MATCHING_IDENTIFIER_STATUS
device_CheckDriverMatchingIdentifier(
   device_iface *iface, D3D12_SERIALIZED_DATA_TYPE type,
   const D3D12_SERIALIZED_DATA_DRIVER_MATCHING_IDENTIFIER *identifier)
{
   return D3D12_DRIVER_MATCHING_IDENTIFIER_UNSUPPORTED_TYPE;
}

static HRESULT
device_SetBackgroundProcessingMode(device_iface *iface, D3D12_BACKGROUND_PROCESSING_MODE mode,
                                   D3D12_MEASUREMENTS_ACTION action, HANDLE event, BOOL *desired)
{
   if (desired)
      *desired = FALSE;
   return unsupported("SetBackgroundProcessingMode");
}

static HRESULT
device_AddToStateObject(device_iface *iface, const D3D12_STATE_OBJECT_DESC *desc,
                        ID3D12StateObject *object, REFIID riid, void **out)
{
   return refuse_out("AddToStateObject", out);
}

static HRESULT
device_CreateProtectedResourceSession1(device_iface *iface,
                                       const D3D12_PROTECTED_RESOURCE_SESSION_DESC1 *desc,
                                       REFIID riid, void **out)
{
   return refuse_out("CreateProtectedResourceSession1", out);
}

/* ---- ID3D12Device8 ---- */

static HRESULT
device_CreateCommittedResource2(device_iface *iface, const D3D12_HEAP_PROPERTIES *properties,
                                D3D12_HEAP_FLAGS flags, const D3D12_RESOURCE_DESC1 *desc1,
                                D3D12_RESOURCE_STATES state, const D3D12_CLEAR_VALUE *clear,
                                ID3D12ProtectedResourceSession *session, REFIID riid, void **out)
{
   D3D12_RESOURCE_DESC desc;

   if (session)
      return refuse_out("a protected session", out);
   if (desc1)
      desc = resource_desc_from_desc1(desc1);
   return resource_create_committed(device_from(iface), properties, flags, desc1 ? &desc : NULL,
                                    clear, riid, out);
}

static HRESULT
device_CreatePlacedResource1(device_iface *iface, ID3D12Heap *heap, UINT64 offset,
                             const D3D12_RESOURCE_DESC1 *desc1, D3D12_RESOURCE_STATES state,
                             const D3D12_CLEAR_VALUE *clear, REFIID riid, void **out)
{
   D3D12_RESOURCE_DESC desc;

   if (desc1)
      desc = resource_desc_from_desc1(desc1);
   return resource_create_placed(device_from(iface), heap, offset, desc1 ? &desc : NULL, clear,
                                 riid, out);
}

static void
device_CreateSamplerFeedbackUnorderedAccessView(device_iface *iface, ID3D12Resource *target,
                                                ID3D12Resource *feedback,
                                                D3D12_CPU_DESCRIPTOR_HANDLE handle)
{
   unsupported("CreateSamplerFeedbackUnorderedAccessView");
   if (handle.ptr)
      memset((void *)handle.ptr, 0, sizeof(struct descriptor));
}

static const ID3D12Device8Vtbl vtbl = {
   OBJECT_METHODS,
   .GetNodeCount = device_GetNodeCount,
   .CreateCommandQueue = device_CreateCommandQueue,
   .CreateCommandAllocator = device_CreateCommandAllocator,
   .CreateGraphicsPipelineState = device_CreateGraphicsPipelineState,
   .CreateComputePipelineState = device_CreateComputePipelineState,
   .CreateCommandList = device_CreateCommandList,
   .CheckFeatureSupport = device_CheckFeatureSupport,
   .CreateDescriptorHeap = device_CreateDescriptorHeap,
   .GetDescriptorHandleIncrementSize = device_GetDescriptorHandleIncrementSize,
   .CreateRootSignature = device_CreateRootSignature,
   .CreateConstantBufferView = device_CreateConstantBufferView,
   .CreateShaderResourceView = device_CreateShaderResourceView,
   .CreateUnorderedAccessView = device_CreateUnorderedAccessView,
   .CreateRenderTargetView = device_CreateRenderTargetView,
   .CreateDepthStencilView = device_CreateDepthStencilView,
   .CreateSampler = device_CreateSampler,
   .CopyDescriptors = device_CopyDescriptors,
   .CopyDescriptorsSimple = device_CopyDescriptorsSimple,
   .GetResourceAllocationInfo = device_GetResourceAllocationInfo,
   .GetCustomHeapProperties = device_GetCustomHeapProperties,
   .CreateCommittedResource = device_CreateCommittedResource,
   .CreateHeap = device_CreateHeap,
   .CreatePlacedResource = device_CreatePlacedResource,
   .CreateReservedResource = device_CreateReservedResource,
   .CreateSharedHandle = device_CreateSharedHandle,
   .OpenSharedHandle = device_OpenSharedHandle,
   .OpenSharedHandleByName = device_OpenSharedHandleByName,
   .MakeResident = device_MakeResident,
   .Evict = device_Evict,
   .CreateFence = device_CreateFence,
   .GetDeviceRemovedReason = device_GetDeviceRemovedReason,
   .GetCopyableFootprints = device_GetCopyableFootprints,
   .CreateQueryHeap = device_CreateQueryHeap,
   .SetStablePowerState = device_SetStablePowerState,
   .CreateCommandSignature = device_CreateCommandSignature,
   .GetResourceTiling = device_GetResourceTiling,
   .GetAdapterLuid = device_GetAdapterLuid,
   .CreatePipelineLibrary = device_CreatePipelineLibrary,
   .SetEventOnMultipleFenceCompletion = device_SetEventOnMultipleFenceCompletion,
   .SetResidencyPriority = device_SetResidencyPriority,
   .CreatePipelineState = device_CreatePipelineState,
   .OpenExistingHeapFromAddress = device_OpenExistingHeapFromAddress,
   .OpenExistingHeapFromFileMapping = device_OpenExistingHeapFromFileMapping,
   .EnqueueMakeResident = device_EnqueueMakeResident,
   .CreateCommandList1 = device_CreateCommandList1,
   .CreateProtectedResourceSession = device_CreateProtectedResourceSession,
   .CreateCommittedResource1 = device_CreateCommittedResource1,
   .CreateHeap1 = device_CreateHeap1,
   .CreateReservedResource1 = device_CreateReservedResource1,
   .GetResourceAllocationInfo1 = device_GetResourceAllocationInfo1,
   .CreateLifetimeTracker = device_CreateLifetimeTracker,
   .RemoveDevice = device_RemoveDevice,
   .EnumerateMetaCommands = device_EnumerateMetaCommands,
   .EnumerateMetaCommandParameters = device_EnumerateMetaCommandParameters,
   .CreateMetaCommand = device_CreateMetaCommand,
   .CreateStateObject = device_CreateStateObject,
   .GetRaytracingAccelerationStructurePrebuildInfo =
      device_GetRaytracingAccelerationStructurePrebuildInfo,
   .CheckDriverMatchingIdentifier = device_CheckDriverMatchingIdentifier,
   .SetBackgroundProcessingMode = device_SetBackgroundProcessingMode,
   .AddToStateObject = device_AddToStateObject,
   .CreateProtectedResourceSession1 = device_CreateProtectedResourceSession1,
   .GetResourceAllocationInfo2 = device_GetResourceAllocationInfo2,
   .CreateCommittedResource2 = device_CreateCommittedResource2,
   .CreatePlacedResource1 = device_CreatePlacedResource1,
   .CreateSamplerFeedbackUnorderedAccessView = device_CreateSamplerFeedbackUnorderedAccessView,
   .GetCopyableFootprints1 = device_GetCopyableFootprints1,
};

static const IID *const iids[] = {
   &IID_ID3D12Device8, &IID_ID3D12Device7, &IID_ID3D12Device6, &IID_ID3D12Device5,
   &IID_ID3D12Device4, &IID_ID3D12Device3, &IID_ID3D12Device2, &IID_ID3D12Device1,
   &IID_ID3D12Device,  &IID_ID3D12Object,  &IID_IUnknown,      NULL,
};

static const struct object_class device_class = { "device", iids, device_destroy };

static struct device *
device_new(void)
{
   struct device *device = calloc(1, sizeof(*device));
   if (!device)
      return NULL;
   device->workers = workers_create(0);
   if (!device->workers) {
      free(device);
      return NULL;
   }
   device->luid = (LUID){ .LowPart = ADAPTER_LUID_LOW, .HighPart = ADAPTER_LUID_HIGH };
   device->timeout_ns = DEVICE_TIMEOUT_NS;
   exec_late_init(&device->late);
   object_init(&device->object, &device_class, &vtbl, NULL);
   return device;
}

/* A use of the device, unless its last one is already gone. */
static bool
try_use(struct device *device)
{
   uint32_t uses = atomic_load(&device->object.uses);

   while (uses) {
      if (atomic_compare_exchange_weak(&device->object.uses, &uses, uses + 1))
         return true;
   }
   return false;
}

/* A reference to the process's device. One that was removed is replaced: who holds it keeps it. */
static struct device *
device_get(void)
{
   pthread_mutex_lock(&current_lock);
   struct device *device = current;
   if (device && atomic_load(&device->removed_reason) == S_OK && try_use(device)) {
      object_AddRef(device);
      pthread_mutex_unlock(&current_lock);
      object_unuse(&device->object);
      return device;
   }
   device = device_new();
   if (device)
      current = device;
   pthread_mutex_unlock(&current_lock);
   return device;
}

HRESULT
device_create(REFIID riid, void **out)
{
   struct device *device = device_get();

   if (!device)
      return E_OUTOFMEMORY;
   return object_return(&device->object, riid, out);
}
