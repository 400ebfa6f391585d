/* Where subresources lie in a buffer that they are copied to or from (GetCopyableFootprints). */
#include "api/device.h"
#include "api/resource_desc.h"
#include "util/bits.h"
#include "util/debug.h"

#include <string.h>

/* D3D12's answer to a question that has none: all bits set, everywhere. */
static void
answer_invalid(UINT count, D3D12_PLACED_SUBRESOURCE_FOOTPRINT *layouts, UINT *num_rows,
               UINT64 *row_sizes, UINT64 *total)
{
   if (layouts)
      memset(layouts, 0xff, count * sizeof(*layouts));
   if (num_rows)
      memset(num_rows, 0xff, count * sizeof(*num_rows));
   if (row_sizes)
      memset(row_sizes, 0xff, count * sizeof(*row_sizes));
   if (total)
      *total = UINT64_MAX;
}

struct footprint {
   D3D12_SUBRESOURCE_FOOTPRINT shape;
   uint32_t rows;
   uint64_t row_bytes, bytes;
};

static struct footprint
buffer_footprint(const D3D12_RESOURCE_DESC *desc)
{
   return (struct footprint){
      .shape = { .Width = desc->Width,
                 .Height = 1,
                 .Depth = 1,
                 .RowPitch = align_up(desc->Width, D3D12_TEXTURE_DATA_PITCH_ALIGNMENT) },
      .rows = 1,
      .row_bytes = desc->Width,
      .bytes = desc->Width,
   };
}

static struct footprint
image_footprint(const struct image *image, uint32_t subresource)
{
   const struct format_info *info = format_info(image->format);
   uint32_t index, layer, plane;

   image_subresource(image, subresource, &index, &layer, &plane);
   const struct image_level *level = &image->plane[plane].level[index];
   uint32_t columns = div_round_up(level->width, info->block_width);
   struct footprint footprint = {
      .rows = div_round_up(level->height, info->block_height),
      .row_bytes = (uint64_t)columns * image->plane[plane].block_bytes,
   };
   uint64_t pitch = align_up(footprint.row_bytes, D3D12_TEXTURE_DATA_PITCH_ALIGNMENT);

   footprint.shape = (D3D12_SUBRESOURCE_FOOTPRINT){
      .Format = format_plane_copy_format(image->format, plane),
      .Width = columns * info->block_width,
      .Height = footprint.rows * info->block_height,
      .Depth = level->depth,
      .RowPitch = pitch,
   };
   /* The last row is not padded. */
   footprint.bytes = pitch * ((uint64_t)footprint.rows * level->depth - 1) + footprint.row_bytes;
   return footprint;
}

void
device_GetCopyableFootprints(device_iface *iface, const D3D12_RESOURCE_DESC *desc, UINT first,
                             UINT count, UINT64 base, D3D12_PLACED_SUBRESOURCE_FOOTPRINT *layouts,
                             UINT *num_rows, UINT64 *row_sizes, UINT64 *total)
{
   D3D12_RESOURCE_DESC checked;
   struct image image;
   uint64_t size, end = 0;

   const char *why = desc ? resource_desc_check(desc, &checked) : "no description";
   if (!why && !resource_desc_layout(&checked, &image, &size))
      why = "too large";
   if (!why) {
      bool is_buffer = checked.Dimension == D3D12_RESOURCE_DIMENSION_BUFFER;
      uint32_t subresources = is_buffer ? 1 : image.num_levels * image.layers * image.num_planes;
      if (first > subresources || count > subresources - first)
         why = "no such subresource";
   }
   if (why) {
      debug_printf(DEBUG_INFO, "GetCopyableFootprints: %s", why);
      answer_invalid(count, layouts, num_rows, row_sizes, total);
      return;
   }

   for (uint32_t i = 0; i < count; i++) {
      struct footprint footprint = checked.Dimension == D3D12_RESOURCE_DIMENSION_BUFFER
                                      ? buffer_footprint(&checked)
                                      : image_footprint(&image, first + i);
      uint64_t offset = align_up(end, D3D12_TEXTURE_DATA_PLACEMENT_ALIGNMENT);

      if (layouts)
         layouts[i] = (D3D12_PLACED_SUBRESOURCE_FOOTPRINT){ base + offset, footprint.shape };
      if (num_rows)
         num_rows[i] = footprint.rows;
      if (row_sizes)
         row_sizes[i] = footprint.row_bytes;
      end = offset + footprint.bytes;
   }
   if (total)
      *total = end;
}

void
device_GetCopyableFootprints1(device_iface *iface, const D3D12_RESOURCE_DESC1 *desc, UINT first,
                              UINT count, UINT64 base, D3D12_PLACED_SUBRESOURCE_FOOTPRINT *layouts,
                              UINT *num_rows, UINT64 *row_sizes, UINT64 *total)
{
   D3D12_RESOURCE_DESC old;

   if (desc)
      old = resource_desc_from_desc1(desc);
   device_GetCopyableFootprints(iface, desc ? &old : NULL, first, count, base, layouts, num_rows,
                                row_sizes, total);
}
