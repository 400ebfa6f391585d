#include "glx/errors.h"

#include "glx/display.h"

#include <X11/Xlibint.h>
#include <stdlib.h>

static void
raise_error(Display *dpy, int code, XID resource, int request, int opcode)
{
   xError error = {
      .type = X_Error,
      .errorCode = (BYTE)code,
      .resourceID = (CARD32)resource,
      .minorCode = (CARD16)request,
      .majorCode = (CARD8)opcode,
   };

   /* Xlib takes the error's number as that of the last request that was answered: all must be, lest
    * it believes that numbers were lost. */
   XSync(dpy, False);
   LockDisplay(dpy);
   error.sequenceNumber = (CARD16)dpy->request;
   _XError(dpy, &error);
   UnlockDisplay(dpy);
}

void
glx_core_error(Display *dpy, int code, XID resource, int request)
{
   const struct glx_display *display = glx_display_get(dpy);

   if (display)
      raise_error(dpy, code, resource, request, display->codes->major_opcode);
}

void
glx_error(Display *dpy, int code, XID resource, int request)
{
   const struct glx_display *display = glx_display_get(dpy);

   if (display)
      raise_error(dpy, display->codes->first_error + code, resource, request,
                  display->codes->major_opcode);
}

void
glx_forward_error(Display *dpy, xcb_generic_error_t *error)
{
   raise_error(dpy, error->error_code, error->resource_id, error->minor_code, error->major_code);
   free(error);
}
