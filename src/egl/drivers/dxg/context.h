/*
 * Contexts.
 */
#ifndef EGL_DXG_CONTEXT_H
#define EGL_DXG_CONTEXT_H

#include "egl/main/driver.h"
#include "loader/loader.h"

struct dxg_context {
   struct egl_context base;
   struct loader_context *loader;
};

static inline struct dxg_context *
dxg_context(struct egl_context *context)
{
   return (struct dxg_context *)context;
}

/* egl_driver */
struct egl_context *dxg_create_context(struct egl_display *display, struct egl_config *config,
                                       struct egl_context *share,
                                       const struct egl_context_desc *desc);
void dxg_destroy_context(struct egl_context *context);
bool dxg_make_current(struct egl_display *display, struct egl_context *old,
                      struct egl_context *context, struct egl_surface *draw,
                      struct egl_surface *read);
bool dxg_wait_client(struct egl_context *context);
bool dxg_wait_native(struct egl_context *context, struct egl_surface *draw);

#endif
