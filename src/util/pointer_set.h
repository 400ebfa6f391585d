/*
 * A set of pointers, which are compared and never followed: to tell a handle that we gave out from
 * any other value. Not thread-safe. NULL is never a member.
 */
#ifndef UTIL_POINTER_SET_H
#define UTIL_POINTER_SET_H

#include <stdbool.h>
#include <stddef.h>

struct pointer_set {
   const void **slots; /* NULL: free. A power of two of them, or none. */
   size_t capacity;
   size_t count;
};

void pointer_set_init(struct pointer_set *set);
void pointer_set_finish(struct pointer_set *set);

/* False: no memory. */
bool pointer_set_add(struct pointer_set *set, const void *pointer);
/* False: it was not there. */
bool pointer_set_remove(struct pointer_set *set, const void *pointer);
bool pointer_set_contains(const struct pointer_set *set, const void *pointer);

/* The members in no order: *cursor starts at 0; NULL ends. The set must not change meanwhile. */
void *pointer_set_next(const struct pointer_set *set, size_t *cursor);

#endif
