#include "jit/engine.h"

#include "jit/cache.h"
#include "jit/denormals.h"
#include "jit/exit.h"
#include "jit/object.h"
#include "util/bits.h"
#include "util/debug.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/Error.h>
#include <llvm-c/Target.h>
#include <llvm-c/TargetMachine.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/* ---- Codes in memory ------------------------------------------------------------------------- */

struct jit_code {
   struct jit_code *next; /* in its bucket */
   uint64_t id[2];
   uint32_t references; /* under table_lock */
   struct jit_object object;
   size_t info_size;
   uint8_t info[];
};

#define NUM_BUCKETS 1024

static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static struct jit_code *table[NUM_BUCKETS];

/* What a module's key becomes once its entry point and the instruction set are part of it. */
static void
make_id(const uint64_t key[2], const char *symbol, uint64_t id[2])
{
   XXH3_state_t state;
   const char *isa = jit_target_get()->isa;
   XXH3_128bits_reset(&state);
   XXH3_128bits_update(&state, key, 2 * sizeof(key[0]));
   XXH3_128bits_update(&state, isa, strlen(isa) + 1);
   XXH3_128bits_update(&state, symbol, strlen(symbol));
   XXH128_hash_t hash = XXH3_128bits_digest(&state);
   id[0] = hash.low64;
   id[1] = hash.high64;
}

static struct jit_code **
bucket(const uint64_t id[2])
{
   return &table[id[0] % NUM_BUCKETS];
}

/* With table_lock held. */
static struct jit_code *
table_find(const uint64_t id[2])
{
   for (struct jit_code *code = *bucket(id); code; code = code->next) {
      if (code->id[0] == id[0] && code->id[1] == id[1]) {
         code->references++;
         return code;
      }
   }
   return NULL;
}

static void
code_destroy(struct jit_code *code)
{
   jit_object_finish(&code->object);
   free(code);
}

/* Enters a new code, with one reference; when another thread was faster, theirs is returned. */
static struct jit_code *
table_add(struct jit_code *code)
{
   pthread_mutex_lock(&table_lock);
   struct jit_code *other = table_find(code->id);
   if (!other) {
      code->references = 1;
      code->next = *bucket(code->id);
      *bucket(code->id) = code;
   }
   pthread_mutex_unlock(&table_lock);

   if (!other)
      return code;
   code_destroy(code);
   return other;
}

static struct jit_code *
code_load(const uint64_t id[2], const char *symbol, const struct jit_cache_entry *entry)
{
   struct jit_code *code = calloc(1, sizeof(*code) + entry->info_size);
   if (!code)
      return NULL;
   if (!jit_object_init(&code->object, entry->object, entry->object_size, symbol)) {
      debug_printf(DEBUG_INFO, "%s: the compiled object cannot be loaded", symbol);
      free(code);
      return NULL;
   }
   memcpy(code->id, id, sizeof(code->id));
   code->info_size = entry->info_size;
   if (entry->info_size)
      memcpy(code->info, entry->info, entry->info_size);
   return table_add(code);
}

struct jit_code *
jit_code_find(const uint64_t key[2], const char *symbol)
{
   uint64_t id[2];
   make_id(key, symbol, id);

   pthread_mutex_lock(&table_lock);
   struct jit_code *code = table_find(id);
   pthread_mutex_unlock(&table_lock);
   if (code)
      return code;

   struct jit_cache_entry entry;
   if (!jit_cache_load(id, &entry))
      return NULL;
   code = code_load(id, symbol, &entry);
   jit_cache_entry_finish(&entry);
   return code;
}

void
jit_code_release(struct jit_code *code)
{
   if (!code)
      return;

   pthread_mutex_lock(&table_lock);
   bool last = --code->references == 0;
   if (last) {
      struct jit_code **link = bucket(code->id);
      while (*link != code)
         link = &(*link)->next;
      *link = code->next;
   }
   pthread_mutex_unlock(&table_lock);

   if (last)
      code_destroy(code);
}

void *
jit_code_entry(const struct jit_code *code)
{
   return code->object.entry;
}

const void *
jit_code_info(const struct jit_code *code, size_t *size)
{
   *size = code->info_size;
   return code->info;
}

/* ---- Target machines ------------------------------------------------------------------------- */

/*
 * One takes a while to make and serves one thread at a time: they are kept for the next build. None
 * is made, and LLVM not even initialised, before something must be compiled.
 */
#define MAX_IDLE_MACHINES 16

static pthread_once_t llvm_once = PTHREAD_ONCE_INIT;
static pthread_mutex_t machines_lock = PTHREAD_MUTEX_INITIALIZER;
static LLVMTargetMachineRef idle_machines[MAX_IDLE_MACHINES];
static unsigned num_idle_machines;

static const char triple[] = "x86_64-pc-linux-gnu";

static void
init_llvm(void)
{
   LLVMInitializeX86TargetInfo();
   LLVMInitializeX86Target();
   LLVMInitializeX86TargetMC();
   LLVMInitializeX86AsmPrinter();
}

static LLVMTargetMachineRef
machine_take(void)
{
   pthread_once(&llvm_once, init_llvm);

   LLVMTargetMachineRef machine = NULL;
   pthread_mutex_lock(&machines_lock);
   if (num_idle_machines)
      machine = idle_machines[--num_idle_machines];
   pthread_mutex_unlock(&machines_lock);
   if (machine)
      return machine;

   LLVMTargetRef target;
   char *error = NULL;
   if (LLVMGetTargetFromTriple(triple, &target, &error)) {
      debug_printf(DEBUG_INFO, "LLVM: %s", error);
      LLVMDisposeMessage(error);
      return NULL;
   }
   const struct jit_target *isa = jit_target_get();
   return LLVMCreateTargetMachine(target, triple, isa->cpu, isa->features, LLVMCodeGenLevelDefault,
                                  LLVMRelocPIC, LLVMCodeModelSmall);
}

static void
machine_give(LLVMTargetMachineRef machine)
{
   pthread_mutex_lock(&machines_lock);
   if (num_idle_machines < MAX_IDLE_MACHINES) {
      idle_machines[num_idle_machines++] = machine;
      machine = NULL;
   }
   pthread_mutex_unlock(&machines_lock);
   if (machine)
      LLVMDisposeTargetMachine(machine);
}

/* ---- Builds ---------------------------------------------------------------------------------- */

struct build {
   struct jit_build base;
   LLVMTargetMachineRef machine;
   void *info;
   size_t info_size;
};

/* Without a handler of ours, LLVM ends the process at an error. */
static void
on_diagnostic(LLVMDiagnosticInfoRef diagnostic, void *data)
{
   (void)data;
   if (LLVMGetDiagInfoSeverity(diagnostic) != LLVMDSError)
      return;
   char *text = LLVMGetDiagInfoDescription(diagnostic);
   debug_printf(DEBUG_INFO, "LLVM: %s", text);
   LLVMDisposeMessage(text);
}

static void
init_types(struct jit_build *build)
{
   LLVMContextRef context = build->context;
   build->void_type = LLVMVoidTypeInContext(context);
   build->i1 = LLVMInt1TypeInContext(context);
   build->i8 = LLVMInt8TypeInContext(context);
   build->i16 = LLVMInt16TypeInContext(context);
   build->i32 = LLVMInt32TypeInContext(context);
   build->i64 = LLVMInt64TypeInContext(context);
   build->f16 = LLVMHalfTypeInContext(context);
   build->f32 = LLVMFloatTypeInContext(context);
   build->f64 = LLVMDoubleTypeInContext(context);
   build->ptr = LLVMPointerTypeInContext(context, 0);
   build->vi1 = LLVMVectorType(build->i1, build->lanes);
   build->vi8 = LLVMVectorType(build->i8, build->lanes);
   build->vi16 = LLVMVectorType(build->i16, build->lanes);
   build->vi32 = LLVMVectorType(build->i32, build->lanes);
   build->vi64 = LLVMVectorType(build->i64, build->lanes);
   build->vf16 = LLVMVectorType(build->f16, build->lanes);
   build->vf32 = LLVMVectorType(build->f32, build->lanes);
   build->vf64 = LLVMVectorType(build->f64, build->lanes);
   build->vptr = LLVMVectorType(build->ptr, build->lanes);
}

struct jit_build *
jit_build_create(const uint64_t key[2])
{
   if (!jit_exit_enter())
      return NULL;
   struct build *build = calloc(1, sizeof(*build));
   if (build)
      build->machine = machine_take();
   if (!build || !build->machine) {
      free(build);
      jit_exit_leave();
      return NULL;
   }

   struct jit_build *base = &build->base;
   memcpy(base->key, key, sizeof(base->key));
   base->lanes = jit_target_get()->lanes;
   base->context = LLVMContextCreate();
   LLVMContextSetOpaquePointers(base->context, true);
   LLVMContextSetDiscardValueNames(base->context, !debug_enabled(DEBUG_SHADERS));
   LLVMContextSetDiagnosticHandler(base->context, on_diagnostic, NULL);
   base->module = LLVMModuleCreateWithNameInContext("dxg", base->context);
   base->builder = LLVMCreateBuilderInContext(base->context);
   init_types(base);

   LLVMTargetDataRef layout = LLVMCreateTargetDataLayout(build->machine);
   LLVMSetTarget(base->module, triple);
   LLVMSetModuleDataLayout(base->module, layout);
   LLVMDisposeTargetData(layout);
   return base;
}

void
jit_build_destroy(struct jit_build *base)
{
   if (!base)
      return;
   struct build *build = container_of(base, struct build, base);
   LLVMDisposeBuilder(base->builder);
   LLVMDisposeModule(base->module);
   LLVMContextDispose(base->context);
   machine_give(build->machine);
   free(build->info);
   free(build);
   jit_exit_leave();
}

void
jit_build_set_info(struct jit_build *base, const void *info, size_t size)
{
   struct build *build = container_of(base, struct build, base);
   free(build->info);
   build->info = malloc(size);
   build->info_size = size;
   if (build->info)
      memcpy(build->info, info, size);
}

/* ---- From a module to an object -------------------------------------------------------------- */

static void
set_attribute(struct jit_build *build, LLVMValueRef function, const char *name, const char *value)
{
   LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex,
                           LLVMCreateStringAttribute(build->context, name, strlen(name), value,
                                                     strlen(value)));
}

/* What another library could replace is reached through a table, which our loader does not have. */
static void
hide_globals(struct jit_build *build)
{
   for (LLVMValueRef global = LLVMGetFirstGlobal(build->module); global;
        global = LLVMGetNextGlobal(global))
      LLVMSetLinkage(global, LLVMInternalLinkage);
}

/* Gives every function the attributes of our code, and hides all but the entry point. Tells whether
 * there are coroutines to split. */
static bool
prepare_functions(struct jit_build *build, const char *symbol)
{
   static const char nounwind[] = "nounwind";
   unsigned id = LLVMGetEnumAttributeKindForName(nounwind, sizeof(nounwind) - 1);
   LLVMAttributeRef attribute = LLVMCreateEnumAttribute(build->context, id, 0);
   bool has_coroutines = false;

   for (LLVMValueRef function = LLVMGetFirstFunction(build->module); function;
        function = LLVMGetNextFunction(function)) {
      size_t length;
      const char *name = LLVMGetValueName2(function, &length);
      if (LLVMIsDeclaration(function)) {
         has_coroutines |= !strncmp(name, "llvm.coro.", 10);
         continue;
      }
      if (strcmp(name, symbol))
         LLVMSetLinkage(function, LLVMInternalLinkage);
      else
         LLVMSetVisibility(function, LLVMHiddenVisibility);
      LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex, attribute);
      if (!build->keeps_denormals)
         set_attribute(build, function, "denormal-fp-math-f32", "preserve-sign,preserve-sign");
      /* LLVM keeps to 256 bits on CPUs with AVX-512 unless it is told otherwise. */
      if (jit_target_get()->vector_bits == 512) {
         set_attribute(build, function, "prefer-vector-width", "512");
         set_attribute(build, function, "min-legal-vector-width", "512");
      }
   }
   return has_coroutines;
}

static bool
verify(struct jit_build *build, const char *symbol)
{
   char *message = NULL;
   bool broken = LLVMVerifyModule(build->module, LLVMReturnStatusAction, &message);
   if (broken) {
      debug_printf(DEBUG_INFO | DEBUG_SHADERS, "%s: %s", symbol, message);
      if (debug_enabled(DEBUG_SHADERS))
         LLVMDumpModule(build->module);
   }
   LLVMDisposeMessage(message);
   return !broken;
}

/*
 * Shaders arrive optimised by their front end; what is left to do is what vectorising and inlining
 * of our own functions brought about. Code is compiled while a frame waits for it, and these passes
 * take a sixth of that time; LLVM's O1 takes a third, for code that is no faster.
 */
#define CLEAN "sroa,early-cse,simplifycfg,instcombine,loop-mssa(licm),gvn,simplifycfg"

static bool
optimise(struct build *build, bool has_coroutines)
{
   static const char passes[] = "always-inline,function(" CLEAN ")";
   static const char coroutine_passes[] =
      "coro-early,always-inline,function(sroa,early-cse,simplifycfg),cgscc(coro-split),"
      "coro-cleanup,globaldce,function(" CLEAN ")";

   LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
   LLVMErrorRef error = LLVMRunPasses(build->base.module,
                                      has_coroutines ? coroutine_passes : passes, build->machine,
                                      options);
   LLVMDisposePassBuilderOptions(options);
   if (!error)
      return true;
   char *message = LLVMGetErrorMessage(error);
   debug_printf(DEBUG_INFO, "LLVM: %s", message);
   LLVMDisposeErrorMessage(message);
   return false;
}

static LLVMMemoryBufferRef
emit(struct build *build)
{
   LLVMMemoryBufferRef buffer = NULL;
   char *message = NULL;
   if (LLVMTargetMachineEmitToMemoryBuffer(build->machine, build->base.module, LLVMObjectFile,
                                           &message, &buffer)) {
      debug_printf(DEBUG_INFO, "LLVM: %s", message);
      LLVMDisposeMessage(message);
      return NULL;
   }
   return buffer;
}

static double
now_ms(void)
{
   struct timespec time;
   clock_gettime(CLOCK_MONOTONIC, &time);
   return time.tv_sec * 1e3 + time.tv_nsec * 1e-6;
}

static LLVMMemoryBufferRef
compile(struct build *build, const char *symbol)
{
   double start = now_ms();
   hide_globals(&build->base);
   if (build->base.keeps_denormals)
      jit_denormals_keep(&build->base, symbol);
   bool has_coroutines = prepare_functions(&build->base, symbol);
   if (!verify(&build->base, symbol) || !optimise(build, has_coroutines))
      return NULL;
   if (debug_enabled(DEBUG_SHADERS))
      LLVMDumpModule(build->base.module);

   double optimised = now_ms();
   LLVMMemoryBufferRef object = emit(build);
   if (object)
      debug_printf(DEBUG_PERF, "compiled %s in %.1f ms (%.1f to optimise), %zu bytes", symbol,
                   now_ms() - start, optimised - start, LLVMGetBufferSize(object));
   return object;
}

struct jit_code *
jit_build_finish(struct jit_build *base, const char *symbol)
{
   struct build *build = container_of(base, struct build, base);
   struct jit_code *code = NULL;
   LLVMMemoryBufferRef buffer = NULL;
   if (!build->info_size || build->info)
      buffer = compile(build, symbol);
   if (buffer) {
      struct jit_cache_entry entry = {
         .object = (void *)LLVMGetBufferStart(buffer),
         .object_size = LLVMGetBufferSize(buffer),
         .info = build->info,
         .info_size = build->info_size,
      };
      uint64_t id[2];
      make_id(base->key, symbol, id);
      code = code_load(id, symbol, &entry);
      if (code)
         jit_cache_store(id, &entry);
      LLVMDisposeMemoryBuffer(buffer);
   }
   jit_build_destroy(base);
   return code;
}
