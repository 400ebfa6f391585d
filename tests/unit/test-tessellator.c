/* The tessellator: how many points and primitives, where they are, and that they fit together. */
#include "raster/tessellator.h"
#include "util/bits.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ISOLINE D3D_TESSELLATOR_DOMAIN_ISOLINE
#define TRI D3D_TESSELLATOR_DOMAIN_TRI
#define QUAD D3D_TESSELLATOR_DOMAIN_QUAD
#define INTEGER D3D_TESSELLATOR_PARTITIONING_INTEGER
#define POW2 D3D_TESSELLATOR_PARTITIONING_POW2
#define ODD D3D_TESSELLATOR_PARTITIONING_FRACTIONAL_ODD
#define EVEN D3D_TESSELLATOR_PARTITIONING_FRACTIONAL_EVEN

static struct tessellation result;

static bool
run(D3D_TESSELLATOR_DOMAIN domain, D3D_TESSELLATOR_PARTITIONING partitioning,
    D3D_TESSELLATOR_OUTPUT_PRIMITIVE primitive, const float factors[6])
{
   const struct tessellator_desc desc = { domain, partitioning, primitive };
   return tessellate(&desc, factors, factors + 4, &result);
}

static void
counts_are_known(void **state)
{
   static const struct {
      D3D_TESSELLATOR_DOMAIN domain;
      D3D_TESSELLATOR_PARTITIONING partitioning;
      float factors[6];
      uint32_t points, primitives;
   } cases[] = {
      { TRI, INTEGER, { 1, 1, 1, 0, 1 }, 3, 1 },
      { TRI, INTEGER, { 2, 2, 2, 0, 2 }, 7, 6 },
      { TRI, INTEGER, { 3, 3, 3, 0, 3 }, 12, 13 },
      { TRI, INTEGER, { 4, 4, 4, 0, 4 }, 19, 24 },
      { TRI, POW2, { 4, 4, 4, 0, 4 }, 19, 24 },
      { TRI, INTEGER, { 1, 1, 1, 0, 2 }, 4, 3 },
      { TRI, INTEGER, { 2, 1, 1, 0, 1 }, 5, 4 }, /* the inside has at least a centre */
      { TRI, INTEGER, { 1.5f, 1.01f, 2, 0, 1.2f }, 7, 6 },
      { TRI, ODD, { 1, 1, 1, 0, 1 }, 3, 1 },
      { TRI, ODD, { 1, 1, 1, 0, 1.5f }, 6, 7 },
      { TRI, ODD, { 1.1f, 1, 1, 0, 1 }, 8, 9 },
      { TRI, ODD, { 3, 3, 3, 0, 3 }, 12, 13 },
      { TRI, ODD, { 3.1f, 3.1f, 3.1f, 0, 3.1f }, 27, 37 },
      { TRI, EVEN, { 1, 1, 1, 0, 1 }, 7, 6 },
      { TRI, EVEN, { 2.1f, 2.1f, 2.1f, 0, 2.1f }, 19, 24 },
      { TRI, INTEGER, { 64, 64, 64, 0, 64 }, 3169, 6144 },
      { TRI, INTEGER, { 100, INFINITY, 64, 0, NAN }, 193, 192 },
      { QUAD, INTEGER, { 1, 1, 1, 1, 1, 1 }, 4, 2 },
      { QUAD, INTEGER, { 2, 2, 2, 2, 2, 2 }, 9, 8 },
      { QUAD, INTEGER, { 3, 3, 3, 3, 3, 3 }, 16, 18 },
      { QUAD, INTEGER, { 1, 1, 1, 1, 2, 2 }, 5, 4 },
      { QUAD, INTEGER, { 1, 1, 1, 2, 1, 1 }, 6, 5 },
      { QUAD, INTEGER, { 1, 1, 1, 1, 5, 1 }, 8, 10 },
      { QUAD, ODD, { 1, 1, 1, 1, 1, 1 }, 4, 2 },
      { QUAD, ODD, { 5, 5, 5, 5, 5, 5 }, 36, 50 },
      { QUAD, EVEN, { 4, 4, 4, 4, 4, 4 }, 25, 32 },
      { QUAD, INTEGER, { 64, 64, 64, 64, 64, 64 }, 4225, 8192 },
      { QUAD, ODD, { 64, 64, 64, 64, 64, 64 }, 4096, 7938 },
      { ISOLINE, INTEGER, { 1, 1 }, 2, 1 },
      { ISOLINE, INTEGER, { 3, 4 }, 15, 12 },
      { ISOLINE, ODD, { 2.5f, 4 }, 18, 15 },
      { ISOLINE, EVEN, { 64, 64 }, 4160, 4096 },
   };

   (void)state;
   for (unsigned i = 0; i < ARRAY_LENGTH(cases); i++) {
      bool lines = cases[i].domain == ISOLINE;
      uint32_t corners = lines ? 2 : 3;
      D3D_TESSELLATOR_OUTPUT_PRIMITIVE primitive =
         lines ? D3D_TESSELLATOR_OUTPUT_LINE : D3D_TESSELLATOR_OUTPUT_TRIANGLE_CW;
      assert_true(run(cases[i].domain, cases[i].partitioning, primitive, cases[i].factors));
      if (result.num_points != cases[i].points ||
          result.num_indices != corners * cases[i].primitives)
         fail_msg("case %u: %u points, %u primitives", i, result.num_points,
                  result.num_indices / corners);
      assert_true(run(cases[i].domain, cases[i].partitioning, D3D_TESSELLATOR_OUTPUT_POINT,
                      cases[i].factors));
      assert_int_equal(result.num_points, cases[i].points);
      assert_int_equal(result.num_indices, 0);
   }
}

static void
bad_factors_cull(void **state)
{
   static const float bad[] = { 0, -0.0f, -1, -INFINITY, NAN };

   (void)state;
   for (unsigned i = 0; i < ARRAY_LENGTH(bad); i++) {
      for (unsigned edge = 0; edge < 4; edge++) {
         float factors[6] = { 2, 2, 2, 2, 2, 2 };
         factors[edge] = bad[i];
         assert_false(run(QUAD, INTEGER, D3D_TESSELLATOR_OUTPUT_TRIANGLE_CW, factors));
         assert_int_equal(run(TRI, ODD, D3D_TESSELLATOR_OUTPUT_TRIANGLE_CW, factors), edge == 3);
         assert_int_equal(run(ISOLINE, EVEN, D3D_TESSELLATOR_OUTPUT_LINE, factors), edge >= 2);
      }
      const float inside[6] = { 2, 2, 2, 2, bad[i], bad[i] };
      assert_true(run(QUAD, EVEN, D3D_TESSELLATOR_OUTPUT_TRIANGLE_CW, inside));
   }
}

/* Twice the area, clockwise triangles positive. Barycentrics as plane coordinates: U, V, W clockwise. */
static double
area(const uint16_t corner[3], bool triangle)
{
   double x[3], y[3];

   for (unsigned i = 0; i < 3; i++) {
      double u = result.u[corner[i]], v = result.v[corner[i]];
      x[i] = triangle ? v : u; /* U at (0, 0), V at (1, 0), W at (0, 1) */
      y[i] = triangle ? 1 - u - v : v;
   }
   return (x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]);
}

static float
random_factor(uint64_t *seed)
{
   *seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
   uint32_t bits = (uint32_t)(*seed >> 33);
   float factor = (float)(bits % (66 << 10)) / 1024;
   return bits & 1 << 30 ? floorf(factor) + 1 : factor + 0.001f;
}

/* All triangles have the same direction, and fill the domain: nothing overlaps, nothing is missing. Where
 * rings of a triangle lie close together, rounding may turn one around. */
static void
triangles_fill_the_domain(void **state)
{
   uint64_t seed = 1;

   (void)state;
   for (unsigned i = 0; i < 4000; i++) {
      bool triangle = i & 1, clockwise = i & 2;
      float factors[6];
      for (unsigned f = 0; f < 6; f++)
         factors[f] = i < 2000 ? random_factor(&seed) / 8 : random_factor(&seed);
      run(triangle ? TRI : QUAD, INTEGER + (i >> 2) % 4,
          clockwise ? D3D_TESSELLATOR_OUTPUT_TRIANGLE_CW : D3D_TESSELLATOR_OUTPUT_TRIANGLE_CCW,
          factors);
      double sum = 0;
      for (uint32_t k = 0; k < result.num_indices; k += 3) {
         for (unsigned c = 0; c < 3; c++)
            assert_true(result.indices[k + c] < result.num_points);
         double a = area(&result.indices[k], triangle) * (clockwise ? 1 : -1);
         if (a < (triangle ? -0x1p-14 : 0))
            fail_msg("case %u: triangle %u has the area %g", i, k / 3, a);
         sum += a;
      }
      if (sum != (triangle ? 1 : 2))
         fail_msg("case %u: the area is %.10f", i, sum);
   }
}

/* A number for a set of primitives, whatever their order and first corners. */
static uint64_t
fingerprint(void)
{
   uint32_t corners = result.desc.domain == ISOLINE ? 2 : 3;
   uint64_t sum = 0;

   for (uint32_t i = 0; i < result.num_indices; i += corners) {
      uint64_t key[3], hash = 0;
      uint32_t first = 0;
      for (uint32_t c = 0; c < corners; c++) {
         uint16_t at = result.indices[i + c];
         key[c] = (uint64_t)(result.u[at] * 0x10000) << 32 | (uint64_t)(result.v[at] * 0x10000);
         first = key[c] < key[first] ? c : first;
      }
      for (uint32_t c = 0; c < corners; c++)
         hash = (hash ^ key[(first + c) % corners]) * 0x9e3779b97f4a7c15ull;
      sum += hash ^ hash >> 29;
   }
   return sum;
}

/* What other devices make of the same factors: the tessellator of llvmpipe gives these primitives. */
static void
primitives_are_the_usual_ones(void **state)
{
   static const struct {
      D3D_TESSELLATOR_DOMAIN domain;
      D3D_TESSELLATOR_PARTITIONING partitioning;
      float factors[6];
      uint64_t fingerprint;
   } cases[] = {
      { QUAD, INTEGER, { 3, 3, 3, 3, 3, 3 }, 0x26061e223b6564a7 },
      { QUAD, INTEGER, { 3, 3.25f, 3.5f, 3.75f, 4, 4.25f }, 0x2469a2239e450b93 },
      { QUAD, ODD, { 20.9f, 50.7f, 43.5f, 8.6f, 28, 33.4f }, 0x49ad390d9f003557 },
      { QUAD, EVEN, { 12.6f, 11.35f, 3.4f, 23.45f, 9.5f, 26.6f }, 0xe839639eff930a76 },
      { TRI, INTEGER, { 10.9f, 9.4f, 32.6f, 0, 52.8f }, 0xfae9c95045ecfea3 },
      { TRI, ODD, { 8.75f, 31.75f, 17.75f, 0, 5.75f }, 0xba5485e167c98bd7 },
      { TRI, EVEN, { 29.9f, 27.3f, 18.4f, 0, 63.5f }, 0x1795b16bfd6d00e5 },
      { ISOLINE, ODD, { 6.5f, 17.2f }, 0x36cfb3e4969ad187 },
   };

   (void)state;
   for (unsigned i = 0; i < ARRAY_LENGTH(cases); i++) {
      bool lines = cases[i].domain == ISOLINE;
      assert_true(run(cases[i].domain, cases[i].partitioning,
                      lines ? D3D_TESSELLATOR_OUTPUT_LINE : D3D_TESSELLATOR_OUTPUT_TRIANGLE_CCW,
                      cases[i].factors));
      if (fingerprint() != cases[i].fingerprint)
         fail_msg("case %u: %#llx", i, (unsigned long long)fingerprint());
   }
}

static int
compare_floats(const void *a, const void *b)
{
   float x = *(const float *)a, y = *(const float *)b;
   return x < y ? -1 : x > y;
}

/* The points on an edge, as they lie on the way along it. */
static uint32_t
edge_points(bool triangle, unsigned edge, float out[])
{
   uint32_t count = 0;

   for (uint32_t i = 0; i < result.num_points; i++) {
      float u = result.u[i], v = result.v[i], w = 1 - u - v;
      const float quad[4][2] = { { u, v }, { v, u }, { 1 - u, v }, { 1 - v, u } };
      const float tri[3][2] = { { u, v }, { v, w }, { w, u } };
      const float *at = triangle ? tri[edge] : quad[edge];
      if (at[0] == 0)
         out[count++] = at[1];
   }
   qsort(out, count, sizeof(*out), compare_floats);
   return count;
}

/* Whatever the other factors and the domain, an edge has the same points, seen from both its ends. */
static void
edges_fit_their_neighbours(void **state)
{
   uint64_t seed = 7;

   (void)state;
   for (unsigned i = 0; i < 1000; i++) {
      D3D_TESSELLATOR_PARTITIONING partitioning = INTEGER + i % 4;
      float shared = random_factor(&seed), first[65], other[65];
      uint32_t count = 0;
      for (unsigned edge = 0; edge < 7; edge++) {
         bool triangle = edge >= 4;
         float factors[6];
         for (unsigned f = 0; f < 6; f++)
            factors[f] = 3 + random_factor(&seed) / 4; /* below, points lie on other edges, too */
         factors[edge % 4] = shared;
         assert_true(
            run(triangle ? TRI : QUAD, partitioning, D3D_TESSELLATOR_OUTPUT_TRIANGLE_CW, factors));
         uint32_t n = edge_points(triangle, edge % 4, edge ? other : first);
         if (edge == 0) {
            count = n;
            for (uint32_t k = 0; k < n; k++)
               assert_true(first[k] == 1 - first[n - 1 - k]);
         }
         assert_int_equal(n, count);
         if (edge > 0)
            assert_memory_equal(first, other, n * sizeof(float));
      }
   }
}

static void
whole_factors_divide_evenly(void **state)
{
   (void)state;
   for (unsigned n = 1; n <= 64; n++) {
      const float factors[6] = { n, n };
      assert_true(run(ISOLINE, INTEGER, D3D_TESSELLATOR_OUTPUT_LINE, factors));
      assert_int_equal(result.num_points, n * (n + 1));
      for (unsigned line = 0; line < n; line++) {
         for (unsigned i = 0; i <= n; i++) {
            assert_true(fabs(result.u[line * (n + 1) + i] - (double)i / n) < 0x1p-11);
            assert_true(fabs(result.v[line * (n + 1) + i] - (double)line / n) < 0x1p-11);
         }
      }
   }
}

/* Between two odd or even factors, points move without a jump. */
static void
fractions_move_smoothly(void **state)
{
   float last[65], now[65];

   (void)state;
   for (unsigned odd = 0; odd < 2; odd++) {
      for (unsigned whole = 2 - odd; whole + 2 <= 64 - odd; whole += 2) {
         for (unsigned step = 1; step <= 32; step++) {
            const float factors[6] = { 1, whole + step / 16.0f };
            assert_true(run(ISOLINE, odd ? ODD : EVEN, D3D_TESSELLATOR_OUTPUT_LINE, factors));
            assert_int_equal(result.num_points, whole + 3);
            memcpy(now, result.u, (whole + 3) * sizeof(float));
            for (unsigned i = 0; i < whole + 3; i++) {
               assert_true(i == 0 || now[i] >= now[i - 1]);
               assert_true(step == 1 || fabsf(now[i] - last[i]) < 0.05f / whole);
            }
            memcpy(last, now, sizeof(now));
         }
      }
   }
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(counts_are_known),           cmocka_unit_test(bad_factors_cull),
      cmocka_unit_test(triangles_fill_the_domain),  cmocka_unit_test(primitives_are_the_usual_ones),
      cmocka_unit_test(edges_fit_their_neighbours), cmocka_unit_test(whole_factors_divide_evenly),
      cmocka_unit_test(fractions_move_smoothly),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
