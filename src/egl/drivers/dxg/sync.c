#include "egl/drivers/dxg/sync.h"

#include "egl/drivers/dxg/context.h"
#include "egl/drivers/dxg/display.h"

#include <stdlib.h>

struct dxg_sync {
   struct egl_sync base;
   struct loader_fence *fence;
};

static struct loader_screen *
screen_of(const struct egl_sync *sync)
{
   return dxg_display(sync->base.display)->screen->loader;
}

struct egl_sync *
dxg_create_fence_sync(struct egl_context *context)
{
   struct dxg_sync *sync = calloc(1, sizeof(*sync));

   /* Making the fence submits what it stands for. Programs that end their frames with a fence, not
    * with a swap, count on it. */
   if (sync)
      sync->fence = loader_fence_create(dxg_context(context)->loader);
   if (!sync || !sync->fence) {
      free(sync);
      egl_error(EGL_BAD_ALLOC, "no fence");
      return NULL;
   }
   egl_sync_init(&sync->base, context->base.display, EGL_SYNC_FENCE,
                 EGL_SYNC_PRIOR_COMMANDS_COMPLETE);
   return &sync->base;
}

void
dxg_destroy_fence_sync(struct egl_sync *sync)
{
   loader_fence_destroy(screen_of(sync), ((struct dxg_sync *)sync)->fence);
   free(sync);
}

bool
dxg_client_wait_sync(struct egl_sync *sync, struct egl_context *context, EGLTime timeout)
{
   return loader_fence_wait(screen_of(sync), context ? dxg_context(context)->loader : NULL,
                            ((struct dxg_sync *)sync)->fence, context != NULL,
                            timeout == EGL_FOREVER ? LOADER_WAIT_FOREVER : timeout);
}

bool
dxg_wait_sync(struct egl_context *context, struct egl_sync *sync)
{
   loader_fence_server_wait(dxg_context(context)->loader, ((struct dxg_sync *)sync)->fence);
   return true;
}
