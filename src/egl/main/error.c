#include "egl/main/error.h"

#include "egl/main/thread.h"
#include "util/bits.h"
#include "util/debug.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct debug_settings settings = { .enabled = { true, true } };

struct debug_settings
egl_debug_settings(void)
{
   pthread_mutex_lock(&mutex);
   struct debug_settings copy = settings;
   pthread_mutex_unlock(&mutex);
   return copy;
}

void
egl_debug_set(const struct debug_settings *new)
{
   pthread_mutex_lock(&mutex);
   settings = *new;
   pthread_mutex_unlock(&mutex);
}

int
egl_debug_type_index(EGLAttrib type)
{
   return type >= EGL_DEBUG_MSG_CRITICAL_KHR && type <= EGL_DEBUG_MSG_INFO_KHR
             ? type - EGL_DEBUG_MSG_CRITICAL_KHR
             : -1;
}

static const char *
error_name(EGLint error)
{
   /* The codes are consecutive. */
   static const char *const names[] = {
      "EGL_SUCCESS",       "EGL_NOT_INITIALIZED",     "EGL_BAD_ACCESS",
      "EGL_BAD_ALLOC",     "EGL_BAD_ATTRIBUTE",       "EGL_BAD_CONFIG",
      "EGL_BAD_CONTEXT",   "EGL_BAD_CURRENT_SURFACE", "EGL_BAD_DISPLAY",
      "EGL_BAD_MATCH",     "EGL_BAD_NATIVE_PIXMAP",   "EGL_BAD_NATIVE_WINDOW",
      "EGL_BAD_PARAMETER", "EGL_BAD_SURFACE",         "EGL_CONTEXT_LOST",
   };
   unsigned index = error - EGL_SUCCESS;
   return index < ARRAY_LENGTH(names) ? names[index] : "error";
}

bool
egl_error(EGLint error, const char *format, ...)
{
   struct egl_thread *thread = egl_thread_get();
   thread->error = error;

   struct debug_settings debug = egl_debug_settings();
   EGLint type = error == EGL_BAD_ALLOC ? EGL_DEBUG_MSG_CRITICAL_KHR : EGL_DEBUG_MSG_ERROR_KHR;
   bool tell = debug.callback && debug.enabled[egl_debug_type_index(type)];
   if (!tell && !debug_enabled(DEBUG_INFO))
      return false;

   char message[256];
   va_list args;
   va_start(args, format);
   vsnprintf(message, sizeof(message), format, args);
   va_end(args);

   const char *function = thread->function ? thread->function : "EGL";
   debug_printf(DEBUG_INFO, "%s: %s: %s", function, error_name(error), message);
   if (tell)
      debug.callback(error, function, type, thread->label, thread->object_label, message);
   return false;
}

bool
egl_error_unsupported(const char *extension)
{
   return egl_error(EGL_BAD_MATCH, "the display does not support %s", extension);
}
