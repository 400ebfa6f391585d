#include "exec/rows.h"
#include "exec/transfer.h"
#include "util/bits.h"

#include <immintrin.h>
#include <math.h>
#include <string.h>

/* ---- Filling memory -------------------------------------------------------------------------- */

/* A multiple of every texel's size: 1, 2, 4, 8, 12 and 16 bytes. */
#define PATTERN_BYTES 192

/* From this size on a surface is cleared past the caches. */
#define STREAMING_BYTES (16 << 20)

struct pattern {
   _Alignas(16) uint8_t bytes[PATTERN_BYTES];
   bool uniform; /* all bytes are the same */
};

static void
pattern_init(struct pattern *pattern, const uint8_t *texel, uint32_t texel_bytes)
{
   for (uint32_t i = 0; i < PATTERN_BYTES; i += texel_bytes)
      memcpy(pattern->bytes + i, texel, texel_bytes);
   pattern->uniform = !memcmp(pattern->bytes, pattern->bytes + 1, PATTERN_BYTES - 1);
}

static void
fill(uint8_t *dst, uint64_t size, const struct pattern *pattern)
{
   if (pattern->uniform) {
      memset(dst, pattern->bytes[0], size);
      return;
   }
   typedef uint8_t vector __attribute__((vector_size(16), aligned(1), may_alias));
   enum { COUNT = PATTERN_BYTES / 16 };
   vector values[COUNT];
   memcpy(values, pattern->bytes, PATTERN_BYTES);
   for (; size >= PATTERN_BYTES; dst += PATTERN_BYTES, size -= PATTERN_BYTES) {
      for (int i = 0; i < COUNT; i++)
         ((vector *)dst)[i] = values[i];
   }
   memcpy(dst, pattern->bytes, size);
}

/* Past the caches: a surface that does not fit them would only be read into them to be overwritten, and
 * push out what is in use. */
static void
fill_streaming(uint8_t *dst, uint64_t size, const struct pattern *pattern)
{
   uint64_t head = MIN2(-(uintptr_t)dst % 16, size);
   struct pattern rotated;

   fill(dst, head, pattern);
   memcpy(rotated.bytes, pattern->bytes + head, PATTERN_BYTES - head);
   memcpy(rotated.bytes + PATTERN_BYTES - head, pattern->bytes, head);
   rotated.uniform = pattern->uniform;
   dst += head;
   size -= head;
   __m128i values[PATTERN_BYTES / 16];
   memcpy(values, rotated.bytes, PATTERN_BYTES);
   for (; size >= PATTERN_BYTES; dst += PATTERN_BYTES, size -= PATTERN_BYTES) {
      for (int i = 0; i < PATTERN_BYTES / 16; i++)
         _mm_stream_si128((__m128i *)dst + i, values[i]);
   }
   _mm_sfence();
   fill(dst, size, &rotated);
}

/* Rows to fill: those of one slice, then the next, then the next sample's. */
struct clear {
   uint8_t *base;
   uint64_t row_bytes, row_pitch, slice_pitch, sample_pitch;
   uint32_t rows, slices, samples;
   bool contiguous; /* the rows of a slice may be filled as one */
   bool streaming;
   struct pattern pattern;
};

static void
clear_rows(const void *data, uint64_t first, uint64_t end)
{
   const struct clear *clear = data;
   while (first < end) {
      uint64_t row = first % clear->rows, slice = first / clear->rows % clear->slices;
      uint64_t sample = first / clear->rows / clear->slices;
      uint8_t *dst = clear->base + sample * clear->sample_pitch + slice * clear->slice_pitch +
                     row * clear->row_pitch;
      uint64_t count = MIN2(clear->rows - row, end - first);
      if (clear->contiguous) {
         (clear->streaming ? fill_streaming : fill)(
            dst, (count - 1) * clear->row_pitch + clear->row_bytes, &clear->pattern);
      } else {
         for (uint64_t i = 0; i < count; i++)
            fill(dst + i * clear->row_pitch, clear->row_bytes, &clear->pattern);
      }
      first += count;
   }
}

static void
run_clear(struct workers *workers, struct clear *clear)
{
   uint64_t num_rows = (uint64_t)clear->rows * clear->slices * clear->samples;
   clear->streaming = num_rows * clear->row_bytes >= STREAMING_BYTES;
   if (num_rows && clear->row_bytes)
      exec_run_rows(workers, clear_rows, clear, num_rows, num_rows * clear->row_bytes);
}

/* Of a level of width × height texels: the rectangle, or all. False: nothing is left. */
static bool
clip_rect(const D3D12_RECT *rect, uint32_t width, uint32_t height, D3D12_RECT *clipped)
{
   *clipped = (D3D12_RECT){ 0, 0, (LONG)width, (LONG)height };
   if (rect) {
      clipped->left = MAX2(rect->left, 0);
      clipped->top = MAX2(rect->top, 0);
      clipped->right = MIN2(rect->right, (LONG)width);
      clipped->bottom = MIN2(rect->bottom, (LONG)height);
   }
   return clipped->left < clipped->right && clipped->top < clipped->bottom;
}

/* Sets the rectangle's rows. Where all of a row is cleared, so may be what is between it and the
 * next: that is padding. */
static void
set_rows(struct clear *clear, const D3D12_RECT *rect, uint32_t width, uint32_t texel_bytes,
         uint64_t row_pitch)
{
   clear->base += rect->top * row_pitch + (uint64_t)rect->left * texel_bytes;
   clear->row_bytes = (uint64_t)(rect->right - rect->left) * texel_bytes;
   clear->row_pitch = row_pitch;
   clear->rows = rect->bottom - rect->top;
   clear->contiguous =
      rect->right - rect->left == (LONG)width && row_pitch % texel_bytes == 0;
}

/* ---- Render targets and depth buffers -------------------------------------------------------- */

static void
clear_plane(struct workers *workers, const struct target_view *view, uint32_t plane_index,
            const uint8_t *texel, const D3D12_RECT *rect)
{
   const struct image *image = view->image;
   const struct image_plane *plane = &image->plane[plane_index];
   const struct image_level *level = &plane->level[view->level];
   bool is_3d = image->dimension == D3D12_RESOURCE_DIMENSION_TEXTURE3D;
   D3D12_RECT clipped;
   if (!clip_rect(rect, level->width, level->height, &clipped))
      return;

   struct clear clear = {
      .base = is_3d ? image_slice(image, plane_index, view->level, 0, 0, view->first_layer)
                    : image_slice(image, plane_index, view->level, view->first_layer, 0, 0),
      .slice_pitch = is_3d ? level->slice_pitch : plane->layer_stride,
      .sample_pitch = plane->sample_stride,
      .slices = view->num_layers,
      .samples = image->samples,
   };
   set_rows(&clear, &clipped, level->width, plane->block_bytes, level->row_pitch);
   pattern_init(&clear.pattern, texel, plane->block_bytes);
   run_clear(workers, &clear);
}

/* As the instructions ftou and ftoi do: towards zero, to what fits, and NaN to 0 (D3D11.3
 * 22.13). */
static uint32_t
float_to_uint(float value)
{
   return value >= 4294967296.0f ? UINT32_MAX : value > 0 ? (uint32_t)value : 0;
}

static int32_t
float_to_int(float value)
{
   return value >= 2147483648.0f    ? INT32_MAX
          : value <= -2147483648.0f ? INT32_MIN
          : isnan(value)            ? 0
                                    : (int32_t)value;
}

static void
pack_color(DXGI_FORMAT format, const float color[4], uint8_t texel[16])
{
   const struct format_info *info = format_info(format);
   union format_texel value;
   for (uint32_t c = 0; c < 4; c++) {
      if (info->channel[c].type == FORMAT_UINT)
         value.u[c] = float_to_uint(color[c]);
      else if (info->channel[c].type == FORMAT_SINT)
         value.i[c] = float_to_int(color[c]);
      else
         value.f[c] = color[c];
   }
   format_pack(format, &value, texel);
}

void
exec_clear_color(struct workers *workers, const struct target_view *view, const float color[4],
                 const D3D12_RECT *rect)
{
   if (!view->image)
      return;
   uint8_t texel[16] = { 0 };
   pack_color(view->format, color, texel);
   clear_plane(workers, view, 0, texel, rect);
}

void
exec_clear_depth_stencil(struct workers *workers, const struct target_view *view,
                         D3D12_CLEAR_FLAGS flags, float depth, uint8_t stencil,
                         const D3D12_RECT *rect)
{
   if (!view->image)
      return;
   if (flags & D3D12_CLEAR_FLAG_DEPTH) {
      uint8_t texel[16] = { 0 };
      union format_texel value = { .f = { depth > 0 ? MIN2(depth, 1.0f) : 0 } };
      format_pack(view->format, &value, texel);
      clear_plane(workers, view, 0, texel, rect);
   }
   if (flags & D3D12_CLEAR_FLAG_STENCIL && view->image->num_planes > 1)
      clear_plane(workers, view, 1, &stencil, rect);
}

/* ---- Unordered access views ------------------------------------------------------------------ */

static bool
is_buffer(const struct descriptor *view)
{
   return view->dim == DESCRIPTOR_TYPED_BUFFER || view->dim == DESCRIPTOR_RAW_BUFFER ||
          view->dim == DESCRIPTOR_STRUCTURED_BUFFER;
}

/* Raw and structured buffers are cleared dword by dword, with the first value. */
static uint32_t
buffer_texel_bytes(const struct descriptor *view)
{
   return view->dim == DESCRIPTOR_TYPED_BUFFER
             ? format_info(view->format)->block_bytes
             : (uint32_t)sizeof(uint32_t);
}

static void
clear_buffer_uav(const struct descriptor *view, const uint8_t *texel, const D3D12_RECT *rect)
{
   uint32_t bytes = buffer_texel_bytes(view);
   uint64_t width = view->size / bytes;
   D3D12_RECT clipped;
   struct clear clear = { .base = view->base, .slices = 1, .samples = 1 };
   if (rect && !clip_rect(rect, MIN2(width, INT32_MAX), 1, &clipped))
      return;
   uint64_t first = rect ? (uint64_t)clipped.left : 0;
   uint64_t end = rect ? (uint64_t)clipped.right : width;
   clear.base += first * bytes;
   clear.row_bytes = (end - first) * bytes;
   clear.rows = 1;
   pattern_init(&clear.pattern, texel, bytes);
   run_clear(NULL, &clear);
}

static void
clear_texture_uav(const struct descriptor *view, const uint8_t *texel, const D3D12_RECT *rect)
{
   const struct image_level *level = &view->levels[0];
   uint32_t bytes = format_info(view->format)->block_bytes;
   bool is_3d = view->dim == DESCRIPTOR_3D;
   uint32_t first = is_3d ? MIN2(view->first_slice, level->depth) : 0;
   D3D12_RECT clipped;
   if (!clip_rect(rect, level->width, level->height, &clipped))
      return;

   struct clear clear = {
      .base = view->base + level->offset + (uint64_t)first * level->slice_pitch,
      .slice_pitch = is_3d ? level->slice_pitch : view->layer_stride,
      .sample_pitch = view->sample_stride,
      .slices = is_3d ? MIN2(view->num_slices, level->depth - first) : MAX2(view->layers, 1),
      .samples = MAX2(view->samples, 1),
   };
   set_rows(&clear, &clipped, level->width, bytes, level->row_pitch);
   pattern_init(&clear.pattern, texel, bytes);
   run_clear(NULL, &clear);
}

static void
clear_uav(const struct descriptor *view, const uint8_t *texel, const D3D12_RECT *rect)
{
   if (is_buffer(view))
      clear_buffer_uav(view, texel, rect);
   else
      clear_texture_uav(view, texel, rect);
}

/* A null view, or one without texels that we know. */
static bool
is_cleared_in_vain(const struct descriptor *view)
{
   return view->size == 0 ||
          (view->dim != DESCRIPTOR_RAW_BUFFER && view->dim != DESCRIPTOR_STRUCTURED_BUFFER &&
           format_info(view->format)->block_bytes == 0);
}

/* The low bits of each value, as they are, whatever the channel's type. */
static void
pack_bits(const struct descriptor *view, const uint32_t value[4], uint8_t texel[16])
{
   static const struct format_channel r11g11b10[4] = { { FORMAT_FLOAT, 0, 11 },
                                                       { FORMAT_FLOAT, 11, 11 },
                                                       { FORMAT_FLOAT, 22, 10 } };
   const struct format_info *info = format_info(view->format);
   const struct format_channel *channels =
      info->encoding == FORMAT_R11G11B10F ? r11g11b10 : info->channel;
   uint32_t dwords[4] = { 0 };
   if (view->dim == DESCRIPTOR_RAW_BUFFER || view->dim == DESCRIPTOR_STRUCTURED_BUFFER) {
      dwords[0] = value[0];
   } else {
      for (uint32_t c = 0; c < 4; c++) {
         const struct format_channel *channel = &channels[c];
         if (channel->type == FORMAT_VOID)
            continue;
         uint32_t mask = UINT32_MAX >> (32 - channel->bits);
         dwords[channel->shift / 32] |= (value[c] & mask) << channel->shift % 32;
      }
   }
   memcpy(texel, dwords, sizeof(dwords));
}

void
exec_clear_uav_uint(const struct descriptor *view, const uint32_t value[4], const D3D12_RECT *rect)
{
   if (is_cleared_in_vain(view))
      return;
   uint8_t texel[16];
   pack_bits(view, value, texel);
   clear_uav(view, texel, rect);
}

void
exec_clear_uav_float(const struct descriptor *view, const float value[4], const D3D12_RECT *rect)
{
   if (is_cleared_in_vain(view))
      return;
   uint8_t texel[16] = { 0 };
   if (view->dim == DESCRIPTOR_RAW_BUFFER || view->dim == DESCRIPTOR_STRUCTURED_BUFFER)
      memcpy(texel, value, sizeof(value[0]));
   else
      pack_color(view->format, value, texel);
   clear_uav(view, texel, rect);
}
