/*
 * The standard multisample patterns (D3D11.3 19.2.4): where each sample of a pixel lies, in 1/16
 * pixels from its centre, x right and y down. One sample is at the centre.
 */
#ifndef LAYOUT_SAMPLE_POSITIONS_H
#define LAYOUT_SAMPLE_POSITIONS_H

#include <stdint.h>

#define SAMPLE_MAX 16
#define SAMPLE_GRID 16 /* units a pixel */

struct sample_position {
   int8_t x, y;
};

/* `count`: 1, 2, 4, 8 or 16. Other counts give the centre alone. */
static inline const struct sample_position *
sample_positions(uint32_t count)
{
   static const struct sample_position one[1] = { { 0, 0 } };
   static const struct sample_position two[2] = { { 4, 4 }, { -4, -4 } };
   static const struct sample_position four[4] = { { -2, -6 }, { 6, -2 }, { -6, 2 }, { 2, 6 } };
   static const struct sample_position eight[8] = {
      { 1, -3 }, { -1, 3 }, { 5, 1 }, { -3, -5 }, { -5, 5 }, { -7, -1 }, { 3, 7 }, { 7, -7 },
   };
   static const struct sample_position sixteen[16] = {
      { 1, 1 },  { -1, -3 }, { -3, 2 },  { 4, -1 }, { -5, -2 }, { 2, 5 },  { 5, 3 }, { 3, -5 },
      { -2, 6 }, { 0, -7 },  { -4, -6 }, { -6, 4 }, { -8, 0 },  { 7, -4 }, { 6, 7 }, { -7, -8 },
   };

   switch (count) {
   case 2:
      return two;
   case 4:
      return four;
   case 8:
      return eight;
   case 16:
      return sixteen;
   default:
      return one;
   }
}

#endif
