/*
 * An X screen on which we draw: its FB configs, and how frames are shown there.
 */
#ifndef GLX_SCREEN_H
#define GLX_SCREEN_H

#include "glx/config.h"
#include "glx/display.h"

struct glx_device;
struct x11_connection;

struct glx_screen {
   struct glx_display *display;
   int number;
   struct glx_device *device;
   const struct glx_config_list *configs; /* lives as long as the process */
   struct x11_connection *connection;
   bool has_present;
   int default_interval;                                     /* of swaps */
   char *server_vendor, *server_version, *server_extensions; /* what the server says */
   char *extensions;                                         /* what server and we offer */
};

/* NULL: no device, no config that both the server and the driver have, or no memory. */
struct glx_screen *glx_screen_create(struct glx_display *display, int number);
void glx_screen_destroy(struct glx_screen *screen);

#endif
