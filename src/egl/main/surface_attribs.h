/* The attributes of eglCreate*Surface. */
#ifndef EGL_MAIN_SURFACE_ATTRIBS_H
#define EGL_MAIN_SURFACE_ATTRIBS_H

#include "egl/main/attribs.h"
#include "egl/main/objects.h"

/* What the caller wants of a surface of this type and config. False: an error is set. */
bool egl_surface_parse(const struct egl_config *config, enum egl_surface_type type,
                       struct attribs attribs, struct egl_surface_desc *desc);

#endif
