#include "fake_driver.h"

#include "util/bits.h"

#include <stdlib.h>
#include <string.h>

struct fake fake;
__thread struct fake_seen fake_seen;

static struct egl_device device = {
   .name = "fake device",
   .extensions = "EGL_MESA_device_software EGL_EXT_device_query_name",
   .vendor = "fake vendor",
};

static bool
probe(enum egl_platform platform, void *native, const EGLAttrib *attributes)
{
   return !fake.refuse_displays && platform != EGL_PLATFORM_IS_X11;
}

struct format {
   EGLint red, green, blue, alpha, depth, stencil, samples, caveat, component_type;
};

static bool
add_config(struct egl_display *display, const struct format *format)
{
   const EGLint apis = EGL_OPENGL_BIT | EGL_OPENGL_ES_BIT | EGL_OPENGL_ES2_BIT | EGL_OPENGL_ES3_BIT;
   struct egl_config config = {
      .buffer_size = format->red + format->green + format->blue + format->alpha,
      .red_size = format->red,
      .green_size = format->green,
      .blue_size = format->blue,
      .alpha_size = format->alpha,
      .depth_size = format->depth,
      .stencil_size = format->stencil,
      .samples = format->samples,
      .sample_buffers = format->samples > 0,
      .component_type = format->component_type,
      .config_caveat = format->caveat,
      .conformant = apis,
      .renderable_type = apis,
      .surface_type = EGL_WINDOW_BIT | EGL_PBUFFER_BIT | EGL_PIXMAP_BIT,
      .native_visual_type = EGL_NONE,
      .bind_to_texture_rgb = EGL_TRUE,
      .bind_to_texture_rgba = format->alpha > 0,
      .max_swap_interval = 4,
      .max_pbuffer_width = 1024,
      .max_pbuffer_height = 1024,
      .max_pbuffer_pixels = 1024 * 512,
   };
   return egl_display_add_config(display, &config);
}

static bool
initialize(struct egl_display *display)
{
   const EGLint fixed = EGL_COLOR_COMPONENT_TYPE_FIXED_EXT;
   const EGLint floats = EGL_COLOR_COMPONENT_TYPE_FLOAT_EXT;
   const struct format formats[] = {
      { 8, 8, 8, 8, 24, 8, 0, EGL_SLOW_CONFIG, fixed },
      { 8, 8, 8, 8, 24, 8, 4, EGL_NONE, fixed },
      { 8, 8, 8, 8, 24, 8, 0, EGL_NONE, fixed },
      { 8, 8, 8, 8, 0, 0, 0, EGL_NONE, fixed },
      { 8, 8, 8, 0, 24, 8, 0, EGL_NONE, fixed },
      { 5, 6, 5, 0, 16, 0, 0, EGL_NONE, fixed },
      { 5, 6, 5, 0, 0, 0, 0, EGL_NONE, fixed },
      { 10, 10, 10, 2, 24, 8, 0, EGL_NONE, fixed },
      { 16, 16, 16, 16, 24, 8, 0, EGL_NONE, floats },
   };
   struct egl_display_base *base = egl_display_base(display);

   if (fake.fail_initialize)
      return egl_error(EGL_NOT_INITIALIZED, "it shall fail");
   memset(&base->extensions, true, sizeof(base->extensions));
   base->api_mask = EGL_OPENGL_BIT | EGL_OPENGL_ES_BIT | EGL_OPENGL_ES2_BIT | EGL_OPENGL_ES3_BIT;
   base->device = &device;
   for (size_t i = 0; i < ARRAY_LENGTH(formats); i++) {
      if (!add_config(display, &formats[i]))
         return false;
   }
   fake.displays++;
   return true;
}

static void
terminate(struct egl_display *display)
{
   fake.displays--;
}

static struct egl_device *
devices(unsigned *count)
{
   *count = 1;
   return &device;
}

static struct egl_context *
create_context(struct egl_display *display, struct egl_config *config, struct egl_context *share,
               const struct egl_context_desc *desc)
{
   struct egl_context *context = calloc(1, sizeof(*context));
   egl_context_init(context, display, config, desc);
   fake_seen.context = *desc;
   fake.contexts++;
   return context;
}

static void
destroy_context(struct egl_context *context)
{
   fake.contexts--;
   free(context);
}

static bool
make_current(struct egl_display *display, struct egl_context *old, struct egl_context *context,
             struct egl_surface *draw, struct egl_surface *read)
{
   return !fake.fail_make_current || egl_error(EGL_BAD_ALLOC, "it shall fail");
}

static struct egl_surface *
create_surface(struct egl_display *display, struct egl_config *config, void *native,
               const struct egl_surface_desc *desc)
{
   struct egl_surface *surface = calloc(1, sizeof(*surface));
   egl_surface_init(surface, display, config, native, desc);
   fake_seen.surface = *desc;
   fake.surfaces++;
   return surface;
}

static struct egl_surface *
create_pbuffer(struct egl_display *display, struct egl_config *config,
               const struct egl_surface_desc *desc)
{
   return create_surface(display, config, NULL, desc);
}

static void
destroy_surface(struct egl_surface *surface)
{
   fake.surfaces--;
   free(surface);
}

static bool
swap_buffers(struct egl_context *context, struct egl_surface *surface, const EGLint *rects,
             EGLint n_rects)
{
   fake.swaps++;
   fake_seen.n_rects = n_rects;
   if (rects)
      memcpy(fake_seen.rects, rects, MIN2(n_rects, 2) * 4 * sizeof(*rects));
   surface->lost = fake.lose_windows;
   return true;
}

static void
swap_interval(struct egl_surface *surface, EGLint interval)
{
   fake_seen.swap_interval = interval;
}

static void
surface_size(struct egl_surface *surface, EGLint *width, EGLint *height)
{
   bool pbuffer = surface->desc.type == EGL_SURFACE_PBUFFER;
   *width = pbuffer ? surface->desc.width : FAKE_WIDTH;
   *height = pbuffer ? surface->desc.height : FAKE_HEIGHT;
}

static EGLint
buffer_age(struct egl_context *context, struct egl_surface *surface)
{
   return fake.age;
}

static bool
set_damage_region(struct egl_surface *surface, const EGLint *rects, EGLint n_rects)
{
   fake_seen.n_rects = n_rects;
   memcpy(fake_seen.rects, rects, MIN2(n_rects, 2) * 4 * sizeof(*rects));
   return true;
}

static bool
tex_image(struct egl_context *context, struct egl_surface *surface)
{
   return true;
}

static bool
flush(struct egl_context *context)
{
   fake.flushes++;
   return true;
}

static bool
wait_native(struct egl_context *context, struct egl_surface *draw)
{
   return true;
}

static struct egl_image *
create_image(struct egl_display *display, struct egl_context *context,
             const struct egl_image_desc *desc)
{
   struct egl_image *image = calloc(1, sizeof(*image));
   egl_image_init(image, display);
   fake_seen.image = *desc;
   fake.images++;
   return image;
}

static void
destroy_image(struct egl_image *image)
{
   fake.images--;
   free(image);
}

static struct egl_sync *
create_fence_sync(struct egl_context *context)
{
   struct egl_sync *sync = calloc(1, sizeof(*sync));
   egl_sync_init(sync, context->base.display, EGL_SYNC_FENCE, EGL_SYNC_PRIOR_COMMANDS_COMPLETE);
   fake.syncs++;
   return sync;
}

static void
destroy_fence_sync(struct egl_sync *sync)
{
   fake.syncs--;
   free(sync);
}

static bool
client_wait_sync(struct egl_sync *sync, struct egl_context *context, EGLTime timeout)
{
   fake.flushes += context != NULL;
   return fake.fence_reached;
}

static bool
wait_sync(struct egl_context *context, struct egl_sync *sync)
{
   return true;
}

static bool
bind_wayland_display(struct egl_display *display, void *wl_display)
{
   return true;
}

static bool
query_wayland_buffer(struct egl_display *display, void *wl_buffer, EGLint attribute, EGLint *value)
{
   return false;
}

static void *
create_wayland_buffer(struct egl_display *display, struct egl_image *image)
{
   return image;
}

static const char *
driver_name(struct egl_display *display)
{
   return "fake";
}

static char *
driver_config(struct egl_display *display)
{
   return strdup("<driinfo/>");
}

static void
set_blob_cache(struct egl_display *display, EGLSetBlobFuncANDROID set, EGLGetBlobFuncANDROID get)
{
}

static void
gl_function(void)
{
}

static void (*get_proc_address(const char *name))(void)
{
   return strncmp(name, "gl", 2) ? NULL : gl_function;
}

const struct egl_driver egl_driver = {
   .probe = probe,
   .initialize = initialize,
   .terminate = terminate,
   .devices = devices,
   .create_context = create_context,
   .destroy_context = destroy_context,
   .make_current = make_current,
   .create_window_surface = create_surface,
   .create_pbuffer_surface = create_pbuffer,
   .destroy_surface = destroy_surface,
   .swap_buffers = swap_buffers,
   .swap_interval = swap_interval,
   .surface_size = surface_size,
   .buffer_age = buffer_age,
   .set_damage_region = set_damage_region,
   .bind_tex_image = tex_image,
   .release_tex_image = tex_image,
   .flush = flush,
   .wait_client = flush,
   .wait_native = wait_native,
   .create_image = create_image,
   .destroy_image = destroy_image,
   .create_fence_sync = create_fence_sync,
   .destroy_fence_sync = destroy_fence_sync,
   .client_wait_sync = client_wait_sync,
   .wait_sync = wait_sync,
   .bind_wayland_display = bind_wayland_display,
   .unbind_wayland_display = bind_wayland_display,
   .query_wayland_buffer = query_wayland_buffer,
   .create_wayland_buffer = create_wayland_buffer,
   .driver_name = driver_name,
   .driver_config = driver_config,
   .set_blob_cache = set_blob_cache,
   .get_proc_address = get_proc_address,
};
