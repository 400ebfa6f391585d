#include "exec/queue.h"

#include "exec/player.h"
#include "util/debug.h"
#include "util/spin.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

/* How often a wait looks whether the device was removed, and the watchdog at the progress. */
#define POLL_NS 50000000
/* How long a deferred pass waits for more draws: longer than a program takes from hearing of a fence to
 * executing the next list. */
#define LINGER_NS 300000

enum entry_kind {
   ENTRY_PLAY,
   ENTRY_SIGNAL,
   ENTRY_WAIT,
};

struct entry {
   struct entry *next;
   enum entry_kind kind;
   const struct exec_command *stream;
   bool last; /* of the streams that are executed as one */
   struct share_fence *fence;
   uint64_t value;
   bool settles; /* a signal that who sees the targets may wait for */
   exec_done_fn done;
   void *data;
};

struct exec_queue {
   struct exec_queue_desc desc;
   struct exec_player player;
   atomic_ulong progress;
   pthread_t thread, watchdog;

   pthread_mutex_t lock;
   pthread_cond_t filled;    /* there is an entry, or stop */
   pthread_cond_t busy_cond; /* busy became true, or stop */
   struct entry *first, **last;
   bool stop;
   bool busy;          /* playing streams */
   bool watchdog_idle; /* it sleeps until busy_cond */
   atomic_bool settle; /* it is to be late no more; who wants that waits for `settled` */
   bool ended;         /* nor can it be */
   pthread_cond_t settled;

   /* Of the queue's thread: */
   bool unflushed; /* the player may have a pass open */
   bool deferred;  /* that of an execution that is over */
};

/* Whose thread this is; NULL: no queue's. */
static _Thread_local const struct exec_queue *current;

static void
flush(struct exec_queue *queue)
{
   exec_player_flush(&queue->player);
   queue->unflushed = false;
   if (queue->deferred)
      exec_late_end(queue->desc.late);
   queue->deferred = false;
   atomic_fetch_sub(queue->desc.playing, 1);
}

/*
 * Lists that are executed as one may share a pass. What is executed next may write without a barrier what
 * they read, and read what they wrote (DirectX-Specs: D3D12EnhancedBarriers.md, "Excessive flush
 * operations"). So the pass ends here, unless it can be deferred: then those commands end it, which see to that
 * themselves. Another queue's commands would not.
 */
static void
end_execution(struct exec_queue *queue)
{
   if (exec_player_defer(&queue->player) && exec_late_begin(queue->desc.late, queue))
      queue->deferred = true;
   else
      flush(queue);
}

static void
play(struct exec_queue *queue, const struct entry *entry)
{
   if (!queue->unflushed)
      atomic_fetch_add(queue->desc.playing, 1);
   queue->unflushed = true;
   exec_player_play(&queue->player, entry->stream);
   if (entry->last)
      end_execution(queue);
}

static void
wait(struct exec_queue *queue, const struct entry *entry)
{
   while (share_fence_wait(entry->fence, entry->value, POLL_NS, NULL) == -ETIMEDOUT) {
      pthread_mutex_lock(&queue->lock);
      bool stop = queue->stop;
      pthread_mutex_unlock(&queue->lock);
      if (stop || __atomic_load_n(queue->desc.kill, __ATOMIC_RELAXED))
         return;
   }
}

static void
signal_fence(struct exec_queue *queue, const struct entry *entry)
{
   /* Who removes the device completes its fences, once that can be asked for. */
   if (!__atomic_load_n(queue->desc.kill, __ATOMIC_ACQUIRE))
      share_fence_signal(entry->fence, entry->value);
}

static struct timespec
after(uint64_t nanoseconds)
{
   struct timespec t;
   clock_gettime(CLOCK_MONOTONIC, &t);
   t.tv_sec += nanoseconds / 1000000000;
   t.tv_nsec += nanoseconds % 1000000000;
   if (t.tv_nsec >= 1000000000) {
      t.tv_sec++;
      t.tv_nsec -= 1000000000;
   }
   return t;
}

/* There is something to do, other than to play on. With the lock. */
static bool
is_called(const struct exec_queue *queue)
{
   return queue->first || queue->settle || queue->stop;
}

/* A program sends a list and the signal behind it in one go, and the next list when it has heard of that
 * signal. Called, and returns, with the lock. */
static void
look_for_entry(struct exec_queue *queue)
{
   pthread_mutex_unlock(&queue->lock);
   for (uint32_t i = 0;
        i < SPIN_TURNS && !__atomic_load_n(&queue->first, __ATOMIC_RELAXED) && !queue->settle; i++)
      spin_pause();
   pthread_mutex_lock(&queue->lock);
}

/* With a deferred pass, of which nobody waits to see anything: it is better ended with the draws of a list that
 * comes soon, or else while there is nothing to do. With the lock. */
static void
linger(struct exec_queue *queue)
{
   look_for_entry(queue);
   struct timespec until = after(LINGER_NS);
   while (!is_called(queue) &&
          pthread_cond_timedwait(&queue->filled, &queue->lock, &until) != ETIMEDOUT)
      ;
}

/* The player's pass must be over before the next entry. With the lock. */
static bool
ends_pass(const struct exec_queue *queue)
{
   const struct entry *entry = queue->first;

   if (!queue->unflushed || !entry || queue->settle)
      return queue->unflushed;
   return entry->kind == ENTRY_WAIT ||
          (entry->kind == ENTRY_SIGNAL && (entry->settles || !queue->deferred));
}

static void
set_busy(struct exec_queue *queue, bool busy)
{
   queue->busy = busy;
   if (busy && queue->watchdog_idle)
      pthread_cond_signal(&queue->busy_cond);
}

/* The next entry, or NULL when it is time to stop. Called, and returns, with the lock. */
static struct entry *
next(struct exec_queue *queue)
{
   bool looked = false;

   for (;;) {
      if (!looked && queue->deferred && !is_called(queue)) {
         set_busy(queue, false);
         linger(queue);
         looked = true;
      } else if (ends_pass(queue)) {
         set_busy(queue, true);
         pthread_mutex_unlock(&queue->lock);
         flush(queue);
         pthread_mutex_lock(&queue->lock);
      } else if (queue->settle) {
         queue->settle = false;
         pthread_cond_broadcast(&queue->settled);
      } else if (queue->first) {
         break;
      } else {
         set_busy(queue, false);
         if (queue->stop)
            return NULL;
         if (looked)
            pthread_cond_wait(&queue->filled, &queue->lock);
         else
            look_for_entry(queue);
         looked = true;
      }
   }
   struct entry *entry = queue->first;
   queue->first = entry->next;
   if (!queue->first)
      queue->last = &queue->first;
   set_busy(queue, entry->kind == ENTRY_PLAY);
   return entry;
}

static void
do_entry(struct exec_queue *queue, struct entry *entry)
{
   switch (entry->kind) {
   case ENTRY_PLAY:
      play(queue, entry);
      break;
   case ENTRY_SIGNAL:
      signal_fence(queue, entry);
      break;
   case ENTRY_WAIT:
      wait(queue, entry);
      break;
   }
   if (entry->done)
      entry->done(entry->data);
   free(entry);
}

static void *
run(void *data)
{
   struct exec_queue *queue = data;
   struct entry *entry;

   current = queue;
   pthread_mutex_lock(&queue->lock);
   while ((entry = next(queue))) {
      pthread_mutex_unlock(&queue->lock);
      do_entry(queue, entry);
      pthread_mutex_lock(&queue->lock);
   }
   queue->ended = true;
   pthread_cond_broadcast(&queue->settled);
   pthread_mutex_unlock(&queue->lock);
   return NULL;
}

static void *
watch(void *data)
{
   struct exec_queue *queue = data;
   unsigned long seen = 0;
   uint64_t still_ns = 0;

   pthread_mutex_lock(&queue->lock);
   while (!queue->stop) {
      if (!queue->busy) {
         queue->watchdog_idle = true;
         pthread_cond_wait(&queue->busy_cond, &queue->lock);
         queue->watchdog_idle = false;
         still_ns = 0;
         continue;
      }
      const uint64_t step = 4ull * POLL_NS;
      struct timespec until = after(step);
      pthread_cond_timedwait(&queue->busy_cond, &queue->lock, &until);
      unsigned long now = atomic_load_explicit(&queue->progress, memory_order_relaxed);
      still_ns = now == seen ? still_ns + step : 0;
      seen = now;
      if (still_ns > queue->desc.timeout_ns) {
         pthread_mutex_unlock(&queue->lock);
         queue->desc.hung(queue->desc.data);
         return NULL;
      }
   }
   pthread_mutex_unlock(&queue->lock);
   return NULL;
}

/* Our threads take no signals: those are for the application's. */
static bool
start_threads(struct exec_queue *queue)
{
   sigset_t all, old;
   sigfillset(&all);
   pthread_sigmask(SIG_SETMASK, &all, &old);
   bool ok = pthread_create(&queue->thread, NULL, run, queue) == 0;
   if (ok && pthread_create(&queue->watchdog, NULL, watch, queue) != 0) {
      pthread_mutex_lock(&queue->lock);
      queue->stop = true;
      pthread_cond_signal(&queue->filled);
      pthread_mutex_unlock(&queue->lock);
      pthread_join(queue->thread, NULL);
      ok = false;
   }
   pthread_sigmask(SIG_SETMASK, &old, NULL);
   if (ok) {
      pthread_setname_np(queue->thread, "dxg-queue");
      pthread_setname_np(queue->watchdog, "dxg-watchdog");
   }
   return ok;
}

static void
finish(struct exec_queue *queue)
{
   exec_player_finish(&queue->player);
   pthread_cond_destroy(&queue->settled);
   pthread_cond_destroy(&queue->busy_cond);
   pthread_cond_destroy(&queue->filled);
   pthread_mutex_destroy(&queue->lock);
   free(queue);
}

struct exec_queue *
exec_queue_create(const struct exec_queue_desc *desc)
{
   struct exec_queue *queue = calloc(1, sizeof(*queue));
   if (!queue)
      return NULL;
   queue->desc = *desc;
   queue->last = &queue->first;
   if (!exec_player_init(&queue->player, desc->workers, desc->kill, &queue->progress)) {
      free(queue);
      return NULL;
   }
   pthread_mutex_init(&queue->lock, NULL);
   pthread_cond_init(&queue->settled, NULL);
   pthread_condattr_t monotonic;
   pthread_condattr_init(&monotonic);
   pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
   pthread_cond_init(&queue->filled, &monotonic);
   pthread_cond_init(&queue->busy_cond, &monotonic);
   pthread_condattr_destroy(&monotonic);
   exec_late_enter(desc->late);
   if (!start_threads(queue)) {
      exec_late_leave(desc->late);
      finish(queue);
      return NULL;
   }
   return queue;
}

void
exec_queue_destroy(struct exec_queue *queue)
{
   if (!queue)
      return;
   pthread_mutex_lock(&queue->lock);
   queue->stop = true;
   pthread_cond_signal(&queue->filled);
   pthread_cond_signal(&queue->busy_cond);
   pthread_mutex_unlock(&queue->lock);
   pthread_join(queue->thread, NULL);
   pthread_join(queue->watchdog, NULL);
   exec_late_leave(queue->desc.late);
   finish(queue);
}

static bool
submit(struct exec_queue *queue, struct entry content)
{
   struct entry *entry = malloc(sizeof(*entry));
   if (!entry)
      return false;
   *entry = content;
   pthread_mutex_lock(&queue->lock);
   __atomic_store_n(queue->last, entry, __ATOMIC_RELAXED);
   queue->last = &entry->next;
   pthread_mutex_unlock(&queue->lock);
   /* Not under the lock, which who wakes wants first. */
   pthread_cond_signal(&queue->filled);
   return true;
}

bool
exec_queue_play(struct exec_queue *queue, const struct exec_command *stream, bool last,
                exec_done_fn done, void *data)
{
   return submit(queue, (struct entry){ .kind = ENTRY_PLAY,
                                        .stream = stream,
                                        .last = last,
                                        .done = done,
                                        .data = data });
}

bool
exec_queue_signal(struct exec_queue *queue, struct share_fence *fence, uint64_t value, bool settles,
                  exec_done_fn done, void *data)
{
   return submit(queue, (struct entry){ .kind = ENTRY_SIGNAL,
                                        .fence = fence,
                                        .value = value,
                                        .settles = settles,
                                        .done = done,
                                        .data = data });
}

void
exec_queue_settle(struct exec_queue *queue)
{
   if (queue == current) {
      flush(queue);
      return;
   }
   pthread_mutex_lock(&queue->lock);
   queue->settle = true;
   pthread_cond_signal(&queue->filled);
   while (queue->settle && !queue->ended)
      pthread_cond_wait(&queue->settled, &queue->lock);
   pthread_mutex_unlock(&queue->lock);
}

bool
exec_queue_wait(struct exec_queue *queue, struct share_fence *fence, uint64_t value,
                exec_done_fn done, void *data)
{
   return submit(queue, (struct entry){ .kind = ENTRY_WAIT,
                                        .fence = fence,
                                        .value = value,
                                        .done = done,
                                        .data = data });
}
