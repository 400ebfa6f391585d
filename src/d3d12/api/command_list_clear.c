/* Clears of render targets, depth buffers and unordered access views. */
#include "api/command_list.h"

#include "util/bits.h"

#include <stdlib.h>
#include <string.h>

/* As many as one command holds; more rectangles are cut into several commands. */
#define MAX_RECTS 128

/* The parts of the rectangles that lie in width × height, in `out`; empty ones are dropped. */
static uint32_t
clip_rects(const D3D12_RECT *rects, uint32_t count, uint32_t width, uint32_t height,
           D3D12_RECT *out)
{
   uint32_t n = 0;
   for (uint32_t i = 0; i < count; i++) {
      D3D12_RECT r = {
         .left = CLAMP(rects[i].left, 0, (LONG)width),
         .top = CLAMP(rects[i].top, 0, (LONG)height),
         .right = CLAMP(rects[i].right, 0, (LONG)width),
         .bottom = CLAMP(rects[i].bottom, 0, (LONG)height),
      };
      if (r.left < r.right && r.top < r.bottom)
         out[n++] = r;
   }
   return n;
}

/* Calls `record` for all rectangles in pieces that fit a command; without any, once for the whole. */
typedef void (*record_fn)(struct command_list *list, const void *clear, const D3D12_RECT *rects,
                          uint32_t count);

static void
record_rects(struct command_list *list, record_fn record, const void *clear, uint32_t width,
             uint32_t height, const D3D12_RECT *rects, uint32_t count)
{
   if (!count || !rects) {
      record(list, clear, NULL, 0);
      return;
   }
   while (count) {
      D3D12_RECT clipped[MAX_RECTS];
      uint32_t piece = MIN2(count, MAX_RECTS);
      uint32_t n = clip_rects(rects, piece, width, height, clipped);
      if (n)
         record(list, clear, clipped, n);
      rects += piece;
      count -= piece;
   }
}

static void
record_color(struct command_list *list, const void *data, const D3D12_RECT *rects, uint32_t count)
{
   struct exec_clear_color_command *clear = exec_stream_add(
      &list->stream, EXEC_CLEAR_COLOR, sizeof(*clear) + count * sizeof(*rects));
   *clear = *(const struct exec_clear_color_command *)data;
   clear->num_rects = count;
   if (count)
      memcpy(clear->rects, rects, count * sizeof(*rects));
}

void
list_ClearRenderTargetView(list_iface *iface, D3D12_CPU_DESCRIPTOR_HANDLE handle,
                           const FLOAT color[4], UINT num_rects, const D3D12_RECT *rects)
{
   const struct target_view *view = (const struct target_view *)handle.ptr;
   if (!view || !view->image)
      return;
   struct exec_clear_color_command clear = { .view = *view };
   memcpy(clear.color, color, sizeof(clear.color));
   list_from(iface)->dirty_pass = true;
   record_rects(list_from(iface), record_color, &clear, view->width, view->height, rects,
                num_rects);
}

static void
record_depth_stencil(struct command_list *list, const void *data, const D3D12_RECT *rects,
                     uint32_t count)
{
   struct exec_clear_depth_stencil_command *clear = exec_stream_add(
      &list->stream, EXEC_CLEAR_DEPTH_STENCIL, sizeof(*clear) + count * sizeof(*rects));
   *clear = *(const struct exec_clear_depth_stencil_command *)data;
   clear->num_rects = count;
   if (count)
      memcpy(clear->rects, rects, count * sizeof(*rects));
}

void
list_ClearDepthStencilView(list_iface *iface, D3D12_CPU_DESCRIPTOR_HANDLE handle,
                           D3D12_CLEAR_FLAGS flags, FLOAT depth, UINT8 stencil, UINT num_rects,
                           const D3D12_RECT *rects)
{
   const struct target_view *view = (const struct target_view *)handle.ptr;
   if (!view || !view->image)
      return;
   const struct exec_clear_depth_stencil_command clear = {
      .view = *view,
      .flags = flags,
      .depth = depth,
      .stencil = stencil,
   };
   list_from(iface)->dirty_pass = true;
   record_rects(list_from(iface), record_depth_stencil, &clear, view->width, view->height, rects,
                num_rects);
}

static void
record_uav(struct command_list *list, const void *data, const D3D12_RECT *rects, uint32_t count)
{
   struct exec_clear_uav_command *clear =
      exec_stream_add(&list->stream, EXEC_CLEAR_UAV, sizeof(*clear) + count * sizeof(*rects));
   *clear = *(const struct exec_clear_uav_command *)data;
   clear->num_rects = count;
   if (count)
      memcpy(clear->rects, rects, count * sizeof(*rects));
}

static void
clear_uav(struct command_list *list, D3D12_CPU_DESCRIPTOR_HANDLE handle,
          struct exec_clear_uav_command *clear, UINT num_rects, const D3D12_RECT *rects)
{
   const struct descriptor *view = (const struct descriptor *)handle.ptr;
   if (!view || !view->base)
      return;
   clear->view = *view;
   record_rects(list, record_uav, clear, view->width, MAX2(view->height, 1u), rects, num_rects);
}

void
list_ClearUnorderedAccessViewUint(list_iface *iface, D3D12_GPU_DESCRIPTOR_HANDLE gpu,
                                  D3D12_CPU_DESCRIPTOR_HANDLE cpu, ID3D12Resource *resource,
                                  const UINT values[4], UINT num_rects, const D3D12_RECT *rects)
{
   struct exec_clear_uav_command clear = { 0 };
   memcpy(clear.value.u, values, sizeof(clear.value.u));
   clear_uav(list_from(iface), cpu, &clear, num_rects, rects);
}

void
list_ClearUnorderedAccessViewFloat(list_iface *iface, D3D12_GPU_DESCRIPTOR_HANDLE gpu,
                                   D3D12_CPU_DESCRIPTOR_HANDLE cpu, ID3D12Resource *resource,
                                   const FLOAT values[4], UINT num_rects, const D3D12_RECT *rects)
{
   struct exec_clear_uav_command clear = { .is_float = true };
   memcpy(clear.value.f, values, sizeof(clear.value.f));
   clear_uav(list_from(iface), cpu, &clear, num_rects, rects);
}
