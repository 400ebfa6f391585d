/*
 * The state of decoding one program, shared by the files of this room that do it.
 *
 * Functions return 0 or a negative errno, after dxil_fail() has said why. What the module keeps is
 * in d->arena; what only decoding needs is in d->scratch.
 *
 * Value ids while decoding. The bitcode numbers module-level values from 0, then each function's
 * from there on. Some values have no number there (elements of constant data, say): they are kept
 * in `hidden` lists, named HIDDEN | index until the list's place is known, and end up behind the
 * numbered ones of the same level. Since the module's come before a function's, a function's ids
 * move up by their number.
 */
#ifndef DXIL_DECODE_H
#define DXIL_DECODE_H

#include "dxil/bitstream.h"
#include "dxil/module.h"

#include <errno.h>

#define DXIL_MAX_TYPES (1u << 16)
#define DXIL_MAX_VALUES (1u << 20) /* of the module or of one function */
#define DXIL_MAX_INSTRS (1u << 20) /* of all functions, callees counted at each call */
#define DXIL_MAX_FUNCTIONS (1u << 14)
#define DXIL_MAX_BLOCKS (1u << 18) /* of one function */
#define DXIL_MAX_METADATA (1u << 18)
#define DXIL_MAX_DEPTH 32            /* of nested types, constants and calls */
#define DXIL_MAX_SCALARS (1u << 16)  /* in one value, and in all variables of a function */
#define DXIL_MAX_GLOBAL_SCALARS (1u << 18) /* in all globals */

#define DXIL_HIDDEN 0x80000000u
#define DXIL_BAD_ID 0x7fffffffu /* out of any range */

enum dxil_block_id {
   DXIL_BLOCK_MODULE = 8,
   DXIL_BLOCK_ATTRIBUTE_GROUPS = 10,
   DXIL_BLOCK_CONSTANTS = 11,
   DXIL_BLOCK_FUNCTION = 12,
   DXIL_BLOCK_VALUE_SYMTAB = 14,
   DXIL_BLOCK_METADATA = 15,
   DXIL_BLOCK_TYPES = 17,
   DXIL_BLOCK_STRTAB = 23,
};

/* What we know of a type beyond struct dxil_type. */
struct dxil_type_info {
   uint32_t scalars; /* at least 1; saturated */
   uint32_t depth;
   uint32_t first_pointer, next_pointer; /* list of the pointers to this type, or DXIL_NONE */
   uint32_t cmpxchg; /* { this type, i1 }, or DXIL_NONE if nobody asked */
};

struct dxil_value_list {
   struct dxil_value *items;
   uint32_t count, capacity;
};

enum dxil_metadata_kind {
   DXIL_MD_OTHER = 0,
   DXIL_MD_STRING,
   DXIL_MD_VALUE,
   DXIL_MD_NODE,
};

struct dxil_metadata {
   enum dxil_metadata_kind kind;
   uint32_t value; /* VALUE: its id */
   uint32_t count; /* STRING: bytes; NODE: operands */
   union {
      const char *string;
      const uint32_t *operands; /* metadata id + 1, or 0 */
   };
};

struct dxil_named_metadata {
   const char *name;
   uint32_t count;
   const uint32_t *operands; /* metadata ids */
};

/* A function while its module is read: where its name is, and where its body. */
struct dxil_symbol {
   uint64_t name_offset, name_size; /* in the string table */
};

struct dxil_decoder {
   struct dxil_module *module;
   struct arena *arena;
   struct arena scratch;
   struct bitstream stream;
   char *message; /* 128 bytes */

   uint32_t version; /* of the module block: 1 relative ids, 2 string table too */
   bool frozen;      /* the module level is complete: function bodies follow */

   struct dxil_type *types;
   struct dxil_type_info *type_info;
   uint32_t num_types, types_capacity;
   uint32_t void_type, i1_type, metadata_type; /* made if the module has none */

   struct dxil_value_list values, hidden; /* module level */
   uint32_t num_raw_values;               /* once frozen: the module-level values of the bitcode */

   struct dxil_global *globals;
   struct dxil_symbol *global_symbols;
   uint32_t num_globals, globals_capacity;
   struct dxil_function *functions;
   struct dxil_symbol *function_symbols;
   uint32_t num_functions, functions_capacity;
   uint32_t next_body; /* the first function that may be the next FUNCTION block's */
   uint32_t num_instrs;

   struct dxil_metadata *metadata;
   uint32_t num_metadata, metadata_capacity;
   struct dxil_named_metadata *named;
   uint32_t num_named, named_capacity;

   const uint8_t *strtab;
   uint32_t strtab_size;
};

int dxil_fail(struct dxil_decoder *d, int error, const char *format, ...)
   __attribute__((format(printf, 3, 4)));

/*
 * Makes room for one more item in an array of d->scratch. `items` is the address of the array's
 * pointer. False: out of memory, or over `limit`.
 */
bool dxil_grow(struct dxil_decoder *d, void *items, uint32_t count, uint32_t *capacity,
               size_t item_size, uint32_t limit);

/* attributes.c */
int dxil_read_attributes(struct dxil_decoder *d, const struct bitstream_block *parent);

/* types.c */
int dxil_read_types(struct dxil_decoder *d, const struct bitstream_block *parent);
/* These find or make a type; DXIL_NONE: no memory. */
uint32_t dxil_pointer_type(struct dxil_decoder *d, uint32_t elem, uint32_t addrspace);
uint32_t dxil_cmpxchg_type(struct dxil_decoder *d, uint32_t elem); /* { elem, i1 } */
/* Small enough for values and variables. */
bool dxil_type_is_bounded(const struct dxil_decoder *d, uint32_t type);
bool dxil_type_is_scalar(const struct dxil_decoder *d, uint32_t type); /* INT or FLOAT */
/* The type of an aggregate's member, or DXIL_NONE. */
uint32_t dxil_type_member(const struct dxil_decoder *d, uint32_t type, uint64_t index);

/* constants.c */
uint32_t dxil_add_value(struct dxil_decoder *d, struct dxil_value_list *list,
                        struct dxil_value value); /* its index, or DXIL_NONE */
uint32_t dxil_final_id(const struct dxil_decoder *d, uint64_t raw); /* of a numbered value */
/* Gives `values` and those that they refer to their final ids, once the first hidden one is known. */
void dxil_resolve_hidden(const uint32_t *ids, uint32_t count, uint32_t first_hidden);
void dxil_resolve_constants(struct dxil_value_list *list, uint32_t first_hidden);
/*
 * Reads a CONSTANTS block: of the module, or if `function` is not NULL of a function, into the given
 * lists. Operands are not yet looked at.
 */
int dxil_read_constants(struct dxil_decoder *d, const struct bitstream_block *parent,
                        struct dxil_value_list *list, struct dxil_value_list *hidden);
/* Once all ids are final: checks values[0..count), whose first id is `first`. */
int dxil_check_constants(struct dxil_decoder *d, const struct dxil_function *function,
                         uint32_t first, uint32_t count);
/*
 * The type of what a GEP points to, which starts from `source`; indices are final value ids.
 * DXIL_NONE: the indices don't fit.
 */
uint32_t dxil_gep_target(const struct dxil_decoder *d, const struct dxil_function *function,
                         uint32_t source, uint32_t num_indices, const uint32_t *indices);
bool dxil_cast_is_valid(const struct dxil_decoder *d, enum dxil_op op, uint32_t from, uint32_t to);
enum dxil_op dxil_cast_op(uint64_t encoding); /* DXIL_OP_ADD: there is none */

/* function.c */
int dxil_read_function(struct dxil_decoder *d, const struct bitstream_block *parent);

/* verify.c: all promises of ir.h about one function, and about all of them */
int dxil_verify_function(struct dxil_decoder *d, struct dxil_function *function);
int dxil_verify_module(struct dxil_decoder *d);

/* flow.c: those about its blocks; empties the blocks that nothing leads to */
int dxil_verify_flow(struct dxil_decoder *d, struct dxil_function *function);

/* metadata.c */
int dxil_read_metadata(struct dxil_decoder *d, const struct bitstream_block *parent);
const struct dxil_named_metadata *dxil_find_named(const struct dxil_decoder *d, const char *name);
/* Operand i of a node, or NULL if it is null, missing or of another kind. */
const struct dxil_metadata *dxil_md_operand(const struct dxil_decoder *d,
                                            const struct dxil_metadata *node, uint32_t i,
                                            enum dxil_metadata_kind kind);
bool dxil_md_int(const struct dxil_decoder *d, const struct dxil_metadata *node, uint32_t i,
                 uint64_t *value);

/* bitcode.c: the module's structure → d->module's types, values, globals and functions */
int dxil_read_bitcode(struct dxil_decoder *d, const void *data, size_t size);

/* program.c: the module's metadata → everything else in d->module */
int dxil_read_program(struct dxil_decoder *d);

#endif
