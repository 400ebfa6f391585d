/* What configs say, and which of them go together. */
#ifndef EGL_MAIN_CONFIG_H
#define EGL_MAIN_CONFIG_H

#include "egl/main/objects.h"

/* An attribute as eglGetConfigAttrib tells it. False: there is no such attribute. */
bool egl_config_attribute(const struct egl_config *config, EGLint attribute, EGLint *value);

/* The EGL_RENDERABLE_TYPE bit that such a context needs. */
EGLint egl_context_api_bit(const struct egl_context_desc *desc);

/* Can such a context draw to surfaces of this config? */
bool egl_config_renders(const struct egl_config *config, const struct egl_context_desc *desc);

/* EGL 1.5, 2.2: may a context and a surface of these be current together? */
bool egl_configs_compatible(const struct egl_config *a, const struct egl_config *b);

/* eglChooseConfig, without the display's checks. */
bool egl_configs_choose(struct egl_display *display, const EGLint *attributes, EGLConfig *configs,
                        EGLint size, EGLint *count);

#endif
