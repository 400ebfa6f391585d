/*
 * EGL_WL_create_wayland_buffer_from_image: a compositor that runs in another passes its client's buffer on,
 * as the handle that the client sent. An image of the GL driver's own memory cannot be: that has none.
 */
#include "egl/drivers/dxg/display.h"
#include "egl/drivers/dxg/image.h"
#include "egl/drivers/dxg/wayland.h"

#include <pthread.h>

bool
dxg_wayland_passes_on(const struct wayland_display *wayland)
{
   return wayland && wayland->client;
}

static struct dxg_relay *
get_relay(struct wayland_display *wayland)
{
   static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
   struct dxg_relay *relay;

   pthread_mutex_lock(&mutex);
   if (!wayland->relay)
      wayland->relay = dxg_relay_create(wayland->client, &wayland->screen->device);
   relay = wayland->relay;
   pthread_mutex_unlock(&mutex);
   return relay;
}

void *
dxg_create_wayland_buffer(struct egl_display *display, struct egl_image *image)
{
   struct wayland_display *wayland = dxg_display(display)->wayland;
   const struct dxg_texture *texture = &((struct dxg_image *)image)->texture;

   if (!dxg_wayland_passes_on(wayland) || texture->handle < 0 ||
       !dxg_client_has_format(wayland->client, texture->fourcc)) {
      egl_error(EGL_BAD_MATCH, "the image is of no client's buffer, or the compositor takes none");
      return NULL;
   }
   struct dxg_relay *relay = get_relay(wayland);
   struct wl_buffer *wl_buffer = relay ? dxg_relay_pass_on(relay, texture) : NULL;
   if (!wl_buffer)
      egl_error(EGL_BAD_ALLOC, "no memory, or the device was removed");
   return wl_buffer;
}
