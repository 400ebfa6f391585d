/* Texels that integers name: load, store, and addresses for atomics (D3D11.3 22.4.6 to 22.4.9). */
#include "jit/expr.h"
#include "jit/format_code.h"
#include "jit/texture_code.h"

/* A texel's coordinates and whether it exists; but for the level, as that may differ between lanes. */
struct place {
   LLVMValueRef at[3];         /* vi32 */
   LLVMValueRef layer, sample; /* vi32 or NULL */
   LLVMValueRef mask;          /* vi1: wanted, and layer and sample exist */
   uint32_t num_coords;
};

static LLVMValueRef
below(struct texture_code *code, LLVMValueRef value, LLVMValueRef limit)
{
   return icmp(code->build, LLVMIntULT, value, jit_splat(code->build, limit));
}

static LLVMValueRef
view_limit(struct texture_code *code, LLVMValueRef mask, LLVMValueRef value, LLVMValueRef limit)
{
   return iand(code->build, mask, below(code, value, limit));
}

static struct place
place_of(struct texture_code *code)
{
   struct jit_build *build = code->build;
   const struct texture_dim *dim = code->dim;
   struct place place = { { NULL }, NULL, NULL, code->mask, dim->cube ? 2 : dim->coords };

   for (uint32_t i = 0; i < place.num_coords; i++) {
      place.at[i] = ARGS_FIELD(code, vi32, icoord, i);
      if (i < dim->offsets && code->key.offsets && code->key.op == TEXTURE_LOAD && !code->key.uav)
         place.at[i] = iadd(build, place.at[i], ARGS_FIELD(code, vi32, offset, i));
   }
   if (dim->array || dim->cube) { /* faces are layers here */
      place.layer = ARGS_FIELD(code, vi32, icoord, place.num_coords);
      place.mask = view_limit(code, place.mask, place.layer, VIEW_FIELD(code, i32, layers));
   }
   if (dim->multisampled) {
      place.sample = ARGS_FIELD(code, vi32, ilod, 0);
      LLVMValueRef count = texture_view_byte(code, offsetof(struct descriptor, samples));
      place.mask = view_limit(code, place.mask, place.sample, count);
   }
   return place;
}

static LLVMValueRef
extend(struct texture_code *code, LLVMValueRef value)
{
   return LLVMBuildZExt(code->build->builder, value, code->build->vi64, "");
}

static LLVMValueRef
scaled(struct texture_code *code, LLVMValueRef value, LLVMValueRef stride)
{
   return imul(code->build, extend(code, value), jit_splat(code->build, stride));
}

/* Narrows place->mask to the lanes whose texel is inside of the level; gives all addresses. */
static LLVMValueRef
texel_ptrs(struct texture_code *code, struct place *place, const struct texture_level *level)
{
   struct jit_build *build = code->build;
   LLVMBuilderRef b = build->builder;
   bool slices = code->key.uav && code->key.dim == DESCRIPTOR_3D;
   LLVMValueRef x = place->at[0], y = place->at[1], z = place->at[2];

   for (uint32_t i = 0; i < place->num_coords; i++) {
      LLVMValueRef size = i == 2 && slices ? VIEW_FIELD(code, i32, num_slices) : level->size[i];
      place->mask = view_limit(code, place->mask, place->at[i], size);
   }
   if (code->info->block_width > 1) {
      x = ilshr_const(build, x, 2);
      y = y ? ilshr_const(build, y, 2) : NULL;
   }
   /* A slice is smaller than 4 GiB (layout/image.c). */
   LLVMValueRef in_slice = imul(build, x, jit_splat_i32(build, code->info->block_bytes));
   if (y)
      in_slice = iadd(build, in_slice, imul(build, y, jit_splat(build, level->row_pitch)));
   LLVMValueRef offset = extend(code, in_slice);
   if (place->layer) {
      LLVMValueRef stride = VIEW_FIELD(code, i64, layer_stride);
      offset = iadd(build, offset, scaled(code, place->layer, stride));
   }
   if (place->sample) {
      LLVMValueRef stride = VIEW_FIELD(code, i64, sample_stride);
      offset = iadd(build, offset, scaled(code, place->sample, stride));
   }
   if (z) {
      if (slices)
         z = iadd(build, z, jit_splat(build, VIEW_FIELD(code, i32, first_slice)));
      LLVMValueRef pitch = LLVMBuildZExt(b, level->slice_pitch, build->i64, "");
      offset = iadd(build, offset, scaled(code, z, pitch));
   }
   return LLVMBuildGEP2(b, build->i8, level->base, &offset, 1, "");
}

static LLVMValueRef
buffer_ptrs(struct texture_code *code, LLVMValueRef *mask)
{
   struct jit_build *build = code->build;
   LLVMValueRef index = ARGS_FIELD(code, vi32, icoord, 0);
   *mask = view_limit(code, code->mask, index, VIEW_FIELD(code, i32, width));
   LLVMValueRef base =
      jit_load(build, build->ptr, code->view, offsetof(struct descriptor, base), sizeof(void *));
   LLVMValueRef bytes = LLVMConstInt(build->i64, code->info->block_bytes, false);
   LLVMValueRef offset = scaled(code, index, bytes);
   return LLVMBuildGEP2(build->builder, build->i8, base, &offset, 1, "");
}

/* Writable views have one level. */
static LLVMValueRef
writable_ptrs(struct texture_code *code, LLVMValueRef *mask)
{
   if (code->dim->buffer)
      return buffer_ptrs(code, mask);
   struct place place = place_of(code);
   struct texture_level level = texture_level(code, jit_const_i32(code->build, 0), NULL);
   LLVMValueRef ptrs = texel_ptrs(code, &place, &level);
   *mask = place.mask;
   return ptrs;
}

/* ---- Load ---- */

static void
store_results(struct texture_code *code, LLVMValueRef rgba[4])
{
   texture_swizzle(code, rgba);
   for (uint32_t c = 0; c < 4; c++) {
      jit_store(code->build, rgba[c], code->args,
                offsetof(struct texture_args, result) + c * JIT_MAX_LANES * sizeof(float), 32);
   }
}

/* Out of bounds, texels read as zero, but channels that the format lacks keep their default. */
static void
load_level(struct texture_code *code, struct place place, LLVMValueRef level_index,
           LLVMValueRef rgba[4])
{
   struct texture_level level = texture_level(code, level_index, NULL);
   LLVMValueRef ptrs = texel_ptrs(code, &place, &level);
   texture_fetch_at(code, ptrs, place.at[0], place.at[1], place.mask, rgba);
}

static void
load_texture(struct texture_code *code, LLVMValueRef rgba[4])
{
   struct jit_build *build = code->build;
   struct place place = place_of(code);
   bool has_levels = !code->key.uav && !code->dim->multisampled;
   LLVMValueRef first = jit_const_i32(build, 0);
   LLVMValueRef level = NULL;

   if (has_levels) {
      level = ARGS_FIELD(code, vi32, ilod, 0);
      LLVMValueRef count = texture_view_byte(code, offsetof(struct descriptor, num_levels));
      place.mask = view_limit(code, place.mask, level, count);
      /* The most detailed level that the view's clamp leaves (5.8.4) */
      LLVMValueRef min = VIEW_FIELD(code, f32, min_lod);
      min = fclamp(build, min, jit_const_f32(build, 0), jit_const_f32(build, 255));
      min = LLVMBuildFPToSI(build->builder, min, build->i32, "");
      place.mask = iand(build, place.mask, icmp(build, LLVMIntUGE, level, jit_splat(build, min)));
   }
   if (!has_levels || code->key.single_level) {
      load_level(code, place, first, rgba);
      return;
   }

   /* Lanes out of bounds come along with the first that is not, for their defaults. */
   LLVMValueRef any_level = jit_splat(build, first);
   level = choose(build, place.mask, level, any_level);
   struct texture_rounds rounds;
   LLVMTypeRef type = code->integer ? build->vi32 : build->vf32;
   texture_rounds_begin(code, code->mask, &level, 1, type, 4, &rounds);
   place.mask = iand(build, place.mask, rounds.mask);
   load_level(code, place, rounds.value[0], rgba);
   texture_rounds_end(code, &rounds, rgba, 4);
}

void
texture_load(struct texture_code *code)
{
   LLVMValueRef rgba[4], mask;
   if (code->dim->buffer) {
      LLVMValueRef ptrs = buffer_ptrs(code, &mask);
      texture_fetch_at(code, ptrs, NULL, NULL, mask, rgba);
   } else {
      load_texture(code, rgba);
   }
   store_results(code, rgba);
}

/* ---- Store and address ---- */

void
texture_store(struct texture_code *code)
{
   LLVMValueRef rgba[4], raw[4], mask;
   for (uint32_t c = 0; c < 4; c++) {
      if (code->integer)
         rgba[c] = ARGS_FIELD(code, vi32, uresult, c);
      else
         rgba[c] = ARGS_FIELD(code, vf32, result, c);
   }
   LLVMValueRef ptrs = writable_ptrs(code, &mask);
   jit_format_pack(code->build, code->key.format, rgba, raw);
   jit_format_scatter(code->build, code->key.format, raw, ptrs, mask);
}

void
texture_address(struct texture_code *code)
{
   struct jit_build *build = code->build;
   LLVMValueRef mask;
   LLVMValueRef ptrs = writable_ptrs(code, &mask);
   LLVMValueRef addresses = LLVMBuildPtrToInt(build->builder, ptrs, build->vi64, "");
   addresses = choose(build, mask, addresses, LLVMConstNull(build->vi64));
   jit_store(build, addresses, code->args, offsetof(struct texture_args, address), 64);
}
