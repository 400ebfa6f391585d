/*
 * The server's FB configs, each with the driver's config that fits it.
 */
#ifndef GLX_SERVER_CONFIGS_H
#define GLX_SERVER_CONFIGS_H

#include "glx/config.h"
#include "glx/display.h"

/* NULL: there is none, or no memory. Lives as long as the process. */
const struct glx_config_list *glx_server_configs(struct glx_display *display, int screen,
                                                 struct loader_screen *loader);

#endif
