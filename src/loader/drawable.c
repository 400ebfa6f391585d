/*
 * Drawables, and the questions that the driver asks about them.
 */
#include "loader/dri.h"

#include <stdlib.h>

struct loader_drawable *
loader_drawable_create(struct loader_screen *screen, const struct loader_config *config,
                       void *drawable_data)
{
   struct loader_drawable *drawable = calloc(1, sizeof(*drawable));

   if (!drawable)
      return NULL;
   drawable->screen = screen;
   drawable->config = *config;
   drawable->data = drawable_data;
   drawable->dri = screen->driver->createNewDrawable(screen->dri, config->handle, drawable);
   if (!drawable->dri) {
      free(drawable);
      return NULL;
   }
   return drawable;
}

void
loader_drawable_destroy(struct loader_drawable *drawable)
{
   if (!drawable)
      return;
   drawable->screen->core->destroyDrawable(drawable->dri);
   free(drawable);
}

void
loader_drawable_invalidate(struct loader_drawable *drawable)
{
   drawable->screen->flush->invalidate(drawable->dri);
}

void
loader_drawable_flush_for_swap(struct loader_context *context, struct loader_drawable *drawable)
{
   /* The reason "swap" would have the driver wait, on the CPU, for the frame before. Any other reason
    * for which it resolves will do. */
   context->screen->flush->flush_with_flags(
      context->dri, drawable->dri,
      __DRI2_FLUSH_DRAWABLE | __DRI2_FLUSH_CONTEXT | __DRI2_FLUSH_INVALIDATE_ANCILLARY,
      __DRI2_THROTTLE_COPYSUBBUFFER);
}

void
loader_drawable_bind_texture(struct loader_context *context, struct loader_drawable *drawable,
                             unsigned target, bool with_alpha)
{
   context->screen->texture->setTexBuffer2(
      context->dri, (int)target, with_alpha ? __DRI_TEXTURE_FORMAT_RGBA : __DRI_TEXTURE_FORMAT_RGB,
      drawable->dri);
}

static int
get_buffers(__DRIdrawable *dri, unsigned format, uint32_t *stamp, void *private,
            uint32_t buffer_mask, struct __DRIimageList *list)
{
   const struct loader_drawable *drawable = private;
   struct loader_buffers buffers = { 0 };
   unsigned wanted = (buffer_mask & __DRI_IMAGE_BUFFER_BACK ? LOADER_BACK : 0) |
                     (buffer_mask & __DRI_IMAGE_BUFFER_FRONT ? LOADER_FRONT : 0);

   if (!drawable->screen->callbacks->get_buffers(drawable->data, wanted, &buffers))
      return 0;
   list->image_mask = (buffers.mask & LOADER_BACK ? __DRI_IMAGE_BUFFER_BACK : 0) |
                      (buffers.mask & LOADER_FRONT ? __DRI_IMAGE_BUFFER_FRONT : 0);
   list->back = buffers.back ? buffers.back->dri : NULL;
   list->front = buffers.front ? buffers.front->dri : NULL;
   return 1;
}

static void
flush_front(__DRIdrawable *dri, void *private)
{
   const struct loader_drawable *drawable = private;

   drawable->screen->callbacks->flush_front(drawable->data);
}

static unsigned
get_capability(void *private, enum dri_loader_cap capability)
{
   return capability == DRI_LOADER_CAP_FP16;
}

static __DRIimage *
lookup_image(__DRIscreen *dri, void *egl_image, void *private)
{
   const struct loader_screen *screen = private;
   const struct loader_image *image = screen->callbacks->lookup_image(egl_image);

   return image ? image->dri : NULL;
}

static const __DRIimageLoaderExtension image_loader = {
   .base = { __DRI_IMAGE_LOADER, 2 },
   .getBuffers = get_buffers,
   .flushFrontBuffer = flush_front,
   .getCapability = get_capability,
};

static const __DRIimageLookupExtension image_lookup = {
   .base = { __DRI_IMAGE_LOOKUP, 1 },
   .lookupEGLImage = lookup_image,
};

static const __DRIuseInvalidateExtension use_invalidate = {
   .base = { __DRI_USE_INVALIDATE, 1 },
};

const __DRIextension *const loader_callback_extensions[] = {
   &image_loader.base,
   &image_lookup.base,
   &use_invalidate.base,
   NULL,
};
