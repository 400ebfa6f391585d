/* dx.op maths: elementary functions, bit operations, dot products (DXIL.rst, D3D11.3
 * 22.10–22.14). */
#include "jit/expr.h"
#include "jit/format_code.h"
#include "jit/translate_private.h"

#include <string.h>

static uint32_t
int_width(LLVMValueRef value)
{
   return LLVMGetIntTypeWidth(element_type(LLVMTypeOf(value)));
}

static bool
is_float(LLVMValueRef value)
{
   return LLVMGetTypeKind(element_type(LLVMTypeOf(value))) != LLVMIntegerTypeKind;
}

/* A float constant in the form of a value. */
static LLVMValueRef
fconst_like(LLVMValueRef like, double value)
{
   LLVMTypeRef type = LLVMTypeOf(like);
   return splat_const(type, LLVMConstReal(element_type(type), value));
}

/* The operands behind the opcode, all scalars or all vectors; halves as floats, denormals flushed. */
static void
read_operands(struct translator *t, const struct dxil_instr *instr, uint32_t count,
              LLVMValueRef *values)
{
   bool vectors = false;
   for (uint32_t i = 0; i < count; i++) {
      values[i] = operand(t, instr->operands[i + 1]).v;
      vectors |= is_vector(values[i]);
   }
   for (uint32_t i = 0; i < count; i++) {
      if (vectors && !is_vector(values[i]))
         values[i] = jit_splat(t->build, values[i]);
      if (LLVMGetTypeKind(element_type(LLVMTypeOf(values[i]))) == LLVMHalfTypeKind)
         values[i] = half_to_float(t, values[i]);
      values[i] = flush_denormals(t, values[i]);
   }
}

/* ---- Floats ---------------------------------------------------------------------------------- */

static LLVMValueRef
fabs_of(struct translator *t, LLVMValueRef x)
{
   return intrinsic1(t, "llvm.fabs", x);
}

/* x - floor(x), which rounds up to 1 for tiny negative values: the result is below it. */
static LLVMValueRef
fraction(struct translator *t, LLVMValueRef x)
{
   LLVMValueRef f = LLVMBuildFSub(t->b, x, intrinsic1(t, "llvm.floor", x), "");
   double below = element_type(LLVMTypeOf(x)) == t->build->f64 ? 1.0 - 0x1p-53 : 1.0 - 0x1p-24;
   LLVMValueRef most = fconst_like(x, below);
   return LLVMBuildSelect(t->b, LLVMBuildFCmp(t->b, LLVMRealOLT, most, f, ""), most, f, "");
}

static LLVMValueRef
reciprocal(struct translator *t, LLVMValueRef x)
{
   return LLVMBuildFDiv(t->b, fconst_like(x, 1.0), x, "");
}

/* e^x */
static LLVMValueRef
exponential(struct translator *t, LLVMValueRef x)
{
   LLVMValueRef scaled = LLVMBuildFMul(t->b, x, fconst_like(x, 1.4426950408889634), "");
   return apply_vf32(t, jit_exp2, scaled);
}

/* (e^x ± e^-x) / 2 */
static LLVMValueRef
hyperbolic(struct translator *t, LLVMValueRef x, bool sine)
{
   LLVMValueRef up = exponential(t, x), down = reciprocal(t, up);
   LLVMValueRef sum = sine ? LLVMBuildFSub(t->b, up, down, "") : LLVMBuildFAdd(t->b, up, down, "");
   return LLVMBuildFMul(t->b, sum, fconst_like(x, 0.5), "");
}

/* 1 - 2 / (e^2x + 1), which ends at ±1 without a NaN */
static LLVMValueRef
hyperbolic_tangent(struct translator *t, LLVMValueRef x)
{
   LLVMValueRef e = exponential(t, LLVMBuildFAdd(t->b, x, x, ""));
   LLVMValueRef part =
      LLVMBuildFDiv(t->b, fconst_like(x, 2.0), LLVMBuildFAdd(t->b, e, fconst_like(x, 1.0), ""), "");
   return LLVMBuildFSub(t->b, fconst_like(x, 1.0), part, "");
}

/* By a minimax polynomial on [0, 1] (Abramowitz and Stegun 4.4.49; error 2e-8), and
 * atan(x) = π/2 - atan(1/x) beyond. */
static LLVMValueRef
arc_tangent(struct translator *t, LLVMValueRef x)
{
   static const double c[] = { 1.0,           -0.3333314528, 0.1999355085,
                               -0.1420889944, 0.1065626393,  -0.0752896400,
                               0.0429096138,  -0.0161657367, 0.0028662257 };
   LLVMValueRef size = fabs_of(t, x);
   LLVMValueRef large = LLVMBuildFCmp(t->b, LLVMRealOGT, size, fconst_like(x, 1.0), "");
   LLVMValueRef y = LLVMBuildSelect(t->b, large, reciprocal(t, size), size, "");
   LLVMValueRef square = LLVMBuildFMul(t->b, y, y, ""), sum = fconst_like(x, c[8]);
   for (uint32_t i = 8; i-- > 0;)
      sum = LLVMBuildFAdd(t->b, LLVMBuildFMul(t->b, sum, square, ""), fconst_like(x, c[i]), "");
   LLVMValueRef angle = LLVMBuildFMul(t->b, sum, y, "");
   LLVMValueRef rest = LLVMBuildFSub(t->b, fconst_like(x, 1.5707963267948966), angle, "");
   return intrinsic2(t, "llvm.copysign", LLVMBuildSelect(t->b, large, rest, angle, ""), x);
}

/* asin(x) = atan(x / √(1 - x²)) */
static LLVMValueRef
arc_sine(struct translator *t, LLVMValueRef x)
{
   LLVMValueRef one = fconst_like(x, 1.0);
   LLVMValueRef square =
      LLVMBuildFMul(t->b, LLVMBuildFSub(t->b, one, x, ""), LLVMBuildFAdd(t->b, one, x, ""), "");
   return arc_tangent(t, LLVMBuildFDiv(t->b, x, intrinsic1(t, "llvm.sqrt", square), ""));
}

static LLVMValueRef
float_unary(struct translator *t, uint32_t opcode, LLVMValueRef x)
{
   switch (opcode) {
   case 6:
      return fabs_of(t, x);
   case 7: /* NaN becomes 0 (D3D11.3 3.1.3.2) */
      return fclamp(t->build, x, fconst_like(x, 0.0), fconst_like(x, 1.0));
   case 12:
      return apply_vf32(t, jit_cos, x);
   case 13:
      return apply_vf32(t, jit_sin, x);
   case 14:
      return LLVMBuildFDiv(t->b, apply_vf32(t, jit_sin, x), apply_vf32(t, jit_cos, x), "");
   case 15:
      return LLVMBuildFSub(t->b, fconst_like(x, 1.5707963267948966), arc_sine(t, x), "");
   case 16:
      return arc_sine(t, x);
   case 17:
      return arc_tangent(t, x);
   case 18:
   case 19:
      return hyperbolic(t, x, opcode == 19);
   case 20:
      return hyperbolic_tangent(t, x);
   case 21:
      return apply_vf32(t, jit_exp2, x);
   case 22:
      return fraction(t, x);
   case 23:
      return apply_vf32(t, jit_log2, x);
   case 24:
      return intrinsic1(t, "llvm.sqrt", x);
   case 25:
      return reciprocal(t, intrinsic1(t, "llvm.sqrt", x));
   case 26:
      return intrinsic1(t, "llvm.roundeven", x);
   case 27:
      return intrinsic1(t, "llvm.floor", x);
   case 28:
      return intrinsic1(t, "llvm.ceil", x);
   default:
      return intrinsic1(t, "llvm.trunc", x);
   }
}

/* Is the function only there for floats that jit_* knows: halves and floats, not doubles? */
static bool
is_elementary(uint32_t opcode)
{
   return opcode >= 12 && opcode <= 23 && opcode != 22;
}

static LLVMValueRef
float_class(struct translator *t, uint32_t opcode, LLVMValueRef x)
{
   LLVMValueRef infinity = fconst_like(x, __builtin_inf()), size = fabs_of(t, x);
   switch (opcode) {
   case 8:
      return LLVMBuildFCmp(t->b, LLVMRealUNO, x, x, "");
   case 9:
      return LLVMBuildFCmp(t->b, LLVMRealOEQ, size, infinity, "");
   case 10:
      return LLVMBuildFCmp(t->b, LLVMRealONE, size, infinity, "");
   default: {
      double least = element_type(LLVMTypeOf(x)) == t->build->f64 ? 0x1p-1022 : 0x1p-126;
      return LLVMBuildAnd(t->b, LLVMBuildFCmp(t->b, LLVMRealONE, size, infinity, ""),
                          LLVMBuildFCmp(t->b, LLVMRealOGE, size, fconst_like(x, least), ""), "");
   }
   }
}

/* a * b + c, fused unless it is precise. */
static LLVMValueRef
multiply_add(struct translator *t, bool fused, LLVMValueRef a, LLVMValueRef b, LLVMValueRef c)
{
   if (fused)
      return jit_fma(t->build, a, b, c);
   return LLVMBuildFAdd(t->b, LLVMBuildFMul(t->b, a, b, ""), c, "");
}

static LLVMValueRef
dot(struct translator *t, bool fused, const LLVMValueRef *v, uint32_t n)
{
   LLVMValueRef sum = LLVMBuildFMul(t->b, v[0], v[n], "");
   for (uint32_t i = 1; i < n; i++)
      sum = multiply_add(t, fused, v[i], v[n + i], sum);
   return sum;
}

/* ---- Integers -------------------------------------------------------------------------------- */

static LLVMValueRef
count_zeros(struct translator *t, const char *name, LLVMValueRef x)
{
   LLVMTypeRef type = LLVMTypeOf(x);
   LLVMValueRef args[] = { x, LLVMConstNull(t->build->i1) };
   return jit_intrinsic(t->build, name, &type, 1, args, 2);
}

/* Positions of bits count from the end that the search starts at; all ones if there is none. */
static LLVMValueRef
int_bits(struct translator *t, uint32_t opcode, LLVMValueRef x)
{
   LLVMTypeRef i32 = type_like(t, x, t->build->i32);
   LLVMValueRef result;
   if (opcode == 31) {
      result = intrinsic1(t, "llvm.ctpop", x);
   } else {
      if (opcode == 34) { /* looks for the first bit that differs from the sign */
         LLVMValueRef sign = LLVMBuildAShr(t->b, x, const_like(x, int_width(x) - 1), "");
         x = LLVMBuildXor(t->b, x, sign, "");
      }
      result = count_zeros(t, opcode == 32 ? "llvm.cttz" : "llvm.ctlz", x);
      LLVMValueRef none = LLVMBuildICmp(t->b, LLVMIntEQ, x, LLVMConstNull(LLVMTypeOf(x)), "");
      result = LLVMBuildSelect(t->b, none, const_like(x, UINT64_MAX), result, "");
   }
   return LLVMBuildIntCast2(t->b, result, i32, true, "");
}

static LLVMValueRef
int_binary(struct translator *t, uint32_t opcode, LLVMValueRef a, LLVMValueRef b)
{
   static const char *const names[] = { "llvm.smax", "llvm.smin", "llvm.umax", "llvm.umin" };
   return intrinsic2(t, names[opcode - 37], a, b);
}

static void
emit_wide_multiply(struct translator *t, const struct dxil_instr *instr, bool is_signed)
{
   LLVMValueRef v[2];
   read_operands(t, instr, 2, v);
   LLVMTypeRef i64 = type_like(t, v[0], t->build->i64), i32 = LLVMTypeOf(v[0]);
   for (uint32_t i = 0; i < 2; i++)
      v[i] = LLVMBuildIntCast2(t->b, v[i], i64, is_signed, "");
   LLVMValueRef product = LLVMBuildMul(t->b, v[0], v[1], "");
   LLVMValueRef high = LLVMBuildLShr(t->b, product, const_like(product, 32), "");
   define_comp(t, instr, 0, LLVMBuildTrunc(t->b, high, i32, ""));
   define_comp(t, instr, 1, LLVMBuildTrunc(t->b, product, i32, ""));
}

static void
emit_divide(struct translator *t, const struct dxil_instr *instr)
{
   LLVMValueRef v[2];
   read_operands(t, instr, 2, v);
   define_comp(t, instr, 0, divide_ints(t, DXIL_OP_UDIV, v[0], v[1]));
   define_comp(t, instr, 1, divide_ints(t, DXIL_OP_UREM, v[0], v[1]));
}

static void
emit_carry(struct translator *t, const struct dxil_instr *instr, bool add)
{
   LLVMValueRef v[2];
   read_operands(t, instr, 2, v);
   if (add) {
      LLVMValueRef sum = LLVMBuildAdd(t->b, v[0], v[1], "");
      define_comp(t, instr, 0, sum);
      define_comp(t, instr, 1, LLVMBuildICmp(t->b, LLVMIntULT, sum, v[0], ""));
   } else {
      define_comp(t, instr, 0, LLVMBuildSub(t->b, v[0], v[1], ""));
      define_comp(t, instr, 1, LLVMBuildICmp(t->b, LLVMIntULT, v[0], v[1], ""));
   }
}

/* Width, offset, value: only the low bits of the first two count. */
static LLVMValueRef
bitfield_extract(struct translator *t, bool is_signed, const LLVMValueRef *v)
{
   uint32_t bits = int_width(v[2]);
   LLVMValueRef low = const_like(v[0], bits - 1), all = const_like(v[0], bits);
   LLVMValueRef width = LLVMBuildAnd(t->b, v[0], low, "");
   LLVMValueRef offset = LLVMBuildAnd(t->b, v[1], low, "");
   LLVMValueRef zero = LLVMBuildICmp(t->b, LLVMIntEQ, width, const_like(width, 0), "");
   LLVMValueRef result;
   if (is_signed) {
      /* The field to the top of the word, then down again. */
      LLVMValueRef end = intrinsic2(t, "llvm.umin", LLVMBuildAdd(t->b, width, offset, ""), all);
      LLVMValueRef up = LLVMBuildAnd(t->b, LLVMBuildSub(t->b, all, end, ""), low, "");
      LLVMValueRef down = LLVMBuildAnd(t->b, LLVMBuildAdd(t->b, up, offset, ""), low, "");
      result = LLVMBuildAShr(t->b, LLVMBuildShl(t->b, v[2], up, ""), down, "");
      return LLVMBuildSelect(t->b, zero, const_like(width, 0), result, "");
   }
   LLVMValueRef mask = LLVMBuildSub(t->b, LLVMBuildShl(t->b, const_like(width, 1), width, ""),
                                    const_like(width, 1), "");
   return LLVMBuildAnd(t->b, LLVMBuildLShr(t->b, v[2], offset, ""), mask, "");
}

static LLVMValueRef
bitfield_insert(struct translator *t, const LLVMValueRef *v)
{
   LLVMValueRef low = const_like(v[0], int_width(v[0]) - 1), one = const_like(v[0], 1);
   LLVMValueRef width = LLVMBuildAnd(t->b, v[0], low, "");
   LLVMValueRef offset = LLVMBuildAnd(t->b, v[1], low, "");
   LLVMValueRef mask = LLVMBuildSub(t->b, LLVMBuildShl(t->b, one, width, ""), one, "");
   mask = LLVMBuildShl(t->b, mask, offset, "");
   LLVMValueRef field = LLVMBuildAnd(t->b, LLVMBuildShl(t->b, v[2], offset, ""), mask, "");
   return LLVMBuildOr(t->b, field, LLVMBuildAnd(t->b, v[3], LLVMBuildNot(t->b, mask, ""), ""), "");
}

/* Byte i of a dword, as a dword. */
static LLVMValueRef
byte_of(struct translator *t, LLVMValueRef x, uint32_t i, bool is_signed)
{
   LLVMValueRef up = LLVMBuildShl(t->b, x, const_like(x, 24 - 8 * i), "");
   return is_signed ? LLVMBuildAShr(t->b, up, const_like(x, 24), "")
                    : LLVMBuildLShr(t->b, up, const_like(x, 24), "");
}

/* Adds up |reference - source| of the bytes whose reference is not zero. */
static LLVMValueRef
masked_difference(struct translator *t, const LLVMValueRef *v)
{
   LLVMValueRef sum = v[2];
   for (uint32_t i = 0; i < 4; i++) {
      LLVMValueRef a = byte_of(t, v[0], i, false), b = byte_of(t, v[1], i, false);
      LLVMValueRef difference =
         LLVMBuildSub(t->b, intrinsic2(t, "llvm.umax", a, b), intrinsic2(t, "llvm.umin", a, b), "");
      LLVMValueRef skip = LLVMBuildICmp(t->b, LLVMIntEQ, a, const_like(a, 0), "");
      difference = LLVMBuildSelect(t->b, skip, const_like(a, 0), difference, "");
      sum = intrinsic2(t, "llvm.uadd.sat", sum, difference);
   }
   return sum;
}

/* Accumulator, then the packed factors. */
static LLVMValueRef
dot_packed(struct translator *t, bool is_signed, const LLVMValueRef *v)
{
   LLVMValueRef sum = v[0];
   for (uint32_t i = 0; i < 4; i++) {
      LLVMValueRef product =
         LLVMBuildMul(t->b, byte_of(t, v[1], i, is_signed), byte_of(t, v[2], i, is_signed), "");
      sum = LLVMBuildAdd(t->b, sum, product, "");
   }
   return sum;
}

/* ---- Conversions ----------------------------------------------------------------------------- */

static LLVMValueRef
half_bits(struct jit_build *build, LLVMValueRef value)
{
   return jit_float_to_half(build, value);
}

static LLVMValueRef
saturating_int(struct translator *t, const char *name, LLVMValueRef x)
{
   LLVMTypeRef overloads[] = { type_like(t, x, t->build->i32), LLVMTypeOf(x) };
   return jit_intrinsic(t->build, name, overloads, 2, &x, 1);
}

static void
emit_conversion(struct translator *t, const struct dxil_instr *instr, uint32_t opcode)
{
   LLVMValueRef x = operand(t, instr->operands[1]).v;
   switch (opcode) {
   case 130:
      define(t, instr, apply_vf32(t, half_bits, x));
      break;
   case 131:
      x = LLVMBuildAnd(t->b, x, const_like(x, 0xffff), "");
      define(t, instr, apply_vf32(t, jit_half_to_float, x));
      break;
   case 132:
      x = LLVMBuildFPCast(t->b, x, type_like(t, x, t->build->f32), "");
      define(t, instr, flush_denormals(t, x));
      break;
   case 133:
      define(t, instr, saturating_int(t, "llvm.fptosi.sat", x));
      break;
   case 134:
      define(t, instr, saturating_int(t, "llvm.fptoui.sat", x));
      break;
   default: {
      const struct dxil_type *from = value_type(t, instr->operands[1]);
      const struct dxil_type *to = &t->module->types[instr->type];
      if (from->bits != to->bits || from->kind == DXIL_TYPE_POINTER ||
          (from->kind != DXIL_TYPE_INT && from->kind != DXIL_TYPE_FLOAT)) {
         fail(t, "a bitcast between different sizes");
         break;
      }
      LLVMTypeRef type = type_like(t, x, scalar_type(t, to));
      define(t, instr, LLVMBuildBitCast(t->b, x, type, ""));
      break;
   }
   }
}

static void
emit_make_double(struct translator *t, const struct dxil_instr *instr)
{
   LLVMValueRef v[2];
   read_operands(t, instr, 2, v);
   LLVMTypeRef i64 = type_like(t, v[0], t->build->i64);
   LLVMValueRef low = LLVMBuildZExt(t->b, v[0], i64, ""), high = LLVMBuildZExt(t->b, v[1], i64, "");
   high = LLVMBuildShl(t->b, high, const_like(high, 32), "");
   define(t, instr,
          LLVMBuildBitCast(t->b, LLVMBuildOr(t->b, low, high, ""),
                           type_like(t, v[0], t->build->f64), ""));
}

static void
emit_split_double(struct translator *t, const struct dxil_instr *instr)
{
   LLVMValueRef x = operand(t, instr->operands[1]).v;
   LLVMTypeRef i32 = type_like(t, x, t->build->i32);
   LLVMValueRef bits = LLVMBuildBitCast(t->b, x, type_like(t, x, t->build->i64), "");
   define_comp(t, instr, 0, LLVMBuildTrunc(t->b, bits, i32, ""));
   bits = LLVMBuildLShr(t->b, bits, const_like(bits, 32), "");
   define_comp(t, instr, 1, LLVMBuildTrunc(t->b, bits, i32, ""));
}

/* ---- Which is which -------------------------------------------------------------------------- */

/* The maths whose result has the operands' type; NULL: not for this type. */
static LLVMValueRef
overloaded(struct translator *t, const struct dxil_instr *instr, uint32_t opcode,
           const LLVMValueRef *v)
{
   bool floats = is_float(v[0]), doubles = element_type(LLVMTypeOf(v[0])) == t->build->f64;
   bool fused = instr->fast != 0 && !doubles;
   if (opcode <= 29) {
      if (!floats || (doubles && is_elementary(opcode)))
         return NULL;
      return float_unary(t, opcode, v[0]);
   }
   switch (opcode) {
   case 30:
      return floats ? NULL : intrinsic1(t, "llvm.bitreverse", v[0]);
   case 35:
      return floats ? jit_fmax(t->build, v[0], v[1]) : NULL;
   case 36:
      return floats ? jit_fmin(t->build, v[0], v[1]) : NULL;
   case 37:
   case 38:
   case 39:
   case 40:
      return floats ? NULL : int_binary(t, opcode, v[0], v[1]);
   case 46:
      return floats ? multiply_add(t, fused, v[0], v[1], v[2]) : NULL;
   case 47:
      return floats ? jit_fma(t->build, v[0], v[1], v[2]) : NULL;
   case 48:
   case 49:
      return floats ? NULL : LLVMBuildAdd(t->b, LLVMBuildMul(t->b, v[0], v[1], ""), v[2], "");
   case 51:
   case 52:
      return floats ? NULL : bitfield_extract(t, opcode == 51, v);
   case 53:
      return floats ? NULL : bitfield_insert(t, v);
   default:
      return floats ? dot(t, fused, v, opcode - 52) : NULL;
   }
}

bool
emit_dxop_math(struct translator *t, const struct dxil_instr *instr, uint32_t opcode)
{
   LLVMValueRef v[8], result;
   uint32_t count = instr->num_operands - 1;
   switch (opcode) {
   case 8 ... 11:
   case 31 ... 34:
      read_operands(t, instr, 1, v);
      if (is_float(v[0]) != (opcode <= 11)) {
         fail(t, "operation %u on a wrong type", opcode);
         return true;
      }
      define(t, instr, opcode <= 11 ? float_class(t, opcode, v[0]) : int_bits(t, opcode, v[0]));
      return true;
   case 41:
   case 42:
      emit_wide_multiply(t, instr, opcode == 41);
      return true;
   case 43:
      emit_divide(t, instr);
      return true;
   case 44:
   case 45:
      emit_carry(t, instr, opcode == 44);
      return true;
   case 50:
      read_operands(t, instr, 3, v);
      define(t, instr, masked_difference(t, v));
      return true;
   case 101:
      emit_make_double(t, instr);
      return true;
   case 102:
      emit_split_double(t, instr);
      return true;
   case 124 ... 134:
      emit_conversion(t, instr, opcode);
      return true;
   case 163:
   case 164:
      read_operands(t, instr, 3, v);
      define(t, instr, dot_packed(t, opcode == 163, v));
      return true;
   default:
      break;
   }
   if (opcode < 6 || opcode > 56)
      return false;

   read_operands(t, instr, MIN2(count, ARRAY_LENGTH(v)), v);
   result = overloaded(t, instr, opcode, v);
   if (!result) {
      fail(t, "operation %u on a wrong type", opcode);
      return true;
   }
   bool half = scalar_type(t, &t->module->types[instr->type]) == t->build->f16;
   define(t, instr, half ? float_to_half(t, result) : flush_denormals(t, result));
   return true;
}
