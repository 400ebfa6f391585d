/*
 * Attributes of a primitive at positions of a group of pixels (D3D11.3 16.4; the scheme is that of
 * struct primitive in abi.h). What depends on the primitive alone is computed once, before the
 * loops.
 */
#ifndef JIT_INTERPOLATE_H
#define JIT_INTERPOLATE_H

#include "jit/stages.h"

struct jit_interpolator {
   struct jit_build *build;
   const struct jit_pixel_state *state;
   LLVMValueRef origin[2];            /* vf32: x0, y0 */
   LLVMValueRef b1[3], b2[3], z[3];   /* vf32: value at the origin, d/dx, d/dy */
   LLVMValueRef w[3];                 /* vf32: w0, w1 - w0, w2 - w0 */
   LLVMValueRef w1, w2;               /* vf32 */
   LLVMValueRef affine;               /* i1: w is the same at all vertices */
   LLVMValueRef affine_w;             /* vf32: then, clip-space w */
   LLVMValueRef vertices[3], flat[3]; /* ptr to struct vertex */
   LLVMValueRef deltas;               /* float[register][3][4]: a0, a1 - a0, a2 - a0 */
};

/* Where a group's pixels are looked at, and the weights there. All vf32. */
struct jit_position {
   LLVMValueRef dx, dy; /* from the primitive's origin */
   LLVMValueRef b1, b2; /* linear in screen space */
   LLVMValueRef p1, p2; /* with perspective */
   LLVMValueRef w;      /* clip-space w */
};

/* Where the builder is: the code before the loops. signature: the pixel shader's input, or NULL. */
void jit_interpolator_init(struct jit_interpolator *interpolator, struct jit_build *build,
                           const struct jit_pixel_state *state,
                           const struct dxil_signature *signature, LLVMValueRef primitive);

/* x, y: positions in pixels. */
void jit_interpolator_locate(const struct jit_interpolator *interpolator, LLVMValueRef x,
                             LLVMValueRef y, struct jit_position *position);
/* Depth before the viewport's clamp. */
LLVMValueRef jit_interpolator_depth(const struct jit_interpolator *interpolator,
                                    const struct jit_position *position);

/* One component of an input as its element says, at `position`. row, col: in the element. vf32 or
 * vi32. */
LLVMValueRef jit_interpolate(const struct jit_interpolator *interpolator,
                             const struct dxil_signature_element *element, uint32_t row,
                             uint32_t col, const struct jit_position *position);
/* The same component at one of the three vertices. */
LLVMValueRef jit_interpolate_at_vertex(const struct jit_interpolator *interpolator,
                                       const struct dxil_signature_element *element, uint32_t row,
                                       uint32_t col, uint32_t vertex);

/* SV_Barycentrics (barycentrics.c): the weight of one of the three vertices. vf32. */
LLVMValueRef jit_interpolate_barycentric(const struct jit_interpolator *interpolator,
                                         const struct dxil_signature_element *element,
                                         uint32_t vertex, const struct jit_position *position);

bool jit_element_is_perspective(const struct dxil_signature_element *element);
bool jit_element_is_constant(const struct dxil_signature_element *element);
bool jit_element_is_linked(const struct jit_pixel_state *state,
                           const struct dxil_signature_element *element, uint32_t row,
                           uint32_t col);

#endif
