/*
 * Queries without flushes: between two begins or ends all draws count into one *segment*. When the
 * raster has been flushed the segments are final, and each begin and end gets the running total of
 * what came before it.
 */
#ifndef EXEC_QUERIES_H
#define EXEC_QUERIES_H

#include "exec/command.h"

struct exec_query_event;

struct exec_queries {
   struct raster_counters total; /* of all flushed segments, since the queue was made */
   struct raster_counters *segments;
   struct exec_query_event *events; /* event i comes right after segment i */
   uint32_t num_events, capacity;
   uint32_t active;                 /* queries begun and not ended */
};

void exec_queries_init(struct exec_queries *queries);
void exec_queries_finish(struct exec_queries *queries);
/* Where draws count now; NULL while no query is active. */
struct raster_counters *exec_queries_segment(struct exec_queries *queries);
/* False when there is no room for another event: flush, settle, and call again. */
bool exec_queries_begin(struct exec_queries *queries, const struct exec_query *query);
bool exec_queries_end(struct exec_queries *queries, const struct exec_query *query);
/* After raster_flush. */
void exec_queries_settle(struct exec_queries *queries);
/* Writes results in D3D12's layout (D3D12_QUERY_DATA_…, or 64-bit numbers). */
void exec_queries_write(const struct exec_resolve_queries *resolve);

#endif
