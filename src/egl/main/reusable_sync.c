#include "egl/main/reusable_sync.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct reusable_sync {
   struct egl_sync base;
   pthread_mutex_t mutex;
   pthread_cond_t signaled;
   uint64_t
      signals; /* counted, as a signal that is soon taken back wakes up waiters all the same */
};

struct egl_sync *
reusable_sync_create(struct egl_display *display)
{
   struct reusable_sync *sync = calloc(1, sizeof(*sync));
   pthread_condattr_t attributes;

   if (!sync)
      return NULL;
   egl_sync_init(&sync->base, display, EGL_SYNC_REUSABLE_KHR, EGL_NONE);
   pthread_mutex_init(&sync->mutex, NULL);
   pthread_condattr_init(&attributes);
   pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
   pthread_cond_init(&sync->signaled, &attributes);
   pthread_condattr_destroy(&attributes);
   return &sync->base;
}

void
reusable_sync_destroy(struct egl_sync *base)
{
   struct reusable_sync *sync = (struct reusable_sync *)base;
   pthread_cond_destroy(&sync->signaled);
   pthread_mutex_destroy(&sync->mutex);
   free(sync);
}

void
reusable_sync_set(struct egl_sync *base, EGLint status)
{
   struct reusable_sync *sync = (struct reusable_sync *)base;
   pthread_mutex_lock(&sync->mutex);
   atomic_store(&base->status, status);
   if (status == EGL_SIGNALED) {
      sync->signals++;
      pthread_cond_broadcast(&sync->signaled);
   }
   pthread_mutex_unlock(&sync->mutex);
}

void
reusable_sync_release_waiters(struct egl_sync *sync)
{
   if (sync->type == EGL_SYNC_REUSABLE_KHR)
      reusable_sync_set(sync, EGL_SIGNALED);
}

#define SECOND UINT64_C(1000000000)

static struct timespec
deadline(EGLTime timeout)
{
   struct timespec now;
   clock_gettime(CLOCK_MONOTONIC, &now);
   uint64_t ns = now.tv_nsec + timeout % SECOND;
   return (struct timespec){
      .tv_sec = now.tv_sec + timeout / SECOND + ns / SECOND,
      .tv_nsec = ns % SECOND,
   };
}

bool
reusable_sync_wait(struct egl_sync *base, EGLTime timeout)
{
   struct reusable_sync *sync = (struct reusable_sync *)base;
   struct timespec until = deadline(timeout);
   int error = timeout == 0 ? ETIMEDOUT : 0;

   pthread_mutex_lock(&sync->mutex);
   uint64_t before = sync->signals;
   while (atomic_load(&base->status) != EGL_SIGNALED && sync->signals == before && !error) {
      if (timeout == EGL_FOREVER)
         error = pthread_cond_wait(&sync->signaled, &sync->mutex);
      else
         error = pthread_cond_timedwait(&sync->signaled, &sync->mutex, &until);
   }
   bool signaled = atomic_load(&base->status) == EGL_SIGNALED || sync->signals != before;
   pthread_mutex_unlock(&sync->mutex);
   return signaled;
}
