#include "jit/pipeline_state.h"

#include "jit/blend.h"
#include "layout/sample_positions.h"
#include "util/bits.h"

#include <stdio.h>
#include <string.h>

/* ---- Vertex ---- */

/* A texel that the fetch code can take: whole dwords, or less than one. */
static bool
is_plain(const struct format_info *format)
{
   return format->block_bytes && format->encoding < FORMAT_SUBSAMPLED;
}

/* The input layout's element for a semantic, with its offset resolved into `offset`. */
static const D3D12_INPUT_ELEMENT_DESC *
find_input(const D3D12_INPUT_LAYOUT_DESC *layout, const char *name, uint32_t index,
           uint32_t *offset)
{
   uint32_t end[JIT_MAX_VERTEX_BUFFERS] = { 0 }; /* of the slot's last element */

   for (uint32_t i = 0; layout->pInputElementDescs && i < layout->NumElements; i++) {
      const D3D12_INPUT_ELEMENT_DESC *element = &layout->pInputElementDescs[i];
      uint32_t bytes = format_info(element->Format)->block_bytes;
      uint32_t start = element->AlignedByteOffset;

      if (!element->SemanticName || element->InputSlot >= JIT_MAX_VERTEX_BUFFERS)
         continue;
      /* After the slot's previous element, at the next multiple of 4, or of a smaller element's
       * size. */
      if (start == D3D12_APPEND_ALIGNED_ELEMENT)
         start = align_up(end[element->InputSlot], bytes == 1 || bytes == 2 ? bytes : 4);
      end[element->InputSlot] = start + bytes;
      if (element->SemanticIndex == index && jit_semantic_equal(element->SemanticName, name)) {
         *offset = start;
         return element;
      }
   }
   return NULL;
}

bool
jit_vertex_state_init(struct jit_vertex_state *state, const struct jit_graphics_desc *desc,
                      char message[static 128])
{
   const struct dxil_signature *signature = &desc->vs->input;
   const D3D12_INPUT_LAYOUT_DESC *layout = &desc->state->InputLayout;

   memset(state, 0, sizeof(*state));
   memcpy(state->shader, desc->vs->hash, sizeof(state->shader));
   state->root = desc->root->hash;
   state->depth_clip = desc->state->RasterizerState.DepthClipEnable != 0;
   state->feeds_raster = jit_raster_module(desc) == desc->vs;

   for (uint32_t i = 0; i < signature->count; i++) {
      const struct dxil_signature_element *element = &signature->elements[i];

      if (jit_vertex_input_is_generated(element) || element->start_row == DXIL_NONE)
         continue;
      for (uint32_t row = 0; row < element->rows; row++) {
         struct jit_vertex_input *input = &state->input[element->start_row + row];
         uint32_t index = element->semantic_index[row];
         uint32_t offset = 0;
         const D3D12_INPUT_ELEMENT_DESC *from = find_input(layout, element->name, index, &offset);

         if (!from) {
            snprintf(message, 128, "the input layout lacks %.64s%u", element->name, index);
            return false;
         }
         if (!is_plain(format_info(from->Format)) || offset > UINT16_MAX) {
            snprintf(message, 128, "the input layout's %.64s%u is invalid", element->name, index);
            return false;
         }
         input->format = from->Format;
         input->slot = from->InputSlot;
         input->offset = offset;
         input->per_instance = from->InputSlotClass == D3D12_INPUT_CLASSIFICATION_PER_INSTANCE_DATA;
         input->step_rate = input->per_instance ? from->InstanceDataStepRate : 0;
      }
   }
   return true;
}

/* ---- Links between stages ---- */

static void
link_signatures(uint8_t (*links)[4][2], uint32_t max_registers, const struct dxil_signature *input,
                const struct dxil_signature *output)
{
   memset(links, JIT_UNLINKED, max_registers * sizeof(*links));
   for (uint32_t i = 0; i < input->count; i++) {
      const struct dxil_signature_element *to = &input->elements[i];

      if (to->start_row == DXIL_NONE)
         continue;
      for (uint32_t row = 0; row < to->rows; row++) {
         uint32_t from_row = 0;
         const struct dxil_signature_element *from =
            jit_signature_find(output, to->name, to->semantic_index[row], to->start_row + row,
                               to->start_col, &from_row);

         if (!from || from->start_row == DXIL_NONE)
            continue;
         for (uint32_t col = 0; col < MIN2(to->cols, from->cols); col++) {
            uint8_t *link = links[to->start_row + row][to->start_col + col];

            link[0] = from->start_row + from_row;
            link[1] = from->start_col + col;
         }
      }
   }
}

bool
jit_geometry_state_init(struct jit_geometry_state *state, const struct jit_graphics_desc *desc,
                        char message[static 128])
{
   uint32_t streams = desc->gs->gs.stream_mask;

   memset(state, 0, sizeof(*state));
   memcpy(state->shader, desc->gs->hash, sizeof(state->shader));
   state->root = desc->root->hash;
   state->depth_clip = desc->state->RasterizerState.DepthClipEnable != 0;
   state->input_registers = jit_vertex_module(desc)->output.num_registers;
   link_signatures(state->input, JIT_MAX_REGISTERS, &desc->gs->input,
                   &jit_vertex_module(desc)->output);
   /* What comes from the tessellator is known. */
   if (desc->ds && jit_geometry_input_vertices(desc->gs) !=
                      MIN2(desc->hs->tess.output_primitive, D3D_TESSELLATOR_OUTPUT_TRIANGLE_CW)) {
      snprintf(message, 128,
               "the geometry shader takes other primitives than the tessellator makes");
      return false;
   }
   if (desc->gs->gs.max_vertices > JIT_MAX_GEOMETRY_VERTICES || streams > 0xf ||
       jit_geometry_input_vertices(desc->gs) == 0) {
      snprintf(message, 128, "the geometry shader's declarations are invalid");
      return false;
   }
   return true;
}

/* ---- Hull and domain ---- */

bool
jit_hull_state_init(struct jit_hull_state *state, const struct jit_graphics_desc *desc,
                    char message[static 128])
{
   uint32_t primitive = desc->hs->tess.output_primitive;
   bool isolines = desc->hs->tess.domain == D3D_TESSELLATOR_DOMAIN_ISOLINE;

   memset(state, 0, sizeof(*state));
   memcpy(state->shader, desc->hs->hash, sizeof(state->shader));
   state->root = desc->root->hash;
   link_signatures(state->input, JIT_MAX_REGISTERS, &desc->hs->input, &desc->vs->output);
   /* D3D11.3 11.7.15 */
   if (primitive != D3D_TESSELLATOR_OUTPUT_POINT &&
       isolines != (primitive == D3D_TESSELLATOR_OUTPUT_LINE)) {
      snprintf(message, 128, "output primitive %u is not of the domain", primitive);
      return false;
   }
   return true;
}

bool
jit_domain_state_init(struct jit_domain_state *state, const struct jit_graphics_desc *desc,
                      char message[static 128])
{
   memset(state, 0, sizeof(*state));
   memcpy(state->shader, desc->ds->hash, sizeof(state->shader));
   state->root = desc->root->hash;
   link_signatures(state->input, JIT_MAX_REGISTERS, &desc->ds->input, &desc->hs->output);
   link_signatures(state->patch, JIT_MAX_PATCH_REGISTERS, &desc->ds->patch, &desc->hs->patch);
   state->num_points = desc->hs->tess.output_points;
   state->point_registers = desc->hs->output.num_registers;
   state->depth_clip = desc->state->RasterizerState.DepthClipEnable != 0;
   state->feeds_raster = desc->gs == NULL;
   if (desc->ds->tess.domain != desc->hs->tess.domain) {
      snprintf(message, 128, "hull and domain shader have different domains");
      return false;
   }
   return true;
}

/* ---- Pixel ---- */

/* Does the shader call a function of this name? */
static bool
calls(const struct dxil_module *module, const char *name)
{
   for (uint32_t f = 0; f < module->num_functions; f++) {
      const struct dxil_function *function = &module->functions[f];

      for (uint32_t i = 0; i < function->num_instrs; i++) {
         const struct dxil_instr *instr = &function->instrs[i];

         if (instr->op == DXIL_OP_CALL && strcmp(module->functions[instr->aux].name, name) == 0)
            return true;
      }
   }
   return false;
}

static uint8_t
compare_func(D3D12_COMPARISON_FUNC func)
{
   return func >= D3D12_COMPARISON_FUNC_NEVER && func <= D3D12_COMPARISON_FUNC_ALWAYS
             ? func
             : D3D12_COMPARISON_FUNC_ALWAYS;
}

static struct jit_stencil_face
stencil_face(const D3D12_DEPTH_STENCILOP_DESC *desc)
{
   return (struct jit_stencil_face){
      .fail = desc->StencilFailOp,
      .depth_fail = desc->StencilDepthFailOp,
      .pass = desc->StencilPassOp,
      .func = compare_func(desc->StencilFunc),
   };
}

static void
depth_state_init(struct jit_depth_state *state, const D3D12_GRAPHICS_PIPELINE_STATE_DESC *desc)
{
   const D3D12_DEPTH_STENCIL_DESC *depth = &desc->DepthStencilState;

   switch (desc->DSVFormat) {
   case DXGI_FORMAT_D16_UNORM:
   case DXGI_FORMAT_D24_UNORM_S8_UINT:
   case DXGI_FORMAT_D32_FLOAT:
   case DXGI_FORMAT_D32_FLOAT_S8X24_UINT:
      state->format = desc->DSVFormat;
      break;
   default:
      return;
   }
   if (depth->DepthEnable) {
      state->test = 1;
      state->func = compare_func(depth->DepthFunc);
      state->write = depth->DepthWriteMask == D3D12_DEPTH_WRITE_MASK_ALL;
   }
   if (depth->StencilEnable && (desc->DSVFormat == DXGI_FORMAT_D24_UNORM_S8_UINT ||
                                desc->DSVFormat == DXGI_FORMAT_D32_FLOAT_S8X24_UINT)) {
      state->stencil = 1;
      state->read_mask = depth->StencilReadMask;
      state->write_mask = depth->StencilWriteMask;
      state->face[0] = stencil_face(&depth->FrontFace);
      state->face[1] = stencil_face(&depth->BackFace);
   }
}

/* Blending that gives the source unchanged. For float targets it still propagates NaNs (17.5). */
static bool
is_plain_copy(const D3D12_RENDER_TARGET_BLEND_DESC *desc)
{
   return desc->BlendOp == D3D12_BLEND_OP_ADD && desc->BlendOpAlpha == D3D12_BLEND_OP_ADD &&
          desc->SrcBlend == D3D12_BLEND_ONE && desc->DestBlend == D3D12_BLEND_ZERO &&
          desc->SrcBlendAlpha == D3D12_BLEND_ONE && desc->DestBlendAlpha == D3D12_BLEND_ZERO;
}

static bool
has_channel_type(const struct format_info *format, enum format_type type)
{
   for (uint32_t i = 0; i < 4; i++)
      if (format->channel[i].type == type)
         return true;
   return false;
}

static void
blend_target_init(struct jit_blend_target *state, DXGI_FORMAT target,
                  const D3D12_RENDER_TARGET_BLEND_DESC *desc)
{
   const struct format_info *format = format_info(target);
   bool integer = has_channel_type(format, FORMAT_UINT) || has_channel_type(format, FORMAT_SINT);
   bool fixed = has_channel_type(format, FORMAT_UNORM) || has_channel_type(format, FORMAT_SNORM);

   for (uint32_t i = 0; i < 4; i++)
      if (format->encoding != FORMAT_PLAIN || format->channel[i].type != FORMAT_VOID)
         state->write_mask |= desc->RenderTargetWriteMask & 1u << i;
   if (!state->write_mask)
      return;

   state->format = target;
   if (desc->BlendEnable && !integer && !(fixed && is_plain_copy(desc))) {
      state->blend = 1;
      state->src = desc->SrcBlend;
      state->dst = desc->DestBlend;
      state->op = desc->BlendOp;
      state->src_alpha = desc->SrcBlendAlpha;
      state->dst_alpha = desc->DestBlendAlpha;
      state->op_alpha = desc->BlendOpAlpha;
   } else if (desc->LogicOpEnable && desc->LogicOp != D3D12_LOGIC_OP_COPY) {
      state->logic = 1;
      state->logic_op = desc->LogicOp;
   }
}

static bool
targets_init(struct jit_pixel_state *state, const D3D12_GRAPHICS_PIPELINE_STATE_DESC *desc,
             char message[static 128])
{
   for (uint32_t i = 0; i < MIN2(desc->NumRenderTargets, JIT_MAX_TARGETS); i++) {
      const struct format_info *format = format_info(desc->RTVFormats[i]);

      if (desc->RTVFormats[i] == DXGI_FORMAT_UNKNOWN)
         continue;
      if (!is_plain(format) || format->block_bytes == 12) {
         snprintf(message, 128, "%.64s cannot be a render target", format->name);
         return false;
      }
      blend_target_init(
         &state->target[i], desc->RTVFormats[i],
         &desc->BlendState.RenderTarget[desc->BlendState.IndependentBlendEnable ? i : 0]);
   }
   return true;
}

static bool
runs_per_sample(const struct dxil_module *ps)
{
   for (uint32_t i = 0; i < ps->input.count; i++) {
      const struct dxil_signature_element *element = &ps->input.elements[i];

      if (element->kind == DXIL_SEM_SAMPLE_INDEX ||
          element->interpolation == DXIL_INTERP_LINEAR_SAMPLE ||
          element->interpolation == DXIL_INTERP_LINEAR_NOPERSPECTIVE_SAMPLE)
         return true;
   }
   return calls(ps, "dx.op.sampleIndex.i32");
}

/* Do the primitives that reach the rasteriser end up as lines? (15.13) */
static bool
draws_lines(const struct jit_graphics_desc *desc)
{
   const D3D12_GRAPHICS_PIPELINE_STATE_DESC *d3d = desc->state;
   bool lines = d3d->PrimitiveTopologyType == D3D12_PRIMITIVE_TOPOLOGY_TYPE_LINE;
   bool points = d3d->PrimitiveTopologyType == D3D12_PRIMITIVE_TOPOLOGY_TYPE_POINT;

   if (desc->gs) {
      lines = desc->gs->gs.topology == D3D_PRIMITIVE_TOPOLOGY_LINESTRIP;
      points = desc->gs->gs.topology == D3D_PRIMITIVE_TOPOLOGY_POINTLIST;
   } else if (desc->hs) {
      lines = desc->hs->tess.output_primitive == D3D_TESSELLATOR_OUTPUT_LINE;
      points = desc->hs->tess.output_primitive == D3D_TESSELLATOR_OUTPUT_POINT;
   }
   return lines || (!points && d3d->RasterizerState.FillMode == D3D12_FILL_MODE_WIREFRAME);
}

/* When tests may come before the shader (16.9.3, 16.12). */
static enum jit_test_order
test_order(const struct jit_pixel_state *state, const struct dxil_module *ps)
{
   const struct dxil_signature *output = &ps->output;
   bool greater_func = state->depth.func == D3D12_COMPARISON_FUNC_GREATER ||
                       state->depth.func == D3D12_COMPARISON_FUNC_GREATER_EQUAL;
   bool less_func = state->depth.func == D3D12_COMPARISON_FUNC_LESS ||
                    state->depth.func == D3D12_COMPARISON_FUNC_LESS_EQUAL;

   if (ps->early_depth_stencil)
      return JIT_TEST_EARLY;
   if (ps->num_resources[DXIL_CLASS_UAV] || jit_signature_kind(output, DXIL_SEM_DEPTH))
      return JIT_TEST_LATE;

   /* A depth that only moves away from passing can be rejected before it moves. */
   bool less_equal = jit_signature_kind(output, DXIL_SEM_DEPTH_LESS_EQUAL);
   bool greater_equal = jit_signature_kind(output, DXIL_SEM_DEPTH_GREATER_EQUAL);
   if ((less_equal && !greater_func) || (greater_equal && !less_func))
      return JIT_TEST_LATE;

   bool late = less_equal || greater_equal || state->alpha_to_coverage ||
               jit_signature_kind(output, DXIL_SEM_COVERAGE) ||
               jit_signature_kind(output, DXIL_SEM_STENCIL_REF) || calls(ps, "dx.op.discard");
   if (!late)
      return JIT_TEST_EARLY;
   return state->depth.test && !state->depth.stencil ? JIT_TEST_LATE_REJECT : JIT_TEST_LATE;
}

static bool
samples_init(struct jit_pixel_state *state, const D3D12_GRAPHICS_PIPELINE_STATE_DESC *desc,
             char message[static 128])
{
   uint32_t targets = MAX2(desc->SampleDesc.Count, 1);
   uint32_t forced = desc->RasterizerState.ForcedSampleCount;
   uint32_t samples = forced ? forced : targets;
   /* With forced samples the mask is about those that are written, and UAVs alone have none (3.5.6.4). */
   bool no_targets = !desc->NumRenderTargets && desc->DSVFormat == DXGI_FORMAT_UNKNOWN;
   uint32_t mask = forced && no_targets ? UINT32_MAX : desc->SampleMask;

   if (samples > SAMPLE_MAX || samples & (samples - 1) || targets > SAMPLE_MAX ||
       targets & (targets - 1)) {
      snprintf(message, 128, "%u samples, %u forced are not supported", targets, forced);
      return false;
   }
   state->samples = samples;
   state->target_samples = targets;
   state->target_mask = mask & ((1u << targets) - 1);
   state->sample_mask = state->target_mask;
   if (jit_pixel_is_forced(state))
      state->sample_mask = state->target_mask ? (1u << samples) - 1 : 0;
   return true;
}

bool
jit_pixel_state_init(struct jit_pixel_state *state, const struct jit_graphics_desc *desc,
                     char message[static 128])
{
   const D3D12_GRAPHICS_PIPELINE_STATE_DESC *d3d = desc->state;

   memset(state, 0, sizeof(*state));
   if (!samples_init(state, d3d, message))
      return false;
   bool forced = jit_pixel_is_forced(state);
   if (!forced)
      depth_state_init(&state->depth, d3d);
   state->order = JIT_TEST_EARLY;
   if (!desc->ps)
      return true;

   memcpy(state->shader, desc->ps->hash, sizeof(state->shader));
   state->root = desc->root->hash;
   link_signatures(state->input, JIT_MAX_REGISTERS, &desc->ps->input,
                   &jit_raster_module(desc)->output);
   state->sample_rate = state->samples > 1 && !forced && runs_per_sample(desc->ps);
   state->alpha_to_coverage = d3d->BlendState.AlphaToCoverageEnable != 0;
   state->smooth_lines = d3d->RasterizerState.AntialiasedLineEnable &&
                         !d3d->RasterizerState.MultisampleEnable && draws_lines(desc);
   if (!targets_init(state, d3d, message))
      return false;
   state->order = test_order(state, desc->ps);
   return true;
}
