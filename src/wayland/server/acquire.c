/*
 * Bounded waits. A client promises that its texture will be complete at a point of its fence, and may
 * never get there. So the compositor's queue waits for a proxy instead, a fence of ours, which a thread
 * signals when the client's point is reached, when the client's time is up, or when the buffer goes.
 *
 * Each buffer has a proxy of its own, since one fence could not be signalled out of order. Its waits may
 * not be merged: that for a later frame may end only after the queue got past that for an earlier one,
 * where the release of the earlier frame is, for which the client waits. What a client can make us keep
 * is bounded: some waits for each buffer, and no more notifications than waits.
 */
#include "wayland/server/objects.h"

#include "util/bits.h"
#include "util/clock.h"
#include "util/debug.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* How long the compositor's queue waits for a client. As long as a program may reasonably need for a
 * frame; everybody's frames wait so long with it. */
#define PATIENCE_MS 1000
/* Each missed deadline halves the patience with a client, until it missed none for so long. A client
 * that misses on purpose, again and again, costs the others an eighth of the time at most. */
#define FORGIVE_MS 16000

/* For so long after the last wait the thread wakes up by itself, so that a client that draws frame after
 * frame need not wake it for each. Shorter than any deadline. */
#define IDLE_MS (PATIENCE_MS >> 4)

struct proxy {
   struct wl_list link; /* while no buffer uses it */
   struct dxg_timeline timeline;
};

static struct acquirer *
acquirer_of(struct server_buffer *buffer)
{
   return &buffer->client->server->acquirer;
}

static bool
is_reached(const struct server_buffer *buffer, uint64_t point)
{
   return dxg_timeline_is_reached(&buffer->acquire->timeline, point);
}

/* ---- Under the lock --------------------------------------------------------------------------- */

/* The queue may still have waits for a proxy whose buffer went, all of them satisfied. So it is used
 * again, with higher values, and destroyed only with the server. */
static struct proxy *
get_proxy(struct acquirer *acquirer)
{
   if (!wl_list_empty(&acquirer->proxies)) {
      struct proxy *proxy = wl_container_of(acquirer->proxies.next, proxy, link);
      wl_list_remove(&proxy->link);
      return proxy;
   }
   struct proxy *proxy = calloc(1, sizeof(*proxy));
   if (proxy && !dxg_timeline_init_private(&proxy->timeline, acquirer->device)) {
      free(proxy);
      return NULL;
   }
   return proxy;
}

/* The queue gets past the first waits. */
static void
complete(struct server_buffer *buffer, unsigned count)
{
   if (!count)
      return;
   dxg_timeline_signal_now(&buffer->proxy->timeline, buffer->waits[count - 1].value);
   buffer->num_waits -= count;
   memmove(buffer->waits, buffer->waits + count, buffer->num_waits * sizeof(buffer->waits[0]));
   if (!buffer->num_waits)
      wl_list_remove(&buffer->pending_link);
}

static void
complete_reached(struct server_buffer *buffer)
{
   unsigned count = 0;

   while (count < buffer->num_waits && is_reached(buffer, buffer->waits[count].point))
      count++;
   complete(buffer, count);
}

/* Asks to be told when the point is reached. One question for each timeline is enough, if it is that for the
 * lowest point: its answer makes us ask the next, and the queue, which is in order, waits for the first
 * anyway. Buffers come in the order of their first waits, which is not that of their points. */
static bool
arm(struct acquirer *acquirer, struct server_timeline *timeline, uint64_t point)
{
   if (timeline->armed && timeline->armed <= point &&
       !dxg_timeline_is_reached(&timeline->timeline, timeline->armed))
      return true;
   timeline->armed = point;
   if (dxg_timeline_notify(&timeline->timeline, point, acquirer->event))
      return true;
   timeline->armed = 0;
   return false;
}

/* The timeline remembers it: the buffer may be gone by the time that the point is reached. */
static void
note_miss(struct server_buffer *buffer, uint64_t point)
{
   struct server_timeline *timeline = buffer->acquire;

   if (!timeline->missed_point || point < timeline->missed_point)
      timeline->missed_point = point;
}

static void
distrust(struct server_client *client, int64_t now)
{
   struct server_buffer *buffer;

   debug_printf(DEBUG_SYNC, "a client's acquire point was not reached in time");
   client->suspect = true;
   client->misses++;
   client->last_miss_ms = now;
   wl_list_for_each (buffer, &client->buffers, link) {
      if (buffer->num_waits) {
         note_miss(buffer, buffer->waits[0].point);
         complete(buffer, buffer->num_waits);
      }
   }
}

static void
trust(struct server_client *client)
{
   struct server_buffer *buffer;

   client->suspect = false;
   wl_list_for_each (buffer, &client->buffers, link)
      buffer->acquire->missed_point = 0;
}

/* Did it reach one of the points that it missed? */
static bool
came_late(const struct server_client *client)
{
   struct server_buffer *buffer;

   wl_list_for_each (buffer, &client->buffers, link) {
      const uint64_t point = buffer->acquire->missed_point;
      if (point && is_reached(buffer, point))
         return true;
   }
   return false;
}

static int
patience_ms(struct server_client *client, int64_t now)
{
   if (now - client->last_miss_ms > FORGIVE_MS)
      client->misses = 0;
   if (client->suspect && came_late(client))
      trust(client);
   return client->suspect ? 0 : PATIENCE_MS >> MIN2(client->misses, 10);
}

static void
wake(struct acquirer *acquirer)
{
   eventfd_write(acquirer->event, 1);
}

/* The milliseconds until it has to be called again; -1: for ever. */
static int
check_pending(struct acquirer *acquirer)
{
   const int64_t now = clock_ms();
   struct server_buffer *buffer, *after;
   int64_t next = -1;

   wl_list_for_each_safe (buffer, after, &acquirer->pending, pending_link)
      complete_reached(buffer);
   for (;;) {
      /* Distrust ends waits of other buffers, too. */
      bool missed = false;
      wl_list_for_each (buffer, &acquirer->pending, pending_link) {
         missed = now >= buffer->waits[0].deadline_ms;
         if (missed) {
            distrust(buffer->client, now);
            break;
         }
      }
      if (!missed)
         break;
   }
   wl_list_for_each_safe (buffer, after, &acquirer->pending, pending_link) {
      if (!arm(acquirer, buffer->acquire, buffer->waits[0].point)) {
         complete(buffer, buffer->num_waits);
         continue;
      }
      const int64_t left = buffer->waits[0].deadline_ms - now;
      if (next < 0 || left < next)
         next = left;
   }
   return (int)next;
}

static void *
run(void *data)
{
   struct acquirer *acquirer = data;
   struct pollfd event = { .fd = acquirer->event, .events = POLLIN };
   eventfd_t count;
   bool idle = false;

   pthread_mutex_lock(&acquirer->lock);
   while (!acquirer->stop) {
      int timeout = check_pending(acquirer);
      if (timeout < 0 && !idle)
         timeout = IDLE_MS;
      acquirer->wakes_at_ms = timeout < 0 ? INT64_MAX : clock_ms() + timeout;
      pthread_mutex_unlock(&acquirer->lock);
      idle = poll(&event, 1, timeout) == 0;
      eventfd_read(acquirer->event, &count);
      pthread_mutex_lock(&acquirer->lock);
   }
   pthread_mutex_unlock(&acquirer->lock);
   return NULL;
}

/* It takes no signals: those are for the compositor's threads. */
static bool
start_thread(struct acquirer *acquirer)
{
   sigset_t all, old;

   if (acquirer->running)
      return true;
   sigfillset(&all);
   pthread_sigmask(SIG_SETMASK, &all, &old);
   acquirer->running = pthread_create(&acquirer->thread, NULL, run, acquirer) == 0;
   pthread_sigmask(SIG_SETMASK, &old, NULL);
   if (acquirer->running)
      pthread_setname_np(acquirer->thread, "dxg-acquire");
   return acquirer->running;
}

static void
begin_wait(struct acquirer *acquirer, struct server_buffer *buffer, int64_t deadline)
{
   if (buffer->num_waits == MAX_WAITS)
      return;
   if (!buffer->proxy)
      buffer->proxy = get_proxy(acquirer);
   /* Without memory or descriptors to wait with, the frame is shown as it is. */
   if (!buffer->proxy || !start_thread(acquirer) ||
       !arm(acquirer, buffer->acquire, buffer->waited_point))
      return;
   struct dxg_timeline *proxy = &buffer->proxy->timeline;
   if (!dxg_timeline_queue_wait(proxy, acquirer->device, proxy->value + 1))
      return;
   proxy->value++;
   if (!buffer->num_waits)
      wl_list_insert(acquirer->pending.prev, &buffer->pending_link);
   buffer->waits[buffer->num_waits++] = (struct server_wait){
      .point = buffer->waited_point,
      .value = proxy->value,
      .deadline_ms = deadline,
   };
   if (deadline < acquirer->wakes_at_ms)
      wake(acquirer);
}

static void
wait_for_client(struct server_buffer *buffer)
{
   struct server_client *client = buffer->client;

   if (buffer->waited_point == buffer->acquire_point)
      return;
   buffer->waited_point = buffer->acquire_point;
   if (is_reached(buffer, buffer->waited_point)) {
      if (client->suspect)
         trust(client);
      return;
   }
   const int64_t now = clock_ms();
   const int patience = patience_ms(client, now);
   if (patience)
      begin_wait(acquirer_of(buffer), buffer, now + patience);
   else
      note_miss(buffer, buffer->waited_point);
}

/* ---- For the others --------------------------------------------------------------------------- */

bool
acquirer_init(struct acquirer *acquirer, struct dxg_device *device)
{
   acquirer->device = device;
   acquirer->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
   if (acquirer->event < 0)
      return false;
   pthread_mutex_init(&acquirer->lock, NULL);
   wl_list_init(&acquirer->pending);
   wl_list_init(&acquirer->proxies);
   return true;
}

void
acquirer_finish(struct acquirer *acquirer)
{
   struct proxy *proxy, *next;

   pthread_mutex_lock(&acquirer->lock);
   acquirer->stop = true;
   wake(acquirer);
   pthread_mutex_unlock(&acquirer->lock);
   if (acquirer->running)
      pthread_join(acquirer->thread, NULL);
   wl_list_for_each_safe (proxy, next, &acquirer->proxies, link) {
      dxg_timeline_finish(&proxy->timeline);
      free(proxy);
   }
   pthread_mutex_destroy(&acquirer->lock);
   close(acquirer->event);
}

void
acquire_add_buffer(struct server_buffer *buffer)
{
   struct acquirer *acquirer = acquirer_of(buffer);

   pthread_mutex_lock(&acquirer->lock);
   wl_list_insert(&buffer->client->buffers, &buffer->link);
   pthread_mutex_unlock(&acquirer->lock);
}

void
acquire_remove_buffer(struct server_buffer *buffer)
{
   struct acquirer *acquirer = acquirer_of(buffer);

   pthread_mutex_lock(&acquirer->lock);
   complete(buffer, buffer->num_waits);
   wl_list_remove(&buffer->link);
   if (buffer->proxy)
      wl_list_insert(&acquirer->proxies, &buffer->proxy->link);
   pthread_mutex_unlock(&acquirer->lock);
}

bool
acquire_is_awaited(struct server_buffer *buffer)
{
   struct acquirer *acquirer = acquirer_of(buffer);

   pthread_mutex_lock(&acquirer->lock);
   const bool awaited = buffer->num_waits && !buffer->held;
   pthread_mutex_unlock(&acquirer->lock);
   return awaited;
}

bool
acquire_set_held(struct server_buffer *buffer, bool held)
{
   struct acquirer *acquirer = acquirer_of(buffer);

   pthread_mutex_lock(&acquirer->lock);
   const bool before = buffer->held;
   buffer->held = held;
   pthread_mutex_unlock(&acquirer->lock);
   return before;
}

bool
acquire_set_point(struct server_buffer *buffer, uint64_t point)
{
   struct acquirer *acquirer = acquirer_of(buffer);

   pthread_mutex_lock(&acquirer->lock);
   const bool after = point > buffer->acquire_point;
   if (after) {
      buffer->acquire_point = point;
      /* The compositor reads it again without asking us again. */
      if (buffer->held)
         wait_for_client(buffer);
   }
   pthread_mutex_unlock(&acquirer->lock);
   return after;
}

void
dxg_server_buffer_acquire(struct dxg_server_buffer *base)
{
   struct server_buffer *buffer = wl_container_of(base, buffer, base);
   struct acquirer *acquirer = acquirer_of(buffer);

   pthread_mutex_lock(&acquirer->lock);
   buffer->held = true;
   wait_for_client(buffer);
   pthread_mutex_unlock(&acquirer->lock);
}
