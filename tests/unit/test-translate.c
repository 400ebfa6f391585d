/*
 * Shaders through the translator, as compute shaders: each .cs.ll of tests/shaders says in its head
 * what it writes, here is what that must be.
 */
#include "jit/pipeline.h"
#include "util/bits.h"

#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WORDS 4096

/* ---- Running a shader ------------------------------------------------------------------------ */

/*
 * One table with u0–u7, t0–t7, b0–b7 in this order; b1 six root constants; b2 a root CBV; a table
 * with s0–s3; s8 a static sampler.
 */
enum { UAV = 0, SRV = 8, CBV = 16, NUM_VIEWS = 24 };

struct run {
   struct dxil_module *module;
   struct jit_compute *pipeline;
   struct descriptor views[NUM_VIEWS];
   struct sampler samplers[4], static_sampler;
   struct root_args args;
   struct shader_bindings bindings;
   texture_fn textures[JIT_MAX_SITES];
   uint32_t kill;
   uint32_t in[WORDS], out[WORDS];
   _Alignas(64) uint8_t shared[1 << 16];
};

static struct dxil_module *
load_shader(const char *name)
{
   char path[4096], message[128];
   static char bytes[1 << 20];
   struct dxil_module *module;
   snprintf(path, sizeof(path), "%s/%s.dxil", TEST_SHADERS_DIR, name);
   FILE *file = fopen(path, "rb");
   assert_non_null(file);
   size_t size = fread(bytes, 1, sizeof(bytes), file);
   fclose(file);
   if (dxil_module_create(bytes, size, &module, message))
      fail_msg("%s: %s", name, message);
   return module;
}

static const struct root_signature *
test_root_signature(void)
{
   static const D3D12_DESCRIPTOR_RANGE1 views[] = {
      { D3D12_DESCRIPTOR_RANGE_TYPE_UAV, 8, 0, 0, 0, UAV },
      { D3D12_DESCRIPTOR_RANGE_TYPE_SRV, 8, 0, 0, 0, SRV },
      { D3D12_DESCRIPTOR_RANGE_TYPE_CBV, 1, 0, 0, 0, CBV },
   };
   static const D3D12_DESCRIPTOR_RANGE1 samplers[] = {
      { D3D12_DESCRIPTOR_RANGE_TYPE_SAMPLER, 4, 0, 0, 0, 0 },
   };
   static const D3D12_ROOT_PARAMETER1 params[] = {
      { .ParameterType = D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE,
        .DescriptorTable = { ARRAY_LENGTH(views), views } },
      { .ParameterType = D3D12_ROOT_PARAMETER_TYPE_32BIT_CONSTANTS, .Constants = { 1, 0, 6 } },
      { .ParameterType = D3D12_ROOT_PARAMETER_TYPE_CBV, .Descriptor = { 2, 0, 0 } },
      { .ParameterType = D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE,
        .DescriptorTable = { ARRAY_LENGTH(samplers), samplers } },
   };
   static const D3D12_STATIC_SAMPLER_DESC static_samplers[] = { { .ShaderRegister = 8 } };
   static const struct root_signature root = {
      .desc = { ARRAY_LENGTH(params), params, 1, static_samplers, 0 },
      .constant_offset = { [1] = 10 },
      .num_constants = 16,
   };
   return &root;
}

static struct descriptor
buffer_view(void *base, uint32_t size, enum descriptor_dim dim, uint32_t stride)
{
   return (struct descriptor){ .base = base,
                               .size = size,
                               .width = size / (stride ? stride : 4),
                               .stride = stride,
                               .kind = DESCRIPTOR_UAV,
                               .dim = dim };
}

static struct run *
run_create(const char *name)
{
   struct run *run = aligned_alloc(64, align_up(sizeof(*run), 64));
   assert_non_null(run);
   memset(run, 0, sizeof(*run));
   run->module = load_shader(name);
   if (jit_compute_create(run->module, test_root_signature(), &run->pipeline) != S_OK)
      fail_msg("%s does not compile", name);
   run->views[UAV + 0] = buffer_view(run->in, sizeof(run->in), DESCRIPTOR_RAW_BUFFER, 0);
   run->views[UAV + 1] = buffer_view(run->out, sizeof(run->out), DESCRIPTOR_RAW_BUFFER, 0);
   run->args.param[0] = (uintptr_t)run->views;
   run->args.param[3] = (uintptr_t)run->samplers;
   run->bindings = (struct shader_bindings){
      .root = &run->args,
      .static_samplers = &run->static_sampler,
      .textures = run->textures,
      .kill = &run->kill,
   };
   return run;
}

static void
run_groups(struct run *run, uint32_t groups)
{
   struct compute_ctx ctx = { .bindings = &run->bindings, .num_groups = { groups, 1, 1 } };
   const struct shader_info *info = &run->pipeline->cs.info;
   assert_true(info->shared_size <= sizeof(run->shared));
   void *scratch = aligned_alloc(64, align_up(info->scratch_size + 64, 64));
   if (info->num_sites)
      jit_shader_bind(&run->pipeline->cs, &run->bindings, run->textures);
   for (uint32_t i = 0; i < groups; i++)
      run->pipeline->run(&ctx, i, 0, 0, run->shared, scratch);
   free(scratch);
}

static void
run_destroy(struct run *run)
{
   jit_compute_destroy(run->pipeline);
   dxil_module_destroy(run->module);
   free(run);
}

static uint32_t
bits_of(float f)
{
   uint32_t u;
   memcpy(&u, &f, sizeof(u));
   return u;
}

static float
float_of(uint32_t u)
{
   float f;
   memcpy(&f, &u, sizeof(f));
   return f;
}

static void
check(uint32_t thread, uint32_t what, uint32_t got, uint32_t want)
{
   if (got != want)
      fail_msg("thread %u, value %u: %#x (%d, %g), not %#x (%d, %g)", thread, what, got, (int)got,
               float_of(got), want, (int)want, float_of(want));
}

/* NaNs are all the same. */
static void
check_float(uint32_t thread, uint32_t what, uint32_t got, float want, float tolerance)
{
   float f = float_of(got);
   if ((isnan(f) && isnan(want)) || f == want || fabsf(f - want) <= tolerance * fabsf(want))
      return;
   check(thread, what, got, bits_of(want));
}

/* Arithmetic sees zeros where there are denormals (D3D11.3 3.1.3.2). */
static float
flushed(float f)
{
   return fabsf(f) < 0x1p-126f ? copysignf(0, f) : f;
}

/* ---- Arithmetic ------------------------------------------------------------------------------ */

static uint32_t
reverse_bits(uint32_t a)
{
   uint32_t r = 0;
   for (uint32_t i = 0; i < 32; i++)
      r |= (a >> i & 1) << (31 - i);
   return r;
}

static uint32_t
extract_bits(uint32_t width, uint32_t offset, uint32_t value, bool is_signed)
{
   width &= 31;
   offset &= 31;
   if (!width)
      return 0;
   if (width + offset >= 32)
      return is_signed ? (uint32_t)((int32_t)value >> offset) : value >> offset;
   value <<= 32 - (width + offset);
   return is_signed ? (uint32_t)((int32_t)value >> (32 - width)) : value >> (32 - width);
}

static uint32_t
dot4(uint32_t sum, uint32_t a, uint32_t b, bool is_signed)
{
   for (uint32_t i = 0; i < 4; i++) {
      int32_t x = (uint8_t)(a >> 8 * i), y = (uint8_t)(b >> 8 * i);
      sum += is_signed ? (uint32_t)((int8_t)x * (int8_t)y) : (uint32_t)(x * y);
   }
   return sum;
}

static uint32_t
msad(uint32_t reference, uint32_t source, uint32_t sum)
{
   for (uint32_t i = 0; i < 4; i++) {
      int32_t x = (uint8_t)(reference >> 8 * i), y = (uint8_t)(source >> 8 * i);
      uint32_t difference = x ? abs(x - y) : 0;
      sum = sum > UINT32_MAX - difference ? UINT32_MAX : sum + difference;
   }
   return sum;
}

static uint32_t
float_to_uint(float f)
{
   return isnan(f) || f <= 0 ? 0 : f >= 0x1p32f ? UINT32_MAX : (uint32_t)f;
}

static int32_t
float_to_int(float f)
{
   return isnan(f) ? 0 : f >= 0x1p31f ? INT_MAX : f <= -0x1p31f ? INT_MIN : (int32_t)f;
}

static float
half_value(uint32_t h)
{
   int exponent = h >> 10 & 31;
   float m = h & 1023;
   float f = exponent == 31 ? (m ? NAN : INFINITY)
             : exponent     ? ldexpf(1024 + m, exponent - 25)
                            : ldexpf(m, -24);
   return h & 0x8000 ? -f : f;
}

static void
check_integers(uint32_t t, const uint32_t *in, const uint32_t *out)
{
   uint32_t a = in[0], b = in[1], c = in[2], k = 0;
   int32_t sa = a, sb = b, sc = c;
   check(t, k, out[k], b ? a / b : UINT32_MAX), k++;
   bool wraps = sa == INT_MIN && sb == -1;
   check(t, k, out[k], !b ? UINT32_MAX : wraps ? a : (uint32_t)(sa / sb)), k++;
   check(t, k, out[k], b ? a % b : UINT32_MAX), k++;
   check(t, k, out[k], !b ? UINT32_MAX : wraps ? 0 : (uint32_t)(sa % sb)), k++;
   check(t, k, out[k], a << (b & 31)), k++;
   check(t, k, out[k], a >> (b & 31)), k++;
   check(t, k, out[k], (uint32_t)(sa >> (b & 31))), k++;
   check(t, k, out[k], (uint32_t)MAX2(sa, sb)), k++;
   check(t, k, out[k], (uint32_t)MIN2(sa, sb)), k++;
   check(t, k, out[k], MAX2(a, b)), k++;
   check(t, k, out[k], MIN2(a, b)), k++;
   check(t, k, out[k], extract_bits(a, b, c, true)), k++;
   check(t, k, out[k], extract_bits(a, b, c, false)), k++;
   check(t, k, out[k], a * b + c), k++;
   check(t, k, out[k], msad(a, b, c)), k++;
   uint32_t mask = ((1u << (a & 31)) - 1) << (b & 31);
   check(t, k, out[k], (c << (b & 31) & mask) | (0x12345678 & ~mask)), k++;
   check(t, k, out[k], reverse_bits(a)), k++;
   check(t, k, out[k], (uint32_t)__builtin_popcount(a)), k++;
   check(t, k, out[k], a ? (uint32_t)__builtin_ctz(a) : UINT32_MAX), k++;
   check(t, k, out[k], a ? (uint32_t)__builtin_clz(a) : UINT32_MAX), k++;
   uint32_t differs = sa < 0 ? ~a : a;
   check(t, k, out[k], differs ? (uint32_t)__builtin_clz(differs) : UINT32_MAX), k++;
   check(t, k, out[k], dot4(a, b, c, true)), k++;
   check(t, k, out[k], dot4(a, b, c, false)), k++;
   assert_int_equal(k, 23);
   (void)sc;
}

static void
check_floats(uint32_t t, const uint32_t *in, const uint32_t *out)
{
   float f = flushed(float_of(in[3])), g = flushed(float_of(in[4]));
   uint32_t a = in[0], b = in[1], k = 23;
   check(t, k, out[k], (uint32_t)float_to_int(f)), k++;
   check(t, k, out[k], float_to_uint(f)), k++;
   check_float(t, k, out[k], (int32_t)a, 0), k++;
   check_float(t, k, out[k], a, 0), k++;
   check_float(t, k, out[k], flushed(f + g), 0), k++;
   check_float(t, k, out[k], flushed(f - g), 0), k++;
   check_float(t, k, out[k], flushed(f * g), 0), k++;
   check_float(t, k, out[k], flushed(f / g), 0), k++;
   check_float(t, k, out[k], fmaxf(f, g), 0), k++;
   check_float(t, k, out[k], fminf(f, g), 0), k++;
   check_float(t, k, out[k], fabsf(f), 0), k++;
   check_float(t, k, out[k], f > 0 ? fminf(f, 1) : 0, 0), k++;
   float fraction = isinf(f) ? NAN : f - floorf(f);
   check_float(t, k, out[k], fraction < 1 || isnan(fraction) ? fraction : 0x1.fffffep-1f, 0), k++;
   check_float(t, k, out[k], sqrtf(f), 0), k++;
   check_float(t, k, out[k], 1 / sqrtf(f), 1e-6f), k++;
   check_float(t, k, out[k], rintf(f), 0), k++;
   check_float(t, k, out[k], floorf(f), 0), k++;
   check_float(t, k, out[k], ceilf(f), 0), k++;
   check_float(t, k, out[k], truncf(f), 0), k++;
   check_float(t, k, out[k], exp2f(f), 1e-6f), k++;
   check_float(t, k, out[k], log2f(f), 1e-6f), k++;
   if (fabsf(f) < 100) { /* absolute error of 0.0008 (DXIL.rst, Sin) */
      assert_true(fabsf(float_of(out[k]) - sinf(f)) < 0.0008f);
      assert_true(fabsf(float_of(out[k + 1]) - cosf(f)) < 0.0008f);
   }
   k += 2;
   check(t, k, out[k], isnan(f)), k++;
   check(t, k, out[k], !!isinf(f)), k++;
   check(t, k, out[k], !!isfinite(f)), k++;
   check(t, k, out[k], f < g), k++;
   check(t, k, out[k], f != g), k++;
   if (fabsf(f) < 65000 && fabsf(f) > 0x1p-14f) { /* the nearest half is the right one */
      float half = half_value(out[k]);
      assert_true(fabsf(half - f) <= fabsf(f) * 0x1p-11f);
   }
   k++;
   check_float(t, k, out[k], half_value(a & 0xffff), 0), k++;
   uint64_t bits = (uint64_t)b << 32 | a;
   double d;
   memcpy(&d, &bits, sizeof(d));
   if (!isnan(d)) {
      d = fma(d, 1.5, 0.25);
      memcpy(&bits, &d, sizeof(d));
      check(t, k, out[k], bits >> 32);
   }
   k++;
   check(t, k, out[k], (uint64_t)((int64_t)(int32_t)a * (int32_t)b) >> 32), k++;
   check(t, k, out[k], (uint32_t)(int16_t)(a * b)), k++;
   assert_int_equal(k, 56);
}

static void
test_arithmetic(void **unused)
{
   (void)unused;
   static const uint32_t integers[] = {
      0,      1,      2,          3,          7,          31,         32,
      33,     255,    0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 0x12345678,
      0x3c00, 0x8001, 0x7bff,     0xfc00,     100,        1000003,    0x40091eb8,
   };
   static const float floats[] = {
      0.0f,    -0.0f,    1.0f,   -1.0f,     0.5f,   1.5f,   2.5f,     -2.5f,
      3.75f,   INFINITY, NAN,    -INFINITY, 1e10f,  -1e10f, 1e-5f,    -1e-10f,
      127.25f, 3.0e38f,  0.999f, 10.0f,     42.42f, -77.5f, 65504.0f, 4294967040.0f,
   };
   struct run *run = run_create("arithmetic.cs");
   for (uint32_t t = 0; t < 64; t++) {
      uint32_t *in = &run->in[5 * t];
      in[0] = integers[t % ARRAY_LENGTH(integers)];
      in[1] = integers[(t * 5 + t / 21 + 11) % ARRAY_LENGTH(integers)];
      in[2] = integers[(t * 11 + 4) % ARRAY_LENGTH(integers)] * (t + 1);
      in[3] = bits_of(floats[t % ARRAY_LENGTH(floats)]);
      in[4] = bits_of(floats[(t * 7 + t / 24 + 5) % ARRAY_LENGTH(floats)]);
   }
   run_groups(run, 2);
   for (uint32_t t = 0; t < 64; t++) {
      check_integers(t, &run->in[5 * t], &run->out[56 * t]);
      check_floats(t, &run->in[5 * t], &run->out[56 * t]);
   }
   run_destroy(run);
}

static uint64_t
shift_count(uint64_t q)
{
   return q & 63;
}

static void
check_wide(uint32_t t, const uint32_t *in, const uint32_t *out)
{
   uint64_t p, q;
   memcpy(&p, &in[0], sizeof(p));
   memcpy(&q, &in[2], sizeof(q));
   int64_t sp = p, sq = q;
   float f = float_of(in[4]), g = float_of(in[5]);
   double x = f, y = g;
   bool wraps = sp == INT64_MIN && sq == -1;
   uint64_t want[] = { p * q, q ? p / q : UINT64_MAX,
                       q ? wraps ? 0 : (uint64_t)(sp % sq) : UINT64_MAX, p << shift_count(q),
                       (uint64_t)(sp >> shift_count(q)) };
   uint32_t k = 0;
   for (uint32_t i = 0; i < ARRAY_LENGTH(want); i++) {
      check(t, k, out[k], (uint32_t)want[i]), k++;
      check(t, k, out[k], want[i] >> 32), k++;
   }
   check(t, k, out[k], sp < sq), k++;
   check_float(t, k, out[k], (float)(x + y), 0), k++;
   check_float(t, k, out[k], (float)(x / y), 0), k++;
   check_float(t, k, out[k], (float)(double)sp, 0), k++;
   check(t, k, out[k], x <= 0 ? 0 : x >= 0x1p32 ? UINT32_MAX : (uint32_t)x), k++;
   check(t, k, out[k], x < y), k++;
   check_float(t, k, out[k], f + g, 0x1p-10f), k++; /* the inputs are exact as halves */
   check_float(t, k, out[k], fabsf(f * g) > 65520 ? INFINITY * f * g : f * g, 0x1p-10f), k++;
   check(t, k, out[k], f < g), k++;
   check(t, k, out[k], (uint32_t)float_to_int(f)), k++;
   double array[] = { x, y, x + y, 0.5 };
   check_float(t, k, out[k], (float)array[t & 3], 0), k++;
   static const int16_t shorts[] = { 1, -2, 300, -400, 5, 6, 7, -8 };
   check(t, k, out[k], (uint32_t)shorts[t & 7]), k++;
   assert_int_equal(k, 22);
}

static void
test_wide(void **unused)
{
   (void)unused;
   static const uint64_t integers[] = { 0,          1,          2,          63,
                                        64,         UINT64_MAX, 1ull << 63, 0x123456789abcdef0,
                                        0xffffffff, 1000003,    1ull << 32 };
   static const float floats[] = { 0.5f, -1.0f, 3.0f, 1024.0f, -0.25f, 100.0f, 2048.0f, 7.5f };
   struct run *run = run_create("wide.cs");
   uint64_t all[64][2];
   for (uint32_t t = 0; t < 64; t++) {
      all[t][0] = integers[t % ARRAY_LENGTH(integers)];
      all[t][1] = integers[(t * 5 + t / 11 + 3) % ARRAY_LENGTH(integers)];
      memcpy(&run->in[6 * t], all[t], sizeof(all[t]));
      run->in[6 * t + 4] = bits_of(floats[t % ARRAY_LENGTH(floats)]);
      run->in[6 * t + 5] = bits_of(floats[(t * 3 + t / 8 + 1) % ARRAY_LENGTH(floats)]);
   }
   run_groups(run, 4);
   for (uint32_t t = 0; t < 64; t++) {
      check_wide(t, &run->in[6 * t], &run->out[24 * t]);
      uint32_t word = run->out[24 * t + 22];
      assert_true(word == run->in[6 * (t & ~8u)] || word == run->in[6 * (t | 8)]);
   }
   run_destroy(run);
}

/* ---- Memory ---------------------------------------------------------------------------------- */

static void
test_memory(void **unused)
{
   (void)unused;
   static const float table[] = { 1.0f, 2.5f, -3.0f, 4.0f, 5.0f };
   struct run *run = run_create("memory.cs");
   uint32_t rows[16], structures[15 + 3], root_rows[24 * 4];
   for (uint32_t i = 0; i < ARRAY_LENGTH(rows); i++)
      rows[i] = 100 + i;
   for (uint32_t i = 0; i < ARRAY_LENGTH(structures); i++)
      structures[i] = 300 + i;
   for (uint32_t i = 0; i < ARRAY_LENGTH(root_rows); i++)
      root_rows[i] = 500 + i;
   for (uint32_t i = 0; i < 6; i++)
      run->args.constants[10 + i] = 900 + i;
   for (uint32_t i = 0; i < 10; i++)
      run->args.constants[16 + i] = 666; /* nobody may see these */
   run->args.param[2] = (uintptr_t)root_rows;
   run->views[CBV] = buffer_view(rows, sizeof(rows), 0, 0);
   run->views[SRV] = buffer_view(structures, 15 * 4, DESCRIPTOR_STRUCTURED_BUFFER, 12);
   run->views[SRV + 1] = (struct descriptor){
      .size = 1, .width = 37, .height = 20, .layers = 5, .num_levels = 3, .dim = DESCRIPTOR_2D_ARRAY
   };
   run_groups(run, 1);
   for (uint32_t t = 0; t < 24; t++) {
      const uint32_t *out = &run->out[24 * t];
      uint32_t k = 0;
      check(t, k, out[k], t * 10 + (t * 3 & 7)), k++;
      check(t, k, out[k], t * 10 + 2), k++; /* odd threads write odd places only */
      check(t, k, out[k], t & 1 ? 77 : 5), k++;
      k++;
      check_float(t, k, out[k], t < 5 ? table[t] : 0, 0), k++;
      check_float(t, k, out[k], 4.0f, 0), k++;
      check(t, k, out[k], t < 4 ? 100 + t * 4 + 1 : 0), k++;
      check(t, k, out[k], 115), k++;
      check(t, k, out[k], 0), k++;
      check(t, k, out[k], 905), k++;
      check(t, k, out[k], 0), k++;
      check(t, k, out[k], t == 0 ? 900 : t == 1 ? 904 : 0), k++;
      check(t, k, out[k], 500 + 4 * t), k++;
      check(t, k, out[k], 0), k++;
      check(t, k, out[k], t < 5 ? 302 + 3 * t : 0), k++;
      check(t, k, out[k], 307), k++;
      check(t, k, out[k], 0), k++;
      check(t, k, out[k], 5), k++;
      check(t, k, out[k], WORDS * 4), k++;
      check(t, k, out[k], 18), k++;
      check(t, k, out[k], 5), k++;
      check(t, k, out[k], 3), k++;
   }
   run_destroy(run);
}

static void
test_bindings(void **unused)
{
   (void)unused;
   struct run *run = run_create("bindings.cs");
   uint32_t buffers[4][32], structures[32 * 3], rows[16];
   for (uint32_t i = 0; i < 32; i++) {
      run->in[i] = 1000 + i;
      for (uint32_t b = 0; b < 4; b++)
         buffers[b][i] = 100 * b + i;
   }
   for (uint32_t i = 0; i < ARRAY_LENGTH(structures); i++)
      structures[i] = 7 * i;
   for (uint32_t i = 0; i < ARRAY_LENGTH(rows); i++)
      rows[i] = 50 + i;
   for (uint32_t b = 0; b < 4; b++)
      run->views[UAV + 4 + b] = buffer_view(buffers[b], 64 + 16 * b, DESCRIPTOR_RAW_BUFFER, 0);
   run->views[SRV] = buffer_view(structures, sizeof(structures), DESCRIPTOR_STRUCTURED_BUFFER, 12);
   run->views[CBV] = buffer_view(rows, sizeof(rows), 0, 0);
   run->bindings.view_heap = run->views;
   run_groups(run, 1);
   for (uint32_t t = 0; t < 32; t++) {
      const uint32_t *out = &run->out[8 * t];
      check(t, 0, out[0], 1000 + t);
      check(t, 1, out[1], t < 16 + 4 * (t % 4) ? 100 * (t % 4) + t : 0);
      check(t, 2, out[2], 7 * (3 * t + 1) + 1);
      check(t, 3, out[3], t < 4 ? 50 + 4 * t + 1 : 0);
      check(t, 7, out[7], t);
   }
   run_destroy(run);
}

/* A view of nothing reads as zero and is not written. */
static void
test_null_views(void **unused)
{
   (void)unused;
   struct run *run = run_create("arithmetic.cs");
   memset(&run->views[UAV], 0, sizeof(run->views[UAV]));
   run_groups(run, 1);
   check(0, 0, run->out[0], UINT32_MAX); /* 0 / 0 */
   memset(&run->views[UAV + 1], 0, sizeof(run->views[UAV]));
   memset(run->out, 0, sizeof(run->out));
   run_groups(run, 1);
   check(0, 0, run->out[0], 0);
   run_destroy(run);
}

/* ---- Groups: barriers and groupshared memory ------------------------------------------------- */

static void
test_barriers(void **unused)
{
   (void)unused;
   struct run *run = run_create("atomics.cs");
   uint32_t results[128][2] = { 0 }, sum = 0, largest = 0;
   for (uint32_t i = 0; i < 64; i++)
      run->in[i] = (i * 37) % 101 + 1;
   for (uint32_t i = 0; i < 64; i++) {
      sum += run->in[i];
      largest = MAX2(largest, run->in[i]);
   }
   uint32_t first = run->in[0];
   run->views[UAV + 1] = buffer_view(results, sizeof(results), DESCRIPTOR_STRUCTURED_BUFFER, 8);
   memset(run->shared, 0xee, sizeof(run->shared));
   run_groups(run, 1);
   for (uint32_t t = 0; t < 64; t++) {
      check(t, 0, results[t][0], sum);
      check(t, 1, results[t][1], largest);
   }
   check(0, 2, run->in[0], first + 64);
   run_destroy(run);
}

static void
test_barriers_in_loop(void **unused)
{
   (void)unused;
   struct run *run = run_create("reduce.cs");
   uint32_t sum = 0;
   for (uint32_t i = 0; i < 200; i++)
      run->in[i] = i * i + 3;
   for (uint32_t i = 0; i < 100; i++)
      sum += run->in[i];
   run_groups(run, 1);
   for (uint32_t t = 0; t < 100; t++) {
      check(t, 0, run->out[2 * t], sum);
      check(t, 1, run->out[2 * t + 1], 7);
   }
   check(100, 0, run->out[200], 0); /* lanes beyond the group write nothing */
   run_destroy(run);
}

/* ---- Waves ----------------------------------------------------------------------------------- */

struct wave {
   uint32_t lanes, base;
   const uint32_t *v;
   uint32_t active; /* bits */
};

static uint32_t
wave_combine(const struct wave *w, uint32_t end, uint32_t kind)
{
   static const uint32_t start[] = { 0, 1, INT_MAX, UINT32_MAX, INT_MIN, 0, UINT32_MAX, 0, 0 };
   uint32_t r = start[kind];
   for (uint32_t i = 0; i < end; i++) {
      uint32_t v = w->v[i];
      if (!(w->active >> i & 1))
         continue;
      switch (kind) {
      case 0:
         r += v;
         break;
      case 1:
         r *= v;
         break;
      case 2:
         r = MIN2((int32_t)r, (int32_t)v);
         break;
      case 3:
         r = MIN2(r, v);
         break;
      case 4:
         r = MAX2((int32_t)r, (int32_t)v);
         break;
      case 5:
         r = MAX2(r, v);
         break;
      case 6:
         r &= v;
         break;
      case 7:
         r |= v;
         break;
      default:
         r ^= v;
         break;
      }
   }
   return r;
}

static void
check_lane(const struct wave *w, uint32_t i, const uint32_t *out)
{
   uint32_t t = w->base + i, c = 0, k = 0, first = __builtin_ctz(w->active);
   bool equal = true;
   for (uint32_t l = 0; l < w->lanes; l++) {
      c |= (w->active >> l & w->v[l] & 1) << l;
      equal = equal && (!(w->active >> l & 1) || w->v[l] == w->v[first]);
   }
   check(t, k, out[k], i), k++;
   check(t, k, out[k], w->lanes), k++;
   check(t, k, out[k], i == first), k++;
   check(t, k, out[k], c != 0), k++;
   check(t, k, out[k], c == w->active), k++;
   check(t, k, out[k], equal), k++;
   check(t, k, out[k], c), k++;
   check(t, k, out[k], w->v[5]), k++;
   check(t, k, out[k], w->v[i ^ 7]), k++;
   check(t, k, out[k], w->v[first]), k++;
   for (uint32_t kind = 0; kind < 9; kind++, k++)
      check(t, k, out[k], wave_combine(w, w->lanes, kind));
   check(t, k, out[k], wave_combine(w, i, 0)), k++;
   check(t, k, out[k], wave_combine(w, i, 1)), k++;
   check(t, k, out[k], (uint32_t)__builtin_popcount(c)), k++;
   check(t, k, out[k], (uint32_t)__builtin_popcount(c & ((1u << i) - 1))), k++;
   check(t, k, out[k], w->v[(i & ~3) + 2]), k++;
   check(t, k, out[k], w->v[i ^ 1]), k++;
   check(t, k, out[k], w->v[i ^ 2]), k++;
   check(t, k, out[k], w->v[i ^ 3]), k++;
   check_float(t, k, out[k], (int32_t)wave_combine(w, w->lanes, 2), 0), k++;
   const uint32_t *q = &w->v[i & ~3];
   int32_t q0 = q[0], q1 = q[1], q2 = q[2], row = i & 2, col = i & 1;
   check_float(t, k, out[k], q1 - q0, 0), k++;
   check_float(t, k, out[k], q2 - q0, 0), k++;
   check_float(t, k, out[k], (int32_t)q[row + 1] - (int32_t)q[row], 0), k++;
   check_float(t, k, out[k], (int32_t)q[col + 2] - (int32_t)q[col], 0), k++;
   assert_int_equal(k, 32);
}

static void
test_waves(void **unused)
{
   (void)unused;
   struct run *run = run_create("waves.cs");
   uint32_t lanes = jit_target_get()->lanes;
   for (uint32_t t = 0; t < 32; t++)
      run->in[t] = (t * 2654435761u >> 20) - (t % 3 ? 0 : 4000);
   for (uint32_t i = 0; i < lanes; i++) /* one wave with nothing but equal and odd values */
      run->in[32 - lanes + i] = 9;
   memset(run->out, 0x55, sizeof(run->out));
   run_groups(run, 1);
   for (uint32_t base = 0; base < 32; base += lanes) {
      struct wave wave = { lanes, base, &run->in[base], 0 };
      for (uint32_t i = 0; i < lanes; i++)
         wave.active |= (uint32_t) !(wave.v[i] & 4) << i;
      for (uint32_t i = 0; i < lanes; i++) {
         const uint32_t *out = &run->out[32 * (base + i)];
         if (wave.active >> i & 1)
            check_lane(&wave, i, out);
         else
            check(base + i, 0, out[0], 0x55555555);
      }
   }
   run_destroy(run);
}

/* ---- Views ----------------------------------------------------------------------------------- */

/* Routines of the test's own: texels tell where they come from. */
static struct run *views_run;
static uint32_t texels[64], num_calls;

static uint32_t
view_number(const struct descriptor *view)
{
   return view - views_run->views;
}

static void
fake_load(const struct descriptor *view, const struct sampler *sampler, struct texture_args *args)
{
   num_calls++;
   assert_null(sampler);
   for (uint32_t i = 0; i < JIT_MAX_LANES; i++) {
      if (!(args->mask >> i & 1))
         continue;
      for (uint32_t c = 0; c < 4; c++)
         args->result[c][i] = view_number(view) * 1000 + args->icoord[0][i] * 10 +
                              args->icoord[1][i] + args->ilod[i] * 0.5f + c * 0.125f;
   }
}

static void
fake_sample(const struct descriptor *view, const struct sampler *sampler, struct texture_args *args)
{
   uint32_t s = sampler == &views_run->static_sampler ? 8 : sampler - views_run->samplers;
   num_calls++;
   for (uint32_t i = 0; i < JIT_MAX_LANES; i++) {
      if (!(args->mask >> i & 1))
         continue;
      for (uint32_t c = 0; c < 4; c++)
         args->result[c][i] = view_number(view) * 1000 + s * 100 + args->coord[0][i] +
                              args->coord[1][i] + args->lod[i] + args->offset[0][i] * 0.25f +
                              args->offset[1][i] * 0.125f + c * 10;
   }
}

static void
fake_plain_sample(const struct descriptor *view, const struct sampler *sampler,
                  struct texture_args *args)
{
   assert_int_equal(args->offset[0][0], 0);
   assert_int_equal(args->offset[1][0], 0);
   fake_sample(view, sampler, args);
}

static void
fake_offset_sample(const struct descriptor *view, const struct sampler *sampler,
                   struct texture_args *args)
{
   assert_int_equal(args->offset[0][0], 1);
   assert_int_equal(args->offset[1][0], -2);
   fake_sample(view, sampler, args);
}

static void
fake_address(const struct descriptor *view, const struct sampler *sampler,
             struct texture_args *args)
{
   (void)sampler;
   assert_int_equal(view_number(view), UAV + 2);
   for (uint32_t i = 0; i < JIT_MAX_LANES; i++) {
      if (!(args->mask >> i & 1))
         continue;
      uint32_t x = args->icoord[0][i];
      args->address[i] = x < 30 ? (uintptr_t)&texels[x] : 0; /* two are out of bounds */
   }
}

static void
fake_store(const struct descriptor *view, const struct sampler *sampler, struct texture_args *args)
{
   (void)sampler;
   assert_int_equal(view_number(view), UAV + 2);
   for (uint32_t i = 0; i < JIT_MAX_LANES; i++) {
      if (args->mask >> i & 1)
         texels[args->icoord[0][i]] = args->uresult[0][i] + 10 * args->uresult[3][i];
   }
}

static texture_fn
fake_lookup(const struct descriptor *view, const struct sampler *sampler, enum texture_op op)
{
   (void)view;
   (void)sampler;
   switch (op) {
   case TEXTURE_LOAD:
      return fake_load;
   case TEXTURE_STORE:
      return fake_store;
   case TEXTURE_ADDRESS:
      return fake_address;
   case TEXTURE_SAMPLE_LEVEL:
      return fake_plain_sample;
   default:
      assert_int_equal(op, TEXTURE_SAMPLE_LEVEL | TEXTURE_OFFSETS);
      return fake_offset_sample;
   }
}

static void
test_views(void **unused)
{
   (void)unused;
   struct run *run = views_run = run_create("views.cs");
   uint32_t counter = 50, seen = 0, exchanged[2] = { 0 };
   run->bindings.lookup = fake_lookup;
   run->views[UAV + 3].counter = (uint8_t *)&counter;
   for (uint32_t t = 0; t < 32; t++)
      texels[t] = 5 * t;
   run->in[256] = 7;
   run->in[257] = 8;
   num_calls = 0;
   run_groups(run, 1);

   /* t2, s1 and s8 are sites; the others are looked up for each of four descriptors, or four
    * descriptors and the samplers that a SIMD group has. */
   uint32_t groups = 32 / jit_target_get()->lanes;
   assert_int_equal(num_calls, groups * (3 + 4 + 4));
   assert_int_equal(run->pipeline->cs.info.num_sites, 5);
   for (uint32_t t = 0; t < 32; t++) {
      const uint32_t *out = &run->out[16 * t];
      uint32_t any = SRV + 4 + t % 4;
      check_float(t, 0, out[0], (SRV + 2) * 1000 + t * 10 + 7 + 0.5f + 0.125f, 0);
      check_float(t, 1, out[1], any * 1000 + t * 10 + 7 + 0.5f, 0);
      check_float(t, 2, out[2], (SRV + 2) * 1000 + 100 + t + 0.5f + t + 0.25f - 0.25f, 0);
      check_float(t, 3, out[3], (SRV + 2) * 1000 + 800 + t + 0.5f + t + 20, 0);
      check_float(t, 4, out[4], any * 1000 + t / 16 * 100 + t + 0.5f + 30, 0);
      check(t, 5, t < 30 ? out[5] : 0, t < 30 ? 5 * t : 0);
      if (t % 2)
         check(t, 6, out[6], 8);
      else if (out[6] == 7)
         exchanged[0] = 1000 + t, exchanged[1]++;
      assert_true(out[7] >= 50 && out[7] < 82);
      seen |= 1u << (out[7] - 50);
      check(t, 8, texels[t], t + 40);
   }
   assert_int_equal(seen, UINT32_MAX);
   assert_int_equal(counter, 82);
   assert_int_equal(exchanged[1], 1);
   assert_int_equal(run->in[256], exchanged[0]);
   assert_int_equal(run->in[257], 8);
   assert_true(run->pipeline->cs.info.writes_memory);
   run_destroy(run);
}

int
main(void)
{
   setenv("DXG_CACHE_SIZE", "0", 1);
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_arithmetic),
      cmocka_unit_test(test_wide),
      cmocka_unit_test(test_memory),
      cmocka_unit_test(test_null_views),
      cmocka_unit_test(test_bindings),
      cmocka_unit_test(test_barriers),
      cmocka_unit_test(test_barriers_in_loop),
      cmocka_unit_test(test_waves),
      cmocka_unit_test(test_views),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
