#include "jit/link.h"

#include <strings.h>

bool
jit_semantic_equal(const char *a, const char *b)
{
   return strcasecmp(a, b) == 0;
}

const struct dxil_signature_element *
jit_signature_find(const struct dxil_signature *signature, const char *name, uint32_t index,
                   uint32_t reg, uint32_t start_col, uint32_t *row)
{
   const struct dxil_signature_element *found = NULL;
   uint32_t best = 0;

   for (uint32_t i = 0; i < signature->count; i++) {
      const struct dxil_signature_element *element = &signature->elements[i];

      if (!jit_semantic_equal(element->name, name))
         continue;
      for (uint32_t r = 0; r < element->rows; r++) {
         uint32_t rank = 1;

         if (element->semantic_index[r] != index)
            continue;
         if (element->start_col == start_col)
            rank = element->start_row != DXIL_NONE && element->start_row + r == reg ? 3 : 2;
         if (rank > best) {
            found = element;
            *row = r;
            best = rank;
         }
      }
   }
   return found;
}

const struct dxil_signature_element *
jit_signature_kind(const struct dxil_signature *signature, enum dxil_semantic_kind kind)
{
   for (uint32_t i = 0; i < signature->count; i++)
      if (signature->elements[i].kind == kind)
         return &signature->elements[i];
   return NULL;
}

bool
jit_signature_valid(const struct dxil_signature *signature, uint32_t max_registers)
{
   if (signature->count > JIT_MAX_ELEMENTS || signature->num_registers > max_registers)
      return false;
   for (uint32_t i = 0; i < signature->count; i++) {
      const struct dxil_signature_element *element = &signature->elements[i];

      if (element->id != i || element->rows == 0 || element->rows > max_registers ||
          element->cols == 0 || element->cols > 4)
         return false;
      if (element->start_row == DXIL_NONE)
         continue;
      if (element->start_row + element->rows > signature->num_registers ||
          element->start_col + element->cols > 4)
         return false;
   }
   return true;
}
