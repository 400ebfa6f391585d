/*
 * A timeline: a D3D12 fence that other processes can open. Its value only grows.
 */
#ifndef WINSYS_TIMELINE_H
#define WINSYS_TIMELINE_H

#include "gallium/winsys/dxg/device.h"

struct dxg_timeline {
   ID3D12Fence *fence;
   int handle;     /* owned; -1 if private, or opened from another's */
   uint64_t value; /* the last that was promised here; the owner's to count */
};

/* A new timeline at 0, with a handle. */
bool dxg_timeline_init(struct dxg_timeline *timeline, struct dxg_device *device);
/* A new one at 0 that stays in this process. The queue may reach it before others may look at our textures: that
 * takes one with a handle. */
bool dxg_timeline_init_private(struct dxg_timeline *timeline, struct dxg_device *device);
/* One that another process made; the handle is closed in any case. False if it is no fence. */
bool dxg_timeline_open(struct dxg_timeline *timeline, struct dxg_device *device, int handle);
void dxg_timeline_finish(struct dxg_timeline *timeline);

/* Has the queue signal the next value, after all that was submitted to it; returns that value, or 0
 * if the device is gone. Waits for nothing. */
uint64_t dxg_timeline_signal(struct dxg_timeline *timeline, struct dxg_device *device);
/* Signals from the CPU, now. Does nothing if the value is reached. */
void dxg_timeline_signal_now(struct dxg_timeline *timeline, uint64_t value);
/* Has the queue wait for a value before it does what is submitted from now on. Enqueues nothing, and
 * says false, if that is already reached. */
bool dxg_timeline_queue_wait(struct dxg_timeline *timeline, struct dxg_device *device,
                             uint64_t value);
bool dxg_timeline_is_reached(const struct dxg_timeline *timeline, uint64_t value);
/* Makes an eventfd readable when the value is reached. */
bool dxg_timeline_notify(struct dxg_timeline *timeline, uint64_t value, int eventfd);
/* Blocks this thread; false after `timeout_ms` (-1: none). Counted by the caller if it matters. */
bool dxg_timeline_cpu_wait(struct dxg_timeline *timeline, uint64_t value, int timeout_ms);

#endif
