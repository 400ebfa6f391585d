/*
 * Which libd3d12.so and libdxcore.so this process uses, and which adapter.
 *
 * On WSL those of Windows (in /usr/lib/wsl/lib; DXG_RUNTIME_DIR names another directory) are preferred;
 * elsewhere, or when they do not work, or with DXG_ADAPTER=cpu, it is our own device. Any other value
 * of DXG_ADAPTER is a part of an adapter's name, without regard to case, and only an adapter with such
 * a name will do. docs/wsl.md has the rules.
 */
#ifndef WINSYS_RUNTIME_H
#define WINSYS_RUNTIME_H

#include <stdbool.h>
#include <stdint.h>

enum dxg_runtime_kind {
   DXG_RUNTIME_WSL,
   DXG_RUNTIME_CPU,
};

struct dxg_runtime {
   enum dxg_runtime_kind kind;
   char *d3d12_path, *dxcore_path;
   char *adapter_name; /* of the adapter that Mesa will choose */
   uint64_t adapter_luid;
   uint32_t vendor_id, device_id;
   void *d3d12, *dxcore; /* dlopen's; never closed: the driver holds addresses in them */
};

/* Chooses and loads, once per process; later calls give the same. Thread-safe. NULL: nothing works,
 * and *why is a sentence that says what was tried (static lifetime). */
const struct dxg_runtime *dxg_runtime_get(const char **why);

#endif
