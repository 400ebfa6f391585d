#include "gallium/winsys/dxg/perf.h"

struct dxg_perf dxg_perf;
