/*
 * A compositor in a compositor that draws nothing: it passes its client's buffers on to its own compositor,
 * by EGL_WL_create_wayland_buffer_from_image. usage: relay SOCKET; ends when its client has gone.
 */
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wayland-client.h>
#include <wayland-server.h>

static struct {
   struct wl_display *display;
   struct wl_compositor *compositor;
   struct wl_surface *surface;
   EGLDisplay egl;
   EGLContext context;
   PFNEGLCREATEIMAGEKHRPROC create_image;
   PFNEGLDESTROYIMAGEKHRPROC destroy_image;
   struct wl_buffer *(*create_buffer)(EGLDisplay display, EGLImageKHR image);
   unsigned passed_on;
} outer;

static struct {
   struct wl_display *display;
   struct wl_resource *pending; /* a wl_buffer of the client */
   bool had_client;
} inner;

static void
fail(const char *what)
{
   fprintf(stderr, "relay: %s (EGL error %#x)\n", what, eglGetError());
   exit(1);
}

/* --- As a client --------------------------------------------------------------------------- */

/* A buffer of the client while the outer compositor has it. */
struct passed {
   struct wl_resource *resource; /* NULL: the client destroyed it */
   struct wl_listener destroy;
};

static void
on_resource_destroy(struct wl_listener *listener, void *data)
{
   struct passed *passed = wl_container_of(listener, passed, destroy);

   passed->resource = NULL;
}

/* The outer compositor is done with it; then so are we. */
static void
outer_release(void *data, struct wl_buffer *buffer)
{
   struct passed *passed = data;

   if (passed->resource) {
      wl_list_remove(&passed->destroy.link);
      wl_buffer_send_release(passed->resource);
   }
   free(passed);
   wl_buffer_destroy(buffer);
}

static const struct wl_buffer_listener outer_buffer_listener = {
   .release = outer_release,
};

static void
pass_on(struct wl_resource *buffer)
{
   EGLImageKHR image = outer.create_image(outer.egl, EGL_NO_CONTEXT, EGL_WAYLAND_BUFFER_WL,
                                          (EGLClientBuffer)buffer, NULL);

   if (image == EGL_NO_IMAGE_KHR)
      fail("no image of the client's buffer");
   struct wl_buffer *outer_buffer = outer.create_buffer(outer.egl, image);
   struct passed *passed = calloc(1, sizeof(*passed));
   if (!outer_buffer || !passed)
      fail("no buffer of the image");
   outer.destroy_image(outer.egl, image);
   passed->resource = buffer;
   passed->destroy.notify = on_resource_destroy;
   wl_resource_add_destroy_listener(buffer, &passed->destroy);
   wl_buffer_add_listener(outer_buffer, &outer_buffer_listener, passed);
   wl_surface_attach(outer.surface, outer_buffer, 0, 0);
   wl_surface_damage(outer.surface, 0, 0, INT32_MAX, INT32_MAX);
   wl_surface_commit(outer.surface);
   outer.passed_on++;
}

static void
on_global(void *data, struct wl_registry *registry, uint32_t name, const char *interface,
          uint32_t version)
{
   if (strcmp(interface, wl_compositor_interface.name) == 0)
      outer.compositor = wl_registry_bind(registry, name, &wl_compositor_interface, 1);
}

static void
on_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener registry_listener = {
   .global = on_global,
   .global_remove = on_global_remove,
};

static void
start_outer(void)
{
   outer.display = wl_display_connect(NULL);
   if (!outer.display)
      fail("no compositor");
   struct wl_registry *registry = wl_display_get_registry(outer.display);
   wl_registry_add_listener(registry, &registry_listener, NULL);
   wl_display_roundtrip(outer.display);
   wl_registry_destroy(registry);
   if (!outer.compositor)
      fail("no wl_compositor");
   outer.surface = wl_compositor_create_surface(outer.compositor);
   outer.egl = eglGetPlatformDisplay(EGL_PLATFORM_WAYLAND_KHR, outer.display, NULL);
   if (!eglInitialize(outer.egl, NULL, NULL))
      fail("no EGL");
   outer.create_image = (PFNEGLCREATEIMAGEKHRPROC)eglGetProcAddress("eglCreateImageKHR");
   outer.destroy_image = (PFNEGLDESTROYIMAGEKHRPROC)eglGetProcAddress("eglDestroyImageKHR");
   outer.create_buffer = (struct wl_buffer * (*)(EGLDisplay, EGLImageKHR))
      eglGetProcAddress("eglCreateWaylandBufferFromImageWL");
   PFNEGLBINDWAYLANDDISPLAYWLPROC bind =
      (PFNEGLBINDWAYLANDDISPLAYWLPROC)eglGetProcAddress("eglBindWaylandDisplayWL");
   if (!outer.create_buffer || !bind || !bind(outer.egl, inner.display))
      fail("not EGL_WL_create_wayland_buffer_from_image, or no EGL_WL_bind_wayland_display");
}

/* --- As a compositor ----------------------------------------------------------------------- */

static void
surface_attach(struct wl_client *client, struct wl_resource *surface, struct wl_resource *buffer,
               int32_t x, int32_t y)
{
   inner.pending = buffer;
}

static void
surface_commit(struct wl_client *client, struct wl_resource *surface)
{
   if (inner.pending)
      pass_on(inner.pending);
   inner.pending = NULL;
}

static void
surface_frame(struct wl_client *client, struct wl_resource *surface, uint32_t id)
{
   struct wl_resource *callback = wl_resource_create(client, &wl_callback_interface, 1, id);

   wl_callback_send_done(callback, 0);
   wl_resource_destroy(callback);
}

static void
surface_destroy(struct wl_client *client, struct wl_resource *surface)
{
   wl_resource_destroy(surface);
}

static void
surface_damage(struct wl_client *client, struct wl_resource *surface, int32_t x, int32_t y,
               int32_t width, int32_t height)
{
}

static void
surface_region(struct wl_client *client, struct wl_resource *surface, struct wl_resource *region)
{
}

static const struct wl_surface_interface surface_implementation = {
   .destroy = surface_destroy,
   .attach = surface_attach,
   .damage = surface_damage,
   .frame = surface_frame,
   .set_opaque_region = surface_region,
   .set_input_region = surface_region,
   .commit = surface_commit,
};

static void
create_surface(struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
   struct wl_resource *surface = wl_resource_create(client, &wl_surface_interface, 1, id);

   wl_resource_set_implementation(surface, &surface_implementation, NULL, NULL);
}

static void
create_region(struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
   wl_client_post_implementation_error(client, "no regions");
}

static const struct wl_compositor_interface compositor_implementation = {
   .create_surface = create_surface,
   .create_region = create_region,
};

static void
bind_compositor(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
   struct wl_resource *resource = wl_resource_create(client, &wl_compositor_interface, 1, id);

   wl_resource_set_implementation(resource, &compositor_implementation, NULL, NULL);
   inner.had_client = true;
}

int
main(int argc, char **argv)
{
   if (argc != 2)
      return 2;
   inner.display = wl_display_create();
   wl_global_create(inner.display, &wl_compositor_interface, 1, NULL, bind_compositor);
   start_outer();
   if (wl_display_add_socket(inner.display, argv[1]) < 0)
      fail("no socket");

   struct wl_event_loop *loop = wl_display_get_event_loop(inner.display);
   while (!inner.had_client || !wl_list_empty(wl_display_get_client_list(inner.display))) {
      struct pollfd fds[2] = {
         { .fd = wl_event_loop_get_fd(loop), .events = POLLIN },
         { .fd = wl_display_get_fd(outer.display), .events = POLLIN },
      };

      wl_display_flush_clients(inner.display);
      wl_display_flush(outer.display);
      poll(fds, 2, 1000);
      if (fds[1].revents && wl_display_dispatch(outer.display) < 0)
         fail("the outer compositor is gone");
      wl_event_loop_dispatch(loop, 0);
   }
   printf("%u buffers passed on\n", outer.passed_on);
   eglTerminate(outer.egl);
   wl_display_destroy(inner.display);
   wl_display_disconnect(outer.display);
   return 0;
}
