/*
 * GLX drawables: GLX windows, X windows used as they are, GLX pixmaps, pbuffers.
 *
 * The table of the display that made one holds a reference, and so does a context while it is
 * current with it: destroyed by the program, it goes when no context draws there any more (GLX 1.4,
 * 3.3.4).
 */
#ifndef GLX_DRAWABLE_H
#define GLX_DRAWABLE_H

#include "glx/config.h"
#include "glx/display.h"
#include "loader/loader.h"

#include <pthread.h>

struct glx_context;
struct glx_screen;
struct x11_drawable;

enum glx_drawable_kind {
   GLX_KIND_WINDOW,
   GLX_KIND_X_WINDOW, /* no GLX window was made: the X window is used as one */
   GLX_KIND_PIXMAP,
   GLX_KIND_PBUFFER,
};

struct glx_drawable {
   struct glx_display *display; /* of the table; NULL once XCloseDisplay was called */
   struct glx_screen *screen;   /* likewise */
   enum glx_drawable_kind kind;
   XID xid;   /* the GLX drawable */
   XID x_xid; /* the X drawable below; None for pbuffers */
   const struct glx_config *config;
   unsigned references;       /* atomic */
   struct glx_drawable *next; /* in the table */

   /* Held while frames are made and shown, since a drawable may be current on two threads. The
    * driver calls us back while we present: recursive. */
   pthread_mutex_t lock;
   struct x11_drawable *x11; /* NULL once the display is closed */
   struct loader_drawable *loader;

   int interval; /* of swaps; negative: late swaps tear */
   unsigned event_mask;
   int texture_target, texture_format; /* GLX_TEXTURE_*_EXT; 0: not given */
   uint32_t width, height;             /* of pbuffers */
   bool largest, preserved;            /* likewise */

   uint64_t last_event_sbc; /* of INTEL_swap_event; guarded by the display's lock */
};

/* The driver's questions (loader_callbacks). */
bool glx_drawable_get_buffers(void *drawable_data, unsigned wanted, struct loader_buffers *out);
void glx_drawable_flush_front(void *drawable_data);

/* To be released. NULL: this display knows none by that name. */
struct glx_drawable *glx_drawable_find(Display *dpy, XID xid);
/* Likewise, but raises GLXBadDrawable for `request`. */
struct glx_drawable *glx_drawable_need(Display *dpy, XID xid, int request);
/* To draw into: an X window becomes a drawable here. To be released. NULL: an X error was raised.
 */
struct glx_drawable *glx_drawable_acquire(Display *dpy, XID xid, const struct glx_context *context,
                                          int request);
struct glx_drawable *glx_drawable_reference(struct glx_drawable *drawable);
void glx_drawable_release(struct glx_drawable *drawable); /* may be NULL */

struct glx_drawable_desc {
   enum glx_drawable_kind kind;
   XID xid, x_xid;
   const struct glx_config *config;
   uint32_t width, height; /* of pbuffers */
};

/* Puts it into the table and gives a reference. NULL: *error is an X error code. */
struct glx_drawable *glx_drawable_create(struct glx_screen *screen,
                                         const struct glx_drawable_desc *desc, uint8_t *error);
/* The program destroyed it. */
void glx_drawable_remove(Display *dpy, XID xid);

/* For INTEL_swap_event: the X drawable, and the whole number of the swap of which an event has but
 * the low half. Xlib's lock may be held. False: no such drawable. */
bool glx_drawable_count_swap(Display *dpy, XID xid, uint32_t event_sbc, XID *x_xid, int64_t *sbc);

/* The display goes: its drawables show nothing from now on. */
void glx_drawables_close(struct glx_display *display);

#endif
