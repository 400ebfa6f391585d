/*
 * Graphics pipelines: each stage's code is found by the state that it depends on, or built.
 */
#include "jit/pipeline.h"

#include "jit/exit.h"
#include "jit/pipeline_state.h"
#include "jit/vertex_output.h"
#include "util/bits.h"
#include "util/debug.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

static HRESULT
invalid(const char *stage, const char *message)
{
   debug_printf(DEBUG_INFO, "graphics pipeline: %s: %s", stage, message);
   return E_INVALIDARG;
}

/* Looks the stage's code up; *build is set if it must be built instead. */
static HRESULT
find_code(const void *state, size_t size, const char *symbol, struct jit_shader *shader,
          struct jit_build **build)
{
   XXH128_hash_t hash = XXH3_128bits(state, size);
   uint64_t key[2] = { hash.low64, hash.high64 };
   const void *info;
   size_t info_size;

   *build = NULL;
   shader->code = jit_code_find(key, symbol);
   if (shader->code) {
      info = jit_code_info(shader->code, &info_size);
      if (info_size == sizeof(shader->info)) {
         memcpy(&shader->info, info, info_size);
         return S_OK;
      }
      jit_code_release(shader->code);
      shader->code = NULL;
   }
   *build = jit_build_create(key);
   return *build ? S_OK : E_OUTOFMEMORY;
}

/* The end of a build that `emitted` says is complete. */
static HRESULT
finish_code(struct jit_build *build, bool emitted, const char *symbol, struct jit_shader *shader,
            const char *message)
{
   if (!emitted) {
      jit_build_destroy(build);
      return invalid(symbol, message);
   }
   jit_build_set_info(build, &shader->info, sizeof(shader->info));
   shader->code = jit_build_finish(build, symbol);
   return shader->code ? S_OK : E_OUTOFMEMORY;
}

static HRESULT
create_vertex(struct jit_graphics *pipeline, const struct jit_graphics_desc *desc)
{
   struct jit_vertex_state state;
   struct jit_build *build;
   char message[128] = "";
   HRESULT hr;

   if (!jit_vertex_state_init(&state, desc, message))
      return invalid(JIT_VERTEX_SYMBOL, message);
   for (uint32_t i = 0; i < JIT_MAX_REGISTERS; i++)
      if (state.input[i].format)
         pipeline->vertex_buffer_mask |= 1u << state.input[i].slot;

   hr = find_code(&state, sizeof(state), JIT_VERTEX_SYMBOL, &pipeline->vs, &build);
   if (build) {
      bool emitted =
         jit_vertex_emit(build, desc->vs, desc->root, &state, &pipeline->vs.info, message);

      hr = finish_code(build, emitted, JIT_VERTEX_SYMBOL, &pipeline->vs, message);
   }
   if (pipeline->vs.code)
      pipeline->vertex = (vertex_fn)jit_code_entry(pipeline->vs.code);
   return hr;
}

/* The register and column of a row of the first element of a kind. */
static struct jit_component
find_row(const struct dxil_signature *signature, enum dxil_semantic_kind kind, uint32_t row)
{
   const struct dxil_signature_element *element = jit_signature_kind(signature, kind);

   if (!element || element->start_row == DXIL_NONE || row >= element->rows)
      return (struct jit_component){ JIT_NO_REGISTER, 0 };
   return (struct jit_component){ (uint8_t)(element->start_row + row),
                                  (uint8_t)element->start_col };
}

static void
note_tessellation(struct jit_graphics *pipeline, const struct dxil_module *hs)
{
   struct jit_tessellation *tess = &pipeline->tess;

   tess->domain = hs->tess.domain;
   tess->partitioning = hs->tess.partitioning;
   tess->primitive = hs->tess.output_primitive;
   tess->input_points = hs->tess.input_points;
   tess->output_points = hs->tess.output_points;
   for (uint32_t i = 0; i < ARRAY_LENGTH(tess->edge); i++)
      tess->edge[i] = find_row(&hs->patch, DXIL_SEM_TESS_FACTOR, i);
   for (uint32_t i = 0; i < ARRAY_LENGTH(tess->inside); i++)
      tess->inside[i] = find_row(&hs->patch, DXIL_SEM_INSIDE_TESS_FACTOR, i);
}

static HRESULT
create_hull(struct jit_graphics *pipeline, const struct jit_graphics_desc *desc)
{
   struct jit_hull_state state;
   struct jit_build *build;
   char message[128] = "";
   HRESULT hr;

   if (!jit_hull_state_init(&state, desc, message))
      return invalid(JIT_HULL_SYMBOL, message);
   pipeline->hs_registers = desc->hs->output.num_registers;
   pipeline->patch_registers = desc->hs->patch.num_registers;
   note_tessellation(pipeline, desc->hs);

   hr = find_code(&state, sizeof(state), JIT_HULL_SYMBOL, &pipeline->hs, &build);
   if (build) {
      bool emitted =
         jit_hull_emit(build, desc->hs, desc->root, &state, &pipeline->hs.info, message);

      hr = finish_code(build, emitted, JIT_HULL_SYMBOL, &pipeline->hs, message);
   }
   if (pipeline->hs.code)
      pipeline->hull = (hull_fn)jit_code_entry(pipeline->hs.code);
   return hr;
}

static HRESULT
create_domain(struct jit_graphics *pipeline, const struct jit_graphics_desc *desc)
{
   struct jit_domain_state state;
   struct jit_build *build;
   char message[128] = "";
   HRESULT hr;

   if (!jit_domain_state_init(&state, desc, message))
      return invalid(JIT_DOMAIN_SYMBOL, message);
   pipeline->ds_registers = desc->ds->output.num_registers;

   hr = find_code(&state, sizeof(state), JIT_DOMAIN_SYMBOL, &pipeline->ds, &build);
   if (build) {
      bool emitted =
         jit_domain_emit(build, desc->ds, desc->root, &state, &pipeline->ds.info, message);

      hr = finish_code(build, emitted, JIT_DOMAIN_SYMBOL, &pipeline->ds, message);
   }
   if (pipeline->ds.code)
      pipeline->domain = (domain_fn)jit_code_entry(pipeline->ds.code);
   return hr;
}

static HRESULT
create_geometry(struct jit_graphics *pipeline, const struct jit_graphics_desc *desc)
{
   struct jit_geometry_state state;
   struct jit_build *build;
   char message[128] = "";
   HRESULT hr;

   if (!jit_geometry_state_init(&state, desc, message))
      return invalid(JIT_GEOMETRY_SYMBOL, message);
   pipeline->gs_input_vertices = jit_geometry_input_vertices(desc->gs);
   pipeline->gs_max_vertices = desc->gs->gs.max_vertices;
   pipeline->gs_instances = MAX2(desc->gs->gs.instances, 1);
   pipeline->gs_topology = desc->gs->gs.topology;

   hr = find_code(&state, sizeof(state), JIT_GEOMETRY_SYMBOL, &pipeline->gs, &build);
   if (build) {
      bool emitted =
         jit_geometry_emit(build, desc->gs, desc->root, &state, &pipeline->gs.info, message);

      hr = finish_code(build, emitted, JIT_GEOMETRY_SYMBOL, &pipeline->gs, message);
   }
   if (pipeline->gs.code)
      pipeline->geometry = (geometry_fn)jit_code_entry(pipeline->gs.code);
   return hr;
}

/* What the clipper must know of the pixel shader's inputs. */
static void
note_inputs(struct jit_graphics *pipeline, const struct jit_pixel_state *state,
            const struct dxil_signature *input)
{
   for (uint32_t i = 0; i < input->count; i++) {
      const struct dxil_signature_element *element = &input->elements[i];
      bool screen = element->interpolation == DXIL_INTERP_LINEAR_NOPERSPECTIVE ||
                    element->interpolation == DXIL_INTERP_LINEAR_NOPERSPECTIVE_CENTROID ||
                    element->interpolation == DXIL_INTERP_LINEAR_NOPERSPECTIVE_SAMPLE;

      if (element->start_row == DXIL_NONE || element->kind == DXIL_SEM_POSITION)
         continue;
      for (uint32_t row = 0; row < element->rows; row++) {
         const uint8_t *link = state->input[element->start_row + row][element->start_col];

         if (link[0] == JIT_UNLINKED)
            continue;
         pipeline->ps_inputs |= 1u << link[0];
         if (screen)
            pipeline->ps_noperspective |= 1u << link[0];
      }
   }
}

/* Does what the shader returns reach one sample of one target as it is, if it is covered? */
static bool
writes_plainly(const struct jit_pixel_state *state)
{
   const struct jit_blend_target *target = &state->target[0];
   const struct format_info *format = format_info(target->format);

   for (uint32_t i = 1; i < JIT_MAX_TARGETS; i++) {
      if (state->target[i].format)
         return false;
   }
   for (uint32_t i = 0; i < 4; i++) {
      if (format->channel[i].type != FORMAT_VOID && !(target->write_mask & 1u << i))
         return false;
   }
   return target->format && !target->blend && !target->logic && !state->depth.test &&
          !state->depth.stencil && state->samples == 1 && state->target_samples == 1 &&
          state->sample_mask & 1 && !state->alpha_to_coverage && !state->smooth_lines;
}

/* Whether, and where, the shader's inputs are written by the stage before. */
static void
note_blit(struct jit_graphics *pipeline, const struct jit_pixel_state *state)
{
   struct shader_blit blit = pipeline->ps.info.blit;

   for (uint32_t i = 0; blit.valid && i < 2; i++) {
      const uint8_t *source = state->input[blit.reg[i]][blit.col[i]];

      blit.valid = source[0] != JIT_UNLINKED;
      blit.reg[i] = source[0];
      blit.col[i] = source[1];
   }
   if (blit.valid && writes_plainly(state))
      pipeline->blit = blit;
}

static HRESULT
create_pixel(struct jit_graphics *pipeline, const struct jit_graphics_desc *desc)
{
   struct jit_pixel_state state;
   struct jit_build *build;
   char message[128] = "";
   HRESULT hr;

   if (!jit_pixel_state_init(&state, desc, message))
      return invalid(JIT_PIXEL_SYMBOL, message);
   pipeline->samples = state.samples;
   pipeline->sample_rate = state.sample_rate;
   pipeline->early_depth = state.order == JIT_TEST_EARLY;
   if (desc->ps)
      note_inputs(pipeline, &state, &desc->ps->input);

   hr = find_code(&state, sizeof(state), JIT_PIXEL_SYMBOL, &pipeline->ps, &build);
   if (build) {
      bool emitted =
         jit_pixel_emit(build, desc->ps, desc->root, &state, &pipeline->ps.info, message);

      hr = finish_code(build, emitted, JIT_PIXEL_SYMBOL, &pipeline->ps, message);
   }
   if (pipeline->ps.code)
      pipeline->pixel = (pixel_fn)jit_code_entry(pipeline->ps.code);
   pipeline->ps_has_side_effects = pipeline->ps.info.writes_memory;
   note_blit(pipeline, &state);
   return hr;
}

static bool
is_self_contained(const struct jit_graphics *pipeline)
{
   const struct jit_shader *stages[] = { &pipeline->vs, &pipeline->hs, &pipeline->ds, &pipeline->gs,
                                         &pipeline->ps };

   for (uint32_t i = 0; i < ARRAY_LENGTH(stages); i++) {
      if (stages[i]->info.uses_textures || stages[i]->info.writes_memory)
         return false;
   }
   return !pipeline->ps.info.uses_buffers;
}

static bool
has_kind(const struct dxil_module *module, enum dxil_shader_kind kind)
{
   return !module ||
          (module->kind == kind && jit_signature_valid(&module->input, JIT_MAX_REGISTERS) &&
           jit_signature_valid(&module->output, JIT_MAX_REGISTERS) &&
           jit_signature_valid(&module->patch, JIT_MAX_PATCH_REGISTERS));
}

static void
note_raster_outputs(struct jit_graphics *pipeline, const struct dxil_signature *output)
{
   struct jit_component distances[8];

   pipeline->raster_registers = output->num_registers;
   pipeline->num_cull = jit_signature_distances(output, DXIL_SEM_CULL_DISTANCE, distances);
   pipeline->num_clip = jit_signature_distances(output, DXIL_SEM_CLIP_DISTANCE, distances);
   for (uint32_t i = 0; i < pipeline->num_clip; i++) {
      pipeline->clip_distance[i].reg = distances[i].reg;
      pipeline->clip_distance[i].col = distances[i].col;
   }
}

HRESULT
jit_graphics_create(const struct jit_graphics_desc *desc, struct jit_graphics **out)
{
   struct jit_graphics *pipeline;
   HRESULT hr;

   *out = NULL;
   if (!desc->vs || !desc->root)
      return invalid("create", "no vertex shader or root signature");
   if (!desc->hs != !desc->ds)
      return invalid("create", "hull and domain shader come together");
   if (!has_kind(desc->vs, DXIL_SHADER_VERTEX) || !has_kind(desc->hs, DXIL_SHADER_HULL) ||
       !has_kind(desc->ds, DXIL_SHADER_DOMAIN) || !has_kind(desc->gs, DXIL_SHADER_GEOMETRY) ||
       !has_kind(desc->ps, DXIL_SHADER_PIXEL))
      return invalid("create", "a shader of the wrong kind, or with an impossible signature");

   pipeline = calloc(1, sizeof(*pipeline));
   if (!pipeline)
      return E_OUTOFMEMORY;
   pipeline->vs_registers = desc->vs->output.num_registers;
   note_raster_outputs(pipeline, &jit_raster_module(desc)->output);

   hr = create_vertex(pipeline, desc);
   if (SUCCEEDED(hr) && desc->hs)
      hr = create_hull(pipeline, desc);
   if (SUCCEEDED(hr) && desc->ds)
      hr = create_domain(pipeline, desc);
   if (SUCCEEDED(hr) && desc->gs)
      hr = create_geometry(pipeline, desc);
   if (SUCCEEDED(hr))
      hr = create_pixel(pipeline, desc);
   if (FAILED(hr) && !jit_exit_begun()) {
      jit_graphics_destroy(pipeline);
      return hr;
   }
   pipeline->is_self_contained = is_self_contained(pipeline);
   *out = pipeline;
   return S_OK;
}

void
jit_graphics_destroy(struct jit_graphics *pipeline)
{
   if (!pipeline)
      return;
   jit_code_release(pipeline->vs.code);
   jit_code_release(pipeline->hs.code);
   jit_code_release(pipeline->ds.code);
   jit_code_release(pipeline->gs.code);
   jit_code_release(pipeline->ps.code);
   free(pipeline);
}
