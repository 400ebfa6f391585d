/* Random damage to bytes, the same for the same seed. */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include "util/bits.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct mutator {
   uint64_t state; /* not zero */
};

/* xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators") */
static inline uint32_t
mutator_next(struct mutator *m)
{
   m->state ^= m->state >> 12;
   m->state ^= m->state << 25;
   m->state ^= m->state >> 27;
   return m->state * 0x2545f4914f6cdd1dull >> 32;
}

static inline uint32_t
mutator_below(struct mutator *m, uint32_t limit)
{
   return (uint64_t)mutator_next(m) * limit >> 32;
}

/* Damages data[0..size) in up to eight places; the new size is never larger. */
static inline size_t
mutate(struct mutator *m, uint8_t *data, size_t size)
{
   static const uint32_t values[] = { 0,          1,          2,          0x7f,      0x80,
                                      0xff,       0x100,      0xffff,     0x10000,   0x7fffffff,
                                      0x80000000, 0xfffffff0, 0xfffffffe, 0xffffffff };
   for (uint32_t n = 1 + mutator_below(m, 8); n && size > 8; n--) {
      uint32_t at = mutator_below(m, size - 4);
      uint32_t from = mutator_below(m, size - 4);
      uint32_t length = 1 + mutator_below(m, MIN2(size - MAX2(at, from), 64));
      uint32_t value = values[mutator_below(m, ARRAY_LENGTH(values))];
      switch (mutator_below(m, 16)) {
      case 0:
         data[at] = mutator_next(m);
         break;
      case 1:
         memcpy(data + at, &value, 4);
         break;
      case 2: /* on a word, where headers have their numbers */
         memcpy(data + (at & ~3u), &value, 4);
         break;
      case 3:
         memmove(data + at, data + from, length);
         break;
      case 4:
         data[at] += mutator_below(m, 2) ? 1 : -1;
         break;
      case 5:
         if (mutator_below(m, 16) == 0)
            size = 1 + mutator_below(m, size);
         break;
      default: /* what bit streams mind most */
         data[at] ^= 1 << mutator_below(m, 8);
         break;
      }
   }
   return size;
}

#endif
