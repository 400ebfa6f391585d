#include "jit/smooth_line.h"

/* Sides of the square that are shorter than this, seen from the line, are taken for as long: it divides
 * by them. */
#define SHORTEST (1.0f / 256)

static LLVMValueRef
absolute(struct jit_build *build, LLVMValueRef x)
{
   return jit_intrinsic(build, "llvm.fabs", &build->vf32, 1, &x, 1);
}

void
jit_smooth_line_init(struct jit_smooth_line *line, const struct jit_interpolator *interpolator)
{
   struct jit_build *build = interpolator->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef dx = interpolator->b1[1], dy = interpolator->b1[2];
   LLVMValueRef half = jit_splat_f32(build, 0.5f);
   LLVMValueRef square = jit_fma(build, dx, dx, LLVMBuildFMul(b, dy, dy, ""));
   LLVMValueRef gradient = jit_intrinsic(build, "llvm.sqrt", &build->vf32, 1, &square, 1);

   line->build = build;
   line->length = LLVMBuildFDiv(b, jit_splat_f32(build, 1.0f), gradient, "");
   line->unit[0] = LLVMBuildFMul(b, dx, line->length, "");
   line->unit[1] = LLVMBuildFMul(b, dy, line->length, "");

   LLVMValueRef x = absolute(build, line->unit[0]), y = absolute(build, line->unit[1]);
   LLVMValueRef longer = jit_fmax(build, x, y);
   LLVMValueRef shorter = jit_fmax(build, jit_fmin(build, x, y), jit_splat_f32(build, SHORTEST));
   line->foot = LLVMBuildFMul(b, LLVMBuildFAdd(b, longer, shorter, ""), half, "");
   line->top = LLVMBuildFMul(b, LLVMBuildFSub(b, longer, shorter, ""), half, "");
   line->scale = LLVMBuildFDiv(b, half, LLVMBuildFMul(b, longer, shorter, ""), "");
}

static LLVMValueRef
square_of_positive(struct jit_build *build, LLVMValueRef x)
{
   x = jit_fmax(build, x, LLVMConstNull(build->vf32));
   return LLVMBuildFMul(build->builder, x, x, "");
}

/* The part of a pixel's square that lies before `x`, which is measured from its centre: an integral of
 * the trapezoid. */
static LLVMValueRef
part_before(const struct jit_smooth_line *line, LLVMValueRef x)
{
   struct jit_build *build = line->build;
   LLVMBuilderRef b = build->builder;

   x = jit_fmin(build, jit_fmax(build, x, LLVMBuildFNeg(b, line->foot, "")), line->foot);
   LLVMValueRef from_foot = LLVMBuildFAdd(b, x, line->foot, "");
   LLVMValueRef area = LLVMBuildFMul(b, from_foot, from_foot, "");
   area = LLVMBuildFSub(b, area, square_of_positive(build, LLVMBuildFAdd(b, x, line->top, "")), "");
   area = LLVMBuildFSub(b, area, square_of_positive(build, LLVMBuildFSub(b, x, line->top, "")), "");
   return LLVMBuildFMul(b, area, line->scale, "");
}

/* The part between `low` and `high`. */
static LLVMValueRef
part_between(const struct jit_smooth_line *line, LLVMValueRef low, LLVMValueRef high)
{
   return LLVMBuildFSub(line->build->builder, part_before(line, high), part_before(line, low), "");
}

LLVMValueRef
jit_smooth_line_coverage(const struct jit_smooth_line *line, const struct jit_position *position)
{
   struct jit_build *build = line->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef half = jit_splat_f32(build, 0.5f);
   LLVMValueRef dx = position->dx, dy = position->dy;
   LLVMValueRef along = jit_fma(build, dx, line->unit[0], LLVMBuildFMul(b, dy, line->unit[1], ""));
   LLVMValueRef across = LLVMBuildFSub(b, LLVMBuildFMul(b, dx, line->unit[1], ""),
                                       LLVMBuildFMul(b, dy, line->unit[0], ""), "");

   LLVMValueRef of_width = part_between(line, LLVMBuildFSub(b, across, half, ""),
                                        LLVMBuildFAdd(b, across, half, ""));
   LLVMValueRef of_length =
      part_between(line, LLVMBuildFSub(b, along, line->length, ""), along);
   return LLVMBuildFMul(b, of_width, of_length, "");
}
