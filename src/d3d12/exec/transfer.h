/*
 * Copies, clears and resolves on the CPU: what the queue does between draws. All regions have been
 * checked against their resources by the caller. Large work is split over the workers; without any
 * (NULL) the caller does it all.
 */
#ifndef EXEC_TRANSFER_H
#define EXEC_TRANSFER_H

#include "layout/descriptor.h"
#include "raster/raster.h"

/* One side of a texture copy: a subresource of an image, or rows in a buffer. */
struct exec_copy_side {
   const struct image *image; /* NULL: a buffer */
   uint32_t level, layer, plane;
   uint8_t *buffer;           /* first byte of the footprint */
   uint32_t row_pitch;        /* of the footprint */
   uint32_t slice_pitch;      /* of the footprint: row_pitch × rows of blocks */
   DXGI_FORMAT format;        /* of the footprint */
};

/* In texels; block-compressed: multiples of blocks, or up to the edge. All samples are copied. */
struct exec_box {
   uint32_t x, y, z, width, height, depth;
};

/* Copies bits (D3D12: CopyTextureRegion); the two formats have texels (or blocks) of one size. */
void exec_copy_texture(struct workers *workers, const struct exec_copy_side *dst, uint32_t dst_x,
                       uint32_t dst_y, uint32_t dst_z, const struct exec_copy_side *src,
                       const struct exec_box *box);
void exec_copy_buffer(struct workers *workers, uint8_t *dst, const uint8_t *src, uint64_t size);

/* Clears of targets are part of the raster's pass. rect: NULL for all of the view; else in texels of the
 * view's level. */
void exec_clear_color(struct raster *raster, const struct target_view *view, const float color[4],
                      const D3D12_RECT *rect);
void exec_clear_depth_stencil(struct raster *raster, const struct target_view *view,
                              D3D12_CLEAR_FLAGS flags, float depth, uint8_t stencil,
                              const D3D12_RECT *rect);
/* ClearUnorderedAccessView{Uint,Float}: texture or buffer views. */
void exec_clear_uav_uint(const struct descriptor *view, const uint32_t value[4],
                         const D3D12_RECT *rect);
void exec_clear_uav_float(const struct descriptor *view, const float value[4],
                          const D3D12_RECT *rect);

/* ResolveSubresource(Region): box in texels of the source; mode average, min, max, or decompress
 * (then a copy of sample 0). Integer formats take sample 0. */
void exec_resolve(struct workers *workers, const struct image *dst, uint32_t dst_subresource,
                  uint32_t dst_x, uint32_t dst_y, const struct image *src,
                  uint32_t src_subresource, const struct exec_box *box, DXGI_FORMAT format,
                  D3D12_RESOLVE_MODE mode);

#endif
