/*
 * Compiling when the process exits. LLVM's static objects are made at their first use, so exit() destroys
 * them before it runs handlers that the program set up earlier; such a handler may still draw, and
 * Mesa then asks for pipelines. From then on nothing is compiled: what is drawn nobody will see.
 */
#ifndef JIT_EXIT_H
#define JIT_EXIT_H

#include <stdbool.h>

/* Around each use of LLVM. False: too late, LLVM must not be used. Thread-safe. */
bool jit_exit_enter(void);
void jit_exit_leave(void);

/* Has the process begun to exit? */
bool jit_exit_begun(void);

#endif
