/*
 * libGLX calls the vendor whose screen, config, drawable or context a call names. For extension
 * functions that it does not know, a vendor brings the function that finds out: these.
 */
#ifndef GLX_DISPATCH_H
#define GLX_DISPATCH_H

#include <glvnd/libglxabi.h>

void glx_dispatch_init(const __GLXapiExports *exports);
/* NULL: libGLX knows it itself, or it is no GLX function of ours. */
void *glx_dispatch_find(const char *name);
/* Where libGLX keeps the vendors' functions of that name. */
void glx_dispatch_set_index(const char *name, int index);

#endif
