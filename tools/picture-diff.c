/*
 * Compares two PNG pictures of the same size.
 *
 * Prints how far they are from each other, and on request writes a picture to look at: what was
 * expected, what was got, and their difference, amplified, side by side.
 * Exit status: 0 when they match, 1 when they do not, 2 when they could not be compared.
 */

#include <getopt.h>
#include <png.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_MATCH = 0, EXIT_DIFFERENT = 1, EXIT_TROUBLE = 2 };

enum { CHANNELS = 3, GAP = 8, AMPLIFICATION = 8 };

struct picture {
   uint32_t width, height;
   uint8_t *pixels;
};

struct difference {
   unsigned max;      /* the largest difference of a channel, 0 to 255 */
   double mean;       /* over all channels of all pixels */
   double over_share; /* of the pixels, in percent: those with a channel over the tolerance */
};

struct options {
   unsigned tolerance;
   double share;
   double mean;
   const char *image;
};

static bool
picture_read(struct picture *picture, const char *path)
{
   png_image png = { .version = PNG_IMAGE_VERSION };

   picture->pixels = NULL;
   if (!png_image_begin_read_from_file(&png, path)) {
      fprintf(stderr, "picture-diff: %s: %s\n", path, png.message);
      return false;
   }
   png.format = PNG_FORMAT_RGB;
   picture->width = png.width;
   picture->height = png.height;
   picture->pixels = malloc(PNG_IMAGE_SIZE(png));
   /* An alpha channel is composed onto black, as a compositor without a background would. */
   const png_color black = { 0, 0, 0 };
   if (!picture->pixels || !png_image_finish_read(&png, &black, picture->pixels, 0, NULL)) {
      fprintf(stderr, "picture-diff: %s: %s\n", path,
              picture->pixels ? png.message : "out of memory");
      png_image_free(&png);
      free(picture->pixels);
      picture->pixels = NULL;
      return false;
   }
   return true;
}

static void
picture_finish(struct picture *picture)
{
   free(picture->pixels);
}

/* A picture of one colour alone shows that nothing was drawn: to match it would prove nothing. */
static bool
picture_is_blank(const struct picture *picture)
{
   const size_t size = (size_t)picture->width * picture->height * CHANNELS;
   for (size_t i = CHANNELS; i < size; i++) {
      if (picture->pixels[i] != picture->pixels[i - CHANNELS])
         return false;
   }
   return true;
}

static unsigned
channel_difference(uint8_t a, uint8_t b)
{
   return a > b ? a - b : b - a;
}

static struct difference
compare(const struct picture *expected, const struct picture *got, unsigned tolerance)
{
   const size_t count = (size_t)expected->width * expected->height;
   struct difference difference = { 0 };
   uint64_t sum = 0;
   size_t over = 0;

   for (size_t i = 0; i < count; i++) {
      unsigned worst = 0;
      for (size_t c = i * CHANNELS; c < (i + 1) * CHANNELS; c++) {
         const unsigned d = channel_difference(expected->pixels[c], got->pixels[c]);
         sum += d;
         worst = d > worst ? d : worst;
      }
      difference.max = worst > difference.max ? worst : difference.max;
      over += worst > tolerance;
   }
   difference.mean = (double)sum / (double)(count * CHANNELS);
   difference.over_share = 100.0 * (double)over / (double)count;
   return difference;
}

static uint8_t
amplified(uint8_t a, uint8_t b)
{
   const unsigned d = channel_difference(a, b) * AMPLIFICATION;
   return d > UINT8_MAX ? UINT8_MAX : (uint8_t)d;
}

/* expected | got | amplified difference */
static bool
write_image(const char *path, const struct picture *expected, const struct picture *got)
{
   const size_t row = (size_t)expected->width * CHANNELS, gap = (size_t)GAP * CHANNELS;
   const size_t stride = 3 * row + 2 * gap;
   uint8_t *pixels = malloc(stride * expected->height);
   if (!pixels)
      return false;
   memset(pixels, UINT8_MAX, stride * expected->height);

   for (uint32_t y = 0; y < expected->height; y++) {
      const uint8_t *e = expected->pixels + y * row, *g = got->pixels + y * row;
      uint8_t *out = pixels + y * stride;
      memcpy(out, e, row);
      memcpy(out + row + gap, g, row);
      for (size_t i = 0; i < row; i++)
         out[2 * (row + gap) + i] = amplified(e[i], g[i]);
   }

   png_image png = {
      .version = PNG_IMAGE_VERSION,
      .width = 3 * expected->width + 2 * GAP,
      .height = expected->height,
      .format = PNG_FORMAT_RGB,
   };
   const bool ok = png_image_write_to_file(&png, path, 0, pixels, (png_int_32)stride, NULL);
   if (!ok)
      fprintf(stderr, "picture-diff: %s: %s\n", path, png.message);
   free(pixels);
   return ok;
}

static int
judge(const struct picture *expected, const struct picture *got, const struct options *options)
{
   if (expected->width != got->width || expected->height != got->height) {
      printf("expected %ux%u pixels, got %ux%u\n", expected->width, expected->height, got->width,
             got->height);
      return EXIT_DIFFERENT;
   }
   if (picture_is_blank(expected)) {
      printf("the expected picture is blank\n");
      return EXIT_TROUBLE;
   }

   const struct difference difference = compare(expected, got, options->tolerance);
   if (difference.max == 0)
      printf("identical\n");
   else
      printf("max %u, mean %.3f, %.3f %% of the pixels differ by more than %u\n", difference.max,
             difference.mean, difference.over_share, options->tolerance);
   if (options->image && !write_image(options->image, expected, got))
      return EXIT_TROUBLE;
   return difference.over_share <= options->share && difference.mean <= options->mean
             ? EXIT_MATCH
             : EXIT_DIFFERENT;
}

static void
usage(FILE *out)
{
   fprintf(out,
           "usage: picture-diff [OPTION...] EXPECTED.png GOT.png\n"
           "  -t, --tolerance=N    a channel may differ by N of 255 (default 0)\n"
           "  -s, --share=PERCENT  of the pixels that may differ by more (default 0)\n"
           "  -m, --mean=N         largest mean difference of all channels (default 255)\n"
           "  -i, --image=PATH     write expected | got | difference x%d\n",
           AMPLIFICATION);
}

int
main(int argc, char **argv)
{
   static const struct option long_options[] = {
      { "tolerance", required_argument, NULL, 't' },
      { "share", required_argument, NULL, 's' },
      { "mean", required_argument, NULL, 'm' },
      { "image", required_argument, NULL, 'i' },
      { "help", no_argument, NULL, 'h' },
      { 0 },
   };
   struct options options = { .mean = UINT8_MAX };
   int option;

   while ((option = getopt_long(argc, argv, "t:s:m:i:h", long_options, NULL)) != -1) {
      switch (option) {
      case 't':
         options.tolerance = (unsigned)strtoul(optarg, NULL, 10);
         break;
      case 's':
         options.share = strtod(optarg, NULL);
         break;
      case 'm':
         options.mean = strtod(optarg, NULL);
         break;
      case 'i':
         options.image = optarg;
         break;
      case 'h':
         usage(stdout);
         return EXIT_MATCH;
      default:
         usage(stderr);
         return EXIT_TROUBLE;
      }
   }
   if (argc - optind != 2) {
      usage(stderr);
      return EXIT_TROUBLE;
   }

   struct picture expected, got;
   if (!picture_read(&expected, argv[optind]))
      return EXIT_TROUBLE;
   if (!picture_read(&got, argv[optind + 1])) {
      picture_finish(&expected);
      return EXIT_TROUBLE;
   }
   const int status = judge(&expected, &got, &options);
   picture_finish(&got);
   picture_finish(&expected);
   return status;
}
