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
