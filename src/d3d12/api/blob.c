#include "api/blob.h"

#include "api/vtable.h"

#include <stdlib.h>
#include <string.h>

struct blob {
   struct object object;
   void *data;
   size_t size;
};

static void
blob_destroy(struct object *object)
{
   struct blob *blob = (struct blob *)object;

   free(blob->data);
   free(blob);
}

static void *
blob_GetBufferPointer(ID3DBlob *iface)
{
   return ((struct blob *)iface)->data;
}

static SIZE_T
blob_GetBufferSize(ID3DBlob *iface)
{
   return ((struct blob *)iface)->size;
}

static const ID3D10BlobVtbl vtbl = {
   UNKNOWN_METHODS,
   .GetBufferPointer = blob_GetBufferPointer,
   .GetBufferSize = blob_GetBufferSize,
};

static const IID *const iids[] = { &IID_ID3D10Blob, &IID_IUnknown, NULL };

static const struct object_class blob_class = { "blob", iids, blob_destroy };

ID3DBlob *
blob_create(void *data, size_t size)
{
   struct blob *blob = malloc(sizeof(*blob));

   if (!blob) {
      free(data);
      return NULL;
   }
   blob->data = data;
   blob->size = size;
   object_init(&blob->object, &blob_class, &vtbl, NULL);
   return (ID3DBlob *)blob;
}

ID3DBlob *
blob_create_message(const char *message)
{
   char *copy = strdup(message);

   return copy ? blob_create(copy, strlen(copy) + 1) : NULL;
}
