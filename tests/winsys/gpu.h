/*
 * A device and a queue as the winsys chooses them, for tests of what is above it. Drawing is a fill, and
 * seeing is a copy to a READBACK heap. What can't be done aborts.
 */
#ifndef TESTS_WINSYS_GPU_H
#define TESTS_WINSYS_GPU_H

#include "gallium/winsys/dxg/texture.h"
#include "gallium/winsys/dxg/timeline.h"

#define GPU_MAX_KEPT 4096

struct gpu {
   struct dxg_device device;
   IUnknown *kept[GPU_MAX_KEPT]; /* what the queue may use still */
   unsigned num_kept;
};

void gpu_init(struct gpu *gpu);
/* Waits for the queue, which must not wait for anything for ever. */
void gpu_finish(struct gpu *gpu);

/* Has the queue fill the texture with a colour (red, green, blue, alpha). Returns at once. */
void gpu_fill(struct gpu *gpu, struct dxg_texture *texture, const float color[4]);
/* The texel in the middle; waits for the queue. The format has 32 bits. */
uint32_t gpu_read(struct gpu *gpu, struct dxg_texture *texture);
/* Submits a copy of the texture to a mapped buffer, whose texel in the middle is at *texel as soon as
 * the queue has done it. */
void gpu_start_read(struct gpu *gpu, struct dxg_texture *texture, const volatile uint32_t **texel);
/* Until the queue is done with all it was given; false after `timeout_ms`. Forgets what it used. */
bool gpu_wait(struct gpu *gpu, int timeout_ms);

#endif
