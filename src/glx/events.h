/*
 * GLX events as Xlib shall give them to programs.
 */
#ifndef GLX_EVENTS_H
#define GLX_EVENTS_H

struct glx_display;

void glx_events_init(struct glx_display *display);

#endif
