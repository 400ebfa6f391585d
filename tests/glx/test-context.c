/*
 * Contexts of all kinds, those that there are not, and where they are current.
 */
#include "harness.h"

#include <pthread.h>
#include <stdio.h>

static Display *dpy;
static GLXFBConfig config;
static Window window;
static PFNGLXCREATECONTEXTATTRIBSARBPROC create_attribs;

static void
check_version(int major, int minor)
{
   const char *version = (const char *)glGetString(GL_VERSION);
   int got_major = 0, got_minor = 0;

   assert_non_null(version);
   if (strncmp(version, "OpenGL ES-CM ", 13) == 0)
      version += 13;
   else if (strncmp(version, "OpenGL ES ", 10) == 0)
      version += 10;
   assert_int_equal(sscanf(version, "%d.%d", &got_major, &got_minor), 2);
   assert_true(got_major > major || (got_major == major && got_minor >= minor));
}

/* --- Kinds --------------------------------------------------------------------------------- */

static void
contexts_of_old(void **state)
{
   XVisualInfo *visual = glXGetVisualFromFBConfig(dpy, config);
   GLXContext a = glXCreateContext(dpy, visual, NULL, True);
   GLXContext b = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, a, True);
   int value;

   assert_non_null(a);
   assert_non_null(b);
   assert_true(glXIsDirect(dpy, a));
   assert_int_equal(glXQueryContext(dpy, b, GLX_RENDER_TYPE, &value), Success);
   assert_int_equal(value, GLX_RGBA_TYPE);
   assert_int_equal(glXQueryContext(dpy, b, GLX_SCREEN, &value), Success);
   assert_int_equal(value, DefaultScreen(dpy));
   assert_int_equal(glXQueryContext(dpy, b, 0x7777, &value), GLX_BAD_ATTRIBUTE);
   assert_true(glXMakeCurrent(dpy, window, a));
   check_version(1, 4);
   glBegin(GL_POINTS);
   glEnd();
   assert_int_equal(glGetError(), GL_NO_ERROR);
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyContext(dpy, a);
   glXDestroyContext(dpy, b);
   XFree(visual);
   expect_no_error(dpy);
}

static void
all_versions_and_profiles(void **state)
{
   static const int kinds[][3] = {
      { 1, 0, 0 },
      { 2, 1, 0 },
      { 3, 0, 0 },
      { 3, 1, 0 },
      { 3, 2, GLX_CONTEXT_CORE_PROFILE_BIT_ARB },
      { 3, 3, GLX_CONTEXT_CORE_PROFILE_BIT_ARB },
      { 3, 3, GLX_CONTEXT_COMPATIBILITY_PROFILE_BIT_ARB },
      { 4, 0, GLX_CONTEXT_CORE_PROFILE_BIT_ARB },
      { 1, 1, GLX_CONTEXT_ES_PROFILE_BIT_EXT },
      { 2, 0, GLX_CONTEXT_ES_PROFILE_BIT_EXT },
      { 3, 0, GLX_CONTEXT_ES_PROFILE_BIT_EXT },
      { 3, 1, GLX_CONTEXT_ES_PROFILE_BIT_EXT },
   };

   for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
      const int attributes[] = { GLX_CONTEXT_MAJOR_VERSION_ARB,
                                 kinds[i][0],
                                 GLX_CONTEXT_MINOR_VERSION_ARB,
                                 kinds[i][1],
                                 kinds[i][2] ? GLX_CONTEXT_PROFILE_MASK_ARB : None,
                                 kinds[i][2],
                                 None };
      GLXContext context = create_attribs(dpy, config, NULL, True, attributes);

      assert_non_null(context);
      assert_true(glXMakeCurrent(dpy, window, context));
      check_version(kinds[i][0], kinds[i][1]);
      clear(BLUE);
      assert_int_equal(gl_pixel(1, 1), BLUE);
      glXMakeCurrent(dpy, None, NULL);
      glXDestroyContext(dpy, context);
   }
   expect_no_error(dpy);
}

static void
flags_are_kept(void **state)
{
   const int attributes[] = { GLX_CONTEXT_MAJOR_VERSION_ARB,
                              3,
                              GLX_CONTEXT_MINOR_VERSION_ARB,
                              2,
                              GLX_CONTEXT_FLAGS_ARB,
                              GLX_CONTEXT_DEBUG_BIT_ARB | GLX_CONTEXT_FORWARD_COMPATIBLE_BIT_ARB,
                              GLX_CONTEXT_RELEASE_BEHAVIOR_ARB,
                              GLX_CONTEXT_RELEASE_BEHAVIOR_NONE_ARB,
                              None };
   GLXContext context = create_attribs(dpy, config, NULL, True, attributes);
   GLint flags = 0, behavior = -1;

   assert_non_null(context);
   assert_true(glXMakeCurrent(dpy, window, context));
   glGetIntegerv(GL_CONTEXT_FLAGS, &flags);
   assert_true(flags & GL_CONTEXT_FLAG_DEBUG_BIT);
   assert_true(flags & GL_CONTEXT_FLAG_FORWARD_COMPATIBLE_BIT);
   glGetIntegerv(GL_CONTEXT_RELEASE_BEHAVIOR, &behavior);
   assert_int_equal(behavior, GL_NONE);
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyContext(dpy, context);
}

static void
contexts_without_a_config(void **state)
{
   const int attributes[] = { GLX_SCREEN, DefaultScreen(dpy), None };
   GLXContext context = create_attribs(dpy, NULL, NULL, True, attributes);
   int value;

   assert_non_null(context);
   assert_int_equal(glXQueryContext(dpy, context, GLX_FBCONFIG_ID, &value), Success);
   assert_int_equal(value, None);
   assert_true(glXMakeCurrent(dpy, window, context));
   clear(GREEN);
   assert_int_equal(gl_pixel(1, 1), GREEN);
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyContext(dpy, context);
   expect_no_error(dpy);
}

static void
contexts_without_drawables(void **state)
{
   const int attributes[] = { GLX_CONTEXT_MAJOR_VERSION_ARB, 3, GLX_CONTEXT_MINOR_VERSION_ARB, 2,
                              None };
   GLXContext context = create_attribs(dpy, config, NULL, True, attributes);

   assert_true(glXMakeContextCurrent(dpy, None, None, context));
   check_version(3, 2);
   glXMakeContextCurrent(dpy, None, None, NULL);
   glXDestroyContext(dpy, context);
   expect_no_error(dpy);
}

static void
lists_are_shared(void **state)
{
   GLXContext a = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);
   GLXContext b = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, a, True);
   GLXContext c = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);
   GLuint list;

   glXMakeCurrent(dpy, window, a);
   list = glGenLists(1);
   glNewList(list, GL_COMPILE);
   glEndList();
   glXMakeCurrent(dpy, window, b);
   assert_true(glIsList(list));
   glXMakeCurrent(dpy, window, c);
   assert_false(glIsList(list));
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyContext(dpy, a);
   glXDestroyContext(dpy, b);
   glXDestroyContext(dpy, c);
}

/* --- Errors -------------------------------------------------------------------------------- */

static void
expect_refusal(const int *attributes)
{
   assert_null(create_attribs(dpy, config, NULL, True, attributes));
}

static void
bad_attributes_are_refused(void **state)
{
   static const int unknown[] = { 0x7777, 1, None };
   static const int version[] = { GLX_CONTEXT_MAJOR_VERSION_ARB, 2, GLX_CONTEXT_MINOR_VERSION_ARB,
                                  7, None };
   static const int too_new[] = { GLX_CONTEXT_MAJOR_VERSION_ARB, 4, GLX_CONTEXT_MINOR_VERSION_ARB,
                                  6, None };
   static const int flag[] = { GLX_CONTEXT_FLAGS_ARB, 0x4000, None };
   static const int profile[] = { GLX_CONTEXT_PROFILE_MASK_ARB, 0x30, None };
   static const int es[] = { GLX_CONTEXT_MAJOR_VERSION_ARB,
                             2,
                             GLX_CONTEXT_MINOR_VERSION_ARB,
                             1,
                             GLX_CONTEXT_PROFILE_MASK_ARB,
                             GLX_CONTEXT_ES_PROFILE_BIT_EXT,
                             None };
   static const int forward[] = { GLX_CONTEXT_FLAGS_ARB, GLX_CONTEXT_FORWARD_COMPATIBLE_BIT_ARB,
                                  None };
   static const int unlike[] = { GLX_CONTEXT_MAJOR_VERSION_ARB, 3, GLX_CONTEXT_OPENGL_NO_ERROR_ARB,
                                 True, None };
   static const int no_error[] = { GLX_CONTEXT_MAJOR_VERSION_ARB,
                                   3,
                                   GLX_CONTEXT_FLAGS_ARB,
                                   GLX_CONTEXT_DEBUG_BIT_ARB,
                                   GLX_CONTEXT_OPENGL_NO_ERROR_ARB,
                                   True,
                                   None };

   expect_refusal(unknown);
   expect_error(dpy, BadValue);
   expect_refusal(version);
   expect_error(dpy, BadMatch);
   expect_refusal(too_new);
   expect_glx_error(dpy, BAD_FB_CONFIG);
   expect_refusal(flag);
   expect_error(dpy, BadValue);
   expect_refusal(profile);
   expect_glx_error(dpy, BAD_PROFILE);
   expect_refusal(es);
   expect_glx_error(dpy, BAD_PROFILE);
   expect_refusal(forward);
   expect_error(dpy, BadMatch);
   expect_refusal(no_error);
   expect_error(dpy, BadMatch);
   GLXContext share = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);
   assert_null(create_attribs(dpy, config, share, True, unlike));
   expect_error(dpy, BadMatch);
   glXDestroyContext(dpy, share);
}

static void
indirect_contexts_are_refused(void **state)
{
   XVisualInfo *visual = glXGetVisualFromFBConfig(dpy, config);

   assert_null(glXCreateContext(dpy, visual, NULL, False));
   expect_error(dpy, BadValue);
   assert_null(glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, False));
   expect_error(dpy, BadValue);
   assert_null(create_attribs(dpy, config, NULL, False, NULL));
   expect_error(dpy, BadValue);
   XFree(visual);
}

static void
making_current_fails_rightly(void **state)
{
   GLXContext context = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);

   assert_false(glXMakeCurrent(dpy, 0x123, context));
   expect_glx_error(dpy, BAD_DRAWABLE);
   assert_false(glXMakeContextCurrent(dpy, window, None, context));
   expect_error(dpy, BadMatch);
   assert_false(glXMakeCurrent(dpy, window, NULL));
   expect_error(dpy, BadMatch);

   /* What was current stays. */
   assert_true(glXMakeCurrent(dpy, window, context));
   assert_false(glXMakeCurrent(dpy, 0x123, context));
   expect_glx_error(dpy, BAD_DRAWABLE);
   assert_ptr_equal(glXGetCurrentContext(), context);
   clear(RED);
   assert_int_equal(gl_pixel(0, 0), RED);
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyContext(dpy, context);
}

static void
state_is_not_copied(void **state)
{
   GLXContext a = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);
   GLXContext b = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);

   glXCopyContext(dpy, a, b, GL_ALL_ATTRIB_BITS);
   expect_error(dpy, BadMatch);
   glXDestroyContext(dpy, a);
   glXDestroyContext(dpy, b);
}

/* --- Where they are current ---------------------------------------------------------------- */

static void
a_destroyed_context_lives_while_current(void **state)
{
   GLXContext context = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);

   glXMakeCurrent(dpy, window, context);
   glXDestroyContext(dpy, context);
   clear(GREEN);
   assert_int_equal(gl_pixel(0, 0), GREEN);
   assert_true(glXMakeCurrent(dpy, None, NULL));
   assert_null(glXGetCurrentContext());
   expect_no_error(dpy);
}

static void
reads_come_from_the_read_drawable(void **state)
{
   const Window other = create_window(dpy, config, 32, 32);
   GLXContext context = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);

   glXMakeCurrent(dpy, other, context);
   clear(BLUE);
   glXMakeCurrent(dpy, window, context);
   clear(RED);
   assert_true(glXMakeContextCurrent(dpy, window, other, context));
   assert_int_equal(glXGetCurrentReadDrawable(), other);
   assert_int_equal(gl_pixel(0, 0), BLUE);
   clear(GREEN);
   assert_int_equal(gl_pixel(0, 0), BLUE);
   assert_true(glXMakeCurrent(dpy, window, context));
   assert_int_equal(gl_pixel(0, 0), GREEN);
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyContext(dpy, context);
   XDestroyWindow(dpy, other);
   expect_no_error(dpy);
}

struct other_thread {
   GLXContext context;
   bool let_go;
   Bool result;
};

static void *
make_current(void *data)
{
   struct other_thread *thread = data;

   thread->result = glXMakeCurrent(dpy, window, thread->context);
   if (thread->result && thread->let_go)
      glXMakeCurrent(dpy, None, NULL);
   return NULL;
}

static Bool
make_current_elsewhere(GLXContext context, bool let_go)
{
   struct other_thread other = { context, let_go, False };
   pthread_t thread;

   assert_int_equal(pthread_create(&thread, NULL, make_current, &other), 0);
   pthread_join(thread, NULL);
   return other.result;
}

static void
a_context_is_current_on_one_thread(void **state)
{
   GLXContext context = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);

   assert_true(glXMakeCurrent(dpy, window, context));
   assert_false(make_current_elsewhere(context, true));
   expect_error(dpy, BadAccess);
   glXMakeCurrent(dpy, None, NULL);
   assert_true(make_current_elsewhere(context, true));
   assert_true(glXMakeCurrent(dpy, window, context));
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyContext(dpy, context);
   expect_no_error(dpy);
}

static void
a_thread_that_ends_lets_go(void **state)
{
   GLXContext context = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);

   assert_true(make_current_elsewhere(context, false));
   assert_true(glXMakeCurrent(dpy, window, context));
   clear(GREEN);
   assert_int_equal(gl_pixel(0, 0), GREEN);
   glXMakeCurrent(dpy, None, NULL);
   glXDestroyContext(dpy, context);
   expect_no_error(dpy);
}

static void
ids_are_the_servers(void **state)
{
   PFNGLXGETCONTEXTIDEXTPROC get_id = FIND(PFNGLXGETCONTEXTIDEXTPROC, "glXGetContextIDEXT");
   PFNGLXIMPORTCONTEXTEXTPROC import = FIND(PFNGLXIMPORTCONTEXTEXTPROC, "glXImportContextEXT");
   GLXContext context = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);
   const GLXContextID id = get_id(context);

   assert_true(id != None);
   /* Direct contexts cannot be imported, and that is no error. */
   assert_null(import(dpy, id));
   expect_no_error(dpy);
   glXDestroyContext(dpy, context);
   assert_null(import(dpy, id));
   expect_glx_error(dpy, BAD_CONTEXT);
}

static int
open_all(void **state)
{
   if (start_server(state) != 0)
      return 1;
   dpy = open_display();
   config = choose_config(dpy, NULL);
   window = create_window(dpy, config, 64, 64);
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
      cmocka_unit_test(contexts_of_old),
      cmocka_unit_test(all_versions_and_profiles),
      cmocka_unit_test(flags_are_kept),
      cmocka_unit_test(contexts_without_a_config),
      cmocka_unit_test(contexts_without_drawables),
      cmocka_unit_test(lists_are_shared),
      cmocka_unit_test(bad_attributes_are_refused),
      cmocka_unit_test(indirect_contexts_are_refused),
      cmocka_unit_test(making_current_fails_rightly),
      cmocka_unit_test(state_is_not_copied),
      cmocka_unit_test(a_destroyed_context_lives_while_current),
      cmocka_unit_test(reads_come_from_the_read_drawable),
      cmocka_unit_test(a_context_is_current_on_one_thread),
      cmocka_unit_test(a_thread_that_ends_lets_go),
      cmocka_unit_test(ids_are_the_servers),
   };

   return cmocka_run_group_tests_name("glx-context", tests, open_all, close_all);
}
