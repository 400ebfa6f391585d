/* A draw's fixed-function state, worked out once: viewports, clip rectangles, culling, depth bias. */
#include <math.h>
#include <string.h>

#include "layout/sample_positions.h"
#include "raster/pass.h"

/* Prepares a plane of a view, if it has such. */
static struct pixel_target
add_plane(struct raster *raster, const struct target_view *view, uint32_t plane)
{
   const struct image *image = view->image;

   if (!image || view->is_buffer || plane >= image->num_planes || view->level >= image->num_levels)
      return (struct pixel_target){ 0 };

   const struct image_plane *p = &image->plane[plane];
   bool is_3d = image->dimension == D3D12_RESOURCE_DIMENSION_TEXTURE3D;
   const struct pixel_target target = {
      .base = is_3d ? image_slice(image, plane, view->level, 0, 0, view->first_layer)
                    : image_slice(image, plane, view->level, view->first_layer, 0, 0),
      .row_pitch = p->level[view->level].row_pitch,
      .layer_stride = is_3d ? p->level[view->level].slice_pitch : p->layer_stride,
      .sample_stride = p->sample_stride,
   };
   raster->planes[raster->num_planes++] = (struct raster_plane){ target, p->block_bytes };
   return target;
}

static void
add_view(struct raster *raster, const struct target_view *view)
{
   if (!view->image)
      return;
   raster->width = MIN2(raster->width, (int32_t)view->width);
   raster->height = MIN2(raster->height, (int32_t)view->height);
   raster->num_layers = MIN2(raster->num_layers, view->num_layers);
}

void
raster_prepare_targets(struct raster *raster)
{
   const struct raster_targets *targets = &raster->targets;

   raster->pixel = (struct pixel_ctx){ 0 };
   raster->width = raster->height = IMAGE_MAX_SIZE;
   raster->num_layers = UINT32_MAX;
   raster->num_planes = 0;
   raster->num_uniform = 0;
   for (uint32_t i = 0; i < targets->num_colors; i++) {
      raster->pixel.target[i] = add_plane(raster, &targets->colors[i], 0);
      add_view(raster, &targets->colors[i]);
      const struct image *image = targets->colors[i].image;
      if (image && image->uniform)
         raster->uniform[raster->num_uniform++] = image;
   }
   raster->pixel.depth = add_plane(raster, &targets->depth, 0);
   raster->pixel.stencil = add_plane(raster, &targets->depth, 1);
   add_view(raster, &targets->depth);
   const struct image *depth = targets->depth.image;
   raster->fast_depth = depth && depth->fast_clear ? depth : NULL;
   raster->num_layers = MAX2(raster->num_layers, 1);
}

/* Rounds down; NaN and what is far out of range become something harmless. */
static int32_t
to_pixel(float x)
{
   return (int32_t)floorf(fminf(fmaxf(x, -65536), 65536));
}

static void
prepare_viewport(const struct raster *raster, const struct raster_draw *draw, uint32_t i,
                 struct draw_state *state)
{
   const struct raster_viewport *viewport = &draw->viewports[i];
   const D3D12_RECT *scissor = &draw->scissors[i];
   float right = viewport->x + viewport->width, bottom = viewport->y + viewport->height;
   struct raster_rect *clip = &state->clip[i];

   /* D3D11.3 15.6 */
   state->scale[i][0] = viewport->width * 0.5f;
   state->scale[i][1] = viewport->height * -0.5f;
   state->scale[i][2] = viewport->max_depth - viewport->min_depth;
   state->translate[i][0] = viewport->x + viewport->width * 0.5f;
   state->translate[i][1] = viewport->y + viewport->height * 0.5f;
   state->translate[i][2] = viewport->min_depth;
   state->pixel.depth_min[i] = fminf(fmaxf(viewport->min_depth, 0), 1);
   state->pixel.depth_max[i] = fminf(fmaxf(viewport->max_depth, 0), 1);

   /* The implicit scissor of the viewport (D3D11.3 15.7), the scissor and the targets. */
   clip->x0 = MAX2(MAX2(to_pixel(fminf(viewport->x, right)), scissor->left), 0);
   clip->y0 = MAX2(MAX2(to_pixel(fminf(viewport->y, bottom)), scissor->top), 0);
   clip->x1 = MIN2(MIN2(to_pixel(fmaxf(viewport->x, right)), scissor->right), raster->width);
   clip->y1 = MIN2(MIN2(to_pixel(fmaxf(viewport->y, bottom)), scissor->bottom), raster->height);

   for (uint32_t axis = 0; axis < 2; axis++) {
      float scale = fabsf(state->scale[i][axis]);
      float room = RASTER_GUARD - fabsf(state->translate[i][axis]);
      float guard = fmaxf(room, 1) / fmaxf(scale, 1);
      state->vertex.guard[axis] = fminf(state->vertex.guard[axis], guard);
   }
}

static void
prepare_bias(const struct raster *raster, const D3D12_RASTERIZER_DESC *desc,
             struct draw_state *state)
{
   state->bias = desc->DepthBias != 0 || desc->SlopeScaledDepthBias != 0;
   state->bias_constant = (float)desc->DepthBias;
   state->bias_slope = desc->SlopeScaledDepthBias;
   state->bias_clamp = desc->DepthBiasClamp;

   DXGI_FORMAT format =
      raster->targets.depth.image ? raster->targets.depth.format : DXGI_FORMAT_UNKNOWN;
   switch (format) {
   case DXGI_FORMAT_D32_FLOAT:
   case DXGI_FORMAT_D32_FLOAT_S8X24_UINT:
      state->bias_float = true;
      state->bias_mantissa = 23;
      break;
   case DXGI_FORMAT_D16_UNORM:
      state->bias_constant *= 1.0f / 0xffff;
      break;
   default:
      state->bias_constant *= 1.0f / 0xffffff;
      break;
   }
}

static void
prepare_rasterizer(const struct raster *raster, const struct raster_draw *draw,
                   struct draw_state *state)
{
   const D3D12_RASTERIZER_DESC *desc = &draw->rasterizer;
   D3D12_CULL_MODE clockwise =
      desc->FrontCounterClockwise ? D3D12_CULL_MODE_BACK : D3D12_CULL_MODE_FRONT;

   state->front_counter_clockwise = desc->FrontCounterClockwise;
   state->wireframe = desc->FillMode == D3D12_FILL_MODE_WIREFRAME;
   if (desc->CullMode == D3D12_CULL_MODE_FRONT || desc->CullMode == D3D12_CULL_MODE_BACK) {
      state->cull_clockwise = desc->CullMode == clockwise;
      state->cull_counter_clockwise = !state->cull_clockwise;
   }
   state->cull_degenerate = desc->CullMode == D3D12_CULL_MODE_BACK || !state->wireframe;
   /* D3D11.3 15.14.1 */
   state->line_mode = desc->MultisampleEnable       ? RASTER_LINE_QUAD
                      : desc->AntialiasedLineEnable ? RASTER_LINE_SMOOTH
                                                    : RASTER_LINE_ALIASED;
   prepare_bias(raster, desc, state);
}

/* Where the samples lie (DirectX-Specs: ProgrammableSamplePositions.md). */
static void
prepare_samples(const struct raster_draw *draw, struct draw_state *state)
{
   bool custom = draw->num_positions == state->samples;
   const struct sample_position *positions =
      custom ? draw->positions : sample_positions(state->samples);

   state->spread = custom || state->samples > 1;
   memcpy(state->positions, positions, state->samples * sizeof(*positions));
   for (uint32_t i = 0; i < state->samples; i++) {
      state->pixel.sample_offset[i][0] = positions[i].x / (float)SAMPLE_GRID;
      state->pixel.sample_offset[i][1] = positions[i].y / (float)SAMPLE_GRID;
   }
}

bool
raster_prepare_draw(struct raster *raster, const struct raster_draw *draw, struct draw_state *state)
{
   const struct jit_graphics *pipeline = draw->pipeline;
   bool visible = false;

   memset(state, 0, sizeof(*state));
   state->pipeline = pipeline;
   state->counters = draw->counters;
   state->stream_output = draw->stream_output;
   if (draw->stream_output) {
      state->rasterized_stream = draw->stream_output->rasterized;
      for (uint32_t i = 0; draw->stream_targets && i < RASTER_STREAM_SLOTS; i++) {
         if (draw->stream_targets[i].filled)
            state->stream_targets[i] = draw->stream_targets[i];
      }
   }
   state->topology = draw->topology;
   state->samples = MAX2(pipeline->samples, 1);
   state->num_layers = raster->num_layers;
   state->target_width = raster->width;
   state->target_height = raster->height;

   state->pixel = raster->pixel;
   state->pixel.bindings = draw->ps_bindings;
   memcpy(state->pixel.blend_factor, draw->blend_factor, sizeof(draw->blend_factor));
   memcpy(state->pixel.stencil_ref, draw->stencil_ref, sizeof(draw->stencil_ref));
   state->pixel.num_samples = state->samples;
   prepare_samples(draw, state);
   if (pipeline->blit.valid && state->pixel.target[0].base)
      state->blit = raster_blit_prepare(draw, &raster->targets.colors[0]);

   state->vertex.guard[0] = state->vertex.guard[1] = RASTER_GUARD;
   state->num_viewports = MIN2(draw->num_viewports, JIT_MAX_VIEWPORTS);
   for (uint32_t i = 0; i < state->num_viewports; i++) {
      prepare_viewport(raster, draw, i, state);
      visible |= state->clip[i].x0 < state->clip[i].x1 && state->clip[i].y0 < state->clip[i].y1;
   }
   prepare_rasterizer(raster, draw, state);

   state->vertex.bindings = draw->vs_bindings;
   memcpy(state->vertex.buffers, draw->vertex_buffers, sizeof(draw->vertex_buffers));
   state->vertex.start_instance = draw->start_instance;
   memcpy(state->vertex.scale, state->scale[0], sizeof(state->scale[0]));
   memcpy(state->vertex.translate, state->translate[0], sizeof(state->translate[0]));
   state->hull = draw->hs_bindings;
   state->domain.bindings = draw->ds_bindings;
   state->domain.vertex = &state->vertex;
   state->geometry.bindings = draw->gs_bindings;
   state->geometry.vertex = &state->vertex;

   if (draw->indices) {
      state->vertex.base_vertex = draw->base_vertex;
      state->indices = draw->indices;
      state->index_size = draw->index_size == 4 ? 4 : 2;
      state->num_indices = draw->index_bytes / state->index_size;
      state->start = draw->start;
      state->has_cuts = draw->strip_cut != D3D12_INDEX_BUFFER_STRIP_CUT_VALUE_DISABLED;
      state->cut_value =
         draw->strip_cut == D3D12_INDEX_BUFFER_STRIP_CUT_VALUE_0xFFFF ? 0xffff : 0xffffffff;
   } else {
      state->vertex.base_vertex = (int32_t)draw->start;
   }

   /* Nothing to see, and nobody to count or store what the shaders before would do. */
   return visible || draw->counters || draw->stream_output || pipeline->geometry ||
          pipeline->vs.info.writes_memory || pipeline->hs.info.writes_memory ||
          pipeline->ds.info.writes_memory;
}
