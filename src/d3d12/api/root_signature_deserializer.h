#ifndef API_ROOT_SIGNATURE_DESERIALIZER_H
#define API_ROOT_SIGNATURE_DESERIALIZER_H

#include "util/d3d12.h"

#include <stdbool.h>

HRESULT root_signature_deserializer_create(const void *data, size_t size, bool versioned,
                                           REFIID riid, void **out);

#endif
