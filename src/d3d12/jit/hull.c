/*
 * The hull stage: the control point phase, one output control point a lane, then the patch constant
 * function, one patch a lane. The control points of all patches of a call lie one after the other, so a
 * group takes as many patches as fit.
 */
#include "jit/registers.h"
#include "jit/stage_input.h"
#include "jit/vertex_output.h"
#include "util/bits.h"

#include <string.h>

struct hull_stage {
   struct jit_build *build;
   const struct dxil_module *module;
   const struct jit_hull_state *state;
   LLVMValueRef inputs, patch_ids, points; /* parameters of the function */
   LLVMValueRef patch;             /* vi32: each lane's place among the patches of the call */
   LLVMValueRef point;             /* vi32: control point phase: SV_OutputControlPointID */
   struct jit_registers registers; /* of the outputs, or of the patch constants */
};

/* patch * num + vertex, as vi64; a wild vertex is the last one. */
static LLVMValueRef
point_index(struct hull_stage *stage, LLVMValueRef vertex, uint32_t num)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef limited[] = { vertex ? jit_to_vector(build, vertex) : LLVMConstNull(build->vi32),
                              jit_splat_i32(build, num - 1) };
   LLVMValueRef first = LLVMBuildMul(b, stage->patch, jit_splat_i32(build, num), "");

   vertex = jit_intrinsic(build, "llvm.umin", &build->vi32, 1, limited, 2);
   return LLVMBuildZExt(b, LLVMBuildAdd(b, first, vertex, ""), build->vi64, "");
}

static LLVMValueRef
primitive_id(void *data)
{
   struct hull_stage *stage = data;
   struct jit_build *build = stage->build;
   LLVMValueRef index = LLVMBuildZExt(build->builder, stage->patch, build->vi64, "");
   LLVMValueRef ptrs = LLVMBuildGEP2(build->builder, build->i32, stage->patch_ids, &index, 1, "");

   return jit_gather(build, build->vi32, ptrs, LLVMConstAllOnes(build->vi1), 4);
}

static LLVMValueRef
control_point_id(void *data)
{
   struct hull_stage *stage = data;

   return stage->point;
}

static LLVMValueRef
load_input(void *data, const struct dxil_signature_element *element, LLVMValueRef row, uint32_t col,
           LLVMValueRef vertex)
{
   struct hull_stage *stage = data;
   struct jit_build *build = stage->build;
   LLVMValueRef index = point_index(stage, vertex, stage->module->tess.input_points);
   LLVMValueRef ptrs = LLVMBuildGEP2(build->builder, build->ptr, stage->inputs, &index, 1, "");
   LLVMValueRef address = jit_gather(build, build->vi64, ptrs, LLVMConstAllOnes(build->vi1), 8);

   return jit_stage_input(build, stage->state->input, element, row, col,
                          LLVMBuildIntToPtr(build->builder, address, build->vptr, ""));
}

/* The address of an element's component in each lane's control point. */
static LLVMValueRef
point_address(struct hull_stage *stage, const struct dxil_signature_element *element,
              LLVMValueRef row, uint32_t col, LLVMValueRef vertex)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef pitch = jit_splat(
      build, LLVMConstInt(build->i64, vertex_size(stage->module->output.num_registers), false));
   LLVMValueRef offset =
      LLVMBuildMul(b, point_index(stage, vertex, stage->module->tess.output_points), pitch, "");
   LLVMValueRef limited[] = { jit_to_vector(build, row), jit_splat_i32(build, element->rows - 1) };

   row = jit_intrinsic(build, "llvm.umin", &build->vi32, 1, limited, 2);
   row = LLVMBuildMul(b, LLVMBuildZExt(b, row, build->vi64, ""),
                      jit_splat(build, LLVMConstInt(build->i64, 16, false)), "");
   offset = LLVMBuildAdd(b, offset, row, "");
   return jit_ptr_add(build, jit_ptr_add_value(build, stage->points, offset),
                      offsetof(struct vertex, reg) + element->start_row * 16 +
                         (element->start_col + col) * 4);
}

/* The patch constant function reads the control points where the first phase left them. */
static LLVMValueRef
load_control_point(void *data, const struct dxil_signature_element *element, LLVMValueRef row,
                   uint32_t col, LLVMValueRef vertex)
{
   struct hull_stage *stage = data;
   struct jit_build *build = stage->build;
   LLVMTypeRef type = jit_element_type(build, element);

   if (element->start_row == DXIL_NONE || col >= element->cols)
      return LLVMConstNull(type);
   return jit_bitcast(build,
                      jit_gather(build, build->vi32,
                                 point_address(stage, element, row, col, vertex),
                                 LLVMConstAllOnes(build->vi1), 4),
                      type);
}

static LLVMValueRef
load_patch(void *data, const struct dxil_signature_element *element, LLVMValueRef row, uint32_t col)
{
   struct hull_stage *stage = data;

   return jit_registers_load(&stage->registers, element, row, col);
}

/* Control points, or patch constants. */
static void
store(void *data, const struct dxil_signature_element *element, LLVMValueRef row, uint32_t col,
      LLVMValueRef value, LLVMValueRef mask)
{
   struct hull_stage *stage = data;

   jit_registers_store(&stage->registers, element, row, col, value, mask);
}

/*
 * DXIL lets only the patch constant function read control points. But OpenGL's control shaders may read
 * each other's outputs behind a barrier, and Mesa takes out the barrier and leaves the reads. So where
 * the first phase reads, its outputs are in memory at all times, and a group has whole patches, whose
 * lanes run in step; that is, if a patch has no more points than a group has lanes.
 */
static bool
reads_control_points(const struct dxil_module *hs)
{
   static const char name[] = "dx.op.loadOutputControlPoint.";
   const struct dxil_function *function = &hs->functions[hs->entry];

   for (uint32_t i = 0; i < function->num_instrs; i++) {
      const struct dxil_instr *instr = &function->instrs[i];

      if (instr->op == DXIL_OP_CALL &&
          !strncmp(hs->functions[instr->aux].name, name, sizeof(name) - 1))
         return true;
   }
   return false;
}

static void
store_to_memory(void *data, const struct dxil_signature_element *element, LLVMValueRef row,
                uint32_t col, LLVMValueRef value, LLVMValueRef mask)
{
   struct hull_stage *stage = data;
   struct jit_build *build = stage->build;

   if (element->start_row == DXIL_NONE || col >= element->cols)
      return;
   jit_scatter(build, jit_bitcast(build, jit_to_vector(build, value), build->vi32),
               point_address(stage, element, row, col, stage->point), mask, 4);
}

/* One phase for `count` invocations: the entry point makes control points, the patch constant function
 * constants. */
static bool
emit_phase(struct hull_stage *stage, struct jit_translate_desc *desc, LLVMValueRef count,
           LLVMValueRef out, struct shader_info *info, char message[static 128])
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   bool constants = desc->function != NULL;
   bool in_memory = !constants && reads_control_points(stage->module);
   uint32_t num_points = stage->module->tess.output_points, step = build->lanes;
   const struct dxil_signature *outputs =
      constants ? &stage->module->patch : &stage->module->output;
   struct jit_stage operations = {
      .data = stage,
      .load_input = load_input,
      .primitive_id = primitive_id,
      .store_output = constants   ? NULL
                      : in_memory ? store_to_memory
                                  : store,
      .control_point_id = constants ? NULL : control_point_id,
      .load_control_point = constants || in_memory ? load_control_point : NULL,
      .load_patch = constants ? load_patch : NULL,
      .store_patch = constants ? store : NULL,
   };
   struct jit_group_loop loop;

   if (in_memory && num_points <= step)
      step -= step % num_points;
   struct jit_vertex_output output;
   jit_vertex_output_init(&output, build, outputs, desc->bindings, NULL,
                          (struct vertex_layout){ .header = false });
   jit_group_loop_begin(build, &loop, count, step);
   /* Lanes without an invocation repeat the first one: their loads need no mask. */
   LLVMValueRef index = LLVMBuildAdd(b, jit_splat(build, loop.first), jit_lane_ids(build), "");
   index = LLVMBuildSelect(b, loop.mask, index, LLVMConstNull(build->vi32), "");
   if (constants) {
      stage->patch = index;
   } else {
      LLVMValueRef num = jit_splat_i32(build, num_points);

      stage->patch = LLVMBuildUDiv(b, index, num, "");
      stage->point = LLVMBuildURem(b, index, num, "");
   }
   LLVMValueRef pitch = LLVMConstInt(build->i64, vertex_size(outputs->num_registers), false);
   out = jit_ptr_add_value(
      build, out, LLVMBuildMul(b, LLVMBuildZExt(b, loop.first, build->i64, ""), pitch, ""));
   jit_registers_init(&stage->registers, build, outputs);
   if (in_memory) /* zeros */
      jit_vertex_output_write(&output, &stage->registers, out);
   desc->stage = &operations;
   desc->mask = loop.mask;
   if (!jit_translate(build, desc, info, message))
      return false;

   if (!in_memory)
      jit_vertex_output_write(&output, &stage->registers, out);
   jit_group_loop_end(build, &loop);
   return true;
}

bool
jit_hull_emit(struct jit_build *build, const struct dxil_module *hs,
              const struct root_signature *root, const struct jit_hull_state *state,
              struct shader_info *info, char message[static 128])
{
   LLVMTypeRef parameters[] = { build->ptr, build->ptr, build->ptr,
                                build->i32, build->ptr, build->ptr };
   LLVMValueRef function =
      jit_stage_function(build, JIT_HULL_SYMBOL, parameters, ARRAY_LENGTH(parameters));
   LLVMValueRef count = LLVMGetParam(function, 3);
   struct hull_stage stage = {
      .build = build,
      .module = hs,
      .state = state,
      .inputs = LLVMGetParam(function, 1),
      .patch_ids = LLVMGetParam(function, 2),
      .points = LLVMGetParam(function, 4),
   };
   struct jit_translate_desc desc = {
      .module = hs,
      .root = root,
      .visibility = D3D12_SHADER_VISIBILITY_HULL,
      .bindings = LLVMGetParam(function, 0),
   };

   LLVMValueRef num_points =
      LLVMBuildMul(build->builder, count, jit_const_i32(build, hs->tess.output_points), "");
   if (!emit_phase(&stage, &desc, num_points, stage.points, info, message))
      return false;
   desc.function = &hs->functions[hs->tess.patch_constant_function];
   if (!emit_phase(&stage, &desc, count, LLVMGetParam(function, 5), info, message))
      return false;
   LLVMBuildRetVoid(build->builder);
   return true;
}
