/* What the two halves of the protocol promise each other, on our own device, and to whom they do not. */
#include "halves.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Frames ----------------------------------------------------------------------------------- */

static void
content_is_the_same_memory(void **state)
{
   const float color[] = { 1, 0.2, 0, 1 };
   struct fixture *f = *state;
   struct window window;
   struct stat ours, theirs;

   window_init(&window, f);
   assert_int_equal(fstat(window.texture.handle, &ours), 0);
   assert_int_equal(fstat(window.server_buffer->texture.handle, &theirs), 0);
   assert_int_equal(ours.st_dev, theirs.st_dev);
   assert_int_equal(ours.st_ino, theirs.st_ino);

   gpu_fill(&client_gpu, &window.texture, color);
   window_promise(&window, dxg_timeline_signal(&window.swapchain.drawn, &client_gpu.device));
   dxg_server_buffer_acquire(window.server_buffer);
   assert_int_equal(gpu_read(&server_gpu, &window.server_buffer->texture), 0xffff3300);
   window_finish(&window);
}

/* The compositor's queue is held back: the release is known, and not reached. */
static void
release_point_follows_the_reading(void **state)
{
   struct fixture *f = *state;
   struct window window;
   struct dxg_timeline gate;

   window_init(&window, f);
   assert_true(dxg_timeline_init_private(&gate, &server_gpu.device));
   dxg_timeline_queue_wait(&gate, &server_gpu.device, 1);
   dxg_server_buffer_acquire(window.server_buffer);
   assert_int_equal(f->flushed, 0);
   wl_buffer_send_release(window.resource);
   assert_int_equal(f->flushed, 1);
   halves_pump(f);
   assert_int_equal(window.releases, 1);
   assert_int_equal(window.point, 1);
   assert_false(dxg_timeline_is_reached(&window.swapchain.released, 1));
   dxg_timeline_signal_now(&gate, 1);
   assert_true(dxg_timeline_cpu_wait(&window.swapchain.released, 1, 10000));

   /* Not read since: nothing to wait for, no flush. */
   wl_buffer_send_release(window.resource);
   halves_pump(f);
   assert_int_equal(window.releases, 2);
   assert_int_equal(window.point, 0);
   assert_int_equal(f->flushed, 1);

   dxg_server_buffer_acquire(window.server_buffer);
   dxg_server_buffer_acquire(window.server_buffer);
   wl_resource_queue_event(window.resource, WL_BUFFER_RELEASE);
   halves_pump(f);
   assert_int_equal(window.releases, 3);
   assert_int_equal(window.point, 2);
   dxg_timeline_finish(&gate);
   window_finish(&window);
}

static void
the_queue_waits_for_the_client(void **state)
{
   struct fixture *f = *state;
   struct window window;

   window_init(&window, f);
   window_promise(&window, 3);
   dxg_server_buffer_acquire(window.server_buffer);
   assert_false(gpu_wait(&server_gpu, 50));
   window_reach(&window, 2);
   assert_false(gpu_wait(&server_gpu, 50));
   window_reach(&window, 3);
   assert_true(gpu_wait(&server_gpu, PATIENCE_MS / 2));

   /* A point that is reached costs nothing. */
   window_reach(&window, 4);
   window_promise(&window, 4);
   dxg_server_buffer_acquire(window.server_buffer);
   assert_true(gpu_wait(&server_gpu, PATIENCE_MS / 2));
   window_finish(&window);
}

static void
points_of_held_buffers_are_waited_for(void **state)
{
   struct fixture *f = *state;
   struct window window;

   window_init(&window, f);
   dxg_server_buffer_acquire(window.server_buffer);
   assert_true(gpu_wait(&server_gpu, 10000));
   window_promise(&window, 1);
   assert_false(gpu_wait(&server_gpu, 50));
   window_promise(&window, 2);
   window_reach(&window, 1);
   assert_false(gpu_wait(&server_gpu, 50));
   window_reach(&window, 2);
   assert_true(gpu_wait(&server_gpu, PATIENCE_MS / 2));
   wl_buffer_send_release(window.resource);
   window_promise(&window, 3); /* not held any more */
   assert_true(gpu_wait(&server_gpu, PATIENCE_MS / 2));
   window_finish(&window);
}

/* The compositor is ahead of its queue: a buffer is released and drawn again before it was read. */
static void
waits_are_not_merged(void **state)
{
   struct fixture *f = *state;
   struct window window;

   window_init(&window, f);
   window_promise(&window, 1);
   dxg_server_buffer_acquire(window.server_buffer);
   wl_buffer_send_release(window.resource);
   window_promise(&window, 2);
   dxg_server_buffer_acquire(window.server_buffer);
   wl_buffer_send_release(window.resource);
   halves_pump(f);
   assert_int_equal(window.point, 2);
   /* The client's drawing up to point 2 waits for the first release. */
   window_reach(&window, 1);
   assert_true(dxg_timeline_cpu_wait(&window.swapchain.released, 1, PATIENCE_MS / 2));
   assert_false(gpu_wait(&server_gpu, 50));
   window_reach(&window, 2);
   assert_true(gpu_wait(&server_gpu, PATIENCE_MS / 2));
   assert_true(dxg_timeline_is_reached(&window.swapchain.released, 2));
   window_finish(&window);
}

/* A buffer that was there before another, and has a later point by now. */
static void
buffers_take_turns(void **state)
{
   struct fixture *f = *state;
   struct window first, second;
   struct dxg_timeline behind;

   window_init(&first, f);
   window_init_beside(&second, &first);
   assert_true(dxg_timeline_init_private(&behind, &server_gpu.device));
   window_promise(&first, 1);
   dxg_server_buffer_acquire(first.server_buffer);
   window_promise(&second, 2);
   dxg_server_buffer_acquire(second.server_buffer);
   assert_int_equal(dxg_timeline_signal(&behind, &server_gpu.device), 1);
   window_promise(&first, 3);
   window_reach(&first, 1);
   assert_false(dxg_timeline_cpu_wait(&behind, 1, 50));
   window_reach(&first, 2);
   assert_true(dxg_timeline_cpu_wait(&behind, 1, PATIENCE_MS / 2));
   assert_false(gpu_wait(&server_gpu, 50));
   window_reach(&first, 3);
   assert_true(gpu_wait(&server_gpu, PATIENCE_MS / 2));
   dxg_timeline_finish(&behind);
   window_finish(&second);
   window_finish(&first);
}

/* More than one buffer may have: the last are not waited for. */
static void
waits_are_limited(void **state)
{
   struct fixture *f = *state;
   struct window window;

   window_init(&window, f);
   for (uint64_t point = 1; point <= 1000; point++) {
      dxg_client_buffer_set_acquire_point(window.buffer, point);
      if (point % 50 == 0)
         halves_pump(f);
      dxg_server_buffer_acquire(window.server_buffer);
   }
   assert_false(gpu_wait(&server_gpu, 50));
   window_reach(&window, 1000);
   assert_true(gpu_wait(&server_gpu, PATIENCE_MS / 2));
   window_finish(&window);
}

static void
liars_are_waited_for_once(void **state)
{
   struct fixture *f = *state;
   struct window window, other;
   const int64_t start = now_ms();

   window_init(&window, f);
   window_init(&other, f);
   window_promise(&window, 1);
   dxg_server_buffer_acquire(window.server_buffer);
   sleep_ms(PATIENCE_MS / 2);
   window_promise(&other, 1);
   dxg_server_buffer_acquire(other.server_buffer);
   assert_false(gpu_wait(&server_gpu, 50));
   assert_true(gpu_wait(&server_gpu, 10000));
   assert_in_range(now_ms() - start, PATIENCE_MS - 10, PATIENCE_MS * 4 / 3);

   /* Not again. */
   for (uint64_t point = 2; point < 10; point++) {
      window_promise(&window, point);
      dxg_server_buffer_acquire(window.server_buffer);
      wl_buffer_send_release(window.resource);
      assert_true(gpu_wait(&server_gpu, PATIENCE_MS / 5));
   }
   /* It was but slow: patience is back, and it is half. */
   window_reach(&window, 1);
   window_promise(&window, 10);
   dxg_server_buffer_acquire(window.server_buffer);
   assert_false(gpu_wait(&server_gpu, PATIENCE_MS / 4));
   assert_true(gpu_wait(&server_gpu, PATIENCE_MS / 2));
   window_finish(&other);
   window_finish(&window);
}

static void
one_client_does_not_wait_for_another(void **state)
{
   struct fixture *f = *state;
   struct window first, second;

   /* Out of order, on timelines of their own. */
   window_init(&first, f);
   window_init(&second, f);
   window_promise(&first, 1);
   window_promise(&second, 1);
   dxg_server_buffer_acquire(first.server_buffer);
   dxg_server_buffer_acquire(second.server_buffer);
   window_reach(&second, 1);
   assert_false(gpu_wait(&server_gpu, 50));
   window_reach(&first, 1);
   assert_true(gpu_wait(&server_gpu, PATIENCE_MS / 2));

   window_finish(&first);
   window_finish(&second);
}

/* The compositor's queue is to read it still, and what is shown shall not change. */
static void
destroyed_buffers_are_waited_for(void **state)
{
   struct fixture *f = *state;
   struct window window;

   window_init(&window, f);
   window.server_buffer->attached = f;
   window_promise(&window, 1);
   dxg_server_buffer_acquire(window.server_buffer);
   wl_buffer_send_release(window.resource);
   halves_pump(f);
   dxg_client_buffer_destroy(window.buffer);
   window.buffer = NULL;
   halves_pump(f);
   assert_false(gpu_wait(&server_gpu, 50));
   window_reach(&window, 1);
   assert_true(gpu_wait(&server_gpu, PATIENCE_MS / 2));
   for (int i = 0; i < 100 && !f->detached; i++) {
      sleep_ms(10);
      halves_pump(f);
   }
   assert_int_equal(f->detached, 1);
   window_finish(&window);
}

static void
buffers_have_what_is_attached(void **state)
{
   struct fixture *f = *state;
   struct window window;

   window_init(&window, f);
   assert_null(window.server_buffer->attached);
   window.server_buffer->attached = f;
   window_finish(&window);
   assert_int_equal(f->detached, 1);
}

static void
points_end_with_their_sync(void **state)
{
   struct fixture *f = *state;
   struct window window;

   window_init(&window, f);
   dxg_server_buffer_acquire(window.server_buffer);
   dxg_buffer_sync_v1_destroy(window.buffer->sync);
   window.buffer->sync = NULL;
   halves_pump(f);
   wl_buffer_send_release(window.resource);
   halves_pump(f);
   assert_int_equal(window.releases, 1);
   assert_int_equal(window.point, 0);
   /* It may be had again; and it survives its buffer. */
   window.buffer->sync = dxg_v1_get_buffer_sync(f->dxg, window.buffer->wl_buffer);
   halves_pump(f);
   wl_buffer_destroy(window.buffer->wl_buffer);
   window.buffer->wl_buffer = NULL;
   window_promise(&window, 1);
   window_promise(&window, 1);
   assert_int_equal(wl_display_get_error(f->client_display), 0);
   window_finish(&window);
}

/* ---- Errors ----------------------------------------------------------------------------------- */

static void
assert_error(struct fixture *f, const struct wl_interface *interface, uint32_t code)
{
   const struct wl_interface *got;
   uint32_t id;

   halves_pump(f);
   assert_int_equal(wl_display_get_error(f->client_display), EPROTO);
   assert_int_equal(wl_display_get_protocol_error(f->client_display, &got, &id), code);
   assert_string_equal(got->name, interface->name);
}

static const struct wl_buffer_interface plain_buffer = { 0 };

static void *
stray(struct fixture *f, void *proxy)
{
   assert_non_null(proxy);
   assert_true(f->num_strays < 128);
   f->strays[f->num_strays++] = proxy;
   return proxy;
}

/* A request that is an error, made with a window's objects; the error. */
static uint32_t
request_error(struct fixture *f, struct window *window, int which)
{
   struct dxg_timeline_v1 *drawn =
      stray(f, dxg_v1_create_timeline(f->dxg, window->swapchain.drawn.handle));
   struct dxg_timeline_v1 *released =
      stray(f, dxg_v1_create_timeline(f->dxg, window->swapchain.released.handle));
   const int handle = window->texture.handle;
   const uint32_t format = DRM_FORMAT_ARGB8888;
   int fd;

   switch (which) {
   case 0:
      stray(f, dxg_v1_create_buffer(f->dxg, drawn, released, handle, 0, HEIGHT, format));
      return DXG_V1_ERROR_INVALID_SIZE;
   case 1:
      stray(f, dxg_v1_create_buffer(f->dxg, drawn, released, handle, WIDTH, -HEIGHT, format));
      return DXG_V1_ERROR_INVALID_SIZE;
   case 2:
      stray(f, dxg_v1_create_buffer(f->dxg, drawn, released, handle, 16385, 1, format));
      return DXG_V1_ERROR_INVALID_SIZE;
   case 3:
      stray(f,
            dxg_v1_create_buffer(f->dxg, drawn, released, handle, WIDTH, HEIGHT, DRM_FORMAT_NV12));
      return DXG_V1_ERROR_INVALID_FORMAT;
   case 4:
      stray(f, dxg_v1_create_buffer(f->dxg, drawn, released, handle, WIDTH + 1, HEIGHT, format));
      return DXG_V1_ERROR_INVALID_HANDLE;
   case 5:
      stray(f, dxg_v1_create_buffer(f->dxg, drawn, released, handle, WIDTH, HEIGHT,
                                    DRM_FORMAT_RGB565));
      return DXG_V1_ERROR_INVALID_HANDLE;
   case 6:
      stray(f, dxg_v1_create_buffer(f->dxg, drawn, released, window->swapchain.drawn.handle, WIDTH,
                                    HEIGHT, format));
      return DXG_V1_ERROR_INVALID_HANDLE;
   case 7:
      stray(f, dxg_v1_create_buffer(f->dxg, drawn, drawn, handle, WIDTH, HEIGHT, format));
      return DXG_V1_ERROR_INVALID_TIMELINE;
   case 8:
      stray(f, dxg_v1_create_timeline(f->dxg, handle));
      return DXG_V1_ERROR_INVALID_TIMELINE;
   case 9:
      fd = open("/dev/null", O_RDWR | O_CLOEXEC);
      stray(f, dxg_v1_create_timeline(f->dxg, fd));
      close(fd);
      return DXG_V1_ERROR_INVALID_TIMELINE;
   case 10:
      fd = memfd_create("lie", MFD_CLOEXEC);
      stray(f, dxg_v1_create_buffer(f->dxg, drawn, released, fd, WIDTH, HEIGHT, format));
      close(fd);
      return DXG_V1_ERROR_INVALID_HANDLE;
   case 11:
      stray(f, dxg_v1_get_buffer_sync(f->dxg, window->buffer->wl_buffer));
      return DXG_V1_ERROR_INVALID_BUFFER;
   case 12:
      /* The window's own buffers are the first few: one more than there may be. */
      for (int i = 0; i < 32; i++)
         stray(f, dxg_v1_create_timeline(f->dxg, window->swapchain.drawn.handle));
      return DXG_V1_ERROR_TOO_MANY;
   case 13:
      for (int i = 0; i < 64; i++) {
         stray(f, dxg_v1_create_buffer(f->dxg, drawn, released, handle, WIDTH, HEIGHT, format));
         halves_pump(f); /* a socket has room for so many descriptors only */
      }
      return DXG_V1_ERROR_TOO_MANY;
   default:
      return UINT32_MAX;
   }
}

static void
errors_are_sent(void **state)
{
   struct fixture *f = *state;
   struct window window;
   const int fds = count_entries("/proc/self/fd");

   for (int which = 0;; which++) {
      window_init(&window, f);
      const uint32_t code = request_error(f, &window, which);
      if (code != UINT32_MAX)
         assert_error(f, &dxg_v1_interface, code);
      window_finish(&window);
      if (code == UINT32_MAX)
         break;
      halves_disconnect(f);
      halves_serve(f);
      halves_connect(f);
      assert_true(gpu_wait(&server_gpu, 10000));
      assert_back_to("/proc/self/fd", fds);
   }
}

static void
points_increase(void **state)
{
   struct fixture *f = *state;
   struct window window;

   window_init(&window, f);
   window_promise(&window, 1);
   window_promise(&window, UINT64_MAX);
   assert_int_equal(wl_display_get_error(f->client_display), 0);
   dxg_client_buffer_set_acquire_point(window.buffer, UINT64_MAX);
   assert_error(f, &dxg_buffer_sync_v1_interface, DXG_BUFFER_SYNC_V1_ERROR_INVALID_POINT);
   window_finish(&window);
}

/* A wl_buffer that dxg_v1 did not make. */
static void
other_buffers_are_refused(void **state)
{
   struct fixture *f = *state;
   struct window window;
   struct wl_proxy *proxy;

   window_init(&window, f);
   proxy = (struct wl_proxy *)window.buffer->wl_buffer;
   struct wl_resource *shm = wl_resource_create(f->wl_client, &wl_buffer_interface, 1, 0);
   assert_non_null(shm);
   wl_resource_set_implementation(shm, &plain_buffer, NULL, NULL);
   assert_null(dxg_server_buffer_from_resource(f->server, shm));
   wl_resource_destroy(shm);
   /* The right class with another's implementation. */
   wl_resource_set_implementation(window.resource, &plain_buffer, window.server_buffer, NULL);
   assert_null(dxg_server_buffer_from_resource(f->server, window.resource));
   stray(f, dxg_v1_get_buffer_sync(f->dxg, (struct wl_buffer *)proxy));
   assert_error(f, &dxg_v1_interface, DXG_V1_ERROR_INVALID_BUFFER);
   window_finish(&window);
}

/* ---- Ends ------------------------------------------------------------------------------------- */

static void
clients_that_die_are_forgotten(void **state)
{
   struct fixture *f = *state;
   const int fds = count_entries("/proc/self/fd");
   struct window window;

   for (int i = 0; i < 20; i++) {
      window_init(&window, f);
      window_promise(&window, 1);
      window.server_buffer->attached = f;
      dxg_server_buffer_acquire(window.server_buffer);
      assert_false(gpu_wait(&server_gpu, 5));
      /* The connection breaks while the compositor's queue waits. */
      shutdown(wl_display_get_fd(f->client_display), SHUT_RDWR);
      halves_serve(f);
      assert_true(gpu_wait(&server_gpu, PATIENCE_MS / 2));
      assert_int_equal(f->detached, i + 1);
      window_finish(&window);
      halves_disconnect(f);
      halves_connect(f);
   }
   assert_back_to("/proc/self/fd", fds + 1); /* the thread's, which the first wait started */
}

static void
objects_outlive_the_server(void **state)
{
   struct fixture *f = *state;
   struct window window;

   window_init(&window, f);
   window_promise(&window, 1);
   window.server_buffer->attached = f;
   dxg_server_buffer_acquire(window.server_buffer);
   dxg_server_destroy(f->server);
   f->server = NULL;
   assert_int_equal(f->detached, 1);
   assert_true(gpu_wait(&server_gpu, PATIENCE_MS / 2));

   /* Old objects and new ones do nothing. */
   wl_buffer_send_release(window.resource);
   window_promise(&window, 1);
   assert_int_equal(window.releases, 1);
   struct dxg_client_timelines *timelines =
      dxg_client_timelines_create(f->client, &window.swapchain);
   struct dxg_client_buffer *buffer = dxg_client_buffer_create(
      f->client, timelines, &window.texture, NULL, window_on_release, &window);
   dxg_client_buffer_set_acquire_point(buffer, 1);
   dxg_client_buffer_set_acquire_point(buffer, 1);
   halves_pump(f);
   assert_int_equal(wl_display_get_error(f->client_display), 0);
   dxg_client_buffer_destroy(buffer);
   dxg_client_timelines_destroy(timelines);
   window_finish(&window);
   assert_int_equal(wl_display_get_error(f->client_display), 0);
}

static void
the_display_may_go_first(void **state)
{
   struct fixture *f = *state;
   struct window window;

   window_init(&window, f);
   wl_display_destroy_clients(f->server_display);
   wl_display_destroy(f->server_display);
   dxg_server_destroy(f->server);
   f->server_display = NULL;
   f->server = NULL;
   dxg_client_buffer_destroy(window.buffer);
   dxg_client_timelines_destroy(window.timelines);
   dxg_swapchain_finish(&window.swapchain);
   dxg_texture_finish(&window.texture);
   halves_disconnect(f);
   dxg_server_destroy(NULL);
}

/* ---- Compositors that will not do ------------------------------------------------------------- */

static void
clients_say_why_not(void **state)
{
   struct fixture *f = *state;
   struct dxg_device other = server_gpu.device;

   assert_true(dxg_client_has_format(f->client, DRM_FORMAT_XRGB8888));
   assert_true(dxg_client_has_format(f->client, DRM_FORMAT_ABGR16161616F));
   assert_false(dxg_client_has_format(f->client, DRM_FORMAT_NV12));

   halves_disconnect(f);
   dxg_server_destroy(f->server);
   f->server = NULL;
   halves_connect(f);
   assert_null(f->client);
   assert_string_equal(f->why, "the compositor has no dxg_v1");

   halves_disconnect(f);
   other.luid++;
   f->server = dxg_server_create(f->server_display, &other, &halves_callbacks, f);
   halves_connect(f);
   assert_null(f->client);
   assert_string_equal(f->why, "the compositor works on another adapter");

   shutdown(wl_display_get_fd(f->client_display), SHUT_RDWR);
   halves_block_on(f, halves_create_client);
   assert_null(f->client);
   assert_string_equal(f->why, "the connection to the compositor is dead");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, halves_setup, halves_teardown)
   const struct CMUnitTest tests[] = {
      TEST(content_is_the_same_memory),
      TEST(release_point_follows_the_reading),
      TEST(the_queue_waits_for_the_client),
      TEST(points_of_held_buffers_are_waited_for),
      TEST(waits_are_not_merged),
      TEST(buffers_take_turns),
      TEST(waits_are_limited),
      TEST(liars_are_waited_for_once),
      TEST(one_client_does_not_wait_for_another),
      TEST(destroyed_buffers_are_waited_for),
      TEST(buffers_have_what_is_attached),
      TEST(points_end_with_their_sync),
      TEST(errors_are_sent),
      TEST(points_increase),
      TEST(other_buffers_are_refused),
      TEST(clients_that_die_are_forgotten),
      TEST(objects_outlive_the_server),
      TEST(the_display_may_go_first),
      TEST(clients_say_why_not),
   };

   gpu_init(&server_gpu);
   gpu_init(&client_gpu);
   const int failed = cmocka_run_group_tests(tests, NULL, NULL);
   gpu_finish(&client_gpu);
   gpu_finish(&server_gpu);
   return failed;
}
