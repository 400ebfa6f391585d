/*
 * SV_Barycentrics: the weights of a primitive's own three vertices, whatever the clipper made of it.
 *
 * In clip space a point of the primitive is c = λ0 c0 + λ1 c1 + λ2 c2, with x, y and w as coordinates.
 * So λi = (cj × ck) · c / det(c0, c1, c2), and these are the perspective-correct weights.
 */
#include "jit/interpolate.h"

struct vec3 {
   LLVMValueRef x, y, w;
};

static struct vec3
clip_position(struct jit_build *build, LLVMValueRef vertex)
{
   size_t clip = offsetof(struct vertex, clip);
   return (struct vec3){
      jit_load(build, build->f32, vertex, clip, 4),
      jit_load(build, build->f32, vertex, clip + 1 * sizeof(float), 4),
      jit_load(build, build->f32, vertex, clip + 3 * sizeof(float), 4),
   };
}

static LLVMValueRef
minor(LLVMBuilderRef b, LLVMValueRef p, LLVMValueRef q, LLVMValueRef r, LLVMValueRef s)
{
   return LLVMBuildFSub(b, LLVMBuildFMul(b, p, s, ""), LLVMBuildFMul(b, q, r, ""), "");
}

static struct vec3
cross(LLVMBuilderRef b, const struct vec3 *u, const struct vec3 *v)
{
   return (struct vec3){
      minor(b, u->y, u->w, v->y, v->w),
      minor(b, u->w, u->x, v->w, v->x),
      minor(b, u->x, u->y, v->x, v->y),
   };
}

static LLVMValueRef
dot(LLVMBuilderRef b, const struct vec3 *u, const struct vec3 *v)
{
   LLVMValueRef sum = LLVMBuildFMul(b, u->x, v->x, "");
   sum = LLVMBuildFAdd(b, sum, LLVMBuildFMul(b, u->y, v->y, ""), "");
   return LLVMBuildFAdd(b, sum, LLVMBuildFMul(b, u->w, v->w, ""), "");
}

/* The weight of original vertex i at the position; exact where nothing was clipped. */
static LLVMValueRef
weight(const struct jit_interpolator *interpolator, const struct vec3 c[3], uint32_t i,
       const struct jit_position *position)
{
   struct jit_build *build = interpolator->build;
   LLVMBuilderRef b = build->builder;
   struct vec3 normal = cross(b, &c[(i + 1) % 3], &c[(i + 2) % 3]);
   LLVMValueRef rcp = LLVMBuildFDiv(b, jit_const_f32(build, 1), dot(b, &normal, &c[i]), "");
   LLVMValueRef at[3]; /* the weight at the vertices of what is drawn */

   for (uint32_t k = 0; k < 3; k++) {
      struct vec3 v = clip_position(build, interpolator->vertices[k]);
      LLVMValueRef same = LLVMBuildICmp(b, LLVMIntEQ, interpolator->vertices[k],
                                        interpolator->flat[k], "");
      LLVMValueRef value = LLVMBuildFMul(b, dot(b, &normal, &v), rcp, "");
      value = LLVMBuildSelect(b, same, jit_const_f32(build, k == i), value, "");
      at[k] = jit_splat(build, value);
   }
   LLVMValueRef d1 = LLVMBuildFSub(b, at[1], at[0], "");
   LLVMValueRef d2 = LLVMBuildFSub(b, at[2], at[0], "");
   return jit_fma(build, position->p2, d2, jit_fma(build, position->p1, d1, at[0]));
}

LLVMValueRef
jit_interpolate_barycentric(const struct jit_interpolator *interpolator,
                            const struct dxil_signature_element *element, uint32_t vertex,
                            const struct jit_position *position)
{
   struct jit_build *build = interpolator->build;
   LLVMBuilderRef b = build->builder;
   struct vec3 c[3];

   if (vertex > 2)
      return LLVMConstNull(build->vf32);
   for (uint32_t i = 0; i < 3; i++)
      c[i] = clip_position(build, interpolator->flat[i]);

   LLVMValueRef result = weight(interpolator, c, vertex, position);
   if (jit_element_is_perspective(element))
      return result;

   /* Linear on the screen: in proportion to λi wi. */
   LLVMValueRef own = NULL, sum = LLVMConstNull(build->vf32);
   for (uint32_t i = 0; i < 3; i++) {
      LLVMValueRef share = LLVMBuildFMul(b, weight(interpolator, c, i, position),
                                         jit_splat(build, c[i].w), "");
      sum = LLVMBuildFAdd(b, sum, share, "");
      own = i == vertex ? share : own;
   }
   return LLVMBuildFDiv(b, own, sum, "");
}
