#include "egl/drivers/dxg/wayland_shm.h"

#include <drm_fourcc.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct wl_buffer *
create_wl_buffer(struct wl_shm *shm, struct wl_event_queue *queue, int fd,
                 const struct shm_buffer *buffer, uint32_t width, uint32_t height, uint32_t fourcc)
{
   struct wl_shm *wrapper = wl_proxy_create_wrapper(shm);
   struct wl_shm_pool *pool = NULL;
   struct wl_buffer *wl_buffer = NULL;

   if (wrapper) {
      wl_proxy_set_queue((struct wl_proxy *)wrapper, queue);
      pool = wl_shm_create_pool(wrapper, fd, (int32_t)buffer->size);
      wl_proxy_wrapper_destroy(wrapper);
   }
   if (pool) {
      wl_buffer = wl_shm_pool_create_buffer(
         pool, 0, (int32_t)width, (int32_t)height, (int32_t)buffer->stride,
         fourcc == DRM_FORMAT_ARGB8888 ? WL_SHM_FORMAT_ARGB8888 : WL_SHM_FORMAT_XRGB8888);
      wl_shm_pool_destroy(pool);
   }
   return wl_buffer;
}

struct shm_buffer *
shm_buffer_create(struct wl_shm *shm, struct wl_event_queue *queue, uint32_t width,
                  uint32_t height, uint32_t fourcc)
{
   struct shm_buffer *buffer = calloc(1, sizeof(*buffer));
   int fd = memfd_create("dxg-frame", MFD_CLOEXEC | MFD_ALLOW_SEALING);

   if (!buffer || fd < 0)
      goto fail;
   buffer->stride = (size_t)width * 4;
   buffer->size = buffer->stride * height;
   if (buffer->size > INT32_MAX || ftruncate(fd, (off_t)buffer->size) < 0)
      goto fail;
   buffer->memory = mmap(NULL, buffer->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
   if (buffer->memory == MAP_FAILED)
      goto fail;
   buffer->wl_buffer = create_wl_buffer(shm, queue, fd, buffer, width, height, fourcc);
   if (!buffer->wl_buffer) {
      munmap(buffer->memory, buffer->size);
      goto fail;
   }
   close(fd);
   return buffer;

fail:
   if (fd >= 0)
      close(fd);
   free(buffer);
   return NULL;
}

void
shm_buffer_destroy(struct shm_buffer *buffer)
{
   if (!buffer)
      return;
   wl_buffer_destroy(buffer->wl_buffer);
   munmap(buffer->memory, buffer->size);
   free(buffer);
}
