/*
 * EGL's objects, as the API and the driver share them. A driver embeds these as the first member of
 * its own. Fields are set at creation and constant afterwards, unless it says otherwise.
 *
 * Lifetime: an object is referenced by its handle (until eglDestroy*, or eglTerminate), by being
 * current, and by calls in progress. When the last goes, the driver's destroy is called, which
 * frees.
 */
#ifndef EGL_MAIN_OBJECTS_H
#define EGL_MAIN_OBJECTS_H

#include <EGL/egl.h>
#include <EGL/eglext.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum egl_platform {
   EGL_PLATFORM_IS_WAYLAND,
   EGL_PLATFORM_IS_SURFACELESS,
   EGL_PLATFORM_IS_DEVICE,
   EGL_PLATFORM_IS_X11, /* native: Display * */
   EGL_PLATFORM_IS_XCB, /* native: xcb_connection_t * */
};

struct egl_display;

enum egl_object_type { EGL_OBJECT_CONTEXT, EGL_OBJECT_SURFACE, EGL_OBJECT_IMAGE, EGL_OBJECT_SYNC };

struct egl_object {
   enum egl_object_type type;
   struct egl_display *display;
   atomic_uint references;
   bool linked;       /* its handle is valid; under the display's lock */
   EGLLabelKHR label; /* EGL_KHR_debug */
};

struct egl_device {
   const char *name;       /* EGL_RENDERER_EXT */
   const char *extensions; /* "" or EGL_MESA_device_software, EGL_EXT_device_query_name */
   const char *vendor;
};

/* Attributes as eglGetConfigAttrib tells them. */
struct egl_config {
   struct egl_display *display;
   EGLint buffer_size, red_size, green_size, blue_size, alpha_size;
   EGLint depth_size, stencil_size, samples, sample_buffers;
   EGLint component_type; /* EGL_COLOR_COMPONENT_TYPE_{FIXED,FLOAT}_EXT */
   EGLint config_caveat, config_id, conformant, renderable_type, surface_type;
   EGLint native_renderable, native_visual_id, native_visual_type;
   EGLint bind_to_texture_rgb, bind_to_texture_rgba;
   EGLint min_swap_interval, max_swap_interval;
   EGLint max_pbuffer_width, max_pbuffer_height, max_pbuffer_pixels;
   const void *driver_data;
};

struct egl_display_extensions {
   bool context_priority, robustness, no_error, no_config, surfaceless, float_pixels, gl_colorspace;
   bool image_base, image_gl, fence_sync, wait_sync, reusable_sync;
   bool buffer_age, swap_with_damage, partial_update, present_opaque;
   bool bind_wayland_display, create_wayland_buffer, query_driver, blob_cache;
};

struct egl_context_desc {
   EGLenum api; /* EGL_OPENGL_API, EGL_OPENGL_ES_API */
   EGLint major, minor;
   bool core_profile; /* of OpenGL 3.2 and later */
   bool debug, forward_compatible, robust_access, lose_context_on_reset, no_error;
   bool release_without_flush;
   EGLint priority; /* EGL_CONTEXT_PRIORITY_*_IMG */
};

struct egl_context {
   struct egl_object base;
   struct egl_config *config; /* NULL: no_config */
   struct egl_context_desc desc;
   /* What it is current with, and where: changed by make_current alone, under the display's lock.
    * NULL: current nowhere. */
   struct egl_thread *thread;
   struct egl_surface *draw, *read;
};

enum egl_surface_type { EGL_SURFACE_WINDOW, EGL_SURFACE_PIXMAP, EGL_SURFACE_PBUFFER };

struct egl_surface_desc {
   enum egl_surface_type type;
   EGLint width, height; /* of pbuffers */
   EGLint render_buffer; /* requested: EGL_BACK_BUFFER, EGL_SINGLE_BUFFER */
   EGLint colorspace;    /* EGL_GL_COLORSPACE_{LINEAR,SRGB} */
   EGLint vg_colorspace, vg_alpha_format;
   EGLint texture_format, texture_target, mipmap_texture, largest_pbuffer;
   bool present_opaque;
};

struct egl_surface {
   struct egl_object base;
   struct egl_config *config;
   struct egl_surface_desc desc;
   void *native; /* as given, to find a second surface on one window */
   /* Changeable, by the thread where it is current: */
   EGLint swap_interval, swap_behavior, multisample_resolve, mipmap_level;
   EGLint active_render_buffer;
   bool bound_to_texture;
   atomic_bool lost;             /* the native window is gone: EGL_BAD_NATIVE_WINDOW */
   bool damage_set, age_queried; /* since the last swap: EGL_KHR_partial_update */
   struct egl_thread *thread;    /* where it is current; under the display's lock */
};

struct egl_image_desc {
   EGLenum target;
   EGLClientBuffer buffer;
   bool preserved;
   EGLint level, zoffset;
   EGLint wayland_plane;
};

struct egl_image {
   struct egl_object base;
};

struct egl_sync {
   struct egl_object base;
   EGLenum type; /* EGL_SYNC_FENCE, EGL_SYNC_REUSABLE_KHR */
   EGLenum condition;
   atomic_int status; /* EGL_SIGNALED, EGL_UNSIGNALED */
};

/* The fields that a driver reads and writes; the rest is the API's (display.h). */
struct egl_display_base {
   enum egl_platform platform;
   void *native;                /* NULL: the default. EGL_PLATFORM_IS_DEVICE: a struct egl_device */
   const EGLAttrib *attributes; /* as given to eglGetPlatformDisplay; NULL: none */
   bool software_only;          /* EGL_EXT_device: a software device was asked for */
   void *driver_data;
   EGLint api_mask; /* EGL_OPENGL_BIT | EGL_OPENGL_ES_BIT | ... */
   struct egl_device *device;
   struct egl_display_extensions extensions;
};

static inline struct egl_display_base *
egl_display_base(struct egl_display *display)
{
   return (struct egl_display_base *)display;
}

/* A config of a display that is being initialised; the API copies it and gives it an id. False: no
 * memory. */
bool egl_display_add_config(struct egl_display *display, const struct egl_config *config);

/* Fill the base of a new object; it starts with one reference, its creator's. */
void egl_context_init(struct egl_context *context, struct egl_display *display,
                      struct egl_config *config, const struct egl_context_desc *desc);
void egl_surface_init(struct egl_surface *surface, struct egl_display *display,
                      struct egl_config *config, void *native, const struct egl_surface_desc *desc);
void egl_image_init(struct egl_image *image, struct egl_display *display);
void egl_sync_init(struct egl_sync *sync, struct egl_display *display, EGLenum type,
                   EGLenum condition);

/* Is this the handle of a live image of a live display? Adds a reference if so. For the driver,
 * whose GL asks about EGLImages. Any thread. */
struct egl_image *egl_image_lookup(EGLImage handle);
void egl_image_unref(struct egl_image *image);

/* The context that is current on this thread, for its API; NULL if there is none. */
struct egl_context *egl_current_context(void);

/* Sets this thread's error, tells EGL_KHR_debug and DXG_DEBUG=info why, and returns false. */
bool egl_error(EGLint error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
