/* Recognises pixel shaders that only show a texture: see struct shader_blit. */
#include "jit/translate_private.h"

#define DEPTH 8 /* of an expression: shaders that show a texture are simple */

struct finder {
   struct translator *t;
   struct shader_blit blit;
   const struct dxil_instr *sample; /* the one that samples, once it is met */
   uint32_t component;              /* of the output, whose value is looked at */
};

/* The instruction that makes a value, if it is of this kind. */
static const struct dxil_instr *
made_by(struct translator *t, uint32_t id, enum dxil_op op)
{
   const struct dxil_instr *instr = instr_of(t, id);
   return instr && instr->op == op ? instr : NULL;
}

static const struct dxil_signature_element *
find_element(const struct dxil_signature *signature, uint64_t id)
{
   return id < signature->count ? &signature->elements[id] : NULL;
}

/* Is the value an input that is interpolated? */
static bool
take_coordinate(struct finder *f, uint32_t axis, uint32_t id)
{
   struct translator *t = f->t;
   const struct dxil_instr *load = made_by(t, id, DXIL_OP_CALL);
   uint64_t number, row, col;

   if (!load || dxop_opcode(t, load) != 4 || !operand_const(t, load->operands[1], &number) ||
       !operand_const(t, load->operands[2], &row) || !operand_const(t, load->operands[3], &col))
      return false;
   const struct dxil_signature_element *element = find_element(&t->module->input, number);
   if (!element || element->kind != DXIL_SEM_ARBITRARY || element->type != DXIL_COMP_F32 ||
       element->interpolation < DXIL_INTERP_LINEAR || element->start_row == DXIL_NONE ||
       row >= element->rows || col >= element->cols)
      return false;
   f->blit.reg[axis] = (uint8_t)(element->start_row + row);
   f->blit.col[axis] = (uint8_t)(element->start_col + col);
   return true;
}

/* Sample, without texel offsets and a clamp of the LOD; or SampleLevel, of the first level. */
static bool
take_sample(struct finder *f, const struct dxil_instr *call, uint32_t opcode)
{
   struct translator *t = f->t;
   const uint32_t *o = call->operands;

   if (f->sample)
      return f->sample == call;
   for (uint32_t i = 7; i <= 10; i++) {
      if (!operand_zero(t, o[i]))
         return false;
   }
   const struct handle *view = handle_of(t, o[1]), *sampler = handle_of(t, o[2]);
   if (view->kind != DXIL_KIND_TEXTURE2D || view->cls != DXIL_CLASS_SRV ||
       !take_coordinate(f, 0, o[3]) || !take_coordinate(f, 1, o[4]))
      return false;
   uint32_t site =
      texture_site(t, opcode == 60 ? TEXTURE_SAMPLE : TEXTURE_SAMPLE_LEVEL, view, sampler);
   if (site == JIT_MAX_SITES)
      return false;
   f->blit.site = (uint8_t)site;
   f->sample = call;
   return true;
}

/* CBufferLoadLegacy: of one buffer throughout, and of one number for each component of the output. */
static bool
take_scale(struct finder *f, const struct dxil_instr *call, uint32_t member)
{
   struct translator *t = f->t;
   const struct handle *buffer = handle_of(t, call->operands[1]);
   struct shader_blit *blit = &f->blit;
   uint64_t row;

   if (buffer->place != HANDLE_TABLE || buffer->index != DXIL_NONE ||
       !operand_const(t, call->operands[2], &row) || row >= 4096 || member >= 4 ||
       (blit->scaled && (blit->scale_param != buffer->param || blit->scale_view != buffer->offset)))
      return false;
   uint32_t offset = (uint32_t)row * 16 + member * 4;
   if (blit->scaled & 1u << f->component)
      return blit->scale_offset[f->component] == offset;
   blit->scaled |= 1u << f->component;
   blit->scale_param = (uint8_t)buffer->param;
   blit->scale_view = buffer->offset;
   blit->scale_offset[f->component] = offset;
   return true;
}

/* Finds out which component of the texel a value is, but for the scale, or whether it is 1. */
static bool
take_value(struct finder *f, uint32_t id, uint8_t *source, uint32_t depth)
{
   struct translator *t = f->t;
   const struct dxil_value *value = find_value(t, id);
   const struct dxil_instr *instr = instr_of(t, id);

   *source = SHADER_BLIT_ONE;
   if (value->kind == DXIL_VALUE_FLOAT)
      return t->module->types[value->type].bits == 32 && value->bits == 0x3f800000;
   if (!instr || depth == DEPTH)
      return false;
   if (instr->op == DXIL_OP_BITCAST)
      return take_value(f, instr->operands[0], source, depth + 1);
   if (instr->op == DXIL_OP_FMUL) {
      uint8_t factor[2];
      if (!take_value(f, instr->operands[0], &factor[0], depth + 1) ||
          !take_value(f, instr->operands[1], &factor[1], depth + 1))
         return false;
      *source = MIN2(factor[0], factor[1]);
      return MAX2(factor[0], factor[1]) == SHADER_BLIT_ONE;
   }
   const struct dxil_instr *call = instr->op == DXIL_OP_EXTRACTVALUE && instr->num_indices == 1
                                      ? made_by(t, instr->operands[0], DXIL_OP_CALL)
                                      : NULL;
   uint32_t opcode = call ? dxop_opcode(t, call) : DXIL_NONE;
   uint32_t member = call ? instr->indices[0] : 0;
   if (opcode == 59)
      return take_scale(f, call, member);
   *source = (uint8_t)member;
   return (opcode == 60 || opcode == 62) && member < 4 && take_sample(f, call, opcode);
}

/* A component of SV_Target. */
static bool
take_output(struct finder *f, const struct dxil_instr *store, uint32_t *stored)
{
   struct translator *t = f->t;
   uint64_t number, col;

   if (!operand_const(t, store->operands[1], &number) ||
       !operand_const(t, store->operands[3], &col) || col >= 4 || *stored & 1u << col)
      return false;
   const struct dxil_signature_element *element = find_element(&t->module->output, number);
   if (!element || element->kind != DXIL_SEM_TARGET || element->semantic_index[0] != 0 ||
       element->type != DXIL_COMP_F32)
      return false;
   *stored |= 1u << col;
   f->component = (uint32_t)col;
   return take_value(f, store->operands[4], &f->blit.source[col], 0);
}

void
find_blit(struct translator *t)
{
   struct finder f = { .t = t };
   uint32_t stored = 0;

   /* One block: nothing is conditional. What is never called can have no effect. */
   if (t->function->num_blocks != 1)
      return;
   for (uint32_t i = 0; i < t->function->num_instrs; i++) {
      const struct dxil_instr *instr = &t->function->instrs[i];

      if (instr->op != DXIL_OP_CALL)
         continue;
      switch (dxop_opcode(t, instr)) {
      case 4:
      case 57:
      case 59:
      case 60:
      case 62:
      case 216:
      case 217:
         break;
      case 5:
         if (!take_output(&f, instr, &stored))
            return;
         break;
      default:
         return;
      }
   }
   f.blit.valid = f.sample && stored == 0xf;
   if (f.blit.valid)
      t->info->blit = f.blit;
}
