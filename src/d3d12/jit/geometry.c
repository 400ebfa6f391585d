/*
 * The geometry stage: one input primitive a lane. Lanes emit different numbers of vertices, so each
 * emission goes through a scratch array of struct vertex, from which the lanes that emit copy
 * theirs.
 */
#include "jit/registers.h"
#include "jit/stage_input.h"
#include "jit/stages.h"
#include "jit/vertex_output.h"
#include "util/bits.h"

#define MAX_INPUT_VERTICES 6 /* triangle with adjacency */

struct geometry_stage {
   struct jit_build *build;
   const struct dxil_module *module;
   const struct jit_geometry_state *state;
   uint32_t num_inputs;
   LLVMValueRef vertices[MAX_INPUT_VERTICES]; /* vptr: each lane's struct vertex */
   LLVMValueRef primitive_ids;                /* vi32 */
   LLVMValueRef instance;                     /* i32 */
   LLVMValueRef vertex_ctx, outputs;
   LLVMValueRef scratch;            /* lanes struct vertex, on the stack */
   LLVMValueRef emitted;            /* on the stack, vi32: vertices of each lane */
   LLVMValueRef num_cuts, last_cut; /* likewise; vertices emitted at the last cut */
   struct jit_registers registers;
};

uint32_t
jit_geometry_input_vertices(const struct dxil_module *gs)
{
   switch (gs->gs.input_primitive) {
   case D3D_PRIMITIVE_POINT:
      return 1;
   case D3D_PRIMITIVE_LINE:
      return 2;
   case D3D_PRIMITIVE_TRIANGLE:
      return 3;
   case D3D_PRIMITIVE_LINE_ADJ:
      return 4;
   case D3D_PRIMITIVE_TRIANGLE_ADJ:
      return 6;
   default:
      return 0;
   }
}

/* Each lane's vertex of its primitive. A wild index gives the first. */
static LLVMValueRef
select_vertex(struct geometry_stage *stage, LLVMValueRef index)
{
   struct jit_build *build = stage->build;
   LLVMValueRef vertex = stage->vertices[0];

   if (!index)
      return vertex;
   if (LLVMIsAConstantInt(index)) {
      uint64_t v = LLVMConstIntGetZExtValue(index);

      return v < stage->num_inputs ? stage->vertices[v] : vertex;
   }
   index = jit_to_vector(build, index);
   for (uint32_t v = 1; v < stage->num_inputs; v++) {
      LLVMValueRef here =
         LLVMBuildICmp(build->builder, LLVMIntEQ, index, jit_splat_i32(build, v), "");

      vertex = LLVMBuildSelect(build->builder, here, stage->vertices[v], vertex, "");
   }
   return vertex;
}

static LLVMValueRef
load_input(void *data, const struct dxil_signature_element *element, LLVMValueRef row, uint32_t col,
           LLVMValueRef vertex)
{
   struct geometry_stage *stage = data;
   struct jit_build *build = stage->build;
   LLVMTypeRef type = jit_element_type(build, element);

   if (element->kind == DXIL_SEM_PRIMITIVE_ID)
      return jit_bitcast(build, stage->primitive_ids, type);
   if (element->kind == DXIL_SEM_GS_INSTANCE_ID)
      return jit_bitcast(build, jit_splat(build, stage->instance), type);

   return jit_stage_input(build, stage->state->input, element, row, col,
                          select_vertex(stage, vertex));
}

static void
store_output(void *data, const struct dxil_signature_element *element, LLVMValueRef row,
             uint32_t col, LLVMValueRef value, LLVMValueRef mask)
{
   struct geometry_stage *stage = data;

   jit_registers_store(&stage->registers, element, row, col, value, mask);
}

static LLVMValueRef
load_counter(struct geometry_stage *stage, LLVMValueRef counter)
{
   return jit_load(stage->build, stage->build->vi32, counter, 0, 64);
}

static void
store_counter(struct geometry_stage *stage, LLVMValueRef counter, LLVMValueRef value)
{
   jit_store(stage->build, value, counter, 0, 64);
}

/* counter + 1 in the lanes of the mask. */
static void
increment(struct geometry_stage *stage, LLVMValueRef counter, LLVMValueRef mask)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef old = load_counter(stage, counter);

   store_counter(stage, counter, LLVMBuildAdd(b, old, LLVMBuildZExt(b, mask, build->vi32, ""), ""));
}

/* A loop over the lanes of a mask. */
struct lane_loop {
   LLVMBasicBlockRef head, done;
   LLVMValueRef remaining; /* i32: lanes still to come, this one included */
   LLVMValueRef lane;      /* i64 */
};

static void
lane_loop_begin(struct geometry_stage *stage, LLVMValueRef mask, struct lane_loop *loop)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef bits = jit_mask_bits(build, mask);
   LLVMBasicBlockRef before = LLVMGetInsertBlock(b), body = jit_block(build, "lane");

   loop->head = jit_block(build, "lanes");
   loop->done = jit_block(build, "lanes_done");
   LLVMBuildBr(b, loop->head);
   jit_position(build, loop->head);
   loop->remaining = LLVMBuildPhi(b, build->i32, "");
   LLVMAddIncoming(loop->remaining, &bits, &before, 1);
   LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntEQ, loop->remaining, jit_const_i32(build, 0), ""),
                   loop->done, body);

   jit_position(build, body);
   LLVMValueRef arguments[] = { loop->remaining, LLVMConstInt(build->i1, 1, false) };
   LLVMValueRef lane = jit_intrinsic(build, "llvm.cttz", &build->i32, 1, arguments, 2);
   loop->lane = LLVMBuildZExt(b, lane, build->i64, "");
}

static void
lane_loop_end(struct geometry_stage *stage, struct lane_loop *loop)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef less = LLVMBuildSub(b, loop->remaining, jit_const_i32(build, 1), "");
   LLVMValueRef next = LLVMBuildAnd(b, loop->remaining, less, "");
   LLVMBasicBlockRef from = LLVMGetInsertBlock(b);

   LLVMAddIncoming(loop->remaining, &next, &from, 1);
   LLVMBuildBr(b, loop->head);
   jit_position(build, loop->done);
}

static LLVMValueRef
scaled(struct jit_build *build, LLVMValueRef ptr, LLVMValueRef index, uint64_t pitch)
{
   return jit_ptr_add_value(
      build, ptr, LLVMBuildMul(build->builder, index, LLVMConstInt(build->i64, pitch, false), ""));
}

/* A lane's element of a counter, as i64. */
static LLVMValueRef
lane_of_counter(struct geometry_stage *stage, LLVMValueRef counter, LLVMValueRef lane)
{
   struct jit_build *build = stage->build;
   LLVMValueRef value = jit_load(build, build->i32, scaled(build, counter, lane, 4), 0, 4);

   return LLVMBuildZExt(build->builder, value, build->i64, "");
}

/* A lane's struct geometry_output. */
static LLVMValueRef
lane_output(struct geometry_stage *stage, LLVMValueRef lane)
{
   return scaled(stage->build, stage->outputs, lane, sizeof(struct geometry_output));
}

static void
write_stream(struct geometry_stage *stage, LLVMValueRef output, LLVMValueRef index, uint32_t stream)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   LLVMBasicBlockRef write = jit_block(build, "stream"), after = jit_block(build, "no_stream");
   LLVMValueRef streams =
      jit_load(build, build->ptr, output, offsetof(struct geometry_output, streams), 8);

   LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntNE, streams, LLVMConstNull(build->ptr), ""), write,
                   after);
   jit_position(build, write);
   jit_store(build, LLVMConstInt(build->i8, stream, false),
             jit_ptr_add_value(build, streams, index), 0, 1);
   LLVMBuildBr(b, after);
   jit_position(build, after);
}

/* Appends the output registers to the vertices of the lanes; beyond the declared maximum emits are
 * ignored (D3D11.3 13.3). */
static void
emit(void *data, uint32_t stream, LLVMValueRef mask)
{
   struct geometry_stage *stage = data;
   struct jit_build *build = stage->build;
   uint32_t size = vertex_size(stage->module->output.num_registers);
   LLVMValueRef limit = jit_splat_i32(build, stage->module->gs.max_vertices);
   LLVMTypeRef piece = LLVMVectorType(build->i32, 4);
   struct lane_loop loop;

   mask = LLVMBuildAnd(
      build->builder, mask,
      LLVMBuildICmp(build->builder, LLVMIntULT, load_counter(stage, stage->emitted), limit, ""),
      "");
   jit_vertex_output(&stage->registers, stage->vertex_ctx, stage->scratch, true,
                     stage->state->depth_clip);

   lane_loop_begin(stage, mask, &loop);
   LLVMValueRef output = lane_output(stage, loop.lane);
   LLVMValueRef index = lane_of_counter(stage, stage->emitted, loop.lane);
   LLVMValueRef vertices =
      jit_load(build, build->ptr, output, offsetof(struct geometry_output, vertices), 8);
   LLVMValueRef from = scaled(build, stage->scratch, loop.lane, size);
   LLVMValueRef to = scaled(build, vertices, index, size);
   for (uint32_t offset = 0; offset < size; offset += 16)
      jit_store(build, jit_load(build, piece, from, offset, 16), to, offset, 16);
   if (stage->module->gs.stream_mask & ~1u)
      write_stream(stage, output, index, stream);
   lane_loop_end(stage, &loop);
   increment(stage, stage->emitted, mask);
}

/* Ends the strips of the lanes. A strip without vertices is none, so there are never more cuts than
 * vertices. */
static void
cut(void *data, uint32_t stream, LLVMValueRef mask)
{
   struct geometry_stage *stage = data;
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef emitted = load_counter(stage, stage->emitted);
   LLVMValueRef last_cut = load_counter(stage, stage->last_cut);
   struct lane_loop loop;

   (void)stream;
   mask = LLVMBuildAnd(b, mask, LLVMBuildICmp(b, LLVMIntNE, emitted, last_cut, ""), "");
   lane_loop_begin(stage, mask, &loop);
   LLVMValueRef cuts = jit_load(build, build->ptr, lane_output(stage, loop.lane),
                                offsetof(struct geometry_output, cuts), 8);
   LLVMValueRef slot =
      scaled(build, cuts, lane_of_counter(stage, stage->num_cuts, loop.lane), sizeof(uint16_t));
   LLVMValueRef count = lane_of_counter(stage, stage->emitted, loop.lane);
   jit_store(build, LLVMBuildTrunc(b, count, build->i16, ""), slot, 0, 2);
   lane_loop_end(stage, &loop);

   increment(stage, stage->num_cuts, mask);
   store_counter(stage, stage->last_cut, LLVMBuildSelect(b, mask, emitted, last_cut, ""));
}

static LLVMValueRef
primitive_id(void *data)
{
   struct geometry_stage *stage = data;

   return stage->primitive_ids;
}

static LLVMValueRef
instance_id(void *data)
{
   struct geometry_stage *stage = data;

   return stage->instance;
}

/* Lane i's vertices are inputs[i * n + v]. Lanes without a primitive get the first one's: their
 * loads need no mask then. */
static void
load_vertices(struct geometry_stage *stage, LLVMValueRef inputs, LLVMValueRef mask)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;

   for (uint32_t v = 0; v < stage->num_inputs; v++) {
      LLVMValueRef index[JIT_MAX_LANES];

      for (uint32_t lane = 0; lane < build->lanes; lane++)
         index[lane] = LLVMConstInt(build->i64, lane * stage->num_inputs + v, false);
      LLVMValueRef indices = LLVMConstVector(index, build->lanes);
      LLVMValueRef ptrs = LLVMBuildGEP2(b, build->ptr, inputs, &indices, 1, "");
      LLVMValueRef addresses = jit_gather(build, build->vi64, ptrs, mask, 8);
      LLVMValueRef first = LLVMBuildExtractElement(b, addresses, jit_const_i32(build, 0), "");

      addresses = LLVMBuildSelect(b, mask, addresses, jit_splat(build, first), "");
      stage->vertices[v] = LLVMBuildIntToPtr(b, addresses, build->vptr, "");
   }
}

static void
create_counters(struct geometry_stage *stage)
{
   struct jit_build *build = stage->build;

   stage->scratch = jit_alloca(
      build,
      LLVMArrayType(build->i8, build->lanes * vertex_size(stage->module->output.num_registers)), 64,
      "scratch");
   stage->emitted = jit_alloca(build, build->vi32, 64, "emitted");
   stage->num_cuts = jit_alloca(build, build->vi32, 64, "num_cuts");
   stage->last_cut = jit_alloca(build, build->vi32, 64, "last_cut");
   store_counter(stage, stage->emitted, LLVMConstNull(build->vi32));
   store_counter(stage, stage->num_cuts, LLVMConstNull(build->vi32));
   store_counter(stage, stage->last_cut, LLVMConstNull(build->vi32));
}

/* num_vertices and num_cuts of each lane. */
static void
write_counts(struct geometry_stage *stage, LLVMValueRef mask)
{
   struct jit_build *build = stage->build;
   struct lane_loop loop;

   lane_loop_begin(stage, mask, &loop);
   LLVMValueRef output = lane_output(stage, loop.lane);
   LLVMValueRef emitted = lane_of_counter(stage, stage->emitted, loop.lane);
   LLVMValueRef cuts = lane_of_counter(stage, stage->num_cuts, loop.lane);
   jit_store(build, LLVMBuildTrunc(build->builder, emitted, build->i32, ""), output,
             offsetof(struct geometry_output, num_vertices), 4);
   jit_store(build, LLVMBuildTrunc(build->builder, cuts, build->i32, ""), output,
             offsetof(struct geometry_output, num_cuts), 4);
   lane_loop_end(stage, &loop);
}

bool
jit_geometry_emit(struct jit_build *build, const struct dxil_module *gs,
                  const struct root_signature *root, const struct jit_geometry_state *state,
                  struct shader_info *info, char message[static 128])
{
   LLVMBuilderRef b = build->builder;
   LLVMTypeRef parameters[] = { build->ptr, build->ptr, build->ptr,
                                build->i32, build->i32, build->ptr };
   LLVMValueRef function =
      jit_stage_function(build, JIT_GEOMETRY_SYMBOL, parameters, ARRAY_LENGTH(parameters));
   LLVMValueRef ctx = LLVMGetParam(function, 0);
   struct geometry_stage stage = {
      .build = build,
      .module = gs,
      .state = state,
      .num_inputs = jit_geometry_input_vertices(gs),
      .instance = LLVMGetParam(function, 4),
      .outputs = LLVMGetParam(function, 5),
   };

   LLVMValueRef mask = LLVMBuildICmp(b, LLVMIntULT, jit_lane_ids(build),
                                     jit_splat(build, LLVMGetParam(function, 3)), "");
   LLVMTypeRef overloads[] = { build->vi32, build->ptr };
   LLVMValueRef arguments[] = { LLVMGetParam(function, 2), jit_const_i32(build, 4), mask,
                                LLVMConstNull(build->vi32) };
   stage.primitive_ids = jit_intrinsic(build, "llvm.masked.load", overloads, 2, arguments, 4);
   stage.vertex_ctx = jit_load(build, build->ptr, ctx, offsetof(struct geometry_ctx, vertex), 8);
   load_vertices(&stage, LLVMGetParam(function, 1), mask);
   create_counters(&stage);
   jit_registers_init(&stage.registers, build, &gs->output);

   struct jit_stage operations = {
      .data = &stage,
      .load_input = load_input,
      .store_output = store_output,
      .primitive_id = primitive_id,
      .emit = emit,
      .cut = cut,
      .instance_id = instance_id,
   };
   struct jit_translate_desc desc = {
      .module = gs,
      .root = root,
      .visibility = D3D12_SHADER_VISIBILITY_GEOMETRY,
      .stage = &operations,
      .bindings = jit_load(build, build->ptr, ctx, offsetof(struct geometry_ctx, bindings), 8),
      .mask = mask,
   };
   if (!jit_translate(build, &desc, info, message))
      return false;

   write_counts(&stage, mask);
   LLVMBuildRetVoid(b);
   return true;
}
