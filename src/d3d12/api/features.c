/* CheckFeatureSupport: what is said here works, and what is not said does not (docs/d3d12.md). */
#include "api/device.h"
#include "jit/engine.h"
#include "util/bits.h"
#include "util/debug.h"

#include <string.h>

/* 12_0 asks for tiled resources. */
const D3D_FEATURE_LEVEL device_feature_level = D3D_FEATURE_LEVEL_11_1;

#define SHADER_MODEL D3D_SHADER_MODEL_6_6
#define VIRTUAL_ADDRESS_BITS 47          /* of a process on x86-64 */
#define VIRTUAL_ADDRESS_BITS_RESOURCE 40 /* image_init refuses more */

static HRESULT
options(D3D12_FEATURE_DATA_D3D12_OPTIONS *data)
{
   *data = (D3D12_FEATURE_DATA_D3D12_OPTIONS){
      .DoublePrecisionFloatShaderOps = TRUE,
      .OutputMergerLogicOp = TRUE,
      .MinPrecisionSupport = D3D12_SHADER_MIN_PRECISION_SUPPORT_NONE,
      .TiledResourcesTier = D3D12_TILED_RESOURCES_TIER_NOT_SUPPORTED,
      .ResourceBindingTier = D3D12_RESOURCE_BINDING_TIER_3,
      .PSSpecifiedStencilRefSupported = TRUE,
      .TypedUAVLoadAdditionalFormats = TRUE,
      .ConservativeRasterizationTier = D3D12_CONSERVATIVE_RASTERIZATION_TIER_NOT_SUPPORTED,
      .MaxGPUVirtualAddressBitsPerResource = VIRTUAL_ADDRESS_BITS_RESOURCE,
      .CrossAdapterRowMajorTextureSupported = TRUE,
      .CrossNodeSharingTier = D3D12_CROSS_NODE_SHARING_TIER_NOT_SUPPORTED,
      .VPAndRTArrayIndexFromAnyShaderFeedingRasterizerSupportedWithoutGSEmulation = TRUE,
      .ResourceHeapTier = D3D12_RESOURCE_HEAP_TIER_2,
   };
   return S_OK;
}

static HRESULT
options1(D3D12_FEATURE_DATA_D3D12_OPTIONS1 *data)
{
   uint32_t lanes = jit_target_get()->lanes;

   *data = (D3D12_FEATURE_DATA_D3D12_OPTIONS1){
      .WaveOps = TRUE,
      .WaveLaneCountMin = lanes,
      .WaveLaneCountMax = lanes,
      .TotalLaneCount = lanes,
      .ExpandedComputeResourceStates = TRUE,
      .Int64ShaderOps = TRUE,
   };
   return S_OK;
}

static HRESULT
options2(D3D12_FEATURE_DATA_D3D12_OPTIONS2 *data)
{
   *data = (D3D12_FEATURE_DATA_D3D12_OPTIONS2){
      .ProgrammableSamplePositionsTier = D3D12_PROGRAMMABLE_SAMPLE_POSITIONS_TIER_1,
   };
   return S_OK;
}

static HRESULT
options3(D3D12_FEATURE_DATA_D3D12_OPTIONS3 *data)
{
   *data = (D3D12_FEATURE_DATA_D3D12_OPTIONS3){
      .CastingFullyTypedFormatSupported = TRUE,
      .WriteBufferImmediateSupportFlags =
         D3D12_COMMAND_LIST_SUPPORT_FLAG_DIRECT | D3D12_COMMAND_LIST_SUPPORT_FLAG_BUNDLE |
         D3D12_COMMAND_LIST_SUPPORT_FLAG_COMPUTE | D3D12_COMMAND_LIST_SUPPORT_FLAG_COPY,
      .ViewInstancingTier = D3D12_VIEW_INSTANCING_TIER_NOT_SUPPORTED,
      .BarycentricsSupported = TRUE,
   };
   return S_OK;
}

static HRESULT
options4(D3D12_FEATURE_DATA_D3D12_OPTIONS4 *data)
{
   *data = (D3D12_FEATURE_DATA_D3D12_OPTIONS4){
      .MSAA64KBAlignedTextureSupported = TRUE,
      /* Any of our textures can be shared between our devices. */
      .SharedResourceCompatibilityTier = D3D12_SHARED_RESOURCE_COMPATIBILITY_TIER_2,
   };
   return S_OK;
}

static HRESULT
options8(D3D12_FEATURE_DATA_D3D12_OPTIONS8 *data)
{
   data->UnalignedBlockTexturesSupported = TRUE;
   return S_OK;
}

/* Memory is the CPU's own, and so are its caches. */
static HRESULT
architecture(D3D12_FEATURE_DATA_ARCHITECTURE *data)
{
   if (data->NodeIndex != 0)
      return E_INVALIDARG;
   *data = (D3D12_FEATURE_DATA_ARCHITECTURE){ .UMA = TRUE, .CacheCoherentUMA = TRUE };
   return S_OK;
}

static HRESULT
architecture1(D3D12_FEATURE_DATA_ARCHITECTURE1 *data)
{
   if (data->NodeIndex != 0)
      return E_INVALIDARG;
   *data = (D3D12_FEATURE_DATA_ARCHITECTURE1){ .UMA = TRUE, .CacheCoherentUMA = TRUE };
   return S_OK;
}

static HRESULT
feature_levels(D3D12_FEATURE_DATA_FEATURE_LEVELS *data)
{
   D3D_FEATURE_LEVEL best = 0;

   if (data->NumFeatureLevels == 0 || !data->pFeatureLevelsRequested)
      return E_INVALIDARG;
   for (UINT i = 0; i < data->NumFeatureLevels; i++) {
      D3D_FEATURE_LEVEL level = data->pFeatureLevelsRequested[i];
      if (level <= device_feature_level && level > best)
         best = level;
   }
   data->MaxSupportedFeatureLevel = best;
   return best ? S_OK : DXGI_ERROR_UNSUPPORTED;
}

static HRESULT
shader_model(D3D12_FEATURE_DATA_SHADER_MODEL *data)
{
   if (data->HighestShaderModel < D3D_SHADER_MODEL_5_1 ||
       data->HighestShaderModel > D3D_SHADER_MODEL_6_8)
      return E_INVALIDARG;
   data->HighestShaderModel = MIN2(data->HighestShaderModel, SHADER_MODEL);
   return S_OK;
}

static HRESULT
root_signature(D3D12_FEATURE_DATA_ROOT_SIGNATURE *data)
{
   if (data->HighestVersion < D3D_ROOT_SIGNATURE_VERSION_1)
      return E_INVALIDARG;
   data->HighestVersion = MIN2(data->HighestVersion, D3D_ROOT_SIGNATURE_VERSION_1_1);
   return S_OK;
}

static bool
is_typeless(const struct format_info *info)
{
   return !(info->channel[0].type | info->channel[1].type | info->channel[2].type |
            info->channel[3].type);
}

static bool
is_integer(const struct format_info *info)
{
   return info->channel[0].type == FORMAT_UINT || info->channel[0].type == FORMAT_SINT;
}

static bool
has_32bit_channels(const struct format_info *info)
{
   return info->encoding == FORMAT_PLAIN && info->channel[0].bits == 32 &&
          (info->caps & FORMAT_CAP_VERTEX);
}

static uint32_t
texture_support1(const struct format_info *info)
{
   bool depth = info->caps & FORMAT_CAP_DEPTH;
   uint32_t support = D3D12_FORMAT_SUPPORT1_TEXTURE2D | D3D12_FORMAT_SUPPORT1_TEXTURECUBE |
                      D3D12_FORMAT_SUPPORT1_MIP | D3D12_FORMAT_SUPPORT1_CAST_WITHIN_BIT_LAYOUT;

   if (info->block_width == 1)
      support |= D3D12_FORMAT_SUPPORT1_TEXTURE1D;
   if (!depth && info->planes == 1)
      support |= D3D12_FORMAT_SUPPORT1_TEXTURE3D;
   if (depth || is_typeless(info))
      return support;

   support |= D3D12_FORMAT_SUPPORT1_SHADER_LOAD | D3D12_FORMAT_SUPPORT1_SHADER_GATHER;
   if (info->caps & FORMAT_CAP_FILTER)
      support |= D3D12_FORMAT_SUPPORT1_SHADER_SAMPLE;
   if (info->caps & FORMAT_CAP_COMPARE)
      support |= D3D12_FORMAT_SUPPORT1_SHADER_SAMPLE_COMPARISON |
                 D3D12_FORMAT_SUPPORT1_SHADER_GATHER_COMPARISON;
   if (info->caps & FORMAT_CAP_MSAA)
      support |= D3D12_FORMAT_SUPPORT1_MULTISAMPLE_LOAD;
   return support;
}

static uint32_t
target_support1(const struct format_info *info)
{
   uint32_t support = 0;

   if (info->caps & FORMAT_CAP_RENDER)
      support |= D3D12_FORMAT_SUPPORT1_RENDER_TARGET;
   if (info->caps & FORMAT_CAP_BLEND)
      support |= D3D12_FORMAT_SUPPORT1_BLENDABLE;
   if (info->caps & FORMAT_CAP_DEPTH)
      support |= D3D12_FORMAT_SUPPORT1_DEPTH_STENCIL;
   if ((info->caps & FORMAT_CAP_MSAA) && (info->caps & (FORMAT_CAP_RENDER | FORMAT_CAP_DEPTH)))
      support |= D3D12_FORMAT_SUPPORT1_MULTISAMPLE_RENDERTARGET;
   if ((info->caps & FORMAT_CAP_MSAA) && (info->caps & FORMAT_CAP_RENDER) && !is_integer(info))
      support |= D3D12_FORMAT_SUPPORT1_MULTISAMPLE_RESOLVE;
   if (info->caps & FORMAT_CAP_DISPLAY)
      support |= D3D12_FORMAT_SUPPORT1_DISPLAY | D3D12_FORMAT_SUPPORT1_BACK_BUFFER_CAST;
   return support;
}

static uint32_t
support2(const struct format_info *info)
{
   uint32_t support = 0;

   if (info->caps & FORMAT_CAP_UAV)
      support |= D3D12_FORMAT_SUPPORT2_UAV_TYPED_LOAD | D3D12_FORMAT_SUPPORT2_UAV_TYPED_STORE;
   if (info->caps & FORMAT_CAP_ATOMIC)
      support |= D3D12_FORMAT_SUPPORT2_UAV_ATOMIC_ADD |
                 D3D12_FORMAT_SUPPORT2_UAV_ATOMIC_BITWISE_OPS |
                 D3D12_FORMAT_SUPPORT2_UAV_ATOMIC_COMPARE_STORE_OR_COMPARE_EXCHANGE |
                 D3D12_FORMAT_SUPPORT2_UAV_ATOMIC_EXCHANGE |
                 (info->channel[0].type == FORMAT_SINT
                     ? D3D12_FORMAT_SUPPORT2_UAV_ATOMIC_SIGNED_MIN_OR_MAX
                     : D3D12_FORMAT_SUPPORT2_UAV_ATOMIC_UNSIGNED_MIN_OR_MAX);
   if (info->caps & FORMAT_CAP_LOGIC_OP)
      support |= D3D12_FORMAT_SUPPORT2_OUTPUT_MERGER_LOGIC_OP;
   return support;
}

static HRESULT
format_support(D3D12_FEATURE_DATA_FORMAT_SUPPORT *data)
{
   const struct format_info *info = format_info(data->Format);

   data->Support1 = D3D12_FORMAT_SUPPORT1_NONE;
   data->Support2 = D3D12_FORMAT_SUPPORT2_NONE;
   if (data->Format == DXGI_FORMAT_UNKNOWN) {
      data->Support1 = D3D12_FORMAT_SUPPORT1_BUFFER;
      return S_OK;
   }
   if (info->block_bytes == 0)
      return E_FAIL;

   if (info->caps & FORMAT_CAP_BUFFER)
      data->Support1 |= D3D12_FORMAT_SUPPORT1_BUFFER;
   if (info->caps & FORMAT_CAP_VERTEX)
      data->Support1 |= D3D12_FORMAT_SUPPORT1_IA_VERTEX_BUFFER;
   if (info->caps & FORMAT_CAP_INDEX)
      data->Support1 |= D3D12_FORMAT_SUPPORT1_IA_INDEX_BUFFER;
   if (has_32bit_channels(info))
      data->Support1 |= D3D12_FORMAT_SUPPORT1_SO_BUFFER;
   if (info->caps & FORMAT_CAP_UAV)
      data->Support1 |= D3D12_FORMAT_SUPPORT1_TYPED_UNORDERED_ACCESS_VIEW;
   if (info->caps & FORMAT_CAP_TEXTURE)
      data->Support1 |= texture_support1(info);
   data->Support1 |= target_support1(info);
   data->Support2 = support2(info);
   return S_OK;
}

static HRESULT
format_planes(D3D12_FEATURE_DATA_FORMAT_INFO *data)
{
   const struct format_info *info = format_info(data->Format);

   if (info->block_bytes == 0)
      return E_INVALIDARG;
   data->PlaneCount = info->planes;
   return S_OK;
}

static HRESULT
multisample_quality_levels(D3D12_FEATURE_DATA_MULTISAMPLE_QUALITY_LEVELS *data)
{
   const struct format_info *info = format_info(data->Format);
   UINT count = data->SampleCount;

   data->NumQualityLevels = 0;
   if (count == 0 || (data->Flags & ~D3D12_MULTISAMPLE_QUALITY_LEVELS_FLAG_TILED_RESOURCE))
      return E_INVALIDARG;
   if (data->Flags || info->block_bytes == 0)
      return S_OK;
   if (count == 1)
      data->NumQualityLevels = 1;
   else if ((count == 2 || count == 4 || count == 8) && (info->caps & FORMAT_CAP_MSAA))
      data->NumQualityLevels = 1;
   return S_OK;
}

static HRESULT
gpu_virtual_address_support(D3D12_FEATURE_DATA_GPU_VIRTUAL_ADDRESS_SUPPORT *data)
{
   data->MaxGPUVirtualAddressBitsPerResource = VIRTUAL_ADDRESS_BITS_RESOURCE;
   data->MaxGPUVirtualAddressBitsPerProcess = VIRTUAL_ADDRESS_BITS;
   return S_OK;
}

static HRESULT
shader_cache(D3D12_FEATURE_DATA_SHADER_CACHE *data)
{
   data->SupportFlags = D3D12_SHADER_CACHE_SUPPORT_DRIVER_MANAGED_CACHE;
   return S_OK;
}

/* Higher priorities are accepted; with one queue at work at a time they make no difference. */
static HRESULT
command_queue_priority(D3D12_FEATURE_DATA_COMMAND_QUEUE_PRIORITY *data)
{
   bool known = data->CommandListType == D3D12_COMMAND_LIST_TYPE_DIRECT ||
                data->CommandListType == D3D12_COMMAND_LIST_TYPE_COMPUTE ||
                data->CommandListType == D3D12_COMMAND_LIST_TYPE_COPY;

   if (!known)
      return E_INVALIDARG;
   data->PriorityForTypeIsSupported = data->Priority == D3D12_COMMAND_QUEUE_PRIORITY_NORMAL ||
                                      data->Priority == D3D12_COMMAND_QUEUE_PRIORITY_HIGH;
   return S_OK;
}

static HRESULT
displayable(D3D12_FEATURE_DATA_DISPLAYABLE *data)
{
   data->DisplayableTexture = TRUE;
   data->SharedResourceCompatibilityTier = D3D12_SHARED_RESOURCE_COMPATIBILITY_TIER_2;
   return S_OK;
}

/* Queries whose answer is no, which is zero behind what the question says (`input` bytes). */
struct refusal {
   D3D12_FEATURE feature;
   UINT size, input;
};

#define NONE(name)                                                                                 \
   {                                                                                               \
      D3D12_FEATURE_##name, sizeof(D3D12_FEATURE_DATA_##name), 0                                   \
   }
#define NONE_BEHIND(name, member)                                                                  \
   {                                                                                               \
      D3D12_FEATURE_##name, sizeof(D3D12_FEATURE_DATA_##name),                                     \
         offsetof(D3D12_FEATURE_DATA_##name, member)                                               \
   }

static const struct refusal refusals[] = {
   NONE(D3D12_OPTIONS5), /* ray tracing, render pass tier 0 */
   NONE(D3D12_OPTIONS6), /* variable-rate shading */
   NONE(D3D12_OPTIONS7), /* mesh shaders, sampler feedback */
   NONE(D3D12_OPTIONS9), /* 64-bit atomics */
   NONE(D3D12_OPTIONS10),
   NONE(D3D12_OPTIONS11),
   NONE(D3D12_OPTIONS12), /* enhanced barriers, relaxed casting */
   NONE(D3D12_OPTIONS13),
   NONE(D3D12_OPTIONS14),
   NONE(D3D12_OPTIONS15),
   NONE(EXISTING_HEAPS),
   NONE(CROSS_NODE),
   NONE_BEHIND(SERIALIZATION, HeapSerializationTier),
   NONE_BEHIND(PROTECTED_RESOURCE_SESSION_SUPPORT, Support),
   NONE_BEHIND(PROTECTED_RESOURCE_SESSION_TYPE_COUNT, Count),
};

struct answer {
   D3D12_FEATURE feature;
   UINT size;
   HRESULT (*get)(void *data);
};

#define ANSWER(name, get)                                                                          \
   {                                                                                               \
      D3D12_FEATURE_##name, sizeof(D3D12_FEATURE_DATA_##name), (void *)get                         \
   }

static const struct answer answers[] = {
   ANSWER(D3D12_OPTIONS, options),
   ANSWER(D3D12_OPTIONS1, options1),
   ANSWER(D3D12_OPTIONS2, options2),
   ANSWER(D3D12_OPTIONS3, options3),
   ANSWER(D3D12_OPTIONS4, options4),
   ANSWER(D3D12_OPTIONS8, options8),
   ANSWER(ARCHITECTURE, architecture),
   ANSWER(ARCHITECTURE1, architecture1),
   ANSWER(FEATURE_LEVELS, feature_levels),
   ANSWER(SHADER_MODEL, shader_model),
   ANSWER(ROOT_SIGNATURE, root_signature),
   ANSWER(FORMAT_SUPPORT, format_support),
   ANSWER(FORMAT_INFO, format_planes),
   ANSWER(MULTISAMPLE_QUALITY_LEVELS, multisample_quality_levels),
   ANSWER(GPU_VIRTUAL_ADDRESS_SUPPORT, gpu_virtual_address_support),
   ANSWER(SHADER_CACHE, shader_cache),
   ANSWER(COMMAND_QUEUE_PRIORITY, command_queue_priority),
   ANSWER(DISPLAYABLE, displayable),
};

HRESULT
device_CheckFeatureSupport(device_iface *iface, D3D12_FEATURE feature, void *data, UINT size)
{
   if (!data)
      return E_INVALIDARG;
   for (size_t i = 0; i < ARRAY_LENGTH(answers); i++) {
      if (answers[i].feature == feature)
         return size == answers[i].size ? answers[i].get(data) : E_INVALIDARG;
   }
   for (size_t i = 0; i < ARRAY_LENGTH(refusals); i++) {
      const struct refusal *refusal = &refusals[i];
      if (refusal->feature != feature)
         continue;
      if (size != refusal->size)
         return E_INVALIDARG;
      memset((uint8_t *)data + refusal->input, 0, size - refusal->input);
      return S_OK;
   }
   debug_printf(DEBUG_INFO, "CheckFeatureSupport: unknown feature %u", feature);
   return E_INVALIDARG;
}
