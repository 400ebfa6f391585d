#include "glx/device.h"

#include "glx/drawable.h"
#include "util/debug.h"

#include <pthread.h>

static struct loader_image *
lookup_image(void *egl_image)
{
   return NULL; /* GLX has no EGLImages */
}

static const struct loader_callbacks callbacks = {
   .get_buffers = glx_drawable_get_buffers,
   .flush_front = glx_drawable_flush_front,
   .lookup_image = lookup_image,
};

static struct glx_device the_device;

static void
create_device(void)
{
   const char *why = "";

   the_device.runtime = dxg_runtime_get(&why);
   if (the_device.runtime)
      the_device.loader = loader_screen_create(&callbacks, &why);
   if (!the_device.loader) {
      debug_printf(DEBUG_INFO, "no GLX from us: %s", why);
      return;
   }
   the_device.info = loader_screen_info(the_device.loader);
   dxg_device_init(&the_device.device, loader_screen_device(the_device.loader),
                   loader_screen_queue(the_device.loader));
}

struct glx_device *
glx_device_get(void)
{
   static pthread_once_t once = PTHREAD_ONCE_INIT;

   pthread_once(&once, create_device);
   return the_device.loader ? &the_device : NULL;
}
