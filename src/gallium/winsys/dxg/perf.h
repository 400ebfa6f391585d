/*
 * What the CPU does of the GPU's work in this process, for DXG_DEBUG=perf: frames' bytes that it copied, and
 * how often it waited. Counted where it is done, whoever asks for it.
 */
#ifndef WINSYS_PERF_H
#define WINSYS_PERF_H

#include <stdatomic.h>
#include <stdint.h>

struct dxg_perf {
   _Atomic uint64_t copied; /* bytes */
   atomic_uint waits;
};

extern struct dxg_perf dxg_perf;

static inline void
dxg_perf_count_copy(uint64_t bytes)
{
   atomic_fetch_add_explicit(&dxg_perf.copied, bytes, memory_order_relaxed);
}

static inline void
dxg_perf_count_wait(void)
{
   atomic_fetch_add_explicit(&dxg_perf.waits, 1, memory_order_relaxed);
}

#endif
