/*
 * Control flow: edges, phis, reachability and dominance, as ir.h promises them.
 *
 * Dominators by Lengauer and Tarjan's algorithm ("A Fast Algorithm for Finding Dominators in a
 * Flowgraph", 1979, the simple version): others are shorter, but quadratic on hostile input.
 */
#include "dxil/decode.h"

#include "util/bits.h"

#include <string.h>

/* Blocks that can be reached have a number from 1 on, in the order of a depth-first search. */
struct flow {
   struct dxil_decoder *d;
   struct dxil_function *function;
   uint32_t *edge_start, *edges; /* edges[edge_start[b]..edge_start[b + 1]): from which blocks */
   uint32_t *number;             /* of a block, or 0 */
   uint32_t *block;              /* by number */
   uint32_t *parent;             /* by number, in the search's tree */
   uint32_t count;               /* of numbers, 1..count */
   uint32_t *dominator;          /* by number: the immediate one */
   uint32_t *tree_first, *tree_size; /* by number: a dominates b if b's place is inside a's */
};

static const struct dxil_instr *
terminator(const struct dxil_function *function, uint32_t block)
{
   const struct dxil_block *b = &function->blocks[block];
   return &function->instrs[b->first + b->count - 1];
}

static uint32_t *
alloc_ids(struct flow *flow, size_t count)
{
   return arena_array(&flow->d->scratch, count, sizeof(uint32_t));
}

static bool
find_edges(struct flow *flow)
{
   const struct dxil_function *function = flow->function;
   uint32_t count = function->num_blocks;

   flow->edge_start = alloc_ids(flow, count + 1);
   if (!flow->edge_start)
      return false;
   for (uint32_t b = 0; b < count; b++) {
      const struct dxil_instr *instr = terminator(function, b);
      for (uint32_t i = 0; i < instr->num_blocks; i++)
         flow->edge_start[instr->blocks[i] + 1]++;
   }
   for (uint32_t b = 0; b < count; b++)
      flow->edge_start[b + 1] += flow->edge_start[b];

   flow->edges = alloc_ids(flow, flow->edge_start[count]);
   uint32_t *next = arena_copy(&flow->d->scratch, flow->edge_start, count * sizeof(uint32_t));
   if (!flow->edges || !next)
      return false;
   for (uint32_t b = 0; b < count; b++) {
      const struct dxil_instr *instr = terminator(function, b);
      for (uint32_t i = 0; i < instr->num_blocks; i++)
         flow->edges[next[instr->blocks[i]]++] = b;
   }
   return true;
}

static bool
number_blocks(struct flow *flow)
{
   uint32_t count = flow->function->num_blocks;
   uint32_t *stack = alloc_ids(flow, count);
   uint32_t *next = alloc_ids(flow, count); /* by block: which successor to look at */

   flow->number = alloc_ids(flow, count);
   flow->block = alloc_ids(flow, count + 1);
   flow->parent = alloc_ids(flow, count + 1);
   if (!stack || !next || !flow->number || !flow->block || !flow->parent)
      return false;

   uint32_t depth = 1;
   stack[0] = 0;
   flow->number[0] = flow->count = 1;
   flow->block[1] = 0;
   while (depth) {
      uint32_t b = stack[depth - 1];
      const struct dxil_instr *instr = terminator(flow->function, b);
      if (next[b] == instr->num_blocks) {
         depth--;
         continue;
      }
      uint32_t successor = instr->blocks[next[b]++];
      if (flow->number[successor])
         continue;
      uint32_t number = ++flow->count;
      flow->number[successor] = number;
      flow->block[number] = successor;
      flow->parent[number] = flow->number[b];
      stack[depth++] = successor;
   }
   return true;
}

/* The forest that the algorithm links up, with path compression. */
struct forest {
   uint32_t *ancestor, *label, *semi, *path;
};

static uint32_t
evaluate(struct forest *f, uint32_t v)
{
   uint32_t length = 0;
   for (uint32_t u = v; f->ancestor[u] && f->ancestor[f->ancestor[u]]; u = f->ancestor[u])
      f->path[length++] = u;
   while (length) {
      uint32_t u = f->path[--length];
      uint32_t above = f->ancestor[u];
      if (f->semi[f->label[above]] < f->semi[f->label[u]])
         f->label[u] = f->label[above];
      f->ancestor[u] = f->ancestor[above];
   }
   return f->label[v];
}

static bool
find_dominators(struct flow *flow)
{
   uint32_t size = flow->count + 1;
   struct forest f = {
      .ancestor = alloc_ids(flow, size),
      .label = alloc_ids(flow, size),
      .semi = alloc_ids(flow, size),
      .path = alloc_ids(flow, size),
   };
   uint32_t *bucket = alloc_ids(flow, size); /* lists: first of each, */
   uint32_t *next = alloc_ids(flow, size);   /* and what follows */
   uint32_t *dominator = flow->dominator = alloc_ids(flow, size);
   if (!f.ancestor || !f.label || !f.semi || !f.path || !bucket || !next || !dominator)
      return false;

   for (uint32_t i = 1; i < size; i++)
      f.label[i] = f.semi[i] = i;
   for (uint32_t w = flow->count; w >= 2; w--) {
      uint32_t b = flow->block[w];
      for (uint32_t e = flow->edge_start[b]; e < flow->edge_start[b + 1]; e++) {
         uint32_t from = flow->number[flow->edges[e]];
         if (from)
            f.semi[w] = MIN2(f.semi[w], f.semi[evaluate(&f, from)]);
      }
      next[w] = bucket[f.semi[w]];
      bucket[f.semi[w]] = w;

      uint32_t parent = flow->parent[w];
      f.ancestor[w] = parent;
      for (uint32_t v = bucket[parent]; v; v = next[v]) {
         uint32_t u = evaluate(&f, v);
         dominator[v] = f.semi[u] < f.semi[v] ? u : parent;
      }
      bucket[parent] = 0;
   }
   for (uint32_t w = 2; w < size; w++) {
      if (dominator[w] != f.semi[w])
         dominator[w] = dominator[dominator[w]];
   }
   return true;
}

/* Lays the dominator tree out in one row, each subtree in one piece. */
static bool
lay_out_tree(struct flow *flow)
{
   uint32_t *first = flow->tree_first = alloc_ids(flow, flow->count + 1);
   uint32_t *size = flow->tree_size = alloc_ids(flow, flow->count + 1);
   uint32_t *next = alloc_ids(flow, flow->count + 1);
   if (!first || !size || !next)
      return false;

   /* a dominator's number is below those that it dominates */
   for (uint32_t i = flow->count; i >= 1; i--) {
      size[i]++;
      if (i > 1)
         size[flow->dominator[i]] += size[i];
   }
   next[1] = 1;
   for (uint32_t i = 2; i <= flow->count; i++) {
      uint32_t above = flow->dominator[i];
      first[i] = next[above];
      next[above] += size[i];
      next[i] = first[i] + 1;
   }
   return true;
}

static bool
dominates(const struct flow *flow, uint32_t block_a, uint32_t block_b)
{
   uint32_t a = flow->number[block_a], b = flow->number[block_b];
   return a && b && flow->tree_first[b] - flow->tree_first[a] < flow->tree_size[a];
}

/* Nothing leads there: what such a block held must not bother those who read on. */
static void
empty_block(struct flow *flow, uint32_t b)
{
   struct dxil_block *block = (struct dxil_block *)&flow->function->blocks[b];
   struct dxil_instr *last = (struct dxil_instr *)terminator(flow->function, b);
   block->first += block->count - 1;
   block->count = 1;
   *last = (struct dxil_instr){
      .op = DXIL_OP_UNREACHABLE,
      .type = flow->d->void_type,
      .result = DXIL_NONE,
   };
}

/* Drops what comes from blocks that cannot be reached. */
static void
prune_phi(const struct flow *flow, struct dxil_instr *phi)
{
   uint32_t *operands = (uint32_t *)phi->operands;
   uint32_t *blocks = (uint32_t *)phi->blocks;
   uint32_t kept = 0;
   for (uint32_t i = 0; i < phi->num_operands; i++) {
      if (flow->number[blocks[i]]) {
         operands[kept] = operands[i];
         blocks[kept++] = blocks[i];
      }
   }
   phi->num_operands = phi->num_blocks = kept;
}

/*
 * One incoming value per edge; edges from the same block bring the same value. `expected` and
 * `value` are scratch, by block; expected is all zero before and after.
 */
static bool
phi_matches_edges(const struct flow *flow, uint32_t b, const struct dxil_instr *phi,
                  uint32_t *expected, uint32_t *value)
{
   bool valid = true;
   for (uint32_t e = flow->edge_start[b]; e < flow->edge_start[b + 1]; e++) {
      uint32_t from = flow->edges[e];
      expected[from] += flow->number[from] != 0;
      value[from] = DXIL_NONE;
   }
   for (uint32_t i = 0; i < phi->num_operands; i++) {
      uint32_t from = phi->blocks[i];
      if (expected[from] == 0) {
         valid = false;
         continue;
      }
      valid &= value[from] == DXIL_NONE || value[from] == phi->operands[i];
      value[from] = phi->operands[i];
      expected[from]--;
   }
   for (uint32_t e = flow->edge_start[b]; e < flow->edge_start[b + 1]; e++) {
      valid &= expected[flow->edges[e]] == 0;
      expected[flow->edges[e]] = 0;
   }
   return valid;
}

static int
check_phis(struct flow *flow)
{
   const struct dxil_function *function = flow->function;
   uint32_t *expected = alloc_ids(flow, function->num_blocks);
   uint32_t *value = alloc_ids(flow, function->num_blocks);
   if (!expected || !value)
      return dxil_fail(flow->d, -ENOMEM, "out of memory");

   for (uint32_t b = 0; b < function->num_blocks; b++) {
      const struct dxil_block *block = &function->blocks[b];
      bool may_be_phi = true;
      for (uint32_t i = block->first; i < block->first + block->count; i++) {
         const struct dxil_instr *instr = &function->instrs[i];
         if (instr->op != DXIL_OP_PHI) {
            may_be_phi = false;
            continue;
         }
         prune_phi(flow, (struct dxil_instr *)instr);
         if (!may_be_phi || !phi_matches_edges(flow, b, instr, expected, value))
            return dxil_fail(flow->d, -EINVAL, "instruction %u: misplaced phi", i);
      }
   }
   return 0;
}

static bool
is_defined_at(const struct flow *flow, const uint32_t *block_of, uint32_t id, uint32_t b,
              uint32_t instr)
{
   const struct dxil_value *value = dxil_value(flow->d->module, flow->function, id);
   if (value->kind != DXIL_VALUE_INSTR)
      return true;
   uint32_t at = block_of[value->index];
   return at == b ? value->index < instr : at != DXIL_NONE && dominates(flow, at, b);
}

static int
check_uses(struct flow *flow)
{
   const struct dxil_function *function = flow->function;
   uint32_t *block_of = alloc_ids(flow, function->num_instrs);
   if (!block_of)
      return dxil_fail(flow->d, -ENOMEM, "out of memory");

   memset(block_of, 0xff, function->num_instrs * sizeof(*block_of));
   for (uint32_t b = 0; b < function->num_blocks; b++) {
      const struct dxil_block *block = &function->blocks[b];
      for (uint32_t i = 0; i < block->count; i++)
         block_of[block->first + i] = b;
   }
   for (uint32_t i = 0; i < function->num_instrs; i++) {
      const struct dxil_instr *instr = &function->instrs[i];
      if (block_of[i] == DXIL_NONE)
         continue;
      for (uint32_t j = 0; j < instr->num_operands; j++) {
         bool defined = instr->op == DXIL_OP_PHI
                           ? is_defined_at(flow, block_of, instr->operands[j], instr->blocks[j],
                                           UINT32_MAX)
                           : is_defined_at(flow, block_of, instr->operands[j], block_of[i], i);
         if (!defined)
            return dxil_fail(flow->d, -EINVAL, "instruction %u: value used before its definition",
                             i);
      }
   }
   return 0;
}

int
dxil_verify_flow(struct dxil_decoder *d, struct dxil_function *function)
{
   struct flow flow = { .d = d, .function = function };

   if (!find_edges(&flow) || !number_blocks(&flow) || !find_dominators(&flow) ||
       !lay_out_tree(&flow))
      return dxil_fail(d, -ENOMEM, "out of memory");
   if (flow.edge_start[1])
      return dxil_fail(d, -EINVAL, "a jump back to the entry block");

   for (uint32_t b = 0; b < function->num_blocks; b++) {
      if (!flow.number[b])
         empty_block(&flow, b);
   }
   int ret = check_phis(&flow);
   return ret ? ret : check_uses(&flow);
}
