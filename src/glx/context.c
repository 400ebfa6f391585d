#include "glx/context.h"

#include "glx/current.h"
#include "glx/device.h"
#include "glx/errors.h"
#include "glx/functions.h"
#include "glx/screen.h"

#include <GL/glxext.h>
#include <pthread.h>
#include <stdlib.h>
#include <xcb/glx.h>

/* Guards the list, and what context.h says. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct glx_context *contexts;

struct glx_context *
glx_context(GLXContext handle)
{
   struct glx_context *context;

   pthread_mutex_lock(&lock);
   for (context = contexts; context && (GLXContext)context != handle; context = context->next)
      ;
   pthread_mutex_unlock(&lock);
   return context;
}

static void
add_to_list(struct glx_context *context)
{
   pthread_mutex_lock(&lock);
   context->next = contexts;
   if (contexts)
      contexts->previous = context;
   contexts = context;
   pthread_mutex_unlock(&lock);
}

/* With the lock held. */
static void
remove_from_list(struct glx_context *context)
{
   if (context->previous)
      context->previous->next = context->next;
   else
      contexts = context->next;
   if (context->next)
      context->next->previous = context->previous;
}

struct glx_context *
glx_context_create(struct glx_display *display, int screen, const struct glx_config *config,
                   struct glx_context *share, int render_type,
                   const struct loader_context_desc *desc, enum loader_context_error *error)
{
   struct glx_context *context = calloc(1, sizeof(*context));

   *error = LOADER_CONTEXT_NO_MEMORY;
   if (!context)
      return NULL;
   context->loader = loader_context_create(glx_device_get()->loader, config ? config->loader : NULL,
                                           share ? share->loader : NULL, desc, error);
   if (!context->loader) {
      free(context);
      return NULL;
   }
   context->display = display;
   context->config = config;
   context->screen = screen;
   context->render_type = render_type;
   context->no_error = desc->no_error;
   context->share_xid = share ? share->xid : None;
   context->xid = xcb_generate_id(display->xcb);
   add_to_list(context);
   return context;
}

static void
free_context(struct glx_context *context)
{
   loader_context_destroy(context->loader);
   free(context);
}

void
glx_context_destroy(struct glx_context *context)
{
   bool is_current;

   pthread_mutex_lock(&lock);
   is_current = context->is_current;
   context->is_doomed = true;
   if (!is_current)
      remove_from_list(context);
   pthread_mutex_unlock(&lock);
   if (!is_current)
      free_context(context);
}

bool
glx_context_claim(struct glx_context *context)
{
   bool claimed;

   pthread_mutex_lock(&lock);
   claimed = !context->is_current;
   context->is_current = true;
   pthread_mutex_unlock(&lock);
   return claimed;
}

void
glx_context_release(struct glx_context *context)
{
   bool is_doomed;

   pthread_mutex_lock(&lock);
   context->is_current = false;
   is_doomed = context->is_doomed;
   if (is_doomed)
      remove_from_list(context);
   pthread_mutex_unlock(&lock);
   if (is_doomed)
      free_context(context);
}

void
glx_contexts_close(struct glx_display *display)
{
   struct glx_context *doomed = NULL, *next;

   pthread_mutex_lock(&lock);
   for (struct glx_context *context = contexts; context; context = next) {
      next = context->next;
      if (context->display != display)
         continue;
      context->display = NULL;
      context->is_doomed = true;
      if (!context->is_current) {
         remove_from_list(context);
         context->next = doomed;
         doomed = context;
      }
   }
   pthread_mutex_unlock(&lock);
   for (; doomed; doomed = next) {
      next = doomed->next;
      free_context(doomed);
   }
}

/* --- The functions ------------------------------------------------------------------------- */

static GLXContext
refuse(Display *dpy, struct glx_context *context, xcb_generic_error_t *error)
{
   glx_context_destroy(context);
   glx_forward_error(dpy, error);
   return NULL;
}

/* What is common to the two functions of old: a compatible context of the highest version. */
static struct glx_context *
create_context(Display *dpy, const struct glx_config *config, GLXContext share_handle, Bool direct,
               int render_type, int request)
{
   static const struct loader_context_desc desc = {
      .api = LOADER_API_GL_COMPAT,
      .version = { 1, 0 },
      .priority = LOADER_PRIORITY_MEDIUM,
   };
   struct glx_screen *screen = glx_screen_get(dpy, config->screen);
   struct glx_context *share = share_handle ? glx_context(share_handle) : NULL;
   struct glx_context *context;
   enum loader_context_error error;

   if (!screen)
      return NULL;
   if (share_handle && !share) {
      glx_error(dpy, XCB_GLX_BAD_CONTEXT, None, request);
      return NULL;
   }
   /* An indirect context would have the server draw. Xorg allows that only if it is told to, and
    * says BadValue otherwise. */
   if (!direct) {
      glx_core_error(dpy, BadValue, None, request);
      return NULL;
   }
   context = glx_context_create(screen->display, config->screen, config, share, render_type, &desc,
                                &error);
   if (!context)
      glx_core_error(dpy, error == LOADER_CONTEXT_NO_MEMORY ? BadAlloc : BadMatch, None, request);
   return context;
}

GLXContext
glx_create_context(Display *dpy, XVisualInfo *visual, GLXContext share, Bool direct)
{
   struct glx_screen *screen = glx_screen_get(dpy, visual->screen);
   const struct glx_config *config =
      screen ? glx_config_by_visual(screen->configs, visual->visualid) : NULL;
   struct glx_context *context;
   xcb_generic_error_t *error;

   if (!config) {
      glx_core_error(dpy, BadValue, visual->visualid, XCB_GLX_CREATE_CONTEXT);
      return NULL;
   }
   context = create_context(dpy, config, share, direct,
                            config->values[CONFIG_RENDER_TYPE] & GLX_RGBA_FLOAT_BIT_ARB
                               ? GLX_RGBA_FLOAT_TYPE_ARB
                               : GLX_RGBA_TYPE,
                            XCB_GLX_CREATE_CONTEXT);
   if (!context)
      return NULL;
   error =
      xcb_request_check(screen->display->xcb,
                        xcb_glx_create_context_checked(
                           screen->display->xcb, (uint32_t)context->xid, (uint32_t)visual->visualid,
                           (uint32_t)visual->screen, (uint32_t)context->share_xid, True));
   return error ? refuse(dpy, context, error) : (GLXContext)context;
}

GLXContext
glx_create_new_context(Display *dpy, GLXFBConfig handle, int render_type, GLXContext share,
                       Bool direct)
{
   const struct glx_config *config = glx_config(handle);
   struct glx_context *context;
   xcb_generic_error_t *error;

   if (!config) {
      glx_error(dpy, XCB_GLX_BAD_FB_CONFIG, None, XCB_GLX_CREATE_NEW_CONTEXT);
      return NULL;
   }
   context = create_context(dpy, config, share, direct, render_type, XCB_GLX_CREATE_NEW_CONTEXT);
   if (!context)
      return NULL;
   error =
      xcb_request_check(context->display->xcb,
                        xcb_glx_create_new_context_checked(
                           context->display->xcb, (uint32_t)context->xid,
                           (uint32_t)config->values[CONFIG_FBCONFIG_ID], (uint32_t)config->screen,
                           (uint32_t)render_type, (uint32_t)context->share_xid, True));
   return error ? refuse(dpy, context, error) : (GLXContext)context;
}

void
glx_destroy_context(Display *dpy, GLXContext handle)
{
   struct glx_context *context = glx_context(handle);

   if (!context || context->is_doomed)
      return;
   if (context->display)
      xcb_glx_destroy_context(context->display->xcb, (uint32_t)context->xid);
   glx_context_destroy(context);
}

Bool
glx_is_direct(Display *dpy, GLXContext handle)
{
   return glx_context(handle) != NULL;
}

int
glx_query_context(Display *dpy, GLXContext handle, int attribute, int *value)
{
   const struct glx_context *context = glx_context(handle);

   if (!context)
      return GLX_BAD_CONTEXT;
   switch (attribute) {
   case GLX_FBCONFIG_ID:
      *value = context->config ? context->config->values[CONFIG_FBCONFIG_ID] : None;
      return Success;
   case GLX_VISUAL_ID_EXT:
      *value = context->config ? context->config->values[CONFIG_VISUAL_ID] : None;
      return Success;
   case GLX_RENDER_TYPE:
      *value = context->render_type;
      return Success;
   case GLX_SCREEN:
      *value = context->screen;
      return Success;
   case GLX_SHARE_CONTEXT_EXT:
      *value = (int)context->share_xid;
      return Success;
   default:
      return GLX_BAD_ATTRIBUTE;
   }
}

void
glx_copy_context(Display *dpy, GLXContext from_handle, GLXContext to_handle, unsigned long mask)
{
   const struct glx_display *display = glx_display_get(dpy);
   const struct glx_context *from = glx_context(from_handle), *to = glx_context(to_handle);

   /* No driver copies state between contexts. The server refuses to do it for direct ones
    * (BadMatch), and finds what else is wrong. */
   if (display)
      xcb_glx_copy_context(display->xcb, from ? (uint32_t)from->xid : None,
                           to ? (uint32_t)to->xid : None, (uint32_t)mask, 0);
}

/* --- EXT_import_context -------------------------------------------------------------------- */

GLXContextID
glx_get_context_id(const GLXContext handle)
{
   const struct glx_context *context = glx_context(handle);

   return context ? context->xid : None;
}
