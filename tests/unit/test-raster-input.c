/*
 * What primitives the rasteriser makes of vertices: strips, cuts, indices, instances, geometry shaders; and what
 * is streamed out.
 */
#include "raster-fixture.h"

#include "util/bits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_strips),
      cmocka_unit_test(test_cuts),
      cmocka_unit_test(test_long_strip),
      cmocka_unit_test(test_instances),
      cmocka_unit_test(test_tiny_draws),
      cmocka_unit_test(test_geometry),
      cmocka_unit_test(test_adjacency),
      cmocka_unit_test(test_stream_output),
      cmocka_unit_test(test_indexed),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
