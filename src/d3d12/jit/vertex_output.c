#include "jit/vertex_output.h"

#include "util/bits.h"

#include <string.h>

uint32_t
jit_signature_distances(const struct dxil_signature *signature, enum dxil_semantic_kind kind,
                        struct jit_component distances[8])
{
   uint32_t count = 0;

   for (uint32_t i = 0; i < signature->count; i++) {
      const struct dxil_signature_element *element = &signature->elements[i];

      if (element->kind != kind || element->start_row == DXIL_NONE)
         continue;
      for (uint32_t row = 0; row < element->rows; row++)
         for (uint32_t col = 0; col < element->cols && count < 8; col++)
            distances[count++] = (struct jit_component){
               .reg = element->start_row + row,
               .col = element->start_col + col,
            };
   }
   return count;
}

static uint8_t
component_of(const struct dxil_signature *signature, enum dxil_semantic_kind kind)
{
   const struct dxil_signature_element *element = jit_signature_kind(signature, kind);

   if (!element || element->start_row == DXIL_NONE)
      return VERTEX_NO_COMPONENT;
   /* A position takes a register of its own. */
   return element->start_row * 4 + (kind == DXIL_SEM_POSITION ? 0 : element->start_col);
}

static uint8_t
distances_of(const struct dxil_signature *signature, enum dxil_semantic_kind kind,
             uint8_t components[8])
{
   struct jit_component distances[8];
   uint32_t count = jit_signature_distances(signature, kind, distances);

   for (uint32_t i = 0; i < count; i++)
      components[i] = distances[i].reg * 4 + distances[i].col;
   return count;
}

static LLVMValueRef
constant(struct jit_build *build, const struct vertex_layout *layout)
{
   LLVMValueRef bytes =
      LLVMConstStringInContext(build->context, (const char *)layout, sizeof(*layout), true);
   LLVMValueRef global = LLVMAddGlobal(build->module, LLVMTypeOf(bytes), "layout");

   LLVMSetInitializer(global, bytes);
   LLVMSetGlobalConstant(global, true);
   LLVMSetAlignment(global, _Alignof(struct vertex_layout));
   return global;
}

void
jit_vertex_output_init(struct jit_vertex_output *output, struct jit_build *build,
                       const struct dxil_signature *signature, LLVMValueRef bindings,
                       LLVMValueRef ctx, struct vertex_layout layout)
{
   LLVMTypeRef registers = LLVMArrayType(build->vi32, signature->num_registers * 4);

   layout.num_registers = signature->num_registers;
   layout.lanes = build->lanes;
   layout.position = component_of(signature, DXIL_SEM_POSITION);
   layout.layer = component_of(signature, DXIL_SEM_RENDER_TARGET_ARRAY_INDEX);
   layout.viewport = component_of(signature, DXIL_SEM_VIEWPORT_ARRAY_INDEX);
   layout.num_clip = distances_of(signature, DXIL_SEM_CLIP_DISTANCE, layout.clip);
   layout.num_cull = distances_of(signature, DXIL_SEM_CULL_DISTANCE, layout.cull);
   *output = (struct jit_vertex_output){
      .build = build,
      .signature = signature,
      .writer = jit_load(build, build->ptr, bindings, offsetof(struct shader_bindings, writer), 8),
      .ctx = ctx ? ctx : LLVMConstNull(build->ptr),
      .layout = constant(build, &layout),
      .registers = jit_alloca(build, registers, build->lanes * 4, "registers"),
   };
}

static void
store_registers(const struct jit_vertex_output *output, const struct jit_registers *registers)
{
   struct jit_build *build = output->build;
   const struct dxil_signature *signature = output->signature;
   LLVMValueRef values[JIT_MAX_PATCH_REGISTERS * 4] = { NULL };

   for (uint32_t i = 0; i < signature->count; i++) {
      const struct dxil_signature_element *element = &signature->elements[i];

      if (element->start_row == DXIL_NONE)
         continue;
      for (uint32_t row = 0; row < element->rows; row++)
         for (uint32_t col = 0; col < element->cols; col++)
            values[(element->start_row + row) * 4 + element->start_col + col] =
               jit_registers_get(registers, element, row, col);
   }
   for (uint32_t i = 0; i < signature->num_registers * 4; i++)
      jit_store(build, values[i] ? values[i] : LLVMConstNull(build->vi32), output->registers,
                i * build->lanes * 4, build->lanes * 4);
}

/* Calls the writer's function at an offset. */
static LLVMValueRef
call_writer(const struct jit_vertex_output *output, size_t offset, LLVMValueRef *arguments,
            uint32_t count)
{
   struct jit_build *build = output->build;
   LLVMValueRef function = jit_load(build, build->ptr, output->writer, offset, 8);
   LLVMTypeRef types[6];

   for (uint32_t i = 0; i < count; i++)
      types[i] = LLVMTypeOf(arguments[i]);
   LLVMTypeRef type = LLVMFunctionType(build->void_type, types, count, false);
   return LLVMBuildCall2(build->builder, type, function, arguments, count, "");
}

static void
add_attribute(struct jit_build *build, LLVMValueRef call, uint32_t index, const char *name)
{
   unsigned id = LLVMGetEnumAttributeKindForName(name, strlen(name));

   LLVMAddCallSiteAttribute(call, index, LLVMCreateEnumAttribute(build->context, id, 0));
}

void
jit_vertex_output_write(const struct jit_vertex_output *output,
                        const struct jit_registers *registers, LLVMValueRef out)
{
   LLVMValueRef arguments[] = { output->layout, output->ctx, output->registers, out };

   store_registers(output, registers);
   LLVMValueRef call = call_writer(output, offsetof(struct vertex_writer, write), arguments,
                                   ARRAY_LENGTH(arguments));
   /* What the code has loaded stays as it is. */
   add_attribute(output->build, call, LLVMAttributeFunctionIndex, "argmemonly");
   for (uint32_t i = 0; i < 3; i++)
      add_attribute(output->build, call, i + 1, "readonly");
}

void
jit_vertex_output_emit(const struct jit_vertex_output *output,
                       const struct jit_registers *registers, LLVMValueRef outputs,
                       LLVMValueRef mask, uint32_t stream)
{
   struct jit_build *build = output->build;
   LLVMValueRef arguments[] = { output->layout,
                                output->ctx,
                                output->registers,
                                outputs,
                                jit_mask_bits(build, mask),
                                jit_const_i32(build, stream) };

   store_registers(output, registers);
   call_writer(output, offsetof(struct vertex_writer, emit), arguments, ARRAY_LENGTH(arguments));
}

void
jit_vertex_output_cut(const struct jit_vertex_output *output, LLVMValueRef outputs,
                      LLVMValueRef mask)
{
   LLVMValueRef arguments[] = { outputs, jit_mask_bits(output->build, mask) };

   call_writer(output, offsetof(struct vertex_writer, cut), arguments, ARRAY_LENGTH(arguments));
}
