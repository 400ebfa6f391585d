#include "jit/blend.h"

#include "jit/expr.h"
#include "jit/format_code.h"

static const struct format_channel *
first_channel(const struct format_info *format)
{
   for (uint32_t i = 0; i < 4; i++)
      if (format->channel[i].type != FORMAT_VOID)
         return &format->channel[i];
   return &format->channel[0];
}

static bool
is_integer(const struct format_info *format)
{
   uint8_t type = first_channel(format)->type;

   return type == FORMAT_UINT || type == FORMAT_SINT;
}

/* The format's bits that the write mask lets through, in dword d of a texel. Bits of no channel
 * count as written. */
static uint32_t
written_bits(const struct format_info *format, uint8_t write_mask, uint32_t d)
{
   uint64_t kept = 0;

   for (uint32_t i = 0; i < 4; i++) {
      static const struct format_channel packed_float[4] = { { FORMAT_FLOAT, 0, 11 },
                                                             { FORMAT_FLOAT, 11, 11 },
                                                             { FORMAT_FLOAT, 22, 10 } };
      const struct format_channel *channel =
         format->encoding == FORMAT_R11G11B10F ? &packed_float[i] : &format->channel[i];

      if (channel->type == FORMAT_VOID || write_mask & 1u << i || channel->shift / 32 != d)
         continue;
      kept |= ((UINT64_C(1) << channel->bits) - 1) << channel->shift % 32;
   }
   return ~(uint32_t)kept;
}

static bool
is_src1(uint8_t factor)
{
   return factor >= D3D12_BLEND_SRC1_COLOR && factor <= D3D12_BLEND_INV_SRC1_ALPHA;
}

bool
jit_blend_is_dual_source(const struct jit_blend_target *state)
{
   return state->blend && (is_src1(state->src) || is_src1(state->dst) ||
                           is_src1(state->src_alpha) || is_src1(state->dst_alpha));
}

/* What enters the blender is clamped to the target's range (17.5). */
static LLVMValueRef
clamp_to_target(const struct jit_blender *blender, LLVMValueRef value)
{
   struct jit_build *build = blender->build;
   uint8_t type = first_channel(format_info(blender->state->format))->type;
   float low = type == FORMAT_SNORM ? -1.0f : 0.0f;

   if (type != FORMAT_UNORM && type != FORMAT_SNORM)
      return value;
   return fclamp_const(build, value, low, 1.0f);
}

void
jit_blender_init(struct jit_blender *blender, struct jit_build *build,
                 const struct jit_blend_target *state, uint32_t index, LLVMValueRef ctx,
                 LLVMValueRef layer)
{
   size_t target = offsetof(struct pixel_ctx, target) + index * sizeof(struct pixel_target);

   blender->build = build;
   blender->state = state;
   if (!state->format)
      return;
   jit_surface_init(&blender->surface, build, jit_ptr_add(build, ctx, target), layer,
                    format_info(state->format)->block_bytes);
   for (uint32_t i = 0; state->blend && i < 4; i++) {
      LLVMValueRef factor = jit_load(
         build, build->f32, ctx, offsetof(struct pixel_ctx, blend_factor) + i * sizeof(float), 4);

      blender->factor[i] = clamp_to_target(blender, jit_splat(build, factor));
   }
}

/* What a blend equation can refer to; vf32, in the target's range. */
struct operands {
   LLVMValueRef src[4], src1[4], dst[4];
};

static LLVMValueRef
one_minus(struct jit_build *build, LLVMValueRef value)
{
   return LLVMBuildFSub(build->builder, jit_splat_f32(build, 1.0f), value, "");
}

/* A blend factor for one channel. */
static LLVMValueRef
blend_factor(const struct jit_blender *blender, D3D12_BLEND factor, const struct operands *in,
             uint32_t channel)
{
   struct jit_build *build = blender->build;

   switch (factor) {
   case D3D12_BLEND_ZERO:
      return jit_splat_f32(build, 0.0f);
   case D3D12_BLEND_SRC_COLOR:
      return in->src[channel];
   case D3D12_BLEND_INV_SRC_COLOR:
      return one_minus(build, in->src[channel]);
   case D3D12_BLEND_SRC_ALPHA:
      return in->src[3];
   case D3D12_BLEND_INV_SRC_ALPHA:
      return one_minus(build, in->src[3]);
   case D3D12_BLEND_DEST_ALPHA:
      return in->dst[3];
   case D3D12_BLEND_INV_DEST_ALPHA:
      return one_minus(build, in->dst[3]);
   case D3D12_BLEND_DEST_COLOR:
      return in->dst[channel];
   case D3D12_BLEND_INV_DEST_COLOR:
      return one_minus(build, in->dst[channel]);
   case D3D12_BLEND_SRC_ALPHA_SAT:
      if (channel == 3)
         return jit_splat_f32(build, 1.0f);
      return jit_fmin(build, in->src[3], one_minus(build, in->dst[3]));
   case D3D12_BLEND_BLEND_FACTOR:
      return blender->factor[channel];
   case D3D12_BLEND_INV_BLEND_FACTOR:
      return one_minus(build, blender->factor[channel]);
   case D3D12_BLEND_SRC1_COLOR:
      return in->src1[channel];
   case D3D12_BLEND_INV_SRC1_COLOR:
      return one_minus(build, in->src1[channel]);
   case D3D12_BLEND_SRC1_ALPHA:
      return in->src1[3];
   case D3D12_BLEND_INV_SRC1_ALPHA:
      return one_minus(build, in->src1[3]);
   default:
      return jit_splat_f32(build, 1.0f);
   }
}

static LLVMValueRef
blend_channel(const struct jit_blender *blender, const struct operands *in, uint32_t channel)
{
   struct jit_build *build = blender->build;
   LLVMBuilderRef b = build->builder;
   const struct jit_blend_target *state = blender->state;
   D3D12_BLEND_OP op = channel == 3 ? state->op_alpha : state->op;
   LLVMValueRef src = in->src[channel], dst = in->dst[channel];

   /* Minimum and maximum ignore the factors. */
   if (op == D3D12_BLEND_OP_MIN)
      return jit_fmin(build, src, dst);
   if (op == D3D12_BLEND_OP_MAX)
      return jit_fmax(build, src, dst);

   LLVMValueRef src_factor =
      blend_factor(blender, channel == 3 ? state->src_alpha : state->src, in, channel);
   LLVMValueRef dst_factor =
      blend_factor(blender, channel == 3 ? state->dst_alpha : state->dst, in, channel);
   LLVMValueRef src_term = LLVMBuildFMul(b, src, src_factor, "");
   LLVMValueRef dst_term = LLVMBuildFMul(b, dst, dst_factor, "");

   switch (op) {
   case D3D12_BLEND_OP_SUBTRACT:
      return LLVMBuildFSub(b, src_term, dst_term, "");
   case D3D12_BLEND_OP_REV_SUBTRACT:
      return LLVMBuildFSub(b, dst_term, src_term, "");
   default:
      return jit_fma(build, src, src_factor, dst_term);
   }
}

/* Patterns as the shader wrote them → channels as jit_format_pack takes them. */
static void
channels(const struct jit_blender *blender, const LLVMValueRef color[4], LLVMValueRef out[4])
{
   struct jit_build *build = blender->build;
   bool integer = is_integer(format_info(blender->state->format));

   for (uint32_t i = 0; i < 4; i++)
      out[i] = jit_bitcast(build, color[i], integer ? build->vi32 : build->vf32);
}

static void
blend_equation(const struct jit_blender *blender, LLVMValueRef rgba[4], const LLVMValueRef *second,
               const LLVMValueRef *old)
{
   struct operands in;

   jit_format_unpack(blender->build, blender->state->format, old, in.dst);
   if (second)
      channels(blender, second, in.src1);
   for (uint32_t i = 0; i < 4; i++) {
      in.src[i] = clamp_to_target(blender, rgba[i]);
      in.src1[i] = second ? clamp_to_target(blender, in.src1[i]) : in.src[i];
   }
   for (uint32_t i = 0; i < 4; i++)
      rgba[i] = blend_channel(blender, &in, i);
}

static LLVMValueRef
logic_op(struct jit_build *build, D3D12_LOGIC_OP op, LLVMValueRef s, LLVMValueRef d)
{
   LLVMBuilderRef b = build->builder;

   switch (op) {
   case D3D12_LOGIC_OP_CLEAR:
      return LLVMConstNull(build->vi32);
   case D3D12_LOGIC_OP_SET:
      return LLVMConstAllOnes(build->vi32);
   case D3D12_LOGIC_OP_COPY_INVERTED:
      return LLVMBuildNot(b, s, "");
   case D3D12_LOGIC_OP_NOOP:
      return d;
   case D3D12_LOGIC_OP_INVERT:
      return LLVMBuildNot(b, d, "");
   case D3D12_LOGIC_OP_AND:
      return LLVMBuildAnd(b, s, d, "");
   case D3D12_LOGIC_OP_NAND:
      return LLVMBuildNot(b, LLVMBuildAnd(b, s, d, ""), "");
   case D3D12_LOGIC_OP_OR:
      return LLVMBuildOr(b, s, d, "");
   case D3D12_LOGIC_OP_NOR:
      return LLVMBuildNot(b, LLVMBuildOr(b, s, d, ""), "");
   case D3D12_LOGIC_OP_XOR:
      return LLVMBuildXor(b, s, d, "");
   case D3D12_LOGIC_OP_EQUIV:
      return LLVMBuildNot(b, LLVMBuildXor(b, s, d, ""), "");
   case D3D12_LOGIC_OP_AND_REVERSE:
      return LLVMBuildAnd(b, s, LLVMBuildNot(b, d, ""), "");
   case D3D12_LOGIC_OP_AND_INVERTED:
      return LLVMBuildAnd(b, LLVMBuildNot(b, s, ""), d, "");
   case D3D12_LOGIC_OP_OR_REVERSE:
      return LLVMBuildOr(b, s, LLVMBuildNot(b, d, ""), "");
   case D3D12_LOGIC_OP_OR_INVERTED:
      return LLVMBuildOr(b, LLVMBuildNot(b, s, ""), d, "");
   default:
      return s;
   }
}

/* The new texels keep the old ones' lanes outside `mask`. */
static void
keep_unmasked(struct jit_build *build, uint32_t dwords, LLVMValueRef *raw, const LLVMValueRef *old,
              LLVMValueRef mask)
{
   for (uint32_t d = 0; d < dwords; d++)
      raw[d] = LLVMBuildSelect(build->builder, mask, raw[d], old[d], "");
}

/* Channels that share an exponent cannot be written one by one: those that stay are packed anew. */
static void
keep_channels(const struct jit_blender *blender, LLVMValueRef rgba[4], const LLVMValueRef *old)
{
   LLVMValueRef was[4];

   jit_format_unpack(blender->build, blender->state->format, old, was);
   for (uint32_t i = 0; i < 4; i++)
      if (!(blender->state->write_mask & 1u << i))
         rgba[i] = was[i];
}

/* What is written depends on what is there: one path, load to store. */
static void
read_modify_write(const struct jit_blender *blender, LLVMValueRef ptr, LLVMValueRef rgba[4],
                  const LLVMValueRef *second, LLVMValueRef mask)
{
   struct jit_build *build = blender->build;
   LLVMBuilderRef b = build->builder;
   const struct jit_blend_target *state = blender->state;
   const struct format_info *format = format_info(state->format);
   const struct jit_surface *surface = &blender->surface;
   uint32_t dwords = jit_span_dwords(surface->bytes);
   LLVMValueRef raw[4], old[4];

   jit_span_load(build, surface->bytes, ptr, surface->pitch, old);
   if (state->blend)
      blend_equation(blender, rgba, second, old);
   bool shared_exponent = format->encoding == FORMAT_R9G9B9E5;
   if (shared_exponent)
      keep_channels(blender, rgba, old);
   jit_format_pack(build, state->format, rgba, raw);
   for (uint32_t d = 0; d < dwords; d++) {
      uint32_t bits = shared_exponent ? UINT32_MAX : written_bits(format, state->write_mask, d);

      if (state->logic)
         raw[d] = logic_op(build, state->logic_op, raw[d], old[d]);
      if (bits != UINT32_MAX)
         raw[d] = LLVMBuildOr(b, LLVMBuildAnd(b, raw[d], jit_splat_i32(build, bits), ""),
                              LLVMBuildAnd(b, old[d], jit_splat_i32(build, ~bits), ""), "");
   }
   keep_unmasked(build, dwords, raw, old, mask);
   jit_span_store(build, surface->bytes, raw, ptr, surface->pitch);
}

/* Opaque: a fully covered group is stored without a look at the target. */
static void
overwrite(const struct jit_blender *blender, LLVMValueRef ptr, const LLVMValueRef rgba[4],
          LLVMValueRef mask)
{
   struct jit_build *build = blender->build;
   LLVMBuilderRef b = build->builder;
   const struct jit_surface *surface = &blender->surface;
   uint32_t dwords = jit_span_dwords(surface->bytes);
   LLVMBasicBlockRef partial = jit_block(build, "partial"), store = jit_block(build, "store");
   LLVMValueRef raw[4], old[4], merged[4];

   jit_format_pack(build, blender->state->format, rgba, raw);
   LLVMValueRef bits = jit_mask_bits(build, mask);
   LLVMValueRef all = jit_const_i32(build, (1u << build->lanes) - 1);
   LLVMBasicBlockRef packed = LLVMGetInsertBlock(b);
   LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntEQ, bits, all, ""), store, partial);

   jit_position(build, partial);
   jit_span_load(build, surface->bytes, ptr, surface->pitch, old);
   for (uint32_t d = 0; d < dwords; d++)
      merged[d] = raw[d];
   keep_unmasked(build, dwords, merged, old, mask);
   LLVMBasicBlockRef loaded = LLVMGetInsertBlock(b);
   LLVMBuildBr(b, store);

   jit_position(build, store);
   for (uint32_t d = 0; d < dwords; d++) {
      LLVMValueRef value = LLVMBuildPhi(b, build->vi32, "");
      LLVMValueRef incoming[] = { raw[d], merged[d] };
      LLVMBasicBlockRef from[] = { packed, loaded };

      LLVMAddIncoming(value, incoming, from, 2);
      old[d] = value;
   }
   jit_span_store(build, surface->bytes, old, ptr, surface->pitch);
}

void
jit_blend(const struct jit_blender *blender, LLVMValueRef x, LLVMValueRef y, LLVMValueRef sample,
          const LLVMValueRef color[4], const LLVMValueRef *second, LLVMValueRef mask)
{
   struct jit_build *build = blender->build;
   LLVMBuilderRef b = build->builder;
   const struct jit_blend_target *state = blender->state;
   const struct format_info *format = format_info(state->format);
   LLVMBasicBlockRef present = jit_block(build, "target"), after = jit_block(build, "written");
   bool partial = false;
   LLVMValueRef rgba[4];

   LLVMBuildCondBr(b, blender->surface.present, present, after);
   jit_position(build, present);

   LLVMValueRef ptr = jit_surface_pixel(&blender->surface, build, x, y, sample);
   for (uint32_t d = 0; d < jit_span_dwords(blender->surface.bytes); d++)
      if (written_bits(format, state->write_mask, d) != UINT32_MAX)
         partial = true;
   channels(blender, color, rgba);
   if (state->blend || state->logic || partial)
      read_modify_write(blender, ptr, rgba, second, mask);
   else
      overwrite(blender, ptr, rgba, mask);

   LLVMBuildBr(b, after);
   jit_position(build, after);
}
