#include "jit/engine.h"
#include "jit/vertex_write.h"

const struct vertex_writer *
jit_vertex_writer(void)
{
   switch (jit_target_get()->vector_bits) {
   case 512:
      return &jit_vertex_writer_avx512;
   case 256:
      return &jit_vertex_writer_avx2;
   default:
      return &jit_vertex_writer_sse2;
   }
}
