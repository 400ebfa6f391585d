/* Blending, logic operations and write masks (D3D11.3 17.4 to 17.9), one value a target. */
#include "scene.h"

#include "layout/format.h"

#include <math.h>
#include <string.h>

#define SIZE 8
#define TARGETS 8

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

struct targets {
   DXGI_FORMAT format;
   ID3D12Resource *textures[TARGETS];
   ID3D12DescriptorHeap *heap;
   D3D12_CPU_DESCRIPTOR_HANDLE views[TARGETS];
};

static void
targets_init(struct harness *h, struct targets *targets, DXGI_FORMAT format)
{
   D3D12_RESOURCE_DESC desc =
      harness_texture_desc(SIZE, SIZE, format, D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET);

   targets->format = format;
   targets->heap = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_RTV, TARGETS, false);
   for (UINT i = 0; i < TARGETS; i++) {
      targets->textures[i] = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc);
      targets->views[i] = harness_cpu_handle(h, targets->heap, i);
      ID3D12Device8_CreateRenderTargetView(h->device, targets->textures[i], NULL,
                                           targets->views[i]);
   }
}

static void
targets_finish(struct targets *targets)
{
   for (UINT i = 0; i < TARGETS; i++)
      RELEASE(targets->textures[i]);
   RELEASE(targets->heap);
}

static D3D12_GRAPHICS_PIPELINE_STATE_DESC
pipeline_desc(const struct targets *targets, UINT count, const char *ps)
{
   struct harness_target like = {.format = targets->format, .samples = 1};
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc =
      harness_pipeline_desc(root, &like, "position-color.vs", ps);

   desc.NumRenderTargets = count;
   for (UINT i = 0; i < count; i++)
      desc.RTVFormats[i] = targets->format;
   return desc;
}

static const float factor[4] = {0.125f, 0.25f, 0.5f, 0.75f};

/* Draws a quad of one colour over targets cleared to another; what becomes of each target's first row
 * goes to got[target], in the target's format. */
static void
draw(struct harness *h, const struct targets *targets, UINT count,
     D3D12_GRAPHICS_PIPELINE_STATE_DESC *desc, const float clear[4], const float color[4],
     uint8_t got[TARGETS][16])
{
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, desc);
   D3D12_VIEWPORT viewport = {0, 0, SIZE, SIZE, 0, 1};
   D3D12_RECT scissor = {0, 0, SIZE, SIZE};
   UINT bytes = format_info(targets->format)->block_bytes;

   for (UINT i = 0; i < count; i++) {
      harness_barrier(h, targets->textures[i], D3D12_RESOURCE_STATE_COMMON,
                      D3D12_RESOURCE_STATE_RENDER_TARGET);
      ID3D12GraphicsCommandList_ClearRenderTargetView(h->list, targets->views[i], clear, 0, NULL);
   }
   ID3D12GraphicsCommandList_OMSetRenderTargets(h->list, count, targets->views, FALSE, NULL);
   ID3D12GraphicsCommandList_OMSetBlendFactor(h->list, factor);
   ID3D12GraphicsCommandList_RSSetViewports(h->list, 1, &viewport);
   ID3D12GraphicsCommandList_RSSetScissorRects(h->list, 1, &scissor);
   ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
   scene_draw_quad(h, pipeline, 0.5f, color);
   for (UINT i = 0; i < count; i++)
      harness_barrier(h, targets->textures[i], D3D12_RESOURCE_STATE_RENDER_TARGET,
                      D3D12_RESOURCE_STATE_COMMON);
   for (UINT i = 0; i < count; i++) {
      struct harness_image image;
      harness_read_texture(h, targets->textures[i], 0, &image);
      for (UINT p = 1; p < SIZE * SIZE; p++)
         assert_memory_equal(image.data,
                             image.data + p / SIZE * image.row_pitch + p % SIZE * bytes, bytes);
      memcpy(got[i], image.data, bytes);
      harness_image_finish(&image);
   }
   RELEASE(pipeline);
}

static double
blend_factor(D3D12_BLEND blend, unsigned c, const float s[4], const float d[4], const float s1[4])
{
   switch (blend) {
   case D3D12_BLEND_ONE:
      return 1;
   case D3D12_BLEND_SRC_COLOR:
      return s[c];
   case D3D12_BLEND_INV_SRC_COLOR:
      return 1 - s[c];
   case D3D12_BLEND_SRC_ALPHA:
      return s[3];
   case D3D12_BLEND_INV_SRC_ALPHA:
      return 1 - s[3];
   case D3D12_BLEND_DEST_ALPHA:
      return d[3];
   case D3D12_BLEND_INV_DEST_ALPHA:
      return 1 - d[3];
   case D3D12_BLEND_DEST_COLOR:
      return d[c];
   case D3D12_BLEND_INV_DEST_COLOR:
      return 1 - d[c];
   case D3D12_BLEND_SRC_ALPHA_SAT:
      return c == 3 ? 1 : fmin(s[3], 1 - d[3]);
   case D3D12_BLEND_BLEND_FACTOR:
      return factor[c];
   case D3D12_BLEND_INV_BLEND_FACTOR:
      return 1 - factor[c];
   case D3D12_BLEND_SRC1_COLOR:
      return s1[c];
   case D3D12_BLEND_INV_SRC1_COLOR:
      return 1 - s1[c];
   case D3D12_BLEND_SRC1_ALPHA:
      return s1[3];
   case D3D12_BLEND_INV_SRC1_ALPHA:
      return 1 - s1[3];
   default:
      return 0;
   }
}

static double
blended(const D3D12_RENDER_TARGET_BLEND_DESC *blend, unsigned c, const float s[4],
        const float d[4], const float s1[4])
{
   double a = s[c] * blend_factor(c == 3 ? blend->SrcBlendAlpha : blend->SrcBlend, c, s, d, s1);
   double b = d[c] * blend_factor(c == 3 ? blend->DestBlendAlpha : blend->DestBlend, c, s, d, s1);

   switch (c == 3 ? blend->BlendOpAlpha : blend->BlendOp) {
   case D3D12_BLEND_OP_ADD:
      return a + b;
   case D3D12_BLEND_OP_SUBTRACT:
      return a - b;
   case D3D12_BLEND_OP_REV_SUBTRACT:
      return b - a;
   case D3D12_BLEND_OP_MIN:
      return fmin(s[c], d[c]);
   default:
      return fmax(s[c], d[c]);
   }
}

static void
check(const char *what, UINT target, const D3D12_RENDER_TARGET_BLEND_DESC *blend,
      const float source[4], const float clear[4], const float source1[4], const uint8_t *got)
{
   float values[4];

   memcpy(values, got, sizeof(values));
   for (unsigned c = 0; c < 4; c++) {
      double wanted = blended(blend, c, source, clear, source1);
      if (fabs(values[c] - wanted) > 1e-6)
         fail_msg("%s, target %u: colour %d %d %d, alpha %d %d %d: channel %u: expected %g, got %g",
                  what, target, blend->SrcBlend, blend->DestBlend, blend->BlendOp,
                  blend->SrcBlendAlpha, blend->DestBlendAlpha, blend->BlendOpAlpha, c, wanted,
                  values[c]);
   }
}

static const float clear[4] = {0.3f, 0.7f, 0.2f, 0.6f}, color[4] = {0.5f, 0.1f, 0.9f, 0.35f};

static void
factors_and_operations(void **state)
{
   struct harness *h = *state;
   static const D3D12_BLEND factors[] = {
      D3D12_BLEND_ZERO,          D3D12_BLEND_ONE,          D3D12_BLEND_SRC_COLOR,
      D3D12_BLEND_INV_SRC_COLOR, D3D12_BLEND_SRC_ALPHA,    D3D12_BLEND_INV_SRC_ALPHA,
      D3D12_BLEND_DEST_ALPHA,    D3D12_BLEND_INV_DEST_ALPHA, D3D12_BLEND_DEST_COLOR,
      D3D12_BLEND_INV_DEST_COLOR, D3D12_BLEND_SRC_ALPHA_SAT, D3D12_BLEND_BLEND_FACTOR,
      D3D12_BLEND_INV_BLEND_FACTOR,
   };
   static const D3D12_BLEND alphas[] = {
      D3D12_BLEND_ZERO,       D3D12_BLEND_ONE,           D3D12_BLEND_SRC_ALPHA,
      D3D12_BLEND_INV_SRC_ALPHA, D3D12_BLEND_DEST_ALPHA, D3D12_BLEND_INV_DEST_ALPHA,
      D3D12_BLEND_SRC_ALPHA_SAT, D3D12_BLEND_BLEND_FACTOR, D3D12_BLEND_INV_BLEND_FACTOR,
   };
   struct targets targets;
   uint8_t got[TARGETS][16];
   unsigned n = 0;

   targets_init(h, &targets, DXGI_FORMAT_R32G32B32A32_FLOAT);
   /* Steps that share no divisor with the counts, so all factors meet all others in time. */
   for (unsigned round = 0; round < 6; round++) {
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = pipeline_desc(&targets, TARGETS, "targets.ps");
      desc.BlendState.IndependentBlendEnable = TRUE;
      for (UINT i = 0; i < TARGETS; i++, n++)
         desc.BlendState.RenderTarget[i] = (D3D12_RENDER_TARGET_BLEND_DESC){
            .BlendEnable = TRUE,
            .SrcBlend = factors[n % 13],
            .DestBlend = factors[(n * 5 + n / 13) % 13],
            .BlendOp = 1 + n % 5,
            .SrcBlendAlpha = alphas[n % 9],
            .DestBlendAlpha = alphas[(n * 2 + n / 9 + 1) % 9],
            .BlendOpAlpha = 1 + (n + 2) % 5,
            .RenderTargetWriteMask = D3D12_COLOR_WRITE_ENABLE_ALL,
         };
      draw(h, &targets, TARGETS, &desc, clear, color, got);
      for (UINT i = 0; i < TARGETS; i++) {
         float source[4] = {color[0] + i / 8.0f, color[1], color[2], color[3]};
         check("factors", i, &desc.BlendState.RenderTarget[i], source, clear, color, got[i]);
      }
   }
   targets_finish(&targets);
}

static void
dual_source(void **state)
{
   struct harness *h = *state;
   static const float second[4] = {0.75f, 0.25f, 0.5f, 0.625f}; /* dual.ps */
   static const D3D12_BLEND factors[][2] = {
      {D3D12_BLEND_SRC1_COLOR, D3D12_BLEND_INV_SRC1_COLOR},
      {D3D12_BLEND_SRC1_ALPHA, D3D12_BLEND_INV_SRC1_ALPHA},
      {D3D12_BLEND_ONE, D3D12_BLEND_SRC1_COLOR},
      {D3D12_BLEND_INV_SRC1_ALPHA, D3D12_BLEND_SRC_ALPHA},
   };
   struct targets targets;
   uint8_t got[TARGETS][16];

   targets_init(h, &targets, DXGI_FORMAT_R32G32B32A32_FLOAT);
   for (unsigned i = 0; i < 4; i++) {
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = pipeline_desc(&targets, 1, "dual.ps");
      D3D12_RENDER_TARGET_BLEND_DESC *blend = &desc.BlendState.RenderTarget[0];
      blend->BlendEnable = TRUE;
      blend->SrcBlend = factors[i][0];
      blend->DestBlend = factors[i][1];
      blend->SrcBlendAlpha = D3D12_BLEND_SRC1_ALPHA;
      blend->DestBlendAlpha = D3D12_BLEND_INV_SRC1_ALPHA;
      draw(h, &targets, 1, &desc, clear, color, got);
      check("dual source", 0, blend, color, clear, second, got[0]);
   }
   targets_finish(&targets);
}

static uint32_t
logic(D3D12_LOGIC_OP op, uint32_t s, uint32_t d)
{
   switch (op) {
   case D3D12_LOGIC_OP_CLEAR:
      return 0;
   case D3D12_LOGIC_OP_SET:
      return ~0u;
   case D3D12_LOGIC_OP_COPY:
      return s;
   case D3D12_LOGIC_OP_COPY_INVERTED:
      return ~s;
   case D3D12_LOGIC_OP_NOOP:
      return d;
   case D3D12_LOGIC_OP_INVERT:
      return ~d;
   case D3D12_LOGIC_OP_AND:
      return s & d;
   case D3D12_LOGIC_OP_NAND:
      return ~(s & d);
   case D3D12_LOGIC_OP_OR:
      return s | d;
   case D3D12_LOGIC_OP_NOR:
      return ~(s | d);
   case D3D12_LOGIC_OP_XOR:
      return s ^ d;
   case D3D12_LOGIC_OP_EQUIV:
      return ~(s ^ d);
   case D3D12_LOGIC_OP_AND_REVERSE:
      return s & ~d;
   case D3D12_LOGIC_OP_AND_INVERTED:
      return ~s & d;
   case D3D12_LOGIC_OP_OR_REVERSE:
      return s | ~d;
   default:
      return ~s | d;
   }
}

/* On UNORM targets they work on the bits that would be stored, as Mesa's OpenGL needs them. */
static void
logic_operations(void **state)
{
   struct harness *h = *state;
   struct targets targets;
   uint8_t got[TARGETS][16];
   static const uint8_t s[4] = {0x3c, 0xa5, 0x0f, 0xf0}, d[4] = {0x55, 0x33, 0xcc, 0x0f};
   float source[4], dest[4];

   for (unsigned c = 0; c < 4; c++) {
      source[c] = s[c] / 255.0f;
      dest[c] = d[c] / 255.0f;
   }
   targets_init(h, &targets, DXGI_FORMAT_R8G8B8A8_UNORM);
   for (D3D12_LOGIC_OP op = D3D12_LOGIC_OP_CLEAR; op <= D3D12_LOGIC_OP_OR_INVERTED; op++) {
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = pipeline_desc(&targets, 1, "color.ps");
      desc.BlendState.RenderTarget[0].LogicOpEnable = TRUE;
      desc.BlendState.RenderTarget[0].LogicOp = op;
      draw(h, &targets, 1, &desc, dest, source, got);
      for (unsigned c = 0; c < 4; c++) {
         uint8_t wanted = logic(op, s[c], d[c]);
         if (got[0][c] != wanted)
            fail_msg("logic operation %d, channel %u: expected %#x, got %#x", op, c, wanted,
                     got[0][c]);
      }
   }
   targets_finish(&targets);
}

static void
write_masks(void **state)
{
   struct harness *h = *state;
   struct targets targets;
   uint8_t got[TARGETS][16];
   static const float zeros[4], ones[4] = {1, 1, 1, 1};

   targets_init(h, &targets, DXGI_FORMAT_R8G8B8A8_UNORM);
   for (unsigned round = 0; round < 4; round++) {
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = pipeline_desc(&targets, TARGETS, "targets.ps");
      desc.BlendState.IndependentBlendEnable = TRUE;
      for (UINT i = 0; i < TARGETS; i++) {
         desc.BlendState.RenderTarget[i].RenderTargetWriteMask = (round & 1) * 8 + i;
         desc.BlendState.RenderTarget[i].BlendEnable = round >= 2;
      }
      draw(h, &targets, TARGETS, &desc, zeros, ones, got);
      for (UINT i = 0; i < TARGETS; i++)
         for (unsigned c = 0; c < 4; c++)
            assert_int_equal(got[i][c], ((round & 1) * 8 + i) >> c & 1 ? 255 : 0);
   }
   targets_finish(&targets);
}

static double
linear_to_srgb(double x)
{
   return x <= 0.0031308 ? x * 12.92 : 1.055 * pow(x, 1 / 2.4) - 0.055;
}

static double
srgb_to_linear(double x)
{
   return x <= 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4);
}

/* D3D11.3 3.2.3.8, 3.2.3.9: half a step and a bit; blending happens in linear space. */
static void
srgb_blends_in_linear_space(void **state)
{
   struct harness *h = *state;
   struct targets targets;
   uint8_t got[TARGETS][16];

   targets_init(h, &targets, DXGI_FORMAT_R8G8B8A8_UNORM_SRGB);
   for (unsigned i = 0; i < 32; i++) {
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = pipeline_desc(&targets, 1, "color.ps");
      D3D12_RENDER_TARGET_BLEND_DESC *blend = &desc.BlendState.RenderTarget[0];
      float source[4] = {i / 31.0f, (31 - i) / 62.0f, i / 310.0f, 0.5f};
      static const float dest[4] = {0.25f, 0.5f, 0.01f, 0.5f};
      blend->BlendEnable = TRUE;
      blend->SrcBlend = blend->SrcBlendAlpha = D3D12_BLEND_SRC_ALPHA;
      blend->DestBlend = blend->DestBlendAlpha = D3D12_BLEND_INV_SRC_ALPHA;
      draw(h, &targets, 1, &desc, dest, source, got);
      for (unsigned c = 0; c < 4; c++) {
         double there = c == 3 ? rint(dest[3] * 255) / 255
                               : srgb_to_linear(rint(linear_to_srgb(dest[c]) * 255) / 255);
         double value = source[c] * 0.5 + there * 0.5;
         double wanted = (c == 3 ? value : linear_to_srgb(value)) * 255;
         if (fabs(got[0][c] - wanted) > 0.6)
            fail_msg("sRGB %g over %g, channel %u: expected %g, got %u", source[c], dest[c], c,
                     wanted, got[0][c]);
      }
   }
   targets_finish(&targets);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(factors_and_operations, setup, teardown),
      cmocka_unit_test_setup_teardown(dual_source, setup, teardown),
      cmocka_unit_test_setup_teardown(logic_operations, setup, teardown),
      cmocka_unit_test_setup_teardown(write_masks, setup, teardown),
      cmocka_unit_test_setup_teardown(srgb_blends_in_linear_space, setup, teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
