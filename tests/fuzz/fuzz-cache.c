/*
 * Cache entries, mutated: none may be accepted but one that is identical to the original. Every
 * fourth is given a checksum that fits, so that the code behind the checksum is reached, too; those
 * must only do no harm.
 */
#include "jit/cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define HEADER_SIZE 72
#define CHECKSUM_OFFSET 56
#define MAX_FILE 16384

static uint64_t seed;

static uint32_t
pick(uint32_t below)
{
   seed = seed * 6364136223846793005 + 1442695040888963407;
   return (seed >> 32) % below;
}

static size_t
make_entry(const uint64_t key[2], uint8_t file[static MAX_FILE])
{
   uint8_t object[4096], info[256];
   struct jit_cache_entry entry = { object, pick(sizeof(object) + 1), info, pick(3) * 60 };
   for (size_t i = 0; i < entry.object_size; i++)
      object[i] = pick(8) ? i / 16 : pick(256);
   for (size_t i = 0; i < entry.info_size; i++)
      info[i] = pick(256);
   size_t size;
   void *encoded = jit_cache_encode(key, &entry, &size);
   if (!encoded)
      abort();
   memcpy(file, encoded, size);
   free(encoded);
   return size;
}

static size_t
mutate_once(uint8_t file[static MAX_FILE], size_t size)
{
   static const uint32_t values[] = { 0,          1,          0x7f,       0xff,      0x7fffffff,
                                      0x80000000, 0xffffffff, 0x04000000, 0x04000001 };
   /* Half of the time in the header. */
   size_t range = pick(2) && size > HEADER_SIZE ? HEADER_SIZE : size;
   size_t place = range ? pick(range) : 0;
   switch (pick(8)) {
   case 0: /* cut */
      return pick(size + 1);
   case 1: { /* extend */
      size_t more = pick(64);
      if (size + more > MAX_FILE)
         return size;
      for (size_t i = 0; i < more; i++)
         file[size + i] = pick(256);
      return size + more;
   }
   case 2: /* a number in the header */
      place &= ~(size_t)3;
      if (place + 4 <= size)
         memcpy(file + place, &values[pick(sizeof(values) / sizeof(values[0]))], 4);
      return size;
   case 3: /* a number that is nearly right */
      place &= ~(size_t)3;
      if (place + 4 <= size) {
         uint32_t value;
         memcpy(&value, file + place, 4);
         value += pick(33) - 16;
         memcpy(file + place, &value, 4);
      }
      return size;
   case 4: /* move a piece */
      if (size > 1) {
         size_t from = pick(size), length = pick(size - (from > place ? from : place));
         memmove(file + place, file + from, length);
      }
      return size;
   case 5:
      if (size)
         file[place] = pick(256);
      return size;
   default:
      if (size)
         file[place] ^= 1 << pick(8);
      return size;
   }
}

static void
fit_checksum(uint8_t *file, size_t size)
{
   if (size < HEADER_SIZE)
      return;
   XXH3_state_t state;
   XXH3_128bits_reset(&state);
   XXH3_128bits_update(&state, file, CHECKSUM_OFFSET);
   XXH3_128bits_update(&state, file + HEADER_SIZE, size - HEADER_SIZE);
   XXH128_hash_t hash = XXH3_128bits_digest(&state);
   memcpy(file + CHECKSUM_OFFSET, &hash.low64, 8);
   memcpy(file + CHECKSUM_OFFSET + 8, &hash.high64, 8);
}

int
main(int argc, char **argv)
{
   unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000000;
   seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;

   static uint8_t original[MAX_FILE], file[MAX_FILE];
   uint64_t key[2] = { 1, 2 };
   size_t original_size = 0;
   unsigned long identical = 0, forged = 0;
   for (unsigned long i = 0; i < count; i++) {
      if (i % 64 == 0) {
         key[0] = seed;
         original_size = make_entry(key, original);
      }
      memcpy(file, original, original_size);
      size_t size = original_size;
      for (uint32_t n = 1 + pick(4); n > 0; n--)
         size = mutate_once(file, size);
      bool with_checksum = i % 4 == 0;
      if (with_checksum)
         fit_checksum(file, size);

      /* Of exactly this size: a read beyond it is seen by the sanitizer. */
      uint8_t *exact = malloc(size ? size : 1);
      memcpy(exact, file, size);
      bool same = size == original_size && !memcmp(file, original, size);
      struct jit_cache_entry entry;
      bool accepted = jit_cache_decode(key, exact, size, &entry);
      free(exact);
      if (accepted)
         jit_cache_entry_finish(&entry);
      if (accepted != same && !with_checksum) {
         fprintf(stderr, "mutation %lu: %s\n", i, accepted ? "accepted" : "original rejected");
         return 1;
      }
      identical += same;
      forged += accepted && !same;
   }
   printf("%lu mutations, %lu left the original as it was, %lu forgeries with a fitting checksum\n",
          count, identical, forged);
   return 0;
}
