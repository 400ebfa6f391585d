#include "raster/tessellator.h"

#include "util/bits.h"

#include <math.h>
#include <string.h>

/* 16.16 fixed point (D3D11.3 11.7.14) */
#define ONE 0x10000u
#define HALF 0x8000u
#define TWO_THIRDS 0xaaaau
#define EPSILON 0x1p-16f

#define MAX_SEGMENTS 64

/* ---- Factors (D3D11.3 11.7.10, 11.7.11) ---------------------------------------------------------- */

static uint32_t
num_edges(D3D_TESSELLATOR_DOMAIN domain)
{
   return domain == D3D_TESSELLATOR_DOMAIN_QUAD ? 4 : domain == D3D_TESSELLATOR_DOMAIN_TRI ? 3 : 2;
}

static uint32_t
num_insides(D3D_TESSELLATOR_DOMAIN domain)
{
   return domain == D3D_TESSELLATOR_DOMAIN_QUAD ? 2 : domain == D3D_TESSELLATOR_DOMAIN_TRI;
}

static bool
is_fractional(D3D_TESSELLATOR_PARTITIONING partitioning)
{
   return partitioning == D3D_TESSELLATOR_PARTITIONING_FRACTIONAL_ODD ||
          partitioning == D3D_TESSELLATOR_PARTITIONING_FRACTIONAL_EVEN;
}

/* NaN becomes the lower bound. */
static uint32_t
to_fixed(float factor, float low, float high, bool whole)
{
   factor = fminf(fmaxf(factor, low), high);
   return (uint32_t)lrintf((whole ? ceilf(factor) : factor) * ONE);
}

/* False: culled. */
static bool
factors_init(const struct tessellator_desc *desc, const float edge[4], const float inside[2],
             struct tessellator_factors *factors)
{
   uint32_t edges = num_edges(desc->domain), insides = num_insides(desc->domain);
   bool whole = !is_fractional(desc->partitioning);
   bool odd = desc->partitioning == D3D_TESSELLATOR_PARTITIONING_FRACTIONAL_ODD;
   bool even = desc->partitioning == D3D_TESSELLATOR_PARTITIONING_FRACTIONAL_EVEN;
   float low = even ? 2 : 1, high = odd ? 63 : 64, low_inside = low;
   bool all_one = true;

   memset(factors, 0, sizeof(*factors));
   for (uint32_t i = 0; i < edges; i++) {
      if (!(edge[i] > 0))
         return false;
      bool density = desc->domain == D3D_TESSELLATOR_DOMAIN_ISOLINE && i == 0;
      factors->edge[i] =
         density ? to_fixed(edge[i], 1, 64, true) : to_fixed(edge[i], low, high, whole);
   }
   /* Inside factors of 1 are no subdivision only where all factors are 1. */
   for (uint32_t i = 0; odd && i < edges; i++)
      low_inside = edge[i] > 1 + EPSILON / 2 ? 1 + EPSILON : low_inside;
   for (uint32_t i = 0; odd && i < insides; i++)
      low_inside = inside[i] > 1 + EPSILON / 2 ? 1 + EPSILON : low_inside;
   for (uint32_t i = 0; i < insides; i++)
      factors->inside[i] = to_fixed(inside[i], low_inside, high, whole);

   for (uint32_t i = 0; i < edges; i++)
      all_one &= factors->edge[i] == ONE;
   for (uint32_t i = 0; i < insides; i++)
      all_one &= factors->inside[i] == ONE;
   for (uint32_t i = 0; !all_one && i < insides; i++)
      factors->inside[i] = factors->inside[i] == ONE ? 2 * ONE : factors->inside[i];
   return true;
}

/* ---- Points along an axis (D3D11.3 11.7.3 – 11.7.5) ---------------------------------------------- */

struct axis {
   bool odd;                      /* number of segments */
   uint32_t count;                /* points */
   uint32_t at[MAX_SEGMENTS + 1]; /* 16.16, rising from 0 to 1; mirror images sum up to 1 exactly */
};

/* The segment length where one half of the axis has so many points, that in the middle not counted. */
static uint32_t
segment_length(uint32_t half, bool odd)
{
   uint32_t segments = odd ? 2 * half - 1 : 2 * half;
   return (ONE + segments / 2) / segments;
}

/*
 * Between two factors with uniform segments, points move from where they are at the lower one to where
 * they are at the higher one. The half of the axis that counts gets one point more on the way, by a
 * split of one of its points: the ruler function says which.
 */
static void
axis_init(struct axis *axis, uint32_t factor, D3D_TESSELLATOR_PARTITIONING partitioning)
{
   bool odd = is_fractional(partitioning)
                 ? partitioning == D3D_TESSELLATOR_PARTITIONING_FRACTIONAL_ODD
                 : factor >> 16 & 1;
   uint32_t half = (factor + 1) / 2 + (odd ? HALF : 0);
   uint32_t low = half / ONE, high = (half + ONE - 1) / ONE, fraction = half % ONE;
   uint32_t low_length = segment_length(low, odd), high_length = segment_length(high, odd);
   /* Points that may split: all but the corner. Those of an epoch do so from outside to inside. */
   uint32_t inner = odd ? low - 1 : low;
   uint32_t split = inner ? 2 * (inner - (1u << (31 - __builtin_clz(inner)))) + 1 : 0;

   axis->odd = odd;
   axis->count = odd ? 2 * high : 2 * high + 1;
   for (uint32_t i = 0; i < high; i++) {
      uint64_t from = (uint64_t)(low < high && i > split ? i - 1 : i) * low_length;
      uint64_t to = (uint64_t)i * high_length;
      axis->at[i] = (uint32_t)((from * (ONE - fraction) + to * fraction + HALF) / ONE);
      axis->at[axis->count - 1 - i] = ONE - axis->at[i];
   }
   if (!odd)
      axis->at[high] = HALF;
}

/* ---- Points and primitives ----------------------------------------------------------------------- */

static uint16_t
add_point(struct tessellation *t, uint32_t u, uint32_t v)
{
   t->u[t->num_points] = (float)u / ONE;
   t->v[t->num_points] = (float)v / ONE;
   return (uint16_t)t->num_points++;
}

/* Corners are given clockwise, with V clockwise from U (D3D11.3 11.5). */
static void
add_triangle(struct tessellation *t, uint16_t a, uint16_t b, uint16_t c)
{
   bool clockwise = t->desc.primitive == D3D_TESSELLATOR_OUTPUT_TRIANGLE_CW;
   uint16_t *to = &t->indices[t->num_indices];

   to[0] = a;
   to[1] = clockwise ? b : c;
   to[2] = clockwise ? c : b;
   t->num_indices += 3;
}

/* The ruler function (D3D11.3 11.7.5): a half axis of 32 segments has points at places 1 to 32, the
 * middle of the axis. This is the number of segments that a half must have for the point to exist. */
static uint32_t
ruler(uint32_t place)
{
   uint32_t zeros = (uint32_t)__builtin_ctz(place);
   return place == MAX_SEGMENTS / 2 ? 1 : (16u >> zeros) + (place >> zeros >> 1) + 1;
}

/* A row of points: of an edge, and of the edge of the inside that lies along it. The inside has no points
 * for the two ends of its axis. */
struct row {
   uint32_t count; /* of the axis */
   uint16_t points[MAX_SEGMENTS + 1];
};

static uint32_t
half_segments(const struct row *row)
{
   return (row->count - 1) / 2;
}

/* The places at which a half axis has points; a bit each. */
static uint64_t
places_of(uint32_t half)
{
   uint64_t places = 0;

   for (uint32_t place = 1; place <= MAX_SEGMENTS / 2; place++)
      places |= (uint64_t)(ruler(place) <= half) << place;
   return places;
}

/*
 * When a row goes on to its next point, seen from a row beside it: where either has points, a bit each.
 * Points of the finer row are connected to the point of the coarser one out of which they split, the
 * next one towards the middle (D3D11.3 11.7.6.2). Without the first point, that next to the corner.
 */
static uint64_t
steps_of(uint32_t half, uint32_t other)
{
   uint64_t own = places_of(half), finer = places_of(MAX2(half, other));
   uint64_t ahead = finer, steps = 0;

   for (; own; own &= own - 1) {
      steps |= ahead & -ahead;
      ahead = finer & -((own & -own) << 1);
   }
   return steps & (steps - 1);
}

/*
 * One side of the picture frame (D3D11.3 11.7.6): triangles between an edge, which runs clockwise, and
 * the inside's. A triangle at each end, then diagonals that point to the closer corner; that in the
 * middle is as of a counter-clockwise spiral. Point k of the inside's axis exists for 0 < k < last.
 */
static void
stitch(struct tessellation *t, const struct row *edge, const struct row *inside)
{
   const uint16_t *a = edge->points, *b = inside->points;
   uint32_t edge_half = half_segments(edge), inside_half = half_segments(inside);
   uint64_t edge_steps = steps_of(edge_half, inside_half);
   uint64_t inside_steps = steps_of(inside_half, edge_half);
   bool ends = edge_half > 0;
   uint32_t i = 0, k = 1;

   if (ends) {
      add_triangle(t, a[0], a[1], b[1]);
      i++;
   }
   for (uint32_t place = 1; place <= MAX_SEGMENTS / 2; place++) {
      if (inside_steps >> place & 1) {
         add_triangle(t, b[k + 1], b[k], a[i]);
         k++;
      }
      if (edge_steps >> place & 1) {
         add_triangle(t, a[i], a[i + 1], b[k]);
         i++;
      }
   }
   bool middle_edge = !(edge->count & 1), middle_inside = !(inside->count & 1);
   if (middle_edge)
      add_triangle(t, a[i], a[i + 1], b[k + middle_inside]);
   if (middle_inside)
      add_triangle(t, b[k + 1], b[k], a[i]);
   i += middle_edge;
   k += middle_inside;
   for (uint32_t place = MAX_SEGMENTS / 2; place > 0; place--) {
      if (edge_steps >> place & 1) {
         add_triangle(t, a[i], a[i + 1], b[k]);
         i++;
      }
      if (inside_steps >> place & 1) {
         add_triangle(t, b[k + 1], b[k], a[i]);
         k++;
      }
   }
   if (ends)
      add_triangle(t, a[i], a[i + 1], b[k]);
}

/* A ring of points, side after side, clockwise. Each side but the last ends at the next one's first. */
static void
ring_close(struct row *sides, uint32_t num)
{
   for (uint32_t s = 0; s < num; s++)
      sides[s].points[sides[s].count - 1] = sides[(s + 1) % num].points[0];
}

/* ---- Quads ---- */

/* Which diagonal does a cell of the inside have? -1, 0, 1: before, in, behind the middle of an axis.
 * (D3D11.3 11.7.6) */
static bool
diagonal_from_origin(int u, int v)
{
   return u == 0 ? v != 0 : u == v;
}

static int
side_of_middle(uint32_t cell, uint32_t count)
{
   return (2 * cell + 1 > count - 1) - (2 * cell + 1 < count - 1);
}

static void
quad_inside(struct tessellation *t, const struct axis *u, const struct axis *v, uint32_t first)
{
   uint32_t width = u->count - 2;

   for (uint32_t j = 1; j + 2 < v->count; j++) {
      for (uint32_t i = 1; i + 2 < u->count; i++) {
         uint16_t a = (uint16_t)(first + (j - 1) * width + i - 1);
         uint16_t b = a + 1, c = (uint16_t)(a + width + 1), d = (uint16_t)(a + width);
         if (diagonal_from_origin(side_of_middle(i, u->count), side_of_middle(j, v->count))) {
            add_triangle(t, a, b, c);
            add_triangle(t, a, c, d);
         } else {
            add_triangle(t, a, b, d);
            add_triangle(t, b, c, d);
         }
      }
   }
}

static void
tessellate_quad(struct tessellation *t)
{
   /* Sides run clockwise: U == 0 from the corner (0, 1), V == 0, U == 1, V == 1. */
   struct axis axis, u, v;
   struct row edges[4], inside;

   for (uint32_t s = 0; s < 4; s++) {
      axis_init(&axis, t->factors.edge[s], t->desc.partitioning);
      edges[s].count = axis.count;
      for (uint32_t i = 0; i + 1 < axis.count; i++) {
         uint32_t at = s == 1 || s == 2 ? axis.at[i] : axis.at[axis.count - 1 - i];
         uint32_t across = s < 2 ? 0 : ONE;
         edges[s].points[i] = s & 1 ? add_point(t, at, across) : add_point(t, across, at);
      }
   }
   ring_close(edges, 4);
   if (t->factors.inside[0] == ONE) { /* all factors are */
      add_triangle(t, 1, 2, 0);
      add_triangle(t, 2, 3, 0);
      return;
   }

   axis_init(&u, t->factors.inside[0], t->desc.partitioning);
   axis_init(&v, t->factors.inside[1], t->desc.partitioning);
   uint32_t first = t->num_points, width = u.count - 2, height = v.count - 2;
   for (uint32_t j = 1; j <= height; j++)
      for (uint32_t i = 1; i <= width; i++)
         add_point(t, u.at[i], v.at[j]);
   for (uint32_t s = 0; s < 4; s++) {
      inside.count = s & 1 ? u.count : v.count;
      for (uint32_t k = 1; k + 1 < inside.count; k++) {
         uint32_t along = s == 1 || s == 2 ? k - 1 : inside.count - 2 - k;
         uint32_t i = s & 1 ? along : s == 2 ? width - 1 : 0;
         uint32_t j = s & 1 ? (s == 3 ? height - 1 : 0) : along;
         inside.points[k] = (uint16_t)(first + j * width + i);
      }
      stitch(t, &edges[s], &inside);
   }
   quad_inside(t, &u, &v, first);
}

/* ---- Triangles ---- */

/* The point at `along` on the way from a side's first corner to its second, at a distance from the side.
 * Sides run clockwise: U == 0 from V to W, V == 0 from W to U, W == 0 from U to V. */
static uint16_t
add_barycentric(struct tessellation *t, uint32_t side, uint32_t along, uint32_t distance)
{
   uint32_t at[3];

   at[side] = distance;
   at[(side + 1) % 3] = ONE - along - distance;
   at[(side + 2) % 3] = along;
   return add_point(t, at[0], at[1]);
}

/* Ring r of the inside: the axis without r points at each end, moved towards the centre. The middle of
 * the axis is 1/2, the centre 1/3 from each edge. The rounding is that of other devices. */
static void
add_ring(struct tessellation *t, const struct axis *axis, uint32_t r, struct row sides[3])
{
   uint32_t distance = (uint32_t)(((uint64_t)axis->at[r] * TWO_THIRDS + HALF) / ONE);

   for (uint32_t s = 0; s < 3; s++) {
      uint32_t nearer = s == 1 ? distance - distance / 2 : distance / 2;
      sides[s].count = axis->count - 2 * r;
      for (uint32_t i = 0; i + 1 < sides[s].count; i++)
         sides[s].points[i] = add_barycentric(t, s, axis->at[r + i] - nearer, distance);
   }
   if (sides[0].count == 1) { /* the centre alone */
      uint16_t centre = add_barycentric(t, 0, axis->at[r] - distance / 2, distance);
      for (uint32_t s = 0; s < 3; s++)
         sides[s].points[0] = centre;
   }
   ring_close(sides, 3);
}

static void
tessellate_triangle(struct tessellation *t)
{
   struct row rings[2][3], inside;
   struct axis axis;

   for (uint32_t s = 0; s < 3; s++) {
      axis_init(&axis, t->factors.edge[s], t->desc.partitioning);
      rings[0][s].count = axis.count;
      for (uint32_t i = 0; i + 1 < axis.count; i++)
         rings[0][s].points[i] = add_barycentric(t, s, axis.at[i], 0);
   }
   ring_close(rings[0], 3);
   if (t->factors.inside[0] == ONE) { /* all factors are */
      add_triangle(t, 0, 1, 2);
      return;
   }

   axis_init(&axis, t->factors.inside[0], t->desc.partitioning);
   for (uint32_t r = 1; 2 * r < axis.count; r++) {
      struct row *outer = rings[(r - 1) & 1], *inner = rings[r & 1];
      add_ring(t, &axis, r, inner);
      for (uint32_t s = 0; s < 3; s++) {
         inside.count = inner[s].count + 2;
         memcpy(inside.points + 1, inner[s].points, inner[s].count * sizeof(inside.points[0]));
         stitch(t, &outer[s], &inside);
      }
      if (inner[0].count == 2)
         add_triangle(t, inner[0].points[0], inner[1].points[0], inner[2].points[0]);
   }
}

/* ---- Isolines (D3D11.3 11.6) ---- */

static void
tessellate_isolines(struct tessellation *t)
{
   uint32_t lines = t->factors.edge[0] / ONE;
   struct axis u, v;

   axis_init(&u, t->factors.edge[1], t->desc.partitioning);
   axis_init(&v, t->factors.edge[0], D3D_TESSELLATOR_PARTITIONING_INTEGER);
   for (uint32_t j = 0; j < lines; j++) {
      for (uint32_t i = 0; i < u.count; i++) {
         uint16_t point = add_point(t, u.at[i], v.at[j]);
         if (i == 0)
            continue;
         t->indices[t->num_indices++] = point - 1;
         t->indices[t->num_indices++] = point;
      }
   }
}

bool
tessellate(const struct tessellator_desc *desc, const float edge[4], const float inside[2],
           struct tessellation *t)
{
   struct tessellator_factors factors;

   if (!factors_init(desc, edge, inside, &factors))
      return false;
   if (!memcmp(&factors, &t->factors, sizeof(factors)) && !memcmp(desc, &t->desc, sizeof(*desc)))
      return true;
   t->desc = *desc;
   t->factors = factors;
   t->num_points = t->num_indices = 0;
   if (desc->domain == D3D_TESSELLATOR_DOMAIN_QUAD)
      tessellate_quad(t);
   else if (desc->domain == D3D_TESSELLATOR_DOMAIN_TRI)
      tessellate_triangle(t);
   else
      tessellate_isolines(t);
   if (desc->primitive == D3D_TESSELLATOR_OUTPUT_POINT)
      t->num_indices = 0;
   return true;
}
