/* Clears among draws and copies: whatever the order, and however a clear is put off, a texel is what was
 * written there last. */
#include "scene.h"

#include <string.h>

/* Some tiles of 64×64, and parts of tiles. */
#define WIDTH 200
#define HEIGHT 150
#define OPERATIONS 40
#define ROUNDS 30

struct pixel {
   uint32_t color;
   float depth;
   uint8_t stencil;
};

static struct pixel model[HEIGHT][WIDTH];
static uint64_t seed = 1;

static uint32_t
below(uint32_t n)
{
   return scene_random(&seed) % n;
}

/* Corners of tiles more often than chance has it; now and then all of the target. */
static D3D12_RECT
random_rect(void)
{
   const uint32_t step = below(2) ? 64 : 1;
   D3D12_RECT rect = {
      .left = (LONG)(below(WIDTH / step) * step),
      .top = (LONG)(below(HEIGHT / step) * step),
   };
   const LONG right = rect.left + (LONG)((below(WIDTH / step) + 1) * step);
   const LONG bottom = rect.top + (LONG)((below(HEIGHT / step) + 1) * step);

   if (below(4) == 0)
      return (D3D12_RECT){ 0, 0, WIDTH, HEIGHT };
   rect.right = right < WIDTH ? right : WIDTH;
   rect.bottom = bottom < HEIGHT ? bottom : HEIGHT;
   return rect;
}

#define FOR_EACH_PIXEL(pixel, rect)                                                                \
   for (LONG y_ = (rect).top; y_ < (rect).bottom; y_++)                                            \
      for (struct pixel *pixel = &model[y_][(rect).left]; pixel < &model[y_][(rect).right];        \
           pixel++)

/* Of zeros and ones, so that the texel is the same by any rounding; few, so that they come again. */
static uint32_t
random_color(float color[4])
{
   uint32_t texel = 0;

   for (uint32_t i = 0; i < 4; i++) {
      color[i] = i < 2 ? (float)below(2) : 1;
      texel |= color[i] ? 0xffu << 8 * i : 0;
   }
   return texel;
}

static void
clear_color(struct harness *h, const struct harness_target *target)
{
   const D3D12_RECT rect = random_rect();
   const bool all = rect.right - rect.left == WIDTH && rect.bottom - rect.top == HEIGHT;
   float color[4];
   const uint32_t texel = random_color(color);

   ID3D12GraphicsCommandList_ClearRenderTargetView(h->list, target->rtv, color, all ? 0 : 1,
                                                   all ? NULL : &rect);
   FOR_EACH_PIXEL(pixel, rect)
   {
      pixel->color = texel;
   }
}

static void
clear_depth_stencil(struct harness *h, const struct harness_target *target)
{
   const D3D12_RECT rect = random_rect();
   const D3D12_CLEAR_FLAGS flags = 1 + below(3);
   const float depth = (float)below(3) / 2;
   const uint8_t stencil = (uint8_t)below(3);

   ID3D12GraphicsCommandList_ClearDepthStencilView(h->list, target->dsv, flags, depth, stencil, 1,
                                                   &rect);
   FOR_EACH_PIXEL(pixel, rect)
   {
      if (flags & D3D12_CLEAR_FLAG_DEPTH)
         pixel->depth = depth;
      if (flags & D3D12_CLEAR_FLAG_STENCIL)
         pixel->stencil = stencil;
   }
}

static void
draw(struct harness *h, ID3D12PipelineState *pipeline)
{
   const D3D12_RECT rect = random_rect();
   const float z = (float)below(8) / 8;
   const uint8_t stencil = (uint8_t)(10 + below(3));
   float color[4];
   const uint32_t texel = random_color(color);

   ID3D12GraphicsCommandList_RSSetScissorRects(h->list, 1, &rect);
   ID3D12GraphicsCommandList_OMSetStencilRef(h->list, stencil);
   scene_draw_quad(h, pipeline, z, color);
   FOR_EACH_PIXEL(pixel, rect)
   {
      if (z < pixel->depth)
         *pixel = (struct pixel){ texel, z, stencil };
   }
}

static void
check(struct harness *h, const struct harness_target *target)
{
   struct harness_image color, depth, stencil;

   harness_barrier(h, target->color, D3D12_RESOURCE_STATE_RENDER_TARGET,
                   D3D12_RESOURCE_STATE_COMMON);
   harness_barrier(h, target->depth, D3D12_RESOURCE_STATE_DEPTH_WRITE,
                   D3D12_RESOURCE_STATE_COMMON);
   harness_read_texture(h, target->color, 0, &color);
   harness_read_texture(h, target->depth, 0, &depth);
   harness_read_texture(h, target->depth, 1, &stencil);
   for (UINT y = 0; y < HEIGHT; y++) {
      for (UINT x = 0; x < WIDTH; x++) {
         const struct pixel *pixel = &model[y][x];
         const uint8_t found = stencil.data[y * stencil.row_pitch + x];
         if (harness_texel32(&color, x, y) != pixel->color ||
             harness_texel_float(&depth, x, y) != pixel->depth || found != pixel->stencil)
            fail_msg("(%u, %u): %08x, %g, %u instead of %08x, %g, %u", x, y,
                     harness_texel32(&color, x, y), harness_texel_float(&depth, x, y), found,
                     pixel->color, pixel->depth, pixel->stencil);
      }
   }
   harness_image_finish(&color);
   harness_image_finish(&depth);
   harness_image_finish(&stencil);
}

static ID3D12PipelineState *
create_pipeline(struct harness *h, ID3D12RootSignature *root, const struct harness_target *target)
{
   const D3D12_DEPTH_STENCILOP_DESC replace = { D3D12_STENCIL_OP_KEEP, D3D12_STENCIL_OP_KEEP,
                                                D3D12_STENCIL_OP_REPLACE,
                                                D3D12_COMPARISON_FUNC_ALWAYS };
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc =
      harness_pipeline_desc(root, target, "position-color.vs", "color.ps");

   desc.DepthStencilState = (D3D12_DEPTH_STENCIL_DESC){
      .DepthEnable = TRUE,
      .DepthWriteMask = D3D12_DEPTH_WRITE_MASK_ALL,
      .DepthFunc = D3D12_COMPARISON_FUNC_LESS,
      .StencilEnable = TRUE,
      .StencilReadMask = 0xff,
      .StencilWriteMask = 0xff,
      .FrontFace = replace,
      .BackFace = replace,
   };
   return scene_create_pipeline(h, &desc);
}

/* Clears the model as harness_target_begin clears the target. */
static void
begin(struct harness *h, const struct harness_target *target, ID3D12RootSignature *root)
{
   static const float black[4];

   harness_target_begin(h, target, black);
   ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
   for (uint32_t y = 0; y < HEIGHT; y++)
      for (uint32_t x = 0; x < WIDTH; x++)
         model[y][x] = (struct pixel){ 0, 1, 0 };
}

static void
clears_draws_and_copies(void **state)
{
   struct harness *h = *state;
   ID3D12RootSignature *root = harness_create_root_signature(h, NULL);
   struct harness_target target;

   harness_target_init(h, &target, WIDTH, HEIGHT, DXGI_FORMAT_R8G8B8A8_UNORM,
                       DXGI_FORMAT_D32_FLOAT_S8X24_UINT, 1);
   ID3D12PipelineState *pipeline = create_pipeline(h, root, &target);
   for (uint32_t round = 0; round < ROUNDS; round++) {
      begin(h, &target, root);
      for (uint32_t i = below(OPERATIONS); i > 0; i--) {
         switch (below(4)) {
         case 0:
            clear_color(h, &target);
            break;
         case 1:
            clear_depth_stencil(h, &target);
            break;
         default:
            draw(h, pipeline);
            break;
         }
      }
      check(h, &target);
   }
   RELEASE(pipeline);
   RELEASE(root);
   harness_target_finish(&target);
}

/* What was cleared and not drawn to is written over in part by a copy. */
static void
copy_over_cleared_depth(void **state)
{
   struct harness *h = *state;
   static const float black[4];
   static float texels[HEIGHT * 256];
   struct harness_target target;
   struct harness_image depth;

   harness_target_init(h, &target, WIDTH, HEIGHT, DXGI_FORMAT_R8G8B8A8_UNORM,
                       DXGI_FORMAT_D32_FLOAT, 1);
   harness_target_begin(h, &target, black);
   harness_barrier(h, target.color, D3D12_RESOURCE_STATE_RENDER_TARGET,
                   D3D12_RESOURCE_STATE_COMMON);
   harness_barrier(h, target.depth, D3D12_RESOURCE_STATE_DEPTH_WRITE, D3D12_RESOURCE_STATE_COMMON);
   harness_submit(h);
   for (size_t i = 0; i < HEIGHT * 256; i++)
      texels[i] = (float)(i % 1000) / 1000;
   harness_upload_texture(h, target.depth, 0, texels, 256 * sizeof(float));
   harness_read_texture(h, target.depth, 0, &depth);
   for (UINT y = 0; y < HEIGHT; y++)
      for (UINT x = 0; x < WIDTH; x++)
         assert_float_equal(harness_texel_float(&depth, x, y), texels[y * 256 + x], 0);
   harness_image_finish(&depth);
   harness_target_finish(&target);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(clears_draws_and_copies, harness_setup, harness_teardown),
      cmocka_unit_test_setup_teardown(copy_over_cleared_depth, harness_setup, harness_teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
