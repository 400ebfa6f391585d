/* Depth and stencil tests and what they write (D3D11.3 17.10 to 17.12), by formats. */
#include "scene.h"

#include <math.h>
#include <string.h>

#define SIZE 16

static ID3D12RootSignature *root;

static int
setup(void **state)
{
   harness_setup(state);
   root = harness_create_root_signature(*state, NULL);
   return 0;
}

static int
teardown(void **state)
{
   RELEASE(root);
   return harness_teardown(state);
}

static const float black[4], white[4] = {1, 1, 1, 1};

static D3D12_GRAPHICS_PIPELINE_STATE_DESC
pipeline_desc(const struct harness_target *target)
{
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc =
      harness_pipeline_desc(root, target, "position-color.vs", "color.ps");

   desc.DepthStencilState = (D3D12_DEPTH_STENCIL_DESC){
      .DepthEnable = TRUE,
      .DepthWriteMask = D3D12_DEPTH_WRITE_MASK_ALL,
      .DepthFunc = D3D12_COMPARISON_FUNC_ALWAYS,
      .StencilReadMask = 0xff,
      .StencilWriteMask = 0xff,
      .FrontFace = {D3D12_STENCIL_OP_KEEP, D3D12_STENCIL_OP_KEEP, D3D12_STENCIL_OP_KEEP,
                    D3D12_COMPARISON_FUNC_ALWAYS},
      .BackFace = {D3D12_STENCIL_OP_KEEP, D3D12_STENCIL_OP_KEEP, D3D12_STENCIL_OP_KEEP,
                   D3D12_COMPARISON_FUNC_ALWAYS},
   };
   return desc;
}

static void
begin(struct harness *h, const struct harness_target *target)
{
   harness_target_begin(h, target, black);
   ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
}

static uint32_t
first_texel(struct harness *h, ID3D12Resource *resource, UINT subresource, UINT bytes)
{
   struct harness_image image;
   uint32_t value = 0;

   harness_read_texture(h, resource, subresource, &image);
   memcpy(&value, image.data, bytes);
   for (UINT y = 0; y < image.height; y++)
      for (UINT x = 0; x < image.width; x++)
         assert_memory_equal(image.data + y * image.row_pitch + x * bytes, &value, bytes);
   harness_image_finish(&image);
   return value;
}

static bool
compare(D3D12_COMPARISON_FUNC func, float a, float b)
{
   switch (func) {
   case D3D12_COMPARISON_FUNC_NEVER:
      return false;
   case D3D12_COMPARISON_FUNC_LESS:
      return a < b;
   case D3D12_COMPARISON_FUNC_EQUAL:
      return a == b;
   case D3D12_COMPARISON_FUNC_LESS_EQUAL:
      return a <= b;
   case D3D12_COMPARISON_FUNC_GREATER:
      return a > b;
   case D3D12_COMPARISON_FUNC_NOT_EQUAL:
      return a != b;
   case D3D12_COMPARISON_FUNC_GREATER_EQUAL:
      return a >= b;
   default:
      return true;
   }
}

/* Three strips of the target, nearer than, at and farther than what is there. */
static void
depth_functions(void **state)
{
   struct harness *h = *state;
   struct harness_target target;
   static const float depths[3] = {0.25f, 0.5f, 0.75f};

   harness_target_init(h, &target, SIZE, SIZE, DXGI_FORMAT_R32_FLOAT, DXGI_FORMAT_D32_FLOAT, 1);
   for (D3D12_COMPARISON_FUNC func = D3D12_COMPARISON_FUNC_NEVER;
        func <= D3D12_COMPARISON_FUNC_ALWAYS; func++) {
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = pipeline_desc(&target);
      struct harness_image color, depth;

      desc.DepthStencilState.DepthFunc = func;
      ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
      begin(h, &target);
      ID3D12GraphicsCommandList_ClearDepthStencilView(h->list, target.dsv, D3D12_CLEAR_FLAG_DEPTH,
                                                      0.5f, 0, 0, NULL);
      for (LONG i = 0; i < 3; i++) {
         D3D12_RECT scissor = {i * 5, 0, i * 5 + 5, SIZE};
         ID3D12GraphicsCommandList_RSSetScissorRects(h->list, 1, &scissor);
         scene_draw_quad(h, pipeline, depths[i], white);
      }
      harness_target_end(h, &target, NULL);
      harness_read_texture(h, target.color, 0, &color);
      harness_read_texture(h, target.depth, 0, &depth);
      for (UINT x = 0; x < 15; x++) {
         bool pass = compare(func, depths[x / 5], 0.5f);
         for (UINT y = 0; y < SIZE; y++) {
            float c = harness_texel_float(&color, x, y), z = harness_texel_float(&depth, x, y);
            if (c != pass || z != (pass ? depths[x / 5] : 0.5f))
               fail_msg("function %d, %g against 0.5: colour %g, depth %g", func, depths[x / 5], c,
                        z);
         }
      }
      harness_image_finish(&color);
      harness_image_finish(&depth);
      RELEASE(pipeline);
   }
   harness_target_finish(&target);
}

/* What is stored: one of 2ⁿ - 1 steps, at most 0.6 of one away (D3D11.3 3.2.3.6), or the float. */
static void
depth_formats(void **state)
{
   struct harness *h = *state;
   static const struct {
      DXGI_FORMAT format;
      unsigned bits; /* 0: float */
      bool stencil;
   } formats[] = {
      {DXGI_FORMAT_D16_UNORM, 16, false},
      {DXGI_FORMAT_D24_UNORM_S8_UINT, 24, true},
      {DXGI_FORMAT_D32_FLOAT, 0, false},
      {DXGI_FORMAT_D32_FLOAT_S8X24_UINT, 0, true},
   };
   static const float depths[] = {0, 1, 0.5f, 0.3f, 0.7000123f, 1e-5f};

   for (unsigned f = 0; f < 4; f++) {
      struct harness_target target;
      harness_target_init(h, &target, SIZE, SIZE, DXGI_FORMAT_R8G8B8A8_UNORM, formats[f].format, 1);
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = pipeline_desc(&target);
      desc.DepthStencilState.StencilEnable = formats[f].stencil;
      desc.DepthStencilState.FrontFace.StencilPassOp = D3D12_STENCIL_OP_REPLACE;
      desc.DepthStencilState.BackFace.StencilPassOp = D3D12_STENCIL_OP_REPLACE;
      ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);

      for (unsigned i = 0; i < 12; i++) {
         float z = depths[i / 2], max = ldexpf(1, formats[f].bits) - 1;
         UINT ref = 0x37 + i;
         bool clear = i & 1;
         begin(h, &target);
         ID3D12GraphicsCommandList_OMSetStencilRef(h->list, ref);
         if (clear)
            ID3D12GraphicsCommandList_ClearDepthStencilView(
               h->list, target.dsv,
               D3D12_CLEAR_FLAG_DEPTH | (formats[f].stencil ? D3D12_CLEAR_FLAG_STENCIL : 0), z, ref,
               0, NULL);
         else
            scene_draw_quad(h, pipeline, z, white);
         harness_target_end(h, &target, NULL);
         uint32_t got = first_texel(h, target.depth, 0, formats[f].bits == 16 ? 2 : 4);
         float got_float;
         memcpy(&got_float, &got, 4);
         if (formats[f].bits == 24)
            got &= 0xffffff;
         if (formats[f].bits ? fabs(got - (double)z * max) > 0.6 : got_float != z)
            fail_msg("format %d, %s to %.9g: got %#x", formats[f].format,
                     clear ? "cleared" : "drawn", z, got);
         if (formats[f].stencil)
            assert_int_equal(first_texel(h, target.depth, 1, 1), ref);
      }
      RELEASE(pipeline);
      harness_target_finish(&target);
   }
}

static uint8_t
stencil_result(D3D12_STENCIL_OP op, uint8_t old, uint8_t ref)
{
   switch (op) {
   case D3D12_STENCIL_OP_ZERO:
      return 0;
   case D3D12_STENCIL_OP_REPLACE:
      return ref;
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

/* Each operation in each place: stencil fails, depth fails, both pass. The three places have different
 * operations, so a mix-up shows. Front faces use one set, back faces another. */
static void
stencil_operations(void **state)
{
   struct harness *h = *state;
   struct harness_target target;
   static const uint8_t olds[] = {0, 1, 0x5a, 255};

   harness_target_init(h, &target, SIZE, SIZE, DXGI_FORMAT_R32_FLOAT, DXGI_FORMAT_D24_UNORM_S8_UINT,
                       1);
   for (unsigned op = 0; op < 8; op++) {
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = pipeline_desc(&target);
      D3D12_DEPTH_STENCILOP_DESC *front = &desc.DepthStencilState.FrontFace;
      D3D12_STENCIL_OP ops[3] = {1 + op, 1 + (op + 3) % 8, 1 + (op + 5) % 8};
      bool masked = op & 1;

      /* The front has the other order; what is drawn is a front face every second time. */
      *front = (D3D12_DEPTH_STENCILOP_DESC){ops[0], ops[1], ops[2], D3D12_COMPARISON_FUNC_LESS_EQUAL};
      desc.DepthStencilState.BackFace =
         (D3D12_DEPTH_STENCILOP_DESC){ops[2], ops[0], ops[1], D3D12_COMPARISON_FUNC_GREATER};
      desc.DepthStencilState.StencilEnable = TRUE;
      desc.DepthStencilState.DepthFunc = D3D12_COMPARISON_FUNC_LESS;
      desc.DepthStencilState.StencilReadMask = masked ? 0x3f : 0xff;
      desc.DepthStencilState.StencilWriteMask = masked ? 0x7c : 0xff;
      desc.RasterizerState.FrontCounterClockwise = op & 2 ? TRUE : FALSE;
      ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
      /* scene_quad's triangles are clockwise on the screen. */
      bool is_front = !desc.RasterizerState.FrontCounterClockwise;
      const D3D12_DEPTH_STENCILOP_DESC *face = is_front ? front : &desc.DepthStencilState.BackFace;

      for (unsigned i = 0; i < 4; i++) {
         for (unsigned nearer = 0; nearer < 2; nearer++) {
            for (UINT ref = 0x50; ref <= 0x60; ref += 0x10) {
               uint8_t read = desc.DepthStencilState.StencilReadMask;
               uint8_t write = desc.DepthStencilState.StencilWriteMask;
               bool pass = compare(face->StencilFunc, ref & read, olds[i] & read);
               D3D12_STENCIL_OP chosen = !pass    ? face->StencilFailOp
                                         : nearer ? face->StencilPassOp
                                                  : face->StencilDepthFailOp;
               uint8_t wanted = (stencil_result(chosen, olds[i], ref) & write) | (olds[i] & ~write);

               begin(h, &target);
               ID3D12GraphicsCommandList_ClearDepthStencilView(
                  h->list, target.dsv, D3D12_CLEAR_FLAG_DEPTH | D3D12_CLEAR_FLAG_STENCIL, 0.5f,
                  olds[i], 0, NULL);
               ID3D12GraphicsCommandList_OMSetStencilRef(h->list, ref);
               scene_draw_quad(h, pipeline, nearer ? 0.25f : 0.75f, white);
               harness_target_end(h, &target, NULL);
               uint32_t stencil = first_texel(h, target.depth, 1, 1);
               uint32_t color = first_texel(h, target.color, 0, 4);
               bool drawn = pass && nearer;
               if (stencil != wanted || (color != 0) != drawn)
                  fail_msg("operation %u, %s face, old %#x, reference %#x, %s: expected %#x and "
                           "%sdrawn, got %#x and %sdrawn",
                           chosen, is_front ? "front" : "back", olds[i], ref,
                           nearer ? "nearer" : "farther", wanted, drawn ? "" : "not ", stencil,
                           color ? "" : "not ");
            }
         }
      }
      RELEASE(pipeline);
   }
   harness_target_finish(&target);
}

/* A shader's own depth is tested and written, clamped to the viewport's range. */
static void
shaders_write_depth(void **state)
{
   struct harness *h = *state;
   struct harness_target target;
   static const float given[] = {0.125f, 0.9f, 1.5f, -2}, wanted[] = {0.125f, 1, 1, 0};

   harness_target_init(h, &target, SIZE, SIZE, DXGI_FORMAT_R32_FLOAT, DXGI_FORMAT_D32_FLOAT, 1);
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = pipeline_desc(&target);
   desc.PS = harness_shader("depth.ps");
   desc.DepthStencilState.DepthFunc = D3D12_COMPARISON_FUNC_LESS;
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
   for (unsigned i = 0; i < 4; i++) {
      float color[4] = {given[i]};
      /* 0.9 is rejected by what is there. */
      float there = i == 1 ? 0.5f : 1.0f;
      begin(h, &target);
      ID3D12GraphicsCommandList_ClearDepthStencilView(h->list, target.dsv, D3D12_CLEAR_FLAG_DEPTH,
                                                      there, 0, 0, NULL);
      scene_draw_quad(h, pipeline, 0.5f, color);
      harness_target_end(h, &target, NULL);
      uint32_t bits = first_texel(h, target.depth, 0, 4);
      float got;
      memcpy(&got, &bits, 4);
      if (got != (i == 1 ? there : wanted[i]))
         fail_msg("SV_Depth %g over %g: got %g", given[i], there, got);
   }
   RELEASE(pipeline);
   harness_target_finish(&target);
}

/* DepthClipEnable off: beyond the planes is drawn, its depth clamped (D3D11.3 15.10). */
static void
depth_clip_and_clamp(void **state)
{
   struct harness *h = *state;
   struct harness_target target;

   harness_target_init(h, &target, SIZE, SIZE, DXGI_FORMAT_R32_FLOAT, DXGI_FORMAT_D32_FLOAT, 1);
   for (unsigned clip = 0; clip < 2; clip++) {
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = pipeline_desc(&target);
      desc.RasterizerState.DepthClipEnable = clip;
      ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
      for (unsigned i = 0; i < 2; i++) {
         D3D12_VIEWPORT viewport = {0, 0, SIZE, SIZE, 0.25f, 0.75f};
         begin(h, &target);
         ID3D12GraphicsCommandList_RSSetViewports(h->list, 1, &viewport);
         scene_draw_quad(h, pipeline, i ? 1.5f : -0.5f, white);
         harness_target_end(h, &target, NULL);
         uint32_t bits = first_texel(h, target.depth, 0, 4);
         float got, wanted = clip ? 1 : i ? 0.75f : 0.25f;
         memcpy(&got, &bits, 4);
         if (got != wanted)
            fail_msg("clip %u, z %s: expected depth %g, got %g", clip, i ? "1.5" : "-0.5", wanted,
                     got);
      }
      RELEASE(pipeline);
   }
   harness_target_finish(&target);
}

/* D3D11.3 15.11: bias in units of the format's least step, or of the float's. */
static void
depth_bias(void **state)
{
   struct harness *h = *state;
   static const DXGI_FORMAT formats[] = {DXGI_FORMAT_D16_UNORM, DXGI_FORMAT_D24_UNORM_S8_UINT,
                                         DXGI_FORMAT_D32_FLOAT};

   for (unsigned f = 0; f < 3; f++) {
      struct harness_target target;
      harness_target_init(h, &target, SIZE, SIZE, DXGI_FORMAT_R32_FLOAT, formats[f], 1);
      for (unsigned i = 0; i < 3; i++) {
         D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = pipeline_desc(&target);
         double unit = f == 0 ? 1 / 65535.0 : f == 1 ? 1 / 16777215.0 : ldexp(1, -24);
         double clamp = i == 2 ? 100 * unit : 0, bias = (i == 1 ? -1000 : 1000) * unit;
         desc.RasterizerState.DepthBias = i == 1 ? -1000 : 1000;
         desc.RasterizerState.DepthBiasClamp = clamp;
         ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
         begin(h, &target);
         scene_draw_quad(h, pipeline, 0.5f, white); /* the exponent of 0.5 is -1, 2^(-1 - 23) */
         harness_target_end(h, &target, NULL);
         uint32_t bits = first_texel(h, target.depth, 0, f == 0 ? 2 : 4);
         float as_float;
         memcpy(&as_float, &bits, 4);
         double got = f == 2 ? as_float : (bits & 0xffffff) * unit;
         double wanted = 0.5 + (i == 2 ? fmin(bias, clamp) : bias);
         if (fabs(got - wanted) > 1.01 * unit)
            fail_msg("format %d, bias %d, clamp %g: expected %.9g, got %.9g", formats[f],
                     desc.RasterizerState.DepthBias, clamp, wanted, got);
         RELEASE(pipeline);
      }
      /* By slope: z rises by 1/16 of the range a pixel. */
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = pipeline_desc(&target);
      struct scene_vertex vertices[SCENE_QUAD_VERTICES];
      struct harness_image image;
      desc.RasterizerState.SlopeScaledDepthBias = 2;
      ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
      scene_quad(vertices, 0, white);
      for (unsigned i = 0; i < SCENE_QUAD_VERTICES; i++)
         vertices[i].position[2] = (vertices[i].position[0] + 1) / 4;
      begin(h, &target);
      scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST, vertices, SCENE_QUAD_VERTICES);
      harness_target_end(h, &target, NULL);
      if (f == 2) {
         harness_read_texture(h, target.depth, 0, &image);
         for (UINT x = 0; x < SIZE; x++) {
            float wanted = (x + 0.5f) / 32 + 2 / 32.0f, got = harness_texel_float(&image, x, 3);
            if (fabsf(got - wanted) > 1e-6f)
               fail_msg("slope: expected %g, got %g", wanted, got);
         }
         harness_image_finish(&image);
      }
      RELEASE(pipeline);
      harness_target_finish(&target);
   }
}

/* The depth test is off: nothing is written, even with a write mask (D3D12_DEPTH_STENCIL_DESC). */
static void
disabled_depth_is_not_written(void **state)
{
   struct harness *h = *state;
   struct harness_target target;

   harness_target_init(h, &target, SIZE, SIZE, DXGI_FORMAT_R32_FLOAT, DXGI_FORMAT_D32_FLOAT, 1);
   for (unsigned i = 0; i < 2; i++) {
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = pipeline_desc(&target);
      if (i)
         desc.DepthStencilState.DepthWriteMask = D3D12_DEPTH_WRITE_MASK_ZERO;
      else
         desc.DepthStencilState.DepthEnable = FALSE;
      ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
      begin(h, &target);
      scene_draw_quad(h, pipeline, 0.25f, white);
      harness_target_end(h, &target, NULL);
      assert_int_equal(first_texel(h, target.depth, 0, 4), 0x3f800000);
      assert_int_equal(first_texel(h, target.color, 0, 4), 0x3f800000);
      RELEASE(pipeline);
   }
   harness_target_finish(&target);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(depth_functions, setup, teardown),
      cmocka_unit_test_setup_teardown(depth_formats, setup, teardown),
      cmocka_unit_test_setup_teardown(stencil_operations, setup, teardown),
      cmocka_unit_test_setup_teardown(shaders_write_depth, setup, teardown),
      cmocka_unit_test_setup_teardown(depth_clip_and_clamp, setup, teardown),
      cmocka_unit_test_setup_teardown(depth_bias, setup, teardown),
      cmocka_unit_test_setup_teardown(disabled_depth_is_not_written, setup, teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
