/* CreatePipelineState: a pipeline as a stream of typed pieces, each aligned as a pointer is. */
#include "api/device.h"
#include "util/bits.h"
#include "util/debug.h"

#include <string.h>

/* What a stream says, gathered. */
struct gathered {
   D3D12_GRAPHICS_PIPELINE_STATE_DESC graphics;
   D3D12_SHADER_BYTECODE cs;
   struct D3D12_RT_FORMAT_ARRAY targets;
   D3D12_DEPTH_STENCIL_DESC1 depth1;
   D3D12_DEPTH_STENCIL_DESC2 depth2;
   D3D12_VIEW_INSTANCING_DESC views;
   uint64_t seen; /* a bit per type */
};

/* Where a piece goes. A piece begins at its own alignment behind the type. */
struct piece {
   size_t size, alignment, offset;
};

#define PIECE(type, field)                                                                         \
   {                                                                                               \
      sizeof(type), _Alignof(type), offsetof(struct gathered, field)                               \
   }

/* Amplification and mesh shaders are not among them (OPTIONS7, MeshShaderTier). */
static const struct piece pieces[D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_MAX_VALID] = {
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_ROOT_SIGNATURE] =
      PIECE(ID3D12RootSignature *, graphics.pRootSignature),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_VS] = PIECE(D3D12_SHADER_BYTECODE, graphics.VS),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_PS] = PIECE(D3D12_SHADER_BYTECODE, graphics.PS),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_DS] = PIECE(D3D12_SHADER_BYTECODE, graphics.DS),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_HS] = PIECE(D3D12_SHADER_BYTECODE, graphics.HS),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_GS] = PIECE(D3D12_SHADER_BYTECODE, graphics.GS),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_CS] = PIECE(D3D12_SHADER_BYTECODE, cs),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_STREAM_OUTPUT] =
      PIECE(D3D12_STREAM_OUTPUT_DESC, graphics.StreamOutput),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_BLEND] = PIECE(D3D12_BLEND_DESC, graphics.BlendState),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_SAMPLE_MASK] = PIECE(UINT, graphics.SampleMask),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_RASTERIZER] =
      PIECE(D3D12_RASTERIZER_DESC, graphics.RasterizerState),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_DEPTH_STENCIL] =
      PIECE(D3D12_DEPTH_STENCIL_DESC, graphics.DepthStencilState),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_INPUT_LAYOUT] =
      PIECE(D3D12_INPUT_LAYOUT_DESC, graphics.InputLayout),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_IB_STRIP_CUT_VALUE] =
      PIECE(D3D12_INDEX_BUFFER_STRIP_CUT_VALUE, graphics.IBStripCutValue),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_PRIMITIVE_TOPOLOGY] =
      PIECE(D3D12_PRIMITIVE_TOPOLOGY_TYPE, graphics.PrimitiveTopologyType),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_RENDER_TARGET_FORMATS] =
      PIECE(struct D3D12_RT_FORMAT_ARRAY, targets),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_DEPTH_STENCIL_FORMAT] =
      PIECE(DXGI_FORMAT, graphics.DSVFormat),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_SAMPLE_DESC] = PIECE(DXGI_SAMPLE_DESC, graphics.SampleDesc),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_NODE_MASK] = PIECE(UINT, graphics.NodeMask),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_CACHED_PSO] =
      PIECE(D3D12_CACHED_PIPELINE_STATE, graphics.CachedPSO),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_FLAGS] = PIECE(D3D12_PIPELINE_STATE_FLAGS, graphics.Flags),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_DEPTH_STENCIL1] = PIECE(D3D12_DEPTH_STENCIL_DESC1, depth1),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_DEPTH_STENCIL2] = PIECE(D3D12_DEPTH_STENCIL_DESC2, depth2),
   [D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_VIEW_INSTANCING] = PIECE(D3D12_VIEW_INSTANCING_DESC, views),
};

static bool
has(const struct gathered *all, D3D12_PIPELINE_STATE_SUBOBJECT_TYPE type)
{
   return all->seen >> type & 1;
}

static const char *
gather(const D3D12_PIPELINE_STATE_STREAM_DESC *desc, struct gathered *all)
{
   const uint8_t *stream = desc->pPipelineStateSubobjectStream;
   size_t at = 0;

   while (at < desc->SizeInBytes) {
      D3D12_PIPELINE_STATE_SUBOBJECT_TYPE type;
      if (desc->SizeInBytes - at < sizeof(type))
         return "a stream that ends early";
      memcpy(&type, stream + at, sizeof(type));
      if (type >= ARRAY_LENGTH(pieces) || pieces[type].size == 0)
         return "a piece that we don't support";
      if (has(all, type))
         return "a piece that comes twice";

      const struct piece *piece = &pieces[type];
      size_t begin = align_up(at + sizeof(type), piece->alignment);
      if (begin > desc->SizeInBytes || desc->SizeInBytes - begin < piece->size)
         return "a stream that ends early";
      memcpy((uint8_t *)all + piece->offset, stream + begin, piece->size);
      all->seen |= 1ull << type;
      at = align_up(begin + piece->size, sizeof(void *));
   }
   return NULL;
}

/* What D3D12 assumes of pieces that are not there. */
static void
set_defaults(D3D12_GRAPHICS_PIPELINE_STATE_DESC *desc)
{
   static const D3D12_DEPTH_STENCILOP_DESC keep = { D3D12_STENCIL_OP_KEEP, D3D12_STENCIL_OP_KEEP,
                                                    D3D12_STENCIL_OP_KEEP,
                                                    D3D12_COMPARISON_FUNC_ALWAYS };

   desc->SampleMask = UINT32_MAX;
   desc->SampleDesc.Count = 1;
   desc->RasterizerState = (D3D12_RASTERIZER_DESC){
      .FillMode = D3D12_FILL_MODE_SOLID,
      .CullMode = D3D12_CULL_MODE_BACK,
      .DepthClipEnable = TRUE,
   };
   desc->DepthStencilState = (D3D12_DEPTH_STENCIL_DESC){
      .DepthEnable = TRUE,
      .DepthWriteMask = D3D12_DEPTH_WRITE_MASK_ALL,
      .DepthFunc = D3D12_COMPARISON_FUNC_LESS,
      .StencilReadMask = D3D12_DEFAULT_STENCIL_READ_MASK,
      .StencilWriteMask = D3D12_DEFAULT_STENCIL_WRITE_MASK,
      .FrontFace = keep,
      .BackFace = keep,
   };
   for (uint32_t i = 0; i < D3D12_SIMULTANEOUS_RENDER_TARGET_COUNT; i++) {
      desc->BlendState.RenderTarget[i] = (D3D12_RENDER_TARGET_BLEND_DESC){
         .SrcBlend = D3D12_BLEND_ONE,
         .DestBlend = D3D12_BLEND_ZERO,
         .BlendOp = D3D12_BLEND_OP_ADD,
         .SrcBlendAlpha = D3D12_BLEND_ONE,
         .DestBlendAlpha = D3D12_BLEND_ZERO,
         .BlendOpAlpha = D3D12_BLEND_OP_ADD,
         .LogicOp = D3D12_LOGIC_OP_NOOP,
         .RenderTargetWriteMask = D3D12_COLOR_WRITE_ENABLE_ALL,
      };
   }
}

static D3D12_DEPTH_STENCILOP_DESC
lower_face(const D3D12_DEPTH_STENCILOP_DESC1 *face)
{
   return (D3D12_DEPTH_STENCILOP_DESC){ face->StencilFailOp, face->StencilDepthFailOp,
                                        face->StencilPassOp, face->StencilFunc };
}

/* The newer depth-stencil descriptions, as far as they say what the first one can. */
static const char *
lower_depth_stencil(struct gathered *all)
{
   D3D12_DEPTH_STENCIL_DESC *to = &all->graphics.DepthStencilState;

   if (has(all, D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_DEPTH_STENCIL2)) {
      const D3D12_DEPTH_STENCIL_DESC2 *from = &all->depth2;
      if (from->StencilEnable &&
          (from->FrontFace.StencilReadMask != from->BackFace.StencilReadMask ||
           from->FrontFace.StencilWriteMask != from->BackFace.StencilWriteMask))
         return "stencil masks that differ between faces are not supported";
      if (from->DepthBoundsTestEnable)
         return "the depth bounds test is not supported";
      *to = (D3D12_DEPTH_STENCIL_DESC){
         .DepthEnable = from->DepthEnable,
         .DepthWriteMask = from->DepthWriteMask,
         .DepthFunc = from->DepthFunc,
         .StencilEnable = from->StencilEnable,
         .StencilReadMask = from->FrontFace.StencilReadMask,
         .StencilWriteMask = from->FrontFace.StencilWriteMask,
         .FrontFace = lower_face(&from->FrontFace),
         .BackFace = lower_face(&from->BackFace),
      };
   } else if (has(all, D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_DEPTH_STENCIL1)) {
      const D3D12_DEPTH_STENCIL_DESC1 *from = &all->depth1;
      if (from->DepthBoundsTestEnable)
         return "the depth bounds test is not supported";
      *to = (D3D12_DEPTH_STENCIL_DESC){
         .DepthEnable = from->DepthEnable,
         .DepthWriteMask = from->DepthWriteMask,
         .DepthFunc = from->DepthFunc,
         .StencilEnable = from->StencilEnable,
         .StencilReadMask = from->StencilReadMask,
         .StencilWriteMask = from->StencilWriteMask,
         .FrontFace = from->FrontFace,
         .BackFace = from->BackFace,
      };
   } else if (!has(all, D3D12_PIPELINE_STATE_SUBOBJECT_TYPE_DEPTH_STENCIL) &&
              all->graphics.DSVFormat == DXGI_FORMAT_UNKNOWN) {
      to->DepthEnable = FALSE;
   }
   return NULL;
}

HRESULT
device_CreatePipelineState(device_iface *iface, const D3D12_PIPELINE_STATE_STREAM_DESC *desc,
                           REFIID riid, void **out)
{
   struct device *device = device_from(iface);
   struct gathered all = { 0 };
   const char *why = NULL;

   if (out)
      *out = NULL;
   if (!desc || !desc->pPipelineStateSubobjectStream || desc->SizeInBytes == 0)
      why = "no stream";
   set_defaults(&all.graphics);
   if (!why)
      why = gather(desc, &all);
   if (!why)
      why = lower_depth_stencil(&all);
   if (!why && all.views.ViewInstanceCount)
      why = "view instancing is not supported";
   if (!why && all.cs.BytecodeLength && all.graphics.VS.BytecodeLength)
      why = "a compute and a vertex shader";
   if (!why && all.targets.NumRenderTargets > D3D12_SIMULTANEOUS_RENDER_TARGET_COUNT)
      why = "too many render targets";
   if (why) {
      debug_printf(DEBUG_INFO, "CreatePipelineState: %s", why);
      return E_INVALIDARG;
   }

   if (all.cs.BytecodeLength) {
      D3D12_COMPUTE_PIPELINE_STATE_DESC compute = {
         .pRootSignature = all.graphics.pRootSignature,
         .CS = all.cs,
         .NodeMask = all.graphics.NodeMask,
         .CachedPSO = all.graphics.CachedPSO,
         .Flags = all.graphics.Flags,
      };
      return pipeline_state_create_compute(device, &compute, riid, out);
   }
   all.graphics.NumRenderTargets = all.targets.NumRenderTargets;
   for (UINT i = 0; i < all.targets.NumRenderTargets; i++)
      all.graphics.RTVFormats[i] = all.targets.RTFormats[i];
   return pipeline_state_create_graphics(device, &all.graphics, riid, out);
}
