/* Compiled objects, mutated: the loader refuses them or loads them, and touches nothing else. What
 * it loads is not run. */
#include "jit/engine.h"
#include "jit/object.h"

#include <llvm-c/Target.h>
#include <llvm-c/TargetMachine.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed;

static uint32_t
pick(uint32_t below)
{
   seed = seed * 6364136223846793005 + 1442695040888963407;
   return (seed >> 32) % below;
}

/* An object with constants, a library call and an address in a constant. */
static LLVMMemoryBufferRef
make_object(void)
{
   uint64_t key[2] = { 0, 0 };
   struct jit_build *build = jit_build_create(key);
   LLVMTypeRef args[] = { build->ptr };
   LLVMValueRef function = LLVMAddFunction(
      build->module, "run", LLVMFunctionType(build->void_type, args, 1, false));
   jit_position(build, LLVMAppendBasicBlockInContext(build->context, function, "entry"));
   LLVMValueRef a = LLVMGetParam(function, 0);

   LLVMValueRef table = LLVMAddGlobal(build->module, build->ptr, "table");
   LLVMSetGlobalConstant(table, true);
   LLVMSetLinkage(table, LLVMInternalLinkage);
   LLVMSetVisibility(function, LLVMHiddenVisibility);
   LLVMSetInitializer(table, function);
   LLVMValueRef load = jit_load(build, build->ptr, table, 0, 8);
   LLVMSetVolatile(load, true);
   jit_store(build, load, a, 64, 8);
   LLVMValueRef x = jit_load(build, build->vf32, a, 0, 4);
   x = jit_fma(build, x, jit_splat_f32(build, 3), jit_splat_f32(build, 0.1f));
   x = jit_intrinsic(build, "llvm.sin", &build->vf32, 1, &x, 1);
   jit_store(build, x, a, 0, 4);
   LLVMBuildRetVoid(build->builder);

   char *message = NULL;
   LLVMTargetRef target;
   LLVMMemoryBufferRef buffer = NULL;
   const struct jit_target *isa = jit_target_get();
   if (LLVMGetTargetFromTriple(LLVMGetTarget(build->module), &target, &message))
      abort();
   LLVMTargetMachineRef machine =
      LLVMCreateTargetMachine(target, LLVMGetTarget(build->module), isa->cpu, isa->features,
                              LLVMCodeGenLevelDefault, LLVMRelocPIC, LLVMCodeModelSmall);
   if (LLVMTargetMachineEmitToMemoryBuffer(machine, build->module, LLVMObjectFile, &message,
                                           &buffer))
      abort();
   LLVMDisposeTargetMachine(machine);
   jit_build_destroy(build);
   return buffer;
}

static void
mutate_once(uint8_t *data, size_t size)
{
   static const uint64_t values[] = { 0,    1,       8,          0x18,       0x40,
                                      0xff, 0xffff,  0x7fffffff, 0x80000000, 0xffffffff,
                                      ~0ul, 1ul << 63, ~0ul >> 1, 0xfffffffffffffff8 };
   /* Everywhere, in the ELF header, or among the section headers at the end. */
   size_t range = pick(3) ? size : 64;
   size_t place = pick(3) ? pick(range) : size - 1 - pick(size / 3 + 1);
   uint32_t width = 1u << pick(4);
   place &= ~(size_t)(width - 1);
   if (place + width > size)
      return;
   uint64_t value = values[pick(sizeof(values) / sizeof(values[0]))];
   if (pick(3) == 0) {
      memcpy(&value, data + place, width);
      value += pick(65) - 32;
   } else if (pick(3) == 0) {
      value = pick(size);
   }
   memcpy(data + place, &value, width);
}

int
main(int argc, char **argv)
{
   unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000000;
   seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;

   LLVMMemoryBufferRef buffer = make_object();
   size_t full = LLVMGetBufferSize(buffer);
   unsigned long loaded = 0;
   for (unsigned long i = 0; i < count; i++) {
      size_t size = i == 0 || pick(8) ? full : pick(full + 1);
      uint8_t *data = malloc(size ? size : 1);
      memcpy(data, LLVMGetBufferStart(buffer), size);
      for (uint32_t n = i == 0 || size == 0 ? 0 : 1 + pick(3); n > 0; n--)
         mutate_once(data, size);

      struct jit_object object;
      bool ok = jit_object_init(&object, data, size, "run");
      free(data);
      if (i == 0 && !ok) {
         fprintf(stderr, "the object itself is refused\n");
         return 1;
      }
      if (ok) {
         if ((uint8_t *)object.entry - object.base >= (ptrdiff_t)object.size)
            abort();
         jit_object_finish(&object);
         loaded++;
      }
   }
   printf("%lu mutations, %lu loaded\n", count, loaded);
   LLVMDisposeMemoryBuffer(buffer);
   return 0;
}
