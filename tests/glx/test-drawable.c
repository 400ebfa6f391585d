/*
 * GLX windows, pixmaps and pbuffers, textures from pixmaps, and fonts.
 */
#include "harness.h"

static Display *dpy;
static GLXFBConfig config;
static GLXContext context;

static unsigned
query(GLXDrawable drawable, int attribute)
{
   unsigned value = 0xdead;

   glXQueryDrawable(dpy, drawable, attribute, &value);
   return value;
}

/* --- Windows ------------------------------------------------------------------------------- */

static void
glx_windows_are_drawn_into(void **state)
{
   const Window window = create_window(dpy, config, 64, 48);
   const GLXWindow glx_window = glXCreateWindow(dpy, config, window, NULL);
   int id;

   assert_true(glx_window != None && glx_window != window);
   assert_int_equal(query(glx_window, GLX_WIDTH), 64);
   assert_int_equal(query(glx_window, GLX_HEIGHT), 48);
   XResizeWindow(dpy, window, 70, 50);
   assert_int_equal(query(glx_window, GLX_WIDTH), 70);
   glXGetFBConfigAttrib(dpy, config, GLX_FBCONFIG_ID, &id);
   assert_int_equal(query(glx_window, GLX_FBCONFIG_ID), id);
   assert_true(glXMakeContextCurrent(dpy, glx_window, glx_window, context));
   clear(GREEN);
   glXSwapBuffers(dpy, glx_window);
   expect_pixel(dpy, window, 10, 10, GREEN);
   /* It lives while it is current. */
   glXDestroyWindow(dpy, glx_window);
   clear(RED);
   assert_int_equal(gl_pixel(0, 0), RED);
   glXMakeCurrent(dpy, None, NULL);
   expect_no_error(dpy);
   assert_false(glXMakeCurrent(dpy, glx_window, context));
   expect_glx_error(dpy, BAD_DRAWABLE);
   XDestroyWindow(dpy, window);
}

static void
bad_drawables_are_refused(void **state)
{
   const Window window = create_window(dpy, config, 16, 16);
   const Pixmap shallow = XCreatePixmap(dpy, window, 16, 16, 1);

   assert_int_equal(glXCreateWindow(dpy, config, 0x123, NULL), None);
   expect_error(dpy, BadWindow);
   assert_int_equal(glXCreatePixmap(dpy, config, 0x123, NULL), None);
   expect_error(dpy, BadDrawable);
   assert_int_equal(glXCreatePixmap(dpy, config, shallow, NULL), None);
   expect_error(dpy, BadMatch);
   glXSwapBuffers(dpy, 0x123);
   expect_glx_error(dpy, BAD_DRAWABLE);
   XFreePixmap(dpy, shallow);
   XDestroyWindow(dpy, window);
}

static void
nonsense_harms_nobody(void **state)
{
   static const XID ids[] = { None, 0x123, 0x7fffffff };
   PFNGLXBINDTEXIMAGEEXTPROC bind = FIND(PFNGLXBINDTEXIMAGEEXTPROC, "glXBindTexImageEXT");
   PFNGLXCOPYSUBBUFFERMESAPROC copy = FIND(PFNGLXCOPYSUBBUFFERMESAPROC, "glXCopySubBufferMESA");
   PFNGLXGETSYNCVALUESOMLPROC get = FIND(PFNGLXGETSYNCVALUESOMLPROC, "glXGetSyncValuesOML");
   PFNGLXGETMSCRATEOMLPROC get_rate = FIND(PFNGLXGETMSCRATEOMLPROC, "glXGetMscRateOML");
   int64_t ust, msc, sbc;
   int32_t numerator, denominator;
   unsigned long mask;

   for (unsigned i = 0; i < 3; i++) {
      glXSwapBuffers(dpy, ids[i]);
      expect_glx_error(dpy, BAD_DRAWABLE);
      query(ids[i], GLX_WIDTH);
      expect_glx_error(dpy, BAD_DRAWABLE);
      query(ids[i], GLX_BACK_BUFFER_AGE_EXT);
      expect_glx_error(dpy, BAD_DRAWABLE);
      glXSelectEvent(dpy, ids[i], 0);
      expect_glx_error(dpy, BAD_DRAWABLE);
      glXGetSelectedEvent(dpy, ids[i], &mask);
      expect_glx_error(dpy, BAD_DRAWABLE);
      copy(dpy, ids[i], 0, 0, 1, 1);
      expect_glx_error(dpy, BAD_DRAWABLE);
      glXDestroyWindow(dpy, ids[i]);
      expect_glx_error(dpy, BAD_WINDOW);
      glXDestroyPixmap(dpy, ids[i]);
      expect_glx_error(dpy, BAD_PIXMAP);
      glXDestroyPbuffer(dpy, ids[i]);
      expect_glx_error(dpy, BAD_PBUFFER);
      bind(dpy, ids[i], GLX_FRONT_LEFT_EXT, NULL);
      XSync(dpy, False);
      assert_false(get(dpy, ids[i], &ust, &msc, &sbc));
      assert_false(get_rate(dpy, ids[i], &numerator, &denominator));
      XSync(dpy, False);
   }
   glXWaitGL();
   glXWaitX();
   glXUseXFont(None, 0, 1, 1);
   assert_false(glXMakeCurrent(dpy, DefaultRootWindow(dpy), (GLXContext)0x1234));
   expect_glx_error(dpy, BAD_CONTEXT);
}

/* --- Pbuffers ------------------------------------------------------------------------------ */

static void
pbuffers_are_drawn_into(void **state)
{
   static const int attributes[] = { GLX_PBUFFER_WIDTH, 33, GLX_PBUFFER_HEIGHT, 17, None };
   const GLXPbuffer pbuffer = glXCreatePbuffer(dpy, config, attributes);

   assert_true(pbuffer != None);
   assert_int_equal(query(pbuffer, GLX_WIDTH), 33);
   assert_int_equal(query(pbuffer, GLX_HEIGHT), 17);
   assert_int_equal(query(pbuffer, GLX_LARGEST_PBUFFER), False);
   assert_int_equal(query(pbuffer, GLX_PRESERVED_CONTENTS), True);
   assert_true(glXMakeCurrent(dpy, pbuffer, context));
   clear(BLUE);
   assert_int_equal(gl_pixel(32, 16), BLUE);
   glXSwapBuffers(dpy, pbuffer);
   glReadBuffer(GL_FRONT);
   assert_int_equal(gl_pixel(32, 16), BLUE);
   glReadBuffer(GL_BACK);
   glXMakeCurrent(dpy, None, NULL);
   /* What was drawn stays. */
   glXMakeCurrent(dpy, pbuffer, context);
   glReadBuffer(GL_FRONT);
   assert_int_equal(gl_pixel(0, 0), BLUE);
   glReadBuffer(GL_BACK);
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyPbuffer(dpy, pbuffer);
   expect_no_error(dpy);
   glXDestroyPbuffer(dpy, pbuffer);
   expect_glx_error(dpy, BAD_PBUFFER);
}

static void
large_pbuffers(void **state)
{
   static const int too_large[] = { GLX_PBUFFER_WIDTH, 100000, GLX_PBUFFER_HEIGHT, 16, None };
   static const int largest[] = {
      GLX_PBUFFER_WIDTH, 100000, GLX_PBUFFER_HEIGHT, 16, GLX_LARGEST_PBUFFER, True, None
   };
   GLXPbuffer pbuffer;

   assert_int_equal(glXCreatePbuffer(dpy, config, too_large), None);
   expect_error(dpy, BadAlloc);
   pbuffer = glXCreatePbuffer(dpy, config, largest);
   assert_true(pbuffer != None);
   assert_int_equal(query(pbuffer, GLX_WIDTH), 16384);
   assert_int_equal(query(pbuffer, GLX_LARGEST_PBUFFER), True);
   glXDestroyPbuffer(dpy, pbuffer);
   expect_no_error(dpy);
}

static void
pbuffers_are_known_to_other_connections(void **state)
{
   static const int attributes[] = { GLX_PBUFFER_WIDTH, 16, GLX_PBUFFER_HEIGHT, 16, None };
   const GLXPbuffer pbuffer = glXCreatePbuffer(dpy, config, attributes);
   Display *other = open_display();
   GLXContext other_context =
      glXCreateNewContext(other, choose_config(other, NULL), GLX_RGBA_TYPE, NULL, True);

   glXMakeCurrent(dpy, pbuffer, context);
   clear(GREEN);
   glXMakeCurrent(dpy, None, NULL);
   assert_true(glXMakeCurrent(other, pbuffer, other_context));
   assert_int_equal(gl_pixel(3, 3), GREEN);
   glXMakeCurrent(other, None, NULL);
   glXDestroyContext(other, other_context);
   expect_no_error(other);
   XCloseDisplay(other);
   glXDestroyPbuffer(dpy, pbuffer);
}

/* --- Pixmaps ------------------------------------------------------------------------------- */

static Pixmap
create_pixmap(int width, int height, unsigned color)
{
   const Pixmap pixmap =
      XCreatePixmap(dpy, DefaultRootWindow(dpy), (unsigned)width, (unsigned)height, 24);
   GC gc = XCreateGC(dpy, pixmap, 0, NULL);

   XSetForeground(dpy, gc, color);
   XFillRectangle(dpy, pixmap, gc, 0, 0, (unsigned)width, (unsigned)height);
   XFreeGC(dpy, gc);
   return pixmap;
}

static GLXFBConfig
pixmap_config(void)
{
   static const int attributes[] = { GLX_DRAWABLE_TYPE,
                                     GLX_PIXMAP_BIT,
                                     GLX_RED_SIZE,
                                     8,
                                     GLX_ALPHA_SIZE,
                                     0,
                                     GLX_DOUBLEBUFFER,
                                     False,
                                     GLX_BIND_TO_TEXTURE_RGB_EXT,
                                     True,
                                     None };

   return choose_config(dpy, attributes);
}

static void
gl_and_x_draw_into_pixmaps(void **state)
{
   GLXFBConfig single = pixmap_config();
   GLXContext single_context = glXCreateNewContext(dpy, single, GLX_RGBA_TYPE, NULL, True);
   const Pixmap pixmap = create_pixmap(20, 10, BLUE);
   const GLXPixmap glx_pixmap = glXCreatePixmap(dpy, single, pixmap, NULL);
   GC gc = XCreateGC(dpy, pixmap, 0, NULL);

   assert_true(glx_pixmap != None);
   assert_int_equal(query(glx_pixmap, GLX_WIDTH), 20);
   assert_true(glXMakeCurrent(dpy, glx_pixmap, single_context));
   assert_int_equal(gl_pixel(1, 1), BLUE);
   clear(RED);
   glXWaitGL();
   assert_int_equal(x_pixel(dpy, pixmap, 5, 5), RED);

   /* X's upper half is GL's upper half. */
   XSetForeground(dpy, gc, GREEN);
   XFillRectangle(dpy, pixmap, gc, 0, 0, 20, 5);
   glXWaitX();
   assert_int_equal(gl_pixel(10, 9), GREEN);
   assert_int_equal(gl_pixel(10, 0), RED);

   /* GL cannot know of X's drawing when it clears to the same colour again. */
   clear(RED);
   glXWaitGL();
   assert_int_equal(x_pixel(dpy, pixmap, 10, 2), RED);

   glXMakeCurrent(dpy, None, NULL);
   glXDestroyPixmap(dpy, glx_pixmap);
   glXDestroyContext(dpy, single_context);
   XFreeGC(dpy, gc);
   XFreePixmap(dpy, pixmap);
   expect_no_error(dpy);
}

static void
pixmaps_of_old(void **state)
{
   GLXFBConfig single = pixmap_config();
   XVisualInfo *visual = glXGetVisualFromFBConfig(dpy, single);
   GLXContext old = glXCreateContext(dpy, visual, NULL, True);
   const Pixmap pixmap = create_pixmap(16, 16, BLUE);
   const GLXPixmap glx_pixmap = glXCreateGLXPixmap(dpy, visual, pixmap);

   assert_true(glXMakeCurrent(dpy, glx_pixmap, old));
   clear(GREEN);
   glXWaitGL();
   assert_int_equal(x_pixel(dpy, pixmap, 8, 8), GREEN);
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyGLXPixmap(dpy, glx_pixmap);
   glXDestroyContext(dpy, old);
   XFreePixmap(dpy, pixmap);
   XFree(visual);
   expect_no_error(dpy);
}

static void
draw_texture(void)
{
   glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
   glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
   glEnable(GL_TEXTURE_2D);
   glColor3f(1, 1, 1);
   glBegin(GL_QUADS);
   glTexCoord2f(0, 0);
   glVertex2f(-1, -1);
   glTexCoord2f(1, 0);
   glVertex2f(1, -1);
   glTexCoord2f(1, 1);
   glVertex2f(1, 1);
   glTexCoord2f(0, 1);
   glVertex2f(-1, 1);
   glEnd();
   glDisable(GL_TEXTURE_2D);
}

static void
pixmaps_are_textures(void **state)
{
   static const int attributes[] = { GLX_TEXTURE_TARGET_EXT, GLX_TEXTURE_2D_EXT,
                                     GLX_TEXTURE_FORMAT_EXT, GLX_TEXTURE_FORMAT_RGB_EXT, None };
   PFNGLXBINDTEXIMAGEEXTPROC bind = FIND(PFNGLXBINDTEXIMAGEEXTPROC, "glXBindTexImageEXT");
   PFNGLXRELEASETEXIMAGEEXTPROC release =
      FIND(PFNGLXRELEASETEXIMAGEEXTPROC, "glXReleaseTexImageEXT");
   const Window window = create_window(dpy, config, 32, 32);
   const Pixmap pixmap = create_pixmap(32, 32, BLUE);
   const GLXPixmap glx_pixmap = glXCreatePixmap(dpy, pixmap_config(), pixmap, attributes);
   GC gc = XCreateGC(dpy, pixmap, 0, NULL);
   GLuint texture;

   assert_int_equal(query(glx_pixmap, GLX_TEXTURE_TARGET_EXT), GLX_TEXTURE_2D_EXT);
   assert_true(glXMakeCurrent(dpy, window, context));
   glGenTextures(1, &texture);
   glBindTexture(GL_TEXTURE_2D, texture);
   bind(dpy, glx_pixmap, GLX_FRONT_LEFT_EXT, NULL);
   draw_texture();
   assert_int_equal(gl_pixel(4, 4), BLUE);
   release(dpy, glx_pixmap, GLX_FRONT_LEFT_EXT);

   /* Again, with what X has drawn meanwhile; X's first row is at t = 0. */
   XSetForeground(dpy, gc, RED);
   XFillRectangle(dpy, pixmap, gc, 0, 0, 32, 16);
   bind(dpy, glx_pixmap, GLX_FRONT_LEFT_EXT, NULL);
   draw_texture();
   assert_int_equal(gl_pixel(4, 4), RED);
   assert_int_equal(gl_pixel(4, 28), BLUE);
   release(dpy, glx_pixmap, GLX_FRONT_LEFT_EXT);
   expect_no_error(dpy);

   bind(dpy, window, GLX_FRONT_LEFT_EXT, NULL);
   expect_glx_error(dpy, BAD_PIXMAP);
   glDeleteTextures(1, &texture);
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyPixmap(dpy, glx_pixmap);
   XFreeGC(dpy, gc);
   XFreePixmap(dpy, pixmap);
   XDestroyWindow(dpy, window);
   expect_no_error(dpy);
}

/* --- Fonts --------------------------------------------------------------------------------- */

static void
characters_become_lists(void **state)
{
   const Window window = create_window(dpy, config, 64, 32);
   const Font font = XLoadFont(dpy, "fixed");
   unsigned count = 0;
   GLuint base;

   assert_true(glXMakeCurrent(dpy, window, context));
   base = glGenLists(96);
   glXUseXFont(font, 32, 96, (int)base);
   glClearColor(0, 0, 0, 0);
   glClear(GL_COLOR_BUFFER_BIT);
   glColor3f(1, 1, 1);
   glRasterPos2f(-0.5f, -0.5f);
   glListBase(base - 32);
   glCallLists(1, GL_UNSIGNED_BYTE, "H");
   for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 64; x++)
         count += gl_pixel(x, y) == WHITE;
   }
   /* Two strokes and a bar. */
   assert_in_range(count, 10, 40);
   /* A blank moves on, and draws nothing. */
   GLfloat before[4], after[4];
   glGetFloatv(GL_CURRENT_RASTER_POSITION, before);
   glCallLists(1, GL_UNSIGNED_BYTE, " ");
   glGetFloatv(GL_CURRENT_RASTER_POSITION, after);
   assert_true(after[0] >= before[0] + 4);
   glDeleteLists(base, 96);
   glXMakeCurrent(dpy, None, NULL);
   XUnloadFont(dpy, font);
   XDestroyWindow(dpy, window);
   expect_no_error(dpy);
}

static int
open_all(void **state)
{
   if (start_server(state) != 0)
      return 1;
   dpy = open_display();
   config = choose_config(dpy, NULL);
   context = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);
   return context ? 0 : 1;
}

static int
close_all(void **state)
{
   glXDestroyContext(dpy, context);
   XCloseDisplay(dpy);
   return stop_server(state);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(glx_windows_are_drawn_into),
      cmocka_unit_test(bad_drawables_are_refused),
      cmocka_unit_test(nonsense_harms_nobody),
      cmocka_unit_test(pbuffers_are_drawn_into),
      cmocka_unit_test(large_pbuffers),
      cmocka_unit_test(pbuffers_are_known_to_other_connections),
      cmocka_unit_test(gl_and_x_draw_into_pixmaps),
      cmocka_unit_test(pixmaps_of_old),
      cmocka_unit_test(pixmaps_are_textures),
      cmocka_unit_test(characters_become_lists),
   };

   return cmocka_run_group_tests_name("glx-drawable", tests, open_all, close_all);
}
