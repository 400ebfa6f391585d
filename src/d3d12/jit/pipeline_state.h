/*
 * The D3D12 pipeline description, reduced to what each stage's code depends on (stages.h). Two
 * pipelines whose states are equal share code. False, with a message: the description is invalid.
 */
#ifndef JIT_PIPELINE_STATE_H
#define JIT_PIPELINE_STATE_H

#include "jit/stages.h"

bool jit_vertex_state_init(struct jit_vertex_state *state, const struct jit_graphics_desc *desc,
                           char message[static 128]);
bool jit_geometry_state_init(struct jit_geometry_state *state, const struct jit_graphics_desc *desc,
                             char message[static 128]);
bool jit_hull_state_init(struct jit_hull_state *state, const struct jit_graphics_desc *desc,
                         char message[static 128]);
bool jit_domain_state_init(struct jit_domain_state *state, const struct jit_graphics_desc *desc,
                           char message[static 128]);
bool jit_pixel_state_init(struct jit_pixel_state *state, const struct jit_graphics_desc *desc,
                          char message[static 128]);

/* The module whose output the geometry shader sees, or would see. */
static inline const struct dxil_module *
jit_vertex_module(const struct jit_graphics_desc *desc)
{
   return desc->ds ? desc->ds : desc->vs;
}

/* The module whose output the rasteriser sees. */
static inline const struct dxil_module *
jit_raster_module(const struct jit_graphics_desc *desc)
{
   return desc->gs ? desc->gs : jit_vertex_module(desc);
}

#endif
