#include "exec/queries.h"

#include <stdlib.h>
#include <string.h>

#define MAX_EVENTS 256

struct exec_query_event {
   struct raster_counters *counters; /* of the query */
   bool is_begin;
};

void
exec_queries_init(struct exec_queries *queries)
{
   *queries = (struct exec_queries){ 0 };
   queries->segments = calloc(MAX_EVENTS + 1, sizeof(*queries->segments));
   queries->events = calloc(MAX_EVENTS, sizeof(*queries->events));
   if (queries->segments && queries->events)
      queries->capacity = MAX_EVENTS;
}

void
exec_queries_finish(struct exec_queries *queries)
{
   free(queries->segments);
   free(queries->events);
}

struct raster_counters *
exec_queries_segment(struct exec_queries *queries)
{
   return queries->active ? &queries->segments[queries->num_events] : NULL;
}

static bool
add_event(struct exec_queries *queries, struct raster_counters *counters, bool is_begin)
{
   if (queries->num_events == queries->capacity)
      return false;
   queries->events[queries->num_events++] =
      (struct exec_query_event){ .counters = counters, .is_begin = is_begin };
   return true;
}

bool
exec_queries_begin(struct exec_queries *queries, const struct exec_query *query)
{
   if (!add_event(queries, query->counters, true))
      return false;
   queries->active++;
   return true;
}

bool
exec_queries_end(struct exec_queries *queries, const struct exec_query *query)
{
   if (!add_event(queries, query->counters, false))
      return false;
   if (queries->active)
      queries->active--;
   return true;
}

/* Counters are all uint64_t, so sums and differences go over them as an array. */
#define NUM_COUNTERS (sizeof(struct raster_counters) / sizeof(uint64_t))

static void
accumulate(struct raster_counters *sum, const struct raster_counters *add)
{
   uint64_t *s = (uint64_t *)sum;
   const uint64_t *a = (const uint64_t *)add;
   for (size_t i = 0; i < NUM_COUNTERS; i++)
      s[i] += a[i];
}

static void
difference(struct raster_counters *result, const struct raster_counters *end,
           const struct raster_counters *begin)
{
   uint64_t *r = (uint64_t *)result;
   const uint64_t *e = (const uint64_t *)end;
   const uint64_t *b = (const uint64_t *)begin;
   for (size_t i = 0; i < NUM_COUNTERS; i++)
      r[i] = e[i] - b[i];
}

void
exec_queries_settle(struct exec_queries *queries)
{
   if (!queries->capacity)
      return;
   for (uint32_t i = 0; i < queries->num_events; i++) {
      const struct exec_query_event *event = &queries->events[i];
      accumulate(&queries->total, &queries->segments[i]);
      if (event->is_begin)
         *event->counters = queries->total;
      else
         difference(event->counters, &queries->total, event->counters);
   }
   accumulate(&queries->total, &queries->segments[queries->num_events]);
   memset(queries->segments, 0, (queries->num_events + 1) * sizeof(*queries->segments));
   queries->num_events = 0;
}

void
exec_queries_write(const struct exec_resolve_queries *resolve)
{
   for (uint32_t i = 0; i < resolve->count; i++) {
      const struct raster_counters *c = &resolve->counters[i];
      switch (resolve->type) {
      case D3D12_QUERY_TYPE_OCCLUSION:
         memcpy(resolve->dst + i * 8, &c->samples_passed, 8);
         break;
      case D3D12_QUERY_TYPE_BINARY_OCCLUSION: {
         uint64_t any = c->samples_passed != 0;
         memcpy(resolve->dst + i * 8, &any, 8);
         break;
      }
      case D3D12_QUERY_TYPE_TIMESTAMP:
         memcpy(resolve->dst + i * 8, &resolve->timestamps[i], 8);
         break;
      case D3D12_QUERY_TYPE_PIPELINE_STATISTICS: {
         D3D12_QUERY_DATA_PIPELINE_STATISTICS data = {
            .IAVertices = c->ia_vertices,
            .IAPrimitives = c->ia_primitives,
            .VSInvocations = c->vs_invocations,
            .GSInvocations = c->gs_invocations,
            .GSPrimitives = c->gs_primitives,
            .HSInvocations = c->hs_invocations,
            .DSInvocations = c->ds_invocations,
            .CInvocations = c->c_invocations,
            .CPrimitives = c->c_primitives,
            .PSInvocations = c->ps_invocations,
            .CSInvocations = c->cs_invocations,
         };
         memcpy(resolve->dst + i * sizeof(data), &data, sizeof(data));
         break;
      }
      case D3D12_QUERY_TYPE_SO_STATISTICS_STREAM0:
      case D3D12_QUERY_TYPE_SO_STATISTICS_STREAM1:
      case D3D12_QUERY_TYPE_SO_STATISTICS_STREAM2:
      case D3D12_QUERY_TYPE_SO_STATISTICS_STREAM3: {
         uint32_t stream = resolve->type - D3D12_QUERY_TYPE_SO_STATISTICS_STREAM0;
         D3D12_QUERY_DATA_SO_STATISTICS data = {
            .NumPrimitivesWritten = c->so_written[stream],
            .PrimitivesStorageNeeded = c->so_needed[stream],
         };
         memcpy(resolve->dst + i * sizeof(data), &data, sizeof(data));
         break;
      }
      default:
         break;
      }
   }
}
