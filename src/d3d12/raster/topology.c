#include "raster/pass.h"

struct raster_topology
raster_topology(D3D12_PRIMITIVE_TOPOLOGY topology)
{
   switch (topology) {
   case D3D_PRIMITIVE_TOPOLOGY_POINTLIST:
      return (struct raster_topology){ 1, 1, 1, false, false };
   case D3D_PRIMITIVE_TOPOLOGY_LINELIST:
      return (struct raster_topology){ 2, 2, 2, false, false };
   case D3D_PRIMITIVE_TOPOLOGY_LINESTRIP:
      return (struct raster_topology){ 2, 2, 1, true, false };
   case D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST:
      return (struct raster_topology){ 3, 3, 3, false, false };
   case D3D_PRIMITIVE_TOPOLOGY_TRIANGLESTRIP:
      return (struct raster_topology){ 3, 3, 1, true, false };
   case D3D_PRIMITIVE_TOPOLOGY_LINELIST_ADJ:
      return (struct raster_topology){ 2, 4, 4, false, true };
   case D3D_PRIMITIVE_TOPOLOGY_LINESTRIP_ADJ:
      return (struct raster_topology){ 2, 4, 1, true, true };
   case D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST_ADJ:
      return (struct raster_topology){ 3, 6, 6, false, true };
   case D3D_PRIMITIVE_TOPOLOGY_TRIANGLESTRIP_ADJ:
      return (struct raster_topology){ 3, 6, 2, true, true };
   default:
      if (topology >= D3D_PRIMITIVE_TOPOLOGY_1_CONTROL_POINT_PATCHLIST &&
          topology <= D3D_PRIMITIVE_TOPOLOGY_32_CONTROL_POINT_PATCHLIST) {
         uint8_t points =
            (uint8_t)(topology - D3D_PRIMITIVE_TOPOLOGY_1_CONTROL_POINT_PATCHLIST + 1);
         return (struct raster_topology){ .vertices = points, .step = points, .patch = true };
      }
      return (struct raster_topology){ 0 };
   }
}
