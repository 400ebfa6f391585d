#include "exec/rows.h"
#include "util/bits.h"

/* Below this, waking a thread costs more than it saves. */
#define MIN_PARALLEL_BYTES (256u << 10)
#define ITEM_BYTES (128u << 10)

struct job {
   rows_fn fn;
   const void *data;
   uint64_t num_rows, rows_per_item;
};

static void
run_item(void *data, uint32_t item, uint32_t worker)
{
   const struct job *job = data;
   uint64_t first = item * job->rows_per_item;
   job->fn(job->data, first, MIN2(first + job->rows_per_item, job->num_rows));
}

void
exec_run_rows(struct workers *workers, rows_fn fn, const void *data, uint64_t num_rows,
              uint64_t bytes)
{
   if (!workers || bytes < MIN_PARALLEL_BYTES || num_rows < 2) {
      fn(data, 0, num_rows);
      return;
   }
   uint64_t row_bytes = MAX2(bytes / num_rows, 1);
   struct job job = { fn, data, num_rows, MAX2(ITEM_BYTES / row_bytes, 1) };
   /* The count of items has 32 bits. */
   job.rows_per_item = MAX2(job.rows_per_item, num_rows >> 31);
   workers_run(workers, run_item, &job, (num_rows + job.rows_per_item - 1) / job.rows_per_item);
}
