#include "picture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <png.h>

#define MAX_PRINTED 8

static void
write_png(const char *path, uint32_t width, uint32_t height, const uint32_t *expected,
          const uint32_t *got)
{
   png_image image = {
      .version = PNG_IMAGE_VERSION,
      .width = width * 3,
      .height = height,
      .format = PNG_FORMAT_RGBA,
   };
   uint32_t *pixels = malloc((size_t)width * 3 * height * sizeof(*pixels));

   assert_non_null(pixels);
   for (uint32_t y = 0; y < height; y++) {
      for (uint32_t x = 0; x < width; x++) {
         uint32_t e = expected[y * width + x], g = got[y * width + x];
         uint32_t *row = pixels + (size_t)y * width * 3;

         row[x] = e | 0xff000000;
         row[width + x] = g | 0xff000000;
         row[2 * width + x] = e == g ? 0xff000000 : 0xffffffff;
      }
   }
   if (!png_image_write_to_file(&image, path, 0, pixels, 0, NULL))
      print_error("%s: %s\n", path, image.message);
   free(pixels);
}

void
picture_assert_equal(const char *name, uint32_t width, uint32_t height, const uint32_t *expected,
                     const uint32_t *got)
{
   uint32_t different = 0;
   char path[4096];

   for (uint32_t i = 0; i < width * height; i++) {
      if (expected[i] != got[i] && different++ < MAX_PRINTED)
         print_error("%s: (%u, %u): expected %#x, got %#x\n", name, i % width, i / width,
                     expected[i], got[i]);
   }
   if (!different)
      return;
   snprintf(path, sizeof(path), "%s/%s.png", TEST_PICTURES_DIR, name);
   write_png(path, width, height, expected, got);
   fail_msg("%s: %u pixels differ, see %s", name, different, path);
}
