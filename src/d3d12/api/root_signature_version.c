#include "api/root_signature_version.h"

static bool
lower_table(struct arena *arena, const D3D12_ROOT_DESCRIPTOR_TABLE1 *from,
            D3D12_ROOT_DESCRIPTOR_TABLE *to)
{
   D3D12_DESCRIPTOR_RANGE *ranges = arena_array(arena, from->NumDescriptorRanges, sizeof(*ranges));
   if (!ranges && from->NumDescriptorRanges)
      return false;

   for (UINT i = 0; i < from->NumDescriptorRanges; i++) {
      const D3D12_DESCRIPTOR_RANGE1 *range = &from->pDescriptorRanges[i];
      ranges[i] = (D3D12_DESCRIPTOR_RANGE){
         .RangeType = range->RangeType,
         .NumDescriptors = range->NumDescriptors,
         .BaseShaderRegister = range->BaseShaderRegister,
         .RegisterSpace = range->RegisterSpace,
         .OffsetInDescriptorsFromTableStart = range->OffsetInDescriptorsFromTableStart,
      };
   }
   to->NumDescriptorRanges = from->NumDescriptorRanges;
   to->pDescriptorRanges = ranges;
   return true;
}

bool
root_signature_lower(struct arena *arena, const D3D12_ROOT_SIGNATURE_DESC1 *from,
                     D3D12_ROOT_SIGNATURE_DESC *to)
{
   D3D12_ROOT_PARAMETER *params = arena_array(arena, from->NumParameters, sizeof(*params));
   if (!params && from->NumParameters)
      return false;

   for (UINT i = 0; i < from->NumParameters; i++) {
      const D3D12_ROOT_PARAMETER1 *param = &from->pParameters[i];
      params[i].ParameterType = param->ParameterType;
      params[i].ShaderVisibility = param->ShaderVisibility;
      switch (param->ParameterType) {
      case D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE:
         if (!lower_table(arena, &param->DescriptorTable, &params[i].DescriptorTable))
            return false;
         break;
      case D3D12_ROOT_PARAMETER_TYPE_32BIT_CONSTANTS:
         params[i].Constants = param->Constants;
         break;
      default:
         params[i].Descriptor.ShaderRegister = param->Descriptor.ShaderRegister;
         params[i].Descriptor.RegisterSpace = param->Descriptor.RegisterSpace;
         break;
      }
   }
   *to = (D3D12_ROOT_SIGNATURE_DESC){
      .NumParameters = from->NumParameters,
      .pParameters = params,
      .NumStaticSamplers = from->NumStaticSamplers,
      .pStaticSamplers = from->pStaticSamplers,
      .Flags = from->Flags,
   };
   return true;
}
