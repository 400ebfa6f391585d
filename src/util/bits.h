/* Small arithmetic that C lacks. */
#ifndef UTIL_BITS_H
#define UTIL_BITS_H

#include <stdint.h>

#define ARRAY_LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#define MIN2(a, b) ((a) < (b) ? (a) : (b))
#define MAX2(a, b) ((a) > (b) ? (a) : (b))
#define CLAMP(x, lo, hi) ((x) < (lo) ? (lo) : (x) > (hi) ? (hi) : (x))
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))

/* alignment: a power of two */
static inline uint64_t
align_up(uint64_t value, uint64_t alignment)
{
   return (value + alignment - 1) & ~(alignment - 1);
}

static inline uint32_t
div_round_up(uint32_t value, uint32_t divisor)
{
   return value / divisor + (value % divisor != 0);
}

#endif
