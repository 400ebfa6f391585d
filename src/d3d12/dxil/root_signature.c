/* From a container's bytes to a root signature. */
#include "dxil/root_signature_format.h"

#include "dxil/container.h"
#include "util/debug.h"

#include <stdlib.h>
#include <xxhash.h>

#define MAX_MEMORY ((size_t)16 << 20)

struct parser {
   struct root_signature *signature;
   struct dxil_part part;
   D3D_ROOT_SIGNATURE_VERSION version;
};

D3D12_DESCRIPTOR_RANGE_FLAGS
root_range_flags_1_0(D3D12_DESCRIPTOR_RANGE_TYPE type)
{
   return type == D3D12_DESCRIPTOR_RANGE_TYPE_SAMPLER
             ? D3D12_DESCRIPTOR_RANGE_FLAG_DESCRIPTORS_VOLATILE
             : D3D12_DESCRIPTOR_RANGE_FLAG_DESCRIPTORS_VOLATILE |
                  D3D12_DESCRIPTOR_RANGE_FLAG_DATA_VOLATILE;
}

/* `count` records of `size` bytes, or NULL if they are not all in the part. */
static const uint8_t *
records(const struct parser *p, uint32_t offset, uint32_t count, uint32_t size)
{
   if (offset > p->part.size || count > (p->part.size - offset) / size)
      return NULL;
   return p->part.data + offset;
}

static uint32_t
dword(const uint8_t *data, uint32_t i)
{
   return dxil_load_u32(data + 4 * (size_t)i);
}

static HRESULT
parse_table(struct parser *p, const uint8_t *table, D3D12_ROOT_DESCRIPTOR_TABLE1 *out)
{
   uint32_t count = dword(table, 0), size = root_range_size(p->version);
   const uint8_t *data = records(p, dword(table, 1), count, size);
   if (!data)
      return E_INVALIDARG;
   D3D12_DESCRIPTOR_RANGE1 *ranges =
      arena_array(&p->signature->arena, count, sizeof(*ranges));
   if (!ranges)
      return E_OUTOFMEMORY;
   for (uint32_t i = 0; i < count; i++, data += size) {
      bool has_flags = p->version != D3D_ROOT_SIGNATURE_VERSION_1_0;
      D3D12_DESCRIPTOR_RANGE1 *range = &ranges[i];
      range->RangeType = dword(data, 0);
      range->NumDescriptors = dword(data, 1);
      range->BaseShaderRegister = dword(data, 2);
      range->RegisterSpace = dword(data, 3);
      range->Flags = has_flags ? (D3D12_DESCRIPTOR_RANGE_FLAGS)dword(data, 4)
                               : root_range_flags_1_0(range->RangeType);
      range->OffsetInDescriptorsFromTableStart = dword(data, has_flags ? 5 : 4);
   }
   out->NumDescriptorRanges = count;
   out->pDescriptorRanges = ranges;
   return S_OK;
}

static HRESULT
parse_parameter(struct parser *p, const uint8_t *data, D3D12_ROOT_PARAMETER1 *parameter)
{
   uint32_t offset = dword(data, 2);
   const uint8_t *rest;

   parameter->ParameterType = dword(data, 0);
   parameter->ShaderVisibility = dword(data, 1);
   switch (parameter->ParameterType) {
   case D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE:
      rest = records(p, offset, 1, ROOT_TABLE_SIZE);
      return rest ? parse_table(p, rest, &parameter->DescriptorTable) : E_INVALIDARG;
   case D3D12_ROOT_PARAMETER_TYPE_32BIT_CONSTANTS:
      rest = records(p, offset, 1, ROOT_CONSTANTS_SIZE);
      if (!rest)
         return E_INVALIDARG;
      parameter->Constants.ShaderRegister = dword(rest, 0);
      parameter->Constants.RegisterSpace = dword(rest, 1);
      parameter->Constants.Num32BitValues = dword(rest, 2);
      return S_OK;
   default: /* if it is no root descriptor, root_signature_validate() will say so */
      rest = records(p, offset, 1, root_descriptor_size(p->version));
      if (!rest)
         return E_INVALIDARG;
      parameter->Descriptor.ShaderRegister = dword(rest, 0);
      parameter->Descriptor.RegisterSpace = dword(rest, 1);
      parameter->Descriptor.Flags = p->version == D3D_ROOT_SIGNATURE_VERSION_1_0
                                       ? ROOT_DESCRIPTOR_FLAGS_1_0
                                       : (D3D12_ROOT_DESCRIPTOR_FLAGS)dword(rest, 2);
      return S_OK;
   }
}

static HRESULT
parse(struct parser *p)
{
   D3D12_ROOT_SIGNATURE_DESC1 *desc = &p->signature->desc;
   const uint8_t *header = records(p, 0, 1, ROOT_HEADER_SIZE);
   if (!header)
      return E_INVALIDARG;

   p->version = dword(header, 0);
   desc->NumParameters = dword(header, 1);
   desc->NumStaticSamplers = dword(header, 3);
   desc->Flags = dword(header, 5);
   if (p->version != D3D_ROOT_SIGNATURE_VERSION_1_0 && p->version != D3D_ROOT_SIGNATURE_VERSION_1_1)
      return E_INVALIDARG;

   const uint8_t *parameter_data =
      records(p, dword(header, 2), desc->NumParameters, ROOT_PARAMETER_SIZE);
   const uint8_t *sampler_data =
      records(p, dword(header, 4), desc->NumStaticSamplers, ROOT_SAMPLER_SIZE);
   if (!parameter_data || !sampler_data || desc->NumParameters > ROOT_MAX_DWORDS)
      return E_INVALIDARG;

   D3D12_ROOT_PARAMETER1 *parameters =
      arena_array(&p->signature->arena, desc->NumParameters, sizeof(*parameters));
   desc->pParameters = parameters;
   _Static_assert(sizeof(D3D12_STATIC_SAMPLER_DESC) == ROOT_SAMPLER_SIZE, "a sampler is its bytes");
   desc->pStaticSamplers = arena_copy(&p->signature->arena, sampler_data,
                                      (size_t)desc->NumStaticSamplers * ROOT_SAMPLER_SIZE);
   if (!parameters || !desc->pStaticSamplers)
      return E_OUTOFMEMORY;
   for (uint32_t i = 0; i < desc->NumParameters; i++) {
      HRESULT hr = parse_parameter(p, parameter_data + (size_t)i * ROOT_PARAMETER_SIZE,
                                   &parameters[i]);
      if (FAILED(hr))
         return hr;
   }
   return S_OK;
}

/* Gives appended ranges their place. The description has been found valid. */
static void
resolve_table(const D3D12_ROOT_DESCRIPTOR_TABLE1 *table)
{
   D3D12_DESCRIPTOR_RANGE1 *ranges = (D3D12_DESCRIPTOR_RANGE1 *)table->pDescriptorRanges;
   uint32_t end = 0;
   for (uint32_t i = 0; i < table->NumDescriptorRanges; i++) {
      if (ranges[i].OffsetInDescriptorsFromTableStart == D3D12_DESCRIPTOR_RANGE_OFFSET_APPEND)
         ranges[i].OffsetInDescriptorsFromTableStart = end;
      end = ranges[i].OffsetInDescriptorsFromTableStart + ranges[i].NumDescriptors;
   }
}

static void
hash_parameter(XXH3_state_t *state, const D3D12_ROOT_PARAMETER1 *parameter)
{
   const uint32_t head[] = { parameter->ParameterType, parameter->ShaderVisibility };
   XXH3_64bits_update(state, head, sizeof(head));
   switch (parameter->ParameterType) {
   case D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE: {
      const D3D12_ROOT_DESCRIPTOR_TABLE1 *table = &parameter->DescriptorTable;
      XXH3_64bits_update(state, &table->NumDescriptorRanges, sizeof(uint32_t));
      XXH3_64bits_update(state, table->pDescriptorRanges,
                         table->NumDescriptorRanges * sizeof(D3D12_DESCRIPTOR_RANGE1));
      break;
   }
   case D3D12_ROOT_PARAMETER_TYPE_32BIT_CONSTANTS:
      XXH3_64bits_update(state, &parameter->Constants, sizeof(parameter->Constants));
      break;
   default:
      XXH3_64bits_update(state, &parameter->Descriptor, sizeof(parameter->Descriptor));
      break;
   }
}

static HRESULT
resolve(struct root_signature *signature)
{
   const D3D12_ROOT_SIGNATURE_DESC1 *desc = &signature->desc;
   XXH3_state_t *state = XXH3_createState();
   if (!state)
      return E_OUTOFMEMORY;
   XXH3_64bits_reset(state);

   const uint32_t head[] = { desc->NumParameters, desc->NumStaticSamplers, desc->Flags };
   XXH3_64bits_update(state, head, sizeof(head));
   for (uint32_t i = 0; i < desc->NumParameters; i++) {
      const D3D12_ROOT_PARAMETER1 *parameter = &desc->pParameters[i];
      if (parameter->ParameterType == D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE) {
         resolve_table(&parameter->DescriptorTable);
      } else if (parameter->ParameterType == D3D12_ROOT_PARAMETER_TYPE_32BIT_CONSTANTS) {
         signature->constant_offset[i] = signature->num_constants;
         signature->num_constants += parameter->Constants.Num32BitValues;
      }
      hash_parameter(state, parameter);
   }
   XXH3_64bits_update(state, desc->pStaticSamplers,
                      (size_t)desc->NumStaticSamplers * sizeof(D3D12_STATIC_SAMPLER_DESC));
   signature->hash = XXH3_64bits_digest(state);
   XXH3_freeState(state);
   return S_OK;
}

HRESULT
root_signature_create(const void *data, size_t size, struct root_signature **out)
{
   struct parser parser = { 0 };
   struct dxil_container container;
   char message[128] = "";

   *out = NULL;
   if (!dxil_container_open(&container, data, size) ||
       !dxil_container_find(&container, DXIL_PART_ROOT_SIGNATURE, &parser.part))
      return E_INVALIDARG;
   struct root_signature *signature = calloc(1, sizeof(*signature));
   if (!signature)
      return E_OUTOFMEMORY;
   arena_init(&signature->arena, MAX_MEMORY);
   parser.signature = signature;

   HRESULT hr = parse(&parser);
   if (SUCCEEDED(hr))
      hr = root_signature_validate(&signature->desc, message);
   if (SUCCEEDED(hr))
      hr = resolve(signature);
   if (FAILED(hr)) {
      if (message[0])
         debug_printf(DEBUG_INFO, "root signature refused: %s", message);
      root_signature_destroy(signature);
      return hr;
   }
   *out = signature;
   return S_OK;
}

void
root_signature_destroy(struct root_signature *signature)
{
   if (!signature)
      return;
   arena_finish(&signature->arena);
   free(signature);
}
