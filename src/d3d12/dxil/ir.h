/*
 * DXIL as plain C: the types, values, instructions and blocks of one LLVM 3.7 module, decoded from
 * its bitcode and checked, so that who reads it need not check again:
 *
 *   - every id is in range, every operand has a type that its instruction accepts;
 *   - each block ends with exactly one terminator (BR, SWITCH, RET, UNREACHABLE), phis come first and
 *     have one incoming value per predecessor edge; block 0 is the entry and has no predecessor;
 *   - a block that no path from the entry reaches holds UNREACHABLE alone, and no phi names it; what
 *     it held before stays in `instrs`, in no block: walk instructions by block;
 *   - a value is defined before it is used along every path (dominance), but for phi operands;
 *   - aggregates and arrays have bounded sizes, types do not recurse;
 *   - calls go to declared functions with the declared parameter types.
 *
 * Everything belongs to the arena of the module that it came with, and never changes.
 */
#ifndef DXIL_IR_H
#define DXIL_IR_H

#include <stdbool.h>
#include <stdint.h>

#define DXIL_NONE UINT32_MAX

enum dxil_type_kind {
   DXIL_TYPE_VOID,
   DXIL_TYPE_INT,   /* bits: 1, 8, 16, 32, 64 */
   DXIL_TYPE_FLOAT, /* bits: 16, 32, 64 */
   DXIL_TYPE_POINTER,
   DXIL_TYPE_ARRAY,
   DXIL_TYPE_VECTOR,
   DXIL_TYPE_STRUCT,
   DXIL_TYPE_FUNCTION,
   DXIL_TYPE_LABEL,
   DXIL_TYPE_METADATA,
   DXIL_TYPE_OPAQUE,
};

/* Address spaces: 0 private (alloca, constant globals), 3 groupshared. */
#define DXIL_ADDRSPACE_PRIVATE 0
#define DXIL_ADDRSPACE_GROUPSHARED 3

struct dxil_type {
   enum dxil_type_kind kind;
   uint32_t bits;           /* INT, FLOAT */
   uint32_t addrspace;      /* POINTER */
   uint32_t elem;           /* POINTER, ARRAY, VECTOR: type of what it holds; FUNCTION: what it returns */
   uint32_t count;          /* ARRAY, VECTOR: elements; STRUCT: members; FUNCTION: parameters */
   const uint32_t *members; /* STRUCT, FUNCTION: types */
   const char *name;        /* STRUCT: or NULL */
};

enum dxil_value_kind {
   DXIL_VALUE_UNDEF,
   DXIL_VALUE_ZERO,      /* null or zero of any type */
   DXIL_VALUE_INT,       /* bits: zero-extended to 64 */
   DXIL_VALUE_FLOAT,     /* bits: as the type's IEEE encoding */
   DXIL_VALUE_AGGREGATE, /* array, vector or struct constant: operands are values */
   DXIL_VALUE_EXPR,      /* constant GEP or cast: op and operands as of an instruction */
   DXIL_VALUE_GLOBAL,    /* index: into module->globals */
   DXIL_VALUE_FUNCTION,  /* index: into module->functions */
   DXIL_VALUE_ARGUMENT,  /* index: of the parameter */
   DXIL_VALUE_INSTR,     /* index: into function->instrs */
   DXIL_VALUE_METADATA,  /* metadata passed as an argument: ignored */
};

enum dxil_op {
   /* binary: 2 operands. FP ones are those with a float type. */
   DXIL_OP_ADD,
   DXIL_OP_SUB,
   DXIL_OP_MUL,
   DXIL_OP_UDIV,
   DXIL_OP_SDIV,
   DXIL_OP_UREM,
   DXIL_OP_SREM,
   DXIL_OP_SHL,
   DXIL_OP_LSHR,
   DXIL_OP_ASHR,
   DXIL_OP_AND,
   DXIL_OP_OR,
   DXIL_OP_XOR,
   DXIL_OP_FADD,
   DXIL_OP_FSUB,
   DXIL_OP_FMUL,
   DXIL_OP_FDIV,
   DXIL_OP_FREM,
   /* casts: 1 operand */
   DXIL_OP_TRUNC,
   DXIL_OP_ZEXT,
   DXIL_OP_SEXT,
   DXIL_OP_FPTOUI,
   DXIL_OP_FPTOSI,
   DXIL_OP_UITOFP,
   DXIL_OP_SITOFP,
   DXIL_OP_FPTRUNC,
   DXIL_OP_FPEXT,
   DXIL_OP_PTRTOINT,
   DXIL_OP_INTTOPTR,
   DXIL_OP_BITCAST,
   DXIL_OP_ADDRSPACECAST,
   /* compares: 2 operands, sub is a dxil_predicate */
   DXIL_OP_ICMP,
   DXIL_OP_FCMP,
   DXIL_OP_SELECT, /* condition, then, else */
   DXIL_OP_PHI,    /* operand[i] comes from blocks[i] */
   /* terminators */
   DXIL_OP_BR,     /* no operand: blocks[0]. One operand: condition ? blocks[0] : blocks[1] */
   DXIL_OP_SWITCH, /* operand 0 selects; operand[i] (constant) goes to blocks[i], else blocks[0] */
   DXIL_OP_RET,    /* none or one operand */
   DXIL_OP_UNREACHABLE,
   /* memory */
   DXIL_OP_ALLOCA,  /* type is the pointer; aux is the allocated type; operand: count (constant) */
   DXIL_OP_LOAD,    /* pointer */
   DXIL_OP_STORE,   /* pointer, value */
   DXIL_OP_GEP,     /* pointer, indices…; aux is the source element type */
   DXIL_OP_ATOMICRMW, /* pointer, value; sub is a dxil_rmw */
   DXIL_OP_CMPXCHG, /* pointer, compare, new; result { T, i1 } (LLVM 3.7 and later) */
   DXIL_OP_FENCE,
   /* aggregates */
   DXIL_OP_EXTRACTVALUE, /* aggregate; indices[] */
   DXIL_OP_INSERTVALUE,  /* aggregate, value; indices[] */
   DXIL_OP_EXTRACTELEMENT,
   DXIL_OP_INSERTELEMENT,
   DXIL_OP_SHUFFLEVECTOR,
   DXIL_OP_CALL, /* operands are the arguments, aux is the index of the callee in module->functions */
};

/* The encodings of LLVM's CmpInst::Predicate. */
enum dxil_predicate {
   DXIL_FCMP_FALSE = 0,
   DXIL_FCMP_OEQ,
   DXIL_FCMP_OGT,
   DXIL_FCMP_OGE,
   DXIL_FCMP_OLT,
   DXIL_FCMP_OLE,
   DXIL_FCMP_ONE,
   DXIL_FCMP_ORD,
   DXIL_FCMP_UNO,
   DXIL_FCMP_UEQ,
   DXIL_FCMP_UGT,
   DXIL_FCMP_UGE,
   DXIL_FCMP_ULT,
   DXIL_FCMP_ULE,
   DXIL_FCMP_UNE,
   DXIL_FCMP_TRUE,
   DXIL_ICMP_EQ = 32,
   DXIL_ICMP_NE,
   DXIL_ICMP_UGT,
   DXIL_ICMP_UGE,
   DXIL_ICMP_ULT,
   DXIL_ICMP_ULE,
   DXIL_ICMP_SGT,
   DXIL_ICMP_SGE,
   DXIL_ICMP_SLT,
   DXIL_ICMP_SLE,
};

/* The encodings of LLVM's AtomicRMWInst::BinOp. */
enum dxil_rmw {
   DXIL_RMW_XCHG,
   DXIL_RMW_ADD,
   DXIL_RMW_SUB,
   DXIL_RMW_AND,
   DXIL_RMW_NAND,
   DXIL_RMW_OR,
   DXIL_RMW_XOR,
   DXIL_RMW_MAX,
   DXIL_RMW_MIN,
   DXIL_RMW_UMAX,
   DXIL_RMW_UMIN,
};

struct dxil_value {
   enum dxil_value_kind kind;
   uint32_t type; /* FUNCTION and GLOBAL: the pointer type */
   union {
      uint64_t bits;  /* INT, FLOAT */
      uint32_t index; /* GLOBAL, FUNCTION, ARGUMENT, INSTR */
      struct {        /* AGGREGATE, EXPR; ids of module-level or function-level values, all constant */
         enum dxil_op op; /* EXPR: GEP or a cast */
         uint32_t aux;    /* EXPR GEP: source element type */
         uint32_t num_operands;
         const uint32_t *operands;
      } expr;
   };
};

struct dxil_instr {
   enum dxil_op op;
   uint32_t sub;    /* predicate or rmw */
   uint32_t type;   /* of the result; void for none */
   uint32_t result; /* value id, or DXIL_NONE */
   uint32_t aux;    /* see dxil_op */
   uint32_t fast;   /* float arithmetic: any fast-math flag but "precise"; zero means precise */
   uint32_t num_operands;
   const uint32_t *operands; /* value ids */
   uint32_t num_blocks;
   const uint32_t *blocks;   /* PHI, BR, SWITCH: block ids */
   uint32_t num_indices;
   const uint32_t *indices;  /* EXTRACTVALUE, INSERTVALUE */
};

struct dxil_block {
   uint32_t first; /* index of its first instruction in function->instrs */
   uint32_t count; /* at least 1; the last is the terminator */
};

struct dxil_global {
   const char *name;
   uint32_t value_type; /* what the pointer points to */
   uint32_t addrspace;
   bool is_const;
   uint32_t init; /* value id of the initialiser, or DXIL_NONE */
};

struct dxil_function {
   const char *name;
   uint32_t type;   /* a FUNCTION type */
   bool is_declaration;
   /* Value ids below module->num_values are the module's; the others are values[id - first]. */
   uint32_t num_values;
   const struct dxil_value *values;
   uint32_t num_instrs;
   const struct dxil_instr *instrs;
   uint32_t num_blocks;
   const struct dxil_block *blocks;
};

#endif
