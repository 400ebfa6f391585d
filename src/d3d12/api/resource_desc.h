/*
 * D3D12_RESOURCE_DESC: what D3D12 allows, and what memory it asks for. Used wherever a description
 * comes from outside: creation, allocation queries, shared handles.
 */
#ifndef API_RESOURCE_DESC_H
#define API_RESOURCE_DESC_H

#include "layout/image.h"

/* NULL if the description is valid, else what is wrong with it. `checked`: with mip count and alignment
 * resolved; may be the same as desc. */
const char *resource_desc_check(const D3D12_RESOURCE_DESC *desc, D3D12_RESOURCE_DESC *checked);

/* Of a checked description: its bytes, and for textures the image (which buffers leave untouched).
 * False: too large. */
bool resource_desc_layout(const D3D12_RESOURCE_DESC *checked, struct image *image, uint64_t *size);

/* The caps of all formats that views of a resource of this format may have. */
uint32_t resource_format_caps(DXGI_FORMAT format);

/* The newer description, without its sampler feedback. */
static inline D3D12_RESOURCE_DESC
resource_desc_from_desc1(const D3D12_RESOURCE_DESC1 *desc)
{
   return (D3D12_RESOURCE_DESC){
      .Dimension = desc->Dimension,
      .Alignment = desc->Alignment,
      .Width = desc->Width,
      .Height = desc->Height,
      .DepthOrArraySize = desc->DepthOrArraySize,
      .MipLevels = desc->MipLevels,
      .Format = desc->Format,
      .SampleDesc = desc->SampleDesc,
      .Layout = desc->Layout,
      .Flags = desc->Flags,
   };
}

#endif
