/* What a shader may ask about a resource: its dimensions, its samples. */
#include "jit/translate_private.h"
#include "layout/sample_positions.h"

#include <stddef.h>
#include <string.h>

static struct value
field(struct translator *t, struct value address, uint32_t offset, LLVMTypeRef type)
{
   struct value value = descriptor_field(t, address, offset, type);
   LLVMTypeRef i32 = value.varying ? t->build->vi32 : t->build->i32;
   value.v = LLVMBuildIntCast2(t->b, value.v, i32, false, "");
   return value;
}

#define FIELD_U32(name) field(t, address, offsetof(struct descriptor, name), t->build->i32)
#define FIELD_U64(name) field(t, address, offsetof(struct descriptor, name), t->build->i64)
#define FIELD_U8(name) field(t, address, offsetof(struct descriptor, name), t->build->i8)

/* A size at a level: max(size >> level, 1), 0 for a level that the view does not have (D3D11.3
 * 22.4.13, resinfo) and for null views. */
static LLVMValueRef
size_at(struct translator *t, LLVMValueRef size, LLVMValueRef level, LLVMValueRef levels)
{
   match_forms(t, &size, &level);
   match_forms(t, &level, &levels);
   LLVMValueRef count = LLVMBuildAnd(t->b, level, const_like(level, 31), "");
   LLVMValueRef small = LLVMBuildLShr(t->b, size, count, "");
   small = intrinsic2(t, "llvm.umax", small, intrinsic2(t, "llvm.umin", size, const_like(size, 1)));
   LLVMValueRef exists = LLVMBuildICmp(t->b, LLVMIntULT, level, levels, "");
   return LLVMBuildSelect(t->b, exists, small, const_like(small, 0), "");
}

static void
emit_dimensions(struct translator *t, const struct dxil_instr *instr)
{
   const struct handle *handle = handle_of(t, instr->operands[1]);
   uint32_t used = result_used(t, instr);
   if (handle->cls == DXIL_CLASS_SAMPLER || handle->place == HANDLE_CONSTANTS ||
       handle->place == HANDLE_ROOT) {
      fail(t, "the dimensions of what has none");
      return;
   }
   struct value address = handle_address(t, handle);

   switch (handle->kind) {
   case DXIL_KIND_RAWBUFFER:
      define_comp(t, instr, 0, FIELD_U64(size).v);
      return;
   case DXIL_KIND_STRUCTUREDBUFFER:
   case DXIL_KIND_TYPEDBUFFER:
   case DXIL_KIND_TBUFFER:
      define_comp(t, instr, 0, FIELD_U32(width).v);
      if (used & 2)
         define_comp(t, instr, 1, FIELD_U32(stride).v);
      return;
   default:
      break;
   }

   bool multisampled =
      handle->kind == DXIL_KIND_TEXTURE2DMS || handle->kind == DXIL_KIND_TEXTURE2DMSARRAY;
   /* An UAV is one level, and what its shader passes as level is undefined. */
   LLVMValueRef level = jit_const_i32(t->build, 0), levels = FIELD_U8(num_levels).v;
   if (!multisampled && handle->cls == DXIL_CLASS_SRV)
      level = operand(t, instr->operands[2]).v;
   else
      levels = const_like(levels, 1);
   if (used & 1)
      define_comp(t, instr, 0, size_at(t, FIELD_U32(width).v, level, levels));

   LLVMValueRef layers = FIELD_U32(layers).v, second = NULL, third = NULL;
   switch (handle->kind) {
   case DXIL_KIND_TEXTURE1D:
      break;
   case DXIL_KIND_TEXTURE1DARRAY:
      second = layers;
      break;
   case DXIL_KIND_TEXTURE3D:
      third = size_at(t, FIELD_U32(depth).v, level, levels);
      break;
   case DXIL_KIND_TEXTURECUBEARRAY:
      third = LLVMBuildUDiv(t->b, layers, const_like(layers, 6), "");
      break;
   case DXIL_KIND_TEXTURE2DARRAY:
   case DXIL_KIND_TEXTURE2DMSARRAY:
      third = layers;
      break;
   default:
      break;
   }
   if (handle->kind != DXIL_KIND_TEXTURE1D && !second)
      second = size_at(t, FIELD_U32(height).v, level, levels);
   if ((used & 2) && second)
      define_comp(t, instr, 1, second);
   if ((used & 4) && third)
      define_comp(t, instr, 2, third);
   if (used & 8)
      define_comp(t, instr, 3, multisampled ? FIELD_U8(samples).v : FIELD_U8(num_levels).v);
}

/* ---- Sample positions ------------------------------------------------------------------------ */

#define TABLE_SIZES 5 /* 1, 2, 4, 8, 16 samples */

/* Positions in pixels, by log2 of the number of samples, then sample, then x and y. */
static LLVMValueRef
position_table(struct translator *t)
{
   static const char name[] = "sample_positions";
   LLVMValueRef global = LLVMGetNamedGlobal(t->build->module, name);
   if (global)
      return global;
   float table[TABLE_SIZES][SAMPLE_MAX][2] = { 0 };
   for (uint32_t size = 0; size < TABLE_SIZES; size++) {
      const struct sample_position *positions = sample_positions(1u << size);
      for (uint32_t i = 0; i < 1u << size; i++) {
         table[size][i][0] = positions[i].x / (float)SAMPLE_GRID;
         table[size][i][1] = positions[i].y / (float)SAMPLE_GRID;
      }
   }
   LLVMValueRef init =
      LLVMConstStringInContext(t->build->context, (const char *)table, sizeof(table), true);
   global = LLVMAddGlobal(t->build->module, LLVMTypeOf(init), name);
   LLVMSetInitializer(global, init);
   LLVMSetGlobalConstant(global, true);
   LLVMSetLinkage(global, LLVMInternalLinkage);
   LLVMSetAlignment(global, 16);
   return global;
}

static void
emit_sample_position(struct translator *t, const struct dxil_instr *instr)
{
   const struct handle *handle = handle_of(t, instr->operands[1]);
   if (handle->cls != DXIL_CLASS_SRV || !handle_is_typed(handle)) {
      fail(t, "sample positions of what has no samples");
      return;
   }
   struct value address = handle_address(t, handle);
   LLVMValueRef samples = FIELD_U8(samples).v, index = operand(t, instr->operands[2]).v;
   match_forms(t, &samples, &index);
   bool varying = is_vector(index);

   /* Beyond the last sample the table has zeros. A null view has no samples. */
   LLVMTypeRef type = LLVMTypeOf(index);
   samples = LLVMBuildOr(t->b, samples, const_like(samples, 16), "");
   LLVMValueRef args[] = { samples, LLVMConstInt(t->build->i1, 1, false) };
   LLVMValueRef size = jit_intrinsic(t->build, "llvm.cttz", &type, 1, args, 2);
   LLVMValueRef inside = LLVMBuildICmp(t->b, LLVMIntULT, index, const_like(index, SAMPLE_MAX), "");
   index = LLVMBuildAnd(t->b, index, const_like(index, SAMPLE_MAX - 1), "");
   LLVMValueRef entry =
      LLVMBuildAdd(t->b, LLVMBuildMul(t->b, size, const_like(size, SAMPLE_MAX), ""), index, "");
   entry = LLVMBuildZExt(t->b, entry, varying ? t->build->vi64 : t->build->i64, "");
   entry = LLVMBuildMul(t->b, entry, const_like(entry, 2 * sizeof(float)), "");
   LLVMValueRef place = jit_ptr_add_value(t->build, position_table(t), entry);
   for (uint32_t i = 0; i < 2; i++) {
      LLVMValueRef ptr = jit_ptr_add(t->build, place, i * sizeof(float));
      LLVMValueRef value = varying ? jit_gather(t->build, t->build->vf32, ptr, t->mask, 4)
                                   : jit_load(t->build, t->build->f32, ptr, 0, 4);
      value = LLVMBuildSelect(t->b, inside, value, LLVMConstNull(LLVMTypeOf(value)), "");
      define_comp(t, instr, i, value);
   }
}

bool
emit_dxop_query(struct translator *t, const struct dxil_instr *instr, uint32_t opcode)
{
   switch (opcode) {
   case 71: /* there are no tiled resources */
      define(t, instr, LLVMConstInt(t->build->i1, 1, false));
      return true;
   case 72:
      emit_dimensions(t, instr);
      return true;
   case 75:
      emit_sample_position(t, instr);
      return true;
   default:
      return false;
   }
}
