/*
 * Descriptors as they lie in descriptor heaps: what the API writes, and machine code reads at run
 * time. Fixed offsets: generated code addresses these fields by offsetof.
 *
 * A null view is all zeros but for its kind and format: sizes are zero, so every access is out of
 * bounds and reads as zero (D3D12: ResourceBinding.md, null descriptors).
 */
#ifndef LAYOUT_DESCRIPTOR_H
#define LAYOUT_DESCRIPTOR_H

#include "layout/image.h"

enum descriptor_kind {
   DESCRIPTOR_NONE = 0, /* never written: treated as a null view */
   DESCRIPTOR_CBV,
   DESCRIPTOR_SRV,
   DESCRIPTOR_UAV,
};

enum descriptor_dim {
   DESCRIPTOR_TYPED_BUFFER = 0,
   DESCRIPTOR_RAW_BUFFER,        /* byte address buffer */
   DESCRIPTOR_STRUCTURED_BUFFER,
   DESCRIPTOR_1D,
   DESCRIPTOR_1D_ARRAY,
   DESCRIPTOR_2D,
   DESCRIPTOR_2D_ARRAY,
   DESCRIPTOR_2DMS,
   DESCRIPTOR_2DMS_ARRAY,
   DESCRIPTOR_3D,
   DESCRIPTOR_CUBE,
   DESCRIPTOR_CUBE_ARRAY,
};

/* 96 bytes. SRV, UAV and CBV. */
struct descriptor {
   uint8_t *base;  /* CBV, buffers: first byte of the view. Textures: sample 0 of the view's first
                      layer, in the view's plane (level offsets not added) */
   uint64_t size;  /* buffers, CBV: bytes in the view. Textures: 0 for a null view, else nonzero */
   const struct image_level *levels; /* textures: level 0 of the view is levels[0] */
   uint64_t layer_stride, sample_stride; /* textures: bytes. 3D UAV: see first_slice */
   uint8_t *counter;   /* UAV counter, or NULL */
   uint32_t width, height, depth; /* textures: of view level 0. Buffers: width = elements (typed and
                                     structured) or dwords (raw) */
   uint32_t layers;    /* array layers in the view; cubes: 6 × cubes */
   uint32_t stride;    /* structured buffers: bytes of an element. Typed: bytes of a texel */
   float min_lod;      /* ResourceMinLODClamp, relative to the view's first level */
   uint16_t format;    /* DXGI_FORMAT of the view */
   uint8_t kind;       /* descriptor_kind */
   uint8_t dim;        /* descriptor_dim */
   uint8_t num_levels;
   uint8_t samples;
   uint8_t swizzle[4]; /* component mapping: 0–3 channel, 4 zero, 5 one (D3D12_SHADER_COMPONENT_MAPPING) */
   uint8_t reserved[2];
   uint32_t first_slice; /* 3D UAV and RTV: FirstWSlice */
   uint32_t num_slices;  /* 3D UAV: WSize */
};

/* 64 bytes. */
struct sampler {
   uint8_t filter_min, filter_mag, filter_mip; /* 0 point, 1 linear */
   uint8_t anisotropy;       /* 1: none, up to 16 */
   uint8_t address[3];       /* D3D12_TEXTURE_ADDRESS_MODE of U, V, W */
   uint8_t compare;          /* D3D12_COMPARISON_FUNC, or 0 when not a comparison filter */
   uint8_t reduction;        /* 0 average, 1 minimum, 2 maximum */
   uint8_t border_is_uint;   /* border holds integers (D3D12_SAMPLER_FLAG_UINT_BORDER_COLOR) */
   uint8_t reserved[2];
   float lod_bias, min_lod, max_lod;
   float border[4];
   uint8_t pad[24];
};

/* Render target and depth-stencil views: CPU-side descriptors, read when a draw or clear is played.
 * Each selects one level; layers may be many (SV_RenderTargetArrayIndex). */
struct target_view {
   const struct image *image; /* NULL: a null view, writes are dropped */
   void *resource;            /* the API's resource that owns the image */
   uint16_t format;
   uint8_t level;
   uint8_t flags;             /* D3D12_DSV_FLAGS */
   uint32_t first_layer, num_layers; /* 3D: slices */
   uint32_t width, height;    /* texels of the level */
   bool is_buffer;
   uint8_t samples;
};

_Static_assert(sizeof(struct descriptor) == 96, "machine code knows this size");
_Static_assert(sizeof(struct sampler) == 64, "machine code knows this size");

#endif
