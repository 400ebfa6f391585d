/*
 * glXCreateContextAttribsARB and its extensions.
 *
 * A server that is told that the context is direct believes most attributes, so they are checked
 * here.
 */
#include "glx/context.h"
#include "glx/device.h"
#include "glx/errors.h"
#include "glx/functions.h"
#include "glx/screen.h"

#include <GL/glxext.h>

struct attributes {
   unsigned count;
   int major, minor;
   int flags;
   int profile;
   int render_type;
   int screen; /* -1: not given */
   int reset_strategy;
   int release_behavior;
   int no_error;
};

#define NO_ERROR (-1)

/* An X error, or NO_ERROR. */
struct error {
   bool is_glx; /* code is one of GLX's own */
   int code;
};

static const struct error none = { false, NO_ERROR };
static const struct error bad_value = { false, BadValue };
static const struct error bad_match = { false, BadMatch };
static const struct error bad_fb_config = { true, XCB_GLX_BAD_FB_CONFIG };
static const struct error bad_profile = { true, XCB_GLX_GLX_BAD_PROFILE_ARB };
static const struct error bad_context = { true, XCB_GLX_BAD_CONTEXT };

/* Where the value of an attribute belongs. NULL: there is no such attribute. */
static int *
find_value(struct attributes *attributes, int name)
{
   switch (name) {
   case GLX_CONTEXT_MAJOR_VERSION_ARB:
      return &attributes->major;
   case GLX_CONTEXT_MINOR_VERSION_ARB:
      return &attributes->minor;
   case GLX_CONTEXT_FLAGS_ARB:
      return &attributes->flags;
   case GLX_CONTEXT_PROFILE_MASK_ARB:
      return &attributes->profile;
   case GLX_RENDER_TYPE:
      return &attributes->render_type;
   case GLX_SCREEN:
      return &attributes->screen;
   case GLX_CONTEXT_RESET_NOTIFICATION_STRATEGY_ARB:
      return &attributes->reset_strategy;
   case GLX_CONTEXT_RELEASE_BEHAVIOR_ARB:
      return &attributes->release_behavior;
   case GLX_CONTEXT_OPENGL_NO_ERROR_ARB:
      return &attributes->no_error;
   default:
      return NULL;
   }
}

static struct error
parse(struct attributes *attributes, const int *list)
{
   *attributes = (struct attributes){
      .major = 1,
      .profile = GLX_CONTEXT_CORE_PROFILE_BIT_ARB,
      .render_type = GLX_RGBA_TYPE,
      .screen = -1,
      .reset_strategy = GLX_NO_RESET_NOTIFICATION_ARB,
      .release_behavior = GLX_CONTEXT_RELEASE_BEHAVIOR_FLUSH_ARB,
   };
   for (; list && list[0] != None; list += 2, attributes->count++) {
      int *value = find_value(attributes, list[0]);

      if (!value)
         return bad_value;
      *value = list[1];
   }
   return none;
}

/* --- What is no value ---------------------------------------------------------------------- */

static bool
values_are_known(const struct attributes *attributes, const struct glx_config *config)
{
   int flags = GLX_CONTEXT_DEBUG_BIT_ARB | GLX_CONTEXT_FORWARD_COMPATIBLE_BIT_ARB;

   if (glx_device_get()->info->robustness)
      flags |= GLX_CONTEXT_ROBUST_ACCESS_BIT_ARB;
   if (attributes->flags & ~flags)
      return false;
   if (attributes->reset_strategy != GLX_NO_RESET_NOTIFICATION_ARB &&
       attributes->reset_strategy != GLX_LOSE_CONTEXT_ON_RESET_ARB)
      return false;
   if (attributes->release_behavior != GLX_CONTEXT_RELEASE_BEHAVIOR_NONE_ARB &&
       attributes->release_behavior != GLX_CONTEXT_RELEASE_BEHAVIOR_FLUSH_ARB)
      return false;
   switch (attributes->render_type) {
   case GLX_RGBA_TYPE:
   case GLX_COLOR_INDEX_TYPE:
   case GLX_RGBA_FLOAT_TYPE_ARB:
      return true;
   case (int)GLX_DONT_CARE:
      return !config; /* EXT_no_config_context */
   default:
      return false;
   }
}

/* --- What there is no context of ----------------------------------------------------------- */

static bool
is_at_least(const struct attributes *attributes, int major, int minor)
{
   return attributes->major > major || (attributes->major == major && attributes->minor >= minor);
}

static bool
version_exists(const struct attributes *attributes)
{
   static const int last_minor[] = { [1] = 5, [2] = 1, [3] = 3, [4] = 6 };

   return attributes->major >= 1 && attributes->major <= 4 && attributes->minor >= 0 &&
          attributes->minor <= last_minor[attributes->major];
}

static bool
es_version_exists(const struct attributes *attributes)
{
   static const int last_minor[] = { [1] = 1, [2] = 0, [3] = 2 };

   return attributes->major >= 1 && attributes->major <= 3 && attributes->minor >= 0 &&
          attributes->minor <= last_minor[attributes->major];
}

static struct error
choose_api(const struct attributes *attributes, enum loader_api *api)
{
   if (attributes->profile == GLX_CONTEXT_ES_PROFILE_BIT_EXT) {
      *api = attributes->major < 2 ? LOADER_API_GLES1 : LOADER_API_GLES2;
      return es_version_exists(attributes) ? none : bad_profile;
   }
   *api = LOADER_API_GL_COMPAT;
   if (!version_exists(attributes))
      return bad_match;
   /* "If the requested OpenGL version is less than 3.2, GLX_CONTEXT_PROFILE_MASK_ARB is ignored."
    * But it must be one. */
   switch (attributes->profile) {
   case GLX_CONTEXT_CORE_PROFILE_BIT_ARB:
      if (is_at_least(attributes, 3, 2))
         *api = LOADER_API_GL_CORE;
      return none;
   case GLX_CONTEXT_COMPATIBILITY_PROFILE_BIT_ARB:
      return none;
   default:
      return bad_profile;
   }
}

static struct error
fill_desc(struct loader_context_desc *desc, const struct attributes *attributes,
          const struct glx_config *config)
{
   *desc = (struct loader_context_desc){
      .version = { attributes->major, attributes->minor },
      .debug = attributes->flags & GLX_CONTEXT_DEBUG_BIT_ARB,
      .forward_compatible = attributes->flags & GLX_CONTEXT_FORWARD_COMPATIBLE_BIT_ARB,
      .robust_access = attributes->flags & GLX_CONTEXT_ROBUST_ACCESS_BIT_ARB,
      .lose_context_on_reset = attributes->reset_strategy == GLX_LOSE_CONTEXT_ON_RESET_ARB,
      .no_error = attributes->no_error,
      .release_without_flush =
         attributes->release_behavior == GLX_CONTEXT_RELEASE_BEHAVIOR_NONE_ARB,
      .priority = LOADER_PRIORITY_MEDIUM,
   };
   if (!values_are_known(attributes, config))
      return bad_value;
   /* "Forward-compatible contexts are defined only for OpenGL versions 3.0 and later." */
   if (desc->forward_compatible && attributes->major < 3)
      return bad_match;
   /* "If ... render type GLX_COLOR_INDEX_TYPE is specified with version 3.0 or later"; and no
    * config has it before. */
   if (attributes->render_type == GLX_COLOR_INDEX_TYPE)
      return bad_match;
   /* "BadMatch is generated if the GLX_CONTEXT_OPENGL_NO_ERROR_ARB is TRUE at the same time as a
    * debug or robustness context is specified." */
   if (desc->no_error && (desc->debug || desc->robust_access))
      return bad_match;
   return choose_api(attributes, &desc->api);
}

/* --- The function -------------------------------------------------------------------------- */

static GLXContext
refuse(Display *dpy, struct error error)
{
   if (error.is_glx)
      glx_error(dpy, error.code, None, XCB_GLX_CREATE_CONTEXT_ATTRIBS_ARB);
   else
      glx_core_error(dpy, error.code, None, XCB_GLX_CREATE_CONTEXT_ATTRIBS_ARB);
   return NULL;
}

static GLXContext
tell_server(Display *dpy, struct glx_context *context, const struct attributes *attributes,
            const int *list)
{
   xcb_connection_t *xcb = context->display->xcb;
   xcb_generic_error_t *error = xcb_request_check(
      xcb, xcb_glx_create_context_attribs_arb_checked(
              xcb, (uint32_t)context->xid,
              context->config ? (uint32_t)context->config->values[CONFIG_FBCONFIG_ID] : 0,
              (uint32_t)context->screen, (uint32_t)context->share_xid, True, attributes->count,
              (const uint32_t *)list));

   if (!error)
      return (GLXContext)context;
   glx_context_destroy(context);
   glx_forward_error(dpy, error);
   return NULL;
}

GLXContext
glx_create_context_attribs(Display *dpy, GLXFBConfig handle, GLXContext share_handle, Bool direct,
                           const int *list)
{
   const struct glx_config *config = handle ? glx_config(handle) : NULL;
   struct glx_context *share = share_handle ? glx_context(share_handle) : NULL;
   struct glx_context *context;
   struct glx_screen *screen;
   struct attributes attributes;
   struct loader_context_desc desc;
   enum loader_context_error loader_error;
   struct error error = parse(&attributes, list);

   if (handle && !config)
      return refuse(dpy, bad_fb_config);
   screen = glx_screen_get(dpy, config ? config->screen : attributes.screen);
   if (!screen)
      return refuse(dpy, bad_value);
   if (share_handle && !share)
      return refuse(dpy, bad_context);
   if (error.code == NO_ERROR)
      error = fill_desc(&desc, &attributes, config);
   if (error.code != NO_ERROR)
      return refuse(dpy, error);
   /* "BadMatch is generated if the value of GLX_CONTEXT_OPENGL_NO_ERROR_ARB used to create
    * <share_context> does not match the value for the context being created." */
   if (share && share->no_error != desc.no_error)
      return refuse(dpy, bad_match);
   /* As with glXCreateContext; and of OpenGL ES there is no protocol at all. */
   if (!direct)
      return refuse(dpy, attributes.profile == GLX_CONTEXT_ES_PROFILE_BIT_EXT ? bad_fb_config
                                                                              : bad_value);
   context = glx_context_create(screen->display, screen->number, config, share,
                                config ? attributes.render_type : (int)GLX_DONT_CARE, &desc,
                                &loader_error);
   if (context)
      return tell_server(dpy, context, &attributes, list);
   if (loader_error == LOADER_CONTEXT_NO_MEMORY)
      return refuse(dpy, (struct error){ false, BadAlloc });
   return refuse(dpy, bad_fb_config);
}
