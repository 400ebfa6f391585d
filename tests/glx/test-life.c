/*
 * What becomes of things when others go: windows, connections, threads.
 */
#include "harness.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

/* DXG_TEST_LONG in the environment: as many as a long-lived program may see. */
static unsigned
window_count(void)
{
   return getenv("DXG_TEST_LONG") ? 500 : 50;
}

static unsigned
open_descriptors(void)
{
   DIR *directory = opendir("/proc/self/fd");
   unsigned count = 0;

   assert_non_null(directory);
   while (readdir(directory))
      count++;
   closedir(directory);
   return count;
}

static unsigned
mappings(void)
{
   FILE *file = fopen("/proc/self/maps", "r");
   unsigned count = 0;
   int c;

   assert_non_null(file);
   while ((c = getc(file)) != EOF)
      count += c == '\n';
   fclose(file);
   return count;
}

/* --- Windows ------------------------------------------------------------------------------- */

static void
show(Display *dpy, GLXDrawable drawable, unsigned color)
{
   clear(color);
   glXSwapBuffers(dpy, drawable);
}

/* That a window is gone is known when the server's word has come, and acted upon when the next window
 * comes: until then it keeps what it has. */
static void
let_gone_windows_be_noticed(Display *dpy, GLXFBConfig config, GLXContext context,
                            unsigned descriptors, unsigned maps)
{
   const double end = now() + 10;

   while ((open_descriptors() > descriptors || mappings() > maps) && now() < end) {
      const Window window = create_window(dpy, config, 40, 30);
      assert_true(glXMakeCurrent(dpy, window, context));
      show(dpy, window, RED);
      glXMakeCurrent(dpy, None, NULL);
      XDestroyWindow(dpy, window);
      XSync(dpy, False);
      usleep(20000);
   }
}

static void
windows_come_and_go(void **state)
{
   Display *dpy = open_display(), *killer = XOpenDisplay(NULL);
   GLXFBConfig config = choose_config(dpy, NULL);
   GLXContext context = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);
   unsigned descriptors = 0, maps = 0;

   for (unsigned i = 0; i < window_count(); i++) {
      const Window window = create_window(dpy, config, 40 + (int)i % 7, 30);
      const GLXWindow glx_window = i % 2 ? glXCreateWindow(dpy, config, window, NULL) : window;

      assert_true(glXMakeCurrent(dpy, glx_window, context));
      show(dpy, glx_window, RED);
      XResizeWindow(dpy, window, 60, 50);
      show(dpy, glx_window, GREEN);
      switch (i / 2 % 3) {
      case 0: /* in the right order */
         glXMakeCurrent(dpy, None, NULL);
         if (i % 2)
            glXDestroyWindow(dpy, glx_window);
         XDestroyWindow(dpy, window);
         break;
      case 1: /* below our feet */
         XDestroyWindow(dpy, window);
         XSync(dpy, False);
         clear(BLUE);
         glFinish();
         glXMakeCurrent(dpy, None, NULL);
         if (i % 2)
            glXDestroyWindow(dpy, glx_window);
         break;
      case 2: /* by somebody else */
         XDestroyWindow(killer, window);
         XSync(killer, False);
         clear(BLUE);
         glFinish();
         glXMakeCurrent(dpy, None, NULL);
         if (i % 2)
            glXDestroyWindow(dpy, glx_window);
         break;
      }
      if (i == 20) {
         descriptors = open_descriptors();
         maps = mappings();
      }
   }
   XSync(dpy, True);
   let_gone_windows_be_noticed(dpy, config, context, descriptors + 8, maps + 40);
   /* Nothing is kept of those that are gone, but for the last. */
   assert_in_range(open_descriptors(), 0, descriptors + 8);
   assert_in_range(mappings(), 0, maps + 40);
   glXDestroyContext(dpy, context);
   XCloseDisplay(killer);
   XCloseDisplay(dpy);
}

static void
swapping_a_window_that_is_gone_is_an_error(void **state)
{
   Display *dpy = open_display();
   GLXFBConfig config = choose_config(dpy, NULL);
   GLXContext context = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);
   const Window window = create_window(dpy, config, 40, 30);
   const double end = now() + 5;

   glXMakeCurrent(dpy, window, context);
   show(dpy, window, RED);
   expect_no_error(dpy);
   XDestroyWindow(dpy, window);
   XSync(dpy, False);
   /* It is known as soon as the server's word has come. */
   while (now() < end) {
      show(dpy, window, GREEN);
      usleep(10000);
   }
   expect_glx_error(dpy, BAD_CURRENT_WINDOW);
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyContext(dpy, context);
   XCloseDisplay(dpy);
}

static void
one_context_serves_many_windows(void **state)
{
   enum { COUNT = 6 };
   static const unsigned colors[COUNT] = { RED, GREEN, BLUE, WHITE, 0x804020, 0x102030 };
   Display *dpy = open_display();
   GLXFBConfig config = choose_config(dpy, NULL);
   GLXContext context = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);
   Window windows[COUNT];

   for (int i = 0; i < COUNT; i++) {
      windows[i] = create_window(dpy, config, 40, 30);
      XMoveWindow(dpy, windows[i], 50 * i, 0); /* the server keeps no picture of what is covered */
   }
   for (int frame = 0; frame < 3; frame++) {
      for (int i = 0; i < COUNT; i++) {
         assert_true(glXMakeCurrent(dpy, windows[i], context));
         show(dpy, windows[i], colors[i]);
      }
   }
   for (int i = 0; i < COUNT; i++)
      expect_pixel(dpy, windows[i], 20, 15, colors[i]);
   expect_no_error(dpy);
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyContext(dpy, context);
   XCloseDisplay(dpy);
}

/* --- Connections --------------------------------------------------------------------------- */

static void
displays_close_with_contexts_alive(void **state)
{
   unsigned descriptors = 0;

   for (int i = 0; i < 12; i++) {
      Display *dpy = open_display();
      GLXFBConfig config = choose_config(dpy, NULL);
      GLXContext current = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);
      const Window window = create_window(dpy, config, 32, 32);

      glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, current, True);
      assert_true(glXMakeCurrent(dpy, window, current));
      show(dpy, window, RED);
      if (i % 2)
         glXMakeCurrent(dpy, None, NULL);
      XCloseDisplay(dpy);
      if (i % 2 == 0) {
         /* Drawing goes nowhere, and harms nobody. */
         clear(GREEN);
         glFinish();
      }
      if (i == 4)
         descriptors = open_descriptors();
   }
   assert_in_range(open_descriptors(), 0, descriptors + 4);
}

/* --- Threads ------------------------------------------------------------------------------- */

#define THREADS 4
#define FRAMES 30

static Display *shared;

static void *
draw_frames(void *data)
{
   const bool own_display = (uintptr_t)data % 2;
   Display *dpy = own_display ? XOpenDisplay(NULL) : shared;
   GLXFBConfig config = choose_config(dpy, NULL);
   GLXContext context = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);
   const Window window = create_window(dpy, config, 48, 48);

   for (int i = 0; i < FRAMES; i++) {
      if (!glXMakeCurrent(dpy, window, context))
         return "not current";
      clear(i % 2 ? RED : GREEN);
      if (gl_pixel(20, 20) != (i % 2 ? RED : GREEN))
         return "wrong colour";
      glXSwapBuffers(dpy, window);
      if (i % 5 == 0)
         glXMakeCurrent(dpy, None, NULL);
   }
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyContext(dpy, context);
   XDestroyWindow(dpy, window);
   if (own_display)
      XCloseDisplay(dpy);
   return NULL;
}

static void
threads_draw_at_once(void **state)
{
   pthread_t threads[THREADS];

   shared = open_display();
   for (uintptr_t i = 0; i < THREADS; i++)
      assert_int_equal(pthread_create(&threads[i], NULL, draw_frames, (void *)i), 0);
   for (unsigned i = 0; i < THREADS; i++) {
      void *what;

      pthread_join(threads[i], &what);
      assert_null(what);
   }
   expect_no_error(shared);
   XCloseDisplay(shared);
}

struct waiter {
   Display *dpy;
   Window window;
   Bool woken;
};

static void *
wait_for_swap(void *data)
{
   PFNGLXWAITFORSBCOMLPROC wait = FIND(PFNGLXWAITFORSBCOMLPROC, "glXWaitForSbcOML");
   struct waiter *waiter = data;
   int64_t ust, msc, sbc;

   waiter->woken = wait(waiter->dpy, waiter->window, 5, &ust, &msc, &sbc);
   return NULL;
}

static void
a_thread_waits_for_anothers_swap(void **state)
{
   Display *dpy = open_display();
   GLXFBConfig config = choose_config(dpy, NULL);
   GLXContext context = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);
   struct waiter waiter = { dpy, create_window(dpy, config, 32, 32), False };
   pthread_t thread;

   glXMakeCurrent(dpy, waiter.window, context);
   show(dpy, waiter.window, RED);
   assert_int_equal(pthread_create(&thread, NULL, wait_for_swap, &waiter), 0);
   usleep(50000);
   for (int i = 0; i < 5; i++)
      show(dpy, waiter.window, GREEN);
   pthread_join(thread, NULL);
   assert_true(waiter.woken);
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyContext(dpy, context);
   XCloseDisplay(dpy);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(windows_come_and_go),
      cmocka_unit_test(swapping_a_window_that_is_gone_is_an_error),
      cmocka_unit_test(one_context_serves_many_windows),
      cmocka_unit_test(displays_close_with_contexts_alive),
      cmocka_unit_test(threads_draw_at_once),
      cmocka_unit_test(a_thread_waits_for_anothers_swap),
   };

   return cmocka_run_group_tests_name("glx-life", tests, start_server, stop_server);
}
