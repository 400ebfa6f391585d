#include "jit/exit.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* How long exit() waits for compilers that other threads run. */
#define WAIT_MS 2000

static atomic_bool begun;
static atomic_uint users;

static void
begin_exit(void)
{
   atomic_store(&begun, true);
   for (int i = 0; i < WAIT_MS && atomic_load(&users); i++)
      nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static void
begin_thread_exit(void *data)
{
   begin_exit();
}

/* Others in this process use LLVM, too, as Mesa does for selection, and so its static objects may come
 * later than any handler of ours. The main thread's own destructors run before all handlers. (glibc's
 * function is what C++'s thread_local stands on.) */
extern int __cxa_thread_atexit_impl(void (*destructor)(void *), void *object, void *library);
extern void *__dso_handle;

void
jit_exit_watch(void)
{
   static atomic_bool watched;
   if (gettid() == getpid() && !atomic_exchange(&watched, true))
      __cxa_thread_atexit_impl(begin_thread_exit, NULL, &__dso_handle);
}

bool
jit_exit_enter(void)
{
   atomic_fetch_add(&users, 1);
   if (!atomic_load(&begun))
      return true;
   atomic_fetch_sub(&users, 1);
   return false;
}

void
jit_exit_leave(void)
{
   /* Handlers run last come, first served: this one is to run before the destructors of whatever
    * static objects LLVM has just made. */
   atexit(begin_exit);
   atomic_fetch_sub(&users, 1);
}

bool
jit_exit_begun(void)
{
   return atomic_load(&begun);
}
