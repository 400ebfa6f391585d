/* The memory behind heaps and resources: how much there may be, and errno as HRESULT. */
#ifndef API_MEMORY_H
#define API_MEMORY_H

#include "share/share.h"
#include "util/d3d12.h"

/* As share_memory_init, after a look at what the machine has: memory is handed out lazily, so a request
 * that can never be met would only fail, as a signal, when its pages are touched. */
HRESULT api_memory_init(struct share_memory *memory, uint64_t size, bool shareable,
                        enum share_kind kind, const void *meta, uint32_t meta_size);

HRESULT hresult_from_errno(int error); /* a negative errno */

#endif
