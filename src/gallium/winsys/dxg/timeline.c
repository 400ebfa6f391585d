#include "gallium/winsys/dxg/timeline.h"

#include "gallium/winsys/dxg/perf.h"
#include "util/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

static bool
create(struct dxg_timeline *timeline, struct dxg_device *device, D3D12_FENCE_FLAGS flags)
{
   *timeline = (struct dxg_timeline){ .handle = -1 };
   if (SUCCEEDED(ID3D12Device_CreateFence(device->device, 0, flags, &IID_ID3D12Fence,
                                          (void **)&timeline->fence)))
      return true;
   timeline->fence = NULL;
   return false;
}

bool
dxg_timeline_init_private(struct dxg_timeline *timeline, struct dxg_device *device)
{
   return create(timeline, device, D3D12_FENCE_FLAG_NONE);
}

bool
dxg_timeline_init(struct dxg_timeline *timeline, struct dxg_device *device)
{
   HANDLE handle;

   if (!create(timeline, device, D3D12_FENCE_FLAG_SHARED))
      return false;
   if (FAILED(ID3D12Device_CreateSharedHandle(device->device, (ID3D12DeviceChild *)timeline->fence,
                                              NULL, GENERIC_ALL, NULL, &handle))) {
      dxg_timeline_finish(timeline);
      return false;
   }
   timeline->handle = (int)(intptr_t)handle;
   return true;
}

bool
dxg_timeline_open(struct dxg_timeline *timeline, struct dxg_device *device, int handle)
{
   *timeline = (struct dxg_timeline){ .handle = -1 };
   handle = dxg_handle_avoid_zero(handle);
   if (handle < 0)
      return false;
   HRESULT hr = ID3D12Device_OpenSharedHandle(device->device, (HANDLE)(intptr_t)handle,
                                              &IID_ID3D12Fence, (void **)&timeline->fence);
   close(handle);
   if (FAILED(hr))
      timeline->fence = NULL;
   return SUCCEEDED(hr);
}

void
dxg_timeline_finish(struct dxg_timeline *timeline)
{
   if (timeline->fence)
      ID3D12Fence_Release(timeline->fence);
   if (timeline->handle >= 0)
      close(timeline->handle);
   timeline->fence = NULL;
   timeline->handle = -1;
}

uint64_t
dxg_timeline_signal(struct dxg_timeline *timeline, struct dxg_device *device)
{
   if (dxg_device_is_removed(device) ||
       FAILED(ID3D12CommandQueue_Signal(device->queue, timeline->fence, timeline->value + 1)))
      return 0;
   return ++timeline->value;
}

void
dxg_timeline_signal_now(struct dxg_timeline *timeline, uint64_t value)
{
   /* A signal may take a fence back. */
   if (!dxg_timeline_is_reached(timeline, value))
      ID3D12Fence_Signal(timeline->fence, value);
}

bool
dxg_timeline_queue_wait(struct dxg_timeline *timeline, struct dxg_device *device, uint64_t value)
{
   return !dxg_timeline_is_reached(timeline, value) &&
          SUCCEEDED(ID3D12CommandQueue_Wait(device->queue, timeline->fence, value));
}

bool
dxg_timeline_is_reached(const struct dxg_timeline *timeline, uint64_t value)
{
   return ID3D12Fence_GetCompletedValue(timeline->fence) >= value;
}

bool
dxg_timeline_notify(struct dxg_timeline *timeline, uint64_t value, int eventfd)
{
   /* A NULL handle would make the call block. */
   const int event = eventfd == 0 ? fcntl(eventfd, F_DUPFD_CLOEXEC, 1) : eventfd;

   if (event < 0)
      return false;
   HRESULT hr = ID3D12Fence_SetEventOnCompletion(timeline->fence, value, (HANDLE)(intptr_t)event);
   if (event != eventfd)
      close(event);
   return SUCCEEDED(hr);
}

bool
dxg_timeline_cpu_wait(struct dxg_timeline *timeline, uint64_t value, int timeout_ms)
{
   const int64_t end = clock_ms() + timeout_ms;
   bool reached = dxg_timeline_is_reached(timeline, value);

   if (reached || timeout_ms == 0)
      return reached;

   dxg_perf_count_wait();
   struct pollfd event = { .fd = eventfd(0, EFD_CLOEXEC), .events = POLLIN };
   if (event.fd < 0)
      return false;
   if (dxg_timeline_notify(timeline, value, event.fd)) {
      int left = timeout_ms;
      while (poll(&event, 1, left) < 0 && errno == EINTR) {
         if (timeout_ms > 0)
            left = end > clock_ms() ? (int)(end - clock_ms()) : 0;
      }
   }
   close(event.fd);
   return dxg_timeline_is_reached(timeline, value);
}
