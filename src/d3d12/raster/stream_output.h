/*
 * Stream output: vertices to buffers, just before clipping (D3D11.3 14). Draws with stream output are
 * processed in order, by the queue's thread.
 */
#ifndef RASTER_STREAM_OUTPUT_H
#define RASTER_STREAM_OUTPUT_H

#include "dxil/module.h"
#include "util/d3d12.h"

#define RASTER_STREAMS 4
#define RASTER_STREAM_SLOTS 4
#define RASTER_STREAM_NONE UINT32_MAX

/* A pipeline's declaration, with registers in place of names. Immutable. */
struct raster_stream_output {
   uint32_t rasterized;                   /* the stream that is drawn, or RASTER_STREAM_NONE */
   uint32_t strides[RASTER_STREAM_SLOTS]; /* bytes */
   uint8_t slots[RASTER_STREAMS];         /* a bit per slot that a stream writes */
   uint32_t num_entries;
   struct raster_stream_entry {
      uint8_t stream, slot;
      uint8_t reg, col, count; /* components */
      uint16_t offset;         /* in the slot's vertex, bytes */
   } entries[RASTER_STREAMS * D3D12_SO_OUTPUT_COMPONENT_COUNT];
};

/* `outputs`: of the last stage before the rasteriser. False, with a message: the declaration is not
 * valid. */
bool raster_stream_output_init(struct raster_stream_output *output,
                               const D3D12_STREAM_OUTPUT_DESC *desc,
                               const struct dxil_signature *outputs, const char **message);

#endif
