/*
 * wl_compositor, wl_surface, wl_region and wl_subcompositor: what clients say, held until the next
 * repaint asks for it.
 */
#ifndef SURFACE_H
#define SURFACE_H

#include "renderer.h"

/* A wl_buffer that is to be released, or to be forgotten if its client destroys it first. */
struct buffer_reference {
   struct wl_resource *buffer; /* or NULL */
   struct wl_listener destroy;
};

/* What a commit applies as one. */
struct surface_state {
   bool is_attached; /* was there a wl_surface.attach, of a buffer or of none? */
   struct buffer_reference buffer;
   struct wl_list frames; /* wl_callbacks */
};

struct surface {
   struct wl_list link; /* in the list of all surfaces */
   struct wl_resource *resource;
   struct surface_state pending;
   struct surface_state cached; /* committed, but waits for the parent's commit */
   struct buffer_reference current;
   bool is_fresh;         /* `current` was not shown yet */
   struct wl_list frames; /* wl_callbacks to call after the next repaint */

   struct surface *parent; /* of a subsurface */
   struct wl_resource *subsurface;
   bool is_synchronized;

   struct picture picture;
   uint32_t last_number; /* of the frames that were checked */
};

/* Announces the globals. Surfaces come to be in `surfaces` and leave it by themselves; they need the
 * renderer's context current on this thread. False: no memory. */
bool surface_globals_create(struct wl_display *display, struct wl_list *surfaces);

/* The client may draw into the surface's buffer again; the surface goes on showing its picture. */
void surface_release_buffer(struct surface *surface);
/* It was shown: the client may draw the next frame. */
void surface_send_frames(struct surface *surface, uint32_t time_ms);

#endif
