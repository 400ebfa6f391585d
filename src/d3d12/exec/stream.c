#include "exec/command.h"

#include "util/bits.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE (64 * 1024)

struct exec_chunk {
   struct exec_chunk *next;
   size_t used;
   _Alignas(16) uint8_t data[CHUNK_SIZE];
};

/* Where commands go that found no memory: nobody reads it. */
static _Thread_local _Alignas(16) uint8_t scratch[EXEC_MAX_PAYLOAD];

void
exec_pool_init(struct exec_pool *pool)
{
   *pool = (struct exec_pool){ 0 };
}

void
exec_pool_finish(struct exec_pool *pool)
{
   struct exec_chunk *chunk = pool->first;
   while (chunk) {
      struct exec_chunk *next = chunk->next;
      free(chunk);
      chunk = next;
   }
   exec_pool_init(pool);
}

void
exec_pool_reset(struct exec_pool *pool)
{
   pool->current = pool->first;
   if (pool->first)
      pool->first->used = 0;
}

/* The chunk after the current one, from an earlier round or new. */
static struct exec_chunk *
next_chunk(struct exec_pool *pool)
{
   struct exec_chunk *chunk = pool->current ? pool->current->next : pool->first;
   if (!chunk) {
      chunk = malloc(sizeof(*chunk));
      if (!chunk)
         return NULL;
      chunk->next = NULL;
      if (pool->current)
         pool->current->next = chunk;
      else
         pool->first = chunk;
   }
   chunk->used = 0;
   pool->current = chunk;
   return chunk;
}

static struct exec_command *
put(struct exec_chunk *chunk, enum exec_op op, size_t size)
{
   struct exec_command *command = (struct exec_command *)(chunk->data + chunk->used);
   command->op = op;
   command->size = size;
   chunk->used += size;
   return command;
}

/* A command, with room behind it for the LINK or END that must follow. */
static struct exec_command *
add(struct exec_stream *stream, enum exec_op op, size_t size)
{
   struct exec_chunk *chunk = stream->pool->current;
   if (!chunk || chunk->used + size + sizeof(struct exec_command) > CHUNK_SIZE) {
      struct exec_chunk *from = stream->first ? chunk : NULL;
      chunk = next_chunk(stream->pool);
      if (!chunk)
         return NULL;
      if (from)
         put(from, EXEC_LINK, sizeof(struct exec_command))->link = (uintptr_t)chunk->data;
   }
   return put(chunk, op, size);
}

void
exec_stream_begin(struct exec_stream *stream, struct exec_pool *pool)
{
   *stream = (struct exec_stream){ .pool = pool };
   stream->first = add(stream, EXEC_RESET, sizeof(struct exec_command));
   stream->failed = !stream->first;
}

void *
exec_stream_add(struct exec_stream *stream, enum exec_op op, size_t payload_size)
{
   size_t size = align_up(sizeof(struct exec_command) + payload_size, 16);
   struct exec_command *command = NULL;
   if (!stream->failed && payload_size <= EXEC_MAX_PAYLOAD)
      command = add(stream, op, size);
   if (!command) {
      stream->failed = true;
      return scratch;
   }
   return memset(command->payload, 0, size - sizeof(*command));
}

void
exec_stream_end(struct exec_stream *stream)
{
   if (!stream->failed)
      put(stream->pool->current, EXEC_END, sizeof(struct exec_command));
}
