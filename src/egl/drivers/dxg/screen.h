/*
 * The GL driver's screen and the D3D12 device behind it: one of each for the process, whatever the
 * number of displays. Made when a display is first asked for; made anew when the device was removed.
 */
#ifndef EGL_DXG_SCREEN_H
#define EGL_DXG_SCREEN_H

#include "gallium/winsys/dxg/device.h"
#include "gallium/winsys/dxg/runtime.h"
#include "loader/loader.h"

struct dxg_screen {
   struct loader_screen *loader;
   const struct loader_screen_info *info;
   struct dxg_device device;
   const struct dxg_runtime *runtime;
};

/* NULL: this machine has nothing for us, and glvnd shall go on to the next vendor. Thread-safe; lives as
 * long as the process. */
struct dxg_screen *dxg_screen_get(void);

#endif
