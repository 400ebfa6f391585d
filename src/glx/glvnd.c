/*
 * What libGLX asks of a vendor library.
 */
#include "glx/device.h"
#include "glx/dispatch.h"
#include "glx/functions.h"
#include "glx/screen.h"

#include <string.h>

#define EXPORT __attribute__((visibility("default")))

static const struct {
   const char *name;
   void *function;
} functions[] = {
   { "glXBindTexImageEXT", glx_bind_tex_image },
   { "glXChooseFBConfig", glx_choose_fb_config },
   { "glXChooseFBConfigSGIX", glx_choose_fb_config },
   { "glXChooseVisual", glx_choose_visual },
   { "glXCopyContext", glx_copy_context },
   { "glXCopySubBufferMESA", glx_copy_sub_buffer },
   { "glXCreateContext", glx_create_context },
   { "glXCreateContextAttribsARB", glx_create_context_attribs },
   { "glXCreateContextWithConfigSGIX", glx_create_new_context },
   { "glXCreateGLXPbufferSGIX", glx_create_glx_pbuffer },
   { "glXCreateGLXPixmap", glx_create_glx_pixmap },
   { "glXCreateGLXPixmapWithConfigSGIX", glx_create_glx_pixmap_with_config },
   { "glXCreateNewContext", glx_create_new_context },
   { "glXCreatePbuffer", glx_create_pbuffer },
   { "glXCreatePixmap", glx_create_pixmap },
   { "glXCreateWindow", glx_create_window },
   { "glXDestroyContext", glx_destroy_context },
   { "glXDestroyGLXPbufferSGIX", glx_destroy_pbuffer },
   { "glXDestroyGLXPixmap", glx_destroy_pixmap },
   { "glXDestroyPbuffer", glx_destroy_pbuffer },
   { "glXDestroyPixmap", glx_destroy_pixmap },
   { "glXDestroyWindow", glx_destroy_window },
   { "glXGetClientString", glx_get_client_string },
   { "glXGetConfig", glx_get_config },
   { "glXGetContextIDEXT", glx_get_context_id },
   { "glXGetCurrentDisplayEXT", glx_get_current_display },
   { "glXGetCurrentReadDrawableSGI", glx_get_current_read_drawable },
   { "glXGetFBConfigAttrib", glx_get_fb_config_attrib },
   { "glXGetFBConfigAttribSGIX", glx_get_fb_config_attrib },
   { "glXGetFBConfigFromVisualSGIX", glx_get_fb_config_from_visual },
   { "glXGetFBConfigs", glx_get_fb_configs },
   { "glXGetMscRateOML", glx_get_msc_rate },
   { "glXGetSelectedEvent", glx_get_selected_event },
   { "glXGetSelectedEventSGIX", glx_get_selected_event },
   { "glXGetSwapIntervalMESA", glx_get_swap_interval },
   { "glXGetSyncValuesOML", glx_get_sync_values },
   { "glXGetVideoSyncSGI", glx_get_video_sync },
   { "glXGetVisualFromFBConfig", glx_get_visual_from_fb_config },
   { "glXGetVisualFromFBConfigSGIX", glx_get_visual_from_fb_config },
   { "glXIsDirect", glx_is_direct },
   { "glXMakeContextCurrent", glx_make_context_current },
   { "glXMakeCurrent", glx_make_current },
   { "glXMakeCurrentReadSGI", glx_make_context_current },
   { "glXQueryContext", glx_query_context },
   { "glXQueryContextInfoEXT", glx_query_context },
   { "glXQueryCurrentRendererIntegerMESA", glx_query_current_renderer_integer },
   { "glXQueryCurrentRendererStringMESA", glx_query_current_renderer_string },
   { "glXQueryDrawable", glx_query_drawable },
   { "glXQueryExtensionsString", glx_query_extensions_string },
   { "glXQueryGLXPbufferSGIX", glx_query_glx_pbuffer },
   { "glXQueryRendererIntegerMESA", glx_query_renderer_integer },
   { "glXQueryRendererStringMESA", glx_query_renderer_string },
   { "glXQueryServerString", glx_query_server_string },
   { "glXReleaseTexImageEXT", glx_release_tex_image },
   { "glXSelectEvent", glx_select_event },
   { "glXSelectEventSGIX", glx_select_event },
   { "glXSwapBuffers", glx_swap_buffers },
   { "glXSwapBuffersMscOML", glx_swap_buffers_msc },
   { "glXSwapIntervalEXT", glx_swap_interval_ext },
   { "glXSwapIntervalMESA", glx_swap_interval_mesa },
   { "glXSwapIntervalSGI", glx_swap_interval_sgi },
   { "glXUseXFont", glx_use_x_font },
   { "glXWaitForMscOML", glx_wait_for_msc },
   { "glXWaitForSbcOML", glx_wait_for_sbc },
   { "glXWaitGL", glx_wait_gl },
   { "glXWaitVideoSyncSGI", glx_wait_video_sync },
   { "glXWaitX", glx_wait_x },
};

static Bool
is_screen_supported(Display *dpy, int screen)
{
   return glx_screen_get(dpy, screen) != NULL;
}

static void *
get_proc_address(const GLubyte *name)
{
   for (unsigned i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
      if (strcmp(functions[i].name, (const char *)name) == 0)
         return functions[i].function;
   }
   /* Whatever else begins with "glX" we do not have; the driver would make a stub for it. */
   if (strncmp((const char *)name, "glX", 3) == 0)
      return NULL;
   return (void *)loader_get_proc_address((const char *)name);
}

static void *
get_dispatch_address(const GLubyte *name)
{
   return glx_dispatch_find((const char *)name);
}

static void
set_dispatch_index(const GLubyte *name, int index)
{
   glx_dispatch_set_index((const char *)name, index);
}

/* False where we cannot draw: then libGLX goes on to the next vendor. */
EXPORT Bool
__glx_Main(uint32_t version, const __GLXapiExports *exports, __GLXvendorInfo *vendor,
           __GLXapiImports *imports)
{
   if (GLX_VENDOR_ABI_GET_MAJOR_VERSION(version) != GLX_VENDOR_ABI_MAJOR_VERSION ||
       !glx_device_get())
      return False;
   glx_dispatch_init(exports);
   imports->isScreenSupported = is_screen_supported;
   imports->getProcAddress = get_proc_address;
   imports->getDispatchAddress = get_dispatch_address;
   imports->setDispatchIndex = set_dispatch_index;
   return True;
}
