/*
 * The shape of one DXIL function: a linear order of its blocks, its loops, and where the lanes of a
 * group may part.
 *
 * A block is *uniform* when all lanes that entered the function run it together or not at all; else
 * it is *divergent*: it runs under a mask while other lanes wait for blocks further down the order.
 * Lanes that part meet again at the next place that they all must pass.
 *
 * Places are the nodes of a graph without cycles: blocks; the *end* of each loop, where a back edge
 * goes instead of to the header, and from where the loop's exits can be reached; and the function's
 * exit. Lanes that have come to the end of a loop's iteration wait there for the others.
 */
#ifndef JIT_CONTROL_FLOW_H
#define JIT_CONTROL_FLOW_H

#include "dxil/ir.h"
#include "util/arena.h"

struct flow_edge {
   uint32_t to; /* block */
   struct flow_edge *next;
};

struct flow_loop {
   uint32_t header;      /* block */
   uint32_t parent;      /* loop, or DXIL_NONE */
   uint32_t first, last; /* positions: a loop's blocks are contiguous */
   bool divergent;       /* lanes may leave it in different iterations */
   bool divergent_end;   /* lanes may not all come to its end */
   struct flow_edge *exits;
};

struct flow_block {
   uint32_t position; /* in the order; DXIL_NONE: never reached */
   uint32_t loop;     /* innermost, or DXIL_NONE */
   bool divergent;
   bool varying_branch; /* lanes may disagree about the successor */
   bool varying_phis;   /* lanes that run it together may have come from different predecessors */
};

struct control_flow {
   const struct dxil_function *function;
   uint32_t num_blocks;
   uint32_t count;  /* blocks that can be reached: length of order */
   uint32_t *order; /* topological but for back edges */
   struct flow_block *blocks;
   uint32_t num_loops;
   struct flow_loop *loops; /* inner ones first */
   uint32_t *ipdom;         /* immediate post-dominator of each place */
   uint32_t *label, *stack; /* per block, per place: working space of the divergence analysis */
};

static inline const struct dxil_instr *
flow_terminator(const struct dxil_function *function, uint32_t block)
{
   const struct dxil_block *b = &function->blocks[block];
   return &function->instrs[b->first + b->count - 1];
}

/* Places: blocks by their number, then the exit, then the ends of loops. */
static inline uint32_t
flow_exit(const struct control_flow *flow)
{
   return flow->num_blocks;
}

static inline uint32_t
flow_loop_end(const struct control_flow *flow, uint32_t loop)
{
   return flow->num_blocks + 1 + loop;
}

/* 0, -ENOTSUP (irreducible) or -ENOMEM. Memory is the arena's. At first everything is uniform. */
int control_flow_init(struct control_flow *flow, struct arena *arena,
                      const struct dxil_function *function);

/* Does the loop (or DXIL_NONE) contain the block? */
bool control_flow_in_loop(const struct control_flow *flow, uint32_t loop, uint32_t block);

/* Records that lanes may disagree at the end of the block. True if that is news. */
bool control_flow_set_varying(struct control_flow *flow, uint32_t block);

/* Does a way from one block to the other leave a divergent loop? Then lanes see values of different
 * iterations. */
bool control_flow_leaves_divergent_loop(const struct control_flow *flow, uint32_t from,
                                        uint32_t to);

/* The first place that all lanes pass together after the given block: a uniform block, the end of a
 * loop, or the exit. */
uint32_t control_flow_meeting(const struct control_flow *flow, uint32_t block);

#endif
