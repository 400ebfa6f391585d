/* Which values differ between lanes. */
#include "jit/translate_private.h"

/* Does an operand, also a handle, differ between lanes as seen from the block? */
static bool
value_varies(struct translator *t, uint32_t id, uint32_t block)
{
   const struct def *def = def_of(t, id);
   if (!def)
      return false;
   if (def->handle)
      return def->handle->index != DXIL_NONE && value_varies(t, def->handle->index, block);
   return def->varying || control_flow_leaves_divergent_loop(&t->flow, def->block, block);
}

static bool
any_operand_varies(struct translator *t, const struct dxil_instr *instr, uint32_t block)
{
   for (uint32_t i = 0; i < instr->num_operands; i++) {
      if (value_varies(t, instr->operands[i], block))
         return true;
   }
   return false;
}

static bool
call_varies(struct translator *t, const struct dxil_instr *instr, uint32_t block)
{
   uint32_t opcode = dxop_opcode(t, instr);
   switch (opcode) {
   case 77:  /* RenderTargetGetSampleCount */
   case 94:  /* GroupId */
   case 100: /* GSInstanceID */
   case 112: /* WaveGetLaneCount */
   case 113: /* WaveAnyTrue */
   case 114: /* WaveAllTrue */
   case 115: /* WaveActiveAllEqual */
   case 116: /* WaveActiveBallot */
   case 118: /* WaveReadLaneFirst */
   case 119: /* WaveActiveOp */
   case 120: /* WaveActiveBit */
   case 135: /* WaveAllBitCount */
   case 71:  /* CheckAccessFullyMapped */
   case 138: /* ViewID */
      return false;
   case 117: /* WaveReadLaneAt */
      return value_varies(t, instr->operands[2], block);
   case 68: { /* BufferLoad: through memory, or a routine */
      const struct handle *handle = handle_of(t, instr->operands[1]);
      return handle_is_typed(handle) || any_operand_varies(t, instr, block);
   }
   case 58:  /* CBufferLoad */
   case 59:  /* CBufferLoadLegacy */
   case 72:  /* GetDimensions */
   case 75:  /* Texture2DMSGetSamplePosition */
   case 83:  /* DerivCoarseX */
   case 84:  /* DerivCoarseY */
   case 85:  /* DerivFineX */
   case 86:  /* DerivFineY */
   case 101: /* MakeDouble */
   case 102: /* SplitDouble */
   case 139: /* RawBufferLoad */
   case 163: /* Dot4AddI8Packed */
   case 164: /* Dot4AddU8Packed */
   case 219: /* Unpack4x8 */
   case 220: /* Pack4x8 */
      return any_operand_varies(t, instr, block);
   default:
      /* Maths and conversions; all else is of the lane. */
      if ((opcode >= 6 && opcode <= 56) || (opcode >= 124 && opcode <= 134))
         return any_operand_varies(t, instr, block);
      return true;
   }
}

static bool
instr_varies(struct translator *t, const struct dxil_instr *instr, uint32_t block)
{
   switch (instr->op) {
   case DXIL_OP_PHI:
      if (t->flow.blocks[block].varying_phis)
         return true;
      for (uint32_t i = 0; i < instr->num_operands; i++) {
         if (t->flow.blocks[instr->blocks[i]].position != DXIL_NONE &&
             value_varies(t, instr->operands[i], instr->blocks[i]))
            return true;
      }
      return false;
   case DXIL_OP_LOAD: /* each lane has its own private memory */
      return pointer_is_private(t, instr->operands[0]) || any_operand_varies(t, instr, block);
   case DXIL_OP_ATOMICRMW:
   case DXIL_OP_CMPXCHG:
      return true;
   case DXIL_OP_CALL:
      return call_varies(t, instr, block);
   default:
      return any_operand_varies(t, instr, block);
   }
}

static bool
visit_block(struct translator *t, uint32_t block)
{
   const struct dxil_block *b = &t->function->blocks[block];
   bool changed = false;
   for (uint32_t i = 0; i < b->count; i++) {
      const struct dxil_instr *instr = &t->function->instrs[b->first + i];
      if (instr->result == DXIL_NONE)
         continue;
      struct def *def = def_of(t, instr->result);
      if (!def->varying && !def->handle && instr_varies(t, instr, block)) {
         def->varying = true;
         changed = true;
      }
   }
   const struct dxil_instr *end = flow_terminator(t->function, block);
   if (end->num_blocks > 1 && value_varies(t, end->operands[0], block))
      changed |= control_flow_set_varying(&t->flow, block);
   return changed;
}

void
find_divergence(struct translator *t)
{
   /* Values only ever become varying: this ends. One round is enough but for loops. */
   for (bool changed = true; changed;) {
      changed = false;
      for (uint32_t i = 0; i < t->flow.count; i++)
         changed |= visit_block(t, t->flow.order[i]);
   }
}
