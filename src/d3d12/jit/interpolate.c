#include "jit/interpolate.h"

#include "jit/expr.h"
#include "jit/registers.h"

#define DELTA_PITCH (3 * 4 * sizeof(float))

bool
jit_element_is_constant(const struct dxil_signature_element *element)
{
   return element->interpolation == DXIL_INTERP_CONSTANT || !jit_element_is_float(element);
}

bool
jit_element_is_perspective(const struct dxil_signature_element *element)
{
   switch (element->interpolation) {
   case DXIL_INTERP_LINEAR_NOPERSPECTIVE:
   case DXIL_INTERP_LINEAR_NOPERSPECTIVE_CENTROID:
   case DXIL_INTERP_LINEAR_NOPERSPECTIVE_SAMPLE:
      return false;
   default:
      return true;
   }
}

/* The register and column of the raster stage's output, or NULL. */
static const uint8_t *
link_of(const struct jit_pixel_state *state, const struct dxil_signature_element *element,
        uint32_t row, uint32_t col)
{
   const uint8_t *link;

   if (element->start_row == DXIL_NONE)
      return NULL;
   link = state->input[element->start_row + row][element->start_col + col];
   return link[0] == JIT_UNLINKED ? NULL : link;
}

bool
jit_element_is_linked(const struct jit_pixel_state *state,
                      const struct dxil_signature_element *element, uint32_t row, uint32_t col)
{
   return link_of(state, element, row, col) != NULL;
}

static LLVMValueRef
load_splat(struct jit_build *build, LLVMValueRef ptr, size_t offset)
{
   return jit_splat(build, jit_load(build, build->f32, ptr, offset, 4));
}

/*
 * The same pointer, in a way that LLVM cannot see through. Otherwise it promotes the deltas to SIMD
 * registers, splats each of them before the loops and spills most: work for every primitive, and 64
 * bytes to reload instead of a broadcast of 4.
 */
static LLVMValueRef
opaque_pointer(struct jit_build *build, LLVMValueRef ptr)
{
   static char code[] = "", constraints[] = "=r,0,~{memory}";
   LLVMTypeRef type = LLVMFunctionType(build->ptr, &build->ptr, 1, false);
   LLVMValueRef identity = LLVMGetInlineAsm(type, code, 0, constraints, sizeof(constraints) - 1,
                                            true, false, LLVMInlineAsmDialectATT, false);

   return LLVMBuildCall2(build->builder, type, identity, &ptr, 1, "");
}

/* a[0] and the differences to it, for each register that some input interpolates. */
static void
emit_deltas(struct jit_interpolator *interpolator, const struct dxil_signature *signature)
{
   struct jit_build *build = interpolator->build;
   LLVMTypeRef vec4 = LLVMVectorType(build->f32, 4);
   bool wanted[JIT_MAX_REGISTERS] = { false };
   bool any = false;

   for (uint32_t i = 0; i < signature->count; i++) {
      const struct dxil_signature_element *element = &signature->elements[i];

      if (jit_element_is_constant(element) || element->kind == DXIL_SEM_POSITION)
         continue;
      for (uint32_t row = 0; row < element->rows; row++)
         for (uint32_t col = 0; col < element->cols; col++) {
            const uint8_t *link = link_of(interpolator->state, element, row, col);

            if (link)
               wanted[link[0]] = any = true;
         }
   }

   if (!any)
      return;
   interpolator->deltas =
      jit_alloca(build, LLVMArrayType(build->f32, JIT_MAX_REGISTERS * DELTA_PITCH / sizeof(float)),
                 64, "deltas");
   for (uint32_t reg = 0; reg < JIT_MAX_REGISTERS; reg++) {
      LLVMValueRef a[3];

      if (!wanted[reg])
         continue;
      for (uint32_t i = 0; i < 3; i++)
         a[i] = jit_load(build, vec4, interpolator->vertices[i],
                         offsetof(struct vertex, reg) + reg * 16, 16);
      a[1] = LLVMBuildFSub(build->builder, a[1], a[0], "");
      a[2] = LLVMBuildFSub(build->builder, a[2], a[0], "");
      for (uint32_t i = 0; i < 3; i++)
         jit_store(build, a[i], interpolator->deltas, reg * DELTA_PITCH + i * 16, 16);
   }
   interpolator->deltas = opaque_pointer(build, interpolator->deltas);
}

void
jit_interpolator_init(struct jit_interpolator *interpolator, struct jit_build *build,
                      const struct jit_pixel_state *state, const struct dxil_signature *signature,
                      LLVMValueRef primitive)
{
   static const size_t b1_offset[3] = {
      offsetof(struct primitive, b1_0),
      offsetof(struct primitive, b1_dx),
      offsetof(struct primitive, b1_dy),
   };
   static const size_t b2_offset[3] = {
      offsetof(struct primitive, b2_0),
      offsetof(struct primitive, b2_dx),
      offsetof(struct primitive, b2_dy),
   };
   static const size_t z_offset[3] = {
      offsetof(struct primitive, z0),
      offsetof(struct primitive, z_dx),
      offsetof(struct primitive, z_dy),
   };
   LLVMValueRef w[3], scalar_w[3];

   interpolator->build = build;
   interpolator->state = state;
   interpolator->origin[0] = load_splat(build, primitive, offsetof(struct primitive, x0));
   interpolator->origin[1] = load_splat(build, primitive, offsetof(struct primitive, y0));
   for (uint32_t i = 0; i < 3; i++) {
      interpolator->b1[i] = load_splat(build, primitive, b1_offset[i]);
      interpolator->b2[i] = load_splat(build, primitive, b2_offset[i]);
      interpolator->z[i] = load_splat(build, primitive, z_offset[i]);
      scalar_w[i] = jit_load(build, build->f32, primitive,
                             offsetof(struct primitive, w) + i * sizeof(float), 4);
      w[i] = jit_splat(build, scalar_w[i]);
      interpolator->vertices[i] = jit_load(build, build->ptr, primitive,
                                           offsetof(struct primitive, v) + i * sizeof(void *), 8);
   }
   LLVMValueRef flat = jit_load(build, build->ptr, primitive, offsetof(struct primitive, flat), 8);
   for (uint32_t i = 0; i < 3; i++)
      interpolator->flat[i] = jit_load(build, build->ptr, flat, i * sizeof(void *), 8);
   interpolator->affine = LLVMBuildAnd(
      build->builder,
      LLVMBuildFCmp(build->builder, LLVMRealOEQ, scalar_w[0], scalar_w[1], ""),
      LLVMBuildFCmp(build->builder, LLVMRealOEQ, scalar_w[0], scalar_w[2], ""), "");
   interpolator->affine_w = jit_splat(
      build, LLVMBuildFDiv(build->builder, jit_const_f32(build, 1), scalar_w[0], ""));
   interpolator->w1 = w[1];
   interpolator->w2 = w[2];
   interpolator->w[0] = w[0];
   interpolator->w[1] = LLVMBuildFSub(build->builder, w[1], w[0], "");
   interpolator->w[2] = LLVMBuildFSub(build->builder, w[2], w[0], "");
   if (signature)
      emit_deltas(interpolator, signature);
}

static LLVMValueRef
plane(struct jit_build *build, const LLVMValueRef equation[3], LLVMValueRef x, LLVMValueRef y)
{
   return jit_fma(build, equation[2], y, jit_fma(build, equation[1], x, equation[0]));
}

/* Sets p1, p2 and w. Without perspective, as all that is drawn in two dimensions, it takes no division. */
static void
apply_perspective(const struct jit_interpolator *interpolator, struct jit_position *position)
{
   struct jit_build *build = interpolator->build;
   LLVMBuilderRef b = build->builder;
   LLVMBasicBlockRef blocks[2] = { LLVMGetInsertBlock(b), jit_block(build, "perspective") };
   LLVMBasicBlockRef done = jit_block(build, "located");
   LLVMValueRef *const out[3] = { &position->p1, &position->p2, &position->w };
   LLVMValueRef values[3][2] = {
      { position->b1, NULL }, { position->b2, NULL }, { interpolator->affine_w, NULL }
   };

   LLVMBuildCondBr(b, interpolator->affine, done, blocks[1]);
   jit_position(build, blocks[1]);
   LLVMValueRef rcp_w = plane(build, interpolator->w, position->b1, position->b2);
   LLVMValueRef w = LLVMBuildFDiv(b, jit_splat_f32(build, 1.0f), rcp_w, "");
   values[0][1] = LLVMBuildFMul(b, LLVMBuildFMul(b, position->b1, interpolator->w1, ""), w, "");
   values[1][1] = LLVMBuildFMul(b, LLVMBuildFMul(b, position->b2, interpolator->w2, ""), w, "");
   values[2][1] = w;
   LLVMBuildBr(b, done);

   jit_position(build, done);
   for (uint32_t i = 0; i < 3; i++) {
      *out[i] = LLVMBuildPhi(b, build->vf32, "");
      LLVMAddIncoming(*out[i], values[i], blocks, 2);
   }
}

void
jit_interpolator_locate(const struct jit_interpolator *interpolator, LLVMValueRef x, LLVMValueRef y,
                        struct jit_position *position)
{
   struct jit_build *build = interpolator->build;
   LLVMBuilderRef b = build->builder;

   position->dx = LLVMBuildFSub(b, x, interpolator->origin[0], "");
   position->dy = LLVMBuildFSub(b, y, interpolator->origin[1], "");
   position->b1 = plane(build, interpolator->b1, position->dx, position->dy);
   /* Smooth lines touch pixels whose centres lie beyond their ends. */
   if (interpolator->state->smooth_lines)
      position->b1 = fclamp_const(build, position->b1, 0.0f, 1.0f);
   position->b2 = plane(build, interpolator->b2, position->dx, position->dy);

   apply_perspective(interpolator, position);
}

LLVMValueRef
jit_interpolator_depth(const struct jit_interpolator *interpolator,
                       const struct jit_position *position)
{
   return plane(interpolator->build, interpolator->z, position->dx, position->dy);
}

/* A component of a vertex's register, as the element's type. */
static LLVMValueRef
vertex_component(const struct jit_interpolator *interpolator,
                 const struct dxil_signature_element *element, LLVMValueRef vertex,
                 const uint8_t *link)
{
   struct jit_build *build = interpolator->build;
   LLVMValueRef bits = jit_load(build, build->i32, vertex,
                                offsetof(struct vertex, reg) + link[0] * 16 + link[1] * 4, 4);

   return jit_bitcast(build, jit_splat(build, bits), jit_element_type(build, element));
}

LLVMValueRef
jit_interpolate(const struct jit_interpolator *interpolator,
                const struct dxil_signature_element *element, uint32_t row, uint32_t col,
                const struct jit_position *position)
{
   struct jit_build *build = interpolator->build;
   const uint8_t *link = link_of(interpolator->state, element, row, col);
   LLVMValueRef delta[3];

   if (!link)
      return LLVMConstNull(jit_element_type(build, element));
   if (jit_element_is_constant(element))
      return vertex_component(interpolator, element, interpolator->flat[0], link);

   for (uint32_t i = 0; i < 3; i++)
      delta[i] =
         load_splat(build, interpolator->deltas, link[0] * DELTA_PITCH + i * 16 + link[1] * 4);
   if (jit_element_is_perspective(element))
      return plane(build, delta, position->p1, position->p2);
   return plane(build, delta, position->b1, position->b2);
}

LLVMValueRef
jit_interpolate_at_vertex(const struct jit_interpolator *interpolator,
                          const struct dxil_signature_element *element, uint32_t row, uint32_t col,
                          uint32_t vertex)
{
   const uint8_t *link = link_of(interpolator->state, element, row, col);

   if (!link || vertex > 2)
      return LLVMConstNull(jit_element_type(interpolator->build, element));
   return vertex_component(interpolator, element, interpolator->flat[vertex], link);
}
