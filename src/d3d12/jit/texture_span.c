/*
 * What a group of quads reads that lie side by side on the target: most often two short rows of texels,
 * and the rows below them next.
 */
#include "jit/expr.h"
#include "jit/texture_code.h"

/* A tile is shaded in rows of 8×8 blocks (raster/tile.c), and each row of texels is in another page: the
 * CPU doesn't see what comes next. A quad shows how the texture lies on the target. */
#define PREFETCH_ROWS 8

/* The offset of a lane's texel, as i64. */
static LLVMValueRef
lane_offset(struct jit_build *build, LLVMValueRef offset, uint32_t lane)
{
   LLVMBuilderRef b = build->builder;
   LLVMValueRef value = LLVMBuildExtractElement(b, offset, jit_const_i32(build, lane), "");
   return LLVMBuildSExt(b, value, build->i64, "");
}

void
texture_prefetch(struct texture_code *code, const struct texture_level *level, LLVMValueRef x,
                 LLVMValueRef y)
{
   struct jit_build *build = code->build;
   LLVMTypeRef unit = code->info->block_bytes < 4 ? build->i8 : build->i32;
   LLVMValueRef offset = texture_slice_offset(code, level, x, y);
   LLVMValueRef here = lane_offset(build, offset, 0);
   LLVMValueRef step = isub(build, lane_offset(build, offset, 2), here);

   for (uint32_t row = PREFETCH_ROWS; row < PREFETCH_ROWS + 2; row++) {
      LLVMValueRef rows = imul(build, step, LLVMConstInt(build->i64, row, false));
      LLVMValueRef ahead = iadd(build, here, rows);
      /* Far from the texture, maybe: nothing but a prefetch may look there. */
      LLVMValueRef args[] = { LLVMBuildGEP2(build->builder, unit, level->base, &ahead, 1, ""),
                              jit_const_i32(build, 0), jit_const_i32(build, 3),
                              jit_const_i32(build, 1) };
      jit_intrinsic(build, "llvm.prefetch", &build->ptr, 1, args, 4);
   }
}

/* Lanes are quads: 0 1 4 5 … above 2 3 6 7 …. */
static uint32_t
lane_row(uint32_t lane)
{
   return lane >> 1 & 1;
}

static uint32_t
lane_column(uint32_t lane)
{
   return (lane >> 2 << 1) + (lane & 1);
}

/* Are the texels of both rows neighbours, as where a texture is shown in its own size? vi1. */
static LLVMValueRef
are_neighbours(struct jit_build *build, LLVMValueRef offset)
{
   LLVMValueRef first[JIT_MAX_LANES], column[JIT_MAX_LANES];
   for (uint32_t lane = 0; lane < build->lanes; lane++) {
      first[lane] = jit_const_i32(build, lane_row(lane) ? 2 : 0);
      column[lane] = jit_const_i32(build, lane_column(lane));
   }
   LLVMValueRef firsts = LLVMBuildShuffleVector(build->builder, offset, LLVMGetPoison(build->vi32),
                                                LLVMConstVector(first, build->lanes), "");
   LLVMValueRef expected = iadd(build, firsts, LLVMConstVector(column, build->lanes));
   return icmp(build, LLVMIntEQ, offset, expected);
}

static LLVMValueRef
load_rows(struct texture_code *code, const struct texture_level *level, LLVMValueRef offset)
{
   struct jit_build *build = code->build;
   LLVMBuilderRef b = build->builder;
   LLVMTypeRef half = LLVMVectorType(build->i32, build->lanes / 2);
   LLVMValueRef rows[2], order[JIT_MAX_LANES];

   for (uint32_t row = 0; row < 2; row++) {
      LLVMValueRef first = lane_offset(build, offset, 2 * row);
      LLVMValueRef ptr = LLVMBuildGEP2(b, build->i32, level->base, &first, 1, "");
      rows[row] = jit_load(build, half, ptr, 0, sizeof(uint32_t));
   }
   for (uint32_t lane = 0; lane < build->lanes; lane++)
      order[lane] =
         jit_const_i32(build, lane_column(lane) + (lane_row(lane) ? build->lanes / 2 : 0));
   return LLVMBuildShuffleVector(b, rows[0], rows[1], LLVMConstVector(order, build->lanes), "");
}

/* Lanes that are masked have texels inside the level, too (texture_axis), so whole rows may be loaded. */
LLVMValueRef
texture_fetch_span(struct texture_code *code, const struct texture_level *level, LLVMValueRef x,
                   LLVMValueRef y, LLVMValueRef mask)
{
   struct jit_build *build = code->build;
   LLVMBuilderRef b = build->builder;
   LLVMValueRef offset = texture_slice_offset(code, level, x, y);
   LLVMBasicBlockRef blocks[2] = { jit_block(build, "rows"), jit_block(build, "scattered") };
   LLVMBasicBlockRef done = jit_block(build, "span");
   LLVMValueRef texels[2];

   LLVMValueRef all = jit_const_i32(build, (1u << build->lanes) - 1);
   LLVMValueRef bits = jit_mask_bits(build, are_neighbours(build, offset));
   LLVMBuildCondBr(b, icmp(build, LLVMIntEQ, bits, all), blocks[0], blocks[1]);

   jit_position(build, blocks[0]);
   texels[0] = load_rows(code, level, offset);
   LLVMBuildBr(b, done);

   jit_position(build, blocks[1]);
   LLVMValueRef ptrs = LLVMBuildGEP2(b, build->i32, level->base, &offset, 1, "");
   texels[1] = jit_gather(build, build->vi32, ptrs, mask, sizeof(uint32_t));
   LLVMBuildBr(b, done);
   blocks[1] = LLVMGetInsertBlock(b);

   jit_position(build, done);
   LLVMValueRef result = LLVMBuildPhi(b, build->vi32, "");
   LLVMAddIncoming(result, texels, blocks, 2);
   return result;
}
