#ifndef API_SAMPLER_H
#define API_SAMPLER_H

#include "api/objects.h"

void sampler_init_static(struct sampler *sampler, const D3D12_STATIC_SAMPLER_DESC *desc);

#endif
