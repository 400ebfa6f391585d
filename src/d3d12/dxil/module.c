/* The way from a container's bytes to a module. */
#include "dxil/module.h"

#include "dxil/container.h"
#include "dxil/decode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#define MAX_PROGRAM_SIZE (16u << 20)
#define MAX_MEMORY ((size_t)256 << 20) /* for what a module keeps, and again to decode it */

#define PROGRAM_HEADER_SIZE 24
#define PROGRAM_MAGIC_OFFSET 8 /* the bitcode's offset counts from here */

#define SIGNATURE_HEADER_SIZE 8 /* number of elements, offset of the first */
#define SIGNATURE_ELEMENT_SIZE 32
#define SIGNATURE_NAME_OFFSET 4 /* in an element */

/* The metadata says the same and is what we go by; but a container that lies is refused. */
static bool
signature_is_valid(const struct dxil_container *container, uint32_t name)
{
   struct dxil_part part;
   if (!dxil_container_find(container, name, &part))
      return true;
   if (part.size < SIGNATURE_HEADER_SIZE)
      return false;

   uint32_t count = dxil_load_u32(part.data);
   uint32_t offset = dxil_load_u32(part.data + 4);
   if (offset > part.size || count > (part.size - offset) / SIGNATURE_ELEMENT_SIZE)
      return false;
   for (uint32_t i = 0; i < count; i++) {
      const uint8_t *element = part.data + offset + (size_t)i * SIGNATURE_ELEMENT_SIZE;
      uint32_t string = dxil_load_u32(element + SIGNATURE_NAME_OFFSET);
      if (string >= part.size || !memchr(part.data + string, 0, part.size - string))
         return false;
   }
   return true;
}

static int
read_header(struct dxil_decoder *d, const struct dxil_part *program, struct dxil_part *bitcode)
{
   struct dxil_module *module = d->module;

   if (program->size < PROGRAM_HEADER_SIZE ||
       dxil_load_u32(program->data + PROGRAM_MAGIC_OFFSET) != DXIL_PART_PROGRAM)
      return dxil_fail(d, -EINVAL, "bad program header");
   if (program->size > MAX_PROGRAM_SIZE)
      return dxil_fail(d, -ENOTSUP, "program of %u bytes", program->size);

   uint32_t version = dxil_load_u32(program->data);
   uint32_t offset = dxil_load_u32(program->data + 16);
   uint32_t size = dxil_load_u32(program->data + 20);
   uint32_t room = program->size - PROGRAM_MAGIC_OFFSET;
   if (offset > room || size > room - offset)
      return dxil_fail(d, -EINVAL, "bitcode outside of its part");
   bitcode->data = program->data + PROGRAM_MAGIC_OFFSET + offset;
   bitcode->size = size;

   module->kind = version >> 16;
   module->model_major = version >> 4 & 0xf;
   module->model_minor = version & 0xf;
   if (version >> 16 > DXIL_SHADER_COMPUTE)
      return dxil_fail(d, -ENOTSUP, "shader kind %u", version >> 16);
   if (module->model_major != 6)
      return dxil_fail(d, -ENOTSUP, "shader model %u.%u", module->model_major,
                       module->model_minor);
   return 0;
}

static int
read_container(struct dxil_decoder *d, const void *data, size_t size)
{
   struct dxil_container container;
   struct dxil_part program, bitcode = { 0 };

   if (!dxil_container_open(&container, data, size))
      return dxil_fail(d, -EINVAL, "no DXBC container");
   if (!dxil_container_find(&container, DXIL_PART_PROGRAM, &program))
      return dxil_fail(d, -EINVAL, "container without DXIL");
   if (!signature_is_valid(&container, DXIL_PART_INPUT) ||
       !signature_is_valid(&container, DXIL_PART_OUTPUT) ||
       !signature_is_valid(&container, DXIL_PART_PATCH))
      return dxil_fail(d, -EINVAL, "bad signature part");

   int ret = read_header(d, &program, &bitcode);
   if (ret == 0)
      ret = dxil_read_bitcode(d, bitcode.data, bitcode.size);
   if (ret == 0)
      ret = dxil_read_program(d);

   XXH128_hash_t hash = XXH3_128bits(program.data, program.size);
   d->module->hash[0] = hash.low64;
   d->module->hash[1] = hash.high64;
   return ret;
}

int
dxil_module_create(const void *data, size_t size, struct dxil_module **out,
                   char message[static 128])
{
   *out = NULL;
   message[0] = '\0';
   struct dxil_module *module = calloc(1, sizeof(*module));
   struct dxil_decoder *d = calloc(1, sizeof(*d));
   int ret = -ENOMEM;
   if (module && d) {
      arena_init(&module->arena, MAX_MEMORY);
      arena_init(&d->scratch, MAX_MEMORY);
      d->module = module;
      d->arena = &module->arena;
      d->message = message;
      ret = read_container(d, data, size);
      if (ret == 0 && module->arena.failed)
         ret = -ENOMEM;
      arena_finish(&d->scratch);
   }
   if (ret == -ENOMEM)
      snprintf(message, 128, "out of memory");
   free(d);
   if (ret) {
      dxil_module_destroy(module);
      return ret;
   }
   *out = module;
   return 0;
}

void
dxil_module_destroy(struct dxil_module *module)
{
   if (!module)
      return;
   arena_finish(&module->arena);
   free(module);
}
