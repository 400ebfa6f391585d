#include "scene.h"

#include "jit/vertex_write.h"
#include "layout/sample_positions.h"
#include "util/bits.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct dxil_module *
scene_load_shader(const char *name)
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

uint32_t
scene_samples(const struct scene *scene)
{
   return scene->state.SampleDesc.Count;
}

struct scene *
scene_create(const char *ps)
{
   struct scene *scene = calloc(1, sizeof(*scene));
   D3D12_RENDER_TARGET_BLEND_DESC *blend;

   assert_non_null(scene);
   scene->vs = scene_load_shader("position-color.vs");
   scene->ps = ps ? scene_load_shader(ps) : NULL;
   static const D3D12_INPUT_ELEMENT_DESC inputs[] = {
      { "TEXCOORD", 0, DXGI_FORMAT_R32G32B32A32_FLOAT, 0, 0,
        D3D12_INPUT_CLASSIFICATION_PER_VERTEX_DATA, 0 },
      { "texcoord", 1, DXGI_FORMAT_R8G8B8A8_UNORM, 1, D3D12_APPEND_ALIGNED_ELEMENT,
        D3D12_INPUT_CLASSIFICATION_PER_INSTANCE_DATA, 2 },
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

   size_t plane = (size_t)SCENE_SIZE * SCENE_SIZE * 16 * SCENE_MAX_SAMPLES;
   scene->color[0] = calloc(1, plane);
   scene->color[1] = calloc(1, plane);
   scene->depth = calloc(1, plane);
   scene->stencil = calloc(1, plane);
   scene->bindings.kill = &scene->kill;
   scene->bindings.writer = jit_vertex_writer();
   scene->ctx.bindings = &scene->bindings;
   for (uint32_t i = 0; i < JIT_MAX_VIEWPORTS; i++)
      scene->ctx.depth_max[i] = 1.0f;

   /* A primitive whose weights are b1 = x / SCENE_SIZE, b2 = y / SCENE_SIZE. */
   scene->primitive = (struct primitive){
      .b1_dx = 1.0f / SCENE_SIZE,
      .b2_dy = 1.0f / SCENE_SIZE,
      .z0 = 0.5f,
      .w = { 1, 1, 1 },
      .front = 1,
      .primitive_id = 42,
   };
   for (uint32_t i = 0; i < 3; i++)
      scene->primitive.v[i] = &scene->vertices[i].header;
   scene->primitive.flat = scene->primitive.v;
   return scene;
}

void
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

struct pixel_target
scene_target(uint8_t *base, uint32_t bytes)
{
   return (struct pixel_target){
      .base = base,
      .row_pitch = SCENE_SIZE * bytes,
      .layer_stride = 0,
      .sample_stride = (uint64_t)SCENE_SIZE * SCENE_SIZE * bytes,
   };
}

void
scene_set_target(struct scene *scene, uint32_t index, DXGI_FORMAT format)
{
   scene->state.RTVFormats[index] = format;
   scene->state.NumRenderTargets = MAX2(scene->state.NumRenderTargets, index + 1);
   scene->ctx.target[index] = scene_target(scene->color[index], format_info(format)->block_bytes);
}

void
scene_set_depth(struct scene *scene, DXGI_FORMAT format)
{
   scene->state.DSVFormat = format;
   scene->ctx.depth = scene_target(scene->depth, format == DXGI_FORMAT_D16_UNORM ? 2 : 4);
   scene->ctx.stencil = scene_target(scene->stencil, 1);
}

void
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

void
scene_cover(struct scene *scene, bool (*covers)(uint32_t x, uint32_t y, uint32_t sample))
{
   for (uint32_t s = 0; s < scene_samples(scene); s++)
      for (uint32_t y = 0; y < SCENE_SIZE; y++)
         for (uint32_t x = 0; x < SCENE_SIZE; x++)
            scene->covered[s][y][x] = covers(x, y, s);
}

void
scene_draw(struct scene *scene)
{
   uint32_t samples = scene_samples(scene), count = 0;
   size_t pitch = coverage_size(samples);
   uint8_t *blocks = calloc(SCENE_SIZE * SCENE_SIZE / 64, pitch);

   assert_non_null(blocks);
   scene->ctx.num_samples = samples;
   for (uint32_t s = 0; s < samples; s++) {
      scene->ctx.sample_offset[s][0] = sample_positions(samples)[s].x / (float)SAMPLE_GRID;
      scene->ctx.sample_offset[s][1] = sample_positions(samples)[s].y / (float)SAMPLE_GRID;
   }
   for (uint32_t by = 0; by < SCENE_SIZE; by += 8)
      for (uint32_t bx = 0; bx < SCENE_SIZE; bx += 8) {
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
   scene->counters = (struct pixel_counters){ 0 };
   scene->pipeline->pixel(&scene->ctx, &scene->primitive, (struct coverage *)blocks, count,
                          &scene->counters);
   free(blocks);
}

uint8_t *
scene_pixel(uint8_t *base, uint32_t bytes, uint32_t x, uint32_t y, uint32_t sample)
{
   return base + ((size_t)sample * SCENE_SIZE * SCENE_SIZE + y * SCENE_SIZE + x) * bytes;
}

bool
cover_all(uint32_t x, uint32_t y, uint32_t sample)
{
   (void)x, (void)y, (void)sample;
   return true;
}

bool
cover_scattered(uint32_t x, uint32_t y, uint32_t sample)
{
   uint32_t hash = (x * 0x9e3779b1u) ^ (y * 0x85ebca77u) ^ (sample * 0xc2b2ae3du);

   if (y < 8)
      return x < 16;
   return x > 24 || ((hash >> 16) % 3 == 0 && y < 24);
}

uint32_t
scene_count_covered(const struct scene *scene)
{
   uint32_t count = 0;

   for (uint32_t s = 0; s < scene_samples(scene); s++)
      for (uint32_t y = 0; y < SCENE_SIZE; y++)
         for (uint32_t x = 0; x < SCENE_SIZE; x++)
            count += scene->covered[s][y][x];
   return count;
}

void
scene_set_colors(struct scene *scene, const float colors[3][4])
{
   for (uint32_t i = 0; i < 3; i++)
      memcpy(scene->vertices[i].reg[1], colors[i], 16);
}

void
scene_color_at(const struct scene *scene, float x, float y, float color[4])
{
   const struct primitive *p = &scene->primitive;
   double b1 = x / SCENE_SIZE, b2 = y / SCENE_SIZE, b0 = 1 - b1 - b2;
   double sum = b0 * p->w[0] + b1 * p->w[1] + b2 * p->w[2];
   double p1 = b1 * p->w[1] / sum, p2 = b2 * p->w[2] / sum;

   for (uint32_t i = 0; i < 4; i++) {
      double a0 = scene->vertices[0].reg[1][i], a1 = scene->vertices[1].reg[1][i];
      double a2 = scene->vertices[2].reg[1][i];

      color[i] = a0 + p1 * (a1 - a0) + p2 * (a2 - a0);
   }
}

void
fill_random(uint8_t *data, size_t size)
{
   uint32_t random = 1;

   for (size_t i = 0; i < size; i++) {
      random = random * 1664525 + 1013904223;
      data[i] = random >> 24;
   }
}

bool
scene_near(double a, double b)
{
   return fabs(a - b) <= 1e-4 * fmax(1, fabs(b));
}
