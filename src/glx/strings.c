#include "glx/strings.h"

#include "glx/device.h"
#include "glx/functions.h"
#include "glx/screen.h"

#include <stdlib.h>
#include <string.h>
#include <xcb/glx.h>

/* What an extension needs besides us. */
enum need {
   NOTHING,
   SERVER,     /* the server says that it has it, too */
   PRESENT,    /* the server tells when frames are shown */
   ROBUSTNESS, /* the driver can tell of a reset */
};

static const struct {
   const char *name;
   enum need need;
} extensions[] = {
   { "GLX_ARB_context_flush_control", SERVER },
   { "GLX_ARB_create_context", SERVER },
   { "GLX_ARB_create_context_no_error", SERVER },
   { "GLX_ARB_create_context_profile", SERVER },
   { "GLX_ARB_create_context_robustness", ROBUSTNESS },
   { "GLX_ARB_fbconfig_float", SERVER },
   { "GLX_ARB_framebuffer_sRGB", SERVER },
   { "GLX_ARB_get_proc_address", NOTHING },
   { "GLX_ARB_multisample", SERVER },
   { "GLX_EXT_buffer_age", NOTHING },
   { "GLX_EXT_create_context_es2_profile", SERVER },
   { "GLX_EXT_create_context_es_profile", SERVER },
   { "GLX_EXT_framebuffer_sRGB", SERVER },
   { "GLX_EXT_import_context", SERVER },
   { "GLX_EXT_no_config_context", SERVER },
   { "GLX_EXT_swap_control", NOTHING },
   { "GLX_EXT_swap_control_tear", PRESENT },
   { "GLX_EXT_texture_from_pixmap", NOTHING },
   { "GLX_EXT_visual_info", NOTHING },
   { "GLX_EXT_visual_rating", NOTHING },
   { "GLX_INTEL_swap_event", PRESENT },
   { "GLX_MESA_copy_sub_buffer", NOTHING },
   { "GLX_MESA_query_renderer", NOTHING },
   { "GLX_MESA_swap_control", NOTHING },
   { "GLX_OML_swap_method", NOTHING },
   { "GLX_OML_sync_control", PRESENT },
   { "GLX_SGIS_multisample", SERVER },
   { "GLX_SGIX_fbconfig", NOTHING },
   { "GLX_SGIX_pbuffer", NOTHING },
   { "GLX_SGIX_visual_select_group", SERVER },
   { "GLX_SGI_make_current_read", NOTHING },
   { "GLX_SGI_swap_control", NOTHING },
   { "GLX_SGI_video_sync", PRESENT },
};

#define EXTENSION_COUNT (sizeof(extensions) / sizeof(extensions[0]))

/* Is it one of the words of the list? */
static bool
contains(const char *list, const char *name)
{
   const size_t length = strlen(name);

   for (const char *found = list; (found = strstr(found, name)); found += length) {
      if ((found == list || found[-1] == ' ') && (found[length] == '\0' || found[length] == ' '))
         return true;
   }
   return false;
}

static bool
is_offered(const struct glx_screen *screen, unsigned index)
{
   switch (extensions[index].need) {
   case NOTHING:
      return true;
   case SERVER:
      return contains(screen->server_extensions, extensions[index].name);
   case PRESENT:
      return screen->has_present;
   case ROBUSTNESS:
      return screen->device->info->robustness;
   }
   return false;
}

static char *
list_extensions(const struct glx_screen *screen)
{
   size_t size = 1;
   char *list, *end;

   for (unsigned i = 0; i < EXTENSION_COUNT; i++)
      size += strlen(extensions[i].name) + 1;
   list = calloc(1, size);
   if (!list)
      return NULL;
   end = list;
   for (unsigned i = 0; i < EXTENSION_COUNT; i++) {
      if (!screen || is_offered(screen, i)) {
         end = stpcpy(end, extensions[i].name);
         *end++ = ' ';
      }
   }
   if (end > list)
      end[-1] = '\0';
   return list;
}

static char *
ask_server(const struct glx_screen *screen, int name)
{
   xcb_connection_t *xcb = screen->display->xcb;
   xcb_glx_query_server_string_reply_t *reply = xcb_glx_query_server_string_reply(
      xcb, xcb_glx_query_server_string(xcb, (uint32_t)screen->number, (uint32_t)name), NULL);
   char *string = reply ? strndup(xcb_glx_query_server_string_string(reply),
                                  (size_t)xcb_glx_query_server_string_string_length(reply))
                        : strdup("");

   free(reply);
   return string;
}

bool
glx_strings_init(struct glx_screen *screen)
{
   screen->server_vendor = ask_server(screen, GLX_VENDOR);
   screen->server_version = ask_server(screen, GLX_VERSION);
   screen->server_extensions = ask_server(screen, GLX_EXTENSIONS);
   if (!screen->server_vendor || !screen->server_version || !screen->server_extensions)
      return false;
   screen->extensions = list_extensions(screen);
   return screen->extensions != NULL;
}

/* --- The functions ------------------------------------------------------------------------- */

const char *
glx_query_extensions_string(Display *dpy, int number)
{
   const struct glx_screen *screen = glx_screen_get(dpy, number);

   return screen ? screen->extensions : NULL;
}

const char *
glx_query_server_string(Display *dpy, int number, int name)
{
   const struct glx_screen *screen = glx_screen_get(dpy, number);

   if (!screen)
      return NULL;
   switch (name) {
   case GLX_VENDOR:
      return screen->server_vendor;
   case GLX_VERSION:
      return screen->server_version;
   case GLX_EXTENSIONS:
      return screen->server_extensions;
   default:
      return NULL;
   }
}

static char *all_extensions;

static void
list_all_extensions(void)
{
   all_extensions = list_extensions(NULL);
}

const char *
glx_get_client_string(Display *dpy, int name)
{
   static pthread_once_t once = PTHREAD_ONCE_INIT;

   switch (name) {
   case GLX_VENDOR:
      return "mesa-dxg";
   case GLX_VERSION:
      return "1.4";
   case GLX_EXTENSIONS:
      pthread_once(&once, list_all_extensions);
      return all_extensions;
   default:
      return NULL;
   }
}
