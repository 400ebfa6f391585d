/* Which platform a native display is of. */
#ifndef EGL_MAIN_PLATFORM_H
#define EGL_MAIN_PLATFORM_H

#include "egl/main/objects.h"

/* False: EGL_PLATFORM_* is not one that we know. */
bool egl_platform_from_enum(EGLenum value, enum egl_platform *platform);

/* The platform of EGL_DEFAULT_DISPLAY, by the environment. False: none of ours. */
bool egl_platform_default(enum egl_platform *platform);

/* EGL_PLATFORM_WAYLAND_KHR, or EGL_NONE if that cannot be told for sure. Takes any value. */
EGLenum egl_platform_of_native(void *native);

/* May such a display have these attributes? False: an error is set. */
bool egl_platform_check(enum egl_platform platform, const void *native,
                        const EGLAttrib *attributes);

#endif
