/*
 * A display: what the API keeps about it.
 *
 * Displays are never freed, as EGL wants the same handle for the same native display for good.
 * Between eglInitialize and eglTerminate it is `initialized`. The driver's half lives longer: until
 * the last of its users, which are calls in progress and objects, is gone. eglInitialize before
 * that takes the living half over again.
 */
#ifndef EGL_MAIN_DISPLAY_H
#define EGL_MAIN_DISPLAY_H

#include "egl/main/objects.h"
#include "util/pointer_set.h"

#include <pthread.h>

struct egl_display {
   struct egl_display_base base; /* must be first: egl_display_base() */
   struct egl_display *next;     /* constant once it is in the list */

   /* Held while the driver's half comes and goes; taken before `mutex`. */
   pthread_mutex_t init_mutex;
   bool driver_live;

   /* Written with both held, so that either is enough to read. */
   bool initialized;

   /* Never held while the driver is called. */
   pthread_mutex_t mutex;
   unsigned users;
   struct pointer_set objects; /* those that have a valid handle */
   EGLLabelKHR label;
   bool blob_cache_set;

   /* Constant while the driver's half lives. An EGLConfig is the config's id. */
   struct egl_config *configs;
   unsigned n_configs;
   EGLint minor_version;
   char extensions[2048];
   char client_apis[32];
};

/* The display of these; NULL, with or without an error, if there is none. */
struct egl_display *egl_display_find(enum egl_platform platform, void *native,
                                     const EGLAttrib *attributes);

/* NULL if it is no display's handle. */
struct egl_display *egl_display_lookup(EGLDisplay handle);
/* All of them: the first, then ->next. */
struct egl_display *egl_displays(void);

bool egl_display_initialize(struct egl_display *display);
void egl_display_terminate(struct egl_display *display);

/* One more user of the driver's half, which must live already. */
void egl_display_ref(struct egl_display *display);
void egl_display_unref(struct egl_display *display);

/* A call to the EGL function of this name starts, on an initialized display, and uses it until
 * egl_display_end (which takes NULL). NULL: an error is set. */
struct egl_display *egl_display_begin(const char *function, EGLDisplay handle);
void egl_display_end(struct egl_display **display);
#define SCOPED_DISPLAY __attribute__((cleanup(egl_display_end))) struct egl_display *

/* NULL: EGL_BAD_CONFIG is set. */
struct egl_config *egl_display_config(struct egl_display *display, EGLConfig handle);

static inline EGLConfig
egl_config_handle(const struct egl_config *config)
{
   return (EGLConfig)(uintptr_t)config->config_id;
}

#endif
