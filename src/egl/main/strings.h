/* The strings of eglQueryString. */
#ifndef EGL_MAIN_STRINGS_H
#define EGL_MAIN_STRINGS_H

#include "egl/main/objects.h"

/* The driver has started: turns off the extensions that it lacks entries for, and fills the
 * display's strings and version. */
void egl_strings_init(struct egl_display *display);

/* Of EGL_NO_DISPLAY: what is about displays of any kind, and the platforms. */
const char *egl_client_extensions(void);
const char *egl_platform_extensions(void);

#endif
