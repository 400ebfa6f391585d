#include "surface.h"

#include <stdlib.h>

static struct wl_list *all_surfaces; /* the caller's */

/* --- Buffers ------------------------------------------------------------------------------- */

static void
buffer_destroyed(struct wl_listener *listener, void *data)
{
   struct buffer_reference *reference = wl_container_of(listener, reference, destroy);

   wl_list_remove(&reference->destroy.link);
   reference->buffer = NULL;
}

static void
set_reference(struct buffer_reference *reference, struct wl_resource *buffer)
{
   if (reference->buffer)
      wl_list_remove(&reference->destroy.link);
   reference->buffer = buffer;
   if (buffer) {
      reference->destroy.notify = buffer_destroyed;
      wl_resource_add_destroy_listener(buffer, &reference->destroy);
   }
}

/* A buffer may be committed again while it is shown: then it is not free. */
static void
replace_buffer(struct buffer_reference *reference, struct wl_resource *buffer)
{
   if (reference->buffer && reference->buffer != buffer)
      wl_buffer_send_release(reference->buffer);
   set_reference(reference, buffer);
}

void
surface_release_buffer(struct surface *surface)
{
   replace_buffer(&surface->current, NULL);
}

/* --- State --------------------------------------------------------------------------------- */

static void
state_init(struct surface_state *state)
{
   wl_list_init(&state->frames);
}

static void
destroy_callbacks(struct wl_list *frames)
{
   struct wl_resource *callback, *next;

   wl_resource_for_each_safe (callback, next, frames)
      wl_resource_destroy(callback);
}

static void
state_finish(struct surface_state *state)
{
   set_reference(&state->buffer, NULL);
   destroy_callbacks(&state->frames);
}

static void
state_move(struct surface_state *to, struct surface_state *from)
{
   if (from->is_attached) {
      replace_buffer(&to->buffer, from->buffer.buffer);
      to->is_attached = true;
   }
   wl_list_insert_list(to->frames.prev, &from->frames);
   wl_list_init(&from->frames);
   set_reference(&from->buffer, NULL);
   from->is_attached = false;
}

/* Do its commits wait for the parent's? Those of a child of such a surface do, too. */
static bool
is_synchronized(const struct surface *surface)
{
   for (; surface->parent; surface = surface->parent) {
      if (surface->is_synchronized)
         return true;
   }
   return false;
}

static void
apply(struct surface *surface, struct surface_state *state)
{
   struct surface *child;

   if (state->is_attached) {
      replace_buffer(&surface->current, state->buffer.buffer);
      surface->is_fresh = surface->current.buffer != NULL;
      if (!surface->current.buffer)
         renderer_picture_finish(&surface->picture);
   }
   set_reference(&state->buffer, NULL);
   state->is_attached = false;
   wl_list_insert_list(surface->frames.prev, &state->frames);
   wl_list_init(&state->frames);

   wl_list_for_each (child, all_surfaces, link) {
      if (child->parent == surface && is_synchronized(child))
         apply(child, &child->cached);
   }
}

void
surface_send_frames(struct surface *surface, uint32_t time_ms)
{
   struct wl_resource *callback, *next;

   wl_resource_for_each_safe (callback, next, &surface->frames) {
      wl_callback_send_done(callback, time_ms);
      wl_resource_destroy(callback);
   }
}

/* --- Requests ------------------------------------------------------------------------------ */

static void
destroy_resource(struct wl_client *client, struct wl_resource *resource)
{
   wl_resource_destroy(resource);
}

static void
surface_attach(struct wl_client *client, struct wl_resource *resource, struct wl_resource *buffer,
               int32_t x, int32_t y)
{
   struct surface *surface = wl_resource_get_user_data(resource);

   set_reference(&surface->pending.buffer, buffer);
   surface->pending.is_attached = true;
}

/* All is drawn anew at each repaint. */
static void
surface_damage(struct wl_client *client, struct wl_resource *resource, int32_t x, int32_t y,
               int32_t width, int32_t height)
{
}

static void
forget_callback(struct wl_resource *callback)
{
   wl_list_remove(wl_resource_get_link(callback));
}

static void
surface_frame(struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
   struct surface *surface = wl_resource_get_user_data(resource);
   struct wl_resource *callback = wl_resource_create(client, &wl_callback_interface, 1, id);

   if (!callback) {
      wl_client_post_no_memory(client);
      return;
   }
   wl_resource_set_implementation(callback, NULL, NULL, forget_callback);
   wl_list_insert(surface->pending.frames.prev, wl_resource_get_link(callback));
}

static void
surface_set_region(struct wl_client *client, struct wl_resource *resource,
                   struct wl_resource *region)
{
}

static void
surface_commit(struct wl_client *client, struct wl_resource *resource)
{
   struct surface *surface = wl_resource_get_user_data(resource);

   state_move(&surface->cached, &surface->pending);
   if (!is_synchronized(surface))
      apply(surface, &surface->cached);
}

static void
surface_set_integer(struct wl_client *client, struct wl_resource *resource, int32_t value)
{
}

static const struct wl_surface_interface surface_implementation = {
   .destroy = destroy_resource,
   .attach = surface_attach,
   .damage = surface_damage,
   .frame = surface_frame,
   .set_opaque_region = surface_set_region,
   .set_input_region = surface_set_region,
   .commit = surface_commit,
   .set_buffer_transform = surface_set_integer,
   .set_buffer_scale = surface_set_integer,
   .damage_buffer = surface_damage,
};

static void
surface_destroy(struct wl_resource *resource)
{
   struct surface *surface = wl_resource_get_user_data(resource);
   struct surface *child;

   wl_list_for_each (child, all_surfaces, link) {
      if (child->parent == surface)
         child->parent = NULL;
   }
   if (surface->subsurface)
      wl_resource_set_user_data(surface->subsurface, NULL);
   state_finish(&surface->pending);
   state_finish(&surface->cached);
   surface_release_buffer(surface);
   destroy_callbacks(&surface->frames);
   renderer_picture_finish(&surface->picture);
   wl_list_remove(&surface->link);
   free(surface);
}

static void
region_change(struct wl_client *client, struct wl_resource *resource, int32_t x, int32_t y,
              int32_t width, int32_t height)
{
}

static const struct wl_region_interface region_implementation = {
   .destroy = destroy_resource,
   .add = region_change,
   .subtract = region_change,
};

static void
create_surface(struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
   struct surface *surface = calloc(1, sizeof(*surface));

   if (surface)
      surface->resource =
         wl_resource_create(client, &wl_surface_interface, wl_resource_get_version(resource), id);
   if (!surface || !surface->resource) {
      free(surface);
      wl_client_post_no_memory(client);
      return;
   }
   state_init(&surface->pending);
   state_init(&surface->cached);
   wl_list_init(&surface->frames);
   wl_list_insert(all_surfaces->prev, &surface->link);
   wl_resource_set_implementation(surface->resource, &surface_implementation, surface,
                                  surface_destroy);
}

static void
create_region(struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
   struct wl_resource *region = wl_resource_create(client, &wl_region_interface, 1, id);

   if (region)
      wl_resource_set_implementation(region, &region_implementation, NULL, NULL);
   else
      wl_client_post_no_memory(client);
}

static const struct wl_compositor_interface compositor_implementation = {
   .create_surface = create_surface,
   .create_region = create_region,
};

/* --- Subsurfaces --------------------------------------------------------------------------- */

static void
subsurface_set_position(struct wl_client *client, struct wl_resource *resource, int32_t x,
                        int32_t y)
{
}

static void
subsurface_place(struct wl_client *client, struct wl_resource *resource,
                 struct wl_resource *sibling)
{
}

static void
subsurface_set_sync(struct wl_client *client, struct wl_resource *resource)
{
   struct surface *surface = wl_resource_get_user_data(resource);

   if (surface)
      surface->is_synchronized = true;
}

static void
subsurface_set_desync(struct wl_client *client, struct wl_resource *resource)
{
   struct surface *surface = wl_resource_get_user_data(resource);

   if (!surface)
      return;
   surface->is_synchronized = false;
   if (!is_synchronized(surface))
      apply(surface, &surface->cached);
}

static const struct wl_subsurface_interface subsurface_implementation = {
   .destroy = destroy_resource,
   .set_position = subsurface_set_position,
   .place_above = subsurface_place,
   .place_below = subsurface_place,
   .set_sync = subsurface_set_sync,
   .set_desync = subsurface_set_desync,
};

static void
subsurface_destroy(struct wl_resource *resource)
{
   struct surface *surface = wl_resource_get_user_data(resource);

   if (!surface)
      return;
   surface->subsurface = NULL;
   surface->parent = NULL;
}

static bool
is_ancestor(const struct surface *surface, const struct surface *of)
{
   for (; of; of = of->parent) {
      if (of == surface)
         return true;
   }
   return false;
}

static void
get_subsurface(struct wl_client *client, struct wl_resource *resource, uint32_t id,
               struct wl_resource *surface_resource, struct wl_resource *parent_resource)
{
   struct surface *surface = wl_resource_get_user_data(surface_resource);
   struct surface *parent = wl_resource_get_user_data(parent_resource);

   if (surface->subsurface || is_ancestor(surface, parent)) {
      wl_resource_post_error(resource, WL_SUBCOMPOSITOR_ERROR_BAD_SURFACE,
                             "it is a subsurface, or its own ancestor");
      return;
   }
   surface->subsurface = wl_resource_create(client, &wl_subsurface_interface, 1, id);
   if (!surface->subsurface) {
      wl_client_post_no_memory(client);
      return;
   }
   wl_resource_set_implementation(surface->subsurface, &subsurface_implementation, surface,
                                  subsurface_destroy);
   surface->parent = parent;
   surface->is_synchronized = true;
}

static const struct wl_subcompositor_interface subcompositor_implementation = {
   .destroy = destroy_resource,
   .get_subsurface = get_subsurface,
};

/* --- Globals ------------------------------------------------------------------------------- */

static void
bind_compositor(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
   struct wl_resource *resource =
      wl_resource_create(client, &wl_compositor_interface, (int)version, id);

   if (resource)
      wl_resource_set_implementation(resource, &compositor_implementation, NULL, NULL);
   else
      wl_client_post_no_memory(client);
}

static void
bind_subcompositor(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
   struct wl_resource *resource =
      wl_resource_create(client, &wl_subcompositor_interface, (int)version, id);

   if (resource)
      wl_resource_set_implementation(resource, &subcompositor_implementation, NULL, NULL);
   else
      wl_client_post_no_memory(client);
}

bool
surface_globals_create(struct wl_display *display, struct wl_list *surfaces)
{
   all_surfaces = surfaces;
   return wl_display_init_shm(display) == 0 &&
          wl_global_create(display, &wl_compositor_interface, 4, NULL, bind_compositor) &&
          wl_global_create(display, &wl_subcompositor_interface, 1, NULL, bind_subcompositor);
}
