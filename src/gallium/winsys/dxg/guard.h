/*
 * Bounded waits of our queue. It waits for points of another process's, which may die, or lie. A point that
 * is not reached in time is signalled by a thread of ours: the first that is waited for starts it.
 */
#ifndef WINSYS_GUARD_H
#define WINSYS_GUARD_H

#include "gallium/winsys/dxg/timeline.h"

#include <pthread.h>

#define DXG_GUARD_MAX_WAITS 8

/* What a release point may cost a program at most: a living consumer needs some milliseconds, and a
 * dead one would need for ever. */
#define DXG_RELEASE_PATIENCE_MS 1000

struct dxg_guard_wait {
   uint64_t value;
   int64_t deadline_ms;
};

struct dxg_guard {
   struct dxg_timeline *timeline;
   int patience_ms;
   pthread_mutex_t lock;
   pthread_cond_t changed;
   pthread_t thread;
   bool running, stop;
   unsigned num_waits;
   struct dxg_guard_wait waits[DXG_GUARD_MAX_WAITS]; /* in the order of their deadlines */
};

/* The timeline outlives the guard. */
void dxg_guard_init(struct dxg_guard *guard, struct dxg_timeline *timeline, int patience_ms);
/* What is pending stays as it is: the caller sees to it. */
void dxg_guard_finish(struct dxg_guard *guard);
/* The queue waits for this value from now on. Returns at once; any thread, one at a time. Where no thread can
 * be had, the value is signalled now. */
void dxg_guard_watch(struct dxg_guard *guard, uint64_t value);

#endif
