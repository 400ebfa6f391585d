/*
 * The GL driver's screen and the D3D12 device behind it: one of each for the process, whatever the
 * number of X displays.
 */
#ifndef GLX_DEVICE_H
#define GLX_DEVICE_H

#include "gallium/winsys/dxg/device.h"
#include "gallium/winsys/dxg/runtime.h"
#include "loader/loader.h"

struct glx_device {
   struct loader_screen *loader;
   const struct loader_screen_info *info;
   struct dxg_device device;
   const struct dxg_runtime *runtime;
};

/* NULL: this machine has nothing for us. Thread-safe; lives as long as the process. */
struct glx_device *glx_device_get(void);

#endif
