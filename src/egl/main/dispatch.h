/*
 * Dispatch stubs for the extension functions that libglvnd does not know: they find the vendor that
 * a display or device belongs to, which may be another than we, and call it.
 */
#ifndef EGL_MAIN_DISPATCH_H
#define EGL_MAIN_DISPATCH_H

#include <EGL/egl.h>
#include <EGL/eglext.h>

#include <glvnd/libeglabi.h>

/* `exports` stays libglvnd's, and valid. */
void egl_dispatch_init(const __EGLapiExports *exports);

/* The stub of a function; NULL: we have none. */
void *egl_dispatch_address(const char *name);

/* The number under which libglvnd keeps each vendor's function of that name. */
void egl_dispatch_set_index(const char *name, int index);

#endif
