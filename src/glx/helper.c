#include "glx/helper.h"

#include "glx/current.h"
#include "glx/device.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* held from begin to end */
static struct loader_context *helper;

struct loader_context *
glx_helper_begin(void)
{
   static const struct loader_context_desc desc = {
      .api = LOADER_API_GLES2,
      .version = { 2, 0 },
      .priority = LOADER_PRIORITY_MEDIUM,
   };
   struct glx_context *current = glx_current();
   enum loader_context_error error;

   if (current)
      return current->loader;
   pthread_mutex_lock(&lock);
   if (!helper)
      helper = loader_context_create(glx_device_get()->loader, NULL, NULL, &desc, &error);
   if (helper && loader_context_bind(helper, NULL, NULL))
      return helper;
   pthread_mutex_unlock(&lock);
   return NULL;
}

void
glx_helper_end(struct loader_context *context)
{
   if (!context || glx_current())
      return;
   loader_context_unbind(context);
   pthread_mutex_unlock(&lock);
}
