/*
 * Swaps: what they show, when, and what they count.
 */
#include "harness.h"

#include <pthread.h>
#include <stdatomic.h>

static Display *dpy;
static GLXFBConfig config;
static GLXContext context;
static Window window;

static void
show(unsigned color)
{
   clear(color);
   glXSwapBuffers(dpy, window);
}

static void
windows_show_what_was_drawn(void **state)
{
   clear(RED);
   glEnable(GL_SCISSOR_TEST);
   glScissor(0, 0, 64, 16);
   clear(GREEN); /* the lower part */
   glDisable(GL_SCISSOR_TEST);
   glXSwapBuffers(dpy, window);
   expect_pixel(dpy, window, 5, 5, RED);
   expect_pixel(dpy, window, 5, 60, GREEN);
   expect_no_error(dpy);
}

static void
a_swap_needs_no_context(void **state)
{
   clear(BLUE);
   glXMakeCurrent(dpy, None, NULL);
   glXSwapBuffers(dpy, window);
   expect_pixel(dpy, window, 5, 5, BLUE);
   assert_true(glXMakeCurrent(dpy, window, context));
   expect_no_error(dpy);
}

static void
windows_keep_what_was_drawn_while_others_are_current(void **state)
{
   const Window other = create_window(dpy, config, 32, 32);

   clear(WHITE);
   glXMakeCurrent(dpy, other, context);
   clear(RED);
   glXSwapBuffers(dpy, window);
   glXSwapBuffers(dpy, other);
   expect_pixel(dpy, window, 40, 40, WHITE);
   expect_pixel(dpy, other, 5, 5, RED);
   glXMakeCurrent(dpy, window, context);
   XDestroyWindow(dpy, other);
   expect_no_error(dpy);
}

static void
single_buffers_are_flushed(void **state)
{
   static const int attributes[] = { GLX_DOUBLEBUFFER, False, GLX_RED_SIZE, 8, None };
   GLXFBConfig single = choose_config(dpy, attributes);
   GLXContext single_context = glXCreateNewContext(dpy, single, GLX_RGBA_TYPE, NULL, True);
   const Window other = create_window(dpy, single, 32, 32);

   assert_true(glXMakeCurrent(dpy, other, single_context));
   clear(GREEN);
   glFlush();
   expect_pixel(dpy, other, 10, 10, GREEN);
   clear(BLUE);
   glXWaitGL();
   assert_int_equal(x_pixel(dpy, other, 10, 10), BLUE);
   glXMakeCurrent(dpy, window, context);
   glXDestroyContext(dpy, single_context);
   XDestroyWindow(dpy, other);
   expect_no_error(dpy);
}

static void
parts_are_copied(void **state)
{
   PFNGLXCOPYSUBBUFFERMESAPROC copy = FIND(PFNGLXCOPYSUBBUFFERMESAPROC, "glXCopySubBufferMESA");

   show(RED);
   expect_pixel(dpy, window, 5, 5, RED);
   clear(GREEN);
   copy(dpy, window, 0, 0, 16, 8);
   expect_pixel(dpy, window, 5, 60, GREEN);
   assert_int_equal(x_pixel(dpy, window, 20, 60), RED);
   assert_int_equal(x_pixel(dpy, window, 5, 50), RED);
   /* The back buffer stays. */
   assert_int_equal(gl_pixel(50, 50), GREEN);
   expect_no_error(dpy);
}

static void
resized_windows_are_drawn_in_full(void **state)
{
   static const int sizes[][2] = { { 100, 80 }, { 30, 90 }, { 64, 64 } };

   for (unsigned i = 0; i < 3; i++) {
      const int width = sizes[i][0], height = sizes[i][1];
      const double end = now() + 5;

      XResizeWindow(dpy, window, (unsigned)width, (unsigned)height);
      XSync(dpy, False);
      do {
         glViewport(0, 0, width, height);
         show(i % 2 ? BLUE : GREEN);
      } while (x_pixel(dpy, window, width - 1, height - 1) != (i % 2 ? BLUE : GREEN) &&
               now() < end);
      expect_pixel(dpy, window, width - 1, height - 1, i % 2 ? BLUE : GREEN);
   }
}

/* --- Intervals ----------------------------------------------------------------------------- */

static double
seconds_of_frames(int frames)
{
   const double start = now();

   for (int i = 0; i < frames; i++)
      show(i % 2 ? RED : BLUE);
   glXWaitGL();
   return now() - start;
}

static void
intervals_are_kept(void **state)
{
   PFNGLXSWAPINTERVALEXTPROC set = FIND(PFNGLXSWAPINTERVALEXTPROC, "glXSwapIntervalEXT");
   unsigned value;

   glXQueryDrawable(dpy, window, GLX_SWAP_INTERVAL_EXT, &value);
   assert_int_equal(value, 1);
   /* 60 frames a second, by Xvfb's or our clock. */
   assert_true(seconds_of_frames(30) > 0.3);
   set(dpy, window, 2);
   glXQueryDrawable(dpy, window, GLX_SWAP_INTERVAL_EXT, &value);
   assert_int_equal(value, 2);
   assert_true(seconds_of_frames(20) > 0.4);
   set(dpy, window, 0);
   assert_true(seconds_of_frames(30) < 0.4);
   expect_no_error(dpy);
   set(dpy, window, -1); /* EXT_swap_control_tear */
   if (without_present)
      expect_error(dpy, BadValue);
   else
      expect_no_error(dpy);
   glXQueryDrawable(dpy, window, GLX_SWAP_INTERVAL_EXT, &value);
   assert_int_equal(value, without_present ? 0 : 1);
   set(dpy, window, 1);
   expect_no_error(dpy);
   set(dpy, 0x123, 1);
   expect_glx_error(dpy, BAD_DRAWABLE);
}

static void
intervals_by_other_names(void **state)
{
   PFNGLXSWAPINTERVALMESAPROC set = FIND(PFNGLXSWAPINTERVALMESAPROC, "glXSwapIntervalMESA");
   PFNGLXGETSWAPINTERVALMESAPROC get =
      FIND(PFNGLXGETSWAPINTERVALMESAPROC, "glXGetSwapIntervalMESA");
   PFNGLXSWAPINTERVALSGIPROC set_sgi = FIND(PFNGLXSWAPINTERVALSGIPROC, "glXSwapIntervalSGI");

   assert_int_equal(set(0), Success);
   assert_int_equal(get(), 0);
   assert_int_equal(set_sgi(0), GLX_BAD_VALUE);
   assert_int_equal(set_sgi(1), Success);
   assert_int_equal(get(), 1);
   assert_int_equal(set((unsigned)-1), GLX_BAD_VALUE);
   glXMakeCurrent(dpy, None, NULL);
   assert_int_equal(set(1), GLX_BAD_CONTEXT);
   assert_int_equal(set_sgi(1), GLX_BAD_CONTEXT);
   glXMakeCurrent(dpy, window, context);
}

/* --- Counters ------------------------------------------------------------------------------ */

static void
swaps_and_frames_are_counted(void **state)
{
   PFNGLXGETSYNCVALUESOMLPROC get = FIND(PFNGLXGETSYNCVALUESOMLPROC, "glXGetSyncValuesOML");
   PFNGLXSWAPBUFFERSMSCOMLPROC swap = FIND(PFNGLXSWAPBUFFERSMSCOMLPROC, "glXSwapBuffersMscOML");
   PFNGLXWAITFORSBCOMLPROC wait_sbc = FIND(PFNGLXWAITFORSBCOMLPROC, "glXWaitForSbcOML");
   PFNGLXWAITFORMSCOMLPROC wait_msc = FIND(PFNGLXWAITFORMSCOMLPROC, "glXWaitForMscOML");
   PFNGLXGETMSCRATEOMLPROC get_rate = FIND(PFNGLXGETMSCRATEOMLPROC, "glXGetMscRateOML");
   int64_t ust, msc, sbc, ust0, msc0, sbc0;
   int32_t numerator, denominator;

   assert_true(wait_sbc(dpy, window, 0, &ust0, &msc0, &sbc0));
   assert_true(get(dpy, window, &ust, &msc, &sbc));
   assert_int_equal(sbc, sbc0);
   assert_true(msc >= msc0);

   assert_int_equal(swap(dpy, window, 0, 0, 0), sbc0 + 1);
   assert_int_equal(swap(dpy, window, 0, 0, 0), sbc0 + 2);
   assert_true(wait_sbc(dpy, window, sbc0 + 2, &ust, &msc, &sbc));
   assert_int_equal(sbc, sbc0 + 2);
   assert_true(msc > msc0);
   assert_true(ust > ust0);

   msc0 = msc;
   assert_int_equal(swap(dpy, window, msc0 + 10, 0, 0), sbc0 + 3);
   assert_true(wait_sbc(dpy, window, 0, &ust, &msc, &sbc));
   assert_int_equal(sbc, sbc0 + 3);
   assert_true(msc >= msc0 + 10);

   assert_true(wait_msc(dpy, window, msc + 5, 0, 0, &ust, &msc0, &sbc));
   assert_true(msc0 >= msc + 5);
   assert_true(wait_msc(dpy, window, 0, 4, 1, &ust, &msc, &sbc));
   assert_true(msc > msc0);

   assert_int_equal(swap(dpy, window, 0, 2, 2), -1);
   assert_int_equal(swap(dpy, window, -1, 0, 0), -1);
   assert_false(wait_msc(dpy, window, 0, 2, 2, &ust, &msc, &sbc));
   assert_false(wait_sbc(dpy, window, -1, &ust, &msc, &sbc));
   assert_true(get_rate(dpy, window, &numerator, &denominator));
   assert_in_range(numerator / denominator, 20, 500);
}

static void
frames_are_counted_for_the_current_window(void **state)
{
   PFNGLXGETVIDEOSYNCSGIPROC get = FIND(PFNGLXGETVIDEOSYNCSGIPROC, "glXGetVideoSyncSGI");
   PFNGLXWAITVIDEOSYNCSGIPROC wait = FIND(PFNGLXWAITVIDEOSYNCSGIPROC, "glXWaitVideoSyncSGI");
   unsigned before, after;

   assert_int_equal(get(&before), Success);
   assert_int_equal(wait(2, (int)((before + 1) % 2), &after), Success);
   assert_true(after > before);
   assert_int_equal(wait(0, 0, &after), GLX_BAD_VALUE);
   assert_int_equal(wait(2, -1, &after), GLX_BAD_VALUE);
   glXMakeCurrent(dpy, None, NULL);
   assert_int_equal(get(&after), GLX_BAD_CONTEXT);
   glXMakeCurrent(dpy, window, context);
}

static void
ages_are_told(void **state)
{
   unsigned age = 77;

   for (int i = 0; i < 6; i++)
      show(i % 2 ? RED : BLUE);
   clear(GREEN);
   glXQueryDrawable(dpy, window, GLX_BACK_BUFFER_AGE_EXT, &age);
   assert_in_range(age, 1, 4);
   expect_no_error(dpy);
   glXMakeCurrent(dpy, None, NULL);
   glXQueryDrawable(dpy, window, GLX_BACK_BUFFER_AGE_EXT, &age);
   expect_glx_error(dpy, BAD_DRAWABLE);
   glXMakeCurrent(dpy, window, context);
}

/* --- INTEL_swap_event ---------------------------------------------------------------------- */

#define EVENTS 10

static void
swaps_send_events(void **state)
{
   const Window other = create_window(dpy, config, 32, 32);
   const GLXWindow glx_window = glXCreateWindow(dpy, config, other, NULL);
   const double end = now() + 5;
   int error_base, event_base, count = 0;
   int64_t last_sbc = 0, last_ust = 0;
   unsigned long mask = 0;

   glXQueryExtension(dpy, &error_base, &event_base);
   assert_true(glXMakeContextCurrent(dpy, glx_window, glx_window, context));
   glXSelectEvent(dpy, glx_window, GLX_BUFFER_SWAP_COMPLETE_INTEL_MASK);
   glXGetSelectedEvent(dpy, glx_window, &mask);
   assert_int_equal(mask, GLX_BUFFER_SWAP_COMPLETE_INTEL_MASK);
   for (int i = 0; i < EVENTS; i++) {
      clear(GREEN);
      glXSwapBuffers(dpy, glx_window);
   }
   while (count < EVENTS && now() < end) {
      XEvent event;

      if (!XCheckTypedEvent(dpy, event_base + GLX_BufferSwapComplete, &event)) {
         XSync(dpy, False);
         continue;
      }
      const GLXBufferSwapComplete *complete = (const GLXBufferSwapComplete *)&event;
      assert_int_equal(complete->drawable, other);
      assert_int_equal(complete->sbc, last_sbc + 1);
      assert_true(complete->ust >= last_ust);
      last_sbc = complete->sbc;
      last_ust = complete->ust;
      count++;
   }
   assert_int_equal(count, EVENTS);
   glXMakeCurrent(dpy, window, context);
   glXDestroyWindow(dpy, glx_window);
   XDestroyWindow(dpy, other);
   expect_no_error(dpy);
}

/* --- Whole frames -------------------------------------------------------------------------- */

#define SIDE 384 /* many tiles of the rasteriser */
#define FRAMES 400

struct watcher {
   pthread_t thread;
   Window window;
   atomic_bool stop;
   unsigned images, colors, torn; /* colors: images that differ from the one before */
};

static void *
watch(void *data)
{
   struct watcher *watcher = data;
   Display *own = open_display();
   unsigned long last = 0;

   while (!atomic_load(&watcher->stop)) {
      XImage *image = XGetImage(own, watcher->window, 0, 0, SIDE, SIDE, AllPlanes, ZPixmap);
      if (!image)
         break;
      const unsigned long color = XGetPixel(image, 0, 0);
      bool torn = false;
      for (int y = 0; y < SIDE; y += 4) {
         for (int x = 0; x < SIDE; x += 4)
            torn |= XGetPixel(image, x, y) != color;
      }
      watcher->torn += torn;
      watcher->colors += color != last;
      watcher->images++;
      last = color;
      XDestroyImage(image);
   }
   XCloseDisplay(own);
   return NULL;
}

/* Four quads, one a list: the driver waits before each for what was drawn, to read its indices. */
static GLuint
make_quarters(void)
{
   const GLuint lists = glGenLists(4);

   for (GLuint i = 0; i < 4; i++) {
      const float x = i % 2 ? 0 : -1, y = i / 2 ? 0 : -1;

      glNewList(lists + i, GL_COMPILE);
      glBegin(GL_QUADS);
      glVertex2f(x, y);
      glVertex2f(x + 1, y);
      glVertex2f(x + 1, y + 1);
      glVertex2f(x, y + 1);
      glEnd();
      glEndList();
   }
   return lists;
}

/* Who looks at a window sees one frame, as soon as it is there: all of it, and nothing of the next. */
static void
frames_arrive_whole(void **state)
{
   PFNGLXSWAPINTERVALMESAPROC interval = FIND(PFNGLXSWAPINTERVALMESAPROC, "glXSwapIntervalMESA");
   struct watcher watcher = { .window = create_window(dpy, config, SIDE, SIDE) };

   assert_true(glXMakeCurrent(dpy, watcher.window, context));
   const GLuint lists = make_quarters();
   interval(0);
   glViewport(0, 0, SIDE, SIDE);
   for (unsigned i = 0; i < FRAMES; i++) {
      clear(0);
      glColor3ub((GLubyte)i, (GLubyte)(i * 7), (GLubyte)~i);
      for (GLuint k = 0; k < 4; k++)
         glCallList(lists + k);
      glXSwapBuffers(dpy, watcher.window);
      /* From the first frame on: before it, a window is black. */
      if (i == 0) {
         glXWaitGL();
         expect_pixel(dpy, watcher.window, 5, 5, 0x0000ff);
         assert_int_equal(pthread_create(&watcher.thread, NULL, watch, &watcher), 0);
      }
   }
   atomic_store(&watcher.stop, true);
   pthread_join(watcher.thread, NULL);
   if (watcher.torn)
      fail_msg("%u of %u images have more than one frame", watcher.torn, watcher.images);
   assert_true(watcher.colors > 3);
   glDeleteLists(lists, 4);
   glXMakeCurrent(dpy, window, context);
   XDestroyWindow(dpy, watcher.window);
   expect_no_error(dpy);
}

static int
open_all(void **state)
{
   if (start_server(state) != 0)
      return 1;
   dpy = open_display();
   config = choose_config(dpy, NULL);
   window = create_window(dpy, config, 64, 64);
   context = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);
   return context && glXMakeCurrent(dpy, window, context) ? 0 : 1;
}

static int
close_all(void **state)
{
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyContext(dpy, context);
   XCloseDisplay(dpy);
   return stop_server(state);
}

int
main(int argc, char **argv)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(windows_show_what_was_drawn),
      cmocka_unit_test(a_swap_needs_no_context),
      cmocka_unit_test(windows_keep_what_was_drawn_while_others_are_current),
      cmocka_unit_test(single_buffers_are_flushed),
      cmocka_unit_test(parts_are_copied),
      cmocka_unit_test(resized_windows_are_drawn_in_full),
      cmocka_unit_test(intervals_are_kept),
      cmocka_unit_test(intervals_by_other_names),
      cmocka_unit_test(ages_are_told),
      cmocka_unit_test(frames_arrive_whole),
   };
   const struct CMUnitTest present_tests[] = {
      cmocka_unit_test(swaps_and_frames_are_counted),
      cmocka_unit_test(frames_are_counted_for_the_current_window),
      cmocka_unit_test(swaps_send_events),
   };
   int failed;

   without_present = argc > 1 && strcmp(argv[1], "no-present") == 0;
   failed = cmocka_run_group_tests_name("glx-swap", tests, open_all, close_all);
   if (!without_present)
      failed += cmocka_run_group_tests_name("glx-swap-present", present_tests, open_all, close_all);
   return failed;
}
