#include "api/root_signature_deserializer.h"

#include "api/root_signature_version.h"
#include "api/vtable.h"
#include "dxil/root_signature.h"

#include <stdlib.h>

struct deserializer {
   struct object object;
   struct root_signature *layout;
   struct arena arena; /* of the lowered description */
   D3D12_VERSIONED_ROOT_SIGNATURE_DESC v1_0, v1_1;
};

static void
deserializer_destroy(struct object *object)
{
   struct deserializer *self = (struct deserializer *)object;

   root_signature_destroy(self->layout);
   arena_finish(&self->arena);
   free(self);
}

static const D3D12_ROOT_SIGNATURE_DESC *
deserializer_GetRootSignatureDesc(ID3D12RootSignatureDeserializer *iface)
{
   return &((struct deserializer *)iface)->v1_0.Desc_1_0;
}

static HRESULT
deserializer_GetRootSignatureDescAtVersion(ID3D12VersionedRootSignatureDeserializer *iface,
                                           D3D_ROOT_SIGNATURE_VERSION version,
                                           const D3D12_VERSIONED_ROOT_SIGNATURE_DESC **desc)
{
   struct deserializer *self = (struct deserializer *)iface;

   if (!desc)
      return E_INVALIDARG;
   *desc = NULL;
   if (version == D3D_ROOT_SIGNATURE_VERSION_1_0)
      *desc = &self->v1_0;
   else if (version == D3D_ROOT_SIGNATURE_VERSION_1_1)
      *desc = &self->v1_1;
   return *desc ? S_OK : E_INVALIDARG;
}

static const D3D12_VERSIONED_ROOT_SIGNATURE_DESC *
deserializer_GetUnconvertedRootSignatureDesc(ID3D12VersionedRootSignatureDeserializer *iface)
{
   return &((struct deserializer *)iface)->v1_1;
}

static const ID3D12RootSignatureDeserializerVtbl vtbl = {
   UNKNOWN_METHODS,
   .GetRootSignatureDesc = deserializer_GetRootSignatureDesc,
};

static const ID3D12VersionedRootSignatureDeserializerVtbl versioned_vtbl = {
   UNKNOWN_METHODS,
   .GetRootSignatureDescAtVersion = deserializer_GetRootSignatureDescAtVersion,
   .GetUnconvertedRootSignatureDesc = deserializer_GetUnconvertedRootSignatureDesc,
};

static const IID *const iids[] = { &IID_ID3D12RootSignatureDeserializer, &IID_IUnknown, NULL };
static const IID *const versioned_iids[] = { &IID_ID3D12VersionedRootSignatureDeserializer,
                                             &IID_IUnknown, NULL };

static const struct object_class deserializer_class = { "root signature deserializer", iids,
                                                        deserializer_destroy };
static const struct object_class versioned_class = { "versioned root signature deserializer",
                                                     versioned_iids, deserializer_destroy };

HRESULT
root_signature_deserializer_create(const void *data, size_t size, bool versioned, REFIID riid,
                                   void **out)
{
   if (!out)
      return E_INVALIDARG;
   *out = NULL;
   if (!data)
      return E_INVALIDARG;

   struct deserializer *self = calloc(1, sizeof(*self));
   if (!self)
      return E_OUTOFMEMORY;
   arena_init(&self->arena, 0);
   HRESULT hr = root_signature_create(data, size, &self->layout);
   if (SUCCEEDED(hr)) {
      self->v1_1.Version = D3D_ROOT_SIGNATURE_VERSION_1_1;
      self->v1_1.Desc_1_1 = self->layout->desc;
      self->v1_0.Version = D3D_ROOT_SIGNATURE_VERSION_1_0;
      if (!root_signature_lower(&self->arena, &self->layout->desc, &self->v1_0.Desc_1_0))
         hr = E_OUTOFMEMORY;
   }
   if (FAILED(hr)) {
      deserializer_destroy(&self->object);
      return hr;
   }
   if (versioned)
      object_init(&self->object, &versioned_class, &versioned_vtbl, NULL);
   else
      object_init(&self->object, &deserializer_class, &vtbl, NULL);
   return object_return(&self->object, riid, out);
}
