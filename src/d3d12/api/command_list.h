/* A command list: records into its allocator's pool. Not thread-safe, as D3D12 says. */
#ifndef API_COMMAND_LIST_H
#define API_COMMAND_LIST_H

#include "api/objects.h"
#include "exec/command.h"

struct command_allocator {
   struct object object;
   D3D12_COMMAND_LIST_TYPE type;
   struct exec_pool pool;
   atomic_uint pending;   /* submissions that the queue has not finished */
   struct command_list *recording;
};

typedef ID3D12GraphicsCommandList2 list_iface;

struct command_list {
   struct object object;
   D3D12_COMMAND_LIST_TYPE type;
   struct command_allocator *allocator; /* used; NULL once closed and never recorded */
   struct exec_stream stream;
   bool open;
   bool invalid;                        /* a call was refused: Close says so */
   bool dirty_pass;                     /* draws, dispatches, clears since the last barrier */
   const struct root_signature *layouts[2]; /* by bind point: for checking root arguments */
};

static inline struct command_list *
list_from(void *iface)
{
   return iface;
}

/* A new command's payload. */
#define RECORD(list, op, type) ((type *)exec_stream_add(&(list)->stream, op, sizeof(type)))

/* Refuses a call: the list becomes invalid, and says why under DXG_DEBUG=info. */
void command_list_refuse(struct command_list *list, const char *format, ...)
   __attribute__((format(printf, 2, 3)));

/* command_list_transfer.c */
void list_CopyBufferRegion(list_iface *iface, ID3D12Resource *dst, UINT64 dst_offset,
                           ID3D12Resource *src, UINT64 src_offset, UINT64 size);
void list_CopyTextureRegion(list_iface *iface, const D3D12_TEXTURE_COPY_LOCATION *dst, UINT x,
                            UINT y, UINT z, const D3D12_TEXTURE_COPY_LOCATION *src,
                            const D3D12_BOX *box);
void list_CopyResource(list_iface *iface, ID3D12Resource *dst, ID3D12Resource *src);
void list_ResolveSubresource(list_iface *iface, ID3D12Resource *dst, UINT dst_subresource,
                             ID3D12Resource *src, UINT src_subresource, DXGI_FORMAT format);
void list_ResolveSubresourceRegion(list_iface *iface, ID3D12Resource *dst, UINT dst_subresource,
                                   UINT dst_x, UINT dst_y, ID3D12Resource *src,
                                   UINT src_subresource, D3D12_RECT *rect, DXGI_FORMAT format,
                                   D3D12_RESOLVE_MODE mode);
void list_AtomicCopyBufferUINT(list_iface *iface, ID3D12Resource *dst, UINT64 dst_offset,
                               ID3D12Resource *src, UINT64 src_offset, UINT dependencies,
                               ID3D12Resource *const *dependent,
                               const D3D12_SUBRESOURCE_RANGE_UINT64 *ranges);
void list_AtomicCopyBufferUINT64(list_iface *iface, ID3D12Resource *dst, UINT64 dst_offset,
                                 ID3D12Resource *src, UINT64 src_offset, UINT dependencies,
                                 ID3D12Resource *const *dependent,
                                 const D3D12_SUBRESOURCE_RANGE_UINT64 *ranges);
void list_WriteBufferImmediate(list_iface *iface, UINT count,
                               const D3D12_WRITEBUFFERIMMEDIATE_PARAMETER *params,
                               const D3D12_WRITEBUFFERIMMEDIATE_MODE *modes);

/* command_list_clear.c */
void list_ClearDepthStencilView(list_iface *iface, D3D12_CPU_DESCRIPTOR_HANDLE view,
                                D3D12_CLEAR_FLAGS flags, FLOAT depth, UINT8 stencil,
                                UINT num_rects, const D3D12_RECT *rects);
void list_ClearRenderTargetView(list_iface *iface, D3D12_CPU_DESCRIPTOR_HANDLE view,
                                const FLOAT color[4], UINT num_rects, const D3D12_RECT *rects);
void list_ClearUnorderedAccessViewUint(list_iface *iface, D3D12_GPU_DESCRIPTOR_HANDLE gpu,
                                       D3D12_CPU_DESCRIPTOR_HANDLE cpu, ID3D12Resource *resource,
                                       const UINT values[4], UINT num_rects,
                                       const D3D12_RECT *rects);
void list_ClearUnorderedAccessViewFloat(list_iface *iface, D3D12_GPU_DESCRIPTOR_HANDLE gpu,
                                        D3D12_CPU_DESCRIPTOR_HANDLE cpu, ID3D12Resource *resource,
                                        const FLOAT values[4], UINT num_rects,
                                        const D3D12_RECT *rects);

/* command_list_state.c */
void command_list_set_pipeline(struct command_list *list, ID3D12PipelineState *pipeline);
void list_SetPipelineState(list_iface *iface, ID3D12PipelineState *pipeline);
void list_IASetPrimitiveTopology(list_iface *iface, D3D12_PRIMITIVE_TOPOLOGY topology);
void list_RSSetViewports(list_iface *iface, UINT count, const D3D12_VIEWPORT *viewports);
void list_RSSetScissorRects(list_iface *iface, UINT count, const D3D12_RECT *rects);
void list_OMSetBlendFactor(list_iface *iface, const FLOAT factor[4]);
void list_OMSetStencilRef(list_iface *iface, UINT ref);
void list_OMSetRenderTargets(list_iface *iface, UINT count,
                             const D3D12_CPU_DESCRIPTOR_HANDLE *views, BOOL is_range,
                             const D3D12_CPU_DESCRIPTOR_HANDLE *depth);
void list_IASetIndexBuffer(list_iface *iface, const D3D12_INDEX_BUFFER_VIEW *view);
void list_IASetVertexBuffers(list_iface *iface, UINT start, UINT count,
                             const D3D12_VERTEX_BUFFER_VIEW *views);
void list_SOSetTargets(list_iface *iface, UINT start, UINT count,
                       const D3D12_STREAM_OUTPUT_BUFFER_VIEW *views);

/* command_list_root.c */
void list_SetDescriptorHeaps(list_iface *iface, UINT count, ID3D12DescriptorHeap *const *heaps);
void list_SetComputeRootSignature(list_iface *iface, ID3D12RootSignature *root);
void list_SetGraphicsRootSignature(list_iface *iface, ID3D12RootSignature *root);
void list_SetComputeRootDescriptorTable(list_iface *iface, UINT index,
                                        D3D12_GPU_DESCRIPTOR_HANDLE base);
void list_SetGraphicsRootDescriptorTable(list_iface *iface, UINT index,
                                         D3D12_GPU_DESCRIPTOR_HANDLE base);
void list_SetComputeRoot32BitConstant(list_iface *iface, UINT index, UINT value, UINT offset);
void list_SetGraphicsRoot32BitConstant(list_iface *iface, UINT index, UINT value, UINT offset);
void list_SetComputeRoot32BitConstants(list_iface *iface, UINT index, UINT count,
                                       const void *values, UINT offset);
void list_SetGraphicsRoot32BitConstants(list_iface *iface, UINT index, UINT count,
                                        const void *values, UINT offset);
/* Root CBV, SRV and UAV: the same on this device, an address. */
void list_SetComputeRootView(list_iface *iface, UINT index, D3D12_GPU_VIRTUAL_ADDRESS address);
void list_SetGraphicsRootView(list_iface *iface, UINT index, D3D12_GPU_VIRTUAL_ADDRESS address);

#endif
