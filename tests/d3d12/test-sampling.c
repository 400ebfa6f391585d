/* Samples of small textures against the rules of D3D11.3 7.18, worked out in double precision. */
#include "scene.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define POINTS 64
/* Filter weights have 8 bits: a texel's value, at most 1, may be off by half of 1/256 on each axis. */
#define TOLERANCE (1.0 / 256)

static ID3D12RootSignature *root;
static ID3D12Resource *points, *results;
static ID3D12DescriptorHeap *views, *samplers;
static const D3D12_DESCRIPTOR_RANGE1 view_range = {
   .RangeType = D3D12_DESCRIPTOR_RANGE_TYPE_SRV,
   .NumDescriptors = 1,
   .Flags = D3D12_DESCRIPTOR_RANGE_FLAG_DATA_VOLATILE,
};
static const D3D12_DESCRIPTOR_RANGE1 sampler_range = {
   .RangeType = D3D12_DESCRIPTOR_RANGE_TYPE_SAMPLER,
   .NumDescriptors = 1,
};

static int
setup(void **state)
{
   D3D12_ROOT_PARAMETER1 parameters[] = {
      scene_root_table(&view_range),
      scene_root_table(&sampler_range),
      scene_root_view(D3D12_ROOT_PARAMETER_TYPE_SRV, 1),
      scene_root_view(D3D12_ROOT_PARAMETER_TYPE_UAV, 0),
   };
   D3D12_ROOT_SIGNATURE_DESC1 desc = {.NumParameters = 4, .pParameters = parameters};

   harness_setup(state);
   struct harness *h = *state;
   root = harness_create_root_signature(h, &desc);
   points = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, POINTS * 16);
   results = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, POINTS * 16);
   views = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_CBV_SRV_UAV, 1, true);
   samplers = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_SAMPLER, 1, true);
   return 0;
}

static int
teardown(void **state)
{
   RELEASE(points);
   RELEASE(results);
   RELEASE(views);
   RELEASE(samplers);
   RELEASE(root);
   return harness_teardown(state);
}

/* x, y, z, level → a colour. */
static void
sample(struct harness *h, const char *shader, ID3D12Resource *texture,
       const D3D12_SHADER_RESOURCE_VIEW_DESC *view, const D3D12_SAMPLER_DESC *sampler,
       float where[POINTS][4], float got[POINTS][4])
{
   ID3D12PipelineState *pipeline = scene_create_compute(h, root, shader);
   ID3D12DescriptorHeap *heaps[] = {views, samplers};

   harness_upload_buffer(h, points, where, POINTS * 16);
   ID3D12Device8_CreateShaderResourceView(h->device, texture, view, harness_cpu_handle(h, views, 0));
   ID3D12Device8_CreateSampler(h->device, sampler, harness_cpu_handle(h, samplers, 0));
   ID3D12GraphicsCommandList_SetDescriptorHeaps(h->list, 2, heaps);
   ID3D12GraphicsCommandList_SetComputeRootSignature(h->list, root);
   ID3D12GraphicsCommandList_SetPipelineState(h->list, pipeline);
   ID3D12GraphicsCommandList_SetComputeRootDescriptorTable(h->list, 0, harness_gpu_handle(h, views, 0));
   ID3D12GraphicsCommandList_SetComputeRootDescriptorTable(h->list, 1, harness_gpu_handle(h, samplers, 0));
   ID3D12GraphicsCommandList_SetComputeRootShaderResourceView(
      h->list, 2, ID3D12Resource_GetGPUVirtualAddress(points));
   ID3D12GraphicsCommandList_SetComputeRootUnorderedAccessView(
      h->list, 3, ID3D12Resource_GetGPUVirtualAddress(results));
   ID3D12GraphicsCommandList_Dispatch(h->list, 1, 1, 1);
   harness_submit(h);
   harness_read_buffer(h, results, got, POINTS * 16);
   RELEASE(pipeline);
}

/* A 2D texture of 8 × 8 with 4 levels of one float channel; layers differ. */
struct pyramid {
   ID3D12Resource *texture;
   UINT layers;
   float texels[8][4][8][8]; /* layer, level, y, x */
};

static void
pyramid_init(struct harness *h, struct pyramid *pyramid, UINT layers)
{
   D3D12_RESOURCE_DESC desc =
      harness_texture_desc(8, 8, DXGI_FORMAT_R32_FLOAT, D3D12_RESOURCE_FLAG_NONE);
   uint64_t seed = 14;

   desc.DepthOrArraySize = layers;
   desc.MipLevels = 4;
   pyramid->layers = layers;
   pyramid->texture = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc);
   for (UINT layer = 0; layer < layers; layer++) {
      for (UINT level = 0; level < 4; level++) {
         for (UINT i = 0; i < 64; i++)
            pyramid->texels[layer][level][i / 8][i % 8] = scene_random(&seed) % 1000 / 1000.0f;
         harness_upload_texture(h, pyramid->texture, layer * 4 + level, pyramid->texels[layer][level],
                                8 * sizeof(float));
      }
   }
}

#define BORDER 0.625f

/* A texel's place after addressing; -1: the border. */
static int
address(D3D12_TEXTURE_ADDRESS_MODE mode, int i, int size)
{
   switch (mode) {
   case D3D12_TEXTURE_ADDRESS_MODE_WRAP:
      return ((i % size) + size) % size;
   case D3D12_TEXTURE_ADDRESS_MODE_MIRROR: {
      int m = ((i % (2 * size)) + 2 * size) % (2 * size);
      return m < size ? m : 2 * size - 1 - m;
   }
   case D3D12_TEXTURE_ADDRESS_MODE_MIRROR_ONCE:
      i = i < 0 ? -1 - i : i;
      return i < size ? i : size - 1;
   case D3D12_TEXTURE_ADDRESS_MODE_BORDER:
      return i < 0 || i >= size ? -1 : i;
   default:
      return i < 0 ? 0 : i >= size ? size - 1 : i;
   }
}

static double
level_value(const struct pyramid *p, UINT layer, UINT level, D3D12_TEXTURE_ADDRESS_MODE mode,
            bool linear, double u, double v)
{
   int size = 8 >> level;
   double x = u * size, y = v * size, value = 0;

   if (!linear) {
      int i = address(mode, floor(x), size), j = address(mode, floor(y), size);
      return i < 0 || j < 0 ? BORDER : p->texels[layer][level][j][i];
   }
   x -= 0.5;
   y -= 0.5;
   double fx = x - floor(x), fy = y - floor(y);
   for (int k = 0; k < 4; k++) {
      int i = address(mode, floor(x) + (k & 1), size), j = address(mode, floor(y) + (k >> 1), size);
      double texel = i < 0 || j < 0 ? BORDER : p->texels[layer][level][j][i];
      value += texel * (k & 1 ? fx : 1 - fx) * (k >> 1 ? fy : 1 - fy);
   }
   return value;
}

static double
lod_value(const struct pyramid *p, UINT layer, D3D12_TEXTURE_ADDRESS_MODE mode, D3D12_FILTER filter,
          double u, double v, double lod)
{
   bool mip_linear = filter & 1, mag = filter & 4, min = filter & 16;
   bool linear = lod <= 0 ? mag : min;
   double clamped = fmin(fmax(lod, 0), 3);

   if (!mip_linear)
      return level_value(p, layer, floor(clamped + 0.5), mode, linear, u, v);
   double f = clamped - floor(clamped);
   UINT low = floor(clamped), high = low < 3 ? low + 1 : 3;
   return level_value(p, layer, low, mode, linear, u, v) * (1 - f) +
          level_value(p, layer, high, mode, linear, u, v) * f;
}

/* Coordinates at odd 1/512ths of a level's texel: no choice is near a tie. */
static void
random_points(uint64_t *seed, float where[POINTS][4], float range)
{
   for (unsigned i = 0; i < POINTS; i++) {
      for (unsigned c = 0; c < 2; c++)
         where[i][c] = (floorf((scene_random(seed) / 4294967296.0f - 0.5f) * range * 512) * 2 + 1) / 1024 + 0.5f;
      where[i][2] = 0;
      where[i][3] = (int)(scene_random(seed) % 20) * 0.25f - 0.9f;
   }
}

static void
check(const char *what, unsigned i, const float where[4], double wanted, float got)
{
   if (!(fabs(wanted - got) <= TOLERANCE * 2))
      fail_msg("%s, point %u (%g, %g, %g, level %g): expected %g, got %g", what, i, where[0], where[1],
               where[2], where[3], wanted, got);
}

static void
filters_and_addressing(void **state)
{
   struct harness *h = *state;
   static const D3D12_FILTER filters[] = {
      D3D12_FILTER_MIN_MAG_MIP_POINT,  D3D12_FILTER_MIN_MAG_POINT_MIP_LINEAR,
      D3D12_FILTER_MIN_MAG_LINEAR_MIP_POINT, D3D12_FILTER_MIN_MAG_MIP_LINEAR,
      D3D12_FILTER_MIN_POINT_MAG_MIP_LINEAR, D3D12_FILTER_MIN_LINEAR_MAG_MIP_POINT,
   };
   struct pyramid pyramid;
   uint64_t seed = 15;

   pyramid_init(h, &pyramid, 1);
   for (unsigned f = 0; f < 6; f++) {
      for (D3D12_TEXTURE_ADDRESS_MODE mode = D3D12_TEXTURE_ADDRESS_MODE_WRAP;
           mode <= D3D12_TEXTURE_ADDRESS_MODE_MIRROR_ONCE; mode++) {
         if (f > 1 && f < 5 && f != 3 && mode > D3D12_TEXTURE_ADDRESS_MODE_MIRROR)
            continue; /* all filters with two modes, three with all modes */
         D3D12_SAMPLER_DESC sampler = {
            .Filter = filters[f],
            .AddressU = mode,
            .AddressV = mode,
            .AddressW = mode,
            .BorderColor = {BORDER, BORDER, BORDER, BORDER},
            .MaxLOD = D3D12_FLOAT32_MAX,
            .MaxAnisotropy = 1,
         };
         float where[POINTS][4], got[POINTS][4];
         char what[64];
         random_points(&seed, where, 3);
         sample(h, "sample-2d.cs", pyramid.texture, NULL, &sampler, where, got);
         snprintf(what, sizeof(what), "filter %#x, mode %d", filters[f], mode);
         for (unsigned i = 0; i < POINTS; i++) {
            check(what, i, where[i],
                  lod_value(&pyramid, 0, mode, filters[f], where[i][0], where[i][1], where[i][3]), got[i][0]);
            /* A border's alpha is the border's; where it is mixed nothing is said here. */
            if (mode != D3D12_TEXTURE_ADDRESS_MODE_BORDER)
               assert_true(got[i][1] == 0 && got[i][2] == 0 && got[i][3] == 1);
         }
      }
   }
   RELEASE(pyramid.texture);
}

/* Layers are chosen by rounding to the nearest even, and clamped. */
static void
arrays_choose_layers(void **state)
{
   struct harness *h = *state;
   struct pyramid pyramid;
   uint64_t seed = 16;
   D3D12_SAMPLER_DESC sampler = {
      .Filter = D3D12_FILTER_MIN_MAG_MIP_LINEAR,
      .AddressU = D3D12_TEXTURE_ADDRESS_MODE_WRAP,
      .AddressV = D3D12_TEXTURE_ADDRESS_MODE_WRAP,
      .AddressW = D3D12_TEXTURE_ADDRESS_MODE_WRAP,
      .MaxLOD = D3D12_FLOAT32_MAX,
   };
   float where[POINTS][4], got[POINTS][4];
   static const float layers[] = {0, 0.4f, 0.6f, 1, 2.7f, 4, -3, 17};
   static const UINT chosen[] = {0, 0, 1, 1, 3, 4, 0, 4};

   pyramid_init(h, &pyramid, 5);
   random_points(&seed, where, 2);
   for (unsigned i = 0; i < POINTS; i++)
      where[i][2] = layers[i % 8];
   sample(h, "sample-2d-array.cs", pyramid.texture, NULL, &sampler, where, got);
   for (unsigned i = 0; i < POINTS; i++)
      check("array", i, where[i],
            lod_value(&pyramid, chosen[i % 8], sampler.AddressU, sampler.Filter, where[i][0],
                      where[i][1], where[i][3]),
            got[i][0]);
   RELEASE(pyramid.texture);
}

/* The major axis chooses the face (D3D11.3 5.2.5 has the table); inside a face, as in 2D. */
static void
cubes_choose_faces(void **state)
{
   struct harness *h = *state;
   struct pyramid pyramid;
   uint64_t seed = 17;
   D3D12_SHADER_RESOURCE_VIEW_DESC view = {
      .Format = DXGI_FORMAT_R32_FLOAT,
      .ViewDimension = D3D12_SRV_DIMENSION_TEXTURECUBE,
      .Shader4ComponentMapping = D3D12_DEFAULT_SHADER_4_COMPONENT_MAPPING,
      .TextureCube = {.MipLevels = 4},
   };
   D3D12_SAMPLER_DESC sampler = {
      .AddressU = D3D12_TEXTURE_ADDRESS_MODE_CLAMP,
      .AddressV = D3D12_TEXTURE_ADDRESS_MODE_CLAMP,
      .AddressW = D3D12_TEXTURE_ADDRESS_MODE_CLAMP,
      .MaxLOD = D3D12_FLOAT32_MAX,
   };
   float where[POINTS][4], got[POINTS][4];

   pyramid_init(h, &pyramid, 6);
   for (unsigned linear = 0; linear < 2; linear++) {
      double reach = linear ? 0.8 : 0.99; /* linear: inside the half texel that needs no neighbours */
      double u[POINTS], v[POINTS];
      for (unsigned i = 0; i < POINTS; i++) {
         double scale = 0.5 + scene_random(&seed) % 100 / 25.0;
         double s = ((scene_random(&seed) % 512) / 256.0 - 1 + 1 / 512.0) * reach;
         double t = ((scene_random(&seed) % 512) / 256.0 - 1 + 1 / 512.0) * reach;
         /* Right and down in each face, +x -x +y -y +z -z. */
         const double vectors[6][3] = {{1, -t, -s}, {-1, -t, s}, {s, 1, t}, {s, -1, -t}, {s, -t, 1}, {-s, -t, -1}};
         for (unsigned c = 0; c < 3; c++)
            where[i][c] = vectors[i % 6][c] * scale;
         where[i][3] = 0;
         u[i] = (s + 1) / 2;
         v[i] = (t + 1) / 2;
      }
      sampler.Filter = linear ? D3D12_FILTER_MIN_MAG_MIP_LINEAR : D3D12_FILTER_MIN_MAG_MIP_POINT;
      sample(h, "sample-cube.cs", pyramid.texture, &view, &sampler, where, got);
      for (unsigned i = 0; i < POINTS; i++)
         check(linear ? "cube, linear" : "cube, point", i, where[i],
               level_value(&pyramid, i % 6, 0, sampler.AddressU, linear, u[i], v[i]), got[i][0]);
   }
   RELEASE(pyramid.texture);
}

/* f = 1 / 8 (x + 2 y + 4 z) of a texel's place is linear, so linear filtering gives it back. */
static void
volumes_filter_in_three_directions(void **state)
{
   struct harness *h = *state;
   D3D12_RESOURCE_DESC desc =
      harness_texture_desc(4, 4, DXGI_FORMAT_R32_FLOAT, D3D12_RESOURCE_FLAG_NONE);
   D3D12_SAMPLER_DESC sampler = {
      .Filter = D3D12_FILTER_MIN_MAG_MIP_LINEAR,
      .AddressU = D3D12_TEXTURE_ADDRESS_MODE_CLAMP,
      .AddressV = D3D12_TEXTURE_ADDRESS_MODE_CLAMP,
      .AddressW = D3D12_TEXTURE_ADDRESS_MODE_CLAMP,
      .MaxLOD = D3D12_FLOAT32_MAX,
   };
   float texels[4][4][4], where[POINTS][4], got[POINTS][4];
   uint64_t seed = 18;

   desc.Dimension = D3D12_RESOURCE_DIMENSION_TEXTURE3D;
   desc.DepthOrArraySize = 4;
   ID3D12Resource *texture = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc);
   for (unsigned i = 0; i < 64; i++)
      texels[i / 16][i / 4 % 4][i % 4] = (i % 4 + 2 * (i / 4 % 4) + 4 * (i / 16)) / 32.0f;
   harness_upload_texture(h, texture, 0, texels, 16);
   for (unsigned i = 0; i < POINTS; i++)
      for (unsigned c = 0; c < 4; c++)
         where[i][c] = c < 3 ? scene_random(&seed) % 1000 / 1000.0f : 0;
   sample(h, "sample-3d.cs", texture, NULL, &sampler, where, got);
   for (unsigned i = 0; i < POINTS; i++) {
      double value = 0;
      for (unsigned c = 0; c < 3; c++)
         value += fmin(fmax(where[i][c] * 4 - 0.5, 0), 3) * (1 << c) / 32;
      check("volume", i, where[i], value, got[i][0]);
   }
   RELEASE(texture);
}

/* A comparison's result takes the view's component mapping: Mesa makes GL's luminance, intensity and alpha
 * depth textures with it. */
static void
comparisons_take_the_mapping(void **state)
{
   static const UINT mappings[][4] = {{0, 1, 2, 3}, {0, 0, 0, 5}, {0, 4, 4, 5}, {4, 4, 4, 0}};
   struct harness *h = *state;
   D3D12_RESOURCE_DESC desc =
      harness_texture_desc(2, 2, DXGI_FORMAT_R32_FLOAT, D3D12_RESOURCE_FLAG_NONE);
   ID3D12Resource *texture = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc);
   float texels[2][2] = {{0.5f, 0.5f}, {0.5f, 0.5f}}, where[POINTS][4], got[POINTS][4];
   D3D12_SAMPLER_DESC sampler = {
      .Filter = D3D12_FILTER_COMPARISON_MIN_MAG_LINEAR_MIP_POINT,
      .AddressU = D3D12_TEXTURE_ADDRESS_MODE_CLAMP,
      .AddressV = D3D12_TEXTURE_ADDRESS_MODE_CLAMP,
      .AddressW = D3D12_TEXTURE_ADDRESS_MODE_CLAMP,
      .ComparisonFunc = D3D12_COMPARISON_FUNC_GREATER,
      .MaxLOD = D3D12_FLOAT32_MAX,
   };

   harness_upload_texture(h, texture, 0, texels, 2 * sizeof(float));
   for (UINT i = 0; i < POINTS; i++) {
      where[i][0] = where[i][1] = 0.4f;
      where[i][2] = i & 1 ? 0.75f : 0.25f;
      where[i][3] = 0;
   }
   for (UINT m = 0; m < 4; m++) {
      const UINT *from = mappings[m];
      D3D12_SHADER_RESOURCE_VIEW_DESC view = {
         .Format = DXGI_FORMAT_R32_FLOAT,
         .ViewDimension = D3D12_SRV_DIMENSION_TEXTURE2D,
         .Shader4ComponentMapping =
            D3D12_ENCODE_SHADER_4_COMPONENT_MAPPING(from[0], from[1], from[2], from[3]),
         .Texture2D.MipLevels = 1,
      };
      sample(h, "compare-2d.cs", texture, &view, &sampler, where, got);
      for (UINT i = 0; i < POINTS; i++) {
         for (UINT c = 0; c < 4; c++) {
            float result = i & 1 ? 1 : 0;
            assert_true(got[i][c] == (from[c] == 4 ? 0 : from[c] == 5 ? 1 : result));
         }
      }
   }
   RELEASE(texture);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(comparisons_take_the_mapping, setup, teardown),
      cmocka_unit_test_setup_teardown(filters_and_addressing, setup, teardown),
      cmocka_unit_test_setup_teardown(arrays_choose_layers, setup, teardown),
      cmocka_unit_test_setup_teardown(cubes_choose_faces, setup, teardown),
      cmocka_unit_test_setup_teardown(volumes_filter_in_three_directions, setup, teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
