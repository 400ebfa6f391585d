/* What the rasteriser covers, held against the rules of D3D11.3 3.4. */
#include "raster-fixture.h"

#include "util/bits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* A pass that may stay open needs nothing any more of what its draws were given. */
static void
test_defer(void **state)
{
   struct fixture *f = fixture_create(2, 1);
   static uint16_t expected[1][SIZE][SIZE];
   const struct point first[3] = { { 256, 256 }, { 40000, 700 }, { 512, 50000 } };
   const struct point second[3] = { { 60000, 60000 }, { 20000, 65000 }, { 65000, 1000 } };
   struct input vertices[3];
   struct raster_counters counters = { 0 };

   f->pipeline.is_self_contained = true;
   f->image.may_be_late = true;
   assert_false(raster_defer(f->raster)); /* there is no pass */
   memset(expected, 0, sizeof(expected));
   for (uint32_t i = 0; i < 2; i++) {
      const struct point *t = i ? second : first;

      for (uint32_t v = 0; v < 3; v++)
         vertices[v] = at(t[v].x, t[v].y);
      add_reference(expected, 1, t);
      draw_vertices(f, vertices, 3);
      assert_true(raster_defer(f->raster));
      assert_int_equal(f->record.calls, 0);
      memset(vertices, 0xff, sizeof(vertices));
   }
   raster_flush(f->raster);
   assert_same_hits(f, expected);
   assert_false(f->record.disordered);

   for (uint32_t v = 0; v < 3; v++)
      vertices[v] = at(first[v].x, first[v].y);
   f->draw.counters = &counters; /* a query's result has its time */
   draw_vertices(f, vertices, 3);
   assert_false(raster_defer(f->raster));
   raster_flush(f->raster);
   f->draw.counters = NULL;
   f->pipeline.is_self_contained = false;
   draw_vertices(f, vertices, 3);
   assert_false(raster_defer(f->raster));
   raster_flush(f->raster);
   f->pipeline.is_self_contained = true;
   f->image.may_be_late = false;
   draw_vertices(f, vertices, 3);
   assert_false(raster_defer(f->raster));
   fixture_destroy(f);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_workers),       cmocka_unit_test(test_triangles),
      cmocka_unit_test(test_shared_edges),  cmocka_unit_test(test_culling),
      cmocka_unit_test(test_scissor),       cmocka_unit_test(test_clipping),
      cmocka_unit_test(test_bad_positions), cmocka_unit_test(test_lines),
      cmocka_unit_test(test_points),        cmocka_unit_test(test_quad_lines),
      cmocka_unit_test(test_wireframe),     cmocka_unit_test(test_large_pass),
      cmocka_unit_test(test_defer),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
