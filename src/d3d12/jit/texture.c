/*
 * Finding routines: a hash table that is only ever added to. Readers take no lock: an entry's routine
 * is written before its key, and a table that became too small is replaced as a whole, never changed.
 */
#include "jit/texture.h"
#include "jit/texture_compile.h"
#include "jit/texture_key.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct entry {
   _Atomic uint64_t key; /* 0: free */
   texture_fn routine;
};

struct table {
   struct table *smaller; /* still in some reader's hands; a process's tables double in size */
   uint64_t mask;
   uint64_t count;
   struct entry entries[];
};

#define FIRST_SIZE 256

static _Atomic(struct table *) current;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t
hash(uint64_t key)
{
   key *= 0x9e3779b97f4a7c15;
   return key ^ key >> 32;
}

/* The key's entry, or the free one where it belongs. */
static struct entry *
find(struct table *table, uint64_t key)
{
   for (uint64_t i = hash(key);; i++) {
      struct entry *entry = &table->entries[i & table->mask];
      uint64_t found = atomic_load_explicit(&entry->key, memory_order_acquire);
      if (found == key || found == 0)
         return entry;
   }
}

static texture_fn
look_up(uint64_t key)
{
   struct table *table = atomic_load_explicit(&current, memory_order_acquire);
   if (!table)
      return NULL;
   struct entry *entry = find(table, key);
   /* Another key may have taken the free entry meanwhile. */
   return atomic_load_explicit(&entry->key, memory_order_acquire) == key ? entry->routine : NULL;
}

/* With the lock held, as all below. */
static void
insert(struct table *table, uint64_t key, texture_fn routine)
{
   struct entry *entry = find(table, key);
   entry->routine = routine;
   atomic_store_explicit(&entry->key, key, memory_order_release);
   table->count++;
}

/* A table with room for one more, at most half full; NULL if there is no memory. */
static struct table *
make_room(void)
{
   struct table *table = atomic_load_explicit(&current, memory_order_relaxed);
   if (table && 2 * (table->count + 1) <= table->mask + 1)
      return table;

   uint64_t size = table ? 2 * (table->mask + 1) : FIRST_SIZE;
   struct table *larger = calloc(1, sizeof(*larger) + size * sizeof(larger->entries[0]));
   if (!larger)
      return NULL;
   larger->mask = size - 1;
   larger->smaller = table;
   for (uint64_t i = 0; table && i <= table->mask; i++) {
      struct entry *entry = &table->entries[i];
      uint64_t key = atomic_load_explicit(&entry->key, memory_order_relaxed);
      if (key)
         insert(larger, key, entry->routine);
   }
   atomic_store_explicit(&current, larger, memory_order_release);
   return larger;
}

static texture_fn
compile(union texture_key key)
{
   pthread_mutex_lock(&lock);
   texture_fn routine = look_up(key.bits);
   if (!routine) {
      struct table *table = make_room();
      routine = table ? texture_compile(key) : NULL;
      if (!routine)
         routine = jit_texture_reference(key.op);
      if (table)
         insert(table, key.bits, routine);
   }
   pthread_mutex_unlock(&lock);
   return routine;
}

texture_fn
jit_texture_lookup(const struct descriptor *view, const struct sampler *sampler, enum texture_op op)
{
   union texture_key key = texture_key(view, sampler, op);
   texture_fn routine = look_up(key.bits);
   return routine ? routine : compile(key);
}
