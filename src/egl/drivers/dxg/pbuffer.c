/*
 * Pbuffers: an image of the driver's own.
 */
#include "egl/drivers/dxg/config.h"
#include "egl/drivers/dxg/context.h"
#include "egl/drivers/dxg/display.h"
#include "egl/drivers/dxg/surface.h"

#include <GL/gl.h>
#include <stdlib.h>

struct pbuffer {
   struct dxg_surface base;
   struct loader_image *image;
};

static bool
get_buffers(struct dxg_surface *surface, unsigned wanted, struct loader_buffers *out)
{
   struct pbuffer *pbuffer = (struct pbuffer *)surface;

   /* Single-buffered, whatever the program calls it. */
   out->mask = wanted;
   out->front = pbuffer->image;
   out->back = pbuffer->image;
   return true;
}

static bool
swap_buffers(struct egl_context *context, struct dxg_surface *surface, const EGLint *rects,
             EGLint n_rects)
{
   /* EGL 1.5, 3.10.1: no effect. But it is the end of a frame, so the GPU may have it. */
   loader_context_flush(dxg_context(context)->loader);
   return true;
}

static void
size(struct dxg_surface *surface, EGLint *width, EGLint *height)
{
   *width = surface->base.desc.width;
   *height = surface->base.desc.height;
}

static void
destroy(struct dxg_surface *surface)
{
   struct pbuffer *pbuffer = (struct pbuffer *)surface;

   dxg_surface_finish(&pbuffer->base);
   loader_image_destroy(pbuffer->image);
   free(pbuffer);
}

static const struct dxg_surface_functions functions = {
   .get_buffers = get_buffers,
   .swap_buffers = swap_buffers,
   .size = size,
   .destroy = destroy,
};

/* D3D12 has no texture without texels; EGL allows a pbuffer without pixels. */
static uint32_t
image_side(EGLint side)
{
   return side > 0 ? (uint32_t)side : 1;
}

struct egl_surface *
dxg_create_pbuffer_surface(struct egl_display *display, struct egl_config *config,
                           const struct egl_surface_desc *desc)
{
   struct egl_surface_desc clamped = *desc;
   struct pbuffer *pbuffer = calloc(1, sizeof(*pbuffer));

   if (!pbuffer) {
      egl_error(EGL_BAD_ALLOC, "out of memory");
      return NULL;
   }
   if (desc->width > DXG_MAX_SIDE || desc->height > DXG_MAX_SIDE) {
      if (!desc->largest_pbuffer) {
         egl_error(EGL_BAD_ALLOC, "a pbuffer of %d×%d is too large", desc->width, desc->height);
         free(pbuffer);
         return NULL;
      }
      clamped.width = desc->width < DXG_MAX_SIDE ? desc->width : DXG_MAX_SIDE;
      clamped.height = desc->height < DXG_MAX_SIDE ? desc->height : DXG_MAX_SIDE;
   }
   pbuffer->image = loader_image_create(dxg_display(display)->screen->loader,
                                        image_side(clamped.width), image_side(clamped.height),
                                        dxg_config_surface_fourcc(config, desc));
   if (!pbuffer->image) {
      egl_error(EGL_BAD_ALLOC, "no memory for a pbuffer of %d×%d", clamped.width, clamped.height);
      free(pbuffer);
      return NULL;
   }
   if (!dxg_surface_init(&pbuffer->base, &functions, display, config, NULL, &clamped)) {
      loader_image_destroy(pbuffer->image);
      free(pbuffer);
      return NULL;
   }
   return &pbuffer->base.base;
}

bool
dxg_bind_tex_image(struct egl_context *context, struct egl_surface *surface)
{
   loader_drawable_bind_texture(dxg_context(context)->loader, dxg_surface(surface)->drawable,
                                GL_TEXTURE_2D, surface->desc.texture_format == EGL_TEXTURE_RGBA);
   return true;
}

bool
dxg_release_tex_image(struct egl_context *context, struct egl_surface *surface)
{
   /* The texture keeps its storage until it is given another; EGL leaves what it shows undefined. */
   return true;
}
