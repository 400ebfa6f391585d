#include "util/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE (32 * 1024)

struct arena_chunk {
   struct arena_chunk *next;
   size_t size;
   size_t used;
   _Alignas(16) unsigned char data[];
};

void
arena_init(struct arena *arena, size_t limit)
{
   *arena = (struct arena){ .limit = limit };
}

void
arena_finish(struct arena *arena)
{
   struct arena_chunk *chunk = arena->chunks;
   while (chunk) {
      struct arena_chunk *next = chunk->next;
      free(chunk);
      chunk = next;
   }
   *arena = (struct arena){ 0 };
}

void
arena_reset(struct arena *arena)
{
   struct arena_chunk *first = arena->chunks;
   if (first) {
      struct arena_chunk *chunk = first->next;
      while (chunk) {
         struct arena_chunk *next = chunk->next;
         free(chunk);
         chunk = next;
      }
      first->next = NULL;
      first->used = 0;
   }
   arena->total = 0;
   arena->failed = false;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
   if (size > SIZE_MAX / 2 - CHUNK_SIZE)
      goto fail;
   size = (size + 15) & ~(size_t)15;
   if (arena->limit && size > arena->limit - arena->total)
      goto fail;

   struct arena_chunk *chunk = arena->chunks;
   if (!chunk || size > chunk->size - chunk->used) {
      size_t capacity = size > CHUNK_SIZE ? size : CHUNK_SIZE;
      chunk = malloc(sizeof(*chunk) + capacity);
      if (!chunk)
         goto fail;
      chunk->next = arena->chunks;
      chunk->size = capacity;
      chunk->used = 0;
      arena->chunks = chunk;
   }
   void *result = chunk->data + chunk->used;
   chunk->used += size;
   arena->total += size;
   return memset(result, 0, size);

fail:
   arena->failed = true;
   return NULL;
}

void *
arena_array(struct arena *arena, size_t count, size_t size)
{
   size_t bytes;
   if (__builtin_mul_overflow(count, size, &bytes)) {
      arena->failed = true;
      return NULL;
   }
   return arena_alloc(arena, bytes);
}

void *
arena_copy(struct arena *arena, const void *data, size_t size)
{
   void *copy = arena_alloc(arena, size);
   if (copy && size)
      memcpy(copy, data, size);
   return copy;
}

char *
arena_string(struct arena *arena, const char *data, size_t length)
{
   char *copy = length < SIZE_MAX ? arena_alloc(arena, length + 1) : NULL;
   if (copy)
      memcpy(copy, data, length);
   return copy;
}
