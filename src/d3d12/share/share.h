/*
 * Memory and fences that outlive a process boundary. A handle is a file descriptor: it can be sent
 * over a socket, inherited, duplicated; closing it does not end what was opened from it.
 *
 * Nothing that crossed a boundary is trusted: a descriptor is checked for being one of ours (type,
 * seals, size, header) before it is used, and a mapping can neither be shrunk nor lose its pages.
 */
#ifndef SHARE_SHARE_H
#define SHARE_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum share_kind {
   SHARE_HEAP = 1,
   SHARE_RESOURCE = 2,
   SHARE_FENCE = 3,
};

/*
 * A block of memory, page-aligned and zeroed; from the start it can be shared (a sealed memfd) if
 * `shareable`, else it is anonymous. `meta` describes what is in it (for a resource: its
 * D3D12_RESOURCE_DESC and heap properties), and is kept, read-only, in a page of its own behind the
 * data that no opener can change under another. At most SHARE_MAX_META bytes. The data is at the start
 * of the file.
 * 0 or -errno: -ENOMEM, -EMFILE, …
 */
#define SHARE_MAX_META 1024

struct share_memory {
   void *data;   /* `size` bytes */
   size_t size;
   int fd;       /* -1: not shareable */
   enum share_kind kind;
   uint32_t meta_size;
   uint8_t meta[SHARE_MAX_META];
};

int share_memory_init(struct share_memory *memory, size_t size, bool shareable,
                      enum share_kind kind, const void *meta, uint32_t meta_size);
/* Maps what the descriptor names; the caller keeps its descriptor. -EINVAL: not ours, or a lie. */
int share_memory_open(struct share_memory *memory, int fd);
void share_memory_finish(struct share_memory *memory);
/* A new descriptor for the memory or fence, close-on-exec, for the caller to close. Or -errno. */
int share_memory_export(const struct share_memory *memory);
/* What a descriptor is, without opening it: a share_kind, or -EINVAL. */
int share_kind(int fd);

/*
 * A 64-bit value that only its users agree on; a page with a futex behind it. Within a process it can
 * be waited for by threads, by eventfds, and by callbacks; across processes by value and futex.
 * All functions are thread-safe.
 */
struct share_fence;

/* shareable: the value lives in a sealed memfd. */
int share_fence_create(struct share_fence **fence, uint64_t initial, bool shareable);
int share_fence_open(struct share_fence **fence, int fd);
void share_fence_destroy(struct share_fence *fence); /* waiters are dropped; NULL is allowed */
int share_fence_export(const struct share_fence *fence);

uint64_t share_fence_value(const struct share_fence *fence);
void share_fence_signal(struct share_fence *fence, uint64_t value); /* may also go down */
/* Until value is reached, or timeout (nanoseconds; negative: for ever). 0, or -ETIMEDOUT. Also
 * returns (0) when *cancel becomes nonzero, if given; the waker must then call share_fence_wake. */
int share_fence_wait(struct share_fence *fence, uint64_t value, int64_t timeout_ns,
                     const uint32_t *cancel);
void share_fence_wake(struct share_fence *fence);
/* Writes 1 to `eventfd` (duplicated: the caller may close its own) once the value is reached; at
 * once if it is. A signal from another process counts too (a thread of ours watches such fences, and
 * lives until the last of them is destroyed). 0 or -errno. */
int share_fence_event(struct share_fence *fence, uint64_t value, int eventfd);

#endif
