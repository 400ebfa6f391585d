/*
 * The stages around shaders: what shaders see of vertices and primitives and what becomes of what
 * they say, against plain C.
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

/* ---- What the pixel shader sees and says ---- */

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
   return all || first == samples ? (struct sample_position){ 0, 0 }
                                  : sample_positions(samples)[first];
}

static void
inputs_case(uint32_t samples, bool front)
{
   static const float colors[3][4] = { { 1, 0, 0, 0 }, { 3, 0, 0, 0 }, { -2, 0, 0, 0 } };
   struct scene *scene = scene_create("inputs.ps");
   struct primitive *p = &scene->primitive;
   uint8_t *extra = calloc(SCENE_SIZE * SCENE_SIZE * SCENE_MAX_SAMPLES, 16);
   uint32_t seven = 7;

   assert_non_null(extra);
   scene->state.SampleDesc.Count = samples;
   scene_set_target(scene, 0, DXGI_FORMAT_R32G32B32A32_FLOAT);
   scene_set_target(scene, 1, DXGI_FORMAT_R32G32B32A32_UINT);
   scene->state.RTVFormats[2] = DXGI_FORMAT_R32G32B32A32_FLOAT;
   scene->state.NumRenderTargets = 3;
   scene->ctx.target[2] = scene_target(extra, 16);
   scene_set_colors(scene, colors);
   struct vertex *flat = calloc(1, sizeof(scene->vertices[0]));
   memcpy(flat->reg[1], &seven, 4);
   p->flat = (const struct vertex *[]){ flat, flat, flat };
   p->front = front;
   p->w[0] = 1.0f;
   p->w[1] = 0.75f;
   p->w[2] = 0.5f;
   p->z_dx = 0.125f;
   scene_build(scene);
   assert_false(scene->pipeline->sample_rate);
   assert_int_equal(scene->pipeline->ps_inputs, 1 << 1);
   assert_int_equal(scene->pipeline->ps_noperspective, 1 << 1);
   scene_cover(scene, cover_scattered);
   scene_draw(scene);

   for (uint32_t y = 0; y < SCENE_SIZE; y++)
      for (uint32_t x = 0; x < SCENE_SIZE; x++) {
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
            memcpy(position, scene_pixel(scene->color[0], 16, x, y, s), 16);
            memcpy(integers, scene_pixel(scene->color[1], 16, x, y, s), 16);
            memcpy(values, scene_pixel(extra, 16, x, y, s), 16);
            assert_near(position[0], cx);
            assert_near(position[1], cy);
            assert_near(position[2], 0.5 + cx * 0.125);
            assert_near(position[3], 1 / (1 - 0.25 * cx / SCENE_SIZE - 0.5 * cy / SCENE_SIZE));
            assert_int_equal(integers[0], front ? UINT32_MAX : 0);
            assert_int_equal(integers[1], 42);
            assert_int_equal(integers[2], covered);
            assert_int_equal(integers[3], 7);
            scene_color_at(scene, cx + at.x / 16.0, cy + at.y / 16.0, color);
            assert_near(values[0], color[0]);
            assert_near(values[1], 1 + 2 * cx / SCENE_SIZE - 3 * cy / SCENE_SIZE);
            scene_color_at(scene, cx, cy, color);
            assert_near(values[2], color[0]);
            scene_color_at(scene, cx + 0.25, cy, color);
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
   static const float colors[3][4] = { { 1, 0, 0, 0 }, { 3, 0, 0, 0 }, { -2, 0, 0, 0 } };
   struct scene *scene = scene_create("samples.ps");
   const struct sample_position *positions = sample_positions(4);

   (void)state;
   scene->state.SampleDesc.Count = 4;
   scene_set_target(scene, 0, DXGI_FORMAT_R32G32B32A32_FLOAT);
   scene_set_colors(scene, colors);
   scene->primitive.w[1] = 0.5f;
   scene_build(scene);
   assert_true(scene->pipeline->sample_rate);
   scene_cover(scene, cover_scattered);
   scene_draw(scene);
   for (uint32_t s = 0; s < 4; s++)
      for (uint32_t y = 0; y < SCENE_SIZE; y++)
         for (uint32_t x = 0; x < SCENE_SIZE; x++) {
            double sx = x + 0.5 + positions[s].x / 16.0, sy = y + 0.5 + positions[s].y / 16.0;
            float values[4], color[4];

            memcpy(values, scene_pixel(scene->color[0], 16, x, y, s), 16);
            if (!scene->covered[s][y][x]) {
               assert_near(values[0], 0);
               continue;
            }
            scene_color_at(scene, sx, sy, color);
            assert_near(values[0], sx);
            assert_near(values[1], sy);
            assert_near(values[2], s);
            assert_near(values[3], color[0]);
         }
   assert_int_equal(scene->counters.invocations, scene_count_covered(scene));
   scene_destroy(scene);
}

/* SV_Depth, SV_Coverage and SV_StencilRef decide. */
static void
test_outputs(void **state)
{
   static const float colors[3][4] = { { 0, 5, 3, 0 }, { 1, 5, 3 + 32, 0 }, { 0, 5 + 8, 3, 0 } };
   struct scene *scene = scene_create("outputs.ps");
   D3D12_DEPTH_STENCIL_DESC *desc = &scene->state.DepthStencilState;
   uint32_t passed = 0;

   (void)state;
   scene->state.SampleDesc.Count = 4;
   desc->DepthEnable = true;
   desc->DepthFunc = D3D12_COMPARISON_FUNC_LESS;
   desc->StencilEnable = true;
   desc->FrontFace = desc->BackFace =
      (D3D12_DEPTH_STENCILOP_DESC){ D3D12_STENCIL_OP_KEEP, D3D12_STENCIL_OP_KEEP,
                                    D3D12_STENCIL_OP_REPLACE, D3D12_COMPARISON_FUNC_ALWAYS };
   scene_set_depth(scene, DXGI_FORMAT_D32_FLOAT_S8X24_UINT);
   scene_set_target(scene, 0, DXGI_FORMAT_R8_UNORM);
   scene_set_colors(scene, colors);
   for (uint32_t i = 0; i < SCENE_SIZE * SCENE_SIZE * 4; i++) {
      float z = 0.5f;

      memcpy(scene->depth + i * 4, &z, 4);
   }
   scene_build(scene);
   assert_false(scene->pipeline->early_depth);
   scene_cover(scene, cover_scattered);
   scene_draw(scene);
   for (uint32_t s = 0; s < 4; s++)
      for (uint32_t y = 0; y < SCENE_SIZE; y++)
         for (uint32_t x = 0; x < SCENE_SIZE; x++) {
            float color[4], z;
            bool pass = scene->covered[s][y][x];

            scene_color_at(scene, x + 0.5f, y + 0.5f, color);
            pass = pass && color[0] < 0.5f && (uint32_t)color[1] >> s & 1;
            passed += pass;
            memcpy(&z, scene_pixel(scene->depth, 4, x, y, s), 4);
            assert_near(z, pass ? color[0] : 0.5f);
            assert_int_equal(*scene_pixel(scene->color[0], 1, x, y, s), pass ? 255 : 0);
            assert_int_equal(*scene_pixel(scene->stencil, 1, x, y, s),
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
   scene_set_depth(scene, DXGI_FORMAT_D32_FLOAT);
   scene_set_target(scene, 0, DXGI_FORMAT_R8G8B8A8_UNORM);
   for (uint32_t y = SCENE_SIZE / 2; y < SCENE_SIZE; y++)
      for (uint32_t x = 0; x < SCENE_SIZE; x++) {
         float z = 0.75f;

         memcpy(scene_pixel(scene->depth, 4, x, y, 0), &z, 4);
      }
   scene_build(scene);
   scene_cover(scene, cover_all);
   scene_draw(scene);
   for (uint32_t y = 0; y < SCENE_SIZE; y++)
      for (uint32_t x = 0; x < SCENE_SIZE; x++) {
         bool visible = y < SCENE_SIZE / 2, kept = visible && (x + y) % 2 == 0;
         uint32_t color;
         float z;

         memcpy(&color, scene_pixel(scene->color[0], 4, x, y, 0), 4);
         memcpy(&z, scene_pixel(scene->depth, 4, x, y, 0), 4);
         assert_int_equal(color, kept ? UINT32_MAX : 0);
         assert_near(z, kept ? 0.5 : visible ? 0 : 0.75);
         passed += kept;
         shaded += visible;
      }
   assert_int_equal(scene->counters.samples_passed, passed);
   assert_int_equal(scene->counters.invocations, shaded);
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
      .buffers[0] = { (uint8_t *)positions, sizeof(positions), sizeof(positions[0]) },
      .buffers[1] = { colors[0], sizeof(colors), 4 },
      .base_vertex = 2,
      .start_instance = 1,
      .scale = { 100, -50, 0.5f },
      .translate = { 100, 50, 0.25f },
      .guard = { 4, 8 },
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
   struct dxil_module *gs = scene_load_shader("quads.gs");
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
   struct vertex_ctx vertex = { .scale = { 1, 1, 1 }, .guard = { 1, 1 } };
   struct geometry_ctx ctx = { .bindings = &scene->bindings, .vertex = &vertex };

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

/* ---- Shaders that only show a texture ---- */

/* texture.ps with t0 and b0 in one table and s0 in another. */
static struct scene *
create_textured(const char *ps)
{
   static const D3D12_DESCRIPTOR_RANGE1 views[] = {
      { D3D12_DESCRIPTOR_RANGE_TYPE_SRV, 1, 0, 0, 0, 3 },
      { D3D12_DESCRIPTOR_RANGE_TYPE_CBV, 1, 0, 0, 0, 4 },
   };
   static const D3D12_DESCRIPTOR_RANGE1 samplers = { D3D12_DESCRIPTOR_RANGE_TYPE_SAMPLER, 1 };
   static const D3D12_ROOT_PARAMETER1 parameters[] = {
      { D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE, .DescriptorTable = { 1, &samplers } },
      { D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE, .DescriptorTable = { 2, views } },
   };
   struct scene *scene = scene_create(ps);

   scene->root.desc = (D3D12_ROOT_SIGNATURE_DESC1){ ARRAY_LENGTH(parameters), parameters };
   scene->root.hash = 1;
   scene_set_target(scene, 0, DXGI_FORMAT_B8G8R8A8_UNORM);
   return scene;
}

/* Is a pipeline taken for a blit, with its state as `change` has it? */
static bool
is_blit(const char *ps, void (*change)(struct scene *scene))
{
   struct scene *scene = create_textured(ps);

   if (change)
      change(scene);
   scene_build(scene);
   bool is = scene->pipeline->blit.valid;
   scene_destroy(scene);
   return is;
}

static void
blend_it(struct scene *scene)
{
   scene->state.BlendState.RenderTarget[0].BlendEnable = true;
   scene->state.BlendState.RenderTarget[0].DestBlend = D3D12_BLEND_ONE;
}

static void
mask_it(struct scene *scene)
{
   scene->state.BlendState.RenderTarget[0].RenderTargetWriteMask = 7;
}

static void
mask_nothing(struct scene *scene)
{
   mask_it(scene);
   scene_set_target(scene, 0, DXGI_FORMAT_B8G8R8X8_UNORM);
}

static void
cover_by_alpha(struct scene *scene)
{
   scene->state.BlendState.AlphaToCoverageEnable = true;
}

static void
test_depth(struct scene *scene)
{
   scene_set_depth(scene, DXGI_FORMAT_D32_FLOAT);
   scene->state.DepthStencilState.DepthEnable = true;
   scene->state.DepthStencilState.DepthFunc = D3D12_COMPARISON_FUNC_ALWAYS;
}

static void
multisample(struct scene *scene)
{
   scene->state.SampleDesc.Count = 4;
}

static void
mask_the_sample(struct scene *scene)
{
   scene->state.SampleMask = 2;
}

static void
add_target(struct scene *scene)
{
   scene_set_target(scene, 1, DXGI_FORMAT_B8G8R8A8_UNORM);
}

static void
test_blit(void **state)
{
   static const uint8_t rgba[4] = { 0, 1, 2, 3 };
   static const uint32_t offsets[4] = { 0, 4, 8, 12 };
   struct scene *scene = create_textured("texture.ps");

   (void)state;
   scene_build(scene);
   const struct shader_blit *blit = &scene->pipeline->blit;
   assert_true(blit->valid);
   assert_int_equal(scene->pipeline->ps.info.sites[blit->site].view_offset, 3);
   assert_int_equal(blit->reg[0], 1);
   assert_int_equal(blit->reg[1], 1);
   assert_int_equal(blit->col[0], 0);
   assert_int_equal(blit->col[1], 1);
   assert_memory_equal(blit->source, rgba, sizeof(rgba));
   assert_int_equal(blit->scaled, 0xf);
   assert_int_equal(blit->scale_param, 1);
   assert_int_equal(blit->scale_view, 4);
   assert_memory_equal(blit->scale_offset, offsets, sizeof(offsets));
   scene_destroy(scene);

   assert_true(is_blit("texture.ps", mask_nothing));
   assert_false(is_blit("texture.ps", mask_it));
   assert_false(is_blit("texture.ps", blend_it));
   assert_false(is_blit("texture.ps", cover_by_alpha));
   assert_false(is_blit("texture.ps", test_depth));
   assert_false(is_blit("texture.ps", multisample));
   assert_false(is_blit("texture.ps", mask_the_sample));
   assert_false(is_blit("texture.ps", add_target));
   assert_false(is_blit("color.ps", NULL));
   assert_false(is_blit("constants.ps", NULL));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_inputs),   cmocka_unit_test(test_sample_rate),
      cmocka_unit_test(test_outputs),  cmocka_unit_test(test_discard),
      cmocka_unit_test(test_vertex),   cmocka_unit_test(test_missing_input),
      cmocka_unit_test(test_geometry), cmocka_unit_test(test_blit),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
