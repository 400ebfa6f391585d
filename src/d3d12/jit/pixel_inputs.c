/*
 * The pixel shader's questions to its stage: inputs, coverage, sample positions, discard.
 */
#include "jit/pixel_private.h"

#include "layout/sample_positions.h"

LLVMValueRef
pixel_live(void *data)
{
   struct pixel_stage *stage = data;

   return jit_load(stage->build, stage->build->vi1, stage->live, 0, 8);
}

/* SV_Coverage: the primitive's samples in each pixel, before any test (16.3.2). */
static LLVMValueRef
coverage(void *data)
{
   struct pixel_stage *stage = data;
   struct jit_build *build = stage->build;
   LLVMValueRef bits = LLVMConstNull(build->vi32);

   for (uint32_t s = 0; s < stage->state->samples; s++) {
      LLVMValueRef mask = pixel_load_mask(stage, stage->covered, jit_const_i32(build, s));

      bits = LLVMBuildOr(build->builder, bits,
                         LLVMBuildSelect(build->builder, mask, jit_splat_i32(build, 1u << s),
                                         LLVMConstNull(build->vi32), ""),
                         "");
   }
   return bits;
}

static LLVMValueRef
sample_index(void *data)
{
   struct pixel_stage *stage = data;

   return jit_splat(stage->build, stage->sample);
}

static enum pixel_location
location(const struct pixel_stage *stage, const struct dxil_signature_element *element)
{
   switch (element->interpolation) {
   case DXIL_INTERP_LINEAR_SAMPLE:
   case DXIL_INTERP_LINEAR_NOPERSPECTIVE_SAMPLE:
      return PIXEL_SAMPLE;
   case DXIL_INTERP_LINEAR_CENTROID:
   case DXIL_INTERP_LINEAR_NOPERSPECTIVE_CENTROID:
      /* A sample that is shaded on its own is its own centroid. */
      return stage->state->sample_rate ? PIXEL_SAMPLE : PIXEL_CENTROID;
   default:
      return PIXEL_CENTER;
   }
}

/* SV_Position (16.3): w is the reciprocal of the interpolated 1/w, z is not clamped (16.3.1). */
static LLVMValueRef
position_input(const struct pixel_stage *stage, const struct dxil_signature_element *element,
               uint32_t col)
{
   enum pixel_location where = location(stage, element);

   switch (col) {
   case 0:
   case 1:
      return stage->extent[where][col];
   case 2:
      return jit_interpolator_depth(&stage->interpolator, &stage->position[where]);
   default:
      return stage->position[where].w;
   }
}

static LLVMValueRef
system_input(struct pixel_stage *stage, const struct dxil_signature_element *element, uint32_t row,
             uint32_t col)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef value;

   switch (element->kind) {
   case DXIL_SEM_POSITION:
      return position_input(stage, element, col);
   case DXIL_SEM_BARYCENTRICS:
      return jit_interpolate_barycentric(&stage->interpolator, element, col,
                                         &stage->position[location(stage, element)]);
   case DXIL_SEM_SAMPLE_INDEX:
      return sample_index(stage);
   case DXIL_SEM_COVERAGE:
      return coverage(stage);
   case DXIL_SEM_IS_FRONT_FACE:
      value = jit_load(build, build->i32, stage->primitive, offsetof(struct primitive, front), 4);
      if (element->type != DXIL_COMP_I1)
         value = LLVMBuildNeg(b, value, ""); /* true is all ones (15.12) */
      return jit_splat(build, value);
   case DXIL_SEM_PRIMITIVE_ID:
      if (jit_element_is_linked(stage->state, element, row, col))
         break;
      return jit_splat(build, jit_load(build, build->i32, stage->primitive,
                                       offsetof(struct primitive, primitive_id), 4));
   default:
      break;
   }
   return NULL;
}

static LLVMValueRef
input_row(struct pixel_stage *stage, const struct dxil_signature_element *element, uint32_t row,
          uint32_t col, const struct jit_position *position)
{
   LLVMValueRef value = NULL;

   if (row >= element->rows || col >= element->cols)
      return LLVMConstNull(jit_element_type(stage->build, element));
   if (!position) {
      value = system_input(stage, element, row, col);
      position = &stage->position[location(stage, element)];
   }
   if (!value)
      value = jit_interpolate(&stage->interpolator, element, row, col, position);
   return jit_bitcast(stage->build, value, jit_element_type(stage->build, element));
}

/* position NULL: where the element says. Dynamic rows pick among all. */
static LLVMValueRef
input(struct pixel_stage *stage, const struct dxil_signature_element *element, LLVMValueRef row,
      uint32_t col, const struct jit_position *position)
{
   struct jit_build *build = stage->build;
   LLVMValueRef value = LLVMConstNull(jit_element_type(build, element));

   if (LLVMIsAConstantInt(row))
      return input_row(stage, element, LLVMConstIntGetZExtValue(row), col, position);
   if (LLVMGetTypeKind(LLVMTypeOf(row)) != LLVMVectorTypeKind)
      row = jit_splat(build, row);
   for (uint32_t r = 0; r < element->rows; r++) {
      LLVMValueRef here =
         LLVMBuildICmp(build->builder, LLVMIntEQ, row, jit_splat_i32(build, r), "");

      value = LLVMBuildSelect(build->builder, here, input_row(stage, element, r, col, position),
                              value, "");
   }
   return value;
}

static LLVMValueRef
load_input(void *data, const struct dxil_signature_element *element, LLVMValueRef row, uint32_t col,
           LLVMValueRef vertex)
{
   (void)vertex;
   return input(data, element, row, col, NULL);
}

static LLVMValueRef
eval_centroid(void *data, const struct dxil_signature_element *element, LLVMValueRef row,
              uint32_t col)
{
   struct pixel_stage *stage = data;

   return input(stage, element, row, col, &stage->position[PIXEL_CENTROID]);
}

/* At an offset from the pixels' centres (16.5). */
static LLVMValueRef
eval_offset(struct pixel_stage *stage, const struct dxil_signature_element *element,
            LLVMValueRef row, uint32_t col, const LLVMValueRef offset[2])
{
   LLVMBuilderRef b = stage->build->builder;
   struct jit_position position;

   jit_interpolator_locate(&stage->interpolator, LLVMBuildFAdd(b, stage->center[0], offset[0], ""),
                           LLVMBuildFAdd(b, stage->center[1], offset[1], ""), &position);
   return input(stage, element, row, col, &position);
}

static LLVMValueRef
eval_sample(void *data, const struct dxil_signature_element *element, LLVMValueRef row,
            uint32_t col, LLVMValueRef index)
{
   LLVMValueRef offset[2];

   pixel_sample_offset(data, index, offset);
   return eval_offset(data, element, row, col, offset);
}

static LLVMValueRef
eval_snapped(void *data, const struct dxil_signature_element *element, LLVMValueRef row,
             uint32_t col, LLVMValueRef x, LLVMValueRef y)
{
   struct pixel_stage *stage = data;
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef in[2] = { x, y }, offset[2];

   /* The low four bits count, as a signed number of 1/16 pixels (16.5.3). */
   for (uint32_t i = 0; i < 2; i++) {
      LLVMValueRef shift = jit_splat_i32(build, 28);

      if (LLVMGetTypeKind(LLVMTypeOf(in[i])) != LLVMVectorTypeKind)
         in[i] = jit_splat(build, in[i]);
      in[i] = LLVMBuildAShr(b, LLVMBuildShl(b, in[i], shift, ""), shift, "");
      offset[i] = LLVMBuildFMul(b, LLVMBuildSIToFP(b, in[i], build->vf32, ""),
                                jit_splat_f32(build, 1.0f / SAMPLE_GRID), "");
   }
   return eval_offset(stage, element, row, col, offset);
}

static LLVMValueRef
attribute_at_vertex(void *data, const struct dxil_signature_element *element, LLVMValueRef row,
                    uint32_t col, uint32_t vertex)
{
   struct pixel_stage *stage = data;
   uint64_t r = LLVMIsAConstantInt(row) ? LLVMConstIntGetZExtValue(row) : 0;

   if (r >= element->rows || col >= element->cols)
      return LLVMConstNull(jit_element_type(stage->build, element));
   return jit_interpolate_at_vertex(&stage->interpolator, element, r, col, vertex);
}

static void
store_output(void *data, const struct dxil_signature_element *element, LLVMValueRef row,
             uint32_t col, LLVMValueRef value, LLVMValueRef mask)
{
   struct pixel_stage *stage = data;

   /* Nobody looks at the lanes that do not run. */
   jit_registers_store(&stage->outputs, element, row, col, value,
                       mask == stage->shaded ? NULL : mask);
}

static void
discard(void *data, LLVMValueRef mask)
{
   struct pixel_stage *stage = data;
   LLVMBuilderRef b = stage->build->builder;

   jit_store(stage->build, LLVMBuildAnd(b, pixel_live(stage), LLVMBuildNot(b, mask, ""), ""),
             stage->live, 0, 8);
}

static LLVMValueRef
is_helper(void *data)
{
   struct pixel_stage *stage = data;

   return LLVMBuildNot(stage->build->builder, pixel_live(stage), "");
}

static LLVMValueRef
primitive_id(void *data)
{
   struct pixel_stage *stage = data;

   return jit_load(stage->build, stage->build->i32, stage->primitive,
                   offsetof(struct primitive, primitive_id), 4);
}

static void
sample_position(void *data, LLVMValueRef index, LLVMValueRef xy[2])
{
   pixel_sample_offset(data, index, xy);
}

static LLVMValueRef
sample_count(void *data)
{
   struct pixel_stage *stage = data;

   return jit_const_i32(stage->build, stage->state->samples);
}

void
pixel_stage_operations(struct pixel_stage *stage, struct jit_stage *operations)
{
   *operations = (struct jit_stage){
      .data = stage,
      .load_input = load_input,
      .store_output = store_output,
      .eval_centroid = eval_centroid,
      .eval_sample = eval_sample,
      .eval_snapped = eval_snapped,
      .attribute_at_vertex = attribute_at_vertex,
      .discard = discard,
      .is_helper = is_helper,
      .sample_index = sample_index,
      .coverage = coverage,
      .primitive_id = primitive_id,
      .sample_position = sample_position,
      .sample_count = sample_count,
   };
}
