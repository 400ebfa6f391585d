#include "egl/drivers/dxg/context.h"

#include "egl/drivers/dxg/config.h"
#include "egl/drivers/dxg/display.h"
#include "egl/drivers/dxg/surface.h"

#include <stdlib.h>

static enum loader_api
loader_api(const struct egl_context_desc *desc)
{
   if (desc->api == EGL_OPENGL_ES_API)
      return desc->major < 2 ? LOADER_API_GLES1 : LOADER_API_GLES2;
   return desc->core_profile ? LOADER_API_GL_CORE : LOADER_API_GL_COMPAT;
}

static enum loader_priority
loader_priority(EGLint priority)
{
   switch (priority) {
   case EGL_CONTEXT_PRIORITY_HIGH_IMG:
      return LOADER_PRIORITY_HIGH;
   case EGL_CONTEXT_PRIORITY_LOW_IMG:
      return LOADER_PRIORITY_LOW;
   default:
      return LOADER_PRIORITY_MEDIUM;
   }
}

static EGLint
egl_error_of(enum loader_context_error error)
{
   switch (error) {
   case LOADER_CONTEXT_OK:
      return EGL_SUCCESS;
   case LOADER_CONTEXT_NO_MEMORY:
      return EGL_BAD_ALLOC;
   case LOADER_CONTEXT_BAD_FLAG:
   case LOADER_CONTEXT_UNKNOWN_ATTRIBUTE:
      return EGL_BAD_ATTRIBUTE;
   case LOADER_CONTEXT_BAD_API:
   case LOADER_CONTEXT_BAD_VERSION:
      return EGL_BAD_MATCH; /* EGL 1.5, 3.7.1 */
   }
   return EGL_BAD_ALLOC;
}

struct egl_context *
dxg_create_context(struct egl_display *display, struct egl_config *config,
                   struct egl_context *share, const struct egl_context_desc *desc)
{
   const struct loader_context_desc loader_desc = {
      .api = loader_api(desc),
      .version = { desc->major, desc->minor },
      .debug = desc->debug,
      .forward_compatible = desc->forward_compatible,
      .robust_access = desc->robust_access,
      .lose_context_on_reset = desc->lose_context_on_reset,
      .no_error = desc->no_error,
      .release_without_flush = desc->release_without_flush,
      .priority = loader_priority(desc->priority),
   };
   struct dxg_context *context = calloc(1, sizeof(*context));
   enum loader_context_error error;

   if (!context) {
      egl_error(EGL_BAD_ALLOC, "out of memory");
      return NULL;
   }
   context->loader = loader_context_create(dxg_display(display)->screen->loader,
                                           config ? dxg_config_for_context(config) : NULL,
                                           share ? dxg_context(share)->loader : NULL, &loader_desc,
                                           &error);
   if (!context->loader) {
      egl_error(egl_error_of(error), "the GL driver makes no such context of version %d.%d",
                desc->major, desc->minor);
      free(context);
      return NULL;
   }
   egl_context_init(&context->base, display, config, desc);
   return &context->base;
}

void
dxg_destroy_context(struct egl_context *context)
{
   loader_context_destroy(dxg_context(context)->loader);
   free(context);
}

bool
dxg_make_current(struct egl_display *display, struct egl_context *old, struct egl_context *context,
                 struct egl_surface *draw, struct egl_surface *read)
{
   struct egl_surface *old_draw = old ? old->draw : NULL;
   struct egl_surface *old_read = old ? old->read : NULL;

   if (old) {
      /* What was drawn becomes visible to other contexts and processes (GL 4.6, 5.3). */
      if (!old->desc.release_without_flush)
         loader_context_flush(dxg_context(old)->loader);
      /* Mesa takes a single-buffered surface for a pbuffer where the context has two buffers, and does
       * not tell of flushes. */
      if (old_draw && old_draw->desc.type == EGL_SURFACE_PIXMAP)
         dxg_surface_flush_front(old_draw);
      loader_context_unbind(dxg_context(old)->loader);
   }
   if (!context)
      return true;
   if (loader_context_bind(dxg_context(context)->loader, draw ? dxg_surface(draw)->drawable : NULL,
                           read ? dxg_surface(read)->drawable : NULL))
      return true;
   if (old)
      loader_context_bind(dxg_context(old)->loader,
                          old_draw ? dxg_surface(old_draw)->drawable : NULL,
                          old_read ? dxg_surface(old_read)->drawable : NULL);
   return egl_error(EGL_BAD_MATCH, "the GL driver does not draw with this context there");
}

bool
dxg_wait_client(struct egl_context *context)
{
   struct loader_fence *fence = loader_fence_create(dxg_context(context)->loader);
   struct loader_screen *screen = dxg_display(context->base.display)->screen->loader;

   if (!fence)
      return egl_error(EGL_BAD_ALLOC, "no fence");
   loader_fence_wait(screen, dxg_context(context)->loader, fence, true, LOADER_WAIT_FOREVER);
   loader_fence_destroy(screen, fence);
   if (context->draw && dxg_surface(context->draw)->functions->wait_client)
      dxg_surface(context->draw)->functions->wait_client(dxg_surface(context->draw));
   return true;
}

bool
dxg_wait_native(struct egl_context *context, struct egl_surface *draw)
{
   if (draw && dxg_surface(draw)->functions->wait_native)
      dxg_surface(draw)->functions->wait_native(context, dxg_surface(draw));
   return true;
}
