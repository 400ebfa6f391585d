#include "glx/config.h"

#include "glx/functions.h"
#include "glx/screen.h"

#include <GL/glxext.h>
#include <X11/Xutil.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/glx.h>

#define DONT_CARE ((int)GLX_DONT_CARE)

const struct glx_config_attribute_info glx_config_attributes[CONFIG_ATTRIBUTE_COUNT] = {
   [CONFIG_FBCONFIG_ID] = { GLX_FBCONFIG_ID, MATCH_EXACT, DONT_CARE },
   [CONFIG_VISUAL_ID] = { GLX_VISUAL_ID, MATCH_IGNORED, DONT_CARE },
   [CONFIG_BUFFER_SIZE] = { GLX_BUFFER_SIZE, MATCH_AT_LEAST, 0 },
   [CONFIG_LEVEL] = { GLX_LEVEL, MATCH_EXACT, 0 },
   [CONFIG_DOUBLEBUFFER] = { GLX_DOUBLEBUFFER, MATCH_EXACT, DONT_CARE },
   [CONFIG_STEREO] = { GLX_STEREO, MATCH_EXACT, False },
   [CONFIG_AUX_BUFFERS] = { GLX_AUX_BUFFERS, MATCH_AT_LEAST, 0 },
   [CONFIG_RED_SIZE] = { GLX_RED_SIZE, MATCH_AT_LEAST, 0 },
   [CONFIG_GREEN_SIZE] = { GLX_GREEN_SIZE, MATCH_AT_LEAST, 0 },
   [CONFIG_BLUE_SIZE] = { GLX_BLUE_SIZE, MATCH_AT_LEAST, 0 },
   [CONFIG_ALPHA_SIZE] = { GLX_ALPHA_SIZE, MATCH_AT_LEAST, 0 },
   [CONFIG_DEPTH_SIZE] = { GLX_DEPTH_SIZE, MATCH_AT_LEAST, 0 },
   [CONFIG_STENCIL_SIZE] = { GLX_STENCIL_SIZE, MATCH_AT_LEAST, 0 },
   [CONFIG_ACCUM_RED_SIZE] = { GLX_ACCUM_RED_SIZE, MATCH_AT_LEAST, 0 },
   [CONFIG_ACCUM_GREEN_SIZE] = { GLX_ACCUM_GREEN_SIZE, MATCH_AT_LEAST, 0 },
   [CONFIG_ACCUM_BLUE_SIZE] = { GLX_ACCUM_BLUE_SIZE, MATCH_AT_LEAST, 0 },
   [CONFIG_ACCUM_ALPHA_SIZE] = { GLX_ACCUM_ALPHA_SIZE, MATCH_AT_LEAST, 0 },
   [CONFIG_SAMPLE_BUFFERS] = { GLX_SAMPLE_BUFFERS, MATCH_AT_LEAST, 0 },
   [CONFIG_SAMPLES] = { GLX_SAMPLES, MATCH_AT_LEAST, 0 },
   [CONFIG_RENDER_TYPE] = { GLX_RENDER_TYPE, MATCH_MASK, GLX_RGBA_BIT },
   [CONFIG_DRAWABLE_TYPE] = { GLX_DRAWABLE_TYPE, MATCH_MASK, GLX_WINDOW_BIT },
   [CONFIG_X_RENDERABLE] = { GLX_X_RENDERABLE, MATCH_EXACT, DONT_CARE },
   [CONFIG_X_VISUAL_TYPE] = { GLX_X_VISUAL_TYPE, MATCH_EXACT, DONT_CARE },
   [CONFIG_CAVEAT] = { GLX_CONFIG_CAVEAT, MATCH_EXACT, DONT_CARE },
   [CONFIG_TRANSPARENT_TYPE] = { GLX_TRANSPARENT_TYPE, MATCH_EXACT, GLX_NONE },
   [CONFIG_TRANSPARENT_INDEX] = { GLX_TRANSPARENT_INDEX_VALUE, MATCH_EXACT, DONT_CARE },
   [CONFIG_TRANSPARENT_RED] = { GLX_TRANSPARENT_RED_VALUE, MATCH_EXACT, DONT_CARE },
   [CONFIG_TRANSPARENT_GREEN] = { GLX_TRANSPARENT_GREEN_VALUE, MATCH_EXACT, DONT_CARE },
   [CONFIG_TRANSPARENT_BLUE] = { GLX_TRANSPARENT_BLUE_VALUE, MATCH_EXACT, DONT_CARE },
   [CONFIG_TRANSPARENT_ALPHA] = { GLX_TRANSPARENT_ALPHA_VALUE, MATCH_EXACT, DONT_CARE },
   [CONFIG_MAX_PBUFFER_WIDTH] = { GLX_MAX_PBUFFER_WIDTH, MATCH_IGNORED, DONT_CARE },
   [CONFIG_MAX_PBUFFER_HEIGHT] = { GLX_MAX_PBUFFER_HEIGHT, MATCH_IGNORED, DONT_CARE },
   [CONFIG_MAX_PBUFFER_PIXELS] = { GLX_MAX_PBUFFER_PIXELS, MATCH_IGNORED, DONT_CARE },
   [CONFIG_OPTIMAL_PBUFFER_WIDTH] = { GLX_OPTIMAL_PBUFFER_WIDTH_SGIX, MATCH_IGNORED, DONT_CARE },
   [CONFIG_OPTIMAL_PBUFFER_HEIGHT] = { GLX_OPTIMAL_PBUFFER_HEIGHT_SGIX, MATCH_IGNORED, DONT_CARE },
   [CONFIG_VISUAL_SELECT_GROUP] = { GLX_VISUAL_SELECT_GROUP_SGIX, MATCH_EXACT, DONT_CARE },
   [CONFIG_SWAP_METHOD] = { GLX_SWAP_METHOD_OML, MATCH_EXACT, DONT_CARE },
   [CONFIG_SRGB_CAPABLE] = { GLX_FRAMEBUFFER_SRGB_CAPABLE_ARB, MATCH_EXACT, DONT_CARE },
   [CONFIG_BIND_TO_TEXTURE_RGB] = { GLX_BIND_TO_TEXTURE_RGB_EXT, MATCH_EXACT, DONT_CARE },
   [CONFIG_BIND_TO_TEXTURE_RGBA] = { GLX_BIND_TO_TEXTURE_RGBA_EXT, MATCH_EXACT, DONT_CARE },
   [CONFIG_BIND_TO_MIPMAP_TEXTURE] = { GLX_BIND_TO_MIPMAP_TEXTURE_EXT, MATCH_EXACT, DONT_CARE },
   [CONFIG_BIND_TO_TEXTURE_TARGETS] = { GLX_BIND_TO_TEXTURE_TARGETS_EXT, MATCH_MASK, DONT_CARE },
   [CONFIG_Y_INVERTED] = { GLX_Y_INVERTED_EXT, MATCH_EXACT, DONT_CARE },
};

enum glx_config_attribute
glx_config_attribute_find(int name)
{
   enum glx_config_attribute attribute = 0;

   while (attribute < CONFIG_ATTRIBUTE_COUNT && glx_config_attributes[attribute].name != name)
      attribute++;
   return attribute;
}

/* --- The lists of the process -------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const struct glx_config_list *lists;

static const struct glx_config_list *
first_list(void)
{
   return __atomic_load_n(&lists, __ATOMIC_ACQUIRE);
}

static bool
lists_are_equal(const struct glx_config_list *a, const struct glx_config_list *b)
{
   return a->count == b->count &&
          memcmp(a->configs, b->configs, a->count * sizeof(a->configs[0])) == 0;
}

const struct glx_config_list *
glx_config_list_intern(struct glx_config_list *list)
{
   const struct glx_config_list *other;

   pthread_mutex_lock(&lock);
   for (other = lists; other && !lists_are_equal(other, list); other = other->next)
      ;
   if (other) {
      free(list);
   } else {
      list->next = lists;
      __atomic_store_n(&lists, list, __ATOMIC_RELEASE);
      other = list;
   }
   pthread_mutex_unlock(&lock);
   return other;
}

const struct glx_config *
glx_config(GLXFBConfig handle)
{
   for (const struct glx_config_list *list = first_list(); list; list = list->next) {
      uintptr_t offset = (uintptr_t)handle - (uintptr_t)list->configs;

      if (offset < list->count * sizeof(list->configs[0]) && offset % sizeof(list->configs[0]) == 0)
         return (const struct glx_config *)handle;
   }
   return NULL;
}

static const struct glx_config *
find_value(const struct glx_config_list *list, enum glx_config_attribute attribute, XID value)
{
   for (unsigned i = 0; i < list->count; i++) {
      if ((XID)list->configs[i].values[attribute] == value)
         return &list->configs[i];
   }
   return NULL;
}

const struct glx_config *
glx_config_by_visual(const struct glx_config_list *list, VisualID visual)
{
   return visual ? find_value(list, CONFIG_VISUAL_ID, visual) : NULL;
}

const struct glx_config *
glx_config_by_id(const struct glx_config_list *list, XID fbconfig_id)
{
   return fbconfig_id ? find_value(list, CONFIG_FBCONFIG_ID, fbconfig_id) : NULL;
}

/* --- The functions ------------------------------------------------------------------------- */

static int
get_attribute(const struct glx_config *config, int name, int *value)
{
   enum glx_config_attribute attribute = glx_config_attribute_find(name);

   if (attribute < CONFIG_ATTRIBUTE_COUNT)
      *value = config->values[attribute];
   else if (name == GLX_RGBA)
      *value = (config->values[CONFIG_RENDER_TYPE] & GLX_COLOR_INDEX_BIT) == 0;
   else if (name == GLX_USE_GL)
      *value = True;
   else if (name == GLX_SCREEN)
      *value = config->screen;
   else
      return GLX_BAD_ATTRIBUTE;
   return Success;
}

int
glx_get_config(Display *dpy, XVisualInfo *visual, int attribute, int *value)
{
   const struct glx_screen *screen;
   const struct glx_config *config;

   if (!glx_display_get(dpy))
      return GLX_NO_EXTENSION;
   if (visual->screen < 0 || visual->screen >= ScreenCount(dpy))
      return GLX_BAD_SCREEN;
   screen = glx_screen_get(dpy, visual->screen);
   config = screen ? glx_config_by_visual(screen->configs, visual->visualid) : NULL;
   if (config)
      return get_attribute(config, attribute, value);
   if (attribute != GLX_USE_GL)
      return GLX_BAD_VISUAL;
   *value = False;
   return Success;
}

int
glx_get_fb_config_attrib(Display *dpy, GLXFBConfig handle, int attribute, int *value)
{
   const struct glx_config *config = glx_config(handle);

   return config ? get_attribute(config, attribute, value) : XCB_GLX_BAD_FB_CONFIG;
}

GLXFBConfig *
glx_get_fb_configs(Display *dpy, int number, int *count)
{
   const struct glx_screen *screen = glx_screen_get(dpy, number);
   GLXFBConfig *handles;

   *count = 0;
   if (!screen)
      return NULL;
   handles = malloc(screen->configs->count * sizeof(*handles)); /* for XFree */
   if (!handles)
      return NULL;
   for (unsigned i = 0; i < screen->configs->count; i++)
      handles[i] = (GLXFBConfig)&screen->configs->configs[i];
   *count = (int)screen->configs->count;
   return handles;
}

XVisualInfo *
glx_get_visual_from_fb_config(Display *dpy, GLXFBConfig handle)
{
   const struct glx_config *config = glx_config(handle);
   XVisualInfo template;
   int count;

   if (!config || !config->values[CONFIG_VISUAL_ID])
      return NULL;
   template.screen = config->screen;
   template.visualid = (VisualID)config->values[CONFIG_VISUAL_ID];
   return XGetVisualInfo(dpy, VisualScreenMask | VisualIDMask, &template, &count);
}

GLXFBConfig
glx_get_fb_config_from_visual(Display *dpy, XVisualInfo *visual)
{
   const struct glx_screen *screen = glx_screen_get(dpy, visual->screen);

   return screen ? (GLXFBConfig)glx_config_by_visual(screen->configs, visual->visualid) : NULL;
}
