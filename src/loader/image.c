/*
 * Images.
 */
#include "loader/dri.h"

#include <drm_fourcc.h>

#include <stdlib.h>

static const struct {
   uint32_t fourcc;
   int dri_format;
} formats[] = {
   { DRM_FORMAT_ARGB8888, __DRI_IMAGE_FORMAT_ARGB8888 },
   { DRM_FORMAT_XRGB8888, __DRI_IMAGE_FORMAT_XRGB8888 },
   { DRM_FORMAT_ABGR8888, __DRI_IMAGE_FORMAT_ABGR8888 },
   { DRM_FORMAT_XBGR8888, __DRI_IMAGE_FORMAT_XBGR8888 },
   { DRM_FORMAT_RGB565, __DRI_IMAGE_FORMAT_RGB565 },
   { DRM_FORMAT_ARGB2101010, __DRI_IMAGE_FORMAT_ARGB2101010 },
   { DRM_FORMAT_XRGB2101010, __DRI_IMAGE_FORMAT_XRGB2101010 },
   { DRM_FORMAT_ABGR2101010, __DRI_IMAGE_FORMAT_ABGR2101010 },
   { DRM_FORMAT_XBGR2101010, __DRI_IMAGE_FORMAT_XBGR2101010 },
   { DRM_FORMAT_ABGR16161616F, __DRI_IMAGE_FORMAT_ABGR16161616F },
   { DRM_FORMAT_XBGR16161616F, __DRI_IMAGE_FORMAT_XBGR16161616F },
};

static int
dri_format(uint32_t fourcc)
{
   for (unsigned i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
      if (formats[i].fourcc == fourcc)
         return formats[i].dri_format;
   }
   return __DRI_IMAGE_FORMAT_NONE;
}

/* Takes over `dri`, NULL too. */
static struct loader_image *
wrap(struct loader_screen *screen, __DRIimage *dri)
{
   struct loader_image *image;

   if (!dri)
      return NULL;
   image = calloc(1, sizeof(*image));
   if (!image) {
      screen->image->destroyImage(dri);
      return NULL;
   }
   image->screen = screen;
   image->dri = dri;
   return image;
}

struct loader_image *
loader_image_import(struct loader_screen *screen, int handle, uint32_t width, uint32_t height,
                    uint32_t fourcc)
{
   /* The driver asks the resource for its layout; it wants some stride all the same. */
   int stride = 0, offset = 0;

   if (!screen->image->createImageFromFds)
      return NULL;
   return wrap(screen, screen->image->createImageFromFds(screen->dri, (int)width, (int)height,
                                                         (int)fourcc, &handle, 1, &stride, &offset,
                                                         NULL));
}

struct loader_image *
loader_image_create(struct loader_screen *screen, uint32_t width, uint32_t height, uint32_t fourcc)
{
   return wrap(screen, screen->image->createImage(screen->dri, (int)width, (int)height,
                                                  dri_format(fourcc), 0, NULL));
}

static enum loader_image_error
image_error(unsigned error)
{
   switch (error) {
   case __DRI_IMAGE_ERROR_SUCCESS:
      return LOADER_IMAGE_OK;
   case __DRI_IMAGE_ERROR_BAD_ALLOC:
      return LOADER_IMAGE_NO_MEMORY;
   case __DRI_IMAGE_ERROR_BAD_MATCH:
      return LOADER_IMAGE_BAD_MATCH;
   case __DRI_IMAGE_ERROR_BAD_ACCESS:
      return LOADER_IMAGE_BAD_ACCESS;
   default:
      return LOADER_IMAGE_BAD_PARAMETER;
   }
}

struct loader_image *
loader_image_from_texture(struct loader_context *context, unsigned target, unsigned texture,
                          int layer, int level, enum loader_image_error *error)
{
   unsigned dri_error = __DRI_IMAGE_ERROR_BAD_ALLOC;
   __DRIimage *dri = context->screen->image->createImageFromTexture(
      context->dri, (int)target, texture, layer, level, &dri_error, NULL);

   *error = image_error(dri_error);
   return wrap(context->screen, dri);
}

struct loader_image *
loader_image_from_renderbuffer(struct loader_context *context, unsigned renderbuffer,
                               enum loader_image_error *error)
{
   unsigned dri_error = __DRI_IMAGE_ERROR_BAD_ALLOC;
   __DRIimage *dri = context->screen->image->createImageFromRenderbuffer2(
      context->dri, (int)renderbuffer, NULL, &dri_error);

   *error = image_error(dri_error);
   return wrap(context->screen, dri);
}

struct loader_image *
loader_image_dup(struct loader_image *image)
{
   return wrap(image->screen, image->screen->image->dupImage(image->dri, NULL));
}

void
loader_image_destroy(struct loader_image *image)
{
   if (!image)
      return;
   image->screen->image->destroyImage(image->dri);
   free(image);
}

void
loader_image_query(struct loader_image *image, struct loader_image_info *info)
{
   const __DRIimageExtension *dri = image->screen->image;
   int width = 0, height = 0, fourcc = 0;

   dri->queryImage(image->dri, __DRI_IMAGE_ATTRIB_WIDTH, &width);
   dri->queryImage(image->dri, __DRI_IMAGE_ATTRIB_HEIGHT, &height);
   if (!dri->queryImage(image->dri, __DRI_IMAGE_ATTRIB_FOURCC, &fourcc))
      fourcc = 0;
   *info = (struct loader_image_info){ (uint32_t)width, (uint32_t)height, (uint32_t)fourcc };
}

void
loader_image_blit(struct loader_context *context, struct loader_image *to, int to_x, int to_y,
                  struct loader_image *from, int from_x, int from_y, int width, int height)
{
   context->screen->image->blitImage(context->dri, to->dri, from->dri, to_x, to_y, width, height,
                                     from_x, from_y, width, height, __BLIT_FLAG_FLUSH);
}

void *
loader_image_map(struct loader_context *context, struct loader_image *image, int x, int y,
                 int width, int height, bool write, int *stride, void **cookie)
{
   *cookie = NULL; /* the driver takes it for a mapping that was not undone if it is not */
   return context->screen->image->mapImage(
      context->dri, image->dri, x, y, width, height,
      write ? __DRI_IMAGE_TRANSFER_READ_WRITE : __DRI_IMAGE_TRANSFER_READ, stride, cookie);
}

void
loader_image_unmap(struct loader_context *context, struct loader_image *image, void *cookie)
{
   context->screen->image->unmapImage(context->dri, image->dri, cookie);
}
