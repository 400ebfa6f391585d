#include "scene.h"

#include <string.h>

void
scene_quad(struct scene_vertex vertices[SCENE_QUAD_VERTICES], float z, const float color[4])
{
   static const float corners[SCENE_QUAD_VERTICES][2] = {{-1, -1}, {-1, 1}, {1, -1},
                                                         {1, -1},  {-1, 1}, {1, 1}};

   for (unsigned i = 0; i < SCENE_QUAD_VERTICES; i++) {
      vertices[i] = (struct scene_vertex){.position = {corners[i][0], corners[i][1], z, 1}};
      memcpy(vertices[i].color, color, sizeof(vertices[i].color));
   }
}

ID3D12PipelineState *
scene_create_pipeline(struct harness *h, D3D12_GRAPHICS_PIPELINE_STATE_DESC *desc)
{
   static const D3D12_INPUT_ELEMENT_DESC elements[] = {
      {"TEXCOORD", 0, DXGI_FORMAT_R32G32B32A32_FLOAT, 0, 0,
       D3D12_INPUT_CLASSIFICATION_PER_VERTEX_DATA, 0},
      {"TEXCOORD", 1, DXGI_FORMAT_R32G32B32A32_FLOAT, 0, 16,
       D3D12_INPUT_CLASSIFICATION_PER_VERTEX_DATA, 0},
   };
   ID3D12PipelineState *pipeline;

   desc->InputLayout = (D3D12_INPUT_LAYOUT_DESC){elements, 2};
   assert_ok(ID3D12Device8_CreateGraphicsPipelineState(
      h->device, desc, &IID_ID3D12PipelineState, (void **)&pipeline));
   return pipeline;
}

void
scene_set(struct harness *h, ID3D12PipelineState *pipeline, D3D12_PRIMITIVE_TOPOLOGY topology,
          const struct scene_vertex *vertices, UINT count)
{
   ID3D12Resource *buffer = harness_create_data(h, vertices, count * sizeof(*vertices));
   D3D12_VERTEX_BUFFER_VIEW view = {ID3D12Resource_GetGPUVirtualAddress(buffer),
                                    count * sizeof(*vertices), sizeof(*vertices)};

   ID3D12GraphicsCommandList_SetPipelineState(h->list, pipeline);
   ID3D12GraphicsCommandList_IASetPrimitiveTopology(h->list, topology);
   ID3D12GraphicsCommandList_IASetVertexBuffers(h->list, 0, 1, &view);
   harness_keep(h, buffer);
}

void
scene_draw(struct harness *h, ID3D12PipelineState *pipeline, D3D12_PRIMITIVE_TOPOLOGY topology,
           const struct scene_vertex *vertices, UINT count)
{
   scene_set(h, pipeline, topology, vertices, count);
   ID3D12GraphicsCommandList_DrawInstanced(h->list, count, 1, 0, 0);
}

void
scene_draw_quad(struct harness *h, ID3D12PipelineState *pipeline, float z, const float color[4])
{
   struct scene_vertex vertices[SCENE_QUAD_VERTICES];

   scene_quad(vertices, z, color);
   scene_draw(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST, vertices, SCENE_QUAD_VERTICES);
}

ID3D12PipelineState *
scene_create_compute(struct harness *h, ID3D12RootSignature *root, const char *name)
{
   D3D12_COMPUTE_PIPELINE_STATE_DESC desc = {.pRootSignature = root, .CS = harness_shader(name)};
   ID3D12PipelineState *pipeline;

   assert_ok(ID3D12Device8_CreateComputePipelineState(h->device, &desc, &IID_ID3D12PipelineState,
                                                      (void **)&pipeline));
   return pipeline;
}

D3D12_ROOT_PARAMETER1
scene_root_view(D3D12_ROOT_PARAMETER_TYPE type, UINT shader_register)
{
   return (D3D12_ROOT_PARAMETER1){
      .ParameterType = type,
      .Descriptor = {.ShaderRegister = shader_register,
                     .Flags = D3D12_ROOT_DESCRIPTOR_FLAG_DATA_VOLATILE},
   };
}

D3D12_ROOT_PARAMETER1
scene_root_constants(UINT shader_register, UINT count)
{
   return (D3D12_ROOT_PARAMETER1){
      .ParameterType = D3D12_ROOT_PARAMETER_TYPE_32BIT_CONSTANTS,
      .Constants = {.ShaderRegister = shader_register, .Num32BitValues = count},
   };
}

D3D12_ROOT_PARAMETER1
scene_root_table(const D3D12_DESCRIPTOR_RANGE1 *range)
{
   return (D3D12_ROOT_PARAMETER1){
      .ParameterType = D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE,
      .DescriptorTable = {1, range},
   };
}

uint32_t
scene_random(uint64_t *state)
{
   *state = *state * 6364136223846793005ull + 1442695040888963407ull;
   return *state >> 32;
}
