/*
 * What DXG_DEBUG asks to be told: a comma-separated list of the names below. Each message is one
 * line on stderr. Thread-safe.
 */
#ifndef UTIL_DEBUG_H
#define UTIL_DEBUG_H

#include <stdbool.h>

enum debug_flag {
   DEBUG_INFO = 1 << 0,    /* what is in use, and why; errors that a caller made */
   DEBUG_PERF = 1 << 1,    /* copies, waits, compiles */
   DEBUG_SYNC = 1 << 2,    /* fences and queues */
   DEBUG_SHADERS = 1 << 3, /* shaders as they are compiled */
};

unsigned debug_flags(void); /* parsed once */

static inline bool
debug_enabled(enum debug_flag flag)
{
   return debug_flags() & flag;
}

/* Prints "dxg: " and the message if the flag is on. */
void debug_printf(enum debug_flag flag, const char *format, ...)
   __attribute__((format(printf, 2, 3)));

#endif
