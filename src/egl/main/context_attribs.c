/*
 * EGL 1.5, 3.7.1; EGL_KHR_create_context, _create_context_no_error, _context_flush_control;
 * EGL_EXT_create_context_robustness; EGL_IMG_context_priority.
 */
#include "egl/main/context_attribs.h"

#include "egl/main/attribs.h"
#include "egl/main/display.h"

#define FLAGS                                                                                      \
   (EGL_CONTEXT_OPENGL_DEBUG_BIT_KHR | EGL_CONTEXT_OPENGL_FORWARD_COMPATIBLE_BIT_KHR |             \
    EGL_CONTEXT_OPENGL_ROBUST_ACCESS_BIT_KHR)

static bool
bad_value(EGLAttrib name, EGLAttrib value)
{
   return egl_error(EGL_BAD_ATTRIBUTE, "context attribute 0x%lx cannot be 0x%lx", (long)name,
                    (long)value);
}

static bool
bad_name(EGLAttrib name)
{
   return egl_error(EGL_BAD_ATTRIBUTE, "contexts of this API have no attribute 0x%lx", (long)name);
}

static bool
set_bool(EGLAttrib name, EGLAttrib value, bool *out)
{
   if (value != EGL_TRUE && value != EGL_FALSE)
      return bad_value(name, value);
   *out = value;
   return true;
}

static bool
set_flags(EGLAttrib value, struct egl_context_desc *desc)
{
   /* The flag for robustness is not for OpenGL ES, which has an attribute instead: issue 10. */
   EGLAttrib allowed = desc->api == EGL_OPENGL_API ? FLAGS : EGL_CONTEXT_OPENGL_DEBUG_BIT_KHR;
   if (value & ~allowed)
      return bad_value(EGL_CONTEXT_FLAGS_KHR, value);
   desc->debug |= !!(value & EGL_CONTEXT_OPENGL_DEBUG_BIT_KHR);
   desc->forward_compatible |= !!(value & EGL_CONTEXT_OPENGL_FORWARD_COMPATIBLE_BIT_KHR);
   desc->robust_access |= !!(value & EGL_CONTEXT_OPENGL_ROBUST_ACCESS_BIT_KHR);
   return true;
}

static bool
set_reset_strategy(EGLAttrib name, EGLAttrib value, struct egl_context_desc *desc)
{
   if (value != EGL_NO_RESET_NOTIFICATION && value != EGL_LOSE_CONTEXT_ON_RESET)
      return bad_value(name, value);
   desc->lose_context_on_reset = value == EGL_LOSE_CONTEXT_ON_RESET;
   return true;
}

static bool
set(const struct egl_display *display, EGLAttrib name, EGLAttrib value,
    struct egl_context_desc *desc, EGLAttrib *profile)
{
   const struct egl_display_extensions *extensions = &display->base.extensions;
   bool desktop = desc->api == EGL_OPENGL_API;

   switch (name) {
   case EGL_CONTEXT_MAJOR_VERSION: /* and EGL_CONTEXT_CLIENT_VERSION */
      desc->major = value;
      return true;
   case EGL_CONTEXT_MINOR_VERSION:
      desc->minor = value;
      return true;
   case EGL_CONTEXT_OPENGL_PROFILE_MASK:
      *profile = value;
      return desktop || bad_name(name);
   case EGL_CONTEXT_FLAGS_KHR:
      return set_flags(value, desc);
   case EGL_CONTEXT_OPENGL_DEBUG:
      return set_bool(name, value, &desc->debug);
   case EGL_CONTEXT_OPENGL_FORWARD_COMPATIBLE:
      return (desktop || bad_name(name)) && set_bool(name, value, &desc->forward_compatible);
   case EGL_CONTEXT_OPENGL_ROBUST_ACCESS:
      return set_bool(name, value, &desc->robust_access);
   case EGL_CONTEXT_OPENGL_ROBUST_ACCESS_EXT:
      return (extensions->robustness || bad_name(name)) &&
             set_bool(name, value, &desc->robust_access);
   case EGL_CONTEXT_OPENGL_RESET_NOTIFICATION_STRATEGY:
      return set_reset_strategy(name, value, desc);
   case EGL_CONTEXT_OPENGL_RESET_NOTIFICATION_STRATEGY_EXT:
      return ((extensions->robustness && !desktop) || bad_name(name)) &&
             set_reset_strategy(name, value, desc);
   case EGL_CONTEXT_OPENGL_NO_ERROR_KHR:
      return (extensions->no_error || bad_name(name)) && set_bool(name, value, &desc->no_error);
   case EGL_CONTEXT_PRIORITY_LEVEL_IMG:
      if (!extensions->context_priority)
         return bad_name(name);
      if (value != EGL_CONTEXT_PRIORITY_HIGH_IMG && value != EGL_CONTEXT_PRIORITY_MEDIUM_IMG &&
          value != EGL_CONTEXT_PRIORITY_LOW_IMG)
         return bad_value(name, value);
      desc->priority = value;
      return true;
   case EGL_CONTEXT_RELEASE_BEHAVIOR_KHR:
      if (value != EGL_CONTEXT_RELEASE_BEHAVIOR_NONE_KHR &&
          value != EGL_CONTEXT_RELEASE_BEHAVIOR_FLUSH_KHR)
         return bad_value(name, value);
      desc->release_without_flush = value == EGL_CONTEXT_RELEASE_BEHAVIOR_NONE_KHR;
      return true;
   default:
      return bad_name(name);
   }
}

/* Is there such a version? The last minor version of each major one. */
static bool
version_exists(const struct egl_context_desc *desc)
{
   static const EGLint gl[] = { [1] = 5, [2] = 1, [3] = 3, [4] = 6 };
   static const EGLint es[] = { [1] = 1, [2] = 0, [3] = 2 };
   bool desktop = desc->api == EGL_OPENGL_API;
   EGLint last_major = desktop ? 4 : 3;

   if (desc->major < 1 || desc->major > last_major || desc->minor < 0)
      return false;
   return desc->minor <= (desktop ? gl : es)[desc->major];
}

static bool
check_version(const struct egl_context_desc *desc)
{
   if (!version_exists(desc))
      return egl_error(EGL_BAD_MATCH, "there is no version %d.%d of this API", desc->major,
                       desc->minor);
   if (desc->forward_compatible && desc->major < 3)
      return egl_error(EGL_BAD_MATCH, "forward compatible is for OpenGL 3.0 and later");
   return true;
}

static bool
set_profile(EGLAttrib profile, struct egl_context_desc *desc)
{
   /* "If the requested OpenGL version is less than 3.2, [the mask] is ignored." */
   if (desc->api != EGL_OPENGL_API || desc->major < 3 || (desc->major == 3 && desc->minor < 2))
      return true;
   if (profile != EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT &&
       profile != EGL_CONTEXT_OPENGL_COMPATIBILITY_PROFILE_BIT)
      return egl_error(EGL_BAD_MATCH, "0x%lx is not one profile", (long)profile);
   desc->core_profile = profile == EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT;
   return true;
}

static bool
check_no_error(const struct egl_context_desc *desc)
{
   if (desc->no_error && desc->major < 2)
      return egl_error(EGL_BAD_ATTRIBUTE, "no_error is for version 2.0 and later");
   if (desc->no_error && (desc->debug || desc->robust_access))
      return egl_error(EGL_BAD_MATCH, "no_error goes neither with debug nor with robust access");
   return true;
}

bool
egl_context_parse(const struct egl_display *display, EGLenum api, const EGLint *attributes,
                  struct egl_context_desc *desc)
{
   struct attribs attribs = attribs_from_ints(attributes);
   EGLAttrib name, value, profile = EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT;

   *desc = (struct egl_context_desc){
      .api = api,
      .major = 1,
      .priority = EGL_CONTEXT_PRIORITY_MEDIUM_IMG,
   };
   while (attribs_next(&attribs, &name, &value)) {
      if (!set(display, name, value, desc, &profile))
         return false;
   }
   return check_version(desc) && set_profile(profile, desc) && check_no_error(desc);
}
