/*
 * Which pixels and samples a primitive covers, against the rules evaluated pixel by pixel. Positions
 * are multiples of 1/256 pixel that clip coordinates hold exactly, so the rules leave no choice.
 * Each primitive adds a power of two to a float target: a texel is the set of those that cover it.
 */
#include "picture.h"
#include "scene.h"

#include "layout/sample_positions.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE 64
#define ONE 256 /* subpixels */
#define PER_DRAW 24 /* bits that a float adds up exactly */

struct fixed {
   int64_t x, y;
};

static ID3D12RootSignature *root;
static struct harness_target target;

static int
setup(void **state)
{
   harness_setup(state);
   struct harness *h = *state;
   root = harness_create_root_signature(h, NULL);
   harness_target_init(h, &target, SIZE, SIZE, DXGI_FORMAT_R32_FLOAT, DXGI_FORMAT_UNKNOWN, 1);
   return 0;
}

static int
teardown(void **state)
{
   harness_target_finish(&target);
   RELEASE(root);
   return harness_teardown(state);
}

static D3D12_GRAPHICS_PIPELINE_STATE_DESC
adding(const struct harness_target *to)
{
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc =
      harness_pipeline_desc(root, to, "position-color.vs", "flat.ps");

   desc.BlendState.RenderTarget[0].BlendEnable = TRUE;
   desc.BlendState.RenderTarget[0].DestBlend = D3D12_BLEND_ONE;
   desc.BlendState.RenderTarget[0].DestBlendAlpha = D3D12_BLEND_ONE;
   return desc;
}

static struct scene_vertex
vertex(struct fixed p, float value)
{
   return (struct scene_vertex){
      .position = {(float)(p.x * 2) / (SIZE * ONE) - 1, 1 - (float)(p.y * 2) / (SIZE * ONE), 0.5f, 1},
      .color = {value, value, value, value},
   };
}

static struct fixed
random_point(uint64_t *seed, int64_t low, int64_t high, int64_t grid)
{
   int64_t x = low + scene_random(seed) % (uint64_t)(high - low + 1);
   int64_t y = low + scene_random(seed) % (uint64_t)(high - low + 1);

   return (struct fixed){x / grid * grid, y / grid * grid};
}

static int64_t
edge(struct fixed a, struct fixed b, struct fixed p)
{
   return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

/* D3D11.3 3.4.2.1; clockwise on the screen is positive, since y points down. */
static bool
triangle_covers(const struct fixed t[3], struct fixed p)
{
   struct fixed v[3] = {t[0], t[1], t[2]};
   int64_t area = edge(v[0], v[1], v[2]);

   if (area == 0)
      return false;
   if (area < 0) {
      v[1] = t[2];
      v[2] = t[1];
   }
   for (unsigned i = 0; i < 3; i++) {
      struct fixed a = v[i], b = v[(i + 1) % 3];
      int64_t e = edge(a, b, p);
      bool top = a.y == b.y && b.x > a.x, left = b.y < a.y;

      if (e < 0 || (e == 0 && !top && !left))
         return false;
   }
   return true;
}

static struct fixed
pixel_center(UINT x, UINT y)
{
   return (struct fixed){x * ONE + ONE / 2, y * ONE + ONE / 2};
}

/* Ends the target and compares its texels, which hold whole numbers, times `scale`. */
static void
compare(struct harness *h, const char *name, const struct harness_target *from,
        ID3D12Resource *resolved, float scale, const uint32_t *expected)
{
   uint32_t *got = malloc(SIZE * SIZE * sizeof(*got));
   struct harness_image image;

   harness_target_end(h, from, resolved);
   harness_read_texture(h, resolved ? resolved : from->color, 0, &image);
   for (UINT i = 0; i < SIZE * SIZE; i++)
      got[i] = harness_texel_float(&image, i % SIZE, i / SIZE) * scale;
   picture_assert_equal(name, SIZE, SIZE, expected, got);
   harness_image_finish(&image);
   free(got);
}

static const float black[4];

static void
draw_triangles(struct harness *h, const char *name, ID3D12PipelineState *pipeline,
               struct fixed (*triangles)[3], unsigned count)
{
   struct scene_vertex vertices[PER_DRAW * 3];
   static uint32_t expected[SIZE * SIZE];

   memset(expected, 0, sizeof(expected));
   for (unsigned i = 0; i < count; i++) {
      for (unsigned k = 0; k < 3; k++)
         vertices[i * 3 + k] = vertex(triangles[i][k], 1u << i);
      for (UINT p = 0; p < SIZE * SIZE; p++)
         expected[p] |= triangle_covers(triangles[i], pixel_center(p % SIZE, p / SIZE)) << i;
   }
   harness_target_begin(h, &target, black);
   ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
   scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST, vertices, count * 3);
   compare(h, name, &target, NULL, 1, expected);
}

static void
triangles_follow_the_top_left_rule(void **state)
{
   struct harness *h = *state;
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = adding(&target);
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
   uint64_t seed = 1;
   /* Any position; pixel centres and corners, so edges meet samples; thin; partly off the target. */
   static const struct {
      const char *name;
      int64_t low, high, grid;
   } kinds[] = {
      {"triangles-any", 0, SIZE * ONE, 1},
      {"triangles-half-pixels", 0, SIZE * ONE, ONE / 2},
      {"triangles-small", 20 * ONE, 24 * ONE, ONE / 8},
      {"triangles-beyond", -40 * ONE, (SIZE + 40) * ONE, 1},
      {"triangles-far", -20000 * ONE, 20000 * ONE, 16},
   };

   for (unsigned kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
      for (unsigned round = 0; round < 8; round++) {
         struct fixed triangles[PER_DRAW][3];
         for (unsigned i = 0; i < PER_DRAW; i++)
            for (unsigned k = 0; k < 3; k++)
               triangles[i][k] =
                  random_point(&seed, kinds[kind].low, kinds[kind].high, kinds[kind].grid);
         draw_triangles(h, kinds[kind].name, pipeline, triangles, PER_DRAW);
      }
   }
   RELEASE(pipeline);
}

static void
degenerate_triangles_cover_nothing(void **state)
{
   struct harness *h = *state;
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = adding(&target);
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
   struct fixed triangles[][3] = {
      {{0, 0}, {16 * ONE, 16 * ONE}, {48 * ONE, 48 * ONE}},
      {{128, 128}, {128, 128}, {128, 128}},
      {{128, 128}, {128, 128}, {5000, 9000}},
      {{128, 640}, {9000, 640}, {6000, 640}},
      {{640, 128}, {640, 9000}, {640, 640}},
   };

   draw_triangles(h, "triangles-degenerate", pipeline, triangles, 5);
   RELEASE(pipeline);
}

/* A grid of jittered points, two triangles a cell, in any winding: each pixel exactly once. */
static void
shared_edges_cover_once(void **state)
{
   enum { CELLS = 12 };
   struct harness *h = *state;
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = adding(&target);
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
   struct fixed points[CELLS + 1][CELLS + 1];
   struct scene_vertex vertices[CELLS * CELLS * 6];
   uint32_t expected[SIZE * SIZE];
   uint64_t seed = 2;

   for (UINT i = 0; i < SIZE * SIZE; i++)
      expected[i] = 1;
   for (unsigned round = 0; round < 6; round++) {
      int64_t grid = round & 1 ? ONE / 2 : 1;
      for (int y = 0; y <= CELLS; y++) {
         for (int x = 0; x <= CELLS; x++) {
            struct fixed jitter = random_point(&seed, -500, 500, grid);
            int64_t px = ((x - 1) * SIZE * ONE / (CELLS - 2) + jitter.x) / grid * grid;
            int64_t py = ((y - 1) * SIZE * ONE / (CELLS - 2) + jitter.y) / grid * grid;
            points[y][x] = (struct fixed){px, py};
         }
      }
      unsigned n = 0;
      for (int y = 0; y < CELLS; y++) {
         for (int x = 0; x < CELLS; x++) {
            struct fixed a = points[y][x], b = points[y][x + 1], c = points[y + 1][x],
                         d = points[y + 1][x + 1];
            bool turn = scene_random(&seed) & 1;
            struct fixed corners[6] = {a, turn ? c : b, turn ? b : c, c, b, d};
            for (unsigned k = 0; k < 6; k++)
               vertices[n++] = vertex(corners[k], 1);
         }
      }
      harness_target_begin(h, &target, black);
      ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
      scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST, vertices, n);
      compare(h, "shared-edges", &target, NULL, 1, expected);
   }
   RELEASE(pipeline);
}

/* Is the point p, of the plane of pixels, in the homogeneous triangle and 0 ≤ z ≤ w there? */
static bool
clipped_covers(const float t[3][4], double px, double py)
{
   double x = px * 2 / SIZE - 1, y = 1 - py * 2 / SIZE, weight[3], sum = 0, z = 0, w = 0;
   double area = 0;

   for (unsigned i = 0; i < 3; i++) {
      const float *b = t[(i + 1) % 3], *c = t[(i + 2) % 3], *a = t[i];
      /* The determinant of p, b, c in (x, y, w). */
      weight[i] = x * ((double)b[1] * c[3] - (double)c[1] * b[3]) -
                  y * ((double)b[0] * c[3] - (double)c[0] * b[3]) +
                  ((double)b[0] * c[1] - (double)c[0] * b[1]);
      area = a[0] * ((double)b[1] * c[3] - (double)c[1] * b[3]) -
             a[1] * ((double)b[0] * c[3] - (double)c[0] * b[3]) +
             a[3] * ((double)b[0] * c[1] - (double)c[0] * b[1]);
      weight[i] /= area;
      sum += weight[i];
      z += weight[i] * a[2];
      w += weight[i] * a[3];
   }
   return weight[0] > 0 && weight[1] > 0 && weight[2] > 0 && w > 0 && z > 0 && z < w;
}

/* Huge triangles and ones that reach behind the eye. Clipping makes new vertices and rounds them, so
 * pixels within a hundredth of a pixel of an edge are not judged. */
static void
clipping_leaves_the_inside(void **state)
{
   struct harness *h = *state;
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = adding(&target);
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
   uint64_t seed = 3;
   static uint32_t expected[SIZE * SIZE], got[SIZE * SIZE];

   for (unsigned round = 0; round < 48; round++) {
      struct scene_vertex vertices[3];
      float t[3][4];
      struct harness_image image;
      bool huge = round & 1;

      for (unsigned k = 0; k < 3; k++) {
         double r[4];
         for (unsigned i = 0; i < 4; i++)
            r[i] = scene_random(&seed) / 2147483648.0 - 1;
         float w = huge ? 1 : r[3] * 2;
         double size = huge ? pow(10, 2 + r[3] * 2) : 3;
         t[k][0] = r[0] * size;
         t[k][1] = r[1] * size;
         t[k][2] = huge ? 0.5f : w * 0.5f + r[2] * 0.8f;
         t[k][3] = w;
         vertices[k] = (struct scene_vertex){.color = {1, 1, 1, 1}};
         memcpy(vertices[k].position, t[k], sizeof(t[k]));
      }
      harness_target_begin(h, &target, black);
      ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
      scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST, vertices, 3);
      harness_target_end(h, &target, NULL);
      harness_read_texture(h, target.color, 0, &image);
      for (UINT i = 0; i < SIZE * SIZE; i++) {
         double x = i % SIZE + 0.5, y = i / SIZE + 0.5, e = 0.01;
         bool inside = clipped_covers(t, x, y), sure = true;
         for (unsigned c = 0; c < 4; c++)
            sure &= inside == clipped_covers(t, x + (c & 1 ? e : -e), y + (c & 2 ? e : -e));
         got[i] = harness_texel_float(&image, i % SIZE, i / SIZE);
         expected[i] = sure ? inside : got[i];
         if (got[i] > 1)
            expected[i] = 1; /* its own pieces overlap */
      }
      harness_image_finish(&image);
      picture_assert_equal(huge ? "clipped-huge" : "clipped-near", SIZE, SIZE, expected, got);
   }
   RELEASE(pipeline);
}

/* Does the segment have a point with |x| + |y| < 1/2 around the pixel's centre? *sure: by a margin. */
static bool
meets_diamond(double ax, double ay, double bx, double by, double radius)
{
   /* |x| + |y| is convex along the segment: its least value lies at an end or at a zero of x or y. */
   double best = fmin(fabs(ax) + fabs(ay), fabs(bx) + fabs(by));

   if (ax * bx < 0)
      best = fmin(best, fabs(ay + (by - ay) * ax / (ax - bx)));
   if (ay * by < 0)
      best = fmin(best, fabs(ax + (bx - ax) * ay / (ay - by)));
   return best < radius;
}

/* A line covers the pixels whose diamonds it leaves. Touches within 10⁻⁶ of a side are not judged. */
static void
lines_leave_diamonds(void **state)
{
   struct harness *h = *state;
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = adding(&target);
   uint64_t seed = 4;
   static uint32_t expected[SIZE * SIZE], unsure[SIZE * SIZE], got[SIZE * SIZE];

   desc.PrimitiveTopologyType = D3D12_PRIMITIVE_TOPOLOGY_TYPE_LINE;
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
   for (unsigned round = 0; round < 8; round++) {
      struct scene_vertex vertices[PER_DRAW * 2];
      struct harness_image image;

      memset(expected, 0, sizeof(expected));
      memset(unsure, 0, sizeof(unsure));
      for (unsigned i = 0; i < PER_DRAW; i++) {
         int64_t reach = round & 1 ? 4 * ONE : SIZE * ONE;
         struct fixed a = random_point(&seed, ONE, reach, 1), b = random_point(&seed, ONE, reach, 1);
         if (i % 6 == 4)
            b.y = a.y;
         if (i % 6 == 5)
            b.x = a.x;
         vertices[i * 2] = vertex(a, 1u << i);
         vertices[i * 2 + 1] = vertex(b, 1u << i);
         for (UINT p = 0; p < SIZE * SIZE; p++) {
            double cx = p % SIZE + 0.5, cy = p / SIZE + 0.5, e = 1e-6;
            double ax = a.x / 256.0 - cx, ay = a.y / 256.0 - cy;
            double bx = b.x / 256.0 - cx, by = b.y / 256.0 - cy;
            double end = fabs(bx) + fabs(by);
            bool least = meets_diamond(ax, ay, bx, by, 0.5 - e) && end > 0.5 + e;
            bool most = meets_diamond(ax, ay, bx, by, 0.5 + e) && end > 0.5 - e;
            expected[p] |= (uint32_t)least << i;
            unsure[p] |= (uint32_t)(least != most) << i;
         }
      }
      harness_target_begin(h, &target, black);
      ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
      scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_LINELIST, vertices, PER_DRAW * 2);
      harness_target_end(h, &target, NULL);
      harness_read_texture(h, target.color, 0, &image);
      for (UINT p = 0; p < SIZE * SIZE; p++)
         got[p] = (uint32_t)harness_texel_float(&image, p % SIZE, p / SIZE) & ~unsure[p];
      harness_image_finish(&image);
      picture_assert_equal("lines", SIZE, SIZE, expected, got);
   }
   RELEASE(pipeline);
}

/* A line strip lights each pixel once: what ends in a diamond leaves it to the next. */
static void
strips_of_lines_do_not_overlap(void **state)
{
   struct harness *h = *state;
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = adding(&target);
   static const struct fixed points[] = {{700, 700}, {3001, 1500}, {7003, 2207}, {15003, 2501}};
   struct scene_vertex vertices[4];
   struct harness_image image;

   desc.PrimitiveTopologyType = D3D12_PRIMITIVE_TOPOLOGY_TYPE_LINE;
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
   for (unsigned i = 0; i < 4; i++)
      vertices[i] = vertex(points[i], 1);
   harness_target_begin(h, &target, black);
   ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
   scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_LINESTRIP, vertices, 4);
   harness_target_end(h, &target, NULL);
   harness_read_texture(h, target.color, 0, &image);
   for (UINT x = 4; x < 58; x++) {
      float column = 0;
      for (UINT y = 0; y < SIZE; y++)
         column += harness_texel_float(&image, x, y);
      if (column != 1)
         fail_msg("column %u has %g pixels, expected 1", x, column);
   }
   harness_image_finish(&image);
   RELEASE(pipeline);
}

/* The area of a convex polygon where a x + b y <= c; both in `polygon`, the number of corners is returned. */
static unsigned
cut_polygon(double (*polygon)[2], unsigned count, double a, double b, double c)
{
   double result[8][2];
   unsigned n = 0;

   for (unsigned i = 0; i < count; i++) {
      const double *p = polygon[i], *q = polygon[(i + 1) % count];
      double dp = c - a * p[0] - b * p[1], dq = c - a * q[0] - b * q[1];

      if (dp >= 0) {
         result[n][0] = p[0];
         result[n++][1] = p[1];
      }
      if ((dp < 0) != (dq < 0)) {
         result[n][0] = p[0] + (q[0] - p[0]) * dp / (dp - dq);
         result[n++][1] = p[1] + (q[1] - p[1]) * dp / (dp - dq);
      }
   }
   memcpy(polygon, result, n * sizeof(result[0]));
   return n;
}

/* How much of pixel (x, y) lies in the rectangle, one pixel wide, around the line; *near_end: an end is
 * not far. */
static double
area_of_line(struct fixed from, struct fixed to, UINT x, UINT y, bool *near_end)
{
   double polygon[8][2] = {{x, y}, {x + 1, y}, {x + 1, y + 1}, {x, y + 1}}, area = 0;
   double dx = (double)(to.x - from.x) / ONE, dy = (double)(to.y - from.y) / ONE;
   double x0 = (double)from.x / ONE, y0 = (double)from.y / ONE, length = hypot(dx, dy);
   unsigned n = 4;

   dx /= length;
   dy /= length;
   n = cut_polygon(polygon, n, dx, dy, dx * x0 + dy * y0 + length);
   n = cut_polygon(polygon, n, -dx, -dy, -dx * x0 - dy * y0);
   n = cut_polygon(polygon, n, dy, -dx, dy * x0 - dx * y0 + 0.5);
   n = cut_polygon(polygon, n, -dy, dx, -dy * x0 + dx * y0 + 0.5);
   for (unsigned i = 0; i < n; i++) {
      const double *p = polygon[i], *q = polygon[(i + 1) % n];
      area += (p[0] * q[1] - q[0] * p[1]) / 2;
   }
   double along = (x + 0.5 - x0) * dx + (y + 0.5 - y0) * dy;
   *near_end = fabs(along) < 1 || fabs(along - length) < 1;
   return area;
}

/* The alpha of smooth lines is the area that they cover, of all samples alike (D3D11.3 3.4.4, 15.14.1).
 * The algorithm is free, so that more than the area is not asked for: exactly along the line, at its ends
 * about. */
static void
smooth_lines_fade(void **state)
{
   struct harness *h = *state;
   uint64_t seed = 9;

   for (UINT samples = 1; samples <= 4; samples *= 4) {
      struct harness_target colors;
      ID3D12Resource *resolved = NULL;

      harness_target_init(h, &colors, SIZE, SIZE, DXGI_FORMAT_R32G32B32A32_FLOAT,
                          DXGI_FORMAT_UNKNOWN, samples);
      if (samples > 1) {
         D3D12_RESOURCE_DESC desc = harness_texture_desc(
            SIZE, SIZE, colors.format, D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET);
         resolved = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc);
      }
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc =
         harness_pipeline_desc(root, &colors, "position-color.vs", "color.ps");
      desc.PrimitiveTopologyType = D3D12_PRIMITIVE_TOPOLOGY_TYPE_LINE;
      desc.RasterizerState.AntialiasedLineEnable = TRUE;
      ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);

      for (unsigned i = 0; i < 24; i++) {
         struct fixed from = random_point(&seed, 2 * ONE, (SIZE - 2) * ONE, 1);
         struct fixed to = random_point(&seed, 2 * ONE, (SIZE - 2) * ONE, 1);
         struct scene_vertex vertices[2];
         struct harness_image image;
         double sum = 0;

         if (i % 6 == 4)
            to.y = from.y;
         if (i % 6 == 5)
            to.x = from.x;
         double length = hypot((double)(to.x - from.x) / ONE, (double)(to.y - from.y) / ONE);
         if (length < 4)
            continue;
         vertices[0] = vertex(from, 0.5f);
         vertices[1] = vertex(to, 0.5f);
         harness_target_begin(h, &colors, black);
         ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
         scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_LINELIST, vertices, 2);
         harness_target_end(h, &colors, resolved);
         harness_read_texture(h, resolved ? resolved : colors.color, 0, &image);
         for (UINT p = 0; p < SIZE * SIZE; p++) {
            UINT x = p % SIZE, y = p / SIZE;
            const float *got = (const float *)(image.data + y * image.row_pitch + x * 16);
            bool near_end;
            double area = area_of_line(from, to, x, y, &near_end), alpha = got[3] / 0.5;

            if (fabs(alpha - area) > (near_end ? 0.1 : 0.005))
               fail_msg("line %u, pixel (%u, %u): alpha is %g, the area is %g", i, x, y, alpha, area);
            if (area > 0.005 && got[0] != 0.5f)
               fail_msg("line %u, pixel (%u, %u): red is %g", i, x, y, got[0]);
            sum += alpha;
         }
         if (fabs(sum - length) > 0.02 * length)
            fail_msg("line %u adds up to %g pixels, expected %g", i, sum, length);
         harness_image_finish(&image);
      }
      RELEASE(pipeline);
      RELEASE(resolved);
      harness_target_finish(&colors);
   }
}

/* A point is a square one pixel wide: exactly one pixel, by the top-left rule. */
static void
points_cover_one_pixel(void **state)
{
   struct harness *h = *state;
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = adding(&target);
   uint64_t seed = 5;
   static uint32_t expected[SIZE * SIZE];

   desc.PrimitiveTopologyType = D3D12_PRIMITIVE_TOPOLOGY_TYPE_POINT;
   desc.RasterizerState.CullMode = D3D12_CULL_MODE_BACK;
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
   for (unsigned round = 0; round < 4; round++) {
      struct scene_vertex vertices[PER_DRAW];
      memset(expected, 0, sizeof(expected));
      for (unsigned i = 0; i < PER_DRAW; i++) {
         struct fixed p = random_point(&seed, 8 * ONE, 12 * ONE, round & 1 ? ONE / 2 : 1);
         vertices[i] = vertex(p, 1u << i);
         for (UINT k = 0; k < SIZE * SIZE; k++) {
            struct fixed c = pixel_center(k % SIZE, k / SIZE);
            bool covers = c.x >= p.x - ONE / 2 && c.x < p.x + ONE / 2 && c.y >= p.y - ONE / 2 &&
                          c.y < p.y + ONE / 2;
            expected[k] |= (uint32_t)covers << i;
         }
      }
      harness_target_begin(h, &target, black);
      ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
      scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_POINTLIST, vertices, PER_DRAW);
      compare(h, "points", &target, NULL, 1, expected);
   }
   RELEASE(pipeline);
}

/* With a sample mask per draw, each sample adds bits of its own; the resolve is their mean. */
static void
samples_lie_in_the_standard_pattern(void **state)
{
   struct harness *h = *state;
   uint64_t seed = 6;
   static uint32_t expected[SIZE * SIZE];

   for (UINT samples = 2; samples <= 8; samples *= 2) {
      struct harness_target msaa;
      unsigned each = PER_DRAW / samples;
      struct fixed triangles[PER_DRAW][3];
      char name[32];

      harness_target_init(h, &msaa, SIZE, SIZE, DXGI_FORMAT_R32_FLOAT, DXGI_FORMAT_UNKNOWN, samples);
      memset(expected, 0, sizeof(expected));
      harness_target_begin(h, &msaa, black);
      ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
      for (unsigned i = 0; i < each; i++)
         for (unsigned k = 0; k < 3; k++)
            triangles[i][k] = random_point(&seed, -4 * ONE, (SIZE + 4) * ONE, i & 1 ? ONE / 16 : 1);
      for (unsigned s = 0; s < samples; s++) {
         struct sample_position at = sample_positions(samples)[s];
         D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = adding(&msaa);
         struct scene_vertex vertices[PER_DRAW * 3];

         desc.RasterizerState.MultisampleEnable = TRUE;
         desc.SampleMask = 1u << s;
         ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
         for (unsigned i = 0; i < each; i++) {
            uint32_t bit = 1u << (s * each + i);
            for (unsigned k = 0; k < 3; k++)
               vertices[i * 3 + k] = vertex(triangles[i][k], bit);
            for (UINT p = 0; p < SIZE * SIZE; p++) {
               struct fixed c = pixel_center(p % SIZE, p / SIZE);
               c.x += at.x * (ONE / SAMPLE_GRID);
               c.y += at.y * (ONE / SAMPLE_GRID);
               if (triangle_covers(triangles[i], c))
                  expected[p] |= bit;
            }
         }
         scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST, vertices, each * 3);
         harness_keep(h, pipeline);
      }
      snprintf(name, sizeof(name), "samples-%u", samples);
      compare(h, name, &msaa, target.color, samples, expected);
      harness_target_finish(&msaa);
   }
}

/* The samples of a pixel that the triangle covers, a bit each. */
static uint32_t
covered_samples(const struct fixed t[3], UINT x, UINT y, UINT samples)
{
   uint32_t mask = 0;

   for (UINT s = 0; s < samples; s++) {
      struct sample_position at = sample_positions(samples)[s];
      struct fixed p = pixel_center(x, y);

      p.x += at.x * (ONE / SAMPLE_GRID);
      p.y += at.y * (ONE / SAMPLE_GRID);
      mask |= (uint32_t)triangle_covers(t, p) << s;
   }
   return mask;
}

/* A target of one sample, a rasteriser of more: the shader and the occlusion query see these (D3D11.3
 * 3.5.6.2, 20.4.6). */
static void
forced_samples_decide_coverage(void **state)
{
   struct harness *h = *state;
   D3D12_QUERY_HEAP_DESC heap_desc = {D3D12_QUERY_HEAP_TYPE_OCCLUSION, 1, 0};
   ID3D12Resource *result = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, 8);
   ID3D12QueryHeap *heap;
   uint64_t seed = 7;
   static uint32_t expected[SIZE * SIZE];

   assert_ok(ID3D12Device8_CreateQueryHeap(h->device, &heap_desc, &IID_ID3D12QueryHeap,
                                           (void **)&heap));
   for (UINT samples = 1; samples <= 16; samples *= samples == 1 ? 4 : 2) {
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc =
         harness_pipeline_desc(root, &target, "position-color.vs", "coverage.ps");
      uint64_t count = 0, counted;
      struct fixed t[3];
      struct scene_vertex vertices[3];
      char name[32];

      desc.RasterizerState.ForcedSampleCount = samples;
      ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
      for (unsigned k = 0; k < 3; k++) {
         t[k] = random_point(&seed, 0, SIZE * ONE, 1);
         vertices[k] = vertex(t[k], 0);
      }
      for (UINT p = 0; p < SIZE * SIZE; p++) {
         expected[p] = covered_samples(t, p % SIZE, p / SIZE, samples);
         count += (unsigned)__builtin_popcount(expected[p]);
      }
      harness_target_begin(h, &target, black);
      ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
      ID3D12GraphicsCommandList_BeginQuery(h->list, heap, D3D12_QUERY_TYPE_OCCLUSION, 0);
      scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST, vertices, 3);
      ID3D12GraphicsCommandList_EndQuery(h->list, heap, D3D12_QUERY_TYPE_OCCLUSION, 0);
      ID3D12GraphicsCommandList_ResolveQueryData(h->list, heap, D3D12_QUERY_TYPE_OCCLUSION, 0, 1,
                                                 result, 0);
      snprintf(name, sizeof(name), "forced-%u", samples);
      compare(h, name, &target, NULL, 1, expected);
      harness_read_buffer(h, result, &counted, sizeof(counted));
      assert_int_equal(counted, count);
      RELEASE(pipeline);
   }
   RELEASE(result);
   RELEASE(heap);
}

/* A target of several samples, a rasteriser of one: all of a pixel are written, but for the mask's. */
static void
one_forced_sample_covers_pixels(void **state)
{
   struct harness *h = *state;
   struct harness_target msaa;
   uint64_t seed = 8;
   static uint32_t expected[SIZE * SIZE];

   harness_target_init(h, &msaa, SIZE, SIZE, DXGI_FORMAT_R32_FLOAT, DXGI_FORMAT_UNKNOWN, 4);
   for (UINT mask = 1; mask <= 0xf; mask += 7) {
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = adding(&msaa);
      struct scene_vertex vertices[PER_DRAW * 3];

      desc.RasterizerState.ForcedSampleCount = 1;
      desc.SampleMask = mask;
      ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
      memset(expected, 0, sizeof(expected));
      for (unsigned i = 0; i < PER_DRAW / 4; i++) {
         struct fixed t[3];
         for (unsigned k = 0; k < 3; k++) {
            t[k] = random_point(&seed, 0, SIZE * ONE, 1);
            vertices[i * 3 + k] = vertex(t[k], 1u << i * 4);
         }
         for (UINT p = 0; p < SIZE * SIZE; p++)
            if (triangle_covers(t, pixel_center(p % SIZE, p / SIZE)))
               expected[p] += (uint32_t)__builtin_popcount(mask) << i * 4;
      }
      harness_target_begin(h, &msaa, black);
      ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
      scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST, vertices, PER_DRAW / 4 * 3);
      /* The resolve is the mean of four samples: what is left is their sum. */
      compare(h, "forced-targets", &msaa, target.color, 4, expected);
      RELEASE(pipeline);
   }
   harness_target_finish(&msaa);
}

/* The implicit scissor of a viewport rounds its edges down (D3D11.3 15.7). */
static void
scissors_and_viewports_bound(void **state)
{
   struct harness *h = *state;
   D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = adding(&target);
   ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
   static const D3D12_RECT scissors[] = {{3, 5, 41, 38}, {-7, -9, 20, 90}, {10, 10, 10, 30},
                                         {30, 20, 20, 40}, {60, 60, 400, 400}};
   static const D3D12_VIEWPORT viewports[] = {{0, 0, SIZE, SIZE, 0, 1},
                                              {8, 16, 32, 16, 0, 1},
                                              {-16, -16, 64, 128, 0, 1},
                                              {10.5f, 10.25f, 20.25f, 8.5f, 0, 1}};
   static uint32_t expected[SIZE * SIZE];

   for (unsigned v = 0; v < 4; v++) {
      memset(expected, 0, sizeof(expected));
      harness_target_begin(h, &target, black);
      ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
      ID3D12GraphicsCommandList_RSSetViewports(h->list, 1, &viewports[v]);
      for (unsigned s = 0; s < 5; s++) {
         float value[4] = {1u << s};
         ID3D12GraphicsCommandList_RSSetScissorRects(h->list, 1, &scissors[s]);
         scene_draw_quad(h, pipeline, 0.5f, value);
         for (LONG p = 0; p < SIZE * SIZE; p++) {
            LONG x = p % SIZE, y = p / SIZE;
            const D3D12_VIEWPORT *view = &viewports[v];
            bool in = x >= scissors[s].left && x < scissors[s].right && y >= scissors[s].top &&
                      y < scissors[s].bottom && x + 0.5 >= view->TopLeftX &&
                      x < floorf(view->TopLeftX + view->Width) && y + 0.5 >= view->TopLeftY &&
                      y < floorf(view->TopLeftY + view->Height);
            expected[p] |= (uint32_t)in << s;
         }
      }
      compare(h, "scissors", &target, NULL, 1, expected);
   }
   RELEASE(pipeline);
}

static void
culling_knows_the_winding(void **state)
{
   struct harness *h = *state;
   static const struct fixed clockwise[3] = {{0, 0}, {64 * ONE, 0}, {0, 64 * ONE}};
   struct harness_image image;

   for (unsigned i = 0; i < 6; i++) {
      static const D3D12_CULL_MODE modes[] = {D3D12_CULL_MODE_NONE, D3D12_CULL_MODE_FRONT,
                                              D3D12_CULL_MODE_BACK};
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = adding(&target);
      bool counter = i >= 3;
      desc.RasterizerState.CullMode = modes[i % 3];
      desc.RasterizerState.FrontCounterClockwise = counter;
      ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
      struct scene_vertex vertices[6];
      for (unsigned k = 0; k < 3; k++) {
         vertices[k] = vertex(clockwise[k], 1);
         vertices[3 + k] = vertex(clockwise[2 - k], 2);
      }
      harness_target_begin(h, &target, black);
      ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
      scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST, vertices, 6);
      harness_target_end(h, &target, NULL);
      harness_read_texture(h, target.color, 0, &image);
      static const uint32_t wanted[] = {3, 2, 1, 3, 1, 2};
      assert_int_equal((uint32_t)harness_texel_float(&image, 5, 5), wanted[i]);
      harness_image_finish(&image);
      RELEASE(pipeline);
   }
}

/* An index of all ones ends a strip, if the pipeline says so. */
static void
strips_are_cut(void **state)
{
   struct harness *h = *state;
   static const struct fixed points[] = {{0, 0},         {0, 16 * ONE},  {16 * ONE, 0},
                                         {16 * ONE, 16 * ONE}, {32 * ONE, 32 * ONE},
                                         {32 * ONE, 48 * ONE}, {48 * ONE, 32 * ONE}};
   static const uint16_t short_indices[] = {0, 1, 2, 3, 0xffff, 4, 5, 6, 0xffff, 0xffff, 0, 1};
   static const uint32_t long_indices[] = {0, 1, 2, 3, UINT32_MAX, 4, 5, 6, UINT32_MAX, 0, 1};
   static const struct fixed t[3][3] = {{{0, 0}, {0, 16 * ONE}, {16 * ONE, 0}},
                                        {{16 * ONE, 0}, {0, 16 * ONE}, {16 * ONE, 16 * ONE}},
                                        {{32 * ONE, 32 * ONE}, {32 * ONE, 48 * ONE}, {48 * ONE, 32 * ONE}}};
   static uint32_t expected[SIZE * SIZE];

   for (UINT p = 0; p < SIZE * SIZE; p++)
      for (unsigned i = 0; i < 3; i++)
         expected[p] += triangle_covers(t[i], pixel_center(p % SIZE, p / SIZE));
   for (unsigned wide = 0; wide < 2; wide++) {
      D3D12_GRAPHICS_PIPELINE_STATE_DESC desc = adding(&target);
      desc.IBStripCutValue = wide ? D3D12_INDEX_BUFFER_STRIP_CUT_VALUE_0xFFFFFFFF
                                  : D3D12_INDEX_BUFFER_STRIP_CUT_VALUE_0xFFFF;
      ID3D12PipelineState *pipeline = scene_create_pipeline(h, &desc);
      struct scene_vertex vertices[7];
      for (unsigned i = 0; i < 7; i++)
         vertices[i] = vertex(points[i], 1);
      UINT size = wide ? sizeof(long_indices) : sizeof(short_indices);
      ID3D12Resource *indices =
         harness_create_data(h, wide ? (void *)long_indices : (void *)short_indices, size);
      D3D12_INDEX_BUFFER_VIEW view = {ID3D12Resource_GetGPUVirtualAddress(indices), size,
                                      wide ? DXGI_FORMAT_R32_UINT : DXGI_FORMAT_R16_UINT};
      harness_target_begin(h, &target, black);
      ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
      scene_set(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_TRIANGLESTRIP, vertices, 7);
      ID3D12GraphicsCommandList_IASetIndexBuffer(h->list, &view);
      ID3D12GraphicsCommandList_DrawIndexedInstanced(h->list, wide ? 11 : 12, 1, 0, 0, 0);
      compare(h, "strip-cut", &target, NULL, 1, expected);
      RELEASE(indices);
      RELEASE(pipeline);
   }
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(triangles_follow_the_top_left_rule, setup, teardown),
      cmocka_unit_test_setup_teardown(degenerate_triangles_cover_nothing, setup, teardown),
      cmocka_unit_test_setup_teardown(shared_edges_cover_once, setup, teardown),
      cmocka_unit_test_setup_teardown(clipping_leaves_the_inside, setup, teardown),
      cmocka_unit_test_setup_teardown(lines_leave_diamonds, setup, teardown),
      cmocka_unit_test_setup_teardown(strips_of_lines_do_not_overlap, setup, teardown),
      cmocka_unit_test_setup_teardown(smooth_lines_fade, setup, teardown),
      cmocka_unit_test_setup_teardown(points_cover_one_pixel, setup, teardown),
      cmocka_unit_test_setup_teardown(samples_lie_in_the_standard_pattern, setup, teardown),
      cmocka_unit_test_setup_teardown(forced_samples_decide_coverage, setup, teardown),
      cmocka_unit_test_setup_teardown(one_forced_sample_covers_pixels, setup, teardown),
      cmocka_unit_test_setup_teardown(scissors_and_viewports_bound, setup, teardown),
      cmocka_unit_test_setup_teardown(culling_knows_the_winding, setup, teardown),
      cmocka_unit_test_setup_teardown(strips_are_cut, setup, teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
