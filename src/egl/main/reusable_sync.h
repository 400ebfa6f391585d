/* EGL_KHR_reusable_sync: what the CPU signals. The driver knows nothing of them. */
#ifndef EGL_MAIN_REUSABLE_SYNC_H
#define EGL_MAIN_REUSABLE_SYNC_H

#include "egl/main/objects.h"

/* NULL: no memory. */
struct egl_sync *reusable_sync_create(struct egl_display *display);
void reusable_sync_destroy(struct egl_sync *sync);

void reusable_sync_set(struct egl_sync *sync, EGLint status);

/* True if it was signaled within `timeout` ns, or is being destroyed. */
bool reusable_sync_wait(struct egl_sync *sync, EGLTime timeout);

/* Its handle is gone: who waits is woken up as if it were signaled. Takes any sync. */
void reusable_sync_release_waiters(struct egl_sync *sync);

#endif
