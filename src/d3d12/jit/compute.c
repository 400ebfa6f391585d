/*
 * Compute shaders: one call runs a thread group, SIMD group after SIMD group. Where all threads of
 * the group must meet at barriers, each SIMD group is a coroutine: it stops at a barrier, and goes
 * on when all others have come to theirs. Its frame lies in the caller's scratch memory; how large
 * that must be is known after LLVM has split the coroutine, so the code itself tells when it is
 * called without a context.
 */
#include "jit/exit.h"
#include "jit/pipeline.h"
#include "util/bits.h"
#include "util/debug.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define SYMBOL "compute"
#define FRAME_ALIGN 64

enum argument {
   ARG_CTX,
   ARG_GROUP_X,
   ARG_GROUP_Y,
   ARG_GROUP_Z,
   ARG_SHARED,
   ARG_SCRATCH,
   ARG_INDEX, /* of the SIMD group: coroutines only */
   NUM_ARGS,
};

struct compute {
   struct jit_build *build;
   LLVMBuilderRef b;
   const struct dxil_module *module;
   uint32_t threads, num_groups; /* SIMD groups */
   LLVMValueRef args[NUM_ARGS];
   LLVMValueRef flat; /* vi32 */
   bool coroutine;
   LLVMBasicBlockRef suspended, cleanup;
};

/* ---- What the shader asks -------------------------------------------------------------------- */

static LLVMValueRef
flat_thread_id(void *data)
{
   struct compute *c = data;
   return c->flat;
}

static LLVMValueRef
thread_id_in_group(void *data, uint32_t axis)
{
   struct compute *c = data;
   const uint32_t *n = c->module->num_threads;
   LLVMValueRef id = c->flat;
   if (n[axis] == 1)
      return LLVMConstNull(c->build->vi32);
   if (axis > 0)
      id = LLVMBuildUDiv(c->b, id, jit_splat_i32(c->build, axis == 1 ? n[0] : n[0] * n[1]), "");
   if (axis < 2 && n[axis] < c->threads)
      id = LLVMBuildURem(c->b, id, jit_splat_i32(c->build, n[axis]), "");
   return id;
}

static LLVMValueRef
group_id(void *data, uint32_t axis)
{
   struct compute *c = data;
   return c->args[ARG_GROUP_X + axis];
}

static LLVMValueRef
thread_id(void *data, uint32_t axis)
{
   struct compute *c = data;
   LLVMValueRef size = jit_const_i32(c->build, c->module->num_threads[axis]);
   LLVMValueRef first = LLVMBuildMul(c->b, group_id(c, axis), size, "");
   return LLVMBuildAdd(c->b, jit_splat(c->build, first), thread_id_in_group(c, axis), "");
}

/* ---- Coroutines ------------------------------------------------------------------------------ */

static LLVMValueRef
suspend(struct compute *c, bool final)
{
   LLVMTypeRef token = LLVMTokenTypeInContext(c->build->context);
   LLVMValueRef args[] = { LLVMConstNull(token), LLVMConstInt(c->build->i1, final, false) };
   return jit_intrinsic(c->build, "llvm.coro.suspend", NULL, 0, args, 2);
}

static void
group_barrier(void *data)
{
   struct compute *c = data;
   if (!c->coroutine) /* the thread group is one SIMD group */
      return;
   LLVMValueRef choice = LLVMBuildSwitch(c->b, suspend(c, false), c->suspended, 2);
   LLVMBasicBlockRef resumed = jit_block(c->build, "resumed");
   LLVMAddCase(choice, LLVMConstInt(c->build->i8, 0, false), resumed);
   LLVMAddCase(choice, LLVMConstInt(c->build->i8, 1, false), c->cleanup);
   jit_position(c->build, resumed);
}

static bool
emit_shader(struct compute *c, LLVMValueRef index, const struct root_signature *root,
            struct shader_info *info, char message[static 128])
{
   struct jit_build *build = c->build;
   LLVMValueRef base = LLVMBuildMul(c->b, index, jit_const_i32(build, build->lanes), "");
   c->flat = LLVMBuildAdd(c->b, jit_splat(build, base), jit_lane_ids(build), "");
   LLVMValueRef mask = LLVMConstAllOnes(build->vi1);
   if (c->threads % build->lanes)
      mask = LLVMBuildICmp(c->b, LLVMIntULT, c->flat, jit_splat_i32(build, c->threads), "");

   struct jit_stage stage = {
      .data = c,
      .thread_id = thread_id,
      .group_id = group_id,
      .thread_id_in_group = thread_id_in_group,
      .flat_thread_id = flat_thread_id,
      .group_barrier = group_barrier,
   };
   struct jit_translate_desc desc = {
      .module = c->module,
      .root = root,
      .visibility = D3D12_SHADER_VISIBILITY_ALL,
      .stage = &stage,
      .bindings =
         jit_load(build, build->ptr, c->args[ARG_CTX], offsetof(struct compute_ctx, bindings), 8),
      .shared = c->args[ARG_SHARED],
      .mask = mask,
   };
   return jit_translate(build, &desc, info, message);
}

static LLVMValueRef
add_function(struct compute *c, const char *name, LLVMTypeRef result, unsigned num_args)
{
   struct jit_build *build = c->build;
   LLVMTypeRef params[NUM_ARGS] = { build->ptr, build->i32, build->i32, build->i32,
                                    build->ptr, build->ptr, build->i32 };
   LLVMValueRef function =
      LLVMAddFunction(build->module, name, LLVMFunctionType(result, params, num_args, false));
   for (unsigned i = 0; i < num_args; i++)
      c->args[i] = LLVMGetParam(function, i);
   jit_position(build, LLVMAppendBasicBlockInContext(build->context, function, "entry"));
   return function;
}

static LLVMValueRef
without_context(struct compute *c)
{
   return LLVMBuildIsNull(c->b, c->args[ARG_CTX], "");
}

/* The function of one SIMD group. It returns its handle; without a context it only stores the size
 * of all frames at `scratch`. */
static LLVMValueRef
emit_coroutine(struct compute *c, const struct root_signature *root, struct shader_info *info,
               char message[static 128])
{
   struct jit_build *build = c->build;
   LLVMValueRef function = add_function(c, "simd_group", build->ptr, NUM_ARGS);
   static const char attribute[] = "presplitcoroutine";
   unsigned kind = LLVMGetEnumAttributeKindForName(attribute, sizeof(attribute) - 1);
   LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex,
                           LLVMCreateEnumAttribute(build->context, kind, 0));

   LLVMValueRef null = LLVMConstNull(build->ptr);
   LLVMValueRef id_args[] = { jit_const_i32(build, FRAME_ALIGN), null, null, null };
   LLVMValueRef id = jit_intrinsic(build, "llvm.coro.id", NULL, 0, id_args, 4);
   LLVMValueRef size = jit_intrinsic(build, "llvm.coro.size", &build->i64, 1, NULL, 0);
   size = LLVMBuildAdd(c->b, size, LLVMConstInt(build->i64, FRAME_ALIGN - 1, false), "");
   size = LLVMBuildAnd(c->b, size, LLVMConstInt(build->i64, -(uint64_t)FRAME_ALIGN, false), "");
   LLVMBasicBlockRef ask = jit_block(build, "ask"), start = jit_block(build, "start");
   LLVMBuildCondBr(c->b, without_context(c), ask, start);

   jit_position(build, ask);
   LLVMValueRef all = LLVMConstInt(build->i64, c->num_groups, false);
   jit_store(build, LLVMBuildMul(c->b, size, all, ""), c->args[ARG_SCRATCH], 0, 8);
   LLVMBuildRet(c->b, null);

   jit_position(build, start);
   LLVMValueRef index = LLVMBuildZExt(c->b, c->args[ARG_INDEX], build->i64, "");
   LLVMValueRef begin_args[] = { id, jit_ptr_add_value(build, c->args[ARG_SCRATCH],
                                                       LLVMBuildMul(c->b, index, size, "")) };
   LLVMValueRef handle = jit_intrinsic(build, "llvm.coro.begin", NULL, 0, begin_args, 2);
   c->suspended = jit_block(build, "suspended");
   c->cleanup = jit_block(build, "cleanup");
   if (!emit_shader(c, c->args[ARG_INDEX], root, info, message))
      return NULL;

   LLVMBasicBlockRef never = jit_block(build, "never");
   LLVMValueRef choice = LLVMBuildSwitch(c->b, suspend(c, true), c->suspended, 2);
   LLVMAddCase(choice, LLVMConstInt(build->i8, 0, false), never);
   LLVMAddCase(choice, LLVMConstInt(build->i8, 1, false), c->cleanup);
   jit_position(build, never);
   LLVMBuildUnreachable(c->b);
   jit_position(build, c->cleanup); /* the frame is not ours to free */
   LLVMBuildBr(c->b, c->suspended);
   jit_position(build, c->suspended);
   LLVMValueRef end_args[] = { handle, LLVMConstNull(build->i1) };
   jit_intrinsic(build, "llvm.coro.end", NULL, 0, end_args, 2);
   LLVMBuildRet(c->b, handle);
   return function;
}

/* ---- The thread group ------------------------------------------------------------------------ */

/* for (i = 0; i < num_groups; i++): begin gives i, end closes the loop and goes on behind it. */
struct counted {
   LLVMValueRef counter, i;
   LLVMBasicBlockRef head;
};

static void
counted_begin(struct compute *c, struct counted *loop)
{
   struct jit_build *build = c->build;
   loop->counter = jit_alloca(build, build->i32, 4, "");
   LLVMBuildStore(c->b, jit_const_i32(build, 0), loop->counter);
   loop->head = jit_block(build, "head");
   LLVMBuildBr(c->b, loop->head);
   jit_position(build, loop->head);
   loop->i = LLVMBuildLoad2(c->b, build->i32, loop->counter, "");
}

static void
counted_end(struct compute *c, struct counted *loop)
{
   struct jit_build *build = c->build;
   LLVMValueRef next = LLVMBuildAdd(c->b, loop->i, jit_const_i32(build, 1), "");
   LLVMBuildStore(c->b, next, loop->counter);
   LLVMBasicBlockRef done = jit_block(build, "done");
   LLVMValueRef more =
      LLVMBuildICmp(c->b, LLVMIntULT, next, jit_const_i32(build, c->num_groups), "");
   LLVMBuildCondBr(c->b, more, loop->head, done);
   jit_position(build, done);
}

/* Starts all coroutines, then resumes those that are not done until all are. */
static void
emit_scheduler(struct compute *c, LLVMValueRef coroutine)
{
   struct jit_build *build = c->build;
   LLVMTypeRef type = LLVMGlobalGetValueType(coroutine);
   LLVMValueRef handles = jit_alloca(build, LLVMArrayType(build->ptr, c->num_groups), 8, "handles");
   LLVMValueRef running = jit_alloca(build, build->i1, 1, "running");
   struct counted loop;

   counted_begin(c, &loop);
   c->args[ARG_INDEX] = loop.i;
   LLVMValueRef handle = LLVMBuildCall2(c->b, type, coroutine, c->args, NUM_ARGS, "");
   LLVMBuildStore(c->b, handle, LLVMBuildGEP2(c->b, build->ptr, handles, &loop.i, 1, ""));
   counted_end(c, &loop);

   LLVMBasicBlockRef round = jit_block(build, "round"), done = jit_block(build, "all_done");
   LLVMBuildBr(c->b, round);
   jit_position(build, round);
   LLVMBuildStore(c->b, LLVMConstNull(build->i1), running);
   counted_begin(c, &loop);
   handle = LLVMBuildLoad2(c->b, build->ptr,
                           LLVMBuildGEP2(c->b, build->ptr, handles, &loop.i, 1, ""), "");
   LLVMBasicBlockRef resume = jit_block(build, "resume"), next = jit_block(build, "next");
   LLVMBuildCondBr(c->b, jit_intrinsic(build, "llvm.coro.done", NULL, 0, &handle, 1), next, resume);
   jit_position(build, resume);
   jit_intrinsic(build, "llvm.coro.resume", NULL, 0, &handle, 1);
   LLVMBuildStore(c->b, LLVMConstAllOnes(build->i1), running);
   LLVMBuildBr(c->b, next);
   jit_position(build, next);
   counted_end(c, &loop);
   LLVMBuildCondBr(c->b, LLVMBuildLoad2(c->b, build->i1, running, ""), round, done);
   jit_position(build, done);
}

static bool
emit_compute(struct compute *c, const struct root_signature *root, struct shader_info *info,
             char message[static 128])
{
   struct jit_build *build = c->build;
   LLVMValueRef coroutine = NULL;
   if (c->coroutine) {
      coroutine = emit_coroutine(c, root, info, message);
      if (!coroutine)
         return false;
   }

   add_function(c, SYMBOL, build->void_type, NUM_ARGS - 1);
   LLVMBasicBlockRef ask = jit_block(build, "ask"), run = jit_block(build, "run");
   LLVMBuildCondBr(c->b, without_context(c), ask, run);
   jit_position(build, ask);
   if (coroutine) {
      c->args[ARG_INDEX] = jit_const_i32(build, 0);
      LLVMBuildCall2(c->b, LLVMGlobalGetValueType(coroutine), coroutine, c->args, NUM_ARGS, "");
   } else {
      jit_store(build, LLVMConstNull(build->i64), c->args[ARG_SCRATCH], 0, 8);
   }
   LLVMBuildRetVoid(c->b);

   jit_position(build, run);
   if (coroutine) {
      emit_scheduler(c, coroutine);
   } else {
      struct counted loop;
      counted_begin(c, &loop);
      if (!emit_shader(c, loop.i, root, info, message))
         return false;
      counted_end(c, &loop);
   }
   LLVMBuildRetVoid(c->b);
   return true;
}

/* ---- The pipeline ---------------------------------------------------------------------------- */

static bool
has_barrier(const struct dxil_module *module)
{
   const struct dxil_function *function = &module->functions[module->entry];
   static const char name[] = "dx.op.barrier";
   for (uint32_t i = 0; i < function->num_instrs; i++) {
      const struct dxil_instr *instr = &function->instrs[i];
      if (instr->op == DXIL_OP_CALL && instr->num_operands == 2 &&
          !strncmp(module->functions[instr->aux].name, name, sizeof(name) - 1)) {
         const struct dxil_value *mode = dxil_value(module, function, instr->operands[1]);
         if (mode->kind == DXIL_VALUE_INT && (mode->bits & 1)) /* sync of the thread group */
            return true;
      }
   }
   return false;
}

static HRESULT
build_code(const struct dxil_module *cs, const struct root_signature *root, const uint64_t key[2],
           struct jit_shader *shader)
{
   struct jit_build *build = jit_build_create(key);
   if (!build)
      return E_OUTOFMEMORY;
   uint64_t threads = (uint64_t)cs->num_threads[0] * cs->num_threads[1] * cs->num_threads[2];
   struct compute c = { .build = build, .b = build->builder, .module = cs };
   char message[128] = "a thread group of more than 1024 threads";
   bool emitted = false;
   if (threads > 0 && threads <= D3D12_CS_THREAD_GROUP_MAX_THREADS_PER_GROUP) {
      c.threads = threads;
      c.num_groups = div_round_up(threads, build->lanes);
      c.coroutine = c.num_groups > 1 && has_barrier(cs);
      emitted = emit_compute(&c, root, &shader->info, message);
   }
   if (!emitted) {
      debug_printf(DEBUG_INFO, "compute shader: %s", message);
      jit_build_destroy(build);
      return E_INVALIDARG;
   }
   jit_build_set_info(build, &shader->info, sizeof(shader->info));
   shader->code = jit_build_finish(build, SYMBOL);
   return shader->code ? S_OK : E_OUTOFMEMORY;
}

HRESULT
jit_compute_create(const struct dxil_module *cs, const struct root_signature *root,
                   struct jit_compute **out)
{
   *out = NULL;
   if (cs->kind != DXIL_SHADER_COMPUTE)
      return E_INVALIDARG;
   struct jit_compute *pipeline = calloc(1, sizeof(*pipeline));
   if (!pipeline)
      return E_OUTOFMEMORY;

   uint64_t state[3] = { cs->hash[0], cs->hash[1], root->hash };
   XXH128_hash_t hash = XXH3_128bits(state, sizeof(state));
   uint64_t key[2] = { hash.low64, hash.high64 };
   struct jit_shader *shader = &pipeline->cs;
   shader->code = jit_code_find(key, SYMBOL);
   if (shader->code) {
      size_t size;
      const void *info = jit_code_info(shader->code, &size);
      if (size == sizeof(shader->info)) {
         memcpy(&shader->info, info, size);
      } else {
         jit_code_release(shader->code);
         shader->code = NULL;
      }
   }
   if (!shader->code) {
      HRESULT hr = build_code(cs, root, key, shader);
      if (hr != S_OK && jit_exit_begun()) {
         *out = pipeline;
         return S_OK;
      }
      if (hr != S_OK) {
         free(pipeline);
         return hr;
      }
   }

   pipeline->run = (compute_fn)jit_code_entry(shader->code);
   uint64_t scratch = 0;
   pipeline->run(NULL, 0, 0, 0, NULL, &scratch);
   shader->info.scratch_size = scratch;
   *out = pipeline;
   return S_OK;
}

void
jit_compute_destroy(struct jit_compute *pipeline)
{
   if (!pipeline)
      return;
   jit_code_release(pipeline->cs.code);
   free(pipeline);
}
