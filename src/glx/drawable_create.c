/*
 * The functions that make and destroy GLX windows, pixmaps and pbuffers. The server hears of each,
 * so that the XIDs are what other clients believe them to be, and its errors are the program's.
 */
#include "glx/drawable.h"
#include "glx/errors.h"
#include "glx/functions.h"
#include "glx/screen.h"

#include <GL/glxext.h>
#include <stdlib.h>

static unsigned
count_pairs(const int *list)
{
   unsigned count = 0;

   while (list && list[2 * count] != None)
      count++;
   return count;
}

static int
find_value(const int *list, int name, int otherwise)
{
   for (; list && *list != None; list += 2) {
      if (list[0] == name)
         return list[1];
   }
   return otherwise;
}

/* The screen of a config. NULL: an error was raised. */
static struct glx_screen *
need_screen(Display *dpy, const struct glx_config *config, int request)
{
   struct glx_screen *screen = config ? glx_screen_get(dpy, config->screen) : NULL;

   if (!screen)
      glx_error(dpy, XCB_GLX_BAD_FB_CONFIG, None, request);
   return screen;
}

/* After the server was told. None, and an error was raised, if there is one. */
static struct glx_drawable *
create(Display *dpy, struct glx_screen *screen, const struct glx_drawable_desc *desc,
       xcb_void_cookie_t cookie, int request)
{
   xcb_generic_error_t *error = xcb_request_check(screen->display->xcb, cookie);
   struct glx_drawable *drawable;
   uint8_t code;

   if (error) {
      glx_forward_error(dpy, error);
      return NULL;
   }
   drawable = glx_drawable_create(screen, desc, &code);
   if (drawable)
      return drawable;
   switch (desc->kind) {
   case GLX_KIND_PIXMAP:
      xcb_glx_destroy_pixmap(screen->display->xcb, (uint32_t)desc->xid);
      break;
   case GLX_KIND_PBUFFER:
      xcb_glx_destroy_pbuffer(screen->display->xcb, (uint32_t)desc->xid);
      break;
   default:
      xcb_glx_delete_window(screen->display->xcb, (uint32_t)desc->xid);
      break;
   }
   glx_core_error(dpy, code, desc->x_xid, request);
   return NULL;
}

static XID
give(struct glx_drawable *drawable)
{
   XID xid = drawable ? drawable->xid : None;

   glx_drawable_release(drawable); /* the table has its own reference */
   return xid;
}

GLXWindow
glx_create_window(Display *dpy, GLXFBConfig handle, Window window, const int *list)
{
   const struct glx_config *config = glx_config(handle);
   struct glx_screen *screen = need_screen(dpy, config, XCB_GLX_CREATE_WINDOW);
   struct glx_drawable_desc desc = { GLX_KIND_WINDOW, .x_xid = window, .config = config };

   if (!screen)
      return None;
   desc.xid = xcb_generate_id(screen->display->xcb);
   return give(create(dpy, screen, &desc,
                      xcb_glx_create_window_checked(screen->display->xcb, (uint32_t)screen->number,
                                                    (uint32_t)config->values[CONFIG_FBCONFIG_ID],
                                                    (uint32_t)window, (uint32_t)desc.xid,
                                                    count_pairs(list), (const uint32_t *)list),
                      XCB_GLX_CREATE_WINDOW));
}

GLXPixmap
glx_create_pixmap(Display *dpy, GLXFBConfig handle, Pixmap pixmap, const int *list)
{
   const struct glx_config *config = glx_config(handle);
   struct glx_screen *screen = need_screen(dpy, config, XCB_GLX_CREATE_PIXMAP);
   struct glx_drawable_desc desc = { GLX_KIND_PIXMAP, .x_xid = pixmap, .config = config };
   struct glx_drawable *drawable;

   if (!screen)
      return None;
   desc.xid = xcb_generate_id(screen->display->xcb);
   drawable = create(dpy, screen, &desc,
                     xcb_glx_create_pixmap_checked(screen->display->xcb, (uint32_t)screen->number,
                                                   (uint32_t)config->values[CONFIG_FBCONFIG_ID],
                                                   (uint32_t)pixmap, (uint32_t)desc.xid,
                                                   count_pairs(list), (const uint32_t *)list),
                     XCB_GLX_CREATE_PIXMAP);
   if (drawable) {
      drawable->texture_target = find_value(list, GLX_TEXTURE_TARGET_EXT, 0);
      drawable->texture_format = find_value(list, GLX_TEXTURE_FORMAT_EXT, 0);
   }
   return give(drawable);
}

GLXPixmap
glx_create_glx_pixmap(Display *dpy, XVisualInfo *visual, Pixmap pixmap)
{
   struct glx_screen *screen = glx_screen_get(dpy, visual->screen);
   const struct glx_config *config =
      screen ? glx_config_by_visual(screen->configs, visual->visualid) : NULL;
   struct glx_drawable_desc desc = { GLX_KIND_PIXMAP, .x_xid = pixmap, .config = config };

   if (!config) {
      glx_core_error(dpy, BadValue, visual->visualid, XCB_GLX_CREATE_GLX_PIXMAP);
      return None;
   }
   desc.xid = xcb_generate_id(screen->display->xcb);
   return give(create(dpy, screen, &desc,
                      xcb_glx_create_glx_pixmap_checked(
                         screen->display->xcb, (uint32_t)screen->number, (uint32_t)visual->visualid,
                         (uint32_t)pixmap, (uint32_t)desc.xid),
                      XCB_GLX_CREATE_GLX_PIXMAP));
}

GLXPixmap
glx_create_glx_pixmap_with_config(Display *dpy, GLXFBConfig config, Pixmap pixmap)
{
   return glx_create_pixmap(dpy, config, pixmap, NULL);
}

static GLXPbuffer
create_pbuffer(Display *dpy, GLXFBConfig handle, int width, int height, bool largest,
               bool preserved)
{
   const struct glx_config *config = glx_config(handle);
   struct glx_screen *screen = need_screen(dpy, config, XCB_GLX_CREATE_PBUFFER);
   struct glx_drawable_desc desc = { GLX_KIND_PBUFFER, .config = config };
   struct glx_drawable *drawable;

   if (!screen)
      return None;
   if (width < 0 || height < 0) {
      glx_core_error(dpy, BadValue, None, XCB_GLX_CREATE_PBUFFER);
      return None;
   }
   const int max_width = config->values[CONFIG_MAX_PBUFFER_WIDTH];
   const int max_height = config->values[CONFIG_MAX_PBUFFER_HEIGHT];
   if ((width > max_width || height > max_height) && !largest) {
      glx_core_error(dpy, BadAlloc, None, XCB_GLX_CREATE_PBUFFER);
      return None;
   }
   desc.width = (uint32_t)(width < max_width ? width : max_width);
   desc.height = (uint32_t)(height < max_height ? height : max_height);
   desc.xid = xcb_generate_id(screen->display->xcb);
   const uint32_t list[] = {
      GLX_PBUFFER_WIDTH,   desc.width, GLX_PBUFFER_HEIGHT,     desc.height,
      GLX_LARGEST_PBUFFER, largest,    GLX_PRESERVED_CONTENTS, preserved,
   };
   drawable = create(dpy, screen, &desc,
                     xcb_glx_create_pbuffer_checked(screen->display->xcb, (uint32_t)screen->number,
                                                    (uint32_t)config->values[CONFIG_FBCONFIG_ID],
                                                    (uint32_t)desc.xid, 4, list),
                     XCB_GLX_CREATE_PBUFFER);
   if (drawable) {
      drawable->largest = largest;
      drawable->preserved = preserved;
   }
   return give(drawable);
}

GLXPbuffer
glx_create_pbuffer(Display *dpy, GLXFBConfig config, const int *list)
{
   return create_pbuffer(
      dpy, config, find_value(list, GLX_PBUFFER_WIDTH, 0), find_value(list, GLX_PBUFFER_HEIGHT, 0),
      find_value(list, GLX_LARGEST_PBUFFER, False), find_value(list, GLX_PRESERVED_CONTENTS, True));
}

GLXPbuffer
glx_create_glx_pbuffer(Display *dpy, GLXFBConfig config, unsigned width, unsigned height, int *list)
{
   return create_pbuffer(dpy, config, (int)width, (int)height,
                         find_value(list, GLX_LARGEST_PBUFFER, False),
                         find_value(list, GLX_PRESERVED_CONTENTS, True));
}

/* The server knows whether it was one, and says what the error is if not. */

void
glx_destroy_window(Display *dpy, GLXWindow window)
{
   const struct glx_display *display = glx_display_get(dpy);

   if (!display)
      return;
   xcb_glx_delete_window(display->xcb, (uint32_t)window);
   glx_drawable_remove(dpy, window);
}

void
glx_destroy_pixmap(Display *dpy, GLXPixmap pixmap)
{
   const struct glx_display *display = glx_display_get(dpy);

   if (!display)
      return;
   xcb_glx_destroy_pixmap(display->xcb, (uint32_t)pixmap);
   glx_drawable_remove(dpy, pixmap);
}

void
glx_destroy_pbuffer(Display *dpy, GLXPbuffer pbuffer)
{
   const struct glx_display *display = glx_display_get(dpy);

   if (!display)
      return;
   xcb_glx_destroy_pbuffer(display->xcb, (uint32_t)pbuffer);
   glx_drawable_remove(dpy, pbuffer);
}
