/*
 * FB configs and visuals: which match, and in which order.
 */
#include "harness.h"

static Display *dpy;

static int
get(GLXFBConfig config, int attribute)
{
   int value = -1;

   assert_int_equal(glXGetFBConfigAttrib(dpy, config, attribute, &value), Success);
   return value;
}

static GLXFBConfig *
choose(const int *attributes, int *count)
{
   return glXChooseFBConfig(dpy, DefaultScreen(dpy), attributes, count);
}

static void
all_configs_have_all_attributes(void **state)
{
   static const int attributes[] = {
      GLX_FBCONFIG_ID,
      GLX_BUFFER_SIZE,
      GLX_LEVEL,
      GLX_DOUBLEBUFFER,
      GLX_STEREO,
      GLX_AUX_BUFFERS,
      GLX_RED_SIZE,
      GLX_ALPHA_SIZE,
      GLX_DEPTH_SIZE,
      GLX_STENCIL_SIZE,
      GLX_ACCUM_RED_SIZE,
      GLX_RENDER_TYPE,
      GLX_DRAWABLE_TYPE,
      GLX_X_RENDERABLE,
      GLX_VISUAL_ID,
      GLX_X_VISUAL_TYPE,
      GLX_CONFIG_CAVEAT,
      GLX_TRANSPARENT_TYPE,
      GLX_MAX_PBUFFER_WIDTH,
      GLX_MAX_PBUFFER_HEIGHT,
      GLX_MAX_PBUFFER_PIXELS,
      GLX_SAMPLE_BUFFERS,
      GLX_SAMPLES,
      GLX_FRAMEBUFFER_SRGB_CAPABLE_ARB,
      GLX_SWAP_METHOD_OML,
      GLX_Y_INVERTED_EXT,
      GLX_BIND_TO_TEXTURE_TARGETS_EXT,
   };
   int count, value;
   GLXFBConfig *list = glXGetFBConfigs(dpy, DefaultScreen(dpy), &count);

   assert_non_null(list);
   assert_true(count > 50);
   for (int i = 0; i < count; i++) {
      for (unsigned a = 0; a < sizeof(attributes) / sizeof(attributes[0]); a++)
         get(list[i], attributes[a]);
      assert_int_equal(get(list[i], GLX_SAMPLE_BUFFERS), get(list[i], GLX_SAMPLES) > 0);
      assert_true(get(list[i], GLX_FBCONFIG_ID) != 0);
      assert_int_equal(glXGetFBConfigAttrib(dpy, list[i], 0x7777, &value), GLX_BAD_ATTRIBUTE);
   }
   XFree(list);
}

static void
standard_choice_is_rgba_for_windows(void **state)
{
   int count;
   GLXFBConfig *list = choose(NULL, &count);

   assert_true(count > 0);
   for (int i = 0; i < count; i++) {
      assert_true(get(list[i], GLX_RENDER_TYPE) & GLX_RGBA_BIT);
      assert_true(get(list[i], GLX_DRAWABLE_TYPE) & GLX_WINDOW_BIT);
      assert_false(get(list[i], GLX_STEREO));
   }
   XFree(list);
}

static void
minimums_are_kept(void **state)
{
   const int attributes[] = { GLX_RED_SIZE,
                              5,
                              GLX_ALPHA_SIZE,
                              1,
                              GLX_DEPTH_SIZE,
                              16,
                              GLX_STENCIL_SIZE,
                              1,
                              GLX_DOUBLEBUFFER,
                              True,
                              None };
   int count;
   GLXFBConfig *list = choose(attributes, &count);

   assert_true(count > 0);
   for (int i = 0; i < count; i++) {
      assert_true(get(list[i], GLX_RED_SIZE) >= 5);
      assert_true(get(list[i], GLX_ALPHA_SIZE) >= 1);
      assert_true(get(list[i], GLX_DEPTH_SIZE) >= 16);
      assert_true(get(list[i], GLX_STENCIL_SIZE) >= 1);
      assert_true(get(list[i], GLX_DOUBLEBUFFER));
   }
   XFree(list);
}

static void
more_of_the_wanted_bits_come_first(void **state)
{
   const int attributes[] = { GLX_RED_SIZE, 1, GLX_GREEN_SIZE, 1, GLX_BLUE_SIZE, 1, None };
   int count, bits, last = 1000;
   GLXFBConfig *list = choose(attributes, &count);

   assert_true(count > 0);
   for (int i = 0; i < count; i++) {
      if (get(list[i], GLX_CONFIG_CAVEAT) != GLX_NONE)
         break;
      bits =
         get(list[i], GLX_RED_SIZE) + get(list[i], GLX_GREEN_SIZE) + get(list[i], GLX_BLUE_SIZE);
      assert_true(bits <= last);
      last = bits;
   }
   XFree(list);
}

static void
what_nobody_asked_for_is_small(void **state)
{
   const int attributes[] = { GLX_RED_SIZE, 8, GLX_DOUBLEBUFFER, True, None };
   int count;
   GLXFBConfig *list = choose(attributes, &count);

   assert_true(count > 0);
   assert_int_equal(get(list[0], GLX_CONFIG_CAVEAT), GLX_NONE);
   assert_int_equal(get(list[0], GLX_ALPHA_SIZE), 0);
   assert_int_equal(get(list[0], GLX_DEPTH_SIZE), 0);
   assert_int_equal(get(list[0], GLX_STENCIL_SIZE), 0);
   assert_int_equal(get(list[0], GLX_SAMPLES), 0);
   assert_int_equal(get(list[0], GLX_ACCUM_RED_SIZE), 0);
   XFree(list);
}

static void
wanted_depth_is_deep(void **state)
{
   const int attributes[] = { GLX_RED_SIZE, 8, GLX_DEPTH_SIZE, 1, None };
   int count;
   GLXFBConfig *list = choose(attributes, &count);

   assert_true(count > 0);
   assert_true(get(list[0], GLX_DEPTH_SIZE) >= 24);
   XFree(list);
}

static void
an_id_is_enough(void **state)
{
   int count, id;
   GLXFBConfig *all = glXGetFBConfigs(dpy, DefaultScreen(dpy), &count);
   GLXFBConfig *list;

   id = get(all[count - 1], GLX_FBCONFIG_ID);
   const int attributes[] = { GLX_RED_SIZE, 1000, GLX_FBCONFIG_ID, id, None };
   list = choose(attributes, &count);
   assert_int_equal(count, 1);
   assert_int_equal(get(list[0], GLX_FBCONFIG_ID), id);
   XFree(list);
   XFree(all);
}

static void
impossible_choices_give_nothing(void **state)
{
   static const int lists[][5] = {
      { GLX_RED_SIZE, 1000, None },
      { GLX_STEREO, True, None },
      { GLX_RENDER_TYPE, GLX_COLOR_INDEX_BIT, None },
      { GLX_LEVEL, 1, None },
      { 0x7777, 1, None },
   };
   int count;

   for (unsigned i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
      assert_null(choose(lists[i], &count));
      assert_int_equal(count, 0);
   }
   assert_null(glXChooseFBConfig(dpy, 17, NULL, &count));
}

static void
visuals_belong_to_configs(void **state)
{
   int count, value;
   GLXFBConfig *list = glXGetFBConfigs(dpy, DefaultScreen(dpy), &count);

   for (int i = 0; i < count; i++) {
      XVisualInfo *visual = glXGetVisualFromFBConfig(dpy, list[i]);

      assert_int_equal(visual ? visual->visualid : 0, get(list[i], GLX_VISUAL_ID));
      if (!visual)
         continue;
      assert_int_equal(glXGetConfig(dpy, visual, GLX_USE_GL, &value), Success);
      assert_true(value);
      assert_int_equal(glXGetConfig(dpy, visual, GLX_RGBA, &value), Success);
      assert_true(value);
      assert_int_equal(glXGetConfig(dpy, visual, GLX_DEPTH_SIZE, &value), Success);
      assert_int_equal(value, get(list[i], GLX_DEPTH_SIZE));
      XFree(visual);
   }
   XFree(list);
}

static void
visuals_are_chosen(void **state)
{
   int plain[] = { GLX_RGBA, None };
   int good[] = { GLX_RGBA,
                  GLX_DOUBLEBUFFER,
                  GLX_RED_SIZE,
                  8,
                  GLX_DEPTH_SIZE,
                  24,
                  GLX_ALPHA_SIZE,
                  8,
                  GLX_STENCIL_SIZE,
                  8,
                  None };
   int impossible[] = { GLX_RGBA, GLX_STEREO, None };
   XVisualInfo *visual;
   int value;

   visual = glXChooseVisual(dpy, DefaultScreen(dpy), plain);
   assert_non_null(visual);
   assert_int_equal(glXGetConfig(dpy, visual, GLX_DOUBLEBUFFER, &value), Success);
   assert_false(value);
   XFree(visual);
   visual = glXChooseVisual(dpy, DefaultScreen(dpy), good);
   assert_non_null(visual);
   assert_int_equal(glXGetConfig(dpy, visual, GLX_DOUBLEBUFFER, &value), Success);
   assert_true(value);
   assert_int_equal(glXGetConfig(dpy, visual, GLX_ALPHA_SIZE, &value), Success);
   assert_int_equal(value, 8);
   XFree(visual);
   assert_null(glXChooseVisual(dpy, DefaultScreen(dpy), impossible));
}

static void
configs_outlive_their_display(void **state)
{
   Display *other = open_display();
   GLXFBConfig config = choose_config(other, NULL);
   GLXContext context;

   assert_ptr_equal(config, choose_config(dpy, NULL));
   XCloseDisplay(other);
   context = glXCreateNewContext(dpy, config, GLX_RGBA_TYPE, NULL, True);
   assert_non_null(context);
   glXDestroyContext(dpy, context);
}

static void
strings_are_given(void **state)
{
   const char *extensions = glXQueryExtensionsString(dpy, DefaultScreen(dpy));

   assert_non_null(strstr(extensions, "GLX_ARB_create_context_profile"));
   assert_non_null(strstr(extensions, "GLX_MESA_query_renderer"));
   assert_non_null(strstr(extensions, "GLX_OML_sync_control"));
   assert_non_null(glXGetClientString(dpy, GLX_EXTENSIONS));
   assert_memory_equal(glXGetClientString(dpy, GLX_VERSION), "1.4", 3);
   assert_non_null(glXQueryServerString(dpy, DefaultScreen(dpy), GLX_VENDOR));
}

static void
the_renderer_is_told(void **state)
{
   PFNGLXQUERYRENDERERINTEGERMESAPROC query_integer =
      FIND(PFNGLXQUERYRENDERERINTEGERMESAPROC, "glXQueryRendererIntegerMESA");
   PFNGLXQUERYRENDERERSTRINGMESAPROC query_string =
      FIND(PFNGLXQUERYRENDERERSTRINGMESAPROC, "glXQueryRendererStringMESA");
   const int screen = DefaultScreen(dpy);
   unsigned value[3];

   assert_true(query_integer(dpy, screen, 0, GLX_RENDERER_OPENGL_CORE_PROFILE_VERSION_MESA, value));
   assert_true(value[0] >= 3);
   assert_true(query_integer(dpy, screen, 0, GLX_RENDERER_VERSION_MESA, value));
   assert_true(value[0] >= 22);
   assert_false(query_integer(dpy, screen, 1, GLX_RENDERER_VERSION_MESA, value));
   assert_false(query_integer(dpy, screen, 0, 0x7777, value));
   assert_non_null(strstr(query_string(dpy, screen, 0, GLX_RENDERER_DEVICE_ID_MESA), "D3D12"));
   assert_null(query_string(dpy, screen, 0, 0x7777));
}

static int
open_all(void **state)
{
   if (start_server(state) != 0)
      return 1;
   dpy = open_display();
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
      cmocka_unit_test(all_configs_have_all_attributes),
      cmocka_unit_test(standard_choice_is_rgba_for_windows),
      cmocka_unit_test(minimums_are_kept),
      cmocka_unit_test(more_of_the_wanted_bits_come_first),
      cmocka_unit_test(what_nobody_asked_for_is_small),
      cmocka_unit_test(wanted_depth_is_deep),
      cmocka_unit_test(an_id_is_enough),
      cmocka_unit_test(impossible_choices_give_nothing),
      cmocka_unit_test(visuals_belong_to_configs),
      cmocka_unit_test(visuals_are_chosen),
      cmocka_unit_test(configs_outlive_their_display),
      cmocka_unit_test(strings_are_given),
      cmocka_unit_test(the_renderer_is_told),
   };

   return cmocka_run_group_tests_name("glx-config", tests, open_all, close_all);
}
