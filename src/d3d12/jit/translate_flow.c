/*
 * Blocks and the edges between them.
 *
 * Lanes that part at a branch leave their mask with the blocks that they go to, and execution goes
 * down the order: a divergent block takes its mask, runs under it, hands it on. Between the parting
 * and the meeting all lanes are in blocks with the same meeting point, so what comes after a
 * divergent block is the next one down the order with that meeting point, the head of its loop if
 * lanes wait there, or the meeting point itself.
 */
#include "jit/translate_private.h"

/* A block that costs less runs with no lane rather than being jumped over. */
#define GUARD_COST 12

/*
 * Where execution goes on behind position `at`, while all lanes are on their way to `meeting`.
 * `home`: a position inside of the loops that may be repeated; `loop`: the first of these to look
 * at.
 */
static LLVMBasicBlockRef
next_label(struct translator *t, uint32_t at, uint32_t home, uint32_t loop, uint32_t meeting)
{
   const struct control_flow *flow = &t->flow;
   for (;;) {
      for (; loop != DXIL_NONE && flow->loops[loop].last == at; loop = flow->loops[loop].parent) {
         const struct flow_loop *l = &flow->loops[loop];
         if (l->first > home)
            continue;
         if (meeting == flow_loop_end(flow, loop))
            return t->label[l->header];
         if (flow->blocks[l->header].divergent)
            return t->loop_end[loop];
      }
      if (++at == flow->count)
         return t->exit;
      uint32_t block = flow->order[at];
      if (block == meeting ||
          (flow->blocks[block].divergent && control_flow_meeting(flow, block) == meeting))
         return t->label[block];
      loop = flow->blocks[block].loop;
   }
}

static LLVMBasicBlockRef
next_of_block(struct translator *t, uint32_t block)
{
   const struct flow_block *b = &t->flow.blocks[block];
   return next_label(t, b->position, b->position, b->loop, control_flow_meeting(&t->flow, block));
}

/* What follows a loop that no lane is left in. */
static LLVMBasicBlockRef
next_of_loop(struct translator *t, uint32_t loop)
{
   const struct flow_loop *l = &t->flow.loops[loop];
   return next_label(t, l->last, l->first, l->parent, control_flow_meeting(&t->flow, l->header));
}

/* ---- Edges ----------------------------------------------------------------------------------- */

/* A way out of the block being emitted, and the values that it carries to the phis at its end. */
struct edge {
   uint32_t to;
   LLVMValueRef mask; /* vi1; NULL: all lanes take it */
   LLVMValueRef *values;
};

static uint32_t
num_phis(struct translator *t, uint32_t block)
{
   const struct dxil_block *b = &t->function->blocks[block];
   uint32_t n = 0;
   while (n < b->count && t->function->instrs[b->first + n].op == DXIL_OP_PHI)
      n++;
   return n;
}

static void
edge_read(struct translator *t, struct edge *edge)
{
   uint32_t n = num_phis(t, edge->to);
   edge->values = arena_array(&t->arena, (size_t)n + 1, sizeof(*edge->values));
   if (!edge->values)
      return;
   for (uint32_t i = 0; i < n; i++) {
      const struct dxil_instr *phi = &t->function->instrs[t->function->blocks[edge->to].first + i];
      uint32_t k = 0;
      while (k + 1 < phi->num_operands && phi->blocks[k] != t->block)
         k++;
      struct value value = operand(t, phi->operands[k]);
      edge->values[i] = def_of(t, phi->result)->varying ? to_vector(t, value.v) : value.v;
   }
}

static void
edge_write(struct translator *t, const struct edge *edge)
{
   uint32_t n = num_phis(t, edge->to);
   for (uint32_t i = 0; edge->values && i < n; i++) {
      const struct dxil_instr *phi = &t->function->instrs[t->function->blocks[edge->to].first + i];
      struct def *def = def_of(t, phi->result);
      LLVMValueRef value = edge->values[i];
      LLVMTypeRef type = LLVMTypeOf(value);
      if (!def->phi_slot)
         def->phi_slot = slot_create(t, type);
      if (edge->mask) {
         /* Lanes that agree on the value come by the same edge, all or none. */
         LLVMValueRef taken = def->varying ? edge->mask : jit_any(t->build, edge->mask);
         value = LLVMBuildSelect(t->b, taken, value, slot_load(t, def->phi_slot, type), "");
      }
      slot_store(t, def->phi_slot, value);
   }

   if (t->flow.blocks[edge->to].divergent) {
      LLVMValueRef mask = edge->mask ? edge->mask : t->mask;
      if (edge->mask)
         mask = LLVMBuildOr(t->b, mask, slot_load(t, t->mask_slot[edge->to], t->build->vi1), "");
      slot_store(t, t->mask_slot[edge->to], mask);
   }
}

/* Does the edge do more than jump? */
static bool
edge_is_bare(struct translator *t, uint32_t to)
{
   return !t->flow.blocks[to].divergent && num_phis(t, to) == 0;
}

/* An edge that all lanes take, if any does: a block of its own if it has something to do. */
static LLVMBasicBlockRef
edge_block(struct translator *t, uint32_t to)
{
   if (edge_is_bare(t, to))
      return t->label[to];
   LLVMBasicBlockRef from = LLVMGetInsertBlock(t->b), block = jit_block(t->build, "edge");
   jit_position(t->build, block);
   t->epoch++;
   struct edge edge = { .to = to };
   edge_read(t, &edge);
   edge_write(t, &edge);
   LLVMBuildBr(t->b, t->label[to]);
   jit_position(t->build, from);
   t->epoch++;
   return block;
}

static void
branch_uniform(struct translator *t, const struct dxil_instr *end)
{
   if (end->num_blocks == 0) {
      LLVMBuildBr(t->b, t->exit);
      return;
   }
   if (end->num_blocks == 1) {
      struct edge edge = { .to = end->blocks[0] };
      edge_read(t, &edge);
      edge_write(t, &edge);
      LLVMBuildBr(t->b, t->label[edge.to]);
      return;
   }
   LLVMValueRef selector = operand(t, end->operands[0]).v;
   if (end->op == DXIL_OP_BR) {
      LLVMBasicBlockRef yes = edge_block(t, end->blocks[0]);
      LLVMBasicBlockRef no = edge_block(t, end->blocks[1]);
      LLVMBuildCondBr(t->b, selector, yes, no);
      return;
   }
   LLVMValueRef choice =
      LLVMBuildSwitch(t->b, selector, edge_block(t, end->blocks[0]), end->num_blocks - 1);
   for (uint32_t i = 1; i < end->num_blocks; i++)
      LLVMAddCase(choice, operand(t, end->operands[i]).v, edge_block(t, end->blocks[i]));
}

static void
add_edge(struct translator *t, struct edge *edges, uint32_t *count, uint32_t to, LLVMValueRef mask)
{
   for (uint32_t i = 0; i < *count; i++) {
      if (edges[i].to == to) {
         edges[i].mask = LLVMBuildOr(t->b, edges[i].mask, mask, "");
         return;
      }
   }
   edges[(*count)++] = (struct edge){ .to = to, .mask = mask };
}

/* The lanes of the block for which a condition holds, or does not. */
static LLVMValueRef
lanes_where(struct translator *t, struct value condition, bool holds)
{
   LLVMValueRef none = LLVMConstNull(t->build->vi1);
   if (!is_vector(condition.v))
      return LLVMBuildSelect(t->b, condition.v, holds ? t->mask : none, holds ? none : t->mask, "");
   LLVMValueRef lanes = holds ? condition.v : LLVMBuildNot(t->b, condition.v, "");
   return LLVMBuildAnd(t->b, t->mask, lanes, "");
}

static void
branch_divergent(struct translator *t, const struct dxil_instr *end)
{
   struct edge *edges = arena_array(&t->arena, (size_t)end->num_blocks + 1, sizeof(*edges));
   if (!edges)
      return;
   uint32_t count = 0;
   if (end->num_blocks == 1) {
      add_edge(t, edges, &count, end->blocks[0], t->mask);
   } else if (end->op == DXIL_OP_BR) {
      struct value condition = operand(t, end->operands[0]);
      add_edge(t, edges, &count, end->blocks[0], lanes_where(t, condition, true));
      add_edge(t, edges, &count, end->blocks[1], lanes_where(t, condition, false));
   } else if (end->op == DXIL_OP_SWITCH) {
      LLVMValueRef selector = operand_vector(t, end->operands[0]);
      LLVMValueRef rest = t->mask;
      for (uint32_t i = 1; i < end->num_blocks; i++) {
         struct value equal = {
            LLVMBuildICmp(t->b, LLVMIntEQ, selector, operand_vector(t, end->operands[i]), ""), true
         };
         add_edge(t, edges, &count, end->blocks[i], lanes_where(t, equal, true));
         rest = LLVMBuildAnd(t->b, rest, LLVMBuildNot(t->b, equal.v, ""), "");
      }
      add_edge(t, edges, &count, end->blocks[0], rest);
   }

   /* All reads come before all writes: an edge may carry another's phi. */
   for (uint32_t i = 0; i < count; i++)
      edge_read(t, &edges[i]);
   for (uint32_t i = 0; i < count; i++)
      edge_write(t, &edges[i]);
   LLVMBuildBr(t->b, next_of_block(t, t->block));
}

/* ---- Blocks ---------------------------------------------------------------------------------- */

static bool
worth_guarding(struct translator *t, uint32_t block)
{
   const struct dxil_block *b = &t->function->blocks[block];
   if (b->count > GUARD_COST)
      return true;
   for (uint32_t i = 0; i < b->count; i++) {
      const struct dxil_instr *instr = &t->function->instrs[b->first + i];
      switch (instr->op) {
      case DXIL_OP_UDIV:
      case DXIL_OP_SDIV:
      case DXIL_OP_UREM:
      case DXIL_OP_SREM:
      case DXIL_OP_LOAD:
      case DXIL_OP_STORE:
      case DXIL_OP_ATOMICRMW:
      case DXIL_OP_CMPXCHG:
         return true;
      case DXIL_OP_CALL: {
         /* But for cheap maths. What touches memory must not run without lanes: its address may
          * come from values that were never computed. Nor should what is slow. */
         uint32_t opcode = dxop_opcode(t, instr);
         if (!(opcode >= 6 && opcode <= 56) || (opcode >= 12 && opcode <= 23 && opcode != 22))
            return true;
         break;
      }
      default:
         break;
      }
   }
   return false;
}

/* An endless loop must not outlive the device: see shader_bindings.kill. */
static void
emit_kill_check(struct translator *t)
{
   LLVMValueRef kill = load_invariant(t, t->build->ptr, t->desc->bindings,
                                      offsetof(struct shader_bindings, kill), 8);
   LLVMValueRef value = LLVMBuildLoad2(t->b, t->build->i32, kill, "");
   LLVMSetVolatile(value, true);
   LLVMSetAlignment(value, 4);
   LLVMBasicBlockRef go_on = jit_block(t->build, "alive");
   LLVMBuildCondBr(t->b, LLVMBuildICmp(t->b, LLVMIntEQ, value, jit_const_i32(t->build, 0), ""),
                   go_on, t->exit);
   jit_position(t->build, go_on);
}

static bool
is_header(struct translator *t, uint32_t block)
{
   uint32_t loop = t->flow.blocks[block].loop;
   return loop != DXIL_NONE && t->flow.loops[loop].header == block;
}

static void
enter_block(struct translator *t, uint32_t block)
{
   const struct flow_block *b = &t->flow.blocks[block];
   bool header = is_header(t, block);
   t->block = block;
   t->epoch++;
   t->mask = t->desc->mask;
   if (header)
      emit_kill_check(t);
   if (!b->divergent)
      return;

   t->mask = slot_load(t, t->mask_slot[block], t->build->vi1);
   slot_store(t, t->mask_slot[block], LLVMConstNull(t->build->vi1));
   if (header || worth_guarding(t, block)) {
      LLVMBasicBlockRef body = jit_block(t->build, "body");
      LLVMBuildCondBr(t->b, jit_any(t->build, t->mask), body,
                      header ? next_of_loop(t, b->loop) : next_of_block(t, block));
      jit_position(t->build, body);
   }
}

static void
emit_block(struct translator *t, uint32_t block)
{
   const struct dxil_block *b = &t->function->blocks[block];
   enter_block(t, block);

   /* All phis are read before the first is defined: their slots may be each other's. */
   uint32_t phis = num_phis(t, block);
   for (uint32_t i = 0; i < phis; i++) {
      const struct dxil_instr *phi = &t->function->instrs[b->first + i];
      struct def *def = def_of(t, phi->result);
      LLVMTypeRef type = scalar_type(t, &t->module->types[phi->type]);
      if (phi->num_operands && value_type(t, phi->result)->kind == DXIL_TYPE_POINTER)
         fail(t, "a pointer from several places");
      if (def->varying)
         type = vector_type(t, type);
      define(t, phi, def->phi_slot ? slot_load(t, def->phi_slot, type) : LLVMConstNull(type));
   }
   for (uint32_t i = phis; i + 1 < b->count; i++)
      emit_instr(t, &t->function->instrs[b->first + i]);

   const struct dxil_instr *end = flow_terminator(t->function, block);
   const struct flow_block *f = &t->flow.blocks[block];
   if (f->divergent || f->varying_branch)
      branch_divergent(t, end);
   else
      branch_uniform(t, end);
}

/* Behind the last block of a loop that lanes leave one by one: once more, if any waits at its
 * head. */
static void
emit_loop_ends(struct translator *t, uint32_t block)
{
   uint32_t position = t->flow.blocks[block].position;
   for (uint32_t l = t->flow.blocks[block].loop;
        l != DXIL_NONE && t->flow.loops[l].last == position; l = t->flow.loops[l].parent) {
      if (!t->loop_end[l])
         continue;
      uint32_t header = t->flow.loops[l].header;
      jit_position(t->build, t->loop_end[l]);
      LLVMValueRef waiting = slot_load(t, t->mask_slot[header], t->build->vi1);
      LLVMBuildCondBr(t->b, jit_any(t->build, waiting), t->label[header], next_of_loop(t, l));
   }
}

void
emit_blocks(struct translator *t)
{
   const struct control_flow *flow = &t->flow;
   t->label = arena_array(&t->arena, flow->num_blocks, sizeof(*t->label));
   t->mask_slot = arena_array(&t->arena, flow->num_blocks, sizeof(*t->mask_slot));
   t->loop_end = arena_array(&t->arena, (size_t)flow->num_loops + 1, sizeof(*t->loop_end));
   if (t->arena.failed)
      return;

   t->exit = jit_block(t->build, "exit");
   for (uint32_t i = 0; i < flow->count; i++) {
      uint32_t block = flow->order[i];
      t->label[block] = jit_block(t->build, "block");
      if (flow->blocks[block].divergent) {
         t->mask_slot[block] = slot_create(t, t->build->vi1);
         slot_store(t, t->mask_slot[block], LLVMConstNull(t->build->vi1));
      }
   }
   for (uint32_t l = 0; l < flow->num_loops; l++) {
      if (flow->blocks[flow->loops[l].header].divergent)
         t->loop_end[l] = jit_block(t->build, "loop_end");
   }

   LLVMBuildBr(t->b, t->label[0]);
   for (uint32_t i = 0; i < flow->count && !t->failed; i++) {
      uint32_t block = flow->order[i];
      jit_position(t->build, t->label[block]);
      emit_block(t, block);
      emit_loop_ends(t, block);
   }
   jit_position(t->build, t->exit);
}
