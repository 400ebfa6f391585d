/*
 * Loaded into an unmodified program with LD_PRELOAD, this makes its pictures repeatable: the clock
 * that the program sees advances by a fixed step with each frame, and one frame is kept.
 *
 *   FRAME_SHOT=N     which frame, counted from 1
 *   FRAME_STEP=MS    how far the program's clock goes from one frame to the next (default 100)
 *   FRAME_FILE=PATH  write that frame, as the program drew it, as a PNG
 *   FRAME_HOLD=PATH  once that frame was presented create PATH, and go on when it is gone
 *
 * Only the program itself sees this clock: Mesa, and the device below it, have waits with real
 * deadlines. Programs that look their functions up with dlsym() are caught there.
 */

#include <EGL/egl.h>
#include <GL/glx.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <png.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Any time will do, but zero, which some programs take for "not started". */
#define CLOCK_START_MS 1000000000ull

/* A swap returns before the server shows the frame, which waits for the display's next one. */
enum { SHOWN_AFTER_MS = 200, HOLD_POLL_MS = 20, HOLD_LIMIT_MS = 60000 };

#define HOOK __attribute__((visibility("default")))

typedef void (*function)(void);
typedef function (*get_proc_address)(const char *name);

/* One thread of the program draws; its clock may be read from others, which may see it late. */
static unsigned frames;

static void *
real_dlsym(void *handle, const char *name)
{
   static void *(*real)(void *, const char *);
   if (!real)
      real = (void *(*)(void *, const char *))dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
   return real(handle, name);
}

static unsigned
number_from_environment(const char *name, unsigned fallback)
{
   const char *value = getenv(name);
   return value ? (unsigned)strtoul(value, NULL, 10) : fallback;
}

/* ---- the clock ---- */

static int
program_range(struct dl_phdr_info *info, size_t size, void *data)
{
   uintptr_t *range = data;
   (void)size;
   for (unsigned i = 0; i < info->dlpi_phnum; i++) {
      const ElfW(Phdr) *header = &info->dlpi_phdr[i];
      if (header->p_type != PT_LOAD || !(header->p_flags & PF_X))
         continue;
      range[0] = info->dlpi_addr + header->p_vaddr;
      range[1] = range[0] + header->p_memsz;
   }
   return 1; /* the first object is the program */
}

static bool
called_by_program(const void *return_address)
{
   static uintptr_t range[2];
   if (!range[1])
      dl_iterate_phdr(program_range, range);
   return (uintptr_t)return_address >= range[0] && (uintptr_t)return_address < range[1];
}

static uint64_t
program_clock_ms(void)
{
   return CLOCK_START_MS + (uint64_t)frames * number_from_environment("FRAME_STEP", 100);
}

HOOK int
clock_gettime(clockid_t clock, struct timespec *now)
{
   static int (*real)(clockid_t, struct timespec *);
   if (!called_by_program(__builtin_return_address(0))) {
      if (!real)
         real = (int (*)(clockid_t, struct timespec *))real_dlsym(RTLD_NEXT, "clock_gettime");
      return real(clock, now);
   }
   const uint64_t ms = program_clock_ms();
   *now = (struct timespec){
      .tv_sec = (time_t)(ms / 1000),
      .tv_nsec = (long)(ms % 1000) * 1000000,
   };
   return 0;
}

HOOK int
gettimeofday(struct timeval *restrict now, void *restrict zone)
{
   static int (*real)(struct timeval *restrict, void *restrict);
   if (!called_by_program(__builtin_return_address(0))) {
      if (!real)
         real = (int (*)(struct timeval *restrict, void *restrict))real_dlsym(RTLD_NEXT,
                                                                              "gettimeofday");
      return real(now, zone);
   }
   const uint64_t ms = program_clock_ms();
   *now = (struct timeval){
      .tv_sec = (time_t)(ms / 1000),
      .tv_usec = (suseconds_t)(ms % 1000) * 1000,
   };
   return 0;
}

HOOK time_t
time(time_t *now)
{
   static time_t (*real)(time_t *);
   if (!called_by_program(__builtin_return_address(0))) {
      if (!real)
         real = (time_t(*)(time_t *))real_dlsym(RTLD_NEXT, "time");
      return real(now);
   }
   const time_t seconds = (time_t)(program_clock_ms() / 1000);
   if (now)
      *now = seconds;
   return seconds;
}

/* ---- the picture ---- */

static void
write_png(const char *path, unsigned width, unsigned height, const uint8_t *rgba)
{
   png_image png = {
      .version = PNG_IMAGE_VERSION,
      .width = width,
      .height = height,
      .format = PNG_FORMAT_RGB,
   };
   uint8_t *rgb = malloc((size_t)width * height * 3);
   if (!rgb)
      return;
   for (size_t i = 0; i < (size_t)width * height; i++)
      memcpy(rgb + i * 3, rgba + i * 4, 3);
   /* Who waits for the file must not see half of it. */
   char unfinished[PATH_MAX];
   snprintf(unfinished, sizeof(unfinished), "%s.unfinished", path);
   /* GL's first row is the lowest one: a negative stride turns the picture over. */
   if (!png_image_write_to_file(&png, unfinished, 0, rgb, -(png_int_32)(width * 3), NULL) ||
       rename(unfinished, path) != 0)
      fprintf(stderr, "frame: %s: %s\n", path, png.message[0] ? png.message : strerror(errno));
   free(rgb);
}

static void
keep_frame(const char *path, unsigned width, unsigned height, get_proc_address get)
{
   PFNGLBINDFRAMEBUFFERPROC bind_framebuffer = (PFNGLBINDFRAMEBUFFERPROC)get("glBindFramebuffer");
   void (*get_integer)(GLenum, GLint *) = (void (*)(GLenum, GLint *))get("glGetIntegerv");
   void (*pixel_store)(GLenum, GLint) = (void (*)(GLenum, GLint))get("glPixelStorei");
   void (*read_pixels)(GLint, GLint, GLsizei, GLsizei, GLenum, GLenum, void *) =
      (void (*)(GLint, GLint, GLsizei, GLsizei, GLenum, GLenum, void *))get("glReadPixels");
   uint8_t *rgba = malloc((size_t)width * height * 4);
   if (!rgba || !get_integer || !pixel_store || !read_pixels || !bind_framebuffer) {
      free(rgba);
      return;
   }

   GLint framebuffer = 0, alignment = 4;
   get_integer(GL_FRAMEBUFFER_BINDING, &framebuffer);
   get_integer(GL_PACK_ALIGNMENT, &alignment);
   bind_framebuffer(GL_FRAMEBUFFER, 0);
   pixel_store(GL_PACK_ALIGNMENT, 1);
   read_pixels(0, 0, (GLsizei)width, (GLsizei)height, GL_RGBA, GL_UNSIGNED_BYTE, rgba);
   pixel_store(GL_PACK_ALIGNMENT, alignment);
   bind_framebuffer(GL_FRAMEBUFFER, (GLuint)framebuffer);
   write_png(path, width, height, rgba);
   free(rgba);
}

static bool
is_the_frame(void)
{
   return frames + 1 == number_from_environment("FRAME_SHOT", 0);
}

static void
hold(const char *path)
{
   usleep(SHOWN_AFTER_MS * 1000);
   const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
   if (fd < 0) {
      fprintf(stderr, "frame: %s: %s\n", path, strerror(errno));
      return;
   }
   close(fd);
   for (int ms = 0; ms < HOLD_LIMIT_MS && access(path, F_OK) == 0; ms += HOLD_POLL_MS)
      usleep(HOLD_POLL_MS * 1000);
}

/* ---- GLX ---- */

static void (*real_glx_swap)(Display *, GLXDrawable);

static function
glx_function(const char *name)
{
   void *library = dlopen("libGL.so.1", RTLD_LAZY);
   get_proc_address get =
      library ? (get_proc_address)real_dlsym(library, "glXGetProcAddressARB") : NULL;
   return get ? get(name) : NULL;
}

static void
glx_query(Display *display, GLXDrawable drawable, int attribute, unsigned *value)
{
   void (*query)(Display *, GLXDrawable, int, unsigned *) =
      (void (*)(Display *, GLXDrawable, int, unsigned *))glx_function("glXQueryDrawable");
   if (query)
      query(display, drawable, attribute, value);
}

static void
x_sync(Display *display)
{
   void *library = dlopen("libX11.so.6", RTLD_LAZY);
   int (*sync)(Display *, int) =
      library ? (int (*)(Display *, int))real_dlsym(library, "XSync") : NULL;
   if (sync)
      sync(display, False);
}

HOOK void
glXSwapBuffers(Display *display, GLXDrawable drawable)
{
   const bool wanted = is_the_frame();
   const char *file = getenv("FRAME_FILE"), *hold_path = getenv("FRAME_HOLD");

   if (wanted && file) {
      unsigned width = 0, height = 0;
      glx_query(display, drawable, GLX_WIDTH, &width);
      glx_query(display, drawable, GLX_HEIGHT, &height);
      keep_frame(file, width, height, glx_function);
   }
   if (!real_glx_swap)
      real_glx_swap = (void (*)(Display *, GLXDrawable))real_dlsym(RTLD_NEXT, "glXSwapBuffers");
   real_glx_swap(display, drawable);
   if (wanted && hold_path) {
      x_sync(display);
      hold(hold_path);
   }
   frames++;
}

/* ---- EGL ---- */

static EGLBoolean (*real_egl_swap)(EGLDisplay, EGLSurface);

static function
egl_function(const char *name)
{
   void *library = dlopen("libEGL.so.1", RTLD_LAZY);
   get_proc_address get =
      library ? (get_proc_address)real_dlsym(library, "eglGetProcAddress") : NULL;
   return get ? get(name) : NULL;
}

static void
egl_query(EGLDisplay display, EGLSurface surface, EGLint attribute, EGLint *value)
{
   EGLBoolean (*query)(EGLDisplay, EGLSurface, EGLint, EGLint *) =
      (EGLBoolean(*)(EGLDisplay, EGLSurface, EGLint, EGLint *))egl_function("eglQuerySurface");
   if (query)
      query(display, surface, attribute, value);
}

HOOK EGLBoolean
eglSwapBuffers(EGLDisplay display, EGLSurface surface)
{
   const bool wanted = is_the_frame();
   const char *file = getenv("FRAME_FILE"), *hold_path = getenv("FRAME_HOLD");

   if (wanted && file) {
      EGLint width = 0, height = 0;
      egl_query(display, surface, EGL_WIDTH, &width);
      egl_query(display, surface, EGL_HEIGHT, &height);
      keep_frame(file, (unsigned)width, (unsigned)height, egl_function);
   }
   if (!real_egl_swap)
      real_egl_swap =
         (EGLBoolean(*)(EGLDisplay, EGLSurface))real_dlsym(RTLD_NEXT, "eglSwapBuffers");
   const EGLBoolean swapped = real_egl_swap(display, surface);
   if (wanted && hold_path)
      hold(hold_path);
   frames++;
   return swapped;
}

/* ---- functions looked up by name ---- */

/* The real function stays the one that the program would have got, whichever library it is in. */
static function
replaced(const char *name, function real)
{
   if (!real)
      return real;
   if (strcmp(name, "glXSwapBuffers") == 0) {
      real_glx_swap = (void (*)(Display *, GLXDrawable))real;
      return (function)glXSwapBuffers;
   }
   if (strcmp(name, "eglSwapBuffers") == 0) {
      real_egl_swap = (EGLBoolean(*)(EGLDisplay, EGLSurface))real;
      return (function)eglSwapBuffers;
   }
   return real;
}

static get_proc_address real_glx_get, real_egl_get;

static function
glx_get_proc_address(const char *name)
{
   return replaced(name, real_glx_get(name));
}

static function
egl_get_proc_address(const char *name)
{
   return replaced(name, real_egl_get(name));
}

HOOK void *
dlsym(void *restrict handle, const char *restrict name)
{
   /* Only the program's look-ups matter; for others RTLD_NEXT would mean "after this file". */
   if (!called_by_program(__builtin_return_address(0)))
      return real_dlsym(handle, name);
   void *real = real_dlsym(handle, name);
   if (!real)
      return NULL;
   if (strcmp(name, "glXGetProcAddress") == 0 || strcmp(name, "glXGetProcAddressARB") == 0) {
      real_glx_get = (get_proc_address)real;
      return (void *)glx_get_proc_address;
   }
   if (strcmp(name, "eglGetProcAddress") == 0) {
      real_egl_get = (get_proc_address)real;
      return (void *)egl_get_proc_address;
   }
   return (void *)replaced(name, (function)real);
}
