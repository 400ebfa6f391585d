/*
 * How the signatures of two stages, or of a stage and the input layout, fit together: by semantic
 * name (letter case ignored) and index, as the API links them (D3D11.3 4.4).
 */
#ifndef JIT_LINK_H
#define JIT_LINK_H

#include "dxil/module.h"
#include "jit/abi.h"

/* More elements than this can't fit in the registers: four a register and the system values
 * without. */
#define JIT_MAX_ELEMENTS (JIT_MAX_PATCH_REGISTERS * 4 + 8)

/* A register and component of a signature. */
struct jit_component {
   uint8_t reg, col;
};

/* Names compare equal whatever the case. */
bool jit_semantic_equal(const char *a, const char *b);

/* The element (and its row) with this semantic. Where several share it, those that start at start_col
 * are preferred, and of these the one in the register `reg`: Mesa gives elements of two rows indices
 * that overlap. NULL: there is none. */
const struct dxil_signature_element *jit_signature_find(const struct dxil_signature *signature,
                                                        const char *name, uint32_t index,
                                                        uint32_t reg, uint32_t start_col,
                                                        uint32_t *row);

/* The first element of this kind, or NULL. */
const struct dxil_signature_element *jit_signature_kind(const struct dxil_signature *signature,
                                                        enum dxil_semantic_kind kind);

/* Are all elements inside so many registers of four components? */
bool jit_signature_valid(const struct dxil_signature *signature, uint32_t max_registers);

/* Integers and booleans are never interpolated, whatever the signature says. */
static inline bool
jit_element_is_float(const struct dxil_signature_element *element)
{
   return element->type == DXIL_COMP_F32 || element->type >= DXIL_COMP_SNORM_F16 ||
          element->type == DXIL_COMP_F16;
}

#endif
