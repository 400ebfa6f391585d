/*
 * A compositor and its clients, as they are: in processes of their own. The client is this program, run
 * again with "client" and what it is to do.
 */
#include "halves.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define FRAMES 100

/* It tells of each frame through a pipe: which buffer, and what the texel in the middle must be. */
struct frame {
   uint32_t buffer_id;
   uint32_t texel;
};

struct process {
   pid_t pid;
   int frames;
   struct wl_client *wl_client; /* NULL: it is gone */
   struct wl_listener gone;
};

static void
process_on_gone(struct wl_listener *listener, void *data)
{
   struct process *process = wl_container_of(listener, process, gone);

   process->wl_client = NULL;
}

static void
process_start(struct fixture *f, struct process *process, const char *task)
{
   int sockets[2], pipes[2];
   char socket_arg[16], pipe_arg[16];

   assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
   assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
   snprintf(socket_arg, sizeof(socket_arg), "%d", sockets[1]);
   snprintf(pipe_arg, sizeof(pipe_arg), "%d", pipes[1]);
   process->pid = fork();
   assert_true(process->pid >= 0);
   if (process->pid == 0) {
      fcntl(sockets[1], F_SETFD, 0);
      fcntl(pipes[1], F_SETFD, 0);
      execl("/proc/self/exe", "client", "client", task, socket_arg, pipe_arg, NULL);
      _exit(127);
   }
   close(sockets[1]);
   close(pipes[1]);
   process->frames = pipes[0];
   process->wl_client = wl_client_create(f->server_display, sockets[0]);
   assert_non_null(process->wl_client);
   process->gone.notify = process_on_gone;
   wl_client_add_destroy_listener(process->wl_client, &process->gone);
}

/* False: the process ended. */
static bool
process_next_frame(struct fixture *f, struct process *process, struct frame *frame)
{
   struct pollfd fds[] = {
      { .fd = process->frames, .events = POLLIN },
      { .fd = wl_event_loop_get_fd(wl_display_get_event_loop(f->server_display)),
        .events = POLLIN },
   };

   for (;;) {
      assert_true(poll(fds, 2, 20000) > 0);
      halves_serve(f);
      if (fds[0].revents)
         return read(process->frames, frame, sizeof(*frame)) == sizeof(*frame) &&
                process->wl_client;
   }
}

static int
process_end(struct fixture *f, struct process *process)
{
   int status;

   close(process->frames);
   assert_int_equal(waitpid(process->pid, &status, 0), process->pid);
   halves_serve(f);
   return status;
}

static void
frames_travel(void **state)
{
   struct fixture *f = *state;
   struct process process;
   struct frame frame;
   struct wl_resource *shown = NULL;
   const volatile uint32_t *texels[FRAMES];
   uint32_t expected[FRAMES];
   unsigned count = 0;

   process_start(f, &process, "draw");
   while (process_next_frame(f, &process, &frame)) {
      struct wl_resource *resource = wl_client_get_object(process.wl_client, frame.buffer_id);
      assert_non_null(resource);
      struct dxg_server_buffer *buffer = dxg_server_buffer_from_resource(f->server, resource);
      assert_non_null(buffer);
      assert_true(count < FRAMES);
      dxg_server_buffer_acquire(buffer);
      expected[count] = frame.texel;
      gpu_start_read(&server_gpu, &buffer->texture, &texels[count++]);
      /* As compositors do: with the next frame, the last is free. */
      if (shown)
         wl_buffer_send_release(shown);
      wl_display_flush_clients(f->server_display);
      shown = resource;
   }
   assert_int_equal(process_end(f, &process), 0);
   assert_int_equal(count, FRAMES);
   struct dxg_timeline end;
   assert_true(dxg_timeline_init_private(&end, &server_gpu.device));
   assert_true(dxg_timeline_signal(&end, &server_gpu.device));
   assert_true(dxg_timeline_cpu_wait(&end, end.value, 10000));
   dxg_timeline_finish(&end);
   for (unsigned i = 0; i < FRAMES; i++)
      assert_int_equal(*texels[i], expected[i]);
}

static void
killed_clients_leave_nothing(void **state)
{
   struct fixture *f = *state;
   int fds = 0, threads = 0;

   for (int i = 0; i < 3; i++) {
      struct process process;
      struct frame frame;

      process_start(f, &process, "stall");
      assert_true(process_next_frame(f, &process, &frame));
      struct wl_resource *resource = wl_client_get_object(process.wl_client, frame.buffer_id);
      struct dxg_server_buffer *buffer = dxg_server_buffer_from_resource(f->server, resource);
      assert_non_null(buffer);
      dxg_server_buffer_acquire(buffer);
      assert_false(gpu_wait(&server_gpu, 50));
      kill(process.pid, SIGKILL);
      assert_int_equal(process_end(f, &process), SIGKILL);
      assert_true(gpu_wait(&server_gpu, PATIENCE_MS / 2));
      if (i == 0) {
         sleep_ms(100);
         fds = count_entries("/proc/self/fd");
         threads = count_entries("/proc/self/task");
      } else {
         assert_back_to("/proc/self/fd", fds);
         assert_back_to("/proc/self/task", threads);
      }
   }
}

/* What the other process does. */

struct client_process {
   struct wl_display *display;
   struct dxg_client *client;
   struct dxg_client_timelines *timelines;
   struct dxg_swapchain swapchain;
   uint64_t last_point;
};

struct client_slot {
   struct client_process *process;
   struct dxg_swapchain_buffer *buffer;
   struct dxg_client_buffer *client_buffer;
};

static void
slot_on_release(void *data, uint64_t point)
{
   struct client_slot *slot = data;

   /* Each was read; the points come in order. */
   if (point != slot->process->last_point + 1)
      _exit(3);
   slot->process->last_point = point;
   dxg_swapchain_release(&slot->process->swapchain, slot->buffer, point);
}

static bool
slot_attach(void *data, struct dxg_swapchain_buffer *buffer)
{
   struct client_process *process = data;
   struct client_slot *slot = calloc(1, sizeof(*slot));

   if (!slot)
      return false;
   *slot = (struct client_slot){ process, buffer };
   slot->client_buffer = dxg_client_buffer_create(process->client, process->timelines,
                                                  &buffer->texture, NULL, slot_on_release, slot);
   buffer->attached = slot;
   return slot->client_buffer;
}

static void
slot_detach(void *data, struct dxg_swapchain_buffer *buffer)
{
   struct client_slot *slot = buffer->attached;

   dxg_client_buffer_destroy(slot->client_buffer);
   free(slot);
}

static const struct dxg_swapchain_callbacks slot_callbacks = { slot_attach, slot_detach };

static int
client_main(const char *task, int socket, int frames)
{
   struct client_process process = { .display = wl_display_connect_to_fd(socket) };
   const char *why;

   alarm(60);
   gpu_init(&client_gpu);
   process.client = dxg_client_create(process.display, &client_gpu.device, &why);
   if (!process.client)
      return 2;
   if (!dxg_swapchain_init(&process.swapchain, &client_gpu.device, &slot_callbacks, &process, WIDTH,
                           HEIGHT, DRM_FORMAT_ARGB8888))
      return 2;
   process.timelines = dxg_client_timelines_create(process.client, &process.swapchain);

   struct dxg_timeline never;
   dxg_timeline_init_private(&never, &client_gpu.device);
   if (!strcmp(task, "stall"))
      dxg_timeline_queue_wait(&never, &client_gpu.device, 1);

   for (unsigned i = 0; i < FRAMES; i++) {
      const float color[] = { i / 255.0f, 0, 1, 1 };
      struct dxg_swapchain_buffer *buffer;
      enum dxg_acquire_result result;
      while ((result = dxg_swapchain_acquire(&process.swapchain, &buffer)) == DXG_ALL_BUSY) {
         if (wl_display_dispatch(process.display) < 0)
            return 2;
      }
      if (result != DXG_ACQUIRED)
         return 2;
      /* First what must never be seen. */
      gpu_fill(&client_gpu, &buffer->texture, (float[]){ 1, 1, 1, 1 });
      gpu_fill(&client_gpu, &buffer->texture, color);
      struct client_slot *slot = buffer->attached;
      const uint64_t point = dxg_swapchain_present(&process.swapchain, buffer);
      dxg_client_buffer_set_acquire_point(slot->client_buffer, point);
      if (wl_display_roundtrip(process.display) < 0)
         return 2;
      const struct frame frame = {
         wl_proxy_get_id((struct wl_proxy *)slot->client_buffer->wl_buffer),
         0xff0000ff | i << 16,
      };
      if (write(frames, &frame, sizeof(frame)) != sizeof(frame))
         return 2;
      dxg_swapchain_throttle(&process.swapchain, 2);
   }
   /* The compositor keeps the last. */
   while (process.last_point < FRAMES - 1) {
      if (wl_display_dispatch(process.display) < 0)
         return 2;
   }
   dxg_swapchain_finish(&process.swapchain);
   dxg_client_timelines_destroy(process.timelines);
   dxg_client_destroy(process.client);
   wl_display_disconnect(process.display);
   dxg_timeline_finish(&never);
   gpu_finish(&client_gpu);
   return 0;
}

int
main(int argc, char **argv)
{
   if (argc == 5 && !strcmp(argv[1], "client"))
      return client_main(argv[2], atoi(argv[3]), atoi(argv[4]));

#define TEST(name) cmocka_unit_test_setup_teardown(name, halves_setup, halves_teardown)
   const struct CMUnitTest tests[] = {
      TEST(frames_travel),
      TEST(killed_clients_leave_nothing),
   };

   gpu_init(&server_gpu);
   gpu_init(&client_gpu);
   const int failed = cmocka_run_group_tests(tests, NULL, NULL);
   gpu_finish(&client_gpu);
   gpu_finish(&server_gpu);
   return failed;
}
