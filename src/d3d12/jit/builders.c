/* The small builders of engine.h. */
#include "jit/engine.h"

#include <string.h>

LLVMValueRef
jit_const_i32(struct jit_build *build, uint32_t value)
{
   return LLVMConstInt(build->i32, value, false);
}

LLVMValueRef
jit_const_f32(struct jit_build *build, float value)
{
   /* By its bits: through a double, a signalling NaN would not survive. */
   uint32_t bits;
   memcpy(&bits, &value, sizeof(bits));
   return LLVMConstBitCast(jit_const_i32(build, bits), build->f32);
}

LLVMValueRef
jit_splat(struct jit_build *build, LLVMValueRef scalar)
{
   LLVMTypeRef type = LLVMVectorType(LLVMTypeOf(scalar), build->lanes);
   LLVMValueRef first = LLVMBuildInsertElement(build->builder, LLVMGetPoison(type), scalar,
                                               jit_const_i32(build, 0), "");
   return LLVMBuildShuffleVector(build->builder, first, LLVMGetPoison(type),
                                 LLVMConstNull(build->vi32), "");
}

LLVMValueRef
jit_splat_i32(struct jit_build *build, uint32_t value)
{
   return jit_splat(build, jit_const_i32(build, value));
}

LLVMValueRef
jit_splat_f32(struct jit_build *build, float value)
{
   return jit_splat(build, jit_const_f32(build, value));
}

LLVMValueRef
jit_lane_ids(struct jit_build *build)
{
   LLVMValueRef ids[64];
   for (uint32_t i = 0; i < build->lanes; i++)
      ids[i] = jit_const_i32(build, i);
   return LLVMConstVector(ids, build->lanes);
}

static LLVMTypeRef
bits_type(struct jit_build *build)
{
   return LLVMIntTypeInContext(build->context, build->lanes);
}

LLVMValueRef
jit_any(struct jit_build *build, LLVMValueRef mask)
{
   LLVMValueRef bits = LLVMBuildBitCast(build->builder, mask, bits_type(build), "");
   return LLVMBuildICmp(build->builder, LLVMIntNE, bits, LLVMConstNull(bits_type(build)), "");
}

LLVMValueRef
jit_mask_bits(struct jit_build *build, LLVMValueRef mask)
{
   LLVMValueRef bits = LLVMBuildBitCast(build->builder, mask, bits_type(build), "");
   return LLVMBuildZExt(build->builder, bits, build->i32, "");
}

LLVMValueRef
jit_mask_from_bits(struct jit_build *build, LLVMValueRef bits)
{
   LLVMValueRef narrow = LLVMBuildTrunc(build->builder, bits, bits_type(build), "");
   return LLVMBuildBitCast(build->builder, narrow, build->vi1, "");
}

LLVMValueRef
jit_ptr_add(struct jit_build *build, LLVMValueRef ptr, uint64_t offset)
{
   if (offset == 0)
      return ptr;
   return jit_ptr_add_value(build, ptr, LLVMConstInt(build->i64, offset, false));
}

LLVMValueRef
jit_ptr_add_value(struct jit_build *build, LLVMValueRef ptr, LLVMValueRef offset)
{
   return LLVMBuildGEP2(build->builder, build->i8, ptr, &offset, 1, "");
}

LLVMValueRef
jit_load(struct jit_build *build, LLVMTypeRef type, LLVMValueRef ptr, uint64_t offset,
         uint32_t align)
{
   LLVMValueRef load = LLVMBuildLoad2(build->builder, type, jit_ptr_add(build, ptr, offset), "");
   LLVMSetAlignment(load, align);
   return load;
}

LLVMValueRef
jit_store(struct jit_build *build, LLVMValueRef value, LLVMValueRef ptr, uint64_t offset,
          uint32_t align)
{
   LLVMValueRef store = LLVMBuildStore(build->builder, value, jit_ptr_add(build, ptr, offset));
   LLVMSetAlignment(store, align);
   return store;
}

/*
 * Where there is no instruction for it, LLVM makes a branch for each lane of a gather or scatter.
 * We make none: lanes that are off access a place of no consequence. The instructions know dwords
 * and qwords only; AVX2 has no scatter.
 */
static bool
has_instruction(LLVMTypeRef vector_type, uint32_t min_vector_bits)
{
   LLVMTypeRef element = LLVMGetElementType(vector_type);
   LLVMTypeKind kind = LLVMGetTypeKind(element);
   bool narrow = kind == LLVMHalfTypeKind ||
                 (kind == LLVMIntegerTypeKind && LLVMGetIntTypeWidth(element) < 32);
   return !narrow && jit_target_get()->vector_bits >= min_vector_bits;
}

static LLVMValueRef
redirect(struct jit_build *build, LLVMValueRef ptrs, LLVMValueRef mask, LLVMValueRef elsewhere)
{
   return LLVMBuildSelect(build->builder, mask, ptrs, jit_splat(build, elsewhere), "");
}

/* 16 zero bytes in the code's constants. */
static LLVMValueRef
zero_bytes(struct jit_build *build)
{
   static const char name[] = "zero_bytes";
   LLVMValueRef zero = LLVMGetNamedGlobal(build->module, name);
   if (!zero) {
      LLVMTypeRef type = LLVMArrayType(build->i8, 16);
      zero = LLVMAddGlobal(build->module, type, name);
      LLVMSetInitializer(zero, LLVMConstNull(type));
      LLVMSetGlobalConstant(zero, true);
      LLVMSetLinkage(zero, LLVMInternalLinkage);
      LLVMSetAlignment(zero, 16);
   }
   return zero;
}

LLVMValueRef
jit_gather(struct jit_build *build, LLVMTypeRef vector_type, LLVMValueRef ptrs, LLVMValueRef mask,
           uint32_t align)
{
   if (has_instruction(vector_type, 256)) {
      LLVMTypeRef overloads[] = { vector_type, LLVMTypeOf(ptrs) };
      LLVMValueRef args[] = { ptrs, jit_const_i32(build, align), mask,
                              LLVMConstNull(vector_type) };
      return jit_intrinsic(build, "llvm.masked.gather", overloads, 2, args, 4);
   }

   ptrs = redirect(build, ptrs, mask, zero_bytes(build));
   LLVMValueRef result = LLVMGetPoison(vector_type);
   for (uint32_t i = 0; i < build->lanes; i++) {
      LLVMValueRef lane = jit_const_i32(build, i);
      LLVMValueRef ptr = LLVMBuildExtractElement(build->builder, ptrs, lane, "");
      LLVMValueRef value = jit_load(build, LLVMGetElementType(vector_type), ptr, 0, align);
      result = LLVMBuildInsertElement(build->builder, result, value, lane, "");
   }
   return result;
}

void
jit_scatter(struct jit_build *build, LLVMValueRef value, LLVMValueRef ptrs, LLVMValueRef mask,
            uint32_t align)
{
   if (has_instruction(LLVMTypeOf(value), 512)) {
      LLVMTypeRef overloads[] = { LLVMTypeOf(value), LLVMTypeOf(ptrs) };
      LLVMValueRef args[] = { value, ptrs, jit_const_i32(build, align), mask };
      jit_intrinsic(build, "llvm.masked.scatter", overloads, 2, args, 4);
      return;
   }

   LLVMTypeRef type = LLVMGetElementType(LLVMTypeOf(value));
   ptrs = redirect(build, ptrs, mask, jit_alloca(build, type, 16, "scatter_off"));
   for (uint32_t i = 0; i < build->lanes; i++) {
      LLVMValueRef lane = jit_const_i32(build, i);
      LLVMValueRef ptr = LLVMBuildExtractElement(build->builder, ptrs, lane, "");
      jit_store(build, LLVMBuildExtractElement(build->builder, value, lane, ""), ptr, 0, align);
   }
}

LLVMValueRef
jit_intrinsic(struct jit_build *build, const char *name, LLVMTypeRef *overloads,
              unsigned num_overloads, LLVMValueRef *args, unsigned num_args)
{
   unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
   LLVMValueRef function =
      LLVMGetIntrinsicDeclaration(build->module, id, overloads, num_overloads);
   LLVMTypeRef type = LLVMIntrinsicGetType(build->context, id, overloads, num_overloads);
   return LLVMBuildCall2(build->builder, type, function, args, num_args, "");
}

static bool
is_double(LLVMValueRef value)
{
   LLVMTypeRef type = LLVMTypeOf(value);
   if (LLVMGetTypeKind(type) == LLVMVectorTypeKind)
      type = LLVMGetElementType(type);
   return LLVMGetTypeKind(type) == LLVMDoubleTypeKind;
}

LLVMValueRef
jit_fma(struct jit_build *build, LLVMValueRef a, LLVMValueRef b, LLVMValueRef c)
{
   /* A CPU without FMA would call libm for each lane. D3D allows two roundings for floats
    * (mad, D3D11.3 3.1.3.2), not for doubles (dfma, 22.14.7). */
   if (!jit_target_get()->has_fma && !is_double(a))
      return LLVMBuildFAdd(build->builder, LLVMBuildFMul(build->builder, a, b, ""), c, "");

   LLVMTypeRef type = LLVMTypeOf(a);
   LLVMValueRef args[] = { a, b, c };
   return jit_intrinsic(build, "llvm.fma", &type, 1, args, 3);
}

LLVMValueRef
jit_fmin(struct jit_build *build, LLVMValueRef a, LLVMValueRef b)
{
   LLVMTypeRef type = LLVMTypeOf(a);
   LLVMValueRef args[] = { a, b };
   return jit_intrinsic(build, "llvm.minnum", &type, 1, args, 2);
}

LLVMValueRef
jit_fmax(struct jit_build *build, LLVMValueRef a, LLVMValueRef b)
{
   LLVMTypeRef type = LLVMTypeOf(a);
   LLVMValueRef args[] = { a, b };
   return jit_intrinsic(build, "llvm.maxnum", &type, 1, args, 2);
}

LLVMValueRef
jit_bitcast(struct jit_build *build, LLVMValueRef value, LLVMTypeRef type)
{
   return LLVMBuildBitCast(build->builder, value, type, "");
}

static LLVMValueRef
current_function(struct jit_build *build)
{
   return LLVMGetBasicBlockParent(LLVMGetInsertBlock(build->builder));
}

LLVMValueRef
jit_alloca(struct jit_build *build, LLVMTypeRef type, uint32_t align, const char *name)
{
   /* A builder of its own: the caller's may stand in the middle of a block. */
   LLVMBuilderRef builder = LLVMCreateBuilderInContext(build->context);
   LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(current_function(build));
   LLVMValueRef first = LLVMGetFirstInstruction(entry);
   if (first)
      LLVMPositionBuilderBefore(builder, first);
   else
      LLVMPositionBuilderAtEnd(builder, entry);
   LLVMValueRef alloca = LLVMBuildAlloca(builder, type, name);
   LLVMSetAlignment(alloca, align);
   LLVMDisposeBuilder(builder);
   return alloca;
}

LLVMBasicBlockRef
jit_block(struct jit_build *build, const char *name)
{
   return LLVMAppendBasicBlockInContext(build->context, current_function(build), name);
}

void
jit_position(struct jit_build *build, LLVMBasicBlockRef block)
{
   LLVMPositionBuilderAtEnd(build->builder, block);
}
