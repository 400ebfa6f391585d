/* Swapchains: which buffer is drawn into, when it comes back, and what the queue waits for. */
#include "gallium/winsys/dxg/swapchain.h"

#include "gpu.h"

#include <drm_fourcc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

struct test {
   struct gpu gpu;
   struct dxg_swapchain swapchain;
   unsigned attached, detached;
   bool refuse;
};

static bool
attach(void *data, struct dxg_swapchain_buffer *buffer)
{
   struct test *test = data;

   if (test->refuse)
      return false;
   test->attached++;
   buffer->attached = test;
   return true;
}

static void
detach(void *data, struct dxg_swapchain_buffer *buffer)
{
   struct test *test = data;

   assert_ptr_equal(buffer->attached, test);
   test->detached++;
}

static const struct dxg_swapchain_callbacks callbacks = { attach, detach };

static int
setup(void **state)
{
   struct test *test = calloc(1, sizeof(*test));

   assert_non_null(test);
   gpu_init(&test->gpu);
   assert_true(dxg_swapchain_init(&test->swapchain, &test->gpu.device, &callbacks, test, 64, 48,
                                  DRM_FORMAT_ARGB8888));
   *state = test;
   return 0;
}

static int
teardown(void **state)
{
   struct test *test = *state;

   dxg_swapchain_finish(&test->swapchain);
   assert_int_equal(test->attached, test->detached);
   gpu_finish(&test->gpu);
   free(test);
   return 0;
}

static struct dxg_swapchain_buffer *
acquire(struct test *test)
{
   struct dxg_swapchain_buffer *buffer;

   assert_int_equal(dxg_swapchain_acquire(&test->swapchain, &buffer), DXG_ACQUIRED);
   assert_non_null(buffer);
   return buffer;
}

static struct dxg_swapchain_buffer *
present_one(struct test *test)
{
   struct dxg_swapchain_buffer *buffer = acquire(test);

   assert_true(dxg_swapchain_present(&test->swapchain, buffer) > 0);
   return buffer;
}

static void
buffers_have_ages(void **state)
{
   struct test *test = *state;
   struct dxg_swapchain *swapchain = &test->swapchain;
   struct dxg_swapchain_buffer *a = acquire(test);

   assert_int_equal(dxg_swapchain_age(swapchain, a), 0);
   assert_int_equal(dxg_swapchain_present(swapchain, a), 1);
   struct dxg_swapchain_buffer *b = acquire(test);
   assert_ptr_not_equal(a, b);
   assert_int_equal(dxg_swapchain_age(swapchain, b), 0);
   assert_int_equal(dxg_swapchain_present(swapchain, b), 2);
   dxg_swapchain_release(swapchain, a, 0);
   assert_ptr_equal(acquire(test), a);
   assert_int_equal(dxg_swapchain_age(swapchain, a), 2);
   assert_int_equal(dxg_swapchain_present(swapchain, a), 3);
   dxg_swapchain_release(swapchain, a, 0);
   assert_ptr_equal(acquire(test), a);
   assert_int_equal(dxg_swapchain_age(swapchain, a), 1);
}

static void
acquire_gives_the_same_until_present(void **state)
{
   struct test *test = *state;
   struct dxg_swapchain_buffer *a = acquire(test);

   assert_ptr_equal(acquire(test), a);
   assert_int_equal(test->attached, 1);
   dxg_swapchain_present(&test->swapchain, a);
   assert_ptr_not_equal(acquire(test), a);
}

static void
the_last_presented_is_used_first(void **state)
{
   struct test *test = *state;
   struct dxg_swapchain *swapchain = &test->swapchain;
   struct dxg_swapchain_buffer *a = present_one(test);
   struct dxg_swapchain_buffer *b = present_one(test);
   struct dxg_swapchain_buffer *c = present_one(test);

   dxg_swapchain_release(swapchain, b, 0);
   dxg_swapchain_release(swapchain, c, 0);
   dxg_swapchain_release(swapchain, a, 0);
   assert_ptr_equal(present_one(test), c);
   assert_ptr_equal(present_one(test), b);
   assert_ptr_equal(present_one(test), a);
   /* A consumer that keeps one lives with two. */
   dxg_swapchain_release(swapchain, c, 0);
   dxg_swapchain_release(swapchain, b, 0);
   for (int i = 0; i < 10; i++) {
      struct dxg_swapchain_buffer *next = present_one(test);
      assert_true(next == a || next == b);
      dxg_swapchain_release(swapchain, next == a ? b : a, 0);
   }
   assert_int_equal(test->attached, 3);
}

static void
all_may_be_busy(void **state)
{
   struct test *test = *state;
   struct dxg_swapchain_buffer *buffers[DXG_SWAPCHAIN_MAX_BUFFERS], *none;

   for (int i = 0; i < DXG_SWAPCHAIN_MAX_BUFFERS; i++)
      buffers[i] = present_one(test);
   assert_int_equal(dxg_swapchain_acquire(&test->swapchain, &none), DXG_ALL_BUSY);
   assert_null(none);
   dxg_swapchain_release(&test->swapchain, buffers[2], 0);
   assert_ptr_equal(acquire(test), buffers[2]);
   assert_int_equal(test->attached, DXG_SWAPCHAIN_MAX_BUFFERS);
}

static void
refused_buffers_fail(void **state)
{
   struct test *test = *state;
   struct dxg_swapchain_buffer *none;

   test->refuse = true;
   assert_int_equal(dxg_swapchain_acquire(&test->swapchain, &none), DXG_ACQUIRE_FAILED);
   assert_null(none);
   test->refuse = false;
   acquire(test);
}

static void
resize_waits_for_busy_buffers(void **state)
{
   struct test *test = *state;
   struct dxg_swapchain *swapchain = &test->swapchain;
   struct dxg_swapchain_buffer *busy = present_one(test);
   struct dxg_swapchain_buffer *idle = present_one(test);
   struct dxg_swapchain_buffer *begun;

   dxg_swapchain_release(swapchain, idle, 0);
   begun = acquire(test);
   assert_ptr_equal(begun, idle);
   dxg_swapchain_resize(swapchain, 32, 32);
   assert_int_equal(test->detached, 0);
   struct dxg_swapchain_buffer *fresh = acquire(test);
   assert_int_equal(fresh->texture.width, 32);
   assert_int_equal(fresh->texture.height, 32);
   assert_int_equal(test->detached, 1); /* the one that was begun */
   dxg_swapchain_present(swapchain, fresh);
   dxg_swapchain_release(swapchain, busy, 0);
   assert_int_equal(test->detached, 2);
   assert_int_equal(test->attached, 3);
}

static void
resize_while_drawing(void **state)
{
   struct test *test = *state;
   struct dxg_swapchain *swapchain = &test->swapchain;
   struct dxg_swapchain_buffer *buffer = acquire(test);

   dxg_swapchain_resize(swapchain, 32, 32);
   assert_int_equal(dxg_swapchain_present(swapchain, buffer), 1);
   assert_int_equal(test->detached, 0);
   acquire(test);
   dxg_swapchain_release(swapchain, buffer, 0);
   assert_int_equal(test->detached, 1);
}

static void
many_sizes_with_a_slow_consumer(void **state)
{
   struct test *test = *state;
   struct dxg_swapchain *swapchain = &test->swapchain;
   struct dxg_swapchain_buffer *kept[2 * DXG_SWAPCHAIN_MAX_BUFFERS], *none;

   for (int i = 0; i < 2 * DXG_SWAPCHAIN_MAX_BUFFERS; i++) {
      dxg_swapchain_resize(swapchain, 64 + i, 48);
      kept[i] = present_one(test);
   }
   dxg_swapchain_resize(swapchain, 1, 1);
   assert_int_equal(dxg_swapchain_acquire(swapchain, &none), DXG_ALL_BUSY);
   dxg_swapchain_release(swapchain, kept[0], 0);
   assert_int_equal(acquire(test)->texture.width, 1);
   /* Back to a size that is still there. */
   dxg_swapchain_resize(swapchain, 64 + 7, 48);
   dxg_swapchain_release(swapchain, kept[7], 0);
   assert_ptr_equal(acquire(test), kept[7]);
}

/* A new buffer comes before one that has to be waited for; without a choice the queue waits. */
static void
new_buffers_come_before_waits(void **state)
{
   struct test *test = *state;
   struct dxg_swapchain *swapchain = &test->swapchain;
   struct dxg_swapchain_buffer *buffers[DXG_SWAPCHAIN_MAX_BUFFERS];

   for (int i = 0; i < DXG_SWAPCHAIN_MAX_BUFFERS; i++) {
      buffers[i] = present_one(test);
      assert_int_equal(test->attached, i + 1);
      dxg_swapchain_release(swapchain, buffers[i], i + 1);
   }
   /* The first that will be ready; then the one that is. */
   assert_ptr_equal(acquire(test), buffers[0]);
   dxg_timeline_signal_now(&swapchain->released, 1);
   present_one(test);
   dxg_timeline_signal_now(&swapchain->released, 3);
   assert_ptr_equal(present_one(test), buffers[2]);
   assert_int_equal(test->attached, DXG_SWAPCHAIN_MAX_BUFFERS);
}

/* Leaves no choice. */
static void
keep_all_but_one_busy(struct test *test)
{
   for (int i = 1; i < DXG_SWAPCHAIN_MAX_BUFFERS; i++)
      present_one(test);
}

/* The queue draws only when the consumer's queue has read. */
static void
drawing_waits_for_the_release_point(void **state)
{
   const float red[] = { 1, 0, 0, 1 }, blue[] = { 0, 0, 1, 1 };
   struct test *test = *state;
   struct dxg_swapchain *swapchain = &test->swapchain;
   const volatile uint32_t *texel;

   keep_all_but_one_busy(test);
   struct dxg_swapchain_buffer *buffer = acquire(test);
   gpu_fill(&test->gpu, &buffer->texture, red);
   dxg_swapchain_present(swapchain, buffer);
   assert_int_equal(gpu_read(&test->gpu, &buffer->texture), 0xffff0000);
   dxg_swapchain_release(swapchain, buffer, 1);
   dxg_swapchain_release(swapchain, buffer, 0);
   assert_ptr_equal(acquire(test), buffer);
   gpu_fill(&test->gpu, &buffer->texture, blue);
   gpu_start_read(&test->gpu, &buffer->texture, &texel);
   const uint64_t point = dxg_swapchain_present(swapchain, buffer);
   assert_false(dxg_timeline_cpu_wait(&swapchain->drawn, point, 50));
   dxg_timeline_signal_now(&swapchain->released, 1);
   assert_true(dxg_timeline_cpu_wait(&swapchain->drawn, point, 10000));
   assert_int_equal(*texel, 0xff0000ff);
}

/* The consumer died behind its promise; nobody is there who would notice. */
static void
drawing_waits_for_a_bounded_time(void **state)
{
   const float red[] = { 1, 0, 0, 1 };
   struct test *test = *state;
   struct dxg_swapchain *swapchain = &test->swapchain;
   const volatile uint32_t *texel;

   keep_all_but_one_busy(test);
   struct dxg_swapchain_buffer *buffer = acquire(test);
   dxg_swapchain_present(swapchain, buffer);
   for (uint64_t promised = 1; promised <= 2; promised++) {
      dxg_swapchain_release(swapchain, buffer, promised);
      assert_ptr_equal(acquire(test), buffer);
      gpu_fill(&test->gpu, &buffer->texture, red);
      gpu_start_read(&test->gpu, &buffer->texture, &texel);
      const uint64_t point = dxg_swapchain_present(swapchain, buffer);
      assert_false(dxg_timeline_cpu_wait(&swapchain->drawn, point, 100));
      assert_true(dxg_timeline_cpu_wait(&swapchain->drawn, point, 10000));
      assert_int_equal(*texel, 0xffff0000);
   }
}

static void
throttle_waits_for_the_queue(void **state)
{
   struct test *test = *state;
   struct dxg_swapchain *swapchain = &test->swapchain;
   struct dxg_timeline gate;

   assert_false(dxg_swapchain_throttle(swapchain, 0));
   present_one(test);
   assert_true(dxg_timeline_cpu_wait(&swapchain->drawn, 1, 10000));
   assert_true(dxg_timeline_cpu_wait(&swapchain->throttle, 1, 10000)); /* signalled behind it */
   assert_false(dxg_swapchain_throttle(swapchain, 0));

   assert_true(dxg_timeline_init_private(&gate, &test->gpu.device));
   assert_true(dxg_timeline_queue_wait(&gate, &test->gpu.device, 1));
   present_one(test);
   present_one(test);
   assert_false(dxg_swapchain_throttle(swapchain, 2));
   assert_false(dxg_timeline_is_reached(&swapchain->drawn, 2));
   dxg_timeline_signal_now(&gate, 1);
   dxg_swapchain_throttle(swapchain, 1);
   assert_true(dxg_timeline_is_reached(&swapchain->drawn, 2));
   dxg_swapchain_throttle(swapchain, 0);
   assert_true(dxg_timeline_is_reached(&swapchain->drawn, 3));
   dxg_timeline_finish(&gate);
}

static int64_t
now_ms(void)
{
   struct timespec now;

   clock_gettime(CLOCK_MONOTONIC, &now);
   return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Buffers come back with a point that nobody will reach. */
static void
a_dead_consumer_does_not_hang_us(void **state)
{
   struct test *test = *state;
   struct dxg_swapchain *swapchain = &test->swapchain;
   const int64_t start = now_ms();

   keep_all_but_one_busy(test);
   struct dxg_swapchain_buffer *buffer = present_one(test);
   dxg_swapchain_release(swapchain, buffer, 7);
   assert_ptr_equal(present_one(test), buffer);
   assert_true(dxg_swapchain_throttle(swapchain, 0));
   assert_in_range(now_ms() - start, 500, 5000);

   /* When it is known to be dead, at once. */
   dxg_swapchain_release(swapchain, buffer, 8);
   assert_ptr_equal(present_one(test), buffer);
   dxg_swapchain_abandon(swapchain);
   assert_true(dxg_timeline_cpu_wait(&swapchain->drawn, swapchain->drawn.value, 400));
   assert_ptr_equal(acquire(test), buffer);
}

static void
finish_frees_the_queue(void **state)
{
   struct test *test = *state;

   keep_all_but_one_busy(test);
   struct dxg_swapchain_buffer *buffer = present_one(test);
   dxg_swapchain_release(&test->swapchain, buffer, 1000);
   acquire(test);
}

static void
all_formats_make_buffers(void **state)
{
   struct test *test = *state;
   unsigned count;
   const uint32_t *formats = dxg_formats(&count);

   for (unsigned i = 0; i < count; i++) {
      struct dxg_texture texture, other;
      assert_true(dxg_format_is_supported(&test->gpu.device, formats[i]));
      assert_true(dxg_format_size(formats[i]) >= 2);
      assert_true(dxg_texture_init(&texture, &test->gpu.device, 17, 5, formats[i]));
      const float white[] = { 1, 1, 1, 1 };
      gpu_fill(&test->gpu, &texture, white);
      assert_true(gpu_wait(&test->gpu, 10000));
      /* An opener must know what it opens. */
      const int handle = texture.handle;
      texture.handle = -1;
      assert_true(dxg_texture_open(&other, &test->gpu.device, handle, 17, 5, formats[i]));
      dxg_texture_finish(&other);
      dxg_texture_finish(&texture);
   }
   assert_false(dxg_format_is_supported(&test->gpu.device, DRM_FORMAT_NV12));
   assert_int_equal(dxg_format_size(DRM_FORMAT_NV12), 0);
   assert_int_equal(dxg_format_to_dxgi(0), DXGI_FORMAT_UNKNOWN);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
   const struct CMUnitTest tests[] = {
      TEST(buffers_have_ages),
      TEST(acquire_gives_the_same_until_present),
      TEST(the_last_presented_is_used_first),
      TEST(all_may_be_busy),
      TEST(refused_buffers_fail),
      TEST(resize_waits_for_busy_buffers),
      TEST(resize_while_drawing),
      TEST(many_sizes_with_a_slow_consumer),
      TEST(new_buffers_come_before_waits),
      TEST(drawing_waits_for_the_release_point),
      TEST(drawing_waits_for_a_bounded_time),
      TEST(throttle_waits_for_the_queue),
      TEST(a_dead_consumer_does_not_hang_us),
      TEST(finish_frees_the_queue),
      TEST(all_formats_make_buffers),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
