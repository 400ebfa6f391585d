/*
 * Both halves of the protocol in one process, each with a queue of its own: a compositor that shows
 * nothing, and a client, with a real connection between them. What can't be done fails the test.
 */
#ifndef TESTS_WAYLAND_HALVES_H
#define TESTS_WAYLAND_HALVES_H

#include "wayland/client/client.h"
#include "wayland/server/server.h"

#include "dxg-v1-client-protocol.h"
#include "gpu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define WIDTH 64
#define HEIGHT 48
#define PATIENCE_MS 1000 /* the server's */

/* Made by main. */
extern struct gpu server_gpu, client_gpu;

struct fixture {
   struct wl_display *server_display, *client_display;
   struct wl_client *wl_client;
   struct dxg_server *server;
   struct dxg_client *client;
   const char *why;
   struct dxg_v1 *dxg;           /* one more, for requests that the client half would not make */
   struct wl_proxy *strays[128]; /* what they made */
   unsigned num_strays;
   unsigned flushed, detached;
};

/* As cmocka setup and teardown, with *state the fixture, connected. The teardown takes what is left. */
int halves_setup(void **state);
int halves_teardown(void **state);
/* f->client is NULL and f->why says why, if the client half would not. */
void halves_connect(struct fixture *f);
void halves_disconnect(struct fixture *f);
/* The server's turn: requests that are there, events that are to be sent. */
void halves_serve(struct fixture *f);
/* Requests go to the server, events come back. */
void halves_pump(struct fixture *f);
/* Runs what blocks on the server on a thread, and serves it. */
void halves_block_on(struct fixture *f, void (*function)(struct fixture *f));
/* Such a function: fills f->client. */
void halves_create_client(struct fixture *f);
extern const struct dxg_server_callbacks halves_callbacks; /* their data is the fixture */

/* One buffer, and its timelines. */
struct window {
   struct fixture *f;
   struct dxg_texture texture;
   struct dxg_swapchain swapchain; /* for its timelines */
   struct dxg_client_timelines *timelines;
   struct dxg_client_buffer *buffer;
   struct wl_resource *resource;
   struct dxg_server_buffer *server_buffer;
   uint64_t point;
   unsigned releases;
};

void window_init(struct window *window, struct fixture *f);
/* A second buffer of the other window, on its timelines; to be finished first. */
void window_init_beside(struct window *window, const struct window *other);
void window_finish(struct window *window);
/* As on_release of a dxg_client_buffer, with the window. */
void window_on_release(void *data, uint64_t point);
/* The client says when its content will be complete; it is. */
void window_promise(struct window *window, uint64_t point);
void window_reach(struct window *window, uint64_t point);

int64_t now_ms(void);
void sleep_ms(int ms);
int count_entries(const char *directory);
/* Until a directory, of /proc, has no more entries than that. */
void assert_back_to(const char *directory, int count);

#endif
