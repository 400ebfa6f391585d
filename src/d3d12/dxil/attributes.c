/*
 * Attributes of functions (LLVM's BitCodeFormat.rst, PARAMATTR_GROUP_BLOCK). One is of interest: how
 * denormal floats are treated (DXC's wiki, "Denorm Mode"). A compiler gives it to all functions of a
 * shader or to none, so which function has it is not looked at.
 */
#include "dxil/decode.h"

#include <string.h>

#define GROUP_ENTRY 3 /* [group, parameter, attributes...] */

enum attribute_kind {
   ATTRIBUTE_ENUM = 0,      /* [number] */
   ATTRIBUTE_INT = 1,       /* [number, value] */
   ATTRIBUTE_KEY = 3,       /* [key..., 0] */
   ATTRIBUTE_KEY_VALUE = 4, /* [key..., 0, value..., 0] */
};

#define MAX_TEXT 32 /* of the keys and values that we know; others are cut off */

/* The zero-terminated text at `at`, which moves behind it. */
static void
read_text(const struct bitstream_record *record, uint32_t *at, char text[static MAX_TEXT])
{
   uint32_t length = 0;

   while (*at < record->count && record->ops[*at]) {
      if (length < MAX_TEXT - 1)
         text[length++] = record->ops[*at];
      (*at)++;
   }
   text[length] = '\0';
   (*at)++;
}

static void
note_attribute(struct dxil_module *module, const char *key, const char *value)
{
   if (strcmp(key, "fp32-denorm-mode"))
      return;
   if (!strcmp(value, "preserve"))
      module->denormals = DXIL_DENORMALS_PRESERVE;
   else if (!strcmp(value, "any"))
      module->denormals = DXIL_DENORMALS_ANY;
}

static void
read_group(struct dxil_decoder *d, const struct bitstream_record *record)
{
   char key[MAX_TEXT], value[MAX_TEXT];
   uint32_t at = 2;

   while (at < record->count) {
      switch (record->ops[at++]) {
      case ATTRIBUTE_ENUM:
         at++;
         break;
      case ATTRIBUTE_INT:
         at += 2;
         break;
      case ATTRIBUTE_KEY:
         read_text(record, &at, key);
         break;
      case ATTRIBUTE_KEY_VALUE:
         read_text(record, &at, key);
         read_text(record, &at, value);
         note_attribute(d->module, key, value);
         break;
      default: /* of a later LLVM: its size is not known */
         return;
      }
   }
}

int
dxil_read_attributes(struct dxil_decoder *d, const struct bitstream_block *parent)
{
   struct bitstream_block block;
   struct bitstream_record record = { 0 };

   if (!bitstream_enter(&d->stream, parent, DXIL_BLOCK_ATTRIBUTE_GROUPS, &block))
      return dxil_fail(d, -EINVAL, "bad attributes");
   for (;;) {
      switch (bitstream_next(&d->stream, &block, &record)) {
      case BITSTREAM_END:
         return 0;
      case BITSTREAM_BLOCK:
         if (!bitstream_skip(&d->stream, &block))
            return dxil_fail(d, -EINVAL, "bad block in attributes");
         break;
      case BITSTREAM_RECORD:
         if (record.code == GROUP_ENTRY)
            read_group(d, &record);
         break;
      default:
         return dxil_fail(d, -EINVAL, "bad attributes");
      }
   }
}
