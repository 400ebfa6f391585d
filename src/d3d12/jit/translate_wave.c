/*
 * Operations between lanes. The wave is the group; its active lanes are those that run the block
 * and are no helpers. Quads are four neighbouring lanes: pixels (0,0), (1,0), (0,1), (1,1).
 */
#include "jit/translate_private.h"

/* ---- Shuffles -------------------------------------------------------------------------------- */

/* The vector with lane i taken from lane from[i]. */
static LLVMValueRef
shuffle(struct translator *t, LLVMValueRef vector, const uint32_t *from)
{
   LLVMValueRef lanes[JIT_MAX_LANES];
   for (uint32_t i = 0; i < t->lanes; i++)
      lanes[i] = jit_const_i32(t->build, from[i]);
   return LLVMBuildShuffleVector(t->b, vector, LLVMGetPoison(LLVMTypeOf(vector)),
                                 LLVMConstVector(lanes, t->lanes), "");
}

/* Lane i taken from lane (i & keep) | pick. */
static LLVMValueRef
shuffle_bits(struct translator *t, LLVMValueRef vector, uint32_t keep, uint32_t pick)
{
   uint32_t from[JIT_MAX_LANES];
   for (uint32_t i = 0; i < t->lanes; i++)
      from[i] = (i & keep) | pick;
   return shuffle(t, vector, from);
}

static LLVMValueRef
shuffle_xor(struct translator *t, LLVMValueRef vector, uint32_t mask)
{
   uint32_t from[JIT_MAX_LANES];
   for (uint32_t i = 0; i < t->lanes; i++)
      from[i] = i ^ mask;
   return shuffle(t, vector, from);
}

/* ---- Quads ----------------------------------------------------------------------------------- */

static void
emit_derivative(struct translator *t, const struct dxil_instr *instr, uint32_t opcode)
{
   struct value value = operand(t, instr->operands[1]);
   LLVMTypeRef type = LLVMTypeOf(value.v);
   bool half =
      LLVMGetTypeKind(is_vector(value.v) ? LLVMGetElementType(type) : type) == LLVMHalfTypeKind;
   if (value_type(t, instr->operands[1])->kind != DXIL_TYPE_FLOAT) {
      fail(t, "a derivative of what is not a float");
      return;
   }
   if (!value.varying) {
      define(t, instr, LLVMConstNull(type));
      return;
   }
   LLVMValueRef x = half ? half_to_float(t, value.v) : value.v;
   bool along_y = opcode == 84 || opcode == 86, fine = opcode >= 85;
   uint32_t step = along_y ? 2 : 1;
   /* Coarse: the first row or column of the quad speaks for all of it. */
   uint32_t keep = fine ? ~step : ~3u;
   LLVMValueRef difference =
      LLVMBuildFSub(t->b, shuffle_bits(t, x, keep, step), shuffle_bits(t, x, keep, 0), "");
   define(t, instr, half ? float_to_half(t, difference) : difference);
}

static void
emit_quad_read(struct translator *t, const struct dxil_instr *instr)
{
   LLVMValueRef value = operand_vector(t, instr->operands[1]);
   uint64_t lane;
   if (operand_const(t, instr->operands[2], &lane)) {
      define(t, instr, shuffle_bits(t, value, ~3u, lane & 3));
      return;
   }
   LLVMValueRef which = operand_vector(t, instr->operands[2]);
   which = LLVMBuildAnd(t->b, which, const_like(which, 3), "");
   LLVMValueRef result = shuffle_bits(t, value, ~3u, 0);
   for (uint32_t i = 1; i < 4; i++) {
      LLVMValueRef is = LLVMBuildICmp(t->b, LLVMIntEQ, which, const_like(which, i), "");
      result = LLVMBuildSelect(t->b, is, shuffle_bits(t, value, ~3u, i), result, "");
   }
   define(t, instr, result);
}

static void
emit_quad_vote(struct translator *t, const struct dxil_instr *instr)
{
   uint64_t all;
   if (!operand_const(t, instr->operands[2], &all)) {
      fail(t, "a quad vote of unknown kind");
      return;
   }
   /* Lanes that do not run the block agree with anybody. */
   LLVMValueRef vote = operand_vector(t, instr->operands[1]);
   vote = all ? LLVMBuildOr(t->b, vote, LLVMBuildNot(t->b, t->mask, ""), "")
              : LLVMBuildAnd(t->b, vote, t->mask, "");
   for (uint32_t step = 1; step < 4; step *= 2) {
      LLVMValueRef other = shuffle_xor(t, vote, step);
      vote = all ? LLVMBuildAnd(t->b, vote, other, "") : LLVMBuildOr(t->b, vote, other, "");
   }
   define(t, instr, vote);
}

/* ---- Waves ----------------------------------------------------------------------------------- */

static LLVMValueRef
active_lanes(struct translator *t)
{
   if (!t->stage->is_helper)
      return t->mask;
   LLVMValueRef helpers = t->stage->is_helper(t->stage->data);
   return LLVMBuildAnd(t->b, t->mask, LLVMBuildNot(t->b, helpers, ""), "");
}

static LLVMValueRef
first_lane(struct translator *t)
{
   LLVMValueRef args[] = { jit_mask_bits(t->build, active_lanes(t)), LLVMConstNull(t->build->i1) };
   LLVMValueRef lane = jit_intrinsic(t->build, "llvm.cttz", &t->build->i32, 1, args, 2);
   return LLVMBuildAnd(t->b, lane, jit_const_i32(t->build, t->lanes - 1), "");
}

/* A lane of a vector by its number, also of a vi1. */
static LLVMValueRef
extract(struct translator *t, LLVMValueRef vector, LLVMValueRef lane)
{
   if (LLVMTypeOf(vector) != t->build->vi1)
      return LLVMBuildExtractElement(t->b, vector, lane, "");
   LLVMValueRef bits = LLVMBuildLShr(t->b, jit_mask_bits(t->build, vector), lane, "");
   return LLVMBuildTrunc(t->b, bits, t->build->i1, "");
}

static LLVMValueRef
equal(struct translator *t, LLVMValueRef a, LLVMValueRef b)
{
   LLVMTypeKind kind = LLVMGetTypeKind(LLVMGetElementType(LLVMTypeOf(a)));
   if (kind == LLVMIntegerTypeKind)
      return LLVMBuildICmp(t->b, LLVMIntEQ, a, b, "");
   if (kind == LLVMHalfTypeKind) {
      a = half_to_float(t, a);
      b = half_to_float(t, b);
   }
   return LLVMBuildFCmp(t->b, LLVMRealOEQ, a, b, "");
}

static LLVMValueRef
ballot(struct translator *t, uint32_t id)
{
   return jit_mask_bits(t->build, LLVMBuildAnd(t->b, active_lanes(t), operand_vector(t, id), ""));
}

/* Bits of the lanes below each lane. */
static LLVMValueRef
bits_below(struct translator *t, LLVMValueRef bits)
{
   LLVMValueRef one = jit_splat_i32(t->build, 1);
   LLVMValueRef below =
      LLVMBuildSub(t->b, LLVMBuildShl(t->b, one, jit_lane_ids(t->build), ""), one, "");
   return LLVMBuildAnd(t->b, jit_splat(t->build, bits), below, "");
}

static void
emit_read_lane(struct translator *t, const struct dxil_instr *instr)
{
   struct value value = operand(t, instr->operands[1]), lane = operand(t, instr->operands[2]);
   if (!value.varying) {
      define(t, instr, value.v);
      return;
   }
   lane.v = LLVMBuildAnd(t->b, lane.v, const_like(lane.v, t->lanes - 1), "");
   if (!lane.varying) {
      define(t, instr, extract(t, value.v, lane.v));
      return;
   }
   LLVMValueRef result = LLVMConstNull(LLVMTypeOf(value.v));
   for (uint32_t i = 0; i < t->lanes; i++) {
      LLVMValueRef is = LLVMBuildICmp(t->b, LLVMIntEQ, lane.v, const_like(lane.v, i), "");
      LLVMValueRef from = jit_splat(t->build, extract(t, value.v, jit_const_i32(t->build, i)));
      result = LLVMBuildSelect(t->b, is, from, result, "");
   }
   define(t, instr, result);
}

enum wave_op {
   WAVE_SUM,
   WAVE_PRODUCT,
   WAVE_MIN,
   WAVE_MAX,
   WAVE_AND,
   WAVE_OR,
   WAVE_XOR,
   WAVE_BAD,
};

static LLVMValueRef
combine(struct translator *t, enum wave_op op, bool is_signed, LLVMValueRef a, LLVMValueRef b)
{
   LLVMTypeRef type = LLVMTypeOf(a);
   bool is_float = LLVMGetTypeKind(LLVMGetElementType(type)) != LLVMIntegerTypeKind;
   LLVMValueRef args[] = { a, b };
   switch (op) {
   case WAVE_SUM:
      return is_float ? LLVMBuildFAdd(t->b, a, b, "") : LLVMBuildAdd(t->b, a, b, "");
   case WAVE_PRODUCT:
      return is_float ? LLVMBuildFMul(t->b, a, b, "") : LLVMBuildMul(t->b, a, b, "");
   case WAVE_MIN:
      if (is_float)
         return jit_fmin(t->build, a, b);
      return jit_intrinsic(t->build, is_signed ? "llvm.smin" : "llvm.umin", &type, 1, args, 2);
   case WAVE_MAX:
      if (is_float)
         return jit_fmax(t->build, a, b);
      return jit_intrinsic(t->build, is_signed ? "llvm.smax" : "llvm.umax", &type, 1, args, 2);
   case WAVE_AND:
      return LLVMBuildAnd(t->b, a, b, "");
   case WAVE_OR:
      return LLVMBuildOr(t->b, a, b, "");
   default:
      return LLVMBuildXor(t->b, a, b, "");
   }
}

/* What changes nothing when it is combined. */
static LLVMValueRef
neutral(enum wave_op op, bool is_signed, LLVMTypeRef scalar)
{
   if (LLVMGetTypeKind(scalar) != LLVMIntegerTypeKind) {
      double infinity = __builtin_inf();
      return LLVMConstReal(scalar, op == WAVE_PRODUCT ? 1.0
                                   : op == WAVE_MIN   ? infinity
                                   : op == WAVE_MAX   ? -infinity
                                                      : -0.0);
   }
   uint64_t sign = 1ull << (LLVMGetIntTypeWidth(scalar) - 1);
   switch (op) {
   case WAVE_PRODUCT:
      return LLVMConstInt(scalar, 1, false);
   case WAVE_MIN:
      return LLVMConstInt(scalar, is_signed ? sign - 1 : UINT64_MAX, false);
   case WAVE_MAX:
      return LLVMConstInt(scalar, is_signed ? sign : 0, false);
   case WAVE_AND:
      return LLVMConstAllOnes(scalar);
   default:
      return LLVMConstNull(scalar);
   }
}

/* Lane i taken from lane i - step, the neutral value where there is none. */
static LLVMValueRef
shift_up(struct translator *t, LLVMValueRef vector, uint32_t step, LLVMValueRef fill)
{
   LLVMValueRef lanes[JIT_MAX_LANES];
   for (uint32_t i = 0; i < t->lanes; i++)
      lanes[i] = jit_const_i32(t->build, i < step ? t->lanes : i - step);
   return LLVMBuildShuffleVector(t->b, vector, fill, LLVMConstVector(lanes, t->lanes), "");
}

/* Active lanes combined: all of them, the same everywhere; or those before each lane. */
static void
emit_wave_op(struct translator *t, const struct dxil_instr *instr, enum wave_op op, bool is_signed,
             bool prefix)
{
   LLVMValueRef value = operand_vector(t, instr->operands[1]);
   LLVMTypeRef scalar = scalar_type(t, value_type(t, instr->operands[1]));
   bool half = scalar == t->build->f16;
   bool is_float = LLVMGetTypeKind(scalar) != LLVMIntegerTypeKind;
   if (op == WAVE_BAD || (op >= WAVE_AND && is_float) || scalar == t->build->i1) {
      fail(t, "a wave operation of unknown kind");
      return;
   }
   if (half) {
      value = half_to_float(t, value);
      scalar = t->build->f32;
   }
   LLVMValueRef none = jit_splat(t->build, neutral(op, is_signed, scalar));
   value = LLVMBuildSelect(t->b, active_lanes(t), value, none, "");

   if (prefix) {
      value = shift_up(t, value, 1, none);
      for (uint32_t step = 1; step < t->lanes; step *= 2)
         value = combine(t, op, is_signed, value, shift_up(t, value, step, none));
   } else {
      for (uint32_t step = t->lanes / 2; step; step /= 2)
         value = combine(t, op, is_signed, value, shuffle_xor(t, value, step));
      value = LLVMBuildExtractElement(t->b, value, jit_const_i32(t->build, 0), "");
   }
   define(t, instr, half ? float_to_half(t, value) : value);
}

static enum wave_op
wave_op_of(struct translator *t, uint32_t id, enum wave_op first, enum wave_op last)
{
   uint64_t code;
   return operand_const(t, id, &code) && code <= last - first ? first + code : WAVE_BAD;
}

static void
emit_wave_match(struct translator *t, const struct dxil_instr *instr)
{
   LLVMValueRef value = operand_vector(t, instr->operands[1]);
   LLVMValueRef active = active_lanes(t), result = LLVMConstNull(t->build->vi32);
   for (uint32_t i = 0; i < t->lanes; i++) {
      LLVMValueRef lane = jit_const_i32(t->build, i);
      LLVMValueRef same = equal(t, value, jit_splat(t->build, extract(t, value, lane)));
      same = LLVMBuildAnd(t->b, same, jit_splat(t->build, extract(t, active, lane)), "");
      LLVMValueRef bit = LLVMBuildSelect(t->b, same, jit_splat_i32(t->build, 1u << i),
                                         LLVMConstNull(t->build->vi32), "");
      result = LLVMBuildOr(t->b, result, bit, "");
   }
   define_comp(t, instr, 0, result);
   for (uint32_t i = 1; i < 4; i++)
      define_comp(t, instr, i, LLVMConstNull(t->build->vi32));
}

static LLVMValueRef
all_equal(struct translator *t, uint32_t id)
{
   struct value value = operand(t, id);
   if (!value.varying)
      return LLVMConstInt(t->build->i1, 1, false);
   LLVMValueRef first = jit_splat(t->build, extract(t, value.v, first_lane(t)));
   LLVMValueRef differ = LLVMBuildNot(t->b, equal(t, value.v, first), "");
   return LLVMBuildNot(t->b, jit_any(t->build, LLVMBuildAnd(t->b, active_lanes(t), differ, "")),
                       "");
}

static LLVMValueRef
is_not_zero(struct translator *t, LLVMValueRef bits)
{
   return LLVMBuildICmp(t->b, LLVMIntNE, bits, jit_const_i32(t->build, 0), "");
}

bool
emit_dxop_wave(struct translator *t, const struct dxil_instr *instr, uint32_t opcode)
{
   const uint32_t *o = instr->operands;
   uint64_t kind;
   switch (opcode) {
   case 83 ... 86:
      emit_derivative(t, instr, opcode);
      return true;
   case 110:
      define(t, instr,
             LLVMBuildICmp(t->b, LLVMIntEQ, jit_lane_ids(t->build),
                           jit_splat(t->build, first_lane(t)), ""));
      return true;
   case 111:
      define(t, instr, jit_lane_ids(t->build));
      return true;
   case 112:
      define(t, instr, jit_const_i32(t->build, t->lanes));
      return true;
   case 113:
      define(t, instr, is_not_zero(t, ballot(t, o[1])));
      return true;
   case 114: {
      LLVMValueRef no = LLVMBuildNot(t->b, operand_vector(t, o[1]), "");
      no = LLVMBuildAnd(t->b, active_lanes(t), no, "");
      define(t, instr, LLVMBuildNot(t->b, jit_any(t->build, no), ""));
      return true;
   }
   case 115:
      define(t, instr, all_equal(t, o[1]));
      return true;
   case 116:
      define_comp(t, instr, 0, ballot(t, o[1]));
      for (uint32_t i = 1; i < 4; i++)
         define_comp(t, instr, i, jit_const_i32(t->build, 0));
      return true;
   case 117:
      emit_read_lane(t, instr);
      return true;
   case 118: {
      struct value value = operand(t, o[1]);
      define(t, instr, value.varying ? extract(t, value.v, first_lane(t)) : value.v);
      return true;
   }
   case 119:
   case 121: /* kind, then 0 for signed and 1 for unsigned */
      operand_const(t, o[3], &kind);
      emit_wave_op(t, instr, wave_op_of(t, o[2], WAVE_SUM, WAVE_MAX), !kind, opcode == 121);
      return true;
   case 120:
      emit_wave_op(t, instr, wave_op_of(t, o[2], WAVE_AND, WAVE_XOR), false, false);
      return true;
   case 122:
      emit_quad_read(t, instr);
      return true;
   case 123: /* across x, across y, across the diagonal */
      if (!operand_const(t, o[2], &kind) || kind > 2)
         fail(t, "a quad operation of unknown kind");
      else
         define(t, instr, shuffle_xor(t, operand_vector(t, o[1]), kind + 1));
      return true;
   case 135:
      define(t, instr, intrinsic1(t, "llvm.ctpop", ballot(t, o[1])));
      return true;
   case 136:
      define(t, instr, intrinsic1(t, "llvm.ctpop", bits_below(t, ballot(t, o[1]))));
      return true;
   case 165:
      emit_wave_match(t, instr);
      return true;
   case 222:
      emit_quad_vote(t, instr);
      return true;
   default:
      return false;
   }
}
