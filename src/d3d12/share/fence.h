/* Between the files of this room: what a fence is made of. */
#ifndef SHARE_FENCE_H
#define SHARE_FENCE_H

#include "share/share.h"

#include <pthread.h>
#include <stdatomic.h>

/*
 * What processes share. Futexes have 32 bits, so waiters sleep on `sequence`, which each signal
 * counts up. Others may write anything here at any time: it decides when somebody is woken, and no
 * more.
 */
struct fence_state {
   _Atomic uint64_t value;
   _Atomic uint32_t sequence;
};

struct fence_event {
   struct fence_event *next;
   uint64_t value;
   int fd;
};

struct share_fence {
   struct share_memory memory;
   struct fence_state *state;
   _Atomic uint32_t waiting; /* threads of this process in share_fence_wait */
   _Atomic bool exported;    /* another process may signal */
   pthread_mutex_t lock;
   struct fence_event *events; /* under lock */
   struct share_fence *next_watched; /* under the watcher's lock */
   bool watched;                     /* likewise */
};

/* Fires the events for this value and those below. Are there others? */
bool fence_fire_events(struct share_fence *fence, uint64_t value);

/*
 * Has the watcher, a thread of this process, fire the events of a fence that others may signal.
 * Adding again tells it of new events. The thread lives from the first fence that is added to the
 * last that is removed. 0 or -errno.
 */
int watcher_add(struct share_fence *fence);
void watcher_remove(struct share_fence *fence); /* does nothing if not added */

#endif
