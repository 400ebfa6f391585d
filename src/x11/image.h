/*
 * What an X server can do with pixels, and pixels as the server sees them.
 */
#ifndef X11_IMAGE_H
#define X11_IMAGE_H

#include "x11/memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <xcb/xcb.h>

struct x11_server {
   bool present;        /* with XFixes, for its regions */
   bool shm;            /* takes descriptors (MIT-SHM 1.2, a local socket) */
   bool shared_pixmaps; /* has pixmaps in shared memory */
   uint8_t present_opcode;
   uint8_t shm_event; /* ShmCompletion's code */
};

/* False: the connection is dead (by trying to send a descriptor, if it shall), or the server's
 * byte order is not ours. */
bool x11_server_init(struct x11_server *server, xcb_connection_t *xcb, bool send_descriptors);

struct x11_image {
   xcb_connection_t *xcb; /* where the ids were made */
   uint32_t segment;      /* 0: the server has no access to the memory */
   xcb_pixmap_t pixmap;   /* 0: none */
   bool shared;           /* the pixmap is the memory */
   uint32_t region; /* XFixes region: the valid part of a pixmap that is wider; 0: all of it */
};

/* Sends requests, waits for nothing. There will be a pixmap if the memory can be one, or, to be
 * presented, one that needs to be filled. */
void x11_image_init(struct x11_image *image, const struct x11_server *server, xcb_connection_t *xcb,
                    xcb_drawable_t drawable, uint8_t depth, const struct x11_memory *memory,
                    bool presented);
void x11_image_finish(struct x11_image *image);

/* Copies a rectangle of the memory to the same place in a drawable. With an event, ShmCompletion
 * tells when the server has read it. Returns whether it will read the memory later than now. */
bool x11_image_put(const struct x11_image *image, xcb_connection_t *xcb,
                   const struct x11_memory *memory, xcb_drawable_t to, uint32_t gc, uint8_t depth,
                   int x, int y, int width, int height, bool event);

/* Sends pixels of any memory: the slow way. */
void x11_put_pixels(xcb_connection_t *xcb, const uint8_t *pixels, ptrdiff_t pitch,
                    uint32_t pixel_bytes, xcb_drawable_t to, uint32_t gc, uint8_t depth, int x,
                    int y, int width, int height);

#endif
