/* Sampling operations: which levels and faces, and how often. */
#include "jit/expr.h"
#include "jit/texture_code.h"

/* What the lanes of one round share. */
struct sample {
   const struct texture_coords *coords;
   LLVMValueRef level;    /* i32 */
   LLVMValueRef layer;    /* i32 or NULL */
   LLVMValueRef minified; /* i1; NULL: the same filter either way */
   LLVMValueRef fraction; /* vf32: weight of the next level, or NULL */
   LLVMValueRef mask;
};

static LLVMTypeRef
result_type(const struct texture_code *code)
{
   return code->integer && !code->compares ? code->build->vi32 : code->build->vf32;
}

/* Two blocks that each leave rgba[4]: the builder's next block has it of the one that ran. */
struct fork {
   LLVMBasicBlockRef blocks[2], done;
   LLVMValueRef results[2][4];
};

/* The builder stands in blocks[1], which runs if the condition holds. */
static void
fork_begin(struct texture_code *code, LLVMValueRef condition, struct fork *fork)
{
   struct jit_build *build = code->build;
   fork->blocks[1] = jit_block(build, "then");
   fork->blocks[0] = jit_block(build, "else");
   fork->done = jit_block(build, "done");
   LLVMBuildCondBr(build->builder, condition, fork->blocks[1], fork->blocks[0]);
   jit_position(build, fork->blocks[1]);
}

static void
fork_leave(struct texture_code *code, struct fork *fork, uint32_t side, LLVMValueRef rgba[4])
{
   for (uint32_t c = 0; c < 4; c++)
      fork->results[side][c] = rgba[c];
   LLVMBuildBr(code->build->builder, fork->done);
   fork->blocks[side] = LLVMGetInsertBlock(code->build->builder);
}

static void
fork_else(struct texture_code *code, struct fork *fork, LLVMValueRef rgba[4])
{
   fork_leave(code, fork, 1, rgba);
   jit_position(code->build, fork->blocks[0]);
}

static void
fork_end(struct texture_code *code, struct fork *fork, LLVMValueRef rgba[4])
{
   fork_leave(code, fork, 0, rgba);
   jit_position(code->build, fork->done);
   for (uint32_t c = 0; c < 4; c++) {
      LLVMValueRef values[] = { fork->results[0][c], fork->results[1][c] };
      rgba[c] = LLVMBuildPhi(code->build->builder, LLVMTypeOf(values[0]), "");
      LLVMAddIncoming(rgba[c], values, fork->blocks, 2);
   }
}

/* ---- One tap: a footprint on one or two levels ---- */

static void
filter_level(struct texture_code *code, const struct sample *sample,
             const struct texture_coords *coords, LLVMValueRef level, LLVMValueRef mask,
             LLVMValueRef rgba[4])
{
   if (!sample->minified) {
      texture_filter(code, coords, level, sample->layer, code->key.min, mask, rgba);
      return;
   }
   struct fork fork;
   fork_begin(code, sample->minified, &fork);
   texture_filter(code, coords, level, sample->layer, code->key.min, mask, rgba);
   fork_else(code, &fork, rgba);
   texture_filter(code, coords, level, sample->layer, code->key.mag, mask, rgba);
   fork_end(code, &fork, rgba);
}

static void
filter_tap(struct texture_code *code, const struct sample *sample,
           const struct texture_coords *coords, LLVMValueRef mask, LLVMValueRef rgba[4])
{
   struct jit_build *build = code->build;
   filter_level(code, sample, coords, sample->level, mask, rgba);
   if (!sample->fraction)
      return;

   /* Magnified textures and those seen at a whole level need no second one. */
   LLVMValueRef zero = jit_splat_f32(build, 0);
   LLVMValueRef between = iand(build, mask, fcmp(build, LLVMRealOGT, sample->fraction, zero));
   struct fork fork;
   fork_begin(code, jit_any(build, between), &fork);
   LLVMValueRef next[4], mixed[4] = { rgba[0], rgba[1], rgba[2], rgba[3] };
   LLVMValueRef level = iadd(build, sample->level, jit_const_i32(build, 1));
   filter_level(code, sample, coords, level, between, next);
   if (code->integer && !code->compares) {
      for (uint32_t c = 0; c < 4; c++)
         mixed[c] = choose(build, between, next[c], rgba[c]);
   } else {
      texture_mix(code, mixed, next, sample->fraction);
      for (uint32_t c = 0; c < 4; c++)
         mixed[c] = choose(build, between, mixed[c], rgba[c]);
   }
   fork_else(code, &fork, mixed);
   fork_end(code, &fork, rgba);
}

/* ---- Anisotropic: taps along a line, of equal weight ---- */

static void
filter_line(struct texture_code *code, const struct sample *sample, const struct texture_lod *lod,
            LLVMValueRef rgba[4])
{
   struct jit_build *build = code->build;
   LLVMBuilderRef b = build->builder;
   LLVMBasicBlockRef before = LLVMGetInsertBlock(b), body = jit_block(build, "tap");
   LLVMBasicBlockRef after = jit_block(build, "taps_done");
   LLVMValueRef first = jit_const_i32(build, 0), zero = LLVMConstNull(build->vf32);
   LLVMValueRef sums[4];

   LLVMBuildBr(b, body);
   jit_position(build, body);
   LLVMValueRef i = LLVMBuildPhi(b, build->i32, "");
   LLVMAddIncoming(i, &first, &before, 1);
   for (uint32_t c = 0; c < 4; c++) {
      sums[c] = LLVMBuildPhi(b, build->vf32, "");
      LLVMAddIncoming(sums[c], &zero, &before, 1);
   }

   /* Tap i of n is at (i + ½ - n / 2) steps from the middle. */
   LLVMValueRef index = jit_splat(build, i);
   LLVMValueRef num_taps = to_float(build, lod->num_taps);
   LLVMValueRef place = jit_fma(build, num_taps, jit_splat_f32(build, -0.5f),
                                fadd_const(build, to_float(build, index), 0.5f));
   struct texture_coords coords = *sample->coords;
   for (uint32_t a = 0; a < 2; a++)
      coords.u[a] = jit_fma(build, place, lod->step[a], coords.u[a]);
   LLVMValueRef mask = iand(build, sample->mask, icmp(build, LLVMIntSLT, index, lod->num_taps));

   LLVMValueRef tap[4], next[4];
   filter_tap(code, sample, &coords, mask, tap);
   LLVMValueRef is_first = icmp(build, LLVMIntEQ, index, jit_splat_i32(build, 0));
   for (uint32_t c = 0; c < 4; c++) {
      LLVMValueRef sum;
      if (code->key.reduction == 0) {
         sum = fadd(build, sums[c], tap[c]);
      } else {
         sum = code->key.reduction == 1 ? jit_fmin(build, sums[c], tap[c])
                                        : jit_fmax(build, sums[c], tap[c]);
         sum = choose(build, is_first, tap[c], sum);
      }
      next[c] = choose(build, mask, sum, sums[c]);
   }

   LLVMValueRef following = iadd(build, i, jit_const_i32(build, 1));
   LLVMValueRef wanted = icmp(build, LLVMIntSLT, jit_splat(build, following), lod->num_taps);
   LLVMBasicBlockRef end = LLVMGetInsertBlock(b);
   LLVMBuildCondBr(b, jit_any(build, iand(build, wanted, sample->mask)), body, after);
   LLVMAddIncoming(i, &following, &end, 1);
   for (uint32_t c = 0; c < 4; c++)
      LLVMAddIncoming(sums[c], &next[c], &end, 1);

   jit_position(build, after);
   for (uint32_t c = 0; c < 4; c++)
      rgba[c] = code->key.reduction ? next[c] : fdiv(build, next[c], num_taps);
}

/* ---- The levels of all lanes ---- */

struct levels {
   LLVMValueRef level;    /* vi32, or NULL: all 0 */
   LLVMValueRef fraction; /* vf32, or NULL */
   LLVMValueRef minified; /* vi32: 1 or 0, or NULL */
};

/* 7.18.10 */
static struct levels
select_levels(struct texture_code *code, const struct texture_lod *lod)
{
   struct jit_build *build = code->build;
   struct levels levels = { NULL, NULL, NULL };

   if (code->key.min != code->key.mag) {
      LLVMValueRef minified = fcmp(build, LLVMRealOGT, lod->clamped, jit_splat_f32(build, 0));
      levels.minified = LLVMBuildZExt(build->builder, minified, build->vi32, "");
   }
   if (code->key.single_level)
      return levels;

   LLVMValueRef count = texture_view_byte(code, offsetof(struct descriptor, num_levels));
   LLVMValueRef last =
      to_float(build, jit_splat(build, isub(build, count, jit_const_i32(build, 1))));
   LLVMValueRef place = code->key.mip ? lod->clamped : fadd_const(build, lod->clamped, 0.5f);
   place = fclamp(build, place, jit_splat_f32(build, 0), last);
   levels.level = to_int(build, place);
   if (code->key.mip)
      levels.fraction = fsub(build, place, to_float(build, levels.level));
   return levels;
}

static void
store_results(struct texture_code *code, LLVMValueRef rgba[4])
{
   for (uint32_t c = 0; c < 4; c++) {
      jit_store(code->build, rgba[c], code->args,
                offsetof(struct texture_args, result) + c * JIT_MAX_LANES * sizeof(float), 32);
   }
}

void
texture_sample(struct texture_code *code)
{
   struct jit_build *build = code->build;
   struct texture_coords coords = texture_coords(code);
   struct texture_lod lod = { NULL, NULL, NULL, { NULL } };
   struct levels levels = { NULL, NULL, NULL };

   if (!code->key.single_level || code->key.min != code->key.mag || code->key.anisotropic) {
      texture_lod(code, &lod);
      levels = select_levels(code, &lod);
   }

   LLVMValueRef keys[3];
   uint32_t num_keys = 0;
   if (levels.level)
      keys[num_keys++] = levels.level;
   if (levels.minified)
      keys[num_keys++] = levels.minified;
   if (coords.layer)
      keys[num_keys++] = coords.layer;
   struct texture_rounds rounds;
   texture_rounds_begin(code, code->mask, keys, num_keys, result_type(code), 4, &rounds);

   struct sample sample = {
      .coords = &coords,
      .level = jit_const_i32(build, 0),
      .fraction = levels.fraction,
      .mask = rounds.mask,
   };
   uint32_t key = 0;
   if (levels.level)
      sample.level = rounds.value[key++];
   if (levels.minified)
      sample.minified = icmp(build, LLVMIntNE, rounds.value[key++], jit_const_i32(build, 0));
   if (coords.layer)
      sample.layer = rounds.value[key++];

   LLVMValueRef rgba[4];
   if (lod.num_taps && !code->integer)
      filter_line(code, &sample, &lod, rgba);
   else
      filter_tap(code, &sample, &coords, rounds.mask, rgba);
   texture_rounds_end(code, &rounds, rgba, 4);
   texture_swizzle(code, rgba);
   store_results(code, rgba);
}

/* ---- Gather ---- */

/* The four texels of the most detailed level, in the order of texture_cube_quad. */
static void
gather_quad(struct texture_code *code, const struct texture_coords *coords, LLVMValueRef layer,
            LLVMValueRef mask, LLVMValueRef texels[4][4])
{
   struct jit_build *build = code->build;
   LLVMValueRef first = jit_const_i32(build, 0);
   if (code->dim->cube) {
      LLVMValueRef weight[2];
      texture_cube_quad(code, coords, first, layer, mask, texels, weight);
      return;
   }

   struct texture_level level = texture_level(code, first, layer);
   struct texture_axis axis[2];
   for (uint32_t a = 0; a < 2; a++) {
      axis[a] = texture_axis(code, coords->u[a], coords->offset[a], level.size[a],
                             texture_key_address(code->key, a), true, true);
   }
   for (uint32_t k = 0; k < 4; k++) {
      uint32_t x = k & 1, y = k >> 1;
      LLVMValueRef inside = axis[0].inside[x];
      if (inside && axis[1].inside[y])
         inside = iand(build, inside, axis[1].inside[y]);
      else if (!inside)
         inside = axis[1].inside[y];
      texture_fetch(code, &level, axis[0].index[x], axis[1].index[y], NULL, inside, mask,
                    texels[k]);
   }
}

/* The channel that args->component names. */
static LLVMValueRef
select_component(struct texture_code *code, LLVMValueRef rgba[4])
{
   struct jit_build *build = code->build;
   LLVMValueRef component =
      jit_load(build, build->i32, code->args, offsetof(struct texture_args, component), 4);
   LLVMValueRef result = rgba[0];
   for (uint32_t c = 1; c < 4; c++) {
      LLVMValueRef is_this = icmp(build, LLVMIntEQ, component, jit_const_i32(build, c));
      result = choose(build, is_this, rgba[c], result);
   }
   return result;
}

void
texture_gather(struct texture_code *code)
{
   /* Counter-clockwise from the lower left (22.4.2). */
   static const uint8_t order[4] = { 2, 3, 1, 0 };
   struct texture_coords coords = texture_coords(code);
   struct texture_rounds rounds;
   texture_rounds_begin(code, code->mask, &coords.layer, coords.layer != NULL, result_type(code), 4,
                        &rounds);

   LLVMValueRef texels[4][4], results[4];
   gather_quad(code, &coords, coords.layer ? rounds.value[0] : NULL, rounds.mask, texels);
   for (uint32_t k = 0; k < 4; k++) {
      LLVMValueRef *texel = texels[order[k]];
      texture_tap_value(code, texel);
      if (!code->compares)
         texture_swizzle(code, texel);
      results[k] = select_component(code, texel);
   }
   texture_rounds_end(code, &rounds, results, 4);
   store_results(code, results);
}

/* ---- The level of detail itself (22.5.6) ---- */

void
texture_query_lod(struct texture_code *code)
{
   struct jit_build *build = code->build;
   struct texture_lod lod;
   texture_lod(code, &lod);

   LLVMValueRef count = texture_view_byte(code, offsetof(struct descriptor, num_levels));
   LLVMValueRef last =
      to_float(build, jit_splat(build, isub(build, count, jit_const_i32(build, 1))));
   LLVMValueRef zero = jit_splat_f32(build, 0);
   LLVMValueRef clamped = fclamp(build, lod.clamped, zero, last);
   store_results(code, (LLVMValueRef[]){ clamped, lod.unclamped, zero, zero });
}
