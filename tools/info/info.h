/* The parts of dxg-info. Each prints a section on stdout, and what is wrong with it as well. */
#ifndef INFO_H
#define INFO_H

#include <stdbool.h>

/* The device below: libdxcore.so and libd3d12.so, through their public interfaces alone. */
bool info_device(void);

/* What the device is told by its environment: worker threads, the cache of machine code. */
void info_settings(void);

/* Mesa on top: GL and GLES as EGL's surfaceless platform gives them, in a process of its own, so
 * that a driver that crashes can be told of. */
bool info_gl(void);

/* How frames reach the compositor at WAYLAND_DISPLAY. */
void info_wayland(void);

/* "name:   value", aligned. */
void info_print(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
