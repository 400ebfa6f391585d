/*
 * A swapchain: two to four shareable textures, of which one is drawn into while a consumer (a
 * compositor) reads others. Knows nothing of windows or protocols.
 *
 * A buffer's life: free -> acquire -> drawn into -> present -> busy -> release -> free. Two timelines
 * order the GPU's work: `drawn`, which our queue signals at each present, and `released`, which the
 * consumer's queue signals; the consumer's point comes with release, and acquire has our queue wait for
 * it, for a bounded time. No CPU waits for a GPU in here, except throttle, on a timeline of its own: to hear
 * of one that others may signal costs more.
 *
 * Threads: the caller locks.
 */
#ifndef WINSYS_SWAPCHAIN_H
#define WINSYS_SWAPCHAIN_H

#include "gallium/winsys/dxg/guard.h"
#include "gallium/winsys/dxg/texture.h"
#include "gallium/winsys/dxg/timeline.h"

#define DXG_SWAPCHAIN_MAX_BUFFERS 4

struct dxg_swapchain_buffer {
   struct dxg_texture texture;
   uint64_t release_point; /* our queue waits for it before we draw; 0: none */
   uint64_t frame;         /* the number of the last present of it; 0: never */
   bool acquired;          /* it is being drawn into */
   bool busy;              /* the consumer has it */
   bool retired;           /* of an old size; destroyed as soon as it is not busy */
   void *attached;         /* the owner's: what it made for this buffer */
};

struct dxg_swapchain_callbacks {
   /* A texture was made; fill `attached`. False: it is of no use. */
   bool (*attach)(void *data, struct dxg_swapchain_buffer *buffer);
   /* The texture goes. */
   void (*detach)(void *data, struct dxg_swapchain_buffer *buffer);
};

struct dxg_swapchain {
   struct dxg_device *device;
   const struct dxg_swapchain_callbacks *callbacks;
   void *data;
   uint32_t width, height, fourcc;
   struct dxg_timeline drawn;
   struct dxg_timeline throttle; /* signalled with `drawn`; private */
   struct dxg_timeline released; /* its value: the last point that our queue waits for */
   struct dxg_guard guard;       /* of `released` */
   uint64_t frames; /* presented so far */
   struct dxg_swapchain_buffer *buffers[2 * DXG_SWAPCHAIN_MAX_BUFFERS]; /* NULL: no such; retired too */
};

/* False: no memory or no device. The timelines exist from here on, the textures as they are needed. */
bool dxg_swapchain_init(struct dxg_swapchain *swapchain, struct dxg_device *device,
                        const struct dxg_swapchain_callbacks *callbacks, void *data, uint32_t width,
                        uint32_t height, uint32_t fourcc);
/* Detaches and destroys all buffers, busy or not. Waits, for a bounded time, if our queue waits for a
 * release point still. */
void dxg_swapchain_finish(struct dxg_swapchain *swapchain);

/* New buffers have this size from the next acquire on. */
void dxg_swapchain_resize(struct dxg_swapchain *swapchain, uint32_t width, uint32_t height);

enum dxg_acquire_result {
   DXG_ACQUIRED,
   DXG_ALL_BUSY, /* release one, then try again */
   DXG_ACQUIRE_FAILED,
};

/* A buffer to draw into: the last presented of those that the consumer's queue is done with; else a new
 * one; else, with all there may be, the free one that is ready first, and the queue waits for its
 * release point. One buffer is drawn into at a
 * time: what was acquired and not presented is given again, or discarded if it has an old size. */
enum dxg_acquire_result dxg_swapchain_acquire(struct dxg_swapchain *swapchain,
                                              struct dxg_swapchain_buffer **buffer);

/* Frames since the content of `buffer` was presented; 0: undefined (EGL_EXT_buffer_age). */
unsigned dxg_swapchain_age(const struct dxg_swapchain *swapchain,
                           const struct dxg_swapchain_buffer *buffer);

/* All drawing to `buffer` was submitted; the consumer gets it. Returns the point of `drawn` where it is
 * complete, 0 if the device is gone. */
uint64_t dxg_swapchain_present(struct dxg_swapchain *swapchain, struct dxg_swapchain_buffer *buffer);

/* The consumer is done with it, as soon as `released` has `point`. */
void dxg_swapchain_release(struct dxg_swapchain *swapchain, struct dxg_swapchain_buffer *buffer,
                           uint64_t point);

/* The consumer died: its points count as reached, so that our queue does not wait for ever, and all
 * buffers are free. */
void dxg_swapchain_abandon(struct dxg_swapchain *swapchain);

/* Waits, on the CPU, until no more than `frames` presented frames are not drawn yet: how far a program
 * may run ahead of its GPU. True if it did wait. Ends, too, when the device is removed. */
bool dxg_swapchain_throttle(struct dxg_swapchain *swapchain, unsigned frames);

#endif
