/*
 * A loader for the objects that our compiler emits: x86-64 ELF, code and constants, one entry
 * point. It does what a dynamic linker would in a few microseconds, without LLVM. What it is given
 * may have come from a file: nothing in it is believed.
 */
#ifndef JIT_OBJECT_H
#define JIT_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Code in memory, executable and read-only. */
struct jit_object {
   uint8_t *base;
   size_t size;
   void *entry;
};

/* False: not such an object, or no memory. `data` must be 8-byte aligned, and may be freed
 * after. */
bool jit_object_init(struct jit_object *object, const void *data, size_t size,
                     const char *symbol);
void jit_object_finish(struct jit_object *object);

#endif
