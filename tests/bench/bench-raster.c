/*
 * What the rasteriser itself costs: the shader stages do next to nothing. Prints one line a case.
 *
 *   bench-raster [threads]
 */
#include "raster/raster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WIDTH 1024
#define HEIGHT 768

/* Vertices are prepared beforehand; a vertex buffer holds them as the rasteriser takes them. */
static void
copy_vertices(const struct vertex_ctx *ctx, const uint32_t *ids, uint32_t count, uint32_t instance,
              struct vertex *out)
{
   size_t pitch = vertex_size(2);
   const uint8_t *base = ctx->buffers[0].base;
   uint8_t *next = (uint8_t *)out;

   for (uint32_t i = 0; i < count; i++, next += pitch)
      memcpy(next, base + ids[i] * pitch, pitch);
}

/* Looks at the blocks, so that they are not optimised away. */
static void
count_pixels(const struct pixel_ctx *ctx, const struct primitive *primitive,
             const struct coverage *blocks, uint32_t count, struct pixel_counters *counters)
{
   const uint8_t *next = (const uint8_t *)blocks;

   for (uint32_t i = 0; i < count; i++, next += coverage_size(ctx->num_samples)) {
      const struct coverage *block = (const struct coverage *)next;
      for (uint32_t s = 0; s < ctx->num_samples; s++)
         counters->samples_passed += (uint32_t)__builtin_popcountll(block->mask[s]);
   }
}

static double
now(clockid_t clock)
{
   struct timespec t;
   clock_gettime(clock, &t);
   return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct mesh {
   uint8_t *vertices;
   uint32_t *indices;
   uint32_t num_vertices, num_indices;
};

static void
set_vertex(struct mesh *mesh, uint32_t i, float x, float y)
{
   struct vertex *v = (struct vertex *)(mesh->vertices + i * vertex_size(2));
   memset(v, 0, vertex_size(2));
   v->clip[0] = x / (WIDTH * 0.5f) - 1;
   v->clip[1] = 1 - y / (HEIGHT * 0.5f);
   v->clip[2] = 0.5f;
   v->clip[3] = 1;
   v->screen[0] = x;
   v->screen[1] = y;
   v->screen[2] = 0.5f;
   v->screen[3] = 1;
}

/* A grid of columns × rows quads over a part of the target, a little turned. */
static struct mesh
make_grid(uint32_t columns, uint32_t rows, float width, float height)
{
   struct mesh mesh = { 0 };
   mesh.num_vertices = (columns + 1) * (rows + 1);
   mesh.num_indices = columns * rows * 6;
   mesh.vertices = aligned_alloc(64, (mesh.num_vertices * vertex_size(2) + 63) & ~(size_t)63);
   mesh.indices = malloc(mesh.num_indices * sizeof(uint32_t));
   for (uint32_t y = 0; y <= rows; y++) {
      for (uint32_t x = 0; x <= columns; x++) {
         float px = x * width / columns, py = y * height / rows;
         set_vertex(&mesh, y * (columns + 1) + x, px * 0.99f + py * 0.01f + 0.3f,
                    py * 0.99f + px * 0.005f + 0.2f);
      }
   }
   uint32_t *next = mesh.indices;
   for (uint32_t y = 0; y < rows; y++) {
      for (uint32_t x = 0; x < columns; x++) {
         uint32_t a = y * (columns + 1) + x, b = a + columns + 1;
         uint32_t quad[6] = { a, a + 1, b, b, a + 1, b + 1 };
         memcpy(next, quad, sizeof(quad));
         next += 6;
      }
   }
   return mesh;
}

struct bench {
   struct workers *workers;
   struct raster *raster;
   struct jit_graphics pipeline;
   struct raster_draw draw;
   struct raster_counters counters;
   struct image image;
};

/* Draws the mesh `draws` times a pass, for about a second. */
static void
run(struct bench *bench, const char *name, const struct mesh *mesh, uint32_t draws,
    uint32_t instances, uint32_t samples)
{
   struct raster_draw *draw = &bench->draw;
   uint32_t passes = 0;

   bench->pipeline.samples = samples;
   draw->vertex_buffers[0].base = mesh->vertices;
   draw->indices = (const uint8_t *)mesh->indices;
   draw->index_bytes = mesh->num_indices * sizeof(uint32_t);
   draw->index_size = 4;
   draw->count = mesh->num_indices;
   draw->instance_count = instances;
   draw->counters = &bench->counters;
   memset(&bench->counters, 0, sizeof(bench->counters));

   double begin = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID), time;
   do {
      for (uint32_t i = 0; i < draws; i++)
         raster_draw(bench->raster, draw);
      raster_flush(bench->raster);
      passes++;
      time = now(CLOCK_MONOTONIC) - begin;
   } while (time < 0.7);

   cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
   const struct raster_counters *c = &bench->counters;
   printf("%-28s %9.1f us/pass %8.2f Mtri/s %9.1f Mpixel/s %8.1f CPU ns/tri\n", name,
          time / passes * 1e6, (double)c->ia_primitives / time * 1e-6,
          (double)c->samples_passed / samples / time * 1e-6, cpu * 1e9 / (double)c->ia_primitives);
}

int
main(int argc, char **argv)
{
   struct bench *bench = calloc(1, sizeof(*bench));
   bench->workers = workers_create(argc > 1 ? (uint32_t)atoi(argv[1]) : 0);
   bench->raster = raster_create(bench->workers);
   bench->image.num_planes = bench->image.num_levels = 1;
   struct raster_targets targets = { .num_colors = 1 };
   targets.colors[0] = (struct target_view){
      .image = &bench->image, .num_layers = 1, .width = WIDTH, .height = HEIGHT
   };
   raster_set_targets(bench->raster, &targets);

   bench->pipeline.vertex = copy_vertices;
   bench->pipeline.pixel = count_pixels;
   bench->pipeline.vs_registers = bench->pipeline.raster_registers = 2;
   struct raster_draw *draw = &bench->draw;
   draw->pipeline = &bench->pipeline;
   draw->rasterizer.FillMode = D3D12_FILL_MODE_SOLID;
   draw->rasterizer.CullMode = D3D12_CULL_MODE_NONE;
   draw->topology = D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST;
   draw->num_viewports = 1;
   draw->viewports[0] = (struct raster_viewport){ 0, 0, WIDTH, HEIGHT, 0, 1 };
   draw->scissors[0] = (D3D12_RECT){ 0, 0, WIDTH, HEIGHT };

   struct mesh tiny = make_grid(512, 384, WIDTH, HEIGHT);
   struct mesh small = make_grid(128, 96, WIDTH, HEIGHT);
   struct mesh medium = make_grid(16, 12, WIDTH, HEIGHT);
   struct mesh quad = make_grid(1, 1, WIDTH, HEIGHT);
   struct mesh sprite = make_grid(1, 1, 20, 20);
   struct mesh cube = make_grid(3, 2, 30, 30);

   printf("%u threads\n", workers_count(bench->workers));
   run(bench, "mesh, 2 pixels/triangle", &tiny, 1, 1, 1);
   run(bench, "mesh, 32 pixels/triangle", &small, 1, 1, 1);
   run(bench, "mesh, 2048 pixels/triangle", &medium, 1, 1, 1);
   run(bench, "full screen quads", &quad, 8, 1, 1);
   run(bench, "full screen quads, 4x", &quad, 8, 1, 4);
   run(bench, "mesh, 32 pixels, 4x", &small, 1, 1, 4);
   run(bench, "5000 draws of a sprite", &sprite, 5000, 1, 1);
   run(bench, "5000 instances of 12", &cube, 1, 5000, 1);
   run(bench, "one sprite a pass", &sprite, 1, 1, 1);

   struct mesh *meshes[] = { &tiny, &small, &medium, &quad, &sprite, &cube };
   for (uint32_t i = 0; i < sizeof(meshes) / sizeof(meshes[0]); i++) {
      free(meshes[i]->vertices);
      free(meshes[i]->indices);
   }
   raster_destroy(bench->raster);
   workers_destroy(bench->workers);
   free(bench);
   return 0;
}
