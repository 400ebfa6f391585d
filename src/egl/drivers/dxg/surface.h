/*
 * What all surfaces have in common: a drawable of the GL driver, and functions by kind.
 */
#ifndef EGL_DXG_SURFACE_H
#define EGL_DXG_SURFACE_H

#include "egl/main/driver.h"
#include "loader/loader.h"

struct dxg_surface;

/* As the entries of the same name in egl_driver and loader_callbacks; NULL: nothing to do. */
struct dxg_surface_functions {
   bool (*get_buffers)(struct dxg_surface *surface, unsigned wanted, struct loader_buffers *out);
   void (*flush_front)(struct dxg_surface *surface);
   bool (*swap_buffers)(struct egl_context *context, struct dxg_surface *surface,
                        const EGLint *rects, EGLint n_rects);
   void (*size)(struct dxg_surface *surface, EGLint *width, EGLint *height);
   EGLint (*buffer_age)(struct egl_context *context, struct dxg_surface *surface);
   void (*wait_client)(struct dxg_surface *surface); /* the GPU is done */
   void (*wait_native)(struct egl_context *context, struct dxg_surface *surface);
   void (*destroy)(struct dxg_surface *surface); /* frees */
};

struct dxg_surface {
   struct egl_surface base;
   const struct dxg_surface_functions *functions;
   struct loader_drawable *drawable;
};

static inline struct dxg_surface *
dxg_surface(struct egl_surface *surface)
{
   return (struct dxg_surface *)surface;
}

/* Fills the base and makes the drawable; sets the EGL error on failure. */
bool dxg_surface_init(struct dxg_surface *surface, const struct dxg_surface_functions *functions,
                      struct egl_display *display, struct egl_config *config, void *native,
                      const struct egl_surface_desc *desc);
void dxg_surface_finish(struct dxg_surface *surface);

/* loader_callbacks */
bool dxg_surface_get_buffers(void *drawable_data, unsigned wanted, struct loader_buffers *out);
void dxg_surface_flush_front(void *drawable_data);

/* egl_driver */
void dxg_destroy_surface(struct egl_surface *surface);
bool dxg_swap_buffers(struct egl_context *context, struct egl_surface *surface,
                      const EGLint *rects, EGLint n_rects);
void dxg_swap_interval(struct egl_surface *surface, EGLint interval);
void dxg_surface_size(struct egl_surface *surface, EGLint *width, EGLint *height);
EGLint dxg_buffer_age(struct egl_context *context, struct egl_surface *surface);
bool dxg_set_damage_region(struct egl_surface *surface, const EGLint *rects, EGLint n_rects);

struct egl_surface *dxg_create_pbuffer_surface(struct egl_display *display,
                                               struct egl_config *config,
                                               const struct egl_surface_desc *desc);
bool dxg_bind_tex_image(struct egl_context *context, struct egl_surface *surface);
bool dxg_release_tex_image(struct egl_context *context, struct egl_surface *surface);

#endif
