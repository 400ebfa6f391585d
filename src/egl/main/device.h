/* EGL_EXT_device_base: the driver's devices. */
#ifndef EGL_MAIN_DEVICE_H
#define EGL_MAIN_DEVICE_H

#include "egl/main/objects.h"

/* NULL: it is no device's handle. */
struct egl_device *egl_device_lookup(const void *handle);

/* The first; NULL if there is none. */
struct egl_device *egl_device_default(void);

#endif
