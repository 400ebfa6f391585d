/*
 * dxil-pack --kind vs|ps|gs|hs|ds|cs [--model 6.0] IN.bc OUT.dxil
 *
 * Puts LLVM bitcode into a DXBC container with one part, DXIL, as a driver wants it.
 */
#include "dxil/container.h"
#include "util/bits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROGRAM_HEADER_SIZE 24
#define PREFIX_SIZE (DXIL_CONTAINER_HEADER_SIZE + 4 + DXIL_PART_HEADER_SIZE + PROGRAM_HEADER_SIZE)

static int
usage(void)
{
   fprintf(stderr, "usage: dxil-pack --kind vs|ps|gs|hs|ds|cs [--model 6.0] IN.bc OUT.dxil\n");
   return 2;
}

static int
parse_kind(const char *name)
{
   static const char *const kinds[] = { "ps", "vs", "gs", "hs", "ds", "cs" };
   for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
      if (strcmp(name, kinds[i]) == 0)
         return i;
   }
   return -1;
}

/* The file's bytes, padded to whole words, after PREFIX_SIZE zeros. */
static uint8_t *
read_padded(const char *path, uint32_t *size)
{
   FILE *file = fopen(path, "rb");
   uint8_t *data = NULL;
   long length = -1;
   if (file && fseek(file, 0, SEEK_END) == 0)
      length = ftell(file);
   if (length >= 0 && length < 1 << 28) {
      *size = align_up(length, 4);
      data = calloc(1, PREFIX_SIZE + *size);
      rewind(file);
      if (data && fread(data + PREFIX_SIZE, 1, length, file) != (size_t)length) {
         free(data);
         data = NULL;
      }
   }
   if (file)
      fclose(file);
   return data;
}

static void
write_headers(uint8_t *data, uint32_t size, int kind, unsigned major, unsigned minor)
{
   uint8_t *part = data + DXIL_CONTAINER_HEADER_SIZE + 4;
   uint8_t *program = part + DXIL_PART_HEADER_SIZE;
   uint32_t program_size = PROGRAM_HEADER_SIZE + size;

   dxil_store_u32(data, DXIL_CONTAINER_MAGIC);
   dxil_store_u32(data + 20, 1);
   dxil_store_u32(data + 24, PREFIX_SIZE + size);
   dxil_store_u32(data + 28, 1);
   dxil_store_u32(data + DXIL_CONTAINER_HEADER_SIZE, part - data);
   dxil_store_u32(part, DXIL_PART_PROGRAM);
   dxil_store_u32(part + 4, program_size);
   dxil_store_u32(program, (uint32_t)kind << 16 | major << 4 | minor);
   dxil_store_u32(program + 4, program_size / 4);
   dxil_store_u32(program + 8, DXIL_PART_PROGRAM);
   dxil_store_u32(program + 12, 1 << 8 | minor); /* DXIL 1.minor */
   dxil_store_u32(program + 16, 16); /* the bitcode's offset from the magic */
   dxil_store_u32(program + 20, size);
}

int
main(int argc, char **argv)
{
   const char *paths[2] = { NULL, NULL };
   unsigned num_paths = 0, major = 6, minor = 0;
   int kind = -1;

   for (int i = 1; i < argc; i++) {
      bool has_value = i + 1 < argc;
      if (strcmp(argv[i], "--kind") == 0 && has_value) {
         kind = parse_kind(argv[++i]);
      } else if (strcmp(argv[i], "--model") == 0 && has_value) {
         if (sscanf(argv[++i], "%u.%u", &major, &minor) != 2 || major > 15 || minor > 15)
            return usage();
      } else if (num_paths < ARRAY_LENGTH(paths)) {
         paths[num_paths++] = argv[i];
      } else {
         return usage();
      }
   }
   if (kind < 0 || num_paths != ARRAY_LENGTH(paths))
      return usage();

   uint32_t size;
   uint8_t *data = read_padded(paths[0], &size);
   if (!data) {
      perror(paths[0]);
      return 1;
   }
   write_headers(data, size, kind, major, minor);
   FILE *file = fopen(paths[1], "wb");
   bool written = file && fwrite(data, 1, PREFIX_SIZE + size, file) == PREFIX_SIZE + size;
   if (file && fclose(file) != 0)
      written = false;
   free(data);
   if (!written) {
      perror(paths[1]);
      return 1;
   }
   return 0;
}
