#include "jit/stages.h"

LLVMValueRef
jit_stage_function(struct jit_build *build, const char *symbol, LLVMTypeRef *parameters,
                   unsigned count)
{
   LLVMTypeRef type = LLVMFunctionType(build->void_type, parameters, count, false);
   LLVMValueRef function = LLVMAddFunction(build->module, symbol, type);
   unsigned noalias = LLVMGetEnumAttributeKindForName("noalias", 7);

   for (unsigned i = 0; i < count; i++)
      if (parameters[i] == build->ptr)
         LLVMAddAttributeAtIndex(function, i + 1,
                                 LLVMCreateEnumAttribute(build->context, noalias, 0));
   LLVMPositionBuilderAtEnd(build->builder,
                            LLVMAppendBasicBlockInContext(build->context, function, "entry"));
   return function;
}

void
jit_group_loop_begin(struct jit_build *build, struct jit_group_loop *loop, LLVMValueRef count,
                     uint32_t step)
{
   LLVMBuilderRef b = build->builder;
   LLVMValueRef zero = jit_const_i32(build, 0);

   loop->count = count;
   loop->step = step;
   loop->entry = LLVMGetInsertBlock(b);
   loop->body = jit_block(build, "group");
   loop->done = jit_block(build, "done");
   LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntEQ, count, zero, ""), loop->done, loop->body);
   jit_position(build, loop->body);
   loop->first = LLVMBuildPhi(b, build->i32, "first");
   LLVMValueRef left = LLVMBuildSub(b, count, loop->first, "");
   loop->mask = LLVMBuildICmp(b, LLVMIntULT, jit_lane_ids(build), jit_splat(build, left), "");
   if (step < build->lanes)
      loop->mask = LLVMBuildAnd(
         b, loop->mask,
         LLVMBuildICmp(b, LLVMIntULT, jit_lane_ids(build), jit_splat_i32(build, step), ""), "");
}

void
jit_group_loop_end(struct jit_build *build, struct jit_group_loop *loop)
{
   LLVMBuilderRef b = build->builder;
   LLVMValueRef next = LLVMBuildAdd(b, loop->first, jit_const_i32(build, loop->step), "");
   LLVMValueRef incoming[] = { jit_const_i32(build, 0), next };
   LLVMBasicBlockRef from[] = { loop->entry, LLVMGetInsertBlock(b) };

   LLVMAddIncoming(loop->first, incoming, from, 2);
   LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntULT, next, loop->count, ""), loop->body, loop->done);
   jit_position(build, loop->done);
}
