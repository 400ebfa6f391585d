/*
 * COM in plain C, once for all classes. Every object begins with struct object; an interface pointer
 * is a pointer to the object, since each class has one vtable that serves all the interfaces it
 * inherits (ID3D12Device8 is an ID3D12Device1 is an IUnknown …).
 *
 * Two counts: `references` are the application's (AddRef and Release); when they are gone, the object
 * stays alive while `uses` remain, which the device's own parts hold (a command list on the queue, a
 * descriptor's resource …). An application may release what the "GPU" still reads only where D3D12
 * allows it; uses are for what it may not see go.
 */
#ifndef API_OBJECT_H
#define API_OBJECT_H

#include "util/d3d12.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct device;
struct object;

struct object_class {
   const char *name;
   const IID *const *iids;    /* every interface that QueryInterface answers, NULL-terminated */
   void (*destroy)(struct object *object); /* frees the whole object */
};

struct private_data; /* SetPrivateData, SetName */

struct object {
   const void *vtbl; /* first: this is what an interface pointer points to */
   const struct object_class *cls;
   atomic_uint references;
   atomic_uint uses; /* the references together are one use */
   struct device *device; /* a use on it is held; NULL: the device itself and DXCore's objects */
   _Atomic(struct private_data *) private_data;
};

void object_init(struct object *object, const struct object_class *cls, const void *vtbl,
                 struct device *device);
void object_use(struct object *object);
void object_unuse(struct object *object); /* NULL is allowed */

/* The methods of IUnknown, ID3D12Object and ID3D12DeviceChild, to be put into every vtable (cast to
 * the method's type). */
HRESULT object_QueryInterface(void *self, REFIID riid, void **out);
ULONG object_AddRef(void *self);
ULONG object_Release(void *self);
HRESULT object_GetPrivateData(void *self, REFGUID guid, UINT *size, void *data);
HRESULT object_SetPrivateData(void *self, REFGUID guid, UINT size, const void *data);
HRESULT object_SetPrivateDataInterface(void *self, REFGUID guid, const IUnknown *data);
HRESULT object_SetName(void *self, LPCWSTR name);
HRESULT object_GetDevice(void *self, REFIID riid, void **device);

/*
 * The end of each Create… method: hands a new object (one reference) out under riid. With out NULL:
 * S_FALSE, as D3D12 answers a dry run. Releases the object when it can't.
 */
HRESULT object_return(struct object *object, REFIID riid, void **out);

#endif
