#include "egl/main/object.h"

#include "egl/main/display.h"
#include "egl/main/driver.h"
#include "egl/main/reusable_sync.h"
#include "egl/main/thread.h"
#include "util/bits.h"

#include <string.h>

static void
init(struct egl_object *object, struct egl_display *display, enum egl_object_type type)
{
   object->type = type;
   object->display = display;
   atomic_init(&object->references, 1);
   object->linked = false;
   object->label = NULL;
}

void
egl_context_init(struct egl_context *context, struct egl_display *display,
                 struct egl_config *config, const struct egl_context_desc *desc)
{
   init(&context->base, display, EGL_OBJECT_CONTEXT);
   context->config = config;
   context->desc = *desc;
   context->thread = NULL;
   context->draw = context->read = NULL;
}

void
egl_surface_init(struct egl_surface *surface, struct egl_display *display,
                 struct egl_config *config, void *native, const struct egl_surface_desc *desc)
{
   init(&surface->base, display, EGL_OBJECT_SURFACE);
   surface->config = config;
   surface->desc = *desc;
   surface->native = native;
   surface->swap_interval = CLAMP(1, config->min_swap_interval, config->max_swap_interval);
   /* EGL 1.5, 3.5.6: the default is up to us; windows lose their contents. */
   bool preserved =
      desc->type != EGL_SURFACE_WINDOW && (config->surface_type & EGL_SWAP_BEHAVIOR_PRESERVED_BIT);
   surface->swap_behavior = preserved ? EGL_BUFFER_PRESERVED : EGL_BUFFER_DESTROYED;
   surface->multisample_resolve = EGL_MULTISAMPLE_RESOLVE_DEFAULT;
   surface->mipmap_level = 0;
   surface->active_render_buffer =
      desc->type == EGL_SURFACE_PIXMAP ? EGL_SINGLE_BUFFER : EGL_BACK_BUFFER;
   surface->bound_to_texture = false;
   surface->lost = false;
   surface->damage_set = surface->age_queried = false;
   surface->thread = NULL;
}

void
egl_image_init(struct egl_image *image, struct egl_display *display)
{
   init(&image->base, display, EGL_OBJECT_IMAGE);
}

void
egl_sync_init(struct egl_sync *sync, struct egl_display *display, EGLenum type, EGLenum condition)
{
   init(&sync->base, display, EGL_OBJECT_SYNC);
   sync->type = type;
   sync->condition = condition;
   atomic_init(&sync->status, EGL_UNSIGNALED);
}

void
egl_object_ref(struct egl_object *object)
{
   atomic_fetch_add(&object->references, 1);
}

static void
destroy(struct egl_object *object)
{
   switch (object->type) {
   case EGL_OBJECT_CONTEXT:
      egl_driver.destroy_context((struct egl_context *)object);
      break;
   case EGL_OBJECT_SURFACE:
      egl_driver.destroy_surface((struct egl_surface *)object);
      break;
   case EGL_OBJECT_IMAGE:
      egl_driver.destroy_image((struct egl_image *)object);
      break;
   case EGL_OBJECT_SYNC: {
      struct egl_sync *sync = (struct egl_sync *)object;
      if (sync->type == EGL_SYNC_REUSABLE_KHR)
         reusable_sync_destroy(sync);
      else
         egl_driver.destroy_fence_sync(sync);
      break;
   }
   }
}

void
egl_object_unref(struct egl_object *object)
{
   if (!object || atomic_fetch_sub(&object->references, 1) != 1)
      return;
   struct egl_display *display = object->display;
   destroy(object);
   egl_display_unref(display);
}

void
egl_object_scope_end(void *variable)
{
   struct egl_object *object; /* the variable is a pointer to what starts with one */
   memcpy(&object, variable, sizeof(object));
   egl_object_unref(object);
}

void
egl_image_unref(struct egl_image *image)
{
   if (image)
      egl_object_unref(&image->base);
}

/* Under the display's lock. */
static bool
native_is_taken(struct egl_display *display, enum egl_surface_type type, const void *native)
{
   size_t cursor = 0;
   for (struct egl_object *object; (object = pointer_set_next(&display->objects, &cursor));) {
      struct egl_surface *surface = (struct egl_surface *)object;
      if (object->type == EGL_OBJECT_SURFACE && surface->desc.type == type &&
          surface->native == native)
         return true;
   }
   return false;
}

bool
egl_object_native_is_taken(struct egl_display *display, enum egl_surface_type type,
                           const void *native)
{
   pthread_mutex_lock(&display->mutex);
   bool taken = native_is_taken(display, type, native);
   pthread_mutex_unlock(&display->mutex);
   return taken;
}

bool
egl_object_link(struct egl_object *object)
{
   struct egl_display *display = object->display;
   struct egl_surface *surface =
      object->type == EGL_OBJECT_SURFACE ? (struct egl_surface *)object : NULL;

   pthread_mutex_lock(&display->mutex);
   display->users++;
   bool taken = surface && surface->desc.type != EGL_SURFACE_PBUFFER &&
                native_is_taken(display, surface->desc.type, surface->native);
   bool initialized = display->initialized;
   object->linked = initialized && !taken && pointer_set_add(&display->objects, object);
   bool linked = object->linked;
   pthread_mutex_unlock(&display->mutex);

   if (linked)
      return true;
   if (taken)
      egl_error(EGL_BAD_ALLOC, "the native window or pixmap has a surface already");
   else if (!initialized)
      egl_error(EGL_NOT_INITIALIZED, "the display was terminated meanwhile");
   else
      egl_error(EGL_BAD_ALLOC, "no memory for a handle");
   egl_object_unref(object);
   return false;
}

void
egl_object_retire(struct egl_object *object)
{
   if (object->type == EGL_OBJECT_SYNC)
      reusable_sync_release_waiters((struct egl_sync *)object);
   egl_object_unref(object);
}

bool
egl_object_unlink(struct egl_object *object)
{
   struct egl_display *display = object->display;
   pthread_mutex_lock(&display->mutex);
   bool linked = object->linked;
   object->linked = false;
   if (linked)
      pointer_set_remove(&display->objects, object);
   pthread_mutex_unlock(&display->mutex);

   if (linked)
      egl_object_retire(object);
   return linked;
}

bool
egl_object_is_linked(struct egl_object *object)
{
   pthread_mutex_lock(&object->display->mutex);
   bool linked = object->linked;
   pthread_mutex_unlock(&object->display->mutex);
   return linked;
}

/* The label as well, as it may change when the lock is gone. */
static struct egl_object *
lookup(struct egl_display *display, const void *handle, enum egl_object_type type,
       EGLLabelKHR *label)
{
   struct egl_object *object = NULL;
   pthread_mutex_lock(&display->mutex);
   if (pointer_set_contains(&display->objects, handle)) {
      object = (struct egl_object *)handle;
      if (object->type == type) {
         egl_object_ref(object);
         *label = object->label;
      } else {
         object = NULL;
      }
   }
   pthread_mutex_unlock(&display->mutex);
   return object;
}

struct egl_object *
egl_object_lookup(struct egl_display *display, const void *handle, enum egl_object_type type)
{
   EGLLabelKHR label;
   return lookup(display, handle, type, &label);
}

static void *
get(struct egl_display *display, const void *handle, enum egl_object_type type, EGLint error,
    const char *name)
{
   if (!display)
      return NULL;
   struct egl_object *object = lookup(display, handle, type, &egl_thread_get()->object_label);
   if (!object)
      egl_error(error, "%p is not a %s", handle, name);
   return object;
}

struct egl_context *
egl_get_context(struct egl_display *display, EGLContext handle)
{
   return get(display, handle, EGL_OBJECT_CONTEXT, EGL_BAD_CONTEXT, "context");
}

struct egl_surface *
egl_get_surface(struct egl_display *display, EGLSurface handle)
{
   return get(display, handle, EGL_OBJECT_SURFACE, EGL_BAD_SURFACE, "surface");
}

struct egl_image *
egl_get_image(struct egl_display *display, EGLImage handle)
{
   return get(display, handle, EGL_OBJECT_IMAGE, EGL_BAD_PARAMETER, "image");
}

struct egl_sync *
egl_get_sync(struct egl_display *display, EGLSync handle)
{
   return get(display, handle, EGL_OBJECT_SYNC, EGL_BAD_PARAMETER, "sync");
}

struct egl_image *
egl_image_lookup(EGLImage handle)
{
   for (struct egl_display *display = egl_displays(); display; display = display->next) {
      struct egl_object *object = egl_object_lookup(display, handle, EGL_OBJECT_IMAGE);
      if (object)
         return (struct egl_image *)object;
   }
   return NULL;
}
