/*
 * A 2D texture that other processes can open by a handle: a file descriptor, on WSL as well as with
 * our own device.
 */
#ifndef WINSYS_TEXTURE_H
#define WINSYS_TEXTURE_H

#include "gallium/winsys/dxg/device.h"

struct dxg_texture {
   ID3D12Resource *resource;
   int handle; /* owned */
   uint32_t width, height;
   uint32_t fourcc;
};

/* Formats that a shared texture can have, as DRM fourccs, most usual first. */
const uint32_t *dxg_formats(unsigned *count);
/* DXGI_FORMAT_UNKNOWN if it is none of them. */
DXGI_FORMAT dxg_format_to_dxgi(uint32_t fourcc);
/* Bytes in a texel; 0 if it is none of them. */
unsigned dxg_format_size(uint32_t fourcc);
/* Can the device draw into such a texture and sample it? */
bool dxg_format_is_supported(const struct dxg_device *device, uint32_t fourcc);

/* Creates a texture that can be drawn into and sampled, and its handle. */
bool dxg_texture_init(struct dxg_texture *texture, struct dxg_device *device, uint32_t width,
                      uint32_t height, uint32_t fourcc);

/* Opens a handle that another process sent. It is owned by the texture afterwards, also on failure.
 * False if it is no texture of exactly this size and format, with one level, one layer, one sample. */
bool dxg_texture_open(struct dxg_texture *texture, struct dxg_device *device, int handle,
                      uint32_t width, uint32_t height, uint32_t fourcc);
void dxg_texture_finish(struct dxg_texture *texture);

#endif
