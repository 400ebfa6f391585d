#include "jit/registers.h"

static LLVMValueRef
slot(const struct jit_registers *registers, const struct dxil_signature_element *element,
     uint32_t row, uint32_t col)
{
   struct jit_build *build = registers->build;
   uint64_t bytes = build->lanes * 4;

   return jit_ptr_add(build, registers->storage[element->id], (row * element->cols + col) * bytes);
}

LLVMTypeRef
jit_element_type(struct jit_build *build, const struct dxil_signature_element *element)
{
   return jit_element_is_float(element) ? build->vf32 : build->vi32;
}

LLVMValueRef
jit_registers_get(const struct jit_registers *registers,
                  const struct dxil_signature_element *element, uint32_t row, uint32_t col)
{
   return jit_load(registers->build, registers->build->vi32, slot(registers, element, row, col), 0,
                   registers->build->lanes * 4);
}

void
jit_registers_set(const struct jit_registers *registers,
                  const struct dxil_signature_element *element, uint32_t row, uint32_t col,
                  LLVMValueRef value)
{
   struct jit_build *build = registers->build;

   jit_store(build, jit_bitcast(build, value, build->vi32), slot(registers, element, row, col), 0,
             build->lanes * 4);
}

void
jit_registers_init(struct jit_registers *registers, struct jit_build *build,
                   const struct dxil_signature *signature)
{
   registers->build = build;
   registers->signature = signature;
   for (uint32_t i = 0; i < signature->count; i++) {
      const struct dxil_signature_element *element = &signature->elements[i];
      LLVMTypeRef type = LLVMArrayType(build->vi32, element->rows * element->cols);

      registers->storage[i] = jit_alloca(build, type, build->lanes * 4, element->name);
      for (uint32_t row = 0; row < element->rows; row++)
         for (uint32_t col = 0; col < element->cols; col++)
            jit_registers_set(registers, element, row, col, LLVMConstNull(build->vi32));
   }
}

/* The lanes whose row is `row`. */
static LLVMValueRef
row_matches(struct jit_build *build, LLVMValueRef dynamic_row, uint32_t row)
{
   if (LLVMGetTypeKind(LLVMTypeOf(dynamic_row)) != LLVMVectorTypeKind)
      dynamic_row = jit_splat(build, dynamic_row);
   return LLVMBuildICmp(build->builder, LLVMIntEQ, dynamic_row, jit_splat_i32(build, row), "");
}

LLVMValueRef
jit_registers_load(const struct jit_registers *registers,
                   const struct dxil_signature_element *element, LLVMValueRef row, uint32_t col)
{
   struct jit_build *build = registers->build;
   LLVMValueRef value = LLVMConstNull(build->vi32);

   if (col < element->cols) {
      if (LLVMIsAConstantInt(row)) {
         uint64_t index = LLVMConstIntGetZExtValue(row);

         if (index < element->rows)
            value = jit_registers_get(registers, element, index, col);
      } else {
         for (uint32_t r = 0; r < element->rows; r++)
            value = LLVMBuildSelect(build->builder, row_matches(build, row, r),
                                    jit_registers_get(registers, element, r, col), value, "");
      }
   }
   return jit_bitcast(build, value, jit_element_type(build, element));
}

static void
store_row(const struct jit_registers *registers, const struct dxil_signature_element *element,
          uint32_t row, uint32_t col, LLVMValueRef value, LLVMValueRef mask)
{
   if (mask) {
      LLVMValueRef old = jit_registers_get(registers, element, row, col);

      value = LLVMBuildSelect(registers->build->builder, mask, value, old, "");
   }
   jit_registers_set(registers, element, row, col, value);
}

void
jit_registers_store(const struct jit_registers *registers,
                    const struct dxil_signature_element *element, LLVMValueRef row, uint32_t col,
                    LLVMValueRef value, LLVMValueRef mask)
{
   struct jit_build *build = registers->build;

   if (col >= element->cols)
      return;
   if (LLVMGetTypeKind(LLVMTypeOf(value)) != LLVMVectorTypeKind)
      value = jit_splat(build, value);
   value = jit_bitcast(build, value, build->vi32);
   if (LLVMIsAConstantInt(row)) {
      uint64_t index = LLVMConstIntGetZExtValue(row);

      if (index < element->rows)
         store_row(registers, element, index, col, value, mask);
      return;
   }
   for (uint32_t r = 0; r < element->rows; r++) {
      LLVMValueRef here = row_matches(build, row, r);

      if (mask)
         here = LLVMBuildAnd(build->builder, mask, here, "");
      store_row(registers, element, r, col, value, here);
   }
}
