#include "raster-fixture.h"

#include "layout/sample_positions.h"
#include "util/bits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed = 1;

uint32_t
random_bits(void)
{
   seed = seed * 6364136223846793005ull + 1442695040888963407ull;
   return (uint32_t)(seed >> 33);
}

int32_t
random_between(int32_t low, int32_t high)
{
   return low + (int32_t)(random_bits() % (uint32_t)(high - low + 1));
}

void
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

void
clear_record(struct fixture *f)
{
   memset(f->hits, 0, sizeof(f->hits));
   memset(f->record.last, 0, sizeof(f->record.last));
   f->record.disordered = false;
   f->record.calls = f->record.front_calls = 0;
}

struct fixture *
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

void
fixture_destroy(struct fixture *f)
{
   raster_destroy(f->raster);
   workers_destroy(f->workers);
   free(f);
}

struct input
at(int32_t x, int32_t y)
{
   return (struct input){ { (x - SIZE * 128) / (float)(SIZE * 128),
                            (SIZE * 128 - y) / (float)(SIZE * 128), 0.5f, 1 },
                          { 0 } };
}

void
draw_vertices(struct fixture *f, const struct input *vertices, uint32_t num)
{
   f->draw.vertex_buffers[0] =
      (struct vertex_buffer){ (const uint8_t *)vertices, num * (uint32_t)sizeof(*vertices),
                              sizeof(*vertices) };
   f->draw.count = num;
   raster_draw(f->raster, &f->draw);
}

static struct point
sample_at(uint32_t samples, uint32_t s, uint32_t x, uint32_t y)
{
   const struct sample_position *p = &sample_positions(samples)[s];
   return (struct point){ (int32_t)x * 256 + 128 + p->x * 16, (int32_t)y * 256 + 128 + p->y * 16 };
}

int64_t
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

void
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

void
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

void
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
