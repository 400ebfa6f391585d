/*
 * How many frames a second a screen shows.
 */
#ifndef GLX_REFRESH_RATE_H
#define GLX_REFRESH_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct glx_screen;

/* In frames a second, as a fraction. */
void glx_refresh_rate(const struct glx_screen *screen, int32_t *numerator, int32_t *denominator);

#endif
