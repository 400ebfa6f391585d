/*
 * Giving a loaded library a function of ours for one that it imports.
 */
#ifndef LOADER_REBIND_H
#define LOADER_REBIND_H

#include <stdbool.h>

/* From now on `library` (dlopen's) calls `function` where it calls the imported `name`; nobody else does.
 * False: it imports no such function. Any thread; the library may be in use. */
bool loader_rebind(void *library, const char *name, void (*function)(void));

#endif
