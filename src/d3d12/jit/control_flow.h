/*
 * The shape of one DXIL function: a linear order of its blocks, its loops, and where the lanes of a
 * group may part.
 *
 * A block is *uniform* when all lanes that entered the function run it together or not at all; else it
 * is *divergent*: it runs under a mask while other lanes wait for blocks further down the order. Lanes
 * that part meet again at the nearest uniform block that they all must pass: control_flow_meeting.
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
   struct flow_edge *exits;
};

struct flow_block {
   uint32_t position; /* in the order; DXIL_NONE: never reached */
   uint32_t loop;     /* innermost, or DXIL_NONE */
   uint32_t ipdom;    /* immediate post-dominator: a block, or the exit (num_blocks) */
   bool divergent;
   bool varying_branch; /* lanes may disagree about the successor */
   bool varying_phis;   /* lanes that run it together may have come from different predecessors */
};

struct control_flow {
   const struct dxil_function *function;
   uint32_t num_blocks; /* also stands for the function's exit, where a block is named */
   uint32_t count;      /* blocks that can be reached: length of order */
   uint32_t *order;     /* topological but for back edges */
   struct flow_block *blocks;
   uint32_t num_loops;
   struct flow_loop *loops; /* inner ones first */
   uint32_t *label, *stack; /* per block: working space of the divergence analysis */
};

static inline const struct dxil_instr *
flow_terminator(const struct dxil_function *function, uint32_t block)
{
   const struct dxil_block *b = &function->blocks[block];
   return &function->instrs[b->first + b->count - 1];
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
bool control_flow_leaves_divergent_loop(const struct control_flow *flow, uint32_t from, uint32_t to);

/* The first uniform block, or the exit, that lanes pass together after the given block. */
uint32_t control_flow_meeting(const struct control_flow *flow, uint32_t block);

#endif
