/*
 * EGL_WL_bind_wayland_display: when our caller is a compositor, its clients' buffers become images.
 */
#ifndef EGL_DXG_COMPOSITOR_H
#define EGL_DXG_COMPOSITOR_H

#include "egl/main/driver.h"

bool dxg_bind_wayland_display(struct egl_display *display, void *wl_display);
bool dxg_unbind_wayland_display(struct egl_display *display, void *wl_display);
bool dxg_query_wayland_buffer(struct egl_display *display, void *wl_buffer, EGLint attribute,
                              EGLint *value);
struct egl_image *dxg_create_image_from_wayland(struct egl_display *display,
                                                const struct egl_image_desc *desc);

#endif
