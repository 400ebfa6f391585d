/*
 * The inside of the rasteriser: what its stages hand to each other.
 *
 *   raster_draw → cut.c: a draw becomes pieces, pieces are gathered into chunks
 *   a chunk, by one worker: vertices.c → assemble.c (→ patches.c) (→ geometry.c) → clip.c → setup_*.c → bin.c,
 *                           which leaves batches of shapes, sorted by tile
 *   a tile, by one worker: tile.c walks all batches in order → coverage.c → pixel_fn
 */
#ifndef RASTER_PASS_H
#define RASTER_PASS_H

#include "layout/fill.h"
#include "raster/blit.h"
#include "raster/memory.h"
#include "raster/raster.h"
#include "raster/tessellator.h"
#include "util/bits.h"

#include <stdatomic.h>

/* Primitives of a chunk, more or less: few enough that its vertices stay in the L2 cache. */
#define RASTER_CHUNK 512
/* Vertices of a piece: those of a chunk of triangles with adjacency, and some more. */
#define RASTER_PIECE_VERTICES 4096

/* Positions on the target: 24.8 fixed point (D3D11.3 15.16). */
#define RASTER_SUBPIXEL_BITS 8
#define RASTER_SUBPIXEL (1 << RASTER_SUBPIXEL_BITS)
/* The guard band, in pixels: vertices are this far from the target's origin at most. Then the
 * coefficients of an edge need 24 bits, and inside a tile that it crosses its values need 31. */
#define RASTER_GUARD 32766
#define RASTER_MAX_TILES (IMAGE_MAX_SIZE / RASTER_TILE)

/* Pixels; half-open. */
struct raster_rect {
   int32_t x0, y0, x1, y1;
};

/* a * x + b * y + c >= 0 inside; x and y in subpixels. The top-left rule is in c. Triangles have zeros
 * for the fourth. */
struct raster_edges {
   int32_t a[4], b[4];
   int64_t c[4];
};

/* Values of primitive.shape besides 3 and 4, the edges of a convex polygon. */
#define RASTER_SHAPE_LINE 0 /* aliased */
#define RASTER_SHAPE_RECT 1 /* all pixels of its bounds */
/* With 3 and 4: the bounds are smaller than the polygon, which scissor, viewport or target cut off. */
#define RASTER_SHAPE_CUT 8
/* With 4: the centre of a pixel decides for all its samples. */
#define RASTER_SHAPE_CENTRES 16

/* A primitive after setup, and how to find its pixels. Three cache lines. */
struct raster_shape {
   struct primitive prim;
   const struct draw_state *draw;
   uint16_t x0, y0, x1, y1; /* half-open; inside the viewport, scissor and targets */
   _Alignas(64) union {
      struct raster_edges edges;
      struct {
         int32_t x0, y0, x1, y1; /* subpixels */
      } line;
   };
};

_Static_assert(sizeof(struct raster_shape) == 192, "three cache lines");

enum raster_line_mode {
   RASTER_LINE_ALIASED,
   RASTER_LINE_SMOOTH, /* fades by how much of a pixel it covers */
   RASTER_LINE_QUAD,
};

/* A draw, prepared. Immutable once its first piece is cut, but for the counters. */
struct draw_state {
   const struct jit_graphics *pipeline;
   struct vertex_ctx vertex;
   const struct shader_bindings *hull;
   struct domain_ctx domain;
   struct geometry_ctx geometry;
   struct pixel_ctx pixel;
   struct raster_blit blit;
   struct raster_counters *counters;
   const struct raster_stream_output *stream_output; /* NULL: none */
   struct raster_stream_target stream_targets[RASTER_STREAM_SLOTS];
   uint32_t rasterized_stream; /* or RASTER_STREAM_NONE */

   D3D12_PRIMITIVE_TOPOLOGY topology;
   const uint8_t *indices;
   uint64_t num_indices; /* in the buffer */
   uint32_t index_size;
   bool has_cuts;
   uint32_t cut_value;
   uint32_t start;

   uint32_t num_viewports;
   struct raster_rect clip[JIT_MAX_VIEWPORTS]; /* viewport, scissor and targets */
   float scale[JIT_MAX_VIEWPORTS][3], translate[JIT_MAX_VIEWPORTS][3];
   uint32_t num_layers;
   uint32_t samples;
   bool spread; /* samples lie anywhere in a pixel, not just one at its centre */
   struct sample_position positions[SAMPLE_MAX];
   int32_t target_width, target_height;

   bool cull_clockwise, cull_counter_clockwise, cull_degenerate;
   bool front_counter_clockwise;
   bool wireframe;
   uint8_t line_mode; /* raster_line_mode */
   bool bias, bias_float; /* bias_float: the depth buffer holds floats */
   float bias_constant;   /* times the format's unit, unless bias_float */
   float bias_slope, bias_clamp;
   uint32_t bias_mantissa; /* bits, for bias_float */
};

/* A part of a draw: vertices `first` to `first + count` of its sequence, which are assembled on their
 * own. Instances go through the same vertices one after the other. */
struct raster_piece {
   const struct draw_state *draw;
   uint32_t first, count;
   uint32_t first_instance, num_instances;
   uint32_t primitive_id; /* of the first primitive */
   /* Triangle strips with adjacency: the strip goes on before, after this piece, and the first, last
    * triangle is here only as a neighbour. */
   bool continues_before, continues_after;
};

struct raster_chunk {
   uint32_t first_piece, num_pieces;
   struct raster_batch *batches; /* in order; set by the front end */
};

/* Shapes, sorted by tile. Within a tile they are in the order of the API. */
struct raster_batch {
   struct raster_batch *next;
   /* Shapes on few tiles: those of tile (x, y) are entries[offsets[i]] to entries[offsets[i + 1]],
    * with i = (y - tiles.y0) * (tiles.x1 - tiles.x0) + x - tiles.x0. */
   struct raster_rect tiles;
   uint32_t *offsets;
   const struct raster_shape **entries;
   /* Shapes on many tiles; each tile looks for itself. */
   struct raster_rect large_tiles; /* that any of them may touch */
   uint32_t num_large;
   const struct raster_shape **large;
};

#define RASTER_BATCH_ENTRIES 4096
#define RASTER_BATCH_LARGE 512

struct raster_entry {
   uint16_t x, y; /* tile */
   const struct raster_shape *shape;
};

/* Counted while a piece is processed. */
struct raster_counts {
   uint64_t vs_invocations, hs_invocations, ds_invocations;
   uint64_t gs_invocations, gs_primitives, c_invocations, c_primitives;
   uint64_t so_written[RASTER_STREAMS], so_needed[RASTER_STREAMS];
};

/* Patches that go to the hull shader at once. */
#define RASTER_PATCHES JIT_MAX_LANES

/* Patches that wait for the hull shader, and what becomes of them. */
struct raster_patches {
   uint32_t count;
   uint32_t ids[RASTER_PATCHES];
   const struct vertex *inputs[RASTER_PATCHES * JIT_MAX_CONTROL_POINTS];
   uint8_t *points; /* control points, then patch constants */
   size_t points_size;
   struct tessellation tessellation; /* of the last patch */
};

/* A worker's front end: what it needs for the piece at hand. */
struct raster_front {
   struct raster_memory memory;
   const struct draw_state *draw;
   struct raster_counts counts;

   /* Vertices of the piece. */
   uint32_t num_vertices; /* in the sequence */
   bool has_cuts;
   uint32_t num_unique;
   uint32_t ids[RASTER_PIECE_VERTICES];
   uint32_t unique[RASTER_PIECE_VERTICES];
   uint16_t slots[RASTER_PIECE_VERTICES]; /* of the vertex at each place; RASTER_CUT */
   struct vertex *vertices;
   size_t pitch;
   union {
      uint16_t direct[8 * RASTER_PIECE_VERTICES];
      struct {
         uint32_t id;
         uint32_t slot;
      } hash[2 * RASTER_PIECE_VERTICES];
   } map;

   struct raster_patches *patches; /* NULL until there are some */

   /* Geometry shader: primitives that wait until a group is full. */
   uint32_t group; /* primitives that go to the shader at once */
   uint32_t num_inputs;
   const struct vertex *inputs[JIT_MAX_LANES * 6];
   uint32_t input_ids[JIT_MAX_LANES];
   uint8_t *gs_scratch;
   size_t gs_scratch_size;

   /* The batch under construction. */
   struct raster_batch **batch_tail;
   uint32_t num_shapes;
   uint32_t num_entries, num_large;
   struct raster_rect tiles, large_tiles;
   struct raster_entry entries[RASTER_BATCH_ENTRIES];
   const struct raster_shape *large[RASTER_BATCH_LARGE];
};

#define RASTER_CUT 0xffff

/* Where a batch touches what tiles, for the walk of a tile. */
struct raster_batch_ref {
   uint16_t x0, y0, x1, y1;
   const struct raster_batch *batch;
};

/* Clears that wait; when there are more, they are done. */
#define RASTER_CLEARS 16

struct raster_clear {
   struct fill_surface surface;
   D3D12_RECT rect;
   struct fill_pattern pattern;
   const struct image *uniform; /* that keeps notes of what is filled; NULL: it doesn't */
   bool is_noted;               /* what is filled is worth a note */
   bool takes_turns; /* shared with others, and large: another is drawn to before it is again */
};

/* What drawing to a pixel of the targets reads or writes. */
struct raster_plane {
   struct pixel_target target;
   uint32_t texel_bytes;
};

struct raster {
   struct workers *workers;
   uint32_t num_workers;
   struct raster_pool pool;
   struct raster_memory user;    /* raster_alloc */
   struct raster_memory states;  /* struct draw_state */
   struct raster_front **fronts; /* one per worker */

   struct raster_targets targets;
   struct pixel_ctx pixel; /* with the targets filled in */
   struct raster_plane planes[JIT_MAX_TARGETS + IMAGE_MAX_PLANES]; /* of the targets */
   uint32_t num_planes;
   int32_t width, height;
   uint32_t num_layers;
   const struct image *fast_depth; /* the depth buffer, if it takes fast clears */
   const struct image *uniform[JIT_MAX_TARGETS]; /* targets that keep notes of their tiles */
   uint32_t num_uniform;

   /* Cut, but not yet processed. */
   struct raster_piece *pieces;
   uint32_t num_pieces, max_pieces;
   struct raster_chunk *chunks;
   uint32_t num_chunks, max_chunks;
   uint32_t chunk_cost;  /* of the chunk under construction */
   size_t pending_bytes; /* a guess at what pieces will need */

   /* To be done before what is drawn. */
   struct raster_clear clears[RASTER_CLEARS];
   uint32_t num_clears;
   uint32_t cleared_rows; /* while tiles are run */

   /* Processed, not yet shaded. */
   struct raster_batch_ref *batches;
   uint32_t num_batches, max_batches;
   struct raster_rect tiles;
   const struct raster_coverage *coverage;
   uint64_t generation; /* flushes so far */
   bool is_held;        /* something in the pass cannot be deferred */
};

/* The device is removed: what is left to do is not done. */
static inline bool
raster_is_killed(const struct draw_state *draw)
{
   const struct shader_bindings *bindings = draw->vertex.bindings;
   return bindings && bindings->kill && __atomic_load_n(bindings->kill, __ATOMIC_RELAXED);
}

/* ---- raster.c ---- */
/* Adds a piece; may run the front end, and end the pass. `cost`: about its primitives. */
void raster_add_piece(struct raster *raster, const struct raster_piece *piece, uint32_t cost);
/* Shades what is drawn so far; clears that nothing was drawn over stay noted. */
void raster_end_draws(struct raster *raster);
/* Does the clears, and shades what was processed. */
void raster_run_tiles(struct raster *raster);

/* ---- clear.c: while there are no draws but those behind the clears ---- */
/* All clears, in the tile. */
void raster_clear_tile(const struct raster *raster, uint32_t x, uint32_t y);
/* All clears, in a row of tiles but outside of raster->tiles. */
void raster_clear_row(const struct raster *raster, uint32_t y);
/* Gets them ready: the rows of tiles that have any. */
uint32_t raster_clear_begin(struct raster *raster);
bool raster_clears_are_small(const struct raster *raster); /* not worth a second thread */

/* ---- prepare.c ---- */
void raster_prepare_targets(struct raster *raster);
bool raster_prepare_draw(struct raster *raster, const struct raster_draw *draw,
                         struct draw_state *state);

/* ---- topology.c ---- */
struct raster_topology {
   uint8_t corners;  /* of a primitive, without adjacent vertices: 1, 2 or 3; 0: not drawn */
   uint8_t vertices; /* of a primitive, with them */
   uint8_t step;     /* from a primitive to the next */
   bool strip, adjacency;
   bool patch; /* of `vertices` control points */
};
struct raster_topology raster_topology(D3D12_PRIMITIVE_TOPOLOGY topology);

/* Primitives in a run of vertices without a cut. */
static inline uint32_t
raster_topology_primitives(const struct raster_topology *topology, uint32_t vertices)
{
   return vertices < topology->vertices ? 0 : (vertices - topology->vertices) / topology->step + 1;
}

/* ---- cut.c ---- */
/* Returns the number of primitives. */
uint64_t raster_cut_draw(struct raster *raster, const struct draw_state *draw, uint32_t count,
                         uint32_t instance_count);
static inline uint32_t
raster_index(const struct draw_state *draw, uint64_t place)
{
   if (place >= draw->num_indices)
      return 0;
   return draw->index_size == 4 ? ((const uint32_t *)draw->indices)[place]
                                : ((const uint16_t *)draw->indices)[place];
}

/* ---- vertices.c ---- */
/* Finds the piece's distinct vertices. */
void raster_decode_vertices(struct raster_front *front, const struct raster_piece *piece);
/* Shades them for one instance. False: no memory. */
bool raster_shade_vertices(struct raster_front *front, uint32_t instance);

/* ---- assemble.c ---- */
void raster_assemble(struct raster_front *front, const struct raster_piece *piece);
/* A primitive of the last stage before the rasteriser: streams out, rejects, clips, sets up. */
void raster_emit_point(struct raster_front *front, const struct vertex *v, uint32_t id);
void raster_emit_line(struct raster_front *front, const struct vertex *v0, const struct vertex *v1,
                      uint32_t id);
void raster_emit_triangle(struct raster_front *front, const struct vertex *v0,
                          const struct vertex *v1, const struct vertex *v2, uint32_t id);

/* ---- geometry.c ---- */
/* `vertices`: as many as the topology has, adjacent ones included. */
void raster_geometry_add(struct raster_front *front, const struct vertex *const *vertices,
                         uint32_t id);
void raster_geometry_run(struct raster_front *front); /* what waits */

/* ---- stream_output.c ---- */
/* Writes a primitive of a draw that has stream output. */
void raster_stream_out(struct raster_front *front, uint32_t stream,
                       const struct vertex *const *vertices, uint32_t count);

/* ---- patches.c ---- */
/* Adds a patch; `points` are of the draw's topology. */
void raster_patches_add(struct raster_front *front, const struct vertex *const *points,
                        uint32_t count, uint32_t id);
/* Shades and tessellates the patches that wait. */
void raster_patches_run(struct raster_front *front);
void raster_patches_destroy(struct raster_patches *patches);

/* ---- clip.c ---- */
struct raster_clip_vertex {
   const struct vertex *v;
   bool edge; /* the edge to the next vertex is one of the original triangle */
};

void raster_clip_line(struct raster_front *front, const struct vertex *v0, const struct vertex *v1,
                      uint32_t id);
void raster_clip_triangle(struct raster_front *front, const struct vertex *v0,
                          const struct vertex *v1, const struct vertex *v2, uint32_t id);

/* ---- setup_*.c ---- */
/* What all parts of a primitive share after clipping. */
struct raster_origin {
   const struct vertex *const *flat; /* as primitive.flat; NULL: the same vertices */
   uint32_t id, viewport, layer;
};

/* False: the primitive's viewport does not exist. */
bool raster_origin_init(const struct draw_state *draw, const struct vertex *provoking, uint32_t id,
                        struct raster_origin *origin);
/* Keeps the vertices of a primitive that is not drawn with them. False: no memory. */
bool raster_origin_keep(struct raster_front *front, const struct vertex *const v[3],
                        struct raster_origin *origin);
/* edges: bit i, the edge from corner i to the next is one of the original triangle. */
void raster_setup_triangle(struct raster_front *front, const struct vertex *const v[3],
                           const struct raster_origin *origin, uint32_t edges);
void raster_setup_line(struct raster_front *front, const struct vertex *v0, const struct vertex *v1,
                       const struct raster_origin *origin);
/* An edge of a triangle in wireframe: `bias` is added to depth. */
void raster_setup_edge(struct raster_front *front, const struct vertex *v0, const struct vertex *v1,
                       const struct raster_origin *origin, float bias, bool is_front);
void raster_setup_point(struct raster_front *front, const struct vertex *v,
                        const struct raster_origin *origin);

/* ---- bin.c ---- */
void raster_bin_begin(struct raster_front *front, struct raster_batch **tail);
void raster_bin(struct raster_front *front, struct raster_shape *shape);
void raster_bin_end(struct raster_front *front);

/* ---- tile.c ---- */
void raster_shade_tile(struct raster *raster, uint32_t x, uint32_t y);

#endif
