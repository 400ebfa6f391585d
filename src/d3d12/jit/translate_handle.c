/*
 * Handles: which descriptor an operation means. Known before emission but for dynamic indices; the
 * address is computed anew wherever a handle is used, and LLVM finds what is common.
 */
#include "jit/translate_private.h"

#include <stddef.h>

/* ---- Through the root signature -------------------------------------------------------------- */

static bool
is_visible(struct translator *t, D3D12_SHADER_VISIBILITY visibility)
{
   return visibility == D3D12_SHADER_VISIBILITY_ALL || visibility == t->desc->visibility;
}

static D3D12_ROOT_PARAMETER_TYPE
root_type(enum dxil_resource_class cls)
{
   return cls == DXIL_CLASS_CBV   ? D3D12_ROOT_PARAMETER_TYPE_CBV
          : cls == DXIL_CLASS_SRV ? D3D12_ROOT_PARAMETER_TYPE_SRV
                                  : D3D12_ROOT_PARAMETER_TYPE_UAV;
}

static D3D12_DESCRIPTOR_RANGE_TYPE
range_type(enum dxil_resource_class cls)
{
   static const D3D12_DESCRIPTOR_RANGE_TYPE types[] = {
      [DXIL_CLASS_SRV] = D3D12_DESCRIPTOR_RANGE_TYPE_SRV,
      [DXIL_CLASS_UAV] = D3D12_DESCRIPTOR_RANGE_TYPE_UAV,
      [DXIL_CLASS_CBV] = D3D12_DESCRIPTOR_RANGE_TYPE_CBV,
      [DXIL_CLASS_SAMPLER] = D3D12_DESCRIPTOR_RANGE_TYPE_SAMPLER,
   };
   return types[cls];
}

static bool
bind_in_table(const D3D12_ROOT_DESCRIPTOR_TABLE1 *table, struct handle *handle, uint32_t space,
              uint32_t reg)
{
   for (uint32_t r = 0; r < table->NumDescriptorRanges; r++) {
      const D3D12_DESCRIPTOR_RANGE1 *range = &table->pDescriptorRanges[r];
      uint32_t before = reg - range->BaseShaderRegister;
      if (range->RangeType != range_type(handle->cls) || range->RegisterSpace != space ||
          reg < range->BaseShaderRegister || before >= range->NumDescriptors)
         continue;
      handle->place = HANDLE_TABLE;
      handle->offset = range->OffsetInDescriptorsFromTableStart + before;
      handle->lower = reg;
      if (range->NumDescriptors != UINT32_MAX)
         handle->count = MIN2(handle->count, range->NumDescriptors - before);
      return true;
   }
   return false;
}

/* Finds the place of a register; `handle` has its class, and how many registers may follow in
 * count. */
static bool
bind(struct translator *t, struct handle *handle, uint32_t space, uint32_t reg)
{
   const D3D12_ROOT_SIGNATURE_DESC1 *desc = &t->desc->root->desc;
   for (uint32_t p = 0; p < desc->NumParameters; p++) {
      const D3D12_ROOT_PARAMETER1 *param = &desc->pParameters[p];
      if (!is_visible(t, param->ShaderVisibility))
         continue;
      handle->param = p;
      if (param->ParameterType == D3D12_ROOT_PARAMETER_TYPE_DESCRIPTOR_TABLE) {
         if (bind_in_table(&param->DescriptorTable, handle, space, reg))
            return true;
      } else if (param->ParameterType == D3D12_ROOT_PARAMETER_TYPE_32BIT_CONSTANTS) {
         if (handle->cls == DXIL_CLASS_CBV && param->Constants.ShaderRegister == reg &&
             param->Constants.RegisterSpace == space) {
            handle->place = HANDLE_CONSTANTS;
            handle->offset = t->desc->root->constant_offset[p];
            handle->size = param->Constants.Num32BitValues;
            return true;
         }
      } else if (handle->cls != DXIL_CLASS_SAMPLER &&
                 param->ParameterType == root_type(handle->cls) &&
                 param->Descriptor.ShaderRegister == reg &&
                 param->Descriptor.RegisterSpace == space) {
         handle->place = HANDLE_ROOT;
         return true;
      }
   }
   for (uint32_t s = 0; handle->cls == DXIL_CLASS_SAMPLER && s < desc->NumStaticSamplers; s++) {
      const D3D12_STATIC_SAMPLER_DESC *sampler = &desc->pStaticSamplers[s];
      if (is_visible(t, sampler->ShaderVisibility) && sampler->ShaderRegister == reg &&
          sampler->RegisterSpace == space) {
         handle->place = HANDLE_STATIC;
         handle->offset = s;
         return true;
      }
   }
   return false;
}

/* ---- The operations that make handles -------------------------------------------------------- */

static void
bind_range(struct translator *t, struct handle *handle, uint32_t space, uint32_t lower,
           uint32_t size, uint32_t index)
{
   uint64_t reg;
   handle->count = size ? size : 1;
   handle->index = DXIL_NONE;
   bool is_const = operand_const(t, index, &reg);
   if (!bind(t, handle, space, is_const ? (uint32_t)reg : lower)) {
      static const char letters[] = "tubs";
      fail(t, "%c%u, space %u is not in the root signature", letters[handle->cls],
           is_const ? (uint32_t)reg : lower, space);
      return;
   }
   if (!is_const && handle->place == HANDLE_TABLE)
      handle->index = index;
}

static void
take_resource(struct handle *handle, const struct dxil_resource *resource)
{
   handle->kind = resource->kind;
   handle->type = resource->type;
   handle->stride = resource->kind == DXIL_KIND_STRUCTUREDBUFFER ? resource->stride : 0;
}

static void
create_handle(struct translator *t, const struct dxil_instr *instr, struct handle *handle)
{
   uint64_t cls, range;
   if (!operand_const(t, instr->operands[1], &cls) || cls >= DXIL_NUM_CLASSES ||
       !operand_const(t, instr->operands[2], &range) || range >= t->module->num_resources[cls]) {
      fail(t, "a handle of a resource that is not declared");
      return;
   }
   const struct dxil_resource *resource = &t->module->resources[cls][range];
   handle->cls = cls;
   take_resource(handle, resource);
   bind_range(t, handle, resource->space, resource->lower_bound, resource->size,
              instr->operands[3]);
}

/* A member of a constant structure of integers. */
static bool
const_member(struct translator *t, uint32_t id, uint32_t member, uint64_t *bits)
{
   const struct dxil_value *value = find_value(t, id);
   const struct dxil_type *type = &t->module->types[value->type];
   *bits = 0;
   if (type->kind != DXIL_TYPE_STRUCT || member >= type->count)
      return false;
   if (value->kind != DXIL_VALUE_AGGREGATE)
      return value->kind == DXIL_VALUE_ZERO;
   return operand_const(t, value->expr.operands[member], bits);
}

static void
create_handle_from_binding(struct translator *t, const struct dxil_instr *instr,
                           struct handle *handle)
{
   uint64_t lower, upper, space, cls;
   if (!const_member(t, instr->operands[1], 0, &lower) ||
       !const_member(t, instr->operands[1], 1, &upper) ||
       !const_member(t, instr->operands[1], 2, &space) ||
       !const_member(t, instr->operands[1], 3, &cls) || cls >= DXIL_NUM_CLASSES || upper < lower) {
      fail(t, "a malformed binding");
      return;
   }
   handle->cls = cls;
   for (uint32_t i = 0; i < t->module->num_resources[cls]; i++) {
      const struct dxil_resource *resource = &t->module->resources[cls][i];
      if (resource->space == space && resource->lower_bound == lower)
         take_resource(handle, resource);
   }
   uint32_t size = upper == UINT32_MAX ? UINT32_MAX : upper - lower + 1;
   bind_range(t, handle, space, lower, size, instr->operands[2]);
}

static void
create_handle_from_heap(struct translator *t, const struct dxil_instr *instr, struct handle *handle)
{
   uint64_t sampler = 0;
   operand_const(t, instr->operands[2], &sampler);
   handle->cls = sampler ? DXIL_CLASS_SAMPLER : DXIL_CLASS_SRV;
   handle->place = HANDLE_HEAP;
   handle->index = instr->operands[1];
}

/* dx.types.ResourceProperties: kind in the low byte, bit 12 says UAV; the other dword has a
 * structure's stride, or the type of texels in the low byte (DXIL.rst does not tell;
 * DirectXShaderCompiler's DxilResourceProperties.h does). */
static void
annotate_handle(struct translator *t, const struct dxil_instr *instr, struct handle *handle)
{
   const struct def *def = def_of(t, instr->operands[1]);
   uint64_t low, high;
   if (!def || !def->handle || !const_member(t, instr->operands[2], 0, &low) ||
       !const_member(t, instr->operands[2], 1, &high)) {
      fail(t, "a handle that cannot be followed to its origin");
      return;
   }
   *handle = *def->handle;
   handle->kind = low & 0xff;
   handle->stride = handle->kind == DXIL_KIND_STRUCTUREDBUFFER ? high : 0;
   handle->type = handle_is_typed(handle) ? high & 0xff : DXIL_COMP_INVALID;
   if (handle->place == HANDLE_HEAP && handle->cls != DXIL_CLASS_SAMPLER)
      handle->cls = handle->kind == DXIL_KIND_CBUFFER ? DXIL_CLASS_CBV
                    : low & (1u << 12)                ? DXIL_CLASS_UAV
                                                      : DXIL_CLASS_SRV;
}

static void
note_use(struct shader_info *info, const struct handle *handle)
{
   if (handle->cls == DXIL_CLASS_SAMPLER || handle->place == HANDLE_CONSTANTS)
      return;
   if (handle_is_typed(handle))
      info->uses_textures = true;
   else
      info->uses_buffers = true;
}

void
find_handles(struct translator *t)
{
   for (uint32_t i = 0; i < t->flow.count; i++) {
      const struct dxil_block *b = &t->function->blocks[t->flow.order[i]];
      for (uint32_t k = 0; k < b->count && !t->failed; k++) {
         const struct dxil_instr *instr = &t->function->instrs[b->first + k];
         uint32_t opcode = instr->op == DXIL_OP_CALL ? dxop_opcode(t, instr) : DXIL_NONE;
         if (opcode != 57 && (opcode < 216 || opcode > 218))
            continue;
         struct handle *handle = arena_alloc(&t->arena, sizeof(*handle));
         if (!handle)
            return;
         if (opcode == 57)
            create_handle(t, instr, handle);
         else if (opcode == 216)
            annotate_handle(t, instr, handle);
         else if (opcode == 217)
            create_handle_from_binding(t, instr, handle);
         else
            create_handle_from_heap(t, instr, handle);
         def_of(t, instr->result)->handle = handle;
         note_use(t->info, handle);
      }
   }
}

const struct handle *
handle_of(struct translator *t, uint32_t id)
{
   static const struct handle none = { .index = DXIL_NONE, .place = HANDLE_CONSTANTS };
   const struct def *def = def_of(t, id);
   if (def && def->handle)
      return def->handle;
   fail(t, "a handle that cannot be followed to its origin");
   return &none;
}

bool
handle_is_typed(const struct handle *handle)
{
   return handle->kind != DXIL_KIND_RAWBUFFER && handle->kind != DXIL_KIND_STRUCTUREDBUFFER &&
          handle->kind != DXIL_KIND_CBUFFER;
}

/* ---- Addresses ------------------------------------------------------------------------------- */

LLVMValueRef
load_invariant(struct translator *t, LLVMTypeRef type, LLVMValueRef ptr, uint64_t offset,
               uint32_t align)
{
   LLVMValueRef load = jit_load(t->build, type, ptr, offset, align);
   static const char name[] = "invariant.load";
   unsigned kind = LLVMGetMDKindIDInContext(t->build->context, name, sizeof(name) - 1);
   LLVMSetMetadata(load, kind, LLVMMDNodeInContext(t->build->context, NULL, 0));
   return load;
}

struct value
handle_address(struct translator *t, const struct handle *handle)
{
   bool sampler = handle->cls == DXIL_CLASS_SAMPLER;
   uint32_t size = sampler ? sizeof(struct sampler) : sizeof(struct descriptor);
   LLVMValueRef bindings = t->desc->bindings, base;
   switch (handle->place) {
   case HANDLE_TABLE:
      base = load_invariant(t, t->build->ptr, bindings, offsetof(struct shader_bindings, root), 8);
      base = load_invariant(t, t->build->ptr, base,
                            offsetof(struct root_args, param) + 8 * handle->param, 8);
      break;
   case HANDLE_HEAP:
      base = load_invariant(t, t->build->ptr, bindings,
                            sampler ? offsetof(struct shader_bindings, sampler_heap)
                                    : offsetof(struct shader_bindings, view_heap),
                            8);
      break;
   case HANDLE_STATIC:
      base = load_invariant(t, t->build->ptr, bindings,
                            offsetof(struct shader_bindings, static_samplers), 8);
      break;
   default:
      fail(t, "a root descriptor where one in a table is needed");
      return (struct value){ LLVMGetUndef(t->build->ptr), false };
   }

   uint64_t offset = (uint64_t)handle->offset * size;
   if (handle->index == DXIL_NONE)
      return (struct value){ jit_ptr_add(t->build, base, offset), false };

   LLVMValueRef index = operand(t, handle->index).v;
   if (handle->place == HANDLE_TABLE) {
      index = LLVMBuildSub(t->b, index, const_like(index, handle->lower), "");
      if (handle->count != UINT32_MAX)
         index = intrinsic2(t, "llvm.umin", index, const_like(index, handle->count - 1));
   }
   bool varying = is_vector(index);
   index = LLVMBuildZExt(t->b, index, varying ? t->build->vi64 : t->build->i64, "");
   index = LLVMBuildMul(t->b, index, const_like(index, size), "");
   base = jit_ptr_add(t->build, base, offset);
   return (struct value){ jit_ptr_add_value(t->build, base, index), varying };
}

struct value
descriptor_field(struct translator *t, struct value address, uint32_t offset, LLVMTypeRef type)
{
   uint32_t align = type == t->build->i8 ? 1 : type == t->build->i32 ? 4 : 8;
   if (!address.varying)
      return (struct value){ load_invariant(t, type, address.v, offset, align), false };
   LLVMValueRef ptrs = jit_ptr_add(t->build, address.v, offset);
   return (struct value){ jit_gather(t->build, vector_type(t, type), ptrs, t->mask, align), true };
}
