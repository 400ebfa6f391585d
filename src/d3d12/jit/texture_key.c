#include "jit/texture_key.h"
#include "util/bits.h"

const struct texture_dim *
texture_dim(uint8_t dim)
{
   static const struct texture_dim dims[] = {
      [DESCRIPTOR_TYPED_BUFFER] = { .coords = 1, .buffer = true },
      [DESCRIPTOR_RAW_BUFFER] = { .coords = 1, .buffer = true },
      [DESCRIPTOR_STRUCTURED_BUFFER] = { .coords = 1, .buffer = true },
      [DESCRIPTOR_1D] = { .coords = 1, .offsets = 1 },
      [DESCRIPTOR_1D_ARRAY] = { .coords = 1, .offsets = 1, .array = true },
      [DESCRIPTOR_2D] = { .coords = 2, .offsets = 2 },
      [DESCRIPTOR_2D_ARRAY] = { .coords = 2, .offsets = 2, .array = true },
      [DESCRIPTOR_2DMS] = { .coords = 2, .offsets = 2, .multisampled = true },
      [DESCRIPTOR_2DMS_ARRAY] = { .coords = 2, .offsets = 2, .array = true, .multisampled = true },
      [DESCRIPTOR_3D] = { .coords = 3, .offsets = 3 },
      [DESCRIPTOR_CUBE] = { .coords = 3, .cube = true },
      [DESCRIPTOR_CUBE_ARRAY] = { .coords = 3, .cube = true, .array = true },
   };
   return &dims[dim < ARRAY_LENGTH(dims) ? dim : DESCRIPTOR_TYPED_BUFFER];
}

/* Border mode without a border colour is all that a border's kind matters for. */
static bool
has_border(union texture_key key)
{
   for (uint32_t axis = 0; axis < 3; axis++) {
      if (texture_key_address(key, axis) == D3D12_TEXTURE_ADDRESS_MODE_BORDER)
         return true;
   }
   return false;
}

static void
add_sampler(union texture_key *key, const struct descriptor *view, const struct sampler *sampler,
            enum texture_op op)
{
   const struct texture_dim *dim = texture_dim(view->dim);

   if (op != TEXTURE_LOD) {
      uint32_t num_axes = dim->cube ? 0 : dim->coords;
      for (uint32_t axis = 0; axis < num_axes; axis++)
         key->address |= (sampler->address[axis] & 7) << 3 * axis;
      key->border_is_uint = sampler->border_is_uint && has_border(*key);
      if (texture_op_compares(op))
         key->compare = sampler->compare & 15;
   }
   if (texture_op_gathers(op))
      return;

   bool has_footprint = texture_op_is_implicit(op) || texture_op_has_gradients(op);
   key->anisotropic = has_footprint && sampler->anisotropy > 1 && dim->coords == 2;
   if (op == TEXTURE_LOD)
      return;
   key->min = sampler->filter_min != 0;
   key->mag = sampler->filter_mag != 0;
   key->mip = sampler->filter_mip != 0 && view->num_levels > 1;
   key->reduction = sampler->reduction & 3;
}

union texture_key
texture_key(const struct descriptor *view, const struct sampler *sampler, enum texture_op op)
{
   const bool offsets = op & TEXTURE_OFFSETS;
   op &= ~TEXTURE_OFFSETS;
   union texture_key key = { .op = op, .dim = view->dim, .valid = 1 };

   key.offsets = offsets && texture_dim(view->dim)->offsets && op != TEXTURE_LOD;
   if (op != TEXTURE_LOD)
      key.format = view->format;
   key.uav = view->kind == DESCRIPTOR_UAV;
   key.single_level = view->num_levels <= 1;
   bool reads_texels = op != TEXTURE_LOD && op != TEXTURE_STORE && op != TEXTURE_ADDRESS;
   if (reads_texels && op != TEXTURE_GATHER_CMP) {
      for (uint32_t c = 0; c < 4; c++)
         key.swizzle |= (view->swizzle[c] & 7) << 3 * c;
   }
   if (texture_op_has_sampler(op) && sampler)
      add_sampler(&key, view, sampler, op);
   return key;
}
