#include "util/pointer_set.h"

#include <stdint.h>
#include <stdlib.h>

#define MIN_CAPACITY 16

/* Linear probing, at most half full, so that a probe is short and always meets a free slot. */

static size_t
home(const struct pointer_set *set, const void *pointer)
{
   uint64_t hash = (uint64_t)(uintptr_t)pointer * UINT64_C(0x9e3779b97f4a7c15);
   return (hash >> 32) & (set->capacity - 1);
}

/* Where it is, or where it would go. */
static size_t
find(const struct pointer_set *set, const void *pointer)
{
   size_t slot = home(set, pointer);
   while (set->slots[slot] && set->slots[slot] != pointer)
      slot = (slot + 1) & (set->capacity - 1);
   return slot;
}

static bool
grow(struct pointer_set *set)
{
   struct pointer_set larger = {
      .capacity = set->capacity ? set->capacity * 2 : MIN_CAPACITY,
      .count = set->count,
   };
   larger.slots = calloc(larger.capacity, sizeof(*larger.slots));
   if (!larger.slots)
      return false;
   for (size_t i = 0; i < set->capacity; i++) {
      if (set->slots[i])
         larger.slots[find(&larger, set->slots[i])] = set->slots[i];
   }
   free(set->slots);
   *set = larger;
   return true;
}

void
pointer_set_init(struct pointer_set *set)
{
   *set = (struct pointer_set){ 0 };
}

void
pointer_set_finish(struct pointer_set *set)
{
   free(set->slots);
   pointer_set_init(set);
}

bool
pointer_set_add(struct pointer_set *set, const void *pointer)
{
   if (2 * (set->count + 1) > set->capacity && !grow(set))
      return false;
   size_t slot = find(set, pointer);
   set->count += !set->slots[slot];
   set->slots[slot] = pointer;
   return true;
}

bool
pointer_set_contains(const struct pointer_set *set, const void *pointer)
{
   return pointer && set->capacity && set->slots[find(set, pointer)];
}

bool
pointer_set_remove(struct pointer_set *set, const void *pointer)
{
   if (!pointer_set_contains(set, pointer))
      return false;

   /* Those behind the hole that a probe would no longer find move into it. */
   size_t mask = set->capacity - 1;
   size_t hole = find(set, pointer);
   for (size_t i = (hole + 1) & mask; set->slots[i]; i = (i + 1) & mask) {
      size_t distance = (i - home(set, set->slots[i])) & mask;
      if (distance >= ((i - hole) & mask)) {
         set->slots[hole] = set->slots[i];
         hole = i;
      }
   }
   set->slots[hole] = NULL;
   set->count--;
   return true;
}

void *
pointer_set_next(const struct pointer_set *set, size_t *cursor)
{
   while (*cursor < set->capacity) {
      const void *pointer = set->slots[(*cursor)++];
      if (pointer)
         return (void *)pointer;
   }
   return NULL;
}
