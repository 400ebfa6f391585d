/*
 * Damages bitcode where it means something: takes it apart into records, changes numbers in a few
 * of them, and writes it anew, so that what is wrong is never the encoding.
 */
#ifndef FUZZ_REWRITE_H
#define FUZZ_REWRITE_H

#include "dxil/bitstream.h"

#include "../shaders/bitcode-writer.h"
#include "mutate.h"

/* One step through the stream, in its order. */
struct rewrite_item {
   enum bitstream_entry kind;
   uint32_t code;
   uint32_t count;
   uint64_t *ops;
   const uint8_t *blob;
   uint32_t blob_size;
};

/* Belongs to the arena of the stream, and points into its bytes. */
struct rewrite_list {
   struct rewrite_item items[8192];
   uint32_t count;
};

static inline bool
rewrite_parse(struct bitstream *stream, struct bitstream_block *block, struct rewrite_list *list)
{
   struct bitstream_record record = { 0 };
   while (list->count < ARRAY_LENGTH(list->items)) {
      if (block->id == UINT32_MAX && stream->size - stream->pos < 32)
         return true;
      struct rewrite_item *item = &list->items[list->count++];
      item->kind = bitstream_next(stream, block, &record);
      item->code = record.code;
      item->count = record.count;
      item->ops = arena_copy(stream->arena, record.ops, record.count * sizeof(*record.ops));
      item->blob = record.blob;
      item->blob_size = record.blob_size;
      struct bitstream_block child;
      switch (item->kind) {
      case BITSTREAM_END:
         return true;
      case BITSTREAM_BLOCK:
         if (!bitstream_enter(stream, block, record.code, &child) ||
             !rewrite_parse(stream, &child, list))
            return false;
         break;
      case BITSTREAM_RECORD:
         break;
      default:
         return false;
      }
   }
   return false;
}

static inline uint64_t
rewrite_number(struct mutator *m, uint64_t old)
{
   switch (mutator_below(m, 8)) {
   case 0:
      return old + 1;
   case 1:
      return old - 1;
   case 2:
      return (uint32_t)-mutator_below(m, 16);
   case 3:
      return old ^ 1ull << mutator_below(m, 40);
   default:
      return mutator_below(m, 64);
   }
}

static inline void
rewrite_damage(struct mutator *m, struct rewrite_item *item)
{
   switch (mutator_below(m, 8)) {
   case 0:
      item->code = mutator_below(m, 64);
      break;
   case 1:
      item->count = mutator_below(m, item->count + 1);
      break;
   default:
      if (item->count) {
         uint32_t i = mutator_below(m, item->count);
         item->ops[i] = rewrite_number(m, item->ops[i]);
      }
      break;
   }
}

/* Writes the list with 1 to 4 records damaged, dropped or doubled; returns the bytes written. */
static inline size_t
rewrite_mutate(struct mutator *m, const struct rewrite_list *list, uint8_t *data, size_t size)
{
   struct bitcode_writer w = { .data = data, .size = size };
   uint64_t ops[256];
   uint32_t chosen[4], num_chosen = 1 + mutator_below(m, 4);
   for (uint32_t i = 0; i < num_chosen; i++)
      chosen[i] = mutator_below(m, list->count);

   memset(data, 0, size);
   bitcode_put(&w, BITCODE_MAGIC, 32);
   for (uint32_t i = 0; i < list->count; i++) {
      struct rewrite_item item = list->items[i];
      uint32_t times = 1;
      if (item.kind == BITSTREAM_RECORD && item.count <= ARRAY_LENGTH(ops)) {
         memcpy(ops, item.ops, item.count * sizeof(*ops));
         item.ops = ops;
         for (uint32_t j = 0; j < num_chosen; j++) {
            if (chosen[j] != i)
               continue;
            if (mutator_below(m, 8) == 0)
               times = mutator_below(m, 3);
            else
               rewrite_damage(m, &item);
         }
      }
      switch (item.kind) {
      case BITSTREAM_BLOCK:
         bitcode_enter(&w, item.code);
         break;
      case BITSTREAM_END:
         bitcode_leave(&w);
         break;
      default:
         for (; times; times--) {
            if (item.blob)
               bitcode_blob(&w, item.code, item.count, item.ops, item.blob, item.blob_size);
            else
               bitcode_record(&w, item.code, item.count, item.ops);
         }
         break;
      }
   }
   return MIN2(w.pos / 8, size);
}

#endif
