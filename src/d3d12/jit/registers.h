/*
 * A signature's registers while a stage runs: one vector of `lanes` 32-bit patterns for each row
 * and component, on the stack. Constant rows are promoted to SIMD registers by LLVM; only elements
 * that are indexed dynamically stay in memory.
 */
#ifndef JIT_REGISTERS_H
#define JIT_REGISTERS_H

#include "jit/engine.h"
#include "jit/link.h"

struct jit_registers {
   struct jit_build *build;
   const struct dxil_signature *signature;
   LLVMValueRef storage[JIT_MAX_ELEMENTS]; /* per element: rows × cols of vi32 */
};

/* Zeroes all, where the builder is. The signature must be jit_signature_valid. */
void jit_registers_init(struct jit_registers *registers, struct jit_build *build,
                        const struct dxil_signature *signature);

/* One component of one row, as vi32; both in range. */
LLVMValueRef jit_registers_get(const struct jit_registers *registers,
                               const struct dxil_signature_element *element, uint32_t row,
                               uint32_t col);
void jit_registers_set(const struct jit_registers *registers,
                       const struct dxil_signature_element *element, uint32_t row, uint32_t col,
                       LLVMValueRef value);

/* As a shader asks (struct jit_stage): `row` may be dynamic, scalar or vector. What is out of range
 * reads as zero and is not written. Loads give vf32 or vi32 by the element's type. mask NULL: all
 * lanes. */
LLVMValueRef jit_registers_load(const struct jit_registers *registers,
                                const struct dxil_signature_element *element, LLVMValueRef row,
                                uint32_t col);
void jit_registers_store(const struct jit_registers *registers,
                         const struct dxil_signature_element *element, LLVMValueRef row,
                         uint32_t col, LLVMValueRef value, LLVMValueRef mask);

/* vf32 for float elements, else vi32. */
LLVMTypeRef jit_element_type(struct jit_build *build, const struct dxil_signature_element *element);

#endif
