/*
 * The vertex stage: fetch by the input layout, the shader, struct vertex. One loop over groups of
 * vertices; per-instance data is the same for all of a call and fetched before it.
 */
#include "jit/format_code.h"
#include "jit/registers.h"
#include "jit/stages.h"
#include "jit/vertex_output.h"
#include "util/bits.h"

struct vertex_stage {
   struct jit_build *build;
   const struct dxil_module *module;
   const struct jit_vertex_state *state;
   LLVMValueRef ctx, instance_id;
   LLVMValueRef base_vertex, start_instance; /* i32 */
   LLVMValueRef vertex_ids;                  /* vi32 */
   LLVMValueRef mask;                        /* vi1: lanes with a vertex */
   struct jit_registers inputs, outputs;
};

/*
 * How many elements a buffer holds for an input: the first index that is out of bounds. Elements
 * beyond 2 GiB count as out of bounds, so that offsets are signed 32-bit numbers, which gathers
 * like best.
 */
static LLVMValueRef
element_count(struct vertex_stage *stage, LLVMValueRef buffer, const struct jit_vertex_input *input)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   uint32_t end = input->offset + format_info(input->format)->block_bytes;
   LLVMValueRef limit = jit_const_i32(build, INT32_MAX);
   LLVMValueRef size = jit_load(build, build->i32, buffer, offsetof(struct vertex_buffer, size), 4);
   LLVMValueRef stride =
      jit_load(build, build->i32, buffer, offsetof(struct vertex_buffer, stride), 4);

   size = LLVMBuildSelect(b, LLVMBuildICmp(b, LLVMIntULT, size, limit, ""), size, limit, "");
   /* Stride 0: every index is the first element. */
   LLVMValueRef fixed = LLVMBuildICmp(b, LLVMIntEQ, stride, jit_const_i32(build, 0), "");
   LLVMValueRef divisor = LLVMBuildSelect(b, fixed, jit_const_i32(build, 1), stride, "");
   LLVMValueRef room = LLVMBuildSub(b, size, jit_const_i32(build, end), "");
   LLVMValueRef count =
      LLVMBuildAdd(b, LLVMBuildUDiv(b, room, divisor, ""), jit_const_i32(build, 1), "");

   count = LLVMBuildSelect(b, fixed, jit_const_i32(build, UINT32_MAX), count, "");
   LLVMValueRef empty = LLVMBuildICmp(b, LLVMIntULT, size, jit_const_i32(build, end), "");
   return LLVMBuildSelect(b, empty, jit_const_i32(build, 0), count, "");
}

/* Fetches one register for the elements `index` (vi32); out of bounds reads as zero (D3D11.3 8.4).
 * */
static void
fetch(struct vertex_stage *stage, const struct dxil_signature_element *element, uint32_t row,
      LLVMValueRef index, LLVMValueRef mask)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   const struct jit_vertex_input *input = &stage->state->input[element->start_row + row];
   LLVMValueRef buffer = jit_ptr_add(build, stage->ctx,
                                     offsetof(struct vertex_ctx, buffers) +
                                        input->slot * sizeof(struct vertex_buffer));
   LLVMValueRef base = jit_load(build, build->ptr, buffer, offsetof(struct vertex_buffer, base), 8);
   LLVMValueRef stride =
      jit_load(build, build->i32, buffer, offsetof(struct vertex_buffer, stride), 4);
   LLVMValueRef count = element_count(stage, buffer, input);
   LLVMValueRef inside = LLVMBuildICmp(b, LLVMIntULT, index, jit_splat(build, count), "");
   LLVMValueRef raw[4], rgba[4];

   mask = LLVMBuildAnd(b, mask, inside, "");
   LLVMValueRef offset = LLVMBuildAdd(b, LLVMBuildMul(b, index, jit_splat(build, stride), ""),
                                      jit_splat_i32(build, input->offset), "");
   offset = LLVMBuildSExt(b, offset, build->vi64, "");
   LLVMValueRef ptrs = LLVMBuildGEP2(b, build->i8, base, &offset, 1, "");

   jit_format_gather(build, input->format, ptrs, mask, raw);
   jit_format_unpack(build, input->format, raw, rgba);
   for (uint32_t col = 0; col < element->cols; col++)
      jit_registers_set(&stage->inputs, element, row, col, rgba[col]);
}

/* All inputs of one rate. What the shader does not read, LLVM removes. */
static void
fetch_inputs(struct vertex_stage *stage, bool per_instance, LLVMValueRef mask)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   const struct dxil_signature *signature = &stage->module->input;
   LLVMValueRef vertex_index = NULL;

   if (!per_instance)
      vertex_index = LLVMBuildAdd(b, stage->vertex_ids, jit_splat(build, stage->base_vertex), "");

   for (uint32_t i = 0; i < signature->count; i++) {
      const struct dxil_signature_element *element = &signature->elements[i];

      if (jit_vertex_input_is_generated(element) || element->start_row == DXIL_NONE)
         continue;
      for (uint32_t row = 0; row < element->rows; row++) {
         const struct jit_vertex_input *input = &stage->state->input[element->start_row + row];
         LLVMValueRef index = vertex_index;

         if (!input->format || !input->per_instance != !per_instance)
            continue;
         if (per_instance) {
            /* Step rate 0: the first instance's data for all (D3D11.3 8.4.2). */
            index = stage->start_instance;
            if (input->step_rate)
               index = LLVMBuildAdd(
                  b, index,
                  LLVMBuildUDiv(b, stage->instance_id, jit_const_i32(build, input->step_rate), ""),
                  "");
            index = jit_splat(build, index);
         }
         fetch(stage, element, row, index, mask);
      }
   }
}

static LLVMValueRef
load_input(void *data, const struct dxil_signature_element *element, LLVMValueRef row, uint32_t col,
           LLVMValueRef vertex)
{
   struct vertex_stage *stage = data;
   struct jit_build *build = stage->build;

   (void)vertex;
   switch (element->kind) {
   case DXIL_SEM_VERTEX_ID:
      return jit_bitcast(build, stage->vertex_ids, jit_element_type(build, element));
   case DXIL_SEM_INSTANCE_ID:
      return jit_bitcast(build, jit_splat(build, stage->instance_id),
                         jit_element_type(build, element));
   default:
      return jit_registers_load(&stage->inputs, element, row, col);
   }
}

static void
store_output(void *data, const struct dxil_signature_element *element, LLVMValueRef row,
             uint32_t col, LLVMValueRef value, LLVMValueRef mask)
{
   struct vertex_stage *stage = data;

   /* Lanes without a vertex write rubbish anyway. */
   jit_registers_store(&stage->outputs, element, row, col, value,
                       mask == stage->mask ? NULL : mask);
}

bool
jit_vertex_emit(struct jit_build *build, const struct dxil_module *vs,
                const struct root_signature *root, const struct jit_vertex_state *state,
                struct shader_info *info, char message[static 128])
{
   LLVMBuilderRef b = build->builder;
   struct vertex_stage stage = { .build = build, .module = vs, .state = state };
   LLVMTypeRef parameters[] = { build->ptr, build->ptr, build->i32, build->i32, build->ptr };
   LLVMValueRef function =
      jit_stage_function(build, JIT_VERTEX_SYMBOL, parameters, ARRAY_LENGTH(parameters));
   LLVMValueRef ids = LLVMGetParam(function, 1), count = LLVMGetParam(function, 2);
   LLVMValueRef out = LLVMGetParam(function, 4);

   stage.ctx = LLVMGetParam(function, 0);
   stage.instance_id = LLVMGetParam(function, 3);
   stage.base_vertex =
      jit_load(build, build->i32, stage.ctx, offsetof(struct vertex_ctx, base_vertex), 4);
   stage.start_instance =
      jit_load(build, build->i32, stage.ctx, offsetof(struct vertex_ctx, start_instance), 4);
   LLVMValueRef bindings =
      jit_load(build, build->ptr, stage.ctx, offsetof(struct vertex_ctx, bindings), 8);
   struct jit_vertex_output output;
   jit_vertex_output_init(&output, build, &vs->output, bindings, stage.ctx,
                          (struct vertex_layout){
                             .header = state->feeds_raster,
                             .depth_clip = state->depth_clip,
                          });
   jit_registers_init(&stage.inputs, build, &vs->input);
   fetch_inputs(&stage, true, LLVMConstAllOnes(build->vi1));

   struct jit_group_loop loop;
   jit_group_loop_begin(build, &loop, count, build->lanes);
   LLVMValueRef first64 = LLVMBuildZExt(b, loop.first, build->i64, "");
   stage.mask = loop.mask;
   LLVMValueRef ids_ptr = jit_ptr_add_value(
      build, ids, LLVMBuildMul(b, first64, LLVMConstInt(build->i64, 4, false), ""));
   LLVMTypeRef overloads[] = { build->vi32, build->ptr };
   LLVMValueRef arguments[] = { ids_ptr, jit_const_i32(build, 4), stage.mask,
                                LLVMConstNull(build->vi32) };
   stage.vertex_ids = jit_intrinsic(build, "llvm.masked.load", overloads, 2, arguments, 4);
   fetch_inputs(&stage, false, stage.mask);

   jit_registers_init(&stage.outputs, build, &vs->output);
   struct jit_stage operations = {
      .data = &stage,
      .load_input = load_input,
      .store_output = store_output,
   };
   struct jit_translate_desc desc = {
      .module = vs,
      .root = root,
      .visibility = D3D12_SHADER_VISIBILITY_VERTEX,
      .stage = &operations,
      .bindings = bindings,
      .mask = stage.mask,
   };
   if (!jit_translate(build, &desc, info, message))
      return false;

   LLVMValueRef pitch = LLVMConstInt(build->i64, vertex_size(vs->output.num_registers), false);
   jit_vertex_output_write(&output, &stage.outputs,
                           jit_ptr_add_value(build, out, LLVMBuildMul(b, first64, pitch, "")));

   jit_group_loop_end(build, &loop);
   LLVMBuildRetVoid(b);
   return true;
}
