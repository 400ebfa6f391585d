/* Residency: memory is the machine's own, and always resident. */
#include "api/device.h"

static bool
is_valid(UINT count, ID3D12Pageable *const *objects)
{
   if (count && !objects)
      return false;
   for (UINT i = 0; i < count; i++) {
      if (!objects[i])
         return false;
   }
   return true;
}

HRESULT
device_MakeResident(device_iface *iface, UINT count, ID3D12Pageable *const *objects)
{
   return is_valid(count, objects) ? S_OK : E_INVALIDARG;
}

HRESULT
device_Evict(device_iface *iface, UINT count, ID3D12Pageable *const *objects)
{
   return is_valid(count, objects) ? S_OK : E_INVALIDARG;
}

HRESULT
device_EnqueueMakeResident(device_iface *iface, D3D12_RESIDENCY_FLAGS flags, UINT count,
                           ID3D12Pageable *const *objects, ID3D12Fence *fence, UINT64 value)
{
   if (!is_valid(count, objects) || !fence || (flags & ~D3D12_RESIDENCY_FLAG_DENY_OVERBUDGET))
      return E_INVALIDARG;
   return ID3D12Fence_Signal(fence, value);
}

HRESULT
device_SetResidencyPriority(device_iface *iface, UINT count, ID3D12Pageable *const *objects,
                            const D3D12_RESIDENCY_PRIORITY *priorities)
{
   return is_valid(count, objects) && (priorities || !count) ? S_OK : E_INVALIDARG;
}
