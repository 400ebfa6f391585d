/* From D3D12's structures to a container's bytes. */
#include "dxil/root_signature_format.h"

#include "dxil/container.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PART_OFFSET (DXIL_CONTAINER_HEADER_SIZE + 4)
#define CONTENT_OFFSET (PART_OFFSET + DXIL_PART_HEADER_SIZE)

/* Version 1.0 as 1.1, so that one set of rules and one writer do. */
static HRESULT
raise_version(struct arena *arena, const D3D12_ROOT_SIGNATURE_DESC *from,
              D3D12_ROOT_SIGNATURE_DESC1 *to)
{
   *to = (D3D12_ROOT_SIGNATURE_DESC1){
      .NumParameters = from->NumParameters,
      .NumStaticSamplers = from->NumStaticSamplers,
      .pStaticSamplers = from->pStaticSamplers,
      .Flags = from->Flags,
   };
   if (!from->pParameters || from->NumParameters > ROOT_MAX_DWORDS)
      return S_OK; /* for root_signature_validate() to see */

   D3D12_ROOT_PARAMETER1 *parameters = arena_array(arena, from->NumParameters, sizeof(*parameters));
   to->pParameters = parameters;
   if (!parameters)
      return E_OUTOFMEMORY;
   for (uint32_t i = 0; i < from->NumParameters; i++) {
      const D3D12_ROOT_PARAMETER *parameter = &from->pParameters[i];
      parameters[i].ParameterType = parameter->ParameterType;
      parameters[i].ShaderVisibility = parameter->ShaderVisibility;
      switch (parameter->ParameterType) {
      case D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE: {
         const D3D12_ROOT_DESCRIPTOR_TABLE *table = &parameter->DescriptorTable;
         uint32_t count = table->NumDescriptorRanges;
         parameters[i].DescriptorTable.NumDescriptorRanges = count;
         if (!table->pDescriptorRanges)
            break;
         D3D12_DESCRIPTOR_RANGE1 *ranges = arena_array(arena, count, sizeof(*ranges));
         if (!ranges)
            return E_OUTOFMEMORY;
         for (uint32_t j = 0; j < count; j++) {
            const D3D12_DESCRIPTOR_RANGE *range = &table->pDescriptorRanges[j];
            ranges[j] = (D3D12_DESCRIPTOR_RANGE1){
               .RangeType = range->RangeType,
               .NumDescriptors = range->NumDescriptors,
               .BaseShaderRegister = range->BaseShaderRegister,
               .RegisterSpace = range->RegisterSpace,
               .Flags = root_range_flags_1_0(range->RangeType),
               .OffsetInDescriptorsFromTableStart = range->OffsetInDescriptorsFromTableStart,
            };
         }
         parameters[i].DescriptorTable.pDescriptorRanges = ranges;
         break;
      }
      case D3D12_ROOT_PARAMETER_TYPE_32BIT_CONSTANTS:
         parameters[i].Constants = parameter->Constants;
         break;
      default:
         parameters[i].Descriptor = (D3D12_ROOT_DESCRIPTOR1){
            .ShaderRegister = parameter->Descriptor.ShaderRegister,
            .RegisterSpace = parameter->Descriptor.RegisterSpace,
            .Flags = ROOT_DESCRIPTOR_FLAGS_1_0,
         };
         break;
      }
   }
   return S_OK;
}

static uint64_t
content_size(const D3D12_ROOT_SIGNATURE_DESC1 *desc, D3D_ROOT_SIGNATURE_VERSION version)
{
   uint64_t size = ROOT_HEADER_SIZE + (uint64_t)desc->NumParameters * ROOT_PARAMETER_SIZE +
                   (uint64_t)desc->NumStaticSamplers * ROOT_SAMPLER_SIZE;
   for (uint32_t i = 0; i < desc->NumParameters; i++) {
      const D3D12_ROOT_PARAMETER1 *parameter = &desc->pParameters[i];
      switch (parameter->ParameterType) {
      case D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE:
         size += ROOT_TABLE_SIZE + (uint64_t)parameter->DescriptorTable.NumDescriptorRanges *
                                      root_range_size(version);
         break;
      case D3D12_ROOT_PARAMETER_TYPE_32BIT_CONSTANTS:
         size += ROOT_CONSTANTS_SIZE;
         break;
      default:
         size += root_descriptor_size(version);
         break;
      }
   }
   return size;
}

struct writer {
   uint8_t *data; /* the part's content */
   uint32_t pos;
   D3D_ROOT_SIGNATURE_VERSION version;
};

static void
put(struct writer *w, uint32_t value)
{
   dxil_store_u32(w->data + w->pos, value);
   w->pos += 4;
}

static void
put_table(struct writer *w, const D3D12_ROOT_DESCRIPTOR_TABLE1 *table)
{
   put(w, table->NumDescriptorRanges);
   put(w, w->pos + 4);
   for (uint32_t i = 0; i < table->NumDescriptorRanges; i++) {
      const D3D12_DESCRIPTOR_RANGE1 *range = &table->pDescriptorRanges[i];
      put(w, range->RangeType);
      put(w, range->NumDescriptors);
      put(w, range->BaseShaderRegister);
      put(w, range->RegisterSpace);
      if (w->version != D3D_ROOT_SIGNATURE_VERSION_1_0)
         put(w, range->Flags);
      put(w, range->OffsetInDescriptorsFromTableStart);
   }
}

static void
put_parameter(struct writer *w, const D3D12_ROOT_PARAMETER1 *parameter)
{
   switch (parameter->ParameterType) {
   case D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE:
      put_table(w, &parameter->DescriptorTable);
      break;
   case D3D12_ROOT_PARAMETER_TYPE_32BIT_CONSTANTS:
      put(w, parameter->Constants.ShaderRegister);
      put(w, parameter->Constants.RegisterSpace);
      put(w, parameter->Constants.Num32BitValues);
      break;
   default:
      put(w, parameter->Descriptor.ShaderRegister);
      put(w, parameter->Descriptor.RegisterSpace);
      if (w->version != D3D_ROOT_SIGNATURE_VERSION_1_0)
         put(w, parameter->Descriptor.Flags);
      break;
   }
}

static void
put_content(struct writer *w, const D3D12_ROOT_SIGNATURE_DESC1 *desc)
{
   uint32_t parameters = ROOT_HEADER_SIZE;
   uint32_t samplers = parameters + desc->NumParameters * ROOT_PARAMETER_SIZE;
   size_t samplers_size = (size_t)desc->NumStaticSamplers * ROOT_SAMPLER_SIZE;

   put(w, w->version);
   put(w, desc->NumParameters);
   put(w, parameters);
   put(w, desc->NumStaticSamplers);
   put(w, samplers);
   put(w, desc->Flags);
   if (samplers_size)
      memcpy(w->data + samplers, desc->pStaticSamplers, samplers_size);

   w->pos = samplers + samplers_size;
   for (uint32_t i = 0; i < desc->NumParameters; i++) {
      const D3D12_ROOT_PARAMETER1 *parameter = &desc->pParameters[i];
      uint8_t *record = w->data + parameters + (size_t)i * ROOT_PARAMETER_SIZE;
      dxil_store_u32(record, parameter->ParameterType);
      dxil_store_u32(record + 4, parameter->ShaderVisibility);
      dxil_store_u32(record + 8, w->pos);
      put_parameter(w, parameter);
   }
}

/* The digest stays zero, as Mesa leaves it in shaders. */
static HRESULT
write_container(const D3D12_ROOT_SIGNATURE_DESC1 *desc, D3D_ROOT_SIGNATURE_VERSION version,
                void **out, size_t *out_size)
{
   uint64_t size = content_size(desc, version);
   if (size > INT32_MAX)
      return E_INVALIDARG;
   uint8_t *data = calloc(1, CONTENT_OFFSET + size);
   if (!data)
      return E_OUTOFMEMORY;

   dxil_store_u32(data, DXIL_CONTAINER_MAGIC);
   dxil_store_u32(data + 20, 1);
   dxil_store_u32(data + 24, CONTENT_OFFSET + size);
   dxil_store_u32(data + 28, 1);
   dxil_store_u32(data + DXIL_CONTAINER_HEADER_SIZE, PART_OFFSET);
   dxil_store_u32(data + PART_OFFSET, DXIL_PART_ROOT_SIGNATURE);
   dxil_store_u32(data + PART_OFFSET + 4, size);
   put_content(&(struct writer){ .data = data + CONTENT_OFFSET, .version = version }, desc);
   *out = data;
   *out_size = CONTENT_OFFSET + size;
   return S_OK;
}

HRESULT
root_signature_serialize(const D3D12_VERSIONED_ROOT_SIGNATURE_DESC *versioned, void **data,
                         size_t *size, char message[static 128])
{
   struct arena arena;
   D3D12_ROOT_SIGNATURE_DESC1 desc;
   HRESULT hr = S_OK;

   *data = NULL;
   *size = 0;
   message[0] = '\0';
   arena_init(&arena, 0);
   switch (versioned->Version) {
   case D3D_ROOT_SIGNATURE_VERSION_1_0:
      hr = raise_version(&arena, &versioned->Desc_1_0, &desc);
      break;
   case D3D_ROOT_SIGNATURE_VERSION_1_1:
      desc = versioned->Desc_1_1;
      break;
   default:
      snprintf(message, 128, "unknown version %u", versioned->Version);
      hr = E_INVALIDARG;
      break;
   }
   if (SUCCEEDED(hr))
      hr = root_signature_validate(&desc, message);
   if (SUCCEEDED(hr))
      hr = write_container(&desc, versioned->Version, data, size);
   arena_finish(&arena);
   return hr;
}
