#include "dxil/container.h"

uint32_t
dxil_load_u32(const uint8_t *data)
{
   return data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
}

void
dxil_store_u32(uint8_t *data, uint32_t value)
{
   for (int i = 0; i < 4; i++)
      data[i] = value >> 8 * i;
}

static uint32_t
part_offset(const struct dxil_container *container, uint32_t i)
{
   return dxil_load_u32(container->data + DXIL_CONTAINER_HEADER_SIZE + 4 * (size_t)i);
}

bool
dxil_container_open(struct dxil_container *container, const void *data, size_t size)
{
   *container = (struct dxil_container){ .data = data };
   if (!data || size < DXIL_CONTAINER_HEADER_SIZE ||
       dxil_load_u32(container->data) != DXIL_CONTAINER_MAGIC)
      return false;
   container->size = dxil_load_u32(container->data + 24);
   container->num_parts = dxil_load_u32(container->data + 28);
   if (container->size > size || container->size < DXIL_CONTAINER_HEADER_SIZE ||
       container->num_parts > (container->size - DXIL_CONTAINER_HEADER_SIZE) / 4)
      return false;

   for (uint32_t i = 0; i < container->num_parts; i++) {
      uint32_t offset = part_offset(container, i);
      if (offset > container->size || container->size - offset < DXIL_PART_HEADER_SIZE ||
          dxil_load_u32(container->data + offset + 4) >
             container->size - offset - DXIL_PART_HEADER_SIZE)
         return false;
   }
   return true;
}

bool
dxil_container_find(const struct dxil_container *container, uint32_t name, struct dxil_part *part)
{
   for (uint32_t i = 0; i < container->num_parts; i++) {
      const uint8_t *header = container->data + part_offset(container, i);
      if (dxil_load_u32(header) == name) {
         part->data = header + DXIL_PART_HEADER_SIZE;
         part->size = dxil_load_u32(header + 4);
         return true;
      }
   }
   return false;
}
