/* Prints whose the surfaceless display is, and what draws there: EGL_VENDOR, GL_RENDERER. */
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GLES2/gl2.h>
#include <stdio.h>

int
main(void)
{
   static const EGLint attributes[] = { EGL_CONTEXT_MAJOR_VERSION, 2, EGL_NONE };
   const EGLDisplay display =
      eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, NULL);

   if (!eglInitialize(display, NULL, NULL)) {
      puts("nobody's");
      return 1;
   }
   eglBindAPI(EGL_OPENGL_ES_API);
   const EGLContext context =
      eglCreateContext(display, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, attributes);
   if (!eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context)) {
      puts("nobody's");
      return 1;
   }
   printf("%s, %s\n", eglQueryString(display, EGL_VENDOR), (const char *)glGetString(GL_RENDERER));
   eglTerminate(display);
   return 0;
}
