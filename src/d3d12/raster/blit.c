#include "raster/blit.h"

#include <math.h>
#include <string.h>

#include "raster/pass.h"

#define TEXEL 4 /* bytes */

/* So far, in texels, may a pixel's centre be from that of its texel: linear filters have 8 bits of weight
 * (D3D11.3 7.18.8). */
#define TOLERANCE (1.0 / 512)

/* ---- A draw ---- */

static bool
is_scaled(const struct shader_blit *blit, const struct shader_bindings *bindings)
{
   const struct descriptor *buffer =
      (const struct descriptor *)(uintptr_t)bindings->root->param[blit->scale_param] +
      blit->scale_view;

   for (uint32_t c = 0; c < 4; c++) {
      float scale;

      if (!(blit->scaled & 1u << c))
         continue;
      if (blit->scale_offset[c] + sizeof(scale) > buffer->size)
         return true;
      memcpy(&scale, buffer->base + blit->scale_offset[c], sizeof(scale));
      if (scale != 1)
         return true;
   }
   return false;
}

/* Does a pixel of the size of its texel get just that? Whether it is minified is a matter of rounding. */
static bool
is_exact(const struct descriptor *view, const struct sampler *sampler)
{
   return sampler && view->num_levels == 1 && !(view->min_lod > 0) && sampler->anisotropy <= 1 &&
          sampler->reduction == 0;
}

/* The bits of a texel whose channels go to the same place of the target. False: some go elsewhere. */
static bool
match_channels(const struct shader_blit *blit, const struct descriptor *view,
               const struct format_info *from, const struct format_info *to,
               struct raster_blit *out)
{
   for (uint32_t c = 0; c < 4; c++) {
      const struct format_channel *target = &to->channel[c];
      if (target->type == FORMAT_VOID)
         continue;
      uint32_t bits = (uint32_t)(((UINT64_C(1) << target->bits) - 1) << target->shift);
      uint32_t source = blit->source[c];
      if (source < 4)
         source = view->swizzle[source];
      if (source >= 4) {
         out->set |= source == D3D12_SHADER_COMPONENT_MAPPING_FORCE_VALUE_1 ? bits : 0;
         continue;
      }
      const struct format_channel *channel = &from->channel[source];
      if (channel->type == FORMAT_VOID) { /* reads as 0, but alpha as 1 */
         out->set |= source == 3 ? bits : 0;
         continue;
      }
      if (channel->shift != target->shift || channel->bits != target->bits)
         return false;
      out->keep |= bits;
   }
   return true;
}

static bool
is_unorm(const struct format_info *format)
{
   for (uint32_t c = 0; c < 4; c++) {
      if (format->channel[c].type != FORMAT_UNORM && format->channel[c].type != FORMAT_VOID)
         return false;
   }
   return format->encoding == FORMAT_PLAIN && format->block_bytes == TEXEL;
}

struct raster_blit
raster_blit_prepare(const struct raster_draw *draw, const struct target_view *target)
{
   const struct shader_blit *blit = &draw->pipeline->blit;
   struct raster_blit out = { 0 };

   if (!blit->valid || is_scaled(blit, draw->ps_bindings))
      return out;
   const struct texture_site *site = &draw->pipeline->ps.info.sites[blit->site];
   const struct descriptor *view = jit_site_view(site, draw->ps_bindings);
   const struct format_info *from = format_info(view->format), *to = format_info(target->format);
   if (view->kind != DESCRIPTOR_SRV || view->dim != DESCRIPTOR_2D || !view->size ||
       !is_exact(view, jit_site_sampler(site, draw->ps_bindings)) || !is_unorm(from) ||
       !is_unorm(to) || from->srgb != to->srgb || !match_channels(blit, view, from, to, &out))
      return out;
   out.texels = view->base + view->levels[0].offset;
   out.row_pitch = view->levels[0].row_pitch;
   out.width = view->width;
   out.height = view->height;
   return out;
}

/* ---- A shape in a tile ---- */

/* Where a shape's pixels find their texels: that of pixel (x, y) is (x + dx, y * step + dy). */
struct mapping {
   int32_t dx, dy, step;
};

/* One coordinate as the pixel function has it, in texels. */
struct plane {
   double at, dx, dy; /* in the centre of a pixel; from pixel to pixel */
};

static struct plane
make_plane(const struct primitive *prim, const struct shader_blit *blit, uint32_t axis,
           uint32_t size, int32_t x, int32_t y)
{
   double a[3];
   for (uint32_t i = 0; i < 3; i++)
      a[i] = (double)prim->v[i]->reg[blit->reg[axis]][blit->col[axis]] * size;
   double a1 = a[1] - a[0], a2 = a[2] - a[0];
   struct plane plane = {
      .dx = prim->b1_dx * a1 + prim->b2_dx * a2,
      .dy = prim->b1_dy * a1 + prim->b2_dy * a2,
   };
   plane.at = a[0] + prim->b1_0 * a1 + prim->b2_0 * a2 + plane.dx * (x + 0.5 - prim->x0) +
              plane.dy * (y + 0.5 - prim->y0);
   return plane;
}

/* Finds the texel of a row or column of `count` pixels' first, along which it goes by `step`, and by nothing
 * across. False: the pixels fall between the texels, or out of the texture. */
static bool
find_texels(const struct plane *plane, double along, double across, int32_t step, int32_t count,
            int32_t count_across, uint32_t size, int32_t *first)
{
   if (!(plane->at >= 0 && plane->at < size))
      return false;
   *first = (int32_t)plane->at;
   int32_t last = *first + step * (count - 1);
   double error =
      fabs(plane->at - *first - 0.5) + fabs(along - step) * count + fabs(across) * count_across;
   return error < TOLERANCE && last >= 0 && last < (int32_t)size;
}

static bool
find_mapping(const struct raster_shape *shape, const struct raster_rect *rect, struct mapping *map)
{
   const struct primitive *prim = &shape->prim;
   const struct raster_blit *blit = &shape->draw->blit;
   const struct shader_blit *shader = &shape->draw->pipeline->blit;
   int32_t width = rect->x1 - rect->x0, height = rect->y1 - rect->y0;

   if (prim->w[0] != prim->w[1] || prim->w[0] != prim->w[2])
      return false; /* in perspective */
   struct plane u = make_plane(prim, shader, 0, blit->width, rect->x0, rect->y0);
   struct plane v = make_plane(prim, shader, 1, blit->height, rect->x0, rect->y0);
   map->step = v.dy < 0 ? -1 : 1;
   if (!find_texels(&u, u.dx, u.dy, 1, width, height, blit->width, &map->dx) ||
       !find_texels(&v, v.dy, v.dx, map->step, height, width, blit->height, &map->dy))
      return false;
   map->dx -= rect->x0;
   map->dy -= rect->y0 * map->step;
   return true;
}

static void
copy_texels(const struct raster_blit *blit, uint32_t *to, const uint32_t *from, uint32_t count)
{
   const uint32_t keep = blit->keep, set = blit->set;

   for (uint32_t i = 0; i < count; i++)
      to[i] = (from[i] & keep) | set;
}

static void
copy_some_texels(const struct raster_blit *blit, uint32_t *to, const uint32_t *from, uint32_t mask)
{
   for (; mask; mask &= mask - 1) {
      uint32_t i = (uint32_t)__builtin_ctz(mask);
      to[i] = (from[i] & blit->keep) | blit->set;
   }
}

/* Full blocks side by side, of which there is at least one. */
static uint32_t
count_run(const struct coverage *blocks, uint32_t count)
{
   for (uint32_t run = 1; run < count; run++) {
      const struct coverage *block = coverage_at(blocks, run, 1);

      if (!block->full || block->y != blocks->y || block->x != blocks->x + 8 * run)
         return run;
   }
   return count;
}

bool
raster_blit_shape(const struct raster_shape *shape, const struct coverage *blocks, uint32_t count,
                  struct pixel_counters *counters)
{
   const struct raster_blit *blit = &shape->draw->blit;
   const struct pixel_target *target = &shape->draw->pixel.target[0];
   const int32_t tile_x = blocks->x & ~(RASTER_TILE - 1), tile_y = blocks->y & ~(RASTER_TILE - 1);
   const struct raster_rect rect = {
      MAX2(shape->x0, tile_x),
      MAX2(shape->y0, tile_y),
      MIN2(shape->x1, tile_x + RASTER_TILE),
      MIN2(shape->y1, tile_y + RASTER_TILE),
   };
   struct mapping map;
   uint64_t pixels = 0;

   if (!find_mapping(shape, &rect, &map))
      return false;
   uint8_t *base = target->base + shape->prim.layer * target->layer_stride;
   for (uint32_t run; count; count -= run) {
      run = blocks->full ? count_run(blocks, count) : 1;
      for (int32_t row = 0; row < 8; row++) {
         int32_t y = blocks->y + row;
         /* Signed: rows without a covered pixel may lie outside of the texture. */
         const uint8_t *from = blit->texels + (int64_t)(y * map.step + map.dy) * blit->row_pitch +
                               (int64_t)(blocks->x + map.dx) * TEXEL;
         uint8_t *to = base + (size_t)y * target->row_pitch + blocks->x * TEXEL;
         if (blocks->full)
            copy_texels(blit, (uint32_t *)to, (const uint32_t *)from, run * 8);
         else
            copy_some_texels(blit, (uint32_t *)to, (const uint32_t *)from,
                             blocks->mask[0] >> row * 8 & 0xff);
      }
      pixels += blocks->full ? run * 64 : (uint64_t)__builtin_popcountll(blocks->mask[0]);
      blocks = coverage_at(blocks, run, 1);
   }
   counters->samples_passed += pixels;
   counters->invocations += pixels;
   return true;
}
