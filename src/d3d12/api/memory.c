#include "api/memory.h"

#include "util/debug.h"

#include <errno.h>
#include <sys/sysinfo.h>

HRESULT
hresult_from_errno(int error)
{
   switch (-error) {
   case 0:
      return S_OK;
   case ENOMEM:
   case EMFILE:
   case ENFILE:
   case ENOSPC:
   case EAGAIN:
      return E_OUTOFMEMORY;
   case EINVAL:
   case EBADF:
      return E_INVALIDARG;
   default:
      return E_FAIL;
   }
}

static uint64_t
machine_memory(void)
{
   struct sysinfo info;

   if (sysinfo(&info) != 0)
      return UINT64_MAX;
   return ((uint64_t)info.totalram + info.totalswap) * info.mem_unit;
}

HRESULT
api_memory_init(struct share_memory *memory, uint64_t size, bool shareable, enum share_kind kind,
                const void *meta, uint32_t meta_size)
{
   if (size > machine_memory()) {
      debug_printf(DEBUG_INFO, "%llu bytes are more than this machine has",
                   (unsigned long long)size);
      return E_OUTOFMEMORY;
   }
   return hresult_from_errno(share_memory_init(memory, size, shareable, kind, meta, meta_size));
}
