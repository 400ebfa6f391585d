/*
 * Textures drawn in their own size (raster/blit.h): texels are copied exactly where a pixel is covered and its
 * centre is that of a texel; everything else goes to the pixel stage, which here writes nothing.
 */
#include "raster-fixture.h"

#include "layout/image.h"
#include "util/bits.h"

#include <stdlib.h>
#include <string.h>

#define TEXTURE 512 /* texels, width and height of the texture: larger than the target */
#define UNTOUCHED 0xdeadbeef

struct scene {
   struct fixture *f;
   struct image target;
   uint32_t *texels;
   struct image_level level;
   struct descriptor views[2]; /* the texture, the constant buffer */
   struct sampler sampler;
   struct root_args root;
   float constants[8];
   struct raster_counters counters;
};

static uint32_t
texel_at(uint32_t x, uint32_t y)
{
   return (x * 0x9e3779b1u ^ y * 0x85ebca6bu) | 1;
}

static void
scene_init(struct scene *s)
{
   const D3D12_RESOURCE_DESC desc = {
      .Dimension = D3D12_RESOURCE_DIMENSION_TEXTURE2D,
      .Width = SIZE,
      .Height = SIZE,
      .DepthOrArraySize = 1,
      .MipLevels = 1,
      .Format = DXGI_FORMAT_B8G8R8A8_UNORM,
      .SampleDesc = { 1, 0 },
      .Flags = D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET,
   };
   struct raster_targets targets = { .num_colors = 1 };

   memset(s, 0, sizeof(*s));
   s->f = fixture_create(2, 1);
   assert_true(image_init(&s->target, &desc));
   s->target.data = calloc(1, s->target.size);
   targets.colors[0] = (struct target_view){ .image = &s->target,
                                             .format = DXGI_FORMAT_B8G8R8A8_UNORM,
                                             .num_layers = 1,
                                             .width = SIZE,
                                             .height = SIZE };
   raster_set_targets(s->f->raster, &targets);

   s->texels = malloc(TEXTURE * TEXTURE * sizeof(*s->texels));
   for (uint32_t y = 0; y < TEXTURE; y++) {
      for (uint32_t x = 0; x < TEXTURE; x++)
         s->texels[y * TEXTURE + x] = texel_at(x, y);
   }
   s->level = (struct image_level){ .row_pitch = TEXTURE * 4, .width = TEXTURE, .height = TEXTURE };
   s->views[0] = (struct descriptor){ .base = (uint8_t *)s->texels,
                                      .size = 1,
                                      .levels = &s->level,
                                      .width = TEXTURE,
                                      .height = TEXTURE,
                                      .layers = 1,
                                      .format = DXGI_FORMAT_B8G8R8A8_UNORM,
                                      .kind = DESCRIPTOR_SRV,
                                      .dim = DESCRIPTOR_2D,
                                      .num_levels = 1,
                                      .samples = 1,
                                      .swizzle = { 0, 1, 2, 3 } };
   s->views[1] = (struct descriptor){ .base = (uint8_t *)s->constants,
                                      .size = sizeof(s->constants),
                                      .kind = DESCRIPTOR_CBV };
   s->sampler = (struct sampler){ .anisotropy = 1, .max_lod = 1000 };
   s->constants[5] = 1;
   s->root.param[0] = (uintptr_t)s->views;
   s->root.param[1] = (uintptr_t)&s->sampler;
   s->f->bindings.root = &s->root;

   struct jit_graphics *pipeline = &s->f->pipeline;
   pipeline->ps.info.num_sites = 1;
   pipeline->ps.info.sites[0] =
      (struct texture_site){ .op = TEXTURE_SAMPLE, .view_param = 0, .sampler_param = 1 };
   pipeline->blit = (struct shader_blit){
      .valid = true,
      .col = { 0, 1 },
      .source = { 0, 1, 2, 3 },
      .scaled = 0xf,
      .scale_param = 0,
      .scale_view = 1,
      .scale_offset = { 20, 20, 20, 20 },
   };
   s->f->draw.counters = &s->counters;
}

static void
scene_finish(struct scene *s)
{
   fixture_destroy(s->f);
   free(s->texels);
   free(s->target.data);
}

static uint32_t *
target_texel(struct scene *s, uint32_t x, uint32_t y)
{
   return (uint32_t *)(image_slice(&s->target, 0, 0, 0, 0, 0) +
                       y * s->target.plane[0].level[0].row_pitch) +
          x;
}

/* Where a pixel's texel is: (x * scale + dx, y * step * scale + dy). */
struct placement {
   float dx, dy, scale, step;
};

static void
draw_triangle(struct scene *s, const struct point t[3], const struct placement *p, float w)
{
   struct input vertices[3];

   clear_record(s->f);
   s->counters = (struct raster_counters){ 0 };
   for (uint32_t y = 0; y < SIZE; y++) {
      for (uint32_t x = 0; x < SIZE; x++)
         *target_texel(s, x, y) = UNTOUCHED;
   }
   for (uint32_t i = 0; i < 3; i++) {
      vertices[i] = at(t[i].x, t[i].y);
      vertices[i].attribute[0] = (t[i].x / 256.0f * p->scale + p->dx) / TEXTURE;
      vertices[i].attribute[1] = (t[i].y / 256.0f * p->step * p->scale + p->dy) / TEXTURE;
   }
   for (uint32_t c = 0; c < 4; c++)
      vertices[0].position[c] *= w;
   draw_vertices(s->f, vertices, 3);
   raster_flush(s->f->raster);
}

/* The pixels that the rules cover hold their texels, as `keep` and `set` have it, the others nothing. */
static void
assert_blitted(struct scene *s, const struct point t[3], const struct placement *p, uint32_t keep,
               uint32_t set)
{
   static uint16_t expected[1][SIZE][SIZE];
   uint64_t pixels = 0;

   memset(expected, 0, sizeof(expected));
   add_reference(expected, 1, t);
   assert_int_equal(s->f->record.calls, 0);
   for (uint32_t y = 0; y < SIZE; y++) {
      for (uint32_t x = 0; x < SIZE; x++) {
         uint32_t wanted = UNTOUCHED;

         if (expected[0][y][x]) {
            int32_t tx = (int32_t)x + (int32_t)p->dx;
            int32_t ty =
               p->step > 0 ? (int32_t)y + (int32_t)p->dy : (int32_t)p->dy - 1 - (int32_t)y;
            wanted = (texel_at((uint32_t)tx, (uint32_t)ty) & keep) | set;
            pixels++;
         }
         if (*target_texel(s, x, y) != wanted)
            fail_msg("(%u, %u): expected %#x, got %#x", x, y, wanted, *target_texel(s, x, y));
      }
   }
   assert_int_equal(s->counters.samples_passed, pixels);
   assert_int_equal(s->counters.ps_invocations, pixels);
}

/* The pixel stage had them all. */
static void
assert_shaded(struct scene *s, const struct point t[3])
{
   static uint16_t expected[1][SIZE][SIZE];

   memset(expected, 0, sizeof(expected));
   add_reference(expected, 1, t);
   assert_same_hits(s->f, expected);
   for (uint32_t y = 0; y < SIZE; y++) {
      for (uint32_t x = 0; x < SIZE; x++)
         assert_int_equal(*target_texel(s, x, y), UNTOUCHED);
   }
}

/* Half of a window, whose edge crosses tiles and blocks. */
static const struct point half[3] = { { 3 * 256, 5 * 256 },
                                      { 3 * 256 + 233 * 256, 5 * 256 },
                                      { 3 * 256, 5 * 256 + 211 * 256 } };
static const struct placement in_place = { 0, 0, 1, 1 };

/* Triangles anywhere, with textures in either direction. */
static void
test_copies(void **state)
{
   struct scene s;

   scene_init(&s);
   for (uint32_t round = 0; round < 300; round++) {
      struct placement p = { (float)random_between(0, TEXTURE - SIZE), 0, 1, 1 };
      struct point t[3];

      p.step = round % 2 ? -1 : 1;
      p.dy = p.step > 0 ? (float)random_between(0, TEXTURE - SIZE)
                        : (float)random_between(SIZE, TEXTURE);
      for (uint32_t i = 0; i < 3; i++)
         t[i] = (struct point){ random_between(0, SIZE * 256), random_between(0, SIZE * 256) };
      int64_t area = cross(t[0], t[1], t[2]);
      if (area > -(1 << 24) && area < 1 << 24)
         continue; /* their planes are too steep to tell a texel from the next */
      draw_triangle(&s, t, &p, 1);
      assert_blitted(&s, t, &p, UINT32_MAX, 0);
   }
   scene_finish(&s);
}

/* Filters see the middle of a texel either way; how its channels reach the target is in the masks. */
static void
test_formats(void **state)
{
   struct scene s;

   scene_init(&s);
   s.sampler.filter_min = s.sampler.filter_mag = 1;
   draw_triangle(&s, half, &in_place, 1);
   assert_blitted(&s, half, &in_place, UINT32_MAX, 0);

   s.views[0].format = DXGI_FORMAT_B8G8R8X8_UNORM;
   draw_triangle(&s, half, &in_place, 1);
   assert_blitted(&s, half, &in_place, 0xffffff, 0xff000000);

   s.views[0].format = DXGI_FORMAT_B8G8R8A8_UNORM;
   s.views[0].swizzle[3] = D3D12_SHADER_COMPONENT_MAPPING_FORCE_VALUE_1;
   s.views[0].swizzle[1] = D3D12_SHADER_COMPONENT_MAPPING_FORCE_VALUE_0;
   draw_triangle(&s, half, &in_place, 1);
   assert_blitted(&s, half, &in_place, 0xff00ff, 0xff000000);

   s.views[0].swizzle[1] = 1;
   s.views[0].swizzle[3] = 3;
   s.f->pipeline.blit.source[3] = SHADER_BLIT_ONE;
   draw_triangle(&s, half, &in_place, 1);
   assert_blitted(&s, half, &in_place, 0xffffff, 0xff000000);
   scene_finish(&s);
}

static void
test_placements_that_are_shaded(void **state)
{
   static const struct placement placements[] = {
      { 0.25f, 0, 1, 1 },              /* between texels */
      { 0, 0.5f, 1, 1 },               /* on their border */
      { 0, 0, 0.5f, 1 },               /* larger */
      { 0, 0, 2, 1 },                  /* smaller */
      { 0, 0, 1.0005f, 1 },            /* by a little, which adds up */
      { -8, 0, 1, 1 },                 /* to the left of the texture */
      { TEXTURE - 8, 0, 1, 1 },        /* to the right */
      { 0, -8, 1, 1 },                 /* above */
      { 0, TEXTURE - 8, 1, 1 },        /* below */
      { 1e9f, 0, 1, 1 },               /* far away */
      { __builtin_nanf(""), 0, 1, 1 }, /* nowhere */
   };
   const struct point small[3] = { { 0, 0 }, { 64 * 256, 0 }, { 0, 64 * 256 } };
   struct scene s;

   scene_init(&s);
   for (uint32_t i = 0; i < ARRAY_LENGTH(placements); i++) {
      draw_triangle(&s, small, &placements[i], 1);
      assert_shaded(&s, small);
   }
   draw_triangle(&s, small, &in_place, 2); /* in perspective */
   assert_shaded(&s, small);
   scene_finish(&s);
}

static void
assert_draw_is_shaded(struct scene *s)
{
   draw_triangle(s, half, &in_place, 1);
   assert_shaded(s, half);
}

#define CHECK_SHADED(s, place, value)                                                              \
   do {                                                                                            \
      __typeof__(place) before_ = (place);                                                         \
      (place) = (value);                                                                           \
      assert_draw_is_shaded(&(s));                                                                 \
      (place) = before_;                                                                           \
   } while (0)

static void
test_draws_that_are_shaded(void **state)
{
   struct scene s;

   scene_init(&s);
   struct descriptor *view = &s.views[0];
   CHECK_SHADED(s, s.constants[5], 0.5f);
   CHECK_SHADED(s, s.views[1].size, 20); /* the constant is not in the view: it is zero */
   CHECK_SHADED(s, s.f->pipeline.blit.valid, false);
   CHECK_SHADED(s, s.f->pipeline.blit.scale_offset[3], 16);
   CHECK_SHADED(s, view->size, 0);
   CHECK_SHADED(s, view->num_levels, 2);
   CHECK_SHADED(s, view->min_lod, 1);
   CHECK_SHADED(s, view->dim, DESCRIPTOR_2D_ARRAY);
   CHECK_SHADED(s, view->format, DXGI_FORMAT_R8G8B8A8_UNORM);
   CHECK_SHADED(s, view->format, DXGI_FORMAT_B8G8R8A8_UNORM_SRGB);
   CHECK_SHADED(s, view->format, DXGI_FORMAT_R10G10B10A2_UNORM);
   CHECK_SHADED(s, view->format, DXGI_FORMAT_R32_UINT);
   CHECK_SHADED(s, view->swizzle[0], 1);
   CHECK_SHADED(s, s.sampler.anisotropy, 2);
   CHECK_SHADED(s, s.sampler.reduction, 1);
   draw_triangle(&s, half, &in_place, 1);
   assert_blitted(&s, half, &in_place, UINT32_MAX, 0);
   scene_finish(&s);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_copies),
      cmocka_unit_test(test_formats),
      cmocka_unit_test(test_placements_that_are_shaded),
      cmocka_unit_test(test_draws_that_are_shaded),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
