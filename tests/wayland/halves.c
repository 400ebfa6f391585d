#include "halves.h"

#include <dirent.h>
#include <drm_fourcc.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

struct gpu server_gpu, client_gpu;

int64_t
now_ms(void)
{
   struct timespec now;

   clock_gettime(CLOCK_MONOTONIC, &now);
   return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
sleep_ms(int ms)
{
   nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

int
count_entries(const char *directory)
{
   DIR *dir = opendir(directory);
   int count = 0;

   assert_non_null(dir);
   while (readdir(dir))
      count++;
   closedir(dir);
   return count;
}

/* Threads take a moment to be gone. */
void
assert_back_to(const char *directory, int count)
{
   for (int i = 0; i < 200 && count_entries(directory) > count; i++)
      sleep_ms(10);
   assert_true(count_entries(directory) <= count);
}

static void
on_flush(void *data)
{
   struct fixture *f = data;

   f->flushed++;
}

static void
on_detach(void *data, void *attached)
{
   struct fixture *f = data;

   assert_ptr_equal(attached, f);
   f->detached++;
}

const struct dxg_server_callbacks halves_callbacks = { on_flush, on_detach };

void
halves_serve(struct fixture *f)
{
   wl_event_loop_dispatch(wl_display_get_event_loop(f->server_display), 0);
   wl_display_flush_clients(f->server_display);
}

void
halves_pump(struct fixture *f)
{
   for (int i = 0; i < 3; i++) {
      wl_display_flush(f->client_display);
      halves_serve(f);
      struct pollfd pollfd = { .fd = wl_display_get_fd(f->client_display), .events = POLLIN };
      while (wl_display_prepare_read(f->client_display) != 0)
         wl_display_dispatch_pending(f->client_display);
      if (poll(&pollfd, 1, 0) == 1)
         wl_display_read_events(f->client_display);
      else
         wl_display_cancel_read(f->client_display);
      wl_display_dispatch_pending(f->client_display);
   }
}

struct call {
   struct fixture *f;
   void (*function)(struct fixture *f);
   atomic_bool done;
};

static void *
run_call(void *data)
{
   struct call *call = data;

   call->function(call->f);
   call->done = true;
   return NULL;
}

void
halves_block_on(struct fixture *f, void (*function)(struct fixture *f))
{
   struct call call = { f, function };
   pthread_t thread;

   assert_int_equal(pthread_create(&thread, NULL, run_call, &call), 0);
   while (!call.done) {
      halves_serve(f);
      sleep_ms(1);
   }
   pthread_join(thread, NULL);
}

void
halves_create_client(struct fixture *f)
{
   f->client = dxg_client_create(f->client_display, &client_gpu.device, &f->why);
}

static void
on_global(void *data, struct wl_registry *registry, uint32_t name, const char *interface,
          uint32_t version)
{
   struct fixture *f = data;

   if (!strcmp(interface, dxg_v1_interface.name))
      f->dxg = wl_registry_bind(registry, name, &dxg_v1_interface, 1);
}

static void
on_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener registry_listener = { on_global, on_global_remove };

void
halves_connect(struct fixture *f)
{
   int sockets[2];

   assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
   f->wl_client = wl_client_create(f->server_display, sockets[0]);
   f->client_display = wl_display_connect_to_fd(sockets[1]);
   assert_non_null(f->wl_client);
   assert_non_null(f->client_display);
   halves_block_on(f, halves_create_client);
   if (!f->client)
      return;
   struct wl_registry *registry = wl_display_get_registry(f->client_display);
   wl_registry_add_listener(registry, &registry_listener, f);
   halves_pump(f);
   assert_non_null(f->dxg);
   wl_registry_destroy(registry);
}

void
halves_disconnect(struct fixture *f)
{
   for (; f->num_strays; f->num_strays--)
      wl_proxy_destroy(f->strays[f->num_strays - 1]);
   if (f->dxg)
      dxg_v1_destroy(f->dxg);
   dxg_client_destroy(f->client);
   wl_display_flush(f->client_display);
   wl_display_disconnect(f->client_display);
   f->dxg = NULL;
   f->client = NULL;
   f->client_display = NULL;
}

int
halves_setup(void **state)
{
   struct fixture *f = calloc(1, sizeof(*f));

   assert_non_null(f);
   f->server_display = wl_display_create();
   f->server = dxg_server_create(f->server_display, &server_gpu.device, &halves_callbacks, f);
   assert_non_null(f->server);
   halves_connect(f);
   assert_non_null(f->client);
   *state = f;
   return 0;
}

int
halves_teardown(void **state)
{
   struct fixture *f = *state;

   if (f->client_display)
      halves_disconnect(f);
   if (f->server_display) {
      wl_display_destroy_clients(f->server_display);
      dxg_server_destroy(f->server);
      wl_display_destroy(f->server_display);
   }
   assert_true(gpu_wait(&server_gpu, 10000));
   assert_true(gpu_wait(&client_gpu, 10000));
   free(f);
   return 0;
}

void
window_on_release(void *data, uint64_t point)
{
   struct window *window = data;

   window->releases++;
   window->point = point;
}

static bool
no_attach(void *data, struct dxg_swapchain_buffer *buffer)
{
   return true;
}

static void
no_detach(void *data, struct dxg_swapchain_buffer *buffer)
{
}

static const struct dxg_swapchain_callbacks no_callbacks = { no_attach, no_detach };

static void
window_find(struct window *window)
{
   struct fixture *f = window->f;

   halves_pump(f);
   window->resource = wl_client_get_object(
      f->wl_client, wl_proxy_get_id((struct wl_proxy *)window->buffer->wl_buffer));
   assert_non_null(window->resource);
   window->server_buffer = dxg_server_buffer_from_resource(f->server, window->resource);
}

static void
create_buffer(struct window *window, struct dxg_client_timelines *timelines)
{
   assert_true(
      dxg_texture_init(&window->texture, &client_gpu.device, WIDTH, HEIGHT, DRM_FORMAT_ARGB8888));
   window->buffer = dxg_client_buffer_create(window->f->client, timelines, &window->texture, NULL,
                                             window_on_release, window);
   assert_non_null(window->buffer);
   window_find(window);
   assert_non_null(window->server_buffer);
}

void
window_init(struct window *window, struct fixture *f)
{
   *window = (struct window){ .f = f };
   assert_true(dxg_swapchain_init(&window->swapchain, &client_gpu.device, &no_callbacks, NULL, 1, 1,
                                  DRM_FORMAT_ARGB8888));
   window->timelines = dxg_client_timelines_create(f->client, &window->swapchain);
   assert_non_null(window->timelines);
   create_buffer(window, window->timelines);
}

void
window_init_beside(struct window *window, const struct window *other)
{
   *window = (struct window){ .f = other->f };
   create_buffer(window, other->timelines);
}

void
window_finish(struct window *window)
{
   dxg_client_buffer_destroy(window->buffer);
   if (window->timelines) {
      dxg_client_timelines_destroy(window->timelines);
      dxg_swapchain_finish(&window->swapchain);
   }
   dxg_texture_finish(&window->texture);
   if (window->f->client_display)
      halves_pump(window->f);
}

void
window_promise(struct window *window, uint64_t point)
{
   dxg_client_buffer_set_acquire_point(window->buffer, point);
   halves_pump(window->f);
}

void
window_reach(struct window *window, uint64_t point)
{
   dxg_timeline_signal_now(&window->swapchain.drawn, point);
}
