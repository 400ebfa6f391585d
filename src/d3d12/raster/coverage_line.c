/*
 * Aliased lines: a line covers the pixels whose diamonds it leaves (D3D11.3 3.4.3). The diamond of a
 * pixel is |x| + |y| <= 1/2 around its centre, with its lower edges and its lowest corner; for lines
 * that are steeper than 45°, with its right corner too.
 */
#include <stdlib.h>
#include <string.h>

#include "raster/coverage.h"

#define HALF (RASTER_SUBPIXEL / 2)

struct line {
   int64_t x0, y0, x1, y1;
   bool steep;
};

/* From the line to a pixel's diamond, turned by 45°: u and v grow down right and down left; the diamond
 * is -HALF < u <= HALF, -HALF < v <= HALF. */
struct turned {
   int64_t u, v;
};

static struct turned
turn(int64_t x, int64_t y)
{
   return (struct turned){ y + x, y - x };
}

static bool
in_diamond(struct turned p, bool steep)
{
   if (p.u > -HALF && p.u <= HALF && p.v > -HALF && p.v <= HALF)
      return true;
   return steep && p.u == HALF && p.v == -HALF;
}

/* An end of the part of the line that is inside, as a fraction num / den of the way, den > 0. */
struct limit {
   int64_t num, den;
   bool closed;
};

static int
compare(const struct limit *a, const struct limit *b)
{
   int64_t l = a->num * b->den, r = b->num * a->den;
   return l < r ? -1 : l > r;
}

static void
raise_low(struct limit *low, struct limit limit)
{
   int order = compare(&limit, low);
   if (order > 0)
      *low = limit;
   else if (order == 0)
      low->closed &= limit.closed;
}

static void
lower_high(struct limit *high, struct limit limit)
{
   int order = compare(&limit, high);
   if (order < 0)
      *high = limit;
   else if (order == 0)
      high->closed &= limit.closed;
}

/* Keeps the part with -HALF < from + t * delta <= HALF. False: there is none. */
static bool
clip_strip(struct limit *low, struct limit *high, int64_t from, int64_t delta)
{
   if (delta == 0)
      return from > -HALF && from <= HALF;
   if (delta > 0) {
      raise_low(low, (struct limit){ -HALF - from, delta, false });
      lower_high(high, (struct limit){ HALF - from, delta, true });
   } else {
      raise_low(low, (struct limit){ from - HALF, -delta, true });
      lower_high(high, (struct limit){ from + HALF, -delta, false });
   }
   return true;
}

/* The rule itself, for one pixel. */
static bool
leaves_diamond(const struct line *line, int32_t x, int32_t y)
{
   int64_t cx = (int64_t)x * RASTER_SUBPIXEL + HALF, cy = (int64_t)y * RASTER_SUBPIXEL + HALF;
   struct turned p0 = turn(line->x0 - cx, line->y0 - cy);
   struct turned p1 = turn(line->x1 - cx, line->y1 - cy);

   if (in_diamond(p1, line->steep))
      return false;
   if (in_diamond(p0, line->steep))
      return true;

   struct limit low = { 0, 1, true }, high = { 1, 1, true };
   if (clip_strip(&low, &high, p0.u, p1.u - p0.u) && clip_strip(&low, &high, p0.v, p1.v - p0.v)) {
      int order = compare(&low, &high);
      if (order < 0 || (order == 0 && low.closed && high.closed))
         return true;
   }
   if (!line->steep)
      return false;
   /* Through the right corner? */
   int64_t px = cx + HALF - line->x0, py = cy - line->y0;
   int64_t dx = line->x1 - line->x0, dy = line->y1 - line->y0;
   int64_t along = px * dx + py * dy;
   return px * dy == py * dx && along >= 0 && along <= dx * dx + dy * dy;
}

static int64_t
floor_div(int64_t a, int64_t b) /* b > 0 */
{
   int64_t q = a / b;
   return q - (a % b < 0);
}

/* The line with its long axis as `u`. A column is a pixel's width on that axis. */
struct walk {
   int64_t u0, v0, u1, v1; /* u0 < u1 */
};

/* Where the line is at `u`, rounded down, in subpixels. */
static int64_t
walk_at(const struct walk *walk, int64_t u)
{
   u = CLAMP(u, walk->u0, walk->u1);
   return walk->v0 + floor_div((u - walk->u0) * (walk->v1 - walk->v0), walk->u1 - walk->u0);
}

/* The pixel that a line covers in a column that it crosses from side to side: the one that it meets at
 * the column's middle, and between two, the upper (left) one, whose lower (right) corner that is. */
static int32_t
walk_middle(const struct walk *walk, int64_t middle)
{
   int64_t du = walk->u1 - walk->u0;
   int64_t n = (middle - walk->u0) * (walk->v1 - walk->v0) + walk->v0 * du;
   return (int32_t)floor_div(n - 1, du * RASTER_SUBPIXEL);
}

uint32_t
raster_coverage_line(const struct raster_shape *shape, uint32_t tile_x, uint32_t tile_y,
                     uint32_t samples, struct coverage *blocks)
{
   const int32_t x = (int32_t)(tile_x * RASTER_TILE), y = (int32_t)(tile_y * RASTER_TILE);
   const struct raster_rect rect = {
      MAX2((int32_t)shape->x0, x),
      MAX2((int32_t)shape->y0, y),
      MIN2((int32_t)shape->x1, x + RASTER_TILE),
      MIN2((int32_t)shape->y1, y + RASTER_TILE),
   };
   struct line line = { shape->line.x0, shape->line.y0, shape->line.x1, shape->line.y1, false };
   uint64_t masks[RASTER_TILE_BLOCKS] = { 0 };

   if (rect.x0 >= rect.x1 || rect.y0 >= rect.y1)
      return 0;
   line.steep = llabs(line.y1 - line.y0) > llabs(line.x1 - line.x0);

   struct walk walk = { line.x0, line.y0, line.x1, line.y1 };
   int32_t u0 = rect.x0, u1 = rect.x1, v0 = rect.y0, v1 = rect.y1;
   if (line.steep) {
      walk = (struct walk){ line.y0, line.x0, line.y1, line.x1 };
      u0 = rect.y0, u1 = rect.y1, v0 = rect.x0, v1 = rect.x1;
   }
   if (walk.u0 > walk.u1)
      walk = (struct walk){ walk.u1, walk.v1, walk.u0, walk.v0 };

   for (int32_t u = u0; u < u1; u++) {
      int64_t left = (int64_t)u * RASTER_SUBPIXEL, right = left + RASTER_SUBPIXEL;
      int32_t first, last;
      /* An end on a side may be in a diamond, at its corner. */
      bool crossed = walk.u0 < left && walk.u1 > right;

      if (crossed) {
         first = last = walk_middle(&walk, left + HALF);
      } else {
         int64_t a = walk_at(&walk, left), b = walk_at(&walk, right);
         first = (int32_t)((MIN2(a, b) - 1) >> RASTER_SUBPIXEL_BITS);
         last = (int32_t)((MAX2(a, b) + 1) >> RASTER_SUBPIXEL_BITS);
      }
      first = MAX2(first, v0);
      last = MIN2(last, v1 - 1);
      for (int32_t v = first; v <= last; v++) {
         int32_t px = line.steep ? v : u, py = line.steep ? u : v;
         if (!crossed && !leaves_diamond(&line, px, py))
            continue;
         px -= x;
         py -= y;
         masks[py / 8 * 8 + px / 8] |= 1ull << (py % 8 * 8 + px % 8);
      }
   }

   struct coverage *out = blocks;
   uint32_t count = 0;
   for (uint32_t i = 0; i < RASTER_TILE_BLOCKS; i++) {
      if (!masks[i])
         continue;
      out->x = (uint16_t)((uint32_t)x + i % 8 * 8);
      out->y = (uint16_t)((uint32_t)y + i / 8 * 8);
      out->full = masks[i] == ~0ull;
      for (uint32_t s = 0; s < samples; s++)
         out->mask[s] = masks[i];
      out = (struct coverage *)((uint8_t *)out + coverage_size(samples));
      count++;
   }
   return count;
}
