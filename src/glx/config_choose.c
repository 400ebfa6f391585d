/*
 * glXChooseFBConfig and glXChooseVisual: which configs match, and the order of those that do (GLX
 * 1.4, 3.3.3 and table 3.4).
 */
#include "glx/config.h"
#include "glx/functions.h"
#include "glx/screen.h"

#include <GL/glxext.h>
#include <X11/Xutil.h>
#include <stdlib.h>

#define DONT_CARE ((int)GLX_DONT_CARE)

/* What a program asks for. */
struct request {
   int values[CONFIG_ATTRIBUTE_COUNT];
};

/* --- Matching ------------------------------------------------------------------------------ */

static bool
value_matches(enum glx_config_match match, int wanted, int value)
{
   if (wanted == DONT_CARE)
      return true;
   switch (match) {
   case MATCH_EXACT:
      return value == wanted;
   case MATCH_AT_LEAST:
      return value >= wanted;
   case MATCH_MASK:
      return (value & wanted) == wanted;
   case MATCH_IGNORED:
      return true;
   }
   return false;
}

/* The colour of transparency matters to none but those of that type. */
static bool
matters(const struct request *request, enum glx_config_attribute attribute)
{
   switch (attribute) {
   case CONFIG_TRANSPARENT_INDEX:
      return request->values[CONFIG_TRANSPARENT_TYPE] == GLX_TRANSPARENT_INDEX;
   case CONFIG_TRANSPARENT_RED:
   case CONFIG_TRANSPARENT_GREEN:
   case CONFIG_TRANSPARENT_BLUE:
   case CONFIG_TRANSPARENT_ALPHA:
      return request->values[CONFIG_TRANSPARENT_TYPE] == GLX_TRANSPARENT_RGB;
   default:
      return true;
   }
}

static bool
matches(const struct request *request, const struct glx_config *config)
{
   /* "If GLX_FBCONFIG_ID is specified, then all other attributes are ignored." */
   if (request->values[CONFIG_FBCONFIG_ID] != DONT_CARE)
      return config->values[CONFIG_FBCONFIG_ID] == request->values[CONFIG_FBCONFIG_ID];
   for (enum glx_config_attribute i = 0; i < CONFIG_ATTRIBUTE_COUNT; i++) {
      if (matters(request, i) &&
          !value_matches(glx_config_attributes[i].match, request->values[i], config->values[i]))
         return false;
   }
   return true;
}

/* --- Order --------------------------------------------------------------------------------- */

/* The bits of those components that were asked for with more than none. */
static int
wanted_bits(const struct request *request, const struct glx_config *config,
            enum glx_config_attribute first, enum glx_config_attribute last)
{
   int bits = 0;

   for (enum glx_config_attribute i = first; i <= last; i++) {
      if (request->values[i] > 0 && request->values[i] != DONT_CARE)
         bits += config->values[i];
   }
   return bits;
}

static int
visual_type_rank(int type)
{
   static const int types[] = { GLX_TRUE_COLOR,   GLX_DIRECT_COLOR, GLX_PSEUDO_COLOR,
                                GLX_STATIC_COLOR, GLX_GRAY_SCALE,   GLX_STATIC_GRAY };
   int rank = 0;

   while (rank < 6 && types[rank] != type)
      rank++;
   return rank;
}

/* Asked for, the deepest is best; else none is, and then as little as may be. */
static int
depth_rank(const struct request *request, const struct glx_config *config)
{
   int depth = config->values[CONFIG_DEPTH_SIZE];

   return request->values[CONFIG_DEPTH_SIZE] > 0 ? -depth : depth;
}

#define COMPARE(a, b)                                                                              \
   if ((a) != (b))                                                                                 \
   return (a) < (b) ? -1 : 1

static int
compare(const void *left, const void *right, void *data)
{
   const struct request *request = data;
   const struct glx_config *a = *(const struct glx_config *const *)left;
   const struct glx_config *b = *(const struct glx_config *const *)right;

   COMPARE(a->values[CONFIG_VISUAL_SELECT_GROUP], b->values[CONFIG_VISUAL_SELECT_GROUP]);
   /* The values of NONE, SLOW and NON_CONFORMANT are in that order. */
   COMPARE(a->values[CONFIG_CAVEAT], b->values[CONFIG_CAVEAT]);
   COMPARE(wanted_bits(request, b, CONFIG_RED_SIZE, CONFIG_ALPHA_SIZE),
           wanted_bits(request, a, CONFIG_RED_SIZE, CONFIG_ALPHA_SIZE));
   COMPARE(a->values[CONFIG_BUFFER_SIZE], b->values[CONFIG_BUFFER_SIZE]);
   COMPARE(a->values[CONFIG_DOUBLEBUFFER], b->values[CONFIG_DOUBLEBUFFER]);
   COMPARE(a->values[CONFIG_AUX_BUFFERS], b->values[CONFIG_AUX_BUFFERS]);
   COMPARE(a->values[CONFIG_SAMPLE_BUFFERS], b->values[CONFIG_SAMPLE_BUFFERS]);
   COMPARE(a->values[CONFIG_SAMPLES], b->values[CONFIG_SAMPLES]);
   COMPARE(depth_rank(request, a), depth_rank(request, b));
   COMPARE(a->values[CONFIG_STENCIL_SIZE], b->values[CONFIG_STENCIL_SIZE]);
   COMPARE(wanted_bits(request, b, CONFIG_ACCUM_RED_SIZE, CONFIG_ACCUM_ALPHA_SIZE),
           wanted_bits(request, a, CONFIG_ACCUM_RED_SIZE, CONFIG_ACCUM_ALPHA_SIZE));
   /* The spec has no rule for buffers that nobody asked for. */
   COMPARE(a->values[CONFIG_ACCUM_RED_SIZE], b->values[CONFIG_ACCUM_RED_SIZE]);
   COMPARE(visual_type_rank(a->values[CONFIG_X_VISUAL_TYPE]),
           visual_type_rank(b->values[CONFIG_X_VISUAL_TYPE]));
   /* The server's order. */
   COMPARE(a, b);
   return 0;
}

#undef COMPARE

/* Those that match, best first. NULL: none, or no memory. To be freed. */
static const struct glx_config **
choose(const struct glx_screen *screen, const struct request *request, int *count)
{
   const struct glx_config **chosen = malloc(screen->configs->count * sizeof(*chosen));

   *count = 0;
   if (!chosen)
      return NULL;
   for (unsigned i = 0; i < screen->configs->count; i++) {
      if (matches(request, &screen->configs->configs[i]))
         chosen[(*count)++] = &screen->configs->configs[i];
   }
   if (*count == 0) {
      free(chosen);
      return NULL;
   }
   qsort_r(chosen, (size_t)*count, sizeof(*chosen), compare, (void *)request);
   return chosen;
}

/* --- What programs ask for ----------------------------------------------------------------- */

static void
set_standard(struct request *request)
{
   for (enum glx_config_attribute i = 0; i < CONFIG_ATTRIBUTE_COUNT; i++)
      request->values[i] = glx_config_attributes[i].standard;
}

/* False: there is an attribute that we do not know. */
static bool
parse_fb_config_list(struct request *request, const int *list)
{
   set_standard(request);
   for (; list && *list != None; list += 2) {
      enum glx_config_attribute attribute = glx_config_attribute_find(list[0]);

      if (attribute < CONFIG_ATTRIBUTE_COUNT)
         request->values[attribute] = list[1];
      else if (list[0] == GLX_RGBA)
         request->values[CONFIG_RENDER_TYPE] = list[1] ? GLX_RGBA_BIT : GLX_COLOR_INDEX_BIT;
      else if (list[0] != GLX_USE_GL)
         return false;
   }
   return true;
}

/* The list of glXChooseVisual has Booleans without a value, and other defaults (GLX 1.4, table
 * 3.7). */
static bool
parse_visual_list(struct request *request, const int *list)
{
   set_standard(request);
   request->values[CONFIG_DOUBLEBUFFER] = False;
   /* Without GLX_RGBA the spec wants a colour index, which no driver has any more: programs that
    * forget it have always been given RGBA by Mesa. */
   request->values[CONFIG_RENDER_TYPE] = DONT_CARE;
   for (; list && *list != None; list++) {
      enum glx_config_attribute attribute;

      switch (*list) {
      case GLX_USE_GL:
         continue;
      case GLX_RGBA:
         request->values[CONFIG_RENDER_TYPE] = GLX_RGBA_BIT;
         continue;
      case GLX_DOUBLEBUFFER:
         request->values[CONFIG_DOUBLEBUFFER] = True;
         continue;
      case GLX_STEREO:
         request->values[CONFIG_STEREO] = True;
         continue;
      }
      attribute = glx_config_attribute_find(*list++);
      if (attribute == CONFIG_ATTRIBUTE_COUNT)
         return false;
      request->values[attribute] = *list;
   }
   return true;
}

GLXFBConfig *
glx_choose_fb_config(Display *dpy, int number, const int *list, int *count)
{
   const struct glx_screen *screen = glx_screen_get(dpy, number);
   struct request request;

   *count = 0;
   if (!screen || !parse_fb_config_list(&request, list))
      return NULL;
   return (GLXFBConfig *)choose(screen, &request, count);
}

XVisualInfo *
glx_choose_visual(Display *dpy, int number, int *list)
{
   const struct glx_screen *screen = glx_screen_get(dpy, number);
   const struct glx_config **chosen;
   XVisualInfo *visual = NULL;
   struct request request;
   int count;

   if (!screen || !parse_visual_list(&request, list))
      return NULL;
   chosen = choose(screen, &request, &count);
   for (int i = 0; i < count && !visual; i++)
      visual = glx_get_visual_from_fb_config(dpy, (GLXFBConfig)chosen[i]);
   free(chosen);
   return visual;
}
