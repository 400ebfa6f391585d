/* EGL's functions by name. */
#ifndef EGL_MAIN_PROCS_H
#define EGL_MAIN_PROCS_H

/* One of EGL's own, and no other; NULL: there is none. */
void (*egl_proc_lookup(const char *name))(void);

#endif
