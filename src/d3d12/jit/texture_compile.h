/* From a key to machine code. */
#ifndef JIT_TEXTURE_COMPILE_H
#define JIT_TEXTURE_COMPILE_H

#include "jit/texture_key.h"

/* NULL: there is no compiler for this routine, or no memory. Slow; call it under a lock. The code lives
 * as long as the process. */
texture_fn texture_compile(union texture_key key);

#endif
