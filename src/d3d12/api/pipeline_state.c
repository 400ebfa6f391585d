#include "api/objects.h"
#include "api/vtable.h"
#include "util/debug.h"

#include <errno.h>
#include <stdlib.h>

/* From the Windows SDK's winerror.h: a cached pipeline that this driver did not make. */
#define D3D12_ERROR_DRIVER_VERSION_MISMATCH ((HRESULT)0x887E0002)

static void
pipeline_state_free(struct pipeline_state *pipeline)
{
   jit_graphics_destroy(pipeline->graphics);
   jit_compute_destroy(pipeline->compute);
   free(pipeline->stream_output);
   if (pipeline->root)
      object_unuse(&pipeline->root->object);
   free(pipeline);
}

static void
pipeline_state_destroy(struct object *object)
{
   exec_late_settle(&object->device->late);
   pipeline_state_free((struct pipeline_state *)object);
}

/* Machine code is cached by ourselves, on disk; there is no blob for the application to keep
 * (D3D12_FEATURE_SHADER_CACHE says so). */
static HRESULT
pipeline_state_GetCachedBlob(ID3D12PipelineState *iface, ID3DBlob **blob)
{
   if (blob)
      *blob = NULL;
   return E_NOTIMPL;
}

static const ID3D12PipelineStateVtbl vtbl = {
   DEVICE_CHILD_METHODS,
   .GetCachedBlob = pipeline_state_GetCachedBlob,
};

static const IID *const iids[] = {
   &IID_ID3D12PipelineState, &IID_ID3D12Pageable, &IID_ID3D12DeviceChild,
   &IID_ID3D12Object,        &IID_IUnknown,       NULL,
};

static const struct object_class pipeline_state_class = {"pipeline state", iids,
                                                         pipeline_state_destroy};

static HRESULT
refuse(const char *call, const char *why)
{
   debug_printf(DEBUG_INFO, "%s: %s", call, why);
   return E_INVALIDARG;
}

static HRESULT
module_create(const char *call, const D3D12_SHADER_BYTECODE *code, enum dxil_shader_kind kind,
              struct dxil_module **module)
{
   char message[128] = "";

   *module = NULL;
   int error = dxil_module_create(code->pShaderBytecode, code->BytecodeLength, module, message);
   if (error == -ENOMEM)
      return E_OUTOFMEMORY;
   if (error)
      return refuse(call, message);
   if ((*module)->kind != kind) {
      dxil_module_destroy(*module);
      *module = NULL;
      return refuse(call, "a shader of another stage");
   }
   return S_OK;
}

/* The pipeline's root signature: the one given, or the one that a shader carries. Used. */
static HRESULT
root_get(struct device *device, ID3D12RootSignature *given, const D3D12_SHADER_BYTECODE *code,
         struct root_signature_object **root)
{
   void *object;

   if (given) {
      *root = (struct root_signature_object *)given;
      object_use(&(*root)->object);
      return S_OK;
   }
   HRESULT hr = root_signature_object_create(device, code->pShaderBytecode, code->BytecodeLength,
                                             &IID_ID3D12RootSignature, &object);
   if (FAILED(hr))
      return refuse("CreatePipelineState", "no root signature");
   *root = object;
   object_use(&(*root)->object);
   object_Release(object);
   return S_OK;
}

static struct pipeline_state *
pipeline_new(struct root_signature_object *root)
{
   struct pipeline_state *pipeline = calloc(1, sizeof(*pipeline));

   if (pipeline)
      pipeline->root = root;
   else
      object_unuse(&root->object);
   return pipeline;
}

static HRESULT
pipeline_return(struct device *device, struct pipeline_state *pipeline, HRESULT hr, REFIID riid,
                void **out)
{
   if (FAILED(hr)) {
      pipeline_state_free(pipeline);
      return hr;
   }
   object_init(&pipeline->object, &pipeline_state_class, &vtbl, device);
   return object_return(&pipeline->object, riid, out);
}

static const char *
formats_check(const D3D12_GRAPHICS_PIPELINE_STATE_DESC *desc)
{
   if (desc->NumRenderTargets > D3D12_SIMULTANEOUS_RENDER_TARGET_COUNT)
      return "too many render targets";
   for (UINT i = 0; i < desc->NumRenderTargets; i++) {
      DXGI_FORMAT format = desc->RTVFormats[i];
      if (format != DXGI_FORMAT_UNKNOWN && !(format_info(format)->caps & FORMAT_CAP_RENDER))
         return "a format that can't be a render target";
   }
   if (desc->DSVFormat != DXGI_FORMAT_UNKNOWN && !format_is_depth(desc->DSVFormat))
      return "a format that can't be a depth buffer";
   return NULL;
}

static bool
is_sample_count(UINT count)
{
   return count == 1 || count == 2 || count == 4 || count == 8;
}

/* D3D11.3 3.5.6.1 */
static bool
is_forced_sample_count(UINT count)
{
   return count == 0 || count == 1 || count == 4 || count == 8 || count == 16;
}

static const char *
graphics_check(const D3D12_GRAPHICS_PIPELINE_STATE_DESC *desc)
{
   if (!desc->VS.pShaderBytecode || !desc->VS.BytecodeLength)
      return "no vertex shader";
   bool patches = desc->PrimitiveTopologyType == D3D12_PRIMITIVE_TOPOLOGY_TYPE_PATCH;
   if (!desc->HS.BytecodeLength != !desc->DS.BytecodeLength ||
       !desc->HS.BytecodeLength != !patches)
      return "patches, a hull and a domain shader come together";
   if (desc->NodeMask > 1)
      return "there is one node";
   if (desc->Flags & ~D3D12_PIPELINE_STATE_FLAG_TOOL_DEBUG)
      return "flags that we don't support";
   /* Mesa says 0 where it binds no targets. */
   bool no_targets = !desc->NumRenderTargets && desc->DSVFormat == DXGI_FORMAT_UNKNOWN;
   if (!is_sample_count(desc->SampleDesc.Count) && (desc->SampleDesc.Count || !no_targets))
      return "no such sample count";
   if (!is_forced_sample_count(desc->RasterizerState.ForcedSampleCount))
      return "no such forced sample count";
   if (desc->PrimitiveTopologyType < D3D12_PRIMITIVE_TOPOLOGY_TYPE_POINT ||
       desc->PrimitiveTopologyType > D3D12_PRIMITIVE_TOPOLOGY_TYPE_PATCH)
      return "no such topology";
   if (desc->RasterizerState.ConservativeRaster != D3D12_CONSERVATIVE_RASTERIZATION_MODE_OFF)
      return "conservative rasterisation is not supported";
   if (desc->InputLayout.NumElements > D3D12_IA_VERTEX_INPUT_STRUCTURE_ELEMENT_COUNT ||
       (desc->InputLayout.NumElements && !desc->InputLayout.pInputElementDescs))
      return "a malformed input layout";
   if (desc->StreamOutput.NumEntries && !desc->StreamOutput.pSODeclaration)
      return "a malformed stream output declaration";
   return formats_check(desc);
}

/* `outputs`: of the last stage before the rasteriser. */
static HRESULT
stream_output_create(struct pipeline_state *pipeline, const D3D12_STREAM_OUTPUT_DESC *desc,
                     const struct dxil_signature *outputs)
{
   const char *message;

   if (!desc->NumEntries)
      return S_OK;
   pipeline->stream_output = malloc(sizeof(*pipeline->stream_output));
   if (!pipeline->stream_output)
      return E_OUTOFMEMORY;
   if (!raster_stream_output_init(pipeline->stream_output, desc, outputs, &message))
      return refuse("CreateGraphicsPipelineState", message);
   return S_OK;
}

static HRESULT
graphics_compile(struct pipeline_state *pipeline, const D3D12_GRAPHICS_PIPELINE_STATE_DESC *desc)
{
   static const char call[] = "CreateGraphicsPipelineState";
   struct dxil_module *vs = NULL, *hs = NULL, *ds = NULL, *gs = NULL, *ps = NULL;

   HRESULT hr = module_create(call, &desc->VS, DXIL_SHADER_VERTEX, &vs);
   if (SUCCEEDED(hr) && desc->HS.BytecodeLength)
      hr = module_create(call, &desc->HS, DXIL_SHADER_HULL, &hs);
   if (SUCCEEDED(hr) && desc->DS.BytecodeLength)
      hr = module_create(call, &desc->DS, DXIL_SHADER_DOMAIN, &ds);
   if (SUCCEEDED(hr) && desc->GS.BytecodeLength)
      hr = module_create(call, &desc->GS, DXIL_SHADER_GEOMETRY, &gs);
   if (SUCCEEDED(hr) && desc->PS.BytecodeLength)
      hr = module_create(call, &desc->PS, DXIL_SHADER_PIXEL, &ps);
   if (SUCCEEDED(hr))
      hr = stream_output_create(pipeline, &desc->StreamOutput,
                                &(gs ? gs : ds ? ds : vs)->output);
   if (SUCCEEDED(hr)) {
      struct jit_graphics_desc jit = {
         .vs = vs,
         .hs = hs,
         .ds = ds,
         .ps = ps,
         .gs = gs,
         .root = pipeline->root->layout,
         .state = desc,
      };
      hr = jit_graphics_create(&jit, &pipeline->graphics);
   }
   dxil_module_destroy(vs);
   dxil_module_destroy(hs);
   dxil_module_destroy(ds);
   dxil_module_destroy(gs);
   dxil_module_destroy(ps);
   return hr;
}

HRESULT
pipeline_state_create_graphics(struct device *device,
                               const D3D12_GRAPHICS_PIPELINE_STATE_DESC *desc, REFIID riid,
                               void **out)
{
   static const char call[] = "CreateGraphicsPipelineState";
   struct root_signature_object *root;

   if (out)
      *out = NULL;
   const char *why = desc ? graphics_check(desc) : "no description";
   if (why)
      return refuse(call, why);
   if (desc->CachedPSO.CachedBlobSizeInBytes)
      return D3D12_ERROR_DRIVER_VERSION_MISMATCH;

   HRESULT hr = root_get(device, desc->pRootSignature, &desc->VS, &root);
   if (FAILED(hr))
      return hr;
   struct pipeline_state *pipeline = pipeline_new(root);
   if (!pipeline)
      return E_OUTOFMEMORY;
   pipeline->rasterizer = desc->RasterizerState;
   pipeline->strip_cut = desc->IBStripCutValue;
   pipeline->topology_type = desc->PrimitiveTopologyType;
   hr = graphics_compile(pipeline, desc);
   return pipeline_return(device, pipeline, hr, riid, out);
}

HRESULT
pipeline_state_create_compute(struct device *device, const D3D12_COMPUTE_PIPELINE_STATE_DESC *desc,
                              REFIID riid, void **out)
{
   static const char call[] = "CreateComputePipelineState";
   struct root_signature_object *root;
   struct dxil_module *cs;

   if (out)
      *out = NULL;
   if (!desc || !desc->CS.pShaderBytecode || !desc->CS.BytecodeLength)
      return refuse(call, "no shader");
   if (desc->NodeMask > 1 || (desc->Flags & ~D3D12_PIPELINE_STATE_FLAG_TOOL_DEBUG))
      return refuse(call, "flags or nodes that we don't have");
   if (desc->CachedPSO.CachedBlobSizeInBytes)
      return D3D12_ERROR_DRIVER_VERSION_MISMATCH;

   HRESULT hr = root_get(device, desc->pRootSignature, &desc->CS, &root);
   if (FAILED(hr))
      return hr;
   struct pipeline_state *pipeline = pipeline_new(root);
   if (!pipeline)
      return E_OUTOFMEMORY;
   pipeline->is_compute = true;
   hr = module_create(call, &desc->CS, DXIL_SHADER_COMPUTE, &cs);
   if (SUCCEEDED(hr)) {
      hr = jit_compute_create(cs, root->layout, &pipeline->compute);
      dxil_module_destroy(cs);
   }
   return pipeline_return(device, pipeline, hr, riid, out);
}
