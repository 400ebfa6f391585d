#include "jit/translate_private.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define MAX_COMPONENTS 16 /* of an aggregate; DXIL's have 8 at most */

void
fail(struct translator *t, const char *format, ...)
{
   if (t->failed)
      return;
   t->failed = true;
   va_list args;
   va_start(args, format);
   vsnprintf(t->message, 128, format, args);
   va_end(args);
}

/* ---- What is used where ---------------------------------------------------------------------- */

static void
note_use(struct translator *t, uint32_t id, uint32_t block)
{
   struct def *def = def_of(t, id);
   if (!def)
      return;
   if (def->handle) { /* made anew where it is used, out of the index */
      if (def->handle->index != DXIL_NONE)
         note_use(t, def->handle->index, block);
      return;
   }
   if (def->block == block)
      return;
   if (control_flow_leaves_divergent_loop(&t->flow, def->block, block))
      def->escapes = true;
   else
      def->crosses = true;
}

static void
note_uses(struct translator *t)
{
   for (uint32_t i = 0; i < t->flow.count; i++) {
      uint32_t block = t->flow.order[i];
      const struct dxil_block *b = &t->function->blocks[block];
      for (uint32_t k = 0; k < b->count; k++) {
         const struct dxil_instr *instr = &t->function->instrs[b->first + k];
         for (uint32_t o = 0; o < instr->num_operands; o++) {
            uint32_t at = instr->op == DXIL_OP_PHI ? instr->blocks[o] : block;
            if (t->flow.blocks[at].position != DXIL_NONE)
               note_use(t, instr->operands[o], at);
         }
      }
   }
}

/* Which components of aggregates are looked at. */
static void
note_components(struct translator *t, const struct dxil_instr *instr)
{
   for (uint32_t o = 0; o < instr->num_operands; o++) {
      struct def *def = def_of(t, instr->operands[o]);
      if (!def)
         continue;
      def->num_uses++;
      if (def->num_comps < 2)
         continue;
      if (instr->op == DXIL_OP_EXTRACTVALUE && instr->num_indices == 1)
         def->used |= 1u << instr->indices[0];
      else
         def->used = UINT32_MAX;
   }
}

static bool
init_defs(struct translator *t)
{
   t->defs = arena_array(&t->arena, (size_t)t->function->num_values + 1, sizeof(*t->defs));
   if (!t->defs)
      return false;
   for (uint32_t i = 0; i < t->flow.count; i++) {
      const struct dxil_block *b = &t->function->blocks[t->flow.order[i]];
      for (uint32_t k = 0; k < b->count; k++) {
         const struct dxil_instr *instr = &t->function->instrs[b->first + k];
         if (instr->result == DXIL_NONE)
            continue;
         struct def *def = def_of(t, instr->result);
         def->block = t->flow.order[i];
         uint32_t n = num_components(&t->module->types[instr->type]);
         if (n > MAX_COMPONENTS) {
            fail(t, "an aggregate of %u values", n);
            return false;
         }
         def->num_comps = n;
         def->used = n < 2;
         LLVMValueRef *values = arena_array(&t->arena, (size_t)n * 4 + 1, sizeof(*values));
         if (!values)
            return false;
         def->ssa = values;
         def->cache = values + n;
         def->slot = values + 2 * n;
         def->escape_slot = values + 3 * n;
      }
   }
   for (uint32_t i = 0; i < t->flow.count; i++) {
      const struct dxil_block *b = &t->function->blocks[t->flow.order[i]];
      for (uint32_t k = 0; k < b->count; k++)
         note_components(t, &t->function->instrs[b->first + k]);
   }
   return true;
}

/* ---- Instructions ---------------------------------------------------------------------------- */

static void
emit_select(struct translator *t, const struct dxil_instr *instr)
{
   LLVMValueRef condition = operand(t, instr->operands[0]).v;
   LLVMValueRef yes = operand(t, instr->operands[1]).v, no = operand(t, instr->operands[2]).v;
   if (is_vector(condition))
      yes = to_vector(t, yes);
   match_forms(t, &yes, &no);
   define(t, instr, LLVMBuildSelect(t->b, condition, yes, no, ""));
}

static void
emit_aggregate(struct translator *t, const struct dxil_instr *instr)
{
   if (instr->num_indices != 1) {
      fail(t, "a nested aggregate");
      return;
   }
   uint32_t index = instr->indices[0];
   if (instr->op == DXIL_OP_EXTRACTVALUE) {
      define(t, instr, operand_comp(t, instr->operands[0], index).v);
      return;
   }
   for (uint32_t i = 0; i < def_of(t, instr->result)->num_comps; i++) {
      struct value value =
         i == index ? operand(t, instr->operands[1]) : operand_comp(t, instr->operands[0], i);
      define_comp(t, instr, i, value.v);
   }
}

void
emit_instr(struct translator *t, const struct dxil_instr *instr)
{
   if (instr->result != DXIL_NONE && def_of(t, instr->result)->handle)
      return;
   if (emit_arith(t, instr) || emit_memory(t, instr))
      return;
   switch (instr->op) {
   case DXIL_OP_SELECT:
      emit_select(t, instr);
      break;
   case DXIL_OP_EXTRACTVALUE:
   case DXIL_OP_INSERTVALUE:
      emit_aggregate(t, instr);
      break;
   case DXIL_OP_CALL:
      emit_dxop(t, instr);
      break;
   default:
      fail(t, "instruction %u is not supported", instr->op);
      break;
   }
}

bool
jit_translate(struct jit_build *build, const struct jit_translate_desc *desc,
              struct shader_info *info, char message[static 128])
{
   struct translator t = {
      .build = build,
      .b = build->builder,
      .lanes = build->lanes,
      .desc = desc,
      .stage = desc->stage,
      .module = desc->module,
      .function =
         desc->function ? desc->function : &desc->module->functions[desc->module->entry],
      .info = info,
      .message = message,
      .epoch = 1,
   };
   message[0] = 0;
   if (t.module->has_doubles || t.module->denormals == DXIL_DENORMALS_PRESERVE)
      build->keeps_denormals = true;
   arena_init(&t.arena, 0);

   int error = control_flow_init(&t.flow, &t.arena, t.function);
   if (error == -ENOTSUP) {
      fail(&t, "irreducible control flow");
   } else if (!error && init_defs(&t)) {
      check_dxops(&t);
      if (!t.failed)
         find_handles(&t);
      if (!t.failed && !t.arena.failed) {
         find_divergence(&t);
         note_uses(&t);
         memory_init(&t);
         texture_init(&t);
      }
      if (!t.failed && !t.arena.failed)
         emit_blocks(&t);
      if (!t.failed && !t.arena.failed && desc->visibility == D3D12_SHADER_VISIBILITY_PIXEL)
         find_blit(&t);
   }
   if (error == -ENOMEM || t.arena.failed)
      fail(&t, "out of memory");
   arena_finish(&t.arena);
   return !t.failed;
}
