/*
 * Copying an image of the GL driver into a drawable that we know nothing of.
 */
#include "x11/objects.h"

#include "util/bits.h"

#include <stdlib.h>

static void
put(struct x11_connection *connection, const uint8_t *pixels, ptrdiff_t stride,
    uint32_t pixel_bytes, const xcb_get_geometry_reply_t *geometry, xcb_drawable_t to, int width,
    int height)
{
   const uint32_t gc = xcb_generate_id(connection->xcb);

   xcb_create_gc(connection->xcb, gc, to, 0, NULL);
   x11_put_pixels(connection->xcb, pixels, stride, pixel_bytes, to, gc, geometry->depth, 0, 0,
                  MIN2(width, geometry->width), MIN2(height, geometry->height));
   xcb_free_gc(connection->xcb, gc);
   pthread_mutex_lock(&connection->mutex);
   x11_connection_round_trip(connection);
   pthread_mutex_unlock(&connection->mutex);
}

uint8_t
x11_connection_copy_image(struct x11_connection *connection, struct loader_context *context,
                          struct loader_image *image, uint32_t fourcc, xcb_drawable_t to)
{
   xcb_connection_t *xcb = connection->program;
   xcb_generic_error_t *error = NULL;
   xcb_get_geometry_reply_t *geometry =
      xcb_get_geometry_reply(xcb, xcb_get_geometry(xcb, to), &error);
   uint8_t result = error ? error->error_code : XCB_ALLOC;
   struct loader_image_info info;
   void *cookie;
   int stride;

   if (geometry && x11_depth_shows(geometry->depth, fourcc)) {
      loader_image_query(image, &info);
      const uint8_t *pixels = loader_image_map(context, image, 0, 0, (int)info.width,
                                               (int)info.height, false, &stride, &cookie);
      if (pixels) {
         put(connection, pixels, stride, dxg_format_size(fourcc), geometry, to, (int)info.width,
             (int)info.height);
         loader_image_unmap(context, image, cookie);
         result = 0;
      }
   } else if (geometry) {
      result = XCB_MATCH;
   }
   free(error);
   free(geometry);
   return result;
}
