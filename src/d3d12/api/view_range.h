/* What views have in common: which levels and layers of a resource, in which format. */
#ifndef API_VIEW_RANGE_H
#define API_VIEW_RANGE_H

#include "api/objects.h"

#define VIEW_ALL UINT32_MAX /* "the rest", as applications write it */

/* Resolves VIEW_ALL, clamps nothing: false if [first, first + *count) is empty or not within
 * size. */
static inline bool
view_range(uint32_t first, uint32_t *count, uint32_t size)
{
   if (first >= size)
      return false;
   if (*count == VIEW_ALL)
      *count = size - first;
   return *count > 0 && *count <= size - first;
}

/* The view's format: UNKNOWN is the resource's own. UNKNOWN if the resource can't be seen that way. */
DXGI_FORMAT view_format(const struct resource *resource, DXGI_FORMAT format);

#endif
