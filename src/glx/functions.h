/*
 * GLX's functions, as libGLX calls them: glXCreateWindow is glx_create_window here, and so on.
 * glvnd.c has the table of names. What each does is what GLX 1.4 and the extensions' specifications
 * say.
 */
#ifndef GLX_FUNCTIONS_H
#define GLX_FUNCTIONS_H

#include <GL/glx.h>
#include <stdint.h>

/* config.c, config_choose.c */
int glx_get_config(Display *dpy, XVisualInfo *visual, int attribute, int *value);
int glx_get_fb_config_attrib(Display *dpy, GLXFBConfig config, int attribute, int *value);
GLXFBConfig *glx_get_fb_configs(Display *dpy, int screen, int *count);
XVisualInfo *glx_get_visual_from_fb_config(Display *dpy, GLXFBConfig config);
GLXFBConfig glx_get_fb_config_from_visual(Display *dpy, XVisualInfo *visual);
GLXFBConfig *glx_choose_fb_config(Display *dpy, int screen, const int *list, int *count);
XVisualInfo *glx_choose_visual(Display *dpy, int screen, int *list);

/* context.c, context_attribs.c */
GLXContext glx_create_context(Display *dpy, XVisualInfo *visual, GLXContext share, Bool direct);
GLXContext glx_create_new_context(Display *dpy, GLXFBConfig config, int render_type,
                                  GLXContext share, Bool direct);
GLXContext glx_create_context_attribs(Display *dpy, GLXFBConfig config, GLXContext share,
                                      Bool direct, const int *list);
void glx_destroy_context(Display *dpy, GLXContext context);
Bool glx_is_direct(Display *dpy, GLXContext context);
int glx_query_context(Display *dpy, GLXContext context, int attribute, int *value);
void glx_copy_context(Display *dpy, GLXContext from, GLXContext to, unsigned long mask);
GLXContextID glx_get_context_id(GLXContext context);

/* current.c, wait.c */
Bool glx_make_current(Display *dpy, GLXDrawable drawable, GLXContext context);
Bool glx_make_context_current(Display *dpy, GLXDrawable draw, GLXDrawable read, GLXContext context);
GLXDrawable glx_get_current_read_drawable(void);
Display *glx_get_current_display(void);
void glx_wait_gl(void);
void glx_wait_x(void);

/* drawable_create.c */
GLXWindow glx_create_window(Display *dpy, GLXFBConfig config, Window window, const int *list);
GLXPixmap glx_create_pixmap(Display *dpy, GLXFBConfig config, Pixmap pixmap, const int *list);
GLXPixmap glx_create_glx_pixmap(Display *dpy, XVisualInfo *visual, Pixmap pixmap);
GLXPixmap glx_create_glx_pixmap_with_config(Display *dpy, GLXFBConfig config, Pixmap pixmap);
GLXPbuffer glx_create_pbuffer(Display *dpy, GLXFBConfig config, const int *list);
GLXPbuffer glx_create_glx_pbuffer(Display *dpy, GLXFBConfig config, unsigned width, unsigned height,
                                  int *list);
void glx_destroy_window(Display *dpy, GLXWindow window);
void glx_destroy_pixmap(Display *dpy, GLXPixmap pixmap);
void glx_destroy_pbuffer(Display *dpy, GLXPbuffer pbuffer);

/* drawable_query.c */
void glx_query_drawable(Display *dpy, GLXDrawable drawable, int attribute, unsigned *value);
int glx_query_glx_pbuffer(Display *dpy, GLXPbuffer pbuffer, int attribute, unsigned *value);
void glx_select_event(Display *dpy, GLXDrawable drawable, unsigned long mask);
void glx_get_selected_event(Display *dpy, GLXDrawable drawable, unsigned long *mask);

/* swap.c */
void glx_swap_buffers(Display *dpy, GLXDrawable drawable);
void glx_copy_sub_buffer(Display *dpy, GLXDrawable drawable, int x, int y, int width, int height);
void glx_swap_interval_ext(Display *dpy, GLXDrawable drawable, int interval);
int glx_swap_interval_mesa(unsigned interval);
int glx_swap_interval_sgi(int interval);
int glx_get_swap_interval(void);

/* sync_control.c */
Bool glx_get_sync_values(Display *dpy, GLXDrawable drawable, int64_t *ust, int64_t *msc,
                         int64_t *sbc);
Bool glx_get_msc_rate(Display *dpy, GLXDrawable drawable, int32_t *numerator, int32_t *denominator);
int64_t glx_swap_buffers_msc(Display *dpy, GLXDrawable drawable, int64_t target_msc,
                             int64_t divisor, int64_t remainder);
Bool glx_wait_for_msc(Display *dpy, GLXDrawable drawable, int64_t target_msc, int64_t divisor,
                      int64_t remainder, int64_t *ust, int64_t *msc, int64_t *sbc);
Bool glx_wait_for_sbc(Display *dpy, GLXDrawable drawable, int64_t target_sbc, int64_t *ust,
                      int64_t *msc, int64_t *sbc);
int glx_get_video_sync(unsigned *count);
int glx_wait_video_sync(int divisor, int remainder, unsigned *count);

/* pixmap_texture.c, font.c */
void glx_bind_tex_image(Display *dpy, GLXDrawable drawable, int buffer, const int *list);
void glx_release_tex_image(Display *dpy, GLXDrawable drawable, int buffer);
void glx_use_x_font(Font font, int first, int count, int list);

/* query_renderer.c */
Bool glx_query_renderer_integer(Display *dpy, int screen, int renderer, int attribute,
                                unsigned *value);
const char *glx_query_renderer_string(Display *dpy, int screen, int renderer, int attribute);
Bool glx_query_current_renderer_integer(int attribute, unsigned *value);
const char *glx_query_current_renderer_string(int attribute);

/* strings.c */
const char *glx_query_extensions_string(Display *dpy, int screen);
const char *glx_query_server_string(Display *dpy, int screen, int name);
const char *glx_get_client_string(Display *dpy, int name);

#endif
