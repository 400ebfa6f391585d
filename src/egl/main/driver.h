/*
 * What the API asks of the driver below it. The API has checked handles, attributes and states
 * before; the driver sets an error by egl_error() when it fails. Optional entries may be NULL: the
 * extensions that need them are then off.
 *
 * Threads: entries are called without any lock of the API held, by many threads at once, but for
 * one context or one surface by one thread at a time, as EGL's rules of currentness say. The
 * exceptions are named below. Objects passed in are referenced by the caller for the time of the
 * call.
 */
#ifndef EGL_MAIN_DRIVER_H
#define EGL_MAIN_DRIVER_H

#include "egl/main/objects.h"

struct egl_driver {
   /* Could this driver serve such a display? Decides whether eglGetPlatformDisplay gives one. Cheap
    * if it is asked again. `native` NULL: the platform's default; of EGL_PLATFORM_IS_DEVICE, it is
    * one of devices() and never NULL. */
   bool (*probe)(enum egl_platform platform, void *native, const EGLAttrib *attributes);

   /* Fills display's extensions, api_mask, device and driver_data, and adds configs with
    * egl_display_add_config. Under the display's initialisation lock. */
   bool (*initialize)(struct egl_display *display);
   /* After all objects are gone. */
   void (*terminate)(struct egl_display *display);

   /* EGL_MATCH_NATIVE_PIXMAP: can surfaces of this config be made of the pixmap? -1: it is none. */
   int (*match_pixmap)(struct egl_display *display, const struct egl_config *config, void *native);

   /* The devices of EGL_EXT_device_enumeration: static lifetime. */
   struct egl_device *(*devices)(unsigned *count);

   struct egl_context *(*create_context)(struct egl_display *display, struct egl_config *config,
                                         struct egl_context *share,
                                         const struct egl_context_desc *desc);
   void (*destroy_context)(struct egl_context *context);
   /* `context` NULL: makes `old`, current on this thread (or NULL), current no more. Either both
    * surfaces are there, or none. Nothing changes on failure. `old` may be `context`, with other
    * surfaces, or be of another display; old->draw and old->read are still those from before. */
   bool (*make_current)(struct egl_display *display, struct egl_context *old,
                        struct egl_context *context, struct egl_surface *draw,
                        struct egl_surface *read);

   /* `native`: EGLNativeWindowType or EGLNativePixmapType, dereferenced as the platform
    * wants it. */
   struct egl_surface *(*create_window_surface)(struct egl_display *display,
                                                struct egl_config *config, void *native,
                                                const struct egl_surface_desc *desc);
   struct egl_surface *(*create_pixmap_surface)(struct egl_display *display,
                                                struct egl_config *config, void *native,
                                                const struct egl_surface_desc *desc);
   struct egl_surface *(*create_pbuffer_surface)(struct egl_display *display,
                                                 struct egl_config *config,
                                                 const struct egl_surface_desc *desc);
   void (*destroy_surface)(struct egl_surface *surface);

   /* `context` is current here with `surface` as draw surface. `rects`: n_rects * {x, y, w, h} from
    * the lower left, as EGL_KHR_swap_buffers_with_damage; none: all. May block for pacing. */
   bool (*swap_buffers)(struct egl_context *context, struct egl_surface *surface,
                        const EGLint *rects, EGLint n_rects);
   bool (*copy_buffers)(struct egl_context *context, struct egl_surface *surface, void *pixmap);
   void (*swap_interval)(struct egl_surface *surface, EGLint interval); /* clamped by the API */
   /* The size that eglQuerySurface tells. Any thread. */
   void (*surface_size)(struct egl_surface *surface, EGLint *width, EGLint *height);
   /* EGL_BUFFER_AGE_EXT, of the current draw surface. -1: failed. */
   EGLint (*buffer_age)(struct egl_context *context, struct egl_surface *surface);
   /* EGL_KHR_partial_update: n * {x, y, w, h}. */
   bool (*set_damage_region)(struct egl_surface *surface, const EGLint *rects, EGLint n_rects);
   /* A pbuffer as the texture that is bound to its target in the current context. */
   bool (*bind_tex_image)(struct egl_context *context, struct egl_surface *surface);
   bool (*release_tex_image)(struct egl_context *context, struct egl_surface *surface);

   /* The current context: hands its commands to the GPU, without a wait. Optional. */
   bool (*flush)(struct egl_context *context);
   /* The current context: eglWaitClient; eglWaitNative. The latter is optional. */
   bool (*wait_client)(struct egl_context *context);
   bool (*wait_native)(struct egl_context *context, struct egl_surface *draw);

   /* `context` NULL where the target allows it. desc->buffer is not checked yet. */
   struct egl_image *(*create_image)(struct egl_display *display, struct egl_context *context,
                                     const struct egl_image_desc *desc);
   void (*destroy_image)(struct egl_image *image);

   /* Fences in the current context. */
   struct egl_sync *(*create_fence_sync)(struct egl_context *context);
   void (*destroy_fence_sync)(struct egl_sync *sync);
   /* `context`: the current one if the caller asked for a flush, else NULL. Any thread. True if it
    * was reached within `timeout` ns. */
   bool (*client_wait_sync)(struct egl_sync *sync, struct egl_context *context, EGLTime timeout);
   bool (*wait_sync)(struct egl_context *context, struct egl_sync *sync);

   /* EGL_WL_bind_wayland_display. `wl_display`, `wl_buffer`: struct wl_display *, struct
    * wl_resource *. */
   bool (*bind_wayland_display)(struct egl_display *display, void *wl_display);
   bool (*unbind_wayland_display)(struct egl_display *display, void *wl_display);
   /* False, without an error set, if it is not a buffer of ours. */
   bool (*query_wayland_buffer)(struct egl_display *display, void *wl_buffer, EGLint attribute,
                                EGLint *value);
   /* EGL_WL_create_wayland_buffer_from_image: a struct wl_buffer *. */
   void *(*create_wayland_buffer)(struct egl_display *display, struct egl_image *image);

   /* EGL_MESA_query_driver. */
   const char *(*driver_name)(struct egl_display *display);
   char *(*driver_config)(struct egl_display *display); /* malloc'd XML */

   void (*set_blob_cache)(struct egl_display *display, EGLSetBlobFuncANDROID set,
                          EGLGetBlobFuncANDROID get);

   /* A GL function by name. Any thread, no display. */
   void (*(*get_proc_address)(const char *name))(void);
};

/* The one that this library was built with. */
extern const struct egl_driver egl_driver;

#endif
