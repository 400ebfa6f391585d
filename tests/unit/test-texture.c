/*
 * Texture routines: the generated code against the reference in C, for random formats, views, samplers
 * and coordinates, and the reference against a few pictures whose filtering is plain to see.
 */
#include "jit/engine.h"
#include "jit/texture.h"
#include "jit/texture_key.h"
#include "util/bits.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- Random numbers ---- */

static uint32_t state = 0x2545f491;

static uint32_t
random_bits(void)
{
   state ^= state << 13;
   state ^= state >> 17;
   state ^= state << 5;
   return state;
}

static uint32_t
below(uint32_t limit)
{
   return random_bits() % limit;
}

static float
between(float low, float high)
{
   return low + (high - low) * ((random_bits() >> 8) / 16777216.0f);
}

/* ---- Textures ---- */

struct texture {
   struct image image;
   struct descriptor view;
   bool padded;
};

static bool
is_integer(DXGI_FORMAT format)
{
   return texture_format_is_integer(format_info(format));
}

static void
fill(struct texture *texture)
{
   struct image *image = &texture->image;
   const struct format_info *info = format_info(texture->view.format);
   for (uint64_t i = 0; i < image->size; i++)
      image->data[i] = random_bits() >> 11;
   bool is_float = info->channel[0].type == FORMAT_FLOAT && !format_is_compressed(info->format);
   if (!is_float || info->encoding == FORMAT_R9G9B9E5)
      return;
   /* Floats of a size that can be compared */
   for (uint64_t i = 0; i + info->block_bytes <= image->size; i += info->block_bytes) {
      union format_texel texel;
      for (uint32_t c = 0; c < 4; c++)
         texel.f[c] = between(0, 1);
      format_pack(info->format, &texel, image->data + i);
   }
}

static bool
create_texture(struct texture *texture, DXGI_FORMAT view_format, uint8_t dim, uint32_t width,
               uint32_t height, uint32_t levels, bool uav)
{
   const struct texture_dim *info = texture_dim(dim);
   const struct format_info *format = format_info(view_format);
   bool is_3d = dim == DESCRIPTOR_3D;
   uint32_t layers = info->array ? 1 + below(4) : 1;
   if (info->cube) {
      layers *= 6;
      height = width;
   }
   if (info->coords == 1)
      height = 1;

   memset(texture, 0, sizeof(*texture));
   D3D12_RESOURCE_DESC desc = {
      .Dimension = is_3d               ? D3D12_RESOURCE_DIMENSION_TEXTURE3D
                   : info->coords == 1 ? D3D12_RESOURCE_DIMENSION_TEXTURE1D
                                       : D3D12_RESOURCE_DIMENSION_TEXTURE2D,
      .Width = width,
      .Height = height,
      .DepthOrArraySize = is_3d ? 1 + below(9) : layers,
      .MipLevels = levels,
      .Format = format->typeless,
      .SampleDesc = { info->multisampled ? 4 : 1, 0 },
      .Flags = below(2) ? D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET : D3D12_RESOURCE_FLAG_NONE,
   };
   struct image *image = &texture->image;
   if (!image_init(image, &desc))
      return false;
   image->data = aligned_alloc(64, align_up(image->size, 64));
   assert_non_null(image->data);

   uint32_t plane = format_plane(view_format);
   struct descriptor *view = &texture->view;
   *view = (struct descriptor){
      .base = image->data + image->plane[plane].offset,
      .size = image->size,
      .levels = image->plane[plane].level,
      .layer_stride = image->plane[plane].layer_stride,
      .sample_stride = image->plane[plane].sample_stride,
      .width = image->width,
      .height = image->height,
      .depth = image->depth,
      .layers = layers,
      .format = view_format,
      .kind = uav ? DESCRIPTOR_UAV : DESCRIPTOR_SRV,
      .dim = dim,
      .num_levels = uav ? 1 : image->num_levels,
      .samples = image->samples,
      .swizzle = { 0, 1, 2, 3 },
      .num_slices = image->depth,
   };
   if (!uav && image->num_levels > 2 && below(4) == 0) {
      view->levels++; /* a view of the levels from 1 on */
      view->num_levels--;
      view->width = view->levels[0].width;
      view->height = view->levels[0].height;
      view->depth = view->levels[0].depth;
   }
   if (!uav && below(3) == 0) {
      for (uint32_t c = 0; c < 4; c++)
         view->swizzle[c] = below(6);
   }
   if (!uav && below(4) == 0)
      view->min_lod = between(0, 2);
   if (uav && is_3d && image->depth > 2) {
      view->first_slice = 1;
      view->num_slices = image->depth - 1;
   }
   fill(texture);
   return true;
}

static void
create_buffer(struct texture *texture, DXGI_FORMAT format, uint32_t count, bool uav)
{
   memset(texture, 0, sizeof(*texture));
   uint32_t bytes = format_info(format)->block_bytes;
   texture->image.size = (uint64_t)count * bytes;
   texture->image.data = aligned_alloc(64, align_up(count * bytes, 64));
   texture->view = (struct descriptor){
      .base = texture->image.data,
      .size = texture->image.size,
      .width = count,
      .stride = bytes,
      .format = format,
      .kind = uav ? DESCRIPTOR_UAV : DESCRIPTOR_SRV,
      .dim = DESCRIPTOR_TYPED_BUFFER,
      .swizzle = { 0, 1, 2, 3 },
   };
   fill(texture);
}

static void
destroy_texture(struct texture *texture)
{
   free(texture->image.data);
}

/* ---- Arguments ---- */

static struct texture_args *
new_args(void)
{
   struct texture_args *args = aligned_alloc(64, align_up(sizeof(*args), 64));
   assert_non_null(args);
   memset(args, 0, sizeof(*args));
   args->mask = (1u << jit_target_get()->lanes) - 1;
   return args;
}

static float
special_float(void)
{
   static const float values[] = {
      NAN, INFINITY, -INFINITY, 1e30f, -1e30f, 0.0f, -0.0f, 1.0f, -1.0f
   };
   return values[below(ARRAY_LENGTH(values))];
}

/* Quads of coordinates that lie near each other, at any level of detail. */
static void
random_coordinates(struct texture_args *args, const struct descriptor *view)
{
   const struct texture_dim *dim = texture_dim(view->dim);
   bool uniform = below(2);
   float scale = exp2f(between(-9, 1));
   for (uint32_t i = 0; i < 3; i++) {
      float dx = 0, dy = 0;
      for (uint32_t lane = 0; lane < JIT_MAX_LANES; lane++) {
         if (lane % 4 == 0) {
            args->coord[i][lane] = dim->cube ? between(-1, 1) : between(-2.5f, 3.5f);
            if (!uniform || lane == 0) {
               if (!uniform)
                  scale = exp2f(between(-9, 1));
               dx = between(-1, 1) * scale;
               dy = between(-1, 1) * scale;
            }
            continue;
         }
         args->coord[i][lane] =
            args->coord[i][lane & ~3u] + (lane & 1 ? dx : 0) + (lane & 2 ? dy : 0);
      }
      for (uint32_t lane = 0; lane < JIT_MAX_LANES; lane++) {
         args->ddx[i][lane] = between(-1, 1) * scale;
         args->ddy[i][lane] = between(-1, 1) * scale;
         args->offset[i][lane] = below(2) || dim->cube ? 0 : (int32_t)below(16) - 8;
      }
   }
   if (dim->array) {
      for (uint32_t lane = 0; lane < JIT_MAX_LANES; lane++)
         args->coord[dim->coords][lane] = uniform ? 1 : between(-1, 5);
   }
   for (uint32_t lane = 0; lane < JIT_MAX_LANES; lane++) {
      args->lod[lane] = between(-3, 3);
      args->compare[lane] = between(-0.2f, 1.2f);
      args->lod_clamp[lane] = below(3) ? 0 : between(0, 3);
   }
   if (below(8) == 0) {
      for (uint32_t i = 0; i < 12; i++)
         args->coord[below(4)][below(JIT_MAX_LANES)] = special_float();
      args->lod[below(JIT_MAX_LANES)] = special_float();
      args->ddx[below(3)][below(JIT_MAX_LANES)] = special_float();
   }
   args->component = below(4);
   if (below(3) == 0)
      args->mask &= random_bits();
}

static void
random_sampler(struct sampler *sampler, DXGI_FORMAT format, enum texture_op op)
{
   memset(sampler, 0, sizeof(*sampler));
   bool integer = is_integer(format);
   sampler->filter_min = below(3) != 0 && !integer;
   sampler->filter_mag = below(3) != 0 ? sampler->filter_min : below(2) && !integer;
   sampler->filter_mip = below(2) && !integer;
   sampler->anisotropy = below(4) || integer ? 1 : 2 + below(15);
   for (uint32_t i = 0; i < 3; i++)
      sampler->address[i] = 1 + below(5);
   if (texture_op_compares(op))
      sampler->compare = 1 + below(8);
   else if (below(4) == 0 && !integer)
      sampler->reduction = 1 + below(2);
   sampler->border_is_uint = integer && below(2);
   sampler->lod_bias = below(2) ? 0 : between(-2, 2);
   sampler->min_lod = below(2) ? 0 : between(-1, 2);
   sampler->max_lod = below(2) ? 3.4e38f : between(0, 4);
   for (uint32_t c = 0; c < 4; c++)
      sampler->border[c] = integer ? (float)below(200) : between(-0.2f, 1.2f);
}

/* ---- Comparison ---- */

/* Lanes whose results differ by more than filters may: both sides round, and where a level or a texel
 * is chosen by rounding, a lane may fall on either side. */
static uint32_t
count_differences(const struct descriptor *view, enum texture_op op, struct texture_args *a,
                  struct texture_args *b, float tolerance)
{
   bool integer = is_integer(view->format) && !texture_op_compares(op) && op != TEXTURE_LOD;
   uint32_t count = 0;
   for (uint32_t lane = 0; lane < JIT_MAX_LANES; lane++) {
      bool differs = false;
      if (!(a->mask >> lane & 1))
         continue;
      for (uint32_t c = 0; c < 4; c++) {
         float x = a->result[c][lane], y = b->result[c][lane];
         if (integer)
            differs |= a->uresult[c][lane] != b->uresult[c][lane];
         else if (!(isnan(x) && isnan(y)))
            differs |= !(x == y || fabsf(x - y) <= tolerance * fmaxf(1, fabsf(x)));
      }
      count += differs;
   }
   return count;
}

static void
describe(const struct descriptor *view, const struct sampler *sampler, enum texture_op op)
{
   fprintf(stderr,
           "op %u %s dim %u %ux%ux%u levels %u layers %u swizzle %u%u%u%u, filter %u%u%u aniso %u "
           "address %u%u%u compare %u reduction %u bias %g lod %g..%g view %g\n",
           op, format_info(view->format)->name, view->dim, view->width, view->height, view->depth,
           view->num_levels, view->layers, view->swizzle[0], view->swizzle[1], view->swizzle[2],
           view->swizzle[3], sampler->filter_min, sampler->filter_mag, sampler->filter_mip,
           sampler->anisotropy, sampler->address[0], sampler->address[1], sampler->address[2],
           sampler->compare, sampler->reduction, sampler->lod_bias, sampler->min_lod,
           sampler->max_lod, view->min_lod);
}

static void
print_difference(const struct texture_args *args, const struct texture_args *a,
                 const struct texture_args *b, float tolerance)
{
   for (uint32_t lane = 0; lane < JIT_MAX_LANES; lane++) {
      bool differs = false;
      for (uint32_t c = 0; c < 4; c++)
         differs |= !(fabsf(a->result[c][lane] - b->result[c][lane]) <= tolerance);
      if (!(a->mask >> lane & 1) || !differs)
         continue;
      fprintf(stderr,
              "lane %u at %.9g %.9g %.9g lod %g cmp %g offset %d %d: %g %g %g %g, expected %g %g "
              "%g %g\n",
              lane, args->coord[0][lane], args->coord[1][lane], args->coord[2][lane],
              args->lod[lane], args->compare[lane], args->offset[0][lane], args->offset[1][lane],
              a->result[0][lane], a->result[1][lane], a->result[2][lane], a->result[3][lane],
              b->result[0][lane], b->result[1][lane], b->result[2][lane], b->result[3][lane]);
   }
}

/* ---- Sampling ---- */

static const DXGI_FORMAT formats[] = {
   DXGI_FORMAT_R8G8B8A8_UNORM,
   DXGI_FORMAT_R8G8B8A8_UNORM,
   DXGI_FORMAT_B8G8R8A8_UNORM,
   DXGI_FORMAT_B8G8R8X8_UNORM,
   DXGI_FORMAT_R8G8B8A8_UNORM_SRGB,
   DXGI_FORMAT_B8G8R8A8_UNORM_SRGB,
   DXGI_FORMAT_R8_UNORM,
   DXGI_FORMAT_A8_UNORM,
   DXGI_FORMAT_R8G8_UNORM,
   DXGI_FORMAT_R8G8B8A8_SNORM,
   DXGI_FORMAT_R16_UNORM,
   DXGI_FORMAT_R16G16B16A16_FLOAT,
   DXGI_FORMAT_R32_FLOAT,
   DXGI_FORMAT_R32G32_FLOAT,
   DXGI_FORMAT_R32G32B32A32_FLOAT,
   DXGI_FORMAT_R11G11B10_FLOAT,
   DXGI_FORMAT_R9G9B9E5_SHAREDEXP,
   DXGI_FORMAT_R10G10B10A2_UNORM,
   DXGI_FORMAT_B5G6R5_UNORM,
   DXGI_FORMAT_R24_UNORM_X8_TYPELESS,
   DXGI_FORMAT_R32G32B32A32_UINT,
   DXGI_FORMAT_R8G8B8A8_SINT,
   DXGI_FORMAT_X24_TYPELESS_G8_UINT,
   DXGI_FORMAT_R16G16_UINT,
   DXGI_FORMAT_BC1_UNORM,
   DXGI_FORMAT_BC1_UNORM_SRGB,
   DXGI_FORMAT_BC2_UNORM,
   DXGI_FORMAT_BC3_UNORM,
   DXGI_FORMAT_BC4_UNORM,
   DXGI_FORMAT_BC4_SNORM,
   DXGI_FORMAT_BC5_UNORM,
   DXGI_FORMAT_R32_FLOAT_X8X24_TYPELESS,
   DXGI_FORMAT_R8G8_B8G8_UNORM,
   DXGI_FORMAT_BC7_UNORM,
};

static const DXGI_FORMAT compare_formats[] = {
   DXGI_FORMAT_R32_FLOAT,
   DXGI_FORMAT_R16_UNORM,
   DXGI_FORMAT_R24_UNORM_X8_TYPELESS,
   DXGI_FORMAT_R32_FLOAT_X8X24_TYPELESS,
};

static const uint8_t dims[] = {
   DESCRIPTOR_2D,       DESCRIPTOR_2D, DESCRIPTOR_2D,   DESCRIPTOR_2D_ARRAY,   DESCRIPTOR_1D,
   DESCRIPTOR_1D_ARRAY, DESCRIPTOR_3D, DESCRIPTOR_CUBE, DESCRIPTOR_CUBE_ARRAY,
};

static uint32_t
rounds_wanted(uint32_t usual)
{
   const char *factor = getenv("TEST_ROUNDS");
   return factor ? usual * (uint32_t)atoi(factor) : usual;
}

static void
test_sampling(void **unused)
{
   uint32_t total = 0, differing = 0;
   for (uint32_t round = 0; round < rounds_wanted(250); round++) {
      enum texture_op op = below(TEXTURE_LOAD);
      DXGI_FORMAT format = texture_op_compares(op)
                              ? compare_formats[below(ARRAY_LENGTH(compare_formats))]
                              : formats[below(ARRAY_LENGTH(formats))];
      uint8_t dim = dims[below(ARRAY_LENGTH(dims))];
      const struct texture_dim *info = texture_dim(dim);
      if (texture_op_gathers(op) && (info->coords == 1 || dim == DESCRIPTOR_3D))
         continue;
      if (format_info(format)->block_width > 1 && (info->coords == 1 || dim == DESCRIPTOR_3D))
         continue;
      if (info->cube && is_integer(format))
         continue;

      struct texture texture;
      struct sampler sampler;
      uint32_t levels = below(3) ? 0 : 1;
      assert_true(
         create_texture(&texture, format, dim, 1 + below(40), 1 + below(40), levels, false));
      random_sampler(&sampler, format, op);
      if (info->cube && texture_op_gathers(op) && texture_op_compares(op))
         sampler.compare = D3D12_COMPARISON_FUNC_ALWAYS; /* corners are averaged before or after */

      const enum texture_op op_with = op | TEXTURE_OFFSETS;
      texture_fn routine = jit_texture_lookup(&texture.view, &sampler, op_with);
      assert_ptr_equal(routine, jit_texture_lookup(&texture.view, &sampler, op_with));
      uint32_t differences = 0, lanes = 0;
      for (uint32_t call = 0; call < 12; call++) {
         struct texture_args *args = new_args();
         struct texture_args *got = new_args(), *expected = new_args();
         random_coordinates(args, &texture.view);
         *got = *expected = *args;
         routine(&texture.view, &sampler, got);
         jit_texture_reference(op)(&texture.view, &sampler, expected);
         lanes += __builtin_popcount(args->mask);
         uint32_t n = count_differences(&texture.view, op, got, expected, 1e-3f);
         if (n && getenv("TEST_VERBOSE")) {
            describe(&texture.view, &sampler, op);
            print_difference(args, got, expected, 1e-3f);
         }
         differences += n;
         free(args);
         free(got);
         free(expected);
      }
      if (differences * 12 > lanes && lanes > 20) {
         describe(&texture.view, &sampler, op);
         fail_msg("%u of %u lanes differ", differences, lanes);
      }
      total += lanes;
      differing += differences;
      destroy_texture(&texture);
   }
   printf("%u of %u lanes differ\n", differing, total);
   assert_true(differing * 200 < total);
}

/* Quads side by side, a texel for each pixel, upright and mirrored, and across the edges: rows are fetched as
 * such where they can be. */
static void
test_own_size(void **unused)
{
   static const DXGI_FORMAT own_formats[] = { DXGI_FORMAT_R8G8B8A8_UNORM, DXGI_FORMAT_R32_FLOAT,
                                              DXGI_FORMAT_R10G10B10A2_UINT };
   static const uint8_t modes[] = { D3D12_TEXTURE_ADDRESS_MODE_CLAMP,
                                    D3D12_TEXTURE_ADDRESS_MODE_WRAP,
                                    D3D12_TEXTURE_ADDRESS_MODE_BORDER };
   for (uint32_t round = 0; round < 54; round++) {
      const DXGI_FORMAT format = own_formats[round % 3];
      const uint8_t mode = modes[round / 3 % 3],
                    dim = round / 9 % 2 ? DESCRIPTOR_2D_ARRAY : DESCRIPTOR_2D;
      const uint32_t width = 20 + below(20), height = 4 + below(8);
      const float step_x = round / 18 % 2 ? -1 : 1, step_y = round / 18 == 2 ? -1 : 1;
      struct texture texture;
      struct sampler sampler = { .anisotropy = 1, .address = { mode, mode, mode }, .max_lod = 100 };

      assert_true(create_texture(&texture, format, dim, width, height, 1, false));
      texture_fn routine = jit_texture_lookup(&texture.view, &sampler, TEXTURE_SAMPLE);
      for (int32_t x = -2; x < (int32_t)width; x++) {
         struct texture_args *got = new_args(), *expected = new_args();
         const int32_t y = (int32_t)below(height + 2) - 1;
         for (uint32_t lane = 0; lane < JIT_MAX_LANES; lane++) {
            const float column = (float)(lane / 4 * 2 + (lane & 1)), row = (float)(lane >> 1 & 1);
            got->coord[0][lane] = ((float)x + step_x * column + 0.5f) / (float)width;
            got->coord[1][lane] = ((float)y + step_y * row + 0.5f) / (float)height;
            got->coord[2][lane] = 1;
         }
         if (below(3) == 0)
            got->mask &= random_bits();
         *expected = *got;
         routine(&texture.view, &sampler, got);
         jit_texture_reference(TEXTURE_SAMPLE)(&texture.view, &sampler, expected);
         if (count_differences(&texture.view, TEXTURE_SAMPLE, got, expected, 1e-6f)) {
            describe(&texture.view, &sampler, TEXTURE_SAMPLE);
            print_difference(got, got, expected, 1e-6f);
            fail_msg("results differ");
         }
         free(got);
         free(expected);
      }
      destroy_texture(&texture);
   }
}

/* ---- Access by integers ---- */

static void
random_integers(struct texture_args *args, const struct descriptor *view)
{
   const struct texture_dim *dim = texture_dim(view->dim);
   uint32_t limit[4] = { view->width + 2, view->height + 2, view->depth + 2, 6 };
   bool uniform = below(2);
   for (uint32_t lane = 0; lane < JIT_MAX_LANES; lane++) {
      for (uint32_t i = 0; i < 4; i++) {
         uint32_t n = dim->array && i == dim->coords ? view->layers + 1 : limit[i];
         args->icoord[i][lane] = (int32_t)below(n) - (below(20) == 0);
      }
      for (uint32_t i = 0; i < 3; i++)
         args->offset[i][lane] = below(3) ? 0 : (int32_t)below(5) - 2;
      args->ilod[lane] = uniform ? 0 : (int32_t)below(view->num_levels + 2u) - 1;
      if (dim->multisampled)
         args->ilod[lane] = below(5);
      for (uint32_t c = 0; c < 4; c++) {
         args->result[c][lane] = between(-0.5f, 1.5f);
         if (is_integer(view->format))
            args->uresult[c][lane] = random_bits() >> below(31);
      }
   }
   if (below(3) == 0)
      args->mask &= random_bits();
}

static void
test_access(void **unused)
{
   static const uint8_t access_dims[] = {
      DESCRIPTOR_TYPED_BUFFER, DESCRIPTOR_1D,   DESCRIPTOR_1D_ARRAY,   DESCRIPTOR_2D,
      DESCRIPTOR_2D_ARRAY,     DESCRIPTOR_2DMS, DESCRIPTOR_2DMS_ARRAY, DESCRIPTOR_3D,
   };
   for (uint32_t round = 0; round < rounds_wanted(120); round++) {
      enum texture_op op = TEXTURE_LOAD + below(3);
      DXGI_FORMAT format = formats[below(ARRAY_LENGTH(formats))];
      const struct format_info *info = format_info(format);
      uint8_t dim = access_dims[below(ARRAY_LENGTH(access_dims))];
      const struct texture_dim *dim_info = texture_dim(dim);
      bool uav = op != TEXTURE_LOAD || (below(3) == 0 && (info->caps & FORMAT_CAP_UAV));
      if (op != TEXTURE_LOAD && !(info->caps & FORMAT_CAP_UAV))
         continue;
      if (info->block_width > 1 && dim != DESCRIPTOR_2D)
         continue;
      if (dim_info->multisampled && uav)
         continue;

      struct texture texture;
      if (dim_info->buffer)
         create_buffer(&texture, format, 1 + below(50), uav);
      else
         assert_true(create_texture(&texture, format, dim, 1 + below(20), 1 + below(20),
                                    dim_info->multisampled ? 1 : below(2), uav));
      struct image *image = &texture.image;
      uint8_t *before = malloc(image->size), *expected_data = malloc(image->size);
      assert_non_null(before);
      assert_non_null(expected_data);
      struct sampler none = { 0 };

      texture_fn routine = jit_texture_lookup(&texture.view, NULL, op | TEXTURE_OFFSETS);
      for (uint32_t call = 0; call < 8; call++) {
         struct texture_args *args = new_args();
         struct texture_args *got = new_args(), *expected = new_args();
         random_integers(args, &texture.view);
         *got = *expected = *args;
         memcpy(before, image->data, image->size);
         jit_texture_reference(op)(&texture.view, NULL, expected);
         memcpy(expected_data, image->data, image->size);
         memcpy(image->data, before, image->size);
         routine(&texture.view, NULL, got);

         /* Two lanes may store to one texel, and rounding of halves differs: compare as texels. */
         bool stores_normalized = op == TEXTURE_STORE && !is_integer(format);
         bool same = stores_normalized || !memcmp(expected_data, image->data, image->size);
         if (op == TEXTURE_ADDRESS) {
            for (uint32_t lane = 0; lane < JIT_MAX_LANES; lane++)
               same &= !(args->mask >> lane & 1) || got->address[lane] == expected->address[lane];
         } else if (op == TEXTURE_LOAD) {
            same &=
               !count_differences(&texture.view, op, got, expected, info->srgb ? 2e-4f : 1e-6f);
         } else if (stores_normalized) {
            uint32_t bytes = 0;
            for (uint64_t i = 0; i < image->size; i++)
               bytes += abs(expected_data[i] - image->data[i]) > 1;
            same &= bytes <= 1;
         }
         if (!same) {
            describe(&texture.view, &none, op);
            print_difference(args, got, expected, 1e-6f);
            fail_msg("results differ");
         }
         free(args);
         free(got);
         free(expected);
      }
      free(before);
      free(expected_data);
      destroy_texture(&texture);
   }
}

static void
test_null_view(void **unused)
{
   for (uint32_t op = 0; op < TEXTURE_NUM_OPS; op++) {
      struct descriptor view = {
         .format = DXGI_FORMAT_R8G8B8A8_UNORM,
         .kind = op < TEXTURE_STORE ? DESCRIPTOR_SRV : DESCRIPTOR_UAV,
         .dim = DESCRIPTOR_2D,
         .swizzle = { 0, 1, 2, 5 },
      };
      struct sampler sampler = { .filter_min = 1,
                                 .filter_mag = 1,
                                 .anisotropy = 1,
                                 .address = { 1, 1, 1 },
                                 .compare = 4,
                                 .max_lod = 10 };
      struct texture_args *args = new_args();
      memset(args->result, 0x55, sizeof(args->result));
      jit_texture_lookup(&view, &sampler, op)(&view, &sampler, args);
      assert_int_equal(args->resident, 1);
      if (op == TEXTURE_ADDRESS)
         assert_int_equal(args->address[5], 0);
      else if (op != TEXTURE_STORE)
         assert_true(args->uresult[0][3] == 0 && args->uresult[3][3] == 0);
      free(args);

      /* Never written: the descriptor heap's zeros */
      struct descriptor zeros = { 0 };
      args = new_args();
      jit_texture_lookup(&zeros, &sampler, op)(&zeros, &sampler, args);
      if (op != TEXTURE_STORE && op != TEXTURE_ADDRESS)
         assert_true(args->uresult[3][2] == 0);
      free(args);
   }
}

/* ---- Plain pictures ---- */

static void
sample_at(const struct texture *texture, const struct sampler *sampler, float u, float v, float lod,
          float expected)
{
   struct texture_args *args = new_args();
   texture_fn routines[2] = {
      jit_texture_lookup(&texture->view, sampler, TEXTURE_SAMPLE_LEVEL),
      jit_texture_reference(TEXTURE_SAMPLE_LEVEL),
   };
   for (uint32_t i = 0; i < 2; i++) {
      for (uint32_t lane = 0; lane < JIT_MAX_LANES; lane++) {
         args->coord[0][lane] = u;
         args->coord[1][lane] = v;
         args->lod[lane] = lod;
      }
      routines[i](&texture->view, sampler, args);
      if (!(fabsf(args->result[0][2] - expected) < 1e-4f))
         fail_msg("%s at %g %g lod %g: %g, expected %g", i ? "reference" : "code", u, v, lod,
                  args->result[0][2], expected);
   }
   free(args);
}

/* A row of four texels, 0 to 3 in red; level 1 is 10 and 20. */
static void
test_addressing(void **unused)
{
   struct texture texture;
   assert_true(create_texture(&texture, DXGI_FORMAT_R32_FLOAT, DESCRIPTOR_2D, 4, 1, 3, false));
   struct descriptor *view = &texture.view;
   view->levels = texture.image.plane[0].level;
   view->num_levels = 3;
   view->width = 4;
   view->min_lod = 0;
   memcpy(view->swizzle, (uint8_t[]){ 0, 1, 2, 3 }, 4);
   const float row[4] = { 0, 1, 2, 3 }, half[2] = { 10, 20 }, one = 40;
   memcpy(texture.image.data, row, sizeof(row));
   memcpy(texture.image.data + view->levels[1].offset, half, sizeof(half));
   memcpy(texture.image.data + view->levels[2].offset, &one, sizeof(one));

   struct sampler point = {
      .address = { 3, 3, 3 }, .anisotropy = 1, .max_lod = 10, .border = { 9 }
   };
   sample_at(&texture, &point, 0.1f, 0, 0, 0);
   sample_at(&texture, &point, 0.25f, 0, 0, 1);
   sample_at(&texture, &point, 0.99f, 0, 0, 3);
   sample_at(&texture, &point, -5, 0, 0, 0);
   sample_at(&texture, &point, 1e20f, 0, 0, 3);
   sample_at(&texture, &point, NAN, NAN, 0, 0);
   sample_at(&texture, &point, 0.6f, 0, 0.6f, 20);
   sample_at(&texture, &point, 0.6f, 0, 7, 40);
   point.address[0] = D3D12_TEXTURE_ADDRESS_MODE_WRAP;
   sample_at(&texture, &point, -0.1f, 0, 0, 3);
   sample_at(&texture, &point, 7.3f, 0, 0, 1);
   point.address[0] = D3D12_TEXTURE_ADDRESS_MODE_MIRROR;
   sample_at(&texture, &point, -0.3f, 0, 0, 1);
   sample_at(&texture, &point, 1.1f, 0, 0, 3);
   sample_at(&texture, &point, 1.9f, 0, 0, 0);
   sample_at(&texture, &point, 2.3f, 0, 0, 1);
   point.address[0] = D3D12_TEXTURE_ADDRESS_MODE_MIRROR_ONCE;
   sample_at(&texture, &point, -0.3f, 0, 0, 1);
   sample_at(&texture, &point, -1.3f, 0, 0, 3);
   point.address[0] = D3D12_TEXTURE_ADDRESS_MODE_BORDER;
   sample_at(&texture, &point, -0.01f, 0, 0, 9);
   sample_at(&texture, &point, 1.01f, 0, 0, 9);
   sample_at(&texture, &point, 0.5f, 0, 0, 2);
   sample_at(&texture, &point, INFINITY, 0, 0, 9);

   struct sampler linear = point;
   linear.filter_min = linear.filter_mag = 1;
   linear.address[0] = D3D12_TEXTURE_ADDRESS_MODE_CLAMP;
   sample_at(&texture, &linear, 0.25f, 0, 0, 0.5f);
   sample_at(&texture, &linear, 0.3125f, 0, 0, 0.75f);
   sample_at(&texture, &linear, 0, 0, 0, 0);
   linear.address[0] = D3D12_TEXTURE_ADDRESS_MODE_WRAP;
   sample_at(&texture, &linear, 0, 0, 0, 1.5f);
   sample_at(&texture, &linear, -1, 0, 0, 1.5f);
   linear.address[0] = D3D12_TEXTURE_ADDRESS_MODE_BORDER;
   sample_at(&texture, &linear, 0, 0, 0, 4.5f);
   linear.address[0] = D3D12_TEXTURE_ADDRESS_MODE_CLAMP;
   linear.filter_mip = 1;
   sample_at(&texture, &linear, 0.5f, 0, 0.5f, (1.5f + 15) / 2);
   sample_at(&texture, &linear, 0.5f, 0, 1.25f, 15 * 0.75f + 40 * 0.25f);
   sample_at(&texture, &linear, 0.5f, 0, 100, 40);
   sample_at(&texture, &linear, 0.5f, 0, -3, 1.5f);
   linear.reduction = 2;
   sample_at(&texture, &linear, 0.4f, 0, 0, 2);
   sample_at(&texture, &linear, 0.375f, 0, 0, 1);
   linear.reduction = 1;
   sample_at(&texture, &linear, 0.4f, 0, 0, 1);
   destroy_texture(&texture);
}

/* Faces of one texel each, numbered: at an edge the mean of two, at a corner of three. */
static void
test_cube_edges(void **unused)
{
   struct texture texture;
   assert_true(create_texture(&texture, DXGI_FORMAT_R32_FLOAT, DESCRIPTOR_CUBE, 1, 1, 1, false));
   memcpy(texture.view.swizzle, (uint8_t[]){ 0, 1, 2, 3 }, 4);
   texture.view.min_lod = 0;
   for (uint32_t face = 0; face < 6; face++) {
      float value = 1 << face;
      memcpy(texture.view.base + face * texture.view.layer_stride, &value, sizeof(value));
   }
   static const struct {
      float v[3], expected;
   } cases[] = {
      { { 1, 0, 0 }, 1 },    { { -1, 0, 0 }, 2 },    { { 0, 1, 0 }, 4 },
      { { 0, -1, 0 }, 8 },   { { 0, 0, 1 }, 16 },    { { 0, 0, -1 }, 32 },
      { { 1, 0, 1 }, 8.5f }, { { 1, 1, 0 }, 2.5f },  { { -1, 0, -1 }, 17 },
      { { 1, 1, 1 }, 7 },    { { -1, -1, -1 }, 14 }, { { 0.5f, 0.5f, -0.5f }, 37 / 3.0f },
   };
   struct sampler linear = {
      .filter_min = 1, .filter_mag = 1, .anisotropy = 1, .address = { 1, 1, 1 }, .max_lod = 10
   };
   texture_fn routines[2] = {
      jit_texture_lookup(&texture.view, &linear, TEXTURE_SAMPLE_LEVEL),
      jit_texture_reference(TEXTURE_SAMPLE_LEVEL),
   };
   for (uint32_t i = 0; i < ARRAY_LENGTH(cases) * 2; i++) {
      struct texture_args *args = new_args();
      for (uint32_t lane = 0; lane < JIT_MAX_LANES; lane++) {
         for (uint32_t c = 0; c < 3; c++)
            args->coord[c][lane] = cases[i / 2].v[c];
      }
      routines[i % 2](&texture.view, &linear, args);
      if (!(fabsf(args->result[0][1] - cases[i / 2].expected) < 1e-3f))
         fail_msg("case %u: %g, expected %g", i, args->result[0][1], cases[i / 2].expected);
      free(args);
   }
   destroy_texture(&texture);
}

int
main(void)
{
   setenv("DXG_CACHE_SIZE", "0", 1);
   const char *seed = getenv("TEST_SEED");
   if (seed)
      state = (uint32_t)strtoul(seed, NULL, 0) * 2654435761u | 1;
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_addressing), cmocka_unit_test(test_cube_edges),
      cmocka_unit_test(test_null_view),  cmocka_unit_test(test_access),
      cmocka_unit_test(test_sampling),   cmocka_unit_test(test_own_size),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
