#include <stdlib.h>
#include <string.h>

#include "raster/coverage.h"

const struct raster_coverage *
raster_coverage_get(void)
{
   const char *isa = getenv("DXG_ISA");
   bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
   bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                 __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");

   if (isa && strcmp(isa, "sse41") == 0)
      avx2 = avx512 = false;
   if (isa && strcmp(isa, "avx2") == 0)
      avx512 = false;
   return avx512 ? &raster_coverage_avx512 : avx2 ? &raster_coverage_avx2 : &raster_coverage_sse41;
}
