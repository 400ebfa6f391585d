#include "window.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

double
now_ms(void)
{
   struct timespec now;

   clock_gettime(CLOCK_MONOTONIC, &now);
   return now.tv_sec * 1e3 + now.tv_nsec * 1e-6;
}

/* --- The connection ------------------------------------------------------------------------ */

static void
handle_global(void *data, struct wl_registry *registry, uint32_t name, const char *interface,
              uint32_t version)
{
   struct connection *connection = data;

   if (strcmp(interface, wl_compositor_interface.name) == 0)
      connection->compositor = wl_registry_bind(registry, name, &wl_compositor_interface,
                                                version < 4 ? version : 4);
   else if (strcmp(interface, wl_subcompositor_interface.name) == 0)
      connection->subcompositor = wl_registry_bind(registry, name, &wl_subcompositor_interface, 1);
}

static void
handle_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener registry_listener = {
   .global = handle_global,
   .global_remove = handle_global_remove,
};

static bool
init_egl(struct connection *connection)
{
   static const EGLint attributes[] = { EGL_RED_SIZE,   8, EGL_GREEN_SIZE, 8,
                                        EGL_BLUE_SIZE,  8, EGL_ALPHA_SIZE, 0,
                                        EGL_DEPTH_SIZE, 0, EGL_SAMPLES,    0,
                                        EGL_NONE };
   EGLConfig configs[64];
   EGLint count, red, alpha;

   connection->egl = eglGetPlatformDisplay(EGL_PLATFORM_WAYLAND_KHR, connection->display, NULL);
   if (!eglInitialize(connection->egl, NULL, NULL))
      return false;
   eglBindAPI(EGL_OPENGL_ES_API);
   if (!eglChooseConfig(connection->egl, attributes, configs, 64, &count))
      return false;
   /* Sorting puts more bits first. */
   for (EGLint i = 0; i < count; i++) {
      eglGetConfigAttrib(connection->egl, configs[i], EGL_RED_SIZE, &red);
      eglGetConfigAttrib(connection->egl, configs[i], EGL_ALPHA_SIZE, &alpha);
      if (red == 8 && alpha == 0) {
         connection->config = configs[i];
         return true;
      }
   }
   return false;
}

bool
connection_init(struct connection *connection)
{
   *connection = (struct connection){ .display = wl_display_connect(NULL) };
   if (!connection->display) {
      fprintf(stderr, "no compositor\n");
      return false;
   }
   connection->registry = wl_display_get_registry(connection->display);
   wl_registry_add_listener(connection->registry, &registry_listener, connection);
   if (wl_display_roundtrip(connection->display) >= 0 && connection->compositor &&
       init_egl(connection))
      return true;
   fprintf(stderr, "the compositor or EGL lacks something: %#x\n", eglGetError());
   connection_finish(connection);
   return false;
}

void
connection_finish(struct connection *connection)
{
   if (connection->egl)
      eglTerminate(connection->egl);
   eglReleaseThread();
   if (connection->subcompositor)
      wl_subcompositor_destroy(connection->subcompositor);
   if (connection->compositor)
      wl_compositor_destroy(connection->compositor);
   wl_registry_destroy(connection->registry);
   wl_display_disconnect(connection->display);
}

/* --- Windows ------------------------------------------------------------------------------- */

bool
window_init(struct window *window, struct connection *connection, int width, int height)
{
   static const EGLint attributes[] = { EGL_CONTEXT_MAJOR_VERSION, 3, EGL_NONE };

   window->connection = connection;
   window->wl_surface = wl_compositor_create_surface(connection->compositor);
   window->native = wl_egl_window_create(window->wl_surface, width, height);
   window->surface =
      eglCreatePlatformWindowSurface(connection->egl, connection->config, window->native, NULL);
   eglBindAPI(EGL_OPENGL_ES_API);
   window->context =
      eglCreateContext(connection->egl, connection->config, EGL_NO_CONTEXT, attributes);
   if (window->surface && window->context)
      return true;
   fprintf(stderr, "no window: %#x\n", eglGetError());
   return false;
}

void
window_finish(struct window *window)
{
   const EGLDisplay egl = window->connection->egl;

   if (eglGetCurrentContext() == window->context)
      eglMakeCurrent(egl, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
   if (window->context)
      eglDestroyContext(egl, window->context);
   if (window->surface)
      eglDestroySurface(egl, window->surface);
   if (window->native)
      wl_egl_window_destroy(window->native);
   wl_surface_destroy(window->wl_surface);
}

bool
window_make_current(struct window *window)
{
   return eglMakeCurrent(window->connection->egl, window->surface, window->surface,
                         window->context);
}

/* --- Painting ------------------------------------------------------------------------------ */

/* One triangle that covers everything. */
static const char vertex_source[] =
   "#version 300 es\n"
   "void main() {\n"
   "   vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0;\n"
   "   gl_Position = vec4(corner, 0.0, 1.0);\n"
   "}\n";

static const char fill_source[] =
   "#version 300 es\n"
   "precision highp float;\n"
   "uniform vec3 number;\n"
   "out vec4 color;\n"
   "void main() { color = vec4(number / 255.0, 1.0); }\n";

static const char gradient_source[] =
   "#version 300 es\n"
   "precision highp float;\n"
   "uniform vec2 blue_height;\n"
   "out vec4 color;\n"
   "void main() {\n"
   "   vec2 p = floor(vec2(gl_FragCoord.x, blue_height.y - gl_FragCoord.y));\n"
   "   color = vec4(mod(vec3(p, blue_height.x), 256.0) / 255.0, 1.0);\n"
   "}\n";

static const char load_source[] =
   "#version 300 es\n"
   "precision highp float;\n"
   "uniform int loops;\n"
   "out vec4 color;\n"
   "void main() {\n"
   "   vec2 p = gl_FragCoord.xy;\n"
   "   for (int i = 0; i < loops; i++)\n"
   "      p = fract(sin(p * 12.9898) * 43.7585 + p.yx);\n"
   "   color = vec4(p, 0.0, 1.0);\n"
   "}\n";

static GLuint
compile(GLenum type, const char *source)
{
   const GLuint shader = glCreateShader(type);

   glShaderSource(shader, 1, &source, NULL);
   glCompileShader(shader);
   return shader;
}

static GLuint
link_program(const char *fragment_source)
{
   const GLuint vertex = compile(GL_VERTEX_SHADER, vertex_source);
   const GLuint fragment = compile(GL_FRAGMENT_SHADER, fragment_source);
   const GLuint program = glCreateProgram();
   GLint linked;

   glAttachShader(program, vertex);
   glAttachShader(program, fragment);
   glLinkProgram(program);
   glDeleteShader(vertex);
   glDeleteShader(fragment);
   glGetProgramiv(program, GL_LINK_STATUS, &linked);
   return linked ? program : 0;
}

bool
painter_init(struct painter *painter)
{
   painter->fill = link_program(fill_source);
   painter->gradient = link_program(gradient_source);
   painter->load = link_program(load_source);
   if (!painter->fill || !painter->gradient || !painter->load) {
      fprintf(stderr, "the shaders do not compile\n");
      return false;
   }
   painter->fill_color = glGetUniformLocation(painter->fill, "number");
   painter->gradient_blue = glGetUniformLocation(painter->gradient, "blue_height");
   painter->load_loops = glGetUniformLocation(painter->load, "loops");
   return true;
}

void
painter_fill(const struct painter *painter, uint32_t number)
{
   glUseProgram(painter->fill);
   glUniform3f(painter->fill_color, number & 255, number >> 8 & 255, number >> 16 & 255);
   glDrawArrays(GL_TRIANGLES, 0, 3);
}

void
painter_gradient(const struct painter *painter, uint32_t number, int height)
{
   glUseProgram(painter->gradient);
   glUniform2f(painter->gradient_blue, number & 255, height);
   glDrawArrays(GL_TRIANGLES, 0, 3);
}

void
painter_load(const struct painter *painter, int loops)
{
   glUseProgram(painter->load);
   glUniform1i(painter->load_loops, loops);
   glDrawArrays(GL_TRIANGLES, 0, 3);
}

static double
time_load(const struct painter *painter, int loops)
{
   glFinish();
   const double start = now_ms();
   painter_load(painter, loops);
   glFinish();
   return now_ms() - start;
}

int
painter_calibrate(const struct painter *painter, double ms)
{
   int loops = 1;
   double time;

   if (ms <= 0)
      return 0;
   time_load(painter, loops); /* compiles */
   while ((time = time_load(painter, loops)) < 10 && loops < 1 << 20)
      loops *= 2;
   return (int)(loops * ms / time) + 1;
}
