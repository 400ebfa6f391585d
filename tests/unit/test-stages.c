/*
 * The stages around shaders: pipelines are built from small shaders and run on hand-made vertices,
 * primitives and coverage; what they write is compared with what plain C says.
 */
#include "jit/pipeline.h"
#include "layout/sample_positions.h"
#include "util/bits.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIZE 32 /* of the targets, in pixels */
#define MAX_SAMPLES 16
#define MAX_REGISTERS 8

/* ---- Shaders ---- */

static struct dxil_module *
load_shader(const char *name)
{
   struct dxil_module *module;
   char path[4096], message[128];
   static char bytes[1 << 20];
   FILE *file;
   size_t size;

   snprintf(path, sizeof(path), "%s/%s.dxil", TEST_SHADERS_DIR, name);
   file = fopen(path, "rb");
   assert_non_null(file);
   size = fread(bytes, 1, sizeof(bytes), file);
   fclose(file);
   if (dxil_module_create(bytes, size, &module, message) != 0)
      fail_msg("%s: %s", name, message);
   return module;
}

/* ---- Scenes: a pipeline and all that it draws to ---- */

struct scene {
   D3D12_GRAPHICS_PIPELINE_STATE_DESC state;
   struct root_signature root;
   struct dxil_module *vs, *ps;
   struct jit_graphics *pipeline;
   struct shader_bindings bindings;
   uint32_t kill;
   struct pixel_ctx ctx;
   struct pixel_counters counters;
   uint8_t *color[2], *depth, *stencil; /* samples × SIZE × SIZE, 16 bytes a pixel at most */
   struct {
      _Alignas(16) struct vertex header;
      float reg[MAX_REGISTERS][4];
   } vertices[3];
   struct primitive primitive;
   bool covered[MAX_SAMPLES][SIZE][SIZE];
};

static uint32_t
scene_samples(const struct scene *scene)
{
   return scene->state.SampleDesc.Count;
}

static struct scene *
scene_create(const char *ps)
{
   struct scene *scene = calloc(1, sizeof(*scene));
   D3D12_RENDER_TARGET_BLEND_DESC *blend;

   assert_non_null(scene);
   scene->vs = load_shader("position-color.vs");
   scene->ps = ps ? load_shader(ps) : NULL;
   static const D3D12_INPUT_ELEMENT_DESC inputs[] = {
      {"TEXCOORD", 0, DXGI_FORMAT_R32G32B32A32_FLOAT, 0, 0,
       D3D12_INPUT_CLASSIFICATION_PER_VERTEX_DATA, 0},
      {"texcoord", 1, DXGI_FORMAT_R8G8B8A8_UNORM, 1, D3D12_APPEND_ALIGNED_ELEMENT,
       D3D12_INPUT_CLASSIFICATION_PER_INSTANCE_DATA, 2},
   };
   scene->state.InputLayout.pInputElementDescs = inputs;
   scene->state.InputLayout.NumElements = ARRAY_LENGTH(inputs);
   scene->state.SampleDesc.Count = 1;
   scene->state.SampleMask = UINT32_MAX;
   scene->state.RasterizerState.DepthClipEnable = true;
   for (uint32_t i = 0; i < 8; i++) {
      blend = &scene->state.BlendState.RenderTarget[i];
      blend->SrcBlend = blend->SrcBlendAlpha = D3D12_BLEND_ONE;
      blend->DestBlend = blend->DestBlendAlpha = D3D12_BLEND_ZERO;
      blend->BlendOp = blend->BlendOpAlpha = D3D12_BLEND_OP_ADD;
      blend->RenderTargetWriteMask = 0xf;
   }
   scene->state.DepthStencilState.StencilReadMask = 0xff;
   scene->state.DepthStencilState.StencilWriteMask = 0xff;
   scene->state.DepthStencilState.DepthWriteMask = D3D12_DEPTH_WRITE_MASK_ALL;

   size_t plane = (size_t)SIZE * SIZE * 16 * MAX_SAMPLES;
   scene->color[0] = calloc(1, plane);
   scene->color[1] = calloc(1, plane);
   scene->depth = calloc(1, plane);
   scene->stencil = calloc(1, plane);
   scene->bindings.kill = &scene->kill;
   scene->ctx.bindings = &scene->bindings;
   for (uint32_t i = 0; i < JIT_MAX_VIEWPORTS; i++)
      scene->ctx.depth_max[i] = 1.0f;

   /* A primitive whose weights are b1 = x / SIZE, b2 = y / SIZE. */
   scene->primitive = (struct primitive){
      .b1_dx = 1.0f / SIZE,
      .b2_dy = 1.0f / SIZE,
      .z0 = 0.5f,
      .w = {1, 1, 1},
      .front = 1,
      .primitive_id = 42,
   };
   for (uint32_t i = 0; i < 3; i++)
      scene->primitive.v[i] = &scene->vertices[i].header;
   scene->primitive.flat = scene->primitive.v;
   return scene;
}

static void
scene_destroy(struct scene *scene)
{
   jit_graphics_destroy(scene->pipeline);
   dxil_module_destroy(scene->vs);
   dxil_module_destroy(scene->ps);
   free(scene->color[0]);
   free(scene->color[1]);
   free(scene->depth);
   free(scene->stencil);
   free(scene);
}

static struct pixel_target
target(uint8_t *base, uint32_t bytes)
{
   return (struct pixel_target){
      .base = base,
      .row_pitch = SIZE * bytes,
      .layer_stride = 0,
      .sample_stride = (uint64_t)SIZE * SIZE * bytes,
   };
}

static void
set_target(struct scene *scene, uint32_t index, DXGI_FORMAT format)
{
   scene->state.RTVFormats[index] = format;
   scene->state.NumRenderTargets = MAX2(scene->state.NumRenderTargets, index + 1);
   scene->ctx.target[index] = target(scene->color[index], format_info(format)->block_bytes);
}

static void
set_depth(struct scene *scene, DXGI_FORMAT format)
{
   scene->state.DSVFormat = format;
   scene->ctx.depth = target(scene->depth, format == DXGI_FORMAT_D16_UNORM ? 2 : 4);
   scene->ctx.stencil = target(scene->stencil, 1);
}

static void
scene_build(struct scene *scene)
{
   struct jit_graphics_desc desc = {
      .vs = scene->vs,
      .ps = scene->ps,
      .root = &scene->root,
      .state = &scene->state,
   };

   jit_graphics_destroy(scene->pipeline);
   assert_int_equal(jit_graphics_create(&desc, &scene->pipeline), S_OK);
   assert_int_equal(scene->pipeline->samples, scene_samples(scene));
}

static void
scene_cover(struct scene *scene, bool (*covers)(uint32_t x, uint32_t y, uint32_t sample))
{
   for (uint32_t s = 0; s < scene_samples(scene); s++)
      for (uint32_t y = 0; y < SIZE; y++)
         for (uint32_t x = 0; x < SIZE; x++)
            scene->covered[s][y][x] = covers(x, y, s);
}

static void
scene_draw(struct scene *scene)
{
   uint32_t samples = scene_samples(scene), count = 0;
   size_t pitch = coverage_size(samples);
   uint8_t *blocks = calloc(SIZE * SIZE / 64, pitch);

   assert_non_null(blocks);
   scene->ctx.num_samples = samples;
   for (uint32_t by = 0; by < SIZE; by += 8)
      for (uint32_t bx = 0; bx < SIZE; bx += 8) {
         struct coverage *block = (struct coverage *)(blocks + count++ * pitch);

         block->x = bx;
         block->y = by;
         block->full = 1;
         for (uint32_t s = 0; s < samples; s++) {
            for (uint32_t i = 0; i < 64; i++)
               if (scene->covered[s][by + i / 8][bx + i % 8])
                  block->mask[s] |= UINT64_C(1) << i;
            block->full &= block->mask[s] == UINT64_MAX;
         }
      }
   scene->counters = (struct pixel_counters){0};
   scene->pipeline->pixel(&scene->ctx, &scene->primitive, (struct coverage *)blocks, count,
                          &scene->counters);
   free(blocks);
}

static uint8_t *
pixel(struct scene *scene, uint8_t *base, uint32_t bytes, uint32_t x, uint32_t y, uint32_t sample)
{
   (void)scene;
   return base + ((size_t)sample * SIZE * SIZE + y * SIZE + x) * bytes;
}

static bool
everything(uint32_t x, uint32_t y, uint32_t sample)
{
   (void)x, (void)y, (void)sample;
   return true;
}

/* Irregular: full groups, empty ones, single pixels. */
static bool
scattered(uint32_t x, uint32_t y, uint32_t sample)
{
   uint32_t hash = (x * 0x9e3779b1u) ^ (y * 0x85ebca77u) ^ (sample * 0xc2b2ae3du);

   if (y < 8)
      return x < 16;
   return x > 24 || ((hash >> 16) % 3 == 0 && y < 24);
}

static uint32_t
count_covered(const struct scene *scene)
{
   uint32_t count = 0;

   for (uint32_t s = 0; s < scene_samples(scene); s++)
      for (uint32_t y = 0; y < SIZE; y++)
         for (uint32_t x = 0; x < SIZE; x++)
            count += scene->covered[s][y][x];
   return count;
}

/* ---- Depth and stencil ---- */

/* Depth runs along x; the buffer holds a depth in the middle. */
static void
depth_case(DXGI_FORMAT format, D3D12_COMPARISON_FUNC func, uint32_t samples)
{
   struct scene *scene = scene_create(NULL);
   uint32_t bytes = format == DXGI_FORMAT_D16_UNORM ? 2 : 4;
   uint32_t steps = format == DXGI_FORMAT_D16_UNORM ? 0xffff : 0xffffff;
   bool is_float =
      format == DXGI_FORMAT_D32_FLOAT || format == DXGI_FORMAT_D32_FLOAT_S8X24_UINT;
   const struct sample_position *positions = sample_positions(samples);
   uint32_t passed = 0;
   float middle = 0.5f;
   uint32_t before = lrint(middle * (double)steps);

   if (is_float)
      memcpy(&before, &middle, 4);
   scene->state.SampleDesc.Count = samples;
   scene->state.DepthStencilState.DepthEnable = true;
   scene->state.DepthStencilState.DepthFunc = func;
   set_depth(scene, format);
   scene->primitive.x0 = 3;
   scene->primitive.y0 = 5;
   scene->primitive.z0 = 0.25f;
   scene->primitive.z_dx = 1.0f / 32;
   scene->primitive.z_dy = 1.0f / 1024;
   scene->ctx.depth_min[0] = 0.3f;
   scene->ctx.depth_max[0] = 0.9f;
   scene_build(scene);
   assert_true(scene->pipeline->early_depth);
   scene_cover(scene, scattered);
   for (uint32_t i = 0; i < SIZE * SIZE * samples; i++)
      memcpy(scene->depth + i * bytes, &before, bytes);
   scene_draw(scene);

   for (uint32_t s = 0; s < samples; s++)
      for (uint32_t y = 0; y < SIZE; y++)
         for (uint32_t x = 0; x < SIZE; x++) {
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
            memcpy(&now, pixel(scene, scene->depth, bytes, x, y, s), bytes);
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
   static const uint8_t values[] = {0, 1, 2, 0x5a, 0x80, 0xfe, 0xff};
   struct scene *scene = scene_create(NULL);
   D3D12_DEPTH_STENCIL_DESC *desc = &scene->state.DepthStencilState;
   D3D12_DEPTH_STENCILOP_DESC ops = {fail, depth_fail, pass, D3D12_COMPARISON_FUNC_LESS_EQUAL};
   uint8_t reference = 0x12;

   desc->DepthEnable = true;
   desc->DepthFunc = D3D12_COMPARISON_FUNC_LESS;
   desc->StencilEnable = true;
   desc->StencilReadMask = 0x7f;
   desc->StencilWriteMask = 0xf3;
   *(front ? &desc->FrontFace : &desc->BackFace) = ops;
   *(front ? &desc->BackFace : &desc->FrontFace) = (D3D12_DEPTH_STENCILOP_DESC){
      D3D12_STENCIL_OP_ZERO, D3D12_STENCIL_OP_ZERO, D3D12_STENCIL_OP_ZERO,
      D3D12_COMPARISON_FUNC_NEVER};
   set_depth(scene, DXGI_FORMAT_D32_FLOAT_S8X24_UINT);
   scene->ctx.stencil_ref[front ? 0 : 1] = reference;
   scene->ctx.stencil_ref[front ? 1 : 0] = 0x77;
   scene->primitive.front = front;
   scene->primitive.z0 = 0;
   scene->primitive.z_dy = 1.0f / SIZE;
   scene_build(scene);
   scene_cover(scene, scattered);
   for (uint32_t i = 0; i < SIZE * SIZE; i++) {
      float z = 0.5f;

      memcpy(scene->depth + i * 4, &z, 4);
      scene->stencil[i] = values[i % SIZE % ARRAY_LENGTH(values)];
   }
   scene_draw(scene);

   for (uint32_t y = 0; y < SIZE; y++)
      for (uint32_t x = 0; x < SIZE; x++) {
         uint8_t old = values[x % ARRAY_LENGTH(values)], expected;
         bool stencil_passes = (reference & 0x7f) <= (old & 0x7f);
         bool depth_passes = y < SIZE / 2;

         expected = stencil_op(!stencil_passes ? fail : !depth_passes ? depth_fail : pass, old,
                               reference);
         expected = (old & ~0xf3) | (expected & 0xf3);
         if (!scene->covered[0][y][x])
            expected = old;
         assert_int_equal(*pixel(scene, scene->stencil, 1, x, y, 0), expected);
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
   set_depth(scene, DXGI_FORMAT_D32_FLOAT);
   scene->ctx.depth.base = NULL;
   scene_build(scene);
   scene_cover(scene, scattered);
   scene_draw(scene);
   assert_int_equal(scene->counters.samples_passed, count_covered(scene));
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
   scene_cover(scene, everything);
   scene_draw(scene);
   assert_int_equal(scene->counters.samples_passed, SIZE * SIZE * 2);
   scene_destroy(scene);
}

/* ---- Colour ---- */

/* Gives the vertices TEXCOORD0 values, in register 1. */
static void
set_colors(struct scene *scene, const float colors[3][4])
{
   for (uint32_t i = 0; i < 3; i++)
      memcpy(scene->vertices[i].reg[1], colors[i], 16);
}

/* The colour at a position, by the weights of scene_create. */
static void
color_at(const struct scene *scene, float x, float y, float color[4])
{
   const struct primitive *p = &scene->primitive;
   double b1 = x / SIZE, b2 = y / SIZE, b0 = 1 - b1 - b2;
   double sum = b0 * p->w[0] + b1 * p->w[1] + b2 * p->w[2];
   double p1 = b1 * p->w[1] / sum, p2 = b2 * p->w[2] / sum;

   for (uint32_t i = 0; i < 4; i++) {
      double a0 = scene->vertices[0].reg[1][i], a1 = scene->vertices[1].reg[1][i];
      double a2 = scene->vertices[2].reg[1][i];

      color[i] = a0 + p1 * (a1 - a0) + p2 * (a2 - a0);
   }
}

static void
fill_random(uint8_t *data, size_t size)
{
   uint32_t random = 1;

   for (size_t i = 0; i < size; i++) {
      random = random * 1664525 + 1013904223;
      data[i] = random >> 24;
   }
}

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
   static const union format_texel color = {.f = {0.25f, 0.5f, 0.75f, 1.0f}};
   struct scene *scene = scene_create("solid.ps");
   const struct format_info *info = format_info(format);
   uint32_t bytes = info->block_bytes;
   uint8_t *before = malloc(SIZE * SIZE * bytes), expected[16];

   assert_non_null(before);
   set_target(scene, 0, format);
   scene->state.BlendState.RenderTarget[0].RenderTargetWriteMask = write_mask;
   scene->state.BlendState.RenderTarget[0].LogicOpEnable = logic;
   scene->state.BlendState.RenderTarget[0].LogicOp = D3D12_LOGIC_OP_XOR;
   fill_random(scene->color[0], SIZE * SIZE * bytes);
   memcpy(before, scene->color[0], SIZE * SIZE * bytes);
   scene_build(scene);
   scene_cover(scene, scattered);
   scene_draw(scene);
   for (uint32_t y = 0; y < SIZE; y++)
      for (uint32_t x = 0; x < SIZE; x++) {
         const uint8_t *old = before + (y * SIZE + x) * bytes;
         const uint8_t *now = pixel(scene, scene->color[0], bytes, x, y, 0);

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
   assert_int_equal(scene->counters.samples_passed, count_covered(scene));
   assert_int_equal(scene->counters.invocations, count_covered(scene));
   free(before);
   scene_destroy(scene);
}

static void
test_opaque(void **state)
{
   static const DXGI_FORMAT formats[] = {
      DXGI_FORMAT_R8G8B8A8_UNORM,     DXGI_FORMAT_B8G8R8A8_UNORM,
      DXGI_FORMAT_R8_UNORM,           DXGI_FORMAT_R8G8_SNORM,
      DXGI_FORMAT_R16_FLOAT,          DXGI_FORMAT_B5G6R5_UNORM,
      DXGI_FORMAT_R16G16B16A16_FLOAT, DXGI_FORMAT_R32G32B32A32_FLOAT,
      DXGI_FORMAT_R32G32_FLOAT,       DXGI_FORMAT_R32_FLOAT,
      DXGI_FORMAT_R10G10B10A2_UNORM,  DXGI_FORMAT_R11G11B10_FLOAT,
   };

   (void)state;
   for (uint32_t i = 0; i < ARRAY_LENGTH(formats); i++) {
      opaque_case(formats[i], 0xf, false);
      if (formats[i] != DXGI_FORMAT_R11G11B10_FLOAT)
         opaque_case(formats[i], 0x1 << i % 3 | 0x8, false);
   }
   opaque_case(DXGI_FORMAT_R8G8B8A8_UNORM, 0xf, true);
   opaque_case(DXGI_FORMAT_R8G8B8A8_UNORM, 0x5, true);
}

struct blend_case {
   DXGI_FORMAT format;
   D3D12_BLEND src, dst;
   D3D12_BLEND_OP op;
   D3D12_BLEND src_alpha, dst_alpha;
   D3D12_BLEND_OP op_alpha;
   uint32_t samples;
};

static const float second_source[4] = {0.75f, 0.25f, 0.5f, 0.625f};

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
   static const float colors[3][4] = {
      {-0.5f, 0.0f, 1.0f, 0.0f}, {1.5f, 0.25f, 0.5f, 1.25f}, {0.5f, 1.0f, -0.25f, 0.5f}};
   static const float constant[4] = {0.3f, 1.75f, -0.25f, 0.6f};
   struct scene *scene = scene_create(is_dual(c) ? "dual.ps" : "color.ps");
   D3D12_RENDER_TARGET_BLEND_DESC *desc = &scene->state.BlendState.RenderTarget[0];
   const struct format_info *info = format_info(c->format);
   bool fixed = info->channel[0].type == FORMAT_UNORM;
   uint32_t bytes = info->block_bytes;
   size_t size = (size_t)SIZE * SIZE * bytes * c->samples;
   uint8_t *before = malloc(size);
   float factor[4];

   assert_non_null(before);
   set_target(scene, 0, c->format);
   scene->state.SampleDesc.Count = c->samples;
   desc->BlendEnable = true;
   desc->SrcBlend = c->src;
   desc->DestBlend = c->dst;
   desc->BlendOp = c->op;
   desc->SrcBlendAlpha = c->src_alpha;
   desc->DestBlendAlpha = c->dst_alpha;
   desc->BlendOpAlpha = c->op_alpha;
   memcpy(scene->ctx.blend_factor, constant, sizeof(constant));
   set_colors(scene, colors);
   scene->primitive.w[1] = 0.5f;
   scene->primitive.w[2] = 2.0f;
   if (fixed)
      fill_random(scene->color[0], size);
   for (size_t i = 0; !fixed && i < size / bytes; i++) {
      union format_texel texel = {.f = {i % 7 * 0.25f, i % 5 * 0.5f, i % 3 - 1.0f, i % 4 * 0.25f}};

      format_pack(c->format, &texel, scene->color[0] + i * bytes);
   }
   memcpy(before, scene->color[0], size);
   scene_build(scene);
   scene_cover(scene, scattered);
   scene_draw(scene);

   for (uint32_t i = 0; i < 4; i++)
      factor[i] = fixed ? CLAMP(constant[i], 0.0f, 1.0f) : constant[i];
   for (uint32_t s = 0; s < c->samples; s++)
      for (uint32_t y = 0; y < SIZE; y++)
         for (uint32_t x = 0; x < SIZE; x++) {
            size_t offset = (((size_t)s * SIZE + y) * SIZE + x) * bytes;
            union format_texel dst, out;
            float src[4];
            uint8_t expected[16];

            memcpy(expected, before + offset, bytes);
            if (scene->covered[s][y][x]) {
               color_at(scene, x + 0.5f, y + 0.5f, src);
               format_unpack(c->format, before + offset, 0, 0, &dst);
               for (uint32_t i = 0; fixed && i < 4; i++)
                  src[i] = CLAMP(src[i], 0.0f, 1.0f);
               for (uint32_t i = 0; i < 4; i++)
                  out.f[i] = reference_blend(c, src, dst.f, factor, i);
               format_pack(c->format, &out, expected);
            }
            if (!same_texel(c->format, scene->color[0] + offset, expected, info->srgb ? 2.5 / 255 : 1.1 / 255))
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
}

/* ---- What the pixel shader sees and says ---- */

static bool
near(double a, double b)
{
   return fabs(a - b) <= 1e-4 * fmax(1, fabs(b));
}

#define assert_near(a, b)                                                                          \
   do {                                                                                            \
      if (!near(a, b))                                                                             \
         fail_msg("%s is %f, not %f, at (%u, %u)", #a, (double)(a), (double)(b), x, y);            \
   } while (0)

/* Where an attribute at the centroid is taken (D3D11.3 3.5.5). */
static struct sample_position
centroid(const struct scene *scene, uint32_t x, uint32_t y)
{
   uint32_t samples = scene_samples(scene), first = samples;
   bool all = true;

   for (uint32_t s = samples; s-- > 0;) {
      all = all && scene->covered[s][y][x];
      if (scene->covered[s][y][x])
         first = s;
   }
   return all || first == samples ? (struct sample_position){0, 0}
                                  : sample_positions(samples)[first];
}

static void
inputs_case(uint32_t samples, bool front)
{
   static const float colors[3][4] = {{1, 0, 0, 0}, {3, 0, 0, 0}, {-2, 0, 0, 0}};
   struct scene *scene = scene_create("inputs.ps");
   struct primitive *p = &scene->primitive;
   uint8_t *extra = calloc(SIZE * SIZE * MAX_SAMPLES, 16);
   uint32_t seven = 7;

   assert_non_null(extra);
   scene->state.SampleDesc.Count = samples;
   set_target(scene, 0, DXGI_FORMAT_R32G32B32A32_FLOAT);
   set_target(scene, 1, DXGI_FORMAT_R32G32B32A32_UINT);
   scene->state.RTVFormats[2] = DXGI_FORMAT_R32G32B32A32_FLOAT;
   scene->state.NumRenderTargets = 3;
   scene->ctx.target[2] = target(extra, 16);
   set_colors(scene, colors);
   struct vertex *flat = calloc(1, sizeof(scene->vertices[0]));
   memcpy(flat->reg[1], &seven, 4);
   p->flat = (const struct vertex *[]){flat, flat, flat};
   p->front = front;
   p->w[0] = 1.0f;
   p->w[1] = 0.75f;
   p->w[2] = 0.5f;
   p->z_dx = 0.125f;
   scene_build(scene);
   assert_false(scene->pipeline->sample_rate);
   assert_int_equal(scene->pipeline->ps_inputs, 1 << 1);
   assert_int_equal(scene->pipeline->ps_noperspective, 1 << 1);
   scene_cover(scene, scattered);
   scene_draw(scene);

   for (uint32_t y = 0; y < SIZE; y++)
      for (uint32_t x = 0; x < SIZE; x++) {
         double cx = x + 0.5, cy = y + 0.5;
         struct sample_position at = centroid(scene, x, y);
         uint32_t covered = 0;

         for (uint32_t s = 0; s < samples; s++)
            covered |= (uint32_t)scene->covered[s][y][x] << s;
         for (uint32_t s = 0; s < samples; s++) {
            float position[4], values[4], color[4];
            uint32_t integers[4];

            if (!scene->covered[s][y][x])
               continue;
            memcpy(position, pixel(scene, scene->color[0], 16, x, y, s), 16);
            memcpy(integers, pixel(scene, scene->color[1], 16, x, y, s), 16);
            memcpy(values, pixel(scene, extra, 16, x, y, s), 16);
            assert_near(position[0], cx);
            assert_near(position[1], cy);
            assert_near(position[2], 0.5 + cx * 0.125);
            assert_near(position[3], 1 / (1 - 0.25 * cx / SIZE - 0.5 * cy / SIZE));
            assert_int_equal(integers[0], front ? UINT32_MAX : 0);
            assert_int_equal(integers[1], 42);
            assert_int_equal(integers[2], covered);
            assert_int_equal(integers[3], 7);
            color_at(scene, cx + at.x / 16.0, cy + at.y / 16.0, color);
            assert_near(values[0], color[0]);
            assert_near(values[1], 1 + 2 * cx / SIZE - 3 * cy / SIZE);
            color_at(scene, cx, cy, color);
            assert_near(values[2], color[0]);
            color_at(scene, cx + 0.25, cy, color);
            assert_near(values[3], color[0]);
         }
      }
   free(flat);
   free(extra);
   scene_destroy(scene);
}

static void
test_inputs(void **state)
{
   (void)state;
   inputs_case(1, true);
   inputs_case(1, false);
   inputs_case(4, true);
   inputs_case(8, false);
}

static void
test_sample_rate(void **state)
{
   static const float colors[3][4] = {{1, 0, 0, 0}, {3, 0, 0, 0}, {-2, 0, 0, 0}};
   struct scene *scene = scene_create("samples.ps");
   const struct sample_position *positions = sample_positions(4);

   (void)state;
   scene->state.SampleDesc.Count = 4;
   set_target(scene, 0, DXGI_FORMAT_R32G32B32A32_FLOAT);
   set_colors(scene, colors);
   scene->primitive.w[1] = 0.5f;
   scene_build(scene);
   assert_true(scene->pipeline->sample_rate);
   scene_cover(scene, scattered);
   scene_draw(scene);
   for (uint32_t s = 0; s < 4; s++)
      for (uint32_t y = 0; y < SIZE; y++)
         for (uint32_t x = 0; x < SIZE; x++) {
            double sx = x + 0.5 + positions[s].x / 16.0, sy = y + 0.5 + positions[s].y / 16.0;
            float values[4], color[4];

            memcpy(values, pixel(scene, scene->color[0], 16, x, y, s), 16);
            if (!scene->covered[s][y][x]) {
               assert_near(values[0], 0);
               continue;
            }
            color_at(scene, sx, sy, color);
            assert_near(values[0], sx);
            assert_near(values[1], sy);
            assert_near(values[2], s);
            assert_near(values[3], color[0]);
         }
   assert_int_equal(scene->counters.invocations, count_covered(scene));
   scene_destroy(scene);
}

/* SV_Depth, SV_Coverage and SV_StencilRef decide. */
static void
test_outputs(void **state)
{
   static const float colors[3][4] = {{0, 5, 3, 0}, {1, 5, 3 + 32, 0}, {0, 5 + 8, 3, 0}};
   struct scene *scene = scene_create("outputs.ps");
   D3D12_DEPTH_STENCIL_DESC *desc = &scene->state.DepthStencilState;
   uint32_t passed = 0;

   (void)state;
   scene->state.SampleDesc.Count = 4;
   desc->DepthEnable = true;
   desc->DepthFunc = D3D12_COMPARISON_FUNC_LESS;
   desc->StencilEnable = true;
   desc->FrontFace = desc->BackFace =
      (D3D12_DEPTH_STENCILOP_DESC){D3D12_STENCIL_OP_KEEP, D3D12_STENCIL_OP_KEEP,
                                   D3D12_STENCIL_OP_REPLACE, D3D12_COMPARISON_FUNC_ALWAYS};
   set_depth(scene, DXGI_FORMAT_D32_FLOAT_S8X24_UINT);
   set_target(scene, 0, DXGI_FORMAT_R8_UNORM);
   set_colors(scene, colors);
   for (uint32_t i = 0; i < SIZE * SIZE * 4; i++) {
      float z = 0.5f;

      memcpy(scene->depth + i * 4, &z, 4);
   }
   scene_build(scene);
   assert_false(scene->pipeline->early_depth);
   scene_cover(scene, scattered);
   scene_draw(scene);
   for (uint32_t s = 0; s < 4; s++)
      for (uint32_t y = 0; y < SIZE; y++)
         for (uint32_t x = 0; x < SIZE; x++) {
            float color[4], z;
            bool pass = scene->covered[s][y][x];

            color_at(scene, x + 0.5f, y + 0.5f, color);
            pass = pass && color[0] < 0.5f && (uint32_t)color[1] >> s & 1;
            passed += pass;
            memcpy(&z, pixel(scene, scene->depth, 4, x, y, s), 4);
            assert_near(z, pass ? color[0] : 0.5f);
            assert_int_equal(*pixel(scene, scene->color[0], 1, x, y, s), pass ? 255 : 0);
            assert_int_equal(*pixel(scene, scene->stencil, 1, x, y, s),
                             pass ? (uint32_t)color[2] : 0);
         }
   assert_int_equal(scene->counters.samples_passed, passed);
   scene_destroy(scene);
}

/* Discarded pixels leave no trace; with a depth test, hidden ones are not even shaded. */
static void
test_discard(void **state)
{
   struct scene *scene = scene_create("discard.ps");
   uint32_t passed = 0, shaded = 0;

   (void)state;
   scene->state.DepthStencilState.DepthEnable = true;
   scene->state.DepthStencilState.DepthFunc = D3D12_COMPARISON_FUNC_GREATER;
   set_depth(scene, DXGI_FORMAT_D32_FLOAT);
   set_target(scene, 0, DXGI_FORMAT_R8G8B8A8_UNORM);
   for (uint32_t y = SIZE / 2; y < SIZE; y++)
      for (uint32_t x = 0; x < SIZE; x++) {
         float z = 0.75f;

         memcpy(pixel(scene, scene->depth, 4, x, y, 0), &z, 4);
      }
   scene_build(scene);
   scene_cover(scene, everything);
   scene_draw(scene);
   for (uint32_t y = 0; y < SIZE; y++)
      for (uint32_t x = 0; x < SIZE; x++) {
         bool visible = y < SIZE / 2, kept = visible && (x + y) % 2 == 0;
         uint32_t color;
         float z;

         memcpy(&color, pixel(scene, scene->color[0], 4, x, y, 0), 4);
         memcpy(&z, pixel(scene, scene->depth, 4, x, y, 0), 4);
         assert_int_equal(color, kept ? UINT32_MAX : 0);
         assert_near(z, kept ? 0.5 : visible ? 0 : 0.75);
         passed += kept;
         shaded += visible;
      }
   assert_int_equal(scene->counters.samples_passed, passed);
   assert_int_equal(scene->counters.invocations, shaded);
   scene_destroy(scene);
}

static void
test_alpha_to_coverage(void **state)
{
   static const float colors[3][4] = {{1, 1, 1, 0}, {1, 1, 1, 1}, {1, 1, 1, 0}};
   struct scene *scene = scene_create("color.ps");

   (void)state;
   scene->state.SampleDesc.Count = 4;
   scene->state.BlendState.AlphaToCoverageEnable = true;
   set_target(scene, 0, DXGI_FORMAT_R8_UNORM);
   set_colors(scene, colors);
   scene_build(scene);
   scene_cover(scene, everything);
   scene_draw(scene);
   for (uint32_t y = 0; y < SIZE; y++)
      for (uint32_t x = 0; x < SIZE; x++) {
         uint32_t count = 0;

         for (uint32_t s = 0; s < 4; s++)
            count += *pixel(scene, scene->color[0], 1, x, y, s) == 255;
         assert_in_range(count, (x + 0.5) / SIZE * 4 - 0.51, (x + 0.5) / SIZE * 4 + 0.51);
      }
   scene_destroy(scene);
}

/* Two targets of one shader, blended on their own; layers; a null view in between. */
static void
test_targets(void **state)
{
   static const float colors[3][4] = {{1, 0.5f, 0.25f, 1}, {1, 0.5f, 0.25f, 1}, {1, 0.5f, 0.25f, 1}};
   struct scene *scene = scene_create("dual.ps");
   D3D12_RENDER_TARGET_BLEND_DESC *blend = &scene->state.BlendState.RenderTarget[1];

   (void)state;
   scene->state.BlendState.IndependentBlendEnable = true;
   blend->BlendEnable = true;
   blend->SrcBlend = blend->DestBlend = D3D12_BLEND_ONE;
   blend->RenderTargetWriteMask = D3D12_COLOR_WRITE_ENABLE_RED;
   set_target(scene, 0, DXGI_FORMAT_B8G8R8A8_UNORM);
   set_target(scene, 1, DXGI_FORMAT_R32_FLOAT);
   set_colors(scene, colors);
   scene->ctx.target[0].layer_stride = scene->ctx.target[1].layer_stride = SIZE * SIZE * 4;
   scene->primitive.layer = 3;
   scene_build(scene);
   scene_cover(scene, scattered);
   scene_draw(scene);
   scene_draw(scene);
   scene->ctx.target[0].base = NULL;
   scene_draw(scene);
   for (uint32_t layer = 0; layer < 5; layer++)
      for (uint32_t y = 0; y < SIZE; y++)
         for (uint32_t x = 0; x < SIZE; x++) {
            bool drawn = layer == 3 && scene->covered[0][y][x];
            uint32_t first;
            float second;

            memcpy(&first, pixel(scene, scene->color[0], 4, x, y, layer), 4);
            memcpy(&second, pixel(scene, scene->color[1], 4, x, y, layer), 4);
            assert_int_equal(first, drawn ? 0xffff8040 : 0);
            assert_near(second, drawn ? 3 * 0.75 : 0);
         }
   scene_destroy(scene);
}

/* ---- Vertices ---- */

static void
test_vertex(void **state)
{
   struct scene *scene = scene_create(NULL);
   enum { COUNT = 37, STORED = 30 };
   struct {
      float position[4];
   } positions[STORED];
   uint8_t colors[4][4];
   uint32_t ids[COUNT];
   size_t size = vertex_size(2);
   uint8_t *out = aligned_alloc(64, (COUNT + JIT_MAX_LANES) * size);
   struct vertex_ctx ctx = {
      .bindings = &scene->bindings,
      .buffers[0] = {(uint8_t *)positions, sizeof(positions), sizeof(positions[0])},
      .buffers[1] = {colors[0], sizeof(colors), 4},
      .base_vertex = 2,
      .start_instance = 1,
      .scale = {100, -50, 0.5f},
      .translate = {100, 50, 0.25f},
      .guard = {4, 8},
   };

   (void)state;
   assert_non_null(out);
   scene_build(scene);
   assert_int_equal(scene->pipeline->vertex_buffer_mask, 3);
   assert_int_equal(scene->pipeline->vs_registers, 2);
   for (uint32_t i = 0; i < STORED; i++) {
      positions[i].position[0] = i * 0.5f - 5;
      positions[i].position[1] = i - 10.0f;
      positions[i].position[2] = i * 0.125f - 0.5f;
      positions[i].position[3] = i % 8 == 7 ? -1.0f : 1 + i % 3;
   }
   fill_random(colors[0], sizeof(colors));
   for (uint32_t i = 0; i < COUNT; i++)
      ids[i] = i * 5 % COUNT;

   for (uint32_t instance = 0; instance < 8; instance++) {
      uint32_t element = 1 + instance / 2;

      scene->pipeline->vertex(&ctx, ids, COUNT, instance, (struct vertex *)out);
      for (uint32_t i = 0; i < COUNT; i++) {
         const struct vertex *v = (const struct vertex *)(out + i * size);
         static const float zero[4];
         const float *p = ids[i] + 2 < STORED ? positions[ids[i] + 2].position : zero;
         uint32_t x = i, y = instance, mask = 0;

         for (uint32_t c = 0; c < 4; c++) {
            assert_near(v->clip[c], p[c]);
            assert_near(v->reg[0][c], p[c]);
            assert_near(v->reg[1][c], element < 4 ? colors[element][c] / 255.0 : 0);
         }
         mask |= p[0] < -p[3] ? VERTEX_OUT_X_NEG : 0;
         mask |= p[0] > p[3] ? VERTEX_OUT_X_POS : 0;
         mask |= p[1] < -p[3] ? VERTEX_OUT_Y_NEG : 0;
         mask |= p[1] > p[3] ? VERTEX_OUT_Y_POS : 0;
         mask |= p[2] < 0 ? VERTEX_OUT_NEAR : 0;
         mask |= p[2] > p[3] ? VERTEX_OUT_FAR : 0;
         mask |= p[0] < -4 * p[3] ? VERTEX_OUT_GUARD_X_NEG : 0;
         mask |= p[0] > 4 * p[3] ? VERTEX_OUT_GUARD_X_POS : 0;
         mask |= p[1] < -8 * p[3] ? VERTEX_OUT_GUARD_Y_NEG : 0;
         mask |= p[1] > 8 * p[3] ? VERTEX_OUT_GUARD_Y_POS : 0;
         mask |= p[3] <= 0 ? VERTEX_OUT_W : 0;
         assert_int_equal(v->clip_mask, mask);
         assert_int_equal(v->layer, 0);
         assert_int_equal(v->viewport, 0);
         if (mask & VERTEX_OUT_W)
            continue;
         assert_near(v->screen[0], p[0] / p[3] * 100 + 100);
         assert_near(v->screen[1], p[1] / p[3] * -50 + 50);
         assert_near(v->screen[2], p[2] / p[3] * 0.5 + 0.25);
         assert_near(v->screen[3], 1 / p[3]);
      }
   }
   free(out);
   scene_destroy(scene);
}

/* An input that the layout does not have. */
static void
test_missing_input(void **state)
{
   struct scene *scene = scene_create(NULL);
   struct jit_graphics_desc desc = {
      .vs = scene->vs,
      .root = &scene->root,
      .state = &scene->state,
   };

   (void)state;
   scene->state.InputLayout.NumElements = 1;
   assert_int_equal(jit_graphics_create(&desc, &scene->pipeline), E_INVALIDARG);
   assert_null(scene->pipeline);
   scene_destroy(scene);
}

/* ---- Geometry ---- */

static void
test_geometry(void **state)
{
   enum { MAX_VERTICES = 4 };
   struct scene *scene = scene_create(NULL);
   struct dxil_module *gs = load_shader("quads.gs");
   struct jit_graphics_desc desc = {
      .vs = scene->vs,
      .gs = gs,
      .root = &scene->root,
      .state = &scene->state,
   };
   size_t size = vertex_size(2);
   uint8_t *points = aligned_alloc(64, JIT_MAX_LANES * size);
   uint8_t *out = aligned_alloc(64, JIT_MAX_LANES * MAX_VERTICES * size);
   uint16_t cuts[JIT_MAX_LANES][MAX_VERTICES];
   struct geometry_output outputs[JIT_MAX_LANES];
   const struct vertex *inputs[JIT_MAX_LANES];
   uint32_t ids[JIT_MAX_LANES];
   struct vertex_ctx vertex = {.scale = {1, 1, 1}, .guard = {1, 1}};
   struct geometry_ctx ctx = {.bindings = &scene->bindings, .vertex = &vertex};

   (void)state;
   assert_true(points && out);
   assert_int_equal(jit_graphics_create(&desc, &scene->pipeline), S_OK);
   assert_int_equal(scene->pipeline->gs_input_vertices, 1);
   assert_int_equal(scene->pipeline->gs_max_vertices, MAX_VERTICES);
   assert_int_equal(scene->pipeline->gs_instances, 2);
   for (uint32_t count = 1; count <= jit_target_get()->lanes; count++) {
      for (uint32_t i = 0; i < count; i++) {
         struct vertex *point = (struct vertex *)(points + i * size);

         memset(point, 0, size);
         point->reg[0][0] = i;
         point->reg[0][1] = 2.0f * i;
         point->reg[0][3] = 1;
         point->reg[1][0] = i % 3;
         point->reg[1][1] = 100 + i;
         inputs[i] = point;
         ids[i] = 1000 + i;
         outputs[i] = (struct geometry_output){
            .cuts = cuts[i],
            .vertices = (struct vertex *)(out + i * MAX_VERTICES * size),
         };
      }
      scene->pipeline->geometry(&ctx, inputs, ids, count, 1, outputs);
      for (uint32_t i = 0; i < count; i++) {
         bool chosen = i % 3 != 0;

         assert_int_equal(outputs[i].num_vertices, chosen ? 4 : 0);
         assert_int_equal(outputs[i].num_cuts, chosen ? 1 : 0);
         for (uint32_t v = 0; v < outputs[i].num_vertices; v++) {
            const struct vertex *now =
               (const struct vertex *)((uint8_t *)outputs[i].vertices + v * size);
            uint32_t x = i, y = v;

            assert_near(now->clip[0], i + v % 2);
            assert_near(now->screen[1], 2 * i + v / 2);
            assert_near(now->reg[1][0], 100 + i);
            assert_near(now->reg[1][1], v);
            assert_near(now->reg[1][2], 1000 + i);
            assert_near(now->reg[1][3], 1);
         }
         if (chosen)
            assert_int_equal(cuts[i][0], 4);
      }
   }
   free(points);
   free(out);
   dxil_module_destroy(gs);
   scene_destroy(scene);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_depth),
      cmocka_unit_test(test_stencil),
      cmocka_unit_test(test_null_depth),
      cmocka_unit_test(test_sample_mask),
      cmocka_unit_test(test_opaque),
      cmocka_unit_test(test_blend),
      cmocka_unit_test(test_inputs),
      cmocka_unit_test(test_sample_rate),
      cmocka_unit_test(test_outputs),
      cmocka_unit_test(test_discard),
      cmocka_unit_test(test_alpha_to_coverage),
      cmocka_unit_test(test_targets),
      cmocka_unit_test(test_vertex),
      cmocka_unit_test(test_missing_input),
      cmocka_unit_test(test_geometry),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
