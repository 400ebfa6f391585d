/* Atomic operations on UAVs: lane after lane, since lanes may mean the same place. */
#include "jit/translate_private.h"

#include <stddef.h>

/* The address of each lane's word, and the lanes that have one. */
static bool
find_words(struct translator *t, const struct dxil_instr *instr, const uint32_t coords[3],
           uint32_t size, LLVMValueRef *addresses, LLVMValueRef *mask)
{
   const struct handle *handle = handle_of(t, instr->operands[1]);
   if (handle->cls != DXIL_CLASS_UAV) {
      fail(t, "an atomic operation on what cannot be written");
      return false;
   }
   t->info->writes_memory = true;
   *mask = write_mask(t);
   if (handle_is_typed(handle)) {
      texture_set_coords(t, handle, coords);
      texture_call(t, TEXTURE_ADDRESS, handle, NULL, *mask);
      if (t->failed)
         return false;
      LLVMValueRef words = texture_result(t, 0, t->build->vi64);
      LLVMValueRef there = LLVMBuildICmp(t->b, LLVMIntNE, words, const_like(words, 0), "");
      *mask = LLVMBuildAnd(t->b, *mask, there, "");
      *addresses = LLVMBuildIntToPtr(t->b, words, t->build->vptr, "");
      return true;
   }

   struct buffer buffer = buffer_of(t, handle);
   struct access access = buffer_access(t, &buffer, coords[0], coords[1]);
   /* Words are aligned: an atomic across cache lines would stop the whole machine. */
   access.offset.v =
      LLVMBuildAnd(t->b, access.offset.v, const_like(access.offset.v, -(uint64_t)size), "");
   LLVMValueRef check = access_check(t, &access, 0, size);
   if (check)
      *mask = LLVMBuildAnd(t->b, *mask, to_vector(t, check), "");
   *addresses = to_vector(t, access_address(t, &access, 0).v);
   return true;
}

static bool
find_op(struct translator *t, uint32_t id, LLVMAtomicRMWBinOp *op)
{
   /* DXIL's AtomicBinOpCode */
   static const LLVMAtomicRMWBinOp ops[] = {
      LLVMAtomicRMWBinOpAdd,  LLVMAtomicRMWBinOpAnd,  LLVMAtomicRMWBinOpOr,
      LLVMAtomicRMWBinOpXor,  LLVMAtomicRMWBinOpMin,  LLVMAtomicRMWBinOpMax,
      LLVMAtomicRMWBinOpUMin, LLVMAtomicRMWBinOpUMax, LLVMAtomicRMWBinOpXchg,
   };
   uint64_t code;
   if (!operand_const(t, id, &code) || code >= ARRAY_LENGTH(ops))
      return false;
   *op = ops[code];
   return true;
}

/*
 * On texels, the signed minimum and maximum are for SINT alone, the unsigned for UINT (D3D11.3
 * 22.17.25 to 22.17.28). A shader that asks for the other kind gets what the texels' type means:
 * Mesa 22.3.6 takes the signed maximum for every imageAtomicMax.
 */
static LLVMAtomicRMWBinOp
op_on_texels(LLVMAtomicRMWBinOp op, enum dxil_component_type type)
{
   bool is_signed = type == DXIL_COMP_I32 || type == DXIL_COMP_I64;
   bool is_unsigned = type == DXIL_COMP_U32 || type == DXIL_COMP_U64;
   if (is_unsigned && op == LLVMAtomicRMWBinOpMin)
      return LLVMAtomicRMWBinOpUMin;
   if (is_unsigned && op == LLVMAtomicRMWBinOpMax)
      return LLVMAtomicRMWBinOpUMax;
   if (is_signed && op == LLVMAtomicRMWBinOpUMin)
      return LLVMAtomicRMWBinOpMin;
   if (is_signed && op == LLVMAtomicRMWBinOpUMax)
      return LLVMAtomicRMWBinOpMax;
   return op;
}

static void
emit_atomic(struct translator *t, const struct dxil_instr *instr, bool exchange)
{
   const uint32_t *o = instr->operands;
   const struct dxil_type *type = &t->module->types[instr->type];
   LLVMAtomicRMWBinOp op = LLVMAtomicRMWBinOpAdd;
   if (type->kind != DXIL_TYPE_INT || type->bits < 32 || (!exchange && !find_op(t, o[2], &op))) {
      fail(t, "an atomic operation of unknown kind");
      return;
   }
   const struct handle *handle = handle_of(t, o[1]);
   if (handle_is_typed(handle))
      op = op_on_texels(op, handle->type);
   LLVMTypeRef llvm = scalar_type(t, type);
   LLVMValueRef addresses, mask;
   if (!find_words(t, instr, exchange ? &o[2] : &o[3], type->bits / 8, &addresses, &mask))
      return;

   LLVMValueRef ptrs = lanes_store(t, 0, addresses);
   LLVMValueRef values = lanes_store(t, 1, operand_vector(t, o[6]));
   LLVMValueRef expected = exchange ? lanes_store(t, 2, operand_vector(t, o[5])) : NULL;
   struct lane_loop loop;
   lane_loop_begin(t, &loop, mask);
   LLVMValueRef ptr = lane_load(t, ptrs, t->build->ptr, loop.lane);
   LLVMValueRef value = lane_load(t, values, llvm, loop.lane), old;
   if (exchange) {
      LLVMValueRef want = lane_load(t, expected, llvm, loop.lane);
      old = LLVMBuildAtomicCmpXchg(t->b, ptr, want, value, LLVMAtomicOrderingMonotonic,
                                   LLVMAtomicOrderingMonotonic, false);
      old = LLVMBuildExtractValue(t->b, old, 0, "");
   } else {
      old = LLVMBuildAtomicRMW(t->b, op, ptr, value, LLVMAtomicOrderingMonotonic, false);
   }
   LLVMBuildStore(t->b, old, LLVMBuildGEP2(t->b, llvm, values, &loop.lane, 1, ""));
   lane_loop_end(t, &loop);
   /* Out of bounds it is nothing that is read. */
   LLVMValueRef result = jit_load(t->build, vector_type(t, llvm), values, 0, 64);
   define(t, instr,
          LLVMBuildSelect(t->b, mask, result, LLVMConstNull(LLVMTypeOf(result)), ""));
}

/*
 * The counter beside a structured buffer: incremented it returns what it was, decremented what it
 * becomes. The group takes its numbers in one step.
 */
static void
emit_counter(struct translator *t, const struct dxil_instr *instr)
{
   const struct handle *handle = handle_of(t, instr->operands[1]);
   uint64_t step;
   if (handle->cls != DXIL_CLASS_UAV || handle->place == HANDLE_ROOT ||
       !operand_const(t, instr->operands[2], &step)) {
      fail(t, "a counter that is not there");
      return;
   }
   struct value address = handle_address(t, handle);
   if (t->failed || address.varying) {
      fail(t, "a counter that differs between lanes");
      return;
   }
   t->info->writes_memory = true;
   LLVMValueRef counter =
      descriptor_field(t, address, offsetof(struct descriptor, counter), t->build->ptr).v;
   LLVMValueRef mask = write_mask(t), bits = jit_mask_bits(t->build, mask);
   LLVMValueRef total = jit_intrinsic(t->build, "llvm.ctpop", &t->build->i32, 1, &bits, 1);

   /* A view without a counter counts in a place that nobody reads. */
   LLVMValueRef dummy = jit_alloca(t->build, t->build->i32, 4, "");
   LLVMBuildStore(t->b, jit_const_i32(t->build, 0), dummy);
   LLVMValueRef missing = LLVMBuildIsNull(t->b, counter, "");
   counter = LLVMBuildSelect(t->b, missing, dummy, counter, "");

   LLVMValueRef below =
      LLVMBuildSub(t->b, LLVMBuildShl(t->b, jit_splat_i32(t->build, 1), jit_lane_ids(t->build), ""),
                   jit_splat_i32(t->build, 1), "");
   LLVMValueRef place = LLVMBuildAnd(t->b, jit_splat(t->build, bits), below, "");
   place = jit_intrinsic(t->build, "llvm.ctpop", &t->build->vi32, 1, &place, 1);
   bool up = (int8_t)step > 0;
   LLVMValueRef old = LLVMBuildAtomicRMW(t->b, up ? LLVMAtomicRMWBinOpAdd : LLVMAtomicRMWBinOpSub,
                                         counter, total, LLVMAtomicOrderingMonotonic, false);
   LLVMValueRef first = jit_splat(t->build, old);
   LLVMValueRef result =
      up ? LLVMBuildAdd(t->b, first, place, "")
         : LLVMBuildSub(t->b, LLVMBuildSub(t->b, first, place, ""), jit_splat_i32(t->build, 1), "");
   define(t, instr, result);
}

bool
emit_dxop_atomic(struct translator *t, const struct dxil_instr *instr, uint32_t opcode)
{
   switch (opcode) {
   case 70:
      emit_counter(t, instr);
      return true;
   case 78:
   case 79:
      emit_atomic(t, instr, opcode == 79);
      return true;
   default:
      return false;
   }
}
