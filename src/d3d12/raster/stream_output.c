#include "raster/stream_output.h"

#include <string.h>
#include <strings.h>

#include "raster/pass.h"

#define MAX_STRIDE 2048 /* D3D11.3 14.1 */

/* The element and row that a name and index stand for. */
static const struct dxil_signature_element *
find_element(const struct dxil_signature *outputs, const D3D12_SO_DECLARATION_ENTRY *entry,
             uint32_t *row)
{
   for (uint32_t i = 0; i < outputs->count; i++) {
      const struct dxil_signature_element *element = &outputs->elements[i];
      if (element->stream != entry->Stream || strcasecmp(element->name, entry->SemanticName))
         continue;
      for (*row = 0; *row < element->rows; ++*row) {
         if (element->semantic_index[*row] == entry->SemanticIndex)
            return element;
      }
   }
   return NULL;
}

static const char *
add_entry(struct raster_stream_output *output, const D3D12_SO_DECLARATION_ENTRY *entry,
          const struct dxil_signature *outputs, uint32_t offset)
{
   uint32_t row;

   if (!entry->SemanticName)
      return NULL; /* a gap */
   const struct dxil_signature_element *element = find_element(outputs, entry, &row);
   if (!element || element->start_row == DXIL_NONE)
      return "stream output of an element that the shader does not write";
   if (entry->StartComponent + entry->ComponentCount > element->cols)
      return "stream output of components that the shader does not write";
   output->slots[entry->Stream] |= (uint8_t)(1u << entry->OutputSlot);
   output->entries[output->num_entries++] = (struct raster_stream_entry){
      .stream = (uint8_t)entry->Stream,
      .slot = entry->OutputSlot,
      .reg = (uint8_t)(element->start_row + row),
      .col = (uint8_t)(element->start_col + entry->StartComponent),
      .count = entry->ComponentCount,
      .offset = (uint16_t)offset,
   };
   return NULL;
}

bool
raster_stream_output_init(struct raster_stream_output *output, const D3D12_STREAM_OUTPUT_DESC *desc,
                          const struct dxil_signature *outputs, const char **message)
{
   uint32_t offsets[RASTER_STREAM_SLOTS] = { 0 };

   *message = NULL;
   memset(output, 0, sizeof(*output));
   output->rasterized =
      desc->RasterizedStream < RASTER_STREAMS ? desc->RasterizedStream : RASTER_STREAM_NONE;
   if (desc->NumEntries > ARRAY_LENGTH(output->entries) || desc->NumStrides > RASTER_STREAM_SLOTS)
      *message = "too long a stream output declaration";
   for (uint32_t i = 0; i < desc->NumEntries && !*message; i++) {
      const D3D12_SO_DECLARATION_ENTRY *entry = &desc->pSODeclaration[i];
      if (entry->Stream >= RASTER_STREAMS || entry->OutputSlot >= RASTER_STREAM_SLOTS ||
          entry->StartComponent > 3 || entry->ComponentCount < 1 ||
          (entry->SemanticName && entry->ComponentCount > 4)) {
         *message = "a malformed stream output declaration";
         break;
      }
      *message = add_entry(output, entry, outputs, offsets[entry->OutputSlot]);
      offsets[entry->OutputSlot] += entry->ComponentCount * 4u;
   }
   for (uint32_t i = 0; i < RASTER_STREAM_SLOTS && !*message; i++) {
      /* Without a stride vertices are packed. */
      output->strides[i] =
         i < desc->NumStrides && desc->pBufferStrides[i] ? desc->pBufferStrides[i] : offsets[i];
      if (offsets[i] > output->strides[i] || output->strides[i] > MAX_STRIDE)
         *message = "a stream output stride that is too short or too long";
   }
   return !*message;
}

/* A primitive is written to all of its stream's buffers, or if one is full, to none. Slots without a
 * buffer swallow what goes there. */
static bool
has_room(const struct raster_stream_output *output, const struct raster_stream_target *targets,
         uint32_t slots, uint32_t count)
{
   for (uint32_t i = 0; i < RASTER_STREAM_SLOTS; i++) {
      const struct raster_stream_target *target = &targets[i];
      uint64_t size = (uint64_t)count * output->strides[i];
      if ((slots & (1u << i)) && target->base &&
          (*target->filled > target->size || size > target->size - *target->filled))
         return false;
   }
   return true;
}

void
raster_stream_out(struct raster_front *front, uint32_t stream, const struct vertex *const *vertices,
                  uint32_t count)
{
   const struct draw_state *draw = front->draw;
   const struct raster_stream_output *output = draw->stream_output;
   const struct raster_stream_target *targets = draw->stream_targets;

   if (!output->slots[stream])
      return;
   front->counts.so_needed[stream]++;
   if (!has_room(output, targets, output->slots[stream], count))
      return;
   front->counts.so_written[stream]++;
   for (uint32_t i = 0; i < output->num_entries; i++) {
      const struct raster_stream_entry *entry = &output->entries[i];
      const struct raster_stream_target *target = &targets[entry->slot];
      if (entry->stream != stream || !target->base)
         continue;
      for (uint32_t v = 0; v < count; v++) {
         uint8_t *to =
            target->base + *target->filled + v * output->strides[entry->slot] + entry->offset;
         memcpy(to, &vertices[v]->reg[entry->reg][entry->col], entry->count * 4u);
      }
   }
   for (uint32_t i = 0; i < RASTER_STREAM_SLOTS; i++) {
      if ((output->slots[stream] & (1u << i)) && targets[i].base)
         *targets[i].filled += (uint64_t)count * output->strides[i];
   }
}
