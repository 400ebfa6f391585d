/*
 * X errors, raised as if the server had sent them: through Xlib's error handler.
 *
 * No lock of ours may be held: the program's handler runs inside, and may call GLX.
 */
#ifndef GLX_ERRORS_H
#define GLX_ERRORS_H

#include <X11/Xlib.h>
#include <xcb/glx.h>

/* `code`: an X error such as BadMatch; `request`: XCB_GLX_*, the request that would have failed. */
void glx_core_error(Display *dpy, int code, XID resource, int request);
/* `code`: XCB_GLX_BAD_*, relative to the extension's first error. */
void glx_error(Display *dpy, int code, XID resource, int request);
/* An error that the server sent to us rather than to Xlib. Frees it. */
void glx_forward_error(Display *dpy, xcb_generic_error_t *error);

#endif
