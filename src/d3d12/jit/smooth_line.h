/*
 * Alpha-antialiased lines (D3D11.3 3.4.4): how much of a pixel the rectangle around a line covers. The
 * rectangle is one pixel wide and ends at the line's vertices. Where a pixel is, in the direction of the
 * line and across, follows from the gradient of the primitive's b1, which runs from 0 to 1 along it.
 */
#ifndef JIT_SMOOTH_LINE_H
#define JIT_SMOOTH_LINE_H

#include "jit/interpolate.h"

struct jit_smooth_line {
   struct jit_build *build;
   LLVMValueRef unit[2]; /* vf32: the line's direction */
   LLVMValueRef length;  /* vf32, in pixels */
   /* vf32. A pixel's square, looked at along the line or across it, is a trapezoid: half its width, and
    * half of its flat part; and 1 / (2 × the product of the two sides that a slope is made of). */
   LLVMValueRef foot, top, scale;
};

/* Where the builder is: the code before the loops. */
void jit_smooth_line_init(struct jit_smooth_line *line,
                          const struct jit_interpolator *interpolator);
/* vf32, from 0 to 1. Exact but at the ends of lines that are neither horizontal nor vertical. */
LLVMValueRef jit_smooth_line_coverage(const struct jit_smooth_line *line,
                                      const struct jit_position *position);

#endif
