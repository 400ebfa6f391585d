/*
 * The fixed-function tessellator (D3D11.3 11.5 – 11.7): tessellation factors → points of the domain, and
 * the primitives between them.
 */
#ifndef RASTER_TESSELLATOR_H
#define RASTER_TESSELLATOR_H

#include "jit/abi.h"

/* Of a quad whose factors are all 64; isolines and triangles have fewer. */
#define TESSELLATOR_MAX_POINTS (65 * 65)
#define TESSELLATOR_MAX_INDICES (3 * 2 * 64 * 64)

struct tessellator_desc {
   D3D_TESSELLATOR_DOMAIN domain;
   D3D_TESSELLATOR_PARTITIONING partitioning;
   D3D_TESSELLATOR_OUTPUT_PRIMITIVE primitive;
};

/* Factors after clamping and rounding: what alone decides about points and primitives. 16.16 fixed
 * point. Those that the domain does not have are zero. */
struct tessellator_factors {
   uint32_t edge[4];
   uint32_t inside[2];
};

struct tessellation {
   struct tessellator_desc desc;
   struct tessellator_factors factors;
   uint32_t num_points;
   uint32_t num_indices; /* two a line, three a triangle; 0: every point is a primitive */
   /* A triangle's third coordinate is 1 - u - v. Whole groups of lanes may be read. */
   float u[TESSELLATOR_MAX_POINTS + JIT_MAX_LANES];
   float v[TESSELLATOR_MAX_POINTS + JIT_MAX_LANES];
   uint16_t indices[TESSELLATOR_MAX_INDICES];
};

/*
 * edge: by the edges U == 0, V == 0, U == 1, V == 1 of quads; U == 0, V == 0, W == 0 of triangles; density
 * and detail of isolines. False: the patch is culled. What the tessellation holds from the patch before
 * is kept if it is the same; so it must be zeroed before its first use.
 */
bool tessellate(const struct tessellator_desc *desc, const float edge[4], const float inside[2],
                struct tessellation *t);

#endif
