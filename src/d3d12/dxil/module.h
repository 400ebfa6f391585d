/*
 * A shader: DXBC container → DXIL program → struct dxil_module.
 *
 * dxil_module_create copies what it keeps; the bytes may go away afterwards. A module is immutable
 * and may be read by many threads. It is hostile-input safe: whatever the bytes, it returns an error
 * or a module that keeps the promises in ir.h.
 */
#ifndef DXIL_MODULE_H
#define DXIL_MODULE_H

#include "dxil/ir.h"
#include "util/arena.h"

#include <stddef.h>

/* The encodings of DXIL (DXIL.rst, "Shader kind" and following). */
enum dxil_shader_kind {
   DXIL_SHADER_PIXEL = 0,
   DXIL_SHADER_VERTEX = 1,
   DXIL_SHADER_GEOMETRY = 2,
   DXIL_SHADER_HULL = 3,
   DXIL_SHADER_DOMAIN = 4,
   DXIL_SHADER_COMPUTE = 5,
};

enum dxil_semantic_kind {
   DXIL_SEM_ARBITRARY = 0,
   DXIL_SEM_VERTEX_ID,
   DXIL_SEM_INSTANCE_ID,
   DXIL_SEM_POSITION,
   DXIL_SEM_RENDER_TARGET_ARRAY_INDEX,
   DXIL_SEM_VIEWPORT_ARRAY_INDEX,
   DXIL_SEM_CLIP_DISTANCE,
   DXIL_SEM_CULL_DISTANCE,
   DXIL_SEM_OUTPUT_CONTROL_POINT_ID,
   DXIL_SEM_DOMAIN_LOCATION,
   DXIL_SEM_PRIMITIVE_ID,
   DXIL_SEM_GS_INSTANCE_ID,
   DXIL_SEM_SAMPLE_INDEX,
   DXIL_SEM_IS_FRONT_FACE,
   DXIL_SEM_COVERAGE,
   DXIL_SEM_INNER_COVERAGE,
   DXIL_SEM_TARGET,
   DXIL_SEM_DEPTH,
   DXIL_SEM_DEPTH_LESS_EQUAL,
   DXIL_SEM_DEPTH_GREATER_EQUAL,
   DXIL_SEM_STENCIL_REF,
   DXIL_SEM_DISPATCH_THREAD_ID,
   DXIL_SEM_GROUP_ID,
   DXIL_SEM_GROUP_INDEX,
   DXIL_SEM_GROUP_THREAD_ID,
   DXIL_SEM_TESS_FACTOR,
   DXIL_SEM_INSIDE_TESS_FACTOR,
   DXIL_SEM_VIEW_ID,
   DXIL_SEM_BARYCENTRICS,
};

enum dxil_component_type {
   DXIL_COMP_INVALID = 0,
   DXIL_COMP_I1,
   DXIL_COMP_I16,
   DXIL_COMP_U16,
   DXIL_COMP_I32,
   DXIL_COMP_U32,
   DXIL_COMP_I64,
   DXIL_COMP_U64,
   DXIL_COMP_F16,
   DXIL_COMP_F32,
   DXIL_COMP_F64,
   DXIL_COMP_SNORM_F16,
   DXIL_COMP_UNORM_F16,
   DXIL_COMP_SNORM_F32,
   DXIL_COMP_UNORM_F32,
   DXIL_COMP_SNORM_F64,
   DXIL_COMP_UNORM_F64,
};

enum dxil_interpolation {
   DXIL_INTERP_UNDEFINED = 0,
   DXIL_INTERP_CONSTANT,
   DXIL_INTERP_LINEAR,
   DXIL_INTERP_LINEAR_CENTROID,
   DXIL_INTERP_LINEAR_NOPERSPECTIVE,
   DXIL_INTERP_LINEAR_NOPERSPECTIVE_CENTROID,
   DXIL_INTERP_LINEAR_SAMPLE,
   DXIL_INTERP_LINEAR_NOPERSPECTIVE_SAMPLE,
};

/* One element of a signature: `rows` registers from start_row, `cols` components from start_col. */
struct dxil_signature_element {
   uint32_t id; /* what loadInput and storeOutput name it by; equals its place in the array */
   const char *name; /* semantic name, as written; system values as "SV_Position" */
   enum dxil_component_type type;
   enum dxil_semantic_kind kind;
   enum dxil_interpolation interpolation;
   uint32_t rows, cols;
   uint32_t start_row, start_col; /* DXIL_NONE: not in a register (SV_Depth and such) */
   const uint32_t *semantic_index; /* rows of them */
   uint32_t stream;                /* geometry shader output */
};

struct dxil_signature {
   uint32_t count;
   const struct dxil_signature_element *elements;
   uint32_t num_registers; /* one past the last register used */
};

enum dxil_resource_class {
   DXIL_CLASS_SRV = 0,
   DXIL_CLASS_UAV,
   DXIL_CLASS_CBV,
   DXIL_CLASS_SAMPLER,
   DXIL_NUM_CLASSES,
};

enum dxil_resource_kind {
   DXIL_KIND_INVALID = 0,
   DXIL_KIND_TEXTURE1D,
   DXIL_KIND_TEXTURE2D,
   DXIL_KIND_TEXTURE2DMS,
   DXIL_KIND_TEXTURE3D,
   DXIL_KIND_TEXTURECUBE,
   DXIL_KIND_TEXTURE1DARRAY,
   DXIL_KIND_TEXTURE2DARRAY,
   DXIL_KIND_TEXTURE2DMSARRAY,
   DXIL_KIND_TEXTURECUBEARRAY,
   DXIL_KIND_TYPEDBUFFER,
   DXIL_KIND_RAWBUFFER,
   DXIL_KIND_STRUCTUREDBUFFER,
   DXIL_KIND_CBUFFER,
   DXIL_KIND_SAMPLER,
   DXIL_KIND_TBUFFER,
};

/* A range of resources that the shader declares. */
struct dxil_resource {
   enum dxil_resource_class cls;
   uint32_t id; /* range id that createHandle names it by; equals its place in the class's array */
   uint32_t space;
   uint32_t lower_bound; /* first register */
   uint32_t size;        /* registers; UINT32_MAX: unbounded */
   enum dxil_resource_kind kind;
   enum dxil_component_type type; /* typed SRV and UAV */
   uint32_t sample_count;
   uint32_t stride;      /* structured buffers: bytes; CBV: size in bytes */
   bool globally_coherent, has_counter, rov;
};

/* What becomes of denormal operands and results of 32-bit float arithmetic. */
enum dxil_denormals {
   DXIL_DENORMALS_FLUSH, /* zero of the same sign (D3D11.3 3.1.3.2): the rule */
   DXIL_DENORMALS_ANY,
   DXIL_DENORMALS_PRESERVE,
};

struct dxil_module {
   struct arena arena;
   enum dxil_shader_kind kind;
   uint32_t model_major, model_minor;
   enum dxil_denormals denormals;
   bool has_doubles; /* there may be values of that type */
   uint64_t shader_flags; /* as in the entry point's properties (DXIL.rst, "Shader flags") */
   uint64_t hash[2];      /* xxh3-128 of the program: names this shader in caches */

   uint32_t num_types;
   const struct dxil_type *types;
   uint32_t num_values; /* module-level values: globals, functions, constants */
   const struct dxil_value *values;
   uint32_t num_globals;
   const struct dxil_global *globals;
   uint32_t num_functions;
   const struct dxil_function *functions;
   uint32_t entry; /* index into functions */

   struct dxil_signature input, output, patch;
   uint32_t num_resources[DXIL_NUM_CLASSES];
   const struct dxil_resource *resources[DXIL_NUM_CLASSES];

   bool early_depth_stencil;    /* pixel: [earlydepthstencil] */
   uint32_t num_threads[3];     /* compute */
   struct {
      uint32_t input_primitive; /* D3D_PRIMITIVE */
      uint32_t max_vertices, stream_mask, topology /* D3D_PRIMITIVE_TOPOLOGY */, instances;
   } gs;
   struct {
      uint32_t patch_constant_function; /* index into functions; hull */
      uint32_t input_points, output_points, domain, partitioning, output_primitive;
      float max_tess_factor;
   } tess; /* hull and domain */
};

/*
 * 0, or a negative errno: -EINVAL (malformed), -ENOTSUP (a well-formed thing that we do not know),
 * -ENOMEM. `message` gets one line that says what is wrong.
 */
int dxil_module_create(const void *container, size_t size, struct dxil_module **module,
                       char message[static 128]);
void dxil_module_destroy(struct dxil_module *module);

static inline const struct dxil_value *
dxil_value(const struct dxil_module *module, const struct dxil_function *function, uint32_t id)
{
   return id < module->num_values ? &module->values[id]
                                  : &function->values[id - module->num_values];
}

#endif
