/* Cubes: projection onto a face, and footprints that cross its edges (D3D11.3 7.18.7, 7.18.12). */
#include "jit/expr.h"
#include "jit/texture_code.h"

#define SIGN_BIT 0x80000000u

/* How a vector's components become (s, t, major axis): which face it points at. */
struct face_choice {
   LLVMValueRef is_y, is_z; /* vi1, never both; else X */
   LLVMValueRef sign;       /* vi32: the sign bit of the major component */
   LLVMValueRef face;       /* vi32 */
};

static LLVMValueRef
flip(struct jit_build *build, LLVMValueRef value, LLVMValueRef sign)
{
   return as_float(build, ixor(build, as_int(build, value), sign));
}

static LLVMValueRef
negate(struct jit_build *build, LLVMValueRef value)
{
   return flip(build, value, jit_splat_i32(build, SIGN_BIT));
}

/* The largest component; Z, Y, X in this order where they are equal. */
static struct face_choice
choose_face(struct texture_code *code, const LLVMValueRef v[3])
{
   struct jit_build *build = code->build;
   struct face_choice c;
   LLVMValueRef x = fabs_vector(build, v[0]), y = fabs_vector(build, v[1]),
                z = fabs_vector(build, v[2]);

   c.is_z = iand(build, fcmp(build, LLVMRealOGE, z, x), fcmp(build, LLVMRealOGE, z, y));
   c.is_y = iand(build, fcmp(build, LLVMRealOGE, y, x), LLVMBuildNot(build->builder, c.is_z, ""));
   LLVMValueRef major = choose(build, c.is_z, v[2], choose(build, c.is_y, v[1], v[0]));
   LLVMValueRef negative = fcmp(build, LLVMRealOLT, major, jit_splat_f32(build, 0));
   c.sign = choose(build, negative, jit_splat_i32(build, SIGN_BIT), jit_splat_i32(build, 0));
   LLVMValueRef first =
      choose(build, c.is_z, jit_splat_i32(build, 4),
             choose(build, c.is_y, jit_splat_i32(build, 2), jit_splat_i32(build, 0)));
   c.face = iadd(build, first, LLVMBuildZExt(build->builder, negative, build->vi32, ""));
   return c;
}

/* s, t and the magnitude along the major axis (5.3.8). */
static void
to_face(struct texture_code *code, const struct face_choice *c, const LLVMValueRef v[3],
        LLVMValueRef out[3])
{
   struct jit_build *build = code->build;
   LLVMValueRef opposite = ixor(build, c->sign, jit_splat_i32(build, SIGN_BIT));
   LLVMValueRef s_x = flip(build, v[2], opposite), s_z = flip(build, v[0], c->sign);
   out[0] = choose(build, c->is_z, s_z, choose(build, c->is_y, v[0], s_x));
   out[1] = choose(build, c->is_y, flip(build, v[2], c->sign), negate(build, v[1]));
   LLVMValueRef major = choose(build, c->is_z, v[2], choose(build, c->is_y, v[1], v[0]));
   out[2] = flip(build, major, c->sign);
}

void
texture_cube_project(struct texture_code *code, const LLVMValueRef v[3], LLVMValueRef *face,
                     LLVMValueRef st[2])
{
   struct jit_build *build = code->build;
   struct face_choice choice = choose_face(code, v);
   LLVMValueRef on_face[3];

   to_face(code, &choice, v, on_face);
   LLVMValueRef half = jit_splat_f32(build, 0.5f);
   LLVMValueRef scale = fdiv(build, half, fabs_vector(build, on_face[2]));
   for (uint32_t i = 0; i < 2; i++)
      st[i] = jit_fma(build, on_face[i], scale, half);
   *face = choice.face;
}

void
texture_cube_gradient(struct texture_code *code, const LLVMValueRef v[3], const LLVMValueRef d[3],
                      LLVMValueRef st[2])
{
   struct jit_build *build = code->build;
   struct face_choice choice = choose_face(code, v);
   LLVMValueRef place[3], change[3];

   to_face(code, &choice, v, place);
   to_face(code, &choice, d, change);
   LLVMValueRef scale = fdiv(build, jit_splat_f32(build, 1), fmul(build, place[2], place[2]));
   for (uint32_t i = 0; i < 2; i++) {
      LLVMValueRef along = fmul(build, place[2], change[i]);
      LLVMValueRef across = fmul(build, place[i], change[2]);
      st[i] = fmul(build, fsub(build, along, across), scale);
   }
}

/* A face that all lanes share, as scalars. */
struct shared_face {
   LLVMValueRef is_y, is_z; /* i1 */
   LLVMValueRef sign;       /* i32: sign bit */
};

static struct shared_face
share_face(struct texture_code *code, LLVMValueRef face)
{
   struct jit_build *build = code->build;
   LLVMValueRef pair = ilshr(build, face, jit_const_i32(build, 1));
   return (struct shared_face){
      .is_y = icmp(build, LLVMIntEQ, pair, jit_const_i32(build, 1)),
      .is_z = icmp(build, LLVMIntEQ, pair, jit_const_i32(build, 2)),
      .sign = ishl(build, face, jit_const_i32(build, 31)),
   };
}

/* The inverse of to_face. */
static void
from_face(struct texture_code *code, const struct shared_face *face, const LLVMValueRef in[3],
          LLVMValueRef v[3])
{
   struct jit_build *build = code->build;
   LLVMValueRef sign = jit_splat(build, face->sign);
   LLVMValueRef opposite = ixor(build, sign, jit_splat_i32(build, SIGN_BIT));
   LLVMValueRef major = flip(build, in[2], sign), down = negate(build, in[1]);
   v[0] =
      choose(build, face->is_z, flip(build, in[0], sign), choose(build, face->is_y, in[0], major));
   v[1] = choose(build, face->is_y, major, down);
   v[2] = choose(build, face->is_z, major,
                 choose(build, face->is_y, flip(build, in[1], sign), flip(build, in[0], opposite)));
}

/* Everything about one footprint on a face. */
struct quad {
   const struct texture_coords *coords;
   LLVMValueRef layer, first_layer, face; /* i32 */
   LLVMValueRef level;                    /* i32 */
   LLVMValueRef size;                     /* i32 */
   LLVMValueRef second[2];                /* vi32: i1, j1, in [0, size]; the first is one less */
   LLVMValueRef mask;
};

static LLVMValueRef
tap_index(struct texture_code *code, const struct quad *quad, uint32_t axis, uint32_t side)
{
   LLVMValueRef index = quad->second[axis];
   return side ? index : isub(code->build, index, jit_splat_i32(code->build, 1));
}

static LLVMValueRef
is_outside(struct texture_code *code, const struct quad *quad, LLVMValueRef index)
{
   return icmp(code->build, LLVMIntUGE, index, jit_splat(code->build, quad->size));
}

static void
tap_value(struct texture_code *code, LLVMValueRef rgba[4])
{
   if (!texture_op_gathers(code->key.op))
      texture_tap_value(code, rgba);
}

static void
fetch_inside(struct texture_code *code, const struct quad *quad, LLVMValueRef texels[4][4])
{
   struct texture_level level = texture_level(code, quad->level, quad->layer);
   for (uint32_t k = 0; k < 4; k++) {
      LLVMValueRef x = tap_index(code, quad, 0, k & 1), y = tap_index(code, quad, 1, k >> 1);
      texture_fetch(code, &level, x, y, NULL, NULL, quad->mask, texels[k]);
      tap_value(code, texels[k]);
   }
}

/*
 * A texel outside of the face lies on the neighbour: seen from the cube's middle, its coordinate across
 * the edge has become the largest, and what was the largest is now that of the edge's texels. Texel i
 * has the coordinate 2i + 1 - size, so all are whole numbers, exact in floats.
 */
static LLVMValueRef
neighbour_address(struct texture_code *code, const struct quad *quad, LLVMValueRef index[2],
                  LLVMValueRef outside)
{
   struct jit_build *build = code->build;
   struct shared_face face = share_face(code, quad->face);
   LLVMValueRef size =
      jit_splat(build, LLVMBuildSIToFP(build->builder, quad->size, build->f32, ""));
   LLVMValueRef edge = fadd_const(build, size, -1);
   LLVMValueRef in[3], v[3], out[3];

   for (uint32_t a = 0; a < 2; a++) {
      LLVMValueRef i = to_float(build, index[a]);
      in[a] = fsub(build, fadd(build, i, i), edge);
   }
   in[2] = choose(build, outside, edge, size);
   from_face(code, &face, in, v);
   struct face_choice choice = choose_face(code, v);
   to_face(code, &choice, v, out);
   for (uint32_t a = 0; a < 2; a++)
      index[a] = to_int(build, fmul_const(build, fadd(build, out[a], edge), 0.5f));

   struct texture_level level = texture_level(code, quad->level, quad->first_layer);
   LLVMValueRef stride = jit_splat(build, VIEW_FIELD(code, i64, layer_stride));
   LLVMValueRef offset =
      imul(build, LLVMBuildZExt(build->builder, choice.face, build->vi64, ""), stride);
   LLVMValueRef x = index[0], y = index[1];
   if (code->info->block_width > 1) {
      x = ilshr_const(build, x, 2);
      y = ilshr_const(build, y, 2);
   }
   LLVMValueRef in_layer = iadd(build, imul(build, y, jit_splat(build, level.row_pitch)),
                                imul(build, x, jit_splat_i32(build, code->info->block_bytes)));
   offset = iadd(build, offset, LLVMBuildZExt(build->builder, in_layer, build->vi64, ""));
   return LLVMBuildGEP2(build->builder, build->i8, level.base, &offset, 1, "");
}

static void
fetch_across(struct texture_code *code, const struct quad *quad, LLVMValueRef texels[4][4])
{
   struct jit_build *build = code->build;
   LLVMValueRef corner[4];
   for (uint32_t k = 0; k < 4; k++) {
      LLVMValueRef index[2] = { tap_index(code, quad, 0, k & 1), tap_index(code, quad, 1, k >> 1) };
      LLVMValueRef out_x = is_outside(code, quad, index[0]);
      LLVMValueRef out_y = is_outside(code, quad, index[1]);
      corner[k] = iand(build, out_x, out_y);
      LLVMValueRef ptrs = neighbour_address(code, quad, index, ior(build, out_x, out_y));
      LLVMValueRef mask = iand(build, quad->mask, LLVMBuildNot(build->builder, corner[k], ""));
      texture_fetch_at(code, ptrs, index[0], index[1], mask, texels[k]);
      tap_value(code, texels[k]);
   }
   if (code->integer)
      return;

   /* At a corner of the cube three faces meet: the mean of three texels stands for the fourth. */
   for (uint32_t c = 0; c < 4; c++) {
      LLVMValueRef sum = jit_splat_f32(build, 0);
      for (uint32_t k = 0; k < 4; k++) {
         LLVMValueRef there = choose(build, corner[k], jit_splat_f32(build, 0), texels[k][c]);
         sum = fadd(build, sum, there);
      }
      LLVMValueRef mean = fmul_const(build, sum, 1 / 3.0f);
      for (uint32_t k = 0; k < 4; k++)
         texels[k][c] = choose(build, corner[k], mean, texels[k][c]);
   }
}

void
texture_cube_quad(struct texture_code *code, const struct texture_coords *coords,
                  LLVMValueRef level, LLVMValueRef layer, LLVMValueRef mask,
                  LLVMValueRef texels[4][4], LLVMValueRef weight[2])
{
   struct jit_build *build = code->build;
   LLVMBuilderRef b = build->builder;
   struct texture_level info = texture_level(code, level, layer);
   struct quad quad = {
      .coords = coords,
      .level = level,
      .layer = layer,
      .face = LLVMBuildURem(b, layer, jit_const_i32(build, 6), ""),
      .size = info.size[0],
      .mask = mask,
   };
   quad.first_layer = isub(build, layer, quad.face);

   LLVMValueRef outside = LLVMConstNull(build->vi1);
   for (uint32_t a = 0; a < 2; a++) {
      LLVMValueRef u = fclamp_const(build, coords->u[a], 0, 1);
      LLVMValueRef fixed = texture_fixed(code, u, quad.size, true);
      quad.second[a] = ilshr_const(build, fixed, COORDINATE_BITS);
      weight[a] = fmul_const(build, to_float(build, iand_const(build, fixed, COORDINATE_ONE - 1)),
                             1.0f / COORDINATE_ONE);
      for (uint32_t side = 0; side < 2; side++)
         outside = ior(build, outside, is_outside(code, &quad, tap_index(code, &quad, a, side)));
   }

   LLVMBasicBlockRef blocks[2] = { jit_block(build, "inside"), jit_block(build, "across") };
   LLVMBasicBlockRef done = jit_block(build, "quad");
   LLVMBuildCondBr(b, jit_any(build, iand(build, outside, mask)), blocks[1], blocks[0]);
   LLVMValueRef results[2][4][4];
   for (uint32_t i = 0; i < 2; i++) {
      jit_position(build, blocks[i]);
      if (i == 0)
         fetch_inside(code, &quad, results[i]);
      else
         fetch_across(code, &quad, results[i]);
      LLVMBuildBr(b, done);
      blocks[i] = LLVMGetInsertBlock(b);
   }

   jit_position(build, done);
   for (uint32_t k = 0; k < 4; k++) {
      for (uint32_t c = 0; c < 4; c++) {
         LLVMValueRef values[2] = { results[0][k][c], results[1][k][c] };
         texels[k][c] = LLVMBuildPhi(b, LLVMTypeOf(values[0]), "");
         LLVMAddIncoming(texels[k][c], values, blocks, 2);
      }
   }
}
