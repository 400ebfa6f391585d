/*
 * Which extensions there are.
 */
#ifndef GLX_STRINGS_H
#define GLX_STRINGS_H

#include <stdbool.h>

struct glx_screen;

/* Fills the screen's strings, which it frees. False: no memory. */
bool glx_strings_init(struct glx_screen *screen);

#endif
