/* LLVM's own arithmetic, with D3D's answers where LLVM has none (D3D11.3 22.10 to 22.13). */
#include "jit/format_code.h"
#include "jit/translate_private.h"

/* ---- Helpers --------------------------------------------------------------------------------- */

LLVMValueRef
apply_vf32(struct translator *t, unary_vf32 function, LLVMValueRef value)
{
   if (is_vector(value))
      return function(t->build, value);
   LLVMValueRef result = function(t->build, jit_splat(t->build, value));
   return LLVMBuildExtractElement(t->b, result, jit_const_i32(t->build, 0), "");
}

/* LLVM computes what is constant, and knows nothing of the CPU's ways when it does. */
LLVMValueRef
flush_denormals(struct translator *t, LLVMValueRef value)
{
   LLVMTypeRef type = LLVMTypeOf(value);
   bool by_cpu = !t->build->keeps_denormals && !LLVMIsConstant(value);
   if (element_type(type) != t->build->f32 || t->module->denormals != DXIL_DENORMALS_FLUSH || by_cpu)
      return value;

   LLVMValueRef bits = LLVMBuildBitCast(t->b, value, type_like(t, value, t->build->i32), "");
   LLVMValueRef exponent = LLVMBuildAnd(t->b, bits, const_like(bits, 0x7f800000), "");
   LLVMValueRef sign = LLVMBuildAnd(t->b, bits, const_like(bits, 0x80000000), "");
   LLVMValueRef small = LLVMBuildICmp(t->b, LLVMIntEQ, exponent, const_like(bits, 0), "");
   return LLVMBuildBitCast(t->b, LLVMBuildSelect(t->b, small, sign, bits, ""), type, "");
}

/* Halves are stored as LLVM's half and computed as floats, which is exact enough for correct
 * rounding. Without F16C LLVM would call a library to convert. */
static LLVMValueRef
unpack_half(struct jit_build *build, LLVMValueRef half)
{
   LLVMValueRef bits =
      LLVMBuildZExt(build->builder, jit_bitcast(build, half, build->vi16), build->vi32, "");
   return jit_half_to_float(build, bits);
}

static LLVMValueRef
pack_half(struct jit_build *build, LLVMValueRef value)
{
   LLVMValueRef bits = jit_float_to_half(build, value);
   return jit_bitcast(build, LLVMBuildTrunc(build->builder, bits, build->vi16, ""), build->vf16);
}

LLVMValueRef
half_to_float(struct translator *t, LLVMValueRef half)
{
   return apply_vf32(t, unpack_half, half);
}

LLVMValueRef
float_to_half(struct translator *t, LLVMValueRef value)
{
   return apply_vf32(t, pack_half, value);
}

/* Two operands in the same form: both vectors if either is. */
static void
operand_pair(struct translator *t, const struct dxil_instr *instr, LLVMValueRef *a, LLVMValueRef *b)
{
   *a = operand(t, instr->operands[0]).v;
   *b = operand(t, instr->operands[1]).v;
   match_forms(t, a, b);
}

static LLVMValueRef
is_zero(struct translator *t, LLVMValueRef value)
{
   return LLVMBuildICmp(t->b, LLVMIntEQ, value, LLVMConstNull(LLVMTypeOf(value)), "");
}

/* ---- Integers -------------------------------------------------------------------------------- */

/* CPUs divide vectors of doubles, not of integers. A double holds the operands exactly, and a
 * quotient of 32-bit integers is never nearer to an integer above it than doubles are apart. */
static LLVMValueRef
divide_in_doubles(struct translator *t, LLVMValueRef a, LLVMValueRef b, bool is_signed)
{
   LLVMTypeRef f64 = t->build->vf64, i32 = t->build->vi32;
   if (is_signed) {
      LLVMValueRef quotient = LLVMBuildFDiv(t->b, LLVMBuildSIToFP(t->b, a, f64, ""),
                                            LLVMBuildSIToFP(t->b, b, f64, ""), "");
      return LLVMBuildFPToSI(t->b, quotient, i32, "");
   }
   LLVMValueRef quotient =
      LLVMBuildFDiv(t->b, LLVMBuildUIToFP(t->b, a, f64, ""), LLVMBuildUIToFP(t->b, b, f64, ""), "");
   return LLVMBuildFPToUI(t->b, quotient, i32, "");
}

/* Division by zero gives all ones, for quotient and remainder (D3D11.3 22.11.13), and must not
 * trap: nor may INT_MIN / -1, which wraps. A block that runs with no lane may divide what was never
 * computed: frozen, it is at least the same number in the check and the division. */
LLVMValueRef
divide_ints(struct translator *t, enum dxil_op op, LLVMValueRef a, LLVMValueRef b)
{
   if (!LLVMIsConstant(b)) {
      a = LLVMBuildFreeze(t->b, a, "");
      b = LLVMBuildFreeze(t->b, b, "");
   }
   bool is_signed = op == DXIL_OP_SDIV || op == DXIL_OP_SREM;
   bool quotient = op == DXIL_OP_SDIV || op == DXIL_OP_UDIV;
   LLVMValueRef by_zero = is_zero(t, b), bad = by_zero;
   if (is_signed) {
      uint32_t bits = LLVMGetIntTypeWidth(element_type(LLVMTypeOf(a)));
      LLVMValueRef overflow = LLVMBuildAnd(
         t->b, LLVMBuildICmp(t->b, LLVMIntEQ, a, const_like(a, 1ull << (bits - 1)), ""),
         LLVMBuildICmp(t->b, LLVMIntEQ, b, const_like(b, UINT64_MAX), ""), "");
      bad = LLVMBuildOr(t->b, by_zero, overflow, "");
   }
   LLVMValueRef safe = LLVMBuildSelect(t->b, bad, const_like(b, 1), b, "");

   LLVMValueRef result;
   if (LLVMTypeOf(a) == t->build->vi32 && !LLVMIsConstant(b)) {
      result = divide_in_doubles(t, a, safe, is_signed);
      if (!quotient)
         result = LLVMBuildSub(t->b, a, LLVMBuildMul(t->b, result, safe, ""), "");
   } else {
      LLVMOpcode llvm =
         is_signed ? (quotient ? LLVMSDiv : LLVMSRem) : (quotient ? LLVMUDiv : LLVMURem);
      result = LLVMBuildBinOp(t->b, llvm, a, safe, "");
   }
   return LLVMBuildSelect(t->b, by_zero, const_like(a, UINT64_MAX), result, "");
}

/* Shifts look at the low bits of the count (D3D11.3 22.12.4). */
static LLVMValueRef
shift(struct translator *t, enum dxil_op op, LLVMValueRef a, LLVMValueRef count)
{
   uint32_t bits = LLVMGetIntTypeWidth(element_type(LLVMTypeOf(a)));
   count = LLVMBuildAnd(t->b, count, const_like(count, bits - 1), "");
   switch (op) {
   case DXIL_OP_SHL:
      return LLVMBuildShl(t->b, a, count, "");
   case DXIL_OP_LSHR:
      return LLVMBuildLShr(t->b, a, count, "");
   default:
      return LLVMBuildAShr(t->b, a, count, "");
   }
}

static LLVMValueRef
int_binary(struct translator *t, enum dxil_op op, LLVMValueRef a, LLVMValueRef b)
{
   switch (op) {
   case DXIL_OP_ADD:
      return LLVMBuildAdd(t->b, a, b, "");
   case DXIL_OP_SUB:
      return LLVMBuildSub(t->b, a, b, "");
   case DXIL_OP_MUL:
      return LLVMBuildMul(t->b, a, b, "");
   case DXIL_OP_AND:
      return LLVMBuildAnd(t->b, a, b, "");
   case DXIL_OP_OR:
      return LLVMBuildOr(t->b, a, b, "");
   case DXIL_OP_XOR:
      return LLVMBuildXor(t->b, a, b, "");
   case DXIL_OP_SHL:
   case DXIL_OP_LSHR:
   case DXIL_OP_ASHR:
      return shift(t, op, a, b);
   default:
      return divide_ints(t, op, a, b);
   }
}

/* ---- Floats ---------------------------------------------------------------------------------- */

/* The product that an operand is, if it may be fused with an addition: it is not precise and was
 * computed in this block, so its factors are at hand. One that is used elsewhere, too, is the same in all
 * places: a shader that compares it with a sum would else see two values, and Inf - Inf that is not NaN. */
static const struct dxil_instr *
fusible_product(struct translator *t, uint32_t id)
{
   const struct dxil_instr *instr = instr_of(t, id);
   if (!instr || instr->op != DXIL_OP_FMUL || !instr->fast || def_of(t, id)->block != t->block ||
       def_of(t, id)->num_uses > 1)
      return NULL;
   return instr;
}

/* a * b ± c or c ± a * b as one operation (D3D11.3 3.1.3.2: mad may be fused); NULL if it is
 * none. */
static LLVMValueRef
fuse(struct translator *t, const struct dxil_instr *instr)
{
   const struct dxil_type *type = &t->module->types[instr->type];
   if (!instr->fast || type->bits != 32 || !jit_target_get()->has_fma)
      return NULL;
   bool subtract = instr->op == DXIL_OP_FSUB, second = false;
   const struct dxil_instr *product = fusible_product(t, instr->operands[0]);
   if (!product) {
      product = fusible_product(t, instr->operands[1]);
      second = true;
   }
   if (!product)
      return NULL;

   LLVMValueRef a, b, c = operand(t, instr->operands[second ? 0 : 1]).v;
   operand_pair(t, product, &a, &b);
   if (subtract && second)
      a = LLVMBuildFNeg(t->b, a, "");
   else if (subtract)
      c = LLVMBuildFNeg(t->b, c, "");
   if (is_vector(c))
      a = to_vector(t, a);
   match_forms(t, &a, &b);
   match_forms(t, &a, &c);
   return flush_denormals(t, jit_fma(t->build, flush_denormals(t, a), flush_denormals(t, b),
                                     flush_denormals(t, c)));
}

static bool
is_log2(struct translator *t, uint32_t id)
{
   const struct dxil_instr *instr = instr_of(t, id);
   uint64_t opcode;
   return instr && instr->op == DXIL_OP_CALL && instr->num_operands == 2 &&
          operand_const(t, instr->operands[0], &opcode) && opcode == 23;
}

/* log2(x) * y is half of pow(x, y), whose other half makes NaN of 0 * -infinity. Where the product
 * need not be precise it is 0 instead, so that pow(0, 0) is 1, as old shaders expect. */
static LLVMValueRef
power_product(struct translator *t, const struct dxil_instr *instr, LLVMValueRef a, LLVMValueRef b,
              LLVMValueRef product)
{
   LLVMValueRef exponent = is_log2(t, instr->operands[0])   ? b
                           : is_log2(t, instr->operands[1]) ? a
                                                            : NULL;
   if (!exponent)
      return product;
   LLVMValueRef zero = LLVMConstNull(LLVMTypeOf(exponent));
   LLVMValueRef is_zero = LLVMBuildFCmp(t->b, LLVMRealOEQ, exponent, zero, "");
   return LLVMBuildSelect(t->b, is_zero, zero, product, "");
}

static LLVMValueRef
float_binary(struct translator *t, enum dxil_op op, LLVMValueRef a, LLVMValueRef b)
{
   switch (op) {
   case DXIL_OP_FADD:
      return LLVMBuildFAdd(t->b, a, b, "");
   case DXIL_OP_FSUB:
      return LLVMBuildFSub(t->b, a, b, "");
   case DXIL_OP_FMUL:
      return LLVMBuildFMul(t->b, a, b, "");
   case DXIL_OP_FDIV:
      return LLVMBuildFDiv(t->b, a, b, "");
   default: { /* frem: LLVM would call fmod */
      LLVMTypeRef type = LLVMTypeOf(a);
      LLVMValueRef quotient = LLVMBuildFDiv(t->b, a, b, "");
      LLVMValueRef whole = jit_intrinsic(t->build, "llvm.trunc", &type, 1, &quotient, 1);
      return LLVMBuildFSub(t->b, a, LLVMBuildFMul(t->b, whole, b, ""), "");
   }
   }
}

static void
emit_binary(struct translator *t, const struct dxil_instr *instr)
{
   const struct dxil_type *type = &t->module->types[instr->type];
   LLVMValueRef a, b;
   if (type->kind == DXIL_TYPE_INT) {
      operand_pair(t, instr, &a, &b);
      define(t, instr, int_binary(t, instr->op, a, b));
      return;
   }
   if (instr->op == DXIL_OP_FADD || instr->op == DXIL_OP_FSUB) {
      LLVMValueRef fused = fuse(t, instr);
      if (fused) {
         define(t, instr, fused);
         return;
      }
   }
   operand_pair(t, instr, &a, &b);
   if (type->bits == 16) {
      LLVMValueRef wide = float_binary(t, instr->op, half_to_float(t, a), half_to_float(t, b));
      define(t, instr, float_to_half(t, wide));
   } else {
      a = flush_denormals(t, a);
      b = flush_denormals(t, b);
      LLVMValueRef result = flush_denormals(t, float_binary(t, instr->op, a, b));
      if (instr->op == DXIL_OP_FMUL && instr->fast)
         result = power_product(t, instr, a, b, result);
      define(t, instr, result);
   }
}

/* ---- Conversions and comparisons ------------------------------------------------------------- */

/* NaN gives 0, what is out of range the nearest that fits (D3D11.3 22.13.3). */
static LLVMValueRef
float_to_int(struct translator *t, LLVMValueRef value, LLVMTypeRef scalar, bool is_signed)
{
   bool narrow = LLVMGetIntTypeWidth(scalar) < 8;
   LLVMTypeRef type = type_like(t, value, narrow ? t->build->i32 : scalar);
   LLVMTypeRef overloads[] = { type, LLVMTypeOf(value) };
   LLVMValueRef result = jit_intrinsic(t->build, is_signed ? "llvm.fptosi.sat" : "llvm.fptoui.sat",
                                       overloads, 2, &value, 1);
   return narrow ? LLVMBuildTrunc(t->b, result, type_like(t, value, scalar), "") : result;
}

static bool
is_half(LLVMValueRef value)
{
   return LLVMGetTypeKind(element_type(LLVMTypeOf(value))) == LLVMHalfTypeKind;
}

static void
emit_cast(struct translator *t, const struct dxil_instr *instr)
{
   LLVMTypeRef scalar = scalar_type(t, &t->module->types[instr->type]);
   LLVMValueRef value = operand(t, instr->operands[0]).v;
   if (instr->op != DXIL_OP_BITCAST && is_half(value))
      value = half_to_float(t, value);
   bool half = LLVMGetTypeKind(scalar) == LLVMHalfTypeKind && instr->op != DXIL_OP_BITCAST;
   LLVMTypeRef type = type_like(t, value, half ? t->build->f32 : scalar);

   switch (instr->op) {
   case DXIL_OP_TRUNC:
      value = LLVMBuildTrunc(t->b, value, type, "");
      break;
   case DXIL_OP_ZEXT:
      value = LLVMBuildZExt(t->b, value, type, "");
      break;
   case DXIL_OP_SEXT:
      value = LLVMBuildSExt(t->b, value, type, "");
      break;
   case DXIL_OP_FPTOUI:
   case DXIL_OP_FPTOSI:
      value = float_to_int(t, value, scalar, instr->op == DXIL_OP_FPTOSI);
      break;
   case DXIL_OP_UITOFP:
      value = LLVMBuildUIToFP(t->b, value, type, "");
      break;
   case DXIL_OP_SITOFP:
      value = LLVMBuildSIToFP(t->b, value, type, "");
      break;
   case DXIL_OP_FPTRUNC:
   case DXIL_OP_FPEXT:
      value = flush_denormals(t, LLVMBuildFPCast(t->b, value, type, ""));
      break;
   default:
      value = LLVMBuildBitCast(t->b, value, type, "");
      break;
   }
   define(t, instr, half ? float_to_half(t, value) : value);
}

static void
emit_compare(struct translator *t, const struct dxil_instr *instr)
{
   LLVMValueRef a, b;
   operand_pair(t, instr, &a, &b);
   if (instr->op == DXIL_OP_ICMP) {
      define(t, instr, LLVMBuildICmp(t->b, (LLVMIntPredicate)instr->sub, a, b, ""));
      return;
   }
   if (is_half(a)) {
      a = half_to_float(t, a);
      b = half_to_float(t, b);
   }
   define(t, instr, LLVMBuildFCmp(t->b, (LLVMRealPredicate)instr->sub, flush_denormals(t, a),
                                  flush_denormals(t, b), ""));
}

bool
emit_arith(struct translator *t, const struct dxil_instr *instr)
{
   if (instr->op <= DXIL_OP_FREM) {
      emit_binary(t, instr);
      return true;
   }
   switch (instr->op) {
   case DXIL_OP_BITCAST:
      if (t->module->types[instr->type].kind == DXIL_TYPE_POINTER)
         return false;
      emit_cast(t, instr);
      return true;
   case DXIL_OP_TRUNC:
   case DXIL_OP_ZEXT:
   case DXIL_OP_SEXT:
   case DXIL_OP_FPTOUI:
   case DXIL_OP_FPTOSI:
   case DXIL_OP_UITOFP:
   case DXIL_OP_SITOFP:
   case DXIL_OP_FPTRUNC:
   case DXIL_OP_FPEXT:
      emit_cast(t, instr);
      return true;
   case DXIL_OP_ICMP:
   case DXIL_OP_FCMP:
      emit_compare(t, instr);
      return true;
   default:
      return false;
   }
}
