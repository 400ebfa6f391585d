#include "exec/transfer.h"
#include "layout/fill.h"
#include "util/bits.h"

#include <math.h>
#include <string.h>

/* ---- Render targets and depth buffers -------------------------------------------------------- */

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
exec_clear_color(struct raster *raster, const struct target_view *view, const float color[4],
                 const D3D12_RECT *rect)
{
   if (!view->image)
      return;
   uint8_t texel[16] = { 0 };
   pack_color(view->format, color, texel);
   raster_clear(raster, view, 0, texel, rect);
}

void
exec_clear_depth_stencil(struct raster *raster, const struct target_view *view,
                         D3D12_CLEAR_FLAGS flags, float depth, uint8_t stencil,
                         const D3D12_RECT *rect)
{
   if (!view->image)
      return;
   if (flags & D3D12_CLEAR_FLAG_DEPTH) {
      uint8_t texel[16] = { 0 };
      union format_texel value = { .f = { depth > 0 ? MIN2(depth, 1.0f) : 0 } };
      format_pack(view->format, &value, texel);
      raster_clear(raster, view, 0, texel, rect);
   }
   if (flags & D3D12_CLEAR_FLAG_STENCIL && view->image->num_planes > 1)
      raster_clear(raster, view, 1, &stencil, rect);
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

static void
fill_uav(const struct fill_surface *surface, const uint8_t *texel, const D3D12_RECT *rect)
{
   struct fill_pattern pattern;
   D3D12_RECT clipped;

   if (!clip_rect(rect, surface->width, surface->height, &clipped))
      return;
   fill_pattern_init(&pattern, texel, surface->texel_bytes);
   fill_rect(surface, &clipped, &pattern);
}

static void
clear_buffer_uav(const struct descriptor *view, const uint8_t *texel, const D3D12_RECT *rect)
{
   const uint32_t bytes = buffer_texel_bytes(view);
   const struct fill_surface surface = {
      .base = view->base,
      .texel_bytes = bytes,
      .width = (uint32_t)MIN2(view->size / bytes, INT32_MAX),
      .height = 1,
      .layers = 1,
      .samples = 1,
   };
   fill_uav(&surface, texel, rect);
}

static void
clear_texture_uav(const struct descriptor *view, const uint8_t *texel, const D3D12_RECT *rect)
{
   const struct image_level *level = &view->levels[0];
   const bool is_3d = view->dim == DESCRIPTOR_3D;
   const uint32_t first = is_3d ? MIN2(view->first_slice, level->depth) : 0;
   const struct fill_surface surface = {
      .base = view->base + level->offset + (uint64_t)first * level->slice_pitch,
      .texel_bytes = format_info(view->format)->block_bytes,
      .width = level->width,
      .height = level->height,
      .layers = is_3d ? MIN2(view->num_slices, level->depth - first) : MAX2(view->layers, 1),
      .samples = MAX2(view->samples, 1),
      .row_pitch = level->row_pitch,
      .layer_stride = is_3d ? level->slice_pitch : view->layer_stride,
      .sample_stride = view->sample_stride,
   };
   fill_uav(&surface, texel, rect);
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

/* The low bits of each value, as they are, whatever the channel's type. A shared exponent takes the
 * place of alpha. */
static void
pack_bits(const struct descriptor *view, const uint32_t value[4], uint8_t texel[16])
{
   static const struct format_channel r9g9b9e5[4] = { { FORMAT_UINT, 0, 9 },
                                                      { FORMAT_UINT, 9, 9 },
                                                      { FORMAT_UINT, 18, 9 },
                                                      { FORMAT_UINT, 27, 5 } };
   const struct format_info *info = format_info(view->format);
   const struct format_channel *channels =
      info->encoding == FORMAT_R9G9B9E5 ? r9g9b9e5 : info->channel;
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
