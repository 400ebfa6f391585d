/*
 * From registers to vertices, against plain C; in each version that this CPU can run.
 */
#include "jit/vertex_write.h"
#include "util/bits.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define REGISTERS 5
#define MAX_VERTICES 3
#define UNTOUCHED 0xa5

struct version {
   const struct vertex_writer *writer;
   uint32_t lanes;
};

struct group {
   struct vertex_layout layout;
   struct vertex_ctx ctx;
   _Alignas(64) union {
      float f[REGISTERS * 4 * JIT_MAX_LANES];
      uint32_t u[REGISTERS * 4 * JIT_MAX_LANES];
   } registers;
};

/* A vertex of the group, with its registers behind it. */
struct expected {
   struct vertex header;
   float reg[REGISTERS][4];
};

/* Calls `check` for each version. */
static void
for_all_versions(void (*check)(const struct version *version))
{
   const struct version sse2 = { &jit_vertex_writer_sse2, 8 };
   const struct version avx2 = { &jit_vertex_writer_avx2, 8 };
   const struct version avx512 = { &jit_vertex_writer_avx512, 16 };

   __builtin_cpu_init();
   check(&sse2);
   if (__builtin_cpu_supports("x86-64-v3"))
      check(&avx2);
   if (__builtin_cpu_supports("x86-64-v4"))
      check(&avx512);
}

static void
init_group(struct group *group, uint32_t lanes)
{
   static const float values[] = {
      -INFINITY, -3, -1, -0.5f, -0.0f, 0, 0.25f, 1, 2, 5, INFINITY, NAN
   };

   memset(group, 0, sizeof(*group));
   group->layout = (struct vertex_layout){
      .num_registers = REGISTERS,
      .max_vertices = MAX_VERTICES,
      .lanes = lanes,
      .header = true,
      .depth_clip = rand() % 2,
      .position = 1 * 4,
      .layer = rand() % 2 ? 2 * 4 + 1 : VERTEX_NO_COMPONENT,
      .viewport = rand() % 2 ? 4 * 4 + 3 : VERTEX_NO_COMPONENT,
      .num_clip = 3,
      .clip = { 3 * 4 + 2, 3 * 4 + 3, 4 * 4 },
      .num_cull = 2,
      .cull = { 3 * 4, 3 * 4 + 1 },
   };
   group->ctx = (struct vertex_ctx){
      .scale = { 100, -50, 0.5f },
      .translate = { 100, 50, 0.25f },
      .guard = { 2, 4 },
   };
   for (uint32_t i = 0; i < REGISTERS * 4 * lanes; i++)
      group->registers.f[i] = values[rand() % ARRAY_LENGTH(values)];
}

static float
value(const struct group *group, uint32_t component, uint32_t lane)
{
   return group->registers.f[component * group->layout.lanes + lane];
}

static uint32_t
system_value(const struct group *group, uint8_t component, uint32_t lane)
{
   return component == VERTEX_NO_COMPONENT
             ? 0
             : group->registers.u[component * group->layout.lanes + lane];
}

static void
expect(const struct group *group, uint32_t lane, struct expected *out)
{
   const struct vertex_layout *layout = &group->layout;
   struct vertex *v = &out->header;
   float *p = v->clip, w;
   uint32_t mask = 0;

   memset(out, 0, sizeof(*out));
   for (uint32_t i = 0; i < 4; i++)
      p[i] = value(group, layout->position + i, lane);
   w = p[3];
   for (uint32_t i = 0; i < 3; i++)
      v->screen[i] = p[i] * (1 / w) * group->ctx.scale[i] + group->ctx.translate[i];
   v->screen[3] = 1 / w;
   for (uint32_t axis = 0; axis < 2; axis++) {
      float guard = w * group->ctx.guard[axis];

      mask |= !(p[axis] >= -w) ? VERTEX_OUT_X_NEG << 2 * axis : 0;
      mask |= !(p[axis] <= w) ? VERTEX_OUT_X_POS << 2 * axis : 0;
      mask |= !(p[axis] >= -guard) ? VERTEX_OUT_GUARD_X_NEG << 2 * axis : 0;
      mask |= !(p[axis] <= guard) ? VERTEX_OUT_GUARD_X_POS << 2 * axis : 0;
   }
   if (layout->depth_clip) {
      mask |= !(p[2] >= 0) ? VERTEX_OUT_NEAR : 0;
      mask |= !(p[2] <= w) ? VERTEX_OUT_FAR : 0;
   }
   mask |= !(w > 0 && w < INFINITY) ? VERTEX_OUT_W : 0;
   for (uint32_t i = 0; i < layout->num_clip; i++)
      mask |= !(value(group, layout->clip[i], lane) >= 0) ? VERTEX_OUT_CLIP(i) : 0;
   for (uint32_t i = 0; i < layout->num_cull; i++)
      mask |= !(value(group, layout->cull[i], lane) >= 0) ? VERTEX_OUT_CULL(i) : 0;
   v->clip_mask = mask;
   v->layer = system_value(group, layout->layer, lane);
   v->viewport = system_value(group, layout->viewport, lane);
   for (uint32_t i = 0; i < REGISTERS * 4; i++)
      memcpy(&out->reg[i / 4][i % 4], &group->registers.u[i * layout->lanes + lane], 4);
}

static bool
near(float a, float b)
{
   return a == b || (isnan(a) && isnan(b)) || fabsf(a - b) <= 1e-5f * fabsf(b);
}

static void
check_vertex(const struct group *group, uint32_t lane, const struct vertex *v)
{
   struct expected e;

   expect(group, lane, &e);
   assert_memory_equal(v->clip, e.header.clip, sizeof(v->clip));
   if (!(e.header.clip_mask & VERTEX_OUT_W)) {
      for (uint32_t i = 0; i < 4; i++)
         assert_true(near(v->screen[i], e.header.screen[i]));
   }
   assert_int_equal(v->clip_mask, e.header.clip_mask);
   assert_int_equal(v->layer, e.header.layer);
   assert_int_equal(v->viewport, e.header.viewport);
   assert_memory_equal(v->reg, e.reg, sizeof(e.reg));
}

static const struct vertex *
vertex_at(const void *vertices, uint32_t index)
{
   return (const struct vertex *)((const uint8_t *)vertices + index * vertex_size(REGISTERS));
}

static void
check_write(const struct version *version)
{
   struct group group;
   _Alignas(16) uint8_t out[(JIT_MAX_LANES + 1) * sizeof(struct expected)];

   for (uint32_t round = 0; round < 200; round++) {
      init_group(&group, version->lanes);
      memset(out, UNTOUCHED, sizeof(out));
      version->writer->write(&group.layout, &group.ctx, group.registers.u, (struct vertex *)out);
      for (uint32_t lane = 0; lane < version->lanes; lane++)
         check_vertex(&group, lane, vertex_at(out, lane));
      assert_int_equal(*(const uint8_t *)vertex_at(out, version->lanes), UNTOUCHED);
   }
}

static void
test_write(void **state)
{
   (void)state;
   for_all_versions(check_write);
}

/* For another stage to read: headers are not touched, and no viewport is asked for. */
static void
check_headless(const struct version *version)
{
   struct group group;
   _Alignas(16) uint8_t out[JIT_MAX_LANES * sizeof(struct expected)];

   init_group(&group, version->lanes);
   group.layout.header = false;
   memset(out, UNTOUCHED, sizeof(out));
   version->writer->write(&group.layout, NULL, group.registers.u, (struct vertex *)out);
   for (uint32_t lane = 0; lane < version->lanes; lane++) {
      const struct vertex *v = vertex_at(out, lane);
      struct expected e;

      expect(&group, lane, &e);
      assert_memory_equal(v->reg, e.reg, sizeof(e.reg));
      for (size_t i = 0; i < sizeof(*v); i++)
         assert_int_equal(((const uint8_t *)v)[i], UNTOUCHED);
   }
}

static void
test_headless(void **state)
{
   (void)state;
   for_all_versions(check_headless);
}

/* A shader without a position: it is zero, so nothing is visible. */
static void
check_no_position(const struct version *version)
{
   struct group group;
   _Alignas(16) uint8_t out[JIT_MAX_LANES * sizeof(struct expected)];

   init_group(&group, version->lanes);
   group.layout.position = VERTEX_NO_COMPONENT;
   version->writer->write(&group.layout, &group.ctx, group.registers.u, (struct vertex *)out);
   for (uint32_t lane = 0; lane < version->lanes; lane++) {
      assert_true(vertex_at(out, lane)->clip_mask & VERTEX_OUT_W);
      for (uint32_t i = 0; i < 4; i++)
         assert_true(vertex_at(out, lane)->clip[i] == 0);
   }
}

static void
test_no_position(void **state)
{
   (void)state;
   for_all_versions(check_no_position);
}

/* ---- Geometry shaders ---- */

struct stream {
   struct geometry_output output;
   uint16_t cuts[MAX_VERTICES];
   uint8_t streams[MAX_VERTICES];
   _Alignas(16) uint8_t vertices[MAX_VERTICES * sizeof(struct expected)];
};

static void
check_emit(const struct version *version)
{
   enum { ROUNDS = 5 };
   static struct group groups[ROUNDS];
   struct stream streams[JIT_MAX_LANES] = { 0 };
   struct geometry_output outputs[JIT_MAX_LANES];
   uint32_t masks[ROUNDS];

   for (uint32_t lane = 0; lane < version->lanes; lane++) {
      outputs[lane] = (struct geometry_output){
         .cuts = streams[lane].cuts,
         .streams = lane % 2 ? streams[lane].streams : NULL,
         .vertices = (struct vertex *)streams[lane].vertices,
      };
   }
   for (uint32_t round = 0; round < ROUNDS; round++) {
      init_group(&groups[round], version->lanes);
      masks[round] = round == 1 ? 0 : (uint32_t)rand() & ((1u << version->lanes) - 1);
      version->writer->emit(&groups[round].layout, &groups[round].ctx, groups[round].registers.u,
                            outputs, masks[round], round);
   }
   for (uint32_t lane = 0; lane < version->lanes; lane++) {
      uint32_t count = 0;

      for (uint32_t round = 0; round < ROUNDS && count < MAX_VERTICES; round++) {
         if (!(masks[round] >> lane & 1))
            continue;
         check_vertex(&groups[round], lane, vertex_at(outputs[lane].vertices, count));
         if (lane % 2)
            assert_int_equal(outputs[lane].streams[count], round);
         count++;
      }
      assert_int_equal(outputs[lane].num_vertices, count);
   }
}

static void
test_emit(void **state)
{
   (void)state;
   for (uint32_t i = 0; i < 50; i++)
      for_all_versions(check_emit);
}

static void
check_cut(const struct version *version)
{
   uint16_t cuts[3][2];
   struct geometry_output outputs[] = {
      { .num_vertices = 0, .cuts = cuts[0] },
      { .num_vertices = 2, .cuts = cuts[1] },
      { .num_vertices = 2, .cuts = cuts[2] },
   };

   /* Without a vertex since the last cut there is no strip. */
   version->writer->cut(outputs, 3);
   version->writer->cut(outputs, 3);
   outputs[1].num_vertices = 3;
   version->writer->cut(outputs, 2);
   assert_int_equal(outputs[0].num_cuts, 0);
   assert_int_equal(outputs[1].num_cuts, 2);
   assert_int_equal(cuts[1][0], 2);
   assert_int_equal(cuts[1][1], 3);
   assert_int_equal(outputs[2].num_cuts, 0);
}

static void
test_cut(void **state)
{
   (void)state;
   for_all_versions(check_cut);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_write),       cmocka_unit_test(test_headless),
      cmocka_unit_test(test_no_position), cmocka_unit_test(test_emit),
      cmocka_unit_test(test_cut),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
