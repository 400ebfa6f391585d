/*
 * Each format that can be rendered is cleared and drawn to, each that can be sampled is read, by what
 * CheckFeatureSupport says of them. The conversion rules (D3D11.3 3.2.3) are those of layout/format.h,
 * which has tests of its own; here they hold for machine code, clears and copies.
 */
#include "scene.h"

#include "layout/format.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SIZE 8
#define LAST_FORMAT DXGI_FORMAT_B4G4R4A4_UNORM

static ID3D12RootSignature *draw_root, *fetch_root;
static const D3D12_DESCRIPTOR_RANGE1 range = {
   .RangeType = D3D12_DESCRIPTOR_RANGE_TYPE_SRV,
   .NumDescriptors = 1,
   .Flags = D3D12_DESCRIPTOR_RANGE_FLAG_DATA_VOLATILE,
};

static int
setup(void **state)
{
   D3D12_ROOT_PARAMETER1 constants = scene_root_constants(0, 4);
   D3D12_ROOT_PARAMETER1 fetch[2] = {scene_root_table(&range),
                                     scene_root_view(D3D12_ROOT_PARAMETER_TYPE_UAV, 0)};
   D3D12_ROOT_SIGNATURE_DESC1 desc = {
      .NumParameters = 1,
      .pParameters = &constants,
      .Flags = D3D12_ROOT_SIGNATURE_FLAG_ALLOW_INPUT_ASSEMBLER_INPUT_LAYOUT,
   };

   harness_setup(state);
   draw_root = harness_create_root_signature(*state, &desc);
   desc = (D3D12_ROOT_SIGNATURE_DESC1){.NumParameters = 2, .pParameters = fetch};
   fetch_root = harness_create_root_signature(*state, &desc);
   return 0;
}

static int
teardown(void **state)
{
   RELEASE(draw_root);
   RELEASE(fetch_root);
   return harness_teardown(state);
}

static UINT
support(struct harness *h, DXGI_FORMAT format)
{
   D3D12_FEATURE_DATA_FORMAT_SUPPORT data = {.Format = format};

   if (FAILED(ID3D12Device8_CheckFeatureSupport(h->device, D3D12_FEATURE_FORMAT_SUPPORT, &data,
                                                sizeof(data))))
      return 0;
   return data.Support1;
}

static bool
is_integer(DXGI_FORMAT format)
{
   uint8_t type = format_info(format)->channel[0].type;

   return type == FORMAT_UINT || type == FORMAT_SINT;
}

/* How far two values of a channel may be apart: a step of what is stored, or of a float. */
static double
tolerance(const struct format_info *info, unsigned c, double value)
{
   const struct format_channel *channel = &info->channel[c];

   if (info->srgb && c < 3)
      return 0.02; /* at most 1.2 steps, in linear space */
   switch (channel->type) {
   case FORMAT_UNORM:
      return 1.1 / ((1ull << channel->bits) - 1);
   case FORMAT_SNORM:
      return 1.1 / ((1ull << (channel->bits - 1)) - 1);
   case FORMAT_FLOAT:
      return fabs(value) * (channel->bits >= 32 ? 0 : channel->bits == 16 ? 0.001 : 0.04);
   default:
      return 0;
   }
}

static void
check_texel(const struct format_info *info, const char *what, const union format_texel *wanted,
            const uint8_t *block)
{
   union format_texel got;

   format_unpack(info->format, block, 0, 0, &got);
   for (unsigned c = 0; c < 4; c++) {
      if (info->channel[c].type == FORMAT_VOID)
         continue;
      bool same = is_integer(info->format)
                     ? wanted->u[c] == got.u[c]
                     : fabs((double)wanted->f[c] - got.f[c]) <= tolerance(info, c, wanted->f[c]);
      if (!same)
         fail_msg("%s %s, channel %u: expected %.9g (%#x), got %.9g (%#x)", info->name, what, c,
                  wanted->f[c], wanted->u[c], got.f[c], got.u[c]);
   }
}

/* What the values become when they are stored and read again. */
static union format_texel
round_trip(DXGI_FORMAT format, const union format_texel *value)
{
   uint8_t block[16];
   union format_texel stored;

   format_pack(format, value, block);
   format_unpack(format, block, 0, 0, &stored);
   return stored;
}

static void
targets_store_what_is_drawn(void **state)
{
   struct harness *h = *state;
   unsigned count = 0;
   static const float floats[][4] = {
      {0, 1, 0.5f, 0.25f}, {-0.5f, 2, 0.3f, 0.7f}, {1, -1, 100.0f, -3}, {0.999f, 0.001f, 1e-3f, 0},
   };
   static const int32_t integers[][4] = {{0, 1, 100, 3}, {127, 5, 77, 1}, {31, 2, 9, 0}, {64, 3, 1, 2}};

   for (DXGI_FORMAT format = 1; format <= LAST_FORMAT; format++) {
      const struct format_info *info = format_info(format);
      struct harness_target target;
      if (!(support(h, format) & D3D12_FORMAT_SUPPORT1_RENDER_TARGET))
         continue;
      bool integer = is_integer(format);
      const char *ps = !integer                                ? "constants.ps"
                       : info->channel[0].type == FORMAT_UINT ? "constants-uint.ps"
                                                               : "constants-sint.ps";
      count++;
      harness_target_init(h, &target, SIZE, SIZE, format, DXGI_FORMAT_UNKNOWN, 1);
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc =
         harness_pipeline_desc(draw_root, &target, "position-color.vs", ps);
      ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
      for (unsigned i = 0; i < 8; i++) {
         struct harness_image image;
         union format_texel value;
         float clear[4];
         bool draw = i & 1;

         memcpy(&value, integer ? (void *)integers[i / 2] : (void *)floats[i / 2], sizeof(value));
         for (unsigned c = 0; c < 4; c++)
            clear[c] = draw ? 0 : integer ? value.i[c] : value.f[c];
         harness_target_begin(h, &target, clear);
         if (draw) {
            ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, draw_root);
            ID3D12GraphicsCommandList_SetGraphicsRoot32BitConstants(h->list, 0, 4, &value, 0);
            scene_draw_quad(h, pipeline, 0.5f, floats[0]);
         }
         harness_target_end(h, &target, NULL);
         harness_read_texture(h, target.color, 0, &image);
         union format_texel wanted = round_trip(format, &value);
         for (UINT p = 0; p < SIZE * SIZE; p++)
            check_texel(info, draw ? "drawn" : "cleared", &wanted,
                        image.data + p / SIZE * image.row_pitch + p % SIZE * info->block_bytes);
         harness_image_finish(&image);
      }
      RELEASE(pipeline);
      harness_target_finish(&target);
   }
   print_message("%u formats\n", count);
   assert_true(count >= 40);
}

static bool
same_float(const struct format_info *info, unsigned c, float wanted, float got)
{
   if (info->srgb && c < 3)
      return fabsf(wanted - got) < 1.5e-4f; /* half an sRGB step where steps are least (3.2.3.9) */
   if (info->encoding >= FORMAT_BC1 && fabsf(wanted) <= 1)
      return fabsf(wanted - got) < 1e-6f; /* the order of the weights' arithmetic is free */
   if (isnan(wanted) || isnan(got))
      return isnan(wanted) && isnan(got);
   if (fabsf(wanted) < 1.2e-38f && fabsf(got) < 1.2e-38f)
      return true; /* denormals may be flushed */
   return wanted == got || fabsf(wanted - got) <= fabsf(wanted) * 4e-7f;
}

/* Any bits, through a texture, as the format's rules read them. */
static void
textures_read_what_is_stored(void **state)
{
   struct harness *h = *state;
   ID3D12PipelineState *pipelines[2] = {scene_create_compute(h, fetch_root, "fetch.cs"),
                                        scene_create_compute(h, fetch_root, "fetch-uint.cs")};
   ID3D12Resource *out = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, SIZE * SIZE * 16);
   ID3D12DescriptorHeap *heap = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_CBV_SRV_UAV, 1, true);
   unsigned count = 0;
   uint64_t seed = 13;

   for (DXGI_FORMAT format = 1; format <= LAST_FORMAT; format++) {
      const struct format_info *info = format_info(format);
      UINT caps = support(h, format);
      uint8_t data[SIZE * SIZE * 16];
      union format_texel got[SIZE * SIZE];
      if (!(caps & D3D12_FORMAT_SUPPORT1_SHADER_LOAD) || !(caps & D3D12_FORMAT_SUPPORT1_TEXTURE2D) ||
          info->planes != 1)
         continue;
      count++;
      UINT pitch = SIZE / info->block_width * info->block_bytes;
      for (unsigned i = 0; i < sizeof(data); i++)
         data[i] = scene_random(&seed);
      D3D12_RESOURCE_DESC desc = harness_texture_desc(SIZE, SIZE, format, D3D12_RESOURCE_FLAG_NONE);
      ID3D12Resource *texture = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc);
      harness_upload_texture(h, texture, 0, data, pitch);
      ID3D12Device8_CreateShaderResourceView(h->device, texture, NULL, harness_cpu_handle(h, heap, 0));
      ID3D12GraphicsCommandList_SetDescriptorHeaps(h->list, 1, &heap);
      ID3D12GraphicsCommandList_SetComputeRootSignature(h->list, fetch_root);
      ID3D12GraphicsCommandList_SetPipelineState(h->list, pipelines[is_integer(format)]);
      ID3D12GraphicsCommandList_SetComputeRootDescriptorTable(h->list, 0, harness_gpu_handle(h, heap, 0));
      ID3D12GraphicsCommandList_SetComputeRootUnorderedAccessView(
         h->list, 1, ID3D12Resource_GetGPUVirtualAddress(out));
      ID3D12GraphicsCommandList_Dispatch(h->list, 1, 1, 1);
      harness_submit(h);
      harness_read_buffer(h, out, got, sizeof(got));
      for (UINT p = 0; p < SIZE * SIZE; p++) {
         UINT x = p % SIZE, y = p / SIZE;
         union format_texel wanted;
         format_unpack(format,
                       data + y / info->block_height * pitch + x / info->block_width * info->block_bytes,
                       x % info->block_width, y % info->block_height, &wanted);
         for (unsigned c = 0; c < 4; c++) {
            bool same = is_integer(format) ? wanted.u[c] == got[p].u[c]
                                           : same_float(info, c, wanted.f[c], got[p].f[c]);
            if (!same)
               fail_msg("%s, texel (%u, %u), channel %u: expected %.9g (%#x), got %.9g (%#x)",
                        info->name, x, y, c, wanted.f[c], wanted.u[c], got[p].f[c], got[p].u[c]);
         }
      }
      RELEASE(texture);
   }
   print_message("%u formats\n", count);
   assert_true(count >= 60);
   RELEASE(pipelines[0]);
   RELEASE(pipelines[1]);
   RELEASE(heap);
   RELEASE(out);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(targets_store_what_is_drawn, setup, teardown),
      cmocka_unit_test_setup_teardown(textures_read_what_is_stored, setup, teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
