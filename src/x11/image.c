#include "x11/image.h"

#include "util/bits.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <xcb/present.h>
#include <xcb/shm.h>
#include <xcb/xfixes.h>

/* --- What the server can do ---------------------------------------------------------------- */

static const xcb_query_extension_reply_t *
extension(xcb_connection_t *xcb, xcb_extension_t *id)
{
   const xcb_query_extension_reply_t *reply = xcb_get_extension_data(xcb, id);

   return reply && reply->present ? reply : NULL;
}

/* Present's events are generic ones; a server that has these switched off sends none. */
static bool
has_generic_events(xcb_connection_t *xcb)
{
   static const char name[] = "Generic Event Extension";
   xcb_query_extension_reply_t *reply =
      xcb_query_extension_reply(xcb, xcb_query_extension(xcb, strlen(name), name), NULL);
   const bool present = reply && reply->present;

   free(reply);
   return present;
}

static void
init_present(struct x11_server *server, xcb_connection_t *xcb)
{
   const xcb_query_extension_reply_t *present = extension(xcb, &xcb_present_id);
   const xcb_query_extension_reply_t *fixes = extension(xcb, &xcb_xfixes_id);

   if (!present || !fixes || !has_generic_events(xcb))
      return;
   /* A client must say which version it speaks before it uses anything. */
   xcb_present_query_version_cookie_t present_cookie = xcb_present_query_version(xcb, 1, 0);
   xcb_xfixes_query_version_cookie_t fixes_cookie = xcb_xfixes_query_version(xcb, 2, 0);
   xcb_present_query_version_reply_t *present_version =
      xcb_present_query_version_reply(xcb, present_cookie, NULL);
   xcb_xfixes_query_version_reply_t *fixes_version =
      xcb_xfixes_query_version_reply(xcb, fixes_cookie, NULL);

   server->present = present_version && fixes_version && fixes_version->major_version >= 2;
   server->present_opcode = present->major_opcode;
   free(present_version);
   free(fixes_version);
}

/* Descriptors travel over local sockets only; over another, sending one ends the connection. */
static bool
is_local(xcb_connection_t *xcb)
{
   int domain;
   socklen_t size = sizeof(domain);

   return getsockopt(xcb_get_file_descriptor(xcb), SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
          domain == AF_UNIX;
}

/* Does it take a segment by descriptor? A local socket may still lead to another machine. */
static bool
try_segment(xcb_connection_t *xcb)
{
   const int fd = memfd_create("dxg-probe", MFD_CLOEXEC);
   const uint32_t segment = xcb_generate_id(xcb);
   xcb_generic_error_t *error;

   if (fd < 0 || ftruncate(fd, 4096) < 0) {
      if (fd >= 0)
         close(fd);
      return false;
   }
   error = xcb_request_check(xcb, xcb_shm_attach_fd_checked(xcb, segment, fd, true));
   if (!error && !xcb_connection_has_error(xcb)) {
      xcb_shm_detach(xcb, segment);
      return true;
   }
   free(error);
   return false;
}

static void
init_shm(struct x11_server *server, xcb_connection_t *xcb)
{
   const xcb_query_extension_reply_t *shm = extension(xcb, &xcb_shm_id);

   if (!shm || !is_local(xcb))
      return;
   xcb_shm_query_version_reply_t *version =
      xcb_shm_query_version_reply(xcb, xcb_shm_query_version(xcb), NULL);
   if (version && (version->major_version > 1 || version->minor_version >= 2) && try_segment(xcb)) {
      server->shm = true;
      server->shared_pixmaps =
         version->shared_pixmaps && version->pixmap_format == XCB_IMAGE_FORMAT_Z_PIXMAP;
      server->shm_event = shm->first_event + XCB_SHM_COMPLETION;
   }
   free(version);
}

bool
x11_server_init(struct x11_server *server, xcb_connection_t *xcb, bool send_descriptors)
{
   const xcb_setup_t *setup = xcb_get_setup(xcb);
   const uint8_t order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? XCB_IMAGE_ORDER_LSB_FIRST
                                                                   : XCB_IMAGE_ORDER_MSB_FIRST;

   *server = (struct x11_server){ 0 };
   if (xcb_connection_has_error(xcb) || setup->image_byte_order != order)
      return false;
   xcb_prefetch_extension_data(xcb, &xcb_present_id);
   xcb_prefetch_extension_data(xcb, &xcb_xfixes_id);
   xcb_prefetch_extension_data(xcb, &xcb_shm_id);
   init_present(server, xcb);
   if (send_descriptors)
      init_shm(server, xcb);
   return !xcb_connection_has_error(xcb);
}

/* --- Images -------------------------------------------------------------------------------- */

void
x11_image_init(struct x11_image *image, const struct x11_server *server, xcb_connection_t *xcb,
               xcb_drawable_t drawable, uint8_t depth, const struct x11_memory *memory,
               bool presented)
{
   const uint32_t stride = memory->pitch / memory->pixel_bytes;
   const int fd = server->shm ? fcntl(memory->fd, F_DUPFD_CLOEXEC, 0) : -1;

   *image = (struct x11_image){ .xcb = xcb };
   if (fd >= 0) {
      image->segment = xcb_generate_id(xcb);
      xcb_shm_attach_fd(xcb, image->segment, fd, false);
   }
   image->shared = image->segment && server->shared_pixmaps;
   if (!image->shared && !presented)
      return;
   image->pixmap = xcb_generate_id(xcb);
   if (!image->shared) {
      xcb_create_pixmap(xcb, depth, image->pixmap, drawable, (uint16_t)memory->width,
                        (uint16_t)memory->height);
      return;
   }
   xcb_shm_create_pixmap(xcb, image->pixmap, drawable, (uint16_t)stride, (uint16_t)memory->height,
                         depth, image->segment, 0);
   if (presented && stride != memory->width) {
      const xcb_rectangle_t valid = { 0, 0, (uint16_t)memory->width, (uint16_t)memory->height };

      image->region = xcb_generate_id(xcb);
      xcb_xfixes_create_region(xcb, image->region, 1, &valid);
   }
}

void
x11_image_finish(struct x11_image *image)
{
   if (image->region)
      xcb_xfixes_destroy_region(image->xcb, image->region);
   if (image->pixmap)
      xcb_free_pixmap(image->xcb, image->pixmap);
   if (image->segment)
      xcb_shm_detach(image->xcb, image->segment);
   *image = (struct x11_image){ 0 };
}

void
x11_put_pixels(xcb_connection_t *xcb, const uint8_t *pixels, ptrdiff_t pitch, uint32_t pixel_bytes,
               xcb_drawable_t to, uint32_t gc, uint8_t depth, int x, int y, int width, int height)
{
   /* Rows are padded to 32 bits in all Z format images that we send. */
   const uint32_t row = align_up((uint32_t)width * pixel_bytes, 4u);
   const uint32_t request =
      xcb_get_maximum_request_length(xcb) * 4 - sizeof(xcb_put_image_request_t);
   /* Large requests are legal, but keep other clients waiting. */
   const int rows = (int)MAX2(MIN2(request, 1u << 18) / row, 1u);
   uint8_t *block = calloc((size_t)MIN2(rows, height), row);

   if (!block)
      return;
   for (int done = 0; done < height; done += rows) {
      const int count = MIN2(rows, height - done);

      for (int i = 0; i < count; i++)
         memcpy(block + (size_t)i * row,
                pixels + (y + done + i) * pitch + (ptrdiff_t)x * pixel_bytes,
                (size_t)width * pixel_bytes);
      xcb_put_image(xcb, XCB_IMAGE_FORMAT_Z_PIXMAP, to, gc, (uint16_t)width, (uint16_t)count,
                    (int16_t)x, (int16_t)(y + done), 0, depth, row * count, block);
   }
   free(block);
}

bool
x11_image_put(const struct x11_image *image, xcb_connection_t *xcb, const struct x11_memory *memory,
              xcb_drawable_t to, uint32_t gc, uint8_t depth, int x, int y, int width, int height,
              bool event)
{
   if (!image->segment) {
      x11_put_pixels(xcb, memory->pixels, memory->pitch, memory->pixel_bytes, to, gc, depth, x, y,
                     width, height);
      return false;
   }
   xcb_shm_put_image(xcb, to, gc, (uint16_t)(memory->pitch / memory->pixel_bytes),
                     (uint16_t)memory->height, (uint16_t)x, (uint16_t)y, (uint16_t)width,
                     (uint16_t)height, (int16_t)x, (int16_t)y, depth, XCB_IMAGE_FORMAT_Z_PIXMAP,
                     event, image->segment, 0);
   return true;
}
