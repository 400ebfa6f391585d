#include "layout/fill.h"

#include "util/bits.h"

#include <immintrin.h>
#include <string.h>

/* A surface that is cleared past the caches has at least so many bytes. */
#define STREAMING_BYTES (16 << 20)

/* Rectangles of rows shorter than this touch a new page with each row, which the CPU doesn't foresee. */
#define PREFETCH_BYTES 1024
#define PREFETCH_ROWS 8
#define CACHE_LINE 64

void
fill_pattern_init(struct fill_pattern *pattern, const uint8_t *texel, uint32_t texel_bytes)
{
   for (uint32_t i = 0; i < FILL_PATTERN_BYTES; i += texel_bytes)
      memcpy(pattern->bytes + i, texel, texel_bytes);
   pattern->short_period = CACHE_LINE % texel_bytes == 0;
}

typedef uint8_t vector __attribute__((vector_size(16), aligned(1), may_alias));

/* `bytes` of the pattern again and again; a multiple of a vector. */
static inline __attribute__((always_inline)) void
repeat(uint8_t *dst, uint64_t size, const struct fill_pattern *pattern, const uint32_t bytes)
{
   vector values[FILL_PATTERN_BYTES / sizeof(vector)];

   memcpy(values, pattern->bytes, bytes);
   for (; size >= bytes; dst += bytes, size -= bytes) {
      for (uint32_t i = 0; i < bytes / sizeof(vector); i++)
         ((vector *)dst)[i] = values[i];
   }
   memcpy(dst, pattern->bytes, size);
}

static void
fill(uint8_t *dst, uint64_t size, const struct fill_pattern *pattern)
{
   if (pattern->short_period)
      repeat(dst, size, pattern, CACHE_LINE);
   else
      repeat(dst, size, pattern, FILL_PATTERN_BYTES);
}

static void
fill_streaming(uint8_t *dst, uint64_t size, const struct fill_pattern *pattern)
{
   uint64_t head = MIN2(-(uintptr_t)dst % 16, size);
   struct fill_pattern rotated;

   fill(dst, head, pattern);
   memcpy(rotated.bytes, pattern->bytes + head, FILL_PATTERN_BYTES - head);
   memcpy(rotated.bytes + FILL_PATTERN_BYTES - head, pattern->bytes, head);
   rotated.short_period = pattern->short_period;
   dst += head;
   size -= head;
   __m128i values[FILL_PATTERN_BYTES / 16];
   memcpy(values, rotated.bytes, FILL_PATTERN_BYTES);
   for (; size >= FILL_PATTERN_BYTES; dst += FILL_PATTERN_BYTES, size -= FILL_PATTERN_BYTES) {
      for (int i = 0; i < FILL_PATTERN_BYTES / 16; i++)
         _mm_stream_si128((__m128i *)dst + i, values[i]);
   }
   _mm_sfence();
   fill(dst, size, &rotated);
}

struct fill_surface
fill_surface_of(const struct image *image, uint32_t plane_index, uint32_t level_index,
                uint32_t first_layer, uint32_t layers)
{
   const struct image_plane *plane = &image->plane[plane_index];
   const struct image_level *level = &plane->level[level_index];
   bool is_3d = image->dimension == D3D12_RESOURCE_DIMENSION_TEXTURE3D;
   uint64_t bytes = (uint64_t)level->slice_pitch * layers * image->samples;

   return (struct fill_surface){
      .base = is_3d ? image_slice(image, plane_index, level_index, 0, 0, first_layer)
                    : image_slice(image, plane_index, level_index, first_layer, 0, 0),
      .texel_bytes = plane->block_bytes,
      .width = level->width,
      .height = level->height,
      .layers = layers,
      .samples = image->samples,
      .row_pitch = level->row_pitch,
      .layer_stride = is_3d ? level->slice_pitch : plane->layer_stride,
      .sample_stride = plane->sample_stride,
      .streaming = bytes >= STREAMING_BYTES,
   };
}

static void
fill_rows(uint8_t *dst, uint64_t row_bytes, uint64_t row_pitch, uint32_t rows,
          const struct fill_pattern *pattern)
{
   const uint64_t ahead = PREFETCH_ROWS * row_pitch;

   for (uint32_t y = 0; y < rows; y++, dst += row_pitch) {
      if (row_bytes <= PREFETCH_BYTES && y + PREFETCH_ROWS < rows) {
         for (uint64_t i = 0; i < row_bytes; i += CACHE_LINE)
            __builtin_prefetch(dst + ahead + i, 1);
      }
      fill(dst, row_bytes, pattern);
   }
}

void
fill_rect(const struct fill_surface *surface, const D3D12_RECT *rect,
          const struct fill_pattern *pattern)
{
   const uint32_t rows = (uint32_t)(rect->bottom - rect->top);
   const uint64_t columns = (uint64_t)(rect->right - rect->left);
   const uint64_t row_bytes = columns * surface->texel_bytes;
   const bool whole_rows =
      columns == surface->width && surface->row_pitch % surface->texel_bytes == 0;

   if (!rows || !columns)
      return;
   for (uint32_t s = 0; s < surface->samples; s++) {
      for (uint32_t l = 0; l < surface->layers; l++) {
         uint8_t *dst = surface->base + s * surface->sample_stride + l * surface->layer_stride +
                        (uint64_t)rect->top * surface->row_pitch +
                        (uint64_t)rect->left * surface->texel_bytes;
         if (whole_rows)
            (surface->streaming ? fill_streaming
                                : fill)(dst, (rows - 1) * surface->row_pitch + row_bytes, pattern);
         else
            fill_rows(dst, row_bytes, surface->row_pitch, rows, pattern);
      }
   }
}
