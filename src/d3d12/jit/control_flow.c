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

/* Where an edge leads in the graph without cycles. `loop`: the innermost around its source. */
static uint32_t
place_after(const struct control_flow *flow, uint32_t loop, uint32_t to)
{
   for (uint32_t l = loop; l != DXIL_NONE; l = flow->loops[l].parent) {
      if (flow->loops[l].header == to)
         return flow_loop_end(flow, l);
   }
   return to;
}

/* What follows a place, one by one: start with 0; DXIL_NONE is the end. The exit has no
 * successor. */
struct places {
   uint32_t next;
   const struct flow_edge *edge;
};

static uint32_t
next_place(const struct control_flow *flow, uint32_t place, struct places *p)
{
   if (place < flow->num_blocks) {
      uint32_t n = num_successors(flow, place), i = p->next++;
      if (i < n)
         return place_after(flow, flow->blocks[place].loop, successor(flow, place, i));
      return i == 0 ? flow_exit(flow) : DXIL_NONE;
   }
   const struct flow_loop *loop = &flow->loops[place - flow->num_blocks - 1];
   if (p->next++ == 0)
      p->edge = loop->exits;
   else if (p->edge)
      p->edge = p->edge->next;
   if (p->edge)
      return place_after(flow, loop->parent, p->edge->to);
   /* An endless loop ends when the device is removed. */
   return p->next == 1 ? flow_exit(flow) : DXIL_NONE;
}

/* Post-dominators in the graph without cycles: one walk up the order sees all successors first. */
static bool
find_post_dominators(struct shape *shape)
{
   struct control_flow *flow = shape->flow;
   size_t n = (size_t)flow->num_blocks + 1 + flow->num_loops;
   uint32_t *number = arena_array(shape->arena, n, sizeof(*number));
   uint32_t *places = arena_array(shape->arena, n, sizeof(*places));
   flow->ipdom = arena_array(shape->arena, n, sizeof(*flow->ipdom));
   flow->stack = arena_array(shape->arena, n, sizeof(*flow->stack));
   if (!number || !places || !flow->ipdom || !flow->stack)
      return false;

   uint32_t count = 0;
   for (uint32_t i = flow->count; i-- > 0;) {
      uint32_t block = flow->order[i], inner = count;
      for (uint32_t l = flow->blocks[block].loop; l != DXIL_NONE && flow->loops[l].last == i;
           l = flow->loops[l].parent)
         places[count++] = flow_loop_end(flow, l);
      /* Outer loops end behind inner ones. */
      for (uint32_t low = inner, high = count; low + 1 < high; low++) {
         uint32_t swap = places[low];
         places[low] = places[--high];
         places[high] = swap;
      }
      places[count++] = block;
   }

   flow->ipdom[flow_exit(flow)] = flow_exit(flow);
   for (uint32_t i = 0; i < count; i++) {
      struct places p = { 0 };
      uint32_t best = next_place(flow, places[i], &p), next;
      while ((next = next_place(flow, places[i], &p)) != DXIL_NONE)
         best = intersect(flow->ipdom, number, best, next);
      flow->ipdom[places[i]] = best;
      number[places[i]] = i + 1;
   }
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

static bool
is_divergent(const struct control_flow *flow, uint32_t place)
{
   if (place < flow->num_blocks)
      return flow->blocks[place].divergent;
   return place > flow->num_blocks && flow->loops[place - flow->num_blocks - 1].divergent_end;
}

uint32_t
control_flow_meeting(const struct control_flow *flow, uint32_t block)
{
   uint32_t place = flow->ipdom[block];
   while (is_divergent(flow, place))
      place = flow->ipdom[place];
   return place;
}

/* ---- Divergence ------------------------------------------------------------------------------ */

static void
set_divergent(struct control_flow *flow, uint32_t place, uint32_t *depth)
{
   if (is_divergent(flow, place))
      return;
   flow->stack[(*depth)++] = place;
   if (place < flow->num_blocks) {
      flow->blocks[place].divergent = true;
      return;
   }
   /* Not all lanes go on to the next iteration: then what runs in the loop runs without some. */
   struct flow_loop *loop = &flow->loops[place - flow->num_blocks - 1];
   loop->divergent_end = true;
   for (uint32_t i = loop->first; i <= loop->last; i++)
      set_divergent(flow, flow->order[i], depth);
}

/* Places that are passed, or not, depending on a branch about which lanes disagree are divergent,
 * and so are those that depend on branches in divergent blocks. */
static void
mark_dependent(struct control_flow *flow, uint32_t branch)
{
   uint32_t depth = 0, from = branch;
   for (;;) {
      struct places p = { 0 };
      uint32_t stop = flow->ipdom[from], place;
      while ((place = next_place(flow, from, &p)) != DXIL_NONE) {
         for (; place != stop; place = flow->ipdom[place])
            set_divergent(flow, place, &depth);
      }
      if (!depth)
         break;
      from = flow->stack[--depth];
   }
}

static bool
place_in_loop(const struct control_flow *flow, uint32_t loop, uint32_t place)
{
   if (place < flow->num_blocks)
      return control_flow_in_loop(flow, loop, place);
   if (place == flow_exit(flow))
      return false;
   uint32_t l = place - flow->num_blocks - 1;
   while (l != DXIL_NONE && l != loop)
      l = flow->loops[l].parent;
   return l == loop;
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

/* Lanes take the loop's exits in different iterations, with different values for phis. */
static void
set_loop_divergent(struct control_flow *flow, struct flow_loop *loop, uint32_t stop)
{
   loop->divergent = true;
   for (const struct flow_edge *exit = loop->exits; exit; exit = exit->next) {
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
   uint32_t ipdom = flow->ipdom[block];
   spread_labels(flow, b->position + 1, ipdom);

   /* Lanes leave a loop in different iterations if they do not meet in it. */
   for (uint32_t l = b->loop; l != DXIL_NONE && !place_in_loop(flow, l, ipdom);
        l = flow->loops[l].parent) {
      if (!flow->loops[l].divergent)
         set_loop_divergent(flow, &flow->loops[l], ipdom);
   }
   return true;
}
