/*
 * Which context is current on a thread.
 */
#ifndef GLX_CURRENT_H
#define GLX_CURRENT_H

#include "glx/context.h"

/* Of this thread; NULL: none. */
struct glx_context *glx_current(void);

#endif
