#ifndef API_FENCE_H
#define API_FENCE_H

#include "api/objects.h"

extern const struct object_class fence_class;

static inline struct fence *
fence_from(const void *iface)
{
   return (struct fence *)iface;
}

/* The device is removed: its fences complete, and whoever waits for one wakes. */
void fence_release_all(struct device *device);

/* Blocks until the value is reached, or the device is removed. */
void fence_wait(struct fence *fence, uint64_t value);

/* The event is an eventfd. Signals it once the value is reached; at once if the device is removed. */
HRESULT fence_signal_event(struct fence *fence, uint64_t value, HANDLE event);

#endif
