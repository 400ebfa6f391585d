/*
 * glReadPixels from windows with samples.
 *
 * The driver would resolve them into a texture that it describes as one with samples, and then finds no
 * way to do so: programs get zeros, but for colours with alpha. It can blit them to a renderbuffer, so
 * that is done before, and the pixels are read from there (docs/mesa.md).
 */
#include "loader/dri.h"

#include <drm_fourcc.h>
#include <pthread.h>
#include <string.h>

/* --- The driver's functions ---------------------------------------------------------------- */

static struct {
   pthread_once_t once;
   void (*ReadPixels)(GLint x, GLint y, GLsizei width, GLsizei height, GLenum format, GLenum type,
                      void *pixels);
   PFNGLREADNPIXELSPROC ReadnPixels;
   void (*GetIntegerv)(GLenum name, GLint *value);
   GLboolean (*IsEnabled)(GLenum name);
   void (*Enable)(GLenum name);
   void (*Disable)(GLenum name);
   PFNGLENABLEIPROC Enablei;
   PFNGLDISABLEIPROC Disablei;
   PFNGLGENRENDERBUFFERSPROC GenRenderbuffers;
   PFNGLDELETERENDERBUFFERSPROC DeleteRenderbuffers;
   PFNGLBINDRENDERBUFFERPROC BindRenderbuffer;
   PFNGLRENDERBUFFERSTORAGEPROC RenderbufferStorage;
   PFNGLGENFRAMEBUFFERSPROC GenFramebuffers;
   PFNGLDELETEFRAMEBUFFERSPROC DeleteFramebuffers;
   PFNGLBINDFRAMEBUFFERPROC BindFramebuffer;
   PFNGLFRAMEBUFFERRENDERBUFFERPROC FramebufferRenderbuffer;
   PFNGLCHECKFRAMEBUFFERSTATUSPROC CheckFramebufferStatus;
   PFNGLBLITFRAMEBUFFERPROC BlitFramebuffer;
} gl = { .once = PTHREAD_ONCE_INIT };

static void
find_functions(void)
{
#define FIND(name) gl.name = (__typeof__(gl.name))loader_driver_function("gl" #name)
   FIND(ReadPixels);
   FIND(ReadnPixels);
   FIND(GetIntegerv);
   FIND(IsEnabled);
   FIND(Enable);
   FIND(Disable);
   FIND(Enablei);
   FIND(Disablei);
   FIND(GenRenderbuffers);
   FIND(DeleteRenderbuffers);
   FIND(BindRenderbuffer);
   FIND(RenderbufferStorage);
   FIND(GenFramebuffers);
   FIND(DeleteFramebuffers);
   FIND(BindFramebuffer);
   FIND(FramebufferRenderbuffer);
   FIND(CheckFramebufferStatus);
   FIND(BlitFramebuffer);
#undef FIND
}

static GLint
get(GLenum name)
{
   GLint value = -1; /* stays so between glBegin and glEnd */

   gl.GetIntegerv(name, &value);
   return value;
}

/* --- Formats: those of windows, since depth and, in GLES, colours must match to be blitted --- */

static const struct {
   uint32_t fourcc;
   GLenum linear, srgb;
} color_formats[] = {
   { DRM_FORMAT_ARGB8888, GL_RGBA8, GL_SRGB8_ALPHA8 },
   { DRM_FORMAT_ABGR8888, GL_RGBA8, GL_SRGB8_ALPHA8 },
   { DRM_FORMAT_XRGB8888, GL_RGB8, GL_SRGB8 },
   { DRM_FORMAT_XBGR8888, GL_RGB8, GL_SRGB8 },
   { DRM_FORMAT_RGB565, GL_RGB565, GL_NONE },
   { DRM_FORMAT_ARGB2101010, GL_RGB10_A2, GL_NONE },
   { DRM_FORMAT_ABGR2101010, GL_RGB10_A2, GL_NONE },
   { DRM_FORMAT_XRGB2101010, GL_RGB10, GL_NONE },
   { DRM_FORMAT_XBGR2101010, GL_RGB10, GL_NONE },
   { DRM_FORMAT_ABGR16161616F, GL_RGBA16F, GL_NONE },
   { DRM_FORMAT_XBGR16161616F, GL_RGB16F, GL_NONE },
};

static GLenum
color_format(const struct loader_config *config)
{
   for (unsigned i = 0; i < sizeof(color_formats) / sizeof(color_formats[0]); i++) {
      if (color_formats[i].fourcc == config->fourcc)
         return config->srgb_capable ? color_formats[i].srgb : color_formats[i].linear;
   }
   return GL_NONE;
}

/* Those that GLES 3.0 makes renderbuffers of (3.8.3.1). */
static bool
is_of_gles(GLenum format)
{
   return format == GL_RGBA8 || format == GL_RGB8 || format == GL_RGB565 || format == GL_RGB10_A2 ||
          format == GL_SRGB8_ALPHA8;
}

static GLenum
depth_stencil_format(const struct loader_config *config)
{
   switch (config->depth_size << 8 | config->stencil_size) {
   case 24 << 8 | 8:
      return GL_DEPTH24_STENCIL8;
   case 24 << 8:
      return GL_DEPTH_COMPONENT24;
   case 16 << 8:
      return GL_DEPTH_COMPONENT16;
   case 8:
      return GL_STENCIL_INDEX8;
   default:
      return GL_NONE;
   }
}

/* What is copied for a `format` of glReadPixels, and how. */
struct plan {
   GLenum storage, attachment;
   GLbitfield mask;
};

static bool
make_plan(const struct loader_context *context, GLenum format, struct plan *plan)
{
   const struct loader_config *config = &context->read->config;
   const bool gles = context->api == LOADER_API_GLES2;

   if (format != GL_DEPTH_COMPONENT && format != GL_STENCIL_INDEX && format != GL_DEPTH_STENCIL) {
      *plan = (struct plan){ color_format(config), GL_COLOR_ATTACHMENT0, GL_COLOR_BUFFER_BIT };
      return plan->storage && (!gles || is_of_gles(plan->storage)) &&
             get(GL_READ_BUFFER) != GL_NONE;
   }
   plan->storage = depth_stencil_format(config);
   plan->mask = (config->depth_size ? GL_DEPTH_BUFFER_BIT : 0) |
                (config->stencil_size ? GL_STENCIL_BUFFER_BIT : 0);
   plan->attachment = !config->stencil_size ? GL_DEPTH_ATTACHMENT
                      : !config->depth_size ? GL_STENCIL_ATTACHMENT
                                            : GL_DEPTH_STENCIL_ATTACHMENT;
   return plan->storage && !gles;
}

/* --- The copy ------------------------------------------------------------------------------ */

/* Of the pixels that a program asks for, where they are in the window: GLES blits samples to no other
 * place (GLES 3.0, 4.3.3). */
struct copy {
   GLuint framebuffer, renderbuffer;
   GLint draw_framebuffer, bound_renderbuffer; /* the program's */
};

struct rect {
   GLint left, bottom, right, top;
};

/* Whether the read framebuffer is a window with samples, and this is a time to copy from it. */
static bool
is_window_with_samples(const struct loader_context *context)
{
   if (!context || !context->read || context->read->config.samples < 2 ||
       context->api == LOADER_API_GLES1 || context->screen->info.gles2.major < 3)
      return false;
   if (get(GL_READ_FRAMEBUFFER_BINDING) != 0)
      return false;
   /* While a display list is made, what is called becomes a part of it; but glReadPixels does not. */
   return context->api != LOADER_API_GL_COMPAT || get(GL_LIST_MODE) == 0;
}

/* What of the pixels asked for can be in a window; false if nothing is. */
static bool
clip(GLint x, GLint y, GLsizei width, GLsizei height, struct rect *rect)
{
   const GLint max = get(GL_MAX_RENDERBUFFER_SIZE);

   rect->left = x > 0 ? x : 0;
   rect->bottom = y > 0 ? y : 0;
   return width > 0 && height > 0 && !__builtin_add_overflow(x, width, &rect->right) &&
          !__builtin_add_overflow(y, height, &rect->top) && rect->left < rect->right &&
          rect->bottom < rect->top && rect->right <= max && rect->top <= max;
}

/* A blit is cut by the first viewport's scissor rectangle; the others' stay as they are. */
static void
set_scissor_test(const struct loader_context *context, bool on)
{
   const struct loader_version *version = &context->screen->info.gl_compat;
   const bool has_viewports = context->api != LOADER_API_GLES2 &&
                              (version->major > 4 || (version->major == 4 && version->minor >= 1));

   if (has_viewports)
      (on ? gl.Enablei : gl.Disablei)(GL_SCISSOR_TEST, 0);
   else
      (on ? gl.Enable : gl.Disable)(GL_SCISSOR_TEST);
}

static void
copy_end(const struct copy *copy)
{
   gl.BindFramebuffer(GL_READ_FRAMEBUFFER, 0);
   gl.BindFramebuffer(GL_DRAW_FRAMEBUFFER, (GLuint)copy->draw_framebuffer);
   gl.DeleteFramebuffers(1, &copy->framebuffer);
   gl.BindRenderbuffer(GL_RENDERBUFFER, (GLuint)copy->bound_renderbuffer);
   gl.DeleteRenderbuffers(1, &copy->renderbuffer);
}

/* If true, the copy is the read framebuffer until copy_end. */
static bool
copy_begin(struct copy *copy, GLint x, GLint y, GLsizei width, GLsizei height, GLenum format)
{
   const struct loader_context *context = loader_current();
   struct plan plan;
   struct rect rect;
   bool scissor_test;

   if (!is_window_with_samples(context) || !make_plan(context, format, &plan) ||
       !clip(x, y, width, height, &rect))
      return false;
   copy->draw_framebuffer = get(GL_DRAW_FRAMEBUFFER_BINDING);
   copy->bound_renderbuffer = get(GL_RENDERBUFFER_BINDING);
   gl.GenRenderbuffers(1, &copy->renderbuffer);
   gl.BindRenderbuffer(GL_RENDERBUFFER, copy->renderbuffer);
   gl.RenderbufferStorage(GL_RENDERBUFFER, plan.storage, rect.right, rect.top);
   gl.GenFramebuffers(1, &copy->framebuffer);
   gl.BindFramebuffer(GL_DRAW_FRAMEBUFFER, copy->framebuffer);
   gl.FramebufferRenderbuffer(GL_DRAW_FRAMEBUFFER, plan.attachment, GL_RENDERBUFFER,
                              copy->renderbuffer);
   if (gl.CheckFramebufferStatus(GL_DRAW_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE) {
      copy_end(copy);
      return false;
   }
   scissor_test = gl.IsEnabled(GL_SCISSOR_TEST);
   if (scissor_test)
      set_scissor_test(context, false);
   gl.BlitFramebuffer(rect.left, rect.bottom, rect.right, rect.top, rect.left, rect.bottom,
                      rect.right, rect.top, plan.mask, GL_NEAREST);
   if (scissor_test)
      set_scissor_test(context, true);
   gl.BindFramebuffer(GL_READ_FRAMEBUFFER, copy->framebuffer);
   return true;
}

/* --- What programs call -------------------------------------------------------------------- */

static void
read_pixels(GLint x, GLint y, GLsizei width, GLsizei height, GLenum format, GLenum type,
            void *pixels)
{
   struct copy copy;
   const bool copied = copy_begin(&copy, x, y, width, height, format);

   gl.ReadPixels(x, y, width, height, format, type, pixels);
   if (copied)
      copy_end(&copy);
}

static void
readn_pixels(GLint x, GLint y, GLsizei width, GLsizei height, GLenum format, GLenum type,
             GLsizei size, void *pixels)
{
   struct copy copy;
   const bool copied = copy_begin(&copy, x, y, width, height, format);

   gl.ReadnPixels(x, y, width, height, format, type, size, pixels);
   if (copied)
      copy_end(&copy);
}

static const struct {
   const char *name;
   void (*function)(void);
} replacements[] = {
   { "glReadPixels", (void (*)(void))read_pixels },
   { "glReadnPixels", (void (*)(void))readn_pixels },
   { "glReadnPixelsARB", (void (*)(void))readn_pixels },
   { "glReadnPixelsEXT", (void (*)(void))readn_pixels },
   { "glReadnPixelsKHR", (void (*)(void))readn_pixels },
};

void (*loader_replacement(const char *name))(void)
{
   for (unsigned i = 0; i < sizeof(replacements) / sizeof(replacements[0]); i++) {
      if (strcmp(name, replacements[i].name) == 0) {
         pthread_once(&gl.once, find_functions);
         return gl.BlitFramebuffer ? replacements[i].function : NULL;
      }
   }
   return NULL;
}
