#include "fake_driver.h"

#include "egl/main/platform.h"
#include "util/bits.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define assert_error(error) assert_int_equal(eglGetError(), error)
#define assert_fails(call, error)                                                                  \
   do {                                                                                            \
      assert_true(!(call));                                                                        \
      assert_error(error);                                                                         \
   } while (0)

/* The Wayland platform: the fake driver takes any pointer for a display and for a window. */
static int native_display;
static EGLDisplay dpy;

static int
setup(void **state)
{
   memset(&fake, 0, sizeof(fake));
   dpy = eglGetPlatformDisplay(EGL_PLATFORM_WAYLAND_KHR, &native_display, NULL);
   assert_non_null(dpy);
   assert_true(eglInitialize(dpy, NULL, NULL));
   assert_true(eglBindAPI(EGL_OPENGL_ES_API));
   return 0;
}

static int
teardown(void **state)
{
   fake.fail_make_current = false;
   assert_true(eglReleaseThread());
   assert_true(eglTerminate(dpy));
   assert_int_equal(fake.displays, 0);
   assert_int_equal(fake.contexts, 0);
   assert_int_equal(fake.surfaces, 0);
   assert_int_equal(fake.images, 0);
   assert_int_equal(fake.syncs, 0);
   return 0;
}

static EGLConfig
choose(const EGLint *attributes)
{
   EGLConfig config;
   EGLint count;
   assert_true(eglChooseConfig(dpy, attributes, &config, 1, &count));
   assert_int_equal(count, 1);
   return config;
}

static EGLint
config_attribute(EGLConfig config, EGLint attribute)
{
   EGLint value;
   assert_true(eglGetConfigAttrib(dpy, config, attribute, &value));
   return value;
}

static EGLConfig
config_8888(void)
{
   static const EGLint attributes[] = { EGL_RED_SIZE,   8, EGL_GREEN_SIZE,  8, EGL_BLUE_SIZE,    8,
                                        EGL_ALPHA_SIZE, 8, EGL_BUFFER_SIZE, 1, EGL_STENCIL_SIZE, 1,
                                        EGL_NONE };
   return choose(attributes);
}

static EGLConfig
config_565(void)
{
   static const EGLint attributes[] = { EGL_BUFFER_SIZE, 16, EGL_DEPTH_SIZE, 16, EGL_NONE };
   return choose(attributes);
}

static EGLContext
create_es2(EGLConfig config)
{
   static const EGLint attributes[] = { EGL_CONTEXT_CLIENT_VERSION, 2, EGL_NONE };
   return eglCreateContext(dpy, config, EGL_NO_CONTEXT, attributes);
}

static EGLSurface
create_pbuffer(EGLConfig config)
{
   static const EGLint attributes[] = { EGL_WIDTH, 16, EGL_HEIGHT, 8, EGL_NONE };
   return eglCreatePbufferSurface(dpy, config, attributes);
}

static int window;

static EGLSurface
create_window(EGLConfig config)
{
   return eglCreatePlatformWindowSurface(dpy, config, &window, NULL);
}

/* --- Displays ------------------------------------------------------------------------------ */

static void
test_displays(void **state)
{
   const EGLAttrib none[] = { EGL_NONE };
   const EGLAttrib some[] = { EGL_WIDTH, 1, EGL_NONE };
   int other;

   assert_ptr_equal(dpy, eglGetPlatformDisplay(EGL_PLATFORM_WAYLAND_KHR, &native_display, none));
   assert_ptr_not_equal(dpy, eglGetPlatformDisplay(EGL_PLATFORM_WAYLAND_KHR, &other, NULL));
   assert_fails(eglGetPlatformDisplay(EGL_PLATFORM_WAYLAND_KHR, &native_display, some),
                EGL_BAD_ATTRIBUTE);
   assert_fails(eglGetPlatformDisplay(EGL_PLATFORM_GBM_KHR, NULL, NULL), EGL_BAD_PARAMETER);
   assert_fails(eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, &other, NULL),
                EGL_BAD_PARAMETER);
   assert_fails(eglGetPlatformDisplay(EGL_PLATFORM_DEVICE_EXT, &other, NULL), EGL_BAD_PARAMETER);

   /* Another vendor's: no error. */
   const EGLAttrib screen[] = { EGL_PLATFORM_X11_SCREEN_KHR, 0, EGL_NONE };
   assert_fails(eglGetPlatformDisplay(EGL_PLATFORM_X11_KHR, NULL, screen), EGL_SUCCESS);
   fake.refuse_displays = true;
   assert_fails(eglGetPlatformDisplay(EGL_PLATFORM_WAYLAND_KHR, &fake, NULL), EGL_SUCCESS);
   assert_ptr_equal(dpy, eglGetPlatformDisplay(EGL_PLATFORM_WAYLAND_KHR, &native_display, NULL));
}

static void
test_default_display(void **state)
{
   EGLDisplay surfaceless = eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, NULL, NULL);
   EGLDisplay wayland = eglGetPlatformDisplay(EGL_PLATFORM_WAYLAND_KHR, NULL, NULL);

   unsetenv("WAYLAND_SOCKET");
   unsetenv("WAYLAND_DISPLAY");
   unsetenv("DISPLAY");
   unsetenv("EGL_PLATFORM");
   assert_ptr_equal(eglGetDisplay(EGL_DEFAULT_DISPLAY), surfaceless);
   setenv("DISPLAY", ":0", true);
   assert_null(eglGetDisplay(EGL_DEFAULT_DISPLAY));
   setenv("WAYLAND_DISPLAY", "wayland-0", true);
   assert_ptr_equal(eglGetDisplay(EGL_DEFAULT_DISPLAY), wayland);
   setenv("EGL_PLATFORM", "surfaceless", true);
   assert_ptr_equal(eglGetDisplay(EGL_DEFAULT_DISPLAY), surfaceless);
   setenv("EGL_PLATFORM", "drm", true);
   assert_fails(eglGetDisplay(EGL_DEFAULT_DISPLAY), EGL_SUCCESS);
   setenv("EGL_PLATFORM", "device", true);
   assert_non_null(eglGetDisplay(EGL_DEFAULT_DISPLAY));
   unsetenv("EGL_PLATFORM");
}

/* Stands for libwayland's. */
const void *wl_display_interface __attribute__((visibility("default"))) = NULL;

static void
test_native_platform(void **state)
{
   const void *display[] = { &wl_display_interface, NULL };
   const void *no_display[] = { &native_display, NULL };
   void *const garbage[] = { NULL,
                             (void *)1,
                             (void *)8,
                             (void *)0x12345678,
                             (void *)-8ul,
                             (void *)-4096ul,
                             no_display,
                             &no_display[1],
                             (char *)display + 1 };

   assert_int_equal(egl_platform_of_native(display), EGL_PLATFORM_WAYLAND_KHR);
   for (size_t i = 0; i < ARRAY_LENGTH(garbage); i++)
      assert_int_equal(egl_platform_of_native(garbage[i]), EGL_NONE);
}

static void
test_initialize(void **state)
{
   EGLint major = 0, minor = 0;
   EGLDisplay other = eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, NULL, NULL);

   assert_true(eglInitialize(dpy, &major, &minor));
   assert_int_equal(major, 1);
   assert_int_equal(minor, 5);
   assert_int_equal(fake.displays, 1);

   assert_fails(eglInitialize(&major, NULL, NULL), EGL_BAD_DISPLAY);
   assert_fails(eglTerminate(&major), EGL_BAD_DISPLAY);
   assert_fails(eglQueryString(other, EGL_VERSION), EGL_NOT_INITIALIZED);
   assert_fails(eglQueryString(&major, EGL_VERSION), EGL_BAD_DISPLAY);
   fake.fail_initialize = true;
   assert_fails(eglInitialize(other, NULL, NULL), EGL_NOT_INITIALIZED);
   fake.fail_initialize = false;
   assert_true(eglInitialize(other, NULL, NULL));
   assert_true(eglTerminate(other));
   assert_true(eglTerminate(other));
}

static void
test_strings(void **state)
{
   const char *extensions = eglQueryString(dpy, EGL_EXTENSIONS);
   assert_non_null(strstr(extensions, "EGL_KHR_fence_sync "));
   assert_non_null(strstr(extensions, "EGL_WL_create_wayland_buffer_from_image "));
   assert_non_null(strstr(extensions, "EGL_KHR_get_all_proc_addresses "));
   assert_string_equal(eglQueryString(dpy, EGL_VERSION), "1.5");
   assert_string_equal(eglQueryString(dpy, EGL_CLIENT_APIS), "OpenGL OpenGL_ES ");
   assert_non_null(strstr(eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS), "EGL_KHR_debug"));
   assert_fails(eglQueryString(dpy, EGL_WIDTH), EGL_BAD_PARAMETER);
   assert_fails(eglQueryString(EGL_NO_DISPLAY, EGL_VENDOR), EGL_BAD_DISPLAY);
   assert_string_equal(eglGetDisplayDriverName(dpy), "fake");
}

static void
test_procs(void **state)
{
   assert_ptr_equal(eglGetProcAddress("eglBindAPI"), eglBindAPI);
   assert_ptr_equal(eglGetProcAddress("eglWaitSyncKHR"), eglWaitSyncKHR);
   assert_ptr_equal(eglGetProcAddress("eglChooseConfig"), eglChooseConfig);
   assert_non_null(eglGetProcAddress("glClear"));
   assert_null(eglGetProcAddress("eglNothing"));
   assert_null(eglGetProcAddress(""));
   assert_null(eglGetProcAddress(NULL));
}

static void
test_devices(void **state)
{
   EGLDeviceEXT device;
   EGLint count;
   EGLAttrib value;

   assert_true(eglQueryDevicesEXT(0, NULL, &count));
   assert_int_equal(count, 1);
   assert_true(eglQueryDevicesEXT(4, &device, &count));
   assert_int_equal(count, 1);
   assert_fails(eglQueryDevicesEXT(0, &device, &count), EGL_BAD_PARAMETER);
   assert_string_equal(eglQueryDeviceStringEXT(device, EGL_RENDERER_EXT), "fake device");
   assert_fails(eglQueryDeviceStringEXT(device, EGL_VERSION), EGL_BAD_PARAMETER);
   assert_fails(eglQueryDeviceStringEXT(&count, EGL_EXTENSIONS), EGL_BAD_DEVICE_EXT);
   assert_fails(eglQueryDeviceAttribEXT(device, EGL_WIDTH, &value), EGL_BAD_ATTRIBUTE);
   assert_true(eglQueryDisplayAttribEXT(dpy, EGL_DEVICE_EXT, &value));
   assert_ptr_equal(value, device);
   assert_non_null(eglGetPlatformDisplay(EGL_PLATFORM_DEVICE_EXT, device, NULL));
}

/* --- Configs ------------------------------------------------------------------------------- */

static void
test_get_configs(void **state)
{
   EGLConfig configs[32];
   EGLint count, value;

   assert_true(eglGetConfigs(dpy, NULL, 0, &count));
   assert_int_equal(count, 9);
   assert_true(eglGetConfigs(dpy, configs, 2, &count));
   assert_int_equal(count, 2);
   assert_fails(eglGetConfigs(dpy, configs, 2, NULL), EGL_BAD_PARAMETER);
   assert_fails(eglGetConfigAttrib(dpy, configs[0], EGL_MATCH_NATIVE_PIXMAP, &value),
                EGL_BAD_ATTRIBUTE);
   assert_fails(eglGetConfigAttrib(dpy, NULL, EGL_RED_SIZE, &value), EGL_BAD_CONFIG);
   assert_fails(eglGetConfigAttrib(dpy, &value, EGL_RED_SIZE, &value), EGL_BAD_CONFIG);
   assert_fails(eglGetConfigAttrib(dpy, (EGLConfig)10, EGL_RED_SIZE, &value), EGL_BAD_CONFIG);
}

static void
test_choose_sorted(void **state)
{
   EGLConfig configs[32];
   EGLint count, total;

   /* No colour asked for: by buffer size, samples, depth; the slow one last, floats not at all. */
   assert_true(eglChooseConfig(dpy, NULL, NULL, 0, &total));
   assert_int_equal(total, 8);
   assert_true(eglChooseConfig(dpy, NULL, configs, 32, &count));
   assert_int_equal(count, total);
   static const EGLint order[] = { 7, 6, 5, 4, 3, 8, 2, 1 };
   for (EGLint i = 0; i < count; i++)
      assert_int_equal(config_attribute(configs[i], EGL_CONFIG_ID), order[i]);

   /* Colour asked for: the most bits of the components named come first. */
   const EGLint red[] = { EGL_RED_SIZE, 1, EGL_NONE };
   assert_int_equal(config_attribute(choose(red), EGL_RED_SIZE), 10);
   const EGLint alpha[] = { EGL_RED_SIZE, 1, EGL_ALPHA_SIZE, 1, EGL_NONE };
   assert_int_equal(config_attribute(choose(alpha), EGL_ALPHA_SIZE), 8);
   const EGLint red_dont_care[] = { EGL_RED_SIZE, EGL_DONT_CARE, EGL_NONE };
   assert_int_equal(config_attribute(choose(red_dont_care), EGL_RED_SIZE), 5);

   const EGLint samples[] = { EGL_SAMPLES, 2, EGL_NONE };
   assert_int_equal(config_attribute(choose(samples), EGL_SAMPLES), 4);
   const EGLint floats[] = { EGL_COLOR_COMPONENT_TYPE_EXT, EGL_COLOR_COMPONENT_TYPE_FLOAT_EXT,
                             EGL_NONE };
   assert_int_equal(config_attribute(choose(floats), EGL_BUFFER_SIZE), 64);
}

static EGLint
count_matching(const EGLint *attributes)
{
   EGLint count;
   assert_true(eglChooseConfig(dpy, attributes, NULL, 0, &count));
   return count;
}

static void
test_choose_matching(void **state)
{
   /* The id decides alone. */
   const EGLint id[] = { EGL_CONFIG_ID, 1, EGL_RED_SIZE, 16, EGL_NONE };
   assert_int_equal(config_attribute(choose(id), EGL_CONFIG_ID), 1);
   const EGLint ignored[] = { EGL_MAX_PBUFFER_WIDTH, 99, EGL_NATIVE_VISUAL_ID, 99, EGL_NONE };
   assert_int_equal(count_matching(ignored), 8);
   const EGLint caveat[] = { EGL_CONFIG_CAVEAT, EGL_NONE, EGL_NONE };
   assert_int_equal(count_matching(caveat), 7);
   const EGLint level[] = { EGL_LEVEL, 1, EGL_NONE };
   assert_int_equal(count_matching(level), 0);
   const EGLint transparent[] = { EGL_TRANSPARENT_RED_VALUE, 9, EGL_NONE };
   assert_int_equal(count_matching(transparent), 8);
   const EGLint preserved[] = { EGL_SURFACE_TYPE, EGL_SWAP_BEHAVIOR_PRESERVED_BIT, EGL_NONE };
   assert_int_equal(count_matching(preserved), 0);
   const EGLint openvg[] = { EGL_RENDERABLE_TYPE, EGL_OPENVG_BIT, EGL_NONE };
   assert_int_equal(count_matching(openvg), 0);

   const struct {
      EGLint attributes[3], error;
   } bad[] = {
      { { EGL_LEVEL, EGL_DONT_CARE, EGL_NONE }, EGL_BAD_ATTRIBUTE },
      { { EGL_RED_SIZE, -2, EGL_NONE }, EGL_BAD_ATTRIBUTE },
      { { EGL_CONFIG_CAVEAT, 5, EGL_NONE }, EGL_BAD_ATTRIBUTE },
      { { EGL_BIND_TO_TEXTURE_RGB, 2, EGL_NONE }, EGL_BAD_ATTRIBUTE },
      { { EGL_WIDTH, 2, EGL_NONE }, EGL_BAD_ATTRIBUTE },
      { { EGL_MATCH_NATIVE_PIXMAP, 2, EGL_NONE }, EGL_BAD_NATIVE_PIXMAP },
   };
   EGLint count;
   for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
      assert_fails(eglChooseConfig(dpy, bad[i].attributes, NULL, 0, &count), bad[i].error);
   assert_fails(eglChooseConfig(dpy, NULL, NULL, 0, NULL), EGL_BAD_PARAMETER);
}

/* --- Contexts ------------------------------------------------------------------------------ */

static void
test_context_attributes(void **state)
{
   const EGLenum gl = EGL_OPENGL_API, es = EGL_OPENGL_ES_API;
   const EGLint major = EGL_CONTEXT_MAJOR_VERSION, minor = EGL_CONTEXT_MINOR_VERSION;
   const EGLint flags = EGL_CONTEXT_FLAGS_KHR, profile = EGL_CONTEXT_OPENGL_PROFILE_MASK;
   const EGLint no_error = EGL_CONTEXT_OPENGL_NO_ERROR_KHR;
   const struct {
      EGLenum api;
      EGLint attributes[9], error;
   } cases[] = {
      { es, { EGL_NONE }, EGL_SUCCESS },
      { es, { major, 1, minor, 1, EGL_NONE }, EGL_SUCCESS },
      { es, { major, 1, minor, 2, EGL_NONE }, EGL_BAD_MATCH },
      { es, { major, 2, minor, 1, EGL_NONE }, EGL_BAD_MATCH },
      { es, { major, 3, minor, 2, EGL_NONE }, EGL_SUCCESS },
      { es, { major, 3, minor, 3, EGL_NONE }, EGL_BAD_MATCH },
      { es, { major, 4, EGL_NONE }, EGL_BAD_MATCH },
      { es, { major, 0, EGL_NONE }, EGL_BAD_MATCH },
      { es, { major, -1, EGL_NONE }, EGL_BAD_MATCH },
      { es, { profile, 1, EGL_NONE }, EGL_BAD_ATTRIBUTE },
      { es, { flags, EGL_CONTEXT_OPENGL_DEBUG_BIT_KHR, EGL_NONE }, EGL_SUCCESS },
      { es, { flags, EGL_CONTEXT_OPENGL_ROBUST_ACCESS_BIT_KHR, EGL_NONE }, EGL_BAD_ATTRIBUTE },
      { es, { flags, EGL_CONTEXT_OPENGL_FORWARD_COMPATIBLE_BIT_KHR, EGL_NONE }, EGL_BAD_ATTRIBUTE },
      { es, { EGL_CONTEXT_OPENGL_ROBUST_ACCESS_EXT, EGL_TRUE, EGL_NONE }, EGL_SUCCESS },
      { es, { EGL_CONTEXT_OPENGL_FORWARD_COMPATIBLE, 1, EGL_NONE }, EGL_BAD_ATTRIBUTE },
      { es, { EGL_WIDTH, 1, EGL_NONE }, EGL_BAD_ATTRIBUTE },
      { es, { no_error, 1, EGL_NONE }, EGL_BAD_ATTRIBUTE },
      { es, { no_error, 1, major, 2, EGL_NONE }, EGL_SUCCESS },
      { es, { no_error, 1, major, 2, EGL_CONTEXT_OPENGL_DEBUG, 1, EGL_NONE }, EGL_BAD_MATCH },
      { es, { EGL_CONTEXT_PRIORITY_LEVEL_IMG, 3, EGL_NONE }, EGL_BAD_ATTRIBUTE },
      { es, { EGL_CONTEXT_RELEASE_BEHAVIOR_KHR, 3, EGL_NONE }, EGL_BAD_ATTRIBUTE },
      { gl, { EGL_NONE }, EGL_SUCCESS },
      { gl, { major, 1, minor, 6, EGL_NONE }, EGL_BAD_MATCH },
      { gl, { major, 2, minor, 2, EGL_NONE }, EGL_BAD_MATCH },
      { gl, { major, 3, minor, 3, EGL_NONE }, EGL_SUCCESS },
      { gl, { major, 3, minor, 4, EGL_NONE }, EGL_BAD_MATCH },
      { gl, { major, 4, minor, 6, EGL_NONE }, EGL_SUCCESS },
      { gl, { major, 3, minor, 3, profile, 3, EGL_NONE }, EGL_BAD_MATCH },
      { gl, { major, 3, minor, 3, profile, 0, EGL_NONE }, EGL_BAD_MATCH },
      { gl, { major, 3, minor, 1, profile, 0, EGL_NONE }, EGL_SUCCESS },
      { gl, { flags, 8, EGL_NONE }, EGL_BAD_ATTRIBUTE },
      { gl, { EGL_CONTEXT_OPENGL_FORWARD_COMPATIBLE, 1, EGL_NONE }, EGL_BAD_MATCH },
      { gl, { EGL_CONTEXT_OPENGL_FORWARD_COMPATIBLE, 1, major, 3, EGL_NONE }, EGL_SUCCESS },
      { gl, { EGL_CONTEXT_OPENGL_RESET_NOTIFICATION_STRATEGY, 3, EGL_NONE }, EGL_BAD_ATTRIBUTE },
      { gl,
        { EGL_CONTEXT_OPENGL_RESET_NOTIFICATION_STRATEGY_EXT, EGL_LOSE_CONTEXT_ON_RESET, EGL_NONE },
        EGL_BAD_ATTRIBUTE },
   };

   for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
      assert_true(eglBindAPI(cases[i].api));
      EGLContext context =
         eglCreateContext(dpy, config_8888(), EGL_NO_CONTEXT, cases[i].attributes);
      EGLint error = eglGetError();
      if (error != cases[i].error || !context != (error != EGL_SUCCESS))
         fail_msg("case %zu: 0x%x", i, error);
   }

   assert_true(eglBindAPI(gl));
   const EGLint core[] = { major, 3, minor, 2, EGL_NONE };
   assert_non_null(eglCreateContext(dpy, config_8888(), NULL, core));
   assert_true(fake_seen.context.core_profile);
   const EGLint compatible[] = { major, 3, minor, 2, profile, 2, EGL_NONE };
   assert_non_null(eglCreateContext(dpy, config_8888(), NULL, compatible));
   assert_false(fake_seen.context.core_profile);
}

static void
test_context_sharing(void **state)
{
   const EGLint reset[] = { EGL_CONTEXT_OPENGL_RESET_NOTIFICATION_STRATEGY,
                            EGL_LOSE_CONTEXT_ON_RESET, EGL_NONE };
   EGLDisplay other = eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, NULL, NULL);
   EGLContext first = create_es2(config_8888());
   EGLSurface surface = create_pbuffer(config_8888());

   assert_non_null(eglCreateContext(dpy, config_8888(), first, NULL));
   assert_non_null(eglCreateContext(dpy, EGL_NO_CONFIG_KHR, first, NULL));
   assert_fails(eglCreateContext(dpy, config_8888(), first, reset), EGL_BAD_MATCH);
   assert_fails(eglCreateContext(dpy, config_8888(), surface, NULL), EGL_BAD_CONTEXT);
   assert_fails(eglCreateContext(dpy, config_8888(), &other, NULL), EGL_BAD_CONTEXT);
   assert_fails(eglCreateContext(dpy, &other, NULL, NULL), EGL_BAD_CONFIG);

   assert_true(eglInitialize(other, NULL, NULL));
   assert_fails(eglCreateContext(other, EGL_NO_CONFIG_KHR, first, NULL), EGL_BAD_MATCH);
   assert_true(eglTerminate(other));
}

static void
test_query_context(void **state)
{
   EGLContext context = create_es2(config_565());
   EGLSurface surface = create_pbuffer(config_565());
   EGLint value;

   assert_true(eglQueryContext(dpy, context, EGL_CONTEXT_CLIENT_VERSION, &value));
   assert_int_equal(value, 2);
   assert_true(eglQueryContext(dpy, context, EGL_CONTEXT_CLIENT_TYPE, &value));
   assert_int_equal(value, EGL_OPENGL_ES_API);
   assert_true(eglQueryContext(dpy, context, EGL_CONFIG_ID, &value));
   assert_int_equal(value, config_attribute(config_565(), EGL_CONFIG_ID));
   assert_true(eglQueryContext(dpy, context, EGL_RENDER_BUFFER, &value));
   assert_int_equal(value, EGL_NONE);
   assert_true(eglMakeCurrent(dpy, surface, surface, context));
   assert_true(eglQueryContext(dpy, context, EGL_RENDER_BUFFER, &value));
   assert_int_equal(value, EGL_BACK_BUFFER);
   assert_fails(eglQueryContext(dpy, context, EGL_WIDTH, &value), EGL_BAD_ATTRIBUTE);
   assert_fails(eglQueryContext(dpy, surface, EGL_CONFIG_ID, &value), EGL_BAD_CONTEXT);
}

/* --- Surfaces ------------------------------------------------------------------------------ */

static void
test_windows(void **state)
{
   EGLConfig config = config_8888();
   EGLSurface surface = create_window(config);
   EGLint value;

   assert_non_null(surface);
   assert_fails(create_window(config), EGL_BAD_ALLOC);
   assert_true(eglDestroySurface(dpy, surface));
   assert_fails(eglDestroySurface(dpy, surface), EGL_BAD_SURFACE);
   surface = create_window(config);
   assert_non_null(surface);
   assert_true(eglQuerySurface(dpy, surface, EGL_WIDTH, &value));
   assert_int_equal(value, FAKE_WIDTH);
   assert_true(eglQuerySurface(dpy, surface, EGL_HEIGHT, &value));
   assert_int_equal(value, FAKE_HEIGHT);
   value = 77;
   assert_true(eglQuerySurface(dpy, surface, EGL_TEXTURE_FORMAT, &value));
   assert_int_equal(value, 77);
   assert_fails(eglQuerySurface(dpy, surface, EGL_RED_SIZE, &value), EGL_BAD_ATTRIBUTE);
   assert_fails(eglQuerySurface(dpy, surface, EGL_BUFFER_AGE_EXT, &value), EGL_BAD_SURFACE);
   assert_fails(eglSurfaceAttrib(dpy, surface, EGL_SWAP_BEHAVIOR, EGL_BUFFER_PRESERVED),
                EGL_BAD_MATCH);
   assert_fails(eglSurfaceAttrib(dpy, surface, EGL_WIDTH, 1), EGL_BAD_ATTRIBUTE);

   int other;
   assert_fails(eglCreatePlatformWindowSurface(dpy, config, NULL, NULL), EGL_BAD_NATIVE_WINDOW);
   assert_fails(eglCreatePlatformWindowSurface(dpy, NULL, &other, NULL), EGL_BAD_CONFIG);
   assert_fails(eglCreatePlatformPixmapSurface(dpy, config, &other, NULL), EGL_BAD_PARAMETER);
   const EGLAttrib srgb[] = { EGL_GL_COLORSPACE, EGL_GL_COLORSPACE_SRGB, EGL_PRESENT_OPAQUE_EXT,
                              EGL_TRUE, EGL_NONE };
   assert_non_null(eglCreatePlatformWindowSurface(dpy, config, &other, srgb));
   assert_int_equal(fake_seen.surface.colorspace, EGL_GL_COLORSPACE_SRGB);
   assert_true(fake_seen.surface.present_opaque);
   const EGLAttrib width[] = { EGL_WIDTH, 1, EGL_NONE };
   assert_fails(eglCreatePlatformWindowSurface(dpy, config, &value, width), EGL_BAD_ATTRIBUTE);
   const EGLAttrib linear[] = { EGL_VG_COLORSPACE, EGL_VG_COLORSPACE_LINEAR, EGL_NONE };
   assert_fails(eglCreatePlatformWindowSurface(dpy, config, &value, linear), EGL_BAD_MATCH);
}

static void
test_pbuffers(void **state)
{
   const EGLint f = EGL_TEXTURE_FORMAT, t = EGL_TEXTURE_TARGET;
   const struct {
      EGLint attributes[9], error;
   } cases[] = {
      { { EGL_NONE }, EGL_SUCCESS },
      { { EGL_WIDTH, -1, EGL_NONE }, EGL_BAD_PARAMETER },
      { { EGL_WIDTH, 1025, EGL_HEIGHT, 1, EGL_NONE }, EGL_BAD_ALLOC },
      { { EGL_WIDTH, 9999, EGL_HEIGHT, 9999, EGL_LARGEST_PBUFFER, 1, EGL_NONE }, EGL_SUCCESS },
      { { f, EGL_TEXTURE_RGB, EGL_NONE }, EGL_BAD_MATCH },
      { { f, EGL_TEXTURE_RGB, t, EGL_TEXTURE_2D, EGL_NONE }, EGL_SUCCESS },
      { { f, EGL_TEXTURE_RGBA, t, EGL_TEXTURE_2D, EGL_NONE }, EGL_BAD_MATCH },
      { { f, 5, EGL_NONE }, EGL_BAD_ATTRIBUTE },
      { { EGL_RENDER_BUFFER, EGL_BACK_BUFFER, EGL_NONE }, EGL_BAD_ATTRIBUTE },
   };
   for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
      EGLSurface surface = eglCreatePbufferSurface(dpy, config_565(), cases[i].attributes);
      EGLint error = eglGetError();
      if (error != cases[i].error || !surface != (error != EGL_SUCCESS))
         fail_msg("case %zu: 0x%x", i, error);
      if (i == 3) {
         assert_int_equal(fake_seen.surface.width, 1024);
         assert_int_equal(fake_seen.surface.height, 512);
      }
   }
}

static void
test_texture_images(void **state)
{
   const EGLint attributes[] = { EGL_WIDTH,
                                 8,
                                 EGL_HEIGHT,
                                 8,
                                 EGL_TEXTURE_FORMAT,
                                 EGL_TEXTURE_RGBA,
                                 EGL_TEXTURE_TARGET,
                                 EGL_TEXTURE_2D,
                                 EGL_NONE };
   EGLSurface texture = eglCreatePbufferSurface(dpy, config_8888(), attributes);
   EGLSurface plain = create_pbuffer(config_8888());
   EGLContext context = create_es2(config_8888());

   assert_true(eglMakeCurrent(dpy, plain, plain, context));
   assert_fails(eglBindTexImage(dpy, plain, EGL_BACK_BUFFER), EGL_BAD_MATCH);
   assert_fails(eglBindTexImage(dpy, texture, EGL_SINGLE_BUFFER), EGL_BAD_PARAMETER);
   assert_fails(eglBindTexImage(dpy, create_window(config_8888()), EGL_BACK_BUFFER),
                EGL_BAD_SURFACE);
   assert_true(eglReleaseTexImage(dpy, texture, EGL_BACK_BUFFER));
   assert_true(eglBindTexImage(dpy, texture, EGL_BACK_BUFFER));
   assert_fails(eglBindTexImage(dpy, texture, EGL_BACK_BUFFER), EGL_BAD_ACCESS);
   assert_true(eglReleaseTexImage(dpy, texture, EGL_BACK_BUFFER));
   assert_true(eglBindTexImage(dpy, texture, EGL_BACK_BUFFER));
}

static void
test_swapping(void **state)
{
   EGLSurface surface = create_window(config_8888());
   EGLSurface pbuffer = create_pbuffer(config_8888());
   EGLContext context = create_es2(config_8888());
   EGLint rects[] = { -4, 30, 8, 8, 60, 0, 100, 1 }, value;

   assert_fails(eglSwapInterval(dpy, 1), EGL_BAD_CONTEXT);
   assert_fails(eglSwapBuffers(dpy, surface), EGL_BAD_SURFACE);
   assert_true(eglMakeCurrent(dpy, surface, surface, context));
   assert_fails(eglSwapBuffers(dpy, pbuffer), EGL_BAD_SURFACE);
   assert_fails(eglSwapBuffers(dpy, context), EGL_BAD_SURFACE);
   assert_true(eglSwapBuffers(dpy, surface));
   assert_int_equal(fake.swaps, 1);
   assert_true(eglSwapInterval(dpy, 9));
   assert_int_equal(fake_seen.swap_interval, 4);
   assert_true(eglSwapInterval(dpy, -1));
   assert_int_equal(fake_seen.swap_interval, 0);
   assert_true(eglSwapBuffersWithDamageKHR(dpy, surface, rects, 2));
   assert_int_equal(fake_seen.n_rects, 2);
   assert_fails(eglSwapBuffersWithDamageEXT(dpy, surface, NULL, 1), EGL_BAD_PARAMETER);
   assert_fails(eglSwapBuffersWithDamageEXT(dpy, surface, rects, -1), EGL_BAD_PARAMETER);
   assert_fails(eglCopyBuffers(dpy, surface, 1), EGL_BAD_NATIVE_PIXMAP);

   /* EGL_KHR_partial_update: the age first, once a frame. */
   assert_fails(eglSetDamageRegionKHR(dpy, surface, rects, 2), EGL_BAD_ACCESS);
   fake.age = 3;
   assert_true(eglQuerySurface(dpy, surface, EGL_BUFFER_AGE_EXT, &value));
   assert_int_equal(value, 3);
   assert_true(eglSetDamageRegionKHR(dpy, surface, rects, 2));
   static const EGLint clamped[] = { 0, 30, 4, 2, 60, 0, 4, 1 };
   assert_memory_equal(fake_seen.rects, clamped, sizeof(clamped));
   assert_fails(eglSetDamageRegionKHR(dpy, surface, rects, 2), EGL_BAD_ACCESS);
   assert_true(eglSwapBuffers(dpy, surface));
   assert_fails(eglSetDamageRegionKHR(dpy, surface, rects, 2), EGL_BAD_ACCESS);
   assert_fails(eglSetDamageRegionKHR(dpy, pbuffer, rects, 2), EGL_BAD_MATCH);

   /* The window goes away. */
   fake.lose_windows = true;
   assert_true(eglSwapBuffers(dpy, surface));
   assert_fails(eglSwapBuffers(dpy, surface), EGL_BAD_NATIVE_WINDOW);
   assert_fails(eglWaitClient(), EGL_BAD_CURRENT_SURFACE);
   assert_true(eglMakeCurrent(dpy, NULL, NULL, NULL));
   assert_fails(eglMakeCurrent(dpy, surface, surface, context), EGL_BAD_NATIVE_WINDOW);
   assert_true(eglMakeCurrent(dpy, pbuffer, pbuffer, context));
   int swaps = fake.swaps;
   assert_true(eglSwapBuffers(dpy, pbuffer));
   assert_int_equal(fake.swaps, swaps);
}

/* --- What is current ----------------------------------------------------------------------- */

static void
test_make_current(void **state)
{
   EGLSurface a = create_pbuffer(config_8888()), b = create_pbuffer(config_8888());
   EGLSurface other = create_pbuffer(config_565());
   EGLContext context = create_es2(config_8888()), second = create_es2(config_8888());
   EGLContext any = create_es2(EGL_NO_CONFIG_KHR);

   assert_true(eglMakeCurrent(dpy, a, b, context));
   assert_ptr_equal(eglGetCurrentContext(), context);
   assert_ptr_equal(eglGetCurrentDisplay(), dpy);
   assert_ptr_equal(eglGetCurrentSurface(EGL_DRAW), a);
   assert_ptr_equal(eglGetCurrentSurface(EGL_READ), b);
   assert_fails(eglGetCurrentSurface(EGL_WIDTH), EGL_BAD_PARAMETER);

   assert_fails(eglMakeCurrent(dpy, a, NULL, context), EGL_BAD_MATCH);
   assert_fails(eglMakeCurrent(dpy, a, a, NULL), EGL_BAD_MATCH);
   assert_fails(eglMakeCurrent(dpy, a, context, context), EGL_BAD_SURFACE);
   assert_fails(eglMakeCurrent(dpy, a, a, &a), EGL_BAD_CONTEXT);
   assert_fails(eglMakeCurrent(&a, a, a, context), EGL_BAD_DISPLAY);
   assert_fails(eglMakeCurrent(&a, NULL, NULL, NULL), EGL_BAD_DISPLAY);
   assert_fails(eglMakeCurrent(dpy, other, other, context), EGL_BAD_MATCH);
   fake.fail_make_current = true;
   assert_fails(eglMakeCurrent(dpy, a, a, second), EGL_BAD_ALLOC);
   assert_fails(eglMakeCurrent(dpy, NULL, NULL, NULL), EGL_BAD_ALLOC);
   fake.fail_make_current = false;
   assert_ptr_equal(eglGetCurrentContext(), context);
   assert_ptr_equal(eglGetCurrentSurface(EGL_READ), b);

   assert_true(eglMakeCurrent(dpy, a, a, second));
   assert_true(eglMakeCurrent(dpy, other, other, any));
   assert_true(eglMakeCurrent(dpy, a, b, any));
   assert_true(eglMakeCurrent(dpy, NULL, NULL, any));
   assert_null(eglGetCurrentSurface(EGL_DRAW));
   assert_true(eglWaitClient());
   assert_fails(eglSwapInterval(dpy, 1), EGL_BAD_SURFACE);
   assert_true(eglMakeCurrent(dpy, NULL, NULL, NULL));
   assert_null(eglGetCurrentContext());
   assert_null(eglGetCurrentDisplay());
   assert_true(eglWaitGL());
}

static void
test_destroy_current(void **state)
{
   EGLSurface a = create_window(config_8888()), b = create_pbuffer(config_8888());
   EGLContext context = create_es2(config_8888());

   assert_true(eglMakeCurrent(dpy, a, a, context));
   assert_true(eglDestroySurface(dpy, a));
   assert_true(eglDestroyContext(dpy, context));
   assert_int_equal(fake.contexts, 1);
   assert_int_equal(fake.surfaces, 2);
   assert_null(eglGetCurrentContext());
   assert_fails(eglSwapBuffers(dpy, a), EGL_BAD_SURFACE);
   assert_fails(eglMakeCurrent(dpy, b, b, context), EGL_BAD_CONTEXT);
   assert_non_null(create_window(config_8888()));
   assert_true(eglMakeCurrent(dpy, NULL, NULL, NULL));
   assert_int_equal(fake.contexts, 0);
   assert_int_equal(fake.surfaces, 2);
}

static void
test_terminate_current(void **state)
{
   EGLSurface surface = create_pbuffer(config_8888());
   EGLContext context = create_es2(config_8888());
   EGLContext unused = create_es2(config_8888());

   assert_true(eglMakeCurrent(dpy, surface, surface, context));
   assert_true(eglTerminate(dpy));
   assert_int_equal(fake.contexts, 1);
   assert_int_equal(fake.surfaces, 1);
   assert_int_equal(fake.displays, 1);
   assert_fails(eglDestroyContext(dpy, unused), EGL_NOT_INITIALIZED);
   assert_fails(eglMakeCurrent(dpy, surface, surface, context), EGL_NOT_INITIALIZED);

   /* The living half of the driver is used again. */
   assert_true(eglInitialize(dpy, NULL, NULL));
   assert_int_equal(fake.displays, 1);
   assert_fails(eglDestroyContext(dpy, unused), EGL_BAD_CONTEXT);
   assert_fails(eglDestroyContext(dpy, context), EGL_BAD_CONTEXT);
   EGLContext next = create_es2(config_8888());
   assert_true(eglMakeCurrent(dpy, NULL, NULL, next));
   assert_int_equal(fake.contexts, 1);
   assert_int_equal(fake.surfaces, 0);

   /* Released on a display that is not initialized. */
   assert_true(eglTerminate(dpy));
   assert_int_equal(fake.displays, 1);
   assert_true(eglMakeCurrent(dpy, NULL, NULL, NULL));
   assert_int_equal(fake.contexts, 0);
   assert_int_equal(fake.displays, 0);
   assert_true(eglInitialize(dpy, NULL, NULL));
}

static void
test_api_binding(void **state)
{
   assert_int_equal(eglQueryAPI(), EGL_OPENGL_ES_API);
   assert_fails(eglBindAPI(EGL_OPENVG_API), EGL_BAD_PARAMETER);
   assert_true(eglBindAPI(EGL_OPENGL_API));
   assert_int_equal(eglQueryAPI(), EGL_OPENGL_API);
   assert_true(eglReleaseThread());
   assert_int_equal(eglQueryAPI(), EGL_OPENGL_ES_API);
}

/* --- Threads ------------------------------------------------------------------------------- */

/* cmocka's assertions are for the main thread, so that others report back what they saw. */
static void
run_thread(void *(*function)(void *), void *data)
{
   pthread_t thread;
   assert_int_equal(pthread_create(&thread, NULL, function, data), 0);
   assert_int_equal(pthread_join(thread, NULL), 0);
}

struct attempt {
   EGLSurface surface;
   EGLContext context;
   EGLint error;
};

static void *
try_current(void *data)
{
   struct attempt *attempt = data;
   attempt->error = eglMakeCurrent(dpy, attempt->surface, attempt->surface, attempt->context)
                       ? EGL_SUCCESS
                       : eglGetError();
   return NULL;
}

static void
test_current_elsewhere(void **state)
{
   struct attempt attempt = { create_pbuffer(config_8888()), create_es2(config_8888()), 0 };
   EGLSurface free_surface = create_pbuffer(config_8888());
   EGLContext free_context = create_es2(config_8888());
   struct attempt with_surface = { attempt.surface, free_context, 0 };
   struct attempt with_context = { free_surface, attempt.context, 0 };
   struct attempt with_neither = { free_surface, free_context, 0 };

   assert_true(eglMakeCurrent(dpy, attempt.surface, attempt.surface, attempt.context));
   run_thread(try_current, &attempt);
   assert_int_equal(attempt.error, EGL_BAD_ACCESS);
   run_thread(try_current, &with_surface);
   assert_int_equal(with_surface.error, EGL_BAD_ACCESS);
   run_thread(try_current, &with_context);
   assert_int_equal(with_context.error, EGL_BAD_ACCESS);
   run_thread(try_current, &with_neither);
   assert_int_equal(with_neither.error, EGL_SUCCESS);

   /* The thread that exited released what it had. */
   assert_true(eglMakeCurrent(dpy, free_surface, free_surface, free_context));
   run_thread(try_current, &attempt);
   assert_int_equal(attempt.error, EGL_SUCCESS);
}

static void *
exit_with_context(void *data)
{
   struct attempt *attempt = data;
   try_current(attempt);
   eglDestroyContext(dpy, attempt->context);
   eglDestroySurface(dpy, attempt->surface);
   return NULL;
}

static void
test_thread_exit(void **state)
{
   struct attempt attempt = { create_pbuffer(config_8888()), create_es2(config_8888()), 0 };
   run_thread(exit_with_context, &attempt);
   assert_int_equal(attempt.error, EGL_SUCCESS);
   assert_int_equal(fake.contexts, 0);
   assert_int_equal(fake.surfaces, 0);
}

/* Threads that fight for one context and one display must not crash; the sanitizers look on. */
static void *
fight(void *data)
{
   struct attempt *attempt = data;
   EGLConfig config;
   EGLint count;
   for (int i = 0; i < 200; i++) {
      eglInitialize(dpy, NULL, NULL);
      eglChooseConfig(dpy, NULL, &config, 1, &count);
      EGLContext context = create_es2(config);
      EGLSurface surface = create_window(config);
      eglMakeCurrent(dpy, attempt->surface, attempt->surface, attempt->context);
      eglMakeCurrent(dpy, surface, surface, context);
      eglSwapBuffers(dpy, surface);
      EGLSync sync = eglCreateSync(dpy, EGL_SYNC_FENCE, NULL);
      eglClientWaitSync(dpy, sync, EGL_SYNC_FLUSH_COMMANDS_BIT, 0);
      eglDestroySurface(dpy, surface);
      eglDestroyContext(dpy, context);
      if (i % 16 == 0)
         eglTerminate(dpy);
   }
   return NULL;
}

static void
test_fight(void **state)
{
   struct attempt attempt = { create_pbuffer(config_8888()), create_es2(config_8888()), 0 };
   pthread_t threads[4];
   for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
      assert_int_equal(pthread_create(&threads[i], NULL, fight, &attempt), 0);
   for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
      assert_int_equal(pthread_join(threads[i], NULL), 0);
}

/* --- Images and syncs ---------------------------------------------------------------------- */

static void
test_images(void **state)
{
   EGLContext context = create_es2(config_8888());
   EGLClientBuffer buffer = (EGLClientBuffer)7;
   const EGLAttrib level[] = { EGL_GL_TEXTURE_LEVEL, 2, EGL_IMAGE_PRESERVED, EGL_TRUE, EGL_NONE };
   const EGLAttrib bad_level[] = { EGL_GL_TEXTURE_LEVEL, -2, EGL_NONE };
   const EGLAttrib bad_name[] = { EGL_WIDTH, 2, EGL_NONE };
   const EGLint plane[] = { EGL_WAYLAND_PLANE_WL, 1, EGL_NONE };

   EGLImage image = eglCreateImage(dpy, context, EGL_GL_TEXTURE_2D, buffer, level);
   assert_non_null(image);
   assert_int_equal(fake_seen.image.level, 2);
   assert_true(fake_seen.image.preserved);
   assert_fails(eglCreateImage(dpy, context, EGL_GL_TEXTURE_2D, buffer, bad_level), EGL_BAD_MATCH);
   assert_fails(eglCreateImage(dpy, context, EGL_GL_TEXTURE_2D, buffer, bad_name),
                EGL_BAD_PARAMETER);
   assert_fails(eglCreateImage(dpy, context, EGL_GL_TEXTURE_2D, NULL, NULL), EGL_BAD_PARAMETER);
   assert_fails(eglCreateImage(dpy, NULL, EGL_GL_TEXTURE_2D, buffer, NULL), EGL_BAD_CONTEXT);
   assert_fails(eglCreateImage(dpy, buffer, EGL_GL_TEXTURE_2D, buffer, NULL), EGL_BAD_CONTEXT);
   assert_fails(eglCreateImage(dpy, NULL, EGL_LINUX_DMA_BUF_EXT, NULL, NULL), EGL_BAD_PARAMETER);
   assert_non_null(eglCreateImageKHR(dpy, NULL, EGL_WAYLAND_BUFFER_WL, buffer, plane));
   assert_int_equal(fake_seen.image.wayland_plane, 1);
   assert_fails(eglCreateImageKHR(dpy, context, EGL_GL_RENDERBUFFER, buffer, plane),
                EGL_BAD_PARAMETER);

   /* A reference of the driver's outlives the handle. */
   struct egl_image *held = egl_image_lookup(image);
   assert_ptr_equal(held, image);
   assert_true(eglDestroyImage(dpy, image));
   assert_fails(eglDestroyImageKHR(dpy, image), EGL_BAD_PARAMETER);
   assert_null(egl_image_lookup(image));
   assert_int_equal(fake.images, 2);
   egl_image_unref(held);
   assert_int_equal(fake.images, 1);
}

static void
test_garbage_handles(void **state)
{
   void *const garbage[] = {
      NULL, (void *)1, (void *)-1ul, (void *)0x5555555555555555, &window, dpy
   };
   EGLint value;
   EGLAttrib wide;

   for (size_t i = 0; i < ARRAY_LENGTH(garbage); i++) {
      void *handle = garbage[i];
      assert_null(egl_image_lookup(handle));
      assert_fails(eglDestroyImage(dpy, handle), EGL_BAD_PARAMETER);
      assert_fails(eglCreateWaylandBufferFromImageWL(dpy, handle), EGL_BAD_PARAMETER);
      assert_fails(eglDestroySync(dpy, handle), EGL_BAD_PARAMETER);
      assert_fails(eglClientWaitSync(dpy, handle, 0, EGL_FOREVER), EGL_BAD_PARAMETER);
      assert_fails(eglWaitSyncKHR(dpy, handle, 0), EGL_BAD_PARAMETER);
      assert_fails(eglSignalSyncKHR(dpy, handle, EGL_SIGNALED_KHR), EGL_BAD_PARAMETER);
      assert_fails(eglGetSyncAttrib(dpy, handle, EGL_SYNC_TYPE, &wide), EGL_BAD_PARAMETER);
      assert_fails(eglDestroyContext(dpy, handle), EGL_BAD_CONTEXT);
      assert_fails(eglQuerySurface(dpy, handle, EGL_WIDTH, &value), EGL_BAD_SURFACE);
      if (handle != dpy)
         assert_fails(eglGetConfigs(handle, NULL, 0, &value), EGL_BAD_DISPLAY);
   }
}

static void
test_fences(void **state)
{
   EGLContext context = create_es2(config_8888());
   const EGLint attributes[] = { EGL_SYNC_STATUS_KHR, 1, EGL_NONE };
   EGLAttrib wide;
   EGLint value;

   assert_fails(eglCreateSync(dpy, EGL_SYNC_FENCE, NULL), EGL_BAD_MATCH);
   assert_true(eglMakeCurrent(dpy, NULL, NULL, context));
   EGLSync sync = eglCreateSync(dpy, EGL_SYNC_FENCE, NULL);
   assert_non_null(sync);
   assert_fails(eglCreateSync(dpy, EGL_SYNC_CL_EVENT, NULL), EGL_BAD_PARAMETER);
   assert_fails(eglCreateSyncKHR(dpy, EGL_SYNC_CL_EVENT, NULL), EGL_BAD_ATTRIBUTE);
   assert_fails(eglCreateSyncKHR(dpy, EGL_SYNC_FENCE, attributes), EGL_BAD_ATTRIBUTE);

   assert_true(eglGetSyncAttrib(dpy, sync, EGL_SYNC_CONDITION, &wide));
   assert_int_equal(wide, EGL_SYNC_PRIOR_COMMANDS_COMPLETE);
   assert_true(eglGetSyncAttribKHR(dpy, sync, EGL_SYNC_STATUS_KHR, &value));
   assert_int_equal(value, EGL_UNSIGNALED);
   assert_int_equal(eglClientWaitSync(dpy, sync, 0, 0), EGL_TIMEOUT_EXPIRED);
   assert_int_equal(fake.flushes, 0);
   fake.fence_reached = true;
   assert_int_equal(eglClientWaitSync(dpy, sync, EGL_SYNC_FLUSH_COMMANDS_BIT, EGL_FOREVER),
                    EGL_CONDITION_SATISFIED);
   assert_int_equal(fake.flushes, 1);
   fake.fence_reached = false;
   assert_true(eglGetSyncAttrib(dpy, sync, EGL_SYNC_STATUS, &wide));
   assert_int_equal(wide, EGL_SIGNALED);

   assert_true(eglWaitSync(dpy, sync, 0));
   assert_fails(eglWaitSync(dpy, sync, 1), EGL_BAD_PARAMETER);
   assert_fails(eglGetSyncAttrib(dpy, sync, EGL_SYNC_STATUS, NULL), EGL_BAD_PARAMETER);
   assert_fails(eglGetSyncAttrib(dpy, sync, EGL_WIDTH, &wide), EGL_BAD_ATTRIBUTE);
   assert_fails(eglSignalSyncKHR(dpy, sync, EGL_SIGNALED_KHR), EGL_BAD_MATCH);
   assert_true(eglMakeCurrent(dpy, NULL, NULL, NULL));
   assert_fails(eglWaitSync(dpy, sync, 0), EGL_BAD_MATCH);
}

struct waiter {
   EGLSync sync;
   EGLint result;
};

static void *
wait_for_sync(void *data)
{
   struct waiter *waiter = data;
   waiter->result = eglClientWaitSync(dpy, waiter->sync, 0, EGL_FOREVER);
   return NULL;
}

static EGLBoolean
signal_sync(EGLSync sync)
{
   return eglSignalSyncKHR(dpy, sync, EGL_SIGNALED_KHR);
}

static EGLBoolean
pulse_sync(EGLSync sync)
{
   return eglSignalSyncKHR(dpy, sync, EGL_SIGNALED_KHR) &&
          eglSignalSyncKHR(dpy, sync, EGL_UNSIGNALED_KHR);
}

static EGLBoolean
destroy_sync(EGLSync sync)
{
   return eglDestroySyncKHR(dpy, sync);
}

static EGLBoolean
terminate_all(EGLSync sync)
{
   return eglTerminate(dpy);
}

static void
test_reusable(void **state)
{
   EGLBoolean (*const wakes[])(EGLSync) = { signal_sync, pulse_sync, destroy_sync, terminate_all };
   EGLAttrib value;

   for (size_t i = 0; i < ARRAY_LENGTH(wakes); i++) {
      struct waiter waiter = { eglCreateSyncKHR(dpy, EGL_SYNC_REUSABLE_KHR, NULL), 0 };
      pthread_t thread;
      assert_non_null(waiter.sync);
      assert_int_equal(eglClientWaitSync(dpy, waiter.sync, 0, 0), EGL_TIMEOUT_EXPIRED);
      assert_int_equal(eglClientWaitSync(dpy, waiter.sync, 0, 1000000), EGL_TIMEOUT_EXPIRED);
      assert_fails(eglGetSyncAttrib(dpy, waiter.sync, EGL_SYNC_CONDITION, &value),
                   EGL_BAD_ATTRIBUTE);
      assert_fails(eglSignalSyncKHR(dpy, waiter.sync, 1), EGL_BAD_PARAMETER);

      assert_int_equal(pthread_create(&thread, NULL, wait_for_sync, &waiter), 0);
      nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
      assert_true(wakes[i](waiter.sync));
      assert_int_equal(pthread_join(thread, NULL), 0);
      assert_int_equal(waiter.result, EGL_CONDITION_SATISFIED);
   }
   assert_int_equal(fake.displays, 0);
}

/* --- EGL_KHR_debug ------------------------------------------------------------------------- */

static struct {
   int calls;
   EGLenum error;
   EGLint type;
   const char *command;
   EGLLabelKHR thread, object;
} message;

static void EGLAPIENTRY
on_message(EGLenum error, const char *command, EGLint type, EGLLabelKHR thread, EGLLabelKHR object,
           const char *text)
{
   message.calls++;
   message.error = error;
   message.command = command;
   message.type = type;
   message.thread = thread;
   message.object = object;
}

static void
test_debug(void **state)
{
   EGLSurface surface = create_window(config_8888());
   const EGLAttrib no_errors[] = { EGL_DEBUG_MSG_ERROR_KHR, EGL_FALSE, EGL_NONE };
   const EGLAttrib bad[] = { EGL_WIDTH, EGL_FALSE, EGL_NONE };
   EGLAttrib value;
   EGLint size;

   assert_int_equal(eglDebugMessageControlKHR(on_message, NULL), EGL_SUCCESS);
   assert_int_equal(eglLabelObjectKHR(dpy, EGL_OBJECT_THREAD_KHR, NULL, "me"), EGL_SUCCESS);
   assert_int_equal(eglLabelObjectKHR(dpy, EGL_OBJECT_SURFACE_KHR, surface, "it"), EGL_SUCCESS);
   assert_int_equal(eglLabelObjectKHR(dpy, EGL_OBJECT_CONTEXT_KHR, surface, "it"),
                    EGL_BAD_PARAMETER);
   assert_false(eglQuerySurface(dpy, surface, EGL_RED_SIZE, &size));
   assert_int_equal(message.calls, 2);
   assert_int_equal(message.error, EGL_BAD_ATTRIBUTE);
   assert_int_equal(message.type, EGL_DEBUG_MSG_ERROR_KHR);
   assert_string_equal(message.command, "eglQuerySurface");
   assert_string_equal(message.thread, "me");
   assert_string_equal(message.object, "it");

   assert_int_equal(eglDebugMessageControlKHR(on_message, bad), EGL_BAD_ATTRIBUTE);
   assert_int_equal(message.calls, 3);
   assert_int_equal(eglDebugMessageControlKHR(on_message, no_errors), EGL_SUCCESS);
   assert_false(eglQuerySurface(dpy, surface, EGL_RED_SIZE, &size));
   assert_int_equal(message.calls, 3);
   assert_null(create_window(config_8888()));
   assert_int_equal(message.calls, 4);
   assert_int_equal(message.type, EGL_DEBUG_MSG_CRITICAL_KHR);
   assert_true(eglQueryDebugKHR(EGL_DEBUG_MSG_ERROR_KHR, &value));
   assert_int_equal(value, EGL_FALSE);
   assert_true(eglQueryDebugKHR(EGL_DEBUG_CALLBACK_KHR, &value));
   assert_ptr_equal(value, on_message);
   assert_int_equal(eglDebugMessageControlKHR(NULL, NULL), EGL_SUCCESS);
   assert_true(eglQueryDebugKHR(EGL_DEBUG_MSG_ERROR_KHR, &value));
   assert_int_equal(value, EGL_TRUE);
   assert_fails(eglQueryDebugKHR(EGL_WIDTH, &value), EGL_BAD_ATTRIBUTE);
}

static void
test_wayland(void **state)
{
   EGLint value;
   struct wl_display *wl_display = (struct wl_display *)&window;
   struct wl_resource *buffer = (struct wl_resource *)&window;

   assert_true(eglBindWaylandDisplayWL(dpy, wl_display));
   assert_fails(eglBindWaylandDisplayWL(dpy, NULL), EGL_BAD_PARAMETER);
   assert_fails(eglQueryWaylandBufferWL(dpy, buffer, EGL_WIDTH, &value), EGL_SUCCESS);
   assert_fails(eglQueryWaylandBufferWL(dpy, NULL, EGL_WIDTH, &value), EGL_BAD_PARAMETER);
   assert_true(eglUnbindWaylandDisplayWL(dpy, wl_display));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
   const struct CMUnitTest tests[] = {
      TEST(test_displays),
      TEST(test_default_display),
      TEST(test_native_platform),
      TEST(test_initialize),
      TEST(test_strings),
      TEST(test_procs),
      TEST(test_devices),
      TEST(test_get_configs),
      TEST(test_choose_sorted),
      TEST(test_choose_matching),
      TEST(test_context_attributes),
      TEST(test_context_sharing),
      TEST(test_query_context),
      TEST(test_windows),
      TEST(test_pbuffers),
      TEST(test_texture_images),
      TEST(test_swapping),
      TEST(test_make_current),
      TEST(test_destroy_current),
      TEST(test_terminate_current),
      TEST(test_api_binding),
      TEST(test_current_elsewhere),
      TEST(test_thread_exit),
      TEST(test_fight),
      TEST(test_images),
      TEST(test_garbage_handles),
      TEST(test_fences),
      TEST(test_reusable),
      TEST(test_debug),
      TEST(test_wayland),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
