/*
 * Block compression (D3D11.3 19.5), on the CPU: one texel of a 4×4 block at a time. Constant time,
 * total: every bit pattern decodes to something, reserved modes to zero.
 */
#ifndef LAYOUT_BC_H
#define LAYOUT_BC_H

#include "layout/format.h"

/* Texel (x, y) of the block, as it is stored: sRGB is left encoded. Channels that the format lacks
 * keep their value. */
void bc_decode(const struct format_info *info, const void *block, uint32_t x, uint32_t y,
               float rgba[4]);

/* The two that are more than a palette of two colours: bc6h_bc7.c. */
void bc6h_decode(const uint8_t *block, bool is_signed, uint32_t x, uint32_t y, float rgb[3]);
void bc7_decode(const uint8_t *block, uint32_t x, uint32_t y, float rgba[4]);

#endif
