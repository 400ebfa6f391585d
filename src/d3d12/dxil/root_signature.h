/*
 * Root signatures: the D3D12 structures ↔ the serialised "RTS0" part of a DXBC container.
 * Hostile-input safe. (DirectX-Specs: ResourceBinding.md, SerializedRootSignatures.md)
 */
#ifndef DXIL_ROOT_SIGNATURE_H
#define DXIL_ROOT_SIGNATURE_H

#include "util/arena.h"
#include "util/d3d12.h"

#include <stddef.h>

#define ROOT_MAX_DWORDS 64 /* so no more than 64 parameters either */

/* Immutable after creation; may be read by many threads. */
struct root_signature {
   struct arena arena;
   D3D12_ROOT_SIGNATURE_DESC1 desc; /* version 1.0 is raised to 1.1; descriptor offsets are resolved:
                                       never D3D12_DESCRIPTOR_RANGE_OFFSET_APPEND */
   uint32_t constant_offset[ROOT_MAX_DWORDS]; /* root constants of parameter p: index of its first
                                                 dword in struct root_args' constants */
   uint32_t num_constants;                    /* dwords of root constants in all */
   uint64_t hash;                             /* of its meaning, for caches */
};

/* Checks the description, then writes a container (malloc'ed, the caller frees). */
HRESULT root_signature_serialize(const D3D12_VERSIONED_ROOT_SIGNATURE_DESC *desc, void **data,
                                 size_t *size, char message[static 128]);

/* From a container: a serialised root signature, or a shader that carries one. */
HRESULT root_signature_create(const void *data, size_t size, struct root_signature **out);
void root_signature_destroy(struct root_signature *signature);

#endif
