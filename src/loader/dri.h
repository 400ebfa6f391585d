/*
 * Private to the binding for Mesa 22.3 - 24.1, whose DRI drivers offer tables of functions ("DRI
 * extensions"), declared in Mesa's GL/internal/dri_interface.h.
 */
#ifndef LOADER_DRI_H
#define LOADER_DRI_H

#include "loader/loader.h"

#include <GL/gl.h>
#include <GL/internal/dri_interface.h>

struct loader_screen {
   __DRIscreen *dri;
   int fd; /* what the driver believes to be its device */
   const struct loader_callbacks *callbacks;

   /* The driver's functions. */
   const __DRIcoreExtension *core;
   const __DRIimageDriverExtension *driver;
   const __DRI2flushExtension *flush;
   const __DRI2fenceExtension *fence;
   const __DRIimageExtension *image;
   const __DRI2interopExtension *interop;
   const __DRItexBufferExtension *texture;
   const __DRI2rendererQueryExtension *renderer;
   const __DRI2configQueryExtension *config_query;
   const __DRI2blobExtension *blob; /* may be NULL */

   void *device, *queue;
   struct loader_screen_info info;
   struct loader_config *configs;
   unsigned config_count;
};

struct loader_context {
   struct loader_screen *screen;
   __DRIcontext *dri;
   enum loader_api api;
   const struct loader_drawable *read; /* while it is current; may be NULL */
};

struct loader_drawable {
   struct loader_screen *screen;
   __DRIdrawable *dri;
   struct loader_config config;
   void *data; /* the caller's */
};

struct loader_image {
   struct loader_screen *screen;
   __DRIimage *dri;
};

/* The driver's list of DRI extensions, loading the library if it must. NULL, and why not. Once per
 * process: the driver is never unloaded, since its threads and GL's dispatch stay in it. */
const __DRIextension **loader_driver_extensions(const char **why);

/* Finds an extension of at least that version in a list that ends with NULL. */
const void *loader_find_extension(const __DRIextension *const *list, const char *name,
                                  int version);

/* The context that is current on this thread, or NULL. */
const struct loader_context *loader_current(void);

/* The driver's GL function of that name, or NULL; and what programs get instead of it, or NULL (see
 * read_pixels.c). Any thread. */
void (*loader_driver_function(const char *name))(void);
void (*loader_replacement(const char *name))(void);

/* Fills screen->configs from the driver's list. False: no memory. */
bool loader_configs_init(struct loader_screen *screen, const __DRIconfig *const *list);

/* The callbacks that a screen gives to the driver; ends with NULL. */
extern const __DRIextension *const loader_callback_extensions[];

#endif
