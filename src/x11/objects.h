/*
 * Private to src/x11: connections, drawables and their buffers.
 *
 * All that a connection knows is under its one mutex, which is never held while the GL driver or the
 * CPU's copy of a frame runs.
 */
#ifndef X11_OBJECTS_H
#define X11_OBJECTS_H

#include "gallium/winsys/dxg/timeline.h"
#include "x11/image.h"
#include "x11/memory.h"
#include "x11/presenter.h"

#include <pthread.h>
#include <xcb/present.h>

#define X11_MAX_BUFFERS 4
#define X11_MAX_RECTS 16

struct x11_connection {
   xcb_connection_t *program; /* the caller's */
   xcb_connection_t *xcb;     /* ours, to the same server */
   struct loader_screen *loader;
   struct dxg_device *device;
   enum x11_memory_kind memory_kind;
   struct x11_server server;

   pthread_mutex_t mutex;
   pthread_cond_t changed; /* something that a thread may wait for has happened */
   pthread_t thread;
   int wake; /* eventfd: have the thread look again */
   bool stop, dead;
   bool sending; /* a thread is at the head of the queue, without the mutex */
   struct dxg_timeline drawn;
   struct x11_job *head, **tail; /* in the order of their points */
   struct x11_drawable *drawables;
   uint32_t last_serial; /* of waits for an MSC */
};

struct x11_rect {
   int x, y, width, height; /* from the upper left */
};

/* What the server is told as soon as the GPU has drawn. One a buffer. */
struct x11_job {
   struct x11_job *next;
   struct x11_drawable *drawable;
   struct x11_buffer *buffer;
   bool queued;
   bool swap;      /* else: just copied into the drawable */
   uint64_t point; /* of `drawn` */
   uint64_t sbc;
   uint64_t target_msc, divisor, remainder;
   uint32_t options; /* Present's */
   struct x11_rect rects[X11_MAX_RECTS];
   int rect_count; /* 0: all */
};

struct x11_buffer {
   struct x11_memory memory;
   struct x11_image image;
   struct x11_job job;
   bool busy;      /* queued, or the server has it */
   uint64_t frame; /* the number of the swap that presented it last; 0: never */
};

/* An answer that a thread waits for. */
struct x11_msc_wait {
   struct x11_msc_wait *next;
   uint32_t serial;
   bool done;
   uint64_t ust, msc;
};

struct x11_drawable {
   struct x11_drawable *next;
   struct x11_connection *connection;
   enum x11_drawable_type type;
   xcb_drawable_t xid;
   uint8_t depth;
   uint32_t fourcc;
   bool double_buffer;
   uint32_t event; /* Present's event id; 0: none */
   uint32_t gc;    /* on our connection */
   uint32_t
      sequence; /* of the first request about it: older errors are about another with its XID */
   unsigned geometry; /* sequence of a question that is not answered yet; 0: none */
   bool lost;
   uint32_t width, height;
   struct loader_drawable *loader; /* or NULL */

   struct x11_buffer *back; /* drawn into; NULL: none since the last swap */
   struct x11_buffer *buffers[X11_MAX_BUFFERS];
   struct x11_buffer *front;       /* of windows and pixmaps, if GL asked for it */
   struct loader_image *images[2]; /* back, front, where nothing is ever shown */

   uint64_t sent, completed; /* swaps (SBC) */
   uint64_t ust, msc;        /* of the last completed */
   int64_t last_swap_ns;     /* to pace where nobody tells the MSC */
   struct x11_msc_wait *waits;

   struct {
      uint64_t cpu_bytes, server_bytes; /* copied by us, by the server */
      unsigned waits;                   /* of the CPU for the GPU */
      unsigned throttles;               /* for a free buffer, or for the GPU to catch up */
   } perf;
};

/* --- connection.c; all with the mutex held ------------------------------------------------- */

/* Takes in what the server sent so far. */
void x11_connection_dispatch(struct x11_connection *connection);
/* Puts the buffer's job, filled but for its point, into the queue: everything that was submitted
 * up to now belongs to the frame. Sends what can be sent; may let the mutex go in between. False
 * if the device is gone: then nothing will be sent. */
bool x11_connection_queue(struct x11_connection *connection, struct x11_buffer *buffer);
/* Waits for something to change; false when `end_ns` (CLOCK_MONOTONIC) has passed. */
bool x11_connection_wait(struct x11_connection *connection, int64_t end_ns);
/* Waits until the server has done all that it was told on our connection. */
void x11_connection_round_trip(struct x11_connection *connection);

/* --- present.c, with the mutex held -------------------------------------------------------- */

/* Tells the server. The frame's pixels are complete. */
void x11_job_run(struct x11_job *job);
/* A swap may be shown later than the server is told; what is copied into the window must come
 * behind. Not for ever. */
void x11_drawable_wait_for_swaps(struct x11_drawable *drawable);
void x11_present_event(struct x11_connection *connection, const xcb_present_generic_event_t *event);
void x11_swap_completed(struct x11_drawable *drawable, uint64_t sbc, uint64_t ust, uint64_t msc);

/* --- drawable.c, with the mutex held ------------------------------------------------------- */

void x11_drawable_resized(struct x11_drawable *drawable, uint32_t width, uint32_t height);
void x11_drawable_lose(struct x11_drawable *drawable);
/* Makes drawable->back a buffer; lets the mutex go in between. */
bool x11_drawable_acquire(struct x11_drawable *drawable);

int64_t x11_now_ns(void);

#endif
