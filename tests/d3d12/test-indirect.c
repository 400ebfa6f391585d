/* ExecuteIndirect: draws, indexed ones, root constants between them, the count from a buffer. */
#include "scene.h"

#include <string.h>

#define SIZE 16
#define CELLS 4 /* quads, each a quarter of the target's width */

static ID3D12RootSignature *root;
static struct harness_target target;
static ID3D12PipelineState *pipeline;
static const float black[4];

static int
setup(void **state)
{
   D3D12_ROOT_PARAMETER1 parameter = scene_root_constants(0, 4);
   D3D12_ROOT_SIGNATURE_DESC1 desc = {
      .NumParameters = 1,
      .pParameters = &parameter,
      .Flags = D3D12_ROOT_SIGNATURE_FLAG_ALLOW_INPUT_ASSEMBLER_INPUT_LAYOUT,
   };

   harness_setup(state);
   struct harness *h = *state;
   root = harness_create_root_signature(h, &desc);
   harness_target_init(h, &target, SIZE, SIZE, DXGI_FORMAT_R32_FLOAT, DXGI_FORMAT_UNKNOWN, 1);
   D3D12_GRAPHICS_PIPELINE_STATE_DESC pipeline_desc =
      harness_pipeline_desc(root, &target, "position-color.vs", "constants.ps");
   pipeline = scene_create_pipeline(h, &pipeline_desc);
   return 0;
}

static int
teardown(void **state)
{
   RELEASE(pipeline);
   harness_target_finish(&target);
   RELEASE(root);
   return harness_teardown(state);
}

static ID3D12CommandSignature *
create_signature(struct harness *h, UINT stride, const D3D12_INDIRECT_ARGUMENT_DESC *arguments,
                 UINT count, bool with_root)
{
   D3D12_COMMAND_SIGNATURE_DESC desc = {
      .ByteStride = stride, .NumArgumentDescs = count, .pArgumentDescs = arguments};
   ID3D12CommandSignature *signature;

   assert_ok(ID3D12Device8_CreateCommandSignature(h->device, &desc, with_root ? root : NULL,
                                                  &IID_ID3D12CommandSignature, (void **)&signature));
   return signature;
}

/* A strip of quads from left to right; the colour comes from root constants. */
static void
begin(struct harness *h, float value)
{
   struct scene_vertex vertices[CELLS * 6];
   float constants[4] = {value};

   for (unsigned cell = 0; cell < CELLS; cell++) {
      struct scene_vertex *quad = vertices + cell * 6;
      scene_quad(quad, 0.5f, black);
      for (unsigned i = 0; i < 6; i++)
         quad[i].position[0] = (quad[i].position[0] + 1) / CELLS + cell * 2.0f / CELLS - 1;
   }
   harness_target_begin(h, &target, black);
   ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, root);
   ID3D12GraphicsCommandList_SetGraphicsRoot32BitConstants(h->list, 0, 4, constants, 0);
   scene_set(h, pipeline, D3D_PRIMITIVE_TOPOLOGY_TRIANGLELIST, vertices, CELLS * 6);
}

static void
end(struct harness *h, const char *what, const float wanted[CELLS])
{
   struct harness_image image;

   harness_target_end(h, &target, NULL);
   harness_read_texture(h, target.color, 0, &image);
   for (UINT p = 0; p < SIZE * SIZE; p++) {
      float got = harness_texel_float(&image, p % SIZE, p / SIZE);
      UINT cell = p % SIZE * CELLS / SIZE;
      if (got != wanted[cell])
         fail_msg("%s: cell %u: expected %g, got %g", what, cell, wanted[cell], got);
   }
   harness_image_finish(&image);
}

static void
counts_bound_draws(void **state)
{
   struct harness *h = *state;
   static const D3D12_DRAW_ARGUMENTS draws[CELLS] = {{6, 1, 0, 0}, {6, 1, 6, 0}, {6, 1, 12, 0}, {6, 1, 18, 0}};
   static const uint32_t counts[3] = {0, 2, 100};
   D3D12_INDIRECT_ARGUMENT_DESC argument = {.Type = D3D12_INDIRECT_ARGUMENT_TYPE_DRAW};
   ID3D12CommandSignature *signature = create_signature(h, sizeof(draws[0]), &argument, 1, false);
   ID3D12Resource *arguments = harness_create_data(h, draws, sizeof(draws));
   ID3D12Resource *count = harness_create_data(h, counts, sizeof(counts));
   static const float wanted[4][CELLS] = {{0, 0, 0, 0}, {7, 7, 0, 0}, {7, 7, 7, 0}, {0, 7, 7, 7}};

   for (unsigned i = 0; i < 4; i++) {
      bool no_count = i == 3;
      begin(h, 7);
      ID3D12GraphicsCommandList_ExecuteIndirect(h->list, signature, 3, arguments,
                                                no_count ? sizeof(draws[0]) : 0,
                                                no_count ? NULL : count, no_count ? 0 : i * 4);
      end(h, "count", wanted[i]);
   }
   RELEASE(count);
   RELEASE(arguments);
   RELEASE(signature);
}

struct command {
   float color[2];
   uint32_t unused;
   D3D12_DRAW_INDEXED_ARGUMENTS draw;
   uint32_t padding;
};

static void
root_constants_change_between_draws(void **state)
{
   struct harness *h = *state;
   D3D12_INDIRECT_ARGUMENT_DESC descs[2] = {
      {.Type = D3D12_INDIRECT_ARGUMENT_TYPE_CONSTANT, .Constant = {0, 0, 3}},
      {.Type = D3D12_INDIRECT_ARGUMENT_TYPE_DRAW_INDEXED},
   };
   ID3D12CommandSignature *signature = create_signature(h, sizeof(struct command), descs, 2, true);
   struct command commands[CELLS];
   uint16_t indices[6] = {0, 1, 2, 3, 4, 5};
   static const float wanted[CELLS] = {1, 2, 3, 4};

   for (unsigned i = 0; i < CELLS; i++)
      commands[i] = (struct command){{i + 1}, 0, {6, 1, 0, i * 6, 0}, 0xdddddddd};
   ID3D12Resource *arguments = harness_create_data(h, commands, sizeof(commands));
   ID3D12Resource *index_buffer = harness_create_data(h, indices, sizeof(indices));
   D3D12_INDEX_BUFFER_VIEW view = {ID3D12Resource_GetGPUVirtualAddress(index_buffer), sizeof(indices),
                                   DXGI_FORMAT_R16_UINT};
   begin(h, 9);
   ID3D12GraphicsCommandList_IASetIndexBuffer(h->list, &view);
   ID3D12GraphicsCommandList_ExecuteIndirect(h->list, signature, CELLS, arguments, 0, NULL, 0);
   end(h, "constants", wanted);
   RELEASE(arguments);
   RELEASE(index_buffer);
   RELEASE(signature);
}

/* What a dispatch or copy wrote in the same list is what a draw's arguments are. */
static void
arguments_come_from_the_gpu(void **state)
{
   struct harness *h = *state;
   static const D3D12_DRAW_ARGUMENTS draw = {12, 1, 6, 0};
   D3D12_INDIRECT_ARGUMENT_DESC argument = {.Type = D3D12_INDIRECT_ARGUMENT_TYPE_DRAW};
   ID3D12CommandSignature *signature = create_signature(h, sizeof(draw), &argument, 1, false);
   ID3D12Resource *source = harness_create_data(h, &draw, sizeof(draw));
   ID3D12Resource *arguments = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, 64);
   static const float wanted[CELLS] = {0, 5, 5, 0};

   begin(h, 5);
   harness_barrier(h, arguments, D3D12_RESOURCE_STATE_COMMON, D3D12_RESOURCE_STATE_COPY_DEST);
   ID3D12GraphicsCommandList_CopyBufferRegion(h->list, arguments, 16, source, 0, sizeof(draw));
   harness_barrier(h, arguments, D3D12_RESOURCE_STATE_COPY_DEST,
                   D3D12_RESOURCE_STATE_INDIRECT_ARGUMENT);
   ID3D12GraphicsCommandList_ExecuteIndirect(h->list, signature, 1, arguments, 16, NULL, 0);
   end(h, "copied arguments", wanted);
   RELEASE(source);
   RELEASE(arguments);
   RELEASE(signature);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(counts_bound_draws, setup, teardown),
      cmocka_unit_test_setup_teardown(root_constants_change_between_draws, setup, teardown),
      cmocka_unit_test_setup_teardown(arguments_come_from_the_gpu, setup, teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
