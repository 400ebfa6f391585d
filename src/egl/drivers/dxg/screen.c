#include "egl/drivers/dxg/screen.h"

#include "egl/drivers/dxg/image.h"
#include "egl/drivers/dxg/surface.h"
#include "util/debug.h"

#include <pthread.h>
#include <stdlib.h>

static const struct loader_callbacks callbacks = {
   .get_buffers = dxg_surface_get_buffers,
   .flush_front = dxg_surface_flush_front,
   .lookup_image = dxg_image_lookup,
};

static struct dxg_screen *
create_screen(const char **why)
{
   const struct dxg_runtime *runtime = dxg_runtime_get(why);
   struct dxg_screen *screen = runtime ? calloc(1, sizeof(*screen)) : NULL;

   if (!screen)
      return NULL;
   screen->runtime = runtime;
   screen->loader = loader_screen_create(&callbacks, why);
   if (!screen->loader) {
      free(screen);
      return NULL;
   }
   screen->info = loader_screen_info(screen->loader);
   dxg_device_init(&screen->device, loader_screen_device(screen->loader),
                   loader_screen_queue(screen->loader));
   return screen;
}

struct dxg_screen *
dxg_screen_get(void)
{
   static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
   static struct dxg_screen *current;
   static bool failed;
   struct dxg_screen *screen;

   pthread_mutex_lock(&mutex);
   /* Objects of a removed device live on in it, so it is left alone. */
   if (!failed && (!current || dxg_device_is_removed(&current->device))) {
      const char *why = "out of memory";

      current = create_screen(&why);
      failed = !current;
      if (failed)
         debug_printf(DEBUG_INFO, "no display: %s", why);
   }
   screen = current;
   pthread_mutex_unlock(&mutex);
   return screen;
}
