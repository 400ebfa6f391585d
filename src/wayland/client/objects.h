/* Between the files of the client half. */
#ifndef CLIENT_OBJECTS_H
#define CLIENT_OBJECTS_H

#include "wayland/client/client.h"

#include "dxg-v1-client-protocol.h"

struct dxg_client {
   struct wl_event_queue *queue; /* of dxg_v1 and its timelines, which have no later events */
   struct dxg_v1 *dxg;
   uint64_t luid;
   uint32_t formats; /* bits in the order of dxg_formats */
   bool done;
};

/* For the timelines that are of no swapchain. */
struct dxg_client_timelines *dxg_client_timelines_create_from(struct dxg_client *client,
                                                              const struct dxg_timeline *drawn,
                                                              const struct dxg_timeline *released);

struct dxg_client_timelines {
   struct dxg_timeline_v1 *drawn, *released;
};

#endif
