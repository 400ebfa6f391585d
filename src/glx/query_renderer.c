/*
 * MESA_query_renderer.
 */
#include "glx/current.h"
#include "glx/device.h"
#include "glx/functions.h"
#include "glx/screen.h"

#include <GL/glxext.h>

static Bool
give_version(struct loader_version version, unsigned *value)
{
   value[0] = (unsigned)version.major;
   value[1] = (unsigned)version.minor;
   return True;
}

static Bool
query_integer(const struct glx_screen *screen, int attribute, unsigned *value)
{
   const struct loader_screen_info *info = screen->device->info;

   switch (attribute) {
   case GLX_RENDERER_VENDOR_ID_MESA:
      *value = info->vendor_id;
      return True;
   case GLX_RENDERER_DEVICE_ID_MESA:
      *value = info->device_id;
      return True;
   case GLX_RENDERER_VERSION_MESA:
      value[2] = 0;
      return give_version(info->mesa, value);
   case GLX_RENDERER_ACCELERATED_MESA:
      *value = screen->device->runtime->kind == DXG_RUNTIME_WSL;
      return True;
   case GLX_RENDERER_VIDEO_MEMORY_MESA:
      *value = info->video_memory;
      return True;
   case GLX_RENDERER_UNIFIED_MEMORY_ARCHITECTURE_MESA:
      *value = info->unified_memory;
      return True;
   case GLX_RENDERER_PREFERRED_PROFILE_MESA:
      *value = info->gl_core.major ? GLX_CONTEXT_CORE_PROFILE_BIT_ARB
                                   : GLX_CONTEXT_COMPATIBILITY_PROFILE_BIT_ARB;
      return True;
   case GLX_RENDERER_OPENGL_CORE_PROFILE_VERSION_MESA:
      return give_version(info->gl_core, value);
   case GLX_RENDERER_OPENGL_COMPATIBILITY_PROFILE_VERSION_MESA:
      return give_version(info->gl_compat, value);
   case GLX_RENDERER_OPENGL_ES_PROFILE_VERSION_MESA:
      return give_version(info->gles1, value);
   case GLX_RENDERER_OPENGL_ES2_PROFILE_VERSION_MESA:
      return give_version(info->gles2, value);
   default:
      return False;
   }
}

static const char *
query_string(const struct glx_screen *screen, int attribute)
{
   switch (attribute) {
   case GLX_RENDERER_VENDOR_ID_MESA:
      return screen->device->info->vendor;
   case GLX_RENDERER_DEVICE_ID_MESA:
      return screen->device->info->renderer;
   default:
      return NULL;
   }
}

/* There is one renderer, number 0, on each screen. */
static const struct glx_screen *
find_screen(Display *dpy, int number, int renderer)
{
   return renderer == 0 ? glx_screen_get(dpy, number) : NULL;
}

static const struct glx_screen *
current_screen(void)
{
   const struct glx_context *context = glx_current();

   return context && context->display ? glx_screen_get(context->display->dpy, context->screen)
                                      : NULL;
}

Bool
glx_query_renderer_integer(Display *dpy, int number, int renderer, int attribute, unsigned *value)
{
   const struct glx_screen *screen = find_screen(dpy, number, renderer);

   return screen && query_integer(screen, attribute, value);
}

const char *
glx_query_renderer_string(Display *dpy, int number, int renderer, int attribute)
{
   const struct glx_screen *screen = find_screen(dpy, number, renderer);

   return screen ? query_string(screen, attribute) : NULL;
}

Bool
glx_query_current_renderer_integer(int attribute, unsigned *value)
{
   const struct glx_screen *screen = current_screen();

   return screen && query_integer(screen, attribute, value);
}

const char *
glx_query_current_renderer_string(int attribute)
{
   const struct glx_screen *screen = current_screen();

   return screen ? query_string(screen, attribute) : NULL;
}
