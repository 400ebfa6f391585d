/* Heap properties, as heaps and committed resources are given them. */
#ifndef API_HEAP_H
#define API_HEAP_H

#include "api/objects.h"

extern const struct object_class heap_class;

/* Checks, and fills in node masks. NULL, or what is wrong. */
const char *heap_properties_check(const D3D12_HEAP_PROPERTIES *properties,
                                  D3D12_HEAP_PROPERTIES *checked);
/* Flags of heaps and committed resources. NULL, or what is wrong. */
const char *heap_flags_check(D3D12_HEAP_FLAGS flags);

/* May the CPU read and write its memory? */
bool heap_properties_mappable(const D3D12_HEAP_PROPERTIES *properties);

#endif
