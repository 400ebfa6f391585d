#include "glx/screen.h"

#include "glx/device.h"
#include "glx/server_configs.h"
#include "glx/strings.h"
#include "util/debug.h"
#include "x11/presenter.h"

#include <stdlib.h>

/* driconf's vblank_mode, which the environment can override: 0 and 1 have programs begin
 * unthrottled. */
static int
default_interval(const struct glx_screen *screen)
{
   int mode = 2;

   loader_screen_option(screen->device->loader, "vblank_mode", &mode);
   return mode >= 2;
}

struct glx_screen *
glx_screen_create(struct glx_display *display, int number)
{
   struct glx_device *device = glx_device_get();
   struct glx_screen *screen = device ? calloc(1, sizeof(*screen)) : NULL;

   if (!screen)
      return NULL;
   screen->display = display;
   screen->number = number;
   screen->device = device;
   screen->configs = glx_server_configs(display, number, device->loader);
   if (screen->configs)
      screen->connection =
         x11_connection_create(display->xcb, number, device->loader, &device->device);
   screen->has_present = screen->connection && x11_connection_has_present(screen->connection);
   if (!screen->connection || !glx_strings_init(screen)) {
      debug_printf(DEBUG_INFO, "no GLX on screen %d: %s", number,
                   !screen->configs      ? "the server has no FB config that the driver has"
                   : !screen->connection ? "no connection"
                                         : "out of memory");
      glx_screen_destroy(screen);
      return NULL;
   }
   screen->default_interval = default_interval(screen);
   return screen;
}

void
glx_screen_destroy(struct glx_screen *screen)
{
   if (!screen)
      return;
   if (screen->connection)
      x11_connection_destroy(screen->connection);
   free(screen->server_vendor);
   free(screen->server_version);
   free(screen->server_extensions);
   free(screen->extensions);
   free(screen);
}
