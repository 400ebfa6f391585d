/* Tiny scenes: a few vertices with a position and a colour, drawn with position-color.vs. */
#ifndef TESTS_D3D12_SCENE_H
#define TESTS_D3D12_SCENE_H

#include "harness.h"

struct scene_vertex {
   float position[4]; /* in clip space */
   float color[4];
};

/* Two triangles that cover all of the viewport. */
#define SCENE_QUAD_VERTICES 6
void scene_quad(struct scene_vertex vertices[SCENE_QUAD_VERTICES], float z, const float color[4]);

/* Fills in the input layout. */
ID3D12PipelineState *scene_create_pipeline(struct harness *h,
                                           D3D12_GRAPHICS_PIPELINE_STATE_DESC *desc);
/* Records: sets pipeline, topology and vertices. They are kept until harness_submit. */
void scene_set(struct harness *h, ID3D12PipelineState *pipeline, D3D12_PRIMITIVE_TOPOLOGY topology,
               const struct scene_vertex *vertices, UINT count);
/* And draws them. */
void scene_draw(struct harness *h, ID3D12PipelineState *pipeline, D3D12_PRIMITIVE_TOPOLOGY topology,
                const struct scene_vertex *vertices, UINT count);
void scene_draw_quad(struct harness *h, ID3D12PipelineState *pipeline, float z,
                     const float color[4]);

/* A compute pipeline of the shader NAME. */
ID3D12PipelineState *scene_create_compute(struct harness *h, ID3D12RootSignature *root,
                                          const char *name);

/* A root parameter for any shader stage. */
D3D12_ROOT_PARAMETER1 scene_root_view(D3D12_ROOT_PARAMETER_TYPE type, UINT shader_register);
D3D12_ROOT_PARAMETER1 scene_root_constants(UINT shader_register, UINT count);
/* A table with one range; the range must outlive the parameter. */
D3D12_ROOT_PARAMETER1 scene_root_table(const D3D12_DESCRIPTOR_RANGE1 *range);

/* The same sequence each run: 0 … 2³² - 1. */
uint32_t scene_random(uint64_t *state);

#endif
