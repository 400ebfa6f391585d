/*
 * Constant, raw and structured buffers. What lies beyond a buffer's end reads as zero and swallows
 * writes (D3D11.3 7.5, 7.14); root descriptors have no end (D3D12: root signatures are not
 * checked).
 */
#include "jit/translate_private.h"

#include <stddef.h>

#define ZERO_BYTES 16

static LLVMValueRef
zero_memory(struct translator *t)
{
   if (!t->zeros) {
      LLVMTypeRef type = LLVMArrayType(t->build->i8, ZERO_BYTES);
      t->zeros = LLVMAddGlobal(t->build->module, type, "zeros");
      LLVMSetInitializer(t->zeros, LLVMConstNull(type));
      LLVMSetGlobalConstant(t->zeros, true);
      LLVMSetLinkage(t->zeros, LLVMInternalLinkage);
      LLVMSetAlignment(t->zeros, 16);
   }
   return t->zeros;
}

static LLVMValueRef
add(struct translator *t, LLVMValueRef a, LLVMValueRef b)
{
   match_forms(t, &a, &b);
   return LLVMBuildAdd(t->b, a, b, "");
}

/* ---- Buffers and accesses -------------------------------------------------------------------- */

struct buffer
buffer_of(struct translator *t, const struct handle *handle)
{
   struct buffer buffer = { .stride = handle->stride };
   if (handle->place == HANDLE_ROOT || handle->place == HANDLE_CONSTANTS) {
      LLVMValueRef root = load_invariant(t, t->build->ptr, t->desc->bindings,
                                         offsetof(struct shader_bindings, root), 8);
      if (handle->place == HANDLE_ROOT) {
         buffer.base.v = load_invariant(t, t->build->ptr, root,
                                        offsetof(struct root_args, param) + 8 * handle->param, 8);
      } else {
         buffer.base.v = jit_ptr_add(
            t->build, root, offsetof(struct root_args, constants) + 4 * (uint64_t)handle->offset);
         buffer.limit.v = jit_const_i32(t->build, 4 * handle->size);
      }
      return buffer;
   }

   buffer.address = handle_address(t, handle);
   buffer.base =
      descriptor_field(t, buffer.address, offsetof(struct descriptor, base), t->build->ptr);
   struct value size =
      descriptor_field(t, buffer.address, offsetof(struct descriptor, size), t->build->i64);
   size.v = intrinsic2(t, "llvm.umin", size.v, const_like(size.v, UINT32_MAX));
   buffer.limit = (struct value){
      LLVMBuildTrunc(t->b, size.v, size.varying ? t->build->vi32 : t->build->i32, ""), size.varying
   };
   return buffer;
}

struct access
buffer_access(struct translator *t, const struct buffer *buffer, uint32_t c0, uint32_t c1)
{
   struct access access = { .buffer = buffer, .offset = operand(t, c0) };
   if (!buffer->stride)
      return access;

   LLVMValueRef index = access.offset.v;
   if (buffer->address.v) {
      struct value count =
         descriptor_field(t, buffer->address, offsetof(struct descriptor, width), t->build->i32);
      LLVMValueRef i = index;
      match_forms(t, &i, &count.v);
      access.inside.v = LLVMBuildICmp(t->b, LLVMIntULT, i, count.v, "");
      access.inside.varying = is_vector(access.inside.v);
   }
   access.offset.v =
      add(t, LLVMBuildMul(t->b, index, const_like(index, buffer->stride), ""), operand(t, c1).v);
   access.offset.varying = is_vector(access.offset.v);
   return access;
}

LLVMValueRef
access_check(struct translator *t, const struct access *access, uint32_t skip, uint32_t size)
{
   LLVMValueRef inside = access->inside.v;
   if (!access->buffer->limit.v)
      return inside;
   LLVMValueRef limit = access->buffer->limit.v, offset = access->offset.v;
   limit = intrinsic2(t, "llvm.usub.sat", limit, const_like(limit, skip + size - 1));
   match_forms(t, &limit, &offset);
   LLVMValueRef check = LLVMBuildICmp(t->b, LLVMIntULT, offset, limit, "");
   if (!inside)
      return check;
   match_forms(t, &check, &inside);
   return LLVMBuildAnd(t->b, check, inside, "");
}

struct value
access_address(struct translator *t, const struct access *access, uint32_t skip)
{
   LLVMValueRef offset = access->offset.v, base = access->buffer->base.v;
   base = jit_ptr_add(t->build, base, skip);
   if (is_vector(offset)) {
      /* Gathers take 32-bit offsets if these are signed: the middle of 4 GB becomes the base. */
      base = jit_ptr_add(t->build, base, 1ull << 31);
      offset = LLVMBuildXor(t->b, offset, const_like(offset, 1ull << 31), "");
      offset = LLVMBuildSExt(t->b, offset, t->build->vi64, "");
   } else {
      offset = LLVMBuildZExt(t->b, offset, t->build->i64, "");
   }
   LLVMValueRef address = jit_ptr_add_value(t->build, base, offset);
   return (struct value){ address, is_vector(address) };
}

/* Reads `type` at offset + skip, zero where that is out of bounds. */
static LLVMValueRef
access_read(struct translator *t, const struct access *access, uint32_t skip, LLVMTypeRef type,
            uint32_t size, bool invariant)
{
   uint32_t align = MIN2(size, 4);
   LLVMValueRef check = access_check(t, access, skip, size);
   struct value address = access_address(t, access, skip);
   if (address.varying || (check && is_vector(check))) {
      LLVMValueRef mask = t->mask;
      if (check)
         mask = LLVMBuildAnd(t->b, mask, to_vector(t, check), "");
      return jit_gather(t->build, vector_type(t, type), to_vector(t, address.v), mask, align);
   }
   if (check)
      address.v = LLVMBuildSelect(t->b, check, address.v, zero_memory(t), "");
   return invariant ? load_invariant(t, type, address.v, 0, align)
                    : jit_load(t->build, type, address.v, 0, align);
}

static uint32_t
type_bytes(const struct dxil_type *type)
{
   return MAX2(type->bits / 8, 1);
}

static const struct dxil_type *
member_type(struct translator *t, const struct dxil_instr *instr)
{
   const struct dxil_type *type = &t->module->types[instr->type];
   return type->kind == DXIL_TYPE_STRUCT ? &t->module->types[type->members[0]] : type;
}

/* ---- Constant buffers ------------------------------------------------------------------------ */

/* A row of 16 bytes. A view's size is a multiple of 256, so its rows are inside or not; root
 * constants may end within one. */
static void
emit_cbuffer_row(struct translator *t, const struct dxil_instr *instr)
{
   const struct handle *handle = handle_of(t, instr->operands[1]);
   const struct dxil_type *type = member_type(t, instr);
   uint32_t bytes = type_bytes(type), count = 16 / bytes, used = result_used(t, instr);
   struct buffer buffer = buffer_of(t, handle);
   struct value row = operand(t, instr->operands[2]);
   struct access access = { .buffer = &buffer };
   access.offset =
      (struct value){ LLVMBuildShl(t->b, row.v, const_like(row.v, 4), ""), row.varying };
   /* A row number that does not fit counts as outside, where there is one. */
   access.inside.v = LLVMBuildICmp(t->b, LLVMIntULT, row.v, const_like(row.v, 1u << 28), "");
   access.inside.varying = row.varying;
   if (LLVMIsConstant(access.inside.v) && !LLVMIsNull(access.inside.v))
      access.inside.v = NULL;

   LLVMTypeRef llvm = scalar_type(t, type);
   if (!result_varies(t, instr) && handle->place != HANDLE_CONSTANTS) {
      LLVMValueRef all = access_read(t, &access, 0, LLVMVectorType(llvm, count), 16, true);
      for (uint32_t i = 0; i < count; i++) {
         if (used & (1u << i))
            define_comp(t, instr, i,
                        LLVMBuildExtractElement(t->b, all, jit_const_i32(t->build, i), ""));
      }
      return;
   }
   for (uint32_t i = 0; i < count; i++) {
      if (used & (1u << i))
         define_comp(t, instr, i, access_read(t, &access, i * bytes, llvm, bytes, true));
   }
}

static void
emit_cbuffer_load(struct translator *t, const struct dxil_instr *instr)
{
   const struct dxil_type *type = member_type(t, instr);
   struct buffer buffer = buffer_of(t, handle_of(t, instr->operands[1]));
   struct access access = { .buffer = &buffer, .offset = operand(t, instr->operands[2]) };
   define(t, instr, access_read(t, &access, 0, scalar_type(t, type), type_bytes(type), true));
}

/* ---- Raw and structured buffers -------------------------------------------------------------- */

static void
emit_raw_load(struct translator *t, const struct dxil_instr *instr)
{
   const struct dxil_type *type = member_type(t, instr);
   uint32_t bytes = type_bytes(type), used = result_used(t, instr);
   struct buffer buffer = buffer_of(t, handle_of(t, instr->operands[1]));
   struct access access = buffer_access(t, &buffer, instr->operands[2], instr->operands[3]);
   for (uint32_t i = 0; i < 4; i++) {
      if (used & (1u << i))
         define_comp(t, instr, i,
                     access_read(t, &access, i * bytes, scalar_type(t, type), bytes, false));
   }
   define_comp(t, instr, 4, jit_const_i32(t->build, 1));
}

/* All lanes that write have the same to write at the same place: one store, somewhere harmless if
 * there is no such lane. */
static void
store_once(struct translator *t, LLVMValueRef value, LLVMValueRef address, LLVMValueRef check,
           LLVMValueRef mask, uint32_t align)
{
   LLVMValueRef really = jit_any(t->build, mask);
   if (check)
      really = LLVMBuildAnd(t->b, really, check, "");
   LLVMValueRef dummy = jit_alloca(t->build, t->build->i64, 8, "");
   jit_store(t->build, value, LLVMBuildSelect(t->b, really, address, dummy, ""), 0, align);
}

static void
emit_raw_store(struct translator *t, const struct dxil_instr *instr, uint64_t comps)
{
   const struct dxil_type *type = value_type(t, instr->operands[4]);
   uint32_t bytes = type_bytes(type), align = MIN2(bytes, 4);
   struct buffer buffer = buffer_of(t, handle_of(t, instr->operands[1]));
   struct access access = buffer_access(t, &buffer, instr->operands[2], instr->operands[3]);
   LLVMValueRef mask = write_mask(t);
   t->info->writes_memory = true;
   for (uint32_t i = 0; i < 4; i++) {
      if (!(comps & (1u << i)))
         continue;
      LLVMValueRef value = operand(t, instr->operands[4 + i]).v;
      LLVMValueRef check = access_check(t, &access, i * bytes, bytes);
      struct value address = access_address(t, &access, i * bytes);
      if (!is_vector(value) && !address.varying && !(check && is_vector(check))) {
         store_once(t, value, address.v, check, mask, align);
         continue;
      }
      LLVMValueRef lanes = mask;
      if (check)
         lanes = LLVMBuildAnd(t->b, lanes, to_vector(t, check), "");
      jit_scatter(t->build, to_vector(t, value), to_vector(t, address.v), lanes, align);
   }
}

static bool
is_memory(struct translator *t, const struct handle *handle)
{
   if (handle->cls == DXIL_CLASS_SAMPLER || handle_is_typed(handle)) {
      fail(t, "a buffer access to what is not a buffer");
      return false;
   }
   return true;
}

static void
emit_store(struct translator *t, const struct dxil_instr *instr)
{
   const struct handle *handle = handle_of(t, instr->operands[1]);
   uint64_t comps;
   if (handle->cls != DXIL_CLASS_UAV || !operand_const(t, instr->operands[8], &comps)) {
      fail(t, "a store to what cannot be written");
      return;
   }
   if (!handle_is_typed(handle)) {
      emit_raw_store(t, instr, comps);
      return;
   }
   uint32_t coords[3] = { instr->operands[2], DXIL_NONE, DXIL_NONE };
   emit_typed_store(t, handle, coords, &instr->operands[4]);
}

bool
emit_dxop_buffer(struct translator *t, const struct dxil_instr *instr, uint32_t opcode)
{
   const struct handle *handle;
   switch (opcode) {
   case 58:
   case 59:
      if (!is_memory(t, handle_of(t, instr->operands[1])))
         return true;
      if (opcode == 58)
         emit_cbuffer_load(t, instr);
      else
         emit_cbuffer_row(t, instr);
      return true;
   case 68:
      handle = handle_of(t, instr->operands[1]);
      if (handle_is_typed(handle)) {
         uint32_t coords[3] = { instr->operands[2], DXIL_NONE, DXIL_NONE };
         emit_typed_load(t, instr, handle, DXIL_NONE, coords);
      } else {
         emit_raw_load(t, instr);
      }
      return true;
   case 139:
      if (is_memory(t, handle_of(t, instr->operands[1])))
         emit_raw_load(t, instr);
      return true;
   case 69:
   case 140:
      emit_store(t, instr);
      return true;
   default:
      return false;
   }
}
