/*
 * Pixels that the GL driver draws into and that the CPU and the X server can read.
 *
 * Which of three ways is used is found by what the device can do:
 *   - linear: a texture whose memory is linear and shared, and whose handle can be mapped. Nothing
 *     is copied: the pixels are the texture.
 *   - copied: the GPU copies the texture into a readback buffer; if the X server maps pixels, the
 *     CPU copies from there into memory that the server has.
 *   - mapped: textures of ours cannot be imported, so the GL driver owns them, and gives them to
 *     the CPU.
 */
#ifndef X11_MEMORY_H
#define X11_MEMORY_H

#include "gallium/winsys/dxg/texture.h"
#include "loader/loader.h"
#include "x11/copy.h"

enum x11_memory_kind {
   X11_MEMORY_LINEAR,
   X11_MEMORY_COPIED,
   X11_MEMORY_MAPPED,
};

struct x11_memory {
   enum x11_memory_kind kind;
   struct dxg_device *device;
   uint32_t width, height;
   uint32_t pixel_bytes;
   uint32_t pitch; /* bytes between rows of `pixels` */
   size_t size;    /* bytes of `pixels` */
   uint8_t *pixels;
   int fd;                      /* the file of `pixels`; owned */
   struct loader_image *image;  /* what the GL driver draws into */
   struct dxg_texture texture;  /* unless mapped */
   struct x11_copy read;        /* of copied memory */
   struct x11_copy write;       /* of copied and linear memory; made when it is needed */
};

/* The best way that works with this device. */
enum x11_memory_kind x11_memory_find_kind(struct dxg_device *device, struct loader_screen *loader);

/* False: no memory, or a format that cannot be shown. */
bool x11_memory_init(struct x11_memory *memory, enum x11_memory_kind kind,
                     struct dxg_device *device, struct loader_screen *loader, uint32_t width,
                     uint32_t height, uint32_t fourcc);
/* The GPU must be done with the copies. */
void x11_memory_finish(struct x11_memory *memory);

/* What was drawn will be in `pixels`: the GPU's part, submitted before the caller's signal, and the
 * CPU's part, after that signal. Bytes that were copied are returned. `context`, needed for mapped
 * memory only, is current here. The first is not called again before the GPU is done. */
size_t x11_memory_read_begin(struct x11_memory *memory, struct loader_context *context);
size_t x11_memory_read_end(struct x11_memory *memory);

/* The other way: `pixels` were written. The GPU is done with what it did before. False: not
 * possible (mapped memory without a context). */
bool x11_memory_write(struct x11_memory *memory, struct loader_context *context);

#endif
