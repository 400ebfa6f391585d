#include "egl/main/thread.h"

#include "egl/main/current.h"

#include <pthread.h>

static __thread struct egl_thread self = { .error = EGL_SUCCESS, .api = EGL_OPENGL_ES_API };

static pthread_key_t key;
static bool key_exists;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

static void
thread_exits(void *data)
{
   egl_current_release();
}

static void
create_key(void)
{
   key_exists = pthread_key_create(&key, thread_exits) == 0;
}

struct egl_thread *
egl_thread_get(void)
{
   return &self;
}

struct egl_thread *
egl_thread_begin(const char *function)
{
   self.error = EGL_SUCCESS;
   self.function = function;
   self.object_label = NULL;
   return &self;
}

bool
egl_thread_watch_exit(void)
{
   pthread_once(&key_once, create_key);
   return key_exists && pthread_setspecific(key, &self) == 0;
}

struct egl_context *
egl_current_context(void)
{
   return self.context;
}
