/*
 * A rasteriser with stages in C, whose pixel stage records what is covered; and the rules of D3D11.3 3.4 for
 * triangles, evaluated pixel by pixel. What can't be done fails the test.
 */
#ifndef TESTS_RASTER_FIXTURE_H
#define TESTS_RASTER_FIXTURE_H

#include "raster/raster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SIZE 256 /* of the target; the viewport scales by powers of two, so positions are exact */
#define MAX_SAMPLES 16

/* What the pixel stage sees of a draw; reached through shader_bindings.reserved. */
struct record {
   uint32_t samples;
   uint16_t (*hits)[SIZE][SIZE]; /* per sample */
   uint32_t last[SIZE][SIZE];    /* order of the primitive that hit last, and 1 */
   bool disordered;
   float (*attribute)[SIZE]; /* register 0, x, at the pixel's centre */
   uint32_t calls;
   uint32_t front_calls;
};

struct fixture {
   struct workers *workers;
   struct raster *raster;
   struct jit_graphics pipeline;
   struct image image;
   struct record record;
   struct shader_bindings bindings;
   struct raster_draw draw;
   uint16_t hits[MAX_SAMPLES][SIZE][SIZE];
   float attribute[SIZE][SIZE];
};

/* One vertex of vertex buffer 0. */
struct input {
   float position[4], attribute[4];
};

/* On the target, in subpixels. */
struct point {
   int32_t x, y;
};

/* The same sequence each run. */
uint32_t random_bits(void);
int32_t random_between(int32_t low, int32_t high);
/* Clip mask and screen position from `clip`. */
void finish_vertex(const struct vertex_ctx *ctx, struct vertex *v);
/* Forgets the hits. */
void clear_record(struct fixture *f);
/* threads: workers; samples: of the target. */
struct fixture *fixture_create(uint32_t threads, uint32_t samples);
void fixture_destroy(struct fixture *f);
/* A vertex, from subpixels on the target. */
struct input at(int32_t x, int32_t y);
/* With f->draw as it is. */
void draw_vertices(struct fixture *f, const struct input *vertices, uint32_t num);
int64_t cross(struct point a, struct point b, struct point p);
/* Counts the samples that a triangle covers by the rules. */
void add_reference(uint16_t (*hits)[SIZE][SIZE], uint32_t samples, const struct point t[3]);
void assert_same_hits(struct fixture *f, uint16_t (*expected)[SIZE][SIZE]);
/* Corners that lie near one another, or far, or outside, on whole pixels or not. */
void random_triangle(struct point t[3]);

#endif
