#include "api/fence.h"

#include "api/memory.h"
#include "api/vtable.h"
#include "util/bits.h"
#include "util/debug.h"

#include <stdlib.h>

#define KNOWN_FLAGS (D3D12_FENCE_FLAG_SHARED | D3D12_FENCE_FLAG_SHARED_CROSS_ADAPTER)

/* All fences of the process, so that a device's removal reaches its own. */
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct fence *list;

static void
list_add(struct fence *fence)
{
   pthread_mutex_lock(&list_lock);
   fence->next = list;
   fence->link = &list;
   if (list)
      list->link = &fence->next;
   list = fence;
   pthread_mutex_unlock(&list_lock);
}

static void
list_remove(struct fence *fence)
{
   pthread_mutex_lock(&list_lock);
   *fence->link = fence->next;
   if (fence->next)
      fence->next->link = fence->link;
   pthread_mutex_unlock(&list_lock);
}

static bool
is_removed(const struct fence *fence)
{
   return atomic_load_explicit(&fence->object.device->removed_reason, memory_order_acquire) != S_OK;
}

void
fence_release_all(struct device *device)
{
   pthread_mutex_lock(&list_lock);
   for (struct fence *fence = list; fence; fence = fence->next) {
      if (fence->object.device != device)
         continue;
      /* A fence that was opened belongs to a device that may go on. */
      if (fence->opened)
         share_fence_wake(fence->share);
      else
         share_fence_signal(fence->share, UINT64_MAX);
   }
   pthread_mutex_unlock(&list_lock);
}

void
fence_wait(struct fence *fence, uint64_t value)
{
   struct device *device = fence->object.device;

   /* Not `kill`: who wakes up shall find the reason. */
   share_fence_wait(fence->share, value, -1, (const uint32_t *)&device->removed_reason);
}

HRESULT
fence_signal_event(struct fence *fence, uint64_t value, HANDLE event)
{
   intptr_t fd = (intptr_t)event;

   if (fd < 0 || fd > INT32_MAX)
      return E_INVALIDARG;
   /* Every fence has reached 0. */
   return hresult_from_errno(share_fence_event(fence->share, is_removed(fence) ? 0 : value, fd));
}

static void
fence_destroy(struct object *object)
{
   struct fence *fence = (struct fence *)object;

   list_remove(fence);
   share_fence_destroy(fence->share);
   free(fence);
}

static UINT64
fence_GetCompletedValue(ID3D12Fence1 *iface)
{
   struct fence *fence = fence_from(iface);

   return is_removed(fence) ? UINT64_MAX : share_fence_value(fence->share);
}

static HRESULT
fence_SetEventOnCompletion(ID3D12Fence1 *iface, UINT64 value, HANDLE event)
{
   struct fence *fence = fence_from(iface);

   if (event)
      return fence_signal_event(fence, value, event);
   fence_wait(fence, value);
   return S_OK;
}

static HRESULT
fence_Signal(ID3D12Fence1 *iface, UINT64 value)
{
   struct fence *fence = fence_from(iface);

   if (is_removed(fence))
      return DXGI_ERROR_DEVICE_REMOVED;
   share_fence_signal(fence->share, value);
   return S_OK;
}

static D3D12_FENCE_FLAGS
fence_GetCreationFlags(ID3D12Fence1 *iface)
{
   return fence_from(iface)->flags;
}

static const ID3D12Fence1Vtbl vtbl = {
   DEVICE_CHILD_METHODS,
   .GetCompletedValue = fence_GetCompletedValue,
   .SetEventOnCompletion = fence_SetEventOnCompletion,
   .Signal = fence_Signal,
   .GetCreationFlags = fence_GetCreationFlags,
};

static const IID *const iids[] = {
   &IID_ID3D12Fence1,
   &IID_ID3D12Fence,
   &IID_ID3D12Pageable,
   &IID_ID3D12DeviceChild,
   &IID_ID3D12Object,
   &IID_IUnknown,
   NULL,
};

const struct object_class fence_class = { "fence", iids, fence_destroy };

/* Takes the share. */
static HRESULT
fence_new(struct device *device, struct share_fence *share, D3D12_FENCE_FLAGS flags, bool opened,
          REFIID riid, void **out)
{
   struct fence *fence = calloc(1, sizeof(*fence));
   if (!fence) {
      share_fence_destroy(share);
      return E_OUTOFMEMORY;
   }
   fence->share = share;
   fence->flags = flags;
   fence->opened = opened;
   object_init(&fence->object, &fence_class, &vtbl, device);
   list_add(fence);
   return object_return(&fence->object, riid, out);
}

HRESULT
fence_create(struct device *device, UINT64 initial, D3D12_FENCE_FLAGS flags, REFIID riid,
             void **out)
{
   struct share_fence *share;

   if (out)
      *out = NULL;
   if (flags & ~KNOWN_FLAGS) {
      debug_printf(DEBUG_INFO, "CreateFence: a flag that we don't support");
      return E_INVALIDARG;
   }
   int error = share_fence_create(&share, initial, flags & D3D12_FENCE_FLAG_SHARED);
   if (error)
      return hresult_from_errno(error);
   return fence_new(device, share, flags, false, riid, out);
}

HRESULT
fence_open(struct device *device, int fd, REFIID riid, void **out)
{
   struct share_fence *share;

   int error = share_fence_open(&share, fd);
   if (error)
      return hresult_from_errno(error);
   return fence_new(device, share, D3D12_FENCE_FLAG_SHARED, true, riid, out);
}
