#include "jit/depth_stencil.h"

#include "jit/expr.h"

static bool
is_float(const struct jit_depth_state *state)
{
   return state->format == DXGI_FORMAT_D32_FLOAT ||
          state->format == DXGI_FORMAT_D32_FLOAT_S8X24_UINT;
}

void
jit_depth_stencil_init(struct jit_depth_stencil *depth_stencil, struct jit_build *build,
                       const struct jit_depth_state *state, LLVMValueRef ctx,
                       LLVMValueRef primitive, LLVMValueRef layer)
{
   LLVMBuilderRef b = build->builder;

   depth_stencil->build = build;
   depth_stencil->state = state;
   if (!jit_depth_stencil_enabled(state))
      return;

   jit_surface_init(&depth_stencil->depth, build,
                    jit_ptr_add(build, ctx, offsetof(struct pixel_ctx, depth)), layer,
                    state->format == DXGI_FORMAT_D16_UNORM ? 2 : 4);
   jit_surface_init(&depth_stencil->stencil, build,
                    jit_ptr_add(build, ctx, offsetof(struct pixel_ctx, stencil)), layer, 1);

   LLVMValueRef front =
      jit_load(build, build->i32, primitive, offsetof(struct primitive, front), 4);
   depth_stencil->front = LLVMBuildICmp(b, LLVMIntNE, front, jit_const_i32(build, 0), "");
   size_t refs = offsetof(struct pixel_ctx, stencil_ref);
   LLVMValueRef reference =
      LLVMBuildSelect(b, depth_stencil->front, jit_load(build, build->i32, ctx, refs, 4),
                      jit_load(build, build->i32, ctx, refs + 4, 4), "");
   depth_stencil->reference = jit_splat(build, reference);

   LLVMValueRef viewport =
      jit_load(build, build->i32, primitive, offsetof(struct primitive, viewport), 4);
   LLVMValueRef entry =
      jit_ptr_add_value(build, ctx,
                        LLVMBuildMul(b, LLVMBuildZExt(b, viewport, build->i64, ""),
                                     LLVMConstInt(build->i64, sizeof(float), false), ""));
   depth_stencil->min = jit_splat(
      build, jit_load(build, build->f32, entry, offsetof(struct pixel_ctx, depth_min), 4));
   depth_stencil->max = jit_splat(
      build, jit_load(build, build->f32, entry, offsetof(struct pixel_ctx, depth_max), 4));
}

static LLVMValueRef
nearest(struct jit_build *build, LLVMValueRef value)
{
   return jit_intrinsic(build, "llvm.nearbyint", &build->vf32, 1, &value, 1);
}

/*
 * depth × (2²⁴ - 1), rounded, as vi32. The product has more bits than a float; but depth × 2²⁴ and its
 * distance to the nearest integer are exact, and what is then subtracted moves that by 0 or 1.
 */
static LLVMValueRef
encode_unorm24(struct jit_build *build, LLVMValueRef depth)
{
   LLVMBuilderRef b = build->builder;
   LLVMValueRef shifted = LLVMBuildFMul(b, depth, jit_splat_f32(build, 0x1p24f), "");
   LLVMValueRef whole = nearest(build, shifted);
   LLVMValueRef rest = LLVMBuildFSub(b, shifted, whole, "");
   LLVMValueRef limit = LLVMBuildFSub(b, depth, jit_splat_f32(build, 0.5f), "");
   LLVMValueRef above = LLVMBuildFPToSI(b, whole, build->vi32, "");
   LLVMValueRef below = LLVMBuildSub(b, above, jit_splat_i32(build, 1), "");

   return choose(build, fcmp(build, LLVMRealOLT, rest, limit), below, above);
}

/* Depth as the buffer holds it, as vi32: clamped to the viewport (17.10), which lies in [0, 1], rounded to
 * nearest (17.11). */
static LLVMValueRef
encode_depth(const struct jit_depth_stencil *depth_stencil, LLVMValueRef depth)
{
   struct jit_build *build = depth_stencil->build;

   depth = fclamp(build, depth, depth_stencil->min, depth_stencil->max);
   if (is_float(depth_stencil->state))
      return jit_bitcast(build, depth, build->vi32);
   if (depth_stencil->state->format != DXGI_FORMAT_D16_UNORM)
      return encode_unorm24(build, depth);
   depth = LLVMBuildFMul(build->builder, depth, jit_splat_f32(build, 0xffff), "");
   return LLVMBuildFPToSI(build->builder, nearest(build, depth), build->vi32, "");
}

static LLVMValueRef
load_depth(const struct jit_depth_stencil *depth_stencil, LLVMValueRef ptr)
{
   struct jit_build *build = depth_stencil->build;
   LLVMValueRef raw;

   jit_span_load(build, depth_stencil->depth.bytes, ptr, depth_stencil->depth.pitch, &raw);
   if (depth_stencil->state->format == DXGI_FORMAT_D24_UNORM_S8_UINT)
      raw = LLVMBuildAnd(build->builder, raw, jit_splat_i32(build, 0xffffff), "");
   return raw;
}

/* a func b: of floats, or of unsigned integers. */
static LLVMValueRef
compare(struct jit_build *build, D3D12_COMPARISON_FUNC func, LLVMValueRef a, LLVMValueRef b,
        bool floats)
{
   static const struct {
      LLVMIntPredicate ints;
      LLVMRealPredicate reals;
   } predicates[] = {
      [D3D12_COMPARISON_FUNC_LESS] = { LLVMIntULT, LLVMRealOLT },
      [D3D12_COMPARISON_FUNC_EQUAL] = { LLVMIntEQ, LLVMRealOEQ },
      [D3D12_COMPARISON_FUNC_LESS_EQUAL] = { LLVMIntULE, LLVMRealOLE },
      [D3D12_COMPARISON_FUNC_GREATER] = { LLVMIntUGT, LLVMRealOGT },
      [D3D12_COMPARISON_FUNC_NOT_EQUAL] = { LLVMIntNE, LLVMRealUNE },
      [D3D12_COMPARISON_FUNC_GREATER_EQUAL] = { LLVMIntUGE, LLVMRealOGE },
   };

   switch (func) {
   case D3D12_COMPARISON_FUNC_NEVER:
      return LLVMConstNull(build->vi1);
   case D3D12_COMPARISON_FUNC_ALWAYS:
      return LLVMConstAllOnes(build->vi1);
   default:
      if (floats)
         return LLVMBuildFCmp(build->builder, predicates[func].reals,
                              jit_bitcast(build, a, build->vf32),
                              jit_bitcast(build, b, build->vf32), "");
      return LLVMBuildICmp(build->builder, predicates[func].ints, a, b, "");
   }
}

static LLVMValueRef
stencil_op(struct jit_build *build, D3D12_STENCIL_OP op, LLVMValueRef old, LLVMValueRef reference)
{
   LLVMBuilderRef b = build->builder;
   LLVMValueRef one = jit_splat_i32(build, 1), max = jit_splat_i32(build, 0xff);
   LLVMValueRef zero = LLVMConstNull(build->vi32);
   LLVMValueRef edge;

   switch (op) {
   case D3D12_STENCIL_OP_ZERO:
      return zero;
   case D3D12_STENCIL_OP_REPLACE:
      return LLVMBuildAnd(b, reference, max, "");
   case D3D12_STENCIL_OP_INCR_SAT:
      edge = LLVMBuildICmp(b, LLVMIntEQ, old, max, "");
      return LLVMBuildSelect(b, edge, old, LLVMBuildAdd(b, old, one, ""), "");
   case D3D12_STENCIL_OP_DECR_SAT:
      edge = LLVMBuildICmp(b, LLVMIntEQ, old, zero, "");
      return LLVMBuildSelect(b, edge, old, LLVMBuildSub(b, old, one, ""), "");
   case D3D12_STENCIL_OP_INVERT:
      return LLVMBuildXor(b, old, max, "");
   case D3D12_STENCIL_OP_INCR:
      return LLVMBuildAnd(b, LLVMBuildAdd(b, old, one, ""), max, "");
   case D3D12_STENCIL_OP_DECR:
      return LLVMBuildAnd(b, LLVMBuildSub(b, old, one, ""), max, "");
   default:
      return old;
   }
}

/* The lanes whose stencil passes, and *updated: the new stencil values by the outcome of both
 * tests. */
static LLVMValueRef
stencil_face(const struct jit_depth_stencil *depth_stencil, const struct jit_stencil_face *face,
             LLVMValueRef old, LLVMValueRef reference, LLVMValueRef depth_passed,
             LLVMValueRef *updated)
{
   struct jit_build *build = depth_stencil->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef read_mask = jit_splat_i32(build, depth_stencil->state->read_mask);
   LLVMValueRef passed = compare(build, face->func, LLVMBuildAnd(b, reference, read_mask, ""),
                                 LLVMBuildAnd(b, old, read_mask, ""), false);
   LLVMValueRef pass = stencil_op(build, face->pass, old, reference);
   LLVMValueRef depth_fail = stencil_op(build, face->depth_fail, old, reference);
   LLVMValueRef fail = stencil_op(build, face->fail, old, reference);

   *updated =
      LLVMBuildSelect(b, passed, LLVMBuildSelect(b, depth_passed, pass, depth_fail, ""), fail, "");
   return passed;
}

/* Tests and updates the stencil plane; returns the lanes that pass the stencil test. */
static LLVMValueRef
test_stencil(const struct jit_depth_stencil *depth_stencil, LLVMValueRef ptr,
             LLVMValueRef reference, LLVMValueRef mask, LLVMValueRef depth_passed)
{
   struct jit_build *build = depth_stencil->build;
   LLVMBuilderRef b = build->builder;
   const struct jit_depth_state *state = depth_stencil->state;
   LLVMValueRef pitch = depth_stencil->stencil.pitch;
   LLVMValueRef old, passed, updated;

   jit_span_load(build, 1, ptr, pitch, &old);
   passed = stencil_face(depth_stencil, &state->face[0], old, reference, depth_passed, &updated);
   if (__builtin_memcmp(&state->face[0], &state->face[1], sizeof(state->face[0])) != 0) {
      LLVMValueRef back_updated;
      LLVMValueRef back_passed =
         stencil_face(depth_stencil, &state->face[1], old, reference, depth_passed, &back_updated);

      passed = LLVMBuildSelect(b, depth_stencil->front, passed, back_passed, "");
      updated = LLVMBuildSelect(b, depth_stencil->front, updated, back_updated, "");
   }

   if (state->write_mask) {
      LLVMValueRef bits = jit_splat_i32(build, state->write_mask);
      LLVMValueRef kept = LLVMBuildAnd(b, old, LLVMBuildNot(b, bits, ""), "");

      updated = LLVMBuildOr(b, kept, LLVMBuildAnd(b, updated, bits, ""), "");
      updated = LLVMBuildSelect(b, mask, updated, old, "");
      jit_span_store(build, 1, &updated, ptr, pitch);
   }
   return passed;
}

static LLVMValueRef
test(const struct jit_depth_stencil *depth_stencil, LLVMValueRef x, LLVMValueRef y,
     LLVMValueRef sample, LLVMValueRef depth, LLVMValueRef reference, LLVMValueRef mask, bool peek)
{
   struct jit_build *build = depth_stencil->build;
   LLVMBuilderRef b = build->builder;
   const struct jit_depth_state *state = depth_stencil->state;
   LLVMBasicBlockRef before = LLVMGetInsertBlock(b);
   LLVMBasicBlockRef present = jit_block(build, "depth"), after = jit_block(build, "tested");
   LLVMValueRef depth_passed = LLVMConstAllOnes(build->vi1);
   LLVMValueRef passed = mask, depth_ptr = NULL, old = NULL;

   /* Without a depth buffer both tests pass (17.11, 17.12). */
   LLVMBuildCondBr(b, depth_stencil->depth.present, present, after);
   jit_position(build, present);

   if (state->test) {
      depth = encode_depth(depth_stencil, depth);
      depth_ptr = jit_surface_pixel(&depth_stencil->depth, build, x, y, sample);
      old = load_depth(depth_stencil, depth_ptr);
      depth_passed = compare(build, state->func, depth, old, is_float(state));
      passed = LLVMBuildAnd(b, passed, depth_passed, "");
   }
   if (state->stencil && !peek) {
      LLVMValueRef ptr = jit_surface_pixel(&depth_stencil->stencil, build, x, y, sample);
      LLVMValueRef stencil_passed = test_stencil(
         depth_stencil, ptr, reference ? reference : depth_stencil->reference, mask, depth_passed);

      passed = LLVMBuildAnd(b, passed, stencil_passed, "");
   }
   if (state->test && state->write && !peek) {
      LLVMValueRef updated = LLVMBuildSelect(b, passed, depth, old, "");

      jit_span_store(build, depth_stencil->depth.bytes, &updated, depth_ptr,
                     depth_stencil->depth.pitch);
   }

   LLVMBasicBlockRef tested = LLVMGetInsertBlock(b);
   LLVMBuildBr(b, after);
   jit_position(build, after);
   LLVMValueRef result = LLVMBuildPhi(b, build->vi1, "passed");
   LLVMValueRef incoming[] = { mask, passed };
   LLVMBasicBlockRef from[] = { before, tested };
   LLVMAddIncoming(result, incoming, from, 2);
   return result;
}

LLVMValueRef
jit_depth_stencil_test(const struct jit_depth_stencil *depth_stencil, LLVMValueRef x,
                       LLVMValueRef y, LLVMValueRef sample, LLVMValueRef depth,
                       LLVMValueRef reference, LLVMValueRef mask)
{
   if (!jit_depth_stencil_enabled(depth_stencil->state))
      return mask;
   return test(depth_stencil, x, y, sample, depth, reference, mask, false);
}

LLVMValueRef
jit_depth_stencil_peek(const struct jit_depth_stencil *depth_stencil, LLVMValueRef x,
                       LLVMValueRef y, LLVMValueRef sample, LLVMValueRef depth, LLVMValueRef mask)
{
   if (!depth_stencil->state->test)
      return mask;
   return test(depth_stencil, x, y, sample, depth, NULL, mask, true);
}
