/*
 * References to objects, and their handles. A handle is the object's address, and is looked up in
 * its display's set before anyone follows it.
 */
#ifndef EGL_MAIN_OBJECT_H
#define EGL_MAIN_OBJECT_H

#include "egl/main/objects.h"

void egl_object_ref(struct egl_object *object);
void egl_object_unref(struct egl_object *object); /* takes NULL */

/* Gives a new object its handle, which takes over the creator's reference. False: an error is set
 * and the object is gone. */
bool egl_object_link(struct egl_object *object);

/* Ends the handle's life. False: another thread was first. */
bool egl_object_unlink(struct egl_object *object);

/* The handle that is valid no more gives its reference back. */
void egl_object_retire(struct egl_object *object);

/* The object behind a handle, referenced; NULL, and no error, if it is not valid. */
struct egl_object *egl_object_lookup(struct egl_display *display, const void *handle,
                                     enum egl_object_type type);

/* Does it have a valid handle still? */
bool egl_object_is_linked(struct egl_object *object);

/* Has the window or pixmap a surface with a valid handle? EGL 1.5, 3.5.1: it can have but one. */
bool egl_object_native_is_taken(struct egl_display *display, enum egl_surface_type type,
                                const void *native);

/* As egl_object_lookup, but with the type's error if it is not valid, and as the object that
 * EGL_KHR_debug names. NULL for a display that is NULL. */
struct egl_context *egl_get_context(struct egl_display *display, EGLContext handle);
struct egl_surface *egl_get_surface(struct egl_display *display, EGLSurface handle);
struct egl_image *egl_get_image(struct egl_display *display, EGLImage handle);
struct egl_sync *egl_get_sync(struct egl_display *display, EGLSync handle);

/* A variable that points to an object, or NULL, and gives its reference back at the scope's end. */
void egl_object_scope_end(void *variable);
#define SCOPED(type) __attribute__((cleanup(egl_object_scope_end))) struct egl_##type *

#endif
