/* The thread that waits for other processes' signals on behalf of events. */
#include "share/fence.h"
#include "util/bits.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MAX_FUTEXES FUTEX_WAITV_MAX /* the first is `control` */
#define POLL_NS 1000000

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct share_fence *watched;
static pthread_t thread;
static uintptr_t generation; /* of the thread: it ends when it is not the current one */
static _Atomic uint32_t control; /* counts up when the thread must look at its list again */

struct wait_list {
   struct futex_waitv futexes[MAX_FUTEXES];
   unsigned count;
   bool complete; /* else there were more than fit */
};

static void
wait_list_add(struct wait_list *list, const _Atomic uint32_t *word, uint32_t expected,
              uint32_t flags)
{
   if (list->count == MAX_FUTEXES) {
      list->complete = false;
      return;
   }
   list->futexes[list->count++] = (struct futex_waitv){
      .val = expected,
      .uaddr = (uintptr_t)word,
      .flags = FUTEX_32 | flags,
   };
}

static void
sleep_poll_time(void)
{
   nanosleep(&(struct timespec){ .tv_nsec = POLL_NS }, NULL);
}

/* Until one of the words changes. The word of a fence that is destroyed meanwhile makes EFAULT, or
 * is waited for in vain beside the others: no harm either way. */
static void
wait_for_any(struct wait_list *list)
{
   if (list->count == 1) {
      syscall(SYS_futex, &control, FUTEX_WAIT_PRIVATE, (uint32_t)list->futexes[0].val, NULL);
      return;
   }
   /* More fences than one call takes, or a kernel before 5.16: they are looked at now and then. */
   if (!list->complete ||
       (syscall(SYS_futex_waitv, list->futexes, list->count, 0, NULL, CLOCK_MONOTONIC) < 0 &&
        (errno == ENOSYS || errno == EPERM)))
      sleep_poll_time();
}

static void *
watch(void *data)
{
   for (;;) {
      struct wait_list list = { .complete = true };
      pthread_mutex_lock(&lock);
      if (generation != (uintptr_t)data) {
         pthread_mutex_unlock(&lock);
         return NULL;
      }
      wait_list_add(&list, &control, atomic_load(&control), FUTEX_PRIVATE_FLAG);
      for (struct share_fence *fence = watched; fence; fence = fence->next_watched) {
         uint32_t sequence = atomic_load(&fence->state->sequence);
         if (fence_fire_events(fence, share_fence_value(fence)))
            wait_list_add(&list, &fence->state->sequence, sequence, 0);
      }
      pthread_mutex_unlock(&lock);
      wait_for_any(&list);
   }
}

static void
wake_thread(void)
{
   atomic_fetch_add(&control, 1);
   syscall(SYS_futex, &control, FUTEX_WAKE_PRIVATE, INT_MAX);
}

/* With lock held. The program's signals are not for this thread. */
static int
start_thread(void)
{
   sigset_t all, old;
   sigfillset(&all);
   pthread_sigmask(SIG_SETMASK, &all, &old);
   int error = pthread_create(&thread, NULL, watch, (void *)++generation);
   pthread_sigmask(SIG_SETMASK, &old, NULL);
   return -error;
}

int
watcher_add(struct share_fence *fence)
{
   int error = 0;
   pthread_mutex_lock(&lock);
   if (!fence->watched) {
      error = watched ? 0 : start_thread();
      if (!error) {
         fence->watched = true;
         fence->next_watched = watched;
         watched = fence;
      }
   }
   pthread_mutex_unlock(&lock);
   wake_thread();
   return error;
}

void
watcher_remove(struct share_fence *fence)
{
   pthread_mutex_lock(&lock);
   bool last = false;
   pthread_t ended = thread;
   if (fence->watched) {
      struct share_fence **link = &watched;
      while (*link != fence)
         link = &(*link)->next_watched;
      *link = fence->next_watched;
      fence->watched = false;
      last = !watched;
      generation += last;
   }
   pthread_mutex_unlock(&lock);
   if (last) {
      wake_thread();
      pthread_join(ended, NULL);
   }
}
