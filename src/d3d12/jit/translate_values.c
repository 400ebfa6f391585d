/* Values of the shader as LLVM values: their types, where they come from, where they go. */
#include "jit/translate_private.h"

#include <string.h>

/* ---- Types ----------------------------------------------------------------------------------- */

LLVMTypeRef
scalar_type(struct translator *t, const struct dxil_type *type)
{
   switch (type->kind) {
   case DXIL_TYPE_INT:
      return LLVMIntTypeInContext(t->build->context, type->bits);
   case DXIL_TYPE_FLOAT:
      return type->bits == 16 ? t->build->f16 : type->bits == 64 ? t->build->f64 : t->build->f32;
   case DXIL_TYPE_POINTER:
      return t->build->i32;
   default:
      fail(t, "a value of an aggregate type where a scalar is needed");
      return t->build->i32;
   }
}

LLVMTypeRef
vector_type(struct translator *t, LLVMTypeRef scalar)
{
   return LLVMVectorType(scalar, t->lanes);
}

bool
is_vector(LLVMValueRef value)
{
   return LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMVectorTypeKind;
}

const struct dxil_value *
find_value(struct translator *t, uint32_t id)
{
   return dxil_value(t->module, t->function, id);
}

const struct dxil_type *
value_type(struct translator *t, uint32_t id)
{
   return &t->module->types[find_value(t, id)->type];
}

uint32_t
num_components(const struct dxil_type *type)
{
   switch (type->kind) {
   case DXIL_TYPE_INT:
   case DXIL_TYPE_FLOAT:
   case DXIL_TYPE_POINTER:
      return 1;
   case DXIL_TYPE_STRUCT:
   case DXIL_TYPE_ARRAY:
   case DXIL_TYPE_VECTOR:
      return type->count;
   default:
      return 0;
   }
}

static const struct dxil_type *
component_type(struct translator *t, const struct dxil_type *type, uint32_t comp)
{
   switch (type->kind) {
   case DXIL_TYPE_STRUCT:
      return &t->module->types[type->members[comp]];
   case DXIL_TYPE_ARRAY:
   case DXIL_TYPE_VECTOR:
      return &t->module->types[type->elem];
   default:
      return type;
   }
}

/* ---- Forms ----------------------------------------------------------------------------------- */

LLVMTypeRef
element_type(LLVMTypeRef type)
{
   return LLVMGetTypeKind(type) == LLVMVectorTypeKind ? LLVMGetElementType(type) : type;
}

LLVMTypeRef
type_like(struct translator *t, LLVMValueRef like, LLVMTypeRef scalar)
{
   return is_vector(like) ? vector_type(t, scalar) : scalar;
}

void
match_forms(struct translator *t, LLVMValueRef *a, LLVMValueRef *b)
{
   if (is_vector(*a) == is_vector(*b))
      return;
   *a = to_vector(t, *a);
   *b = to_vector(t, *b);
}

LLVMValueRef
splat_const(LLVMTypeRef type, LLVMValueRef scalar)
{
   if (LLVMGetTypeKind(type) != LLVMVectorTypeKind)
      return scalar;
   LLVMValueRef lanes[JIT_MAX_LANES];
   uint32_t n = LLVMGetVectorSize(type);
   for (uint32_t i = 0; i < n; i++)
      lanes[i] = scalar;
   return LLVMConstVector(lanes, n);
}

LLVMValueRef
const_like(LLVMValueRef like, uint64_t value)
{
   LLVMTypeRef type = LLVMTypeOf(like);
   return splat_const(type, LLVMConstInt(element_type(type), value, true));
}

LLVMValueRef
intrinsic1(struct translator *t, const char *name, LLVMValueRef a)
{
   LLVMTypeRef type = LLVMTypeOf(a);
   return jit_intrinsic(t->build, name, &type, 1, &a, 1);
}

LLVMValueRef
intrinsic2(struct translator *t, const char *name, LLVMValueRef a, LLVMValueRef b)
{
   LLVMTypeRef type = LLVMTypeOf(a);
   LLVMValueRef args[] = { a, b };
   return jit_intrinsic(t->build, name, &type, 1, args, 2);
}

/* ---- Operands -------------------------------------------------------------------------------- */

struct def *
def_of(struct translator *t, uint32_t id)
{
   return find_value(t, id)->kind == DXIL_VALUE_INSTR ? &t->defs[id - t->module->num_values] : NULL;
}

const struct dxil_instr *
instr_of(struct translator *t, uint32_t id)
{
   const struct dxil_value *value = find_value(t, id);
   return value->kind == DXIL_VALUE_INSTR ? &t->function->instrs[value->index] : NULL;
}

static LLVMValueRef
constant(struct translator *t, const struct dxil_value *value, uint32_t comp)
{
   const struct dxil_type *type = &t->module->types[value->type];
   if (comp >= num_components(type)) {
      fail(t, "a component that its constant does not have");
      return jit_const_i32(t->build, 0);
   }
   LLVMTypeRef llvm = scalar_type(t, component_type(t, type, comp));
   switch (value->kind) {
   case DXIL_VALUE_INT:
      return LLVMConstInt(llvm, value->bits, false);
   case DXIL_VALUE_FLOAT:
      return LLVMConstBitCast(
         LLVMConstInt(LLVMIntTypeInContext(t->build->context, type->bits), value->bits, false),
         llvm);
   case DXIL_VALUE_AGGREGATE:
      return constant(t, find_value(t, value->expr.operands[comp]), 0);
   case DXIL_VALUE_ZERO:
   case DXIL_VALUE_UNDEF: /* as zero: LLVM's undef must not come into branches */
      return LLVMConstNull(llvm);
   default:
      fail(t, "a value that cannot be used this way");
      return LLVMConstNull(llvm);
   }
}

struct value
operand_comp(struct translator *t, uint32_t id, uint32_t comp)
{
   const struct dxil_value *value = find_value(t, id);
   if (value->kind != DXIL_VALUE_INSTR)
      return (struct value){ constant(t, value, comp), false };

   struct def *def = def_of(t, id);
   const struct dxil_type *type = &t->module->types[value->type];
   if (!def->ssa || comp >= def->num_comps) {
      fail(t, "a value that cannot be used this way");
      return (struct value){ jit_const_i32(t->build, 0), false };
   }
   LLVMTypeRef scalar = scalar_type(t, component_type(t, type, comp));
   if (def->block != t->block &&
       control_flow_leaves_divergent_loop(&t->flow, def->block, t->block)) {
      LLVMTypeRef vector = vector_type(t, scalar);
      if (!def->escape_slot[comp])
         return (struct value){ LLVMConstNull(vector), true };
      return (struct value){ slot_load(t, def->escape_slot[comp], vector), true };
   }

   if (def->block != t->block && def->block != 0) {
      if (def->epoch != t->epoch) {
         def->epoch = t->epoch;
         memset(def->cache, 0, def->num_comps * sizeof(*def->cache));
      }
      LLVMTypeRef llvm = def->varying ? vector_type(t, scalar) : scalar;
      if (!def->cache[comp])
         def->cache[comp] =
            def->slot[comp] ? slot_load(t, def->slot[comp], llvm) : LLVMConstNull(llvm);
      return (struct value){ def->cache[comp], def->varying };
   }
   if (!def->ssa[comp]) /* not defined: nobody looks at it */
      return (struct value){ LLVMConstNull(scalar), false };
   return (struct value){ def->ssa[comp], def->varying };
}

struct value
operand(struct translator *t, uint32_t id)
{
   return operand_comp(t, id, 0);
}

LLVMValueRef
to_vector(struct translator *t, LLVMValueRef value)
{
   return is_vector(value) ? value : jit_splat(t->build, value);
}

LLVMValueRef
operand_vector(struct translator *t, uint32_t id)
{
   return to_vector(t, operand(t, id).v);
}

bool
operand_const(struct translator *t, uint32_t id, uint64_t *bits)
{
   const struct dxil_value *value = find_value(t, id);
   *bits = value->kind == DXIL_VALUE_INT ? value->bits : 0;
   return value->kind == DXIL_VALUE_INT || value->kind == DXIL_VALUE_ZERO ||
          value->kind == DXIL_VALUE_UNDEF;
}

bool
operand_undef(struct translator *t, uint32_t id)
{
   return find_value(t, id)->kind == DXIL_VALUE_UNDEF;
}

bool
operand_zero(struct translator *t, uint32_t id)
{
   uint64_t bits;
   const struct dxil_value *value = find_value(t, id);
   return operand_undef(t, id) || (operand_const(t, id, &bits) && bits == 0) ||
          (value->kind == DXIL_VALUE_FLOAT && value->bits == 0);
}

/* ---- Results --------------------------------------------------------------------------------- */

/* A vi1 that is live across blocks is a vector of dwords but on AVX-512, which has mask
 * registers. */
static LLVMTypeRef
slot_type(struct translator *t, LLVMTypeRef type)
{
   return type == t->build->vi1 && t->lanes < 16 ? t->build->vi32 : type;
}

LLVMValueRef
slot_create(struct translator *t, LLVMTypeRef type)
{
   return jit_alloca(t->build, slot_type(t, type), 64, "");
}

void
slot_store(struct translator *t, LLVMValueRef slot, LLVMValueRef value)
{
   LLVMTypeRef type = LLVMTypeOf(value);
   if (slot_type(t, type) != type)
      value = LLVMBuildSExt(t->b, value, slot_type(t, type), "");
   LLVMBuildStore(t->b, value, slot);
}

LLVMValueRef
slot_load(struct translator *t, LLVMValueRef slot, LLVMTypeRef type)
{
   LLVMTypeRef stored = slot_type(t, type);
   LLVMValueRef value = LLVMBuildLoad2(t->b, stored, slot, "");
   if (stored != type)
      value = LLVMBuildICmp(t->b, LLVMIntSLT, value, LLVMConstNull(stored), "");
   return value;
}

bool
result_varies(struct translator *t, const struct dxil_instr *instr)
{
   return def_of(t, instr->result)->varying;
}

uint32_t
result_used(struct translator *t, const struct dxil_instr *instr)
{
   return instr->result == DXIL_NONE ? 0 : def_of(t, instr->result)->used;
}

void
define_comp(struct translator *t, const struct dxil_instr *instr, uint32_t comp, LLVMValueRef value)
{
   struct def *def = def_of(t, instr->result);
   if (comp >= def->num_comps)
      return;
   if (is_vector(value) && !def->varying) {
      fail(t, "a uniform value that differs between lanes");
      return;
   }
   if (def->varying && !is_vector(value))
      value = jit_splat(t->build, value);
   def->ssa[comp] = value;

   LLVMTypeRef type = LLVMTypeOf(value);
   if (def->crosses && def->block != 0) {
      if (!def->slot[comp])
         def->slot[comp] = slot_create(t, type);
      slot_store(t, def->slot[comp], value);
   }
   if (def->escapes) {
      LLVMValueRef vector = is_vector(value) ? value : jit_splat(t->build, value);
      type = LLVMTypeOf(vector);
      if (!def->escape_slot[comp])
         def->escape_slot[comp] = slot_create(t, type);
      LLVMValueRef before = slot_load(t, def->escape_slot[comp], type);
      slot_store(t, def->escape_slot[comp], LLVMBuildSelect(t->b, t->mask, vector, before, ""));
   }
}

void
define(struct translator *t, const struct dxil_instr *instr, LLVMValueRef value)
{
   define_comp(t, instr, 0, value);
}

LLVMValueRef
write_mask(struct translator *t)
{
   if (!t->desc->write_mask)
      return t->mask;
   return LLVMBuildAnd(t->b, t->mask, t->desc->write_mask(t->desc->stage->data), "");
}

/* ---- One lane at a time ---------------------------------------------------------------------- */

void
lane_loop_begin(struct translator *t, struct lane_loop *loop, LLVMValueRef mask)
{
   loop->left = jit_alloca(t->build, t->build->i32, 4, "");
   loop->head = jit_block(t->build, "lane_head");
   loop->body = jit_block(t->build, "lane_body");
   loop->done = jit_block(t->build, "lane_done");
   LLVMBuildStore(t->b, jit_mask_bits(t->build, mask), loop->left);
   LLVMBuildBr(t->b, loop->head);

   jit_position(t->build, loop->head);
   loop->bits = LLVMBuildLoad2(t->b, t->build->i32, loop->left, "");
   LLVMValueRef more = LLVMBuildICmp(t->b, LLVMIntNE, loop->bits, jit_const_i32(t->build, 0), "");
   LLVMBuildCondBr(t->b, more, loop->body, loop->done);

   jit_position(t->build, loop->body);
   LLVMValueRef args[] = { loop->bits, LLVMConstInt(t->build->i1, 1, false) };
   loop->lane = jit_intrinsic(t->build, "llvm.cttz", &t->build->i32, 1, args, 2);
   t->epoch++;
}

void
lane_loop_end(struct translator *t, struct lane_loop *loop)
{
   LLVMValueRef less = LLVMBuildSub(t->b, loop->bits, jit_const_i32(t->build, 1), "");
   LLVMBuildStore(t->b, LLVMBuildAnd(t->b, loop->bits, less, ""), loop->left);
   LLVMBuildBr(t->b, loop->head);
   jit_position(t->build, loop->done);
   t->epoch++;
}

LLVMValueRef
lanes_store(struct translator *t, uint32_t which, LLVMValueRef vector)
{
   if (!t->lane_scratch[which])
      t->lane_scratch[which] =
         jit_alloca(t->build, LLVMArrayType(t->build->i64, JIT_MAX_LANES), 64, "lanes");
   jit_store(t->build, vector, t->lane_scratch[which], 0, 64);
   return t->lane_scratch[which];
}

LLVMValueRef
lane_load(struct translator *t, LLVMValueRef place, LLVMTypeRef type, LLVMValueRef lane)
{
   LLVMValueRef ptr = LLVMBuildGEP2(t->b, type, place, &lane, 1, "");
   return LLVMBuildLoad2(t->b, type, ptr, "");
}
