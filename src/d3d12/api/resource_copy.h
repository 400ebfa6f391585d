/* Texels between a subresource and the CPU's memory: {Write,Read}…Subresource. */
#ifndef API_RESOURCE_COPY_H
#define API_RESOURCE_COPY_H

#include "layout/image.h"

/* box NULL: all of it. False: a box that is outside, or splits blocks. Single-sampled images. */
bool resource_copy(const struct image *image, uint32_t subresource, const D3D12_BOX *box,
                   void *data, uint32_t row_pitch, uint32_t slice_pitch, bool write);

#endif
