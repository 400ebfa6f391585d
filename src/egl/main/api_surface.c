/* EGL 1.5, 3.5: creating and destroying surfaces. */
#include "egl/main/display.h"
#include "egl/main/driver.h"
#include "egl/main/object.h"
#include "egl/main/surface_attribs.h"

static EGLSurface
link(struct egl_surface *surface)
{
   return surface && egl_object_link(&surface->base) ? surface : EGL_NO_SURFACE;
}

/* The functions of EGL 1.5 and EGL_EXT_platform_base point to X's ids, the older ones pass them. */
static void *
platform_native(const struct egl_display *display, void *native)
{
   if (!native || !display)
      return native;
   switch (display->base.platform) {
   case EGL_PLATFORM_IS_X11:
      return (void *)(uintptr_t) * (const unsigned long *)native;
   case EGL_PLATFORM_IS_XCB:
      return (void *)(uintptr_t) * (const uint32_t *)native;
   default:
      return native;
   }
}

/* Windows and pixmaps: surfaces on an object of the platform's. */
struct native_kind {
   enum egl_surface_type type;
   const char *name;
   EGLint error; /* it is none of this platform's */
   struct egl_surface *(*create)(struct egl_display *display, struct egl_config *config,
                                 void *native, const struct egl_surface_desc *desc);
};

static EGLSurface
create_on_native(struct egl_display *display, const struct native_kind *kind,
                 EGLConfig config_handle, void *native, struct attribs attribs)
{
   struct egl_surface_desc desc;

   /* EGL_MESA_platform_surfaceless: there are none, whatever the other arguments are. */
   if (!native || !kind->create || display->base.platform == EGL_PLATFORM_IS_SURFACELESS ||
       display->base.platform == EGL_PLATFORM_IS_DEVICE) {
      egl_error(kind->error, "%p is not a %s of this platform", native, kind->name);
      return EGL_NO_SURFACE;
   }
   struct egl_config *config = egl_display_config(display, config_handle);
   if (!config || !egl_surface_parse(config, kind->type, attribs, &desc))
      return EGL_NO_SURFACE;
   if (egl_object_native_is_taken(display, kind->type, native)) {
      egl_error(EGL_BAD_ALLOC, "the %s has a surface already", kind->name);
      return EGL_NO_SURFACE;
   }
   return link(kind->create(display, config, native, &desc));
}

static EGLSurface
create_window(struct egl_display *display, EGLConfig config, void *native, struct attribs attribs)
{
   const struct native_kind window = { EGL_SURFACE_WINDOW, "window", EGL_BAD_NATIVE_WINDOW,
                                       egl_driver.create_window_surface };

   return display ? create_on_native(display, &window, config, native, attribs) : EGL_NO_SURFACE;
}

static EGLSurface
create_pixmap(struct egl_display *display, EGLConfig config, void *native, struct attribs attribs)
{
   const struct native_kind pixmap = { EGL_SURFACE_PIXMAP, "pixmap", EGL_BAD_NATIVE_PIXMAP,
                                       egl_driver.create_pixmap_surface };

   if (!display)
      return EGL_NO_SURFACE;
   /* EGL_EXT_platform_wayland has an error of its own for it. */
   if (display->base.platform == EGL_PLATFORM_IS_WAYLAND) {
      egl_error(EGL_BAD_PARAMETER, "Wayland has no pixmaps");
      return EGL_NO_SURFACE;
   }
   return create_on_native(display, &pixmap, config, native, attribs);
}

EGLSurface EGLAPIENTRY
eglCreateWindowSurface(EGLDisplay dpy, EGLConfig config, EGLNativeWindowType window,
                       const EGLint *attrib_list)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return create_window(display, config, (void *)window, attribs_from_ints(attrib_list));
}

EGLSurface EGLAPIENTRY
eglCreatePlatformWindowSurfaceEXT(EGLDisplay dpy, EGLConfig config, void *window,
                                  const EGLint *attrib_list)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return create_window(display, config, platform_native(display, window),
                        attribs_from_ints(attrib_list));
}

EGLSurface EGLAPIENTRY
eglCreatePlatformWindowSurface(EGLDisplay dpy, EGLConfig config, void *window,
                               const EGLAttrib *attrib_list)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return create_window(display, config, platform_native(display, window),
                        attribs_from_wide(attrib_list));
}

EGLSurface EGLAPIENTRY
eglCreatePixmapSurface(EGLDisplay dpy, EGLConfig config, EGLNativePixmapType pixmap,
                       const EGLint *attrib_list)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return create_pixmap(display, config, (void *)pixmap, attribs_from_ints(attrib_list));
}

EGLSurface EGLAPIENTRY
eglCreatePlatformPixmapSurfaceEXT(EGLDisplay dpy, EGLConfig config, void *pixmap,
                                  const EGLint *attrib_list)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return create_pixmap(display, config, platform_native(display, pixmap),
                        attribs_from_ints(attrib_list));
}

EGLSurface EGLAPIENTRY
eglCreatePlatformPixmapSurface(EGLDisplay dpy, EGLConfig config, void *pixmap,
                               const EGLAttrib *attrib_list)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   return create_pixmap(display, config, platform_native(display, pixmap),
                        attribs_from_wide(attrib_list));
}

EGLSurface EGLAPIENTRY
eglCreatePbufferSurface(EGLDisplay dpy, EGLConfig config_handle, const EGLint *attrib_list)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   struct egl_config *config = display ? egl_display_config(display, config_handle) : NULL;
   struct egl_surface_desc desc;
   if (!config ||
       !egl_surface_parse(config, EGL_SURFACE_PBUFFER, attribs_from_ints(attrib_list), &desc))
      return EGL_NO_SURFACE;
   return link(egl_driver.create_pbuffer_surface(display, config, &desc));
}

EGLSurface EGLAPIENTRY
eglCreatePbufferFromClientBuffer(EGLDisplay dpy, EGLenum type, EGLClientBuffer buffer,
                                 EGLConfig config, const EGLint *attrib_list)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   if (display && egl_display_config(display, config))
      egl_error(EGL_BAD_PARAMETER, "only OpenVG, which is not supported, has client buffers");
   return EGL_NO_SURFACE;
}

EGLBoolean EGLAPIENTRY
eglDestroySurface(EGLDisplay dpy, EGLSurface handle)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   SCOPED(surface) surface = egl_get_surface(display, handle);
   if (!surface)
      return EGL_FALSE;
   return egl_object_unlink(&surface->base) ||
          egl_error(EGL_BAD_SURFACE, "another thread destroyed it first");
}
