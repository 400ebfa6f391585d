/*
 * What programs do with their windows besides drawing and swapping. Runs against a compositor in
 * another process; each test has a connection of its own. A test that hangs is ended by a signal.
 */
#include "window.h"

#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define WIDTH 96
#define HEIGHT 64
#define HANG_SECONDS 20
/* Far above what a hidden surface's swap may take, far below for ever. */
#define BOUNDED_MS 1000.0

static struct connection connection;

static int
setup(void **state)
{
   alarm(HANG_SECONDS);
   return connection_init(&connection) ? 0 : -1;
}

static int
teardown(void **state)
{
   connection_finish(&connection);
   alarm(0);
   return 0;
}

static void
open_window(struct window *window, struct painter *painter)
{
   *window = (struct window){ 0 };
   assert_true(window_init(window, &connection, WIDTH, HEIGHT));
   assert_true(window_make_current(window));
   assert_true(painter_init(painter));
   glViewport(0, 0, WIDTH, HEIGHT);
}

static void
draw_frame(struct window *window, const struct painter *painter, uint32_t number)
{
   painter_fill(painter, number);
   assert_true(eglSwapBuffers(connection.egl, window->surface));
}

static unsigned
count_fds(void)
{
   DIR *directory = opendir("/proc/self/fd");
   unsigned count = 0;

   while (readdir(directory))
      count++;
   closedir(directory);
   return count;
}

/* --- Commits, callbacks, queues ------------------------------------------------------------ */

static void
count_done(void *data, struct wl_callback *callback, uint32_t time)
{
   atomic_uint *count = data;

   wl_callback_destroy(callback);
   (*count)++;
}

static const struct wl_callback_listener count_listener = { .done = count_done };

/* Toolkits commit for their own state, and ask for frame callbacks of their own. */
static void
test_own_commits(void **state)
{
   struct window window;
   struct painter painter;
   atomic_uint done = 0;
   const unsigned frames = 30;

   open_window(&window, &painter);
   for (unsigned i = 1; i <= frames; i++) {
      wl_callback_add_listener(wl_surface_frame(window.wl_surface), &count_listener, &done);
      if (i % 3 == 0)
         wl_surface_commit(window.wl_surface);
      painter_fill(&painter, i);
      if (i % 3 == 1)
         wl_surface_commit(window.wl_surface);
      assert_true(eglSwapBuffers(connection.egl, window.surface));
      wl_surface_damage(window.wl_surface, 0, 0, 1, 1);
      wl_surface_commit(window.wl_surface);
      wl_display_dispatch_pending(connection.display);
   }
   while (done < frames)
      assert_true(wl_display_dispatch(connection.display) >= 0);
   window_finish(&window);
}

struct dispatcher {
   struct wl_event_queue *queue;
   atomic_bool stop;
};

static void *
dispatch(void *data)
{
   struct dispatcher *dispatcher = data;
   struct pollfd poll_fd = { .fd = wl_display_get_fd(connection.display), .events = POLLIN };

   while (!dispatcher->stop) {
      while (wl_display_prepare_read_queue(connection.display, dispatcher->queue) < 0)
         wl_display_dispatch_queue_pending(connection.display, dispatcher->queue);
      wl_display_flush(connection.display);
      if (poll(&poll_fd, 1, 5) > 0)
         wl_display_read_events(connection.display);
      else
         wl_display_cancel_read(connection.display);
      wl_display_dispatch_queue_pending(connection.display, dispatcher->queue);
   }
   return NULL;
}

/* The program's surface is on a queue of its own, which another thread dispatches. */
static void
test_own_event_queue(void **state)
{
   struct dispatcher dispatcher = { .queue = wl_display_create_queue(connection.display) };
   struct window window;
   struct painter painter;
   pthread_t thread;
   atomic_uint done = 0;
   const unsigned frames = 30;

   open_window(&window, &painter);
   wl_proxy_set_queue((struct wl_proxy *)window.wl_surface, dispatcher.queue);
   pthread_create(&thread, NULL, dispatch, &dispatcher);
   for (unsigned i = 1; i <= frames; i++) {
      wl_callback_add_listener(wl_surface_frame(window.wl_surface), &count_listener, &done);
      draw_frame(&window, &painter, i);
   }
   while (done < frames)
      usleep(1000);
   dispatcher.stop = true;
   pthread_join(thread, NULL);
   window_finish(&window);
   wl_event_queue_destroy(dispatcher.queue);
}

/* --- Subsurfaces: shown with the parent's next commit -------------------------------------- */

static struct wl_subsurface *
put_on(struct window *child, struct window *parent)
{
   assert_non_null(connection.subcompositor);
   return wl_subcompositor_get_subsurface(connection.subcompositor, child->wl_surface,
                                          parent->wl_surface);
}

static void
test_subsurface(void **state)
{
   struct window parent, child;
   struct painter parent_painter, child_painter;

   open_window(&parent, &parent_painter);
   open_window(&child, &child_painter);
   struct wl_subsurface *subsurface = put_on(&child, &parent);
   const double start = now_ms();
   for (unsigned i = 1; i <= 20; i++) {
      assert_true(window_make_current(&child));
      draw_frame(&child, &child_painter, i);
      assert_true(window_make_current(&parent));
      draw_frame(&parent, &parent_painter, i);
   }
   assert_true(now_ms() - start < 20 * BOUNDED_MS);
   wl_subsurface_destroy(subsurface);
   window_finish(&child);
   window_finish(&parent);
}

/* The parent does not commit, so no frame is shown and no frame callback comes. */
static void
test_subsurface_hidden(void **state)
{
   struct window parent, child;
   struct painter painter;

   open_window(&parent, &painter);
   open_window(&child, &painter);
   struct wl_subsurface *subsurface = put_on(&child, &parent);
   for (unsigned i = 1; i <= 8; i++) {
      const double start = now_ms();
      draw_frame(&child, &painter, i);
      assert_true(now_ms() - start < BOUNDED_MS);
   }
   wl_subsurface_destroy(subsurface);
   window_finish(&child);
   window_finish(&parent);
}

/* --- Sizes --------------------------------------------------------------------------------- */

struct resizer {
   struct window *window;
   atomic_bool stop;
};

static void *
resize(void *data)
{
   struct resizer *resizer = data;

   for (int i = 0; !resizer->stop; i++) {
      wl_egl_window_resize(resizer->window->native, 16 + i % 100, 16 + i * 7 % 90, 0, 0);
      usleep(500);
   }
   return NULL;
}

static void
test_resize_in_thread(void **state)
{
   struct window window;
   struct painter painter;
   struct resizer resizer = { .window = &window };
   pthread_t thread;
   EGLint width, height;

   open_window(&window, &painter);
   eglSwapInterval(connection.egl, 0);
   pthread_create(&thread, NULL, resize, &resizer);
   for (unsigned i = 1; i <= 200; i++) {
      eglQuerySurface(connection.egl, window.surface, EGL_WIDTH, &width);
      draw_frame(&window, &painter, i);
   }
   resizer.stop = true;
   pthread_join(thread, NULL);

   wl_egl_window_resize(window.native, 50, 60, 0, 0);
   draw_frame(&window, &painter, 201);
   painter_fill(&painter, 202);
   eglQuerySurface(connection.egl, window.surface, EGL_WIDTH, &width);
   eglQuerySurface(connection.egl, window.surface, EGL_HEIGHT, &height);
   assert_int_equal(width, 50);
   assert_int_equal(height, 60);
   wl_egl_window_get_attached_size(window.native, &width, &height);
   assert_int_equal(width, 50);
   assert_int_equal(height, 60);
   window_finish(&window);
}

/* All of a frame is drawn and read at its new size. */
static void
test_resize_takes_effect(void **state)
{
   static const int sizes[][2] = { { 33, 20 }, { 200, 150 }, { 1, 1 }, { 64, 64 } };
   struct window window;
   struct painter painter;
   uint8_t pixel[4];

   open_window(&window, &painter);
   for (unsigned i = 0; i < 4; i++) {
      const int width = sizes[i][0], height = sizes[i][1];
      wl_egl_window_resize(window.native, width, height, 0, 0);
      glViewport(0, 0, width, height);
      painter_fill(&painter, i + 1);
      glReadPixels(width - 1, height - 1, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
      assert_int_equal(pixel[0], i + 1);
      assert_true(eglSwapBuffers(connection.egl, window.surface));
   }
   window_finish(&window);
}

/* --- Ends ---------------------------------------------------------------------------------- */

static void
test_window_destroyed_first(void **state)
{
   struct window window;
   struct painter painter;

   open_window(&window, &painter);
   draw_frame(&window, &painter, 1);
   wl_egl_window_destroy(window.native);
   window.native = NULL;
   painter_fill(&painter, 2);
   glFinish();
   assert_false(eglSwapBuffers(connection.egl, window.surface));
   assert_int_equal(eglGetError(), EGL_BAD_NATIVE_WINDOW);
   window_finish(&window);
}

static void
test_destroyed_while_drawn(void **state)
{
   struct window window;
   struct painter painter;

   for (unsigned i = 1; i <= 10; i++) {
      open_window(&window, &painter);
      painter_load(&painter, 1000);
      draw_frame(&window, &painter, i);
      painter_load(&painter, 1000);
      window_finish(&window);
   }
}

static void
test_terminated_with_surfaces(void **state)
{
   struct window window;
   struct painter painter;

   open_window(&window, &painter);
   draw_frame(&window, &painter, 1);
   painter_fill(&painter, 2);
   assert_true(eglTerminate(connection.egl));
   /* It is current still, and goes when it is not any more. */
   assert_true(eglMakeCurrent(connection.egl, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT));
   wl_egl_window_destroy(window.native);
   wl_surface_destroy(window.wl_surface);

   assert_true(eglInitialize(connection.egl, NULL, NULL));
   open_window(&window, &painter);
   draw_frame(&window, &painter, 1);
   window_finish(&window);
}

static void
test_surface_not_current_terminated(void **state)
{
   struct window window = { 0 };

   assert_true(window_init(&window, &connection, WIDTH, HEIGHT));
   assert_true(eglTerminate(connection.egl));
   wl_egl_window_destroy(window.native);
   wl_surface_destroy(window.wl_surface);
   assert_true(eglInitialize(connection.egl, NULL, NULL));
}

static void
test_nothing_left(void **state)
{
   unsigned before = 0;

   for (unsigned i = 0; i < 25; i++) {
      struct window window;
      struct painter painter;

      if (i == 5)
         before = count_fds();
      open_window(&window, &painter);
      for (unsigned frame = 1; frame <= 3; frame++)
         draw_frame(&window, &painter, frame);
      window_finish(&window);
      wl_display_roundtrip(connection.display);
   }
   assert_int_equal(count_fds(), before);
}

/* The display connects by itself when it is given none. */
static void
test_default_display(void **state)
{
   const EGLDisplay egl = eglGetPlatformDisplay(EGL_PLATFORM_WAYLAND_KHR, NULL, NULL);
   unsigned before = 0;

   assert_ptr_not_equal(egl, EGL_NO_DISPLAY);
   assert_ptr_not_equal(egl, connection.egl);
   for (unsigned i = 0; i < 6; i++) {
      if (i == 1)
         before = count_fds();
      assert_true(eglInitialize(egl, NULL, NULL));
      assert_true(eglTerminate(egl));
   }
   assert_int_equal(count_fds(), before);
}

/* --- Swaps --------------------------------------------------------------------------------- */

static void
test_nothing_drawn(void **state)
{
   struct window window;
   struct painter painter;

   open_window(&window, &painter);
   for (unsigned i = 0; i < 10; i++)
      assert_true(eglSwapBuffers(connection.egl, window.surface));
   draw_frame(&window, &painter, 1);
   assert_true(eglSwapBuffers(connection.egl, window.surface));
   window_finish(&window);
}

static void
test_buffer_age(void **state)
{
   struct window window;
   struct painter painter;
   uint8_t pixel[4];
   EGLint age;
   bool reused = false;

   open_window(&window, &painter);
   for (EGLint i = 1; i <= 20; i++) {
      assert_true(eglQuerySurface(connection.egl, window.surface, EGL_BUFFER_AGE_EXT, &age));
      /* How old a buffer may become nobody says (EGL_EXT_buffer_age); but it knows what is in it. */
      assert_in_range(age, 0, i - 1);
      if (age) {
         reused = true;
         glReadPixels(1, 1, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
         assert_int_equal(pixel[0], i - age);
      }
      draw_frame(&window, &painter, (uint32_t)i);
   }
   assert_true(reused);
   window_finish(&window);
}

static void
test_damage(void **state)
{
   static const EGLint rects[] = { 0, 0, 10, 10, 50, 40, 46, 24 };
   const PFNEGLSWAPBUFFERSWITHDAMAGEKHRPROC swap_with_damage =
      (void *)eglGetProcAddress("eglSwapBuffersWithDamageKHR");
   const PFNEGLSETDAMAGEREGIONKHRPROC set_damage_region =
      (void *)eglGetProcAddress("eglSetDamageRegionKHR");
   struct window window;
   struct painter painter;
   EGLint age;

   open_window(&window, &painter);
   for (unsigned i = 1; i <= 10; i++) {
      EGLint region[] = { 0, 0, 20, 20 };
      assert_true(eglQuerySurface(connection.egl, window.surface, EGL_BUFFER_AGE_EXT, &age));
      assert_true(set_damage_region(connection.egl, window.surface, region, 1));
      painter_fill(&painter, i);
      assert_true(swap_with_damage(connection.egl, window.surface, rects, 2));
   }
   window_finish(&window);
}

static void
test_window_is_taken(void **state)
{
   struct window window;
   struct painter painter;

   open_window(&window, &painter);
   assert_ptr_equal(
      eglCreatePlatformWindowSurface(connection.egl, connection.config, window.native, NULL),
      EGL_NO_SURFACE);
   assert_int_equal(eglGetError(), EGL_BAD_ALLOC);
   draw_frame(&window, &painter, 1);
   window_finish(&window);
}

/* --- Threads and contexts ------------------------------------------------------------------ */

struct worker {
   EGLint interval;
   atomic_uint frames;
};

static void *
draw_frames(void *data)
{
   struct worker *worker = data;
   struct window window = { 0 };
   struct painter painter;

   if (!window_init(&window, &connection, WIDTH, HEIGHT) || !window_make_current(&window) ||
       !painter_init(&painter))
      return NULL;
   eglSwapInterval(connection.egl, worker->interval);
   for (unsigned i = 1; i <= 100; i++) {
      painter_fill(&painter, i);
      if (!eglSwapBuffers(connection.egl, window.surface))
         return NULL;
      worker->frames++;
   }
   window_finish(&window);
   eglReleaseThread();
   return NULL;
}

static void
test_two_threads(void **state)
{
   for (EGLint interval = 0; interval <= 1; interval++) {
      struct worker workers[2] = { { .interval = interval }, { .interval = interval } };
      pthread_t threads[2];

      for (unsigned i = 0; i < 2; i++)
         pthread_create(&threads[i], NULL, draw_frames, &workers[i]);
      for (unsigned i = 0; i < 2; i++) {
         pthread_join(threads[i], NULL);
         assert_int_equal(workers[i].frames, 100);
      }
   }
}

static void
test_one_context_two_windows(void **state)
{
   struct window windows[2];
   struct painter painter;

   open_window(&windows[0], &painter);
   windows[1] = (struct window){ 0 };
   assert_true(window_init(&windows[1], &connection, WIDTH / 2, HEIGHT * 2));
   for (unsigned i = 1; i <= 20; i++) {
      for (unsigned w = 0; w < 2; w++) {
         const EGLSurface surface = windows[w].surface;
         assert_true(eglMakeCurrent(connection.egl, surface, surface, windows[0].context));
         glViewport(0, 0, w ? WIDTH / 2 : WIDTH, w ? HEIGHT * 2 : HEIGHT);
         draw_frame(&windows[w], &painter, i);
      }
   }
   window_finish(&windows[1]);
   window_finish(&windows[0]);
}

/* A frame that is begun in one thread and ended in another. */
struct handover {
   struct window *window;
   const struct painter *painter;
   bool swapped;
};

static void *
end_frame(void *data)
{
   struct handover *handover = data;
   const EGLDisplay egl = connection.egl;

   if (window_make_current(handover->window)) {
      painter_fill(handover->painter, 1);
      handover->swapped = eglSwapBuffers(egl, handover->window->surface);
      eglMakeCurrent(egl, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
   }
   eglReleaseThread();
   return NULL;
}

static void
test_moves_between_threads(void **state)
{
   struct window window;
   struct painter painter;
   pthread_t thread;

   open_window(&window, &painter);
   for (unsigned i = 0; i < 10; i++) {
      struct handover handover = { .window = &window, .painter = &painter };
      assert_true(window_make_current(&window));
      painter_load(&painter, 10);
      eglMakeCurrent(connection.egl, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
      pthread_create(&thread, NULL, end_frame, &handover);
      pthread_join(thread, NULL);
      assert_true(handover.swapped);
   }
   window_finish(&window);
}

/* test-client-habits [NAME]: all tests, or those whose names match, with * for anything. */
int
main(int argc, char **argv)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
   const struct CMUnitTest tests[] = {
      TEST(test_own_commits),
      TEST(test_own_event_queue),
      TEST(test_subsurface),
      TEST(test_subsurface_hidden),
      TEST(test_resize_in_thread),
      TEST(test_resize_takes_effect),
      TEST(test_window_destroyed_first),
      TEST(test_destroyed_while_drawn),
      TEST(test_terminated_with_surfaces),
      TEST(test_surface_not_current_terminated),
      TEST(test_nothing_left),
      TEST(test_default_display),
      TEST(test_nothing_drawn),
      TEST(test_buffer_age),
      TEST(test_damage),
      TEST(test_window_is_taken),
      TEST(test_two_threads),
      TEST(test_one_context_two_windows),
      TEST(test_moves_between_threads),
   };

   if (argc > 1)
      cmocka_set_test_filter(argv[1]);
   return cmocka_run_group_tests(tests, NULL, NULL);
}
