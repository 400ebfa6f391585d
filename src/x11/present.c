/*
 * Presenting: what the server is told, when, and what it says then.
 */
#include "x11/objects.h"

#include "gallium/winsys/dxg/perf.h"
#include "util/bits.h"
#include "util/debug.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <xcb/xfixes.h>

/* How long a swap waits for a server that should have shown a frame: it may be grabbed by another
 * client, or stopped. */
#define PATIENCE_NS INT64_C(1000000000)
/* Where nobody tells the monitor's rate. */
#define FRAME_NS INT64_C(16666667)
/* How many frames between two lines of DXG_DEBUG=perf. */
#define PERF_FRAMES 100

/* --- Telling the server -------------------------------------------------------------------- */

static struct x11_rect
clip(struct x11_rect rect, const struct x11_memory *memory)
{
   const int right = MIN2(rect.x + rect.width, (int)memory->width);
   const int bottom = MIN2(rect.y + rect.height, (int)memory->height);

   rect.x = MAX2(rect.x, 0);
   rect.y = MAX2(rect.y, 0);
   rect.width = MAX2(right - rect.x, 0);
   rect.height = MAX2(bottom - rect.y, 0);
   return rect;
}

/* Into a drawable, or into the pixmap that is to be presented. Whether the server reads it
 * later. */
static bool
put(const struct x11_job *job, xcb_drawable_t to, bool event)
{
   const struct x11_drawable *drawable = job->drawable;
   const struct x11_buffer *buffer = job->buffer;
   const struct x11_memory *memory = &buffer->memory;
   const struct x11_rect all = { 0, 0, (int)memory->width, (int)memory->height };
   const int count = job->rect_count ? job->rect_count : 1;
   bool later = false;

   for (int i = 0; i < count; i++) {
      const struct x11_rect rect = clip(job->rect_count ? job->rects[i] : all, memory);
      if (rect.width > 0 && rect.height > 0)
         later = x11_image_put(&buffer->image, drawable->connection->xcb, memory, to, drawable->gc,
                               drawable->depth, rect.x, rect.y, rect.width, rect.height,
                               event && i == count - 1);
   }
   return later;
}

static void
present(const struct x11_job *job)
{
   const struct x11_drawable *drawable = job->drawable;
   xcb_connection_t *xcb = drawable->connection->xcb;
   const struct x11_image *image = &job->buffer->image;
   uint32_t update = image->region;

   if (!image->shared) {
      struct x11_job whole = *job;
      whole.rect_count = 0;
      put(&whole, image->pixmap, false);
   }
   if (job->rect_count) {
      xcb_rectangle_t rects[X11_MAX_RECTS];

      for (int i = 0; i < job->rect_count; i++) {
         const struct x11_rect rect = clip(job->rects[i], &job->buffer->memory);
         rects[i] = (xcb_rectangle_t){ (int16_t)rect.x, (int16_t)rect.y, (uint16_t)rect.width,
                                       (uint16_t)rect.height };
      }
      update = xcb_generate_id(xcb);
      xcb_xfixes_create_region(xcb, update, (uint32_t)job->rect_count, rects);
   }
   xcb_present_pixmap(xcb, drawable->xid, image->pixmap, (uint32_t)job->sbc, XCB_NONE, update, 0, 0,
                      XCB_NONE, XCB_NONE, XCB_NONE, job->options, job->target_msc, job->divisor,
                      job->remainder, 0, NULL);
   if (job->rect_count)
      xcb_xfixes_destroy_region(xcb, update);
}

static bool
server_copies(const struct x11_image *image)
{
   return image->segment;
}

void
x11_job_run(struct x11_job *job)
{
   struct x11_drawable *drawable = job->drawable;
   struct x11_buffer *buffer = job->buffer;
   const size_t bytes =
      (size_t)buffer->memory.width * buffer->memory.height * buffer->memory.pixel_bytes;

   if (drawable->lost) {
      buffer->busy = false;
      return;
   }
   if (server_copies(&buffer->image)) {
      drawable->perf.server_bytes += bytes;
   } else {
      drawable->perf.cpu_bytes += bytes;
      dxg_perf_count_copy(bytes);
   }
   if (!job->swap) {
      put(job, drawable->xid, false);
   } else if (drawable->event) {
      present(job);
   } else if (!put(job, drawable->xid, true)) {
      buffer->busy = false;
      x11_swap_completed(drawable, job->sbc, x11_now_ns() / 1000, 0);
   }
}

/* --- What the server says ------------------------------------------------------------------ */

void
x11_swap_completed(struct x11_drawable *drawable, uint64_t sbc, uint64_t ust, uint64_t msc)
{
   drawable->completed = MAX2(drawable->completed, sbc);
   drawable->ust = ust;
   drawable->msc = msc;
}

static void
complete_event(struct x11_drawable *drawable, const xcb_present_complete_notify_event_t *event)
{
   /* The low half of a number that is not far behind ours. */
   const uint64_t sbc = drawable->sent - (uint32_t)((uint32_t)drawable->sent - event->serial);

   if (event->kind == XCB_PRESENT_COMPLETE_KIND_PIXMAP) {
      if (sbc > drawable->completed && sbc <= drawable->sent)
         x11_swap_completed(drawable, sbc, event->ust, event->msc);
      return;
   }
   for (struct x11_msc_wait *wait = drawable->waits; wait; wait = wait->next) {
      if (wait->serial == event->serial) {
         wait->done = true;
         wait->ust = event->ust;
         wait->msc = event->msc;
      }
   }
}

void
x11_present_event(struct x11_connection *connection, const xcb_present_generic_event_t *generic)
{
   struct x11_drawable *drawable = connection->drawables;

   while (drawable && drawable->event != generic->event)
      drawable = drawable->next;
   if (!drawable)
      return;
   if (generic->evtype == XCB_PRESENT_COMPLETE_NOTIFY) {
      complete_event(drawable, (const xcb_present_complete_notify_event_t *)generic);
   } else if (generic->evtype == XCB_PRESENT_IDLE_NOTIFY) {
      const xcb_present_idle_notify_event_t *idle = (const void *)generic;
      for (unsigned i = 0; i < X11_MAX_BUFFERS; i++) {
         struct x11_buffer *buffer = drawable->buffers[i];
         if (buffer && buffer->image.pixmap == idle->pixmap && !buffer->job.queued)
            buffer->busy = false;
      }
   }
}

/* --- Swaps --------------------------------------------------------------------------------- */

static void
fill_job(struct x11_job *job, const struct x11_drawable *drawable,
         const struct x11_present_desc *desc)
{
   const int interval = abs(desc->interval);

   job->swap = true;
   job->sbc = drawable->sent;
   job->target_msc = desc->target_msc;
   job->divisor = desc->divisor;
   job->remainder = desc->remainder;
   job->options = XCB_PRESENT_OPTION_NONE;
   if (!desc->target_msc && !desc->divisor) {
      /* Each frame that is under way has its interval, too. */
      job->target_msc = drawable->msc + (uint64_t)interval * (drawable->sent - drawable->completed);
      job->remainder = 0;
      if (interval == 0 || desc->tear)
         job->options = XCB_PRESENT_OPTION_ASYNC;
   }
   /* X counts rows from the top, GL from the bottom. Too many rectangles are all. */
   job->rect_count = desc->rect_count <= X11_MAX_RECTS ? desc->rect_count : 0;
   for (int i = 0; i < job->rect_count; i++) {
      const int *rect = &desc->rects[4 * i];
      job->rects[i] = (struct x11_rect){
         rect[0],
         (int)job->buffer->memory.height - rect[1] - rect[3],
         rect[2],
         rect[3],
      };
   }
}

/* One frame is under way while the program draws the next; but of a new window the first is alone: without an MSC
 * to count from, the second would have the same target, and the server leaves one of them out. */
static void
pace(struct x11_drawable *drawable, const struct x11_present_desc *desc)
{
   struct x11_connection *connection = drawable->connection;
   const int interval = abs(desc->interval);

   if (drawable->event) {
      const int64_t end = x11_now_ns() + PATIENCE_NS + interval * FRAME_NS;
      if (interval == 0 || desc->target_msc || desc->divisor)
         return;
      while (!drawable->lost &&
             drawable->sent - drawable->completed > (drawable->completed ? 1 : 0) &&
             x11_connection_wait(connection, end))
         ;
      return;
   }
   const int64_t next = drawable->last_swap_ns + interval * FRAME_NS;
   while (!drawable->lost && x11_now_ns() < next && x11_connection_wait(connection, next))
      ;
   drawable->last_swap_ns = x11_now_ns();
}

static void
tell_perf(const struct x11_drawable *drawable)
{
   if (drawable->sent % PERF_FRAMES != 0 || !debug_enabled(DEBUG_PERF))
      return;
   debug_printf(DEBUG_PERF,
                "X window %u×%u: %llu frames, %llu bytes copied by us, %llu by the server, %u CPU "
                "waits; held back %u times",
                drawable->width, drawable->height, (unsigned long long)drawable->sent,
                (unsigned long long)drawable->perf.cpu_bytes,
                (unsigned long long)drawable->perf.server_bytes, drawable->perf.waits,
                drawable->perf.throttles);
}

/* What was the back buffer is the front buffer from now on. */
static void
copy_to_front(struct x11_drawable *drawable, struct loader_context *context,
              struct loader_image *front, struct loader_image *back)
{
   struct loader_image_info a, b;

   loader_image_query(front, &a);
   loader_image_query(back, &b);
   loader_image_blit(context, front, 0, 0, back, 0, 0, (int)MIN2(a.width, b.width),
                     (int)MIN2(a.height, b.height));
}

static int64_t
swap_window(struct x11_drawable *drawable, struct loader_context *context,
            const struct x11_present_desc *desc)
{
   struct x11_connection *connection = drawable->connection;
   struct x11_buffer *buffer;

   x11_connection_dispatch(connection);
   if (drawable->lost || !x11_drawable_acquire(drawable))
      return -1;
   buffer = drawable->back;
   pthread_mutex_unlock(&connection->mutex);
   if (drawable->front)
      copy_to_front(drawable, context, drawable->front->memory.image, buffer->memory.image);
   const size_t copied = x11_memory_read_begin(&buffer->memory, context);
   pthread_mutex_lock(&connection->mutex);
   if (copied) {
      drawable->perf.cpu_bytes += copied;
      drawable->perf.waits++;
      dxg_perf_count_copy(copied);
      dxg_perf_count_wait();
   }

   drawable->back = NULL;
   drawable->sent++;
   fill_job(&buffer->job, drawable, desc);
   buffer->busy = true;
   buffer->frame = drawable->sent;
   const int64_t sbc = (int64_t)drawable->sent;
   if (!x11_connection_queue(connection, buffer)) {
      buffer->busy = false;
      drawable->completed = drawable->sent;
      return -1;
   }
   tell_perf(drawable);
   pace(drawable, desc);
   return drawable->lost ? -1 : sbc;
}

int64_t
x11_drawable_present(struct x11_drawable *drawable, struct loader_context *context,
                     const struct x11_present_desc *desc)
{
   int64_t sbc = 0;

   if (drawable->type == X11_WINDOW && drawable->double_buffer) {
      pthread_mutex_lock(&drawable->connection->mutex);
      sbc = swap_window(drawable, context, desc);
      pthread_mutex_unlock(&drawable->connection->mutex);
   } else if (drawable->type == X11_PBUFFER && drawable->images[0] && drawable->images[1]) {
      /* GLX 1.4, 3.3.10: pbuffers swap as well, though nobody sees it; pixmaps don't. */
      copy_to_front(drawable, context, drawable->images[1], drawable->images[0]);
      sbc = (int64_t)++drawable->sent;
      drawable->completed = drawable->sent;
   }
   if (drawable->loader)
      loader_drawable_invalidate(drawable->loader);
   return sbc;
}

void
x11_drawable_wait_for_swaps(struct x11_drawable *drawable)
{
   const int64_t end = x11_now_ns() + PATIENCE_NS;

   while (!drawable->lost && drawable->completed < drawable->sent &&
          x11_connection_wait(drawable->connection, end))
      ;
}

void
x11_drawable_wait(struct x11_drawable *drawable)
{
   struct x11_connection *connection = drawable->connection;
   const int64_t end = x11_now_ns() + PATIENCE_NS;

   if (drawable->type == X11_PBUFFER)
      return;
   pthread_mutex_lock(&connection->mutex);
   for (;;) {
      bool queued = drawable->front && drawable->front->job.queued;
      for (unsigned i = 0; i < X11_MAX_BUFFERS; i++)
         queued |= drawable->buffers[i] && drawable->buffers[i]->job.queued;
      if (!queued || !x11_connection_wait(connection, end))
         break;
   }
   x11_connection_round_trip(connection);
   pthread_mutex_unlock(&connection->mutex);
}

void
x11_drawable_copy_sub_buffer(struct x11_drawable *drawable, struct loader_context *context, int x,
                             int y, int width, int height)
{
   struct x11_connection *connection = drawable->connection;
   struct x11_buffer *buffer;
   bool queued = false;

   if (drawable->type != X11_WINDOW || !drawable->double_buffer || width <= 0 || height <= 0)
      return;
   pthread_mutex_lock(&connection->mutex);
   x11_drawable_wait_for_swaps(drawable);
   if (!drawable->lost && x11_drawable_acquire(drawable)) {
      buffer = drawable->back;
      const int top = (int)buffer->memory.height - y - height;
      pthread_mutex_unlock(&connection->mutex);
      if (drawable->front)
         loader_image_blit(context, drawable->front->memory.image, x, top, buffer->memory.image, x,
                           top, width, height);
      x11_memory_read_begin(&buffer->memory, context);
      pthread_mutex_lock(&connection->mutex);
      buffer->job.swap = false;
      buffer->job.rects[0] = (struct x11_rect){ x, top, width, height };
      buffer->job.rect_count = 1;
      queued = x11_connection_queue(connection, buffer);
   }
   pthread_mutex_unlock(&connection->mutex);
   /* The buffer is drawn into again, so the server must be done with it. */
   if (queued)
      x11_drawable_wait(drawable);
}

/* --- Sync values --------------------------------------------------------------------------- */

static bool
wait_for_msc(struct x11_drawable *drawable, uint64_t target, uint64_t divisor, uint64_t remainder,
             struct x11_sync_values *values)
{
   struct x11_connection *connection = drawable->connection;
   struct x11_msc_wait wait = { .next = drawable->waits, .serial = ++connection->last_serial };
   struct x11_msc_wait **link = &drawable->waits;

   drawable->waits = &wait;
   xcb_present_notify_msc(connection->xcb, drawable->xid, wait.serial, target, divisor, remainder);
   xcb_flush(connection->xcb);
   x11_connection_dispatch(connection);
   while (!wait.done && !drawable->lost)
      pthread_cond_wait(&connection->changed, &connection->mutex);
   while (*link != &wait)
      link = &(*link)->next;
   *link = wait.next;
   *values = (struct x11_sync_values){ wait.ust, wait.msc, drawable->completed };
   return wait.done;
}

bool
x11_drawable_wait_for_msc(struct x11_drawable *drawable, uint64_t target_msc, uint64_t divisor,
                          uint64_t remainder, struct x11_sync_values *values)
{
   struct x11_connection *connection = drawable->connection;

   pthread_mutex_lock(&connection->mutex);
   const bool done = drawable->event && !drawable->lost &&
                     wait_for_msc(drawable, target_msc, divisor, remainder, values);
   pthread_mutex_unlock(&connection->mutex);
   return done;
}

bool
x11_drawable_sync_values(struct x11_drawable *drawable, struct x11_sync_values *values)
{
   return x11_drawable_wait_for_msc(drawable, 0, 0, 0, values);
}

bool
x11_drawable_wait_for_sbc(struct x11_drawable *drawable, uint64_t target_sbc,
                          struct x11_sync_values *values)
{
   struct x11_connection *connection = drawable->connection;

   pthread_mutex_lock(&connection->mutex);
   const uint64_t target = target_sbc ? target_sbc : drawable->sent;
   while (drawable->event && !drawable->lost && drawable->completed < target)
      pthread_cond_wait(&connection->changed, &connection->mutex);
   const bool done = drawable->event && !drawable->lost;
   *values = (struct x11_sync_values){ drawable->ust, drawable->msc, drawable->completed };
   pthread_mutex_unlock(&connection->mutex);
   return done;
}
