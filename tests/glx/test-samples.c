/*
 * Reading from windows and pbuffers with samples.
 */
#include "harness.h"

#include <math.h>

enum { WIDTH = 40, HEIGHT = 30 };

static Display *dpy;
static PFNGLXCREATECONTEXTATTRIBSARBPROC create_attribs;

/* --- What is drawn, and must be read ------------------------------------------------------- */

/* Left and right half. The depths are exact in 16 bits, nearly. */
static const float colors[2][4] = { { 0.2f, 0.4f, 0.6f, 0.8f }, { 1, 0, 0.8f, 0.2f } };
static const float depths[2] = { 0.25f, 0.75f };
static const unsigned stencils[2] = { 0x33, 0xa5 };

static int
attribute(GLXFBConfig config, int name)
{
   int value = 0;

   assert_int_equal(glXGetFBConfigAttrib(dpy, config, name, &value), Success);
   return value;
}

static void
draw(void)
{
   const PFNGLCLEARDEPTHFPROC clear_depth = FIND(PFNGLCLEARDEPTHFPROC, "glClearDepthf");

   glEnable(GL_SCISSOR_TEST);
   for (int half = 0; half < 2; half++) {
      glScissor(half * WIDTH / 2, 0, WIDTH / 2, HEIGHT);
      glClearColor(colors[half][0], colors[half][1], colors[half][2], colors[half][3]);
      clear_depth(depths[half]);
      glClearStencil((GLint)stencils[half]);
      glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT | GL_STENCIL_BUFFER_BIT);
   }
   glDisable(GL_SCISSOR_TEST);
}

static void
expect_colors(GLXFBConfig config)
{
   static const int names[4] = { GLX_RED_SIZE, GLX_GREEN_SIZE, GLX_BLUE_SIZE, GLX_ALPHA_SIZE };
   float pixels[HEIGHT][WIDTH][4];

   glReadPixels(0, 0, WIDTH, HEIGHT, GL_RGBA, GL_FLOAT, pixels);
   for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
         for (int i = 0; i < 4; i++) {
            const int bits = attribute(config, names[i]);
            const float wanted = bits ? colors[x >= WIDTH / 2][i] : 1;

            assert_true(fabsf(pixels[y][x][i] - wanted) <=
                        1.0f / (float)(1 << (bits < 8 ? bits : 8)));
         }
      }
   }
}

static void
expect_depths(void)
{
   float pixels[HEIGHT][WIDTH];

   glReadPixels(0, 0, WIDTH, HEIGHT, GL_DEPTH_COMPONENT, GL_FLOAT, pixels);
   for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++)
         assert_true(fabsf(pixels[y][x] - depths[x >= WIDTH / 2]) < 1e-4f);
   }
}

static void
expect_stencils(void)
{
   GLubyte pixels[HEIGHT][WIDTH];

   glReadPixels(0, 0, WIDTH, HEIGHT, GL_STENCIL_INDEX, GL_UNSIGNED_BYTE, pixels);
   for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++)
         assert_int_equal(pixels[y][x], stencils[x >= WIDTH / 2]);
   }
}

static void
expect_depths_with_stencils(void)
{
   GLuint pixels[HEIGHT][WIDTH];

   glReadPixels(0, 0, WIDTH, HEIGHT, GL_DEPTH_STENCIL, GL_UNSIGNED_INT_24_8, pixels);
   for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
         assert_int_equal(pixels[y][x] & 0xff, stencils[x >= WIDTH / 2]);
         assert_in_range(pixels[y][x] >> 28, x >= WIDTH / 2 ? 11 : 3, x >= WIDTH / 2 ? 12 : 4);
      }
   }
}

/* --- Drawables ----------------------------------------------------------------------------- */

/* One of a config, with a context that is current on it. */
struct target {
   GLXPbuffer pbuffer;
   GLXContext context;
};

static struct target
open_target(GLXFBConfig config, int major, int profile)
{
   static const int size[] = { GLX_PBUFFER_WIDTH, WIDTH, GLX_PBUFFER_HEIGHT, HEIGHT, None };
   const int attributes[] = { GLX_CONTEXT_MAJOR_VERSION_ARB, major, GLX_CONTEXT_PROFILE_MASK_ARB,
                              profile, None };
   struct target target = {
      .pbuffer = glXCreatePbuffer(dpy, config, size),
      .context = create_attribs(dpy, config, NULL, True, attributes),
   };

   assert_true(target.pbuffer != None && target.context != NULL);
   assert_true(glXMakeContextCurrent(dpy, target.pbuffer, target.pbuffer, target.context));
   return target;
}

static struct target
open_gl_target(GLXFBConfig config)
{
   return open_target(config, 3, GLX_CONTEXT_COMPATIBILITY_PROFILE_BIT_ARB);
}

static void
close_target(struct target target)
{
   assert_int_equal(glGetError(), GL_NO_ERROR);
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyContext(dpy, target.context);
   glXDestroyPbuffer(dpy, target.pbuffer);
   expect_no_error(dpy);
}

/* The first with 4 samples, depth, stencil and so much alpha. */
static GLXFBConfig
find_config(int alpha)
{
   const int attributes[] = { GLX_DRAWABLE_TYPE,
                              GLX_WINDOW_BIT | GLX_PBUFFER_BIT,
                              GLX_SAMPLES,
                              4,
                              GLX_DEPTH_SIZE,
                              24,
                              GLX_STENCIL_SIZE,
                              8,
                              GLX_DOUBLEBUFFER,
                              True,
                              None };
   GLXFBConfig config = NULL;
   int count = 0;
   GLXFBConfig *list = glXChooseFBConfig(dpy, DefaultScreen(dpy), attributes, &count);

   for (int i = 0; i < count && !config; i++) {
      if (attribute(list[i], GLX_ALPHA_SIZE) == alpha && attribute(list[i], GLX_RED_SIZE) == 8)
         config = list[i];
   }
   XFree(list);
   assert_non_null(config);
   return config;
}

/* --- Tests --------------------------------------------------------------------------------- */

static void
all_configs_are_read(void **state)
{
   int count = 0, with_samples = 0;
   GLXFBConfig *list = glXGetFBConfigs(dpy, DefaultScreen(dpy), &count);

   for (int i = 0; i < count; i++) {
      struct target target;

      if (attribute(list[i], GLX_SAMPLES) < 2 ||
          !(attribute(list[i], GLX_DRAWABLE_TYPE) & GLX_PBUFFER_BIT))
         continue;
      with_samples++;
      target = open_gl_target(list[i]);
      draw();
      expect_colors(list[i]);
      if (attribute(list[i], GLX_DEPTH_SIZE) != 0)
         expect_depths();
      if (attribute(list[i], GLX_STENCIL_SIZE) != 0)
         expect_stencils();
      if (attribute(list[i], GLX_DEPTH_SIZE) == 24 && attribute(list[i], GLX_STENCIL_SIZE) != 0)
         expect_depths_with_stencils();
      close_target(target);
   }
   assert_true(with_samples > 0);
   XFree(list);
}

static void
gles_reads_colors(void **state)
{
   for (int alpha = 0; alpha <= 8; alpha += 8) {
      const GLXFBConfig config = find_config(alpha);

      for (int major = 2; major <= 3; major++) {
         struct target target = open_target(config, major, GLX_CONTEXT_ES_PROFILE_BIT_EXT);
         GLubyte pixel[4];

         draw();
         glReadPixels(WIDTH - 1, HEIGHT - 1, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
         assert_int_equal(pixel[0], 255);
         assert_int_equal(pixel[1], 0);
         assert_int_equal(pixel[2], 204);
         assert_int_equal(pixel[3], alpha ? 51 : 255);
         close_target(target);
      }
   }
}

static void
windows_are_read(void **state)
{
   const GLXFBConfig config = find_config(0);
   const Window window = create_window(dpy, config, WIDTH, HEIGHT);
   const GLXContext context = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);

   assert_true(glXMakeCurrent(dpy, window, context));
   draw();
   expect_colors(config);
   expect_depths();
   expect_stencils();
   glXSwapBuffers(dpy, window);
   expect_pixel(dpy, window, 0, 0, 0x336699);
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyContext(dpy, context);
   XDestroyWindow(dpy, window);
   expect_no_error(dpy);
}

static void
samples_are_averaged(void **state)
{
   const PFNGLSAMPLEMASKIPROC sample_mask = FIND(PFNGLSAMPLEMASKIPROC, "glSampleMaski");
   struct target target = open_gl_target(find_config(0));
   GLubyte pixel[4];

   clear(0);
   glEnable(GL_SAMPLE_MASK);
   sample_mask(0, 0x5);
   glColor3f(1, 1, 1);
   glRectf(-1, -1, 1, 1);
   glReadPixels(7, 7, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
   assert_in_range(pixel[0], 127, 128);
   close_target(target);
}

/* The encoded values are read, whether they are encoded when they are written or not. */
static void
srgb_is_read_as_it_is(void **state)
{
   const int attributes[] = { GLX_DRAWABLE_TYPE,
                              GLX_PBUFFER_BIT,
                              GLX_SAMPLES,
                              4,
                              GLX_FRAMEBUFFER_SRGB_CAPABLE_ARB,
                              True,
                              None };
   int count = 0;
   GLXFBConfig *list = glXChooseFBConfig(dpy, DefaultScreen(dpy), attributes, &count);

   assert_true(count > 0);
   for (int i = 0; i < count; i++) {
      struct target target = open_gl_target(list[i]);
      GLubyte pixel[4];

      glEnable(GL_FRAMEBUFFER_SRGB);
      clear(0x808080);
      glReadPixels(1, 1, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
      assert_in_range(pixel[0], 187, 189);
      glDisable(GL_FRAMEBUFFER_SRGB);
      clear(0x808080);
      glReadPixels(1, 1, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
      assert_int_equal(pixel[0], 0x80);
      close_target(target);
   }
   XFree(list);
}

static GLint
get(GLenum name)
{
   GLint value = -1;

   glGetIntegerv(name, &value);
   return value;
}

static void
state_stays(void **state)
{
   const PFNGLGENFRAMEBUFFERSPROC gen = FIND(PFNGLGENFRAMEBUFFERSPROC, "glGenFramebuffers");
   const PFNGLBINDFRAMEBUFFERPROC bind = FIND(PFNGLBINDFRAMEBUFFERPROC, "glBindFramebuffer");
   const PFNGLGENRENDERBUFFERSPROC gen_r = FIND(PFNGLGENRENDERBUFFERSPROC, "glGenRenderbuffers");
   const PFNGLBINDRENDERBUFFERPROC bind_r = FIND(PFNGLBINDRENDERBUFFERPROC, "glBindRenderbuffer");
   const PFNGLENABLEIPROC enable = FIND(PFNGLENABLEIPROC, "glEnablei");
   const PFNGLISENABLEDIPROC is_enabled = FIND(PFNGLISENABLEDIPROC, "glIsEnabledi");
   const GLXFBConfig config = find_config(0);
   struct target target = open_gl_target(config);
   GLuint framebuffer, renderbuffer;

   draw();
   gen(1, &framebuffer);
   bind(GL_DRAW_FRAMEBUFFER, framebuffer);
   gen_r(1, &renderbuffer);
   bind_r(GL_RENDERBUFFER, renderbuffer);
   glScissor(0, 0, 1, 1);
   enable(GL_SCISSOR_TEST, 0);
   expect_colors(config);
   expect_depths();
   assert_int_equal(get(GL_DRAW_FRAMEBUFFER_BINDING), framebuffer);
   assert_int_equal(get(GL_READ_FRAMEBUFFER_BINDING), 0);
   assert_int_equal(get(GL_RENDERBUFFER_BINDING), renderbuffer);
   assert_true(is_enabled(GL_SCISSOR_TEST, 0));
   assert_false(is_enabled(GL_SCISSOR_TEST, 1));
   close_target(target);
}

/* glReadPixels is not a part of lists, nor is anything that we call for it (GL 4.6 compatibility, 21.4). */
static void
lists_hold_no_reading(void **state)
{
   struct target target = open_gl_target(find_config(0));
   GLubyte pixel[4];

   draw();
   glEnable(GL_SCISSOR_TEST);
   glNewList(1, GL_COMPILE);
   glReadPixels(0, 0, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
   glEndList();
   glDisable(GL_SCISSOR_TEST);
   glCallList(1);
   assert_false(glIsEnabled(GL_SCISSOR_TEST));
   assert_int_equal(get(GL_DRAW_FRAMEBUFFER_BINDING), 0);
   close_target(target);
}

static void
buffers_are_read_into(void **state)
{
   const PFNGLGENBUFFERSPROC gen = FIND(PFNGLGENBUFFERSPROC, "glGenBuffers");
   const PFNGLBINDBUFFERPROC bind = FIND(PFNGLBINDBUFFERPROC, "glBindBuffer");
   const PFNGLBUFFERDATAPROC data = FIND(PFNGLBUFFERDATAPROC, "glBufferData");
   const PFNGLGETBUFFERSUBDATAPROC get_data = FIND(PFNGLGETBUFFERSUBDATAPROC, "glGetBufferSubData");
   struct target target = open_gl_target(find_config(0));
   float depth[2] = { 0 };
   GLuint buffer;

   draw();
   gen(1, &buffer);
   bind(GL_PIXEL_PACK_BUFFER, buffer);
   data(GL_PIXEL_PACK_BUFFER, 16, NULL, GL_STREAM_READ);
   glReadPixels(WIDTH / 2 - 1, 3, 2, 1, GL_DEPTH_COMPONENT, GL_FLOAT, (void *)8);
   get_data(GL_PIXEL_PACK_BUFFER, 8, sizeof(depth), depth);
   assert_true(fabsf(depth[0] - depths[0]) < 1e-4f && fabsf(depth[1] - depths[1]) < 1e-4f);
   close_target(target);
}

/* What is outside of it is anything. */
static void
places_are_those_of_the_window(void **state)
{
   struct target target = open_gl_target(find_config(0));
   GLubyte pixels[8][8][4];

   draw();
   glReadPixels(-5, -3, 8, 8, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
   assert_int_equal(pixels[3][5][0], 51);
   assert_int_equal(pixels[7][7][0], 51);
   glReadPixels(WIDTH - 2, HEIGHT - 1, 8, 8, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
   assert_int_equal(pixels[0][1][0], 255);
   glReadPixels(-9, 0, 8, 8, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
   glReadPixels(WIDTH, 0, 8, 8, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
   glReadPixels(0, 0, 0, 8, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
   glReadPixels(WIDTH / 2 - 1, 3, 2, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
   assert_int_equal(pixels[0][0][0], 51);
   assert_int_equal(pixels[0][1][0], 255);
   close_target(target);
}

static void
errors_are_those_of_gl(void **state)
{
   const PFNGLREADNPIXELSARBPROC readn = FIND(PFNGLREADNPIXELSARBPROC, "glReadnPixelsARB");
   struct target target = open_gl_target(find_config(0));
   GLubyte pixels[16];

   draw();
   glReadPixels(0, 0, -1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
   assert_int_equal(glGetError(), GL_INVALID_VALUE);
   glReadPixels(0, 0, 1, 1, GL_RGBA, GL_TEXTURE_2D, pixels);
   assert_int_equal(glGetError(), GL_INVALID_ENUM);
   readn(0, 0, 2, 2, GL_RGBA, GL_UNSIGNED_BYTE, 15, pixels);
   assert_int_equal(glGetError(), GL_INVALID_OPERATION);
   readn(0, 0, 2, 2, GL_RGBA, GL_UNSIGNED_BYTE, 16, pixels);
   assert_int_equal(pixels[13], 102);
   glReadBuffer(GL_NONE);
   glReadPixels(0, 0, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
   assert_int_equal(glGetError(), GL_INVALID_OPERATION);
   expect_depths();
   glReadBuffer(GL_BACK);
   glBegin(GL_POINTS);
   glReadPixels(0, 0, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
   glEnd();
   assert_int_equal(glGetError(), GL_INVALID_OPERATION);
   close_target(target);
}

static int
open_all(void **state)
{
   start_server(state);
   dpy = open_display();
   create_attribs = FIND(PFNGLXCREATECONTEXTATTRIBSARBPROC, "glXCreateContextAttribsARB");
   return 0;
}

static int
close_all(void **state)
{
   XCloseDisplay(dpy);
   return stop_server(state);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_configs_are_read),
      cmocka_unit_test(gles_reads_colors),
      cmocka_unit_test(windows_are_read),
      cmocka_unit_test(samples_are_averaged),
      cmocka_unit_test(srgb_is_read_as_it_is),
      cmocka_unit_test(state_stays),
      cmocka_unit_test(lists_hold_no_reading),
      cmocka_unit_test(buffers_are_read_into),
      cmocka_unit_test(places_are_those_of_the_window),
      cmocka_unit_test(errors_are_those_of_gl),
   };

   return cmocka_run_group_tests_name("glx-samples", tests, open_all, close_all);
}
