/*
 * What tests of the D3D12 device share: a device with a queue and a command list, ways to bring data to
 * resources and back, a target to draw to. Everything goes through the public API of libd3d12.so.
 * What can't be done fails the test, so nothing here returns errors.
 */
#ifndef TESTS_D3D12_HARNESS_H
#define TESTS_D3D12_HARNESS_H

#include "util/d3d12.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define assert_ok(call) assert_int_equal((call), S_OK)

/* Calls Release, and forgets. */
#define RELEASE(object)                                                                            \
   do {                                                                                            \
      __typeof__(object) *slot_ = &(object);                                                       \
      if (*slot_)                                                                                  \
         ((IUnknown *)*slot_)->lpVtbl->Release((IUnknown *)*slot_);                                \
      *slot_ = NULL;                                                                               \
   } while (0)

struct harness {
   ID3D12Device8 *device;
   ID3D12CommandQueue *queue;
   ID3D12CommandAllocator *allocator;
   ID3D12GraphicsCommandList *list; /* open, ready to record */
   ID3D12Fence *fence;
   UINT64 fence_value;
   IUnknown *kept[64]; /* see harness_keep */
   UINT num_kept;
};

/* As cmocka setup and teardown, with *state the harness. */
int harness_setup(void **state);
int harness_teardown(void **state);

/* Closes and executes the list, waits for its end (10 s at most), and opens it again. */
void harness_submit(struct harness *h);
/* Releases the object after the next harness_submit: for what the list still uses. */
void harness_keep(struct harness *h, void *object);
/* Waits until the fence has this value, 10 s at most. */
void harness_wait(ID3D12Fence *fence, UINT64 value);

D3D12_RESOURCE_DESC harness_buffer_desc(UINT64 size);
D3D12_RESOURCE_DESC harness_texture_desc(UINT width, UINT height, DXGI_FORMAT format,
                                         D3D12_RESOURCE_FLAGS flags);

/* A committed resource in the common state (upload and readback heaps: in the state they need). */
ID3D12Resource *harness_create(struct harness *h, D3D12_HEAP_TYPE type,
                               const D3D12_RESOURCE_DESC *desc);
ID3D12Resource *harness_create_buffer(struct harness *h, D3D12_HEAP_TYPE type, UINT64 size);
/* An upload buffer with these bytes. */
ID3D12Resource *harness_create_data(struct harness *h, const void *data, size_t size);

void harness_barrier(struct harness *h, ID3D12Resource *resource, D3D12_RESOURCE_STATES before,
                     D3D12_RESOURCE_STATES after);

/* Into a buffer, or into a subresource from rows (row_pitch bytes apart, slices tight). Submits; the
 * resource is in the common state before and after. */
void harness_upload_buffer(struct harness *h, ID3D12Resource *buffer, const void *data,
                           size_t size);
void harness_upload_texture(struct harness *h, ID3D12Resource *texture, UINT subresource,
                            const void *data, UINT row_pitch);

/* A subresource's texels, rows row_pitch bytes apart. */
struct harness_image {
   UINT width, height, depth, row_pitch, slice_pitch;
   uint8_t *data; /* free()d by harness_image_finish */
};

/* Submits; the resource is in the common state before and after. */
void harness_read_texture(struct harness *h, ID3D12Resource *texture, UINT subresource,
                          struct harness_image *image);
void harness_read_buffer(struct harness *h, ID3D12Resource *buffer, void *data, size_t size);
void harness_image_finish(struct harness_image *image);

static inline uint32_t
harness_texel32(const struct harness_image *image, UINT x, UINT y)
{
   return *(const uint32_t *)(image->data + y * image->row_pitch + x * 4);
}

static inline float
harness_texel_float(const struct harness_image *image, UINT x, UINT y)
{
   return *(const float *)(image->data + y * image->row_pitch + x * 4);
}

/* A heap, and the handles of its descriptors. */
ID3D12DescriptorHeap *harness_create_heap(struct harness *h, D3D12_DESCRIPTOR_HEAP_TYPE type,
                                          UINT count, bool visible);
D3D12_CPU_DESCRIPTOR_HANDLE harness_cpu_handle(struct harness *h, ID3D12DescriptorHeap *heap,
                                               UINT index);
D3D12_GPU_DESCRIPTOR_HANDLE harness_gpu_handle(struct harness *h, ID3D12DescriptorHeap *heap,
                                               UINT index);

/* A 2D colour target with its view; depth: DXGI_FORMAT_UNKNOWN for none. */
struct harness_target {
   UINT width, height, samples;
   DXGI_FORMAT format, depth_format;
   ID3D12Resource *color, *depth;
   ID3D12DescriptorHeap *rtv_heap, *dsv_heap;
   D3D12_CPU_DESCRIPTOR_HANDLE rtv, dsv;
};
void harness_target_init(struct harness *h, struct harness_target *target, UINT width, UINT height,
                         DXGI_FORMAT format, DXGI_FORMAT depth_format, UINT samples);
void harness_target_finish(struct harness_target *target);
/* Records: the target made drawable, set, cleared; a viewport and scissor over all of it. */
void harness_target_begin(struct harness *h, const struct harness_target *target,
                          const float clear[4]);
/* Records the target's way back to the common state, resolving into `resolved` if given. Submits. */
void harness_target_end(struct harness *h, const struct harness_target *target,
                        ID3D12Resource *resolved);

/* A shader of tests/shaders by its name, "color.ps". Memory lives until the program ends. */
D3D12_SHADER_BYTECODE harness_shader(const char *name);

/* NULL: an empty root signature that allows an input layout. */
ID3D12RootSignature *harness_create_root_signature(struct harness *h,
                                                   const D3D12_ROOT_SIGNATURE_DESC1 *desc);

/* State for drawing triangles to the target without culling, depth test or blending: to be changed as
 * the test likes. Shaders by name, ps may be NULL. */
D3D12_GRAPHICS_PIPELINE_STATE_DESC harness_pipeline_desc(ID3D12RootSignature *root,
                                                         const struct harness_target *target,
                                                         const char *vs, const char *ps);

#endif
