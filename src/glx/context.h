/*
 * Contexts. A GLXContext is a pointer to one.
 */
#ifndef GLX_CONTEXT_H
#define GLX_CONTEXT_H

#include "glx/config.h"
#include "glx/display.h"
#include "loader/loader.h"

#include <GL/glx.h>

struct glx_context {
   struct glx_display *display;     /* NULL: XCloseDisplay was called */
   const struct glx_config *config; /* NULL: made without */
   int screen;
   int render_type;
   XID xid, share_xid;
   bool no_error; /* ARB_create_context_no_error */
   struct loader_context *loader;

   bool is_current;                     /* on some thread; guarded by the lock of context.c */
   bool is_doomed;                      /* destroyed as soon as it is not current; likewise */
   struct glx_drawable *draw, *read;    /* while it is current; the thread's */
   struct glx_context *previous, *next; /* of all contexts of the process; likewise */
};

/* NULL if this is no context. */
struct glx_context *glx_context(GLXContext handle);

/* A context of the driver, of which the server knows nothing yet. NULL: *error says why not. */
struct glx_context *glx_context_create(struct glx_display *display, int screen,
                                       const struct glx_config *config, struct glx_context *share,
                                       int render_type, const struct loader_context_desc *desc,
                                       enum loader_context_error *error);
void glx_context_destroy(struct glx_context *context);

/* Marks it as current on this thread; false if it is on another. */
bool glx_context_claim(struct glx_context *context);
/* It is current no more; destroys it if somebody wanted that meanwhile. */
void glx_context_release(struct glx_context *context);

/* The display goes, and its contexts with it; those that are current as soon as they are not. */
void glx_contexts_close(struct glx_display *display);

#endif
