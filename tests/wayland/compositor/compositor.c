/*
 * A small Wayland compositor without a screen: it shows how any compositor gets clients' frames by
 * standard EGL alone (EGL_WL_bind_wayland_display), and checks that they arrive whole.
 *
 * compositor [OPTION...]
 *   --socket=NAME      in XDG_RUNTIME_DIR; default: frames-0
 *   --rate=HZ          repaints a second; default: 60
 *   --slow=MS          before each repaint, give the GPU work for about so long: reads are late
 *   --frames=N         end when N frames were shown
 *   --check            every pixel of a frame must be its number (R + 256 G + 65536 B), and numbers must
 *                      not go back within a surface
 *   --dump=FILE        at the end, write the last frame that was shown as PPM
 *   --no-bind          clients have wl_shm only
 *   --no-flush         leave it to EGL when the GPU gets what was drawn
 *   --no-callbacks     tell no client that its frame was shown
 *   --verbose          say each second how many repaints and frames there were
 *
 * Ends at SIGTERM or SIGINT, too. It says on stdout when it listens, and in the end what it saw. The
 * status is 1 if there was a frame that is not right.
 */
#include "surface.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct options {
   const char *socket, *dump;
   int rate, slow_ms;
   unsigned frames;
   bool check, no_bind, no_flush, no_callbacks, verbose;
};

struct compositor {
   struct options options;
   struct wl_display *display;
   struct wl_event_source *timer, *signals[2];
   struct renderer renderer;
   struct wl_list surfaces;
   int64_t next_repaint_ns, next_report_ns;

   unsigned repaints, frames, copied, bad_buffers;
   unsigned torn, backwards;
   unsigned reported_repaints, reported_frames;
};

static int64_t
now_ns(void)
{
   struct timespec now;

   clock_gettime(CLOCK_MONOTONIC, &now);
   return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* --- Checking ------------------------------------------------------------------------------ */

static uint32_t
number_at(const uint8_t *pixel)
{
   return pixel[0] | pixel[1] << 8 | pixel[2] << 16;
}

static void
check_drawing(struct compositor *compositor, struct surface *surface, const struct drawing *drawing)
{
   uint8_t *pixels = renderer_read(&compositor->renderer, drawing);
   const size_t count = (size_t)drawing->width * drawing->height;
   const uint32_t number = pixels ? number_at(pixels) : 0;

   for (size_t i = 1; pixels && i < count; i++) {
      if (number_at(pixels + 4 * i) != number) {
         compositor->torn++;
         fprintf(stderr, "compositor: torn: frame %u at 0,0, frame %u at %zu,%zu\n", number,
                 number_at(pixels + 4 * i), i % drawing->width, i / drawing->width);
         free(pixels);
         return;
      }
   }
   free(pixels);
   if (number < surface->last_number) {
      compositor->backwards++;
      fprintf(stderr, "compositor: frame %u after frame %u\n", number, surface->last_number);
   }
   surface->last_number = number;
}

/* Reads what was drawn since the last time, which was some repaints ago: reading waits for the GPU, and
 * that shall be far behind, so that clients have all the time to draw into what it is yet to read. */
static void
check_drawings(struct compositor *compositor)
{
   struct surface *surface;

   wl_list_for_each (surface, &compositor->surfaces, link) {
      for (unsigned i = 0; i < surface->picture.num_drawings; i++)
         check_drawing(compositor, surface, &surface->picture.drawings[i]);
      surface->picture.num_drawings = 0;
   }
}

static void
dump(struct compositor *compositor, const struct drawing *drawing)
{
   FILE *file = fopen(compositor->options.dump, "wb");
   uint8_t *pixels = renderer_read(&compositor->renderer, drawing);

   if (file && pixels) {
      fprintf(file, "P6\n%d %d\n255\n", drawing->width, drawing->height);
      for (int i = 0; i < drawing->width * drawing->height; i++)
         fwrite(pixels + 4 * (size_t)i, 3, 1, file);
   }
   if (file)
      fclose(file);
   free(pixels);
}

/* --- Repainting ---------------------------------------------------------------------------- */

/* The frame that was committed last is shown from now on. */
static void
latch(struct compositor *compositor, struct surface *surface)
{
   const enum buffer_kind kind =
      renderer_attach(&compositor->renderer, &surface->picture, surface->current.buffer);

   surface->is_fresh = false;
   if (kind == BUFFER_BAD) {
      compositor->bad_buffers++;
      fprintf(stderr, "compositor: a buffer of no known kind\n");
      return;
   }
   compositor->frames++;
   if (kind == BUFFER_SHM) {
      compositor->copied++;
      surface_release_buffer(surface);
   }
   /* Else it is released when the next is committed, even if the GPU still reads it then: that is for
    * EGL on both sides to settle. */
}

static void
repaint(struct compositor *compositor)
{
   const uint32_t time_ms = (uint32_t)(now_ns() / 1000000);
   struct surface *surface;

   if (compositor->options.check && compositor->repaints % MAX_DRAWINGS == 0)
      check_drawings(compositor);
   renderer_begin_repaint(&compositor->renderer);
   wl_list_for_each (surface, &compositor->surfaces, link) {
      if (surface->is_fresh)
         latch(compositor, surface);
      renderer_draw(&compositor->renderer, &surface->picture);
   }
   if (!compositor->options.no_flush)
      renderer_flush(&compositor->renderer);
   compositor->repaints++;
   if (compositor->options.no_callbacks)
      return;
   wl_list_for_each (surface, &compositor->surfaces, link)
      surface_send_frames(surface, time_ms);
}

static void
report(struct compositor *compositor, int64_t now)
{
   if (!compositor->options.verbose || now < compositor->next_report_ns)
      return;
   printf("second: %u repaints, %u frames\n", compositor->repaints - compositor->reported_repaints,
          compositor->frames - compositor->reported_frames);
   compositor->reported_repaints = compositor->repaints;
   compositor->reported_frames = compositor->frames;
   compositor->next_report_ns = now + 1000000000;
}

static int
handle_timer(void *data)
{
   struct compositor *compositor = data;
   const int64_t period = 1000000000 / compositor->options.rate;

   repaint(compositor);
   const int64_t now = now_ns();
   report(compositor, now);
   compositor->next_repaint_ns += period;
   if (compositor->next_repaint_ns <= now) /* what was missed is not made up for */
      compositor->next_repaint_ns = now + 1000000;
   wl_event_source_timer_update(compositor->timer,
                                (int)((compositor->next_repaint_ns - now + 999999) / 1000000));
   if (compositor->options.frames && compositor->frames >= compositor->options.frames)
      wl_display_terminate(compositor->display);
   return 0;
}

static int
handle_signal(int number, void *data)
{
   wl_display_terminate(data);
   return 0;
}

/* --- Main ---------------------------------------------------------------------------------- */

enum {
   OPTION_SOCKET,
   OPTION_RATE,
   OPTION_SLOW,
   OPTION_FRAMES,
   OPTION_CHECK,
   OPTION_DUMP,
   OPTION_NO_BIND,
   OPTION_NO_FLUSH,
   OPTION_NO_CALLBACKS,
   OPTION_VERBOSE
};

static bool
parse_options(struct options *options, int argc, char **argv)
{
   static const struct option known[] = {
      { "socket", required_argument, NULL, OPTION_SOCKET },
      { "rate", required_argument, NULL, OPTION_RATE },
      { "slow", required_argument, NULL, OPTION_SLOW },
      { "frames", required_argument, NULL, OPTION_FRAMES },
      { "check", no_argument, NULL, OPTION_CHECK },
      { "dump", required_argument, NULL, OPTION_DUMP },
      { "no-bind", no_argument, NULL, OPTION_NO_BIND },
      { "no-flush", no_argument, NULL, OPTION_NO_FLUSH },
      { "no-callbacks", no_argument, NULL, OPTION_NO_CALLBACKS },
      { "verbose", no_argument, NULL, OPTION_VERBOSE },
      { NULL },
   };
   int option;

   *options = (struct options){ .socket = "frames-0", .rate = 60 };
   while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
      switch (option) {
      case OPTION_SOCKET:
         options->socket = optarg;
         break;
      case OPTION_RATE:
         options->rate = atoi(optarg);
         break;
      case OPTION_SLOW:
         options->slow_ms = atoi(optarg);
         break;
      case OPTION_FRAMES:
         options->frames = (unsigned)atoi(optarg);
         break;
      case OPTION_CHECK:
         options->check = true;
         break;
      case OPTION_DUMP:
         options->dump = optarg;
         break;
      case OPTION_NO_BIND:
         options->no_bind = true;
         break;
      case OPTION_NO_FLUSH:
         options->no_flush = true;
         break;
      case OPTION_NO_CALLBACKS:
         options->no_callbacks = true;
         break;
      case OPTION_VERBOSE:
         options->verbose = true;
         break;
      default:
         return false;
      }
   }
   return optind == argc && options->rate > 0 && options->rate <= 1000;
}

static bool
init(struct compositor *compositor)
{
   const struct options *options = &compositor->options;

   wl_list_init(&compositor->surfaces);
   compositor->display = wl_display_create();
   if (!compositor->display ||
       !renderer_init(&compositor->renderer, compositor->display, !options->no_bind,
                      options->slow_ms) ||
       !surface_globals_create(compositor->display, &compositor->surfaces))
      return false;
   if (wl_display_add_socket(compositor->display, options->socket) < 0) {
      fprintf(stderr, "compositor: no socket %s in $XDG_RUNTIME_DIR\n", options->socket);
      return false;
   }
   struct wl_event_loop *loop = wl_display_get_event_loop(compositor->display);
   compositor->signals[0] =
      wl_event_loop_add_signal(loop, SIGTERM, handle_signal, compositor->display);
   compositor->signals[1] =
      wl_event_loop_add_signal(loop, SIGINT, handle_signal, compositor->display);
   compositor->timer = wl_event_loop_add_timer(loop, handle_timer, compositor);
   compositor->next_repaint_ns = now_ns();
   wl_event_source_timer_update(compositor->timer, 1);
   return true;
}

static void
finish(struct compositor *compositor)
{
   struct surface *surface;

   if (compositor->options.check)
      check_drawings(compositor);
   wl_list_for_each (surface, &compositor->surfaces, link) {
      struct picture *picture = &surface->picture;
      renderer_draw(&compositor->renderer, picture);
      if (compositor->options.dump && picture->num_drawings)
         dump(compositor, &picture->drawings[picture->num_drawings - 1]);
   }
   printf("%u repaints, %u frames, %u of them copied, %u torn, %u backwards, %u bad buffers\n",
          compositor->repaints, compositor->frames, compositor->copied, compositor->torn,
          compositor->backwards, compositor->bad_buffers);
   wl_display_destroy_clients(compositor->display);
   wl_event_source_remove(compositor->timer);
   wl_event_source_remove(compositor->signals[0]);
   wl_event_source_remove(compositor->signals[1]);
   renderer_finish(&compositor->renderer);
   wl_display_destroy(compositor->display);
}

int
main(int argc, char **argv)
{
   struct compositor compositor = { 0 };

   if (!parse_options(&compositor.options, argc, argv)) {
      fprintf(stderr,
              "usage: compositor [--socket=NAME] [--rate=HZ] [--slow=MS] [--frames=N] "
              "[--check] [--dump=FILE] [--no-bind] [--no-flush] [--no-callbacks] [--verbose]\n");
      return 2;
   }
   setvbuf(stdout, NULL, _IOLBF, 0);
   if (!init(&compositor))
      return 1;
   printf("listening on %s\n", compositor.options.socket);
   wl_display_run(compositor.display);
   finish(&compositor);
   return compositor.torn || compositor.backwards || compositor.bad_buffers;
}
