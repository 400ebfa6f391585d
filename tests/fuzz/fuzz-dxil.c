/*
 * fuzz-dxil COUNT SEED SHADER.dxil...
 *
 * Damages shaders COUNT times, half of them as bytes and half of them as records, and reads them.
 * What is refused is fine; what is accepted must keep the promises of ir.h, as far as a simple walk
 * can tell. To be built with sanitizers.
 */
#include "dxil/module.h"

#include "mutate.h"
#include "rewrite.h"

#include <stdio.h>
#include <stdlib.h>

#define MAX_SIZE (1u << 16)
#define MAX_SEEDS 128

#define CHECK(condition)                                                                           \
   do {                                                                                            \
      if (!(condition)) {                                                                          \
         fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #condition);           \
         abort();                                                                                  \
      }                                                                                            \
   } while (0)

/* A container with a single part, for bitcode that is written anew. */
#define PROGRAM_HEADER_SIZE 24
#define PART_OFFSET (DXIL_CONTAINER_HEADER_SIZE + 4)
#define PROGRAM_OFFSET (PART_OFFSET + DXIL_PART_HEADER_SIZE)
#define BITCODE_OFFSET (PROGRAM_OFFSET + PROGRAM_HEADER_SIZE)

static struct {
   uint8_t data[MAX_SIZE];
   size_t size;
   uint8_t program_header[PROGRAM_HEADER_SIZE];
   struct rewrite_list list;
} seeds[MAX_SEEDS];

static bool
is_terminator(enum dxil_op op)
{
   return op == DXIL_OP_BR || op == DXIL_OP_SWITCH || op == DXIL_OP_RET ||
          op == DXIL_OP_UNREACHABLE;
}

static uint32_t
walk_type(const struct dxil_module *module, uint32_t id, uint32_t depth)
{
   CHECK(id < module->num_types && depth < 64);
   const struct dxil_type *type = &module->types[id];
   if (type->kind == DXIL_TYPE_POINTER || type->kind == DXIL_TYPE_ARRAY)
      return walk_type(module, type->elem, depth + 1);
   return type->kind;
}

static void
walk_constant(const struct dxil_module *module, const struct dxil_function *function,
              const struct dxil_value *value, uint32_t num_values, uint32_t depth)
{
   CHECK(depth < 64);
   if (value->kind != DXIL_VALUE_AGGREGATE && value->kind != DXIL_VALUE_EXPR)
      return;
   for (uint32_t i = 0; i < MIN2(value->expr.num_operands, 4); i++) {
      CHECK(value->expr.operands[i] < num_values);
      walk_constant(module, function, dxil_value(module, function, value->expr.operands[i]),
                    num_values, depth + 1);
   }
}

static void
walk_function(const struct dxil_module *module, const struct dxil_function *function)
{
   uint32_t num_values = module->num_values + function->num_values;

   for (uint32_t i = 0; i < function->num_values; i++) {
      const struct dxil_value *value = &function->values[i];
      walk_type(module, value->type, 0);
      walk_constant(module, function, value, num_values, 0);
      if (value->kind == DXIL_VALUE_INSTR) {
         CHECK(value->index < function->num_instrs);
         CHECK(function->instrs[value->index].type == value->type ||
               function->instrs[value->index].op == DXIL_OP_UNREACHABLE);
      }
   }
   for (uint32_t b = 0; b < function->num_blocks; b++) {
      const struct dxil_block *block = &function->blocks[b];
      CHECK(block->count > 0 && block->first + block->count <= function->num_instrs);
      for (uint32_t i = 0; i < block->count; i++) {
         const struct dxil_instr *instr = &function->instrs[block->first + i];
         CHECK(is_terminator(instr->op) == (i + 1 == block->count));
         walk_type(module, instr->type, 0);
         for (uint32_t j = 0; j < instr->num_operands; j++) {
            CHECK(instr->operands[j] < num_values);
            CHECK(dxil_value(module, function, instr->operands[j])->type < module->num_types);
         }
         for (uint32_t j = 0; j < instr->num_blocks; j++)
            CHECK(instr->blocks[j] < function->num_blocks);
         if (instr->op == DXIL_OP_CALL)
            CHECK(instr->aux < module->num_functions);
      }
   }
}

static void
walk_signature(const struct dxil_signature *signature)
{
   for (uint32_t i = 0; i < signature->count; i++) {
      const struct dxil_signature_element *element = &signature->elements[i];
      CHECK(element->id == i && element->rows >= 1 && element->cols >= 1 && element->cols <= 4);
      CHECK(element->start_row == DXIL_NONE ||
            element->start_row + element->rows <= signature->num_registers);
      CHECK(strlen(element->name) < MAX_SIZE);
      for (uint32_t j = 0; j < element->rows; j++)
         CHECK(element->semantic_index[j] <= UINT32_MAX);
   }
}

static void
walk_module(const struct dxil_module *module)
{
   CHECK(module->entry < module->num_functions);
   CHECK(!module->functions[module->entry].is_declaration);
   for (uint32_t i = 0; i < module->num_values; i++)
      walk_constant(module, NULL, &module->values[i], module->num_values, 0);
   for (uint32_t i = 0; i < module->num_functions; i++) {
      CHECK(module->types[module->functions[i].type].kind == DXIL_TYPE_FUNCTION);
      CHECK(strlen(module->functions[i].name) < MAX_SIZE);
      walk_function(module, &module->functions[i]);
   }
   walk_signature(&module->input);
   walk_signature(&module->output);
   walk_signature(&module->patch);
}

static bool
try(const uint8_t *data, size_t size)
{
   struct dxil_module *module;
   char message[128];
   /* in a block of its very size, so that a sanitizer sees each read past the end */
   uint8_t *copy = malloc(size);
   memcpy(copy, data, size);
   bool accepted = dxil_module_create(copy, size, &module, message) == 0;
   free(copy);
   if (accepted)
      walk_module(module);
   dxil_module_destroy(module);
   return accepted;
}

/* Damages a seed's records. */
static size_t
rewrite(struct mutator *mutator, uint32_t seed, uint8_t *data)
{
   size_t size = rewrite_mutate(mutator, &seeds[seed].list, data + BITCODE_OFFSET,
                                MAX_SIZE - BITCODE_OFFSET);
   memset(data, 0, BITCODE_OFFSET);
   dxil_store_u32(data, DXIL_CONTAINER_MAGIC);
   dxil_store_u32(data + 24, BITCODE_OFFSET + size);
   dxil_store_u32(data + 28, 1);
   dxil_store_u32(data + DXIL_CONTAINER_HEADER_SIZE, PART_OFFSET);
   dxil_store_u32(data + PART_OFFSET, DXIL_PART_PROGRAM);
   dxil_store_u32(data + PART_OFFSET + 4, PROGRAM_HEADER_SIZE + size);
   memcpy(data + PROGRAM_OFFSET, seeds[seed].program_header, PROGRAM_HEADER_SIZE);
   dxil_store_u32(data + PROGRAM_OFFSET + 20, size);
   return BITCODE_OFFSET + size;
}

static bool
load_seed(uint32_t i, const char *path, struct arena *arena)
{
   FILE *file = fopen(path, "rb");
   if (!file) {
      perror(path);
      return false;
   }
   seeds[i].size = fread(seeds[i].data, 1, MAX_SIZE, file);
   fclose(file);
   CHECK(try(seeds[i].data, seeds[i].size));

   struct dxil_container container;
   struct dxil_part program;
   struct bitstream stream;
   struct bitstream_block top;
   CHECK(dxil_container_open(&container, seeds[i].data, seeds[i].size));
   CHECK(dxil_container_find(&container, DXIL_PART_PROGRAM, &program));
   memcpy(seeds[i].program_header, program.data, PROGRAM_HEADER_SIZE);
   dxil_store_u32(seeds[i].program_header + 16, 16); /* the bitcode's place: right behind */
   bitstream_init(&stream, program.data + PROGRAM_HEADER_SIZE, program.size - PROGRAM_HEADER_SIZE,
                  arena);
   CHECK(bitstream_read(&stream, 32) == BITCODE_MAGIC);
   bitstream_top(&stream, &top);
   CHECK(rewrite_parse(&stream, &top, &seeds[i].list));
   return true;
}

int
main(int argc, char **argv)
{
   if (argc < 4 || argc - 3 > MAX_SEEDS) {
      fprintf(stderr, "usage: fuzz-dxil COUNT SEED SHADER.dxil...\n");
      return 2;
   }
   uint64_t count = strtoull(argv[1], NULL, 0), accepted = 0;
   struct mutator mutator = { strtoull(argv[2], NULL, 0) | 1ull << 63 };
   uint32_t num_seeds = argc - 3;
   struct arena arena;
   arena_init(&arena, 0);
   for (uint32_t i = 0; i < num_seeds; i++) {
      if (!load_seed(i, argv[3 + i], &arena))
         return 1;
   }

   static uint8_t data[MAX_SIZE];
   for (uint64_t n = 0; n < count; n++) {
      uint32_t seed = mutator_below(&mutator, num_seeds);
      size_t size;
      if (n % 2) {
         size = rewrite(&mutator, seed, data);
      } else {
         memcpy(data, seeds[seed].data, seeds[seed].size);
         size = mutate(&mutator, data, seeds[seed].size);
      }
      accepted += try(data, size);
   }
   arena_finish(&arena);
   printf("%llu mutations, %llu accepted\n", (unsigned long long)count,
          (unsigned long long)accepted);
   return 0;
}
