/*
 * The domain stage: one point of the domain a lane, all of the same patch. So control points and patch
 * constants are mostly loaded once and broadcast.
 */
#include "jit/registers.h"
#include "jit/stage_input.h"
#include "jit/vertex_output.h"
#include "util/bits.h"

struct domain_stage {
   struct jit_build *build;
   const struct dxil_module *module;
   const struct jit_domain_state *state;
   LLVMValueRef points, constants, patch_id; /* parameters of the function */
   LLVMValueRef u, v;                        /* vf32 */
   struct jit_registers registers;
};

/* The control point with an index, ptr or vptr; a wild index is the last one. */
static LLVMValueRef
select_point(struct domain_stage *stage, LLVMValueRef index)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   uint64_t pitch = vertex_size(stage->state->point_registers);

   if (!index)
      return stage->points;
   bool varies = LLVMGetTypeKind(LLVMTypeOf(index)) == LLVMVectorTypeKind;
   LLVMTypeRef type = varies ? build->vi32 : build->i32;
   uint32_t last = stage->state->num_points - 1;
   LLVMValueRef limited[] = { index,
                              varies ? jit_splat_i32(build, last) : jit_const_i32(build, last) };
   LLVMValueRef bytes = LLVMConstInt(build->i64, pitch, false);

   index = jit_intrinsic(build, "llvm.umin", &type, 1, limited, 2);
   index = LLVMBuildZExt(b, index, varies ? build->vi64 : build->i64, "");
   return jit_ptr_add_value(build, stage->points,
                            LLVMBuildMul(b, index, varies ? jit_splat(build, bytes) : bytes, ""));
}

static LLVMValueRef
primitive_id(void *data)
{
   struct domain_stage *stage = data;

   return jit_splat(stage->build, stage->patch_id);
}

static LLVMValueRef
domain_location(void *data, uint32_t axis)
{
   struct domain_stage *stage = data;
   LLVMBuilderRef b = stage->build->builder;

   if (axis < 2)
      return axis ? stage->v : stage->u;
   if (stage->module->tess.domain != D3D_TESSELLATOR_DOMAIN_TRI)
      return LLVMConstNull(stage->build->vf32);
   /* Exact: all are multiples of 2^-16. */
   LLVMValueRef w = LLVMBuildFSub(b, jit_splat_f32(stage->build, 1), stage->u, "");
   return LLVMBuildFSub(b, w, stage->v, "");
}

static LLVMValueRef
load_input(void *data, const struct dxil_signature_element *element, LLVMValueRef row, uint32_t col,
           LLVMValueRef vertex)
{
   struct domain_stage *stage = data;

   return jit_stage_input(stage->build, stage->state->input, element, row, col,
                          select_point(stage, vertex));
}

static LLVMValueRef
load_patch(void *data, const struct dxil_signature_element *element, LLVMValueRef row, uint32_t col)
{
   struct domain_stage *stage = data;

   return jit_stage_input(stage->build, stage->state->patch, element, row, col, stage->constants);
}

static void
store_output(void *data, const struct dxil_signature_element *element, LLVMValueRef row,
             uint32_t col, LLVMValueRef value, LLVMValueRef mask)
{
   struct domain_stage *stage = data;

   jit_registers_store(&stage->registers, element, row, col, value, mask);
}

bool
jit_domain_emit(struct jit_build *build, const struct dxil_module *ds,
                const struct root_signature *root, const struct jit_domain_state *state,
                struct shader_info *info, char message[static 128])
{
   LLVMBuilderRef b = build->builder;
   LLVMTypeRef parameters[] = { build->ptr, build->ptr, build->ptr, build->i32,
                                build->ptr, build->ptr, build->i32, build->ptr };
   LLVMValueRef function =
      jit_stage_function(build, JIT_DOMAIN_SYMBOL, parameters, ARRAY_LENGTH(parameters));
   LLVMValueRef ctx = LLVMGetParam(function, 0);
   struct domain_stage stage = {
      .build = build,
      .module = ds,
      .state = state,
      .points = LLVMGetParam(function, 1),
      .constants = LLVMGetParam(function, 2),
      .patch_id = LLVMGetParam(function, 3),
   };
   LLVMValueRef vertex_ctx =
      jit_load(build, build->ptr, ctx, offsetof(struct domain_ctx, vertex), 8);
   LLVMValueRef bindings =
      jit_load(build, build->ptr, ctx, offsetof(struct domain_ctx, bindings), 8);
   struct jit_vertex_output output;
   struct jit_group_loop loop;

   jit_vertex_output_init(&output, build, &ds->output, bindings, vertex_ctx,
                          (struct vertex_layout){
                             .header = state->feeds_raster,
                             .depth_clip = state->depth_clip,
                          });
   jit_group_loop_begin(build, &loop, LLVMGetParam(function, 6), build->lanes);
   LLVMValueRef first = LLVMBuildZExt(b, loop.first, build->i64, "");
   LLVMValueRef bytes = LLVMBuildMul(b, first, LLVMConstInt(build->i64, 4, false), "");
   stage.u = jit_load(build, build->vf32,
                      jit_ptr_add_value(build, LLVMGetParam(function, 4), bytes), 0, 4);
   stage.v = jit_load(build, build->vf32,
                      jit_ptr_add_value(build, LLVMGetParam(function, 5), bytes), 0, 4);

   jit_registers_init(&stage.registers, build, &ds->output);
   struct jit_stage operations = {
      .data = &stage,
      .load_input = load_input,
      .load_patch = load_patch,
      .store_output = store_output,
      .primitive_id = primitive_id,
      .domain_location = domain_location,
   };
   struct jit_translate_desc desc = {
      .module = ds,
      .root = root,
      .visibility = D3D12_SHADER_VISIBILITY_DOMAIN,
      .stage = &operations,
      .bindings = bindings,
      .mask = loop.mask,
   };
   if (!jit_translate(build, &desc, info, message))
      return false;

   LLVMValueRef pitch = LLVMConstInt(build->i64, vertex_size(ds->output.num_registers), false);
   jit_vertex_output_write(
      &output, &stage.registers,
      jit_ptr_add_value(build, LLVMGetParam(function, 7), LLVMBuildMul(b, first, pitch, "")));
   jit_group_loop_end(build, &loop);
   LLVMBuildRetVoid(b);
   return true;
}
