/*
 * Memory behind DXIL's pointers. A pointer is a byte offset (i32) into the object that it came
 * from:
 *
 *   - a private array (alloca) keeps its elements as vectors, one for each of one lane's
 *     elements, so that access with a common index is one load, and LLVM can turn it into
 *     registers;
 *   - a constant global becomes a constant of the module;
 *   - all groupshared variables lie in one block, one after another.
 *
 * Whatever the index, an access stays inside: beyond the end lies an element that nobody means.
 */
#include "jit/translate_private.h"

#include <string.h>

#define MAX_PRIVATE_BYTES (1u << 20) /* of all lanes: it lies on the worker's stack */
#define PAD 16                       /* bytes behind a block that absorb accesses out of bounds */

/* ---- Layout ---------------------------------------------------------------------------------- */

static const struct dxil_type *
type_at(struct translator *t, uint32_t index)
{
   return &t->module->types[index];
}

static uint32_t
type_align(struct translator *t, const struct dxil_type *type)
{
   switch (type->kind) {
   case DXIL_TYPE_ARRAY:
   case DXIL_TYPE_VECTOR:
      return type_align(t, type_at(t, type->elem));
   case DXIL_TYPE_STRUCT: {
      uint32_t align = 1;
      for (uint32_t i = 0; i < type->count; i++)
         align = MAX2(align, type_align(t, type_at(t, type->members[i])));
      return align;
   }
   default: /* bools take a dword */
      return type->bits == 1 ? 4 : MAX2(type->bits / 8, 1);
   }
}

static uint64_t type_size(struct translator *t, const struct dxil_type *type);

static uint64_t
member_offset(struct translator *t, const struct dxil_type *type, uint32_t member)
{
   uint64_t offset = 0;
   for (uint32_t i = 0; i <= member && i < type->count; i++) {
      const struct dxil_type *m = type_at(t, type->members[i]);
      offset = align_up(offset, type_align(t, m));
      if (i < member)
         offset += type_size(t, m);
   }
   return offset;
}

static uint64_t
type_size(struct translator *t, const struct dxil_type *type)
{
   switch (type->kind) {
   case DXIL_TYPE_ARRAY:
   case DXIL_TYPE_VECTOR:
      return type->count * type_size(t, type_at(t, type->elem));
   case DXIL_TYPE_STRUCT: {
      if (type->count == 0)
         return 0;
      uint64_t end = member_offset(t, type, type->count - 1) +
                     type_size(t, type_at(t, type->members[type->count - 1]));
      return align_up(end, type_align(t, type));
   }
   default:
      return type_align(t, type);
   }
}

/* The size that all scalars in a type have in common, or 0. */
static uint32_t
leaf_size(struct translator *t, const struct dxil_type *type)
{
   switch (type->kind) {
   case DXIL_TYPE_ARRAY:
   case DXIL_TYPE_VECTOR:
      return leaf_size(t, type_at(t, type->elem));
   case DXIL_TYPE_STRUCT: {
      uint32_t size = type->count ? leaf_size(t, type_at(t, type->members[0])) : 0;
      for (uint32_t i = 1; i < type->count; i++) {
         if (leaf_size(t, type_at(t, type->members[i])) != size)
            return 0;
      }
      return size;
   }
   default:
      return type_align(t, type);
   }
}

/* ---- Objects --------------------------------------------------------------------------------- */

void
memory_init(struct translator *t)
{
   const struct dxil_module *module = t->module;
   t->global_offset =
      arena_array(&t->arena, (size_t)module->num_globals + 1, sizeof(*t->global_offset));
   t->global_memory =
      arena_array(&t->arena, (size_t)module->num_globals + 1, sizeof(*t->global_memory));
   t->def_memory =
      arena_array(&t->arena, (size_t)t->function->num_values + 1, sizeof(*t->def_memory));
   if (t->arena.failed)
      return;

   uint64_t size = 0;
   for (uint32_t i = 0; i < module->num_globals; i++) {
      const struct dxil_global *global = &module->globals[i];
      if (global->addrspace != DXIL_ADDRSPACE_GROUPSHARED)
         continue;
      size = align_up(size, 16);
      t->global_offset[i] = size;
      size += type_size(t, type_at(t, global->value_type));
      if (size > 1u << 20) {
         fail(t, "too much groupshared memory");
         return;
      }
   }
   if (size) {
      t->shared = (struct memory){ .base = t->desc->shared, .size = size };
      t->info->shared_size = size + PAD;
   }
}

static void
flatten(struct translator *t, uint32_t id, uint8_t *bytes)
{
   const struct dxil_value *value = find_value(t, id);
   const struct dxil_type *type = type_at(t, value->type);
   switch (value->kind) {
   case DXIL_VALUE_INT:
   case DXIL_VALUE_FLOAT:
      memcpy(bytes, &value->bits, type_size(t, type));
      break;
   case DXIL_VALUE_AGGREGATE: {
      uint64_t step = type->kind == DXIL_TYPE_STRUCT ? 0 : type_size(t, type_at(t, type->elem));
      for (uint32_t i = 0; i < value->expr.num_operands && i < type->count; i++) {
         uint64_t at = type->kind == DXIL_TYPE_STRUCT ? member_offset(t, type, i) : i * step;
         flatten(t, value->expr.operands[i], bytes + at);
      }
      break;
   }
   case DXIL_VALUE_ZERO:
   case DXIL_VALUE_UNDEF:
      break;
   default:
      fail(t, "a constant that is not a number");
      break;
   }
}

static struct memory *
constant_memory(struct translator *t, uint32_t index)
{
   if (t->global_memory[index])
      return t->global_memory[index];
   const struct dxil_global *global = &t->module->globals[index];
   if (!global->is_const || global->init == DXIL_NONE) {
      fail(t, "a static variable");
      return NULL;
   }
   uint64_t size = type_size(t, type_at(t, global->value_type));
   struct memory *memory = arena_alloc(&t->arena, sizeof(*memory));
   uint8_t *bytes = arena_alloc(&t->arena, size + PAD);
   if (!memory || !bytes)
      return NULL;
   flatten(t, global->init, bytes);

   LLVMValueRef init =
      LLVMConstStringInContext(t->build->context, (const char *)bytes, size + PAD, true);
   memory->base = LLVMAddGlobal(t->build->module, LLVMTypeOf(init), "constants");
   LLVMSetInitializer(memory->base, init);
   LLVMSetGlobalConstant(memory->base, true);
   LLVMSetLinkage(memory->base, LLVMInternalLinkage);
   LLVMSetAlignment(memory->base, 16);
   memory->size = size;
   memory->is_const = true;
   t->global_memory[index] = memory;
   return memory;
}

static void
emit_alloca(struct translator *t, const struct dxil_instr *instr)
{
   const struct dxil_type *type = type_at(t, instr->aux);
   uint64_t count = 1, size = type_size(t, type);
   uint32_t leaf = leaf_size(t, type);
   if (instr->num_operands && !operand_const(t, instr->operands[0], &count))
      fail(t, "an array of variable size");
   if (!leaf || !size)
      fail(t, "a private variable of mixed sizes");
   if (t->failed || count == 0 || count > MAX_PRIVATE_BYTES / (size * t->lanes)) {
      fail(t, "too many private variables");
      return;
   }
   struct memory *memory = arena_alloc(&t->arena, sizeof(*memory));
   if (!memory)
      return;
   memory->elem_size = leaf;
   memory->size = size * count;
   LLVMTypeRef vector = vector_type(t, LLVMIntTypeInContext(t->build->context, leaf * 8));
   memory->base =
      jit_alloca(t->build, LLVMArrayType(vector, memory->size / leaf + 1), 64, "private");
   t->def_memory[instr->result - t->module->num_values] = memory;
   define(t, instr, jit_const_i32(t->build, 0));
}

/* ---- Pointers -------------------------------------------------------------------------------- */

/* The value id of the object that a pointer points into, or DXIL_NONE. */
static uint32_t
pointer_root(struct translator *t, uint32_t id)
{
   for (;;) {
      const struct dxil_value *value = find_value(t, id);
      const struct dxil_instr *instr = instr_of(t, id);
      if (value->kind == DXIL_VALUE_GLOBAL || (instr && instr->op == DXIL_OP_ALLOCA))
         return id;
      if (value->kind == DXIL_VALUE_EXPR && value->expr.num_operands)
         id = value->expr.operands[0];
      else if (instr && (instr->op == DXIL_OP_GEP || instr->op == DXIL_OP_BITCAST ||
                         instr->op == DXIL_OP_ADDRSPACECAST))
         id = instr->operands[0];
      else
         return DXIL_NONE;
   }
}

bool
pointer_is_private(struct translator *t, uint32_t id)
{
   uint32_t root = pointer_root(t, id);
   return root != DXIL_NONE && find_value(t, root)->kind == DXIL_VALUE_INSTR;
}

static struct memory *
pointer_memory(struct translator *t, uint32_t id)
{
   uint32_t root = pointer_root(t, id);
   struct memory *memory = NULL;
   if (root != DXIL_NONE && find_value(t, root)->kind == DXIL_VALUE_INSTR) {
      memory = t->def_memory[root - t->module->num_values];
   } else if (root != DXIL_NONE) {
      uint32_t global = find_value(t, root)->index;
      if (t->module->globals[global].addrspace == DXIL_ADDRSPACE_GROUPSHARED)
         memory = t->desc->shared ? &t->shared : NULL;
      else
         memory = constant_memory(t, global);
   }
   if (!memory)
      fail(t, "a pointer to nothing that we know");
   return memory;
}

static LLVMValueRef
add_values(struct translator *t, LLVMValueRef a, LLVMValueRef b)
{
   match_forms(t, &a, &b);
   return LLVMBuildAdd(t->b, a, b, "");
}

static LLVMValueRef pointer_offset(struct translator *t, uint32_t id);

/* Offset of an element: operands are the pointer and the indices, of which the first counts objects
 * of the type and the others lead into it. */
static LLVMValueRef
gep_offset(struct translator *t, const uint32_t *operands, uint32_t count, uint32_t type_index)
{
   const struct dxil_type *type = type_at(t, type_index);
   LLVMValueRef offset = pointer_offset(t, operands[0]);
   for (uint32_t i = 1; i < count && !t->failed; i++) {
      uint64_t constant;
      if (i > 1 && type->kind == DXIL_TYPE_STRUCT) {
         operand_const(t, operands[i], &constant);
         if (constant >= type->count) {
            fail(t, "a member that its structure does not have");
            break;
         }
         uint64_t at = member_offset(t, type, constant);
         offset = add_values(t, offset, jit_const_i32(t->build, at));
         type = type_at(t, type->members[constant]);
         continue;
      }
      if (i > 1)
         type = type_at(t, type->elem);
      LLVMValueRef index = operand(t, operands[i]).v;
      LLVMTypeRef i32 = is_vector(index) ? t->build->vi32 : t->build->i32;
      index = LLVMBuildIntCast2(t->b, index, i32, true, "");
      index = LLVMBuildMul(t->b, index, const_like(index, type_size(t, type)), "");
      offset = add_values(t, offset, index);
   }
   return offset;
}

static LLVMValueRef
pointer_offset(struct translator *t, uint32_t id)
{
   const struct dxil_value *value = find_value(t, id);
   switch (value->kind) {
   case DXIL_VALUE_INSTR:
      return operand(t, id).v;
   case DXIL_VALUE_GLOBAL:
      return jit_const_i32(t->build, t->global_offset[value->index]);
   case DXIL_VALUE_EXPR:
      if (value->expr.op == DXIL_OP_GEP)
         return gep_offset(t, value->expr.operands, value->expr.num_operands, value->expr.aux);
      if (value->expr.op == DXIL_OP_BITCAST || value->expr.op == DXIL_OP_ADDRSPACECAST)
         return pointer_offset(t, value->expr.operands[0]);
      break;
   default:
      break;
   }
   fail(t, "a pointer to nothing that we know");
   return jit_const_i32(t->build, 0);
}

/* ---- Access ---------------------------------------------------------------------------------- */

/* A place in memory, inside of it: one address, or one for each lane. For private memory one
 * address is that of a whole vector. */
struct place {
   const struct memory *memory;
   LLVMValueRef address; /* ptr or vptr */
   bool whole;           /* a vector lies there */
};

static bool
find_place(struct translator *t, uint32_t pointer, uint32_t access_size, struct place *place)
{
   const struct memory *memory = pointer_memory(t, pointer);
   if (!memory)
      return false;
   bool is_private = memory->elem_size;
   uint32_t unit = is_private ? memory->elem_size : 1;
   if (is_private && access_size != unit) {
      fail(t, "a private variable is accessed as another type");
      return false;
   }
   LLVMValueRef offset = pointer_offset(t, pointer);
   LLVMValueRef index =
      is_private ? LLVMBuildUDiv(t->b, offset, const_like(offset, unit), "") : offset;
   /* A constant must stay one, or the array would not become registers. */
   uint64_t last = memory->size / unit;
   if (!LLVMIsAConstantInt(index) || LLVMConstIntGetZExtValue(index) > last)
      index = intrinsic2(t, "llvm.umin", index, const_like(index, last));

   LLVMTypeRef i64 = is_vector(index) ? t->build->vi64 : t->build->i64;
   if (is_private) {
      index = LLVMBuildMul(t->b, index, const_like(index, unit * t->lanes), "");
      if (is_vector(index)) {
         LLVMValueRef lane =
            LLVMBuildMul(t->b, jit_lane_ids(t->build), const_like(index, unit), "");
         index = LLVMBuildAdd(t->b, index, lane, "");
      }
   }
   place->memory = memory;
   place->whole = is_private && !is_vector(index);
   place->address = jit_ptr_add_value(t->build, memory->base, LLVMBuildZExt(t->b, index, i64, ""));
   return true;
}

/* Bools are dwords in memory. */
static LLVMTypeRef
memory_type(struct translator *t, const struct dxil_type *type)
{
   return type->bits == 1 ? t->build->i32 : scalar_type(t, type);
}

static uint32_t
whole_align(struct translator *t, uint32_t size)
{
   return MIN2(size * t->lanes, 64);
}

static void
emit_load(struct translator *t, const struct dxil_instr *instr)
{
   const struct dxil_type *type = type_at(t, instr->type);
   uint32_t size = type_size(t, type);
   LLVMTypeRef llvm = memory_type(t, type), vector = vector_type(t, llvm);
   struct place place;
   if (t->failed || !find_place(t, instr->operands[0], size, &place))
      return;

   LLVMValueRef value;
   if (place.whole)
      value = jit_load(t->build, vector, place.address, 0, whole_align(t, size));
   else if (is_vector(place.address))
      value = jit_gather(t->build, vector, place.address, t->mask, size);
   else
      value = jit_load(t->build, llvm, place.address, 0, size);
   if (type->bits == 1)
      value = LLVMBuildICmp(t->b, LLVMIntNE, value, LLVMConstNull(LLVMTypeOf(value)), "");
   define(t, instr, value);
}

static void
emit_store(struct translator *t, const struct dxil_instr *instr)
{
   const struct dxil_type *type = value_type(t, instr->operands[1]);
   uint32_t size = type_size(t, type);
   LLVMTypeRef llvm = memory_type(t, type);
   struct place place;
   if (t->failed || !find_place(t, instr->operands[0], size, &place))
      return;
   if (place.memory->is_const) {
      fail(t, "a store to a constant");
      return;
   }

   LLVMValueRef value = operand(t, instr->operands[1]).v;
   if (type->bits == 1)
      value = LLVMBuildZExt(t->b, value, is_vector(value) ? t->build->vi32 : llvm, "");
   if (!place.whole && !is_vector(place.address) && !is_vector(value)) {
      /* Some lane runs here, and they all say the same. */
      jit_store(t->build, value, place.address, 0, size);
      return;
   }
   value = to_vector(t, value);
   if (place.whole) {
      if (t->flow.blocks[t->block].divergent) {
         LLVMValueRef before =
            jit_load(t->build, LLVMTypeOf(value), place.address, 0, whole_align(t, size));
         value = LLVMBuildSelect(t->b, t->mask, value, before, "");
      }
      jit_store(t->build, value, place.address, 0, whole_align(t, size));
      return;
   }
   LLVMValueRef address = to_vector(t, place.address);
   jit_scatter(t->build, value, address, t->mask, size);
}

/* ---- Atomics on groupshared memory ----------------------------------------------------------- */

static LLVMValueRef
rmw_value(struct translator *t, enum dxil_rmw op, LLVMValueRef old, LLVMValueRef value)
{
   LLVMIntPredicate predicate;
   switch (op) {
   case DXIL_RMW_XCHG:
      return value;
   case DXIL_RMW_ADD:
      return LLVMBuildAdd(t->b, old, value, "");
   case DXIL_RMW_SUB:
      return LLVMBuildSub(t->b, old, value, "");
   case DXIL_RMW_AND:
      return LLVMBuildAnd(t->b, old, value, "");
   case DXIL_RMW_NAND:
      return LLVMBuildNot(t->b, LLVMBuildAnd(t->b, old, value, ""), "");
   case DXIL_RMW_OR:
      return LLVMBuildOr(t->b, old, value, "");
   case DXIL_RMW_XOR:
      return LLVMBuildXor(t->b, old, value, "");
   case DXIL_RMW_MAX:
      predicate = LLVMIntSGT;
      break;
   case DXIL_RMW_MIN:
      predicate = LLVMIntSLT;
      break;
   case DXIL_RMW_UMAX:
      predicate = LLVMIntUGT;
      break;
   default:
      predicate = LLVMIntULT;
      break;
   }
   return LLVMBuildSelect(t->b, LLVMBuildICmp(t->b, predicate, old, value, ""), old, value, "");
}

/* A thread group runs on one thread: lane after lane is as atomic as can be. */
static void
emit_shared_atomic(struct translator *t, const struct dxil_instr *instr)
{
   bool compare = instr->op == DXIL_OP_CMPXCHG;
   uint32_t new_id = instr->operands[compare ? 2 : 1];
   const struct dxil_type *type = value_type(t, new_id);
   LLVMTypeRef llvm = scalar_type(t, type);
   uint32_t size = type_size(t, type);
   struct place place;
   if (t->failed || !find_place(t, instr->operands[0], size, &place))
      return;
   if (place.memory != &t->shared || type->kind != DXIL_TYPE_INT || type->bits < 32) {
      fail(t, "an atomic operation on what is not groupshared integers");
      return;
   }

   LLVMValueRef address = to_vector(t, place.address);
   LLVMValueRef expected = NULL;
   LLVMValueRef addresses = lanes_store(t, 0, address);
   LLVMValueRef values = lanes_store(t, 1, operand_vector(t, new_id));
   if (compare) {
      expected = operand_vector(t, instr->operands[1]);
      lanes_store(t, 2, expected);
   }

   struct lane_loop loop;
   lane_loop_begin(t, &loop, t->mask);
   LLVMValueRef ptr = lane_load(t, addresses, t->build->ptr, loop.lane);
   LLVMValueRef value = lane_load(t, values, llvm, loop.lane);
   LLVMValueRef old = jit_load(t->build, llvm, ptr, 0, size), result;
   if (compare) {
      LLVMValueRef want = lane_load(t, t->lane_scratch[2], llvm, loop.lane);
      result = LLVMBuildSelect(t->b, LLVMBuildICmp(t->b, LLVMIntEQ, old, want, ""), value, old, "");
   } else {
      result = rmw_value(t, instr->sub, old, value);
   }
   jit_store(t->build, result, ptr, 0, size);
   LLVMBuildStore(t->b, old, LLVMBuildGEP2(t->b, llvm, values, &loop.lane, 1, ""));
   lane_loop_end(t, &loop);

   LLVMValueRef before = jit_load(t->build, vector_type(t, llvm), values, 0, 64);
   define_comp(t, instr, 0, before);
   if (compare)
      define_comp(t, instr, 1, LLVMBuildICmp(t->b, LLVMIntEQ, before, expected, ""));
}

bool
emit_memory(struct translator *t, const struct dxil_instr *instr)
{
   switch (instr->op) {
   case DXIL_OP_ALLOCA:
      emit_alloca(t, instr);
      return true;
   case DXIL_OP_GEP:
      define(t, instr, gep_offset(t, instr->operands, instr->num_operands, instr->aux));
      return true;
   case DXIL_OP_BITCAST:
   case DXIL_OP_ADDRSPACECAST:
      define(t, instr, pointer_offset(t, instr->operands[0]));
      return true;
   case DXIL_OP_LOAD:
      emit_load(t, instr);
      return true;
   case DXIL_OP_STORE:
      emit_store(t, instr);
      return true;
   case DXIL_OP_ATOMICRMW:
   case DXIL_OP_CMPXCHG:
      emit_shared_atomic(t, instr);
      return true;
   case DXIL_OP_FENCE:
      LLVMBuildFence(t->b, LLVMAtomicOrderingAcquireRelease, false, "");
      return true;
   default:
      return false;
   }
}
