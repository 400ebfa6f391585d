/*
 * The D3D12 device and queue that the GL driver draws on. The winsys shares them; it makes none.
 */
#ifndef WINSYS_DEVICE_H
#define WINSYS_DEVICE_H

#include "util/d3d12.h"

#include <stdbool.h>
#include <stdint.h>

struct dxg_device {
   ID3D12Device *device;
   ID3D12CommandQueue *queue;
   uint64_t luid;
   uint32_t vendor_id, device_id;
   const char *name;
   /* For textures that others are to show: D3D12_HEAP_FLAG_SHARED and, if the device knows it, ALLOW_DISPLAY.
    * Whoever looks at one waits for a shared fence (docs/d3d12.md, "Being late"). */
   D3D12_HEAP_FLAGS shown;
};

/* Takes a reference to both interfaces. */
void dxg_device_init(struct dxg_device *device, ID3D12Device *d3d12_device,
                     ID3D12CommandQueue *queue);
void dxg_device_finish(struct dxg_device *device);
bool dxg_device_is_removed(const struct dxg_device *device);

/* Descriptor 0, which may come out of a socket, would look like a NULL handle: gives another for it, or
 * -1. Takes the descriptor. */
int dxg_handle_avoid_zero(int handle);

#endif
