#include "egl/main/display.h"

#include "egl/main/driver.h"
#include "egl/main/object.h"
#include "egl/main/strings.h"
#include "egl/main/thread.h"

#include <stdlib.h>
#include <string.h>

/* Displays are put in front and stay, so that a reader needs no lock. */
static _Atomic(struct egl_display *) displays;
static pthread_mutex_t displays_mutex = PTHREAD_MUTEX_INITIALIZER;

struct egl_display *
egl_displays(void)
{
   return atomic_load(&displays);
}

struct egl_display *
egl_display_lookup(EGLDisplay handle)
{
   struct egl_display *display = egl_displays();
   while (display && display != handle)
      display = display->next;
   return display;
}

static size_t
attributes_size(const EGLAttrib *attributes)
{
   size_t count = 0;
   while (attributes && attributes[count] != EGL_NONE)
      count += 2;
   return (count + 1) * sizeof(*attributes);
}

static bool
same_attributes(const EGLAttrib *a, const EGLAttrib *b)
{
   static const EGLAttrib none[] = { EGL_NONE };
   a = a ? a : none;
   b = b ? b : none;
   size_t size = attributes_size(a);
   return size == attributes_size(b) && !memcmp(a, b, size);
}

static struct egl_display *
find_known(enum egl_platform platform, void *native, const EGLAttrib *attributes)
{
   for (struct egl_display *display = egl_displays(); display; display = display->next) {
      const struct egl_display_base *base = &display->base;
      if (base->platform == platform && base->native == native &&
          same_attributes(base->attributes, attributes))
         return display;
   }
   return NULL;
}

static struct egl_display *
create(enum egl_platform platform, void *native, const EGLAttrib *attributes)
{
   struct egl_display *display = calloc(1, sizeof(*display));
   EGLAttrib *copy = NULL;
   if (attributes && display) {
      size_t size = attributes_size(attributes);
      copy = malloc(size);
      if (copy)
         memcpy(copy, attributes, size);
   }
   if (!display || (attributes && !copy)) {
      free(display);
      egl_error(EGL_BAD_ALLOC, "no memory for a display");
      return NULL;
   }

   display->base.platform = platform;
   display->base.native = native;
   display->base.attributes = copy;
   if (platform == EGL_PLATFORM_IS_DEVICE) {
      struct egl_device *device = native;
      display->base.device = device;
      display->base.software_only = strstr(device->extensions, "EGL_MESA_device_software");
   }
   pthread_mutex_init(&display->init_mutex, NULL);
   pthread_mutex_init(&display->mutex, NULL);
   pointer_set_init(&display->objects);
   display->next = egl_displays();
   atomic_store(&displays, display);
   return display;
}

struct egl_display *
egl_display_find(enum egl_platform platform, void *native, const EGLAttrib *attributes)
{
   struct egl_display *display = find_known(platform, native, attributes);
   if (display || !egl_driver.probe(platform, native, attributes))
      return display;

   pthread_mutex_lock(&displays_mutex);
   display = find_known(platform, native, attributes);
   if (!display)
      display = create(platform, native, attributes);
   pthread_mutex_unlock(&displays_mutex);
   return display;
}

bool
egl_display_add_config(struct egl_display *display, const struct egl_config *config)
{
   struct egl_config *configs =
      reallocarray(display->configs, display->n_configs + 1, sizeof(*configs));
   if (!configs)
      return false;
   display->configs = configs;
   configs[display->n_configs] = *config;
   configs[display->n_configs].display = display;
   configs[display->n_configs].config_id = display->n_configs + 1;
   display->n_configs++;
   return true;
}

struct egl_config *
egl_display_config(struct egl_display *display, EGLConfig handle)
{
   uintptr_t id = (uintptr_t)handle;
   if (id == 0 || id > display->n_configs) {
      egl_error(EGL_BAD_CONFIG, "%p is not a config", handle);
      return NULL;
   }
   return &display->configs[id - 1];
}

static void
drop_driver_state(struct egl_display *display)
{
   struct egl_device *device = display->base.device;
   free(display->configs);
   display->configs = NULL;
   display->n_configs = 0;
   display->base.driver_data = NULL;
   display->base.api_mask = 0;
   display->base.device = display->base.platform == EGL_PLATFORM_IS_DEVICE ? device : NULL;
   memset(&display->base.extensions, 0, sizeof(display->base.extensions));
}

bool
egl_display_initialize(struct egl_display *display)
{
   pthread_mutex_lock(&display->init_mutex);
   if (!display->driver_live) {
      display->driver_live = egl_driver.initialize(display);
      if (display->driver_live)
         egl_strings_init(display);
      else
         drop_driver_state(display);
   }
   bool live = display->driver_live;
   pthread_mutex_lock(&display->mutex);
   display->initialized = live;
   pthread_mutex_unlock(&display->mutex);
   pthread_mutex_unlock(&display->init_mutex);

   if (!live && egl_thread_get()->error == EGL_SUCCESS)
      egl_error(EGL_NOT_INITIALIZED, "the driver could not start");
   return live;
}

/* Ends the driver's half if nobody uses it. */
static void
collect(struct egl_display *display)
{
   pthread_mutex_lock(&display->init_mutex);
   pthread_mutex_lock(&display->mutex);
   bool unused = display->driver_live && !display->initialized && display->users == 0;
   pthread_mutex_unlock(&display->mutex);
   if (unused) {
      egl_driver.terminate(display);
      drop_driver_state(display);
      display->driver_live = false;
   }
   pthread_mutex_unlock(&display->init_mutex);
}

void
egl_display_ref(struct egl_display *display)
{
   pthread_mutex_lock(&display->mutex);
   display->users++;
   pthread_mutex_unlock(&display->mutex);
}

void
egl_display_unref(struct egl_display *display)
{
   pthread_mutex_lock(&display->mutex);
   bool last = --display->users == 0 && !display->initialized;
   pthread_mutex_unlock(&display->mutex);
   if (last)
      collect(display);
}

void
egl_display_terminate(struct egl_display *display)
{
   struct pointer_set objects;

   pthread_mutex_lock(&display->init_mutex);
   pthread_mutex_lock(&display->mutex);
   display->initialized = false;
   display->blob_cache_set = false;
   objects = display->objects;
   pointer_set_init(&display->objects);
   size_t cursor = 0;
   for (struct egl_object *object; (object = pointer_set_next(&objects, &cursor));)
      object->linked = false;
   pthread_mutex_unlock(&display->mutex);
   pthread_mutex_unlock(&display->init_mutex);

   cursor = 0;
   for (struct egl_object *object; (object = pointer_set_next(&objects, &cursor));)
      egl_object_retire(object);
   pointer_set_finish(&objects);
   collect(display);
}

struct egl_display *
egl_display_begin(const char *function, EGLDisplay handle)
{
   struct egl_thread *thread = egl_thread_begin(function);
   struct egl_display *display = egl_display_lookup(handle);
   if (!display) {
      egl_error(EGL_BAD_DISPLAY, "%p is not a display", handle);
      return NULL;
   }

   pthread_mutex_lock(&display->mutex);
   bool initialized = display->initialized;
   display->users += initialized;
   thread->object_label = display->label;
   pthread_mutex_unlock(&display->mutex);
   if (!initialized) {
      egl_error(EGL_NOT_INITIALIZED, "the display is not initialized");
      return NULL;
   }
   return display;
}

void
egl_display_end(struct egl_display **display)
{
   if (*display)
      egl_display_unref(*display);
}
