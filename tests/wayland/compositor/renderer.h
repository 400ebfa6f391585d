/*
 * Everything that the compositor does with EGL and GLES: clients' buffers become textures, textures are
 * drawn to pictures, pictures are read back and checked. Knows nothing of surfaces.
 */
#ifndef RENDERER_H
#define RENDERER_H

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GLES3/gl3.h>
#include <stdbool.h>
#include <stdint.h>
#include <wayland-server.h>

struct renderer {
   EGLDisplay display;
   EGLContext context;
   struct wl_display *wl_display; /* bound; NULL: clients have wl_shm only */

   GLuint copy_program, load_program;
   GLint load_loops;
   GLuint load_texture, load_framebuffer;
   int slow_loops; /* of the load before each repaint; 0: none */
};

/* How many drawings of a picture can be kept. */
#define MAX_DRAWINGS 8

/* What a repaint drew: as large as the content then. */
struct drawing {
   GLuint texture, framebuffer;
   int width, height;
};

/* A client's content, and what was drawn with it. Zero-initialised by its owner. */
struct picture {
   GLuint texture; /* the client's buffer, or a copy of its wl_shm memory */
   int width, height;
   bool has_texture;

   struct drawing drawings[MAX_DRAWINGS];
   unsigned num_drawings; /* that are kept; the others' textures are used again */
};

enum buffer_kind {
   BUFFER_BAD,
   BUFFER_HANDLE, /* EGL_WL_bind_wayland_display: nothing was copied */
   BUFFER_SHM,    /* copied: the client can have it back */
};

/* A surfaceless GLES 3 context, made current. `bind`: let clients in by EGL_WL_bind_wayland_display.
 * `slow_ms`: before each repaint, give the GPU work for about so long. False: said why on stderr. */
bool renderer_init(struct renderer *renderer, struct wl_display *wl_display, bool bind,
                   int slow_ms);
void renderer_finish(struct renderer *renderer);

/* The picture shows this wl_buffer from now on. */
enum buffer_kind renderer_attach(struct renderer *renderer, struct picture *picture,
                                 struct wl_resource *buffer);
void renderer_begin_repaint(struct renderer *renderer);
/* Has the GPU sample the content, and keeps what it draws, in place of the last if they are too many.
 * Waits for nothing. */
void renderer_draw(struct renderer *renderer, struct picture *picture);
/* Gives the GPU what was drawn. */
void renderer_flush(struct renderer *renderer);

/* Waits for a drawing and reads it: malloc'd, RGBA, the client's first row first. NULL: no memory. */
uint8_t *renderer_read(struct renderer *renderer, const struct drawing *drawing);
void renderer_picture_finish(struct picture *picture);

#endif
