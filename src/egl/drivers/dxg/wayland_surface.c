/*
 * Windows of the platform Wayland: a swapchain whose consumer is the compositor.
 */
#include "egl/drivers/dxg/config.h"
#include "egl/drivers/dxg/context.h"
#include "egl/drivers/dxg/display.h"
#include "egl/drivers/dxg/surface.h"
#include "egl/drivers/dxg/wayland.h"
#include "egl/drivers/dxg/wayland_shm.h"
#include "gallium/winsys/dxg/perf.h"
#include "util/clock.h"
#include "util/debug.h"

#include <stdlib.h>
#include <string.h>
#include <wayland-egl-backend.h>

/* A surface that is not shown gets no frame callbacks. Then it runs at this pace, rather than waiting
 * for ever for one: a program may need the thread to become visible again. */
#define HIDDEN_FRAME_MS 100

/* How far a program may run ahead of its GPU. */
#define FRAMES_AHEAD 2

/* How many frames between two lines of DXG_DEBUG=perf. */
#define PERF_FRAMES 100

struct wayland_surface {
   struct dxg_surface base;
   struct wayland_display *wayland;
   struct wl_egl_window *window; /* NULL: the program destroyed it before the surface */
   struct wl_event_queue *queue; /* frame callbacks and buffers; dispatched where it is current */
   struct wl_surface *wl_surface; /* a wrapper of the program's, on the queue */
   struct wl_callback *frame;     /* the compositor's answer to a swap that is still due */

   uint32_t fourcc;
   struct dxg_swapchain swapchain;
   struct dxg_client_timelines *timelines; /* NULL: frames are copied */
   struct dxg_swapchain_buffer *current;   /* drawn into; NULL: not acquired since the last swap */

   struct {
      unsigned frames, waits, throttles;
      uint64_t copied; /* bytes */
   } perf;
};

/* What the window adds to a buffer of the swapchain. */
struct window_buffer {
   struct wayland_surface *surface;
   struct dxg_swapchain_buffer *buffer;
   struct loader_image *image;
   struct dxg_client_buffer *client; /* one of these two */
   struct shm_buffer *shm;
};

static uint32_t
side(int size)
{
   return size > 0 ? (uint32_t)size : 1;
}

/* --- Buffers ------------------------------------------------------------------------------- */

static void
client_buffer_release(void *data, uint64_t point)
{
   struct window_buffer *window_buffer = data;

   dxg_swapchain_release(&window_buffer->surface->swapchain, window_buffer->buffer, point);
}

static void
shm_buffer_release(void *data, struct wl_buffer *wl_buffer)
{
   client_buffer_release(data, 0);
}

static const struct wl_buffer_listener shm_buffer_listener = {
   .release = shm_buffer_release,
};

static void
detach_buffer(void *data, struct dxg_swapchain_buffer *buffer)
{
   struct window_buffer *window_buffer = buffer->attached;

   if (!window_buffer)
      return;
   dxg_client_buffer_destroy(window_buffer->client);
   shm_buffer_destroy(window_buffer->shm);
   loader_image_destroy(window_buffer->image);
   free(window_buffer);
   buffer->attached = NULL;
}

static bool
attach_buffer(void *data, struct dxg_swapchain_buffer *buffer)
{
   struct wayland_surface *surface = data;
   struct wayland_display *wayland = surface->wayland;
   const struct dxg_texture *texture = &buffer->texture;
   struct window_buffer *window_buffer = calloc(1, sizeof(*window_buffer));

   if (!window_buffer)
      return false;
   buffer->attached = window_buffer;
   window_buffer->surface = surface;
   window_buffer->buffer = buffer;
   if (wayland->client) {
      window_buffer->image = loader_image_import(wayland->screen->loader, texture->handle,
                                                 texture->width, texture->height, texture->fourcc);
      window_buffer->client =
         dxg_client_buffer_create(wayland->client, surface->timelines, texture, surface->queue,
                                  client_buffer_release, window_buffer);
   } else {
      window_buffer->image = loader_image_create(wayland->screen->loader, texture->width,
                                                 texture->height, texture->fourcc);
      window_buffer->shm = shm_buffer_create(wayland->shm, surface->queue, texture->width,
                                             texture->height, texture->fourcc);
      if (window_buffer->shm)
         wl_buffer_add_listener(window_buffer->shm->wl_buffer, &shm_buffer_listener, window_buffer);
   }
   if (window_buffer->image && (window_buffer->client || window_buffer->shm))
      return true;
   detach_buffer(data, buffer);
   return false;
}

static const struct dxg_swapchain_callbacks swapchain_callbacks = {
   .attach = attach_buffer,
   .detach = detach_buffer,
};

/* The window may have changed its size; a buffer of the old one that was not presented is given up. */
static void
follow_size(struct wayland_surface *surface)
{
   struct dxg_swapchain *swapchain = &surface->swapchain;
   uint32_t width = side(surface->window->width);
   uint32_t height = side(surface->window->height);

   if (width == swapchain->width && height == swapchain->height)
      return;
   surface->current = NULL;
   dxg_swapchain_resize(swapchain, width, height);
}

/* False: the compositor is gone, and nobody will ever release what it has. */
static bool
dispatch(struct wayland_surface *surface, int timeout_ms)
{
   if (dxg_wayland_dispatch(surface->wayland, surface->queue, timeout_ms))
      return true;
   surface->base.base.lost = true;
   dxg_swapchain_abandon(&surface->swapchain);
   return false;
}

/* Makes surface->current a buffer to draw into. Blocks while the compositor has all of them. */
static bool
acquire(struct wayland_surface *surface)
{
   enum dxg_acquire_result result;

   if (surface->base.base.lost)
      return false;
   follow_size(surface);
   if (surface->current)
      return true;
   if (dxg_swapchain_throttle(&surface->swapchain, FRAMES_AHEAD))
      surface->perf.throttles++;
   if (!dispatch(surface, 0))
      return false;
   while ((result = dxg_swapchain_acquire(&surface->swapchain, &surface->current)) ==
          DXG_ALL_BUSY) {
      if (!dispatch(surface, -1))
         return false;
   }
   return result == DXG_ACQUIRED;
}

static bool
get_buffers(struct dxg_surface *base, unsigned wanted, struct loader_buffers *out)
{
   struct wayland_surface *surface = (struct wayland_surface *)base;
   const struct window_buffer *window_buffer;

   if (!acquire(surface))
      return false;
   window_buffer = surface->current->attached;
   out->mask = LOADER_BACK;
   out->back = window_buffer->image;
   return true;
}

/* --- Swap ---------------------------------------------------------------------------------- */

static void
frame_done(void *data, struct wl_callback *callback, uint32_t time)
{
   struct wayland_surface *surface = data;

   wl_callback_destroy(callback);
   surface->frame = NULL;
}

static const struct wl_callback_listener frame_listener = {
   .done = frame_done,
};

/* Paces: one swap for each frame that the compositor shows. */
static bool
wait_for_frame(struct wayland_surface *surface)
{
   int64_t end = clock_ms() + HIDDEN_FRAME_MS;
   int64_t left;

   if (!dispatch(surface, 0))
      return false;
   while (surface->frame && (left = end - clock_ms()) > 0) {
      if (!dispatch(surface, (int)left))
         return false;
   }
   return true;
}

static void
damage(struct wayland_surface *surface, const EGLint *rects, EGLint n_rects)
{
   /* Buffer coordinates came with version 4; before, nobody but the program knew its surface's. */
   if (n_rects == 0 ||
       wl_proxy_get_version((struct wl_proxy *)surface->wl_surface) <
          WL_SURFACE_DAMAGE_BUFFER_SINCE_VERSION) {
      wl_surface_damage(surface->wl_surface, 0, 0, INT32_MAX, INT32_MAX);
      return;
   }
   for (EGLint i = 0; i < n_rects; i++) {
      const EGLint *rect = &rects[4 * i];

      wl_surface_damage_buffer(surface->wl_surface, rect[0],
                               (int32_t)surface->swapchain.height - rect[1] - rect[3], rect[2],
                               rect[3]);
   }
}

/* For compositors that take no handles: the one copy. */
static bool
copy_to_shm(struct egl_context *context, struct wayland_surface *surface,
            const struct window_buffer *window_buffer)
{
   struct loader_context *loader = dxg_context(context)->loader;
   const struct dxg_texture *texture = &window_buffer->buffer->texture;
   struct shm_buffer *shm = window_buffer->shm;
   void *cookie;
   int stride;
   const char *pixels = loader_image_map(loader, window_buffer->image, 0, 0, (int)texture->width,
                                         (int)texture->height, false, &stride, &cookie);

   if (!pixels)
      return egl_error(EGL_BAD_ALLOC, "the frame cannot be read");
   for (uint32_t y = 0; y < texture->height; y++)
      memcpy((char *)shm->memory + y * shm->stride, pixels + (ptrdiff_t)y * stride, shm->stride);
   loader_image_unmap(loader, window_buffer->image, cookie);
   surface->perf.waits++;
   surface->perf.copied += shm->size;
   dxg_perf_count_wait();
   dxg_perf_count_copy(shm->size);
   return true;
}

static void
tell_perf(struct wayland_surface *surface)
{
   if (++surface->perf.frames % PERF_FRAMES != 0 || !debug_enabled(DEBUG_PERF))
      return;
   debug_printf(DEBUG_PERF,
                "window %u×%u: %u frames, %llu bytes copied, %u CPU waits; held back %u times",
                surface->swapchain.width, surface->swapchain.height, surface->perf.frames,
                (unsigned long long)surface->perf.copied, surface->perf.waits,
                surface->perf.throttles);
}

static bool
swap_buffers(struct egl_context *context, struct dxg_surface *base, const EGLint *rects,
             EGLint n_rects)
{
   struct wayland_surface *surface = (struct wayland_surface *)base;
   struct dxg_swapchain_buffer *buffer;
   struct window_buffer *window_buffer;
   uint64_t point;

   /* Nothing may have been drawn: then the frame is what a buffer holds. */
   if (!surface->current && !acquire(surface))
      return egl_error(EGL_BAD_NATIVE_WINDOW, "no buffer: the window or the compositor is gone");
   loader_drawable_flush_for_swap(dxg_context(context)->loader, base->drawable);
   buffer = surface->current;
   window_buffer = buffer->attached;
   if (window_buffer->shm && !copy_to_shm(context, surface, window_buffer))
      return false;
   if (base->base.swap_interval > 0 && !wait_for_frame(surface))
      return egl_error(EGL_BAD_NATIVE_WINDOW, "the compositor is gone");

   point = dxg_swapchain_present(&surface->swapchain, buffer);
   if (point == 0)
      return egl_error(EGL_CONTEXT_LOST, "the device was removed");
   if (window_buffer->client)
      dxg_client_buffer_set_acquire_point(window_buffer->client, point);
   if (base->base.swap_interval > 0 && !surface->frame) {
      surface->frame = wl_surface_frame(surface->wl_surface);
      if (surface->frame)
         wl_callback_add_listener(surface->frame, &frame_listener, surface);
   }
   wl_surface_attach(surface->wl_surface,
                     window_buffer->client ? window_buffer->client->wl_buffer
                                           : window_buffer->shm->wl_buffer,
                     surface->window ? surface->window->dx : 0,
                     surface->window ? surface->window->dy : 0);
   damage(surface, rects, n_rects);
   wl_surface_commit(surface->wl_surface);
   wl_display_flush(surface->wayland->connection);

   if (surface->window) {
      surface->window->attached_width = (int)buffer->texture.width;
      surface->window->attached_height = (int)buffer->texture.height;
      surface->window->dx = 0;
      surface->window->dy = 0;
   }
   surface->current = NULL;
   loader_drawable_invalidate(base->drawable);
   tell_perf(surface);
   return true;
}

/* --- The surface --------------------------------------------------------------------------- */

static void
size(struct dxg_surface *base, EGLint *width, EGLint *height)
{
   const struct wayland_surface *surface = (const struct wayland_surface *)base;

   /* A new size holds from the next frame on. */
   if (surface->current || !surface->window) {
      *width = (EGLint)surface->swapchain.width;
      *height = (EGLint)surface->swapchain.height;
   } else {
      *width = surface->window->width;
      *height = surface->window->height;
   }
}

static EGLint
buffer_age(struct egl_context *context, struct dxg_surface *base)
{
   struct wayland_surface *surface = (struct wayland_surface *)base;

   if (!acquire(surface)) {
      egl_error(EGL_BAD_NATIVE_WINDOW, "no buffer: the window or the compositor is gone");
      return -1;
   }
   return (EGLint)dxg_swapchain_age(&surface->swapchain, surface->current);
}

/* The program's calls, on whatever thread. */
static void
window_resized(struct wl_egl_window *window, void *data)
{
   struct wayland_surface *surface = data;

   loader_drawable_invalidate(surface->base.drawable);
}

static void
window_destroyed(void *data)
{
   struct wayland_surface *surface = data;

   surface->window = NULL;
   surface->base.base.lost = true;
}

static void
destroy(struct dxg_surface *base)
{
   struct wayland_surface *surface = (struct wayland_surface *)base;

   if (surface->window) {
      surface->window->driver_private = NULL;
      surface->window->resize_callback = NULL;
      surface->window->destroy_window_callback = NULL;
   }
   dxg_surface_finish(&surface->base);
   dxg_swapchain_finish(&surface->swapchain);
   dxg_client_timelines_destroy(surface->timelines);
   if (surface->frame)
      wl_callback_destroy(surface->frame);
   if (surface->wl_surface)
      wl_proxy_wrapper_destroy(surface->wl_surface);
   if (surface->queue)
      wl_event_queue_destroy(surface->queue);
   free(surface);
}

static const struct dxg_surface_functions functions = {
   .get_buffers = get_buffers,
   .swap_buffers = swap_buffers,
   .size = size,
   .buffer_age = buffer_age,
   .destroy = destroy,
};

static bool
init_queue(struct wayland_surface *surface)
{
   surface->queue = wl_display_create_queue(surface->wayland->connection);
   surface->wl_surface = wl_proxy_create_wrapper(surface->window->surface);
   if (!surface->queue || !surface->wl_surface)
      return false;
   wl_proxy_set_queue((struct wl_proxy *)surface->wl_surface, surface->queue);
   return true;
}

static bool
init_swapchain(struct wayland_surface *surface)
{
   struct dxg_swapchain *swapchain = &surface->swapchain;

   if (!dxg_swapchain_init(swapchain, &surface->wayland->screen->device, &swapchain_callbacks,
                           surface, side(surface->window->width), side(surface->window->height),
                           surface->fourcc))
      return false;
   if (!surface->wayland->client)
      return true;
   surface->timelines = dxg_client_timelines_create(surface->wayland->client, swapchain);
   if (surface->timelines)
      return true;
   dxg_swapchain_finish(swapchain);
   return false;
}

struct egl_surface *
dxg_create_wayland_surface(struct egl_display *display, struct egl_config *config, void *native,
                           const struct egl_surface_desc *desc)
{
   struct wl_egl_window *window = native;
   struct wayland_surface *surface;

   /* Before version 3 the first field was another. */
   if (!window || window->version != WL_EGL_WINDOW_VERSION || !window->surface) {
      egl_error(EGL_BAD_NATIVE_WINDOW, "not a wl_egl_window of version %d", WL_EGL_WINDOW_VERSION);
      return NULL;
   }
   surface = calloc(1, sizeof(*surface));
   if (!surface) {
      egl_error(EGL_BAD_ALLOC, "out of memory");
      return NULL;
   }
   surface->wayland = dxg_display(display)->wayland;
   surface->window = window;
   if (!dxg_surface_init(&surface->base, &functions, display, config, native, desc)) {
      free(surface);
      return NULL;
   }
   surface->fourcc = dxg_config_surface_fourcc(config, desc);
   if (!init_queue(surface) || !init_swapchain(surface)) {
      dxg_surface_finish(&surface->base);
      if (surface->wl_surface)
         wl_proxy_wrapper_destroy(surface->wl_surface);
      if (surface->queue)
         wl_event_queue_destroy(surface->queue);
      free(surface);
      egl_error(EGL_BAD_ALLOC, "no memory for a window");
      return NULL;
   }
   window->driver_private = surface;
   window->resize_callback = window_resized;
   window->destroy_window_callback = window_destroyed;
   return &surface->base.base;
}
