/*
 * Metadata: strings, nodes, values and names. All other kinds (debug information) only count.
 * (LLVM's BitCodeFormat.rst, METADATA_BLOCK)
 */
#include "dxil/decode.h"

#include "util/bits.h"

#include <string.h>

enum metadata_code {
   MD_STRING_OLD = 1,
   MD_VALUE = 2, /* [type, value] */
   MD_NODE = 3,  /* [metadata + 1...] */
   MD_NAME = 4,
   MD_DISTINCT_NODE = 5,
   MD_KIND = 6,
   MD_NAMED_NODE = 10, /* [metadata...] */
   MD_STRINGS = 35,    /* [count, offset of the characters], blob: lengths, characters */
   MD_GLOBAL_DECL_ATTACHMENT = 36,
   MD_INDEX_OFFSET = 38,
   MD_INDEX = 39,
};

static int
add_metadata(struct dxil_decoder *d, struct dxil_metadata metadata)
{
   if (!dxil_grow(d, &d->metadata, d->num_metadata, &d->metadata_capacity, sizeof(metadata),
                  DXIL_MAX_METADATA))
      return dxil_fail(d, -ENOTSUP, "too much metadata");
   d->metadata[d->num_metadata++] = metadata;
   return 0;
}

static char *
copy_chars(struct dxil_decoder *d, const struct bitstream_record *record)
{
   char *string = arena_alloc(&d->scratch, (size_t)record->count + 1);
   for (uint32_t i = 0; string && i < record->count; i++)
      string[i] = record->ops[i];
   return string;
}

static const uint32_t *
copy_ids(struct dxil_decoder *d, const struct bitstream_record *record)
{
   uint32_t *ids = arena_array(&d->scratch, record->count, sizeof(*ids));
   for (uint32_t i = 0; ids && i < record->count; i++)
      ids[i] = MIN2(record->ops[i], UINT32_MAX);
   return ids;
}

static int
read_strings(struct dxil_decoder *d, const struct bitstream_record *record)
{
   if (record->count < 2 || !record->blob || record->ops[1] > record->blob_size)
      return dxil_fail(d, -EINVAL, "bad metadata strings");

   struct bitstream lengths;
   bitstream_init(&lengths, record->blob, record->ops[1], &d->scratch);
   const char *chars = (const char *)record->blob + record->ops[1];
   uint64_t left = record->blob_size - record->ops[1];
   for (uint64_t i = 0; i < record->ops[0]; i++) {
      uint64_t length = bitstream_read_vbr(&lengths, 6);
      if (lengths.failed || length > left)
         return dxil_fail(d, -EINVAL, "bad metadata strings");
      int ret = add_metadata(d, (struct dxil_metadata){
         .kind = DXIL_MD_STRING,
         .count = length,
         .string = chars,
      });
      if (ret)
         return ret;
      chars += length;
      left -= length;
   }
   return 0;
}

static int
read_named_node(struct dxil_decoder *d, const struct bitstream_record *record, const char *name)
{
   struct dxil_named_metadata named = {
      .name = name,
      .count = record->count,
      .operands = copy_ids(d, record),
   };
   if (!name || !named.operands ||
       !dxil_grow(d, &d->named, d->num_named, &d->named_capacity, sizeof(named),
                  DXIL_MAX_METADATA))
      return dxil_fail(d, -EINVAL, "bad named metadata");
   d->named[d->num_named++] = named;
   return 0;
}

static int
read_record(struct dxil_decoder *d, const struct bitstream_record *record, const char **name)
{
   struct dxil_metadata metadata = { .count = record->count };

   switch (record->code) {
   case MD_STRING_OLD:
      metadata.kind = DXIL_MD_STRING;
      metadata.string = copy_chars(d, record);
      return metadata.string ? add_metadata(d, metadata) : dxil_fail(d, -ENOMEM, "out of memory");
   case MD_VALUE:
      if (record->count < 2)
         return dxil_fail(d, -EINVAL, "bad metadata value");
      metadata.kind = DXIL_MD_VALUE;
      metadata.value = dxil_final_id(d, record->ops[1]);
      return add_metadata(d, metadata);
   case MD_NODE:
   case MD_DISTINCT_NODE:
      metadata.kind = DXIL_MD_NODE;
      metadata.operands = copy_ids(d, record);
      return metadata.operands ? add_metadata(d, metadata)
                               : dxil_fail(d, -ENOMEM, "out of memory");
   case MD_STRINGS:
      return read_strings(d, record);
   case MD_NAME:
      *name = copy_chars(d, record);
      return 0;
   case MD_NAMED_NODE: {
      int ret = read_named_node(d, record, *name);
      *name = NULL;
      return ret;
   }
   case MD_KIND:
   case MD_GLOBAL_DECL_ATTACHMENT:
   case MD_INDEX_OFFSET:
   case MD_INDEX:
      return 0;
   default:
      return add_metadata(d, metadata);
   }
}

int
dxil_read_metadata(struct dxil_decoder *d, const struct bitstream_block *parent)
{
   struct bitstream_block block;
   struct bitstream_record record = { 0 };
   const char *name = NULL;
   int ret = 0;

   if (!bitstream_enter(&d->stream, parent, DXIL_BLOCK_METADATA, &block))
      return dxil_fail(d, -EINVAL, "bad metadata");
   while (ret == 0) {
      switch (bitstream_next(&d->stream, &block, &record)) {
      case BITSTREAM_END:
         return 0;
      case BITSTREAM_BLOCK:
         if (!bitstream_skip(&d->stream, &block))
            ret = dxil_fail(d, -EINVAL, "bad block in metadata");
         break;
      case BITSTREAM_RECORD:
         ret = read_record(d, &record, &name);
         break;
      default:
         ret = dxil_fail(d, -EINVAL, "bad metadata");
      }
   }
   return ret;
}

const struct dxil_named_metadata *
dxil_find_named(const struct dxil_decoder *d, const char *name)
{
   for (uint32_t i = 0; i < d->num_named; i++) {
      if (strcmp(d->named[i].name, name) == 0)
         return &d->named[i];
   }
   return NULL;
}

const struct dxil_metadata *
dxil_md_operand(const struct dxil_decoder *d, const struct dxil_metadata *node, uint32_t i,
                enum dxil_metadata_kind kind)
{
   if (!node || i >= node->count || node->operands[i] == 0 ||
       node->operands[i] > d->num_metadata)
      return NULL;
   const struct dxil_metadata *operand = &d->metadata[node->operands[i] - 1];
   return operand->kind == kind ? operand : NULL;
}

bool
dxil_md_int(const struct dxil_decoder *d, const struct dxil_metadata *node, uint32_t i,
            uint64_t *result)
{
   const struct dxil_metadata *operand = dxil_md_operand(d, node, i, DXIL_MD_VALUE);
   if (!operand || operand->value >= d->module->num_values)
      return false;
   const struct dxil_value *value = &d->module->values[operand->value];
   if (value->kind != DXIL_VALUE_INT &&
       !(value->kind == DXIL_VALUE_ZERO && d->types[value->type].kind == DXIL_TYPE_INT))
      return false;
   *result = value->kind == DXIL_VALUE_INT ? value->bits : 0;
   return true;
}
