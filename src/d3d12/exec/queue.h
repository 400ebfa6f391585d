/*
 * A queue: a thread that plays what is submitted, in order. All functions are thread-safe and return
 * at once; what they were given must live until `done` is called, on the queue's thread.
 *
 * While a stream makes no progress for the given time, a watchdog reports it: the device is then to be
 * removed, *kill becomes nonzero, and what machine code runs leaves its loops.
 */
#ifndef EXEC_QUEUE_H
#define EXEC_QUEUE_H

#include "exec/command.h"
#include "exec/late.h"
#include "share/share.h"

#include <stdatomic.h>

struct exec_queue;

typedef void (*exec_done_fn)(void *data);

struct exec_queue_desc {
   struct workers *workers;
   uint32_t *kill;
   atomic_uint *playing; /* counts the queues that play a stream right now */
   struct exec_late *late;
   uint64_t timeout_ns;
   void (*hung)(void *data); /* called by the watchdog, once; is to set *kill */
   void *data;
};

struct exec_queue *exec_queue_create(const struct exec_queue_desc *desc);
/* Plays what is left, but gives up waits that are not satisfied. NULL is allowed. */
void exec_queue_destroy(struct exec_queue *queue);

/*
 * False: no memory; nothing was queued, `done` is not called. `done` may be NULL. After the `last` of the
 * streams of an execution, the effects of all are in memory before anything else is done, as far as it can tell:
 * the only queue of a device may be late with targets that only commands see (image.may_be_late), up to the next
 * signal that `settles`.
 */
bool exec_queue_play(struct exec_queue *queue, const struct exec_command *stream, bool last,
                     exec_done_fn done, void *data);
bool exec_queue_signal(struct exec_queue *queue, struct share_fence *fence, uint64_t value,
                       bool settles, exec_done_fn done, void *data);
/* Of a queue that is late: as exec_late_settle, which sees to it that the queue lives. */
void exec_queue_settle(struct exec_queue *queue);
bool exec_queue_wait(struct exec_queue *queue, struct share_fence *fence, uint64_t value,
                     exec_done_fn done, void *data);

#endif
