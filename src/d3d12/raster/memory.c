#include "raster/memory.h"

#include <stdlib.h>

#include "util/bits.h"

#define BLOCK_SIZE ((size_t)512 << 10)
#define POOL_LIMIT ((size_t)96 << 20)

struct raster_block {
   struct raster_block *next;
   size_t size; /* of the whole block */
   _Alignas(64) uint8_t data[];
};

void
raster_pool_init(struct raster_pool *pool)
{
   *pool = (struct raster_pool){ 0 };
   pthread_mutex_init(&pool->lock, NULL);
}

void
raster_pool_finish(struct raster_pool *pool)
{
   while (pool->free) {
      struct raster_block *block = pool->free;
      pool->free = block->next;
      free(block);
   }
   pthread_mutex_destroy(&pool->lock);
}

static struct raster_block *
take_block(struct raster_pool *pool)
{
   pthread_mutex_lock(&pool->lock);
   struct raster_block *block = pool->free;
   if (block) {
      pool->free = block->next;
      pool->held -= block->size;
   }
   pthread_mutex_unlock(&pool->lock);
   return block;
}

void
raster_memory_init(struct raster_memory *memory, struct raster_pool *pool)
{
   *memory = (struct raster_memory){ .pool = pool };
}

void
raster_memory_reset(struct raster_memory *memory)
{
   struct raster_pool *pool = memory->pool;
   struct raster_block *block = memory->blocks;

   while (block) {
      struct raster_block *next = block->next;
      pthread_mutex_lock(&pool->lock);
      bool keep = block->size == BLOCK_SIZE && pool->held + BLOCK_SIZE <= POOL_LIMIT;
      if (keep) {
         block->next = pool->free;
         pool->free = block;
         pool->held += BLOCK_SIZE;
      }
      pthread_mutex_unlock(&pool->lock);
      if (!keep)
         free(block);
      block = next;
   }
   raster_memory_init(memory, pool);
}

void *
raster_memory_grow(struct raster_memory *memory, size_t size)
{
   size_t room = BLOCK_SIZE - sizeof(struct raster_block);
   struct raster_block *block = NULL;

   if (size > SIZE_MAX / 2)
      return NULL;
   size_t bytes = size <= room ? BLOCK_SIZE : size + sizeof(*block);
   if (bytes == BLOCK_SIZE)
      block = take_block(memory->pool);
   if (!block) {
      block = aligned_alloc(64, align_up(bytes, 64));
      if (!block)
         return NULL;
      block->size = bytes;
   }
   block->next = memory->blocks;
   memory->blocks = block;
   memory->used += bytes;
   memory->next = block->data + size;
   memory->end = (uint8_t *)block + bytes;
   return block->data;
}
