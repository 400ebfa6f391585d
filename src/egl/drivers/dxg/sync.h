/*
 * Fence syncs.
 */
#ifndef EGL_DXG_SYNC_H
#define EGL_DXG_SYNC_H

#include "egl/main/driver.h"

struct egl_sync *dxg_create_fence_sync(struct egl_context *context);
void dxg_destroy_fence_sync(struct egl_sync *sync);
bool dxg_client_wait_sync(struct egl_sync *sync, struct egl_context *context, EGLTime timeout);
bool dxg_wait_sync(struct egl_context *context, struct egl_sync *sync);

#endif
