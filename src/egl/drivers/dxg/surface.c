#include "egl/drivers/dxg/surface.h"

#include "egl/drivers/dxg/config.h"
#include "egl/drivers/dxg/display.h"

bool
dxg_surface_init(struct dxg_surface *surface, const struct dxg_surface_functions *functions,
                 struct egl_display *display, struct egl_config *config, void *native,
                 const struct egl_surface_desc *desc)
{
   const struct loader_config *loader_config = dxg_config_for_surface(config, desc);

   if (!loader_config)
      return egl_error(EGL_BAD_MATCH, "no such surface with this config");
   egl_surface_init(&surface->base, display, config, native, desc);
   surface->functions = functions;
   surface->drawable =
      loader_drawable_create(dxg_display(display)->screen->loader, loader_config, surface);
   return surface->drawable || egl_error(EGL_BAD_ALLOC, "no drawable");
}

void
dxg_surface_finish(struct dxg_surface *surface)
{
   loader_drawable_destroy(surface->drawable);
}

bool
dxg_surface_get_buffers(void *drawable_data, unsigned wanted, struct loader_buffers *out)
{
   struct dxg_surface *surface = drawable_data;

   return surface->functions->get_buffers(surface, wanted, out);
}

void
dxg_surface_flush_front(void *drawable_data)
{
   struct dxg_surface *surface = drawable_data;

   if (surface->functions->flush_front)
      surface->functions->flush_front(surface);
}

void
dxg_destroy_surface(struct egl_surface *surface)
{
   dxg_surface(surface)->functions->destroy(dxg_surface(surface));
}

bool
dxg_swap_buffers(struct egl_context *context, struct egl_surface *surface, const EGLint *rects,
                 EGLint n_rects)
{
   return dxg_surface(surface)->functions->swap_buffers(context, dxg_surface(surface), rects,
                                                        n_rects);
}

void
dxg_swap_interval(struct egl_surface *surface, EGLint interval)
{
   surface->swap_interval = interval;
}

void
dxg_surface_size(struct egl_surface *surface, EGLint *width, EGLint *height)
{
   dxg_surface(surface)->functions->size(dxg_surface(surface), width, height);
}

EGLint
dxg_buffer_age(struct egl_context *context, struct egl_surface *surface)
{
   struct dxg_surface *dxg = dxg_surface(surface);

   return dxg->functions->buffer_age ? dxg->functions->buffer_age(context, dxg) : 0;
}

bool
dxg_set_damage_region(struct egl_surface *surface, const EGLint *rects, EGLint n_rects)
{
   /* A promise of the program that helps tiled GPUs; D3D12 has no use for it. */
   return true;
}
