/* SetEventOnMultipleFenceCompletion: any, or all, of several fences. */
#include "api/device.h"
#include "api/fence.h"
#include "api/memory.h"
#include "util/debug.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

static HRESULT
signal_any(ID3D12Fence *const *fences, const UINT64 *values, UINT count, HANDLE event)
{
   HRESULT hr = S_OK;

   for (UINT i = 0; i < count && SUCCEEDED(hr); i++)
      hr = fence_signal_event(fence_from(fences[i]), values[i], event);
   return hr;
}

static HRESULT
wait_any(ID3D12Fence *const *fences, const UINT64 *values, UINT count)
{
   int fd = eventfd(0, EFD_CLOEXEC);
   if (fd < 0)
      return E_OUTOFMEMORY;

   HRESULT hr = signal_any(fences, values, count, (HANDLE)(intptr_t)fd);
   struct pollfd pollfd = { .fd = fd, .events = POLLIN };
   while (SUCCEEDED(hr) && poll(&pollfd, 1, -1) < 0 && errno == EINTR)
      continue;
   close(fd);
   return hr;
}

static void
wait_all(ID3D12Fence *const *fences, const UINT64 *values, UINT count)
{
   for (UINT i = 0; i < count; i++)
      fence_wait(fence_from(fences[i]), values[i]);
}

/* All of several with an event needs someone to wait for one after the other. */
struct waiter {
   int event;
   UINT count;
   ID3D12Fence **fences; /* used */
   UINT64 *values;
};

static void
waiter_destroy(struct waiter *waiter)
{
   for (UINT i = 0; waiter->fences && i < waiter->count; i++)
      object_unuse((struct object *)waiter->fences[i]);
   if (waiter->event >= 0)
      close(waiter->event);
   free(waiter->fences);
   free(waiter->values);
   free(waiter);
}

static void *
waiter_run(void *data)
{
   struct waiter *waiter = data;

   wait_all(waiter->fences, waiter->values, waiter->count);
   eventfd_write(waiter->event, 1);
   waiter_destroy(waiter);
   return NULL;
}

static struct waiter *
waiter_create(ID3D12Fence *const *fences, const UINT64 *values, UINT count, HANDLE event)
{
   struct waiter *waiter = calloc(1, sizeof(*waiter));
   if (!waiter)
      return NULL;
   waiter->event = fcntl((int)(intptr_t)event, F_DUPFD_CLOEXEC, 0);
   waiter->fences = calloc(count, sizeof(*fences));
   waiter->values = calloc(count, sizeof(*values));
   if (waiter->event < 0 || !waiter->fences || !waiter->values) {
      waiter_destroy(waiter);
      return NULL;
   }
   for (UINT i = 0; i < count; i++) {
      waiter->fences[i] = fences[i];
      waiter->values[i] = values[i];
      object_use((struct object *)fences[i]);
   }
   waiter->count = count;
   return waiter;
}

static HRESULT
signal_all(ID3D12Fence *const *fences, const UINT64 *values, UINT count, HANDLE event)
{
   if (count == 1)
      return fence_signal_event(fence_from(fences[0]), values[0], event);

   struct waiter *waiter = waiter_create(fences, values, count, event);
   if (!waiter)
      return E_OUTOFMEMORY;
   pthread_attr_t attr;
   pthread_t thread;
   pthread_attr_init(&attr);
   pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
   /* The program's signals are for its own threads. */
   sigset_t all, old;
   sigfillset(&all);
   pthread_sigmask(SIG_SETMASK, &all, &old);
   int error = pthread_create(&thread, &attr, waiter_run, waiter);
   pthread_sigmask(SIG_SETMASK, &old, NULL);
   pthread_attr_destroy(&attr);
   if (error) {
      waiter_destroy(waiter);
      return E_OUTOFMEMORY;
   }
   return S_OK;
}

HRESULT
device_SetEventOnMultipleFenceCompletion(device_iface *iface, ID3D12Fence *const *fences,
                                         const UINT64 *values, UINT count,
                                         D3D12_MULTIPLE_FENCE_WAIT_FLAGS flags, HANDLE event)
{
   if (!fences || !values || count == 0 || (flags & ~D3D12_MULTIPLE_FENCE_WAIT_FLAG_ANY)) {
      debug_printf(DEBUG_INFO, "SetEventOnMultipleFenceCompletion: no fences, or unknown flags");
      return E_INVALIDARG;
   }
   for (UINT i = 0; i < count; i++) {
      if (!fences[i])
         return E_INVALIDARG;
   }
   if (flags & D3D12_MULTIPLE_FENCE_WAIT_FLAG_ANY)
      return event ? signal_any(fences, values, count, event) : wait_any(fences, values, count);
   if (event)
      return signal_all(fences, values, count, event);
   wait_all(fences, values, count);
   return S_OK;
}
