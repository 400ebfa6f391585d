/*
 * A Wayland client whose frames can be checked: every pixel of a frame is its number. It covers each
 * frame with noise before, which takes the GPU a while, so that a reader who comes early sees it.
 *
 * frame-client [OPTION...]
 *   --size=WxH          default: 128x128
 *   --frames=N          default: 100; 0: endless
 *   --interval=N        eglSwapInterval; default: 1
 *   --draw-ms=MS        how long the GPU shall draw at a frame; default: 0, no noise
 *   --resize-every=K    another size after every K frames
 *   --gradient          pixel x, y is x, y, number modulo 256 instead
 *   --print-swap-time   draw every other frame with glFinish before the swap, and tell the longest
 *                       swap of the others, and how long drawing takes
 *   --hold              in the end, say "holding" and wait to be killed
 *
 * Says in the end how many frames it swapped, and how fast. Status 1: a swap failed.
 */
#include "window.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Shaders are compiled, buffers and rings are filled: frames that are not measured. */
#define WARM_UP_FRAMES 4

struct options {
   int width, height, interval, resize_every;
   unsigned frames;
   double draw_ms;
   bool gradient, print_swap_time, hold;
};

struct times {
   double swap_max, swap_sum, draw_min, draw_sum;
   unsigned swaps, draws;
};

enum {
   OPTION_SIZE,
   OPTION_FRAMES,
   OPTION_INTERVAL,
   OPTION_DRAW_MS,
   OPTION_RESIZE_EVERY,
   OPTION_GRADIENT,
   OPTION_PRINT_SWAP_TIME,
   OPTION_HOLD
};

static bool
parse_options(struct options *options, int argc, char **argv)
{
   static const struct option known[] = {
      { "size", required_argument, NULL, OPTION_SIZE },
      { "frames", required_argument, NULL, OPTION_FRAMES },
      { "interval", required_argument, NULL, OPTION_INTERVAL },
      { "draw-ms", required_argument, NULL, OPTION_DRAW_MS },
      { "resize-every", required_argument, NULL, OPTION_RESIZE_EVERY },
      { "gradient", no_argument, NULL, OPTION_GRADIENT },
      { "print-swap-time", no_argument, NULL, OPTION_PRINT_SWAP_TIME },
      { "hold", no_argument, NULL, OPTION_HOLD },
      { NULL },
   };
   int option;

   *options = (struct options){ .width = 128, .height = 128, .interval = 1, .frames = 100 };
   while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
      switch (option) {
      case OPTION_SIZE:
         if (sscanf(optarg, "%dx%d", &options->width, &options->height) != 2)
            return false;
         break;
      case OPTION_FRAMES:
         options->frames = (unsigned)atoi(optarg);
         break;
      case OPTION_INTERVAL:
         options->interval = atoi(optarg);
         break;
      case OPTION_DRAW_MS:
         options->draw_ms = atof(optarg);
         break;
      case OPTION_RESIZE_EVERY:
         options->resize_every = atoi(optarg);
         break;
      case OPTION_GRADIENT:
         options->gradient = true;
         break;
      case OPTION_PRINT_SWAP_TIME:
         options->print_swap_time = true;
         break;
      case OPTION_HOLD:
         options->hold = true;
         break;
      default:
         return false;
      }
   }
   return optind == argc && options->width > 0 && options->height > 0;
}

static void
draw(struct window *window, const struct painter *painter, const struct options *options, int loops,
     unsigned frame)
{
   const int step = options->resize_every ? (int)frame / options->resize_every % 7 : 0;
   const int width = options->width + 13 * step, height = options->height + 5 * step;

   if (options->resize_every && frame % (unsigned)options->resize_every == 0)
      wl_egl_window_resize(window->native, width, height, 0, 0);
   glViewport(0, 0, width, height);
   if (loops)
      painter_load(painter, loops);
   if (options->gradient)
      painter_gradient(painter, frame, height);
   else
      painter_fill(painter, frame);
}

static bool
swap(struct window *window)
{
   if (eglSwapBuffers(window->connection->egl, window->surface))
      return true;
   fprintf(stderr, "frame-client: eglSwapBuffers: %#x\n", eglGetError());
   return false;
}

/* Both kinds of frames are drawn from an idle GPU on. */
static bool
measure(struct window *window, const struct painter *painter, const struct options *options,
        int loops, unsigned frame, struct times *times)
{
   const bool finish = frame & 1;

   glFinish();
   const double start = now_ms();
   draw(window, painter, options, loops, frame);
   if (finish)
      glFinish();
   const double drawn = now_ms();
   if (!swap(window))
      return false;
   if (frame <= WARM_UP_FRAMES)
      return true;
   if (finish) {
      const double time = drawn - start;
      if (times->draws == 0 || time < times->draw_min)
         times->draw_min = time;
      times->draw_sum += time;
      times->draws++;
   } else {
      const double time = now_ms() - drawn;
      if (time > times->swap_max)
         times->swap_max = time;
      times->swap_sum += time;
      times->swaps++;
   }
   return true;
}

static bool
run(struct window *window, const struct painter *painter, const struct options *options)
{
   const int loops = painter_calibrate(painter, options->draw_ms);
   const double start = now_ms();
   struct times times = { 0 };
   unsigned frame;

   eglSwapInterval(window->connection->egl, options->interval);
   for (frame = 1; options->frames == 0 || frame <= options->frames; frame++) {
      if (options->print_swap_time) {
         if (!measure(window, painter, options, loops, frame, &times))
            return false;
         continue;
      }
      draw(window, painter, options, loops, frame);
      if (!swap(window))
         return false;
   }
   const double seconds = (now_ms() - start) * 1e-3;
   printf("%u frames in %.2f s, %.1f a second\n", frame - 1, seconds, (frame - 1) / seconds);
   if (times.swaps && times.draws)
      printf("swap: %.2f ms at most, %.2f ms mean; draw: %.2f ms at least, %.2f ms mean\n",
             times.swap_max, times.swap_sum / times.swaps, times.draw_min,
             times.draw_sum / times.draws);
   return true;
}

int
main(int argc, char **argv)
{
   struct options options;
   struct connection connection;
   struct window window = { 0 };
   struct painter painter;

   if (!parse_options(&options, argc, argv)) {
      fprintf(stderr, "usage: frame-client [--size=WxH] [--frames=N] [--interval=N] [--draw-ms=MS] "
                      "[--resize-every=K] [--gradient] [--print-swap-time] [--hold]\n");
      return 2;
   }
   setvbuf(stdout, NULL, _IOLBF, 0);
   if (!connection_init(&connection))
      return 1;
   const bool ok = window_init(&window, &connection, options.width, options.height) &&
                   window_make_current(&window) && painter_init(&painter) &&
                   run(&window, &painter, &options);
   if (ok && options.hold) {
      glFinish();
      puts("holding");
      while (wl_display_dispatch(connection.display) >= 0) {
      }
   }
   window_finish(&window);
   connection_finish(&connection);
   return !ok;
}
