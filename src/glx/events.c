#include "glx/events.h"

#include "glx/display.h"
#include "glx/drawable.h"

#include <X11/Xlibint.h>

#include <GL/glx.h>
#include <GL/glxext.h>
#include <GL/glxproto.h>

/* Xlib holds the display's lock here: nothing that may call it back. */
static Bool
swap_complete_from_wire(Display *dpy, XEvent *to, xEvent *from)
{
   const xGLXBufferSwapComplete2 *wire = (const xGLXBufferSwapComplete2 *)from;
   GLXBufferSwapComplete *event = (GLXBufferSwapComplete *)to;
   XID x_xid;

   /* False: it was selected for a drawable that is gone. */
   if (!glx_drawable_count_swap(dpy, wire->drawable, wire->sbc, &x_xid, &event->sbc))
      return False;
   event->type = wire->type & 0x7f;
   event->serial = _XSetLastRequestRead(dpy, (xGenericReply *)from);
   event->send_event = (wire->type & 0x80) != 0;
   event->display = dpy;
   event->event_type = wire->event_type;
   event->drawable = x_xid; /* not the GLX window; Mesa has always done so */
   event->ust = ((int64_t)wire->ust_hi << 32) | wire->ust_lo;
   event->msc = ((int64_t)wire->msc_hi << 32) | wire->msc_lo;
   return True;
}

static Bool
clobber_from_wire(Display *dpy, XEvent *to, xEvent *from)
{
   const xGLXPbufferClobberEvent *wire = (const xGLXPbufferClobberEvent *)from;
   GLXPbufferClobberEvent *event = (GLXPbufferClobberEvent *)to;

   event->event_type = wire->event_type;
   event->draw_type = wire->draw_type;
   event->serial = _XSetLastRequestRead(dpy, (xGenericReply *)from);
   event->send_event = (wire->type & 0x80) != 0;
   event->display = dpy;
   event->drawable = wire->drawable;
   event->buffer_mask = wire->buffer_mask;
   event->aux_buffer = wire->aux_buffer;
   event->x = wire->x;
   event->y = wire->y;
   event->width = wire->width;
   event->height = wire->height;
   event->count = wire->count;
   return True;
}

void
glx_events_init(struct glx_display *display)
{
   const int first = display->codes->first_event;

   XESetWireToEvent(display->dpy, first + GLX_PbufferClobber, clobber_from_wire);
   XESetWireToEvent(display->dpy, first + GLX_BufferSwapComplete, swap_complete_from_wire);
}
