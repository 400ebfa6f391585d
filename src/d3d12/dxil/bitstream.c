#include "dxil/bitstream.h"

#include "util/bits.h"

#include <string.h>

#define MAX_ABBREV_OPS 256
#define MAX_ABBREVS 4096

enum abbrev_id {
   ID_END_BLOCK,
   ID_ENTER_SUBBLOCK,
   ID_DEFINE_ABBREV,
   ID_UNABBREV_RECORD,
   ID_FIRST_ABBREV,
};

enum op_kind {
   OP_LITERAL = 0,
   OP_FIXED = 1,
   OP_VBR = 2,
   OP_ARRAY = 3,
   OP_CHAR6 = 4,
   OP_BLOB = 5,
};

#define BLOCK_BLOCKINFO 0
#define BLOCKINFO_SETBID 1

struct abbrev_op {
   enum op_kind kind;
   uint64_t value; /* the literal, or the width in bits */
};

struct bitstream_abbrev {
   uint32_t count;
   struct abbrev_op ops[];
};

void
bitstream_init(struct bitstream *stream, const void *data, size_t size, struct arena *arena)
{
   *stream = (struct bitstream){ .data = data, .size = (uint64_t)size * 8, .arena = arena };
}

uint64_t
bitstream_read(struct bitstream *stream, uint32_t width)
{
   if (stream->failed || width > 64 || width > stream->size - stream->pos) {
      stream->failed = true;
      return 0;
   }
   uint64_t value = 0;
   uint32_t got = 0;
   while (got < width) {
      uint32_t shift = stream->pos & 7;
      uint32_t take = MIN2(8 - shift, width - got);
      uint64_t byte = stream->data[stream->pos >> 3] >> shift & ((1u << take) - 1);
      value |= byte << got;
      got += take;
      stream->pos += take;
   }
   return value;
}

uint64_t
bitstream_read_vbr(struct bitstream *stream, uint32_t width)
{
   if (width < 2 || width > 32) {
      stream->failed = true;
      return 0;
   }
   uint64_t more = 1ull << (width - 1);
   uint64_t value = 0;
   for (uint32_t shift = 0; shift < 64; shift += width - 1) {
      uint64_t chunk = bitstream_read(stream, width);
      value |= (chunk & (more - 1)) << shift;
      if (!(chunk & more))
         return value;
   }
   stream->failed = true;
   return 0;
}

static bool
align_to_word(struct bitstream *stream)
{
   uint64_t pos = align_up(stream->pos, 32);
   if (pos > stream->size)
      stream->failed = true;
   else
      stream->pos = pos;
   return !stream->failed;
}

void
bitstream_top(const struct bitstream *stream, struct bitstream_block *block)
{
   *block = (struct bitstream_block){ .id = UINT32_MAX, .abbrev_width = 2, .end = stream->size };
}

static bool
append_abbrev(struct bitstream *stream, struct bitstream_abbrevs *list,
              const struct bitstream_abbrev *abbrev)
{
   if (list->count == list->capacity) {
      uint32_t capacity = list->capacity ? 2 * list->capacity : 8;
      const struct bitstream_abbrev **items =
         capacity <= MAX_ABBREVS ? arena_array(stream->arena, capacity, sizeof(*items)) : NULL;
      if (!items) {
         stream->failed = true;
         return false;
      }
      if (list->count)
         memcpy(items, list->items, list->count * sizeof(*items));
      list->items = items;
      list->capacity = capacity;
   }
   list->items[list->count++] = abbrev;
   return true;
}

/*
 * The bits that an array's element takes at least. No bits would let a few bytes stand for endless
 * work; writers don't do that, so we take it for an error.
 */
static uint32_t
element_width(const struct abbrev_op *op)
{
   switch (op->kind) {
   case OP_FIXED:
   case OP_VBR:
      return op->value;
   case OP_CHAR6:
      return 6;
   default:
      return 0;
   }
}

static bool
define_abbrev(struct bitstream *stream, struct bitstream_abbrevs *list)
{
   uint64_t count = bitstream_read_vbr(stream, 5);
   if (stream->failed || count == 0 || count > MAX_ABBREV_OPS)
      goto fail;

   struct bitstream_abbrev *abbrev =
      arena_alloc(stream->arena, sizeof(*abbrev) + count * sizeof(abbrev->ops[0]));
   if (!abbrev)
      goto fail;
   abbrev->count = count;

   for (uint32_t i = 0; i < count; i++) {
      struct abbrev_op *op = &abbrev->ops[i];
      if (bitstream_read(stream, 1)) {
         op->kind = OP_LITERAL;
         op->value = bitstream_read_vbr(stream, 8);
         continue;
      }
      op->kind = bitstream_read(stream, 3);
      switch (op->kind) {
      case OP_FIXED:
         op->value = bitstream_read_vbr(stream, 5);
         if (op->value > 64)
            goto fail;
         break;
      case OP_VBR:
         op->value = bitstream_read_vbr(stream, 5);
         if (op->value == 1 || op->value > 32)
            goto fail;
         break;
      case OP_ARRAY: /* the last but one: its element follows */
         if (i + 2 != count)
            goto fail;
         break;
      case OP_CHAR6:
         break;
      case OP_BLOB:
         if (i + 1 != count)
            goto fail;
         break;
      default:
         goto fail;
      }
   }
   enum op_kind first = abbrev->ops[0].kind;
   enum op_kind last = abbrev->ops[count - 1].kind;
   if (stream->failed || first == OP_ARRAY || first == OP_BLOB || last == OP_ARRAY)
      goto fail;
   if (count >= 2 && abbrev->ops[count - 2].kind == OP_ARRAY &&
       element_width(&abbrev->ops[count - 1]) == 0)
      goto fail;
   return append_abbrev(stream, list, abbrev);

fail:
   stream->failed = true;
   return false;
}

static uint64_t
read_scalar(struct bitstream *stream, const struct abbrev_op *op)
{
   static const char char6[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._";

   switch (op->kind) {
   case OP_LITERAL:
      return op->value;
   case OP_FIXED:
      return bitstream_read(stream, op->value);
   case OP_VBR:
      return op->value ? bitstream_read_vbr(stream, op->value) : 0;
   default:
      return char6[bitstream_read(stream, 6)];
   }
}

static bool
reserve(struct bitstream *stream, struct bitstream_record *record, uint64_t count)
{
   if (count <= record->capacity)
      return true;
   uint64_t *ops = NULL;
   uint32_t capacity = record->capacity ? record->capacity : 64;
   if (count <= BITSTREAM_MAX_RECORD) {
      while (capacity < count)
         capacity *= 2;
      ops = arena_array(stream->arena, capacity, sizeof(*ops));
   }
   if (!ops) {
      stream->failed = true;
      return false;
   }
   if (record->count)
      memcpy(ops, record->ops, record->count * sizeof(*ops));
   record->ops = ops;
   record->capacity = capacity;
   return true;
}

static bool
read_unabbreviated(struct bitstream *stream, struct bitstream_record *record)
{
   record->code = bitstream_read_vbr(stream, 6);
   uint64_t count = bitstream_read_vbr(stream, 6);
   /* each operand takes six bits at least */
   if (stream->failed || count > (stream->size - stream->pos) / 6 ||
       !reserve(stream, record, count)) {
      stream->failed = true;
      return false;
   }
   for (uint64_t i = 0; i < count; i++)
      record->ops[i] = bitstream_read_vbr(stream, 6);
   record->count = count;
   return !stream->failed;
}

static bool
read_array(struct bitstream *stream, const struct abbrev_op *element,
           struct bitstream_record *record)
{
   uint64_t length = bitstream_read_vbr(stream, 6);
   if (stream->failed || length > (stream->size - stream->pos) / element_width(element) ||
       !reserve(stream, record, record->count + length)) {
      stream->failed = true;
      return false;
   }
   for (uint64_t i = 0; i < length; i++)
      record->ops[record->count++] = read_scalar(stream, element);
   return !stream->failed;
}

static bool
read_blob(struct bitstream *stream, struct bitstream_record *record)
{
   uint64_t size = bitstream_read_vbr(stream, 6);
   if (!align_to_word(stream) || size > (stream->size - stream->pos) / 8) {
      stream->failed = true;
      return false;
   }
   record->blob = stream->data + stream->pos / 8;
   record->blob_size = size;
   stream->pos += size * 8;
   return align_to_word(stream);
}

static bool
read_abbreviated(struct bitstream *stream, const struct bitstream_abbrev *abbrev,
                 struct bitstream_record *record)
{
   record->code = read_scalar(stream, &abbrev->ops[0]);
   if (!reserve(stream, record, abbrev->count))
      return false;
   for (uint32_t i = 1; i < abbrev->count; i++) {
      const struct abbrev_op *op = &abbrev->ops[i];
      if (op->kind == OP_ARRAY)
         return read_array(stream, op + 1, record);
      if (op->kind == OP_BLOB)
         return read_blob(stream, record);
      record->ops[record->count++] = read_scalar(stream, op);
   }
   return !stream->failed;
}

static bool
read_blockinfo(struct bitstream *stream, const struct bitstream_block *parent)
{
   struct bitstream_block block;
   if (!bitstream_enter(stream, parent, BLOCK_BLOCKINFO, &block))
      return false;

   struct bitstream_record record = { 0 };
   uint64_t target = UINT64_MAX;
   while (!stream->failed) {
      switch (bitstream_read(stream, block.abbrev_width)) {
      case ID_END_BLOCK:
         align_to_word(stream);
         if (stream->pos != block.end)
            stream->failed = true;
         return !stream->failed;
      case ID_DEFINE_ABBREV:
         if (target == UINT64_MAX)
            stream->failed = true;
         else if (target < BITSTREAM_MAX_BLOCK_ID)
            define_abbrev(stream, &stream->blockinfo[target]);
         else
            define_abbrev(stream, &(struct bitstream_abbrevs){ 0 });
         break;
      case ID_UNABBREV_RECORD:
         record.count = 0;
         if (!read_unabbreviated(stream, &record))
            break;
         if (record.code == BLOCKINFO_SETBID) {
            if (record.count < 1)
               stream->failed = true;
            else
               target = MIN2(record.ops[0], BITSTREAM_MAX_BLOCK_ID);
         }
         break;
      default:
         stream->failed = true;
      }
   }
   return false;
}

enum bitstream_entry
bitstream_next(struct bitstream *stream, struct bitstream_block *block,
               struct bitstream_record *record)
{
   record->count = 0;
   record->blob = NULL;
   record->blob_size = 0;

   while (!stream->failed && stream->pos < block->end) {
      uint64_t id = bitstream_read(stream, block->abbrev_width);
      switch (id) {
      case ID_END_BLOCK:
         align_to_word(stream);
         if (stream->pos != block->end)
            stream->failed = true;
         return stream->failed ? BITSTREAM_ERROR : BITSTREAM_END;
      case ID_ENTER_SUBBLOCK:
         record->code = bitstream_read_vbr(stream, 8);
         if (record->code != BLOCK_BLOCKINFO)
            return stream->failed ? BITSTREAM_ERROR : BITSTREAM_BLOCK;
         read_blockinfo(stream, block);
         break;
      case ID_DEFINE_ABBREV:
         define_abbrev(stream, &block->own);
         break;
      case ID_UNABBREV_RECORD:
         return read_unabbreviated(stream, record) ? BITSTREAM_RECORD : BITSTREAM_ERROR;
      default:
         id -= ID_FIRST_ABBREV;
         const struct bitstream_abbrev *abbrev = NULL;
         if (id < block->inherited.count)
            abbrev = block->inherited.items[id];
         else if (id - block->inherited.count < block->own.count)
            abbrev = block->own.items[id - block->inherited.count];
         if (!abbrev || !read_abbreviated(stream, abbrev, record)) {
            stream->failed = true;
            return BITSTREAM_ERROR;
         }
         return BITSTREAM_RECORD;
      }
   }
   stream->failed = true;
   return BITSTREAM_ERROR;
}

/* Reads what follows a block's id; false if its words are not all inside its parent. */
static bool
read_block_header(struct bitstream *stream, const struct bitstream_block *parent,
                  uint32_t *abbrev_width, uint64_t *end)
{
   *abbrev_width = bitstream_read_vbr(stream, 4);
   align_to_word(stream);
   uint64_t bits = bitstream_read(stream, 32) * 32;
   if (stream->failed || stream->pos > parent->end || bits > parent->end - stream->pos) {
      stream->failed = true;
      return false;
   }
   *end = stream->pos + bits;
   return true;
}

bool
bitstream_enter(struct bitstream *stream, const struct bitstream_block *parent, uint32_t id,
                struct bitstream_block *block)
{
   *block = (struct bitstream_block){ .id = id };
   if (!read_block_header(stream, parent, &block->abbrev_width, &block->end))
      return false;
   /* An id of two bits can say all four built-in ones. */
   if (block->abbrev_width < 2 || block->abbrev_width > 32) {
      stream->failed = true;
      return false;
   }
   if (id < BITSTREAM_MAX_BLOCK_ID)
      block->inherited = stream->blockinfo[id];
   return true;
}

bool
bitstream_skip(struct bitstream *stream, const struct bitstream_block *parent)
{
   uint32_t abbrev_width;
   uint64_t end;
   if (!read_block_header(stream, parent, &abbrev_width, &end))
      return false;
   stream->pos = end;
   return true;
}
