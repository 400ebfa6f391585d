/* Work on rows of texels, split over the workers when there is enough of it. */
#ifndef EXEC_ROWS_H
#define EXEC_ROWS_H

#include "raster/workers.h"

#include <stdint.h>

/* Does the rows first … end - 1. */
typedef void (*rows_fn)(const void *data, uint64_t first, uint64_t end);

/* bytes: what all rows touch together. workers: NULL to do it all here. */
void exec_run_rows(struct workers *workers, rows_fn fn, const void *data, uint64_t num_rows,
                   uint64_t bytes);

#endif
