#include "api/objects.h"
#include "api/sampler.h"
#include "api/vtable.h"
#include "util/debug.h"

#include <stdlib.h>

static void
root_signature_object_destroy(struct object *object)
{
   struct root_signature_object *root = (struct root_signature_object *)object;

   root_signature_destroy(root->layout);
   free(root->static_samplers);
   free(root);
}

static const ID3D12RootSignatureVtbl vtbl = { DEVICE_CHILD_METHODS };

static const IID *const iids[] = {
   &IID_ID3D12RootSignature, &IID_ID3D12DeviceChild, &IID_ID3D12Object, &IID_IUnknown, NULL,
};

static const struct object_class root_signature_class = { "root signature", iids,
                                                          root_signature_object_destroy };

static bool
init_static_samplers(struct root_signature_object *root)
{
   const D3D12_ROOT_SIGNATURE_DESC1 *desc = &root->layout->desc;

   if (desc->NumStaticSamplers == 0)
      return true;
   root->static_samplers = calloc(desc->NumStaticSamplers, sizeof(*root->static_samplers));
   if (!root->static_samplers)
      return false;
   for (UINT i = 0; i < desc->NumStaticSamplers; i++)
      sampler_init_static(&root->static_samplers[i], &desc->pStaticSamplers[i]);
   return true;
}

HRESULT
root_signature_object_create(struct device *device, const void *blob, size_t size, REFIID riid,
                             void **out)
{
   if (out)
      *out = NULL;
   if (!blob || size == 0)
      return E_INVALIDARG;

   struct root_signature_object *root = calloc(1, sizeof(*root));
   if (!root)
      return E_OUTOFMEMORY;
   HRESULT hr = root_signature_create(blob, size, &root->layout);
   if (FAILED(hr)) {
      debug_printf(DEBUG_INFO, "CreateRootSignature: a malformed blob");
      free(root);
      return hr;
   }
   if (!init_static_samplers(root)) {
      root_signature_destroy(root->layout);
      free(root);
      return E_OUTOFMEMORY;
   }
   object_init(&root->object, &root_signature_class, &vtbl, device);
   return object_return(&root->object, riid, out);
}
