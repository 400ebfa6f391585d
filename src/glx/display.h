/*
 * What we know of an Xlib display: its screens, and the drawables that it made. Made when a display
 * is first used with GLX, gone with XCloseDisplay.
 *
 * Locks: `lock` guards the table of drawables. While any lock of ours is held, nothing of Xlib and
 * xcb may be called: Xlib calls us, with its own lock held, to decode events.
 */
#ifndef GLX_DISPLAY_H
#define GLX_DISPLAY_H

#include <X11/Xlib.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <xcb/xcb.h>

struct glx_drawable;
struct glx_screen;

#define GLX_DRAWABLE_BUCKETS 64

struct glx_display {
   Display *dpy;
   xcb_connection_t *xcb;
   const XExtCodes *codes;
   unsigned screen_count;
   struct glx_screen **screens; /* NULL: not looked at yet, or unusable; docs in screen.h */
   bool *screen_tried;
   pthread_mutex_t lock;
   struct glx_drawable *drawables[GLX_DRAWABLE_BUCKETS]; /* by XID */
   struct glx_display *next;
};

/* NULL: the server has no GLX 1.3, or no memory. Thread-safe. */
struct glx_display *glx_display_get(Display *dpy);
/* NULL: no such screen, or nothing there is for us. Thread-safe. */
struct glx_screen *glx_screen_get(Display *dpy, int screen);

/* Calls `function` for each open display until it gives something else than NULL, which is the
 * result. A lock is held meanwhile. */
void *glx_display_find(void *(*function)(struct glx_display *display, void *data), void *data);

#endif
