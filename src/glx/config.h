/*
 * FB configs and visuals: what both the X server and the driver have.
 *
 * A config lives as long as the process. Displays whose screens are alike share one list, so a
 * program can find a config with one display and use it with another.
 */
#ifndef GLX_CONFIG_H
#define GLX_CONFIG_H

#include "loader/loader.h"

#include <GL/glx.h>
#include <stdint.h>

/* Indices into glx_config.values and glx_config_attributes. */
enum glx_config_attribute {
   CONFIG_FBCONFIG_ID,
   CONFIG_VISUAL_ID,
   CONFIG_BUFFER_SIZE,
   CONFIG_LEVEL,
   CONFIG_DOUBLEBUFFER,
   CONFIG_STEREO,
   CONFIG_AUX_BUFFERS,
   CONFIG_RED_SIZE,
   CONFIG_GREEN_SIZE,
   CONFIG_BLUE_SIZE,
   CONFIG_ALPHA_SIZE,
   CONFIG_DEPTH_SIZE,
   CONFIG_STENCIL_SIZE,
   CONFIG_ACCUM_RED_SIZE,
   CONFIG_ACCUM_GREEN_SIZE,
   CONFIG_ACCUM_BLUE_SIZE,
   CONFIG_ACCUM_ALPHA_SIZE,
   CONFIG_SAMPLE_BUFFERS,
   CONFIG_SAMPLES,
   CONFIG_RENDER_TYPE,
   CONFIG_DRAWABLE_TYPE,
   CONFIG_X_RENDERABLE,
   CONFIG_X_VISUAL_TYPE,
   CONFIG_CAVEAT,
   CONFIG_TRANSPARENT_TYPE,
   CONFIG_TRANSPARENT_INDEX,
   CONFIG_TRANSPARENT_RED,
   CONFIG_TRANSPARENT_GREEN,
   CONFIG_TRANSPARENT_BLUE,
   CONFIG_TRANSPARENT_ALPHA,
   CONFIG_MAX_PBUFFER_WIDTH,
   CONFIG_MAX_PBUFFER_HEIGHT,
   CONFIG_MAX_PBUFFER_PIXELS,
   CONFIG_OPTIMAL_PBUFFER_WIDTH,
   CONFIG_OPTIMAL_PBUFFER_HEIGHT,
   CONFIG_VISUAL_SELECT_GROUP,
   CONFIG_SWAP_METHOD,
   CONFIG_SRGB_CAPABLE,
   CONFIG_BIND_TO_TEXTURE_RGB,
   CONFIG_BIND_TO_TEXTURE_RGBA,
   CONFIG_BIND_TO_MIPMAP_TEXTURE,
   CONFIG_BIND_TO_TEXTURE_TARGETS,
   CONFIG_Y_INVERTED,
   CONFIG_ATTRIBUTE_COUNT,
};

struct glx_config {
   int screen;
   int values[CONFIG_ATTRIBUTE_COUNT];
   const struct loader_config *loader;
};

struct glx_config_list {
   const struct glx_config_list *next; /* of all lists of the process */
   unsigned count;
   struct glx_config configs[]; /* in the server's order */
};

/* How a value that a program asks for is compared with a config's (GLX 1.4, table 3.4). */
enum glx_config_match {
   MATCH_EXACT,
   MATCH_AT_LEAST,
   MATCH_MASK,   /* has all these bits */
   MATCH_IGNORED /* is accepted and says nothing */
};

struct glx_config_attribute_info {
   int name; /* GLX_* */
   enum glx_config_match match;
   int standard; /* what glXChooseFBConfig takes if it is not told; GLX_DONT_CARE */
};

extern const struct glx_config_attribute_info glx_config_attributes[CONFIG_ATTRIBUTE_COUNT];

/* CONFIG_ATTRIBUTE_COUNT: no such attribute. */
enum glx_config_attribute glx_config_attribute_find(int name);

/* The list's only copy: one that is equal and was given before, or else this, which is now owned
 * here. */
const struct glx_config_list *glx_config_list_intern(struct glx_config_list *list);

/* NULL if this is no config of ours. */
const struct glx_config *glx_config(GLXFBConfig handle);
/* NULL: none. */
const struct glx_config *glx_config_by_visual(const struct glx_config_list *list, VisualID visual);
const struct glx_config *glx_config_by_id(const struct glx_config_list *list, XID fbconfig_id);

#endif
