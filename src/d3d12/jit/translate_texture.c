/*
 * Sampling, and loads and stores through typed views: calls of routines that know the view's format
 * (texture.h). Where the descriptor's place is known, the routine is found when the draw is played:
 * a *site* of the shader. Else it is looked up as the shader runs.
 */
#include "jit/translate_private.h"

#include <stddef.h>
#include <string.h>

#define ROW (JIT_MAX_LANES * 4) /* bytes between components of an argument */

/* ---- Arguments ------------------------------------------------------------------------------- */

static bool
calls_routine(uint32_t opcode)
{
   return (opcode >= 60 && opcode <= 69) || (opcode >= 73 && opcode <= 74) ||
          (opcode >= 78 && opcode <= 79) || opcode == 81 || opcode == 224 || opcode == 254 ||
          opcode == 255;
}

static void
set(struct translator *t, uint32_t offset, uint32_t comp, LLVMValueRef vector)
{
   jit_store(t->build, vector, t->texture_args, offset + comp * ROW, 4 * t->lanes);
}

static void
set_zero(struct translator *t, uint32_t offset, uint32_t comp)
{
   set(t, offset, comp, LLVMConstNull(t->build->vi32));
}

void
texture_init(struct translator *t)
{
   bool used = false;
   for (uint32_t i = 0; i < t->function->num_instrs && !used; i++) {
      const struct dxil_instr *instr = &t->function->instrs[i];
      used = instr->op == DXIL_OP_CALL && calls_routine(dxop_opcode(t, instr));
   }
   if (!used)
      return;
   t->texture_args =
      jit_alloca(t->build, LLVMArrayType(t->build->i8, sizeof(struct texture_args)), 64, "texture");

   /* Rarely used arguments are zero from the function's start; who sets one clears it after the
    * call. */
   LLVMBasicBlockRef here = LLVMGetInsertBlock(t->b);
   LLVMValueRef next = LLVMGetNextInstruction(t->texture_args);
   if (next)
      LLVMPositionBuilderBefore(t->b, next);
   for (uint32_t i = 0; i < 3; i++)
      set_zero(t, offsetof(struct texture_args, offset), i);
   set_zero(t, offsetof(struct texture_args, lod_clamp), 0);
   jit_position(t->build, here);
}

LLVMValueRef
texture_result(struct translator *t, uint32_t comp, LLVMTypeRef type)
{
   return jit_load(t->build, type, t->texture_args,
                   offsetof(struct texture_args, result) + comp * ROW, 4 * t->lanes);
}

/* ---- The call -------------------------------------------------------------------------------- */

static bool
is_site(const struct handle *view, const struct handle *sampler)
{
   if (view->place != HANDLE_TABLE || view->index != DXIL_NONE)
      return false;
   return !sampler || sampler->place == HANDLE_STATIC ||
          (sampler->place == HANDLE_TABLE && sampler->index == DXIL_NONE);
}

uint32_t
texture_site(struct translator *t, enum texture_op op, const struct handle *view,
             const struct handle *sampler)
{
   struct texture_site site;
   if (!is_site(view, sampler))
      return JIT_MAX_SITES;
   memset(&site, 0, sizeof(site)); /* sites are compared, and stored, as bytes */
   site.op = op;
   site.view_param = view->param;
   site.view_offset = view->offset;
   site.sampler_param = !sampler                          ? TEXTURE_SITE_NONE
                        : sampler->place == HANDLE_STATIC ? TEXTURE_SITE_STATIC
                                                          : sampler->param;
   site.sampler_offset = sampler ? sampler->offset : 0;

   struct shader_info *info = t->info;
   for (uint32_t i = 0; i < info->num_sites; i++) {
      if (!memcmp(&info->sites[i], &site, sizeof(site)))
         return i;
   }
   if (info->num_sites == JIT_MAX_SITES)
      return JIT_MAX_SITES;
   info->sites[info->num_sites] = site;
   return info->num_sites++;
}

static void
call_routine(struct translator *t, LLVMValueRef routine, LLVMValueRef view, LLVMValueRef sampler,
             LLVMValueRef bits)
{
   struct jit_build *build = t->build;
   jit_store(build, bits, t->texture_args, offsetof(struct texture_args, mask), 4);
   LLVMTypeRef params[] = { build->ptr, build->ptr, build->ptr };
   LLVMValueRef args[] = { view, sampler, t->texture_args };
   LLVMBuildCall2(t->b, LLVMFunctionType(build->void_type, params, 3, false), routine, args, 3, "");
}

static LLVMValueRef
look_up(struct translator *t, enum texture_op op, LLVMValueRef view, LLVMValueRef sampler)
{
   struct jit_build *build = t->build;
   LLVMValueRef lookup =
      load_invariant(t, build->ptr, t->desc->bindings, offsetof(struct shader_bindings, lookup), 8);
   LLVMTypeRef params[] = { build->ptr, build->ptr, build->i32 };
   LLVMValueRef args[] = { view, sampler, jit_const_i32(build, op) };
   return LLVMBuildCall2(t->b, LLVMFunctionType(build->ptr, params, 3, false), lookup, args, 3, "");
}

/* Lanes name different descriptors: one call for each that there is, and their results put
 * together. */
static void
call_each(struct translator *t, enum texture_op op, LLVMValueRef views, LLVMValueRef samplers,
          LLVMValueRef mask)
{
   struct jit_build *build = t->build;
   LLVMTypeRef type = op == TEXTURE_ADDRESS ? build->vi64 : build->vi32;
   uint32_t rows = op == TEXTURE_STORE ? 0 : op == TEXTURE_ADDRESS ? 1 : 4;
   LLVMValueRef total[4], left = jit_alloca(build, build->i32, 4, "");
   for (uint32_t i = 0; i < rows; i++) {
      total[i] = jit_alloca(build, type, 64, "");
      LLVMBuildStore(t->b, LLVMConstNull(type), total[i]);
   }
   LLVMBasicBlockRef head = jit_block(build, "descriptors"), body = jit_block(build, "descriptor");
   LLVMBasicBlockRef done = jit_block(build, "descriptors_done");
   LLVMBuildStore(t->b, jit_mask_bits(build, mask), left);
   LLVMBuildBr(t->b, head);

   jit_position(build, head);
   LLVMValueRef bits = LLVMBuildLoad2(t->b, build->i32, left, "");
   LLVMBuildCondBr(t->b, LLVMBuildICmp(t->b, LLVMIntNE, bits, jit_const_i32(build, 0), ""), body,
                   done);

   jit_position(build, body);
   LLVMValueRef args[] = { bits, LLVMConstInt(build->i1, 1, false) };
   LLVMValueRef lane = jit_intrinsic(build, "llvm.cttz", &build->i32, 1, args, 2);
   LLVMValueRef view = LLVMBuildExtractElement(t->b, views, lane, "");
   LLVMValueRef same = LLVMBuildICmp(t->b, LLVMIntEQ, views, jit_splat(build, view), "");
   LLVMValueRef sampler = LLVMConstNull(build->ptr);
   if (samplers) {
      sampler = LLVMBuildExtractElement(t->b, samplers, lane, "");
      LLVMValueRef too = LLVMBuildICmp(t->b, LLVMIntEQ, samplers, jit_splat(build, sampler), "");
      same = LLVMBuildAnd(t->b, same, too, "");
   }
   same = LLVMBuildAnd(t->b, same, jit_mask_from_bits(build, bits), "");
   LLVMValueRef same_bits = jit_mask_bits(build, same);
   call_routine(t, look_up(t, op, view, sampler), view, sampler, same_bits);
   for (uint32_t i = 0; i < rows; i++) {
      LLVMValueRef before = LLVMBuildLoad2(t->b, type, total[i], "");
      LLVMBuildStore(t->b, LLVMBuildSelect(t->b, same, texture_result(t, i, type), before, ""),
                     total[i]);
   }
   LLVMBuildStore(t->b, LLVMBuildXor(t->b, bits, same_bits, ""), left);
   LLVMBuildBr(t->b, head);

   jit_position(build, done);
   for (uint32_t i = 0; i < rows; i++)
      set(t, offsetof(struct texture_args, result), i, LLVMBuildLoad2(t->b, type, total[i], ""));
   t->epoch++;
}

void
texture_call(struct translator *t, enum texture_op op, const struct handle *view,
             const struct handle *sampler, LLVMValueRef mask)
{
   struct jit_build *build = t->build;
   if ((view->cls != DXIL_CLASS_SRV && view->cls != DXIL_CLASS_UAV) || !handle_is_typed(view) ||
       (sampler && sampler->cls != DXIL_CLASS_SAMPLER)) {
      fail(t, "a texture operation on a handle of another kind");
      return;
   }
   struct value v = handle_address(t, view);
   struct value s = { LLVMConstNull(build->ptr), false };
   if (sampler)
      s = handle_address(t, sampler);
   if (t->failed)
      return;
   if (v.varying || s.varying) {
      call_each(t, op, to_vector(t, v.v), sampler ? to_vector(t, s.v) : NULL, mask);
      return;
   }

   LLVMValueRef routine = NULL;
   uint32_t site = texture_site(t, op, view, sampler);
   if (site < JIT_MAX_SITES) {
      LLVMValueRef routines = load_invariant(t, build->ptr, t->desc->bindings,
                                             offsetof(struct shader_bindings, textures), 8);
      routine = load_invariant(t, build->ptr, routines, site * sizeof(texture_fn), 8);
   } else {
      routine = look_up(t, op, v.v, s.v);
   }
   call_routine(t, routine, v.v, s.v, jit_mask_bits(build, mask));
}

/* ---- Operands -------------------------------------------------------------------------------- */

/* Coordinates of a resource, and how many of them are not array layers. */
static uint32_t
num_coords(enum dxil_resource_kind kind, uint32_t *space)
{
   switch (kind) {
   case DXIL_KIND_TEXTURE1D:
   case DXIL_KIND_TYPEDBUFFER:
   case DXIL_KIND_TBUFFER:
      *space = 1;
      return 1;
   case DXIL_KIND_TEXTURE1DARRAY:
      *space = 1;
      return 2;
   case DXIL_KIND_TEXTURE2D:
   case DXIL_KIND_TEXTURE2DMS:
      *space = 2;
      return 2;
   case DXIL_KIND_TEXTURE2DARRAY:
   case DXIL_KIND_TEXTURE2DMSARRAY:
      *space = 2;
      return 3;
   case DXIL_KIND_TEXTURECUBEARRAY:
      *space = 3;
      return 4;
   default:
      *space = 3;
      return 3;
   }
}

static void
set_coords(struct translator *t, const struct handle *view, const uint32_t *ids, uint32_t max)
{
   uint32_t space, n = num_coords(view->kind, &space);
   for (uint32_t i = 0; i < n && i < max; i++)
      set(t, offsetof(struct texture_args, coord), i,
          ids[i] == DXIL_NONE ? LLVMConstNull(t->build->vi32) : operand_vector(t, ids[i]));
}

void
texture_set_coords(struct translator *t, const struct handle *view, const uint32_t ids[3])
{
   uint32_t space, n = num_coords(view->kind, &space);

   set_coords(t, view, ids, 3);
   /* The view may be one layer of an array where the shader knows none. */
   if (view->cls == DXIL_CLASS_UAV && n == space && n < 3)
      set_zero(t, offsetof(struct texture_args, coord), n);
}

/* Texel offsets that are not zero; a bit for each, for clear_offsets. */
static uint32_t
set_offsets(struct translator *t, const uint32_t *ids, uint32_t count)
{
   uint32_t dirty = 0;
   for (uint32_t i = 0; i < count; i++) {
      if (operand_zero(t, ids[i]))
         continue;
      set(t, offsetof(struct texture_args, offset), i, operand_vector(t, ids[i]));
      dirty |= 1u << i;
   }
   return dirty;
}

static enum texture_op
with_offsets(enum texture_op op, uint32_t dirty)
{
   return dirty ? op | TEXTURE_OFFSETS : op;
}

static void
clear_offsets(struct translator *t, uint32_t dirty)
{
   for (uint32_t i = 0; i < 3; i++) {
      if (dirty & (1u << i))
         set_zero(t, offsetof(struct texture_args, offset), i);
   }
}

/* The results become those of the instruction, in its type. */
static void
define_texels(struct translator *t, const struct dxil_instr *instr)
{
   struct jit_build *build = t->build;
   const struct dxil_type *type = &t->module->types[t->module->types[instr->type].members[0]];
   bool is_float = type->kind == DXIL_TYPE_FLOAT;
   if (type->bits == 64) {
      fail(t, "64-bit texels");
      return;
   }
   for (uint32_t i = 0; i < 4; i++) {
      if (!(result_used(t, instr) & (1u << i)))
         continue;
      LLVMValueRef value = texture_result(t, i, is_float ? build->vf32 : build->vi32);
      if (is_float && type->bits == 16)
         value = float_to_half(t, value);
      else if (type->bits < 32)
         value = LLVMBuildTrunc(t->b, value, vector_type(t, scalar_type(t, type)), "");
      define_comp(t, instr, i, value);
   }
   define_comp(t, instr, 4, jit_const_i32(build, 1)); /* everything is resident */
}

/* ---- Sampling -------------------------------------------------------------------------------- */

/* Where an operation's operands are, from operand 0, the opcode, on; 0: it has none. */
struct sample_shape {
   uint8_t op; /* texture_op */
   uint8_t lod, compare, gradients, clamp;
};

static bool
find_shape(uint32_t opcode, struct sample_shape *shape)
{
   static const struct sample_shape shapes[] = {
      { TEXTURE_SAMPLE, .clamp = 10 },
      { TEXTURE_SAMPLE, .lod = 10, .clamp = 11 },
      { TEXTURE_SAMPLE_LEVEL, .lod = 10 },
      { TEXTURE_SAMPLE_GRAD, .gradients = 10, .clamp = 16 },
      { TEXTURE_SAMPLE_CMP, .compare = 10, .clamp = 11 },
      { TEXTURE_SAMPLE_CMP_LEVEL, .compare = 10 },
   };
   if (opcode >= 60 && opcode <= 65)
      *shape = shapes[opcode - 60];
   else if (opcode == 224)
      *shape = (struct sample_shape){ TEXTURE_SAMPLE_CMP_LEVEL, .compare = 10, .lod = 11 };
   else if (opcode == 254)
      *shape = (struct sample_shape){ TEXTURE_SAMPLE_CMP_GRAD, .compare = 10, .gradients = 11,
                                      .clamp = 17 };
   else if (opcode == 255)
      *shape = (struct sample_shape){ TEXTURE_SAMPLE_CMP, .compare = 10, .lod = 11, .clamp = 12 };
   else
      return false;
   return true;
}

static void
emit_sample(struct translator *t, const struct dxil_instr *instr, const struct sample_shape *shape)
{
   const uint32_t *o = instr->operands;
   const struct handle *view = handle_of(t, o[1]), *sampler = handle_of(t, o[2]);
   uint32_t space;
   num_coords(view->kind, &space);
   set_coords(t, view, &o[3], 4);
   if (shape->lod)
      set(t, offsetof(struct texture_args, lod), 0, operand_vector(t, o[shape->lod]));
   else
      set_zero(t, offsetof(struct texture_args, lod), 0);
   if (shape->compare)
      set(t, offsetof(struct texture_args, compare), 0, operand_vector(t, o[shape->compare]));
   for (uint32_t i = 0; shape->gradients && i < space; i++) {
      set(t, offsetof(struct texture_args, ddx), i, operand_vector(t, o[shape->gradients + i]));
      set(t, offsetof(struct texture_args, ddy), i, operand_vector(t, o[shape->gradients + 3 + i]));
   }
   bool clamped = shape->clamp && !operand_zero(t, o[shape->clamp]);
   if (clamped)
      set(t, offsetof(struct texture_args, lod_clamp), 0, operand_vector(t, o[shape->clamp]));
   uint32_t dirty = set_offsets(t, &o[7], 3);

   texture_call(t, with_offsets(shape->op, dirty), view, sampler, t->mask);
   define_texels(t, instr);
   clear_offsets(t, dirty);
   if (clamped)
      set_zero(t, offsetof(struct texture_args, lod_clamp), 0);
}

static void
emit_gather(struct translator *t, const struct dxil_instr *instr, bool compare)
{
   const uint32_t *o = instr->operands;
   const struct handle *view = handle_of(t, o[1]), *sampler = handle_of(t, o[2]);
   uint64_t channel;
   if (!operand_const(t, o[9], &channel) || channel > 3) {
      fail(t, "a gather of an unknown channel");
      return;
   }
   set_coords(t, view, &o[3], 4);
   jit_store(t->build, jit_const_i32(t->build, channel), t->texture_args,
             offsetof(struct texture_args, component), 4);
   if (compare)
      set(t, offsetof(struct texture_args, compare), 0, operand_vector(t, o[10]));
   uint32_t dirty = set_offsets(t, &o[7], 2);
   texture_call(t, with_offsets(compare ? TEXTURE_GATHER_CMP : TEXTURE_GATHER, dirty), view,
                sampler, t->mask);
   define_texels(t, instr);
   clear_offsets(t, dirty);
}

static void
emit_lod(struct translator *t, const struct dxil_instr *instr)
{
   const uint32_t *o = instr->operands;
   const struct handle *view = handle_of(t, o[1]), *sampler = handle_of(t, o[2]);
   uint64_t clamped;
   if (!operand_const(t, o[6], &clamped))
      fail(t, "a LOD of unknown kind");
   uint32_t space;
   num_coords(view->kind, &space);
   set_coords(t, view, &o[3], space);
   set_zero(t, offsetof(struct texture_args, lod), 0);
   texture_call(t, TEXTURE_LOD, view, sampler, t->mask);
   define(t, instr, texture_result(t, clamped ? 0 : 1, t->build->vf32));
}

/* ---- Typed loads and stores ------------------------------------------------------------------ */

static void
load_texels(struct translator *t, const struct dxil_instr *instr, enum texture_op op,
            const struct handle *view, uint32_t lod, const uint32_t coords[3])
{
   texture_set_coords(t, view, coords);
   if (lod != DXIL_NONE && !operand_undef(t, lod))
      set(t, offsetof(struct texture_args, lod), 0, operand_vector(t, lod));
   else
      set_zero(t, offsetof(struct texture_args, lod), 0);
   texture_call(t, op, view, NULL, t->mask);
   define_texels(t, instr);
}

void
emit_typed_load(struct translator *t, const struct dxil_instr *instr, const struct handle *view,
                uint32_t lod, const uint32_t coords[3])
{
   load_texels(t, instr, TEXTURE_LOAD, view, lod, coords);
}

void
emit_typed_store(struct translator *t, const struct handle *view, const uint32_t coords[3],
                 const uint32_t values[4])
{
   if (view->cls != DXIL_CLASS_UAV) {
      fail(t, "a store to what cannot be written");
      return;
   }
   t->info->writes_memory = true;
   texture_set_coords(t, view, coords);
   set_zero(t, offsetof(struct texture_args, lod), 0);
   for (uint32_t i = 0; i < 4; i++) {
      const struct dxil_type *type = value_type(t, values[i]);
      LLVMValueRef value = operand_vector(t, values[i]);
      if (type->bits == 64)
         fail(t, "64-bit texels");
      else if (type->kind == DXIL_TYPE_FLOAT && type->bits == 16)
         value = half_to_float(t, value);
      else if (type->kind == DXIL_TYPE_INT && type->bits < 32)
         value = LLVMBuildSExt(t->b, value, t->build->vi32, "");
      if (!t->failed)
         set(t, offsetof(struct texture_args, result), i, value);
   }
   texture_call(t, TEXTURE_STORE, view, NULL, write_mask(t));
}

bool
emit_dxop_texture(struct translator *t, const struct dxil_instr *instr, uint32_t opcode)
{
   const uint32_t *o = instr->operands;
   struct sample_shape shape;
   if (find_shape(opcode, &shape)) {
      emit_sample(t, instr, &shape);
      return true;
   }
   switch (opcode) {
   case 66: {
      uint32_t dirty = set_offsets(t, &o[6], 3);
      load_texels(t, instr, with_offsets(TEXTURE_LOAD, dirty), handle_of(t, o[1]), o[2], &o[3]);
      clear_offsets(t, dirty);
      return true;
   }
   case 67:
      emit_typed_store(t, handle_of(t, o[1]), &o[2], &o[5]);
      return true;
   case 73:
   case 74:
      emit_gather(t, instr, opcode == 74);
      return true;
   case 81:
      emit_lod(t, instr);
      return true;
   default:
      return false;
   }
}
