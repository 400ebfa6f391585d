/*
 * Drawables: their size, and the buffers that GL draws into.
 */
#include "x11/objects.h"

#include "util/bits.h"
#include "util/debug.h"

#include <drm_fourcc.h>
#include <stdlib.h>
#include <string.h>

/* How far a program may run ahead of its GPU. */
#define FRAMES_AHEAD 2
/* How long the server may keep all buffers: it may be grabbed by another client, or stopped. A
 * frame that is torn then is better than a program that hangs. */
#define PATIENCE_NS INT64_C(1000000000)

/* --- Buffers ------------------------------------------------------------------------------- */

static bool
fits(const struct x11_drawable *drawable, const struct x11_buffer *buffer)
{
   return buffer->memory.width == drawable->width && buffer->memory.height == drawable->height;
}

/* Without the mutex. */
static struct x11_buffer *
create_buffer(struct x11_drawable *drawable, xcb_connection_t *xcb, uint32_t width, uint32_t height,
              bool presented)
{
   struct x11_connection *connection = drawable->connection;
   struct x11_buffer *buffer = calloc(1, sizeof(*buffer));

   if (!buffer)
      return NULL;
   if (!x11_memory_init(&buffer->memory, connection->memory_kind, connection->device,
                        connection->loader, width, height, drawable->fourcc)) {
      free(buffer);
      return NULL;
   }
   buffer->job.drawable = drawable;
   buffer->job.buffer = buffer;
   x11_image_init(&buffer->image, &connection->server, xcb, drawable->xid, drawable->depth,
                  &buffer->memory, presented);
   return buffer;
}

/* Without the mutex; its job is not queued. */
static void
destroy_buffer(struct x11_buffer *buffer)
{
   if (!buffer)
      return;
   x11_image_finish(&buffer->image);
   x11_memory_finish(&buffer->memory);
   free(buffer);
}

static unsigned
count_queued(const struct x11_drawable *drawable)
{
   unsigned count = 0;

   for (unsigned i = 0; i < X11_MAX_BUFFERS; i++)
      count += drawable->buffers[i] && drawable->buffers[i]->job.queued;
   return count;
}

/* Of the free ones that which was presented last, so that there are as few as the server allows. */
static struct x11_buffer *
find_free(const struct x11_drawable *drawable)
{
   struct x11_buffer *best = NULL;

   for (unsigned i = 0; i < X11_MAX_BUFFERS; i++) {
      struct x11_buffer *buffer = drawable->buffers[i];
      if (buffer && !buffer->busy && fits(drawable, buffer) &&
          (!best || buffer->frame > best->frame))
         best = buffer;
   }
   return best;
}

/* Where there is none, or one that has an old size and nobody uses. */
static struct x11_buffer **
find_slot(struct x11_drawable *drawable)
{
   for (unsigned i = 0; i < X11_MAX_BUFFERS; i++) {
      struct x11_buffer **slot = &drawable->buffers[i];
      if (!*slot || (!(*slot)->busy && !fits(drawable, *slot)))
         return slot;
   }
   return NULL;
}

static void
destroy_old(struct x11_drawable *drawable)
{
   struct x11_buffer *old[X11_MAX_BUFFERS] = { NULL };

   for (unsigned i = 0; i < X11_MAX_BUFFERS; i++) {
      struct x11_buffer **slot = &drawable->buffers[i];
      if (*slot && !(*slot)->busy && !fits(drawable, *slot)) {
         old[i] = *slot;
         *slot = NULL;
      }
   }
   pthread_mutex_unlock(&drawable->connection->mutex);
   for (unsigned i = 0; i < X11_MAX_BUFFERS; i++)
      destroy_buffer(old[i]);
   pthread_mutex_lock(&drawable->connection->mutex);
}

static void
take_back(struct x11_drawable *drawable)
{
   debug_printf(DEBUG_SYNC | DEBUG_PERF, "the X server keeps all buffers of window 0x%x",
                drawable->xid);
   for (unsigned i = 0; i < X11_MAX_BUFFERS; i++) {
      if (drawable->buffers[i] && !drawable->buffers[i]->job.queued)
         drawable->buffers[i]->busy = false;
   }
}

/* NULL: no memory. */
static struct x11_buffer *
create_back(struct x11_drawable *drawable)
{
   struct x11_connection *connection = drawable->connection;
   const uint32_t width = drawable->width, height = drawable->height;
   struct x11_buffer *buffer;

   destroy_old(drawable);
   pthread_mutex_unlock(&connection->mutex);
   buffer = create_buffer(drawable, connection->xcb, width, height, drawable->event);
   pthread_mutex_lock(&connection->mutex);
   struct x11_buffer **slot = find_slot(drawable);
   if (slot && !*slot) {
      *slot = buffer;
      return buffer;
   }
   /* The window changed its size again meanwhile. */
   pthread_mutex_unlock(&connection->mutex);
   destroy_buffer(buffer);
   pthread_mutex_lock(&connection->mutex);
   return NULL;
}

bool
x11_drawable_acquire(struct x11_drawable *drawable)
{
   struct x11_connection *connection = drawable->connection;
   const int64_t end = x11_now_ns() + PATIENCE_NS;

   /* A buffer of an old size that was not presented is given up. */
   if (drawable->back && !fits(drawable, drawable->back))
      drawable->back = NULL;
   bool waited = false;
   while (!drawable->back) {
      const bool ahead = count_queued(drawable) >= FRAMES_AHEAD;

      drawable->back = ahead ? NULL : find_free(drawable);
      if (drawable->back)
         break;
      if (!ahead && find_slot(drawable)) {
         drawable->back = create_back(drawable);
         if (!drawable->back && find_slot(drawable))
            return false;
         continue;
      }
      waited = true;
      /* The GPU ends, or its device is removed: that needs no other limit. */
      if (ahead)
         pthread_cond_wait(&connection->changed, &connection->mutex);
      else if (!x11_connection_wait(connection, end))
         take_back(drawable);
   }
   drawable->perf.throttles += waited;
   return true;
}

/* --- The front buffer ---------------------------------------------------------------------- */

/* Into memory->pixels, on the program's connection: behind what the program had X draw. */
static void
read_from_server(const struct x11_drawable *drawable, struct x11_buffer *front)
{
   xcb_connection_t *xcb = drawable->connection->program;
   const struct x11_memory *memory = &front->memory;

   if (front->image.shared) {
      const uint32_t gc = xcb_generate_id(xcb), no_exposures = 0;

      xcb_discard_reply(xcb, xcb_create_gc_checked(xcb, gc, drawable->xid,
                                                   XCB_GC_GRAPHICS_EXPOSURES, &no_exposures)
                                .sequence);
      free(xcb_request_check(xcb, xcb_copy_area_checked(xcb, drawable->xid, front->image.pixmap, gc,
                                                        0, 0, 0, 0, (uint16_t)memory->width,
                                                        (uint16_t)memory->height)));
      xcb_discard_reply(xcb, xcb_free_gc_checked(xcb, gc).sequence);
      return;
   }

   xcb_generic_error_t *error = NULL;
   xcb_get_image_reply_t *reply = xcb_get_image_reply(
      xcb,
      xcb_get_image(xcb, XCB_IMAGE_FORMAT_Z_PIXMAP, drawable->xid, 0, 0, (uint16_t)memory->width,
                    (uint16_t)memory->height, UINT32_MAX),
      &error);
   const size_t row = (size_t)memory->width * memory->pixel_bytes;
   const size_t pitch = align_up(row, 4);

   if (reply && (size_t)xcb_get_image_data_length(reply) >= pitch * memory->height) {
      for (uint32_t y = 0; y < memory->height; y++)
         memcpy(memory->pixels + y * memory->pitch, xcb_get_image_data(reply) + y * pitch, row);
   }
   free(reply);
   free(error);
}

/* The GPU may not read what the server or the CPU writes. Without the mutex. */
static void
wait_for_gpu(struct x11_connection *connection)
{
   pthread_mutex_lock(&connection->mutex);
   const uint64_t point = dxg_timeline_signal(&connection->drawn, connection->device);
   pthread_mutex_unlock(&connection->mutex);
   if (point)
      dxg_timeline_cpu_wait(&connection->drawn, point, -1);
}

/* Waits until it is not queued. With the mutex. */
static void
settle(struct x11_connection *connection, const struct x11_buffer *buffer)
{
   while (buffer->job.queued)
      pthread_cond_wait(&connection->changed, &connection->mutex);
}

/* Makes the front buffer one of the drawable's size, with its content. Without the mutex. */
static bool
update_front(struct x11_drawable *drawable, struct loader_context *context, bool always_read)
{
   struct x11_connection *connection = drawable->connection;
   struct x11_buffer *old = drawable->front, *front = old;

   pthread_mutex_lock(&connection->mutex);
   const uint32_t width = drawable->width, height = drawable->height;
   const bool lost = drawable->lost, keeps = old && fits(drawable, old);
   if (old && !keeps)
      settle(connection, old);
   pthread_mutex_unlock(&connection->mutex);
   if (lost)
      return false;
   if (keeps && !always_read)
      return true;
   if (!keeps) {
      front = create_buffer(drawable, connection->program, width, height, false);
      if (!front)
         return false;
      pthread_mutex_lock(&connection->mutex);
      drawable->front = front;
      pthread_mutex_unlock(&connection->mutex);
   }
   wait_for_gpu(connection);
   destroy_buffer(keeps ? NULL : old);
   read_from_server(drawable, front);
   x11_memory_write(&front->memory, context);
   drawable->perf.waits++;
   return true;
}

void
x11_drawable_read_front(struct x11_drawable *drawable, struct loader_context *context)
{
   if (drawable->type != X11_PBUFFER)
      update_front(drawable, context, true);
}

void
x11_drawable_flush_front(struct x11_drawable *drawable)
{
   struct x11_connection *connection = drawable->connection;
   struct x11_buffer *front = drawable->front;

   /* Mapped memory needs a context, which is busy calling us. */
   if (!front || front->memory.kind == X11_MEMORY_MAPPED)
      return;
   pthread_mutex_lock(&connection->mutex);
   x11_drawable_wait_for_swaps(drawable);
   if (front->memory.kind == X11_MEMORY_COPIED)
      settle(connection, front);
   x11_memory_read_begin(&front->memory, NULL);
   front->job.swap = false;
   front->job.rect_count = 0;
   if (!drawable->lost)
      x11_connection_queue(connection, front);
   pthread_mutex_unlock(&connection->mutex);
}

/* --- What GL asks for ---------------------------------------------------------------------- */

static struct loader_image *
plain_image(struct x11_drawable *drawable, unsigned index)
{
   if (!drawable->images[index])
      drawable->images[index] = loader_image_create(drawable->connection->loader, drawable->width,
                                                    drawable->height, drawable->fourcc);
   return drawable->images[index];
}

static struct loader_image *
back_image(struct x11_drawable *drawable)
{
   struct x11_connection *connection = drawable->connection;
   struct loader_image *image = NULL;

   if (drawable->type != X11_WINDOW)
      return plain_image(drawable, 0);
   pthread_mutex_lock(&connection->mutex);
   x11_connection_dispatch(connection);
   if (x11_drawable_acquire(drawable))
      image = drawable->back->memory.image;
   pthread_mutex_unlock(&connection->mutex);
   return image;
}

static struct loader_image *
front_image(struct x11_drawable *drawable)
{
   if (drawable->type == X11_PBUFFER)
      return plain_image(drawable, 1);
   return update_front(drawable, NULL, false) ? drawable->front->memory.image : NULL;
}

bool
x11_drawable_get_buffers(struct x11_drawable *drawable, unsigned wanted, struct loader_buffers *out)
{
   *out = (struct loader_buffers){ 0 };
   if (wanted & LOADER_BACK) {
      out->back = back_image(drawable);
      if (!out->back)
         return false;
      out->mask |= LOADER_BACK;
   }
   if (wanted & LOADER_FRONT) {
      out->front = front_image(drawable);
      if (!out->front)
         return false;
      out->mask |= LOADER_FRONT;
   }
   return true;
}

unsigned
x11_drawable_buffer_age(struct x11_drawable *drawable)
{
   struct x11_connection *connection = drawable->connection;
   unsigned age = 0;

   if (drawable->type != X11_WINDOW || !drawable->double_buffer)
      return 0;
   pthread_mutex_lock(&connection->mutex);
   x11_connection_dispatch(connection);
   if (x11_drawable_acquire(drawable) && drawable->back->frame)
      age = (unsigned)(drawable->sent - drawable->back->frame + 1);
   pthread_mutex_unlock(&connection->mutex);
   return age;
}

/* --- Size and loss ------------------------------------------------------------------------- */

void
x11_drawable_resized(struct x11_drawable *drawable, uint32_t width, uint32_t height)
{
   if (drawable->width == width && drawable->height == height)
      return;
   drawable->width = width;
   drawable->height = height;
   if (drawable->loader)
      loader_drawable_invalidate(drawable->loader);
}

void
x11_drawable_lose(struct x11_drawable *drawable)
{
   drawable->lost = true;
   /* The server answers no more. */
   for (unsigned i = 0; i < X11_MAX_BUFFERS; i++) {
      if (drawable->buffers[i] && !drawable->buffers[i]->job.queued)
         drawable->buffers[i]->busy = false;
   }
   pthread_cond_broadcast(&drawable->connection->changed);
}

bool
x11_drawable_is_lost(const struct x11_drawable *drawable)
{
   struct x11_connection *connection = drawable->connection;

   pthread_mutex_lock(&connection->mutex);
   x11_connection_dispatch(connection);
   const bool lost = drawable->lost;
   pthread_mutex_unlock(&connection->mutex);
   return lost;
}

void
x11_drawable_size(struct x11_drawable *drawable, uint32_t *width, uint32_t *height)
{
   struct x11_connection *connection = drawable->connection;

   pthread_mutex_lock(&connection->mutex);
   x11_connection_dispatch(connection);
   *width = drawable->width;
   *height = drawable->height;
   pthread_mutex_unlock(&connection->mutex);
}

void
x11_drawable_set_loader(struct x11_drawable *drawable, struct loader_drawable *loader)
{
   pthread_mutex_lock(&drawable->connection->mutex);
   drawable->loader = loader;
   pthread_mutex_unlock(&drawable->connection->mutex);
}

/* --- Drawables ----------------------------------------------------------------------------- */

bool
x11_depth_shows(uint8_t depth, uint32_t fourcc)
{
   switch (fourcc) {
   case DRM_FORMAT_RGB565:
      return depth == 16;
   case DRM_FORMAT_XRGB8888:
   case DRM_FORMAT_XBGR8888:
   case DRM_FORMAT_ARGB8888:
   case DRM_FORMAT_ABGR8888:
      return depth == 24 || depth == 32;
   case DRM_FORMAT_XRGB2101010:
   case DRM_FORMAT_XBGR2101010:
   case DRM_FORMAT_ARGB2101010:
   case DRM_FORMAT_ABGR2101010:
      return depth == 30 || depth == 32;
   default:
      return false;
   }
}

static bool
ask_geometry(struct x11_drawable *drawable, uint8_t *x_error)
{
   xcb_connection_t *xcb = drawable->connection->program;
   xcb_generic_error_t *error = NULL;
   xcb_get_geometry_reply_t *reply =
      xcb_get_geometry_reply(xcb, xcb_get_geometry(xcb, drawable->xid), &error);
   const bool ok = reply && x11_depth_shows(reply->depth, drawable->fourcc);

   *x_error = reply ? XCB_MATCH : error ? error->error_code : XCB_ALLOC;
   if (ok) {
      drawable->width = reply->width;
      drawable->height = reply->height;
      drawable->depth = reply->depth;
   }
   free(error);
   free(reply);
   return ok;
}

/* From now on we know what becomes of it. With the mutex. */
static void
follow(struct x11_drawable *drawable)
{
   struct x11_connection *connection = drawable->connection;
   xcb_connection_t *xcb = connection->xcb;
   const uint32_t no_exposures = 0, structure = XCB_EVENT_MASK_STRUCTURE_NOTIFY;

   drawable->gc = xcb_generate_id(xcb);
   drawable->sequence =
      xcb_create_gc(xcb, drawable->gc, drawable->xid, XCB_GC_GRAPHICS_EXPOSURES, &no_exposures)
         .sequence;
   if (drawable->type == X11_WINDOW) {
      xcb_change_window_attributes(xcb, drawable->xid, XCB_CW_EVENT_MASK, &structure);
      drawable->geometry = xcb_get_geometry(xcb, drawable->xid).sequence;
      if (connection->server.present) {
         drawable->event = xcb_generate_id(xcb);
         xcb_present_select_input(xcb, drawable->event, drawable->xid,
                                  XCB_PRESENT_EVENT_MASK_COMPLETE_NOTIFY |
                                     XCB_PRESENT_EVENT_MASK_IDLE_NOTIFY);
      }
   }
   xcb_flush(xcb);
}

struct x11_drawable *
x11_drawable_create(struct x11_connection *connection, const struct x11_drawable_desc *desc,
                    uint8_t *error)
{
   struct x11_drawable *drawable = calloc(1, sizeof(*drawable));

   *error = XCB_ALLOC;
   if (!drawable)
      return NULL;
   drawable->connection = connection;
   drawable->type = desc->type;
   drawable->xid = desc->xid;
   drawable->fourcc = desc->fourcc;
   drawable->double_buffer = desc->double_buffer;
   drawable->width = MAX2(desc->width, 1u);
   drawable->height = MAX2(desc->height, 1u);
   if (desc->type != X11_PBUFFER && !ask_geometry(drawable, error)) {
      free(drawable);
      return NULL;
   }
   pthread_mutex_lock(&connection->mutex);
   if (desc->type != X11_PBUFFER)
      follow(drawable);
   drawable->lost = connection->dead;
   drawable->next = connection->drawables;
   connection->drawables = drawable;
   pthread_mutex_unlock(&connection->mutex);
   return drawable;
}

/* Frames that were swapped are shown, if the GPU ends. */
static void
finish_jobs(struct x11_drawable *drawable)
{
   for (unsigned i = 0; i < X11_MAX_BUFFERS; i++) {
      if (drawable->buffers[i])
         settle(drawable->connection, drawable->buffers[i]);
   }
   if (drawable->front)
      settle(drawable->connection, drawable->front);
}

static void
unfollow(const struct x11_drawable *drawable)
{
   xcb_connection_t *xcb = drawable->connection->xcb;
   const uint32_t nothing = 0;

   if (!drawable->gc)
      return;
   xcb_free_gc(xcb, drawable->gc);
   if (drawable->lost || drawable->type != X11_WINDOW)
      return;
   if (drawable->event)
      xcb_present_select_input(xcb, drawable->event, drawable->xid, 0);
   xcb_change_window_attributes(xcb, drawable->xid, XCB_CW_EVENT_MASK, &nothing);
}

void
x11_drawable_destroy(struct x11_drawable *drawable)
{
   struct x11_drawable **link;

   if (!drawable)
      return;
   struct x11_connection *connection = drawable->connection;

   pthread_mutex_lock(&connection->mutex);
   finish_jobs(drawable);
   link = &connection->drawables;
   while (*link != drawable)
      link = &(*link)->next;
   *link = drawable->next;
   unfollow(drawable);
   pthread_mutex_unlock(&connection->mutex);

   if (connection->memory_kind == X11_MEMORY_COPIED)
      wait_for_gpu(connection);
   for (unsigned i = 0; i < X11_MAX_BUFFERS; i++)
      destroy_buffer(drawable->buffers[i]);
   destroy_buffer(drawable->front);
   loader_image_destroy(drawable->images[0]);
   loader_image_destroy(drawable->images[1]);
   xcb_flush(connection->xcb);
   free(drawable);
}
