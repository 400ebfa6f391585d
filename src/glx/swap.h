/*
 * Showing the back buffer.
 */
#ifndef GLX_SWAP_H
#define GLX_SWAP_H

#include "glx/drawable.h"
#include "x11/presenter.h"

/* Returns the swap's number (SBC): -1 if there was none to show, 0 if there is no back buffer. */
int64_t glx_swap_present(struct glx_drawable *drawable, const struct x11_present_desc *desc);

#endif
