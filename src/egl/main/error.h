/* EGL_KHR_debug's settings, and the errors that are told through them (egl_error, objects.h). */
#ifndef EGL_MAIN_ERROR_H
#define EGL_MAIN_ERROR_H

#include "egl/main/objects.h"

struct debug_settings {
   EGLDEBUGPROCKHR callback; /* NULL: none */
   bool enabled[4];          /* EGL_DEBUG_MSG_CRITICAL_KHR, _ERROR_, _WARN_, _INFO_ */
};

struct debug_settings egl_debug_settings(void);
void egl_debug_set(const struct debug_settings *settings);

/* The index of a message type above; -1: it is not one. */
int egl_debug_type_index(EGLAttrib type);

/* As egl_error, for a function of an extension that is not on. */
bool egl_error_unsupported(const char *extension);

#endif
