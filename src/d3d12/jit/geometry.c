/* The geometry stage: one input primitive a lane. */
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
   LLVMValueRef outputs;
   struct jit_registers registers;
   struct jit_vertex_output vertex_output;
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

static void
emit(void *data, uint32_t stream, LLVMValueRef mask)
{
   struct geometry_stage *stage = data;

   jit_vertex_output_emit(&stage->vertex_output, &stage->registers, stage->outputs, mask, stream);
}

static void
cut(void *data, uint32_t stream, LLVMValueRef mask)
{
   struct geometry_stage *stage = data;

   (void)stream;
   jit_vertex_output_cut(&stage->vertex_output, stage->outputs, mask);
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
   load_vertices(&stage, LLVMGetParam(function, 1), mask);
   jit_registers_init(&stage.registers, build, &gs->output);
   LLVMValueRef bindings =
      jit_load(build, build->ptr, ctx, offsetof(struct geometry_ctx, bindings), 8);
   jit_vertex_output_init(
      &stage.vertex_output, build, &gs->output, bindings,
      jit_load(build, build->ptr, ctx, offsetof(struct geometry_ctx, vertex), 8),
      (struct vertex_layout){
         .header = true,
         .depth_clip = state->depth_clip,
         .max_vertices = gs->gs.max_vertices,
      });

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
      .bindings = bindings,
      .mask = mask,
   };
   if (!jit_translate(build, &desc, info, message))
      return false;
   LLVMBuildRetVoid(b);
   return true;
}
