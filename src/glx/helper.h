/*
 * A context of the driver to present with. Presenting copies with the context that is current; a
 * program may swap while none is.
 */
#ifndef GLX_HELPER_H
#define GLX_HELPER_H

#include "loader/loader.h"

/* The context that is current on this thread, or else one of ours that is made so. NULL: there is
 * none. */
struct loader_context *glx_helper_begin(void);
void glx_helper_end(struct loader_context *context);

#endif
