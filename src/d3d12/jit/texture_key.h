/*
 * What a texture routine depends on, and the small facts that the routines and their reference share.
 */
#ifndef JIT_TEXTURE_KEY_H
#define JIT_TEXTURE_KEY_H

#include "jit/abi.h"

/*
 * Texel coordinates become fixed point with this many fractional bits before texels and weights are
 * taken from them (D3D11.3 7.18.7 asks for 8 or more). It rounds away the errors of interpolation
 * that would push a coordinate across a texel's border, and gives the same texels on every CPU.
 */
#define COORDINATE_BITS 12
#define COORDINATE_ONE (1 << COORDINATE_BITS)

/* Of a descriptor_dim. */
struct texture_dim {
   uint8_t coords;  /* normalized coordinates, or texel coordinates for LOAD */
   uint8_t offsets; /* axes with texel offsets */
   bool array, cube, multisampled, buffer;
};
const struct texture_dim *texture_dim(uint8_t dim);

/*
 * All that a routine is specialised for. What an operation does not look at is zero, so equal routines
 * have equal keys. Never all zero.
 */
union texture_key {
   struct {
      uint64_t op : 4;       /* texture_op */
      uint64_t offsets : 1;  /* texel offsets are looked at */
      uint64_t format : 8;   /* DXGI_FORMAT */
      uint64_t dim : 4;      /* descriptor_dim */
      uint64_t swizzle : 12; /* three bits a channel */
      uint64_t uav : 1;
      uint64_t single_level : 1;
      /* The sampler */
      uint64_t min : 1, mag : 1, mip : 1; /* linear? */
      uint64_t anisotropic : 1;
      uint64_t address : 9; /* three bits an axis: D3D12_TEXTURE_ADDRESS_MODE */
      uint64_t compare : 4; /* D3D12_COMPARISON_FUNC */
      uint64_t reduction : 2;
      uint64_t border_is_uint : 1;
      uint64_t valid : 1; /* always 1 */
   };
   uint64_t bits;
};
_Static_assert(sizeof(union texture_key) == sizeof(uint64_t), "a key is one word");

/* op: with or without TEXTURE_OFFSETS. */
union texture_key texture_key(const struct descriptor *view, const struct sampler *sampler,
                              enum texture_op op);

static inline uint32_t
texture_key_swizzle(union texture_key key, uint32_t channel)
{
   return key.swizzle >> 3 * channel & 7;
}

static inline uint32_t
texture_key_address(union texture_key key, uint32_t axis)
{
   return key.address >> 3 * axis & 7;
}

static inline bool
texture_op_compares(enum texture_op op)
{
   return op == TEXTURE_SAMPLE_CMP || op == TEXTURE_SAMPLE_CMP_LEVEL ||
          op == TEXTURE_SAMPLE_CMP_GRAD || op == TEXTURE_GATHER_CMP;
}

static inline bool
texture_op_gathers(enum texture_op op)
{
   return op == TEXTURE_GATHER || op == TEXTURE_GATHER_CMP;
}

static inline bool
texture_op_is_implicit(enum texture_op op)
{
   return op == TEXTURE_SAMPLE || op == TEXTURE_SAMPLE_CMP || op == TEXTURE_LOD;
}

static inline bool
texture_op_has_gradients(enum texture_op op)
{
   return op == TEXTURE_SAMPLE_GRAD || op == TEXTURE_SAMPLE_CMP_GRAD;
}

static inline bool
texture_op_has_sampler(enum texture_op op)
{
   return op < TEXTURE_LOAD;
}

static inline bool
texture_format_is_integer(const struct format_info *info)
{
   uint8_t type = info->channel[0].type;
   if (type == FORMAT_VOID)
      type = info->channel[1].type; /* stencil is in G */
   return type == FORMAT_UINT || type == FORMAT_SINT;
}

#endif
