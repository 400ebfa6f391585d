/* Root signatures: the way there and back, and what the rules refuse. */
#include "dxil/container.h"
#include "dxil/root_signature.h"
#include "util/bits.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define APPEND D3D12_DESCRIPTOR_RANGE_OFFSET_APPEND

static D3D12_ROOT_PARAMETER1
table(const D3D12_DESCRIPTOR_RANGE1 *ranges, uint32_t count)
{
   return (D3D12_ROOT_PARAMETER1){
      .ParameterType = D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE,
      .DescriptorTable = { count, ranges },
   };
}

static D3D12_ROOT_PARAMETER1
constants(uint32_t reg, uint32_t count, D3D12_SHADER_VISIBILITY visibility)
{
   return (D3D12_ROOT_PARAMETER1){
      .ParameterType = D3D12_ROOT_PARAMETER_TYPE_32BIT_CONSTANTS,
      .Constants = { .ShaderRegister = reg, .Num32BitValues = count },
      .ShaderVisibility = visibility,
   };
}

static D3D12_ROOT_PARAMETER1
root_uav(uint32_t reg)
{
   return (D3D12_ROOT_PARAMETER1){
      .ParameterType = D3D12_ROOT_PARAMETER_TYPE_UAV,
      .Descriptor = { .ShaderRegister = reg },
   };
}

static D3D12_STATIC_SAMPLER_DESC
sampler(uint32_t reg)
{
   return (D3D12_STATIC_SAMPLER_DESC){
      .Filter = D3D12_FILTER_ANISOTROPIC,
      .AddressU = D3D12_TEXTURE_ADDRESS_MODE_WRAP,
      .AddressV = D3D12_TEXTURE_ADDRESS_MODE_CLAMP,
      .AddressW = D3D12_TEXTURE_ADDRESS_MODE_BORDER,
      .MaxAnisotropy = 16,
      .ComparisonFunc = D3D12_COMPARISON_FUNC_NEVER,
      .MaxLOD = D3D12_FLOAT32_MAX,
      .ShaderRegister = reg,
   };
}

static HRESULT
serialize(const D3D12_ROOT_SIGNATURE_DESC1 *desc, void **data, size_t *size)
{
   const D3D12_VERSIONED_ROOT_SIGNATURE_DESC versioned = {
      .Version = D3D_ROOT_SIGNATURE_VERSION_1_1,
      .Desc_1_1 = *desc,
   };
   char message[128];
   HRESULT hr = root_signature_serialize(&versioned, data, size, message);
   assert_int_equal(SUCCEEDED(hr), message[0] == '\0');
   assert_int_equal(SUCCEEDED(hr), *data != NULL);
   return hr;
}

static HRESULT
try(const D3D12_ROOT_SIGNATURE_DESC1 *desc)
{
   void *data;
   size_t size;
   struct root_signature *signature;
   HRESULT hr = serialize(desc, &data, &size);
   if (FAILED(hr))
      return hr;
   assert_int_equal(root_signature_create(data, size, &signature), S_OK);
   root_signature_destroy(signature);
   free(data);
   return hr;
}

static HRESULT
try_parameters(const D3D12_ROOT_PARAMETER1 *parameters, uint32_t count)
{
   return try(&(D3D12_ROOT_SIGNATURE_DESC1){
      .NumParameters = count,
      .pParameters = parameters,
   });
}

static HRESULT
try_ranges(const D3D12_DESCRIPTOR_RANGE1 *ranges, uint32_t count)
{
   D3D12_ROOT_PARAMETER1 parameter = table(ranges, count);
   return try_parameters(&parameter, 1);
}

static void
test_round_trip(void **state)
{
   const D3D12_DESCRIPTOR_RANGE1 views[] = {
      { D3D12_DESCRIPTOR_RANGE_TYPE_CBV, 3, 0, 0, 0, APPEND },
      { D3D12_DESCRIPTOR_RANGE_TYPE_SRV, 2, 5, 1,
        D3D12_DESCRIPTOR_RANGE_FLAG_DATA_STATIC_WHILE_SET_AT_EXECUTE, APPEND },
      { D3D12_DESCRIPTOR_RANGE_TYPE_UAV, 1, 0, 0, 0, 10 },
      { D3D12_DESCRIPTOR_RANGE_TYPE_SRV, UINT32_MAX, 0, 2,
        D3D12_DESCRIPTOR_RANGE_FLAG_DESCRIPTORS_VOLATILE, APPEND },
   };
   const D3D12_DESCRIPTOR_RANGE1 samplers[] = {
      { D3D12_DESCRIPTOR_RANGE_TYPE_SAMPLER, 4, 0, 0, 0, APPEND },
   };
   const D3D12_ROOT_PARAMETER1 parameters[] = {
      constants(7, 4, D3D12_SHADER_VISIBILITY_VERTEX), table(views, ARRAY_LENGTH(views)),
      table(samplers, 1), constants(7, 2, D3D12_SHADER_VISIBILITY_PIXEL), root_uav(1),
   };
   const D3D12_STATIC_SAMPLER_DESC statics[] = { sampler(4), sampler(5) };
   const D3D12_ROOT_SIGNATURE_DESC1 desc = {
      .NumParameters = ARRAY_LENGTH(parameters),
      .pParameters = parameters,
      .NumStaticSamplers = ARRAY_LENGTH(statics),
      .pStaticSamplers = statics,
      .Flags = D3D12_ROOT_SIGNATURE_FLAG_ALLOW_INPUT_ASSEMBLER_INPUT_LAYOUT,
   };
   void *data;
   size_t size;
   struct root_signature *signature, *again;

   assert_int_equal(serialize(&desc, &data, &size), S_OK);
   assert_memory_equal(data, "DXBC", 4);
   assert_int_equal(dxil_load_u32((uint8_t *)data + 24), size);
   assert_int_equal(root_signature_create(data, size, &signature), S_OK);
   assert_int_equal(root_signature_create(data, size, &again), S_OK);
   assert_int_equal(signature->hash, again->hash);
   root_signature_destroy(again);

   const D3D12_ROOT_SIGNATURE_DESC1 *got = &signature->desc;
   assert_int_equal(got->Flags, desc.Flags);
   assert_int_equal(got->NumParameters, desc.NumParameters);
   assert_int_equal(signature->constant_offset[0], 0);
   assert_int_equal(signature->constant_offset[3], 4);
   assert_int_equal(signature->num_constants, 6);
   assert_int_equal(got->pParameters[3].ShaderVisibility, D3D12_SHADER_VISIBILITY_PIXEL);
   assert_int_equal(got->pParameters[3].Constants.ShaderRegister, 7);
   assert_int_equal(got->pParameters[4].Descriptor.ShaderRegister, 1);
   assert_int_equal(got->NumStaticSamplers, 2);
   assert_memory_equal(got->pStaticSamplers, statics, sizeof(statics));

   static const uint32_t offsets[] = { 0, 3, 10, 11 };
   const D3D12_ROOT_DESCRIPTOR_TABLE1 *got_table = &got->pParameters[1].DescriptorTable;
   assert_int_equal(got_table->NumDescriptorRanges, ARRAY_LENGTH(views));
   for (uint32_t i = 0; i < ARRAY_LENGTH(views); i++) {
      const D3D12_DESCRIPTOR_RANGE1 *range = &got_table->pDescriptorRanges[i];
      assert_int_equal(range->RangeType, views[i].RangeType);
      assert_int_equal(range->NumDescriptors, views[i].NumDescriptors);
      assert_int_equal(range->BaseShaderRegister, views[i].BaseShaderRegister);
      assert_int_equal(range->RegisterSpace, views[i].RegisterSpace);
      assert_int_equal(range->Flags, views[i].Flags);
      assert_int_equal(range->OffsetInDescriptorsFromTableStart, offsets[i]);
   }

   /* nothing of it may be missing */
   for (size_t cut = 0; cut < size; cut++)
      assert_int_equal(root_signature_create(data, cut, &again), E_INVALIDARG);
   root_signature_destroy(signature);
   free(data);
}

static void
test_version_1_0(void **state)
{
   const D3D12_DESCRIPTOR_RANGE ranges[] = {
      { D3D12_DESCRIPTOR_RANGE_TYPE_SRV, 2, 0, 0, APPEND },
      { D3D12_DESCRIPTOR_RANGE_TYPE_CBV, 1, 0, 0, APPEND },
   };
   const D3D12_ROOT_PARAMETER parameters[] = {
      {
         .ParameterType = D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE,
         .DescriptorTable = { ARRAY_LENGTH(ranges), ranges },
         .ShaderVisibility = D3D12_SHADER_VISIBILITY_PIXEL,
      },
      {
         .ParameterType = D3D12_ROOT_PARAMETER_TYPE_CBV,
         .Descriptor = { .ShaderRegister = 1, .RegisterSpace = 3 },
      },
   };
   const D3D12_VERSIONED_ROOT_SIGNATURE_DESC desc = {
      .Version = D3D_ROOT_SIGNATURE_VERSION_1_0,
      .Desc_1_0 = { .NumParameters = ARRAY_LENGTH(parameters), .pParameters = parameters },
   };
   void *data;
   size_t size;
   char message[128];
   struct root_signature *signature;

   assert_int_equal(root_signature_serialize(&desc, &data, &size, message), S_OK);
   assert_int_equal(root_signature_create(data, size, &signature), S_OK);
   const D3D12_ROOT_PARAMETER1 *got = signature->desc.pParameters;
   assert_int_equal(got[0].DescriptorTable.pDescriptorRanges[1].OffsetInDescriptorsFromTableStart,
                    2);
   assert_int_equal(got[0].DescriptorTable.pDescriptorRanges[0].Flags,
                    D3D12_DESCRIPTOR_RANGE_FLAG_DESCRIPTORS_VOLATILE |
                       D3D12_DESCRIPTOR_RANGE_FLAG_DATA_VOLATILE);
   assert_int_equal(got[1].Descriptor.RegisterSpace, 3);
   assert_int_equal(got[1].Descriptor.Flags, D3D12_ROOT_DESCRIPTOR_FLAG_DATA_VOLATILE);
   root_signature_destroy(signature);
   free(data);

   D3D12_VERSIONED_ROOT_SIGNATURE_DESC unknown = desc;
   unknown.Version = 9;
   assert_int_equal(root_signature_serialize(&unknown, &data, &size, message), E_INVALIDARG);
}

static void
test_size(void **state)
{
   D3D12_ROOT_PARAMETER1 parameters[65];

   assert_int_equal(try_parameters(NULL, 0), S_OK);
   assert_int_equal(try_parameters(NULL, 1), E_INVALIDARG);
   for (uint32_t i = 0; i < 65; i++)
      parameters[i] = constants(i, 1, D3D12_SHADER_VISIBILITY_ALL);
   assert_int_equal(try_parameters(parameters, 64), S_OK);
   assert_int_equal(try_parameters(parameters, 65), E_INVALIDARG);
   parameters[63] = root_uav(0);
   assert_int_equal(try_parameters(parameters, 64), E_INVALIDARG);
   parameters[0] = constants(0, 0xffffffff, D3D12_SHADER_VISIBILITY_ALL);
   assert_int_equal(try_parameters(parameters, 2), E_INVALIDARG);
   parameters[0].ParameterType = 9;
   assert_int_equal(try_parameters(parameters, 1), E_INVALIDARG);
}

static void
test_overlaps(void **state)
{
   D3D12_ROOT_PARAMETER1 parameters[] = {
      constants(0, 1, D3D12_SHADER_VISIBILITY_VERTEX),
      constants(0, 1, D3D12_SHADER_VISIBILITY_PIXEL),
   };
   assert_int_equal(try_parameters(parameters, 2), S_OK);
   parameters[1].ShaderVisibility = D3D12_SHADER_VISIBILITY_ALL;
   assert_int_equal(try_parameters(parameters, 2), E_INVALIDARG);
   parameters[1].Constants.RegisterSpace = 1;
   assert_int_equal(try_parameters(parameters, 2), S_OK);

   D3D12_DESCRIPTOR_RANGE1 ranges[] = {
      { D3D12_DESCRIPTOR_RANGE_TYPE_SRV, 10, 0, 0, 0, APPEND },
      { D3D12_DESCRIPTOR_RANGE_TYPE_SRV, 1, 20, 0, 0, APPEND },
      { D3D12_DESCRIPTOR_RANGE_TYPE_SRV, 2, 10, 0, 0, APPEND },
   };
   assert_int_equal(try_ranges(ranges, 3), S_OK);
   ranges[2].BaseShaderRegister = 9;
   assert_int_equal(try_ranges(ranges, 3), E_INVALIDARG);
   ranges[2].RangeType = D3D12_DESCRIPTOR_RANGE_TYPE_UAV;
   assert_int_equal(try_ranges(ranges, 3), S_OK);
   ranges[2] = (D3D12_DESCRIPTOR_RANGE1){ .RangeType = D3D12_DESCRIPTOR_RANGE_TYPE_SRV,
                                          .NumDescriptors = UINT32_MAX,
                                          .BaseShaderRegister = 21 };
   assert_int_equal(try_ranges(ranges, 3), S_OK);
   ranges[2].BaseShaderRegister = 20;
   assert_int_equal(try_ranges(ranges, 3), E_INVALIDARG);
}

static void
test_ranges(void **state)
{
   const D3D12_DESCRIPTOR_RANGE1 good = { D3D12_DESCRIPTOR_RANGE_TYPE_SRV, 2, 0, 0, 0, 0 };
   D3D12_DESCRIPTOR_RANGE1 ranges[2] = { good, good };

   ranges[0].NumDescriptors = 0;
   assert_int_equal(try_ranges(ranges, 1), E_INVALIDARG);
   ranges[0] = good;
   ranges[0].RangeType = 4;
   assert_int_equal(try_ranges(ranges, 1), E_INVALIDARG);
   ranges[0] = good;
   ranges[0].BaseShaderRegister = UINT32_MAX;
   assert_int_equal(try_ranges(ranges, 1), E_INVALIDARG);
   ranges[0] = good;
   ranges[0].RegisterSpace = 0xfffffff0;
   assert_int_equal(try_ranges(ranges, 1), E_INVALIDARG);
   ranges[0] = good;
   ranges[0].OffsetInDescriptorsFromTableStart = 0xfffffffe;
   assert_int_equal(try_ranges(ranges, 1), E_INVALIDARG);

   /* nothing can be appended to an unbounded range */
   ranges[0] = good;
   ranges[0].NumDescriptors = UINT32_MAX;
   ranges[1].RangeType = D3D12_DESCRIPTOR_RANGE_TYPE_UAV;
   ranges[1].OffsetInDescriptorsFromTableStart = APPEND;
   assert_int_equal(try_ranges(ranges, 2), E_INVALIDARG);

   ranges[0] = good;
   ranges[1].RangeType = D3D12_DESCRIPTOR_RANGE_TYPE_SAMPLER;
   assert_int_equal(try_ranges(ranges, 2), E_INVALIDARG);
   assert_int_equal(try_ranges(NULL, 2), E_INVALIDARG);
}

static void
test_flags(void **state)
{
   static const uint32_t bad[] = { 0x3fff0000, 0x6, 0xc, 0x9, 0x10001 };
   D3D12_DESCRIPTOR_RANGE1 range = { D3D12_DESCRIPTOR_RANGE_TYPE_SRV, 1, 0, 0, 0, 0 };
   for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
      range.Flags = bad[i];
      assert_int_equal(try_ranges(&range, 1), E_INVALIDARG);
   }
   range.Flags = D3D12_DESCRIPTOR_RANGE_FLAG_DESCRIPTORS_STATIC_KEEPING_BUFFER_BOUNDS_CHECKS;
   assert_int_equal(try_ranges(&range, 1), S_OK);
   range.Flags = D3D12_DESCRIPTOR_RANGE_FLAG_DATA_STATIC;
   assert_int_equal(try_ranges(&range, 1), S_OK);
   range.RangeType = D3D12_DESCRIPTOR_RANGE_TYPE_SAMPLER;
   assert_int_equal(try_ranges(&range, 1), E_INVALIDARG);

   D3D12_ROOT_PARAMETER1 uav = root_uav(0);
   uav.Descriptor.Flags = 6;
   assert_int_equal(try_parameters(&uav, 1), E_INVALIDARG);
   uav.Descriptor.Flags = 1;
   assert_int_equal(try_parameters(&uav, 1), E_INVALIDARG);
   uav.Descriptor.Flags = 8;
   assert_int_equal(try_parameters(&uav, 1), S_OK);
   uav.ShaderVisibility = 8;
   assert_int_equal(try_parameters(&uav, 1), E_INVALIDARG);

   assert_int_equal(try(&(D3D12_ROOT_SIGNATURE_DESC1){ .Flags = 0x1000 }), E_INVALIDARG);
}

static HRESULT
try_sampler(const D3D12_STATIC_SAMPLER_DESC *desc)
{
   return try(&(D3D12_ROOT_SIGNATURE_DESC1){ .NumStaticSamplers = 1, .pStaticSamplers = desc });
}

static void
test_static_samplers(void **state)
{
   D3D12_STATIC_SAMPLER_DESC desc = sampler(0);
   assert_int_equal(try_sampler(&desc), S_OK);
   desc.Filter = 0x2;
   assert_int_equal(try_sampler(&desc), E_INVALIDARG);
   desc = sampler(0);
   desc.AddressW = 0;
   assert_int_equal(try_sampler(&desc), E_INVALIDARG);
   desc = sampler(0);
   desc.MaxAnisotropy = 17;
   assert_int_equal(try_sampler(&desc), E_INVALIDARG);
   desc = sampler(0);
   desc.MipLODBias = 16;
   assert_int_equal(try_sampler(&desc), E_INVALIDARG);
   desc = sampler(0);
   desc.MinLOD = NAN;
   assert_int_equal(try_sampler(&desc), E_INVALIDARG);
   desc = sampler(0);
   desc.BorderColor = 3;
   assert_int_equal(try_sampler(&desc), E_INVALIDARG);
   desc = sampler(0);
   desc.ComparisonFunc = 9;
   assert_int_equal(try_sampler(&desc), E_INVALIDARG);

   const D3D12_STATIC_SAMPLER_DESC twice[] = { sampler(1), sampler(1) };
   assert_int_equal(try(&(D3D12_ROOT_SIGNATURE_DESC1){
                       .NumStaticSamplers = 2,
                       .pStaticSamplers = twice,
                    }),
                    E_INVALIDARG);

   D3D12_STATIC_SAMPLER_DESC *many = calloc(2033, sizeof(*many));
   for (uint32_t i = 0; i < 2033; i++)
      many[i] = sampler(i);
   D3D12_ROOT_SIGNATURE_DESC1 all = { .NumStaticSamplers = 2032, .pStaticSamplers = many };
   assert_int_equal(try(&all), S_OK);
   all.NumStaticSamplers = 2033;
   assert_int_equal(try(&all), E_INVALIDARG);
   free(many);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_round_trip), cmocka_unit_test(test_version_1_0),
      cmocka_unit_test(test_size),       cmocka_unit_test(test_overlaps),
      cmocka_unit_test(test_ranges),     cmocka_unit_test(test_flags),
      cmocka_unit_test(test_static_samplers),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
