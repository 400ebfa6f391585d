/*
 * An X server of our own for a test, with directories that nobody else uses.
 */
#ifndef TESTS_X11_SERVER_H
#define TESTS_X11_SERVER_H

#include <stdbool.h>
#include <sys/types.h>
#include <xcb/xcb.h>

struct server {
   pid_t pid;
   char directory[64];
   char display[16]; /* ":N", which is in $DISPLAY, too */
};

/* Xvfb with a screen of 640x480 and that depth. `switched_off`: extensions that it shall not
 * have; ended by NULL. Ends this process if there is no Xvfb. */
void server_start(struct server *server, int depth, const char *const *switched_off);
void server_stop(struct server *server);

/* Shared memory that the server has mapped: buffers of its clients. */
unsigned server_count_mappings(const struct server *server);

#endif
