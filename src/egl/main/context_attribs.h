/* The attributes of eglCreateContext. */
#ifndef EGL_MAIN_CONTEXT_ATTRIBS_H
#define EGL_MAIN_CONTEXT_ATTRIBS_H

#include "egl/main/objects.h"

/* What the caller wants of a context of this API. False: an error is set. */
bool egl_context_parse(const struct egl_display *display, EGLenum api, const EGLint *attributes,
                       struct egl_context_desc *desc);

#endif
