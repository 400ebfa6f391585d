#include "raster/workers.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "jit/abi.h"
#include "util/bits.h"
#include "util/spin.h"

/* `gate` while a job can be joined; the bits below count the workers that are in it. */
#define GATE_OPEN (1u << 31)

/* Items that nobody has taken: `first` in the low half, the end in the high. */
struct range {
   _Alignas(64) atomic_ullong items;
};

struct workers {
   pthread_mutex_t lock; /* held by the caller of workers_run */
   uint32_t count;
   pthread_t threads[WORKERS_MAX];

   workers_fn fn;
   void *data;

   _Alignas(64) atomic_uint jobs; /* futex: counts the jobs published */
   atomic_uint sleepers;
   atomic_bool quit;
   _Alignas(64) atomic_uint gate; /* futex: of the caller, who waits for all to leave */
   struct range ranges[WORKERS_MAX];
};

struct start {
   struct workers *workers;
   uint32_t index;
};

static void
futex_wait(atomic_uint *word, uint32_t value)
{
   syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void
futex_wake(atomic_uint *word, uint32_t count)
{
   syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

static void
share_out(struct workers *workers, uint32_t count)
{
   uint64_t first = 0;

   for (uint32_t i = 0; i < workers->count; i++) {
      const uint64_t end = (uint64_t)count * (i + 1) / workers->count;
      atomic_store_explicit(&workers->ranges[i].items, end << 32 | first, memory_order_relaxed);
      first = end;
   }
}

/* The owner takes the first, others the last, so that they meet as late as can be. */
static bool
take(struct range *range, bool is_own, uint32_t *item)
{
   unsigned long long items = atomic_load_explicit(&range->items, memory_order_relaxed);

   for (;;) {
      const uint32_t first = (uint32_t)items, end = items >> 32;
      if (first == end)
         return false;
      *item = is_own ? first : end - 1;
      const uint64_t left =
         is_own ? (uint64_t)end << 32 | (first + 1) : (uint64_t)(end - 1) << 32 | first;
      if (atomic_compare_exchange_weak_explicit(&range->items, &items, left, memory_order_relaxed,
                                                memory_order_relaxed))
         return true;
   }
}

static void
take_items(struct workers *workers, uint32_t worker)
{
   uint32_t item;

   for (uint32_t i = 0; i < workers->count; i++) {
      struct range *range = &workers->ranges[(worker + i) % workers->count];
      while (take(range, i == 0, &item))
         workers->fn(workers->data, item, worker);
   }
}

/* A job is joined only while its caller has not closed it, so a caller never waits for a thread that
 * has yet to wake up. */
static bool
join(struct workers *workers)
{
   uint32_t gate = atomic_load_explicit(&workers->gate, memory_order_relaxed);

   while (gate & GATE_OPEN) {
      if (atomic_compare_exchange_weak_explicit(&workers->gate, &gate, gate + 1,
                                                memory_order_acquire, memory_order_relaxed))
         return true;
   }
   return false;
}

static void
leave(struct workers *workers)
{
   if (atomic_fetch_sub_explicit(&workers->gate, 1, memory_order_release) == 1)
      futex_wake(&workers->gate, 1);
}

static void
wait_for_job(struct workers *workers, uint32_t seen)
{
   for (uint32_t i = 0; i < SPIN_TURNS; i++) {
      if (atomic_load_explicit(&workers->jobs, memory_order_relaxed) != seen)
         return;
      spin_pause();
   }
   atomic_fetch_add(&workers->sleepers, 1);
   while (atomic_load(&workers->jobs) == seen && !atomic_load(&workers->quit))
      futex_wait(&workers->jobs, seen);
   atomic_fetch_sub(&workers->sleepers, 1);
}

static void *
worker_main(void *data)
{
   struct start *start = data;
   struct workers *workers = start->workers;
   uint32_t index = start->index;
   uint32_t seen = 0;

   free(start);
   jit_denormals_flush();
   while (!atomic_load(&workers->quit)) {
      wait_for_job(workers, seen);
      seen = atomic_load(&workers->jobs);
      if (join(workers)) {
         take_items(workers, index);
         leave(workers);
      }
   }
   return NULL;
}

static uint32_t
default_count(void)
{
   const char *text = getenv("DXG_THREADS");
   cpu_set_t cpus;

   if (text && *text) {
      char *end;
      long value = strtol(text, &end, 10);
      if (*end == '\0' && value > 0)
         return MIN2(value, WORKERS_MAX);
   }
   if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0)
      return CLAMP(CPU_COUNT(&cpus), 1, WORKERS_MAX);
   return 1;
}

struct workers *
workers_create(uint32_t threads)
{
   struct workers *workers = aligned_alloc(64, align_up(sizeof(*workers), 64));
   if (!workers)
      return NULL;
   memset(workers, 0, sizeof(*workers));
   pthread_mutex_init(&workers->lock, NULL);

   /* The program's signals are for its own threads. */
   sigset_t all, old;
   sigfillset(&all);
   pthread_sigmask(SIG_SETMASK, &all, &old);
   uint32_t wanted = threads ? MIN2(threads, WORKERS_MAX) : default_count();
   for (workers->count = 1; workers->count < wanted; workers->count++) {
      struct start *start = malloc(sizeof(*start));
      if (!start)
         break;
      *start = (struct start){ workers, workers->count };
      /* Fewer threads than wished for still do the work. */
      if (pthread_create(&workers->threads[workers->count], NULL, worker_main, start)) {
         free(start);
         break;
      }
   }
   pthread_sigmask(SIG_SETMASK, &old, NULL);
   return workers;
}

void
workers_destroy(struct workers *workers)
{
   if (!workers)
      return;
   atomic_store(&workers->quit, true);
   atomic_fetch_add(&workers->jobs, 1);
   futex_wake(&workers->jobs, WORKERS_MAX);
   for (uint32_t i = 1; i < workers->count; i++)
      pthread_join(workers->threads[i], NULL);
   pthread_mutex_destroy(&workers->lock);
   free(workers);
}

uint32_t
workers_count(const struct workers *workers)
{
   return workers->count;
}

void
workers_run(struct workers *workers, workers_fn fn, void *data, uint32_t count)
{
   pthread_mutex_lock(&workers->lock);
   unsigned control = jit_denormals_flush();
   if (count <= 1 || workers->count == 1) {
      for (uint32_t i = 0; i < count; i++)
         fn(data, i, 0);
      _mm_setcsr(control);
      pthread_mutex_unlock(&workers->lock);
      return;
   }

   workers->fn = fn;
   workers->data = data;
   share_out(workers, count);
   atomic_store_explicit(&workers->gate, GATE_OPEN, memory_order_release);
   atomic_fetch_add(&workers->jobs, 1);
   if (atomic_load(&workers->sleepers))
      futex_wake(&workers->jobs, MIN2(count, workers->count) - 1);

   take_items(workers, 0);

   uint32_t gate =
      atomic_fetch_and_explicit(&workers->gate, ~GATE_OPEN, memory_order_acquire) & ~GATE_OPEN;
   for (uint32_t i = 0; gate && i < SPIN_TURNS; i++) {
      spin_pause();
      gate = atomic_load_explicit(&workers->gate, memory_order_acquire);
   }
   while (gate) {
      futex_wait(&workers->gate, gate);
      gate = atomic_load_explicit(&workers->gate, memory_order_acquire);
   }
   _mm_setcsr(control);
   pthread_mutex_unlock(&workers->lock);
}
