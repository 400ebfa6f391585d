/* EGL 1.5, 3.7: creating, destroying and asking contexts. */
#include "egl/main/config.h"
#include "egl/main/context_attribs.h"
#include "egl/main/display.h"
#include "egl/main/driver.h"
#include "egl/main/object.h"
#include "egl/main/thread.h"

/* A handle that is no context of this display, but of another? */
static bool
is_context_elsewhere(EGLContext handle)
{
   for (struct egl_display *display = egl_displays(); display; display = display->next) {
      SCOPED(object) object = egl_object_lookup(display, handle, EGL_OBJECT_CONTEXT);
      if (object)
         return true;
   }
   return false;
}

/* The referenced context to share with. */
static bool
get_share(struct egl_display *display, EGLContext handle, struct egl_context **share)
{
   *share = NULL;
   if (handle == EGL_NO_CONTEXT)
      return true;
   *share = (struct egl_context *)egl_object_lookup(display, handle, EGL_OBJECT_CONTEXT);
   if (*share)
      return true;
   if (is_context_elsewhere(handle))
      return egl_error(EGL_BAD_MATCH, "the context to share with is of another display");
   return egl_error(EGL_BAD_CONTEXT, "%p is not a context", handle);
}

static bool
check_config(struct egl_display *display, EGLConfig handle, struct egl_config **config)
{
   *config = NULL;
   if (handle == EGL_NO_CONFIG_KHR && display->base.extensions.no_config)
      return true;
   *config = egl_display_config(display, handle);
   return *config;
}

static bool
check_desc(const struct egl_display *display, const struct egl_config *config,
           const struct egl_context *share, const struct egl_context_desc *desc)
{
   if (!config && !(display->base.api_mask & egl_context_api_bit(desc)))
      return egl_error(EGL_BAD_MATCH, "the display does not support this API");
   if (config && !egl_config_renders(config, desc))
      return egl_error(EGL_BAD_CONFIG, "the config does not support this API");
   if (desc->robust_access && !display->base.extensions.robustness)
      return egl_error(EGL_BAD_MATCH, "the display does not support robust access");
   if (desc->lose_context_on_reset && !display->base.extensions.robustness)
      return egl_error(EGL_BAD_MATCH, "the display does not tell of resets");
   if (share && share->desc.lose_context_on_reset != desc->lose_context_on_reset)
      return egl_error(EGL_BAD_MATCH, "the shared context has another reset strategy");
   if (share && share->desc.no_error != desc->no_error)
      return egl_error(EGL_BAD_MATCH, "the shared context differs in no_error");
   return true;
}

EGLContext EGLAPIENTRY
eglCreateContext(EGLDisplay dpy, EGLConfig config_handle, EGLContext share_handle,
                 const EGLint *attrib_list)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   SCOPED(context) share = NULL;
   struct egl_config *config;
   struct egl_context_desc desc;

   if (!display || !check_config(display, config_handle, &config) ||
       !get_share(display, share_handle, &share) ||
       !egl_context_parse(display, egl_thread_get()->api, attrib_list, &desc) ||
       !check_desc(display, config, share, &desc))
      return EGL_NO_CONTEXT;

   struct egl_context *context = egl_driver.create_context(display, config, share, &desc);
   return context && egl_object_link(&context->base) ? context : EGL_NO_CONTEXT;
}

EGLBoolean EGLAPIENTRY
eglDestroyContext(EGLDisplay dpy, EGLContext handle)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   SCOPED(context) context = egl_get_context(display, handle);
   if (!context)
      return EGL_FALSE;
   return egl_object_unlink(&context->base) ||
          egl_error(EGL_BAD_CONTEXT, "another thread destroyed it first");
}

/* EGL 1.5, 3.7.4. */
static EGLint
render_buffer(struct egl_display *display, const struct egl_context *context)
{
   pthread_mutex_lock(&display->mutex);
   EGLint buffer = context->draw ? context->draw->active_render_buffer : EGL_NONE;
   pthread_mutex_unlock(&display->mutex);
   return buffer;
}

EGLBoolean EGLAPIENTRY
eglQueryContext(EGLDisplay dpy, EGLContext handle, EGLint attribute, EGLint *value)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   SCOPED(context) context = egl_get_context(display, handle);
   if (!context)
      return EGL_FALSE;
   if (!value)
      return egl_error(EGL_BAD_PARAMETER, "value is NULL");

   switch (attribute) {
   case EGL_CONFIG_ID:
      *value = context->config ? context->config->config_id : 0;
      return EGL_TRUE;
   case EGL_CONTEXT_CLIENT_TYPE:
      *value = context->desc.api;
      return EGL_TRUE;
   case EGL_CONTEXT_CLIENT_VERSION:
      *value = context->desc.major;
      return EGL_TRUE;
   case EGL_RENDER_BUFFER:
      *value = render_buffer(display, context);
      return EGL_TRUE;
   case EGL_CONTEXT_PRIORITY_LEVEL_IMG:
      if (!display->base.extensions.context_priority)
         break;
      *value = context->desc.priority;
      return EGL_TRUE;
   }
   return egl_error(EGL_BAD_ATTRIBUTE, "contexts have no attribute 0x%x", attribute);
}
