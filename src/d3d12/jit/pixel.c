/*
 * The pixel stage: one function that takes a primitive's covered blocks to the render targets. How
 * a group of pixels goes through it is described in docs/pipeline.md.
 */
#include "jit/pixel_private.h"

#include "layout/sample_positions.h"
#include "util/bits.h"

static bool
has_mask_registers(const struct jit_build *build)
{
   return build->lanes == 16;
}

static LLVMTypeRef
mask_type(struct jit_build *build)
{
   return has_mask_registers(build) ? build->i32 : build->vi32;
}

static LLVMValueRef
mask_slot(const struct pixel_stage *stage, LLVMValueRef array, LLVMValueRef sample)
{
   struct jit_build *build = stage->build;
   LLVMValueRef index = LLVMBuildZExt(build->builder, sample, build->i64, "");

   return LLVMBuildGEP2(build->builder, mask_type(build), array, &index, 1, "");
}

LLVMValueRef
pixel_load_mask(const struct pixel_stage *stage, LLVMValueRef array, LLVMValueRef sample)
{
   struct jit_build *build = stage->build;
   LLVMValueRef mask = jit_load(build, mask_type(build), mask_slot(stage, array, sample), 0, 4);

   if (has_mask_registers(build))
      return jit_mask_from_bits(build, mask);
   return LLVMBuildTrunc(build->builder, mask, build->vi1, "");
}

void
pixel_store_mask(const struct pixel_stage *stage, LLVMValueRef array, LLVMValueRef sample,
                 LLVMValueRef mask)
{
   struct jit_build *build = stage->build;

   if (has_mask_registers(build))
      mask = jit_mask_bits(build, mask);
   else
      mask = LLVMBuildSExt(build->builder, mask, build->vi32, "");
   jit_store(build, mask, mask_slot(stage, array, sample), 0, 4);
}

static void
load_sample_offset(const struct pixel_stage *stage, uint32_t sample, LLVMValueRef xy[2])
{
   struct jit_build *build = stage->build;

   for (uint32_t i = 0; i < 2; i++)
      xy[i] = jit_splat(build, jit_load(build, build->f32, stage->sample_table,
                                        (sample * 2 + i) * sizeof(float), 4));
}

void
pixel_sample_offset(const struct pixel_stage *stage, LLVMValueRef index, LLVMValueRef xy[2])
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   uint32_t samples = stage->state->samples;

   if (LLVMGetTypeKind(LLVMTypeOf(index)) == LLVMVectorTypeKind) {
      xy[0] = xy[1] = LLVMConstNull(build->vf32);
      for (uint32_t s = 0; s < samples; s++) {
         LLVMValueRef here = LLVMBuildICmp(b, LLVMIntEQ, index, jit_splat_i32(build, s), "");
         LLVMValueRef offset[2];

         load_sample_offset(stage, s, offset);
         xy[0] = LLVMBuildSelect(b, here, offset[0], xy[0], "");
         xy[1] = LLVMBuildSelect(b, here, offset[1], xy[1], "");
      }
      return;
   }

   /* The sample counts are powers of two: the mask keeps a shader's wild index inside. */
   LLVMValueRef safe = LLVMBuildAnd(b, index, jit_const_i32(build, samples - 1), "");
   LLVMValueRef pair = LLVMBuildShl(b, LLVMBuildZExt(b, safe, build->i64, ""),
                                    LLVMConstInt(build->i64, 3, false), "");
   LLVMValueRef ptr = jit_ptr_add_value(build, stage->sample_table, pair);
   for (uint32_t i = 0; i < 2; i++)
      xy[i] = jit_splat(build, jit_load(build, build->f32, ptr, i * sizeof(float), 4));
}

/* ---- Loops over samples: none is emitted when there is one sample. ---- */

struct sample_loop {
   LLVMValueRef sample; /* i32 */
   LLVMBasicBlockRef body, next;
   uint32_t samples;
};

static void
sample_loop_begin(struct pixel_stage *stage, struct sample_loop *loop, uint32_t samples)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   LLVMBasicBlockRef before = LLVMGetInsertBlock(b);
   LLVMValueRef zero = jit_const_i32(build, 0);

   loop->next = jit_block(build, "sample_next");
   loop->samples = samples;
   if (samples == 1) {
      loop->sample = zero;
      return;
   }
   loop->body = jit_block(build, "sample");
   LLVMBuildBr(b, loop->body);
   jit_position(build, loop->body);
   loop->sample = LLVMBuildPhi(b, build->i32, "sample");
   LLVMAddIncoming(loop->sample, &zero, &before, 1);
}

/* Branches to loop->next come here: on to the next sample. */
static void
sample_loop_end(struct pixel_stage *stage, struct sample_loop *loop)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;

   LLVMBuildBr(b, loop->next);
   jit_position(build, loop->next);
   if (loop->samples == 1)
      return;

   LLVMBasicBlockRef done = jit_block(build, "samples_done");
   LLVMValueRef next = LLVMBuildAdd(b, loop->sample, jit_const_i32(build, 1), "");
   LLVMAddIncoming(loop->sample, &next, &loop->next, 1);
   LLVMBuildCondBr(b,
                   LLVMBuildICmp(b, LLVMIntULT, next, jit_const_i32(build, loop->samples), ""),
                   loop->body, done);
   jit_position(build, done);
}

static void
branch_if_none(struct pixel_stage *stage, LLVMValueRef mask, LLVMBasicBlockRef target)
{
   struct jit_build *build = stage->build;
   LLVMBasicBlockRef some = jit_block(build, "some");

   LLVMBuildCondBr(build->builder, jit_any(build, mask), some, target);
   jit_position(build, some);
}

static void
count_lanes(struct pixel_stage *stage, LLVMValueRef counter, LLVMValueRef mask)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef bits = jit_mask_bits(build, mask);
   LLVMValueRef lanes = jit_intrinsic(build, "llvm.ctpop", &build->i32, 1, &bits, 1);
   LLVMValueRef total = jit_load(build, build->i64, counter, 0, 8);

   jit_store(build, LLVMBuildAdd(b, total, LLVMBuildZExt(b, lanes, build->i64, ""), ""), counter, 0,
             8);
}

/* ---- Coverage ---- */

/* Bits y * 8 + x of a coverage mask, shifted down to the group's first pixel → lanes. */
static LLVMValueRef
lanes_of_coverage(struct jit_build *build, LLVMValueRef bits)
{
   LLVMBuilderRef b = build->builder;
   LLVMValueRef bit[JIT_MAX_LANES];

   for (uint32_t lane = 0; lane < build->lanes; lane++)
      bit[lane] = jit_const_i32(build, 1u << (jit_lane_y(lane) * 8 + jit_lane_x(lane)));
   LLVMValueRef table = LLVMConstVector(bit, build->lanes);
   return LLVMBuildICmp(b, LLVMIntNE, LLVMBuildAnd(b, jit_splat(build, bits), table, ""),
                        LLVMConstNull(build->vi32), "");
}

/*
 * Fills stage->covered from the block's masks and leaves for `next` if the primitive covers
 * nothing of the group.
 */
static void
load_coverage(struct pixel_stage *stage, LLVMValueRef block, LLVMValueRef shift,
              LLVMBasicBlockRef next)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   uint32_t samples = stage->state->samples;
   uint32_t row = (1u << build->lanes / 2) - 1;
   LLVMValueRef group = jit_const_i32(build, row | row << 8);
   LLVMValueRef masks = jit_ptr_add(build, block, offsetof(struct coverage, mask));
   LLVMValueRef any = jit_const_i32(build, 0);
   LLVMValueRef bits[SAMPLE_MAX];

   for (uint32_t s = 0; s < samples; s++) {
      LLVMValueRef mask = jit_load(build, build->i64, masks, s * sizeof(uint64_t), 8);

      bits[s] = LLVMBuildAnd(
         b, LLVMBuildTrunc(b, LLVMBuildLShr(b, mask, shift, ""), build->i32, ""), group, "");
      if (!(stage->state->sample_mask >> s & 1))
         bits[s] = jit_const_i32(build, 0);
      any = LLVMBuildOr(b, any, bits[s], "");
   }
   LLVMBasicBlockRef some = jit_block(build, "covered");
   LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntEQ, any, jit_const_i32(build, 0), ""), next, some);
   jit_position(build, some);
   for (uint32_t s = 0; s < samples; s++)
      pixel_store_mask(stage, stage->covered, jit_const_i32(build, s),
                       lanes_of_coverage(build, bits[s]));
}

/* The lanes with any sample in the array. */
static LLVMValueRef
any_sample(struct pixel_stage *stage, LLVMValueRef array)
{
   struct jit_build *build = stage->build;
   LLVMValueRef mask = LLVMConstNull(build->vi1);

   for (uint32_t s = 0; s < stage->state->samples; s++)
      mask = LLVMBuildOr(build->builder, mask,
                         pixel_load_mask(stage, array, jit_const_i32(build, s)), "");
   return mask;
}

/* ---- Positions ---- */

static void
locate(struct pixel_stage *stage, enum pixel_location where, const LLVMValueRef *offset)
{
   LLVMBuilderRef b = stage->build->builder;

   for (uint32_t i = 0; i < 2; i++)
      stage->extent[where][i] =
         offset ? LLVMBuildFAdd(b, stage->center[i], offset[i], "") : stage->center[i];
   jit_interpolator_locate(&stage->interpolator, stage->extent[where][0], stage->extent[where][1],
                           &stage->position[where]);
}

/* The centroid (3.5.5): the centre of a fully covered pixel, else its first covered sample; for
 * pixels without any, the first sample of the sample mask, or the centre if that is full. */
static void
locate_centroid(struct pixel_stage *stage)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   uint32_t samples = stage->state->samples;
   LLVMValueRef all = LLVMConstAllOnes(build->vi1);
   uint32_t sample_mask = stage->state->sample_mask;
   LLVMValueRef offset[2] = { LLVMConstNull(build->vf32), LLVMConstNull(build->vf32) };

   if (sample_mask && sample_mask != (1u << samples) - 1)
      load_sample_offset(stage, __builtin_ctz(sample_mask), offset);
   for (uint32_t s = samples; s-- > 0;) {
      LLVMValueRef mask = pixel_load_mask(stage, stage->covered, jit_const_i32(build, s));
      LLVMValueRef here[2];

      load_sample_offset(stage, s, here);
      offset[0] = LLVMBuildSelect(b, mask, here[0], offset[0], "");
      offset[1] = LLVMBuildSelect(b, mask, here[1], offset[1], "");
      all = LLVMBuildAnd(b, all, mask, "");
   }
   for (uint32_t i = 0; i < 2; i++)
      offset[i] = LLVMBuildSelect(b, all, LLVMConstNull(build->vf32), offset[i], "");
   locate(stage, PIXEL_CENTROID, offset);
}

static void
locate_pixels(struct pixel_stage *stage)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef lane[2][JIT_MAX_LANES];
   LLVMValueRef corner[2] = { stage->x, stage->y };

   for (uint32_t i = 0; i < build->lanes; i++) {
      lane[0][i] = jit_const_f32(build, jit_lane_x(i) + 0.5f);
      lane[1][i] = jit_const_f32(build, jit_lane_y(i) + 0.5f);
   }
   for (uint32_t i = 0; i < 2; i++) {
      LLVMValueRef start = LLVMBuildUIToFP(b, corner[i], build->f32, "");

      stage->center[i] =
         LLVMBuildFAdd(b, jit_splat(build, start), LLVMConstVector(lane[i], build->lanes), "");
   }
   locate(stage, PIXEL_CENTER, NULL);
   if (stage->state->samples == 1) {
      for (uint32_t i = PIXEL_CENTROID; i < PIXEL_NUM_LOCATIONS; i++) {
         __builtin_memcpy(stage->extent[i], stage->extent[PIXEL_CENTER], sizeof(stage->extent[i]));
         stage->position[i] = stage->position[PIXEL_CENTER];
      }
   } else if (stage->module) {
      locate_centroid(stage);
   }
}

/* Depth of the group at a sample. */
static LLVMValueRef
depth_at(struct pixel_stage *stage, LLVMValueRef sample)
{
   struct jit_position position;

   if (stage->state->samples == 1)
      return jit_interpolator_depth(&stage->interpolator, &stage->position[PIXEL_CENTER]);

   LLVMBuilderRef b = stage->build->builder;
   LLVMValueRef offset[2];
   pixel_sample_offset(stage, sample, offset);
   position.dx = LLVMBuildFAdd(b, stage->position[PIXEL_CENTER].dx, offset[0], "");
   position.dy = LLVMBuildFAdd(b, stage->position[PIXEL_CENTER].dy, offset[1], "");
   return jit_interpolator_depth(&stage->interpolator, &position);
}

/* ---- Shading ---- */

/* The lanes, or'ed with those of their quad whose number differs in `bit`. */
static LLVMValueRef
or_neighbours(struct jit_build *build, LLVMValueRef lanes, uint32_t bit)
{
   LLVMValueRef index[JIT_MAX_LANES];

   for (uint32_t i = 0; i < build->lanes; i++)
      index[i] = jit_const_i32(build, i ^ bit);
   LLVMValueRef neighbours =
      LLVMBuildShuffleVector(build->builder, lanes, LLVMGetUndef(LLVMTypeOf(lanes)),
                             LLVMConstVector(index, build->lanes), "");
   return LLVMBuildOr(build->builder, lanes, neighbours, "");
}

/* All lanes of the quads that have a lane in the mask. */
static LLVMValueRef
quad_mask(struct jit_build *build, LLVMValueRef mask)
{
   LLVMBuilderRef b = build->builder;

   if (!has_mask_registers(build)) {
      LLVMValueRef lanes = LLVMBuildSExt(b, mask, build->vi32, "");

      lanes = or_neighbours(build, or_neighbours(build, lanes, 1), 2);
      return LLVMBuildTrunc(b, lanes, build->vi1, "");
   }

   LLVMValueRef bits = jit_mask_bits(build, mask);
   bits = LLVMBuildOr(b, bits, LLVMBuildLShr(b, bits, jit_const_i32(build, 1), ""), "");
   bits = LLVMBuildOr(b, bits, LLVMBuildLShr(b, bits, jit_const_i32(build, 2), ""), "");
   bits = LLVMBuildAnd(b, bits, jit_const_i32(build, 0x1111), "");
   bits = LLVMBuildMul(b, bits, jit_const_i32(build, 0xf), "");
   return jit_mask_from_bits(build, bits);
}

/* The element of SV_Target<index>, or NULL. */
static const struct dxil_signature_element *
target_element(const struct pixel_stage *stage, uint32_t index)
{
   const struct dxil_signature *signature = &stage->module->output;

   for (uint32_t i = 0; i < signature->count; i++) {
      const struct dxil_signature_element *element = &signature->elements[i];

      if (element->kind == DXIL_SEM_TARGET && element->semantic_index[0] == index)
         return element;
   }
   return NULL;
}

/* Multiplies the first target's alpha by how much of the pixel the line covers (3.4.4). */
static void
fade_line(struct pixel_stage *stage)
{
   struct jit_build *build = stage->build;
   const struct dxil_signature_element *element = target_element(stage, 0);

   if (!element || element->cols < 4 || !jit_element_is_float(element))
      return;
   LLVMValueRef coverage = jit_smooth_line_coverage(&stage->line, &stage->position[PIXEL_CENTER]);
   LLVMValueRef alpha =
      jit_bitcast(build, jit_registers_get(&stage->outputs, element, 0, 3), build->vf32);
   alpha = LLVMBuildFMul(build->builder, alpha, coverage, "");
   jit_registers_set(&stage->outputs, element, 0, 3, jit_bitcast(build, alpha, build->vi32));
}

/* Runs the shader for the lanes of `mask`, and what helpers they need; outputs and stage->live are
 * set. */
static bool
shade(struct pixel_stage *stage, const struct root_signature *root, LLVMValueRef mask,
      struct shader_info *info, char message[static 128])
{
   struct jit_build *build = stage->build;
   struct jit_stage operations;

   jit_store(build, mask, stage->live, 0, 8);
   if (!stage->module)
      return true;

   count_lanes(stage, stage->invocations, mask);
   jit_registers_init(&stage->outputs, build, &stage->module->output);
   pixel_stage_operations(stage, &operations);
   stage->shaded = quad_mask(build, mask);
   struct jit_translate_desc desc = {
      .module = stage->module,
      .root = root,
      .visibility = D3D12_SHADER_VISIBILITY_PIXEL,
      .stage = &operations,
      .bindings = jit_load(build, build->ptr, stage->ctx, offsetof(struct pixel_ctx, bindings), 8),
      .mask = stage->shaded,
      .write_mask = pixel_live,
   };
   if (!jit_translate(build, &desc, info, message))
      return false;
   if (stage->state->smooth_lines)
      fade_line(stage);
   return true;
}

/* ---- Output ---- */

/* Components that the shader does not declare are zero. */
static void
target_color(const struct pixel_stage *stage, const struct dxil_signature_element *element,
             LLVMValueRef color[4])
{
   for (uint32_t i = 0; i < 4; i++)
      color[i] = element && i < element->cols ? jit_registers_get(&stage->outputs, element, 0, i)
                                              : LLVMConstNull(stage->build->vi32);
}

static LLVMValueRef
output_value(const struct pixel_stage *stage, enum dxil_semantic_kind kind)
{
   const struct dxil_signature_element *element;

   if (!stage->module)
      return NULL;
   element = jit_signature_kind(&stage->module->output, kind);
   return element ? jit_registers_get(&stage->outputs, element, 0, 0) : NULL;
}

static LLVMValueRef
output_depth(const struct pixel_stage *stage)
{
   static const enum dxil_semantic_kind kinds[] = {
      DXIL_SEM_DEPTH,
      DXIL_SEM_DEPTH_LESS_EQUAL,
      DXIL_SEM_DEPTH_GREATER_EQUAL,
   };

   for (uint32_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
      LLVMValueRef value = output_value(stage, kinds[i]);

      if (value)
         return jit_bitcast(stage->build, value, stage->build->vf32);
   }
   return NULL;
}

/* What the shader says of the samples: SV_Coverage, else alpha to coverage (16.9.4, 17.18). */
static LLVMValueRef
shader_coverage(struct pixel_stage *stage, LLVMValueRef sample, LLVMValueRef mask)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef coverage = output_value(stage, DXIL_SEM_COVERAGE);

   if (coverage) {
      LLVMValueRef bit = LLVMBuildShl(b, jit_const_i32(build, 1), sample, "");
      LLVMValueRef set = LLVMBuildAnd(b, coverage, jit_splat(build, bit), "");

      return LLVMBuildAnd(b, mask, LLVMBuildICmp(b, LLVMIntNE, set, LLVMConstNull(build->vi32), ""),
                          "");
   }
   if (stage->module && stage->state->alpha_to_coverage) {
      float steps = stage->state->target_samples;
      LLVMValueRef color[4];

      /* Sample s of n is covered from alpha (s + 1/2) / n up; not for NaN. */
      target_color(stage, target_element(stage, 0), color);
      LLVMValueRef threshold = LLVMBuildFAdd(b, LLVMBuildUIToFP(b, sample, build->f32, ""),
                                             jit_const_f32(build, 0.5f), "");
      threshold = LLVMBuildFMul(b, threshold, jit_const_f32(build, 1.0f / steps), "");
      LLVMValueRef alpha = jit_bitcast(build, color[3], build->vf32);
      return LLVMBuildAnd(
         b, mask, LLVMBuildFCmp(b, LLVMRealOGT, alpha, jit_splat(build, threshold), ""), "");
   }
   return mask;
}

static void
write_targets(struct pixel_stage *stage, LLVMValueRef sample, LLVMValueRef mask)
{
   if (!stage->module)
      return;
   for (uint32_t i = 0; i < JIT_MAX_TARGETS; i++) {
      const struct jit_blend_target *target = &stage->state->target[i];
      const struct dxil_signature_element *element = target_element(stage, i);
      bool dual = jit_blend_is_dual_source(target);
      LLVMValueRef color[4], second[4];

      /* A target whose output the shader does not declare is not modified (16.9.1). */
      if (!target->format || !element)
         continue;
      target_color(stage, element, color);
      if (dual)
         target_color(stage, target_element(stage, 1), second);
      jit_blend(&stage->blender[i], stage->x, stage->y, sample, color, dual ? second : NULL, mask);
   }
}

/* ---- Tests ---- */

/* Before the shader, on the samples of `mask`. */
static LLVMValueRef
test_early(struct pixel_stage *stage, LLVMValueRef sample, LLVMValueRef mask)
{
   LLVMValueRef depth;

   switch ((enum jit_test_order)stage->state->order) {
   case JIT_TEST_EARLY:
      depth = depth_at(stage, sample);
      mask = jit_depth_stencil_test(&stage->depth_stencil, stage->x, stage->y, sample, depth, NULL,
                                    mask);
      count_lanes(stage, stage->samples_passed, mask);
      return mask;
   case JIT_TEST_LATE_REJECT:
      depth = depth_at(stage, sample);
      return jit_depth_stencil_peek(&stage->depth_stencil, stage->x, stage->y, sample, depth, mask);
   default:
      return mask;
   }
}

/* After it. */
static LLVMValueRef
test_late(struct pixel_stage *stage, LLVMValueRef sample, LLVMValueRef mask)
{
   LLVMValueRef depth;

   if (stage->state->order == JIT_TEST_EARLY)
      return mask;
   depth = output_depth(stage);
   if (!depth)
      depth = depth_at(stage, sample);
   mask = jit_depth_stencil_test(&stage->depth_stencil, stage->x, stage->y, sample, depth,
                                 output_value(stage, DXIL_SEM_STENCIL_REF), mask);
   count_lanes(stage, stage->samples_passed, mask);
   return mask;
}

/* From shaded lanes to memory, for one sample; leaves for `next` when nothing is left to write. */
static void
finish_sample(struct pixel_stage *stage, LLVMValueRef sample, LLVMValueRef mask,
              LLVMBasicBlockRef next)
{
   mask = LLVMBuildAnd(stage->build->builder, mask, pixel_live(stage), "");
   mask = shader_coverage(stage, sample, mask);
   branch_if_none(stage, mask, next);
   mask = test_late(stage, sample, mask);
   if (stage->state->order != JIT_TEST_EARLY && stage->module)
      branch_if_none(stage, mask, next);
   write_targets(stage, sample, mask);
}

/* One shader invocation a pixel. */
static bool
shade_pixels(struct pixel_stage *stage, const struct root_signature *root, LLVMBasicBlockRef next,
             struct shader_info *info, char message[static 128])
{
   struct sample_loop loop;
   LLVMValueRef pending = stage->covered;

   if (stage->state->order != JIT_TEST_LATE) {
      sample_loop_begin(stage, &loop, stage->state->samples);
      LLVMValueRef mask = pixel_load_mask(stage, stage->covered, loop.sample);
      pixel_store_mask(stage, stage->passed, loop.sample, test_early(stage, loop.sample, mask));
      sample_loop_end(stage, &loop);
      pending = stage->passed;
   }

   LLVMValueRef mask = any_sample(stage, pending);
   branch_if_none(stage, mask, next);
   if (!shade(stage, root, mask, info, message))
      return false;

   sample_loop_begin(stage, &loop, stage->state->samples);
   finish_sample(stage, loop.sample, pixel_load_mask(stage, pending, loop.sample), loop.next);
   sample_loop_end(stage, &loop);
   return true;
}

/* One shader invocation a sample. */
static bool
shade_samples(struct pixel_stage *stage, const struct root_signature *root,
              struct shader_info *info, char message[static 128])
{
   struct sample_loop loop;
   LLVMValueRef offset[2];

   sample_loop_begin(stage, &loop, stage->state->samples);
   stage->sample = loop.sample;
   LLVMValueRef mask = pixel_load_mask(stage, stage->covered, loop.sample);
   branch_if_none(stage, mask, loop.next);
   mask = test_early(stage, loop.sample, mask);
   branch_if_none(stage, mask, loop.next);
   if (stage->state->samples > 1) {
      pixel_sample_offset(stage, loop.sample, offset);
      locate(stage, PIXEL_SAMPLE, offset);
   }
   if (!shade(stage, root, mask, info, message))
      return false;
   finish_sample(stage, loop.sample, mask, loop.next);
   sample_loop_end(stage, &loop);
   return true;
}

/* One shader invocation a pixel, and samples of the targets that the rasteriser does not know: a pixel
 * is written to all of them, as far as the masks and the shader let it (3.5.6.2). */
static bool
shade_forced(struct pixel_stage *stage, const struct root_signature *root, LLVMBasicBlockRef next,
             struct shader_info *info, char message[static 128])
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef written = jit_alloca(build, build->vi1, 8, "written");
   LLVMValueRef target_mask = jit_const_i32(build, stage->state->target_mask);
   struct sample_loop loop;

   if (!shade(stage, root, any_sample(stage, stage->covered), info, message))
      return false;
   LLVMValueRef live = pixel_live(stage);
   branch_if_none(stage, live, next);
   jit_store(build, LLVMConstNull(build->vi1), written, 0, 8);

   sample_loop_begin(stage, &loop, stage->state->target_samples);
   LLVMValueRef bit = LLVMBuildAnd(b, LLVMBuildLShr(b, target_mask, loop.sample, ""),
                                   jit_const_i32(build, 1), "");
   LLVMValueRef wanted = LLVMBuildTrunc(b, bit, build->i1, "");
   LLVMValueRef mask = LLVMBuildSelect(b, wanted, live, LLVMConstNull(build->vi1), "");
   mask = shader_coverage(stage, loop.sample, mask);
   branch_if_none(stage, mask, loop.next);
   jit_store(build, LLVMBuildOr(b, jit_load(build, build->vi1, written, 0, 8), mask, ""), written,
             0, 8);
   write_targets(stage, loop.sample, mask);
   sample_loop_end(stage, &loop);

   /* What counts are the rasteriser's samples, of pixels of which something is written (20.4.6). */
   live = jit_load(build, build->vi1, written, 0, 8);
   sample_loop_begin(stage, &loop, stage->state->samples);
   mask = pixel_load_mask(stage, stage->covered, loop.sample);
   count_lanes(stage, stage->samples_passed, LLVMBuildAnd(b, mask, live, ""));
   sample_loop_end(stage, &loop);
   return true;
}

/* ---- The function ---- */

static void
prologue(struct pixel_stage *stage)
{
   struct jit_build *build = stage->build;
   LLVMTypeRef masks = LLVMArrayType(mask_type(build), stage->state->samples);
   LLVMValueRef layer =
      jit_load(build, build->i32, stage->primitive, offsetof(struct primitive, layer), 4);

   jit_interpolator_init(&stage->interpolator, build, stage->state,
                         stage->module ? &stage->module->input : NULL, stage->primitive);
   if (stage->state->smooth_lines)
      jit_smooth_line_init(&stage->line, &stage->interpolator);
   jit_depth_stencil_init(&stage->depth_stencil, build, &stage->state->depth, stage->ctx,
                          stage->primitive, layer);
   for (uint32_t i = 0; i < JIT_MAX_TARGETS; i++)
      jit_blender_init(&stage->blender[i], build, &stage->state->target[i], i, stage->ctx, layer);
   stage->sample_table = jit_ptr_add(build, stage->ctx, offsetof(struct pixel_ctx, sample_offset));
   stage->sample = jit_const_i32(build, 0);
   stage->covered = jit_alloca(build, masks, 32, "covered");
   stage->passed = jit_alloca(build, masks, 32, "passed");
   stage->live = jit_alloca(build, build->vi1, 8, "live");
   stage->samples_passed = jit_alloca(build, build->i64, 8, "samples_passed");
   stage->invocations = jit_alloca(build, build->i64, 8, "invocations");
   jit_store(build, LLVMConstNull(build->i64), stage->samples_passed, 0, 8);
   jit_store(build, LLVMConstNull(build->i64), stage->invocations, 0, 8);
}

static void
add_counter(struct pixel_stage *stage, LLVMValueRef counters, size_t offset, LLVMValueRef value)
{
   struct jit_build *build = stage->build;
   LLVMValueRef total = jit_load(build, build->i64, counters, offset, 8);

   value = jit_load(build, build->i64, value, 0, 8);
   jit_store(build, LLVMBuildAdd(build->builder, total, value, ""), counters, offset, 8);
}

/* The group number `group` (i32) of a block: its pixels, and the bit of its first in the masks
 * (i64). */
static LLVMValueRef
place_group(struct pixel_stage *stage, LLVMValueRef block, LLVMValueRef group)
{
   struct jit_build *build = stage->build;
   LLVMBuilderRef b = build->builder;
   uint32_t across = 16 / build->lanes; /* groups side by side in a block */
   LLVMValueRef x = jit_const_i32(build, 0), y = group;

   if (across == 2) {
      x = LLVMBuildShl(b, LLVMBuildAnd(b, group, jit_const_i32(build, 1), ""),
                       jit_const_i32(build, 2), "");
      y = LLVMBuildLShr(b, group, jit_const_i32(build, 1), "");
   }
   y = LLVMBuildShl(b, y, jit_const_i32(build, 1), "");

   LLVMValueRef shift = LLVMBuildAdd(b, LLVMBuildShl(b, y, jit_const_i32(build, 3), ""), x, "");
   LLVMValueRef block_x = jit_load(build, build->i16, block, offsetof(struct coverage, x), 2);
   LLVMValueRef block_y = jit_load(build, build->i16, block, offsetof(struct coverage, y), 2);
   stage->x = LLVMBuildAdd(b, LLVMBuildZExt(b, block_x, build->i32, ""), x, "");
   stage->y = LLVMBuildAdd(b, LLVMBuildZExt(b, block_y, build->i32, ""), y, "");
   return LLVMBuildZExt(b, shift, build->i64, "");
}

bool
jit_pixel_emit(struct jit_build *build, const struct dxil_module *ps,
               const struct root_signature *root, const struct jit_pixel_state *state,
               struct shader_info *info, char message[static 128])
{
   LLVMBuilderRef b = build->builder;
   LLVMTypeRef parameters[] = { build->ptr, build->ptr, build->ptr, build->i32, build->ptr };
   LLVMValueRef function =
      jit_stage_function(build, JIT_PIXEL_SYMBOL, parameters, ARRAY_LENGTH(parameters));
   LLVMValueRef blocks = LLVMGetParam(function, 2), count = LLVMGetParam(function, 3);
   LLVMValueRef counters = LLVMGetParam(function, 4);
   LLVMValueRef zero = jit_const_i32(build, 0), one = jit_const_i32(build, 1);
   struct pixel_stage stage = {
      .build = build,
      .module = ps,
      .state = state,
      .ctx = LLVMGetParam(function, 0),
      .primitive = LLVMGetParam(function, 1),
   };
   bool ok;

   prologue(&stage);
   LLVMBasicBlockRef entry = LLVMGetInsertBlock(b);
   LLVMBasicBlockRef block_loop = jit_block(build, "block"), group_loop = jit_block(build, "group");
   LLVMBasicBlockRef group_next = jit_block(build, "group_next");
   LLVMBasicBlockRef block_next = jit_block(build, "block_next"), done = jit_block(build, "done");
   LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntEQ, count, zero, ""), done, block_loop);

   jit_position(build, block_loop);
   LLVMValueRef index = LLVMBuildPhi(b, build->i32, "index");
   LLVMValueRef block = LLVMBuildPhi(b, build->ptr, "block");
   LLVMBuildBr(b, group_loop);

   jit_position(build, group_loop);
   LLVMValueRef group = LLVMBuildPhi(b, build->i32, "group");
   LLVMValueRef shift = place_group(&stage, block, group);
   load_coverage(&stage, block, shift, group_next);
   locate_pixels(&stage);
   if (jit_pixel_is_forced(state))
      ok = shade_forced(&stage, root, group_next, info, message);
   else if (state->sample_rate)
      ok = shade_samples(&stage, root, info, message);
   else
      ok = shade_pixels(&stage, root, group_next, info, message);
   if (!ok)
      return false;
   LLVMBuildBr(b, group_next);

   jit_position(build, group_next);
   LLVMValueRef next_group = LLVMBuildAdd(b, group, one, "");
   LLVMValueRef group_in[] = { zero, next_group };
   LLVMBasicBlockRef group_from[] = { block_loop, group_next };
   LLVMAddIncoming(group, group_in, group_from, 2);
   LLVMBuildCondBr(
      b, LLVMBuildICmp(b, LLVMIntULT, next_group, jit_const_i32(build, 64 / build->lanes), ""),
      group_loop, block_next);

   jit_position(build, block_next);
   LLVMValueRef next_index = LLVMBuildAdd(b, index, one, "");
   LLVMValueRef index_in[] = { zero, next_index };
   LLVMValueRef block_in[] = { blocks, jit_ptr_add(build, block, coverage_size(state->samples)) };
   LLVMBasicBlockRef block_from[] = { entry, block_next };
   LLVMAddIncoming(index, index_in, block_from, 2);
   LLVMAddIncoming(block, block_in, block_from, 2);
   LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntULT, next_index, count, ""), block_loop, done);

   jit_position(build, done);
   add_counter(&stage, counters, offsetof(struct pixel_counters, samples_passed),
               stage.samples_passed);
   add_counter(&stage, counters, offsetof(struct pixel_counters, invocations), stage.invocations);
   LLVMBuildRetVoid(b);
   return true;
}
