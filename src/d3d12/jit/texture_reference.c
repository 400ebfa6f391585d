/*
 * Sampling and texel access as the spec has it, one lane at a time (D3D11.3 7.18). What it shares with
 * the generated code is only the precision of coordinates: see COORDINATE_BITS.
 */
#include "jit/texture.h"
#include "jit/texture_key.h"
#include "util/bits.h"

#include <math.h>
#include <string.h>

struct lane {
   const struct descriptor *view;
   const struct sampler *sampler;
   struct texture_args *args;
   const struct texture_dim *dim;
   enum texture_op op;
   uint32_t index;
};

/* A footprint's sum, or its minimum or maximum. */
struct result {
   float value[4];
   bool any;
};

/* ---- Texels ---- */

struct position {
   uint32_t level, layer, x, y, z;
};

static const uint8_t *
block_address(const struct descriptor *view, const struct position *p, uint32_t sample)
{
   const struct format_info *info = format_info(view->format);
   const struct image_level *level = &view->levels[p->level];
   return view->base + p->layer * view->layer_stride + sample * view->sample_stride +
          level->offset + (uint64_t)p->z * level->slice_pitch +
          (uint64_t)(p->y / info->block_height) * level->row_pitch +
          (uint64_t)(p->x / info->block_width) * info->block_bytes;
}

static void
fetch(const struct descriptor *view, const struct position *p, uint32_t sample,
      union format_texel *texel)
{
   const struct format_info *info = format_info(view->format);
   format_unpack(view->format, block_address(view, p, sample), p->x % info->block_width,
                 p->y % info->block_height, texel);
}

/* The sampler's border colour as a texel of the format (7.18.9.1). */
static void
border_texel(const struct lane *lane, union format_texel *texel)
{
   const struct format_info *info = format_info(lane->view->format);
   const float *border = lane->sampler->border;
   bool integer = texture_format_is_integer(info);

   for (uint32_t c = 0; c < 4; c++) {
      switch (info->channel[c].type) {
      case FORMAT_VOID:
         texel->u[c] = 0;
         if (c == 3 && integer)
            texel->u[c] = 1;
         else if (c == 3)
            texel->f[c] = 1;
         break;
      case FORMAT_UNORM:
         texel->f[c] = CLAMP(border[c], 0.0f, 1.0f);
         break;
      case FORMAT_SNORM:
         texel->f[c] = CLAMP(border[c], -1.0f, 1.0f);
         break;
      case FORMAT_FLOAT:
         texel->f[c] = border[c];
         break;
      default:
         if (lane->sampler->border_is_uint)
            memcpy(&texel->u[c], &border[c], sizeof(texel->u[c]));
         else if (info->channel[c].type == FORMAT_UINT)
            texel->u[c] = border[c] > 0 ? (uint32_t)MIN2(border[c], 4294967040.0f) : 0;
         else
            texel->i[c] = (int32_t)CLAMP(border[c], -2147483648.0f, 2147483520.0f);
         break;
      }
   }
}

static void
swizzle_texel(const struct lane *lane, const union format_texel *texel, uint32_t out[4])
{
   bool integer =
      texture_format_is_integer(format_info(lane->view->format)) && !texture_op_compares(lane->op);
   const union format_texel one = { .f = { 1 } };
   for (uint32_t c = 0; c < 4; c++) {
      uint8_t source = lane->view->swizzle[c];
      out[c] = source < 4 ? texel->u[source] : source == 4 ? 0 : integer ? 1 : one.u[0];
   }
}

/* The comparison's reference in the format's precision (22.4.19). */
static float
quantize_reference(const struct descriptor *view, float reference)
{
   const struct format_info *info = format_info(view->format);
   if (info->channel[0].type != FORMAT_UNORM)
      return reference;
   union format_texel texel = { .f = { reference } };
   uint8_t block[16];
   format_pack(view->format, &texel, block);
   format_unpack(view->format, block, 0, 0, &texel);
   return texel.f[0];
}

static bool
compare(uint8_t function, float reference, float value)
{
   switch (function) {
   case D3D12_COMPARISON_FUNC_LESS:
      return reference < value;
   case D3D12_COMPARISON_FUNC_EQUAL:
      return reference == value;
   case D3D12_COMPARISON_FUNC_LESS_EQUAL:
      return reference <= value;
   case D3D12_COMPARISON_FUNC_GREATER:
      return reference > value;
   case D3D12_COMPARISON_FUNC_NOT_EQUAL:
      return reference != value;
   case D3D12_COMPARISON_FUNC_GREATER_EQUAL:
      return reference >= value;
   case D3D12_COMPARISON_FUNC_ALWAYS:
      return true;
   default:
      return false;
   }
}

/* What a tap contributes: its channels in the view's order, or the result of the comparison. */
static void
tap_value(const struct lane *lane, const union format_texel *texel, uint32_t out[4])
{
   if (!texture_op_compares(lane->op)) {
      swizzle_texel(lane, texel, out);
      return;
   }
   float reference = quantize_reference(lane->view, lane->args->compare[lane->index]);
   float value = compare(lane->sampler->compare, reference, texel->f[0]);
   const union format_texel result = { .f = { value, value, value, value } };
   if (lane->op == TEXTURE_GATHER_CMP)
      memcpy(out, result.u, sizeof(result.u));
   else
      swizzle_texel(lane, &result, out);
}

static void
accumulate(const struct lane *lane, struct result *result, const union format_texel *texel,
           float weight)
{
   union format_texel value;
   tap_value(lane, texel, value.u);
   if (weight == 0)
      return;
   bool integer =
      texture_format_is_integer(format_info(lane->view->format)) && !texture_op_compares(lane->op);

   for (uint32_t c = 0; c < 4; c++) {
      float *sum = &result->value[c];
      if (integer)
         memcpy(sum, &value.u[c], sizeof(*sum)); /* never filtered: 19.1.4 */
      else if (lane->sampler->reduction == 0)
         *sum += weight * value.f[c];
      else if (!result->any)
         *sum = value.f[c];
      else
         *sum = lane->sampler->reduction == 1 ? fminf(*sum, value.f[c]) : fmaxf(*sum, value.f[c]);
   }
   result->any = true;
}

/* ---- Addressing (7.18.5 to 7.18.9) ---- */

/* One axis of a footprint: one texel or two, and the weight of the second. */
struct axis {
   int32_t index[2];
   bool inside[2]; /* false: border colour */
   float weight;
};

static int32_t
apply_address_mode(int32_t i, int32_t size, uint8_t mode, bool *inside)
{
   *inside = true;
   switch (mode) {
   case D3D12_TEXTURE_ADDRESS_MODE_WRAP:
      i %= size;
      return i < 0 ? i + size : i;
   case D3D12_TEXTURE_ADDRESS_MODE_MIRROR:
      i = i < 0 ? -i - 1 : i;
      return i / size & 1 ? size - 1 - i % size : i % size;
   case D3D12_TEXTURE_ADDRESS_MODE_MIRROR_ONCE:
      return MIN2(i < 0 ? -i - 1 : i, size - 1);
   case D3D12_TEXTURE_ADDRESS_MODE_BORDER:
      *inside = i >= 0 && i < size;
      return CLAMP(i, 0, size - 1);
   default:
      return CLAMP(i, 0, size - 1);
   }
}

static struct axis
resolve_axis(float u, int32_t offset, uint32_t size, uint8_t mode, bool linear)
{
   float steps = (float)size * COORDINATE_ONE;

   u = fmaf(offset, 1.0f / (float)size, u);
   if (mode == D3D12_TEXTURE_ADDRESS_MODE_WRAP)
      u -= floorf(u);
   else if (mode == D3D12_TEXTURE_ADDRESS_MODE_MIRROR)
      u -= 2 * floorf(u * 0.5f);
   if (isnan(u))
      u = 0;
   u = CLAMP(u, -10.0f, 10.0f);

   float position = floorf(fmaf(u, steps, linear ? 0.5f - COORDINATE_ONE / 2 : 0.5f));
   int32_t fixed = (int32_t)CLAMP(position, -2147483648.0f, 2147483520.0f);
   int32_t i = fixed >> COORDINATE_BITS;
   struct axis axis = { .weight =
                           linear ? (fixed & (COORDINATE_ONE - 1)) / (float)COORDINATE_ONE : 0 };
   axis.index[0] = apply_address_mode(i, size, mode, &axis.inside[0]);
   axis.index[1] = apply_address_mode(i + 1, size, mode, &axis.inside[1]);
   return axis;
}

static uint32_t
array_layer(float value, uint32_t count)
{
   float rounded = rintf(value);
   return rounded > 0 ? (uint32_t)MIN2(rounded, (float)(count - 1)) : 0;
}

/* ---- Cubes (5.3.8, 7.18.7, 7.18.12) ---- */

/* Of each face: which component of the vector is the major axis, which are s and t, and their signs. */
static const struct face {
   uint8_t major, s, t;
   int8_t major_sign, s_sign, t_sign;
} faces[6] = {
   { 0, 2, 1, 1, -1, -1 }, { 0, 2, 1, -1, 1, -1 }, { 1, 0, 2, 1, 1, 1 },
   { 1, 0, 2, -1, 1, -1 }, { 2, 0, 1, 1, 1, -1 },  { 2, 0, 1, -1, -1, -1 },
};

static uint32_t
select_face(const float v[3])
{
   float x = fabsf(v[0]), y = fabsf(v[1]), z = fabsf(v[2]);
   if (z >= x && z >= y)
      return v[2] < 0 ? 5 : 4;
   if (y >= x)
      return v[1] < 0 ? 3 : 2;
   return v[0] < 0 ? 1 : 0;
}

/* Finds the face that texel (i, j) of `face` lies on when it is outside by at most one, and its place
 * there. Coordinates are odd numbers from -(size - 1) to size - 1, and ±(size + 1) outside. False: it
 * is at a corner, where three faces meet and there is no such texel. */
static bool
resolve_cube_texel(uint32_t *face, int32_t *i, int32_t *j, int32_t size)
{
   int32_t s = 2 * *i + 1 - size, t = 2 * *j + 1 - size;
   bool s_out = abs(s) > size, t_out = abs(t) > size;
   if (s_out && t_out)
      return false;
   if (!s_out && !t_out)
      return true;

   /* The axis that was left becomes the major one, at the edge of what was major. */
   const struct face *old = &faces[*face];
   int32_t v[3];
   v[old->major] = old->major_sign * (size - 1);
   v[old->s] = s * old->s_sign;
   v[old->t] = t * old->t_sign;
   *face = select_face((float[]){ v[0], v[1], v[2] });

   const struct face *new = &faces[*face];
   *i = (v[new->s] * new->s_sign + size - 1) / 2;
   *j = (v[new->t] * new->t_sign + size - 1) / 2;
   return true;
}

static void
project_cube(const float v[3], uint32_t *face, float st[2])
{
   *face = select_face(v);
   const struct face *f = &faces[*face];
   float scale = 0.5f / fabsf(v[f->major]);
   st[0] = fmaf(v[f->s] * f->s_sign, scale, 0.5f);
   st[1] = fmaf(v[f->t] * f->t_sign, scale, 0.5f);
}

/* ---- A footprint on one level ---- */

/* Coordinates as they go into a footprint: projected, with the layer resolved. */
struct coordinates {
   float u[3];
   uint32_t layer, face;
};

static struct coordinates
lane_coordinates(const struct lane *lane)
{
   struct coordinates c = { 0 };
   const struct texture_args *args = lane->args;
   for (uint32_t i = 0; i < lane->dim->coords; i++)
      c.u[i] = args->coord[i][lane->index];
   if (lane->dim->cube) {
      float v[3] = { c.u[0], c.u[1], c.u[2] };
      project_cube(v, &c.face, c.u);
   }
   if (lane->dim->array) {
      uint32_t count = lane->view->layers / (lane->dim->cube ? 6 : 1);
      c.layer = array_layer(args->coord[lane->dim->coords][lane->index], MAX2(count, 1));
   }
   return c;
}

/* A footprint's corner on a cube. */
struct cube_tap {
   struct position position;
   float weight;
   bool missing; /* at a corner of the cube: the mean of the others stands for it */
};

static void
cube_footprint(const struct lane *lane, const struct coordinates *c, uint32_t level,
               struct cube_tap taps[4])
{
   int32_t size = lane->view->levels[level].width;
   int32_t first[2];
   float weight[2];
   for (uint32_t a = 0; a < 2; a++) {
      float u = isnan(c->u[a]) ? 0 : CLAMP(c->u[a], 0.0f, 1.0f);
      float half = COORDINATE_ONE / 2;
      int32_t fixed = (int32_t)floorf(fmaf(u, (float)size * COORDINATE_ONE, 0.5f - half));
      first[a] = fixed >> COORDINATE_BITS;
      weight[a] = (fixed & (COORDINATE_ONE - 1)) / (float)COORDINATE_ONE;
   }

   for (uint32_t k = 0; k < 4; k++) {
      int32_t x = first[0] + (k & 1), y = first[1] + (k >> 1);
      uint32_t face = c->face;
      taps[k].missing = !resolve_cube_texel(&face, &x, &y, size);
      taps[k].position = (struct position){ level, c->layer * 6 + face, x, y, 0 };
      taps[k].weight = (k & 1 ? weight[0] : 1 - weight[0]) * (k >> 1 ? weight[1] : 1 - weight[1]);
   }
}

static void
filter_cube(const struct lane *lane, const struct coordinates *c, uint32_t level, bool linear,
            float weight, struct result *result)
{
   union format_texel texel;
   if (!linear) {
      struct position p = { level, c->layer * 6 + c->face, 0, 0, 0 };
      uint32_t size = lane->view->levels[level].width;
      uint8_t clamp = D3D12_TEXTURE_ADDRESS_MODE_CLAMP;
      p.x = resolve_axis(c->u[0], 0, size, clamp, false).index[0];
      p.y = resolve_axis(c->u[1], 0, size, clamp, false).index[0];
      fetch(lane->view, &p, 0, &texel);
      accumulate(lane, result, &texel, weight);
      return;
   }

   struct cube_tap taps[4];
   cube_footprint(lane, c, level, taps);
   float share = 0;
   for (uint32_t k = 0; k < 4; k++) {
      if (taps[k].missing)
         share = taps[k].weight / 3;
   }
   for (uint32_t k = 0; k < 4; k++) {
      if (taps[k].missing)
         continue;
      fetch(lane->view, &taps[k].position, 0, &texel);
      accumulate(lane, result, &texel, weight * (taps[k].weight + share));
   }
}

static void
filter_plane(const struct lane *lane, const struct coordinates *c, uint32_t level, bool linear,
             float weight, struct result *result)
{
   const struct image_level *l = &lane->view->levels[level];
   const uint32_t size[3] = { l->width, l->height, l->depth };
   struct axis axis[3] = { { .inside = { true, true } },
                           { .inside = { true, true } },
                           { .inside = { true, true } } };
   uint32_t num_axes = lane->dim->coords;
   for (uint32_t a = 0; a < num_axes; a++) {
      axis[a] = resolve_axis(c->u[a], lane->args->offset[a][lane->index], size[a],
                             lane->sampler->address[a], linear);
   }

   for (uint32_t k = 0; k < 1u << num_axes; k++) {
      float w = weight;
      bool inside = true;
      uint32_t texel_at[3] = { 0 };
      for (uint32_t a = 0; a < num_axes; a++) {
         uint32_t side = k >> a & 1;
         w *= side ? axis[a].weight : 1 - axis[a].weight;
         inside &= axis[a].inside[side];
         texel_at[a] = axis[a].index[side];
      }
      if (w == 0)
         continue;
      union format_texel texel;
      struct position p = { level, c->layer, texel_at[0], texel_at[1], texel_at[2] };
      if (inside)
         fetch(lane->view, &p, 0, &texel);
      else
         border_texel(lane, &texel);
      accumulate(lane, result, &texel, w);
   }
}

/* ---- Level of detail (7.18.10, 7.18.11) ---- */

struct footprint {
   float lod;     /* before bias and clamps */
   float axis[2]; /* anisotropic: the line to walk, in texture coordinates */
   uint32_t num_taps;
};

/* Derivatives along the target's x or y axis. */
static void
gradient(const struct lane *lane, bool y, float d[3])
{
   const struct texture_args *args = lane->args;
   uint32_t first = lane->index & ~3u;
   for (uint32_t i = 0; i < 3; i++) {
      if (i >= lane->dim->coords)
         d[i] = 0;
      else if (texture_op_has_gradients(lane->op))
         d[i] = y ? args->ddy[i][lane->index] : args->ddx[i][lane->index];
      else
         d[i] = args->coord[i][first + (y ? 2 : 1)] - args->coord[i][first];
   }
}

/* From derivatives of the vector to those of the place on the face, which has the size 2. */
static void
project_gradient(const struct lane *lane, uint32_t face, float d[3])
{
   const struct face *f = &faces[face];
   float v[3];
   for (uint32_t i = 0; i < 3; i++)
      v[i] = lane->args->coord[i][lane->index];
   float major = fabsf(v[f->major]);
   float d_major = d[f->major] * f->major_sign;
   float s = (major * d[f->s] - v[f->s] * d_major) * f->s_sign / (major * major);
   float t = (major * d[f->t] - v[f->t] * d_major) * f->t_sign / (major * major);
   d[0] = s;
   d[1] = t;
   d[2] = 0;
}

static struct footprint
implicit_footprint(const struct lane *lane, const struct coordinates *c)
{
   const struct descriptor *view = lane->view;
   float size[3] = { view->width, view->height, view->depth };
   float d[2][3];
   for (uint32_t k = 0; k < 2; k++) {
      gradient(lane, k, d[k]);
      if (lane->dim->cube) {
         project_gradient(lane, c->face, d[k]);
         size[0] = size[1] = 0.5f * view->width;
      }
   }

   float texels[2][3], length2[2] = { 0 };
   for (uint32_t k = 0; k < 2; k++) {
      for (uint32_t i = 0; i < 3; i++) {
         texels[k][i] = d[k][i] * size[i];
         length2[k] = fmaf(texels[k][i], texels[k][i], length2[k]);
      }
   }
   struct footprint footprint = { .num_taps = 1 };
   uint32_t longer = !(length2[0] > length2[1]);
   bool anisotropic = lane->sampler->anisotropy > 1 && lane->dim->coords == 2;
   if (!anisotropic) {
      footprint.lod = 0.5f * log2f(length2[longer]);
      return footprint;
   }

   float determinant = fabsf(texels[0][0] * texels[1][1] - texels[0][1] * texels[1][0]);
   float max_ratio = lane->sampler->anisotropy;
   float major2 = length2[longer];
   float ratio = major2 / determinant;
   float minor2 = major2 / (max_ratio * max_ratio);
   if (!(ratio <= max_ratio))
      ratio = max_ratio; /* infinite, or not a number where the footprint is a point */
   else
      minor2 = determinant * determinant / major2;
   if (minor2 < 1)
      ratio = fmaxf(1, ratio * sqrtf(minor2));
   footprint.lod = 0.5f * log2f(minor2);
   footprint.num_taps = (uint32_t)ceilf(ratio - 1.0f / 256);
   footprint.num_taps = CLAMP(footprint.num_taps, 1u, lane->sampler->anisotropy);
   footprint.axis[0] = d[longer][0];
   footprint.axis[1] = d[longer][1];
   return footprint;
}

static float
clamp_lod(const struct lane *lane, float lod)
{
   lod = lod < lane->sampler->max_lod ? lod : lane->sampler->max_lod;
   lod = lod > lane->sampler->min_lod ? lod : lane->sampler->min_lod;
   lod = lod > lane->view->min_lod ? lod : lane->view->min_lod;
   if (lane->op == TEXTURE_SAMPLE || lane->op == TEXTURE_SAMPLE_GRAD ||
       lane->op == TEXTURE_SAMPLE_CMP || lane->op == TEXTURE_SAMPLE_CMP_GRAD) {
      float limit = lane->args->lod_clamp[lane->index];
      lod = lod > limit || limit <= 0 ? lod : limit;
   }
   return lod;
}

static struct footprint
lane_footprint(const struct lane *lane, const struct coordinates *c)
{
   struct footprint footprint = { .num_taps = 1 };
   if (texture_op_is_implicit(lane->op) || texture_op_has_gradients(lane->op))
      footprint = implicit_footprint(lane, c);
   else
      footprint.lod = lane->args->lod[lane->index];
   footprint.lod += lane->sampler->lod_bias;
   if (lane->op == TEXTURE_SAMPLE || lane->op == TEXTURE_SAMPLE_CMP)
      footprint.lod += lane->args->lod[lane->index];
   return footprint;
}

/* ---- Operations ---- */

static void
store_result(const struct lane *lane, const float value[4])
{
   for (uint32_t c = 0; c < 4; c++)
      memcpy(&lane->args->result[c][lane->index], &value[c], sizeof(value[c]));
}

static void
sample_level(const struct lane *lane, const struct coordinates *c, uint32_t level, bool linear,
             float weight, struct result *result)
{
   if (lane->dim->cube)
      filter_cube(lane, c, level, linear, weight, result);
   else
      filter_plane(lane, c, level, linear, weight, result);
}

static void
sample(const struct lane *lane)
{
   struct coordinates c = lane_coordinates(lane);
   struct footprint footprint = lane_footprint(lane, &c);
   float lod = clamp_lod(lane, footprint.lod);
   bool linear = lod > 0 ? lane->sampler->filter_min : lane->sampler->filter_mag;

   float last = lane->view->num_levels - 1;
   uint32_t level;
   float fraction = 0;
   if (lane->sampler->filter_mip) {
      lod = CLAMP(lod, 0.0f, last);
      level = (uint32_t)lod;
      fraction = lod - (float)level;
   } else {
      level = (uint32_t)CLAMP(lod + 0.5f, 0.0f, last);
   }

   struct result result = { 0 };
   float share = 1.0f / footprint.num_taps;
   for (uint32_t i = 0; i < footprint.num_taps; i++) {
      struct coordinates tap = c;
      float at = (i + 0.5f) * share - 0.5f;
      for (uint32_t a = 0; a < 2 && footprint.num_taps > 1; a++)
         tap.u[a] = fmaf(at, footprint.axis[a], c.u[a]);
      sample_level(lane, &tap, level, linear, share * (1 - fraction), &result);
      if (fraction > 0)
         sample_level(lane, &tap, level + 1, linear, share * fraction, &result);
   }
   store_result(lane, result.value);
}

/* Four texels, counter-clockwise from the lower left (22.4.2). */
static void
gather(const struct lane *lane)
{
   static const uint8_t order[4] = { 2, 3, 1, 0 };
   struct coordinates c = lane_coordinates(lane);
   union format_texel texels[4];

   if (lane->dim->cube) {
      struct cube_tap taps[4];
      cube_footprint(lane, &c, 0, taps);
      for (uint32_t k = 0; k < 4; k++) {
         if (!taps[k].missing)
            fetch(lane->view, &taps[k].position, 0, &texels[k]);
      }
      for (uint32_t k = 0; k < 4; k++) {
         for (uint32_t channel = 0; taps[k].missing && channel < 4; channel++) {
            texels[k].f[channel] =
               (texels[(k + 1) % 4].f[channel] + texels[(k + 2) % 4].f[channel] +
                texels[(k + 3) % 4].f[channel]) /
               3;
         }
      }
   } else {
      const struct image_level *l = &lane->view->levels[0];
      struct axis axis[2];
      for (uint32_t a = 0; a < 2; a++) {
         axis[a] = resolve_axis(c.u[a], lane->args->offset[a][lane->index],
                                a ? l->height : l->width, lane->sampler->address[a], true);
      }
      for (uint32_t k = 0; k < 4; k++) {
         uint32_t x = k & 1, y = k >> 1;
         struct position p = { 0, c.layer, axis[0].index[x], axis[1].index[y], 0 };
         if (axis[0].inside[x] && axis[1].inside[y])
            fetch(lane->view, &p, 0, &texels[k]);
         else
            border_texel(lane, &texels[k]);
      }
   }

   for (uint32_t k = 0; k < 4; k++) {
      uint32_t value[4];
      tap_value(lane, &texels[order[k]], value);
      lane->args->uresult[k][lane->index] = value[lane->args->component & 3];
   }
}

/* 22.5.6 */
static void
query_lod(const struct lane *lane)
{
   struct coordinates c = lane_coordinates(lane);
   struct footprint footprint = lane_footprint(lane, &c);
   float last = lane->view->num_levels - 1;
   float clamped = CLAMP(clamp_lod(lane, footprint.lod), 0.0f, last);
   store_result(lane, (float[]){ clamped, footprint.lod, 0, 0 });
}

/* The position of a texel that integers name, and its sample. False: out of bounds. */
static bool
integer_position(const struct lane *lane, struct position *p, uint32_t *sample)
{
   const struct descriptor *view = lane->view;
   const struct texture_dim *dim = lane->dim;
   const struct texture_args *args = lane->args;
   uint32_t at[4] = { 0 };
   uint32_t num_coords = dim->cube ? 2 : dim->coords; /* faces are layers here */

   for (uint32_t i = 0; i < num_coords; i++)
      at[i] = (uint32_t)args->icoord[i][lane->index];
   if (lane->op == TEXTURE_LOAD && view->kind != DESCRIPTOR_UAV) {
      for (uint32_t i = 0; i < dim->offsets; i++)
         at[i] += (uint32_t)args->offset[i][lane->index];
   }
   *p = (struct position){ 0 };
   *sample = 0;
   if (dim->array || dim->cube)
      p->layer = (uint32_t)args->icoord[num_coords][lane->index];
   bool has_levels = !dim->multisampled && view->kind != DESCRIPTOR_UAV;
   if (has_levels)
      p->level = (uint32_t)args->ilod[lane->index];
   else if (dim->multisampled)
      *sample = (uint32_t)args->ilod[lane->index];

   /* The view's clamp counts here, too (5.8.4). */
   if (has_levels && (p->level >= view->num_levels || (float)p->level < floorf(view->min_lod)))
      return false;
   if (p->layer >= view->layers || *sample >= MAX2(view->samples, 1))
      return false;
   const struct image_level *level = &view->levels[p->level];
   bool slices = view->kind == DESCRIPTOR_UAV && view->dim == DESCRIPTOR_3D;
   uint32_t depth = slices ? view->num_slices : level->depth;
   if (at[0] >= level->width || (num_coords > 1 && at[1] >= level->height) ||
       (num_coords > 2 && at[2] >= depth))
      return false;
   p->x = at[0];
   p->y = at[1];
   p->z = at[2] + (slices ? view->first_slice : 0);
   return true;
}

/* The texel's address, or NULL if it is out of bounds. */
static uint8_t *
texel_address(const struct lane *lane, struct position *p)
{
   const struct descriptor *view = lane->view;
   uint32_t sample;
   if (lane->dim->buffer) {
      p->x = (uint32_t)lane->args->icoord[0][lane->index];
      return p->x < view->width ? view->base + (uint64_t)p->x * view->stride : NULL;
   }
   if (!integer_position(lane, p, &sample))
      return NULL;
   return (uint8_t *)block_address(view, p, sample);
}

static void
load(const struct lane *lane)
{
   static const uint8_t zero[16];
   const struct format_info *info = format_info(lane->view->format);
   struct position p = { 0 };
   const uint8_t *block = texel_address(lane, &p);
   union format_texel texel, out;
   /* Out of bounds, missing channels still have their defaults (22.4.6). */
   format_unpack(lane->view->format, block ? block : zero, p.x % info->block_width,
                 p.y % info->block_height, &texel);
   swizzle_texel(lane, &texel, out.u);
   store_result(lane, out.f);
}

static void
store(const struct lane *lane)
{
   struct position p = { 0 };
   uint8_t *block = texel_address(lane, &p);
   union format_texel texel;
   for (uint32_t c = 0; c < 4; c++)
      texel.u[c] = lane->args->uresult[c][lane->index];
   if (block)
      format_pack(lane->view->format, &texel, block);
}

static void
address(const struct lane *lane)
{
   struct position p = { 0 };
   lane->args->address[lane->index] = (uintptr_t)texel_address(lane, &p);
}

static void
run(const struct descriptor *view, const struct sampler *sampler, struct texture_args *args,
    enum texture_op op, void (*one_lane)(const struct lane *lane))
{
   const struct texture_dim *dim = texture_dim(view->dim);
   bool null = view->size == 0 || (dim->buffer && texture_op_has_sampler(op));
   args->resident = 1;
   for (uint32_t i = 0; i < JIT_MAX_LANES; i++) {
      if (!(args->mask >> i & 1))
         continue;
      struct lane lane = { view, sampler, args, dim, op, i };
      if (!null)
         one_lane(&lane);
      else if (op == TEXTURE_ADDRESS)
         args->address[i] = 0;
      else if (op != TEXTURE_STORE)
         store_result(&lane, (float[4]){ 0 });
   }
}

#define ROUTINE(name, op, function)                                                                \
   static void name(const struct descriptor *view, const struct sampler *sampler,                  \
                    struct texture_args *args)                                                     \
   {                                                                                               \
      run(view, sampler, args, op, function);                                                      \
   }

ROUTINE(run_sample, TEXTURE_SAMPLE, sample)
ROUTINE(run_sample_level, TEXTURE_SAMPLE_LEVEL, sample)
ROUTINE(run_sample_grad, TEXTURE_SAMPLE_GRAD, sample)
ROUTINE(run_sample_cmp, TEXTURE_SAMPLE_CMP, sample)
ROUTINE(run_sample_cmp_level, TEXTURE_SAMPLE_CMP_LEVEL, sample)
ROUTINE(run_sample_cmp_grad, TEXTURE_SAMPLE_CMP_GRAD, sample)
ROUTINE(run_gather, TEXTURE_GATHER, gather)
ROUTINE(run_gather_cmp, TEXTURE_GATHER_CMP, gather)
ROUTINE(run_lod, TEXTURE_LOD, query_lod)
ROUTINE(run_load, TEXTURE_LOAD, load)
ROUTINE(run_store, TEXTURE_STORE, store)
ROUTINE(run_address, TEXTURE_ADDRESS, address)

texture_fn
jit_texture_reference(enum texture_op op)
{
   static const texture_fn routines[TEXTURE_NUM_OPS] = {
      [TEXTURE_SAMPLE] = run_sample,
      [TEXTURE_SAMPLE_LEVEL] = run_sample_level,
      [TEXTURE_SAMPLE_GRAD] = run_sample_grad,
      [TEXTURE_SAMPLE_CMP] = run_sample_cmp,
      [TEXTURE_SAMPLE_CMP_LEVEL] = run_sample_cmp_level,
      [TEXTURE_SAMPLE_CMP_GRAD] = run_sample_cmp_grad,
      [TEXTURE_GATHER] = run_gather,
      [TEXTURE_GATHER_CMP] = run_gather_cmp,
      [TEXTURE_LOD] = run_lod,
      [TEXTURE_LOAD] = run_load,
      [TEXTURE_STORE] = run_store,
      [TEXTURE_ADDRESS] = run_address,
   };
   return routines[op];
}
