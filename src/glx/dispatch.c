#include "glx/dispatch.h"

#include "glx/errors.h"

#include <GL/glxext.h>
#include <dlfcn.h>
#include <string.h>

static const __GLXapiExports *exports;

/* --- Which vendor -------------------------------------------------------------------------- */

/* A function of ours that libGLX has a number for. */
struct entry {
   const char *name;
   void *dispatch;
   int index; /* libGLX's */
};

static void *
fetch(__GLXvendorInfo *vendor, const struct entry *entry)
{
   return vendor ? (void *)exports->fetchDispatchEntry(vendor, entry->index) : NULL;
}

static void *
by_screen(Display *dpy, int screen, const struct entry *entry)
{
   return fetch(exports->getDynDispatch(dpy, screen), entry);
}

static void *
by_config(Display *dpy, GLXFBConfig config, const struct entry *entry)
{
   __GLXvendorInfo *vendor = config ? exports->vendorFromFBConfig(dpy, config) : NULL;

   if (!vendor)
      glx_error(dpy, XCB_GLX_BAD_FB_CONFIG, None, XCB_GLX_VENDOR_PRIVATE);
   return fetch(vendor, entry);
}

static void *
by_drawable(Display *dpy, GLXDrawable drawable, const struct entry *entry)
{
   __GLXvendorInfo *vendor = drawable ? exports->vendorFromDrawable(dpy, drawable) : NULL;

   if (!vendor)
      glx_error(dpy, XCB_GLX_BAD_DRAWABLE, drawable, XCB_GLX_VENDOR_PRIVATE);
   return fetch(vendor, entry);
}

static void *
by_context(GLXContext context, const struct entry *entry)
{
   return fetch(context ? exports->vendorFromContext(context) : NULL, entry);
}

static void *
by_current(const struct entry *entry)
{
   return fetch(exports->getCurrentDynDispatch(), entry);
}

/* What libGLX knows itself under a newer name. */
static void *
of_libglx(const char *name)
{
   void *library = dlopen("libGLX.so.0", RTLD_LAZY | RTLD_NOLOAD);
   void *function = library ? dlsym(library, name) : NULL;

   if (library)
      dlclose(library);
   return function;
}

/* --- The functions ------------------------------------------------------------------------- */

/* `entry` is the function's own; `vendor` finds the vendor's function by it. */
#define DISPATCH(result, name, otherwise, vendor, parameters, arguments)                           \
   static struct entry entry_##name;                                                               \
   static result dispatch_##name parameters                                                        \
   {                                                                                               \
      const struct entry *const entry = &entry_##name;                                             \
      result(*const function) parameters = vendor;                                                 \
      (void)entry;                                                                                 \
      return function ? function arguments : otherwise;                                            \
   }                                                                                               \
   static struct entry entry_##name = { #name, dispatch_##name, -1 };

#define NOTHING (void)0

DISPATCH(GLXFBConfig *, glXChooseFBConfigSGIX, NULL, of_libglx("glXChooseFBConfig"),
         (Display * dpy, int screen, int *list, int *count), (dpy, screen, list, count))
DISPATCH(GLXContext, glXCreateContextWithConfigSGIX, NULL, of_libglx("glXCreateNewContext"),
         (Display * dpy, GLXFBConfig config, int render_type, GLXContext share, Bool direct),
         (dpy, config, render_type, share, direct))
DISPATCH(GLXPixmap, glXCreateGLXPixmapWithConfigSGIX, None, by_config(dpy, config, entry),
         (Display * dpy, GLXFBConfig config, Pixmap pixmap), (dpy, config, pixmap))
DISPATCH(GLXPbuffer, glXCreateGLXPbufferSGIX, None, by_config(dpy, config, entry),
         (Display * dpy, GLXFBConfig config, unsigned width, unsigned height, int *list),
         (dpy, config, width, height, list))
DISPATCH(int, glXGetFBConfigAttribSGIX, GLX_BAD_VISUAL, of_libglx("glXGetFBConfigAttrib"),
         (Display * dpy, GLXFBConfig config, int attribute, int *value),
         (dpy, config, attribute, value))
DISPATCH(XVisualInfo *, glXGetVisualFromFBConfigSGIX, NULL, of_libglx("glXGetVisualFromFBConfig"),
         (Display * dpy, GLXFBConfig config), (dpy, config))
DISPATCH(Bool, glXMakeCurrentReadSGI, False, of_libglx("glXMakeContextCurrent"),
         (Display * dpy, GLXDrawable draw, GLXDrawable read, GLXContext context),
         (dpy, draw, read, context))
DISPATCH(GLXDrawable, glXGetCurrentReadDrawableSGI, None, of_libglx("glXGetCurrentReadDrawable"),
         (void), ())
DISPATCH(void, glXSelectEventSGIX, NOTHING, of_libglx("glXSelectEvent"),
         (Display * dpy, GLXDrawable drawable, unsigned long mask), (dpy, drawable, mask))
DISPATCH(void, glXGetSelectedEventSGIX, NOTHING, of_libglx("glXGetSelectedEvent"),
         (Display * dpy, GLXDrawable drawable, unsigned long *mask), (dpy, drawable, mask))
DISPATCH(void, glXDestroyGLXPbufferSGIX, NOTHING, of_libglx("glXDestroyPbuffer"),
         (Display * dpy, GLXPbuffer pbuffer), (dpy, pbuffer))
DISPATCH(int, glXQueryGLXPbufferSGIX, 0, by_drawable(dpy, pbuffer, entry),
         (Display * dpy, GLXPbuffer pbuffer, int attribute, unsigned *value),
         (dpy, pbuffer, attribute, value))

DISPATCH(Display *, glXGetCurrentDisplayEXT, NULL, of_libglx("glXGetCurrentDisplay"), (void), ())
DISPATCH(GLXContextID, glXGetContextIDEXT, None, by_context(context, entry), (GLXContext context),
         (context))
DISPATCH(int, glXQueryContextInfoEXT, GLX_BAD_CONTEXT, by_context(context, entry),
         (Display * dpy, GLXContext context, int attribute, int *value),
         (dpy, context, attribute, value))

DISPATCH(void, glXBindTexImageEXT, NOTHING, by_drawable(dpy, drawable, entry),
         (Display * dpy, GLXDrawable drawable, int buffer, const int *list),
         (dpy, drawable, buffer, list))
DISPATCH(void, glXReleaseTexImageEXT, NOTHING, by_drawable(dpy, drawable, entry),
         (Display * dpy, GLXDrawable drawable, int buffer), (dpy, drawable, buffer))

DISPATCH(void, glXCopySubBufferMESA, NOTHING, by_drawable(dpy, drawable, entry),
         (Display * dpy, GLXDrawable drawable, int x, int y, int width, int height),
         (dpy, drawable, x, y, width, height))
DISPATCH(void, glXSwapIntervalEXT, NOTHING, by_drawable(dpy, drawable, entry),
         (Display * dpy, GLXDrawable drawable, int interval), (dpy, drawable, interval))
DISPATCH(int, glXSwapIntervalMESA, GLX_BAD_CONTEXT, by_current(entry), (unsigned interval),
         (interval))
DISPATCH(int, glXGetSwapIntervalMESA, 0, by_current(entry), (void), ())
DISPATCH(int, glXSwapIntervalSGI, GLX_BAD_CONTEXT, by_current(entry), (int interval), (interval))

DISPATCH(Bool, glXGetSyncValuesOML, False, by_drawable(dpy, drawable, entry),
         (Display * dpy, GLXDrawable drawable, int64_t *ust, int64_t *msc, int64_t *sbc),
         (dpy, drawable, ust, msc, sbc))
DISPATCH(Bool, glXGetMscRateOML, False, by_drawable(dpy, drawable, entry),
         (Display * dpy, GLXDrawable drawable, int32_t *numerator, int32_t *denominator),
         (dpy, drawable, numerator, denominator))
DISPATCH(int64_t, glXSwapBuffersMscOML, -1, by_drawable(dpy, drawable, entry),
         (Display * dpy, GLXDrawable drawable, int64_t target, int64_t divisor, int64_t remainder),
         (dpy, drawable, target, divisor, remainder))
DISPATCH(Bool, glXWaitForMscOML, False, by_drawable(dpy, drawable, entry),
         (Display * dpy, GLXDrawable drawable, int64_t target, int64_t divisor, int64_t remainder,
          int64_t *ust, int64_t *msc, int64_t *sbc),
         (dpy, drawable, target, divisor, remainder, ust, msc, sbc))
DISPATCH(Bool, glXWaitForSbcOML, False, by_drawable(dpy, drawable, entry),
         (Display * dpy, GLXDrawable drawable, int64_t target, int64_t *ust, int64_t *msc,
          int64_t *sbc),
         (dpy, drawable, target, ust, msc, sbc))
DISPATCH(int, glXGetVideoSyncSGI, GLX_BAD_CONTEXT, by_current(entry), (unsigned *count), (count))
DISPATCH(int, glXWaitVideoSyncSGI, GLX_BAD_CONTEXT, by_current(entry),
         (int divisor, int remainder, unsigned *count), (divisor, remainder, count))

DISPATCH(Bool, glXQueryRendererIntegerMESA, False, by_screen(dpy, screen, entry),
         (Display * dpy, int screen, int renderer, int attribute, unsigned *value),
         (dpy, screen, renderer, attribute, value))
DISPATCH(const char *, glXQueryRendererStringMESA, NULL, by_screen(dpy, screen, entry),
         (Display * dpy, int screen, int renderer, int attribute),
         (dpy, screen, renderer, attribute))
DISPATCH(Bool, glXQueryCurrentRendererIntegerMESA, False, by_current(entry),
         (int attribute, unsigned *value), (attribute, value))
DISPATCH(const char *, glXQueryCurrentRendererStringMESA, NULL, by_current(entry), (int attribute),
         (attribute))

/* The config that comes out of this one is one that libGLX does not know yet. */
static struct entry entry_glXGetFBConfigFromVisualSGIX;

static GLXFBConfig
dispatch_glXGetFBConfigFromVisualSGIX(Display *dpy, XVisualInfo *visual)
{
   __GLXvendorInfo *vendor = exports->getDynDispatch(dpy, visual->screen);
   GLXFBConfig (*const function)(Display * dpy, XVisualInfo * visual) =
      fetch(vendor, &entry_glXGetFBConfigFromVisualSGIX);
   GLXFBConfig config = function ? function(dpy, visual) : NULL;

   return config && exports->addVendorFBConfigMapping(dpy, config, vendor) == 0 ? config : NULL;
}

static struct entry entry_glXGetFBConfigFromVisualSGIX = { "glXGetFBConfigFromVisualSGIX",
                                                           dispatch_glXGetFBConfigFromVisualSGIX,
                                                           -1 };

/* --- What libGLX asks ---------------------------------------------------------------------- */

static struct entry *const entries[] = {
   &entry_glXBindTexImageEXT,
   &entry_glXChooseFBConfigSGIX,
   &entry_glXCopySubBufferMESA,
   &entry_glXCreateContextWithConfigSGIX,
   &entry_glXCreateGLXPbufferSGIX,
   &entry_glXCreateGLXPixmapWithConfigSGIX,
   &entry_glXDestroyGLXPbufferSGIX,
   &entry_glXGetContextIDEXT,
   &entry_glXGetCurrentDisplayEXT,
   &entry_glXGetCurrentReadDrawableSGI,
   &entry_glXGetFBConfigAttribSGIX,
   &entry_glXGetFBConfigFromVisualSGIX,
   &entry_glXGetMscRateOML,
   &entry_glXGetSelectedEventSGIX,
   &entry_glXGetSwapIntervalMESA,
   &entry_glXGetSyncValuesOML,
   &entry_glXGetVideoSyncSGI,
   &entry_glXGetVisualFromFBConfigSGIX,
   &entry_glXMakeCurrentReadSGI,
   &entry_glXQueryContextInfoEXT,
   &entry_glXQueryCurrentRendererIntegerMESA,
   &entry_glXQueryCurrentRendererStringMESA,
   &entry_glXQueryGLXPbufferSGIX,
   &entry_glXQueryRendererIntegerMESA,
   &entry_glXQueryRendererStringMESA,
   &entry_glXReleaseTexImageEXT,
   &entry_glXSelectEventSGIX,
   &entry_glXSwapBuffersMscOML,
   &entry_glXSwapIntervalEXT,
   &entry_glXSwapIntervalMESA,
   &entry_glXSwapIntervalSGI,
   &entry_glXWaitForMscOML,
   &entry_glXWaitForSbcOML,
   &entry_glXWaitVideoSyncSGI,
};

static struct entry *
find(const char *name)
{
   for (unsigned i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
      if (strcmp(entries[i]->name, name) == 0)
         return entries[i];
   }
   return NULL;
}

void
glx_dispatch_init(const __GLXapiExports *libglx)
{
   exports = libglx;
}

void *
glx_dispatch_find(const char *name)
{
   const struct entry *entry = find(name);

   return entry ? entry->dispatch : NULL;
}

void
glx_dispatch_set_index(const char *name, int index)
{
   struct entry *entry = find(name);

   if (entry)
      entry->index = index;
}
