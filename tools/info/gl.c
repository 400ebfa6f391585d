#include "info.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GL/gl.h>
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A driver that waits for ever is a fault to tell of, not to share. */
enum { SECONDS_LIMIT = 60 };

/* EGL is loaded by hand, to be able to say that it is not there. */
struct egl {
   PFNEGLGETPROCADDRESSPROC get_proc_address;
   PFNEGLGETPLATFORMDISPLAYPROC get_platform_display;
   PFNEGLINITIALIZEPROC initialize;
   PFNEGLTERMINATEPROC terminate;
   PFNEGLQUERYSTRINGPROC query_string;
   PFNEGLBINDAPIPROC bind_api;
   PFNEGLCHOOSECONFIGPROC choose_config;
   PFNEGLCREATECONTEXTPROC create_context;
   PFNEGLDESTROYCONTEXTPROC destroy_context;
   PFNEGLMAKECURRENTPROC make_current;
   PFNEGLGETERRORPROC get_error;
};

struct api {
   const char *name;
   EGLenum api;
   EGLint renderable;
   EGLint attributes[7];
};

static const struct api apis[] = {
   { "GL, core",
     EGL_OPENGL_API,
     EGL_OPENGL_BIT,
     { EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 2, EGL_CONTEXT_OPENGL_PROFILE_MASK,
       EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE } },
   { "GL, compatible", EGL_OPENGL_API, EGL_OPENGL_BIT, { EGL_NONE } },
   { "GLES 1", EGL_OPENGL_ES_API, EGL_OPENGL_ES_BIT, { EGL_CONTEXT_MAJOR_VERSION, 1, EGL_NONE } },
   { "GLES", EGL_OPENGL_ES_API, EGL_OPENGL_ES2_BIT, { EGL_CONTEXT_MAJOR_VERSION, 2, EGL_NONE } },
};

static bool
load_egl(struct egl *egl)
{
   void *library = dlopen("libEGL.so.1", RTLD_NOW);
   if (!library) {
      info_print("EGL", "missing: %s (Debian's package is libegl1)", dlerror());
      return false;
   }
   egl->get_proc_address = (PFNEGLGETPROCADDRESSPROC)dlsym(library, "eglGetProcAddress");
   egl->get_platform_display =
      (PFNEGLGETPLATFORMDISPLAYPROC)dlsym(library, "eglGetPlatformDisplay");
   egl->initialize = (PFNEGLINITIALIZEPROC)dlsym(library, "eglInitialize");
   egl->terminate = (PFNEGLTERMINATEPROC)dlsym(library, "eglTerminate");
   egl->query_string = (PFNEGLQUERYSTRINGPROC)dlsym(library, "eglQueryString");
   egl->bind_api = (PFNEGLBINDAPIPROC)dlsym(library, "eglBindAPI");
   egl->choose_config = (PFNEGLCHOOSECONFIGPROC)dlsym(library, "eglChooseConfig");
   egl->create_context = (PFNEGLCREATECONTEXTPROC)dlsym(library, "eglCreateContext");
   egl->destroy_context = (PFNEGLDESTROYCONTEXTPROC)dlsym(library, "eglDestroyContext");
   egl->make_current = (PFNEGLMAKECURRENTPROC)dlsym(library, "eglMakeCurrent");
   egl->get_error = (PFNEGLGETERRORPROC)dlsym(library, "eglGetError");
   if (egl->get_proc_address && egl->get_platform_display && egl->initialize && egl->terminate &&
       egl->query_string && egl->bind_api && egl->choose_config && egl->create_context &&
       egl->destroy_context && egl->make_current && egl->get_error)
      return true;
   info_print("EGL", "libEGL.so.1 is older than EGL 1.5");
   return false;
}

/* Prints the version of one API, and the renderer before the first. */
static bool
print_api(const struct egl *egl, EGLDisplay display, const struct api *api, bool *renderer_printed)
{
   const EGLint config_attributes[] = {
      EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, api->renderable, EGL_NONE,
   };
   EGLConfig config;
   EGLint count = 0;

   egl->bind_api(api->api);
   if (!egl->choose_config(display, config_attributes, &config, 1, &count) || count == 0) {
      info_print(api->name, "no config");
      return false;
   }
   EGLContext context = egl->create_context(display, config, EGL_NO_CONTEXT, api->attributes);
   if (context == EGL_NO_CONTEXT) {
      info_print(api->name, "no context: EGL error 0x%04x", (unsigned)egl->get_error());
      return false;
   }

   bool is_d3d12 = false;
   if (egl->make_current(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context)) {
      const GLubyte *(*get_string)(GLenum) =
         (const GLubyte *(*)(GLenum))egl->get_proc_address("glGetString");
      const char *renderer = get_string ? (const char *)get_string(GL_RENDERER) : NULL;
      const char *version = get_string ? (const char *)get_string(GL_VERSION) : NULL;
      is_d3d12 = renderer && strncmp(renderer, "D3D12", strlen("D3D12")) == 0;
      if (!*renderer_printed) {
         info_print("GL_RENDERER", "%s", renderer ? renderer : "(none)");
         *renderer_printed = true;
      }
      info_print(api->name, "%s", version ? version : "(none)");
      egl->make_current(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
   } else {
      info_print(api->name, "cannot be made current: EGL error 0x%04x", (unsigned)egl->get_error());
   }
   egl->destroy_context(display, context);
   return is_d3d12;
}

static bool
print_gl(void)
{
   struct egl egl;
   EGLint major, minor;

   if (!load_egl(&egl))
      return false;
   EGLDisplay display =
      egl.get_platform_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, NULL);
   if (display == EGL_NO_DISPLAY || !egl.initialize(display, &major, &minor)) {
      const char *driver = getenv("GALLIUM_DRIVER");
      info_print("EGL", "cannot be initialised on the surfaceless platform: error 0x%04x",
                 (unsigned)egl.get_error());
      printf("\n  Either Mesa's driver is not there (Debian's package is libgl1-mesa-dri), or it\n"
             "  refused the device. GALLIUM_DRIVER is %s. LIBGL_DEBUG=verbose,\n"
             "  EGL_LOG_LEVEL=debug and DXG_DEBUG=info tell more.\n",
             driver ? driver : "not set");
      return false;
   }
   info_print("EGL", "%d.%d, %s", major, minor, egl.query_string(display, EGL_VENDOR));

   unsigned good = 0;
   bool renderer_printed = false;
   for (size_t i = 0; i < sizeof(apis) / sizeof(apis[0]); i++)
      good += print_api(&egl, display, &apis[i], &renderer_printed);
   egl.terminate(display);
   if (good == 0)
      printf("\n  This is not Mesa's d3d12 driver: run it through './dxg exec'.\n");
   return good == sizeof(apis) / sizeof(apis[0]);
}

bool
info_gl(void)
{
   printf("\nMesa\n");
   fflush(stdout);
   const pid_t child = fork();
   if (child < 0) {
      info_print("EGL", "cannot be tried: %s", strerror(errno));
      return false;
   }
   if (child == 0) {
      alarm(SECONDS_LIMIT);
      const bool ok = print_gl();
      fflush(stdout);
      _exit(ok ? EXIT_SUCCESS : EXIT_FAILURE);
   }

   int status = 0;
   while (waitpid(child, &status, 0) < 0 && errno == EINTR)
      continue;
   if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
      info_print("GL", "did not answer within %d s", SECONDS_LIMIT);
   else if (WIFSIGNALED(status))
      info_print("GL", "the driver crashed: %s", strsignal(WTERMSIG(status)));
   return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}
