#include "jit/stage_input.h"

#include "jit/registers.h"

LLVMValueRef
jit_to_vector(struct jit_build *build, LLVMValueRef value)
{
   return LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMVectorTypeKind ? value
                                                                   : jit_splat(build, value);
}

static LLVMValueRef
input_row(struct jit_build *build, const uint8_t (*links)[4][2],
          const struct dxil_signature_element *element, uint32_t row, uint32_t col,
          LLVMValueRef vertex)
{
   if (row >= element->rows || col >= element->cols || element->start_row == DXIL_NONE)
      return LLVMConstNull(build->vi32);
   const uint8_t *link = links[element->start_row + row][element->start_col + col];
   if (link[0] == JIT_UNLINKED)
      return LLVMConstNull(build->vi32);

   uint64_t offset = offsetof(struct vertex, reg) + link[0] * 16 + link[1] * 4;
   if (LLVMTypeOf(vertex) == build->ptr)
      return jit_splat(build, jit_load(build, build->i32, vertex, offset, 4));
   return jit_gather(build, build->vi32, jit_ptr_add(build, vertex, offset),
                     LLVMConstAllOnes(build->vi1), 4);
}

/* Do the rows of an element lie one after the other in the vertex, too? */
static bool
rows_are_consecutive(const uint8_t (*links)[4][2], const struct dxil_signature_element *element,
                     uint32_t col)
{
   if (element->start_row == DXIL_NONE || col >= element->cols)
      return false;
   const uint8_t *first = links[element->start_row][element->start_col + col];
   for (uint32_t r = 0; r < element->rows; r++) {
      const uint8_t *link = links[element->start_row + r][element->start_col + col];
      if (link[0] == JIT_UNLINKED || link[0] != first[0] + r || link[1] != first[1])
         return false;
   }
   return true;
}

LLVMValueRef
jit_stage_input(struct jit_build *build, const uint8_t (*links)[4][2],
                const struct dxil_signature_element *element, LLVMValueRef row, uint32_t col,
                LLVMValueRef vertex)
{
   LLVMValueRef value = LLVMConstNull(build->vi32);

   if (LLVMIsAConstantInt(row)) {
      value =
         input_row(build, links, element, (uint32_t)LLVMConstIntGetZExtValue(row), col, vertex);
   } else if (rows_are_consecutive(links, element, col)) {
      LLVMValueRef last = jit_splat_i32(build, element->rows - 1);
      LLVMValueRef limited[] = { jit_to_vector(build, row), last };
      row = jit_intrinsic(build, "llvm.umin", &build->vi32, 1, limited, 2);
      LLVMValueRef offset = LLVMBuildMul(build->builder, row, jit_splat_i32(build, 16), "");
      value = input_row(
         build, links, element, 0, col,
         jit_ptr_add_value(build, vertex, LLVMBuildZExt(build->builder, offset, build->vi64, "")));
   } else {
      row = jit_to_vector(build, row);
      for (uint32_t r = 0; r < element->rows; r++) {
         LLVMValueRef here =
            LLVMBuildICmp(build->builder, LLVMIntEQ, row, jit_splat_i32(build, r), "");

         value = LLVMBuildSelect(build->builder, here,
                                 input_row(build, links, element, r, col, vertex), value, "");
      }
   }
   return jit_bitcast(build, value, jit_element_type(build, element));
}
