/*
 * Which context is current on which thread, with which surfaces.
 *
 * A context's and a surface's `thread` says where it is current. It is claimed under the display's
 * lock before the driver is asked, so that of two threads that want the same one only one goes on.
 */
#ifndef EGL_MAIN_CURRENT_H
#define EGL_MAIN_CURRENT_H

#include "egl/main/objects.h"

/* Makes it current on this thread, with both surfaces or none. What it needs is referenced. */
bool egl_current_bind(struct egl_context *context, struct egl_surface *draw,
                      struct egl_surface *read);

/* Makes nothing current on this thread. */
bool egl_current_release(void);

/* The draw surface of the current context; NULL if there is none. */
struct egl_surface *egl_current_draw(void);

#endif
