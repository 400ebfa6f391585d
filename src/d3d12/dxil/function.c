/*
 * Function bodies: FUNCTION blocks → instructions. Here records get their shape: operands, result
 * types, blocks. Whether they make sense together is checked by verify.c, when all are known.
 * (LLVM's BitCodeFormat.rst, FUNCTION_BLOCK; the records are those of LLVM 3.7 and later ones)
 */
#include "dxil/decode.h"

#include "util/bits.h"

#include <string.h>

enum function_code {
   FUNC_DECLAREBLOCKS = 1,
   FUNC_BINOP = 2,
   FUNC_CAST = 3,
   FUNC_CMP = 9,
   FUNC_RET = 10,
   FUNC_BR = 11,
   FUNC_SWITCH = 12,
   FUNC_UNREACHABLE = 15,
   FUNC_PHI = 16,
   FUNC_ALLOCA = 19,
   FUNC_LOAD = 20,
   FUNC_EXTRACTVAL = 26,
   FUNC_INSERTVAL = 27,
   FUNC_CMP2 = 28,
   FUNC_VSELECT = 29,
   FUNC_DEBUG_LOC_AGAIN = 33,
   FUNC_CALL = 34,
   FUNC_DEBUG_LOC = 35,
   FUNC_FENCE = 36,
   FUNC_CMPXCHG_OLD = 37,
   FUNC_ATOMICRMW_OLD = 38,
   FUNC_GEP = 43,
   FUNC_STORE = 44,
   FUNC_CMPXCHG = 46,
   FUNC_ATOMICRMW = 59,
};

#define ALLOCA_EXPLICIT_TYPE (1u << 6)
#define CALL_EXPLICIT_TYPE (1u << 15)
#define CALL_FAST_MATH (1u << 17)

struct reader {
   struct dxil_decoder *d;
   struct dxil_function *function;
   struct dxil_value_list values, hidden;
   struct dxil_instr *instrs;
   uint32_t num_instrs, instrs_capacity;
   struct dxil_block *blocks;
   uint32_t num_blocks;    /* declared */
   uint32_t current_block; /* the one that the next instruction goes to */
};

/* A record that is being taken apart, operand by operand. */
struct cursor {
   struct reader *r;
   const uint64_t *ops;
   uint32_t count, i;
   bool failed;
};

static uint64_t
pop(struct cursor *c)
{
   if (c->i >= c->count) {
      c->failed = true;
      return 0;
   }
   return c->ops[c->i++];
}

static uint32_t
left(const struct cursor *c)
{
   return c->count - c->i;
}

static uint32_t
pop_type(struct cursor *c)
{
   uint64_t type = pop(c);
   if (type >= c->r->d->num_types)
      c->failed = true;
   return c->failed ? 0 : type;
}

/* The number that the next value will have in the bitcode: ids are relative to it. */
static uint32_t
next_raw(const struct reader *r)
{
   return r->d->num_raw_values + r->values.count;
}

/* A value whose type follows from its context. It may come later in the function. */
static uint32_t
pop_value(struct cursor *c)
{
   return dxil_final_id(c->r->d, (uint32_t)(next_raw(c->r) - (uint32_t)pop(c)));
}

/* A value with its type, which is only written if the value comes later. */
static uint32_t
pop_typed(struct cursor *c, uint32_t *type)
{
   const struct dxil_decoder *d = c->r->d;
   uint32_t next = next_raw(c->r);
   uint32_t raw = next - (uint32_t)pop(c);

   if (c->failed)
      *type = 0;
   else if (raw < d->num_raw_values)
      *type = d->module->values[raw].type;
   else if (raw < next)
      *type = c->r->values.items[raw - d->num_raw_values].type;
   else
      *type = pop_type(c);
   return dxil_final_id(d, raw);
}

static uint32_t
pop_block(struct cursor *c)
{
   uint64_t block = pop(c);
   if (block >= c->r->num_blocks)
      c->failed = true;
   return c->failed ? 0 : block;
}

static int
too_short(struct reader *r)
{
   return dxil_fail(r->d, -EINVAL, "instruction %u: bad record", r->num_instrs);
}

static int
out_of_memory(struct reader *r)
{
   return dxil_fail(r->d, -ENOMEM, "out of memory");
}

static bool
set_operands(struct reader *r, struct dxil_instr *instr, const uint32_t *ids, uint32_t count)
{
   instr->operands = arena_copy(r->d->arena, ids, count * sizeof(*ids));
   instr->num_operands = count;
   return instr->operands;
}

static int
append_instr(struct reader *r, const struct dxil_instr *instr)
{
   struct dxil_decoder *d = r->d;
   if (r->current_block >= r->num_blocks)
      return dxil_fail(d, -EINVAL, "instruction %u after the last block", r->num_instrs);
   if (d->num_instrs >= DXIL_MAX_INSTRS ||
       !dxil_grow(d, &r->instrs, r->num_instrs, &r->instrs_capacity, sizeof(*instr),
                  DXIL_MAX_INSTRS))
      return dxil_fail(d, -ENOTSUP, "too many instructions");

   struct dxil_block *block = &r->blocks[r->current_block];
   if (block->count == 0)
      block->first = r->num_instrs;
   block->count++;
   r->instrs[r->num_instrs++] = *instr;
   d->num_instrs++;
   switch (instr->op) {
   case DXIL_OP_BR:
   case DXIL_OP_SWITCH:
   case DXIL_OP_RET:
   case DXIL_OP_UNREACHABLE:
      r->current_block++;
      break;
   default:
      break;
   }
   return 0;
}

/* Appends an instruction and gives its result, if it has one, the next number. */
static int
append(struct reader *r, struct dxil_instr *instr)
{
   struct dxil_decoder *d = r->d;
   instr->result = DXIL_NONE;
   if (d->types[instr->type].kind != DXIL_TYPE_VOID) {
      instr->result = dxil_final_id(d, next_raw(r));
      if (dxil_add_value(d, &r->values, (struct dxil_value){
             .kind = DXIL_VALUE_INSTR,
             .type = instr->type,
             .index = r->num_instrs,
          }) == DXIL_NONE)
         return dxil_fail(d, -ENOTSUP, "too many values");
   }
   return append_instr(r, instr);
}

static int
append_with(struct reader *r, struct dxil_instr *instr, const uint32_t *ids, uint32_t count)
{
   return set_operands(r, instr, ids, count) ? append(r, instr) : out_of_memory(r);
}

/* [a, b, opcode, flags?] */
static int
read_binop(struct cursor *c)
{
   static const enum dxil_op int_ops[] = {
      DXIL_OP_ADD,  DXIL_OP_SUB, DXIL_OP_MUL,  DXIL_OP_UDIV, DXIL_OP_SDIV, DXIL_OP_UREM,
      DXIL_OP_SREM, DXIL_OP_SHL, DXIL_OP_LSHR, DXIL_OP_ASHR, DXIL_OP_AND,  DXIL_OP_OR,
      DXIL_OP_XOR,
   };
   struct reader *r = c->r;
   struct dxil_instr instr = { 0 };
   uint32_t ids[2];

   ids[0] = pop_typed(c, &instr.type);
   ids[1] = pop_value(c);
   uint64_t opcode = pop(c);
   uint32_t flags = left(c) ? pop(c) : 0;
   if (c->failed || opcode >= ARRAY_LENGTH(int_ops))
      return too_short(r);

   instr.op = int_ops[opcode];
   if (r->d->types[instr.type].kind == DXIL_TYPE_FLOAT) {
      switch (instr.op) {
      case DXIL_OP_ADD:
         instr.op = DXIL_OP_FADD;
         break;
      case DXIL_OP_SUB:
         instr.op = DXIL_OP_FSUB;
         break;
      case DXIL_OP_MUL:
         instr.op = DXIL_OP_FMUL;
         break;
      case DXIL_OP_SDIV:
         instr.op = DXIL_OP_FDIV;
         break;
      case DXIL_OP_SREM:
         instr.op = DXIL_OP_FREM;
         break;
      default:
         return too_short(r);
      }
      instr.fast = flags;
   }
   return append_with(r, &instr, ids, 2);
}

/* [value, type, opcode] */
static int
read_cast(struct cursor *c)
{
   struct dxil_instr instr = { 0 };
   uint32_t from;
   uint32_t id = pop_typed(c, &from);
   instr.type = pop_type(c);
   instr.op = dxil_cast_op(pop(c));
   if (c->failed || instr.op == DXIL_OP_ADD)
      return too_short(c->r);
   return append_with(c->r, &instr, &id, 1);
}

/* [a, b, predicate, flags?] */
static int
read_cmp(struct cursor *c)
{
   struct reader *r = c->r;
   struct dxil_instr instr = { .type = r->d->i1_type };
   uint32_t ids[2], type;

   ids[0] = pop_typed(c, &type);
   ids[1] = pop_value(c);
   uint64_t predicate = pop(c);
   uint32_t flags = left(c) ? pop(c) : 0;
   if (c->failed || predicate > DXIL_ICMP_SLE)
      return too_short(r);
   instr.op = predicate < DXIL_ICMP_EQ ? DXIL_OP_FCMP : DXIL_OP_ICMP;
   instr.sub = predicate;
   instr.fast = instr.op == DXIL_OP_FCMP ? flags : 0;
   return append_with(r, &instr, ids, 2);
}

/* [then, else, condition] */
static int
read_select(struct cursor *c)
{
   struct dxil_instr instr = { .op = DXIL_OP_SELECT };
   uint32_t ids[3], condition_type;
   ids[1] = pop_typed(c, &instr.type);
   ids[2] = pop_value(c);
   ids[0] = pop_typed(c, &condition_type);
   return c->failed ? too_short(c->r) : append_with(c->r, &instr, ids, 3);
}

/* [type, (value as a signed relative id, block)..., flags?] */
static int
read_phi(struct cursor *c)
{
   struct reader *r = c->r;
   struct dxil_instr instr = { .op = DXIL_OP_PHI, .type = pop_type(c) };
   uint32_t count = left(c) / 2;
   uint32_t *ids = arena_array(r->d->arena, count, sizeof(*ids));
   uint32_t *blocks = arena_array(r->d->arena, count, sizeof(*blocks));
   if (!ids || !blocks)
      return out_of_memory(r);
   for (uint32_t i = 0; i < count; i++) {
      uint64_t encoded = pop(c);
      uint32_t delta = encoded & 1 ? -(uint32_t)(encoded >> 1) : (uint32_t)(encoded >> 1);
      ids[i] = dxil_final_id(r->d, (uint32_t)(next_raw(r) - delta));
      blocks[i] = pop_block(c);
   }
   if (c->failed || count == 0)
      return too_short(r);
   instr.operands = ids;
   instr.blocks = blocks;
   instr.num_operands = instr.num_blocks = count;
   return append(r, &instr);
}

static int
append_jump(struct reader *r, struct dxil_instr *instr, const uint32_t *ids, uint32_t num_ids,
            const uint32_t *blocks, uint32_t num_blocks)
{
   instr->type = r->d->void_type;
   instr->blocks = arena_copy(r->d->arena, blocks, num_blocks * sizeof(*blocks));
   instr->num_blocks = num_blocks;
   return instr->blocks ? append_with(r, instr, ids, num_ids) : out_of_memory(r);
}

/* [block] or [then, else, condition] */
static int
read_br(struct cursor *c)
{
   struct dxil_instr instr = { .op = DXIL_OP_BR };
   uint32_t blocks[2], condition = 0;
   bool conditional = c->count == 3;

   blocks[0] = pop_block(c);
   if (conditional) {
      blocks[1] = pop_block(c);
      condition = pop_value(c);
   }
   if (c->failed || left(c))
      return too_short(c->r);
   return append_jump(c->r, &instr, &condition, conditional, blocks, conditional ? 2 : 1);
}

/* [type, condition, default block, (constant as an absolute id, block)...] */
static int
read_switch(struct cursor *c)
{
   struct reader *r = c->r;
   struct dxil_instr instr = { .op = DXIL_OP_SWITCH, .type = r->d->void_type };

   pop_type(c);
   uint32_t condition = pop_value(c);
   uint32_t otherwise = pop_block(c);
   uint32_t count = 1 + left(c) / 2;
   uint32_t *ids = arena_array(r->d->arena, count, sizeof(*ids));
   uint32_t *blocks = arena_array(r->d->arena, count, sizeof(*blocks));
   if (!ids || !blocks)
      return out_of_memory(r);
   ids[0] = condition;
   blocks[0] = otherwise;
   for (uint32_t i = 1; i < count; i++) {
      ids[i] = dxil_final_id(r->d, pop(c));
      blocks[i] = pop_block(c);
   }
   if (c->failed || left(c))
      return too_short(r);
   instr.operands = ids;
   instr.blocks = blocks;
   instr.num_operands = instr.num_blocks = count;
   return append(r, &instr);
}

/* [] or [value] */
static int
read_ret(struct cursor *c)
{
   struct dxil_instr instr = { .op = DXIL_OP_RET, .type = c->r->d->void_type };
   uint32_t id = 0, type;
   bool has_value = left(c);
   if (has_value)
      id = pop_typed(c, &type);
   return c->failed ? too_short(c->r) : append_with(c->r, &instr, &id, has_value);
}

/* [type, type of the count, count as an absolute id, alignment and flags, address space?] */
static int
read_alloca(struct cursor *c)
{
   struct reader *r = c->r;
   struct dxil_instr instr = { .op = DXIL_OP_ALLOCA };
   uint32_t type = pop_type(c);
   pop_type(c);
   uint32_t count = dxil_final_id(r->d, pop(c));
   uint64_t flags = pop(c);
   if (c->failed)
      return too_short(r);

   if (flags & ALLOCA_EXPLICIT_TYPE) {
      instr.aux = type;
      instr.type = dxil_pointer_type(r->d, type, DXIL_ADDRSPACE_PRIVATE);
      if (instr.type == DXIL_NONE)
         return dxil_fail(r->d, -ENOTSUP, "too many types");
   } else {
      if (r->d->types[type].kind != DXIL_TYPE_POINTER)
         return too_short(r);
      instr.aux = r->d->types[type].elem;
      instr.type = type;
   }
   return append_with(r, &instr, &count, 1);
}

/* [pointer, type, alignment, is volatile] */
static int
read_load(struct cursor *c)
{
   struct dxil_instr instr = { .op = DXIL_OP_LOAD };
   uint32_t pointer_type;
   uint32_t id = pop_typed(c, &pointer_type);
   instr.type = pop_type(c);
   return c->failed || left(c) != 2 ? too_short(c->r) : append_with(c->r, &instr, &id, 1);
}

/* [pointer, value, alignment, is volatile] */
static int
read_store(struct cursor *c)
{
   struct dxil_instr instr = { .op = DXIL_OP_STORE, .type = c->r->d->void_type };
   uint32_t ids[2], pointer_type, value_type;
   ids[0] = pop_typed(c, &pointer_type);
   ids[1] = pop_typed(c, &value_type);
   return c->failed || left(c) != 2 ? too_short(c->r) : append_with(c->r, &instr, ids, 2);
}

/* [flags, source type, pointer, indices...] */
static int
read_gep(struct cursor *c)
{
   struct reader *r = c->r;
   struct dxil_decoder *d = r->d;
   struct dxil_instr instr = { .op = DXIL_OP_GEP };

   pop(c);
   instr.aux = pop_type(c);
   uint32_t *ids = arena_array(d->arena, left(c), sizeof(*ids));
   uint32_t count = 0, target = instr.aux, addrspace = 0;
   if (!ids)
      return out_of_memory(r);
   while (left(c) && !c->failed) {
      uint32_t type;
      ids[count] = pop_typed(c, &type);
      if (c->failed)
         break;
      if (count == 0) {
         addrspace = d->types[type].addrspace;
         if (d->types[type].kind != DXIL_TYPE_POINTER)
            return too_short(r);
      } else if (count > 1) {
         /* A struct is indexed by constants, which are known here; verify.c looks at the rest. */
         uint64_t member = 0;
         if (d->types[target].kind == DXIL_TYPE_STRUCT) {
            uint32_t id = ids[count];
            uint32_t local = id - d->module->num_values;
            const struct dxil_value *value = id < d->module->num_values ? &d->module->values[id]
                                             : local < r->values.count  ? &r->values.items[local]
                                                                        : NULL;
            if (!value || (value->kind != DXIL_VALUE_INT && value->kind != DXIL_VALUE_ZERO))
               return too_short(r);
            member = value->kind == DXIL_VALUE_INT ? value->bits : 0;
         }
         target = dxil_type_member(d, target, member);
         if (target == DXIL_NONE)
            return too_short(r);
      }
      count++;
   }
   if (c->failed || count < 2)
      return too_short(r);
   instr.operands = ids;
   instr.num_operands = count;
   instr.type = dxil_pointer_type(d, target, addrspace);
   return instr.type == DXIL_NONE ? dxil_fail(d, -ENOTSUP, "too many types") : append(r, &instr);
}

/* [pointer, value, operation, is volatile, ordering, scope, alignment?] */
static int
read_atomicrmw(struct cursor *c, bool value_has_type)
{
   struct reader *r = c->r;
   struct dxil_instr instr = { .op = DXIL_OP_ATOMICRMW };
   uint32_t ids[2], pointer_type, value_type;

   ids[0] = pop_typed(c, &pointer_type);
   ids[1] = value_has_type ? pop_typed(c, &value_type) : pop_value(c);
   uint64_t operation = pop(c);
   if (c->failed || left(c) < 3 || r->d->types[pointer_type].kind != DXIL_TYPE_POINTER)
      return too_short(r);
   if (operation > DXIL_RMW_UMIN)
      return dxil_fail(r->d, -ENOTSUP, "unknown atomic operation");
   instr.type = r->d->types[pointer_type].elem;
   instr.sub = operation;
   return append_with(r, &instr, ids, 2);
}

/* [pointer, compare, new, is volatile, ordering, scope, ordering of failure?, is weak?, ...] */
static int
read_cmpxchg(struct cursor *c, bool compare_has_type)
{
   struct reader *r = c->r;
   struct dxil_decoder *d = r->d;
   struct dxil_instr instr = { .op = DXIL_OP_CMPXCHG };
   uint32_t ids[3], pointer_type, type;

   ids[0] = pop_typed(c, &pointer_type);
   if (!c->failed && d->types[pointer_type].kind == DXIL_TYPE_POINTER)
      type = d->types[pointer_type].elem;
   else
      return too_short(r);
   ids[1] = compare_has_type ? pop_typed(c, &type) : pop_value(c);
   ids[2] = pop_value(c);
   if (c->failed || left(c) < 3)
      return too_short(r);
   instr.type = dxil_cmpxchg_type(d, type);
   if (instr.type == DXIL_NONE)
      return dxil_fail(d, -ENOTSUP, "too many types");
   /* Records this short are from before LLVM 3.5, when the result was the old value alone. LLVM
    * reads them so, and Mesa relies on it. */
   if (c->count >= 8)
      return append_with(r, &instr, ids, 3);

   uint32_t pair = dxil_add_value(d, &r->hidden, (struct dxil_value){
      .kind = DXIL_VALUE_INSTR,
      .type = instr.type,
      .index = r->num_instrs,
   });
   if (pair == DXIL_NONE)
      return dxil_fail(d, -ENOTSUP, "too many values");
   instr.result = DXIL_HIDDEN | pair;
   if (!set_operands(r, &instr, ids, 3))
      return out_of_memory(r);
   int ret = append_instr(r, &instr);
   if (ret)
      return ret;

   static const uint32_t index = 0;
   struct dxil_instr extract = { .op = DXIL_OP_EXTRACTVALUE, .type = type, .num_indices = 1 };
   extract.indices = arena_copy(d->arena, &index, sizeof(index));
   return extract.indices ? append_with(r, &extract, &instr.result, 1) : out_of_memory(r);
}

/* [aggregate, indices...] or [aggregate, value, indices...] */
static int
read_member(struct cursor *c, enum dxil_op op)
{
   struct reader *r = c->r;
   struct dxil_instr instr = { .op = op };
   uint32_t ids[2], aggregate_type, value_type;
   uint32_t num_ids = op == DXIL_OP_INSERTVALUE ? 2 : 1;

   ids[0] = pop_typed(c, &aggregate_type);
   if (op == DXIL_OP_INSERTVALUE)
      ids[1] = pop_typed(c, &value_type);
   uint32_t count = left(c), type = aggregate_type;
   uint32_t *indices = arena_array(r->d->arena, count, sizeof(*indices));
   if (!indices)
      return out_of_memory(r);
   for (uint32_t i = 0; i < count && !c->failed; i++) {
      uint64_t index = pop(c);
      indices[i] = MIN2(index, UINT32_MAX);
      type = dxil_type_member(r->d, type, indices[i]);
      if (type == DXIL_NONE || r->d->types[aggregate_type].kind == DXIL_TYPE_VECTOR)
         return too_short(r);
   }
   if (c->failed || count == 0)
      return too_short(r);
   instr.type = op == DXIL_OP_INSERTVALUE ? aggregate_type : type;
   instr.indices = indices;
   instr.num_indices = count;
   return append_with(r, &instr, ids, num_ids);
}

/* Metadata as an argument: its number is of no value, and nobody looks at it. */
static uint32_t
metadata_argument(struct cursor *c)
{
   struct reader *r = c->r;
   pop(c);
   uint32_t index = dxil_add_value(r->d, &r->hidden, (struct dxil_value){
      .kind = DXIL_VALUE_METADATA,
      .type = r->d->metadata_type,
   });
   return index == DXIL_NONE ? DXIL_BAD_ID : DXIL_HIDDEN | index;
}

/* [attributes, flags, fast math flags?, function type?, callee, arguments...] */
static int
read_call(struct cursor *c)
{
   struct reader *r = c->r;
   struct dxil_decoder *d = r->d;
   struct dxil_instr instr = { .op = DXIL_OP_CALL };

   pop(c);
   uint64_t flags = pop(c);
   if (flags & CALL_FAST_MATH)
      pop(c);
   uint32_t type_id = flags & CALL_EXPLICIT_TYPE ? pop_type(c) : DXIL_NONE;
   uint32_t pointer_type;
   uint32_t callee = pop_typed(c, &pointer_type);
   if (c->failed)
      return too_short(r);
   if (callee >= d->module->num_values || d->module->values[callee].kind != DXIL_VALUE_FUNCTION)
      return dxil_fail(d, -ENOTSUP, "instruction %u: indirect call", r->num_instrs);
   instr.aux = d->module->values[callee].index;

   const struct dxil_function *function = &d->functions[instr.aux];
   if (type_id != DXIL_NONE && type_id != function->type)
      return dxil_fail(d, -EINVAL, "instruction %u: call with another type", r->num_instrs);
   const struct dxil_type *type = &d->types[function->type];
   if (left(c) != type->count)
      return dxil_fail(d, -EINVAL, "instruction %u: wrong number of arguments", r->num_instrs);

   uint32_t *ids = arena_array(d->arena, type->count, sizeof(*ids));
   if (!ids)
      return out_of_memory(r);
   for (uint32_t i = 0; i < type->count; i++) {
      bool is_metadata = d->types[type->members[i]].kind == DXIL_TYPE_METADATA;
      ids[i] = is_metadata ? metadata_argument(c) : pop_value(c);
   }
   instr.operands = ids;
   instr.num_operands = type->count;
   instr.type = type->elem;
   return append(r, &instr);
}

static int
declare_blocks(struct cursor *c)
{
   struct reader *r = c->r;
   uint64_t count = pop(c);
   const struct bitstream *stream = &r->d->stream;
   /* each has a terminator, of two bits or more */
   if (c->failed || r->num_blocks || count == 0 || count > (stream->size - stream->pos) / 2)
      return dxil_fail(r->d, -EINVAL, "bad number of blocks");
   if (count > DXIL_MAX_BLOCKS)
      return dxil_fail(r->d, -ENOTSUP, "too many blocks");
   r->blocks = arena_array(r->d->arena, count, sizeof(*r->blocks));
   r->num_blocks = count;
   return r->blocks ? 0 : out_of_memory(r);
}

static int
read_instr(struct reader *r, const struct bitstream_record *record)
{
   struct cursor c = { .r = r, .ops = record->ops, .count = record->count };
   struct dxil_instr plain = { .type = r->d->void_type };

   switch (record->code) {
   case FUNC_DECLAREBLOCKS:
      return declare_blocks(&c);
   case FUNC_BINOP:
      return read_binop(&c);
   case FUNC_CAST:
      return read_cast(&c);
   case FUNC_CMP:
   case FUNC_CMP2:
      return read_cmp(&c);
   case FUNC_VSELECT:
      return read_select(&c);
   case FUNC_PHI:
      return read_phi(&c);
   case FUNC_BR:
      return read_br(&c);
   case FUNC_SWITCH:
      return read_switch(&c);
   case FUNC_RET:
      return read_ret(&c);
   case FUNC_UNREACHABLE:
      plain.op = DXIL_OP_UNREACHABLE;
      return append(r, &plain);
   case FUNC_FENCE:
      plain.op = DXIL_OP_FENCE;
      return append(r, &plain);
   case FUNC_ALLOCA:
      return read_alloca(&c);
   case FUNC_LOAD:
      return read_load(&c);
   case FUNC_STORE:
      return read_store(&c);
   case FUNC_GEP:
      return read_gep(&c);
   case FUNC_ATOMICRMW_OLD:
   case FUNC_ATOMICRMW:
      return read_atomicrmw(&c, record->code == FUNC_ATOMICRMW);
   case FUNC_CMPXCHG_OLD:
   case FUNC_CMPXCHG:
      return read_cmpxchg(&c, record->code == FUNC_CMPXCHG);
   case FUNC_EXTRACTVAL:
      return read_member(&c, DXIL_OP_EXTRACTVALUE);
   case FUNC_INSERTVAL:
      return read_member(&c, DXIL_OP_INSERTVALUE);
   case FUNC_CALL:
      return read_call(&c);
   case FUNC_DEBUG_LOC:
   case FUNC_DEBUG_LOC_AGAIN:
      return 0;
   default:
      return dxil_fail(r->d, -ENOTSUP, "instructions of code %u", record->code);
   }
}

static int
add_arguments(struct reader *r)
{
   const struct dxil_type *type = &r->d->types[r->function->type];
   for (uint32_t i = 0; i < type->count; i++) {
      if (dxil_add_value(r->d, &r->values, (struct dxil_value){
             .kind = DXIL_VALUE_ARGUMENT,
             .type = type->members[i],
             .index = i,
          }) == DXIL_NONE)
         return out_of_memory(r);
   }
   return 0;
}

/* Everything has been read: hidden values go behind the others, and ids become final. */
static int
finish(struct reader *r)
{
   struct dxil_decoder *d = r->d;
   struct dxil_function *function = r->function;
   uint32_t first_hidden = d->module->num_values + r->values.count;

   if (r->num_blocks == 0 || r->current_block != r->num_blocks)
      return dxil_fail(d, -EINVAL, "function with unfinished blocks");

   dxil_resolve_constants(&r->values, first_hidden);
   for (uint32_t i = 0; i < r->num_instrs; i++) {
      struct dxil_instr *instr = &r->instrs[i];
      dxil_resolve_hidden(instr->operands, instr->num_operands, first_hidden);
      if (instr->result != DXIL_NONE)
         dxil_resolve_hidden(&instr->result, 1, first_hidden);
   }

   uint32_t count = r->values.count + r->hidden.count;
   struct dxil_value *values = arena_array(d->arena, count, sizeof(*values));
   struct dxil_instr *instrs = arena_copy(d->arena, r->instrs, r->num_instrs * sizeof(*instrs));
   if (!values || !instrs)
      return out_of_memory(r);
   if (r->values.count)
      memcpy(values, r->values.items, r->values.count * sizeof(*values));
   if (r->hidden.count)
      memcpy(values + r->values.count, r->hidden.items, r->hidden.count * sizeof(*values));

   function->num_values = count;
   function->values = values;
   function->num_instrs = r->num_instrs;
   function->instrs = instrs;
   function->num_blocks = r->num_blocks;
   function->blocks = r->blocks;
   int ret = dxil_check_constants(d, function, d->module->num_values, count);
   return ret ? ret : dxil_verify_function(d, function);
}

int
dxil_read_function(struct dxil_decoder *d, const struct bitstream_block *parent)
{
   struct bitstream_block block;
   struct bitstream_record record = { 0 };

   while (d->next_body < d->num_functions && d->functions[d->next_body].is_declaration)
      d->next_body++;
   if (d->next_body == d->num_functions)
      return dxil_fail(d, -EINVAL, "a body without a function");

   struct reader reader = { .d = d, .function = &d->functions[d->next_body++] };
   int ret = add_arguments(&reader);
   if (!bitstream_enter(&d->stream, parent, DXIL_BLOCK_FUNCTION, &block))
      ret = dxil_fail(d, -EINVAL, "bad function body");
   while (ret == 0) {
      switch (bitstream_next(&d->stream, &block, &record)) {
      case BITSTREAM_END:
         return finish(&reader);
      case BITSTREAM_BLOCK:
         if (record.code == DXIL_BLOCK_CONSTANTS)
            ret = dxil_read_constants(d, &block, &reader.values, &reader.hidden);
         else if (!bitstream_skip(&d->stream, &block))
            ret = dxil_fail(d, -EINVAL, "bad block in a function body");
         break;
      case BITSTREAM_RECORD:
         ret = read_instr(&reader, &record);
         break;
      default:
         ret = dxil_fail(d, -EINVAL, "bad function body");
      }
   }
   return ret;
}
