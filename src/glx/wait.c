/*
 * glXWaitGL and glXWaitX: the order of what GL and what X draw.
 */
#include "glx/current.h"
#include "glx/drawable.h"
#include "glx/functions.h"
#include "x11/presenter.h"

#include <GL/gl.h>

void
glx_wait_gl(void)
{
   const struct glx_context *context = glx_current();
   void (*finish)(void);

   if (!context)
      return;
   /* This flushes the front buffer as well. */
   finish = loader_get_proc_address("glFinish");
   finish();
   if (context->draw && context->draw->x11)
      x11_drawable_wait(context->draw->x11);
}

void
glx_wait_x(void)
{
   const struct glx_context *context = glx_current();
   struct glx_drawable *drawable = context ? context->draw : NULL;

   if (!drawable || !drawable->display)
      return;
   XSync(drawable->display->dpy, False);
   pthread_mutex_lock(&drawable->lock);
   if (drawable->x11)
      x11_drawable_read_front(drawable->x11, context->loader);
   pthread_mutex_unlock(&drawable->lock);
}
