/* What memory resources will need, and of what kind. */
#include "api/device.h"
#include "api/resource_desc.h"
#include "util/bits.h"
#include "util/debug.h"

#include <string.h>

static bool
describe(const D3D12_RESOURCE_DESC *desc, D3D12_RESOURCE_ALLOCATION_INFO *info)
{
   D3D12_RESOURCE_DESC checked;
   struct image image;
   uint64_t size;

   const char *why = resource_desc_check(desc, &checked);
   if (!why && !resource_desc_layout(&checked, &image, &size))
      why = "too large";
   if (why) {
      debug_printf(DEBUG_INFO, "GetResourceAllocationInfo: %s", why);
      return false;
   }
   info->Alignment = checked.Alignment;
   info->SizeInBytes = align_up(size, checked.Alignment);
   return true;
}

/* The next resource, behind those in `total`. */
static bool
add(D3D12_RESOURCE_ALLOCATION_INFO *total, const D3D12_RESOURCE_DESC *desc,
    D3D12_RESOURCE_ALLOCATION_INFO1 *out)
{
   D3D12_RESOURCE_ALLOCATION_INFO info;

   if (!describe(desc, &info))
      return false;
   uint64_t offset = align_up(total->SizeInBytes, info.Alignment);
   if (out)
      *out = (D3D12_RESOURCE_ALLOCATION_INFO1){ offset, info.Alignment, info.SizeInBytes };
   total->SizeInBytes = offset + info.SizeInBytes;
   total->Alignment = MAX2(total->Alignment, info.Alignment);
   return true;
}

static D3D12_RESOURCE_ALLOCATION_INFO
invalid(UINT count, D3D12_RESOURCE_ALLOCATION_INFO1 *infos)
{
   if (infos)
      memset(infos, 0xff, count * sizeof(*infos));
   return (D3D12_RESOURCE_ALLOCATION_INFO){
      .SizeInBytes = UINT64_MAX,
      .Alignment = D3D12_DEFAULT_RESOURCE_PLACEMENT_ALIGNMENT,
   };
}

D3D12_RESOURCE_ALLOCATION_INFO
device_GetResourceAllocationInfo1(device_iface *iface, UINT mask, UINT count,
                                  const D3D12_RESOURCE_DESC *descs,
                                  D3D12_RESOURCE_ALLOCATION_INFO1 *infos)
{
   D3D12_RESOURCE_ALLOCATION_INFO total = { 0, D3D12_SMALL_RESOURCE_PLACEMENT_ALIGNMENT };

   if (!descs || count == 0 || mask > 1)
      return invalid(count, infos);
   for (UINT i = 0; i < count; i++) {
      if (!add(&total, &descs[i], infos ? &infos[i] : NULL))
         return invalid(count, infos);
   }
   total.SizeInBytes = align_up(total.SizeInBytes, total.Alignment);
   return total;
}

D3D12_RESOURCE_ALLOCATION_INFO
device_GetResourceAllocationInfo(device_iface *iface, UINT mask, UINT count,
                                 const D3D12_RESOURCE_DESC *descs)
{
   return device_GetResourceAllocationInfo1(iface, mask, count, descs, NULL);
}

D3D12_RESOURCE_ALLOCATION_INFO
device_GetResourceAllocationInfo2(device_iface *iface, UINT mask, UINT count,
                                  const D3D12_RESOURCE_DESC1 *descs,
                                  D3D12_RESOURCE_ALLOCATION_INFO1 *infos)
{
   D3D12_RESOURCE_ALLOCATION_INFO total = { 0, D3D12_SMALL_RESOURCE_PLACEMENT_ALIGNMENT };

   if (!descs || count == 0 || mask > 1)
      return invalid(count, infos);
   for (UINT i = 0; i < count; i++) {
      D3D12_RESOURCE_DESC desc = resource_desc_from_desc1(&descs[i]);
      if (!add(&total, &desc, infos ? &infos[i] : NULL))
         return invalid(count, infos);
   }
   total.SizeInBytes = align_up(total.SizeInBytes, total.Alignment);
   return total;
}

/* The table in D3D12's documentation of GetCustomHeapProperties, for cache-coherent unified memory. */
D3D12_HEAP_PROPERTIES
device_GetCustomHeapProperties(device_iface *iface, UINT mask, D3D12_HEAP_TYPE type)
{
   return (D3D12_HEAP_PROPERTIES){
      .Type = D3D12_HEAP_TYPE_CUSTOM,
      .CPUPageProperty = type == D3D12_HEAP_TYPE_DEFAULT ? D3D12_CPU_PAGE_PROPERTY_NOT_AVAILABLE
                                                         : D3D12_CPU_PAGE_PROPERTY_WRITE_BACK,
      .MemoryPoolPreference = D3D12_MEMORY_POOL_L0,
      .CreationNodeMask = 1,
      .VisibleNodeMask = 1,
   };
}

/* There are no tiled resources (TiledResourcesTier), so nothing has tiles. */
void
device_GetResourceTiling(device_iface *iface, ID3D12Resource *resource, UINT *num_tiles,
                         D3D12_PACKED_MIP_INFO *packed, D3D12_TILE_SHAPE *shape, UINT *num_tilings,
                         UINT first, D3D12_SUBRESOURCE_TILING *tilings)
{
   if (num_tiles)
      *num_tiles = 0;
   if (packed)
      memset(packed, 0, sizeof(*packed));
   if (shape)
      memset(shape, 0, sizeof(*shape));
   if (num_tilings)
      *num_tilings = 0;
}
