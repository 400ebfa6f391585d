/*
 * What a program says about itself in metadata: its entry point, signatures, resources and
 * properties. (DXIL.rst: "Entry points", "Shader Properties and Capabilities", "Signature element
 * record", "Metadata resource records")
 */
#include "dxil/decode.h"

#include "util/bits.h"

#include <string.h>

#define MAX_REGISTERS 32 /* D3D11.3 3.1.2: of any signature */
/* Patch constants have 32, too (D3D11.3 10.11), but Mesa takes OpenGL's 30 vectors besides the six
 * tessellation factors. */
#define MAX_PATCH_REGISTERS 40
#define MAX_ELEMENTS (4 * MAX_REGISTERS)
#define MAX_RESOURCES (1u << 14)
#define MAX_VERTICES 1024 /* of a geometry shader */
#define MAX_POINTS 32     /* of a patch */
#define MAX_STREAMS 4

#define FLAG_EARLY_DEPTH_STENCIL (1u << 3)

enum property_tag {
   TAG_FLAGS = 0,
   TAG_GS_STATE = 1,
   TAG_DS_STATE = 2,
   TAG_HS_STATE = 3,
   TAG_NUM_THREADS = 4,
};

enum element_tag {
   TAG_OUTPUT_STREAM = 0,
};

enum resource_tag {
   TAG_ELEMENT_TYPE = 0,
   TAG_ELEMENT_STRIDE = 1,
};

static const char *const semantic_names[] = {
   [DXIL_SEM_VERTEX_ID] = "SV_VertexID",
   [DXIL_SEM_INSTANCE_ID] = "SV_InstanceID",
   [DXIL_SEM_POSITION] = "SV_Position",
   [DXIL_SEM_RENDER_TARGET_ARRAY_INDEX] = "SV_RenderTargetArrayIndex",
   [DXIL_SEM_VIEWPORT_ARRAY_INDEX] = "SV_ViewportArrayIndex",
   [DXIL_SEM_CLIP_DISTANCE] = "SV_ClipDistance",
   [DXIL_SEM_CULL_DISTANCE] = "SV_CullDistance",
   [DXIL_SEM_OUTPUT_CONTROL_POINT_ID] = "SV_OutputControlPointID",
   [DXIL_SEM_DOMAIN_LOCATION] = "SV_DomainLocation",
   [DXIL_SEM_PRIMITIVE_ID] = "SV_PrimitiveID",
   [DXIL_SEM_GS_INSTANCE_ID] = "SV_GSInstanceID",
   [DXIL_SEM_SAMPLE_INDEX] = "SV_SampleIndex",
   [DXIL_SEM_IS_FRONT_FACE] = "SV_IsFrontFace",
   [DXIL_SEM_COVERAGE] = "SV_Coverage",
   [DXIL_SEM_INNER_COVERAGE] = "SV_InnerCoverage",
   [DXIL_SEM_TARGET] = "SV_Target",
   [DXIL_SEM_DEPTH] = "SV_Depth",
   [DXIL_SEM_DEPTH_LESS_EQUAL] = "SV_DepthLessEqual",
   [DXIL_SEM_DEPTH_GREATER_EQUAL] = "SV_DepthGreaterEqual",
   [DXIL_SEM_STENCIL_REF] = "SV_StencilRef",
   [DXIL_SEM_DISPATCH_THREAD_ID] = "SV_DispatchThreadID",
   [DXIL_SEM_GROUP_ID] = "SV_GroupID",
   [DXIL_SEM_GROUP_INDEX] = "SV_GroupIndex",
   [DXIL_SEM_GROUP_THREAD_ID] = "SV_GroupThreadID",
   [DXIL_SEM_TESS_FACTOR] = "SV_TessFactor",
   [DXIL_SEM_INSIDE_TESS_FACTOR] = "SV_InsideTessFactor",
   [DXIL_SEM_VIEW_ID] = "SV_ViewID",
   [DXIL_SEM_BARYCENTRICS] = "SV_Barycentrics",
};

static const struct dxil_metadata *
node_operand(const struct dxil_decoder *d, const struct dxil_metadata *node, uint32_t i)
{
   return dxil_md_operand(d, node, i, DXIL_MD_NODE);
}

static bool
read_u32(const struct dxil_decoder *d, const struct dxil_metadata *node, uint32_t i,
         uint32_t *result)
{
   uint64_t value;
   if (!dxil_md_int(d, node, i, &value))
      return false;
   *result = value;
   return value <= UINT32_MAX;
}

/* All operands from `first` on. */
static bool
read_u32s(const struct dxil_decoder *d, const struct dxil_metadata *node, uint32_t first,
          uint32_t count, uint32_t *const results[])
{
   for (uint32_t i = 0; i < count; i++) {
      if (!read_u32(d, node, first + i, results[i]))
         return false;
   }
   return true;
}

/* The value of a tag in a list of tag-value pairs: its place in the list, or 0. */
static uint32_t
find_tag(const struct dxil_decoder *d, const struct dxil_metadata *list, uint32_t tag)
{
   for (uint32_t i = 0; list && i + 1 < list->count; i += 2) {
      uint32_t value;
      if (read_u32(d, list, i, &value) && value == tag)
         return i + 1;
   }
   return 0;
}

/* A tag that may be missing; if it is there it must be an integer. */
static bool
read_tag(const struct dxil_decoder *d, const struct dxil_metadata *list, uint32_t tag,
         uint32_t *result)
{
   uint32_t at = find_tag(d, list, tag);
   return at == 0 || read_u32(d, list, at, result);
}

static const struct dxil_metadata *
tag_node(const struct dxil_decoder *d, const struct dxil_metadata *list, uint32_t tag)
{
   uint32_t at = find_tag(d, list, tag);
   return at ? node_operand(d, list, at) : NULL;
}

/* { id, name, type, kind, semantic indices, interpolation, rows, cols, row, col, tags } */
static int
read_element(struct dxil_decoder *d, const struct dxil_metadata *node, uint32_t max_registers,
             struct dxil_signature_element *element)
{
   const struct dxil_metadata *name = dxil_md_operand(d, node, 1, DXIL_MD_STRING);
   const struct dxil_metadata *indices = node_operand(d, node, 4);
   const struct dxil_metadata *tags = node_operand(d, node, 10);
   uint32_t type, kind, interpolation;

   if (!name || !indices || !read_u32(d, node, 0, &element->id) || !read_u32(d, node, 2, &type) ||
       !read_u32(d, node, 3, &kind) || !read_u32(d, node, 5, &interpolation) ||
       !read_u32(d, node, 6, &element->rows) || !read_u32(d, node, 7, &element->cols) ||
       !read_u32(d, node, 8, &element->start_row) || !read_u32(d, node, 9, &element->start_col) ||
       !read_tag(d, tags, TAG_OUTPUT_STREAM, &element->stream))
      return dxil_fail(d, -EINVAL, "bad signature element");
   if (kind > DXIL_SEM_BARYCENTRICS)
      return dxil_fail(d, -ENOTSUP, "semantic kind %u", kind);
   if (type > DXIL_COMP_UNORM_F64 || interpolation > DXIL_INTERP_LINEAR_NOPERSPECTIVE_SAMPLE ||
       element->rows < 1 || element->rows > MAX_REGISTERS || element->cols < 1 ||
       element->cols > 4 || element->stream >= MAX_STREAMS || indices->count != element->rows)
      return dxil_fail(d, -EINVAL, "bad signature element");

   if (element->start_row == UINT32_MAX) { /* -1: in no register */
      element->start_row = element->start_col = DXIL_NONE;
   } else if (element->start_row > max_registers - element->rows ||
              element->start_col > 4 - element->cols) {
      return dxil_fail(d, -EINVAL, "signature element outside of the registers");
   }

   uint32_t *semantic_index = arena_array(d->arena, element->rows, sizeof(*semantic_index));
   if (!semantic_index)
      return dxil_fail(d, -ENOMEM, "out of memory");
   for (uint32_t i = 0; i < element->rows; i++) {
      if (!read_u32(d, indices, i, &semantic_index[i]))
         return dxil_fail(d, -EINVAL, "bad semantic index");
   }
   element->semantic_index = semantic_index;
   element->type = type;
   element->kind = kind;
   element->interpolation = interpolation;
   element->name = semantic_names[kind] ? semantic_names[kind]
                                        : arena_string(d->arena, name->string, name->count);
   return element->name ? 0 : dxil_fail(d, -ENOMEM, "out of memory");
}

static int
read_signature(struct dxil_decoder *d, const struct dxil_metadata *list, uint32_t max_registers,
               struct dxil_signature *signature)
{
   if (!list)
      return 0;
   if (list->count > MAX_ELEMENTS)
      return dxil_fail(d, -EINVAL, "signature of %u elements", list->count);

   struct dxil_signature_element *elements = arena_array(d->arena, list->count, sizeof(*elements));
   if (!elements)
      return dxil_fail(d, -ENOMEM, "out of memory");
   for (uint32_t i = 0; i < list->count; i++) {
      int ret = read_element(d, node_operand(d, list, i), max_registers, &elements[i]);
      if (ret)
         return ret;
      if (elements[i].id != i)
         return dxil_fail(d, -EINVAL, "signature element %u has id %u", i, elements[i].id);
      if (elements[i].start_row != DXIL_NONE)
         signature->num_registers =
            MAX2(signature->num_registers, elements[i].start_row + elements[i].rows);
   }
   signature->count = list->count;
   signature->elements = elements;
   return 0;
}

static bool
kind_fits_class(const struct dxil_resource *resource)
{
   bool texture_or_buffer =
      resource->kind >= DXIL_KIND_TEXTURE1D && resource->kind <= DXIL_KIND_STRUCTUREDBUFFER;
   switch (resource->cls) {
   case DXIL_CLASS_SRV:
      return texture_or_buffer || resource->kind == DXIL_KIND_TBUFFER;
   case DXIL_CLASS_UAV:
      return texture_or_buffer && resource->kind != DXIL_KIND_TEXTURECUBE &&
             resource->kind != DXIL_KIND_TEXTURECUBEARRAY;
   default:
      return true;
   }
}

/* { id, symbol, name, space, first register, registers, and what its class has } */
static int
read_resource(struct dxil_decoder *d, const struct dxil_metadata *node,
              struct dxil_resource *resource)
{
   const struct dxil_metadata *tags = NULL;
   uint32_t kind = DXIL_KIND_INVALID, coherent = 0, counter = 0, rov = 0, type = 0;
   bool valid = read_u32(d, node, 0, &resource->id) && read_u32(d, node, 3, &resource->space) &&
                read_u32(d, node, 4, &resource->lower_bound) &&
                read_u32(d, node, 5, &resource->size);

   switch (resource->cls) {
   case DXIL_CLASS_SRV:
      valid = valid && read_u32(d, node, 6, &kind) && read_u32(d, node, 7, &resource->sample_count);
      tags = node_operand(d, node, 8);
      break;
   case DXIL_CLASS_UAV:
      valid = valid && read_u32(d, node, 6, &kind) && read_u32(d, node, 7, &coherent) &&
              read_u32(d, node, 8, &counter) && read_u32(d, node, 9, &rov);
      tags = node_operand(d, node, 10);
      break;
   case DXIL_CLASS_CBV:
      valid = valid && read_u32(d, node, 6, &resource->stride);
      kind = DXIL_KIND_CBUFFER;
      break;
   default:
      kind = DXIL_KIND_SAMPLER;
      break;
   }
   valid = valid && read_tag(d, tags, TAG_ELEMENT_TYPE, &type) &&
           read_tag(d, tags, TAG_ELEMENT_STRIDE, &resource->stride);
   if (!valid || type > DXIL_COMP_UNORM_F64 || resource->size == 0)
      return dxil_fail(d, -EINVAL, "bad resource record");
   if (resource->size != UINT32_MAX && resource->lower_bound > UINT32_MAX - (resource->size - 1))
      return dxil_fail(d, -EINVAL, "resource range past the last register");

   resource->kind = kind;
   resource->type = type;
   resource->globally_coherent = coherent;
   resource->has_counter = counter;
   resource->rov = rov;
   if (!kind_fits_class(resource))
      return dxil_fail(d, -ENOTSUP, "resource kind %u", kind);
   return 0;
}

static int
read_resources(struct dxil_decoder *d, const struct dxil_metadata *lists)
{
   struct dxil_module *module = d->module;
   for (uint32_t cls = 0; cls < DXIL_NUM_CLASSES; cls++) {
      const struct dxil_metadata *list = node_operand(d, lists, cls);
      if (!list)
         continue;
      if (list->count > MAX_RESOURCES)
         return dxil_fail(d, -ENOTSUP, "too many resources");
      struct dxil_resource *resources = arena_array(d->arena, list->count, sizeof(*resources));
      if (!resources)
         return dxil_fail(d, -ENOMEM, "out of memory");
      for (uint32_t i = 0; i < list->count; i++) {
         resources[i].cls = cls;
         int ret = read_resource(d, node_operand(d, list, i), &resources[i]);
         if (ret)
            return ret;
         if (resources[i].id != i)
            return dxil_fail(d, -EINVAL, "resource %u has id %u", i, resources[i].id);
      }
      module->num_resources[cls] = list->count;
      module->resources[cls] = resources;
   }
   return 0;
}

/* The function that operand i of a node names; it must have a body and take nothing. */
static bool
read_function(const struct dxil_decoder *d, const struct dxil_metadata *node, uint32_t i,
              uint32_t *index)
{
   const struct dxil_module *module = d->module;
   const struct dxil_metadata *operand = dxil_md_operand(d, node, i, DXIL_MD_VALUE);
   if (!operand || operand->value >= module->num_values ||
       module->values[operand->value].kind != DXIL_VALUE_FUNCTION)
      return false;
   *index = module->values[operand->value].index;

   const struct dxil_function *function = &module->functions[*index];
   const struct dxil_type *type = &module->types[function->type];
   return !function->is_declaration && type->count == 0 &&
          module->types[type->elem].kind == DXIL_TYPE_VOID;
}

/* { input primitive, most vertices, streams, topology, instances } */
static int
read_gs_state(struct dxil_decoder *d, const struct dxil_metadata *state)
{
   struct dxil_module *module = d->module;
   uint32_t *const fields[] = {
      &module->gs.input_primitive, &module->gs.max_vertices, &module->gs.stream_mask,
      &module->gs.topology,        &module->gs.instances,
   };
   if (!read_u32s(d, state, 0, ARRAY_LENGTH(fields), fields) || module->gs.max_vertices < 1 ||
       module->gs.max_vertices > MAX_VERTICES || module->gs.stream_mask < 1 ||
       module->gs.stream_mask >= 1 << MAX_STREAMS || module->gs.instances < 1 ||
       module->gs.instances > 32 || module->gs.topology < 1 || module->gs.topology > 5)
      return dxil_fail(d, -EINVAL, "bad geometry shader state");
   switch (module->gs.input_primitive) {
   case 1: /* points, lines, triangles */
   case 2:
   case 3:
   case 6: /* lines and triangles with adjacency */
   case 7:
      return 0;
   default:
      return dxil_fail(d, -ENOTSUP, "geometry shader input %u", module->gs.input_primitive);
   }
}

static bool
tess_state_is_valid(const struct dxil_module *module)
{
   return module->tess.domain >= 1 && module->tess.domain <= 3 && module->tess.input_points >= 1 &&
          module->tess.input_points <= MAX_POINTS;
}

/* { domain, input points } */
static int
read_ds_state(struct dxil_decoder *d, const struct dxil_metadata *state)
{
   struct dxil_module *module = d->module;
   uint32_t *const fields[] = { &module->tess.domain, &module->tess.input_points };
   if (!read_u32s(d, state, 0, ARRAY_LENGTH(fields), fields) || !tess_state_is_valid(module))
      return dxil_fail(d, -EINVAL, "bad domain shader state");
   return 0;
}

/* { function, input points, output points, domain, partitioning, primitive, largest factor } */
static int
read_hs_state(struct dxil_decoder *d, const struct dxil_metadata *state)
{
   struct dxil_module *module = d->module;
   uint32_t *const fields[] = {
      &module->tess.input_points, &module->tess.output_points,    &module->tess.domain,
      &module->tess.partitioning, &module->tess.output_primitive,
   };
   const struct dxil_metadata *factor = dxil_md_operand(d, state, 6, DXIL_MD_VALUE);
   if (!read_function(d, state, 0, &module->tess.patch_constant_function) ||
       !read_u32s(d, state, 1, ARRAY_LENGTH(fields), fields) || !tess_state_is_valid(module) ||
       module->tess.output_points < 1 || module->tess.output_points > MAX_POINTS ||
       module->tess.partitioning < 1 || module->tess.partitioning > 4 ||
       module->tess.output_primitive < 1 || module->tess.output_primitive > 4 || !factor ||
       factor->value >= module->num_values)
      return dxil_fail(d, -EINVAL, "bad hull shader state");

   const struct dxil_value *value = &module->values[factor->value];
   const struct dxil_type *type = &module->types[value->type];
   if (value->kind != DXIL_VALUE_FLOAT || type->bits != 32)
      return dxil_fail(d, -EINVAL, "bad hull shader state");
   uint32_t bits = value->bits;
   memcpy(&module->tess.max_tess_factor, &bits, sizeof(bits));
   if (!(module->tess.max_tess_factor >= 1 && module->tess.max_tess_factor <= 64))
      return dxil_fail(d, -EINVAL, "bad hull shader state");
   return 0;
}

static int
read_num_threads(struct dxil_decoder *d, const struct dxil_metadata *threads)
{
   uint32_t *n = d->module->num_threads;
   uint32_t *const fields[] = { &n[0], &n[1], &n[2] };
   /* D3D11.3 7.5.2: cs_5_0 */
   if (!read_u32s(d, threads, 0, 3, fields) || n[0] < 1 || n[0] > 1024 || n[1] < 1 ||
       n[1] > 1024 || n[2] < 1 || n[2] > 64 || n[0] * n[1] * n[2] > 1024)
      return dxil_fail(d, -EINVAL, "bad thread group size");
   return 0;
}

static int
read_properties(struct dxil_decoder *d, const struct dxil_metadata *list)
{
   struct dxil_module *module = d->module;
   uint32_t flags = find_tag(d, list, TAG_FLAGS);
   if (flags && !dxil_md_int(d, list, flags, &module->shader_flags))
      return dxil_fail(d, -EINVAL, "bad shader flags");
   module->early_depth_stencil = module->kind == DXIL_SHADER_PIXEL &&
                                 module->shader_flags & FLAG_EARLY_DEPTH_STENCIL;

   switch (module->kind) {
   case DXIL_SHADER_GEOMETRY:
      return read_gs_state(d, tag_node(d, list, TAG_GS_STATE));
   case DXIL_SHADER_DOMAIN:
      return read_ds_state(d, tag_node(d, list, TAG_DS_STATE));
   case DXIL_SHADER_HULL:
      return read_hs_state(d, tag_node(d, list, TAG_HS_STATE));
   case DXIL_SHADER_COMPUTE:
      return read_num_threads(d, tag_node(d, list, TAG_NUM_THREADS));
   default:
      return 0;
   }
}

/* Operand 0 of the node that a named metadata holds alone. */
static const struct dxil_metadata *
named_node(const struct dxil_decoder *d, const char *name)
{
   const struct dxil_named_metadata *named = dxil_find_named(d, name);
   if (!named || named->count != 1 || named->operands[0] >= d->num_metadata)
      return NULL;
   const struct dxil_metadata *node = &d->metadata[named->operands[0]];
   return node->kind == DXIL_MD_NODE ? node : NULL;
}

/* { name, major, minor } must be what the program's header says. */
static int
check_model(struct dxil_decoder *d)
{
   static const char *const names[] = {
      [DXIL_SHADER_PIXEL] = "ps", [DXIL_SHADER_VERTEX] = "vs", [DXIL_SHADER_GEOMETRY] = "gs",
      [DXIL_SHADER_HULL] = "hs",  [DXIL_SHADER_DOMAIN] = "ds", [DXIL_SHADER_COMPUTE] = "cs",
   };
   const struct dxil_module *module = d->module;
   const struct dxil_metadata *node = named_node(d, "dx.shaderModel");
   const struct dxil_metadata *name = dxil_md_operand(d, node, 0, DXIL_MD_STRING);
   uint32_t major, minor;

   if (!name || !read_u32(d, node, 1, &major) || !read_u32(d, node, 2, &minor))
      return dxil_fail(d, -EINVAL, "no shader model");
   if (name->count != 2 || memcmp(name->string, names[module->kind], 2) != 0 ||
       major != module->model_major || minor != module->model_minor)
      return dxil_fail(d, -EINVAL, "header and metadata disagree about the shader model");
   return 0;
}

static int
check_version(struct dxil_decoder *d)
{
   const struct dxil_metadata *node = named_node(d, "dx.version");
   uint32_t major;
   if (!read_u32(d, node, 0, &major))
      return dxil_fail(d, -EINVAL, "no DXIL version");
   return major == 1 ? 0 : dxil_fail(d, -ENOTSUP, "DXIL version %u", major);
}

int
dxil_read_program(struct dxil_decoder *d)
{
   struct dxil_module *module = d->module;
   /* { function, name, signatures, resources, properties } */
   const struct dxil_metadata *entry = named_node(d, "dx.entryPoints");
   const struct dxil_metadata *resources = named_node(d, "dx.resources");
   const struct dxil_metadata *signatures = node_operand(d, entry, 2);

   int ret = check_version(d);
   if (ret == 0)
      ret = check_model(d);
   if (ret == 0 && (!entry || !read_function(d, entry, 0, &module->entry)))
      ret = dxil_fail(d, -EINVAL, "no entry point");
   if (ret == 0)
      ret = read_signature(d, node_operand(d, signatures, 0), MAX_REGISTERS, &module->input);
   if (ret == 0)
      ret = read_signature(d, node_operand(d, signatures, 1), MAX_REGISTERS, &module->output);
   if (ret == 0)
      ret = read_signature(d, node_operand(d, signatures, 2), MAX_PATCH_REGISTERS, &module->patch);
   if (ret == 0)
      ret = read_resources(d, resources ? resources : node_operand(d, entry, 3));
   if (ret == 0)
      ret = read_properties(d, node_operand(d, entry, 4));
   return ret;
}
