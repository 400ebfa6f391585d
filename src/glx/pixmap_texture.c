/*
 * EXT_texture_from_pixmap: a pixmap as the storage of a texture.
 */
#include "glx/current.h"
#include "glx/drawable.h"
#include "glx/errors.h"
#include "glx/functions.h"
#include "x11/presenter.h"

#include <GL/gl.h>
#include <GL/glext.h>
#include <GL/glxext.h>

static unsigned
gl_target(const struct glx_drawable *drawable)
{
   return drawable->texture_target == GLX_TEXTURE_RECTANGLE_EXT ? GL_TEXTURE_RECTANGLE
                                                                : GL_TEXTURE_2D;
}

void
glx_bind_tex_image(Display *dpy, GLXDrawable xid, int buffer, const int *list)
{
   const struct glx_context *context = glx_current();
   struct glx_drawable *drawable = glx_drawable_find(dpy, xid);

   if (!drawable || drawable->kind != GLX_KIND_PIXMAP) {
      glx_drawable_release(drawable);
      glx_error(dpy, XCB_GLX_BAD_PIXMAP, xid, XCB_GLX_VENDOR_PRIVATE);
      return;
   }
   if (context && drawable->x11) {
      /* What X was told before is in the texture. */
      XSync(dpy, False);
      pthread_mutex_lock(&drawable->lock);
      x11_drawable_read_front(drawable->x11, context->loader);
      pthread_mutex_unlock(&drawable->lock);
      loader_drawable_bind_texture(context->loader, drawable->loader, gl_target(drawable),
                                   drawable->texture_format == GLX_TEXTURE_FORMAT_RGBA_EXT);
   }
   glx_drawable_release(drawable);
}

void
glx_release_tex_image(Display *dpy, GLXDrawable xid, int buffer)
{
   /* The texture keeps what it has until it is bound again; the extension leaves that undefined. */
   struct glx_drawable *drawable = glx_drawable_find(dpy, xid);
   bool is_pixmap = drawable && drawable->kind == GLX_KIND_PIXMAP;

   glx_drawable_release(drawable);
   if (!is_pixmap)
      glx_error(dpy, XCB_GLX_BAD_PIXMAP, xid, XCB_GLX_VENDOR_PRIVATE);
}
