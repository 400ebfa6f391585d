/* Copies and resolves: regions are checked here, so that playing them can trust them. */
#include "api/command_list.h"

#include "util/bits.h"

#include <string.h>

void
list_CopyBufferRegion(list_iface *iface, ID3D12Resource *dst_iface, UINT64 dst_offset,
                      ID3D12Resource *src_iface, UINT64 src_offset, UINT64 size)
{
   struct command_list *list = list_from(iface);
   struct resource *dst = resource_from(dst_iface);
   struct resource *src = resource_from(src_iface);
   if (!dst || !src || !resource_is_buffer(dst) || !resource_is_buffer(src) ||
       size > dst->desc.Width || dst_offset > dst->desc.Width - size || size > src->desc.Width ||
       src_offset > src->desc.Width - size) {
      command_list_refuse(list, "CopyBufferRegion beyond a buffer");
      return;
   }
   *RECORD(list, EXEC_COPY_BUFFER, struct exec_copy_buffer) = (struct exec_copy_buffer){
      .dst = dst->data + dst_offset,
      .src = src->data + src_offset,
      .size = size,
   };
}

/* One side of a copy, and the size in texels that may be read or written there. */
static bool
copy_side(const D3D12_TEXTURE_COPY_LOCATION *location, struct exec_copy_side *side,
          struct exec_box *bounds)
{
   struct resource *resource = resource_from(location->pResource);
   if (!resource)
      return false;

   if (location->Type == D3D12_TEXTURE_COPY_TYPE_SUBRESOURCE_INDEX) {
      if (resource_is_buffer(resource))
         return false;
      const struct image *image = &resource->image;
      if (location->SubresourceIndex >= image->num_levels * image->layers * image->num_planes)
         return false;
      side->image = image;
      image_subresource(image, location->SubresourceIndex, &side->level, &side->layer,
                        &side->plane);
      const struct image_level *level = &image->plane[side->plane].level[side->level];
      *bounds = (struct exec_box){ 0, 0, 0, level->width, level->height, level->depth };
      side->format = format_plane_copy_format(image->format, side->plane);
      return true;
   }

   const D3D12_PLACED_SUBRESOURCE_FOOTPRINT *placed = &location->PlacedFootprint;
   const D3D12_SUBRESOURCE_FOOTPRINT *footprint = &placed->Footprint;
   const struct format_info *info = format_info(footprint->Format);
   if (!resource_is_buffer(resource) || !info->block_bytes || !footprint->Width ||
       !footprint->Height || !footprint->Depth || footprint->Width > IMAGE_MAX_SIZE ||
       footprint->Height > IMAGE_MAX_SIZE || footprint->Depth > IMAGE_MAX_SIZE)
      return false;

   /* The last row need not be a whole pitch long. */
   uint32_t bytes = format_plane_bytes(footprint->Format, 0);
   uint64_t row = (uint64_t)div_round_up(footprint->Width, info->block_width) * bytes;
   uint64_t rows = div_round_up(footprint->Height, info->block_height);
   uint64_t slice = rows * footprint->RowPitch;
   uint64_t end = (footprint->Depth - 1) * slice + (rows - 1) * footprint->RowPitch + row;
   if (slice > UINT32_MAX || end > resource->desc.Width ||
       placed->Offset > resource->desc.Width - end)
      return false;
   side->buffer = resource->data + placed->Offset;
   side->row_pitch = footprint->RowPitch;
   side->slice_pitch = slice;
   side->format = footprint->Format;
   *bounds = (struct exec_box){ 0, 0, 0, footprint->Width, footprint->Height, footprint->Depth };
   return true;
}

static bool
fits(uint32_t position, uint32_t size, uint32_t bound)
{
   return size <= bound && position <= bound - size;
}

/* The part of a dimension that lies in both sides, in blocks; 0: none. A copy that hangs over is
 * invalid in D3D12, yet Mesa copies whole depth textures into smaller levels, and drivers clip. */
static uint32_t
clip_size(uint32_t size, uint32_t src, uint32_t src_bound, uint32_t dst, uint32_t dst_bound)
{
   if (src >= src_bound || dst >= dst_bound)
      return 0;
   return MIN2(size, MIN2(src_bound - src, dst_bound - dst));
}

/* A block-compressed level ends at a whole block: sizes are compared in blocks, in the format of each
 * side, as copies may reinterpret a block as a texel. False: nothing is left. */
static bool
clip_copy(struct exec_box *box, const struct format_info *from, const struct exec_box *src,
          const struct format_info *to, const uint32_t dst_position[3], const struct exec_box *dst)
{
   uint32_t width = clip_size(div_round_up(box->width, from->block_width),
                              box->x / from->block_width,
                              div_round_up(src->width, from->block_width),
                              dst_position[0] / to->block_width,
                              div_round_up(dst->width, to->block_width));
   uint32_t height = clip_size(div_round_up(box->height, from->block_height),
                               box->y / from->block_height,
                               div_round_up(src->height, from->block_height),
                               dst_position[1] / to->block_height,
                               div_round_up(dst->height, to->block_height));
   box->depth = clip_size(box->depth, box->z, src->depth, dst_position[2], dst->depth);
   box->width = MIN2(box->width, width * from->block_width);
   box->height = MIN2(box->height, height * from->block_height);
   return width && height && box->depth;
}

void
list_CopyTextureRegion(list_iface *iface, const D3D12_TEXTURE_COPY_LOCATION *dst, UINT x, UINT y,
                       UINT z, const D3D12_TEXTURE_COPY_LOCATION *src, const D3D12_BOX *box)
{
   struct command_list *list = list_from(iface);
   struct exec_copy_texture copy = { .dst_x = x, .dst_y = y, .dst_z = z };
   struct exec_box dst_bounds, src_bounds;
   if (!dst || !src || !copy_side(dst, &copy.dst, &dst_bounds) ||
       !copy_side(src, &copy.src, &src_bounds)) {
      command_list_refuse(list, "CopyTextureRegion: bad location");
      return;
   }

   copy.box = src_bounds;
   if (box) {
      if (box->left >= box->right || box->top >= box->bottom || box->front >= box->back)
         return; /* an empty box copies nothing */
      copy.box = (struct exec_box){ box->left,
                                    box->top,
                                    box->front,
                                    box->right - box->left,
                                    box->bottom - box->top,
                                    box->back - box->front };
   }
   const struct format_info *from = format_info(copy.src.format);
   const struct format_info *to = format_info(copy.dst.format);
   uint32_t position[3] = { x, y, z };
   if (from->block_bytes != to->block_bytes ||
       !clip_copy(&copy.box, from, &src_bounds, to, position, &dst_bounds)) {
      command_list_refuse(list,
                          "CopyTextureRegion: %ux%ux%u of %s at %u,%u,%u of %ux%ux%u to %s at "
                          "%u,%u,%u of %ux%ux%u",
                          copy.box.width, copy.box.height, copy.box.depth, from->name, copy.box.x,
                          copy.box.y, copy.box.z, src_bounds.width, src_bounds.height,
                          src_bounds.depth, to->name, x, y, z, dst_bounds.width,
                          dst_bounds.height, dst_bounds.depth);
      return;
   }
   *RECORD(list, EXEC_COPY_TEXTURE, struct exec_copy_texture) = copy;
}

static bool
same_shape(const struct resource *a, const struct resource *b)
{
   const struct image *i = &a->image;
   const struct image *j = &b->image;
   return i->width == j->width && i->height == j->height && i->depth == j->depth &&
          i->layers == j->layers && i->num_levels == j->num_levels && i->samples == j->samples &&
          i->num_planes == j->num_planes &&
          format_info(i->format)->typeless == format_info(j->format)->typeless;
}

void
list_CopyResource(list_iface *iface, ID3D12Resource *dst_iface, ID3D12Resource *src_iface)
{
   struct command_list *list = list_from(iface);
   struct resource *dst = resource_from(dst_iface);
   struct resource *src = resource_from(src_iface);
   if (dst && src && resource_is_buffer(dst) && resource_is_buffer(src) &&
       dst->desc.Width == src->desc.Width) {
      list_CopyBufferRegion(iface, dst_iface, 0, src_iface, 0, dst->desc.Width);
      return;
   }
   if (!dst || !src || resource_is_buffer(dst) || resource_is_buffer(src) ||
       !same_shape(dst, src)) {
      command_list_refuse(list, "CopyResource between unlike resources");
      return;
   }
   const struct image *image = &dst->image;
   uint32_t count = image->num_levels * image->layers * image->num_planes;
   for (uint32_t i = 0; i < count; i++) {
      D3D12_TEXTURE_COPY_LOCATION to = { .pResource = dst_iface, .SubresourceIndex = i };
      D3D12_TEXTURE_COPY_LOCATION from = { .pResource = src_iface, .SubresourceIndex = i };
      list_CopyTextureRegion(iface, &to, 0, 0, 0, &from, NULL);
   }
}

void
list_ResolveSubresourceRegion(list_iface *iface, ID3D12Resource *dst_iface, UINT dst_subresource,
                              UINT dst_x, UINT dst_y, ID3D12Resource *src_iface,
                              UINT src_subresource, D3D12_RECT *rect, DXGI_FORMAT format,
                              D3D12_RESOLVE_MODE mode)
{
   struct command_list *list = list_from(iface);
   struct resource *dst = resource_from(dst_iface);
   struct resource *src = resource_from(src_iface);
   if (!dst || !src || resource_is_buffer(dst) || resource_is_buffer(src) ||
       !format_info(format)->block_bytes ||
       dst_subresource >= dst->image.num_levels * dst->image.layers * dst->image.num_planes ||
       src_subresource >= src->image.num_levels * src->image.layers * src->image.num_planes) {
      command_list_refuse(list, "ResolveSubresource: bad subresource or format");
      return;
   }
   uint32_t level, layer, plane;
   image_subresource(&src->image, src_subresource, &level, &layer, &plane);
   const struct image_level *from = &src->image.plane[plane].level[level];
   struct exec_box box = { 0, 0, 0, from->width, from->height, 1 };
   if (rect) {
      if (rect->left < 0 || rect->top < 0 || rect->right <= rect->left ||
          rect->bottom <= rect->top) {
         command_list_refuse(list, "ResolveSubresourceRegion: rectangle");
         return;
      }
      box = (struct exec_box){ rect->left, rect->top, 0, rect->right - rect->left,
                               rect->bottom - rect->top, 1 };
   }
   image_subresource(&dst->image, dst_subresource, &level, &layer, &plane);
   const struct image_level *to = &dst->image.plane[plane].level[level];
   if (!fits(box.x, box.width, from->width) || !fits(box.y, box.height, from->height) ||
       !fits(dst_x, box.width, to->width) || !fits(dst_y, box.height, to->height)) {
      command_list_refuse(list, "ResolveSubresourceRegion beyond a subresource");
      return;
   }
   *RECORD(list, EXEC_RESOLVE, struct exec_resolve_command) = (struct exec_resolve_command){
      .dst = &dst->image,
      .src = &src->image,
      .dst_subresource = dst_subresource,
      .src_subresource = src_subresource,
      .dst_x = dst_x,
      .dst_y = dst_y,
      .box = box,
      .format = format,
      .mode = mode,
   };
}

void
list_ResolveSubresource(list_iface *iface, ID3D12Resource *dst, UINT dst_subresource,
                        ID3D12Resource *src, UINT src_subresource, DXGI_FORMAT format)
{
   list_ResolveSubresourceRegion(iface, dst, dst_subresource, 0, 0, src, src_subresource, NULL,
                                 format, D3D12_RESOLVE_MODE_AVERAGE);
}

/* The queue plays copies one after another, so that a copy is atomic for what follows it. */
void
list_AtomicCopyBufferUINT(list_iface *iface, ID3D12Resource *dst, UINT64 dst_offset,
                          ID3D12Resource *src, UINT64 src_offset, UINT dependencies,
                          ID3D12Resource *const *dependent,
                          const D3D12_SUBRESOURCE_RANGE_UINT64 *ranges)
{
   list_CopyBufferRegion(iface, dst, dst_offset, src, src_offset, sizeof(uint32_t));
}

void
list_AtomicCopyBufferUINT64(list_iface *iface, ID3D12Resource *dst, UINT64 dst_offset,
                            ID3D12Resource *src, UINT64 src_offset, UINT dependencies,
                            ID3D12Resource *const *dependent,
                            const D3D12_SUBRESOURCE_RANGE_UINT64 *ranges)
{
   list_CopyBufferRegion(iface, dst, dst_offset, src, src_offset, sizeof(uint64_t));
}

void
list_WriteBufferImmediate(list_iface *iface, UINT count,
                          const D3D12_WRITEBUFFERIMMEDIATE_PARAMETER *params,
                          const D3D12_WRITEBUFFERIMMEDIATE_MODE *modes)
{
   struct command_list *list = list_from(iface);
   for (UINT i = 0; i < count; i++) {
      if (!params[i].Dest || params[i].Dest % sizeof(uint32_t)) {
         command_list_refuse(list, "WriteBufferImmediate: address");
         return;
      }
      *RECORD(list, EXEC_WRITE_IMMEDIATE, struct exec_write_immediate) =
         (struct exec_write_immediate){
            .dst = (uint32_t *)(uintptr_t)params[i].Dest,
            .value = params[i].Value,
         };
   }
}
