/* Time of texture routines for one group of lanes, in nanoseconds, on textures that fit in the cache. */
#include "jit/engine.h"
#include "jit/texture.h"
#include "util/bits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct bench {
   const char *name;
   DXGI_FORMAT format;
   uint8_t dim;
   uint8_t op;
   bool linear, mip_linear, levels;
   uint8_t anisotropy, address, compare;
   float step; /* texels between lanes */
};

#define WRAP D3D12_TEXTURE_ADDRESS_MODE_WRAP
#define CLAMP_EDGE D3D12_TEXTURE_ADDRESS_MODE_CLAMP
#define LEQUAL D3D12_COMPARISON_FUNC_LESS_EQUAL

static const struct bench benches[] = {
   { "rgba8 point wrap", DXGI_FORMAT_R8G8B8A8_UNORM, DESCRIPTOR_2D, TEXTURE_SAMPLE, 0, 0, 0, 1,
     WRAP, 0, 1 },
   { "rgba8 linear wrap", DXGI_FORMAT_R8G8B8A8_UNORM, DESCRIPTOR_2D, TEXTURE_SAMPLE, 1, 0, 0, 1,
     WRAP, 0, 0.7f },
   { "rgba8 linear clamp", DXGI_FORMAT_R8G8B8A8_UNORM, DESCRIPTOR_2D, TEXTURE_SAMPLE, 1, 0, 0, 1,
     CLAMP_EDGE, 0, 0.7f },
   { "bgra8 linear mip point", DXGI_FORMAT_B8G8R8A8_UNORM, DESCRIPTOR_2D, TEXTURE_SAMPLE, 1, 0, 1,
     1, WRAP, 0, 1.6f },
   { "bgra8 trilinear", DXGI_FORMAT_B8G8R8A8_UNORM, DESCRIPTOR_2D, TEXTURE_SAMPLE, 1, 1, 1, 1, WRAP,
     0, 1.6f },
   { "bgra8 trilinear magnified", DXGI_FORMAT_B8G8R8A8_UNORM, DESCRIPTOR_2D, TEXTURE_SAMPLE, 1, 1,
     1, 1, WRAP, 0, 0.4f },
   { "bgra8 aniso 8 of 3", DXGI_FORMAT_B8G8R8A8_UNORM, DESCRIPTOR_2D, TEXTURE_SAMPLE, 1, 1, 1, 8,
     WRAP, 0, 3.0f },
   { "srgb linear", DXGI_FORMAT_R8G8B8A8_UNORM_SRGB, DESCRIPTOR_2D, TEXTURE_SAMPLE, 1, 0, 0, 1,
     WRAP, 0, 0.7f },
   { "r8 linear", DXGI_FORMAT_R8_UNORM, DESCRIPTOR_2D, TEXTURE_SAMPLE, 1, 0, 0, 1, CLAMP_EDGE, 0,
     0.7f },
   { "rgba16f linear", DXGI_FORMAT_R16G16B16A16_FLOAT, DESCRIPTOR_2D, TEXTURE_SAMPLE, 1, 0, 0, 1,
     CLAMP_EDGE, 0, 0.7f },
   { "rgba32f linear", DXGI_FORMAT_R32G32B32A32_FLOAT, DESCRIPTOR_2D, TEXTURE_SAMPLE, 1, 0, 0, 1,
     CLAMP_EDGE, 0, 0.7f },
   { "r32f shadow linear", DXGI_FORMAT_R32_FLOAT, DESCRIPTOR_2D, TEXTURE_SAMPLE_CMP_LEVEL, 1, 0, 0,
     1, CLAMP_EDGE, LEQUAL, 0.7f },
   { "bc1 linear", DXGI_FORMAT_BC1_UNORM, DESCRIPTOR_2D, TEXTURE_SAMPLE, 1, 0, 0, 1, WRAP, 0,
     0.7f },
   { "bc3 linear", DXGI_FORMAT_BC3_UNORM, DESCRIPTOR_2D, TEXTURE_SAMPLE, 1, 0, 0, 1, WRAP, 0,
     0.7f },
   { "rgba8 cube linear", DXGI_FORMAT_R8G8B8A8_UNORM, DESCRIPTOR_CUBE, TEXTURE_SAMPLE, 1, 0, 0, 1,
     WRAP, 0, 0.7f },
   { "rgba8 volume linear", DXGI_FORMAT_R8G8B8A8_UNORM, DESCRIPTOR_3D, TEXTURE_SAMPLE, 1, 0, 0, 1,
     WRAP, 0, 0.7f },
   { "rgba8 load", DXGI_FORMAT_R8G8B8A8_UNORM, DESCRIPTOR_2D, TEXTURE_LOAD, 0, 0, 0, 1, WRAP, 0,
     1 },
   { "rgba8 gather", DXGI_FORMAT_R8G8B8A8_UNORM, DESCRIPTOR_2D, TEXTURE_GATHER, 0, 0, 0, 1,
     CLAMP_EDGE, 0, 1 },
};

#define SIZE 256
#define CALLS 64 /* a walk over some rows */
#define REPEATS 2000

struct call {
   _Alignas(64) struct texture_args args;
};

static double
now(void)
{
   struct timespec time;
   clock_gettime(CLOCK_MONOTONIC, &time);
   return time.tv_sec * 1e9 + time.tv_nsec;
}

static bool
make_view(const struct bench *bench, struct image *image, struct descriptor *view)
{
   bool is_cube = bench->dim == DESCRIPTOR_CUBE, is_3d = bench->dim == DESCRIPTOR_3D;
   uint32_t size = is_3d ? 64 : SIZE;
   D3D12_RESOURCE_DESC desc = {
      .Dimension = is_3d ? D3D12_RESOURCE_DIMENSION_TEXTURE3D : D3D12_RESOURCE_DIMENSION_TEXTURE2D,
      .Width = size,
      .Height = size,
      .DepthOrArraySize = is_3d     ? 16
                          : is_cube ? 6
                                    : 1,
      .MipLevels = bench->levels ? 0 : 1,
      .Format = bench->format,
      .SampleDesc = { 1, 0 },
   };
   if (!image_init(image, &desc))
      return false;
   image->data = aligned_alloc(64, align_up(image->size, 64));
   if (!image->data)
      return false;
   for (uint64_t i = 0; i < image->size; i++)
      image->data[i] = i * 7 & 0x3b;
   *view = (struct descriptor){
      .base = image->data,
      .size = image->size,
      .levels = image->plane[0].level,
      .layer_stride = image->plane[0].layer_stride,
      .width = image->width,
      .height = image->height,
      .depth = image->depth,
      .layers = image->layers,
      .format = bench->format,
      .kind = DESCRIPTOR_SRV,
      .dim = bench->dim,
      .num_levels = image->num_levels,
      .samples = 1,
      .swizzle = { 0, 1, 2, 3 },
   };
   return true;
}

/* Groups of quads side by side, walking along rows. */
static void
set_coordinates(struct texture_args *args, const struct bench *bench, uint32_t call, uint32_t lanes)
{
   for (uint32_t lane = 0; lane < lanes; lane++) {
      uint32_t quad = lane / 4;
      float x = (call % 16 * (lanes / 2) + quad * 2 + (lane & 1)) * bench->step;
      float y = (call / 16 * 2 + (lane >> 1 & 1)) * (bench->anisotropy > 1 ? 1 : bench->step);
      args->coord[0][lane] = (x + 0.3f) / SIZE;
      args->coord[1][lane] = (y + 0.4f) / SIZE;
      args->coord[2][lane] = 0.9f;
      if (bench->op == TEXTURE_LOAD) {
         args->icoord[0][lane] = (int32_t)x % SIZE;
         args->icoord[1][lane] = (int32_t)y % SIZE;
      }
   }
}

int
main(void)
{
   uint32_t lanes = jit_target_get()->lanes;
   printf("%s, %u lanes\n", jit_target_get()->isa, lanes);
   struct call *calls = aligned_alloc(64, CALLS * sizeof(*calls));
   if (!calls)
      return 1;

   for (uint32_t i = 0; i < ARRAY_LENGTH(benches); i++) {
      const struct bench *bench = &benches[i];
      struct image image;
      struct descriptor view;
      if (!make_view(bench, &image, &view))
         return 1;
      struct sampler sampler = {
         .filter_min = bench->linear,
         .filter_mag = bench->linear,
         .filter_mip = bench->mip_linear,
         .anisotropy = bench->anisotropy,
         .address = { bench->address, bench->address, bench->address },
         .compare = bench->compare,
         .max_lod = 100,
      };
      memset(calls, 0, CALLS * sizeof(*calls));
      for (uint32_t call = 0; call < CALLS; call++) {
         set_coordinates(&calls[call].args, bench, call, lanes);
         calls[call].args.mask = (1u << lanes) - 1;
      }

      double start = now();
      texture_fn routine = jit_texture_lookup(&view, &sampler, bench->op);
      double compile = now() - start;
      double best = 1e30;
      for (uint32_t repeat = 0; repeat < REPEATS; repeat++) {
         start = now();
         for (uint32_t call = 0; call < CALLS; call++)
            routine(&view, &sampler, &calls[call].args);
         double time = (now() - start) / CALLS;
         best = MIN2(best, time);
      }
      printf("%-28s %7.1f ns   (compiled in %.1f ms)\n", bench->name, best, compile * 1e-6);
      free(image.data);
   }
   free(calls);
   return 0;
}
