#include "api/resource_copy.h"

#include "util/bits.h"

#include <string.h>

/* A box may end inside a block only at the edge of the level. */
static bool
range_is_valid(uint32_t begin, uint32_t end, uint32_t size, uint32_t block)
{
   return begin <= end && end <= size && begin % block == 0 && (end % block == 0 || end == size);
}

bool
resource_copy(const struct image *image, uint32_t subresource, const D3D12_BOX *box, void *data,
              uint32_t row_pitch, uint32_t slice_pitch, bool write)
{
   const struct format_info *info = format_info(image->format);
   uint32_t index, layer, plane;

   image_subresource(image, subresource, &index, &layer, &plane);
   const struct image_level *level = &image->plane[plane].level[index];
   D3D12_BOX all = { .right = level->width, .bottom = level->height, .back = level->depth };
   if (!box)
      box = &all;
   if (!range_is_valid(box->left, box->right, level->width, info->block_width) ||
       !range_is_valid(box->top, box->bottom, level->height, info->block_height) ||
       !range_is_valid(box->front, box->back, level->depth, 1))
      return false;

   uint32_t bytes = image->plane[plane].block_bytes;
   uint32_t first_column = box->left / info->block_width;
   uint32_t first_row = box->top / info->block_height;
   size_t row_bytes = (size_t)(div_round_up(box->right, info->block_width) - first_column) * bytes;
   uint32_t rows = div_round_up(box->bottom, info->block_height) - first_row;

   for (uint32_t z = box->front; z < box->back; z++) {
      uint8_t *texels = image_slice(image, plane, index, layer, 0, z) +
                        (size_t)first_row * level->row_pitch + (size_t)first_column * bytes;
      uint8_t *linear = (uint8_t *)data + (size_t)(z - box->front) * slice_pitch;
      for (uint32_t y = 0; y < rows; y++) {
         if (write)
            memcpy(texels, linear, row_bytes);
         else
            memcpy(linear, texels, row_bytes);
         texels += level->row_pitch;
         linear += row_pitch;
      }
   }
   return true;
}
