/*
 * The classes of the API, as the files of this room see each other's. A class is implemented in the
 * file of its name. `…_from(iface)` checks nothing: an interface pointer given to us is ours.
 */
#ifndef API_OBJECTS_H
#define API_OBJECTS_H

#include "api/object.h"
#include "dxil/root_signature.h"
#include "exec/late.h"
#include "jit/pipeline.h"
#include "layout/descriptor.h"
#include "raster/raster.h"
#include "share/share.h"

#include <pthread.h>

/* ---- device.c: ID3D12Device … ID3D12Device8 ---- */

struct device {
   struct object object;
   LUID luid;
   struct workers *workers;
   _Atomic(HRESULT) removed_reason; /* S_OK while it works */
   uint32_t kill;                   /* machine code looks at it: nonzero once removed */
   atomic_uint playing;             /* queues that play a stream */
   /* To be settled before what pixels need is destroyed: targets, pipelines. */
   struct exec_late late;
   uint64_t timeout_ns;             /* a command list that runs for longer removes the device */
};
#define DEVICE_TIMEOUT_NS 10000000000ull

static inline struct device *
device_from(void *iface)
{
   return iface;
}

/* Stops what the queues play, marks the device removed, wakes what waits; the first reason stays. Not
 * to be called by a queue's thread while it plays. */
void device_remove(struct device *device, HRESULT reason);

/* ---- heap.c ---- */

struct heap {
   struct object object;
   D3D12_HEAP_DESC desc;
   struct share_memory memory;
};

/* ---- resource.c ---- */

struct resource {
   struct object object;
   D3D12_RESOURCE_DESC desc; /* mip count resolved */
   D3D12_HEAP_PROPERTIES heap_properties; /* of committed resources and shared ones */
   D3D12_HEAP_FLAGS heap_flags;
   struct heap *heap;        /* placed: used; committed: NULL, memory is its own */
   uint64_t heap_offset;
   struct share_memory memory;
   uint8_t *data;            /* its first byte; the GPU virtual address of a buffer */
   struct image image;       /* textures */
};

static inline struct resource *
resource_from(const void *iface)
{
   return (struct resource *)iface;
}

static inline bool
resource_is_buffer(const struct resource *resource)
{
   return resource->desc.Dimension == D3D12_RESOURCE_DIMENSION_BUFFER;
}

/* ---- descriptor_heap.c: CPU handles are addresses of struct descriptor, struct sampler or struct
 * target_view; GPU handles are the same address ---- */

struct descriptor_heap {
   struct object object;
   D3D12_DESCRIPTOR_HEAP_DESC desc;
   void *data;
   size_t pitch; /* the increment */
};

/* ---- root_signature.c (ID3D12RootSignature) ---- */

struct root_signature_object {
   struct object object;
   struct root_signature *layout;
   struct sampler *static_samplers; /* desc.NumStaticSamplers of them */
};

/* ---- pipeline_state.c ---- */

struct pipeline_state {
   struct object object;
   bool is_compute;
   struct root_signature_object *root; /* used */
   struct jit_graphics *graphics;
   struct jit_compute *compute;
   struct raster_stream_output *stream_output; /* NULL: none */
   D3D12_RASTERIZER_DESC rasterizer;
   D3D12_INDEX_BUFFER_STRIP_CUT_VALUE strip_cut;
   D3D12_PRIMITIVE_TOPOLOGY_TYPE topology_type;
};

/* ---- fence.c ---- */

struct fence {
   struct object object;
   struct share_fence *share;
   D3D12_FENCE_FLAGS flags;
   bool opened;         /* from a handle: the creator's device is another's */
   struct fence *next;  /* list of all fences, by fence.c */
   struct fence **link;
};

/* ---- query_heap.c ---- */

struct query_heap {
   struct object object;
   D3D12_QUERY_HEAP_DESC desc;
   struct raster_counters *counters; /* one per query, written by the queue */
   uint64_t *timestamps;             /* one per query; stream output queries use 2 per query */
};

/* ---- command_signature.c ---- */

struct command_signature {
   struct object object;
   uint32_t stride, bytes; /* of one structure: pitch, and what its arguments take */
   uint32_t num_arguments;
   D3D12_INDIRECT_ARGUMENT_DESC *arguments;
   struct root_signature_object *root; /* used; or NULL */
};

/* Samplers and views from their descriptions; shared by static samplers and heaps (view.c). */
void sampler_init(struct sampler *sampler, const D3D12_SAMPLER_DESC *desc);
/* From a desc that has been checked; resource may be NULL (null view) where the desc allows it. */
bool view_init_srv(struct descriptor *view, const struct resource *resource,
                   const D3D12_SHADER_RESOURCE_VIEW_DESC *desc);
bool view_init_uav(struct descriptor *view, const struct resource *resource,
                   const struct resource *counter, const D3D12_UNORDERED_ACCESS_VIEW_DESC *desc);
bool view_init_cbv(struct descriptor *view, const D3D12_CONSTANT_BUFFER_VIEW_DESC *desc);
bool view_init_rtv(struct target_view *view, const struct resource *resource,
                   const D3D12_RENDER_TARGET_VIEW_DESC *desc);
bool view_init_dsv(struct target_view *view, const struct resource *resource,
                   const D3D12_DEPTH_STENCIL_VIEW_DESC *desc);

/* Constructors behind the device's methods, one per class file; all end in object_return. */
HRESULT command_queue_create(struct device *device, const D3D12_COMMAND_QUEUE_DESC *desc,
                             REFIID riid, void **out);
HRESULT command_allocator_create(struct device *device, D3D12_COMMAND_LIST_TYPE type, REFIID riid,
                                 void **out);
/* allocator NULL: created closed (CreateCommandList1) */
HRESULT command_list_create(struct device *device, D3D12_COMMAND_LIST_TYPE type,
                            ID3D12CommandAllocator *allocator, ID3D12PipelineState *initial,
                            REFIID riid, void **out);
HRESULT command_signature_create(struct device *device, const D3D12_COMMAND_SIGNATURE_DESC *desc,
                                 ID3D12RootSignature *root, REFIID riid, void **out);
HRESULT query_heap_create(struct device *device, const D3D12_QUERY_HEAP_DESC *desc, REFIID riid,
                          void **out);
HRESULT fence_create(struct device *device, UINT64 initial, D3D12_FENCE_FLAGS flags, REFIID riid,
                     void **out);
HRESULT fence_open(struct device *device, int fd, REFIID riid, void **out);
HRESULT heap_create(struct device *device, const D3D12_HEAP_DESC *desc, REFIID riid, void **out);
HRESULT heap_open(struct device *device, int fd, REFIID riid, void **out);
HRESULT resource_open(struct device *device, int fd, REFIID riid, void **out);
HRESULT descriptor_heap_create(struct device *device, const D3D12_DESCRIPTOR_HEAP_DESC *desc,
                               REFIID riid, void **out);
HRESULT root_signature_object_create(struct device *device, const void *blob, size_t size,
                                     REFIID riid, void **out);
HRESULT pipeline_state_create_graphics(struct device *device,
                                       const D3D12_GRAPHICS_PIPELINE_STATE_DESC *desc, REFIID riid,
                                       void **out);
HRESULT pipeline_state_create_compute(struct device *device,
                                      const D3D12_COMPUTE_PIPELINE_STATE_DESC *desc, REFIID riid,
                                      void **out);

/* Monotonic nanoseconds: the queue's timestamps (frequency 1e9) and GetClockCalibration. */
uint64_t device_timestamp(void);

#endif
