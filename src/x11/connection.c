/*
 * Connections: what the server can do, its events, and the queue of what it shall be told when the
 * GPU has drawn, with the thread that tells it.
 */
#include "x11/objects.h"

#include "gallium/winsys/dxg/perf.h"
#include "util/debug.h"
#include "x11/reconnect.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include <xcb/shm.h>
#include <xcb/xcbext.h>

int64_t
x11_now_ns(void)
{
   struct timespec time;

   clock_gettime(CLOCK_MONOTONIC, &time);
   return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* --- Events -------------------------------------------------------------------------------- */

/* The drawable that an event or error is about. XIDs are used again: what the server says as an
 * answer to requests that are older than the drawable is about another one. */
static struct x11_drawable *
find_drawable(struct x11_connection *connection, uint32_t xid, uint32_t sequence)
{
   struct x11_drawable *drawable = connection->drawables;

   while (drawable &&
          (drawable->xid != xid || drawable->lost || (int32_t)(sequence - drawable->sequence) < 0))
      drawable = drawable->next;
   return drawable;
}

static void
shm_completed(struct x11_connection *connection, uint32_t segment)
{
   for (struct x11_drawable *drawable = connection->drawables; drawable;
        drawable = drawable->next) {
      for (unsigned i = 0; i < X11_MAX_BUFFERS; i++) {
         struct x11_buffer *buffer = drawable->buffers[i];
         if (buffer && buffer->image.segment == segment && !buffer->job.queued) {
            buffer->busy = false;
            x11_swap_completed(drawable, buffer->job.sbc, x11_now_ns() / 1000, 0);
         }
      }
   }
}

/* The size that a window had when we began to follow it: older than the events that come behind. */
static void
take_geometry(struct x11_connection *connection, struct x11_drawable *drawable)
{
   xcb_generic_error_t *error = NULL;
   void *reply = NULL;

   if (!drawable->geometry ||
       !xcb_poll_for_reply(connection->xcb, drawable->geometry, &reply, &error))
      return;
   drawable->geometry = 0;
   if (reply) {
      const xcb_get_geometry_reply_t *geometry = reply;
      x11_drawable_resized(drawable, geometry->width, geometry->height);
   } else {
      x11_drawable_lose(drawable);
   }
   free(reply);
   free(error);
}

/* Only of drawables that are gone; other errors are answers to requests about those, too. */
static void
error_event(struct x11_connection *connection, const xcb_generic_error_t *error)
{
   struct x11_drawable *drawable =
      find_drawable(connection, error->resource_id, error->full_sequence);

   debug_printf(DEBUG_SYNC, "X error %u of request %u.%u about 0x%x", error->error_code,
                error->major_code, error->minor_code, error->resource_id);
   if (drawable && (error->error_code == XCB_WINDOW || error->error_code == XCB_DRAWABLE))
      x11_drawable_lose(drawable);
}

static void
handle_event(struct x11_connection *connection, xcb_generic_event_t *event)
{
   const uint8_t type = event->response_type & 0x7f;
   struct x11_drawable *drawable;

   if (type == 0) {
      error_event(connection, (xcb_generic_error_t *)event);
   } else if (type == XCB_CONFIGURE_NOTIFY) {
      const xcb_configure_notify_event_t *configure = (xcb_configure_notify_event_t *)event;
      drawable = find_drawable(connection, configure->window, event->full_sequence);
      if (drawable) {
         take_geometry(connection, drawable);
         x11_drawable_resized(drawable, configure->width, configure->height);
      }
   } else if (type == XCB_DESTROY_NOTIFY) {
      drawable = find_drawable(connection, ((xcb_destroy_notify_event_t *)event)->window,
                               event->full_sequence);
      if (drawable)
         x11_drawable_lose(drawable);
   } else if (type == XCB_GE_GENERIC) {
      const xcb_present_generic_event_t *generic = (xcb_present_generic_event_t *)event;
      if (generic->extension == connection->server.present_opcode)
         x11_present_event(connection, generic);
   } else if (connection->server.shm && type == connection->server.shm_event) {
      shm_completed(connection, ((xcb_shm_completion_event_t *)event)->shmseg);
   }
}

void
x11_connection_dispatch(struct x11_connection *connection)
{
   xcb_generic_event_t *event;
   bool changed = false;

   while ((event = xcb_poll_for_event(connection->xcb))) {
      handle_event(connection, event);
      free(event);
      changed = true;
   }
   for (struct x11_drawable *d = connection->drawables; d; d = d->next)
      take_geometry(connection, d);
   if (changed)
      pthread_cond_broadcast(&connection->changed);
   if (connection->dead || !xcb_connection_has_error(connection->xcb))
      return;
   debug_printf(DEBUG_INFO, "the X server is gone");
   connection->dead = true;
   for (struct x11_drawable *d = connection->drawables; d; d = d->next)
      x11_drawable_lose(d);
   pthread_cond_broadcast(&connection->changed);
}

void
x11_connection_round_trip(struct x11_connection *connection)
{
   const xcb_get_input_focus_cookie_t cookie = xcb_get_input_focus(connection->xcb);

   pthread_mutex_unlock(&connection->mutex);
   free(xcb_get_input_focus_reply(connection->xcb, cookie, NULL));
   pthread_mutex_lock(&connection->mutex);
   x11_connection_dispatch(connection);
}

/* --- The queue ----------------------------------------------------------------------------- */

/* Sends the jobs whose points are reached, in order. */
static void
send_jobs(struct x11_connection *connection)
{
   bool sent = false;

   while (connection->head && !connection->sending &&
          dxg_timeline_is_reached(&connection->drawn, connection->head->point)) {
      struct x11_job *job = connection->head;

      if (job->buffer->memory.kind == X11_MEMORY_COPIED) {
         connection->sending = true;
         pthread_mutex_unlock(&connection->mutex);
         const size_t copied = x11_memory_read_end(&job->buffer->memory);
         pthread_mutex_lock(&connection->mutex);
         connection->sending = false;
         job->drawable->perf.cpu_bytes += copied;
         dxg_perf_count_copy(copied);
      }
      connection->head = job->next;
      if (!connection->head)
         connection->tail = &connection->head;
      job->queued = false;
      x11_job_run(job);
      sent = true;
   }
   if (!sent)
      return;
   xcb_flush(connection->xcb);
   x11_connection_dispatch(connection);
   pthread_cond_broadcast(&connection->changed);
}

bool
x11_connection_queue(struct x11_connection *connection, struct x11_buffer *buffer)
{
   struct x11_job *job = &buffer->job;

   job->point = dxg_timeline_signal(&connection->drawn, connection->device);
   if (job->point == 0)
      return false;
   /* Out of descriptors: then this thread waits. */
   if (!dxg_timeline_is_reached(&connection->drawn, job->point) &&
       !dxg_timeline_notify(&connection->drawn, job->point, connection->wake))
      dxg_timeline_cpu_wait(&connection->drawn, job->point, -1);
   if (!job->queued) {
      job->queued = true;
      job->next = NULL;
      *connection->tail = job;
      connection->tail = &job->next;
   }
   send_jobs(connection);
   return true;
}

bool
x11_connection_wait(struct x11_connection *connection, int64_t end_ns)
{
   const struct timespec end = {
      .tv_sec = end_ns / 1000000000,
      .tv_nsec = end_ns % 1000000000,
   };

   return pthread_cond_timedwait(&connection->changed, &connection->mutex, &end) != ETIMEDOUT;
}

/* --- The thread ---------------------------------------------------------------------------- */

static void *
run(void *data)
{
   struct x11_connection *connection = data;
   struct pollfd fds[2] = {
      { .fd = xcb_get_file_descriptor(connection->xcb), .events = POLLIN },
      { .fd = connection->wake, .events = POLLIN },
   };
   uint64_t count;

   pthread_mutex_lock(&connection->mutex);
   while (!connection->stop) {
      x11_connection_dispatch(connection);
      send_jobs(connection);
      xcb_flush(connection->xcb);
      /* What came in while flushing shows on no descriptor. */
      x11_connection_dispatch(connection);
      if (connection->dead)
         fds[0].fd = -1;
      pthread_mutex_unlock(&connection->mutex);
      poll(fds, 2, -1);
      if (fds[1].revents && read(connection->wake, &count, sizeof(count)) < 0 && errno != EAGAIN)
         debug_printf(DEBUG_SYNC, "reading an eventfd failed");
      pthread_mutex_lock(&connection->mutex);
   }
   pthread_mutex_unlock(&connection->mutex);
   return NULL;
}

static bool
start_thread(struct x11_connection *connection)
{
   sigset_t all, old;

   /* Signals are the program's, and for its threads. */
   sigfillset(&all);
   pthread_sigmask(SIG_SETMASK, &all, &old);
   const int error = pthread_create(&connection->thread, NULL, run, connection);
   pthread_sigmask(SIG_SETMASK, &old, NULL);
   return error == 0;
}

/* --- Connections --------------------------------------------------------------------------- */

static void
init_locks(struct x11_connection *connection)
{
   pthread_condattr_t monotonic;

   pthread_mutex_init(&connection->mutex, NULL);
   pthread_condattr_init(&monotonic);
   pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
   pthread_cond_init(&connection->changed, &monotonic);
   pthread_condattr_destroy(&monotonic);
}

static void
tell_ways(const struct x11_connection *connection)
{
   static const char *const kinds[] = {
      [X11_MEMORY_LINEAR] = "drawn into shared memory",
      [X11_MEMORY_COPIED] = "copied by the GPU",
      [X11_MEMORY_MAPPED] = "copied by the CPU",
   };
   const struct x11_server *server = &connection->server;

   debug_printf(DEBUG_INFO, "X11: frames are %s, and go to the server by %s%s",
                kinds[connection->memory_kind],
                server->shared_pixmaps && server->present ? "shared pixmaps"
                : server->shm                             ? "ShmPutImage"
                                                          : "PutImage",
                server->present ? " and Present" : "");
}

/* What looks like a local server may be relayed from elsewhere; a connection ends with the first
 * descriptor that is sent over it then. */
static bool
init_server(struct x11_connection *connection, int screen)
{
   if (screen < 0 || screen >= xcb_setup_roots_length(xcb_get_setup(connection->xcb)))
      return false;
   if (x11_server_init(&connection->server, connection->xcb, true))
      return true;
   xcb_connection_t *other = x11_reconnect(connection->program);
   if (!other)
      return false;
   xcb_disconnect(connection->xcb);
   connection->xcb = other;
   return x11_server_init(&connection->server, other, false);
}

struct x11_connection *
x11_connection_create(xcb_connection_t *xcb, int screen, struct loader_screen *loader,
                      struct dxg_device *device)
{
   struct x11_connection *connection;
   xcb_connection_t *own;

   if (xcb_connection_has_error(xcb))
      return NULL;
   own = x11_reconnect(xcb);
   connection = own ? calloc(1, sizeof(*connection)) : NULL;
   if (!connection) {
      if (own)
         xcb_disconnect(own);
      return NULL;
   }
   connection->program = xcb;
   connection->xcb = own;
   connection->loader = loader;
   connection->device = device;
   connection->tail = &connection->head;
   init_locks(connection);
   connection->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
   if (connection->wake < 0 || !init_server(connection, screen) ||
       !dxg_timeline_init(&connection->drawn, device))
      goto fail;
   connection->memory_kind = x11_memory_find_kind(device, loader);
   tell_ways(connection);
   if (start_thread(connection))
      return connection;

fail:
   if (connection->drawn.fence)
      dxg_timeline_finish(&connection->drawn);
   if (connection->wake >= 0)
      close(connection->wake);
   pthread_cond_destroy(&connection->changed);
   pthread_mutex_destroy(&connection->mutex);
   xcb_disconnect(connection->xcb);
   free(connection);
   return NULL;
}

void
x11_connection_destroy(struct x11_connection *connection)
{
   if (!connection)
      return;
   pthread_mutex_lock(&connection->mutex);
   connection->stop = true;
   eventfd_write(connection->wake, 1);
   pthread_mutex_unlock(&connection->mutex);
   pthread_join(connection->thread, NULL);
   dxg_timeline_finish(&connection->drawn);
   close(connection->wake);
   pthread_cond_destroy(&connection->changed);
   pthread_mutex_destroy(&connection->mutex);
   xcb_disconnect(connection->xcb);
   free(connection);
}

bool
x11_connection_has_present(const struct x11_connection *connection)
{
   return connection->server.present;
}
