/*
 * Which queue of a device is late with pixels (docs/d3d12.md, "Being late"): none, or the device's only one. Thread-safe.
 */
#ifndef EXEC_LATE_H
#define EXEC_LATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct exec_queue;

struct exec_late {
   pthread_mutex_t lock;
   pthread_cond_t left; /* there are no visitors */
   /* The one that is late, or NULL. Set with the lock; may be looked at without it. */
   _Atomic(struct exec_queue *) queue;
   uint32_t queues;
   uint32_t visitors; /* threads that wait for a queue, which must live so long */
};

void exec_late_init(struct exec_late *late);
void exec_late_finish(struct exec_late *late);
/* Waits until what a queue was late with is done, of all that was signalled before. Any thread may, also a queue's
 * own while it calls `done`. */
void exec_late_settle(struct exec_late *late);

/* ---- For the queues ---- */

/* There is another queue: from now on none is late. */
void exec_late_enter(struct exec_late *late);
/* Its thread has ended; on return, nobody knows it any more. */
void exec_late_leave(struct exec_late *late);
/* To be called before the signal that comes early. False: the queue may not be late. */
bool exec_late_begin(struct exec_late *late, struct exec_queue *queue);
void exec_late_end(struct exec_late *late);

#endif
