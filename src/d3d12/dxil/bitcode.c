/*
 * The structure of a bitcode module: which blocks and records hold what, as LLVM 3.7 (DXC, Mesa)
 * and later ones (llvm-as) write it. (LLVM's BitCodeFormat.rst, MODULE_BLOCK)
 */
#include "dxil/decode.h"

#include "util/bits.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum module_code {
   MODULE_VERSION = 1,
   MODULE_GLOBALVAR = 7,
   MODULE_FUNCTION = 8,
   MODULE_ALIAS_OLD = 9,
   MODULE_ALIAS = 14,
   MODULE_IFUNC = 15,
};

enum symtab_code {
   VST_ENTRY = 1,   /* [value, name...] */
   VST_FNENTRY = 3, /* [value, offset, name...] */
};

#define STRTAB_BLOB 1
#define MAGIC 0xdec04342u /* "BC", 0xc0, 0xde */

int
dxil_fail(struct dxil_decoder *d, int error, const char *format, ...)
{
   if (!d->message[0]) {
      va_list args;
      va_start(args, format);
      vsnprintf(d->message, 128, format, args);
      va_end(args);
   }
   /* Once memory is gone, what looks malformed need not be. */
   return d->arena->failed || d->scratch.failed ? -ENOMEM : error;
}

bool
dxil_grow(struct dxil_decoder *d, void *items, uint32_t count, uint32_t *capacity,
          size_t item_size, uint32_t limit)
{
   if (count < *capacity)
      return true;
   if (count >= limit)
      return false;

   uint32_t larger = *capacity ? 2 * *capacity : 16;
   void *old, *new = arena_array(&d->scratch, larger, item_size);
   if (!new)
      return false;
   memcpy(&old, items, sizeof(old));
   if (count)
      memcpy(new, old, count * item_size);
   memcpy(items, &new, sizeof(new));
   *capacity = larger;
   return true;
}

/*
 * The operands of a symbol's record. From version 2 on they come after where its name is in the
 * string table. NULL: there are fewer than the three that we need.
 */
static const uint64_t *
symbol_operands(const struct dxil_decoder *d, const struct bitstream_record *record,
                struct dxil_symbol *symbol)
{
   uint32_t skip = d->version < 2 ? 0 : 2;
   if (record->count < skip + 3)
      return NULL;
   *symbol = (struct dxil_symbol){ 0 };
   if (skip)
      *symbol = (struct dxil_symbol){ record->ops[0], record->ops[1] };
   return record->ops + skip;
}

/* [type, is constant | explicit type << 1 | address space << 2, initialiser + 1, ...] */
static int
read_global(struct dxil_decoder *d, const struct bitstream_record *record)
{
   struct dxil_symbol symbol;
   const uint64_t *ops = symbol_operands(d, record, &symbol);
   if (!ops || ops[0] >= d->num_types)
      return dxil_fail(d, -EINVAL, "bad global variable");

   struct dxil_global global = {
      .value_type = ops[0],
      .is_const = ops[1] & 1,
      .init = ops[2] ? dxil_final_id(d, ops[2] - 1) : DXIL_NONE,
   };
   if (ops[1] & 2) {
      if (ops[1] >> 2 > DXIL_ADDRSPACE_GROUPSHARED)
         return dxil_fail(d, -ENOTSUP, "global variable in an unknown address space");
      global.addrspace = ops[1] >> 2;
   } else {
      if (d->types[global.value_type].kind != DXIL_TYPE_POINTER)
         return dxil_fail(d, -EINVAL, "global variable is no pointer");
      global.addrspace = d->types[global.value_type].addrspace;
      global.value_type = d->types[global.value_type].elem;
   }
   switch (d->types[global.value_type].kind) {
   case DXIL_TYPE_VOID:
   case DXIL_TYPE_FUNCTION:
   case DXIL_TYPE_LABEL:
   case DXIL_TYPE_METADATA:
   case DXIL_TYPE_OPAQUE:
      return dxil_fail(d, -EINVAL, "global variable of no type for a value");
   default:
      break;
   }

   uint32_t type = dxil_pointer_type(d, global.value_type, global.addrspace);
   uint32_t capacity = d->globals_capacity;
   if (type == DXIL_NONE ||
       !dxil_grow(d, &d->globals, d->num_globals, &capacity, sizeof(global), DXIL_MAX_VALUES) ||
       !dxil_grow(d, &d->global_symbols, d->num_globals, &d->globals_capacity, sizeof(symbol),
                  DXIL_MAX_VALUES) ||
       dxil_add_value(d, &d->values, (struct dxil_value){
          .kind = DXIL_VALUE_GLOBAL,
          .type = type,
          .index = d->num_globals,
       }) == DXIL_NONE)
      return dxil_fail(d, -ENOTSUP, "too many global variables");
   d->globals[d->num_globals] = global;
   d->global_symbols[d->num_globals++] = symbol;
   return 0;
}

/* [type, calling convention, is declaration, ...] */
static int
read_function_record(struct dxil_decoder *d, const struct bitstream_record *record)
{
   struct dxil_symbol symbol;
   const uint64_t *ops = symbol_operands(d, record, &symbol);
   if (!ops || ops[0] >= d->num_types)
      return dxil_fail(d, -EINVAL, "bad function");

   struct dxil_function function = {
      .type = ops[0],
      .is_declaration = ops[2],
   };
   if (d->types[function.type].kind == DXIL_TYPE_POINTER)
      function.type = d->types[function.type].elem;
   if (d->types[function.type].kind != DXIL_TYPE_FUNCTION)
      return dxil_fail(d, -EINVAL, "function of another type");

   uint32_t type = dxil_pointer_type(d, function.type, 0);
   uint32_t capacity = d->functions_capacity;
   if (type == DXIL_NONE ||
       !dxil_grow(d, &d->functions, d->num_functions, &capacity, sizeof(function),
                  DXIL_MAX_FUNCTIONS) ||
       !dxil_grow(d, &d->function_symbols, d->num_functions, &d->functions_capacity,
                  sizeof(symbol), DXIL_MAX_FUNCTIONS) ||
       dxil_add_value(d, &d->values, (struct dxil_value){
          .kind = DXIL_VALUE_FUNCTION,
          .type = type,
          .index = d->num_functions,
       }) == DXIL_NONE)
      return dxil_fail(d, -ENOTSUP, "too many functions");
   d->functions[d->num_functions] = function;
   d->function_symbols[d->num_functions++] = symbol;
   return 0;
}

static void
name_value(struct dxil_decoder *d, uint64_t id, const char *name)
{
   const struct dxil_value *value = id < d->values.count ? &d->values.items[id] : NULL;
   if (value && value->kind == DXIL_VALUE_FUNCTION)
      d->functions[value->index].name = name;
   else if (value && value->kind == DXIL_VALUE_GLOBAL)
      d->globals[value->index].name = name;
}

static int
read_symtab(struct dxil_decoder *d, const struct bitstream_block *parent)
{
   struct bitstream_block block;
   struct bitstream_record record = { 0 };

   if (!bitstream_enter(&d->stream, parent, DXIL_BLOCK_VALUE_SYMTAB, &block))
      return dxil_fail(d, -EINVAL, "bad symbol table");
   for (;;) {
      switch (bitstream_next(&d->stream, &block, &record)) {
      case BITSTREAM_END:
         return 0;
      case BITSTREAM_BLOCK:
         if (!bitstream_skip(&d->stream, &block))
            return dxil_fail(d, -EINVAL, "bad block in symbol table");
         break;
      case BITSTREAM_RECORD: {
         uint32_t first = record.code == VST_ENTRY ? 1 : 2;
         bool named = record.code == VST_ENTRY || record.code == VST_FNENTRY;
         if (!named || record.count <= first)
            break;
         char *name = arena_alloc(d->arena, (size_t)record.count - first + 1);
         if (!name)
            return dxil_fail(d, -ENOMEM, "out of memory");
         for (uint32_t i = first; i < record.count; i++)
            name[i - first] = record.ops[i];
         name_value(d, record.ops[0], name);
         break;
      }
      default:
         return dxil_fail(d, -EINVAL, "bad symbol table");
      }
   }
}

/* All of the module level has been read: gives its values their final ids and checks them. */
static int
freeze(struct dxil_decoder *d)
{
   struct dxil_module *module = d->module;
   if (!d->version)
      return dxil_fail(d, -ENOTSUP, "unknown version of bitcode");

   uint32_t first_hidden = d->values.count;
   uint32_t count = first_hidden + d->hidden.count;
   struct dxil_value *values = arena_array(d->arena, count, sizeof(*values));
   if (!values)
      return dxil_fail(d, -ENOMEM, "out of memory");

   dxil_resolve_constants(&d->values, first_hidden);
   if (first_hidden)
      memcpy(values, d->values.items, first_hidden * sizeof(*values));
   if (d->hidden.count)
      memcpy(values + first_hidden, d->hidden.items, d->hidden.count * sizeof(*values));
   module->values = values;
   module->num_values = count;
   d->num_raw_values = first_hidden;
   d->frozen = true;

   int ret = dxil_check_constants(d, NULL, 0, count);
   if (ret)
      return ret;

   uint64_t scalars = 0;
   for (uint32_t i = 0; i < d->num_globals; i++) {
      const struct dxil_global *global = &d->globals[i];
      if (global->init != DXIL_NONE &&
          (global->init >= count || values[global->init].type != global->value_type))
         return dxil_fail(d, -EINVAL, "global variable %u: bad initialiser", i);
      if (!dxil_type_is_bounded(d, global->value_type))
         return dxil_fail(d, -ENOTSUP, "global variable %u is too large", i);
      scalars += d->type_info[global->value_type].scalars;
   }
   if (scalars > DXIL_MAX_GLOBAL_SCALARS)
      return dxil_fail(d, -ENOTSUP, "global variables are too large");
   return 0;
}

static int
read_module_record(struct dxil_decoder *d, const struct bitstream_record *record)
{
   switch (record->code) {
   case MODULE_VERSION:
      if (record->count < 1 || record->ops[0] < 1 || record->ops[0] > 2)
         return dxil_fail(d, -ENOTSUP, "unknown version of bitcode");
      d->version = record->ops[0];
      return 0;
   case MODULE_GLOBALVAR:
   case MODULE_FUNCTION:
      if (d->frozen)
         return dxil_fail(d, -EINVAL, "symbols after function bodies");
      return record->code == MODULE_GLOBALVAR ? read_global(d, record)
                                              : read_function_record(d, record);
   case MODULE_ALIAS_OLD:
   case MODULE_ALIAS:
   case MODULE_IFUNC:
      return dxil_fail(d, -ENOTSUP, "aliases");
   default:
      return 0;
   }
}

static int
read_module_block(struct dxil_decoder *d, const struct bitstream_block *block, uint32_t id)
{
   int ret = 0;

   switch (id) {
   case DXIL_BLOCK_ATTRIBUTE_GROUPS:
      return dxil_read_attributes(d, block);
   case DXIL_BLOCK_TYPES:
      return dxil_read_types(d, block);
   case DXIL_BLOCK_CONSTANTS:
      if (d->frozen)
         return dxil_fail(d, -EINVAL, "constants after function bodies");
      return dxil_read_constants(d, block, &d->values, &d->hidden);
   case DXIL_BLOCK_METADATA:
      return dxil_read_metadata(d, block);
   case DXIL_BLOCK_VALUE_SYMTAB:
      return read_symtab(d, block);
   case DXIL_BLOCK_FUNCTION:
      if (!d->frozen)
         ret = freeze(d);
      return ret ? ret : dxil_read_function(d, block);
   default:
      return bitstream_skip(&d->stream, block) ? 0 : dxil_fail(d, -EINVAL, "bad block");
   }
}

static int
read_module(struct dxil_decoder *d, const struct bitstream_block *parent)
{
   struct bitstream_block block;
   struct bitstream_record record = { 0 };
   int ret = 0;

   if (d->version)
      return dxil_fail(d, -EINVAL, "two modules");
   if (!bitstream_enter(&d->stream, parent, DXIL_BLOCK_MODULE, &block))
      return dxil_fail(d, -EINVAL, "bad module");
   while (ret == 0) {
      switch (bitstream_next(&d->stream, &block, &record)) {
      case BITSTREAM_END:
         return d->frozen ? 0 : freeze(d);
      case BITSTREAM_BLOCK:
         ret = read_module_block(d, &block, record.code);
         break;
      case BITSTREAM_RECORD:
         ret = read_module_record(d, &record);
         break;
      default:
         return dxil_fail(d, -EINVAL, "bad module");
      }
   }
   return ret;
}

static int
read_strtab(struct dxil_decoder *d, const struct bitstream_block *parent)
{
   struct bitstream_block block;
   struct bitstream_record record = { 0 };

   if (!bitstream_enter(&d->stream, parent, DXIL_BLOCK_STRTAB, &block))
      return dxil_fail(d, -EINVAL, "bad string table");
   for (;;) {
      switch (bitstream_next(&d->stream, &block, &record)) {
      case BITSTREAM_END:
         return 0;
      case BITSTREAM_RECORD:
         if (record.code == STRTAB_BLOB && record.blob) {
            d->strtab = record.blob;
            d->strtab_size = record.blob_size;
         }
         break;
      default:
         return dxil_fail(d, -EINVAL, "bad string table");
      }
   }
}

static int
resolve_name(struct dxil_decoder *d, const struct dxil_symbol *symbol, const char **name)
{
   if (symbol->name_size) {
      if (symbol->name_offset > d->strtab_size ||
          symbol->name_size > d->strtab_size - symbol->name_offset)
         return dxil_fail(d, -EINVAL, "name outside of the string table");
      *name = arena_string(d->arena, (const char *)d->strtab + symbol->name_offset,
                           symbol->name_size);
   } else if (!*name) {
      *name = "";
   }
   return *name ? 0 : dxil_fail(d, -ENOMEM, "out of memory");
}

static int
finish(struct dxil_decoder *d)
{
   struct dxil_module *module = d->module;
   int ret;

   for (uint32_t i = 0; i < d->num_globals; i++) {
      ret = resolve_name(d, &d->global_symbols[i], &d->globals[i].name);
      if (ret)
         return ret;
   }
   for (uint32_t i = 0; i < d->num_functions; i++) {
      ret = resolve_name(d, &d->function_symbols[i], &d->functions[i].name);
      if (ret)
         return ret;
      if (!d->functions[i].is_declaration && !d->functions[i].num_blocks)
         return dxil_fail(d, -EINVAL, "function %u has no body", i);
   }
   for (uint32_t i = 0; i < d->num_types; i++)
      module->has_doubles |= d->types[i].kind == DXIL_TYPE_FLOAT && d->types[i].bits == 64;
   module->num_types = d->num_types;
   module->types = arena_copy(d->arena, d->types, d->num_types * sizeof(*d->types));
   module->num_globals = d->num_globals;
   module->globals = arena_copy(d->arena, d->globals, d->num_globals * sizeof(*d->globals));
   module->num_functions = d->num_functions;
   module->functions = arena_copy(d->arena, d->functions, d->num_functions * sizeof(*d->functions));
   if (!module->types || !module->globals || !module->functions)
      return dxil_fail(d, -ENOMEM, "out of memory");
   return dxil_verify_module(d);
}

int
dxil_read_bitcode(struct dxil_decoder *d, const void *data, size_t size)
{
   struct bitstream *stream = &d->stream;
   struct bitstream_block top;
   struct bitstream_record record = { 0 };
   int ret = 0;

   bitstream_init(stream, data, size, &d->scratch);
   bitstream_top(stream, &top);
   if (bitstream_read(stream, 32) != MAGIC)
      return dxil_fail(d, -EINVAL, "no bitcode");

   while (ret == 0 && stream->size - stream->pos >= 32) {
      if (bitstream_next(stream, &top, &record) != BITSTREAM_BLOCK) {
         if (d->version) /* padding */
            break;
         return dxil_fail(d, -EINVAL, "bad bitcode");
      }
      if (record.code == DXIL_BLOCK_MODULE)
         ret = read_module(d, &top);
      else if (record.code == DXIL_BLOCK_STRTAB)
         ret = read_strtab(d, &top);
      else if (!bitstream_skip(stream, &top))
         ret = dxil_fail(d, -EINVAL, "bad block");
   }
   if (ret == 0 && !d->frozen)
      ret = dxil_fail(d, -EINVAL, "no module");
   return ret ? ret : finish(d);
}
