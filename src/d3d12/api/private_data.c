#include "api/private_data.h"

#include "api/object.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct entry {
   struct entry *next;
   GUID guid;
   UINT size;
   IUnknown *iface; /* referenced; or NULL: bytes */
   unsigned char bytes[];
};

struct private_data {
   pthread_mutex_t lock;
   struct entry *entries;
};

static void
entry_destroy(struct entry *entry)
{
   if (!entry)
      return;
   if (entry->iface)
      IUnknown_Release(entry->iface);
   free(entry);
}

void
private_data_destroy(struct private_data *data)
{
   if (!data)
      return;
   while (data->entries) {
      struct entry *entry = data->entries;
      data->entries = entry->next;
      entry_destroy(entry);
   }
   pthread_mutex_destroy(&data->lock);
   free(data);
}

/* Most objects never carry any: it is made at the first use, by whoever is first. */
static struct private_data *
private_data_get(struct object *object)
{
   struct private_data *data = atomic_load_explicit(&object->private_data, memory_order_acquire);
   if (data)
      return data;

   struct private_data *fresh = calloc(1, sizeof(*fresh));
   if (!fresh)
      return NULL;
   pthread_mutex_init(&fresh->lock, NULL);
   if (atomic_compare_exchange_strong(&object->private_data, &data, fresh))
      return fresh;
   private_data_destroy(fresh);
   return data;
}

static struct entry **
find(struct private_data *data, REFGUID guid)
{
   struct entry **link = &data->entries;

   while (*link && memcmp(&(*link)->guid, guid, sizeof(GUID)) != 0)
      link = &(*link)->next;
   return link;
}

/* Puts entry (NULL: nothing) in the place of what guid named. */
static HRESULT
replace(struct object *object, REFGUID guid, struct entry *entry)
{
   struct private_data *data = private_data_get(object);
   if (!data) {
      entry_destroy(entry);
      return E_OUTOFMEMORY;
   }

   pthread_mutex_lock(&data->lock);
   struct entry **link = find(data, guid);
   struct entry *old = *link;
   if (old)
      *link = old->next;
   if (entry) {
      entry->next = data->entries;
      data->entries = entry;
   }
   pthread_mutex_unlock(&data->lock);

   /* The release of an interface may call back into this object: not under the lock. */
   entry_destroy(old);
   return entry || old ? S_OK : S_FALSE;
}

HRESULT
object_GetPrivateData(void *self, REFGUID guid, UINT *size, void *out)
{
   struct object *object = self;
   struct private_data *data = atomic_load_explicit(&object->private_data, memory_order_acquire);

   if (!guid || !size)
      return E_INVALIDARG;
   UINT room = *size;
   *size = 0;
   if (!data)
      return DXGI_ERROR_NOT_FOUND;

   HRESULT hr = S_OK;
   pthread_mutex_lock(&data->lock);
   struct entry *entry = *find(data, guid);
   if (!entry) {
      hr = DXGI_ERROR_NOT_FOUND;
   } else {
      *size = entry->size;
      if (out && room < entry->size) {
         hr = DXGI_ERROR_MORE_DATA;
      } else if (out && entry->iface) {
         IUnknown_AddRef(entry->iface);
         memcpy(out, &entry->iface, sizeof(entry->iface));
      } else if (out) {
         memcpy(out, entry->bytes, entry->size);
      }
   }
   pthread_mutex_unlock(&data->lock);
   return hr;
}

HRESULT
object_SetPrivateData(void *self, REFGUID guid, UINT size, const void *data)
{
   if (!guid)
      return E_INVALIDARG;
   if (!data)
      return replace(self, guid, NULL);

   struct entry *entry = malloc(sizeof(*entry) + size);
   if (!entry)
      return E_OUTOFMEMORY;
   *entry = (struct entry){ .guid = *guid, .size = size };
   memcpy(entry->bytes, data, size);
   return replace(self, guid, entry);
}

HRESULT
object_SetPrivateDataInterface(void *self, REFGUID guid, const IUnknown *data)
{
   if (!guid)
      return E_INVALIDARG;
   if (!data)
      return replace(self, guid, NULL);

   struct entry *entry = malloc(sizeof(*entry));
   if (!entry)
      return E_OUTOFMEMORY;
   *entry = (struct entry){ .guid = *guid, .size = sizeof(data), .iface = (IUnknown *)data };
   IUnknown_AddRef(entry->iface);
   return replace(self, guid, entry);
}

HRESULT
object_SetName(void *self, LPCWSTR name)
{
   UINT size = name ? (wcslen(name) + 1) * sizeof(*name) : 0;
   HRESULT hr = object_SetPrivateData(self, &WKPDID_D3DDebugObjectNameW, size, name);

   return FAILED(hr) ? hr : S_OK;
}
