/*
 * The rasteriser without machine code: vertex, geometry and pixel stages in C. What it covers is held
 * against the rules of D3D11.3 3.4, evaluated pixel by pixel.
 */
#include "raster/raster.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "layout/sample_positions.h"
#include "util/bits.h"

#define SIZE 256 /* of the target; the viewport scales by powers of two, so positions are exact */
#define MAX_SAMPLES 16

/* What the pixel stage sees of a draw; reached through shader_bindings.reserved. */
struct record {
   uint32_t samples;
   uint16_t (*hits)[SIZE][SIZE]; /* per sample */
   uint32_t last[SIZE][SIZE];    /* order of the primitive that hit last, and 1 */
   bool disordered;
   float (*attribute)[SIZE]; /* register 0, x, at the pixel's centre */
   uint32_t calls;
   uint32_t front_calls;
};

struct fixture {
   struct workers *workers;
   struct raster *raster;
   struct jit_graphics pipeline;
   struct image image;
   struct record record;
   struct shader_bindings bindings;
   struct raster_draw draw;
   uint16_t hits[MAX_SAMPLES][SIZE][SIZE];
   float attribute[SIZE][SIZE];
};

/* One vertex of vertex buffer 0. */
struct input {
   float position[4], attribute[4];
};

static uint64_t seed = 1;

static uint32_t
random_bits(void)
{
   seed = seed * 6364136223846793005ull + 1442695040888963407ull;
   return (uint32_t)(seed >> 33);
}

static int32_t
random_between(int32_t low, int32_t high)
{
   return low + (int32_t)(random_bits() % (uint32_t)(high - low + 1));
}

static void
finish_vertex(const struct vertex_ctx *ctx, struct vertex *v)
{
   float x = v->clip[0], y = v->clip[1], z = v->clip[2], w = v->clip[3];
   float inv = 1 / w;
   uint32_t mask = 0;

   mask |= x < -w ? VERTEX_OUT_X_NEG : 0;
   mask |= x > w ? VERTEX_OUT_X_POS : 0;
   mask |= y < -w ? VERTEX_OUT_Y_NEG : 0;
   mask |= y > w ? VERTEX_OUT_Y_POS : 0;
   mask |= z < 0 ? VERTEX_OUT_NEAR : 0;
   mask |= z > w ? VERTEX_OUT_FAR : 0;
   mask |= x < -ctx->guard[0] * w ? VERTEX_OUT_GUARD_X_NEG : 0;
   mask |= x > ctx->guard[0] * w ? VERTEX_OUT_GUARD_X_POS : 0;
   mask |= y < -ctx->guard[1] * w ? VERTEX_OUT_GUARD_Y_NEG : 0;
   mask |= y > ctx->guard[1] * w ? VERTEX_OUT_GUARD_Y_POS : 0;
   mask |= !(w > 0) || !isfinite(w) ? VERTEX_OUT_W : 0;
   v->clip_mask = mask;
   v->screen[0] = x * inv * ctx->scale[0] + ctx->translate[0];
   v->screen[1] = y * inv * ctx->scale[1] + ctx->translate[1];
   v->screen[2] = z * inv * ctx->scale[2] + ctx->translate[2];
   v->screen[3] = inv;
   v->layer = 0;
   v->viewport = 0;
   v->reserved = 0;
}

/* Register 0: the attribute; its x gets the instance added. */
static void
vertex_stage(const struct vertex_ctx *ctx, const uint32_t *ids, uint32_t count, uint32_t instance,
             struct vertex *out)
{
   const struct vertex_buffer *buffer = &ctx->buffers[0];
   uint8_t *next = (uint8_t *)out;

   for (uint32_t i = 0; i < count; i++) {
      struct vertex *v = (struct vertex *)next;
      uint64_t offset = (uint64_t)(ids[i] + (uint32_t)ctx->base_vertex) * sizeof(struct input);
      struct input input = { 0 };
      if (offset + sizeof(input) <= buffer->size)
         memcpy(&input, buffer->base + offset, sizeof(input));
      memcpy(v->clip, input.position, sizeof(v->clip));
      memcpy(v->reg[0], input.attribute, sizeof(v->reg[0]));
      v->reg[0][0] += instance;
      finish_vertex(ctx, v);
      next += vertex_size(1);
   }
   /* Machine code may write a group's worth behind the last one. */
   memset(next, 0xa5, (JIT_MAX_LANES - 1) * vertex_size(1));
}

static void
record_pixel(struct record *record, const struct primitive *prim, uint32_t s, uint32_t x,
             uint32_t y)
{
   uint32_t order = prim->primitive_id + 1;

   record->hits[s][y][x]++;
   if (order < record->last[y][x])
      __atomic_store_n(&record->disordered, true, __ATOMIC_RELAXED);
   record->last[y][x] = order;

   float dx = x + 0.5f - prim->x0, dy = y + 0.5f - prim->y0;
   float b1 = prim->b1_dx * dx + prim->b1_dy * dy + prim->b1_0;
   float b2 = prim->b2_dx * dx + prim->b2_dy * dy + prim->b2_0;
   float b0 = 1 - b1 - b2;
   float sum = b0 * prim->w[0] + b1 * prim->w[1] + b2 * prim->w[2];
   float p1 = b1 * prim->w[1] / sum, p2 = b2 * prim->w[2] / sum;
   float a = prim->v[0]->reg[0][0];
   record->attribute[y][x] =
      a + p1 * (prim->v[1]->reg[0][0] - a) + p2 * (prim->v[2]->reg[0][0] - a);
}

static void
pixel_stage(const struct pixel_ctx *ctx, const struct primitive *prim,
            const struct coverage *blocks, uint32_t count, struct pixel_counters *counters)
{
   struct record *record = ctx->bindings->reserved;
   const uint8_t *next = (const uint8_t *)blocks;

   __atomic_fetch_add(&record->calls, 1, __ATOMIC_RELAXED);
   __atomic_fetch_add(&record->front_calls, prim->front, __ATOMIC_RELAXED);
   for (uint32_t i = 0; i < count; i++) {
      const struct coverage *block = (const struct coverage *)next;
      uint64_t any = 0, all = ~0ull;
      assert_int_equal(block->x % 8, 0);
      assert_int_equal(block->y % 8, 0);
      for (uint32_t s = 0; s < record->samples; s++) {
         any |= block->mask[s];
         all &= block->mask[s];
         for (uint64_t m = block->mask[s]; m; m &= m - 1) {
            uint32_t bit = (uint32_t)__builtin_ctzll(m);
            uint32_t x = block->x + bit % 8, y = block->y + bit / 8;
            assert_true(x < SIZE && y < SIZE);
            record_pixel(record, prim, s, x, y);
         }
         counters->samples_passed += (uint32_t)__builtin_popcountll(block->mask[s]);
      }
      assert_true(any);
      assert_int_equal(block->full, all == ~0ull);
      counters->invocations += (uint32_t)__builtin_popcountll(any);
      next += coverage_size(record->samples);
   }
}

static void
clear_record(struct fixture *f)
{
   memset(f->hits, 0, sizeof(f->hits));
   memset(f->record.last, 0, sizeof(f->record.last));
   f->record.disordered = false;
   f->record.calls = f->record.front_calls = 0;
}

static struct fixture *
fixture_create(uint32_t threads, uint32_t samples)
{
   struct fixture *f = calloc(1, sizeof(*f));
   f->workers = workers_create(threads);
   f->raster = raster_create(f->workers);
   assert_non_null(f->raster);

   f->pipeline.vertex = vertex_stage;
   f->pipeline.pixel = pixel_stage;
   f->pipeline.vs_registers = f->pipeline.raster_registers = 1;
   f->pipeline.samples = samples;

   f->image.dimension = D3D12_RESOURCE_DIMENSION_TEXTURE2D;
   f->image.width = f->image.height = SIZE;
   f->image.num_planes = f->image.num_levels = f->image.layers = 1;
   struct raster_targets targets = { .num_colors = 1 };
   targets.colors[0] =
      (struct target_view){ .image = &f->image, .num_layers = 1, .width = SIZE, .height = SIZE };
   raster_set_targets(f->raster, &targets);

   f->record.samples = samples;
   f->record.hits = f->hits;
   f->record.attribute = f->attribute;
   f->bindings.reserved = &f->record;

   struct raster_draw *draw = &f->draw;
   draw->pipeline = &f->pipeline;
   draw->vs_bindings = draw->ps_bindings = &f->bindings;
   draw->rasterizer.FillMode = D3D12_FILL_MODE_SOLID;
   draw->rasterizer.CullMode = D3D12_CULL_MODE_NONE;
   draw->topology = D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST;
   draw->num_viewports = 1;
   draw->viewports[0] = (struct raster_viewport){ 0, 0, SIZE, SIZE, 0, 1 };
   draw->scissors[0] = (D3D12_RECT){ 0, 0, SIZE, SIZE };
   draw->instance_count = 1;
   return f;
}

static void
fixture_destroy(struct fixture *f)
{
   raster_destroy(f->raster);
   workers_destroy(f->workers);
   free(f);
}

/* From subpixels on the target. */
static struct input
at(int32_t x, int32_t y)
{
   return (struct input){ { (x - SIZE * 128) / (float)(SIZE * 128),
                            (SIZE * 128 - y) / (float)(SIZE * 128), 0.5f, 1 },
                          { 0 } };
}

static void
draw_vertices(struct fixture *f, const struct input *vertices, uint32_t num)
{
   f->draw.vertex_buffers[0] =
      (struct vertex_buffer){ (const uint8_t *)vertices, num * (uint32_t)sizeof(*vertices),
                              sizeof(*vertices) };
   f->draw.count = num;
   raster_draw(f->raster, &f->draw);
}

struct point {
   int32_t x, y;
};

static struct point
sample_at(uint32_t samples, uint32_t s, uint32_t x, uint32_t y)
{
   const struct sample_position *p = &sample_positions(samples)[s];
   return (struct point){ (int32_t)x * 256 + 128 + p->x * 16, (int32_t)y * 256 + 128 + p->y * 16 };
}

static int64_t
cross(struct point a, struct point b, struct point p)
{
   return (int64_t)(b.x - a.x) * (p.y - a.y) - (int64_t)(b.y - a.y) * (p.x - a.x);
}

static bool
inside_triangle(const struct point t[3], struct point p)
{
   int64_t area = cross(t[0], t[1], t[2]);
   struct point v[3] = { t[0], area > 0 ? t[1] : t[2], area > 0 ? t[2] : t[1] };

   if (area == 0)
      return false;
   for (uint32_t i = 0; i < 3; i++) {
      struct point a = v[i], b = v[(i + 1) % 3];
      int64_t e = cross(a, b, p);
      bool top = a.y == b.y && b.x > a.x, left = b.y < a.y;
      if (e < 0 || (e == 0 && !top && !left))
         return false;
   }
   return true;
}

static void
add_reference(uint16_t (*hits)[SIZE][SIZE], uint32_t samples, const struct point t[3])
{
   int32_t x0 = MIN2(MIN2(t[0].x, t[1].x), t[2].x) / 256 - 1;
   int32_t x1 = MAX2(MAX2(t[0].x, t[1].x), t[2].x) / 256 + 1;
   int32_t y0 = MIN2(MIN2(t[0].y, t[1].y), t[2].y) / 256 - 1;
   int32_t y1 = MAX2(MAX2(t[0].y, t[1].y), t[2].y) / 256 + 1;

   for (int32_t y = MAX2(y0, 0); y <= MIN2(y1, SIZE - 1); y++) {
      for (int32_t x = MAX2(x0, 0); x <= MIN2(x1, SIZE - 1); x++) {
         for (uint32_t s = 0; s < samples; s++)
            hits[s][y][x] += inside_triangle(t, sample_at(samples, s, (uint32_t)x, (uint32_t)y));
      }
   }
}

static void
assert_same_hits(struct fixture *f, uint16_t (*expected)[SIZE][SIZE])
{
   for (uint32_t s = 0; s < f->record.samples; s++) {
      for (uint32_t y = 0; y < SIZE; y++) {
         for (uint32_t x = 0; x < SIZE; x++) {
            if (f->hits[s][y][x] != expected[s][y][x])
               fail_msg("pixel %u, %u sample %u: got %u, expected %u", x, y, s, f->hits[s][y][x],
                        expected[s][y][x]);
         }
      }
   }
}

/* Corners that lie near one another, or far, or outside, on whole pixels or not. */
static void
random_triangle(struct point t[3])
{
   int32_t size = 1 << random_between(6, 17);
   int32_t grid = random_bits() % 2 ? 1 : random_bits() % 2 ? 128 : 256;
   struct point c = { random_between(-8192, SIZE * 256 + 8192),
                      random_between(-8192, SIZE * 256 + 8192) };

   for (uint32_t i = 0; i < 3; i++) {
      t[i].x = (c.x + random_between(-size, size)) / grid * grid;
      t[i].y = (c.y + random_between(-size, size)) / grid * grid;
   }
}

static void
check_triangles(uint32_t threads, uint32_t samples, uint32_t num)
{
   struct fixture *f = fixture_create(threads, samples);
   uint16_t(*expected)[SIZE][SIZE] = calloc(samples, sizeof(*expected));
   struct input *vertices = calloc(num * 3, sizeof(*vertices));

   for (uint32_t i = 0; i < num; i++) {
      struct point t[3];
      random_triangle(t);
      for (uint32_t k = 0; k < 3; k++)
         vertices[i * 3 + k] = at(t[k].x, t[k].y);
      add_reference(expected, samples, t);
   }
   draw_vertices(f, vertices, num * 3);
   raster_flush(f->raster);
   assert_same_hits(f, expected);
   assert_false(f->record.disordered);
   free(vertices);
   free(expected);
   fixture_destroy(f);
}

static void
test_triangles(void **state)
{
   static const char *const isas[] = { "avx512", "avx2", "sse41" };
   for (uint32_t i = 0; i < ARRAY_LENGTH(isas); i++) {
      setenv("DXG_ISA", isas[i], 1);
      check_triangles(1, 1, 1000);
      check_triangles(2, 4, 200);
   }
   unsetenv("DXG_ISA");
   check_triangles(3, 1, 3000);
   for (uint32_t samples = 2; samples <= 16; samples *= 2)
      check_triangles(2, samples, 300);
}

/* Neighbours leave no gap and no overlap: a grid of wobbly quads, each cut along a diagonal. */
static void
test_shared_edges(void **state)
{
   enum { N = 33 };
   static struct point grid[N][N];
   static struct input vertices[(N - 1) * (N - 1) * 6];

   for (uint32_t samples = 1; samples <= 4; samples *= 4) {
      struct fixture *f = fixture_create(2, samples);
      uint32_t n = 0;
      for (int32_t y = 0; y < N; y++) {
         for (int32_t x = 0; x < N; x++) {
            bool border = x == 0 || y == 0 || x == N - 1 || y == N - 1;
            int32_t step = SIZE * 256 / (N - 1);
            grid[y][x] = (struct point){ x * step, y * step };
            if (!border) {
               grid[y][x].x += random_between(-step / 5, step / 5);
               grid[y][x].y += random_between(-step / 5, step / 5);
            }
         }
      }
      for (uint32_t y = 0; y + 1 < N; y++) {
         for (uint32_t x = 0; x + 1 < N; x++) {
            struct point q[4] = { grid[y][x], grid[y][x + 1], grid[y + 1][x + 1], grid[y + 1][x] };
            static const uint8_t corners[6] = { 0, 1, 2, 2, 3, 0 };
            for (uint32_t k = 0; k < 6; k++)
               vertices[n++] = at(q[corners[k]].x, q[corners[k]].y);
         }
      }
      draw_vertices(f, vertices, n);
      raster_flush(f->raster);
      for (uint32_t s = 0; s < samples; s++) {
         for (uint32_t i = 0; i < SIZE * SIZE; i++)
            assert_int_equal(f->hits[s][i / SIZE][i % SIZE], 1);
      }
      fixture_destroy(f);
   }
}

static void
test_culling(void **state)
{
   struct fixture *f = fixture_create(1, 1);
   const struct input clockwise[3] = { at(0, 0), at(16384, 0), at(0, 16384) };
   const struct input counter[3] = { at(0, 0), at(0, 16384), at(16384, 0) };

   for (uint32_t i = 0; i < 12; i++) {
      bool ccw_is_front = i & 1, draw_ccw = i & 2;
      D3D12_CULL_MODE mode = D3D12_CULL_MODE_NONE + i / 4;
      bool is_front = draw_ccw == ccw_is_front;
      clear_record(f);
      f->draw.rasterizer.FrontCounterClockwise = ccw_is_front;
      f->draw.rasterizer.CullMode = mode;
      draw_vertices(f, draw_ccw ? counter : clockwise, 3);
      raster_flush(f->raster);
      bool culled =
         (mode == D3D12_CULL_MODE_FRONT && is_front) || (mode == D3D12_CULL_MODE_BACK && !is_front);
      assert_int_equal(f->record.calls != 0, !culled);
      assert_int_equal(f->record.front_calls != 0, !culled && is_front);
   }
   fixture_destroy(f);
}

static void
test_scissor(void **state)
{
   struct fixture *f = fixture_create(1, 1);
   const struct input all[3] = { at(-65536, -65536), at(65536 * 3, -65536), at(-65536, 65536 * 3) };

   for (uint32_t i = 0; i < 200; i++) {
      int32_t x0 = random_between(-20, SIZE), x1 = random_between(-20, SIZE + 20);
      int32_t y0 = random_between(-20, SIZE), y1 = random_between(-20, SIZE + 20);
      clear_record(f);
      f->draw.scissors[0] = (D3D12_RECT){ x0, y0, x1, y1 };
      draw_vertices(f, all, 3);
      raster_flush(f->raster);
      for (int32_t y = 0; y < SIZE; y++) {
         for (int32_t x = 0; x < SIZE; x++)
            assert_int_equal(f->hits[0][y][x], x >= x0 && x < x1 && y >= y0 && y < y1);
      }
   }
   fixture_destroy(f);
}

/* Indexed strips with cuts: the same triangles as a list, with their identifiers. */
static void
test_strips(void **state)
{
   enum { N = 2500, POINTS = 400 };
   static const uint32_t cut_every[4] = { 5, 300, 2000, 0 };
   static struct input vertices[POINTS];
   static struct point points[POINTS];
   static uint16_t indices[N];
   static uint16_t expected[1][SIZE][SIZE];
   struct fixture *f = fixture_create(2, 1);

   for (uint32_t i = 0; i < POINTS; i++) {
      points[i] = (struct point){ random_between(0, 96 * 256), random_between(0, 96 * 256) };
      vertices[i] = at(points[i].x, points[i].y);
   }
   f->draw.topology = D3D_PRIMITIVE_TOPOLOGY_TRIANGLESTRIP;
   f->draw.rasterizer.CullMode = D3D12_CULL_MODE_BACK;
   f->draw.indices = (const uint8_t *)indices;
   f->draw.index_bytes = sizeof(indices);
   f->draw.index_size = 2;
   f->draw.strip_cut = D3D12_INDEX_BUFFER_STRIP_CUT_VALUE_0xFFFF;
   f->draw.vertex_buffers[0] =
      (struct vertex_buffer){ (const uint8_t *)vertices, sizeof(vertices), sizeof(*vertices) };
   f->draw.count = N;
   for (uint32_t round = 0; round < ARRAY_LENGTH(cut_every); round++) {
      struct raster_counters counters = { 0 };
      uint32_t run = 0, primitives = 0;
      clear_record(f);
      memset(expected, 0, sizeof(expected));
      for (uint32_t n = 0; n < N; n++) {
         bool cut = cut_every[round] && random_bits() % cut_every[round] == 0;
         indices[n] = cut ? 0xffff : (uint16_t)(random_bits() % POINTS);
         run = cut ? 0 : run + 1;
         if (run < 3)
            continue;
         uint32_t odd = (run - 3) & 1;
         struct point t[3] = { points[indices[n - 2]], points[indices[n - 1 + odd]],
                               points[indices[n - odd]] };
         primitives++;
         if (cross(t[0], t[1], t[2]) > 0) /* clockwise */
            add_reference(expected, 1, t);
      }
      f->draw.counters = &counters;
      raster_draw(f->raster, &f->draw);
      raster_flush(f->raster);
      assert_same_hits(f, expected);
      assert_int_equal(counters.ia_primitives, primitives);
      assert_int_equal(counters.ia_vertices, N);
      assert_int_equal(counters.c_invocations, primitives);
      assert_false(f->record.disordered);
   }
   fixture_destroy(f);
}

/* Cuts without end, and strips of every length up to more than a piece. */
static void
test_cuts(void **state)
{
   enum { N = 20000 };
   static uint16_t indices[N];
   static struct input vertices[3];
   struct fixture *f = fixture_create(1, 1);

   vertices[0] = at(0, 0), vertices[1] = at(512, 0), vertices[2] = at(0, 512);
   f->draw.topology = D3D_PRIMITIVE_TOPOLOGY_TRIANGLESTRIP;
   f->draw.indices = (const uint8_t *)indices;
   f->draw.index_bytes = sizeof(indices);
   f->draw.index_size = 2;
   f->draw.strip_cut = D3D12_INDEX_BUFFER_STRIP_CUT_VALUE_0xFFFF;
   f->draw.vertex_buffers[0] =
      (struct vertex_buffer){ (const uint8_t *)vertices, sizeof(vertices), sizeof(*vertices) };
   for (uint32_t length = 0; length < 9000; length = length * 3 / 2 + 1) {
      for (uint32_t cuts = 1; cuts < 9000; cuts = cuts * 2 + cuts % 3) {
         struct raster_counters counters = { 0 };
         uint32_t n = 0, primitives = 0;
         while (n < N) {
            uint32_t run = MIN2(length, N - n);
            primitives += run > 2 ? run - 2 : 0;
            for (uint32_t i = 0; i < run; i++)
               indices[n++] = (uint16_t)(i % 3);
            for (uint32_t i = 0; i < cuts && n < N; i++)
               indices[n++] = 0xffff;
         }
         f->draw.counters = &counters;
         f->draw.count = N;
         raster_draw(f->raster, &f->draw);
         raster_flush(f->raster);
         assert_int_equal(counters.c_invocations, primitives);
         assert_int_equal(counters.ia_primitives, primitives);
      }
   }
   fixture_destroy(f);
}

/* A strip of thin slices that fill the target: winding must not change where pieces meet. */
static void
test_long_strip(void **state)
{
   enum { N = 4098 };
   struct fixture *f = fixture_create(2, 1);
   static struct input vertices[N];

   for (int32_t i = 0; i < N; i++)
      vertices[i] = at(i / 2 * 32, i % 2 ? SIZE * 256 : 0);
   f->draw.topology = D3D_PRIMITIVE_TOPOLOGY_TRIANGLESTRIP;
   f->draw.rasterizer.CullMode = D3D12_CULL_MODE_BACK;
   f->draw.rasterizer.FrontCounterClockwise = true;
   draw_vertices(f, vertices, N);
   raster_flush(f->raster);
   for (uint32_t i = 0; i < SIZE * SIZE; i++)
      assert_int_equal(f->hits[0][i / SIZE][i % SIZE], 1);
   fixture_destroy(f);
}

static void
test_instances(void **state)
{
   struct fixture *f = fixture_create(2, 1);
   const struct input all[3] = { at(0, 0), at(16384, 0), at(0, 16384) };
   struct raster_counters counters = { 0 };

   f->draw.instance_count = 1000;
   f->draw.counters = &counters;
   draw_vertices(f, all, 3);
   raster_flush(f->raster);
   assert_int_equal(f->hits[0][0][0], 1000);
   assert_true(fabsf(f->attribute[0][0] - 999) < 1e-3f); /* the last instance came last */
   assert_int_equal(counters.ia_vertices, 3000);
   assert_int_equal(counters.ia_primitives, 1000);
   assert_int_equal(counters.vs_invocations, 3000);
   assert_int_equal(counters.c_primitives, 1000);
   assert_int_equal(counters.samples_passed, counters.ps_invocations);
   assert_true(counters.samples_passed > 1000);
   fixture_destroy(f);
}

/* Many draws of one or two triangles, and some large ones between them. */
static void
test_tiny_draws(void **state)
{
   struct fixture *f = fixture_create(3, 1);
   static struct input large[3 * 2000];
   uint16_t(*expected)[SIZE][SIZE] = calloc(1, sizeof(*expected));
   static struct input small[3000][6];

   for (uint32_t i = 0; i < 3000; i++) {
      uint32_t num = random_bits() % 2 ? 3 : 6;
      for (uint32_t k = 0; k < num; k += 3) {
         struct point t[3];
         random_triangle(t);
         for (uint32_t c = 0; c < 3; c++)
            small[i][k + c] = at(t[c].x, t[c].y);
         add_reference(expected, 1, t);
      }
      draw_vertices(f, small[i], num);
      if (i % 1000 == 500) {
         for (uint32_t k = 0; k < ARRAY_LENGTH(large); k += 3) {
            struct point t[3];
            random_triangle(t);
            if (i == 500) {
               for (uint32_t c = 0; c < 3; c++)
                  large[k + c] = at(t[c].x, t[c].y);
            }
            for (uint32_t c = 0; c < 3; c++) {
               t[c].x = (int32_t)lrintf(large[k + c].position[0] * 32768) + 32768;
               t[c].y = 32768 - (int32_t)lrintf(large[k + c].position[1] * 32768);
            }
            add_reference(expected, 1, t);
         }
         draw_vertices(f, large, ARRAY_LENGTH(large));
      }
   }
   raster_flush(f->raster);
   assert_same_hits(f, expected);
   free(expected);
   fixture_destroy(f);
}

/* Without exactness: beyond the guard band and through the near plane, against the homogeneous edge
 * functions. Pixels that lie on an edge, nearly, are not judged. */
static void
check_clipped(struct fixture *f, const struct input v[3])
{
   double m[3][3]; /* x, y on the target times w, and w */
   for (uint32_t i = 0; i < 3; i++) {
      const float *p = v[i].position;
      m[i][0] = (p[0] + p[3]) * (SIZE / 2);
      m[i][1] = (p[3] - p[1]) * (SIZE / 2);
      m[i][2] = p[3];
   }
   double det = m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
                m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
                m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
   if (fabs(det) < 1e-3)
      return;
   for (uint32_t y = 0; y < SIZE; y += 3) {
      for (uint32_t x = 0; x < SIZE; x += 3) {
         double p[3] = { x + 0.5, y + 0.5, 1 };
         double b[3], z = 0, w = 0, attribute = 0;
         bool in = true, near_edge = false;
         for (uint32_t i = 0; i < 3; i++) {
            const double *q = m[(i + 1) % 3], *r = m[(i + 2) % 3];
            double nx = (q[1] * r[2] - q[2] * r[1]) / det;
            double ny = (q[2] * r[0] - q[0] * r[2]) / det;
            double nz = (q[0] * r[1] - q[1] * r[0]) / det;
            b[i] = nx * p[0] + ny * p[1] + nz * p[2];
            /* In pixels */
            double d = b[i] / sqrt(nx * nx + ny * ny);
            in &= b[i] > 0;
            near_edge |= fabs(d) < 0.1;
            w += b[i];
         }
         for (uint32_t i = 0; i < 3; i++) {
            z += b[i] / w * v[i].position[2];
            attribute += b[i] / w * v[i].attribute[0];
         }
         /* w is 1/w here: b is scaled so that b · vertices' (x, y, w) is the pixel. */
         double clip_w = 1 / w;
         double depth = z;
         in &= clip_w > 0 && depth > 0 && depth < clip_w;
         near_edge |= fabs(depth) < 0.02 || fabs(depth - clip_w) < 0.02;
         if (near_edge)
            continue;
         if (f->hits[0][y][x] != in)
            fail_msg("pixel %u, %u: got %u, expected %d", x, y, f->hits[0][y][x], in);
         if (in && fabs(f->attribute[y][x] - attribute) > 0.02 + 0.01 * fabs(attribute))
            fail_msg("pixel %u, %u: attribute %f, expected %f", x, y, f->attribute[y][x],
                     attribute);
      }
   }
}

static void
test_clipping(void **state)
{
   struct fixture *f = fixture_create(1, 1);

   for (uint32_t i = 0; i < 300; i++) {
      struct input v[3];
      float size = random_bits() % 4 ? 3 : 3000;
      for (uint32_t k = 0; k < 3; k++) {
         v[k].position[0] = random_between(-1000, 1000) * 0.001f * size;
         v[k].position[1] = random_between(-1000, 1000) * 0.001f * size;
         v[k].position[3] = random_between(-1000, 2000) * 0.001f;
         v[k].position[2] = i % 2 ? v[k].position[3] * 0.5f : random_between(-500, 1500) * 0.001f;
         v[k].attribute[0] = random_between(0, 100) * 0.01f;
         v[k].attribute[1] = v[k].attribute[2] = v[k].attribute[3] = 0;
      }
      clear_record(f);
      draw_vertices(f, v, 3);
      raster_flush(f->raster);
      check_clipped(f, v);
   }
   fixture_destroy(f);
}

/* NaN, infinities and zeros in positions: anything but a crash. */
static void
test_bad_positions(void **state)
{
   static const float bad[] = { NAN, INFINITY, -INFINITY, 0, -0.0f, 1e38f, -1e38f, 1e-40f, 1, -1 };
   struct fixture *f = fixture_create(1, 1);
   static struct input v[300];

   for (uint32_t round = 0; round < 200; round++) {
      for (uint32_t i = 0; i < ARRAY_LENGTH(v); i++) {
         for (uint32_t k = 0; k < 4; k++)
            v[i].position[k] = bad[random_bits() % ARRAY_LENGTH(bad)];
      }
      static const D3D12_PRIMITIVE_TOPOLOGY topologies[] = {
         D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST,
         D3D_PRIMITIVE_TOPOLOGY_LINELIST,
         D3D_PRIMITIVE_TOPOLOGY_POINTLIST,
         D3D_PRIMITIVE_TOPOLOGY_TRIANGLESTRIP_ADJ,
      };
      f->draw.topology = topologies[round % 4];
      f->draw.rasterizer.FillMode =
         round % 8 < 4 ? D3D12_FILL_MODE_SOLID : D3D12_FILL_MODE_WIREFRAME;
      f->draw.rasterizer.MultisampleEnable = round % 3 == 0;
      draw_vertices(f, v, ARRAY_LENGTH(v));
      raster_flush(f->raster);
   }
   fixture_destroy(f);
}

/* The diamond rule, by exact arithmetic on the segment cut to the diamond's bounds. */
static bool
in_diamond(int64_t u, int64_t v, bool steep)
{
   return (u > -128 && u <= 128 && v > -128 && v <= 128) || (steep && u == 128 && v == -128);
}

static bool
line_covers(struct point a, struct point b, int32_t x, int32_t y)
{
   int64_t ax = a.x - (x * 256 + 128), ay = a.y - (y * 256 + 128);
   int64_t bx = b.x - (x * 256 + 128), by = b.y - (y * 256 + 128);
   int64_t dx = bx - ax, dy = by - ay;
   bool steep = llabs(dy) > llabs(dx);

   if (in_diamond(bx + by, by - bx, steep))
      return false;
   /* Candidates for a point in the diamond: the ends, the crossings of its four sides' lines, and the
    * points half-way between neighbours of these: the part inside has one of them in it. */
   double t[16];
   uint32_t n = 0;
   t[n++] = 0;
   t[n++] = 1;
   int64_t du = dx + dy, dv = dy - dx;
   for (int32_t side = -1; side <= 1; side += 2) {
      if (du)
         t[n++] = (side * 128 - (double)(ax + ay)) / du;
      if (dv)
         t[n++] = (side * 128 - (double)(ay - ax)) / dv;
   }
   for (uint32_t i = 0; i < n; i++) {
      for (uint32_t k = i + 1; k < n; k++) {
         if (t[k] < t[i]) {
            double swap = t[i];
            t[i] = t[k];
            t[k] = swap;
         }
      }
   }
   for (uint32_t i = 0; i < n; i++) {
      for (uint32_t half = 0; half < 2 && i + half < n; half++) {
         double at = half ? 0.5 * (t[i] + t[i + 1]) : t[i];
         if (at < 0 || at > 1)
            continue;
         /* Far less than the distance of anything on this grid from an edge that it is not on. */
         double u = ax + ay + at * du, v = ay - ax + at * dv;
         const double e = 1e-7;
         bool on = fabs(fabs(u) - 128) < e || fabs(fabs(v) - 128) < e;
         if (!on && fabs(u) < 128 && fabs(v) < 128)
            return true;
         if (on && in_diamond(llrint(u * 1e6) >= 128000000 - 1 && fabs(u - 128) < e ? 128
                              : fabs(u + 128) < e                                   ? -128
                              : fabs(u) < 128                                       ? 0
                                                                                    : 1000,
                              fabs(v - 128) < e   ? 128
                              : fabs(v + 128) < e ? -128
                              : fabs(v) < 128     ? 0
                                                  : 1000,
                              steep))
            return true;
      }
   }
   return false;
}

static void
test_lines(void **state)
{
   enum { LINES = 2000 };
   struct fixture *f = fixture_create(2, 1);
   static struct input vertices[LINES * 2];
   static uint16_t expected[1][SIZE][SIZE];

   for (uint32_t i = 0; i < LINES; i++) {
      int32_t grid = i % 3 == 0 ? 1 : i % 3 == 1 ? 64 : 128;
      int32_t size = i % 5 ? 2000 : 20000;
      struct point a = { random_between(-4096, SIZE * 256 + 4096) / grid * grid,
                         random_between(-4096, SIZE * 256 + 4096) / grid * grid };
      struct point b = { a.x + random_between(-size, size) / grid * grid,
                         a.y + random_between(-size, size) / grid * grid };
      if (i % 7 == 0)
         b.y = a.y + (b.x - a.x); /* exactly 45° */
      if (i % 7 == 1)
         b.y = a.y;
      if (i % 7 == 2)
         b.x = a.x;
      vertices[i * 2] = at(a.x, a.y);
      vertices[i * 2 + 1] = at(b.x, b.y);
      int32_t x0 = MAX2(MIN2(a.x, b.x) / 256 - 2, 0), x1 = MIN2(MAX2(a.x, b.x) / 256 + 2, SIZE - 1);
      int32_t y0 = MAX2(MIN2(a.y, b.y) / 256 - 2, 0), y1 = MIN2(MAX2(a.y, b.y) / 256 + 2, SIZE - 1);
      for (int32_t y = y0; y <= y1; y++) {
         for (int32_t x = x0; x <= x1; x++)
            expected[0][y][x] += line_covers(a, b, x, y);
      }
   }
   f->draw.topology = D3D_PRIMITIVE_TOPOLOGY_LINELIST;
   draw_vertices(f, vertices, LINES * 2);
   raster_flush(f->raster);
   assert_same_hits(f, expected);
   assert_false(f->record.disordered);
   fixture_destroy(f);
}

/* Points are squares of one pixel, by the rules of triangles. */
static void
test_points(void **state)
{
   enum { POINTS = 2000 };
   static struct input vertices[POINTS];

   for (uint32_t samples = 1; samples <= 4; samples *= 4) {
      struct fixture *f = fixture_create(2, samples);
      uint16_t(*expected)[SIZE][SIZE] = calloc(samples, sizeof(*expected));
      for (uint32_t i = 0; i < POINTS; i++) {
         int32_t grid = i % 3 ? 1 : 64;
         struct point p = { random_between(0, SIZE * 256) / grid * grid,
                            random_between(0, SIZE * 256) / grid * grid };
         vertices[i] = at(p.x, p.y);
         struct point c[4] = { { p.x - 128, p.y - 128 },
                               { p.x + 128, p.y - 128 },
                               { p.x - 128, p.y + 128 },
                               { p.x + 128, p.y + 128 } };
         add_reference(expected, samples, (struct point[]){ c[0], c[1], c[2] });
         add_reference(expected, samples, (struct point[]){ c[2], c[1], c[3] });
      }
      f->draw.topology = D3D_PRIMITIVE_TOPOLOGY_POINTLIST;
      draw_vertices(f, vertices, POINTS);
      raster_flush(f->raster);
      assert_same_hits(f, expected);
      free(expected);
      fixture_destroy(f);
   }
}

/* Wide lines: about length × width pixels, on both sides of the line. */
static void
test_quad_lines(void **state)
{
   struct fixture *f = fixture_create(1, 4);
   const struct input line[2] = { at(2560, 2560), at(51200, 40960) };

   f->draw.topology = D3D_PRIMITIVE_TOPOLOGY_LINELIST;
   f->draw.rasterizer.MultisampleEnable = true;
   draw_vertices(f, line, 2);
   raster_flush(f->raster);
   uint32_t sum = 0;
   for (uint32_t s = 0; s < 4; s++) {
      for (uint32_t i = 0; i < SIZE * SIZE; i++)
         sum += f->hits[s][i / SIZE][i % SIZE];
   }
   double length = hypot((51200 - 2560) / 256.0, (40960 - 2560) / 256.0);
   assert_true(fabs(sum / 4.0 - length * 1.4) < 0.02 * length);
   fixture_destroy(f);
}

static void
test_wireframe(void **state)
{
   struct fixture *f = fixture_create(1, 1);
   const struct input v[3] = { at(128, 128), at(25728, 128), at(128, 25728) };

   f->draw.rasterizer.FillMode = D3D12_FILL_MODE_WIREFRAME;
   draw_vertices(f, v, 3);
   raster_flush(f->raster);
   assert_int_equal(f->record.calls > 0, 1);
   assert_int_equal(f->hits[0][0][50], 1);
   assert_int_equal(f->hits[0][50][0], 1);
   assert_int_equal(f->hits[0][50][50], 1);
   assert_int_equal(f->hits[0][20][20], 0);
   fixture_destroy(f);
}

/* Emits the triangle, and the same moved by one pixel a GS instance, as two strips. */
static void
geometry_stage(const struct geometry_ctx *ctx, const struct vertex *const *inputs,
               const uint32_t *ids, uint32_t count, uint32_t instance,
               struct geometry_output *outputs)
{
   for (uint32_t i = 0; i < count; i++) {
      struct geometry_output *out = &outputs[i];
      out->num_vertices = 6;
      out->num_cuts = 1;
      out->cuts[0] = 3;
      for (uint32_t k = 0; k < 6; k++) {
         struct vertex *v = (struct vertex *)((uint8_t *)out->vertices + k * vertex_size(1));
         memcpy(v, inputs[i * 3 + k % 3], vertex_size(1));
         v->clip[0] += (k / 3 + 2 * instance) * (64.0f / SIZE);
         finish_vertex(ctx->vertex, v);
      }
   }
}

static void
test_geometry(void **state)
{
   struct fixture *f = fixture_create(2, 1);
   static struct input vertices[300];
   struct raster_counters counters = { 0 };

   for (uint32_t i = 0; i < 300; i += 3) {
      vertices[i] = at(0, 0);
      vertices[i + 1] = at(32 * 256, 0);
      vertices[i + 2] = at(0, 32 * 256);
   }
   f->pipeline.geometry = geometry_stage;
   f->pipeline.gs_max_vertices = 6;
   f->pipeline.gs_input_vertices = 3;
   f->pipeline.gs_instances = 2;
   f->pipeline.gs_topology = D3D_PRIMITIVE_TOPOLOGY_TRIANGLESTRIP;
   f->draw.counters = &counters;
   draw_vertices(f, vertices, 300);
   raster_flush(f->raster);
   assert_int_equal(counters.gs_invocations, 200);
   assert_int_equal(counters.gs_primitives, 400);
   assert_int_equal(counters.c_invocations, 400);
   for (uint32_t x = 0; x < SIZE; x++)
      assert_int_equal(f->hits[0][3][x], x < 128 && x % 32 < 28 ? 100 : 0);
   assert_false(f->record.disordered);
   fixture_destroy(f);
}

/* What a geometry shader sees of a strip with adjacency; vertices are known by their attribute. */
static uint16_t seen[5000][6];

static void
record_geometry(const struct geometry_ctx *ctx, const struct vertex *const *inputs,
                const uint32_t *ids, uint32_t count, uint32_t instance,
                struct geometry_output *outputs)
{
   for (uint32_t i = 0; i < count; i++) {
      for (uint32_t k = 0; k < 6; k++)
         seen[ids[i]][k] = (uint16_t)inputs[i * 6 + k]->reg[0][0];
   }
}

static void
test_adjacency(void **state)
{
   enum { N = 5004 };
   static struct input vertices[N];
   struct fixture *f = fixture_create(2, 1);
   struct raster_counters counters = { 0 };
   static const uint16_t first[3][6] = { { 0, 1, 2, 6, 4, 3 },
                                         { 2, 5, 6, 8, 4, 0 },
                                         { 4, 2, 6, 9, 8, 7 } };

   for (uint32_t i = 0; i < N; i++) {
      vertices[i] = at(0, 0);
      vertices[i].attribute[0] = i;
   }
   f->pipeline.geometry = record_geometry;
   f->pipeline.gs_input_vertices = 6;
   f->pipeline.gs_max_vertices = 1;
   f->pipeline.gs_topology = D3D_PRIMITIVE_TOPOLOGY_POINTLIST;
   f->draw.topology = D3D_PRIMITIVE_TOPOLOGY_TRIANGLESTRIP_ADJ;
   f->draw.counters = &counters;
   draw_vertices(f, vertices, 10);
   raster_flush(f->raster);
   assert_int_equal(counters.gs_invocations, 3);
   assert_memory_equal(seen, first, sizeof(first));

   draw_vertices(f, vertices, N);
   raster_flush(f->raster);
   assert_int_equal(counters.gs_invocations, 3 + (N - 4) / 2);
   for (uint32_t i = 1; i + 1 < (N - 4) / 2; i++) {
      uint16_t base = (uint16_t)(2 * i);
      uint16_t even[6] = { base, base - 2, base + 2, base + 6, base + 4, base + 3 };
      uint16_t odd[6] = { base, base + 3, base + 4, base + 6, base + 2, base - 2 };
      assert_memory_equal(seen[i], i & 1 ? odd : even, sizeof(even));
   }
   fixture_destroy(f);
}

/* A strip becomes a list, and stops where its buffer is full. */
static void
test_stream_output(void **state)
{
   enum { N = 3000, ROOM = 4000 };
   static const D3D12_SO_DECLARATION_ENTRY entries[] = {
      { 0, NULL, 0, 0, 1, 0 },
      { 0, "color", 0, 1, 2, 0 },
   };
   static const UINT stride = 16;
   static const uint32_t index = 0;
   const struct dxil_signature_element element = {
      .name = "COLOR", .rows = 1, .cols = 4, .semantic_index = &index
   };
   const struct dxil_signature signature = { 1, &element, 1 };
   const D3D12_STREAM_OUTPUT_DESC desc = { entries, 2, &stride, 1, D3D12_SO_NO_RASTERIZED_STREAM };
   static struct input vertices[N];
   static float buffer[ROOM + 1][4];
   struct fixture *f = fixture_create(2, 1);
   struct raster_counters counters = { 0 };
   struct raster_stream_output output;
   const char *message;
   uint64_t filled = 2 * stride;

   assert_true(raster_stream_output_init(&output, &desc, &signature, &message));
   for (int32_t i = 0; i < N; i++) {
      vertices[i] = at(i, i);
      vertices[i].attribute[1] = i;
      vertices[i].attribute[2] = -i;
   }
   memset(buffer, 0xff, sizeof(buffer));
   struct raster_stream_target targets[4] = { { (uint8_t *)buffer, ROOM * stride, &filled } };
   f->draw.topology = D3D_PRIMITIVE_TOPOLOGY_TRIANGLESTRIP;
   f->draw.counters = &counters;
   f->draw.stream_output = &output;
   f->draw.stream_targets = targets;
   draw_vertices(f, vertices, N);
   assert_int_equal(filled, (2 + (ROOM - 2) / 3 * 3) * stride);
   raster_flush(f->raster);
   assert_int_equal(f->record.calls, 0);
   assert_int_equal(counters.so_needed[0], N - 2);
   assert_int_equal(counters.so_written[0], (ROOM - 2) / 3);
   for (uint32_t i = 0; i < ROOM; i++) {
      uint32_t triangle = (i - 2) / 3, corner = (i - 2) % 3;
      float expected = triangle + (triangle & 1 && corner ? 3 - corner : corner);
      bool written = i >= 2 && i < 2 + (ROOM - 2) / 3 * 3;
      assert_true(isnan(buffer[i][0]));
      assert_true(written ? buffer[i][1] == expected && buffer[i][2] == -expected
                          : isnan(buffer[i][1]));
   }
   D3D12_SO_DECLARATION_ENTRY bad = { 0, "nothing", 0, 0, 4, 0 };
   assert_false(raster_stream_output_init(
      &output, &(D3D12_STREAM_OUTPUT_DESC){ &bad, 1, NULL, 0, 0 }, &signature, &message));
   assert_non_null(message);
   fixture_destroy(f);
}

/* A large mesh by indices: distinct vertices are shaded once, or at seams twice. */
static void
test_indexed(void **state)
{
   enum { N = 65 };
   struct fixture *f = fixture_create(2, 1);
   static struct input vertices[N * N];
   static uint32_t indices[(N - 1) * (N - 1) * 6];
   uint32_t n = 0;

   for (int32_t i = 0; i < N * N; i++)
      vertices[i] = at(i % N * 1024, i / N * 1024);
   for (uint32_t y = 0; y + 1 < N; y++) {
      for (uint32_t x = 0; x + 1 < N; x++) {
         uint32_t a = y * N + x;
         uint32_t quad[6] = { a, a + 1, a + N, a + N, a + 1, a + N + 1 };
         memcpy(&indices[n], quad, sizeof(quad));
         n += 6;
      }
   }
   for (uint32_t spread = 1; spread <= 5000; spread *= 5000) {
      struct raster_counters counters = { 0 };
      static struct input far[N * N * 2];
      clear_record(f);
      memcpy(far + N, vertices, sizeof(vertices));
      f->draw.counters = &counters;
      f->draw.indices = (const uint8_t *)indices;
      f->draw.index_bytes = sizeof(indices);
      f->draw.index_size = 4;
      f->draw.base_vertex = N;
      f->draw.vertex_buffers[0] =
         (struct vertex_buffer){ (const uint8_t *)far, sizeof(far), sizeof(*far) };
      f->draw.count = n;
      raster_draw(f->raster, &f->draw);
      raster_flush(f->raster);
      for (uint32_t i = 0; i < SIZE * SIZE; i++)
         assert_int_equal(f->hits[0][i / SIZE][i % SIZE], 1);
      assert_true(counters.vs_invocations >= N * N);
      assert_true(spread > 1 || counters.vs_invocations < 2 * N * N);
      assert_int_equal(counters.samples_passed, SIZE * SIZE);
      /* Shuffled triangles: the indices of a chunk lie far apart. */
      for (uint32_t i = 0; i < n; i += 3) {
         uint32_t other = random_bits() % (n / 3) * 3, swap[3];
         memcpy(swap, &indices[i], sizeof(swap));
         memcpy(&indices[i], &indices[other], sizeof(swap));
         memcpy(&indices[other], swap, sizeof(swap));
      }
   }
   fixture_destroy(f);
}

/* A pass far larger than its memory. */
static void
test_large_pass(void **state)
{
   enum { N = 200000 };
   struct fixture *f = fixture_create(2, 1);
   struct input *vertices = calloc(N * 3, sizeof(*vertices));

   for (uint32_t i = 0; i < N; i++) {
      int32_t x = (int32_t)(i % 64) * 1024, y = (int32_t)(i / 64 % 64) * 1024;
      vertices[i * 3] = at(x, y);
      vertices[i * 3 + 1] = at(x + 1024, y);
      vertices[i * 3 + 2] = at(x, y + 1024);
   }
   void *kept = raster_alloc(f->raster, 100);
   memset(kept, 7, 100);
   for (uint32_t i = 0; i < 3; i++)
      draw_vertices(f, vertices, N * 3);
   for (uint32_t i = 0; i < 100; i++)
      assert_int_equal(((uint8_t *)kept)[i], 7);
   raster_flush(f->raster);
   uint64_t sum = 0;
   for (uint32_t i = 0; i < SIZE * SIZE; i++)
      sum += f->hits[0][i / SIZE][i % SIZE];
   assert_int_equal(sum, 3ull * N * 6);
   assert_int_equal(f->hits[0][0][0], 3 * (N / 4096 + 1));
   free(vertices);
   fixture_destroy(f);
}

static void
count_item(void *data, uint32_t item, uint32_t worker)
{
   uint32_t *counts = data;
   assert_true(worker < 4);
   __atomic_fetch_add(&counts[item], 1, __ATOMIC_RELAXED);
}

static void
test_workers(void **state)
{
   struct workers *workers = workers_create(4);
   uint32_t counts[100] = { 0 };

   assert_int_equal(workers_count(workers), 4);
   for (uint32_t i = 0; i < 5000; i++)
      workers_run(workers, count_item, counts, i % 101);
   for (uint32_t i = 0; i < 100; i++) {
      uint32_t expected = 0;
      for (uint32_t k = 0; k < 5000; k++)
         expected += k % 101 > i;
      assert_int_equal(counts[i], expected);
   }
   workers_destroy(workers);
   workers_destroy(NULL);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_workers),      cmocka_unit_test(test_triangles),
      cmocka_unit_test(test_shared_edges), cmocka_unit_test(test_culling),
      cmocka_unit_test(test_scissor),      cmocka_unit_test(test_strips),
      cmocka_unit_test(test_cuts),         cmocka_unit_test(test_long_strip),
      cmocka_unit_test(test_instances),    cmocka_unit_test(test_tiny_draws),
      cmocka_unit_test(test_clipping),     cmocka_unit_test(test_bad_positions),
      cmocka_unit_test(test_lines),        cmocka_unit_test(test_points),
      cmocka_unit_test(test_quad_lines),   cmocka_unit_test(test_wireframe),
      cmocka_unit_test(test_geometry),     cmocka_unit_test(test_adjacency),
      cmocka_unit_test(test_stream_output), cmocka_unit_test(test_indexed),
      cmocka_unit_test(test_large_pass),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
