#include "renderer.h"

#include <GLES2/gl2ext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOAD_SIDE 256 /* of the target of the load, in pixels */

static PFNEGLBINDWAYLANDDISPLAYWL bind_wayland_display;
static PFNEGLUNBINDWAYLANDDISPLAYWL unbind_wayland_display;
static PFNEGLQUERYWAYLANDBUFFERWL query_wayland_buffer;
static PFNEGLCREATEIMAGEKHRPROC create_image;
static PFNEGLDESTROYIMAGEKHRPROC destroy_image;
static PFNGLEGLIMAGETARGETTEXTURE2DOESPROC image_target_texture;

/* One triangle that covers everything. */
static const char vertex_source[] =
   "#version 300 es\n"
   "void main() {\n"
   "   vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0;\n"
   "   gl_Position = vec4(corner, 0.0, 1.0);\n"
   "}\n";

/* The content is as large as the target, texel for pixel. */
static const char copy_source[] =
   "#version 300 es\n"
   "precision highp float;\n"
   "uniform highp sampler2D content;\n"
   "out vec4 color;\n"
   "void main() { color = texelFetch(content, ivec2(gl_FragCoord.xy), 0); }\n";

static const char load_source[] = "#version 300 es\n"
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

static void
make_target(GLuint *texture, GLuint *framebuffer, int width, int height)
{
   glGenTextures(1, texture);
   glBindTexture(GL_TEXTURE_2D, *texture);
   glTexStorage2D(GL_TEXTURE_2D, 1, GL_RGBA8, width, height);
   glGenFramebuffers(1, framebuffer);
   glBindFramebuffer(GL_FRAMEBUFFER, *framebuffer);
   glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, *texture, 0);
}

/* --- Load ---------------------------------------------------------------------------------- */

static void
draw_load(struct renderer *renderer, int loops)
{
   glBindFramebuffer(GL_FRAMEBUFFER, renderer->load_framebuffer);
   glViewport(0, 0, LOAD_SIDE, LOAD_SIDE);
   glUseProgram(renderer->load_program);
   glUniform1i(renderer->load_loops, loops);
   glDrawArrays(GL_TRIANGLES, 0, 3);
}

static double
time_load(struct renderer *renderer, int loops)
{
   struct timespec start, end;

   glFinish();
   clock_gettime(CLOCK_MONOTONIC, &start);
   draw_load(renderer, loops);
   glFinish();
   clock_gettime(CLOCK_MONOTONIC, &end);
   return (end.tv_sec - start.tv_sec) * 1e3 + (end.tv_nsec - start.tv_nsec) * 1e-6;
}

static void
calibrate_load(struct renderer *renderer, int slow_ms)
{
   int loops = 1;
   double time;

   time_load(renderer, loops); /* compiles */
   while ((time = time_load(renderer, loops)) < 5 && loops < 1 << 20)
      loops *= 2;
   renderer->slow_loops = (int)(loops * slow_ms / time) + 1;
}

/* --- Init ---------------------------------------------------------------------------------- */

static bool
has_extension(const char *list, const char *name)
{
   const size_t length = strlen(name);

   for (const char *at = list; at && (at = strstr(at, name)); at += length) {
      if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
         return true;
   }
   return false;
}

static bool
init_egl(struct renderer *renderer)
{
   static const EGLint attributes[] = { EGL_CONTEXT_MAJOR_VERSION, 3, EGL_NONE };

   renderer->display =
      eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, NULL);
   if (!eglInitialize(renderer->display, NULL, NULL)) {
      fprintf(stderr, "compositor: no EGL display\n");
      return false;
   }
   eglBindAPI(EGL_OPENGL_ES_API);
   renderer->context =
      eglCreateContext(renderer->display, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, attributes);
   if (!eglMakeCurrent(renderer->display, EGL_NO_SURFACE, EGL_NO_SURFACE, renderer->context)) {
      fprintf(stderr, "compositor: no GLES 3 context\n");
      return false;
   }
   printf("renderer: %s, %s\n", eglQueryString(renderer->display, EGL_VENDOR),
          (const char *)glGetString(GL_RENDERER));
   return true;
}

static bool
init_wayland(struct renderer *renderer, struct wl_display *wl_display)
{
   const char *extensions = eglQueryString(renderer->display, EGL_EXTENSIONS);

   if (!has_extension(extensions, "EGL_WL_bind_wayland_display") ||
       !has_extension(extensions, "EGL_KHR_image_base")) {
      fprintf(stderr, "compositor: EGL has no EGL_WL_bind_wayland_display\n");
      return false;
   }
   bind_wayland_display = (void *)eglGetProcAddress("eglBindWaylandDisplayWL");
   unbind_wayland_display = (void *)eglGetProcAddress("eglUnbindWaylandDisplayWL");
   query_wayland_buffer = (void *)eglGetProcAddress("eglQueryWaylandBufferWL");
   create_image = (void *)eglGetProcAddress("eglCreateImageKHR");
   destroy_image = (void *)eglGetProcAddress("eglDestroyImageKHR");
   image_target_texture = (void *)eglGetProcAddress("glEGLImageTargetTexture2DOES");
   if (!bind_wayland_display(renderer->display, wl_display)) {
      fprintf(stderr, "compositor: eglBindWaylandDisplayWL failed: %#x\n", eglGetError());
      return false;
   }
   renderer->wl_display = wl_display;
   return true;
}

bool
renderer_init(struct renderer *renderer, struct wl_display *wl_display, bool bind, int slow_ms)
{
   if (!init_egl(renderer) || (bind && !init_wayland(renderer, wl_display)))
      return false;
   renderer->copy_program = link_program(copy_source);
   renderer->load_program = link_program(load_source);
   if (!renderer->copy_program || !renderer->load_program) {
      fprintf(stderr, "compositor: the shaders do not compile\n");
      return false;
   }
   renderer->load_loops = glGetUniformLocation(renderer->load_program, "loops");
   make_target(&renderer->load_texture, &renderer->load_framebuffer, LOAD_SIDE, LOAD_SIDE);
   if (slow_ms > 0)
      calibrate_load(renderer, slow_ms);
   return true;
}

void
renderer_finish(struct renderer *renderer)
{
   if (renderer->wl_display)
      unbind_wayland_display(renderer->display, renderer->wl_display);
   eglMakeCurrent(renderer->display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
   if (renderer->context)
      eglDestroyContext(renderer->display, renderer->context);
   eglTerminate(renderer->display);
}

/* --- Buffers ------------------------------------------------------------------------------- */

static bool
attach_handle(struct renderer *renderer, struct picture *picture, struct wl_resource *buffer)
{
   static const EGLint attributes[] = { EGL_WAYLAND_PLANE_WL, 0, EGL_NONE };
   EGLint format;

   if (!renderer->wl_display ||
       !query_wayland_buffer(renderer->display, buffer, EGL_TEXTURE_FORMAT, &format))
      return false;
   /* Other formats have several planes, or need GL_TEXTURE_EXTERNAL_OES. */
   if (format != EGL_TEXTURE_RGB && format != EGL_TEXTURE_RGBA)
      return false;
   query_wayland_buffer(renderer->display, buffer, EGL_WIDTH, &picture->width);
   query_wayland_buffer(renderer->display, buffer, EGL_HEIGHT, &picture->height);

   /* A new image for each commit: making it is what orders our reading after the client's drawing. */
   const EGLImageKHR image =
      create_image(renderer->display, EGL_NO_CONTEXT, EGL_WAYLAND_BUFFER_WL, buffer, attributes);
   if (image == EGL_NO_IMAGE_KHR)
      return false;
   image_target_texture(GL_TEXTURE_2D, image);
   destroy_image(renderer->display, image); /* the texture keeps what is behind it */
   return true;
}

static bool
attach_shm(struct picture *picture, struct wl_resource *resource)
{
   struct wl_shm_buffer *buffer = wl_shm_buffer_get(resource);
   const uint32_t format = buffer ? wl_shm_buffer_get_format(buffer) : WL_SHM_FORMAT_NV12;

   if (format != WL_SHM_FORMAT_ARGB8888 && format != WL_SHM_FORMAT_XRGB8888)
      return false;
   picture->width = wl_shm_buffer_get_width(buffer);
   picture->height = wl_shm_buffer_get_height(buffer);
   glPixelStorei(GL_UNPACK_ROW_LENGTH, wl_shm_buffer_get_stride(buffer) / 4);
   wl_shm_buffer_begin_access(buffer); /* the client may have made its file smaller */
   glTexImage2D(GL_TEXTURE_2D, 0, GL_BGRA_EXT, picture->width, picture->height, 0, GL_BGRA_EXT,
                GL_UNSIGNED_BYTE, wl_shm_buffer_get_data(buffer));
   wl_shm_buffer_end_access(buffer);
   glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
   return true;
}

enum buffer_kind
renderer_attach(struct renderer *renderer, struct picture *picture, struct wl_resource *buffer)
{
   enum buffer_kind kind = BUFFER_BAD;

   /* A texture of its own for each content: drawing with the last one may not be over. */
   if (picture->has_texture)
      glDeleteTextures(1, &picture->texture);
   glGenTextures(1, &picture->texture);
   glBindTexture(GL_TEXTURE_2D, picture->texture);
   glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
   glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
   if (attach_handle(renderer, picture, buffer))
      kind = BUFFER_HANDLE;
   else if (attach_shm(picture, buffer))
      kind = BUFFER_SHM;
   picture->has_texture = kind != BUFFER_BAD;
   if (kind == BUFFER_BAD)
      glDeleteTextures(1, &picture->texture);
   return kind;
}

/* --- Drawing ------------------------------------------------------------------------------- */

void
renderer_begin_repaint(struct renderer *renderer)
{
   if (renderer->slow_loops)
      draw_load(renderer, renderer->slow_loops);
}

static void
destroy_drawing(struct drawing *drawing)
{
   if (drawing->width) {
      glDeleteTextures(1, &drawing->texture);
      glDeleteFramebuffers(1, &drawing->framebuffer);
   }
   *drawing = (struct drawing){ 0 };
}

static struct drawing *
next_drawing(struct picture *picture)
{
   if (picture->num_drawings < MAX_DRAWINGS)
      picture->num_drawings++;
   struct drawing *drawing = &picture->drawings[picture->num_drawings - 1];
   if (drawing->width != picture->width || drawing->height != picture->height) {
      destroy_drawing(drawing);
      make_target(&drawing->texture, &drawing->framebuffer, picture->width, picture->height);
      drawing->width = picture->width;
      drawing->height = picture->height;
   }
   return drawing;
}

void
renderer_draw(struct renderer *renderer, struct picture *picture)
{
   if (!picture->has_texture)
      return;
   glBindFramebuffer(GL_FRAMEBUFFER, next_drawing(picture)->framebuffer);
   glViewport(0, 0, picture->width, picture->height);
   glUseProgram(renderer->copy_program);
   glBindTexture(GL_TEXTURE_2D, picture->texture);
   glDrawArrays(GL_TRIANGLES, 0, 3);
}

void
renderer_flush(struct renderer *renderer)
{
   glFlush();
}

uint8_t *
renderer_read(struct renderer *renderer, const struct drawing *drawing)
{
   uint8_t *pixels = malloc((size_t)drawing->width * drawing->height * 4);

   if (!pixels)
      return NULL;
   /* Texels were fetched by their row, so the first row of the target is the buffer's first. */
   glBindFramebuffer(GL_FRAMEBUFFER, drawing->framebuffer);
   glReadPixels(0, 0, drawing->width, drawing->height, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
   return pixels;
}

void
renderer_picture_finish(struct picture *picture)
{
   if (picture->has_texture)
      glDeleteTextures(1, &picture->texture);
   for (unsigned i = 0; i < MAX_DRAWINGS; i++)
      destroy_drawing(&picture->drawings[i]);
   *picture = (struct picture){ 0 };
}
