/* Which instruction set we generate code for. */
#include "jit/engine.h"
#include "util/bits.h"
#include "util/debug.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/*
 * LLVM is told a feature level, never the exact CPU: code in the cache then fits every machine of
 * the level. Best first. The last one is what every x86-64 CPU has. With AVX2, LLVM would use no
 * gathers of its own will; they compile in half the time of the loads that they replace, and run no
 * slower.
 */
static const struct jit_target targets[] = {
   { "avx512", "x86-64-v4", "", 16, 512, true, true },
   { "avx2", "x86-64-v3", "+fast-gather", 8, 256, true, true },
   { "sse41", "x86-64", "+sse3,+ssse3,+sse4.1", 8, 128, false, false },
   { "sse2", "x86-64", "", 8, 128, false, false },
};

static const struct jit_target *chosen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* x86-64-v4 is F, BW, CD, DQ and VL on top of v3; the operating system's part (XCR0) is checked
 * too. */
static bool
cpu_has(unsigned index)
{
   switch (index) {
   case 0:
      return __builtin_cpu_supports("x86-64-v4");
   case 1:
      return __builtin_cpu_supports("x86-64-v3");
   case 2:
      return __builtin_cpu_supports("sse4.1");
   default:
      return true;
   }
}

static void
choose(void)
{
   __builtin_cpu_init();
   const char *name = getenv("DXG_ISA");
   for (unsigned i = 0; i < ARRAY_LENGTH(targets); i++) {
      if (!cpu_has(i))
         continue;
      if (!chosen)
         chosen = &targets[i];
      if (name && !strcmp(targets[i].isa, name)) {
         chosen = &targets[i];
         break;
      }
   }
   if (name && strcmp(chosen->isa, name))
      debug_printf(DEBUG_INFO, "DXG_ISA=%s is not to be had, using %s", name, chosen->isa);
}

const struct jit_target *
jit_target_get(void)
{
   pthread_once(&once, choose);
   return chosen;
}
