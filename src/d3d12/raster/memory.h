/*
 * Bump allocation of what lives as long as a pass. Each worker has its own raster_memory and takes
 * blocks from a pool that all share; blocks go back when the pass ends, and stay warm in the pool.
 */
#ifndef RASTER_MEMORY_H
#define RASTER_MEMORY_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct raster_block;

/* Thread-safe. */
struct raster_pool {
   pthread_mutex_t lock;
   struct raster_block *free;
   size_t held; /* bytes in `free` */
};

void raster_pool_init(struct raster_pool *pool);
void raster_pool_finish(struct raster_pool *pool);

/* One thread at a time. */
struct raster_memory {
   struct raster_pool *pool;
   struct raster_block *blocks;
   uint8_t *next, *end;
   size_t used; /* bytes of all blocks */
};

void raster_memory_init(struct raster_memory *memory, struct raster_pool *pool);
/* Frees everything that was allocated. The memory may be used again. */
void raster_memory_reset(struct raster_memory *memory);

void *raster_memory_grow(struct raster_memory *memory, size_t size);

/* 64-byte aligned, not zeroed; NULL when there is none. */
static inline void *
raster_memory_alloc(struct raster_memory *memory, size_t size)
{
   size = (size + 63) & ~(size_t)63;
   if (size > (size_t)(memory->end - memory->next))
      return raster_memory_grow(memory, size);

   void *result = memory->next;
   memory->next += size;
   return result;
}

/* Gives back what the latest allocation has beyond `size` bytes. */
static inline void
raster_memory_shrink(struct raster_memory *memory, void *allocation, size_t size)
{
   memory->next = (uint8_t *)allocation + ((size + 63) & ~(size_t)63);
}

#endif
