#ifndef API_BLOB_H
#define API_BLOB_H

#include "util/d3d12.h"

/* An ID3DBlob that takes malloc'ed data. NULL when out of memory; data is freed then. */
ID3DBlob *blob_create(void *data, size_t size);
/* A copy of a message, its final zero included. */
ID3DBlob *blob_create_message(const char *message);

#endif
