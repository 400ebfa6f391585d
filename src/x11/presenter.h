/*
 * Showing frames in X windows, for EGL and GLX alike: on xcb, with MIT-SHM by descriptor and
 * Present.
 *
 * A drawable of ours draws into buffers that we own; the X server gets them by one of three ways,
 * the best that works:
 *   - shared memory that is the texture: the device's shareable textures are linear and their
 *     handles are memory that the X server can map. We copy nothing; the server copies once, into
 *     the window.
 *   - shared memory filled by the GPU: a copy by the GPU per frame, then as above.
 *   - PutImage, to a server that is remote or has no MIT-SHM: the CPU copies. DXG_DEBUG=perf counts
 *     what was copied, by whom.
 *
 * Threads: a connection may be used by many threads; a drawable by one at a time, except where it
 * says otherwise. X errors of drawables that others destroyed are swallowed, and tell as `lost`.
 */
#ifndef X11_PRESENTER_H
#define X11_PRESENTER_H

#include "gallium/winsys/dxg/device.h"
#include "loader/loader.h"

#include <stdbool.h>
#include <stdint.h>
#include <xcb/xcb.h>

/* --- Connections --------------------------------------------------------------------------- */

struct x11_connection;

/* What this X server can do, found with a few round trips. `xcb` stays the caller's and must
 * outlive it. NULL: the connection is dead or memory is out. */
struct x11_connection *x11_connection_create(xcb_connection_t *xcb, int screen,
                                             struct loader_screen *loader,
                                             struct dxg_device *device);
void x11_connection_destroy(struct x11_connection *connection);
bool x11_connection_has_present(const struct x11_connection *connection);

/* Does an X drawable of this depth show pixels of this format (DRM)? What the channels of a
 * window mean is its visual's affair. */
bool x11_depth_shows(uint8_t depth, uint32_t fourcc);

/* --- Drawables ----------------------------------------------------------------------------- */

enum x11_drawable_type {
   X11_WINDOW,
   X11_PIXMAP,
   X11_PBUFFER, /* no X drawable: nothing is ever shown */
};

struct x11_drawable;

struct x11_drawable_desc {
   enum x11_drawable_type type;
   xcb_drawable_t xid;     /* 0 for pbuffers */
   uint32_t fourcc;        /* of the buffers (DRM) */
   bool double_buffer;
   uint32_t width, height; /* of pbuffers; others ask the server */
};

/* NULL: no such X drawable, its depth does not fit the format, or no memory. *error: an X error
 * code (BadDrawable, BadMatch, BadAlloc). */
struct x11_drawable *x11_drawable_create(struct x11_connection *connection,
                                         const struct x11_drawable_desc *desc, uint8_t *error);
/* Also when the X drawable, or the connection to the server, is gone. */
void x11_drawable_destroy(struct x11_drawable *drawable);

/* The GL driver's drawable that gets buffers from this one: invalidated when a resize is
 * noticed. */
void x11_drawable_set_loader(struct x11_drawable *drawable, struct loader_drawable *loader);

/* The X drawable is gone; nothing is shown any more. */
bool x11_drawable_is_lost(const struct x11_drawable *drawable);
/* The size that the next frame has. Any thread. Follows Present's events, else asks the server. */
void x11_drawable_size(struct x11_drawable *drawable, uint32_t *width, uint32_t *height);

/* For loader_callbacks: the buffers to draw into. May wait for the server to release one. The
 * front buffer of a window or pixmap is a copy: filled from the server when it is first asked
 * for, and sent back by x11_drawable_flush_front. */
bool x11_drawable_get_buffers(struct x11_drawable *drawable, unsigned wanted,
                              struct loader_buffers *out);
void x11_drawable_flush_front(struct x11_drawable *drawable);
/* glXWaitX, texture_from_pixmap: takes over what X drew, into the front buffer. `context` is
 * current. */
void x11_drawable_read_front(struct x11_drawable *drawable, struct loader_context *context);

/* Frames since the content of the buffer that is drawn into was presented; 0: undefined. */
unsigned x11_drawable_buffer_age(struct x11_drawable *drawable);

/* Copies an image, as far as it goes, into any X drawable (eglCopyBuffers), and waits until the
 * server has done so. `context` is current here, and has flushed. An X error code, or 0. */
uint8_t x11_connection_copy_image(struct x11_connection *connection, struct loader_context *context,
                                  struct loader_image *image, uint32_t fourcc, xcb_drawable_t to);

/* --- Presenting ---------------------------------------------------------------------------- */

/* As GLX_OML_sync_control and GLX_EXT_swap_control have it. All zero, interval 0: at once. */
struct x11_present_desc {
   int interval;        /* frames of the monitor since the last one at least; 0: unthrottled */
   bool tear;           /* EXT_swap_control_tear: late frames at once */
   uint64_t target_msc, divisor, remainder; /* divisor or target set: overrides interval */
   const int *rects;    /* damage: n * {x, y, w, h} from the lower left; none: all */
   int rect_count;
};

/* All drawing was flushed by loader_drawable_flush_for_swap with `context`, current here: shows
 * the back buffer. May block for pacing. Returns the swap's number (SBC), or -1 if the drawable
 * is lost. */
int64_t x11_drawable_present(struct x11_drawable *drawable, struct loader_context *context,
                             const struct x11_present_desc *desc);

/* Copies a part of the back buffer into the window, at once (MESA_copy_sub_buffer,
 * eglPostSubBuffer); from the lower left. */
void x11_drawable_copy_sub_buffer(struct x11_drawable *drawable, struct loader_context *context,
                                  int x, int y, int width, int height);

/* Waits until all that we asked the server to do with this drawable is done (glXWaitGL). */
void x11_drawable_wait(struct x11_drawable *drawable);

struct x11_sync_values {
   uint64_t ust; /* microseconds, CLOCK_MONOTONIC */
   uint64_t msc;
   uint64_t sbc;
};

/* False: the server has no Present, or the drawable is no window or lost. */
bool x11_drawable_sync_values(struct x11_drawable *drawable, struct x11_sync_values *values);
bool x11_drawable_wait_for_msc(struct x11_drawable *drawable, uint64_t target_msc,
                               uint64_t divisor, uint64_t remainder,
                               struct x11_sync_values *values);
/* target 0: the last swap. */
bool x11_drawable_wait_for_sbc(struct x11_drawable *drawable, uint64_t target_sbc,
                               struct x11_sync_values *values);

#endif
