#include "egl/drivers/dxg/x11.h"

#include "egl/drivers/dxg/display.h"

#include <X11/Xlib-xcb.h>
#include <drm_fourcc.h>
#include <stdlib.h>

/* --- Connections --------------------------------------------------------------------------- */

static int
screen_of(enum egl_platform platform, void *native, const EGLAttrib *attributes, int fallback)
{
   for (; attributes && attributes[0] != EGL_NONE; attributes += 2) {
      if ((platform == EGL_PLATFORM_IS_X11 && attributes[0] == EGL_PLATFORM_X11_SCREEN_KHR) ||
          (platform == EGL_PLATFORM_IS_XCB && attributes[0] == EGL_PLATFORM_XCB_SCREEN_EXT))
         return (int)attributes[1];
   }
   return platform == EGL_PLATFORM_IS_X11 && native ? DefaultScreen((Display *)native) : fallback;
}

/* The program's connection, or one of ours if it has none. */
static xcb_connection_t *
connect_to(enum egl_platform platform, void *native, int *screen)
{
   *screen = 0;
   if (!native)
      return xcb_connect(NULL, screen);
   return platform == EGL_PLATFORM_IS_X11 ? XGetXCBConnection(native) : native;
}

bool
dxg_x11_probe(enum egl_platform platform, void *native, const EGLAttrib *attributes)
{
   int screen;
   xcb_connection_t *xcb = connect_to(platform, native, &screen);
   bool works = !xcb_connection_has_error(xcb);

   screen = screen_of(platform, native, attributes, screen);
   if (works)
      works = screen >= 0 && screen < xcb_setup_roots_length(xcb_get_setup(xcb));
   if (!native)
      xcb_disconnect(xcb);
   return works;
}

/* --- Visuals ------------------------------------------------------------------------------- */

/* The formats whose pixels a visual shows, the one that it shows fully first. A visual without
 * alpha shows formats that have it, too: many programs ask for alpha in their own buffers only. */
static unsigned
formats_of(const xcb_visualtype_t *visual, uint8_t depth, uint32_t formats[2])
{
   static const struct {
      uint8_t depth;
      uint32_t red, green, blue;
      uint32_t formats[2];
   } table[] = {
      { 24, 0xff0000, 0xff00, 0xff, { DRM_FORMAT_XRGB8888, DRM_FORMAT_ARGB8888 } },
      { 24, 0xff, 0xff00, 0xff0000, { DRM_FORMAT_XBGR8888, DRM_FORMAT_ABGR8888 } },
      { 32, 0xff0000, 0xff00, 0xff, { DRM_FORMAT_ARGB8888, 0 } },
      { 32, 0xff, 0xff00, 0xff0000, { DRM_FORMAT_ABGR8888, 0 } },
      { 30, 0x3ff00000, 0xffc00, 0x3ff, { DRM_FORMAT_XRGB2101010, DRM_FORMAT_ARGB2101010 } },
      { 30, 0x3ff, 0xffc00, 0x3ff00000, { DRM_FORMAT_XBGR2101010, DRM_FORMAT_ABGR2101010 } },
      { 16, 0xf800, 0x7e0, 0x1f, { DRM_FORMAT_RGB565, 0 } },
   };

   for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
      if (table[i].depth == depth && table[i].red == visual->red_mask &&
          table[i].green == visual->green_mask && table[i].blue == visual->blue_mask) {
         formats[0] = table[i].formats[0];
         formats[1] = table[i].formats[1];
         return formats[1] ? 2 : 1;
      }
   }
   return 0;
}

struct visual_list {
   struct dxg_visual *visuals;
   unsigned count, capacity;
};

/* One visual for each format, depth and class: the server may list the same several times. */
static bool
add_visual(struct visual_list *list, const struct dxg_visual *visual)
{
   for (unsigned i = 0; i < list->count; i++) {
      if (list->visuals[i].fourcc == visual->fourcc && list->visuals[i].depth == visual->depth &&
          list->visuals[i].visual_type == visual->visual_type)
         return true;
   }
   if (list->count + 1 >= list->capacity) {
      const unsigned capacity = list->capacity ? 2 * list->capacity : 8;
      struct dxg_visual *visuals = realloc(list->visuals, capacity * sizeof(*visuals));
      if (!visuals)
         return false;
      list->visuals = visuals;
      list->capacity = capacity;
   }
   list->visuals[list->count++] = *visual;
   list->visuals[list->count] = (struct dxg_visual){ 0 };
   return true;
}

static bool
add_visuals(struct visual_list *list, const xcb_screen_t *screen, bool root)
{
   for (xcb_depth_iterator_t d = xcb_screen_allowed_depths_iterator(screen); d.rem;
        xcb_depth_next(&d)) {
      for (xcb_visualtype_iterator_t v = xcb_depth_visuals_iterator(d.data); v.rem;
           xcb_visualtype_next(&v)) {
         uint32_t formats[2];
         const unsigned count = formats_of(v.data, d.data->depth, formats);

         if ((v.data->visual_id == screen->root_visual) != root ||
             (v.data->_class != XCB_VISUAL_CLASS_TRUE_COLOR &&
              v.data->_class != XCB_VISUAL_CLASS_DIRECT_COLOR))
            continue;
         for (unsigned i = 0; i < count; i++) {
            const struct dxg_visual visual = {
               .fourcc = formats[i],
               .depth = d.data->depth,
               .visual_id = (EGLint)v.data->visual_id,
               .visual_type = v.data->_class,
            };
            if (!add_visual(list, &visual))
               return false;
         }
      }
   }
   return true;
}

static struct dxg_visual *
find_visuals(const xcb_setup_t *setup, int number)
{
   xcb_screen_iterator_t i = xcb_setup_roots_iterator(setup);
   struct visual_list list = { .visuals = calloc(1, sizeof(struct dxg_visual)), .capacity = 1 };

   for (; number > 0; number--)
      xcb_screen_next(&i);
   /* The root's goes before others like it: a window that inherits it needs no colormap. */
   if (list.visuals && add_visuals(&list, i.data, true) && add_visuals(&list, i.data, false))
      return list.visuals;
   free(list.visuals);
   return NULL;
}

/* --- Displays ------------------------------------------------------------------------------ */

struct x11_display *
dxg_x11_init(const struct egl_display_base *display, struct dxg_screen *screen)
{
   struct x11_display *x11 = calloc(1, sizeof(*x11));
   int number;

   if (!x11)
      return NULL;
   x11->screen = screen;
   x11->owned = !display->native;
   x11->xlib = display->platform == EGL_PLATFORM_IS_X11 ? display->native : NULL;
   x11->xcb = connect_to(display->platform, display->native, &number);
   number = screen_of(display->platform, display->native, display->attributes, number);
   if (!xcb_connection_has_error(x11->xcb) && number >= 0 &&
       number < xcb_setup_roots_length(xcb_get_setup(x11->xcb))) {
      x11->visuals = find_visuals(xcb_get_setup(x11->xcb), number);
      x11->connection = x11_connection_create(x11->xcb, number, screen->loader, &screen->device);
   }
   if (x11->visuals && x11->connection)
      return x11;
   dxg_x11_finish(x11);
   return NULL;
}

void
dxg_x11_finish(struct x11_display *x11)
{
   if (!x11)
      return;
   x11_connection_destroy(x11->connection);
   if (x11->owned)
      xcb_disconnect(x11->xcb);
   free(x11->visuals);
   free(x11);
}

void
dxg_x11_flush(const struct x11_display *x11)
{
   if (x11->xlib)
      XFlush(x11->xlib);
   else if (!x11->owned)
      xcb_flush(x11->xcb);
}

int
dxg_x11_match_pixmap(struct egl_display *display, const struct egl_config *config, void *native)
{
   xcb_connection_t *xcb = dxg_display(display)->x11->xcb;
   xcb_generic_error_t *error = NULL;
   xcb_get_geometry_reply_t *geometry =
      xcb_get_geometry_reply(xcb, xcb_get_geometry(xcb, (xcb_drawable_t)(uintptr_t)native), &error);
   const struct egl_surface_desc desc = { .type = EGL_SURFACE_PIXMAP };
   const int match =
      geometry ? (config->surface_type & EGL_PIXMAP_BIT) &&
                    x11_depth_shows(geometry->depth, dxg_config_surface_fourcc(config, &desc))
               : -1;

   free(error);
   free(geometry);
   return match;
}
