#include "egl/drivers/dxg/image.h"

#include "egl/drivers/dxg/compositor.h"
#include "egl/drivers/dxg/context.h"

#include <GL/gl.h>
#include <GL/glext.h>
#include <stdlib.h>
#include <unistd.h>

struct loader_image *
dxg_image_lookup(void *egl_image)
{
   struct egl_image *image = egl_image_lookup(egl_image);

   if (!image)
      return NULL;
   /* The caller is in a GL call that names the handle; destroying that meanwhile is its own fault. */
   egl_image_unref(image);
   return ((struct dxg_image *)image)->loader;
}

struct egl_image *
dxg_image_wrap(struct egl_display *display, struct loader_image *loader)
{
   struct dxg_image *image = loader ? calloc(1, sizeof(*image)) : NULL;

   if (!image) {
      loader_image_destroy(loader);
      egl_error(EGL_BAD_ALLOC, "no memory for an image");
      return NULL;
   }
   egl_image_init(&image->base, display);
   image->loader = loader;
   image->texture.handle = -1;
   return &image->base;
}

static EGLint
egl_error_of(enum loader_image_error error)
{
   switch (error) {
   case LOADER_IMAGE_OK:
      return EGL_SUCCESS;
   case LOADER_IMAGE_NO_MEMORY:
      return EGL_BAD_ALLOC;
   case LOADER_IMAGE_BAD_MATCH:
      return EGL_BAD_MATCH;
   case LOADER_IMAGE_BAD_PARAMETER:
      return EGL_BAD_PARAMETER;
   case LOADER_IMAGE_BAD_ACCESS:
      return EGL_BAD_ACCESS;
   }
   return EGL_BAD_ALLOC;
}

static struct loader_image *
from_texture(struct egl_context *context, const struct egl_image_desc *desc,
             enum loader_image_error *error)
{
   unsigned name = (unsigned)(uintptr_t)desc->buffer;
   struct loader_context *loader = dxg_context(context)->loader;

   if (name == 0) {
      *error = LOADER_IMAGE_BAD_PARAMETER;
      return NULL;
   }
   switch (desc->target) {
   case EGL_GL_TEXTURE_2D:
      return loader_image_from_texture(loader, GL_TEXTURE_2D, name, 0, desc->level, error);
   case EGL_GL_TEXTURE_3D:
      return loader_image_from_texture(loader, GL_TEXTURE_3D, name, desc->zoffset, desc->level,
                                       error);
   default:
      return loader_image_from_texture(loader, GL_TEXTURE_CUBE_MAP, name,
                                       (int)(desc->target - EGL_GL_TEXTURE_CUBE_MAP_POSITIVE_X),
                                       desc->level, error);
   }
}

struct egl_image *
dxg_create_image(struct egl_display *display, struct egl_context *context,
                 const struct egl_image_desc *desc)
{
   enum loader_image_error error = LOADER_IMAGE_OK;
   struct loader_image *image;

   if (desc->target == EGL_WAYLAND_BUFFER_WL)
      return dxg_create_image_from_wayland(display, desc);
   if (desc->target == EGL_GL_RENDERBUFFER)
      image = loader_image_from_renderbuffer(dxg_context(context)->loader,
                                             (unsigned)(uintptr_t)desc->buffer, &error);
   else
      image = from_texture(context, desc, &error);
   if (!image) {
      egl_error(error == LOADER_IMAGE_OK ? EGL_BAD_ALLOC : egl_error_of(error),
                "no image of this GL object");
      return NULL;
   }
   return dxg_image_wrap(display, image);
}

void
dxg_destroy_image(struct egl_image *image)
{
   struct dxg_image *dxg = (struct dxg_image *)image;

   loader_image_destroy(dxg->loader);
   if (dxg->texture.handle >= 0)
      close(dxg->texture.handle);
   free(dxg);
}
