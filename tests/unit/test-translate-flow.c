/*
 * Control flow through the translator: random reducible graphs of blocks, made in memory, run as
 * compute shaders, and by a plain interpreter thread by thread. Both must write the same.
 *
 * DXG_TEST_GRAPHS=n tries n graphs, DXG_TEST_SEED=s begins with seed s.
 */
#include "jit/control_flow.h"
#include "jit/pipeline.h"
#include "util/bits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NUM_VARS 5 /* the last is fuel: it runs out, and loops end */
#define FUEL (NUM_VARS - 1)
#define START_FUEL 40
#define MAX_BLOCKS 16
#define MAX_INSTRS 1024
#define THREADS 20
#define GROUPS 2

enum { TYPE_VOID, TYPE_I1, TYPE_I8, TYPE_I32, TYPE_PTR, TYPE_HANDLE, NUM_TYPES };
enum { CALL_THREAD_ID, CALL_GROUP_ID, CALL_HANDLE, CALL_STORE, MAIN, NUM_FUNCTIONS };

static const uint32_t handle_members[] = { TYPE_PTR };
static const struct dxil_type types[NUM_TYPES] = {
   [TYPE_VOID] = { .kind = DXIL_TYPE_VOID },
   [TYPE_I1] = { .kind = DXIL_TYPE_INT, .bits = 1 },
   [TYPE_I8] = { .kind = DXIL_TYPE_INT, .bits = 8 },
   [TYPE_I32] = { .kind = DXIL_TYPE_INT, .bits = 32 },
   [TYPE_PTR] = { .kind = DXIL_TYPE_POINTER, .elem = TYPE_I8 },
   [TYPE_HANDLE] = { .kind = DXIL_TYPE_STRUCT, .count = 1, .members = handle_members },
};

/* Module values: i32 0…255, then i1 0 and 1, then i8 0…15, then undef. */
#define I32(n) (n)
#define I1(n) (256 + (n))
#define I8(n) (258 + (n))
#define UNDEF 274
#define NUM_CONSTANTS 275

static struct dxil_value constants[NUM_CONSTANTS];

/* ---- Graphs ---------------------------------------------------------------------------------- */

struct graph {
   struct dxil_module module;
   struct dxil_function functions[NUM_FUNCTIONS];
   struct dxil_instr instrs[MAX_INSTRS];
   struct dxil_value values[MAX_INSTRS];
   struct dxil_block blocks[MAX_BLOCKS];
   uint32_t num_instrs, num_values, num_blocks;
   uint32_t operands[MAX_INSTRS][10], targets[MAX_INSTRS][MAX_BLOCKS * 4];
   uint32_t succ[MAX_BLOCKS][4], num_succ[MAX_BLOCKS];
   uint32_t back[MAX_BLOCKS];           /* which successor is a back edge, or 4 */
   uint32_t vars[MAX_BLOCKS][NUM_VARS]; /* values at the end of each block */
   uint32_t phi[MAX_BLOCKS][NUM_VARS];  /* instructions; UINT32_MAX: none */
   struct dxil_resource uav;
};

static uint64_t state;

static uint32_t
roll(uint32_t n)
{
   state = state * 6364136223846793005ull + 1442695040888963407ull;
   return (uint32_t)(state >> 33) % n;
}

static uint32_t
add(struct graph *g, enum dxil_op op, uint32_t type, uint32_t count, const uint32_t *operands)
{
   assert_true(g->num_instrs < MAX_INSTRS);
   struct dxil_instr *instr = &g->instrs[g->num_instrs];
   *instr = (struct dxil_instr){ .op = op,
                                 .type = type,
                                 .result = DXIL_NONE,
                                 .num_operands = count,
                                 .operands = g->operands[g->num_instrs],
                                 .blocks = g->targets[g->num_instrs] };
   if (count)
      memcpy(g->operands[g->num_instrs], operands, count * sizeof(*operands));
   if (type != TYPE_VOID) {
      g->values[g->num_values] =
         (struct dxil_value){ .kind = DXIL_VALUE_INSTR, .type = type, .index = g->num_instrs };
      instr->result = NUM_CONSTANTS + g->num_values++;
   }
   g->num_instrs++;
   return instr->result;
}

static uint32_t
binary(struct graph *g, enum dxil_op op, uint32_t type, uint32_t a, uint32_t b)
{
   return add(g, op, type, 2, (uint32_t[]){ a, b });
}

static uint32_t
compare(struct graph *g, enum dxil_predicate predicate, uint32_t a, uint32_t b)
{
   uint32_t id = binary(g, DXIL_OP_ICMP, TYPE_I1, a, b);
   g->instrs[g->num_instrs - 1].sub = predicate;
   return id;
}

static uint32_t
call(struct graph *g, uint32_t function, uint32_t type, uint32_t count, const uint32_t *operands)
{
   uint32_t id = add(g, DXIL_OP_CALL, type, count, operands);
   g->instrs[g->num_instrs - 1].aux = function;
   return id;
}

static void
end_block(struct graph *g, enum dxil_op op, uint32_t count, const uint32_t *operands,
          uint32_t num_targets, const uint32_t *targets)
{
   add(g, op, TYPE_VOID, count, operands);
   g->instrs[g->num_instrs - 1].num_blocks = num_targets;
   for (uint32_t i = 0; i < num_targets; i++)
      g->targets[g->num_instrs - 1][i] = targets[i];
}

static void
make_edges(struct graph *g)
{
   g->num_blocks = 3 + roll(MAX_BLOCKS - 2);
   uint32_t n = g->num_blocks;
   for (uint32_t b = 0; b < n; b++) {
      static const uint32_t choices[] = { 1, 1, 2, 2, 2, 2, 3, 4 };
      uint32_t count = b == 0 ? 1 + roll(2) : choices[roll(8)];
      g->back[b] = 4;
      if (b == n - 1 || (b > 1 && roll(12) == 0))
         count = 0;
      for (uint32_t s = 0; s < count; s++)
         g->succ[b][s] = b + 1 + roll(roll(3) ? MIN2(3, n - b - 1) : n - b - 1);
      if (b > 0 && count > 1 && roll(3) == 0) {
         g->back[b] = 1;
         g->succ[b][1] = 1 + roll(b);
      }
      g->num_succ[b] = count;
   }
}

static uint32_t
num_preds(const struct graph *g, uint32_t block, uint32_t *pred)
{
   uint32_t count = 0;
   for (uint32_t b = 0; b < g->num_blocks; b++) {
      for (uint32_t s = 0; s < g->num_succ[b]; s++) {
         if (g->succ[b][s] == block) {
            count++;
            *pred = b;
         }
      }
   }
   return count;
}

static void
make_body(struct graph *g, uint32_t *vars)
{
   static const enum dxil_op ops[] = { DXIL_OP_ADD, DXIL_OP_SUB, DXIL_OP_MUL,  DXIL_OP_XOR,
                                       DXIL_OP_ADD, DXIL_OP_SHL, DXIL_OP_UREM, DXIL_OP_AND };
   for (uint32_t i = roll(20) ? roll(4) : 15; i > 0; i--) {
      /* The first two stay among themselves, so that they stay uniform. */
      uint32_t to = roll(FUEL), from = roll(to < 2 ? 2 : FUEL);
      uint32_t other = roll(2) ? I32(roll(256)) : vars[from];
      vars[to] = binary(g, ops[roll(ARRAY_LENGTH(ops))], TYPE_I32, vars[to], other);
   }
   vars[FUEL] = binary(g, DXIL_OP_SUB, TYPE_I32, vars[FUEL], I32(1));
}

static void
make_end(struct graph *g, uint32_t block, uint32_t handle, uint32_t thread)
{
   const uint32_t *vars = g->vars[block];
   uint32_t count = g->num_succ[block];
   if (count == 0) {
      uint32_t base = binary(g, DXIL_OP_MUL, TYPE_I32, thread, I32(NUM_VARS * 4));
      for (uint32_t v = 0; v < NUM_VARS; v++) {
         uint32_t at = binary(g, DXIL_OP_ADD, TYPE_I32, base, I32(v * 4));
         call(g, CALL_STORE, TYPE_VOID, 9,
              (uint32_t[]){ I32(69), handle, at, UNDEF, vars[v], UNDEF, UNDEF, UNDEF, I8(1) });
      }
      end_block(g, DXIL_OP_RET, 0, NULL, 0, NULL);
      return;
   }
   if (count == 1) {
      end_block(g, DXIL_OP_BR, 0, NULL, 1, g->succ[block]);
      return;
   }
   uint32_t var = vars[roll(FUEL)];
   uint32_t low = binary(g, DXIL_OP_AND, TYPE_I32, var, I32(count == 2 ? 7 : 3));
   if (count == 2) {
      uint32_t condition = compare(g, DXIL_ICMP_ULT, low, I32(1 + roll(7)));
      /* The second target is taken when the condition does not hold: a back edge needs fuel. */
      if (g->back[block] == 1) {
         uint32_t empty = compare(g, DXIL_ICMP_SLT, vars[FUEL], I32(1));
         condition = binary(g, DXIL_OP_OR, TYPE_I1, condition, empty);
      }
      end_block(g, DXIL_OP_BR, 1, &condition, 2, g->succ[block]);
      return;
   }
   if (g->back[block] == 1) {
      uint32_t fuel = compare(g, DXIL_ICMP_SGT, vars[FUEL], I32(0));
      low = add(g, DXIL_OP_SELECT, TYPE_I32, 3, (uint32_t[]){ fuel, low, I32(77) });
   }
   uint32_t operands[4] = { low, I32(0), I32(1), I32(2) };
   end_block(g, DXIL_OP_SWITCH, count, operands, count, g->succ[block]);
}

static void
fill_phis(struct graph *g, uint32_t block)
{
   for (uint32_t v = 0; v < NUM_VARS && g->phi[block][v] != UINT32_MAX; v++) {
      uint32_t index = g->phi[block][v], count = 0;
      for (uint32_t b = 0; b < g->num_blocks; b++) {
         for (uint32_t s = 0; s < g->num_succ[b]; s++) {
            if (g->succ[b][s] != block)
               continue;
            g->operands[index][count] = g->vars[b][v];
            g->targets[index][count++] = b;
         }
      }
      g->instrs[index].num_operands = g->instrs[index].num_blocks = count;
   }
}

/* Puts the module around the blocks. */
static void
finish_graph(struct graph *g)
{
   static const char *const names[] = { "dx.op.threadId.i32", "dx.op.groupId.i32",
                                        "dx.op.createHandle", "dx.op.bufferStore.i32", "main" };
   for (uint32_t i = 0; i < NUM_FUNCTIONS; i++)
      g->functions[i] = (struct dxil_function){ .name = names[i], .is_declaration = i != MAIN };
   struct dxil_function *function = &g->functions[MAIN];
   function->num_values = g->num_values;
   function->values = g->values;
   function->num_instrs = g->num_instrs;
   function->instrs = g->instrs;
   function->num_blocks = g->num_blocks;
   function->blocks = g->blocks;

   g->uav = (struct dxil_resource){ .cls = DXIL_CLASS_UAV, .size = 1, .kind = DXIL_KIND_RAWBUFFER };
   g->module.kind = DXIL_SHADER_COMPUTE;
   g->module.hash[0] = state;
   g->module.num_types = NUM_TYPES;
   g->module.types = types;
   g->module.num_values = NUM_CONSTANTS;
   g->module.values = constants;
   g->module.num_functions = NUM_FUNCTIONS;
   g->module.functions = g->functions;
   g->module.entry = MAIN;
   g->module.num_resources[DXIL_CLASS_UAV] = 1;
   g->module.resources[DXIL_CLASS_UAV] = &g->uav;
   g->module.num_threads[0] = THREADS;
   g->module.num_threads[1] = g->module.num_threads[2] = 1;
}

/* False: the graph has too many edges into one block. */
static bool
make_graph(struct graph *g)
{
   memset(g, 0, sizeof(*g));
   make_edges(g);
   uint32_t handle = 0, thread = 0;
   for (uint32_t b = 0; b < g->num_blocks; b++) {
      g->blocks[b].first = g->num_instrs;
      uint32_t pred = 0, preds = num_preds(g, b, &pred);
      if (preds > 10)
         return false;
      for (uint32_t v = 0; v < NUM_VARS; v++)
         g->phi[b][v] = UINT32_MAX;
      if (b == 0) {
         handle = call(g, CALL_HANDLE, TYPE_HANDLE, 5,
                       (uint32_t[]){ I32(57), I8(1), I32(0), I32(0), I1(0) });
         thread = call(g, CALL_THREAD_ID, TYPE_I32, 2, (uint32_t[]){ I32(93), I32(0) });
         g->vars[b][0] = I32(roll(256));
         g->vars[b][1] = call(g, CALL_GROUP_ID, TYPE_I32, 2, (uint32_t[]){ I32(94), I32(0) });
         g->vars[b][2] = thread;
         g->vars[b][3] = I32(roll(256));
         g->vars[b][FUEL] = I32(START_FUEL);
      } else if (preds == 1 && pred < b && roll(3)) {
         memcpy(g->vars[b], g->vars[pred], sizeof(g->vars[b]));
      } else {
         for (uint32_t v = 0; v < NUM_VARS; v++) {
            g->phi[b][v] = g->num_instrs;
            g->vars[b][v] = add(g, DXIL_OP_PHI, TYPE_I32, 0, NULL);
         }
      }
      make_body(g, g->vars[b]);
      make_end(g, b, handle, thread);
      g->blocks[b].count = g->num_instrs - g->blocks[b].first;
   }
   for (uint32_t b = 0; b < g->num_blocks; b++)
      fill_phis(g, b);
   finish_graph(g);
   return true;
}

/* ---- The interpreter ------------------------------------------------------------------------- */

static uint32_t
evaluate(const struct dxil_instr *instr, const uint32_t *v)
{
   switch (instr->op) {
   case DXIL_OP_ADD:
      return v[0] + v[1];
   case DXIL_OP_SUB:
      return v[0] - v[1];
   case DXIL_OP_MUL:
      return v[0] * v[1];
   case DXIL_OP_XOR:
      return v[0] ^ v[1];
   case DXIL_OP_AND:
      return v[0] & v[1];
   case DXIL_OP_OR:
      return v[0] | v[1];
   case DXIL_OP_SHL:
      return v[0] << (v[1] & 31);
   case DXIL_OP_UREM:
      return v[1] ? v[0] % v[1] : UINT32_MAX;
   case DXIL_OP_SELECT:
      return v[0] ? v[1] : v[2];
   case DXIL_OP_ICMP:
      return instr->sub == DXIL_ICMP_ULT   ? v[0] < v[1]
             : instr->sub == DXIL_ICMP_SLT ? (int32_t)v[0] < (int32_t)v[1]
                                           : (int32_t)v[0] > (int32_t)v[1];
   default:
      fail_msg("instruction %u", instr->op);
      return 0;
   }
}

static void
interpret(const struct graph *g, uint32_t group, uint32_t thread, uint32_t *out)
{
   static uint32_t env[NUM_CONSTANTS + MAX_INSTRS];
   for (uint32_t i = 0; i < NUM_CONSTANTS; i++)
      env[i] = constants[i].bits;
   uint32_t block = 0, from = 0;
   for (;;) {
      uint32_t first = g->blocks[block].first, end = first + g->blocks[block].count;
      uint32_t phis[NUM_VARS], num_phis = 0, i = first;
      for (; g->instrs[i].op == DXIL_OP_PHI; i++) {
         uint32_t k = 0;
         while (g->instrs[i].blocks[k] != from)
            k++;
         phis[num_phis++] = env[g->instrs[i].operands[k]];
      }
      for (uint32_t k = 0; k < num_phis; k++)
         env[g->instrs[first + k].result] = phis[k];
      for (; i + 1 < end; i++) {
         const struct dxil_instr *instr = &g->instrs[i];
         uint32_t v[10];
         for (uint32_t k = 0; k < instr->num_operands; k++)
            v[k] = env[instr->operands[k]];
         if (instr->op != DXIL_OP_CALL)
            env[instr->result] = evaluate(instr, v);
         else if (instr->aux == CALL_STORE)
            out[v[2] / 4] = v[4];
         else
            env[instr->result] = instr->aux == CALL_GROUP_ID ? group : thread;
      }
      const struct dxil_instr *last = &g->instrs[i];
      from = block;
      if (last->num_blocks == 0)
         return;
      uint32_t choice = 0;
      if (last->op == DXIL_OP_BR && last->num_operands) {
         choice = !env[last->operands[0]];
      } else if (last->op == DXIL_OP_SWITCH) {
         for (uint32_t k = 1; k < last->num_operands; k++) {
            if (env[last->operands[k]] == env[last->operands[0]])
               choice = k;
         }
      }
      block = last->blocks[choice];
   }
}

/* ---- Both ------------------------------------------------------------------------------------ */

static void
print_graph(const struct graph *g)
{
   for (uint32_t b = 0; b < g->num_blocks; b++) {
      fprintf(stderr, "block %u:\n", b);
      for (uint32_t k = 0; k < g->blocks[b].count; k++) {
         const struct dxil_instr *instr = &g->instrs[g->blocks[b].first + k];
         fprintf(stderr, "   ");
         if (instr->result != DXIL_NONE)
            fprintf(stderr, "%%%u = ", instr->result - NUM_CONSTANTS);
         fprintf(stderr, "op %u/%u", instr->op, instr->sub);
         for (uint32_t o = 0; o < instr->num_operands; o++) {
            if (instr->operands[o] >= NUM_CONSTANTS)
               fprintf(stderr, " %%%u", instr->operands[o] - NUM_CONSTANTS);
            else
               fprintf(stderr, " %u", (uint32_t)constants[instr->operands[o]].bits);
         }
         for (uint32_t o = 0; o < instr->num_blocks; o++)
            fprintf(stderr, " [%u]", instr->blocks[o]);
         fprintf(stderr, "\n");
      }
   }
}

static bool
is_reducible(const struct graph *g)
{
   struct arena arena;
   struct control_flow flow;
   arena_init(&arena, 0);
   int error = control_flow_init(&flow, &arena, &g->functions[MAIN]);
   arena_finish(&arena);
   return !error;
}

static void
run_graph(const struct graph *g, uint64_t seed)
{
   D3D12_ROOT_PARAMETER1 param = { .ParameterType = D3D12_ROOT_PARAMETER_TYPE_UAV };
   struct root_signature root = { .desc = { .NumParameters = 1, .pParameters = &param } };
   struct jit_compute *pipeline;
   if (jit_compute_create(&g->module, &root, &pipeline) != S_OK) {
      print_graph(g);
      fail_msg("seed %llu does not compile", (unsigned long long)seed);
   }

   static uint32_t got[GROUPS * THREADS * NUM_VARS], want[GROUPS * THREADS * NUM_VARS];
   memset(got, 0x55, sizeof(got));
   memset(want, 0x55, sizeof(want));
   struct root_args args = { .param = { (uintptr_t)got } };
   uint32_t kill = 0;
   struct shader_bindings bindings = { .root = &args, .kill = &kill };
   struct compute_ctx ctx = { .bindings = &bindings, .num_groups = { GROUPS, 1, 1 } };
   for (uint32_t group = 0; group < GROUPS; group++) {
      pipeline->run(&ctx, group, 0, 0, NULL, NULL);
      for (uint32_t i = 0; i < THREADS; i++)
         interpret(g, group, group * THREADS + i, want);
   }
   for (uint32_t i = 0; i < ARRAY_LENGTH(got); i++) {
      if (got[i] != want[i]) {
         print_graph(g);
         fail_msg("seed %llu, thread %u, variable %u: %u, not %u", (unsigned long long)seed,
                  i / NUM_VARS, i % NUM_VARS, got[i], want[i]);
      }
   }
   jit_compute_destroy(pipeline);
}

static uint64_t
number_from(const char *name, uint64_t otherwise)
{
   const char *text = getenv(name);
   return text ? strtoull(text, NULL, 0) : otherwise;
}

static void
test_random_graphs(void **unused)
{
   (void)unused;
   static struct graph graph;
   uint64_t seed = number_from("DXG_TEST_SEED", 1), left = number_from("DXG_TEST_GRAPHS", 100);
   for (; left > 0; seed++) {
      state = seed * 0x9e3779b97f4a7c15ull;
      roll(2);
      if (!make_graph(&graph) || !is_reducible(&graph))
         continue;
      run_graph(&graph, seed);
      left--;
   }
}

/* A loop without an end, some of whose threads leave it: it ends when the device is removed. */
static void
test_kill(void **unused)
{
   (void)unused;
   static struct graph g;
   for (uint32_t divergent = 0; divergent < 2; divergent++) {
      memset(&g, 0, sizeof(g));
      uint32_t thread = call(&g, CALL_THREAD_ID, TYPE_I32, 2, (uint32_t[]){ I32(93), I32(0) });
      end_block(&g, DXIL_OP_BR, 0, NULL, 1, (uint32_t[]){ 1 });
      g.blocks[0].count = g.num_instrs;
      g.blocks[1].first = g.num_instrs;
      if (divergent) {
         uint32_t condition = compare(&g, DXIL_ICMP_ULT, thread, I32(5));
         end_block(&g, DXIL_OP_BR, 1, &condition, 2, (uint32_t[]){ 2, 1 });
      } else {
         end_block(&g, DXIL_OP_BR, 0, NULL, 1, (uint32_t[]){ 1 });
      }
      g.blocks[1].count = g.num_instrs - g.blocks[1].first;
      g.blocks[2].first = g.num_instrs;
      end_block(&g, DXIL_OP_RET, 0, NULL, 0, NULL);
      g.blocks[2].count = 1;
      g.num_blocks = 3;
      finish_graph(&g);
      g.module.hash[0] = divergent;

      struct root_signature root = { 0 };
      struct jit_compute *pipeline;
      assert_int_equal(jit_compute_create(&g.module, &root, &pipeline), S_OK);
      uint32_t kill = 1;
      struct shader_bindings bindings = { .kill = &kill };
      struct compute_ctx ctx = { .bindings = &bindings };
      pipeline->run(&ctx, 0, 0, 0, NULL, NULL);
      jit_compute_destroy(pipeline);
   }
}

int
main(void)
{
   setenv("DXG_CACHE_SIZE", "0", 1);
   for (uint32_t i = 0; i < NUM_CONSTANTS; i++) {
      constants[i] = (struct dxil_value){ .kind = DXIL_VALUE_INT };
      if (i < I1(0))
         constants[i].type = TYPE_I32, constants[i].bits = i;
      else if (i < I8(0))
         constants[i].type = TYPE_I1, constants[i].bits = i - I1(0);
      else
         constants[i].type = TYPE_I8, constants[i].bits = i - I8(0);
   }
   constants[UNDEF] = (struct dxil_value){ .kind = DXIL_VALUE_UNDEF, .type = TYPE_I32 };

   const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_random_graphs),
      cmocka_unit_test(test_kill),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
