/* EGL 1.5, 3.4: configuration management. */
#include "egl/main/config.h"
#include "egl/main/display.h"
#include "util/bits.h"

EGLBoolean EGLAPIENTRY
eglGetConfigs(EGLDisplay dpy, EGLConfig *configs, EGLint config_size, EGLint *num_config)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   if (!display)
      return EGL_FALSE;
   if (!num_config)
      return egl_error(EGL_BAD_PARAMETER, "num_config is NULL");

   *num_config = display->n_configs;
   if (configs) {
      *num_config = MIN2(*num_config, MAX2(config_size, 0));
      for (EGLint i = 0; i < *num_config; i++)
         configs[i] = egl_config_handle(&display->configs[i]);
   }
   return EGL_TRUE;
}

EGLBoolean EGLAPIENTRY
eglChooseConfig(EGLDisplay dpy, const EGLint *attrib_list, EGLConfig *configs, EGLint config_size,
                EGLint *num_config)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   if (!display)
      return EGL_FALSE;
   if (!num_config)
      return egl_error(EGL_BAD_PARAMETER, "num_config is NULL");
   return egl_configs_choose(display, attrib_list, configs, config_size, num_config);
}

EGLBoolean EGLAPIENTRY
eglGetConfigAttrib(EGLDisplay dpy, EGLConfig handle, EGLint attribute, EGLint *value)
{
   SCOPED_DISPLAY display = egl_display_begin(__func__, dpy);
   struct egl_config *config = display ? egl_display_config(display, handle) : NULL;
   if (!config)
      return EGL_FALSE;
   if (!value)
      return egl_error(EGL_BAD_PARAMETER, "value is NULL");
   if ((attribute == EGL_COLOR_COMPONENT_TYPE_EXT && !display->base.extensions.float_pixels) ||
       !egl_config_attribute(config, attribute, value))
      return egl_error(EGL_BAD_ATTRIBUTE, "configs have no attribute 0x%x", attribute);
   return EGL_TRUE;
}
