/*
 * Mesa's binary driver, behind one small interface of ours.
 *
 * The distribution's Mesa is loaded as it is and its d3d12 Gallium driver is driven through the DRI
 * boundary: screens, configs, contexts, drawables whose buffers the caller provides, images, fences.
 * docs/mesa.md says what this relies on. One binding exists, for Mesa 22.3 - 24.1 (dri_*.c).
 *
 * Whoever creates a screen has loaded the libd3d12.so and libdxcore.so that it shall use before: the
 * driver asks for them by name, and a library that is already loaded under that name is found.
 *
 * Threads: a screen may be used by many threads at once. A context and the drawables bound to it
 * belong to the thread where it is current. Pixel formats are DRM fourccs (drm_fourcc.h) everywhere.
 */
#ifndef LOADER_H
#define LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loader_screen;
struct loader_context;
struct loader_drawable;
struct loader_image;
struct loader_fence;

/* --- Screens ------------------------------------------------------------------------------- */

enum loader_attachment {
   LOADER_BACK = 1 << 0,
   LOADER_FRONT = 1 << 1,
};

/* The buffers of a drawable: those in `mask` are set. The images stay the callee's. */
struct loader_buffers {
   unsigned mask; /* enum loader_attachment */
   struct loader_image *back;
   struct loader_image *front;
};

/* What the driver asks of us. Called on the thread where the context is current, inside of GL calls:
 * no GL and no loader_* function that takes a context may be called from there. */
struct loader_callbacks {
   /* The buffers to draw into from now on, asked for after create and after invalidate. `wanted` has
    * the attachments that the context needs. False: there are none, and drawing goes nowhere. */
   bool (*get_buffers)(void *drawable_data, unsigned wanted, struct loader_buffers *out);

   /* GL flushed drawing to the front buffer. */
   void (*flush_front)(void *drawable_data);

   /* The image behind an EGLImage that a GL call names, or NULL if it is not a valid one. The result
    * stays the callee's. */
   struct loader_image *(*lookup_image)(void *egl_image);
};

/*
 * NULL: there is no usable driver. Then *why is a sentence that says so (static or owned by the
 * loader, valid until the next call on this thread). `callbacks` must outlive the screen.
 */
struct loader_screen *loader_screen_create(const struct loader_callbacks *callbacks,
                                           const char **why);
void loader_screen_destroy(struct loader_screen *screen);

/* The D3D12 device and queue on which this screen's contexts work. They live as long as it does; no
 * reference is given. (ID3D12Device *, ID3D12CommandQueue *: this room knows no D3D12.) */
void *loader_screen_device(const struct loader_screen *screen);
void *loader_screen_queue(const struct loader_screen *screen);

struct loader_version {
   int major, minor; /* 0.0: not offered */
};

struct loader_screen_info {
   const char *driver;   /* "d3d12" */
   const char *renderer; /* as GL_RENDERER */
   const char *vendor;
   struct loader_version mesa;
   struct loader_version gl_core, gl_compat, gles1, gles2;
   bool robustness; /* contexts can tell of a reset */
   bool context_priority;
   bool image_import; /* loader_image_import works */
   unsigned video_memory; /* MiB */
   bool unified_memory;
   unsigned vendor_id, device_id;
};

const struct loader_screen_info *loader_screen_info(const struct loader_screen *screen);

/* A driconf option such as "vblank_mode". False if the driver does not know it. */
bool loader_screen_option(const struct loader_screen *screen, const char *name, int *value);

/* EGL_ANDROID_blob_cache: types as there. Of the screen, so for all displays; the last call counts. */
typedef void (*loader_blob_set)(const void *key, signed long key_size, const void *value,
                                signed long value_size);
typedef signed long (*loader_blob_get)(const void *key, signed long key_size, void *value,
                                       signed long value_size);
void loader_screen_set_blob_cache(struct loader_screen *screen, loader_blob_set set,
                                  loader_blob_get get);

/* Any GL function of Mesa's dispatch table by name, or NULL; glReadPixels is one of ours in front of it
 * (read_pixels.c). Needs no context. */
void (*loader_get_proc_address(const char *name))(void);

/* --- Configs ------------------------------------------------------------------------------- */

struct loader_config {
   const void *handle; /* the driver's */
   uint32_t fourcc;    /* of a buffer with these channels: DRM_FORMAT_XRGB8888, ... */
   uint8_t red_size, green_size, blue_size, alpha_size;
   uint8_t depth_size, stencil_size;
   uint8_t accum_red_size, accum_green_size, accum_blue_size, accum_alpha_size;
   uint8_t samples; /* 0: not multisampled */
   bool float_components;
   bool double_buffer;
   bool stereo;
   bool srgb_capable;
   bool slow;
};

const struct loader_config *loader_screen_configs(const struct loader_screen *screen,
                                                  unsigned *count);

/* --- Contexts ------------------------------------------------------------------------------ */

enum loader_api {
   LOADER_API_GL_COMPAT,
   LOADER_API_GL_CORE,
   LOADER_API_GLES1,
   LOADER_API_GLES2, /* and 3.x */
};

enum loader_priority { LOADER_PRIORITY_LOW, LOADER_PRIORITY_MEDIUM, LOADER_PRIORITY_HIGH };

struct loader_context_desc {
   enum loader_api api;
   struct loader_version version;
   bool debug;
   bool forward_compatible;
   bool robust_access;
   bool lose_context_on_reset;
   bool no_error;
   bool release_without_flush;
   enum loader_priority priority;
};

enum loader_context_error {
   LOADER_CONTEXT_OK,
   LOADER_CONTEXT_NO_MEMORY,
   LOADER_CONTEXT_BAD_API,
   LOADER_CONTEXT_BAD_VERSION,
   LOADER_CONTEXT_BAD_FLAG,
   LOADER_CONTEXT_UNKNOWN_ATTRIBUTE,
};

/* `config` NULL: a context without a config. `share` NULL: a share group of its own. */
struct loader_context *loader_context_create(struct loader_screen *screen,
                                             const struct loader_config *config,
                                             struct loader_context *share,
                                             const struct loader_context_desc *desc,
                                             enum loader_context_error *error);
/* Must be current nowhere. */
void loader_context_destroy(struct loader_context *context);

/* Makes it current on this thread, with both drawables or (both NULL) without. Flushes what was
 * current before, unless that asked for release_without_flush. */
bool loader_context_bind(struct loader_context *context, struct loader_drawable *draw,
                         struct loader_drawable *read);
/* Makes `context`, which is current on this thread, current no more. */
void loader_context_unbind(struct loader_context *context);

/* Hands all commands of the context, current on this thread, to the screen's queue. */
void loader_context_flush(struct loader_context *context);

/* --- Drawables ----------------------------------------------------------------------------- */

struct loader_drawable *loader_drawable_create(struct loader_screen *screen,
                                               const struct loader_config *config,
                                               void *drawable_data);
void loader_drawable_destroy(struct loader_drawable *drawable);

/* Have get_buffers asked again before the next draw: after a swap, after a resize. Any thread. */
void loader_drawable_invalidate(struct loader_drawable *drawable);

/* Resolves multisampling into the back buffer and hands all commands of the current context to the
 * queue; depth, stencil and samples are undefined afterwards. Waits for nothing. */
void loader_drawable_flush_for_swap(struct loader_context *context,
                                    struct loader_drawable *drawable);

/* Makes the drawable's front buffer the storage of the texture that is bound to `target` (GL_TEXTURE_2D,
 * GL_TEXTURE_RECTANGLE) in the context, which is current on this thread. */
void loader_drawable_bind_texture(struct loader_context *context, struct loader_drawable *drawable,
                                  unsigned target, bool with_alpha);

/* --- Images -------------------------------------------------------------------------------- */

/* An image on the memory of a D3D12 texture, by shared handle, which stays the caller's and can be
 * closed at once. The sizes and the format must be the texture's. NULL on failure. */
struct loader_image *loader_image_import(struct loader_screen *screen, int handle, uint32_t width,
                                         uint32_t height, uint32_t fourcc);

/* An image with memory of the driver's own. NULL on failure. */
struct loader_image *loader_image_create(struct loader_screen *screen, uint32_t width,
                                         uint32_t height, uint32_t fourcc);

enum loader_image_error {
   LOADER_IMAGE_OK,
   LOADER_IMAGE_NO_MEMORY,
   LOADER_IMAGE_BAD_MATCH,
   LOADER_IMAGE_BAD_PARAMETER,
   LOADER_IMAGE_BAD_ACCESS,
};

/* The image of a GL object of `context`, which need not be current. `target` is a GL texture target,
 * cube map faces included as (GL_TEXTURE_CUBE_MAP, layer = face). */
struct loader_image *loader_image_from_texture(struct loader_context *context, unsigned target,
                                               unsigned texture, int layer, int level,
                                               enum loader_image_error *error);
struct loader_image *loader_image_from_renderbuffer(struct loader_context *context,
                                                    unsigned renderbuffer,
                                                    enum loader_image_error *error);
/* Another image on the same memory. */
struct loader_image *loader_image_dup(struct loader_image *image);
void loader_image_destroy(struct loader_image *image);

struct loader_image_info {
   uint32_t width, height, fourcc; /* fourcc 0: none fits */
};
void loader_image_query(struct loader_image *image, struct loader_image_info *info);

/* Copies a rectangle by the GPU, with `context` current on this thread, and flushes. */
void loader_image_blit(struct loader_context *context, struct loader_image *to, int to_x, int to_y,
                       struct loader_image *from, int from_x, int from_y, int width, int height);

/* The pixels for the CPU, with `context` current. Waits for the GPU. NULL on failure. */
void *loader_image_map(struct loader_context *context, struct loader_image *image, int x, int y,
                       int width, int height, bool write, int *stride, void **cookie);
void loader_image_unmap(struct loader_context *context, struct loader_image *image, void *cookie);

/* --- Fences -------------------------------------------------------------------------------- */

#define LOADER_WAIT_FOREVER UINT64_MAX

/* Is reached when what `context`, current on this thread, was told so far is done. */
struct loader_fence *loader_fence_create(struct loader_context *context);
void loader_fence_destroy(struct loader_screen *screen, struct loader_fence *fence);
/* `context` may be NULL; if not, it is current here, and is flushed first if `flush`. True if the
 * fence is reached within `timeout` nanoseconds. */
bool loader_fence_wait(struct loader_screen *screen, struct loader_context *context,
                       struct loader_fence *fence, bool flush, uint64_t timeout);
/* Makes the GPU wait before it does what `context` is told from now on. */
void loader_fence_server_wait(struct loader_context *context, struct loader_fence *fence);

#endif
