/* What libd3d12.so exports. */
#include "api/adapter.h"
#include "api/blob.h"
#include "api/device.h"
#include "api/export.h"
#include "api/root_signature_deserializer.h"
#include "dxil/root_signature.h"
#include "util/debug.h"
#include "util/dxcore.h"

#include <string.h>

/* NULL is the default adapter, else it must be the one that libdxcore.so lists. */
static HRESULT
check_adapter(IUnknown *unknown)
{
   void *out;
   LUID luid;

   if (!unknown)
      return S_OK;
   if (FAILED(IUnknown_QueryInterface(unknown, &dxcore_iid_adapter, &out)))
      return E_INVALIDARG;
   struct dxcore_adapter *adapter = out;
   HRESULT hr = adapter->vtbl->GetProperty(adapter, DXCORE_INSTANCE_LUID, sizeof(luid), &luid);
   adapter->vtbl->Release(adapter);
   if (FAILED(hr) || luid.LowPart != ADAPTER_LUID_LOW || luid.HighPart != ADAPTER_LUID_HIGH)
      return DXGI_ERROR_UNSUPPORTED;
   return S_OK;
}

EXPORT HRESULT
D3D12CreateDevice(IUnknown *adapter, D3D_FEATURE_LEVEL minimum, REFIID riid, void **out)
{
   if (out)
      *out = NULL;
   HRESULT hr = check_adapter(adapter);
   if (FAILED(hr)) {
      debug_printf(DEBUG_INFO, "D3D12CreateDevice: not our adapter");
      return hr;
   }
   if (minimum < D3D_FEATURE_LEVEL_1_0_CORE)
      return E_INVALIDARG;
   if (minimum > device_feature_level) {
      debug_printf(DEBUG_INFO, "D3D12CreateDevice: feature level %x is not supported", minimum);
      return DXGI_ERROR_UNSUPPORTED;
   }
   return device_create(riid, out);
}

EXPORT HRESULT
D3D12SerializeVersionedRootSignature(const D3D12_VERSIONED_ROOT_SIGNATURE_DESC *desc,
                                     ID3DBlob **blob, ID3DBlob **error)
{
   char message[128] = "";
   void *data;
   size_t size;

   if (error)
      *error = NULL;
   if (!desc || !blob)
      return E_INVALIDARG;
   *blob = NULL;
   HRESULT hr = root_signature_serialize(desc, &data, &size, message);
   if (FAILED(hr)) {
      debug_printf(DEBUG_INFO, "D3D12SerializeVersionedRootSignature: %s", message);
      if (error && message[0])
         *error = blob_create_message(message);
      return hr;
   }
   *blob = blob_create(data, size);
   return *blob ? S_OK : E_OUTOFMEMORY;
}

EXPORT HRESULT
D3D12SerializeRootSignature(const D3D12_ROOT_SIGNATURE_DESC *desc,
                            D3D_ROOT_SIGNATURE_VERSION version, ID3DBlob **blob, ID3DBlob **error)
{
   if (error)
      *error = NULL;
   if (!desc || version != D3D_ROOT_SIGNATURE_VERSION_1_0)
      return E_INVALIDARG;

   D3D12_VERSIONED_ROOT_SIGNATURE_DESC versioned = { .Version = version, .Desc_1_0 = *desc };
   return D3D12SerializeVersionedRootSignature(&versioned, blob, error);
}

EXPORT HRESULT
D3D12CreateRootSignatureDeserializer(LPCVOID data, SIZE_T size, REFIID riid, void **out)
{
   return root_signature_deserializer_create(data, size, false, riid, out);
}

EXPORT HRESULT
D3D12CreateVersionedRootSignatureDeserializer(LPCVOID data, SIZE_T size, REFIID riid, void **out)
{
   return root_signature_deserializer_create(data, size, true, riid, out);
}

/* There is no debug layer, as on a Windows without the Graphics Tools. */
EXPORT HRESULT
D3D12GetDebugInterface(REFIID riid, void **out)
{
   if (out)
      *out = NULL;
   return E_NOINTERFACE;
}

EXPORT HRESULT
D3D12GetInterface(REFCLSID clsid, REFIID riid, void **out)
{
   if (out)
      *out = NULL;
   return E_NOINTERFACE;
}

/* Experimental shader models stand for shaders that nobody has signed, which we always take: enabling
 * them changes nothing, and removes no device. */
EXPORT HRESULT
D3D12EnableExperimentalFeatures(UINT count, const IID *features, void *configurations,
                                UINT *configuration_sizes)
{
   if (count && !features)
      return E_INVALIDARG;
   for (UINT i = 0; i < count; i++) {
      if (memcmp(&features[i], &D3D12ExperimentalShaderModels, sizeof(IID)) != 0)
         return E_NOINTERFACE;
   }
   return S_OK;
}
