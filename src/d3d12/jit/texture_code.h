/*
 * The parts of a texture routine under construction. One file a part: texture_coords.c, texture_lod.c,
 * texture_texels.c, texture_filter.c, texture_cube.c, texture_bc.c; texture_sample.c and
 * texture_access.c put them together, texture_compile.c wraps them up. docs/sampling.md tells the story.
 */
#ifndef JIT_TEXTURE_CODE_H
#define JIT_TEXTURE_CODE_H

#include "jit/engine.h"
#include "jit/texture_key.h"

struct texture_code {
   struct jit_build *build;
   union texture_key key;
   const struct format_info *info;
   const struct texture_dim *dim;
   bool integer;                     /* of the format */
   bool compares;                    /* results are those of comparisons */
   LLVMValueRef view, sampler, args; /* the arguments: ptr */
   LLVMValueRef mask;                /* vi1: lanes whose result is wanted */
   LLVMValueRef reference;           /* vf32: what is compared with, in the format's precision */
};

/* ---- Fields of the arguments: of 32 bits or more ---- */

#define VIEW_FIELD(code, type, field)                                                              \
   jit_load((code)->build, (code)->build->type, (code)->view, offsetof(struct descriptor, field),  \
            _Alignof(uint32_t))
#define SAMPLER_FIELD(code, type, field)                                                           \
   jit_load((code)->build, (code)->build->type, (code)->sampler, offsetof(struct sampler, field),  \
            _Alignof(uint32_t))
/* A vector: `row` counts components of arrays. */
#define ARGS_FIELD(code, type, field, row)                                                         \
   jit_load((code)->build, (code)->build->type, (code)->args,                                      \
            offsetof(struct texture_args, field) + (row)*JIT_MAX_LANES * sizeof(float), 32)

/* A byte of the view, as i32. */
LLVMValueRef texture_view_byte(struct texture_code *code, size_t offset);

/* ---- One level of one layer: the same for all lanes ---- */

struct texture_level {
   LLVMValueRef base;                   /* ptr: its first texel */
   LLVMValueRef row_pitch, slice_pitch; /* i32, bytes */
   LLVMValueRef size[3];                /* i32 */
};

/* level: i32; layer: i32 or NULL for the first. */
struct texture_level texture_level(struct texture_code *code, LLVMValueRef level,
                                   LLVMValueRef layer);

/* ---- Coordinates (texture_coords.c) ---- */

/* One axis of a footprint: the first texel and the second, and the second's weight in steps of
 * 1 / COORDINATE_ONE. */
struct texture_axis {
   LLVMValueRef index[2];  /* vi32, inside the level */
   LLVMValueRef inside[2]; /* vi1: not in the border; NULL: always */
   LLVMValueRef weight;    /* vi32 */
};

/* u: vf32; offset: vi32, texels, or NULL; size: i32; mode: D3D12_TEXTURE_ADDRESS_MODE. Without `linear`
 * there is only the first texel. `ordered`: the first texel is the one with the lower coordinate also
 * where the texture is mirrored. */
struct texture_axis texture_axis(struct texture_code *code, LLVMValueRef u, LLVMValueRef offset,
                                 LLVMValueRef size, uint32_t mode, bool linear, bool ordered);

/* The place of a texel coordinate in fixed point: vi32 of `u × size`, less half a texel for linear
 * filters plus a whole one so that it is never negative. For u in [0, 1]. */
LLVMValueRef texture_fixed(struct texture_code *code, LLVMValueRef u, LLVMValueRef size,
                           bool linear);

/* Rounds a float array index and clamps it to [0, count - 1]. count: i32. */
LLVMValueRef texture_layer(struct texture_code *code, LLVMValueRef value, LLVMValueRef count);

/* Coordinates as they go into a footprint. */
struct texture_coords {
   LLVMValueRef u[3];      /* vf32 */
   LLVMValueRef offset[3]; /* vi32 or NULL */
   LLVMValueRef layer;     /* vi32, faces included, or NULL */
};
struct texture_coords texture_coords(struct texture_code *code);

/* ---- Cubes (texture_cube.c) ---- */

/* From the vector to the face (vi32) and the place on it, [0, 1]². */
void texture_cube_project(struct texture_code *code, const LLVMValueRef v[3], LLVMValueRef *face,
                          LLVMValueRef st[2]);
/* From the derivative of the vector to that of the place on the face, times 2. */
void texture_cube_gradient(struct texture_code *code, const LLVMValueRef v[3],
                           const LLVMValueRef d[3], LLVMValueRef st[2]);
/* The four texels (i0, j0), (i1, j0), (i0, j1), (i1, j1) about a place on a face, and the weights of
 * i1 and j1 (vf32). layer: i32, the face's. Texels count as texture_tap_value has it, but for gathers
 * they are the plain texels. */
void texture_cube_quad(struct texture_code *code, const struct texture_coords *coords,
                       LLVMValueRef level, LLVMValueRef layer, LLVMValueRef mask,
                       LLVMValueRef texels[4][4], LLVMValueRef weight[2]);

/* ---- Level of detail (texture_lod.c) ---- */

struct texture_lod {
   LLVMValueRef unclamped, clamped; /* vf32 */
   /* Anisotropic: taps (vi32), their spacing along each axis of the texture, in coordinates */
   LLVMValueRef num_taps, step[2];
};
void texture_lod(struct texture_code *code, struct texture_lod *lod);

/* ---- Texels (texture_texels.c) ---- */

/* Fetches the texels at (x, y, z): channels of the format, before swizzle and comparison. inside: vi1,
 * elsewhere it is the border colour; NULL: everywhere. z is NULL but for 3D. */
void texture_fetch(struct texture_code *code, const struct texture_level *level, LLVMValueRef x,
                   LLVMValueRef y, LLVMValueRef z, LLVMValueRef inside, LLVMValueRef mask,
                   LLVMValueRef rgba[4]);
/* The same from the addresses of blocks; x and y are looked at in compressed formats. */
void texture_fetch_at(struct texture_code *code, LLVMValueRef ptrs, LLVMValueRef x, LLVMValueRef y,
                      LLVMValueRef mask, LLVMValueRef rgba[4]);
/* From the dwords of a block. */
void texture_unpack(struct texture_code *code, const LLVMValueRef *raw, LLVMValueRef x,
                    LLVMValueRef y, LLVMValueRef rgba[4]);
/* Can neighbours in a row be fetched by one access? It takes texels of up to 4 bytes and no border. */
bool texture_has_pairs(const struct texture_code *code);
/* Fetches x[0] and x[1], as texture_axis gives them, in each row. rows: y, and z or NULL; raw: a dword
 * for each texel. num_rows: at most 4. */
void texture_gather_pairs(struct texture_code *code, const struct texture_level *level,
                          const LLVMValueRef x[2], const LLVMValueRef (*rows)[2], uint32_t num_rows,
                          LLVMValueRef mask, LLVMValueRef (*raw)[2]);
/* Offsets from a level's base: vi32, in dwords where texels have one or more, else in bytes. A gather takes
 * a scalar base with signed 32-bit numbers best. */
LLVMValueRef texture_slice_offset(struct texture_code *code, const struct texture_level *level,
                                  LLVMValueRef x, LLVMValueRef y);
/* What a fetched texel counts as in a filter: in comparisons, all channels become 1 or 0. */
void texture_tap_value(struct texture_code *code, LLVMValueRef rgba[4]);
void texture_swizzle(struct texture_code *code, LLVMValueRef rgba[4]);
/* Sets code->reference. */
void texture_prepare_compare(struct texture_code *code);

/* ---- Lanes that are quads (texture_span.c); x, y: vi32, inside the level ---- */

/* Asks the caches for what the pixels below will want. */
void texture_prefetch(struct texture_code *code, const struct texture_level *level, LLVMValueRef x,
                      LLVMValueRef y);
/* Fetches texels of one dword: by rows where they are neighbours. */
LLVMValueRef texture_fetch_span(struct texture_code *code, const struct texture_level *level,
                                LLVMValueRef x, LLVMValueRef y, LLVMValueRef mask);

/* Blocks of BC1 to BC5 (texture_bc.c). raw: the dwords of the block. */
bool texture_bc_supported(const struct format_info *info);
void texture_bc_unpack(struct texture_code *code, const LLVMValueRef *raw, LLVMValueRef x,
                       LLVMValueRef y, LLVMValueRef rgba[4]);

/* ---- Filters (texture_filter.c) ---- */

/* One footprint on one level; level, layer: i32. */
void texture_filter(struct texture_code *code, const struct texture_coords *coords,
                    LLVMValueRef level, LLVMValueRef layer, bool linear, LLVMValueRef mask,
                    LLVMValueRef rgba[4]);
/* a + (b - a) × weight, or the minimum or maximum, in all channels. */
void texture_mix(struct texture_code *code, LLVMValueRef a[4], LLVMValueRef b[4],
                 LLVMValueRef weight);

/* ---- Operations: results go to the arguments ---- */

void texture_sample(struct texture_code *code);
void texture_gather(struct texture_code *code);
void texture_query_lod(struct texture_code *code);
void texture_load(struct texture_code *code);
void texture_store(struct texture_code *code);
void texture_address(struct texture_code *code);

/*
 * A loop over groups of lanes that agree: each round takes the first lane that is left, with its
 * values of `keys` (vi32), and all lanes with the same. Most often one round is all.
 *
 *    texture_rounds_begin(code, mask, keys, num_keys, result_type, num_results, &rounds);
 *    … code for rounds.mask, where keys are the scalars rounds.value[] …
 *    texture_rounds_end(code, &rounds, results, num_results);
 *
 * results: in, vectors of this round; out, all rounds together, 0 elsewhere. Without keys there is no
 * loop, and value[] is not set.
 */
struct texture_rounds {
   LLVMValueRef mask;     /* vi1: lanes of this round */
   LLVMValueRef value[4]; /* i32 */
   uint32_t num_keys;
   LLVMValueRef left; /* i32: bits of lanes still to do */
   LLVMValueRef results[4];
   LLVMBasicBlockRef before, body, after;
};
void texture_rounds_begin(struct texture_code *code, LLVMValueRef mask, const LLVMValueRef *keys,
                          uint32_t num_keys, LLVMTypeRef result_type, uint32_t num_results,
                          struct texture_rounds *rounds);
void texture_rounds_end(struct texture_code *code, struct texture_rounds *rounds,
                        LLVMValueRef *results, uint32_t num_results);

#endif
