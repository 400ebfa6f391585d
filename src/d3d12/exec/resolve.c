#include "exec/rows.h"
#include "exec/transfer.h"
#include "util/bits.h"

#include <immintrin.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

struct resolve;

/* Resolves `width` texels that lie side by side, once for each sample. */
typedef void (*kernel_fn)(const struct resolve *resolve, uint8_t *dst, const uint8_t *src);

struct resolve {
   kernel_fn kernel;
   uint8_t *dst;
   const uint8_t *src; /* sample 0 */
   uint64_t dst_pitch, src_pitch, sample_stride;
   uint32_t width, samples, bytes;
   DXGI_FORMAT format;
   D3D12_RESOLVE_MODE mode;
};

static float
load_float(const uint8_t *src)
{
   float value;
   memcpy(&value, src, sizeof(value));
   return value;
}

static void
store_float(uint8_t *dst, float value)
{
   memcpy(dst, &value, sizeof(value));
}

static void
copy_first_sample(const struct resolve *resolve, uint8_t *dst, const uint8_t *src)
{
   memcpy(dst, src, (size_t)resolve->width * resolve->bytes);
}

/* ---- Averages -------------------------------------------------------------------------------- */

/* Every byte is a UNORM channel. Rounded to nearest, halves up (D3D11.3 3.2.3.6). */
static void
average_unorm8(const struct resolve *resolve, uint8_t *dst, const uint8_t *src)
{
   enum { STEP = 64 };
   uint32_t samples = resolve->samples, shift = __builtin_ctz(samples);
   size_t size = (size_t)resolve->width * resolve->bytes;
   size_t done = 0;
   for (; done + STEP <= size; done += STEP) {
      uint16_t sum[STEP];
      for (int i = 0; i < STEP; i++)
         sum[i] = samples / 2;
      for (uint32_t s = 0; s < samples; s++) {
         const uint8_t *from = src + s * resolve->sample_stride + done;
         for (int i = 0; i < STEP; i++)
            sum[i] += from[i];
      }
      for (int i = 0; i < STEP; i++)
         dst[done + i] = sum[i] >> shift;
   }
   for (; done < size; done++) {
      uint32_t sum = samples / 2;
      for (uint32_t s = 0; s < samples; s++)
         sum += src[s * resolve->sample_stride + done];
      dst[done] = sum >> shift;
   }
}

/* sRGB is averaged in linear light (D3D11.3 3.2.3.7, 3.2.3.8). */
#define NUM_GUESSES 4096

static struct {
   float linear[256];              /* of each code */
   float start[257];               /* the least value that is encoded as each code */
   uint8_t guess[NUM_GUESSES + 1]; /* the code of the least value of each bin: never too large */
} srgb;
static pthread_once_t srgb_once = PTHREAD_ONCE_INIT;

static double
srgb_to_linear(double value)
{
   return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static void
init_srgb(void)
{
   for (int i = 0; i < 256; i++) {
      srgb.linear[i] = srgb_to_linear(i / 255.0);
      srgb.start[i] = i ? srgb_to_linear((i - 0.5) / 255) : 0;
   }
   srgb.start[256] = INFINITY;
   uint32_t code = 0;
   for (int i = 0; i <= NUM_GUESSES; i++) {
      while (srgb.start[code + 1] <= (float)i / NUM_GUESSES)
         code++;
      srgb.guess[i] = code;
   }
}

/* value: 0 … 1 */
static uint8_t
encode_srgb(float value)
{
   uint32_t code = srgb.guess[(uint32_t)(value * NUM_GUESSES)];
   while (value >= srgb.start[code + 1])
      code++;
   return code;
}

static void
average_srgb8(const struct resolve *resolve, uint8_t *dst, const uint8_t *src)
{
   uint32_t samples = resolve->samples, shift = __builtin_ctz(samples);
   float scale = 1.0f / samples;
   pthread_once(&srgb_once, init_srgb);
   for (uint32_t x = 0; x < resolve->width; x++, dst += 4, src += 4) {
      float color[3] = { 0 };
      uint32_t alpha = samples / 2;
      for (uint32_t s = 0; s < samples; s++) {
         const uint8_t *from = src + s * resolve->sample_stride;
         for (int c = 0; c < 3; c++)
            color[c] += srgb.linear[from[c]];
         alpha += from[3];
      }
      for (int c = 0; c < 3; c++)
         dst[c] = encode_srgb(color[c] * scale);
      dst[3] = alpha >> shift;
   }
}

static void
average_float(const struct resolve *resolve, uint8_t *dst, const uint8_t *src)
{
   size_t count = (size_t)resolve->width * resolve->bytes / 4;
   float scale = 1.0f / resolve->samples;
   for (size_t i = 0; i < count; i++) {
      float sum = 0;
      for (uint32_t s = 0; s < resolve->samples; s++)
         sum += load_float(src + s * resolve->sample_stride + i * 4);
      store_float(dst + i * 4, sum * scale);
   }
}

/* Conversion to half rounds to zero (D3D11.3 3.2.2). */
__attribute__((target("avx,f16c"))) static void
average_half(const struct resolve *resolve, uint8_t *dst, const uint8_t *src)
{
   size_t size = (size_t)resolve->width * resolve->bytes;
   __m256 scale = _mm256_set1_ps(1.0f / resolve->samples);
   for (size_t done = 0; done < size; done += 16) {
      size_t step = MIN2(size - done, 16);
      __m256 sum = _mm256_setzero_ps();
      for (uint32_t s = 0; s < resolve->samples; s++) {
         __m128i halves = _mm_setzero_si128();
         memcpy(&halves, src + s * resolve->sample_stride + done, step);
         sum = _mm256_add_ps(sum, _mm256_cvtph_ps(halves));
      }
      __m128i result = _mm256_cvtps_ph(_mm256_mul_ps(sum, scale), _MM_FROUND_TO_ZERO);
      memcpy(dst + done, &result, step);
   }
}

static void
average_any(const struct resolve *resolve, uint8_t *dst, const uint8_t *src)
{
   for (uint32_t x = 0; x < resolve->width; x++, dst += resolve->bytes, src += resolve->bytes) {
      union format_texel sum = { .f = { 0 } };
      for (uint32_t s = 0; s < resolve->samples; s++) {
         union format_texel texel;
         format_unpack(resolve->format, src + s * resolve->sample_stride, 0, 0, &texel);
         for (int c = 0; c < 4; c++)
            sum.f[c] += texel.f[c];
      }
      for (int c = 0; c < 4; c++)
         sum.f[c] /= resolve->samples;
      format_pack(resolve->format, &sum, dst);
   }
}

/* ---- Minimum and maximum --------------------------------------------------------------------- */

static void
select_float(const struct resolve *resolve, uint8_t *dst, const uint8_t *src)
{
   size_t count = (size_t)resolve->width * resolve->bytes / 4;
   bool max = resolve->mode == D3D12_RESOLVE_MODE_MAX;
   for (size_t i = 0; i < count; i++) {
      float best = load_float(src + i * 4);
      for (uint32_t s = 1; s < resolve->samples; s++) {
         float value = load_float(src + s * resolve->sample_stride + i * 4);
         best = (max ? value > best : value < best) ? value : best;
      }
      store_float(dst + i * 4, best);
   }
}

static bool
is_better(enum format_type type, bool max, const union format_texel *value,
          const union format_texel *best, int c)
{
   switch (type) {
   case FORMAT_UINT:
      return max ? value->u[c] > best->u[c] : value->u[c] < best->u[c];
   case FORMAT_SINT:
      return max ? value->i[c] > best->i[c] : value->i[c] < best->i[c];
   default:
      return max ? value->f[c] > best->f[c] : value->f[c] < best->f[c];
   }
}

static void
select_any(const struct resolve *resolve, uint8_t *dst, const uint8_t *src)
{
   const struct format_info *info = format_info(resolve->format);
   bool max = resolve->mode == D3D12_RESOLVE_MODE_MAX;
   for (uint32_t x = 0; x < resolve->width; x++, dst += resolve->bytes, src += resolve->bytes) {
      union format_texel best;
      format_unpack(resolve->format, src, 0, 0, &best);
      for (uint32_t s = 1; s < resolve->samples; s++) {
         union format_texel texel;
         format_unpack(resolve->format, src + s * resolve->sample_stride, 0, 0, &texel);
         for (int c = 0; c < 4; c++) {
            if (is_better(info->channel[c].type, max, &texel, &best, c))
               best.u[c] = texel.u[c];
         }
      }
      format_pack(resolve->format, &best, dst);
   }
}

/* ---- Choosing -------------------------------------------------------------------------------- */

/* Are all channels, side by side, of this kind? What is left over may be anything. */
static bool
channels_are(const struct format_info *info, enum format_type type, uint32_t bits)
{
   for (int c = 0; c < 4; c++) {
      const struct format_channel *channel = &info->channel[c];
      if (channel->type == FORMAT_VOID)
         continue;
      if (channel->type != type || channel->bits != bits)
         return false;
   }
   return info->encoding == FORMAT_PLAIN;
}

static bool
is_integer(const struct format_info *info)
{
   for (int c = 0; c < 4; c++) {
      if (info->channel[c].type == FORMAT_UINT || info->channel[c].type == FORMAT_SINT)
         return true;
   }
   return false;
}

static kernel_fn
choose_kernel(const struct resolve *resolve)
{
   const struct format_info *info = format_info(resolve->format);
   if (resolve->samples == 1 || info->block_bytes != resolve->bytes)
      return copy_first_sample;

   switch (resolve->mode) {
   case D3D12_RESOLVE_MODE_MIN:
   case D3D12_RESOLVE_MODE_MAX:
      return channels_are(info, FORMAT_FLOAT, 32) ? select_float : select_any;
   case D3D12_RESOLVE_MODE_AVERAGE:
      if (is_integer(info))
         return copy_first_sample;
      if (info->srgb && info->block_bytes == 4)
         return average_srgb8;
      if (channels_are(info, FORMAT_UNORM, 8))
         return average_unorm8;
      if (channels_are(info, FORMAT_FLOAT, 32))
         return average_float;
      if (channels_are(info, FORMAT_FLOAT, 16) && __builtin_cpu_supports("f16c"))
         return average_half;
      return average_any;
   default:
      return copy_first_sample;
   }
}

static void
resolve_rows(const void *data, uint64_t first, uint64_t end)
{
   const struct resolve *resolve = data;
   for (uint64_t y = first; y < end; y++)
      resolve->kernel(resolve, resolve->dst + y * resolve->dst_pitch,
                      resolve->src + y * resolve->src_pitch);
}

void
exec_resolve(struct workers *workers, const struct image *dst, uint32_t dst_subresource,
             uint32_t dst_x, uint32_t dst_y, const struct image *src, uint32_t src_subresource,
             const struct exec_box *box, DXGI_FORMAT format, D3D12_RESOLVE_MODE mode)
{
   uint32_t dst_level, dst_layer, dst_plane, src_level, src_layer, src_plane;
   image_subresource(dst, dst_subresource, &dst_level, &dst_layer, &dst_plane);
   image_subresource(src, src_subresource, &src_level, &src_layer, &src_plane);
   const struct image_plane *from = &src->plane[src_plane], *to = &dst->plane[dst_plane];

   struct resolve resolve = {
      .dst = image_slice(dst, dst_plane, dst_level, dst_layer, 0, 0),
      .src = image_slice(src, src_plane, src_level, src_layer, 0, 0),
      .dst_pitch = to->level[dst_level].row_pitch,
      .src_pitch = from->level[src_level].row_pitch,
      .sample_stride = from->sample_stride,
      .width = box->width,
      .samples = src->samples,
      .bytes = from->block_bytes,
      .format = src_plane == 1 ? DXGI_FORMAT_R8_UINT : format,
      .mode = mode,
   };
   resolve.dst += dst_y * resolve.dst_pitch + (uint64_t)dst_x * resolve.bytes;
   resolve.src += box->y * resolve.src_pitch + (uint64_t)box->x * resolve.bytes;
   resolve.kernel = choose_kernel(&resolve);

   uint64_t row_bytes = (uint64_t)resolve.width * resolve.bytes * resolve.samples;
   if (row_bytes && box->height)
      exec_run_rows(workers, resolve_rows, &resolve, box->height, box->height * row_bytes);
}
