/*
 * fuzz-root-signature COUNT SEED
 *
 * Damages serialised root signatures COUNT times and reads them; what is accepted must survive
 * being written and read again. To be built with sanitizers.
 */
#include "dxil/root_signature.h"

#include "mutate.h"

#include <stdio.h>
#include <stdlib.h>

#define MAX_SIZE 4096

#define CHECK(condition)                                                                           \
   do {                                                                                            \
      if (!(condition)) {                                                                          \
         fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);                   \
         abort();                                                                                  \
      }                                                                                            \
   } while (0)

static size_t
make_seed(D3D_ROOT_SIGNATURE_VERSION version, uint8_t *out)
{
   static const D3D12_DESCRIPTOR_RANGE1 views[] = {
      { D3D12_DESCRIPTOR_RANGE_TYPE_CBV, 3, 0, 0, 0, 0xffffffff },
      { D3D12_DESCRIPTOR_RANGE_TYPE_SRV, 2, 5, 1, 0, 0xffffffff },
      { D3D12_DESCRIPTOR_RANGE_TYPE_UAV, 1, 0, 0, 0, 10 },
   };
   static const D3D12_DESCRIPTOR_RANGE old_views[] = {
      { D3D12_DESCRIPTOR_RANGE_TYPE_SRV, 2, 5, 1, 0xffffffff },
      { D3D12_DESCRIPTOR_RANGE_TYPE_SRV, 0xffffffff, 7, 1, 0xffffffff },
   };
   static const D3D12_ROOT_PARAMETER1 parameters[] = {
      { .ParameterType = D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE,
        .DescriptorTable = { 3, views } },
      { .ParameterType = D3D12_ROOT_PARAMETER_TYPE_32BIT_CONSTANTS, .Constants = { 7, 0, 4 } },
      { .ParameterType = D3D12_ROOT_PARAMETER_TYPE_UAV, .Descriptor = { 9, 0, 0 } },
   };
   static const D3D12_ROOT_PARAMETER old_parameters[] = {
      { .ParameterType = D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE,
        .DescriptorTable = { 2, old_views } },
      { .ParameterType = D3D12_ROOT_PARAMETER_TYPE_CBV, .Descriptor = { 1, 0 } },
   };
   static const D3D12_STATIC_SAMPLER_DESC sampler = { .AddressU = 1, .AddressV = 2, .AddressW = 3 };
   D3D12_VERSIONED_ROOT_SIGNATURE_DESC desc = { .Version = version };
   if (version == D3D_ROOT_SIGNATURE_VERSION_1_0)
      desc.Desc_1_0 = (D3D12_ROOT_SIGNATURE_DESC){ 2, old_parameters, 1, &sampler, 1 };
   else
      desc.Desc_1_1 = (D3D12_ROOT_SIGNATURE_DESC1){ 3, parameters, 1, &sampler, 0 };

   void *data;
   size_t size;
   char message[128];
   CHECK(root_signature_serialize(&desc, &data, &size, message) == S_OK && size <= MAX_SIZE);
   memcpy(out, data, size);
   free(data);
   return size;
}

static bool
try(const uint8_t *data, size_t size)
{
   struct root_signature *signature, *again;
   uint8_t *copy = malloc(size);
   memcpy(copy, data, size);
   bool accepted = SUCCEEDED(root_signature_create(copy, size, &signature));
   free(copy);
   if (!accepted)
      return false;

   const D3D12_VERSIONED_ROOT_SIGNATURE_DESC desc = {
      .Version = D3D_ROOT_SIGNATURE_VERSION_1_1,
      .Desc_1_1 = signature->desc,
   };
   void *written;
   size_t written_size;
   char message[128];
   CHECK(root_signature_serialize(&desc, &written, &written_size, message) == S_OK);
   CHECK(root_signature_create(written, written_size, &again) == S_OK);
   CHECK(again->hash == signature->hash);
   free(written);
   root_signature_destroy(again);
   root_signature_destroy(signature);
   return true;
}

int
main(int argc, char **argv)
{
   if (argc != 3) {
      fprintf(stderr, "usage: fuzz-root-signature COUNT SEED\n");
      return 2;
   }
   uint64_t count = strtoull(argv[1], NULL, 0), accepted = 0;
   struct mutator mutator = { strtoull(argv[2], NULL, 0) | 1ull << 63 };
   static uint8_t seeds[2][MAX_SIZE], data[MAX_SIZE];
   size_t sizes[2] = {
      make_seed(D3D_ROOT_SIGNATURE_VERSION_1_0, seeds[0]),
      make_seed(D3D_ROOT_SIGNATURE_VERSION_1_1, seeds[1]),
   };
   for (uint64_t n = 0; n < count; n++) {
      uint32_t seed = mutator_below(&mutator, 2);
      memcpy(data, seeds[seed], sizes[seed]);
      accepted += try(data, mutate(&mutator, data, sizes[seed]));
   }
   printf("%llu mutations, %llu accepted\n", (unsigned long long)count,
          (unsigned long long)accepted);
   return 0;
}
