/*
 * An attribute list, which EGL has in two widths: EGLint before EGL 1.5, EGLAttrib since then.
 * Either may be NULL, an empty list.
 */
#ifndef EGL_MAIN_ATTRIBS_H
#define EGL_MAIN_ATTRIBS_H

#include <EGL/egl.h>

#include <stdbool.h>
#include <stddef.h>

struct attribs {
   const EGLint *ints;
   const EGLAttrib *wide;
};

static inline struct attribs
attribs_from_ints(const EGLint *list)
{
   return (struct attribs){ .ints = list };
}

static inline struct attribs
attribs_from_wide(const EGLAttrib *list)
{
   return (struct attribs){ .wide = list };
}

/* Takes the next pair off the list. False at its end. */
static inline bool
attribs_next(struct attribs *list, EGLAttrib *name, EGLAttrib *value)
{
   if (list->ints && list->ints[0] != EGL_NONE) {
      *name = list->ints[0];
      *value = list->ints[1];
      list->ints += 2;
      return true;
   }
   if (list->wide && list->wide[0] != EGL_NONE) {
      *name = list->wide[0];
      *value = list->wide[1];
      list->wide += 2;
      return true;
   }
   return false;
}

#endif
