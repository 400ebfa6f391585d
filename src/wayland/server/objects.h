/*
 * Between the files of the server half: what it knows of clients and their objects.
 *
 * Objects belong to their client, and die with it or with the server; what remains of them then is a
 * wl_resource without user data, which does nothing. All is used on the display's thread, except for
 * what acquire.c does: what its lock guards is marked so.
 */
#ifndef SERVER_OBJECTS_H
#define SERVER_OBJECTS_H

#include "wayland/server/server.h"

#include "dxg-v1-server-protocol.h"

#include <pthread.h>

/* A desktop's busiest clients have a dozen windows with four buffers each at most; without a limit a
 * client could take all descriptors of the compositor. */
#define MAX_BUFFERS 64
#define MAX_TIMELINES 32
#define MAX_SIZE 16384 /* D3D12_REQ_TEXTURE2D_U_OR_V_DIMENSION */

/* How the compositor's queue waits for clients: acquire.c. */
struct acquirer {
   struct dxg_device *device;
   pthread_mutex_t lock;
   struct wl_list pending; /* server_buffer.pending_link */
   struct wl_list proxies; /* those that no buffer uses */
   int event;              /* wakes the thread; what clients' fences signal, too */
   pthread_t thread;
   bool running; /* the thread, which the first wait starts */
   int64_t wakes_at_ms; /* when the thread looks again by itself; INT64_MAX: not before it is woken */
   bool stop;
};

struct dxg_server {
   struct wl_display *display; /* NULL: it was destroyed */
   struct dxg_device *device;
   const struct dxg_server_callbacks *callbacks;
   void *data;
   struct wl_global *global;
   struct wl_event_source *collector; /* a timer, for buffers that linger */
   struct wl_protocol_logger *logger;
   struct wl_listener display_destroy;
   struct wl_list clients; /* server_client.link */
   struct acquirer acquirer;
};

struct server_client {
   struct dxg_server *server;
   struct wl_client *wl_client;
   struct wl_list link;
   struct wl_listener destroy;
   struct wl_list resources; /* of dxg_v1 */
   struct wl_list timelines; /* server_timeline.link */
   struct wl_list buffers;   /* server_buffer.link; changed under the lock */
   unsigned num_timelines, num_buffers;

   /* Under the lock. */
   bool suspect;    /* it missed a deadline, and reached no point since */
   unsigned misses; /* not forgiven yet */
   int64_t last_miss_ms;
};

/* A fence that the client made. */
struct server_timeline {
   struct server_client *client;
   struct wl_list link;
   struct wl_resource *resource; /* NULL: the client dropped it, buffers keep it */
   unsigned references;          /* buffers', and one of the resource */
   struct dxg_timeline timeline;
   uint64_t armed;        /* the last point that the thread asked to be told of; under the lock */
   uint64_t missed_point; /* the first that was late; 0: none; under the lock */
};

/* What the queue waits for: a point of the client, stood in for by a value of the proxy. */
struct server_wait {
   uint64_t point, value;
   int64_t deadline_ms;
};

/* A client that redraws a buffer before the compositor's queue came to read it may have several waits
 * in that queue; swapchains and compositors as they are have two. */
#define MAX_WAITS 8

struct server_buffer {
   struct dxg_server_buffer base;
   struct server_client *client;
   struct wl_list link;
   struct wl_resource *resource; /* NULL: destroyed by the client, but it lingers */
   struct wl_resource *sync;     /* NULL: there is none */
   struct server_timeline *acquire, *release;

   /* Under the lock. */
   bool held;                           /* acquired and not yet released */
   uint64_t acquire_point;              /* the client's promise */
   uint64_t waited_point;               /* the last for which the queue waits or waited */
   struct proxy *proxy;                 /* made when first needed */
   struct server_wait waits[MAX_WAITS]; /* in the queue's order; all members ascend */
   unsigned num_waits;
   struct wl_list pending_link; /* while there are waits */
};

/* server.c: binding, and the end of clients. */
extern const struct dxg_v1_interface server_dxg_implementation;
/* Soon, look for buffers that need not linger any more. */
void server_collect_soon(struct dxg_server *server);

/* timeline.c */
void server_timeline_create(struct wl_client *client, struct wl_resource *dxg, uint32_t id,
                            int32_t handle);
void server_timeline_unref(struct server_timeline *timeline);
/* What the client cannot name any more keeps a resource that does nothing. */
void server_timeline_detach(struct server_timeline *timeline);

/* buffer.c */
void server_buffer_create(struct wl_client *client, struct wl_resource *dxg, uint32_t id,
                          struct wl_resource *acquire, struct wl_resource *release, int32_t handle,
                          int32_t width, int32_t height, uint32_t format);
void server_buffer_get_sync(struct wl_client *client, struct wl_resource *dxg, uint32_t id,
                            struct wl_resource *wl_buffer);
void server_buffer_destroy(struct server_buffer *buffer);
/* Destroys the client's buffers that lingered and need not any more. True: some still do. */
bool server_buffers_collect(struct server_client *client);
/* A wl_buffer.release is about to be sent. */
void server_buffer_release(struct server_buffer *buffer);
struct server_buffer *server_buffer_from_resource(struct dxg_server *server,
                                                  struct wl_resource *resource);

/* acquire.c */
bool acquirer_init(struct acquirer *acquirer, struct dxg_device *device);
void acquirer_finish(struct acquirer *acquirer); /* there are no buffers any more */
/* Is it before its release, from now on? Says whether it was. */
bool acquire_set_held(struct server_buffer *buffer, bool held);
/* False: not after the last. */
bool acquire_set_point(struct server_buffer *buffer, uint64_t point);
void acquire_add_buffer(struct server_buffer *buffer);
/* Was it released while the queue still waits for its content? */
bool acquire_is_awaited(struct server_buffer *buffer);
/* Ends what is pending; the queue goes on. */
void acquire_remove_buffer(struct server_buffer *buffer);

#endif
