/*
 * Scenes for tests: a pipeline, made of shaders from tests/shaders, and all that it draws to. One
 * square primitive, whose weights are b1 = x / SCENE_SIZE and b2 = y / SCENE_SIZE, is drawn where
 * `covered` says. What cannot be made fails the test.
 */
#ifndef TESTS_SCENE_H
#define TESTS_SCENE_H

#include "jit/pipeline.h"

#define SCENE_SIZE 32 /* of the targets, in pixels */
#define SCENE_MAX_SAMPLES 16
#define SCENE_MAX_REGISTERS 8

struct scene {
   D3D12_GRAPHICS_PIPELINE_STATE_DESC state;
   struct root_signature root;
   struct dxil_module *vs, *ps;
   struct jit_graphics *pipeline;
   struct shader_bindings bindings;
   uint32_t kill;
   struct pixel_ctx ctx;
   struct pixel_counters counters;
   uint8_t *color[2], *depth,
      *stencil; /* samples × SCENE_SIZE × SCENE_SIZE, 16 bytes a pixel at most */
   struct {
      _Alignas(16) struct vertex header;
      float reg[SCENE_MAX_REGISTERS][4];
   } vertices[3];
   struct primitive primitive;
   bool covered[SCENE_MAX_SAMPLES][SCENE_SIZE][SCENE_SIZE];
};

struct dxil_module *scene_load_shader(const char *name);

/* Vertices come from position-color.vs; ps may be NULL. The state may be changed until
 * scene_build. */
struct scene *scene_create(const char *ps);
void scene_destroy(struct scene *scene);
uint32_t scene_samples(const struct scene *scene);

/* Memory of SCENE_SIZE rows of SCENE_SIZE pixels, the samples one after the other. */
struct pixel_target scene_target(uint8_t *base, uint32_t bytes);
void scene_set_target(struct scene *scene, uint32_t index, DXGI_FORMAT format);
void scene_set_depth(struct scene *scene, DXGI_FORMAT format);
/* The vertices' TEXCOORD0, in register 1. */
void scene_set_colors(struct scene *scene, const float colors[3][4]);

void scene_build(struct scene *scene);
void scene_cover(struct scene *scene, bool (*covers)(uint32_t x, uint32_t y, uint32_t sample));
void scene_draw(struct scene *scene);

bool cover_all(uint32_t x, uint32_t y, uint32_t sample);
/* Irregular: full groups, empty ones, single pixels. */
bool cover_scattered(uint32_t x, uint32_t y, uint32_t sample);
/* Covered samples. */
uint32_t scene_count_covered(const struct scene *scene);

uint8_t *scene_pixel(uint8_t *base, uint32_t bytes, uint32_t x, uint32_t y, uint32_t sample);
/* TEXCOORD0 at a position, with perspective. */
void scene_color_at(const struct scene *scene, float x, float y, float color[4]);

void fill_random(uint8_t *data, size_t size);
bool scene_near(double a, double b);

#define assert_near(a, b)                                                                          \
   do {                                                                                            \
      if (!scene_near(a, b))                                                                       \
         fail_msg("%s is %f, not %f, at (%u, %u)", #a, (double)(a), (double)(b), x, y);            \
   } while (0)

#endif
