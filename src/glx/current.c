#include "glx/current.h"

#include "glx/drawable.h"
#include "glx/errors.h"
#include "glx/functions.h"

#include <pthread.h>

static __thread struct glx_context *current;
static __thread Display *current_dpy; /* with which it was made current */

struct glx_context *
glx_current(void)
{
   return current;
}

static void
unbind(void)
{
   struct glx_context *context = current;
   struct glx_drawable *draw = context->draw, *read = context->read;

   current = NULL;
   current_dpy = NULL;
   context->draw = NULL;
   context->read = NULL;
   loader_context_unbind(context->loader);
   glx_drawable_release(draw);
   glx_drawable_release(read);
   glx_context_release(context);
}

/* --- The end of threads -------------------------------------------------------------------- */

static pthread_key_t thread_key;

/* A thread that ends without letting go of its context would keep it from all others. */
static void
thread_ends(void *unused)
{
   if (current)
      unbind();
}

static void
make_key(void)
{
   pthread_key_create(&thread_key, thread_ends);
}

static void
watch_thread(void)
{
   static pthread_once_t once = PTHREAD_ONCE_INIT;

   pthread_once(&once, make_key);
   pthread_setspecific(thread_key, &current);
}

/* --- The functions ------------------------------------------------------------------------- */

static struct loader_drawable *
loader_of(const struct glx_drawable *drawable)
{
   return drawable ? drawable->loader : NULL;
}

/* Takes over the references to the drawables. The context is claimed. */
static bool
bind(Display *dpy, struct glx_context *context, struct glx_drawable *draw,
     struct glx_drawable *read)
{
   struct glx_context *old = current;
   struct glx_drawable *old_draw = old ? old->draw : NULL, *old_read = old ? old->read : NULL;

   if (old)
      loader_context_unbind(old->loader);
   if (!loader_context_bind(context->loader, loader_of(draw), loader_of(read))) {
      if (old)
         loader_context_bind(old->loader, loader_of(old_draw), loader_of(old_read));
      glx_drawable_release(draw);
      glx_drawable_release(read);
      return false;
   }
   context->draw = draw;
   context->read = read;
   current = context;
   current_dpy = dpy;
   glx_drawable_release(old_draw);
   glx_drawable_release(old_read);
   if (old && old != context) {
      old->draw = NULL;
      old->read = NULL;
      glx_context_release(old);
   }
   watch_thread();
   return true;
}

static Bool
make_current(Display *dpy, XID draw_xid, XID read_xid, GLXContext handle, int request)
{
   struct glx_context *context = handle ? glx_context(handle) : NULL;
   struct glx_drawable *draw = NULL, *read = NULL;

   if (!handle && !draw_xid && !read_xid) {
      if (current)
         unbind();
      return True;
   }
   if (!handle || !draw_xid != !read_xid) {
      glx_core_error(dpy, BadMatch, None, request);
      return False;
   }
   if (!context) {
      glx_error(dpy, XCB_GLX_BAD_CONTEXT, None, request);
      return False;
   }
   if (draw_xid) {
      draw = glx_drawable_acquire(dpy, draw_xid, context, request);
      if (!draw)
         return False;
      read = read_xid == draw_xid ? glx_drawable_reference(draw)
                                  : glx_drawable_acquire(dpy, read_xid, context, request);
      if (!read) {
         glx_drawable_release(draw);
         return False;
      }
   }
   if (context != current && !glx_context_claim(context)) {
      glx_drawable_release(draw);
      glx_drawable_release(read);
      glx_core_error(dpy, BadAccess, None, request);
      return False;
   }
   if (!bind(dpy, context, draw, read)) {
      if (context != current)
         glx_context_release(context);
      glx_core_error(dpy, BadMatch, None, request);
      return False;
   }
   return True;
}

Bool
glx_make_current(Display *dpy, GLXDrawable drawable, GLXContext context)
{
   return make_current(dpy, drawable, drawable, context, XCB_GLX_MAKE_CURRENT);
}

Bool
glx_make_context_current(Display *dpy, GLXDrawable draw, GLXDrawable read, GLXContext context)
{
   return make_current(dpy, draw, read, context, XCB_GLX_MAKE_CONTEXT_CURRENT);
}

GLXDrawable
glx_get_current_read_drawable(void)
{
   return current && current->read ? current->read->xid : None;
}

Display *
glx_get_current_display(void)
{
   return current_dpy;
}
