#include "share/fence.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* ---- Creation -------------------------------------------------------------------------------- */

static int
fence_create(struct share_fence **out)
{
   struct share_fence *fence = calloc(1, sizeof(*fence));
   if (!fence)
      return -ENOMEM;
   pthread_mutex_init(&fence->lock, NULL);
   *out = fence;
   return 0;
}

static void
fence_free(struct share_fence *fence)
{
   pthread_mutex_destroy(&fence->lock);
   free(fence);
}

int
share_fence_create(struct share_fence **out, uint64_t initial, bool shareable)
{
   struct share_fence *fence;
   int error = fence_create(&fence);
   if (error)
      return error;
   error = share_memory_init(&fence->memory, sizeof(struct fence_state), shareable, SHARE_FENCE,
                             NULL, 0);
   if (error) {
      fence_free(fence);
      return error;
   }
   fence->state = fence->memory.data;
   atomic_store(&fence->state->value, initial);
   *out = fence;
   return 0;
}

int
share_fence_open(struct share_fence **out, int fd)
{
   struct share_fence *fence;
   int error = fence_create(&fence);
   if (error)
      return error;
   error = share_memory_open(&fence->memory, fd);
   if (!error && (fence->memory.kind != SHARE_FENCE ||
                  fence->memory.size != sizeof(struct fence_state))) {
      share_memory_finish(&fence->memory);
      error = -EINVAL;
   }
   if (error) {
      fence_free(fence);
      return error;
   }
   fence->state = fence->memory.data;
   fence->exported = true;
   *out = fence;
   return 0;
}

void
share_fence_destroy(struct share_fence *fence)
{
   if (!fence)
      return;
   watcher_remove(fence);
   for (struct fence_event *event = fence->events, *next; event; event = next) {
      next = event->next;
      close(event->fd);
      free(event);
   }
   share_memory_finish(&fence->memory);
   fence_free(fence);
}

static bool
has_events(struct share_fence *fence)
{
   pthread_mutex_lock(&fence->lock);
   bool any = fence->events;
   pthread_mutex_unlock(&fence->lock);
   return any;
}

int
share_fence_export(const struct share_fence *constant)
{
   /* Who signals is not part of what the caller sees of a fence. */
   struct share_fence *fence = (struct share_fence *)constant;
   int fd = share_memory_export(&fence->memory);
   if (fd < 0)
      return fd;
   atomic_store(&fence->exported, true);
   int error = has_events(fence) ? watcher_add(fence) : 0;
   if (error) {
      close(fd);
      return error;
   }
   return fd;
}

/* ---- The value ------------------------------------------------------------------------------- */

/* A futex of a process alone costs less. */
static int
futex_op(const struct share_fence *fence, int op)
{
   return fence->memory.fd < 0 ? op | FUTEX_PRIVATE_FLAG : op;
}

uint64_t
share_fence_value(const struct share_fence *fence)
{
   return atomic_load(&fence->state->value);
}

void
share_fence_wake(struct share_fence *fence)
{
   atomic_fetch_add(&fence->state->sequence, 1);
   if (atomic_load(&fence->waiting) || atomic_load(&fence->exported))
      syscall(SYS_futex, &fence->state->sequence, futex_op(fence, FUTEX_WAKE), INT_MAX);
}

void
share_fence_signal(struct share_fence *fence, uint64_t value)
{
   atomic_store(&fence->state->value, value);
   share_fence_wake(fence);
   fence_fire_events(fence, value);
}

static void
add_ns(struct timespec *time, int64_t ns)
{
   time->tv_sec += ns / 1000000000;
   time->tv_nsec += ns % 1000000000;
   if (time->tv_nsec >= 1000000000) {
      time->tv_nsec -= 1000000000;
      time->tv_sec++;
   }
}

/* Asked at each turn: whoever else has the fence could keep us turning. */
static bool
is_past(const struct timespec *deadline)
{
   struct timespec now;
   clock_gettime(CLOCK_MONOTONIC, &now);
   return now.tv_sec != deadline->tv_sec ? now.tv_sec > deadline->tv_sec
                                         : now.tv_nsec >= deadline->tv_nsec;
}

int
share_fence_wait(struct share_fence *fence, uint64_t value, int64_t timeout_ns,
                 const uint32_t *cancel)
{
   if (atomic_load(&fence->state->value) >= value)
      return 0;
   if (timeout_ns == 0)
      return -ETIMEDOUT;

   struct timespec deadline;
   clock_gettime(CLOCK_MONOTONIC, &deadline);
   if (timeout_ns > 0)
      add_ns(&deadline, timeout_ns);

   int result = -ETIMEDOUT;
   atomic_fetch_add(&fence->waiting, 1);
   for (;;) {
      /* A signal after this load changes the word, and the futex does not sleep. */
      uint32_t sequence = atomic_load(&fence->state->sequence);
      if (atomic_load(&fence->state->value) >= value ||
          (cancel && __atomic_load_n(cancel, __ATOMIC_ACQUIRE))) {
         result = 0;
         break;
      }
      if (timeout_ns >= 0 && is_past(&deadline))
         break;
      syscall(SYS_futex, &fence->state->sequence, futex_op(fence, FUTEX_WAIT_BITSET), sequence,
              timeout_ns < 0 ? NULL : &deadline, NULL, FUTEX_BITSET_MATCH_ANY);
   }
   atomic_fetch_sub(&fence->waiting, 1);
   return result;
}

/* ---- Events ---------------------------------------------------------------------------------- */

static void
fire(int fd)
{
   /* An eventfd that is full would block us; it is readable as it is. */
   static const uint64_t one = 1;
   struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };
   ssize_t done = poll(&poll_fd, 1, 0) == 1 ? write(fd, &one, sizeof(one)) : 0;
   (void)done;
}

bool
fence_fire_events(struct share_fence *fence, uint64_t value)
{
   pthread_mutex_lock(&fence->lock);
   for (struct fence_event **link = &fence->events; *link;) {
      struct fence_event *event = *link;
      if (event->value > value) {
         link = &event->next;
         continue;
      }
      *link = event->next;
      fire(event->fd);
      close(event->fd);
      free(event);
   }
   bool any = fence->events;
   pthread_mutex_unlock(&fence->lock);
   return any;
}

/* False: it is gone already, having been fired. */
static bool
drop_event(struct share_fence *fence, struct fence_event *event)
{
   pthread_mutex_lock(&fence->lock);
   struct fence_event **link = &fence->events;
   while (*link && *link != event)
      link = &(*link)->next;
   bool found = *link;
   if (found)
      *link = event->next;
   pthread_mutex_unlock(&fence->lock);
   if (found) {
      close(event->fd);
      free(event);
   }
   return found;
}

int
share_fence_event(struct share_fence *fence, uint64_t value, int eventfd)
{
   if (share_fence_value(fence) >= value) {
      fire(eventfd);
      return 0;
   }

   struct fence_event *event = malloc(sizeof(*event));
   if (!event)
      return -ENOMEM;
   event->value = value;
   event->fd = fcntl(eventfd, F_DUPFD_CLOEXEC, 0);
   if (event->fd < 0) {
      int error = -errno;
      free(event);
      return error;
   }

   pthread_mutex_lock(&fence->lock);
   event->next = fence->events;
   fence->events = event;
   pthread_mutex_unlock(&fence->lock);

   /* A signal that came before the event was in the list has not seen it. */
   if (!fence_fire_events(fence, share_fence_value(fence)) || !atomic_load(&fence->exported))
      return 0;
   int error = watcher_add(fence);
   return error && drop_event(fence, event) ? error : 0;
}
