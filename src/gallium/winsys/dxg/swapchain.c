#include "gallium/winsys/dxg/swapchain.h"

#include "util/bits.h"

#include <stdlib.h>

bool
dxg_swapchain_init(struct dxg_swapchain *swapchain, struct dxg_device *device,
                   const struct dxg_swapchain_callbacks *callbacks, void *data, uint32_t width,
                   uint32_t height, uint32_t fourcc)
{
   *swapchain = (struct dxg_swapchain){
      .device = device,
      .callbacks = callbacks,
      .data = data,
      .width = width,
      .height = height,
      .fourcc = fourcc,
   };
   if (!dxg_timeline_init(&swapchain->drawn, device))
      return false;
   if (!dxg_timeline_init(&swapchain->released, device)) {
      dxg_timeline_finish(&swapchain->drawn);
      return false;
   }
   if (!dxg_timeline_init_private(&swapchain->throttle, device)) {
      dxg_timeline_finish(&swapchain->released);
      dxg_timeline_finish(&swapchain->drawn);
      return false;
   }
   dxg_guard_init(&swapchain->guard, &swapchain->released, DXG_RELEASE_PATIENCE_MS);
   return true;
}

static void
destroy_slot(struct dxg_swapchain *swapchain, struct dxg_swapchain_buffer **slot)
{
   struct dxg_swapchain_buffer *buffer = *slot;

   *slot = NULL;
   swapchain->callbacks->detach(swapchain->data, buffer);
   dxg_texture_finish(&buffer->texture);
   free(buffer);
}

static void
destroy_retired(struct dxg_swapchain *swapchain)
{
   for (size_t i = 0; i < ARRAY_LENGTH(swapchain->buffers); i++) {
      struct dxg_swapchain_buffer **slot = &swapchain->buffers[i];
      if (*slot && (*slot)->retired && !(*slot)->busy && !(*slot)->acquired)
         destroy_slot(swapchain, slot);
   }
}

void
dxg_swapchain_finish(struct dxg_swapchain *swapchain)
{
   for (size_t i = 0; i < ARRAY_LENGTH(swapchain->buffers); i++) {
      if (swapchain->buffers[i])
         destroy_slot(swapchain, &swapchain->buffers[i]);
   }
   dxg_guard_finish(&swapchain->guard);
   /* Our queue may wait for the consumer still, and from now on nobody would notice if that died. */
   dxg_timeline_cpu_wait(&swapchain->released, swapchain->released.value, DXG_RELEASE_PATIENCE_MS);
   dxg_timeline_signal_now(&swapchain->released, swapchain->released.value);
   dxg_timeline_finish(&swapchain->throttle);
   dxg_timeline_finish(&swapchain->released);
   dxg_timeline_finish(&swapchain->drawn);
}

void
dxg_swapchain_resize(struct dxg_swapchain *swapchain, uint32_t width, uint32_t height)
{
   if (swapchain->width == width && swapchain->height == height)
      return;
   swapchain->width = width;
   swapchain->height = height;
   for (size_t i = 0; i < ARRAY_LENGTH(swapchain->buffers); i++) {
      struct dxg_swapchain_buffer *buffer = swapchain->buffers[i];
      if (buffer)
         buffer->retired = buffer->texture.width != width || buffer->texture.height != height;
   }
}

static struct dxg_swapchain_buffer *
find_acquired(struct dxg_swapchain *swapchain)
{
   for (size_t i = 0; i < ARRAY_LENGTH(swapchain->buffers); i++) {
      struct dxg_swapchain_buffer *buffer = swapchain->buffers[i];
      if (buffer && buffer->acquired)
         return buffer;
   }
   return NULL;
}

static bool
is_ready(const struct dxg_swapchain *swapchain, const struct dxg_swapchain_buffer *buffer)
{
   return dxg_timeline_is_reached(&swapchain->released, buffer->release_point);
}

/* Of the free buffers whose consumer's reading is complete that which was presented last: it is warmest.
 * NULL: there is none. */
static struct dxg_swapchain_buffer *
find_ready(struct dxg_swapchain *swapchain)
{
   struct dxg_swapchain_buffer *best = NULL;

   for (size_t i = 0; i < ARRAY_LENGTH(swapchain->buffers); i++) {
      struct dxg_swapchain_buffer *buffer = swapchain->buffers[i];
      if (buffer && !buffer->busy && is_ready(swapchain, buffer) &&
          (!best || buffer->frame > best->frame))
         best = buffer;
   }
   return best;
}

/* The free buffer that will be ready first. */
static struct dxg_swapchain_buffer *
find_free(struct dxg_swapchain *swapchain)
{
   struct dxg_swapchain_buffer *best = NULL;

   for (size_t i = 0; i < ARRAY_LENGTH(swapchain->buffers); i++) {
      struct dxg_swapchain_buffer *buffer = swapchain->buffers[i];
      if (buffer && !buffer->busy && (!best || buffer->release_point < best->release_point))
         best = buffer;
   }
   return best;
}

/* NULL: as many as there may be. */
static struct dxg_swapchain_buffer **
find_slot(struct dxg_swapchain *swapchain)
{
   struct dxg_swapchain_buffer **slot = NULL;
   unsigned count = 0;

   for (size_t i = 0; i < ARRAY_LENGTH(swapchain->buffers); i++) {
      if (!swapchain->buffers[i])
         slot = &swapchain->buffers[i];
      else if (!swapchain->buffers[i]->retired)
         count++;
   }
   return count < DXG_SWAPCHAIN_MAX_BUFFERS ? slot : NULL;
}

static struct dxg_swapchain_buffer *
create_buffer(struct dxg_swapchain *swapchain)
{
   struct dxg_swapchain_buffer *buffer = calloc(1, sizeof(*buffer));

   if (!buffer)
      return NULL;
   if (dxg_texture_init(&buffer->texture, swapchain->device, swapchain->width, swapchain->height,
                        swapchain->fourcc)) {
      if (swapchain->callbacks->attach(swapchain->data, buffer))
         return buffer;
      dxg_texture_finish(&buffer->texture);
   }
   free(buffer);
   return NULL;
}

enum dxg_acquire_result
dxg_swapchain_acquire(struct dxg_swapchain *swapchain, struct dxg_swapchain_buffer **out)
{
   struct dxg_swapchain_buffer *buffer = find_acquired(swapchain);

   *out = buffer;
   if (buffer && !buffer->retired)
      return DXG_ACQUIRED;
   if (buffer)
      buffer->acquired = false;
   destroy_retired(swapchain);

   /* One more buffer costs memory, but a queue that waits for the consumer's costs each frame. */
   buffer = find_ready(swapchain);
   if (!buffer) {
      struct dxg_swapchain_buffer **slot = find_slot(swapchain);
      if (slot)
         buffer = *slot = create_buffer(swapchain);
      else
         buffer = find_free(swapchain);
      *out = NULL;
      if (!buffer)
         return slot ? DXG_ACQUIRE_FAILED : DXG_ALL_BUSY;
   }
   if (buffer->release_point) {
      if (dxg_timeline_queue_wait(&swapchain->released, swapchain->device, buffer->release_point))
         dxg_guard_watch(&swapchain->guard, buffer->release_point);
      swapchain->released.value = MAX2(swapchain->released.value, buffer->release_point);
      buffer->release_point = 0;
   }
   buffer->acquired = true;
   *out = buffer;
   return DXG_ACQUIRED;
}

unsigned
dxg_swapchain_age(const struct dxg_swapchain *swapchain, const struct dxg_swapchain_buffer *buffer)
{
   return buffer->frame ? swapchain->frames - buffer->frame + 1 : 0;
}

uint64_t
dxg_swapchain_present(struct dxg_swapchain *swapchain, struct dxg_swapchain_buffer *buffer)
{
   const uint64_t point = dxg_timeline_signal(&swapchain->drawn, swapchain->device);

   buffer->acquired = false;
   if (point == 0)
      return 0;
   dxg_timeline_signal(&swapchain->throttle, swapchain->device);
   buffer->busy = true;
   buffer->frame = ++swapchain->frames;
   return point;
}

void
dxg_swapchain_release(struct dxg_swapchain *swapchain, struct dxg_swapchain_buffer *buffer,
                      uint64_t point)
{
   buffer->busy = false;
   /* A second release, which read nothing, does not undo the first. */
   buffer->release_point = MAX2(buffer->release_point, point);
   destroy_retired(swapchain);
}

void
dxg_swapchain_abandon(struct dxg_swapchain *swapchain)
{
   /* The consumer may have promised points that we know nothing of yet. */
   dxg_timeline_signal_now(&swapchain->released, UINT64_MAX);
   for (size_t i = 0; i < ARRAY_LENGTH(swapchain->buffers); i++) {
      struct dxg_swapchain_buffer *buffer = swapchain->buffers[i];
      if (buffer) {
         buffer->busy = false;
         buffer->release_point = 0;
      }
   }
   destroy_retired(swapchain);
}

bool
dxg_swapchain_throttle(struct dxg_swapchain *swapchain, unsigned frames)
{
   struct dxg_timeline *timeline = &swapchain->throttle;

   if (timeline->value <= frames)
      return false;
   const uint64_t point = timeline->value - frames;
   if (dxg_timeline_is_reached(timeline, point))
      return false;
   /* What our queue waits for, it does not wait for long; but drawing may take its time. */
   while (!dxg_timeline_cpu_wait(timeline, point, DXG_RELEASE_PATIENCE_MS)) {
      if (dxg_device_is_removed(swapchain->device))
         break;
   }
   return true;
}
