/*
 * EGLImages.
 */
#ifndef EGL_DXG_IMAGE_H
#define EGL_DXG_IMAGE_H

#include "egl/main/driver.h"
#include "gallium/winsys/dxg/texture.h"
#include "loader/loader.h"

struct dxg_image {
   struct egl_image base;
   struct loader_image *loader;
   /* What a client of ours sent, if we are a compositor that may pass it on to another; handle -1: not. */
   struct dxg_texture texture;
};

/* loader_callbacks */
struct loader_image *dxg_image_lookup(void *egl_image);

/* Takes over `loader`. NULL, with the EGL error set: no memory, or `loader` is NULL. */
struct egl_image *dxg_image_wrap(struct egl_display *display, struct loader_image *loader);

/* egl_driver */
struct egl_image *dxg_create_image(struct egl_display *display, struct egl_context *context,
                                   const struct egl_image_desc *desc);
void dxg_destroy_image(struct egl_image *image);

#endif
