/*
 * What EGL keeps per thread. Only its own thread touches it; its address stands for the thread
 * where contexts and surfaces are current.
 */
#ifndef EGL_MAIN_THREAD_H
#define EGL_MAIN_THREAD_H

#include "egl/main/objects.h"

struct egl_thread {
   EGLint error;
   EGLenum api;                 /* eglBindAPI */
   struct egl_context *context; /* referenced */
   EGLLabelKHR label;

   /* Of the call in progress, for EGL_KHR_debug. */
   const char *function;
   EGLLabelKHR object_label;
};

struct egl_thread *egl_thread_get(void);

/* An EGL function starts: it succeeds until it says otherwise. */
struct egl_thread *egl_thread_begin(const char *function);

/* Has the current context released when this thread exits. False: no memory. */
bool egl_thread_watch_exit(void);

#endif
