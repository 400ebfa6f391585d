/*
 * What a pixel shader's inputs and the depth are, against the plane equations in double precision
 * (D3D11.3 16.4, 3.5.5). Vertices lie on multiples of 1/256 pixel, so snapping changes nothing.
 */
#include "scene.h"

#include <math.h>
#include <string.h>

#define SIZE 64
#define TOLERANCE 2e-6 /* of the largest attribute: a handful of float roundings */

static ID3D12RootSignature *root;
static struct harness_target target;

static int
setup(void **state)
{
   harness_setup(state);
   struct harness *h = *state;
   root = harness_create_root_signature(h, NULL);
   harness_target_init(h, &target, SIZE, SIZE, DXGI_FORMAT_R32G32B32A32_FLOAT,
                       DXGI_FORMAT_D32_FLOAT, 1);
   return 0;
}

static int
teardown(void **state)
{
   harness_target_finish(&target);
   RELEASE(root);
   return harness_teardown(state);
}

/* Large triangles with w between 1/2 and 4: in pixels, and as vertices. */
struct triangle {
   double x[3], y[3], w[3], z[3];
   struct scene_vertex vertices[3];
};

static void
random_triangle(struct triangle *t, uint64_t *seed)
{
   static const double base[3][2] = {{4, 6}, {60, 10}, {20, 58}};

   for (unsigned i = 0; i < 3; i++) {
      struct scene_vertex *v = &t->vertices[i];

      t->x[i] = base[i][0] + (int)(scene_random(seed) % 1024 - 512) / 256.0;
      t->y[i] = base[i][1] + (int)(scene_random(seed) % 1024 - 512) / 256.0;
      /* Powers of two keep the positions exact. */
      t->w[i] = ldexp(1, (int)(scene_random(seed) % 4) - 1);
      t->z[i] = (scene_random(seed) % 1000) / 1000.0;
      *v = (struct scene_vertex){
         .position = {(t->x[i] * 2 / SIZE - 1) * t->w[i], (1 - t->y[i] * 2 / SIZE) * t->w[i],
                      t->z[i] * t->w[i], t->w[i]},
      };
      for (unsigned c = 0; c < 4; c++)
         v->color[c] = scene_random(seed) % 2000 / 1000.0f - 1;
   }
}

/* Screen-linear weights of the pixel's centre. */
static bool
weights(const struct triangle *t, double px, double py, double b[3])
{
   double area = (t->x[1] - t->x[0]) * (t->y[2] - t->y[0]) - (t->x[2] - t->x[0]) * (t->y[1] - t->y[0]);

   for (unsigned i = 0; i < 3; i++) {
      unsigned j = (i + 1) % 3, k = (i + 2) % 3;
      b[i] = ((t->x[j] - px) * (t->y[k] - py) - (t->x[k] - px) * (t->y[j] - py)) / area;
   }
   return b[0] > 0 && b[1] > 0 && b[2] > 0;
}

static void
draw(struct harness *h, const char *ps, const struct triangle *t, const struct harness_target *to,
     ID3D12Resource *resolved)
{
   static const float clear[4] = {9, 9, 9, 9};
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = harness_pipeline_desc(root, to, "position-color.vs", ps);

   desc.DepthStencilState.DepthEnable = to->depth != NULL;
   desc.DepthStencilState.DepthWriteMask = D3D12_DEPTH_WRITE_MASK_ALL;
   desc.DepthStencilState.DepthFunc = D3D12_COMPARISON_FUNC_ALWAYS;
   desc.RasterizerState.MultisampleEnable = to->samples > 1;
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
   harness_target_begin(h, to, clear);
   ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
   scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST, t->vertices, 3);
   harness_target_end(h, to, resolved);
   RELEASE(pipeline);
}

enum mode { FLAT, LINEAR, PERSPECTIVE };

static void
check(struct harness *h, const char *ps, enum mode mode)
{
   uint64_t seed = 7;
   double worst = 0;

   for (unsigned round = 0; round < 12; round++) {
      struct triangle t;
      struct harness_image image;
      UINT covered = 0;

      random_triangle(&t, &seed);
      draw(h, ps, &t, &target, NULL);
      harness_read_texture(h, target.color, 0, &image);
      for (UINT p = 0; p < SIZE * SIZE; p++) {
         UINT x = p % SIZE, y = p / SIZE;
         const float *got = (const float *)(image.data + y * image.row_pitch + x * 16);
         double b[3], sum = 0;
         if (!weights(&t, x + 0.5, y + 0.5, b))
            continue;
         covered++;
         for (unsigned i = 0; i < 3; i++) {
            if (mode == FLAT)
               b[i] = i == 0;
            if (mode == PERSPECTIVE)
               b[i] /= t.w[i];
            sum += b[i];
         }
         for (unsigned c = 0; c < 4; c++) {
            double value = 0;
            for (unsigned i = 0; i < 3; i++)
               value += b[i] / sum * t.vertices[i].color[c];
            double error = fabs(value - got[c]);
            worst = fmax(worst, error);
            if (error > (mode == FLAT ? 0 : TOLERANCE))
               fail_msg("%s: triangle %u, (%u, %u) channel %u: expected %.9g, got %.9g", ps, round,
                        x, y, c, value, got[c]);
         }
      }
      assert_true(covered > 500);
      harness_image_finish(&image);
   }
   print_message("%s: largest error %g\n", ps, worst);
}

static void
perspective(void **state)
{
   check(*state, "color.ps", PERSPECTIVE);
}

static void
no_perspective(void **state)
{
   check(*state, "noperspective.ps", LINEAR);
}

static void
flat_takes_the_first_vertex(void **state)
{
   check(*state, "flat.ps", FLAT);
}

/* The provoking vertex of a strip's triangle i is vertex i, of a fan-like list the first of three. */
static void
flat_in_strips(void **state)
{
   struct harness *h = *state;
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc =
      harness_pipeline_desc(root, &target, "position-color.vs", "flat.ps");
   struct scene_vertex vertices[6];
   struct harness_image image;

   for (unsigned i = 0; i < 6; i++)
      vertices[i] = (struct scene_vertex){
         .position = {(i / 2) - 1.0f, i & 1 ? -1 : 1, 0.5f, 1},
         .color = {i, i, i, i},
      };
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
   static const float clear[4] = {9, 9, 9, 9};
   harness_target_begin(h, &target, clear);
   ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
   scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_TRIANGLESTRIP, vertices, 6);
   harness_target_end(h, &target, NULL);
   harness_read_texture(h, target.color, 0, &image);
   /* Each half of the target has two triangles: above and below its diagonal. */
   static const UINT places[4][2] = {{2, 2}, {29, 61}, {34, 2}, {61, 61}};
   for (unsigned i = 0; i < 4; i++) {
      const float *got =
         (const float *)(image.data + places[i][1] * image.row_pitch + places[i][0] * 16);
      if (*got != i)
         fail_msg("triangle %u of a strip: expected the colour of vertex %u, got %g", i, i, *got);
   }
   harness_image_finish(&image);
   RELEASE(pipeline);
}

/* Depth is linear on the screen, perspective or not. */
static void
depth_is_linear(void **state)
{
   struct harness *h = *state;
   uint64_t seed = 8;
   double worst = 0;

   for (unsigned round = 0; round < 12; round++) {
      struct triangle t;
      struct harness_image image;

      random_triangle(&t, &seed);
      draw(h, "color.ps", &t, &target, NULL);
      harness_read_texture(h, target.depth, 0, &image);
      for (UINT p = 0; p < SIZE * SIZE; p++) {
         UINT x = p % SIZE, y = p / SIZE;
         double b[3], z = 1;
         if (weights(&t, x + 0.5, y + 0.5, b))
            z = b[0] * t.z[0] + b[1] * t.z[1] + b[2] * t.z[2];
         else if (weights(&t, x + 0.52, y + 0.5, b) || weights(&t, x + 0.48, y + 0.5, b))
            continue;
         double error = fabs(z - harness_texel_float(&image, x, y));
         worst = fmax(worst, error);
         if (error > 1e-6)
            fail_msg("depth at (%u, %u): expected %.9g, got %.9g", x, y, z,
                     harness_texel_float(&image, x, y));
      }
      harness_image_finish(&image);
   }
   print_message("depth: largest error %g\n", worst);
}

static void
constant_depth_is_exact(void **state)
{
   struct harness *h = *state;
   static const float depths[] = {0, 0.1f, 0.5f, 1 / 3.0f, 0.999999f, 1};
   uint64_t seed = 9;

   for (unsigned i = 0; i < 6; i++) {
      struct triangle t;
      struct harness_image image;

      random_triangle(&t, &seed);
      for (unsigned k = 0; k < 3; k++) {
         t.vertices[k].position[0] /= t.w[k];
         t.vertices[k].position[1] /= t.w[k];
         t.vertices[k].position[2] = depths[i];
         t.vertices[k].position[3] = 1;
      }
      draw(h, "color.ps", &t, &target, NULL);
      harness_read_texture(h, target.depth, 0, &image);
      for (UINT p = 0; p < SIZE * SIZE; p++) {
         double b[3];
         float got = harness_texel_float(&image, p % SIZE, p / SIZE);
         if (weights(&t, p % SIZE + 0.5, p / SIZE + 0.5, b) && got != depths[i])
            fail_msg("constant depth %.9g: got %.9g", depths[i], got);
      }
      harness_image_finish(&image);
   }
}

/* With four samples an edge pixel's centre may lie outside its triangle: inputs at the centre are
 * extrapolated, those at the centroid are not. The attribute is the distance from the left edge. */
static void
centroid_stays_inside(void **state)
{
   struct harness *h = *state;
   struct harness_target msaa;
   static const char *const shaders[] = {"color.ps", "centroid.ps"};

   harness_target_init(h, &msaa, SIZE, SIZE, DXGI_FORMAT_R32G32B32A32_FLOAT, DXGI_FORMAT_UNKNOWN, 4);
   for (unsigned s = 0; s < 2; s++) {
      struct triangle t = {0};
      struct harness_image image;
      float least = 100;
      /* Its left edge is at 20.6875: right of the centre, left of one sample (at 0.875). */
      static const double corners[3][2] = {{20.6875, -20}, {100.6875, -20}, {20.6875, 120}};

      for (unsigned i = 0; i < 3; i++) {
         float d = corners[i][0] - 20.6875;
         t.vertices[i] = (struct scene_vertex){
            .position = {corners[i][0] * 2 / SIZE - 1, 1 - corners[i][1] * 2 / SIZE, 0.5, 1},
            .color = {d, d, d, d},
         };
      }
      draw(h, shaders[s], &t, &msaa, target.color);
      harness_read_texture(h, target.color, 0, &image);
      for (UINT y = 0; y < SIZE; y++) {
         /* One sample of four is covered, three keep 9: value = 4 * texel - 27. */
         const float *got = (const float *)(image.data + y * image.row_pitch + 20 * 16);
         least = fminf(least, *got * 4 - 27);
         /* Pixel 30 is covered wholly: the centroid is its centre. */
         got = (const float *)(image.data + y * image.row_pitch + 30 * 16);
         assert_true(fabs(*got - (30.5 - 20.6875)) < 1e-5);
      }
      if (s == 0)
         assert_true(fabs(least - (20.5 - 20.6875)) < 1e-4);
      else if (fabs(least - 0.1875) > 1e-4)
         fail_msg("the centroid of one covered sample: expected 0.1875 inside, got %g", least);
      harness_image_finish(&image);
   }
   harness_target_finish(&msaa);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(perspective, setup, teardown),
      cmocka_unit_test_setup_teardown(no_perspective, setup, teardown),
      cmocka_unit_test_setup_teardown(flat_takes_the_first_vertex, setup, teardown),
      cmocka_unit_test_setup_teardown(flat_in_strips, setup, teardown),
      cmocka_unit_test_setup_teardown(depth_is_linear, setup, teardown),
      cmocka_unit_test_setup_teardown(constant_depth_is_exact, setup, teardown),
      cmocka_unit_test_setup_teardown(centroid_stays_inside, setup, teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
