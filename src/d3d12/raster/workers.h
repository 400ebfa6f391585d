/*
 * The worker threads of a device. One queue's thread at a time hands out work: an array of independent items.
 * The array is divided evenly among the workers and the caller; who is done helps the others. So the same item
 * is mostly done by the same thread, job after job, which finds in its caches what it left there.
 */
#ifndef RASTER_WORKERS_H
#define RASTER_WORKERS_H

#include <stdint.h>

#define WORKERS_MAX 64

struct workers;

/* threads: 0 for DXG_THREADS or the number of CPUs that we may use. The caller of workers_run is one
 * of them. NULL when there is no memory or not a single thread can be had. */
struct workers *workers_create(uint32_t threads);
void workers_destroy(struct workers *workers);
uint32_t workers_count(const struct workers *workers); /* the caller included */

/* item: 0 … count - 1; worker: 0 … workers_count - 1, unique among those running at once. */
typedef void (*workers_fn)(void *data, uint32_t item, uint32_t worker);

/* Runs fn for all items, with denormals flushed as machine code wants it; returns when all are done. Calls from
 * different threads are serialised. A single item the caller does itself. */
void workers_run(struct workers *workers, workers_fn fn, void *data, uint32_t count);

#endif
