#include "egl/main/current.h"

#include "egl/main/config.h"
#include "egl/main/display.h"
#include "egl/main/driver.h"
#include "egl/main/object.h"
#include "egl/main/thread.h"

struct binding {
   struct egl_context *context;
   struct egl_surface *draw, *read;
};

static struct binding
current_binding(const struct egl_thread *thread)
{
   struct egl_context *context = thread->context;
   return context ? (struct binding){ context, context->draw, context->read }
                  : (struct binding){ NULL };
}

struct egl_surface *
egl_current_draw(void)
{
   struct egl_context *context = egl_current_context();
   return context ? context->draw : NULL;
}

static bool
is_elsewhere(const struct egl_surface *surface, const struct egl_thread *thread)
{
   return surface && surface->thread && surface->thread != thread;
}

/* Takes what is wanted for this thread. False: another thread has some of it. */
static bool
claim(const struct binding *wanted, struct egl_thread *thread)
{
   struct egl_display *display = wanted->context->base.display;
   pthread_mutex_lock(&display->mutex);
   struct egl_thread *owner = wanted->context->thread;
   bool elsewhere = (owner && owner != thread) || is_elsewhere(wanted->draw, thread) ||
                    is_elsewhere(wanted->read, thread);
   if (!elsewhere) {
      wanted->context->thread = thread;
      if (wanted->draw) {
         wanted->draw->thread = thread;
         wanted->read->thread = thread;
      }
   }
   pthread_mutex_unlock(&display->mutex);
   return !elsewhere;
}

static void
give_up_surface(struct egl_surface *surface, const struct binding *kept)
{
   if (surface && surface != kept->draw && surface != kept->read)
      surface->thread = NULL;
}

/* What is not also kept is current nowhere from now on. */
static void
give_up(const struct binding *gone, const struct binding *kept)
{
   if (!gone->context)
      return;
   struct egl_display *display = gone->context->base.display;
   pthread_mutex_lock(&display->mutex);
   if (gone->context != kept->context)
      gone->context->thread = NULL;
   give_up_surface(gone->draw, kept);
   give_up_surface(gone->read, kept);
   pthread_mutex_unlock(&display->mutex);
}

static void
set_surfaces(struct egl_context *context, struct egl_surface *draw, struct egl_surface *read)
{
   struct egl_display *display = context->base.display;
   pthread_mutex_lock(&display->mutex);
   context->draw = draw;
   context->read = read;
   pthread_mutex_unlock(&display->mutex);
}

static void
ref_binding(const struct binding *binding)
{
   egl_object_ref(&binding->context->base);
   if (binding->draw) {
      egl_object_ref(&binding->draw->base);
      egl_object_ref(&binding->read->base);
   }
}

static void
unref_binding(const struct binding *binding)
{
   if (binding->draw) {
      egl_object_unref(&binding->draw->base);
      egl_object_unref(&binding->read->base);
   }
   if (binding->context)
      egl_object_unref(&binding->context->base);
}

static bool
check_surface(const struct egl_context *context, const struct egl_surface *surface)
{
   if (!surface)
      return true;
   if (surface->lost)
      return egl_error(EGL_BAD_NATIVE_WINDOW, "the surface's window is gone");
   if (!egl_config_renders(surface->config, &context->desc))
      return egl_error(EGL_BAD_MATCH, "the surface's config does not support the context's API");
   if (context->config && !egl_configs_compatible(context->config, surface->config))
      return egl_error(EGL_BAD_MATCH, "the configs of context and surface are not compatible");
   return true;
}

bool
egl_current_bind(struct egl_context *context, struct egl_surface *draw, struct egl_surface *read)
{
   struct egl_thread *thread = egl_thread_get();
   struct binding old = current_binding(thread);
   struct binding new = { context, draw, read };

   if (!check_surface(context, draw) || !check_surface(context, read))
      return false;
   if (old.context == context && old.draw == draw && old.read == read)
      return true;
   if (!egl_thread_watch_exit())
      return egl_error(EGL_BAD_ALLOC, "no memory for the thread's state");
   if (!claim(&new, thread))
      return egl_error(EGL_BAD_ACCESS, "the context or a surface is current on another thread");

   if (!egl_driver.make_current(context->base.display, old.context, context, draw, read)) {
      give_up(&new, &old);
      return false;
   }

   ref_binding(&new);
   if (old.context && old.context != context)
      set_surfaces(old.context, NULL, NULL);
   set_surfaces(context, draw, read);
   thread->context = context;
   give_up(&old, &new);
   unref_binding(&old);
   return true;
}

bool
egl_current_release(void)
{
   struct egl_thread *thread = egl_thread_get();
   struct binding old = current_binding(thread), none = { NULL };

   if (!old.context)
      return true;
   if (!egl_driver.make_current(old.context->base.display, old.context, NULL, NULL, NULL))
      return false;

   set_surfaces(old.context, NULL, NULL);
   thread->context = NULL;
   give_up(&old, &none);
   unref_binding(&old);
   return true;
}
