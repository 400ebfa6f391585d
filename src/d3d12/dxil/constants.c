/* Constants: CONSTANTS blocks, and what may be a constant. (LLVM's BitCodeFormat.rst) */
#include "dxil/decode.h"

#include "util/bits.h"

#include <string.h>

enum constant_code {
   CST_SETTYPE = 1,
   CST_NULL = 2,
   CST_UNDEF = 3,
   CST_INTEGER = 4,
   CST_FLOAT = 6,
   CST_AGGREGATE = 7,
   CST_STRING = 8,
   CST_CSTRING = 9,
   CST_CE_CAST = 11,
   CST_CE_GEP = 12,
   CST_CE_INBOUNDS_GEP = 20,
   CST_DATA = 22,
   CST_CE_GEP_WITH_INRANGE_INDEX = 24,
   CST_POISON = 26,
};

uint32_t
dxil_add_value(struct dxil_decoder *d, struct dxil_value_list *list, struct dxil_value value)
{
   if (!dxil_grow(d, &list->items, list->count, &list->capacity, sizeof(value), DXIL_MAX_VALUES))
      return DXIL_NONE;
   list->items[list->count] = value;
   return list->count++;
}

uint32_t
dxil_final_id(const struct dxil_decoder *d, uint64_t raw)
{
   if (raw > DXIL_MAX_VALUES * 4)
      return DXIL_BAD_ID;
   return d->frozen && raw >= d->num_raw_values ? raw + d->hidden.count : raw;
}

void
dxil_resolve_hidden(const uint32_t *ids, uint32_t count, uint32_t first_hidden)
{
   uint32_t *writable = (uint32_t *)ids;
   for (uint32_t i = 0; i < count; i++) {
      if (ids[i] & DXIL_HIDDEN)
         writable[i] = first_hidden + (ids[i] & ~DXIL_HIDDEN);
   }
}

void
dxil_resolve_constants(struct dxil_value_list *list, uint32_t first_hidden)
{
   for (uint32_t i = 0; i < list->count; i++) {
      const struct dxil_value *value = &list->items[i];
      if (value->kind == DXIL_VALUE_AGGREGATE || value->kind == DXIL_VALUE_EXPR)
         dxil_resolve_hidden(value->expr.operands, value->expr.num_operands, first_hidden);
   }
}

static uint64_t
mask_bits(uint64_t value, uint32_t bits)
{
   return bits < 64 ? value & ((1ull << bits) - 1) : value;
}

/* Signed integers have their sign in bit 0. */
static uint64_t
decode_signed(uint64_t value)
{
   if (!(value & 1))
      return value >> 1;
   return value == 1 ? 1ull << 63 : -(value >> 1);
}

/* Elements that are written as plain numbers become hidden values. */
static int
read_data(struct dxil_decoder *d, const struct bitstream_record *record, uint32_t type_id,
          struct dxil_value_list *hidden, struct dxil_value *value)
{
   const struct dxil_type *type = &d->types[type_id];
   uint32_t count = record->count + (record->code == CST_CSTRING);
   if ((type->kind != DXIL_TYPE_ARRAY && type->kind != DXIL_TYPE_VECTOR) || type->count != count ||
       !dxil_type_is_scalar(d, type->elem))
      return dxil_fail(d, -EINVAL, "constant data of a wrong type");

   const struct dxil_type *elem = &d->types[type->elem];
   uint32_t *operands = arena_array(d->arena, count, sizeof(*operands));
   if (!operands)
      return dxil_fail(d, -ENOMEM, "out of memory");
   for (uint32_t i = 0; i < count; i++) {
      uint64_t bits = i < record->count ? record->ops[i] : 0;
      uint32_t index = dxil_add_value(d, hidden, (struct dxil_value){
         .kind = elem->kind == DXIL_TYPE_INT ? DXIL_VALUE_INT : DXIL_VALUE_FLOAT,
         .type = type->elem,
         .bits = mask_bits(bits, elem->bits),
      });
      if (index == DXIL_NONE)
         return dxil_fail(d, -ENOTSUP, "too many constants");
      operands[i] = DXIL_HIDDEN | index;
   }
   value->kind = DXIL_VALUE_AGGREGATE;
   value->expr.num_operands = count;
   value->expr.operands = operands;
   return 0;
}

static int
read_operands(struct dxil_decoder *d, const uint64_t *ops, uint32_t count, uint32_t stride,
              struct dxil_value *value)
{
   uint32_t *operands = arena_array(d->arena, count, sizeof(*operands));
   if (!operands)
      return dxil_fail(d, -ENOMEM, "out of memory");
   for (uint32_t i = 0; i < count; i++)
      operands[i] = dxil_final_id(d, ops[i * stride]);
   value->expr.num_operands = count;
   value->expr.operands = operands;
   return 0;
}

/* [source type]? [flags]? (type, value)... */
static int
read_gep(struct dxil_decoder *d, const struct bitstream_record *record, struct dxil_value *value)
{
   const uint64_t *ops = record->ops;
   uint32_t count = record->count;
   uint32_t source = DXIL_NONE;

   if (count % 2 || record->code == CST_CE_GEP_WITH_INRANGE_INDEX) {
      if (count < 2)
         return dxil_fail(d, -EINVAL, "constant GEP record too short");
      source = MIN2(ops[0], DXIL_NONE);
      ops++, count--;
   }
   if (record->code == CST_CE_GEP_WITH_INRANGE_INDEX)
      ops++, count--;
   if (count < 4 || count % 2)
      return dxil_fail(d, -EINVAL, "constant GEP record too short");
   if (source == DXIL_NONE) {
      if (ops[0] >= d->num_types || d->types[ops[0]].kind != DXIL_TYPE_POINTER)
         return dxil_fail(d, -EINVAL, "constant GEP of no pointer");
      source = d->types[ops[0]].elem;
   }
   value->kind = DXIL_VALUE_EXPR;
   value->expr.op = DXIL_OP_GEP;
   value->expr.aux = source;
   return read_operands(d, ops + 1, count / 2, 2, value);
}

static int
read_constant(struct dxil_decoder *d, const struct bitstream_record *record, uint32_t type_id,
              struct dxil_value_list *hidden, struct dxil_value *value)
{
   const struct dxil_type *type = &d->types[type_id];

   *value = (struct dxil_value){ .type = type_id };
   switch (record->code) {
   case CST_NULL:
      value->kind = DXIL_VALUE_ZERO;
      return 0;
   case CST_UNDEF:
   case CST_POISON:
      value->kind = DXIL_VALUE_UNDEF;
      return 0;
   case CST_INTEGER:
      if (record->count < 1 || type->kind != DXIL_TYPE_INT)
         return dxil_fail(d, -EINVAL, "bad integer constant");
      value->kind = DXIL_VALUE_INT;
      value->bits = mask_bits(decode_signed(record->ops[0]), type->bits);
      return 0;
   case CST_FLOAT:
      if (record->count < 1 || type->kind != DXIL_TYPE_FLOAT)
         return dxil_fail(d, -EINVAL, "bad float constant");
      value->kind = DXIL_VALUE_FLOAT;
      value->bits = mask_bits(record->ops[0], type->bits);
      return 0;
   case CST_AGGREGATE:
      value->kind = DXIL_VALUE_AGGREGATE;
      return read_operands(d, record->ops, record->count, 1, value);
   case CST_STRING:
   case CST_CSTRING:
   case CST_DATA:
      return read_data(d, record, type_id, hidden, value);
   case CST_CE_CAST:
      if (record->count < 3)
         return dxil_fail(d, -EINVAL, "bad constant cast");
      value->kind = DXIL_VALUE_EXPR;
      value->expr.op = dxil_cast_op(record->ops[0]);
      if (value->expr.op == DXIL_OP_ADD)
         return dxil_fail(d, -ENOTSUP, "unknown constant cast");
      return read_operands(d, record->ops + 2, 1, 1, value);
   case CST_CE_GEP:
   case CST_CE_INBOUNDS_GEP:
   case CST_CE_GEP_WITH_INRANGE_INDEX:
      return read_gep(d, record, value);
   default:
      return dxil_fail(d, -ENOTSUP, "constants of code %u", record->code);
   }
}

int
dxil_read_constants(struct dxil_decoder *d, const struct bitstream_block *parent,
                    struct dxil_value_list *list, struct dxil_value_list *hidden)
{
   struct bitstream_block block;
   struct bitstream_record record = { 0 };
   uint32_t type = DXIL_NONE;

   if (!bitstream_enter(&d->stream, parent, DXIL_BLOCK_CONSTANTS, &block))
      return dxil_fail(d, -EINVAL, "bad constants");
   for (;;) {
      switch (bitstream_next(&d->stream, &block, &record)) {
      case BITSTREAM_END:
         return 0;
      case BITSTREAM_BLOCK:
         if (!bitstream_skip(&d->stream, &block))
            return dxil_fail(d, -EINVAL, "bad block in constants");
         break;
      case BITSTREAM_RECORD:
         if (record.code == CST_SETTYPE) {
            if (record.count < 1 || record.ops[0] >= d->num_types)
               return dxil_fail(d, -EINVAL, "bad type of a constant");
            type = record.ops[0];
            break;
         }
         if (type == DXIL_NONE)
            return dxil_fail(d, -EINVAL, "constant without a type");
         struct dxil_value value;
         int ret = read_constant(d, &record, type, hidden, &value);
         if (ret)
            return ret;
         if (dxil_add_value(d, list, value) == DXIL_NONE)
            return dxil_fail(d, -ENOTSUP, "too many constants");
         break;
      default:
         return dxil_fail(d, -EINVAL, "bad constants");
      }
   }
}

enum dxil_op
dxil_cast_op(uint64_t encoding)
{
   static const enum dxil_op ops[] = {
      DXIL_OP_TRUNC,  DXIL_OP_ZEXT,    DXIL_OP_SEXT,   DXIL_OP_FPTOUI,   DXIL_OP_FPTOSI,
      DXIL_OP_UITOFP, DXIL_OP_SITOFP,  DXIL_OP_FPTRUNC, DXIL_OP_FPEXT,   DXIL_OP_PTRTOINT,
      DXIL_OP_INTTOPTR, DXIL_OP_BITCAST, DXIL_OP_ADDRSPACECAST,
   };
   return encoding < ARRAY_LENGTH(ops) ? ops[encoding] : DXIL_OP_ADD;
}

bool
dxil_cast_is_valid(const struct dxil_decoder *d, enum dxil_op op, uint32_t from_id, uint32_t to_id)
{
   const struct dxil_type *from = &d->types[from_id];
   const struct dxil_type *to = &d->types[to_id];
   bool ints = from->kind == DXIL_TYPE_INT && to->kind == DXIL_TYPE_INT;
   bool floats = from->kind == DXIL_TYPE_FLOAT && to->kind == DXIL_TYPE_FLOAT;
   bool pointers = from->kind == DXIL_TYPE_POINTER && to->kind == DXIL_TYPE_POINTER;

   switch (op) {
   case DXIL_OP_TRUNC:
      return ints && from->bits > to->bits;
   case DXIL_OP_ZEXT:
   case DXIL_OP_SEXT:
      return ints && from->bits < to->bits;
   case DXIL_OP_FPTOUI:
   case DXIL_OP_FPTOSI:
      return from->kind == DXIL_TYPE_FLOAT && to->kind == DXIL_TYPE_INT;
   case DXIL_OP_UITOFP:
   case DXIL_OP_SITOFP:
      return from->kind == DXIL_TYPE_INT && to->kind == DXIL_TYPE_FLOAT;
   case DXIL_OP_FPTRUNC:
      return floats && from->bits > to->bits;
   case DXIL_OP_FPEXT:
      return floats && from->bits < to->bits;
   case DXIL_OP_BITCAST:
      if (pointers)
         return from->addrspace == to->addrspace;
      return dxil_type_is_scalar(d, from_id) && dxil_type_is_scalar(d, to_id) &&
             from->bits == to->bits;
   case DXIL_OP_ADDRSPACECAST:
      return pointers && from->addrspace != to->addrspace;
   default: /* DXIL has no casts between pointers and integers */
      return false;
   }
}

uint32_t
dxil_gep_target(const struct dxil_decoder *d, const struct dxil_function *function,
                uint32_t source, uint32_t num_indices, const uint32_t *indices)
{
   uint32_t type = source;
   for (uint32_t i = 0; i < num_indices && type != DXIL_NONE; i++) {
      const struct dxil_value *index = dxil_value(d->module, function, indices[i]);
      if (d->types[index->type].kind != DXIL_TYPE_INT)
         return DXIL_NONE;
      if (i == 0) /* steps over whole objects */
         continue;
      uint64_t member = 0; /* of an array: any, at run time too */
      if (d->types[type].kind == DXIL_TYPE_STRUCT) {
         if (index->kind != DXIL_VALUE_INT && index->kind != DXIL_VALUE_ZERO)
            return DXIL_NONE;
         member = index->kind == DXIL_VALUE_INT ? index->bits : 0;
      }
      type = dxil_type_member(d, type, member);
   }
   return type;
}

static bool
is_constant(const struct dxil_value *value)
{
   switch (value->kind) {
   case DXIL_VALUE_UNDEF:
   case DXIL_VALUE_ZERO:
   case DXIL_VALUE_INT:
   case DXIL_VALUE_FLOAT:
   case DXIL_VALUE_AGGREGATE:
   case DXIL_VALUE_EXPR:
   case DXIL_VALUE_GLOBAL:
   case DXIL_VALUE_FUNCTION:
      return true;
   default:
      return false;
   }
}

struct checker {
   struct dxil_decoder *d;
   const struct dxil_function *function;
   uint32_t first, count;
   uint8_t *depths; /* 0: not yet checked */
};

static bool
expr_is_valid(const struct checker *c, const struct dxil_value *value)
{
   const struct dxil_decoder *d = c->d;
   const struct dxil_type *type = &d->types[value->type];
   const uint32_t *operands = value->expr.operands;
   const struct dxil_value *operand = dxil_value(d->module, c->function, operands[0]);

   if (value->expr.op != DXIL_OP_GEP)
      return dxil_cast_is_valid(d, value->expr.op, operand->type, value->type);

   const struct dxil_type *pointer = &d->types[operand->type];
   return pointer->kind == DXIL_TYPE_POINTER && pointer->elem == value->expr.aux &&
          dxil_type_is_bounded(d, value->expr.aux) && type->kind == DXIL_TYPE_POINTER &&
          type->addrspace == pointer->addrspace &&
          type->elem == dxil_gep_target(d, c->function, value->expr.aux,
                                        value->expr.num_operands - 1, operands + 1);
}

static bool
aggregate_is_valid(const struct checker *c, const struct dxil_value *value)
{
   const struct dxil_type *type = &c->d->types[value->type];
   if ((type->kind != DXIL_TYPE_ARRAY && type->kind != DXIL_TYPE_VECTOR &&
        type->kind != DXIL_TYPE_STRUCT) || type->count != value->expr.num_operands)
      return false;
   for (uint32_t i = 0; i < type->count; i++) {
      uint32_t member = type->kind == DXIL_TYPE_STRUCT ? type->members[i] : type->elem;
      if (dxil_value(c->d->module, c->function, value->expr.operands[i])->type != member)
         return false;
   }
   return true;
}

static int
check_constant(struct checker *c, uint32_t id, uint32_t level)
{
   struct dxil_decoder *d = c->d;
   const struct dxil_value *value = dxil_value(d->module, c->function, id);
   uint8_t *depth = &c->depths[id - c->first];

   if (*depth)
      return 0;
   if (level > DXIL_MAX_DEPTH) /* or they go in circles */
      return dxil_fail(d, -ENOTSUP, "constants nested too deeply");

   switch (d->types[value->type].kind) {
   case DXIL_TYPE_VOID:
   case DXIL_TYPE_FUNCTION:
   case DXIL_TYPE_LABEL:
   case DXIL_TYPE_METADATA:
   case DXIL_TYPE_OPAQUE:
      return dxil_fail(d, -EINVAL, "constant %u: no type for a value", id);
   default:
      break;
   }
   if (!dxil_type_is_bounded(d, value->type))
      return dxil_fail(d, -ENOTSUP, "constant %u is too large", id);

   uint32_t deepest = 0;
   if (value->kind == DXIL_VALUE_AGGREGATE || value->kind == DXIL_VALUE_EXPR) {
      for (uint32_t i = 0; i < value->expr.num_operands; i++) {
         uint32_t operand = value->expr.operands[i];
         if (operand >= c->first + c->count ||
             !is_constant(dxil_value(d->module, c->function, operand)))
            return dxil_fail(d, -EINVAL, "constant %u: bad operand", id);
         if (operand < c->first) /* checked with the module */
            continue;
         int ret = check_constant(c, operand, level + 1);
         if (ret)
            return ret;
         deepest = MAX2(deepest, c->depths[operand - c->first]);
      }
      if (deepest >= DXIL_MAX_DEPTH)
         return dxil_fail(d, -ENOTSUP, "constants nested too deeply");
      if (value->kind == DXIL_VALUE_EXPR ? !expr_is_valid(c, value) : !aggregate_is_valid(c, value))
         return dxil_fail(d, -EINVAL, "constant %u: bad expression", id);
   }
   *depth = deepest + 1;
   return 0;
}

int
dxil_check_constants(struct dxil_decoder *d, const struct dxil_function *function,
                     uint32_t first, uint32_t count)
{
   struct checker checker = {
      .d = d,
      .function = function,
      .first = first,
      .count = count,
      .depths = arena_alloc(&d->scratch, count),
   };
   if (!checker.depths)
      return dxil_fail(d, -ENOMEM, "out of memory");
   for (uint32_t i = 0; i < count; i++) {
      if (!is_constant(dxil_value(d->module, function, first + i)))
         continue;
      int ret = check_constant(&checker, first + i, 0);
      if (ret)
         return ret;
   }
   return 0;
}
