#include "api/object.h"

#include "api/private_data.h"
#include "util/debug.h"

#include <string.h>

void
object_init(struct object *object, const struct object_class *cls, const void *vtbl,
            struct device *device)
{
   object->vtbl = vtbl;
   object->cls = cls;
   atomic_init(&object->references, 1);
   atomic_init(&object->uses, 1);
   atomic_init(&object->private_data, NULL);
   object->device = device;
   if (device)
      object_use((struct object *)device);
}

void
object_use(struct object *object)
{
   atomic_fetch_add_explicit(&object->uses, 1, memory_order_relaxed);
}

void
object_unuse(struct object *object)
{
   if (!object || atomic_fetch_sub_explicit(&object->uses, 1, memory_order_acq_rel) != 1)
      return;

   struct object *device = (struct object *)object->device;
   private_data_destroy(atomic_load_explicit(&object->private_data, memory_order_relaxed));
   object->cls->destroy(object);
   object_unuse(device);
}

HRESULT
object_QueryInterface(void *self, REFIID riid, void **out)
{
   struct object *object = self;

   if (!out)
      return E_POINTER;
   *out = NULL;
   if (!riid)
      return E_INVALIDARG;
   for (const IID *const *iid = object->cls->iids; *iid; iid++) {
      if (memcmp(*iid, riid, sizeof(IID)) == 0) {
         object_AddRef(object);
         *out = object;
         return S_OK;
      }
   }
   return E_NOINTERFACE;
}

ULONG
object_AddRef(void *self)
{
   struct object *object = self;
   uint32_t before = atomic_fetch_add_explicit(&object->references, 1, memory_order_relaxed);

   /* An object that only uses keep alive can be handed out again, as GetDevice does. */
   if (before == 0)
      object_use(object);
   return before + 1;
}

ULONG
object_Release(void *self)
{
   struct object *object = self;
   uint32_t before = atomic_fetch_sub_explicit(&object->references, 1, memory_order_acq_rel);

   if (before == 1)
      object_unuse(object);
   return before - 1;
}

HRESULT
object_GetDevice(void *self, REFIID riid, void **device)
{
   struct object *object = self;

   return object_QueryInterface(object->device, riid, device);
}

HRESULT
object_return(struct object *object, REFIID riid, void **out)
{
   HRESULT hr = S_FALSE;

   if (out) {
      hr = object_QueryInterface(object, riid, out);
      if (FAILED(hr))
         debug_printf(DEBUG_INFO, "%s has no such interface", object->cls->name);
   }
   object_Release(object);
   return hr;
}
