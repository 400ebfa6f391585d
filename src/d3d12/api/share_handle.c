/* Shared handles: a HANDLE is a file descriptor, which the caller closes. */
#include "api/device.h"
#include "api/fence.h"
#include "api/heap.h"
#include "api/memory.h"
#include "api/resource.h"
#include "util/debug.h"

#include <fcntl.h>
#include <unistd.h>

static HRESULT
refuse(const char *call, const char *why)
{
   debug_printf(DEBUG_INFO, "%s: %s", call, why);
   return E_INVALIDARG;
}

/* Descriptor 0 would look like a NULL handle. */
static int
avoid_zero(int fd)
{
   if (fd != 0)
      return fd;
   fd = fcntl(0, F_DUPFD_CLOEXEC, 1);
   close(0);
   return fd;
}

HRESULT
device_CreateSharedHandle(device_iface *iface, ID3D12DeviceChild *child,
                          const SECURITY_ATTRIBUTES *attributes, DWORD access, LPCWSTR name,
                          HANDLE *handle)
{
   static const char call[] = "CreateSharedHandle";
   struct object *object = (struct object *)child;
   int fd;

   if (!handle)
      return E_INVALIDARG;
   *handle = NULL;
   if (!object)
      return refuse(call, "no object");
   if (name)
      return refuse(call, "handles have no names here");
   if (object->cls == &resource_class && !((struct resource *)object)->heap &&
       ((struct resource *)object)->memory.fd >= 0)
      fd = share_memory_export(&((struct resource *)object)->memory);
   else if (object->cls == &heap_class && ((struct heap *)object)->memory.fd >= 0)
      fd = share_memory_export(&((struct heap *)object)->memory);
   else if (object->cls == &fence_class &&
            (((struct fence *)object)->flags & (D3D12_FENCE_FLAG_SHARED)))
      fd = share_fence_export(((struct fence *)object)->share);
   else
      return refuse(call, "an object that was not made to be shared");

   if (fd == 0)
      fd = avoid_zero(fd);
   if (fd < 0)
      return hresult_from_errno(fd);
   *handle = (HANDLE)(intptr_t)fd;
   return S_OK;
}

HRESULT
device_OpenSharedHandle(device_iface *iface, HANDLE handle, REFIID riid, void **out)
{
   struct device *device = device_from(iface);
   intptr_t fd = (intptr_t)handle;

   if (out)
      *out = NULL;
   if (fd < 0 || fd > INT32_MAX)
      return refuse("OpenSharedHandle", "not a handle");
   switch (share_kind(fd)) {
   case SHARE_RESOURCE:
      return resource_open(device, fd, riid, out);
   case SHARE_HEAP:
      return heap_open(device, fd, riid, out);
   case SHARE_FENCE:
      return fence_open(device, fd, riid, out);
   default:
      return refuse("OpenSharedHandle", "not a handle of ours");
   }
}

HRESULT
device_OpenSharedHandleByName(device_iface *iface, LPCWSTR name, DWORD access, HANDLE *handle)
{
   if (handle)
      *handle = NULL;
   return refuse("OpenSharedHandleByName", "handles have no names here");
}
