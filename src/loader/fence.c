/*
 * Fences. A struct loader_fence is the driver's own object by another name.
 */
#include "loader/dri.h"

struct loader_fence *
loader_fence_create(struct loader_context *context)
{
   return context->screen->fence->create_fence(context->dri);
}

void
loader_fence_destroy(struct loader_screen *screen, struct loader_fence *fence)
{
   if (fence)
      screen->fence->destroy_fence(screen->dri, fence);
}

bool
loader_fence_wait(struct loader_screen *screen, struct loader_context *context,
                  struct loader_fence *fence, bool flush, uint64_t timeout)
{
   return screen->fence->client_wait_sync(context ? context->dri : NULL, fence,
                                          flush ? __DRI2_FENCE_FLAG_FLUSH_COMMANDS : 0, timeout);
}

void
loader_fence_server_wait(struct loader_context *context, struct loader_fence *fence)
{
   context->screen->fence->server_wait_sync(context->dri, fence, 0);
}
