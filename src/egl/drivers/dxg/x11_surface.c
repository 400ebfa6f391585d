/*
 * Windows and pixmaps of X11.
 */
#include "egl/drivers/dxg/context.h"
#include "egl/drivers/dxg/display.h"
#include "egl/drivers/dxg/surface.h"
#include "egl/drivers/dxg/x11.h"

#include <stdlib.h>

struct x11_surface {
   struct dxg_surface base;
   struct x11_drawable *drawable;
};

static struct x11_drawable *
drawable_of(const struct dxg_surface *base)
{
   return ((const struct x11_surface *)base)->drawable;
}

static bool
get_buffers(struct dxg_surface *base, unsigned wanted, struct loader_buffers *out)
{
   return x11_drawable_get_buffers(drawable_of(base), wanted, out);
}

static void
flush_front(struct dxg_surface *base)
{
   x11_drawable_flush_front(drawable_of(base));
}

static bool
swap_buffers(struct egl_context *context, struct dxg_surface *base, const EGLint *rects,
             EGLint n_rects)
{
   const struct x11_present_desc desc = {
      .interval = base->base.swap_interval,
      .rects = rects,
      .rect_count = n_rects,
   };
   struct loader_context *loader = dxg_context(context)->loader;

   if (base->base.desc.type != EGL_SURFACE_WINDOW)
      return true;
   loader_drawable_flush_for_swap(loader, base->drawable);
   dxg_x11_flush(dxg_display(base->base.base.display)->x11);
   if (x11_drawable_present(drawable_of(base), loader, &desc) >= 0)
      return true;
   base->base.lost = true;
   return egl_error(EGL_BAD_NATIVE_WINDOW, "the window is gone");
}

static void
size(struct dxg_surface *base, EGLint *width, EGLint *height)
{
   uint32_t w, h;

   x11_drawable_size(drawable_of(base), &w, &h);
   *width = (EGLint)w;
   *height = (EGLint)h;
}

static EGLint
buffer_age(struct egl_context *context, struct dxg_surface *base)
{
   return (EGLint)x11_drawable_buffer_age(drawable_of(base));
}

static void
wait_client(struct dxg_surface *base)
{
   if (base->base.desc.type == EGL_SURFACE_PIXMAP)
      x11_drawable_flush_front(drawable_of(base));
   x11_drawable_wait(drawable_of(base));
}

/* What X drew into a pixmap is what GL goes on from. */
static void
wait_native(struct egl_context *context, struct dxg_surface *base)
{
   if (base->base.desc.type == EGL_SURFACE_PIXMAP)
      x11_drawable_read_front(drawable_of(base), dxg_context(context)->loader);
}

static void
destroy(struct dxg_surface *base)
{
   struct x11_surface *surface = (struct x11_surface *)base;

   x11_drawable_set_loader(surface->drawable, NULL);
   dxg_surface_finish(base);
   x11_drawable_destroy(surface->drawable);
   free(surface);
}

static const struct dxg_surface_functions functions = {
   .get_buffers = get_buffers,
   .flush_front = flush_front,
   .swap_buffers = swap_buffers,
   .size = size,
   .buffer_age = buffer_age,
   .wait_client = wait_client,
   .wait_native = wait_native,
   .destroy = destroy,
};

static bool
fail(const struct egl_surface_desc *desc, void *native, uint8_t error)
{
   const unsigned xid = (unsigned)(uintptr_t)native;

   switch (error) {
   case XCB_MATCH:
      return egl_error(EGL_BAD_MATCH, "the depth of 0x%x does not fit the config", xid);
   case XCB_ALLOC:
      return egl_error(EGL_BAD_ALLOC, "no memory for a surface on 0x%x", xid);
   default:
      return egl_error(desc->type == EGL_SURFACE_WINDOW ? EGL_BAD_NATIVE_WINDOW
                                                        : EGL_BAD_NATIVE_PIXMAP,
                       "there is no 0x%x", xid);
   }
}

struct egl_surface *
dxg_create_x11_surface(struct egl_display *display, struct egl_config *config, void *native,
                       const struct egl_surface_desc *desc)
{
   struct x11_surface *surface = calloc(1, sizeof(*surface));
   const struct x11_drawable_desc drawable_desc = {
      .type = desc->type == EGL_SURFACE_WINDOW ? X11_WINDOW : X11_PIXMAP,
      .xid = (xcb_drawable_t)(uintptr_t)native,
      .fourcc = dxg_config_surface_fourcc(config, desc),
      .double_buffer = desc->type == EGL_SURFACE_WINDOW,
   };
   uint8_t error;

   if (!surface) {
      egl_error(EGL_BAD_ALLOC, "out of memory");
      return NULL;
   }
   surface->drawable =
      x11_drawable_create(dxg_display(display)->x11->connection, &drawable_desc, &error);
   if (!surface->drawable) {
      fail(desc, native, error);
      free(surface);
      return NULL;
   }
   if (!dxg_surface_init(&surface->base, &functions, display, config, native, desc)) {
      x11_drawable_destroy(surface->drawable);
      free(surface);
      return NULL;
   }
   x11_drawable_set_loader(surface->drawable, surface->base.drawable);
   return &surface->base.base;
}

bool
dxg_x11_copy_buffers(struct egl_context *context, struct egl_surface *base, void *native)
{
   struct dxg_surface *surface = dxg_surface(base);
   struct loader_context *loader = dxg_context(context)->loader;
   const bool window = base->desc.type == EGL_SURFACE_WINDOW;
   struct loader_buffers buffers;

   loader_context_flush(loader);
   if (!surface->functions->get_buffers(surface, window ? LOADER_BACK : LOADER_FRONT, &buffers))
      return egl_error(EGL_BAD_SURFACE, "the surface has no buffer");
   switch (x11_connection_copy_image(dxg_display(base->base.display)->x11->connection, loader,
                                     window ? buffers.back : buffers.front,
                                     dxg_config_surface_fourcc(base->config, &base->desc),
                                     (xcb_drawable_t)(uintptr_t)native)) {
   case 0:
      return true;
   case XCB_MATCH:
      return egl_error(EGL_BAD_MATCH, "the pixmap's depth does not fit the surface");
   default:
      return egl_error(EGL_BAD_NATIVE_PIXMAP, "0x%x is no pixmap", (unsigned)(uintptr_t)native);
   }
}
