/*
 * Screens: creating one, and what it says of itself.
 */
#include "loader/dri.h"

#include "util/debug.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Versions of Mesa that speak this binding's language: [first, last]. */
static const struct loader_version mesa_first = { 22, 3 }, mesa_last = { 24, 1 };

/*
 * Mesa's GL interop (GL/mesa_glinterop.h), version 2: the driver tells of itself in a structure of its
 * own. The d3d12 driver's is below.
 */
struct interop_device_info {
   uint32_t version;
   uint32_t pci_segment_group, pci_bus, pci_device, pci_function;
   uint32_t vendor_id, device_id;
   uint32_t driver_data_size;
   void *driver_data;
};

struct interop_d3d12_device {
   uint64_t adapter_luid;
   void *device; /* ID3D12Device * */
   void *queue;  /* ID3D12CommandQueue * */
};

static bool
find_driver_functions(struct loader_screen *screen, const __DRIextension **list)
{
   screen->core = loader_find_extension(list, __DRI_CORE, 2);
   screen->driver = loader_find_extension(list, __DRI_IMAGE_DRIVER, 1);
   return screen->core && screen->driver;
}

static bool
find_screen_functions(struct loader_screen *screen)
{
   const __DRIextension **list = screen->core->getExtensions(screen->dri);

   screen->flush = loader_find_extension(list, __DRI2_FLUSH, 4);
   screen->fence = loader_find_extension(list, __DRI2_FENCE, 2);
   screen->image = loader_find_extension(list, __DRI_IMAGE, 17);
   screen->interop = loader_find_extension(list, __DRI2_INTEROP, 2);
   screen->texture = loader_find_extension(list, __DRI_TEX_BUFFER, 2);
   screen->renderer = loader_find_extension(list, __DRI2_RENDERER_QUERY, 1);
   screen->config_query = loader_find_extension(list, __DRI2_CONFIG_QUERY, 1);
   screen->blob = loader_find_extension(list, __DRI2_BLOB, 1);
   screen->info.robustness = loader_find_extension(list, __DRI2_ROBUSTNESS, 1);
   return screen->flush && screen->fence && screen->image && screen->interop &&
          screen->texture && screen->renderer;
}

static unsigned
query_integer(const struct loader_screen *screen, int attribute)
{
   unsigned values[4] = { 0 }; /* versions have two or three */

   return screen->renderer->queryInteger(screen->dri, attribute, values) == 0 ? values[0] : 0;
}

static struct loader_version
query_version(const struct loader_screen *screen, int attribute)
{
   unsigned values[4] = { 0 };

   if (screen->renderer->queryInteger(screen->dri, attribute, values) != 0)
      return (struct loader_version){ 0 };
   return (struct loader_version){ (int)values[0], (int)values[1] };
}

static const char *
query_string(const struct loader_screen *screen, int attribute)
{
   const char *string;

   return screen->renderer->queryString(screen->dri, attribute, &string) == 0 ? string : "";
}

static bool
version_is_before(struct loader_version a, struct loader_version b)
{
   return a.major != b.major ? a.major < b.major : a.minor < b.minor;
}

static const char *
check_version(struct loader_screen *screen)
{
   static char why[96];

   screen->info.mesa = query_version(screen, __DRI2_RENDERER_VERSION);
   if (!version_is_before(screen->info.mesa, mesa_first) &&
       !version_is_before(mesa_last, screen->info.mesa))
      return NULL;
   snprintf(why, sizeof(why), "this Mesa is %d.%d; versions from %d.%d to %d.%d will do",
            screen->info.mesa.major, screen->info.mesa.minor, mesa_first.major, mesa_first.minor,
            mesa_last.major, mesa_last.minor);
   return why;
}

static void
fill_info(struct loader_screen *screen)
{
   struct loader_screen_info *info = &screen->info;

   info->driver = "d3d12";
   info->renderer = query_string(screen, __DRI2_RENDERER_DEVICE_ID);
   info->vendor = query_string(screen, __DRI2_RENDERER_VENDOR_ID);
   info->gl_core = query_version(screen, __DRI2_RENDERER_OPENGL_CORE_PROFILE_VERSION);
   info->gl_compat = query_version(screen, __DRI2_RENDERER_OPENGL_COMPATIBILITY_PROFILE_VERSION);
   info->gles1 = query_version(screen, __DRI2_RENDERER_OPENGL_ES_PROFILE_VERSION);
   info->gles2 = query_version(screen, __DRI2_RENDERER_OPENGL_ES2_PROFILE_VERSION);
   info->context_priority = query_integer(screen, __DRI2_RENDERER_HAS_CONTEXT_PRIORITY);
   info->image_import = screen->image->createImageFromFds != NULL;
   info->video_memory = query_integer(screen, __DRI2_RENDERER_VIDEO_MEMORY);
   info->unified_memory = query_integer(screen, __DRI2_RENDERER_UNIFIED_MEMORY_ARCHITECTURE);
   info->vendor_id = query_integer(screen, __DRI2_RENDERER_VENDOR_ID);
   info->device_id = query_integer(screen, __DRI2_RENDERER_DEVICE_ID);
}

/* The D3D12 device behind the screen. Interop wants a context to ask. */
static bool
query_device(struct loader_screen *screen)
{
   struct interop_d3d12_device d3d12 = { 0 };
   struct interop_device_info info = {
      .version = 2,
      .driver_data_size = sizeof(d3d12),
      .driver_data = &d3d12,
   };
   unsigned error;
   __DRIcontext *context = screen->driver->createContextAttribs(
      screen->dri, __DRI_API_GLES2, NULL, NULL, 0, NULL, &error, NULL);

   if (!context)
      return false;
   int result = screen->interop->query_device_info(context, (void *)&info);
   screen->core->destroyContext(context);
   if (result != 0 || info.version < 2 || info.driver_data_size < sizeof(d3d12) || !d3d12.device ||
       !d3d12.queue)
      return false;
   screen->device = d3d12.device;
   screen->queue = d3d12.queue;
   return true;
}

/* NULL if all is well, else why not. */
static const char *
open_screen(struct loader_screen *screen)
{
   const __DRIconfig **configs;
   const char *why;
   const __DRIextension **extensions = loader_driver_extensions(&why);

   if (!extensions)
      return why;
   if (!find_driver_functions(screen, extensions))
      return "Mesa's driver does not have the DRI interface that is needed";
   screen->fd = open("/dev/null", O_RDWR | O_CLOEXEC);
   if (screen->fd < 0)
      return strerror(errno);
   screen->dri = screen->driver->createNewScreen2(0, screen->fd,
                                                  (const __DRIextension **)loader_callback_extensions,
                                                  extensions, &configs, screen);
   if (!screen->dri)
      return "Mesa's driver does not start";
   if (!find_screen_functions(screen))
      return "Mesa's driver does not have the DRI interface that is needed";
   why = check_version(screen);
   if (why)
      return why;
   /* The same library draws without D3D12 when it is told to, or finds no device. */
   if (strncmp(query_string(screen, __DRI2_RENDERER_DEVICE_ID), "D3D12", 5) != 0) {
      return getenv("GALLIUM_DRIVER") ? "GALLIUM_DRIVER asks for another driver"
             : getenv("LIBGL_ALWAYS_SOFTWARE")
                ? "LIBGL_ALWAYS_SOFTWARE asks for another driver"
                : "Mesa's d3d12 driver found no device, or is not part of this Mesa";
   }
   if (!query_device(screen))
      return "Mesa's driver does not tell its D3D12 device";
   fill_info(screen);
   if (!loader_configs_init(screen, (const __DRIconfig *const *)configs))
      return "out of memory";
   return NULL;
}

struct loader_screen *
loader_screen_create(const struct loader_callbacks *callbacks, const char **why)
{
   struct loader_screen *screen = calloc(1, sizeof(*screen));

   if (!screen) {
      *why = "out of memory";
      return NULL;
   }
   screen->callbacks = callbacks;
   screen->fd = -1;
   *why = open_screen(screen);
   if (*why) {
      loader_screen_destroy(screen);
      return NULL;
   }
   debug_printf(DEBUG_INFO, "Mesa %d.%d, %s%s", screen->info.mesa.major, screen->info.mesa.minor,
                screen->info.renderer, screen->info.image_import ? "" : ", without image import");
   return screen;
}

void
loader_screen_destroy(struct loader_screen *screen)
{
   if (!screen)
      return;
   if (screen->dri)
      screen->core->destroyScreen(screen->dri);
   if (screen->fd >= 0)
      close(screen->fd);
   free(screen->configs);
   free(screen);
}

void *
loader_screen_device(const struct loader_screen *screen)
{
   return screen->device;
}

void *
loader_screen_queue(const struct loader_screen *screen)
{
   return screen->queue;
}

const struct loader_screen_info *
loader_screen_info(const struct loader_screen *screen)
{
   return &screen->info;
}

const struct loader_config *
loader_screen_configs(const struct loader_screen *screen, unsigned *count)
{
   *count = screen->config_count;
   return screen->configs;
}

bool
loader_screen_option(const struct loader_screen *screen, const char *name, int *value)
{
   return screen->config_query &&
          screen->config_query->configQueryi(screen->dri, name, value) == 0;
}

void
loader_screen_set_blob_cache(struct loader_screen *screen, loader_blob_set set,
                             loader_blob_get get)
{
   if (screen->blob)
      screen->blob->set_cache_funcs(screen->dri, set, get);
}
