/* The rules of root signatures. (ResourceBinding.md, "Root Signature") */
#include "dxil/root_signature_format.h"

#include "util/bits.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define KNOWN_FLAGS 0xfffu
#define FIRST_RESERVED_SPACE 0xfffffff0u
#define MAX_STATIC_SAMPLERS 2032
#define NUM_VISIBILITIES (D3D12_SHADER_VISIBILITY_MESH + 1)

#define RANGE_DATA_FLAGS                                                                           \
   (D3D12_DESCRIPTOR_RANGE_FLAG_DATA_VOLATILE |                                                    \
    D3D12_DESCRIPTOR_RANGE_FLAG_DATA_STATIC_WHILE_SET_AT_EXECUTE |                                 \
    D3D12_DESCRIPTOR_RANGE_FLAG_DATA_STATIC)
#define RANGE_FLAGS                                                                                \
   (RANGE_DATA_FLAGS | D3D12_DESCRIPTOR_RANGE_FLAG_DESCRIPTORS_VOLATILE |                          \
    D3D12_DESCRIPTOR_RANGE_FLAG_DESCRIPTORS_STATIC_KEEPING_BUFFER_BOUNDS_CHECKS)

/* Registers that something is bound to. */
struct binding {
   D3D12_DESCRIPTOR_RANGE_TYPE type;
   D3D12_SHADER_VISIBILITY visibility;
   uint32_t space, first, last;
};

struct validator {
   const D3D12_ROOT_SIGNATURE_DESC1 *desc;
   struct binding *bindings;
   size_t count, capacity;
   uint32_t dwords;
   char *message;
};

static HRESULT invalid(struct validator *v, const char *format, ...)
   __attribute__((format(printf, 2, 3)));

static HRESULT
invalid(struct validator *v, const char *format, ...)
{
   va_list args;
   va_start(args, format);
   vsnprintf(v->message, 128, format, args);
   va_end(args);
   return E_INVALIDARG;
}

static HRESULT
add_binding(struct validator *v, D3D12_DESCRIPTOR_RANGE_TYPE type,
            D3D12_SHADER_VISIBILITY visibility, uint32_t space, uint32_t first, uint32_t count)
{
   if (space >= FIRST_RESERVED_SPACE)
      return invalid(v, "register space 0x%x is reserved", space);
   if (count == 0)
      return invalid(v, "a range of no registers");
   if (count != UINT32_MAX && first > UINT32_MAX - (count - 1))
      return invalid(v, "registers past the last one");
   if ((unsigned)visibility >= NUM_VISIBILITIES)
      return invalid(v, "unknown visibility %u", visibility);

   if (v->count == v->capacity) {
      size_t capacity = v->capacity ? 2 * v->capacity : 64;
      struct binding *bindings = realloc(v->bindings, capacity * sizeof(*bindings));
      if (!bindings)
         return E_OUTOFMEMORY;
      v->bindings = bindings;
      v->capacity = capacity;
   }
   v->bindings[v->count++] = (struct binding){
      .type = type,
      .visibility = visibility,
      .space = space,
      .first = first,
      .last = count == UINT32_MAX ? UINT32_MAX : first + (count - 1),
   };
   return S_OK;
}

static bool
has_one_bit_at_most(uint32_t bits)
{
   return (bits & (bits - 1)) == 0;
}

static HRESULT
check_range_flags(struct validator *v, const D3D12_DESCRIPTOR_RANGE1 *range)
{
   uint32_t flags = range->Flags;
   if (flags & ~(uint32_t)RANGE_FLAGS)
      return invalid(v, "unknown range flags 0x%x", flags);
   if (!has_one_bit_at_most(flags & RANGE_DATA_FLAGS))
      return invalid(v, "range flags 0x%x contradict each other", flags);
   if (range->RangeType == D3D12_DESCRIPTOR_RANGE_TYPE_SAMPLER && flags & RANGE_DATA_FLAGS)
      return invalid(v, "data flags on samplers");
   if (flags & D3D12_DESCRIPTOR_RANGE_FLAG_DESCRIPTORS_VOLATILE &&
       flags & (D3D12_DESCRIPTOR_RANGE_FLAG_DATA_STATIC |
                D3D12_DESCRIPTOR_RANGE_FLAG_DESCRIPTORS_STATIC_KEEPING_BUFFER_BOUNDS_CHECKS))
      return invalid(v, "range flags 0x%x contradict each other", flags);
   return S_OK;
}

static HRESULT
check_table(struct validator *v, const D3D12_ROOT_PARAMETER1 *parameter)
{
   const D3D12_ROOT_DESCRIPTOR_TABLE1 *table = &parameter->DescriptorTable;
   uint64_t end = 0; /* in descriptors; past UINT32_MAX: unbounded */
   bool samplers = false, others = false;

   v->dwords += 1;
   if (table->NumDescriptorRanges && !table->pDescriptorRanges)
      return invalid(v, "no ranges");
   for (uint32_t i = 0; i < table->NumDescriptorRanges; i++) {
      const D3D12_DESCRIPTOR_RANGE1 *range = &table->pDescriptorRanges[i];
      if ((unsigned)range->RangeType > D3D12_DESCRIPTOR_RANGE_TYPE_SAMPLER)
         return invalid(v, "unknown range type %u", range->RangeType);
      if (range->RangeType == D3D12_DESCRIPTOR_RANGE_TYPE_SAMPLER)
         samplers = true;
      else
         others = true;
      if (samplers && others)
         return invalid(v, "samplers and other descriptors in one table");

      uint64_t offset = range->OffsetInDescriptorsFromTableStart;
      if (offset == D3D12_DESCRIPTOR_RANGE_OFFSET_APPEND)
         offset = end;
      if (offset >= UINT32_MAX)
         return invalid(v, "a range after the last descriptor");
      end = offset + range->NumDescriptors;
      if (range->NumDescriptors == UINT32_MAX)
         end = UINT64_MAX;
      else if (end > UINT32_MAX)
         return invalid(v, "a range past the last descriptor");

      HRESULT hr = check_range_flags(v, range);
      if (SUCCEEDED(hr))
         hr = add_binding(v, range->RangeType, parameter->ShaderVisibility, range->RegisterSpace,
                          range->BaseShaderRegister, range->NumDescriptors);
      if (FAILED(hr))
         return hr;
   }
   return S_OK;
}

static HRESULT
check_descriptor(struct validator *v, const D3D12_ROOT_PARAMETER1 *parameter,
                 D3D12_DESCRIPTOR_RANGE_TYPE type)
{
   uint32_t flags = parameter->Descriptor.Flags;
   v->dwords += 2;
   if (flags & ~(uint32_t)RANGE_DATA_FLAGS || !has_one_bit_at_most(flags))
      return invalid(v, "bad flags 0x%x of a root descriptor", flags);
   return add_binding(v, type, parameter->ShaderVisibility, parameter->Descriptor.RegisterSpace,
                      parameter->Descriptor.ShaderRegister, 1);
}

static HRESULT
check_parameter(struct validator *v, const D3D12_ROOT_PARAMETER1 *parameter)
{
   switch (parameter->ParameterType) {
   case D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE:
      return check_table(v, parameter);
   case D3D12_ROOT_PARAMETER_TYPE_32BIT_CONSTANTS:
      if (parameter->Constants.Num32BitValues > ROOT_MAX_DWORDS)
         return invalid(v, "%u root constants", parameter->Constants.Num32BitValues);
      v->dwords += parameter->Constants.Num32BitValues;
      return add_binding(v, D3D12_DESCRIPTOR_RANGE_TYPE_CBV, parameter->ShaderVisibility,
                         parameter->Constants.RegisterSpace, parameter->Constants.ShaderRegister,
                         1);
   case D3D12_ROOT_PARAMETER_TYPE_CBV:
      return check_descriptor(v, parameter, D3D12_DESCRIPTOR_RANGE_TYPE_CBV);
   case D3D12_ROOT_PARAMETER_TYPE_SRV:
      return check_descriptor(v, parameter, D3D12_DESCRIPTOR_RANGE_TYPE_SRV);
   case D3D12_ROOT_PARAMETER_TYPE_UAV:
      return check_descriptor(v, parameter, D3D12_DESCRIPTOR_RANGE_TYPE_UAV);
   default:
      return invalid(v, "unknown parameter type %u", parameter->ParameterType);
   }
}

/* Bits: mip 0x1, mag 0x4, min 0x10, anisotropic 0x40, reduction 0x180 */
static bool
filter_is_valid(uint32_t filter)
{
   return (filter & ~0x1d5u) == 0 && (!(filter & 0x40) || (filter & 0x15) == 0x15);
}

static bool
address_mode_is_valid(D3D12_TEXTURE_ADDRESS_MODE mode)
{
   return mode >= D3D12_TEXTURE_ADDRESS_MODE_WRAP && mode <= D3D12_TEXTURE_ADDRESS_MODE_MIRROR_ONCE;
}

static HRESULT
check_sampler(struct validator *v, const D3D12_STATIC_SAMPLER_DESC *sampler)
{
   if (!filter_is_valid(sampler->Filter))
      return invalid(v, "unknown filter 0x%x of a static sampler", sampler->Filter);
   if (!address_mode_is_valid(sampler->AddressU) || !address_mode_is_valid(sampler->AddressV) ||
       !address_mode_is_valid(sampler->AddressW))
      return invalid(v, "unknown address mode of a static sampler");
   if (!(sampler->MipLODBias >= D3D12_MIP_LOD_BIAS_MIN &&
         sampler->MipLODBias <= D3D12_MIP_LOD_BIAS_MAX) ||
       isnan(sampler->MinLOD) || isnan(sampler->MaxLOD))
      return invalid(v, "bad level of detail of a static sampler");
   if (sampler->MaxAnisotropy > D3D12_MAX_MAXANISOTROPY)
      return invalid(v, "anisotropy of %u of a static sampler", sampler->MaxAnisotropy);
   /* 0 stands for "none", which only comparing filters look at */
   if ((unsigned)sampler->ComparisonFunc > D3D12_COMPARISON_FUNC_ALWAYS)
      return invalid(v, "unknown comparison of a static sampler");
   if ((unsigned)sampler->BorderColor > D3D12_STATIC_BORDER_COLOR_OPAQUE_WHITE)
      return invalid(v, "unknown border colour of a static sampler");
   return add_binding(v, D3D12_DESCRIPTOR_RANGE_TYPE_SAMPLER, sampler->ShaderVisibility,
                      sampler->RegisterSpace, sampler->ShaderRegister, 1);
}

static int
compare_bindings(const void *a, const void *b)
{
   const struct binding *x = a, *y = b;
   if (x->type != y->type)
      return x->type < y->type ? -1 : 1;
   if (x->space != y->space)
      return x->space < y->space ? -1 : 1;
   return x->first < y->first ? -1 : x->first > y->first;
}

/* A register may be bound once for each stage; what all stages see is bound for each. */
static HRESULT
check_overlaps(struct validator *v)
{
   int64_t last[NUM_VISIBILITIES]; /* registers so far, by visibility */

   if (v->count)
      qsort(v->bindings, v->count, sizeof(*v->bindings), compare_bindings);
   for (size_t i = 0; i < v->count; i++) {
      const struct binding *b = &v->bindings[i];
      const struct binding *before = i ? &v->bindings[i - 1] : NULL;
      if (!before || before->type != b->type || before->space != b->space) {
         for (int j = 0; j < NUM_VISIBILITIES; j++)
            last[j] = -1;
      }
      for (int j = 0; j < NUM_VISIBILITIES; j++) {
         bool seen_together = j == (int)b->visibility || j == D3D12_SHADER_VISIBILITY_ALL ||
                              b->visibility == D3D12_SHADER_VISIBILITY_ALL;
         if (seen_together && last[j] >= b->first)
            return invalid(v, "register %u of space %u is bound twice", b->first, b->space);
      }
      last[b->visibility] = MAX2(last[b->visibility], b->last);
   }
   return S_OK;
}

static HRESULT
check(struct validator *v)
{
   const D3D12_ROOT_SIGNATURE_DESC1 *desc = v->desc;

   if ((uint32_t)desc->Flags & ~KNOWN_FLAGS)
      return invalid(v, "unknown flags 0x%x", desc->Flags);
   if (desc->NumParameters > ROOT_MAX_DWORDS)
      return invalid(v, "%u parameters", desc->NumParameters);
   if (desc->NumStaticSamplers > MAX_STATIC_SAMPLERS)
      return invalid(v, "%u static samplers", desc->NumStaticSamplers);
   if ((desc->NumParameters && !desc->pParameters) ||
       (desc->NumStaticSamplers && !desc->pStaticSamplers))
      return invalid(v, "no parameters or samplers");

   HRESULT hr = S_OK;
   for (uint32_t i = 0; SUCCEEDED(hr) && i < desc->NumParameters; i++)
      hr = check_parameter(v, &desc->pParameters[i]);
   for (uint32_t i = 0; SUCCEEDED(hr) && i < desc->NumStaticSamplers; i++)
      hr = check_sampler(v, &desc->pStaticSamplers[i]);
   if (FAILED(hr))
      return hr;
   if (v->dwords > ROOT_MAX_DWORDS)
      return invalid(v, "%u dwords of root arguments", v->dwords);
   return check_overlaps(v);
}

HRESULT
root_signature_validate(const D3D12_ROOT_SIGNATURE_DESC1 *desc, char message[static 128])
{
   struct validator validator = { .desc = desc, .message = message };
   message[0] = '\0';
   HRESULT hr = check(&validator);
   free(validator.bindings);
   return hr;
}
