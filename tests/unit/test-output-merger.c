/*
 * The output merger: depth, stencil, blending, write masks, as machine code, against plain C.
 */
#include "layout/sample_positions.h"
#include "scene.h"
#include "util/bits.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- Depth and stencil ---- */

/* Depth runs along x; the buffer holds a depth in the middle. */
static void
depth_case(DXGI_FORMAT format, D3D12_COMPARISON_FUNC func, uint32_t samples)
{
   struct scene *scene = scene_create(NULL);
   uint32_t bytes = format == DXGI_FORMAT_D16_UNORM ? 2 : 4;
   uint32_t steps = format == DXGI_FORMAT_D16_UNORM ? 0xffff : 0xffffff;
   bool is_float = format == DXGI_FORMAT_D32_FLOAT || format == DXGI_FORMAT_D32_FLOAT_S8X24_UINT;
   const struct sample_position *positions = sample_positions(samples);
   uint32_t passed = 0;
   float middle = 0.5f;
   uint32_t before = lrint(middle * (double)steps);

   if (is_float)
      memcpy(&before, &middle, 4);
   scene->state.SampleDesc.Count = samples;
   scene->state.DepthStencilState.DepthEnable = true;
   scene->state.DepthStencilState.DepthFunc = func;
   scene_set_depth(scene, format);
   scene->primitive.x0 = 3;
   scene->primitive.y0 = 5;
   scene->primitive.z0 = 0.25f;
   scene->primitive.z_dx = 1.0f / 32;
   scene->primitive.z_dy = 1.0f / 1024;
   scene->ctx.depth_min[0] = 0.3f;
   scene->ctx.depth_max[0] = 0.9f;
   scene_build(scene);
   assert_true(scene->pipeline->early_depth);
   scene_cover(scene, cover_scattered);
   for (uint32_t i = 0; i < SCENE_SIZE * SCENE_SIZE * samples; i++)
      memcpy(scene->depth + i * bytes, &before, bytes);
   scene_draw(scene);

   for (uint32_t s = 0; s < samples; s++)
      for (uint32_t y = 0; y < SCENE_SIZE; y++)
         for (uint32_t x = 0; x < SCENE_SIZE; x++) {
            float z = 0.25f + (x + 0.5f + positions[s].x / 16.0f - 3) / 32 +
                      (y + 0.5f + positions[s].y / 16.0f - 5) / 1024;
            uint32_t now = 0, encoded;
            double old = is_float ? middle : before, new;
            bool pass = false;

            z = fminf(fmaxf(z, 0.3f), 0.9f);
            encoded = lrint(z * (double)steps);
            if (is_float)
               memcpy(&encoded, &z, 4);
            new = is_float ? z : encoded;
            switch (func) {
            case D3D12_COMPARISON_FUNC_LESS:
               pass = new < old;
               break;
            case D3D12_COMPARISON_FUNC_GREATER_EQUAL:
               pass = new >= old;
               break;
            case D3D12_COMPARISON_FUNC_ALWAYS:
               pass = true;
               break;
            default:
               break;
            }
            pass = pass && scene->covered[s][y][x];
            passed += pass;
            memcpy(&now, scene_pixel(scene->depth, bytes, x, y, s), bytes);
            if (pass && abs((int32_t)(now - encoded)) > 1)
               fail_msg("(%u, %u) sample %u: %x, not %x", x, y, s, now, encoded);
            if (!pass)
               assert_int_equal(now, before);
         }
   assert_int_equal(scene->counters.samples_passed, passed);
   assert_int_equal(scene->counters.invocations, 0);
   scene_destroy(scene);
}

static void
test_depth(void **state)
{
   static const DXGI_FORMAT formats[] = {
      DXGI_FORMAT_D32_FLOAT,
      DXGI_FORMAT_D24_UNORM_S8_UINT,
      DXGI_FORMAT_D16_UNORM,
   };

   (void)state;
   for (uint32_t i = 0; i < ARRAY_LENGTH(formats); i++) {
      depth_case(formats[i], D3D12_COMPARISON_FUNC_LESS, 1);
      depth_case(formats[i], D3D12_COMPARISON_FUNC_GREATER_EQUAL, 1);
   }
   depth_case(DXGI_FORMAT_D32_FLOAT, D3D12_COMPARISON_FUNC_ALWAYS, 1);
   depth_case(DXGI_FORMAT_D32_FLOAT, D3D12_COMPARISON_FUNC_NEVER, 1);
   depth_case(DXGI_FORMAT_D32_FLOAT, D3D12_COMPARISON_FUNC_LESS, 4);
   depth_case(DXGI_FORMAT_D16_UNORM, D3D12_COMPARISON_FUNC_GREATER_EQUAL, 8);
   depth_case(DXGI_FORMAT_D24_UNORM_S8_UINT, D3D12_COMPARISON_FUNC_LESS, 2);
}

static uint8_t
stencil_op(D3D12_STENCIL_OP op, uint8_t old, uint8_t reference)
{
   switch (op) {
   case D3D12_STENCIL_OP_ZERO:
      return 0;
   case D3D12_STENCIL_OP_REPLACE:
      return reference;
   case D3D12_STENCIL_OP_INCR_SAT:
      return old == 255 ? 255 : old + 1;
   case D3D12_STENCIL_OP_DECR_SAT:
      return old == 0 ? 0 : old - 1;
   case D3D12_STENCIL_OP_INVERT:
      return ~old;
   case D3D12_STENCIL_OP_INCR:
      return old + 1;
   case D3D12_STENCIL_OP_DECR:
      return old - 1;
   default:
      return old;
   }
}

/* Stencil values run along x through all that matter; depth passes in the upper half. */
static void
stencil_case(D3D12_STENCIL_OP fail, D3D12_STENCIL_OP depth_fail, D3D12_STENCIL_OP pass, bool front)
{
   static const uint8_t values[] = { 0, 1, 2, 0x5a, 0x80, 0xfe, 0xff };
   struct scene *scene = scene_create(NULL);
   D3D12_DEPTH_STENCIL_DESC *desc = &scene->state.DepthStencilState;
   D3D12_DEPTH_STENCILOP_DESC ops = { fail, depth_fail, pass, D3D12_COMPARISON_FUNC_LESS_EQUAL };
   uint8_t reference = 0x12;

   desc->DepthEnable = true;
   desc->DepthFunc = D3D12_COMPARISON_FUNC_LESS;
   desc->StencilEnable = true;
   desc->StencilReadMask = 0x7f;
   desc->StencilWriteMask = 0xf3;
   *(front ? &desc->FrontFace : &desc->BackFace) = ops;
   *(front ? &desc->BackFace : &desc->FrontFace) =
      (D3D12_DEPTH_STENCILOP_DESC){ D3D12_STENCIL_OP_ZERO, D3D12_STENCIL_OP_ZERO,
                                    D3D12_STENCIL_OP_ZERO, D3D12_COMPARISON_FUNC_NEVER };
   scene_set_depth(scene, DXGI_FORMAT_D32_FLOAT_S8X24_UINT);
   scene->ctx.stencil_ref[front ? 0 : 1] = reference;
   scene->ctx.stencil_ref[front ? 1 : 0] = 0x77;
   scene->primitive.front = front;
   scene->primitive.z0 = 0;
   scene->primitive.z_dy = 1.0f / SCENE_SIZE;
   scene_build(scene);
   scene_cover(scene, cover_scattered);
   for (uint32_t i = 0; i < SCENE_SIZE * SCENE_SIZE; i++) {
      float z = 0.5f;

      memcpy(scene->depth + i * 4, &z, 4);
      scene->stencil[i] = values[i % SCENE_SIZE % ARRAY_LENGTH(values)];
   }
   scene_draw(scene);

   for (uint32_t y = 0; y < SCENE_SIZE; y++)
      for (uint32_t x = 0; x < SCENE_SIZE; x++) {
         uint8_t old = values[x % ARRAY_LENGTH(values)], expected;
         bool stencil_passes = (reference & 0x7f) <= (old & 0x7f);
         bool depth_passes = y < SCENE_SIZE / 2;

         expected = stencil_op(!stencil_passes ? fail
                               : !depth_passes ? depth_fail
                                               : pass,
                               old, reference);
         expected = (old & ~0xf3) | (expected & 0xf3);
         if (!scene->covered[0][y][x])
            expected = old;
         assert_int_equal(*scene_pixel(scene->stencil, 1, x, y, 0), expected);
      }
   scene_destroy(scene);
}

static void
test_stencil(void **state)
{
   (void)state;
   stencil_case(D3D12_STENCIL_OP_KEEP, D3D12_STENCIL_OP_INCR, D3D12_STENCIL_OP_REPLACE, true);
   stencil_case(D3D12_STENCIL_OP_INCR_SAT, D3D12_STENCIL_OP_INVERT, D3D12_STENCIL_OP_DECR, false);
   stencil_case(D3D12_STENCIL_OP_DECR_SAT, D3D12_STENCIL_OP_ZERO, D3D12_STENCIL_OP_KEEP, true);
}

/* No depth buffer bound: the tests pass. */
static void
test_null_depth(void **state)
{
   struct scene *scene = scene_create(NULL);

   (void)state;
   scene->state.DepthStencilState.DepthEnable = true;
   scene->state.DepthStencilState.DepthFunc = D3D12_COMPARISON_FUNC_NEVER;
   scene_set_depth(scene, DXGI_FORMAT_D32_FLOAT);
   scene->ctx.depth.base = NULL;
   scene_build(scene);
   scene_cover(scene, cover_scattered);
   scene_draw(scene);
   assert_int_equal(scene->counters.samples_passed, scene_count_covered(scene));
   scene_destroy(scene);
}

static void
test_sample_mask(void **state)
{
   struct scene *scene = scene_create(NULL);

   (void)state;
   scene->state.SampleDesc.Count = 4;
   scene->state.SampleMask = 0x5;
   scene_build(scene);
   scene_cover(scene, cover_all);
   scene_draw(scene);
   assert_int_equal(scene->counters.samples_passed, SCENE_SIZE * SCENE_SIZE * 2);
   scene_destroy(scene);
}

/* ---- Colour ---- */

/* Are two texels the same, or, when `near`, next to each other in each channel? */
static bool
same_texel(DXGI_FORMAT format, const uint8_t *a, const uint8_t *b, double tolerance)
{
   union format_texel x, y;

   if (memcmp(a, b, format_info(format)->block_bytes) == 0)
      return true;
   format_unpack(format, a, 0, 0, &x);
   format_unpack(format, b, 0, 0, &y);
   for (uint32_t i = 0; i < 4; i++)
      if (!(fabs((double)x.f[i] - y.f[i]) <= tolerance))
         return false;
   return tolerance > 0;
}

/* An opaque constant colour, with each write mask. */
static void
opaque_case(DXGI_FORMAT format, uint8_t write_mask, bool logic)
{
   static const union format_texel color = { .f = { 0.25f, 0.5f, 0.75f, 1.0f } };
   struct scene *scene = scene_create("solid.ps");
   const struct format_info *info = format_info(format);
   uint32_t bytes = info->block_bytes;
   uint8_t *before = malloc(SCENE_SIZE * SCENE_SIZE * bytes), expected[16];

   assert_non_null(before);
   scene_set_target(scene, 0, format);
   scene->state.BlendState.RenderTarget[0].RenderTargetWriteMask = write_mask;
   scene->state.BlendState.RenderTarget[0].LogicOpEnable = logic;
   scene->state.BlendState.RenderTarget[0].LogicOp = D3D12_LOGIC_OP_XOR;
   fill_random(scene->color[0], SCENE_SIZE * SCENE_SIZE * bytes);
   memcpy(before, scene->color[0], SCENE_SIZE * SCENE_SIZE * bytes);
   scene_build(scene);
   scene_cover(scene, cover_scattered);
   scene_draw(scene);
   for (uint32_t y = 0; y < SCENE_SIZE; y++)
      for (uint32_t x = 0; x < SCENE_SIZE; x++) {
         const uint8_t *old = before + (y * SCENE_SIZE + x) * bytes;
         const uint8_t *now = scene_pixel(scene->color[0], bytes, x, y, 0);

         memcpy(expected, old, bytes);
         if (scene->covered[0][y][x]) {
            uint8_t packed[16];

            format_pack(format, &color, packed);
            for (uint32_t bit = 0; bit < bytes * 8; bit++) {
               uint8_t one = 1u << bit % 8;
               bool written = true;

               for (uint32_t c = 0; c < 4; c++)
                  if (info->encoding == FORMAT_PLAIN && info->channel[c].type != FORMAT_VOID &&
                      bit >= info->channel[c].shift &&
                      bit < (uint32_t)info->channel[c].shift + info->channel[c].bits)
                     written = write_mask >> c & 1;
               if (written && logic)
                  expected[bit / 8] ^= packed[bit / 8] & one;
               else if (written)
                  expected[bit / 8] = (expected[bit / 8] & ~one) | (packed[bit / 8] & one);
            }
         }
         if (memcmp(now, expected, bytes) != 0)
            fail_msg("%s mask %x at (%u, %u): %02x%02x%02x%02x, not %02x%02x%02x%02x", info->name,
                     write_mask, x, y, now[0], now[1], now[2], now[3], expected[0], expected[1],
                     expected[2], expected[3]);
      }
   assert_int_equal(scene->counters.samples_passed, scene_count_covered(scene));
   assert_int_equal(scene->counters.invocations, scene_count_covered(scene));
   free(before);
   scene_destroy(scene);
}

static void
test_opaque(void **state)
{
   static const DXGI_FORMAT formats[] = {
      DXGI_FORMAT_R8G8B8A8_UNORM,     DXGI_FORMAT_B8G8R8A8_UNORM,     DXGI_FORMAT_R8_UNORM,
      DXGI_FORMAT_R8G8_SNORM,         DXGI_FORMAT_R16_FLOAT,          DXGI_FORMAT_B5G6R5_UNORM,
      DXGI_FORMAT_R16G16B16A16_FLOAT, DXGI_FORMAT_R32G32B32A32_FLOAT, DXGI_FORMAT_R32G32_FLOAT,
      DXGI_FORMAT_R32_FLOAT,          DXGI_FORMAT_R10G10B10A2_UNORM,  DXGI_FORMAT_R11G11B10_FLOAT,
      DXGI_FORMAT_R9G9B9E5_SHAREDEXP,
   };

   (void)state;
   for (uint32_t i = 0; i < ARRAY_LENGTH(formats); i++) {
      opaque_case(formats[i], 0xf, false);
      if (format_info(formats[i])->encoding == FORMAT_PLAIN)
         opaque_case(formats[i], 0x1 << i % 3 | 0x8, false);
   }
   opaque_case(DXGI_FORMAT_R8G8B8A8_UNORM, 0xf, true);
   opaque_case(DXGI_FORMAT_R8G8B8A8_UNORM, 0x5, true);
}

/* Where channels share an exponent, those that are not written keep their values. */
static void
test_shared_exponent_mask(void **state)
{
   struct scene *scene = scene_create("solid.ps");
   uint32_t before[SCENE_SIZE][SCENE_SIZE];

   (void)state;
   scene_set_target(scene, 0, DXGI_FORMAT_R9G9B9E5_SHAREDEXP);
   scene->state.BlendState.RenderTarget[0].RenderTargetWriteMask = D3D12_COLOR_WRITE_ENABLE_GREEN;
   fill_random(scene->color[0], sizeof(before));
   memcpy(before, scene->color[0], sizeof(before));
   scene_build(scene);
   scene_cover(scene, cover_scattered);
   scene_draw(scene);
   for (uint32_t y = 0; y < SCENE_SIZE; y++)
      for (uint32_t x = 0; x < SCENE_SIZE; x++) {
         uint32_t expected = before[y][x], now;

         if (scene->covered[0][y][x]) {
            union format_texel texel;

            format_unpack(DXGI_FORMAT_R9G9B9E5_SHAREDEXP, &expected, 0, 0, &texel);
            texel.f[1] = 0.5f; /* solid.ps */
            format_pack(DXGI_FORMAT_R9G9B9E5_SHAREDEXP, &texel, &expected);
         }
         memcpy(&now, scene_pixel(scene->color[0], 4, x, y, 0), sizeof(now));
         assert_int_equal(now, expected);
      }
   scene_destroy(scene);
}

struct blend_case {
   DXGI_FORMAT format;
   D3D12_BLEND src, dst;
   D3D12_BLEND_OP op;
   D3D12_BLEND src_alpha, dst_alpha;
   D3D12_BLEND_OP op_alpha;
   uint32_t samples;
};

static const float second_source[4] = { 0.75f, 0.25f, 0.5f, 0.625f };

static float
reference_factor(D3D12_BLEND factor, const float *src, const float *dst, const float *constant,
                 uint32_t i)
{
   switch (factor) {
   case D3D12_BLEND_ZERO:
      return 0;
   case D3D12_BLEND_SRC_COLOR:
      return src[i];
   case D3D12_BLEND_INV_SRC_COLOR:
      return 1 - src[i];
   case D3D12_BLEND_SRC_ALPHA:
      return src[3];
   case D3D12_BLEND_INV_SRC_ALPHA:
      return 1 - src[3];
   case D3D12_BLEND_DEST_ALPHA:
      return dst[3];
   case D3D12_BLEND_INV_DEST_ALPHA:
      return 1 - dst[3];
   case D3D12_BLEND_DEST_COLOR:
      return dst[i];
   case D3D12_BLEND_INV_DEST_COLOR:
      return 1 - dst[i];
   case D3D12_BLEND_SRC_ALPHA_SAT:
      return i == 3 ? 1 : fminf(src[3], 1 - dst[3]);
   case D3D12_BLEND_BLEND_FACTOR:
      return constant[i];
   case D3D12_BLEND_INV_BLEND_FACTOR:
      return 1 - constant[i];
   case D3D12_BLEND_SRC1_COLOR:
      return second_source[i];
   case D3D12_BLEND_INV_SRC1_COLOR:
      return 1 - second_source[i];
   case D3D12_BLEND_SRC1_ALPHA:
      return second_source[3];
   case D3D12_BLEND_INV_SRC1_ALPHA:
      return 1 - second_source[3];
   default:
      return 1;
   }
}

static float
reference_blend(const struct blend_case *c, const float *src, const float *dst,
                const float *constant, uint32_t i)
{
   D3D12_BLEND_OP op = i == 3 ? c->op_alpha : c->op;
   float s = src[i] * reference_factor(i == 3 ? c->src_alpha : c->src, src, dst, constant, i);
   float d = dst[i] * reference_factor(i == 3 ? c->dst_alpha : c->dst, src, dst, constant, i);

   switch (op) {
   case D3D12_BLEND_OP_SUBTRACT:
      return s - d;
   case D3D12_BLEND_OP_REV_SUBTRACT:
      return d - s;
   case D3D12_BLEND_OP_MIN:
      return fminf(src[i], dst[i]);
   case D3D12_BLEND_OP_MAX:
      return fmaxf(src[i], dst[i]);
   default:
      return s + d;
   }
}

static bool
is_dual(const struct blend_case *c)
{
   return c->src >= D3D12_BLEND_SRC1_COLOR || c->dst >= D3D12_BLEND_SRC1_COLOR;
}

/* A gradient, some of it out of range, blended over noise. */
static void
blend_case(const struct blend_case *c)
{
   static const float colors[3][4] = { { -0.5f, 0.0f, 1.0f, 0.0f },
                                       { 1.5f, 0.25f, 0.5f, 1.25f },
                                       { 0.5f, 1.0f, -0.25f, 0.5f } };
   static const float constant[4] = { 0.3f, 1.75f, -0.25f, 0.6f };
   struct scene *scene = scene_create(is_dual(c) ? "dual.ps" : "color.ps");
   D3D12_RENDER_TARGET_BLEND_DESC *desc = &scene->state.BlendState.RenderTarget[0];
   const struct format_info *info = format_info(c->format);
   bool fixed = info->channel[0].type == FORMAT_UNORM;
   /* Of what is stored, a step */
   double tolerance = info->srgb ? 2.5 / 255 : 1.1 / 255;
   if (info->encoding == FORMAT_R9G9B9E5)
      tolerance = 4.0 / 512;
   uint32_t bytes = info->block_bytes;
   size_t size = (size_t)SCENE_SIZE * SCENE_SIZE * bytes * c->samples;
   uint8_t *before = malloc(size);
   float factor[4];

   assert_non_null(before);
   scene_set_target(scene, 0, c->format);
   scene->state.SampleDesc.Count = c->samples;
   desc->BlendEnable = true;
   desc->SrcBlend = c->src;
   desc->DestBlend = c->dst;
   desc->BlendOp = c->op;
   desc->SrcBlendAlpha = c->src_alpha;
   desc->DestBlendAlpha = c->dst_alpha;
   desc->BlendOpAlpha = c->op_alpha;
   memcpy(scene->ctx.blend_factor, constant, sizeof(constant));
   scene_set_colors(scene, colors);
   scene->primitive.w[1] = 0.5f;
   scene->primitive.w[2] = 2.0f;
   if (fixed)
      fill_random(scene->color[0], size);
   for (size_t i = 0; !fixed && i < size / bytes; i++) {
      union format_texel texel = { .f = { i % 7 * 0.25f, i % 5 * 0.5f, i % 3 - 1.0f,
                                          i % 4 * 0.25f } };

      format_pack(c->format, &texel, scene->color[0] + i * bytes);
   }
   memcpy(before, scene->color[0], size);
   scene_build(scene);
   scene_cover(scene, cover_scattered);
   scene_draw(scene);

   for (uint32_t i = 0; i < 4; i++)
      factor[i] = fixed ? CLAMP(constant[i], 0.0f, 1.0f) : constant[i];
   for (uint32_t s = 0; s < c->samples; s++)
      for (uint32_t y = 0; y < SCENE_SIZE; y++)
         for (uint32_t x = 0; x < SCENE_SIZE; x++) {
            size_t offset = (((size_t)s * SCENE_SIZE + y) * SCENE_SIZE + x) * bytes;
            union format_texel dst, out;
            float src[4];
            uint8_t expected[16];

            memcpy(expected, before + offset, bytes);
            if (scene->covered[s][y][x]) {
               scene_color_at(scene, x + 0.5f, y + 0.5f, src);
               format_unpack(c->format, before + offset, 0, 0, &dst);
               for (uint32_t i = 0; fixed && i < 4; i++)
                  src[i] = CLAMP(src[i], 0.0f, 1.0f);
               for (uint32_t i = 0; i < 4; i++)
                  out.f[i] = reference_blend(c, src, dst.f, factor, i);
               format_pack(c->format, &out, expected);
            }
            if (!same_texel(c->format, scene->color[0] + offset, expected, tolerance))
               fail_msg("%s src %u dst %u op %u at (%u, %u) sample %u", info->name, c->src, c->dst,
                        c->op, x, y, s);
         }
   free(before);
   scene_destroy(scene);
}

static void
test_blend(void **state)
{
   struct blend_case c = {
      .format = DXGI_FORMAT_R8G8B8A8_UNORM,
      .op = D3D12_BLEND_OP_ADD,
      .op_alpha = D3D12_BLEND_OP_ADD,
      .src_alpha = D3D12_BLEND_ONE,
      .dst_alpha = D3D12_BLEND_INV_SRC_ALPHA,
      .samples = 1,
   };

   (void)state;
   for (D3D12_BLEND factor = D3D12_BLEND_ZERO; factor <= D3D12_BLEND_INV_SRC1_ALPHA; factor++) {
      if (factor == 12 || factor == 13)
         continue;
      c.format = factor % 2 ? DXGI_FORMAT_R8G8B8A8_UNORM : DXGI_FORMAT_R16G16B16A16_FLOAT;
      c.src = factor;
      c.dst = D3D12_BLEND_INV_SRC_ALPHA;
      blend_case(&c);
      c.src = D3D12_BLEND_SRC_ALPHA;
      c.dst = factor;
      blend_case(&c);
   }
   c.format = DXGI_FORMAT_B8G8R8A8_UNORM;
   for (D3D12_BLEND_OP op = D3D12_BLEND_OP_SUBTRACT; op <= D3D12_BLEND_OP_MAX; op++) {
      c.op = op;
      c.op_alpha = D3D12_BLEND_OP_MAX - op + D3D12_BLEND_OP_ADD;
      blend_case(&c);
   }
   c.samples = 4;
   c.op = D3D12_BLEND_OP_ADD;
   blend_case(&c);
   c.format = DXGI_FORMAT_R8G8B8A8_UNORM_SRGB;
   c.samples = 1;
   c.dst = D3D12_BLEND_INV_SRC_ALPHA;
   blend_case(&c);
   c.format = DXGI_FORMAT_R9G9B9E5_SHAREDEXP;
   blend_case(&c);
}

/* Two targets of one shader, blended on their own; layers; a null view in between. */
static void
test_targets(void **state)
{
   static const float colors[3][4] = { { 1, 0.5f, 0.25f, 1 },
                                       { 1, 0.5f, 0.25f, 1 },
                                       { 1, 0.5f, 0.25f, 1 } };
   struct scene *scene = scene_create("dual.ps");
   D3D12_RENDER_TARGET_BLEND_DESC *blend = &scene->state.BlendState.RenderTarget[1];

   (void)state;
   scene->state.BlendState.IndependentBlendEnable = true;
   blend->BlendEnable = true;
   blend->SrcBlend = blend->DestBlend = D3D12_BLEND_ONE;
   blend->RenderTargetWriteMask = D3D12_COLOR_WRITE_ENABLE_RED;
   scene_set_target(scene, 0, DXGI_FORMAT_B8G8R8A8_UNORM);
   scene_set_target(scene, 1, DXGI_FORMAT_R32_FLOAT);
   scene_set_colors(scene, colors);
   scene->ctx.target[0].layer_stride = scene->ctx.target[1].layer_stride =
      SCENE_SIZE * SCENE_SIZE * 4;
   scene->primitive.layer = 3;
   scene_build(scene);
   scene_cover(scene, cover_scattered);
   scene_draw(scene);
   scene_draw(scene);
   scene->ctx.target[0].base = NULL;
   scene_draw(scene);
   for (uint32_t layer = 0; layer < 5; layer++)
      for (uint32_t y = 0; y < SCENE_SIZE; y++)
         for (uint32_t x = 0; x < SCENE_SIZE; x++) {
            bool drawn = layer == 3 && scene->covered[0][y][x];
            uint32_t first;
            float second;

            memcpy(&first, scene_pixel(scene->color[0], 4, x, y, layer), 4);
            memcpy(&second, scene_pixel(scene->color[1], 4, x, y, layer), 4);
            assert_int_equal(first, drawn ? 0xffff8040 : 0);
            assert_near(second, drawn ? 3 * 0.75 : 0);
         }
   scene_destroy(scene);
}

static void
test_alpha_to_coverage(void **state)
{
   static const float colors[3][4] = { { 1, 1, 1, 0 }, { 1, 1, 1, 1 }, { 1, 1, 1, 0 } };
   struct scene *scene = scene_create("color.ps");

   (void)state;
   scene->state.SampleDesc.Count = 4;
   scene->state.BlendState.AlphaToCoverageEnable = true;
   scene_set_target(scene, 0, DXGI_FORMAT_R8_UNORM);
   scene_set_colors(scene, colors);
   scene_build(scene);
   scene_cover(scene, cover_all);
   scene_draw(scene);
   for (uint32_t y = 0; y < SCENE_SIZE; y++)
      for (uint32_t x = 0; x < SCENE_SIZE; x++) {
         uint32_t count = 0;

         for (uint32_t s = 0; s < 4; s++)
            count += *scene_pixel(scene->color[0], 1, x, y, s) == 255;
         assert_in_range(count, (x + 0.5) / SCENE_SIZE * 4 - 0.51,
                         (x + 0.5) / SCENE_SIZE * 4 + 0.51);
      }
   scene_destroy(scene);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_depth),      cmocka_unit_test(test_stencil),
      cmocka_unit_test(test_null_depth), cmocka_unit_test(test_sample_mask),
      cmocka_unit_test(test_opaque),     cmocka_unit_test(test_shared_exponent_mask),
      cmocka_unit_test(test_blend),      cmocka_unit_test(test_targets),
      cmocka_unit_test(test_alpha_to_coverage),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
