/*
 * Compiling when the process exits. LLVM's static objects are made at their first use, so exit() destroys
 * them before it runs handlers that the program set up earlier; such a handler may still draw, and
 * Mesa then asks for pipelines. From then on nothing is compiled: what is drawn nobody will see.
 */
#ifndef JIT_EXIT_H
#define JIT_EXIT_H

#include <stdbool.h>

/* To be called by a thread that sets up drawing. Where it is the main thread, its exit() is noticed before
 * any handler runs; the library then stays loaded until exit. Thread-safe. */
void jit_exit_watch(void);

/* Around each use of LLVM. False: too late, LLVM must not be used. Thread-safe. */
bool jit_exit_enter(void);
void jit_exit_leave(void);

/* Has the process begun to exit? */
bool jit_exit_begun(void);

#endif
