#include "jit/control_flow.h"

#include <errno.h>
#include <string.h>

/* Shapes that are built once and forgotten: predecessors, dominators and the first order. */
struct shape {
   struct control_flow *flow;
   struct arena *arena;
   const uint32_t *pred_start; /* num_blocks + 1 */
   const uint32_t *preds;
   uint32_t *number; /* of a block in `order`, or DXIL_NONE */
   uint32_t *order;  /* reverse post-order */
   uint32_t count;
   uint32_t *idom;
   bool *leaves; /* blocks with an edge to the exit */
};

static uint32_t
num_successors(const struct control_flow *flow, uint32_t block)
{
   return flow_terminator(flow->function, block)->num_blocks;
}

static uint32_t
successor(const struct control_flow *flow, uint32_t block, uint32_t i)
{
   return flow_terminator(flow->function, block)->blocks[i];
}

static bool
find_predecessors(struct shape *shape)
{
   const struct control_flow *flow = shape->flow;
   uint32_t n = flow->num_blocks;
   uint32_t *start = arena_array(shape->arena, (size_t)n + 2, sizeof(*start));
   if (!start)
      return false;
   for (uint32_t b = 0; b < n; b++) {
      for (uint32_t i = 0; i < num_successors(flow, b); i++)
         start[successor(flow, b, i) + 2]++;
   }
   for (uint32_t b = 0; b < n; b++)
      start[b + 2] += start[b + 1];

   uint32_t *preds = arena_array(shape->arena, (size_t)start[n + 1] + 1, sizeof(*preds));
   if (!preds)
      return false;
   for (uint32_t b = 0; b < n; b++) {
      for (uint32_t i = 0; i < num_successors(flow, b); i++)
         preds[start[successor(flow, b, i) + 1]++] = b;
   }
   shape->pred_start = start;
   shape->preds = preds;
   return true;
}

/* A depth-first walk's stack: a block and what is left of its successors. */
struct step {
   uint32_t block, next;
   const struct flow_edge *exits; /* to be visited before the successors */
};

/*
 * Reverse post-order from the entry into `order` (positions in `number`); returns the length. With
 * `loops`, the exits of a loop are visited before its body: what lies behind a loop then finishes
 * first, which puts it behind the whole loop and leaves the loop's blocks contiguous.
 */
static uint32_t
reverse_post_order(const struct control_flow *flow, const struct flow_loop *const *loop_of_header,
                   uint32_t *order, uint32_t *number, struct step *stack)
{
   uint32_t n = flow->num_blocks, depth = 0, place = n;
   for (uint32_t b = 0; b < n; b++)
      number[b] = DXIL_NONE;

   uint32_t enter = 0;
   for (;;) {
      if (enter != DXIL_NONE) {
         number[enter] = 0;
         const struct flow_loop *loop = loop_of_header ? loop_of_header[enter] : NULL;
         stack[depth++] = (struct step){ enter, 0, loop ? loop->exits : NULL };
         enter = DXIL_NONE;
      }
      struct step *top = &stack[depth - 1];
      uint32_t to;
      if (top->exits) {
         to = top->exits->to;
         top->exits = top->exits->next;
      } else if (top->next < num_successors(flow, top->block)) {
         to = successor(flow, top->block, top->next++);
      } else {
         order[--place] = top->block;
         if (--depth == 0)
            break;
         continue;
      }
      if (number[to] == DXIL_NONE)
         enter = to;
   }

   uint32_t count = n - place;
   memmove(order, order + place, count * sizeof(*order));
   for (uint32_t i = 0; i < count; i++)
      number[order[i]] = i;
   return count;
}

/* Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm". */
static uint32_t
intersect(const uint32_t *idom, const uint32_t *number, uint32_t a, uint32_t b)
{
   while (a != b) {
      while (number[a] > number[b])
         a = idom[a];
      while (number[b] > number[a])
         b = idom[b];
   }
   return a;
}

static void
find_dominators(struct shape *shape)
{
   uint32_t *idom = shape->idom;
   for (uint32_t b = 0; b < shape->flow->num_blocks; b++)
      idom[b] = DXIL_NONE;
   idom[0] = 0;
   for (bool changed = true; changed;) {
      changed = false;
      for (uint32_t i = 1; i < shape->count; i++) {
         uint32_t b = shape->order[i], best = DXIL_NONE;
         for (uint32_t p = shape->pred_start[b]; p < shape->pred_start[b + 1]; p++) {
            uint32_t pred = shape->preds[p];
            if (shape->number[pred] == DXIL_NONE || idom[pred] == DXIL_NONE)
               continue;
            best = best == DXIL_NONE ? pred : intersect(idom, shape->number, best, pred);
         }
         if (idom[b] != best) {
            idom[b] = best;
            changed = true;
         }
      }
   }
}

static bool
dominates(const struct shape *shape, uint32_t a, uint32_t b)
{
   while (shape->number[b] > shape->number[a])
      b = shape->idom[b];
   return a == b;
}

static uint32_t
outermost(const struct control_flow *flow, uint32_t loop)
{
   while (flow->loops[loop].parent != DXIL_NONE)
      loop = flow->loops[loop].parent;
   return loop;
}

/* The blocks of a natural loop: those that reach its latches without passing its header. */
static void
collect_loop(struct shape *shape, uint32_t header, uint32_t *stack)
{
   struct control_flow *flow = shape->flow;
   uint32_t index = flow->num_loops++, depth = 0;
   flow->loops[index] = (struct flow_loop){ .header = header, .parent = DXIL_NONE };
   /* Headers are met from the inner ones to the outer ones. */
   flow->blocks[header].loop = index;

   for (uint32_t p = shape->pred_start[header]; p < shape->pred_start[header + 1]; p++) {
      uint32_t pred = shape->preds[p];
      if (shape->number[pred] != DXIL_NONE && dominates(shape, header, pred))
         stack[depth++] = pred;
   }
   while (depth) {
      uint32_t block = stack[--depth];
      struct flow_block *b = &flow->blocks[block];
      uint32_t next;
      if (b->loop == DXIL_NONE) {
         b->loop = index;
         next = block;
      } else {
         uint32_t inner = outermost(flow, b->loop);
         if (inner == index)
            continue;
         flow->loops[inner].parent = index;
         next = flow->loops[inner].header;
      }
      for (uint32_t p = shape->pred_start[next]; p < shape->pred_start[next + 1]; p++) {
         if (shape->number[shape->preds[p]] != DXIL_NONE)
            stack[depth++] = shape->preds[p];
      }
   }
}

/* -ENOTSUP if an edge goes back to a block that does not dominate its source. */
static int
find_loops(struct shape *shape)
{
   struct control_flow *flow = shape->flow;
   uint32_t num_edges = 0, num_headers = 0;
   for (uint32_t i = 0; i < shape->count; i++) {
      uint32_t b = shape->order[i];
      bool header = false;
      for (uint32_t p = shape->pred_start[b]; p < shape->pred_start[b + 1]; p++) {
         uint32_t pred = shape->preds[p];
         if (shape->number[pred] == DXIL_NONE || shape->number[pred] < i)
            continue;
         if (!dominates(shape, b, pred))
            return -ENOTSUP;
         header = true;
      }
      num_headers += header;
      num_edges += shape->pred_start[b + 1] - shape->pred_start[b];
   }

   flow->loops = arena_array(shape->arena, (size_t)num_headers + 1, sizeof(*flow->loops));
   uint32_t *stack = arena_array(shape->arena, (size_t)num_edges * 2 + 1, sizeof(*stack));
   if (!flow->loops || !stack)
      return -ENOMEM;
   for (uint32_t i = shape->count; i-- > 0;) {
      uint32_t b = shape->order[i];
      for (uint32_t p = shape->pred_start[b]; p < shape->pred_start[b + 1]; p++) {
         uint32_t pred = shape->preds[p];
         if (shape->number[pred] != DXIL_NONE && shape->number[pred] >= i) {
            collect_loop(shape, b, stack);
            break;
         }
      }
   }
   return 0;
}

static bool
find_exits(struct shape *shape)
{
   struct control_flow *flow = shape->flow;
   for (uint32_t i = 0; i < shape->count; i++) {
      uint32_t b = shape->order[i];
      for (uint32_t s = 0; s < num_successors(flow, b); s++) {
         uint32_t to = successor(flow, b, s);
         for (uint32_t l = flow->blocks[b].loop;
              l != DXIL_NONE && !control_flow_in_loop(flow, l, to); l = flow->loops[l].parent) {
            struct flow_edge *edge = arena_alloc(shape->arena, sizeof(*edge));
            if (!edge)
               return false;
            *edge = (struct flow_edge){ to, flow->loops[l].exits };
            flow->loops[l].exits = edge;
         }
      }
   }
   return true;
}

/*
 * Post-dominators: dominators of the reversed graph, from the exit. Blocks from which there is no way
 * out (endless loops, which end when the device is removed) get an edge to the exit.
 */
static bool
find_post_dominators(struct shape *shape)
{
   struct control_flow *flow = shape->flow;
   uint32_t n = flow->num_blocks;
   uint32_t *number = arena_array(shape->arena, (size_t)n + 1, sizeof(*number));
   uint32_t *order = arena_array(shape->arena, (size_t)n + 1, sizeof(*order));
   uint32_t *ipdom = arena_array(shape->arena, (size_t)n + 1, sizeof(*ipdom));
   struct step *stack = arena_array(shape->arena, (size_t)n + 1, sizeof(*stack));
   shape->leaves = arena_array(shape->arena, (size_t)n + 1, sizeof(*shape->leaves));
   if (!number || !order || !ipdom || !stack || !shape->leaves)
      return false;

   /* Numbers count down, so that a smaller one is nearer to the exit. */
   uint32_t place = flow->count + 1;
   bool *seen = arena_array(shape->arena, (size_t)n + 1, sizeof(*seen));
   if (!seen)
      return false;
   for (int pass = 0; pass < 2; pass++) {
      for (uint32_t i = flow->count; i-- > 0;) {
         uint32_t root = flow->order[i];
         if (seen[root] || (pass == 0 && num_successors(flow, root)))
            continue;
         shape->leaves[root] = true;
         seen[root] = true;
         uint32_t depth = 0;
         stack[depth++] = (struct step){ root, shape->pred_start[root], NULL };
         while (depth) {
            struct step *top = &stack[depth - 1];
            if (top->next == shape->pred_start[top->block + 1]) {
               order[--place] = top->block;
               number[top->block] = place;
               depth--;
               continue;
            }
            uint32_t pred = shape->preds[top->next++];
            if (flow->blocks[pred].position == DXIL_NONE || seen[pred])
               continue;
            seen[pred] = true;
            stack[depth++] = (struct step){ pred, shape->pred_start[pred], NULL };
         }
      }
   }
   number[n] = 0;

   for (uint32_t b = 0; b < n; b++)
      ipdom[b] = DXIL_NONE;
   ipdom[n] = n;
   for (bool changed = true; changed;) {
      changed = false;
      for (uint32_t i = 1; i <= flow->count; i++) {
         uint32_t b = order[i], best = shape->leaves[b] ? n : DXIL_NONE;
         for (uint32_t s = 0; s < num_successors(flow, b); s++) {
            uint32_t to = successor(flow, b, s);
            if (ipdom[to] == DXIL_NONE)
               continue;
            best = best == DXIL_NONE ? to : intersect(ipdom, number, best, to);
         }
         if (ipdom[b] != best) {
            ipdom[b] = best;
            changed = true;
         }
      }
   }
   for (uint32_t b = 0; b < n; b++)
      flow->blocks[b].ipdom = ipdom[b];
   return true;
}

static void
place_loops(struct control_flow *flow)
{
   for (uint32_t l = 0; l < flow->num_loops; l++)
      flow->loops[l].first = flow->blocks[flow->loops[l].header].position;
   for (uint32_t i = 0; i < flow->count; i++) {
      for (uint32_t l = flow->blocks[flow->order[i]].loop; l != DXIL_NONE;
           l = flow->loops[l].parent)
         flow->loops[l].last = i;
   }
}

int
control_flow_init(struct control_flow *flow, struct arena *arena,
                  const struct dxil_function *function)
{
   uint32_t n = function->num_blocks;
   *flow = (struct control_flow){ .function = function, .num_blocks = n };
   flow->blocks = arena_array(arena, n, sizeof(*flow->blocks));
   flow->order = arena_array(arena, n, sizeof(*flow->order));
   flow->label = arena_array(arena, n, sizeof(*flow->label));
   flow->stack = arena_array(arena, (size_t)n + 1, sizeof(*flow->stack));

   struct shape shape = { .flow = flow, .arena = arena };
   shape.number = arena_array(arena, n, sizeof(*shape.number));
   shape.order = arena_array(arena, n, sizeof(*shape.order));
   shape.idom = arena_array(arena, n, sizeof(*shape.idom));
   struct step *stack = arena_array(arena, n, sizeof(*stack));
   const struct flow_loop **loop_of_header = arena_array(arena, n, sizeof(*loop_of_header));
   if (!find_predecessors(&shape) || arena->failed)
      return -ENOMEM;

   for (uint32_t b = 0; b < n; b++) {
      flow->blocks[b].loop = DXIL_NONE;
      flow->label[b] = DXIL_NONE;
   }
   shape.count = reverse_post_order(flow, NULL, shape.order, shape.number, stack);
   find_dominators(&shape);
   int error = find_loops(&shape);
   if (error)
      return error;
   if (!find_exits(&shape))
      return -ENOMEM;

   for (uint32_t l = 0; l < flow->num_loops; l++)
      loop_of_header[flow->loops[l].header] = &flow->loops[l];
   flow->count = reverse_post_order(flow, loop_of_header, flow->order, shape.number, stack);
   for (uint32_t b = 0; b < n; b++)
      flow->blocks[b].position = shape.number[b];
   place_loops(flow);
   return find_post_dominators(&shape) ? 0 : -ENOMEM;
}

bool
control_flow_in_loop(const struct control_flow *flow, uint32_t loop, uint32_t block)
{
   for (uint32_t l = flow->blocks[block].loop; l != DXIL_NONE; l = flow->loops[l].parent) {
      if (l == loop)
         return true;
   }
   return false;
}

bool
control_flow_leaves_divergent_loop(const struct control_flow *flow, uint32_t from, uint32_t to)
{
   for (uint32_t l = flow->blocks[from].loop; l != DXIL_NONE; l = flow->loops[l].parent) {
      if (control_flow_in_loop(flow, l, to))
         return false;
      if (flow->loops[l].divergent)
         return true;
   }
   return false;
}

uint32_t
control_flow_meeting(const struct control_flow *flow, uint32_t block)
{
   do
      block = flow->blocks[block].ipdom;
   while (block != flow->num_blocks && flow->blocks[block].divergent);
   return block;
}

/* ---- Divergence ---------------------------------------------------------------------------------- */

/* Blocks that run, or not, depending on a branch about which lanes disagree are divergent, and so are
 * those that depend on branches in divergent blocks. */
static void
mark_dependent(struct control_flow *flow, uint32_t branch)
{
   uint32_t depth = 0;
   flow->stack[depth++] = branch;
   while (depth) {
      uint32_t from = flow->stack[--depth];
      uint32_t stop = flow->blocks[from].ipdom;
      for (uint32_t s = 0; s < num_successors(flow, from); s++) {
         for (uint32_t b = successor(flow, from, s); b != stop && b != flow->num_blocks;
              b = flow->blocks[b].ipdom) {
            if (flow->blocks[b].divergent)
               continue;
            flow->blocks[b].divergent = true;
            flow->stack[depth++] = b;
         }
      }
   }
}

/* Lanes with the label arrive at a block: if others come with another label, it is where disjoint
 * ways join. */
static void
arrive(struct control_flow *flow, uint32_t block, uint32_t label)
{
   if (flow->label[block] == DXIL_NONE) {
      flow->label[block] = label;
   } else if (flow->label[block] != label) {
      flow->blocks[block].varying_phis = true;
      flow->label[block] = block;
   }
}

/* Takes labels down the order from `position` until `stop`, then clears them all. Labels may also
 * arrive at the headers of loops that the branch is in. */
static void
spread_labels(struct control_flow *flow, uint32_t position, uint32_t stop)
{
   for (uint32_t i = position; i < flow->count && flow->order[i] != stop; i++) {
      uint32_t b = flow->order[i];
      if (flow->label[b] == DXIL_NONE)
         continue;
      for (uint32_t s = 0; s < num_successors(flow, b); s++) {
         uint32_t to = successor(flow, b, s);
         /* Back edges inside of what is being walked bring no new label. */
         if (flow->blocks[to].position > i || flow->blocks[to].position < position)
            arrive(flow, to, flow->label[b]);
      }
   }
   for (uint32_t i = 0; i < flow->count; i++)
      flow->label[flow->order[i]] = DXIL_NONE;
}

static void
set_loop_divergent(struct control_flow *flow, struct flow_loop *loop, uint32_t stop)
{
   loop->divergent = true;
   for (const struct flow_edge *exit = loop->exits; exit; exit = exit->next) {
      if (flow->label[exit->to] != DXIL_NONE)
         flow->blocks[exit->to].varying_phis = true;
      flow->label[exit->to] = exit->to;
   }
   spread_labels(flow, loop->last + 1, stop);
}

bool
control_flow_set_varying(struct control_flow *flow, uint32_t block)
{
   struct flow_block *b = &flow->blocks[block];
   if (b->varying_branch)
      return false;
   b->varying_branch = true;

   bool same = true;
   for (uint32_t s = 1; s < num_successors(flow, block); s++)
      same = same && successor(flow, block, s) == successor(flow, block, 0);
   if (same)
      return false;

   if (!b->divergent)
      mark_dependent(flow, block);
   for (uint32_t s = 0; s < num_successors(flow, block); s++)
      arrive(flow, successor(flow, block, s), successor(flow, block, s));
   spread_labels(flow, b->position + 1, b->ipdom);

   for (uint32_t l = b->loop; l != DXIL_NONE; l = flow->loops[l].parent) {
      if (b->ipdom != flow->num_blocks && control_flow_in_loop(flow, l, b->ipdom))
         break;
      if (!flow->loops[l].divergent)
         set_loop_divergent(flow, &flow->loops[l], b->ipdom);
   }
   return true;
}
