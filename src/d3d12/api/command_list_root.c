/* Root signatures and their arguments; descriptor heaps. */
#include "api/command_list.h"

#include <string.h>

void
list_SetDescriptorHeaps(list_iface *iface, UINT count, ID3D12DescriptorHeap *const *heaps)
{
   struct command_list *list = list_from(iface);
   struct exec_heaps *set = RECORD(list, EXEC_SET_HEAPS, struct exec_heaps);
   for (UINT i = 0; i < count; i++) {
      const struct descriptor_heap *heap = (const struct descriptor_heap *)heaps[i];
      if (heap && heap->desc.Type == D3D12_DESCRIPTOR_HEAP_TYPE_CBV_SRV_UAV)
         set->views = heap->data;
      else if (heap && heap->desc.Type == D3D12_DESCRIPTOR_HEAP_TYPE_SAMPLER)
         set->samplers = heap->data;
      else
         command_list_refuse(list, "SetDescriptorHeaps: not a shader-visible heap");
   }
}

static void
set_root_signature(struct command_list *list, uint32_t bind_point, ID3D12RootSignature *iface)
{
   struct root_signature_object *root = (struct root_signature_object *)iface;
   *RECORD(list, EXEC_SET_ROOT_SIGNATURE, struct exec_root_signature) =
      (struct exec_root_signature){
         .bind_point = bind_point,
         .layout = root ? root->layout : NULL,
         .static_samplers = root ? root->static_samplers : NULL,
      };
   list->layouts[bind_point] = root ? root->layout : NULL;
}

void
list_SetComputeRootSignature(list_iface *iface, ID3D12RootSignature *root)
{
   set_root_signature(list_from(iface), EXEC_COMPUTE, root);
}

void
list_SetGraphicsRootSignature(list_iface *iface, ID3D12RootSignature *root)
{
   set_root_signature(list_from(iface), EXEC_GRAPHICS, root);
}

static void
set_root_argument(struct command_list *list, uint32_t bind_point, UINT index, uint64_t value)
{
   if (index >= ROOT_MAX_DWORDS) {
      command_list_refuse(list, "root parameter index out of range");
      return;
   }
   *RECORD(list, EXEC_SET_ROOT_ARGUMENT, struct exec_root_argument) = (struct exec_root_argument){
      .bind_point = bind_point,
      .index = index,
      .value = value,
   };
}

void
list_SetComputeRootDescriptorTable(list_iface *iface, UINT index, D3D12_GPU_DESCRIPTOR_HANDLE base)
{
   set_root_argument(list_from(iface), EXEC_COMPUTE, index, base.ptr);
}

void
list_SetGraphicsRootDescriptorTable(list_iface *iface, UINT index,
                                    D3D12_GPU_DESCRIPTOR_HANDLE base)
{
   set_root_argument(list_from(iface), EXEC_GRAPHICS, index, base.ptr);
}

void
list_SetComputeRootView(list_iface *iface, UINT index, D3D12_GPU_VIRTUAL_ADDRESS address)
{
   set_root_argument(list_from(iface), EXEC_COMPUTE, index, address);
}

void
list_SetGraphicsRootView(list_iface *iface, UINT index, D3D12_GPU_VIRTUAL_ADDRESS address)
{
   set_root_argument(list_from(iface), EXEC_GRAPHICS, index, address);
}

static void
set_root_constants(struct command_list *list, uint32_t bind_point, UINT index, UINT count,
                   const void *values, UINT offset)
{
   if (index >= ROOT_MAX_DWORDS || count > ROOT_MAX_DWORDS || offset > ROOT_MAX_DWORDS ||
       !values) {
      command_list_refuse(list, "root constants out of range");
      return;
   }
   struct exec_root_constants *set = exec_stream_add(
      &list->stream, EXEC_SET_ROOT_CONSTANTS, sizeof(*set) + count * sizeof(uint32_t));
   set->bind_point = bind_point;
   set->index = index;
   set->offset = offset;
   set->count = count;
   memcpy(set->values, values, count * sizeof(uint32_t));
}

void
list_SetComputeRoot32BitConstant(list_iface *iface, UINT index, UINT value, UINT offset)
{
   set_root_constants(list_from(iface), EXEC_COMPUTE, index, 1, &value, offset);
}

void
list_SetGraphicsRoot32BitConstant(list_iface *iface, UINT index, UINT value, UINT offset)
{
   set_root_constants(list_from(iface), EXEC_GRAPHICS, index, 1, &value, offset);
}

void
list_SetComputeRoot32BitConstants(list_iface *iface, UINT index, UINT count, const void *values,
                                  UINT offset)
{
   set_root_constants(list_from(iface), EXEC_COMPUTE, index, count, values, offset);
}

void
list_SetGraphicsRoot32BitConstants(list_iface *iface, UINT index, UINT count, const void *values,
                                   UINT offset)
{
   set_root_constants(list_from(iface), EXEC_GRAPHICS, index, count, values, offset);
}
