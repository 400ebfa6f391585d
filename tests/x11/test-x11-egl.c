/*
 * EGL on X11, as any program uses it, on an X server that is named by the argument: what its
 * windows show, when, and what becomes of them when others interfere.
 */
#include "server.h"
#include "window.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define RED 0xff0000
#define GREEN 0x00ff00
#define BLUE 0x0000ff
#define WHITE 0xffffff
#define GREY 0x408040

static struct server server;

static void
swap(const struct window *window)
{
   assert_true(eglSwapBuffers(window->display, window->surface));
}

/* --- Pictures ------------------------------------------------------------------------------ */

static void
show_quadrants(const struct window *window, int width, int height)
{
   window_clear(RED); /* what is left of it: the lower left */
   window_clear_part(width / 2, 0, width, height / 2, GREEN);
   window_clear_part(0, height / 2, width / 2, height, BLUE);
   window_clear_part(width / 2, height / 2, width, height, GREY);
   swap(window);
   window_expect(window->xid, 0, height - 1, RED);
   window_expect(window->xid, width - 1, height - 1, GREEN);
   window_expect(window->xid, 0, 0, BLUE);
   window_expect(window->xid, width - 1, 0, GREY);
   window_expect(window->xid, width / 2 - 1, height - height / 2, RED);
}

static void
windows_show_what_was_drawn(void **state)
{
   static const EGLenum platforms[] = { EGL_PLATFORM_X11_KHR, EGL_PLATFORM_XCB_EXT };
   struct window window;

   for (unsigned i = 0; i < 2; i++) {
      /* With and without padding behind the rows. */
      window_open(&window, platforms[i], 300, 200);
      show_quadrants(&window, 300, 200);
      show_quadrants(&window, 300, 200);
      window_close(&window);
      window_open(&window, platforms[i], 256, 128);
      show_quadrants(&window, 256, 128);
      window_close(&window);
   }
}

static void
the_default_display_works(void **state)
{
   struct window window = { .xlib = XOpenDisplay(NULL), .foreign = true };

   assert_non_null(window.xlib);
   window.xcb = XGetXCBConnection(window.xlib);
   window.display = eglGetDisplay(EGL_DEFAULT_DISPLAY);
   assert_true(eglInitialize(window.display, NULL, NULL));
   window_create(&window, 100, 100, NULL);
   show_quadrants(&window, 100, 100);
   window_close(&window);
}

static void
a_native_display_is_recognised(void **state)
{
   Display *xlib = XOpenDisplay(NULL);

   EGLDisplay display = eglGetDisplay((EGLNativeDisplayType)xlib);
   assert_true(eglInitialize(display, NULL, NULL));
   assert_string_equal(eglQueryString(display, EGL_VENDOR), "mesa-dxg");
   assert_ptr_equal(display, eglGetPlatformDisplay(EGL_PLATFORM_X11_KHR, xlib, NULL));
   eglTerminate(display);
   XCloseDisplay(xlib);
}

static void
windows_with_alpha_keep_it(void **state)
{
   static const EGLint attributes[] = { EGL_ALPHA_SIZE, 8, EGL_SURFACE_TYPE, EGL_WINDOW_BIT,
                                        EGL_NONE };
   struct window window;

   window_connect(&window, EGL_PLATFORM_X11_KHR);
   window_create(&window, 64, 64, attributes);
   glClearColor(0, 0.5f, 0, 0.25f);
   glClear(GL_COLOR_BUFFER_BIT);
   swap(&window);
   window_expect(window.xid, 5, 5, 0x008000);
   window_close(&window);
}

static void
damage_is_what_changes(void **state)
{
   PFNEGLSWAPBUFFERSWITHDAMAGEKHRPROC swap_with_damage =
      (PFNEGLSWAPBUFFERSWITHDAMAGEKHRPROC)eglGetProcAddress("eglSwapBuffersWithDamageKHR");
   EGLint rects[] = { 10, 20, 30, 40, 100, 100, 1000, 1000 };
   struct window window;

   window_open(&window, EGL_PLATFORM_X11_KHR, 200, 200);
   window_clear(RED);
   swap(&window);
   window_expect(window.xid, 0, 0, RED);
   window_clear(BLUE);
   assert_true(swap_with_damage(window.display, window.surface, rects, 2));
   window_expect(window.xid, 10, 199 - 20, BLUE);
   window_expect(window.xid, 39, 199 - 59, BLUE);
   window_expect(window.xid, 199, 0, BLUE);
   window_expect(window.xid, 9, 199 - 20, RED);
   window_expect(window.xid, 10, 199 - 60, RED);
   window_expect(window.xid, 50, 199, RED);
   window_close(&window);
}

static void
buffers_have_the_content_of_their_age(void **state)
{
   struct window window;
   unsigned known = 0;

   window_open(&window, EGL_PLATFORM_X11_KHR, 64, 64);
   for (unsigned frame = 0; frame < 20; frame++) {
      uint8_t pixel[4];
      EGLint age;

      assert_true(eglQuerySurface(window.display, window.surface, EGL_BUFFER_AGE_EXT, &age));
      assert_in_range(age, 0, frame);
      known += age > 0;
      if (age > 0) {
         glReadPixels(3, 3, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
         assert_int_equal(pixel[0], (frame - age) * 8);
      }
      window_clear(frame * 8 << 16);
      swap(&window);
   }
   assert_true(known >= 20 - 4);
   window_close(&window);
}

static void
windows_follow_their_size(void **state)
{
   struct window window;
   EGLint width, height;

   window_open(&window, EGL_PLATFORM_X11_KHR, 100, 100);
   show_quadrants(&window, 100, 100);
   for (int i = 0; i < 20; i++) {
      const int w = 50 + i * 23 % 400, h = 40 + i * 37 % 300;

      window_clear(WHITE); /* in the middle of a frame of the old size */
      XResizeWindow(window.xlib, window.xid, (unsigned)w, (unsigned)h);
      XSync(window.xlib, False);
      eglQuerySurface(window.display, window.surface, EGL_WIDTH, &width);
      eglQuerySurface(window.display, window.surface, EGL_HEIGHT, &height);
      assert_int_equal(width, w);
      assert_int_equal(height, h);
      show_quadrants(&window, w, h);
   }
   window_close(&window);
}

/* Xvfb has visuals with red in the highest bits and with red in the lowest; D3D12 has the latter
 * only. */
static void
there_are_ten_bits_a_channel(void **state)
{
   static const EGLint attributes[] = { EGL_RED_SIZE, 10, EGL_SURFACE_TYPE, EGL_WINDOW_BIT,
                                        EGL_NONE };
   struct window window;
   XWindowAttributes x;

   window_connect(&window, EGL_PLATFORM_X11_KHR);
   window_create(&window, 100, 100, attributes);
   XGetWindowAttributes(window.xlib, window.xid, &x);
   assert_int_equal(x.depth, 30);
   assert_int_equal(x.visual->red_mask, 0x3ff);
   show_quadrants(&window, 100, 100);
   window_close(&window);
}

/* --- Pixmaps ------------------------------------------------------------------------------- */

static unsigned
depth_of(const struct window *window)
{
   XWindowAttributes x;

   XGetWindowAttributes(window->xlib, window->xid, &x);
   return (unsigned)x.depth;
}

static void
pixmaps_are_drawn_into(void **state)
{
   static const EGLint attributes[] = { EGL_SURFACE_TYPE, EGL_PIXMAP_BIT | EGL_WINDOW_BIT,
                                        EGL_NONE };
   struct window window;

   window_connect(&window, EGL_PLATFORM_X11_KHR);
   window_create(&window, 64, 64, attributes);
   Pixmap pixmap = XCreatePixmap(window.xlib, window.xid, 90, 70, depth_of(&window));
   GC gc = XCreateGC(window.xlib, pixmap, 0, NULL);
   XSetForeground(window.xlib, gc, 0xffffffff);
   XFillRectangle(window.xlib, pixmap, gc, 0, 0, 90, 70);

   EGLSurface surface = eglCreatePixmapSurface(window.display, window.config, pixmap, NULL);
   assert_ptr_not_equal(surface, EGL_NO_SURFACE);
   assert_true(eglMakeCurrent(window.display, surface, surface, window.context));
   window_clear_part(0, 0, 45, 70, GREEN);
   assert_true(eglWaitGL());
   window_expect(pixmap, 44, 69, GREEN);
   window_expect(pixmap, 45, 69, WHITE); /* X drew that */

   XSetForeground(window.xlib, gc, 0);
   XFillRectangle(window.xlib, pixmap, gc, 0, 0, 90, 70);
   assert_true(eglWaitNative(EGL_CORE_NATIVE_ENGINE));
   uint8_t pixel[4];
   glReadPixels(20, 20, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
   assert_int_equal(pixel[1], 0);

   assert_true(eglMakeCurrent(window.display, window.surface, window.surface, window.context));
   assert_true(eglDestroySurface(window.display, surface));
   XFreeGC(window.xlib, gc);
   XFreePixmap(window.xlib, pixmap);
   window_close(&window);
}

static void
frames_are_copied_into_pixmaps(void **state)
{
   struct window window;

   window_open(&window, EGL_PLATFORM_X11_KHR, 80, 60);
   Pixmap pixmap = XCreatePixmap(window.xlib, window.xid, 100, 60, depth_of(&window));
   window_clear(RED);
   window_clear_part(0, 0, 80, 30, BLUE);
   assert_true(eglCopyBuffers(window.display, window.surface, pixmap));
   assert_int_equal(window_pixel(pixmap, 79, 29), RED);
   assert_int_equal(window_pixel(pixmap, 0, 30), BLUE);
   assert_false(eglCopyBuffers(window.display, window.surface, 0x12345));
   assert_int_equal(eglGetError(), EGL_BAD_NATIVE_PIXMAP);
   XFreePixmap(window.xlib, pixmap);
   window_close(&window);
}

static void
what_is_no_window_is_refused(void **state)
{
   struct window window;

   window_open(&window, EGL_PLATFORM_X11_KHR, 64, 64);
   assert_ptr_equal(eglCreateWindowSurface(window.display, window.config, 0x12345, NULL),
                    EGL_NO_SURFACE);
   assert_int_equal(eglGetError(), EGL_BAD_NATIVE_WINDOW);
   assert_ptr_equal(eglCreateWindowSurface(window.display, window.config, window.xid, NULL),
                    EGL_NO_SURFACE);
   assert_int_equal(eglGetError(), EGL_BAD_ALLOC);
   Pixmap bitmap = XCreatePixmap(window.xlib, window.xid, 10, 10, 1);
   assert_ptr_equal(eglCreatePixmapSurface(window.display, window.config, bitmap, NULL),
                    EGL_NO_SURFACE);
   assert_int_equal(eglGetError(), EGL_BAD_MATCH);
   XFreePixmap(window.xlib, bitmap);
   window_close(&window);
}

/* --- Time ---------------------------------------------------------------------------------- */

static int64_t
time_frames(const struct window *window, EGLint interval, unsigned frames)
{
   assert_true(eglSwapInterval(window->display, interval));
   window_clear(RED);
   swap(window);
   const int64_t start = now_ms();
   for (unsigned i = 0; i < frames; i++) {
      window_clear(i % 2 ? RED : BLUE);
      swap(window);
   }
   return now_ms() - start;
}

/* Xvfb's monitor has 60 frames a second. */
static void
the_interval_paces(void **state)
{
   struct window window;

   window_open(&window, EGL_PLATFORM_X11_KHR, 64, 64);
   const int64_t unpaced = time_frames(&window, 0, 60);
   const int64_t one = time_frames(&window, 1, 60), two = time_frames(&window, 2, 30);
   print_message("60 frames: %d ms unpaced, %d ms at interval 1; 30 at interval 2: %d ms\n",
                 (int)unpaced, (int)one, (int)two);
   assert_in_range(one, 900, 1500);
   assert_in_range(two, 850, 1500);
   assert_true(unpaced < 600);
   window_close(&window);
}

/* --- Interference -------------------------------------------------------------------------- */

static void
destroy_by_another(xcb_window_t xid)
{
   xcb_connection_t *other = xcb_connect(NULL, NULL);

   xcb_destroy_window(other, xid);
   xcb_flush(other);
   free(xcb_get_input_focus_reply(other, xcb_get_input_focus(other), NULL));
   xcb_disconnect(other);
}

static void
a_window_may_be_destroyed_by_others(void **state)
{
   struct window window;

   for (int round = 0; round < 6; round++) {
      window_connect(&window, EGL_PLATFORM_X11_KHR);
      window_create(&window, 100, 100, NULL);
      eglSwapInterval(window.display, round % 2);
      bool shown = true;
      for (int frame = 0; shown && frame < 500; frame++) {
         if (frame == round * 3)
            destroy_by_another(window.xid);
         window_clear(RED);
         shown = eglSwapBuffers(window.display, window.surface);
      }
      assert_false(shown);
      assert_int_equal(eglGetError(), EGL_BAD_NATIVE_WINDOW);
      /* Its own destruction is an error that the program is told of, as it would be without us. */
      eglMakeCurrent(window.display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
      assert_true(eglDestroySurface(window.display, window.surface));
      assert_true(eglDestroyContext(window.display, window.context));
      window_disconnect(&window);
   }
}

static unsigned
count_descriptors(void)
{
   DIR *directory = opendir("/proc/self/fd");
   unsigned count = 0;

   while (readdir(directory))
      count++;
   closedir(directory);
   return count;
}

static void
many_windows_leave_nothing_behind(void **state)
{
   unsigned descriptors = 0, mappings = 0;
   struct window window;

   window_connect(&window, EGL_PLATFORM_X11_KHR);
   for (int i = 0; i < 100; i++) {
      window_create(&window, 40 + i % 7, 40, NULL);
      eglSwapInterval(window.display, 0);
      for (int frame = 0; frame < 3; frame++) {
         window_clear(RED);
         swap(&window);
      }
      if (i % 3 == 1) {
         destroy_by_another(window.xid);
         eglSwapBuffers(window.display, window.surface);
      }
      eglMakeCurrent(window.display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
      assert_true(eglDestroySurface(window.display, window.surface));
      assert_true(eglDestroyContext(window.display, window.context));
      if (i % 3 != 1)
         XDestroyWindow(window.xlib, window.xid);
      XSync(window.xlib, False);
      if (i == 10) {
         descriptors = count_descriptors();
         mappings = server_count_mappings(&server);
      }
   }
   nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
   print_message("descriptors %u → %u, mappings of the server %u → %u\n", descriptors,
                 count_descriptors(), mappings, server_count_mappings(&server));
   assert_true(count_descriptors() <= descriptors + 2);
   assert_true(server_count_mappings(&server) <= mappings + 2);
   window_disconnect(&window);
}

/* What this program is when it is started as a victim. */
static void __attribute__((noreturn)) present_until_killed(void)
{
   struct window window;

   window_open(&window, EGL_PLATFORM_X11_KHR, 100, 100);
   eglSwapInterval(window.display, 0);
   for (;;) {
      window_clear(RED);
      swap(&window);
   }
}

static void
clients_may_be_killed(void **state)
{
   const unsigned mappings = server_count_mappings(&server);
   unsigned seen = 0;

   for (int i = 0; i < 8; i++) {
      const pid_t victim = fork();
      if (victim == 0) {
         execl("/proc/self/exe", "victim", "victim", (char *)NULL);
         _exit(127);
      }
      for (int wait = 0; wait < 100 && server_count_mappings(&server) <= mappings; wait++)
         nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
      nanosleep(&(struct timespec){ .tv_nsec = i * 7000000 }, NULL);
      seen += server_count_mappings(&server) > mappings;
      kill(victim, SIGKILL);
      waitpid(victim, NULL, 0);
   }
   assert_true(seen > 0);
   for (int wait = 0; wait < 100 && server_count_mappings(&server) > mappings; wait++)
      nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
   assert_int_equal(server_count_mappings(&server), mappings);
}

/* What the presenter does never needs a lock that the program may hold. */
static void
a_locked_display_does_not_block(void **state)
{
   struct window window;

   window_open(&window, EGL_PLATFORM_X11_KHR, 64, 64);
   XLockDisplay(window.xlib);
   const int64_t time = time_frames(&window, 1, 30);
   XUnlockDisplay(window.xlib);
   assert_true(time < 1500);
   window_close(&window);
}

static void
a_grabbed_server_does_not_block_for_ever(void **state)
{
   struct window window;

   window_open(&window, EGL_PLATFORM_X11_KHR, 64, 64);
   eglSwapInterval(window.display, 0);
   XGrabServer(window.xlib);
   XSync(window.xlib, False);
   const int64_t start = now_ms();
   for (int i = 0; i < 6; i++) {
      window_clear(GREEN);
      swap(&window);
   }
   const int64_t time = now_ms() - start;
   XUngrabServer(window.xlib);
   XSync(window.xlib, False);
   assert_true(time < 4000);
   window_expect(window.xid, 1, 1, GREEN);
   window_close(&window);
}

static void *
present_in_a_thread(void *data)
{
   const struct window *shared = data;
   struct window window = *shared;

   window_create(&window, 60, 60, NULL);
   eglSwapInterval(window.display, 0);
   for (int i = 0; i < 50; i++) {
      window_clear(i % 2 ? GREEN : RED);
      swap(&window);
   }
   window_expect(window.xid, 30, 30, GREEN);
   window_destroy(&window);
   eglReleaseThread();
   return NULL;
}

static void
threads_present_side_by_side(void **state)
{
   pthread_t threads[4];
   struct window window;

   window_connect(&window, EGL_PLATFORM_X11_KHR);
   for (int i = 0; i < 4; i++)
      pthread_create(&threads[i], NULL, present_in_a_thread, &window);
   for (int i = 0; i < 4; i++)
      pthread_join(threads[i], NULL);
   window_disconnect(&window);
}

static void
a_server_may_die(void **state)
{
   struct window window;
   struct server mortal, old = server;
   bool shown = true;

   server_start(&mortal, 24, NULL);
   /* Xlib ends a program whose server dies; xcb does not. */
   window_open(&window, EGL_PLATFORM_XCB_EXT, 64, 64);
   for (int i = 0; shown && i < 300; i++) {
      if (i == 10)
         server_stop(&mortal);
      window_clear(RED);
      shown = eglSwapBuffers(window.display, window.surface);
   }
   assert_false(shown);
   window_close(&window);
   setenv("DISPLAY", old.display, 1);
   setenv("XDG_RUNTIME_DIR", old.directory, 1);
}

/* --- Servers ------------------------------------------------------------------------------- */

static const struct {
   const char *name;
   int depth;
   const char *switched_off[3];
} servers[] = {
   { "best", 24, { NULL } },
   { "no-shm", 24, { "MIT-SHM", NULL } },
   /* Present is nothing without its events. */
   { "no-present", 24, { "Generic Event Extension", NULL } },
   { "nothing", 24, { "MIT-SHM", "Generic Event Extension", NULL } },
   { "depth-30", 30, { NULL } },
};

int
main(int argc, char **argv)
{
   const struct CMUnitTest pictures[] = {
      cmocka_unit_test(windows_show_what_was_drawn),
      cmocka_unit_test(damage_is_what_changes),
      cmocka_unit_test(buffers_have_the_content_of_their_age),
      cmocka_unit_test(windows_follow_their_size),
      cmocka_unit_test(frames_are_copied_into_pixmaps),
      cmocka_unit_test(the_interval_paces),
      cmocka_unit_test(a_window_may_be_destroyed_by_others),
   };
   const struct CMUnitTest ten_bits[] = {
      cmocka_unit_test(there_are_ten_bits_a_channel),
   };
   const struct CMUnitTest others[] = {
      cmocka_unit_test(the_default_display_works),
      cmocka_unit_test(a_native_display_is_recognised),
      cmocka_unit_test(windows_with_alpha_keep_it),
      cmocka_unit_test(pixmaps_are_drawn_into),
      cmocka_unit_test(what_is_no_window_is_refused),
      cmocka_unit_test(many_windows_leave_nothing_behind),
      cmocka_unit_test(clients_may_be_killed),
      cmocka_unit_test(a_locked_display_does_not_block),
      cmocka_unit_test(a_grabbed_server_does_not_block_for_ever),
      cmocka_unit_test(threads_present_side_by_side),
      cmocka_unit_test(a_server_may_die),
   };
   unsigned which = 0;
   int failed;

   if (argc > 1 && !strcmp(argv[1], "victim"))
      present_until_killed();

   while (which < 5 && argc > 1 && strcmp(servers[which].name, argv[1]))
      which++;
   if (which == 5)
      return 1;
   server_start(&server, servers[which].depth, servers[which].switched_off);
   failed = cmocka_run_group_tests(pictures, NULL, NULL);
   if (which == 0)
      failed += cmocka_run_group_tests(others, NULL, NULL);
   if (servers[which].depth == 30)
      failed += cmocka_run_group_tests(ten_bits, NULL, NULL);
   server_stop(&server);
   return failed;
}
