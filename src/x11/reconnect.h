/*
 * A second connection to the server of a first one.
 *
 * The presenter has a thread of its own, and requests of its own that may fail. On a connection
 * that the program has wrapped into an Xlib Display, that thread would need the Display's lock,
 * which a program may hold (XLockDisplay) while it waits for the thread; and errors would reach the
 * program's error handler, which by default ends the program.
 */
#ifndef X11_RECONNECT_H
#define X11_RECONNECT_H

#include <xcb/xcb.h>

/* NULL if the server cannot be reached again. */
xcb_connection_t *x11_reconnect(xcb_connection_t *xcb);

#endif
