/* A driver that draws nothing, and counts. */
#ifndef FAKE_DRIVER_H
#define FAKE_DRIVER_H

#include "egl/main/driver.h"

struct fake {
   /* What is alive now. */
   atomic_int displays, contexts, surfaces, images, syncs;
   atomic_int swaps, flushes;

   /* To be set by a test. */
   atomic_bool refuse_displays, fail_initialize, fail_make_current, lose_windows;
   atomic_bool fence_reached;
   EGLint age;
};

extern struct fake fake;

/* What this thread asked for last. */
struct fake_seen {
   EGLint n_rects, rects[8], swap_interval;
   struct egl_context_desc context;
   struct egl_surface_desc surface;
   struct egl_image_desc image;
};

extern __thread struct fake_seen fake_seen;

enum {
   FAKE_WIDTH = 64, /* of windows */
   FAKE_HEIGHT = 32,
};

#endif
