#include "exec/rows.h"
#include "exec/transfer.h"
#include "util/bits.h"

#include <string.h>

/* ---- Buffers --------------------------------------------------------------------------------- */

#define CHUNK_BYTES (128u << 10)

struct buffer_copy {
   uint8_t *dst;
   const uint8_t *src;
   uint64_t size;
};

static void
copy_chunks(const void *data, uint64_t first, uint64_t end)
{
   const struct buffer_copy *copy = data;
   uint64_t begin = first * CHUNK_BYTES, stop = MIN2(end * CHUNK_BYTES, copy->size);
   memmove(copy->dst + begin, copy->src + begin, stop - begin);
}

void
exec_copy_buffer(struct workers *workers, uint8_t *dst, const uint8_t *src, uint64_t size)
{
   struct buffer_copy copy = { dst, src, size };
   /* Ranges that overlap are an error of the application's; in one piece, it at least is a harmless
    * one. */
   bool overlap = (uintptr_t)dst - (uintptr_t)src < size || (uintptr_t)src - (uintptr_t)dst < size;
   exec_run_rows(overlap ? NULL : workers, copy_chunks, &copy,
                 size / CHUNK_BYTES + (size % CHUNK_BYTES != 0), size);
}

/* ---- Textures -------------------------------------------------------------------------------- */

/* Where the blocks of a side lie. */
struct surface {
   uint8_t *base; /* the first block of the region */
   uint64_t row_pitch, slice_pitch, sample_pitch;
};

/* One sample's rows, slice after slice, then those of the next sample. */
struct texture_copy {
   struct surface dst, src;
   uint64_t row_bytes;
   uint32_t rows, slices;
   bool contiguous; /* the rows of a slice, and what is between them, can be copied as one */
};

static uint32_t
block_bytes(const struct exec_copy_side *side)
{
   return side->image ? side->image->plane[side->plane].block_bytes
                      : format_info(side->format)->block_bytes;
}

/* The second plane of a format has texels of its own; only colour formats have blocks. */
static const struct format_info *
side_format(const struct exec_copy_side *side)
{
   return format_info(side->image ? side->image->format : side->format);
}

static void
surface_init(struct surface *surface, const struct exec_copy_side *side, uint32_t x, uint32_t y,
             uint32_t z, uint32_t bytes)
{
   const struct format_info *format = side_format(side);
   uint64_t block_x = x / MAX2(format->block_width, 1);
   uint64_t block_y = y / MAX2(format->block_height, 1);
   if (side->image) {
      const struct image_plane *plane = &side->image->plane[side->plane];
      surface->base = image_slice(side->image, side->plane, side->level, side->layer, 0, z);
      surface->row_pitch = plane->level[side->level].row_pitch;
      surface->slice_pitch = plane->level[side->level].slice_pitch;
      surface->sample_pitch = plane->sample_stride;
   } else {
      surface->base = side->buffer + (uint64_t)z * side->slice_pitch;
      surface->row_pitch = side->row_pitch;
      surface->slice_pitch = side->slice_pitch;
      surface->sample_pitch = 0;
   }
   surface->base += block_y * surface->row_pitch + block_x * bytes;
}

static uint64_t
surface_offset(const struct surface *surface, uint64_t sample, uint64_t slice, uint64_t row)
{
   return sample * surface->sample_pitch + slice * surface->slice_pitch + row * surface->row_pitch;
}

static void
copy_rows(const void *data, uint64_t first, uint64_t end)
{
   const struct texture_copy *copy = data;
   while (first < end) {
      uint64_t row = first % copy->rows, slice = first / copy->rows % copy->slices;
      uint64_t sample = first / copy->rows / copy->slices;
      uint8_t *dst = copy->dst.base + surface_offset(&copy->dst, sample, slice, row);
      const uint8_t *src = copy->src.base + surface_offset(&copy->src, sample, slice, row);
      uint64_t count = MIN2(copy->rows - row, end - first);
      if (copy->contiguous) {
         memmove(dst, src, (count - 1) * copy->dst.row_pitch + copy->row_bytes);
      } else {
         for (uint64_t i = 0; i < count; i++)
            memmove(dst + i * copy->dst.row_pitch, src + i * copy->src.row_pitch,
                    copy->row_bytes);
      }
      first += count;
   }
}

/* The bytes between the rows of an image are nobody's; those between the rows of a buffer may well
 * be somebody's, and so may texels beside the region. */
static bool
is_contiguous(const struct texture_copy *copy, const struct exec_copy_side *dst, uint32_t dst_x,
              uint32_t width)
{
   if (copy->dst.row_pitch != copy->src.row_pitch)
      return false;
   if (copy->dst.row_pitch == copy->row_bytes)
      return true;
   return dst->image && dst_x == 0 &&
          width >= dst->image->plane[dst->plane].level[dst->level].width;
}

void
exec_copy_texture(struct workers *workers, const struct exec_copy_side *dst, uint32_t dst_x,
                  uint32_t dst_y, uint32_t dst_z, const struct exec_copy_side *src,
                  const struct exec_box *box)
{
   const struct format_info *format = side_format(src);
   uint32_t bytes = block_bytes(src->image ? src : dst);
   uint32_t columns = div_round_up(box->width, MAX2(format->block_width, 1));
   uint32_t samples =
      src->image && dst->image ? MIN2(src->image->samples, dst->image->samples) : 1;
   struct texture_copy copy = {
      .row_bytes = (uint64_t)columns * bytes,
      .rows = div_round_up(box->height, MAX2(format->block_height, 1)),
      .slices = box->depth,
   };
   if (!copy.row_bytes || !copy.rows || !copy.slices)
      return;
   surface_init(&copy.dst, dst, dst_x, dst_y, dst_z, bytes);
   surface_init(&copy.src, src, box->x, box->y, box->z, bytes);
   copy.contiguous =
      is_contiguous(&copy, dst, dst_x, columns * MAX2(side_format(dst)->block_width, 1));

   uint64_t num_rows = (uint64_t)copy.rows * copy.slices * samples;
   exec_run_rows(workers, copy_rows, &copy, num_rows, num_rows * copy.row_bytes);
}
