#include "api/sampler.h"

#include "util/bits.h"

static uint8_t
address_mode(D3D12_TEXTURE_ADDRESS_MODE mode)
{
   bool known =
      mode >= D3D12_TEXTURE_ADDRESS_MODE_WRAP && mode <= D3D12_TEXTURE_ADDRESS_MODE_MIRROR_ONCE;

   return known ? mode : D3D12_TEXTURE_ADDRESS_MODE_CLAMP;
}

void
sampler_init(struct sampler *sampler, const D3D12_SAMPLER_DESC *desc)
{
   D3D12_FILTER_REDUCTION_TYPE reduction = D3D12_DECODE_FILTER_REDUCTION(desc->Filter);
   bool anisotropic = desc->Filter & D3D12_ANISOTROPIC_FILTERING_BIT;

   *sampler = (struct sampler){
      .filter_min = D3D12_DECODE_MIN_FILTER(desc->Filter) & 1,
      .filter_mag = D3D12_DECODE_MAG_FILTER(desc->Filter) & 1,
      .filter_mip = D3D12_DECODE_MIP_FILTER(desc->Filter) & 1,
      .anisotropy = anisotropic ? CLAMP(desc->MaxAnisotropy, 1u, D3D12_MAX_MAXANISOTROPY) : 1,
      .address = { address_mode(desc->AddressU), address_mode(desc->AddressV),
                   address_mode(desc->AddressW) },
      .lod_bias = desc->MipLODBias,
      .min_lod = desc->MinLOD,
      .max_lod = desc->MaxLOD,
   };
   for (uint32_t i = 0; i < 4; i++)
      sampler->border[i] = desc->BorderColor[i];

   switch (reduction) {
   case D3D12_FILTER_REDUCTION_TYPE_COMPARISON:
      sampler->compare =
         CLAMP(desc->ComparisonFunc, D3D12_COMPARISON_FUNC_NEVER, D3D12_COMPARISON_FUNC_ALWAYS);
      break;
   case D3D12_FILTER_REDUCTION_TYPE_MINIMUM:
      sampler->reduction = 1;
      break;
   case D3D12_FILTER_REDUCTION_TYPE_MAXIMUM:
      sampler->reduction = 2;
      break;
   default:
      break;
   }
}

void
sampler_init_static(struct sampler *sampler, const D3D12_STATIC_SAMPLER_DESC *desc)
{
   static const float colors[][4] = {
      [D3D12_STATIC_BORDER_COLOR_TRANSPARENT_BLACK] = { 0, 0, 0, 0 },
      [D3D12_STATIC_BORDER_COLOR_OPAQUE_BLACK] = { 0, 0, 0, 1 },
      [D3D12_STATIC_BORDER_COLOR_OPAQUE_WHITE] = { 1, 1, 1, 1 },
      [D3D12_STATIC_BORDER_COLOR_OPAQUE_BLACK_UINT] = { 0, 0, 0, 1 },
      [D3D12_STATIC_BORDER_COLOR_OPAQUE_WHITE_UINT] = { 1, 1, 1, 1 },
   };
   bool is_uint = desc->BorderColor >= D3D12_STATIC_BORDER_COLOR_OPAQUE_BLACK_UINT;
   const float *color = colors[MIN2(desc->BorderColor, ARRAY_LENGTH(colors) - 1)];

   sampler_init(sampler, &(D3D12_SAMPLER_DESC){
                            .Filter = desc->Filter,
                            .AddressU = desc->AddressU,
                            .AddressV = desc->AddressV,
                            .AddressW = desc->AddressW,
                            .MipLODBias = desc->MipLODBias,
                            .MaxAnisotropy = desc->MaxAnisotropy,
                            .ComparisonFunc = desc->ComparisonFunc,
                            .MinLOD = desc->MinLOD,
                            .MaxLOD = desc->MaxLOD,
                         });
   sampler->border_is_uint = is_uint;
   for (uint32_t i = 0; i < 4; i++) {
      union {
         float f;
         uint32_t u;
      } value = { .f = color[i] };
      if (is_uint)
         value.u = (uint32_t)color[i];
      sampler->border[i] = value.f;
   }
}
