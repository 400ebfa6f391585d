/* Copies, clears and resolves, against loops over single texels. */
#include "exec/transfer.h"
#include "util/bits.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct workers *workers;
static struct raster *raster;

static uint32_t
random_below(uint32_t below)
{
   static uint64_t state = 1;
   state = state * 6364136223846793005 + 1442695040888963407;
   return (state >> 33) % below;
}

static void
fill_random(void *data, size_t size)
{
   for (size_t i = 0; i < size; i++)
      ((uint8_t *)data)[i] = random_below(256);
}

static struct image
make_image(D3D12_RESOURCE_DIMENSION dimension, DXGI_FORMAT format, uint32_t width, uint32_t height,
           uint32_t depth, uint32_t levels, uint32_t samples, D3D12_RESOURCE_FLAGS flags)
{
   struct image image;
   D3D12_RESOURCE_DESC desc = {
      .Dimension = dimension,
      .Width = width,
      .Height = height,
      .DepthOrArraySize = depth,
      .MipLevels = levels,
      .Format = format,
      .SampleDesc = { samples, 0 },
      .Flags = flags,
   };
   assert_true(image_init(&image, &desc));
   image.data = malloc(image.size);
   fill_random(image.data, image.size);
   return image;
}

static struct image
make_2d(DXGI_FORMAT format, uint32_t width, uint32_t height, uint32_t samples, bool target)
{
   return make_image(D3D12_RESOURCE_DIMENSION_TEXTURE2D, format, width, height, 1, 1, samples,
                     target ? D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET : 0);
}

static uint8_t *
block_at(const struct image *image, uint32_t plane, uint32_t level, uint32_t layer,
         uint32_t sample, uint32_t x, uint32_t y, uint32_t z)
{
   return image_slice(image, plane, level, layer, sample, z) +
          (uint64_t)y * image->plane[plane].level[level].row_pitch +
          x * image->plane[plane].block_bytes;
}

static const DXGI_FORMAT color_formats[] = {
   DXGI_FORMAT_R8_UNORM,           DXGI_FORMAT_R8G8_SNORM,          DXGI_FORMAT_R8G8B8A8_UNORM,
   DXGI_FORMAT_B8G8R8A8_UNORM,     DXGI_FORMAT_B8G8R8X8_UNORM,      DXGI_FORMAT_R8G8B8A8_UNORM_SRGB,
   DXGI_FORMAT_R10G10B10A2_UNORM,  DXGI_FORMAT_R11G11B10_FLOAT,     DXGI_FORMAT_R16_FLOAT,
   DXGI_FORMAT_R16G16B16A16_FLOAT, DXGI_FORMAT_R16G16B16A16_UNORM,  DXGI_FORMAT_R32_FLOAT,
   DXGI_FORMAT_R32G32_FLOAT,       DXGI_FORMAT_R32G32B32A32_FLOAT,  DXGI_FORMAT_R32_UINT,
   DXGI_FORMAT_R8G8B8A8_SINT,      DXGI_FORMAT_R32G32B32A32_UINT,   DXGI_FORMAT_R32G32B32_FLOAT,
   DXGI_FORMAT_R9G9B9E5_SHAREDEXP,
};

/* ---- Copies ---------------------------------------------------------------------------------- */

static void
test_copy_buffer(void **state)
{
   static const size_t sizes[] = { 0, 1, 1000, 256 << 10, (5 << 20) + 123 };
   for (int i = 0; i < 5; i++) {
      uint8_t *src = malloc(sizes[i] + 2), *dst = calloc(1, sizes[i] + 2);
      fill_random(src, sizes[i] + 2);
      exec_copy_buffer(workers, dst + 1, src + 1, sizes[i]);
      assert_memory_equal(dst + 1, src + 1, sizes[i]);
      assert_int_equal(dst[0] | dst[sizes[i] + 1], 0);
      free(src);
      free(dst);
   }
   uint8_t text[] = "abcdefgh";
   exec_copy_buffer(workers, text + 2, text, 5);
   assert_string_equal(text, "ababcdeh");
}

/* Copies a box, and checks every block of the destination's level. */
static void
check_image_copy(const struct image *dst, uint32_t dst_x, uint32_t dst_y, const struct image *src,
                 uint32_t plane, const struct exec_box *box)
{
   uint8_t *before = malloc(dst->size);
   memcpy(before, dst->data, dst->size);
   struct exec_copy_side to = { .image = dst, .level = 0, .plane = plane };
   struct exec_copy_side from = { .image = src, .level = 0, .plane = plane };
   exec_copy_texture(workers, &to, dst_x, dst_y, 0, &from, box);

   const struct format_info *dst_info = format_info(dst->format);
   const struct format_info *src_info = format_info(src->format);
   uint32_t left = dst_x / dst_info->block_width, top = dst_y / dst_info->block_height;
   uint32_t columns = div_round_up(box->width, src_info->block_width);
   uint32_t rows = div_round_up(box->height, src_info->block_height);
   uint32_t width = div_round_up(dst->width, dst_info->block_width);
   uint32_t height = div_round_up(dst->height, dst_info->block_height);
   uint32_t bytes = dst->plane[plane].block_bytes;
   for (uint32_t sample = 0; sample < dst->samples; sample++) {
      for (uint32_t y = 0; y < height; y++) {
         for (uint32_t x = 0; x < width; x++) {
            uint8_t *block = block_at(dst, plane, 0, 0, sample, x, y, 0);
            bool inside = x >= left && x < left + columns && y >= top && y < top + rows;
            const uint8_t *expected =
               inside ? block_at(src, plane, 0, 0, sample,
                                 x - left + box->x / src_info->block_width,
                                 y - top + box->y / src_info->block_height, 0)
                      : before + (block - dst->data);
            assert_memory_equal(block, expected, bytes);
         }
      }
   }
   free(before);
}

static void
test_copy_image(void **state)
{
   static const struct exec_box boxes[] = { { 0, 0, 0, 67, 45, 1 },
                                            { 3, 5, 0, 20, 7, 1 },
                                            { 66, 44, 0, 1, 1, 1 },
                                            { 0, 10, 0, 67, 20, 1 } };
   static const DXGI_FORMAT formats[] = { DXGI_FORMAT_R8_UNORM, DXGI_FORMAT_R8G8B8A8_UNORM,
                                          DXGI_FORMAT_R32G32B32_FLOAT,
                                          DXGI_FORMAT_R32G32B32A32_FLOAT };
   for (int f = 0; f < 4; f++) {
      for (int b = 0; b < 4; b++) {
         for (int target = 0; target < 4; target++) {
            struct image src = make_2d(formats[f], 67, 45, 1, target & 1);
            struct image dst = make_2d(formats[f], 67, 45, 1, target & 2);
            check_image_copy(&dst, b ? 0 : boxes[b].x, boxes[b].y, &src, 0, &boxes[b]);
            free(src.data);
            free(dst.data);
         }
      }
   }

   struct exec_box all = { 0, 0, 0, 700, 500, 1 };
   struct image src = make_2d(DXGI_FORMAT_R8G8B8A8_UNORM, 700, 500, 4, true);
   struct image dst = make_2d(DXGI_FORMAT_R8G8B8A8_TYPELESS, 700, 500, 4, true);
   check_image_copy(&dst, 0, 0, &src, 0, &all);
   free(src.data);
   free(dst.data);
}

static void
test_copy_blocks(void **state)
{
   struct image bc = make_2d(DXGI_FORMAT_BC3_UNORM, 30, 18, 1, false);
   struct image uint = make_2d(DXGI_FORMAT_R32G32B32A32_UINT, 8, 5, 1, false);
   struct image other = make_2d(DXGI_FORMAT_BC3_TYPELESS, 30, 18, 1, false);
   check_image_copy(&uint, 0, 0, &bc, 0, &(struct exec_box){ 0, 0, 0, 30, 18, 1 });
   check_image_copy(&uint, 3, 1, &bc, 0, &(struct exec_box){ 8, 4, 0, 12, 8, 1 });
   check_image_copy(&bc, 4, 8, &uint, 0, &(struct exec_box){ 2, 1, 0, 5, 3, 1 });
   check_image_copy(&other, 16, 8, &bc, 0, &(struct exec_box){ 16, 8, 0, 14, 10, 1 });
   free(bc.data);
   free(uint.data);
   free(other.data);
}

/* Each plane of a depth-stencil image on its own; to a buffer, and from it. */
static void
test_copy_planes(void **state)
{
   static const DXGI_FORMAT formats[] = { DXGI_FORMAT_D24_UNORM_S8_UINT,
                                          DXGI_FORMAT_D32_FLOAT_S8X24_UINT };
   for (int f = 0; f < 2; f++) {
      struct image src =
         make_image(D3D12_RESOURCE_DIMENSION_TEXTURE2D, formats[f], 50, 20, 2, 2, 1,
                    D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL);
      struct image dst = src;
      dst.data = calloc(1, dst.size);
      struct exec_box box = { 0, 0, 0, 50, 20, 1 };
      for (uint32_t plane = 0; plane < 2; plane++) {
         uint8_t buffer[20 * 256 + 100];
         memset(buffer, 0xee, sizeof(buffer));
         struct exec_copy_side image = { .image = &src, .plane = plane, .layer = 1 };
         struct exec_copy_side footprint = {
            .buffer = buffer,
            .row_pitch = 256,
            .slice_pitch = 256 * 20,
            .format = format_plane_copy_format(formats[f], plane),
         };
         exec_copy_texture(workers, &footprint, 0, 0, 0, &image, &box);
         uint32_t bytes = format_plane_bytes(formats[f], plane);
         for (uint32_t y = 0; y < 20; y++) {
            assert_memory_equal(buffer + y * 256, block_at(&src, plane, 0, 1, 0, 0, y, 0),
                                50 * bytes);
            for (uint32_t i = 50 * bytes; i < 256; i++)
               assert_int_equal(buffer[y * 256 + i], 0xee);
         }
         image.image = &dst;
         exec_copy_texture(workers, &image, 0, 0, 0, &footprint, &box);
         for (uint32_t y = 0; y < 20; y++)
            assert_memory_equal(block_at(&dst, plane, 0, 1, 0, 0, y, 0),
                                block_at(&src, plane, 0, 1, 0, 0, y, 0), 50 * bytes);
      }
      free(src.data);
      free(dst.data);
   }
}

/* A part of one level of a volume goes through a buffer into another level's place. */
static void
test_copy_volume(void **state)
{
   struct image image = make_image(D3D12_RESOURCE_DIMENSION_TEXTURE3D, DXGI_FORMAT_R8G8B8A8_UNORM,
                                   64, 32, 16, 3, 1, 0);
   static uint8_t buffer[8 * 20 * 512];
   struct exec_copy_side side = { .image = &image, .level = 1 };
   struct exec_copy_side footprint = {
      .buffer = buffer,
      .row_pitch = 512,
      .slice_pitch = 512 * 20,
      .format = DXGI_FORMAT_R8G8B8A8_UNORM,
   };
   exec_copy_texture(workers, &footprint, 2, 1, 1, &side,
                     &(struct exec_box){ 5, 3, 2, 20, 10, 6 });
   for (uint32_t z = 0; z < 6; z++) {
      for (uint32_t y = 0; y < 10; y++)
         assert_memory_equal(buffer + (z + 1) * 512 * 20 + (y + 1) * 512 + 8,
                             block_at(&image, 0, 1, 0, 0, 5, y + 3, z + 2), 80);
   }
   side.level = 0;
   exec_copy_texture(workers, &side, 40, 20, 9, &footprint,
                     &(struct exec_box){ 2, 1, 1, 20, 10, 6 });
   for (uint32_t z = 0; z < 6; z++) {
      for (uint32_t y = 0; y < 10; y++)
         assert_memory_equal(block_at(&image, 0, 0, 0, 0, 40, y + 20, z + 9),
                             block_at(&image, 0, 1, 0, 0, 5, y + 3, z + 2), 80);
   }
   free(image.data);
}

/* ---- Clears ---------------------------------------------------------------------------------- */

/* Every texel in the rectangle, of all the view's layers and samples, has these bytes; no other has
 * changed. */
static void
check_cleared(const struct image *image, const uint8_t *before, uint32_t plane, uint32_t level,
              uint32_t first, uint32_t count, const D3D12_RECT *rect, const void *texel)
{
   bool is_3d = image->dimension == D3D12_RESOURCE_DIMENSION_TEXTURE3D;
   uint32_t bytes = image->plane[plane].block_bytes;
   for (uint32_t l = 0; l < image->num_levels; l++) {
      const struct image_level *info = &image->plane[plane].level[l];
      uint32_t layers = is_3d ? info->depth : image->layers;
      for (uint32_t i = 0; i < layers * image->samples; i++) {
         uint32_t layer = i / image->samples, sample = i % image->samples;
         for (uint32_t y = 0; y < info->height; y++) {
            for (uint32_t x = 0; x < info->width; x++) {
               const uint8_t *block = block_at(image, plane, l, is_3d ? 0 : layer, sample, x, y,
                                               is_3d ? layer : 0);
               bool inside = l == level && layer >= first && layer < first + count &&
                             (!rect || ((LONG)x >= rect->left && (LONG)x < rect->right &&
                                        (LONG)y >= rect->top && (LONG)y < rect->bottom));
               assert_memory_equal(block, inside ? texel : before + (block - image->data), bytes);
            }
         }
      }
   }
}

static struct target_view
make_view(const struct image *image, DXGI_FORMAT format, uint32_t level, uint32_t first,
          uint32_t count)
{
   const struct image_level *info = &image->plane[0].level[level];
   return (struct target_view){
      .image = image,
      .format = format,
      .level = level,
      .first_layer = first,
      .num_layers = count,
      .width = info->width,
      .height = info->height,
      .samples = image->samples,
   };
}

static void
clear_color(const struct target_view *view, const float color[4], const D3D12_RECT *rect)
{
   exec_clear_color(raster, view, color, rect);
   raster_flush(raster);
}

static void
clear_depth_stencil(const struct target_view *view, D3D12_CLEAR_FLAGS flags, float depth,
                    uint8_t stencil, const D3D12_RECT *rect)
{
   exec_clear_depth_stencil(raster, view, flags, depth, stencil, rect);
   raster_flush(raster);
}

static void
test_clear_color(void **state)
{
   static const float colors[][4] = { { 0.25f, 0.5f, 0.75f, 1 },
                                      { 0, 0, 0, 0 },
                                      { -1, 2, NAN, INFINITY },
                                      { -3, 300, 70000, -5e9f } };
   static const D3D12_RECT rects[] = { { 0, 0, 37, 21 }, { 3, 5, 20, 6 }, { 36, 0, 37, 21 } };
   for (size_t f = 0; f < ARRAY_LENGTH(color_formats); f++) {
      bool is_3d = f % 5 == 0;
      uint32_t samples = !is_3d && f % 2 ? 4 : 1;
      struct image image =
         make_image(is_3d ? D3D12_RESOURCE_DIMENSION_TEXTURE3D : D3D12_RESOURCE_DIMENSION_TEXTURE2D,
                    color_formats[f], 74, 42, 5, samples > 1 ? 1 : 3, samples,
                    D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET);
      uint8_t *before = malloc(image.size);
      uint32_t level = samples > 1 ? 0 : 1;
      for (size_t c = 0; c < ARRAY_LENGTH(colors); c++) {
         for (int r = -1; r < 3; r++) {
            memcpy(before, image.data, image.size);
            const D3D12_RECT *rect = r < 0 ? NULL : &rects[r];
            uint32_t count = is_3d ? 1 : 3;
            struct target_view view = make_view(&image, color_formats[f], level, 1, count);
            clear_color(&view, colors[c], rect);

            union format_texel texel;
            const struct format_info *info = format_info(color_formats[f]);
            for (int i = 0; i < 4; i++) {
               float value = colors[c][i];
               if (info->channel[0].type == FORMAT_UINT)
                  texel.u[i] = value > 0 ? value < 4e9f ? (uint32_t)value : UINT32_MAX : 0;
               else if (info->channel[0].type == FORMAT_SINT)
                  texel.i[i] = value != value  ? 0
                               : value > 2e9f  ? INT32_MAX
                               : value < -2e9f ? INT32_MIN
                                               : (int32_t)value;
               else
                  texel.f[i] = value;
            }
            uint8_t expected[16];
            format_pack(color_formats[f], &texel, expected);
            check_cleared(&image, before, 0, level, 1, count, rect, expected);
         }
      }
      free(before);
      free(image.data);
   }
   struct target_view null = { .format = DXGI_FORMAT_R8G8B8A8_UNORM };
   clear_color(&null, colors[0], NULL);
}

static void
test_clear_large(void **state)
{
   struct image image = make_2d(DXGI_FORMAT_R8G8B8A8_UNORM, 1001, 777, 4, true);
   struct target_view view = make_view(&image, DXGI_FORMAT_R8G8B8A8_UNORM, 0, 0, 1);
   static const float color[4] = { 1, 0, 0.5f, 0.25f };
   static const uint8_t texel[4] = { 255, 0, 128, 64 };
   clear_color(&view, color, NULL);
   check_cleared(&image, NULL, 0, 0, 0, 1, NULL, texel);
   free(image.data);
}

/* Past the caches, with rows and rectangles that begin anywhere. */
static void
test_clear_streaming(void **state)
{
   static const DXGI_FORMAT formats[] = { DXGI_FORMAT_R8G8B8A8_UNORM, DXGI_FORMAT_R8_UNORM };
   static const float color[4] = { 1, 0, 0.5f, 0.25f };
   static const uint8_t texel[4] = { 255, 0, 128, 64 };
   for (size_t i = 0; i < ARRAY_LENGTH(formats); i++) {
      struct image image = make_2d(formats[i], 5001, 4999, 1, true);
      struct target_view view = make_view(&image, formats[i], 0, 0, 1);
      const D3D12_RECT rect = { 3, 2, 4990, 4997 };
      uint8_t *before = malloc(image.size);
      assert_non_null(before);
      memcpy(before, image.data, image.size);
      clear_color(&view, color, &rect);
      check_cleared(&image, before, 0, 0, 0, 1, &rect, texel);
      clear_color(&view, color, NULL);
      check_cleared(&image, NULL, 0, 0, 0, 1, NULL, texel);
      free(before);
      free(image.data);
   }
}

static void
test_clear_depth_stencil(void **state)
{
   static const struct {
      DXGI_FORMAT format;
      uint32_t half; /* what 0.5 becomes */
      uint32_t one;
   } cases[] = { { DXGI_FORMAT_D16_UNORM, 0x8000, 0xffff },
                 { DXGI_FORMAT_D32_FLOAT, 0x3f000000, 0x3f800000 },
                 { DXGI_FORMAT_D24_UNORM_S8_UINT, 0x800000, 0xffffff },
                 { DXGI_FORMAT_D32_FLOAT_S8X24_UINT, 0x3f000000, 0x3f800000 } };
   D3D12_RECT rect = { 10, 2, 50, 30 };
   uint8_t stencil = 0xa5;
   for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
      struct image image =
         make_image(D3D12_RESOURCE_DIMENSION_TEXTURE2D, cases[i].format, 60, 31, 3, 1, 2,
                    D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL);
      struct target_view view = make_view(&image, cases[i].format, 0, 1, 2);
      uint8_t *before = malloc(image.size);
      bool has_stencil = image.num_planes > 1;

      memcpy(before, image.data, image.size);
      clear_depth_stencil(&view, D3D12_CLEAR_FLAG_DEPTH, 0.5f, 1, &rect);
      check_cleared(&image, before, 0, 0, 1, 2, &rect, &cases[i].half);
      if (has_stencil)
         check_cleared(&image, before, 1, 0, 0, 0, NULL, NULL);

      memcpy(before, image.data, image.size);
      clear_depth_stencil(&view, D3D12_CLEAR_FLAG_STENCIL, 0.5f, stencil, NULL);
      check_cleared(&image, before, 0, 0, 0, 0, NULL, NULL);
      if (has_stencil)
         check_cleared(&image, before, 1, 0, 1, 2, NULL, &stencil);

      /* Out of range is clamped. */
      memcpy(before, image.data, image.size);
      clear_depth_stencil(&view, D3D12_CLEAR_FLAG_DEPTH, 7, 0, NULL);
      check_cleared(&image, before, 0, 0, 1, 2, NULL, &cases[i].one);
      uint32_t zero = 0;
      memcpy(before, image.data, image.size);
      clear_depth_stencil(&view, D3D12_CLEAR_FLAG_DEPTH, NAN, 0, NULL);
      check_cleared(&image, before, 0, 0, 1, 2, NULL, &zero);
      free(before);
      free(image.data);
   }
}

static void
test_clear_uav_texture(void **state)
{
   static const uint32_t value[4] = { 0x12345678, 0x9abcdef0, 0x0fedcba9, 0x87654321 };
   struct image image = make_image(D3D12_RESOURCE_DIMENSION_TEXTURE2D, DXGI_FORMAT_R8G8B8A8_UNORM,
                                   40, 30, 4, 2, 1, D3D12_RESOURCE_FLAG_ALLOW_UNORDERED_ACCESS);
   uint8_t *before = malloc(image.size);
   const struct image_plane *plane = &image.plane[0];
   struct descriptor view = {
      .base = image.data + plane->offset + plane->layer_stride,
      .size = 1,
      .levels = &plane->level[1],
      .layer_stride = plane->layer_stride,
      .sample_stride = plane->sample_stride,
      .width = 20,
      .height = 15,
      .depth = 1,
      .layers = 2,
      .format = DXGI_FORMAT_R8G8B8A8_UNORM,
      .kind = DESCRIPTOR_UAV,
      .dim = DESCRIPTOR_2D_ARRAY,
      .num_levels = 1,
      .samples = 1,
   };
   D3D12_RECT rect = { 2, 3, 19, 200 };
   memcpy(before, image.data, image.size);
   exec_clear_uav_uint(&view, value, &rect);
   check_cleared(&image, before, 0, 1, 1, 2, &rect, "\x78\xf0\xa9\x21");
   memcpy(before, image.data, image.size);
   exec_clear_uav_float(&view, (const float[4]){ 1, 0, 0.5f, 2 }, NULL);
   check_cleared(&image, before, 0, 1, 1, 2, NULL, "\xff\x00\x80\xff");

   struct descriptor null = { .kind = DESCRIPTOR_UAV, .dim = DESCRIPTOR_2D,
                              .format = DXGI_FORMAT_R8G8B8A8_UNORM };
   exec_clear_uav_uint(&null, value, NULL);
   exec_clear_uav_float(&null, (const float[4]){ 0 }, &rect);
   null.dim = DESCRIPTOR_RAW_BUFFER;
   exec_clear_uav_uint(&null, value, NULL);
   free(before);
   free(image.data);
}

/* Channels that are no whole bytes, and an exponent that they share; two slices. */
static void
test_clear_uav_packed(void **state)
{
   static const uint32_t value[4] = { 0x12345678, 0x9abcdef0, 0x0fedcba9, 0x87654321 };
   static const struct {
      DXGI_FORMAT format;
      uint32_t packed;
   } cases[] = {
      { DXGI_FORMAT_R11G11B10_FLOAT, 0x678 | 0x6f0u << 11 | 0x3a9u << 22 },
      { DXGI_FORMAT_R9G9B9E5_SHAREDEXP, 0x078 | 0x0f0u << 9 | 0x1a9u << 18 | 0x01u << 27 },
   };
   for (uint32_t i = 0; i < ARRAY_LENGTH(cases); i++) {
      struct image image = make_image(D3D12_RESOURCE_DIMENSION_TEXTURE3D, cases[i].format, 8, 8, 8,
                                      1, 1, D3D12_RESOURCE_FLAG_ALLOW_UNORDERED_ACCESS);
      uint8_t *before = malloc(image.size);
      memcpy(before, image.data, image.size);
      struct descriptor view = {
         .base = image.data + image.plane[0].offset,
         .size = 1,
         .levels = image.plane[0].level,
         .width = 8,
         .height = 8,
         .depth = 8,
         .layers = 1,
         .format = cases[i].format,
         .kind = DESCRIPTOR_UAV,
         .dim = DESCRIPTOR_3D,
         .num_levels = 1,
         .samples = 1,
         .first_slice = 3,
         .num_slices = 2,
      };
      exec_clear_uav_uint(&view, value, NULL);
      check_cleared(&image, before, 0, 0, 3, 2, NULL, &cases[i].packed);
      free(before);
      free(image.data);
   }
}

static void
test_clear_uav_buffer(void **state)
{
   static const uint32_t value[4] = { 0x12345678, 2, 3, 4 };
   uint16_t shorts[64];
   memset(shorts, 0, sizeof(shorts));
   struct descriptor view = {
      .base = (uint8_t *)(shorts + 8),
      .size = 32 * 4,
      .width = 16,
      .stride = 4,
      .format = DXGI_FORMAT_R16G16_UINT,
      .kind = DESCRIPTOR_UAV,
      .dim = DESCRIPTOR_TYPED_BUFFER,
   };
   view.size = 16 * 4;
   exec_clear_uav_uint(&view, value, NULL);
   for (int i = 0; i < 64; i++)
      assert_int_equal(shorts[i], i < 8 || i >= 40 ? 0 : i % 2 ? 2 : 0x5678);

   memset(shorts, 0, sizeof(shorts));
   view.dim = DESCRIPTOR_RAW_BUFFER;
   view.format = DXGI_FORMAT_R32_TYPELESS;
   exec_clear_uav_uint(&view, value, &(D3D12_RECT){ 2, 0, 5, 1 });
   for (int i = 0; i < 64; i++)
      assert_int_equal(shorts[i], i < 12 || i >= 18 ? 0 : i % 2 ? 0x1234 : 0x5678);

   float floats[12] = { 0 };
   view.base = (uint8_t *)floats;
   view.size = 48;
   view.dim = DESCRIPTOR_TYPED_BUFFER;
   view.format = DXGI_FORMAT_R32G32B32A32_FLOAT;
   exec_clear_uav_float(&view, (const float[4]){ 1, 2, 3, 4 }, NULL);
   for (int i = 0; i < 12; i++)
      assert_true(floats[i] == i % 4 + 1);
}

/* ---- Resolves -------------------------------------------------------------------------------- */

/* Random texels are no random bits: NaN and infinities have no average. */
static void
fill_texels(const struct image *image, DXGI_FORMAT format)
{
   const struct format_info *info = format_info(format);
   for (uint32_t sample = 0; sample < image->samples; sample++) {
      for (uint32_t y = 0; y < image->height; y++) {
         for (uint32_t x = 0; x < image->width; x++) {
            union format_texel texel;
            for (int c = 0; c < 4; c++) {
               if (info->channel[0].type == FORMAT_UINT || info->channel[0].type == FORMAT_SINT)
                  texel.u[c] = random_below(256) - 100;
               else
                  texel.f[c] = random_below(10001) / 10000.0f;
            }
            format_pack(format, &texel, block_at(image, 0, 0, 0, sample, x, y, 0));
         }
      }
   }
}

static double
resolve_channel(const struct image *src, DXGI_FORMAT format, uint32_t x, uint32_t y, int c,
                D3D12_RESOLVE_MODE mode)
{
   enum format_type type = format_info(format)->channel[0].type;
   double result = 0;
   for (uint32_t sample = 0; sample < src->samples; sample++) {
      union format_texel texel;
      format_unpack(format, block_at(src, 0, 0, 0, sample, x, y, 0), 0, 0, &texel);
      double value = type == FORMAT_UINT   ? texel.u[c]
                     : type == FORMAT_SINT ? texel.i[c]
                                           : texel.f[c];
      if (mode == D3D12_RESOLVE_MODE_AVERAGE && type != FORMAT_UINT && type != FORMAT_SINT)
         result += value / src->samples;
      else if (sample == 0 || (mode == D3D12_RESOLVE_MODE_MIN && value < result) ||
               (mode == D3D12_RESOLVE_MODE_MAX && value > result))
         result = value;
   }
   return result;
}

/* Half a step of the format at this value, and a little. */
static double
tolerance(DXGI_FORMAT format, double value)
{
   const struct format_info *info = format_info(format);
   const struct format_channel *channel = &info->channel[info->encoding == FORMAT_PLAIN ? 0 : 3];
   if (info->encoding == FORMAT_R11G11B10F)
      return fabs(value) / 32 + 1e-6;
   if (info->encoding == FORMAT_R9G9B9E5)
      return 0.5 / 256 + 1e-6; /* of a texel whose largest channel is 1 */
   if (channel->type == FORMAT_FLOAT)
      return channel->bits == 16 ? fabs(value) / 1024 + 1e-6 : 1e-6;
   if (info->srgb)
      return 0.0046; /* half of the largest step, at white */
   if (channel->type == FORMAT_UNORM || channel->type == FORMAT_SNORM) {
      uint32_t bits = format == DXGI_FORMAT_R10G10B10A2_UNORM ? 2 : channel->bits;
      return 0.5 / ((1ull << (bits - (channel->type == FORMAT_SNORM))) - 1) + 1e-6;
   }
   return 0;
}

static void
check_resolve(DXGI_FORMAT format, uint32_t samples, D3D12_RESOLVE_MODE mode, bool is_depth)
{
   D3D12_RESOURCE_FLAGS flags = is_depth ? D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL
                                         : D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET;
   struct image src = make_image(D3D12_RESOURCE_DIMENSION_TEXTURE2D, format, 45, 33, 1, 1, samples,
                                 flags);
   struct image dst =
      make_image(D3D12_RESOURCE_DIMENSION_TEXTURE2D, format, 50, 40, 2, 2, 1, flags);
   fill_texels(&src, format);
   uint8_t *before = malloc(dst.size);
   memcpy(before, dst.data, dst.size);
   struct exec_box box = { 2, 1, 0, 43, 32, 1 };
   exec_resolve(workers, &dst, 2, 5, 6, &src, 0, &box, format, mode);

   /* Channels that come from several texels may have to share an exponent anew. */
   bool exact = mode != D3D12_RESOLVE_MODE_AVERAGE &&
                format_info(format)->encoding != FORMAT_R9G9B9E5;
   uint32_t bytes = dst.plane[0].block_bytes;
   for (uint32_t y = 0; y < dst.height; y++) {
      for (uint32_t x = 0; x < dst.width; x++) {
         const uint8_t *block = block_at(&dst, 0, 0, 1, 0, x, y, 0);
         if (x < 5 || x >= 48 || y < 6 || y >= 38) {
            assert_memory_equal(block, before + (block - dst.data), bytes);
            continue;
         }
         union format_texel texel;
         format_unpack(format, block, 0, 0, &texel);
         enum format_type type = format_info(format)->channel[0].type;
         for (int c = 0; c < 4; c++) {
            double value = type == FORMAT_UINT   ? texel.u[c]
                           : type == FORMAT_SINT ? texel.i[c]
                                                 : texel.f[c];
            double expected = resolve_channel(&src, format, x - 3, y - 5, c, mode);
            double error = exact ? 0 : tolerance(format, expected);
            if (fabs(value - expected) > error)
               fail_msg("%s x%u mode %d: (%u, %u)[%d] is %g, not %g", format_info(format)->name,
                        samples, mode, x, y, c, value, expected);
         }
      }
   }
   free(before);
   free(src.data);
   free(dst.data);
}

static void
test_resolve(void **state)
{
   for (size_t f = 0; f < ARRAY_LENGTH(color_formats); f++) {
      for (uint32_t samples = 1; samples <= 8; samples *= 2) {
         check_resolve(color_formats[f], samples, D3D12_RESOLVE_MODE_AVERAGE, false);
         check_resolve(color_formats[f], samples, D3D12_RESOLVE_MODE_DECOMPRESS, false);
      }
      check_resolve(color_formats[f], 4, D3D12_RESOLVE_MODE_MIN, false);
      check_resolve(color_formats[f], 4, D3D12_RESOLVE_MODE_MAX, false);
   }
}

static void
test_resolve_depth(void **state)
{
   static const DXGI_FORMAT formats[] = { DXGI_FORMAT_D16_UNORM, DXGI_FORMAT_D32_FLOAT,
                                          DXGI_FORMAT_D24_UNORM_S8_UINT,
                                          DXGI_FORMAT_D32_FLOAT_S8X24_UINT };
   for (int f = 0; f < 4; f++) {
      for (D3D12_RESOLVE_MODE mode = D3D12_RESOLVE_MODE_DECOMPRESS;
           mode <= D3D12_RESOLVE_MODE_AVERAGE; mode++)
         check_resolve(formats[f], 4, mode, true);
   }

   /* Stencil: a plane of its own. */
   struct image src =
      make_image(D3D12_RESOURCE_DIMENSION_TEXTURE2D, DXGI_FORMAT_D24_UNORM_S8_UINT, 20, 10, 1, 1, 4,
                 D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL);
   struct image dst =
      make_image(D3D12_RESOURCE_DIMENSION_TEXTURE2D, DXGI_FORMAT_D24_UNORM_S8_UINT, 20, 10, 1, 1, 1,
                 D3D12_RESOURCE_FLAG_ALLOW_DEPTH_STENCIL);
   exec_resolve(workers, &dst, 1, 0, 0, &src, 1, &(struct exec_box){ 0, 0, 0, 20, 10, 1 },
                DXGI_FORMAT_X24_TYPELESS_G8_UINT, D3D12_RESOLVE_MODE_MAX);
   for (uint32_t i = 0; i < 200; i++) {
      uint8_t best = 0;
      for (uint32_t sample = 0; sample < 4; sample++)
         best = MAX2(best, *block_at(&src, 1, 0, 0, sample, i % 20, i / 20, 0));
      assert_int_equal(*block_at(&dst, 1, 0, 0, 0, i % 20, i / 20, 0), best);
   }
   free(src.data);
   free(dst.data);
}

/* Every sRGB code survives the resolve of equal samples, as does every UNORM one. */
static void
test_resolve_exact(void **state)
{
   static const DXGI_FORMAT formats[] = { DXGI_FORMAT_R8G8B8A8_UNORM_SRGB,
                                          DXGI_FORMAT_B8G8R8A8_UNORM_SRGB,
                                          DXGI_FORMAT_R8G8B8A8_UNORM };
   for (int f = 0; f < 3; f++) {
      struct image src = make_2d(formats[f], 256, 1, 8, true);
      struct image dst = make_2d(formats[f], 256, 1, 1, true);
      for (uint32_t i = 0; i < 256 * 8; i++)
         memset(block_at(&src, 0, 0, 0, i / 256, i % 256, 0, 0), i % 256, 4);
      exec_resolve(workers, &dst, 0, 0, 0, &src, 0, &(struct exec_box){ 0, 0, 0, 256, 1, 1 },
                   formats[f], D3D12_RESOLVE_MODE_AVERAGE);
      for (uint32_t x = 0; x < 256; x++) {
         for (int c = 0; c < 4; c++)
            assert_int_equal(block_at(&dst, 0, 0, 0, 0, x, 0, 0)[c], x);
      }
      free(src.data);
      free(dst.data);
   }
}

int
main(void)
{
   static const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_copy_buffer),
      cmocka_unit_test(test_copy_image),
      cmocka_unit_test(test_copy_blocks),
      cmocka_unit_test(test_copy_planes),
      cmocka_unit_test(test_copy_volume),
      cmocka_unit_test(test_clear_color),
      cmocka_unit_test(test_clear_large),
      cmocka_unit_test(test_clear_streaming),
      cmocka_unit_test(test_clear_depth_stencil),
      cmocka_unit_test(test_clear_uav_texture),
      cmocka_unit_test(test_clear_uav_packed),
      cmocka_unit_test(test_clear_uav_buffer),
      cmocka_unit_test(test_resolve),
      cmocka_unit_test(test_resolve_depth),
      cmocka_unit_test(test_resolve_exact),
   };
   workers = workers_create(0);
   raster = raster_create(workers);
   assert_non_null(raster);
   int failed = cmocka_run_group_tests(tests, NULL, NULL);
   raster_destroy(raster);
   workers_destroy(workers);
   return failed;
}
