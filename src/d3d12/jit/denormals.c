#include "jit/denormals.h"

#include "jit/abi.h"

#include <string.h>

static void
set_control(struct jit_build *build, LLVMValueRef place)
{
   jit_intrinsic(build, "llvm.x86.sse.ldmxcsr", NULL, 0, &place, 1);
}

/* Arithmetic is not ordered with accesses to MXCSR, but nothing moves out of a function that is called. */
void
jit_denormals_keep(struct jit_build *build, const char *symbol)
{
   static const char noinline[] = "noinline";
   unsigned id = LLVMGetEnumAttributeKindForName(noinline, sizeof(noinline) - 1);
   LLVMBuilderRef b = build->builder;
   LLVMValueRef body = LLVMGetNamedFunction(build->module, symbol);
   LLVMTypeRef type = LLVMGlobalGetValueType(body);
   LLVMValueRef args[8];

   LLVMSetValueName2(body, "body", 4);
   LLVMAddAttributeAtIndex(body, LLVMAttributeFunctionIndex,
                           LLVMCreateEnumAttribute(build->context, id, 0));
   LLVMValueRef function = LLVMAddFunction(build->module, symbol, type);
   jit_position(build, LLVMAppendBasicBlockInContext(build->context, function, "entry"));
   LLVMValueRef before = LLVMBuildAlloca(b, build->i32, ""), keep = LLVMBuildAlloca(b, build->i32, "");
   jit_intrinsic(build, "llvm.x86.sse.stmxcsr", NULL, 0, &before, 1);
   LLVMValueRef control = jit_load(build, build->i32, before, 0, 4);
   control = LLVMBuildAnd(b, control, jit_const_i32(build, ~JIT_FLUSH_DENORMALS), "");
   jit_store(build, control, keep, 0, 4);
   set_control(build, keep);
   LLVMGetParams(function, args);
   LLVMBuildCall2(b, type, body, args, LLVMCountParams(function), "");
   set_control(build, before);
   LLVMBuildRetVoid(b);
}
