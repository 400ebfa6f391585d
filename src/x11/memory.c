#include "x11/memory.h"

#include "gallium/winsys/dxg/timeline.h"
#include "util/debug.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* --- Linear textures ----------------------------------------------------------------------- */

/* As much as the texels need. False: the handle is no mappable file. */
static bool
map_handle(struct x11_memory *memory)
{
   /* Not before the file is seen to be as large: an access behind its end would be fatal. */
   if (lseek(memory->texture.handle, 0, SEEK_END) < (off_t)memory->size)
      return false;
   memory->pixels =
      mmap(NULL, memory->size, PROT_READ | PROT_WRITE, MAP_SHARED, memory->texture.handle, 0);
   if (memory->pixels != MAP_FAILED)
      return true;
   memory->pixels = NULL;
   return false;
}

static bool
create_linear(struct x11_memory *memory, uint32_t fourcc)
{
   ID3D12Device *device = memory->device->device;
   const D3D12_HEAP_PROPERTIES heap = { .Type = D3D12_HEAP_TYPE_DEFAULT };
   const D3D12_RESOURCE_DESC desc = {
      .Dimension = D3D12_RESOURCE_DIMENSION_TEXTURE2D,
      .Width = memory->width,
      .Height = memory->height,
      .DepthOrArraySize = 1,
      .MipLevels = 1,
      .Format = dxg_format_to_dxgi(fourcc),
      .SampleDesc.Count = 1,
      .Layout = D3D12_TEXTURE_LAYOUT_ROW_MAJOR,
      .Flags = D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET | D3D12_RESOURCE_FLAG_ALLOW_CROSS_ADAPTER,
   };
   D3D12_PLACED_SUBRESOURCE_FOOTPRINT footprint;
   HANDLE handle;

   if (FAILED(ID3D12Device_CreateCommittedResource(
          device, &heap, memory->device->shown | D3D12_HEAP_FLAG_SHARED_CROSS_ADAPTER, &desc,
          D3D12_RESOURCE_STATE_COMMON, NULL, &IID_ID3D12Resource,
          (void **)&memory->texture.resource))) {
      memory->texture.resource = NULL;
      return false;
   }
   if (FAILED(ID3D12Device_CreateSharedHandle(device, (ID3D12DeviceChild *)memory->texture.resource,
                                              NULL, GENERIC_ALL, NULL, &handle)))
      return false;
   memory->texture.handle = (int)(intptr_t)handle;
   ID3D12Device_GetCopyableFootprints(device, &desc, 0, 1, 0, &footprint, NULL, NULL, NULL);
   memory->pitch = footprint.Footprint.RowPitch;
   memory->size = (size_t)memory->pitch * memory->height;
   return map_handle(memory);
}

/* Are the texels of a linear texture really what its handle maps, in the order that we expect?
 * D3D12 promises the pitch, but not that the memory is in a file. */
static bool
probe_texels(struct x11_memory *memory)
{
   struct dxg_timeline done;
   struct x11_copy copy;
   bool same = false;

   if (!dxg_timeline_init(&done, memory->device))
      return false;
   if (x11_copy_init(&copy, memory->device, memory->texture.resource, X11_TO_TEXTURE)) {
      const uint32_t row = memory->width * memory->pixel_bytes;

      for (uint32_t y = 0; y < memory->height; y++) {
         for (uint32_t x = 0; x < row; x++)
            copy.pixels[y * copy.pitch + x] = (uint8_t)(x * 7 + y * 31 + 1);
      }
      x11_copy_submit(&copy, memory->device);
      same = dxg_timeline_cpu_wait(&done, dxg_timeline_signal(&done, memory->device), -1);
      for (uint32_t y = 0; same && y < memory->height; y++)
         same = memcmp(memory->pixels + y * memory->pitch, copy.pixels + y * copy.pitch, row) == 0;
      x11_copy_finish(&copy);
   }
   dxg_timeline_finish(&done);
   return same;
}

enum x11_memory_kind
x11_memory_find_kind(struct dxg_device *device, struct loader_screen *loader)
{
   D3D12_FEATURE_DATA_D3D12_OPTIONS options;
   enum x11_memory_kind kind = X11_MEMORY_COPIED;
   struct x11_memory probe;

   if (!loader_screen_info(loader)->image_import)
      return X11_MEMORY_MAPPED;
   if (FAILED(ID3D12Device_CheckFeatureSupport(device->device, D3D12_FEATURE_D3D12_OPTIONS,
                                               &options, sizeof(options))) ||
       !options.CrossAdapterRowMajorTextureSupported)
      return kind;
   if (x11_memory_init(&probe, X11_MEMORY_LINEAR, device, loader, 33, 5, DRM_FORMAT_XRGB8888)) {
      if (probe_texels(&probe))
         kind = X11_MEMORY_LINEAR;
      x11_memory_finish(&probe);
   }
   return kind;
}

/* --- All kinds ----------------------------------------------------------------------------- */

/* Memory of our own for the X server, to be copied into. */
static bool
create_file(struct x11_memory *memory)
{
   memory->size = (size_t)memory->pitch * memory->height;
   memory->fd = memfd_create("dxg-frame", MFD_CLOEXEC | MFD_ALLOW_SEALING);
   /* A server that maps it must not lose the pages. */
   if (memory->fd < 0 || ftruncate(memory->fd, (off_t)memory->size) < 0 ||
       fcntl(memory->fd, F_ADD_SEALS, F_SEAL_SHRINK) < 0)
      return false;
   memory->pixels = mmap(NULL, memory->size, PROT_READ | PROT_WRITE, MAP_SHARED, memory->fd, 0);
   if (memory->pixels != MAP_FAILED)
      return true;
   memory->pixels = NULL;
   return false;
}

static bool
create(struct x11_memory *memory, struct loader_screen *loader, uint32_t fourcc)
{
   const struct dxg_texture *texture = &memory->texture;

   switch (memory->kind) {
   case X11_MEMORY_LINEAR:
      if (!create_linear(memory, fourcc))
         return false;
      memory->fd = fcntl(texture->handle, F_DUPFD_CLOEXEC, 0);
      break;
   case X11_MEMORY_COPIED:
      if (!dxg_texture_init(&memory->texture, memory->device, memory->width, memory->height,
                            fourcc) ||
          !x11_copy_init(&memory->read, memory->device, texture->resource, X11_FROM_TEXTURE))
         return false;
      memory->pitch = memory->read.pitch;
      if (!create_file(memory))
         return false;
      break;
   case X11_MEMORY_MAPPED:
      memory->pitch = (memory->width * memory->pixel_bytes + 63) & ~63u;
      if (!create_file(memory))
         return false;
      memory->image = loader_image_create(loader, memory->width, memory->height, fourcc);
      return memory->image;
   }
   memory->image =
      loader_image_import(loader, texture->handle, memory->width, memory->height, fourcc);
   return memory->fd >= 0 && memory->image;
}

bool
x11_memory_init(struct x11_memory *memory, enum x11_memory_kind kind, struct dxg_device *device,
                struct loader_screen *loader, uint32_t width, uint32_t height, uint32_t fourcc)
{
   *memory = (struct x11_memory){
      .kind = kind,
      .device = device,
      .width = width,
      .height = height,
      .pixel_bytes = dxg_format_size(fourcc),
      .fd = -1,
      .texture.handle = -1,
   };
   if (memory->pixel_bytes && create(memory, loader, fourcc))
      return true;
   debug_printf(DEBUG_INFO, "no memory for a window of %u×%u, %.4s", width, height,
                (const char *)&fourcc);
   x11_memory_finish(memory);
   return false;
}

void
x11_memory_finish(struct x11_memory *memory)
{
   loader_image_destroy(memory->image);
   x11_copy_finish(&memory->read);
   x11_copy_finish(&memory->write);
   if (memory->pixels)
      munmap(memory->pixels, memory->size);
   if (memory->fd >= 0)
      close(memory->fd);
   dxg_texture_finish(&memory->texture);
}

static void
copy_rows(uint8_t *to, ptrdiff_t to_pitch, const uint8_t *from, ptrdiff_t from_pitch,
          const struct x11_memory *memory)
{
   for (uint32_t y = 0; y < memory->height; y++)
      memcpy(to + y * to_pitch, from + y * from_pitch, (size_t)memory->width * memory->pixel_bytes);
}

size_t
x11_memory_read_begin(struct x11_memory *memory, struct loader_context *context)
{
   const uint8_t *mapped;
   void *cookie;
   int stride;

   if (memory->kind == X11_MEMORY_COPIED) {
      x11_copy_submit(&memory->read, memory->device);
      return 0;
   }
   if (memory->kind == X11_MEMORY_LINEAR || !context)
      return 0;
   mapped = loader_image_map(context, memory->image, 0, 0, (int)memory->width, (int)memory->height,
                             false, &stride, &cookie);
   if (!mapped)
      return 0;
   copy_rows(memory->pixels, memory->pitch, mapped, stride, memory);
   loader_image_unmap(context, memory->image, cookie);
   return memory->size;
}

size_t
x11_memory_read_end(struct x11_memory *memory)
{
   if (memory->kind != X11_MEMORY_COPIED)
      return 0;
   memcpy(memory->pixels, memory->read.pixels,
          (size_t)memory->pitch * (memory->height - 1) +
             (size_t)memory->width * memory->pixel_bytes);
   return memory->size;
}

static bool
begin_write(struct x11_memory *memory, enum x11_copy_direction direction)
{
   return memory->write.list || x11_copy_init(&memory->write, memory->device,
                                              memory->texture.resource, direction);
}

bool
x11_memory_write(struct x11_memory *memory, struct loader_context *context)
{
   uint8_t *mapped;
   void *cookie;
   int stride;

   switch (memory->kind) {
   case X11_MEMORY_LINEAR:
      if (!begin_write(memory, X11_IN_TEXTURE))
         return false;
      x11_copy_submit(&memory->write, memory->device);
      return true;
   case X11_MEMORY_COPIED:
      if (!begin_write(memory, X11_TO_TEXTURE))
         return false;
      copy_rows(memory->write.pixels, memory->write.pitch, memory->pixels, memory->pitch, memory);
      x11_copy_submit(&memory->write, memory->device);
      return true;
   case X11_MEMORY_MAPPED:
      mapped = context ? loader_image_map(context, memory->image, 0, 0, (int)memory->width,
                                          (int)memory->height, true, &stride, &cookie)
                       : NULL;
      if (!mapped)
         return false;
      copy_rows(mapped, stride, memory->pixels, memory->pitch, memory);
      loader_image_unmap(context, memory->image, cookie);
      return true;
   }
   return false;
}
