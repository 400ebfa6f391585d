/*
 * DXBC containers: a header, then parts, each named by four letters. The digest in the header is
 * not looked at: Mesa's containers have none (all zero).
 */
#ifndef DXIL_CONTAINER_H
#define DXIL_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DXIL_FOURCC(a, b, c, d)                                                                    \
   ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

#define DXIL_CONTAINER_MAGIC DXIL_FOURCC('D', 'X', 'B', 'C')
#define DXIL_PART_PROGRAM DXIL_FOURCC('D', 'X', 'I', 'L')
#define DXIL_PART_INPUT DXIL_FOURCC('I', 'S', 'G', '1')
#define DXIL_PART_OUTPUT DXIL_FOURCC('O', 'S', 'G', '1')
#define DXIL_PART_PATCH DXIL_FOURCC('P', 'S', 'G', '1')
#define DXIL_PART_ROOT_SIGNATURE DXIL_FOURCC('R', 'T', 'S', '0')

#define DXIL_CONTAINER_HEADER_SIZE 32 /* magic, digest[16], version, size, number of parts */
#define DXIL_PART_HEADER_SIZE 8       /* name, size */

struct dxil_container {
   const uint8_t *data;
   uint32_t size;
   uint32_t num_parts;
};

struct dxil_part {
   const uint8_t *data; /* not aligned */
   uint32_t size;
};

/* False: no container, or some part of it is outside. The data must outlive the container. */
bool dxil_container_open(struct dxil_container *container, const void *data, size_t size);
/* The first part of that name. */
bool dxil_container_find(const struct dxil_container *container, uint32_t name,
                         struct dxil_part *part);

uint32_t dxil_load_u32(const uint8_t *data);
void dxil_store_u32(uint8_t *data, uint32_t value);

#endif
