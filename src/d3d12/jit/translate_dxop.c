/* Calls of dx.op functions: what they look like, and who translates them. */
#include "jit/format_code.h"
#include "jit/translate_private.h"

#include <string.h>

/*
 * The operations that we know, by opcode (DXIL.rst, "Operations via external functions"). `params`
 * is what follows the opcode: i i32, c i8, k either (it is i8, but Mesa says i32), b i1, f float, d
 * double, h a handle, o the overload's type, x anything. `result`: likewise, v void, or an aggregate: R
 * four of the overload and a status, B four or eight of the overload (constant buffer), 2–4 of that
 * many i32, C i32 and i1, P two floats.
 */
struct dxop {
   const char *params;
   char result;
};

static const struct dxop ops[] = {
   [4] = { "iici", 'o' },                /* LoadInput */
   [5] = { "iico", 'v' },                /* StoreOutput */
   [6 ... 7] = { "o", 'o' },             /* FAbs, Saturate */
   [8 ... 11] = { "o", 'b' },            /* IsNaN … IsNormal */
   [12 ... 29] = { "o", 'o' },           /* Cos … Round_z */
   [30] = { "o", 'o' },                  /* Bfrev */
   [31 ... 34] = { "o", 'i' },           /* Countbits … FirstbitSHi */
   [35 ... 40] = { "oo", 'o' },          /* FMax … UMin */
   [41 ... 43] = { "ii", '2' },          /* IMul, UMul, UDiv */
   [44 ... 45] = { "ii", 'C' },          /* UAddc, USubb */
   [46 ... 49] = { "ooo", 'o' },         /* FMad … UMad */
   [50] = { "iii", 'i' },                /* Msad */
   [51 ... 52] = { "ooo", 'o' },         /* Ibfe, Ubfe */
   [53] = { "oooo", 'o' },               /* Bfi */
   [54] = { "oooo", 'o' },               /* Dot2 */
   [55] = { "oooooo", 'o' },             /* Dot3 */
   [56] = { "oooooooo", 'o' },           /* Dot4 */
   [57] = { "ciib", 'h' },               /* CreateHandle */
   [58] = { "hii", 'o' },                /* CBufferLoad */
   [59] = { "hi", 'B' },                 /* CBufferLoadLegacy */
   [60] = { "hhffffiiif", 'R' },         /* Sample */
   [61] = { "hhffffiiiff", 'R' },        /* SampleBias */
   [62] = { "hhffffiiif", 'R' },         /* SampleLevel */
   [63] = { "hhffffiiifffffff", 'R' },   /* SampleGrad */
   [64] = { "hhffffiiiff", 'R' },        /* SampleCmp */
   [65] = { "hhffffiiif", 'R' },         /* SampleCmpLevelZero */
   [66] = { "hiiiiiii", 'R' },           /* TextureLoad */
   [67] = { "hiiiooooc", 'v' },          /* TextureStore */
   [68] = { "hii", 'R' },                /* BufferLoad */
   [69] = { "hiiooooc", 'v' },           /* BufferStore */
   [70] = { "hc", 'i' },                 /* BufferUpdateCounter */
   [71] = { "i", 'b' },                  /* CheckAccessFullyMapped */
   [72] = { "hi", '4' },                 /* GetDimensions */
   [73] = { "hhffffiii", 'R' },          /* TextureGather */
   [74] = { "hhffffiiif", 'R' },         /* TextureGatherCmp */
   [75] = { "hi", 'P' },                 /* Texture2DMSGetSamplePosition */
   [76] = { "i", 'P' },                  /* RenderTargetGetSamplePosition */
   [77] = { "", 'i' },                   /* RenderTargetGetSampleCount */
   [78] = { "hiiiio", 'o' },             /* AtomicBinOp */
   [79] = { "hiiioo", 'o' },             /* AtomicCompareExchange */
   [80] = { "i", 'v' },                  /* Barrier */
   [81] = { "hhfffb", 'f' },             /* CalculateLOD */
   [82] = { "b", 'v' },                  /* Discard */
   [83 ... 86] = { "o", 'o' },           /* DerivCoarseX … DerivFineY */
   [87] = { "iicii", 'o' },              /* EvalSnapped */
   [88] = { "iici", 'o' },               /* EvalSampleIndex */
   [89] = { "iic", 'o' },                /* EvalCentroid */
   [90 ... 91] = { "", 'i' },            /* SampleIndex, Coverage */
   [93 ... 95] = { "i", 'i' },           /* ThreadId, GroupId, ThreadIdInGroup */
   [96] = { "", 'i' },                   /* FlattenedThreadIdInGroup */
   [97 ... 99] = { "c", 'v' },           /* EmitStream, CutStream, EmitThenCutStream */
   [100] = { "", 'i' },                  /* GSInstanceID */
   [101] = { "ii", 'd' },                /* MakeDouble */
   [102] = { "d", '2' },                 /* SplitDouble */
   [103] = { "iici", 'o' },              /* LoadOutputControlPoint */
   [104] = { "iic", 'o' },               /* LoadPatchConstant */
   [105] = { "k", 'f' },                 /* DomainLocation */
   [106] = { "iico", 'v' },              /* StorePatchConstant */
   [107] = { "", 'i' },                  /* OutputControlPointID */
   [108] = { "", 'i' },                  /* PrimitiveID */
   [110] = { "", 'b' },                  /* WaveIsFirstLane */
   [111 ... 112] = { "", 'i' },          /* WaveGetLaneIndex, WaveGetLaneCount */
   [113 ... 114] = { "b", 'b' },         /* WaveAnyTrue, WaveAllTrue */
   [115] = { "o", 'b' },                 /* WaveActiveAllEqual */
   [116] = { "b", '4' },                 /* WaveActiveBallot */
   [117] = { "oi", 'o' },                /* WaveReadLaneAt */
   [118] = { "o", 'o' },                 /* WaveReadLaneFirst */
   [119] = { "occ", 'o' },               /* WaveActiveOp */
   [120] = { "oc", 'o' },                /* WaveActiveBit */
   [121] = { "occ", 'o' },               /* WavePrefixOp */
   [122] = { "oi", 'o' },                /* QuadReadLaneAt */
   [123] = { "oc", 'o' },                /* QuadOp */
   [124 ... 129] = { "x", 'x' },         /* BitcastI16toF16 … BitcastF64toI64 */
   [130] = { "f", 'i' },                 /* LegacyF32ToF16 */
   [131] = { "i", 'f' },                 /* LegacyF16ToF32 */
   [132] = { "d", 'f' },                 /* LegacyDoubleToFloat */
   [133 ... 134] = { "d", 'i' },         /* LegacyDoubleToSInt32, LegacyDoubleToUInt32 */
   [135 ... 136] = { "b", 'i' },         /* WaveAllBitCount, WavePrefixBitCount */
   [137] = { "iicc", 'o' },              /* AttributeAtVertex */
   [138] = { "", 'i' },                  /* ViewID */
   [139] = { "hiici", 'R' },             /* RawBufferLoad */
   [140] = { "hiioooociX", 'v' },        /* RawBufferStore */
   [163 ... 164] = { "iii", 'i' },       /* Dot4AddI8Packed, Dot4AddU8Packed */
   [165] = { "o", '4' },                 /* WaveMatch */
   [216] = { "hx", 'h' },                /* AnnotateHandle */
   [217] = { "xib", 'h' },               /* CreateHandleFromBinding */
   [218] = { "ibb", 'h' },               /* CreateHandleFromHeap */
   [221] = { "", 'b' },                  /* IsHelperLane */
   [222] = { "bc", 'b' },                /* QuadVote */
   [224] = { "hhffffiiiff", 'R' },       /* SampleCmpLevel */
   [254] = { "hhffffiiiffffffff", 'R' }, /* SampleCmpGrad */
   [255] = { "hhffffiiifff", 'R' },      /* SampleCmpBias */
};

uint32_t
dxop_opcode(struct translator *t, const struct dxil_instr *instr)
{
   const struct dxil_function *callee = &t->module->functions[instr->aux];
   uint64_t opcode;
   if (!callee->is_declaration || strncmp(callee->name, "dx.op.", 6) || !instr->num_operands ||
       !operand_const(t, instr->operands[0], &opcode) || opcode > UINT16_MAX)
      return DXIL_NONE;
   return opcode;
}

/* ---- Do call and declaration have the shape that the opcode asks for? ------------------------ */

static bool
is_scalar(const struct dxil_type *type, enum dxil_type_kind kind, uint32_t bits)
{
   return type->kind == kind && type->bits == bits;
}

static bool
matches(const struct dxil_type *type, char code, const struct dxil_type **overload)
{
   switch (code) {
   case 'i':
      return is_scalar(type, DXIL_TYPE_INT, 32);
   case 'c':
      return is_scalar(type, DXIL_TYPE_INT, 8);
   case 'k':
      return is_scalar(type, DXIL_TYPE_INT, 8) || is_scalar(type, DXIL_TYPE_INT, 32);
   case 'b':
      return is_scalar(type, DXIL_TYPE_INT, 1);
   case 'f':
      return is_scalar(type, DXIL_TYPE_FLOAT, 32);
   case 'd':
      return is_scalar(type, DXIL_TYPE_FLOAT, 64);
   case 'h':
      return type->kind == DXIL_TYPE_STRUCT && type->count == 1;
   case 'v':
      return type->kind == DXIL_TYPE_VOID;
   case 'o':
      if (type->kind != DXIL_TYPE_INT && type->kind != DXIL_TYPE_FLOAT)
         return false;
      if (*overload)
         return *overload == type;
      *overload = type;
      return true;
   default:
      return true;
   }
}

static bool
result_matches(struct translator *t, const struct dxil_type *type, char code,
               const struct dxil_type **overload)
{
   const char *members;
   switch (code) {
   case 'R':
      members = "ooooi";
      break;
   case 'B':
      members = type->count == 2 ? "oo" : type->count == 8 ? "oooooooo" : "oooo";
      break;
   case '2':
      members = "ii";
      break;
   case '4':
      members = "iiii";
      break;
   case 'C':
      members = "ib";
      break;
   case 'P':
      members = "ff";
      break;
   case 'x':
      return type->kind == DXIL_TYPE_INT || type->kind == DXIL_TYPE_FLOAT;
   default:
      return matches(type, code, overload);
   }
   if (type->kind != DXIL_TYPE_STRUCT || type->count != strlen(members))
      return false;
   for (uint32_t i = 0; i < type->count; i++) {
      if (!matches(&t->module->types[type->members[i]], members[i], overload))
         return false;
   }
   return true;
}

static bool
call_matches(struct translator *t, const struct dxil_instr *instr, const struct dxop *op)
{
   const struct dxil_type *overload = NULL;
   uint32_t i = 1;
   for (const char *p = op->params; *p; p++) {
      if (*p == 'X') /* newer compilers add operands here */
         break;
      if (i == instr->num_operands || !matches(value_type(t, instr->operands[i++]), *p, &overload))
         return false;
   }
   return result_matches(t, &t->module->types[instr->type], op->result, &overload);
}

/* ---- Operations of the stage ----------------------------------------------------------------- */

static const struct dxil_signature_element *
signature_element(struct translator *t, const struct dxil_signature *signature,
                  const struct dxil_instr *instr, uint32_t *col)
{
   uint64_t id, c;
   if (!operand_const(t, instr->operands[1], &id) || id >= signature->count ||
       !operand_const(t, instr->operands[3], &c) || c >= signature->elements[id].cols) {
      fail(t, "an element that the signature does not have");
      return NULL;
   }
   *col = c;
   return &signature->elements[id];
}

/* The row of an element, limited to those that there are when it is computed. */
static LLVMValueRef
element_row(struct translator *t, const struct dxil_signature_element *element, uint32_t id)
{
   LLVMValueRef row = operand(t, id).v, last = const_like(row, element->rows - 1);
   if (LLVMIsConstant(row))
      return LLVMConstIntGetZExtValue(row) < element->rows ? row : last;
   return intrinsic2(t, "llvm.umin", row, last);
}

/* Stages speak in dwords: what they give becomes the overload's type. */
static void
define_from_stage(struct translator *t, const struct dxil_instr *instr, LLVMValueRef value)
{
   const struct dxil_type *type = &t->module->types[instr->type];
   if (!is_vector(value))
      value = jit_splat(t->build, value);
   bool is_float = LLVMTypeOf(value) == t->build->vf32;
   if (type->kind == DXIL_TYPE_FLOAT) {
      if (!is_float)
         value = jit_bitcast(t->build, value, t->build->vf32);
      if (type->bits == 16)
         value = float_to_half(t, value);
      else if (type->bits != 32)
         fail(t, "a 64-bit element of a signature");
   } else {
      if (is_float)
         value = jit_bitcast(t->build, value, t->build->vi32);
      if (type->bits == 1)
         value = LLVMBuildICmp(t->b, LLVMIntNE, value, LLVMConstNull(t->build->vi32), "");
      else if (type->bits < 32)
         value = LLVMBuildTrunc(t->b, value, vector_type(t, scalar_type(t, type)), "");
      else if (type->bits != 32)
         fail(t, "a 64-bit element of a signature");
   }
   define(t, instr, value);
}

static LLVMValueRef
value_for_stage(struct translator *t, const struct dxil_signature_element *element, uint32_t id)
{
   const struct dxil_type *type = value_type(t, id);
   LLVMValueRef value = operand_vector(t, id);
   if (type->bits == 64)
      fail(t, "a 64-bit element of a signature");
   else if (type->kind == DXIL_TYPE_FLOAT && type->bits == 16)
      value = half_to_float(t, value);
   else if (type->kind == DXIL_TYPE_INT && type->bits < 32)
      value = element->type == DXIL_COMP_I16 ? LLVMBuildSExt(t->b, value, t->build->vi32, "")
                                             : LLVMBuildZExt(t->b, value, t->build->vi32, "");
   return value;
}

/* The vertex operand: NULL where it is undefined. */
static LLVMValueRef
vertex_operand(struct translator *t, const struct dxil_instr *instr)
{
   uint32_t id = instr->operands[4];
   return operand_undef(t, id) ? NULL : operand(t, id).v;
}

static void
emit_load_input(struct translator *t, const struct dxil_instr *instr, uint32_t opcode)
{
   uint32_t col;
   const struct dxil_signature *signature = opcode == 103   ? &t->module->output
                                            : opcode == 104 ? &t->module->patch
                                                            : &t->module->input;
   const struct dxil_signature_element *element = signature_element(t, signature, instr, &col);
   if (!element)
      return;
   const struct jit_stage *stage = t->stage;
   LLVMValueRef row = element_row(t, element, instr->operands[2]), value = NULL;
   uint64_t vertex;
   switch (opcode) {
   case 4:
      if (stage->load_input)
         value = stage->load_input(stage->data, element, row, col, vertex_operand(t, instr));
      break;
   case 87:
      if (stage->eval_snapped)
         value = stage->eval_snapped(stage->data, element, row, col,
                                     operand_vector(t, instr->operands[4]),
                                     operand_vector(t, instr->operands[5]));
      break;
   case 88:
      if (stage->eval_sample)
         value = stage->eval_sample(stage->data, element, row, col,
                                    operand_vector(t, instr->operands[4]));
      break;
   case 89:
      if (stage->eval_centroid)
         value = stage->eval_centroid(stage->data, element, row, col);
      break;
   case 103:
      if (stage->load_control_point)
         value =
            stage->load_control_point(stage->data, element, row, col, vertex_operand(t, instr));
      break;
   case 104:
      if (stage->load_patch)
         value = stage->load_patch(stage->data, element, row, col);
      break;
   case 137:
      if (stage->attribute_at_vertex && operand_const(t, instr->operands[4], &vertex) && vertex < 3)
         value = stage->attribute_at_vertex(stage->data, element, row, col, vertex);
      break;
   default:
      break;
   }
   if (value)
      define_from_stage(t, instr, value);
   else
      fail(t, "operation %u is not supported in this stage", opcode);
}

static LLVMValueRef
stage_value(struct translator *t, const struct dxil_instr *instr, uint32_t opcode)
{
   const struct jit_stage *s = t->stage;
   uint64_t axis = 0;
   if (opcode >= 93 && opcode <= 95 && (!operand_const(t, instr->operands[1], &axis) || axis > 2))
      return NULL;
   switch (opcode) {
   case 77:
      return s->sample_count ? s->sample_count(s->data) : NULL;
   case 90:
      return s->sample_index ? s->sample_index(s->data) : NULL;
   case 91:
      return s->coverage ? s->coverage(s->data) : NULL;
   case 93:
      return s->thread_id ? s->thread_id(s->data, axis) : NULL;
   case 94:
      return s->group_id ? s->group_id(s->data, axis) : NULL;
   case 95:
      return s->thread_id_in_group ? s->thread_id_in_group(s->data, axis) : NULL;
   case 96:
      return s->flat_thread_id ? s->flat_thread_id(s->data) : NULL;
   case 100:
      return s->instance_id ? s->instance_id(s->data) : NULL;
   case 105:
      if (!operand_const(t, instr->operands[1], &axis) || axis > 2)
         return NULL;
      return s->domain_location ? s->domain_location(s->data, axis) : NULL;
   case 107:
      return s->control_point_id ? s->control_point_id(s->data) : NULL;
   case 108:
      return s->primitive_id ? s->primitive_id(s->data) : NULL;
   case 138: /* no view instancing */
      return jit_const_i32(t->build, 0);
   case 221:
      return s->is_helper ? s->is_helper(s->data) : LLVMConstNull(t->build->vi1);
   default:
      return NULL;
   }
}

static void
emit_store_output(struct translator *t, const struct dxil_instr *instr, uint32_t opcode)
{
   const struct dxil_signature *signature = opcode == 106 ? &t->module->patch : &t->module->output;
   void (*store)(void *, const struct dxil_signature_element *, LLVMValueRef, uint32_t,
                 LLVMValueRef, LLVMValueRef) =
      opcode == 106 ? t->stage->store_patch : t->stage->store_output;
   uint32_t col;
   const struct dxil_signature_element *element = signature_element(t, signature, instr, &col);
   if (!element)
      return;
   if (!store) {
      fail(t, "operation %u is not supported in this stage", opcode);
      return;
   }
   store(t->stage->data, element, element_row(t, element, instr->operands[2]), col,
         value_for_stage(t, element, instr->operands[4]), t->mask);
}

static void
emit_stream(struct translator *t, const struct dxil_instr *instr, uint32_t opcode)
{
   const struct jit_stage *stage = t->stage;
   uint64_t stream;
   if (!stage->emit || !stage->cut || !operand_const(t, instr->operands[1], &stream) ||
       stream > 3) {
      fail(t, "operation %u is not supported in this stage", opcode);
      return;
   }
   if (opcode != 98)
      stage->emit(stage->data, stream, t->mask);
   if (opcode != 97)
      stage->cut(stage->data, stream, t->mask);
}

#define BARRIER_SYNC_THREAD_GROUP 1 /* DXIL's BarrierMode */

static void
emit_barrier(struct translator *t, const struct dxil_instr *instr)
{
   uint64_t mode;
   if (!operand_const(t, instr->operands[1], &mode)) {
      fail(t, "a barrier of unknown kind");
      return;
   }
   /* x86 keeps the order of loads among each other and of stores among each other; LLVM must. */
   LLVMBuildFence(t->b, LLVMAtomicOrderingAcquireRelease, false, "");
   if (!(mode & BARRIER_SYNC_THREAD_GROUP))
      return;
   if (t->stage->group_barrier)
      t->stage->group_barrier(t->stage->data);
   else
      fail(t, "a thread group's barrier is not supported in this stage");
}

static void
emit_sample_position(struct translator *t, const struct dxil_instr *instr)
{
   if (!t->stage->sample_position) {
      fail(t, "operation 76 is not supported in this stage");
      return;
   }
   LLVMValueRef xy[2];
   t->stage->sample_position(t->stage->data, operand(t, instr->operands[1]).v, xy);
   for (uint32_t i = 0; i < 2; i++)
      define_comp(t, instr, i, xy[i]);
}

static bool
emit_dxop_stage(struct translator *t, const struct dxil_instr *instr, uint32_t opcode)
{
   switch (opcode) {
   case 4:
   case 87:
   case 88:
   case 89:
   case 103:
   case 104:
   case 137:
      emit_load_input(t, instr, opcode);
      return true;
   case 5:
   case 106:
      emit_store_output(t, instr, opcode);
      return true;
   case 76:
      emit_sample_position(t, instr);
      return true;
   case 80:
      emit_barrier(t, instr);
      return true;
   case 82:
      if (t->stage->discard)
         t->stage->discard(t->stage->data,
                           LLVMBuildAnd(t->b, t->mask, operand_vector(t, instr->operands[1]), ""));
      else
         fail(t, "operation 82 is not supported in this stage");
      return true;
   case 97:
   case 98:
   case 99:
      emit_stream(t, instr, opcode);
      return true;
   default: {
      LLVMValueRef value = stage_value(t, instr, opcode);
      if (value)
         define(t, instr, value);
      return value;
   }
   }
}

void
check_dxops(struct translator *t)
{
   for (uint32_t i = 0; i < t->function->num_instrs; i++) {
      const struct dxil_instr *instr = &t->function->instrs[i];
      if (instr->op != DXIL_OP_CALL)
         continue;
      const char *name = t->module->functions[instr->aux].name;
      uint32_t opcode = dxop_opcode(t, instr);
      if (opcode >= ARRAY_LENGTH(ops) || !ops[opcode].params)
         fail(t, "%.60s (%d) is not supported", name, (int)opcode);
      else if (!call_matches(t, instr, &ops[opcode]))
         fail(t, "%.60s (%d) does not have the operands that it should", name, (int)opcode);
   }
}

void
emit_dxop(struct translator *t, const struct dxil_instr *instr)
{
   uint32_t opcode = dxop_opcode(t, instr);
   if (!emit_dxop_math(t, instr, opcode) && !emit_dxop_buffer(t, instr, opcode) &&
       !emit_dxop_texture(t, instr, opcode) && !emit_dxop_query(t, instr, opcode) &&
       !emit_dxop_atomic(t, instr, opcode) && !emit_dxop_wave(t, instr, opcode) &&
       !emit_dxop_stage(t, instr, opcode))
      fail(t, "%.60s (%u) is not supported in this stage", t->module->functions[instr->aux].name,
           opcode);
}
