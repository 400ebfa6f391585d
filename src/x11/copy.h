/*
 * A copy by the GPU between a texture and linear memory of the CPU: recorded once, submitted often. Where the
 * linear memory is the texture's own, the GPU is only told.
 */
#ifndef X11_COPY_H
#define X11_COPY_H

#include "gallium/winsys/dxg/device.h"

enum x11_copy_direction {
   X11_FROM_TEXTURE,
   X11_TO_TEXTURE,
   X11_IN_TEXTURE, /* its memory was written through a mapping: nothing is copied, `pixels` is NULL */
};

struct x11_copy {
   ID3D12Resource *buffer;
   ID3D12CommandAllocator *allocator;
   ID3D12GraphicsCommandList *list;
   uint8_t *pixels; /* of the buffer */
   uint32_t pitch;  /* bytes between rows */
};

/* `texture` must live as long, have one subresource, and be in the common state whenever it is
 * copied. False: no memory; nothing is left then. */
bool x11_copy_init(struct x11_copy *copy, struct dxg_device *device, ID3D12Resource *texture,
                   enum x11_copy_direction direction);
/* The GPU must be done with it. */
void x11_copy_finish(struct x11_copy *copy);

/* Submits it, after all that the queue has. Not again before the GPU is done with it. */
void x11_copy_submit(struct x11_copy *copy, struct dxg_device *device);

#endif
