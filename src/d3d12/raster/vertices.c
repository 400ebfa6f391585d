#include "raster/pass.h"

#include <string.h>

/* Index buffers need not be aligned to anything but their index, and may end early. */
static void
load_indices(struct raster_front *front, const struct raster_piece *piece)
{
   const struct draw_state *draw = piece->draw;
   uint64_t begin = (uint64_t)draw->start + piece->first;
   uint32_t available = 0;

   if (begin < draw->num_indices)
      available = (uint32_t)MIN2(draw->num_indices - begin, piece->count);
   if (draw->index_size == 4) {
      memcpy(front->ids, draw->indices + begin * 4, (size_t)available * 4);
   } else {
      const uint16_t *indices = (const uint16_t *)draw->indices + begin;
      for (uint32_t i = 0; i < available; i++)
         front->ids[i] = indices[i];
   }
   memset(front->ids + available, 0, (size_t)(piece->count - available) * 4);
}

static bool
is_cut(const struct draw_state *draw, uint32_t id)
{
   return draw->has_cuts && id == draw->cut_value;
}

/* Indices that lie close together: a table from index to slot. */
static void
unique_direct(struct raster_front *front, const struct draw_state *draw, uint32_t min,
              uint32_t range)
{
   uint16_t *map = front->map.direct;
   uint32_t num = 0;

   memset(map, 0xff, range * sizeof(*map));
   for (uint32_t i = 0; i < front->num_vertices; i++) {
      uint32_t id = front->ids[i];
      if (is_cut(draw, id)) {
         front->slots[i] = RASTER_CUT;
         continue;
      }
      uint32_t slot = map[id - min];
      if (slot == 0xffff) {
         slot = num++;
         map[id - min] = (uint16_t)slot;
         front->unique[slot] = id;
      }
      front->slots[i] = (uint16_t)slot;
   }
   front->num_unique = num;
}

static void
unique_hashed(struct raster_front *front, const struct draw_state *draw)
{
   const uint32_t none = UINT32_MAX;
   uint32_t bits = 32 - (uint32_t)__builtin_clz(MAX2(2 * front->num_vertices, 2) - 1);
   uint32_t mask = (1u << bits) - 1;
   uint32_t num = 0;

   for (uint32_t i = 0; i <= mask; i++)
      front->map.hash[i].slot = none;
   for (uint32_t i = 0; i < front->num_vertices; i++) {
      uint32_t id = front->ids[i];
      if (is_cut(draw, id)) {
         front->slots[i] = RASTER_CUT;
         continue;
      }
      uint32_t place = (id * 0x9e3779b1u) >> (32 - bits);
      while (front->map.hash[place].slot != none && front->map.hash[place].id != id)
         place = (place + 1) & mask;
      if (front->map.hash[place].slot == none) {
         front->map.hash[place].id = id;
         front->map.hash[place].slot = num;
         front->unique[num++] = id;
      }
      front->slots[i] = (uint16_t)front->map.hash[place].slot;
   }
   front->num_unique = num;
}

void
raster_decode_vertices(struct raster_front *front, const struct raster_piece *piece)
{
   const struct draw_state *draw = piece->draw;

   front->draw = draw;
   front->num_vertices = piece->count;
   front->has_cuts = draw->has_cuts;
   if (!draw->indices) {
      /* StartVertexLocation is in vertex_ctx.base_vertex: SV_VertexID starts at 0 (D3D11.3 8.16). */
      for (uint32_t i = 0; i < piece->count; i++) {
         front->unique[i] = piece->first + i;
         front->slots[i] = (uint16_t)i;
      }
      front->num_unique = piece->count;
      return;
   }

   load_indices(front, piece);
   uint32_t min = UINT32_MAX, max = 0;
   for (uint32_t i = 0; i < piece->count; i++) {
      uint32_t id = front->ids[i];
      uint32_t low = is_cut(draw, id) ? UINT32_MAX : id;
      uint32_t high = is_cut(draw, id) ? 0 : id;
      min = MIN2(min, low);
      max = MAX2(max, high);
   }
   if (min > max)
      front->num_unique = 0; /* cuts only */
   else if (max - min < MIN2(8 * piece->count, ARRAY_LENGTH(front->map.direct)))
      unique_direct(front, draw, min, max - min + 1);
   else
      unique_hashed(front, draw);
}

bool
raster_shade_vertices(struct raster_front *front, uint32_t instance)
{
   const struct draw_state *draw = front->draw;
   uint32_t num = front->num_unique;
   size_t pitch = vertex_size(draw->pipeline->vs_registers);

   front->vertices = raster_memory_alloc(&front->memory, (num + JIT_MAX_LANES - 1) * pitch);
   if (!front->vertices)
      return false;
   front->pitch = pitch;
   draw->pipeline->vertex(&draw->vertex, front->unique, num, instance, front->vertices);
   raster_memory_shrink(&front->memory, front->vertices, num * pitch);
   front->counts.vs_invocations += num;
   return true;
}
