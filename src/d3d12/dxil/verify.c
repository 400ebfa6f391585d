/* Types: what ir.h promises about each instruction, and about calls between functions. */
#include "dxil/decode.h"

#include <stdlib.h>

struct verifier {
   struct dxil_decoder *d;
   const struct dxil_function *function;
   uint64_t scalars; /* in allocas */
};

static uint32_t
operand_type(const struct verifier *v, const struct dxil_instr *instr, uint32_t i)
{
   return dxil_value(v->d->module, v->function, instr->operands[i])->type;
}

static const struct dxil_type *
type_of(const struct verifier *v, uint32_t id)
{
   return &v->d->types[id];
}

static bool
is_first_class(const struct verifier *v, uint32_t id)
{
   switch (type_of(v, id)->kind) {
   case DXIL_TYPE_VOID:
   case DXIL_TYPE_FUNCTION:
   case DXIL_TYPE_LABEL:
   case DXIL_TYPE_METADATA:
   case DXIL_TYPE_OPAQUE:
      return false;
   default:
      return dxil_type_is_bounded(v->d, id);
   }
}

/* Whether a pointer may be loaded from or stored to, as scalars of `elem`. */
static bool
is_memory_of(const struct verifier *v, uint32_t pointer_id, uint32_t elem)
{
   const struct dxil_type *pointer = type_of(v, pointer_id);
   return pointer->kind == DXIL_TYPE_POINTER && pointer->elem == elem &&
          (pointer->addrspace == DXIL_ADDRSPACE_PRIVATE ||
           pointer->addrspace == DXIL_ADDRSPACE_GROUPSHARED) &&
          dxil_type_is_scalar(v->d, elem);
}

static bool
is_atomic_memory_of(const struct verifier *v, uint32_t pointer, uint32_t elem)
{
   const struct dxil_type *type = type_of(v, elem);
   return is_memory_of(v, pointer, elem) && type->kind == DXIL_TYPE_INT && type->bits >= 32;
}

static uint32_t
member_type(const struct verifier *v, uint32_t aggregate, const struct dxil_instr *instr)
{
   for (uint32_t i = 0; i < instr->num_indices && aggregate != DXIL_NONE; i++)
      aggregate = dxil_type_member(v->d, aggregate, instr->indices[i]);
   return aggregate;
}

static bool
alloca_is_valid(struct verifier *v, const struct dxil_instr *instr)
{
   const struct dxil_value *count =
      dxil_value(v->d->module, v->function, instr->operands[0]);
   const struct dxil_type *pointer = type_of(v, instr->type);
   if (count->kind != DXIL_VALUE_INT || count->bits == 0 || count->bits > DXIL_MAX_SCALARS ||
       pointer->kind != DXIL_TYPE_POINTER || pointer->elem != instr->aux ||
       pointer->addrspace != DXIL_ADDRSPACE_PRIVATE || !is_first_class(v, instr->aux))
      return false;
   v->scalars += count->bits * v->d->type_info[instr->aux].scalars;
   return true;
}

static bool
gep_is_valid(const struct verifier *v, const struct dxil_instr *instr)
{
   const struct dxil_type *from = type_of(v, operand_type(v, instr, 0));
   const struct dxil_type *to = type_of(v, instr->type);
   return from->kind == DXIL_TYPE_POINTER && from->elem == instr->aux &&
          is_first_class(v, instr->aux) && to->kind == DXIL_TYPE_POINTER &&
          to->addrspace == from->addrspace &&
          to->elem == dxil_gep_target(v->d, v->function, instr->aux, instr->num_operands - 1,
                                      instr->operands + 1);
}

static int
compare_u64(const void *a, const void *b)
{
   uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
   return x < y ? -1 : x > y;
}

/* The cases are constants of the condition's type, no two the same. */
static bool
switch_is_valid(const struct verifier *v, const struct dxil_instr *instr)
{
   uint32_t type = operand_type(v, instr, 0);
   uint32_t count = instr->num_operands - 1;
   uint64_t *cases = arena_array(&v->d->scratch, count, sizeof(*cases));
   if (!cases || type_of(v, type)->kind != DXIL_TYPE_INT)
      return false;
   for (uint32_t i = 0; i < count; i++) {
      const struct dxil_value *value =
         dxil_value(v->d->module, v->function, instr->operands[i + 1]);
      if (value->type != type ||
          (value->kind != DXIL_VALUE_INT && value->kind != DXIL_VALUE_ZERO))
         return false;
      cases[i] = value->kind == DXIL_VALUE_INT ? value->bits : 0;
   }
   if (count)
      qsort(cases, count, sizeof(*cases), compare_u64);
   for (uint32_t i = 1; i < count; i++) {
      if (cases[i] == cases[i - 1])
         return false;
   }
   return true;
}

static bool
call_is_valid(const struct verifier *v, const struct dxil_instr *instr)
{
   const struct dxil_type *type = type_of(v, v->d->functions[instr->aux].type);
   for (uint32_t i = 0; i < type->count; i++) {
      if (operand_type(v, instr, i) != type->members[i])
         return false;
   }
   return instr->type == type->elem;
}

static bool
phi_is_valid(const struct verifier *v, const struct dxil_instr *instr)
{
   for (uint32_t i = 0; i < instr->num_operands; i++) {
      if (operand_type(v, instr, i) != instr->type)
         return false;
   }
   return true;
}

static bool
instr_is_valid(struct verifier *v, const struct dxil_instr *instr)
{
   const struct dxil_type *result = type_of(v, instr->type);
   uint32_t a = instr->num_operands > 0 ? operand_type(v, instr, 0) : 0;
   uint32_t b = instr->num_operands > 1 ? operand_type(v, instr, 1) : 0;
   uint32_t c = instr->num_operands > 2 ? operand_type(v, instr, 2) : 0;

   switch (instr->op) {
   case DXIL_OP_ADD:
   case DXIL_OP_SUB:
   case DXIL_OP_MUL:
   case DXIL_OP_UDIV:
   case DXIL_OP_SDIV:
   case DXIL_OP_UREM:
   case DXIL_OP_SREM:
   case DXIL_OP_SHL:
   case DXIL_OP_LSHR:
   case DXIL_OP_ASHR:
   case DXIL_OP_AND:
   case DXIL_OP_OR:
   case DXIL_OP_XOR:
      return result->kind == DXIL_TYPE_INT && a == instr->type && b == instr->type;
   case DXIL_OP_FADD:
   case DXIL_OP_FSUB:
   case DXIL_OP_FMUL:
   case DXIL_OP_FDIV:
   case DXIL_OP_FREM:
      return result->kind == DXIL_TYPE_FLOAT && a == instr->type && b == instr->type;
   case DXIL_OP_TRUNC:
   case DXIL_OP_ZEXT:
   case DXIL_OP_SEXT:
   case DXIL_OP_FPTOUI:
   case DXIL_OP_FPTOSI:
   case DXIL_OP_UITOFP:
   case DXIL_OP_SITOFP:
   case DXIL_OP_FPTRUNC:
   case DXIL_OP_FPEXT:
   case DXIL_OP_PTRTOINT:
   case DXIL_OP_INTTOPTR:
   case DXIL_OP_BITCAST:
   case DXIL_OP_ADDRSPACECAST:
      return dxil_cast_is_valid(v->d, instr->op, a, instr->type);
   case DXIL_OP_ICMP:
      return a == b && type_of(v, a)->kind == DXIL_TYPE_INT;
   case DXIL_OP_FCMP:
      return a == b && type_of(v, a)->kind == DXIL_TYPE_FLOAT && instr->sub <= DXIL_FCMP_TRUE;
   case DXIL_OP_SELECT:
      return a == v->d->i1_type && b == instr->type && c == instr->type;
   case DXIL_OP_PHI:
      return phi_is_valid(v, instr);
   case DXIL_OP_BR:
      return instr->num_operands == 0 || a == v->d->i1_type;
   case DXIL_OP_SWITCH:
      return switch_is_valid(v, instr);
   case DXIL_OP_RET: {
      uint32_t type = type_of(v, v->function->type)->elem;
      return instr->num_operands ? a == type : type_of(v, type)->kind == DXIL_TYPE_VOID;
   }
   case DXIL_OP_UNREACHABLE:
   case DXIL_OP_FENCE:
      return true;
   case DXIL_OP_ALLOCA:
      return alloca_is_valid(v, instr);
   case DXIL_OP_LOAD:
      return is_memory_of(v, a, instr->type);
   case DXIL_OP_STORE:
      return is_memory_of(v, a, b);
   case DXIL_OP_GEP:
      return gep_is_valid(v, instr);
   case DXIL_OP_ATOMICRMW:
      return is_atomic_memory_of(v, a, instr->type) && b == instr->type;
   case DXIL_OP_CMPXCHG:
      return is_atomic_memory_of(v, a, b) && b == c &&
             instr->type == v->d->type_info[b].cmpxchg;
   case DXIL_OP_EXTRACTVALUE:
      return member_type(v, a, instr) == instr->type;
   case DXIL_OP_INSERTVALUE:
      return a == instr->type && member_type(v, a, instr) == b;
   case DXIL_OP_CALL:
      return call_is_valid(v, instr);
   default:
      return false;
   }
}

int
dxil_verify_function(struct dxil_decoder *d, struct dxil_function *function)
{
   struct verifier v = { .d = d, .function = function };
   uint64_t num_values = (uint64_t)d->module->num_values + function->num_values;
   const struct dxil_type *type = &d->types[function->type];

   for (uint32_t i = 0; i < type->count; i++) {
      if (!is_first_class(&v, type->members[i]))
         return dxil_fail(d, -ENOTSUP, "parameter %u: unsupported type", i);
   }
   for (uint32_t i = 0; i < function->num_instrs; i++) {
      const struct dxil_instr *instr = &function->instrs[i];
      for (uint32_t j = 0; j < instr->num_operands; j++) {
         if (instr->operands[j] >= num_values)
            return dxil_fail(d, -EINVAL, "instruction %u: no such value", i);
      }
      if (instr->result != DXIL_NONE && !is_first_class(&v, instr->type))
         return dxil_fail(d, -ENOTSUP, "instruction %u: unsupported type", i);
      if (!instr_is_valid(&v, instr))
         return dxil_fail(d, -EINVAL, "instruction %u: bad operands", i);
   }
   if (v.scalars > DXIL_MAX_SCALARS)
      return dxil_fail(d, -ENOTSUP, "local variables are too large");
   return dxil_verify_flow(d, function);
}

/* The instructions that a function runs through at most once each, if its callees were inlined. */
static int
measure_calls(struct dxil_decoder *d, uint32_t index, uint32_t level, uint64_t *sizes)
{
   const struct dxil_function *function = &d->functions[index];
   if (sizes[index])
      return 0;
   if (level > DXIL_MAX_DEPTH)
      return dxil_fail(d, -EINVAL, "functions are recursive, or nested too deeply");

   uint64_t size = function->num_instrs;
   for (uint32_t i = 0; i < function->num_instrs; i++) {
      const struct dxil_instr *instr = &function->instrs[i];
      if (instr->op != DXIL_OP_CALL || d->functions[instr->aux].is_declaration)
         continue;
      int ret = measure_calls(d, instr->aux, level + 1, sizes);
      if (ret)
         return ret;
      size += sizes[instr->aux];
      if (size > DXIL_MAX_INSTRS)
         return dxil_fail(d, -ENOTSUP, "too many instructions");
   }
   sizes[index] = size;
   return 0;
}

int
dxil_verify_module(struct dxil_decoder *d)
{
   uint64_t *sizes = arena_array(&d->scratch, d->num_functions, sizeof(*sizes));
   if (!sizes)
      return dxil_fail(d, -ENOMEM, "out of memory");
   for (uint32_t i = 0; i < d->num_functions; i++) {
      int ret = d->functions[i].is_declaration ? 0 : measure_calls(d, i, 0, sizes);
      if (ret)
         return ret;
   }
   return 0;
}
