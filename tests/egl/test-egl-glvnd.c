/* The library as a vendor, with a libglvnd that knows two of them. */
#include "fake_driver.h"

#include "egl/main/procs.h"
#include "util/bits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glvnd/libeglabi.h>

/* Extension functions of ours that libglvnd has no dispatch of its own for. */
static const char *const names[] = {
   "eglBindWaylandDisplayWL",
   "eglClientWaitSyncKHR",
   "eglCreateImageKHR",
   "eglCreateSyncKHR",
   "eglCreateWaylandBufferFromImageWL",
   "eglDestroyImageKHR",
   "eglDestroySyncKHR",
   "eglGetDisplayDriverConfig",
   "eglGetDisplayDriverName",
   "eglGetSyncAttribKHR",
   "eglQueryDeviceAttribEXT",
   "eglQueryDeviceStringEXT",
   "eglQueryWaylandBufferWL",
   "eglSetBlobCacheFuncsANDROID",
   "eglSetDamageRegionKHR",
   "eglSignalSyncKHR",
   "eglSwapBuffersWithDamageEXT",
   "eglSwapBuffersWithDamageKHR",
   "eglUnbindWaylandDisplayWL",
   "eglWaitSyncKHR",
};

static int other_display, other_device;
static __EGLvendorInfo *const us = (__EGLvendorInfo *)"us";
static __EGLvendorInfo *const them = (__EGLvendorInfo *)"them";
static __EGLvendorInfo *last_vendor;
static EGLint last_error;
static __EGLapiImports imports;

static void
thread_init(void)
{
}

static __EGLvendorInfo *
vendor_of_display(EGLDisplay display)
{
   return display == NULL ? NULL : display == &other_display ? them : us;
}

static __EGLvendorInfo *
vendor_of_device(EGLDeviceEXT device)
{
   return device == NULL ? NULL : device == &other_device ? them : us;
}

static EGLBoolean
set_last_vendor(__EGLvendorInfo *vendor)
{
   last_vendor = vendor;
   return EGL_TRUE;
}

static void
set_error(EGLint error)
{
   last_error = error;
}

static const char *EGLAPIENTRY
their_name(EGLDisplay display)
{
   return "their driver";
}

static __eglMustCastToProperFunctionPointerType
fetch(__EGLvendorInfo *vendor, int index)
{
   if (index < 0 || (size_t)index >= ARRAY_LENGTH(names))
      return NULL;
   if (vendor == us)
      return (__eglMustCastToProperFunctionPointerType)imports.getProcAddress(names[index]);
   /* Another vendor has one function only. */
   return strcmp(names[index], "eglGetDisplayDriverName")
             ? NULL
             : (__eglMustCastToProperFunctionPointerType)their_name;
}

static const __EGLapiExports exports = {
   .threadInit = thread_init,
   .fetchDispatchEntry = fetch,
   .setEGLError = set_error,
   .setLastVendor = set_last_vendor,
   .getVendorFromDisplay = vendor_of_display,
   .getVendorFromDevice = vendor_of_device,
};

static int
load(void **state)
{
   memset(&imports, 0, sizeof(imports));
   assert_true(__egl_Main(EGL_VENDOR_ABI_VERSION, &exports, us, &imports));
   for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
      imports.setDispatchIndex(names[i], i);
   imports.setDispatchIndex("eglSomethingElse", 1000);
   return 0;
}

static void
test_abi(void **state)
{
   __EGLapiImports old;
   memset(&old, 0, sizeof(old));
   assert_false(__egl_Main(EGL_VENDOR_ABI_VERSION + (1 << 16), &exports, us, &old));
   assert_null(old.getProcAddress);

   /* The first version's table was shorter. */
   assert_true(__egl_Main(EGL_VENDOR_ABI_MAJOR_VERSION << 16, &exports, us, &old));
   assert_non_null(old.getProcAddress);
   assert_null(old.findNativeDisplayPlatform);
}

static void
test_stubs(void **state)
{
   for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
      assert_non_null(imports.getDispatchAddress(names[i]));
      assert_non_null(egl_proc_lookup(names[i]));
      assert_ptr_not_equal(imports.getDispatchAddress(names[i]), egl_proc_lookup(names[i]));
   }
   assert_null(imports.getDispatchAddress("eglInitialize"));
   assert_null(imports.getDispatchAddress("glClear"));
}

static void
test_dispatch(void **state)
{
   EGLDisplay display = imports.getPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, NULL, NULL);
   const char *(EGLAPIENTRY * name)(EGLDisplay) =
      (void *)imports.getDispatchAddress("eglGetDisplayDriverName");
   EGLBoolean(EGLAPIENTRY * destroy)(EGLDisplay, EGLSyncKHR) =
      (void *)imports.getDispatchAddress("eglDestroySyncKHR");
   const char *(EGLAPIENTRY * device_string)(EGLDeviceEXT, EGLint) =
      (void *)imports.getDispatchAddress("eglQueryDeviceStringEXT");

   assert_non_null(display);
   assert_true(eglInitialize(display, NULL, NULL));
   assert_string_equal(name(display), "fake");
   assert_ptr_equal(last_vendor, us);
   assert_string_equal(name(&other_display), "their driver");
   assert_ptr_equal(last_vendor, them);

   last_error = EGL_SUCCESS;
   assert_false(destroy(display, NULL));
   assert_int_equal(last_error, EGL_SUCCESS);
   assert_int_equal(eglGetError(), EGL_BAD_PARAMETER);
   assert_false(destroy(&other_display, NULL));
   assert_int_equal(last_error, EGL_BAD_DISPLAY);
   last_error = EGL_SUCCESS;
   assert_null(name(NULL));
   assert_int_equal(last_error, EGL_BAD_DISPLAY);
   assert_null(device_string(NULL, EGL_EXTENSIONS));
   assert_int_equal(last_error, EGL_BAD_DEVICE_EXT);
   assert_true(eglTerminate(display));
}

static void
test_stepping_aside(void **state)
{
   assert_null(imports.getPlatformDisplay(EGL_PLATFORM_GBM_KHR, NULL, NULL));
   fake.refuse_displays = true;
   assert_null(imports.getPlatformDisplay(EGL_PLATFORM_WAYLAND_KHR, &other_display, NULL));
   assert_int_equal(eglGetError(), EGL_SUCCESS);
   setenv("EGL_PLATFORM", "wayland", true);
   assert_null(imports.getPlatformDisplay(EGL_NONE, EGL_DEFAULT_DISPLAY, NULL));
   assert_int_equal(eglGetError(), EGL_SUCCESS);
   fake.refuse_displays = false;
   assert_non_null(imports.getPlatformDisplay(EGL_NONE, EGL_DEFAULT_DISPLAY, NULL));

   assert_true(imports.getSupportsAPI(EGL_OPENGL_ES_API));
   assert_false(imports.getSupportsAPI(EGL_OPENVG_API));
   const char *platforms = imports.getVendorString(__EGL_VENDOR_STRING_PLATFORM_EXTENSIONS);
   assert_non_null(strstr(platforms, "EGL_KHR_platform_wayland"));
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_abi, load),
      cmocka_unit_test_setup(test_stubs, load),
      cmocka_unit_test_setup(test_dispatch, load),
      cmocka_unit_test_setup(test_stepping_aside, load),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
