/* The definitions of the GUIDs that the DirectX headers declare. */
#define INITGUID
#include "util/d3d12.h"
