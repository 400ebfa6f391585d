/*
 * The real library without a window system, from outside: through libglvnd, as any program. Select it by
 * __EGL_VENDOR_LIBRARY_FILENAMES.
 *
 * test-surfaceless [NAME]: all tests, or those whose names match, with * for anything.
 */
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GLES3/gl3.h>
#define GL_GLEXT_PROTOTYPES
#include <GLES2/gl2ext.h>

#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIDE 32
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static EGLDisplay display;

/* --- Helpers ------------------------------------------------------------------------------- */

static int
open_display(void **state)
{
   display = eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, NULL);
   if (!eglInitialize(display, NULL, NULL))
      return -1;
   return strcmp(eglQueryString(display, EGL_VENDOR), "mesa-dxg");
}

static int
close_display(void **state)
{
   eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
   eglTerminate(display);
   eglReleaseThread();
   return 0;
}

/* The first config of pbuffers that has exactly these sizes. */
static EGLConfig
find_config(EGLint red, EGLint alpha, EGLint depth, EGLint samples, EGLint component_type)
{
   const EGLint wanted[] = { EGL_SURFACE_TYPE,
                             EGL_PBUFFER_BIT,
                             EGL_RED_SIZE,
                             red,
                             EGL_ALPHA_SIZE,
                             alpha,
                             EGL_DEPTH_SIZE,
                             depth,
                             EGL_SAMPLES,
                             samples,
                             EGL_COLOR_COMPONENT_TYPE_EXT,
                             component_type,
                             EGL_NONE };
   EGLConfig configs[256];
   EGLint count, got_red, got_alpha, got_samples;

   assert_true(eglChooseConfig(display, wanted, configs, LENGTH(configs), &count));
   for (EGLint i = 0; i < count; i++) {
      eglGetConfigAttrib(display, configs[i], EGL_RED_SIZE, &got_red);
      eglGetConfigAttrib(display, configs[i], EGL_ALPHA_SIZE, &got_alpha);
      eglGetConfigAttrib(display, configs[i], EGL_SAMPLES, &got_samples);
      if (got_red == red && got_alpha == alpha && got_samples == samples)
         return configs[i];
   }
   return NULL;
}

static EGLConfig
rgba8_config(void)
{
   const EGLConfig config = find_config(8, 8, 0, 0, EGL_COLOR_COMPONENT_TYPE_FIXED_EXT);

   assert_non_null(config);
   return config;
}

static EGLSurface
create_pbuffer(EGLConfig config)
{
   static const EGLint attributes[] = { EGL_WIDTH, SIDE, EGL_HEIGHT, SIDE, EGL_NONE };
   const EGLSurface surface = eglCreatePbufferSurface(display, config, attributes);

   assert_ptr_not_equal(surface, EGL_NO_SURFACE);
   return surface;
}

static EGLContext
create_context(EGLConfig config, EGLContext share, EGLint major)
{
   const EGLint attributes[] = { EGL_CONTEXT_MAJOR_VERSION, major, EGL_NONE };

   eglBindAPI(EGL_OPENGL_ES_API);
   const EGLContext context = eglCreateContext(display, config, share, attributes);
   assert_ptr_not_equal(context, EGL_NO_CONTEXT);
   return context;
}

static void
make_current(EGLSurface surface, EGLContext context)
{
   assert_true(eglMakeCurrent(display, surface, surface, context));
}

/* Drops the context, and the surface if there is one. */
static void
drop(EGLSurface surface, EGLContext context)
{
   make_current(EGL_NO_SURFACE, EGL_NO_CONTEXT);
   assert_true(eglDestroyContext(display, context));
   if (surface)
      assert_true(eglDestroySurface(display, surface));
}

static void
clear(float red, float green, float blue)
{
   glClearColor(red, green, blue, 1.0f);
   glClear(GL_COLOR_BUFFER_BIT);
}

static void
assert_pixel(int x, int y, int red, int green, int blue)
{
   uint8_t pixel[4] = { 1, 2, 3, 4 };

   glReadPixels(x, y, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
   assert_int_equal(glGetError(), GL_NO_ERROR);
   assert_in_range(pixel[0] + 1, red, red + 2);
   assert_in_range(pixel[1] + 1, green, green + 2);
   assert_in_range(pixel[2] + 1, blue, blue + 2);
}

static unsigned
count_entries(const char *path)
{
   DIR *directory = opendir(path);
   unsigned count = 0;

   while (readdir(directory))
      count++;
   closedir(directory);
   return count;
}

static unsigned
count_fds(void)
{
   return count_entries("/proc/self/fd");
}

static GLuint
link_program(const char *vertex_source, const char *fragment_source)
{
   const GLuint program = glCreateProgram();
   const char *const sources[] = { vertex_source, fragment_source };
   GLint linked;

   for (unsigned i = 0; i < 2; i++) {
      const GLuint shader = glCreateShader(i ? GL_FRAGMENT_SHADER : GL_VERTEX_SHADER);
      glShaderSource(shader, 1, &sources[i], NULL);
      glCompileShader(shader);
      glAttachShader(program, shader);
      glDeleteShader(shader);
   }
   glLinkProgram(program);
   glGetProgramiv(program, GL_LINK_STATUS, &linked);
   assert_true(linked);
   return program;
}

static const char fill_vertex_source[] =
   "attribute vec2 corner;\n"
   "varying vec2 at;\n"
   "void main() { at = corner * 0.5 + 0.5; gl_Position = vec4(corner, 0.0, 1.0); }\n";

/* Covers everything with the texture that is bound. */
static void
draw_texture(void)
{
   static const float corners[] = { -1, -1, 3, -1, -1, 3 };
   const GLuint program =
      link_program(fill_vertex_source, "precision mediump float;\n"
                                       "uniform sampler2D content;\n"
                                       "varying vec2 at;\n"
                                       "void main() { gl_FragColor = texture2D(content, at); }\n");
   const GLint corner = glGetAttribLocation(program, "corner");

   glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
   glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
   glUseProgram(program);
   glVertexAttribPointer((GLuint)corner, 2, GL_FLOAT, GL_FALSE, 0, corners);
   glEnableVertexAttribArray((GLuint)corner);
   glDrawArrays(GL_TRIANGLES, 0, 3);
   glDisableVertexAttribArray((GLuint)corner);
   glDeleteProgram(program);
}

/* A texture of one colour, bound. */
static GLuint
create_texture(uint8_t red, uint8_t green, uint8_t blue)
{
   uint8_t pixels[SIDE * SIDE * 4];
   GLuint texture;

   for (unsigned i = 0; i < SIDE * SIDE; i++)
      memcpy(pixels + 4 * i, (uint8_t[]){ red, green, blue, 255 }, 4);
   glGenTextures(1, &texture);
   glBindTexture(GL_TEXTURE_2D, texture);
   glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, SIDE, SIDE, 0, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
   glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
   return texture;
}

/* --- What is said -------------------------------------------------------------------------- */

static const struct {
   const char *extension;
   const char *functions[5]; /* ended by NULL */
} extensions[] = {
   { "EGL_ANDROID_blob_cache", { "eglSetBlobCacheFuncsANDROID" } },
   { "EGL_EXT_buffer_age", { NULL } },
   { "EGL_EXT_client_extensions", { NULL } },
   { "EGL_EXT_create_context_robustness", { NULL } },
   { "EGL_EXT_device_base",
     { "eglQueryDevicesEXT", "eglQueryDeviceStringEXT", "eglQueryDeviceAttribEXT",
       "eglQueryDisplayAttribEXT" } },
   { "EGL_EXT_device_enumeration", { "eglQueryDevicesEXT" } },
   { "EGL_EXT_device_query",
     { "eglQueryDeviceStringEXT", "eglQueryDeviceAttribEXT", "eglQueryDisplayAttribEXT" } },
   { "EGL_EXT_pixel_format_float", { NULL } },
   { "EGL_EXT_platform_base",
     { "eglGetPlatformDisplayEXT", "eglCreatePlatformWindowSurfaceEXT",
       "eglCreatePlatformPixmapSurfaceEXT" } },
   { "EGL_EXT_platform_device", { NULL } },
   { "EGL_EXT_platform_wayland", { NULL } },
   { "EGL_EXT_platform_x11", { NULL } },
   { "EGL_EXT_platform_xcb", { NULL } },
   { "EGL_EXT_present_opaque", { NULL } },
   { "EGL_EXT_swap_buffers_with_damage", { "eglSwapBuffersWithDamageEXT" } },
   { "EGL_IMG_context_priority", { NULL } },
   { "EGL_KHR_client_get_all_proc_addresses", { NULL } },
   { "EGL_KHR_config_attribs", { NULL } },
   { "EGL_KHR_context_flush_control", { NULL } },
   { "EGL_KHR_create_context", { NULL } },
   { "EGL_KHR_create_context_no_error", { NULL } },
   { "EGL_KHR_debug", { "eglDebugMessageControlKHR", "eglQueryDebugKHR", "eglLabelObjectKHR" } },
   { "EGL_KHR_fence_sync",
     { "eglCreateSyncKHR", "eglDestroySyncKHR", "eglClientWaitSyncKHR", "eglGetSyncAttribKHR" } },
   { "EGL_KHR_get_all_proc_addresses", { NULL } },
   { "EGL_KHR_gl_colorspace", { NULL } },
   { "EGL_KHR_gl_renderbuffer_image", { "eglCreateImageKHR", "eglDestroyImageKHR" } },
   { "EGL_KHR_gl_texture_2D_image", { "eglCreateImageKHR", "eglDestroyImageKHR" } },
   { "EGL_KHR_gl_texture_3D_image", { "eglCreateImageKHR", "eglDestroyImageKHR" } },
   { "EGL_KHR_gl_texture_cubemap_image", { "eglCreateImageKHR", "eglDestroyImageKHR" } },
   { "EGL_KHR_image_base", { "eglCreateImageKHR", "eglDestroyImageKHR" } },
   { "EGL_KHR_no_config_context", { NULL } },
   { "EGL_KHR_partial_update", { "eglSetDamageRegionKHR" } },
   { "EGL_KHR_platform_wayland", { NULL } },
   { "EGL_KHR_platform_x11", { NULL } },
   { "EGL_KHR_reusable_sync",
     { "eglCreateSyncKHR", "eglDestroySyncKHR", "eglClientWaitSyncKHR", "eglSignalSyncKHR" } },
   { "EGL_KHR_surfaceless_context", { NULL } },
   { "EGL_KHR_swap_buffers_with_damage", { "eglSwapBuffersWithDamageKHR" } },
   { "EGL_KHR_wait_sync", { "eglWaitSyncKHR" } },
   { "EGL_MESA_configless_context", { NULL } },
   { "EGL_MESA_platform_surfaceless", { NULL } },
   { "EGL_MESA_query_driver", { "eglGetDisplayDriverName", "eglGetDisplayDriverConfig" } },
   { "EGL_WL_bind_wayland_display",
     { "eglBindWaylandDisplayWL", "eglUnbindWaylandDisplayWL", "eglQueryWaylandBufferWL" } },
   { "EGL_WL_create_wayland_buffer_from_image", { "eglCreateWaylandBufferFromImageWL" } },
};

static void
check_extension(const char *name)
{
   for (unsigned i = 0; i < LENGTH(extensions); i++) {
      if (strcmp(extensions[i].extension, name) != 0)
         continue;
      for (unsigned f = 0; extensions[i].functions[f]; f++) {
         if (!eglGetProcAddress(extensions[i].functions[f]))
            fail_msg("%s has no %s", name, extensions[i].functions[f]);
      }
      return;
   }
   fail_msg("%s is advertised, and this test does not know what belongs to it", name);
}

static void
extensions_have_their_functions(void **state)
{
   const EGLDisplay displays[] = { EGL_NO_DISPLAY, display };
   char list[4096], *rest, *name;

   for (unsigned i = 0; i < 2; i++) {
      snprintf(list, sizeof(list), "%s", eglQueryString(displays[i], EGL_EXTENSIONS));
      for (name = strtok_r(list, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
         check_extension(name);
   }
}

static void
devices_make_displays(void **state)
{
   const PFNEGLQUERYDEVICESEXTPROC query_devices = (void *)eglGetProcAddress("eglQueryDevicesEXT");
   EGLDeviceEXT devices[8];
   EGLint count;
   unsigned ours = 0;

   assert_true(query_devices(LENGTH(devices), devices, &count));
   assert_in_range(count, 1, LENGTH(devices));
   for (EGLint i = 0; i < count; i++) {
      const EGLDisplay other = eglGetPlatformDisplay(EGL_PLATFORM_DEVICE_EXT, devices[i], NULL);
      if (!other || !eglInitialize(other, NULL, NULL))
         continue;
      if (strcmp(eglQueryString(other, EGL_VENDOR), "mesa-dxg") == 0) {
         ours++;
         assert_ptr_not_equal(other, display);
         const EGLDisplay saved = display;
         display = other;
         const EGLSurface surface = create_pbuffer(rgba8_config());
         const EGLContext context = create_context(rgba8_config(), EGL_NO_CONTEXT, 2);
         make_current(surface, context);
         clear(0.0f, 1.0f, 0.0f);
         assert_pixel(SIDE / 2, SIDE / 2, 0, 255, 0);
         drop(surface, context);
         display = saved;
      }
      eglTerminate(other);
   }
   assert_int_equal(ours, 1);
}

/* --- Contexts ------------------------------------------------------------------------------ */

static void
check_context(EGLenum api, EGLConfig config, const EGLint *attributes, const char *version)
{
   const EGLSurface surface = create_pbuffer(rgba8_config());

   assert_true(eglBindAPI(api));
   const EGLContext context = eglCreateContext(display, config, EGL_NO_CONTEXT, attributes);
   assert_ptr_not_equal(context, EGL_NO_CONTEXT);
   make_current(surface, context);
   const char *got = (const char *)glGetString(GL_VERSION);
   if (strncmp(got, version, strlen(version)) != 0)
      fail_msg("wanted version %s, got %s", version, got);
   clear(0.25f, 0.5f, 0.75f);
   assert_pixel(0, 0, 64, 128, 191);
   assert_pixel(SIDE - 1, SIDE - 1, 64, 128, 191);
   drop(surface, context);
}

static void
all_apis_draw(void **state)
{
   static const EGLint es1[] = { EGL_CONTEXT_MAJOR_VERSION, 1, EGL_NONE };
   static const EGLint es2[] = { EGL_CONTEXT_MAJOR_VERSION, 2, EGL_NONE };
   static const EGLint es3[] = { EGL_CONTEXT_MAJOR_VERSION, 3, EGL_NONE };
   static const EGLint es31[] = { EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 1,
                                  EGL_NONE };
   static const EGLint compatible[] = { EGL_NONE };
   static const EGLint core[] = { EGL_CONTEXT_MAJOR_VERSION,
                                  3,
                                  EGL_CONTEXT_MINOR_VERSION,
                                  3,
                                  EGL_CONTEXT_OPENGL_PROFILE_MASK,
                                  EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                                  EGL_NONE };
   static const EGLint core4[] = { EGL_CONTEXT_MAJOR_VERSION, 4, EGL_CONTEXT_MINOR_VERSION, 2,
                                   EGL_NONE };
   const EGLConfig configs[] = { rgba8_config(), EGL_NO_CONFIG_KHR };

   for (unsigned i = 0; i < LENGTH(configs); i++) {
      check_context(EGL_OPENGL_ES_API, configs[i], es1, "OpenGL ES-CM 1.1");
      check_context(EGL_OPENGL_ES_API, configs[i], es2, "OpenGL ES 3.");
      check_context(EGL_OPENGL_ES_API, configs[i], es3, "OpenGL ES 3.");
      check_context(EGL_OPENGL_ES_API, configs[i], es31, "OpenGL ES 3.1");
      check_context(EGL_OPENGL_API, configs[i], compatible, "");
      check_context(EGL_OPENGL_API, configs[i], core, "");
      check_context(EGL_OPENGL_API, configs[i], core4, "4.");
   }
}

static void
impossible_versions_fail(void **state)
{
   static const EGLint attributes[] = { EGL_CONTEXT_MAJOR_VERSION, 4, EGL_CONTEXT_MINOR_VERSION, 6,
                                        EGL_NONE };
   static const EGLint es9[] = { EGL_CONTEXT_MAJOR_VERSION, 9, EGL_NONE };

   eglBindAPI(EGL_OPENGL_ES_API);
   assert_ptr_equal(eglCreateContext(display, rgba8_config(), EGL_NO_CONTEXT, es9), EGL_NO_CONTEXT);
   assert_int_equal(eglGetError(), EGL_BAD_MATCH);
   eglBindAPI(EGL_OPENGL_API);
   assert_ptr_equal(eglCreateContext(display, rgba8_config(), EGL_NO_CONTEXT, attributes),
                    EGL_NO_CONTEXT);
   assert_int_equal(eglGetError(), EGL_BAD_MATCH);
}

static void
contexts_need_no_surface(void **state)
{
   const EGLContext context = create_context(EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, 3);
   GLuint texture, framebuffer;

   make_current(EGL_NO_SURFACE, context);
   assert_int_equal(glCheckFramebufferStatus(GL_FRAMEBUFFER), GL_FRAMEBUFFER_UNDEFINED);
   texture = create_texture(0, 0, 0);
   glGenFramebuffers(1, &framebuffer);
   glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
   glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture, 0);
   clear(1.0f, 0.0f, 1.0f);
   assert_pixel(3, 3, 255, 0, 255);

   /* A surface comes, of a config that the context never heard of, and goes. */
   const EGLSurface surface = create_pbuffer(rgba8_config());
   make_current(surface, context);
   glBindFramebuffer(GL_FRAMEBUFFER, 0);
   clear(0.0f, 1.0f, 1.0f);
   assert_pixel(3, 3, 0, 255, 255);
   make_current(EGL_NO_SURFACE, context);
   glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
   assert_pixel(3, 3, 255, 0, 255);
   drop(surface, context);
}

struct sharer {
   EGLContext context;
   GLuint texture;
   EGLSync sync;
   pthread_barrier_t drawn, seen;
   uint8_t pixel[4];
};

static void *
see_texture(void *data)
{
   struct sharer *sharer = data;
   GLuint framebuffer;

   eglBindAPI(EGL_OPENGL_ES_API);
   const EGLBoolean current =
      eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, sharer->context);
   pthread_barrier_wait(&sharer->drawn);
   if (current && eglWaitSync(display, sharer->sync, 0)) {
      glGenFramebuffers(1, &framebuffer);
      glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
      glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, sharer->texture,
                             0);
      glReadPixels(SIDE / 2, SIDE / 2, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, sharer->pixel);
   }
   eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
   eglReleaseThread();
   pthread_barrier_wait(&sharer->seen);
   return NULL;
}

/* Mesa's threaded context is used if the user says so. The first context may start threads for all. */
static void
contexts_have_no_thread(void **state)
{
   const char *wanted = getenv("GALLIUM_THREAD");
   const EGLContext first = create_context(EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, 2);
   const unsigned before = count_entries("/proc/self/task");
   const EGLContext second = create_context(EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, 2);

   assert_int_equal(count_entries("/proc/self/task") - before,
                    wanted && strcmp(wanted, "1") == 0);
   assert_true(eglDestroyContext(display, second));
   assert_true(eglDestroyContext(display, first));
}

/* One thread draws into a shared texture, another waits on the GPU for its fence and sees it. */
static void
contexts_share_between_threads(void **state)
{
   const EGLContext context = create_context(rgba8_config(), EGL_NO_CONTEXT, 3);

   for (unsigned i = 0; i < 10; i++) {
      struct sharer sharer = { .context = create_context(rgba8_config(), context, 3) };
      pthread_t thread;
      GLuint framebuffer;

      pthread_barrier_init(&sharer.drawn, NULL, 2);
      pthread_barrier_init(&sharer.seen, NULL, 2);
      assert_int_equal(pthread_create(&thread, NULL, see_texture, &sharer), 0);
      make_current(EGL_NO_SURFACE, context);
      sharer.texture = create_texture(0, 0, 0);
      glGenFramebuffers(1, &framebuffer);
      glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
      glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, sharer.texture,
                             0);
      clear((float)i / 255.0f, 1.0f, 0.0f);
      sharer.sync = eglCreateSync(display, EGL_SYNC_FENCE, NULL);
      assert_ptr_not_equal(sharer.sync, EGL_NO_SYNC);
      glFlush();
      pthread_barrier_wait(&sharer.drawn);
      pthread_barrier_wait(&sharer.seen);
      pthread_join(thread, NULL);
      assert_int_equal(sharer.pixel[0], i);
      assert_int_equal(sharer.pixel[1], 255);
      assert_true(eglDestroySync(display, sharer.sync));
      glDeleteFramebuffers(1, &framebuffer);
      assert_true(eglDestroyContext(display, sharer.context));
   }
   drop(EGL_NO_SURFACE, context);
}

/* --- Surfaces ------------------------------------------------------------------------------ */

/* In OpenGL, because Mesa's OpenGL ES clamps what it reads from a surface, of whatever kind. */
static void
float_pixels_are_kept(void **state)
{
   static const EGLint attributes[] = { EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 1,
                                        EGL_NONE };
   const EGLConfig config = find_config(16, 16, 0, 0, EGL_COLOR_COMPONENT_TYPE_FLOAT_EXT);
   void (*clamp_color)(GLenum target, GLenum clamp) = (void *)eglGetProcAddress("glClampColor");
   const GLenum clamp_read_color = 0x891c;
   float pixel[4] = { 0 };

   assert_non_null(config);
   const EGLSurface surface = create_pbuffer(config);
   eglBindAPI(EGL_OPENGL_API);
   const EGLContext context = eglCreateContext(display, config, EGL_NO_CONTEXT, attributes);
   make_current(surface, context);
   clamp_color(clamp_read_color, GL_FALSE);
   glClearColor(2.5f, -1.0f, 1000.0f, 0.5f);
   glClear(GL_COLOR_BUFFER_BIT);
   glReadPixels(5, 5, 1, 1, GL_RGBA, GL_FLOAT, pixel);
   assert_int_equal(glGetError(), GL_NO_ERROR);
   assert_memory_equal(pixel, ((float[]){ 2.5f, -1.0f, 1000.0f, 0.5f }), sizeof(pixel));
   drop(surface, context);
}

/* 0.5 is 188 of 255 in sRGB. */
static void
srgb_pixels_are_encoded(void **state)
{
   static const EGLint attributes[] = {
      EGL_WIDTH, SIDE, EGL_HEIGHT, SIDE, EGL_GL_COLORSPACE, EGL_GL_COLORSPACE_SRGB, EGL_NONE
   };
   const EGLContext context = create_context(rgba8_config(), EGL_NO_CONTEXT, 3);
   const EGLSurface surface = eglCreatePbufferSurface(display, rgba8_config(), attributes);
   const EGLSurface linear = create_pbuffer(rgba8_config());
   EGLint colorspace;

   assert_ptr_not_equal(surface, EGL_NO_SURFACE);
   assert_true(eglQuerySurface(display, surface, EGL_GL_COLORSPACE, &colorspace));
   assert_int_equal(colorspace, EGL_GL_COLORSPACE_SRGB);
   make_current(surface, context);
   clear(0.5f, 1.0f, 0.0f);
   assert_pixel(1, 1, 188, 255, 0);
   make_current(linear, context);
   clear(0.5f, 1.0f, 0.0f);
   assert_pixel(1, 1, 128, 255, 0);
   drop(surface, context);
   eglDestroySurface(display, linear);
}

static void
check_samples(EGLint alpha)
{
   static const float corners[] = { -1, -1, 0.03125f, -1, -1, 0.03125f };
   const EGLConfig config = find_config(8, alpha, 0, 4, EGL_COLOR_COMPONENT_TYPE_FIXED_EXT);
   uint8_t pixels[SIDE * SIDE * 4];
   unsigned partial = 0;

   assert_non_null(config);
   const EGLSurface surface = create_pbuffer(config);
   const EGLContext context = create_context(config, EGL_NO_CONTEXT, 2);
   make_current(surface, context);
   glViewport(0, 0, SIDE, SIDE);
   clear(0.0f, 0.0f, 0.0f);
   glUseProgram(link_program(fill_vertex_source, "void main() { gl_FragColor = vec4(1.0); }\n"));
   glVertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, 0, corners);
   glEnableVertexAttribArray(0);
   glDrawArrays(GL_TRIANGLES, 0, 3);
   glReadPixels(0, 0, SIDE, SIDE, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
   assert_int_equal(pixels[0], 255);
   assert_int_equal(pixels[4 * (SIDE * SIDE - 1)], 0);
   for (unsigned i = 0; i < SIDE * SIDE; i++)
      partial += pixels[4 * i] != 0 && pixels[4 * i] != 255;
   assert_true(partial > SIDE / 4);
   drop(surface, context);
}

static void
samples_are_resolved(void **state)
{
   check_samples(8);
   check_samples(0);
}

static void
depth_is_tested(void **state)
{
   const EGLConfig config = find_config(8, 8, 24, 0, EGL_COLOR_COMPONENT_TYPE_FIXED_EXT);

   assert_non_null(config);
   const EGLSurface surface = create_pbuffer(config);
   const EGLContext context = create_context(config, EGL_NO_CONTEXT, 2);
   make_current(surface, context);
   glEnable(GL_DEPTH_TEST);
   glClearDepthf(0.25f); /* what is drawn is at 0.5 */
   glClearColor(0.0f, 0.0f, 1.0f, 1.0f);
   glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
   create_texture(255, 0, 0);
   draw_texture();
   assert_pixel(4, 4, 0, 0, 255);
   glDepthFunc(GL_GREATER);
   draw_texture();
   assert_pixel(4, 4, 255, 0, 0);
   drop(surface, context);
}

static void
pbuffers_become_textures(void **state)
{
   static const EGLint attributes[] = {
      EGL_WIDTH,          SIDE,           EGL_HEIGHT, SIDE, EGL_TEXTURE_FORMAT, EGL_TEXTURE_RGBA,
      EGL_TEXTURE_TARGET, EGL_TEXTURE_2D, EGL_NONE
   };
   const EGLSurface source = eglCreatePbufferSurface(display, rgba8_config(), attributes);
   const EGLSurface surface = create_pbuffer(rgba8_config());
   const EGLContext context = create_context(rgba8_config(), EGL_NO_CONTEXT, 2);
   GLuint texture;

   assert_ptr_not_equal(source, EGL_NO_SURFACE);
   make_current(source, context);
   clear(1.0f, 0.5f, 0.0f);
   make_current(surface, context);
   glGenTextures(1, &texture);
   glBindTexture(GL_TEXTURE_2D, texture);
   assert_true(eglBindTexImage(display, source, EGL_BACK_BUFFER));
   clear(0.0f, 0.0f, 0.0f);
   draw_texture();
   assert_pixel(7, 7, 255, 128, 0);
   assert_true(eglReleaseTexImage(display, source, EGL_BACK_BUFFER));
   drop(surface, context);
   eglDestroySurface(display, source);
}

static void
odd_pbuffers(void **state)
{
   static const EGLint none[] = { EGL_NONE };
   static const EGLint huge[] = { EGL_WIDTH, 1 << 20, EGL_HEIGHT, 1, EGL_NONE };
   static const EGLint largest[] = { EGL_WIDTH,           1 << 20,  EGL_HEIGHT, 1,
                                     EGL_LARGEST_PBUFFER, EGL_TRUE, EGL_NONE };
   const EGLContext context = create_context(rgba8_config(), EGL_NO_CONTEXT, 2);
   EGLSurface surface;
   EGLint width;

   surface = eglCreatePbufferSurface(display, rgba8_config(), none); /* 0×0 */
   assert_ptr_not_equal(surface, EGL_NO_SURFACE);
   make_current(surface, context);
   clear(1.0f, 1.0f, 1.0f);
   glFinish();
   make_current(EGL_NO_SURFACE, EGL_NO_CONTEXT);
   eglDestroySurface(display, surface);

   assert_ptr_equal(eglCreatePbufferSurface(display, rgba8_config(), huge), EGL_NO_SURFACE);
   assert_int_equal(eglGetError(), EGL_BAD_ALLOC);
   surface = eglCreatePbufferSurface(display, rgba8_config(), largest);
   assert_ptr_not_equal(surface, EGL_NO_SURFACE);
   assert_true(eglQuerySurface(display, surface, EGL_WIDTH, &width));
   assert_in_range(width, 4096, (1 << 20) - 1);
   drop(surface, context);
}

/* Without a window there is nothing that a buffer could be older than. */
static void
buffer_age_needs_a_window(void **state)
{
   const EGLSurface surface = create_pbuffer(rgba8_config());
   const EGLContext context = create_context(rgba8_config(), EGL_NO_CONTEXT, 2);
   const bool known = strstr(eglQueryString(display, EGL_EXTENSIONS), "EGL_EXT_buffer_age");
   EGLint age = 77;

   assert_false(eglQuerySurface(display, surface, EGL_BUFFER_AGE_EXT, &age));
   assert_int_equal(eglGetError(), known ? EGL_BAD_SURFACE : EGL_BAD_ATTRIBUTE);
   assert_int_equal(age, 77);
   make_current(surface, context);
   if (!known) {
      assert_false(eglQuerySurface(display, surface, EGL_BUFFER_AGE_EXT, &age));
      assert_int_equal(eglGetError(), EGL_BAD_ATTRIBUTE);
   }
   assert_true(eglSwapBuffers(display, surface)); /* no effect, no error */
   drop(surface, context);
}

/* --- Images -------------------------------------------------------------------------------- */

static PFNEGLCREATEIMAGEKHRPROC create_image;
static PFNEGLDESTROYIMAGEKHRPROC destroy_image;
static PFNGLEGLIMAGETARGETTEXTURE2DOESPROC image_target_texture;
static PFNGLEGLIMAGETARGETRENDERBUFFERSTORAGEOESPROC image_target_renderbuffer;

static void
find_image_functions(void)
{
   create_image = (void *)eglGetProcAddress("eglCreateImageKHR");
   destroy_image = (void *)eglGetProcAddress("eglDestroyImageKHR");
   image_target_texture = (void *)eglGetProcAddress("glEGLImageTargetTexture2DOES");
   image_target_renderbuffer = (void *)eglGetProcAddress("glEGLImageTargetRenderbufferStorageOES");
}

/* In contexts that share nothing: what one draws, the other sees, in both directions. */
static void
textures_become_images(void **state)
{
   const EGLSurface surface = create_pbuffer(rgba8_config());
   const EGLContext first = create_context(rgba8_config(), EGL_NO_CONTEXT, 2);
   const EGLContext second = create_context(rgba8_config(), EGL_NO_CONTEXT, 2);
   GLuint texture, sibling, framebuffer;

   find_image_functions();
   make_current(surface, first);
   texture = create_texture(10, 200, 30);
   const EGLImageKHR image = create_image(display, first, EGL_GL_TEXTURE_2D_KHR,
                                          (EGLClientBuffer)(uintptr_t)texture, NULL);
   assert_ptr_not_equal(image, EGL_NO_IMAGE_KHR);
   glFinish();

   make_current(surface, second);
   glGenTextures(1, &sibling);
   glBindTexture(GL_TEXTURE_2D, sibling);
   image_target_texture(GL_TEXTURE_2D, image);
   assert_int_equal(glGetError(), GL_NO_ERROR);
   assert_true(destroy_image(display, image));
   glViewport(0, 0, SIDE, SIDE);
   draw_texture();
   assert_pixel(9, 9, 10, 200, 30);
   glGenFramebuffers(1, &framebuffer);
   glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
   glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, sibling, 0);
   clear(0.0f, 0.0f, 1.0f);
   glFinish();

   make_current(surface, first);
   glGenFramebuffers(1, &framebuffer);
   glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
   glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture, 0);
   assert_pixel(9, 9, 0, 0, 255);
   make_current(EGL_NO_SURFACE, EGL_NO_CONTEXT);

   /* The texture's own context goes; what the sibling shows stays. */
   assert_true(eglDestroyContext(display, first));
   make_current(surface, second);
   assert_pixel(9, 9, 0, 0, 255);
   drop(surface, second);
}

static void
renderbuffers_become_images(void **state)
{
   const EGLContext first = create_context(EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, 3);
   const EGLContext second = create_context(EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, 3);
   GLuint renderbuffer, framebuffer;

   find_image_functions();
   make_current(EGL_NO_SURFACE, first);
   glGenRenderbuffers(1, &renderbuffer);
   glBindRenderbuffer(GL_RENDERBUFFER, renderbuffer);
   glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, SIDE, SIDE);
   glGenFramebuffers(1, &framebuffer);
   glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
   glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, renderbuffer);
   clear(1.0f, 1.0f, 0.0f);
   glFinish();
   const EGLImageKHR image = create_image(display, first, EGL_GL_RENDERBUFFER_KHR,
                                          (EGLClientBuffer)(uintptr_t)renderbuffer, NULL);
   assert_ptr_not_equal(image, EGL_NO_IMAGE_KHR);

   make_current(EGL_NO_SURFACE, second);
   glGenRenderbuffers(1, &renderbuffer);
   glBindRenderbuffer(GL_RENDERBUFFER, renderbuffer);
   image_target_renderbuffer(GL_RENDERBUFFER, image);
   assert_int_equal(glGetError(), GL_NO_ERROR);
   assert_true(destroy_image(display, image));
   glGenFramebuffers(1, &framebuffer);
   glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
   glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, renderbuffer);
   assert_int_equal(glCheckFramebufferStatus(GL_FRAMEBUFFER), GL_FRAMEBUFFER_COMPLETE);
   assert_pixel(20, 20, 255, 255, 0);
   drop(EGL_NO_SURFACE, second);
   eglDestroyContext(display, first);
}

static void
bad_images_fail(void **state)
{
   const EGLContext context = create_context(EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, 3);

   find_image_functions();
   make_current(EGL_NO_SURFACE, context);
   assert_ptr_equal(
      create_image(display, context, EGL_GL_TEXTURE_2D_KHR, (EGLClientBuffer)(uintptr_t)4711, NULL),
      EGL_NO_IMAGE_KHR);
   assert_int_equal(eglGetError(), EGL_BAD_PARAMETER);
   assert_false(destroy_image(display, (EGLImageKHR)(uintptr_t)4711));
   assert_int_equal(eglGetError(), EGL_BAD_PARAMETER);
   drop(EGL_NO_SURFACE, context);
}

/* --- Syncs --------------------------------------------------------------------------------- */

static void
fences_are_reached(void **state)
{
   const EGLSurface surface = create_pbuffer(rgba8_config());
   const EGLContext context = create_context(rgba8_config(), EGL_NO_CONTEXT, 2);
   EGLAttrib status;

   make_current(surface, context);
   for (unsigned i = 0; i < 20; i++) {
      clear(1.0f, 0.0f, 0.0f);
      const EGLSync sync = eglCreateSync(display, EGL_SYNC_FENCE, NULL);
      assert_ptr_not_equal(sync, EGL_NO_SYNC);
      assert_true(eglGetSyncAttrib(display, sync, EGL_SYNC_STATUS, &status));
      assert_true(status == EGL_SIGNALED || status == EGL_UNSIGNALED);
      assert_true(eglWaitSync(display, sync, 0));
      assert_int_equal(
         eglClientWaitSync(display, sync, EGL_SYNC_FLUSH_COMMANDS_BIT, 10000000000ull),
         EGL_CONDITION_SATISFIED);
      assert_true(eglGetSyncAttrib(display, sync, EGL_SYNC_STATUS, &status));
      assert_int_equal(status, EGL_SIGNALED);
      assert_true(eglDestroySync(display, sync));
   }
   drop(surface, context);
}

/* Some programs end their frames with a fence, and never flush or swap: making one submits the work. */
static void
fences_submit(void **state)
{
   const EGLSurface surface = create_pbuffer(rgba8_config());
   const EGLContext context = create_context(rgba8_config(), EGL_NO_CONTEXT, 2);

   make_current(surface, context);
   clear(1.0f, 0.0f, 0.0f);
   const EGLSync sync = eglCreateSync(display, EGL_SYNC_FENCE, NULL);
   assert_int_equal(eglClientWaitSync(display, sync, 0, 10000000000ull), EGL_CONDITION_SATISFIED);
   eglDestroySync(display, sync);
   drop(surface, context);
}

/* --- Ends ---------------------------------------------------------------------------------- */

static void
nothing_is_left(void **state)
{
   unsigned before = 0;

   eglTerminate(display);
   for (unsigned i = 0; i < 30; i++) {
      if (i == 10)
         before = count_fds();
      assert_true(eglInitialize(display, NULL, NULL));
      const EGLSurface surface = create_pbuffer(rgba8_config());
      const EGLContext context = create_context(rgba8_config(), EGL_NO_CONTEXT, 2);
      make_current(surface, context);
      clear(0.0f, 1.0f, 0.0f);
      const EGLSync sync = eglCreateSync(display, EGL_SYNC_FENCE, NULL);
      assert_pixel(0, 0, 0, 255, 0);
      if (i % 2) { /* or leave them to eglTerminate */
         eglDestroySync(display, sync);
         drop(surface, context);
      } else {
         make_current(EGL_NO_SURFACE, EGL_NO_CONTEXT);
      }
      assert_true(eglTerminate(display));
   }
   assert_int_equal(count_fds(), before);
   assert_true(eglInitialize(display, NULL, NULL));
}

static void
current_objects_outlive_their_handles(void **state)
{
   const EGLSurface surface = create_pbuffer(rgba8_config());
   const EGLContext context = create_context(rgba8_config(), EGL_NO_CONTEXT, 2);

   make_current(surface, context);
   assert_true(eglDestroySurface(display, surface));
   assert_true(eglDestroyContext(display, context));
   clear(1.0f, 0.0f, 1.0f);
   assert_pixel(2, 2, 255, 0, 255);
   make_current(EGL_NO_SURFACE, EGL_NO_CONTEXT);
   assert_false(eglDestroySurface(display, surface));
   assert_int_equal(eglGetError(), EGL_BAD_SURFACE);
}

int
main(int argc, char **argv)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, open_display, close_display)
   const struct CMUnitTest tests[] = {
      TEST(extensions_have_their_functions),
      TEST(devices_make_displays),
      TEST(all_apis_draw),
      TEST(impossible_versions_fail),
      TEST(contexts_need_no_surface),
      TEST(contexts_have_no_thread),
      TEST(contexts_share_between_threads),
      TEST(float_pixels_are_kept),
      TEST(srgb_pixels_are_encoded),
      TEST(samples_are_resolved),
      TEST(depth_is_tested),
      TEST(pbuffers_become_textures),
      TEST(odd_pbuffers),
      TEST(buffer_age_needs_a_window),
      TEST(textures_become_images),
      TEST(renderbuffers_become_images),
      TEST(bad_images_fail),
      TEST(fences_are_reached),
      TEST(fences_submit),
      TEST(nothing_is_left),
      TEST(current_objects_outlive_their_handles),
   };

   if (argc > 1)
      cmocka_set_test_filter(argv[1]);
   return cmocka_run_group_tests(tests, NULL, NULL);
}
