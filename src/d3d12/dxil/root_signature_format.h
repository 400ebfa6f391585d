/*
 * What reading and writing root signatures share: the layout of the "RTS0" part, and the rules.
 *
 * The part starts with six dwords: version, number and offset of the parameters, number and offset
 * of the static samplers, flags. A parameter is three: type, visibility, offset of the rest. That
 * is: for constants, register, space and number of values; for a root descriptor, register, space
 * and (1.1) flags; for a table, number and offset of its ranges. A range is type, number of
 * descriptors, first register, space, (1.1) flags, offset in the table. All offsets count from the
 * part's start.
 */
#ifndef DXIL_ROOT_SIGNATURE_FORMAT_H
#define DXIL_ROOT_SIGNATURE_FORMAT_H

#include "dxil/root_signature.h"

#define ROOT_HEADER_SIZE 24
#define ROOT_PARAMETER_SIZE 12
#define ROOT_CONSTANTS_SIZE 12
#define ROOT_TABLE_SIZE 8
#define ROOT_SAMPLER_SIZE 52

static inline uint32_t
root_descriptor_size(D3D_ROOT_SIGNATURE_VERSION version)
{
   return version == D3D_ROOT_SIGNATURE_VERSION_1_0 ? 8 : 12;
}

static inline uint32_t
root_range_size(D3D_ROOT_SIGNATURE_VERSION version)
{
   return version == D3D_ROOT_SIGNATURE_VERSION_1_0 ? 20 : 24;
}

/*
 * In 1.0 descriptors and data may change at any time before they are used; samplers have no data.
 * (ResourceBinding.md, "Root Signature Version 1.1")
 */
D3D12_DESCRIPTOR_RANGE_FLAGS root_range_flags_1_0(D3D12_DESCRIPTOR_RANGE_TYPE type);
#define ROOT_DESCRIPTOR_FLAGS_1_0 D3D12_ROOT_DESCRIPTOR_FLAG_DATA_VOLATILE

/*
 * Whether a description keeps the rules; if not, message says which it breaks. Memory: temporary.
 * E_INVALIDARG, E_OUTOFMEMORY.
 */
HRESULT root_signature_validate(const D3D12_ROOT_SIGNATURE_DESC1 *desc,
                                char message[static 128]);

#endif
