/* What the structures in an ExecuteIndirect buffer look like (DirectX-Specs: IndirectDrawing.md). */
#include "api/objects.h"

#include "util/debug.h"

#include <stdlib.h>
#include <string.h>

#define MAX_ARGUMENTS 128

static void
destroy(struct object *object)
{
   struct command_signature *signature = (struct command_signature *)object;
   if (signature->root)
      object_unuse(&signature->root->object);
   free(signature->arguments);
   free(signature);
}

static const IID *const iids[] = {
   &IID_IUnknown,       &IID_ID3D12Object,           &IID_ID3D12DeviceChild,
   &IID_ID3D12Pageable, &IID_ID3D12CommandSignature, NULL,
};

static const struct object_class command_signature_class = {
   .name = "ID3D12CommandSignature",
   .iids = iids,
   .destroy = destroy,
};

static const ID3D12CommandSignatureVtbl vtbl = {
   .QueryInterface = (void *)object_QueryInterface,
   .AddRef = (void *)object_AddRef,
   .Release = (void *)object_Release,
   .GetPrivateData = (void *)object_GetPrivateData,
   .SetPrivateData = (void *)object_SetPrivateData,
   .SetPrivateDataInterface = (void *)object_SetPrivateDataInterface,
   .SetName = (void *)object_SetName,
   .GetDevice = (void *)object_GetDevice,
};

/* Bytes of an argument in the buffer; 0: not one that we know. */
static uint32_t
argument_size(const D3D12_INDIRECT_ARGUMENT_DESC *arg)
{
   switch (arg->Type) {
   case D3D12_INDIRECT_ARGUMENT_TYPE_DRAW:
      return sizeof(D3D12_DRAW_ARGUMENTS);
   case D3D12_INDIRECT_ARGUMENT_TYPE_DRAW_INDEXED:
      return sizeof(D3D12_DRAW_INDEXED_ARGUMENTS);
   case D3D12_INDIRECT_ARGUMENT_TYPE_DISPATCH:
      return sizeof(D3D12_DISPATCH_ARGUMENTS);
   case D3D12_INDIRECT_ARGUMENT_TYPE_VERTEX_BUFFER_VIEW:
      return sizeof(D3D12_VERTEX_BUFFER_VIEW);
   case D3D12_INDIRECT_ARGUMENT_TYPE_INDEX_BUFFER_VIEW:
      return sizeof(D3D12_INDEX_BUFFER_VIEW);
   case D3D12_INDIRECT_ARGUMENT_TYPE_CONSTANT:
      return arg->Constant.Num32BitValuesToSet <= ROOT_MAX_DWORDS
                ? arg->Constant.Num32BitValuesToSet * sizeof(uint32_t)
                : 0;
   case D3D12_INDIRECT_ARGUMENT_TYPE_CONSTANT_BUFFER_VIEW:
   case D3D12_INDIRECT_ARGUMENT_TYPE_SHADER_RESOURCE_VIEW:
   case D3D12_INDIRECT_ARGUMENT_TYPE_UNORDERED_ACCESS_VIEW:
      return sizeof(D3D12_GPU_VIRTUAL_ADDRESS);
   default:
      return 0;
   }
}

HRESULT
command_signature_create(struct device *device, const D3D12_COMMAND_SIGNATURE_DESC *desc,
                         ID3D12RootSignature *root, REFIID riid, void **out)
{
   if (!desc || !desc->NumArgumentDescs || desc->NumArgumentDescs > MAX_ARGUMENTS ||
       !desc->pArgumentDescs)
      return E_INVALIDARG;
   uint32_t bytes = 0;
   for (UINT i = 0; i < desc->NumArgumentDescs; i++) {
      uint32_t size = argument_size(&desc->pArgumentDescs[i]);
      if (!size) {
         debug_printf(DEBUG_INFO, "CreateCommandSignature: argument %u is not known", i);
         return E_INVALIDARG;
      }
      bytes += size;
   }
   if (desc->ByteStride < bytes || desc->ByteStride % 4)
      return E_INVALIDARG;

   struct command_signature *signature = calloc(1, sizeof(*signature));
   if (!signature)
      return E_OUTOFMEMORY;
   object_init(&signature->object, &command_signature_class, &vtbl, device);
   signature->stride = desc->ByteStride;
   signature->bytes = bytes;
   signature->num_arguments = desc->NumArgumentDescs;
   signature->arguments = calloc(desc->NumArgumentDescs, sizeof(*signature->arguments));
   if (!signature->arguments) {
      object_Release(signature);
      return E_OUTOFMEMORY;
   }
   memcpy(signature->arguments, desc->pArgumentDescs,
          desc->NumArgumentDescs * sizeof(*signature->arguments));
   signature->root = (struct root_signature_object *)root;
   if (root)
      object_use(&signature->root->object);
   return object_return(&signature->object, riid, out);
}
