#include "glx/drawable.h"

#include "glx/device.h"
#include "glx/screen.h"
#include "x11/presenter.h"

#include <stdlib.h>
#include <xcb/glx.h>

/* --- The driver's questions ---------------------------------------------------------------- */

bool
glx_drawable_get_buffers(void *drawable_data, unsigned wanted, struct loader_buffers *out)
{
   struct glx_drawable *drawable = drawable_data;
   bool has_buffers;

   pthread_mutex_lock(&drawable->lock);
   has_buffers = drawable->x11 && x11_drawable_get_buffers(drawable->x11, wanted, out);
   pthread_mutex_unlock(&drawable->lock);
   return has_buffers;
}

void
glx_drawable_flush_front(void *drawable_data)
{
   struct glx_drawable *drawable = drawable_data;

   pthread_mutex_lock(&drawable->lock);
   if (drawable->x11)
      x11_drawable_flush_front(drawable->x11);
   pthread_mutex_unlock(&drawable->lock);
}

/* --- The table ----------------------------------------------------------------------------- */

static struct glx_drawable **
bucket(struct glx_display *display, XID xid)
{
   return &display->drawables[xid % GLX_DRAWABLE_BUCKETS];
}

struct glx_drawable *
glx_drawable_reference(struct glx_drawable *drawable)
{
   __atomic_add_fetch(&drawable->references, 1, __ATOMIC_RELAXED);
   return drawable;
}

/* With the display's lock held. */
static struct glx_drawable *
find(struct glx_display *display, XID xid)
{
   struct glx_drawable *drawable = *bucket(display, xid);

   while (drawable && drawable->xid != xid)
      drawable = drawable->next;
   return drawable;
}

struct glx_drawable *
glx_drawable_find(Display *dpy, XID xid)
{
   struct glx_display *display = glx_display_get(dpy);
   struct glx_drawable *drawable;

   if (!display)
      return NULL;
   pthread_mutex_lock(&display->lock);
   drawable = find(display, xid);
   if (drawable)
      glx_drawable_reference(drawable);
   pthread_mutex_unlock(&display->lock);
   return drawable;
}

bool
glx_drawable_count_swap(Display *dpy, XID xid, uint32_t event_sbc, XID *x_xid, int64_t *sbc)
{
   struct glx_display *display = glx_display_get(dpy); /* is there, since it decodes our events */
   struct glx_drawable *drawable;

   pthread_mutex_lock(&display->lock);
   drawable = find(display, xid);
   if (drawable) {
      /* Not far from the last, before or behind. */
      drawable->last_event_sbc +=
         (uint64_t)(int64_t)(int32_t)(event_sbc - (uint32_t)drawable->last_event_sbc);
      *x_xid = drawable->x_xid;
      *sbc = (int64_t)drawable->last_event_sbc;
   }
   pthread_mutex_unlock(&display->lock);
   return drawable != NULL;
}

static void
destroy(struct glx_drawable *drawable)
{
   /* The connection's thread may hear of another size. */
   if (drawable->x11)
      x11_drawable_set_loader(drawable->x11, NULL);
   loader_drawable_destroy(drawable->loader);
   if (drawable->x11)
      x11_drawable_destroy(drawable->x11);
   pthread_mutex_destroy(&drawable->lock);
   free(drawable);
}

void
glx_drawable_release(struct glx_drawable *drawable)
{
   if (drawable && __atomic_sub_fetch(&drawable->references, 1, __ATOMIC_ACQ_REL) == 0)
      destroy(drawable);
}

static void
add_to_table(struct glx_drawable *drawable)
{
   struct glx_drawable **head = bucket(drawable->display, drawable->xid);

   pthread_mutex_lock(&drawable->display->lock);
   drawable->next = *head;
   *head = drawable;
   pthread_mutex_unlock(&drawable->display->lock);
}

void
glx_drawable_remove(Display *dpy, XID xid)
{
   struct glx_display *display = glx_display_get(dpy);
   struct glx_drawable **link, *drawable;

   if (!display)
      return;
   pthread_mutex_lock(&display->lock);
   for (link = bucket(display, xid); *link && (*link)->xid != xid; link = &(*link)->next)
      ;
   drawable = *link;
   if (drawable)
      *link = drawable->next;
   pthread_mutex_unlock(&display->lock);
   glx_drawable_release(drawable);
}

static void
close_drawable(struct glx_drawable *drawable)
{
   struct x11_drawable *x11;

   pthread_mutex_lock(&drawable->lock);
   x11 = drawable->x11;
   drawable->x11 = NULL;
   drawable->display = NULL;
   drawable->screen = NULL;
   pthread_mutex_unlock(&drawable->lock);
   if (x11)
      x11_drawable_destroy(x11);
   glx_drawable_release(drawable);
}

void
glx_drawables_close(struct glx_display *display)
{
   for (unsigned i = 0; i < GLX_DRAWABLE_BUCKETS; i++) {
      struct glx_drawable *drawable, *next;

      pthread_mutex_lock(&display->lock);
      drawable = display->drawables[i];
      display->drawables[i] = NULL;
      pthread_mutex_unlock(&display->lock);
      for (; drawable; drawable = next) {
         next = drawable->next;
         close_drawable(drawable);
      }
   }
}

/* --- Making one ---------------------------------------------------------------------------- */

static enum x11_drawable_type
x11_type(enum glx_drawable_kind kind)
{
   return kind == GLX_KIND_PIXMAP    ? X11_PIXMAP
          : kind == GLX_KIND_PBUFFER ? X11_PBUFFER
                                     : X11_WINDOW;
}

static void
init_lock(pthread_mutex_t *lock)
{
   pthread_mutexattr_t attributes;

   pthread_mutexattr_init(&attributes);
   pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
   pthread_mutex_init(lock, &attributes);
   pthread_mutexattr_destroy(&attributes);
}

struct glx_drawable *
glx_drawable_create(struct glx_screen *screen, const struct glx_drawable_desc *desc, uint8_t *error)
{
   const struct x11_drawable_desc x11_desc = {
      .type = x11_type(desc->kind),
      .xid = (xcb_drawable_t)desc->x_xid,
      .fourcc = desc->config->loader->fourcc,
      .double_buffer = desc->config->values[CONFIG_DOUBLEBUFFER],
      .width = desc->width,
      .height = desc->height,
   };
   struct glx_drawable *drawable = calloc(1, sizeof(*drawable));

   *error = BadAlloc;
   if (!drawable)
      return NULL;
   drawable->display = screen->display;
   drawable->screen = screen;
   drawable->kind = desc->kind;
   drawable->xid = desc->xid;
   drawable->x_xid = desc->x_xid;
   drawable->config = desc->config;
   drawable->interval = screen->default_interval;
   drawable->width = desc->width;
   drawable->height = desc->height;
   init_lock(&drawable->lock);
   drawable->x11 = x11_drawable_create(screen->connection, &x11_desc, error);
   if (drawable->x11)
      drawable->loader =
         loader_drawable_create(screen->device->loader, desc->config->loader, drawable);
   if (!drawable->loader) {
      destroy(drawable);
      return NULL;
   }
   x11_drawable_set_loader(drawable->x11, drawable->loader);
   drawable->references = 2; /* the table's and the caller's */
   add_to_table(drawable);
   return drawable;
}
