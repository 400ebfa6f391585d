/* Root signatures of version 1.1 said in version 1.0, which knows fewer flags. */
#ifndef API_ROOT_SIGNATURE_VERSION_H
#define API_ROOT_SIGNATURE_VERSION_H

#include "util/arena.h"
#include "util/d3d12.h"

/* What it points to lives in the arena, samplers in `from`. False: no memory. */
bool root_signature_lower(struct arena *arena, const D3D12_ROOT_SIGNATURE_DESC1 *from,
                          D3D12_ROOT_SIGNATURE_DESC *to);

#endif
