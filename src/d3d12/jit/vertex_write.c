#include "jit/vertex_write.h"

#include <immintrin.h>
#include <math.h>
#include <string.h>

#if defined(__AVX512F__)
#define LANES 16
#define NAME jit_vertex_writer_avx512
#define UNPACK_LOW_32(a, b) ((vec)_mm512_unpacklo_ps((__m512)(a), (__m512)(b)))
#define UNPACK_HIGH_32(a, b) ((vec)_mm512_unpackhi_ps((__m512)(a), (__m512)(b)))
#define UNPACK_LOW_64(a, b) ((vec)_mm512_unpacklo_pd((__m512d)(a), (__m512d)(b)))
#define UNPACK_HIGH_64(a, b) ((vec)_mm512_unpackhi_pd((__m512d)(a), (__m512d)(b)))
#define CHUNK(v, i) _mm512_extractf32x4_ps((__m512)(v), i)
#elif defined(__AVX2__)
#define LANES 8
#define NAME jit_vertex_writer_avx2
#define UNPACK_LOW_32(a, b) ((vec)_mm256_unpacklo_ps((__m256)(a), (__m256)(b)))
#define UNPACK_HIGH_32(a, b) ((vec)_mm256_unpackhi_ps((__m256)(a), (__m256)(b)))
#define UNPACK_LOW_64(a, b) ((vec)_mm256_unpacklo_pd((__m256d)(a), (__m256d)(b)))
#define UNPACK_HIGH_64(a, b) ((vec)_mm256_unpackhi_pd((__m256d)(a), (__m256d)(b)))
#define CHUNK(v, i) _mm256_extractf128_ps((__m256)(v), i)
#else
#define LANES 4
#define NAME jit_vertex_writer_sse2
#define UNPACK_LOW_32(a, b) ((vec)_mm_unpacklo_ps((__m128)(a), (__m128)(b)))
#define UNPACK_HIGH_32(a, b) ((vec)_mm_unpackhi_ps((__m128)(a), (__m128)(b)))
#define UNPACK_LOW_64(a, b) ((vec)_mm_unpacklo_pd((__m128d)(a), (__m128d)(b)))
#define UNPACK_HIGH_64(a, b) ((vec)_mm_unpackhi_pd((__m128d)(a), (__m128d)(b)))
#define CHUNK(v, i) ((__m128)(v))
#endif

#define INLINE inline __attribute__((always_inline))

/* A component of LANES vertices. */
typedef float vec __attribute__((vector_size(LANES * 4), may_alias));
typedef int32_t ivec __attribute__((vector_size(LANES * 4)));

/* `registers`: from the first of the lanes on. */
static INLINE vec
component(const struct vertex_layout *layout, const uint32_t *registers, uint32_t index)
{
   return *(const vec *)(registers + index * layout->lanes);
}

static INLINE vec
system_value(const struct vertex_layout *layout, const uint32_t *registers, uint32_t index)
{
   return index == VERTEX_NO_COMPONENT ? (vec){ 0 } : component(layout, registers, index);
}

/* Four components of LANES vertices become four neighbours in each. */
static INLINE void
store(vec c0, vec c1, vec c2, vec c3, uint8_t *to, size_t pitch)
{
   vec low01 = UNPACK_LOW_32(c0, c1), low23 = UNPACK_LOW_32(c2, c3);
   vec high01 = UNPACK_HIGH_32(c0, c1), high23 = UNPACK_HIGH_32(c2, c3);
   /* rows[i] has vertex i of each four. */
   const vec rows[] = {
      UNPACK_LOW_64(low01, low23),
      UNPACK_HIGH_64(low01, low23),
      UNPACK_LOW_64(high01, high23),
      UNPACK_HIGH_64(high01, high23),
   };
#define STORE_FOUR(chunk)                                                                          \
   for (uint32_t i = 0; i < 4 && (chunk) < LANES / 4; i++, to += pitch)                            \
      _mm_store_ps((float *)to, CHUNK(rows[i], (chunk) % (LANES / 4)));
   STORE_FOUR(0)
   STORE_FOUR(1)
   STORE_FOUR(2)
   STORE_FOUR(3)
#undef STORE_FOUR
}

/* `bit` where a < b. Unordered: a NaN is outside. */
static INLINE ivec
outside(vec a, vec b, uint32_t bit)
{
   return ~(a >= b) & (int32_t)bit;
}

static INLINE ivec
clip_mask(const struct vertex_layout *layout, const float guard[2], const uint32_t *registers,
          const vec position[4])
{
   const vec zero = { 0 }, w = position[3];
   ivec mask = { 0 };

   for (uint32_t axis = 0; axis < 2; axis++) {
      vec p = position[axis], limit = w * guard[axis];

      mask |= outside(p, -w, VERTEX_OUT_X_NEG << axis * 2);
      mask |= outside(w, p, VERTEX_OUT_X_POS << axis * 2);
      mask |= outside(p, -limit, VERTEX_OUT_GUARD_X_NEG << axis * 2);
      mask |= outside(limit, p, VERTEX_OUT_GUARD_X_POS << axis * 2);
   }
   if (layout->depth_clip) {
      mask |= outside(position[2], zero, VERTEX_OUT_NEAR);
      mask |= outside(w, position[2], VERTEX_OUT_FAR);
   }
   mask |= ~((w > zero) & (w < zero + INFINITY)) & (int32_t)VERTEX_OUT_W;
   for (uint32_t i = 0; i < layout->num_clip; i++)
      mask |= outside(component(layout, registers, layout->clip[i]), zero, VERTEX_OUT_CLIP(i));
   for (uint32_t i = 0; i < layout->num_cull; i++)
      mask |= outside(component(layout, registers, layout->cull[i]), zero, VERTEX_OUT_CULL(i));
   return mask;
}

static INLINE void
write_headers(const struct vertex_layout *layout, const struct vertex_ctx *ctx,
              const uint32_t *registers, uint8_t *out, size_t pitch)
{
   vec position[4] = { 0 }, screen[3];

   if (layout->position != VERTEX_NO_COMPONENT) {
      for (uint32_t i = 0; i < 4; i++)
         position[i] = component(layout, registers, layout->position + i);
   }
   vec rcp_w = 1 / position[3];
   for (uint32_t i = 0; i < 3; i++)
      screen[i] = position[i] * rcp_w * ctx->scale[i] + ctx->translate[i];

   store(position[0], position[1], position[2], position[3], out + offsetof(struct vertex, clip),
         pitch);
   store(screen[0], screen[1], screen[2], rcp_w, out + offsetof(struct vertex, screen), pitch);
   store((vec)clip_mask(layout, ctx->guard, registers, position),
         system_value(layout, registers, layout->layer),
         system_value(layout, registers, layout->viewport), (vec){ 0 },
         out + offsetof(struct vertex, clip_mask), pitch);
}

static void
write_vertices(const struct vertex_layout *layout, const struct vertex_ctx *ctx,
               const uint32_t *registers, struct vertex *vertices)
{
   size_t pitch = vertex_size(layout->num_registers);
   uint8_t *out = (uint8_t *)vertices;

   /* The stores of a group come at once, more than wait for memory: the next group's is asked for. */
   for (size_t i = 0; i < layout->lanes * pitch; i += 64)
      __builtin_prefetch(out + layout->lanes * pitch + i, 1);
   for (uint32_t lane = 0; lane < layout->lanes; lane += LANES) {
      if (layout->header)
         write_headers(layout, ctx, registers, out, pitch);
      for (uint32_t reg = 0; reg < layout->num_registers; reg++)
         store(component(layout, registers, reg * 4), component(layout, registers, reg * 4 + 1),
               component(layout, registers, reg * 4 + 2), component(layout, registers, reg * 4 + 3),
               out + offsetof(struct vertex, reg) + reg * sizeof(vertices->reg[0]), pitch);
      registers += LANES;
      out += LANES * pitch;
   }
}

/* Beyond the declared maximum emits are ignored (D3D11.3 13.3). */
static void
emit_vertices(const struct vertex_layout *layout, const struct vertex_ctx *ctx,
              const uint32_t *registers, struct geometry_output *outputs, uint32_t mask,
              uint32_t stream)
{
   size_t size = vertex_size(layout->num_registers);
   _Alignas(64) uint8_t group[JIT_MAX_LANES * sizeof(float[4]) * (3 + JIT_MAX_REGISTERS)];

   if (!mask)
      return;
   write_vertices(layout, ctx, registers, (struct vertex *)group);
   for (; mask; mask &= mask - 1) {
      uint32_t lane = __builtin_ctz(mask);
      struct geometry_output *output = &outputs[lane];
      uint32_t index = output->num_vertices;

      if (index >= layout->max_vertices)
         continue;
      memcpy((uint8_t *)output->vertices + index * size, group + lane * size, size);
      if (output->streams)
         output->streams[index] = stream;
      output->num_vertices = index + 1;
   }
}

/* A strip without vertices is none, so there are never more cuts than vertices. */
static void
cut_strips(struct geometry_output *outputs, uint32_t mask)
{
   for (; mask; mask &= mask - 1) {
      struct geometry_output *output = &outputs[__builtin_ctz(mask)];
      uint32_t last = output->num_cuts ? output->cuts[output->num_cuts - 1] : 0;

      if (output->num_vertices != last)
         output->cuts[output->num_cuts++] = output->num_vertices;
   }
}

const struct vertex_writer NAME = {
   .write = write_vertices,
   .emit = emit_vertices,
   .cut = cut_strips,
};
