/*
 * A bump allocator: many small objects, freed together.
 *
 * Not thread-safe. Memory is zeroed and aligned to 16 bytes. An allocation that fails returns NULL
 * and marks the arena as failed, so a parser may check once, at its end.
 */
#ifndef UTIL_ARENA_H
#define UTIL_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;

struct arena {
   struct arena_chunk *chunks;
   size_t total; /* bytes handed out */
   size_t limit; /* 0, or the most that may be handed out */
   bool failed;
};

void arena_init(struct arena *arena, size_t limit);
void arena_finish(struct arena *arena);
/* Forget everything that was allocated, keep one chunk for the next round. */
void arena_reset(struct arena *arena);

void *arena_alloc(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size); /* checks count * size */
void *arena_copy(struct arena *arena, const void *data, size_t size);
char *arena_string(struct arena *arena, const char *data, size_t length); /* adds the final zero */

#endif
