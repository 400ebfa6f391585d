/*
 * What the files of the translator share. One struct translator lives for one call of
 * jit_translate.
 *
 * Failure is sticky: fail() notes the first message, and emission goes on with zeros, so that
 * nobody has to check in the middle of things.
 */
#ifndef JIT_TRANSLATE_PRIVATE_H
#define JIT_TRANSLATE_PRIVATE_H

#include "jit/control_flow.h"
#include "jit/translate.h"
#include "util/bits.h"

/* A scalar that all lanes share, or a vector. Vectors of bool are vi1. */
struct value {
   LLVMValueRef v;
   bool varying;
};

/* Where a handle's descriptor is. */
enum handle_place {
   HANDLE_TABLE, /* in the descriptor table of root parameter `param`, `offset` + index - lower */
   HANDLE_ROOT,  /* no descriptor: the root argument is the address */
   HANDLE_CONSTANTS, /* root constants: `offset` dwords into root_args.constants, `size` dwords */
   HANDLE_STATIC,    /* static sampler `offset` */
   HANDLE_HEAP,      /* descriptor `index` of the heap */
};

struct handle {
   enum dxil_resource_class cls;
   enum dxil_resource_kind kind;
   enum handle_place place;
   uint32_t param, offset, size;
   /* Value id of the register (TABLE) or heap index (HEAP); DXIL_NONE: the descriptor is the one
    * at `offset`. */
   uint32_t index;
   uint32_t lower;  /* TABLE: the register that `offset` is for */
   uint32_t stride; /* structured buffers: bytes of a structure, or 0 */
   uint32_t count; /* TABLE: registers that may be indexed from `lower` on; UINT32_MAX: unbounded */
   enum dxil_component_type type; /* of texels, as declared */
};

/* What is known of the result of an instruction. */
struct def {
   uint32_t block;
   uint32_t num_comps; /* 1 for scalars, 0 for void, members of an aggregate */
   uint32_t used;      /* components of an aggregate that are looked at, a bit each */
   uint32_t num_uses;
   bool varying;
   bool crosses;        /* used in another block */
   bool escapes;        /* used behind a divergent loop around it */
   uint32_t epoch;      /* for which `cache` holds */
   LLVMValueRef *ssa;   /* in its own block; of the entry block: everywhere */
   LLVMValueRef *cache; /* loaded from the slots */
   LLVMValueRef *slot, *escape_slot;
   LLVMValueRef phi_slot;
   struct handle *handle;
};

/* A private array, a constant global, or all of groupshared memory. */
struct memory {
   LLVMValueRef base;
   uint32_t elem_size; /* private: bytes of each element, of which there is one a lane */
   uint32_t size;      /* bytes of one lane's copy; one element more is there to absorb accesses
                          out of bounds */
   bool is_const;
};

struct translator {
   struct jit_build *build;
   LLVMBuilderRef b; /* build->builder */
   uint32_t lanes;
   const struct jit_translate_desc *desc;
   const struct jit_stage *stage;
   const struct dxil_module *module;
   const struct dxil_function *function;
   struct shader_info *info;
   char *message;
   bool failed;

   struct arena arena;
   struct control_flow flow;
   struct def *defs; /* by value id - module->num_values */

   /* While emitting. */
   uint32_t block;
   uint32_t epoch;    /* of def.cache: counts pieces of straight code */
   LLVMValueRef mask; /* vi1: lanes that run the block */
   LLVMBasicBlockRef exit;
   LLVMBasicBlockRef *label;     /* per block */
   LLVMValueRef *mask_slot;      /* per divergent block */
   LLVMBasicBlockRef *loop_end;  /* per loop with a divergent header */
   LLVMValueRef texture_args;    /* struct texture_args, once something needs it */
   LLVMValueRef lane_scratch[3]; /* arrays of JIT_MAX_LANES 64-bit words */
   LLVMValueRef zeros;           /* zero bytes, read in place of what is out of bounds */
   struct memory shared;
   uint32_t *global_offset;       /* groupshared globals: place in shared memory */
   struct memory **global_memory; /* constant globals */
   struct memory **def_memory;    /* allocas, by value id - module->num_values */
};

void fail(struct translator *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- Values (translate_values.c) -------------------------------------------------------------------- */

const struct dxil_value *find_value(struct translator *t, uint32_t id);
const struct dxil_type *value_type(struct translator *t, uint32_t id);
/* 1 for scalars, members of an aggregate, 0 for others. */
uint32_t num_components(const struct dxil_type *type);
/* The scalar LLVM type of an integer or float; pointers are i32 byte offsets. */
LLVMTypeRef scalar_type(struct translator *t, const struct dxil_type *type);
LLVMTypeRef vector_type(struct translator *t, LLVMTypeRef scalar);
/* Of a vector; others are their own. */
LLVMTypeRef element_type(LLVMTypeRef type);
/* `scalar`, or a vector of it if `like` is one. */
LLVMTypeRef type_like(struct translator *t, LLVMValueRef like, LLVMTypeRef scalar);
bool is_vector(LLVMValueRef value);
LLVMValueRef to_vector(struct translator *t, LLVMValueRef value);
/* Makes both vectors if either is. */
void match_forms(struct translator *t, LLVMValueRef *a, LLVMValueRef *b);
/* A constant of the type; an integer one of a value's type. */
LLVMValueRef splat_const(LLVMTypeRef type, LLVMValueRef scalar);
LLVMValueRef const_like(LLVMValueRef like, uint64_t value);
/* Intrinsics that are overloaded on their operands' type. */
LLVMValueRef intrinsic1(struct translator *t, const char *name, LLVMValueRef a);
LLVMValueRef intrinsic2(struct translator *t, const char *name, LLVMValueRef a, LLVMValueRef b);

/* A component of an operand as the block being emitted sees it. */
struct value operand_comp(struct translator *t, uint32_t id, uint32_t comp);
struct value operand(struct translator *t, uint32_t id);
LLVMValueRef operand_vector(struct translator *t, uint32_t id);
bool operand_const(struct translator *t, uint32_t id, uint64_t *bits);
bool operand_undef(struct translator *t, uint32_t id);
bool operand_zero(struct translator *t, uint32_t id); /* or undefined */
/* The def of an instruction's value, or NULL for constants and globals. */
struct def *def_of(struct translator *t, uint32_t id);
const struct dxil_instr *instr_of(struct translator *t, uint32_t id);

/* Sets a component of an instruction's result, scalar or vector. */
void define_comp(struct translator *t, const struct dxil_instr *instr, uint32_t comp,
                 LLVMValueRef value);
void define(struct translator *t, const struct dxil_instr *instr, LLVMValueRef value);
/* Must the result be a vector? Only components in the mask need to be defined. */
bool result_varies(struct translator *t, const struct dxil_instr *instr);
uint32_t result_used(struct translator *t, const struct dxil_instr *instr);

/* Stores to and loads from memory that only lives in registers in the end: vi1 in a form that
 * lasts. */
LLVMValueRef slot_create(struct translator *t, LLVMTypeRef type);
void slot_store(struct translator *t, LLVMValueRef slot, LLVMValueRef value);
LLVMValueRef slot_load(struct translator *t, LLVMValueRef slot, LLVMTypeRef type);

/* The block's lanes whose side effects count. */
LLVMValueRef write_mask(struct translator *t);
/* An LLVM block for a loop over the set lanes of `mask`, one at a time: begin leaves the builder in
 * the body, with the lane's number (i32); end closes it. Values of the body are not visible behind
 * it. */
struct lane_loop {
   LLVMBasicBlockRef head, body, done;
   LLVMValueRef bits, lane, left;
};
void lane_loop_begin(struct translator *t, struct lane_loop *loop, LLVMValueRef mask);
void lane_loop_end(struct translator *t, struct lane_loop *loop);
/* A vector through memory, for access by lane number. `which`: one of three places. */
LLVMValueRef lanes_store(struct translator *t, uint32_t which, LLVMValueRef vector);
LLVMValueRef lane_load(struct translator *t, LLVMValueRef place, LLVMTypeRef type,
                       LLVMValueRef lane);

/* ---- Divergence (divergence.c): fills def.varying -------------------------------------------- */
void find_divergence(struct translator *t);

/* ---- Blocks and edges (translate_flow.c) ----------------------------------------------------- */
void emit_blocks(struct translator *t);

/* ---- Instructions ---------------------------------------------------------------------------- */
void emit_instr(struct translator *t, const struct dxil_instr *instr); /* translate.c */
bool emit_arith(struct translator *t, const struct dxil_instr *instr);
bool emit_memory(struct translator *t, const struct dxil_instr *instr);
/* The opcode of a dx.op call, DXIL_NONE for other calls. */
uint32_t dxop_opcode(struct translator *t, const struct dxil_instr *instr);
void emit_dxop(struct translator *t, const struct dxil_instr *instr);
/* Fails for calls of functions that we do not know or that have the wrong shape: after it, a known
 * opcode's operands are there and of the right types. */
void check_dxops(struct translator *t);

/* Families of dx.op calls; false: not one of theirs. */
bool emit_dxop_math(struct translator *t, const struct dxil_instr *instr, uint32_t opcode);
bool emit_dxop_buffer(struct translator *t, const struct dxil_instr *instr, uint32_t opcode);
bool emit_dxop_texture(struct translator *t, const struct dxil_instr *instr, uint32_t opcode);
bool emit_dxop_query(struct translator *t, const struct dxil_instr *instr, uint32_t opcode);
bool emit_dxop_atomic(struct translator *t, const struct dxil_instr *instr, uint32_t opcode);
bool emit_dxop_wave(struct translator *t, const struct dxil_instr *instr, uint32_t opcode);

/* ---- Maths (translate_arith.c) --------------------------------------------------------------- */

typedef LLVMValueRef (*unary_vf32)(struct jit_build *build, LLVMValueRef value);
/* The value, or zero of the same sign, if that is how arithmetic is to see it and the CPU will not see to
 * it (jit/denormals.h). Of operands and results. */
LLVMValueRef flush_denormals(struct translator *t, LLVMValueRef value);
/* Applies a function of vf32 to a scalar or vector. */
LLVMValueRef apply_vf32(struct translator *t, unary_vf32 function, LLVMValueRef value);
LLVMValueRef half_to_float(struct translator *t, LLVMValueRef half);  /* f16 → f32 */
LLVMValueRef float_to_half(struct translator *t, LLVMValueRef value); /* f32 → f16 */
/* Quotient or remainder, with D3D's answer to zero. Both are scalars or both vectors. */
LLVMValueRef divide_ints(struct translator *t, enum dxil_op op, LLVMValueRef a, LLVMValueRef b);

/* ---- Memory (translate_memory.c) ------------------------------------------------------------- */

void memory_init(struct translator *t);
bool pointer_is_private(struct translator *t, uint32_t id); /* points to an alloca */

/* ---- Handles (translate_handle.c) ------------------------------------------------------------ */

void find_handles(struct translator *t);
/* The handle that a value is. Never NULL: fails, and gives an empty one. */
const struct handle *handle_of(struct translator *t, uint32_t id);
/* Is it a typed buffer or texture, behind a routine, rather than plain memory? */
bool handle_is_typed(const struct handle *handle);
/* A load of what cannot change while the shader runs. */
LLVMValueRef load_invariant(struct translator *t, LLVMTypeRef type, LLVMValueRef ptr,
                            uint64_t offset, uint32_t align);
/* The address of its struct descriptor or sampler: ptr, or vptr when the index varies. */
struct value handle_address(struct translator *t, const struct handle *handle);
/* A field of a descriptor at such an address. `offset`: offsetof. */
struct value descriptor_field(struct translator *t, struct value address, uint32_t offset,
                              LLVMTypeRef type);

/* ---- Buffers (translate_buffer.c) ------------------------------------------------------------ */

/* The bytes behind the handle of a constant, raw or structured buffer. */
struct buffer {
   struct value base;    /* ptr */
   struct value limit;   /* size in bytes (i32), 4 GB less one at most; v is NULL: not bounded */
   struct value address; /* of the descriptor; v is NULL: there is none */
   uint32_t stride;      /* of structures; 0: raw */
};
/* One access: an offset into a buffer, and the condition under which it is inside at all. */
struct access {
   const struct buffer *buffer;
   struct value offset; /* bytes, i32 */
   struct value inside; /* v is NULL: nothing to check but the offset */
};
struct buffer buffer_of(struct translator *t, const struct handle *handle);
/* c0, c1: value ids of the index and the byte offset into the structure, or of the byte offset. */
struct access buffer_access(struct translator *t, const struct buffer *buffer, uint32_t c0,
                            uint32_t c1);
/* Which lanes may access `size` bytes at offset + skip? i1, vi1, or NULL for all. */
LLVMValueRef access_check(struct translator *t, const struct access *access, uint32_t skip,
                          uint32_t size);
/* The address of offset + skip: ptr or vptr. */
struct value access_address(struct translator *t, const struct access *access, uint32_t skip);

/* ---- Shaders that only show a texture (translate_blit.c) ----------------------------------------- */

/* Fills info->blit of a pixel shader, once its code is emitted. */
void find_blit(struct translator *t);

/* ---- Texture routines (translate_texture.c) -------------------------------------------------- */

/* Makes room for arguments if the shader calls routines at all. */
void texture_init(struct translator *t);
/* The number of the site where an operation of the view and sampler (may be NULL) is, or JIT_MAX_SITES: the
 * descriptors' places are not known, or there is no room for another site. */
uint32_t texture_site(struct translator *t, enum texture_op op, const struct handle *view,
                      const struct handle *sampler);
/* Sets the integer coordinates of a typed load, store or atomic: ids of c0, c1, c2. */
void texture_set_coords(struct translator *t, const struct handle *view, const uint32_t ids[3]);
/* Calls the routine for the lanes in the mask. sampler: may be NULL. */
void texture_call(struct translator *t, enum texture_op op, const struct handle *view,
                  const struct handle *sampler, LLVMValueRef mask);
/* A row of the results, `type` being a vector of dwords; or, of TEXTURE_ADDRESS, the addresses. */
LLVMValueRef texture_result(struct translator *t, uint32_t comp, LLVMTypeRef type);
/* Typed buffers: BufferLoad and BufferStore come from translate_buffer.c. */
void emit_typed_load(struct translator *t, const struct dxil_instr *instr,
                     const struct handle *view, uint32_t lod, const uint32_t coords[3]);
void emit_typed_store(struct translator *t, const struct handle *view, const uint32_t coords[3],
                      const uint32_t values[4]);

#endif
