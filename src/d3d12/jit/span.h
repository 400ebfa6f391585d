/*
 * A group of pixels in a render target or depth buffer: two spans of lanes / 2 neighbouring
 * pixels, one above the other, loaded and stored whole and shuffled between memory order and quad
 * order.
 */
#ifndef JIT_SPAN_H
#define JIT_SPAN_H

#include "jit/engine.h"

/* A struct pixel_target, in the layer that a primitive goes to. */
struct jit_surface {
   LLVMValueRef present;              /* i1: not a null view */
   LLVMValueRef base;                 /* ptr */
   LLVMValueRef pitch, sample_stride; /* i64 */
   uint32_t bytes;                    /* of a pixel */
};

/* `target` points to the struct pixel_target; layer: i32. */
void jit_surface_init(struct jit_surface *surface, struct jit_build *build, LLVMValueRef target,
                      LLVMValueRef layer, uint32_t bytes);
/* The address of a pixel; x, y, sample: i32. */
LLVMValueRef jit_surface_pixel(const struct jit_surface *surface, struct jit_build *build,
                               LLVMValueRef x, LLVMValueRef y, LLVMValueRef sample);

/* The pixel of a lane in its group: lanes 4q + 0…3 are (0,0) (1,0) (0,1) (1,1) of quad q. */
static inline uint32_t
jit_lane_x(uint32_t lane)
{
   return lane / 4 * 2 + lane % 2;
}

static inline uint32_t
jit_lane_y(uint32_t lane)
{
   return lane / 2 % 2;
}

/* Dwords that a pixel of `bytes` (1, 2, 4, 8 or 16) takes in registers. */
static inline uint32_t
jit_span_dwords(uint32_t bytes)
{
   return bytes < 4 ? 1 : bytes / 4;
}

/* `upper` is the first pixel of the upper span, `pitch` (i64) the bytes to the lower one. raw[] as
 * in format_code.h: small pixels zero-extended to a dword. */
void jit_span_load(struct jit_build *build, uint32_t bytes, LLVMValueRef upper, LLVMValueRef pitch,
                   LLVMValueRef *raw);
void jit_span_store(struct jit_build *build, uint32_t bytes, const LLVMValueRef *raw,
                    LLVMValueRef upper, LLVMValueRef pitch);

#endif
