#include "gallium/winsys/dxg/guard.h"

#include "util/clock.h"
#include "util/debug.h"

#include <signal.h>

void
dxg_guard_init(struct dxg_guard *guard, struct dxg_timeline *timeline, int patience_ms)
{
   pthread_condattr_t monotonic;

   *guard = (struct dxg_guard){ .timeline = timeline, .patience_ms = patience_ms };
   pthread_mutex_init(&guard->lock, NULL);
   pthread_condattr_init(&monotonic);
   pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
   pthread_cond_init(&guard->changed, &monotonic);
   pthread_condattr_destroy(&monotonic);
}

void
dxg_guard_finish(struct dxg_guard *guard)
{
   pthread_mutex_lock(&guard->lock);
   guard->stop = true;
   pthread_cond_signal(&guard->changed);
   pthread_mutex_unlock(&guard->lock);
   if (guard->running)
      pthread_join(guard->thread, NULL);
   pthread_cond_destroy(&guard->changed);
   pthread_mutex_destroy(&guard->lock);
}

static void
drop_reached(struct dxg_guard *guard)
{
   unsigned kept = 0;

   for (unsigned i = 0; i < guard->num_waits; i++) {
      if (!dxg_timeline_is_reached(guard->timeline, guard->waits[i].value))
         guard->waits[kept++] = guard->waits[i];
   }
   guard->num_waits = kept;
}

static void
sleep_until(struct dxg_guard *guard, int64_t deadline_ms)
{
   const struct timespec until = { .tv_sec = deadline_ms / 1000,
                                   .tv_nsec = deadline_ms % 1000 * 1000000 };

   pthread_cond_timedwait(&guard->changed, &guard->lock, &until);
}

static void *
run(void *data)
{
   struct dxg_guard *guard = data;

   pthread_mutex_lock(&guard->lock);
   while (!guard->stop) {
      drop_reached(guard);
      if (!guard->num_waits) {
         pthread_cond_wait(&guard->changed, &guard->lock);
      } else if (clock_ms() < guard->waits[0].deadline_ms) {
         sleep_until(guard, guard->waits[0].deadline_ms);
      } else {
         debug_printf(DEBUG_SYNC, "release point %llu was not reached in time",
                      (unsigned long long)guard->waits[0].value);
         dxg_timeline_signal_now(guard->timeline, guard->waits[0].value);
      }
   }
   pthread_mutex_unlock(&guard->lock);
   return NULL;
}

/* It takes no signals: those are for the program's threads. */
static bool
start_thread(struct dxg_guard *guard)
{
   sigset_t all, old;

   if (guard->running)
      return true;
   sigfillset(&all);
   pthread_sigmask(SIG_SETMASK, &all, &old);
   guard->running = pthread_create(&guard->thread, NULL, run, guard) == 0;
   pthread_sigmask(SIG_SETMASK, &old, NULL);
   if (guard->running)
      pthread_setname_np(guard->thread, "dxg-guard");
   return guard->running;
}

void
dxg_guard_watch(struct dxg_guard *guard, uint64_t value)
{
   pthread_mutex_lock(&guard->lock);
   drop_reached(guard);
   if (!start_thread(guard)) {
      dxg_timeline_signal_now(guard->timeline, value);
   } else if (guard->num_waits == DXG_GUARD_MAX_WAITS) {
      guard->waits[DXG_GUARD_MAX_WAITS - 1].value = value;
   } else {
      guard->waits[guard->num_waits++] =
         (struct dxg_guard_wait){ value, clock_ms() + guard->patience_ms };
      /* With others before, it looks again in time by itself. */
      if (guard->num_waits == 1)
         pthread_cond_signal(&guard->changed);
   }
   pthread_mutex_unlock(&guard->lock);
}
