/*
 * The presenter without EGL or GLX: each way that pixels can take to the server, front buffers, and
 * what is told about swaps. Reaches into its objects to have ways that this machine would not
 * choose.
 */
#include "server.h"
#include "window.h"

#include "gallium/winsys/dxg/runtime.h"
#include "x11/objects.h"

#include <drm_fourcc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RED 0xff0000
#define GREEN 0x00ff00
#define BLUE 0x0000ff
#define WHITE 0xffffff

static struct server server;
static struct loader_screen *screen;
static struct dxg_device device;
static struct {
   void (*ClearColor)(float red, float green, float blue, float alpha);
   void (*Clear)(unsigned mask);
   void (*Flush)(void);
   void (*Finish)(void);
   void (*DrawBuffer)(unsigned buffer);
   void (*ReadBuffer)(unsigned buffer);
   void (*ReadPixels)(int x, int y, int width, int height, unsigned format, unsigned type,
                      void *pixels);
} gl;

#define GL_FRONT 0x0404
#define GL_BACK 0x0405

static bool
get_buffers(void *data, unsigned wanted, struct loader_buffers *out)
{
   return x11_drawable_get_buffers(data, wanted, out);
}

static void
flush_front(void *data)
{
   x11_drawable_flush_front(data);
}

static struct loader_image *
lookup_image(void *image)
{
   return NULL;
}

static const struct loader_callbacks callbacks = {
   .get_buffers = get_buffers,
   .flush_front = flush_front,
   .lookup_image = lookup_image,
};

static void
create_screen(void)
{
   const char *why = "no runtime";

   if (dxg_runtime_get(&why))
      screen = loader_screen_create(&callbacks, &why);
   if (!screen) {
      fprintf(stderr, "%s\n", why);
      exit(1);
   }
   dxg_device_init(&device, loader_screen_device(screen), loader_screen_queue(screen));
#define GET(name) gl.name = (__typeof__(gl.name))loader_get_proc_address("gl" #name)
   GET(ClearColor);
   GET(Clear);
   GET(Flush);
   GET(Finish);
   GET(DrawBuffer);
   GET(ReadBuffer);
   GET(ReadPixels);
}

/* --- A drawable that is drawn into --------------------------------------------------------- */

struct view {
   xcb_connection_t *xcb;
   xcb_window_t xid;
   struct x11_connection *connection;
   struct x11_drawable *drawable;
   struct loader_drawable *loader;
   struct loader_context *context;
};

static const struct loader_config *
find_config(bool double_buffer)
{
   unsigned count;
   const struct loader_config *configs = loader_screen_configs(screen, &count);

   for (unsigned i = 0; i < count; i++) {
      if (configs[i].fourcc == DRM_FORMAT_XRGB8888 && configs[i].double_buffer == double_buffer &&
          configs[i].samples == 0 && configs[i].depth_size == 0)
         return &configs[i];
   }
   fail_msg("no config");
   return NULL;
}

static void
connect_view(struct view *view)
{
   *view = (struct view){ .xcb = xcb_connect(NULL, NULL) };
   assert_false(xcb_connection_has_error(view->xcb));
   view->connection = x11_connection_create(view->xcb, 0, screen, &device);
   assert_non_null(view->connection);
}

static void
show(struct view *view, enum x11_drawable_type type, bool double_buffer)
{
   const xcb_screen_t *x = xcb_setup_roots_iterator(xcb_get_setup(view->xcb)).data;
   const struct loader_context_desc context_desc = { .api = LOADER_API_GL_COMPAT };
   struct x11_drawable_desc desc = {
      .type = type,
      .fourcc = DRM_FORMAT_XRGB8888,
      .double_buffer = double_buffer,
      .width = 70,
      .height = 50,
   };
   enum loader_context_error error;
   uint8_t x_error;

   view->xid = xcb_generate_id(view->xcb);
   if (type == X11_WINDOW) {
      xcb_create_window(view->xcb, XCB_COPY_FROM_PARENT, view->xid, x->root, 0, 0, 70, 50, 0,
                        XCB_WINDOW_CLASS_INPUT_OUTPUT, x->root_visual, 0, NULL);
      xcb_map_window(view->xcb, view->xid);
   } else {
      xcb_create_pixmap(view->xcb, x->root_depth, view->xid, x->root, 70, 50);
   }
   desc.xid = type == X11_PBUFFER ? 0 : view->xid;
   view->drawable = x11_drawable_create(view->connection, &desc, &x_error);
   assert_non_null(view->drawable);
   view->loader = loader_drawable_create(screen, find_config(double_buffer), view->drawable);
   x11_drawable_set_loader(view->drawable, view->loader);
   view->context =
      loader_context_create(screen, find_config(double_buffer), NULL, &context_desc, &error);
   assert_non_null(view->context);
   assert_true(loader_context_bind(view->context, view->loader, view->loader));
}

static void
hide(struct view *view)
{
   loader_context_unbind(view->context);
   loader_context_destroy(view->context);
   x11_drawable_set_loader(view->drawable, NULL);
   loader_drawable_destroy(view->loader);
   x11_drawable_destroy(view->drawable);
   x11_connection_destroy(view->connection);
   xcb_disconnect(view->xcb);
}

static void
clear(uint32_t color)
{
   gl.ClearColor((float)(color >> 16) / 255, (float)(color >> 8 & 0xff) / 255,
                 (float)(color & 0xff) / 255, 1);
   gl.Clear(0x4000);
}

static uint32_t
read_pixel(int x, int y)
{
   uint8_t pixel[4];

   gl.ReadPixels(x, y, 1, 1, 0x1908 /* GL_RGBA */, 0x1401 /* GL_UNSIGNED_BYTE */, pixel);
   return (uint32_t)(pixel[0] << 16 | pixel[1] << 8 | pixel[2]);
}

static int64_t
present(struct view *view, int interval)
{
   const struct x11_present_desc desc = { .interval = interval };

   loader_drawable_flush_for_swap(view->context, view->loader);
   return x11_drawable_present(view->drawable, view->context, &desc);
}

static void
fill_by_x(const struct view *view, uint32_t color)
{
   const uint32_t gc = xcb_generate_id(view->xcb);
   const xcb_rectangle_t all = { 0, 0, 70, 50 };

   xcb_create_gc(view->xcb, gc, view->xid, XCB_GC_FOREGROUND, &color);
   xcb_poly_fill_rectangle(view->xcb, view->xid, gc, 1, &all);
   xcb_free_gc(view->xcb, gc);
   free(xcb_get_input_focus_reply(view->xcb, xcb_get_input_focus(view->xcb), NULL));
}

/* --- Ways ---------------------------------------------------------------------------------- */

static const struct way {
   const char *name;
   enum x11_memory_kind kind;
   bool shm, shared_pixmaps, present;
} ways[] = {
   { "linear memory", X11_MEMORY_LINEAR, true, true, true },
   { "linear memory, ShmPutImage, Present", X11_MEMORY_LINEAR, true, false, true },
   { "linear memory, ShmPutImage", X11_MEMORY_LINEAR, true, true, false },
   { "linear memory, PutImage, Present", X11_MEMORY_LINEAR, false, false, true },
   { "linear memory, PutImage", X11_MEMORY_LINEAR, false, false, false },
   { "copied memory", X11_MEMORY_COPIED, true, true, true },
   { "copied memory, PutImage", X11_MEMORY_COPIED, false, false, false },
   { "mapped memory", X11_MEMORY_MAPPED, true, true, true },
   { "mapped memory, ShmPutImage", X11_MEMORY_MAPPED, true, false, false },
};

static void
go(struct view *view, const struct way *way)
{
   print_message("%s\n", way->name);
   connect_view(view);
   /* This machine has the best of all. */
   assert_int_equal(view->connection->memory_kind, X11_MEMORY_LINEAR);
   assert_true(view->connection->server.present);
   view->connection->memory_kind = way->kind;
   view->connection->server.shm = way->shm;
   view->connection->server.shared_pixmaps = way->shared_pixmaps;
   view->connection->server.present = way->present;
}

static void
every_way_shows_frames(void **state)
{
   for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
      struct view view;

      go(&view, &ways[i]);
      show(&view, X11_WINDOW, true);
      for (int frame = 0; frame < 30; frame++) {
         clear(frame % 2 ? GREEN : BLUE);
         assert_int_equal(present(&view, 0), frame + 1);
      }
      window_expect(view.xid, 0, 0, GREEN);
      window_expect(view.xid, 69, 49, GREEN);
      /* A part, at once, from the lower left. */
      clear(RED);
      loader_drawable_flush_for_swap(view.context, view.loader);
      x11_drawable_copy_sub_buffer(view.drawable, view.context, 10, 20, 5, 6);
      assert_int_equal(window_pixel(view.xid, 10, 49 - 20), RED);
      assert_int_equal(window_pixel(view.xid, 14, 49 - 25), RED);
      assert_int_equal(window_pixel(view.xid, 9, 49 - 20), GREEN);
      assert_int_equal(window_pixel(view.xid, 14, 49 - 26), GREEN);
      hide(&view);
   }
}

static void
only_what_must_be_is_copied(void **state)
{
   for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
      struct view view;

      go(&view, &ways[i]);
      show(&view, X11_WINDOW, true);
      clear(RED);
      present(&view, 0);
      x11_drawable_wait(view.drawable);
      const bool none = ways[i].kind == X11_MEMORY_LINEAR && ways[i].shm;
      assert_int_equal(view.drawable->perf.cpu_bytes == 0, none);
      assert_int_equal(view.drawable->perf.waits, ways[i].kind == X11_MEMORY_MAPPED);
      hide(&view);
   }
}

static void
front_buffers_are_the_window(void **state)
{
   for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
      struct view view;

      if (ways[i].kind == X11_MEMORY_MAPPED)
         continue;
      go(&view, &ways[i]);
      show(&view, X11_WINDOW, true);
      clear(BLUE);
      present(&view, 0);
      window_expect(view.xid, 1, 1, BLUE);
      gl.ReadBuffer(GL_FRONT);
      assert_int_equal(read_pixel(3, 3), BLUE);
      fill_by_x(&view, WHITE);
      x11_drawable_read_front(view.drawable, view.context);
      assert_int_equal(read_pixel(3, 3), WHITE);
      gl.DrawBuffer(GL_FRONT);
      clear(RED);
      gl.Flush();
      window_expect(view.xid, 1, 1, RED);
      /* A swap makes the back buffer the front one. */
      gl.DrawBuffer(GL_BACK);
      clear(GREEN);
      present(&view, 0);
      assert_int_equal(read_pixel(3, 3), GREEN);
      hide(&view);
   }
}

static void
pixmaps_have_what_x_drew(void **state)
{
   for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
      struct view view;

      go(&view, &ways[i]);
      show(&view, X11_PIXMAP, false);
      fill_by_x(&view, 0x123456);
      x11_drawable_read_front(view.drawable, view.context);
      assert_int_equal(read_pixel(69, 49), 0x123456);
      if (ways[i].kind != X11_MEMORY_MAPPED) {
         clear(GREEN);
         gl.Finish();
         x11_drawable_wait(view.drawable);
         assert_int_equal(window_pixel(view.xid, 69, 49), GREEN);
      }
      hide(&view);
   }
}

static void
pbuffers_swap(void **state)
{
   struct view view;

   connect_view(&view);
   show(&view, X11_PBUFFER, true);
   gl.ReadBuffer(GL_FRONT);
   clear(RED);
   present(&view, 0);
   assert_int_equal(read_pixel(69, 49), RED);
   clear(GREEN);
   assert_int_equal(read_pixel(69, 49), RED);
   hide(&view);
}

static void
what_does_not_fit_is_refused(void **state)
{
   struct x11_drawable_desc desc = { .type = X11_WINDOW,
                                     .xid = 0x12345,
                                     .fourcc = DRM_FORMAT_XRGB8888 };
   struct view view;
   uint8_t error;

   connect_view(&view);
   assert_null(x11_drawable_create(view.connection, &desc, &error));
   assert_int_equal(error, XCB_DRAWABLE);
   desc.xid = xcb_setup_roots_iterator(xcb_get_setup(view.xcb)).data->root;
   desc.fourcc = DRM_FORMAT_RGB565;
   assert_null(x11_drawable_create(view.connection, &desc, &error));
   assert_int_equal(error, XCB_MATCH);
   x11_connection_destroy(view.connection);
   xcb_disconnect(view.xcb);
}

/* --- Time ---------------------------------------------------------------------------------- */

static void
counters_agree(void **state)
{
   struct x11_sync_values before, after;
   struct view view;

   connect_view(&view);
   show(&view, X11_WINDOW, true);
   assert_true(x11_drawable_sync_values(view.drawable, &before));
   assert_int_equal(before.sbc, 0);
   for (int i = 1; i <= 20; i++) {
      clear(RED);
      assert_int_equal(present(&view, 1), i);
   }
   assert_true(x11_drawable_wait_for_sbc(view.drawable, 0, &after));
   assert_int_equal(after.sbc, 20);
   assert_in_range(after.msc - before.msc, 18, 30);
   assert_in_range((after.ust - before.ust) / 1000, 280, 600);
   assert_true(after.ust / 1000 <= (uint64_t)now_ms());

   before = after;
   assert_true(x11_drawable_wait_for_msc(view.drawable, before.msc + 10, 0, 0, &after));
   assert_in_range(after.msc - before.msc, 10, 12);
   assert_true(x11_drawable_wait_for_msc(view.drawable, 0, 8, 3, &after));
   assert_int_equal(after.msc % 8, 3);

   /* The same, of a swap. */
   const struct x11_present_desc later = { .target_msc = after.msc + 15 };
   clear(BLUE);
   loader_drawable_flush_for_swap(view.context, view.loader);
   assert_int_equal(x11_drawable_present(view.drawable, view.context, &later), 21);
   assert_true(x11_drawable_wait_for_sbc(view.drawable, 21, &after));
   assert_in_range(after.msc, later.target_msc, later.target_msc + 2);
   hide(&view);
}

/* Nobody waits for the GPU: the frame is shown when it is done, by the presenter's thread. */
static void
a_swap_does_not_wait_for_the_gpu(void **state)
{
   struct dxg_timeline gate;
   struct view view;

   connect_view(&view);
   show(&view, X11_WINDOW, true);
   clear(BLUE);
   present(&view, 0);
   window_expect(view.xid, 1, 1, BLUE);

   assert_true(dxg_timeline_init_private(&gate, &device));
   assert_true(dxg_timeline_queue_wait(&gate, &device, 1));
   const int64_t start = now_ms();
   for (int i = 0; i < 2; i++) {
      clear(GREEN);
      assert_int_equal(present(&view, 0), i + 2);
   }
   assert_true(now_ms() - start < 500);
   nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
   assert_int_equal(window_pixel(view.xid, 1, 1), BLUE);
   dxg_timeline_signal_now(&gate, 1);
   window_expect(view.xid, 1, 1, GREEN);
   dxg_timeline_finish(&gate);
   hide(&view);
}

static void
nothing_is_told_without_present(void **state)
{
   struct x11_sync_values values;
   struct view view;

   go(&view, &ways[2]);
   assert_false(x11_connection_has_present(view.connection));
   show(&view, X11_WINDOW, true);
   assert_false(x11_drawable_sync_values(view.drawable, &values));
   assert_false(x11_drawable_wait_for_msc(view.drawable, 10, 0, 0, &values));
   assert_false(x11_drawable_wait_for_sbc(view.drawable, 1, &values));
   hide(&view);
}

static void
waits_end_with_the_window(void **state)
{
   struct x11_sync_values values;
   struct view view;

   connect_view(&view);
   show(&view, X11_WINDOW, true);
   clear(RED);
   present(&view, 1);
   assert_true(x11_drawable_sync_values(view.drawable, &values));
   xcb_destroy_window(view.xcb, view.xid);
   xcb_flush(view.xcb);
   assert_false(x11_drawable_wait_for_msc(view.drawable, values.msc + 1000000, 0, 0, &values));
   assert_true(x11_drawable_is_lost(view.drawable));
   assert_int_equal(present(&view, 1), -1);
   hide(&view);
}

/* What is told late about a window must not be taken for the next one with its XID. */
static void
xids_are_used_again(void **state)
{
   const struct x11_drawable_desc desc_of_any = { .type = X11_WINDOW,
                                                  .fourcc = DRM_FORMAT_XRGB8888,
                                                  .double_buffer = true };
   struct view view;
   uint8_t error;

   for (int i = 0; i < 30; i++) {
      struct x11_drawable_desc desc = desc_of_any;

      connect_view(&view);
      show(&view, X11_WINDOW, true);
      const xcb_screen_t *x = xcb_setup_roots_iterator(xcb_get_setup(view.xcb)).data;
      clear(RED);
      present(&view, 0);
      x11_drawable_wait(view.drawable);
      xcb_destroy_window(view.xcb, view.xid);
      xcb_create_window(view.xcb, XCB_COPY_FROM_PARENT, view.xid, x->root, 0, 0, 70, 50, 0,
                        XCB_WINDOW_CLASS_INPUT_OUTPUT, x->root_visual, 0, NULL);
      desc.xid = view.xid;
      struct x11_drawable *next = x11_drawable_create(view.connection, &desc, &error);
      assert_non_null(next);
      x11_drawable_wait(next);
      assert_true(x11_drawable_is_lost(view.drawable));
      assert_false(x11_drawable_is_lost(next));
      x11_drawable_destroy(next);
      hide(&view);
   }
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_way_shows_frames),
      cmocka_unit_test(only_what_must_be_is_copied),
      cmocka_unit_test(front_buffers_are_the_window),
      cmocka_unit_test(pixmaps_have_what_x_drew),
      cmocka_unit_test(pbuffers_swap),
      cmocka_unit_test(what_does_not_fit_is_refused),
      cmocka_unit_test(counters_agree),
      cmocka_unit_test(a_swap_does_not_wait_for_the_gpu),
      cmocka_unit_test(nothing_is_told_without_present),
      cmocka_unit_test(waits_end_with_the_window),
      cmocka_unit_test(xids_are_used_again),
   };
   int failed;

   server_start(&server, 24, NULL);
   create_screen();
   failed = cmocka_run_group_tests(tests, NULL, NULL);
   server_stop(&server);
   return failed;
}
