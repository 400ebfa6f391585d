/*
 * Writes LLVM bitcode, all records without abbreviations but those with a blob, which cannot be
 * said otherwise. For tests: no error but running out of room, which drops what comes.
 */
#ifndef SHADERS_BITCODE_WRITER_H
#define SHADERS_BITCODE_WRITER_H

#include "dxil/container.h"
#include "util/bits.h"

#include <string.h>

#define BITCODE_MAGIC 0xdec04342u
#define BITCODE_MAX_DEPTH 8
#define BITCODE_ABBREV_WIDTH 8 /* of ids in every block but the outermost */

struct bitcode_writer {
   uint8_t *data; /* zeroed */
   size_t size;   /* bytes */
   uint64_t pos;  /* bits */
   uint64_t start[BITCODE_MAX_DEPTH];   /* of the open blocks: where their words begin */
   uint32_t abbrevs[BITCODE_MAX_DEPTH]; /* and how many abbreviations they have */
   uint32_t depth;
};

static inline void
bitcode_put(struct bitcode_writer *w, uint64_t value, uint32_t width)
{
   for (uint32_t i = 0; i < width; i++, w->pos++) {
      if (w->pos / 8 < w->size)
         w->data[w->pos / 8] |= (value >> i & 1) << (w->pos % 8);
   }
}

static inline void
bitcode_put_vbr(struct bitcode_writer *w, uint64_t value, uint32_t width)
{
   uint64_t more = 1ull << (width - 1);
   for (; value >= more; value >>= width - 1)
      bitcode_put(w, (value & (more - 1)) | more, width);
   bitcode_put(w, value, width);
}

static inline void
bitcode_put_id(struct bitcode_writer *w, uint32_t id)
{
   bitcode_put(w, id, w->depth ? BITCODE_ABBREV_WIDTH : 2);
}

static inline void
bitcode_align(struct bitcode_writer *w)
{
   w->pos = align_up(w->pos, 32);
}

static inline void
bitcode_enter(struct bitcode_writer *w, uint32_t id)
{
   bitcode_put_id(w, 1);
   bitcode_put_vbr(w, id, 8);
   bitcode_put_vbr(w, BITCODE_ABBREV_WIDTH, 4);
   bitcode_align(w);
   w->pos += 32;
   w->abbrevs[w->depth] = 0;
   w->start[w->depth++] = w->pos;
}

static inline void
bitcode_leave(struct bitcode_writer *w)
{
   bitcode_put_id(w, 0);
   bitcode_align(w);
   uint64_t start = w->start[--w->depth];
   if (start / 8 <= w->size)
      dxil_store_u32(w->data + start / 8 - 4, (w->pos - start) / 32);
}

static inline void
bitcode_record(struct bitcode_writer *w, uint32_t code, uint32_t count, const uint64_t *ops)
{
   bitcode_put_id(w, 3);
   bitcode_put_vbr(w, code, 6);
   bitcode_put_vbr(w, count, 6);
   for (uint32_t i = 0; i < count; i++)
      bitcode_put_vbr(w, ops[i], 6);
}

/* Defines an abbreviation (the code, operands as VBR6, a blob), then uses it. */
static inline void
bitcode_blob(struct bitcode_writer *w, uint32_t code, uint32_t count, const uint64_t *ops,
             const uint8_t *blob, uint32_t blob_size)
{
   bitcode_put_id(w, 2);
   bitcode_put_vbr(w, count + 2, 5);
   bitcode_put(w, 1, 1);
   bitcode_put_vbr(w, code, 8);
   for (uint32_t i = 0; i < count; i++) {
      bitcode_put(w, 2 << 1, 4);
      bitcode_put_vbr(w, 6, 5);
   }
   bitcode_put(w, 5 << 1, 4);

   bitcode_put_id(w, 4 + w->abbrevs[w->depth - 1]++);
   for (uint32_t i = 0; i < count; i++)
      bitcode_put_vbr(w, ops[i], 6);
   bitcode_put_vbr(w, blob_size, 6);
   bitcode_align(w);
   for (uint32_t i = 0; i < blob_size; i++)
      bitcode_put(w, blob[i], 8);
   bitcode_align(w);
}

#endif
