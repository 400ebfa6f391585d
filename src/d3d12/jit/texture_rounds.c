#include "jit/expr.h"
#include "jit/texture_code.h"

void
texture_rounds_begin(struct texture_code *code, LLVMValueRef mask, const LLVMValueRef *keys,
                     uint32_t num_keys, LLVMTypeRef result_type, uint32_t num_results,
                     struct texture_rounds *rounds)
{
   struct jit_build *build = code->build;
   LLVMBuilderRef b = build->builder;

   *rounds = (struct texture_rounds){ .mask = mask, .num_keys = num_keys };
   if (num_keys == 0)
      return;

   LLVMValueRef all = jit_mask_bits(build, mask);
   rounds->before = LLVMGetInsertBlock(b);
   rounds->body = jit_block(build, "round");
   rounds->after = jit_block(build, "rounds_done");
   LLVMValueRef any = icmp(build, LLVMIntNE, all, jit_const_i32(build, 0));
   LLVMBuildCondBr(b, any, rounds->body, rounds->after);

   jit_position(build, rounds->body);
   rounds->left = LLVMBuildPhi(b, build->i32, "");
   LLVMAddIncoming(rounds->left, &all, &rounds->before, 1);
   for (uint32_t i = 0; i < num_results; i++) {
      LLVMValueRef zero = LLVMConstNull(result_type);
      rounds->results[i] = LLVMBuildPhi(b, result_type, "");
      LLVMAddIncoming(rounds->results[i], &zero, &rounds->before, 1);
   }

   LLVMValueRef args[] = { rounds->left, LLVMConstNull(build->i1) };
   LLVMValueRef lane = jit_intrinsic(build, "llvm.cttz", (LLVMTypeRef[]){ build->i32 }, 1, args, 2);
   rounds->mask = jit_mask_from_bits(build, rounds->left);
   for (uint32_t i = 0; i < num_keys; i++) {
      rounds->value[i] = LLVMBuildExtractElement(b, keys[i], lane, "");
      LLVMValueRef same = icmp(build, LLVMIntEQ, keys[i], jit_splat(build, rounds->value[i]));
      rounds->mask = iand(build, rounds->mask, same);
   }
}

void
texture_rounds_end(struct texture_code *code, struct texture_rounds *rounds, LLVMValueRef *results,
                   uint32_t num_results)
{
   struct jit_build *build = code->build;
   LLVMBuilderRef b = build->builder;
   if (rounds->num_keys == 0)
      return;

   for (uint32_t i = 0; i < num_results; i++)
      results[i] = choose(build, rounds->mask, results[i], rounds->results[i]);
   LLVMValueRef done = LLVMBuildNot(b, jit_mask_bits(build, rounds->mask), "");
   LLVMValueRef left = iand(build, rounds->left, done);
   LLVMBasicBlockRef end = LLVMGetInsertBlock(b);
   LLVMValueRef any = icmp(build, LLVMIntNE, left, jit_const_i32(build, 0));
   LLVMBuildCondBr(b, any, rounds->body, rounds->after);
   LLVMAddIncoming(rounds->left, &left, &end, 1);
   for (uint32_t i = 0; i < num_results; i++)
      LLVMAddIncoming(rounds->results[i], &results[i], &end, 1);

   jit_position(build, rounds->after);
   for (uint32_t i = 0; i < num_results; i++) {
      LLVMTypeRef type = LLVMTypeOf(results[i]);
      LLVMValueRef values[] = { LLVMConstNull(type), results[i] };
      LLVMBasicBlockRef blocks[] = { rounds->before, end };
      results[i] = LLVMBuildPhi(b, type, "");
      LLVMAddIncoming(results[i], values, blocks, 2);
   }
}
