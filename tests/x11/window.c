#include "window.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PATIENCE_MS 5000

int64_t
now_ms(void)
{
   struct timespec time;

   clock_gettime(CLOCK_MONOTONIC, &time);
   return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int
x_error(Display *xlib, XErrorEvent *event)
{
   print_error("X error %d of request %d.%d about 0x%lx\n", event->error_code, event->request_code,
               event->minor_code, event->resourceid);
   abort();
}

void
window_connect(struct window *window, EGLenum platform)
{
   EGLint major, minor;
   void *native;

   *window = (struct window){ 0 };
   XSetErrorHandler(x_error);
   if (platform == EGL_PLATFORM_XCB_EXT) {
      window->xcb = xcb_connect(NULL, NULL);
      assert_false(xcb_connection_has_error(window->xcb));
      native = window->xcb;
   } else {
      window->xlib = XOpenDisplay(NULL);
      assert_non_null(window->xlib);
      window->xcb = XGetXCBConnection(window->xlib);
      native = window->xlib;
   }
   window->display = eglGetPlatformDisplay(platform, native, NULL);
   assert_ptr_not_equal(window->display, EGL_NO_DISPLAY);
   assert_true(eglInitialize(window->display, &major, &minor));
   assert_string_equal(eglQueryString(window->display, EGL_VENDOR), "mesa-dxg");
}

static void
choose_config(struct window *window, const EGLint *attributes)
{
   EGLint all[32] = { EGL_RENDERABLE_TYPE, EGL_OPENGL_ES2_BIT }, count = 2;

   for (; attributes && attributes[0] != EGL_NONE; attributes += 2) {
      all[count++] = attributes[0];
      all[count++] = attributes[1];
   }
   if (!attributes) {
      all[count++] = EGL_SURFACE_TYPE;
      all[count++] = EGL_WINDOW_BIT;
   }
   all[count] = EGL_NONE;
   assert_true(eglChooseConfig(window->display, all, &window->config, 1, &count));
   assert_int_equal(count, 1);
}

static uint8_t
depth_of(const xcb_screen_t *screen, xcb_visualid_t visual)
{
   for (xcb_depth_iterator_t d = xcb_screen_allowed_depths_iterator(screen); d.rem;
        xcb_depth_next(&d)) {
      for (xcb_visualtype_iterator_t v = xcb_depth_visuals_iterator(d.data); v.rem;
           xcb_visualtype_next(&v)) {
         if (v.data->visual_id == visual)
            return d.data->depth;
      }
   }
   fail_msg("visual 0x%x is none of the screen's", visual);
   return 0;
}

void
window_create(struct window *window, int width, int height, const EGLint *attributes)
{
   static const EGLint es2[] = { EGL_CONTEXT_CLIENT_VERSION, 2, EGL_NONE };
   const xcb_screen_t *screen = xcb_setup_roots_iterator(xcb_get_setup(window->xcb)).data;
   EGLint visual;

   choose_config(window, attributes);
   eglGetConfigAttrib(window->display, window->config, EGL_NATIVE_VISUAL_ID, &visual);
   window->colormap = xcb_generate_id(window->xcb);
   xcb_create_colormap(window->xcb, XCB_COLORMAP_ALLOC_NONE, window->colormap, screen->root,
                       (xcb_visualid_t)visual);
   window->xid = xcb_generate_id(window->xcb);
   const uint32_t values[] = { 0, window->colormap };
   xcb_create_window(window->xcb, depth_of(screen, (xcb_visualid_t)visual), window->xid,
                     screen->root, 0, 0, (uint16_t)width, (uint16_t)height, 0,
                     XCB_WINDOW_CLASS_INPUT_OUTPUT, (xcb_visualid_t)visual,
                     XCB_CW_BORDER_PIXEL | XCB_CW_COLORMAP, values);
   xcb_map_window(window->xcb, window->xid);
   xcb_flush(window->xcb);
   if (window->foreign)
      free(xcb_get_input_focus_reply(window->xcb, xcb_get_input_focus(window->xcb), NULL));

   eglBindAPI(EGL_OPENGL_ES_API);
   window->surface = eglCreateWindowSurface(window->display, window->config, window->xid, NULL);
   assert_ptr_not_equal(window->surface, EGL_NO_SURFACE);
   window->context = eglCreateContext(window->display, window->config, EGL_NO_CONTEXT, es2);
   assert_ptr_not_equal(window->context, EGL_NO_CONTEXT);
   assert_true(eglMakeCurrent(window->display, window->surface, window->surface, window->context));
}

void
window_open(struct window *window, EGLenum platform, int width, int height)
{
   window_connect(window, platform);
   window_create(window, width, height, NULL);
}

void
window_destroy(struct window *window)
{
   eglMakeCurrent(window->display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
   assert_true(eglDestroySurface(window->display, window->surface));
   assert_true(eglDestroyContext(window->display, window->context));
   xcb_destroy_window(window->xcb, window->xid);
   xcb_free_colormap(window->xcb, window->colormap);
   xcb_flush(window->xcb);
}

void
window_disconnect(struct window *window)
{
   assert_true(eglTerminate(window->display));
   if (window->xlib)
      XCloseDisplay(window->xlib);
   else
      xcb_disconnect(window->xcb);
}

void
window_close(struct window *window)
{
   window_destroy(window);
   window_disconnect(window);
}

void
window_clear(uint32_t color)
{
   glClearColor((float)(color >> 16 & 0xff) / 255, (float)(color >> 8 & 0xff) / 255,
                (float)(color & 0xff) / 255, 1);
   glClear(GL_COLOR_BUFFER_BIT);
}

void
window_clear_part(int x, int y, int width, int height, uint32_t color)
{
   glEnable(GL_SCISSOR_TEST);
   glScissor(x, y, width, height);
   window_clear(color);
   glDisable(GL_SCISSOR_TEST);
}

/* Where a channel lies in a pixel of that depth; masks of 8 bits are enough for the tests'
 * colours. */
static uint32_t
to_rgb(uint32_t pixel, uint8_t depth)
{
   if (depth == 30) /* the only order of ten bits that the device has is red lowest */
      return (pixel >> 2 & 0xff) << 16 | (pixel >> 12 & 0xff) << 8 | (pixel >> 22 & 0xff);
   return pixel & 0xffffff;
}

/* libXau keeps the name of its file in one place for all threads. */
static xcb_connection_t *
connect_alone(void)
{
   static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

   pthread_mutex_lock(&mutex);
   xcb_connection_t *xcb = xcb_connect(NULL, NULL);
   pthread_mutex_unlock(&mutex);
   return xcb;
}

uint32_t
window_pixel(xcb_drawable_t xid, int x, int y)
{
   xcb_connection_t *xcb = connect_alone();
   xcb_get_image_reply_t *reply = xcb_get_image_reply(
      xcb, xcb_get_image(xcb, XCB_IMAGE_FORMAT_Z_PIXMAP, xid, (int16_t)x, (int16_t)y, 1, 1, ~0u),
      NULL);
   uint32_t pixel = 0xdeadbeef;

   if (reply) {
      memcpy(&pixel, xcb_get_image_data(reply), sizeof(pixel));
      pixel = to_rgb(pixel, reply->depth);
   }
   free(reply);
   xcb_disconnect(xcb);
   return pixel;
}

void
window_expect(xcb_drawable_t xid, int x, int y, uint32_t color)
{
   const int64_t end = now_ms() + PATIENCE_MS;
   uint32_t pixel;

   while ((pixel = window_pixel(xid, x, y)) != color && now_ms() < end)
      nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
   if (pixel != color)
      print_error("at %d, %d\n", x, y);
   assert_int_equal(pixel, color);
}
