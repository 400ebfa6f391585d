/* The type table. (LLVM's BitCodeFormat.rst, TYPE_BLOCK) */
#include "dxil/decode.h"

#include "util/bits.h"

#include <string.h>

enum type_code {
   TYPE_NUMENTRY = 1,
   TYPE_VOID = 2,
   TYPE_FLOAT = 3,
   TYPE_DOUBLE = 4,
   TYPE_LABEL = 5,
   TYPE_OPAQUE = 6,
   TYPE_INTEGER = 7,
   TYPE_POINTER = 8,
   TYPE_HALF = 10,
   TYPE_ARRAY = 11,
   TYPE_VECTOR = 12,
   TYPE_METADATA = 16,
   TYPE_STRUCT_ANON = 18,
   TYPE_STRUCT_NAME = 19,
   TYPE_STRUCT_NAMED = 20,
   TYPE_FUNCTION = 21,
   TYPE_OPAQUE_POINTER = 25,
};

#define MAX_ADDRSPACE 7
#define IN_PROGRESS UINT32_MAX /* as a depth */

static uint32_t
add_type(struct dxil_decoder *d, struct dxil_type type)
{
   uint32_t capacity = d->types_capacity;
   if (!dxil_grow(d, &d->types, d->num_types, &capacity, sizeof(*d->types), DXIL_MAX_TYPES) ||
       !dxil_grow(d, &d->type_info, d->num_types, &d->types_capacity, sizeof(*d->type_info),
                  DXIL_MAX_TYPES))
      return DXIL_NONE;
   uint32_t id = d->num_types++;
   d->types[id] = type;
   d->type_info[id] = (struct dxil_type_info){
      .first_pointer = DXIL_NONE,
      .next_pointer = DXIL_NONE,
      .cmpxchg = DXIL_NONE,
   };
   return id;
}

static const uint32_t *
copy_members(struct dxil_decoder *d, const uint64_t *ops, uint32_t count)
{
   uint32_t *members = arena_array(d->arena, count, sizeof(*members));
   for (uint32_t i = 0; members && i < count; i++)
      members[i] = MIN2(ops[i], DXIL_NONE);
   return members;
}

/* Turns a record into a type. Ids may point forward: they are checked when the table is full. */
static int
read_type(struct dxil_decoder *d, const struct bitstream_record *record, const char **name,
          struct dxil_type *type)
{
   const uint64_t *ops = record->ops;
   uint32_t count = record->count;

   *type = (struct dxil_type){ 0 };
   switch (record->code) {
   case TYPE_VOID:
      type->kind = DXIL_TYPE_VOID;
      return 0;
   case TYPE_HALF:
   case TYPE_FLOAT:
   case TYPE_DOUBLE:
      type->kind = DXIL_TYPE_FLOAT;
      type->bits = record->code == TYPE_HALF ? 16 : record->code == TYPE_FLOAT ? 32 : 64;
      return 0;
   case TYPE_LABEL:
      type->kind = DXIL_TYPE_LABEL;
      return 0;
   case TYPE_METADATA:
      type->kind = DXIL_TYPE_METADATA;
      return 0;
   case TYPE_OPAQUE:
      type->kind = DXIL_TYPE_OPAQUE;
      type->name = *name;
      *name = NULL;
      return 0;
   case TYPE_INTEGER:
      if (count < 1)
         break;
      if (ops[0] != 1 && ops[0] != 8 && ops[0] != 16 && ops[0] != 32 && ops[0] != 64)
         return dxil_fail(d, -ENOTSUP, "integers of %llu bits", (unsigned long long)ops[0]);
      type->kind = DXIL_TYPE_INT;
      type->bits = ops[0];
      return 0;
   case TYPE_POINTER:
      if (count < 1 || (count > 1 && ops[1] > MAX_ADDRSPACE))
         break;
      type->kind = DXIL_TYPE_POINTER;
      type->elem = MIN2(ops[0], DXIL_NONE);
      type->addrspace = count > 1 ? ops[1] : 0;
      return 0;
   case TYPE_ARRAY:
   case TYPE_VECTOR:
      if (count < 2)
         break;
      type->kind = record->code == TYPE_ARRAY ? DXIL_TYPE_ARRAY : DXIL_TYPE_VECTOR;
      type->count = MIN2(ops[0], UINT32_MAX);
      type->elem = MIN2(ops[1], DXIL_NONE);
      return 0;
   case TYPE_STRUCT_ANON:
   case TYPE_STRUCT_NAMED:
      if (count < 1)
         break;
      if (ops[0])
         return dxil_fail(d, -ENOTSUP, "packed structs");
      type->kind = DXIL_TYPE_STRUCT;
      type->count = count - 1;
      type->members = copy_members(d, ops + 1, type->count);
      if (record->code == TYPE_STRUCT_NAMED) {
         type->name = *name;
         *name = NULL;
      }
      return type->members ? 0 : -ENOMEM;
   case TYPE_FUNCTION:
      if (count < 2)
         break;
      if (ops[0])
         return dxil_fail(d, -ENOTSUP, "functions with variable arguments");
      type->kind = DXIL_TYPE_FUNCTION;
      type->elem = MIN2(ops[1], DXIL_NONE);
      type->count = count - 2;
      type->members = copy_members(d, ops + 2, type->count);
      return type->members ? 0 : -ENOMEM;
   case TYPE_OPAQUE_POINTER:
      return dxil_fail(d, -ENOTSUP, "opaque pointers");
   default:
      return dxil_fail(d, -ENOTSUP, "types of code %u", record->code);
   }
   return dxil_fail(d, -EINVAL, "type record too short");
}

static char *
read_name(struct dxil_decoder *d, const struct bitstream_record *record)
{
   char *name = arena_alloc(d->arena, (size_t)record->count + 1);
   for (uint32_t i = 0; name && i < record->count; i++)
      name[i] = record->ops[i];
   return name;
}

static bool
may_be_element(const struct dxil_type *type)
{
   switch (type->kind) {
   case DXIL_TYPE_INT:
   case DXIL_TYPE_FLOAT:
   case DXIL_TYPE_POINTER:
   case DXIL_TYPE_ARRAY:
   case DXIL_TYPE_VECTOR:
   case DXIL_TYPE_STRUCT:
      return true;
   default:
      return false;
   }
}

static bool
component_is_valid(const struct dxil_decoder *d, const struct dxil_type *type, uint32_t id,
                   bool is_return)
{
   if (id >= d->num_types)
      return false;
   const struct dxil_type *component = &d->types[id];
   switch (type->kind) {
   case DXIL_TYPE_POINTER:
      return may_be_element(component) || component->kind == DXIL_TYPE_FUNCTION ||
             component->kind == DXIL_TYPE_OPAQUE;
   case DXIL_TYPE_FUNCTION:
      if (component->kind == DXIL_TYPE_VOID)
         return is_return;
      return may_be_element(component) || component->kind == DXIL_TYPE_METADATA;
   case DXIL_TYPE_VECTOR:
      return dxil_type_is_scalar(d, id);
   default:
      return may_be_element(component);
   }
}

/* Finds a type's depth and number of scalars, after its components'. */
static int
measure(struct dxil_decoder *d, uint32_t id, uint32_t level)
{
   struct dxil_type_info *info = &d->type_info[id];
   const struct dxil_type *type = &d->types[id];
   if (info->scalars)
      return info->depth == IN_PROGRESS ? dxil_fail(d, -ENOTSUP, "recursive types") : 0;
   if (level > DXIL_MAX_DEPTH)
      return dxil_fail(d, -ENOTSUP, "types nested too deeply");

   uint64_t scalars = 1;
   uint32_t deepest = 0;
   bool has_elem = type->kind == DXIL_TYPE_POINTER || type->kind == DXIL_TYPE_ARRAY ||
                   type->kind == DXIL_TYPE_VECTOR || type->kind == DXIL_TYPE_FUNCTION;
   info->scalars = 1;
   info->depth = IN_PROGRESS;
   if (has_elem) {
      if (!component_is_valid(d, type, type->elem, true))
         return dxil_fail(d, -EINVAL, "type %u: bad component", id);
      int ret = measure(d, type->elem, level + 1);
      if (ret)
         return ret;
      deepest = d->type_info[type->elem].depth;
      if (type->kind == DXIL_TYPE_ARRAY || type->kind == DXIL_TYPE_VECTOR)
         scalars = MAX2((uint64_t)type->count * d->type_info[type->elem].scalars, 1);
   }
   for (uint32_t i = 0; type->members && i < type->count; i++) {
      if (!component_is_valid(d, type, type->members[i], false))
         return dxil_fail(d, -EINVAL, "type %u: bad component", id);
      int ret = measure(d, type->members[i], level + 1);
      if (ret)
         return ret;
      const struct dxil_type_info *member = &d->type_info[type->members[i]];
      deepest = MAX2(deepest, member->depth);
      if (type->kind == DXIL_TYPE_STRUCT)
         scalars += member->scalars;
   }
   if (deepest >= DXIL_MAX_DEPTH)
      return dxil_fail(d, -ENOTSUP, "types nested too deeply");
   info->depth = deepest + 1;
   info->scalars = MIN2(scalars, UINT32_MAX);
   return 0;
}

static uint32_t
find_pointer(const struct dxil_decoder *d, uint32_t elem, uint32_t addrspace)
{
   uint32_t id = d->type_info[elem].first_pointer;
   while (id != DXIL_NONE && d->types[id].addrspace != addrspace)
      id = d->type_info[id].next_pointer;
   return id;
}

static void
link_pointer(struct dxil_decoder *d, uint32_t id)
{
   const struct dxil_type *type = &d->types[id];
   if (find_pointer(d, type->elem, type->addrspace) == DXIL_NONE) {
      d->type_info[id].next_pointer = d->type_info[type->elem].first_pointer;
      d->type_info[type->elem].first_pointer = id;
   }
}

static uint32_t
add_basic(struct dxil_decoder *d, struct dxil_type type)
{
   for (uint32_t i = 0; i < d->num_types; i++) {
      if (d->types[i].kind == type.kind && d->types[i].bits == type.bits)
         return i;
   }
   uint32_t id = add_type(d, type);
   if (id != DXIL_NONE) {
      d->type_info[id].scalars = 1;
      d->type_info[id].depth = 1;
   }
   return id;
}

static int
complete(struct dxil_decoder *d)
{
   for (uint32_t i = 0; i < d->num_types; i++) {
      int ret = measure(d, i, 0);
      if (ret)
         return ret;
   }
   for (uint32_t i = 0; i < d->num_types; i++) {
      if (d->types[i].kind == DXIL_TYPE_POINTER)
         link_pointer(d, i);
   }
   d->void_type = add_basic(d, (struct dxil_type){ .kind = DXIL_TYPE_VOID });
   d->i1_type = add_basic(d, (struct dxil_type){ .kind = DXIL_TYPE_INT, .bits = 1 });
   d->metadata_type = add_basic(d, (struct dxil_type){ .kind = DXIL_TYPE_METADATA });
   if (d->void_type == DXIL_NONE || d->i1_type == DXIL_NONE || d->metadata_type == DXIL_NONE)
      return dxil_fail(d, -ENOMEM, "out of memory");
   return 0;
}

int
dxil_read_types(struct dxil_decoder *d, const struct bitstream_block *parent)
{
   struct bitstream_block block;
   struct bitstream_record record = { 0 };
   const char *name = NULL;

   if (d->num_types)
      return dxil_fail(d, -EINVAL, "two type tables");
   if (!bitstream_enter(&d->stream, parent, DXIL_BLOCK_TYPES, &block))
      return dxil_fail(d, -EINVAL, "bad type table");
   for (;;) {
      switch (bitstream_next(&d->stream, &block, &record)) {
      case BITSTREAM_END:
         return complete(d);
      case BITSTREAM_BLOCK:
         if (!bitstream_skip(&d->stream, &block))
            return dxil_fail(d, -EINVAL, "bad block in type table");
         break;
      case BITSTREAM_RECORD:
         if (record.code == TYPE_NUMENTRY)
            break;
         if (record.code == TYPE_STRUCT_NAME) {
            name = read_name(d, &record);
            break;
         }
         struct dxil_type type;
         int ret = read_type(d, &record, &name, &type);
         if (ret)
            return ret;
         if (add_type(d, type) == DXIL_NONE)
            return dxil_fail(d, -ENOTSUP, "too many types");
         break;
      default:
         return dxil_fail(d, -EINVAL, "bad type table");
      }
   }
}

uint32_t
dxil_pointer_type(struct dxil_decoder *d, uint32_t elem, uint32_t addrspace)
{
   uint32_t id = find_pointer(d, elem, addrspace);
   if (id != DXIL_NONE)
      return id;
   id = add_type(d, (struct dxil_type){
      .kind = DXIL_TYPE_POINTER,
      .elem = elem,
      .addrspace = addrspace,
   });
   if (id != DXIL_NONE) {
      d->type_info[id].scalars = 1;
      d->type_info[id].depth = d->type_info[elem].depth + 1;
      link_pointer(d, id);
   }
   return id;
}

uint32_t
dxil_cmpxchg_type(struct dxil_decoder *d, uint32_t elem)
{
   if (d->type_info[elem].cmpxchg != DXIL_NONE)
      return d->type_info[elem].cmpxchg;

   uint32_t id = 0;
   while (id < d->num_types &&
          !(d->types[id].kind == DXIL_TYPE_STRUCT && d->types[id].count == 2 &&
            d->types[id].members[0] == elem && d->types[id].members[1] == d->i1_type))
      id++;
   if (id == d->num_types) {
      const uint32_t members[] = { elem, d->i1_type };
      struct dxil_type type = {
         .kind = DXIL_TYPE_STRUCT,
         .count = 2,
         .members = arena_copy(d->arena, members, sizeof(members)),
      };
      id = type.members ? add_type(d, type) : DXIL_NONE;
      if (id == DXIL_NONE)
         return DXIL_NONE;
      d->type_info[id].scalars = 3;
      d->type_info[id].depth = 2;
   }
   d->type_info[elem].cmpxchg = id;
   return id;
}

bool
dxil_type_is_bounded(const struct dxil_decoder *d, uint32_t type)
{
   return d->type_info[type].scalars <= DXIL_MAX_SCALARS;
}

bool
dxil_type_is_scalar(const struct dxil_decoder *d, uint32_t type)
{
   return d->types[type].kind == DXIL_TYPE_INT || d->types[type].kind == DXIL_TYPE_FLOAT;
}

uint32_t
dxil_type_member(const struct dxil_decoder *d, uint32_t id, uint64_t index)
{
   const struct dxil_type *type = &d->types[id];
   switch (type->kind) {
   case DXIL_TYPE_ARRAY:
   case DXIL_TYPE_VECTOR:
      return index < type->count ? type->elem : DXIL_NONE;
   case DXIL_TYPE_STRUCT:
      return index < type->count ? type->members[index] : DXIL_NONE;
   default:
      return DXIL_NONE;
   }
}
