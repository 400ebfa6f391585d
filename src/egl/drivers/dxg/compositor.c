#include "egl/drivers/dxg/compositor.h"

#include "egl/drivers/dxg/context.h"
#include "egl/drivers/dxg/display.h"
#include "egl/drivers/dxg/image.h"
#include "egl/drivers/dxg/wayland.h"
#include "gallium/winsys/dxg/perf.h"
#include "util/debug.h"
#include "wayland/server/server.h"

#include <drm_fourcc.h>
#include <fcntl.h>

/* How many imports between two lines of DXG_DEBUG=perf. */
#define PERF_FRAMES 100

static void
flush(void *data)
{
   struct egl_context *context = egl_current_context();

   if (context && context->base.display == data)
      loader_context_flush(dxg_context(context)->loader);
}

static void
detach(void *data, void *attached)
{
   loader_image_destroy(attached);
}

static const struct dxg_server_callbacks callbacks = {
   .flush = flush,
   .detach = detach,
};

bool
dxg_bind_wayland_display(struct egl_display *display, void *wl_display)
{
   struct dxg_display *dxg = dxg_display(display);

   /* Once only, as the extension says. */
   if (dxg->server)
      return egl_error(EGL_BAD_ACCESS, "a wl_display is bound already");
   dxg->server = dxg_server_create(wl_display, &dxg->screen->device, &callbacks, display);
   dxg->server_wl_display = dxg->server ? wl_display : NULL;
   return dxg->server || egl_error(EGL_BAD_ALLOC, "out of memory");
}

bool
dxg_unbind_wayland_display(struct egl_display *display, void *wl_display)
{
   struct dxg_display *dxg = dxg_display(display);

   if (!dxg->server || dxg->server_wl_display != wl_display)
      return egl_error(EGL_BAD_PARAMETER, "this wl_display is not bound");
   dxg_server_destroy(dxg->server);
   dxg->server = NULL;
   return true;
}

static bool
has_alpha(uint32_t fourcc)
{
   return fourcc == DRM_FORMAT_ARGB8888 || fourcc == DRM_FORMAT_ABGR8888 ||
          fourcc == DRM_FORMAT_ABGR2101010 || fourcc == DRM_FORMAT_ABGR16161616F;
}

bool
dxg_query_wayland_buffer(struct egl_display *display, void *wl_buffer, EGLint attribute,
                         EGLint *value)
{
   struct dxg_display *dxg = dxg_display(display);
   const struct dxg_server_buffer *buffer =
      dxg->server ? dxg_server_buffer_from_resource(dxg->server, wl_buffer) : NULL;

   if (!buffer)
      return false;
   switch (attribute) {
   case EGL_TEXTURE_FORMAT:
      *value = has_alpha(buffer->texture.fourcc) ? EGL_TEXTURE_RGBA : EGL_TEXTURE_RGB;
      return true;
   case EGL_WIDTH:
      *value = (EGLint)buffer->texture.width;
      return true;
   case EGL_HEIGHT:
      *value = (EGLint)buffer->texture.height;
      return true;
   case EGL_WAYLAND_Y_INVERTED_WL:
      *value = EGL_TRUE; /* the first row in memory is the top one */
      return true;
   default:
      return egl_error(EGL_BAD_ATTRIBUTE, "no attribute %#x of a wl_buffer", (unsigned)attribute);
   }
}

/* The driver's image of the buffer, made when the compositor first asks for one. */
static struct loader_image *
import(struct dxg_display *dxg, struct dxg_server_buffer *buffer)
{
   const struct dxg_texture *texture = &buffer->texture;

   if (!buffer->attached)
      buffer->attached = loader_image_import(dxg->screen->loader, texture->handle, texture->width,
                                             texture->height, texture->fourcc);
   return buffer->attached;
}

static struct egl_image *
wrap(struct egl_display *display, const struct dxg_server_buffer *buffer,
     struct loader_image *loader)
{
   struct egl_image *image = dxg_image_wrap(display, loader);

   /* A compositor that is a client itself may hand the buffer on; who is not saves the descriptor. */
   if (image && dxg_wayland_passes_on(dxg_display(display)->wayland)) {
      struct dxg_texture *texture = &((struct dxg_image *)image)->texture;

      *texture = buffer->texture;
      texture->resource = NULL; /* the buffer's own */
      texture->handle = fcntl(buffer->texture.handle, F_DUPFD_CLOEXEC, 1);
   }
   return image;
}

struct egl_image *
dxg_create_image_from_wayland(struct egl_display *display, const struct egl_image_desc *desc)
{
   struct dxg_display *dxg = dxg_display(display);
   struct dxg_server_buffer *buffer =
      dxg->server ? dxg_server_buffer_from_resource(dxg->server, desc->buffer) : NULL;
   struct loader_image *image;

   if (!buffer || desc->wayland_plane != 0) {
      egl_error(EGL_BAD_PARAMETER, "not a wl_buffer of ours, or no such plane");
      return NULL;
   }
   image = import(dxg, buffer);
   if (!image) {
      egl_error(EGL_BAD_ALLOC, "the GL driver does not import the texture");
      return NULL;
   }
   dxg_server_buffer_acquire(buffer);
   if (debug_enabled(DEBUG_PERF) && ++dxg->frames_imported % PERF_FRAMES == 0)
      debug_printf(DEBUG_PERF, "compositor: %u frames imported, %llu bytes copied, %u CPU waits",
                   dxg->frames_imported, (unsigned long long)dxg_perf.copied, dxg_perf.waits);
   return wrap(display, buffer, loader_image_dup(image));
}
