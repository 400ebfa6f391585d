/*
 * EGL's configs, each made of the driver's that differ in what EGL decides by surface: one or two
 * buffers, linear or sRGB.
 */
#ifndef EGL_DXG_CONFIG_H
#define EGL_DXG_CONFIG_H

#include "egl/main/driver.h"
#include "loader/loader.h"

/* A kind of window that X has, and the format of the buffers that it shows. */
struct dxg_visual {
   uint32_t fourcc;
   uint8_t depth;
   EGLint visual_id, visual_type; /* as EGL_NATIVE_VISUAL_{ID,TYPE} */
};

/* Adds all configs of the screen. `window_formats`: those that the platform's windows take, ended by 0. */
bool dxg_configs_add(struct egl_display *display, struct loader_screen *screen,
                     const uint32_t *window_formats);
/* The same where windows have visuals, ended by fourcc 0, and there are pixmaps: a config for each. */
bool dxg_configs_add_x11(struct egl_display *display, struct loader_screen *screen,
                         const struct dxg_visual *visuals);
void dxg_configs_finish(struct egl_display *display);

/* NULL if the config has no such surfaces. */
const struct loader_config *dxg_config_for_surface(const struct egl_config *config,
                                                   const struct egl_surface_desc *desc);
const struct loader_config *dxg_config_for_context(const struct egl_config *config);
/* The format of its buffers. */
uint32_t dxg_config_surface_fourcc(const struct egl_config *config,
                                   const struct egl_surface_desc *desc);

#endif
