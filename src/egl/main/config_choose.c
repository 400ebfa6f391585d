/* eglChooseConfig: EGL 1.5, 3.4.1 and its table 3.4; EGL_EXT_pixel_format_float. */
#include "egl/main/attribs.h"
#include "egl/main/config.h"
#include "egl/main/display.h"
#include "egl/main/driver.h"
#include "util/bits.h"

#include <stdlib.h>

enum values {
   SIZE, /* not negative */
   BOOLEAN,
   MASK,
   CAVEAT,
   BUFFER_TYPE,
   TRANSPARENCY,
   COMPONENTS,
   ANY,
};

enum rule { AT_LEAST, EXACT, ALL_BITS, IGNORED };

static const struct criterion {
   EGLint attribute, initial;
   enum rule rule;
   enum values values;
} criteria[] = {
   { EGL_BUFFER_SIZE, 0, AT_LEAST, SIZE },
   { EGL_RED_SIZE, 0, AT_LEAST, SIZE },
   { EGL_GREEN_SIZE, 0, AT_LEAST, SIZE },
   { EGL_BLUE_SIZE, 0, AT_LEAST, SIZE },
   { EGL_LUMINANCE_SIZE, 0, AT_LEAST, SIZE },
   { EGL_ALPHA_SIZE, 0, AT_LEAST, SIZE },
   { EGL_ALPHA_MASK_SIZE, 0, AT_LEAST, SIZE },
   { EGL_BIND_TO_TEXTURE_RGB, EGL_DONT_CARE, EXACT, BOOLEAN },
   { EGL_BIND_TO_TEXTURE_RGBA, EGL_DONT_CARE, EXACT, BOOLEAN },
   { EGL_COLOR_BUFFER_TYPE, EGL_RGB_BUFFER, EXACT, BUFFER_TYPE },
   { EGL_COLOR_COMPONENT_TYPE_EXT, EGL_COLOR_COMPONENT_TYPE_FIXED_EXT, EXACT, COMPONENTS },
   { EGL_CONFIG_CAVEAT, EGL_DONT_CARE, EXACT, CAVEAT },
   { EGL_CONFIG_ID, EGL_DONT_CARE, EXACT, ANY },
   { EGL_CONFORMANT, 0, ALL_BITS, MASK },
   { EGL_DEPTH_SIZE, 0, AT_LEAST, SIZE },
   { EGL_LEVEL, 0, EXACT, ANY },
   { EGL_MATCH_NATIVE_PIXMAP, EGL_NONE, IGNORED, ANY }, /* matched by the driver */
   { EGL_MAX_PBUFFER_WIDTH, EGL_DONT_CARE, IGNORED, SIZE },
   { EGL_MAX_PBUFFER_HEIGHT, EGL_DONT_CARE, IGNORED, SIZE },
   { EGL_MAX_PBUFFER_PIXELS, EGL_DONT_CARE, IGNORED, SIZE },
   { EGL_MAX_SWAP_INTERVAL, EGL_DONT_CARE, EXACT, SIZE },
   { EGL_MIN_SWAP_INTERVAL, EGL_DONT_CARE, EXACT, SIZE },
   { EGL_NATIVE_RENDERABLE, EGL_DONT_CARE, EXACT, BOOLEAN },
   { EGL_NATIVE_VISUAL_ID, EGL_DONT_CARE, IGNORED, ANY },
   { EGL_NATIVE_VISUAL_TYPE, EGL_DONT_CARE, EXACT, ANY },
   { EGL_RENDERABLE_TYPE, EGL_OPENGL_ES_BIT, ALL_BITS, MASK },
   { EGL_SAMPLE_BUFFERS, 0, AT_LEAST, SIZE },
   { EGL_SAMPLES, 0, AT_LEAST, SIZE },
   { EGL_STENCIL_SIZE, 0, AT_LEAST, SIZE },
   { EGL_SURFACE_TYPE, EGL_WINDOW_BIT, ALL_BITS, MASK },
   { EGL_TRANSPARENT_TYPE, EGL_NONE, EXACT, TRANSPARENCY },
   { EGL_TRANSPARENT_RED_VALUE, EGL_DONT_CARE, EXACT, SIZE },
   { EGL_TRANSPARENT_GREEN_VALUE, EGL_DONT_CARE, EXACT, SIZE },
   { EGL_TRANSPARENT_BLUE_VALUE, EGL_DONT_CARE, EXACT, SIZE },
};

/* What the caller wants, by index of criteria[]. */
struct wanted {
   EGLint values[ARRAY_LENGTH(criteria)];
};

static size_t
criterion_index(EGLAttrib attribute)
{
   size_t i = 0;
   while (i < ARRAY_LENGTH(criteria) && criteria[i].attribute != attribute)
      i++;
   return i;
}

static EGLint *
wanted_value(struct wanted *wanted, EGLint attribute)
{
   return &wanted->values[criterion_index(attribute)];
}

static bool
value_is_valid(const struct criterion *criterion, EGLint value)
{
   /* "EGL_DONT_CARE may be specified for all attributes except EGL_LEVEL." */
   if (value == EGL_DONT_CARE)
      return criterion->attribute != EGL_LEVEL;

   switch (criterion->values) {
   case SIZE:
      return value >= 0;
   case BOOLEAN:
      return value == EGL_TRUE || value == EGL_FALSE;
   case CAVEAT:
      return value == EGL_NONE || value == EGL_SLOW_CONFIG || value == EGL_NON_CONFORMANT_CONFIG;
   case BUFFER_TYPE:
      return value == EGL_RGB_BUFFER || value == EGL_LUMINANCE_BUFFER;
   case TRANSPARENCY:
      return value == EGL_NONE || value == EGL_TRANSPARENT_RGB;
   case COMPONENTS:
      return value == EGL_COLOR_COMPONENT_TYPE_FIXED_EXT ||
             value == EGL_COLOR_COMPONENT_TYPE_FLOAT_EXT;
   case MASK: /* bits of extensions that we lack match nothing */
   case ANY:
      return true;
   }
   return false;
}

static bool
parse(const struct egl_display *display, const EGLint *attributes, struct wanted *wanted)
{
   struct attribs attribs = attribs_from_ints(attributes);
   EGLAttrib name, value;

   for (size_t i = 0; i < ARRAY_LENGTH(criteria); i++)
      wanted->values[i] = criteria[i].initial;
   while (attribs_next(&attribs, &name, &value)) {
      size_t i = criterion_index(name);
      if (i == ARRAY_LENGTH(criteria) ||
          (name == EGL_COLOR_COMPONENT_TYPE_EXT && !display->base.extensions.float_pixels))
         return egl_error(EGL_BAD_ATTRIBUTE, "configs have no attribute 0x%lx", (long)name);
      if (!value_is_valid(&criteria[i], value))
         return egl_error(EGL_BAD_ATTRIBUTE, "attribute 0x%lx cannot be %ld", (long)name,
                          (long)value);
      wanted->values[i] = value;
   }

   /* Attributes of no meaning together with others are not looked at. */
   if (*wanted_value(wanted, EGL_TRANSPARENT_TYPE) == EGL_NONE) {
      *wanted_value(wanted, EGL_TRANSPARENT_RED_VALUE) = EGL_DONT_CARE;
      *wanted_value(wanted, EGL_TRANSPARENT_GREEN_VALUE) = EGL_DONT_CARE;
      *wanted_value(wanted, EGL_TRANSPARENT_BLUE_VALUE) = EGL_DONT_CARE;
   }
   if (!(*wanted_value(wanted, EGL_SURFACE_TYPE) & EGL_WINDOW_BIT))
      *wanted_value(wanted, EGL_NATIVE_VISUAL_TYPE) = EGL_DONT_CARE;
   return true;
}

static bool
matches(const struct egl_config *config, const struct wanted *wanted)
{
   for (size_t i = 0; i < ARRAY_LENGTH(criteria); i++) {
      EGLint want = wanted->values[i], have;
      if (want == EGL_DONT_CARE || criteria[i].rule == IGNORED)
         continue;
      egl_config_attribute(config, criteria[i].attribute, &have);
      bool fits = criteria[i].rule == AT_LEAST ? have >= want
                  : criteria[i].rule == EXACT  ? have == want
                                               : (have & want) == want;
      if (!fits)
         return false;
   }
   return true;
}

/* The bits of those components that the caller asked for. */
static EGLint
color_bits(const struct egl_config *config, struct wanted *wanted)
{
   static const EGLint components[] = { EGL_RED_SIZE, EGL_GREEN_SIZE, EGL_BLUE_SIZE,
                                        EGL_ALPHA_SIZE };
   EGLint total = 0;
   for (size_t i = 0; i < ARRAY_LENGTH(components); i++) {
      EGLint bits;
      egl_config_attribute(config, components[i], &bits);
      if (*wanted_value(wanted, components[i]) > 0)
         total += bits;
   }
   return total;
}

static int
compare(const void *a, const void *b, void *data)
{
   const struct egl_config *first = *(const struct egl_config *const *)a;
   const struct egl_config *second = *(const struct egl_config *const *)b;

   /* Smaller first. The values of caveats and component types are in the order that is wanted. */
   const EGLint keys[][2] = {
      { first->config_caveat, second->config_caveat },
      { first->component_type, second->component_type },
      { color_bits(second, data), color_bits(first, data) },
      { first->buffer_size, second->buffer_size },
      { first->sample_buffers, second->sample_buffers },
      { first->samples, second->samples },
      { first->depth_size, second->depth_size },
      { first->stencil_size, second->stencil_size },
      { first->native_visual_type, second->native_visual_type },
      { first->config_id, second->config_id },
   };
   for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
      if (keys[i][0] != keys[i][1])
         return keys[i][0] < keys[i][1] ? -1 : 1;
   }
   return 0;
}

/* Drops from the list what cannot draw to the pixmap. */
static bool
match_pixmap(struct egl_display *display, EGLint pixmap, const struct egl_config **list,
             size_t *count)
{
   void *native = (void *)(uintptr_t)(unsigned)pixmap;
   size_t kept = 0;
   if (!egl_driver.match_pixmap)
      return egl_error(EGL_BAD_NATIVE_PIXMAP, "this platform has no pixmaps");
   for (size_t i = 0; i < *count; i++) {
      int match = egl_driver.match_pixmap(display, list[i], native);
      if (match < 0)
         return egl_error(EGL_BAD_NATIVE_PIXMAP, "0x%x is not a pixmap", (unsigned)pixmap);
      if (match)
         list[kept++] = list[i];
   }
   *count = kept;
   return true;
}

static bool
choose(struct egl_display *display, struct wanted *wanted, const struct egl_config **list,
       size_t *count)
{
   EGLint id = *wanted_value(wanted, EGL_CONFIG_ID);
   EGLint pixmap = *wanted_value(wanted, EGL_MATCH_NATIVE_PIXMAP);

   *count = 0;
   if (id != EGL_DONT_CARE) { /* all else is ignored then */
      if (id > 0 && (unsigned)id <= display->n_configs)
         list[(*count)++] = &display->configs[id - 1];
      return true;
   }
   for (unsigned i = 0; i < display->n_configs; i++) {
      if (matches(&display->configs[i], wanted))
         list[(*count)++] = &display->configs[i];
   }
   if (pixmap != EGL_NONE && pixmap != EGL_DONT_CARE && !match_pixmap(display, pixmap, list, count))
      return false;
   qsort_r(list, *count, sizeof(*list), compare, wanted);
   return true;
}

bool
egl_configs_choose(struct egl_display *display, const EGLint *attributes, EGLConfig *configs,
                   EGLint size, EGLint *count)
{
   struct wanted wanted;
   if (!parse(display, attributes, &wanted))
      return false;

   size_t matching;
   const struct egl_config **list = calloc(display->n_configs + 1, sizeof(*list));
   if (!list)
      return egl_error(EGL_BAD_ALLOC, "no memory for a list of configs");
   bool ok = choose(display, &wanted, list, &matching);
   if (ok) {
      *count = matching;
      if (configs) {
         *count = MIN2(*count, MAX2(size, 0));
         for (EGLint i = 0; i < *count; i++)
            configs[i] = egl_config_handle(list[i]);
      }
   }
   free(list);
   return ok;
}
