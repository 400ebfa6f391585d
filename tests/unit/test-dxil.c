/*
 * The DXIL room: shaders that llvm-as made (tests/shaders), and modules that we write bit by bit
 * here, since no assembler writes what is wrong, nor what Mesa writes its own way.
 */
#include "dxil/container.h"
#include "dxil/module.h"

#include "../shaders/bitcode-writer.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint8_t *
read_shader(const char *name, size_t *size)
{
   char path[512];
   snprintf(path, sizeof(path), "%s/%s.dxil", TEST_SHADERS_DIR, name);
   FILE *file = fopen(path, "rb");
   assert_non_null(file);
   uint8_t *data = malloc(1 << 16);
   *size = fread(data, 1, 1 << 16, file);
   fclose(file);
   return data;
}

static struct dxil_module *
load_shader(const char *name)
{
   size_t size;
   char message[128];
   struct dxil_module *module;
   uint8_t *data = read_shader(name, &size);
   int ret = dxil_module_create(data, size, &module, message);
   free(data);
   if (ret)
      fail_msg("%s: %d: %s", name, ret, message);
   return module;
}

static uint32_t
count_ops(const struct dxil_function *function, enum dxil_op op)
{
   uint32_t count = 0;
   for (uint32_t i = 0; i < function->num_instrs; i++)
      count += function->instrs[i].op == op;
   return count;
}

static const struct dxil_instr *
find_op(const struct dxil_function *function, enum dxil_op op)
{
   for (uint32_t i = 0; i < function->num_instrs; i++) {
      if (function->instrs[i].op == op)
         return &function->instrs[i];
   }
   return NULL;
}

static void
test_signatures(void **state)
{
   struct dxil_module *module = load_shader("position-color.vs");

   assert_int_equal(module->kind, DXIL_SHADER_VERTEX);
   assert_int_equal(module->model_major, 6);
   assert_int_equal(module->model_minor, 0);
   assert_string_equal(module->functions[module->entry].name, "main");
   assert_int_equal(module->functions[module->entry].num_blocks, 1);
   assert_true(module->hash[0] | module->hash[1]);

   assert_int_equal(module->input.count, 2);
   assert_int_equal(module->input.num_registers, 2);
   const struct dxil_signature_element *color = &module->input.elements[1];
   assert_string_equal(color->name, "TEXCOORD");
   assert_int_equal(color->kind, DXIL_SEM_ARBITRARY);
   assert_int_equal(color->type, DXIL_COMP_F32);
   assert_int_equal(color->rows, 1);
   assert_int_equal(color->cols, 4);
   assert_int_equal(color->start_row, 1);
   assert_int_equal(color->semantic_index[0], 1);

   assert_int_equal(module->output.count, 2);
   const struct dxil_signature_element *position = &module->output.elements[0];
   assert_string_equal(position->name, "SV_Position");
   assert_int_equal(position->kind, DXIL_SEM_POSITION);
   assert_int_equal(position->interpolation, DXIL_INTERP_LINEAR_NOPERSPECTIVE);
   assert_int_equal(module->output.elements[1].interpolation, DXIL_INTERP_LINEAR);
   assert_int_equal(module->patch.count, 0);
   dxil_module_destroy(module);
}

static void
test_calls(void **state)
{
   struct dxil_module *module = load_shader("solid.ps");
   const struct dxil_function *main = &module->functions[module->entry];

   assert_int_equal(main->num_instrs, 5);
   for (uint32_t i = 0; i < 4; i++) {
      static const uint64_t values[] = { 0x3e800000, 0x3f000000, 0x3f400000, 0x3f800000 };
      const struct dxil_instr *call = &main->instrs[i];
      assert_int_equal(call->op, DXIL_OP_CALL);
      assert_int_equal(call->result, DXIL_NONE);
      assert_string_equal(module->functions[call->aux].name, "dx.op.storeOutput.f32");
      assert_true(module->functions[call->aux].is_declaration);
      assert_int_equal(call->num_operands, 5);
      assert_int_equal(dxil_value(module, main, call->operands[0])->bits, 5);
      assert_int_equal(dxil_value(module, main, call->operands[3])->bits, i);
      assert_int_equal(dxil_value(module, main, call->operands[4])->bits, values[i]);
   }
   assert_int_equal(main->instrs[4].op, DXIL_OP_RET);
   dxil_module_destroy(module);
}

static void
test_resources(void **state)
{
   struct dxil_module *module = load_shader("texture.ps");

   assert_int_equal(module->num_resources[DXIL_CLASS_SRV], 1);
   assert_int_equal(module->num_resources[DXIL_CLASS_UAV], 0);
   const struct dxil_resource *texture = &module->resources[DXIL_CLASS_SRV][0];
   assert_int_equal(texture->kind, DXIL_KIND_TEXTURE2D);
   assert_int_equal(texture->type, DXIL_COMP_F32);
   assert_int_equal(texture->size, 1);
   assert_int_equal(module->resources[DXIL_CLASS_CBV][0].stride, 16);
   assert_int_equal(module->resources[DXIL_CLASS_SAMPLER][0].kind, DXIL_KIND_SAMPLER);

   const struct dxil_function *main = &module->functions[module->entry];
   const struct dxil_instr *extract = find_op(main, DXIL_OP_EXTRACTVALUE);
   assert_int_equal(extract->num_indices, 1);
   assert_int_equal(module->types[extract->type].kind, DXIL_TYPE_FLOAT);
   assert_true(find_op(main, DXIL_OP_FMUL)->fast);
   dxil_module_destroy(module);

   module = load_shader("atomics.cs");
   assert_int_equal(module->kind, DXIL_SHADER_COMPUTE);
   assert_int_equal(module->num_threads[0], 64);
   assert_int_equal(module->num_threads[1] * module->num_threads[2], 1);
   assert_int_equal(module->shader_flags, 16);
   assert_int_equal(module->num_resources[DXIL_CLASS_UAV], 2);
   assert_int_equal(module->resources[DXIL_CLASS_UAV][0].kind, DXIL_KIND_RAWBUFFER);
   assert_int_equal(module->resources[DXIL_CLASS_UAV][1].kind, DXIL_KIND_STRUCTUREDBUFFER);
   assert_int_equal(module->resources[DXIL_CLASS_UAV][1].stride, 8);
   assert_int_equal(module->resources[DXIL_CLASS_UAV][1].lower_bound, 1);
   assert_int_equal(module->num_globals, 2);
   assert_string_equal(module->globals[0].name, "sum");
   assert_int_equal(module->globals[0].addrspace, DXIL_ADDRSPACE_GROUPSHARED);

   main = &module->functions[module->entry];
   assert_int_equal(find_op(main, DXIL_OP_ATOMICRMW)->sub, DXIL_RMW_ADD);
   const struct dxil_type *pair = &module->types[find_op(main, DXIL_OP_CMPXCHG)->type];
   assert_int_equal(pair->kind, DXIL_TYPE_STRUCT);
   assert_int_equal(module->types[pair->members[0]].bits, 32);
   assert_int_equal(module->types[pair->members[1]].bits, 1);
   dxil_module_destroy(module);
}

static void
test_control_flow(void **state)
{
   struct dxil_module *module = load_shader("branches.ps");
   const struct dxil_function *main = &module->functions[module->entry];

   assert_int_equal(main->num_blocks, 9);
   assert_int_equal(count_ops(main, DXIL_OP_PHI), 2);
   assert_int_equal(count_ops(main, DXIL_OP_BR), 7);
   const struct dxil_instr *phi = find_op(main, DXIL_OP_PHI);
   assert_int_equal(phi->num_operands, 2);
   assert_int_equal(phi->blocks[0], 0);
   assert_int_equal(dxil_value(module, main, phi->operands[1])->kind, DXIL_VALUE_INSTR);

   const struct dxil_instr *jump = find_op(main, DXIL_OP_SWITCH);
   assert_int_equal(jump->num_operands, 3);
   assert_int_equal(jump->num_blocks, 3);
   assert_int_equal(dxil_value(module, main, jump->operands[2])->bits, 1);

   const struct dxil_instr *alloca = find_op(main, DXIL_OP_ALLOCA);
   assert_int_equal(module->types[alloca->aux].kind, DXIL_TYPE_ARRAY);
   assert_int_equal(module->types[alloca->type].elem, alloca->aux);

   /* the elements of constant data are values too */
   assert_int_equal(module->num_globals, 1);
   assert_true(module->globals[0].is_const);
   const struct dxil_value *weights = &module->values[module->globals[0].init];
   assert_int_equal(weights->kind, DXIL_VALUE_AGGREGATE);
   assert_int_equal(weights->expr.num_operands, 4);
   assert_int_equal(module->values[weights->expr.operands[3]].bits, 0x41000000);
   dxil_module_destroy(module);
}

static void
test_tessellation(void **state)
{
   struct dxil_module *module = load_shader("tessellate.hs");
   assert_int_equal(module->kind, DXIL_SHADER_HULL);
   assert_string_equal(module->functions[module->tess.patch_constant_function].name,
                       "patch_constants");
   assert_int_equal(module->tess.input_points, 3);
   assert_int_equal(module->tess.domain, 2);
   assert_true(module->tess.max_tess_factor == 64);
   assert_int_equal(module->patch.count, 2);
   assert_int_equal(module->patch.elements[0].rows, 3);
   assert_int_equal(module->patch.elements[0].semantic_index[2], 2);
   assert_int_equal(module->patch.num_registers, 4);
   dxil_module_destroy(module);
}

static void
test_truncated(void **state)
{
   size_t size;
   uint8_t *data = read_shader("texture.ps", &size);
   for (size_t cut = 0; cut < size; cut++) {
      struct dxil_module *module;
      char message[128];
      assert_int_equal(dxil_module_create(data, cut, &module, message), -EINVAL);
      assert_null(module);
      assert_true(message[0]);
   }
   /* the header's kind is not the metadata's */
   uint8_t *program = data + DXIL_CONTAINER_HEADER_SIZE + 4 + DXIL_PART_HEADER_SIZE;
   struct dxil_module *module;
   char message[128];
   dxil_store_u32(program, DXIL_SHADER_VERTEX << 16 | 0x60);
   assert_int_equal(dxil_module_create(data, size, &module, message), -EINVAL);
   dxil_store_u32(program, 13 << 16 | 0x65);
   assert_int_equal(dxil_module_create(data, size, &module, message), -ENOTSUP);
   free(data);
}

#define RECORD(w, code, ...)                                                                       \
   bitcode_record(w, code, ARRAY_LENGTH(((uint64_t[]){ 0, ##__VA_ARGS__ })) - 1,                   \
                  (uint64_t[]){ 0, ##__VA_ARGS__ } + 1)

static void
put_string(struct bitcode_writer *w, uint32_t code, const char *string)
{
   uint64_t ops[64];
   uint32_t length = strlen(string);
   for (uint32_t i = 0; i < length; i++)
      ops[i] = string[i];
   bitcode_record(w, code, length, ops);
}

/* Types and module-level values that the bodies below name. */
enum { T_VOID, T_I32, T_I1, T_FUNCTION, T_POINTER, T_METADATA };
enum { V_GLOBAL, V_MAIN, V_0, V_1, V_6, V_TRUE, V_FIRST };

/* relative ids, in a function whose next value is `next` */
#define REL(next, id) ((uint32_t)((next) - (id)))
#define SREL(next, id)                                                                             \
   ((next) >= (id) ? (uint64_t)((next) - (id)) << 1 : (uint64_t)((id) - (next)) << 1 | 1)

enum {
   BLOCKS = 1,
   BINOP = 2,
   RET = 10,
   BR = 11,
   UNREACHABLE = 15,
   PHI = 16,
   LOAD = 20,
   CALL = 34,
   CMPXCHG_OLD = 37,
   STORE = 44,
};

#define BITCODE_SIZE 4096

/* A pixel shader with this body. */
static int
load_body(void (*body)(struct bitcode_writer *), struct dxil_module **module)
{
   static const uint8_t prefix_size =
      DXIL_CONTAINER_HEADER_SIZE + 4 + DXIL_PART_HEADER_SIZE + 24;
   uint8_t *data = calloc(1, prefix_size + BITCODE_SIZE);
   struct bitcode_writer writer = { .data = data + prefix_size, .size = BITCODE_SIZE };
   struct bitcode_writer *w = &writer;
   char message[128];

   bitcode_put(w, BITCODE_MAGIC, 32);
   bitcode_enter(w, 8);
   RECORD(w, 1, 1); /* version */
   bitcode_enter(w, 17);
   RECORD(w, 1, 6);
   RECORD(w, 2);
   RECORD(w, 7, 32);
   RECORD(w, 7, 1);
   RECORD(w, 21, 0, T_VOID);
   RECORD(w, 8, T_I32, DXIL_ADDRSPACE_GROUPSHARED);
   RECORD(w, 16);
   bitcode_leave(w);
   RECORD(w, 7, T_I32, DXIL_ADDRSPACE_GROUPSHARED << 2 | 2, 0, 0, 0, 0);
   RECORD(w, 8, T_FUNCTION, 0, 0, 0);
   bitcode_enter(w, 11);
   RECORD(w, 1, T_I32);
   RECORD(w, 2);
   RECORD(w, 4, 1 << 1);
   RECORD(w, 4, 6 << 1);
   RECORD(w, 1, T_I1);
   RECORD(w, 4, 1 << 1);
   bitcode_leave(w);
   bitcode_enter(w, 15);
   put_string(w, 1, "ps");        /* 0 */
   put_string(w, 1, "main");      /* 1 */
   RECORD(w, 2, T_I32, V_6);      /* 2 */
   RECORD(w, 2, T_I32, V_0);      /* 3 */
   RECORD(w, 2, T_I32, V_1);      /* 4 */
   RECORD(w, 2, T_VOID, V_MAIN);  /* 5 */
   RECORD(w, 3, 1, 3, 4);         /* 6: { "ps", 6, 0 } */
   RECORD(w, 3, 5, 4);            /* 7: { 1, 0 } */
   RECORD(w, 3, 6, 2, 0, 0, 0);   /* 8: { main, "main", null, null, null } */
   put_string(w, 4, "dx.shaderModel");
   RECORD(w, 10, 6);
   put_string(w, 4, "dx.version");
   RECORD(w, 10, 7);
   put_string(w, 4, "dx.entryPoints");
   RECORD(w, 10, 8);
   bitcode_leave(w);
   bitcode_enter(w, 14);
   RECORD(w, 1, V_MAIN, 'm', 'a', 'i', 'n');
   bitcode_leave(w);
   bitcode_enter(w, 12);
   body(w);
   bitcode_leave(w);
   bitcode_leave(w);

   uint8_t *part = data + DXIL_CONTAINER_HEADER_SIZE + 4;
   uint8_t *program = part + DXIL_PART_HEADER_SIZE;
   dxil_store_u32(data, DXIL_CONTAINER_MAGIC);
   dxil_store_u32(data + 24, prefix_size + w->pos / 8);
   dxil_store_u32(data + 28, 1);
   dxil_store_u32(data + DXIL_CONTAINER_HEADER_SIZE, part - data);
   dxil_store_u32(part, DXIL_PART_PROGRAM);
   dxil_store_u32(part + 4, 24 + w->pos / 8);
   dxil_store_u32(program, 0x60);
   dxil_store_u32(program + 8, DXIL_PART_PROGRAM);
   dxil_store_u32(program + 16, 16);
   dxil_store_u32(program + 20, w->pos / 8);
   int ret = dxil_module_create(data, prefix_size + w->pos / 8, module, message);
   free(data);
   return ret;
}

static void
body_return(struct bitcode_writer *w)
{
   RECORD(w, BLOCKS, 1);
   RECORD(w, RET);
}

/* As Mesa writes it: six operands, and the result is the old value alone. */
static void
body_old_cmpxchg(struct bitcode_writer *w)
{
   uint32_t next = V_FIRST;
   RECORD(w, BLOCKS, 1);
   RECORD(w, CMPXCHG_OLD, REL(next, V_GLOBAL), REL(next, V_0), REL(next, V_1), 0, 6, 1);
   next++;
   RECORD(w, BINOP, REL(next, V_FIRST), REL(next, V_1), 0);
   RECORD(w, RET);
}

static void
test_old_cmpxchg(void **state)
{
   struct dxil_module *module;
   assert_int_equal(load_body(body_old_cmpxchg, &module), 0);
   const struct dxil_function *main = &module->functions[module->entry];
   assert_string_equal(main->name, "main");
   assert_int_equal(main->num_instrs, 4);
   const struct dxil_instr *swap = &main->instrs[0], *old = &main->instrs[1];
   assert_int_equal(swap->op, DXIL_OP_CMPXCHG);
   assert_int_equal(module->types[swap->type].kind, DXIL_TYPE_STRUCT);
   assert_int_equal(old->op, DXIL_OP_EXTRACTVALUE);
   assert_int_equal(old->operands[0], swap->result);
   assert_int_equal(dxil_value(module, main, swap->result)->index, 0);
   assert_int_equal(module->types[old->type].bits, 32);
   assert_int_equal(main->instrs[2].operands[0], old->result);
   dxil_module_destroy(module);
}

/* 0 → 2; 1 → 2 with nothing leading to 1, which also defines a value that 2's phi takes. */
static void
body_unreachable(struct bitcode_writer *w)
{
   uint32_t next = V_FIRST;
   RECORD(w, BLOCKS, 3);
   RECORD(w, BR, 2);
   RECORD(w, BINOP, REL(next, V_1), REL(next, V_1), 0);
   next++;
   RECORD(w, BR, 2);
   RECORD(w, PHI, T_I32, SREL(next, V_1), 0, SREL(next, V_FIRST), 1);
   RECORD(w, RET);
}

static void
test_unreachable(void **state)
{
   struct dxil_module *module;
   assert_int_equal(load_body(body_unreachable, &module), 0);
   const struct dxil_function *main = &module->functions[module->entry];
   assert_int_equal(main->blocks[1].count, 1);
   assert_int_equal(main->instrs[main->blocks[1].first].op, DXIL_OP_UNREACHABLE);
   const struct dxil_instr *phi = &main->instrs[main->blocks[2].first];
   assert_int_equal(phi->op, DXIL_OP_PHI);
   assert_int_equal(phi->num_operands, 1);
   assert_int_equal(phi->blocks[0], 0);
   dxil_module_destroy(module);
}

static void
body_no_block(struct bitcode_writer *w)
{
   RECORD(w, RET);
}

static void
body_no_terminator(struct bitcode_writer *w)
{
   uint32_t next = V_FIRST;
   RECORD(w, BLOCKS, 1);
   RECORD(w, BINOP, REL(next, V_1), REL(next, V_1), 0);
}

static void
body_too_many_blocks(struct bitcode_writer *w)
{
   RECORD(w, BLOCKS, 1);
   RECORD(w, RET);
   RECORD(w, RET);
}

static void
body_use_before_definition(struct bitcode_writer *w)
{
   uint32_t next = V_FIRST;
   RECORD(w, BLOCKS, 1);
   RECORD(w, BINOP, REL(next, next + 1), T_I32, REL(next, V_1), 0);
   next++;
   RECORD(w, BINOP, REL(next, V_1), REL(next, V_1), 0);
   RECORD(w, RET);
}

static void
body_use_of_itself(struct bitcode_writer *w)
{
   RECORD(w, BLOCKS, 1);
   RECORD(w, BINOP, 0, T_I32, 0, 0);
   RECORD(w, RET);
}

/* 0 → 1 or 2; 1 → 2; 2 uses a value of 1 */
static void
body_no_dominance(struct bitcode_writer *w)
{
   uint32_t next = V_FIRST;
   RECORD(w, BLOCKS, 3);
   RECORD(w, BR, 1, 2, REL(next, V_TRUE));
   RECORD(w, BINOP, REL(next, V_1), REL(next, V_1), 0);
   next++;
   RECORD(w, BR, 2);
   RECORD(w, BINOP, REL(next, V_FIRST), REL(next, V_1), 0);
   RECORD(w, RET);
}

static void
body_phi_misses_edge(struct bitcode_writer *w)
{
   uint32_t next = V_FIRST;
   RECORD(w, BLOCKS, 3);
   RECORD(w, BR, 1, 2, REL(next, V_TRUE));
   RECORD(w, BR, 2);
   RECORD(w, PHI, T_I32, SREL(next, V_1), 1);
   RECORD(w, RET);
}

static void
body_phi_has_no_edge(struct bitcode_writer *w)
{
   uint32_t next = V_FIRST;
   RECORD(w, BLOCKS, 2);
   RECORD(w, BR, 1);
   RECORD(w, PHI, T_I32, SREL(next, V_1), 0, SREL(next, V_1), 1);
   RECORD(w, RET);
}

static void
body_phi_after_others(struct bitcode_writer *w)
{
   uint32_t next = V_FIRST;
   RECORD(w, BLOCKS, 2);
   RECORD(w, BR, 1);
   RECORD(w, BINOP, REL(next, V_1), REL(next, V_1), 0);
   next++;
   RECORD(w, PHI, T_I32, SREL(next, V_1), 0);
   RECORD(w, RET);
}

static void
body_jump_to_entry(struct bitcode_writer *w)
{
   RECORD(w, BLOCKS, 1);
   RECORD(w, BR, 0);
}

static void
body_no_such_block(struct bitcode_writer *w)
{
   RECORD(w, BLOCKS, 1);
   RECORD(w, BR, 1);
}

static void
body_mixed_types(struct bitcode_writer *w)
{
   uint32_t next = V_FIRST;
   RECORD(w, BLOCKS, 1);
   RECORD(w, BINOP, REL(next, V_1), REL(next, V_TRUE), 0);
   RECORD(w, RET);
}

static void
body_no_such_value(struct bitcode_writer *w)
{
   uint32_t next = V_FIRST;
   RECORD(w, BLOCKS, 1);
   RECORD(w, BINOP, REL(next, V_1), REL(next, next + 1000000), 0);
   RECORD(w, RET);
}

static void
body_load_of_another_type(struct bitcode_writer *w)
{
   uint32_t next = V_FIRST;
   RECORD(w, BLOCKS, 1);
   RECORD(w, LOAD, REL(next, V_GLOBAL), T_I1, 3, 0);
   RECORD(w, RET);
}

static void
body_store_to_a_number(struct bitcode_writer *w)
{
   uint32_t next = V_FIRST;
   RECORD(w, BLOCKS, 1);
   RECORD(w, STORE, REL(next, V_1), REL(next, V_1), 3, 0);
   RECORD(w, RET);
}

static void
body_recursive(struct bitcode_writer *w)
{
   uint32_t next = V_FIRST;
   RECORD(w, BLOCKS, 1);
   RECORD(w, CALL, 0, 1 << 15, T_FUNCTION, REL(next, V_MAIN));
   RECORD(w, RET);
}

static void
body_too_many_arguments(struct bitcode_writer *w)
{
   uint32_t next = V_FIRST;
   RECORD(w, BLOCKS, 1);
   RECORD(w, CALL, 0, 1 << 15, T_FUNCTION, REL(next, V_MAIN), REL(next, V_1));
   RECORD(w, RET);
}

static void
body_return_of_a_value(struct bitcode_writer *w)
{
   uint32_t next = V_FIRST;
   RECORD(w, BLOCKS, 1);
   RECORD(w, RET, REL(next, V_1));
}

/* A constant expression that is its own operand. */
static void
body_circular_constant(struct bitcode_writer *w)
{
   RECORD(w, BLOCKS, 1);
   bitcode_enter(w, 11);
   RECORD(w, 1, T_POINTER);
   RECORD(w, 11, 11, T_POINTER, V_FIRST);
   bitcode_leave(w);
   RECORD(w, RET);
}

static void
test_refused(void **state)
{
   static void (*const bodies[])(struct bitcode_writer *) = {
      body_no_block,
      body_no_terminator,
      body_too_many_blocks,
      body_use_before_definition,
      body_use_of_itself,
      body_no_dominance,
      body_phi_misses_edge,
      body_phi_has_no_edge,
      body_phi_after_others,
      body_jump_to_entry,
      body_no_such_block,
      body_mixed_types,
      body_no_such_value,
      body_load_of_another_type,
      body_store_to_a_number,
      body_recursive,
      body_too_many_arguments,
      body_return_of_a_value,
   };
   struct dxil_module *module;

   assert_int_equal(load_body(body_return, &module), 0);
   dxil_module_destroy(module);
   for (size_t i = 0; i < ARRAY_LENGTH(bodies); i++) {
      int ret = load_body(bodies[i], &module);
      if (ret != -EINVAL)
         fail_msg("body %zu: %d", i, ret);
   }
   assert_int_equal(load_body(body_circular_constant, &module), -ENOTSUP);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_signatures),   cmocka_unit_test(test_calls),
      cmocka_unit_test(test_resources),    cmocka_unit_test(test_control_flow),
      cmocka_unit_test(test_tessellation), cmocka_unit_test(test_truncated),
      cmocka_unit_test(test_old_cmpxchg),  cmocka_unit_test(test_unreachable),
      cmocka_unit_test(test_refused),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
