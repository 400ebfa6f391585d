/*
 * Contexts.
 */
#include "loader/dri.h"

#include <stdlib.h>

static int
dri_api(enum loader_api api)
{
   switch (api) {
   case LOADER_API_GL_COMPAT:
      return __DRI_API_OPENGL;
   case LOADER_API_GL_CORE:
      return __DRI_API_OPENGL_CORE;
   case LOADER_API_GLES1:
      return __DRI_API_GLES;
   case LOADER_API_GLES2:
      return __DRI_API_GLES2;
   }
   return -1;
}

static enum loader_context_error
context_error(unsigned error)
{
   switch (error) {
   case __DRI_CTX_ERROR_SUCCESS:
      return LOADER_CONTEXT_OK;
   case __DRI_CTX_ERROR_BAD_API:
      return LOADER_CONTEXT_BAD_API;
   case __DRI_CTX_ERROR_BAD_VERSION:
      return LOADER_CONTEXT_BAD_VERSION;
   case __DRI_CTX_ERROR_BAD_FLAG:
   case __DRI_CTX_ERROR_UNKNOWN_FLAG:
      return LOADER_CONTEXT_BAD_FLAG;
   case __DRI_CTX_ERROR_UNKNOWN_ATTRIBUTE:
      return LOADER_CONTEXT_UNKNOWN_ATTRIBUTE;
   default:
      return LOADER_CONTEXT_NO_MEMORY;
   }
}

struct attributes {
   uint32_t pairs[16];
   unsigned count;
};

static void
add_attribute(struct attributes *attributes, uint32_t name, uint32_t value)
{
   attributes->pairs[2 * attributes->count] = name;
   attributes->pairs[2 * attributes->count + 1] = value;
   attributes->count++;
}

/* Only what differs from the default: the driver refuses attributes that it does not know. */
static void
fill_attributes(struct attributes *attributes, const struct loader_context_desc *desc)
{
   uint32_t flags = (desc->debug ? __DRI_CTX_FLAG_DEBUG : 0) |
                    (desc->forward_compatible ? __DRI_CTX_FLAG_FORWARD_COMPATIBLE : 0) |
                    (desc->robust_access ? __DRI_CTX_FLAG_ROBUST_BUFFER_ACCESS : 0);

   add_attribute(attributes, __DRI_CTX_ATTRIB_MAJOR_VERSION, desc->version.major);
   add_attribute(attributes, __DRI_CTX_ATTRIB_MINOR_VERSION, desc->version.minor);
   if (flags)
      add_attribute(attributes, __DRI_CTX_ATTRIB_FLAGS, flags);
   if (desc->lose_context_on_reset)
      add_attribute(attributes, __DRI_CTX_ATTRIB_RESET_STRATEGY, __DRI_CTX_RESET_LOSE_CONTEXT);
   if (desc->no_error)
      add_attribute(attributes, __DRI_CTX_ATTRIB_NO_ERROR, 1);
   if (desc->release_without_flush)
      add_attribute(attributes, __DRI_CTX_ATTRIB_RELEASE_BEHAVIOR,
                    __DRI_CTX_RELEASE_BEHAVIOR_NONE);
   if (desc->priority != LOADER_PRIORITY_MEDIUM)
      add_attribute(attributes, __DRI_CTX_ATTRIB_PRIORITY,
                    desc->priority == LOADER_PRIORITY_HIGH ? __DRI_CTX_PRIORITY_HIGH
                                                           : __DRI_CTX_PRIORITY_LOW);
}

struct loader_context *
loader_context_create(struct loader_screen *screen, const struct loader_config *config,
                      struct loader_context *share, const struct loader_context_desc *desc,
                      enum loader_context_error *error)
{
   struct loader_context *context = calloc(1, sizeof(*context));
   struct attributes attributes = { .count = 0 };
   unsigned dri_error = __DRI_CTX_ERROR_NO_MEMORY;

   if (!context) {
      *error = LOADER_CONTEXT_NO_MEMORY;
      return NULL;
   }
   fill_attributes(&attributes, desc);
   context->screen = screen;
   context->api = desc->api;
   context->dri = screen->driver->createContextAttribs(
      screen->dri, dri_api(desc->api), config ? config->handle : NULL, share ? share->dri : NULL,
      attributes.count, attributes.pairs, &dri_error, context);
   if (!context->dri) {
      *error = context_error(dri_error);
      free(context);
      return NULL;
   }
   *error = LOADER_CONTEXT_OK;
   return context;
}

void
loader_context_destroy(struct loader_context *context)
{
   if (!context)
      return;
   context->screen->core->destroyContext(context->dri);
   free(context);
}

static __thread struct loader_context *current;

const struct loader_context *
loader_current(void)
{
   return current;
}

bool
loader_context_bind(struct loader_context *context, struct loader_drawable *draw,
                    struct loader_drawable *read)
{
   if (!context->screen->core->bindContext(context->dri, draw ? draw->dri : NULL,
                                           read ? read->dri : NULL))
      return false;
   context->read = read;
   current = context;
   return true;
}

void
loader_context_unbind(struct loader_context *context)
{
   context->screen->core->unbindContext(context->dri);
   context->read = NULL;
   current = NULL;
}

void
loader_context_flush(struct loader_context *context)
{
   context->screen->flush->flush_with_flags(context->dri, NULL, __DRI2_FLUSH_CONTEXT, 0);
}
