/* A routine as a whole: arguments, the null view, the operation. */
#include "jit/texture_compile.h"
#include "jit/expr.h"
#include "jit/texture_code.h"

#include <string.h>

#define SYMBOL "texture"

/* A null view reads as zero in all channels, also in those that its format lacks. */
static void
answer_null(struct texture_code *code)
{
   struct jit_build *build = code->build;
   LLVMTypeRef type = code->key.op == TEXTURE_ADDRESS ? build->vi64 : build->vf32;
   uint32_t count = code->key.op == TEXTURE_ADDRESS ? 1 : 4;
   if (code->key.op == TEXTURE_STORE)
      return;
   for (uint32_t c = 0; c < count; c++) {
      jit_store(build, LLVMConstNull(type), code->args,
                offsetof(struct texture_args, result) + c * JIT_MAX_LANES * sizeof(float), 32);
   }
}

static void
operate(struct texture_code *code)
{
   if (code->compares)
      texture_prepare_compare(code);

   switch (code->key.op) {
   case TEXTURE_GATHER:
   case TEXTURE_GATHER_CMP:
      texture_gather(code);
      break;
   case TEXTURE_LOD:
      texture_query_lod(code);
      break;
   case TEXTURE_LOAD:
      texture_load(code);
      break;
   case TEXTURE_STORE:
      texture_store(code);
      break;
   case TEXTURE_ADDRESS:
      texture_address(code);
      break;
   default:
      texture_sample(code);
      break;
   }
}

/* Attribute of a pointer argument; index from 1. */
static void
add_attribute(struct jit_build *build, LLVMValueRef function, uint32_t index, const char *name)
{
   unsigned id = LLVMGetEnumAttributeKindForName(name, strlen(name));
   LLVMAddAttributeAtIndex(function, index, LLVMCreateEnumAttribute(build->context, id, 0));
}

static void
build_routine(struct jit_build *build, union texture_key key)
{
   LLVMBuilderRef b = build->builder;
   LLVMTypeRef types[] = { build->ptr, build->ptr, build->ptr };
   LLVMValueRef function =
      LLVMAddFunction(build->module, SYMBOL, LLVMFunctionType(build->void_type, types, 3, false));
   for (uint32_t i = 1; i <= 3; i++)
      add_attribute(build, function, i, "noalias");

   struct texture_code code = {
      .build = build,
      .key = key,
      .info = format_info(key.format),
      .dim = texture_dim(key.dim),
      .compares = texture_op_compares(key.op),
      .view = LLVMGetParam(function, 0),
      .sampler = LLVMGetParam(function, 1),
      .args = LLVMGetParam(function, 2),
   };
   code.integer = texture_format_is_integer(code.info);

   jit_position(build, LLVMAppendBasicBlockInContext(build->context, function, "entry"));
   LLVMBasicBlockRef null = jit_block(build, "null"), some = jit_block(build, "some");
   LLVMBasicBlockRef done = jit_block(build, "done");
   jit_store(build, jit_const_i32(build, 1), code.args, offsetof(struct texture_args, resident), 4);
   LLVMValueRef size = VIEW_FIELD(&code, i64, size);
   LLVMBuildCondBr(b, icmp(build, LLVMIntEQ, size, LLVMConstNull(build->i64)), null, some);

   jit_position(build, null);
   answer_null(&code);
   LLVMBuildBr(b, done);

   jit_position(build, some);
   code.mask = jit_mask_from_bits(
      build, jit_load(build, build->i32, code.args, offsetof(struct texture_args, mask), 4));
   operate(&code);
   LLVMBuildBr(b, done);

   jit_position(build, done);
   LLVMBuildRetVoid(b);
}

/* There is no generated code for blocks that decode bit by bit, and for what nobody uses. */
static bool
is_supported(union texture_key key)
{
   const struct format_info *info = format_info(key.format);
   const struct texture_dim *dim = texture_dim(key.dim);

   if (texture_op_has_sampler(key.op) && dim->buffer)
      return false;
   if (key.op == TEXTURE_LOD)
      return true;
   if (info->block_bytes == 0 || info->encoding == FORMAT_SUBSAMPLED)
      return false;
   if (key.op == TEXTURE_STORE || key.op == TEXTURE_ADDRESS)
      return info->encoding < FORMAT_SUBSAMPLED;
   return info->encoding < FORMAT_BC1 || (texture_bc_supported(info) && dim->coords > 1);
}

texture_fn
texture_compile(union texture_key key)
{
   if (!is_supported(key))
      return NULL;

   const uint64_t id[2] = { key.bits, 0x7465787475726500 };
   struct jit_code *code = jit_code_find(id, SYMBOL);
   if (!code) {
      struct jit_build *build = jit_build_create(id);
      if (!build)
         return NULL;
      build_routine(build, key);
      code = jit_build_finish(build, SYMBOL);
   }
   return code ? (texture_fn)jit_code_entry(code) : NULL;
}
