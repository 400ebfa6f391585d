/*
 * LLVM's bitstream container (LLVM's BitCodeFormat.rst): blocks, abbreviations and records, over
 * bytes that may be hostile.
 *
 * A stream that has failed (read past its end, or met nonsense) stays failed and yields zeros. The
 * bytes and the arena must outlive it.
 */
#ifndef DXIL_BITSTREAM_H
#define DXIL_BITSTREAM_H

#include "util/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BITSTREAM_MAX_RECORD (1u << 20) /* operands */
#define BITSTREAM_MAX_BLOCK_ID 32       /* ids from here on have no abbreviations in BLOCKINFO */

struct bitstream_abbrev;

struct bitstream_abbrevs {
   const struct bitstream_abbrev **items;
   uint32_t count, capacity;
};

struct bitstream {
   const uint8_t *data;
   uint64_t size; /* bits */
   uint64_t pos;
   bool failed;
   struct arena *arena;
   struct bitstream_abbrevs blockinfo[BITSTREAM_MAX_BLOCK_ID];
};

/* A block that is being read. */
struct bitstream_block {
   uint32_t id;
   uint32_t abbrev_width;
   uint64_t end; /* bit after its last word */
   struct bitstream_abbrevs inherited, own;
};

struct bitstream_record {
   uint32_t code;
   uint32_t count, capacity;
   uint64_t *ops;
   const uint8_t *blob; /* into the stream's bytes, or NULL */
   uint32_t blob_size;
};

enum bitstream_entry {
   BITSTREAM_ERROR,
   BITSTREAM_END,    /* of the block */
   BITSTREAM_BLOCK,  /* enter or skip it next */
   BITSTREAM_RECORD,
};

void bitstream_init(struct bitstream *stream, const void *data, size_t size, struct arena *arena);

uint64_t bitstream_read(struct bitstream *stream, uint32_t width); /* at most 64 bits */
uint64_t bitstream_read_vbr(struct bitstream *stream, uint32_t width);

/* The outermost level of a stream, whose abbreviation ids are two bits wide. */
void bitstream_top(const struct bitstream *stream, struct bitstream_block *block);

/*
 * The next entry of `block`. BLOCKINFO blocks and abbreviation definitions are digested on the way.
 * `record` starts out zeroed and may be used again and again; for a block, its code is the id.
 */
enum bitstream_entry bitstream_next(struct bitstream *stream, struct bitstream_block *block,
                                    struct bitstream_record *record);
bool bitstream_enter(struct bitstream *stream, const struct bitstream_block *parent, uint32_t id,
                     struct bitstream_block *block);
bool bitstream_skip(struct bitstream *stream, const struct bitstream_block *parent);

#endif
